//! A recipe and a workbook → tidy values, or what keeps the one from fitting the other.

use std::collections::HashMap;
use std::path::Path;

use super::columns::{figure, is_sum_code};
use super::counts::{Counts, KEPT, is_sum, is_unassigned};
use super::detect::{fixed, genesis_table};
use super::fit::{Columns, Differences};
use super::frame::{Frame, one_line};
use super::keys::{Areas, official, surely_official};
use super::tidy::{SumRow, Tidy, TidyKey, TidyValue};
use super::when::{self, When};
use crate::config::{RecipeFile, RecipeKeyKind, RecipePeriodPlace};
use crate::message;
use crate::report::{Case, Message, Report};
use crate::sheet::{Cell, Kind, Row, Workbook};
use crate::table::number::{Decision, Evidence};
use crate::table::{Cause, CellFault, CellNote, Faults, MAX_VALUES, PLAUSIBLE_YEARS, read_cell, symbol};
use crate::value::{Figure, Period, State};

/// Reads the values of a frame; `file` is how messages name it.
pub(super) fn apply(
    recipe: &RecipeFile,
    book: &Workbook,
    frame: &Frame<'_>,
    areas: &Areas<'_>,
    file: &Path,
    report: &mut Report,
) -> Result<Tidy, Differences> {
    let columns = Columns::find(recipe, frame)?;
    let fixed = fixed(book, recipe, frame);
    if fixed.is_none() && !matches!(recipe.period.from, RecipePeriodPlace::Column | RecipePeriodPlace::Header) {
        return Err(vec![message!("no year in {place}", place = Message::from(place_name(recipe.period.from)))]);
    }
    let mut reading = Reading::new(recipe, frame, columns, fixed, areas);
    reading.decide();
    reading.look_for_dashes();
    for row in frame.body() {
        reading.row(&row);
        if reading.tidy.values.len() > MAX_VALUES {
            return Err(vec![message!(
                "it has more than {most} values; split it by years or measures",
                most = MAX_VALUES.to_string()
            )]);
        }
    }
    Ok(reading.finish(file, report))
}

fn place_name(place: RecipePeriodPlace) -> &'static str {
    match place {
        RecipePeriodPlace::Column => "the period's column",
        RecipePeriodPlace::Header => "the header",
        RecipePeriodPlace::Title => "the title lines",
        RecipePeriodPlace::Sheet => "the sheet's name",
        RecipePeriodPlace::File => "the file's name",
        RecipePeriodPlace::Told => "the recipe",
    }
}

struct Reading<'a, 's> {
    recipe: &'a RecipeFile,
    frame: &'a Frame<'s>,
    columns: Columns,
    fixed: Option<When>,
    areas: &'a Areas<'a>,
    /// Measures by parts, and then by label.
    measures: HashMap<Vec<String>, Vec<Option<u16>>>,
    decisions: Vec<Decision>,
    faults: Faults,
    tidy: Tidy,
    keys: HashMap<String, u32>,
    seen: HashMap<(u32, u16, Period), u32>,
    counts: Counts,
    /// Cells written as `0` and as a dash, per value column.
    zeros: Vec<(u64, u64)>,
    /// Whether a value column holds means, of which none can be taken of nothing.
    means: Vec<bool>,
    /// Whether a value column of a statistics office is hardly ever zero: a row of dashes is an area that is not there.
    never_zero: Vec<bool>,
}

