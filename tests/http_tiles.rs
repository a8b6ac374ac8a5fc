//! `/tiles…`: what a tile holds, what its TileJSON says of it, and the answers to what cannot be.

mod http_support;

use std::collections::BTreeMap;

use axum::http::{Method, StatusCode};
use fast_mvt::{MvtReaderRef, MvtValueRef};
use http_support::{HOST, Server, path_of};
use serde_json::{Value, json};

/// The tile at zoom 8 in which all squares of the small atlas lie: (9.0..9.2 + 180) / 360 · 256 = 134.4..134.5;
/// latitude 52.0..52.2 is row 84 (OpenStreetMap wiki, "Slippy map tilenames").
const TILE: &str = "8/134/84";

/// Tile layer → feature key → attributes.
type Decoded = BTreeMap<String, BTreeMap<String, BTreeMap<String, Value>>>;

fn decode(bytes: &[u8]) -> Decoded {
    let tile = MvtReaderRef::new(bytes).expect("the tile is a vector tile");
    let mut layers = Decoded::new();
    for layer in tile.layers() {
        assert_eq!(layer.version(), 2);
        let features = layers.entry(layer.name().to_owned()).or_default();
        for feature in layer.features() {
            assert!(feature.id().is_some_and(|id| (1..1 << 52).contains(&id)));
            feature.geometry().expect("the geometry is valid");
            let attributes: BTreeMap<String, Value> = feature
                .properties_vec()
                .expect("the attributes are valid")
                .into_iter()
                .map(|(name, value)| (name.to_owned(), to_json(value)))
                .collect();
            let key = attributes["key"].as_str().expect("the key is text").to_owned();
            assert!(features.insert(key, attributes).is_none(), "each feature once");
        }
    }
    layers
}

fn to_json(value: MvtValueRef<'_>) -> Value {
    match value {
        MvtValueRef::String(text) => json!(text),
        MvtValueRef::Float(number) => json!(number),
        MvtValueRef::Double(number) => json!(number),
        MvtValueRef::Int(number) | MvtValueRef::SInt(number) => json!(number),
        MvtValueRef::UInt(number) => json!(number),
        MvtValueRef::Bool(bool) => json!(bool),
        MvtValueRef::Null => Value::Null,
    }
}

async fn tile(server: &Server, path: &str) -> Decoded {
    let answer = server.get(path).await;
    assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text());
    assert_eq!(answer.header("content-type"), "application/vnd.mapbox-vector-tile");
    decode(&answer.body)
}

#[tokio::test]
async fn a_tile_holds_the_areas_with_key_name_and_attributes() {
    let server = Server::new();
    let tile = tile(&server, &format!("/tiles/municipalities/{TILE}")).await;
    assert_eq!(tile.keys().collect::<Vec<_>>(), ["municipalities", "municipalities_label"]);
    let area = &tile["municipalities"]["03998001"];
    assert_eq!(area["name"], "Probeheim");
    assert_eq!(area["designation"], "Stadt");
    assert_eq!(area["parent"], "03998");
    assert_eq!(tile["municipalities"].len(), 4);
    assert_eq!(tile["municipalities_label"].len(), 4);
}

#[tokio::test]
async fn indicators_join_the_newest_year_and_the_years_asked_for() {
    let server = Server::new();
    let newest = tile(&server, &format!("/tiles/municipalities/{TILE}?indicators=residents,cases")).await;
    let area = &newest["municipalities"]["03998001"];
    assert_eq!((&area["residents"], &area["cases"]), (&json!(49020), &json!(1377)));
    assert!(!area.contains_key("residents:2023"));
    let years = tile(&server, &format!("/tiles/municipalities/{TILE}?indicators=cases&years=2020..2021")).await;
    let area = &years["municipalities"]["03998001"];
    assert_eq!((&area["cases"], &area["cases:2021"]), (&json!(1377), &json!(1204)));
    assert!(!area.contains_key("cases:2020") && !area.contains_key("cases:2022"));
    assert_eq!(area["cases:2020:state"], "suppressed");
    let all = tile(&server, &format!("/tiles/municipalities/{TILE}?indicators=residents&years=all")).await;
    assert_eq!(all["municipalities"]["03998001"]["residents:2022:state"], "pending");
    assert_eq!(all["municipalities_label"]["03998001"]["residents"], 49020, "labels can show figures");
    assert_eq!(all["municipalities"]["03998002"].get("cases"), None);
}

