//! Well-known binary (OGC 06-103r4, 8.2; with the heights and measures of ISO 13249-3 and of EWKB) → a shape.
//!
//! Nothing is believed of what a text says about its own length: vertices are read one by one until the bytes end.
//! Geometry inside of geometry goes no deeper than the polygons of a multipolygon.

use geozero::GeomProcessor;

use super::place::FileXy;
use crate::geo::{Shape, ShapeBuilder, ShapeError};

/// Why a text is no shape.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum WkbError {
    /// The bytes make no sense.
    Broken(&'static str),
    /// They make sense, and mean no area and no place.
    Shape(ShapeError),
}

/// Bytes that are still to be read.
struct Bytes<'a> {
    rest: &'a [u8],
    big_endian: bool,
}

/// What a geometry begins with.
struct Head {
    kind: u32,
    /// Numbers of a vertex beyond x and y.
    further: usize,
}

const CUT_OFF: WkbError = WkbError::Broken("the geometry ends too early");

impl Bytes<'_> {
    fn take<const N: usize>(&mut self) -> Result<[u8; N], WkbError> {
        let (taken, rest) = self.rest.split_first_chunk::<N>().ok_or(CUT_OFF)?;
        self.rest = rest;
        Ok(*taken)
    }

    fn u32(&mut self) -> Result<u32, WkbError> {
        let bytes = self.take()?;
        Ok(if self.big_endian { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) })
    }

    fn f64(&mut self) -> Result<f64, WkbError> {
        let bytes = self.take()?;
        Ok(if self.big_endian { f64::from_be_bytes(bytes) } else { f64::from_le_bytes(bytes) })
    }

    fn head(&mut self) -> Result<Head, WkbError> {
        let [order] = self.take()?;
        self.big_endian = match order {
            0 => true,
            1 => false,
            _ => return Err(WkbError::Broken("the geometry begins with no byte order")),
        };
        let kind = self.u32()?;
        if kind & 0x2000_0000 != 0 {
            // EWKB: the number of the CRS
            self.u32()?;
        }
        let flags = usize::from(kind & 0x8000_0000 != 0) + usize::from(kind & 0x4000_0000 != 0);
        let kind = kind & 0x0fff_ffff;
        let further = match kind / 1000 {
            0 => flags,
            1 | 2 => 1,
            3 => 2,
            _ => return Err(WkbError::Broken("the geometry is of no known kind")),
        };
        Ok(Head { kind: kind % 1000, further })
    }

    fn vertex(&mut self, further: usize) -> Result<(f64, f64), WkbError> {
        let (x, y) = (self.f64()?, self.f64()?);
        for _ in 0..further {
            self.f64()?;
        }
        Ok((x, y))
    }
}

/// Reads one geometry.
pub(super) fn read(bytes: &[u8]) -> Result<(Shape<FileXy>, usize), WkbError> {
    let mut bytes = Bytes { rest: bytes, big_endian: false };
    let mut builder = ShapeBuilder::<FileXy>::default();
    let head = bytes.head()?;
    match head.kind {
        1 => point(&mut bytes, &head, &mut builder)?,
        3 => polygon(&mut bytes, &head, &mut builder)?,
        kind @ (4 | 6) => {
            for _ in 0..bytes.u32()? {
                let part = bytes.head()?;
                match (kind, part.kind) {
                    (4, 1) => point(&mut bytes, &part, &mut builder)?,
                    (6, 3) => polygon(&mut bytes, &part, &mut builder)?,
                    _ => return Err(WkbError::Broken("the geometry has parts of another kind")),
                }
            }
        }
        other => {
            let kind = match other {
                2 | 5 => "line",
                7 => "collection",
                _ => "curve or surface",
            };
            return Err(WkbError::Shape(ShapeError::NotAShape { kind }));
        }
    }
    let unclosed = builder.unclosed_rings();
    builder.finish().map(|shape| (shape, unclosed)).map_err(WkbError::Shape)
}

