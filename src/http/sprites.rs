//! `/sprites/atlas.json`, `.png`, `@2x.json`, `@2x.png`: all symbols as one picture and its index, as
//! MapLibre styles want them.
//!
//! In go the SVG files of the atlas, the built-in shapes beside them, and the names that categories
//! use; out comes one sheet per scale, drawn once per release. An SVG that cannot be read is replaced by
//! the default shape and said in the log: a map with a plain symbol is better than none. Texts inside
//! an SVG are not drawn, as there are no fonts here; neither are pictures, as nothing outside it is opened.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::State;
use axum::http::HeaderValue;
use axum::response::Response;
use resvg::tiny_skia::{Pixmap, PixmapPaint, Transform};
use resvg::usvg::{ImageHrefResolver, Options, Tree};
use serde::Serialize;

use super::answer::{Addresses, JSON, Manner, to_json};
use super::ask::Ask;
use super::path::Path;
use super::problem::Problem;
use super::state::{Served, ServerState};
use crate::config::SYMBOLS;
use crate::release::Release;

/// The shape of categories that name no symbol.
pub(super) const DEFAULT_SYMBOL: &str = "circle";

/// The one sprite there is.
const SPRITE: &str = "atlas";

/// Largest side of a symbol in CSS pixels; larger ones are scaled down.
const MOST_SIDE_PX: f32 = 64.0;

/// Width of the sheet in CSS pixels.
const SHEET_WIDTH_PX: u32 = 512;

/// Empty pixels between symbols, so that scaled symbols do not bleed into each other.
const GAP_PX: u32 = 1;

/// Built-in shapes: white, for discs in the category's colour. Their names are told to `config` as well, which
/// warns of others.
const BUILT_IN: [(&str, &str); SYMBOLS.len()] = [
    ("circle", include_str!("symbols/circle.svg")),
    ("square", include_str!("symbols/square.svg")),
    ("triangle", include_str!("symbols/triangle.svg")),
    ("diamond", include_str!("symbols/diamond.svg")),
    ("star", include_str!("symbols/star.svg")),
    ("cross", include_str!("symbols/cross.svg")),
    ("house", include_str!("symbols/house.svg")),
    ("book", include_str!("symbols/book.svg")),
    ("heart", include_str!("symbols/heart.svg")),
    ("person", include_str!("symbols/person.svg")),
    ("speech", include_str!("symbols/speech.svg")),
];

/// The names of the four files, without the sprite's own name, and how many pixels a CSS pixel has.
const FILES: [(&str, Part, u32); 4] = [
    (".json", Part::Index, 1),
    (".png", Part::Picture, 1),
    ("@2x.json", Part::Index, 2),
    ("@2x.png", Part::Picture, 2),
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Index,
    Picture,
}

/// The sheets of one release.
#[derive(Debug)]
pub struct Sprites {
    sheets: [Sheet; 2],
}

#[derive(Debug, Default)]
struct Sheet {
    index: Vec<u8>,
    png: Vec<u8>,
}

/// Where a symbol lies on the sheet, in the sheet's pixels.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Place {
    x: u32,
    y: u32,
    width: u32,
    height: u32,
    pixel_ratio: u32,
}

#[derive(Serialize)]
struct List<'a> {
    release: &'a str,
    sprites: [Listed; 1],
}

#[derive(Serialize)]
struct Listed {
    id: &'static str,
    url: String,
}

/// `/sprites`
pub(super) async fn list(State(state): State<Arc<ServerState>>, ask: Ask) -> Result<Response, Problem> {
    let query = ask.query(&[])?;
    let render = |served: &Served, base: &str| {
        to_json(&List {
            release: &served.id,
            sprites: [Listed { id: SPRITE, url: format!("{base}/sprites/{SPRITE}") }],
        })
    };
    state.answer_json(&ask, &query, "/sprites", Addresses::Absolute, render).await
}

