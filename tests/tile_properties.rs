//! What holds for any polygon, however crooked: every tile is valid, stays in its window and says what
//! the geometry says.

mod decoded;

use decoded::{DecodedLayer, assert_valid, decode, in_f64};
use geo::{Area, BooleanOps, Euclidean, Length};
use kreisel::config::TileConfig;
use kreisel::geo::{LonLat, Mercator, Polygon, Ring, TileCoord};
use kreisel::report::Report;
use kreisel::store::{AreaInput, Areas};
use kreisel::tile::encode::LayerEncoder;
use kreisel::tile::geometry::{self, TileShape};
use proptest::prelude::*;

fn tile() -> TileCoord {
    TileCoord::new(10, 539, 333).expect("the tile exists")
}

/// No simplification to speak of at the tile's zoom.
fn config() -> TileConfig {
    TileConfig { max_zoom: 10, tolerance_units: 0.0, ..TileConfig::default() }
}

/// Positions in units of [`tile`] → degrees.
fn ring(corners: &[(f64, f64)]) -> Ring<LonLat> {
    let (bounds, unit_m) = (tile().bounds(), tile().width_m() / 4096.0);
    let to_lon_lat =
        |(x, y): &(f64, f64)| Mercator { x: bounds.min().x + x * unit_m, y: bounds.max().y - y * unit_m }.to_lon_lat();
    corners.iter().map(to_lon_lat).collect()
}

fn build(rings: &[Vec<(f64, f64)>]) -> Areas {
    let mut rings = rings.iter().map(|corners| ring(corners));
    let polygon = Polygon { exterior: rings.next().expect("an exterior"), holes: rings.collect() };
    Areas::build(vec![AreaInput { key: "a".to_owned(), polygons: vec![polygon] }], "test", &mut Report::default())
}

fn rendered(areas: &Areas, coord: TileCoord, config: &TileConfig) -> Vec<DecodedLayer> {
    let features = geometry::of_areas(areas, coord, config);
    let mut encoder = LayerEncoder::new("test", config.extent);
    for feature in &features {
        encoder.add_shape(1, &feature.shape, []);
    }
    let layers = decode(&encoder.finish());
    assert_valid(&layers, &format!("{coord:?}"));
    if let Some(feature) = features.first() {
        assert_eq!(vertices(&feature.shape), decoded_vertices(&layers), "decode after encode is identity");
    }
    layers
}

/// Rings as sets of vertices: `mvt` leaves out some that lie on straight lines, and may start elsewhere.
fn vertices(shape: &TileShape) -> Vec<geo::Polygon<i32>> {
    let TileShape::Polygons(polygons) = shape else { return Vec::new() };
    let line = |ring: &Ring<kreisel::tile::Unit>| -> geo::LineString<i32> {
        ring.iter().map(|at| geo::Coord { x: at.x, y: at.y }).collect()
    };
    let polygon = |polygon: &Polygon<kreisel::tile::Unit>| {
        normal(&geo::Polygon::new(line(&polygon.exterior), polygon.holes.iter().map(line).collect()))
    };
    polygons.iter().map(polygon).collect()
}

fn decoded_vertices(layers: &[DecodedLayer]) -> Vec<geo::Polygon<i32>> {
    layers[0].features[0].polygons().iter().map(normal).collect()
}

/// The polygon without vertices on straight axis-parallel lines, each ring from its smallest vertex on.
fn normal(polygon: &geo::Polygon<i32>) -> geo::Polygon<i32> {
    let line = |line: &geo::LineString<i32>| -> geo::LineString<i32> {
        let open: Vec<_> = line.coords().skip(1).copied().collect();
        let straight = |at: usize| {
            let (a, b, c) = (open[(at + open.len() - 1) % open.len()], open[at], open[(at + 1) % open.len()]);
            (a.x == b.x && b.x == c.x) || (a.y == b.y && b.y == c.y)
        };
        let mut kept: Vec<_> = (0..open.len()).filter(|at| !straight(*at)).map(|at| open[at]).collect();
        let first = (0..kept.len()).min_by_key(|at| (kept[*at].x, kept[*at].y)).unwrap_or(0);
        kept.rotate_left(first);
        kept.into()
    };
    geo::Polygon::new(line(polygon.exterior()), polygon.interiors().iter().map(line).collect())
}

