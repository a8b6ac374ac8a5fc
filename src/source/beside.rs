//! Small texts that lie beside the layers of a delivery, such as the state of its data.

use std::fs::File;
use std::io::Read;
use std::path::Path;

/// Bytes read of such a text.
const LONGEST: u64 = 4096;

/// The text file of this name, in any case of letters, in a folder or at any depth of a zip. `None` if there is
/// none or it is no UTF-8 text.
#[must_use]
pub fn text_beside(path: &Path, name: &str) -> Option<String> {
    if path.is_dir() {
        return text_of(File::open(path.join(name)).ok()?);
    }
    let mut archive = zip::ZipArchive::new(File::open(path).ok()?).ok()?;
    let wanted = name.to_lowercase();
    let entries = archive.file_names().filter_map(Result::ok).map(std::borrow::Cow::into_owned);
    let entry = entries.into_iter().find(|entry| entry.to_lowercase().rsplit('/').next() == Some(&wanted))?;
    text_of(archive.by_name(&entry).ok()?)
}

fn text_of(file: impl Read) -> Option<String> {
    let mut text = String::new();
    file.take(LONGEST).read_to_string(&mut text).ok()?;
    Some(text)
}
