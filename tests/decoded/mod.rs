//! Tiles read back with a decoder that is not ours, and judged by rules written down a second time.

use fast_mvt::{MvtReaderRef, MvtValueRef};
use geo::{Area, Validation};

/// A decoded layer.
#[derive(Debug)]
pub(crate) struct DecodedLayer {
    /// Its name.
    pub(crate) name: String,
    /// Units along the tile's side.
    #[allow(dead_code, reason = "not every test that shares this file uses it")]
    pub(crate) extent: u32,
    /// Its features in order.
    pub(crate) features: Vec<DecodedFeature>,
}

/// A decoded feature.
#[derive(Debug)]
pub(crate) struct DecodedFeature {
    /// Its id.
    pub(crate) id: u64,
    /// Names and values, as text with a hint at the type.
    pub(crate) tags: Vec<(String, String)>,
    /// Its geometry.
    pub(crate) geometry: geo::Geometry<i32>,
}

impl DecodedFeature {
    /// Its polygons; none if it is a point.
    pub(crate) fn polygons(&self) -> Vec<geo::Polygon<i32>> {
        match &self.geometry {
            geo::Geometry::Polygon(polygon) => vec![polygon.clone()],
            geo::Geometry::MultiPolygon(polygons) => polygons.0.clone(),
            _ => Vec::new(),
        }
    }

    /// Its point; `None` if it has polygons.
    #[allow(dead_code, reason = "not every test that shares this file uses it")]
    pub(crate) fn point(&self) -> Option<(i32, i32)> {
        match &self.geometry {
            geo::Geometry::Point(point) => Some((point.x(), point.y())),
            _ => None,
        }
    }

    /// One tag's value.
    #[allow(dead_code, reason = "not every test that shares this file uses it")]
    pub(crate) fn tag(&self, name: &str) -> Option<&str> {
        self.tags.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Area of the polygons in square units.
    #[allow(dead_code, reason = "not every test that shares this file uses it")]
    pub(crate) fn area(&self) -> f64 {
        self.polygons().iter().map(|polygon| in_f64(polygon).unsigned_area()).sum()
    }
}

/// Decodes a tile; panics where the decoder finds a fault.
pub(crate) fn decode(bytes: &[u8]) -> Vec<DecodedLayer> {
    let reader = MvtReaderRef::new(bytes).expect("the tile is a protobuf message");
    let layers = reader.layers().map(|layer| {
        assert_eq!(layer.version(), 2, "MVT 2.1 §4.1");
        assert!(layer.feature_count() > 0, "MVT 2.1 §4.1: a layer should have a feature");
        let features = layer.features().map(|feature| {
            let tags = feature.properties_vec().expect("tags point to keys and values");
            assert_rings(feature.geometry_commands(), feature.geom_type_value());
            DecodedFeature {
                id: feature.id().expect("every feature has an id"),
                tags: tags.into_iter().map(|(name, value)| (name.to_owned(), text(value))).collect(),
                geometry: feature.geometry().expect("the strict decoder takes the geometry"),
            }
        });
        DecodedLayer { name: layer.name().to_owned(), extent: layer.extent(), features: features.collect() }
    });
    layers.collect()
}

fn text(value: MvtValueRef) -> String {
    format!("{:?}", value.into_owned())
}

/// MVT 2.1 §4.3.4.4, read from the commands themselves: one `MoveTo`, two `LineTo` or more, `ClosePath`; no
/// zero-length segment, no zero area, the first ring positive.
fn assert_rings(commands: &[u32], kind: Option<i32>) {
    if kind != Some(3) {
        return;
    }
    let (mut at, mut cursor, mut first) = (0, (0_i64, 0_i64), true);
    let step = |value: u32| i64::from((value >> 1).cast_signed() ^ -((value & 1).cast_signed()));
    while at < commands.len() {
        assert_eq!(commands[at], 9, "a ring starts with one MoveTo");
        cursor = (cursor.0 + step(commands[at + 1]), cursor.1 + step(commands[at + 2]));
        let mut ring = vec![cursor];
        assert_eq!(commands[at + 3] & 7, 2, "then comes a LineTo");
        let count = (commands[at + 3] >> 3) as usize;
        assert!(count >= 2, "of two or more");
        at += 4;
        for _ in 0..count {
            let moved = (step(commands[at]), step(commands[at + 1]));
            assert_ne!(moved, (0, 0), "no zero-length segment");
            cursor = (cursor.0 + moved.0, cursor.1 + moved.1);
            ring.push(cursor);
            at += 2;
        }
        assert_eq!(commands[at], 15, "a ring ends with ClosePath");
        at += 1;
        assert_ne!(ring[0], cursor, "the last position does not repeat the first");
        let next = ring.iter().cycle().skip(1);
        let area: i64 = ring.iter().zip(next).map(|(a, b)| a.0 * b.1 - b.0 * a.1).sum();
        assert_ne!(area, 0, "a ring has an area");
        assert!(!first || area > 0, "the first ring is an exterior one");
        first = false;
    }
}

/// Whether all polygons of all features are valid as OGC Simple Features wants them, part by part.
#[allow(dead_code, reason = "not every test that shares this file uses it")]
pub(crate) fn assert_valid(layers: &[DecodedLayer], what: &str) {
    for layer in layers {
        for feature in &layer.features {
            for polygon in feature.polygons() {
                if let Err(fault) = in_f64(&polygon).check_validation() {
                    panic!("{what}, layer {}, feature {}: {fault}: {polygon:?}", layer.name, feature.id);
                }
            }
        }
    }
}

/// The polygon with the numbers that algorithms want.
pub(crate) fn in_f64(polygon: &geo::Polygon<i32>) -> geo::Polygon {
    let line = |line: &geo::LineString<i32>| {
        line.coords().map(|at| geo::Coord { x: f64::from(at.x), y: f64::from(at.y) }).collect()
    };
    geo::Polygon::new(line(polygon.exterior()), polygon.interiors().iter().map(line).collect())
}
