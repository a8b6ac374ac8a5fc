//! A department's or office's file → a tidy table in the atlas, an indicator description, and a recipe for next year.
//!
//! In: files as they were delivered, and, if given, the atlas they are for. The steps of [`run`]: [`crate::sheet`] takes the
//! file apart → `frame` finds header, keys and body → `columns` tells what each column holds → `detect` writes that down as
//! a recipe → `fit` finds the recipe's columns and `apply` reads the values by the recipe alone → `sums` checks them → `changes` compares them with what the
//! atlas has → `place` writes. A recipe that is given takes the place of `frame` to `detect`, and refuses a delivery that
//! lacks what it names.
//!
//! Nothing is written before everything is read, and every file appears whole or not at all. Rows on areas that the atlas
//! does not show are counted and left out. No figure is computed here.

mod apply;
mod atlas;
mod changes;
mod columns;
mod counts;
mod describe;
mod detect;
mod fit;
mod frame;
mod keys;
mod lines;
mod place;
mod plausible;
mod show;
mod sums;
mod template;
mod tidy;
mod when;

use std::fmt;
use std::path::{Path, PathBuf};

use serde_json::Value;

pub use keys::{Areas, LayerAreas};
pub use show::Fact;

use crate::config::{self, IndicatorId, RecipeFile};
use crate::message;
use crate::report::{Case, Finding, Message, Report};
use crate::sheet::{self, Dialect, Format, Workbook};
use atlas::Atlas;
use detect::{Detected, Told, detect};
use tidy::Tidy;

/// What is wanted.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The files.
    pub files: Vec<PathBuf>,
    /// The atlas they are for.
    pub into: Option<PathBuf>,
    /// How they are read; without it that is found out.
    pub recipe: Option<PathBuf>,
    /// Id of the indicator, and of the first measure.
    pub indicator: Option<String>,
    /// The measure that the indicator shows, by its id or words of its title; without it the first. `ID=WORDS` gives a
    /// further measure its id.
    pub measures: Vec<String>,
    /// Sheet of a workbook.
    pub sheet: Option<String>,
    /// Year of all figures, where the file does not say it.
    pub year: Option<i16>,
    /// Show what would change, and write nothing.
    pub dry_run: bool,
    /// Overwrite what is there.
    pub force: bool,
}

/// Why nothing was imported at all.
#[derive(Debug)]
pub enum ImportError {
    /// The id cannot be one.
    Id(config::IdError),
    /// There is no atlas to import into.
    Atlas {
        /// The folder.
        path: PathBuf,
        /// What is wrong with it.
        reason: Message,
    },
    /// The recipe cannot be followed.
    Recipe {
        /// The recipe.
        path: PathBuf,
        /// What is wrong with it.
        reason: Message,
    },
    /// Several files and one name for them.
    SeveralFiles {
        /// How many.
        count: usize,
        /// What one name or recipe was given for.
        what: Message,
    },
}

impl ImportError {
    /// What is wrong, in both languages.
    #[must_use]
    pub fn told(&self) -> Message {
        match self {
            Self::Id(error) => error.told(),
            Self::Atlas { path, reason } => {
                message!("{path} cannot be imported into: {reason}", path = path.display(), reason)
            }
            Self::Recipe { path, reason } => {
                message!("the recipe {path} cannot be followed: {reason}", path = path.display(), reason)
            }
            Self::SeveralFiles { count, what } => {
                message!("{count} files cannot all be {what}; import them one by one", count = count.to_string(), what)
            }
        }
    }
}

impl fmt::Display for ImportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.told())
    }
}

impl std::error::Error for ImportError {}

impl From<config::IdError> for ImportError {
    fn from(error: config::IdError) -> Self {
        Self::Id(error)
    }
}

/// What became of one file.
#[derive(Debug)]
pub struct Imported {
    /// The file.
    pub file: PathBuf,
    /// What was found out, as lines for people: name and text.
    pub facts: Vec<Fact>,
    /// What changes in the atlas, if there is one.
    pub changes: Option<changes::Changes>,
    /// Files that were written, or would be.
    pub written: Vec<PathBuf>,
    /// Whether the file was refused.
    pub refused: bool,
    /// What was met.
    pub report: Report,
    /// The same for programs.
    pub json: Value,
}

