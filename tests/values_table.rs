//! Real tables, read and joined as a planner would describe them. The files lie beside the project;
//! where they are absent, the tests say so and pass.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use kreisel::area::{AreaKey, Directory, KeyKind, Listed};
use kreisel::config::{
    Breaks, ClassesConfig, Direction, Formula, IndicatorConfig, IndicatorId, LayerId, Measure, MeasureId, PeriodStates,
    PrivacyRule, Provenance, TableConfig, TableLayout, Text,
};
use kreisel::delimited;
use kreisel::indicator::{Hierarchy, LayerKeys, RawSeries, join};
use kreisel::report::{Finding, Report, Severity};
use kreisel::succession::Lineage;
use kreisel::table::{self, Table};
use kreisel::value::{Period, State};

/// A file of the shared indicator tables, if they are there.
#[expect(clippy::print_stderr, reason = "a test that passes without its data has to say so")]
fn shared(file: &str) -> Option<PathBuf> {
    let path = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data/indicators")).join(file);
    if path.exists() {
        return Some(path);
    }
    eprintln!("skipped: {} is absent", path.display());
    None
}

fn id(id: &str) -> MeasureId {
    MeasureId::new(id).expect("an id")
}

fn config(path: PathBuf, key: &str, layout: TableLayout) -> TableConfig {
    TableConfig { path, key: key.to_owned(), layout, delimiter: None, encoding: None, decimal: None, territory: None }
}

fn measures(columns: &[(&str, &str)], period: Option<i16>, period_column: Option<&str>) -> TableLayout {
    TableLayout::Measures {
        period: period.and_then(Period::year),
        period_column: period_column.map(str::to_owned),
        columns: columns
            .iter()
            .map(|(column, measure)| ((*column).to_owned(), id(measure)))
            .collect::<BTreeMap<_, _>>(),
    }
}

fn open(config: &TableConfig) -> (Table, Report) {
    let mut report = Report::default();
    let table = table::open(config, &mut report).expect("reads");
    (table, report)
}

fn text() -> Text {
    Text { de: String::new(), en: String::new() }
}

fn imported(value: &str, measure: Measure) -> IndicatorConfig {
    IndicatorConfig {
        id: IndicatorId::new(value).expect("an id"),
        file: PathBuf::from("indicators/real.toml"),
        title: text(),
        description: text(),
        theme: String::new(),
        order: 0,
        unit: text(),
        decimals: 2,
        direction: Direction::Neither,
        measure,
        layers: Vec::new(),
        caveat: None,
        statistic: None,
        formula: Formula::measure(id(value), measure),
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
        provenance: Provenance {
            source: text(),
            url: None,
            date: None,
            license: String::new(),
            license_url: None,
            attribution: String::new(),
            invented: false,
            described_in: PathBuf::new(),
        },
    }
}

/// The areas of the Heidekreis from 2020 on.
const TOWNS: [(&str, &str); 9] = [
    ("03358002", "Bispingen"),
    ("03358008", "Bad Fallingbostel"),
    ("03358016", "Munster"),
    ("03358017", "Neuenkirchen"),
    ("03358019", "Schneverdingen"),
    ("03358021", "Soltau"),
    ("03358023", "Wietzendorf"),
    ("03358024", "Walsrode"),
    ("03358501", "Osterheide"),
];
const ASSOCIATIONS: [(&str, &str); 4] =
    [("033585401", "Ahlden"), ("033585402", "Rethem/Aller"), ("033585403", "Schwarmstedt"), ("033580024", "Walsrode")];
const DISTRICTS: [(&str, &str); 3] = [("03351", "Celle"), ("03358", "Heidekreis"), ("03361", "Verden")];

/// Joins a table to one layer.
fn joined(table: &Table, indicator: &IndicatorConfig, kind: KeyKind, list: &[(&str, &str)]) -> (RawSeries, Report) {
    let keys: Vec<AreaKey> = list.iter().map(|(key, _)| AreaKey::read(key, kind).expect("a key").key).collect();
    let names: Vec<String> = list.iter().map(|(_, name)| (*name).to_owned()).collect();
    let layer = LayerId::new("areas").expect("an id");
    let mut report = Report::default();
    let layers = [LayerKeys {
        layer: &layer,
        kind,
        keys: &keys,
        names: &names,
        in_directory: 0,
        valid: &[],
        lineage: &Lineage::default(),
        former_in_directory: None,
    }];
    let directory = Directory::new(vec![Listed { kind, keys: &keys, names: &names, parents: &[] }]);
    let series = join(indicator, &[table], &layers, &directory, &Hierarchy::default(), &mut report);
    (series.into_iter().next().expect("one layer"), report)
}

fn finding<'a>(report: &'a Report, code: &str) -> &'a Finding {
    let found = report.findings.iter().find(|finding| finding.code == code);
    found.unwrap_or_else(|| panic!("no {code} among {:?}", report.findings))
}

