//! A zip archive, a folder or a single file → the layers in it, and the bytes of their parts.
//!
//! Authorities deliver zips with nested folders, several layers, names in any case, and now and then with
//! backslashes for separators; a layer's parts belong together by folder and stem without regard to case.
//! A zip inside a zip is not opened. Nothing is written to disk, so no name in an archive can do harm, and what
//! is unpacked is bounded.

use crate::message;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};

use super::SourceError;
use crate::delimited::MAX_BYTES;
use crate::report::Message;

/// Folders are searched this deep.
const MAX_DEPTH: usize = 6;

/// Files in one archive or folder beyond this are not looked at.
const MAX_FILES: usize = 100_000;

/// Files that can be parts of layers.
#[derive(Debug)]
pub(super) struct Archive {
    path: PathBuf,
    zip: Option<zip::ZipArchive<BufReader<File>>>,
    /// Zips inside, for the message.
    nested: usize,
    layers: Vec<Layer>,
}

/// One layer and where its parts are.
#[derive(Clone, Debug, Default)]
pub(super) struct Layer {
    /// Stem of the file name, as it is written.
    pub(super) name: String,
    /// Folder inside of the archive, with slashes; empty at the top.
    folder: String,
    parts: BTreeMap<String, Part>,
}

/// Where one file is.
#[derive(Clone, Debug)]
struct Part {
    size_bytes: u64,
    place: Place,
}

#[derive(Clone, Debug)]
enum Place {
    Disk(PathBuf),
    Zip(usize),
}

/// Extensions of files that are layers by themselves.
const SINGLE: &[&str] = &["geojson", "json", "csv"];
/// Extensions of a shapefile's parts.
const SHAPEFILE: &[&str] = &["shp", "shx", "dbf", "prj", "cpg"];

