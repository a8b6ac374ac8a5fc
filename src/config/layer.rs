//! The checked `layers/*.toml`.

use std::path::PathBuf;

use super::{CategoryId, LayerId, PointsConfig, Provenance, Text};
use crate::area::KeyKind;
use crate::filter::Filter;
use crate::geo::Crs;
use crate::tags::TagRule;

/// One layer: everything that is said about it anywhere.
#[derive(Clone, Debug)]
pub struct LayerConfig {
    /// The file's stem.
    pub id: LayerId,
    /// The file, relative to the atlas, as messages name it.
    pub file: PathBuf,
    /// Title for people.
    pub title: Text,
    /// One or two sentences.
    pub description: Text,
    /// Display order; smaller comes first.
    pub order: i32,
    /// Where the features come from.
    pub source: SourceConfig,
    /// Column with the name shown on the map. Without it the key is shown.
    pub name_column: Option<String>,
    /// Attributes published with every feature, in the order of the file.
    pub attributes: Vec<AttributeConfig>,
    /// Areas or facilities.
    pub kind: LayerKind,
    /// How tiles are made.
    pub tiles: TileConfig,
    /// Source, licence, attribution.
    pub provenance: Provenance,
}

/// A layer of finished tiles, served as they are.
#[derive(Clone, Debug)]
pub struct ArchiveConfig {
    /// The file's stem.
    pub id: LayerId,
    /// The file, relative to the atlas, as messages name it.
    pub file: PathBuf,
    /// Title for people.
    pub title: Text,
    /// One or two sentences.
    pub description: Text,
    /// Display order; smaller comes first.
    pub order: i32,
    /// The archive: `.pmtiles` or `.mbtiles`.
    pub path: PathBuf,
    /// Source, licence, attribution.
    pub provenance: Provenance,
}

/// What is special to areas and to facilities.
#[derive(Clone, Debug)]
pub enum LayerKind {
    /// Polygons with a key.
    Area(AreaLayer),
    /// Points with a category.
    Facility(FacilityLayer),
}

/// What only area layers have.
#[derive(Clone, Debug)]
pub struct AreaLayer {
    /// Column with the area key, and its kind.
    pub key: KeyColumn,
    /// The larger areas these lie in.
    pub parent: Option<ParentConfig>,
    /// First year in which these areas exist; `None` = always.
    pub valid_from: Option<i16>,
    /// Last year in which these areas exist; `None` = still.
    pub valid_to: Option<i16>,
    /// Column with each area's first year or day.
    pub valid_from_column: Option<String>,
    /// Column with each area's last year or day.
    pub valid_to_column: Option<String>,
}

/// What only facility layers have.
#[derive(Clone, Debug)]
pub struct FacilityLayer {
    /// Column with the facility's own key. Without it the key is made from name and position.
    pub key_column: Option<String>,
    /// Column that tells the category. Without it there is one category for all.
    pub category_column: Option<String>,
    /// The categories, in display order; never empty.
    pub categories: Vec<CategoryConfig>,
    /// Column with the first year of the facility.
    pub opened_column: Option<String>,
    /// Column with the last year of the facility.
    pub closed_column: Option<String>,
    /// How facilities are given where they lie too close to be drawn apart.
    pub points: PointsConfig,
}

/// Column with the area key, and its kind.
#[derive(Clone, Debug)]
pub struct KeyColumn {
    /// Column name.
    pub column: String,
    /// System of the keys.
    pub kind: KeyKind,
}

/// The larger area that an area lies in: the first `digits` characters of `column` are its key.
#[derive(Clone, Debug)]
pub struct ParentConfig {
    /// The layer of the larger areas.
    pub layer: LayerId,
    /// Column that holds the parent's key, or a longer key that starts with it.
    pub column: String,
    /// Length of the parent's key; `None` = the whole column.
    pub digits: Option<usize>,
}

/// One published attribute.
#[derive(Clone, Debug)]
pub struct AttributeConfig {
    /// Name in tiles and answers.
    pub id: String,
    /// Column in the source.
    pub column: String,
    /// Title for people.
    pub title: Text,
}

/// One category of facilities.
#[derive(Clone, Debug)]
pub struct CategoryConfig {
    /// Id in tiles and answers.
    pub id: CategoryId,
    /// Title for people.
    pub title: Text,
    /// Texts in the category column that mean it; the id and the title always do, in any case.
    pub matches: Vec<String>,
    /// Name of the symbol: a file `styles/symbols/NAME.svg` of the atlas, or a built-in one.
    pub symbol: Option<String>,
    /// Colour of the symbol, `#rrggbb`.
    pub color: String,
}

/// Names of the built-in symbols; `http` draws them.
pub const SYMBOLS: [&str; 11] =
    ["circle", "square", "triangle", "diamond", "star", "cross", "house", "book", "heart", "person", "speech"];

