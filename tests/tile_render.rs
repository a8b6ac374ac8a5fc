//! A tile of the small invented atlas, read back: layers, ids, attributes, values and their states.

mod decoded;

use std::path::Path;

use decoded::{DecodedFeature, DecodedLayer, assert_valid, decode};
use kreisel::area::FeatureId;
use kreisel::config::{self, IndicatorId, LayerId};
use kreisel::geo::{LonLat, TileCoord};
use kreisel::release::{self, Audience, Release};
use kreisel::report::Report;
use kreisel::tile::{Selection, Years, render};
use kreisel::value::Period;

fn atlas() -> Release {
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/small"));
    let mut report = Report::default();
    let config = config::load(root, &mut report).expect("the small atlas can be read");
    release::build(config, report).unwrap_or_else(|(error, report)| panic!("{error}: {report:#?}"))
}

fn selection(layers: &[&str], indicators: &[&str], years: Years) -> Selection {
    Selection {
        layers: layers.iter().map(|id| LayerId::new(id).expect("an id")).collect(),
        indicators: indicators.iter().map(|id| IndicatorId::new(id).expect("an id")).collect(),
        years,
    }
}

/// The tile of a zoom that holds a position in the small atlas.
fn tile(zoom: u8) -> TileCoord {
    TileCoord::containing(LonLat { lon_deg: 9.05, lat_deg: 52.1 }, zoom)
}

fn rendered(release: &Release, selection: &Selection, coord: TileCoord) -> Vec<DecodedLayer> {
    let layers = decode(&render(release, &Audience::Public, selection, coord));
    assert_valid(&layers, &format!("{coord:?}"));
    layers
}

fn names(layers: &[DecodedLayer]) -> Vec<&str> {
    layers.iter().map(|layer| layer.name.as_str()).collect()
}

fn feature<'a>(layer: &'a DecodedLayer, key: &str) -> &'a DecodedFeature {
    let id = FeatureId::of(key).as_u64();
    layer.features.iter().find(|feature| feature.id == id).unwrap_or_else(|| panic!("{key} is in the tile"))
}

fn year(year: i16) -> Period {
    Period::year(year).expect("a year")
}

/// The tile as text: one line per feature with its tags, one per ring with its vertices.
fn as_text(layers: &[DecodedLayer]) -> String {
    let vertices = |line: &geo::LineString<i32>| {
        line.coords().map(|at| format!("{},{}", at.x, at.y)).collect::<Vec<_>>().join(" ")
    };
    let mut lines = Vec::new();
    for layer in layers {
        lines.push(format!("layer {} extent {}", layer.name, layer.extent));
        for feature in &layer.features {
            let tags: Vec<_> = feature.tags.iter().map(|(name, value)| format!("{name}={value}")).collect();
            lines.push(format!("  {} {}", feature.id, tags.join(" ")));
            lines.extend(feature.point().map(|(x, y)| format!("    point {x},{y}")));
            for polygon in feature.polygons() {
                lines.push(format!("    exterior {}", vertices(polygon.exterior())));
                lines.extend(polygon.interiors().iter().map(|hole| format!("    hole {}", vertices(hole))));
            }
        }
    }
    lines.join("\n") + "\n"
}

#[test]
fn the_tiles_of_the_small_atlas_are_what_they_were() {
    let release = atlas();
    let all = ["municipalities", "districts", "quarters", "services"];
    for zoom in [4, 9] {
        let layers = rendered(&release, &selection(&all, &["residents", "cases"], Years::Newest), tile(zoom));
        insta::with_settings!({ prepend_module_to_snapshot => false }, {
            insta::assert_snapshot!(format!("small_atlas_zoom_{zoom}"), as_text(&layers));
        });
    }
}

#[test]
fn layers_come_in_the_order_of_the_selection_each_with_its_labels_and_each_once() {
    let release = atlas();
    let layers =
        rendered(&release, &selection(&["services", "municipalities", "services"], &[], Years::Newest), tile(8));
    assert_eq!(names(&layers), ["services", "municipalities", "municipalities_label"]);
}

