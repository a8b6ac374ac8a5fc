//! The canary: figures that the privacy rule keeps secret are in no answer of any route, in any form.

mod http_support;

use std::collections::BTreeSet;

use axum::http::Method;
use http_support::{Server, copy_folder, fixture, load, path_of};
use serde_json::Value;

/// Counts below the minimum of 1000, and the rates that follow from them (100 · count / residents):
/// 877 / 48211, 613 / 10190, 941 / 10111.
const SECRETS: [&str; 9] = ["877", "613", "941", "1.819", "1,819", "6.016", "6,016", "9.307", "9,307"];

/// The same rates as they would stand in a tile, rounded or not.
const SECRET_RATES: [(f64, f64); 3] = [(877.0, 48211.0), (613.0, 10190.0), (941.0, 10111.0)];

/// What further indicators keep secret (see [`with_more_rules`]): a small rest and its rate, a count that is rounded, the
/// rate of its exact count, the exact sum over parts of which one is secret, and the rate of that sum.
const MORE_SECRETS: [&str; 9] = ["10087", "99.128", "99,128", "4713", "46.318", "46,318", "5443", "48.154", "48,154"];

/// The small atlas with indicators whose secrets are kept by the other rules: the rest of 10175 less 10087 is 88, below
/// 100; 4713 is rounded to 4710; the sum 4713 + 730 is secret because 730 is below 1000.
fn with_more_rules() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    copy_folder(fixture(), folder.path());
    let provenance = "[provenance]\nsource = \"Amt\"\nlicense = \"CC0-1.0\"\nattribution = \"Amt\"\n";
    let table = "[[tables]]\nfile = \"../data/more.csv\"\n";
    let both = "layers = [\"municipalities\", \"districts\"]\naggregate = true";
    for (name, kind) in [
        (
            "rest",
            format!(
                "measure = \"ratio\"\ndecimals = 3\nnumerator = \"of\"\ndenominator = \"all\"\n{both}\nprivacy = {{ min_complement = 100 }}"
            ),
        ),
        ("rounded_count", format!("measure = \"count\"\nvalue = \"few\"\n{both}\nprivacy = {{ round_to = 10 }}")),
        (
            "rounded_rate",
            format!(
                "measure = \"ratio\"\ndecimals = 3\nformula = \"100 * few / all\"\n{both}\nprivacy = {{ round_to = 10 }}"
            ),
        ),
        (
            "sum",
            format!("measure = \"count\"\nvalue = \"few\"\n{both}\nprivacy = {{ min_numerator = 1000, round_to = 5 }}"),
        ),
        (
            "sum_rate",
            format!(
                "measure = \"ratio\"\ndecimals = 3\nnumerator = \"few\"\ndenominator = \"all\"\n{both}\nprivacy = {{ min_numerator = 1000, round_to = 3 }}"
            ),
        ),
    ] {
        let text = format!("title = \"{name}\"\ntheme = \"health\"\nunit = \"x\"\n{kind}\n{table}{provenance}");
        std::fs::write(folder.path().join(format!("indicators/{name}.toml")), text).expect("writes");
    }
    let rows = "key;period;indicator;value\n03998001;2020;all;10175\n03998001;2020;of;10087\n03998001;2020;few;4713\n\
                03998002;2020;all;1128\n03998002;2020;of;200\n03998002;2020;few;730\n\
                03999001;2020;all;9000\n03999001;2020;of;300\n03999001;2020;few;2000\n\
                03999002;2020;all;9000\n03999002;2020;of;300\n03999002;2020;few;3000\n";
    std::fs::write(folder.path().join("data/more.csv"), rows).expect("writes");
    folder
}

