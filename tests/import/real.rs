//! The offices' own files, as they were delivered.

use std::collections::BTreeMap;
use std::fs;

use kreisel::import::Options;
use kreisel::release::Audience;
use kreisel::report::Report;
use kreisel::value::Period;
use kreisel::{config, release};

use crate::atlas::{MUNICIPALITIES, fact, finding, heidekreis, import, import_into, shared, table};

/// Inhabitants on 31.12.2015 by the offices' key, © Statistische Ämter des Bundes und der Länder, 2017, dl-de/by-2-0: the
/// upper level, which adds up to the county's 140,264, and the members of the three Samtgemeinden.
const UPPER: [(&str, u32); 13] = [
    ("03358002", 6404),
    ("03358004", 6951),
    ("03358008", 11044),
    ("03358016", 15091),
    ("03358017", 5570),
    ("03358019", 18729),
    ("03358021", 21414),
    ("03358022", 23219),
    ("03358023", 4105),
    ("033585401", 7034),
    ("033585402", 4594),
    ("033585403", 12545),
    ("03358501", 3564),
];
const MEMBERS: [(&str, u32); 14] = [
    ("03358001", 1518),
    ("03358006", 781),
    ("03358011", 646),
    ("03358012", 834),
    ("03358014", 3255),
    ("03358003", 920),
    ("03358009", 522),
    ("03358013", 795),
    ("03358018", 2357),
    ("03358005", 2133),
    ("03358007", 1100),
    ("03358010", 1205),
    ("03358015", 2618),
    ("03358020", 5489),
];

#[test]
fn the_population_of_the_county_comes_out_of_the_offices_table_as_it_is() {
    let Some(file) = shared("genesis/12411-01-01-5_00.csv.gz") else { return };
    let atlas = heidekreis();
    let done = import(
        &file,
        Options { into: Some(atlas.path().into()), indicator: Some("pop_total".into()), ..Options::default() },
    );
    assert!(!done.refused, "{:#?}", done.report);
    let lines = table(atlas.path(), "pop_total");
    let value = |key: &str, year: u16| {
        let start = format!("{key};{year};population;");
        let line = lines.iter().find(|line| line.starts_with(&start)).unwrap_or_else(|| panic!("no {start}"));
        let rest = line.strip_prefix(&start).unwrap();
        let number = rest.strip_suffix(";exact").unwrap_or_else(|| panic!("{line}"));
        number.parse::<u32>().unwrap()
    };
    let mut sum = 0;
    for (key, expected) in UPPER {
        assert_eq!(value(key, 2015), expected, "{key}");
        sum += expected;
    }
    for (key, expected) in MEMBERS {
        assert_eq!(value(key, 2015), expected, "{key}");
    }
    assert_eq!((sum, value("03358", 2015)), (140_264, 140_264));
    // the county's series, with the census of 2011 and Osterheide in 2015
    let series: Vec<u32> = (2010..=2015).map(|year| value("03358", year)).collect();
    assert_eq!(series, [139_630, 136_072, 135_772, 136_251, 136_200, 140_264]);
    assert_eq!((value("03358501", 2014), value("03358501", 2015)), (617, 3564));
    // 24 municipalities, three Samtgemeinden, the county: 28 rows of the file; three measures, eight years
    assert_eq!(lines.len(), (24 + 3 + 1) * 3 * 8);
    assert!(MUNICIPALITIES.iter().all(|(key, ..)| lines.iter().any(|line| line.starts_with(key))));
    assert!(
        fact(&done, "sum check").starts_with("03358 Heidekreis, Landkreis: 13 rows add up to 140264 (population 2015)"),
        "{}",
        fact(&done, "sum check")
    );
}

