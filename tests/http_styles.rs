//! `/styles` and `/sprites`: maps by address.

#![expect(clippy::unwrap_used, reason = "a helper of a test may fail like the test itself")]

mod http_support;

use std::fs;
use std::sync::Arc;

use http_support::{HOST, Server, fixture, load, path_of};
use kreisel::http::ServerState;
use serde_json::{Value, json};

#[tokio::test]
async fn styles_of_the_atlas_and_of_indicators_are_listed_and_there() {
    let server = Server::new();
    let list = server.json("/styles").await;
    let ids: Vec<&str> = list["styles"].as_array().unwrap().iter().map(|style| style["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["map", "indicator_residents", "indicator_cases", "indicator_case_rate"]);
    for style in list["styles"].as_array().unwrap() {
        let style = server.json(&path_of(style["url"].as_str().unwrap())).await;
        assert_eq!(style["version"], 8);
        follow(&server, &style).await;
    }
    let problem = server.problem("/styles/indicator_residentz", 404).await;
    assert_eq!(problem["nearest"][0], "indicator_residents");
}

/// Every address in a style leads somewhere, and every source layer and symbol exists there.
async fn follow(server: &Server, style: &Value) {
    let sprite = path_of(style["sprite"].as_str().unwrap());
    let symbols = server.json(&format!("{sprite}.json")).await;
    let mut source_layers = Vec::new();
    for (name, source) in style["sources"].as_object().unwrap() {
        let url = source["url"].as_str().unwrap();
        assert!(url.contains(&format!("release={}", server.release())), "{url}");
        let tilejson = server.json(&path_of(url)).await;
        for layer in tilejson["vector_layers"].as_array().unwrap() {
            source_layers.push((name.clone(), layer["id"].as_str().unwrap().to_owned(), layer["fields"].clone()));
        }
    }
    for layer in style["layers"].as_array().unwrap() {
        let Some(source) = layer["source"].as_str() else { continue };
        let wanted = layer["source-layer"].as_str().unwrap();
        let found = source_layers.iter().find(|(name, id, _)| name == source && id == wanted);
        let (_, _, fields) = found.unwrap_or_else(|| panic!("{source}/{wanted} is missing"));
        let mut attributes = Vec::new();
        read_attributes(layer, &mut attributes);
        for attribute in attributes {
            assert!(fields.get(&attribute).is_some(), "{wanted} has no {attribute}: {fields}");
        }
        for symbol in ["clinic", "book"] {
            assert!(symbols.get(symbol).is_some(), "{symbol}");
        }
    }
}

/// Attributes that expressions read with `get` or `has`.
fn read_attributes(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Array(list) => {
            if let [Value::String(operator), Value::String(attribute)] = list.as_slice()
                && (operator == "get" || operator == "has")
            {
                found.push(attribute.clone());
            }
            for member in list {
                read_attributes(member, found);
            }
        }
        Value::Object(object) => {
            for member in object.values() {
                read_attributes(member, found);
            }
        }
        _ => {}
    }
}

#[tokio::test]
async fn a_choropleth_has_the_classes_of_the_legend_and_a_colour_for_each_reason_without_number() {
    let server = Server::new();
    let style = server.json("/styles/indicator_case_rate").await;
    let indicator = server.json("/indicators/case_rate").await;
    let classes = &indicator["layers"][0]["classes"];
    let layers = style["layers"].as_array().unwrap();
    let fill = |id: &str| layers.iter().find(|layer| layer["id"] == id).unwrap_or_else(|| panic!("no {id}"));
    let limits = classes["limits"].as_array().unwrap();
    for (at, color) in classes["colors"].as_array().unwrap().iter().enumerate() {
        let class = fill(&format!("municipalities_class_{}", at + 1));
        assert_eq!(class["paint"]["fill-color"], *color);
        let from = (at > 0).then(|| json!([">=", ["get", "case_rate"], limits[at - 1]]));
        let to = (at < limits.len()).then(|| json!(["<", ["get", "case_rate"], limits[at]]));
        let tests: Vec<Value> = [Some(json!(["has", "case_rate"])), from, to].into_iter().flatten().collect();
        assert_eq!(class["filter"], json!([&[json!("all")][..], &tests].concat()));
    }
    let suppressed = indicator["states"].as_array().unwrap().iter().find(|state| state["id"] == "suppressed").unwrap();
    let hatched = fill("municipalities_suppressed");
    assert_eq!(hatched["filter"], json!(["==", ["get", "case_rate:state"], "suppressed"]));
    assert_eq!(hatched["paint"]["fill-color"], suppressed["color"]);
    assert!(!classes["colors"].as_array().unwrap().contains(&suppressed["color"]));
}

#[tokio::test]
async fn a_choropleth_of_a_year_reads_that_years_attribute() {
    let server = Server::new();
    let style = server.json("/styles/indicator_residents?layer=districts&year=2021").await;
    assert!(style["name"].as_str().unwrap().contains("2021"));
    assert_eq!(style["metadata"]["kreisel:year"], 2021);
    assert!(style.to_string().contains("[\"get\",\"residents:2021\"]"));
    follow(&server, &style).await;
    let problem = server.problem("/styles/indicator_residents?year=1999", 400).await;
    assert_eq!(problem["allowed"], json!(["2020", "2021", "2022", "2023"]));
    server.problem("/styles/indicator_residents?layer=quarters", 400).await;
    server.problem("/styles/map?year=2020", 400).await;
}

#[tokio::test]
async fn sprites_come_in_both_scales_with_index_and_picture() {
    let server = Server::new();
    for (scale, ratio) in [("", 1), ("@2x", 2), ("%402x", 2)] {
        let index = server.json(&format!("/sprites/atlas{scale}.json")).await;
        let clinic = &index["clinic"];
        assert_eq!((clinic["width"].as_u64(), clinic["pixelRatio"].as_u64()), (Some(24 * ratio), Some(ratio)));
        let picture = server.get(&format!("/sprites/atlas{scale}.png")).await;
        assert_eq!(picture.header("content-type"), "image/png");
        assert!(picture.body.starts_with(b"\x89PNG\r\n\x1a\n"));
        let width = u32::from_be_bytes(picture.body[16..20].try_into().unwrap());
        assert_eq!(u64::from(width), 512 * ratio);
    }
    let problem = server.problem("/sprites/atlas@3x.png", 404).await;
    assert_eq!(problem["allowed"].as_array().unwrap().len(), 4);
    assert_eq!(server.json("/sprites").await["sprites"][0]["url"], format!("http://{HOST}/sprites/atlas"));
}

/// The small atlas, with a line more in the layer of facilities.
fn with_points(mode: &str) -> Server {
    let folder = tempfile::tempdir().unwrap();
    for part in ["", "layers", "indicators", "styles", "data"] {
        fs::create_dir_all(folder.path().join(part)).unwrap();
        for file in fs::read_dir(fixture().join(part)).unwrap().map(Result::unwrap) {
            if file.file_type().unwrap().is_file() {
                fs::copy(file.path(), folder.path().join(part).join(file.file_name())).unwrap();
            }
        }
    }
    let layer = folder.path().join("layers/services.toml");
    let text = fs::read_to_string(&layer).unwrap();
    fs::write(layer, text.replace("[tiles]", &format!("[tiles]\npoints = \"{mode}\""))).unwrap();
    Server::of(Arc::new(ServerState::new(load(folder.path()))))
}

#[tokio::test]
async fn clusters_are_described_and_drawn_apart_from_the_facilities() {
    let server = with_points("cluster");
    let style = server.json("/styles/indicator_residents").await;
    follow(&server, &style).await;
    let layer = |id: &str| style["layers"].as_array().unwrap().iter().find(|layer| layer["id"] == id).unwrap();
    assert_eq!(layer("services_cluster")["filter"], json!(["has", "cluster"]));
    assert_eq!(layer("services_cluster_count")["filter"], json!(["has", "cluster"]));
    assert_eq!(layer("services_disc")["filter"][1], json!(["!", ["has", "cluster"]]));
    let fields = &server.json("/tiles/services").await["vector_layers"][0]["fields"];
    assert_eq!(fields["count:clinic"], "Zahl der Einrichtungen: Klinik (number of facilities: Clinic)");
    let layers = server.json("/facilities").await;
    assert_eq!((&layers["layers"][0]["points"], &layers["layers"][0]["exact_from"]), (&json!("cluster"), &json!(14)));
}

#[tokio::test]
async fn thinned_facilities_say_what_their_count_is_and_a_layer_that_is_given_whole_has_none() {
    let fields = with_points("thin").json("/tiles/services").await["vector_layers"][0]["fields"].clone();
    assert!(fields["count"].as_str().is_some_and(|text| text.contains("stands")) && fields.get("cluster").is_none());
    let server = Server::new();
    let fields = server.json("/tiles/services").await["vector_layers"][0]["fields"].clone();
    assert!(fields.get("count").is_none());
    let style = server.json("/styles/indicator_residents").await;
    assert!(style["layers"].as_array().unwrap().iter().all(|layer| layer["id"] != "services_cluster"));
    let layers = server.json("/facilities").await;
    assert_eq!((&layers["layers"][0]["points"], &layers["layers"][0]["exact_from"]), (&json!("all"), &json!(null)));
}