impl Archive {
    /// Lists what is in a zip archive, in a folder or around a `.shp` file.
    pub(super) fn open(path: &Path) -> Result<Self, SourceError> {
        let mut archive = Self { path: path.to_path_buf(), zip: None, nested: 0, layers: Vec::new() };
        let mut layers = BTreeMap::new();
        if path.is_dir() {
            let mut files = Vec::new();
            list_folder(path, path, 0, &mut files).map_err(|error| archive.unreadable(error))?;
            for (name, size_bytes, file) in files {
                archive.sort_in(&mut layers, &name, Part { size_bytes, place: Place::Disk(file) });
            }
        } else if path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("shp")) {
            archive.sort_in_siblings(&mut layers)?;
        } else {
            archive.sort_in_zip(&mut layers)?;
        }
        archive.layers = layers.into_values().collect();
        Ok(archive)
    }

    fn unreadable(&self, error: std::io::Error) -> SourceError {
        SourceError::Read { file: self.path.clone(), error }
    }

    fn damaged(&self, error: impl std::fmt::Display) -> SourceError {
        SourceError::BadArchive { file: self.path.clone(), reason: error.to_string() }
    }

    fn sort_in_siblings(&self, layers: &mut BTreeMap<String, Layer>) -> Result<(), SourceError> {
        std::fs::metadata(&self.path).map_err(|error| self.unreadable(error))?;
        let folder = self.path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let stem = self.path.file_stem().unwrap_or_default().to_string_lossy().to_lowercase();
        for entry in std::fs::read_dir(folder).map_err(|error| self.unreadable(error))?.flatten() {
            let (file, name) = (entry.path(), entry.file_name().to_string_lossy().into_owned());
            let is_part = split_name(&name).is_some_and(|(_, own, extension)| {
                own.to_lowercase() == stem && SHAPEFILE.contains(&extension.as_str())
            });
            // a folder may hold both a.shp and A.SHP; the one that was asked for counts
            let is_other = file != self.path && name.to_lowercase().ends_with(".shp");
            if is_part && !is_other {
                let size_bytes = entry.metadata().map_or(0, |metadata| metadata.len());
                file_under(layers, &name, Part { size_bytes, place: Place::Disk(file) });
            }
        }
        Ok(())
    }

    fn sort_in_zip(&mut self, layers: &mut BTreeMap<String, Layer>) -> Result<(), SourceError> {
        let file = File::open(&self.path).map_err(|error| self.unreadable(error))?;
        let mut zip = zip::ZipArchive::new(BufReader::new(file)).map_err(|error| self.damaged(error))?;
        for index in 0..zip.len().min(MAX_FILES) {
            let Ok(entry) = zip.by_index_raw(index) else { continue };
            let name = String::from_utf8_lossy(entry.name_raw()).replace('\\', "/");
            let size_bytes = entry.size();
            let is_dir = entry.is_dir();
            drop(entry);
            if !is_dir {
                self.sort_in(layers, &name, Part { size_bytes, place: Place::Zip(index) });
            }
        }
        self.zip = Some(zip);
        Ok(())
    }

    fn sort_in(&mut self, layers: &mut BTreeMap<String, Layer>, name: &str, part: Part) {
        if name.to_lowercase().ends_with(".zip") {
            self.nested += 1;
        }
        file_under(layers, name, part);
    }

    /// The same archive once more: a zip is read at one place at a time.
    pub(super) fn again(&self) -> Result<Self, SourceError> {
        let reopen = |_: &zip::ZipArchive<_>| {
            let file = File::open(&self.path).map_err(|error| self.unreadable(error))?;
            zip::ZipArchive::new(BufReader::new(file)).map_err(|error| self.damaged(error))
        };
        let zip = self.zip.as_ref().map(reopen).transpose()?;
        Ok(Self { path: self.path.clone(), zip, nested: self.nested, layers: self.layers.clone() })
    }

    /// All layers, in the order of their folders and names. Tables without geometry are among them.
    pub(super) fn layers(&self) -> &[Layer] {
        &self.layers
    }

    /// The layer that is named, or the only one.
    pub(super) fn choose(&self, member: Option<&str>) -> Result<Layer, SourceError> {
        let with_geometry: Vec<&Layer> = self.layers.iter().filter(|layer| layer.has_geometry()).collect();
        let names = || with_geometry.iter().map(|layer| layer.name.clone()).collect::<Vec<_>>();
        let Some(member) = member else {
            return match with_geometry.as_slice() {
                [only] => Ok((*only).clone()),
                [] => Err(self.nothing_inside()),
                _ => Err(SourceError::SeveralMembers { file: self.path.clone(), members: names() }),
            };
        };
        let named: Vec<&Layer> = self.layers.iter().filter(|layer| layer.is_called(member)).collect();
        // without geometry it is only taken to say what it lacks
        let best = named.iter().filter(|layer| layer.has_geometry()).collect::<Vec<_>>();
        match (best.as_slice(), named.as_slice()) {
            ([only], _) => Ok((**only).clone()),
            ([], [first, ..]) => Ok((*first).clone()),
            ([], []) => {
                Err(SourceError::UnknownMember { file: self.path.clone(), member: member.to_owned(), members: names() })
            }
            (several, _) => {
                let members = several.iter().map(|layer| layer.path()).collect();
                Err(SourceError::SeveralMembers { file: self.path.clone(), members })
            }
        }
    }

    fn nothing_inside(&self) -> SourceError {
        let tables: Vec<&str> = self.layers.iter().map(|layer| layer.name.as_str()).collect();
        let found = match (tables.as_slice(), self.nested) {
            ([], 0) => Message::from("no .shp, .geojson, .json or .csv file is inside"),
            ([], nested) => {
                message!(
                    "{n} zip archive[s] [is|are] inside, which [is|are] not opened; unpack the outer one",
                    n = nested
                )
            }
            (tables, _) => {
                message!("the .shp is missing for {tables}; export again with all parts", tables = tables.join(", "))
            }
        };
        SourceError::NothingInside { file: self.path.clone(), found }
    }

    /// Path of a layer's part for messages: `vg250.zip/folder/VG250_GEM.shp`.
    pub(super) fn label(&self, layer: &Layer, extension: &str) -> PathBuf {
        match layer.parts.get(extension).map(|part| &part.place) {
            Some(Place::Disk(path)) => path.clone(),
            _ if self.zip.is_some() || self.path.is_dir() => self.path.join(format!("{}.{extension}", layer.path())),
            _ => self.path.with_extension(extension),
        }
    }

    /// All bytes of a part, if it is there.
    pub(super) fn read(&mut self, layer: &Layer, extension: &str) -> Result<Option<Vec<u8>>, SourceError> {
        let Some(part) = layer.parts.get(extension) else { return Ok(None) };
        let file = self.label(layer, extension);
        if part.size_bytes > MAX_BYTES {
            return Err(SourceError::TooLarge { file, limit_bytes: MAX_BYTES });
        }
        let bytes = self.read_up_to(layer, part, extension, MAX_BYTES + 1)?;
        if bytes.len() as u64 > MAX_BYTES {
            return Err(SourceError::TooLarge { file, limit_bytes: MAX_BYTES });
        }
        Ok(Some(bytes))
    }

    /// The first bytes of a part, if it is there: cheap even in a zip.
    pub(super) fn read_head(
        &mut self,
        layer: &Layer,
        extension: &str,
        bytes: u64,
    ) -> Result<Option<Vec<u8>>, SourceError> {
        let Some(part) = layer.parts.get(extension) else { return Ok(None) };
        self.read_up_to(layer, part, extension, bytes).map(Some)
    }

    fn read_up_to(&mut self, layer: &Layer, part: &Part, extension: &str, limit: u64) -> Result<Vec<u8>, SourceError> {
        let file = self.label(layer, extension);
        // the size in an archive is only a claim
        let mut bytes = Vec::with_capacity(usize::try_from(part.size_bytes.min(limit).min(64 << 20)).unwrap_or(0));
        match (&part.place, &mut self.zip) {
            (Place::Disk(path), _) => {
                let read = File::open(path).and_then(|file| file.take(limit).read_to_end(&mut bytes));
                read.map_err(|error| SourceError::Read { file, error })?;
            }
            (Place::Zip(index), Some(zip)) => {
                let damaged = |reason: String| SourceError::BadArchive { file: file.clone(), reason };
                let entry = zip.by_index(*index).map_err(|error| damaged(error.to_string()))?;
                entry.take(limit).read_to_end(&mut bytes).map_err(|error| damaged(error.to_string()))?;
            }
            (Place::Zip(_), None) => {}
        }
        Ok(bytes)
    }
}

