//! Figures of former areas → figures of the areas that a layer shows.
//!
//! A row whose key means a former area ([`Lineage::version`]) is kept for that area. Where an area of the layer has no
//! figure of its own for a period, it gets the sum of those it was made of, each times the share that went into it;
//! a former area without a figure of its own is made of its predecessors in the same way. The states:
//!
//! | a part | the sum is |
//! |---|---|
//! | is suppressed | suppressed |
//! | has no number | that state: not applicable, unreliable, missing, pending, in this order |
//! | all have numbers, all went whole | the worst state of the parts |
//! | all have numbers, some were divided | estimated |
//!
//! Only counts are converted, numerators and denominators each for itself, and ratios are computed from them. A ratio
//! that is imported goes over only where one area became one other as it was.
//!
//! **Disclosure.** The sum beside all parts but one gives that one away, and former areas may be published on a layer of
//! their own, or have been years ago. So every converted cell keeps the cells of its parts, and the gate suppresses it if
//! it would suppress any of them. The same goes for a figure that a table gives for an area beside those of its parts.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::grid::Entry;
use crate::area::AreaKey;
use crate::config::{IndicatorConfig, MeasureId};
use crate::message;
use crate::report::{Case, Finding, Message, Report};
use crate::succession::{Lineage, Node, Weight};
use crate::table::cases::Cases;
use crate::value::{Figure, Period, State};

/// States without a number, the one that decides first.
const ABSENT: [State; 5] = [State::Suppressed, State::NotApplicable, State::Unreliable, State::Missing, State::Pending];
/// States with a number, the worst first.
const QUALITY: [State; 4] = [State::Estimated, State::Provisional, State::Rounded, State::Exact];

/// How far a sum may lie from the figure that a table gives, as a part of it.
const DIFFERENCE: f64 = 1e-6;

/// One layer's conversion.
pub(super) struct Conversion<'a> {
    pub(super) indicator: &'a IndicatorConfig,
    pub(super) roles: &'a [&'a MeasureId],
    pub(super) lineage: &'a Lineage,
    pub(super) keys: &'a [AreaKey],
    pub(super) names: &'a [String],
}

/// What came of it.
#[derive(Debug, Default)]
pub(super) struct Converted {
    /// By role, the figures of areas that have none of their own.
    pub(super) entries: Vec<Vec<Entry>>,
    /// By area and period, the former areas whose figures went in.
    pub(super) parts: BTreeMap<(usize, Period), BTreeSet<usize>>,
    /// Those of them whose figure a table gives; they are compared and guarded, not made.
    pub(super) given: BTreeSet<(usize, Period)>,
}

/// Figures by node and period.
type Known = HashMap<(Node, Period), Entry>;

impl Conversion<'_> {
    /// Converts `former[role]` to the areas of the layer, beside its own `entries[role]`.
    pub(super) fn run(&self, entries: &[Vec<Entry>], former: &[Vec<Entry>], report: &mut Report) -> Converted {
        let mut converted = Converted { entries: vec![Vec::new(); entries.len()], ..Converted::default() };
        let mut notes = Notes::default();
        for (role, (own, former)) in entries.iter().zip(former).enumerate() {
            let weight = self.roles.get(role).and_then(|role| self.indicator.conversion.get(*role));
            let known = known(own, former);
            let periods: BTreeSet<Period> = known.keys().map(|(_, period)| *period).collect();
            for area in (0..self.keys.len()).filter(|area| !self.lineage.parts(Node::Present(*area)).is_empty()) {
                for period in &periods {
                    let mut sum = Sum {
                        known: &known,
                        lineage: self.lineage,
                        weight: weight.copied().unwrap_or_default(),
                        period: *period,
                        used: BTreeSet::new(),
                        line: None,
                    };
                    let Some(made) = sum.of(Node::Present(area)) else { continue };
                    if let Some(given) = known.get(&(Node::Present(area), *period)) {
                        notes.compare(self, area, given, made.figure);
                        if !made.renamed {
                            converted.parts.entry((area, *period)).or_default().extend(&sum.used);
                            converted.given.insert((area, *period));
                        }
                        continue;
                    }
                    if let Err(why) = self.may_be(made) {
                        notes.refused.entry((area, why)).or_default().insert(*period);
                        continue;
                    }
                    let Some((table, line)) = sum.line else { continue };
                    if made.figure.state() == State::Missing {
                        notes.incomplete.entry(area).or_default().insert(*period);
                        continue;
                    }
                    let entry = Entry { feature: area, period: *period, figure: made.figure, table, line, lent: false };
                    converted.entries[role].push(entry);
                    if !made.renamed {
                        converted.parts.entry((area, *period)).or_default().extend(&sum.used);
                    }
                }
            }
        }
        notes.report(self, &converted, report);
        converted
    }

    /// Whether a figure may be made of its parts, or the reason why not.
    fn may_be(&self, made: Made) -> Result<(), Refusal> {
        if self.indicator.formula.is_imported() && !made.renamed {
            return Err(Refusal::Ratio);
        }
        if made.share_unknown { Err(Refusal::Share) } else { Ok(()) }
    }

    fn label(&self, area: usize) -> String {
        let name = self.names.get(area).map_or("", String::as_str);
        format!("{} {name}", self.keys.get(area).map_or("", AreaKey::as_str)).trim_end().to_owned()
    }
}

