//! Every awkward file of other projects ends in features or in a reason, and real German deliveries give what is
//! known of them. The files lie beside the project and are not part of it; without them these tests pass.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Read;
use std::path::{Path, PathBuf};

use kreisel::attribute::Attribute;
use kreisel::config::{PointColumns, SourceConfig};
use kreisel::geo::{Crs, Shape};
use kreisel::report::Report;
use kreisel::source::{self, FeatureSet, GeometryKind, SourceError};

fn data() -> Option<PathBuf> {
    let path = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data"));
    if !path.is_dir() {
        #[expect(clippy::print_stderr, reason = "whoever runs the tests must see what was not tried")]
        {
            eprintln!("skipped: {} is not there", path.display());
        }
        return None;
    }
    Some(path)
}

fn config(path: impl Into<PathBuf>) -> SourceConfig {
    SourceConfig::of(path)
}

fn codes(report: &Report) -> Vec<&'static str> {
    report.findings.iter().map(|finding| finding.code).collect()
}

/// Unpacks a zip archive, flat files and folders alike.
fn unpack(archive: &Path, into: &Path) {
    let file = std::fs::File::open(archive).expect("the archive is readable");
    let mut zip = zip::ZipArchive::new(file).expect("the archive is a zip");
    for index in 0..zip.len() {
        let mut entry = zip.by_index(index).expect("the entry is there");
        let Some(name) = entry.enclosed_name() else { continue };
        if entry.is_dir() {
            continue;
        }
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).expect("the entry can be unpacked");
        let path = into.join(name);
        std::fs::create_dir_all(path.parent().expect("has a folder")).expect("the folder can be made");
        std::fs::write(path, bytes).expect("the file can be written");
    }
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("the folder is readable").flatten() {
        let path = entry.path();
        if path.is_dir() { files(&path, found) } else { found.push(path) }
    }
}

/// What became of a file, in one line: number of features and codes of findings, or what was wrong.
fn outcome(path: &Path, crs: Option<&str>) -> String {
    let mut config = config(path);
    config.crs = crs.map(|code| Crs::from_code(code).expect("known"));
    let mut report = Report::default();
    match source::open(&config, &mut report) {
        Ok(set) => {
            let mut codes = codes(&report);
            codes.sort_unstable();
            let mut text = format!("{} features", set.features.len());
            for code in codes {
                write!(text, " {code}").expect("strings take text");
            }
            text
        }
        Err(error) => {
            let name = format!("{error:?}");
            let name = name.split([' ', '(', '{']).next().unwrap_or_default().to_owned();
            assert!(!error.to_string().is_empty());
            name
        }
    }
}

/// All files of the awkward archives that could be a layer, with what became of them: as they are, and read as if
/// they were in EPSG:4326, because half of them come without a `.prj`.
fn outcomes(data: &Path, archive: &str) -> BTreeMap<String, (String, String)> {
    let folder = tempfile::tempdir().expect("a folder can be made");
    unpack(&data.join("awkward").join(archive), folder.path());
    let mut found = Vec::new();
    files(folder.path(), &mut found);
    let is_layer = |path: &&PathBuf| {
        let extension = path.extension().map(|extension| extension.to_string_lossy().to_lowercase());
        matches!(extension.as_deref(), Some("shp" | "zip" | "geojson" | "json"))
    };
    let outcomes = found.iter().filter(is_layer).map(|path| {
        let name = path.strip_prefix(folder.path()).expect("lies inside").display().to_string();
        let _ = source::inspect(path);
        (name, (outcome(path, None), outcome(path, Some("EPSG:4326"))))
    });
    outcomes.collect()
}

