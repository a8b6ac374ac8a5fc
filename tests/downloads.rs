//! What people take away, opened by the programs that they open it with: openpyxl and `LibreOffice` for workbooks, GDAL
//! for GeoJSON and GeoPackage. A reader that is not there is left out with a note (`KREISEL_PYTHON` names the
//! interpreter that has openpyxl, `python3` is the default).

#![expect(clippy::print_stderr, reason = "a test that leaves something out says so")]
#![expect(clippy::unwrap_used, reason = "a helper of a test may fail like the test itself")]

mod http_support;

use std::path::{Path, PathBuf};
use std::process::Command;

use axum::http::{Method, StatusCode};
use http_support::Server;
use serde_json::{Value, json};

const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
const GEOJSON: &str = "application/geo+json";
const GPKG: &str = "application/geopackage+sqlite3";

/// The program's output; `None` where it is not installed.
fn output(mut command: Command) -> Option<String> {
    let name = command.get_program().to_string_lossy().into_owned();
    let Ok(output) = command.output() else {
        eprintln!("left out: {name} is not installed");
        return None;
    };
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{name}: {said}");
    // GDAL numbers its warnings; LibreOffice warns that there is no Java
    assert!(!said.contains("Warning 1") && !said.contains("ERROR"), "{name}: {said}");
    Some(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// What openpyxl finds; `None` where it is not installed.
fn openpyxl(file: &Path) -> Option<Value> {
    let python = std::env::var("KREISEL_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let is_there = Command::new(&python).args(["-c", "import openpyxl"]).output();
    if !is_there.is_ok_and(|output| output.status.success()) {
        eprintln!("left out: {python} has no openpyxl");
        return None;
    }
    let mut command = Command::new(python);
    command.arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/reference/workbook.py")).arg(file);
    Some(serde_json::from_str(&output(command)?).unwrap())
}

async fn save(server: &Server, path: &str, folder: &Path, name: &str) -> PathBuf {
    let answer = server.get(path).await;
    assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text());
    let file = folder.join(name);
    std::fs::write(&file, &answer.body).unwrap();
    file
}

/// The value and number format of a cell: sheet, row and column from 0.
fn cell<'a>(book: &'a Value, sheet: &str, row: usize, column: usize) -> (&'a Value, &'a Value, &'a Value) {
    let cell = &book["sheets"][sheet][row][column];
    (&cell[0], &cell[1], &cell[2])
}

#[tokio::test]
async fn a_workbook_has_numbers_as_numbers_keys_as_text_and_states_as_words() {
    let (server, folder) = (Server::new(), tempfile::tempdir().unwrap());
    let path = "/indicators/case_rate/values?f=xlsx";
    let answer = server.get(path).await;
    assert_eq!(answer.header("content-type"), XLSX);
    let name = format!("attachment; filename=\"small_case_rate_municipalities_{}.xlsx\"", server.release());
    assert_eq!(answer.header("content-disposition"), name);
    let file = save(&server, path, folder.path(), "de.xlsx").await;
    let Some(book) = openpyxl(&file) else { return };
    let head: Vec<&str> =
        book["sheets"]["Werte"][0].as_array().unwrap().iter().map(|cell| cell[1].as_str().unwrap()).collect();
    assert_eq!(head, ["Schlüssel", "Gebiet", "2020", "2021", "2022", "2023"]);
    assert_eq!(cell(&book, "Werte", 1, 0), (&json!("s"), &json!("03998001"), &json!("@")));
    assert_eq!(cell(&book, "Werte", 1, 1).1, "Probeheim");
    assert_eq!(cell(&book, "Werte", 1, 2).1, "geheim (zu kleine Fallzahl)");
    assert_eq!(cell(&book, "Werte", 1, 3), (&json!("n"), &json!(2.489), &json!("#,##0.000")));
    let names: Vec<&Value> = (1..5).map(|row| cell(&book, "Werte", row, 1).1).collect();
    assert!(names.contains(&&json!("-Wald am Test")), "a text is no formula: {names:?}");
    assert_eq!(book["freeze"], "C2");
    assert_eq!(book["title"], "Fälle je 100 Einwohner");
    let notes: Vec<(String, String)> = book["sheets"]["Angaben"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| (row[0][1].as_str().unwrap().to_owned(), row[1][1].as_str().unwrap().to_owned()))
        .collect();
    let release = server.release();
    for (label, text) in [
        ("Titel", "Fälle je 100 Einwohner"),
        ("Einheit", "%"),
        ("Gebiete", "Gemeinden"),
        ("Zeiträume", "2020, 2021, 2022, 2023"),
        ("Quelle", "Erfunden für Prüfungen"),
        ("Lizenz", "CC0-1.0"),
        ("Quellenvermerk", "Erfundene Zahlen"),
        ("Hinweis", "Alles hier ist erfunden."),
        ("Stand der Daten (Kennung)", release.as_str()),
        ("Werte in diesem Zustand", "geheim (zu kleine Fallzahl): 3"),
    ] {
        assert!(notes.contains(&(label.to_owned(), text.to_owned())), "{label}: {notes:#?}");
    }
}

#[tokio::test]
async fn a_number_with_a_remark_stays_a_number_and_shows_it() {
    let (server, folder) = (Server::new(), tempfile::tempdir().unwrap());
    let path = "/indicators/residents/values?layer=municipalities&years=2021..2023&f=xlsx&lang=en";
    let file = save(&server, path, folder.path(), "en.xlsx").await;
    let Some(book) = openpyxl(&file) else { return };
    assert_eq!(cell(&book, "Values", 0, 0).1, "Key");
    let format = json!("#,##0\" (estimated or converted)\"");
    assert_eq!(cell(&book, "Values", 2, 2), (&json!("n"), &json!(20150), &format));
    assert_eq!(cell(&book, "Values", 1, 3).1, "not available yet");
    let said = book["sheets"]["Notes"].to_string();
    for text in ["New census", "people", "Test atlas", "2021, 2022, 2023"] {
        assert!(said.contains(text), "{text}: {said}");
    }
}

#[tokio::test]
async fn libreoffice_opens_a_workbook_and_a_csv_file_without_damage() {
    let (server, folder) = (Server::new(), tempfile::tempdir().unwrap());
    let values = "/indicators/case_rate/values?years=2021";
    let workbook = save(&server, &format!("{values}&f=xlsx"), folder.path(), "a.xlsx").await;
    let table = save(&server, &format!("{values}&f=csv"), folder.path(), "b.csv").await;
    let convert = |file: &Path, more: &[&str], end: &str| {
        let mut command = Command::new("soffice");
        let profile = format!("-env:UserInstallation=file://{}", folder.path().join("profile").display());
        command.args([&profile, "--headless", "--convert-to", end, "--outdir"]).arg(folder.path().join("out"));
        command.args(more).arg(file);
        output(command)
    };
    // 44 = comma, 34 = quotes, 76 = UTF-8
    if convert(&workbook, &[], "csv:Text - txt - csv (StarCalc):44,34,76").is_none() {
        return;
    }
    let text = std::fs::read_to_string(folder.path().join("out/a.csv")).unwrap();
    assert!(text.starts_with("Schlüssel,Gebiet,2021\n03998001,Probeheim,2.489\n"), "{text}");
    assert!(text.contains("geheim (zu kleine Fallzahl)"), "{text}");
    // 59 = semicolon; language 1031 is German, so that a comma is a decimal sign
    convert(&table, &["--infilter=Text - txt - csv (StarCalc):59,34,76,1,,1031,false,true,false"], "xlsx");
    let Some(book) = openpyxl(&folder.path().join("out/b.xlsx")) else { return };
    let row = &book["sheets"]["b"][1];
    assert_eq!(
        (&row[0][1], &row[1][1], &row[3]),
        (&json!("=\"03998001\""), &json!("Probeheim"), &json!(["n", 2.489, "General"]))
    );
}

#[tokio::test]
async fn a_csv_file_in_english_has_commas_and_points() {
    let server = Server::new();
    let text = server.get("/indicators/case_rate/values?f=csv&lang=en").await.text();
    assert!(text.starts_with("\u{feff}key,name,period,value,state,"), "{text}");
    assert!(text.contains("=\"\"03998001\"\"\",Probeheim,2021,2.489,exact,%,Invented for tests,"), "{text}");
    let german = server.get("/indicators/case_rate/values?f=csv&lang=de").await;
    assert_eq!(german.body, server.get("/indicators/case_rate/values?f=csv").await.body, "German is the default");
}

#[tokio::test]
async fn geojson_has_the_borders_and_the_joined_values_with_their_states() {
    let server = Server::new();
    let answer = server.get("/areas/municipalities?f=geojson&indicators=case_rate&years=2020,2021").await;
    assert_eq!(answer.header("content-type"), GEOJSON);
    let name = format!("attachment; filename=\"small_municipalities_{}.geojson\"", server.release());
    assert_eq!(answer.header("content-disposition"), name);
    let collection = answer.json();
    assert_eq!((&collection["type"], &collection["name"]), (&json!("FeatureCollection"), &json!("municipalities")));
    let features = collection["features"].as_array().unwrap();
    assert_eq!(features.len(), 4);
    let first = &features[0];
    assert_eq!(
        first["properties"],
        json!({
            "key": "03998001", "name": "Probeheim", "parent": "03998", "designation": "Stadt",
            "case_rate": 2.809, "case_rate:state": "exact",
            "case_rate:2020": null, "case_rate:2020:state": "suppressed",
            "case_rate:2021": 2.489, "case_rate:2021:state": "exact",
        })
    );
    // 100 · 1377 / 49020 = 2.80906…
    let list = server.json("/areas/municipalities").await;
    assert_eq!(first["id"], list["areas"][0]["id"], "the id of tiles and lists");
    let ring = first["geometry"]["coordinates"][0].as_array().unwrap();
    assert_eq!(ring.first(), ring.last(), "closed");
    let at = |position: &Value| (position[0].as_f64().unwrap(), position[1].as_f64().unwrap());
    let twice: f64 = ring.windows(2).map(|pair| (at(&pair[0]), at(&pair[1]))).map(|(a, b)| a.0 * b.1 - b.0 * a.1).sum();
    assert!((twice - 2.0 * 0.1 * 0.1).abs() < 1e-6, "counter-clockwise, a tenth of a degree wide: {twice}");
    let about = &collection["kreisel"];
    assert_eq!(about["release"], server.release().as_str());
    assert_eq!(about["attribution"], json!(["Erfundene Grenzen", "Erfundene Zahlen"]));
    assert_eq!(about["indicators"][0]["provenance"]["license"], "CC0-1.0");
    assert_eq!(about["properties"]["case_rate:2020"], "Fälle je 100 Einwohner, 2020 (%)");
}

#[tokio::test]
async fn a_box_takes_the_areas_that_it_touches() {
    let server = Server::new();
    let collection = server.json("/areas/municipalities?f=geojson&bbox=9.01,52.11,9.02,52.12").await;
    let keys: Vec<&Value> =
        collection["features"].as_array().unwrap().iter().map(|feature| &feature["properties"]["key"]).collect();
    assert_eq!(keys, ["03998001"]);
    assert_eq!(collection["bbox"], json!([9.0, 52.1, 9.1, 52.2]), "areas are whole");
    let none = server.json("/areas/municipalities?f=geojson&bbox=0,0,1,1").await;
    assert_eq!(none["features"], json!([]));
}

#[tokio::test]
async fn what_does_not_fit_is_refused_with_what_would() {
    let server = Server::new();
    for (query, name) in [
        ("f=geojson&years=2020", "indicators="),
        ("f=geojson&bbox=9,52,8,53", "west,south,east,north"),
        ("f=geojson&lang=fr", "\"fr\""),
        ("f=shp", "\"shp\""),
        ("bbox=9,52,10,53", "f=geojson"),
        ("indicators=cases", "f=geojson"),
        ("f=gpkg&indicators=nothing", "\"nothing\""),
        ("f=gpkg&indicators=cases&years=1999", "1999"),
    ] {
        let problem = server.problem(&format!("/areas/municipalities?{query}"), 400).await;
        assert!(problem["detail"].as_str().unwrap().contains(name), "{query}: {problem}");
    }
    server.problem("/areas/services?f=geojson", 404).await;
    let problem = server.problem("/indicators/cases/values?lang=en", 400).await;
    assert!(problem["detail"].as_str().unwrap().contains("f=csv"), "{problem}");
}

#[tokio::test]
async fn accept_chooses_the_format_where_the_address_does_not() {
    let server = Server::new();
    for (path, media_type) in [
        ("/areas/municipalities", GEOJSON),
        ("/areas/municipalities", GPKG),
        ("/indicators/cases/values", XLSX),
        ("/indicators/cases/values", "text/csv"),
    ] {
        let answer = server.ask(Method::GET, path, &[("accept", media_type)]).await;
        assert!(answer.header("content-type").starts_with(media_type), "{}", answer.header("content-type"));
        assert_eq!(answer.header("vary"), "accept, accept-encoding");
        let browser = server.ask(Method::GET, path, &[("accept", "text/html,*/*;q=0.8")]).await;
        assert_eq!(browser.header("content-type"), "application/json");
        assert_eq!(browser.header("vary"), "accept, accept-encoding");
    }
    let named = server.ask(Method::GET, "/areas/municipalities?f=json", &[("accept", GEOJSON)]).await;
    assert_eq!((named.header("content-type"), named.header("vary")), ("application/json", "accept-encoding"));
}

#[tokio::test]
async fn a_file_of_a_release_has_the_same_bytes_each_time_and_a_tag() {
    let folder = tempfile::tempdir().unwrap();
    http_support::copy_folder(http_support::fixture(), folder.path());
    let state = std::sync::Arc::new(kreisel::http::ServerState::new(http_support::load(folder.path())));
    let (server, release) = (Server::of(std::sync::Arc::clone(&state)), state.current().unwrap());
    let (layer, indicator) =
        (release.release.layer("municipalities").unwrap(), release.release.indicator("cases").unwrap());
    let series = indicator.series(&layer.config.id, &kreisel::release::Audience::Public).unwrap();
    let table = kreisel::download::ValueTable {
        release: &release.release,
        indicator,
        layer,
        series,
        periods: series.periods(),
        language: kreisel::config::Language::De,
    };
    let first = kreisel::download::workbook(&table).unwrap();
    std::thread::sleep(std::time::Duration::from_millis(1100));
    assert!(first == kreisel::download::workbook(&table).unwrap(), "the clock does not matter");
    let path = "/indicators/cases/values?f=xlsx";
    let answer = server.get(path).await;
    assert!(answer.body == first);
    let again = server.ask(Method::GET, path, &[("if-none-match", answer.header("etag"))]).await;
    assert_eq!(again.status, StatusCode::NOT_MODIFIED);
    let head = server.ask(Method::HEAD, path, &[]).await;
    assert_eq!((head.header("etag"), head.body.len()), (answer.header("etag"), 0));
}

#[tokio::test]
async fn gdal_reads_geojson_and_geopackage_the_same() {
    let (server, folder) = (Server::new(), tempfile::tempdir().unwrap());
    let choice = "indicators=case_rate,residents&years=2020,2021";
    let geojson = save(&server, &format!("/areas/municipalities?f=geojson&{choice}"), folder.path(), "a.geojson").await;
    let geopackage = save(&server, &format!("/areas/municipalities?f=gpkg&{choice}"), folder.path(), "a.gpkg").await;
    let mut told = Vec::new();
    for file in [&geojson, &geopackage] {
        let mut command = Command::new("ogrinfo");
        command.args(["-ro", "-al"]).arg(file);
        let Some(said) = output(command) else { return };
        for expected in [
            "Layer name: municipalities",
            "Feature Count: 4",
            "Extent: (9.000000, 52.000000) - (9.200000, 52.200000)",
            "GEOGCRS[\"WGS 84\"",
            "key (String) = 03998001",
            "case_rate:2021 (Real) = 2.489",
            "case_rate:2020 (Real) = (null)",
            "case_rate:2020:state (String) = suppressed",
            "residents:2021:state (String) = estimated",
            "designation (String) = Stadt",
        ] {
            assert!(said.contains(expected), "{}: {expected}\n{said}", file.display());
        }
        told.push(said);
    }
    for expected in [
        "Geometry: Multi Polygon",
        "Quellenvermerk: Erfundene Zahlen",
        &server.release(),
        "FID Column = fid",
        "Geometry Column = geom",
    ] {
        assert!(told[1].contains(expected), "{expected}\n{}", told[1]);
    }
    // titles of columns, which this ogrinfo does not print and QGIS shows
    let connection = rusqlite::Connection::open(&geopackage).unwrap();
    let title = |column: &str| -> String {
        let title = "SELECT title FROM gpkg_data_columns WHERE table_name = 'municipalities' AND column_name = ?1";
        connection.query_row(title, [column], |row| row.get(0)).unwrap()
    };
    assert_eq!(title("case_rate:2020"), "Fälle je 100 Einwohner, 2020 (%)");
    assert_eq!(title("case_rate"), "Fälle je 100 Einwohner, 2023 (%), neuestes Jahr");
    let answer = server.get(&format!("/areas/municipalities?f=gpkg&{choice}")).await;
    assert_eq!(answer.header("content-type"), GPKG);
    assert_eq!(answer.body[68..72], *b"GPKG", "the application id of SQLite's header");
}
