//! The atlas that is imported into: its areas, its indicators, and what they have now.

use std::path::{Path, PathBuf};

use super::ImportError;
use super::keys::LayerAreas;
use super::lines::Lines;
use crate::area::AreaKey;
use crate::config::{self, Config, IndicatorConfig, LayerKind, MeasureId};
use crate::message;
use crate::release;
use crate::report::{Message, Report, Severity};
use crate::succession::{self, Lineage};
use crate::table;
use crate::value::Date;

/// An atlas that loads.
pub(super) struct Atlas {
    pub(super) root: PathBuf,
    /// Area layers, and behind all of them the former areas of those that a territorial reform concerns.
    pub(super) layers: Vec<LayerAreas>,
    pub(super) config: Config,
}

impl Atlas {
    /// Reads an atlas.
    pub(super) fn open(root: &Path) -> Result<Self, ImportError> {
        let fail = |reason: Message| ImportError::Atlas { path: root.to_path_buf(), reason };
        let (config, layers) = load(root).map_err(fail)?;
        Ok(Self { root: root.to_path_buf(), layers, config })
    }

    /// Takes note of what was written.
    pub(super) fn reread(&mut self) {
        let mut report = Report::default();
        if let Some(config) = config::load(&self.root, &mut report) {
            self.config = config;
        }
    }

    /// The indicator with this id.
    pub(super) fn indicator(&self, id: &str) -> Option<&IndicatorConfig> {
        self.config.indicators.iter().find(|indicator| indicator.id.as_str() == id)
    }

    /// What the tables of the atlas hold of some measures: the named file's, or else that of any indicator.
    pub(super) fn holds(&self, file: &Path, measures: &[String]) -> Lines {
        let (mut keys, mut figures) = (Vec::new(), Vec::new());
        let mut read: Vec<PathBuf> = Vec::new();
        let tables = self.config.indicators.iter().flat_map(|indicator| &indicator.tables);
        let (mut own, others): (Vec<_>, Vec<_>) = tables.partition(|table| same_file(&table.path, file));
        own.truncate(1);
        for table in if own.is_empty() { others } else { own } {
            if read.contains(&table.path) {
                continue;
            }
            read.push(table.path.clone());
            let Ok(held) = table::open(table, &mut Report::default()) else { continue };
            let wanted = |id: &MeasureId| measures.iter().position(|measure| measure == id.as_str());
            let wanted: Vec<Option<u16>> =
                held.measures.iter().map(|id| wanted(id).and_then(|place| u16::try_from(place).ok())).collect();
            let before = u32::try_from(keys.len()).unwrap_or(u32::MAX);
            for value in &held.values {
                if let Some(Some(measure)) = wanted.get(usize::from(value.measure)) {
                    figures.push(((before.saturating_add(value.key), value.period, *measure), value.figure));
                }
            }
            keys.extend(held.keys);
        }
        Lines::new(&keys, measures, figures)
    }

    /// The least count that an indicator with this measure may show; smaller ones do not stand in messages.
    pub(super) fn least_count(&self, measure: &str) -> Option<u32> {
        let with = self
            .config
            .indicators
            .iter()
            .filter(|indicator| indicator.formula.measures().any(|known| known.as_str() == measure));
        with.filter_map(|indicator| indicator.privacy.min_numerator).max()
    }
}

fn same_file(one: &Path, other: &Path) -> bool {
    let whole = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
    whole(one) == whole(other)
}

/// Reads everything: an atlas with errors is not written into.
pub(super) fn load(root: &Path) -> Result<(Config, Vec<LayerAreas>), Message> {
    let mut report = Report::default();
    let first = |report: &Report| {
        let error = report.findings.iter().find(|finding| finding.severity == Severity::Error);
        let parts = error.map(|error| {
            let file = error.file.as_ref().map(|file| file.display().to_string().into());
            let case = error.cases.first().map(|case| case.detail.clone());
            file.into_iter().chain([error.message.clone()]).chain(case).collect::<Vec<Message>>()
        });
        let said = Message::joined(parts.unwrap_or_else(|| vec![message!("it does not load")]), ": ");
        message!("{said}; `kreisel check {atlas}` says more", said, atlas = root.display())
    };
    let Some(config) = config::load(root, &mut report) else { return Err(first(&report)) };
    let kept = config.clone();
    let release = release::build(config, report).map_err(|(_, report)| first(&report))?;
    let successions = kept.atlas.successions.as_deref();
    let successions =
        successions.and_then(|path| succession::read(path, &mut Report::default()).ok()).unwrap_or_default();
    let mut former = Vec::new();
    let layers = release.layers.iter().filter_map(|layer| {
        let LayerKind::Area(area) = &layer.config.kind else { return None };
        let key = |feature: &release::FeatureRecord| AreaKey::read(&feature.key, area.key.kind).map(|read| read.key);
        let known: Vec<_> = layer.features.iter().filter_map(|feature| Some((key(feature).ok()?, feature))).collect();
        let (id, kind) = (layer.config.id.as_str(), area.key.kind);
        let keys: Vec<AreaKey> = known.iter().map(|(key, _)| key.clone()).collect();
        let lineage = Lineage::new(&successions, kind, &keys, area.valid_to.map(Date::end_of));
        if !lineage.keys().is_empty() {
            let keys = lineage.keys().to_vec();
            let (names, parents) = (Vec::new(), Vec::new());
            former.push(LayerAreas { layer: id.to_owned(), former: true, kind, keys, names, parents });
        }
        Some(LayerAreas {
            layer: id.to_owned(),
            former: false,
            kind,
            keys,
            names: known.iter().map(|(_, feature)| feature.name.clone()).collect(),
            parents: known
                .iter()
                .map(|(_, feature)| feature.parent.as_ref().map(|parent| parent.key.clone()))
                .collect(),
        })
    });
    let mut layers: Vec<LayerAreas> = layers.collect();
    layers.extend(former);
    Ok((kept, layers))
}
