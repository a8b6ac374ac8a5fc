//! What a change of values costs: a tile made anew beside one whose geometry somebody has kept.
//!
//! *new* clips and joins, as the first request for a tile does; *kept* only joins, as every further one does,
//! whatever indicator or years it asks for, and also after a release with new values for the same borders. On the
//! made-up country of `tests/coverage` (11,400 areas of 192 vertices) with an invented indicator over ten years.
//! `cargo bench --bench values`.

#[path = "../tests/coverage/mod.rs"]
mod coverage;

use std::fmt::Write as _;
use std::hint::black_box;
use std::path::Path;
use std::sync::Arc;

use coverage::Coverage;
use criterion::{Criterion, criterion_group, criterion_main};
use kreisel::geo::{LonLat, TileCoord};
use kreisel::release::{self, Audience, Release};
use kreisel::tile::{self, GeometryPart, Selection, Years};
use tempfile::TempDir;

/// A place in the middle of the made-up country.
const MIDDLE: LonLat = LonLat { lon_deg: 10.0, lat_deg: 49.5 };

const ATLAS: &str = r#"
id = "bench"
title = { de = "Messung", en = "Bench" }
publisher = "Bench"
[[themes]]
id = "population"
title = { de = "Bevölkerung", en = "Population" }
[view]
layer = "areas"
indicator = "residents"
"#;

const LAYER: &str = r#"
kind = "area"
title = { de = "Flächen", en = "Areas" }
name = "name"
[source]
file = "../areas.geojson"
[key]
column = "key"
kind = "own"
[tiles]
min_zoom = 0
max_zoom = 14
"#;

const INDICATOR: &str = r#"
title = { de = "Einwohner", en = "Residents" }
theme = "population"
unit = { de = "Personen", en = "persons" }
measure = "count"
layers = ["areas"]
[[tables]]
file = "../values.csv"
"#;

const PROVENANCE: &str = r#"
[provenance]
invented = true
source = { de = "Erfunden", en = "Invented" }
date = "2026-11"
license = "CC0-1.0"
attribution = "erfunden"
"#;

fn values(criterion: &mut Criterion) {
    let folder = TempDir::with_prefix("kreisel-bench-").expect("a folder for the atlas");
    write_atlas(folder.path()).expect("the atlas can be written");
    let release = release::load(folder.path()).unwrap_or_else(|report| panic!("the atlas is sound: {report:?}"));
    let layer = release.layer("areas").expect("the atlas has it");
    let audience = Audience::Public;
    let mut group = criterion.benchmark_group("values");
    group.sample_size(20);
    for zoom in [5, 6, 8, 10, 12, 14] {
        let coord = TileCoord::containing(MIDDLE, zoom);
        let kept = Arc::new(GeometryPart::render(layer, coord));
        for (name, years) in [("newest year", Years::Newest), ("ten years", Years::All)] {
            let selection = selection(&release, years);
            group.bench_function(format!("new, {name}, zoom {zoom}"), |bencher| {
                bencher.iter(|| tile::render(&release, &audience, black_box(&selection), coord));
            });
            group.bench_function(format!("kept, {name}, zoom {zoom}"), |bencher| {
                bencher
                    .iter(|| tile::assemble(&release, &audience, black_box(&selection), zoom, |_| Arc::clone(&kept)));
            });
        }
    }
    group.finish();
}

fn selection(release: &Release, years: Years) -> Selection {
    let indicators = release.indicators.iter().map(|indicator| indicator.config.id.clone());
    let layers = release.layers.iter().map(|layer| layer.config.id.clone());
    Selection { layers: layers.collect(), indicators: indicators.collect(), years }
}

fn write_atlas(root: &Path) -> std::io::Result<()> {
    let areas = Coverage::COUNTRY.areas();
    let features = areas.iter().map(|area| {
        let ring = &area.polygons[0].exterior;
        let closed = ring.iter().chain(ring.first()).map(|at| [at.lon_deg, at.lat_deg]);
        serde_json::json!({
            "type": "Feature",
            "properties": { "key": area.key, "name": format!("Fläche {}", area.key) },
            "geometry": { "type": "Polygon", "coordinates": [closed.collect::<Vec<_>>()] },
        })
    });
    let collection = serde_json::json!({ "type": "FeatureCollection", "features": features.collect::<Vec<_>>() });
    let mut table = "key;period;indicator;value\n".to_owned();
    for (area, number) in areas.iter().zip(0_u32..) {
        for year in 2015..2025 {
            let residents = 500 + (31 * number + 97 * (year - 2015)) % 90_000;
            writeln!(table, "{};{year};residents;{residents}", area.key).expect("a text can be written to");
        }
    }
    std::fs::create_dir(root.join("layers"))?;
    std::fs::create_dir(root.join("indicators"))?;
    std::fs::write(root.join("atlas.toml"), ATLAS)?;
    std::fs::write(root.join("layers/areas.toml"), format!("{LAYER}{PROVENANCE}"))?;
    std::fs::write(root.join("indicators/residents.toml"), format!("{INDICATOR}{PROVENANCE}"))?;
    std::fs::write(root.join("areas.geojson"), collection.to_string())?;
    std::fs::write(root.join("values.csv"), table)
}

criterion_group!(benches, values);
criterion_main!(benches);
