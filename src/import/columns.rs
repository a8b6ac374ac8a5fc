//! What the columns of a body hold: figures, periods, texts; and which of them a table is made of.

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use super::frame::{Frame, is_key_name};
use super::keys::surely_official;
use super::when;
use crate::sheet::{Cell, Kind};
use crate::table::number::{Meaning, meaning};
use crate::table::symbol;
use crate::value::State;

/// Distinct texts that are counted of a column.
const DISTINCT: usize = 50_000;
/// Most texts of a column that says what is counted.
const MAX_PARTS: usize = 500;

/// What stands in one column.
#[derive(Clone, Debug, Default)]
pub(super) struct Column {
    filled: usize,
    /// Numbers, written as number or text.
    numbers: usize,
    symbols: usize,
    periods: usize,
    /// Whole years only.
    years: usize,
    keys: usize,
    /// Digits that begin with a zero: a code.
    codes: usize,
    states: usize,
    texts: HashSet<u64>,
}

/// The columns that a table is made of.
#[derive(Clone, Debug, Default)]
pub(super) struct Roles {
    pub(super) name: Option<usize>,
    pub(super) period: Option<usize>,
    pub(super) parts: Vec<usize>,
    pub(super) state: Option<usize>,
    pub(super) values: Vec<usize>,
    /// Columns with something in them that are not read.
    pub(super) unread: Vec<usize>,
    /// A second column of keys that are not those of the same areas.
    pub(super) other_key: Option<usize>,
    /// Column with the key of the larger area, where rows of the key's own column say `SUM`.
    pub(super) total: Option<usize>,
}

fn hash(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}

/// Whether a cell is a figure or a symbol that stands for one: `Some(true)` for a number.
pub(super) fn figure(cell: &Cell<'_>) -> Option<bool> {
    match cell.kind {
        Kind::Number => Some(true),
        Kind::Text => {
            if symbol::state_of(cell.text).is_some() {
                return Some(false);
            }
            let (text, _) = symbol::without_flag(cell.text);
            let text = text.strip_suffix('%').map_or(text, str::trim_end);
            (meaning(text) != Meaning::None).then_some(true)
        }
        _ => None,
    }
}

impl Column {
    fn take(&mut self, cell: &Cell<'_>) {
        if cell.is_empty() {
            return;
        }
        self.filled += 1;
        match figure(cell) {
            Some(true) => self.numbers += 1,
            Some(false) => self.symbols += 1,
            None => {}
        }
        if let Some(when) = when::whole(cell.text) {
            self.periods += 1;
            self.years += usize::from(when.within == 0 && !when.school_year);
        }
        self.keys += usize::from(surely_official(cell.text) && cell.text.len() > 3);
        let digits = cell.text.len() > 1 && cell.text.bytes().all(|byte| byte.is_ascii_digit());
        self.codes += usize::from(digits && cell.text.starts_with('0'));
        self.states += usize::from(State::from_name(&cell.text.to_lowercase()).is_some());
        if self.texts.len() < DISTINCT {
            self.texts.insert(hash(cell.text));
        }
    }

    fn is_mostly(&self, count: usize) -> bool {
        self.filled > 0 && count * 20 >= self.filled * 19
    }

    fn is_text(&self) -> bool {
        self.filled > 0 && (self.numbers + self.symbols) * 2 < self.filled
    }
}

