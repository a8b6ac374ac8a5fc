//! The bytes of a finished vector tile → the same tile as MapLibre Tile (MLT, tag 1).
//!
//! The only place that knows the crate `mlt-core`. MLT keeps a layer's attributes in columns, and a column has one type.
//! MVT has a type per value, and `encode` writes 12 as an integer and 12.5 as a double: such a column becomes doubles
//! here (the crate's own reader of MVT would make texts of it, `UInt(12)` among them). Whole numbers that fit
//! neither 32 bits with nor without sign become doubles as well: the browser's decoder makes a `BigInt` of 64 bits,
//! which no style expression can count with, and reads MVT's as doubles anyway.
//!
//! Ids stay whole: they are below 2^52 ([`crate::area::FeatureId`]), so that the browser's decoder adds up differences of
//! them without loss.
//!
//! Features keep their order, which is the order of drawing and the rank of labels; the crate would sort them.

use std::collections::HashMap;

use geo::CoordsIter;
use mlt_core::encoder::EncoderConfig;
use mlt_core::fast_mvt::{MvtError, MvtFeatureRef, MvtLayerRef, MvtReaderRef, MvtValueRef};
use mlt_core::{MltError, PropKind, PropValue, TileLayer};
use thiserror::Error;

/// A layer's attributes by its features, absent ones too, are no more than this: eleven thousand municipalities with 700
/// figures each fit. MVT writes down what is there only, so a tile of somebody else's archive can be small and its
/// table large: 50,000 features with an attribute of their own each are 1 MB, and 70 GB as a table.
const MOST_CELLS: usize = 8 << 20;

/// Attributes of a layer; the crate looks through all of them for each that is added.
const MOST_COLUMNS: usize = 1 << 14;

/// Why a tile could not be written as MLT: a fault of the program if the tile is one of ours, else of an archive.
#[derive(Debug, Error)]
pub enum ToMltError {
    /// The vector tile could not be read back.
    #[error("reading the vector tile: {0}")]
    Read(#[from] MvtError),
    /// As columns, a layer would not fit into memory.
    #[error(
        "writing the layer \"{layer}\" as MapLibre Tile: {features} features with {columns} different attributes are more \
         than {MOST_COLUMNS} columns or {MOST_CELLS} cells"
    )]
    TooWide {
        /// The layer's name in the tile.
        layer: String,
        /// Its features.
        features: usize,
        /// The different attributes of all of them.
        columns: usize,
    },
    /// A layer could not be written.
    #[error("writing the layer \"{layer}\" as MapLibre Tile: {error}")]
    Write {
        /// The layer's name in the tile.
        layer: String,
        /// What the encoder says.
        error: MltError,
    },
}

/// Writes a vector tile (MVT 2.1, unencoded bytes) as MLT. No bytes remain no bytes: nothing lies in the tile.
///
/// # Errors
/// If the bytes are no vector tile, a layer has too many attributes, or the encoder refuses one.
pub fn from_mvt(mvt: &[u8]) -> Result<Vec<u8>, ToMltError> {
    let mut bytes = Vec::new();
    for layer in MvtReaderRef::new(mvt)?.layers() {
        let failed = |error| ToMltError::Write { layer: layer.name().to_owned(), error };
        let columns = Columns::of(layer)?;
        let (features, wide) = (layer.feature_count(), columns.in_order.len());
        if wide > MOST_COLUMNS || features.saturating_mul(wide) > MOST_CELLS {
            return Err(ToMltError::TooWide { layer: layer.name().to_owned(), features, columns: wide });
        }
        let encoded = to_rows(layer, &columns).and_then(|rows| rows.encode(config()));
        bytes.extend(encoded.map_err(failed)?);
    }
    Ok(bytes)
}

/// The plain encodings (deltas, runs, variable-length integers, one dictionary per column), which every client since the
/// first reads, and no sorting. The denser ones (`FastPFOR`, `FSST`, shared dictionaries) are not read by all, cost up to three
/// times the time, and what they save the content encoding saves anyway: `docs/decisions/0009` has the figures.
fn config() -> EncoderConfig {
    EncoderConfig::default()
        .with_fastpfor(false)
        .with_fsst(false)
        .with_shared_dict(false)
        .with_id_sort(false)
        .with_spatial_morton_sort(false)
        .with_spatial_hilbert_sort(false)
}

fn to_rows(layer: MvtLayerRef<'_>, columns: &Columns<'_>) -> Result<TileLayer, MltError> {
    let mut rows = TileLayer::builder(layer.name(), layer.extent())?;
    let mut keys = Vec::with_capacity(columns.in_order.len());
    for (name, kind) in &columns.in_order {
        keys.push(rows.add_property(*name, kind.to_type())?);
    }
    for feature in layer.features() {
        let geometry = feature.geometry()?;
        // a tile of somebody else's may say "no polygons": nothing is drawn in MVT, and MLT has no way to say it
        if geometry.coords_count() == 0 {
            continue;
        }
        let mut row = rows.feature(geometry);
        row.id(feature.id());
        for attribute in feature.properties() {
            let (name, value) = attribute?;
            let Some(at) = columns.position(name) else { continue };
            row.property(keys[at], columns.in_order[at].1.convert(value))?;
        }
        row.finish()?;
    }
    Ok(rows.finish())
}

