//! From a shapefile on disk to a layer in memory, stage by stage: read, then store.
//!
//! The file is made at run time from documented constants: `SIDE` × `SIDE` cells of a county-like grid
//! in EPSG:25832, every border a line of `STEPS` vertices that wiggles by a fixed function of its
//! position, so that neighbours share every vertex. Nothing random, nothing downloaded.

use std::hint::black_box;
use std::path::Path;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use kreisel::config::SourceConfig;
use kreisel::geo::Shape;
use kreisel::report::Report;
use kreisel::source;
use kreisel::store::{AreaInput, Areas};
use shapefile::dbase::{FieldName, FieldValue, Record, TableWriterBuilder};
use shapefile::{Point, Polygon, PolygonRing};

/// Cells along one side.
const SIDE: usize = 40;
/// Vertices along one border of a cell.
const STEPS: usize = 50;
/// Width of a cell in metres.
const CELL_M: f64 = 5_000.0;
/// South-western corner in EPSG:25832: the Heidekreis.
const ORIGIN: (f64, f64) = (540_000.0, 5_830_000.0);

/// A vertex of the grid, moved off its line by up to 8 % of a cell.
fn vertex(column: f64, row: f64) -> Point {
    let wiggle = |a: f64, b: f64| (a * 7.3 + b * 3.1).sin() * 0.05 + (a * 31.0 + b * 17.0).sin() * 0.03;
    let (x, y) = (column + wiggle(column, row), row + wiggle(row, column));
    Point::new(ORIGIN.0 + x * CELL_M, ORIGIN.1 + y * CELL_M)
}

/// The clockwise exterior of a cell, closed, as a shapefile stores it.
fn cell(column: usize, row: usize) -> Vec<Point> {
    let step = |index: usize| index as f64 / STEPS as f64;
    let (west, south) = (column as f64, row as f64);
    let north = (0..STEPS).map(|index| vertex(west, south + step(index)));
    let east = (0..STEPS).map(|index| vertex(west + step(index), south + 1.0));
    let down = (0..STEPS).map(|index| vertex(west + 1.0, south + 1.0 - step(index)));
    let back = (0..STEPS).map(|index| vertex(west + 1.0 - step(index), south));
    let mut ring: Vec<_> = north.chain(east).chain(down).chain(back).collect();
    ring.push(ring[0]);
    ring
}

fn write_grid(path: &Path) {
    let name = FieldName::try_from("AGS").expect("is a field name");
    let table = TableWriterBuilder::new().add_character_field(name, 8);
    let mut writer = shapefile::Writer::from_path(path, table).expect("the temporary folder can be written");
    for row in 0..SIDE {
        for column in 0..SIDE {
            let mut record = Record::default();
            record.insert("AGS".to_owned(), FieldValue::Character(Some(format!("{:08}", row * SIDE + column))));
            let polygon = Polygon::new(PolygonRing::Outer(cell(column, row)));
            writer.write_shape_and_record(&polygon, &record).expect("the record can be written");
        }
    }
    drop(writer);
    let prj = include_str!("etrs89_utm32.prj");
    std::fs::write(path.with_extension("prj"), prj).expect("the temporary folder can be written");
}

fn load(criterion: &mut Criterion) {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let path = folder.path().join("grid.shp");
    write_grid(&path);
    let config = SourceConfig::of(path);
    let read = || source::open(&config, &mut Report::default()).expect("the grid can be read");
    let areas = || -> Vec<AreaInput> {
        let features = read().features.into_iter().filter_map(|feature| match feature.shape {
            Shape::Polygons(polygons) => Some(AreaInput { key: feature.row.to_string(), polygons }),
            Shape::Point(_) => None,
        });
        features.collect()
    };
    let vertices = (SIDE * SIDE * STEPS * 4) as u64;
    let mut group = criterion.benchmark_group("load");
    group.throughput(Throughput::Elements(vertices)).sample_size(20);
    group.bench_function("source: shapefile to lon/lat", |bench| bench.iter(|| black_box(read())));
    let input = areas();
    group.bench_function("store: repair, arcs, index", |bench| {
        bench.iter_batched(
            || input.clone(),
            |input| black_box(Areas::build(input, "grid", &mut Report::default())),
            criterion::BatchSize::LargeInput,
        );
    });
    group.finish();
}

criterion_group!(benches, load);
criterion_main!(benches);
