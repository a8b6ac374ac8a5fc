//! The way between [`Shape`] and every format that geozero reads or writes.
//!
//! In: [`ShapeBuilder`] listens to a geozero reader (GeoJSON, WKT, WKB …) and builds a shape. Heights and
//! measures are dropped; a collection of polygons becomes one area; a multipoint with one point is a point.
//! Rings are stored open. Coordinates are taken as they come: the builder knows no CRS.
//!
//! Out: a `Shape<LonLat>` speaks to any geozero writer, so `to_json()` and `to_wkt()` work on it. Rings are
//! closed again, exteriors run counter-clockwise and holes clockwise (RFC 7946, 3.1.6).

use std::borrow::Cow;

use geozero::error::GeozeroError;
use geozero::{GeomProcessor, GeozeroGeometry};
use thiserror::Error;

use super::{LonLat, Polygon, Position, Ring, Shape};

/// Why a geometry is not a shape.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum ShapeError {
    /// There is no geometry, or one without coordinates.
    #[error("the geometry is empty")]
    Empty,
    /// Lines are neither areas nor places.
    #[error("the geometry is a {kind}, which is neither an area nor a place")]
    NotAShape {
        /// What it is.
        kind: &'static str,
    },
    /// A facility is in one place.
    #[error("the geometry has {count} points; a facility has one")]
    SeveralPoints {
        /// How many.
        count: usize,
    },
    /// Areas and places in one geometry.
    #[error("the geometry mixes points and polygons")]
    Mixed,
}

/// Builds one shape from geozero's events; take it with [`ShapeBuilder::finish`].
#[derive(Debug)]
pub struct ShapeBuilder<P = LonLat> {
    points: Vec<P>,
    polygons: Vec<Polygon<P>>,
    /// Rings of the polygon under way, exterior first.
    rings: Vec<Ring<P>>,
    ring: Ring<P>,
    in_polygon: bool,
    unclosed: usize,
    refused: Option<&'static str>,
}

impl<P> Default for ShapeBuilder<P> {
    fn default() -> Self {
        Self {
            points: Vec::new(),
            polygons: Vec::new(),
            rings: Vec::new(),
            ring: Vec::new(),
            in_polygon: false,
            unclosed: 0,
            refused: None,
        }
    }
}

impl<P: Position> ShapeBuilder<P> {
    /// The shape that was built.
    ///
    /// # Errors
    /// If what came was empty, a line, several points or a mixture.
    pub fn finish(self) -> Result<Shape<P>, ShapeError> {
        if let Some(kind) = self.refused {
            return Err(ShapeError::NotAShape { kind });
        }
        match (self.points.as_slice(), self.polygons.is_empty()) {
            ([], true) => Err(ShapeError::Empty),
            ([], false) => Ok(Shape::Polygons(self.polygons)),
            ([point], true) => Ok(Shape::Point(*point)),
            (points, true) => Err(ShapeError::SeveralPoints { count: points.len() }),
            (_, false) => Err(ShapeError::Mixed),
        }
    }

    /// How many rings came without the repeated first vertex at their end.
    #[must_use]
    pub fn unclosed_rings(&self) -> usize {
        self.unclosed
    }

    fn refuse(&mut self, kind: &'static str) {
        self.refused.get_or_insert(kind);
    }
}

/// Removes the repeated first vertex at the end; `false` if there was none.
pub(crate) fn open_ring<P: Position>(ring: &mut Ring<P>) -> bool {
    let is_closed = ring.len() > 1 && ring.first() == ring.last();
    if is_closed {
        ring.pop();
    }
    is_closed
}

impl<P: Position> GeomProcessor for ShapeBuilder<P> {
    fn xy(&mut self, x: f64, y: f64, _idx: usize) -> geozero::error::Result<()> {
        let position = P::from_xy(x, y);
        if self.in_polygon {
            self.ring.push(position);
        } else {
            self.points.push(position);
        }
        Ok(())
    }

