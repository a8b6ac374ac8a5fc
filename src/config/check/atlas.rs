//! `atlas.toml` → [`AtlasConfig`].

use super::super::document::KeyPath;
use super::super::file::{AtlasFile, LayerKindFile, ServerFile, ThemeFile, ViewFile};
use super::super::problem::{Cause, Problems};
use super::super::{AtlasConfig, IndicatorId, LayerId, ServerConfig, Text, ViewConfig};
use super::{Known, check_url, existing_file, id, is_url, optional_text, text, text_or_empty};
use crate::geo::{Bounds, LonLat};
use crate::message;
use crate::report::Message;

pub(in super::super) fn check(file: AtlasFile, known: &Known<'_>, problems: &mut Problems<'_>) -> Option<AtlasConfig> {
    let top = KeyPath::top;
    // the same rule as for layers: the name stands in download names and URLs
    let name = id(LayerId::new, &file.id, &top("id"), problems);
    let title = text(file.title, &top("title"), problems);
    let description = text_or_empty(file.description, &top("description"), problems);
    let publisher = text(file.publisher, &top("publisher"), problems);
    let notice = optional_text(file.notice, &top("notice"), problems);
    if let Some(contact) = &file.contact
        && !is_url(contact)
        && !contact.contains('@')
    {
        let detail = message!("\"{contact}\" is neither a mail address nor an address with https://", contact);
        problems.add(Cause::InvalidValue, &top("contact"), detail);
    }
    let themes = themes(file.themes, problems);
    let successions = file.successions.map(|path| existing_file(&path, &top("successions"), known, problems));
    if matches!(successions, Some(None)) {
        return None;
    }
    let view = view(&file.view, known, problems);
    let server = server(file.server, problems);
    Some(AtlasConfig {
        id: name?.as_str().to_owned(),
        title: title?,
        description: description?,
        publisher: publisher?,
        contact: file.contact,
        notice: notice?,
        themes: themes?,
        successions: successions.flatten(),
        view: view?,
        server,
    })
}

fn themes(files: Vec<ThemeFile>, problems: &mut Problems<'_>) -> Option<Vec<(String, Text)>> {
    let mut themes: Vec<Option<(String, Text)>> = Vec::new();
    let mut ids: Vec<String> = Vec::new();
    for (index, theme) in files.into_iter().enumerate() {
        let at = KeyPath::top("themes").index(index);
        let name = id(LayerId::new, &theme.id, &at.key("id"), problems);
        let title = text(theme.title, &at.key("title"), problems);
        if ids.contains(&theme.id) {
            problems.add(Cause::DuplicateName, &at.key("id"), message!("a theme \"{id}\" stands above", id = theme.id));
        }
        ids.push(theme.id);
        themes.push(name.zip(title).map(|(name, title)| (name.as_str().to_owned(), title)));
    }
    themes.into_iter().collect()
}

fn view(file: &ViewFile, known: &Known<'_>, problems: &mut Problems<'_>) -> Option<ViewConfig> {
    let at = KeyPath::top("view");
    let layer = file.layer.as_deref().map(|name| {
        let path = at.key("layer");
        let layer = known.layer(name, &path, problems);
        if layer.is_some_and(|layer| layer.kind != LayerKindFile::Area) {
            problems.add(
                Cause::UnknownReference,
                &path,
                message!(
                    "\"{name}\" is {kind}, an area layer is meant",
                    name,
                    kind = Message::from(layer.map_or("", |layer| layer.kind.said()))
                ),
            );
        }
        LayerId::new(name).ok()
    });
    let indicator = file.indicator.as_deref().map(|name| {
        known.indicator(name, &at.key("indicator"), problems);
        IndicatorId::new(name).ok()
    });
    let bounds = file.bounds.map(|bounds| bounds_of(bounds, &at.key("bounds"), problems));
    // `None` inside means that it was noted; it is sorted out here, once for all three
    let noted = matches!(layer, Some(None)) || matches!(indicator, Some(None)) || matches!(bounds, Some(None));
    (!noted).then_some(ViewConfig { bounds: bounds.flatten(), layer: layer.flatten(), indicator: indicator.flatten() })
}

fn bounds_of(
    [west, south, east, north]: [f64; 4],
    path: &KeyPath,
    problems: &mut Problems<'_>,
) -> Option<Bounds<LonLat>> {
    let in_degrees =
        [west, east].iter().all(|lon| lon.abs() <= 180.0) && [south, north].iter().all(|lat| lat.abs() <= 90.0);
    if !in_degrees || west >= east || south >= north {
        let detail = message!(
            "[{west}, {south}, {east}, {north}] is not west, south, east, north in degrees, such as [9.26, 52.66, 10.15, 53.17]",
            west,
            south,
            east,
            north
        );
        problems.add(Cause::InvalidValue, path, detail);
        return None;
    }
    let corner = |lon_deg, lat_deg| LonLat { lon_deg, lat_deg };
    Some(Bounds::between(corner(west, south), corner(east, north)))
}

fn server(file: ServerFile, problems: &mut Problems<'_>) -> ServerConfig {
    let default = ServerConfig::default();
    if let Some(url) = &file.public_url {
        let path = KeyPath::top("server").key("public_url");
        check_url(url, &path, problems);
        if url.contains(['?', '#']) {
            problems.add(Cause::InvalidValue, &path, message!("\"{url}\" has a ? or #; paths are put behind it", url));
        }
    }
    ServerConfig {
        public_url: file.public_url.map(|url| url.trim_end_matches('/').to_owned()),
        cache_bytes: file.cache_mib.map_or(default.cache_bytes, |mib| u64::from(mib) << 20),
        render_concurrency: file.render_concurrency.map_or(default.render_concurrency, usize::from),
        request_concurrency: file.request_concurrency.map_or(default.request_concurrency, usize::from),
        request_timeout_s: file.request_timeout_s.map_or(default.request_timeout_s, u64::from),
        keep_previous_s: file.keep_previous_s.map_or(default.keep_previous_s, u64::from),
        watch_interval_s: file.watch_interval_s.map_or(default.watch_interval_s, u64::from),
    }
}
