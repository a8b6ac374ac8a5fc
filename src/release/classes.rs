//! Class limits and colours: one set per indicator and layer, for all periods, from released values.

use crate::config::ClassesConfig;
use crate::release::Series;

/// Names of the colour ramps that an indicator can ask for.
pub const RAMPS: &[&str] = &["blues"];

/// Class limits with their colours. Class `i` holds values from `limits[i - 1]` (inclusive) to
/// `limits[i]` (exclusive); the first has no lower, the last no upper limit.
#[derive(Clone, Debug, PartialEq)]
pub struct Classes {
    /// Inner limits, ascending; one less than there are classes.
    pub limits: Vec<f64>,
    /// One colour per class, `#rrggbb`, light to dark or from one end of a diverging ramp to the other.
    pub colors: Vec<String>,
    /// Smallest and largest released number of the whole series; `None` if there is none.
    pub range: Option<(f64, f64)>,
}

impl Classes {
    /// Finds the limits for a series. Limits are rounded to what a person can read; classes that
    /// fall together by rounding are dropped.
    #[must_use]
    pub fn find(_config: &ClassesConfig, _series: &Series) -> Self {
        unimplemented!()
    }

    /// Index of the class a number belongs to.
    #[must_use]
    pub fn class_of(&self, number: f64) -> usize {
        self.limits.partition_point(|limit| *limit <= number)
    }
}
