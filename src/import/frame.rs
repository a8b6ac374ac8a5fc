//! Where things stand in a sheet: title lines, header rows, unit row, the body, and what the columns are called.
//!
//! Rows are positions among those that are not blank; what is told to people is the row's number in the file.

use super::keys::{Areas, official, surely_official};
use super::when::{self, When};
use crate::config::RecipeKeyKind;
use crate::sheet::{Kind, Row, Sheet, column_letters};

/// Columns in which keys and header cells are looked for.
const MAX_COLUMNS: usize = 2_000;
/// Columns in which an area key may stand.
const KEY_COLUMNS: usize = 60;
/// More rows above the body are no header.
const HEADER_ROWS: usize = 9;
/// Rows that are looked at to find the column of keys.
const LOOKED_AT: usize = 3_000;

/// Label of columns whose header is a period and nothing else.
pub(super) const PERIOD_ONLY: &str = "[period]";

/// What a column is called, and when it speaks of.
#[derive(Clone, Debug, Default)]
pub(super) struct Heading {
    /// Header cells from top to bottom, periods that fill a cell taken out.
    pub(super) parts: Vec<String>,
    /// The same with years inside of texts taken out.
    pub(super) bare: Vec<String>,
    /// The period that the header names, if it names one.
    pub(super) when: Option<When>,
    /// Text of the unit row.
    pub(super) unit: Option<String>,
    /// Its letter, for a column without a header.
    letter: String,
}

impl Heading {
    /// The name by which recipes call the column.
    pub(super) fn label(&self, periods_in_header: bool) -> String {
        let parts = if periods_in_header { &self.bare } else { &self.parts };
        match (parts.is_empty(), periods_in_header && self.when.is_some()) {
            (false, _) => parts.join(" / "),
            // nothing but years in the header: one measure for all of them
            (true, true) => PERIOD_ONLY.to_owned(),
            (true, false) => format!("[{}]", self.letter),
        }
    }
}

/// A sheet with its parts found.
#[derive(Clone, Debug)]
pub(super) struct Frame<'s> {
    pub(super) sheet: &'s Sheet,
    /// Columns of the key.
    pub(super) key: Vec<usize>,
    /// What the key is.
    pub(super) kind: RecipeKeyKind,
    /// Positions of the title lines.
    pub(super) titles: Vec<usize>,
    /// Positions of the header rows, the unit row not among them.
    pub(super) header: Vec<usize>,
    /// Position of the first row of the body.
    pub(super) first: usize,
    /// What every column is called.
    pub(super) headings: Vec<Heading>,
}

/// A text on one line, with single blanks.
pub(super) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

impl<'s> Frame<'s> {
    /// Finds the parts of a sheet; `None` if no column holds keys of areas.
    pub(super) fn find(sheet: &'s Sheet, areas: &Areas<'_>) -> Option<Self> {
        let (key, kind, first) = split_key(sheet)
            .or_else(|| flat_key(sheet))
            .or_else(|| key_column(sheet, areas))?;
        Some(Self::around(sheet, key, kind, first, None))
    }

    /// The parts of a sheet around a body that is known; `header` are the numbers of the header's rows, if they are known.
    pub(super) fn around(sheet: &'s Sheet, key: Vec<usize>, kind: RecipeKeyKind, first: usize, header: Option<&[u64]>) -> Self {
        let mut rows = match header {
            Some(numbers) => (0..first)
                .filter(|row| sheet.row(*row).is_some_and(|row| numbers.contains(&row.number)))
                .collect(),
            None => header_rows(sheet, first),
        };
        let top = rows.first().copied().unwrap_or(first);
        let titles = (0..first).filter(|row| *row < top || is_period_line(sheet, *row)).collect();
        rows.retain(|row| !is_period_line(sheet, *row) && !is_numbering(sheet, *row));
        let last_units = rows.last().copied().filter(|row| is_unit_row(sheet, *row));
        if last_units.is_some() && rows.len() > 1 {
            rows.pop();
        }
        let mut frame = Self { sheet, key, kind, titles, header: rows, first, headings: Vec::new() };
        frame.headings = frame.headings(last_units, false);
        // group headings that stand above the first of their columns only
        let labels: Vec<(String, Option<When>)> =
            frame.headings.iter().map(|heading| (heading.label(false), heading.when)).collect();
        let half = frame.headings.iter().any(|heading| heading.label(true) == PERIOD_ONLY)
            && frame.headings.iter().any(|heading| heading.when.is_some() && !heading.bare.is_empty());
        let twice = |(at, label): (usize, &(String, Option<When>))| labels.get(..at).is_some_and(|before| before.contains(label));
        if frame.header.len() > 1 && (half || labels.iter().enumerate().any(twice)) {
            frame.headings = frame.headings(last_units, true);
        }
        frame
    }

