//! Archives of all kinds are read as they were written, and damaged ones are refused without a panic.

#![expect(clippy::unwrap_used, reason = "the helpers of a test may panic like the test itself")]

use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::Path;
use std::sync::OnceLock;

use kreisel::archive::{Archive, ArchiveError, ArchiveWriter, Content, Format, Imprint, Packing, tile_number};
use kreisel::geo::{Bounds, LonLat, TileCoord};
use pmtiles::{Compression, PmTilesWriter, TileType};
use proptest::prelude::*;
use tempfile::TempDir;

fn coord(zoom: u8, x: u32, y: u32) -> TileCoord {
    TileCoord::new(zoom, x, y).unwrap()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// Twelve tiles of a zoom, three contents.
fn tiles() -> Vec<(TileCoord, u64)> {
    let mut tiles: Vec<_> = (0..12).map(|at| coord(4, at % 4, 5 + at / 4)).collect();
    tiles.sort_by_key(|coord| tile_number(*coord));
    tiles.into_iter().zip([0, 0, 1, 0, 2, 2, 2, 1, 0, 0, 0, 2]).collect()
}

fn write(path: &Path, format: Format) {
    let at = |lon_deg, lat_deg| LonLat { lon_deg, lat_deg };
    let metadata = serde_json::json!({"name": "Probe", "vector_layers": [{"id": "a", "fields": {}}]});
    let imprint = Imprint {
        min_zoom: 4,
        max_zoom: 4,
        bounds: Bounds::between(at(-170.5, 10.0), at(-100.0, 60.25)),
        center: (at(-130.0, 30.0), 4),
        metadata: metadata.as_object().unwrap().clone(),
    };
    let mut writer = ArchiveWriter::create(path, format, &imprint).unwrap();
    for (coord, content) in tiles() {
        writer.add(coord, content, &gzip(format!("content {content}").as_bytes())).unwrap();
    }
    writer.finish().unwrap();
}

/// An archive of each format, written once.
fn written(format: Format) -> Vec<u8> {
    static WRITTEN: OnceLock<[Vec<u8>; 2]> = OnceLock::new();
    let [pmtiles, mbtiles] = WRITTEN.get_or_init(|| {
        let folder = TempDir::new().unwrap();
        [Format::PmTiles, Format::MbTiles].map(|format| {
            let path = folder.path().join("x");
            write(&path, format);
            fs::read(path).unwrap()
        })
    });
    if format == Format::PmTiles { pmtiles.clone() } else { mbtiles.clone() }
}

#[test]
fn what_was_written_is_read_with_its_description() {
    let folder = TempDir::new().unwrap();
    for (format, name) in [(Format::PmTiles, "x.pmtiles"), (Format::MbTiles, "with ?#% in it.mbtiles")] {
        let path = folder.path().join(name);
        write(&path, format);
        let archive = Archive::open(&path).unwrap();
        let description = archive.description();
        assert_eq!((description.content, description.min_zoom, description.max_zoom), (Content::Mvt, 4, 4));
        let bounds = description.bounds.map(Bounds::to_west_south_east_north);
        assert_eq!(bounds, Some([-170.5, 10.0, -100.0, 60.25]));
        assert_eq!(description.center, Some((LonLat { lon_deg: -130.0, lat_deg: 30.0 }, 4)));
        assert_eq!(description.metadata["name"], "Probe");
        assert_eq!(description.layer_names().collect::<Vec<_>>(), ["a"]);
        for (coord, content) in tiles() {
            let stored = archive.tile(coord).unwrap().unwrap();
            assert_eq!(stored.packing, Packing::Gzip);
            assert_eq!(stored.unpacked().unwrap(), format!("content {content}").as_bytes(), "{name} {coord:?}");
        }
        for elsewhere in [coord(4, 4, 5), coord(4, 0, 4), coord(3, 0, 2), coord(22, 0, 0)] {
            assert_eq!(archive.tile(elsewhere).unwrap(), None, "{name} {elsewhere:?}");
        }
    }
}

/// Enough tiles that the directory has leaves, all kinds of packing, both ways of reading.
#[test]
fn the_crate_and_our_reader_agree_on_archives_with_leaf_directories() {
    let folder = TempDir::new().unwrap();
    for (compression, packing) in [
        (Compression::None, Packing::None),
        (Compression::Gzip, Packing::Gzip),
        (Compression::Zstd, Packing::Zstd),
        (Compression::Brotli, Packing::Brotli),
    ] {
        let path = folder.path().join("x.pmtiles");
        let builder = PmTilesWriter::new(TileType::Mvt).precompressed(compression).min_zoom(0).max_zoom(8);
        let mut writer = builder.create(File::create(&path).unwrap()).unwrap();
        let pack = |bytes: &[u8]| match packing {
            Packing::None => bytes.to_vec(),
            Packing::Gzip => gzip(bytes),
            Packing::Zstd => zstd::bulk::compress(bytes, 1).unwrap(),
            Packing::Brotli => {
                let mut out = brotli::CompressorWriter::new(Vec::new(), 4096, 1, 20);
                out.write_all(bytes).unwrap();
                out.into_inner()
            }
        };
        // every third tile, and some runs
        let is_there = |number: &u64| number.is_multiple_of(3) || number % 1000 < 5;
        for number in (0..87_381_u64).filter(is_there) {
            let bytes = if number % 1000 < 5 { b"run".to_vec() } else { number.to_le_bytes().to_vec() };
            let place = pmtiles::TileCoord::from(pmtiles::TileId::new(number).unwrap());
            writer.add_tile(place, &pack(&bytes)).unwrap();
        }
        writer.finalize().unwrap();
        let archive = Archive::open(&path).unwrap();
        assert_eq!(archive.description().packing, Some(packing));
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let reader = runtime.block_on(pmtiles::AsyncPmTilesReader::new_with_path(&path)).unwrap();
        for number in (0..87_381_u64).step_by(101) {
            let id = pmtiles::TileId::new(number).unwrap();
            let place = pmtiles::TileCoord::from(id);
            let theirs = runtime.block_on(reader.get_tile(id)).unwrap();
            let ours = archive.tile(coord(place.z(), place.x(), place.y())).unwrap();
            assert_eq!(ours.as_ref().map(|tile| &tile.bytes[..]), theirs.as_deref(), "{number}");
            assert_eq!(ours.is_some(), is_there(&number));
            if let Some(tile) = ours {
                let expected = if number % 1000 < 5 { b"run".to_vec() } else { number.to_le_bytes().to_vec() };
                assert_eq!(tile.unpacked().unwrap(), expected);
            }
        }
    }
}

#[test]
fn pictures_are_passed_through_and_what_is_not_known_is_refused_with_what_would_be_right() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("x.pmtiles");
    let refused = |bytes: &[u8]| {
        fs::write(&path, bytes).unwrap();
        Archive::open(&path).unwrap_err().to_string()
    };
    for (bytes, said) in [
        (&b""[..], "neither"),
        (b"PM\x02\x00", "pmtiles convert"),
        (b"PK\x03\x04 and so on", "unpacked first"),
        (b"\x1f\x8b\x08", "unpacked first"),
        (b"PMTiles\x03", "ends inside its header"),
        (b"SQLite format 3\0", "damaged"),
        (b"<html>not an archive</html>", "PMTiles 3 (.pmtiles) or MBTiles (.mbtiles)"),
    ] {
        let error = refused(bytes);
        assert!(error.contains(said) && error.contains("x.pmtiles"), "{error}");
    }
    assert!(Archive::open(folder.path()).unwrap_err().to_string().contains("a folder"));
    assert!(matches!(Archive::open(&folder.path().join("none")), Err(ArchiveError::Read { .. })));
    let whole = written(Format::PmTiles);
    for (at, value, said) in [
        (7, 4, "version 3"),
        (97, 0, "how its directories are packed"),
        (98, 9, "numbered 9"),
        (99, 0, "what its tiles are"),
        (100, 9, "first zoom 9 lies beyond its last"),
        (15, 1, "root directory is said to be"),
    ] {
        let mut bytes = whole.clone();
        bytes[at] = value;
        let error = refused(&bytes);
        assert!(error.contains(said), "{error}");
    }
    let mut pictures = whole.clone();
    pictures[99] = 2;
    fs::write(&path, &pictures).unwrap();
    assert_eq!(Archive::open(&path).unwrap().description().content.media_type(), "image/png");
}

