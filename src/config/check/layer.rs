//! `layers/*.toml` → [`LayerConfig`].

use std::collections::BTreeMap;

use super::super::document::KeyPath;
use super::super::file::{CategoryFile, KeyFile, LayerFile, LayerKindFile, ParentFile, YearOrColumnFile};
use super::super::named::{Named, meant};
use super::super::problem::{Cause, Problems, unknown};
use super::super::{
    AreaLayer, AttributeConfig, CategoryConfig, CategoryId, FacilityLayer, KeyColumn, LayerConfig, LayerId, LayerKind,
    OFFER_ATTRIBUTES, OfferAttribute, ParentConfig, PointsConfig, SYMBOLS, Text,
};
use super::{Known, id, osm, provenance, source, text, text_or_empty, tiles};
use crate::area::KeyKind;
use crate::catalogue::{self, Category};
use crate::message;
use crate::report::Message;

/// Attributes that every feature may have of its own; see the tile contract.
pub(super) const RESERVED: [&str; 6] = ["key", "name", "parent", "category", "opened", "closed"];

/// Those that facilities may have besides, where some stand for others.
const RESERVED_OF_FACILITIES: [&str; 2] = ["cluster", "count"];

/// Tile layers with label points are named after their layer with this behind.
const LABEL_SUFFIX: &str = "_label";

pub(in super::super) fn check(
    stem: &str,
    file: LayerFile,
    known: &Known<'_>,
    problems: &mut Problems<'_>,
) -> Option<LayerConfig> {
    let top = KeyPath::top;
    let name = id(LayerId::new, stem, &KeyPath::root(), problems);
    if let Some(other) = stem.strip_suffix(LABEL_SUFFIX).filter(|other| known.layers.contains_key(other)) {
        let detail =
            message!("{stem} is the tile layer with the labels of layer {other}; name the file otherwise", stem, other);
        problems.add(Cause::ReservedName, &KeyPath::root(), detail);
    }
    let title = text(file.title.clone(), &top("title"), problems);
    let description = text_or_empty(file.description.clone(), &top("description"), problems);
    let attributes = attributes(&file, problems);
    let tiles = tiles::check(&file.tiles, file.kind, problems);
    let points = tiles::check_points(&file.tiles, file.kind, tiles.as_ref(), problems);
    check_meaning(&file, problems);
    let kind = match file.kind {
        LayerKindFile::Area => area(stem, &file, known, problems).map(LayerKind::Area),
        LayerKindFile::Facility => facility(&file, points, known, problems).map(LayerKind::Facility),
        // has a check of its own
        LayerKindFile::Archive => None,
    };
    let is_osm = source::is_osm(&file.source) && file.kind == LayerKindFile::Facility;
    let osm = if is_osm { osm::check(&file, problems) } else { osm::refuse(&file.categories, problems) };
    let source = source::check(file.source, file.kind, osm, known, problems);
    let provenance = provenance(file.provenance, problems);
    Some(LayerConfig {
        id: name?,
        file: problems.file.clone(),
        title: title?,
        description: description?,
        order: file.order,
        source: source?,
        name_column: file.name.or_else(|| is_osm.then(|| osm::NAME_COLUMN.to_owned())),
        attributes: attributes?,
        kind: kind?,
        tiles: tiles?,
        provenance: provenance?,
    })
}

/// Notes keys of the other kind of layer.
fn check_meaning(file: &LayerFile, problems: &mut Problems<'_>) {
    let (other, given) = match file.kind {
        LayerKindFile::Area => (
            "facility",
            vec![
                ("category", file.category.is_some()),
                ("categories", !file.categories.is_empty()),
                ("opened", file.opened.is_some()),
                ("closed", file.closed.is_some()),
            ],
        ),
        LayerKindFile::Facility | LayerKindFile::Archive => (
            "area",
            vec![
                ("parent", file.parent.is_some()),
                ("valid_from", file.valid_from.is_some()),
                ("valid_to", file.valid_to.is_some()),
            ],
        ),
    };
    for (key, _) in given.into_iter().filter(|(_, given)| *given) {
        let detail = message!("`{key}` is for layers of kind = \"{other}\"", key, other);
        problems.add(Cause::KeyWithoutMeaning, &KeyPath::top(key), detail);
    }
}