impl Layer {
    /// Whether it is more than an attribute table.
    pub(super) fn has_geometry(&self) -> bool {
        self.parts.contains_key("shp") || self.single().is_some()
    }

    /// Extension of a layer that is one file; `None` for shapefiles.
    pub(super) fn single(&self) -> Option<&'static str> {
        SINGLE.iter().copied().find(|extension| self.parts.contains_key(*extension))
    }

    /// Size of a part, if it is there.
    pub(super) fn size_bytes(&self, extension: &str) -> Option<u64> {
        self.parts.get(extension).map(|part| part.size_bytes)
    }

    /// Folder and name inside of the archive.
    pub(super) fn path(&self) -> String {
        if self.folder.is_empty() { self.name.clone() } else { format!("{}/{}", self.folder, self.name) }
    }

    fn is_called(&self, member: &str) -> bool {
        let wanted = member.replace('\\', "/").to_lowercase();
        let extensions = SHAPEFILE.iter().chain(SINGLE);
        let stem = extensions.clone().find_map(|extension| wanted.strip_suffix(&format!(".{extension}")));
        let wanted = stem.unwrap_or(&wanted);
        let path = self.path().to_lowercase();
        path == wanted || self.name.to_lowercase() == wanted || path.ends_with(&format!("/{wanted}"))
    }
}

/// Puts a file to the layer that it is a part of, by folder and stem without regard to case.
fn file_under(layers: &mut BTreeMap<String, Layer>, name: &str, part: Part) {
    let Some((folder, stem, extension)) = split_name(name) else { return };
    // what macOS puts beside every file has its name and not its content
    if folder.split('/').any(|part| part == "__MACOSX") || stem.starts_with("._") {
        return;
    }
    let is_single = SINGLE.contains(&extension.as_str());
    if !is_single && !SHAPEFILE.contains(&extension.as_str()) {
        return;
    }
    let kind = if is_single { extension.as_str() } else { "" };
    let key = format!("{}/{}.{kind}", folder.to_lowercase(), stem.to_lowercase());
    let layer = layers.entry(key).or_default();
    if layer.name.is_empty() || extension == "shp" {
        layer.name = stem;
        layer.folder = folder;
    }
    layer.parts.insert(extension, part);
}

/// Folder, stem and extension in lower case.
fn split_name(name: &str) -> Option<(String, String, String)> {
    let (folder, file) = name.rsplit_once('/').unwrap_or(("", name));
    let (stem, extension) = file.rsplit_once('.')?;
    Some((folder.trim_matches('/').to_owned(), stem.to_owned(), extension.to_lowercase()))
}