/// Imports files, one after the other. A refused one does not keep the others from being read.
///
/// # Errors
/// If nothing can be imported: no such atlas, an unreadable recipe, options that deny each other.
pub fn run(options: &Options) -> Result<Vec<Imported>, ImportError> {
    if let Some(id) = &options.indicator {
        IndicatorId::new(id)?;
        if options.files.len() > 1 {
            return Err(ImportError::SeveralFiles {
                count: options.files.len(),
                what: message!("the indicator {id}", id),
            });
        }
    }
    for name in options.measures.iter().filter_map(|measure| measure.split_once('=')) {
        config::MeasureId::new(name.0.trim())?;
    }
    let mut atlas = options.into.as_deref().map(Atlas::open).transpose()?;
    let recipe = options.recipe.as_deref().map(read_recipe).transpose()?;
    if recipe.is_some() && options.files.len() > 1 {
        let what = message!("the table of one recipe");
        return Err(ImportError::SeveralFiles { count: options.files.len(), what });
    }
    let mut done = Vec::new();
    for file in &options.files {
        done.push(import(file, options, recipe.as_ref(), atlas.as_mut()));
    }
    Ok(done)
}

fn read_recipe(path: &Path) -> Result<RecipeFile, ImportError> {
    let mut report = Report::default();
    config::read_recipe(path, &mut report).ok_or_else(|| {
        let reasons = report.findings.iter().flat_map(|finding| {
            let cases = finding.cases.iter().map(|case| match case.line {
                Some(line) => message!("line {line}: {text}", line = line.to_string(), text = case.detail),
                None => case.detail.clone(),
            });
            std::iter::once(finding.message.clone()).chain(cases).filter(|text| !text.is_empty()).collect::<Vec<_>>()
        });
        let reason = Message::joined(reasons, "; ");
        ImportError::Recipe { path: path.to_path_buf(), reason }
    })
}

/// One file on its way.
struct Job<'a> {
    options: &'a Options,
    file: &'a Path,
    report: Report,
    facts: Vec<Fact>,
    measures: Vec<Value>,
}

fn import(file: &Path, options: &Options, recipe: Option<&RecipeFile>, atlas: Option<&mut Atlas>) -> Imported {
    let mut job = Job { options, file, report: Report::default(), facts: Vec::new(), measures: Vec::new() };
    let done = job.run(recipe, atlas);
    let refused = done.is_none();
    let (changes, written) = done.unwrap_or_default();
    let json = show::json(file, &job.facts, changes.as_ref(), &written, refused, &job.measures, &job.report);
    Imported { file: file.to_path_buf(), facts: job.facts, changes, written, refused, report: job.report, json }
}

