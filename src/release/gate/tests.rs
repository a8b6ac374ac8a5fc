use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::PathBuf;

use proptest::prelude::*;

use super::*;
use crate::area::{AreaKey, Directory, KeyKind, Listed};
use crate::config::{
    Breaks, ClassesConfig, Direction, Formula, IndicatorId, LayerId, Measure, MeasureId, PeriodStates, PrivacyRule,
    Provenance, TableConfig, TableLayout, Text,
};
use crate::indicator::{LayerKeys, Link, join};
use crate::report::Report;
use crate::succession::Lineage;
use crate::table::{RawValue, Table};
use crate::value::Period;

fn text() -> Text {
    Text { de: String::new(), en: String::new() }
}

/// A share in per cent with a rule.
fn share(min_numerator: Option<u32>, min_denominator: Option<u32>, decimals: u8) -> IndicatorConfig {
    let id = |id| MeasureId::new(id).expect("an id");
    IndicatorConfig {
        id: IndicatorId::new("share").expect("an id"),
        file: PathBuf::new(),
        title: text(),
        description: text(),
        theme: String::new(),
        order: 0,
        unit: text(),
        decimals,
        direction: Direction::Neither,
        measure: Measure::Ratio,
        layers: Vec::new(),
        caveat: None,
        statistic: None,
        formula: Formula::ratio(100.0, &id("a"), &id("b")),
        aggregate: false,
        states: PeriodStates::default(),
        tables: Vec::new(),
        privacy: PrivacyRule { min_numerator, min_denominator, ..PrivacyRule::default() },
        conversion: BTreeMap::new(),
        breaks: Vec::new(),
        references: Vec::new(),
        targets: Vec::new(),
        classes: ClassesConfig { breaks: Breaks::Quantile { classes: 5 }, ramp: "blues".to_owned() },
        department: None,
        provenance: Provenance {
            source: text(),
            url: None,
            date: None,
            license: String::new(),
            license_url: None,
            attribution: String::new(),
            invented: true,
            described_in: PathBuf::new(),
        },
    }
}

/// A series with these figures, released by a rule that hides nothing but what is suppressed, with
/// `decimals`. Figures are listed feature by feature.
pub(in crate::release) fn released(years: &[i16], figures: &[Figure], decimals: u8) -> Series {
    let cell = |value: &Figure| RawCell::of(*value);
    let periods = years.iter().map(|year| Period::year(*year).expect("a year")).collect();
    let layer = LayerId::new("towns").expect("an id");
    let raw = RawSeries {
        layer,
        periods,
        cells: figures.iter().map(cell).collect(),
        former: BTreeMap::new(),
        given: BTreeSet::new(),
        summed: BTreeSet::new(),
    };
    alone(&share(None, None, decimals), &raw)
}

/// One series through the gate, without others.
fn alone(indicator: &IndicatorConfig, raw: &RawSeries) -> Series {
    pass(indicator, std::slice::from_ref(raw), &Hierarchy::default()).remove(0)
}

fn one(indicator: &IndicatorConfig, cell: RawCell) -> (Option<f64>, State) {
    let layer = LayerId::new("towns").expect("an id");
    let raw = RawSeries {
        layer,
        periods: vec![Period::year(2015).expect("a year")],
        cells: vec![cell],
        former: BTreeMap::new(),
        given: BTreeSet::new(),
        summed: BTreeSet::new(),
    };
    let value = alone(indicator, &raw).values[0];
    (value.number(), value.state())
}

fn ratio(numerator: Figure, denominator: f64) -> RawCell {
    let value = Figure::new(100.0 * numerator.number().unwrap_or(f64::NAN) / denominator, State::Exact);
    RawCell { numerator: Some(numerator), denominator: Some(Figure::exact(denominator)), ..RawCell::of(value) }
}

fn count(figure: Figure) -> RawCell {
    RawCell { numerator: Some(figure), ..RawCell::of(figure) }
}

const SUPPRESSED: (Option<f64>, State) = (None, State::Suppressed);