fn point(bytes: &mut Bytes<'_>, head: &Head, builder: &mut ShapeBuilder<FileXy>) -> Result<(), WkbError> {
    let (x, y) = bytes.vertex(head.further)?;
    // an empty point is written with no numbers
    if !(x.is_nan() && y.is_nan()) {
        built(builder.xy(x, y, 0))?;
    }
    Ok(())
}

fn polygon(bytes: &mut Bytes<'_>, head: &Head, builder: &mut ShapeBuilder<FileXy>) -> Result<(), WkbError> {
    built(builder.polygon_begin(false, 0, 0))?;
    for _ in 0..bytes.u32()? {
        built(builder.linestring_begin(false, 0, 0))?;
        for _ in 0..bytes.u32()? {
            let (x, y) = bytes.vertex(head.further)?;
            built(builder.xy(x, y, 0))?;
        }
        built(builder.linestring_end(false, 0))?;
    }
    built(builder.polygon_end(false, 0))
}

fn built(result: geozero::error::Result<()>) -> Result<(), WkbError> {
    result.map_err(|_| WkbError::Broken("the geometry makes no sense"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::geo::Position;

    fn square(big_endian: bool, kind: u32, further: usize) -> Vec<u8> {
        let mut out = vec![u8::from(!big_endian)];
        let u32 = |out: &mut Vec<u8>, number: u32| {
            out.extend(if big_endian { number.to_be_bytes() } else { number.to_le_bytes() });
        };
        u32(&mut out, kind);
        u32(&mut out, 1);
        u32(&mut out, 5);
        for (x, y) in [(9.0, 52.0), (10.0, 52.0), (10.0, 53.0), (9.0, 53.0), (9.0, 52.0)] {
            for number in [x, y].into_iter().chain(std::iter::repeat_n(7.0_f64, further)) {
                out.extend(if big_endian { number.to_be_bytes() } else { number.to_le_bytes() });
            }
        }
        out
    }

    #[test]
    fn polygons_are_read_in_both_byte_orders_and_without_their_heights_and_measures() {
        for (kind, further) in [(3, 0), (1003, 1), (2003, 1), (3003, 2), (0x8000_0003, 1), (0xc000_0003, 2)] {
            for big_endian in [false, true] {
                let (shape, unclosed) = read(&square(big_endian, kind, further)).expect("is a polygon");
                let Shape::Polygons(polygons) = shape else { panic!("is an area") };
                let ring: Vec<(f64, f64)> = polygons[0].exterior.iter().map(|at| (at.x(), at.y())).collect();
                assert_eq!(ring, [(9.0, 52.0), (10.0, 52.0), (10.0, 53.0), (9.0, 53.0)], "{kind}");
                assert_eq!(unclosed, 0);
            }
        }
    }

    #[test]
    fn parts_make_one_area_and_lines_none() {
        let mut two = vec![1, 6, 0, 0, 0, 2, 0, 0, 0];
        two.extend(square(false, 3, 0));
        two.extend(square(true, 3, 0));
        assert!(matches!(read(&two), Ok((Shape::Polygons(polygons), 0)) if polygons.len() == 2));
        let line = [1, 2, 0, 0, 0, 0, 0, 0, 0];
        assert_eq!(read(&line), Err(WkbError::Shape(ShapeError::NotAShape { kind: "line" })));
        let nothing = [1, 6, 0, 0, 0, 0, 0, 0, 0];
        assert_eq!(read(&nothing), Err(WkbError::Shape(ShapeError::Empty)));
        // says that it has four thousand million rings
        assert_eq!(read(&[1, 3, 0, 0, 0, 255, 255, 255, 255]), Err(CUT_OFF));
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..200), at in 0usize..90, byte in any::<u8>()) {
            let _ = read(&bytes);
            let mut changed = square(false, 3, 0);
            changed[at] = byte;
            let _ = read(&changed);
        }
    }
}
