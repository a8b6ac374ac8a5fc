//! What a person writes: the shapes of `atlas.toml`, `layers/*.toml` and `indicators/*.toml`.
//!
//! The JSON Schemas that editors use are generated from these types, and the same schemas find
//! unknown keys, wrong types and numbers out of range at load. Everything optional here gets its
//! default in the checked types of [`super`]; the schemas name that default by asking those types.
//! Relative paths are relative to the file they stand in.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    CategoryConfig, ClassesConfig, Direction, Formula, Measure, PointsConfig, PointsMode, RAMPS, ServerConfig,
    TableConfig, TableLayout, TileConfig,
};
use crate::area::KeyKind;
use crate::geo::MAX_ZOOM;
use crate::succession::Weight;

/// A text that people read: one string, or one per language.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(untagged, deny_unknown_fields)]
pub enum TextFile {
    /// German only; shown in both languages.
    German(String),
    /// German and English.
    Both {
        /// German.
        de: String,
        /// English.
        en: String,
    },
}

/// `atlas.toml`
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AtlasFile {
    /// Short name, stands in download names: lower-case letters, digits and `_`.
    #[schemars(extend("examples" = ["heidekreis"]))]
    pub id: String,
    /// Title of the page.
    pub title: TextFile,
    /// One sentence on what the atlas shows.
    pub description: Option<TextFile>,
    /// Who publishes it.
    pub publisher: TextFile,
    /// Where readers turn to: mail address or URL.
    pub contact: Option<String>,
    /// A remark shown on every page, such as that figures are invented.
    pub notice: Option<TextFile>,
    /// Themes that indicators name, in display order.
    #[serde(default)]
    pub themes: Vec<ThemeFile>,
    /// Table of territorial reforms: columns `from`, `to`, `date`, and the shares `population`, `area`, `employees`.
    #[schemars(extend("examples" = ["data/successions.csv"]))]
    pub successions: Option<String>,
    /// What the page shows first.
    #[serde(default)]
    pub view: ViewFile,
    /// Limits and addresses of the server.
    #[serde(default)]
    pub server: ServerFile,
}

/// A theme.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ThemeFile {
    /// Id that indicators name.
    pub id: String,
    /// Title for people.
    pub title: TextFile,
}

/// What the page shows first.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ViewFile {
    /// West, south, east, north in degrees; default: the bounds of `layer`.
    #[schemars(extend("examples" = [[9.26, 52.66, 10.15, 53.17]]))]
    pub bounds: Option<[f64; 4]>,
    /// Area layer shown first; default: the first area layer.
    pub layer: Option<String>,
    /// Indicator shown first; default: the first indicator.
    pub indicator: Option<String>,
}

/// Limits and addresses of the server.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ServerFile {
    /// Address under which the server is reached from outside, such as `https://atlas.example.org`.
    pub public_url: Option<String>,
    /// Bound of the tile cache in MiB.
    #[schemars(range(min = 1), extend("default" = ServerConfig::default().cache_bytes >> 20))]
    pub cache_mib: Option<u32>,
    /// Tiles rendered at the same time; default: number of cores.
    #[schemars(range(min = 1))]
    pub render_concurrency: Option<u16>,
    /// Requests worked on at the same time; beyond that the server answers 503.
    #[schemars(range(min = 1), extend("default" = ServerConfig::default().request_concurrency))]
    pub request_concurrency: Option<u16>,
    /// Seconds after which a request is given up.
    #[schemars(range(min = 1), extend("default" = ServerConfig::default().request_timeout_s))]
    pub request_timeout_s: Option<u16>,
    /// Seconds for which a release that was replaced is still served under addresses that name it, so that an open
    /// map does not break; 0 = not at all. It stays in memory for as long.
    #[schemars(extend("default" = ServerConfig::default().keep_previous_s))]
    pub keep_previous_s: Option<u16>,
    /// Seconds between two looks at the files with `serve --watch`. A change is read when two looks see the same.
    #[schemars(range(min = 1), extend("default" = ServerConfig::default().watch_interval_s))]
    pub watch_interval_s: Option<u16>,
}