/// First entries win, and what is suppressed is suppressed, as in the grid.
fn known(own: &[Entry], former: &[Entry]) -> Known {
    let mut known = Known::new();
    let present = own.iter().map(|entry| (Node::Present(entry.feature), entry));
    for (node, entry) in present.chain(former.iter().map(|entry| (Node::Former(entry.feature), entry))) {
        if entry.figure.state() == State::Missing {
            continue;
        }
        let first = known.entry((node, entry.period)).or_insert(*entry);
        if entry.is_secret() {
            *first = *entry;
        }
    }
    known
}

/// A figure made of parts.
#[derive(Clone, Copy)]
struct Made {
    figure: Figure,
    /// One area became one other as it was: it is the same area under another key.
    renamed: bool,
    /// A share that is needed is not known.
    share_unknown: bool,
}

/// One sum over parts in one period.
struct Sum<'a> {
    known: &'a Known,
    lineage: &'a Lineage,
    weight: Weight,
    period: Period,
    /// Former areas whose own figures went in.
    used: BTreeSet<usize>,
    /// Table and line of the first.
    line: Option<(usize, u64)>,
}

impl Sum<'_> {
    /// The sum over the parts of an area; `None` if none of them has a figure.
    fn of(&mut self, node: Node) -> Option<Made> {
        let (lineage, parts) = (self.lineage, self.lineage.parts(node));
        let mut figures: Vec<(Figure, f64)> = Vec::with_capacity(parts.len());
        let (mut any, mut renamed, mut share_unknown) = (false, parts.len() == 1, false);
        for part in parts {
            let former = Node::Former(part.former);
            let share = part.shares.by(self.weight);
            let successors = lineage.former().get(part.former).map_or(1, |former| former.successors);
            let share = if successors == 1 { share.or(Some(1.0)) } else { share };
            renamed &= successors == 1 && share == Some(1.0);
            share_unknown |= share.is_none();
            let figure = match self.known.get(&(former, self.period)) {
                Some(entry) => {
                    self.used.insert(part.former);
                    self.line.get_or_insert((entry.table, entry.line));
                    Some(entry.figure)
                }
                None => self.of(former).map(|made| {
                    renamed &= made.renamed;
                    share_unknown |= made.share_unknown;
                    made.figure
                }),
            };
            any |= figure.is_some();
            figures.push((figure.unwrap_or(Figure::absent(State::Missing)), share.unwrap_or(1.0)));
        }
        any.then(|| Made { figure: weighted(&figures), renamed, share_unknown })
    }
}

/// The sum of figures, each times its share.
fn weighted(figures: &[(Figure, f64)]) -> Figure {
    let has = |state: State| figures.iter().any(|(figure, share)| figure.state() == state && *share > 0.0);
    if let Some(state) = ABSENT.into_iter().find(|state| has(*state)) {
        return Figure::absent(state);
    }
    let numbers = figures.iter().filter_map(|(figure, share)| Some((figure.number()?, *share)));
    let sum: f64 = numbers.map(|(number, share)| number * share).sum();
    let whole = figures.iter().all(|(_, share)| *share == 0.0 || (*share - 1.0).abs() < f64::EPSILON);
    let state = QUALITY.into_iter().find(|state| has(*state)).unwrap_or(State::Exact);
    Figure::new(sum, if whole { state } else { State::Estimated })
}