#[tokio::test]
async fn several_layers_share_a_tile() {
    let server = Server::new();
    let path = format!("/tiles/services,municipalities,districts/{TILE}?indicators=residents,cases");
    let tile = tile(&server, &path).await;
    let names: Vec<&String> = tile.keys().collect();
    assert_eq!(names, ["districts", "districts_label", "municipalities", "municipalities_label", "services"]);
    assert_eq!(tile["districts"]["03998"]["residents"], 69500);
    assert_eq!(tile["districts"]["03998"].get("cases"), None, "it is not published for districts");
    let clinic = &tile["services"]["s2"];
    assert_eq!(
        (&clinic["category"], &clinic["opened"], &clinic["closed"]),
        (&json!("clinic"), &json!(1975), &json!(2020))
    );
}

#[tokio::test]
async fn ids_are_the_same_in_tiles_lists_and_values() {
    let server = Server::new();
    let list = server.json("/areas/municipalities").await;
    let values = server.json("/indicators/cases/values").await;
    let answer = server.get(&format!("/tiles/municipalities/{TILE}")).await;
    let reader = MvtReaderRef::new(&answer.body).unwrap();
    for layer in reader.layers() {
        for feature in layer.features() {
            let key = feature.properties_vec().unwrap().into_iter().find(|(name, _)| *name == "key").unwrap().1;
            let key = to_json(key);
            let listed = list["areas"].as_array().unwrap().iter().find(|area| area["key"] == key).unwrap();
            assert_eq!(listed["id"], feature.id().unwrap());
            let at = values["keys"].as_array().unwrap().iter().position(|known| *known == key).unwrap();
            assert_eq!(values["ids"][at], feature.id().unwrap());
        }
    }
}

#[tokio::test]
async fn requests_that_mean_the_same_share_one_render() {
    let server = Server::new();
    let release = server.release();
    let same = [
        format!("/tiles/municipalities,districts/{TILE}?indicators=residents,cases&years=all"),
        format!("/tiles/districts,municipalities/{TILE}.mvt?years=2020..2030&indicators=cases,residents"),
        format!("/tiles/districts,municipalities/{TILE}.pbf?indicators=cases,residents&years=2023,2022,2021,2020"),
        format!("/tiles/municipalities%2Cdistricts/{TILE}?release={release}&indicators=residents,cases&years=all"),
    ];
    let first = server.get(&same[0]).await;
    for path in &same {
        let answer = server.ask(Method::GET, path, &[("accept-encoding", "gzip")]).await;
        assert_eq!(answer.decoded(), first.body, "{path}");
    }
    assert_eq!(server.state.cache.counts(kreisel::cache::Kind::Tile).renders, 2, "once plain, once with gzip");
}

#[tokio::test]
async fn a_tile_is_compressed_validated_and_kept() {
    let server = Server::new();
    let path = format!("/tiles/municipalities/{TILE}?indicators=residents&years=all");
    let plain = server.get(&path).await;
    for encoding in ["br", "zstd", "gzip"] {
        let answer = server.ask(Method::GET, &path, &[("accept-encoding", encoding)]).await;
        assert_eq!(answer.header("content-encoding"), encoding);
        assert_eq!(answer.decoded(), plain.body);
        assert_ne!(answer.header("etag"), plain.header("etag"));
        let tag = answer.header("etag").to_owned();
        let again = server.ask(Method::GET, &path, &[("accept-encoding", encoding), ("if-none-match", &tag)]).await;
        assert_eq!((again.status, again.body.len()), (StatusCode::NOT_MODIFIED, 0));
        let head = server.ask(Method::HEAD, &path, &[("accept-encoding", encoding)]).await;
        assert_eq!((head.status, head.header("etag")), (StatusCode::OK, tag.as_str()));
        assert_eq!(head.header("content-length"), answer.body.len().to_string());
    }
    assert_eq!(plain.header("vary"), "accept, accept-encoding");
    assert_eq!(plain.header("cache-control"), "public, no-cache");
    let immutable = server.get(&format!("{path}&release={}", server.release())).await;
    assert_eq!(immutable.header("cache-control"), "public, max-age=31536000, immutable");
    assert_eq!(immutable.header("etag"), plain.header("etag"));
}

#[tokio::test]
async fn an_empty_tile_is_204_and_can_be_kept_like_any_other() {
    let server = Server::new();
    let path = format!("/tiles/municipalities/8/0/0?release={}", server.release());
    let empty = server.get(&path).await;
    assert_eq!((empty.status, empty.body.len()), (StatusCode::NO_CONTENT, 0));
    assert!(empty.header("cache-control").contains("immutable"));
    let tag = empty.header("etag").to_owned();
    let again = server.ask(Method::GET, &path, &[("if-none-match", &tag)]).await;
    assert_eq!(again.status, StatusCode::NOT_MODIFIED);
}