/// A few bytes that unpack to a gigabyte, in every place where something is unpacked.
#[test]
fn bombs_are_refused_and_not_unpacked() {
    let mut bomb = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    let zeros = vec![0; 1 << 20];
    for _ in 0..200 {
        bomb.write_all(&zeros).unwrap();
    }
    let bomb = bomb.finish().unwrap();
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("x.pmtiles");
    let header = |offset_at: usize, bytes: &mut Vec<u8>| {
        let offset = (bytes.len() as u64).to_le_bytes();
        bytes[offset_at..offset_at + 8].copy_from_slice(&offset);
        bytes[offset_at + 8..offset_at + 16].copy_from_slice(&(bomb.len() as u64).to_le_bytes());
        bytes.extend(&bomb);
    };
    for (section, said) in [(8, "the root directory unpacks to more"), (24, "its metadata unpacks to more")] {
        let mut bytes = written(Format::PmTiles);
        header(section, &mut bytes);
        fs::write(&path, &bytes).unwrap();
        let error = Archive::open(&path).unwrap_err().to_string();
        assert!(error.contains(said), "{error}");
    }
    let mut writer = PmTilesWriter::new(TileType::Mvt)
        .precompressed(Compression::Gzip)
        .create(File::create(&path).unwrap())
        .unwrap();
    writer.add_tile(pmtiles::TileCoord::new(0, 0, 0).unwrap(), &bomb).unwrap();
    writer.finalize().unwrap();
    let error = Archive::open(&path).unwrap().unpacked(coord(0, 0, 0)).unwrap_err().to_string();
    assert!(error.contains("tile 0/0/0 unpacks to more"), "{error}");
}