    fn coordinate(
        &mut self,
        x: f64,
        y: f64,
        _z: Option<f64>,
        _m: Option<f64>,
        _t: Option<f64>,
        _tm: Option<u64>,
        idx: usize,
    ) -> geozero::error::Result<()> {
        self.xy(x, y, idx)
    }

    fn empty_point(&mut self, _idx: usize) -> geozero::error::Result<()> {
        Ok(())
    }

    fn linestring_begin(&mut self, tagged: bool, _size: usize, _idx: usize) -> geozero::error::Result<()> {
        if tagged || !self.in_polygon {
            self.refuse("line");
        }
        Ok(())
    }

    fn linestring_end(&mut self, _tagged: bool, _idx: usize) -> geozero::error::Result<()> {
        let mut ring = std::mem::take(&mut self.ring);
        if !open_ring(&mut ring) && ring.len() > 2 {
            self.unclosed += 1;
        }
        self.rings.push(ring);
        Ok(())
    }

    fn polygon_begin(&mut self, _tagged: bool, _size: usize, _idx: usize) -> geozero::error::Result<()> {
        self.in_polygon = true;
        Ok(())
    }

    fn polygon_end(&mut self, _tagged: bool, _idx: usize) -> geozero::error::Result<()> {
        self.in_polygon = false;
        let mut rings = std::mem::take(&mut self.rings).into_iter();
        if let Some(exterior) = rings.next() {
            self.polygons.push(Polygon { exterior, holes: rings.collect() });
        }
        Ok(())
    }

    fn multilinestring_begin(&mut self, _size: usize, _idx: usize) -> geozero::error::Result<()> {
        self.refuse("multi-line");
        Ok(())
    }

    fn circularstring_begin(&mut self, _size: usize, _idx: usize) -> geozero::error::Result<()> {
        self.refuse("circular string");
        Ok(())
    }

    fn compoundcurve_begin(&mut self, _size: usize, _idx: usize) -> geozero::error::Result<()> {
        self.refuse("compound curve");
        Ok(())
    }

    fn curvepolygon_begin(&mut self, _size: usize, _idx: usize) -> geozero::error::Result<()> {
        self.refuse("polygon with curved sides");
        Ok(())
    }

    fn multicurve_begin(&mut self, _size: usize, _idx: usize) -> geozero::error::Result<()> {
        self.refuse("multi-curve");
        Ok(())
    }

    fn multisurface_begin(&mut self, _size: usize, _idx: usize) -> geozero::error::Result<()> {
        Ok(())
    }

    fn triangle_begin(&mut self, _tagged: bool, _size: usize, _idx: usize) -> geozero::error::Result<()> {
        self.refuse("triangle");
        Ok(())
    }

    fn polyhedralsurface_begin(&mut self, _size: usize, _idx: usize) -> geozero::error::Result<()> {
        self.refuse("polyhedral surface");
        Ok(())
    }

    fn tin_begin(&mut self, _size: usize, _idx: usize) -> geozero::error::Result<()> {
        self.refuse("triangulated surface");
        Ok(())
    }
}

impl GeozeroGeometry for Shape<LonLat> {
    fn process_geom<G: GeomProcessor>(&self, processor: &mut G) -> geozero::error::Result<()> {
        match self {
            Self::Point(position) => {
                processor.point_begin(0)?;
                processor.xy(position.lon_deg, position.lat_deg, 0)?;
                processor.point_end(0)
            }
            Self::Polygons(polygons) => match polygons.as_slice() {
                [] => Err(GeozeroError::Geometry("a shape without polygons".to_owned())),
                [polygon] => write_polygon(polygon, true, 0, processor),
                several => {
                    processor.multipolygon_begin(several.len(), 0)?;
                    for (index, polygon) in several.iter().enumerate() {
                        write_polygon(polygon, false, index, processor)?;
                    }
                    processor.multipolygon_end(0)
                }
            },
        }
    }
}

