//! Everything that is wrong or doubtful in one table, by cause → findings.
//!
//! Numbers that a state keeps secret never stand in a message: a report may be passed on.

use std::collections::BTreeMap;
use std::path::Path;

use super::cases::Cases;
use crate::report::{Argument, Case, Finding, Message, Report, Severity};

/// What can be wrong or doubtful, in the order in which it is reported: lost figures first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Cause {
    Unreadable,
    Doubtful,
    Assumed,
    NumberDropped,
    SuppressedAndGiven,
    StateDenied,
    SymbolTaken,
    UnknownState,
    Period,
    Territory,
    Implausible,
    Duplicate,
    LongRow,
    ShortRow,
    OpenQuote,
    NoKey,
    NoMeasure,
    MeasureRenamed,
    Sentinel,
    ZeroBesideDash,
    HeaderRow,
    NoteRow,
}

impl Cause {
    /// Code, message (see [`crate::report::counted`]) and advice of the finding.
    #[expect(clippy::too_many_lines, reason = "a table with a row for each cause")]
    fn texts(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Unreadable => (
                "cell-unreadable",
                "{n} cell[s] [is|are] neither a number nor a known symbol and [is|are] left out",
                "write numbers like 1234,5 or 1.234,5 without unit, and absent ones as - . x / ... or *",
            ),
            Self::Doubtful => (
                "decimal-mark-mixed",
                "{n} cell[s] can be read in two ways, as the column has decimal commas and points; left out",
                "write all numbers of the column in one way",
            ),
            Self::Assumed => (
                "decimal-mark-assumed",
                "nothing in the table shows whether comma or point is the decimal mark; it was assumed",
                "say it with decimal = \",\" or decimal = \".\" in the table's description",
            ),
            Self::NumberDropped => (
                "number-dropped",
                "{n} cell[s] [has|have] a number although [its|their] state says that there is none",
                "the state was believed and the number dropped; take such numbers out of the file before you pass it on",
            ),
            Self::SuppressedAndGiven => (
                "suppressed-and-given",
                "{n} figure[s] [is|are] suppressed in one row and given in another; [it is|they are] kept secret",
                "find out which row is right, and take the figure out of the file if it is secret",
            ),
            Self::StateDenied => (
                "state-denied",
                "{n} cell[s] [denies its|deny their] state and [is|are] left out",
                "zero goes with 0, and exact, rounded, estimated and provisional need a number",
            ),
            Self::SymbolTaken => (
                "state-symbol",
                "{n} cell[s] [has|have] a symbol where [its|their] state needs a number",
                "the symbol was believed; leave the state empty or write the number",
            ),
            Self::UnknownState => (
                "state-unknown",
                "{n} cell[s] [has|have] a state that is none and [is|are] left out",
                "states are: exact, zero, rounded, estimated, provisional, missing, pending, not_applicable, unreliable, \
                 suppressed",
            ),
            Self::Period => (
                "period-unreadable",
                "{n} row[s] [has|have] no readable period and [is|are] left out",
                "write the year, such as 2015, or the date, such as 31.12.2015",
            ),
            Self::Territory => (
                "territory-unreadable",
                "{n} row[s] [has|have] no readable territorial state and [is|are] left out",
                "write the day, such as 31.12.2015, or the year; an empty cell means the areas of the row's own period",
            ),
            Self::Implausible => (
                "period-implausible",
                "{n} row[s] or column[s] [names|name] a year outside 1900 to 2100; [its|their] figures are left out",
                "check the year",
            ),
            Self::Duplicate => (
                "duplicate-value",
                "{n} figure[s] [is|are] there a second time; the first is taken",
                "keep one row per area, period and measure",
            ),
            Self::LongRow => (
                "row-too-long",
                "{n} row[s] [has|have] more cells than the header and [is|are] left out",
                "look for a separator inside a text or number; such cells need quotation marks",
            ),
            Self::ShortRow => (
                "row-too-short",
                "{n} row[s] [has|have] fewer cells than the header; the cells that lack are read as empty",
                "look for a lost separator or a line end inside a cell",
            ),
            Self::OpenQuote => (
                "quote-open",
                "a quotation mark is opened and never closed; everything behind it became one cell",
                "close the quotation mark or take it out",
            ),
            Self::NoKey => (
                "key-missing",
                "{n} row[s] [has|have] figures but no area key and [is|are] left out",
                "write the key into every row; of cells merged in a spreadsheet only the first keeps its text",
            ),
            Self::NoMeasure => (
                "measure-unreadable",
                "{n} row[s] [names|name] no measure and [is|are] left out",
                "write a name of letters, digits and _ that starts with a letter",
            ),
            Self::MeasureRenamed => {
                ("measure-renamed", "names of measures are read as ids", "use the id in the indicator's description")
            }
            Self::Sentinel => (
                "sentinel-number",
                "{n} number[s] such as 5555555555 [stands|stand] for a state and [is|are] read as it",
                "",
            ),
            Self::ZeroBesideDash => (
                "zero-beside-dash",
                "a column has both 0 and -; both are read as exactly zero",
                "the statistics offices mean by 0 less than half of the last digit: give such cells the state rounded",
            ),
            Self::HeaderRow => ("row-header", "{n} further header row[s] below the header [is|are] left out", ""),
            Self::NoteRow => ("row-note", "{n} row[s] with one text only [is|are] left out as [a note|notes]", ""),
        }
    }

    fn severity(self) -> Severity {
        match self {
            Self::MeasureRenamed | Self::Sentinel | Self::ZeroBesideDash | Self::HeaderRow | Self::NoteRow => {
                Severity::Notice
            }
            _ => Severity::Warning,
        }
    }
}

/// The places of every cause.
#[derive(Debug, Default)]
pub(crate) struct Faults(BTreeMap<Cause, Cases>);

impl Faults {
    /// Notes one place.
    pub(crate) fn push(&mut self, cause: Cause, case: impl FnOnce() -> Case) {
        self.0.entry(cause).or_default().push(case);
    }

    /// Hands everything over.
    pub(crate) fn report(self, file: &Path, report: &mut Report) {
        for (cause, cases) in self.0 {
            let (code, message, advice) = cause.texts();
            let message = Message::of(message, vec![("n", Argument::Count(cases.count()))]);
            report.add(cases.give_to(Finding::new(cause.severity(), code, message).in_file(file).advise(advice)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::State;

    #[test]
    fn the_message_on_years_names_the_years_that_are_plausible() {
        let (_, message, _) = Cause::Implausible.texts();
        let years = super::super::PLAUSIBLE_YEARS;
        assert!(message.contains(&format!("outside {} to {};", years.start(), years.end())));
    }

    #[test]
    fn the_advice_on_states_names_every_state() {
        let (_, _, advice) = Cause::UnknownState.texts();
        for state in State::ALL {
            assert!(advice.contains(state.as_str()), "{state}");
        }
    }
}