fn attributes(file: &LayerFile, problems: &mut Problems<'_>) -> Option<Vec<AttributeConfig>> {
    let files = &file.attributes;
    let mut reserved = RESERVED.to_vec();
    if file.kind == LayerKindFile::Facility {
        reserved.extend(RESERVED_OF_FACILITIES);
    }
    let kind = file.kind;
    let order = problems.document.keys_in_order("attributes");
    let mut attributes: Vec<Option<AttributeConfig>> = Vec::new();
    for (place, name) in order.iter().enumerate() {
        let Some(file) = files.get(*name) else { continue };
        let at = KeyPath::top("attributes").key(name);
        let fits = check_attribute_name(name, &reserved, &at, problems);
        // columns are found without regard to case, so such twins would read the same one
        if let Some(twin) = order[..place].iter().find(|other| other.to_lowercase() == name.to_lowercase()) {
            problems.add(
                Cause::DuplicateName,
                &at,
                message!("`{name}` differs from `{twin}` only in case", name, twin),
            );
        }
        let usual = OfferAttribute::of(name).filter(|_| kind == LayerKindFile::Facility);
        let title = match (file.title.clone(), usual) {
            (Some(title), _) => text(title, &at.key("title"), problems),
            (None, Some(usual)) => Some(Text { de: usual.de.to_owned(), en: usual.en.to_owned() }),
            (None, None) => {
                problems.add(Cause::MissingKey, &at.key("title"), missing_title(kind));
                None
            }
        };
        attributes.push(title.filter(|_| fits).map(|title| AttributeConfig {
            id: (*name).to_owned(),
            column: file.column.clone().unwrap_or_else(|| (*name).to_owned()),
            title,
        }));
    }
    attributes.into_iter().collect()
}

fn missing_title(kind: LayerKindFile) -> String {
    let usual = OFFER_ATTRIBUTES.iter().map(|known| known.id).collect::<Vec<_>>().join(", ");
    match kind {
        LayerKindFile::Facility => format!("an attribute needs a title, unless it is one of: {usual}"),
        LayerKindFile::Area | LayerKindFile::Archive => "an attribute needs a title".to_owned(),
    }
}

fn check_attribute_name(name: &str, reserved: &[&str], at: &KeyPath, problems: &mut Problems<'_>) -> bool {
    let (cause, detail) = if reserved.contains(&name) {
        (
            Cause::ReservedName,
            message!(
                "`{name}` is one of the attributes that features have anyway: {reserved}",
                name,
                reserved = reserved.join(", ")
            ),
        )
    } else if name.contains(':') {
        (Cause::ReservedName, message!("`{name}` has a colon, which stands between an indicator and its year", name))
    } else if name.is_empty()
        || name.len() > 64
        || !name.chars().all(|char| char.is_alphanumeric() || "_-".contains(char))
    {
        (
            Cause::InvalidId,
            message!("`{name}` is not an attribute name: letters, digits, _ and - are, at most 64", name),
        )
    } else {
        return true;
    };
    problems.add(cause, at, detail);
    false
}

fn area(stem: &str, file: &LayerFile, known: &Known<'_>, problems: &mut Problems<'_>) -> Option<AreaLayer> {
    if file.key.is_none() {
        let detail = "an area layer needs [key]: column = the column with the area key, and its kind";
        problems.add(Cause::MissingKey, &KeyPath::top("key"), detail);
    }
    let year = |given: &Option<YearOrColumnFile>| given.as_ref().and_then(YearOrColumnFile::year);
    let column = |given: &Option<YearOrColumnFile>| given.as_ref().and_then(YearOrColumnFile::column);
    if let (Some(from), Some(to)) = (year(&file.valid_from), year(&file.valid_to))
        && from > to
    {
        let detail = message!("valid_from = {from} is after valid_to = {to}", from, to);
        problems.add(Cause::Contradiction, &KeyPath::top("valid_from"), detail);
    }
    let parent = file.parent.as_ref().map(|parent| check_parent(stem, parent, known, problems));
    if matches!(parent, Some(None)) {
        return None;
    }
    Some(AreaLayer {
        key: key_column(file.key.as_ref()?),
        parent: parent.flatten(),
        valid_from: year(&file.valid_from),
        valid_to: year(&file.valid_to),
        valid_from_column: column(&file.valid_from),
        valid_to_column: column(&file.valid_to),
    })
}

