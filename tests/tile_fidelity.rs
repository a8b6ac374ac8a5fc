//! Tiles of a real and of a made-up county against the exact geometry.
//!
//! What needs no second opinion is judged here: labels once, no area absent, neighbours sharing their
//! border edge for edge. Likeness (`IoU`), gaps and overlaps are judged by `tests/reference/tile_fidelity.py` with
//! shapely; without Python and shapely that part is left out with a note (`KREISEL_PYTHON` names the
//! interpreter, `python3` is the default).

#![expect(clippy::print_stderr, reason = "a test that leaves something out says so, and shows its table")]

mod coverage;
mod decoded;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use coverage::Coverage;
use decoded::{DecodedLayer, assert_valid, decode};
use kreisel::config::TileConfig;
use kreisel::geo::{Bounds, LonLat, Mercator, Polygon, Ring, TileCoord, WORLD_WIDTH_M, twice_area};
use kreisel::report::Report;
use kreisel::store::{AreaInput, Areas};
use kreisel::tile::encode::LayerEncoder;
use kreisel::tile::geometry::{self, TileFeature, TileShape};
use serde_json::{Value, json};

/// The municipalities of a real county; `None` where the data is not beside the repository.
fn heidekreis() -> Option<Vec<AreaInput>> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data/heidekreis/hk_gemeinden_vg250_2016.geojson");
    let Ok(text) = std::fs::read_to_string(path) else {
        eprintln!("left out: {path} is not there");
        return None;
    };
    let collection: Value = serde_json::from_str(&text).expect("the file is JSON");
    let ring = |ring: &Value| -> Ring<LonLat> {
        let axis = |position: &Value, axis: usize| position[axis].as_f64().expect("a number");
        let positions = ring.as_array().expect("a ring").iter();
        positions.map(|at| LonLat { lon_deg: axis(at, 0), lat_deg: axis(at, 1) }).collect()
    };
    let polygon = |polygon: &Value| -> Polygon<LonLat> {
        let mut rings = polygon.as_array().expect("a polygon").iter().map(ring);
        Polygon { exterior: rings.next().expect("an exterior"), holes: rings.collect() }
    };
    let features = collection["features"].as_array().expect("features").iter().enumerate();
    let areas = features.map(|(number, feature)| {
        let coordinates = &feature["geometry"]["coordinates"];
        let polygons = match feature["geometry"]["type"].as_str() {
            Some("Polygon") => vec![polygon(coordinates)],
            _ => coordinates.as_array().expect("polygons").iter().map(polygon).collect(),
        };
        AreaInput { key: number.to_string(), polygons }
    });
    Some(areas.collect())
}

fn build(inputs: &[AreaInput]) -> Areas {
    let mut report = Report::default();
    let areas = Areas::build(inputs.to_vec(), "test", &mut report);
    assert!(!report.has_errors(), "{report:?}");
    areas
}

fn config() -> TileConfig {
    TileConfig::default()
}

/// All tiles of a zoom that the areas' box touches.
fn tiles_over(bounds: Bounds<Mercator>, zoom: u8) -> Vec<TileCoord> {
    let (low, high) = (TileCoord::around(bounds.min(), zoom), TileCoord::around(bounds.max(), zoom));
    let rows = move |x: u32| (high.y()..=low.y()).map(move |y| TileCoord::new(zoom, x, y).expect("inside the grid"));
    (low.x()..=high.x()).flat_map(rows).collect()
}

fn rendered(areas: &Areas, coord: TileCoord) -> Vec<DecodedLayer> {
    let mut encoder = LayerEncoder::new("test", config().extent);
    for feature in geometry::of_areas(areas, coord, &config()) {
        encoder.add_shape(u64::from(feature.feature) + 1, &feature.shape, []);
    }
    decode(&encoder.finish())
}

fn counties() -> Vec<(&'static str, Vec<AreaInput>)> {
    let made_up = ("made up", Coverage::COUNTY.areas());
    heidekreis().map(|areas| ("Heidekreis", areas)).into_iter().chain([made_up]).collect()
}

#[test]
fn every_area_is_at_every_zoom_and_has_one_label_there() {
    for (name, inputs) in counties() {
        let areas = build(&inputs);
        for zoom in 0..=12 {
            let (mut seen, mut labels) = (BTreeSet::new(), vec![0; areas.len()]);
            for coord in tiles_over(areas.bounds().expect("areas"), zoom) {
                let layers = rendered(&areas, coord);
                assert_valid(&layers, &format!("{name} {coord:?}"));
                seen.extend(layers.iter().flat_map(|layer| &layer.features).map(|feature| feature.id));
                for label in geometry::of_labels(&areas, &geometry::near(&areas, coord, &config()), coord, &config()) {
                    labels[label.feature as usize] += 1;
                }
            }
            assert_eq!(seen.len(), areas.len(), "{name}, zoom {zoom}");
            assert!(labels.iter().all(|count| *count == 1), "{name}, zoom {zoom}: {labels:?}");
        }
    }
}

