//! The folder of an atlas → [`Config`]: reads every file, then checks each against all the others.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::check::{self, Known};
use super::document::{Document, decode};
use super::file::{AtlasFile, IndicatorFile, LayerFile, LayerKindFile};
use super::problem::{Cause, Problems};
use super::recipe::RecipeFile;
use super::validate::validate;
use super::{ArchiveConfig, Config, IndicatorConfig, LayerConfig, Sound, StyleConfig, schema};
use crate::message;
use crate::report::{Case, Finding, Message, Report};

const ATLAS: &str = "atlas.toml";

/// Why a file is called otherwise than its owner sees.
const HIDDEN_ENDING: &str = "Windows hides the ending .txt: switch on \"File name extensions\" in the Explorer's menu \
                             View, and save with the file type \"All files\" in the editor";

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

pub(super) fn read(root: &Path, report: &mut Report) -> Result<Config, Sound> {
    let mut found = Report::default();
    let config = read_all(root, &mut found);
    for finding in &mut found.findings {
        finding.cases.sort_by_key(|case| case.line);
    }
    report.append(found);
    config
}

fn read_all(root: &Path, report: &mut Report) -> Result<Config, Sound> {
    if !root.join(ATLAS).is_file() {
        report.add(no_atlas(root));
        return Err(Sound::default());
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
        layers: by_stem(&layers, &layer_files),
        indicators: by_stem(&indicators, &indicator_files),
        themes: atlas.as_ref().map(|atlas| atlas.value.themes.as_slice()),
        named: RefCell::default(),
    };

    let atlas = atlas
        .as_ref()
        .and_then(|described| check::atlas::check(described.value.clone(), &known, &mut problems(described, report)));
    let (archive_files, layer_files): (Vec<_>, Vec<_>) =
        layer_files.iter().partition(|described| described.value.kind == LayerKindFile::Archive);
    let sound_layers: Vec<LayerConfig> = layer_files
        .into_iter()
        .filter_map(|described| {
            check::layer::check(described.stem, described.value.clone(), &known, &mut problems(described, report))
        })
        .collect();
    let sound_archives: Vec<ArchiveConfig> = archive_files
        .into_iter()
        .filter_map(|described| {
            check::archive::check(described.stem, described.value.clone(), &known, &mut problems(described, report))
        })
        .collect();
    let sound_indicators: Vec<IndicatorConfig> = indicator_files
        .iter()
        .filter_map(|described| {
            check::indicator::check(described.stem, described.value.clone(), &known, &mut problems(described, report))
        })
        .collect();
    let sound_styles: Vec<StyleConfig> = styles
        .iter()
        .filter_map(|style| check::style::check(&style.stem, &style.file, style.text.as_deref()?, &known, report))
        .collect();
    // whatever is no sound part has been noted as an error
    match atlas {
        Some(atlas) if !report.has_errors() => {
            let (layers, archives) = (sound_layers, sound_archives);
            let (indicators, styles) = (sound_indicators, sound_styles);
            let config = in_order(Config { root: root.to_path_buf(), atlas, layers, archives, indicators, styles });
            check::privacy::check(root, &config.indicators, &config.layers, report);
            report_described(&config, report);
            Ok(config)
        }
        _ => {
            let named = known.named.take();
            let files = layers.into_iter().chain(indicators).map(|entry| entry.file);
            let followed = |file: &PathBuf| {
                sound_layers.iter().any(|layer| layer.file == *file)
                    || sound_archives.iter().any(|archive| archive.file == *file)
                    || sound_indicators.iter().any(|indicator| indicator.file == *file)
            };
            let broken = files.filter(|file| !followed(file)).collect();
            Err(Sound { root: root.to_path_buf(), layers: sound_layers, indicators: sound_indicators, broken, named })
        }
    }
}

/// One recipe, wherever it lies.
pub(super) fn recipe(path: &Path, report: &mut Report) -> Option<RecipeFile> {
    let folder = path.parent().unwrap_or(Path::new(""));
    let name = PathBuf::from(path.file_name().unwrap_or_default());
    let mut found = Report::default();
    let entry = Entry { file: path.to_path_buf(), ..text_of(folder, name, &mut found) };
    let recipe = describe::<RecipeFile>(&entry, &schema::recipe(), &mut found).map(|described| described.value);
    for finding in &mut found.findings {
        finding.file = Some(path.to_path_buf());
    }
    report.append(found);
    recipe
}

/// Descriptions by the name of their file; `None` for those that cannot be read.
fn by_stem<'a, T>(texts: &'a [Entry], described: &'a [Described<'a, T>]) -> BTreeMap<&'a str, Option<&'a T>> {
    let of = |stem: &str| described.iter().find(|described| described.stem == stem).map(|described| &described.value);
    texts.iter().map(|text| (text.stem.as_str(), of(&text.stem))).collect()
}

fn report_described(config: &Config, report: &mut Report) {
    let layers = config.layers.len() + config.archives.len();
    let (indicators, styles) = (config.indicators.len(), config.styles.len());
    report.fact(
        ATLAS,
        message!(
            "{layers}, {indicators} and {styles} are described",
            layers = message!("{n} layer[s]", n = layers),
            indicators = message!("{n} indicator[s]", n = indicators),
            styles = message!("{n} style[s]", n = styles)
        ),
    );
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
        message!("{root} is not an atlas: it has no {atlas}", root = root.display(), atlas = ATLAS)
    } else {
        message!("there is no folder {root}", root = root.display())
    };
    let advice = if root.join(format!("{ATLAS}.txt")).is_file() {
        message!("rename {atlas}.txt to {atlas}; {hidden}", atlas = ATLAS, hidden = Message::from(HIDDEN_ENDING))
    } else {
        Message::from("name the folder of an atlas, or make one with `kreisel init DIR`")
    };
    Finding::error("not-an-atlas", message).advise(advice)
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
        } else if let Some(meant) = without_hidden_ending(&name, extension) {
            report.add(
                Finding::warning(
                    "file-ending",
                    message!("files here that are not read: they end in .txt, not in .{extension}", extension),
                )
                .in_file(Path::new(folder))
                .advise(message!("rename them; {hidden}", hidden = Message::from(HIDDEN_ENDING)))
                .at(Case::detail(message!("rename {name} to {meant}", name = name.display(), meant))),
            );
        } else {
            report.add(
                Finding::notice("file-ignored", "files here that are not read")
                    .in_file(Path::new(folder))
                    .advise(message!("{folder}/ is for .{extension} files; data belongs into data/", folder, extension))
                    .at(Case::detail(name.display().to_string())),
            );
        }
    }
    texts
}

/// What a file was meant to be called that an editor of Windows saved as `kitas.toml.txt`.
fn without_hidden_ending(name: &Path, extension: &str) -> Option<String> {
    let meant = name.to_str()?.strip_suffix(".txt")?;
    Path::new(meant).extension().is_some_and(|found| found.eq_ignore_ascii_case(extension)).then(|| meant.to_owned())
}

fn text_of(root: &Path, file: PathBuf, report: &mut Report) -> Entry {
    let stem = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let bytes = match std::fs::read(root.join(&file)) {
        Ok(bytes) => bytes,
        Err(error) => {
            report.add(Finding::error("file-unreadable", message!("cannot be read: {error}", error)).in_file(&file));
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
