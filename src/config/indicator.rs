//! The checked `indicators/*.toml`.

use std::collections::BTreeMap;
use std::path::PathBuf;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{IndicatorId, LayerId, MeasureId, Provenance, Text};
use crate::succession::Weight;
use crate::value::{Date, Period};

/// One indicator: everything that is said about it anywhere.
#[derive(Clone, Debug)]
pub struct IndicatorConfig {
    /// The file's stem.
    pub id: IndicatorId,
    /// The file, relative to the atlas, as messages name it.
    pub file: PathBuf,
    /// Title for people.
    pub title: Text,
    /// What it measures, in plain words.
    pub description: Text,
    /// Theme id from `atlas.toml`.
    pub theme: String,
    /// Display order inside the theme; smaller comes first.
    pub order: i32,
    /// Unit behind a number, such as `%`.
    pub unit: Text,
    /// Decimals shown and published.
    pub decimals: u8,
    /// Which way is better.
    pub direction: Direction,
    /// Count or ratio: decides how it may be drawn.
    pub measure: Measure,
    /// Layers it is published for; never empty.
    pub layers: Vec<LayerId>,
    /// How values come from what the tables count.
    pub formula: Formula,
    /// Tables it is read from; never empty.
    pub tables: Vec<TableConfig>,
    /// What is kept secret.
    pub privacy: PrivacyRule,
    /// How measures are shared out where an area was divided; by population where nothing is said.
    pub conversion: BTreeMap<MeasureId, Weight>,
    /// Breaks in the series.
    pub breaks: Vec<SeriesBreak>,
    /// How class limits are found.
    pub classes: ClassesConfig,
    /// Responsible department.
    pub department: Option<Text>,
    /// Source, licence, attribution.
    pub provenance: Provenance,
}

/// Which way is better.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// More is better.
    Higher,
    /// Less is better.
    Lower,
    /// Neither.
    #[default]
    Neither,
}

/// Count or ratio. A choropleth of counts misleads; clients draw counts as symbols.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Measure {
    /// How many.
    Count,
    /// How many of how many, an index or a mean.
    Ratio,
}

/// How a value comes from the measures in the tables.
#[derive(Clone, Debug, PartialEq)]
pub enum Formula {
    /// The measure itself; for ratios and indices this is an imported value that is never recomputed.
    Imported {
        /// The measure.
        value: MeasureId,
    },
    /// `factor · numerator / denominator`.
    Ratio {
        /// What is counted.
        numerator: MeasureId,
        /// Out of how many.
        denominator: MeasureId,
        /// 100 for per cent.
        factor: f64,
    },
}

impl Measure {
    /// Decimals where nobody says how many.
    #[must_use]
    pub fn default_decimals(self) -> u8 {
        match self {
            Self::Count => 0,
            Self::Ratio => 1,
        }
    }
}

impl Formula {
    /// Factor where nobody says one: per cent.
    pub const DEFAULT_FACTOR: f64 = 100.0;

    /// The measures that it needs.
    pub fn measures(&self) -> impl Iterator<Item = &MeasureId> {
        let (first, second) = match self {
            Self::Imported { value } => (value, None),
            Self::Ratio { numerator, denominator, .. } => (numerator, Some(denominator)),
        };
        std::iter::once(first).chain(second)
    }
}

/// What is kept secret. The rule is applied before anything is encoded, in `release`.
///
/// With a minimum of `k`, counts from 1 to `k - 1` are suppressed; 0 is published as zero.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct PrivacyRule {
    /// Minimum count in the numerator, or of an imported count itself; `None` = no rule.
    pub min_numerator: Option<u32>,
    /// Minimum count in the denominator; below it nothing is published, zero included. `None` = no rule.
    pub min_denominator: Option<u32>,
}

/// A break in the series: values before and from `period` on are not comparable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeriesBreak {
    /// First period of the new kind.
    pub period: Period,
    /// Why.
    pub reason: Text,
}

/// Names of the colour ramps that an indicator can ask for; `release` knows their colours.
pub const RAMPS: &[&str] = &["blues", "greens", "oranges", "purples", "purple_green", "brown_teal"];

/// How class limits are found: once, over the whole series, from released values only.
#[derive(Clone, Debug, PartialEq)]
pub struct ClassesConfig {
    /// How.
    pub breaks: Breaks,
    /// Name of the colour ramp, see `release::classes`.
    pub ramp: String,
}

impl ClassesConfig {
    /// Number of classes where nobody says one.
    pub const DEFAULT_COUNT: u8 = 5;
}

impl Default for ClassesConfig {
    fn default() -> Self {
        Self { breaks: Breaks::Quantile { classes: Self::DEFAULT_COUNT }, ramp: "blues".to_owned() }
    }
}

/// Ways to find class limits.
#[derive(Clone, Debug, PartialEq)]
pub enum Breaks {
    /// Classes with equally many values.
    Quantile {
        /// 2 to 7.
        classes: u8,
    },
    /// Classes of equal width.
    Equal {
        /// 2 to 7.
        classes: u8,
    },
    /// Inner limits, ascending: a value equal to a limit belongs to the class above it.
    Manual {
        /// 1 to 6 numbers.
        limits: Vec<f64>,
    },
}

/// A table file, and how to read it.
#[derive(Clone, Debug, PartialEq)]
pub struct TableConfig {
    /// `.csv` or `.csv.gz`.
    pub path: PathBuf,
    /// Column with the area key.
    pub key: String,
    /// Where periods, measures and values stand.
    pub layout: TableLayout,
    /// Column separator; `None` = detected.
    pub delimiter: Option<u8>,
    /// Encoding; `None` = detected.
    pub encoding: Option<&'static encoding_rs::Encoding>,
    /// Decimal mark; `None` = detected per column.
    pub decimal: Option<char>,
    /// Day whose areas all rows speak of; `None` = the areas of each row's own period.
    pub territory: Option<Date>,
}

impl TableConfig {
    /// Column with the area key where nobody says one.
    pub const DEFAULT_KEY: &str = "key";
}

impl TableLayout {
    /// Column with the period where nobody says one.
    pub const DEFAULT_PERIOD: &str = "period";
    /// Column with the measure where nobody says one.
    pub const DEFAULT_MEASURE: &str = "indicator";
    /// Column with the number or symbol where nobody says one.
    pub const DEFAULT_VALUE: &str = "value";
    /// Column with the state where nobody says one; a table may do without it.
    pub const DEFAULT_STATE: &str = "state";
}

/// Where periods, measures and values stand in a table.
#[derive(Clone, Debug, PartialEq)]
pub enum TableLayout {
    /// One row per value.
    Tidy {
        /// Column with the period.
        period: String,
        /// Column with the measure's id.
        measure: String,
        /// Column with the number or symbol.
        value: String,
        /// Column with the state; absent from the file = from the symbols alone.
        state: Option<String>,
    },
    /// One row per area, one column per year; the year is the column's name.
    Years {
        /// What all the columns count.
        measure: MeasureId,
    },
    /// One row per area (and period), one column per measure.
    Measures {
        /// Period of every row, if the file has no column for it.
        period: Option<Period>,
        /// Column with the period, if there is one.
        period_column: Option<String>,
        /// Column name → measure.
        columns: BTreeMap<String, MeasureId>,
    },
}