/// What the report says of one key.
fn detail<'a>(report: &'a Report, code: &str, key: &str) -> &'a str {
    let case = finding(report, code).cases.iter().find(|case| case.key.as_deref() == Some(key));
    case.map_or("", |case| &case.detail)
}

/// The number of an area (by position) and year.
fn number(series: &RawSeries, feature: usize, year: i16) -> Option<f64> {
    let period = series.periods.iter().position(|period| period.as_year() == year)?;
    series.cells[feature * series.periods.len() + period].value.number()
}

/// The last cell of the line with a beginning, as text: independent of the reader, and right where the
/// last column is not quoted.
fn last_cell(path: &Path, start: &str, separator: char) -> String {
    let text = delimited::read_text(path, None).expect("reads").text;
    let line = text.lines().find(|line| line.starts_with(start)).unwrap_or_else(|| panic!("no line {start}"));
    line.rsplit(separator).next().expect("a cell").to_owned()
}

#[test]
fn the_deprivation_index_of_districts_is_read_over_24_years() {
    let Some(path) = shared("gisd/GISD_Niedersachsen_Kreis.csv") else { return };
    let layout = measures(&[("gisd_score", "gisd")], None, Some("year"));
    let (table, report) = open(&config(path.clone(), "kreis_id", layout));
    assert_eq!((table.values.len(), table.keys.len()), (1080, 45));
    assert_eq!(report.findings, []);
    let (series, report) = joined(&table, &imported("gisd", Measure::Ratio), KeyKind::District, &DISTRICTS);
    assert_eq!((series.periods.len(), series.cells.len()), (24, 72));
    assert_eq!(number(&series, 1, 2010), last_cell(&path, "03358,Heidekreis,2010", ',').parse().ok());
    // the other 42 districts of the state are named, once each and not once per year
    assert_eq!(finding(&report, "key-unknown").cases.len(), 42);
}

#[test]
fn the_deprivation_index_of_associations_is_joined_by_nine_digits() {
    let Some(path) = shared("gisd/GISD_Niedersachsen_Gemeindeverband.csv") else { return };
    let layout = measures(&[("gisd_score", "gisd")], None, Some("year"));
    let (table, _) = open(&config(path, "gvb_id", layout));
    assert_eq!(table.values.len(), 9720);
    let (series, report) = joined(&table, &imported("gisd", Measure::Ratio), KeyKind::Association, &ASSOCIATIONS);
    assert!(series.cells.iter().all(|cell| cell.value.state() == State::Exact));
    // the Einheitsgemeinden of the county that this layer leaves out are named; others are counted
    let unknown = &finding(&report, "key-unknown").cases;
    assert!(unknown.iter().all(|case| case.key.as_ref().is_some_and(|key| key.starts_with("03358"))));
    assert_eq!(finding(&report, "key-elsewhere").cases.len(), 1);
    assert!(report.findings.iter().all(|finding| finding.severity < Severity::Error));
}

#[test]
fn shares_whose_keys_lost_their_zero_are_repaired_and_the_second_group_is_reported() {
    let Some(path) = shared("kita/kinderbetreuungsquote_kreise.csv") else { return };
    let (table, report) = open(&config(path, "krs", measures(&[("value", "day_care")], Some(2016), None)));
    assert_eq!(table.values.len(), 403);
    // both age groups stand below each other, and nothing in this description tells them apart
    assert!(finding(&report, "duplicate-value").message.starts_with("403 figures"));
    let (series, report) = joined(&table, &imported("day_care", Measure::Ratio), KeyKind::District, &DISTRICTS);
    assert_eq!(number(&series, 1, 2016), Some(0.067));
    assert_eq!(finding(&report, "key-zero-restored").cases.len(), 3);
}

#[test]
fn income_tax_with_two_header_lines_and_decimal_commas_in_latin_1_is_a_table_of_years() {
    let Some(path) = shared("inkar/IRIS_Einkommenssteuer_Gemeindeverbaende_2022.csv") else { return };
    let layout = TableLayout::Years { measure: id("income_tax") };
    let (table, report) = open(&config(path.clone(), "Gebietskennziffer", layout));
    let lines = delimited::read_text(&path, None).expect("reads").text.lines().count();
    assert!(table.values.len() > (lines - 10) * 25, "{} of {lines} lines", table.values.len());
    assert!(report.facts[0].text.contains("windows-1252"), "{}", report.facts[0].text);
    assert_eq!(report.count(Severity::Warning), 0, "{:?}", report.findings);
    let (series, _) = joined(&table, &imported("income_tax", Measure::Ratio), KeyKind::Association, &ASSOCIATIONS);
    assert_eq!(series.periods.len(), 25);
    let text = last_cell(&path, "033585401;", ';');
    assert_eq!(number(&series, 0, 2022), text.replace(',', ".").parse().ok());
}