/// The attributes of a layer, in the order in which they are met.
struct Columns<'a> {
    in_order: Vec<(&'a str, Kind)>,
    positions: HashMap<&'a str, usize>,
}

impl<'a> Columns<'a> {
    fn of(layer: MvtLayerRef<'a>) -> Result<Self, MvtError> {
        let mut columns = Self { in_order: Vec::new(), positions: HashMap::new() };
        for attribute in layer.features().flat_map(MvtFeatureRef::properties) {
            let (name, value) = attribute?;
            let kind = Kind::of(value);
            if let Some(at) = columns.position(name) {
                let known = &mut columns.in_order[at].1;
                *known = known.with(kind);
            } else {
                columns.positions.insert(name, columns.in_order.len());
                columns.in_order.push((name, kind));
            }
        }
        Ok(columns)
    }

    fn position(&self, name: &str) -> Option<usize> {
        self.positions.get(name).copied()
    }
}

/// What the values of a column have in common.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    /// Only nulls.
    Nothing,
    Bool,
    /// Whole numbers, from the least to the greatest.
    Whole(i64, i64),
    Number,
    Text,
}

impl Kind {
    fn of(value: MvtValueRef<'_>) -> Self {
        match value {
            MvtValueRef::Null => Self::Nothing,
            MvtValueRef::Bool(_) => Self::Bool,
            MvtValueRef::String(_) => Self::Text,
            MvtValueRef::Float(_) | MvtValueRef::Double(_) => Self::Number,
            MvtValueRef::Int(whole) | MvtValueRef::SInt(whole) => Self::Whole(whole, whole),
            MvtValueRef::UInt(whole) => i64::try_from(whole).map_or(Self::Number, |whole| Self::Whole(whole, whole)),
        }
    }

    /// What both have in common: text, if it is nothing narrower.
    fn with(self, other: Self) -> Self {
        match (self, other) {
            (Self::Nothing, kind) | (kind, Self::Nothing) => kind,
            (Self::Whole(a, b), Self::Whole(c, d)) => Self::Whole(a.min(c), b.max(d)),
            (Self::Whole(..) | Self::Number, Self::Whole(..) | Self::Number) => Self::Number,
            (Self::Bool, Self::Bool) => Self::Bool,
            _ => Self::Text,
        }
    }

    fn to_type(self) -> PropKind {
        match self {
            Self::Bool => PropKind::Bool,
            // the encoder narrows these to 32 bits
            Self::Whole(least, greatest) if fits_32_bits(least, greatest) => PropKind::I64,
            Self::Whole(..) | Self::Number => PropKind::F64,
            Self::Nothing | Self::Text => PropKind::Str,
        }
    }

    /// A value of the column in the column's type.
    #[expect(clippy::cast_precision_loss, reason = "clients read whole numbers as doubles")]
    fn convert(self, value: MvtValueRef<'_>) -> PropValue {
        let number = match value {
            MvtValueRef::Int(whole) | MvtValueRef::SInt(whole) => Some(whole as f64),
            MvtValueRef::UInt(whole) => Some(whole as f64),
            MvtValueRef::Float(number) => Some(f64::from(number)),
            MvtValueRef::Double(number) => Some(number),
            _ => None,
        };
        match (self.to_type(), value) {
            (kind, MvtValueRef::Null) => PropValue::null(kind),
            (PropKind::Bool, MvtValueRef::Bool(bool)) => PropValue::Bool(Some(bool)),
            (PropKind::I64, MvtValueRef::Int(whole) | MvtValueRef::SInt(whole)) => PropValue::I64(Some(whole)),
            (PropKind::I64, MvtValueRef::UInt(whole)) => PropValue::I64(i64::try_from(whole).ok()),
            (PropKind::F64, _) => PropValue::F64(number),
            (_, MvtValueRef::String(text)) => PropValue::Str(Some(text.to_owned())),
            (_, MvtValueRef::Bool(bool)) => PropValue::Str(Some(bool.to_string())),
            (_, MvtValueRef::Int(whole) | MvtValueRef::SInt(whole)) => PropValue::Str(Some(whole.to_string())),
            (_, MvtValueRef::UInt(whole)) => PropValue::Str(Some(whole.to_string())),
            (_, MvtValueRef::Float(_) | MvtValueRef::Double(_)) => {
                PropValue::Str(number.map(|number| number.to_string()))
            }
        }
    }
}

fn fits_32_bits(least: i64, greatest: i64) -> bool {
    let (signed, unsigned) = (i64::from(i32::MIN)..=i64::from(i32::MAX), 0..=i64::from(u32::MAX));
    [signed, unsigned].iter().any(|range| range.contains(&least) && range.contains(&greatest))
}