/// Why a figure is not converted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Refusal {
    /// It is an imported ratio.
    Ratio,
    /// A share is not known.
    Share,
}

#[derive(Default)]
struct Notes {
    refused: BTreeMap<(usize, Refusal), BTreeSet<Period>>,
    /// Some parts have a figure, others have none.
    incomplete: BTreeMap<usize, BTreeSet<Period>>,
    differs: Cases,
}

impl Notes {
    /// Notes where a table gives another figure than its parts make.
    fn compare(&mut self, conversion: &Conversion<'_>, area: usize, given: &Entry, made: Figure) {
        let (Some(given_number), Some(number)) = (given.figure.number(), made.number()) else { return };
        if made.state() == State::Estimated || (given_number - number).abs() <= DIFFERENCE * given_number.abs().max(1.0)
        {
            return;
        }
        let private = conversion.indicator.privacy.protects();
        self.differs.push(|| {
            // a sum that nobody may know stands in no message either
            let numbers = if private { String::new() } else { format!(": {given_number}, and its parts {number}") };
            Case::line(given.line).with_key(conversion.label(area)).saying(format!("{}{numbers}", given.period))
        });
    }

    fn report(self, conversion: &Conversion<'_>, converted: &Converted, report: &mut Report) {
        let file = &conversion.indicator.file;
        let mut add = |cases: Vec<Case>, finding: Finding| {
            if !cases.is_empty() {
                report.add(finding.in_file(file).at_all(cases));
            }
        };
        let mut by_area: BTreeMap<usize, (BTreeSet<Period>, BTreeSet<usize>)> = BTreeMap::new();
        for ((area, period), parts) in converted.parts.iter().filter(|(place, _)| !converted.given.contains(place)) {
            let (periods, all) = by_area.entry(*area).or_default();
            periods.insert(*period);
            all.extend(parts);
        }
        let done = by_area.into_iter().map(|(area, (periods, parts))| {
            let former = parts.iter().filter_map(|part| conversion.lineage.former().get(*part));
            let former: BTreeSet<&str> = former.map(|former| former.key.as_str()).collect();
            let former: Vec<&str> = former.into_iter().collect();
            Case::key(conversion.label(area)).saying(message!(
                "{years} from {areas}",
                years = span(&periods),
                areas = former.join(", ")
            ))
        });
        let message = "figures of former areas were converted to the areas of today";
        add(done.collect(), Finding::notice("figures-converted", message));
        for (refusal, message, advice) in [
            (
                Refusal::Ratio,
                "ratios of former areas cannot be converted: what they were computed from is not known",
                "give numerator and denominator instead, or publish the indicator on a layer of the former areas",
            ),
            (
                Refusal::Share,
                "figures of divided areas cannot be converted: the share by which it has to be done is not known",
                "add the column to the successions, or choose another weight in [conversion]",
            ),
        ] {
            let cases = self.refused.iter().filter(|((_, why), _)| *why == refusal);
            let cases = cases.map(|((area, _), periods)| Case::key(conversion.label(*area)).saying(span(periods)));
            add(cases.collect(), Finding::warning("conversion-refused", message).advise(advice));
        }
        let cases = self.incomplete.iter();
        let cases = cases.map(|(area, periods)| Case::key(conversion.label(*area)).saying(span(periods)));
        let message = "areas have no figure, because some of the former areas that they were made of have none";
        let advice = "add the rows of the other former areas";
        add(cases.collect(), Finding::warning("conversion-incomplete", message).advise(advice));
        if self.differs.count() > 0 {
            let message = "figures of areas from before they were formed are not the sum of their parts; the figure of \
                           the table is published";
            let advice = "if the area was there before and took others in, add a row from itself to itself to the \
                          successions; if the table is right, take out the rows of the former areas";
            let finding = Finding::warning("conversion-differs", message).in_file(file).advise(advice);
            report.add(self.differs.give_to(finding));
        }
    }
}

/// First and last of some periods, and how many they are.
fn span(periods: &BTreeSet<Period>) -> Message {
    match (periods.first(), periods.last()) {
        (Some(first), Some(last)) if first != last => {
            message!("{first} to {last} ({n} period[s])", first, last, n = periods.len())
        }
        (Some(only), _) => only.to_string().into(),
        _ => Message::default(),
    }
}