fn write_polygon<G: GeomProcessor>(
    polygon: &Polygon<LonLat>,
    tagged: bool,
    index: usize,
    processor: &mut G,
) -> geozero::error::Result<()> {
    processor.polygon_begin(tagged, 1 + polygon.holes.len(), index)?;
    for (number, ring) in polygon.rings().enumerate() {
        let ring = wound(ring, number == 0);
        processor.linestring_begin(false, ring.len() + 1, number)?;
        for (vertex, position) in ring.iter().chain(ring.first()).enumerate() {
            processor.xy(position.lon_deg, position.lat_deg, vertex)?;
        }
        processor.linestring_end(false, number)?;
    }
    processor.polygon_end(tagged, index)
}

/// The ring with the wanted winding. The first vertex stays the first.
fn wound(ring: &Ring<LonLat>, counter_clockwise: bool) -> Cow<'_, Ring<LonLat>> {
    if (doubled_area(ring) >= 0.0) == counter_clockwise {
        return Cow::Borrowed(ring);
    }
    let mut turned = ring.clone();
    if let Some(rest) = turned.get_mut(1..) {
        rest.reverse();
    }
    Cow::Owned(turned)
}

/// Twice the signed area (shoelace formula): positive if the ring runs counter-clockwise. Counted from the
/// first vertex, because eastings in the millions would swallow the area of a small ring.
pub(crate) fn doubled_area<P: Position>(ring: &[P]) -> f64 {
    let Some(origin) = ring.first() else { return 0.0 };
    let offset = |position: &P| (position.x() - origin.x(), position.y() - origin.y());
    let pairs = ring.windows(2).map(|pair| (offset(&pair[0]), offset(&pair[1])));
    pairs.map(|((ax, ay), (bx, by))| ax * by - bx * ay).sum()
}

#[cfg(test)]
mod tests {
    use geozero::geojson::GeoJson;
    use geozero::wkt::Wkt;
    use geozero::{ToJson, ToWkt};
    use proptest::prelude::*;

    use super::*;

    fn from_json(text: &str) -> Result<Shape<LonLat>, ShapeError> {
        let mut builder = ShapeBuilder::default();
        GeoJson(text).process_geom(&mut builder).expect("is a GeoJSON geometry");
        builder.finish()
    }

    fn from_wkt(text: &str) -> Result<Shape<LonLat>, ShapeError> {
        let mut builder = ShapeBuilder::default();
        Wkt(text).process_geom(&mut builder).expect("is a WKT geometry");
        builder.finish()
    }

    fn at(lon_deg: f64, lat_deg: f64) -> LonLat {
        LonLat { lon_deg, lat_deg }
    }

