//! OpenStreetMap extracts as the source of a facility layer: what is taken, where it lies, what is refused.
//!
//! The figures are GDAL's and shapely's: `tests/reference/osm_facilities.py`. One of Liechtenstein's car parks is a
//! multipolygon of the old form, whose tags are on its way: a relation in GDAL, a way here and in pyosmium. The extracts lie beside the project and
//! are not part of it; without them these tests pass.

use std::path::{Path, PathBuf};

use kreisel::config::{CategoryId, OsmCategory, SourceConfig};
use kreisel::geo::Shape;
use kreisel::report::Report;
use kreisel::source::{self, FeatureSet};
use kreisel::tags::TagRule;

fn extract(name: &str) -> Option<PathBuf> {
    let path = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data/osm")).join(name);
    if !path.is_file() {
        #[expect(clippy::print_stderr, reason = "whoever runs the tests must see what was not tried")]
        {
            eprintln!("skipped: {} is not there", path.display());
        }
        return None;
    }
    Some(path)
}

fn config(path: &Path, rules: &[(&str, &str)]) -> SourceConfig {
    let category = |(id, rule): &(&str, &str)| OsmCategory {
        category: CategoryId::new(id).expect("is an id"),
        rule: TagRule::parse(rule).expect("is a rule"),
    };
    SourceConfig { osm: rules.iter().map(category).collect(), ..SourceConfig::of(path) }
}

fn read(path: &Path, rules: &[(&str, &str)]) -> (FeatureSet, Report) {
    let mut report = Report::default();
    let set = source::open(&config(path, rules), &mut report).expect("is read");
    (set, report)
}

/// Nodes, ways and relations.
fn kinds(set: &FeatureSet) -> [usize; 3] {
    let id = set.column("osm_id").expect("has an id");
    let ids: Vec<String> = set.features.iter().filter_map(|feature| feature.attributes[id].to_text()).collect();
    ["node/", "way/", "relation/"].map(|kind| ids.iter().filter(|id| id.starts_with(kind)).count())
}

fn mean(set: &FeatureSet) -> (f64, f64) {
    let places = set.features.iter().map(|feature| match &feature.shape {
        Shape::Point(at) => (at.lon_deg, at.lat_deg),
        Shape::Polygons(_) => panic!("is a point"),
    });
    let (x, y) = places.fold((0.0, 0.0), |(x, y), (lon, lat)| (x + lon, y + lat));
    (x / set.features.len() as f64, y / set.features.len() as f64)
}

#[test]
fn nodes_ways_and_relations_are_where_gdal_and_shapely_have_them() {
    /// Bent outlines, whose centroid lies outside: the reference chooses another place inside.
    const BENT: f64 = 5e-6;
    type Expected = (&'static str, &'static str, [usize; 3], (f64, f64), f64);
    let cases: &[Expected] = &[
        ("liechtenstein-2015.osm.pbf", "amenity=school", [7, 12, 0], (9.527_979_8, 47.172_306_8), 1e-6),
        ("liechtenstein-2015.osm.pbf", "amenity=kindergarten", [5, 1, 0], (9.516_514_9, 47.145_599_7), 1e-6),
        ("monaco-2016.osm.pbf", "amenity=pharmacy", [23, 0, 0], (7.430_155_9, 43.742_818_3), 1e-6),
        ("monaco-2016.osm.pbf", "amenity=hospital", [5, 0, 0], (7.434_783_5, 43.743_660_3), 1e-6),
        ("monaco-2016.osm.pbf", "amenity=school", [10, 6, 0], (7.447_142_2, 43.751_352_3), 1e-6),
        ("liechtenstein-2015.osm.pbf", "amenity=parking", [30, 128, 0], (9.527_225_2, 47.148_786_5), 1e-6),
        ("liechtenstein-2015.osm.pbf", "landuse=residential", [0, 16, 1], (9.540_629_2, 47.180_503_9), BENT),
        ("north-bayreuth-2014.osm.pbf", "amenity=kindergarten", [0, 3, 0], (11.553_758_4, 50.016_344_1), 1e-6),
    ];
    for (file, rule, expected, (x, y), within) in cases {
        let Some(path) = extract(file) else { return };
        let (set, _) = read(&path, &[("all", rule)]);
        assert_eq!(kinds(&set), *expected, "{file} {rule}");
        let (lon, lat) = mean(&set);
        // the reference rounds to 1e-7 degrees
        assert!((lon - x).abs() < *within && (lat - y).abs() < *within, "{file} {rule}: {lon} {lat}");
    }
}

