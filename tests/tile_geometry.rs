//! The hazards of clipping and snapping, one test each, from polygons in degrees to decoded tiles.

mod decoded;

use decoded::{DecodedLayer, assert_valid, decode};
use kreisel::config::TileConfig;
use kreisel::geo::{LonLat, MAX_ZOOM, Mercator, Polygon, Ring, TileCoord, WORLD_WIDTH_M};
use kreisel::report::Report;
use kreisel::store::{AreaInput, Areas};
use kreisel::tile::encode::LayerEncoder;
use kreisel::tile::geometry::{self, TileFeature};

/// A tile in Lower Saxony.
fn tile() -> TileCoord {
    TileCoord::new(10, 539, 333).expect("the tile exists")
}

fn config() -> TileConfig {
    TileConfig { max_zoom: MAX_ZOOM, ..TileConfig::default() }
}

/// Corners in units of [`tile`] → a ring in degrees.
fn ring(corners: &[(f64, f64)]) -> Ring<LonLat> {
    let (bounds, unit_m) = (tile().bounds(), tile().width_m() / 4096.0);
    let to_lon_lat =
        |(x, y): &(f64, f64)| Mercator { x: bounds.min().x + x * unit_m, y: bounds.max().y - y * unit_m }.to_lon_lat();
    corners.iter().map(to_lon_lat).collect()
}

fn square(low: f64, high: f64) -> Vec<(f64, f64)> {
    vec![(low, low), (high, low), (high, high), (low, high)]
}

fn area(rings: &[&[(f64, f64)]]) -> AreaInput {
    let mut rings = rings.iter().map(|corners| ring(corners));
    let exterior = rings.next().expect("an exterior");
    AreaInput { key: "a".to_owned(), polygons: vec![Polygon { exterior, holes: rings.collect() }] }
}

fn build(areas: Vec<AreaInput>) -> Areas {
    let mut report = Report::default();
    let areas = Areas::build(areas, "test", &mut report);
    assert!(!report.has_errors(), "{report:?}");
    areas
}

fn encode(features: &[TileFeature]) -> Vec<DecodedLayer> {
    let mut encoder = LayerEncoder::new("test", 4096);
    for feature in features {
        encoder.add_shape(u64::from(feature.feature) + 1, &feature.shape, []);
    }
    decode(&encoder.finish())
}

/// The areas in a tile, encoded, decoded and found valid.
fn rendered(areas: &Areas, coord: TileCoord) -> Vec<DecodedLayer> {
    let layers = encode(&geometry::of_areas(areas, coord, &config()));
    assert_valid(&layers, &format!("{coord:?}"));
    layers
}

/// Polygons of the only area, as sorted texts of their rings' vertices.
fn one(input: AreaInput) -> Vec<Vec<Vec<(i32, i32)>>> {
    let layers = rendered(&build(vec![input]), tile());
    let Some(layer) = layers.first() else { return Vec::new() };
    assert_eq!(layer.features.len(), 1);
    let vertices = |line: &geo::LineString<i32>| {
        let mut vertices: Vec<_> = line.coords().skip(1).map(|at| (at.x, at.y)).collect();
        vertices.sort_unstable();
        vertices
    };
    let rings = |polygon: &geo::Polygon<i32>| {
        std::iter::once(polygon.exterior()).chain(polygon.interiors()).map(vertices).collect()
    };
    let mut polygons: Vec<_> = layer.features[0].polygons().iter().map(rings).collect();
    polygons.sort();
    polygons
}

fn corners(low: i32, high: i32) -> Vec<(i32, i32)> {
    vec![(low, low), (low, high), (high, low), (high, high)]
}

#[test]
fn a_polygon_inside_the_tile_keeps_its_vertices() {
    assert_eq!(one(area(&[&square(100.0, 900.0)])), [[corners(100, 900)]]);
}

#[test]
fn clockwise_and_counter_clockwise_input_give_the_same_tile() {
    let mut reversed = square(-500.0, 900.0);
    reversed.reverse();
    assert_eq!(one(area(&[&square(-500.0, 900.0)])), one(area(&[&reversed])));
}

