//! Rows, one after the other → the values of a [`Table`]; what a row gets wrong goes to [`Faults`].

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::{BuildHasherDefault, Hasher};

use super::cell::{self, Fault, Note};
use super::faults::{Cause, Faults};
use super::layout::Columns;
use super::number::Decision;
use super::read::is_plausible;
use super::{RawValue, Table};
use crate::config::{MeasureId, TableConfig};
use crate::delimited::{Header, Row};
use crate::message;
use crate::report::{Case, Message, Report};
use crate::value::{Date, Period, State};

/// Rows below the header in which further header or unit rows are expected.
const HEADER_ROWS: usize = 3;

/// Hashes positions and years: small whole numbers that no file can choose freely, so that the
/// standard hasher's protection against crafted keys is not needed for these millions of look-ups.
#[derive(Default)]
struct PlaceHasher(u64);

impl Hasher for PlaceHasher {
    fn finish(&self) -> u64 {
        // the map takes its bucket from the low bits, and multiplication mixes upwards
        self.0 ^ (self.0 >> 32)
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u64(u64::from(*byte));
        }
    }

    fn write_u64(&mut self, number: u64) {
        // 2^64 divided by the golden ratio: Fibonacci hashing (Knuth, TAOCP 3, 6.4)
        self.0 = (self.0.rotate_left(23) ^ number).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }

    fn write_u32(&mut self, number: u32) {
        self.write_u64(u64::from(number));
    }

    fn write_u16(&mut self, number: u16) {
        self.write_u64(u64::from(number));
    }

    fn write_i16(&mut self, number: i16) {
        self.write_u64(u64::from(number.cast_unsigned()));
    }
}

/// What a row says before its value cells are read.
struct RowStart {
    key: u32,
    /// Where the period stands in the row.
    period: Option<Period>,
    /// Where the measure stands in the row.
    measure: Option<u16>,
}

/// Second pass: the table as it fills.
pub(super) struct Reading<'a> {
    config: &'a TableConfig,
    header: &'a Header,
    columns: Columns,
    decisions: Vec<Decision>,
    pub(super) faults: Faults,
    pub(super) table: Table,
    keys: HashMap<String, u32>,
    /// Position by that of the bare key and by the day whose areas the rows speak of.
    keys_on: HashMap<(u32, Date), u32>,
    /// Position by text; `None` for a text that cannot name a measure.
    measures: HashMap<String, Option<u16>>,
    /// Measure of every value column that has one of its own.
    column_measures: Vec<Option<u16>>,
    /// Position in the values by key, measure and period.
    seen: HashMap<(u32, u16, Period), u32, BuildHasherDefault<PlaceHasher>>,
    /// Cells written as `0` and as a dash, per value column.
    zeros: Vec<(u64, u64)>,
    rows: usize,
}

impl<'a> Reading<'a> {
    pub(super) fn new(
        config: &'a TableConfig,
        header: &'a Header,
        columns: Columns,
        decisions: Vec<Decision>,
        faults: Faults,
    ) -> Self {
        let table = Table { path: config.path.clone(), key_column: config.key.clone(), ..Table::default() };
        let zeros = vec![(0, 0); columns.values.len()];
        let mut reading = Self {
            config,
            header,
            columns,
            decisions,
            faults,
            table,
            keys: HashMap::new(),
            keys_on: HashMap::new(),
            measures: HashMap::new(),
            column_measures: Vec::new(),
            seen: HashMap::default(),
            zeros,
            rows: 0,
        };
        let own: Vec<Option<MeasureId>> = reading.columns.values.iter().map(|column| column.measure.clone()).collect();
        reading.column_measures = own.into_iter().map(|id| id.and_then(|id| reading.measure_id(id))).collect();
        reading
    }

    /// Position of a measure in the table.
    fn measure_id(&mut self, id: MeasureId) -> Option<u16> {
        if let Some(position) = self.table.measure(&id) {
            return Some(position);
        }
        let position = u16::try_from(self.table.measures.len()).ok()?;
        self.table.measures.push(id);
        Some(position)
    }