    /// Rows of the body and everything below.
    pub(super) fn body(&self) -> impl Iterator<Item = Row<'s>> + use<'s> {
        let sheet = self.sheet;
        (self.first..sheet.height()).filter_map(move |row| sheet.row(row))
    }

    /// The text of the key in a row, put together from its columns.
    pub(super) fn key_text(&self, row: &Row<'s>) -> String {
        key_text(&self.key, row)
    }

    /// Texts of the title lines.
    pub(super) fn title_texts(&self) -> Vec<String> {
        let lines = self.titles.iter().filter_map(|row| self.sheet.row(*row));
        let mut texts: Vec<String> = Vec::new();
        for line in lines {
            let mut cells: Vec<String> = line.cells().filter(|cell| !cell.is_empty()).map(|cell| one_line(cell.text)).collect();
            cells.dedup();
            texts.push(cells.join(" "));
        }
        texts
    }

    fn headings(&self, units: Option<usize>, fill: bool) -> Vec<Heading> {
        let width = self.sheet.width().min(MAX_COLUMNS);
        let codes: Vec<bool> = self.header.iter().map(|row| is_code_row(self.sheet, *row)).collect();
        let some_words = codes.iter().any(|code| !code);
        let mut headings: Vec<Heading> =
            (0..width).map(|column| Heading { letter: column_letters(column), ..Heading::default() }).collect();
        for (place, (row, code)) in self.header.iter().zip(&codes).enumerate() {
            let Some(row) = self.sheet.row(*row) else { continue };
            let last = place + 1 == self.header.len();
            let mut carried = String::new();
            for (column, heading) in headings.iter_mut().enumerate() {
                let mut text = one_line(row.cell(column).text);
                if !text.is_empty() {
                    carried.clone_from(&text);
                } else if fill && !last && !self.key.contains(&column) {
                    text.clone_from(&carried);
                }
                let skip = *code && some_words && self.header.len() > 1 && !self.key.contains(&column);
                if !text.is_empty() && !skip {
                    heading.add(&text);
                }
            }
        }
        if let Some(row) = units.and_then(|row| self.sheet.row(row)) {
            for (column, heading) in headings.iter_mut().enumerate() {
                heading.unit = Some(one_line(row.cell(column).text)).filter(|text| !text.is_empty());
            }
        }
        headings
    }
}

impl Heading {
    /// Adds a header cell below the others.
    fn add(&mut self, text: &str) {
        let text = without_footnote(text);
        if let Some(when) = when::whole(text) {
            self.when = Some(when);
            return;
        }
        let bare = match when::inside(text) {
            Some((when, rest)) => {
                self.when = self.when.or(Some(when));
                rest
            }
            None => text.to_owned(),
        };
        if self.parts.last().is_none_or(|last| last != text) {
            self.parts.push(text.to_owned());
        }
        if !bare.is_empty() && self.bare.last().is_none_or(|last| *last != bare) {
            self.bare.push(bare);
        }
    }
}

/// A header without the mark of a footnote (`Bevölkerung 2)`), which changes from year to year.
fn without_footnote(text: &str) -> &str {
    let Some(rest) = text.strip_suffix(')').filter(|rest| !rest.contains('(')) else { return text.trim_end_matches('*') };
    let plain = rest.trim_end_matches(|letter: char| letter.is_ascii_digit());
    let digits = rest.len() - plain.len();
    if (1..=2).contains(&digits) && !plain.trim().is_empty() { plain.trim_end() } else { text }
}

/// The text of a key that may be split over columns.
pub(super) fn key_text(columns: &[usize], row: &Row<'_>) -> String {
    match columns {
        [only] => row.cell(*only).text.to_owned(),
        _ => columns.iter().map(|column| row.cell(*column).text).collect(),
    }
}