    #[test]
    fn heights_and_measures_are_dropped() {
        assert_eq!(from_json(r#"{"type":"Point","coordinates":[9.5,52.8,71.0]}"#), Ok(Shape::Point(at(9.5, 52.8))));
        assert_eq!(from_wkt("POINT Z (9.5 52.8 71)"), Ok(Shape::Point(at(9.5, 52.8))));
    }

    #[test]
    fn a_multipoint_with_one_point_is_a_place() {
        assert_eq!(from_wkt("MULTIPOINT (9.5 52.8)"), Ok(Shape::Point(at(9.5, 52.8))));
        assert_eq!(from_wkt("MULTIPOINT (9.5 52.8, 1 2)"), Err(ShapeError::SeveralPoints { count: 2 }));
    }

    #[test]
    fn lines_are_refused_with_their_kind() {
        assert_eq!(from_wkt("LINESTRING (0 0, 1 1)"), Err(ShapeError::NotAShape { kind: "line" }));
        assert_eq!(from_wkt("MULTILINESTRING ((0 0, 1 1))"), Err(ShapeError::NotAShape { kind: "multi-line" }));
        let mixed = "GEOMETRYCOLLECTION (POLYGON ((0 0, 1 0, 1 1, 0 0)), LINESTRING (0 0, 1 1))";
        assert_eq!(from_wkt(mixed), Err(ShapeError::NotAShape { kind: "line" }));
    }

    #[test]
    fn empty_geometries_and_mixtures_are_refused() {
        assert_eq!(from_wkt("POLYGON EMPTY"), Err(ShapeError::Empty));
        assert_eq!(from_json(r#"{"type":"MultiPolygon","coordinates":[]}"#), Err(ShapeError::Empty));
        let mixed = "GEOMETRYCOLLECTION (POLYGON ((0 0, 1 0, 1 1, 0 0)), POINT (0 0))";
        assert_eq!(from_wkt(mixed), Err(ShapeError::Mixed));
    }

    #[test]
    fn a_collection_of_polygons_is_one_area() {
        let text = "GEOMETRYCOLLECTION (POLYGON ((0 0, 1 0, 1 1, 0 0)), MULTIPOLYGON (((5 5, 6 5, 6 6, 5 5))))";
        let Ok(Shape::Polygons(polygons)) = from_wkt(text) else { panic!("is an area") };
        assert_eq!(polygons.len(), 2);
        assert_eq!(polygons[1].exterior.len(), 3, "rings are stored open");
    }

    #[test]
    fn written_rings_are_closed_and_wound_as_rfc_7946_asks() {
        let clockwise = Polygon {
            exterior: vec![at(0.0, 0.0), at(0.0, 9.0), at(9.0, 9.0), at(9.0, 0.0)],
            holes: vec![vec![at(1.0, 1.0), at(2.0, 1.0), at(2.0, 2.0)]],
        };
        let text = Shape::Polygons(vec![clockwise]).to_wkt().expect("is written");
        assert_eq!(text, "POLYGON((0 0,9 0,9 9,0 9,0 0),(1 1,2 2,2 1,1 1))");
    }

    /// A star around a centre: simple, counter-clockwise, not self-crossing.
    fn ring(clockwise: bool) -> impl Strategy<Value = Ring<LonLat>> {
        let radii = proptest::collection::vec(0.1..1.0_f64, 3..12);
        (radii, -170.0..170.0_f64, -80.0..80.0_f64).prop_map(move |(radii, lon, lat)| {
            let step = std::f64::consts::TAU / radii.len() as f64;
            let vertex = |(index, radius): (usize, &f64)| {
                let angle = step * index as f64 * if clockwise { -1.0 } else { 1.0 };
                at(lon + radius * angle.cos(), lat + radius * angle.sin())
            };
            radii.iter().enumerate().map(vertex).collect()
        })
    }

    fn shape() -> impl Strategy<Value = Shape<LonLat>> {
        let polygon = (ring(false), proptest::collection::vec(ring(true), 0..3))
            .prop_map(|(exterior, holes)| Polygon { exterior, holes });
        prop_oneof![
            (-180.0..180.0_f64, -90.0..90.0_f64).prop_map(|(lon, lat)| Shape::Point(at(lon, lat))),
            proptest::collection::vec(polygon, 1..4).prop_map(Shape::Polygons),
        ]
    }

    /// The JSON parser may round the last digit of a number.
    const TOLERANCE_DEG: f64 = 1e-12;

    proptest! {
        #[test]
        fn out_and_in_again_is_identity(shape in shape()) {
            let from_json = from_json(&shape.to_json().expect("is written")).expect("is a shape");
            let pairs = from_json.positions().zip(shape.positions());
            for (got, want) in pairs {
                prop_assert!((got.lon_deg - want.lon_deg).abs() < TOLERANCE_DEG);
                prop_assert!((got.lat_deg - want.lat_deg).abs() < TOLERANCE_DEG);
            }
            prop_assert_eq!(from_json.positions().count(), shape.positions().count());
            prop_assert_eq!(from_wkt(&shape.to_wkt().expect("is written")), Ok(shape));
        }
    }
}