    pub(super) fn row(&mut self, row: &Row) {
        self.rows += 1;
        let filled = row.cells.iter().filter(|cell| !cell.is_empty()).count();
        let width = self.header.columns.len();
        if filled == 1 && row.cells.len() < width {
            let text = row.cells.iter().find(|cell| !cell.is_empty()).map_or("", String::as_str);
            return self.faults.push(Cause::NoteRow, || Case::line(row.line).saying(quoted(text)));
        }
        if row.cells.iter().skip(width).any(|cell| !cell.is_empty()) {
            let detail = message!(
                "{cells} where the header has {width}",
                cells = message!("{n} cell[s]", n = row.cells.len()),
                width
            );
            return self.faults.push(Cause::LongRow, || Case::line(row.line).saying(detail));
        }
        if self.rows <= HEADER_ROWS && self.table.values.is_empty() && self.is_header(row) {
            return self.faults.push(Cause::HeaderRow, || Case::line(row.line));
        }
        if row.cells.len() < width {
            let detail = message!(
                "{cells} where the header has {width}",
                cells = message!("{n} cell[s]", n = row.cells.len()),
                width
            );
            self.faults.push(Cause::ShortRow, || Case::line(row.line).saying(detail));
        }
        if let Some(start) = self.start(row) {
            for column in 0..self.columns.values.len() {
                self.value(row, &start, column);
            }
        }
    }

    /// Whether a row just below the header has texts where numbers are expected, and no number at all.
    fn is_header(&self, row: &Row) -> bool {
        let (mut some_text, mut some_value) = (false, false);
        for (column, decision) in self.columns.values.iter().zip(&self.decisions) {
            let text = cell_at(row, Some(column.position));
            let read = cell::read(text, "", *decision);
            let figure = read.is_ok() || has_unit(text, *decision);
            some_text |= read == Err(Fault::Unreadable) && !figure;
            some_value |= figure && !text.is_empty();
        }
        let period = self.columns.period.map(|at| cell_at(row, Some(at)));
        some_text && !some_value && period.is_none_or(|period| Period::read(period).is_none())
    }

    /// Key, period and measure of a row; `None` if one of them cannot be read.
    fn start(&mut self, row: &Row) -> Option<RowStart> {
        let key = cell_at(row, Some(self.columns.key));
        if key.is_empty() {
            let some = self.columns.values.iter().any(|column| !cell_at(row, Some(column.position)).is_empty());
            if some {
                self.faults.push(Cause::NoKey, || Case::line(row.line).in_column(&self.config.key));
            }
            return None;
        }
        let period = match self.columns.period {
            Some(at) => Some(self.period(row, at, key)?),
            None => None,
        };
        let measure = match self.columns.measure {
            Some(at) => Some(self.measure(row, at, key)?),
            None => None,
        };
        let territory = match self.columns.territory {
            Some(at) if !cell_at(row, Some(at)).is_empty() => Some(self.territory(row, at, key)?),
            Some(_) | None => None,
        };
        Some(RowStart { key: self.key_on(key, territory)?, period, measure })
    }

    fn key(&mut self, key: &str) -> Option<u32> {
        if let Some(position) = self.keys.get(key) {
            return Some(*position);
        }
        let position = u32::try_from(self.table.keys.len()).ok()?;
        self.table.keys.push(key.to_owned());
        self.keys.insert(key.to_owned(), position);
        Some(position)
    }

    /// Position of a key whose rows speak of the areas of a day.
    fn key_on(&mut self, key: &str, territory: Option<Date>) -> Option<u32> {
        let bare = self.key(key)?;
        let Some(date) = territory else { return Some(bare) };
        if let Some(position) = self.keys_on.get(&(bare, date)) {
            return Some(*position);
        }
        let position = u32::try_from(self.table.keys.len()).ok()?;
        self.table.keys.push(key.to_owned());
        self.table.territories.resize(self.table.keys.len(), None);
        self.table.territories[position as usize] = Some(date);
        self.keys_on.insert((bare, date), position);
        Some(position)
    }

    /// The day whose areas a row speaks of; `None` if the cell cannot be read.
    fn territory(&mut self, row: &Row, at: usize, key: &str) -> Option<Date> {
        let text = cell_at(row, Some(at));
        let day = Period::read(text).map(Period::counted_on);
        if day.is_none() {
            let case = || Case::line(row.line).in_column(&self.header.columns[at]).with_key(key);
            self.faults.push(Cause::Territory, || case().saying(quoted(text)));
        }
        day
    }

