//! `/atlas`, `/layers`, `/areas`, `/facilities`, `/indicators`: what there is, as the files describe it.

mod http_support;

use http_support::{HOST, Server, path_of};
use serde_json::json;

/// Half a metre in degrees: positions are rounded to a centimetre, labels are found to a few.
const TOLERANCE_DEG: f64 = 5e-6;

#[tokio::test]
async fn the_atlas_says_who_what_and_where_to_begin() {
    let atlas = Server::new().json("/atlas").await;
    assert_eq!(atlas["title"], json!({"de": "Probeatlas", "en": "Test atlas"}));
    assert_eq!(atlas["notice"]["de"], "Alles hier ist erfunden.");
    assert_eq!(atlas["languages"], json!(["de", "en"]));
    assert_eq!(atlas["themes"][1]["id"], "health");
    assert_eq!(atlas["view"]["layer"], "municipalities");
    assert_eq!(atlas["view"]["indicator"], "residents");
    let bounds: Vec<f64> = serde_json::from_value(atlas["view"]["bounds"].clone()).unwrap();
    for (found, wanted) in bounds.iter().zip([9.0, 52.0, 9.2, 52.2]) {
        assert!((found - wanted).abs() < TOLERANCE_DEG, "{bounds:?}");
    }
    assert_eq!(atlas["invented"], true);
    let lines = atlas["attribution"].as_array().unwrap();
    assert_eq!(lines.iter().filter(|line| **line == "Erfundene Zahlen").count(), 1, "each line once");
    assert_eq!(atlas["links"]["layers"], format!("http://{HOST}/layers"));
}

