//! Released values of one indicator on one layer.

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
