//! Our features, keys and values inside `mvt`'s frame against a layer that `mvt` writes alone: any shapes
//! and attributes, read back by a decoder that is neither's, say the same.

mod decoded;

use decoded::{DecodedLayer, decode};
use kreisel::geo::Polygon;
use kreisel::tile::Unit;
use kreisel::tile::encode::{LayerEncoder, TagValue};
use kreisel::tile::geometry::TileShape;
use mvt::{GeomEncoder, GeomType};
use proptest::prelude::*;

/// An attribute value that owns its text.
#[derive(Clone, Debug)]
enum Value {
    Text(String),
    Number(f64),
    Integer(i64),
    Bool(bool),
}

impl Value {
    fn as_tag(&self) -> TagValue<'_> {
        match self {
            Self::Text(text) => TagValue::Text(text),
            Self::Number(number) => TagValue::Number(*number),
            Self::Integer(integer) => TagValue::Integer(*integer),
            Self::Bool(bool) => TagValue::Bool(*bool),
        }
    }
}

#[derive(Clone, Debug)]
struct Feature {
    id: u64,
    shape: TileShape,
    values: Vec<Value>,
}

const NAMES: [&str; 4] = ["key", "name", "a:2015", "Fläche"];

fn unit(x: i32, y: i32) -> Unit {
    Unit { x, y }
}

/// A triangle or a box with a box as its hole: what the encoder is told is not judged by it, but the
/// decoder wants it valid. No edge runs along an axis through three vertices, where `mvt` drops the middle one.
fn shape() -> impl Strategy<Value = TileShape> {
    let at = || (-64..4096_i32, -64..4096_i32);
    prop_oneof![
        at().prop_map(|(x, y)| TileShape::Point(unit(x, y))),
        (at(), 1..900_i32, 1..900_i32).prop_map(|((x, y), width, height)| {
            let exterior = vec![unit(x, y), unit(x + width, y), unit(x, y + height)];
            TileShape::Polygons(vec![Polygon { exterior, holes: Vec::new() }])
        }),
        (at(), 4..900_i32, 1..200_i32).prop_map(|((x, y), side, gap)| {
            let ring = |x: i32, side: i32, inset: i32| {
                let (low, high) = (y + inset, y + side - inset);
                let (west, east) = (x + inset, x + side - inset);
                vec![unit(west, low), unit(east, low), unit(east, high), unit(west, high)]
            };
            let mut hole = ring(x, side, 1);
            hole.reverse();
            let beside = Polygon { exterior: ring(x + side + gap, side, 0), holes: Vec::new() };
            TileShape::Polygons(vec![Polygon { exterior: ring(x, side, 0), holes: vec![hole] }, beside])
        }),
    ]
}

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        "[a-zä]{0,6}".prop_map(Value::Text),
        prop_oneof![-1e12..1e12_f64, (-1e6..1e6_f64).prop_map(f64::round), Just(1e300), Just(-0.5)]
            .prop_map(Value::Number),
        prop_oneof![any::<i64>().prop_filter("a sint of mvt", |number| *number > i64::MIN), Just(0), Just(-1)]
            .prop_map(Value::Integer),
        any::<bool>().prop_map(Value::Bool),
    ]
}

fn features() -> impl Strategy<Value = Vec<Feature>> {
    let feature = (1..1_u64 << 53, shape(), prop::collection::vec(value(), 0..=NAMES.len()));
    let features = prop::collection::vec(feature, 1..20);
    features.prop_map(|features| {
        let mut seen = std::collections::HashSet::new();
        let once = features.into_iter().filter(|(id, ..)| seen.insert(*id));
        once.map(|(id, shape, values)| Feature { id, shape, values }).collect()
    })
}

fn ours(features: &[Feature]) -> Vec<u8> {
    let mut encoder = LayerEncoder::new("layer", 4096);
    for feature in features {
        let tags = NAMES.into_iter().zip(feature.values.iter().map(Value::as_tag));
        encoder.add_shape(feature.id, &feature.shape, tags);
    }
    encoder.finish()
}

fn by_mvt(features: &[Feature]) -> Vec<u8> {
    let mut tile = mvt::Tile::new(4096);
    let mut layer = tile.create_layer("layer");
    for feature in features {
        let encoder = match &feature.shape {
            TileShape::Point(at) => GeomEncoder::new(GeomType::Point).point(at.x, at.y).expect("an integer"),
            TileShape::Polygons(polygons) => {
                let rings = polygons.iter().flat_map(Polygon::rings);
                rings.fold(GeomEncoder::new(GeomType::Polygon), |mut encoder, ring| {
                    for at in ring {
                        encoder.add_point(at.x, at.y).expect("an integer");
                    }
                    encoder.complete().expect("a ring can be closed")
                })
            }
        };
        let mut written = layer.into_feature(encoder.encode().expect("it has a position"));
        written.set_id(feature.id);
        for (name, value) in NAMES.into_iter().zip(&feature.values) {
            match value {
                Value::Text(text) => written.add_tag_string(name, text),
                Value::Bool(bool) => written.add_tag_bool(name, *bool),
                Value::Integer(integer) => written.add_tag_sint(name, *integer),
                Value::Number(number) => written.add_tag_double(name, *number),
            }
        }
        layer = written.into_layer();
    }
    tile.add_layer(layer).expect("it is the tile's only layer");
    tile.to_bytes().expect("it can be written to memory")
}

/// Names and values, a number whatever its type in the tile: 5.0 may be written as 5.
fn meaning(tags: &[(String, String)]) -> Vec<(String, String)> {
    let value = |text: &str| {
        let inner = text.split_once('(').and_then(|(_, inner)| inner.strip_suffix(')')).unwrap_or(text);
        inner.parse::<f64>().map_or_else(|_| text.to_owned(), |number| format!("{number:e}"))
    };
    tags.iter().map(|(name, text)| (name.clone(), value(text))).collect()
}

proptest! {
    #[test]
    fn a_layer_says_what_mvt_says(features in features()) {
        let (ours, theirs): (Vec<DecodedLayer>, Vec<DecodedLayer>) = (decode(&ours(&features)), decode(&by_mvt(&features)));
        prop_assert_eq!(ours.len(), 1);
        prop_assert_eq!(&ours[0].name, &theirs[0].name);
        prop_assert_eq!(ours[0].extent, theirs[0].extent);
        prop_assert_eq!(ours[0].features.len(), features.len());
        for (ours, theirs) in ours[0].features.iter().zip(&theirs[0].features) {
            prop_assert_eq!(ours.id, theirs.id);
            prop_assert_eq!(format!("{:?}", ours.geometry), format!("{:?}", theirs.geometry));
            prop_assert_eq!(meaning(&ours.tags), meaning(&theirs.tags));
        }
    }
}