/// Archive; file; what becomes of it as it is; what becomes of it if the layer file says EPSG:4326 ("=" is the same).
const EXPECTED: &str = "
shapes_mapshaper.zip; dbf/cpg/big5.shp; CrsMissing; NothingUsable
shapes_mapshaper.zip; features/polygons/ex1.shp; WrongGeometry; =
shapes_mapshaper.zip; features/zip/points.zip; 295 features; =
shapes_mapshaper.zip; features/zip/zip-in-zip.zip; NothingInside; =
shapes_mapshaper.zip; issues/166/a_utm.shp; 1 features; NothingUsable
shapes_mapshaper.zip; issues/166/e_merc.shp; 1 features; NothingUsable
shapes_mapshaper.zip; issues/193/gauss_kruger.shp; PartMissing; =
shapes_mapshaper.zip; issues/193/three_points.shp; Crs; 3 features
shapes_mapshaper.zip; issues/518_519_shp_reading/data_corruption_error.shp; WrongGeometry; =
shapes_mapshaper.zip; issues/invalid_coords/invalid_coordinates.shp; NothingUsable; =
shapes_mapshaper.zip; issues/point_shapefile_import_error/points.shp; CrsMissing; NothingUsable
shapes_mapshaper.zip; shapefile/nad27/popctr_state1970.shp; Crs; 51 features
shapes_mapshaper.zip; shapefile/shplib/3dpoints.shp; CrsMissing; 22 features index-not-used
shapes_mapshaper.zip; shapefile/six_counties.shp; 6 features; =
shapes_mapshaper.zip; shapefile/two_states_mercator.shp; 2 features; NothingUsable
shapes_mapshaper.zip; shapefile/polygons.shp; PartMissing; =
shapes_nts.zip; AllNulls.shp; CrsMissing; NothingUsable
shapes_nts.zip; CA_Cable_region.shp; CrsMissing; 49 features index-not-used
shapes_nts.zip; EmptyShapeFile.shp; PartMissing; =
shapes_nts.zip; Victoria North.shp; CrsMissing; 1 features no-area
shapes_nts.zip; __emptyShapefile.shp; NotATable; =
shapes_nts.zip; chinese_encoding.shp; CrsMissing; 78 features
shapes_nts.zip; christchurch-canterbury-h.shp; NotAShapefile; =
shapes_nts.zip; crustal_test_bugged.shp; CrsMissing; NothingUsable
shapes_nts.zip; line_wgs84_geo.shp; WrongGeometry; =
shapes_nts.zip; point_ed50_geo.shp; CrsMissing; 3 features index-not-used
shapes_shapefile-js.zip; LGA_2013_AUST.shp; 1 features null-geometry; 1 features crs-overridden null-geometry
shapes_shapefile-js.zip; T8Th4_6n.zip; WrongGeometry; =
shapes_shapefile-js.zip; bad.shp; NotAShapefile; =
shapes_shapefile-js.zip; badzip.zip; BadArchive; =
shapes_shapefile-js.zip; codepage.zip; 2 features; =
shapes_shapefile-js.zip; counties.zip; CrsMissing; 14 features
shapes_shapefile-js.zip; export_multipointz.shp; NothingUsable; =
shapes_shapefile-js.zip; htmlcpg.shp; 2 features index-not-used unknown-encoding; =
shapes_shapefile-js.zip; htmlprj.shp; Crs; 2 features index-not-used
shapes_shapefile-js.zip; ipra_dresden_polygon.shp; 1 features; =
shapes_shapefile-js.zip; mixedcase.zip; 40 features; NothingUsable
shapes_shapefile-js.zip; no-dbf.zip; PartMissing; =
shapes_shapefile-js.zip; noshp.zip; NothingInside; =
shapes_shapefile-js.zip; qgis.zip; 2 features; =
shapes_shapefile-js.zip; train_stations.zip; 361 features; NothingUsable
shapes_shapefile-js.zip; utf.zip; 2 features; =
shapes_mbostock-shapefile.zip; empty.shp; WrongGeometry; =
shapes_mbostock-shapefile.zip; multipoints.shp; NothingUsable; =
shapes_mbostock-shapefile.zip; null.shp; 5 features null-geometry; =
shapes_mbostock-shapefile.zip; number-null-property.shp; CrsMissing; 4 features index-not-used
shapes_mbostock-shapefile.zip; points.shp; 9 features; =
shapes_mbostock-shapefile.zip; polygons.shp; 3 features; =
shapes_mbostock-shapefile.zip; polylines.shp; WrongGeometry; =
shapes_mbostock-shapefile.zip; singleton.shp; CrsMissing; 1 features index-not-used
upload_zips_shapefile-fairy.zip; invalid.empty.zip; NothingInside; =
upload_zips_shapefile-fairy.zip; invalid.multishp.zip; SeveralMembers; =
upload_zips_shapefile-fairy.zip; invalid.nodbf.zip; PartMissing; =
upload_zips_shapefile-fairy.zip; invalid.noshp.zip; NothingInside; =
upload_zips_shapefile-fairy.zip; invalid.noshx.zip; 245 features index-not-used; NothingUsable
upload_zips_shapefile-fairy.zip; invalid.onlyshp.zip; NotAShapefile; =
upload_zips_shapefile-fairy.zip; valid.backslash-double.zip; NotATable; =
upload_zips_shapefile-fairy.zip; valid.backslash-single.zip; NotATable; =
upload_zips_shapefile-fairy.zip; valid.everything.zip; NotAShapefile; =
upload_zips_shapefile-fairy.zip; valid.world.caps.zip; 245 features; NothingUsable
upload_zips_shapefile-fairy.zip; valid.world.zip; 245 features; NothingUsable
geojson_georust_canonical.zip; canonical/good-feature-with-id.geojson; 1 features; =
geojson_georust_canonical.zip; canonical/good-featurecollection-bbox3d.geojson; 2 features; =
geojson_georust_canonical.zip; canonical/good-featurecollection-extensions.geojson; 2 features not-an-area-or-place; =
geojson_georust_canonical.zip; canonical/good-geometrycollection.geojson; NothingUsable; =
geojson_georust_canonical.zip; canonical/good-multipoint.geojson; 1 features; =
geojson_georust_canonical.zip; canonical/good-linestring.geojson; NothingUsable; =
geojson_georust_canonical.zip; canonical/good-point-3d.geojson; 1 features; =
geojson_georust_canonical.zip; canonical/multipolygon.geojson; 1 features; =
geojson_georust_canonical.zip; canonical/nullgeometry.geojson; NothingUsable; =
polygons_earcut.zip; water-huge.json; NotGeoJson; =
";

