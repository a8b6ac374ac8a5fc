//! Do the parts add up to the whole? The check that finds lost rows and members that are counted twice.
//!
//! In the offices' tables a Kreis is the sum of its Gemeinden and Samtgemeinden (8 digits), and a Samtgemeinde the sum of
//! its members (11 digits): every row is compared with those one level below it. Rates, means and indices do not add up,
//! which shows in that hardly any sum agrees.

use std::collections::{BTreeMap, HashMap};

use super::keys::parent;
use super::tidy::{Tidy, decimal_comma};
use crate::message;
use crate::report::{Case, Finding, Report};
use crate::value::Period;

/// Share of sums that agree from which on a measure is one that adds up.
const ADDS_UP: f64 = 0.5;

/// One comparison.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Sum {
    /// Position of the whole's key.
    pub(super) whole: u32,
    pub(super) measure: u16,
    pub(super) period: Period,
    /// Rows that were added.
    pub(super) parts: usize,
    pub(super) added: f64,
    pub(super) given: f64,
}

impl Sum {
    pub(super) fn agrees(&self) -> bool {
        // figures that were rounded one by one differ by up to half of a digit each
        (self.added - self.given).abs()
            <= 0.5 * self.parts as f64 * f64::from(u8::from(self.given.fract() != 0.0)) * 0.1 + 1e-6 * self.given.abs()
    }
}

/// What the check found.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Sums {
    pub(super) agree: usize,
    /// Comparisons of measures that add up elsewhere, and do not here.
    pub(super) differ: Vec<Sum>,
    /// Measures that do not add up at all.
    pub(super) rates: Vec<u16>,
    /// Wholes of which a part has no number.
    pub(super) incomplete: usize,
    /// The comparison of the newest period for the smallest whole of the atlas, or the first.
    pub(super) example: Option<Sum>,
    /// Comparison with the rows that name themselves sums.
    pub(super) sum_rows: Vec<(u64, String, f64, f64)>,
}

/// Compares every row with the rows below it.
pub(super) fn check(tidy: &Tidy) -> Sums {
    let by_text: HashMap<&str, u32> =
        (0_u32..).zip(&tidy.keys).map(|(position, key)| (key.text.as_str(), position)).collect();
    let parents: Vec<Option<u32>> = tidy.keys.iter().map(|key| ancestor(&key.text, &by_text)).collect();
    // the whole whose parts the atlas shows is the one that its people know
    let mut shown: HashMap<u32, usize> = HashMap::new();
    for (key, whole) in tidy.keys.iter().zip(&parents) {
        if let Some(whole) = whole {
            *shown.entry(*whole).or_default() += usize::from(!key.places.is_empty());
        }
    }
    let mut sums: BTreeMap<(u32, u16, Period), (usize, f64, bool)> = BTreeMap::new();
    let mut given: HashMap<(u32, u16, Period), f64> = HashMap::new();
    for value in &tidy.values {
        let number = value.figure.number();
        if let Some(number) = number {
            given.insert((value.key, value.measure, value.period), number);
        }
        if let Some(Some(whole)) = parents.get(value.key as usize) {
            let sum = sums.entry((*whole, value.measure, value.period)).or_insert((0, 0.0, true));
            sum.0 += 1;
            sum.1 += number.unwrap_or(0.0);
            sum.2 &= number.is_some();
        }
    }
    let mut found = Sums::default();
    let mut compared: BTreeMap<u16, Vec<Sum>> = BTreeMap::new();
    for ((whole, measure, period), (parts, sum, complete)) in sums {
        let Some(given) = given.get(&(whole, measure, period)) else { continue };
        // one part is no sum, and two may agree by chance in a rate
        if parts < 2 || (sum == 0.0 && *given == 0.0) {
            continue;
        }
        if !complete {
            found.incomplete += 1;
            continue;
        }
        compared.entry(measure).or_default().push(Sum { whole, measure, period, parts, added: sum, given: *given });
    }
    for (measure, sums) in compared {
        let agree = sums.iter().filter(|sum| sum.agrees()).count();
        if (agree as f64) < ADDS_UP * sums.len() as f64 {
            found.rates.push(measure);
            continue;
        }
        found.agree += agree;
        let district = |sum: &Sum| tidy.keys.get(sum.whole as usize).is_some_and(|key| key.text.len() == 5);
        let here = |sum: &Sum| shown.get(&sum.whole).copied().unwrap_or(0);
        let best = sums
            .iter()
            .filter(|sum| sum.agrees())
            .max_by_key(|sum| (district(sum) && here(sum) > 0, here(sum), district(sum), sum.period));
        if found.example.is_none() {
            found.example = best.cloned();
        }
        found.differ.extend(sums.into_iter().filter(|sum| !sum.agrees()));
    }
    found.sum_rows = sum_rows(tidy, &parents, &found.rates);
    found
}

