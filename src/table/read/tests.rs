use std::collections::BTreeMap;
use std::path::PathBuf;

use encoding_rs::UTF_8;
use proptest::prelude::*;

use super::*;
use crate::config::MeasureId;
use crate::report::Severity;
use crate::value::Period;

fn measure(id: &str) -> MeasureId {
    MeasureId::new(id).expect("an id")
}

fn config(layout: TableLayout) -> TableConfig {
    let path = PathBuf::from("data/x.csv");
    TableConfig { path, key: "key".to_owned(), layout, delimiter: None, encoding: None, decimal: None, territory: None }
}

fn tidy() -> TableConfig {
    config(TableLayout::Tidy {
        period: "period".to_owned(),
        measure: "indicator".to_owned(),
        value: "value".to_owned(),
        state: Some("state".to_owned()),
        territory: None,
    })
}

fn years() -> TableConfig {
    config(TableLayout::Years { measure: measure("population") })
}

fn measures(columns: &[(&str, &str)], year: Option<i16>) -> TableConfig {
    config(TableLayout::Measures {
        period: year.and_then(Period::year),
        period_column: year.is_none().then(|| "year".to_owned()),
        columns: columns.iter().map(|(column, id)| ((*column).to_owned(), measure(id))).collect::<BTreeMap<_, _>>(),
    })
}

fn parse(config: &TableConfig, text: &str) -> (Result<Table, TableError>, Report) {
    let mut report = Report::default();
    let file = TextFile { path: config.path.clone(), text: text.to_owned(), encoding: UTF_8, malformed: false };
    (read(config, &file, &mut report), report)
}

/// `key measure period number state` per value.
fn listed(table: &Table) -> Vec<String> {
    let line = |value: &crate::table::RawValue| {
        let number = value.figure.number().map_or_else(|| "-".to_owned(), |number| number.to_string());
        let measure = &table.measures[value.measure as usize];
        format!("{} {measure} {} {number} {}", table.key_of(value), value.period, value.figure.state())
    };
    table.values.iter().map(line).collect()
}

fn finding<'a>(report: &'a Report, code: &str) -> &'a Finding {
    let found = report.findings.iter().find(|finding| finding.code == code);
    found.unwrap_or_else(|| panic!("no {code} among {:?}", report.findings))
}

#[test]
fn a_tidy_table_gives_one_value_per_row() {
    let text = "key;period;indicator;value;state\n\
                03358002;2015;population;6.404,0;\n\
                03358002;31.12.2016;population;.;\n\
                03358008;2015;population;11044;estimated\n\
                03358008;2015;births;7;suppressed\n";
    let (table, report) = parse(&tidy(), text);
    let table = table.expect("reads");
    assert_eq!(
        listed(&table),
        [
            "03358002 population 2015 6404 exact",
            "03358002 population 2016 - suppressed",
            "03358008 population 2015 11044 estimated",
            "03358008 births 2015 - suppressed",
        ]
    );
    let dropped = finding(&report, "number-dropped");
    assert_eq!(
        dropped.cases,
        [Case::line(5).in_column("value").with_key("03358008").saying("the state is suppressed")]
    );
    assert_eq!(report.facts.len(), 1);
}

#[test]
fn the_state_column_may_be_absent() {
    let (table, _) = parse(&tidy(), "period,indicator,key,value\n2015,population,03358002,6404\n");
    assert_eq!(listed(&table.expect("reads")), ["03358002 population 2015 6404 exact"]);
}

#[test]
fn a_table_of_years_takes_every_column_named_after_a_year_or_a_school_year() {
    let text = "Bevölkerung\n\nkey;Name;2014;31.12.2015;Stand 2016;2014/2015\n03358002;Bispingen;1;2;3;4\n";
    let (table, report) = parse(&years(), text);
    assert_eq!(
        listed(&table.expect("reads")),
        [
            "03358002 population 2014 1 exact",
            "03358002 population 2015 2 exact",
            "03358002 population 2016 3 exact",
            "03358002 population 2014/15 4 exact"
        ]
    );
    assert_eq!(report.facts[1].text, "columns that are not read: Name");
}

#[test]
fn a_table_of_measures_takes_its_period_from_a_column_or_from_the_description() {
    let by_column = measures(&[("men", "men"), ("women", "women")], None);
    let (table, _) = parse(&by_column, "key,year,women,men\n03358002,2015,3200,3204\n");
    let expected = ["03358002 women 2015 3200 exact", "03358002 men 2015 3204 exact"];
    assert_eq!(listed(&table.expect("reads")), expected);
    let by_description = measures(&[("women", "women")], Some(2015));
    let (table, _) = parse(&by_description, "key,women\n03358002,3200\n");
    assert_eq!(listed(&table.expect("reads")), ["03358002 women 2015 3200 exact"]);
}

