//! Shapefiles: `.shp`, `.dbf` and what lies beside them → features in the file's coordinates.
//!
//! The `shapefile` crate reads each record's geometry; where the records are, and which row of the table
//! belongs to which, is worked out here, because a damaged file must still give its whole records:
//!
//! * A missing or useless `.shx` is done without: the records are found one after the other.
//! * A `.shp` that ends too early gives its whole records, and the rest is counted.
//! * **Shapes and rows belong together by position.** Where their numbers differ and neither file is visibly
//!   cut off, nobody knows where the gap is, and the file is refused: a figure on the wrong municipality is
//!   worse than none. Where one is cut off, the common beginning is safe and is used.
//!
//! Rings come out open; winding is not put right here.

use std::io::Cursor;
use std::ops::Range;
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use shapefile::record::polygon::GenericPolygon;
use shapefile::record::traits::HasXY;
use shapefile::{ReadableShape, ShapeType};

use super::dbf::{EncodingOrigin, Row, Table};
use super::encoding::TextEncoding;
use super::place::{FileXy, RawFeature};
use super::remark::{Remark, Remarks};
use super::selection::Selection;
use super::{GeometryKind, RawSet, SourceError, rings};
use crate::attribute::Attribute;
use crate::config::SourceConfig;
use crate::geo::{Crs, CrsError, Position, Shape};
use crate::report::{Finding, Report};

/// Length of the header of `.shp` and `.shx` (Esri, "Shapefile Technical Description", 1998, p. 3).
pub(super) const HEADER_BYTES: usize = 100;

/// The parts of one shapefile in memory.
pub(super) struct Parts {
    /// The `.shp` for messages.
    pub(super) file: PathBuf,
    pub(super) shp: Vec<u8>,
    pub(super) shx: Option<Vec<u8>>,
    pub(super) dbf: Option<Vec<u8>>,
    pub(super) prj: Option<Vec<u8>>,
    pub(super) cpg: Option<Vec<u8>>,
}

/// Reads the features that the filter takes.
pub(super) fn read(parts: Parts, config: &SourceConfig, report: &mut Report) -> Result<RawSet, SourceError> {
    let file = parts.file.clone();
    refuse_wrong_kind(kind(&parts.shp, &file)?, &file)?;
    let Some(dbf) = parts.dbf else {
        let why = "which names the areas; without it no key and no name is known: add it, or export again";
        return Err(SourceError::PartMissing { file, part: ".dbf", why });
    };
    let label = parts.cpg.as_deref().map(String::from_utf8_lossy);
    let table = Table::parse(dbf, &file.with_extension("dbf"), config.encoding, label.as_deref())?;
    report_encoding(&table, label.as_deref(), &file, report);

    let index = Index::find(&parts.shp, parts.shx.as_deref(), table.rows());
    index.report(&file, report);
    let count = index.match_rows(&table, &file, report)?;

    let columns = table.columns();
    let selection = Selection::new(config.filter.as_ref(), &columns, &file)?;
    let mut remarks = Remarks::default();
    let mut taken: Vec<(u64, Vec<Attribute>, Option<Range<usize>>)> = Vec::new();
    for position in 0..count {
        let record = position + 1;
        let mut bad = Vec::new();
        match table.row(position, |column, cell| bad.push(format!("{column}: \"{cell}\""))) {
            Some(Row::Cells(attributes)) if selection.takes(&attributes) => {
                bad.into_iter().for_each(|detail| remarks.add(Remark::BadNumber, record, detail));
                let place = usize::try_from(position).ok().and_then(|position| index.records[position].clone());
                taken.push((record, attributes, place));
            }
            Some(Row::Cells(_)) | None => {}
            Some(Row::Deleted) => remarks.add(Remark::Deleted, record, ""),
        }
    }
    selection.refuse_if_empty(taken.len(), count)?;

    let selected = taken.len() as u64;
    let features = read_shapes(&parts.shp, taken, &mut remarks);
    let crs = crs(parts.prj.as_deref(), config, &file, report)?;
    Ok(RawSet { file, columns, records: count, selected, features, remarks, crs, crs_if_unsaid: None })
}

/// The CRS: the layer file's, else the `.prj`'s; `None` if neither says it.
fn crs(
    prj: Option<&[u8]>,
    config: &SourceConfig,
    file: &Path,
    report: &mut Report,
) -> Result<Option<Crs>, SourceError> {
    let said = prj.and_then(read_prj);
    match (&config.crs, said) {
        (Some(crs), said) => {
            if let Some(Ok(other)) = said.filter(|said| said.as_ref() != Ok(crs)) {
                let message = format!("the layer file says {crs} and the .prj says {other}; the layer file counts");
                report.add(Finding::notice("crs-overridden", message).in_file(file));
            }
            Ok(Some(crs.clone()))
        }
        (None, Some(Err(error))) => Err(SourceError::Crs { file: file.with_extension("prj"), error }),
        (None, said) => Ok(said.and_then(Result::ok)),
    }
}

