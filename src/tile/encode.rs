//! Features on the grid → the bytes of one MVT 2.1 layer.
//!
//! A tile is the concatenation of its layers' bytes (they are repeated fields of one protobuf message),
//! so each layer has an extent of its own. The crate `mvt` writes the frame of a layer: its name, extent
//! and version. Features, keys and values are put into the frame here, because `mvt` wants a feature's
//! geometry and its attributes at once and takes some 37 ns for a vertex where this takes 2
//! (`docs/decisions/0013-geometry-apart-from-values.md`); `tests/tile_encoding.rs` holds the two to the same tile.
//!
//! Geometry and attributes come apart: [`EncodedShape`] is what a feature says about its shape, encoded
//! once; [`LayerEncoder::add`] puts it beside whatever tags it is asked for. Rings must be open, wound right
//! and of three vertices or more, as [`crate::tile::geometry`] makes them. Same input, same bytes.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use xxhash_rust::xxh3::xxh3_64;

use crate::geo::Polygon;
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

/// Beyond this, `f64` does not hold every whole number.
const LARGEST_WHOLE: f64 = 9_007_199_254_740_992.0;

/// Field numbers and wire types of `vector_tile.proto` as protobuf writes them: `number << 3 | type`.
mod field {
    pub(super) const TILE_LAYER: u8 = 3 << 3 | 2;
    pub(super) const LAYER_FEATURE: u8 = 2 << 3 | 2;
    pub(super) const LAYER_KEY: u8 = 3 << 3 | 2;
    pub(super) const LAYER_VALUE: u8 = 4 << 3 | 2;
    pub(super) const FEATURE_ID: u8 = 1 << 3;
    pub(super) const FEATURE_TAGS: u8 = 2 << 3 | 2;
    pub(super) const FEATURE_TYPE: u8 = 3 << 3;
    pub(super) const FEATURE_GEOMETRY: u8 = 4 << 3 | 2;
    pub(super) const VALUE_STRING: u8 = 1 << 3 | 2;
    pub(super) const VALUE_DOUBLE: u8 = 3 << 3 | 1;
    pub(super) const VALUE_UINT: u8 = 5 << 3;
    pub(super) const VALUE_SINT: u8 = 6 << 3;
    pub(super) const VALUE_BOOL: u8 = 7 << 3;
}

/// The shapes of some features, encoded one after the other: of each its type and its commands, as they
/// stand in a feature's message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EncodedShapes {
    bytes: Vec<u8>,
    /// Shape `i` is `bytes[ends[i - 1]..ends[i]]`.
    ends: Vec<usize>,
    /// Commands of the shape in work; kept for its room.
    commands: Vec<u8>,
}

/// One of [`EncodedShapes`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EncodedShape<'a>(&'a [u8]);

impl EncodedShapes {
    /// Encodes a shape after those that are there.
    pub fn push(&mut self, shape: &TileShape) {
        match shape {
            TileShape::Point(at) => self.push_point(*at),
            TileShape::Polygons(polygons) => {
                self.push_rings(polygons.iter().flat_map(Polygon::rings).map(Vec::as_slice));
            }
        }
    }

    /// Encodes a point after the shapes that are there.
    pub fn push_point(&mut self, at: Unit) {
        self.push_commands(POINT, |cursor| {
            cursor.command(MOVE_TO, 1);
            cursor.step(at);
        });
    }

    /// Encodes the rings of one feature's polygons after the shapes that are there.
    pub fn push_rings<'a>(&mut self, rings: impl Iterator<Item = &'a [Unit]>) {
        self.push_commands(POLYGON, |cursor| rings.for_each(|ring| cursor.ring(ring)));
    }

    fn push_commands(&mut self, kind: u8, write: impl FnOnce(&mut Cursor)) {
        self.commands.clear();
        write(&mut Cursor { to: &mut self.commands, at: Unit { x: 0, y: 0 } });
        self.bytes.extend([field::FEATURE_TYPE, kind]);
        put_bytes(&mut self.bytes, field::FEATURE_GEOMETRY, &self.commands);
        self.ends.push(self.bytes.len());
    }

    /// The shapes in their order.
    #[must_use]
    pub fn iter(&self) -> impl ExactSizeIterator<Item = EncodedShape<'_>> {
        (0..self.ends.len()).map(|at| {
            let start = at.checked_sub(1).map_or(0, |before| self.ends[before]);
            EncodedShape(&self.bytes[start..self.ends[at]])
        })
    }

    /// Bytes of all shapes.
    #[must_use]
    pub fn size(&self) -> usize {
        self.bytes.len()
    }

    /// Gives back room that is no longer needed.
    pub(super) fn shrink(&mut self) {
        self.commands = Vec::new();
        self.bytes.shrink_to_fit();
        self.ends.shrink_to_fit();
    }
}

/// Geometry types of the specification.
const POINT: u8 = 1;
const POLYGON: u8 = 3;

