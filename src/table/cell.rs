//! One cell, and the state written beside it → a figure.
//!
//! What cannot be read is a [`Fault`] and gives no figure; what could be read with a remark carries a
//! [`Note`]. A state beside a cell overrides what the cell says, with one exception: a symbol in the
//! cell is never overridden by a state that needs a number, because there is no number.

use super::number::Decision;
use super::symbol;
use crate::value::{Figure, State};

/// Why a cell gives no figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Neither a number nor a known symbol.
    Unreadable,
    /// A number in two ways, in a column that has both kinds of clear numbers.
    Doubtful,
    /// The state column holds a name that is no state.
    UnknownState,
    /// The state needs a number and there is none.
    NumberMissing,
    /// The state is zero and the number is not.
    ZeroWithNumber,
}

/// What is worth telling about a cell that was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Note {
    /// A number that stands for a state.
    Sentinel,
    /// The state says that there is no number, but there was one. It was dropped.
    NumberDropped,
    /// The state needs a number, the cell has a symbol. The symbol was taken.
    SymbolTaken,
    /// The number zero, written as `0`.
    WrittenZero,
    /// Zero, written as a dash.
    Dash,
}

/// Reads a cell; `state` is the text of the state column, empty if there is none.
pub(crate) fn read(cell: &str, state: &str, decision: Decision) -> Result<(Figure, Option<Note>), Fault> {
    let own = read_alone(cell, decision);
    if state.is_empty() {
        return own;
    }
    let state = State::from_name(&state.to_lowercase()).ok_or(Fault::UnknownState)?;
    if !state.has_number() {
        let dropped = cell.bytes().any(|byte| byte.is_ascii_digit()) && symbol::sentinel(cell).is_none();
        return Ok((Figure::absent(state), dropped.then_some(Note::NumberDropped)));
    }
    let (figure, note) = own?;
    match figure.number() {
        Some(number) if state == State::Zero && number != 0.0 => Err(Fault::ZeroWithNumber),
        Some(number) => Ok((Figure::new(number, state), note)),
        None if !cell.is_empty() => Ok((figure, Some(Note::SymbolTaken))),
        None if state == State::Zero => Ok((Figure::exact(0.0), None)),
        None => Err(Fault::NumberMissing),
    }
}

/// Reads a cell that has nothing beside it.
fn read_alone(cell: &str, decision: Decision) -> Result<(Figure, Option<Note>), Fault> {
    if let Some(state) = symbol::state_of(cell) {
        let dash = (state == State::Zero).then_some(Note::Dash);
        return Ok((of_symbol(state), dash));
    }
    if let Some(state) = symbol::sentinel(cell) {
        return Ok((of_symbol(state), Some(Note::Sentinel)));
    }
    let (text, flag) = symbol::without_flag(cell);
    match decision.read(text) {
        Some(number) => Ok((Figure::new(number, flag), (text == "0").then_some(Note::WrittenZero))),
        None if matches!(super::number::meaning(text), super::number::Meaning::Either { .. }) => Err(Fault::Doubtful),
        None => Err(Fault::Unreadable),
    }
}

/// The dash is the one symbol that is a number by definition: nothing, exactly zero.
fn of_symbol(state: State) -> Figure {
    if state == State::Zero { Figure::exact(0.0) } else { Figure::absent(state) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::table::number::DecimalMark;

    const GERMAN: Decision = Decision::Told(DecimalMark::Comma);

    #[test]
    fn a_number_beside_suppressed_is_dropped() {
        let read = read("7", "suppressed", GERMAN);
        assert_eq!(read.map(|(figure, note)| (figure.number(), figure.state(), note)), {
            Ok((None, State::Suppressed, Some(Note::NumberDropped)))
        });
        let (figure, note) = super::read("7 (geheim)", "Suppressed", GERMAN).expect("a state");
        assert_eq!((figure.number(), note), (None, Some(Note::NumberDropped)));
    }

    #[test]
    fn a_dash_beside_suppressed_is_not_zero() {
        let (figure, note) = read("-", "suppressed", GERMAN).expect("a state");
        assert_eq!((figure.state(), note), (State::Suppressed, None));
    }

    #[test]
    fn a_symbol_beside_a_state_that_needs_a_number_stays_a_symbol() {
        let (figure, note) = read(".", "exact", GERMAN).expect("a state");
        assert_eq!((figure.state(), note), (State::Suppressed, Some(Note::SymbolTaken)));
    }

    #[test]
    fn states_and_numbers_that_deny_each_other_are_faults() {
        assert_eq!(read("7", "zero", GERMAN), Err(Fault::ZeroWithNumber));
        assert_eq!(read("", "estimated", GERMAN), Err(Fault::NumberMissing));
        assert_eq!(read("7", "geheim", GERMAN), Err(Fault::UnknownState));
        assert_eq!(read("sieben", "", GERMAN), Err(Fault::Unreadable));
        assert_eq!(read("", "zero", GERMAN), Ok((Figure::exact(0.0), None)));
    }

    #[test]
    fn flags_and_brackets_become_states() {
        let state = |cell| read(cell, "", GERMAN).map(|(figure, _)| (figure.number(), figure.state()));
        assert_eq!(state("12p"), Ok((Some(12.0), State::Provisional)));
        assert_eq!(state("(1.234,5)"), Ok((Some(1234.5), State::Estimated)));
        assert_eq!(state("()"), Ok((None, State::Unreliable)));
        assert_eq!(state("2222222222"), Ok((Some(0.0), State::Zero)));
        assert_eq!(state("5555555555"), Ok((None, State::Suppressed)));
    }

    proptest! {
        #[test]
        fn a_symbol_is_never_a_number_other_than_zero(
            position in 0..symbol::SYMBOLS.len(), mark in prop::sample::select(vec![',', '.']),
        ) {
            let (cell, state) = symbol::SYMBOLS[position];
            let decision = Decision::new(Some(mark), super::super::number::Evidence::default(),
                super::super::number::Evidence::default(), b';');
            let (figure, _) = read(cell, "", decision).expect("symbols are readable");
            prop_assert_eq!(figure.state(), state);
            prop_assert_eq!(figure.number(), (state == State::Zero).then_some(0.0));
        }

        #[test]
        fn an_absent_state_never_lets_a_number_through(cell in "\\PC{0,12}", position in 0..State::ALL.len()) {
            let state = State::ALL[position];
            if let Ok((figure, _)) = read(&cell, state.as_str(), GERMAN) && !state.has_number() {
                prop_assert_eq!(figure.number(), None);
                prop_assert_eq!(figure.state(), state);
            }
        }
    }
}
