//! `styles/*.json` → [`StyleConfig`]: JSON that names only layers and indicators which the atlas has.
//!
//! The style itself is MapLibre's business; what is checked here is what this atlas alone can know.

use std::path::Path;

use serde_json::Value;

use super::super::StyleConfig;
use super::super::file::LayerKindFile;
use super::super::named::Named;
use super::super::problem::{Cause, unknown};
use super::Known;
use crate::message;
use crate::report::{Case, Report};

pub(in super::super) fn check(
    stem: &str,
    file: &Path,
    text: &str,
    known: &Known<'_>,
    report: &mut Report,
) -> Option<StyleConfig> {
    let mut style = Style { file, text, known, report, noted: false };
    if stem.is_empty() || !stem.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte)) {
        style.note(Cause::InvalidId, Case::detail(message!("\"{stem}\" cannot stand in the URL /styles/ID", stem)));
    }
    let json = match serde_json::from_str::<Value>(text) {
        Ok(json) => json,
        Err(error) => {
            let case = Case::line(error.line() as u64).saying(message!(
                "at character {column}: {error}",
                column = error.column(),
                error
            ));
            style.note(Cause::JsonSyntax, case);
            return None;
        }
    };
    style.check(&json);
    let noted = style.noted;
    (!noted).then(|| StyleConfig { id: stem.to_owned(), json })
}

struct Style<'s, 'k> {
    file: &'s Path,
    text: &'s str,
    known: &'s Known<'k>,
    report: &'s mut Report,
    noted: bool,
}

impl Style<'_, '_> {
    fn note(&mut self, cause: Cause, case: Case) {
        self.noted = true;
        self.report.add(cause.finding(self.file).at(case));
    }

    /// A case at the first line that holds a text: the JSON tree does not know its lines.
    fn case(&self, text: &str, path: String) -> Case {
        let line = self.text.find(text).map_or(1, |byte| 1 + self.text[..byte].matches('\n').count());
        Case::line(line as u64).in_column(path)
    }

    fn check(&mut self, json: &Value) {
        if json.get("version").and_then(Value::as_u64) != Some(8) {
            let case = self.case("\"version\"", "version".to_owned());
            self.note(Cause::InvalidValue, case.saying("a MapLibre style has \"version\": 8"));
        }
        let Some(sources) = json.get("sources").and_then(Value::as_object) else {
            let case = Case::line(1).in_column("sources").saying("a MapLibre style has \"sources\": { … }");
            self.note(Cause::MissingKey, case);
            return;
        };
        for (name, source) in sources {
            let Some(layers) = self.layers_of(name, source) else { continue };
            self.check_source_layers(json, name, &layers);
        }
    }

    /// The layers that a source takes from this atlas; `None` if it takes nothing or something unknown.
    fn layers_of(&mut self, name: &str, source: &Value) -> Option<Vec<String>> {
        let single = source.get("url").into_iter();
        let many = source.get("tiles").and_then(Value::as_array).into_iter().flatten();
        let url = single.chain(many).filter_map(Value::as_str).find(|url| url.starts_with("/tiles/"))?;
        let (path, query) = url.split_once('?').unwrap_or((url, ""));
        let layers = path.trim_start_matches("/tiles/").split('/').next().unwrap_or_default();
        let layers: Vec<String> = layers.split(',').map(str::to_owned).collect();
        let at = format!("sources.{name}");
        let mut complete = true;
        for layer in &layers {
            if !self.known.layers.contains_key(layer.as_str()) {
                let detail = unknown("layer", layer, self.known.layer_names());
                self.note(Cause::UnknownReference, self.case(url, at.clone()).saying(detail));
                complete = false;
            }
        }
        let indicators = query.split('&').find_map(|pair| pair.strip_prefix("indicators="));
        for indicator in indicators.into_iter().flat_map(|list| list.split(',')) {
            if !self.known.indicators.contains_key(indicator) {
                let detail = unknown("indicator", indicator, self.known.indicator_names());
                self.note(Cause::UnknownReference, self.case(url, at.clone()).saying(detail));
            }
        }
        complete.then_some(layers)
    }

    fn check_source_layers(&mut self, json: &Value, source: &str, layers: &[String]) {
        // what an archive holds is known only when it is opened
        if layers.iter().any(|layer| self.is_archive(layer)) {
            return;
        }
        let mut tile_layers: Vec<String> = layers.to_vec();
        tile_layers.extend(layers.iter().filter(|layer| self.has_labels(layer)).map(|layer| format!("{layer}_label")));
        for drawn in json.get("layers").and_then(Value::as_array).into_iter().flatten() {
            let text = |key: &str| drawn.get(key).and_then(Value::as_str);
            let (Some(of), Some(name)) = (text("source"), text("source-layer")) else { continue };
            if of == source && !tile_layers.iter().any(|layer| layer == name) {
                let detail = unknown("tile layer", name, tile_layers.iter().map(|layer| Named::plain(layer)));
                let path = format!("layers.{}.source-layer", text("id").unwrap_or("?"));
                let case = self.case(&format!("\"{name}\""), path);
                self.note(
                    Cause::UnknownReference,
                    case.saying(message!("{detail} (in source {source})", detail, source)),
                );
            }
        }
    }

    fn is_archive(&self, layer: &str) -> bool {
        matches!(self.known.layers.get(layer), Some(Some(file)) if file.kind == LayerKindFile::Archive)
    }

    /// Whether a layer has label points. A layer that cannot be read is given the benefit of the doubt.
    fn has_labels(&self, layer: &str) -> bool {
        match self.known.layers.get(layer) {
            Some(Some(file)) => file.kind == LayerKindFile::Area && file.tiles.labels != Some(false),
            _ => true,
        }
    }
}