#[test]
fn the_area_of_all_areas_together_is_kept_to_a_thousandth_from_zoom_6() {
    // no buffer: each place is in one tile
    let config = TileConfig { buffer_units: 0, ..config() };
    for (name, inputs) in counties() {
        let areas = build(&inputs);
        let exact_m2: f64 = (0..areas.len())
            .flat_map(|feature| areas.polygons(u32::try_from(feature).expect("few"), 0.0))
            .flat_map(|polygon| polygon.rings().map(|ring| area_m2(ring)).collect::<Vec<_>>())
            .sum();
        for zoom in 6..=14 {
            let mut drawn_m2 = 0.0;
            for coord in tiles_over(areas.bounds().expect("areas"), zoom) {
                let unit_m = coord.width_m() / f64::from(config.extent);
                for TileFeature { shape, .. } in geometry::of_areas(&areas, coord, &config) {
                    let TileShape::Polygons(polygons) = shape else { continue };
                    let twice: i128 = polygons.iter().flat_map(Polygon::rings).map(|ring| twice_area(ring)).sum();
                    drawn_m2 += twice as f64 / 2.0 * unit_m * unit_m;
                }
            }
            let change = (drawn_m2 / exact_m2 - 1.0).abs();
            assert!(change < 1e-3, "{name}, zoom {zoom}: {:.3} % of the area", change * 100.0);
        }
    }
}

fn area_m2(ring: &[Mercator]) -> f64 {
    let next = ring.iter().cycle().skip(1);
    ring.iter().zip(next).map(|(a, b)| a.x * b.y - b.x * a.y).sum::<f64>() / 2.0
}

#[test]
fn a_county_over_its_municipalities_runs_along_their_borders_at_every_zoom() {
    let parts = Coverage::COUNTY.areas();
    // the outline: what one municipality has alone, as a file of the next larger areas would have it
    let whole = vec![AreaInput { key: "whole".to_owned(), polygons: outline(&parts) }];
    let built = Areas::build_together(vec![("parts".to_owned(), parts), ("whole".to_owned(), whole)]);
    let [(parts, _), (whole, _)] = &built[..] else { panic!("two layers") };
    for zoom in 4..=14 {
        let tolerance_m = 2.0 * WORLD_WIDTH_M / 4096.0 / f64::from(1_u32 << zoom);
        let vertices = |areas: &Areas, feature: u32| -> BTreeSet<String> {
            let polygons = areas.polygons(feature, tolerance_m);
            polygons.iter().flat_map(Polygon::rings).flatten().map(|at| format!("{at:?}")).collect()
        };
        let all = (0..30).flat_map(|part| vertices(parts, part)).collect();
        assert!(vertices(whole, 0).is_subset(&all), "zoom {zoom}");
    }
}

/// The outer border of areas that share their borders vertex for vertex.
fn outline(areas: &[AreaInput]) -> Vec<Polygon<LonLat>> {
    let bits = |at: &LonLat| (at.lon_deg.to_bits(), at.lat_deg.to_bits());
    let mut next: BTreeMap<(u64, u64), BTreeMap<(u64, u64), LonLat>> = BTreeMap::new();
    for ring in areas.iter().flat_map(|area| &area.polygons).flat_map(Polygon::rings) {
        for (from, to) in ring.iter().zip(ring.iter().cycle().skip(1)) {
            let is_shared = next.get_mut(&bits(to)).is_some_and(|ways| ways.remove(&bits(from)).is_some());
            if !is_shared {
                next.entry(bits(from)).or_default().insert(bits(to), *to);
            }
        }
    }
    let start = *next.iter().find(|(_, ways)| !ways.is_empty()).expect("there is an outline").0;
    let (mut exterior, mut at) = (Vec::new(), start);
    while let Some((_, to)) = next.get_mut(&at).and_then(BTreeMap::pop_first) {
        exterior.push(to);
        at = bits(&to);
    }
    vec![Polygon { exterior, holes: Vec::new() }]
}

