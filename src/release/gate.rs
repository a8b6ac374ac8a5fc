//! The gate: disclosure control. The only place where a [`ReleasedValue`] is made.

use crate::config::IndicatorConfig;
use crate::indicator::RawSeries;
use crate::release::Series;
use crate::value::{Figure, State};

/// A figure that has passed disclosure control. Encoders, exporters and handlers take nothing else.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ReleasedValue(Figure);

impl ReleasedValue {
    /// The number, if one may be shown.
    #[must_use]
    pub fn number(self) -> Option<f64> {
        self.0.number()
    }

    /// How the value is to be read.
    #[must_use]
    pub fn state(self) -> State {
        self.0.state()
    }
}

/// Lets a raw series through the gate: applies the indicator's rule and rounds to its decimals.
pub(super) fn pass(_indicator: &IndicatorConfig, _raw: &RawSeries) -> Series {
    unimplemented!()
}
