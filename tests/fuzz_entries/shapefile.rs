//! The parts of a shapefile → features in lon/lat, from a folder and out of a zip.
//!
//! An input has parts `shp`, `shx`, `dbf`, `prj` and `cpg`, perhaps `crs` with a code as a layer file says it, and
//! `filter`. One without parts is a `.zip` as it is. Promise: a refusal that is told in both languages, or features that
//! lie on the earth, with as many attributes as there are columns; the folder and the zip give the same.

use std::path::Path;

use kreisel::config::SourceConfig;
use kreisel::filter::Filter;
use kreisel::geo::{Crs, LonLat, Polygon, Shape};
use kreisel::report::Report;
use kreisel::source::{self, FeatureSet, SourceError};

use super::parts::{self, Part, folder, parts, write};
use super::told::{assert_said, assert_told};

/// Runs one input.
pub(crate) fn run(input: &[u8]) {
    let folder = folder();
    let parts = parts(input);
    if parts.is_empty() {
        write(folder.path(), "delivery.zip", input);
        let _ = read(&SourceConfig::of(folder.path().join("delivery.zip")));
        return;
    }
    let of_file = ["shp", "shx", "dbf", "prj", "cpg"];
    let named: Vec<(String, &[u8])> = parts
        .iter()
        .filter(|part| of_file.contains(&part.name))
        .map(|part| (format!("areas.{}", part.name), part.bytes))
        .collect();
    for (name, bytes) in &named {
        write(folder.path(), name, bytes);
    }
    let members: Vec<Part<'_>> = named.iter().map(|(name, bytes)| Part { name, bytes }).collect();
    write(folder.path(), "delivery.zip", &parts::zip(&members));
    let config = |name: &str| SourceConfig {
        crs: parts::text(&parts, "crs").and_then(|code| Crs::from_code(code.trim()).ok()),
        filter: parts::text(&parts, "filter").and_then(|text| Filter::parse(text.trim()).ok()),
        ..SourceConfig::of(folder.path().join(name))
    };
    let (loose, packed) = (read(&config("areas.shp")), read(&config("delivery.zip")));
    if let (Ok(loose), Ok(packed)) = (loose, packed) {
        assert_eq!(loose, packed, "loose and packed files are the same");
    }
}

/// Reads a file, looks at what is in it, and holds both to their promises.
pub(crate) fn read(config: &SourceConfig) -> Result<FeatureSet, SourceError> {
    assert_inspected(&config.path);
    let _ = source::columns(config);
    let mut report = Report::default();
    let read = source::open(config, &mut report);
    assert_told(&report);
    match &read {
        Ok(set) => assert_features(set),
        Err(error) => assert_said(&error.told()),
    }
    read
}

fn assert_inspected(path: &Path) {
    match source::inspect(path) {
        Ok(members) => {
            for member in members {
                assert!(member.first.iter().all(|row| row.len() == member.columns.len()), "{member:?}");
            }
        }
        Err(error) => assert_said(&error.told()),
    }
}

fn assert_features(set: &FeatureSet) {
    assert!(!set.features.is_empty());
    let on_earth = |at: LonLat| {
        let is_there = (-180.0..=180.0).contains(&at.lon_deg) && (-90.0..=90.0).contains(&at.lat_deg);
        assert!(is_there, "{at:?} is not on the earth");
    };
    for feature in &set.features {
        assert_eq!(feature.attributes.len(), set.columns.len(), "an attribute for each column");
        match &feature.shape {
            Shape::Point(at) => on_earth(*at),
            Shape::Polygons(polygons) => {
                polygons.iter().flat_map(Polygon::rings).flatten().for_each(|at| on_earth(*at));
            }
        }
    }
}
