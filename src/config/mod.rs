//! `atlas.toml`, `layers/*.toml`, `indicators/*.toml`, `styles/*.json` → a checked [`Config`].
//!
//! Two sets of types: [`mod@file`] is what a person writes (serde and JSON Schema are derived from it),
//! [`Config`] and its parts are what the program works with: paths resolved, ids checked, nothing
//! optional that has a default. **Defaults live here and nowhere else.**
//!
//! Loading goes through all files and reports every problem at once, with file, line and what would
//! be right; relative paths are relative to the file that names them.

mod atlas;
mod check;
mod document;
pub mod file;
mod id;
mod indicator;
mod layer;
mod load;
mod named;
mod offer;
mod points;
mod problem;
mod recipe;
pub mod reference;
pub mod schema;
mod text;
mod validate;

pub use atlas::{AtlasConfig, ServerConfig, ViewConfig};
pub use id::{CategoryId, IdError, IndicatorId, LayerId, MeasureId};
pub use indicator::{
    Breaks, ClassesConfig, Direction, Formula, IndicatorConfig, Measure, PeriodStates, PrivacyRule, RAMPS, Reference,
    ReferenceValues, SeriesBreak, TableConfig, TableLayout, Target,
};
pub use layer::{
    ArchiveConfig, AreaLayer, AttributeConfig, CategoryConfig, FacilityLayer, KeyColumn, LayerConfig, LayerKind,
    OsmCategory, ParentConfig, PointColumns, SYMBOLS, SourceConfig, TileConfig,
};
pub use named::Named;
pub use offer::{OFFER_ATTRIBUTES, OfferAttribute};
pub use points::{PointsConfig, PointsMode};
pub use recipe::{
    RecipeFile, RecipeKeyFile, RecipeKeyKind, RecipeMeasureFile, RecipePeriodFile, RecipePeriodPlace, read_recipe,
};
pub use text::{Language, Provenance, Text};

use std::path::PathBuf;

/// Everything the files of one atlas say, checked.
#[derive(Clone, Debug)]
pub struct Config {
    /// The atlas folder.
    pub root: PathBuf,
    /// `atlas.toml`.
    pub atlas: AtlasConfig,
    /// `layers/*.toml` with areas or facilities, ordered by `order`, then by id.
    pub layers: Vec<LayerConfig>,
    /// `layers/*.toml` with finished tiles, in the same order.
    pub archives: Vec<ArchiveConfig>,
    /// `indicators/*.toml`, ordered by theme, `order`, then by id.
    pub indicators: Vec<IndicatorConfig>,
    /// `styles/*.json` by id (the file's stem), ordered by id.
    pub styles: Vec<StyleConfig>,
}

/// One MapLibre style of the atlas.
#[derive(Clone, Debug)]
pub struct StyleConfig {
    /// The file's stem.
    pub id: String,
    /// The style's JSON. URLs that start with `/` are made absolute when it is served.
    pub json: serde_json::Value,
}

/// What can be followed of an atlas whose descriptions have errors: enough to look into the files that they name.
#[derive(Clone, Debug, Default)]
pub struct Sound {
    /// The atlas folder.
    pub root: PathBuf,
    /// Layers whose description can be followed.
    pub layers: Vec<LayerConfig>,
    /// Indicators whose description can be followed. Layers that they name need not be there.
    pub indicators: Vec<IndicatorConfig>,
    /// Descriptions that cannot be followed, relative to the atlas.
    pub broken: Vec<PathBuf>,
    /// Files and folders that the descriptions name, there or not.
    pub named: Vec<PathBuf>,
}

/// Reads the atlas in a folder.
///
/// # Errors
/// If anything is wrong that stands in the way of a load: the report then says what, all at once, and what can be
/// followed comes back.
pub fn read(root: &std::path::Path, report: &mut crate::report::Report) -> Result<Config, Sound> {
    load::read(root, report)
}

/// Reads the atlas in a folder. `None` if anything is wrong that stands in the way of a load; the
/// report then says what, all at once.
pub fn load(root: &std::path::Path, report: &mut crate::report::Report) -> Option<Config> {
    read(root, report).ok()
}
