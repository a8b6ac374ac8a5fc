//! Released values of one indicator on one layer.

use std::collections::BTreeSet;

use crate::release::ReleasedValue;
use crate::store::FeatureIndex;
use crate::value::Period;

/// Values of every feature of a layer in every period, after disclosure control.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// Ascending.
    pub(super) periods: Vec<Period>,
    /// `values[feature * periods.len() + period]`.
    pub(super) values: Vec<ReleasedValue>,
    /// Positions of values that were made of figures of former areas.
    pub(super) converted: BTreeSet<usize>,
}

impl Series {
    /// Periods, ascending.
    #[must_use]
    pub fn periods(&self) -> &[Period] {
        &self.periods
    }

    /// The newest period, if there is any.
    #[must_use]
    pub fn newest(&self) -> Option<Period> {
        self.periods.last().copied()
    }

    /// The value of a feature in a period; `None` if the series does not have the period.
    #[must_use]
    pub fn value(&self, feature: FeatureIndex, period: Period) -> Option<ReleasedValue> {
        let column = self.periods.binary_search(&period).ok()?;
        self.values.get(feature as usize * self.periods.len() + column).copied()
    }

    /// Whether the value of a feature in a period was made of figures of former areas.
    #[must_use]
    pub fn is_converted(&self, feature: FeatureIndex, period: Period) -> bool {
        let column = self.periods.binary_search(&period);
        column.is_ok_and(|column| self.converted.contains(&(feature as usize * self.periods.len() + column)))
    }

    /// All periods of one feature, ascending.
    #[must_use]
    pub fn row(&self, feature: FeatureIndex) -> &[ReleasedValue] {
        let start = feature as usize * self.periods.len();
        self.values.get(start..start + self.periods.len()).unwrap_or(&[])
    }

    /// Number of features.
    #[must_use]
    pub fn features(&self) -> usize {
        if self.periods.is_empty() { 0 } else { self.values.len() / self.periods.len() }
    }

    /// All values, in no promised order: for class limits and summaries.
    pub fn values(&self) -> impl Iterator<Item = ReleasedValue> {
        self.values.iter().copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::release::gate::tests::released;
    use crate::value::{Figure, State};

    #[test]
    fn values_are_found_by_feature_and_period() {
        let figures = [1.0, 2.0, 3.0, 4.0].map(Figure::exact);
        let series = released(&[2014, 2016], &figures, 0);
        let period = |year| Period::year(year).expect("a year");
        let number = |feature, year| series.value(feature, period(year)).and_then(ReleasedValue::number);
        assert_eq!((number(0, 2014), number(0, 2016), number(1, 2014)), (Some(1.0), Some(2.0), Some(3.0)));
        assert_eq!((number(0, 2015), number(2, 2014), number(u32::MAX, 2014)), (None, None, None));
        assert_eq!((series.newest(), series.features(), series.row(1).len()), (Some(period(2016)), 2, 2));
        assert!(series.row(2).is_empty());
    }

    #[test]
    fn a_series_without_periods_has_no_values() {
        let series = released(&[], &[], 0);
        assert_eq!((series.newest(), series.features(), series.values().count()), (None, 0, 0));
        assert!(series.row(0).is_empty());
    }

    #[test]
    fn states_travel_with_the_values() {
        let series = released(&[2015], &[Figure::absent(State::Suppressed), Figure::new(7.0, State::Estimated)], 0);
        let states: Vec<State> = series.values().map(ReleasedValue::state).collect();
        assert_eq!(states, [State::Suppressed, State::Estimated]);
    }
}