/// Where data comes from and what may be done with it.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProvenanceFile {
    /// Who published it, and under which name.
    pub source: TextFile,
    /// Address of the source.
    pub url: Option<String>,
    /// State of the data: date, month or year as in ISO 8601, in quotes.
    #[schemars(extend("examples" = ["2021-01-01"]))]
    pub date: Option<String>,
    /// Short name of the licence.
    #[schemars(extend("examples" = ["dl-de/by-2-0"]))]
    pub license: String,
    /// Address of the licence text.
    pub license_url: Option<String>,
    /// The line that has to stand beside every map and table made from it.
    pub attribution: String,
    /// Whether the data is invented for demonstration; shown wherever the data is shown.
    #[serde(default)]
    pub invented: bool,
}

/// `layers/*.toml`; the file's name without `.toml` is the layer's id.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LayerFile {
    /// Areas (polygons), facilities (points) or an archive (finished tiles).
    pub kind: LayerKindFile,
    /// Title for people.
    pub title: TextFile,
    /// One or two sentences.
    pub description: Option<TextFile>,
    /// Display order, smaller first.
    #[serde(default)]
    pub order: i32,
    /// Where the features come from.
    pub source: SourceFile,
    /// Area layers: the area key (required). Facility layers: the facility's own key (optional).
    pub key: Option<KeyFile>,
    /// Column with the name shown on the map; default: the key is shown.
    pub name: Option<String>,
    /// Published attributes: name in tiles → column and title.
    #[serde(default)]
    pub attributes: BTreeMap<String, AttributeFile>,
    /// Area layers: the larger areas these lie in.
    pub parent: Option<ParentFile>,
    /// Area layers: first year in which these areas exist; or the column with each area's first year or day.
    #[schemars(extend("examples" = [2020]))]
    pub valid_from: Option<YearOrColumnFile>,
    /// Area layers: last year in which these areas exist; or the column with each area's last year or day.
    #[schemars(extend("examples" = [2020]))]
    pub valid_to: Option<YearOrColumnFile>,
    /// Facility layers: column that tells the category; without it there must be exactly one category.
    pub category: Option<String>,
    /// Facility layers: the categories by id.
    #[serde(default)]
    pub categories: BTreeMap<String, CategoryFile>,
    /// Facility layers: column with the first year of the facility.
    pub opened: Option<String>,
    /// Facility layers: column with the last year of the facility.
    pub closed: Option<String>,
    /// How tiles are made.
    #[serde(default)]
    pub tiles: TilesFile,
    /// Source, licence, attribution.
    pub provenance: ProvenanceFile,
}

/// What a layer holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum LayerKindFile {
    /// Polygons with an area key.
    Area,
    /// Points with a category.
    Facility,
    /// Finished tiles, served as they are: a basemap, an older release.
    Archive,
}

impl LayerKindFile {
    /// As messages name it.
    pub(super) fn said(self) -> &'static str {
        match self {
            Self::Area => "an area layer",
            Self::Facility => "a facility layer",
            Self::Archive => "an archive layer",
        }
    }
}

/// A file with features.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SourceFile {
    /// `.shp`, a folder or `.zip` with shapefiles, `.gpkg`, `.geojson`, `.json`, `.csv` (these also with `.gz`); facility
    /// layers also `.xlsx`, `.xlsb`, `.xls`, `.ods` and `.osm.pbf`; archive layers: `.pmtiles`, `.mbtiles`.
    #[schemars(extend("examples" = ["../data/boundaries/municipalities.zip"]))]
    pub file: String,
    /// Which layer of a zip, folder or GeoPackage with several: the shapefile's name without extension, or the table's.
    pub member: Option<String>,
    /// Sheet of a workbook; needed only where several have the coordinate columns.
    #[schemars(extend("examples" = ["Standorte"]))]
    pub sheet: Option<String>,
    /// CRS of the coordinates; needed only where the file does not say it.
    #[schemars(extend("examples" = ["EPSG:25832"]))]
    pub crs: Option<String>,
    /// Encoding of texts; needed only where it is guessed wrong.
    #[schemars(extend("examples" = ["windows-1252"]))]
    pub encoding: Option<String>,
    /// Which features are taken, in CQL2 text.
    #[schemars(extend("examples" = ["GF = 4 AND AGS LIKE '03358%'"]))]
    pub filter: Option<String>,
    /// Tables: column with longitude or easting.
    pub x: Option<String>,
    /// Tables: column with latitude or northing.
    pub y: Option<String>,
    /// CSV: column separator; default: detected.
    pub delimiter: Option<DelimiterFile>,
    /// Tables with addresses instead of coordinates: the list that knows where addresses are. The table's columns
    /// `street` (Straße), `house_number` (Hausnummer), `postcode` (PLZ), `place` (Ort), or `address` (Adresse) with all
    /// in one, are known by their names.
    pub addresses: Option<AddressesFile>,
}