#[test]
fn a_file_that_is_written_to_while_it_is_open_gives_errors_and_no_tiles() {
    let folder = TempDir::new().unwrap();
    for (format, name) in [(Format::PmTiles, "x.pmtiles"), (Format::MbTiles, "x.mbtiles")] {
        let path = folder.path().join(name);
        fs::write(&path, written(format)).unwrap();
        let archive = Archive::open(&path).unwrap();
        let (at, _) = tiles()[0];
        assert!(archive.tile(at).unwrap().is_some());
        File::options().write(true).open(&path).unwrap().set_len(300).unwrap();
        assert!(matches!(archive.tile(at), Err(ArchiveError::Changed { .. })), "{name}");
        // put in place under the same name, as it should be done: the open one stays as it was
        let other = folder.path().join("other");
        fs::write(&path, written(format)).unwrap();
        let archive = Archive::open(&path).unwrap();
        fs::write(&other, "something else").unwrap();
        fs::rename(&other, &path).unwrap();
        assert!(archive.tile(at).unwrap().is_some(), "{name}");
    }
}

/// A table of an MBTiles file may be a view, and a view may count for ever.
#[test]
fn an_archive_that_computes_without_end_is_refused() {
    let folder = TempDir::new().unwrap();
    let forever = "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n)";
    let metadata = "CREATE TABLE metadata AS SELECT 'format' AS name, 'pbf' AS value UNION ALL SELECT 'minzoom', '0' \
                    UNION ALL SELECT 'maxzoom', '0'";
    let open = |name: &str, tables: &[String]| {
        let path = folder.path().join(name);
        let base = rusqlite::Connection::open(&path).unwrap();
        for table in tables {
            base.execute_batch(table).unwrap();
        }
        drop(base);
        Archive::open(&path)
    };
    let tiles = |select: &str| format!("CREATE VIEW tiles (zoom_level, tile_column, tile_row, tile_data) AS {select}");
    let never = tiles(&format!("{forever} SELECT i, 0, 0, x'00' FROM n WHERE i % 2 > 1"));
    let archive = open("tiles", &[metadata.to_owned(), never.clone()]).unwrap();
    let error = archive.tile(coord(0, 0, 0)).unwrap_err().to_string();
    assert!(error.contains("tile 0/0/0: finding it takes more than"), "{error}");
    let unsaid = "CREATE TABLE metadata AS SELECT 'format' AS name, 'pbf' AS value".to_owned();
    let error = open("zooms", &[unsaid, never]).unwrap_err().to_string();
    assert!(error.contains("takes more than"), "{error}");
    // metadata without end are cut, and a tile that would fill the memory is not made
    let endless = format!("CREATE VIEW metadata (name, value) AS {forever} SELECT 'format', 'pbf' FROM n");
    let bomb = tiles("SELECT 0, 0, 0, zeroblob(1000000000)");
    let error = open("bomb", &[endless, bomb.clone()]).and_then(|archive| archive.tile(coord(0, 0, 0))).unwrap_err();
    assert!(error.to_string().contains("too big"), "{error}");
    let said = metadata.to_owned() + " UNION ALL SELECT '0' || hex(zeroblob(900000000)), ''";
    let said = said.replace("CREATE TABLE metadata AS", "CREATE VIEW metadata AS");
    let error = open("large", &[said, bomb]).unwrap_err();
    assert!(error.to_string().contains("too big"), "{error}");
}