#[test]
fn a_polygon_around_tile_and_buffer_becomes_the_whole_window() {
    assert_eq!(one(area(&[&square(-9000.0, 9000.0)])), [[corners(-64, 4160)]]);
    let far_and_crooked = [(-9e3, -8e3), (2e3, -30e3), (50e3, -9e3), (9e3, 9e3), (-7e3, 90e3)];
    assert_eq!(one(area(&[&far_and_crooked])), [[corners(-64, 4160)]]);
}

#[test]
fn a_polygon_equal_to_the_window_or_through_all_its_corners_is_kept() {
    assert_eq!(one(area(&[&square(-64.0, 4160.0)])), [[corners(-64, 4160)]]);
    // a rhomb whose edges run through the four corners
    let rhomb = [(2048.0, -2176.0), (6272.0, 2048.0), (2048.0, 6272.0), (-2176.0, 2048.0)];
    assert_eq!(one(area(&[&rhomb])), [[corners(-64, 4160)]]);
}

#[test]
fn a_polygon_equal_to_the_tile_is_kept_and_its_neighbour_only_has_the_buffer() {
    assert_eq!(one(area(&[&square(0.0, 4096.0)])), [[corners(0, 4096)]]);
    let areas = build(vec![area(&[&square(0.0, 4096.0)])]);
    let east = rendered(&areas, TileCoord::new(10, 540, 333).expect("exists"));
    assert!((east[0].features[0].area() - 64.0 * 4096.0).abs() < 1e-9);
}

#[test]
fn a_polygon_that_touches_the_window_but_does_not_enter_is_not_there() {
    let beside = [(4160.0, 0.0), (5000.0, 0.0), (5000.0, 4096.0), (4160.0, 4096.0)];
    assert!(one(area(&[&beside])).is_empty());
    let at_the_corner = square(4160.0, 5000.0);
    assert!(one(area(&[&at_the_corner])).is_empty());
    let with_a_tip = [(4160.0, 2000.0), (5000.0, 1000.0), (5000.0, 3000.0)];
    assert!(one(area(&[&with_a_tip])).is_empty());
}

#[test]
fn a_polygon_around_the_window_that_does_not_enter_is_not_there() {
    // a horseshoe, open to the east
    let horseshoe =
        [(-1e3, -1e3), (9e3, -1e3), (9e3, -5e2), (-5e2, -5e2), (-5e2, 5e3), (9e3, 5e3), (9e3, 6e3), (-1e3, 6e3)];
    assert!(one(area(&[&horseshoe])).is_empty());
}

#[test]
fn an_edge_past_the_corner_does_not_cut_the_corner_off() {
    // the slanting edge runs through the north and the west side just inside the corner, or past it
    let slanted = |sum: f64| [(sum + 5e3, -5e3), (9e3, -5e3), (9e3, 9e3), (-5e3, 9e3), (-5e3, sum + 5e3)];
    let cut = vec![(-64, 436), (-64, 4160), (436, -64), (4160, -64), (4160, 4160)];
    assert_eq!(one(area(&[&slanted(372.0)])), [[cut]]);
    assert_eq!(one(area(&[&slanted(-200.0)])), [[corners(-64, 4160)]]);
}

#[test]
fn a_hole_in_the_tile_is_a_hole() {
    assert_eq!(one(area(&[&square(-900.0, 9000.0), &square(500.0, 600.0)])), [[corners(-64, 4160), corners(500, 600)]]);
}

#[test]
fn a_hole_equal_to_the_window_or_larger_leaves_nothing() {
    assert!(one(area(&[&square(-9000.0, 9000.0), &square(-64.0, 4160.0)])).is_empty());
    assert!(one(area(&[&square(-9000.0, 9000.0), &square(-100.0, 4200.0)])).is_empty());
}

#[test]
fn a_hole_equal_to_the_tile_leaves_the_buffer() {
    assert_eq!(one(area(&[&square(-9000.0, 9000.0), &square(0.0, 4096.0)])), [[corners(-64, 4160), corners(0, 4096)]]);
}