/// `/sprites/{file}`
pub(super) async fn get(
    State(state): State<Arc<ServerState>>,
    Path(file): Path<String>,
    ask: Ask,
) -> Result<Response, Problem> {
    let query = ask.query(&[])?;
    let end = file.strip_prefix(SPRITE).and_then(|end| FILES.iter().find(|(known, ..)| *known == end));
    let Some(&(_, part, ratio)) = end else {
        return Err(Problem::unknown("sprite file", &file, FILES.map(|(end, ..)| format!("{SPRITE}{end}"))));
    };
    let media_type = if part == Part::Index { JSON } else { HeaderValue::from_static("image/png") };
    let manner = Manner::new(media_type, query.cacheability);
    let normal = format!("/sprites/{file}");
    let render = move |served: &Served, _: &str| {
        let sheet = &served.sprites().sheets[usize::from(ratio == 2)];
        if part == Part::Index { sheet.index.clone() } else { sheet.png.clone() }
    };
    state.answer(&ask, normal, Addresses::None, manner, render).await
}

impl Sprites {
    /// Draws both sheets.
    #[must_use]
    pub fn draw(release: &Release) -> Self {
        let symbols = symbols(release);
        Self { sheets: [Sheet::draw(&symbols, 1), Sheet::draw(&symbols, 2)] }
    }
}

/// Every symbol by name: built-in ones, the atlas's own in their place, and the default shape for names
/// that categories use and nobody drew.
fn symbols(release: &Release) -> BTreeMap<String, Tree> {
    let mut symbols: BTreeMap<String, Tree> =
        BUILT_IN.iter().filter_map(|(name, svg)| Some(((*name).to_owned(), read(svg)?))).collect();
    for (name, svg) in &release.symbols {
        if let Some(tree) = read(svg) {
            symbols.insert(name.clone(), tree);
        } else {
            tracing::warn!(symbol = %name, "a symbol is no readable SVG; the default shape is used");
        }
    }
    let categories = release.layers.iter().filter_map(|layer| layer.config.as_facility()).flat_map(|f| &f.categories);
    for name in release.symbols.keys().chain(categories.filter_map(|category| category.symbol.as_ref())) {
        if !symbols.contains_key(name) {
            symbols.extend(read(BUILT_IN[0].1).map(|tree| (name.clone(), tree)));
        }
    }
    symbols
}

/// An SVG without what it refers to: by itself the library opens files that `image` elements name, and
/// a symbol from elsewhere must not bring the server's files onto the map. Pictures packed into the SVG
/// stay out too: they may be SVGs again.
fn read(svg: &str) -> Option<Tree> {
    let nothing = ImageHrefResolver { resolve_data: Box::new(|_, _, _| None), resolve_string: Box::new(|_, _| None) };
    let tree = Tree::from_str(svg, &Options { image_href_resolver: nothing, ..Options::default() }).ok()?;
    (tree.size().width() >= 1.0 && tree.size().height() >= 1.0).then_some(tree)
}

impl Sheet {
    /// Rows from left to right, tallest symbols first, so that little room is lost.
    fn draw(symbols: &BTreeMap<String, Tree>, ratio: u32) -> Self {
        let mut sized: Vec<(&String, &Tree, [u32; 2])> =
            symbols.iter().map(|(name, tree)| (name, tree, size(tree, ratio))).collect();
        sized.sort_by_key(|(name, _, [_, height])| (std::cmp::Reverse(*height), *name));
        let mut places = BTreeMap::new();
        let (mut x, mut y, mut row_height) = (0, 0, 0);
        for (name, _, [width, height]) in &sized {
            if x > 0 && x + width > SHEET_WIDTH_PX * ratio {
                (x, y, row_height) = (0, y + row_height + GAP_PX * ratio, 0);
            }
            places.insert((*name).clone(), Place { x, y, width: *width, height: *height, pixel_ratio: ratio });
            x += width + GAP_PX * ratio;
            row_height = row_height.max(*height);
        }
        let Some(mut picture) = Pixmap::new(SHEET_WIDTH_PX * ratio, (y + row_height).max(1)) else {
            return Self::default();
        };
        for (name, tree, [width, height]) in &sized {
            let Some(place) = places.get(*name) else { continue };
            draw_symbol(&mut picture, tree, place, [*width, *height]);
        }
        Self { index: to_json(&places), png: picture.encode_png().unwrap_or_default() }
    }
}

