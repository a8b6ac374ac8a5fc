//! From files to a release: read, join, gate.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use rayon::prelude::*;
use thiserror::Error;

use crate::archive::Archive;
use crate::area::{AreaKey, Directory, KeyKind, Listed};
use crate::catalogue;
use crate::config::{ArchiveConfig, Config, IndicatorConfig, LayerConfig, LayerId, ReferenceValues, TableConfig};
use crate::geo::{Bounds, encloses};
use crate::indicator::{self, LayerKeys};
use crate::message;
use crate::release::features::{Draft, Shapes, check_columns, report_coarsened, to_draft};
use crate::release::layer::{ArchiveLayer, FeatureRecord, Layer, LayerFeatures};
use crate::release::{Classes, Indicator, Release, Series, duplicates, gate, hierarchy, id, recover, rounding};
use crate::report::{Case, Finding, Message, Report, Severity};
use crate::source;
use crate::store::{Areas, FeatureIndex};
use crate::succession::{self, Lineage, Successions};
use crate::table::{self, Table};
use crate::value::{Date, Validity};

/// Why there is no release. The report that comes with it says what is wrong.
#[derive(Debug, Error)]
#[error("the atlas cannot be published: {}; see the report", message!("{n} error[s]", n = *errors))]
pub struct BuildError {
    /// Number of findings that stand in the way.
    pub errors: usize,
}

/// Reads everything the configuration names and builds a release. `report` holds what reading the
/// configuration found; it ends up in the release, with everything found here.
///
/// # Errors
/// If any finding is an error: nothing is published then, and the report comes back.
pub fn build(config: Config, report: Report) -> Result<Release, (BuildError, Report)> {
    let root = config.root.clone();
    let relative = |report: Report| report.relative_to(&root);
    match read(config, report) {
        Ok(release) => Ok(Release { report: relative(release.report), ..release }),
        Err(report) => Err((BuildError { errors: report.count(Severity::Error) }, relative(report))),
    }
}

fn read(config: Config, mut report: Report) -> Result<Release, Report> {
    let mut layers = read_layers(&config.layers, &mut report);
    link_parents(&mut layers, &mut report);
    report_strays(&layers, &mut report);
    duplicates::report(&layers, &mut report);
    let archives = open_archives(config.archives.clone(), &mut report);
    let successions = read_successions(config.atlas.successions.as_deref(), &mut report);
    let indicators = read_indicators(&config.indicators, &layers, &successions, &mut report);
    let symbols = read_symbols(&config.root.join("styles").join("symbols"), &layers, &mut report);
    let id = id::of(&config, &mut report);
    if report.has_errors() {
        return Err(report);
    }
    Ok(Release {
        id,
        built_at: Timestamp::now(),
        atlas: config.atlas,
        layers,
        archives,
        indicators,
        styles: config.styles,
        symbols,
        report,
    })
}

/// Layers are read side by side, and the borders of all area layers built together; each has a report of
/// its own, put together in display order.
pub(super) fn read_layers(configs: &[LayerConfig], report: &mut Report) -> Vec<Layer> {
    let read = |config: &LayerConfig| {
        let mut report = Report::default();
        let draft = read_layer(config, &mut report);
        (draft, report)
    };
    let mut drafts: Vec<(Option<Draft>, Report)> = configs.par_iter().map(read).collect();
    let inputs = drafts.iter_mut().filter_map(|(draft, _)| match draft {
        Some(Draft { config, shapes: Shapes::Areas(areas), .. }) => {
            Some((config.id.to_string(), std::mem::take(areas)))
        }
        _ => None,
    });
    let mut built = Areas::build_together(inputs.collect()).into_iter();
    let mut layers = Vec::with_capacity(drafts.len());
    for (draft, mut own) in drafts {
        if let Some(Draft { config, features, shapes }) = draft {
            let geometry = match shapes {
                Shapes::Places(places) => LayerFeatures::Places(places),
                Shapes::Areas(_) => {
                    let (areas, of_borders) = built.next().unwrap_or_default();
                    own.append(of_borders);
                    LayerFeatures::Areas(areas)
                }
            };
            own.fact(message!("layer {id}", id = config.id), size(&geometry));
            let layer = Layer::new(config, features, geometry);
            report_coarsened(&layer, &mut own);
            layers.push(layer);
        }
        report.append(own);
    }
    layers
}