#[test]
fn a_hole_across_the_border_opens_the_exterior_ring() {
    let hole = [(-500.0, 1000.0), (500.0, 1000.0), (500.0, 2000.0), (-500.0, 2000.0)];
    let polygons = one(area(&[&square(-9000.0, 9000.0), &hole]));
    let mut expected = corners(-64, 4160);
    expected.extend([(-64, 1000), (-64, 2000), (500, 1000), (500, 2000)]);
    expected.sort_unstable();
    assert_eq!(polygons, [[expected]]);
}

#[test]
fn a_comb_becomes_one_polygon_per_tooth_without_bridges() {
    // three teeth reach in from the west, their back lies outside
    let comb = [
        (-900.0, 0.0),
        (500.0, 0.0),
        (500.0, 100.0),
        (-800.0, 100.0),
        (-800.0, 200.0),
        (500.0, 200.0),
        (500.0, 300.0),
        (-800.0, 300.0),
        (-800.0, 400.0),
        (500.0, 400.0),
        (500.0, 500.0),
        (-900.0, 500.0),
    ];
    let polygons = one(area(&[&comb]));
    assert_eq!(polygons.len(), 3);
    assert_eq!(polygons[0], [vec![(-64, 0), (-64, 100), (500, 0), (500, 100)]]);
}

#[test]
fn a_vertex_and_an_edge_on_the_border_make_no_trouble() {
    let tip_inside = [(1000.0, 1000.0), (2000.0, -64.0), (3000.0, 1000.0)];
    assert_eq!(one(area(&[&tip_inside])), [[vec![(1000, 1000), (2000, -64), (3000, 1000)]]]);
    let edge_on_it = [(1000.0, -64.0), (3000.0, -64.0), (3000.0, 1000.0), (1000.0, 1000.0)];
    assert_eq!(one(area(&[&edge_on_it])), [[vec![(1000, -64), (1000, 1000), (3000, -64), (3000, 1000)]]]);
    // the outside is a wedge with its tip on the border
    let wedge = [(0.0, -500.0), (4000.0, -500.0), (4000.0, 2000.0), (2000.0, -64.0), (0.0, 2000.0)];
    let polygons = one(area(&[&wedge]));
    let areas: usize = polygons.iter().map(Vec::len).sum();
    assert!(areas >= 1, "{polygons:?}");
}

#[test]
fn a_multi_part_area_is_one_feature() {
    let mut parts = area(&[&square(100.0, 200.0)]);
    parts.polygons.extend(area(&[&square(300.0, 400.0)]).polygons);
    parts.polygons.extend(area(&[&square(30_000.0, 40_000.0)]).polygons);
    assert_eq!(one(parts), [[corners(100, 200)], [corners(300, 400)]]);
}

#[test]
fn what_collapses_by_snapping_is_dropped_but_the_area_is_not() {
    let sliver = [(100.0, 100.1), (900.0, 100.2), (900.0, 100.3)];
    let mut both = area(&[&square(200.0, 300.0)]);
    both.polygons.extend(area(&[&sliver]).polygons);
    assert_eq!(one(both), [[corners(200, 300)]]);
    let alone = one(area(&[&square(100.2, 100.4)]));
    assert_eq!(alone, [[corners(100, 101)]], "a square of one unit is left of an area smaller than that");
    assert_eq!(one(area(&[&sliver])).len(), 1);
}

#[test]
fn a_ring_that_touches_itself_after_snapping_is_taken_apart() {
    // an hourglass whose waist is a fifth of a unit wide
    let hourglass = [(100.0, 100.0), (300.0, 100.0), (200.1, 200.0), (300.0, 300.0), (100.0, 300.0), (199.9, 200.0)];
    let polygons = one(area(&[&hourglass]));
    assert_eq!(polygons.len(), 2, "{polygons:?}");
}