    fn period(&mut self, row: &Row, at: usize, key: &str) -> Option<Period> {
        let text = cell_at(row, Some(at));
        let case = || Case::line(row.line).in_column(&self.header.columns[at]).with_key(key);
        match Period::read(text) {
            Some(period) if is_plausible(period) => Some(period),
            Some(_) => {
                self.faults.push(Cause::Implausible, || case().saying(quoted(text)));
                None
            }
            None => {
                self.faults.push(Cause::Period, || case().saying(quoted(text)));
                None
            }
        }
    }

    fn measure(&mut self, row: &Row, at: usize, key: &str) -> Option<u16> {
        let text = cell_at(row, Some(at));
        let position = if let Some(position) = self.measures.get(text) {
            *position
        } else {
            let id = MeasureId::new(text).or_else(|_| MeasureId::new(&as_id(text))).ok();
            if let Some(id) = id.as_ref().filter(|id| id.as_str() != text) {
                let detail = message!("{text} is read as {id}", text = quoted(text), id);
                self.faults.push(Cause::MeasureRenamed, || {
                    Case::line(row.line).in_column(&self.header.columns[at]).saying(detail)
                });
            }
            let position = id.and_then(|id| self.measure_id(id));
            self.measures.insert(text.to_owned(), position);
            position
        };
        if position.is_none() {
            let case = Case::line(row.line).in_column(&self.header.columns[at]).with_key(key);
            self.faults.push(Cause::NoMeasure, || case.saying(quoted(text)));
        }
        position
    }

    /// Reads one value cell of a row.
    fn value(&mut self, row: &Row, start: &RowStart, column: usize) {
        let value_column = &self.columns.values[column];
        let period = value_column.period.or(start.period);
        let (Some(period), Some(measure)) = (period, self.column_measures[column].or(start.measure)) else { return };
        // a column of such a year has been reported once
        if !is_plausible(period) {
            return;
        }
        let text = cell_at(row, Some(value_column.position));
        let state = cell_at(row, self.columns.state);
        let key = &self.table.keys[start.key as usize];
        let case = || Case::line(row.line).in_column(&value_column.name).with_key(key);
        match cell::read(text, state, self.decisions[column]) {
            Err(fault) => {
                let (cause, detail) = match fault {
                    Fault::Unreadable => (Cause::Unreadable, unreadable(text)),
                    Fault::Doubtful => (Cause::Doubtful, quoted(text).into()),
                    Fault::UnknownState => (Cause::UnknownState, quoted(state).into()),
                    Fault::NumberMissing => (Cause::StateDenied, message!("{state} without a number", state)),
                    Fault::ZeroWithNumber => (Cause::StateDenied, Message::from("zero beside another number")),
                };
                self.faults.push(cause, || case().saying(detail));
            }
            Ok((figure, note)) => {
                match note {
                    Some(Note::NumberDropped) => {
                        self.faults
                            .push(Cause::NumberDropped, || case().saying(message!("the state is {state}", state)));
                    }
                    Some(Note::SymbolTaken) => {
                        let detail = message!("{text} beside {state}", text = quoted(text), state);
                        self.faults.push(Cause::SymbolTaken, || case().saying(detail));
                    }
                    Some(Note::Sentinel) => {
                        let detail =
                            message!("{text} is {state}", text, state = Message::from(figure.state().to_string()));
                        self.faults.push(Cause::Sentinel, || case().saying(detail));
                    }
                    Some(Note::WrittenZero) => self.zeros[column].0 += 1,
                    Some(Note::Dash) => self.zeros[column].1 += 1,
                    None => {}
                }
                let kept = self.keep(RawValue { line: row.line, key: start.key, measure, period, figure }, column);
                self.table.dashes.extend(kept.filter(|_| note == Some(Note::Dash)));
            }
        }
    }