impl CategoryConfig {
    /// Colour of a symbol where nobody says one: a grey that is told apart from any class colour.
    pub const DEFAULT_COLOR: &str = "#5a5a5a";
}

/// A file with features.
#[derive(Clone, Debug)]
pub struct SourceConfig {
    /// `.shp`, a folder with one, `.zip`, `.gpkg`, `.geojson`/`.json`, `.csv`, also with `.gz`; `.xlsx`, `.xlsb`, `.xls`, `.ods`;
    /// `.osm.pbf`.
    pub path: PathBuf,
    /// Which layer of a zip, folder or GeoPackage with several: the shapefile's name without extension, or the table's.
    pub member: Option<String>,
    /// For workbooks: the sheet; `None` = the only one with the coordinate columns.
    pub sheet: Option<String>,
    /// CRS of the coordinates. It overrides what the file says, and must be given where the file says
    /// nothing.
    pub crs: Option<Crs>,
    /// Encoding of attribute texts; overrides `.cpg`, code page byte and guess.
    pub encoding: Option<&'static encoding_rs::Encoding>,
    /// Which features are taken.
    pub filter: Option<Filter>,
    /// For CSV: column separator; `None` = detected.
    pub delimiter: Option<u8>,
    /// For tables: where the coordinates are.
    pub points: Option<PointColumns>,
    /// For tables without coordinates: the list that knows where addresses are.
    pub addresses: Option<Box<SourceConfig>>,
    /// For OpenStreetMap extracts: what is taken, in the order of the layer's categories.
    pub osm: Vec<OsmCategory>,
}

/// A category, and the OpenStreetMap tags by which a feature is a facility of it.
#[derive(Clone, Debug)]
pub struct OsmCategory {
    /// The category.
    pub category: CategoryId,
    /// The tags.
    pub rule: TagRule,
}

impl SourceConfig {
    /// A file about which nothing else is said.
    #[must_use]
    pub fn of(path: impl Into<PathBuf>) -> Self {
        Self {
            path: path.into(),
            member: None,
            sheet: None,
            crs: None,
            encoding: None,
            filter: None,
            delimiter: None,
            points: None,
            addresses: None,
            osm: Vec::new(),
        }
    }
}

/// The coordinate columns of a table.
#[derive(Clone, Debug)]
pub struct PointColumns {
    /// Longitude or easting.
    pub x: String,
    /// Latitude or northing.
    pub y: String,
}

/// How a layer's tiles are made.
#[derive(Clone, Debug, PartialEq)]
pub struct TileConfig {
    /// First zoom with tiles.
    pub min_zoom: u8,
    /// Last zoom with tiles; clients overzoom from there.
    pub max_zoom: u8,
    /// Side of the tile in units (MVT's extent).
    pub extent: u32,
    /// Units of geometry kept beyond each side. Facility layers have none unless their file says so: each
    /// facility is in one tile, and clients draw it across the border from there.
    pub buffer_units: u32,
    /// Simplification tolerance in units; a vertex whose effective area is below its square is left out.
    /// At the last zoom, which clients enlarge, a quarter of it holds. The default of 2 leaves out at most
    /// the sixteenth part of a pixel on a 512-pixel tile; `tests/tile_fidelity.rs` measures what is left.
    pub tolerance_units: f64,
    /// Whether area layers get a tile layer `{id}_label` with one point per area.
    pub labels: bool,
    /// Bytes of a tile before compression that area layers keep to by a larger tolerance; see
    /// `docs/decisions/0014-byte-budget.md`.
    pub budget_bytes: usize,
}

impl Default for TileConfig {
    fn default() -> Self {
        Self {
            min_zoom: 0,
            max_zoom: 14,
            extent: 4096,
            buffer_units: 64,
            tolerance_units: 2.0,
            labels: true,
            budget_bytes: 500_000,
        }
    }
}

/// The last zoom is what clients enlarge for all zooms beyond; there, this part of the tolerance holds.
const LAST_ZOOM_TOLERANCE: f64 = 0.25;

impl TileConfig {
    /// The tolerance of a zoom, in units.
    #[must_use]
    pub fn tolerance_units_at(&self, zoom: u8) -> f64 {
        let share = if zoom >= self.max_zoom { LAST_ZOOM_TOLERANCE } else { 1.0 };
        self.tolerance_units * share
    }
}

impl LayerConfig {
    /// The area part, if this is an area layer.
    #[must_use]
    pub fn as_area(&self) -> Option<&AreaLayer> {
        match &self.kind {
            LayerKind::Area(area) => Some(area),
            LayerKind::Facility(_) => None,
        }
    }

    /// The facility part, if this is a facility layer.
    #[must_use]
    pub fn as_facility(&self) -> Option<&FacilityLayer> {
        match &self.kind {
            LayerKind::Facility(facility) => Some(facility),
            LayerKind::Area(_) => None,
        }
    }
}
