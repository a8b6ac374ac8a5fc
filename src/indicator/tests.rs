use std::collections::BTreeMap;
use std::path::PathBuf;

use super::*;
use crate::area::Listed;
use crate::config::{Breaks, ClassesConfig, Direction, Formula, PeriodStates, PrivacyRule, Provenance, Text};
use crate::config::{Measure, TableConfig, TableLayout};
use crate::report::Severity;
use crate::succession::{Lineage, Shares, Succession, Successions, Weight};
use crate::table::RawValue;
use crate::value::Date;

fn text(text: &str) -> Text {
    Text { de: text.to_owned(), en: text.to_owned() }
}

fn id(id: &str) -> MeasureId {
    MeasureId::new(id).expect("an id")
}

/// An indicator that imports the measure `value`, as a count.
fn count() -> IndicatorConfig {
    let provenance = Provenance {
        source: text(""),
        url: None,
        date: None,
        license: String::new(),
        license_url: None,
        attribution: String::new(),
        invented: true,
        described_in: PathBuf::new(),
    };
    IndicatorConfig {
        id: crate::config::IndicatorId::new("people").expect("an id"),
        file: PathBuf::from("indicators/people.toml"),
        title: text(""),
        description: text(""),
        theme: String::new(),
        order: 0,
        unit: text(""),
        decimals: 0,
        direction: Direction::Neither,
        measure: Measure::Count,
        layers: Vec::new(),
        caveat: None,
        statistic: None,
        formula: Formula::measure(id("value"), Measure::Count),
        aggregate: false,
        states: PeriodStates::default(),
        tables: Vec::new(),
        privacy: PrivacyRule::default(),
        conversion: BTreeMap::new(),
        breaks: Vec::new(),
        references: Vec::new(),
        targets: Vec::new(),
        classes: ClassesConfig { breaks: Breaks::Quantile { classes: 5 }, ramp: "blues".to_owned() },
        department: None,
        provenance,
    }
}

/// An indicator that imports the measure `value`, as a ratio.
fn imported() -> IndicatorConfig {
    let formula = Formula::measure(id("value"), Measure::Ratio);
    IndicatorConfig { formula, measure: Measure::Ratio, ..count() }
}

/// A share `a / b` in per cent.
fn share() -> IndicatorConfig {
    let formula = Formula::ratio(100.0, &id("a"), &id("b"));
    IndicatorConfig { formula, measure: Measure::Ratio, ..count() }
}

/// Builds a table from `(key, measure, year, figure)`; lines count from 2.
fn table(rows: &[(&str, &str, i16, Figure)]) -> Table {
    let mut table = Table { path: PathBuf::from("x.csv"), key_column: "key".to_owned(), ..Table::default() };
    for (position, (key, measure, year, figure)) in rows.iter().enumerate() {
        if !table.keys.iter().any(|known| known == key) {
            table.keys.push((*key).to_owned());
        }
        if table.measure(&id(measure)).is_none() {
            table.measures.push(id(measure));
        }
        let key = table.keys.iter().position(|known| known == key).expect("was added");
        table.values.push(RawValue {
            line: position as u64 + 2,
            key: u32::try_from(key).expect("few keys"),
            measure: table.measure(&id(measure)).expect("was added"),
            period: Period::year(*year).expect("a year"),
            figure: *figure,
        });
    }
    table
}

struct Layer {
    id: LayerId,
    kind: KeyKind,
    keys: Vec<AreaKey>,
    names: Vec<String>,
    lineage: Lineage,
}

impl Layer {
    fn new(layer: &str, kind: KeyKind, list: &[(&str, &str)]) -> Self {
        let keys = list.iter().map(|(key, _)| AreaKey::read(key, kind).expect("a key").key).collect();
        let names = list.iter().map(|(_, name)| (*name).to_owned()).collect();
        Self { id: LayerId::new(layer).expect("an id"), kind, keys, names, lineage: Lineage::default() }
    }

