//! What a person wrote → what the program works with: one file per kind of description.
//!
//! In go files that have the right keys and types ([`super::validate`] saw to that), out come checked
//! parts of [`super::Config`]. Everything that is wrong is noted with its line; what is noted makes the
//! description `None` in the end, but never stops the search for more.

pub(super) mod archive;
pub(super) mod atlas;
mod formula;
pub(super) mod indicator;
pub(super) mod layer;
mod osm;
pub(super) mod privacy;
mod reference;
mod source;
pub(super) mod style;
mod table;
mod tiles;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

use super::document::KeyPath;
use super::file::{DelimiterFile, IndicatorFile, LayerFile, ProvenanceFile, TextFile, ThemeFile};
use super::named::Named;
use super::problem::{Cause, Problems, nearest, unknown};
use super::{IdError, Provenance, Text};
use crate::message;
use crate::report::Message;

/// What descriptions may refer to. A file that cannot be read still counts: its name is not unknown.
pub(super) struct Known<'a> {
    /// The atlas folder.
    pub(super) root: &'a Path,
    /// Layers by id; `None` if the file cannot be read.
    pub(super) layers: BTreeMap<&'a str, Option<&'a LayerFile>>,
    /// Indicators by id; `None` if the file cannot be read.
    pub(super) indicators: BTreeMap<&'a str, Option<&'a IndicatorFile>>,
    /// The themes; `None` if `atlas.toml` cannot be read.
    pub(super) themes: Option<&'a [ThemeFile]>,
    /// Files and folders that descriptions name, there or not, as the checks meet them.
    pub(super) named: RefCell<Vec<PathBuf>>,
}

impl<'a> Known<'a> {
    /// Layers as people may name them.
    fn layer_names(&self) -> impl Iterator<Item = Named<'a>> + Clone {
        self.layers.iter().map(|(id, file)| named(id, file.map(|file| &file.title)))
    }

    /// Indicators as people may name them.
    fn indicator_names(&self) -> impl Iterator<Item = Named<'a>> + Clone {
        self.indicators.iter().map(|(id, file)| named(id, file.map(|file| &file.title)))
    }

    /// The layer with this name; notes if there is none.
    fn layer(&self, name: &str, path: &KeyPath, problems: &mut Problems<'_>) -> Option<&'a LayerFile> {
        let found = self.layers.get(name);
        if found.is_none() {
            problems.add(Cause::UnknownReference, path, unknown("layer", name, self.layer_names()));
        }
        found.copied().flatten()
    }

    /// Names of the atlas's own symbols: the SVG files in `styles/symbols/`.
    fn symbols(&self) -> Vec<String> {
        let Ok(entries) = std::fs::read_dir(self.root.join("styles").join("symbols")) else { return Vec::new() };
        let paths = entries.flatten().map(|entry| entry.path()).filter(|path| extension(path) == "svg");
        paths.filter_map(|path| Some(path.file_stem()?.to_string_lossy().into_owned())).collect()
    }

    /// Notes if there is no indicator of this name.
    fn indicator(&self, name: &str, path: &KeyPath, problems: &mut Problems<'_>) {
        if !self.indicators.contains_key(name) {
            let detail = unknown("indicator", name, self.indicator_names());
            problems.add(Cause::UnknownReference, path, detail);
        }
    }
}

/// A thing with the titles that its file gives it, if that can be read.
fn named<'n>(id: &'n str, title: Option<&'n TextFile>) -> Named<'n> {
    match title {
        Some(TextFile::German(de)) => Named { id, titles: [de, ""] },
        Some(TextFile::Both { de, en }) => Named { id, titles: [de, en] },
        None => Named::plain(id),
    }
}

