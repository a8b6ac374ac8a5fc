//! `recipes/*.toml`: how a delivery is read, written by `kreisel import` and read by it again next year.
//!
//! A recipe names columns by what stands in the header, so that a delivery with more years, or with a title line more,
//! is still the same file; a delivery that lacks a named column is another file and is refused.

use std::collections::BTreeMap;
use std::path::Path;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::file::{DecimalFile, DelimiterFile};
use super::load;
use crate::report::Report;
use crate::value::State;

/// `recipes/*.toml`: how `kreisel import` reads a delivery.
///
/// Columns are named by their header; header cells one above the other are joined by ` / `. A column without a header is
/// named by its letter in brackets, such as `[A]`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RecipeFile {
    /// Name of the file that it was made from; for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// What the file was recognised as; for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recognised: Option<String>,
    /// Table that is written: `data/values/NAME.csv`.
    #[schemars(extend("examples" = ["population"]))]
    pub output: String,
    /// Sheet of a workbook; default: the one with the most figures.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sheet: Option<String>,
    /// Whether all visible sheets that the recipe fits are read, each with the period of its own name or title.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub all_sheets: bool,
    /// Rows of the header as Excel counts them; where they do not fit, the header is looked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("examples" = [[7, 8]]))]
    pub header: Vec<u64>,
    /// Column separator of a text file; default: detected.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delimiter: Option<DelimiterFile>,
    /// Encoding of a text file; default: detected.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("examples" = ["windows-1252"]))]
    pub encoding: Option<String>,
    /// Decimal mark of numbers that are texts; default: detected per column.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decimal: Option<DecimalFile>,
    /// Columns with texts that say, together with the header, what is counted, such as the type of school.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<String>,
    /// Column with the state of the figure.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    /// Rows that are left out: texts in the key column, in the name beside it or in a column of `parts`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("examples" = [["Landkreis", "nicht zuzuordnen"]]))]
    pub leave_out: Vec<String>,
    /// Where the area key stands.
    pub key: RecipeKeyFile,
    /// Where the period stands.
    pub period: RecipePeriodFile,
    /// Symbols that mean something else than docs/data.md says, and numbers that stand for a state: text → state.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(extend("examples" = [{ "-9": "suppressed" }]))]
    pub symbols: BTreeMap<String, State>,
    /// What is read.
    #[schemars(length(min = 1))]
    pub measures: Vec<RecipeMeasureFile>,
}

/// Where the area key stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RecipeKeyFile {
    /// Column with the key; several where it is split, in their order.
    #[schemars(length(min = 1))]
    pub columns: Vec<String>,
    /// `official` keys of any length, or `name`: the areas' names where there is no key.
    #[serde(default)]
    pub kind: RecipeKeyKind,
    /// Column with the key of the larger area, which counts in rows where the key's own column says `SUM`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total: Option<String>,
    /// Column with the area's name, for messages.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// What identifies an area in a delivery.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum RecipeKeyKind {
    /// Official keys in any of their spellings.
    #[default]
    Official,
    /// Keys of the atlas's own, as its layers have them.
    Own,
    /// Names, as the atlas's layers have them.
    Name,
}

/// Where the period stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RecipePeriodFile {
    /// Where it is found.
    pub from: RecipePeriodPlace,
    /// Column with the period (`column`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// Whether days and months are kept; without it a date is the year in which it lies.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub days: bool,
    /// Year of all figures (`told`).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1800, max = 2200), extend("examples" = [2023]))]
    pub year: Option<i16>,
}

/// Places of the period.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum RecipePeriodPlace {
    /// In every row.
    Column,
    /// In the header of every column.
    Header,
    /// In a line above the header.
    Title,
    /// In the sheet's name.
    Sheet,
    /// In the file's name.
    File,
    /// Here.
    Told,
}

/// Something that is read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RecipeMeasureFile {
    /// Name of the measure in the tidy table.
    #[schemars(extend("examples" = ["pop_total"]))]
    pub id: String,
    /// Column, without the period in its header.
    pub column: String,
    /// Texts in the columns of `parts`, in their order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<String>,
    /// Unit as the file says it; for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
}

/// Reads a recipe. `None` if anything in it is wrong: the report then says what.
pub fn read_recipe(file: &Path, report: &mut Report) -> Option<RecipeFile> {
    load::recipe(file, report)
}
