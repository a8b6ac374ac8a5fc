//! Area layers with any rings → borders, tiles, bytes; the rules of `tests/tile_geometry.rs` and
//! `tests/tile_properties.rs` hold for all of them.
//!
//! The bytes say where corners are, three of them for each ([`Draughtsman::corner`]): on a lattice of a few steps, so
//! that edges meet, touch and run along each other; where an earlier corner was, so that there are spikes, twins and
//! borders in common; or at the ends of the world and of what a number can hold.

use arbitrary::Unstructured;
use kreisel::config::TileConfig;
use kreisel::geo::{Bounds, LonLat, Mercator, Polygon, Ring, TileCoord};
use kreisel::store::{AreaInput, Areas};
use kreisel::tile::encode::LayerEncoder;
use kreisel::tile::geometry;

use super::decoded::{assert_valid, decode};
use super::told::assert_told;

/// Units of the tile around which everything lies.
const EXTENT: u32 = 4096;

/// Runs one input.
pub(crate) fn run(input: &[u8]) {
    let Ok(layers) = Draughtsman::new(input).layers() else { return };
    let built = Areas::build_together(layers);
    for (areas, report) in &built {
        assert_told(report);
        if areas.bounds().is_none() || report.has_errors() {
            continue;
        }
        // at its last zoom a tile is simplified less
        for (zoom, max_zoom) in [(0, 14), (8, 14), (10, 10), (11, 14), (14, 14)] {
            let config = TileConfig { max_zoom, ..TileConfig::default() };
            for coord in addresses(areas, zoom) {
                assert_tile(areas, coord, &config);
            }
        }
        assert_same_again(areas, tile());
    }
}

/// The tile in the middle of things and those at the edge of the first area.
fn addresses(areas: &Areas, zoom: u8) -> Vec<TileCoord> {
    let bounds: Bounds<Mercator> = areas.feature_bounds(0);
    let mut coords = vec![areas.label(0), bounds.min(), bounds.max()]
        .into_iter()
        .map(|at| TileCoord::around(at, zoom))
        .collect::<Vec<_>>();
    coords.dedup();
    coords
}

fn assert_tile(areas: &Areas, coord: TileCoord, config: &TileConfig) {
    let features = geometry::of_areas(areas, coord, config);
    let mut encoder = LayerEncoder::new("test", EXTENT);
    for feature in &features {
        encoder.add_shape(u64::from(feature.feature) + 1, &feature.shape, []);
    }
    let layers = decode(&encoder.finish());
    assert_valid(&layers, &format!("{coord:?}"));
    let decoded = || layers.iter().flat_map(|layer| &layer.features);
    assert_eq!(decoded().count(), features.len(), "each feature is in the bytes");
    for polygon in decoded().flat_map(super::decoded::DecodedFeature::polygons) {
        for at in &polygon.exterior().0 {
            assert!((-64..=4160).contains(&at.x) && (-64..=4160).contains(&at.y), "{at:?} lies outside");
        }
    }
}

fn assert_same_again(areas: &Areas, coord: TileCoord) {
    let shapes = || geometry::of_areas(areas, coord, &TileConfig::default()).into_iter().map(|feature| feature.shape);
    assert!(shapes().eq(shapes()), "same input, same tile");
}

/// A tile in Lower Saxony.
fn tile() -> TileCoord {
    TileCoord::new(10, 539, 333).expect("the tile exists")
}

/// Makes layers of bytes.
struct Draughtsman<'a> {
    bytes: Unstructured<'a>,
    /// Width of a step of the lattice in units of [`tile`].
    step: f64,
    corners: Vec<LonLat>,
}

impl<'a> Draughtsman<'a> {
    fn new(bytes: &'a [u8]) -> Self {
        Self { bytes: Unstructured::new(bytes), step: 1.0, corners: Vec::new() }
    }