#[test]
fn at_180_degrees_and_at_the_latitude_limit_the_tile_ends_and_nothing_breaks() {
    let corner = |lon_deg: f64, lat_deg: f64| LonLat { lon_deg, lat_deg };
    let input = |key: &str, exterior: Vec<LonLat>| AreaInput {
        key: key.to_owned(),
        polygons: vec![Polygon { exterior, holes: Vec::new() }],
    };
    let areas = build(vec![
        input("east", vec![corner(170.0, 60.0), corner(180.0, 60.0), corner(180.0, 89.0), corner(170.0, 89.0)]),
        input("west", vec![corner(-180.0, -89.0), corner(-170.0, -89.0), corner(-170.0, -60.0), corner(-180.0, -60.0)]),
        input("world", vec![corner(-180.0, -90.0), corner(180.0, -90.0), corner(180.0, 90.0), corner(-180.0, 90.0)]),
    ]);
    for zoom in [0_u8, 1, 5, 22] {
        let last = (1_u32 << zoom) - 1;
        for (x, y, feature) in [(last, 0, 1), (0, last, 2)] {
            let layers = rendered(&areas, TileCoord::new(zoom, x, y).expect("exists"));
            let ids: Vec<_> = layers[0].features.iter().map(|feature| feature.id).collect();
            assert!(ids.contains(&feature) && ids.contains(&3), "zoom {zoom}: {ids:?}");
        }
    }
    let world = &rendered(&areas, TileCoord::new(0, 0, 0).expect("exists"))[0];
    assert!((world.features[2].area() - 4096.0 * 4096.0).abs() < 1.0);
}

#[test]
fn the_deepest_zoom_shows_the_inside_and_the_edge_of_an_area() {
    let areas = build(vec![area(&[&square(100.0, 900.0)])]);
    let inside = TileCoord::around(areas.label(0), MAX_ZOOM);
    assert!((rendered(&areas, inside)[0].features[0].area() - 4224.0 * 4224.0).abs() < 1.0);
    let corner = TileCoord::around(areas.feature_bounds(0).min(), MAX_ZOOM);
    let part = rendered(&areas, corner)[0].features[0].area();
    assert!(part > 0.0 && part < 4224.0 * 4224.0);
}

