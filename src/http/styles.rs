//! `/styles`: the atlas's MapLibre styles, and one choropleth per indicator.
//!
//! In a style of the atlas, addresses that start with `/` become absolute for this host, and those of
//! TileJSON get the release, so that colours and figures on one map belong together.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use serde::Serialize;
use serde_json::Value;

use super::answer::{Addresses, to_json};
use super::ask::Ask;
use super::choropleth::{self, Choropleth};
use super::path::Path;
use super::problem::Problem;
use super::query::Query;
use super::selection;
use super::state::{Served, ServerState};
use crate::release::Release;

/// What the id of a generated style starts with.
const GENERATED: &str = "indicator_";

#[derive(Serialize)]
struct List<'a> {
    release: &'a str,
    styles: Vec<Listed>,
}

#[derive(Serialize)]
struct Listed {
    id: String,
    name: String,
    kind: &'static str,
    url: String,
}

/// `/styles`
pub(super) async fn list(State(state): State<Arc<ServerState>>, ask: Ask) -> Result<Response, Problem> {
    let query = ask.query(&[])?;
    let render = |served: &Served, base: &str| {
        let release = &served.release;
        let own = release.styles.iter().map(|style| {
            let name = style.json.get("name").and_then(Value::as_str).unwrap_or(&style.id);
            Listed {
                id: style.id.clone(),
                name: name.to_owned(),
                kind: "atlas",
                url: format!("{base}/styles/{}", style.id),
            }
        });
        let generated = release.indicators.iter().map(|indicator| {
            let id = format!("{GENERATED}{}", indicator.id());
            let url = format!("{base}/styles/{id}");
            Listed { id, name: indicator.config.title.de.clone(), kind: "indicator", url }
        });
        to_json(&List { release: &served.id, styles: own.chain(generated).collect() })
    };
    state.answer_json(&ask, &query, "/styles", Addresses::Absolute, render).await
}

/// `/styles/{id}`
pub(super) async fn get(
    State(state): State<Arc<ServerState>>,
    Path(id): Path<String>,
    ask: Ask,
) -> Result<Response, Problem> {
    let id = id.strip_suffix(".json").unwrap_or(&id).to_owned();
    let release = &ask.served.release;
    if release.styles.iter().any(|style| style.id == id) {
        let query = ask.query(&[])?;
        return own(&state, &ask, &query, id).await;
    }
    let query = ask.query(&choropleth::PARAMETERS)?;
    let indicator = id.strip_prefix(GENERATED).and_then(|id| release.indicator(id));
    let Some(indicator) = indicator else { return Err(Problem::unknown("style", &id, known(release))) };
    let wanted = Choropleth::read(release, selection::indicator(release, indicator.id().as_str())?, &query)?;
    let normal = wanted.path_and_query();
    let render = move |served: &Served, base: &str| to_json(&wanted.style(served, base));
    state.answer_json(&ask, &query, normal, Addresses::Absolute, render).await
}

async fn own(state: &ServerState, ask: &Ask, query: &Query, id: String) -> Result<Response, Problem> {
    let normal = format!("/styles/{id}");
    let render = move |served: &Served, base: &str| {
        let style = served.release.styles.iter().find(|style| style.id == id);
        let mut json = style.map(|style| style.json.clone()).unwrap_or_default();
        make_absolute(&mut json, base, &served.id);
        to_json(&json)
    };
    state.answer_json(ask, query, normal, Addresses::Absolute, render).await
}

fn known(release: &Release) -> Vec<String> {
    let own = release.styles.iter().map(|style| style.id.clone());
    own.chain(release.indicators.iter().map(|indicator| format!("{GENERATED}{}", indicator.id()))).collect()
}

/// Makes the addresses absolute that the style specification has: `sprite`, `glyphs`, and `url`,
/// `tiles` and `data` of sources. Other texts may start with `/` and mean something else.
fn make_absolute(style: &mut Value, base: &str, release: &str) {
    for name in ["sprite", "glyphs"] {
        if let Some(address) = style.get_mut(name) {
            each_text(address, &|text| absolute(text, base, release));
        }
    }
    let Some(sources) = style.get_mut("sources").and_then(Value::as_object_mut) else { return };
    for source in sources.values_mut() {
        for name in ["url", "tiles", "data"] {
            if let Some(address) = source.get_mut(name) {
                each_text(address, &|text| absolute(text, base, release));
            }
        }
    }
}

/// A text, or the texts in a list and in the objects of a list (several sprites).
fn each_text(value: &mut Value, change: &impl Fn(&str) -> Option<String>) {
    match value {
        Value::String(text) => {
            if let Some(changed) = change(text) {
                *text = changed;
            }
        }
        Value::Array(list) => list.iter_mut().for_each(|member| each_text(member, change)),
        Value::Object(object) => {
            if let Some(address) = object.get_mut("url") {
                each_text(address, change);
            }
        }
        _ => {}
    }
}

fn absolute(address: &str, base: &str, release: &str) -> Option<String> {
    // "//host/path" names another host
    if !address.starts_with('/') || address.starts_with("//") {
        return None;
    }
    let names_release = address.contains("?release=") || address.contains("&release=");
    if !address.starts_with("/tiles/") || names_release {
        return Some(format!("{base}{address}"));
    }
    let joiner = if address.contains('?') { '&' } else { '?' };
    Some(format!("{base}{address}{joiner}release={release}"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn addresses_become_absolute_and_tiles_get_the_release() {
        let mut style = json!({
            "sprite": [{"id": "default", "url": "/sprites/atlas"}],
            "glyphs": "/fonts/{fontstack}/{range}.pbf",
            "sources": {
                "areas": {"type": "vector", "url": "/tiles/districts?indicators=a"},
                "plain": {"type": "vector", "tiles": ["/tiles/districts/{z}/{x}/{y}"]},
                "other": {"type": "vector", "url": "https://tiles.example.org/t.json"},
                "twice": {"type": "geojson", "data": "//elsewhere.example/x.json"}
            },
            "layers": [{"id": "a", "layout": {"text-field": "/"}}]
        });
        make_absolute(&mut style, "https://h", "r1");
        assert_eq!(style["sprite"][0]["url"], "https://h/sprites/atlas");
        assert_eq!(style["glyphs"], "https://h/fonts/{fontstack}/{range}.pbf");
        assert_eq!(style["sources"]["areas"]["url"], "https://h/tiles/districts?indicators=a&release=r1");
        assert_eq!(style["sources"]["plain"]["tiles"][0], "https://h/tiles/districts/{z}/{x}/{y}?release=r1");
        assert_eq!(style["sources"]["other"]["url"], "https://tiles.example.org/t.json");
        assert_eq!(style["sources"]["twice"]["data"], "//elsewhere.example/x.json");
        assert_eq!(style["layers"][0]["layout"]["text-field"], "/");
    }
}
