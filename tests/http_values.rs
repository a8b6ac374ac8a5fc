//! `/indicators/{id}/values`: columns for programs, a table for spreadsheets.

#![expect(clippy::unwrap_used, reason = "a helper of a test may fail like the test itself")]

mod http_support;

use http_support::Server;
use serde_json::{Value, json};

fn column<'a>(values: &'a Value, year: i64, key: &str) -> &'a Value {
    let at =
        |list: &Value, wanted: Value| list.as_array().unwrap().iter().position(|member| *member == wanted).unwrap();
    &values["values"][at(&values["periods"], json!(year))][at(&values["keys"], json!(key))]
}

#[tokio::test]
async fn columns_hold_each_number_and_the_states_that_need_saying() {
    let values = Server::new().json("/indicators/residents/values?layer=municipalities").await;
    assert_eq!(values["periods"], json!([2020, 2021, 2022, 2023]));
    assert_eq!(values["keys"].as_array().unwrap().len(), 4);
    assert_eq!(values["ids"].as_array().unwrap().len(), 4);
    assert_eq!(*column(&values, 2020, "03998001"), json!(48211));
    assert_eq!(*column(&values, 2022, "03998001"), json!(null));
    assert_eq!(
        values["states"],
        json!({
            "2021": {"03998002": "estimated"}, "2022": {"03998001": "pending"}, "2023": {"03999001": "provisional"}
        })
    );
}

#[tokio::test]
async fn suppressed_values_have_a_state_and_no_number() {
    let server = Server::new();
    for indicator in ["cases", "case_rate"] {
        let values = server.json(&format!("/indicators/{indicator}/values")).await;
        for (year, key) in [(2020, "03998001"), (2021, "03999002"), (2022, "03999002")] {
            assert_eq!(*column(&values, year, key), json!(null), "{indicator} {year} {key}");
            assert_eq!(values["states"][year.to_string()][key], "suppressed", "{indicator} {year} {key}");
        }
        assert_eq!(*column(&values, 2023, "03998002"), json!(0), "zero is published");
    }
    let rate = server.json("/indicators/case_rate/values").await;
    // 100 · 1204 / 48377 = 2.48878…
    assert_eq!(*column(&rate, 2021, "03998001"), json!(2.489));
}

#[tokio::test]
async fn years_choose_columns() {
    let server = Server::new();
    let of =
        async |years: &str| server.json(&format!("/indicators/cases/values?years={years}")).await["periods"].clone();
    assert_eq!(of("2021..2030").await, json!([2021, 2022, 2023]));
    assert_eq!(of("2023,2020").await, json!([2020, 2023]));
    assert_eq!(of("all").await, json!([2020, 2021, 2022, 2023]));
    let problem = server.problem("/indicators/cases/values?years=2019", 400).await;
    assert_eq!(problem["allowed"], json!(["2020", "2021", "2022", "2023"]));
}

#[tokio::test]
async fn a_layer_is_needed_where_there_are_several_and_formats_are_named() {
    let server = Server::new();
    let problem = server.problem("/indicators/residents/values", 400).await;
    assert_eq!(problem["allowed"], json!(["municipalities", "districts"]));
    let problem = server.problem("/indicators/residents/values?layer=quarters", 400).await;
    assert_eq!(problem["allowed"], json!(["municipalities", "districts"]));
    let problem = server.problem("/indicators/cases/values?f=ods", 400).await;
    assert_eq!(problem["allowed"], json!(["json", "csv", "xlsx"]));
    let problem = server.problem("/indicators/cases/values?year=2020", 400).await;
    assert_eq!(problem["nearest"], json!(["years"]));
}

#[tokio::test]
async fn the_table_opens_in_a_spreadsheet_without_damage() {
    let server = Server::new();
    let answer = server.get("/indicators/case_rate/values?f=csv").await;
    assert_eq!(answer.header("content-type"), "text/csv; charset=utf-8; header=present");
    let name = format!("attachment; filename=\"small_case_rate_municipalities_{}.csv\"", server.release());
    assert_eq!(answer.header("content-disposition"), name);
    let text = answer.text();
    assert!(text.starts_with("\u{feff}key;name;period;value;state;"), "{text}");
    assert_eq!(text.matches("\r\n").count(), 1 + 4 * 4);
    let mut reader =
        csv::ReaderBuilder::new().delimiter(b';').from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let rows: Vec<csv::StringRecord> = reader.records().map(|row| row.expect("the table is well-formed")).collect();
    let row = |key: &str, year: &str| {
        let key = format!("=\"{key}\"");
        rows.iter().find(|row| row[0] == key && &row[2] == year).unwrap_or_else(|| panic!("{key} {year}: {rows:?}"))
    };
    let plain = row("03998001", "2021");
    assert_eq!((&plain[1], &plain[3], &plain[4], &plain[5]), ("Probeheim", "2,489", "exact", "%"));
    let hidden = row("03998001", "2020");
    assert_eq!((&hidden[3], &hidden[4]), ("", "suppressed"));
    assert_eq!(&row("03999002", "2020")[1], "'-Wald am Test", "a name is no formula");
    assert_eq!(
        (&plain[6], &plain[7], &plain[8], &plain[9]),
        ("Erfunden für Prüfungen", "CC0-1.0", "Erfundene Zahlen", server.release().as_str())
    );
}