/// What is wrong with areas, the areas, and the findings that say so.
type BadInput = (&'static str, Vec<AreaInput>, &'static [&'static str]);

fn bad_inputs() -> Vec<BadInput> {
    let lon_lat = |corners: &[(f64, f64)]| {
        let exterior =
            corners.iter().map(|(lon_deg, lat_deg)| LonLat { lon_deg: *lon_deg, lat_deg: *lat_deg }).collect();
        AreaInput { key: "a".to_owned(), polygons: vec![Polygon { exterior, holes: Vec::new() }] }
    };
    let rectangle = |west: f64, east: f64| area(&[&[(west, 0.0), (east, 0.0), (east, 900.0), (west, 900.0)]]);
    // a hexagon whose western corner is where the other one has its eastern corner
    let beside = |x: f64| area(&[&[(x - 9.0, 0.0), (x, 450.0), (x - 9.0, 900.0), (x - 500.0, 450.0)]]);
    let bulging = area(&[&[(91.0, 0.0), (100.2, 450.0), (91.0, 900.0), (900.0, 450.0)]]);
    let wave = |step: u32| {
        let angle = std::f64::consts::TAU * f64::from(step) / 500_000.0;
        let radius = 2000.0 + 300.0 * (angle * 40.0).sin() + 2.0 * (angle * 20_000.0).sin();
        (2000.0 + radius * angle.cos(), 2000.0 + radius * angle.sin())
    };
    let coast: Vec<(f64, f64)> = (0..500_000).map(wave).collect();
    vec![
        ("overlapping neighbours", vec![rectangle(0.0, 500.0), area(&[&square(480.0, 800.0)])], &["areas-overlap"]),
        ("a narrow gap", vec![beside(100.0), bulging], &["areas-gape"]),
        ("the same area twice", vec![rectangle(0.0, 500.0), rectangle(0.0, 500.0)], &["areas-overlap"]),
        (
            "a bow-tie",
            vec![area(&[&[(0.0, 0.0), (900.0, 900.0), (900.0, 0.0), (0.0, 900.0)]])],
            &["ring-self-crossing"],
        ),
        (
            "a spike",
            vec![area(&[&[(0.0, 0.0), (900.0, 0.0), (2000.0, 0.0), (900.0, 0.0), (900.0, 900.0), (0.0, 900.0)]])],
            &["ring-spike"],
        ),
        (
            "a ring of two points",
            vec![area(&[&square(0.0, 900.0), &[(10.0, 10.0), (20.0, 20.0)]])],
            &["ring-collapsed"],
        ),
        (
            "rings that touch at a point",
            vec![area(&[&square(0.0, 900.0), &[(0.0, 450.0), (300.0, 600.0), (300.0, 300.0)]])],
            &[],
        ),
        ("a coast of 500,000 vertices", vec![area(&[&coast])], &[]),
        (
            "across the antimeridian",
            vec![lon_lat(&[(170.0, 50.0), (190.0, 50.0), (190.0, 60.0), (170.0, 60.0)])],
            &["position-off-the-map"],
        ),
        (
            "beyond the limit of Mercator",
            vec![lon_lat(&[(-10.0, 80.0), (10.0, 80.0), (10.0, 90.0), (-10.0, 90.0)])],
            &["position-off-the-map"],
        ),
    ]
}

#[test]
fn bad_input_gives_valid_tiles_and_a_line_in_the_report() {
    for (name, inputs, expected) in bad_inputs() {
        let mut report = Report::default();
        let areas = Areas::build(inputs, "test", &mut report);
        let codes: Vec<_> = report.findings.iter().map(|finding| finding.code).collect();
        assert_eq!(codes, expected, "{name}");
        for zoom in [0, 3, 5, 8, 9, 10, 11, 13, 16] {
            let bounds = areas.feature_bounds(0);
            for corner in [areas.label(0), bounds.min(), bounds.max()] {
                let coord = TileCoord::around(corner, zoom);
                assert_valid(&encode(&geometry::of_areas(&areas, coord, &config())), &format!("{name}, {coord:?}"));
            }
            assert!(!rendered(&areas, TileCoord::around(areas.label(0), zoom)).is_empty(), "{name}, zoom {zoom}");
        }
    }
}

#[test]
fn a_tile_without_features_has_no_bytes() {
    let areas = build(vec![area(&[&square(100.0, 900.0)])]);
    let far = TileCoord::new(10, 1, 1).expect("exists");
    assert!(geometry::of_areas(&areas, far, &config()).is_empty());
    assert!(LayerEncoder::new("test", 4096).finish().is_empty());
}

#[test]
fn every_label_is_in_one_tile_of_each_zoom_and_not_on_its_far_edge() {
    // one label exactly on the edge between two tiles, one just before it
    let areas = build(vec![area(&[&square(4000.0, 4192.0)]), area(&[&square(4000.0, 4191.8)])]);
    for zoom in [0, 5, 10, 14] {
        let mut found = vec![0; areas.len()];
        let around = TileCoord::around(areas.label(0), zoom);
        let near = |at: u32| at.saturating_sub(2)..=(at + 2).min((1 << zoom) - 1);
        for (x, y) in near(around.x()).flat_map(|x| near(around.y()).map(move |y| (x, y))) {
            let coord = TileCoord::new(zoom, x, y).expect("exists");
            let candidates = geometry::near(&areas, coord, &config());
            for feature in geometry::of_labels(&areas, &candidates, coord, &config()) {
                found[feature.feature as usize] += 1;
                let at = encode(&[feature])[0].features[0].point().expect("a point");
                assert!((0..4096).contains(&at.0) && (0..4096).contains(&at.1), "zoom {zoom}: {at:?}");
            }
        }
        assert_eq!(found, [1, 1], "zoom {zoom}");
    }
}

#[test]
fn the_world_is_as_wide_as_its_tiles() {
    assert!((tile().width_m() * 1024.0 - WORLD_WIDTH_M).abs() < 1e-6);
}
