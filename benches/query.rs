//! How long the store takes to answer: which features touch a tile, and their simplified polygons.
//!
//! On the made-up country of `tests/coverage`: 11,400 areas of 192 vertices. `cargo bench --bench query`.

#[path = "../tests/coverage/mod.rs"]
mod coverage;

use std::hint::black_box;

use coverage::Coverage;
use criterion::{Criterion, criterion_group, criterion_main};
use kreisel::geo::{LonLat, TileCoord};
use kreisel::report::Report;
use kreisel::store::Areas;

/// A place in the middle of the made-up country.
const MIDDLE: LonLat = LonLat { lon_deg: 10.0, lat_deg: 49.5 };

fn query(criterion: &mut Criterion) {
    let inputs = Coverage::COUNTRY.areas();
    let mut group = criterion.benchmark_group("query");
    group.sample_size(10);
    group.bench_function("build the areas of a country", |bencher| {
        bencher.iter(|| Areas::build(inputs.clone(), "bench", &mut Report::default()));
    });
    group.sample_size(100);
    let areas = Areas::build(inputs, "bench", &mut Report::default());
    for zoom in [5, 8, 11, 14] {
        let tile = TileCoord::containing(MIDDLE, zoom);
        let tolerance_m = 2.0 * tile.width_m() / 4096.0;
        let window = tile.bounds();
        group.bench_function(format!("areas in a tile of zoom {zoom}"), |bencher| {
            bencher.iter(|| areas.query(black_box(window)));
        });
        group.bench_function(format!("their polygons at zoom {zoom}"), |bencher| {
            bencher.iter(|| {
                let found = areas.query(black_box(window)).into_iter();
                found.map(|feature| areas.polygons_near(feature, tolerance_m, window)).collect::<Vec<_>>()
            });
        });
    }
    group.finish();
}

criterion_group!(benches, query);
criterion_main!(benches);