#[test]
fn a_layer_starts_at_its_first_zoom_and_stays_to_the_last_zoom_of_all_that_are_asked_for() {
    let release = atlas();
    let both = selection(&["municipalities", "districts"], &[], Years::Newest);
    assert_eq!(names(&rendered(&release, &both, tile(3))), ["districts", "districts_label"]);
    // districts end at zoom 10, municipalities at 12: a client of both asks for zoom 11 and must not lose the districts
    assert!(names(&rendered(&release, &both, tile(11))).contains(&"districts"));
    let alone = selection(&["districts"], &[], Years::Newest);
    assert!(render(&release, &Audience::Public, &alone, tile(11)).is_empty());
    let far = TileCoord::new(8, 0, 0).expect("exists");
    assert!(render(&release, &Audience::Public, &both, far).is_empty());
}

#[test]
fn an_area_has_key_name_parent_and_attributes_and_the_same_id_everywhere() {
    let release = atlas();
    for zoom in [4, 8, 12] {
        let layers = rendered(&release, &selection(&["municipalities"], &[], Years::Newest), tile(zoom));
        let Some(area) = layers[0].features.iter().find(|feature| feature.id == FeatureId::of("03998001").as_u64())
        else {
            continue;
        };
        assert_eq!(area.tag("key"), Some("String(\"03998001\")"));
        assert_eq!(area.tag("parent"), Some("String(\"03998\")"));
        assert!(area.tag("name").is_some() && area.tag("designation").is_some(), "{:?}", area.tags);
    }
}

#[test]
fn a_facility_has_category_and_years_and_leaves_out_what_it_does_not_have() {
    let release = atlas();
    let layers = rendered(&release, &selection(&["services"], &["residents"], Years::All), tile(6));
    let services = &layers[0];
    let clinic = feature(services, "s2");
    assert_eq!(clinic.tag("category"), Some("String(\"clinic\")"));
    assert_eq!((clinic.tag("opened"), clinic.tag("closed")), (Some("UInt(1975)"), Some("UInt(2020)")));
    assert_eq!(feature(services, "s1").tag("closed"), None);
    assert_eq!(feature(services, "s1").tag("residents"), None, "no indicator is published for facilities");
}

#[test]
fn an_indicator_has_its_newest_year_and_the_years_asked_for() {
    let release = atlas();
    let years = Years::These(vec![year(2020), year(2023), year(1999)]);
    let layers = rendered(&release, &selection(&["municipalities"], &["residents"], years), tile(4));
    for layer in &layers {
        let area = feature(layer, "03999002");
        let joined: Vec<_> = area.tags.iter().filter(|(name, _)| name.starts_with("residents")).collect();
        let expected = [("residents", 10_101), ("residents:2020", 10_240), ("residents:2023", 10_101)];
        let expected: Vec<_> =
            expected.iter().map(|(name, value)| (name.to_string(), format!("UInt({value})"))).collect();
        assert_eq!(joined, expected.iter().collect::<Vec<_>>(), "{}", layer.name);
    }
}

#[test]
fn a_value_without_a_number_leaves_its_attribute_out_and_says_its_state() {
    let release = atlas();
    let layers = rendered(&release, &selection(&["municipalities"], &["residents", "cases"], Years::All), tile(4));
    let pending = feature(&layers[0], "03998001");
    assert_eq!(pending.tag("residents:2022"), None);
    assert_eq!(pending.tag("residents:2022:state"), Some("String(\"pending\")"));
    let secret = feature(&layers[0], "03999002");
    assert_eq!(secret.tag("cases:2021"), None);
    assert_eq!(secret.tag("cases:2021:state"), Some("String(\"suppressed\")"));
}

#[test]
fn a_number_with_a_remark_has_both_and_a_plain_number_has_no_state() {
    let release = atlas();
    let layers = rendered(&release, &selection(&["municipalities"], &["residents", "cases"], Years::All), tile(4));
    let provisional = feature(&layers[0], "03999001");
    assert_eq!(provisional.tag("residents"), Some("UInt(75555)"));
    assert_eq!(provisional.tag("residents:state"), Some("String(\"provisional\")"));
    let zero = feature(&layers[0], "03998002");
    assert_eq!((zero.tag("cases"), zero.tag("cases:state")), (Some("UInt(0)"), None));
}

#[test]
fn the_same_request_gives_the_same_bytes_in_every_release_of_the_same_files() {
    let selection = selection(&["municipalities", "services"], &["residents"], Years::All);
    let bytes = |release: &Release| render(release, &Audience::Public, &selection, tile(8));
    assert_eq!(bytes(&atlas()), bytes(&atlas()));
}