#[tokio::test]
async fn secrets_of_rests_of_rounding_and_of_sums_are_in_no_answer_either() {
    let folder = with_more_rules();
    let server = Server::of(std::sync::Arc::new(kreisel::http::ServerState::new(load(folder.path()))));
    let names = "rest,rounded_count,rounded_rate,sum,sum_rate";
    let mut paths = all_addresses(&server).await;
    for layer in ["municipalities", "districts"] {
        paths.insert(format!("/tiles/{layer}/8/134/84?indicators={names}&years=all"));
        paths.insert(format!("/tiles/{layer}/8/134/84?indicators={names}&years=all&f=mlt"));
        for name in names.split(',') {
            paths.insert(format!("/indicators/{name}/values?layer={layer}"));
            paths.insert(format!("/indicators/{name}/values?layer={layer}&f=csv"));
            paths.insert(format!("/indicators/{name}/values?layer={layer}&f=xlsx"));
        }
    }
    let mut seen = 0;
    for path in &paths {
        let answer = server.get(path).await;
        let media_type = answer.header("content-type").to_owned();
        if media_type.contains("vector-tile") {
            let reader = fast_mvt::MvtReaderRef::new(&answer.body).expect("the tile is a vector tile");
            for value in reader.layers().flat_map(|layer| layer.values().collect::<Vec<_>>()) {
                let text = format!("{value:?}");
                assert!(MORE_SECRETS.iter().all(|secret| !says(&text, secret)), "{path} holds {text}");
            }
        } else if media_type.contains("maplibre-tile") {
            let doubles =
                answer.body.windows(8).map(|window| f64::from_le_bytes(window.try_into().expect("eight bytes")));
            let secret = |found: f64| [99.128, 46.318, 48.154].iter().any(|rate| (found - rate).abs() < 6e-4);
            assert!(!doubles.into_iter().any(secret), "{path} hides a secret rate");
        } else if !media_type.contains("png") && path != "/metrics" {
            let text = readable(&media_type, answer.body);
            for secret in MORE_SECRETS {
                assert!(!says(&text, secret), "{path} says {secret}: {text}");
            }
            seen += usize::from(text.contains("4710"));
        }
    }
    assert!(seen > 1, "what may be said is said");
    // and they are where they are said to be
    let values = server.json("/indicators/rest/values?layer=municipalities").await;
    assert_eq!(values["states"]["2020"]["03998001"], "suppressed");
    let values = server.json("/indicators/sum/values?layer=districts").await;
    assert_eq!((&values["values"][0][0], &values["values"][0][1]), (&Value::Null, &Value::from(5000)));
    let values = server.json("/indicators/rounded_rate/values?layer=districts").await;
    // 4710 + 730 of 10180 + 1130
    assert_eq!(values["values"][0][0], Value::from(48.099));
}

/// Every address that the server itself names, from `/` on, and a few with parameters.
async fn all_addresses(server: &Server) -> BTreeSet<String> {
    let mut known: BTreeSet<String> =
        ["/", "/?f=json", "/health", "/metrics", "/nothing", "/tiles", "/sprites"].map(str::to_owned).into();
    let queries =
        ["", "?indicators=cases,case_rate,residents&years=all", "?indicators=cases,case_rate&years=2020..2022"];
    for layers in ["municipalities", "districts,municipalities,services,quarters"] {
        for query in queries {
            known.insert(format!("/tiles/{layers}{query}"));
            for tile in ["8/134/84", "4/8/5", "12/2150/1354"] {
                known.insert(format!("/tiles/{layers}/{tile}{query}"));
            }
        }
    }
    for indicator in ["cases", "case_rate"] {
        for query in ["", "?f=csv", "?years=2020,2021,2022", "?f=csv&years=all", "?f=xlsx", "?years=877"] {
            known.insert(format!("/indicators/{indicator}/values{query}"));
        }
        for year in ["", "?year=2020", "?year=2021", "?year=2022"] {
            known.insert(format!("/styles/indicator_{indicator}{year}"));
        }
    }
    for layer in ["municipalities", "districts"] {
        for format in ["geojson", "gpkg"] {
            known.insert(format!("/areas/{layer}?f={format}&indicators=all&years=all"));
        }
    }
    for key in ["03998001", "03998002", "03999001", "03999002"] {
        known.insert(format!("/areas/municipalities/{key}"));
    }
    let mut queue: Vec<String> = known.iter().cloned().collect();
    while let Some(path) = queue.pop() {
        let answer = server.get(&path).await;
        let Ok(json) = serde_json::from_slice::<Value>(&answer.body) else { continue };
        let mut urls = Vec::new();
        addresses(&json, &mut urls);
        for url in urls {
            if known.insert(url.clone()) {
                queue.push(url);
            }
        }
    }
    known
}

fn addresses(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::String(text) if text.starts_with("http://atlas.test/") && !text.contains('{') => {
            found.push(path_of(text));
        }
        Value::Array(list) => {
            for member in list {
                addresses(member, found);
            }
        }
        Value::Object(object) => {
            for member in object.values() {
                addresses(member, found);
            }
        }
        _ => {}
    }
}