/// The CRS of a `.prj` file; `None` if the file is blank.
pub(super) fn read_prj(prj: &[u8]) -> Option<Result<Crs, CrsError>> {
    let text = String::from_utf8_lossy(prj);
    let text = text.trim_matches(|letter: char| letter.is_whitespace() || letter == '\0' || letter == '\u{feff}');
    (!text.is_empty()).then(|| Crs::from_wkt(text))
}

/// What the header of a `.shp` announces.
pub(super) fn kind(shp: &[u8], file: &Path) -> Result<GeometryKind, SourceError> {
    let bad = |reason: String| SourceError::NotAShapefile { file: file.to_path_buf(), reason };
    if shp.len() < HEADER_BYTES {
        return Err(bad(format!("it has {} bytes, and the header alone has {HEADER_BYTES}", shp.len())));
    }
    let reader = shapefile::ShapeReader::new(Cursor::new(shp)).map_err(|error| bad(error.to_string()))?;
    Ok(match reader.header().shape_type {
        ShapeType::Polygon | ShapeType::PolygonM | ShapeType::PolygonZ => GeometryKind::Polygons,
        ShapeType::Point | ShapeType::PointM | ShapeType::PointZ => GeometryKind::Points,
        // one point each is a facility; several are left out one by one
        ShapeType::Multipoint | ShapeType::MultipointM | ShapeType::MultipointZ => GeometryKind::Points,
        ShapeType::Polyline | ShapeType::PolylineM | ShapeType::PolylineZ => GeometryKind::Lines,
        ShapeType::Multipatch => GeometryKind::Other,
        ShapeType::NullShape => GeometryKind::None,
    })
}

fn refuse_wrong_kind(kind: GeometryKind, file: &Path) -> Result<(), SourceError> {
    let kind = match kind {
        GeometryKind::Lines => "lines",
        GeometryKind::Other => "surfaces in space",
        _ => return Ok(()),
    };
    Err(SourceError::WrongGeometry { file: file.to_path_buf(), kind })
}

fn report_encoding(table: &Table, label: Option<&str>, file: &Path, report: &mut Report) {
    let (encoding, origin) = table.encoding();
    let file = file.with_extension("dbf");
    if let EncodingOrigin::Contradicted(said) = origin {
        let message = format!("texts are said to be {said} but are {}, and are read so", encoding.name());
        let advice = "correct or delete the .cpg file, or set `encoding` in the layer file";
        report.add(Finding::warning("encoding-contradicted", message).in_file(&file).advise(advice));
    }
    let unknown = label.map(str::trim).filter(|label| !label.is_empty() && TextEncoding::for_label(label).is_none());
    if let Some(label) = unknown {
        let label: String = label.chars().take(40).collect();
        let message = format!(
            "the .cpg file says \"{label}\", which is no known encoding; texts are read as {}",
            encoding.name()
        );
        let advice = "look at the umlauts; set `encoding` in the layer file if they are wrong";
        report.add(Finding::warning("unknown-encoding", message).in_file(&file).advise(advice));
    }
}

/// Where the records are.
struct Index {
    /// Content of each record without its header; `None` where the file ends before it does.
    records: Vec<Option<Range<usize>>>,
    is_cut_off: bool,
    /// Why the `.shx` was not used.
    shx_problem: Option<&'static str>,
}

impl Index {
    /// By the `.shx` if it makes sense, one after the other otherwise. Where both are possible and differ, the
    /// one that has as many records as the table has rows.
    fn find(shp: &[u8], shx: Option<&[u8]>, rows: u64) -> Self {
        let declared = big_endian(shp, 24).map_or(0, |words| usize::try_from(words).unwrap_or(0).saturating_mul(2));
        let is_cut_off = declared > shp.len();
        let (sequence, ends_well) = in_sequence(shp, declared);
        let is_cut_off = is_cut_off || !ends_well;
        let by_shx = shx.map(|shx| by_offsets(shp, shx, is_cut_off));
        let (records, shx_problem) = match by_shx {
            None => (sequence, Some("is missing")),
            Some(None) => (sequence, Some("is damaged")),
            Some(Some(records)) if records.len() as u64 != rows && sequence.len() as u64 == rows => {
                (sequence, Some("does not fit the .shp"))
            }
            Some(Some(records)) => (records, None),
        };
        Self { records, is_cut_off, shx_problem }
    }