#[test]
fn every_awkward_file_ends_in_features_or_in_a_reason() {
    let Some(data) = data() else { return };
    let mut archives = Vec::new();
    files(&data.join("awkward"), &mut archives);
    let mut seen = BTreeMap::new();
    for archive in archives {
        let name = archive.file_name().expect("has a name").to_string_lossy().into_owned();
        let outcomes = outcomes(&data, &name);
        assert!(outcomes.len() > 9, "{name} was unpacked");
        seen.insert(name, outcomes);
    }
    let mut different = String::new();
    for line in EXPECTED.trim().lines() {
        let cells: Vec<&str> = line.split("; ").collect();
        let (archive, file, plain, assumed) = (cells[0], cells[1], cells[2], cells[3]);
        let expected = (plain.to_owned(), if assumed == "=" { plain } else { assumed }.to_owned());
        let got = &seen[archive][file];
        if *got != expected {
            writeln!(different, "{archive}; {file}; {}; {}", got.0, got.1).expect("strings take text");
        }
    }
    assert!(different.is_empty(), "other outcomes than expected:\n{different}");
    assert!(seen["polygons_earcut.zip"].values().all(|(plain, _)| plain == "NotGeoJson"));
}

/// A table with one numbered row per shape, for files whose own was lost.
fn made_up_table(rows: u64) -> Vec<u8> {
    let mut bytes = vec![3, 121, 1, 1];
    bytes.extend(u32::try_from(rows).expect("few rows").to_le_bytes());
    bytes.extend([65, 0, 9, 0]);
    bytes.resize(32, 0);
    bytes.extend(*b"ID\0\0\0\0\0\0\0\0\0N\0\0\0\0\x08\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x0D");
    (1..=rows).for_each(|row| bytes.extend(format!(" {row:>8}").bytes()));
    bytes
}

/// Shapes without a table are refused; with a table made up beside them their geometry is tried as well.
fn with_made_up_table(path: &Path, crs: &str) -> String {
    std::fs::write(path.with_extension("dbf"), made_up_table(0)).expect("can be written");
    let mut config = config(path);
    config.crs = Some(Crs::wgs84());
    if let Err(SourceError::RowCountDiffers { shapes, .. }) = source::open(&config, &mut Report::default()) {
        std::fs::write(path.with_extension("dbf"), made_up_table(shapes)).expect("can be written");
    }
    outcome(path, Some(crs))
}

