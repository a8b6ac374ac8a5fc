//! What is in a zip: a workbook's parts, or an archive with one table.
//!
//! Sizes that a zip declares are not believed: every entry is unpacked once into nothing and counted, before a reader
//! that trusts the package sees it.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Cursor, Read};
use std::path::Path;

use quick_xml::Reader;
use quick_xml::escape::resolve_xml_entity;
use quick_xml::events::{BytesRef, BytesStart, Event};

use super::SheetError;
use crate::delimited::MAX_BYTES;

/// All parts of a package together, unpacked. The texts of a national table are 100 MB of XML.
const MAX_UNPACKED_BYTES: u64 = 800 << 20;

/// Entries in a package beyond this are no workbook.
const MAX_ENTRIES: usize = 10_000;

/// A part with notes or relations is not longer than this.
const MAX_PART_BYTES: u64 = 16 << 20;

/// What a zip is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum What {
    Xlsx,
    Xlsb,
    Ods,
    Archive,
}

/// Notes by name of the sheet: row as Excel counts, column from 0, text.
pub(super) type Notes = BTreeMap<String, Vec<(u64, usize, String)>>;

/// What a package holds beside its cells.
#[derive(Clone, Debug)]
pub(super) struct Package {
    pub(super) what: What,
    /// Whether there are macros. They are never run.
    pub(super) macros: bool,
    /// Other workbooks that formulas look into. They are never opened.
    pub(super) links: usize,
    /// Notes of all sheets.
    pub(super) notes: Notes,
    /// Parts with notes in a form that is not read.
    pub(super) unread_notes: usize,
}

type Zip<'a> = zip::ZipArchive<Cursor<&'a [u8]>>;

/// What kind of zip bytes are.
pub(super) fn what(bytes: &[u8]) -> What {
    let Ok(zip) = zip::ZipArchive::new(Cursor::new(bytes)) else {
        // let the reader say what is wrong with it
        return if bytes.windows(19).any(|part| part == b"[Content_Types].xml") { What::Xlsx } else { What::Archive };
    };
    let has = |name: &str| zip.index_for_name(name).is_some();
    if has("xl/workbook.bin") {
        What::Xlsb
    } else if has("xl/workbook.xml") || has("[Content_Types].xml") {
        What::Xlsx
    } else if has("content.xml") && (has("mimetype") || has("META-INF/manifest.xml")) {
        What::Ods
    } else {
        What::Archive
    }
}

fn open<'a>(path: &Path, bytes: &'a [u8]) -> Result<Zip<'a>, SheetError> {
    zip::ZipArchive::new(Cursor::new(bytes)).map_err(|error| SheetError::Damaged {
        path: path.to_path_buf(),
        what: "a zip file",
        reason: error.to_string(),
    })
}

/// Looks through a workbook's package.
pub(super) fn read(path: &Path, bytes: &[u8]) -> Result<Package, SheetError> {
    let mut zip = open(path, bytes)?;
    check_sizes(path, &mut zip)?;
    let what = what(bytes);
    let names: Vec<String> = zip.file_names().flatten().map(std::borrow::Cow::into_owned).collect();
    let starts = |prefix: &str| names.iter().filter(|name| name.starts_with(prefix)).count();
    let macros = names.iter().any(|name| name.ends_with("vbaProject.bin")) || starts("Basic/") > 0;
    let links = names
        .iter()
        .filter(|name| name.starts_with("xl/externalLinks/externalLink") && !name.contains("_rels"))
        .count();
    let notes = match what {
        What::Xlsx => notes(&mut zip).unwrap_or_default(),
        What::Ods => zip.by_name("content.xml").map(|part| ods_notes(BufReader::new(part))).unwrap_or_default(),
        What::Xlsb | What::Archive => BTreeMap::new(),
    };
    let unread_notes = if what == What::Xlsb { starts("xl/comments") } else { 0 };
    Ok(Package { what, macros, links, notes, unread_notes })
}

/// Unpacks everything into nothing.
fn check_sizes(path: &Path, zip: &mut Zip<'_>) -> Result<(), SheetError> {
    let too_much = || SheetError::UnpacksToTooMuch { path: path.to_path_buf(), limit: MAX_UNPACKED_BYTES };
    if zip.len() > MAX_ENTRIES {
        return Err(too_much());
    }
    let mut left = MAX_UNPACKED_BYTES;
    for index in 0..zip.len() {
        // what cannot be unpacked here, the reader will not unpack either
        let Ok(entry) = zip.by_index(index) else { continue };
        if entry.size() > left {
            return Err(too_much());
        }
        let count = std::io::copy(&mut entry.take(left + 1), &mut std::io::sink()).unwrap_or(0);
        left = left.checked_sub(count).ok_or_else(too_much)?;
    }
    Ok(())
}

