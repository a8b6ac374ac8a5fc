//! Which rows found areas and which areas found rows: the join report.
//!
//! Messages name neither indicator nor measure where the cause lies in the table, so that ten
//! indicators from one table give one finding.

use crate::message;
use std::collections::BTreeMap;

use super::keys::{KeyIndex, Meaning, Place, Verdict};
use super::{LayerKeys, RawSeries};
use crate::area::{Manner, Nearest, Place as AreaPlace, Spelling, Stranger, digits_apart};
use crate::config::IndicatorConfig;
use crate::report::{Case, Finding, Message, Report};
use crate::table::Table;
use crate::table::cases::Cases;
use crate::value::State;

/// Keys for which candidates are sought; beyond that the table is for another region altogether.
const DESCRIBED: usize = 100;
/// Examples in a summarising case.
const EXAMPLES: usize = 3;

/// A key text that had to be repaired or found no area.
#[derive(Clone, Debug)]
struct Noted {
    text: String,
    line: u64,
}

/// What is noted of the keys of one table.
#[derive(Clone, Debug, Default)]
struct TableKeys {
    restored: Vec<(Noted, Place)>,
    respelled: Vec<(Noted, Manner)>,
    named: Vec<(Noted, Place)>,
    lent: Vec<(Noted, Place)>,
    ambiguous: Vec<Noted>,
    unknown: Vec<Noted>,
    elsewhere: Vec<Noted>,
    other_level: Vec<Noted>,
}

/// The partners of all tables and layers.
#[derive(Debug)]
pub(super) struct Partners {
    tables: Vec<TableKeys>,
    /// `has_partner[layer][feature]`
    has_partner: Vec<Vec<bool>>,
    /// The same of rows under keys of the areas' own.
    has_own: Vec<Vec<bool>>,
}

