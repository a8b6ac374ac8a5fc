//! Why a description is refused, and how it is told: one finding per cause and file, one case per place.

use std::path::{Path, PathBuf};

use super::document::{Document, KeyPath};
use super::named::{Named, meant};
use crate::message;
use crate::report::{Case, Finding, Message, Report, Severity};

/// What can be wrong with a description.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cause {
    NotUtf8,
    TomlSyntax,
    JsonSyntax,
    UnknownKey,
    MissingKey,
    WrongType,
    UnknownChoice,
    OutOfRange,
    InvalidValue,
    InvalidId,
    ReservedName,
    DuplicateName,
    UnknownReference,
    ParentCycle,
    Contradiction,
    KeyWithoutMeaning,
    FileMissing,
    FileKind,
    UnknownEncoding,
    UnknownCrs,
    FilterSyntax,
    FormulaSyntax,
    UnitMismatch,
    SymbolUnknown,
}

impl Cause {
    /// Code, message and advice.
    fn told(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::NotUtf8 => {
                ("not-utf8", "the file is not UTF-8", "save it as UTF-8 in the editor (\"Save as\", encoding UTF-8)")
            }
            Self::TomlSyntax => (
                "toml-syntax",
                "the file is not valid TOML",
                "texts stand in \"quotes\", sections in [brackets], one key = value per line",
            ),
            Self::JsonSyntax => ("json-syntax", "the file is not valid JSON", "mend the place; an editor marks it"),
            Self::UnknownKey => (
                "unknown-key",
                "keys that are not known here",
                "rename or remove them; docs/configuration.md lists every key",
            ),
            Self::MissingKey => ("missing-key", "required keys are missing", "add them"),
            Self::WrongType => ("wrong-type", "values of the wrong type", "write them as shown"),
            Self::UnknownChoice => ("unknown-choice", "values that are none of the choices", "take one of the choices"),
            Self::OutOfRange => ("out-of-range", "values out of range", "stay within the range that is told"),
            Self::InvalidValue => ("invalid-value", "values that mean nothing", "write them as shown"),
            Self::InvalidId => (
                "invalid-id",
                "names that cannot be ids",
                "ids stand in URLs and tiles: lower-case letters, digits and _, starting with a letter",
            ),
            Self::ReservedName => {
                ("reserved-name", "names that are taken", "choose another name; the column can stay as it is")
            }
            Self::DuplicateName => ("duplicate-name", "names that are given twice", "give each its own name"),
            Self::UnknownReference => (
                "unknown-reference",
                "names of things that the atlas does not have",
                "correct the name, or add the file it means",
            ),
            Self::ParentCycle => (
                "parent-cycle",
                "layers that are their own larger areas",
                "parents lead from small areas to large ones and end; remove one [parent]",
            ),
            Self::Contradiction => ("contradiction", "keys that exclude each other", "keep one of them"),
            Self::KeyWithoutMeaning => {
                ("key-without-meaning", "keys that have no meaning here", "remove them, or change what they depend on")
            }
            Self::FileMissing => (
                "file-missing",
                "files that do not exist",
                "correct the path or put the file there; paths are relative to the file they stand in",
            ),
            Self::FileKind => ("file-kind", "files of a kind that cannot be read", "convert the file"),
            Self::UnknownEncoding => (
                "unknown-encoding",
                "encodings that are not known",
                "usual ones are utf-8, windows-1252 and iso-8859-15; without the key the encoding is detected",
            ),
            Self::UnknownCrs => (
                "unknown-crs",
                "coordinate reference systems that are not known",
                "write EPSG and the number, such as EPSG:25832 (UTM zone 32) or EPSG:4326 (longitude and latitude)",
            ),
            Self::FilterSyntax => (
                "filter-syntax",
                "filters that cannot be read",
                "write for instance GF = 4 AND AGS LIKE '03358%': columns bare, texts in 'single quotes'",
            ),
            Self::FormulaSyntax => (
                "formula-syntax",
                "formulas that cannot be read",
                "write for instance 100 * recipients / residents_under_15: measures, numbers, + - * / and parentheses",
            ),
            Self::UnitMismatch => (
                "unit-mismatch",
                "formulas whose units do not fit",
                "[measures] says what each measure counts, such as recipients = \"persons\"",
            ),
            Self::SymbolUnknown => (
                "symbol-unknown",
                "symbols that are neither built in nor in styles/symbols/; a circle is drawn",
                "correct the name, or put an SVG of that name into styles/symbols/",
            ),
        }
    }

    /// A map with a plain symbol is better than none; everything else stands in the way.
    fn severity(self) -> Severity {
        if self == Self::SymbolUnknown { Severity::Warning } else { Severity::Error }
    }

    /// The finding of this cause in a file, without cases.
    pub(super) fn finding(self, file: &Path) -> Finding {
        let (code, message, advice) = self.told();
        Finding::new(self.severity(), code, message).in_file(file).advise(advice)
    }
}