/// A list of addresses with coordinates, such as a survey office gives: columns as in the table that it is for.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AddressesFile {
    /// `.csv` (also with `.gz`), `.xlsx`, `.xlsb`, `.xls`, `.ods`, or points as `.geojson` or `.shp`.
    #[schemars(extend("examples" = ["../data/addresses.csv"]))]
    pub file: String,
    /// Sheet of a workbook; needed only where there are several.
    pub sheet: Option<String>,
    /// CRS of the coordinates; default: longitude and latitude.
    #[schemars(extend("examples" = ["EPSG:25832"]))]
    pub crs: Option<String>,
    /// Encoding of texts; needed only where it is guessed wrong.
    pub encoding: Option<String>,
    /// Tables: column with longitude or easting; default: known by its name.
    pub x: Option<String>,
    /// Tables: column with latitude or northing; default: known by its name.
    pub y: Option<String>,
    /// CSV: column separator; default: detected.
    pub delimiter: Option<DelimiterFile>,
}

/// Column separators.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum DelimiterFile {
    /// Semicolon.
    #[serde(rename = ";")]
    Semicolon,
    /// Comma.
    #[serde(rename = ",")]
    Comma,
    /// Tabulator.
    #[serde(rename = "tab")]
    Tab,
    /// Vertical bar.
    #[serde(rename = "|")]
    Bar,
}

/// Column with the key, and its kind.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct KeyFile {
    /// Column name.
    #[schemars(extend("examples" = ["AGS"]))]
    pub column: String,
    /// System of the keys: `state` (2 digits), `district` (5), `association` (9), `ags` (8), `ars` (12) or
    /// `own` (any text).
    #[schemars(extend("default" = KeyKind::Own))]
    pub kind: Option<KeyKind>,
}

/// A published attribute.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AttributeFile {
    /// Column in the source; default: the attribute's name. In facility layers, what is usually said about an offer
    /// (`operator`, `opening_hours`, …) is also found by the usual names of its column.
    pub column: Option<String>,
    /// Title for people. In facility layers, attributes that are usual for an offer have one.
    pub title: Option<TextFile>,
}

/// The larger areas that these areas lie in.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ParentFile {
    /// Layer of the larger areas.
    pub layer: String,
    /// Column that holds the parent's key, or a longer key that starts with it.
    pub column: String,
    /// How many characters of the column are the parent's key; default: all.
    #[schemars(range(min = 1))]
    pub digits: Option<u8>,
}

/// A category of facilities.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CategoryFile {
    /// Title for people; default: that of the catalogue (docs/indicators.md), if the id is there.
    pub title: Option<TextFile>,
    /// Texts in the category column that mean it; its id and its title always do. Case does not matter.
    #[serde(default)]
    pub matches: Vec<String>,
    /// Sources `.osm.pbf`: the OpenStreetMap tags that mean it; default: those of the catalogue. Conditions are joined by `with` and `without`, values by
    /// `or`, alternatives by `;`; `key=*` is any value, `key~text` one with that text in it.
    #[schemars(extend("examples" = ["amenity=school with isced:level=2 or 3; amenity=college"]))]
    pub osm: Option<String>,
    /// Name of the symbol: a file `styles/symbols/NAME.svg` of the atlas, or built in: `circle`, `square`, `triangle`,
    /// `diamond`, `star`, `cross`, `house`, `book`, `heart`, `person`, `speech`. Default: that of the catalogue.
    pub symbol: Option<String>,
    /// Colour, `#rrggbb`. Default: that of the catalogue.
    #[schemars(extend("default" = CategoryConfig::DEFAULT_COLOR))]
    pub color: Option<String>,
    /// Display order, smaller first.
    #[serde(default)]
    pub order: i32,
}

