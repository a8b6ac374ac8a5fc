//! A new atlas folder that serves at once.
//!
//! Without boundaries it holds hand-drawn example areas; with the official boundary file of the whole
//! country (VG250, VG5000 and their kin) it takes one county out of it, so that the atlas does not need the
//! original. Everything invented in it says so. The folder is written whole or not at all, and is loaded
//! once before it is put in its place.

mod county;
mod example;
mod folder;
mod write;

use std::fmt;
use std::path::{Path, PathBuf};

use crate::config::{self, schema};
use crate::message;
use crate::release;
use crate::report::{Message, Report};
use crate::source::SourceError;
use folder::{Draft, Files, check_place};
use write::{quoted, style};

/// The boundary file of a country, and the county that is wanted from it.
#[derive(Clone, Debug)]
pub struct Boundaries {
    /// A `.zip` or folder with shapefiles as the authority delivers it.
    pub file: PathBuf,
    /// The county's key (`03358`, also `3358`) or its name.
    pub county: String,
}

/// Why no atlas was made. Nothing was written then.
#[derive(Debug)]
pub enum InitError {
    /// Something is there already.
    NotEmpty {
        /// The folder.
        path: PathBuf,
        /// What is in it.
        found: Vec<String>,
    },
    /// The place is taken by a file.
    NotAFolder {
        /// The file.
        path: PathBuf,
    },
    /// The disk refuses.
    Write {
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        error: std::io::Error,
    },
    /// The boundary file cannot be read.
    Boundaries(Box<SourceError>),
    /// No layer of municipalities is in the file.
    NoMunicipalities {
        /// The file.
        path: PathBuf,
        /// What is in it.
        members: Vec<String>,
    },
    /// A layer of the file has no column with official keys.
    NoKeys {
        /// The layer.
        member: String,
        /// Its columns.
        columns: Vec<String>,
    },
    /// There is no such county.
    UnknownCounty {
        /// What was given.
        given: String,
        /// How many there are.
        count: usize,
        /// Key and name of similar ones.
        nearest: Vec<String>,
    },
    /// A municipality was given.
    Municipality {
        /// What was given.
        given: String,
        /// For each municipality of that name or key, in which county it lies.
        found: Vec<Message>,
    },
    /// Several counties have this name.
    SeveralCounties {
        /// What was given.
        given: String,
        /// Key and name of each.
        found: Vec<String>,
    },
    /// What was made cannot be loaded. This is a fault of the program.
    NotInOrder {
        /// What is wrong.
        report: Box<Report>,
    },
}

impl InitError {
    /// What is wrong, in both languages.
    #[must_use]
    pub fn told(&self) -> Message {
        match self {
            Self::NotEmpty { path, found } => message!(
                "{path} is not empty, it holds {found}; name a folder that does not exist yet",
                path = path.display(),
                found = some(found)
            ),
            Self::NotAFolder { path } => {
                message!("{path} is a file; name a folder that does not exist yet", path = path.display())
            }
            Self::Write { path, error } => {
                message!("cannot write {path}: {reason}", path = path.display(), reason = error)
            }
            Self::Boundaries(error) => error.told(),
            Self::NoMunicipalities { path, members } => message!(
                "{path} has no layer of municipalities (its name ends in GEM, as VG250_GEM); it has: {members}",
                path = path.display(),
                members = some(members)
            ),
            Self::NoKeys { member, columns } => message!(
                "layer {member} has no column ARS, RS or AGS with official keys; its columns are: {columns}",
                member,
                columns = columns.join(", ")
            ),
            Self::UnknownCounty { given, count, nearest } => message!(
                "no county \"{given}\" among the {count} of the file; nearest are: {nearest}",
                given,
                count = count.to_string(),
                nearest = some(nearest)
            ),
            Self::Municipality { given, found } => {
                message!("\"{given}\" is no county; {found}", given, found = Message::joined(found.clone(), "; "))
            }
            Self::SeveralCounties { given, found } => message!(
                "\"{given}\" means several counties; name one by its key: {found}",
                given,
                found = found.join(", ")
            ),
            Self::NotInOrder { report } => {
                message!("the new atlas is not in order: {finding}", finding = first_finding(report))
            }
        }
    }
}

