//! The folder of an atlas → [`Config`]: reads every file, then checks each against all the others.

use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::check::{self, Known};
use super::document::{Document, decode};
use super::file::{AtlasFile, IndicatorFile, LayerFile, LayerKindFile};
use super::problem::{Cause, Problems};
use super::validate::validate;
use super::{ArchiveConfig, Config, IndicatorConfig, LayerConfig, StyleConfig, schema};
use crate::report::{Case, Finding, Report};

const ATLAS: &str = "atlas.toml";

/// A file of the atlas.
struct Entry {
    /// Name without extension.
    stem: String,
    /// Path relative to the atlas.
    file: PathBuf,
    /// What it holds; `None` if that cannot be read as text.
    text: Option<String>,
}

/// A description whose keys and types are right.
struct Described<'t, T> {
    stem: &'t str,
    file: &'t Path,
    document: Document<'t>,
    value: T,
}

pub(super) fn load(root: &Path, report: &mut Report) -> Option<Config> {
    let mut found = Report::default();
    let config = read(root, &mut found);
    let refused = found.has_errors();
    for finding in &mut found.findings {
        finding.cases.sort_by_key(|case| case.line);
    }
    report.append(found);
    config.filter(|_| !refused)
}

fn read(root: &Path, report: &mut Report) -> Option<Config> {
    if !root.join(ATLAS).is_file() {
        report.add(no_atlas(root));
        return None;
    }
    let atlas = text_of(root, PathBuf::from(ATLAS), report);
    let layers = texts_in(root, "layers", "toml", report);
    let indicators = texts_in(root, "indicators", "toml", report);
    let styles = texts_in(root, "styles", "json", report);
    if layers.is_empty() {
        let advice = "describe at least one layer; `kreisel init` makes a folder with examples";
        report
            .add(Finding::error("no-layers", "there is no layers/*.toml").in_file(Path::new("layers")).advise(advice));
    }

    let atlas = describe::<AtlasFile>(&atlas, &schema::atlas(), report);
    let layer_files = describe_all::<LayerFile>(&layers, &schema::layer(), report);
    let indicator_files = describe_all::<IndicatorFile>(&indicators, &schema::indicator(), report);

    let known = Known {
        root,
        layers: layers
            .iter()
            .map(|text| {
                let described = layer_files.iter().find(|described| described.stem == text.stem);
                (text.stem.as_str(), described.map(|described| &described.value))
            })
            .collect(),
        indicators: indicators.iter().map(|text| text.stem.as_str()).collect(),
        themes: atlas.as_ref().map(|atlas| atlas.value.themes.iter().map(|theme| theme.id.as_str()).collect()),
    };
    let atlas = atlas
        .as_ref()
        .and_then(|described| check::atlas::check(described.value.clone(), &known, &mut problems(described, report)));
    let (archive_files, layer_files): (Vec<_>, Vec<_>) =
        layer_files.iter().partition(|described| described.value.kind == LayerKindFile::Archive);
    let layers = layer_files.into_iter().map(|described| {
        check::layer::check(described.stem, described.value.clone(), &known, &mut problems(described, report))
    });
    let layers: Vec<Option<LayerConfig>> = layers.collect();
    let archives = archive_files.into_iter().map(|described| {
        check::archive::check(described.stem, described.value.clone(), &known, &mut problems(described, report))
    });
    let archives: Vec<Option<ArchiveConfig>> = archives.collect();
    let indicators = indicator_files.iter().map(|described| {
        check::indicator::check(described.stem, described.value.clone(), &known, &mut problems(described, report))
    });
    let indicators: Vec<Option<IndicatorConfig>> = indicators.collect();
    let styles = styles.iter().map(|style| {
        let text = style.text.as_deref()?;
        check::style::check(&style.stem, &style.file, text, &known, report)
    });
    let styles: Vec<Option<StyleConfig>> = styles.collect();

    let config = Config {
        root: root.to_path_buf(),
        atlas: atlas?,
        layers: layers.into_iter().collect::<Option<_>>()?,
        archives: archives.into_iter().collect::<Option<_>>()?,
        indicators: indicators.into_iter().collect::<Option<_>>()?,
        styles: styles.into_iter().collect::<Option<_>>()?,
    };
    let config = in_order(config);
    check::privacy::check(root, &config.indicators, &config.layers, report);
    report.fact(
        "atlas",
        format!(
            "{} layers, {} indicators and {} styles are described",
            config.layers.len() + config.archives.len(),
            config.indicators.len(),
            config.styles.len()
        ),
    );
    Some(config)
}