/// Everything that an answer says, as text: what is packed in a workbook or a GeoPackage, unpacked.
fn readable(media_type: &str, bytes: Vec<u8>) -> String {
    if media_type.contains("spreadsheetml") {
        let mut members = zip::ZipArchive::new(std::io::Cursor::new(bytes)).expect("a workbook is a ZIP file");
        let mut text = String::new();
        for at in 0..members.len() {
            let mut member = members.by_index(at).expect("the member is there");
            std::io::Read::read_to_string(&mut member, &mut text).expect("members are XML");
        }
        assert!(text.contains("<c r=\"C2\""), "the cells are among it");
        text
    } else if media_type.contains("geopackage") {
        let file = tempfile::NamedTempFile::new().expect("a file");
        std::fs::write(file.path(), bytes).expect("writes");
        let connection = rusqlite::Connection::open(file.path()).expect("a GeoPackage is a SQLite file");
        let tables = "SELECT name FROM sqlite_master WHERE type = 'table'";
        let mut tables = connection.prepare(tables).expect("there is a list of tables");
        let names = tables.query_map([], |row| row.get::<_, String>(0)).expect("it can be read");
        let mut text = String::new();
        for name in names.map(|name| name.expect("a name")) {
            let mut all = connection.prepare(&format!("SELECT * FROM \"{name}\"")).expect("the table can be read");
            let columns = all.column_count();
            let mut rows = all.query([]).expect("the table can be read");
            while let Some(row) = rows.next().expect("a row") {
                for column in 0..columns {
                    let value: rusqlite::types::Value = row.get(column).expect("a value");
                    if !matches!(value, rusqlite::types::Value::Blob(_)) {
                        std::fmt::Write::write_fmt(&mut text, format_args!("{value:?}\n"))
                            .expect("a text can be written to");
                    }
                }
            }
        }
        assert!(text.contains("03998"), "the areas are among it: {text}");
        text
    } else {
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

/// Whether a number of the text, with all its digits, is the secret: "877" is not in "18771".
fn says(text: &str, secret: &str) -> bool {
    text.match_indices(secret).any(|(at, _)| {
        let digit = |letter: Option<char>| letter.is_some_and(|letter| letter.is_ascii_alphanumeric());
        !digit(text[..at].chars().next_back()) && !digit(text[at + secret.len()..].chars().next())
    })
}

/// Whether any eight or four bytes, wherever they begin, are a secret count or rate as a number of floating point.
fn hides(bytes: &[u8]) -> bool {
    let doubles = bytes.windows(8).map(|window| f64::from_le_bytes(window.try_into().expect("eight bytes")));
    let floats = bytes.windows(4).map(|window| f64::from(f32::from_le_bytes(window.try_into().expect("four bytes"))));
    let close = |found: f64| {
        SECRET_RATES
            .iter()
            .any(|(count, residents)| (found - 100.0 * count / residents).abs() < 6e-4 || (found - count).abs() < 1e-3)
    };
    doubles.chain(floats).any(close)
}

#[tokio::test]
async fn suppressed_figures_are_in_no_answer_of_any_route() {
    let server = Server::new();
    let paths = all_addresses(&server).await;
    assert!(paths.len() > 60, "the walk finds the routes: {}", paths.len());
    for path in &paths {
        let answer = server.ask(Method::GET, path, &[("accept-encoding", "br")]).await;
        let bytes = answer.decoded();
        let headers = format!("{:?}", answer.headers);
        let is_text =
            !answer.header("content-type").contains("vector-tile") && !answer.header("content-type").contains("png");
        if is_text {
            // timings, hashes and ids are numbers of another kind
            if path != "/metrics" {
                let text =
                    readable(answer.header("content-type"), bytes).replace("years=877", "").replace("\\\"877\\\"", "");
                for secret in SECRETS {
                    assert!(!says(&text, secret), "{path} says {secret}: {text}");
                }
            }
        } else if answer.header("content-type").contains("vector-tile") {
            assert!(!hides(&bytes), "{path} hides a secret rate");
            check_tile(path, &bytes);
        }
        assert!(!says(&headers, "877"), "{path}: {headers}");
    }
}

fn check_tile(path: &str, bytes: &[u8]) {
    let reader = fast_mvt::MvtReaderRef::new(bytes).expect("the tile is a vector tile");
    for layer in reader.layers() {
        for value in layer.values() {
            let text = format!("{value:?}");
            for secret in SECRETS {
                assert!(!says(&text, secret), "{path} holds {text}");
            }
        }
    }
}
