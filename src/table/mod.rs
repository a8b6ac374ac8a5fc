//! Table files → raw values with their states.
//!
//! In: a CSV file (also `.csv.gz`) and a [`TableConfig`] that says where keys, periods, measures and
//! numbers stand. Out: a [`Table`] of raw values in file order. Keys stay text, symbols become states,
//! what cannot be read is left out and reported with line and column. Nothing is joined to areas and
//! nothing computed here.
//!
//! The steps of [`open`]: text ([`crate::delimited`]) → `layout` (which column is what) → evidence on
//! decimal marks per column ([`number`]) → `rows` → `cell` (number, [`symbol`], state) → values.

pub(crate) mod cases;
mod cell;
mod cure;
mod faults;
mod layout;
pub mod number;
mod read;
mod rows;
pub mod symbol;

pub(crate) use cell::{Fault as CellFault, Note as CellNote, read as read_cell};
pub(crate) use faults::{Cause, Faults};
pub(crate) use rows::as_id;

use std::fmt;
use std::path::{Path, PathBuf};

use crate::config::{MeasureId, TableConfig};
use crate::delimited::{self, DelimitedError};
use crate::message;
use crate::report::{Finding, Message, Report};
use crate::value::{Date, Figure, Period};

/// More values than this are refused: 11,000 municipalities × 30 years × 50 measures fit.
pub const MAX_VALUES: usize = 20_000_000;

/// Years that a table of figures can speak of. Forecasts reach a few decades ahead, and there are no
/// figures on today's areas from before 1900; what lies outside is a typing error or no year at all.
/// Today's date plays no part: a release depends on its files alone.
pub const PLAUSIBLE_YEARS: std::ops::RangeInclusive<i16> = 1900..=2100;

/// One raw figure as a table gave it. Raw values are named in `table`, `indicator` and `release`
/// only; nothing behind the gate can hold one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RawValue {
    /// Line of the file; the first is 1.
    pub line: u64,
    /// The area key, as its position in [`Table::keys`].
    pub key: u32,
    /// What is counted, as its position in [`Table::measures`].
    pub measure: u16,
    /// When.
    pub period: Period,
    /// The figure.
    pub figure: Figure,
}

/// Everything one table holds. Keys and measures are kept once: a table of all municipalities has
/// millions of values, but eleven thousand keys.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    /// The file.
    pub path: PathBuf,
    /// Column of the keys, for messages.
    pub key_column: String,
    /// Area keys as they stand there, not yet read as any kind of key, in the order of appearance.
    pub keys: Vec<String>,
    /// By key, the day whose areas its rows speak of; shorter than the keys, or empty, where they do not say it. A key
    /// that occurs with several days is there several times.
    pub territories: Vec<Option<Date>>,
    /// What the values count, in the order of appearance.
    pub measures: Vec<MeasureId>,
    /// Values in file order.
    pub values: Vec<RawValue>,
    /// Positions in [`Self::values`] of figures that were written as a dash: zero by the offices' definition, though
    /// some writers mean by it that there is nothing to speak of.
    pub dashes: Vec<u32>,
}

impl Table {
    /// The key of a value, as the table has it.
    #[must_use]
    pub fn key_of(&self, value: &RawValue) -> &str {
        self.keys.get(value.key as usize).map_or("", String::as_str)
    }

    /// The day whose areas a value speaks of, if its row says it.
    #[must_use]
    pub fn territory_of(&self, value: &RawValue) -> Option<Date> {
        self.territories.get(value.key as usize).copied().flatten()
    }

    /// Position of a measure, if the table has it.
    #[must_use]
    pub fn measure(&self, id: &MeasureId) -> Option<u16> {
        self.measures.iter().position(|measure| measure == id).and_then(|position| u16::try_from(position).ok())
    }
}