#[test]
fn counts_from_one_to_the_minimum_less_one_are_suppressed() {
    let rule = share(Some(5), None, 0);
    for number in [1.0, 2.0, 4.0, 4.999, 0.4] {
        assert_eq!(one(&rule, count(Figure::exact(number))), SUPPRESSED, "{number}");
        assert_eq!(one(&rule, count(Figure::new(number, State::Estimated))), SUPPRESSED, "{number}");
        assert_eq!(one(&rule, ratio(Figure::exact(number), 1000.0)), SUPPRESSED, "{number}");
    }
    assert_eq!(one(&rule, count(Figure::exact(5.0))), (Some(5.0), State::Exact));
    assert_eq!(one(&rule, count(Figure::exact(0.0))), (Some(0.0), State::Zero));
}

#[test]
fn an_imported_count_is_its_own_numerator() {
    let rule = IndicatorConfig { measure: Measure::Count, ..share(Some(5), None, 0) };
    let bare = |number| RawCell::of(Figure::exact(number));
    assert_eq!(one(&rule, bare(4.0)), SUPPRESSED);
    assert_eq!(one(&rule, bare(5.0)), (Some(5.0), State::Exact));
    let ratio = IndicatorConfig { measure: Measure::Ratio, ..rule };
    assert_eq!(one(&ratio, bare(4.0)), (Some(4.0), State::Exact));
}

#[test]
fn a_zero_that_is_not_exactly_zero_may_be_a_small_count() {
    let rule = share(Some(5), None, 0);
    assert_eq!(one(&rule, count(Figure::new(0.0, State::Rounded))), SUPPRESSED);
    assert_eq!(one(&rule, count(Figure::new(0.0, State::Estimated))), SUPPRESSED);
    assert_eq!(one(&rule, count(Figure::new(0.0, State::Provisional))), (Some(0.0), State::Provisional));
}

#[test]
fn below_the_minimum_denominator_nothing_is_published() {
    let rule = share(None, Some(30), 1);
    assert_eq!(one(&rule, ratio(Figure::exact(10.0), 29.0)), SUPPRESSED);
    assert_eq!(one(&rule, ratio(Figure::exact(0.0), 29.0)), SUPPRESSED);
    let nobody = RawCell {
        numerator: Some(Figure::exact(0.0)),
        denominator: Some(Figure::exact(0.0)),
        ..RawCell::of(Figure::absent(State::NotApplicable))
    };
    assert_eq!(one(&rule, nobody), SUPPRESSED);
    assert_eq!(one(&rule, ratio(Figure::exact(10.0), 30.0)), (Some(33.3), State::Exact));
}

#[test]
fn what_the_source_keeps_secret_stays_secret_without_any_rule() {
    let rule = share(None, None, 1);
    let secret = Figure::absent(State::Suppressed);
    assert_eq!(one(&rule, count(secret)), SUPPRESSED);
    // a value that somebody computed although its numerator is secret
    let careless = RawCell { numerator: Some(secret), ..RawCell::of(Figure::exact(7.0)) };
    assert_eq!(one(&rule, careless), SUPPRESSED);
}

#[test]
fn other_absent_states_pass_unchanged() {
    let rule = share(Some(5), Some(30), 1);
    for state in [State::Missing, State::Pending, State::NotApplicable, State::Unreliable] {
        assert_eq!(one(&rule, count(Figure::absent(state))), (None, state));
    }
}

#[test]
fn half_is_rounded_away_from_zero_on_the_decimal_digits() {
    let cases = [
        (2.675, 2, 2.68),
        (1.005, 2, 1.01),
        (0.285, 2, 0.29),
        (-2.675, 2, -2.68),
        (2.5, 0, 3.0),
        (-2.5, 0, -3.0),
        (0.5, 0, 1.0),
        (14.5, 0, 15.0),
        (1234.5678, 1, 1234.6),
        (99.95, 1, 100.0),
        (0.045, 2, 0.05),
        (1e20, 1, 1e20),
        (123_456_789.123_45, 4, 123_456_789.123_5),
        (f64::MAX, 2, f64::MAX),
        (f64::MIN_POSITIVE, 2, 0.0),
    ];
    for (number, decimals, expected) in cases {
        let short = to_decimals(number, decimals);
        assert_eq!(short.to_bits(), f64::to_bits(expected), "{number} to {decimals}: {short}");
    }
    assert_eq!(to_decimals(-0.001, 1).to_bits(), 0.0_f64.to_bits());
}