fn size(geometry: &LayerFeatures) -> Message {
    match geometry {
        LayerFeatures::Areas(areas) => Message::joined(
            [message!("{n} area[s]", n = areas.len()), message!("{n} vert[ex|ices]", n = areas.vertices())],
            ", ",
        ),
        LayerFeatures::Places(places) => message!("{n} facilit[y|ies]", n = places.len()),
    }
}

fn read_layer(config: &LayerConfig, report: &mut Report) -> Option<Draft> {
    let set = match source::open(&config.source, report) {
        Ok(set) => set,
        Err(error) => {
            let message = message!("layer \"{id}\": {error}", id = config.id, error = error.told());
            report.add(Finding::error("source-unreadable", message).in_file(&config.file));
            // what else is wrong with the columns is told in the same round
            if let Some(columns) = source::columns(&config.source) {
                check_columns(config, columns, report);
            }
            return None;
        }
    };
    to_draft(config, set, report)
}

fn open_archives(configs: Vec<ArchiveConfig>, report: &mut Report) -> Vec<ArchiveLayer> {
    let mut archives = Vec::with_capacity(configs.len());
    for config in configs {
        match Archive::open(&config.path) {
            Ok(archive) => {
                let description = archive.description();
                let tiles =
                    description.tiles.map_or_else(Message::default, |tiles| message!("{n} tile[s], ", n = tiles));
                let media_type = description.content.media_type();
                let zooms = message!(
                    "zooms {min_zoom} to {max_zoom}",
                    min_zoom = description.min_zoom,
                    max_zoom = description.max_zoom
                );
                report.fact(
                    message!("layer {id}", id = config.id),
                    message!("an archive: {tiles}{zooms}, {media_type}", tiles, zooms, media_type),
                );
                archives.push(ArchiveLayer { config, archive });
            }
            Err(error) => {
                let message = message!("layer \"{id}\": {error}", id = config.id, error);
                report.add(Finding::error("archive-unreadable", message).in_file(&config.file));
            }
        }
    }
    archives
}

/// Drops links to parents that are not there, and reports them.
fn link_parents(layers: &mut [Layer], report: &mut Report) {
    let keys: HashMap<LayerId, HashSet<String>> = layers
        .iter()
        .map(|layer| (layer.config.id.clone(), layer.features.iter().map(|feature| feature.key.clone()).collect()))
        .collect();
    for layer in layers {
        let mut orphans = Vec::new();
        for feature in &mut layer.features {
            let Some(parent) = &feature.parent else { continue };
            // a parent layer that could not be read has its own finding
            let Some(known) = keys.get(&parent.layer) else { continue };
            if !known.contains(&parent.key) {
                orphans.push(Case::key(&feature.key).saying(message!(
                    "\"{key}\" is not in \"{layer}\"",
                    key = parent.key,
                    layer = parent.layer
                )));
                feature.parent = None;
            }
        }
        if !orphans.is_empty() {
            report.add(
                Finding::warning(
                    "parent-unknown",
                    message!("layer \"{id}\": areas whose parent is not there", id = layer.config.id),
                )
                .in_file(&layer.config.file)
                .advise("check parent.column and parent.digits, or the filter of the parent layer")
                .at_all(orphans),
            );
        }
    }
}

/// Facilities outside every area are published and reported: they may be supply from next door, or
/// a wrong coordinate.
fn report_strays(layers: &[Layer], report: &mut Report) {
    let mut areas: Vec<_> = layers
        .iter()
        .filter_map(|layer| match &layer.geometry {
            LayerFeatures::Areas(areas) => Some(areas),
            LayerFeatures::Places(_) => None,
        })
        .collect();
    // many areas are small areas, and a small area is looked through quickly
    areas.sort_by_key(|areas| std::cmp::Reverse(areas.len()));
    if areas.is_empty() {
        return;
    }
    for layer in layers {
        let LayerFeatures::Places(places) = &layer.geometry else { continue };
        let is_stray = |index: FeatureIndex| {
            let position = places.position(index);
            // a metre around, so that borders run as they are where the position lies
            let here = Bounds::between(position, position).grown(1.0);
            !areas.iter().any(|areas| {
                areas.query(here).into_iter().any(|area| encloses(&areas.polygons_near(area, 0.0, here), position))
            })
        };
        let strays: Vec<_> = (0..places.len())
            .into_par_iter()
            .filter_map(|index| {
                let index = FeatureIndex::try_from(index).ok()?;
                let record = layer.features.get(index as usize)?;
                let place = places.position(index).to_lon_lat();
                is_stray(index).then(|| {
                    Case::key(&record.key).saying(message!(
                        "{name} at {lon_deg}, {lat_deg}",
                        name = record.name,
                        lon_deg = format!("{:.5}", place.lon_deg),
                        lat_deg = format!("{:.5}", place.lat_deg)
                    ))
                })
            })
            .collect();
        if !strays.is_empty() {
            report.add(
                Finding::warning(
                    "facility-outside-areas",
                    message!("layer \"{id}\": facilities outside all areas; they are published", id = layer.config.id),
                )
                .in_file(&layer.config.source.path)
                .advise("check their coordinates, unless they lie in a neighbouring district")
                .at_all(strays),
            );
        }
    }
}