/// Commands of the specification.
const MOVE_TO: u32 = 1;
const LINE_TO: u32 = 2;
const CLOSE_PATH: u32 = 7;

/// Writes commands; each position is told as the way from the one before.
struct Cursor<'a> {
    to: &'a mut Vec<u8>,
    at: Unit,
}

impl Cursor<'_> {
    fn command(&mut self, id: u32, count: usize) {
        // a feature cannot have 2^29 vertices: they would fill more than the memory
        let count = u32::try_from(count).unwrap_or(u32::MAX >> 3);
        put_varint(self.to, u64::from(count << 3 | id));
    }

    fn step(&mut self, to: Unit) {
        let (x, y) = (zigzag_32(to.x.wrapping_sub(self.at.x)), zigzag_32(to.y.wrapping_sub(self.at.y)));
        self.at = to;
        // most steps are short
        if let (x @ 0..0x80, y @ 0..0x80) = (x, y) {
            #[expect(clippy::cast_possible_truncation, reason = "below 128")]
            self.to.extend_from_slice(&[x as u8, y as u8]);
        } else {
            put_varint(self.to, u64::from(x));
            put_varint(self.to, u64::from(y));
        }
    }

    fn ring(&mut self, ring: &[Unit]) {
        let Some((first, rest)) = ring.split_first() else { return };
        // a step of two bytes each way, and the commands
        self.to.reserve(4 * ring.len() + 8);
        self.command(MOVE_TO, 1);
        self.step(*first);
        self.command(LINE_TO, rest.len());
        for at in rest {
            self.step(*at);
        }
        self.command(CLOSE_PATH, 1);
    }
}

/// Writes one layer.
pub struct LayerEncoder {
    /// Name, extent and version, as `mvt` writes them.
    frame: Vec<u8>,
    features: Vec<u8>,
    keys: Table,
    values: Table,
    /// Keys of the feature before, in its order: the next one mostly has the same.
    keys_before: Vec<u32>,
    /// One feature's tags, and one value's bytes; kept for their room.
    tags: Vec<u8>,
    value: Vec<u8>,
}

impl LayerEncoder {
    /// An empty layer whose tile's side has `extent` units.
    #[must_use]
    pub fn new(name: &str, extent: u32) -> Self {
        Self::with_room(name, extent, 0, 0)
    }

    /// As [`Self::new`], with room for so many features, which have so many bytes all in all.
    #[must_use]
    pub fn with_room(name: &str, extent: u32, features: usize, bytes: usize) -> Self {
        Self {
            frame: frame(name, extent),
            features: Vec::with_capacity(bytes),
            keys: Table::of(field::LAYER_KEY, 0),
            // most have a key and a name of their own
            values: Table::of(field::LAYER_VALUE, 2 * features),
            keys_before: Vec::new(),
            tags: Vec::new(),
            value: Vec::new(),
        }
    }

    /// Adds a feature. Tags keep their order; a name must not occur twice.
    pub fn add<'a>(&mut self, id: u64, shape: EncodedShape, tags: impl IntoIterator<Item = Tag<'a>>) {
        self.tags.clear();
        for (at, (name, value)) in tags.into_iter().enumerate() {
            self.value.clear();
            put_value(&mut self.value, value);
            let key = match self.keys_before.get(at) {
                Some(key) if self.keys.is(*key, name.as_bytes()) => *key,
                _ => {
                    let key = self.keys.index_of(name.as_bytes());
                    self.keys_before.truncate(at);
                    self.keys_before.push(key);
                    key
                }
            };
            let value = self.values.index_of(&self.value);
            put_varint(&mut self.tags, u64::from(key));
            put_varint(&mut self.tags, u64::from(value));
        }
        let EncodedShape(shape) = shape;
        let tags_size = if self.tags.is_empty() { 0 } else { 1 + varint_size(self.tags.len()) + self.tags.len() };
        let id_size = 1 + varint_size_64(id);
        self.features.push(field::LAYER_FEATURE);
        put_varint(&mut self.features, (id_size + tags_size + shape.len()) as u64);
        self.features.push(field::FEATURE_ID);
        put_varint(&mut self.features, id);
        if !self.tags.is_empty() {
            put_bytes(&mut self.features, field::FEATURE_TAGS, &self.tags);
        }
        self.features.extend_from_slice(shape);
    }

    /// As [`Self::add`], with a shape that is encoded for this feature alone.
    pub fn add_shape<'a>(&mut self, id: u64, shape: &TileShape, tags: impl IntoIterator<Item = Tag<'a>>) {
        let mut shapes = EncodedShapes::default();
        shapes.push(shape);
        if let Some(shape) = shapes.iter().next() {
            self.add(id, shape, tags);
        }
    }

    /// The layer's bytes; none if it has no feature.
    #[must_use]
    pub fn finish(self) -> Vec<u8> {
        let mut tile = Vec::new();
        self.finish_into(&mut tile);
        tile
    }

    /// Adds the layer's bytes to a tile; none if it has no feature.
    pub fn finish_into(self, tile: &mut Vec<u8>) {
        if self.features.is_empty() {
            return;
        }
        let size = self.frame.len() + self.features.len() + self.keys.bytes.len() + self.values.bytes.len();
        tile.reserve(size + 8);
        tile.push(field::TILE_LAYER);
        put_varint(tile, size as u64);
        tile.extend_from_slice(&self.frame);
        tile.extend_from_slice(&self.features);
        tile.extend_from_slice(&self.keys.bytes);
        tile.extend_from_slice(&self.values.bytes);
    }
}

