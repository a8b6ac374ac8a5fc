//! One input → several files.

use std::collections::BTreeSet;
use std::io::{Cursor, Write};
use std::path::Path;

use tempfile::TempDir;

/// More parts than this say nothing that fewer do not.
const MOST_PARTS: usize = 12;

/// A named piece of an input.
pub(crate) struct Part<'a> {
    /// What stands between the dashes; without a slash in front or a way up.
    pub(crate) name: &'a str,
    /// What follows, up to the next such line.
    pub(crate) bytes: &'a [u8],
}

/// The pieces of an input: each begins with a line `--NAME--`. What stands before the first is left out, and so is a
/// piece with the name of an earlier one.
pub(crate) fn parts(input: &[u8]) -> Vec<Part<'_>> {
    let mut parts: Vec<Part<'_>> = Vec::new();
    let mut begin = None;
    let mut at = 0;
    while at < input.len() && parts.len() < MOST_PARTS {
        let at_line = at == 0 || input[at - 1] == b'\n';
        if let Some((name, length)) = at_line.then(|| heading(&input[at..])).flatten() {
            if let Some((known, start)) = begin {
                parts.push(Part { name: known, bytes: without_newline(&input[start..at]) });
            }
            at += length;
            begin = Some((name, at));
        } else {
            at += 1;
        }
    }
    if let Some((name, start)) = begin.filter(|_| parts.len() < MOST_PARTS) {
        parts.push(Part { name, bytes: &input[start..] });
    }
    let mut known = BTreeSet::new();
    parts.retain(|part| known.insert(part.name));
    parts
}

/// The name in a heading, and the heading's length.
fn heading(bytes: &[u8]) -> Option<(&str, usize)> {
    let rest = bytes.strip_prefix(b"--")?;
    let end = rest.iter().take(48).position(|byte| *byte == b'\n')?;
    let name = std::str::from_utf8(rest[..end].strip_suffix(b"--")?).ok()?;
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || " ._/[]-".contains(letter);
    let is_name = !name.is_empty() && name.chars().all(is_plain);
    let stays = !name.split('/').any(|step| step.is_empty() || step.trim_matches('.').is_empty());
    (is_name && stays).then_some((name, end + 3))
}

/// The newline before a heading belongs to the heading.
fn without_newline(bytes: &[u8]) -> &[u8] {
    bytes.strip_suffix(b"\n").unwrap_or(bytes)
}

/// The bytes of the first part with a name.
pub(crate) fn find<'a>(parts: &[Part<'a>], name: &str) -> Option<&'a [u8]> {
    parts.iter().find(|part| part.name == name).map(|part| part.bytes)
}

/// A text of the first part with a name.
pub(crate) fn text<'a>(parts: &[Part<'a>], name: &str) -> Option<&'a str> {
    std::str::from_utf8(find(parts, name)?).ok()
}

/// An empty folder for one run. `TMPDIR=/dev/shm` keeps it off the disk.
pub(crate) fn folder() -> TempDir {
    tempfile::tempdir().expect("a folder can be made")
}

/// Writes one file.
pub(crate) fn write(folder: &Path, name: &str, bytes: &[u8]) {
    let path = folder.join(name);
    if std::fs::create_dir_all(path.parent().expect("lies in the folder")).is_ok() {
        // a part may have the name of another's folder
        let _ = std::fs::write(path, bytes);
    }
}

/// A zip of the parts, with right checksums.
pub(crate) fn zip(parts: &[Part<'_>]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let stored = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for part in parts {
        // the same name twice is refused by the writer
        if writer.start_file(part.name, stored).is_ok() {
            writer.write_all(part.bytes).expect("memory takes everything");
        }
    }
    writer.finish().expect("memory takes everything").into_inner()
}
