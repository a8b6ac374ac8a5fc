//! Rows of tables → entries by layer, measure and area.

use super::grid::Entry;
use super::keys::{KeyIndex, Meaning, Place};
use super::partners::Partners;
use crate::config::{IndicatorConfig, Measure, MeasureId};
use crate::message;
use crate::report::{Case, Finding, Report};
use crate::succession::Node;
use crate::table::cases::Cases;
use crate::table::{RawValue, Table};
use crate::value::Date;

/// `entries[layer][role]`; the roles are the measures of the formula.
pub(super) type Entries = Vec<Vec<Vec<Entry>>>;

/// Entries of the layers' areas, and of those that were there before.
#[derive(Debug)]
pub(super) struct Sorted {
    pub(super) present: Entries,
    pub(super) former: Entries,
}

/// The rows of all tables of one indicator, sorted to areas.
#[derive(Debug)]
pub(super) struct Rows<'a> {
    roles: &'a [&'a MeasureId],
    index: &'a KeyIndex<'a>,
    /// By role, whether a figure below 0 is impossible.
    counts: Vec<bool>,
    entries: Sorted,
    partners: Partners,
    tables: usize,
}

impl<'a> Rows<'a> {
    pub(super) fn new(indicator: &IndicatorConfig, roles: &'a [&'a MeasureId], index: &'a KeyIndex<'a>) -> Self {
        let layers = index.layers();
        // A numerator of one measure may be a balance, such as that of migration; a rule on small counts takes it for
        // a count, and so does a formula that makes the balance itself.
        let formula = &indicator.formula;
        let several = formula.numerator().count() > 1;
        let counts = |role: &MeasureId| match formula.is_imported() {
            true => false,
            false if formula.numerator().any(|measure| measure == role) => {
                several || indicator.measure == Measure::Count || indicator.privacy.min_numerator.is_some()
            }
            false => true,
        };
        Self {
            roles,
            index,
            counts: roles.iter().map(|role| counts(role)).collect(),
            entries: Sorted {
                present: vec![vec![Vec::new(); roles.len()]; layers.len()],
                former: vec![vec![Vec::new(); roles.len()]; layers.len()],
            },
            partners: Partners::new(layers),
            tables: 0,
        }
    }

    /// Takes up one table. Every key text is looked up once, however many rows it has. `territory` is the day whose areas
    /// all rows speak of that do not say it themselves; without one it is the day on which each row's period counts.
    pub(super) fn take(&mut self, table: &Table, territory: Option<Date>, report: &mut Report) {
        let measures: Vec<Option<u16>> = self.roles.iter().map(|role| table.measure(role)).collect();
        let mut meanings: Vec<Option<Meaning>> = vec![None; table.keys.len()];
        let mut negative = Cases::default();
        let by_name = self.index.has_names(table.keys.iter().map(String::as_str));
        for value in table.values.iter().filter(|value| measures.contains(&Some(value.measure))) {
            let (text, index, partners) = (table.key_of(value), self.index, &mut self.partners);
            let meaning = meanings[value.key as usize].get_or_insert_with(|| {
                let meaning = index.find(text, by_name);
                partners.note(self.tables, text, value.line, &meaning);
                meaning
            });
            let joined = !meaning.places.is_empty();
            let mut counted = measures.iter().zip(&self.counts);
            let counts = counted.any(|(measure, counts)| *counts && *measure == Some(value.measure));
            if counts && joined && value.figure.number().is_some_and(|number| number < 0.0) {
                let measure = &table.measures[value.measure as usize];
                let detail = message!("{measure} {period} is below 0", measure, period = value.period);
                negative.push(|| Case::line(value.line).with_key(text).saying(detail));
                continue;
            }
            let on = table.territory_of(value).or(territory).unwrap_or(value.period.counted_on());
            for found in &meaning.places {
                partners.mark(*found);
                if let Some(node) = index.node(*found, on) {
                    place(value, self.tables, *found, node, &measures, &mut self.entries);
                }
            }
        }
        if negative.count() > 0 {
            let finding = Finding::warning("count-negative", "counts below 0 are left out").in_file(&table.path);
            let advice = "a balance, such as that of migration, is published with measure = \"ratio\" and without \
                          min_numerator";
            report.add(negative.give_to(finding.advise(advice)));
        }
        self.tables += 1;
    }

    pub(super) fn finish(self) -> (Sorted, Partners) {
        (self.entries, self.partners)
    }
}

/// Puts a value to the area it belongs to, in every role that its measure has.
fn place(value: &RawValue, table: usize, at: Place, node: Node, measures: &[Option<u16>], entries: &mut Sorted) {
    let (entries, feature) = match node {
        Node::Present(feature) => (&mut entries.present, feature),
        Node::Former(feature) => (&mut entries.former, feature),
    };
    let (period, figure, line, lent) = (value.period, value.figure, value.line, at.lent);
    for (role, _) in measures.iter().enumerate().filter(|(_, measure)| **measure == Some(value.measure)) {
        entries[at.layer][role].push(Entry { feature, period, figure, table, line, lent });
    }
}