/// A text in both languages; notes if it is blank.
fn text(file: TextFile, path: &KeyPath, problems: &mut Problems<'_>) -> Option<Text> {
    let (de, en) = match file {
        TextFile::German(de) => (de.clone(), de),
        TextFile::Both { de, en } => (de, en),
    };
    let text = Text { de: de.trim().to_owned(), en: en.trim().to_owned() };
    if text.de.is_empty() || text.en.is_empty() {
        problems.add(Cause::InvalidValue, path, "the text is empty; write one, or leave the key out if it is optional");
        return None;
    }
    Some(text)
}

/// A text that may be left out: then it is empty.
fn text_or_empty(file: Option<TextFile>, path: &KeyPath, problems: &mut Problems<'_>) -> Option<Text> {
    match file {
        Some(file) => text(file, path, problems),
        None => Some(Text { de: String::new(), en: String::new() }),
    }
}

/// A text that may be left out, and is nothing then. The outer `None` means that it was noted.
#[expect(clippy::option_option, reason = "left out and refused are two things")]
fn optional_text(file: Option<TextFile>, path: &KeyPath, problems: &mut Problems<'_>) -> Option<Option<Text>> {
    match file {
        Some(file) => text(file, path, problems).map(Some),
        None => Some(None),
    }
}

/// An id; notes if the text is none.
fn id<T>(
    new: impl Fn(&str) -> Result<T, IdError>,
    text: &str,
    path: &KeyPath,
    problems: &mut Problems<'_>,
) -> Option<T> {
    new(text).map_err(|error| problems.add(Cause::InvalidId, path, error.told())).ok()
}

fn provenance(file: ProvenanceFile, problems: &mut Problems<'_>) -> Option<Provenance> {
    let at = KeyPath::top("provenance");
    let source = text(file.source, &at.key("source"), problems);
    for (key, url) in [("url", &file.url), ("license_url", &file.license_url)] {
        if let Some(url) = url {
            check_url(url, &at.key(key), problems);
        }
    }
    if let Some(date) = &file.date
        && !is_date(date)
    {
        let detail = message!("\"{date}\" is not a date; write \"2021-01-31\", \"2021-01\" or \"2021\"", date);
        problems.add(Cause::InvalidValue, &at.key("date"), detail);
    }
    for (key, value) in [("license", &file.license), ("attribution", &file.attribution)] {
        if value.trim().is_empty() {
            problems.add(Cause::InvalidValue, &at.key(key), "the text is empty; it travels to every map and table");
        }
    }
    Some(Provenance {
        source: source?,
        url: file.url,
        date: file.date,
        license: file.license,
        license_url: file.license_url,
        attribution: file.attribution,
        invented: file.invented,
        described_in: problems.file.clone(),
    })
}

fn check_url(url: &str, path: &KeyPath, problems: &mut Problems<'_>) {
    if !is_url(url) {
        let detail = message!("\"{url}\" is not an address; write it with https:// or http://", url);
        problems.add(Cause::InvalidValue, path, detail);
    }
}

fn is_url(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    rest.is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/') && !text.contains(char::is_whitespace))
}

/// A day, month or year as in ISO 8601, which exists.
fn is_date(text: &str) -> bool {
    let day = match text.len() {
        4 => format!("{text}-01-01"),
        7 => format!("{text}-01"),
        _ => text.to_owned(),
    };
    day.len() == 10
        && day.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-')
        && day.parse::<jiff::civil::Date>().is_ok()
}

fn delimiter(file: DelimiterFile) -> u8 {
    match file {
        DelimiterFile::Semicolon => b';',
        DelimiterFile::Comma => b',',
        DelimiterFile::Tab => b'\t',
        DelimiterFile::Bar => b'|',
    }
}

