//! One layer of the new atlas: areas of one level of administration → its description and its GeoJSON.

use serde_json::{Map, Value};

use super::DISTRICT;
use super::bundle::Area;
use super::origin::Origin;
use crate::area::KeyKind;
use crate::init::write::{AreaFile, geojson};

/// Areas of one level.
pub(super) struct Level {
    pub(super) id: &'static str,
    title_de: String,
    title_en: String,
    kind: KeyKind,
    /// Ordered by key.
    pub(super) areas: Vec<Area>,
}

impl Level {
    pub(super) fn new(id: &'static str, (de, en): (&str, &str), kind: KeyKind, areas: Vec<Area>) -> Self {
        Self { id, title_de: de.to_owned(), title_en: en.to_owned(), kind, areas }
    }

    /// The layer file. `parent` is the layer of the districts, if there is one.
    ///
    /// Municipalities lie directly in their district: an association that is one municipality would be a
    /// parent without siblings.
    pub(super) fn description<'a>(&'a self, order: i32, parent: Option<&'a str>, origin: &'a Origin) -> AreaFile<'a> {
        let key_column = if self.kind == KeyKind::Ags { "AGS" } else { "ARS" };
        let inside = self.kind != KeyKind::District;
        let any = |field: fn(&Area) -> &Option<String>| self.areas.iter().any(|area| field(area).is_some());
        let mut attributes = Vec::new();
        if any(|area| &area.kind) {
            attributes.push(("type", "BEZ", "Bezeichnung", "Type"));
        }
        if self.kind == KeyKind::Ags && any(|area| &area.ars) {
            attributes.push(("ars", "ARS", "Amtlicher Regionalschlüssel", "Official regional key"));
        }
        AreaFile {
            id: self.id,
            title_de: &self.title_de,
            title_en: &self.title_en,
            order,
            comment: origin.comment(),
            key_column,
            key_kind: self.kind,
            name_column: any(|area| &area.name).then_some("GEN"),
            parent: parent.filter(|_| inside).map(|layer| (layer, key_column, DISTRICT)),
            attributes,
            provenance: origin.provenance(),
        }
    }

    /// The areas with the columns ARS, AGS, GEN and BEZ, as far as the bundle has them.
    pub(super) fn geojson(&self) -> String {
        geojson(self.areas.iter().map(|area| {
            let columns = [("ARS", &area.ars), ("AGS", &area.ags), ("GEN", &area.name), ("BEZ", &area.kind)];
            let mut properties = Map::new();
            for (column, value) in columns {
                if let Some(value) = value {
                    properties.insert(column.to_owned(), Value::String(value.clone()));
                }
            }
            (Value::Object(properties), &area.shape)
        }))
    }
}