/// Why a table gives no values at all.
#[derive(Debug)]
pub enum TableError {
    /// The file cannot be read, or has no header with the columns that are needed.
    File(DelimitedError),
    /// A statistics-office export with several header lines.
    Genesis {
        /// The file.
        path: PathBuf,
        /// The table's number in GENESIS.
        table: String,
    },
    /// Two columns have the same name, and it is one that is needed.
    ColumnTwice {
        /// The file.
        path: PathBuf,
        /// The name.
        column: String,
        /// How often.
        count: usize,
    },
    /// No column is named after a year.
    NoYears {
        /// The file.
        path: PathBuf,
        /// Its columns.
        columns: Vec<String>,
    },
    /// Two columns are named after the same year.
    YearTwice {
        /// The file.
        path: PathBuf,
        /// The year.
        year: Period,
        /// Names of the columns.
        columns: Vec<String>,
    },
    /// There is a header and nothing that could be read below it.
    NoValues {
        /// The file.
        path: PathBuf,
        /// Line of the header.
        header_line: u64,
    },
    /// There are more values than fit.
    TooManyValues {
        /// The file.
        path: PathBuf,
    },
}

impl TableError {
    /// What is wrong, in both languages.
    #[must_use]
    pub fn told(&self) -> Message {
        match self {
            Self::File(error) => error.told(),
            Self::Genesis { path, table } => message!(
                "{path} is a GENESIS export (table {table}) with title lines and several header rows, which is not a table with one \
         header line; make one with the columns key, period, indicator, value",
                path = path.display(),
                table
            ),
            Self::ColumnTwice { path, column, count } => message!(
                "{path} has the column \"{column}\" {count} times; give each its own name",
                path = path.display(),
                column,
                count
            ),
            Self::NoYears { path, columns } => message!(
                "{path} has no column named after a year; columns are: {columns}",
                path = path.display(),
                columns = columns.join(", ")
            ),
            Self::YearTwice { path, year, columns } => message!(
                "{path} has several columns for the year {year}: {columns}; give the wanted one the bare year as its name, or use the \
         layout \"measures\"",
                path = path.display(),
                year,
                columns = columns.join(", ")
            ),
            Self::NoValues { path, header_line } => message!(
                "{path} has no row with a readable value below its header in line {header_line}",
                path = path.display(),
                header_line
            ),
            Self::TooManyValues { path } => message!(
                "{path} has more than {max_values} values; split it by years or measures",
                path = path.display(),
                max_values = MAX_VALUES
            ),
        }
    }
}

impl fmt::Display for TableError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.told())
    }
}

impl std::error::Error for TableError {}

impl From<DelimitedError> for TableError {
    fn from(error: DelimitedError) -> Self {
        Self::File(error)
    }
}

impl TableError {
    /// Stable name of the cause, as findings have it.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::File(DelimitedError::HeaderNotFound { .. }) => "column-missing",
            Self::File(DelimitedError::Empty { .. }) | Self::NoValues { .. } => "table-empty",
            Self::File(_) => "table-unreadable",
            Self::Genesis { .. } => "table-genesis",
            Self::ColumnTwice { .. } => "column-twice",
            Self::NoYears { .. } => "column-no-years",
            Self::YearTwice { .. } => "column-year-twice",
            Self::TooManyValues { .. } => "table-too-large",
        }
    }

    /// The error as a finding about the table; the advice says what to write into the description that names it.
    #[must_use]
    pub fn to_finding(&self, config: &TableConfig, described_in: &Path) -> Finding {
        let advice =
            cure::of(self, config).map(|cure| message!("in {file}: {cure}", file = described_in.display(), cure));
        // the finding names the file already
        Finding::error(self.code(), self.told().without("path"))
            .in_file(&config.path)
            .advise(advice.unwrap_or_default())
    }
}

/// Reads a table.
///
/// # Errors
/// If the file as a whole cannot be used; single bad cells are left out and reported.
pub fn open(config: &TableConfig, report: &mut Report) -> Result<Table, TableError> {
    let file = delimited::read_text(&config.path, config.encoding)?;
    read::read(config, &file, report)
}
