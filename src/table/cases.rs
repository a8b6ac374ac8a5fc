//! The places where one cause was met: counted to the end, kept up to a bound.

use crate::message;
use crate::report::{Case, Finding};

/// Places that are kept; a person reads no more, and a table may have millions of bad cells.
const KEPT: usize = 100;

/// Places of one cause.
#[derive(Clone, Debug, Default)]
pub(crate) struct Cases {
    kept: Vec<Case>,
    count: u64,
}

impl Cases {
    /// Counts a place; `case` is asked only while places are kept.
    pub(crate) fn push(&mut self, case: impl FnOnce() -> Case) {
        self.count += 1;
        if self.kept.len() < KEPT {
            self.kept.push(case());
        }
    }

    /// How many there were.
    pub(crate) fn count(&self) -> u64 {
        self.count
    }

    /// Hands the places to a finding; a last case says how many more there were.
    pub(crate) fn give_to(self, finding: Finding) -> Finding {
        let more = self.count - self.kept.len() as u64;
        let finding = finding.at_all(self.kept);
        if more == 0 { finding } else { finding.at(Case::detail(message!("and {more} more", more))) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_places_are_counted_and_few_are_kept() {
        let mut cases = Cases::default();
        for line in 1..=250 {
            cases.push(|| Case::line(line));
        }
        assert_eq!(cases.count(), 250);
        let finding = cases.give_to(Finding::warning("x", "y"));
        assert_eq!(finding.cases.len(), 101);
        assert_eq!(finding.cases[100].detail, "and 150 more");
    }
}