/// The atlas with the areas of today: Bomlitz and Walsrode have been one town since 2020.
fn heidekreis_of_today() -> tempfile::TempDir {
    let atlas = heidekreis();
    let edit = |name: &str, change: &dyn Fn(String) -> String| {
        let path = atlas.path().join(name);
        fs::write(&path, change(fs::read_to_string(&path).unwrap())).unwrap();
    };
    let merged = |key: &'static str, kept: &'static str, gone: &'static str| {
        move |text: String| {
            let map: serde_json::Value = serde_json::from_str(&text).unwrap();
            let features = map["features"].as_array().unwrap().iter().filter(|one| one["properties"]["key"] != gone);
            let features: Vec<serde_json::Value> = features.cloned().collect();
            let mut map = map.clone();
            map["features"] = features.into();
            map.to_string().replace(kept, key)
        }
    };
    edit("data/municipalities.geojson", &merged("03358024", "03358022", "03358004"));
    edit("data/associations.geojson", &merged("033580024", "033580022", "033580004"));
    edit("atlas.toml", &|text| format!("successions = \"data/successions.csv\"\n{text}"));
    let reform = "from;to;date\n03358004;03358024;2020-01-01\n03358022;03358024;2020-01-01\n";
    fs::write(atlas.path().join("data/successions.csv"), reform).unwrap();
    atlas
}

#[test]
fn figures_of_areas_before_the_merger_are_imported_and_shown_on_the_areas_of_today() {
    let Some(file) = shared("genesis/12411-01-01-5_00.csv.gz") else { return };
    let atlas = heidekreis_of_today();
    let id = || Some("pop_total".to_owned());
    let into = || Some(atlas.path().to_path_buf());
    let done = import(&file, Options { into: into(), indicator: id(), ..Options::default() });
    assert!(!done.refused, "{:#?}", done.report);
    let said = fact(&done, "areas");
    assert!(said.contains("municipalities 22 of 23") && said.contains("municipalities before a reform 2"), "{said}");
    assert!(done.report.findings.iter().all(|finding| finding.code != "key-unmatched"), "{:#?}", done.report);
    let lines = table(atlas.path(), "pop_total");
    assert!(lines.contains(&"03358022;2015;population;23219;exact".to_owned()), "{lines:?}");
    // the census of 2011 is a break, and the years from 2017 on come from another office's file
    let path = atlas.path().join("indicators/pop_total.toml");
    let text = fs::read_to_string(&path).unwrap();
    let (head, tables) = text.split_once("[[tables]]").unwrap();
    let later = "[[tables]]\nfile = \"../data/values/later.csv\"\n\n[[breaks]]\nperiod = 2011\nreason = \"Zensus 2011\"\n\n[[tables]]";
    fs::write(&path, format!("{head}{later}{tables}")).unwrap();
    let (mut rows, years) = (String::from("key;period;indicator;value\n"), [2017, 2021, 2023]);
    for year in years {
        let Some(file) = shared(&format!("gvisys/3112{year}_Auszug_GV.xlsx")) else { return };
        let one = heidekreis_of_today();
        let measures = vec!["population=Bevölkerung insgesamt".to_owned()];
        let options = Options { into: Some(one.path().to_path_buf()), measures, ..Options::default() };
        let done = import(&file, options);
        assert!(!done.refused, "{:#?}", done.report);
        let name = format!("table_3112{year}_auszug_gv");
        for line in table(one.path(), &name).iter().filter(|line| line.contains(";population;")) {
            rows += line.strip_suffix(";exact").unwrap();
            rows.push('\n');
        }
    }
    fs::write(atlas.path().join("data/values/later.csv"), rows).unwrap();
    let mut report = Report::default();
    let config = config::load(atlas.path(), &mut report).unwrap_or_else(|| panic!("{report:#?}"));
    let release = release::build(config, report).unwrap_or_else(|(_, report)| panic!("{report:#?}"));
    let indicator = &release.indicators[0];
    assert_eq!(indicator.config.breaks.len(), 1);
    let layer = release.layer("municipalities").unwrap();
    let series = indicator.series(&layer.config.id, &Audience::Public).unwrap();
    let (walsrode, _) = layer.find("03358024").unwrap();
    let value = |period: &Period| {
        let number = series.value(walsrode, *period)?.number()?;
        Some((period.as_year(), (number, series.is_converted(walsrode, *period))))
    };
    let walsrode: BTreeMap<i16, (f64, bool)> = series.periods().iter().filter_map(value).collect();
    let years: Vec<i16> = walsrode.keys().copied().collect();
    assert_eq!(years, [2008, 2009, 2010, 2011, 2012, 2013, 2014, 2015, 2017, 2021, 2023]);
    // Bomlitz 6,951 and Walsrode 23,219
    assert_eq!(walsrode[&2015], (30_170.0, true));
    assert!(walsrode[&2017].1 && !walsrode[&2021].1 && !walsrode[&2023].1, "{walsrode:?}");
    assert!((29_000.0..31_500.0).contains(&walsrode[&2021].0), "{walsrode:?}");
}