fn key_column(file: &KeyFile) -> KeyColumn {
    KeyColumn { column: file.column.clone(), kind: file.kind.unwrap_or(KeyKind::Own) }
}

fn check_parent(stem: &str, file: &ParentFile, known: &Known<'_>, problems: &mut Problems<'_>) -> Option<ParentConfig> {
    let at = KeyPath::top("parent");
    let parent = known.layer(&file.layer, &at.key("layer"), problems);
    if let Some(parent) = parent {
        if parent.kind != LayerKindFile::Area {
            let detail = message!(
                "\"{layer}\" is {kind}; areas lie in areas",
                layer = file.layer,
                kind = Message::from(parent.kind.said())
            );
            problems.add(Cause::UnknownReference, &at.key("layer"), detail);
        }
        let digits = parent.key.as_ref().and_then(|key| key_column(key).kind.digits());
        if let (Some(expected), Some(given)) = (digits, file.digits)
            && expected != usize::from(given)
            && file.layer != stem
        {
            let detail = message!(
                "digits = {given}, but the keys of layer \"{layer}\" have {expected}",
                given,
                layer = file.layer,
                expected
            );
            problems.add(Cause::Contradiction, &at.key("digits"), detail);
        }
    }
    if let Some(circle) = circle(stem, known) {
        problems.add(Cause::ParentCycle, &at.key("layer"), circle);
    }
    let layer = LayerId::new(&file.layer).ok()?;
    Some(ParentConfig { layer, column: file.column.clone(), digits: file.digits.map(usize::from) })
}

/// The way from a layer over its parents back to itself, if there is one.
fn circle(stem: &str, known: &Known<'_>) -> Option<Message> {
    let parent = |layer: &str| {
        let file = known.layers.get(layer).copied().flatten()?;
        file.parent.as_ref().map(|parent| parent.layer.as_str())
    };
    let mut way = vec![stem];
    while let Some(next) = parent(way.last()?) {
        if next == stem {
            way.push(next);
            return way
                .into_iter()
                .map(Message::from)
                .reduce(|small, large| message!("{small} lies in {large}", small, large));
        }
        if way.contains(&next) {
            return None;
        }
        way.push(next);
    }
    None
}

fn facility(
    file: &LayerFile,
    points: PointsConfig,
    known: &Known<'_>,
    problems: &mut Problems<'_>,
) -> Option<FacilityLayer> {
    if file.categories.is_empty() {
        let detail = "a facility layer needs at least one [categories.ID] with a title";
        problems.add(Cause::MissingKey, &KeyPath::top("categories"), detail);
    } else if file.category.is_none() && file.categories.len() > 1 && !source::is_osm(&file.source) {
        let detail = message!(
            "there are {categories} categories, so `category` must name the column that tells which one a facility is",
            categories = file.categories.len()
        );
        problems.add(Cause::MissingKey, &KeyPath::top("category"), detail);
    }
    let of_osm = |column: &str| source::is_osm(&file.source).then(|| column.to_owned());
    Some(FacilityLayer {
        key_column: file.key.as_ref().map(|key| key.column.clone()).or_else(|| of_osm(osm::KEY_COLUMN)),
        category_column: file.category.clone().or_else(|| of_osm(osm::CATEGORY_COLUMN)),
        categories: categories(&file.categories, known, problems)?,
        opened_column: file.opened.clone(),
        closed_column: file.closed.clone(),
        points,
    })
}