    /// `layers` stand in the directory, and then their former areas.
    fn of(&self, in_directory: usize, layers: usize) -> LayerKeys<'_> {
        let Self { id, kind, keys, names, lineage } = self;
        let former_in_directory = Some(layers + in_directory);
        LayerKeys { layer: id, kind: *kind, keys, names, in_directory, valid: &[], lineage, former_in_directory }
    }

    fn former(&self) -> Listed<'_> {
        Listed { kind: self.kind, keys: self.lineage.keys(), names: &[], parents: &[] }
    }

    fn listed(&self) -> Listed<'_> {
        Listed { kind: self.kind, keys: &self.keys, names: &self.names, parents: &[] }
    }
}

fn towns() -> Layer {
    Layer::new("towns", KeyKind::Ags, &[("03358002", "Bispingen"), ("03358008", "Bad Fallingbostel")])
}

fn run(indicator: &IndicatorConfig, tables: &[&Table], layers: &[&Layer]) -> (Vec<RawSeries>, Report) {
    let mut report = Report::default();
    let listed = layers.iter().map(|layer| layer.listed());
    let directory = Directory::new(listed.chain(layers.iter().map(|layer| layer.former())).collect());
    let count = layers.len();
    let layers: Vec<LayerKeys<'_>> = (0..).zip(layers).map(|(position, layer)| layer.of(position, count)).collect();
    (join(indicator, tables, &layers, &directory, &Hierarchy::default(), &mut report), report)
}

fn finding<'a>(report: &'a Report, code: &str) -> &'a Finding {
    let found = report.findings.iter().find(|finding| finding.code == code);
    found.unwrap_or_else(|| panic!("no {code} among {:?}", report.findings))
}

/// Numbers of a series in storage order; absent ones by their state.
fn listed(series: &RawSeries) -> Vec<String> {
    let show = |cell: &RawCell| cell.value.number().map_or(cell.value.state().to_string(), |number| number.to_string());
    series.cells.iter().map(show).collect()
}

#[test]
fn one_table_serves_municipalities_and_districts_at_once() {
    let districts = Layer::new("districts", KeyKind::District, &[("03358", "Heidekreis")]);
    let rows = table(&[
        ("03358002", "value", 2015, Figure::exact(6404.0)),
        ("03358", "value", 2015, Figure::exact(140_264.0)),
        ("03358008", "value", 2014, Figure::exact(10_900.0)),
        ("03358002", "other", 2013, Figure::exact(1.0)),
    ]);
    let (series, report) = run(&count(), &[&rows], &[&towns(), &districts]);
    assert_eq!(series[0].periods.iter().map(|period| period.as_year()).collect::<Vec<_>>(), [2014, 2015]);
    assert_eq!(listed(&series[0]), ["missing", "6404", "10900", "missing"]);
    assert_eq!(listed(&series[1]), ["140264"]);
    assert_eq!(series[0].cells[1].numerator, Some(Figure::exact(6404.0)));
    assert!(report.findings.is_empty(), "{:?}", report.findings);
}

#[test]
fn lost_zeros_are_one_finding_per_table() {
    let rows = table(&[("3358002", "value", 2015, Figure::exact(1.0)), ("3358008", "value", 2015, Figure::exact(2.0))]);
    let (series, report) = run(&count(), &[&rows], &[&towns()]);
    assert_eq!(listed(&series[0]), ["1", "2"]);
    let finding = finding(&report, "key-zero-restored");
    assert_eq!(finding.cases[1], Case::line(3).in_column("key").with_key("3358008").saying("read as 03358008"));
}

#[test]
fn every_key_without_partner_is_named_on_both_sides_with_its_nearest() {
    let towns = Layer::new("towns", KeyKind::Ags, &[("03358002", "Bispingen"), ("03358024", "Walsrode")]);
    let rows = table(&[
        ("03358002", "value", 2015, Figure::exact(1.0)),
        ("03358004", "value", 2015, Figure::exact(2.0)),
        ("03358401", "value", 2015, Figure::exact(3.0)),
    ]);
    let (_, report) = run(&count(), &[&rows], &[&towns]);
    let unknown = finding(&report, "key-unknown");
    let details: Vec<&str> = unknown.cases.iter().map(|case| &*case.detail).collect();
    assert_eq!(details, ["nearest: 03358024 Walsrode"]);
    assert_eq!(finding(&report, "key-other-level").cases, [Case::detail("1 key, such as 03358401")]);
    let without = finding(&report, "area-without-value");
    assert_eq!(without.message, "1 of 2 areas of layer \"towns\" has no value");
    assert_eq!(without.cases, [Case::key("03358024").saying("Walsrode; rows without area: 03358004")]);
}

