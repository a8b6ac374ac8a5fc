//! The gate, and what stands behind it: one complete, immutable, numbered state of the atlas.
//!
//! [`build()`] reads everything a [`Config`](crate::config::Config) names, joins it, applies disclosure control and returns a
//! [`Release`]. The raw values end there: a release holds [`ReleasedValue`]s only, and only the
//! gate can make one.

mod audience;
mod build;
mod classes;
mod duplicates;
mod features;
mod gate;
mod hierarchy;
mod id;
mod layer;
mod look;
mod offers;
mod recover;
mod rounding;
mod series;

pub use audience::Audience;
pub use build::{BuildError, build};
pub use classes::{Classes, RAMPS};
pub use gate::ReleasedValue;
pub use id::inputs;
pub use layer::{ArchiveLayer, FeatureRecord, Layer, LayerFeatures};
pub use look::{load, look};
pub use series::Series;

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::config::{AtlasConfig, IndicatorConfig, IndicatorId, LayerId, StyleConfig};
use crate::report::Report;

/// One complete state of the atlas. Nothing in it changes after [`build()`].
#[derive(Debug)]
pub struct Release {
    /// Content hash of everything that went in; stands in tile URLs, downloads and printed pages.
    pub id: String,
    /// When it was built.
    pub built_at: Timestamp,
    /// What `atlas.toml` says.
    pub atlas: AtlasConfig,
    /// Layers in display order.
    pub layers: Vec<Layer>,
    /// Layers of finished tiles in display order. No id is that of a layer.
    pub archives: Vec<ArchiveLayer>,
    /// Indicators in display order.
    pub indicators: Vec<Indicator>,
    /// Styles by id.
    pub styles: Vec<StyleConfig>,
    /// SVG symbols of `styles/symbols/` by name.
    pub symbols: BTreeMap<String, String>,
    /// What was read, repaired and left out.
    pub report: Report,
}

/// One indicator: its description, and its released values per layer.
#[derive(Debug)]
pub struct Indicator {
    /// What its file says.
    pub config: IndicatorConfig,
    /// Released values of the public audience by area layer.
    series: BTreeMap<LayerId, Series>,
    /// Class limits by area layer: one set for all periods.
    classes: BTreeMap<LayerId, Classes>,
}

impl Release {
    /// The layer with this id.
    #[must_use]
    pub fn layer(&self, id: &str) -> Option<&Layer> {
        self.layers.iter().find(|layer| layer.config.id.as_str() == id)
    }

    /// The layer of finished tiles with this id.
    #[must_use]
    pub fn archive(&self, id: &str) -> Option<&ArchiveLayer> {
        self.archives.iter().find(|archive| archive.config.id.as_str() == id)
    }

    /// The indicator with this id.
    #[must_use]
    pub fn indicator(&self, id: &str) -> Option<&Indicator> {
        self.indicators.iter().find(|indicator| indicator.config.id.as_str() == id)
    }

    /// Indicators published for a layer, in display order.
    pub fn indicators_of(&self, layer: &LayerId) -> impl Iterator<Item = &Indicator> {
        self.indicators.iter().filter(move |indicator| indicator.series.contains_key(layer))
    }
}

impl Indicator {
    /// The indicator's id.
    #[must_use]
    pub fn id(&self) -> &IndicatorId {
        &self.config.id
    }

    /// Released values on a layer for an audience; `None` if it is not published there.
    #[must_use]
    pub fn series(&self, layer: &LayerId, audience: &Audience) -> Option<&Series> {
        match audience {
            Audience::Public => self.series.get(layer),
        }
    }

    /// Class limits and colours on a layer; `None` if it is not published there.
    #[must_use]
    pub fn classes(&self, layer: &LayerId) -> Option<&Classes> {
        self.classes.get(layer)
    }

    /// Layers it is published for.
    pub fn layers(&self) -> impl Iterator<Item = &LayerId> {
        self.series.keys()
    }
}
