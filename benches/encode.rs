//! How long a tile's geometry takes (clip, snap, settle), how long its bytes take, and how long it takes to make a
//! MapLibre Tile of them.
//!
//! On the made-up country of `tests/coverage`: 11,400 areas of 192 vertices; and at the edge of one large area over
//! the length of its border. `cargo bench --bench encode`.

#[path = "../tests/coverage/mod.rs"]
mod coverage;

use std::hint::black_box;

use coverage::Coverage;
use criterion::{Criterion, criterion_group, criterion_main};
use kreisel::area::FeatureId;
use kreisel::config::TileConfig;
use kreisel::geo::{LonLat, Polygon, TileCoord};
use kreisel::report::Report;
use kreisel::store::{AreaInput, Areas};
use kreisel::tile::encode::{LayerEncoder, TagValue};
use kreisel::tile::geometry::{self, TileFeature, TileShape};
use kreisel::tile::mlt;

/// A place in the middle of the made-up country.
const MIDDLE: LonLat = LonLat { lon_deg: 10.0, lat_deg: 49.5 };

fn encode(criterion: &mut Criterion) {
    let areas = Areas::build(Coverage::COUNTRY.areas(), "bench", &mut Report::default());
    let config = TileConfig::default();
    let mut group = criterion.benchmark_group("encode");
    group.sample_size(20);
    for zoom in [5, 6, 8, 10, 12, 14] {
        let tile = TileCoord::containing(MIDDLE, zoom);
        let features = geometry::of_areas(&areas, tile, &config);
        let name = format!("zoom {zoom}, {} areas", features.len());
        group.bench_function(format!("geometry of a tile, {name}"), |bencher| {
            bencher.iter(|| geometry::of_areas(&areas, black_box(tile), &config));
        });
        group.bench_function(format!("bytes of a tile, {name}"), |bencher| {
            bencher.iter(|| to_bytes(black_box(&features)));
        });
        let bytes = to_bytes(&features);
        group.bench_function(format!("MapLibre Tile of a tile, {name}"), |bencher| {
            bencher.iter(|| mlt::from_mvt(black_box(&bytes)));
        });
    }
    group.finish();
}

/// A tile at the edge of one large area, over the length of the area's border and over zoom: the cost follows what
/// is in the tile.
fn long_border(criterion: &mut Criterion) {
    let config = TileConfig::default();
    let mut group = criterion.benchmark_group("long border");
    group.sample_size(20);
    for vertices in [10_000, 100_000, 1_000_000] {
        let input = AreaInput { key: "coast".to_owned(), polygons: vec![coast(vertices)] };
        let areas = Areas::build(vec![input], "bench", &mut Report::default());
        for zoom in [6, 8, 10, 12, 14] {
            let tile = TileCoord::containing(coast(2 * IN_THE_EAST).exterior[IN_THE_EAST as usize / 2], zoom);
            let found = geometry::of_areas(&areas, tile, &config);
            let drawn: usize = found.iter().map(|feature| vertices_of(&feature.shape)).sum();
            let name = format!("{vertices} vertices, zoom {zoom}, {drawn} in the tile");
            group.bench_function(name, |bencher| {
                bencher.iter(|| geometry::of_areas(&areas, black_box(tile), &config));
            });
        }
    }
    group.finish();
}

fn vertices_of(shape: &TileShape) -> usize {
    let TileShape::Polygons(polygons) = shape else { return 0 };
    polygons.iter().flat_map(Polygon::rings).map(Vec::len).sum()
}

/// Vertices of the coast's eastern eighth, however many the rest has.
const IN_THE_EAST: u32 = 5_000;

/// A round island of two degrees' radius whose coast has waves of every length. Its eastern eighth is the same for any
/// number of vertices.
fn coast(vertices: u32) -> Polygon<LonLat> {
    let eighth = std::f64::consts::FRAC_PI_4;
    let east = (0..IN_THE_EAST).map(|step| eighth * (f64::from(step) / f64::from(IN_THE_EAST) - 0.5));
    let rest = vertices - IN_THE_EAST;
    let west = (0..rest).map(|step| eighth * (0.5 + 7.0 * f64::from(step) / f64::from(rest)));
    let at = |angle: f64| {
        let wave = |octave: i32| (angle * 7.0_f64.powi(octave) + f64::from(octave)).sin() / 6.0_f64.powi(octave);
        let radius = 2.0 + 0.1 * (1..8).map(wave).sum::<f64>();
        LonLat { lon_deg: 10.0 + radius * angle.cos(), lat_deg: 50.0 + 0.6 * radius * angle.sin() }
    };
    Polygon { exterior: east.chain(west).map(at).collect(), holes: Vec::new() }
}

/// A layer with a key, a name and a figure on each area.
fn to_bytes(features: &[TileFeature]) -> Vec<u8> {
    let mut encoder = LayerEncoder::new("bench", TileConfig::default().extent);
    for feature in features {
        let key = format!("{:08}", feature.feature);
        let figure = f64::from(feature.feature % 97) / 8.0;
        let tags = [("key", TagValue::Text(&key)), ("name", TagValue::Text(&key)), ("a", TagValue::Number(figure))];
        encoder.add_shape(FeatureId::of(&key).as_u64(), &feature.shape, tags);
    }
    encoder.finish()
}

criterion_group!(benches, encode, long_border);
criterion_main!(benches);