    fn report(&self, file: &Path, report: &mut Report) {
        if let Some(problem) = self.shx_problem {
            let message =
                format!("the .shx {problem}; the {} records were found one after the other", self.records.len());
            report.add(Finding::notice("index-not-used", message).in_file(file).advise("nothing needs to be done"));
        }
        if self.is_cut_off {
            let message = format!("the file ends before its end; {} whole records were found", self.whole());
            let advice = "copy or download the file again";
            report.add(Finding::warning("cut-off-file", message).in_file(file).advise(advice));
        }
    }

    fn whole(&self) -> usize {
        self.records.iter().flatten().count()
    }

    /// How many records have their row; see the head of the module.
    fn match_rows(&self, table: &Table, file: &Path, report: &mut Report) -> Result<u64, SourceError> {
        let (shapes, rows) = (self.records.len() as u64, table.rows());
        let table_is_cut_off = rows < table.declared_rows();
        if table_is_cut_off {
            let message = format!("the table ends after {rows} of {} rows", table.declared_rows());
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

type Taken = (u64, Vec<Attribute>, Option<Range<usize>>);

fn read_shapes(shp: &[u8], taken: Vec<Taken>, remarks: &mut Remarks) -> Vec<RawFeature> {
    let read = |(row, attributes, place): Taken| {
        let shape = place.ok_or((Remark::CutOff, String::new())).and_then(|place| read_shape(&shp[place]));
        (row, attributes, shape)
    };
    let read: Vec<_> = taken.into_par_iter().with_min_len(16).map(read).collect();
    let mut features = Vec::with_capacity(read.len());
    for (row, attributes, shape) in read {
        match shape {
            Ok((shape, mended)) => {
                mended.into_iter().for_each(|(remark, detail)| remarks.add(remark, row, detail));
                features.push(RawFeature { row, attributes, shape });
            }
            Err((remark, detail)) => remarks.add(remark, row, detail),
        }
    }
    features
}

type Mended = Vec<(Remark, String)>;

fn read_shape(record: &[u8]) -> Result<(Shape<FileXy>, Mended), (Remark, String)> {
    let size = i32::try_from(record.len()).map_err(|_| (Remark::Broken, "it is too long".to_owned()))?;
    let shape = shapefile::Shape::read_from(&mut Cursor::new(record), size)
        .map_err(|error| (Remark::Broken, error.to_string()))?;
    use shapefile::Shape as Esri;
    match shape {
        Esri::NullShape => Err((Remark::NullGeometry, String::new())),
        Esri::Point(point) => Ok(place(&point)),
        Esri::PointM(point) => Ok(place(&point)),
        Esri::PointZ(point) => Ok(place(&point)),
        Esri::Multipoint(points) => one_place(points.points()),
        Esri::MultipointM(points) => one_place(points.points()),
        Esri::MultipointZ(points) => one_place(points.points()),
        Esri::Polygon(polygon) => area(polygon),
        Esri::PolygonM(polygon) => area(polygon),
        Esri::PolygonZ(polygon) => area(polygon),
        Esri::Polyline(_) | Esri::PolylineM(_) | Esri::PolylineZ(_) => Err((Remark::NotAShape, "a line".to_owned())),
        Esri::Multipatch(_) => Err((Remark::NotAShape, "a surface in space".to_owned())),
    }
}

fn xy(point: &impl HasXY) -> FileXy {
    FileXy::from_xy(point.x(), point.y())
}

fn place(point: &impl HasXY) -> (Shape<FileXy>, Mended) {
    (Shape::Point(xy(point)), Vec::new())
}

fn one_place(points: &[impl HasXY]) -> Result<(Shape<FileXy>, Mended), (Remark, String)> {
    match points {
        [] => Err((Remark::NullGeometry, String::new())),
        [point] => Ok(place(point)),
        several => Err((Remark::NotAShape, format!("{} points", several.len()))),
    }
}

fn area<P: HasXY>(polygon: GenericPolygon<P>) -> Result<(Shape<FileXy>, Mended), (Remark, String)> {
    let rings = polygon.into_inner().into_iter().map(|ring| ring.points().iter().map(xy).collect());
    let assembled = rings::assemble(rings.collect());
    let counts = [
        (Remark::RingDropped, assembled.dropped),
        (Remark::RingClosed, assembled.closed),
        (Remark::RingTurned, assembled.turned),
    ];
    if assembled.polygons.is_empty() {
        return Err((Remark::NoArea, format!("{} rings", assembled.dropped)));
    }
    let ring = |count: usize| format!("{count} {}", if count == 1 { "ring" } else { "rings" });
    let mended = counts.iter().filter(|(_, count)| *count > 0).map(|(remark, count)| (*remark, ring(*count)));
    Ok((Shape::Polygons(assembled.polygons), mended.collect()))
}