#[test]
fn a_table_of_all_germany_does_not_drown_the_report() {
    let mut rows = vec![
        ("DG".to_owned(), Figure::exact(9.0)),
        ("03".to_owned(), Figure::exact(8.0)),
        ("03358002".to_owned(), Figure::exact(7.0)),
        ("03358099".to_owned(), Figure::exact(7.0)),
    ];
    rows.extend((0..500).map(|town| (format!("091{town:05}"), Figure::exact(1.0))));
    let rows: Vec<(&str, &str, i16, Figure)> =
        rows.iter().map(|(key, figure)| (key.as_str(), "value", 2015, *figure)).collect();
    let (_, report) = run(&count(), &[&table(&rows)], &[&towns()]);
    assert_eq!(finding(&report, "key-unknown").cases.len(), 1);
    assert_eq!(
        finding(&report, "key-elsewhere").cases,
        [Case::detail("500 keys, such as 09100000, 09100001, 09100002")]
    );
    assert_eq!(finding(&report, "key-other-level").cases, [Case::detail("2 keys, such as DG, 03")]);
}

#[test]
fn ten_indicators_from_one_table_give_one_finding() {
    let rows =
        table(&[("03358002", "value", 2015, Figure::exact(1.0)), ("03358004", "value", 2015, Figure::exact(1.0))]);
    let (towns, mut report) = (towns(), Report::default());
    for _ in 0..10 {
        let directory = Directory::new(vec![towns.listed()]);
        join(&count(), &[&rows], &[towns.of(0, 1)], &directory, &Hierarchy::default(), &mut report);
    }
    assert_eq!(report.findings.iter().filter(|finding| finding.code == "key-unknown").count(), 1);
    assert_eq!(finding(&report, "key-unknown").cases.len(), 1);
}

#[test]
fn a_share_keeps_its_counts_for_the_gate_and_only_common_periods() {
    let rows = table(&[
        ("03358002", "a", 2015, Figure::exact(3.0)),
        ("03358002", "b", 2015, Figure::exact(40.0)),
        ("03358002", "b", 2014, Figure::exact(39.0)),
        ("03358002", "a", 2016, Figure::exact(4.0)),
        ("03358008", "a", 2015, Figure::absent(State::Suppressed)),
        ("03358008", "b", 2015, Figure::exact(50.0)),
    ]);
    let (series, report) = run(&share(), &[&rows], &[&towns()]);
    assert_eq!(series[0].periods, [Period::year(2015).expect("a year")]);
    assert_eq!(listed(&series[0]), ["7.5", "suppressed"]);
    let kept = (series[0].cells[0].numerator, series[0].cells[0].denominator);
    assert_eq!(kept, (Some(Figure::exact(3.0)), Some(Figure::exact(40.0))));
    assert_eq!(finding(&report, "denominator-lacks-period").cases, [Case::detail("2016")]);
}

#[test]
fn a_share_above_one_hundred_is_published_and_reported() {
    let rows = table(&[("03358002", "a", 2015, Figure::exact(50.0)), ("03358002", "b", 2015, Figure::exact(40.0))]);
    let (series, report) = run(&share(), &[&rows], &[&towns()]);
    assert_eq!(listed(&series[0])[0], "125");
    assert_eq!(finding(&report, "share-above-100").cases, [Case::key("03358002").saying("2015")]);
}

#[test]
fn a_count_below_zero_is_left_out_and_a_balance_is_not() {
    let rows =
        table(&[("03358002", "value", 2015, Figure::exact(-5.0)), ("03358008", "value", 2015, Figure::exact(1.0))]);
    let (series, report) = run(&count(), &[&rows], &[&towns()]);
    assert_eq!(listed(&series[0]), ["missing", "1"]);
    assert_eq!(finding(&report, "count-negative").cases[0].detail, "value 2015 is below 0");
    let balance = imported();
    let (series, _) = run(&balance, &[&rows], &[&towns()]);
    assert_eq!((listed(&series[0])[0].as_str(), series[0].cells[0].numerator), ("-5", None));
}