fn read_successions(path: Option<&Path>, report: &mut Report) -> Successions {
    let Some(path) = path else { return Successions::default() };
    succession::read(path, report).unwrap_or_else(|error| {
        let finding =
            Finding::error("succession-file", message!("the territorial reforms cannot be read: {error}", error));
        let advice = "the table has the columns from, to and date, and may have population, area and employees";
        report.add(finding.in_file(path).advise(advice));
        Successions::default()
    })
}

pub(super) fn read_indicators(
    configs: &[IndicatorConfig],
    layers: &[Layer],
    successions: &Successions,
    report: &mut Report,
) -> Vec<Indicator> {
    let tables = read_tables(configs, report);
    let areas: Vec<AreasOf<'_>> = layers.iter().filter_map(|layer| AreasOf::read(layer, successions)).collect();
    let former =
        areas.iter().map(|areas| Listed { keys: areas.lineage.keys(), names: &[], parents: &[], kind: areas.kind });
    let directory = Directory::new(areas.iter().map(AreasOf::listed).chain(former).collect());
    let hierarchy = hierarchy::find(configs, layers, report);
    let mut indicators = Vec::with_capacity(configs.len());
    for config in configs {
        report_references(config, layers, report);
        let tables: Option<Vec<&Table>> =
            config.tables.iter().map(|table| tables.iter().find(|(known, _)| *known == table)?.1.as_ref()).collect();
        // a table that could not be read has its own finding, and so has a layer
        let Some(tables) = tables else { continue };
        let position = |id: &LayerId| areas.iter().position(|areas| areas.layer == id);
        if config.layers.iter().any(|id| position(id).is_none()) {
            indicator::report_unknown_measures(config, &tables, report);
            continue;
        }
        let layer_keys: Vec<LayerKeys<'_>> = config
            .layers
            .iter()
            .filter_map(|id| {
                let in_directory = position(id)?;
                let AreasOf { layer, kind, keys, names, lineage, valid, .. } = areas.get(in_directory)?;
                let former_in_directory = Some(areas.len() + in_directory);
                Some(LayerKeys { layer, kind: *kind, keys, names, in_directory, valid, lineage, former_in_directory })
            })
            .collect();
        let mut series = BTreeMap::new();
        let mut classes = BTreeMap::new();
        let raw = indicator::join(config, &tables, &layer_keys, &directory, &hierarchy, report);
        let released = gate::pass(config, &raw, &hierarchy);
        rounding::report(config, &layer_keys, &raw, &hierarchy, report);
        for (raw, released) in raw.into_iter().zip(released) {
            report.fact(message!("indicator {id}", id = config.id), summary(&raw.layer, &released));
            classes.insert(raw.layer.clone(), Classes::find(&config.classes, &released));
            series.insert(raw.layer, released);
        }
        recover::report(config, &layer_keys, &series, &hierarchy, report);
        indicators.push(Indicator { config: config.clone(), series, classes });
    }
    indicators
}

/// References to areas that are not there.
fn report_references(config: &IndicatorConfig, layers: &[Layer], report: &mut Report) {
    for (index, reference) in config.references.iter().enumerate() {
        let ReferenceValues::Area { layer, key } = &reference.values else { continue };
        let Some(found) = layers.iter().find(|candidate| candidate.config.id == *layer) else { continue };
        if found.find(key).is_some() {
            continue;
        }
        let likeness = |feature: &&FeatureRecord| {
            strsim::jaro_winkler(&feature.key, key).max(strsim::jaro_winkler(&feature.name, key))
        };
        let nearest = found.features.iter().max_by(|one, other| likeness(one).total_cmp(&likeness(other)));
        let detail = if let Some(FeatureRecord { key: near, name, .. }) = nearest {
            message!("layer \"{layer}\" has no area \"{key}\"; the nearest is {near} ({name})", layer, key, near, name)
        } else {
            message!("layer \"{layer}\" has no area \"{key}\"", layer, key)
        };
        report.add(
            Finding::warning("reference-unknown", "references to areas that are not there; they are left out")
                .in_file(&config.file)
                .advise("correct the key")
                .at(Case::default().in_column(format!("references[{}].key", index + 1)).saying(detail)),
        );
    }
}