/// The only table of an archive: its name, and its bytes.
pub(super) fn only_table(path: &Path, bytes: &[u8]) -> Result<(String, Vec<u8>), SheetError> {
    let mut zip = open(path, bytes)?;
    let mut tables = Vec::new();
    for index in 0..zip.len().min(MAX_ENTRIES) {
        let Ok(entry) = zip.by_index_raw(index) else { continue };
        let name = String::from_utf8_lossy(entry.name_raw()).replace('\\', "/");
        let shown = !name.starts_with("__MACOSX/") && !name.split('/').any(|part| part.starts_with('.'));
        if !entry.is_dir() && shown && is_table(&name) {
            tables.push((index, name));
        }
    }
    let [(index, name)] = tables.as_slice() else {
        let tables = tables.into_iter().map(|(_, name)| name).collect();
        return Err(SheetError::NotOneTable { path: path.to_path_buf(), tables });
    };
    let damaged = |reason: String| SheetError::Damaged { path: path.to_path_buf(), what: "a zip file", reason };
    let entry = zip.by_index(*index).map_err(|error| damaged(error.to_string()))?;
    let mut unpacked = Vec::new();
    entry.take(MAX_BYTES + 1).read_to_end(&mut unpacked).map_err(|error| damaged(error.to_string()))?;
    if unpacked.len() as u64 > MAX_BYTES {
        return Err(SheetError::UnpacksToTooMuch { path: path.to_path_buf(), limit: MAX_BYTES });
    }
    Ok((name.clone(), unpacked))
}

fn is_table(name: &str) -> bool {
    const ENDINGS: [&str; 8] = [".csv", ".txt", ".tsv", ".xlsx", ".xlsm", ".xlsb", ".xls", ".ods"];
    let name = name.to_lowercase();
    ENDINGS.iter().any(|ending| name.ends_with(ending)) && !name.contains("readme") && !name.contains("liesmich")
}

/// Notes of all sheets of an XLSX package (ECMA-376 part 1, 18.7).
fn notes(zip: &mut Zip<'_>) -> Option<Notes> {
    let mut notes = BTreeMap::new();
    if !zip.file_names().flatten().any(|name| name.contains("comments")) {
        return Some(notes);
    }
    let workbook = part(zip, "xl/workbook.xml")?;
    let targets = relations(&part(zip, "xl/_rels/workbook.xml.rels")?);
    for sheet in elements(&workbook, "sheet") {
        let Some(target) = sheet.get("id").and_then(|id| targets.iter().find(|(known, ..)| known == id)) else {
            continue;
        };
        let file = target.2.trim_start_matches('/').trim_start_matches("xl/").to_owned();
        let (folder, name) = file.rsplit_once('/').unwrap_or(("", &file));
        let Some(rels) = part(zip, &format!("xl/{folder}/_rels/{name}.rels")) else { continue };
        for (_, kind, target) in relations(&rels) {
            if !kind.ends_with("/comments") {
                continue;
            }
            let name = target.rsplit('/').next().unwrap_or(&target);
            let text = [format!("xl/{name}"), format!("xl/comments/{name}")].iter().find_map(|path| part(zip, path));
            if let (Some(text), Some(sheet)) = (text, sheet.get("name")) {
                notes.entry(sheet.clone()).or_insert_with(Vec::new).extend(comments(&text));
            }
        }
    }
    Some(notes)
}

/// Notes of all sheets of an Open Document spreadsheet (ISO/IEC 26300-1, 14.1), with empty rows and cells that are written
/// once for many. Who wrote a note is not kept.
fn ods_notes(content: impl BufRead) -> Notes {
    let mut reader = Reader::from_reader(content);
    let (mut notes, mut buffer) = (BTreeMap::new(), Vec::new());
    let (mut sheet, mut row, mut column) = (String::new(), 0_u64, 0_usize);
    let (mut rows, mut columns) = (1_u64, 1_usize);
    let mut note: Option<String> = None;
    let mut inside = false;
    while let Ok(event) = reader.read_event_into(&mut buffer) {
        match &event {
            Event::Eof => break,
            Event::Start(start) | Event::Empty(start) => {
                let empty = matches!(event, Event::Empty(_));
                let repeated =
                    |name: &str| attribute(start, name).and_then(|count| count.parse().ok()).unwrap_or(1_u64);
                match start.local_name().as_ref() {
                    "table" => (sheet, row) = (attribute(start, "name").unwrap_or_default(), 0),
                    "table-row" => {
                        (rows, column) = (repeated("number-rows-repeated"), 0);
                        row = row.saturating_add(if empty { rows } else { 0 });
                    }
                    "table-cell" | "covered-table-cell" => {
                        columns = usize::try_from(repeated("number-columns-repeated")).unwrap_or(usize::MAX);
                        column = column.saturating_add(if empty { columns } else { 0 });
                    }
                    "annotation" if !empty => note = Some(String::new()),
                    "p" if !empty => {
                        if let Some(note) = note.as_mut().filter(|note| !note.is_empty()) {
                            note.push('\n');
                        }
                        inside = note.is_some();
                    }
                    _ => {}
                }
            }
            Event::End(end) => match end.local_name().as_ref() {
                "table-row" => row = row.saturating_add(rows),
                "table-cell" | "covered-table-cell" => column = column.saturating_add(columns),
                "annotation" => {
                    if let Some(text) = note.take().filter(|text| text.len() as u64 <= MAX_PART_BYTES) {
                        notes.entry(sheet.clone()).or_insert_with(Vec::new).push((row + 1, column, text));
                    }
                }
                "p" => inside = false,
                _ => {}
            },
            Event::Text(part) if inside => {
                if let Some(note) = &mut note {
                    note.push_str(part);
                }
            }
            Event::GeneralRef(reference) if inside => {
                if let Some(note) = &mut note {
                    note.extend(character(reference));
                }
            }
            _ => {}
        }
        buffer.clear();
    }
    notes
}

