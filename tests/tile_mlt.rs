//! A MapLibre Tile says what the vector tile says: the same layers, the same features in the same order, with id,
//! geometry and attributes. Read back with the decoder of `mlt-core`; `web/test/browser/mlt.test.ts` reads with the
//! one of MapLibre GL JS.

use std::collections::BTreeMap;
use std::path::Path;

use fast_mvt::{MvtReaderRef, MvtValueRef};
use geo::Geometry;
use kreisel::area::FeatureId;
use kreisel::config::{self, IndicatorId, LayerId, TileConfig};
use kreisel::geo::{LonLat, Mercator, Polygon, Position, Ring, TileCoord};
use kreisel::release::{self, Audience};
use kreisel::report::Report;
use kreisel::store::{AreaInput, Areas};
use kreisel::tile::encode::{LayerEncoder, TagValue};
use kreisel::tile::geometry::{self, TileShape};
use kreisel::tile::{Selection, Unit, Years, mlt, render};
use mlt_core::wire::{Analyze, DictionaryType, PhysicalEncoding, StreamType};
use mlt_core::{Decoder, Layer, Parser, PropValue};
use proptest::prelude::*;

/// What a client can tell of an attribute: it knows numbers, not how they were written.
#[derive(Clone, Debug, PartialEq)]
enum Value {
    Bool(bool),
    Number(f64),
    Text(String),
}

#[derive(Debug, PartialEq)]
struct Feature {
    id: Option<u64>,
    geometry: Geometry<i32>,
    attributes: BTreeMap<String, Value>,
}

#[derive(Debug, PartialEq)]
struct TileLayer {
    name: String,
    extent: u32,
    features: Vec<Feature>,
}

#[expect(clippy::cast_precision_loss, reason = "as clients do")]
fn read_mvt(bytes: &[u8]) -> Vec<TileLayer> {
    let value = |value: MvtValueRef| match value {
        MvtValueRef::String(text) => Value::Text(text.to_owned()),
        MvtValueRef::Bool(bool) => Value::Bool(bool),
        MvtValueRef::Float(number) => Value::Number(f64::from(number)),
        MvtValueRef::Double(number) => Value::Number(number),
        MvtValueRef::Int(whole) | MvtValueRef::SInt(whole) => Value::Number(whole as f64),
        MvtValueRef::UInt(whole) => Value::Number(whole as f64),
        MvtValueRef::Null => panic!("we write no null"),
    };
    let reader = MvtReaderRef::new(bytes).expect("is a vector tile");
    let layers = reader.layers().map(|layer| TileLayer {
        name: layer.name().to_owned(),
        extent: layer.extent(),
        features: layer
            .features()
            .map(|feature| Feature {
                id: feature.id(),
                geometry: feature.geometry().expect("has a geometry"),
                attributes: feature
                    .properties_vec()
                    .expect("has attributes")
                    .into_iter()
                    .map(|(name, given)| (name.to_owned(), value(given)))
                    .collect(),
            })
            .collect(),
    });
    layers.collect()
}

fn read_mlt(bytes: &[u8]) -> Vec<TileLayer> {
    let value = |value: &PropValue| match value {
        PropValue::Bool(given) => given.map(Value::Bool),
        PropValue::I32(given) => given.map(|whole| Value::Number(f64::from(whole))),
        PropValue::U32(given) => given.map(|whole| Value::Number(f64::from(whole))),
        PropValue::F64(given) => given.map(Value::Number),
        PropValue::Str(given) => given.clone().map(Value::Text),
        other => panic!("{other:?} is of a type that a browser does not read as a number"),
    };
    let mut decoder = Decoder::default();
    let layers = Parser::default().parse_layers(bytes).expect("is a MapLibre Tile").into_iter().map(|layer| {
        let Layer::Tag01(layer) = layer else { panic!("clients know layers of tag 1 only") };
        layer.for_each_stream(&mut |stream| {
            let is_dense = stream.encoding.physical == PhysicalEncoding::FastPFor256
                || matches!(stream.stream_type, StreamType::Data(DictionaryType::Shared | DictionaryType::Fsst));
            assert!(!is_dense, "{stream:?} is of a kind that not all clients read");
        });
        let rows = layer.into_tile(&mut decoder).expect("its columns can be read");
        let features = rows.features().iter().map(|row| {
            let named = rows.property_names().iter().zip(row.properties());
            Feature {
                id: row.id(),
                geometry: row.geometry().clone(),
                attributes: named.filter_map(|(name, given)| Some((name.clone(), value(given)?))).collect(),
            }
        });
        TileLayer { name: rows.name().to_owned(), extent: rows.extent().get(), features: features.collect() }
    });
    layers.collect()
}