/// How a layer's tiles are made.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TilesFile {
    /// First zoom with tiles.
    #[schemars(range(max = MAX_ZOOM), extend("default" = TileConfig::default().min_zoom))]
    pub min_zoom: Option<u8>,
    /// Last zoom with tiles; clients overzoom from there.
    #[schemars(range(max = MAX_ZOOM), extend("default" = TileConfig::default().max_zoom))]
    pub max_zoom: Option<u8>,
    /// Side of a tile in units, a power of two.
    #[schemars(range(min = 256, max = 16384), extend("default" = TileConfig::default().extent))]
    pub extent: Option<u32>,
    /// Units of geometry kept beyond each side; at most a quarter of `extent`. Default: 64 for area layers, 0 for
    /// facility layers, each facility then being in one tile. Clients that cut symbols at the tile's edge (QGIS) need
    /// some; a facility near an edge then comes in several tiles.
    #[schemars(range(max = 4096))]
    pub buffer: Option<u32>,
    /// Kilobytes (1000 bytes) of a tile before compression. An area layer keeps to them by doubling the tolerance of a
    /// zoom whose fullest tile would be larger, once or twice.
    #[schemars(range(min = 10, max = 100_000), extend("default" = TileConfig::default().budget_bytes / 1000))]
    pub budget: Option<u32>,
    /// Simplification tolerance in units.
    #[schemars(range(min = 0, max = 256), extend("default" = TileConfig::default().tolerance_units))]
    pub tolerance: Option<f64>,
    /// Area layers: whether there is a tile layer `{id}_label` with one point per area.
    #[schemars(extend("default" = TileConfig::default().labels))]
    pub labels: Option<bool>,
    /// Facility layers: below `exact_from`, give `all`, a `cluster` with counts for those that lie too close, or
    /// `thin` them to one that says for how many it stands. Default: `all` up to 5,000 facilities; above that
    /// `cluster`, or `thin` if they have `opened` or `closed`.
    pub points: Option<PointsMode>,
    /// Facility layers: first zoom at which every facility is given; default: `max_zoom`.
    #[schemars(range(max = MAX_ZOOM), extend("examples" = [12]))]
    pub exact_from: Option<u8>,
    /// Facility layers: least distance of two points below `exact_from`, in pixels of a map with tiles 512 pixels
    /// wide; default: 48 for `cluster`, 16 for `thin`.
    #[schemars(range(min = 1, max = 512), extend("examples" = [PointsConfig::CLUSTER_SPACING_PX]))]
    pub spacing: Option<f64>,
}

/// `indicators/*.toml`; the file's name without `.toml` is the indicator's id.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct IndicatorFile {
    /// Title for people.
    pub title: TextFile,
    /// What it measures, in plain words.
    pub description: Option<TextFile>,
    /// Theme id from `atlas.toml`.
    pub theme: String,
    /// Display order inside the theme, smaller first.
    #[serde(default)]
    pub order: i32,
    /// Unit behind a number.
    #[schemars(extend("examples" = ["%"]))]
    pub unit: TextFile,
    /// Decimals shown and published; default: 0 for counts, 1 for ratios.
    #[schemars(range(max = 6))]
    pub decimals: Option<u8>,
    /// Which way is better.
    #[serde(default)]
    pub direction: Direction,
    /// `count` (how many) or `ratio` (how many of how many, an index, a mean).
    pub measure: Measure,
    /// Area layers it is published for.
    #[schemars(length(min = 1))]
    pub layers: Vec<String>,
    /// What to mind when the figures are read.
    pub caveat: Option<TextFile>,
    /// Numbers of the official statistics it comes from.
    #[schemars(extend("examples" = ["12411"]))]
    pub statistic: Option<String>,
    /// Measure in the tables that is the value itself; default: the indicator's id. A ratio that is read as such is
    /// never computed again, summed or averaged. Not together with `numerator` or `formula`.
    pub value: Option<String>,
    /// How the value is computed: measures of the tables, numbers, `+ - * /` and parentheses.
    #[schemars(extend("examples" = ["100 * recipients / residents_under_15"]))]
    pub formula: Option<String>,
    /// Measure that is counted; needs `denominator`.
    pub numerator: Option<String>,
    /// Measure out of which it is counted; needs `numerator`.
    pub denominator: Option<String>,
    /// Factor of `numerator / denominator`. The three together are the formula `factor * numerator / denominator`.
    #[schemars(extend("default" = Formula::DEFAULT_FACTOR))]
    pub factor: Option<f64>,
    /// What each measure counts: `persons`, `euro`, `km2`, `places`, `hours`, `euro/persons`, `%` … Only what has the same
    /// unit can be added; a measure that is not named here has a unit of its own.
    #[serde(default)]
    pub measures: BTreeMap<String, String>,
    /// Whether larger areas of `layers` for which the tables have no figure get the sum over the areas in them: counts
    /// are added up, a rate is computed from added-up counts. A figure of the tables comes first.
    #[serde(default)]
    pub aggregate: bool,
    /// Years whose figures are provisional.
    #[serde(default)]
    #[schemars(inner(range(min = 1800, max = 2200)), extend("examples" = [[2024]]))]
    pub provisional: Vec<i16>,
    /// Years whose figures are estimated.
    #[serde(default)]
    #[schemars(inner(range(min = 1800, max = 2200)), extend("examples" = [[2022]]))]
    pub estimated: Vec<i16>,
    /// Tables it is read from.
    #[schemars(length(min = 1))]
    pub tables: Vec<TableFile>,
    /// What is kept secret; default: nothing.
    #[serde(default)]
    pub privacy: PrivacyFile,
    /// Measure → how it is shared out where an area was divided: `population`, `area` or `employees`; default:
    /// `population`.
    #[serde(default)]
    pub conversion: BTreeMap<String, Weight>,
    /// Breaks in the series.
    #[serde(default)]
    pub breaks: Vec<BreakFile>,
    /// What areas are compared with: a county, a state, the country.
    #[serde(default)]
    pub references: Vec<ReferenceFile>,
    /// What is to be reached.
    #[serde(default)]
    pub targets: Vec<TargetFile>,
    /// How class limits are found; default: five quantiles.
    #[serde(default)]
    pub classes: ClassesFile,
    /// Responsible department.
    pub department: Option<TextFile>,
    /// Source, licence, attribution.
    pub provenance: ProvenanceFile,
}

