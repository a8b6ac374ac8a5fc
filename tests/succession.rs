//! Territorial reforms: the bundled atlas with Walsrode and Bomlitz, and the conversion table of the BBSR. The table lies
//! beside the project and is no part of it; without it that test passes.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use calamine::{Data, Reader, Xlsx, open_workbook};
use kreisel::area::{AreaKey, Directory, KeyKind, Listed};
use kreisel::config::{
    Breaks, ClassesConfig, Direction, Formula, IndicatorConfig, IndicatorId, LayerId, Measure, MeasureId, PeriodStates,
    PrivacyRule, Provenance, Text,
};
use kreisel::indicator::{Hierarchy, LayerKeys, RawSeries, join};
use kreisel::release::{self, Audience, Release};
use kreisel::report::Report;
use kreisel::succession::{self, Lineage, Weight};
use kreisel::table::{RawValue, Table};
use kreisel::value::{Figure, Period, State};

fn bundled() -> Release {
    release::load(Path::new(env!("CARGO_MANIFEST_DIR"))).unwrap_or_else(|report| panic!("{:?}", report.findings))
}

/// The figures of one area by year, with their state and whether they were converted.
fn series(release: &Release, indicator: &str, layer: &str, key: &str) -> BTreeMap<i16, (Option<f64>, State, bool)> {
    let found = release.indicator(indicator).expect("an indicator");
    let layer = release.layer(layer).expect("a layer");
    let series = found.series(&layer.config.id, &Audience::Public).expect("a series");
    let (index, _) = layer.find(key).expect("an area");
    let value = |period: &Period| {
        let value = series.value(index, *period).expect("a period of the series");
        (period.as_year(), (value.number(), value.state(), series.is_converted(index, *period)))
    };
    series.periods().iter().map(value).collect()
}

#[test]
fn the_bundled_atlas_shows_walsrode_of_today_from_1997_on() {
    let release = bundled();
    for (layer, key) in [("municipalities", "03358024"), ("associations", "033580024")] {
        let walsrode = series(&release, "pop_total", layer, key);
        assert_eq!(walsrode.len(), 13);
        assert_eq!(walsrode[&2015], (Some(30_170.0), State::Exact, true), "{layer}");
        assert!(!walsrode[&2021].2, "{layer}");
        assert!(walsrode.iter().all(|(year, (number, _, converted))| number.is_some() && *converted == (*year < 2020)));
    }
    let former = |key| series(&release, "pop_total", "municipalities_2019", key);
    let (walsrode, bomlitz) = (former("03358022"), former("03358004"));
    assert_eq!((walsrode[&2015].0, bomlitz[&2015].0), (Some(23_219.0), Some(6_951.0)));
    assert!(!walsrode[&2015].2 && walsrode[&2021].0.is_none(), "the former areas keep their own figures and no others");
    // the whole county, each place counted once
    let towns = release.layer("municipalities").expect("a layer");
    let sum: f64 = towns
        .features
        .iter()
        .filter_map(|town| series(&release, "pop_total", "municipalities", &town.key)[&2015].0)
        .sum();
    assert_eq!((sum, series(&release, "pop_total", "districts", "03358")[&2015].0), (140_264.0, Some(140_264.0)));
    // a rate of converted counts: 93 inhabitants per square kilometre, from both counts and both areas
    let density = series(&release, "pop_density", "municipalities", "03358024");
    assert_eq!((density[&1997].0, density[&1997].2), (Some(93.0), true));
}

fn text() -> Text {
    Text { de: String::new(), en: String::new() }
}