#[test]
fn the_first_header_of_two_makes_the_second_a_note() {
    let Some(path) = shared("inkar/IRIS_Einkommenssteuer_Gemeindeverbaende_2022.csv") else { return };
    let layout = measures(&[("q_einkst_bev22", "income_tax")], Some(2022), None);
    let (table, report) = open(&config(path, "gemeindeve22", layout));
    assert!(table.keys.iter().all(|key| key.bytes().all(|byte| byte.is_ascii_digit())));
    assert_eq!(finding(&report, "row-header").cases[0].line, Some(2));
}

#[test]
fn doctors_by_region_are_tidy_with_names_as_measures_and_district_keys_with_zeros_behind() {
    let Some(path) = shared("versorgung/einwohner_je_arzt_kreisregion_2010_2016.csv") else { return };
    let layout = TableLayout::Tidy {
        period: "year".to_owned(),
        measure: "category".to_owned(),
        value: "value".to_owned(),
        state: None,
        territory: None,
    };
    let (table, report) = open(&config(path, "KREG", layout));
    assert_eq!((table.values.len(), table.measures.len()), (1444, 2));
    assert_eq!(finding(&report, "measure-renamed").cases.len(), 2);
    assert_eq!(report.count(Severity::Warning), 0, "{:?}", report.findings);
    // 3358000 is the district with 000 behind it and without its zero
    let (series, report) = joined(&table, &imported("haus", Measure::Ratio), KeyKind::District, &DISTRICTS);
    assert_eq!((number(&series, 1, 2010), number(&series, 1, 2016)), (Some(1_814.293_333_333_3), Some(1_735.031_847)));
    assert_eq!(detail(&report, "key-zero-restored", "3358000"), "read as 03358");
    assert!(!report.findings.iter().any(|finding| finding.code == "key-of-same-area"), "{:?}", report.findings);
}

#[test]
fn distances_by_region_are_read_with_their_one_column() {
    let Some(path) = shared("versorgung/entfernung_hausarzt_kreisregion.csv") else { return };
    let (table, report) = open(&config(path, "KREG", measures(&[("value", "distance")], Some(2016), None)));
    assert_eq!((table.values.len(), report.count(Severity::Warning)), (361, 0), "{:?}", report.findings);
}

#[test]
fn pharmacies_are_joined_and_associations_in_the_offices_spelling_are_explained() {
    let Some(path) = shared("versorgung/apotheken_osm_je_gemeinde_2023.csv") else { return };
    let (table, _) = open(&config(path, "gkz", measures(&[("apotheken_osm", "pharmacies")], Some(2023), None)));
    assert_eq!(table.values.len(), 3063);
    let (series, report) = joined(&table, &imported("pharmacies", Measure::Count), KeyKind::Ags, &TOWNS);
    assert_eq!((number(&series, 5, 2023), number(&series, 7, 2023)), (Some(5.0), Some(5.0)));
    assert!(!report.findings.iter().any(|finding| finding.code == "key-unknown"), "{:?}", report.findings);
    assert!(finding(&report, "key-other-level").cases[0].detail.starts_with("108 keys, such as 03151401"));
    assert!(finding(&report, "key-elsewhere").cases[0].detail.starts_with("2948 keys, such as 01001000"));
    assert_eq!(finding(&report, "area-without-value").message, "2 of 9 areas of layer \"areas\" have no value");
    let (series, report) = joined(&table, &imported("pharmacies", Measure::Count), KeyKind::Association, &ASSOCIATIONS);
    assert_eq!((number(&series, 0, 2023), number(&series, 2, 2023)), (Some(1.0), Some(2.0)));
    let spelling = "2 keys, such as 03358401, 03358403: a Samtgemeinde in the statistics offices' spelling";
    assert_eq!(finding(&report, "key-respelled").cases[0].detail, spelling);
    // that an association of its own is Walsrode, only a layer of municipalities would tell
    assert_eq!(detail(&report, "key-unknown", "03358024"), "nearest: 033580024 Walsrode (as association)");
}

#[test]
fn a_genesis_export_is_refused_with_a_reason() {
    for file in ["12411-01-01-5_00.csv.gz", "12411-01-01-4.csv.gz", "AI014-1_00.csv.gz"] {
        let Some(path) = shared(&format!("genesis/{file}")) else { return };
        let config = config(path, "key", TableLayout::Years { measure: id("population") });
        let error = table::open(&config, &mut Report::default()).expect_err("has no single header");
        assert_eq!(error.code(), "table-genesis");
        assert!(error.to_string().contains("several header rows"), "{error}");
    }
}

#[test]
fn a_workbook_is_refused_with_a_reason() {
    for file in ["gvisys/31122021_Auszug_GV.xlsx", "inkar/E_Schuldnerquote.xls"] {
        let Some(path) = shared(file) else { return };
        let config = config(path, "key", TableLayout::Years { measure: id("population") });
        let error = table::open(&config, &mut Report::default()).expect_err("is no text");
        assert!(error.to_string().contains("workbook"), "{error}");
    }
}