fn star(middle: (f64, f64), radii: &[f64]) -> Vec<(f64, f64)> {
    let step = std::f64::consts::TAU / radii.len() as f64;
    let at = |(number, radius): (usize, &f64)| {
        let angle = step * number as f64;
        (middle.0 + radius * angle.cos(), middle.1 + radius * angle.sin())
    };
    radii.iter().enumerate().map(at).collect()
}

fn middles() -> impl Strategy<Value = (f64, f64)> {
    (-3000.0..7000.0_f64, -3000.0..7000.0_f64)
}

/// Rings that cross themselves as they like, on a coarse and a fine scale.
fn tangles() -> impl Strategy<Value = Vec<(f64, f64)>> {
    let scale = prop_oneof![Just(3.0), Just(40.0), Just(900.0), Just(9000.0)];
    (middles(), scale, prop::collection::vec((-1.0..1.0_f64, -1.0..1.0_f64), 3..60)).prop_map(
        |(middle, scale, corners)| corners.iter().map(|(x, y)| (middle.0 + x * scale, middle.1 + y * scale)).collect(),
    )
}

proptest! {
    #[test]
    fn any_tangle_of_rings_gives_valid_tiles_inside_the_window(rings in prop::collection::vec(tangles(), 1..4)) {
        let areas = build(&rings);
        let up = |levels: u8| TileCoord::new(10 - levels, tile().x() >> levels, tile().y() >> levels).expect("exists");
        for coord in [tile(), up(1), up(4), up(8), up(10)] {
            for layer in rendered(&areas, coord, &TileConfig::default()) {
                for at in layer.features.iter().flat_map(decoded::DecodedFeature::polygons).flat_map(|polygon| polygon.exterior().0.clone()) {
                    prop_assert!((-64..=4160).contains(&at.x) && (-64..=4160).contains(&at.y), "{at:?}");
                }
            }
        }
    }

    #[test]
    fn a_star_covers_in_the_tile_what_it_covers_on_the_map(
        middle in middles(), radii in prop::collection::vec(30.0..4000.0_f64, 3..80)
    ) {
        let outline = star(middle, &radii);
        let exact = geo::Polygon::new(outline.clone().into(), Vec::new());
        let window = geo::Rect::new((-64.0, -64.0), (4160.0, 4160.0)).to_polygon();
        let expected = exact.intersection(&window);
        let layers = rendered(&build(&[outline]), tile(), &config());
        let drawn: Vec<_> = layers.iter().flat_map(|layer| &layer.features).flat_map(decoded::DecodedFeature::polygons).map(|polygon| in_f64(&polygon)).collect();
        let wrong = geo::MultiPolygon::new(drawn).xor(&expected).unsigned_area();
        // snapping moves each vertex by at most half a unit on both axes
        let border: f64 = expected.iter().map(|polygon| Euclidean.length(polygon.exterior())).sum();
        prop_assert!(wrong <= border * 0.75 + 2.0, "{wrong} wrong along {border}");
    }

    #[test]
    fn mirrored_input_gives_mirrored_output(
        middle in middles(), radii in prop::collection::vec(30.0..4000.0_f64, 3..40)
    ) {
        let outline = star(middle, &radii);
        let mirrored: Vec<_> = outline.iter().map(|(x, y)| (4096.0 - x, *y)).collect();
        let (one, other) = (rendered(&build(&[outline]), tile(), &config()), rendered(&build(&[mirrored]), tile(), &config()));
        // the store's grid of one centimetre can decide a half unit differently on either side
        let corners = |layers: &[DecodedLayer]| -> Vec<(i32, i32)> {
            let polygons = layers.iter().flat_map(|layer| &layer.features).flat_map(decoded::DecodedFeature::polygons);
            polygons.flat_map(|polygon| polygon.exterior().0.clone()).map(|at| (at.x, at.y)).collect()
        };
        let (one, other) = (corners(&one), corners(&other));
        for (corners, partners) in [(&one, &other), (&other, &one)] {
            for (x, y) in corners {
                let found = partners.iter().any(|(other_x, other_y)| (4096 - other_x - x).abs() <= 1 && (other_y - y).abs() <= 1);
                prop_assert!(found, "{x}, {y} has no partner");
            }
        }
    }
}