#[test]
fn the_closest_rule_decides_and_attributes_have_one_name_each() {
    let Some(path) = extract("liechtenstein-2015.osm.pbf") else { return };
    let rules = [("school", "amenity=school"), ("named", "amenity=school with name=*"), ("doctor", "amenity=doctors")];
    let (set, report) = read(&path, &rules);
    let (category, name) = (set.column("category").expect("is there"), set.column("name").expect("is there"));
    let with = |wanted: &str, named: bool| {
        let fits = set.features.iter().filter(|feature| {
            feature.attributes[category].to_text().as_deref() == Some(wanted)
                && feature.attributes[name].to_text().is_some() == named
        });
        fits.count()
    };
    assert_eq!(set.features.len(), 19);
    assert_eq!((with("named", false), with("school", true)), (0, 0), "a named school fits the closer rule");
    assert_eq!(with("named", true) + with("school", false), 19);
    for column in ["operator", "opening_hours", "barrier_free", "phone", "website", "capacity", "street", "postcode"] {
        assert!(set.column(column).is_some(), "{column}");
    }
    // 142,832 nodes, 15,247 ways, 358 relations: the extract's own figures
    assert!(report.facts[0].text.starts_with("158437 records read, 19 taken"), "{}", &*report.facts[0].text);
}

#[test]
fn a_filter_looks_at_tags() {
    let Some(path) = extract("monaco-2016.osm.pbf") else { return };
    let mut config = config(&path, &[("pharmacy", "amenity=pharmacy")]);
    config.filter = kreisel::filter::Filter::parse("phone IS NOT NULL").ok();
    let with_phone = source::open(&config, &mut Report::default()).map(|set| set.features.len());
    assert_eq!(with_phone.ok(), Some(1), "one of 23, as GDAL has it");
}

#[test]
fn an_extract_cut_anywhere_damaged_or_something_else_is_refused_with_the_reason() {
    let Some(path) = extract("liechtenstein-2015.osm.pbf") else { return };
    let whole = std::fs::read(path).expect("is readable");
    let folder = tempfile::tempdir().expect("a folder can be made");
    let refused = |bytes: &[u8]| {
        let path = folder.path().join("x.osm.pbf");
        std::fs::write(&path, bytes).expect("can be written");
        let error = source::open(&config(&path, &[("school", "amenity=school")]), &mut Report::default());
        error.map(|set| set.features.len()).map_err(|error| error.to_string())
    };
    for cut in [5, 100, whole.len() / 2, whole.len() - 1, whole.len() - 1000] {
        let error = refused(&whole[..cut]).expect_err("is cut off");
        assert!(error.contains("is no OpenStreetMap extract that can be read"), "{cut}: {error}");
    }
    assert!(refused(&whole[..whole.len() / 2]).expect_err("is cut off").contains("it is cut off; download"));
    assert!(refused(&[whole.as_slice(), &[0, 0, 1]].concat()).expect_err("has a rest").contains("cut off"));
    for (bytes, reason) in [
        (b"".as_slice(), "it is empty"),
        (b"PK\x03\x04rest of a zip", "it is a zip archive; unpack it"),
        (b"<?xml version=\"1.0\"?><osm/>", "it is XML"),
        (b"\x1f\x8b\x08 something", "it is packed by gzip"),
        (b"\x00\x00\x00\x11\x0a\x09OSMHeader\x18\xff\xff\xff\xff\x07", "impossible size"),
        (b"name;x;y\nWalsrode;9,6;52,9\n", "does not begin with the header of an extract"),
    ] {
        let error = refused(bytes).expect_err("is refused");
        assert!(error.contains(reason), "{reason}: {error}");
    }
    // a byte changed anywhere gives features or a reason, never a panic that ends the program
    let mut random = 20_u64;
    for _ in 0..60 {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let mut bytes = whole.clone();
        let at = usize::try_from(random >> 33).expect("fits") % bytes.len();
        bytes[at] ^= 0x55;
        let _either = refused(&bytes);
    }
}
