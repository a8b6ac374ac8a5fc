//! The files of an import, written into the atlas: each whole or not at all.

use std::fs;
use std::path::{Path, PathBuf};

use super::Options;
use super::atlas::{self, Atlas};
use super::describe;
use super::detect::Detected;
use super::lines::Lines;
use super::template::Use;
use super::tidy::{Tidy, to_csv};
use crate::config::{IndicatorId, RecipeFile, schema};
use crate::message;
use crate::report::Message;
use crate::sheet::Workbook;
use crate::table::as_id;

/// Files to write: path inside of the atlas, content.
#[derive(Debug, Default)]
pub(super) struct Files(Vec<(PathBuf, String)>);

/// The name of a table: that of the indicator, or the file's.
pub(super) fn output_name(indicator: Option<&str>, file: &str) -> String {
    if let Some(indicator) = indicator {
        return indicator.to_owned();
    }
    let stem = file.rsplit(['/', '\\']).next().unwrap_or(file);
    let stem = stem.split('.').next().unwrap_or(stem);
    let id = as_id(stem);
    match id.chars().next() {
        Some(first) if first.is_ascii_lowercase() => id.chars().take(56).collect(),
        _ => format!("table_{}", id.chars().take(50).collect::<String>()).trim_end_matches('_').to_owned(),
    }
}

/// The indicator that is described: the one that was asked for, or the id of the measure that it shows.
fn indicator_id(detected: &Detected<'_>) -> Option<String> {
    let measure = || Some(detected.recipe.measures.get(detected.main)?.id.clone());
    let id = detected.indicator.clone().or_else(measure)?;
    IndicatorId::new(&id).is_ok().then_some(id)
}

fn table_path(recipe: &RecipeFile) -> PathBuf {
    Path::new("data/values").join(format!("{}.csv", recipe.output))
}

fn recipe_path(recipe: &RecipeFile) -> PathBuf {
    Path::new("recipes").join(format!("{}.toml", recipe.output))
}

/// A file of a first import that is there already.
pub(super) fn taken(atlas: &Atlas, recipe: &RecipeFile) -> Option<PathBuf> {
    [table_path(recipe), recipe_path(recipe)].into_iter().find(|path| atlas.root.join(path).exists())
}

/// Puts the files together.
pub(super) fn files(
    atlas: &Atlas,
    book: &Workbook,
    detected: &Detected<'_>,
    tidy: &Tidy,
    lines: &Lines,
    options: &Options,
    (by_recipe, template): (bool, Option<&Use>),
) -> Result<Files, String> {
    let recipe = &detected.recipe;
    let mut files = Files::default();
    files.0.push((table_path(recipe), to_csv(lines)));
    if by_recipe {
        return Ok(files);
    }
    let text = toml::to_string_pretty(recipe).map_err(|error| error.to_string())?;
    let comment = format!(
        "#:schema ../schemas/recipe.schema.json\n# Rezept: liest die nächste Lieferung derselben Datei mit\n#   kreisel import NEUE_DATEI --into . --recipe {}\n",
        recipe_path(recipe).display()
    );
    files.0.push((recipe_path(recipe), comment + &text));
    if let Some(id) = indicator_id(detected)
        && (atlas.indicator(&id).is_none() || options.force)
        && !atlas.root.join("indicators").join(format!("{id}.toml")).exists()
    {
        let text = match template {
            Some(used) => {
                let ready = !used.lacking.is_empty();
                describe::of_template(used, ready, atlas, book, detected, tidy)
            }
            None => describe::indicator(&id, atlas, book, detected, tidy),
        };
        files.0.push((Path::new("indicators").join(format!("{id}.toml")), text));
    }
    let schemas = atlas.root.join("schemas");
    if schemas.is_dir() {
        files.0.push((PathBuf::from("schemas/recipe.schema.json"), format!("{:#}\n", schema::recipe())));
    }
    Ok(files)
}

/// A file on its way to its place.
struct Draft {
    place: PathBuf,
    /// Where it is written first.
    new: PathBuf,
    /// A copy of what was there before.
    old: Option<PathBuf>,
    moved: bool,
}

impl Draft {
    fn write(place: PathBuf, text: &str) -> Result<Self, (PathBuf, Message)> {
        let fail = |error: std::io::Error| (place.clone(), error.to_string().into());
        let beside = |what: &str| {
            let name = place.file_name().unwrap_or_default().to_string_lossy();
            place.with_file_name(format!(".{name}.{what}-{}", std::process::id()))
        };
        fs::create_dir_all(place.parent().unwrap_or(Path::new("."))).map_err(fail)?;
        let (new, old) = (beside("new"), beside("old"));
        fs::write(&new, text).map_err(fail)?;
        let old = if place.exists() { fs::copy(&place, &old).map(|_| Some(old)).map_err(fail)? } else { None };
        Ok(Self { place, new, old, moved: false })
    }

    /// One step: readers see the file before or the file after.
    fn put(&mut self) -> Result<(), (PathBuf, Message)> {
        fs::rename(&self.new, &self.place).map_err(|error| (self.place.clone(), error.to_string().into()))?;
        self.moved = true;
        Ok(())
    }

    fn take_back(&self) {
        // nothing to do about a failure: the error that led here is told
        let _ = match (&self.old, self.moved) {
            (Some(old), true) => fs::rename(old, &self.place),
            (None, true) => fs::remove_file(&self.place),
            (_, false) => Ok(()),
        };
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.new);
        let _ = self.old.as_ref().map(fs::remove_file);
    }
}

impl Files {
    /// Paths inside of the atlas.
    pub(super) fn names(&self) -> Vec<PathBuf> {
        self.0.iter().map(|(path, _)| path.clone()).collect()
    }

    /// Writes everything beside its place, moves it there, and takes it back if the atlas would not load any more.
    pub(super) fn write(&self, atlas: &Atlas) -> Result<(), (PathBuf, Message)> {
        let mut drafts = Vec::new();
        let done = self.put(&atlas.root, &mut drafts).and_then(|()| {
            atlas::load(&atlas.root)
                .map(|_| ())
                .map_err(|reason| (atlas.root.clone(), message!("the atlas would not load any more: {reason}", reason)))
        });
        if done.is_err() {
            drafts.iter().for_each(Draft::take_back);
        }
        done
    }

    fn put(&self, root: &Path, drafts: &mut Vec<Draft>) -> Result<(), (PathBuf, Message)> {
        for (path, text) in &self.0 {
            drafts.push(Draft::write(root.join(path), text)?);
        }
        drafts.iter_mut().try_for_each(Draft::put)
    }
}