/// Land, Regierungsbezirk, Kreis, Verband and Gemeinde in columns of their own, as in the Gemeindeverzeichnis (GV-ISys).
fn split_key(sheet: &Sheet) -> Option<(Vec<usize>, RecipeKeyKind, usize)> {
    const NAMES: [&str; 5] = ["land", "rb", "kreis", "vb", "gem"];
    let named = |row: &Row<'_>, from: usize| {
        NAMES.iter().enumerate().all(|(at, name)| row.cell(from + at).text.to_lowercase().trim_end_matches('.') == *name)
    };
    let found = sheet.rows().take(40).enumerate().find_map(|(position, row)| {
        let from = (0..row.width()).find(|from| named(&row, *from))?;
        Some((position, (from..from + NAMES.len()).collect::<Vec<_>>()))
    });
    let (header, columns) = found?;
    let first = (header + 1..sheet.height())
        .find(|row| sheet.row(*row).is_some_and(|row| official(&key_text(&columns, &row)).is_some()))?;
    Some((columns, RecipeKeyKind::Official, first))
}

/// The flat file of GENESIS-Online (ffcsv): variables in columns with numbers, one of them the region.
fn flat_key(sheet: &Sheet) -> Option<(Vec<usize>, RecipeKeyKind, usize)> {
    let header = sheet.row(0)?;
    let is_code = |name: &str| name.ends_with("_variable_attribute_code");
    let columns: Vec<usize> = (0..header.width()).filter(|column| is_code(header.cell(*column).text)).collect();
    let region = columns.into_iter().find(|column| {
        let rows = sheet.rows().skip(1).take(LOOKED_AT).filter(|row| !row.cell(*column).is_empty());
        let keys: Vec<bool> = rows.map(|row| official(row.cell(*column).text).is_some()).collect();
        // codes of other variables, such as age groups, are words with digits
        !keys.is_empty() && keys.iter().all(|key| *key)
    })?;
    Some((vec![region], RecipeKeyKind::Official, 1))
}

/// The column that holds most keys of areas.
fn key_column(sheet: &Sheet, areas: &Areas<'_>) -> Option<(Vec<usize>, RecipeKeyKind, usize)> {
    let official = best_column(sheet, |text| surely_official(text) || text == "DG", areas, RecipeKeyKind::Official);
    if official.is_some() || areas.is_empty() {
        return official;
    }
    best_column(sheet, |text| !areas.of_own(text).is_empty(), areas, RecipeKeyKind::Own)
        .or_else(|| best_column(sheet, |text| !areas.of_name(text).is_empty(), areas, RecipeKeyKind::Name))
}

fn best_column(
    sheet: &Sheet,
    is_key: impl Fn(&str) -> bool,
    areas: &Areas<'_>,
    kind: RecipeKeyKind,
) -> Option<(Vec<usize>, RecipeKeyKind, usize)> {
    let mut best: Option<(f64, usize, usize)> = None;
    for column in 0..sheet.width().min(KEY_COLUMNS) {
        let (mut hits, mut filled, mut first, mut matched) = (0_usize, 0_usize, None, 0_usize);
        let mut texts = std::collections::HashSet::new();
        for (position, row) in sheet.rows().take(LOOKED_AT).enumerate() {
            let cell = row.cell(column);
            if cell.is_empty() || cell.kind == Kind::Date {
                continue;
            }
            let hit = is_key(cell.text);
            if hit && first.is_none() {
                first = Some(position);
            }
            if first.is_some() {
                filled += 1;
                hits += usize::from(hit);
                texts.insert(cell.text);
                matched += usize::from(hit && kind == RecipeKeyKind::Official && !areas.is_empty() && {
                    let key = official(cell.text).map(|key| key.text).unwrap_or_default();
                    !areas.of_key(&key).is_empty()
                });
            }
        }
        let Some(first) = first else { continue };
        let share = hits as f64 / filled as f64;
        if share < 0.6 || hits < 2 {
            continue;
        }
        let told = (0..first.min(40)).rev().take(HEADER_ROWS).filter_map(|row| sheet.row(row));
        let told = told.into_iter().any(|row| is_key_name(row.cell(column).text));
        // a column of figures repeats itself and has all lengths; keys stand at the left
        let distinct = texts.len() as f64 / filled as f64;
        // one of the parts of towns, with the towns' own sums among them
        let with_sums = texts.iter().any(|text| text.eq_ignore_ascii_case("sum"));
        let score = f64::from(u8::from(with_sums)) * 3.0 + share + f64::from(u8::from(told)) + (matched as f64 / filled as f64) + 0.3 * distinct - 0.05 * column as f64;
        if best.is_none_or(|(most, ..)| score > most) {
            best = Some((score, column, first));
        }
    }
    best.map(|(_, column, first)| (vec![column], kind, first))
}

