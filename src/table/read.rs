//! Rows of a text → values, in two passes: what the cells say about decimal marks, then the cells.

use super::faults::{Cause, Faults};
use super::layout::{self, Columns};
use super::number::{Decision, Evidence, Meaning, meaning};
use super::rows::Reading;
use super::{MAX_VALUES, PLAUSIBLE_YEARS, Table, TableError, symbol};
use crate::config::{TableConfig, TableLayout};
use crate::delimited::{Header, Row, TextFile, separator_name};
use crate::message;
use crate::report::{Case, Finding, Message, Report};
use crate::value::{Period, State};

/// Reads a decoded file.
pub(super) fn read(config: &TableConfig, file: &TextFile, report: &mut Report) -> Result<Table, TableError> {
    if let Some(table) = genesis(&file.text) {
        return Err(TableError::Genesis { path: file.path.clone(), table: table.to_owned() });
    }
    if file.malformed {
        let message = message!("some bytes make no sense in {encoding}", encoding = file.encoding.name());
        let advice = "say the encoding in the table's description, such as encoding = \"windows-1252\"";
        report.add(Finding::warning("encoding-doubtful", message).in_file(&config.path).advise(advice));
    }
    let header = Header::find(file, config.delimiter, &layout::wanted(config))?;
    let columns = Columns::find(config, file, &header)?;
    let (decisions, mut faults) = decide(config, file, &header, &columns);
    note_implausible_columns(&columns, header.line, &mut faults);
    let mut reading = Reading::new(config, &header, columns, decisions, faults);
    let mut rows = header.rows(file);
    let mut row = Row::default();
    while rows.read_into(&mut row) {
        reading.row(&row);
        if reading.table.values.len() > MAX_VALUES {
            return Err(TableError::TooManyValues { path: file.path.clone() });
        }
    }
    if rows.quote_left_open() {
        reading.faults.push(Cause::OpenQuote, || Case::line(row.line));
    }
    let unused = reading.unused();
    let table = reading.finish(report);
    if table.values.iter().all(|value| value.figure.state() == State::Missing) {
        return Err(TableError::NoValues { path: file.path.clone(), header_line: header.line });
    }
    let subject = config.path.display().to_string();
    report.fact(&subject, summary(&table, &config.layout, file, &header));
    if !unused.is_empty() {
        report.fact(&subject, message!("columns that are not read: {unused}", unused = unused.join(", ")));
    }
    Ok(table)
}

/// The number of a GENESIS table, if the text is an export of one.
fn genesis(text: &str) -> Option<&str> {
    let first = text.lines().find(|line| !line.trim().is_empty())?;
    let table = first.trim().trim_start_matches('"').strip_prefix("GENESIS-Tabelle:")?;
    Some(table.trim_matches([' ', ';', '"']))
}

/// First pass: how the ambiguous cells of every value column are read.
fn decide(config: &TableConfig, file: &TextFile, header: &Header, columns: &Columns) -> (Vec<Decision>, Faults) {
    let mut evidence = vec![Evidence::default(); columns.values.len()];
    let mut examples: Vec<Option<(u64, String)>> = vec![None; columns.values.len()];
    let (mut rows, mut row) = (header.rows(file), Row::default());
    while rows.read_into(&mut row) {
        // a secret number is no evidence, lest it stand in a message as an example
        let state = columns.state.and_then(|at| row.cells.get(at)).map_or("", String::as_str);
        if !state.is_empty() && !State::from_name(&state.to_lowercase()).is_some_and(State::has_number) {
            continue;
        }
        for ((column, evidence), example) in columns.values.iter().zip(&mut evidence).zip(&mut examples) {
            let text = row.cells.get(column.position).map_or("", String::as_str);
            if symbol::state_of(text).is_some() || symbol::sentinel(text).is_some() {
                continue;
            }
            let (text, _) = symbol::without_flag(text);
            evidence.take(text);
            if example.is_none() && evidence.doubtful() > 0 && matches!(meaning(text), Meaning::Either { .. }) {
                *example = Some((row.line, text.to_owned()));
            }
        }
    }
    let all = evidence.iter().copied().fold(Evidence::default(), Evidence::and);
    let decision = |column: &Evidence| Decision::new(config.decimal, *column, all, header.delimiter);
    let decisions: Vec<Decision> = evidence.iter().map(decision).collect();
    let mut faults = Faults::default();
    for ((column, decision), example) in columns.values.iter().zip(&decisions).zip(examples) {
        if let (Decision::Assumed(_), Some((line, text))) = (decision, example)
            && let Some(number) = decision.read(&text)
        {
            let detail = message!("\"{text}\" is read as {number}, and all cells like it", text, number);
            faults.push(Cause::Assumed, || Case::line(line).in_column(&column.name).saying(detail));
        }
    }
    (decisions, faults)
}

fn note_implausible_columns(columns: &Columns, line: u64, faults: &mut Faults) {
    for column in &columns.values {
        if column.period.is_some_and(|period| !is_plausible(period)) {
            faults.push(Cause::Implausible, || Case::line(line).in_column(&column.name));
        }
    }
}

/// Whether a table can have figures for a period.
pub(super) fn is_plausible(period: Period) -> bool {
    PLAUSIBLE_YEARS.contains(&period.as_year())
}

/// How many different keys have values.
fn areas(table: &Table) -> usize {
    if table.territories.is_empty() {
        return table.keys.len();
    }
    table.keys.iter().collect::<std::collections::HashSet<_>>().len()
}

/// One sentence on what was read.
fn summary(table: &Table, layout: &TableLayout, file: &TextFile, header: &Header) -> Message {
    let layout = match layout {
        TableLayout::Tidy { .. } => "tidy",
        TableLayout::Years { .. } => "years",
        TableLayout::Measures { .. } => "measures",
    };
    let mut states: Vec<Message> = Vec::new();
    for state in State::ALL {
        let count = table.values.iter().filter(|value| value.figure.state() == state).count();
        if count > 0 {
            states.push(message!("{count} {state}", count, state = Message::from(state.to_string())));
        }
    }
    let separator = separator_name(header.delimiter);
    message!(
        "{values} of {keys} (layout {layout}, {encoding}, separator {separator}, header in line {line}): {states}",
        values = message!("{n} value[s]", n = table.values.len()),
        keys = message!("{n} area[s]", n = areas(table)),
        layout = layout,
        encoding = file.encoding.name(),
        separator = Message::from(separator),
        line = header.line,
        states = Message::joined(states, ", ")
    )
}

#[cfg(test)]
mod tests;