/// Reads everything that can be asked of an archive; the answers may be errors.
fn read_all(path: &Path) {
    let Ok(archive) = Archive::open(path) else { return };
    let _ = archive.description().layer_names().count();
    for coord in tiles().into_iter().map(|(coord, _)| coord).chain([coord(0, 0, 0), coord(22, 5, 5)]) {
        let _ = archive.unpacked(coord);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn no_damage_makes_the_reader_panic(
        pmtiles in any::<bool>(),
        cut in any::<Option<prop::sample::Index>>(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), any::<bool>()), 0..24),
    ) {
        let mut bytes = written(if pmtiles { Format::PmTiles } else { Format::MbTiles });
        // half of the changes hit the part that describes the rest
        let described = bytes.len().min(600);
        for (at, value, anywhere) in changes {
            let at = at.index(if anywhere { bytes.len() } else { described });
            bytes[at] = value;
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("damaged");
        fs::write(&path, bytes).unwrap();
        read_all(&path);
    }

    /// Damage behind the packing, which gzip's checksum would mostly catch before.
    #[test]
    fn no_directory_makes_the_reader_panic(directory in prop::collection::vec(any::<u8>(), 0..120)) {
        let mut bytes = written(Format::PmTiles);
        bytes[97] = 1;
        let end = bytes.len() as u64;
        bytes[8..16].copy_from_slice(&end.to_le_bytes());
        bytes[16..24].copy_from_slice(&(directory.len() as u64).to_le_bytes());
        // no metadata, and the whole file is leaf directories and tiles
        bytes[32..40].fill(0);
        let len = (bytes.len() + directory.len()) as u64;
        for section in [40, 56] {
            bytes[section..section + 8].fill(0);
            bytes[section + 8..section + 16].copy_from_slice(&len.to_le_bytes());
        }
        bytes.extend(directory);
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("damaged");
        fs::write(&path, bytes).unwrap();
        read_all(&path);
    }
}

/// The public vector-tile fixtures, valid and invalid, travel through archives of both kinds unchanged, and the
/// decoder that our tests use takes them or refuses them.
#[test]
fn the_public_vector_tile_fixtures_pass_through_unchanged() {
    let zip = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/mvt/mvt-fixtures.zip");
    let Ok(file) = File::open(&zip) else {
        eprintln!("left out: {} is not there", zip.display());
        return;
    };
    let mut zip = zip::ZipArchive::new(file).unwrap();
    let mut fixtures = Vec::new();
    for at in 0..zip.len() {
        let mut entry = zip.by_index(at).unwrap();
        let name = entry.name().unwrap().into_owned();
        let is_tile = [".mvt", ".pbf"].iter().any(|end| name.ends_with(end));
        if is_tile && entry.size() > 0 {
            let mut bytes = Vec::new();
            entry.read_to_end(&mut bytes).unwrap();
            fixtures.push((name, bytes));
        }
    }
    assert!(fixtures.len() > 70, "{}", fixtures.len());
    let folder = TempDir::new().unwrap();
    for format in [Format::PmTiles, Format::MbTiles] {
        let path = folder.path().join("fixtures");
        let at = |lon_deg, lat_deg| LonLat { lon_deg, lat_deg };
        let imprint = Imprint {
            min_zoom: 8,
            max_zoom: 8,
            bounds: Bounds::between(at(-180.0, -80.0), at(180.0, 80.0)),
            center: (at(0.0, 0.0), 8),
            metadata: serde_json::Map::new(),
        };
        let mut addresses: Vec<_> = (0..256 * 256_u32).map(|at| coord(8, at / 256, at % 256)).collect();
        addresses.sort_by_key(|coord| tile_number(*coord));
        let mut writer = ArchiveWriter::create(&path, format, &imprint).unwrap();
        for (number, (coord, (_, bytes))) in addresses.iter().zip(&fixtures).enumerate() {
            // some of the real ones are packed already
            let packed = if bytes.starts_with(&[0x1f, 0x8b]) { bytes.clone() } else { gzip(bytes) };
            writer.add(*coord, number as u64, &packed).unwrap();
        }
        writer.finish().unwrap();
        let archive = Archive::open(&path).unwrap();
        let mut decoded = 0;
        for (coord, (name, bytes)) in addresses.iter().zip(&fixtures) {
            let found = archive.unpacked(*coord).unwrap().unwrap_or_default();
            if !bytes.starts_with(&[0x1f, 0x8b]) {
                assert!(found == *bytes, "{name}");
            }
            if let Ok(reader) = fast_mvt::MvtReaderRef::new(&found) {
                decoded += 1;
                for feature in reader.layers().flat_map(|layer| layer.features().collect::<Vec<_>>()) {
                    let _ = (feature.geometry(), feature.properties_vec().map(|tags| tags.len()));
                }
            }
        }
        assert!(decoded > 40, "{decoded} of {} were decoded", fixtures.len());
        fs::remove_file(&path).unwrap();
    }
}