/// A table file. Without `layout` it is tidy: columns `key`, `period`, `indicator`, `value`, `state`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TableFile {
    /// `.csv` or `.csv.gz`.
    #[schemars(extend("examples" = ["../data/values/population.csv"]))]
    pub file: String,
    /// `tidy` (one row per value), `years` (one column per year) or `measures` (one column per measure).
    #[schemars(extend("default" = "tidy"))]
    pub layout: Option<TableLayoutFile>,
    /// Column with the area key.
    #[schemars(extend("default" = TableConfig::DEFAULT_KEY))]
    pub key: Option<String>,
    /// Column with the period (tidy, measures).
    #[schemars(extend("default" = TableLayout::DEFAULT_PERIOD))]
    pub period: Option<String>,
    /// Period of all rows (measures), where the file has no column for it.
    #[schemars(range(min = 1800, max = 2200), extend("examples" = [2015]))]
    pub year: Option<i16>,
    /// Column with the measure (tidy).
    #[schemars(extend("default" = TableLayout::DEFAULT_MEASURE))]
    pub indicator: Option<String>,
    /// Column with the number or symbol (tidy).
    #[schemars(extend("default" = TableLayout::DEFAULT_VALUE))]
    pub value: Option<String>,
    /// Column with the state (tidy); the file may do without it.
    #[schemars(extend("default" = TableLayout::DEFAULT_STATE))]
    pub state: Option<String>,
    /// Measure that all columns count (years); default: the indicator's own.
    pub measure: Option<String>,
    /// Column → measure (measures).
    #[serde(default)]
    pub columns: BTreeMap<String, String>,
    /// Column with the day whose areas a row speaks of, such as `2015-12-31`, or its year (tidy); the file may do without it.
    #[schemars(extend("default" = TableLayout::DEFAULT_TERRITORY))]
    pub territory_column: Option<String>,
    /// Day whose areas all rows speak of, such as `2015-12-31`; default: the areas of each row's own period.
    #[schemars(extend("examples" = ["2015-12-31"]))]
    pub territory: Option<String>,
    /// Column separator; default: detected.
    pub delimiter: Option<DelimiterFile>,
    /// Encoding; default: detected.
    #[schemars(extend("examples" = ["windows-1252"]))]
    pub encoding: Option<String>,
    /// Decimal mark; default: detected.
    pub decimal: Option<DecimalFile>,
}

/// Where periods, measures and values stand in a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum TableLayoutFile {
    /// One row per value.
    Tidy,
    /// One row per area, one column per year.
    Years,
    /// One row per area (and period), one column per measure.
    Measures,
}

/// Decimal marks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum DecimalFile {
    /// As in `1.234,5`.
    #[serde(rename = ",")]
    Comma,
    /// As in `1,234.5`.
    #[serde(rename = ".")]
    Point,
}

