//! One layer of a release: description, features, geometry.

use xxhash_rust::xxh3::Xxh3;

use crate::archive::Archive;
use crate::area::FeatureId;
use crate::attribute::Attribute;
use crate::config::{ArchiveConfig, CategoryId, LayerConfig, LayerId, TileConfig};
use crate::geo::{Bounds, Mercator};
use crate::store::{Areas, Clusters, FeatureIndex, Fullness, Places};
use crate::value::Validity;

/// A layer as it is served.
#[derive(Debug)]
pub struct Layer {
    /// What its file says.
    pub config: LayerConfig,
    /// Its features; the position is the [`FeatureIndex`] that `geometry` and all series use.
    pub features: Vec<FeatureRecord>,
    /// Its geometry.
    pub geometry: LayerFeatures,
    /// How full its tiles are: which zooms are simplified further than the layer's tolerance says, to keep to its
    /// byte budget. Of layers of areas only.
    pub fullness: Fullness,
    /// Names everything its tiles' geometry depends on: shapes, their order, and how tiles are made. Two
    /// releases with the same borders have the same.
    pub geometry_id: u64,
}

/// A layer of finished tiles.
#[derive(Debug)]
pub struct ArchiveLayer {
    /// What its file says.
    pub config: ArchiveConfig,
    /// The open archive.
    pub archive: Archive,
}

/// Geometry of a layer.
#[derive(Debug)]
pub enum LayerFeatures {
    /// Polygons.
    Areas(Areas),
    /// Points.
    Places(Places),
}

/// What is known of one feature besides geometry and values.
#[derive(Clone, Debug, PartialEq)]
pub struct FeatureRecord {
    /// The area key, or the facility's key.
    pub key: String,
    /// Id in tiles, from the key.
    pub id: FeatureId,
    /// Name shown on the map; the key where the file has none.
    pub name: String,
    /// Published attributes, in the order of [`LayerConfig::attributes`].
    pub attributes: Vec<Attribute>,
    /// The larger area, where the layer has a parent and the key is found there.
    pub parent: Option<ParentArea>,
    /// Areas: when it exists.
    pub valid: Validity,
    /// Facilities: the category.
    pub category: Option<CategoryId>,
    /// Facilities: first year.
    pub opened: Option<i16>,
    /// Facilities: last year.
    pub closed: Option<i16>,
}

/// The larger area that an area lies in.
#[derive(Clone, Debug, PartialEq)]
pub struct ParentArea {
    /// Its layer.
    pub layer: LayerId,
    /// Its key.
    pub key: String,
}

impl Layer {
    /// A layer of features and their geometry.
    #[must_use]
    pub fn new(config: LayerConfig, features: Vec<FeatureRecord>, mut geometry: LayerFeatures) -> Self {
        let fullness = match &mut geometry {
            LayerFeatures::Areas(areas) => {
                areas.keep_to_budget(&config.tiles, |feature| tag_bytes(&features[feature as usize]))
            }
            LayerFeatures::Places(_) => Fullness::default(),
        };
        let mut hash = Xxh3::new();
        // what a layer's tiles are made like is small, and the text of it names every setting
        hash.update(format!("{:?}", config.tiles).as_bytes());
        for feature in &features {
            hash.update(&feature.id.as_u64().to_le_bytes());
        }
        match &geometry {
            LayerFeatures::Areas(areas) => areas.hash_into(&mut hash),
            LayerFeatures::Places(places) => places.hash_into(&mut hash),
        }
        Self { config, features, geometry, fullness, geometry_id: hash.digest() }
    }

    /// How tiles of a zoom are made.
    #[must_use]
    pub fn tiles_at(&self, zoom: u8) -> TileConfig {
        let mut tiles = self.config.tiles.clone();
        if let Some(coarsened) = self.fullness.coarsened.iter().find(|coarsened| coarsened.zoom == zoom) {
            tiles.tolerance_units *= coarsened.factor;
        }
        tiles
    }

    /// Box around all features.
    #[must_use]
    pub fn bounds(&self) -> Option<Bounds<Mercator>> {
        match &self.geometry {
            LayerFeatures::Areas(areas) => areas.bounds(),
            LayerFeatures::Places(places) => places.bounds(),
        }
    }

    /// The feature with this key.
    #[must_use]
    pub fn find(&self, key: &str) -> Option<(FeatureIndex, &FeatureRecord)> {
        let position = self.features.iter().position(|feature| feature.key == key)?;
        Some((FeatureIndex::try_from(position).ok()?, &self.features[position]))
    }

    /// The clusters of facilities that are too many for some zooms; `None` if each is given at every zoom.
    #[must_use]
    pub fn clusters(&self) -> Option<&Clusters> {
        match &self.geometry {
            LayerFeatures::Areas(_) => None,
            LayerFeatures::Places(places) => places.clusters(),
        }
    }

    /// Name of the layer with one label point per area inside the tiles; `None` if there is none.
    #[must_use]
    pub fn label_layer(&self) -> Option<String> {
        let labelled = matches!(self.geometry, LayerFeatures::Areas(_)) && self.config.tiles.labels;
        labelled.then(|| format!("{}_label", self.config.id))
    }
}

/// Id, type, sizes and the indices of keys and values of an area and of its label.
const FEATURE_BYTES: usize = 60;

/// About what a feature's attributes take in a tile, without indicators.
fn tag_bytes(feature: &FeatureRecord) -> usize {
    let texts = feature.attributes.iter().map(|attribute| match attribute {
        Attribute::Text(text) => text.len() + 4,
        Attribute::Null => 0,
        _ => 11,
    });
    // key and name stand in the area's layer and in the label's
    FEATURE_BYTES + 2 * (feature.key.len() + feature.name.len()) + texts.sum::<usize>()
}
