//! Where the records of a `.shp` are, and whether each has its row in the `.dbf`.
//!
//! The `.shx` is an index that can be missing, damaged or of another version; then the records are found one after
//! the other. Only headers are read here.

use std::ops::Range;
use std::path::Path;

use super::SourceError;
use super::dbf::Table;
use super::shapefile::HEADER_BYTES;
use crate::message;
use crate::report::{Finding, Message, Report};

/// Where the records are.
#[derive(Debug)]
pub(super) struct Records {
    /// Content of each record without its header; `None` where the file ends before it does.
    places: Vec<Option<Range<usize>>>,
    is_cut_off: bool,
    /// Why the `.shx` was not used.
    shx_problem: Option<&'static str>,
}

impl Records {
    /// By the `.shx` if it makes sense, one after the other otherwise. Where both are possible and differ, the
    /// one that has as many records as the table has rows.
    pub(super) fn find(shp: &[u8], shx: Option<&[u8]>, rows: u64) -> Self {
        let declared = big_endian(shp, 24).map_or(0, |words| usize::try_from(words).unwrap_or(0).saturating_mul(2));
        let is_cut_off = declared > shp.len();
        let (sequence, ends_well) = in_sequence(shp, declared);
        let by_shx = shx.map(|shx| by_offsets(shp, shx, is_cut_off));
        // what lies between and behind the records that a sound index names is nobody's business
        let is_cut_off = is_cut_off || (!ends_well && !matches!(by_shx, Some(Some(_))));
        let (records, shx_problem) = match by_shx {
            None => (sequence, Some("is missing")),
            Some(None) => (sequence, Some("is damaged")),
            Some(Some(records))
                if (records.len() as u64 != rows && sequence.len() as u64 == rows)
                    || (is_cut_off && records.iter().flatten().count() < sequence.len()) =>
            {
                (sequence, Some("does not fit the .shp"))
            }
            Some(Some(records)) => (records, None),
        };
        Self { places: records, is_cut_off, shx_problem }
    }

    /// Says what was wrong with the files' own account of their records.
    pub(super) fn report(&self, file: &Path, report: &mut Report) {
        if let Some(problem) = self.shx_problem {
            let message = message!(
                "the .shx {problem}; {places} one after the other",
                problem = Message::from(problem),
                places = message!("{n} record[s] [was|were] found", n = self.places.len())
            );
            report.add(Finding::notice("index-not-used", message).in_file(file).advise("nothing needs to be done"));
        }
        if self.is_cut_off {
            let message = message!(
                "the file is shorter than it says; {whole}",
                whole = message!("{n} whole record[s] [was|were] found", n = self.whole())
            );
            let advice = "copy or download the file again";
            report.add(Finding::warning("cut-off-file", message).in_file(file).advise(advice));
        }
    }

    /// Where the content of a record is; the first is 0.
    pub(super) fn get(&self, position: usize) -> Option<Range<usize>> {
        self.places.get(position).cloned().flatten()
    }

    fn whole(&self) -> usize {
        self.places.iter().flatten().count()
    }

    /// How many records have their row; `shapefile` says why a difference is refused.
    pub(super) fn match_rows(&self, table: &Table, file: &Path, report: &mut Report) -> Result<u64, SourceError> {
        let (shapes, rows) = (self.places.len() as u64, table.rows());
        let table_is_cut_off = rows < table.declared_rows();
        if table_is_cut_off {
            let message = message!(
                "the table ends after {rows} of {declared_rows}",
                rows,
                declared_rows = message!("{n} row[s]", n = table.declared_rows())
            );
            let advice = "copy or download the file again";
            report.add(Finding::warning("cut-off-table", message).in_file(&file.with_extension("dbf")).advise(advice));
        }
        let is_explained = shapes == rows || (shapes < rows && self.is_cut_off) || (rows < shapes && table_is_cut_off);
        if !is_explained {
            return Err(SourceError::RowCountDiffers { file: file.to_path_buf(), shapes, rows });
        }
        Ok(shapes.min(rows))
    }
}

fn big_endian(bytes: &[u8], at: usize) -> Option<i32> {
    bytes.get(at..at + 4)?.try_into().ok().map(i32::from_be_bytes)
}

/// The record whose header stands at `at`, if it is wholly there.
fn record(shp: &[u8], at: usize) -> Option<Range<usize>> {
    let words = usize::try_from(big_endian(shp, at.checked_add(4)?)?).ok().filter(|words| *words >= 2)?;
    let start = at + 8;
    let end = start.checked_add(words.checked_mul(2)?)?;
    (end <= shp.len()).then_some(start..end)
}

/// Records one after the other, and whether they end where the file does.
fn in_sequence(shp: &[u8], declared: usize) -> (Vec<Option<Range<usize>>>, bool) {
    // some writers never fill in the length; then the file itself is the measure
    let end = if (HEADER_BYTES + 1..=shp.len()).contains(&declared) { declared } else { shp.len() };
    let mut records = Vec::new();
    let mut at = HEADER_BYTES;
    while at + 8 <= end {
        let Some(record) = record(shp, at) else { return (records, false) };
        at = record.end;
        records.push(Some(record));
    }
    (records, true)
}

/// Records where the `.shx` says they are; `None` if it cannot be right.
fn by_offsets(shp: &[u8], shx: &[u8], is_cut_off: bool) -> Option<Vec<Option<Range<usize>>>> {
    let entries = shx.get(HEADER_BYTES..)?.chunks_exact(8);
    let place = |entry: &[u8]| {
        let at = big_endian(entry, 0).and_then(|words| usize::try_from(words).ok())?.checked_mul(2)?;
        if at < HEADER_BYTES { None } else { record(shp, at) }
    };
    let records: Vec<Option<Range<usize>>> = entries.map(place).collect();
    let is_plausible = is_cut_off || records.iter().all(Option::is_some);
    is_plausible.then_some(records)
}