#[test]
fn a_small_share_that_rounds_to_nothing_is_not_zero() {
    let rule = share(None, None, 1);
    assert_eq!(one(&rule, ratio(Figure::exact(1.0), 10_000.0)), (Some(0.0), State::Rounded));
    assert_eq!(one(&rule, ratio(Figure::exact(0.0), 10_000.0)), (Some(0.0), State::Zero));
    assert_eq!(one(&rule, count(Figure::new(0.01, State::Estimated))), (Some(0.0), State::Estimated));
    assert_eq!(one(&rule, ratio(Figure::exact(1.0), 3.0)), (Some(33.3), State::Exact));
}

/// A number that no rounding or sum of ordinary test data gives by chance.
fn canary() -> impl Strategy<Value = f64> {
    (0.0..5.0_f64).prop_map(|number| number + 1.2e-9).prop_filter("a small count", |number| *number > 0.01)
}

fn any_cell() -> impl Strategy<Value = (RawCell, bool)> {
    let open = (5_u32..100_000, 100_u32..200_000).prop_map(|(numerator, denominator)| {
        (ratio(Figure::exact(f64::from(numerator)), f64::from(denominator)), false)
    });
    let small = (canary(), 100_u32..200_000)
        .prop_map(|(numerator, denominator)| (ratio(Figure::exact(numerator), f64::from(denominator)), true));
    let few = (5_u32..100, 1_u32..100).prop_map(|(numerator, denominator)| {
        (ratio(Figure::exact(f64::from(numerator)), f64::from(denominator)), true)
    });
    prop_oneof![open, small, few]
}

/// From a file to a series, as a release is built.
fn published(text: &str, indicator: &IndicatorConfig, keys: &[&str]) -> Series {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("x.csv");
    std::fs::write(&path, text).expect("writes");
    let layout = TableLayout::Tidy {
        period: "period".to_owned(),
        measure: "indicator".to_owned(),
        value: "value".to_owned(),
        state: Some("state".to_owned()),
        territory: None,
    };
    let config = TableConfig {
        path,
        key: "key".to_owned(),
        layout,
        delimiter: None,
        encoding: None,
        decimal: None,
        territory: None,
    };
    let mut report = Report::default();
    let table = crate::table::open(&config, &mut report).expect("reads");
    let keys: Vec<AreaKey> = keys.iter().map(|key| AreaKey::read(key, KeyKind::Own).expect("a key").key).collect();
    let (layer, names) = (LayerId::new("areas").expect("an id"), vec![String::new(); keys.len()]);
    let layers = [LayerKeys {
        layer: &layer,
        kind: KeyKind::Own,
        keys: &keys,
        names: &names,
        in_directory: 0,
        valid: &[],
        lineage: &Lineage::default(),
        former_in_directory: None,
    }];
    let directory = Directory::new(vec![Listed { kind: KeyKind::Own, keys: &keys, names: &names, parents: &[] }]);
    let raw = join(indicator, &[&table], &layers, &directory, &Hierarchy::default(), &mut report);
    alone(indicator, &raw[0])
}

#[derive(Clone, Copy, Debug)]
enum Plan {
    /// A large count, a round share.
    Open(u32),
    /// A count below the minimum.
    Small(u32),
    /// A large count that its state keeps secret.
    Marked(u32),
    /// A large count out of too few.
    Few(u32),
}