#[test]
fn shapes_of_every_kind_and_damage_are_read_when_they_have_a_table() {
    let Some(data) = data() else { return };
    let folder = tempfile::tempdir().expect("a folder can be made");
    unpack(&data.join("awkward/shapes_nts.zip"), folder.path());
    unpack(&data.join("awkward/shapes_mbostock-shapefile.zip"), folder.path());
    // counts as pyshp 3.1 gives them, less null shapes; Volume2 is damaged
    let expected = [
        ("UnifiedChecksMaterialNullAtStart.shp", "4326", "2 features index-not-used null-geometry"),
        ("UnifiedChecksMaterialNullInMiddle.shp", "4326", "2 features index-not-used null-geometry"),
        ("UnifiedChecksMaterialNullAtEnd.shp", "4326", "2 features index-not-used null-geometry"),
        ("EmptyShapeFile.shp", "4326", "NothingUsable"),
        ("shape_pointM.shp", "4326", "4 features index-not-used"),
        ("shape_PointZM.shp", "3857", "3 features index-not-used"),
        ("shape_pointZM_MissingM values.shp", "3857", "3 features cut-off-file index-not-used"),
        ("polygon_wgs84_geo.shp", "4326", "2 features index-not-used"),
        ("polygonm.shp", "4326", "1 features index-not-used"),
        ("pointm.shp", "4326", "3 features index-not-used"),
        ("tnp_pol.shp", "32632", "5 features index-not-used"),
        ("error_union.shp", "32632", "511 features index-not-used"),
        ("Issue167.shp", "32632", "201 features index-not-used"),
        ("Volume2.shp", "32632", "1 features cut-off-file index-not-used"),
    ];
    let mut different = String::new();
    for (name, crs, expected) in expected {
        let got = with_made_up_table(&folder.path().join(name), crs);
        if got != expected {
            writeln!(different, "(\"{name}\", \"{crs}\", \"{got}\"),").expect("strings take text");
        }
    }
    assert!(different.is_empty(), "other outcomes than expected:\n{different}");
}

/// What is known of real deliveries: file, member, CRS to say, features, polygons, holes, columns that must be there,
/// and one attribute that must occur, with its umlauts.
struct Delivery {
    file: &'static str,
    member: Option<&'static str>,
    crs: Option<&'static str>,
    features: usize,
    /// Polygons and holes, where the data's description counts them: parts of all multiparts, and holes.
    holes: Option<usize>,
    column: &'static str,
    occurs: &'static str,
}

const fn delivery(file: &'static str, features: usize, column: &'static str, occurs: &'static str) -> Delivery {
    Delivery { file, member: None, crs: None, features, holes: None, column, occurs }
}

const fn member(
    file: &'static str,
    member: &'static str,
    features: usize,
    column: &'static str,
    occurs: &'static str,
) -> Delivery {
    Delivery { file, member: Some(member), crs: None, features, holes: None, column, occurs }
}

fn read(data: &Path, delivery: &Delivery) -> (FeatureSet, Report) {
    let mut config = config(data.join(delivery.file));
    config.member = delivery.member.map(str::to_owned);
    config.crs = delivery.crs.map(|code| Crs::from_code(code).expect("known"));
    let mut report = Report::default();
    let set = source::open(&config, &mut report).unwrap_or_else(|error| panic!("{error}"));
    (set, report)
}

fn occurs(set: &FeatureSet, column: &str, text: &str) -> bool {
    let at = set.column(column).unwrap_or_else(|| panic!("has a column {column}: {:?}", set.columns));
    set.features.iter().any(|feature| feature.attributes[at].to_text().as_deref() == Some(text))
}

/// Every feature of a German delivery lies in Germany.
fn assert_in_germany(set: &FeatureSet, name: &str) {
    for feature in &set.features {
        let bounds = feature.shape.bounds().expect("has positions").to_west_south_east_north();
        let [west, south, east, north] = bounds;
        let is_inside = west > 5.5 && south > 47.0 && east < 15.5 && north < 55.5;
        assert!(is_inside, "record {} of {name} lies at {bounds:?}", feature.row);
    }
}