impl<'a, 's> Reading<'a, 's> {
    fn new(
        recipe: &'a RecipeFile,
        frame: &'a Frame<'s>,
        columns: Columns,
        fixed: Option<When>,
        areas: &'a Areas<'a>,
    ) -> Self {
        let mut measures = HashMap::new();
        let mut tidy = Tidy::default();
        for measure in &recipe.measures {
            let label = columns.labels.iter().position(|label| *label == measure.column).unwrap_or(0);
            let next = tidy.measures.iter().position(|id| *id == measure.id).unwrap_or_else(|| {
                tidy.measures.push(measure.id.clone());
                tidy.measures.len() - 1
            });
            let of_parts: &mut Vec<Option<u16>> =
                measures.entry(measure.parts.clone()).or_insert_with(|| vec![None; columns.labels.len()]);
            if let Some(place) = of_parts.get_mut(label) {
                *place = u16::try_from(next).ok();
            }
        }
        let zeros = vec![(0, 0); columns.values.len()];
        let unit = |label: usize| {
            let measure = recipe.measures.iter().find(|measure| Some(&measure.column) == columns.labels.get(label));
            measure.and_then(|measure| measure.unit.clone()).unwrap_or_default().to_lowercase()
        };
        let is_mean = |label: usize| {
            let name = columns.labels.get(label).map(|label| label.to_lowercase()).unwrap_or_default();
            unit(label) == "jahre" || name.contains("durchschn")
        };
        let means = columns.values.iter().map(|(_, label, _)| is_mean(*label)).collect();
        Self {
            recipe,
            frame,
            columns,
            fixed,
            areas,
            measures,
            decisions: Vec::new(),
            faults: Faults::default(),
            tidy,
            keys: HashMap::new(),
            seen: HashMap::new(),
            counts: Counts::default(),
            zeros,
            means,
            never_zero: Vec::new(),
        }
    }

    /// First pass: how ambiguous texts of every value column are read.
    fn decide(&mut self) {
        let mut evidence = vec![Evidence::default(); self.columns.values.len()];
        let mut examples: Vec<Option<(u64, String)>> = vec![None; self.columns.values.len()];
        for row in self.frame.body() {
            if self.frame.key_text(&row).is_empty() {
                continue;
            }
            for (place, (column, ..)) in self.columns.values.iter().enumerate() {
                let cell = row.cell(*column);
                if cell.kind != Kind::Text || figure(&cell) != Some(true) {
                    continue;
                }
                let (text, _) = symbol::without_flag(without_percent(cell.text).0);
                let before = evidence[place].doubtful();
                evidence[place].take(text);
                if examples[place].is_none() && evidence[place].doubtful() > before {
                    examples[place] = Some((row.number, text.to_owned()));
                }
            }
        }
        let all = evidence.iter().copied().fold(Evidence::default(), Evidence::and);
        let told = self.recipe.decimal.map(|decimal| match decimal {
            crate::config::file::DecimalFile::Comma => ',',
            crate::config::file::DecimalFile::Point => '.',
        });
        // workbooks and most texts here are German; a text with commas between its cells is English
        let delimiter = match self.recipe.delimiter {
            Some(crate::config::file::DelimiterFile::Comma) => b',',
            _ => b';',
        };
        self.decisions = evidence.iter().map(|column| Decision::new(told, *column, all, delimiter)).collect();
        for ((decision, example), (column, ..)) in self.decisions.iter().zip(examples).zip(&self.columns.values) {
            if let (Decision::Assumed(_), Some((line, text))) = (decision, example)
                && let Some(number) = decision.read(&text)
            {
                let label = self.frame.headings.get(*column).map_or_else(String::new, |heading| heading.label(false));
                let detail = message!("\"{text}\" is read as {number}, and all cells like it", text, number);
                self.faults.push(Cause::Assumed, || Case::line(line).in_column(label).saying(detail));
            }
        }
    }

    /// Also in the first pass: which columns are hardly ever zero in rows that hold anything but dashes.
    fn look_for_dashes(&mut self) {
        let count = self.columns.values.len();
        self.never_zero = vec![false; count];
        if genesis_table(self.frame).is_none() || self.recipe.symbols.contains_key("-") {
            return;
        }
        let (mut zeros, mut rows) = (vec![0_usize; count], vec![0_usize; count]);
        for row in self.frame.body() {
            for place in 0..count {
                let text = row.cell(self.columns.values[place].0).text;
                if !text.is_empty() && !self.is_dashes(&row, place) {
                    rows[place] += 1;
                    zeros[place] += usize::from(text == "0" || text == "-");
                }
            }
        }
        self.never_zero = zeros.iter().zip(&rows).map(|(zeros, rows)| zeros * 50 < *rows).collect();
    }

    /// Whether a row has nothing but dashes in the columns of one period.
    fn is_dashes(&self, row: &Row<'s>, place: usize) -> bool {
        let when = self.columns.values[place].2;
        let same = self.columns.values.iter().filter(|(.., other)| *other == when);
        same.clone().count() > 0 && same.into_iter().all(|(column, ..)| row.cell(*column).text == "-")
    }

