//! Features on the grid → the bytes of one MVT 2.1 layer.
//!
//! The only place that knows the crate `mvt`. A tile is the concatenation of its layers' bytes (they
//! are repeated fields of one protobuf message), so each layer has an extent of its own. `mvt` encodes
//! what it is given: rings must be open, wound right and of three vertices or more, as
//! [`crate::tile::geometry`] makes them. Same input, same bytes.

use mvt::{GeomData, GeomEncoder, GeomType};

use crate::geo::{Polygon, Ring};
use crate::tile::geometry::TileShape;
use crate::tile::grid::Unit;

/// The value of one attribute in a tile.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum TagValue<'a> {
    /// Text.
    Text(&'a str),
    /// Any number. Whole numbers are written as integers, which are shorter; clients read the same.
    Number(f64),
    /// A whole number.
    Integer(i64),
    /// True or false.
    Bool(bool),
}

/// An attribute of a feature: name and value.
pub type Tag<'a> = (&'a str, TagValue<'a>);

/// Writes one layer.
pub struct LayerEncoder {
    tile: mvt::Tile,
    layer: mvt::Layer,
}

/// Beyond this, `f64` does not hold every whole number.
const LARGEST_WHOLE: f64 = 9_007_199_254_740_992.0;

impl LayerEncoder {
    /// An empty layer whose tile's side has `extent` units.
    #[must_use]
    pub fn new(name: &str, extent: u32) -> Self {
        let tile = mvt::Tile::new(extent);
        Self { layer: tile.create_layer(name), tile }
    }

    /// Adds a feature. Tags keep their order; a name must not occur twice.
    pub fn add<'a>(&mut self, id: u64, shape: &TileShape, tags: impl IntoIterator<Item = Tag<'a>>) {
        let mut feature = std::mem::take(&mut self.layer).into_feature(geometry(shape));
        feature.set_id(id);
        for (name, value) in tags {
            match value {
                TagValue::Text(text) => feature.add_tag_string(name, text),
                TagValue::Bool(bool) => feature.add_tag_bool(name, bool),
                TagValue::Integer(integer) => add_integer(&mut feature, name, integer),
                #[expect(clippy::cast_possible_truncation, reason = "whole and below 2^53")]
                TagValue::Number(number) if number.fract() == 0.0 && number.abs() < LARGEST_WHOLE => {
                    add_integer(&mut feature, name, number as i64);
                }
                TagValue::Number(number) => feature.add_tag_double(name, number),
            }
        }
        self.layer = feature.into_layer();
    }

    /// The layer's bytes; none if it has no feature.
    ///
    /// # Panics
    /// Never: the tile has one layer, made for its extent.
    #[must_use]
    pub fn finish(mut self) -> Vec<u8> {
        if self.layer.num_features() == 0 {
            return Vec::new();
        }
        self.tile.add_layer(self.layer).expect("the layer was made by this tile and is its only one");
        self.tile.to_bytes().expect("a tile in memory can always be written to memory")
    }
}

/// Unsigned where it can be: a negative `int` takes ten bytes, so those are zigzag-encoded.
fn add_integer(feature: &mut mvt::Feature, name: &str, integer: i64) {
    match u64::try_from(integer) {
        Ok(unsigned) => feature.add_tag_uint(name, unsigned),
        Err(_) => feature.add_tag_sint(name, integer),
    }
}

fn geometry(shape: &TileShape) -> GeomData {
    match shape {
        TileShape::Point(at) => {
            let mut encoder = GeomEncoder::new(GeomType::Point);
            push(&mut encoder, *at);
            finished(encoder)
        }
        TileShape::Polygons(polygons) => {
            let mut encoder = GeomEncoder::new(GeomType::Polygon);
            let mut last = None;
            for ring in polygons.iter().flat_map(Polygon::rings) {
                let first = first_vertex(ring, last);
                ring[first..].iter().chain(&ring[..first]).for_each(|at| push(&mut encoder, *at));
                encoder.complete_geom().expect("a ring can always be closed");
                last = ring[..first].last().or(ring.last()).copied();
            }
            finished(encoder)
        }
    }
}

/// Where to start a ring. `mvt` leaves out the `MoveTo` of a ring that starts where the one before
/// ended; such a ring starts one vertex later.
fn first_vertex(ring: &Ring<Unit>, last: Option<Unit>) -> usize {
    usize::from(last == ring.first().copied())
}

fn push(encoder: &mut GeomEncoder<i32>, at: Unit) {
    encoder.add_point(at.x, at.y).expect("integers need no rounding");
}

fn finished(encoder: GeomEncoder<i32>) -> GeomData {
    encoder.encode().expect("a geometry with a position can always be encoded")
}