impl fmt::Display for InitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.told())
    }
}

impl std::error::Error for InitError {}

impl From<SourceError> for InitError {
    fn from(error: SourceError) -> Self {
        Self::Boundaries(Box::new(error))
    }
}

/// At most five of a list, and how many more there are.
fn some(list: &[String]) -> Message {
    const SHOWN: usize = 5;
    let shown = list.iter().take(SHOWN).cloned().collect::<Vec<_>>().join(", ");
    match list.len() {
        0 => message!("nothing"),
        count if count > SHOWN => message!("{shown} and {more} more", shown, more = (count - SHOWN).to_string()),
        _ => shown.into(),
    }
}

fn first_finding(report: &Report) -> Message {
    report.findings.first().map(|finding| finding.message.clone()).unwrap_or_default()
}

/// What a new atlas is about.
struct Content {
    id: String,
    title_de: String,
    title_en: String,
    publisher: String,
    /// Area layers, the one shown first at the front; then facility layers.
    areas: Vec<String>,
    facilities: Vec<String>,
    /// Key and name of the areas of the first layer.
    keys: Vec<(String, String)>,
    /// Name and key of the county that was taken.
    county: Option<String>,
}

/// A new atlas.
#[derive(Debug)]
pub struct Created {
    /// What was taken from where, and what was met.
    pub report: Report,
    /// Name and key of the county that it shows, such as `Landkreis Heidekreis (03358)`.
    pub county: Option<String>,
}

/// Makes an atlas in a folder that does not exist yet or is empty. The report says what was taken.
///
/// # Errors
/// If something is in the folder, the boundary file cannot be used, has no such county, or the disk refuses.
/// Then nothing has been written.
pub fn create(place: &Path, boundaries: Option<&Boundaries>) -> Result<Created, InitError> {
    check_place(place)?;
    let mut report = Report::default();
    let mut files = Files::default();
    let content = match boundaries {
        Some(boundaries) => county::add(boundaries, &mut files, &mut report)?,
        None => example::add(&mut files),
    };
    add_rest(&content, &mut files);
    let draft = Draft::write(place, &files)?;
    let mut loaded = Report::default();
    let Some(config) = config::load(draft.folder(), &mut loaded) else {
        return Err(InitError::NotInOrder { report: Box::new(loaded) });
    };
    match release::build(config, loaded) {
        Ok(release) => report.findings.extend(release.report.findings),
        Err((_, found)) => return Err(InitError::NotInOrder { report: Box::new(found) }),
    }
    draft.keep()?;
    Ok(Created { report, county: content.county })
}

/// Everything that is the same in every new atlas.
fn add_rest(content: &Content, files: &mut Files) {
    let fill = |template: &str| {
        let layer = content.areas.first().map(String::as_str).unwrap_or_default();
        template
            .replace("@id@", &quoted(&content.id))
            .replace("@title_de@", &quoted(&content.title_de))
            .replace("@title_en@", &quoted(&content.title_en))
            .replace("@publisher@", &quoted(&content.publisher))
            .replace("@layer@", &quoted(layer))
    };
    files.add("atlas.toml", fill(include_str!("template/atlas.toml")));
    files.add("indicators/example.toml", fill(include_str!("template/example.toml")));
    files.add("data/values/example.csv", example::values(&content.keys));
    files.add("styles/atlas.json", style(&content.title_de, &content.areas, &content.facilities));
    let readme = include_str!("template/README.md");
    files.add("README.md", readme.replace("@title_de@", &content.title_de).replace("@title_en@", &content.title_en));
    for (name, schema) in schema::all() {
        files.add(Path::new("schemas").join(name), format!("{schema:#}\n"));
    }
}