impl Roles {
    /// Looks through the body of a frame.
    pub(super) fn find(frame: &Frame<'_>) -> Self {
        let width = frame.headings.len();
        let mut columns = vec![Column::default(); width];
        let mut rows = Vec::new();
        for row in frame.body() {
            if !frame.key_text(&row).is_empty() {
                for (column, cell) in columns.iter_mut().zip(row.cells()) {
                    column.take(&cell);
                }
                rows.push(row);
            }
        }
        let label = |column: usize| {
            frame.headings.get(column).map_or_else(String::new, |heading| heading.label(false).to_lowercase())
        };
        let named = |column: usize, names: &[&str]| names.contains(&label(column).as_str());
        let mut roles = Self::default();
        let free = |column: usize| !frame.key.contains(&column);
        let at = |column: usize| columns.get(column).cloned().unwrap_or_default();
        roles.period = (0..width).find(|column| {
            let held = at(*column);
            let told = is_period_name(&label(*column)) || label(*column).starts_with('[');
            let dates = held.is_mostly(held.periods) && held.years * 2 < held.filled;
            // a column that says of itself that it is one may have mistakes in it
            let periods = held.is_mostly(held.periods) || (told && held.periods > 0 && held.periods * 2 >= held.filled);
            free(*column) && periods && held.filled * 10 >= rows.len() * 9 && (told || dates)
        });
        roles.state = (0..width)
            .find(|column| named(*column, &["state", "zustand"]) && at(*column).is_mostly(at(*column).states));
        let flat = (0..width).find(|column| named(*column, &["value", "wert"]));
        roles.values = match flat {
            Some(value)
                if roles.state.is_some()
                    || (0..width).any(|column| named(column, &["indicator", "value_unit", "merkmal", "indikator"])) =>
            {
                vec![value]
            }
            _ => (0..width)
                .filter(|column| {
                    let held = at(*column);
                    let figures = (held.numbers + held.symbols) * 10 >= held.filled * 6;
                    let code = held.codes * 2 > held.filled;
                    free(*column)
                        && Some(*column) != roles.period
                        && held.filled > 0
                        && figures
                        && !code
                        && !is_no_figure(&label(*column))
                })
                .collect(),
        };
        let others: Vec<usize> = (0..width)
            .filter(|column| free(*column) && Some(*column) != roles.period && Some(*column) != roles.state)
            .filter(|column| at(*column).filled > 0)
            .collect();
        roles.total = total(frame, &rows, &columns, &others);
        roles.parts = parts(frame, &roles, &rows, &columns, &others);
        let of_area = |column: &&usize| at(**column).is_text() && !roles.parts.contains(*column);
        let areas = rows.iter().map(|row| hash(&frame.key_text(row))).collect::<HashSet<_>>().len().min(DISTINCT);
        let named = |column: &&usize| at(**column).texts.len() * 2 > areas || is_name(&label(**column));
        roles.name = others.iter().filter(of_area).find(named).copied();
        roles.other_key = if roles.total.is_some() { None } else { other_key(frame, &rows, &columns, &others, &label) };
        let taken = [roles.other_key, roles.total];
        roles.values.retain(|column| !taken.contains(&Some(*column)) && !roles.parts.contains(column));
        roles.unread = others
            .into_iter()
            .filter(|column| !roles.values.contains(column) && !roles.parts.contains(column))
            .filter(|column| roles.name != Some(*column) && roles.total != Some(*column))
            .collect();
        roles
    }
}

/// Columns of texts without which one area has several rows for one period.
fn parts(
    frame: &Frame<'_>,
    roles: &Roles,
    rows: &[crate::sheet::Row<'_>],
    columns: &[Column],
    others: &[usize],
) -> Vec<usize> {
    let repeated = |parts: &[usize]| {
        let mut seen = HashSet::new();
        let again = rows.iter().filter(|row| {
            let period = roles.period.map_or("", |column| row.cell(column).text);
            let parts: Vec<&str> = parts.iter().map(|column| row.cell(*column).text).collect();
            !seen.insert(hash(&format!("{}\u{1}{period}\u{1}{}", frame.key_text(row), parts.join("\u{1}"))))
        });
        again.count()
    };
    let mut found = Vec::new();
    let mut left = repeated(&found);
    // a few rows that are there twice are a mistake of the file
    while left * 20 > rows.len() && found.len() < 6 {
        let candidate = |column: &&usize| {
            let held = columns.get(**column);
            let few = held.is_some_and(|held| held.is_text() && (2..=MAX_PARTS).contains(&held.texts.len()));
            few && !found.contains(*column)
        };
        let tried = others.iter().filter(candidate).map(|column| {
            let with: Vec<usize> = found.iter().chain([column]).copied().collect();
            (repeated(&with), *column)
        });
        let Some((fewer, column)) = tried.min() else { break };
        if fewer * 10 > left * 9 {
            break;
        }
        found.push(column);
        left = fewer;
    }
    found.sort_unstable();
    found
}

/// The column with the larger area's key, where some rows have `SUM` in place of their own.
fn total(frame: &Frame<'_>, rows: &[crate::sheet::Row<'_>], columns: &[Column], others: &[usize]) -> Option<usize> {
    let sums: Vec<_> = rows.iter().filter(|row| is_sum_code(&frame.key_text(row))).collect();
    if sums.is_empty() {
        return None;
    }
    others.iter().copied().find(|column| {
        let keys = columns.get(*column).is_some_and(|held| held.is_mostly(held.keys));
        keys && sums.iter().all(|row| surely_official(row.cell(*column).text))
    })
}