#[test]
fn what_one_row_keeps_secret_no_other_row_gives_away() {
    let header = "key;period;indicator;value;state\n";
    let (given, secret) = ("03358002;2023;births;7;\n", "03358002;2023;births;;suppressed\n");
    for (rows, lines) in [([given, secret], [2, 3]), ([secret, given], [3, 2])] {
        let text = format!("{header}{}03358008;2023;births;9;\n", rows.concat());
        let (table, report) = parse(&tidy(), &text);
        assert_eq!(listed(&table.expect("reads"))[0], "03358002 births 2023 - suppressed");
        let detail = format!("births 2023 is suppressed in line {}", lines[1]);
        assert_eq!(
            finding(&report, "suppressed-and-given").cases,
            [Case::line(lines[0]).in_column("value").with_key("03358002").saying(detail)]
        );
        assert!(!report.findings.iter().any(|finding| finding.code == "duplicate-value"));
    }
}

#[test]
fn cells_that_cannot_be_read_are_left_out_with_line_column_and_text() {
    let text = "key;2015;2016\n03358002;6404;viele\n03358008;12,5 %;1\n";
    let (table, report) = parse(&years(), text);
    assert_eq!(table.expect("reads").values.len(), 2);
    let finding = finding(&report, "cell-unreadable");
    assert_eq!(finding.message, "2 cells are neither a number nor a known symbol and are left out");
    assert_eq!(
        finding.cases,
        [
            Case::line(2).in_column("2016").with_key("03358002").saying("\"viele\""),
            Case::line(3).in_column("2015").with_key("03358008").saying("\"12,5 %\": write 12,5 and make % the unit"),
        ]
    );
}

#[test]
fn implausible_years_and_unreadable_periods_are_left_out_and_forecasts_are_not() {
    let text = "key;2015;2206;2101;2100;1899\n03358002;1;2;3;4;5\n";
    let (table, report) = parse(&years(), text);
    assert_eq!(
        listed(&table.expect("reads")),
        ["03358002 population 2015 1 exact", "03358002 population 2100 4 exact"]
    );
    let columns: Vec<_> =
        finding(&report, "period-implausible").cases.iter().filter_map(|case| case.column.as_deref()).collect();
    assert_eq!(columns, ["2101", "1899"]);
    let text = "key;period;indicator;value\n1;2015;a;1\n2;2O15;a;1\n3;2150;a;1\n4;15;a;1\n5;2040;a;1\n";
    let (table, report) = parse(&tidy(), text);
    assert_eq!(table.expect("reads").values.len(), 2);
    let lines = |code| finding(&report, code).cases.iter().filter_map(|case| case.line).collect::<Vec<_>>();
    assert_eq!((lines("period-unreadable"), lines("period-implausible")), (vec![3, 5], vec![4]));
}

#[test]
fn keys_in_the_spelling_that_spreadsheets_keep_are_read_as_text() {
    let text = "key;period;indicator;value\n=\"03358002\";2015;a;1\n\"=\"\"03358008\"\"\";2015;a;2\n=A1;2015;a;3\n";
    let (table, _) = parse(&tidy(), text);
    assert_eq!(table.expect("reads").keys, ["03358002", "03358008", "=A1"]);
}

#[test]
fn of_two_rows_with_the_same_place_the_later_one_is_left_out() {
    let text = "key;period;indicator;value\n1;2015;a;1\n1;2015;a;2\n1;2015;b;2\n1;2015;a;1\n";
    let (table, report) = parse(&tidy(), text);
    assert_eq!(listed(&table.expect("reads")), ["1 a 2015 1 exact", "1 b 2015 2 exact"]);
    let details: Vec<&str> = finding(&report, "duplicate-value").cases.iter().map(|case| &*case.detail).collect();
    assert_eq!(
        details,
        ["a 2015 is in line 2 already (another figure)", "a 2015 is in line 2 already (the same figure)"]
    );
}

#[test]
fn an_empty_cell_gives_way_to_a_figure() {
    let (table, report) = parse(&tidy(), "key;period;indicator;value\n1;2015;a;\n1;2015;a;2\n1;2015;a;\n");
    assert_eq!(listed(&table.expect("reads")), ["1 a 2015 2 exact"]);
    assert!(report.findings.is_empty());
}

#[test]
fn a_row_with_too_many_cells_is_not_trusted() {
    // a decimal comma in a file separated by commas moves everything behind it
    let (table, report) = parse(&years(), "key,2015,2016\n1,5,5,7\n2,3,4\n3,5,6,,\n4,5\n");
    let table = table.expect("reads");
    assert_eq!(listed(&table)[0], "2 population 2015 3 exact");
    assert_eq!(listed(&table)[4..], ["4 population 2015 5 exact", "4 population 2016 - missing"]);
    assert_eq!(finding(&report, "row-too-long").cases, [Case::line(2).saying("4 cells where the header has 3")]);
    assert_eq!(finding(&report, "row-too-short").cases, [Case::line(5).saying("2 cells where the header has 3")]);
}