/// The fields of a layer without features, as `mvt` writes them.
fn frame(name: &str, extent: u32) -> Vec<u8> {
    let mut tile = mvt::Tile::new(extent);
    let layer = tile.create_layer(name);
    tile.add_layer(layer).expect("the layer was made by this tile and is its only one");
    let bytes = tile.to_bytes().expect("a tile in memory can always be written to memory");
    // the tile's only field is the layer: its number, its size, itself
    let size_of_size = bytes[1..].iter().take_while(|byte| **byte >= 0x80).count() + 1;
    bytes[1 + size_of_size..].to_vec()
}

/// Keys or values of a layer, each once, in the order of their first use.
struct Table {
    /// What they are in a layer's message.
    field: u8,
    /// All entries as they stand in the message.
    bytes: Vec<u8>,
    /// Entry `i` is `bytes[ends[i - 1]..ends[i]]`.
    ends: Vec<usize>,
    /// Index by hash. Two entries of one hash are told apart by their bytes; the second is then written
    /// as often as it occurs, which is allowed.
    known: HashMap<u64, u32, BuildHasherDefault<Hashed>>,
}

impl Table {
    /// An empty table with room for so many entries.
    fn of(field: u8, entries: usize) -> Self {
        let known = HashMap::with_capacity_and_hasher(entries, BuildHasherDefault::default());
        Self { field, bytes: Vec::new(), ends: Vec::with_capacity(entries), known }
    }

    fn index_of(&mut self, entry: &[u8]) -> u32 {
        let hash = xxh3_64(entry);
        if let Some(index) = self.known.get(&hash)
            && self.is(*index, entry)
        {
            return *index;
        }
        let index = u32::try_from(self.ends.len()).unwrap_or(u32::MAX);
        put_bytes(&mut self.bytes, self.field, entry);
        self.ends.push(self.bytes.len());
        self.known.insert(hash, index);
        index
    }

    /// Whether the entry with this index is this one.
    fn is(&self, index: u32, entry: &[u8]) -> bool {
        let index = index as usize;
        let start = index.checked_sub(1).map_or(0, |before| self.ends[before]);
        let written = &self.bytes[start..self.ends[index]];
        written.len() == 1 + varint_size(entry.len()) + entry.len() && written.ends_with(entry)
    }
}

/// Takes a number that is a hash already.
#[derive(Default)]
struct Hashed(u64);

impl Hasher for Hashed {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        self.0 = xxh3_64(bytes);
    }
    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}

/// A value's message. A negative `int` takes ten bytes, so those are zigzag-encoded.
fn put_value(to: &mut Vec<u8>, value: TagValue) {
    match value {
        TagValue::Text(text) => put_bytes(to, field::VALUE_STRING, text.as_bytes()),
        TagValue::Bool(bool) => to.extend([field::VALUE_BOOL, u8::from(bool)]),
        TagValue::Integer(integer) => {
            if let Ok(unsigned) = u64::try_from(integer) {
                to.push(field::VALUE_UINT);
                put_varint(to, unsigned);
            } else {
                to.push(field::VALUE_SINT);
                put_varint(to, integer.wrapping_shl(1).cast_unsigned() ^ (integer >> 63).cast_unsigned());
            }
        }
        #[expect(clippy::cast_possible_truncation, reason = "whole and below 2^53")]
        TagValue::Number(number) if number.fract() == 0.0 && number.abs() < LARGEST_WHOLE => {
            put_value(to, TagValue::Integer(number as i64));
        }
        TagValue::Number(number) => {
            to.push(field::VALUE_DOUBLE);
            to.extend(number.to_le_bytes());
        }
    }
}

fn put_bytes(to: &mut Vec<u8>, field: u8, bytes: &[u8]) {
    to.push(field);
    put_varint(to, bytes.len() as u64);
    to.extend_from_slice(bytes);
}

fn put_varint(to: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        #[expect(clippy::cast_possible_truncation, reason = "the lowest seven bits are wanted")]
        to.push(number as u8 | 0x80);
        number >>= 7;
    }
    #[expect(clippy::cast_possible_truncation, reason = "below 128")]
    to.push(number as u8);
}

fn varint_size(length: usize) -> usize {
    varint_size_64(length as u64)
}

fn varint_size_64(number: u64) -> usize {
    (64 - (number | 1).leading_zeros() as usize).div_ceil(7)
}

fn zigzag_32(number: i32) -> u32 {
    (number << 1 ^ number >> 31).cast_unsigned()
}