/// An encoding by its label; nothing where nobody names one. Notes if it is not known.
fn encoding(
    label: Option<&str>,
    path: &KeyPath,
    problems: &mut Problems<'_>,
) -> Option<&'static encoding_rs::Encoding> {
    /// The labels that German offices use, for the hint.
    const USUAL: [&str; 8] =
        ["utf-8", "utf8", "windows-1252", "cp1252", "iso-8859-1", "iso-8859-15", "latin1", "ascii"];
    let label = label?;
    let found = encoding_rs::Encoding::for_label(label.trim().as_bytes());
    if found.is_none() {
        let detail = match nearest(label, USUAL, 1).first() {
            Some(meant) => message!("\"{label}\" is not an encoding; did you mean \"{meant}\"?", label, meant),
            None => message!("\"{label}\" is not an encoding", label),
        };
        problems.add(Cause::UnknownEncoding, path, detail);
    }
    found
}

/// The path that a description means; notes if nothing is there.
fn existing_file(given: &str, path: &KeyPath, known: &Known<'_>, problems: &mut Problems<'_>) -> Option<PathBuf> {
    if given.contains("://") {
        let detail = message!("\"{given}\" is an address; download the file and name its path", given);
        problems.add(Cause::FileMissing, path, detail);
        return None;
    }
    let folder = problems.file.parent().unwrap_or_else(|| Path::new(""));
    let resolved = known.root.join(without_dots(&folder.join(given)));
    known.named.borrow_mut().push(resolved.clone());
    if resolved.exists() {
        return Some(resolved);
    }
    problems.add(Cause::FileMissing, path, missing_file(given, &resolved));
    None
}

fn missing_file(given: &str, resolved: &Path) -> Message {
    let file = resolved.display();
    if given.contains('\\') {
        return message!("{file} does not exist; write / instead of \\", file);
    }
    let (Some(folder), Some(name)) = (resolved.parent(), resolved.file_name()) else {
        return message!("{file} does not exist", file);
    };
    let Ok(entries) = std::fs::read_dir(folder) else {
        return message!("{file} does not exist, nor does its folder", file);
    };
    let names: Vec<String> = entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    let similar = nearest(&name.to_string_lossy(), names.iter().map(String::as_str), 3);
    if similar.is_empty() {
        message!("{file} does not exist", file)
    } else {
        message!("{file} does not exist; similar there: {similar}", file, similar = similar.join(", "))
    }
}

/// A path without `.` and `..`, for messages that people can read.
fn without_dots(path: &Path) -> PathBuf {
    let mut clean = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir if matches!(clean.components().next_back(), Some(Component::Normal(_))) => {
                clean.pop();
            }
            other => clean.push(other),
        }
    }
    clean
}

/// What to say of a file that a spreadsheet program keeps for itself.
fn workbook(given: &str) -> Message {
    message!("{given} is a workbook; save the sheet as CSV (UTF-8) and name that file", given)
}

/// A file name's extension in lower case, without `.gz`.
fn extension(path: &Path) -> String {
    let lower = |path: &Path| path.extension().map(|found| found.to_string_lossy().to_lowercase()).unwrap_or_default();
    match lower(path).as_str() {
        "gz" => lower(Path::new(path.file_stem().unwrap_or_default())),
        found => found.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_a_day_a_month_or_a_year_that_exists() {
        for right in ["2021", "2021-01", "2021-02-28"] {
            assert!(is_date(right), "{right}");
        }
        for wrong in ["", "21", "2021-02-30", "2021-13", "01.01.2021", "2021-1-1", "2021-01-01T00:00"] {
            assert!(!is_date(wrong), "{wrong}");
        }
    }

    #[test]
    fn a_path_reads_as_a_person_would_write_it() {
        assert_eq!(without_dots(Path::new("layers/../data/./x.zip")), Path::new("data/x.zip"));
        assert_eq!(without_dots(Path::new("layers/../../other/x.zip")), Path::new("../other/x.zip"));
        assert_eq!(without_dots(Path::new("/data/../x.zip")), Path::new("/x.zip"));
    }

    #[test]
    fn an_extension_is_the_one_below_gz() {
        assert_eq!(extension(Path::new("a/B.GeoJSON.gz")), "geojson");
        assert_eq!(extension(Path::new("a/B.SHP")), "shp");
        assert_eq!(extension(Path::new("folder")), "");
    }
}