/// Measures, figures, areas and span of every file; what is refused, with its code. Counts were checked with another
/// reading of the files (pandas and xlrd; `tests/reference/import_counts.py`).
const FILES: &[(&str, &str)] = &[
    ("genesis/11111-01-01-4_00.csv.gz", "1 measures, 11046 figures on 526 areas, 1995 to 2015 (21 periods)"),
    ("genesis/12411-01-01-4.csv.gz", "3 measures, 1578 figures on 526 areas, 2015"),
    ("genesis/12411-01-01-5_00.csv.gz", "3 measures, 347832 figures on 14493 areas, 2008 to 2015 (8 periods)"),
    ("genesis/12411-02-03-5_00.csv.gz", "54 measures, 782622 figures on 14493 areas, 2015"),
    ("genesis/12411-07-01-5_00.csv.gz", "3 measures, 43479 figures on 14493 areas, 2015"),
    ("genesis/13111-01-03-5_00.csv.gz", "6 measures, 86958 figures on 14493 areas, 2015"),
    ("genesis/13211-01-03-5_00.csv.gz", "7 measures, 101451 figures on 14493 areas, 2016"),
    ("genesis/13211-02-05-4_00.csv.gz", "13 measures, 109408 figures on 526 areas, 2001 to 2016 (16 periods)"),
    ("genesis/21111-01-03-4.csv.gz", "72 measures, 37872 figures on 526 areas, 2015"),
    ("genesis/21111-01-03-4_00.csv.gz", "72 measures, 37872 figures on 526 areas, 2015"),
    ("genesis/21111-02-06-4.csv.gz", "14 measures, 154644 figures on 526 areas, 1995 to 2015 (21 periods)"),
    ("genesis/21121-01-05-4.csv.gz", "40 measures, 21040 figures on 526 areas, 2015"),
    ("genesis/22311-01-02-4_00.csv.gz", "6 measures, 34716 figures on 526 areas, 2005 to 2015 (11 periods)"),
    ("genesis/22411-01-01-4_00.csv.gz", "6 measures, 22092 figures on 526 areas, 2003 to 2015 (7 periods)"),
    ("genesis/22541-01-04-4_00.csv.gz", "13 measures, 68380 figures on 526 areas, 2007 to 2016 (10 periods)"),
    ("genesis/22543-01-02-4_00.csv.gz", "18 measures, 56808 figures on 526 areas, 2011 to 2016 (6 periods)"),
    ("genesis/22811-02-02-4_00.csv.gz", "13 measures, 47866 figures on 526 areas, 2010 to 2016 (7 periods)"),
    ("genesis/23111-01-04-4.csv.gz", "17 measures, 8942 figures on 526 areas, 2015"),
    ("genesis/23111-01-04-4_00.csv.gz", "17 measures, 107304 figures on 526 areas, 2004 to 2015 (12 periods)"),
    ("genesis/23112-01-04-4_00.csv.gz", "14 measures, 88368 figures on 526 areas, 2004 to 2015 (12 periods)"),
    ("genesis/AI-N-05_00.csv.gz", "2 measures, 8416 figures on 526 areas, 2009 to 2016 (8 periods)"),
    ("genesis/AI-N-06_00.csv.gz", "2 measures, 10520 figures on 526 areas, 2006 to 2015 (10 periods)"),
    ("genesis/AI-S-03_00.csv.gz", "1 measures, 3156 figures on 526 areas, 2010 to 2015 (6 periods)"),
    ("genesis/AI-Z1-2011_00.csv.gz", "7 measures, 3682 figures on 526 areas, 2011"),
    ("genesis/AI002-1_00.csv.gz", "7 measures, 47866 figures on 526 areas, 1995 to 2015 (13 periods)"),
    ("genesis/AI003-1_00.csv.gz", "3 measures, 15780 figures on 526 areas, 2007 to 2016 (10 periods)"),
    ("genesis/AI008-1_00.csv.gz", "5 measures, 34190 figures on 526 areas, 2001 to 2016 (13 periods)"),
    ("genesis/AI014-1_00.csv.gz", "1 measures, 6838 figures on 526 areas, 1995 to 2015 (13 periods)"),
    ("inkar/A_Arbeitslosigkeit.xls", "1 measures, 263352 figures on 10990 areas, 1998 to 2021 (24 periods)"),
    ("inkar/A_ErwerbsfaehigeBevoelkerung.xls", "1 measures, 230790 figures on 10990 areas, 2001 to 2021 (21 periods)"),
    ("inkar/B_SVBeschaeftigte.xls", "1 measures, 10000 figures on 400 areas, 1997 to 2021 (25 periods)"),
    ("inkar/B_SchulabgaengerohneAbschluss.xls", "1 measures, 10782 figures on 400 areas, 1995 to 2021 (27 periods)"),
    ("inkar/E_Haushaltseinkommen.xls", "1 measures, 8800 figures on 400 areas, 2000 to 2021 (22 periods)"),
    ("inkar/E_Schuldnerquote.xls", "1 measures, 7200 figures on 400 areas, 2004 to 2021 (18 periods)"),
    (
        "inkar/IRIS_Einkommenssteuer_Gemeindeverbaende_2022.csv",
        "1 measures, 109918 figures on 4398 areas, 1998 to 2022 (25 periods)",
    ),
    ("gisd/GISD_Bund_Kreis.csv", "4 measures, 38400 figures on 400 areas, 1998 to 2021 (24 periods)"),
    ("gisd/GISD_Niedersachsen_Gemeindeverband.csv", "1 measures, 9720 figures on 405 areas, 1998 to 2021 (24 periods)"),
    ("gisd/GISD_Niedersachsen_Kreis.csv", "1 measures, 1080 figures on 45 areas, 1998 to 2021 (24 periods)"),
    ("gvisys/04_KreiseVorjahr.xlsx", "5 measures, 2000 figures on 400 areas, 2021"),
    ("gvisys/31121998_Auszug_GV.xlsx", "5 measures, 71360 figures on 14272 areas, 1997"),
    ("gvisys/31122013_Auszug_GV.xlsx", "5 measures, 56185 figures on 11237 areas, 2013"),
    ("gvisys/31122017_Auszug_GV.xlsx", "5 measures, 55645 figures on 11129 areas, 2017"),
    ("gvisys/31122021_Auszug_GV.xlsx", "5 measures, 54985 figures on 10997 areas, 2021"),
    ("gvisys/31122023_Auszug_GV.xlsx", "5 measures, 54905 figures on 10981 areas, 2023"),
    ("gvisys/AuszugGV4QAktuell_2024.xlsx", "5 measures, 54795 figures on 10959 areas, 2023"),
    ("crosswalk/namens-grenz-aenderungen-2023.xlsx", "table-of-changes"),
    ("crosswalk/namens-grenz-aenderungen-2024.xlsx", "table-of-changes"),
    ("crosswalk/ref-gemeinden-ab-2020.xlsx", "table-of-changes"),
    ("crosswalk/ref-kreise-umrech-2021-1990-2020.xlsx", "table-of-changes"),
    ("kita/kinderbetreuungsquote_kreise.csv", "period-missing"),
    ("versorgung/apotheken_osm_je_gemeinde_2023.csv", "1 measures, 3063 figures on 3063 areas, 2023"),
    (
        "versorgung/einwohner_je_arzt_kreisregion_2010_2016.csv",
        "2 measures, 1444 figures on 361 areas, 2010 to 2016 (2 periods)",
    ),
    ("versorgung/entfernung_hausarzt_kreisregion.csv", "period-missing"),
];