/// A symbol's size on the sheet in pixels.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "positive and at most 64 times the ratio")]
fn size(tree: &Tree, ratio: u32) -> [u32; 2] {
    let (width, height) = (tree.size().width(), tree.size().height());
    let scale = (MOST_SIDE_PX / width.max(height)).min(1.0) * ratio as f32;
    [width, height].map(|side| ((side * scale).round() as u32).max(1))
}

/// Draws into a picture of its own first: nothing of a symbol may reach its neighbours.
fn draw_symbol(picture: &mut Pixmap, tree: &Tree, place: &Place, [width, height]: [u32; 2]) {
    let Some(mut own) = Pixmap::new(width, height) else { return };
    let scale = Transform::from_scale(width as f32 / tree.size().width(), height as f32 / tree.size().height());
    resvg::render(tree, scale, &mut own.as_mut());
    let (x, y) = (i32::try_from(place.x).unwrap_or(0), i32::try_from(place.y).unwrap_or(0));
    picture.draw_pixmap(x, y, own.as_ref(), &PixmapPaint::default(), Transform::identity(), None);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sheet(ratio: u32) -> (serde_json::Value, Pixmap) {
        let symbols = BUILT_IN.iter().map(|(name, svg)| ((*name).to_owned(), read(svg).unwrap())).collect();
        let sheet = Sheet::draw(&symbols, ratio);
        (serde_json::from_slice(&sheet.index).unwrap(), Pixmap::decode_png(&sheet.png).unwrap())
    }

    #[test]
    fn every_symbol_is_drawn_where_the_index_says() {
        for ratio in [1, 2] {
            let (index, picture) = sheet(ratio);
            for (name, _) in BUILT_IN {
                let place = |member: &str| u32::try_from(index[name][member].as_u64().unwrap()).unwrap();
                assert_eq!((place("width"), place("pixelRatio")), (24 * ratio, ratio));
                let (x, y) = (place("x"), place("y"));
                assert!(x + place("width") <= picture.width() && y + place("height") <= picture.height());
                let drawn = (y..y + place("height"))
                    .flat_map(|y| (x..x + place("width")).map(move |x| (x, y)))
                    .filter(|(x, y)| picture.pixel(*x, *y).unwrap().alpha() > 200)
                    .count();
                assert!(drawn > 40, "{name} has only {drawn} pixels");
            }
        }
    }

    #[test]
    fn every_symbol_that_descriptions_may_name_is_drawn() {
        assert_eq!(BUILT_IN.map(|(name, _)| name), SYMBOLS);
    }

    #[test]
    fn a_file_that_is_no_svg_is_no_symbol() {
        for broken in
            ["", "<svg", "<html></html>", "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"0\" height=\"0\"/>"]
        {
            assert!(read(broken).is_none(), "{broken}");
        }
    }

    #[test]
    fn a_symbol_shows_neither_files_of_the_server_nor_packed_pictures() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("secret.svg");
        let open = |side: u32| format!("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{side}\" height=\"{side}\">");
        let black = format!("{}<rect width=\"24\" height=\"24\"/></svg>", open(24));
        std::fs::write(&file, &black).unwrap();
        let packed = format!("data:image/svg+xml;utf8,{}", super::super::base_url::segment(&black));
        for href in [file.to_str().unwrap(), &packed] {
            for name in ["href", "xlink:href"] {
                let image = format!("<image {name}=\"{href}\" width=\"24\" height=\"24\"/>");
                let xlink = "<g xmlns:xlink=\"http://www.w3.org/1999/xlink\">";
                let tree = read(&format!("{}{xlink}{image}</g></svg>", open(24))).unwrap();
                let mut picture = Pixmap::new(24, 24).unwrap();
                resvg::render(&tree, Transform::identity(), &mut picture.as_mut());
                assert!(picture.pixels().iter().all(|pixel| pixel.alpha() == 0), "{name}={href}");
            }
        }
    }
}