/// Converts a vector tile and holds both against each other; gives back the MapLibre Tile.
fn assert_same(vector_tile: &[u8]) -> Vec<u8> {
    let converted = mlt::from_mvt(vector_tile).expect("our own tile can be converted");
    assert_eq!(read_mlt(&converted), read_mvt(vector_tile));
    assert_eq!(mlt::from_mvt(vector_tile).expect("as before"), converted, "same input, same bytes");
    converted
}

fn square(x: i32, y: i32, side: i32) -> TileShape {
    let corners = [(x, y), (x + side, y), (x + side, y + side), (x, y + side)];
    let exterior: Ring<Unit> = corners.into_iter().map(|(x, y)| Unit { x, y }).collect();
    TileShape::Polygons(vec![Polygon { exterior, holes: Vec::new() }])
}

/// Ids as they are: without order, up to the limit.
fn id(number: u32) -> u64 {
    FeatureId::of(&number.to_string()).as_u64()
}

/// A tile of one layer of squares, one for each set of attributes.
fn tile_of(rows: &[Vec<(&str, TagValue)>]) -> Vec<u8> {
    let mut encoder = LayerEncoder::new("test", 4096);
    for (at, attributes) in (0_i32..).zip(rows) {
        encoder.add_shape(id(at.unsigned_abs()), &square(10 * at, 5, 8), attributes.iter().copied());
    }
    encoder.finish()
}

/// The attribute `a` of all features, after the way through MLT.
fn column(values: &[TagValue]) -> Vec<Value> {
    let rows: Vec<_> = values.iter().map(|value| vec![("a", *value)]).collect();
    let converted = mlt::from_mvt(&tile_of(&rows)).expect("can be converted");
    read_mlt(&converted)[0].features.iter().map(|feature| feature.attributes["a"].clone()).collect()
}

#[test]
fn tiles_of_the_small_atlas_say_the_same_in_both_formats() {
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/small"));
    let mut report = Report::default();
    let config = config::load(root, &mut report).expect("the small atlas can be read");
    let release = release::build(config, report).unwrap_or_else(|(error, report)| panic!("{error}: {report:#?}"));
    let selection = Selection {
        layers: release.layers.iter().map(|layer| layer.config.id.clone()).collect::<Vec<LayerId>>(),
        indicators: release.indicators.iter().map(|indicator| indicator.id().clone()).collect::<Vec<IndicatorId>>(),
        years: Years::All,
    };
    for zoom in 4..=12 {
        let coord = TileCoord::containing(LonLat::from_xy(9.05, 52.1), zoom);
        let vector_tile = render(&release, &Audience::Public, &selection, coord);
        let converted = assert_same(&vector_tile);
        assert!(!converted.is_empty(), "zoom {zoom}");
    }
}

#[test]
fn an_empty_tile_stays_empty_and_a_broken_one_is_refused() {
    assert_eq!(mlt::from_mvt(&[]).expect("is a tile without layers"), Vec::<u8>::new());
    let mut cut = tile_of(&[vec![("a", TagValue::Integer(1))]]);
    cut.truncate(cut.len() - 3);
    let error = mlt::from_mvt(&cut).expect_err("the end is missing").to_string();
    assert!(error.starts_with("reading the vector tile"), "{error}");
}