/// A count that is converted by a weight.
fn count(weight: Weight) -> IndicatorConfig {
    let value = MeasureId::new("value").expect("an id");
    IndicatorConfig {
        id: IndicatorId::new("value").expect("an id"),
        file: PathBuf::from("indicators/value.toml"),
        title: text(),
        description: text(),
        theme: String::new(),
        order: 0,
        unit: text(),
        decimals: 0,
        direction: Direction::Neither,
        measure: Measure::Count,
        layers: Vec::new(),
        caveat: None,
        statistic: None,
        formula: Formula::measure(value.clone(), Measure::Count),
        aggregate: false,
        states: PeriodStates::default(),
        tables: Vec::new(),
        privacy: PrivacyRule::default(),
        conversion: BTreeMap::from([(value, weight)]),
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

/// A row of the sheet 2015: former district, shares by area, population and employees, the district of 2021, and the
/// population of the part of 2015 in thousands.
struct Row {
    from: String,
    shares: [f64; 3],
    to: String,
    people: f64,
}

fn sheet() -> Option<Vec<Row>> {
    let file = "../shared/data/indicators/crosswalk/ref-kreise-umrech-2021-1990-2020.xlsx";
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    if !path.exists() {
        #[expect(clippy::print_stderr, reason = "whoever runs the tests must see what was not tried")]
        {
            eprintln!("skipped: {} is not there", path.display());
        }
        return None;
    }
    let mut book: Xlsx<_> = open_workbook(&path).expect("a workbook");
    let range = book.worksheet_range("2015").expect("the sheet");
    let number = |cell: Option<&Data>| match cell {
        Some(Data::Float(number)) => *number,
        other => other.and_then(|cell| cell.to_string().parse().ok()).unwrap_or(f64::NAN),
    };
    let rows = range.rows().filter_map(|row| {
        let key = |at: usize| {
            row.get(at).map(ToString::to_string).filter(|text| text.len() > 6 && text.parse::<f64>().is_ok())
        };
        let shares = [2, 3, 4].map(|at| number(row.get(at)));
        Some(Row { from: key(0)?, shares, to: key(8)?, people: number(row.get(6)) })
    });
    Some(rows.collect())
}

/// The population of the former districts.
fn people_of(rows: &[Row]) -> BTreeMap<&str, f64> {
    let mut people = BTreeMap::new();
    for row in rows {
        *people.entry(row.from.as_str()).or_default() += row.people;
    }
    people
}

/// Converts the population of 2015 to the districts of 2021.
fn converted(rows: &[Row], weight: Weight) -> (Vec<AreaKey>, RawSeries) {
    let mut csv = String::from("from;to;date;area;population;employees\n");
    for row in rows {
        let [area, population, employees] = row.shares;
        let _ = writeln!(csv, "{};{};2016-11-01;{area};{population};{employees}", row.from, row.to);
    }
    let file = tempfile::Builder::new().suffix(".csv").tempfile().expect("a file");
    std::fs::write(file.path(), csv).expect("is written");
    let mut report = Report::default();
    let successions = succession::read(file.path(), &mut report).expect("reads");
    assert!(report.findings.is_empty(), "{:?}", report.findings);
    let mut keys: Vec<AreaKey> =
        rows.iter().map(|row| AreaKey::read(&row.to, KeyKind::District).expect("a district").key).collect();
    keys.sort();
    keys.dedup();
    let lineage = Lineage::new(&successions, KeyKind::District, &keys, None);
    let (id, names) = (LayerId::new("districts").expect("an id"), Vec::new());
    let kind = KeyKind::District;
    let directory = Directory::new(vec![
        Listed { kind, keys: &keys, names: &[], parents: &[] },
        Listed { kind, keys: lineage.keys(), names: &[], parents: &[] },
    ]);
    let layers = [LayerKeys {
        layer: &id,
        kind,
        keys: &keys,
        names: &names,
        in_directory: 0,
        valid: &[],
        lineage: &lineage,
        former_in_directory: Some(1),
    }];
    let mut table = Table { measures: vec![MeasureId::new("value").expect("an id")], ..Table::default() };
    for (key, (from, people)) in (0..).zip(people_of(rows)) {
        table.keys.push(from.to_owned());
        let period = Period::year(2015).expect("a year");
        table.values.push(RawValue { line: 0, key, measure: 0, period, figure: Figure::exact(people) });
    }
    let series = join(&count(weight), &[&table], &layers, &directory, &Hierarchy::default(), &mut report);
    (keys.clone(), series.into_iter().next().expect("one layer"))
}

#[test]
fn the_federal_conversion_table_is_followed() {
    let Some(rows) = sheet() else { return };
    assert!(rows.len() > 400, "{} rows", rows.len());
    for (weight, share) in [(Weight::Area, 0), (Weight::Population, 1), (Weight::Employees, 2)] {
        let (keys, series) = converted(&rows, weight);
        // the districts of Germany since Eisenach joined the Wartburgkreis in July 2021
        assert_eq!(keys.len(), 400);
        let mut expected: BTreeMap<String, f64> = BTreeMap::new();
        for row in &rows {
            *expected.entry(format!("{:0>8}", row.to)[..5].to_owned()).or_default() +=
                row.shares[share] * people_of(&rows)[row.from.as_str()];
        }
        // the sheet has the population of each part itself, in hundreds
        let mut parts: BTreeMap<String, f64> = BTreeMap::new();
        for row in &rows {
            *parts.entry(format!("{:0>8}", row.to)[..5].to_owned()).or_default() += row.people;
        }
        for (key, cell) in keys.iter().zip(&series.cells) {
            let number = cell.value.number().unwrap_or_else(|| panic!("{key} has a number"));
            assert!((number - expected[key.as_str()]).abs() < 1e-9, "{key}: {number}, {}", expected[key.as_str()]);
            let near = (number - parts[key.as_str()]).abs();
            assert!(weight != Weight::Population || near < 0.25, "{key}: {number}, {}", parts[key.as_str()]);
        }
        let total: f64 = series.cells.iter().filter_map(|cell| cell.value.number()).sum();
        assert!((total - people_of(&rows).values().sum::<f64>()).abs() < 1e-6, "nobody is lost: {total}");
        let state = |district: &str| {
            let at = keys.iter().position(|key| key.as_str() == district).expect("a district");
            (series.cells[at].value.number(), series.cells[at].value.state(), series.former.contains_key(&at))
        };
        // Göttingen (255.7) and Osterode (73.9) went whole; Suhl got a part of the Ilm-Kreis
        assert_eq!(state("03159"), (Some(255.7 + 73.9), State::Exact, true));
        assert_eq!(state("16054").1, State::Estimated);
        assert!(!state("03358").2);
    }
}