    fn label(&self, column: usize) -> String {
        self.frame.headings.get(column).map_or_else(String::new, |heading| heading.label(false))
    }

    fn row(&mut self, row: &Row<'s>) {
        let mut text = one_line(&self.frame.key_text(row));
        if let Some(total) = self.columns.total.filter(|_| is_sum_code(&text)) {
            row.cell(total).text.clone_into(&mut text);
        }
        let name = self.columns.name.map(|column| one_line(row.cell(column).text)).unwrap_or_default();
        let parts: Vec<String> = self.columns.parts.iter().map(|column| row.cell(*column).text.to_owned()).collect();
        let out = &self.recipe.leave_out;
        if let Some(word) = out.iter().find(|word| **word == text || **word == name || parts.contains(word)) {
            *self.counts.left_out.entry(word.clone()).or_default() += 1;
            return;
        }
        let figures =
            self.columns.values.iter().filter(|(column, ..)| figure(&row.cell(*column)) == Some(true)).count();
        let symbols = self.columns.values.iter().filter(|(column, ..)| !row.cell(*column).is_empty()).count();
        if symbols == 0 && self.is_key(&text) {
            self.counts.without_figures += 1;
            return;
        }
        let Some(key) = self.key(row, &text, &name) else {
            self.no_key(row, &text, &name, figures);
            return;
        };
        let when = match self.columns.period {
            Some(column) => match when::whole(row.cell(column).text) {
                Some(when) if PLAUSIBLE_YEARS.contains(&when.year.as_year()) => Some(when),
                _ => {
                    let (text, label) = (row.cell(column).text, self.label(column));
                    self.faults.push(Cause::Period, || {
                        let case = Case::line(row.number).in_column(label).with_key(text_or(&self.tidy.keys, key));
                        case.saying(format!("\"{text}\""))
                    });
                    return;
                }
            },
            None => self.fixed,
        };
        for place in 0..self.columns.values.len() {
            self.value(row, key, when, &parts, place);
        }
    }

    /// Whether a text is a key of the recipe's kind.
    fn is_key(&self, text: &str) -> bool {
        match self.recipe.key.kind {
            RecipeKeyKind::Official => official(text).is_some(),
            RecipeKeyKind::Own => !self.areas.of_own(text).is_empty(),
            RecipeKeyKind::Name => !self.areas.of_name(text).is_empty(),
        }
    }

    /// Position of the row's key; `None` if it has none.
    fn key(&mut self, row: &Row<'s>, text: &str, name: &str) -> Option<u32> {
        let key = match self.recipe.key.kind {
            RecipeKeyKind::Official => {
                let key = official(text)?;
                if key.zero_restored {
                    self.counts.restored_rows += 1;
                    if self.counts.restored.len() < KEPT {
                        self.counts.restored.push(
                            Case::line(row.number).with_key(text).saying(message!("is read as {key}", key = key.text)),
                        );
                    }
                }
                key.text
            }
            RecipeKeyKind::Own => (!self.areas.of_own(text).is_empty()).then(|| text.to_owned())?,
            RecipeKeyKind::Name => (!self.areas.of_name(text).is_empty()).then(|| text.to_owned())?,
        };
        if let Some(known) = self.keys.get(&key) {
            return Some(*known);
        }
        let position = u32::try_from(self.tidy.keys.len()).ok()?;
        let places = match self.recipe.key.kind {
            RecipeKeyKind::Official => self.areas.of_key(&key),
            RecipeKeyKind::Own => self.areas.of_own(&key),
            RecipeKeyKind::Name => self.areas.of_name(&key),
        };
        self.tidy.keys.push(TidyKey { text: key.clone(), name: name.to_owned(), line: row.number, places });
        self.keys.insert(key, position);
        Some(position)
    }