    /// One or two layers of one to four areas.
    fn layers(&mut self) -> arbitrary::Result<Vec<(String, Vec<AreaInput>)>> {
        let steps = [0.003, 0.25, 1.0, 7.3, 64.0, 333.3, 4096.0, 70_000.0];
        self.step = *self.bytes.choose(&steps)?;
        let mut layers = Vec::new();
        for name in ["municipalities", "districts"].into_iter().take(self.bytes.int_in_range(1..=2)?) {
            let mut areas = Vec::new();
            for number in 0..self.bytes.int_in_range(1..=4)? {
                areas.push(AreaInput { key: format!("{number:08}"), polygons: self.polygons()? });
            }
            layers.push((name.to_owned(), areas));
        }
        Ok(layers)
    }

    fn polygons(&mut self) -> arbitrary::Result<Vec<Polygon<LonLat>>> {
        let polygon = |this: &mut Self| {
            let exterior = this.ring()?;
            let holes = (0..this.bytes.int_in_range(0..=2)?).map(|_| this.ring()).collect::<Result<_, _>>()?;
            Ok(Polygon { exterior, holes })
        };
        (0..self.bytes.int_in_range(1..=3)?).map(|_| polygon(self)).collect()
    }

    fn ring(&mut self) -> arbitrary::Result<Ring<LonLat>> {
        let count = self.bytes.int_in_range(0..=40)?;
        let mut ring = Ring::new();
        for _ in 0..count {
            // where the bytes end, the ring does
            if self.bytes.is_empty() {
                break;
            }
            let corner = self.corner()?;
            self.corners.push(corner);
            ring.push(corner);
        }
        Ok(ring)
    }

    fn corner(&mut self) -> arbitrary::Result<LonLat> {
        let [kind, a, b] = self.bytes.arbitrary::<[u8; 3]>()?;
        let (steps_x, steps_y) = (f64::from(a.cast_signed()), f64::from(b.cast_signed()));
        let earlier = |number: u8| self.corners.len().checked_sub(1 + usize::from(number)).map(|at| self.corners[at]);
        let near = self.on_lattice(steps_x, steps_y);
        Ok(match kind {
            0..=151 => near,
            // where an earlier corner was, or as near to it as numbers can say
            152..=199 => earlier(a).unwrap_or(near),
            200..=215 => earlier(a).map_or(near, |at| LonLat { lon_deg: nudged(at.lon_deg, b), ..at }),
            // on the sides of the window and on its corners
            216..=227 => in_units(f64::from(side(a)), f64::from(side(b))),
            // between the lattice
            228..=239 => in_units(2048.0 + steps_x * self.step / 9.7, 2048.0 + steps_y * self.step / 3.1),
            240..=247 => LonLat { lon_deg: steps_x * 180.0 / 127.0, lat_deg: steps_y * 90.0 / 127.0 },
            _ => LonLat { lon_deg: extreme(a), lat_deg: extreme(b) },
        })
    }

    fn on_lattice(&self, steps_x: f64, steps_y: f64) -> LonLat {
        in_units(2048.0 + steps_x * self.step, 2048.0 + steps_y * self.step)
    }
}

/// A position in units of [`tile`].
fn in_units(x: f64, y: f64) -> LonLat {
    let (bounds, unit_m) = (tile().bounds(), tile().width_m() / f64::from(EXTENT));
    Mercator { x: bounds.min().x + x * unit_m, y: bounds.max().y - y * unit_m }.to_lon_lat()
}

/// The next numbers upwards.
fn nudged(number: f64, by: u8) -> f64 {
    f64::from_bits(number.to_bits().wrapping_add(u64::from(by)))
}

/// Where the window and the tile end, in units, and just beside.
fn side(byte: u8) -> i32 {
    [-64, 4160, 0, 4096, -65, 4161, -63, 4159, 2048, -4096, 8192, 1][usize::from(byte) % 12]
}

fn extreme(byte: u8) -> f64 {
    let all = [
        f64::NAN,
        f64::INFINITY,
        f64::NEG_INFINITY,
        f64::MAX,
        f64::MIN,
        f64::MIN_POSITIVE,
        0.0,
        -0.0,
        180.0,
        -180.0,
        90.0,
        -90.0,
        85.051_128_779_806_6,
        -85.051_128_779_806_6,
        1e9,
        -1e9,
    ];
    all[usize::from(byte) % all.len()]
}