#[test]
fn a_balance_per_thousand_inhabitants_may_be_below_zero() {
    let formula = Formula::ratio(1000.0, &id("a"), &id("b"));
    let balance = IndicatorConfig { formula, ..share() };
    let rows = table(&[
        ("03358002", "a", 2015, Figure::exact(-12.0)),
        ("03358002", "b", 2015, Figure::exact(6000.0)),
        ("03358008", "a", 2015, Figure::exact(-12.0)),
        ("03358008", "b", 2015, Figure::exact(-1.0)),
    ]);
    let (series, report) = run(&balance, &[&rows], &[&towns()]);
    assert_eq!(listed(&series[0]), ["-2", "missing"]);
    let refused = finding(&report, "count-negative");
    assert_eq!(refused.cases, [Case::line(5).with_key("03358008").saying("b 2015 is below 0")]);
    let privacy = PrivacyRule { min_numerator: Some(5), ..PrivacyRule::default() };
    let (_, report) = run(&IndicatorConfig { privacy, ..balance }, &[&rows], &[&towns()]);
    assert_eq!(finding(&report, "count-negative").cases.len(), 3);
}

#[test]
fn of_two_tables_with_the_same_figure_the_first_counts() {
    let first = table(&[
        ("03358002", "value", 2015, Figure::exact(1.0)),
        ("03358008", "value", 2015, Figure::absent(State::Missing)),
    ]);
    let mut second =
        table(&[("3358002", "value", 2015, Figure::exact(2.0)), ("03358008", "value", 2015, Figure::exact(3.0))]);
    second.path = PathBuf::from("y.csv");
    let (series, report) = run(&count(), &[&first, &second], &[&towns()]);
    assert_eq!(listed(&series[0]), ["1", "3"]);
    let twice = finding(&report, "duplicate-row");
    assert_eq!(twice.file, Some(PathBuf::from("y.csv")));
    assert_eq!(twice.cases[0].detail, "2015 has its figure from x.csv in line 2 already");
}

#[test]
fn what_one_table_keeps_secret_no_other_table_gives_away() {
    let given = table(&[("03358002", "value", 2023, Figure::exact(7.0))]);
    let mut secret = table(&[("3358002", "value", 2023, Figure::absent(State::Suppressed))]);
    secret.path = PathBuf::from("y.csv");
    for tables in [[&given, &secret], [&secret, &given]] {
        let (series, report) = run(&count(), &tables, &[&towns()]);
        assert_eq!(listed(&series[0])[0], "suppressed");
        let found = finding(&report, "suppressed-and-given");
        assert_eq!((found.severity, &found.file), (Severity::Warning, &Some(PathBuf::from("x.csv"))));
        assert_eq!(found.cases, [Case::line(2).with_key("03358002").saying("2023 is suppressed by y.csv in line 2")]);
        assert!(!report.findings.iter().any(|finding| finding.code == "duplicate-row"));
    }
}

#[test]
fn a_secret_numerator_wins_over_a_number_from_another_table() {
    let given = table(&[("03358002", "a", 2023, Figure::exact(7.0)), ("03358002", "b", 2023, Figure::exact(70.0))]);
    let secret = table(&[("03358002", "a", 2023, Figure::absent(State::Suppressed))]);
    for tables in [[&given, &secret], [&secret, &given]] {
        let (series, _) = run(&share(), &tables, &[&towns()]);
        assert_eq!(listed(&series[0])[0], "suppressed");
    }
}

#[test]
fn an_unknown_measure_is_an_error_that_names_the_known_ones() {
    let rows = table(&[("03358002", "valu", 2015, Figure::exact(1.0)), ("03358002", "x", 2015, Figure::exact(1.0))]);
    let (series, report) = run(&count(), &[&rows], &[&towns()]);
    assert_eq!(series[0].cells.len(), 0);
    let unknown = finding(&report, "measure-unknown");
    assert_eq!(
        (unknown.severity, &*unknown.advice),
        (Severity::Error, "the tables have: valu, x; the nearest is valu")
    );
    assert_eq!(finding(&report, "nothing-joined").severity, Severity::Error);
}

