//! Parent links of the layers → which areas make up which larger areas.
//!
//! Links are followed over all layers, also those that an indicator is not published for: municipalities lie in
//! districts through their associations. Whether parts fill the larger area is measured: a missing municipality would
//! make a sum too small, a joint municipality beside its members would count people twice.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::config::{IndicatorConfig, LayerId};
use crate::geo::{Polygon, doubled_area};
use crate::indicator::{Hierarchy, Link};
use crate::message;
use crate::release::layer::{Layer, LayerFeatures};
use crate::report::{Case, Finding, Report};
use crate::store::FeatureIndex;

/// By how much the land of the parts may differ from that of the larger area: boundaries of different sources and
/// dates are drawn differently, and the smallest municipality of a district has more than this.
const TOLERANCE: f64 = 0.01;

/// Share of the land from which on the parts were probably meant to fill the area.
const MEANT: f64 = 0.5;

/// Vertices that matter less than this many metres make no difference here, and are left out on both sides alike.
const TOLERANCE_M: f64 = 20.0;

/// The hierarchy of the layers that any indicator sums up over.
pub(super) fn find(indicators: &[IndicatorConfig], layers: &[Layer], report: &mut Report) -> Hierarchy {
    let summed: BTreeSet<&LayerId> =
        indicators.iter().filter(|indicator| indicator.aggregate).flat_map(|indicator| &indicator.layers).collect();
    let wanted = |layer: &&Layer| summed.contains(&layer.config.id);
    let mut land = Land::default();
    let mut links = Vec::new();
    for part in layers.iter().filter(wanted) {
        let mut at: Vec<Option<usize>> = (0..part.features.len()).map(Some).collect();
        let mut here = part;
        // parents form no circle; `config` has seen to that
        for steps in 1..=layers.len() {
            let Some(parent) = here.config.as_area().and_then(|area| area.parent.as_ref()) else { break };
            let Some(whole) = layers.iter().find(|layer| layer.config.id == parent.layer) else { break };
            let place: HashMap<&str, usize> =
                whole.features.iter().enumerate().map(|(place, feature)| (feature.key.as_str(), place)).collect();
            at = at
                .into_iter()
                .map(|at| place.get(here.features.get(at?)?.parent.as_ref()?.key.as_str()).copied())
                .collect();
            if wanted(&whole) {
                links.push(link(part, whole, steps, at.clone(), &mut land, report));
            }
            here = whole;
        }
    }
    Hierarchy { links }
}

fn link(
    part: &Layer,
    whole: &Layer,
    steps: usize,
    within: Vec<Option<usize>>,
    land: &mut Land,
    report: &mut Report,
) -> Link {
    let mut covered = vec![0.0; whole.features.len()];
    for (feature, whole) in within.iter().enumerate() {
        if let Some(covered) = whole.and_then(|whole| covered.get_mut(whole)) {
            *covered += land.of(part, feature);
        }
    }
    let mut incomplete = BTreeSet::new();
    let mut cases = Vec::new();
    for (feature, covered) in covered.into_iter().enumerate().filter(|(_, covered)| *covered > 0.0) {
        let share = covered / land.of(whole, feature);
        if (share - 1.0).abs() <= TOLERANCE {
            continue;
        }
        incomplete.insert(feature);
        // an atlas of one county has few of its state's municipalities, and nobody expects a sum of them
        if share >= MEANT {
            let record = &whole.features[feature];
            let percent = format!("{:.1}", 100.0 * share);
            let detail = message!("{name}: {percent} % of its land", name = record.name, percent);
            cases.push(Case::key(&record.key).saying(detail));
        }
    }
    if !cases.is_empty() {
        let (part, whole) = (&part.config.id, &whole.config.id);
        let message = message!(
            "areas of layer \"{whole}\" that those of layer \"{part}\" do not fill exactly get no sums",
            whole,
            part
        );
        let advice = "add the areas that are missing, or take out those that are there twice; figures of the tables are \
                      published as they are";
        report.add(Finding::warning("parts-incomplete", message).advise(advice).at_all(cases));
    }
    let years = part.config.as_area().map_or((None, None), |area| (area.valid_from, area.valid_to));
    let years = years.0.unwrap_or(i16::MIN)..=years.1.unwrap_or(i16::MAX);
    Link { part: part.config.id.clone(), whole: whole.config.id.clone(), steps, within, incomplete, years }
}

/// Areas on the Mercator plane by layer and feature, measured once. Parts and wholes lie at the same place, so that
/// its distortion is the same for both.
#[derive(Default)]
struct Land(BTreeMap<LayerId, Vec<f64>>);

impl Land {
    fn of(&mut self, layer: &Layer, feature: usize) -> f64 {
        let known = self.0.entry(layer.config.id.clone()).or_insert_with(|| measure(layer));
        known.get(feature).copied().unwrap_or(f64::NAN)
    }
}

fn measure(layer: &Layer) -> Vec<f64> {
    let LayerFeatures::Areas(areas) = &layer.geometry else { return Vec::new() };
    let of = |feature: FeatureIndex| {
        let polygons = areas.polygons(feature, TOLERANCE_M);
        // holes run the other way round
        polygons.iter().flat_map(Polygon::rings).map(|ring| doubled_area(ring) / 2.0).sum()
    };
    (0..areas.len()).filter_map(|feature| FeatureIndex::try_from(feature).ok()).map(of).collect()
}