/// The code of a row that is the sum of the rows on parts of one area.
pub(super) fn is_sum_code(text: &str) -> bool {
    text.eq_ignore_ascii_case("sum")
}

/// A column of keys that are not those of the rows' areas, nor of the larger ones they lie in.
fn other_key(
    frame: &Frame<'_>,
    rows: &[crate::sheet::Row<'_>],
    columns: &[Column],
    others: &[usize],
    label: &impl Fn(usize) -> String,
) -> Option<usize> {
    let [key] = frame.key.as_slice() else { return None };
    others.iter().copied().find(|column| {
        let held = columns.get(*column);
        let keys = held.is_some_and(|held| held.is_mostly(held.keys) && held.filled * 2 > rows.len());
        if !keys
            || !(is_key_name(&label(*column))
                || label(*column).contains("gemeinde")
                || label(*column).contains("kreis"))
        {
            return false;
        }
        rows.iter().any(|row| {
            let (one, other) = (digits(row.cell(*key).text), digits(row.cell(*column).text));
            !other.is_empty() && !same_area(&one, &other)
        })
    })
}

fn digits(text: &str) -> String {
    super::keys::official(text).map(|key| key.text).unwrap_or_default()
}

/// Whether two keys are spellings of one area, or one of a larger area around the other.
fn same_area(one: &str, other: &str) -> bool {
    let ags = |key: &str| match key.len() {
        11 | 12 | 9 => format!("{}{}", key.get(..5).unwrap_or_default(), key.get(key.len() - 3..).unwrap_or_default()),
        _ => key.to_owned(),
    };
    one.starts_with(other) || other.starts_with(one) || ags(one) == ags(other)
}

/// Names of columns with periods.
fn is_period_name(label: &str) -> bool {
    ["jahr", "year", "zeit", "time", "stichtag", "datum", "monat", "period", "date"]
        .iter()
        .any(|part| label.contains(part))
}

fn is_name(label: &str) -> bool {
    ["name", "raumeinheit", "gemeinde", "bezeichnung", "ort", "stadt"].iter().any(|part| label.contains(part))
}

/// Columns of numbers that count nothing.
fn is_no_figure(label: &str) -> bool {
    const PARTS: [&str; 16] = [
        "postleit",
        "post-leit",
        "plz",
        "längengrad",
        "breitengrad",
        "satz-art",
        "satzart",
        "text-kenn",
        "textkenn",
        "nuts",
        "telefon",
        "lfd",
        "laufende nr",
        "schlüssel",
        "rechtswert",
        "hochwert",
    ];
    PARTS.iter().any(|part| label.contains(part)) && !label.contains("umsteige")
}

/// How often every text stands in some columns, for those that name what is counted.
pub(super) fn combinations(frame: &Frame<'_>, parts: &[usize]) -> Vec<Vec<String>> {
    let mut seen: HashMap<Vec<String>, usize> = HashMap::new();
    for row in frame.body() {
        if frame.key_text(&row).is_empty()
            || !surely_official(&frame.key_text(&row)) && frame.kind == crate::config::RecipeKeyKind::Official
        {
            continue;
        }
        let texts: Vec<String> = parts.iter().map(|column| row.cell(*column).text.to_owned()).collect();
        let next = seen.len();
        seen.entry(texts).or_insert(next);
    }
    let mut found: Vec<(usize, Vec<String>)> = seen.into_iter().map(|(texts, order)| (order, texts)).collect();
    found.sort();
    found.into_iter().map(|(_, texts)| texts).collect()
}
