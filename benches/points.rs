//! Very many facilities: how long indexing and clustering take, and then one tile at each zoom.
//!
//! A million made-up points in a country of 640 by 870 km, six in ten of them in towns of all sizes.
//! `cargo bench --bench points`.

use std::hint::black_box;

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use kreisel::area::FeatureId;
use kreisel::config::{PointsConfig, PointsMode, TileConfig};
use kreisel::geo::{LonLat, TileCoord};
use kreisel::store::{Crowding, Place, Places};
use kreisel::tile::points::of_places;

const POINTS: u64 = 1_000_000;
const CATEGORIES: u64 = 8;

/// The largest town; tiles are asked for around it.
const CAPITAL: LonLat = LonLat { lon_deg: 10.0, lat_deg: 51.0 };

fn points(criterion: &mut Criterion) {
    let places: Vec<Place> = (0..POINTS).map(place).collect();
    let crowding = |mode| Crowding {
        mode,
        zooms: 0..14,
        spacing: PointsConfig::default().spacing_px(mode) / PointsConfig::TILE_PX,
    };
    let mut group = criterion.benchmark_group("points");
    group.sample_size(10);
    group.bench_function("index a million", |bencher| {
        bencher.iter_batched(|| places.clone(), Places::build, BatchSize::PerIteration);
    });
    for mode in [PointsMode::Cluster, PointsMode::Thin] {
        let build = |places| Places::build_crowded(places, &crowding(mode));
        group.bench_function(format!("index and {mode:?} a million"), |bencher| {
            bencher.iter_batched(|| places.clone(), build, BatchSize::PerIteration);
        });
    }
    let store = Places::build_crowded(places, &crowding(PointsMode::Cluster));
    let clusters = store.clusters().expect("they are clustered");
    let config = TileConfig { buffer_units: 0, ..TileConfig::default() };
    for zoom in [0, 4, 6, 8, 10, 12, 13, 14] {
        let tile = TileCoord::containing(CAPITAL, zoom);
        let count = of_places(&store, tile, &config).len();
        group.bench_function(format!("{count} points of a tile of zoom {zoom}, with their counts"), |bencher| {
            bencher.iter(|| {
                let points = of_places(&store, black_box(tile), &config);
                points.iter().map(|point| clusters.counts(&point.cluster).len()).sum::<usize>()
            });
        });
    }
    group.finish();
}

fn place(number: u64) -> Place {
    let mut numbers = Numbers(number);
    let (mut lon_deg, mut lat_deg) = (6.0 + 9.0 * numbers.next(), 47.5 + 7.5 * numbers.next());
    if number % 10 < 6 {
        // town 1 is as large as towns 2 and 3 together, and so on
        let town = (1.0 / (numbers.next() + 1e-3)).floor();
        let mut seat = Numbers(town.to_bits());
        let middle = if town > 1.0 {
            (6.0 + 9.0 * seat.next(), 47.5 + 7.5 * seat.next())
        } else {
            (CAPITAL.lon_deg, CAPITAL.lat_deg)
        };
        let (angle, radius) = (numbers.next() * std::f64::consts::TAU, 0.15 * numbers.next() / town.sqrt());
        (lon_deg, lat_deg) = (middle.0 + 1.6 * radius * angle.cos(), middle.1 + radius * angle.sin());
    }
    let category = u16::try_from(number * number % CATEGORIES).unwrap_or_default();
    Place { position: LonLat { lon_deg, lat_deg }.to_mercator(), id: FeatureId::of(&number.to_string()), category }
}

/// Numbers from 0 to 1 that look like chance (`SplitMix64`, Steele et al. 2014).
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }
}

criterion_group!(benches, points);
criterion_main!(benches);