/// Found by fuzzing: a small tile whose table would fill the memory.
#[test]
fn a_tile_whose_features_have_attributes_of_their_own_is_refused_before_it_becomes_a_table() {
    let names: Vec<String> = (0..3000).map(|at| format!("a{at}")).collect();
    let rows: Vec<_> = names.iter().map(|name| vec![(name.as_str(), TagValue::Bool(true))]).collect();
    let tile = tile_of(&rows);
    assert!(tile.len() < 200_000);
    let error = mlt::from_mvt(&tile).expect_err("nine million cells").to_string();
    assert!(error.contains("3000 features with 3000 different attributes"), "{error}");
    let wide: Vec<(&str, TagValue)> = names.iter().map(|name| (name.as_str(), TagValue::Bool(true))).collect();
    assert_same(&tile_of(&[wide.clone(), wide]));
}

/// Found by fuzzing: what was written could not be read.
#[test]
fn a_feature_without_anything_to_draw_is_left_out() {
    let (name, version, extent) = (&[0x0a, 1, b'a'][..], &[0x78, 2][..], &[0x28, 0x80, 0x20][..]);
    // a feature of polygons that has none, and point 1/1 with the id 7
    let (nothing, point) = (&[0x12, 2, 0x18, 3][..], &[0x12, 9, 0x08, 7, 0x18, 1, 0x22, 3, 9, 2, 2][..]);
    let tile = |features: &[&[u8]]| {
        let layer = [name, &features.concat(), extent, version].concat();
        [&[0x1a, u8::try_from(layer.len()).expect("is short")][..], &layer].concat()
    };
    let read = read_mvt(&tile(&[nothing, point]));
    assert_eq!(read[0].features[0].geometry, Geometry::MultiPolygon(geo::MultiPolygon::new(Vec::new())));
    let converted = mlt::from_mvt(&tile(&[nothing, point])).expect("can be converted");
    assert_eq!(read_mlt(&converted), read_mvt(&tile(&[point])));
    assert_eq!(mlt::from_mvt(&tile(&[nothing])).expect("can be converted"), Vec::<u8>::new());
}

#[test]
fn whole_and_broken_numbers_in_one_column_stay_numbers() {
    let given = [TagValue::Integer(12), TagValue::Number(12.5), TagValue::Integer(-3), TagValue::Number(0.1 + 0.2)];
    assert_eq!(column(&given), [12.0, 12.5, -3.0, 0.1 + 0.2].map(Value::Number));
}

#[test]
fn whole_numbers_beyond_32_bits_are_read_as_the_same_number() {
    for values in [[0, 1 << 32], [-1, 4_294_967_295], [-(1 << 31) - 1, 0], [1 << 53, -(1 << 53)]] {
        #[expect(clippy::cast_precision_loss, reason = "up to 2^53 nothing is lost")]
        let expected = values.map(|whole: i64| Value::Number(whole as f64));
        assert_eq!(column(&values.map(TagValue::Integer)), expected);
    }
    assert_eq!(column(&[TagValue::Integer(0), TagValue::Integer(4_294_967_295)])[1], Value::Number(4_294_967_295.0));
}

#[test]
fn a_column_with_numbers_and_texts_becomes_texts_as_a_person_writes_them() {
    let given = [TagValue::Text("unbekannt"), TagValue::Integer(12), TagValue::Number(2.5), TagValue::Bool(true)];
    assert_eq!(column(&given), ["unbekannt", "12", "2.5", "true"].map(|text| Value::Text(text.to_owned())));
}

