//! A figure and its state, and the period it speaks of. Never a bare number; absent is not zero.

mod period;

use std::fmt;

use crate::report::Message;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use period::{Date, Period, Validity};

/// How a figure is to be read. The names are those of the interface, the URLs and the tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// A number as the source gives it.
    Exact,
    /// Exactly nothing: the number is 0.
    Zero,
    /// Rounded by the source beyond its printed digits; 0 means "less than half of the last digit".
    Rounded,
    /// Estimated or converted.
    Estimated,
    /// Provisional; a final figure will follow.
    Provisional,
    /// Not delivered, and nobody said why.
    Missing,
    /// Will be available later.
    Pending,
    /// Cannot exist: the area or the thing counted did not exist, or the statement makes no sense.
    NotApplicable,
    /// Exists, but is too uncertain to be shown.
    Unreliable,
    /// Exists, but is kept secret: by the source or by this atlas's rule.
    Suppressed,
}

impl State {
    /// Every state, in the order of the documentation.
    pub const ALL: [Self; 10] = [
        Self::Exact,
        Self::Zero,
        Self::Rounded,
        Self::Estimated,
        Self::Provisional,
        Self::Missing,
        Self::Pending,
        Self::NotApplicable,
        Self::Unreliable,
        Self::Suppressed,
    ];

    /// Whether a figure in this state carries a number.
    #[must_use]
    pub fn has_number(self) -> bool {
        matches!(self, Self::Exact | Self::Zero | Self::Rounded | Self::Estimated | Self::Provisional)
    }

    /// Whether the number can be read without a remark: exact or zero.
    #[must_use]
    pub fn is_plain(self) -> bool {
        matches!(self, Self::Exact | Self::Zero)
    }

    /// The name used in tables, URLs and tiles.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Zero => "zero",
            Self::Rounded => "rounded",
            Self::Estimated => "estimated",
            Self::Provisional => "provisional",
            Self::Missing => "missing",
            Self::Pending => "pending",
            Self::NotApplicable => "not_applicable",
            Self::Unreliable => "unreliable",
            Self::Suppressed => "suppressed",
        }
    }

    /// The name for people, in both languages.
    #[must_use]
    pub fn told(self) -> Message {
        self.as_str().into()
    }

    /// The state with this name, if there is one.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == name)
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A number with its state, or a state without a number. Cannot be built inconsistent: a number
/// is finite, [`State::Zero`] has the number 0, and absent states have none.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Figure {
    number: f64,
    state: State,
}

impl Figure {
    /// A figure with a number. Exact 0 becomes [`State::Zero`]; a number that is not finite becomes
    /// [`State::Missing`]; an absent state keeps its state and drops the number.
    #[must_use]
    pub fn new(number: f64, state: State) -> Self {
        match state {
            _ if !state.has_number() => Self::absent(state),
            _ if !number.is_finite() => Self::absent(State::Missing),
            State::Exact | State::Zero if number == 0.0 => Self { number: 0.0, state: State::Zero },
            State::Zero => Self { number, state: State::Exact },
            _ => Self { number, state },
        }
    }

    /// An exact number.
    #[must_use]
    pub fn exact(number: f64) -> Self {
        Self::new(number, State::Exact)
    }

    /// A figure without a number. A state that needs a number becomes [`State::Missing`].
    #[must_use]
    pub fn absent(state: State) -> Self {
        Self { number: f64::NAN, state: if state.has_number() { State::Missing } else { state } }
    }

    /// The number, if the state has one.
    #[must_use]
    pub fn number(self) -> Option<f64> {
        self.state.has_number().then_some(self.number)
    }

    /// How the figure is to be read.
    #[must_use]
    pub fn state(self) -> State {
        self.state
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_never_carries_a_number_that_its_state_denies() {
        assert_eq!(Figure::new(7.0, State::Suppressed).number(), None);
        assert_eq!(Figure::absent(State::Exact).state(), State::Missing);
        assert_eq!(Figure::exact(f64::NAN).state(), State::Missing);
        assert_eq!(Figure::exact(0.0).state(), State::Zero);
        assert_eq!(Figure::new(3.0, State::Zero).state(), State::Exact);
        assert_eq!(Figure::new(0.0, State::Rounded).state(), State::Rounded);
    }

    #[test]
    fn every_state_is_found_by_its_name() {
        for state in State::ALL {
            assert_eq!(State::from_name(state.as_str()), Some(state));
        }
    }
}
