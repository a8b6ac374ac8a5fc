//! Raw values by area and period: rows joined to areas by key, and the formula.
//!
//! What comes out, [`RawSeries`], may be named only here and in `release`, where the gate turns it
//! into released values. Nothing here does I/O.

use crate::area::{AreaKey, KeyKind};
use crate::config::{IndicatorConfig, LayerId};
use crate::report::Report;
use crate::table::Table;
use crate::value::{Figure, Period};

/// The keys of one area layer, in the order of its features.
#[derive(Clone, Copy, Debug)]
pub struct LayerKeys<'a> {
    /// The layer.
    pub layer: &'a LayerId,
    /// System of its keys.
    pub kind: KeyKind,
    /// One key per feature.
    pub keys: &'a [AreaKey],
    /// Name per feature, for messages.
    pub names: &'a [String],
}

/// One area and period before disclosure control.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RawCell {
    /// The indicator's figure, not rounded.
    pub value: Figure,
    /// What was counted; `None` where the indicator is imported as a ratio.
    pub numerator: Option<Figure>,
    /// Out of how many; `None` where there is no denominator.
    pub denominator: Option<Figure>,
}

/// One indicator on one layer before disclosure control: `cells[feature * periods.len() + period]`.
#[derive(Clone, Debug, PartialEq)]
pub struct RawSeries {
    /// The layer.
    pub layer: LayerId,
    /// Periods for which any area has a row, ascending.
    pub periods: Vec<Period>,
    /// One cell per feature and period; areas without a row are [`crate::value::State::Missing`].
    pub cells: Vec<RawCell>,
}

/// Joins an indicator's tables to the layers it is published for.
///
/// `tables` are in the order of [`IndicatorConfig::tables`]. Every key without partner on either side
/// is reported with the nearest candidates; a later row for the same area, period and measure is
/// left out and reported.
pub fn join(
    _indicator: &IndicatorConfig,
    _tables: &[&Table],
    _layers: &[LayerKeys<'_>],
    _report: &mut Report,
) -> Vec<RawSeries> {
    unimplemented!()
}