#[test]
fn a_privacy_rule_that_cannot_be_applied_is_reported() {
    let rule = PrivacyRule { min_numerator: Some(5), min_denominator: Some(30), ..PrivacyRule::default() };
    let rows = table(&[("03358002", "value", 2015, Figure::exact(1.0))]);
    let (_, report) = run(&IndicatorConfig { privacy: rule.clone(), ..count() }, &[&rows], &[&towns()]);
    assert_eq!(finding(&report, "privacy-rule-idle").cases[0].column.as_deref(), Some("privacy.min_denominator"));
    let imported = IndicatorConfig { privacy: rule, ..imported() };
    let (_, report) = run(&imported, &[&rows], &[&towns()]);
    assert_eq!(finding(&report, "privacy-rule-idle").cases.len(), 2);
}

#[test]
fn own_keys_are_joined_as_text_and_mistyped_ones_are_matched_by_name() {
    let quarters = Layer::new("quarters", KeyKind::Own, &[("HK-01", "Soltau Mitte"), ("HK-02", "Soltau Süd")]);
    let rows =
        table(&[("HK-01", "value", 2015, Figure::exact(1.0)), ("Soltau Südd", "value", 2015, Figure::exact(1.0))]);
    let (_, report) = run(&count(), &[&rows], &[&quarters]);
    assert!(finding(&report, "key-unknown").cases[0].detail.starts_with("nearest: HK-02 Soltau Süd"));
}

#[test]
fn a_layer_of_all_municipalities_with_many_years_is_joined_quickly() {
    let list: Vec<(String, String)> =
        (0..11_000).map(|town| (format!("{:02}{:06}", 1 + town % 16, town), format!("Ort {town}"))).collect();
    let names: Vec<(&str, &str)> = list.iter().map(|(key, name)| (key.as_str(), name.as_str())).collect();
    let towns = Layer::new("towns", KeyKind::Ags, &names);
    let mut rows = Table { keys: list.iter().map(|(key, _)| key.clone()).collect(), ..Table::default() };
    rows.measures = (0..10).map(|measure| id(&format!("m{measure}"))).collect();
    for key in 0..11_000 {
        for year in 2000..2020 {
            for measure in 0..10 {
                let (period, figure) = (Period::year(year).expect("a year"), Figure::exact(f64::from(key)));
                rows.values.push(RawValue { line: 1, key, measure, period, figure });
            }
        }
    }
    // Two of the ten: an unoptimised build takes seconds for all. With optimisation ten indicators take
    // about 0.4 s of CPU; the bound only catches what grows with the square of the areas.
    let started = std::time::Instant::now();
    for measure in 0..2 {
        let formula = Formula::measure(id(&format!("m{measure}")), Measure::Count);
        let (series, _) = run(&IndicatorConfig { formula, ..count() }, &[&rows], &[&towns]);
        assert_eq!(series[0].cells.len(), 220_000);
        assert_eq!(series[0].cells[20 * 77].value.number(), Some(77.0));
    }
    assert!(started.elapsed().as_secs() < 30, "{:?}", started.elapsed());
}

#[test]
fn joining_is_the_same_every_time() {
    let rows: BTreeMap<String, f64> = (0..40).map(|town| (format!("033580{town:02}"), f64::from(town))).collect();
    let rows: Vec<(&str, &str, i16, Figure)> =
        rows.iter().map(|(key, number)| (key.as_str(), "value", 2015, Figure::exact(*number))).collect();
    let first = run(&count(), &[&table(&rows)], &[&towns()]);
    for _ in 0..5 {
        assert_eq!(run(&count(), &[&table(&rows)], &[&towns()]), first);
    }
}

#[test]
fn a_dash_in_a_column_of_means_is_told_with_key_and_year_and_one_of_counts_is_not() {
    let mut rows = table(&[
        ("03358002", "value", 2023, Figure::exact(4.5)),
        ("03358002", "value", 2024, Figure::exact(0.0)),
        ("03358008", "value", 2024, Figure::exact(0.0)),
        ("99999999", "value", 2024, Figure::exact(0.0)),
    ]);
    // line 4 was written as 0, and nothing is published of the last key
    rows.dashes = vec![1, 3];
    let mean = imported();
    let (_, report) = run(&mean, &[&rows], &[&towns()]);
    let found = finding(&report, "dash-in-ratio");
    assert_eq!(found.severity, Severity::Warning);
    assert!(found.message.starts_with("1 dash in a column of rates, means or indices is read"), "{}", found.message);
    assert_eq!(found.cases, [Case::line(3).with_key("03358002").saying("2024")]);
    assert!(found.advice.contains("write x"), "{}", found.advice);
    let (_, report) = run(&count(), &[&rows], &[&towns()]);
    assert!(report.findings.iter().all(|finding| finding.code != "dash-in-ratio"));
}