    /// A row without a key: a sum, a note, or a mistake.
    fn no_key(&mut self, row: &Row<'s>, text: &str, name: &str, figures: usize) {
        if figures == 0 {
            match undivided(row) {
                None => self.counts.notes += 1,
                Some(cell) => {
                    self.counts.undivided_rows += 1;
                    if self.counts.undivided.len() < KEPT {
                        self.counts.undivided.push(Case::line(row.number).saying(format!("\"{}\"", short(cell))));
                    }
                }
            }
            return;
        }
        let words = || {
            row.cells().find(|cell| cell.kind == Kind::Text && figure(cell).is_none()).map(|cell| one_line(cell.text))
        };
        let label = [text, name]
            .iter()
            .find(|text| !text.is_empty())
            .map_or_else(|| words().unwrap_or_default(), |text| (*text).to_owned());
        if is_sum(&label) || is_sum(name) || words().is_some_and(|words| is_sum(&words)) {
            let figures = (0..self.columns.values.len()).map(|place| {
                let (column, ..) = self.columns.values[place];
                let cell = row.cell(column);
                (None, None, self.read(&cell, "", place).ok().and_then(|(figure, _)| figure.number()))
            });
            let figures = figures.collect();
            self.tidy.sum_rows.push(SumRow { line: row.number, label, figures });
            return;
        }
        if is_unassigned(&label) || is_unassigned(name) || words().is_some_and(|words| is_unassigned(&words)) {
            *self.counts.unassigned.entry(label).or_default() += 1;
            return;
        }
        let said = if label.is_empty() { String::new() } else { format!("\"{label}\"") };
        if label.is_empty() {
            self.faults.push(Cause::NoKey, || Case::line(row.number));
            return;
        }
        self.counts.stranger_rows += 1;
        if self.counts.strangers.len() < KEPT {
            let near = self.areas.nearest(&label);
            let said = if near.is_empty() {
                message!("{said} is no area key", said)
            } else {
                message!("{said} is no area key, {near}", said, near)
            };
            self.counts.strangers.push(Case::line(row.number).saying(said));
        }
    }

    /// A cell with the recipe's own symbols before the usual ones.
    fn read(&self, cell: &Cell<'_>, state: &str, place: usize) -> Result<(Figure, Option<CellNote>), CellFault> {
        if let Some(meant) = self.recipe.symbols.get(cell.text).filter(|_| cell.kind != Kind::Empty) {
            let number = if *meant == State::Zero { Some(0.0) } else { cell.text.replace(',', ".").parse().ok() };
            return Ok((number.map_or_else(|| Figure::absent(*meant), |number| Figure::new(number, *meant)), None));
        }
        let decision = self.decisions.get(place).copied().unwrap_or(Decision::Open);
        match cell.kind {
            // the shortest decimal form of a number, written by the reader: always a point, never a group
            Kind::Number => {
                let told = Decision::Told(crate::table::number::DecimalMark::Point);
                match cell.text.parse::<f64>() {
                    Ok(number) if state.is_empty() && symbol::sentinel(cell.text).is_none() => {
                        Ok((Figure::exact(number), None))
                    }
                    _ => read_cell(cell.text, state, told),
                }
            }
            Kind::Date | Kind::Formula => Err(CellFault::Unreadable),
            Kind::Empty | Kind::Text | Kind::Error => {
                let (text, _) = without_percent(cell.text);
                read_cell(text, state, decision)
            }
        }
    }

