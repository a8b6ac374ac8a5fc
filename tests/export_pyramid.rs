//! An export holds exactly the tiles that a server would give, in the same bytes each time, and goes on where
//! it was interrupted.

#![expect(clippy::unwrap_used, reason = "the helpers of a test may panic like the test itself")]

mod http_support;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use http_support::{fixture, load};
use kreisel::archive::{Archive, Packing};
use kreisel::config::LayerId;
use kreisel::export::{ExportError, Options, Plan, Progress, Summary, run};
use kreisel::geo::TileCoord;
use kreisel::release::{Audience, Release};
use kreisel::tile::{Selection, Years, render};
use tempfile::TempDir;

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// The small atlas, its districts down to a zoom at which whole tiles lie inside them.
fn deep() -> (TempDir, Release) {
    let folder = TempDir::new().unwrap();
    copy(fixture(), folder.path());
    let file = folder.path().join("layers/districts.toml");
    let text = fs::read_to_string(&file).unwrap();
    fs::write(&file, text.replace("max_zoom = 10", "max_zoom = 16")).unwrap();
    let release = load(folder.path());
    (folder, release)
}

fn options(to: PathBuf) -> Options {
    Options {
        to,
        layers: vec!["districts".to_owned(), "services".to_owned()],
        indicators: vec!["residents".to_owned()],
        years: Some("all".to_owned()),
        ..Options::default()
    }
}

fn export(release: &Release, options: &Options) -> Result<Summary, ExportError> {
    run(release, &Plan::new(release, options)?, &mut Progress::silent())
}

/// All addresses of a zoom around the small atlas, with a margin of some tiles.
fn around(zoom: u8) -> Vec<TileCoord> {
    let at = |lon_deg, lat_deg| TileCoord::containing(kreisel::geo::LonLat { lon_deg, lat_deg }, zoom);
    let (north_west, south_east) = (at(9.0, 52.2), at(9.2, 52.0));
    let last = (1_u32 << zoom) - 1;
    let span = |first: u32, end: u32| first.saturating_sub(3)..=(end + 3).min(last);
    let columns = span(north_west.x(), south_east.x());
    columns
        .flat_map(|x| span(north_west.y(), south_east.y()).map(move |y| TileCoord::new(zoom, x, y).unwrap()))
        .collect()
}

#[test]
fn every_tile_is_the_one_a_server_gives_and_there_are_no_others() {
    let (folder, release) = deep();
    let selection = Selection {
        layers: ["districts", "services"].map(|id| LayerId::new(id).unwrap()).to_vec(),
        indicators: vec![kreisel::config::IndicatorId::new("residents").unwrap()],
        years: Years::All,
    };
    for name in ["x.pmtiles", "x.mbtiles"] {
        let target = folder.path().join(name);
        let summary = export(&release, &options(target.clone())).unwrap();
        let archive = Archive::open(&target).unwrap();
        let description = archive.description();
        assert_eq!((description.min_zoom, description.max_zoom), (0, 16));
        let mut tiles = 0;
        for coord in (0..=16).flat_map(around) {
            let expected = render(&release, &Audience::Public, &selection, coord);
            let found = archive.unpacked(coord).unwrap().unwrap_or_default();
            assert!(found == expected, "{name} {coord:?}: {} and {} bytes", found.len(), expected.len());
            tiles += u64::from(!expected.is_empty());
            let stored = archive.tile(coord).unwrap();
            assert!(stored.is_none_or(|tile| tile.packing == Packing::Gzip));
        }
        assert_eq!(summary.tiles, tiles, "no tile lies elsewhere");
        assert!(summary.distinct < tiles / 2, "the insides of the districts are stored once: {}", summary.distinct);
        assert_eq!(summary.zooms.iter().map(|zoom| zoom.tiles).sum::<u64>(), tiles);
        assert_eq!(summary.bytes, fs::metadata(&target).unwrap().len());
        assert_eq!(description.metadata["kreisel"]["release"], release.id);
        assert!(!description.metadata["attribution"].as_str().unwrap().is_empty());
        let layers: Vec<&str> = description.layer_names().collect();
        assert_eq!(layers, ["districts", "districts_label", "services"]);
        let bounds = description.bounds.unwrap().to_west_south_east_north();
        assert!((bounds[0] - 9.0).abs() < 1e-6 && (bounds[3] - 52.2).abs() < 1e-6, "{bounds:?}");
    }
}

#[test]
fn the_same_export_gives_the_same_bytes_also_when_it_was_interrupted() {
    let (folder, release) = deep();
    for end in ["pmtiles", "mbtiles"] {
        let target = folder.path().join(format!("a.{end}"));
        export(&release, &options(target.clone())).unwrap();
        let whole = fs::read(&target).unwrap();
        fs::remove_file(&target).unwrap();

        // a folder in the place of the target lets everything but the last step succeed
        let plan = Plan::new(&release, &options(target.clone())).unwrap();
        fs::create_dir_all(target.join("in the way")).unwrap();
        assert!(run(&release, &plan, &mut Progress::silent()).is_err());
        fs::remove_dir_all(&target).unwrap();
        let work_file = folder.path().join(format!("a.{end}.resume"));
        let work = fs::read(&work_file).unwrap();
        for part in [work.len(), work.len() - 1, work.len() / 2, 40, 0] {
            fs::write(&work_file, &work[..part]).unwrap();
            let summary = export(&release, &options(target.clone())).unwrap();
            assert!(summary.resumed > 0 || part + 1 < work.len(), "{part} bytes of {}", work.len());
            assert!(fs::read(&target).unwrap() == whole, "{end} after {part} bytes");
            assert!(!work_file.exists());
            fs::remove_file(&target).unwrap();
        }
        // bytes that writing left half done, and bytes that the disk has changed
        let mut damaged = work.clone();
        let middle = damaged.len() / 2;
        damaged[middle] ^= 1;
        fs::write(&work_file, &damaged).unwrap();
        export(&release, &options(target.clone())).unwrap();
        assert!(fs::read(&target).unwrap() == whole, "{end} after damage");
        fs::remove_file(&target).unwrap();

        // finished tiles of other options are of no use
        fs::write(&work_file, &work).unwrap();
        let other = Options { years: None, ..options(target.clone()) };
        assert_eq!(export(&release, &other).unwrap().resumed, 0);
        assert!(fs::read(&target).unwrap() != whole);
        fs::remove_file(&target).unwrap();
    }
    let left: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(!left.iter().any(|name| name.to_string_lossy().starts_with("a.")), "{left:?}");
}