fn outcome(name: &str) -> Option<String> {
    let done = import(&shared(name)?, Options::default());
    if done.refused {
        return Some(done.report.findings.last().unwrap().code.to_owned());
    }
    let measures = done.json["measures"].as_array().unwrap().len();
    let figures = fact(&done, "figures");
    let period = fact(&done, "period");
    Some(format!(
        "{measures} measures, {}, {}",
        figures.split(": ").next().unwrap(),
        period.split(", from").next().unwrap()
    ))
}

#[test]
fn every_file_is_imported_or_refused_with_its_reason() {
    let mut wrong = Vec::new();
    for (name, expected) in FILES {
        match outcome(name) {
            None => return,
            Some(found) if found != *expected => wrong.push(format!("(\"{name}\", \"{found}\"),")),
            Some(_) => {}
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn workbooks_of_the_bbsr_and_the_gemeindeverzeichnis_give_the_counties_figures() {
    let atlas = heidekreis();
    // by xlrd: row Soltau of the sheet "Daten"
    let Some(file) = shared("inkar/A_Arbeitslosigkeit.xls") else { return };
    assert!(!import_into(&file, atlas.path()).refused);
    let lines = table(atlas.path(), "a_arbeitslosigkeit");
    for line in ["03358021;1998;arbeitslose;932;exact", "03358021;2021;arbeitslose;712;exact"] {
        assert!(lines.contains(&line.to_owned()), "{line}");
    }
    // by openpyxl: row 60/63 of Soltau; the key is split over five columns
    let Some(file) = shared("gvisys/31122013_Auszug_GV.xlsx") else { return };
    let done = import_into(&file, atlas.path());
    assert!(!done.refused, "{:#?}", done.report);
    let lines = table(atlas.path(), "table_31122013_auszug_gv");
    assert!(
        lines
            .iter()
            .any(|line| line.starts_with("03358021;2013;bevoelkerung_insgesamt") && line.ends_with(";21120;exact")),
        "{lines:#?}"
    );
}

#[test]
fn symbols_of_the_offices_become_states() {
    let Some(file) = shared("genesis/23112-01-04-4_00.csv.gz") else { return };
    let done = import(&file, Options::default());
    assert!(fact(&done, "figures").contains("4 pending"), "{}", fact(&done, "figures"));
    assert!(finding(&done, "zero-beside-dash").message.contains("both are read as exactly zero"));
    // Göttingen of today (03159) is in the table with dashes only: it did not exist in 2015
    let Some(file) = shared("genesis/12411-01-01-4.csv.gz") else { return };
    let done = import(&file, Options::default());
    assert!(fact(&done, "figures").ends_with("1347 exact, 231 not_applicable"), "{}", fact(&done, "figures"));
}

#[test]
fn a_mean_of_nothing_is_not_applicable_instead_of_zero() {
    let Some(file) = shared("genesis/12411-07-01-5_00.csv.gz") else { return };
    let figures = fact(&import(&file, Options::default()), "figures");
    // 8,199 cells are "-" and 135 are "0,0" (grep); the latter are means that were rounded to nothing by the offices
    assert!(figures.contains("135 zero, 8199 not_applicable"), "{figures}");
}