    fn value(&mut self, row: &Row<'s>, key: u32, when: Option<When>, parts: &[String], place: usize) {
        let (column, label, own) = self.columns.values[place];
        let cell = row.cell(column);
        if cell.is_empty() && self.columns.state.is_none() {
            return;
        }
        let Some(measure) = self.measures.get(parts).and_then(|of_parts| of_parts.get(label).copied().flatten()) else {
            *self.counts.unknown_parts.entry(parts.join(", ")).or_default() += 1;
            return;
        };
        let Some(when) = own.or(when).or(self.common()) else {
            *self.counts.no_period.entry(self.label(column)).or_default() += 1;
            return;
        };
        if cell.kind == Kind::Formula {
            self.counts.formula_cells += 1;
            if self.counts.formulas.len() < KEPT {
                self.counts.formulas.push(Case::line(row.number).in_column(self.label(column)));
            }
            return;
        }
        if cell.text == "-" && self.never_zero[place] && self.is_dashes(row, place) {
            self.counts.gone +=
                u64::from(self.columns.values.iter().position(|(.., other)| *other == own) == Some(place));
            let figure = Figure::absent(State::NotApplicable);
            let (period, within) = (when.as_period(self.recipe.period.days), when.within);
            self.keep(TidyValue { line: row.number, key, measure, period, within, figure }, column);
            return;
        }
        let state = self.columns.state.map_or("", |column| row.cell(column).text).to_owned();
        let key_text = || text_or(&self.tidy.keys, key);
        match self.read(&cell, &state, place).map(|read| if self.means[place] { of_mean(read) } else { read }) {
            Err(fault) => {
                let (cause, detail): (_, Message) = match fault {
                    CellFault::Unreadable => (Cause::Unreadable, format!("\"{}\"", short(cell.text)).into()),
                    CellFault::Doubtful => (Cause::Doubtful, format!("\"{}\"", cell.text).into()),
                    CellFault::UnknownState => (Cause::UnknownState, format!("\"{state}\"").into()),
                    CellFault::NumberMissing => (Cause::StateDenied, message!("{state} without a number", state)),
                    CellFault::ZeroWithNumber => (Cause::StateDenied, message!("zero beside another number")),
                };
                let case = Case::line(row.number).in_column(self.label(column)).with_key(key_text()).saying(detail);
                self.faults.push(cause, || case);
            }
            Ok((figure, note)) => {
                let case = || Case::line(row.number).in_column(self.label(column)).with_key(key_text());
                match note {
                    Some(CellNote::Sentinel) => {
                        let case = case().saying(message!(
                            "{number} is {state}",
                            number = cell.text,
                            state = figure.state().told()
                        ));
                        self.faults.push(Cause::Sentinel, || case);
                    }
                    Some(CellNote::NumberDropped) => {
                        let case = case().saying(message!("the state is {state}", state = Message::from(&state)));
                        self.faults.push(Cause::NumberDropped, || case);
                    }
                    Some(CellNote::SymbolTaken) => {
                        let case = case().saying(message!(
                            "\"{symbol}\" beside {state}",
                            symbol = cell.text,
                            state = Message::from(&state)
                        ));
                        self.faults.push(Cause::SymbolTaken, || case);
                    }
                    Some(CellNote::WrittenZero) => self.zeros[place].0 += 1,
                    Some(CellNote::Dash) => self.zeros[place].1 += 1,
                    None => {}
                }
                let from_workbook = !self.frame.sheet.name.is_empty();
                self.counts.text_numbers +=
                    u64::from(from_workbook && cell.kind == Kind::Text && figure.number().is_some() && note.is_none());
                let percent = self.frame.sheet.percent_columns.contains(&column) && cell.kind == Kind::Number;
                let figure = match figure.number() {
                    // twelve digits: what a share times a hundred is wrong by lies far behind them
                    Some(number) if percent => {
                        Figure::new(format!("{:.11e}", number * 100.0).parse().unwrap_or(number), figure.state())
                    }
                    _ => figure,
                };
                let (period, within) = (when.as_period(self.recipe.period.days), when.within);
                let value = TidyValue { line: row.number, key, measure, period, within, figure };
                self.keep(value, column);
            }
        }
    }

    /// The one period of all headers that have one.
    fn common(&self) -> Option<When> {
        let mut whens = self.columns.values.iter().filter_map(|(.., when)| *when);
        let first = whens.next()?;
        whens.all(|when| when.year == first.year).then_some(first)
    }