#[test]
fn real_deliveries_give_what_is_known_of_them() {
    let Some(data) = data() else { return };
    let vg250 = "boundaries/vg250_2016-01-01_utm32s.zip";
    let vg5000 = "boundaries/vg5000_2021-01-01_gk3.shape.ebenen.zip";
    let deliveries = [
        Delivery { holes: Some(338), ..member(vg250, "VG250_GEM", 11_431, "GEN", "Häuslingen") },
        member(vg250, "vg250_krs", 432, "GEN", "Heidekreis"),
        Delivery { holes: Some(22), ..member(vg5000, "VG5000_GEM", 10_997, "GEN", "Häuslingen") },
        member(vg5000, "VG5000_KRS", 401, "GEN", "Heidekreis"),
        member(vg5000, "VG5000_VWG", 4_605, "GEN", "Schwarmstedt"),
        member(vg5000, "VG5000_RBZ", 19, "GEN", "Düsseldorf"),
        member(vg5000, "VG5000_LAN", 25, "GEN", "Thüringen"),
        member(vg5000, "VG5000_STA", 7, "GEN", "Deutschland"),
        member("boundaries/vg250_2021-01-01_utm32s_teilmenge.zip", "VG250_PK", 10_997, "LON_GMS", "9°26'15\"E"),
        member("boundaries/vg250_2021-01-01_utm32s_teilmenge.zip", "VG250_LAN", 35, "GEN", "Thüringen"),
        delivery("boundaries/vg250-ew_2022-12-31_gk3_teilmenge.zip", 35, "GEN", "Thüringen"),
        delivery("boundaries/vg250_gem_2022_zensus_simplified_utm32.zip", 10_990, "ARS", "033580024024"),
        delivery("boundaries/vg250_kreise_1998-01-01.geojson.gz", 442, "SHN", "0335800000"),
        delivery("boundaries/vg250_kreise_2011-12-31.geojson.gz", 430, "AGS", "03358000"),
        delivery("boundaries/vg250_kreise_2025-01-01.geojson.gz", 433, "GEN", "Heidekreis"),
        delivery("boundaries/vg250_laender_2025-01-01.geojson.gz", 34, "GEN", "Thüringen"),
        member("boundaries/vg250_2000_historisch_utm32w_teilmenge.zip", "vg250lnd", 16, "GEN", "Thüringen"),
        member("boundaries/vg250_2000_historisch_utm32w_teilmenge.zip", "vg250bez", 40, "GEN", "Lüneburg"),
        delivery("boundaries/bbsr_kreisregionen_2014_lcc.zip", 361, "KREG1214", "3358000"),
        Delivery {
            crs: Some("EPSG:25833"),
            ..delivery("boundaries/berlin_einschulungsbereiche_2019_epsg25833.geojson.gz", 346, "BEZName", "Spandau")
        },
        delivery("heidekreis/hk_gemeinden_vg250_2016_utm32.zip", 24, "GEN", "Häuslingen"),
        delivery("heidekreis/hk_gemeinden_vg250_2016.geojson", 24, "AGS", "03358004"),
        delivery("heidekreis/hk_gemeinden_vg5000_2021.geojson", 23, "AGS", "03358024"),
        delivery("heidekreis/hk_gemeinden_2022_ewz.geojson", 23, "AGS", "03358024"),
        delivery("heidekreis/hk_samtgemeinden_vg250_2016.geojson", 13, "RS", "033585401"),
        delivery("heidekreis/hk_kreis_vg250_2025.geojson", 1, "GEN", "Heidekreis"),
    ];
    for delivery in &deliveries {
        let (set, report) = read(&data, delivery);
        let name = format!("{} {}", delivery.file, delivery.member.unwrap_or_default());
        assert_eq!(set.features.len(), delivery.features, "{name}: {:?}", codes(&report));
        assert!(occurs(&set, delivery.column, delivery.occurs), "{} occurs in {name}", delivery.occurs);
        assert_in_germany(&set, &name);
        if let Some(expected) = delivery.holes {
            let holes = |shape: &Shape<_>| match shape {
                Shape::Polygons(polygons) => polygons.iter().map(|polygon| polygon.holes.len()).sum(),
                Shape::Point(_) => 0,
            };
            let found: usize = set.features.iter().map(|feature| holes(&feature.shape)).sum();
            assert_eq!(found, expected, "holes in {name}");
        }
    }
}