/// Layers by `order`, then id; indicators by theme, `order`, then id; styles by id.
fn in_order(mut config: Config) -> Config {
    let themes: Vec<String> = config.atlas.themes.iter().map(|(id, _)| id.clone()).collect();
    let theme = |indicator: &IndicatorConfig| themes.iter().position(|theme| *theme == indicator.theme);
    config.layers.sort_by(|a, b| (a.order, &a.id).cmp(&(b.order, &b.id)));
    config.archives.sort_by(|a, b| (a.order, &a.id).cmp(&(b.order, &b.id)));
    config.indicators.sort_by(|a, b| (theme(a), a.order, &a.id).cmp(&(theme(b), b.order, &b.id)));
    config.styles.sort_by(|a, b| a.id.cmp(&b.id));
    config
}

fn no_atlas(root: &Path) -> Finding {
    let message = if root.is_dir() {
        format!("{} is not an atlas: it has no {ATLAS}", root.display())
    } else {
        format!("there is no folder {}", root.display())
    };
    Finding::error("not-an-atlas", message).advise("name the folder of an atlas, or make one with `kreisel init DIR`")
}

fn problems<'a, T>(described: &'a Described<'_, T>, report: &'a mut Report) -> Problems<'a> {
    Problems::new(described.file, &described.document, report)
}

fn describe_all<'t, T: DeserializeOwned>(
    texts: &'t [Entry],
    schema: &Value,
    report: &mut Report,
) -> Vec<Described<'t, T>> {
    texts.iter().filter_map(|text| describe(text, schema, report)).collect()
}

/// Entry → description; notes everything that the schema does not allow.
fn describe<'t, T: DeserializeOwned>(text: &'t Entry, schema: &Value, report: &mut Report) -> Option<Described<'t, T>> {
    let document = match Document::parse(text.text.as_deref()?) {
        Ok(document) => document,
        Err(errors) => {
            let cases = errors.into_iter().map(|error| Case::line(error.line).saying(error.text));
            report.add(Cause::TomlSyntax.finding(&text.file).at_all(cases));
            return None;
        }
    };
    let mut problems = Problems::new(&text.file, &document, report);
    validate(schema, &mut problems);
    if problems.noted() {
        return None;
    }
    match toml::from_str(document.text()) {
        Ok(value) => Some(Described { stem: &text.stem, file: &text.file, document, value }),
        // What the schema lets pass and serde does not. There should be nothing of the kind.
        Err(error) => {
            let line = error.span().map_or(1, |span| document.line_at(span.start));
            report.add(Cause::InvalidValue.finding(&text.file).at(Case::line(line).saying(error.message())));
            None
        }
    }
}

/// The files of one kind in a folder, ordered by name. A folder that is not there has none.
fn texts_in(root: &Path, folder: &str, extension: &str, report: &mut Report) -> Vec<Entry> {
    let Ok(entries) = std::fs::read_dir(root.join(folder)) else { return Vec::new() };
    let mut names: Vec<PathBuf> = entries.flatten().map(|entry| PathBuf::from(entry.file_name())).collect();
    names.sort();
    let mut texts = Vec::new();
    for name in names {
        let file = Path::new(folder).join(&name);
        let path = root.join(&file);
        let hidden = name.to_string_lossy().starts_with('.');
        if hidden || path.is_dir() {
            continue;
        }
        if name.extension().is_some_and(|found| found.eq_ignore_ascii_case(extension)) {
            texts.push(text_of(root, file, report));
        } else {
            report.add(
                Finding::notice("file-ignored", "files here that are not read")
                    .in_file(Path::new(folder))
                    .advise(format!("{folder}/ is for .{extension} files; data belongs into data/"))
                    .at(Case::detail(name.display().to_string())),
            );
        }
    }
    texts
}

fn text_of(root: &Path, file: PathBuf, report: &mut Report) -> Entry {
    let stem = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let bytes = match std::fs::read(root.join(&file)) {
        Ok(bytes) => bytes,
        Err(error) => {
            report.add(Finding::error("file-unreadable", format!("cannot be read: {error}")).in_file(&file));
            return Entry { stem, file, text: None };
        }
    };
    let text = match decode(&bytes) {
        Ok(text) => Some(text.to_owned()),
        Err(line) => {
            let case = Case::line(line).saying("here stands the first letter in another encoding");
            report.add(Cause::NotUtf8.finding(&file).at(case));
            None
        }
    };
    Entry { stem, file, text }
}