    /// Takes a value up; of several of one year the latest counts, of two of one day the first.
    fn keep(&mut self, value: TidyValue, column: usize) {
        let at = (value.key, value.measure, value.period);
        let Some(position) = self.seen.get(&at).map(|position| *position as usize) else {
            self.seen.insert(at, u32::try_from(self.tidy.values.len()).unwrap_or(u32::MAX));
            self.tidy.values.push(value);
            return;
        };
        let first = self.tidy.values[position];
        if value.figure.state() == State::Missing {
            return;
        }
        if first.figure.state() == State::Missing || (value.within > first.within && first.within > 0) {
            self.counts.earlier += u64::from(first.figure.state() != State::Missing);
            self.tidy.values[position] = value;
            return;
        }
        if value.within < first.within {
            self.counts.earlier += 1;
            return;
        }
        let secret = |value: &TidyValue| value.figure.state() == State::Suppressed;
        let key = text_or(&self.tidy.keys, value.key);
        let measure = self.tidy.measures.get(usize::from(value.measure)).cloned().unwrap_or_default();
        let case = Case::line(value.line).in_column(self.label(column)).with_key(key);
        if secret(&value) != secret(&first) {
            if secret(&value) {
                self.tidy.values[position] = value;
            }
            let case = case.saying(message!(
                "{measure} {period} is suppressed in one of the lines {first} and {second}",
                measure,
                period = value.period,
                first = first.line.to_string(),
                second = value.line.to_string()
            ));
            self.faults.push(Cause::SuppressedAndGiven, || case);
            return;
        }
        let equal = first.figure.number() == value.figure.number() && first.figure.state() == value.figure.state();
        let what = if equal { message!("the same figure") } else { message!("another figure") };
        let case = case.saying(message!(
            "{measure} {period} is in line {line} already ({what})",
            measure,
            period = value.period,
            line = first.line.to_string(),
            what
        ));
        self.tidy.duplicates += 1;
        self.faults.push(Cause::Duplicate, || case);
    }

    fn finish(mut self, file: &Path, report: &mut Report) -> Tidy {
        for ((column, ..), (zeros, dashes)) in self.columns.values.iter().zip(&self.zeros) {
            if *zeros > 0 && *dashes > 0 {
                let (zeros, dashes) =
                    (message!("{n} cell[s] [is|are] 0", n = *zeros), message!("{n} [is|are] -", n = *dashes));
                let detail = Message::joined([zeros, dashes], ", ");
                let label = self.frame.headings.get(*column).map_or_else(String::new, |heading| heading.label(false));
                self.faults.push(Cause::ZeroBesideDash, || Case::default().in_column(label).saying(detail));
            }
        }
        std::mem::take(&mut self.faults).report(file, report);
        self.counts.report(file, report);
        let columns = self.columns.values.iter().map(|(_, label, when)| {
            let named = self.columns.labels.get(*label);
            let measure = self.recipe.measures.iter().find(|measure| Some(&measure.column) == named);
            let id = measure.and_then(|measure| self.tidy.measures.iter().position(|id| *id == measure.id));
            (
                id.and_then(|id| u16::try_from(id).ok()).filter(|_| self.columns.parts.is_empty()),
                when.or(self.fixed).map(|when| when.as_period(self.recipe.period.days)),
            )
        });
        let columns: Vec<_> = columns.collect();
        for row in &mut self.tidy.sum_rows {
            for (figure, (measure, period)) in row.figures.iter_mut().zip(&columns) {
                (figure.0, figure.1) = (*measure, *period);
            }
        }
        self.tidy
    }
}

/// A dash in a column of means: where there is nothing to take the mean of, the mean is not zero.
fn of_mean(read: (Figure, Option<CellNote>)) -> (Figure, Option<CellNote>) {
    if read.1 == Some(CellNote::Dash) { (Figure::absent(State::NotApplicable), None) } else { read }
}

fn text_or(keys: &[TidyKey], key: u32) -> String {
    keys.get(key as usize).map(|key| key.text.clone()).unwrap_or_default()
}

/// The only text of a row, if it is several cells with another separator between them, one of them a key.
fn undivided<'s>(row: &Row<'s>) -> Option<&'s str> {
    let mut filled = row.cells().filter(|cell| !cell.is_empty());
    let (only, None) = (filled.next()?, filled.next()) else { return None };
    let parted = |separator| {
        only.text.contains(separator) && only.text.split(separator).any(|part| surely_official(part.trim()))
    };
    [';', ',', '\t', '|'].into_iter().any(parted).then_some(only.text)
}

fn short(text: &str) -> String {
    let mut short: String = text.chars().take(40).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short.replace(['\n', '\r'], " ")
}

/// A text without the per cent sign behind its number, and whether there was one.
fn without_percent(text: &str) -> (&str, bool) {
    match text.strip_suffix('%').map(str::trim_end) {
        Some(number) if number.ends_with(|last: char| last.is_ascii_digit()) => (number, true),
        _ => (text, false),
    }
}