#[test]
fn the_same_municipality_lies_in_the_same_place_whatever_its_crs() {
    let Some(data) = data() else { return };
    let files = ["heidekreis/hk_gemeinden_vg250_2016_utm32.zip", "heidekreis/hk_gemeinden_vg250_2016.geojson"];
    let [utm, degrees] = files.map(|file| read(&data, &delivery(file, 24, "AGS", "")).0);
    let (key_a, key_b) = (utm.column("AGS").expect("has keys"), degrees.column("AGS").expect("has keys"));
    for feature in &utm.features {
        let same = |other: &&source::Feature| other.attributes[key_b] == feature.attributes[key_a];
        let other = degrees.features.iter().find(same).expect("is in both files");
        let (a, b) = (feature.shape.bounds().expect("has positions"), other.shape.bounds().expect("has positions"));
        let pairs = a.to_west_south_east_north().into_iter().zip(b.to_west_south_east_north());
        // the GeoJSON has seven decimals: a centimetre
        pairs.for_each(|(a, b)| assert!((a - b).abs() < 2e-7, "{a} and {b}"));
    }
}

#[test]
fn what_is_missing_in_a_delivery_is_said() {
    let Some(data) = data() else { return };
    let message = |file: &str, member: Option<&str>| {
        let mut config = config(data.join(file));
        config.member = member.map(str::to_owned);
        let error = source::open(&config, &mut Report::default()).expect_err("something is missing");
        error.to_string().replace(&format!("{}/", data.display()), "")
    };
    assert_eq!(
        message("boundaries/vg250_2021-01-01_utm32s_teilmenge.zip", Some("VG250_GEM")),
        "boundaries/vg250_2021-01-01_utm32s_teilmenge.zip/VG250_GEM has no .shp, which holds the shapes; export again with all parts"
    );
    assert_eq!(
        message("boundaries/vg250_2016-01-01_utm32s.zip", Some("GEM")),
        "boundaries/vg250_2016-01-01_utm32s.zip holds no layer \"GEM\"; it holds: VG250_GEM, VG250_KRS"
    );
    assert_eq!(
        message("boundaries/vg250_2016-01-01_utm32s.zip", None),
        "boundaries/vg250_2016-01-01_utm32s.zip holds several layers; set `member` in the layer file to one of: VG250_GEM, VG250_KRS"
    );
    let berlin = message("boundaries/berlin_einschulungsbereiche_2019_epsg25833.geojson.gz", None);
    assert!(berlin.contains("set `crs` in the layer file") && berlin.contains("EPSG:25833"), "{berlin}");
}

#[test]
fn facility_tables_give_their_points() {
    let Some(data) = data() else { return };
    let tables = [
        ("facilities/schulen_de_2019.csv.gz", 33_144, vec!["no-coordinates"]),
        ("facilities/schulen_sachsen_2026_mit_ags.csv.gz", 1_467, vec![]),
        ("facilities/krankenhaeuser_de_2020.csv.gz", 2_809, vec![]),
        ("facilities/kitas_berlin_2018.csv.gz", 2_552, vec![]),
        ("facilities/orte_geonames_de.csv.gz", 11_870, vec![]),
        ("heidekreis/hk_schulen_2019.csv", 100, vec![]),
        ("heidekreis/hk_krankenhaeuser_2020.csv", 5, vec![]),
        ("heidekreis/hk_ortsteile_aus_strassen.csv", 43, vec![]),
    ];
    for (file, features, findings) in tables {
        let mut config = config(data.join(file));
        config.points = Some(PointColumns { x: "lon".to_owned(), y: "lat".to_owned() });
        let mut report = Report::default();
        let set = source::open(&config, &mut report).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!((set.features.len(), codes(&report)), (features, findings), "{file}");
        assert_in_germany(&set, file);
        assert!(
            set.features.iter().all(|feature| matches!(feature.attributes[0], Attribute::Text(_))),
            "keys stay text"
        );
    }
}