/// Whether a header names a column of keys.
pub(super) fn is_key_name(text: &str) -> bool {
    let name = text.to_lowercase();
    let name = name.trim_matches(|letter: char| !letter.is_alphanumeric());
    ["ags", "ars", "rs", "key", "gkz", "krs", "kreg", "schluessel", "gemeinden", "kreise"].contains(&name)
        || ["schlüssel", "kennziffer", "kreis_id", "gvb_id", "gem_id", "regionalschl", "gemeindenummer", "kennzahl"]
            .iter()
            .any(|part| name.contains(part))
}

/// Positions of the rows right above the body that are a header, from top to bottom.
fn header_rows(sheet: &Sheet, first: usize) -> Vec<usize> {
    let mut rows: Vec<usize> = Vec::new();
    let body = sheet.row(first).map(|row| row.number).unwrap_or_default();
    let mut below = body;
    for position in (0..first).rev() {
        let Some(row) = sheet.row(position) else { break };
        // a blank line parts a title from a header; below the header it does not matter
        let gap = below.saturating_sub(row.number);
        if rows.len() >= HEADER_ROWS || (!rows.is_empty() && gap > 1) || gap > 5 {
            break;
        }
        let filled: Vec<(usize, &str)> =
            row.cells().enumerate().filter(|(_, cell)| !cell.is_empty()).map(|(column, cell)| (column, cell.text)).collect();
        let same = filled.len() > 1 && filled.iter().all(|(_, text)| *text == filled[0].1);
        let lone = matches!(filled.as_slice(), [(0 | 1, _)]) && sheet.width() > 2;
        // one text above a table of three columns and more is a title; a merged one stands in all of its cells
        let title = lone || (same && filled.len() + 1 >= sheet.width() && filled[0].0 <= 1);
        if title && !is_period_line(sheet, position) {
            break;
        }
        rows.insert(0, position);
        below = row.number;
    }
    rows
}

/// A line with nothing but a period in its first cell, as the statistics offices put it above a header.
fn is_period_line(sheet: &Sheet, position: usize) -> bool {
    let Some(row) = sheet.row(position) else { return false };
    let filled: Vec<usize> = (0..row.width()).filter(|column| !row.cell(*column).is_empty()).collect();
    filled == [0] && when::whole(row.cell(0).text).is_some()
}

/// `1 2 3 4 …`: a row that numbers the columns.
fn is_numbering(sheet: &Sheet, position: usize) -> bool {
    let Some(row) = sheet.row(position) else { return false };
    let cells: Vec<u32> = row.cells().filter(|cell| !cell.is_empty()).map_while(|cell| cell.text.parse().ok()).collect();
    let filled = row.cells().filter(|cell| !cell.is_empty()).count();
    cells.len() == filled && filled > 2 && cells.windows(2).all(|pair| pair[1] == pair[0] + 1) && cells[0] <= 1
}

/// A row of machine names (`q_einkst_bev98`), to which another header row gives words.
fn is_code_row(sheet: &Sheet, position: usize) -> bool {
    let Some(row) = sheet.row(position) else { return false };
    let filled: Vec<&str> = row.cells().filter(|cell| !cell.is_empty()).map(|cell| cell.text).collect();
    let code = |text: &&&str| {
        text.starts_with(|first: char| first.is_ascii_lowercase())
            && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
    };
    filled.len() > 1 && filled.iter().filter(code).count() == filled.len() && filled.iter().any(|text| text.contains('_'))
}

/// Whether a text is a unit and nothing else.
pub(super) fn is_unit(text: &str) -> bool {
    const UNITS: [&str; 32] = [
        "anzahl", "prozent", "%", "in %", "eur", "euro", "€", "1000 eur", "1 000 eur", "tsd. eur", "tsd. euro", "jahre", "qkm",
        "km2", "km²", "ha", "qm", "m²", "m2", "personen", "einwohner", "std.", "stunden", "promille", "‰", "index", "tage",
        "minuten", "min", "vzä", "1000", "fälle",
    ];
    let text = text.trim_matches(|letter: char| matches!(letter, '(' | ')' | '[' | ']')).to_lowercase();
    UNITS.contains(&text.as_str()) || (text.starts_with("je ") && text.len() < 40) || text.starts_with("eur je ")
}

fn is_unit_row(sheet: &Sheet, position: usize) -> bool {
    let Some(row) = sheet.row(position) else { return false };
    let filled: Vec<&str> = row.cells().skip(1).filter(|cell| !cell.is_empty()).map(|cell| cell.text).collect();
    !filled.is_empty() && filled.iter().filter(|text| is_unit(text)).count() * 5 >= filled.len() * 4
}
