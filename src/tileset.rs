//! A selection described: what TileJSON and the metadata of an archive say about the same tiles.
//!
//! Everything in it comes from the descriptions of layers, indicators and archives. Bounds are degrees.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Map, Value};

use crate::config::{LayerKind, PointsMode, Provenance, Text};
use crate::geo::{Bounds, LonLat, Position, degrees};
use crate::release::{ArchiveLayer, Audience, Indicator, Layer, Release};
use crate::store::Clusters;
use crate::texts;
use crate::tile::{Selection, Years};
use crate::value::Period;

/// What is said about the tiles of one selection.
#[derive(Clone, Debug, PartialEq)]
pub struct Tileset {
    /// Titles of the layers.
    pub name: String,
    /// Descriptions of the layers, in one line.
    pub description: String,
    /// The lines that have to stand beside a map.
    pub attribution: Vec<String>,
    /// Whether figures or places are invented.
    pub invented: bool,
    /// First zoom of any layer.
    pub min_zoom: u8,
    /// Last zoom of any layer.
    pub max_zoom: u8,
    /// Box around all features; `None` if nobody knows.
    pub bounds: Option<Bounds<LonLat>>,
    /// Where to look first, and at which zoom; `None` if nobody knows.
    pub center: Option<(LonLat, u8)>,
    /// The layers inside a tile, with their attributes, as TileJSON 3.0.0 §3.3 describes them.
    pub vector_layers: Vec<Value>,
}

#[derive(Serialize)]
struct VectorLayer {
    id: String,
    description: String,
    minzoom: u8,
    maxzoom: u8,
    fields: BTreeMap<String, String>,
}

impl Tileset {
    /// Describes a selection. Layers and indicators that the release does not have are passed over.
    #[must_use]
    pub fn of(release: &Release, selection: &Selection) -> Self {
        let layers: Vec<&Layer> = selection.layers.iter().filter_map(|id| release.layer(id.as_str())).collect();
        let archives: Vec<&ArchiveLayer> =
            selection.layers.iter().filter_map(|id| release.archive(id.as_str())).collect();
        let indicators: Vec<&Indicator> =
            selection.indicators.iter().filter_map(|id| release.indicator(id.as_str())).collect();
        let provenances = || {
            let of_layers = layers.iter().map(|layer| &layer.config.provenance);
            let of_archives = archives.iter().map(|archive| &archive.config.provenance);
            of_layers.chain(of_archives).chain(indicators.iter().map(|indicator| &indicator.config.provenance))
        };
        let texts: Vec<(&Text, &Text)> = layers
            .iter()
            .map(|layer| (&layer.config.title, &layer.config.description))
            .chain(archives.iter().map(|archive| (&archive.config.title, &archive.config.description)))
            .collect();
        let (min_zoom, max_zoom) = zooms(release, selection).unwrap_or((0, 0));
        let mut described = archives.iter().map(|archive| archive.archive.description());
        let bounds = described.clone().filter_map(|archive| archive.bounds).chain(bounds(&layers));
        let bounds = bounds.reduce(Bounds::union);
        let said = described.find_map(|archive| archive.center).filter(|_| layers.is_empty());
        let own = layers.iter().flat_map(|layer| vector_layers(layer, max_zoom, &indicators, &selection.years));
        let own = own.filter_map(|layer| serde_json::to_value(layer).ok());
        let foreign = archives.iter().flat_map(|archive| archive.archive.description().vector_layers().to_vec());
        Self {
            name: texts.iter().map(|(title, _)| title.de.as_str()).collect::<Vec<_>>().join(", "),
            description: texts.iter().map(|(_, text)| texts::one_line(text)).collect::<Vec<_>>().join(" "),
            attribution: attribution(provenances()),
            invented: provenances().any(|provenance| provenance.invented),
            min_zoom,
            max_zoom,
            bounds,
            center: said.or_else(|| bounds.map(|bounds| center(bounds, min_zoom, max_zoom))),
            vector_layers: own.chain(foreign).collect(),
        }
    }

    /// What an archive of these tiles says about itself besides zooms and bounds.
    #[must_use]
    pub fn metadata(&self, release: &Release) -> Map<String, Value> {
        let mut metadata = Map::new();
        let mut add = |name: &str, value: Value| drop(metadata.insert(name.to_owned(), value));
        add("name", self.name.as_str().into());
        add("description", self.description.as_str().into());
        add("attribution", self.attribution.join(" | ").into());
        add("type", "overlay".into());
        add("version", release.id.as_str().into());
        add("generator", concat!("kreisel ", env!("CARGO_PKG_VERSION")).into());
        add("vector_layers", Value::Array(self.vector_layers.clone()));
        add("kreisel", serde_json::json!({ "release": release.id, "invented": self.invented }));
        metadata
    }
}

/// First and last zoom of any layer of a selection; `None` if the release has none of them.
#[must_use]
pub fn zooms(release: &Release, selection: &Selection) -> Option<(u8, u8)> {
    let zooms = selection.layers.iter().filter_map(|id| {
        let layer = release.layer(id.as_str()).map(|layer| (layer.config.tiles.min_zoom, layer.config.tiles.max_zoom));
        layer.or_else(|| {
            let archive = release.archive(id.as_str())?.archive.description();
            Some((archive.min_zoom, archive.max_zoom))
        })
    });
    zooms.reduce(|(min, max), (first, last)| (min.min(first), max.max(last)))
}

/// The lines that have to stand beside a map, each once; invented data says so.
#[must_use]
pub fn attribution<'a>(provenances: impl Iterator<Item = &'a Provenance>) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut invented = false;
    for provenance in provenances {
        invented |= provenance.invented;
        if !lines.contains(&provenance.attribution) {
            lines.push(provenance.attribution.clone());
        }
    }
    if invented {
        lines.push(texts::one_line(&texts::invented()));
    }
    lines
}