fn any_plan() -> impl Strategy<Value = Plan> {
    prop_oneof![
        (1_u32..90).prop_map(Plan::Open),
        (1_u32..5).prop_map(Plan::Small),
        (7_100_u32..7_999).prop_map(Plan::Marked),
        (41_u32..49).prop_map(Plan::Few),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn no_secret_of_a_table_reaches_its_series(plans in prop::collection::vec(any_plan(), 1..25)) {
        let names: Vec<String> = (0..plans.len()).map(|area| format!("area-{area}")).collect();
        let keys: Vec<&str> = names.iter().map(String::as_str).collect();
        // open shares are whole numbers of per cent; secret ones have digits of their own
        let (mut text, mut shares) = ("key;period;indicator;value;state\n".to_owned(), Vec::new());
        for (plan, key) in plans.iter().zip(&keys) {
            let (count, state, out_of) = match *plan {
                Plan::Open(share) => (share * 1000, "", 100_000),
                Plan::Small(count) => (count, "", 100_000),
                Plan::Marked(count) => (count, "suppressed", 100_000),
                Plan::Few(count) => (count, "", 97),
            };
            writeln!(text, "{key};2015;a;{count};{state}\n{key};2015;b;{out_of};").expect("writes to a String");
            shares.push(100.0 * f64::from(count) / f64::from(out_of));
        }
        let series = published(&text, &share(Some(5), Some(100), 3), &keys);
        let printed = format!("{series:?}");
        for ((plan, value), share) in plans.iter().zip(series.values()).zip(&shares) {
            match plan {
                Plan::Open(percent) => prop_assert_eq!(value.number(), Some(f64::from(*percent))),
                Plan::Small(_) | Plan::Marked(_) | Plan::Few(_) => {
                    prop_assert_eq!((value.number(), value.state()), (None, State::Suppressed));
                    let rounded = to_decimals(*share, 3);
                    for open in series.values().filter_map(ReleasedValue::number) {
                        prop_assert!(open.to_bits() != share.to_bits() && open.to_bits() != rounded.to_bits());
                    }
                    prop_assert!(!printed.contains(&share.to_string()) && !printed.contains(&rounded.to_string()));
                }
            }
        }
    }
}

proptest! {
    #[test]
    fn no_suppressed_number_is_in_any_released_series(
        cells in prop::collection::vec(any_cell(), 1..40), decimals in 0_u8..4,
    ) {
        let indicator = share(Some(5), Some(100), decimals);
        let layer = LayerId::new("towns").expect("an id");
        let periods = vec![Period::year(2015).expect("a year")];
        let raw = RawSeries { layer, periods, cells: cells.iter().map(|(cell, _)| *cell).collect(), former: BTreeMap::new(), given: BTreeSet::new(), summed: BTreeSet::new() };
        let series = alone(&indicator, &raw);
        prop_assert_eq!(series.values.len(), cells.len());

        let mut secret_bits = BTreeSet::new();
        let mut secret_texts = BTreeSet::new();
        for (cell, _) in cells.iter().filter(|(_, secret)| *secret) {
            for number in [cell.value, cell.numerator.expect("set")].into_iter().filter_map(Figure::number) {
                secret_bits.insert(number.to_bits());
                if number.fract() != 0.0 {
                    secret_texts.insert(number.to_string());
                }
            }
        }
        let open_bits: BTreeSet<u64> =
            series.values.iter().filter_map(|value| value.number()).map(f64::to_bits).collect();
        for ((_, secret), value) in cells.iter().zip(&series.values) {
            prop_assert_eq!(value.state() == State::Suppressed, *secret);
            if *secret {
                prop_assert_eq!(value.number(), None);
                // also not behind the accessors: the figure has forgotten it
                prop_assert!(!secret_bits.contains(&value.0.number().unwrap_or(f64::NAN).to_bits()));
            }
        }
        // an open value may be equal to a hidden one by chance only where it has itself that number
        let own: BTreeSet<u64> = cells.iter().filter(|(_, secret)| !secret)
            .filter_map(|(cell, _)| cell.value.number()).map(|number| to_decimals(number, decimals).to_bits()).collect();
        for bits in open_bits.intersection(&secret_bits) {
            prop_assert!(own.contains(bits));
        }
        let printed = format!("{series:?}");
        for text in &secret_texts {
            let open = series.values.iter().filter_map(|value| value.number()).any(|number| number.to_string() == *text);
            prop_assert!(open || !printed.contains(&format!("number: {text},")), "{} in {}", text, printed);
        }
    }

    #[test]
    fn rounding_stays_within_half_of_the_last_digit(number in -1e9..1e9_f64, decimals in 0_u8..6) {
        let short = to_decimals(number, decimals);
        let half = 0.5 * 10_f64.powi(-i32::from(decimals));
        // the tolerance is one step of an f64 at this size
        prop_assert!((short - number).abs() <= half + number.abs() * 2.0 * f64::EPSILON, "{} {}", number, short);
        prop_assert_eq!(to_decimals(short, decimals).to_bits(), short.to_bits());
        let written = short.to_string();
        let digits = written.split_once('.').map_or(0, |(_, fraction)| fraction.len());
        prop_assert!(digits <= usize::from(decimals), "{}", written);
    }

    #[test]
    fn both_ways_of_rounding_agree(number in -1e6..1e6_f64, decimals in 0_u8..5) {
        let digits = by_digits(number, decimals) + 0.0;
        prop_assert_eq!(to_decimals(number, decimals).to_bits(), digits.to_bits());
    }

    #[test]
    fn the_gate_is_deterministic_and_keeps_the_order(cells in prop::collection::vec(any_cell(), 2..30)) {
        let indicator = share(Some(5), Some(100), 1);
        let layer = LayerId::new("towns").expect("an id");
        let periods = vec![Period::year(2015).expect("a year")];
        let raw = RawSeries { layer, periods, cells: cells.iter().map(|(cell, _)| *cell).collect(), former: BTreeMap::new(), given: BTreeSet::new(), summed: BTreeSet::new() };
        let whole = alone(&indicator, &raw);
        for (cell, value) in raw.cells.iter().zip(whole.values()) {
            prop_assert_eq!(one(&indicator, *cell), (value.number(), value.state()));
        }
    }
}

#[test]
fn a_converted_value_is_secret_if_any_of_its_parts_would_be() {
    let indicator = IndicatorConfig {
        measure: Measure::Count,
        formula: Formula::measure(MeasureId::new("a").expect("an id"), Measure::Count),
        ..share(Some(5), None, 0)
    };
    let part = |number: f64| RawCell { numerator: Some(Figure::exact(number)), ..RawCell::of(Figure::exact(number)) };
    let released = |parts: &[f64]| {
        let raw = RawSeries {
            layer: LayerId::new("areas").expect("an id"),
            periods: vec![Period::year(2015).expect("a year")],
            cells: vec![part(parts.iter().sum())],
            former: BTreeMap::from([(0, parts.iter().copied().map(part).collect())]),
            given: BTreeSet::new(),
            summed: BTreeSet::new(),
        };
        let series = alone(&indicator, &raw);
        (series.values[0].state(), series.is_converted(0, raw.periods[0]))
    };
    // 203 beside a published 200 would give the 3 away
    assert_eq!(released(&[3.0, 200.0]).0, State::Suppressed);
    assert_eq!(released(&[8.0, 200.0]), (State::Exact, true));
    assert_eq!(released(&[0.0, 200.0]), (State::Exact, true));
}

#[test]
fn a_converted_value_under_rounding_is_the_sum_of_rounded_parts() {
    // 2 and 2 are 3 and 3 to base 3; a sum of 3 would say that both are 2 and not 4
    let indicator = counted(PrivacyRule { round_to: Some(3), ..PrivacyRule::default() });
    let cell = |figure: Figure| RawCell { numerator: Some(figure), ..RawCell::of(figure) };
    let released = |sum: Figure, given: bool| {
        let raw = RawSeries {
            layer: LayerId::new("areas").expect("an id"),
            periods: vec![Period::year(2015).expect("a year")],
            cells: vec![cell(sum)],
            former: BTreeMap::from([(0, vec![cell(Figure::exact(2.0)); 2])]),
            given: if given { BTreeSet::from([0]) } else { BTreeSet::new() },
            summed: BTreeSet::new(),
        };
        let series = alone(&indicator, &raw);
        (series.values[0].number(), series.values[0].state(), series.is_converted(0, raw.periods[0]))
    };
    assert_eq!(released(Figure::exact(4.0), false), (Some(6.0), State::Rounded, true));
    assert_eq!(released(Figure::exact(4.0), true), (Some(3.0), State::Rounded, false));
    assert_eq!(released(Figure::new(4.0, State::Estimated), false).1, State::Suppressed);
}

/// A layer of parts, a layer of wholes and a link: part `i` lies in whole `i % wholes`.
fn two_layers(wholes: usize, parts: usize) -> (Hierarchy, LayerId, LayerId) {
    let (part, whole) = (LayerId::new("parts").expect("an id"), LayerId::new("wholes").expect("an id"));
    let within = (0..parts).map(|part| Some(part % wholes)).collect();
    let link = Link {
        part: part.clone(),
        whole: whole.clone(),
        steps: 1,
        within,
        incomplete: BTreeSet::new(),
        years: i16::MIN..=i16::MAX,
    };
    (Hierarchy { links: vec![link] }, part, whole)
}

/// Released series of parts and of the sums over them, from counts of both measures by part.
fn summed(indicator: &IndicatorConfig, counts: &[(u32, u32)], wholes: usize) -> (Series, Series) {
    let (hierarchy, part, whole) = two_layers(wholes, counts.len());
    let keys = |count: usize, letter: &str| -> Vec<AreaKey> {
        (0..count).map(|at| AreaKey::read(&format!("{letter}{at}"), KeyKind::Own).expect("a key").key).collect()
    };
    let (part_keys, whole_keys) = (keys(counts.len(), "p"), keys(wholes, "w"));
    let (part_names, whole_names) = (vec![String::new(); counts.len()], vec![String::new(); wholes]);
    let lineage = Lineage::default();
    let layers = [
        LayerKeys {
            layer: &whole,
            kind: KeyKind::Own,
            keys: &whole_keys,
            names: &whole_names,
            in_directory: 0,
            valid: &[],
            lineage: &lineage,
            former_in_directory: None,
        },
        LayerKeys {
            layer: &part,
            kind: KeyKind::Own,
            keys: &part_keys,
            names: &part_names,
            in_directory: 1,
            valid: &[],
            lineage: &lineage,
            former_in_directory: None,
        },
    ];
    let mut table = Table { key_column: "key".to_owned(), ..Table::default() };
    table.measures = ["a", "b"].map(|name| MeasureId::new(name).expect("an id")).to_vec();
    for (at, (numerator, denominator)) in counts.iter().enumerate() {
        table.keys.push(format!("p{at}"));
        for (measure, count) in [(0, numerator), (1, denominator)] {
            let (key, period) = (u32::try_from(at).expect("few"), Period::year(2015).expect("a year"));
            table.values.push(RawValue { line: 1, key, measure, period, figure: Figure::exact(f64::from(*count)) });
        }
    }
    let listed = |keys, names| Listed { kind: KeyKind::Own, keys, names, parents: &[] };
    let directory = Directory::new(vec![listed(&whole_keys, &whole_names), listed(&part_keys, &part_names)]);
    let raw = join(indicator, &[&table], &layers, &directory, &hierarchy, &mut Report::default());
    let mut released = pass(indicator, &raw, &hierarchy);
    let parts = released.pop().expect("two series");
    (released.pop().expect("two series"), parts)
}

fn aggregated(privacy: PrivacyRule, decimals: u8) -> IndicatorConfig {
    IndicatorConfig { aggregate: true, privacy, ..share(None, None, decimals) }
}

/// The same as a count of the first measure.
fn counted(privacy: PrivacyRule) -> IndicatorConfig {
    let formula = Formula::measure(MeasureId::new("a").expect("an id"), Measure::Count);
    IndicatorConfig { formula, measure: Measure::Count, ..aggregated(privacy, 0) }
}

#[test]
fn a_total_that_is_rounded_for_itself_would_give_its_parts_away() {
    // 2 and 2 are 3 and 3 to base 3, and their sum is 3: only 2 + 2 makes that. So 6 is published.
    let rule = PrivacyRule { round_to: Some(3), ..PrivacyRule::default() };
    let (wholes, parts) = summed(&counted(rule), &[(2, 9), (2, 9)], 1);
    let numbers = |series: &Series| series.values().map(ReleasedValue::number).collect::<Vec<_>>();
    assert_eq!((numbers(&parts), numbers(&wholes)), (vec![Some(3.0), Some(3.0)], vec![Some(6.0)]));
}

proptest! {
    #[test]
    fn the_parts_make_the_whole(counts in prop::collection::vec((0_u32..5000, 1_u32..9000), 1..30), wholes in 1_usize..4) {
        let (of_counts, _) = summed(&counted(PrivacyRule::default()), &counts, wholes);
        let (of_rates, _) = summed(&aggregated(PrivacyRule::default(), 6), &counts, wholes);
        for whole in 0..wholes {
            let parts: Vec<(u32, u32)> = counts.iter().copied().skip(whole).step_by(wholes).collect();
            let feature = u32::try_from(whole).expect("few");
            let (count, rate) = (of_counts.row(feature)[0], of_rates.row(feature)[0]);
            if parts.is_empty() {
                prop_assert_eq!((count.state(), rate.state()), (State::Missing, State::Missing));
                continue;
            }
            // computed beside the program, in whole numbers
            let numerator: u64 = parts.iter().map(|(numerator, _)| u64::from(*numerator)).sum();
            let denominator: u64 = parts.iter().map(|(_, denominator)| u64::from(*denominator)).sum();
            prop_assert_eq!(count.number(), Some(numerator as f64));
            let millionths = (100_000_000 * numerator) as f64 / denominator as f64;
            let found = rate.number().expect("a number") * 1e6;
            prop_assert!((found - millionths).abs() <= 0.5 + millionths * 1e-9, "{} {}", found, millionths);
        }
    }

    #[test]
    fn a_sum_over_a_secret_is_secret_and_no_other_is(
        counts in prop::collection::vec((0_u32..40, 1_u32..90), 1..20), wholes in 1_usize..4, minimum in 2_u32..12,
    ) {
        let rule = PrivacyRule { min_numerator: Some(minimum), min_complement: Some(minimum), ..PrivacyRule::default() };
        let (wholes_series, parts) = summed(&aggregated(rule, 1), &counts, wholes);
        let hidden = |(numerator, denominator): (u32, u32)| {
            let small = |count: u32| count > 0 && count < minimum;
            small(numerator) || (denominator >= numerator && small(denominator - numerator))
        };
        for (value, counts) in parts.values().zip(&counts) {
            prop_assert_eq!(value.state() == State::Suppressed, hidden(*counts));
        }
        for whole in 0..wholes {
            let members: Vec<(u32, u32)> = counts.iter().copied().skip(whole).step_by(wholes).collect();
            let value = wholes_series.row(u32::try_from(whole).expect("few"))[0];
            let total = members.iter().fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
            let secret = members.iter().any(|one| hidden(*one)) || hidden(total);
            prop_assert_eq!(value.state() == State::Suppressed, secret && !members.is_empty());
        }
    }

    #[test]
    fn what_is_published_under_rounding_follows_from_rounded_counts_alone(
        counts in prop::collection::vec((0_u32..60, 0_u32..200), 1..20), moves in prop::collection::vec((0_u32..10, 0_u32..10), 20),
        base in prop::sample::select(vec![3_u8, 5, 10]), wholes in 1_usize..4,
    ) {
        // other counts that are rounded to the same multiples
        let least = |count: u32| {
            let (count, base) = (i64::from(count), i64::from(base));
            ((2 * count + base) / (2 * base) * base - base / 2).max(0)
        };
        let same = |count: u32, step: u32| {
            let moved = u32::try_from(least(count)).expect("not negative") + step % u32::from(base);
            if least(moved) == least(count) { moved } else { count }
        };
        let others: Vec<(u32, u32)> = counts.iter().zip(&moves)
            .map(|((over, under), (one, two))| (same(*over, *one), same(*under, *two))).collect();
        let rule = PrivacyRule { round_to: Some(base), ..PrivacyRule::default() };
        let told = |series: Series| series.values().map(|value| (value.number(), value.state())).collect::<Vec<_>>();
        for indicator in [counted(rule.clone()), aggregated(rule.clone(), 4)] {
            let (one, other) = (summed(&indicator, &counts, wholes), summed(&indicator, &others, wholes));
            prop_assert_eq!((told(one.0), told(one.1)), (told(other.0), told(other.1)));
        }
        let (of_wholes, of_parts) = summed(&counted(rule), &counts, wholes);
        for value in of_wholes.values().chain(of_parts.values()).filter(|value| value.number().is_some()) {
            prop_assert_eq!(value.number().map(|number| number % f64::from(base)), Some(0.0));
            prop_assert_eq!(value.state(), State::Rounded);
        }
        for (value, (count, _)) in of_parts.values().zip(&counts) {
            let distance = (value.number().expect("a number") - f64::from(*count)).abs();
            prop_assert!(distance * 2.0 <= f64::from(base), "{} {}", count, distance);
        }
    }
}