/// Columns of one type each, with gaps.
fn table() -> impl Strategy<Value = Vec<Vec<Option<Value>>>> {
    let number = prop_oneof![
        (-5..400_i32).prop_map(f64::from),
        any::<i32>().prop_map(f64::from),
        any::<u32>().prop_map(f64::from),
        -1e6..1e6_f64,
        prop::num::f64::NORMAL,
    ];
    let text = prop_oneof!["[a-c]{0,2}", "suppressed|estimated", "\\PC{0,40}"];
    let of = |value: BoxedStrategy<Value>| {
        prop_oneof![1 => Just(Vec::new()), 4 => prop::collection::vec(prop::option::weighted(0.8, value), 1..80)]
            .boxed()
    };
    let columns = prop_oneof![
        of(number.prop_map(Value::Number).boxed()),
        of((0..90_i32).prop_map(|whole| Value::Number(f64::from(whole))).boxed()),
        of(text.prop_map(Value::Text).boxed()),
        of(any::<bool>().prop_map(Value::Bool).boxed()),
    ];
    prop::collection::vec(columns, 0..8)
}

/// Rings that cross themselves as they like, in units of the tile 10/539/333.
fn tangle() -> impl Strategy<Value = Vec<(f64, f64)>> {
    let scale = prop_oneof![Just(3.0), Just(40.0), Just(900.0), Just(9000.0)];
    let corners = prop::collection::vec((-1.0..1.0_f64, -1.0..1.0_f64), 3..60);
    (-500.0..4500.0_f64, -500.0..4500.0_f64, scale, corners)
        .prop_map(|(x, y, scale, corners)| corners.iter().map(|(dx, dy)| (x + dx * scale, y + dy * scale)).collect())
}

fn shapes(tangles: &[Vec<(f64, f64)>]) -> Vec<TileShape> {
    let tile = TileCoord::new(10, 539, 333).expect("the tile exists");
    let (bounds, unit_m) = (tile.bounds(), tile.width_m() / 4096.0);
    let to_lon_lat =
        |(x, y): &(f64, f64)| Mercator { x: bounds.min().x + x * unit_m, y: bounds.max().y - y * unit_m }.to_lon_lat();
    let input = |(at, corners): (usize, &Vec<(f64, f64)>)| AreaInput {
        key: at.to_string(),
        polygons: vec![Polygon { exterior: corners.iter().map(to_lon_lat).collect(), holes: Vec::new() }],
    };
    let areas = Areas::build(tangles.iter().enumerate().map(input).collect(), "test", &mut Report::default());
    let config = TileConfig { max_zoom: 10, ..TileConfig::default() };
    geometry::of_areas(&areas, tile, &config).into_iter().map(|feature| feature.shape).collect()
}

proptest! {
    #[test]
    fn any_geometry_is_the_same_in_both_formats(
        tangles in prop::collection::vec(tangle(), 1..5),
        points in prop::collection::vec((-64..4160_i32, -64..4160_i32), 0..300),
    ) {
        let mut areas = LayerEncoder::new("areas", 4096);
        for (number, shape) in (1..).zip(shapes(&tangles)) {
            areas.add_shape(id(number), &shape, []);
        }
        let mut places = LayerEncoder::new("places", 512);
        for (number, (x, y)) in (1..).zip(points) {
            places.add_shape(id(number), &TileShape::Point(Unit { x, y }), []);
        }
        assert_same(&[areas.finish(), places.finish()].concat());
    }

    #[test]
    fn any_table_of_attributes_is_the_same_in_both_formats(table in table()) {
        let names: Vec<String> = (0..table.len()).map(|at| format!("cases:{}", 2000 + at)).collect();
        let rows: Vec<Vec<(&str, TagValue)>> = (0..table.iter().map(Vec::len).max().unwrap_or(0).max(1))
            .map(|row| {
                let cells = names.iter().zip(&table);
                let present = cells.filter_map(|(name, column)| Some((name.as_str(), column.get(row)?.as_ref()?)));
                present
                    .map(|(name, value)| match value {
                        Value::Bool(bool) => (name, TagValue::Bool(*bool)),
                        Value::Number(number) => (name, TagValue::Number(*number)),
                        Value::Text(text) => (name, TagValue::Text(text)),
                    })
                    .collect()
            })
            .collect();
        assert_same(&tile_of(&rows));
    }
}