/// The nearest larger area that has a row.
fn ancestor(key: &str, by_text: &HashMap<&str, u32>) -> Option<u32> {
    // a part of a town, in the small-area tables of the employment agency: the town's eight digits and one more
    if key.len() == 9
        && let Some(town) = key.get(..8).and_then(|town| by_text.get(town))
    {
        return Some(*town);
    }
    let mut key = key;
    // a Regionalschlüssel that repeats its association (a municipality of its own) is that association
    loop {
        key = parent(key)?;
        if let Some(found) = by_text.get(key) {
            return Some(*found);
        }
    }
}

/// Rows that say they are sums, against the sum of the rows that lie in no other.
fn sum_rows(tidy: &Tidy, parents: &[Option<u32>], rates: &[u16]) -> Vec<(u64, String, f64, f64)> {
    let mut found = Vec::new();
    for row in &tidy.sum_rows {
        for (measure, period, figure) in &row.figures {
            let (Some(given), Some(measure), Some(period)) = (figure, measure, period) else { continue };
            if rates.contains(measure) {
                continue;
            }
            let top = tidy.values.iter().filter(|value| {
                value.measure == *measure && value.period == *period && parents.get(value.key as usize) == Some(&None)
            });
            let sum: f64 = top.filter_map(|value| value.figure.number()).sum();
            found.push((row.line, row.label.clone(), sum, *given));
        }
    }
    found
}

/// Tells what does not add up.
pub(super) fn report(sums: &Sums, tidy: &Tidy, file: &std::path::Path, report: &mut Report) {
    const SHOWN: usize = 20;
    let name = |key: u32| tidy.keys.get(key as usize).map_or_else(String::new, |key| key.text.clone());
    if !sums.differ.is_empty() {
        let cases = sums.differ.iter().take(SHOWN).map(|sum| {
            let measure = tidy.measures.get(usize::from(sum.measure)).cloned().unwrap_or_default();
            let detail = message!(
                "{measure} {period}: {n} row[s] add up to {added}, the row says {given}",
                measure,
                period = sum.period,
                n = sum.parts,
                added = decimal_comma(sum.added),
                given = decimal_comma(sum.given)
            );
            Case::key(name(sum.whole)).saying(detail)
        });
        let message = message!("{n} larger area[s] [is|are] not the sum of [its|their] parts", n = sums.differ.len());
        let advice = message!(
            "look for rows that are missing or there twice; figures that were rounded one by one may differ by a little"
        );
        report.add(Finding::notice("sum-differs", message).in_file(file).advise(advice).at_all(cases));
    }
    let wrong: Vec<_> =
        sums.sum_rows.iter().filter(|(.., sum, given)| (sum - given).abs() > 1e-6 * given.abs().max(1.0)).collect();
    if !wrong.is_empty() && wrong.len() * 2 <= sums.sum_rows.len().max(2) {
        let cases = wrong.iter().take(SHOWN).map(|(line, label, sum, given)| {
            Case::line(*line).saying(message!(
                "\"{label}\" says {given}, the rows add up to {sum}",
                label,
                given = decimal_comma(*given),
                sum = decimal_comma(*sum)
            ))
        });
        let message = message!("{n} sum[s] of the file [does|do] not agree with [its|their] rows", n = wrong.len());
        let advice = message!("look for rows that are missing, and for figures in the wrong column");
        report.add(Finding::warning("sum-row-differs", message).in_file(file).advise(advice).at_all(cases));
    }
    if !tidy.sum_rows.is_empty() {
        let message = message!("{n} row[s] of sums without a key [is|are] left out", n = tidy.sum_rows.len());
        let cases =
            tidy.sum_rows.iter().take(SHOWN).map(|row| Case::line(row.line).saying(format!("\"{}\"", row.label)));
        report.add(Finding::notice("row-sum", message).in_file(file).at_all(cases));
    }
}
