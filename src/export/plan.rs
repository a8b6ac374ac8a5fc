//! What is asked for → what is done: checked before anything is rendered.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

use crate::archive::{Format, Imprint};
use crate::config::{IndicatorId, LayerId};
use crate::export::ExportError;
use crate::release::{Audience, Indicator, Release};
use crate::tile::{Selection, Years};
use crate::tileset::{self, Tileset};

/// Level of gzip (1 to 12, of libdeflater): 9 saves nothing, 10 one part in a hundred in four times the time.
pub(super) const GZIP_LEVEL: i32 = 6;

/// What somebody asks for.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Where to: `.pmtiles` or `.mbtiles`.
    pub to: PathBuf,
    /// Layers; empty = all that are made from features.
    pub layers: Vec<String>,
    /// Indicators to join.
    pub indicators: Vec<String>,
    /// Years of theirs besides the newest: `2015..2024`, `2015,2016` or `all`.
    pub years: Option<String>,
    /// First zoom; `None` = the first of any layer.
    pub min_zoom: Option<u8>,
    /// Last zoom; `None` = the last of any layer.
    pub max_zoom: Option<u8>,
    /// Whether a file at the target is overwritten.
    pub force: bool,
}

impl Options {
    /// Checks what can be known before the atlas is read.
    ///
    /// # Errors
    /// If the target is no archive or exists already.
    pub fn check(&self) -> Result<Format, ExportError> {
        let format = Format::of(&self.to).filter(|_| !self.to.is_dir());
        let format = format.ok_or_else(|| ExportError::Format { target: self.to.clone() })?;
        if self.to.exists() && !self.force {
            return Err(ExportError::Exists { target: self.to.clone() });
        }
        Ok(format)
    }
}

/// What is done.
#[derive(Clone, Debug)]
pub struct Plan {
    pub(super) target: PathBuf,
    pub(super) format: Format,
    pub(super) selection: Selection,
    pub(super) imprint: Imprint,
    /// Everything the tiles depend on, as text.
    pub(super) fingerprint: String,
}

impl Plan {
    /// Checks what is asked for against the release.
    ///
    /// # Errors
    /// If the target is no archive or exists already, or if a layer, indicator, year or zoom does not exist.
    pub fn new(release: &Release, options: &Options) -> Result<Self, ExportError> {
        let format = options.check()?;
        let selection = selection(release, options)?;
        let zooms = zooms(release, &selection, options)?;
        let tileset = Tileset::of(release, &selection);
        let (Some(bounds), Some((center, center_zoom))) = (tileset.bounds, tileset.center) else {
            return Err(ExportError::Empty);
        };
        let imprint = Imprint {
            min_zoom: *zooms.start(),
            max_zoom: *zooms.end(),
            bounds,
            center: (center, center_zoom.clamp(*zooms.start(), *zooms.end())),
            metadata: tileset.metadata(release),
        };
        let fingerprint = format!("release {} of {}, {selection:?}, {zooms:?}", release.id, env!("CARGO_PKG_VERSION"));
        Ok(Self { target: options.to.clone(), format, selection, imprint, fingerprint })
    }

    pub(super) fn zooms(&self) -> RangeInclusive<u8> {
        self.imprint.min_zoom..=self.imprint.max_zoom
    }

    /// A file beside the target, named after it.
    pub(super) fn beside(&self, end: &str) -> PathBuf {
        let mut name = self.target.file_name().unwrap_or_default().to_os_string();
        name.push(end);
        self.target.with_file_name(name)
    }

    /// Where the archive is to be in the end.
    #[must_use]
    pub fn target(&self) -> &Path {
        &self.target
    }
}

fn refused(option: &'static str, reason: impl Into<String>) -> ExportError {
    ExportError::Option { option, reason: reason.into() }
}

/// Layers and indicators in display order, as a request has them.
fn selection(release: &Release, options: &Options) -> Result<Selection, ExportError> {
    let layers: Vec<&LayerId> = release.layers.iter().map(|layer| &layer.config.id).collect();
    for given in &options.layers {
        if release.archive(given).is_some() {
            let reason = format!("\"{given}\" is an archive already; copy its file");
            return Err(refused("layers", reason));
        }
    }
    let layers = chosen("layers", &options.layers, &layers)?.unwrap_or(layers);
    let published = |id: &&IndicatorId| {
        let indicator = release.indicator(id.as_str());
        indicator.is_some_and(|known| layers.iter().any(|layer| known.series(layer, &Audience::Public).is_some()))
    };
    let indicators: Vec<&IndicatorId> = release.indicators.iter().map(Indicator::id).filter(published).collect();
    let indicators = chosen("indicators", &options.indicators, &indicators)?.unwrap_or_default();
    let years = match &options.years {
        None => Years::Newest,
        Some(_) if indicators.is_empty() => {
            return Err(refused("years", "it says for which years indicators are joined; name some with --indicators"));
        }
        Some(text) => {
            let existing = existing_years(release, &layers, &indicators);
            let list = || existing.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
            Years::read(text, &existing)
                .map_err(|reason| refused("years", format!("{reason}; there are: {}", list())))?
        }
    };
    Ok(Selection {
        layers: layers.into_iter().cloned().collect(),
        indicators: indicators.into_iter().cloned().collect(),
        years,
    })
}

/// The named ones in display order; `None` if none is named.
fn chosen<'a, Id: std::fmt::Display>(
    option: &'static str,
    given: &[String],
    known: &[&'a Id],
) -> Result<Option<Vec<&'a Id>>, ExportError> {
    if given.is_empty() {
        return Ok(None);
    }
    let names: Vec<String> = known.iter().map(ToString::to_string).collect();
    for name in given {
        if !names.contains(name) {
            let reason = format!("there is no \"{name}\" to choose; there are: {}", names.join(", "));
            return Err(refused(option, reason));
        }
    }
    Ok(Some(known.iter().zip(&names).filter(|(_, name)| given.contains(name)).map(|(id, _)| *id).collect()))
}

fn existing_years(
    release: &Release,
    layers: &[&LayerId],
    indicators: &[&IndicatorId],
) -> BTreeSet<crate::value::Period> {
    let indicators = indicators.iter().filter_map(|id| release.indicator(id.as_str()));
    let series = indicators.flat_map(|known| layers.iter().filter_map(|layer| known.series(layer, &Audience::Public)));
    series.flat_map(|series| series.periods().iter().copied()).collect()
}

/// The zooms asked for, which have to be among those of the layers.
fn zooms(release: &Release, selection: &Selection, options: &Options) -> Result<RangeInclusive<u8>, ExportError> {
    let (first, last) = tileset::zooms(release, selection).ok_or(ExportError::Empty)?;
    let known = |option, given: Option<u8>, default| match given {
        Some(zoom) if !(first..=last).contains(&zoom) => {
            Err(refused(option, format!("the layers have tiles of zooms {first} to {last}, not {zoom}")))
        }
        given => Ok(given.unwrap_or(default)),
    };
    let (min, max) = (known("min-zoom", options.min_zoom, first)?, known("max-zoom", options.max_zoom, last)?);
    if min > max {
        return Err(refused("min-zoom", format!("{min} lies beyond the last zoom, {max}")));
    }
    Ok(min..=max)
}
