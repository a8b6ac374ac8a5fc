//! What is kept secret and could be computed all the same: the total less the other parts.
//!
//! **This is the place of complementary suppression.** Until it exists, what can be computed is told: in go the
//! released series of one indicator and the hierarchy of areas, out come warnings that name the areas. A sum that was
//! computed here is suppressed with its parts; so what is found comes from totals that the tables give.

use std::collections::BTreeMap;

use crate::config::{IndicatorConfig, LayerId};
use crate::indicator::{Hierarchy, LayerKeys, Link};
use crate::message;
use crate::release::Series;
use crate::report::{Case, Finding, Report};
use crate::store::FeatureIndex;
use crate::value::{Period, State};

/// A suppressed value that can be computed: the part, from where, and in which periods.
type Found = BTreeMap<(usize, usize, usize), Vec<Period>>;

/// Reports every suppressed value of an indicator that follows from a published total and the other published parts.
pub(super) fn report(
    indicator: &IndicatorConfig,
    layers: &[LayerKeys<'_>],
    series: &BTreeMap<LayerId, Series>,
    hierarchy: &Hierarchy,
    report: &mut Report,
) {
    let mut known = Known::new(layers, series);
    let mut found = Found::new();
    // what has been computed may lead to more
    while hierarchy.links.iter().enumerate().any(|(index, link)| known.follow(index, link, &mut found)) {}
    if found.is_empty() {
        return;
    }
    let cases = found.into_iter().filter_map(|((index, part, whole), periods)| {
        let link = hierarchy.links.get(index)?;
        let named = |layer: &LayerId, feature: usize| {
            let keys = layers.iter().find(|keys| keys.layer == layer)?;
            Some((keys.keys.get(feature)?.as_str(), keys.names.get(feature)?.as_str()))
        };
        let ((key, name), (_, total)) = (named(&link.part, part)?, named(&link.whole, whole)?);
        let periods: Vec<String> = periods.iter().map(ToString::to_string).collect();
        let detail = message!(
            "{name}, {periods}: from {total} ({layer}) and its other parts",
            name,
            periods = periods.join(", "),
            total,
            layer = link.whole
        );
        Some(Case::key(key).saying(detail))
    });
    let message = "values that are kept secret can be computed from a total and the other parts";
    let finding = Finding::warning("secret-recoverable", message)
        .in_file(&indicator.file)
        .advise(
            "take the total out of the table (with aggregate = true it is kept secret with its parts), or publish the \
                 indicator on one of these layers",
        )
        .at_all(cases);
    report.add(finding);
}

/// Values that are published or can be computed, by layer, feature and period.
struct Known<'a> {
    layers: Vec<(&'a LayerId, &'a Series, Vec<bool>)>,
}

impl<'a> Known<'a> {
    fn new(layers: &[LayerKeys<'a>], series: &'a BTreeMap<LayerId, Series>) -> Self {
        let of = |keys: &LayerKeys<'a>| {
            let (_, series) = series.get_key_value(keys.layer)?;
            Some((keys.layer, series, series.values().map(|value| value.number().is_some()).collect()))
        };
        Self { layers: layers.iter().filter_map(of).collect() }
    }

    fn find(&self, layer: &LayerId) -> Option<usize> {
        self.layers.iter().position(|(id, ..)| *id == layer)
    }

    /// Whether a value is published or can be computed, and whether it is suppressed.
    fn look(&self, layer: usize, feature: usize, period: Period) -> Option<(bool, bool)> {
        let (_, series, known) = self.layers.get(layer)?;
        let column = series.periods().binary_search(&period).ok()?;
        let value = series.row(FeatureIndex::try_from(feature).ok()?).get(column)?;
        let known = *known.get(feature * series.periods().len() + column)?;
        Some((known, value.state() == State::Suppressed))
    }

    fn learn(&mut self, layer: usize, feature: usize, period: Period) {
        let Some((_, series, known)) = self.layers.get_mut(layer) else { return };
        let Ok(column) = series.periods().binary_search(&period) else { return };
        if let Some(known) = known.get_mut(feature * series.periods().len() + column) {
            *known = true;
        }
    }

    /// Looks at all totals of one link; whether anything could be computed.
    fn follow(&mut self, index: usize, link: &Link, found: &mut Found) -> bool {
        let (Some(part_layer), Some(whole_layer)) = (self.find(&link.part), self.find(&link.whole)) else {
            return false;
        };
        let Some((_, series, _)) = self.layers.get(whole_layer) else { return false };
        let (periods, wholes) = (series.periods().to_vec(), series.features());
        let mut learned = false;
        let all = link.parts(wholes).into_iter().enumerate();
        for (whole, parts) in all.filter(|(whole, _)| !link.incomplete.contains(whole)) {
            for period in &periods {
                if !self.look(whole_layer, whole, *period).is_some_and(|(known, _)| known) {
                    continue;
                }
                let looked: Vec<(usize, Option<(bool, bool)>)> =
                    parts.iter().map(|part| (*part, self.look(part_layer, *part, *period))).collect();
                let mut unknown = looked.iter().filter(|(_, looked)| !looked.is_some_and(|(known, _)| known));
                if let (Some((part, Some((_, true)))), None) = (unknown.next(), unknown.next()) {
                    self.learn(part_layer, *part, *period);
                    found.entry((index, *part, whole)).or_default().push(*period);
                    learned = true;
                }
            }
        }
        learned
    }
}
