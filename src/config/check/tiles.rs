//! `[tiles]` of `layers/*.toml` → [`TileConfig`] and [`PointsConfig`].

use super::super::document::KeyPath;
use super::super::file::{LayerKindFile, TilesFile};
use super::super::problem::{Cause, Problems};
use super::super::{PointsConfig, PointsMode, TileConfig};
use crate::message;

pub(super) fn check(file: &TilesFile, kind: LayerKindFile, problems: &mut Problems<'_>) -> Option<TileConfig> {
    let default = TileConfig::default();
    let at = KeyPath::top("tiles");
    let tiles = TileConfig {
        min_zoom: file.min_zoom.unwrap_or(default.min_zoom),
        max_zoom: file.max_zoom.unwrap_or(default.max_zoom),
        extent: file.extent.unwrap_or(default.extent),
        buffer_units: file.buffer.unwrap_or(if kind == LayerKindFile::Area { default.buffer_units } else { 0 }),
        tolerance_units: file.tolerance.unwrap_or(default.tolerance_units),
        labels: kind == LayerKindFile::Area && file.labels.unwrap_or(default.labels),
        budget_bytes: file.budget.map_or(default.budget_bytes, |kilobytes| kilobytes as usize * 1000),
    };
    if file.labels.is_some() && kind == LayerKindFile::Facility {
        problems.add(Cause::KeyWithoutMeaning, &at.key("labels"), "`labels` is for layers of kind = \"area\"");
    }
    let before =
        (tiles.min_zoom > tiles.max_zoom, tiles.extent.is_power_of_two(), tiles.buffer_units > tiles.extent / 4);
    if before.0 {
        let detail = message!(
            "min_zoom = {min_zoom} is above max_zoom = {max_zoom}",
            min_zoom = tiles.min_zoom,
            max_zoom = tiles.max_zoom
        );
        let key = if file.min_zoom.is_some() { "min_zoom" } else { "max_zoom" };
        problems.add(Cause::Contradiction, &at.key(key), detail);
    }
    if !before.1 {
        let detail = message!(
            "extent = {extent} is not a power of two: 256, 512, 1024, 2048, 4096, 8192 or 16384",
            extent = tiles.extent
        );
        problems.add(Cause::InvalidValue, &at.key("extent"), detail);
    }
    if before.2 {
        let detail = message!(
            "buffer = {buffer_units} is more than a quarter of extent = {extent}",
            buffer_units = tiles.buffer_units,
            extent = tiles.extent
        );
        problems.add(Cause::OutOfRange, &at.key("buffer"), detail);
    }
    (before == (false, true, false)).then_some(tiles)
}

/// The keys for facility layers. `tiles` is `None` if something else in the section is wrong.
pub(super) fn check_points(
    file: &TilesFile,
    kind: LayerKindFile,
    tiles: Option<&TileConfig>,
    problems: &mut Problems<'_>,
) -> PointsConfig {
    let at = KeyPath::top("tiles");
    let given = [
        ("points", file.points.is_some()),
        ("exact_from", file.exact_from.is_some()),
        ("spacing", file.spacing.is_some()),
    ];
    for (key, _) in given.iter().filter(|(_, given)| *given) {
        if kind == LayerKindFile::Area {
            let detail = message!("`{key}` is for layers of kind = \"facility\"", key);
            problems.add(Cause::KeyWithoutMeaning, &at.key(key), detail);
        } else if *key != "points" && file.points == Some(PointsMode::All) {
            let detail =
                message!("`{key}` says nothing beside points = \"all\", which gives every facility at every zoom", key);
            problems.add(Cause::KeyWithoutMeaning, &at.key(key), detail);
        }
    }
    let points = PointsConfig { given: file.points, exact_from: file.exact_from, spacing_px: file.spacing };
    if let (Some(tiles), Some(from)) = (tiles, points.exact_from) {
        let (min, max) = (tiles.min_zoom, tiles.max_zoom);
        if from > max {
            let detail = message!(
                "exact_from = {from} is above max_zoom = {max}, the last zoom that clients ask for: the facilities themselves would never be seen",
                from,
                max
            );
            problems.add(Cause::Contradiction, &at.key("exact_from"), detail);
        } else if from <= min {
            let detail = message!(
                "exact_from = {from} is not above min_zoom = {min}; points = \"all\" says the same",
                from,
                min
            );
            problems.add(Cause::Contradiction, &at.key("exact_from"), detail);
        }
    }
    points
}