    /// Takes a value up, unless there is one for its key, measure and period already. What is
    /// suppressed in any row is suppressed, in whatever order the rows stand. Out comes its position, if it was taken.
    fn keep(&mut self, value: RawValue, column: usize) -> Option<u32> {
        let position = u32::try_from(self.table.values.len()).unwrap_or(u32::MAX);
        match self.seen.entry((value.key, value.measure, value.period)) {
            Entry::Vacant(entry) => {
                entry.insert(position);
                self.table.values.push(value);
                Some(position)
            }
            Entry::Occupied(entry) => {
                let position = *entry.get();
                let first = self.table.values[position as usize];
                let (had, comes) = (first.figure.state(), value.figure.state());
                // an empty cell says nothing, so it neither stands in the way nor repeats anything
                if comes == State::Missing {
                    return None;
                }
                let taken = had == State::Missing || comes == State::Suppressed;
                if taken {
                    self.table.values[position as usize] = value;
                }
                if had != State::Missing {
                    self.note_double(&first, &value, column);
                }
                taken.then_some(position)
            }
        }
    }

    /// Notes that two rows give a figure for the same key, measure and period.
    fn note_double(&mut self, first: &RawValue, second: &RawValue, column: usize) {
        let table = &self.table;
        let (measure, period) = (&table.measures[second.measure as usize], second.period);
        let (name, key) = (&self.columns.values[column].name, table.key_of(second));
        let case = |line, detail: Message| Case::line(line).in_column(name).with_key(key).saying(detail);
        let suppressed = |value: &RawValue| value.figure.state() == State::Suppressed;
        match (suppressed(first), suppressed(second)) {
            (true, false) | (false, true) => {
                let (secret, given) = if suppressed(first) { (first, second) } else { (second, first) };
                let detail =
                    message!("{measure} {period} is suppressed in line {line}", measure, period, line = secret.line);
                self.faults.push(Cause::SuppressedAndGiven, || case(given.line, detail));
            }
            _ => {
                let equal =
                    (first.figure.state(), first.figure.number()) == (second.figure.state(), second.figure.number());
                let what = if equal { "the same figure" } else { "another figure" };
                let detail = message!(
                    "{measure} {period} is in line {line} already ({what})",
                    measure,
                    period,
                    line = first.line,
                    what = Message::from(what)
                );
                self.faults.push(Cause::Duplicate, || case(second.line, detail));
            }
        }
    }

    /// Names of columns that are not read.
    pub(super) fn unused(&self) -> Vec<String> {
        self.columns.unused.clone()
    }

    /// The table, when all rows are read.
    pub(super) fn finish(mut self, report: &mut Report) -> Table {
        for (column, (zeros, dashes)) in self.columns.values.iter().zip(&self.zeros) {
            if *zeros > 0 && *dashes > 0 {
                let detail = message!(
                    "{zeros}, {dashes}",
                    zeros = message!("{n} cell[s] [is|are] 0", n = *zeros),
                    dashes = message!("{n} [is|are] -", n = *dashes)
                );
                self.faults.push(Cause::ZeroBesideDash, || Case::default().in_column(&column.name).saying(detail));
            }
        }
        self.faults.report(&self.config.path, report);
        self.table
    }
}

fn cell_at(row: &Row, position: Option<usize>) -> &str {
    position.and_then(|position| row.cells.get(position)).map_or("", String::as_str)
}

/// A cell in quotation marks, cut to what a message can hold.
fn quoted(text: &str) -> String {
    let mut short: String = text.chars().take(40).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    format!("\"{}\"", short.replace(['\n', '\r'], " "))
}

/// Whether a cell is a number with something behind it, such as `12,5 %`: not readable, but no header either.
fn has_unit(text: &str, decision: Decision) -> bool {
    let number = text.trim_end_matches(|letter: char| !letter.is_ascii_digit());
    number.len() < text.len() && decision.read(number).is_some()
}

fn unreadable(text: &str) -> Message {
    match text.strip_suffix('%').map(str::trim) {
        Some(number) if !number.is_empty() => {
            message!("{text}: write {number} and make % the unit", text = quoted(text), number)
        }
        _ => quoted(text).into(),
    }
}

/// A name turned into an id: lower case, umlauts in two letters, everything else one `_`.
pub(crate) fn as_id(name: &str) -> String {
    let mut id = String::new();
    for c in name.to_lowercase().chars() {
        match c {
            'ä' => id.push_str("ae"),
            'ö' => id.push_str("oe"),
            'ü' => id.push_str("ue"),
            'ß' => id.push_str("ss"),
            c if c.is_ascii_alphanumeric() => id.push(c),
            _ if id.ends_with('_') || id.is_empty() => {}
            _ => id.push('_'),
        }
    }
    id.trim_end_matches('_').to_owned()
}