fn list_folder(
    root: &Path,
    folder: &Path,
    depth: usize,
    files: &mut Vec<(String, u64, PathBuf)>,
) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let path = entry.path();
        let Ok(metadata) = std::fs::metadata(&path) else { continue };
        if files.len() >= MAX_FILES {
            break;
        }
        if metadata.is_dir() {
            // a link to a folder is not followed: it may lead back
            if depth < MAX_DEPTH && !entry.file_type()?.is_symlink() {
                list_folder(root, &path, depth + 1, files)?;
            }
        } else {
            let name = path.strip_prefix(root).unwrap_or(&path).to_string_lossy().replace('\\', "/");
            files.push((name, metadata.len(), path));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn zipped(names: &[&str]) -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let path = folder.path().join("upload.zip");
        let mut zip = zip::ZipWriter::new(File::create(&path).expect("can be made"));
        for name in names {
            zip.start_file(*name, zip::write::SimpleFileOptions::default()).expect("can be added");
            zip.write_all(name.as_bytes()).expect("can be written");
        }
        zip.finish().expect("can be finished");
        (folder, path)
    }

    fn names(archive: &Archive) -> Vec<String> {
        archive.layers().iter().map(Layer::path).collect()
    }

    #[test]
    fn parts_belong_together_without_regard_to_case_and_folder_depth() {
        let (_folder, path) = zipped(&["a/b/VG250_GEM.SHP", "a/b/vg250_gem.dbf", "a/b/VG250_Gem.Prj", "readme.txt"]);
        let mut archive = Archive::open(&path).expect("is a zip");
        assert_eq!(names(&archive), ["a/b/VG250_GEM"]);
        let layer = archive.choose(None).expect("is the only one");
        assert_eq!(archive.read(&layer, "prj").expect("is readable"), Some(b"a/b/VG250_Gem.Prj".to_vec()));
        assert_eq!(archive.read(&layer, "shx").expect("is readable"), None);
        assert_eq!(archive.label(&layer, "shp"), path.join("a/b/VG250_GEM.shp"));
    }

    #[test]
    fn a_backslash_separates_folders_too() {
        let (_folder, path) = zipped(&[r"deep\er\x.shp", r"deep\er\x.dbf"]);
        assert_eq!(names(&Archive::open(&path).expect("is a zip")), ["deep/er/x"]);
    }

    #[test]
    fn what_macos_adds_is_no_layer() {
        let (_folder, path) = zipped(&["x.shp", "x.dbf", "__MACOSX/._x.shp", "__MACOSX/x.shp", "._x.shp"]);
        assert_eq!(names(&Archive::open(&path).expect("is a zip")), ["x"]);
    }

    #[test]
    fn a_layer_is_named_by_stem_by_file_or_by_path() {
        let (_folder, path) = zipped(&["utm/GEM.shp", "gk3/GEM.shp", "gk3/KRS.shp", "gk3/VG_WERTE.dbf"]);
        let archive = Archive::open(&path).expect("is a zip");
        let choose = |member| archive.choose(Some(member)).map(|layer| layer.path()).map_err(|error| error.to_string());
        assert_eq!(choose("krs"), Ok("gk3/KRS".to_owned()));
        assert_eq!(choose("KRS.shp"), Ok("gk3/KRS".to_owned()));
        assert_eq!(choose("gk3/GEM"), Ok("gk3/GEM".to_owned()));
        assert!(choose("GEM").is_err_and(|error| error.ends_with("one of: gk3/GEM, utm/GEM")));
        assert!(choose("LAN").is_err_and(|error| error.ends_with("holds no layer \"LAN\"; it holds: GEM, KRS, GEM")));
    }

    #[test]
    fn a_zip_inside_of_a_zip_is_refused_with_the_reason() {
        let (_folder, path) = zipped(&["inner.zip"]);
        let error = Archive::open(&path).expect("is a zip").choose(None).expect_err("nothing is inside");
        let expected = "holds no layer: 1 zip archive is inside, which is not opened; unpack the outer one";
        assert!(error.to_string().ends_with(expected), "{error}");
    }

    #[test]
    fn unpacking_stops_at_the_limit_whatever_the_archive_claims() {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let path = folder.path().join("bomb.zip");
        let mut zip = zip::ZipWriter::new(File::create(&path).expect("can be made"));
        zip.start_file("x.shp", zip::write::SimpleFileOptions::default()).expect("can be added");
        zip.write_all(&vec![0; 4 << 20]).expect("can be written");
        zip.finish().expect("can be finished");
        let mut archive = Archive::open(&path).expect("is a zip");
        let layer = archive.choose(None).expect("is the only one");
        assert_eq!(archive.read_head(&layer, "shp", 100).expect("is readable").map(|bytes| bytes.len()), Some(100));
    }

    #[test]
    fn a_folder_and_a_bare_shp_are_read_like_an_archive() {
        let folder = tempfile::tempdir().expect("a folder can be made");
        for name in ["a.shp", "A.DBF", "b.shp", "b.dbf"] {
            std::fs::write(folder.path().join(name), name).expect("can be written");
        }
        assert_eq!(names(&Archive::open(folder.path()).expect("is a folder")), ["a", "b"]);
        let mut archive = Archive::open(&folder.path().join("a.shp")).expect("is a file");
        let layer = archive.choose(None).expect("is the only one");
        assert_eq!(archive.read(&layer, "dbf").expect("is readable"), Some(b"A.DBF".to_vec()));
        assert!(Archive::open(&folder.path().join("c.shp")).is_err());
    }

    #[test]
    fn what_is_no_zip_is_refused() {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let path = folder.path().join("x.zip");
        for bytes in [&b""[..], b"PK\x03\x04", b"<html>", &[0xFF; 200]] {
            std::fs::write(&path, bytes).expect("can be written");
            assert!(matches!(Archive::open(&path), Err(SourceError::BadArchive { .. })));
        }
    }
}