fn levels() -> [Layer; 3] {
    [
        Layer::new("towns", KeyKind::Ags, &[("03358001", "Ahlden (Aller)"), ("03358002", "Bispingen")]),
        Layer::new("groups", KeyKind::Association, &[("033585401", "Ahlden"), ("033580002", "Bispingen")]),
        Layer::new("districts", KeyKind::District, &[("03358", "Heidekreis")]),
    ]
}

#[test]
fn the_mixed_keys_of_the_statistics_offices_are_joined_level_by_level() {
    let [towns, groups, districts] = levels();
    let rows = table(&[
        ("DG", "value", 2015, Figure::exact(82_175_684.0)),
        ("03358", "value", 2015, Figure::exact(140_264.0)),
        ("03358002", "value", 2015, Figure::exact(6404.0)),
        ("03358401", "value", 2015, Figure::exact(7034.0)),
        ("03358401001", "value", 2015, Figure::exact(1518.0)),
    ]);
    let (series, report) = run(&count(), &[&rows], &[&towns, &groups, &districts]);
    assert_eq!(listed(&series[0]), ["1518", "6404"]);
    assert_eq!(listed(&series[1]), ["7034", "6404"]);
    assert_eq!(listed(&series[2]), ["140264"]);
    let codes: Vec<&str> = report.findings.iter().map(|finding| finding.code).collect();
    assert_eq!(codes, ["key-respelled", "key-of-same-area", "key-other-level"], "{:?}", report.findings);
    assert_eq!(finding(&report, "key-of-same-area").cases, [Case::detail("1 key, such as 03358002")]);
    let member = "1 key, such as 03358401001: a member municipality in the statistics offices' spelling";
    assert!(finding(&report, "key-respelled").cases.contains(&Case::detail(member)));
}

#[test]
fn a_row_of_its_own_comes_before_that_of_the_same_area_under_another_key() {
    let [towns, groups, _] = levels();
    let (lent, own) = (Figure::exact(6404.0), Figure::new(6400.0, State::Rounded));
    let rows = [("03358002", "value", 2015, lent), ("033580002", "value", 2015, own)];
    let both = [table(&rows), table(&[rows[1], rows[0]])];
    for rows in &both {
        let (series, report) = run(&count(), &[rows], &[&towns, &groups]);
        assert_eq!((listed(&series[0])[1].as_str(), listed(&series[1])[1].as_str()), ("6404", "6400"));
        assert!(!report.findings.iter().any(|finding| finding.code == "duplicate-row"), "{:?}", report.findings);
    }
    let secret = [rows[0], ("033580002", "value", 2015, Figure::absent(State::Suppressed))];
    let (series, _) = run(&count(), &[&table(&secret)], &[&towns, &groups]);
    assert_eq!((listed(&series[0])[1].as_str(), listed(&series[1])[1].as_str()), ("suppressed", "suppressed"));
}

#[test]
fn names_are_read_in_a_table_of_names_and_not_in_one_of_the_whole_country() {
    let [towns, ..] = levels();
    let own = table(&[
        ("  Bispingen", "value", 2015, Figure::exact(6404.0)),
        ("Ahlden (Aller)", "value", 2015, Figure::exact(1518.0)),
    ]);
    let (series, report) = run(&count(), &[&own], &[&towns]);
    assert_eq!(listed(&series[0]), ["1518", "6404"]);
    let named = finding(&report, "key-by-name");
    assert_eq!((named.severity, named.cases.len()), (Severity::Warning, 2));
    assert_eq!(named.cases[0].detail, "read as 03358002 Bispingen");
    let country = ["Bispingen", "Aachen", "Aalen", "Abensberg"].map(|name| (name, "value", 2015, Figure::exact(1.0)));
    let (_, report) = run(&count(), &[&table(&country)], &[&towns]);
    assert_eq!(finding(&report, "key-unknown").cases[0].detail, "nearest: 03358002 Bispingen");
}

