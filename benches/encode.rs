//! How long a tile's geometry takes (clip, snap, settle), how long its bytes take, and how long it takes to make a
//! MapLibre Tile of them.
//!
//! On the made-up country of `tests/coverage`: 11,400 areas of 192 vertices. `cargo bench --bench encode`.

#[path = "../tests/coverage/mod.rs"]
mod coverage;

use std::hint::black_box;

use coverage::Coverage;
use criterion::{Criterion, criterion_group, criterion_main};
use kreisel::area::FeatureId;
use kreisel::config::TileConfig;
use kreisel::geo::{LonLat, TileCoord};
use kreisel::report::Report;
use kreisel::store::Areas;
use kreisel::tile::encode::{LayerEncoder, TagValue};
use kreisel::tile::geometry::{self, TileFeature};
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

criterion_group!(benches, encode);
criterion_main!(benches);