#[test]
fn what_cannot_be_exported_is_refused_with_what_would_be_right() {
    let release = load(fixture());
    let folder = TempDir::new().unwrap();
    let there = folder.path().join("there.pmtiles");
    fs::write(&there, "kept").unwrap();
    let free = folder.path().join("free.pmtiles");
    let with = |change: &dyn Fn(&mut Options)| {
        let mut options = options(free.clone());
        change(&mut options);
        Plan::new(&release, &options).map(drop).unwrap_err().to_string()
    };
    for (said, wanted) in [
        (with(&|options| options.to = there.clone()), "--force"),
        (with(&|options| options.to = folder.path().join("x.zip")), ".pmtiles or .mbtiles"),
        (with(&|options| options.to = folder.path().to_path_buf()), ".pmtiles or .mbtiles"),
        (with(&|options| options.layers = vec!["rivers".to_owned()]), "districts"),
        (with(&|options| options.indicators = vec!["wealth".to_owned()]), "residents"),
        (with(&|options| options.years = Some("1815".to_owned())), "there are:"),
        (with(&|options| options.max_zoom = Some(20)), "zooms 0 to 14"),
        (with(&|options| (options.min_zoom, options.max_zoom) = (Some(9), Some(3))), "beyond the last zoom"),
    ] {
        assert!(said.contains(wanted), "{said}");
    }
    assert_eq!(fs::read_to_string(&there).unwrap(), "kept");
    let forced = Options { force: true, max_zoom: Some(3), ..options(there.clone()) };
    assert_eq!(export(&release, &forced).unwrap().tiles, 4);
    assert_eq!(Archive::open(&there).unwrap().description().max_zoom, 3);
}

/// Two exports to one file at once would spoil each other's work file.
#[test]
fn a_second_export_to_the_same_file_is_refused_while_one_is_under_way() {
    let release = load(fixture());
    let folder = TempDir::new().unwrap();
    let target = folder.path().join("x.pmtiles");
    let held = fs::File::create(folder.path().join("x.pmtiles.resume")).unwrap();
    held.lock().unwrap();
    let error = export(&release, &options(target.clone())).unwrap_err();
    assert!(matches!(error, ExportError::UnderWay { .. }), "{error}");
    drop(held);
    export(&release, &options(target)).unwrap();
}

fn python() -> String {
    std::env::var("KREISEL_PYTHON").unwrap_or_else(|_| "python3".to_owned())
}

/// The reference implementation of PMTiles reads the archive, tile by tile.
#[test]
fn the_reference_reader_of_pmtiles_finds_the_same_tiles() {
    let there = Command::new(python()).args(["-c", "import pmtiles"]).output();
    if !there.is_ok_and(|output| output.status.success()) {
        eprintln!("left out: {} with pmtiles is not there", python());
        return;
    }
    let (folder, release) = deep();
    let target = folder.path().join("x.pmtiles");
    let summary = export(&release, &options(target.clone())).unwrap();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/reference/pmtiles_tiles.py");
    let output = Command::new(python()).arg(script).arg(&target).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let said: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(said["clustered"], true);
    assert_eq!(said["addressed"], summary.tiles);
    assert_eq!(said["contents"], summary.distinct);
    let archive = Archive::open(&target).unwrap();
    let tiles = said["tiles"].as_array().unwrap();
    assert_eq!(tiles.len() as u64, summary.tiles);
    for tile in tiles {
        let number = |name: &str| u32::try_from(tile[name].as_u64().unwrap()).unwrap();
        let coord = TileCoord::new(u8::try_from(number("z")).unwrap(), number("x"), number("y")).unwrap();
        assert_eq!(archive.unpacked(coord).unwrap().unwrap().len(), number("bytes") as usize, "{coord:?}");
    }
}

/// GDAL reads MBTiles and knows what lies in the tiles.
#[test]
fn gdal_finds_the_districts_in_the_mbtiles() {
    let drivers = Command::new("ogrinfo").arg("--formats").output();
    let drivers = drivers.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default();
    if !drivers.contains("MBTiles") {
        eprintln!("left out: ogrinfo with MBTiles is not there");
        return;
    }
    let (folder, release) = deep();
    let target = folder.path().join("x.mbtiles");
    export(&release, &options(target.clone())).unwrap();
    let output = Command::new("ogrinfo").args(["-al", "-oo", "ZOOM_LEVEL=8"]).arg(&target).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    for wanted in ["Layer name: districts", "Layer name: services", "residents", "key (String) ="] {
        assert!(said.contains(wanted), "{wanted}: {said}{}", String::from_utf8_lossy(&output.stderr));
    }
}
