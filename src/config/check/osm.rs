//! What an OpenStreetMap extract as a layer's source asks for: a rule on tags for each category, and the licence.

use std::collections::BTreeMap;

use super::super::document::KeyPath;
use super::super::file::{CategoryFile, LayerFile};
use super::super::problem::{Cause, Problems};
use super::super::{CategoryId, OsmCategory};
use crate::catalogue;
use crate::message;
use crate::tags::TagRule;

/// Column with the key of a feature, as `node/123`.
pub(super) const KEY_COLUMN: &str = "osm_id";
/// Column with the category whose rule took a feature.
pub(super) const CATEGORY_COLUMN: &str = "category";
/// Column with the name of a feature.
pub(super) const NAME_COLUMN: &str = "name";

/// The rule of each category, in display order.
pub(super) fn check(file: &LayerFile, problems: &mut Problems<'_>) -> Vec<OsmCategory> {
    if file.category.is_some() {
        let detail = "the categories' `osm` tell the category of a feature; leave `category` out";
        problems.add(Cause::KeyWithoutMeaning, &KeyPath::top("category"), detail);
    }
    check_licence(file, problems);
    let mut order: Vec<&str> = problems.document.keys_in_order("categories");
    order.sort_by_key(|name| file.categories.get(*name).map(|file| file.order));
    let mut rules = Vec::new();
    for name in order {
        let Some(category) = file.categories.get(name) else { continue };
        let at = KeyPath::top("categories").key(name).key("osm");
        let ready = catalogue::category_of(name).map(|ready| ready.osm).filter(|osm| !osm.is_empty());
        let Some(text) = category.osm.as_deref().or(ready) else {
            let detail = message!("which tags of OpenStreetMap mean {name}? such as osm = \"amenity=pharmacy\"", name);
            problems.add(Cause::MissingKey, &at, detail);
            continue;
        };
        let rule = TagRule::parse(text).map_err(|error| problems.add(Cause::InvalidValue, &at, error.told())).ok();
        // an id that is none is told where the categories are checked
        if let (Some(rule), Ok(category)) = (rule, CategoryId::new(name)) {
            rules.push(OsmCategory { category, rule });
        }
    }
    rules
}

/// Notes rules in a layer of another source.
pub(super) fn refuse(categories: &BTreeMap<String, CategoryFile>, problems: &mut Problems<'_>) -> Vec<OsmCategory> {
    for name in categories.iter().filter(|(_, category)| category.osm.is_some()).map(|(name, _)| name) {
        let at = KeyPath::top("categories").key(name).key("osm");
        problems.add(Cause::KeyWithoutMeaning, &at, "`osm` is for a layer whose source is an .osm.pbf file");
    }
    Vec::new()
}

/// OpenStreetMap's licence asks for its name beside every map: <https://www.openstreetmap.org/copyright>.
fn check_licence(file: &LayerFile, problems: &mut Problems<'_>) {
    let at = KeyPath::top("provenance");
    if !file.provenance.attribution.to_lowercase().contains("openstreetmap") {
        let detail = "what is made of OpenStreetMap must name it: attribution = \"© OpenStreetMap contributors\"";
        problems.add(Cause::InvalidValue, &at.key("attribution"), detail);
    }
    if !file.provenance.license.to_lowercase().contains("odbl") {
        let detail = "data of OpenStreetMap are under the Open Database License: license = \"ODbL-1.0\"";
        problems.add(Cause::InvalidValue, &at.key("license"), detail);
    }
}