/// The value of an attribute, by its local name.
fn attribute(start: &BytesStart<'_>, name: &str) -> Option<String> {
    let found = start.attributes().flatten().find(|attribute| attribute.key.local_name().as_ref() == name)?;
    Some(found.normalized_value(quick_xml::XmlVersion::Implicit1_0).ok()?.into_owned())
}

fn part(zip: &mut Zip<'_>, name: &str) -> Option<String> {
    let mut text = String::new();
    zip.by_name(name).ok()?.take(MAX_PART_BYTES).read_to_string(&mut text).ok()?;
    Some(text)
}

/// Attributes of all elements of a name, by local name.
fn elements(text: &str, name: &str) -> Vec<BTreeMap<String, String>> {
    let mut reader = Reader::from_str(text);
    let mut found = Vec::new();
    while let Ok(event) = reader.read_event() {
        match event {
            Event::Eof => break,
            Event::Start(start) | Event::Empty(start) if start.local_name().as_ref() == name => {
                let attributes = start.attributes().flatten();
                found.push(
                    attributes
                        .filter_map(|attribute| {
                            let value = attribute.normalized_value(quick_xml::XmlVersion::Implicit1_0).ok()?;
                            Some((attribute.key.local_name().as_ref().to_owned(), value.into_owned()))
                        })
                        .collect(),
                );
            }
            _ => {}
        }
    }
    found
}

/// Id, kind and target of every relation.
fn relations(text: &str) -> Vec<(String, String, String)> {
    let get = |element: &BTreeMap<String, String>, name: &str| element.get(name).cloned().unwrap_or_default();
    elements(text, "Relationship")
        .iter()
        .map(|element| (get(element, "Id"), get(element, "Type"), get(element, "Target")))
        .collect()
}

/// Places and texts of a comments part.
fn comments(text: &str) -> Vec<(u64, usize, String)> {
    let mut reader = Reader::from_str(text);
    let (mut found, mut at, mut note) = (Vec::new(), None, String::new());
    let mut inside = false;
    while let Ok(event) = reader.read_event() {
        match event {
            Event::Eof => break,
            Event::Start(start) => match start.local_name().as_ref() {
                "comment" => {
                    note.clear();
                    let reference = start.attributes().flatten().find(|attribute| attribute.key.as_ref() == "ref");
                    at = reference.and_then(|reference| place(&reference.value));
                }
                "t" => inside = true,
                _ => {}
            },
            Event::End(end) => match end.local_name().as_ref() {
                "comment" => {
                    if let Some((row, column)) = at.take() {
                        found.push((row, column, note.trim().to_owned()));
                    }
                }
                "t" => inside = false,
                _ => {}
            },
            Event::Text(part) if inside => note.push_str(&part),
            Event::GeneralRef(reference) if inside => note.extend(character(&reference)),
            _ => {}
        }
    }
    found
}

/// The character that is written as `&amp;` or `&#228;`.
fn character(reference: &BytesRef<'_>) -> Option<char> {
    match reference.resolve_char_ref() {
        Ok(Some(character)) => Some(character),
        _ => resolve_xml_entity(reference)?.chars().next(),
    }
}

/// Row and column of `B12`.
fn place(reference: &str) -> Option<(u64, usize)> {
    let digits = reference.find(|letter: char| letter.is_ascii_digit())?;
    let column = reference.get(..digits)?.bytes().try_fold(0_usize, |column, letter| {
        let letter = letter.to_ascii_uppercase().checked_sub(b'A').filter(|letter| *letter < 26)?;
        column.checked_mul(26)?.checked_add(usize::from(letter) + 1)
    })?;
    Some((reference.get(digits..)?.parse().ok()?, column.checked_sub(1)?))
}
