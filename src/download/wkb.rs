//! Polygons → the geometry of a GeoPackage: its header and Well-Known Binary.
//!
//! GeoPackage 1.3 §2.1.3 (header), OGC 06-103r4 §8.2 (Well-Known Binary), all in little-endian byte order.

/// EPSG:4326; a GeoPackage has longitude first whatever the authority says (§1.1.1.1).
pub(super) const SRS_ID: i32 = 4326;

const POLYGON: u32 = 3;
const MULTI_POLYGON: u32 = 6;

/// Little-endian, and an envelope of four numbers: bits 0 and 1 of the flags.
const FLAGS: u8 = 0b0000_0011;

/// A multipolygon of closed rings in degrees, longitude first, with its envelope.
pub(super) fn multi_polygon(polygons: &[Vec<Vec<[f64; 2]>>]) -> Vec<u8> {
    let vertices = || polygons.iter().flatten().flatten();
    let mut out = Vec::with_capacity(64 + 16 * vertices().count() + 16 * polygons.iter().map(Vec::len).sum::<usize>());
    out.extend(*b"GP");
    out.extend([0, FLAGS]);
    out.extend(SRS_ID.to_le_bytes());
    for axis in 0..2 {
        let (mut least, mut most) = (f64::INFINITY, f64::NEG_INFINITY);
        for vertex in vertices() {
            (least, most) = (least.min(vertex[axis]), most.max(vertex[axis]));
        }
        out.extend(least.to_le_bytes());
        out.extend(most.to_le_bytes());
    }
    begin(&mut out, MULTI_POLYGON, polygons.len());
    for polygon in polygons {
        begin(&mut out, POLYGON, polygon.len());
        for ring in polygon {
            out.extend(count(ring.len()));
            out.extend(ring.iter().flatten().flat_map(|number| number.to_le_bytes()));
        }
    }
    out
}

fn begin(out: &mut Vec<u8>, kind: u32, members: usize) {
    out.push(1);
    out.extend(kind.to_le_bytes());
    out.extend(count(members));
}

fn count(members: usize) -> [u8; 4] {
    u32::try_from(members).unwrap_or(u32::MAX).to_le_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_triangle_has_a_header_an_envelope_and_its_vertices() {
        let bytes = multi_polygon(&[vec![vec![[9.0, 53.0], [9.5, 53.0], [9.0, 53.25], [9.0, 53.0]]]]);
        assert_eq!(bytes[..8], [b'G', b'P', 0, 3, 0xe6, 0x10, 0, 0]);
        let number = |at: usize| f64::from_le_bytes(bytes[at..at + 8].try_into().unwrap());
        assert_eq!([8, 16, 24, 32].map(|at| number(at).to_bits()), [9.0_f64, 9.5, 53.0, 53.25].map(f64::to_bits));
        assert_eq!(bytes[40..49], [1, 6, 0, 0, 0, 1, 0, 0, 0], "one polygon");
        assert_eq!(bytes[49..62], [1, 3, 0, 0, 0, 1, 0, 0, 0, 4, 0, 0, 0], "one ring of four");
        let ends = [62, bytes.len() - 8].map(|at| number(at).to_bits());
        assert_eq!((ends, bytes.len()), ([9.0_f64, 53.0].map(f64::to_bits), 62 + 4 * 16));
    }
}