/// What is kept secret. Counts from 1 to the minimum less one are suppressed.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PrivacyFile {
    /// Minimum count in the numerator and in each measure of it, or of the count itself; 0 and 1 would keep nothing
    /// secret.
    #[schemars(range(min = 2), extend("examples" = [5]))]
    pub min_numerator: Option<u32>,
    /// Minimum count in the denominator; below it nothing is published; 0 and 1 would keep nothing secret.
    #[schemars(range(min = 2), extend("examples" = [20]))]
    pub min_denominator: Option<u32>,
    /// Minimum count of those who are not counted: denominator less numerator.
    #[schemars(range(min = 2), extend("examples" = [5]))]
    pub min_complement: Option<u32>,
    /// Whether 0 is kept secret as well, and with `min_complement` that it is all.
    #[serde(default)]
    pub hide_zero: bool,
    /// Counts are published rounded to multiples of 3, 5 or 10, ratios computed from rounded counts.
    #[schemars(range(min = 3, max = 10), extend("examples" = [5]))]
    pub round_to: Option<u8>,
    /// The figures were protected by those who deliver them; no rule is applied.
    #[serde(default)]
    pub protected_by_source: bool,
}

/// What areas are compared with: an area of a layer, or figures by year with their source.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReferenceFile {
    /// Title for people.
    pub title: TextFile,
    /// Layer of the area whose values are the reference; one of the indicator's layers.
    pub layer: Option<String>,
    /// Key of that area.
    pub key: Option<String>,
    /// Figures by year, where no area has them.
    #[serde(default)]
    #[schemars(extend("examples" = [{ "2023": 14.1, "2024": 14.3 }]))]
    pub values: BTreeMap<String, f64>,
    /// Where these figures come from.
    pub source: Option<TextFile>,
}

/// What is to be reached.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TargetFile {
    /// The number to be reached.
    pub value: f64,
    /// Year by which, or for which it holds; without it, it always does.
    #[schemars(range(min = 1800, max = 2200), extend("examples" = [2030]))]
    pub period: Option<i16>,
    /// Title for people.
    pub title: Option<TextFile>,
    /// Who set it: a plan, a resolution, a law.
    pub source: TextFile,
    /// Date of that, as in ISO 8601, in quotes.
    #[schemars(extend("examples" = ["2023-06-15"]))]
    pub date: Option<String>,
}

/// A break in the series.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BreakFile {
    /// First period of the new kind: a year, a school year such as `"2015/16"`, or a day such as `"2015-08-01"`.
    #[schemars(extend("examples" = [2011]))]
    pub period: PeriodFile,
    /// Why.
    pub reason: TextFile,
}

/// A year as a number; any period as text.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum PeriodFile {
    /// A year.
    Year(#[schemars(range(min = 1800, max = 2200))] i16),
    /// A year, a school year or a day.
    Text(String),
}

/// A year that holds for all features, or the column that has it.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum YearOrColumnFile {
    /// A year.
    Year(#[schemars(range(min = 1800, max = 2200))] i16),
    /// A column's name.
    Column(String),
}

impl YearOrColumnFile {
    /// The year, if it is one.
    pub(super) fn year(&self) -> Option<i16> {
        match self {
            Self::Year(year) => Some(*year),
            Self::Column(_) => None,
        }
    }

    /// The column, if it is one.
    pub(super) fn column(&self) -> Option<String> {
        match self {
            Self::Year(_) => None,
            Self::Column(column) => Some(column.clone()),
        }
    }
}

/// How class limits are found.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ClassesFile {
    /// `quantile` or `equal`; `manual` is meant where `limits` are given.
    #[schemars(extend("default" = "quantile"))]
    pub method: Option<ClassMethodFile>,
    /// Number of classes.
    #[schemars(range(min = 2, max = 7), extend("default" = ClassesConfig::DEFAULT_COUNT))]
    pub count: Option<u8>,
    /// Inner limits, ascending; a value equal to a limit belongs to the class above it.
    #[schemars(length(min = 1, max = 6), extend("examples" = [[5.0, 7.5, 10.0]]))]
    pub limits: Option<Vec<f64>>,
    /// Colour ramp.
    #[schemars(extend("enum" = RAMPS, "default" = ClassesConfig::default().ramp))]
    pub ramp: Option<String>,
}

/// Ways to find class limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ClassMethodFile {
    /// Classes with equally many values.
    Quantile,
    /// Classes of equal width.
    Equal,
    /// The limits given in `limits`.
    Manual,
}
