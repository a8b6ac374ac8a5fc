//! The texts of a new atlas: layer descriptions, GeoJSON, the style.

use std::fmt::Write;

use geozero::ToJson;
use serde_json::{Value, json};

use crate::area::KeyKind;
use crate::geo::{LonLat, Shape};

/// Decimals of a degree that are kept: 1 cm on the ground.
const DECIMALS: f64 = 1e7;

/// A text as TOML writes it.
pub(super) fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

/// An area layer that is to be described.
pub(super) struct AreaFile<'a> {
    pub(super) id: &'a str,
    pub(super) title_de: &'a str,
    pub(super) title_en: &'a str,
    pub(super) order: i32,
    /// What was taken from which file, for the comment at the top.
    pub(super) comment: String,
    pub(super) key_column: &'a str,
    pub(super) key_kind: KeyKind,
    pub(super) name_column: Option<&'a str>,
    /// Layer, column and digits.
    pub(super) parent: Option<(&'a str, &'a str, usize)>,
    /// Attribute, column, German and English title.
    pub(super) attributes: Vec<(&'a str, &'a str, &'a str, &'a str)>,
    /// The `[provenance]` section.
    pub(super) provenance: String,
}

impl AreaFile<'_> {
    /// The layer's TOML.
    pub(super) fn to_toml(&self) -> String {
        let mut text = String::new();
        let mut line = |line: String| writeln!(text, "{line}").expect("a String takes every text");
        line("#:schema ../schemas/layer.schema.json".to_owned());
        for comment in self.comment.lines() {
            line(format!("# {comment}"));
        }
        line("kind = \"area\"".to_owned());
        line(format!("title = {{ de = {}, en = {} }}", quoted(self.title_de), quoted(self.title_en)));
        line(format!("order = {}", self.order));
        if let Some(column) = self.name_column {
            line(format!("name = {}", quoted(column)));
        }
        line(format!("\n[source]\nfile = {}", quoted(&format!("../data/boundaries/{}.geojson", self.id))));
        let kind = serde_json::to_value(self.key_kind).unwrap_or_default();
        line(format!("\n[key]\ncolumn = {}\nkind = {kind}", quoted(self.key_column)));
        if let Some((layer, column, digits)) = self.parent {
            line("\n# Die ersten Ziffern des Schlüssels sind der Schlüssel des größeren Gebiets.".to_owned());
            line(format!("[parent]\nlayer = {}\ncolumn = {}\ndigits = {digits}", quoted(layer), quoted(column)));
        }
        for (name, column, de, en) in &self.attributes {
            let title = format!("{{ de = {}, en = {} }}", quoted(de), quoted(en));
            line(format!("\n[attributes.{name}]\ncolumn = {}\ntitle = {title}", quoted(column)));
        }
        line(format!("\n{}", self.provenance.trim_end()));
        text
    }
}

/// A GeoJSON file with one feature per line.
pub(super) fn geojson<'f>(features: impl Iterator<Item = (Value, &'f Shape<LonLat>)>) -> String {
    let lines: Vec<String> = features
        .filter_map(|(properties, shape)| {
            let rounded = shape.map(|position: LonLat| LonLat {
                lon_deg: (position.lon_deg * DECIMALS).round() / DECIMALS,
                lat_deg: (position.lat_deg * DECIMALS).round() / DECIMALS,
            });
            let geometry = rounded.to_json().ok()?;
            Some(format!(r#"{{"type":"Feature","properties":{properties},"geometry":{geometry}}}"#))
        })
        .collect();
    format!("{{\"type\":\"FeatureCollection\",\"features\":[\n{}\n]}}\n", lines.join(",\n"))
}

/// A quiet MapLibre style: the first area layer filled, outlines of the others, points, names.
pub(super) fn style(title: &str, areas: &[String], facilities: &[String]) -> String {
    let mut layers =
        vec![json!({ "id": "background", "type": "background", "paint": { "background-color": "#f4f2ee" } })];
    let mut add = |id: String, kind: &str, of: &str, layout: Value, paint: Value| {
        layers.push(
            json!({ "id": id, "type": kind, "source": "atlas", "source-layer": of, "layout": layout, "paint": paint }),
        );
    };
    if let Some(first) = areas.first() {
        add(format!("{first}-fill"), "fill", first, json!({}), json!({ "fill-color": "#dfe6e9", "fill-opacity": 0.8 }));
    }
    for (place, area) in areas.iter().enumerate() {
        let width = (8 + 6 * place) as f64 / 10.0;
        add(
            format!("{area}-line"),
            "line",
            area,
            json!({ "line-join": "round" }),
            json!({ "line-color": "#7f8c8d", "line-width": width }),
        );
    }
    for facility in facilities {
        let paint = json!({ "circle-radius": 5, "circle-color": "#c0392b", "circle-stroke-color": "#ffffff", "circle-stroke-width": 1.5 });
        add(format!("{facility}-point"), "circle", facility, json!({}), paint);
    }
    if let Some(first) = areas.first() {
        let layout = json!({ "text-field": ["get", "name"], "text-size": 12 });
        let paint = json!({ "text-color": "#2c3e50", "text-halo-color": "#ffffff", "text-halo-width": 1.2 });
        add(format!("{first}-name"), "symbol", &format!("{first}_label"), layout, paint);
    }
    let names: Vec<&str> = areas.iter().chain(facilities).map(String::as_str).collect();
    let style = json!({
        "version": 8,
        "name": title,
        "sources": { "atlas": { "type": "vector", "url": format!("/tiles/{}", names.join(",")) } },
        "layers": layers,
    });
    format!("{style:#}\n")
}
