//! Facilities that may be one and the same, in one source twice or in two: the same category, a similar name, at most
//! [`NEAR_M`] apart. They are told, with both keys and files, and never merged: which of them is right, a person knows.

use rayon::prelude::*;

use crate::config::CategoryId;
use crate::geo::{Bounds, Mercator};
use crate::message;
use crate::release::layer::{FeatureRecord, Layer, LayerFeatures};
use crate::report::{Case, Finding, Report};
use crate::store::{FeatureIndex, Places};

/// Metres between two places that may be one: the front door and the middle of the site.
const NEAR_M: f64 = 100.0;

/// Likeness of two names from which on they may be one (Jaro-Winkler, 0 to 1).
const LIKE: f64 = 0.92;

/// So many neighbours of a place are looked at: a thousand facilities at one point, which a bad geocoder makes, must
/// not cost a million comparisons.
const MOST_NEIGHBOURS: usize = 100;

/// The facilities of one layer.
struct Sites<'l> {
    layer: &'l Layer,
    places: &'l Places,
    /// Folded names, in the order of the features.
    names: Vec<String>,
}

/// Reports facilities that may be in the atlas twice, layer by layer.
pub(super) fn report(layers: &[Layer], report: &mut Report) {
    let sites: Vec<Sites<'_>> = layers.iter().filter_map(Sites::of).collect();
    for (number, own) in sites.iter().enumerate() {
        let behind = sites.get(number..).unwrap_or_default();
        let features = (0..own.names.len()).into_par_iter().filter_map(|index| FeatureIndex::try_from(index).ok());
        let cases: Vec<Case> = features.flat_map_iter(|index| own.twins(index, behind)).collect();
        if !cases.is_empty() {
            let message = message!(
                "layer \"{id}\": facilities that may be in the atlas twice: same category, similar name, at most 100 m apart",
                id = own.layer.config.id
            );
            let advice = "if two are one, take one of them out of its source; nothing is merged";
            let finding = Finding::notice("facility-twice", message).in_file(&own.layer.config.source.path);
            report.add(finding.advise(advice).at_all(cases));
        }
    }
}

impl<'l> Sites<'l> {
    fn of(layer: &'l Layer) -> Option<Self> {
        let LayerFeatures::Places(places) = &layer.geometry else { return None };
        let names = layer.features.iter().map(|record| fold(&record.name)).collect();
        Some(Self { layer, places, names })
    }

    fn site(&self, index: FeatureIndex) -> Option<(&'l FeatureRecord, &'l CategoryId, &str, Mercator)> {
        let record = self.layer.features.get(index as usize)?;
        let name = self.names.get(index as usize)?;
        Some((record, record.category.as_ref()?, name, self.places.position(index)))
    }

    /// Facilities behind this one, in its layer and in those that follow, that may be the same. The first of `behind`
    /// is the layer itself.
    fn twins(&self, index: FeatureIndex, behind: &[Sites<'_>]) -> Vec<Case> {
        let Some((record, category, name, at)) = self.site(index) else { return Vec::new() };
        // Mercator metres of a metre on the ground
        let scale = 1.0 / at.to_lon_lat().lat_deg.to_radians().cos().max(0.01);
        let around = Bounds::between(at, at).grown(NEAR_M * scale);
        let mut cases = Vec::new();
        for (place, other_layer) in behind.iter().enumerate() {
            let near = other_layer.places.query(around).into_iter().filter(|other| place > 0 || *other > index);
            for other in near.take(MOST_NEIGHBOURS) {
                let Some((other, other_category, other_name, there)) = other_layer.site(other) else { continue };
                let metres = (at.x - there.x).hypot(at.y - there.y) / scale;
                if metres > NEAR_M || category != other_category || !alike(name, other_name) {
                    continue;
                }
                let file = other_layer.layer.config.source.path.file_name().unwrap_or_default().to_string_lossy();
                cases.push(Case::key(&record.key).saying(message!(
                    "{name}; {distance} m away {other} ({key} in {file})",
                    name = record.name,
                    distance = format!("{metres:.0}"),
                    other = other.name,
                    key = other.key,
                    file
                )));
            }
        }
        cases
    }
}

/// Lower case, umlauts spelled out, words parted by one blank.
fn fold(name: &str) -> String {
    let spelled = name.to_lowercase().replace('ä', "ae").replace('ö', "oe").replace('ü', "ue").replace('ß', "ss");
    let words: Vec<&str> =
        spelled.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    words.join(" ")
}

/// Whether two folded names may mean one facility. `Kita 1` and `Kita 2` do not.
fn alike(one: &str, other: &str) -> bool {
    let numbers = |name: &str| -> Vec<String> {
        let words = name.split(' ').filter(|word| word.bytes().any(|byte| byte.is_ascii_digit()));
        words.map(str::to_owned).collect()
    };
    one == other || (numbers(one) == numbers(other) && strsim::jaro_winkler(one, other) >= LIKE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_alike_in_spite_of_spelling_but_not_of_number() {
        for (one, other) in [
            ("Grundschule Schwarmstedt", "Grundschule, Schwarmstedt"),
            ("Heidekreis-Klinikum GmbH Krankenhaus Soltau", "Heidekreis-Klinikum Krankenhaus Soltau"),
            ("Löwen-Apotheke", "Loewenapotheke"),
        ] {
            assert!(alike(&fold(one), &fold(other)), "{one} / {other}");
        }
        for (one, other) in [("Kita 1", "Kita 2"), ("Löwen-Apotheke", "Rathaus-Apotheke")] {
            assert!(!alike(&fold(one), &fold(other)), "{one} / {other}");
        }
    }
}
