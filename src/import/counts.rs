//! What is counted while a delivery is read, and told at the end; and the words by which rows without a key are known.

use std::collections::BTreeMap;

use crate::message;
use crate::report::{Case, Finding, Report};

/// What is counted on the way and told at the end.
#[derive(Default)]
pub(super) struct Counts {
    pub(super) restored: Vec<Case>,
    pub(super) restored_rows: u64,
    pub(super) strangers: Vec<Case>,
    pub(super) stranger_rows: u64,
    pub(super) formulas: Vec<Case>,
    pub(super) formula_cells: u64,
    pub(super) text_numbers: u64,
    pub(super) earlier: u64,
    pub(super) left_out: BTreeMap<String, u64>,
    pub(super) unassigned: BTreeMap<String, u64>,
    pub(super) gone: u64,
    pub(super) unknown_parts: BTreeMap<String, u64>,
    pub(super) without_figures: u64,
    pub(super) notes: u64,
    pub(super) undivided: Vec<Case>,
    pub(super) undivided_rows: u64,
    pub(super) no_period: BTreeMap<String, u64>,
}

/// Cases that are kept of what may occur in every row.
pub(super) const KEPT: usize = 20;

impl Counts {
    /// Hands everything over.
    pub(super) fn report(self, file: &std::path::Path, report: &mut Report) {
        let mut add = |finding: Finding| report.add(finding.in_file(file));
        if self.restored_rows > 0 {
            let message = message!("{n} key[s] had lost the leading zero and got it back", n = self.restored_rows);
            add(Finding::notice("key-zero", message).at_all(self.restored));
        }
        if self.stranger_rows > 0 {
            let message =
                message!("{n} row[s] [has|have] figures but no key of an area; left out", n = self.stranger_rows);
            let advice = message!("correct the key in the file, or name the text in leave_out of the recipe");
            add(Finding::warning("key-unreadable", message).advise(advice).at_all(self.strangers));
        }
        if self.undivided_rows > 0 {
            let message = message!(
                "{n} row[s] [is|are] not divided by the separator of the file; left out",
                n = self.undivided_rows
            );
            let advice = message!("write the same separator into all rows");
            add(Finding::warning("row-undivided", message).advise(advice).at_all(self.undivided));
        }
        if self.formula_cells > 0 {
            let message = message!(
                "{n} cell[s] [has|have] a formula whose result is not in the file; left out",
                n = self.formula_cells
            );
            let advice = message!("open the file in a spreadsheet program and save it: that writes the results");
            add(Finding::warning("formula-without-result", message).advise(advice).at_all(self.formulas));
        }
        if self.text_numbers > 0 {
            let message = message!(
                "{n} number[s] [is|are] stored as text, and [was|were] read as number[s]",
                n = self.text_numbers
            );
            add(Finding::notice("number-as-text", message));
        }
        if self.earlier > 0 {
            let message = message!(
                "{n} figure[s] of an earlier month or day of the same year [is|are] left out; the latest counts",
                n = self.earlier
            );
            add(Finding::warning("period-within-year", message)
                .advise("write days = true below [period] of the recipe to keep them apart"));
        }
        if !self.left_out.is_empty() {
            let cases = self
                .left_out
                .iter()
                .map(|(word, count)| Case::detail(message!("\"{word}\": {n} row[s]", word, n = *count)));
            add(Finding::notice("row-left-out", "rows that the recipe leaves out").at_all(cases));
        }
        if !self.unassigned.is_empty() {
            let cases = self
                .unassigned
                .iter()
                .map(|(word, count)| Case::detail(message!("\"{word}\": {n} row[s]", word, n = *count)));
            add(Finding::notice("row-unassigned", "rows that the file assigns to no area are left out").at_all(cases));
        }
        if self.gone > 0 {
            let message = message!(
                "{n} row[s] of dashes only, where figures are hardly ever zero, [is|are] read as not applicable: the area did not exist then",
                n = self.gone
            );
            let advice = message!("write symbols = { \"-\" = \"zero\" } into the recipe if there was simply nothing");
            add(Finding::notice("row-of-dashes", message).advise(advice));
        }
        if !self.unknown_parts.is_empty() {
            let cases = self
                .unknown_parts
                .iter()
                .take(KEPT)
                .map(|(parts, count)| Case::detail(message!("\"{parts}\": {n} cell[s]", parts, n = *count)));
            let advice = message!("add a measure with these parts to the recipe, or the text to leave_out");
            add(Finding::warning("measure-unknown", "rows whose texts the recipe does not know are left out")
                .advise(advice)
                .at_all(cases));
        }
        if !self.no_period.is_empty() {
            let cases = self
                .no_period
                .iter()
                .map(|(column, count)| Case::default().in_column(column).saying(message!("{n} cell[s]", n = *count)));
            add(Finding::warning("period-missing", "columns whose header names no period are left out").at_all(cases));
        }
        if self.without_figures > 0 {
            add(Finding::notice(
                "row-empty",
                message!("{n} row[s] with a key [has|have] no figure", n = self.without_figures),
            ));
        }
        if self.notes > 0 {
            add(Finding::notice(
                "row-note",
                message!("{n} row[s] with texts only [is|are] left out as [a note|notes]", n = self.notes),
            ));
        }
    }
}

/// Whether a text says that a row belongs to no area.
pub(super) fn is_unassigned(text: &str) -> bool {
    const WORDS: [&str; 8] = [
        "keine angabe",
        "ohne angabe",
        "nicht zuzuordnen",
        "nicht zuordenbar",
        "unbekannt",
        "keine zuordnung",
        "k.a.",
        "sonstige",
    ];
    let text = text.to_lowercase();
    WORDS.iter().any(|word| text.starts_with(word))
}

/// Whether a text names a row of sums.
pub(super) fn is_sum(text: &str) -> bool {
    const WORDS: [&str; 13] = [
        "summe",
        "gesamt",
        "gesamtsumme",
        "insgesamt",
        "zusammen",
        "landkreis",
        "kreis",
        "kreisgebiet",
        "total",
        "sum",
        "alle",
        "summen",
        "kreisweit",
    ];
    let text = text.to_lowercase();
    let word = text.split([' ', ':', ',']).next().unwrap_or_default();
    WORDS.contains(&word)
}