/// Every table once, however many indicators read it.
fn read_tables<'a>(configs: &'a [IndicatorConfig], report: &mut Report) -> Vec<(&'a TableConfig, Option<Table>)> {
    let mut tables: Vec<(&TableConfig, Option<Table>)> = Vec::new();
    for config in configs {
        for table in &config.tables {
            if tables.iter().any(|(known, _)| *known == table) {
                continue;
            }
            let read = table::open(table, report).map_err(|error| {
                report.add(error.to_finding(table, &config.file));
            });
            tables.push((table, read.ok()));
        }
    }
    tables
}

/// What the directory of all areas is made of.
struct AreasOf<'a> {
    layer: &'a LayerId,
    kind: KeyKind,
    keys: Vec<AreaKey>,
    names: Vec<String>,
    parents: Vec<Option<String>>,
    valid: Vec<Validity>,
    lineage: Lineage,
}

impl<'a> AreasOf<'a> {
    fn read(layer: &'a Layer, successions: &Successions) -> Option<Self> {
        let area = layer.config.as_area()?;
        let kind = area.key.kind;
        let key = |feature: &FeatureRecord| Some(AreaKey::read(&feature.key, kind).ok()?.key);
        let parent = |feature: &FeatureRecord| feature.parent.as_ref().map(|parent| parent.key.clone());
        let keys: Vec<AreaKey> = layer.features.iter().filter_map(key).collect();
        Some(Self {
            layer: &layer.config.id,
            kind,
            lineage: Lineage::new(successions, kind, &keys, area.valid_to.map(Date::end_of)),
            keys,
            names: layer.features.iter().map(|feature| feature.name.clone()).collect(),
            parents: layer.features.iter().map(parent).collect(),
            valid: layer.features.iter().map(|feature| feature.valid).collect(),
        })
    }

    fn listed(&self) -> Listed<'_> {
        Listed { kind: self.kind, keys: &self.keys, names: &self.names, parents: &self.parents }
    }
}

/// What was published of a series: its areas, its periods, and the values by state.
fn summary(layer: &LayerId, series: &Series) -> Message {
    let mut states: BTreeMap<_, usize> = BTreeMap::new();
    for value in series.values() {
        *states.entry(value.state()).or_default() += 1;
    }
    let states = states
        .iter()
        .map(|(state, count)| message!("{count} {state}", count, state = Message::from(state.to_string())));
    let has_number = |feature: usize| {
        let row = FeatureIndex::try_from(feature).map_or(&[][..], |feature| series.row(feature));
        row.iter().any(|value| value.number().is_some())
    };
    let filled = (0..series.features()).filter(|feature| has_number(*feature)).count();
    let periods = match series.periods() {
        [] => "no period".into(),
        [only] => only.to_string().into(),
        [first, .., last] => {
            message!("{periods} periods {first} to {last}", periods = series.periods().len(), first, last)
        }
    };
    message!(
        "{layer}: {filled} of {n} area[s] with numbers, {periods}: {states}",
        layer,
        filled,
        n = series.features(),
        periods,
        states = Message::joined(states, ", ")
    )
}

/// SVG symbols by name: those of the catalogue that categories name, and the atlas's own in their place. A folder
/// that does not exist has none.
fn read_symbols(folder: &Path, layers: &[Layer], report: &mut Report) -> BTreeMap<String, String> {
    let facilities = layers.iter().filter_map(|layer| layer.config.as_facility());
    let named = facilities.flat_map(|facility| &facility.categories).filter_map(|category| category.symbol.as_ref());
    let ready = named.filter_map(|name| Some((name.clone(), catalogue::symbol(name)?.to_owned())));
    let mut symbols: BTreeMap<String, String> = ready.collect();
    let Ok(entries) = std::fs::read_dir(folder) else { return symbols };
    let paths = entries.filter_map(Result::ok).map(|entry| entry.path());
    let is_svg = |path: &PathBuf| path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("svg"));
    for path in paths.filter(is_svg) {
        let name = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        match std::fs::read_to_string(&path) {
            Ok(svg) => {
                symbols.insert(name, svg);
            }
            Err(error) => report.add(
                Finding::warning("symbol-unreadable", message!("the symbol cannot be read: {error}", error))
                    .in_file(&path)
                    .advise("its facilities are drawn as circles"),
            ),
        }
    }
    symbols
}