#[tokio::test]
async fn addresses_that_cannot_be_are_400_and_what_does_not_exist_is_404() {
    let server = Server::new();
    for (wrong, reason) in [
        ("x/0/0", "z is \"x\""),
        ("23/0/0", "zooms are 0 to 22"),
        ("3/8/0", "0 to 7"),
        ("3/0/8.mvt", "0 to 7"),
        ("3/0/0.png", "y is \"0.png\""),
        ("3/-1/0", "x is \"-1\""),
        ("99999999999/0/0", "z is"),
    ] {
        let problem = server.problem(&format!("/tiles/municipalities/{wrong}"), 400).await;
        assert!(problem["detail"].as_str().unwrap().contains(reason), "{problem}");
    }
    let problem = server.problem(&format!("/tiles/municipalitis/{TILE}"), 404).await;
    assert_eq!(problem["nearest"], json!(["municipalities"]));
    // people know layers by their titles
    let problem = server.problem(&format!("/tiles/gemeinden/{TILE}"), 404).await;
    assert_eq!(problem["detail"], "there is no layer \"gemeinden\"; did you mean municipalities (Gemeinden)?");
    assert_eq!(problem["nearest"], json!(["municipalities"]));
    let problem = server.problem("/tiles/municipalities/13/0/0", 404).await;
    assert!(problem["detail"].as_str().unwrap().contains("4 to 12"), "{problem}");
    // districts end at zoom 10, municipalities at 12: outside both is 404, outside one is not
    server.problem("/tiles/municipalities,districts/13/0/0", 404).await;
    assert_eq!(server.get("/tiles/municipalities,districts/11/0/0").await.status, StatusCode::NO_CONTENT);
    for path in ["/tiles/a,a/0/0/0", "/tiles/municipalities,/0/0/0", "/tiles/,/0/0/0"] {
        server.problem(path, 400).await;
    }
    let many = (0..17).map(|at| format!("l{at}")).collect::<Vec<_>>().join(",");
    assert!(server.problem(&format!("/tiles/{many}/0/0/0"), 400).await["detail"].as_str().unwrap().contains("16"));
}

#[tokio::test]
async fn indicators_and_years_that_do_not_fit_are_refused_with_those_that_do() {
    let server = Server::new();
    let of = async |query: &str| server.problem(&format!("/tiles/municipalities/{TILE}?{query}"), 400).await;
    assert_eq!(of("indicators=residentz").await["nearest"], json!(["residents"]));
    assert_eq!(of("indicators=residents&years=1999").await["allowed"], json!(["2020", "2021", "2022", "2023"]));
    assert!(of("years=2020").await["detail"].as_str().unwrap().contains("indicators="));
    of("indicators=residents,residents").await;
    of("indicators=").await;
    let problem = server.problem(&format!("/tiles/districts/{TILE}?indicators=cases"), 400).await;
    assert_eq!(problem["allowed"], json!(["residents"]));
}

#[tokio::test]
async fn tilejson_describes_what_the_tile_really_holds() {
    let server = Server::new();
    for (layers, query) in [
        ("municipalities", ""),
        ("municipalities", "?indicators=residents,cases,case_rate&years=all"),
        ("municipalities", "?indicators=residents&years=2020,2022"),
        ("services,quarters,districts,municipalities", "?indicators=case_rate,residents"),
    ] {
        let tilejson = server.json(&format!("/tiles/{layers}{query}")).await;
        let template = tilejson["tiles"][0].as_str().unwrap();
        let path = path_of(template).replace("{z}/{x}/{y}", TILE);
        let answer = server.get(&path).await;
        assert!(answer.header("cache-control").contains("immutable"), "{path}");
        let decoded = decode(&answer.body);
        let described: BTreeMap<&str, &Value> = tilejson["vector_layers"]
            .as_array()
            .unwrap()
            .iter()
            .map(|layer| (layer["id"].as_str().unwrap(), &layer["fields"]))
            .collect();
        assert_eq!(decoded.keys().collect::<Vec<_>>(), described.keys().collect::<Vec<_>>(), "{layers}");
        for (layer, features) in &decoded {
            let fields = described[layer.as_str()].as_object().unwrap();
            for attribute in features.values().flat_map(BTreeMap::keys) {
                assert!(fields.contains_key(attribute), "{layer}: {attribute} is not described");
            }
            for field in fields.keys().filter(|field| !field.ends_with(":state")) {
                let met = features.values().any(|attributes| attributes.contains_key(field));
                assert!(met, "{layer}: {field} is described and nowhere to be found");
            }
        }
    }
}

