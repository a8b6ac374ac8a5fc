//! Symbols that stand in a cell instead of a number, or beside one → states.
//!
//! The notation is that of the German statistics offices (DIN 55301, printed in every statistical
//! report), with what spreadsheets, R and the Bundesagentur für Arbeit add to it. A symbol never
//! becomes a number; the one exception is the dash, which the offices define as the number nothing.

use crate::value::State;

/// Every text that means a state, as a whole cell.
///
/// `0` is not here: it is the number zero. In the offices' own notation `0` beside `-` means "less
/// than half of the last digit"; a column that has both gets a finding that says so.
pub const SYMBOLS: &[(&str, State)] = &[
    // nothing there, exactly zero
    ("-", State::Zero),
    ("–", State::Zero),
    ("—", State::Zero),
    ("−", State::Zero),
    // unknown or kept secret: the offices do not tell the two apart, so it is treated as secret
    (".", State::Suppressed),
    ("*", State::Suppressed),
    ("geheim", State::Suppressed),
    // the cell is blocked because a statement makes no sense
    ("x", State::NotApplicable),
    ("X", State::NotApplicable),
    ("entfällt", State::NotApplicable),
    // exists, but not certain enough; empty brackets are the same in older reports
    ("/", State::Unreliable),
    ("()", State::Unreliable),
    // will follow
    ("...", State::Pending),
    ("…", State::Pending),
    // nothing was delivered: an empty cell, and how programs write one
    ("", State::Missing),
    ("NA", State::Missing),
    ("NaN", State::Missing),
    ("NULL", State::Missing),
    ("n/a", State::Missing),
    ("#N/A", State::Missing),
    ("#NV", State::Missing),
    ("#DIV/0!", State::Missing),
    ("k.A.", State::Missing),
    ("k.A", State::Missing),
    ("o.A.", State::Missing),
    ("n.v.", State::Missing),
    ("ohne Angabe", State::Missing),
    ("k. A.", State::Missing),
    ("keine Angabe", State::Missing),
];

/// Numbers that the Regionalatlas writes where other tables have a symbol.
///
/// For the first two the meaning is known; of the others only that they are no values.
pub const SENTINELS: &[(&str, State)] = &[
    ("2222222222", State::Zero),
    ("5555555555", State::Suppressed),
    ("6666666666", State::Missing),
    ("7777777777", State::Missing),
    ("8888888888", State::Missing),
];

/// Letters behind a number: provisional, revised, estimated (geschätzt), final (endgültig).
const FLAGS: &[(char, State)] =
    &[('p', State::Provisional), ('r', State::Exact), ('s', State::Estimated), ('e', State::Exact)];

/// The state that a whole cell means, if it is a symbol.
#[must_use]
pub fn state_of(cell: &str) -> Option<State> {
    // most cells are numbers, and no symbol starts with a digit
    if cell.starts_with(|first: char| first.is_ascii_digit()) {
        return None;
    }
    let known = |(symbol, state): &(&str, State)| (*symbol == cell).then_some(*state);
    SYMBOLS.iter().find_map(known)
}

/// The state behind a number that is none, with or without decimals.
#[must_use]
pub fn sentinel(cell: &str) -> Option<State> {
    if !(10..=12).contains(&cell.len()) {
        return None;
    }
    let whole = cell.strip_suffix(".0").or_else(|| cell.strip_suffix(",0")).unwrap_or(cell);
    SENTINELS.iter().find_map(|(number, state)| (*number == whole).then_some(*state))
}

/// Takes a number out of its brackets or cuts its flag off: `(12)` is estimated, `12p` provisional.
/// In statistics brackets mean limited validity, never a negative number as in accounts.
#[must_use]
pub fn without_flag(cell: &str) -> (&str, State) {
    if let Some(inner) = cell.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) {
        return (inner.trim(), State::Estimated);
    }
    let flagged = FLAGS.iter().find_map(|(flag, state)| cell.strip_suffix(*flag).map(|rest| (rest.trim_end(), *state)));
    match flagged {
        Some((rest, state)) if rest.ends_with(|last: char| last.is_ascii_digit()) => (rest, state),
        _ => (cell, State::Exact),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_offices_symbols_mean_what_their_reports_say() {
        let meaning = [
            ("-", State::Zero),
            (".", State::Suppressed),
            ("x", State::NotApplicable),
            ("/", State::Unreliable),
            ("...", State::Pending),
            ("*", State::Suppressed),
            ("geheim", State::Suppressed),
            ("", State::Missing),
        ];
        for (symbol, state) in meaning {
            assert_eq!(state_of(symbol), Some(state), "{symbol}");
        }
        assert_eq!(state_of("0"), None);
        assert_eq!(state_of("12"), None);
    }

    #[test]
    fn a_flag_stands_behind_a_number_only() {
        assert_eq!(without_flag("12p"), ("12", State::Provisional));
        assert_eq!(without_flag("1,5 s"), ("1,5", State::Estimated));
        assert_eq!(without_flag("(1.234)"), ("1.234", State::Estimated));
        assert_eq!(without_flag("12r"), ("12", State::Exact));
        assert_eq!(without_flag("p"), ("p", State::Exact));
        assert_eq!(without_flag("Haus"), ("Haus", State::Exact));
    }

    #[test]
    fn the_numbers_of_the_regionalatlas_are_no_values() {
        assert_eq!(sentinel("5555555555"), Some(State::Suppressed));
        assert_eq!(sentinel("2222222222.0"), Some(State::Zero));
        assert_eq!(sentinel("555555555"), None);
    }
}