/// Edges of the made-up county's inside: each belongs to two areas, in opposite directions.
#[test]
fn a_border_between_neighbours_is_the_same_on_both_sides_at_every_zoom() {
    let areas = build(&Coverage::COUNTY.areas());
    for zoom in 6..=14 {
        for coord in tiles_over(areas.bounds().expect("areas"), zoom) {
            let mut edges: BTreeMap<[(i32, i32); 2], i32> = BTreeMap::new();
            for feature in rendered(&areas, coord).iter().flat_map(|layer| &layer.features) {
                for polygon in feature.polygons() {
                    for line in polygon.exterior().lines() {
                        let (a, b) = ((line.start.x, line.start.y), (line.end.x, line.end.y));
                        *edges.entry([a.min(b), a.max(b)]).or_default() += if a < b { 1 } else { -1 };
                    }
                }
            }
            // what one side has alone runs along the window, or encloses the county from outside
            let alone: Vec<_> = edges.into_iter().filter(|(_, balance)| *balance != 0).collect();
            let window = |at: (i32, i32)| [at.0, at.1].iter().any(|axis| [-64, 4160].contains(axis));
            let mut ends: BTreeMap<(i32, i32), i32> = BTreeMap::new();
            for ([a, b], balance) in &alone {
                assert!(balance.abs() == 1, "{coord:?}: an edge is drawn twice on one side");
                *ends.entry(*a).or_default() -= balance;
                *ends.entry(*b).or_default() += balance;
            }
            let loose: Vec<_> = ends.iter().filter(|(at, balance)| **balance != 0 && !window(**at)).collect();
            assert!(loose.is_empty(), "{coord:?}: the outline has loose ends at {loose:?}");
        }
    }
}

#[test]
fn shapely_finds_no_gap_no_overlap_and_a_faithful_outline() {
    let python = std::env::var("KREISEL_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let has_shapely = Command::new(&python).args(["-c", "import shapely"]).output();
    if !has_shapely.is_ok_and(|output| output.status.success()) {
        eprintln!("left out: {python} with shapely is not there");
        return;
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/reference/tile_fidelity.py");
    for (name, inputs) in counties() {
        let areas = build(&inputs);
        let (tiles, source) = (folder.path().join("tiles.json"), folder.path().join("areas.geojson"));
        write(&tiles, &dump(&areas));
        write(&source, &to_geojson(&inputs));
        let output = Command::new(&python).arg(script).args([&tiles, &source]).output().expect("python runs");
        let table = String::from_utf8_lossy(&output.stdout);
        println!("{name}\n{table}");
        assert!(output.status.success(), "{name}\n{table}{}", String::from_utf8_lossy(&output.stderr));
    }
}

fn write(path: &Path, value: &Value) {
    std::fs::write(path, value.to_string()).expect("the temporary folder can be written to");
}

fn dump(areas: &Areas) -> Value {
    let tiles = (4..=12).flat_map(|zoom| tiles_over(areas.bounds().expect("areas"), zoom)).map(|coord| {
        let line = |line: &geo::LineString<i32>| line.coords().map(|at| json!([at.x, at.y])).collect::<Vec<_>>();
        let polygon = |polygon: &geo::Polygon<i32>| -> Vec<_> {
            std::iter::once(polygon.exterior()).chain(polygon.interiors()).map(line).collect()
        };
        let layers = rendered(areas, coord);
        let features = layers.iter().flat_map(|layer| &layer.features);
        let areas: serde_json::Map<_, _> = features
            .map(|feature| {
                let polygons: Vec<_> = feature.polygons().iter().map(polygon).collect();
                ((feature.id - 1).to_string(), json!(polygons))
            })
            .collect();
        json!({"z": coord.zoom(), "x": coord.x(), "y": coord.y(), "areas": areas})
    });
    json!({"extent": config().extent, "buffer": config().buffer_units, "tiles": tiles.collect::<Vec<_>>()})
}

fn to_geojson(inputs: &[AreaInput]) -> Value {
    let line = |ring: &Ring<LonLat>| -> Vec<_> {
        ring.iter().chain(ring.first()).map(|at| json!([at.lon_deg, at.lat_deg])).collect()
    };
    let polygon = |polygon: &Polygon<LonLat>| polygon.rings().map(line).collect::<Vec<_>>();
    let feature = |(number, input): (usize, &AreaInput)| {
        let polygons: Vec<_> = input.polygons.iter().map(polygon).collect();
        let geometry = json!({"type": "MultiPolygon", "coordinates": polygons});
        json!({"type": "Feature", "properties": {"key": number.to_string()}, "geometry": geometry})
    };
    json!({"type": "FeatureCollection", "features": inputs.iter().enumerate().map(feature).collect::<Vec<_>>()})
}