impl Partners {
    pub(super) fn new(layers: &[LayerKeys<'_>]) -> Self {
        let has_partner: Vec<Vec<bool>> = layers.iter().map(|layer| vec![false; layer.keys.len()]).collect();
        Self { tables: Vec::new(), has_own: has_partner.clone(), has_partner }
    }

    /// Takes down what became of one key text of a table.
    pub(super) fn note(&mut self, table: usize, text: &str, line: u64, meaning: &Meaning) {
        self.tables.resize(self.tables.len().max(table + 1), TableKeys::default());
        let (keys, noted) = (&mut self.tables[table], Noted { text: text.to_owned(), line });
        keys.lent.extend(
            meaning.places.iter().filter(|place| place.lent && !place.former).map(|place| (noted.clone(), *place)),
        );
        match (meaning.verdict, meaning.places.first()) {
            (Verdict::Read(manner), Some(place)) => {
                if manner.zero_restored {
                    keys.restored.push((noted, *place));
                } else if manner.spelling == Spelling::Name {
                    keys.named.push((noted, *place));
                } else if manner != Manner::WRITTEN {
                    keys.respelled.push((noted, manner));
                }
            }
            (Verdict::Ambiguous, _) => keys.ambiguous.push(noted),
            (Verdict::Stranger(Stranger::Elsewhere), _) => keys.elsewhere.push(noted),
            (Verdict::Stranger(Stranger::OtherLevel), _) => keys.other_level.push(noted),
            (Verdict::Stranger(Stranger::Unknown) | Verdict::Read(_), _) => keys.unknown.push(noted),
        }
    }

    /// An area has a row.
    pub(super) fn mark(&mut self, place: Place) {
        if place.former {
            return;
        }
        self.has_partner[place.layer][place.feature] = true;
        self.has_own[place.layer][place.feature] |= !place.lent;
    }

    /// Reports every key of the tables that was repaired or found no area.
    pub(super) fn report_rows(&self, tables: &[&Table], index: &KeyIndex<'_>, report: &mut Report) {
        let candidates = index.nearest(&self.has_partner);
        for (keys, table) in self.tables.iter().zip(tables) {
            report_restored(keys, table, index, report);
            report_respelled(keys, table, report);
            report_named(keys, table, index, report);
            report_ambiguous(&keys.ambiguous, table, &candidates, report);
            let alone = keys.lent.iter().filter(|(_, place)| !self.has_own[place.layer][place.feature]);
            let lent: Vec<&Noted> = alone.map(|(noted, _)| noted).collect();
            let message = "rows also stand for the same area in another layer, which has no row of its own";
            report_summary(&lent, table, "key-of-same-area", message, report);
            // a key of another level that spells an area without row is a key for that area
            let (meant, other_level): (Vec<&Noted>, Vec<&Noted>) =
                keys.other_level.iter().partition(|noted| candidates.spells_lonely_area(&noted.text));
            let unknown: Vec<&Noted> = keys.unknown.iter().chain(meant).collect();
            report_unknown(&unknown, table, &candidates, report);
            let elsewhere: Vec<&Noted> = keys.elsewhere.iter().collect();
            let message = "rows belong to areas of other counties and are not used";
            report_summary(&elsewhere, table, "key-elsewhere", message, report);
            let message = "rows belong to larger or smaller areas than those that are published, and are not used";
            report_summary(&other_level, table, "key-other-level", message, report);
        }
    }

    /// Reports every area without a value, with the rows that no area was found for.
    pub(super) fn report_areas(
        &self,
        indicator: &IndicatorConfig,
        layers: &[LayerKeys<'_>],
        series: &[RawSeries],
        report: &mut Report,
    ) {
        let without = |series: &RawSeries, feature: usize| {
            series.row(feature).iter().all(|cell| cell.value.state() == State::Missing)
        };
        let has_value = |series: &RawSeries| series.cells.iter().any(|cell| cell.value.state() != State::Missing);
        if self.has_partner.iter().all(|layer| !layer.contains(&true)) && !series.iter().any(has_value) {
            let message = "no row of its tables belongs to any area of its layers";
            report.add(
                Finding::error("nothing-joined", message)
                    .in_file(&indicator.file)
                    .advise("check the key column of the tables and the kind of key of the layers"),
            );
            return;
        }
        for (layer, series) in layers.iter().zip(series) {
            let mut cases = Cases::default();
            for feature in (0..layer.keys.len()).filter(|feature| without(series, *feature)) {
                cases.push(|| self.lonely(layer, feature));
            }
            if cases.count() > 0 {
                let (count, all) = (cases.count(), layer.keys.len());
                let layer = layer.layer;
                let message =
                    message!("{n} of {all} areas of layer \"{layer}\" [has|have] no value", n = count, all, layer);
                let finding = Finding::warning("area-without-value", message).in_file(&indicator.file);
                report
                    .add(cases.give_to(finding.advise("they are shown as missing; add their rows, if there are any")));
            }
        }
    }

    /// An area without value: its name, and rows without area whose key is like its own.
    fn lonely(&self, layer: &LayerKeys<'_>, feature: usize) -> Case {
        let key = layer.keys[feature].as_str();
        let name = layer.names.get(feature).map_or("", String::as_str);
        let alike = |noted: &&Noted| digits_apart(&noted.text, key).is_some();
        let rows: Vec<&str> = self
            .tables
            .iter()
            .flat_map(|keys| keys.unknown.iter().take(DESCRIBED))
            .filter(alike)
            .map(|noted| noted.text.as_str())
            .take(EXAMPLES)
            .collect();
        Case::key(key).saying(if rows.is_empty() {
            name.into()
        } else {
            message!("{name}; rows without area: {rows}", name, rows = rows.join(", "))
        })
    }
}

fn case(noted: &Noted, table: &Table) -> Case {
    Case::line(noted.line).in_column(&table.key_column).with_key(&noted.text)
}

fn report_restored(keys: &TableKeys, table: &Table, index: &KeyIndex<'_>, report: &mut Report) {
    let mut cases = Cases::default();
    for (noted, place) in &keys.restored {
        let (key, _) = index.label(*place);
        cases.push(|| case(noted, table).saying(message!("read as {key}", key)));
    }
    if cases.count() > 0 {
        let message = "keys have lost their leading zero; it was put back";
        let finding = Finding::notice("key-zero-restored", message).in_file(&table.path);
        let advice = "format the column as text before saving, or before opening the file in a spreadsheet";
        report.add(cases.give_to(finding.advise(advice)));
    }
}

/// Keys in another spelling than the layers', by spelling: a count and a few examples each.
fn report_respelled(keys: &TableKeys, table: &Table, report: &mut Report) {
    let mut by_manner: BTreeMap<Manner, Vec<&Noted>> = BTreeMap::new();
    for (noted, manner) in &keys.respelled {
        by_manner.entry(*manner).or_default().push(noted);
    }
    let message = "keys in other spellings were read as those of the layers";
    for (manner, keys) in by_manner {
        let detail = message!("{keys}: {manner}", keys = summary(&keys), manner = manner.told());
        report.add(Finding::notice("key-respelled", message).in_file(&table.path).at(Case::detail(detail)));
    }
}

fn report_named(keys: &TableKeys, table: &Table, index: &KeyIndex<'_>, report: &mut Report) {
    let mut cases = Cases::default();
    for (noted, place) in &keys.named {
        let (key, name) = index.label(*place);
        cases.push(|| case(noted, table).saying(message!("read as {key} {name}", key, name)));
    }
    if cases.count() > 0 {
        let message = "the key column has names; their areas were found by name";
        let finding = Finding::warning("key-by-name", message).in_file(&table.path);
        report.add(cases.give_to(finding.advise("check the areas, and add a column with their keys")));
    }
}

fn report_ambiguous<F: Fn(AreaPlace) -> Option<bool>>(
    ambiguous: &[Noted],
    table: &Table,
    candidates: &Nearest<'_, F>,
    report: &mut Report,
) {
    let mut cases = Cases::default();
    for noted in ambiguous {
        cases.push(|| case(noted, table).saying(candidates.describe(&noted.text)));
    }
    if cases.count() > 0 {
        let message = "rows have a key that may mean more than one area; they are not used";
        let finding = Finding::warning("key-ambiguous", message).in_file(&table.path);
        report.add(cases.give_to(finding.advise("write the complete official key of the area that is meant")));
    }
}

fn report_unknown<F: Fn(AreaPlace) -> Option<bool>>(
    unknown: &[&Noted],
    table: &Table,
    candidates: &Nearest<'_, F>,
    report: &mut Report,
) {
    let mut cases = Cases::default();
    for (position, noted) in unknown.iter().enumerate() {
        cases.push(|| {
            let nearest = if position < DESCRIBED { candidates.describe(&noted.text) } else { Message::default() };
            case(noted, table).saying(nearest)
        });
    }
    if cases.count() > 0 {
        let message = "rows have a key that no area has; they are not used";
        let finding = Finding::warning("key-unknown", message).in_file(&table.path);
        let advice = "correct the key, or add the layer that has these areas to the indicator";
        report.add(cases.give_to(finding.advise(advice)));
    }
}

/// One notice for keys that are right, but not of these layers: a count and a few examples.
fn report_summary(keys: &[&Noted], table: &Table, code: &'static str, message: &str, report: &mut Report) {
    if keys.is_empty() {
        return;
    }
    report.add(Finding::notice(code, message).in_file(&table.path).at(Case::detail(summary(keys))));
}

fn summary(keys: &[&Noted]) -> Message {
    let examples: Vec<&str> = keys.iter().take(EXAMPLES).map(|noted| noted.text.as_str()).collect();
    message!(
        "{keys}, such as {examples}",
        keys = message!("{n} key[s]", n = keys.len()),
        examples = examples.join(", ")
    )
}