/// Box around all layers in degrees.
#[must_use]
pub fn bounds(layers: &[&Layer]) -> Option<Bounds<LonLat>> {
    let boxes = layers.iter().filter_map(|layer| layer.bounds());
    boxes.reduce(Bounds::union).map(Bounds::to_lon_lat)
}

/// The middle, and a zoom at which about the whole is seen: 360° fill a map of one tile at zoom 0.
fn center(bounds: Bounds<LonLat>, minzoom: u8, maxzoom: u8) -> (LonLat, u8) {
    let (min, max) = (bounds.min(), bounds.max());
    let width_deg = (max.x() - min.x()).max(1e-6);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to the layers' zooms")]
    let zoom = (360.0 / width_deg).log2().floor().clamp(f64::from(minzoom), f64::from(maxzoom)) as u8;
    let middle = |min: f64, max: f64| degrees(f64::midpoint(min, max));
    (LonLat { lon_deg: middle(min.x(), max.x()), lat_deg: middle(min.y(), max.y()) }, zoom)
}

/// The tile layers of one layer: its features, and its label points. They are there to the last zoom of the source.
fn vector_layers(layer: &Layer, maxzoom: u8, indicators: &[&Indicator], years: &Years) -> Vec<VectorLayer> {
    let title = texts::one_line(&layer.config.title);
    let minzoom = layer.config.tiles.min_zoom;
    let mut joined = BTreeMap::new();
    for indicator in indicators {
        indicator_fields(layer, indicator, years, &mut joined);
    }
    let labels = layer.label_layer().map(|id| {
        let description = format!("{}: {title}", texts::one_line(&texts::labels()));
        let fields = names(layer).into_iter().chain(joined.clone()).collect();
        VectorLayer { id, description, minzoom, maxzoom, fields }
    });
    let fields = names(layer).into_iter().chain(own_fields(layer)).chain(joined).collect();
    let features = VectorLayer { id: layer.config.id.to_string(), description: title, minzoom, maxzoom, fields };
    std::iter::once(features).chain(labels).collect()
}

/// Attributes that a feature and its label have.
fn names(layer: &Layer) -> BTreeMap<String, String> {
    let key = if layer.config.as_area().is_some() { "area_key" } else { "facility_key" };
    let described = [("key", texts::field(key)), ("name", texts::field("name"))];
    described.into_iter().map(|(name, text)| (name.to_owned(), texts::one_line(&text))).collect()
}

/// Attributes that only a feature has.
fn own_fields(layer: &Layer) -> BTreeMap<String, String> {
    let mut fields = BTreeMap::new();
    let mut add = |name: &str, text: &Text| drop(fields.insert(name.to_owned(), texts::one_line(text)));
    match &layer.config.kind {
        LayerKind::Area(area) => {
            if area.parent.is_some() {
                add("parent", &texts::field("parent"));
            }
        }
        LayerKind::Facility(facility) => {
            let categories = facility.categories.iter();
            let names: Vec<String> =
                categories.map(|category| format!("{} = {}", category.id, category.title.de)).collect();
            add("category", &texts::fill(&texts::field("category"), "names", &names.join(", ")));
            if facility.opened_column.is_some() {
                add("opened", &texts::field("opened"));
            }
            if facility.closed_column.is_some() {
                add("closed", &texts::field("closed"));
            }
            match layer.clusters().map(Clusters::mode) {
                Some(PointsMode::Cluster) => {
                    add("cluster", &texts::field("cluster"));
                    add("count", &texts::field("count"));
                    for category in &facility.categories {
                        let title = |title: &str, counted: &str| counted.replace("{category}", title);
                        let counted = texts::field("count_of_category");
                        let text = Text {
                            de: title(&category.title.de, &counted.de),
                            en: title(&category.title.en, &counted.en),
                        };
                        add(&format!("count:{}", category.id), &text);
                    }
                }
                Some(PointsMode::Thin) => add("count", &texts::field("stands_for")),
                Some(PointsMode::All) | None => {}
            }
        }
    }
    for attribute in &layer.config.attributes {
        add(&attribute.id, &attribute.title);
    }
    fields
}

/// The attributes that an indicator adds to a layer: the newest year's, and one for each year selected.
fn indicator_fields(layer: &Layer, indicator: &Indicator, years: &Years, fields: &mut BTreeMap<String, String>) {
    let Some(series) = indicator.series(&layer.config.id, &Audience::Public) else { return };
    let config = &indicator.config;
    let mut add = |attribute: String, year: Option<Period>, newest: bool| {
        let of_language = |title: &str, unit: &str, remark: &str| {
            let year = year.map_or_else(String::new, |year| format!(", {year}"));
            let remark = if newest { format!(", {remark}") } else { String::new() };
            let unit = if unit.is_empty() { String::new() } else { format!(" in {unit}") };
            format!("{title}{unit}{year}{remark}")
        };
        let remark = texts::field("newest");
        let text = Text {
            de: of_language(&config.title.de, &config.unit.de, &remark.de),
            en: of_language(&config.title.en, &config.unit.en, &remark.en),
        };
        let state = texts::fill(&texts::field("state"), "attribute", &attribute);
        fields.insert(format!("{attribute}:state"), texts::one_line(&state));
        fields.insert(attribute, texts::one_line(&text));
    };
    add(config.id.to_string(), series.newest(), true);
    let selected = |period: &Period| match years {
        Years::Newest => false,
        Years::All => true,
        Years::These(these) => these.contains(period),
    };
    for period in series.periods().iter().copied().filter(|period| selected(period)) {
        add(format!("{}:{period}", config.id), Some(period), false);
    }
}