/// The layer of today, with the reforms behind it: `(from, to, first day, share)`.
fn with_reforms(mut layer: Layer, rows: &[(&str, &str, &str, f64)]) -> Layer {
    let row = |(from, to, date, share): &(&str, &str, &str, f64)| Succession {
        from: (*from).to_owned(),
        to: (*to).to_owned(),
        date: Date::read(date).expect("a day"),
        shares: Shares { population: Some(*share), area: Some(1.0 - *share), employees: None },
        line: 0,
    };
    let successions = Successions { rows: rows.iter().map(row).collect(), ..Successions::default() };
    layer.lineage = Lineage::new(&successions, layer.kind, &layer.keys, None);
    layer
}

fn walsrode() -> Layer {
    let layer = Layer::new("towns", KeyKind::Ags, &[("03358002", "Bispingen"), ("03358024", "Walsrode")]);
    with_reforms(layer, &[("03358004", "03358024", "2020-01-01", 1.0), ("03358022", "03358024", "2020-01-01", 1.0)])
}

#[test]
fn merged_areas_are_summed_up_and_marked() {
    let rows = table(&[
        ("03358002", "value", 2015, Figure::exact(6404.0)),
        ("03358004", "value", 2015, Figure::exact(6951.0)),
        ("03358022", "value", 2015, Figure::exact(23_219.0)),
        ("03358024", "value", 2021, Figure::exact(30_218.0)),
    ]);
    let (series, report) = run(&count(), &[&rows], &[&walsrode()]);
    assert_eq!(listed(&series[0]), ["6404", "missing", "30170", "30218"]);
    assert_eq!(series[0].cells[2].value.state(), State::Exact);
    assert_eq!(series[0].converted().collect::<Vec<_>>(), [2]);
    let parts: Vec<Option<f64>> = series[0].former[&2].iter().map(|cell| cell.value.number()).collect();
    assert_eq!(parts, [Some(6951.0), Some(23_219.0)]);
    let noted = &finding(&report, "figures-converted").cases;
    assert_eq!(noted, &[Case::key("03358024 Walsrode").saying("2015 from 03358004, 03358022")]);
    assert!(!report.findings.iter().any(|finding| finding.code == "key-unknown"), "{:?}", report.findings);
}

#[test]
fn what_is_known_of_no_part_or_not_of_all_is_not_made_up() {
    for (state, expected) in
        [(State::Suppressed, "suppressed"), (State::Pending, "pending"), (State::NotApplicable, "not_applicable")]
    {
        let rows = table(&[
            ("03358004", "value", 2015, Figure::absent(state)),
            ("03358022", "value", 2015, Figure::exact(23_219.0)),
        ]);
        let (series, _) = run(&count(), &[&rows], &[&walsrode()]);
        assert_eq!(listed(&series[0])[1], expected);
    }
    let rows = table(&[("03358022", "value", 2015, Figure::exact(23_219.0))]);
    let (series, report) = run(&count(), &[&rows], &[&walsrode()]);
    assert!(series[0].cells.is_empty() && series[0].former.is_empty());
    assert_eq!(finding(&report, "conversion-incomplete").cases, [Case::key("03358024 Walsrode").saying("2015")]);
}

#[test]
fn ratios_are_computed_from_converted_counts_and_imported_ones_are_refused() {
    let rows = table(&[
        ("03358004", "a", 2015, Figure::exact(100.0)),
        ("03358004", "b", 2015, Figure::exact(1000.0)),
        ("03358022", "a", 2015, Figure::exact(900.0)),
        ("03358022", "b", 2015, Figure::exact(3000.0)),
    ]);
    let (series, _) = run(&share(), &[&rows], &[&walsrode()]);
    assert_eq!(listed(&series[0])[1], "25", "not the mean of 10 and 30");
    let formula = Formula::measure(id("value"), Measure::Ratio);
    let imported = IndicatorConfig { measure: Measure::Ratio, formula, ..count() };
    let rows = table(&[
        ("03358002", "value", 2015, Figure::exact(1.0)),
        ("03358004", "value", 2015, Figure::exact(10.0)),
        ("03358022", "value", 2015, Figure::exact(30.0)),
    ]);
    let (series, report) = run(&imported, &[&rows], &[&walsrode()]);
    assert_eq!(listed(&series[0])[1], "missing");
    let refused = finding(&report, "conversion-refused");
    assert!(refused.message.starts_with("ratios of former areas cannot be converted"));
    assert_eq!(refused.cases, [Case::key("03358024 Walsrode").saying("2015")]);
    let renamed = Layer::new("towns", KeyKind::Ags, &[("03358024", "Walsrode")]);
    let renamed = with_reforms(renamed, &[("03358022", "03358024", "2020-01-01", 1.0)]);
    let (series, _) = run(&imported, &[&rows], &[&renamed]);
    assert_eq!(
        (listed(&series[0])[0].as_str(), series[0].converted().count()),
        ("30", 0),
        "the same area under another key"
    );
}