#[test]
fn further_header_rows_and_footnotes_are_no_areas() {
    let text = "key;2015;2016\n;Anzahl;Anzahl\nSchlüssel;Bevölkerung;Bevölkerung\n1;2;3\n__________\n© Amt, 2017\n";
    let (table, report) = parse(&years(), text);
    assert_eq!(table.expect("reads").keys, ["1"]);
    assert_eq!(finding(&report, "row-header").cases.len(), 2);
    assert_eq!(finding(&report, "row-note").cases.len(), 2);
    assert_eq!(report.count(Severity::Warning), 0);
}

#[test]
fn a_row_of_figures_with_units_is_no_header() {
    let (table, report) = parse(&years(), "key;2015;2016\n1;12,5 %;13 %\n2;14;15 %\n3;1;2\n");
    assert_eq!(table.expect("reads").values.len(), 3);
    assert!(report.findings.iter().all(|finding| finding.code != "row-header"), "{report:#?}");
    let unreadable = finding(&report, "cell-unreadable");
    assert_eq!(unreadable.cases.len(), 3);
    assert_eq!(unreadable.cases[0].detail, "\"12,5 %\": write 12,5 and make % the unit");
}

#[test]
fn figures_without_a_key_are_reported() {
    let (table, report) = parse(&years(), "key;2015\n1;2\n;3\n");
    assert_eq!(table.expect("reads").values.len(), 1);
    assert_eq!(finding(&report, "key-missing").cases[0].line, Some(3));
}

#[test]
fn a_doubtful_column_is_decided_by_the_table_or_assumed_aloud() {
    let (table, report) = parse(&years(), "key;2015;2016\n1;12.345;1,5\n");
    assert_eq!(listed(&table.expect("reads"))[0], "1 population 2015 12345 exact");
    assert!(report.findings.is_empty());
    let (table, report) = parse(&years(), "key;2015\n1;12.345\n");
    assert_eq!(listed(&table.expect("reads"))[0], "1 population 2015 12345 exact");
    assert_eq!(
        finding(&report, "decimal-mark-assumed").cases[0].detail,
        "\"12.345\" is read as 12345, and all cells like it"
    );
    let (table, report) = parse(&years(), "key;2015\n1;12.345\n2;1,5\n3;2.5\n");
    assert_eq!(table.expect("reads").values.len(), 2);
    assert_eq!(finding(&report, "decimal-mark-mixed").cases[0].key.as_deref(), Some("1"));
}

#[test]
fn a_decimal_mark_from_the_description_is_obeyed() {
    let mut config = years();
    config.decimal = Some('.');
    let (table, report) = parse(&config, "key;2015\n1;12.345\n2;1,5\n");
    assert_eq!(listed(&table.expect("reads")), ["1 population 2015 12.345 exact"]);
    assert_eq!(finding(&report, "cell-unreadable").cases[0].line, Some(3));
}

#[test]
fn unknown_states_are_left_out_and_the_states_are_named() {
    let (table, report) = parse(&tidy(), "key;period;indicator;value;state\n1;2015;a;7;geheim\n2;2015;a;7;Exact\n");
    assert_eq!(listed(&table.expect("reads")), ["2 a 2015 7 exact"]);
    let finding = finding(&report, "state-unknown");
    assert_eq!(finding.cases[0].detail, "\"geheim\"");
    assert!(finding.advice.contains("not_applicable"));
}

#[test]
fn a_number_that_stands_for_a_state_is_read_as_the_state() {
    let (table, report) = parse(&years(), "key;2015;2016\n1;5555555555;2222222222\n2;3;8888888888\n");
    assert_eq!(
        listed(&table.expect("reads")),
        [
            "1 population 2015 - suppressed",
            "1 population 2016 0 zero",
            "2 population 2015 3 exact",
            "2 population 2016 - missing"
        ]
    );
    assert_eq!(finding(&report, "sentinel-number").cases.len(), 3);
}

#[test]
fn a_zero_that_may_have_been_a_dash_is_told() {
    let (table, report) = parse(&years(), "key;2015\n1;0\n2;-\n3;5\n");
    let table = table.expect("reads");
    assert_eq!((table.values[1].figure.state(), table.dashes.as_slice()), (State::Zero, &[1][..]));
    assert_eq!(finding(&report, "zero-beside-dash").cases[0].detail, "1 cell is 0, 1 is -");
    let (_, report) = parse(&years(), "key;2015\n1;0\n3;5\n");
    assert!(report.findings.is_empty());
}

