//! An OpenStreetMap extract → the facilities of three categories.
//!
//! Promise: a refusal that is told in both languages, or facilities that lie on the earth.

use kreisel::config::{CategoryId, OsmCategory, SourceConfig};
use kreisel::tags::TagRule;

use super::parts::{folder, write};
use super::shapefile;

/// Runs one input.
pub(crate) fn run(input: &[u8]) {
    let folder = folder();
    write(folder.path(), "extract.osm.pbf", input);
    let rules = [("schools", "amenity=school"), ("doctors", "amenity=doctors;healthcare=doctor"), ("named", "name=*")];
    let category = |(id, rule): (&str, &str)| {
        Some(OsmCategory { category: CategoryId::new(id).ok()?, rule: TagRule::parse(rule).ok()? })
    };
    let osm: Vec<OsmCategory> = rules.into_iter().filter_map(category).collect();
    assert!(!osm.is_empty());
    let _ = shapefile::read(&SourceConfig { osm, ..SourceConfig::of(folder.path().join("extract.osm.pbf")) });
}
