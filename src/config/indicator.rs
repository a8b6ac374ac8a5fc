//! The checked `indicators/*.toml`.

use std::collections::BTreeMap;
use std::path::PathBuf;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{IndicatorId, LayerId, MeasureId, Provenance, Text};
use crate::formula::{Expression, FormulaError, Fraction};
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
    /// What to mind when the figures are read.
    pub caveat: Option<Text>,
    /// Numbers of the official statistics it comes from.
    pub statistic: Option<String>,
    /// How values come from what the tables count.
    pub formula: Formula,
    /// Whether larger areas get the sum over the areas in them where the tables have no figure.
    pub aggregate: bool,
    /// Periods whose figures are not final.
    pub states: PeriodStates,
    /// Tables it is read from; never empty.
    pub tables: Vec<TableConfig>,
    /// What is kept secret.
    pub privacy: PrivacyRule,
    /// How measures are shared out where an area was divided; by population where nothing is said.
    pub conversion: BTreeMap<MeasureId, Weight>,
    /// Breaks in the series.
    pub breaks: Vec<SeriesBreak>,
    /// What areas are compared with.
    pub references: Vec<Reference>,
    /// What is to be reached.
    pub targets: Vec<Target>,
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
pub struct Formula {
    /// What is computed, with measures by position.
    expression: Expression,
    /// The measures, in the order of the expression.
    measures: Vec<MeasureId>,
    /// Whether the value is a ratio, an index or a mean of the source, which is never computed again.
    imported: bool,
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

    /// The measure itself. A ratio that is read as such is imported: nothing can be computed from it.
    #[must_use]
    pub fn measure(value: MeasureId, measure: Measure) -> Self {
        let expression = Expression::measure(value.as_str());
        Self { expression, measures: vec![value], imported: measure == Measure::Ratio }
    }

    /// `factor · numerator / denominator`.
    #[must_use]
    pub fn ratio(factor: f64, numerator: &MeasureId, denominator: &MeasureId) -> Self {
        let expression = Expression::ratio(factor, numerator.as_str(), denominator.as_str());
        let mut measures = vec![numerator.clone()];
        measures.extend((denominator != numerator).then(|| denominator.clone()));
        Self { expression, measures, imported: false }
    }

    /// Reads a formula such as `100 * recipients / residents_under_15`.
    ///
    /// # Errors
    /// If it is none; the error says where, and what would fit there.
    pub fn read(text: &str) -> Result<Self, FormulaError> {
        let expression = Expression::parse(text)?;
        // what the expression takes for a measure is an id
        let measures = expression.measures().iter().filter_map(|name| MeasureId::new(name).ok()).collect();
        Ok(Self { expression, measures, imported: false })
    }

    /// What is computed.
    #[must_use]
    pub fn expression(&self) -> &Expression {
        &self.expression
    }

    /// The measures that it needs, in the order of the expression.
    pub fn measures(&self) -> impl Iterator<Item = &MeasureId> {
        self.measures.iter()
    }

    /// Whether the value is a ratio, an index or a mean of the source: it is never computed again, summed or averaged.
    #[must_use]
    pub fn is_imported(&self) -> bool {
        self.imported
    }

    /// Numerator and denominator; `None` where the value is imported or the formula is no fraction of sums.
    #[must_use]
    pub fn fraction(&self) -> Option<&Fraction> {
        self.expression.fraction().filter(|_| !self.imported)
    }

    /// Whether values are computed with a denominator.
    #[must_use]
    pub fn has_denominator(&self) -> bool {
        self.fraction().is_some_and(|fraction| fraction.denominator.is_some())
    }

    /// The measures of the numerator, or of the whole formula where it has none.
    pub fn numerator(&self) -> impl Iterator<Item = &MeasureId> {
        let positions: Vec<usize> = match self.fraction() {
            Some(fraction) => fraction.numerator.measures().collect(),
            None => (0..self.measures.len()).collect(),
        };
        positions.into_iter().filter_map(|position| self.measures.get(position))
    }

    /// The measures of the denominator.
    pub fn denominator(&self) -> impl Iterator<Item = &MeasureId> {
        let denominator = self.fraction().and_then(|fraction| fraction.denominator.as_ref());
        let positions: Vec<usize> = denominator.into_iter().flat_map(crate::formula::Sum::measures).collect();
        positions.into_iter().filter_map(|position| self.measures.get(position))
    }
}

/// Years whose figures are not final: those of the year itself, of school years that begin in it and of its days.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PeriodStates {
    /// Figures are provisional.
    pub provisional: Vec<i16>,
    /// Figures are estimated.
    pub estimated: Vec<i16>,
}

/// What areas are compared with.
#[derive(Clone, Debug, PartialEq)]
pub struct Reference {
    /// Title for people.
    pub title: Text,
    /// Where its values come from.
    pub values: ReferenceValues,
}

/// Where the values of a reference come from.
#[derive(Clone, Debug, PartialEq)]
pub enum ReferenceValues {
    /// From an area: its released values.
    Area {
        /// Its layer, one of the indicator's.
        layer: LayerId,
        /// Its key.
        key: String,
    },
    /// From the description.
    Given {
        /// Figures by period.
        values: BTreeMap<Period, f64>,
        /// Where they come from.
        source: Text,
    },
}

/// What is to be reached.
#[derive(Clone, Debug, PartialEq)]
pub struct Target {
    /// The number.
    pub value: f64,
    /// By when, or for which period; `None` = always.
    pub period: Option<Period>,
    /// Title for people.
    pub title: Option<Text>,
    /// Who set it.
    pub source: Text,
    /// Date of that, as in ISO 8601.
    pub date: Option<String>,
}

/// What is kept secret. The rule is applied before anything is encoded, in `release`.
///
/// With a minimum of `k`, counts from 1 to `k - 1` are suppressed; 0 is published as zero unless `hide_zero` says
/// otherwise.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct PrivacyRule {
    /// Minimum count in the numerator and in each of its measures, or of a count itself; `None` = no rule.
    pub min_numerator: Option<u32>,
    /// Minimum count in the denominator; below it nothing is published, zero included. `None` = no rule.
    pub min_denominator: Option<u32>,
    /// Minimum count of those who are not counted; `None` = no rule.
    pub min_complement: Option<u32>,
    /// Whether 0 is kept secret as well, and with `min_complement` that it is all.
    pub hide_zero: bool,
    /// Base to which counts are rounded: 3, 5 or 10; `None` = they are not.
    pub round_to: Option<u8>,
    /// Whether those who deliver the figures have protected them already.
    pub protected_by_source: bool,
}

impl PrivacyRule {
    /// Bases that counts can be rounded to.
    pub const BASES: [u8; 3] = [3, 5, 10];

    /// Whether anything is suppressed or rounded by it.
    #[must_use]
    pub fn protects(&self) -> bool {
        let minimum = self.min_numerator.or(self.min_denominator).or(self.min_complement);
        minimum.is_some() || self.round_to.is_some()
    }
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
    /// Column with the territorial state where nobody says one; a table may do without it.
    pub const DEFAULT_TERRITORY: &str = "territory";
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
        /// Column with the day whose areas a row speaks of; absent from the file = those of its period.
        territory: Option<String>,
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