#[test]
fn a_divided_area_is_shared_out_by_the_weight_of_the_measure() {
    let layer = || {
        let layer = Layer::new("towns", KeyKind::Ags, &[("03351001", "Nord"), ("03351002", "Süd")]);
        let reform = "2016-11-01";
        with_reforms(
            layer,
            &[
                ("03351001", "03351001", reform, 0.75),
                ("03351001", "03351002", reform, 0.25),
                ("03351002", "03351002", reform, 1.0),
            ],
        )
    };
    let rows = table(&[
        ("03351001", "value", 2015, Figure::exact(1000.0)),
        ("03351002", "value", 2015, Figure::exact(10.0)),
        ("03351001", "value", 2016, Figure::exact(760.0)),
        ("03351002", "value", 2016, Figure::exact(261.0)),
    ]);
    let (series, _) = run(&count(), &[&rows], &[&layer()]);
    assert_eq!(listed(&series[0]), ["750", "760", "260", "261"]);
    let states: Vec<State> = series[0].cells.iter().map(|cell| cell.value.state()).collect();
    assert_eq!(states, [State::Estimated, State::Exact, State::Estimated, State::Exact]);
    // all of it went whole by land in this reform, or it is not said
    let by = |weight| IndicatorConfig { conversion: BTreeMap::from([(id("value"), weight)]), ..count() };
    let (series, _) = run(&by(Weight::Area), &[&rows], &[&layer()]);
    assert_eq!(listed(&series[0])[0], "250");
    let (series, report) = run(&by(Weight::Employees), &[&rows], &[&layer()]);
    assert_eq!(listed(&series[0]), ["760", "261"]);
    assert!(finding(&report, "conversion-refused").message.contains("the share by which"));
}

#[test]
fn a_table_that_names_its_territory_is_read_by_it() {
    let layer = || {
        let layer = Layer::new("towns", KeyKind::Ags, &[("03351002", "Süd")]);
        with_reforms(layer, &[("03351001", "03351002", "2016-11-01", 1.0), ("03351002", "03351002", "2016-11-01", 1.0)])
    };
    // counted by the areas of 2022, back to 2015: nothing is to be added
    let rows =
        table(&[("03351002", "value", 2015, Figure::exact(100.0)), ("03351002", "value", 2022, Figure::exact(110.0))]);
    let territory = Date::read("2022-12-31");
    let config = TableConfig {
        path: PathBuf::new(),
        key: String::new(),
        layout: TableLayout::Years { measure: id("value") },
        delimiter: None,
        encoding: None,
        decimal: None,
        territory,
    };
    let (series, _) = run(&IndicatorConfig { tables: vec![config], ..count() }, &[&rows], &[&layer()]);
    assert_eq!((listed(&series[0]), series[0].converted().count()), (vec!["100".to_owned(), "110".to_owned()], 0));
    // by the areas of its own year, half of it is not there
    let (series, _) = run(&count(), &[&rows], &[&layer()]);
    assert_eq!(listed(&series[0]), ["110"]);
}

#[test]
fn a_figure_that_a_table_gives_for_before_is_published_and_compared() {
    let rows = table(&[
        ("03358004", "value", 2015, Figure::exact(6951.0)),
        ("03358022", "value", 2015, Figure::exact(23_219.0)),
        ("03358024", "value", 2015, Figure::exact(30_000.0)),
    ]);
    let (series, report) = run(&count(), &[&rows], &[&walsrode()]);
    assert_eq!((listed(&series[0])[1].as_str(), series[0].converted().count()), ("30000", 0));
    let differs = finding(&report, "conversion-differs");
    assert_eq!(differs.cases[0].detail, "2015: 30000, and its parts 30170");
}