#[tokio::test]
async fn tilejson_is_complete() {
    let server = Server::new();
    let tilejson = server.json("/tiles/districts,municipalities?indicators=residents&years=2020").await;
    assert_eq!(tilejson["tilejson"], "3.0.0");
    assert_eq!(tilejson["scheme"], "xyz");
    let template = format!(
        "http://{HOST}/tiles/municipalities,districts/{{z}}/{{x}}/{{y}}?release={}&indicators=residents&years=2020",
        server.release()
    );
    assert_eq!(tilejson["tiles"], json!([template]));
    assert_eq!((&tilejson["minzoom"], &tilejson["maxzoom"]), (&json!(0), &json!(12)));
    assert_eq!(
        tilejson["attribution"],
        "Erfundene Grenzen | Erfundene Zahlen | Erfundene Daten zur Vorführung (Invented data for demonstration)"
    );
    assert_eq!(tilejson["kreisel"], json!({"release": server.release(), "invented": true}));
    let bounds: Vec<f64> = serde_json::from_value(tilejson["bounds"].clone()).unwrap();
    let center: Vec<f64> = serde_json::from_value(tilejson["center"].clone()).unwrap();
    assert!((bounds[0] - 9.0).abs() < 1e-5 && (bounds[3] - 52.2).abs() < 1e-5);
    assert!((center[0] - 9.1).abs() < 1e-5 && (center[1] - 52.1).abs() < 1e-5 && (0.0..=12.0).contains(&center[2]));
    let fields = &tilejson["vector_layers"][0]["fields"];
    assert_eq!(fields["residents:2020"], "Einwohner in Personen, 2020 (Residents in people, 2020)");
    assert_eq!(
        fields["residents"],
        "Einwohner in Personen, 2023, neuestes Jahr (Residents in people, 2023, newest year)"
    );
    assert_eq!(fields["designation"], "Bezeichnung (Designation)");
    let list = server.json("/tiles").await;
    assert_eq!(list["layers"][0]["tilejson"], format!("http://{HOST}/tiles/municipalities"));
}

#[tokio::test]
async fn another_indicator_or_year_clips_no_border_again() {
    let server = Server::new();
    let parts = || server.state.cache.parts().counts();
    for query in ["", "?indicators=residents", "?indicators=cases", "?indicators=residents&years=all"] {
        let answer = server.get(&format!("/tiles/municipalities/{TILE}{query}")).await;
        assert_eq!(answer.status, StatusCode::OK);
    }
    assert_eq!((parts().asked, parts().rendered), (4, 1));
    // new values for the same borders
    let copy = tempfile::tempdir().unwrap();
    http_support::copy_folder(http_support::fixture(), copy.path());
    let values = copy.path().join("data/values.csv");
    let text = std::fs::read_to_string(&values).unwrap();
    std::fs::write(&values, text.replace("48211", "48212")).unwrap();
    server.state.replace(http_support::load(copy.path()));
    let path = format!("/tiles/municipalities,districts/{TILE}?indicators=residents&years=2020");
    assert_eq!(server.get(&path).await.status, StatusCode::OK);
    assert_eq!((parts().asked, parts().rendered), (6, 2), "only the districts are new");
    let metrics = server.get("/metrics").await;
    let metrics = String::from_utf8_lossy(&metrics.body);
    assert!(metrics.contains("kreisel_geometry_parts_rendered_total 2\n"), "{metrics}");
}

#[tokio::test]
async fn a_tile_of_a_coarsened_zoom_says_so() {
    let mut release = http_support::load(http_support::fixture());
    let layer = release.layers.iter_mut().find(|layer| layer.config.id.as_str() == "municipalities").unwrap();
    let zoom = TILE.split('/').next().unwrap().parse().unwrap();
    layer.fullness.coarsened =
        vec![kreisel::store::Coarsened { zoom, factor: 4.0, bytes_before: 900_000, bytes: 400_000 }];
    let server = Server::of(std::sync::Arc::new(kreisel::http::ServerState::new(release)));
    let answer = server.get(&format!("/tiles/municipalities,districts/{TILE}")).await;
    assert_eq!(answer.header("kreisel-simplified"), "municipalities=4");
    assert_eq!(server.get(&format!("/tiles/districts/{TILE}")).await.header("kreisel-simplified"), "");
}