/// Takes down what is wrong in one file.
#[derive(Debug)]
pub(super) struct Problems<'a> {
    /// The file, relative to the atlas.
    pub(super) file: PathBuf,
    /// Its text with the places of the keys.
    pub(super) document: &'a Document<'a>,
    report: &'a mut Report,
    noted: bool,
}

impl<'a> Problems<'a> {
    pub(super) fn new(file: &Path, document: &'a Document<'a>, report: &'a mut Report) -> Self {
        Self { file: file.to_path_buf(), document, report, noted: false }
    }

    /// Whether anything was noted.
    pub(super) fn noted(&self) -> bool {
        self.noted
    }

    /// Notes a problem at a key.
    pub(super) fn add(&mut self, cause: Cause, path: &KeyPath, detail: impl Into<Message>) {
        self.noted = true;
        let case = Case::line(self.document.line(path)).saying(detail);
        let case = if path.is_root() { case } else { case.in_column(path.to_string()) };
        self.report.add(cause.finding(&self.file).at(case));
    }
}

/// The candidates nearest to a text that was met, best first; at most `count`.
pub(super) fn nearest<'n>(given: &str, candidates: impl IntoIterator<Item = &'n str>, count: usize) -> Vec<&'n str> {
    /// Two names of equal length with about two of three letters in place.
    const ENOUGH: f64 = 0.6;
    let given = given.to_lowercase();
    let mut rated: Vec<(f64, &str)> = candidates
        .into_iter()
        .map(|candidate| (strsim::normalized_damerau_levenshtein(&given, &candidate.to_lowercase()), candidate))
        .filter(|(rate, _)| *rate >= ENOUGH)
        .collect();
    rated.sort_by(|(rate, name), (other_rate, other)| other_rate.total_cmp(rate).then_with(|| name.cmp(other)));
    rated.dedup_by(|(_, name), (_, other)| name == other);
    rated.into_iter().take(count).map(|(_, name)| name).collect()
}

/// `no layer "x"; did you mean "y" (its title)? there are: …`. `what` is "layer" or the like.
pub(super) fn unknown<'n>(what: &str, given: &str, known: impl Iterator<Item = Named<'n>> + Clone) -> Message {
    let meant = meant(given, known.clone());
    let mut names: Vec<&str> = known.map(|known| known.id).collect();
    names.sort_unstable();
    let what = Message::from(what);
    let list = if names.is_empty() { Message::from("none") } else { names.join(", ").into() };
    match meant {
        Some(meant) => {
            message!("no {what} \"{given}\"; did you mean {meant}? there are: {list}", what, given, meant, list)
        }
        None => message!("no {what} \"{given}\"; there are: {list}", what, given, list),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_typing_error_finds_what_was_meant() {
        assert_eq!(nearest("titel", ["title", "tiles", "unit"], 1), ["title"]);
        assert_eq!(nearest("Provenience", ["provenance", "parent"], 2), ["provenance"]);
        assert_eq!(nearest("xyz", ["title"], 1), Vec::<&str>::new());
    }

    #[test]
    fn an_unknown_name_is_told_with_the_nearest_and_all_known_ones() {
        let known = ["districts", "municipalities"];
        assert_eq!(
            unknown("layer", "distrcts", known.into_iter().map(Named::plain)),
            "no layer \"distrcts\"; did you mean \"districts\"? there are: districts, municipalities"
        );
    }
}