#[test]
fn a_geopackage_gives_the_points_of_its_table_whatever_its_contents_table_says() {
    let Some(data) = data() else { return };
    let mut report = Report::default();
    let set = source::open(&config(data.join("facilities/krankenhaeuser_de_2020.gpkg")), &mut report).expect("is read");
    assert!(report.findings.is_empty(), "{:?}", codes(&report));
    let table = SourceConfig {
        points: Some(PointColumns { x: "lon".to_owned(), y: "lat".to_owned() }),
        ..config(data.join("facilities/krankenhaeuser_de_2020.csv.gz"))
    };
    let table = source::open(&table, &mut Report::default()).expect("is read");
    // the same register in another form: row by row the same ids, the same places to a metre
    assert_eq!((set.features.len(), table.features.len()), (2809, 2809));
    let ids = (set.column("id").expect("has an id"), table.column("id").expect("has an id"));
    for (one, other) in set.features.iter().zip(&table.features) {
        assert_eq!(one.attributes[ids.0], other.attributes[ids.1]);
        let (Shape::Point(at), Shape::Point(there)) = (&one.shape, &other.shape) else {
            panic!("hospitals are points")
        };
        let apart = (at.lon_deg - there.lon_deg).abs().max((at.lat_deg - there.lat_deg).abs());
        assert!(apart < 1e-5, "{at:?} and {there:?}");
    }
}

#[test]
fn three_registers_in_one_zip_are_read_by_their_names() {
    let Some(data) = data() else { return };
    let file = data.join("facilities/schulen_original_ni_sn_nw.zip");
    for (member, features) in [("niedersachsen", 5_113), ("sachsen", 2_087), ("nrw", 5_860)] {
        let config = SourceConfig {
            member: Some(member.to_owned()),
            points: Some(PointColumns { x: "lon".to_owned(), y: "lat".to_owned() }),
            ..config(&file)
        };
        let set = source::open(&config, &mut Report::default()).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(set.features.len(), features, "{member}");
        assert_in_germany(&set, member);
    }
    let error = source::open(&config(&file), &mut Report::default()).expect_err("asks which").to_string();
    assert!(error.ends_with("to one of: niedersachsen, nrw, sachsen"), "{error}");
}

#[test]
fn a_delivery_is_looked_through_without_reading_its_geometry() {
    let Some(data) = data() else { return };
    let members =
        source::inspect(&data.join("boundaries/vg5000_2021-01-01_gk3.shape.ebenen.zip")).expect("is readable");
    let names: Vec<&str> = members.iter().map(|member| member.name.as_str()).collect();
    let layers = ["VG5000_GEM", "VG5000_KRS", "VG5000_LAN", "VG5000_LI", "VG5000_RBZ", "VG5000_STA", "VG5000_VWG"];
    assert_eq!(names[..7], layers);
    assert_eq!(names[7..], ["VG_DATEN", "VG_WERTE"], "tables are listed too");
    let municipalities = &members[0];
    assert_eq!((municipalities.kind, municipalities.records), (GeometryKind::Polygons, 10_997));
    assert_eq!(municipalities.crs.as_ref().map(Crs::name), Some("EPSG:31467"));
    assert!(municipalities.columns.contains(&"ARS".to_owned()));
    assert_eq!(municipalities.first.len(), 5);
    assert_eq!((members[3].kind, members[7].kind), (GeometryKind::Lines, GeometryKind::None));
}

#[test]
fn tables_in_any_code_page_are_decoded_by_their_label() {
    let Some(data) = data() else { return };
    let folder = tempfile::tempdir().expect("a folder can be made");
    unpack(&data.join("awkward/shapes_mapshaper.zip"), folder.path());
    let labelled = source::inspect(&folder.path().join("dbf/cpg")).expect("is readable");
    let text = |name: &str| {
        let member = labelled.iter().find(|member| member.name == name).unwrap_or_else(|| panic!("{name} is there"));
        member.first[0][0].to_string()
    };
    let expected = [
        ("big5", "國語"),
        ("euckr", "한국말"),
        ("koi8r", "русский"),
        ("latin2", "čeština"),
        ("win1251", "РУССКИЙ"),
        ("win874", "ภาษาไทย"),
    ];
    for (name, words) in expected {
        assert_eq!(text(name), words);
    }
}