#[test]
fn measures_with_names_for_people_get_ids() {
    let text = "key;period;indicator;value\n1;2015;Unter-3-Jährige;1\n1;2015;3 bis 6;1\n";
    let (table, report) = parse(&tidy(), text);
    assert_eq!(listed(&table.expect("reads")), ["1 unter_3_jaehrige 2015 1 exact"]);
    assert_eq!(finding(&report, "measure-renamed").cases[0].detail, "\"Unter-3-Jährige\" is read as unter_3_jaehrige");
    assert_eq!(finding(&report, "measure-unreadable").cases[0].line, Some(3));
}

#[test]
fn a_quotation_mark_that_swallows_the_rest_is_reported() {
    let (table, report) = parse(&years(), "key;Name;2015\n1;a;2\n2;\"b;3\n3;c;4\n");
    assert_eq!(table.expect("reads").values.len(), 2);
    assert_eq!(finding(&report, "quote-open").cases[0].line, Some(3));
}

#[test]
fn tables_without_any_value_are_errors() {
    let code = |config: &TableConfig, text: &str| parse(config, text).0.map(|table| listed(&table)).unwrap_err();
    assert_eq!(code(&years(), "").code(), "table-empty");
    assert_eq!(code(&years(), "key;2015\n").code(), "table-empty");
    assert_eq!(code(&years(), "key;2015\n1;\n2;NA\n").code(), "table-empty");
    assert_eq!(code(&years(), "ags;2015\n1;2\n").code(), "column-missing");
    assert_eq!(code(&years(), "key;Name\n1;2\n").code(), "column-no-years");
    assert_eq!(code(&years(), "key;2015 m;2015 w\n1;2;3\n").code(), "column-year-twice");
    assert_eq!(code(&years(), "key;key;2015\n1;2;3\n").code(), "column-twice");
    assert_eq!(code(&years(), "GENESIS-Tabelle: 12411-01-01-5\nkey;2015\n1;2\n").code(), "table-genesis");
}

#[test]
fn a_bare_year_wins_over_a_column_that_mentions_it() {
    let (table, _) = parse(&years(), "key;2015;Rang 2015\n1;20;3\n");
    assert_eq!(listed(&table.expect("reads")), ["1 population 2015 20 exact"]);
}

proptest! {
    #[test]
    fn a_number_that_its_state_keeps_secret_is_in_no_message(
        secret in 710_u32..799, rest in prop::sample::select(vec!["", ".377", ",377", " (geheim)", ".377.377"]),
        state in prop::sample::select(vec!["suppressed", "missing", "unreliable", "geheim", "Suppressed"]),
    ) {
        let secret = format!("{secret}{rest}");
        let row = format!("k;2015;a;{secret};{state}\n");
        let (table, report) = parse(&tidy(), &format!("key;period;indicator;value;state\nj;2015;a;1;\n{row}{row}"));
        let written = format!("{:?} {report:?}", table.expect("has the value 1"));
        prop_assert!(!written.contains(&secret), "{}", written);
    }

    #[test]
    fn any_text_below_a_header_is_read_or_refused_without_panic(
        rows in prop::collection::vec("[0-9.,;x/*()\"\\- a-zß\u{a0}]{0,30}", 0..20), wide: bool,
    ) {
        let header = if wide { "key;2014;2015" } else { "key;period;indicator;value;state" };
        let config = if wide { years() } else { tidy() };
        let (table, _) = parse(&config, &format!("{header}\n{}", rows.join("\n")));
        for value in table.map(|table| table.values).unwrap_or_default() {
            prop_assert!(value.figure.number().is_none_or(f64::is_finite));
        }
    }

    #[test]
    fn any_text_at_all_is_read_or_refused_without_panic(text in "\\PC{0,200}(\n\\PC{0,60}){0,6}") {
        for config in [tidy(), years(), measures(&[("a", "a")], Some(2015))] {
            let _ = parse(&config, &text);
        }
    }

    #[test]
    fn every_cell_of_a_table_is_a_value_or_in_a_finding(
        cells in prop::collection::vec(prop::sample::select(vec![
            "1", "1,5", "-", ".", "x", "", "viele", "12.345", "0", "(3)", "4p", "5555555555",
        ]), 1..30),
    ) {
        let rows: Vec<String> = cells.iter().enumerate().map(|(row, cell)| format!("k{row};n;{cell}")).collect();
        let (table, report) = parse(&years(), &format!("key;name;2015\nk;n;1\n{}", rows.join("\n")));
        let values = table.expect("has the value 1").values.len();
        let left_out: usize = ["cell-unreadable", "decimal-mark-mixed"].iter()
            .filter_map(|code| report.findings.iter().find(|finding| finding.code == *code))
            .map(|finding| finding.cases.len()).sum();
        prop_assert_eq!(values + left_out, cells.len() + 1);
    }
}
