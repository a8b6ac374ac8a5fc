//! Facilities that may be one and the same, in one source twice or in two: the same category, a similar name, at most
//! [`NEAR_M`] apart. They are told, with both keys and files, and never merged: which of them is right, a person knows.

use rayon::prelude::*;
use rstar::RTree;
use rstar::primitives::GeomWithData;

use crate::config::CategoryId;
use crate::message;
use crate::release::layer::{FeatureRecord, Layer, LayerFeatures};
use crate::report::{Case, Finding, Report};
use crate::store::FeatureIndex;

/// Metres between two places that may be one: the front door and the middle of the site.
const NEAR_M: f64 = 100.0;

/// Likeness of two names from which on they may be one (Jaro-Winkler, 0 to 1).
const LIKE: f64 = 0.92;

/// So many neighbours of a place are looked at: a thousand facilities at one point, which a bad geocoder makes, must
/// not cost a million comparisons.
const MOST_NEIGHBOURS: usize = 100;

/// A facility of any layer.
struct Site<'l> {
    layer: &'l Layer,
    record: &'l FeatureRecord,
    category: &'l CategoryId,
    name: String,
    at: [f64; 2],
    /// Mercator metres of a metre on the ground.
    scale: f64,
}

/// Reports facilities that may be in the atlas twice, layer by layer.
pub(super) fn report(layers: &[Layer], report: &mut Report) {
    let sites: Vec<Site<'_>> = layers.iter().flat_map(sites_of).collect();
    let points = sites.iter().zip(0_usize..).map(|(site, number)| GeomWithData::new(site.at, number));
    let tree = RTree::bulk_load(points.collect());
    let twins: Vec<Vec<Case>> =
        sites.par_iter().enumerate().map(|(number, site)| twins(site, number, &sites, &tree)).collect();
    for layer in layers {
        let own = sites.iter().zip(&twins).filter(|(site, _)| std::ptr::eq(site.layer, layer));
        let cases: Vec<Case> = own.flat_map(|(_, cases)| cases.iter().cloned()).collect();
        if !cases.is_empty() {
            let message = message!(
                "layer \"{id}\": facilities that may be in the atlas twice: same category, similar name, at most 100 m apart",
                id = layer.config.id
            );
            let advice = "if two are one, take one of them out of its source; nothing is merged";
            let finding = Finding::notice("facility-twice", message).in_file(&layer.config.source.path);
            report.add(finding.advise(advice).at_all(cases));
        }
    }
}

fn sites_of(layer: &Layer) -> impl Iterator<Item = Site<'_>> {
    let places = match &layer.geometry {
        LayerFeatures::Places(places) => Some(places),
        LayerFeatures::Areas(_) => None,
    };
    places.into_iter().flat_map(move |places| {
        layer.features.iter().zip(0..).filter_map(move |(record, index): (&FeatureRecord, FeatureIndex)| {
            let position = places.position(index);
            let scale = 1.0 / position.to_lon_lat().lat_deg.to_radians().cos().max(0.01);
            let at = [position.x, position.y];
            let category = record.category.as_ref()?;
            let whole = position.x.is_finite() && position.y.is_finite();
            whole.then(|| Site { layer, record, category, name: fold(&record.name), at, scale })
        })
    })
}

/// Facilities behind this one in the order of layers that may be the same.
fn twins(site: &Site<'_>, number: usize, sites: &[Site<'_>], tree: &RTree<GeomWithData<[f64; 2], usize>>) -> Vec<Case> {
    let reach = NEAR_M * site.scale;
    let near = tree.locate_within_distance(site.at, reach * reach).take(MOST_NEIGHBOURS);
    let mut others: Vec<usize> = near.map(|point| point.data).filter(|other| *other > number).collect();
    others.sort_unstable();
    let others = others.into_iter().filter_map(|other| sites.get(other));
    let same = others.filter(|other| other.category == site.category && alike(&site.name, &other.name));
    same.map(|other| {
        let metres = (site.at[0] - other.at[0]).hypot(site.at[1] - other.at[1]) / site.scale;
        let file = other.layer.config.source.path.file_name().unwrap_or_default().to_string_lossy();
        Case::key(&site.record.key).saying(message!(
            "{name}; {distance} m away {other} ({key} in {file})",
            name = site.record.name,
            distance = format!("{metres:.0}"),
            other = other.record.name,
            key = other.record.key,
            file
        ))
    })
    .collect()
}

/// Lower case, umlauts spelled out, words parted by one blank.
fn fold(name: &str) -> String {
    let spelled = name.to_lowercase().replace('ä', "ae").replace('ö', "oe").replace('ü', "ue").replace('ß', "ss");
    let words: Vec<&str> = spelled.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
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
