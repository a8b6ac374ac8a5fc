//! Areas with indicators joined → GeoJSON (RFC 7946), with all vertices of the borders.
//!
//! Where the figures come from stands in the member `kreisel`, a foreign member (§6.1): clients that do not know it
//! leave it alone.

use std::collections::BTreeMap;

use serde::{Serialize, Serializer};
use serde_json::{Map, Value};

use super::areas::{AreaTable, own};
use crate::area::FeatureId;
use crate::attribute::Attribute;
use crate::config::{IndicatorId, LayerId, Provenance, Text};
use crate::release::FeatureRecord;
use crate::store::FeatureIndex;
use crate::texts;

#[derive(Serialize)]
struct Collection<'a> {
    r#type: &'static str,
    name: &'a LayerId,
    #[serde(skip_serializing_if = "Option::is_none")]
    bbox: Option<[f64; 4]>,
    kreisel: Imprint<'a>,
    features: Features<'a>,
}

/// Where it all comes from, and what each property is.
#[derive(Serialize)]
struct Imprint<'a> {
    release: &'a str,
    atlas: &'a Text,
    layer: &'a Text,
    provenance: &'a Provenance,
    attribution: Vec<&'a str>,
    indicators: Vec<Source<'a>>,
    properties: BTreeMap<String, String>,
}

#[derive(Serialize)]
struct Source<'a> {
    id: &'a IndicatorId,
    title: &'a Text,
    unit: &'a Text,
    provenance: &'a Provenance,
}

/// The features, made one after the other while they are written.
struct Features<'a>(&'a AreaTable<'a>);

#[derive(Serialize)]
struct Feature {
    r#type: &'static str,
    id: FeatureId,
    properties: Map<String, Value>,
    geometry: Geometry,
}

#[derive(Serialize)]
#[serde(tag = "type", content = "coordinates")]
enum Geometry {
    Polygon(Vec<Vec<[f64; 2]>>),
    MultiPolygon(Vec<Vec<Vec<[f64; 2]>>>),
}

/// Writes the collection.
///
/// # Panics
/// Never: its types have text keys and finite numbers, and are written to memory.
#[must_use]
pub fn write(table: &AreaTable<'_>) -> Vec<u8> {
    let collection = Collection {
        r#type: "FeatureCollection",
        name: &table.layer.config.id,
        bbox: table.bounds(),
        kreisel: imprint(table),
        features: Features(table),
    };
    serde_json::to_vec(&collection).expect("invariant: own types with text keys serialise into memory")
}

fn imprint<'a>(table: &'a AreaTable<'a>) -> Imprint<'a> {
    let (layer, language) = (&table.layer.config, table.language);
    let mut properties: BTreeMap<String, String> =
        ["key", "name", "parent"].into_iter().map(|name| (name.to_owned(), own(name, language))).collect();
    properties.extend(layer.attributes.iter().map(|config| (config.id.clone(), config.title.get(language).to_owned())));
    for column in &table.columns {
        let state = texts::fill(&texts::field("state"), "attribute", &column.name);
        properties.insert(column.name.clone(), column.title(language));
        properties.insert(column.state_name(), state.get(language).to_owned());
    }
    let indicators = table.indicators().map(|indicator| Source {
        id: indicator.id(),
        title: &indicator.config.title,
        unit: &indicator.config.unit,
        provenance: &indicator.config.provenance,
    });
    Imprint {
        release: &table.release.id,
        atlas: &table.release.atlas.title,
        layer: &layer.title,
        provenance: &layer.provenance,
        attribution: table.attribution(),
        indicators: indicators.collect(),
        properties,
    }
}

impl Serialize for Features<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.rows().map(|(index, record)| feature(self.0, index, record)))
    }
}

fn feature(table: &AreaTable<'_>, index: FeatureIndex, record: &FeatureRecord) -> Feature {
    let mut polygons = table.polygons(index);
    let geometry =
        if polygons.len() == 1 { Geometry::Polygon(polygons.remove(0)) } else { Geometry::MultiPolygon(polygons) };
    let parent = record.parent.as_ref().map(|parent| parent.key.as_str());
    let mut properties = Map::new();
    properties.insert("key".to_owned(), record.key.as_str().into());
    properties.insert("name".to_owned(), record.name.as_str().into());
    properties.insert("parent".to_owned(), parent.into());
    for (config, attribute) in table.layer.config.attributes.iter().zip(&record.attributes) {
        properties.insert(config.id.clone(), to_json(attribute));
    }
    for column in &table.columns {
        let (value, state) = column.value(index);
        properties.insert(column.name.clone(), value.map_or(Value::Null, number));
        properties.insert(column.state_name(), state.as_str().into());
    }
    Feature { r#type: "Feature", id: record.id, properties, geometry }
}

fn to_json(attribute: &Attribute) -> Value {
    match attribute {
        Attribute::Null => Value::Null,
        Attribute::Bool(bool) => (*bool).into(),
        Attribute::Integer(integer) => (*integer).into(),
        Attribute::Number(value) => number(*value),
        Attribute::Text(text) => text.as_str().into(),
    }
}

/// A number without a decimal point where it is whole.
fn number(value: f64) -> Value {
    /// Largest whole number that all readers of JSON agree on: 2^53.
    const MOST_WHOLE: f64 = 9_007_199_254_740_992.0;
    #[expect(clippy::cast_possible_truncation, reason = "whole and within 2^53")]
    if value.fract() == 0.0 && value.abs() <= MOST_WHOLE { (value as i64).into() } else { value.into() }
}