fn categories(
    files: &BTreeMap<String, CategoryFile>,
    known: &Known<'_>,
    problems: &mut Problems<'_>,
) -> Option<Vec<CategoryConfig>> {
    let mut order: Vec<&str> = problems.document.keys_in_order("categories");
    order.sort_by_key(|name| files.get(*name).map(|file| file.order));
    let mut categories: Vec<Option<CategoryConfig>> = Vec::new();
    let mut meant: BTreeMap<&str, &str> = order.iter().map(|name| (*name, *name)).collect();
    for name in order {
        let Some(file) = files.get(name) else { continue };
        let at = KeyPath::top("categories").key(name);
        let category = id(CategoryId::new, name, &at, problems);
        let ready = catalogue::category_of(name);
        let title = category_title(name, file, ready, &at, problems);
        for text in &file.matches {
            if let Some(other) = meant.insert(text, name).filter(|other| *other != name) {
                let detail = message!("\"{text}\" also means category {other}", text, other);
                problems.add(Cause::DuplicateName, &at.key("matches"), detail);
            }
        }
        check_color(file, &at, problems);
        check_symbol(file, &at, known, problems);
        categories.push(category.zip(title).map(|(id, title)| {
            CategoryConfig {
                id,
                title,
                matches: file.matches.clone(),
                symbol: file.symbol.clone().or_else(|| Some(ready?.symbol.to_owned())),
                color: file
                    .color
                    .clone()
                    .unwrap_or_else(|| ready.map_or(CategoryConfig::DEFAULT_COLOR, |ready| ready.color).to_owned()),
            }
        }));
    }
    categories.into_iter().collect()
}

/// The title given, or that of the catalogue.
fn category_title(
    name: &str,
    file: &CategoryFile,
    ready: Option<&Category>,
    at: &KeyPath,
    problems: &mut Problems<'_>,
) -> Option<Text> {
    match (&file.title, ready) {
        (Some(title), _) => text(title.clone(), &at.key("title"), problems),
        (None, Some(ready)) => Some(Text { de: ready.de.to_owned(), en: ready.en.to_owned() }),
        (None, None) => {
            let ids = catalogue::categories()
                .iter()
                .map(|category| Named { id: category.id, titles: [category.de, category.en] });
            let meant =
                meant(name, ids).map_or_else(Message::default, |meant| message!("; did you mean {meant}?", meant));
            let detail = message!(
                "`title` is missing: only categories of the catalogue (docs/indicators.md) have one{meant}",
                meant
            );
            problems.add(Cause::MissingKey, &at.key("title"), detail);
            None
        }
    }
}

fn check_color(file: &CategoryFile, at: &KeyPath, problems: &mut Problems<'_>) {
    if let Some(color) = &file.color
        && !is_color(color)
    {
        let detail = message!(
            "\"{color}\" is not a colour; write # and six digits or letters a to f, such as \"#c0392b\"",
            color
        );
        problems.add(Cause::InvalidValue, &at.key("color"), detail);
    }
}

fn check_symbol(file: &CategoryFile, at: &KeyPath, known: &Known<'_>, problems: &mut Problems<'_>) {
    let Some(symbol) = &file.symbol else { return };
    if symbol.is_empty() || !symbol.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte)) {
        let detail = message!(
            "\"{symbol}\" is not a symbol's name; it is the file's name in styles/symbols/ without .svg",
            symbol
        );
        problems.add(Cause::InvalidValue, &at.key("symbol"), detail);
        return;
    }
    let own = known.symbols();
    let ready = catalogue::categories().iter().map(|category| category.symbol);
    let names = SYMBOLS.into_iter().chain(own.iter().map(String::as_str)).chain(ready);
    if !names.clone().any(|name| name == symbol) {
        let detail = unknown("symbol", symbol, names.map(Named::plain));
        problems.add(Cause::SymbolUnknown, &at.key("symbol"), detail);
    }
}

fn is_color(text: &str) -> bool {
    text.strip_prefix('#')
        .is_some_and(|digits| digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_colour_is_six_hex_digits_behind_a_hash() {
        assert!(is_color("#c0392b") && is_color("#C0392B"));
        for wrong in ["", "#fff", "c0392b", "red", "#c0392g", "#c0392b00"] {
            assert!(!is_color(wrong), "{wrong}");
        }
    }
}
