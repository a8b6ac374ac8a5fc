//! `layers/*.toml` of kind `archive` → [`ArchiveConfig`].
//!
//! Everything about the tiles the archive says itself, so most keys have no meaning here.

use super::super::document::KeyPath;
use super::super::file::{LayerFile, SourceFile, TilesFile};
use super::super::problem::{Cause, Problems};
use super::super::{ArchiveConfig, LayerId};
use super::{Known, existing_file, extension, id, provenance, text, text_or_empty};
use crate::message;

pub(in super::super) fn check(
    stem: &str,
    file: LayerFile,
    known: &Known<'_>,
    problems: &mut Problems<'_>,
) -> Option<ArchiveConfig> {
    let top = KeyPath::top;
    let name = id(LayerId::new, stem, &KeyPath::root(), problems);
    check_meaning(&file, problems);
    let title = text(file.title, &top("title"), problems);
    let description = text_or_empty(file.description, &top("description"), problems);
    let at = top("source").key("file");
    let path = existing_file(&file.source.file, &at, known, problems);
    let path = path.filter(|path| {
        let fits = ["pmtiles", "mbtiles"].contains(&extension(path).as_str());
        if !fits {
            let detail = message!("{file} is neither .pmtiles nor .mbtiles", file = file.source.file);
            problems.add(Cause::FileKind, &at, detail);
        }
        fits
    });
    let provenance = provenance(file.provenance, problems);
    Some(ArchiveConfig {
        id: name?,
        file: problems.file.clone(),
        title: title?,
        description: description?,
        order: file.order,
        path: path?,
        provenance: provenance?,
    })
}

/// Notes keys of layers that are made from features.
fn check_meaning(file: &LayerFile, problems: &mut Problems<'_>) {
    let keys = [
        ("key", file.key.is_some()),
        ("name", file.name.is_some()),
        ("attributes", !file.attributes.is_empty()),
        ("parent", file.parent.is_some()),
        ("valid_from", file.valid_from.is_some()),
        ("valid_to", file.valid_to.is_some()),
        ("category", file.category.is_some()),
        ("categories", !file.categories.is_empty()),
        ("opened", file.opened.is_some()),
        ("closed", file.closed.is_some()),
    ];
    let TilesFile { min_zoom, max_zoom, extent, buffer, tolerance, budget, labels, points, exact_from, spacing } =
        &file.tiles;
    let tiles = [
        ("min_zoom", min_zoom.is_some()),
        ("max_zoom", max_zoom.is_some()),
        ("extent", extent.is_some()),
        ("buffer", buffer.is_some()),
        ("tolerance", tolerance.is_some()),
        ("budget", budget.is_some()),
        ("labels", labels.is_some()),
        ("points", points.is_some()),
        ("exact_from", exact_from.is_some()),
        ("spacing", spacing.is_some()),
    ];
    let SourceFile { file: _, member, sheet, crs, encoding, filter, x, y, delimiter, addresses } = &file.source;
    let source = [
        ("member", member.is_some()),
        ("sheet", sheet.is_some()),
        ("crs", crs.is_some()),
        ("encoding", encoding.is_some()),
        ("filter", filter.is_some()),
        ("x", x.is_some()),
        ("y", y.is_some()),
        ("delimiter", delimiter.is_some()),
        ("addresses", addresses.is_some()),
    ];
    let at_top = keys.map(|(key, given)| (KeyPath::top(key), key, given));
    let in_tiles = tiles.map(|(key, given)| (KeyPath::top("tiles").key(key), key, given));
    let in_source = source.map(|(key, given)| (KeyPath::top("source").key(key), key, given));
    for (path, key, _) in at_top.into_iter().chain(in_tiles).chain(in_source).filter(|(.., given)| *given) {
        let detail = message!("`{key}` is for layers made from features; an archive's tiles are finished", key);
        problems.add(Cause::KeyWithoutMeaning, &path, detail);
    }
}