impl Job<'_> {
    fn refuse<T>(&mut self, code: &'static str, message: impl Into<Message>, advice: impl Into<Message>) -> Option<T> {
        self.report.add(Finding::error(code, message).in_file(self.file).advise(advice));
        None
    }

    fn run(
        &mut self,
        recipe: Option<&RecipeFile>,
        atlas: Option<&mut Atlas>,
    ) -> Option<(Option<changes::Changes>, Vec<PathBuf>)> {
        let book = self.open(recipe)?;
        let layers = atlas.as_ref().map(|atlas| atlas.layers.clone()).unwrap_or_default();
        let areas = &Areas::new(&layers);
        let mut detected = match recipe {
            Some(recipe) => self.follow(recipe, &book, areas)?,
            None => self.detect(&book, areas)?,
        };
        let template = match (&self.options.indicator, recipe) {
            (Some(id), None) => {
                let named = self.options.measures.iter().any(|measure| !measure.contains('='));
                template::assign(id, &mut detected, atlas.as_deref(), named)
            }
            _ => None,
        };
        let mut tidy = Tidy::default();
        for (place, frame) in std::iter::once(&detected.frame).chain(&detected.alike).enumerate() {
            let file =
                if detected.alike.is_empty() { self.file.to_path_buf() } else { self.file.join(&frame.sheet.name) };
            match apply::apply(&detected.recipe, &book, frame, areas, &file, &mut self.report) {
                Ok(read) if place == 0 => tidy = read,
                Ok(read) => tidy.add(read),
                Err(differences) => return self.refuse("layout-changed", Message::joined(differences, "; "), ""),
            }
        }
        let plain = tidy.values.iter().any(|value| value.figure.state() != crate::value::State::Missing);
        if !plain {
            return self.refuse(
                "table-empty",
                message!("no row has a readable figure"),
                message!("look at the other findings: they say what was left out"),
            );
        }
        let sums = sums::check(&tidy);
        sums::report(&sums, &tidy, self.file, &mut self.report);
        plausible::check(&tidy, &detected.recipe, self.file, &mut self.report);
        show::facts(&mut self.facts, &detected, &tidy, &sums);
        self.measures = show::measures(&detected);
        self.tell_sheets(&book, &detected);
        if let Some(used) = &template {
            self.tell_template(used, &detected, &tidy)?;
        }
        let Some(atlas) = atlas else { return Some((None, Vec::new())) };
        self.place(&book, &detected, &tidy, (recipe.is_some(), template.as_ref()), areas, atlas)
    }

    fn open(&mut self, recipe: Option<&RecipeFile>) -> Option<Workbook> {
        let dialect = match dialect(recipe) {
            Ok(dialect) => dialect,
            Err(message) => return self.refuse("recipe-unreadable", message, ""),
        };
        match sheet::open(self.file, dialect, &mut self.report) {
            Ok(book) => {
                let of = book.member.as_ref().map_or_else(String::new, |member| format!(" ({member})"));
                self.facts.push((message!("file"), message!("{format}{of}", format = book.format.said(), of)));
                Some(book)
            }
            Err(error) => {
                // the finding names the file already
                self.refuse(error.code(), error.told().without("path"), "")
            }
        }
    }

    fn detect<'s>(&mut self, book: &'s Workbook, areas: &Areas<'_>) -> Option<Detected<'s>> {
        let told = Told {
            sheet: self.options.sheet.clone(),
            year: self.options.year,
            id: self.options.indicator.clone(),
            measures: self.options.measures.clone(),
        };
        match detect(book, areas, &told) {
            Ok(mut detected) => {
                if let Format::Text { delimiter: b',', .. } = book.format {
                    detected.recipe.delimiter = Some(config::file::DelimiterFile::Comma);
                }
                detected.recipe.output =
                    place::output_name(self.options.indicator.as_deref(), &detect::file_name(book));
                Some(detected)
            }
            Err(unknown) => {
                let code = match &unknown {
                    detect::Unknown::NoSheet { .. } => "sheet-missing",
                    detect::Unknown::NoKeys { .. } => "keys-missing",
                    detect::Unknown::NoFigures => "figures-missing",
                    detect::Unknown::NoPeriod => "period-missing",
                    detect::Unknown::Relation { .. } => "table-of-changes",
                    detect::Unknown::NoMeasure { .. } => "measure-missing",
                    detect::Unknown::TooManyMeasures { .. } => "too-many-measures",
                };
                self.refuse(code, unknown.told(), "")
            }
        }
    }

    /// The delivery as a recipe reads it; refused where it lacks what the recipe names.
    fn follow<'s>(&mut self, recipe: &RecipeFile, book: &'s Workbook, areas: &Areas<'_>) -> Option<Detected<'s>> {
        let mut recipe = recipe.clone();
        if let Some(sheet) = &self.options.sheet {
            recipe.sheet = Some(sheet.clone());
        }
        match fit::frames(&recipe, book, areas).map(|mut frames| (frames.remove(0), frames)) {
            Ok((frame, alike)) => {
                let titles = recipe.measures.iter().map(|measure| measure.id.clone()).collect();
                let recognised = recipe.recognised.clone().map(Message::from);
                Some(Detected {
                    recipe,
                    recognised,
                    main: 0,
                    indicator: None,
                    frame,
                    alike,
                    titles,
                    unread: Vec::new(),
                    other_sheets: Vec::new(),
                    title: None,
                })
            }
            Err(differences) => {
                let message = message!("the layout is not that of the recipe, so nothing was read; what is missing:");
                let advice = message!(
                    "if the delivery is right, import it once without --recipe and compare the new recipe with the old"
                );
                let cases = differences.into_iter().map(Case::detail);
                self.report
                    .add(Finding::error("layout-changed", message).in_file(self.file).advise(advice).at_all(cases));
                None
            }
        }
    }

    /// What the catalogue's indicator is computed from; refused where that is neither in the delivery nor in the atlas, and
    /// the delivery has no ready figure either.
    fn tell_template(&mut self, used: &template::Use, detected: &Detected<'_>, tidy: &Tidy) -> Option<()> {
        let id = used.template.id;
        let title = used.template.summary().map(|summary| summary.title.told()).unwrap_or_default();
        self.facts.push((message!("indicator"), message!("{id} of the catalogue: {title}", id, title)));
        if used.lacking.is_empty() {
            return Some(());
        }
        let lacking = Message::joined(used.lacking.iter().map(|measure| template::called(measure)), ", ");
        if describe::shows_ratio(detected, tidy) {
            let message = message!(
                "the file has the ready figure of {id}, not what it is computed from ({lacking}): it is imported as it is, \
                 and the privacy rule of the catalogue, which goes by counts, is left out",
                id,
                lacking
            );
            let advice = message!(
                "ask the source for the counts, or write `protected_by_source = true` if it has hidden small ones already"
            );
            self.report.add(Finding::warning("catalogue-ready-figure", message).in_file(self.file).advise(advice));
            return Some(());
        }
        let first = used.lacking.first().map_or("", String::as_str);
        let message =
            message!("the catalogue's {id} needs {lacking}, and no column of the file was known for it", id, lacking);
        let advice = message!(
            "say which column it is, such as --measure \"{first}=words of its title\", import what is missing first, or choose \
             another name with --as",
            first
        );
        self.refuse("measures-missing", message, advice)
    }

    fn tell_sheets(&mut self, book: &Workbook, detected: &Detected<'_>) {
        let hidden: Vec<Case> = book
            .sheets
            .iter()
            .filter(|sheet| sheet.hidden)
            .map(|sheet| Case::detail(format!("\"{}\"", sheet.name)))
            .collect();
        if !hidden.is_empty() {
            let advice = message!("name one with --sheet if it is the right one");
            self.report.add(
                Finding::notice("sheet-hidden", "hidden sheets are not read")
                    .in_file(self.file)
                    .advise(advice)
                    .at_all(hidden),
            );
        }
        if !detected.other_sheets.is_empty() {
            let message = message!(
                "{n} further sheet[s] with figures on areas [is|are] not read",
                n = detected.other_sheets.len()
            );
            let cases = detected.other_sheets.iter().take(40).map(|name| Case::detail(format!("\"{name}\"")));
            self.report.add(
                Finding::warning("sheet-unread", message)
                    .in_file(self.file)
                    .advise("import each with --sheet NAME")
                    .at_all(cases),
            );
        }
        let notes = &detected.frame.sheet.notes;
        if !notes.is_empty() {
            let message = message!("{n} cell[s] [has|have] a note; notes are not imported", n = notes.len());
            let cases = notes.iter().take(20).map(|(row, column, text)| {
                // the first line is the name of who wrote it, which is nobody's business
                let text =
                    text.split_once(":\n").or_else(|| text.split_once(":\r\n")).map_or(text.as_str(), |(_, text)| text);
                let short: String = text.chars().take(120).collect();
                Case::line(*row)
                    .in_column(sheet::column_letters(*column))
                    .saying(format!("\"{}\"", short.replace(['\r', '\n'], " ")))
            });
            self.report.add(Finding::notice("cell-note", message).in_file(self.file).at_all(cases));
        }
        if !detected.unread.is_empty() {
            let columns = Message::joined(detected.unread.iter().cloned(), ", ");
            self.facts.push((message!("not read"), message!("columns {columns}", columns)));
        }
    }

    /// Compares with the atlas, and writes.
    fn place(
        &mut self,
        book: &Workbook,
        detected: &Detected<'_>,
        tidy: &Tidy,
        (by_recipe, template): (bool, Option<&template::Use>),
        areas: &Areas<'_>,
        atlas: &mut Atlas,
    ) -> Option<(Option<changes::Changes>, Vec<PathBuf>)> {
        let lines = tidy.lines();
        self.tell_matches(tidy, areas);
        if lines.is_empty() {
            let advice =
                message!("look at the keys of the file and of layers/*.toml; the file may be on another county");
            return self.refuse("no-area", message!("no row is on an area of the atlas"), advice);
        }
        let changes = changes::compare(atlas, &detected.recipe, &lines);
        if !(by_recipe || self.options.dry_run || self.options.force)
            && let Some(there) = place::taken(atlas, &detected.recipe)
        {
            let advice = message!(
                "import by the recipe that was written then (--recipe), or choose another name with --as, or overwrite with \
                          --force; --dry-run shows what would change"
            );
            return self.refuse("file-there", message!("{path} is there already", path = there.display()), advice);
        }
        let files = match place::files(atlas, book, detected, tidy, &lines, self.options, (by_recipe, template)) {
            Ok(files) => files,
            Err(reason) => return self.refuse("description-invalid", reason, "this is a fault of the program"),
        };
        let written = files.names();
        if self.options.dry_run {
            return Some((Some(changes), written));
        }
        match files.write(atlas) {
            Ok(()) => {
                atlas.reread();
                Some((Some(changes), written))
            }
            Err((path, reason)) => self.refuse(
                "file-unwritable",
                message!("cannot write {path}: {reason}", path = path.display(), reason),
                "nothing was changed",
            ),
        }
    }

    /// How many keys have an area, and which should have one and have none.
    fn tell_matches(&mut self, tidy: &Tidy, areas: &Areas<'_>) {
        let matched = tidy.keys.iter().filter(|key| !key.places.is_empty()).count();
        let ambiguous: Vec<&tidy::TidyKey> =
            tidy.keys.iter().filter(|key| key.places.is_empty() && !areas.choices(&key.text).is_empty()).collect();
        let unknown: Vec<&tidy::TidyKey> = tidy
            .keys
            .iter()
            .filter(|key| key.places.is_empty() && areas.should_know(&key.text) && areas.choices(&key.text).is_empty())
            .collect();
        let elsewhere = tidy.keys.len() - matched - unknown.len() - ambiguous.len();
        let mut layers: Vec<Message> = Vec::new();
        for (position, layer) in areas.layers().iter().enumerate() {
            let count = tidy.keys.iter().filter(|key| key.places.iter().any(|(place, _)| *place == position)).count();
            if count > 0 && layer.former {
                layers.push(message!(
                    "{layer} before a reform {count}",
                    layer = layer.layer,
                    count = count.to_string()
                ));
            } else if count > 0 {
                layers.push(message!(
                    "{layer} {count} of {all}",
                    layer = layer.layer,
                    count = count.to_string(),
                    all = layer.keys.len().to_string()
                ));
            }
        }
        let layers = Message::joined(layers, ", ");
        let mut text = vec![message!("{n} key[s] on areas of the atlas ({layers})", n = matched, layers)];
        if elsewhere > 0 {
            text.push(message!("{n} on areas elsewhere [is|are] left out", n = elsewhere));
        }
        self.facts.push((message!("areas"), Message::joined(text, ", ")));
        let cases = |keys: &[&tidy::TidyKey]| -> Vec<Case> {
            let case = |key: &&tidy::TidyKey| {
                let near = areas.nearest(&key.text);
                let parts = [Message::from(&key.name), near].into_iter().filter(|text| !text.is_empty());
                Case::line(key.line).with_key(&key.text).saying(Message::joined(parts, "; "))
            };
            keys.iter().take(20).map(case).collect()
        };
        if !ambiguous.is_empty() {
            let message = message!("{n} key[s] may mean several areas; left out", n = ambiguous.len());
            let advice = message!("write the whole key, with its zeros, into the file");
            self.report.add(
                Finding::warning("key-ambiguous", message).in_file(self.file).advise(advice).at_all(cases(&ambiguous)),
            );
        }
        if !unknown.is_empty() {
            let message = message!("{n} key[s] of the atlas's county [has|have] no area; left out", n = unknown.len());
            let advice = message!(
                "correct the key; if the area was merged or divided since, say so in the table of territorial reforms \
                 (`successions` in atlas.toml) and import the file again"
            );
            self.report.add(
                Finding::warning("key-unmatched", message).in_file(self.file).advise(advice).at_all(cases(&unknown)),
            );
        }
    }
}

/// What a recipe says about a text file.
fn dialect(recipe: Option<&RecipeFile>) -> Result<Dialect, Message> {
    let Some(recipe) = recipe else { return Ok(Dialect::default()) };
    let delimiter = recipe.delimiter.map(|delimiter| match delimiter {
        config::file::DelimiterFile::Semicolon => b';',
        config::file::DelimiterFile::Comma => b',',
        config::file::DelimiterFile::Tab => b'\t',
        config::file::DelimiterFile::Bar => b'|',
    });
    let encoding = match &recipe.encoding {
        None => None,
        Some(label) => {
            let known = encoding_rs::Encoding::for_label(label.as_bytes());
            Some(known.ok_or_else(|| message!("the recipe names the encoding \"{label}\", which is none", label))?)
        }
    };
    Ok(Dialect { delimiter, encoding })
}