#[tokio::test]
async fn layers_are_listed_in_display_order_with_all_that_is_said_about_them() {
    let server = Server::new();
    let layers = server.json("/layers").await;
    let ids: Vec<&str> =
        layers["layers"].as_array().unwrap().iter().map(|layer| layer["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["municipalities", "districts", "quarters", "services"]);
    let municipalities = &layers["layers"][0];
    assert_eq!(municipalities["kind"], "area");
    assert_eq!(municipalities["key_kind"], "ags");
    assert_eq!(municipalities["parent"], "districts");
    assert_eq!((&municipalities["valid_from"], &municipalities["valid_to"]), (&json!(2016), &json!(null)));
    assert_eq!(municipalities["count"], 4);
    assert_eq!((&municipalities["min_zoom"], &municipalities["max_zoom"]), (&json!(4), &json!(12)));
    assert_eq!(municipalities["label_layer"], "municipalities_label");
    assert_eq!(municipalities["indicators"], json!(["residents", "cases", "case_rate"]));
    assert_eq!(
        municipalities["attributes"][0],
        json!({"id": "designation", "title": {"de": "Bezeichnung", "en": "Designation"}})
    );
    assert_eq!(municipalities["provenance"]["invented"], true);
    assert_eq!(layers["layers"][2]["label_layer"], json!(null));
    let services = &layers["layers"][3];
    assert_eq!(
        services["categories"][1],
        json!({"id": "clinic", "title": {"de": "Klinik", "en": "Clinic"}, "symbol": "clinic", "color": "#a03030", "count": 2})
    );
    for layer in layers["layers"].as_array().unwrap() {
        for link in ["tilejson", "list"] {
            server.json(&path_of(layer["links"][link].as_str().unwrap())).await;
        }
    }
    assert_eq!(server.json("/areas").await["layers"].as_array().unwrap().len(), 3);
    assert_eq!(server.json("/facilities").await["layers"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn areas_are_listed_with_key_place_and_the_larger_area() {
    let list = Server::new().json("/areas/municipalities").await;
    let area = list["areas"].as_array().unwrap().iter().find(|area| area["key"] == "03998001").unwrap();
    assert_eq!(area["name"], "Probeheim");
    assert_eq!(area["parent"], json!({"layer": "districts", "key": "03998", "name": "Westprobe"}));
    assert_eq!(area["attributes"], json!({"designation": "Stadt"}));
    assert!(area["id"].as_u64().is_some_and(|id| (1..1 << 52).contains(&id)));
    let label: Vec<f64> = serde_json::from_value(area["label"].clone()).unwrap();
    assert!((9.0..9.1).contains(&label[0]) && (52.1..52.2).contains(&label[1]), "{label:?}");
    let bounds: Vec<f64> = serde_json::from_value(area["bounds"].clone()).unwrap();
    for (found, wanted) in bounds.iter().zip([9.0, 52.1, 9.1, 52.2]) {
        assert!((found - wanted).abs() < TOLERANCE_DEG, "{bounds:?}");
    }
}

#[tokio::test]
async fn facilities_are_listed_as_they_are_at_a_date() {
    let server = Server::new();
    let keys = |list: serde_json::Value| -> Vec<String> {
        let list = list["facilities"].as_array().unwrap().iter();
        list.map(|facility| facility["key"].as_str().unwrap().to_owned()).collect()
    };
    let all = server.json("/facilities/services").await;
    let expected = |year: i64| -> Vec<String> {
        let there = all["facilities"].as_array().unwrap().iter().filter(|facility| {
            facility["opened"].as_i64().is_none_or(|opened| opened <= year)
                && facility["closed"].as_i64().is_none_or(|closed| year <= closed)
        });
        there.map(|facility| facility["key"].as_str().unwrap().to_owned()).collect()
    };
    let years: Vec<i64> = all["facilities"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|facility| [facility["opened"].as_i64(), facility["closed"].as_i64()])
        .flatten()
        .collect();
    let (first, last) = (*years.iter().min().unwrap(), *years.iter().max().unwrap());
    let mut sizes = std::collections::BTreeSet::new();
    for year in first - 1..=last + 1 {
        let there = keys(server.json(&format!("/facilities/services?at={year}")).await);
        assert_eq!(there, expected(year), "{year}");
        assert_eq!(there, keys(server.json(&format!("/facilities/services?at={year}-08-01")).await), "{year}");
        sizes.insert(there.len());
    }
    assert!(sizes.len() > 1, "the years make no difference");
    let problem = server.problem("/facilities/services?at=heute", 400).await;
    assert!(problem["detail"].as_str().unwrap().contains("2024-08-01"), "{problem}");
}

#[tokio::test]
async fn facilities_are_listed_with_category_position_and_years() {
    let list = Server::new().json("/facilities/services").await;
    let clinic = list["facilities"].as_array().unwrap().iter().find(|facility| facility["key"] == "s2").unwrap();
    assert_eq!((&clinic["name"], &clinic["category"]), (&json!("Klinik West"), &json!("clinic")));
    assert_eq!((&clinic["opened"], &clinic["closed"]), (&json!(1975), &json!(2020)));
    let position: Vec<f64> = serde_json::from_value(clinic["position"].clone()).unwrap();
    assert!((position[0] - 9.02).abs() < TOLERANCE_DEG && (position[1] - 52.05).abs() < TOLERANCE_DEG);
    assert_eq!(clinic["attributes"]["places"], "120", "a table without types gives texts");
}

#[tokio::test]
async fn lists_of_the_wrong_kind_or_of_nothing_name_the_right_ones() {
    let server = Server::new();
    let problem = server.problem("/areas/services", 404).await;
    assert_eq!(problem["allowed"], json!(["municipalities", "districts", "quarters"]));
    let problem = server.problem("/facilities/municipalities", 404).await;
    assert_eq!(problem["allowed"], json!(["services"]));
    let problem = server.problem("/areas/municipalitys", 404).await;
    assert_eq!(problem["nearest"], json!(["municipalities"]));
    let problem = server.problem("/layers?lang=de", 400).await;
    assert_eq!(problem["allowed"], json!(["release"]));
    let problem = server.problem("/indicators/residentz", 404).await;
    assert_eq!(problem["nearest"], json!(["residents"]));
}

#[tokio::test]
async fn a_profile_has_all_years_with_parent_and_siblings() {
    let profile = Server::new().json("/areas/municipalities/03998002").await;
    assert_eq!((&profile["name"], &profile["parent"]["name"]), (&json!("Musterau"), &json!("Westprobe")));
    let residents = &profile["indicators"][0];
    assert_eq!(residents["periods"], json!([2020, 2021, 2022, 2023]));
    assert_eq!(residents["values"], json!([19870, 20150, 20333, 20480]));
    assert_eq!(residents["states"], json!({"2021": "estimated"}));
    assert_eq!(residents["parent"]["values"], json!([68081, 68527, 69000, 69500]));
    // the other municipality of the district has no figure for 2022
    assert_eq!(residents["siblings"]["count"], json!([2, 2, 1, 2]));
    assert_eq!(residents["siblings"]["mean"], json!([34040.5, 34263.5, 20333, 34750]));
    let cases = &profile["indicators"][1];
    assert_eq!(cases["id"], "cases");
    assert_eq!(cases["values"], json!([1502, 1490, 1333, 0]));
    assert_eq!(cases["states"], json!({}), "zero needs no remark");
    assert_eq!(cases["parent"], json!(null), "it is not published for districts");
    assert_eq!(cases["siblings"]["count"][0], 1, "a suppressed figure counts nowhere");
    assert_eq!(cases["siblings"]["mean"][0], 1502);
}

#[tokio::test]
async fn a_profile_names_the_facilities_in_the_area() {
    let server = Server::new();
    let mut found = Vec::new();
    for key in ["03998001", "03998002"] {
        let profile = server.json(&format!("/areas/municipalities/{key}")).await;
        assert_eq!(profile["facilities"][0]["layer"], "services");
        found.push(profile["facilities"][0]["keys"].clone());
    }
    assert_eq!(found, [json!(["s1"]), json!(["s2"])]);
}

#[tokio::test]
async fn a_key_of_any_text_has_a_profile() {
    let server = Server::new();
    assert_eq!(server.json("/areas/quarters/s%C3%BCd%2F1").await["name"], "Südviertel");
    let problem = server.problem("/areas/quarters/nort", 404).await;
    assert_eq!(problem["nearest"], json!(["nord"]));
}

#[tokio::test]
async fn indicators_are_described_in_full() {
    let server = Server::new();
    let catalogue = server.json("/indicators").await;
    assert_eq!(catalogue["indicators"][0]["id"], "residents");
    assert_eq!(
        catalogue["indicators"][0]["layers"][1],
        json!({"layer": "districts", "periods": [2020, 2021, 2022, 2023], "newest": 2023})
    );

    let rate = server.json("/indicators/case_rate").await;
    assert_eq!(rate["formula"]["kind"], "ratio");
    assert_eq!(rate["formula"]["text"]["de"], "100 × cases ÷ residents");
    assert_eq!((&rate["privacy"]["min_numerator"], &rate["privacy"]["min_denominator"]), (&json!(1000), &json!(10000)));
    assert!(rate["privacy"]["text"]["de"].as_str().unwrap().contains("unter 1000 sind geheim"));
    assert_eq!(
        (&rate["direction"], &rate["measure"], &rate["decimals"]),
        (&json!("lower"), &json!("ratio"), &json!(3))
    );
    let states = rate["states"].as_array().unwrap();
    assert_eq!(states.len(), 10);
    for state in states {
        let without_number = ["missing", "pending", "not_applicable", "unreliable", "suppressed"];
        let needs_color = without_number.contains(&state["id"].as_str().unwrap());
        assert_eq!(state["color"].is_string(), needs_color, "{state}");
    }
    let layer = &rate["layers"][0];
    let (limits, colors) =
        (layer["classes"]["limits"].as_array().unwrap(), layer["classes"]["colors"].as_array().unwrap());
    assert_eq!(limits.len() + 1, colors.len());
    for link in ["values", "csv", "tilejson", "style"] {
        let answer = server.get(&path_of(layer["links"][link].as_str().unwrap())).await;
        assert_eq!(answer.status.as_u16(), 200, "{link}");
    }
    let residents = server.json("/indicators/residents").await;
    assert_eq!(residents["breaks"], json!([{"period": 2022, "reason": {"de": "Neue Zählung", "en": "New census"}}]));
    assert_eq!(residents["privacy"]["text"]["de"], "keine Geheimhaltungsregel");
    assert_eq!(residents["provenance"]["attribution"], "Erfundene Zahlen");
}
