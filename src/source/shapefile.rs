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
use shapefile::{ReadableShape, Shape as Esri, ShapeType};

use super::dbf::{EncodingOrigin, Row, Table};
use super::encoding::TextEncoding;
use super::place::{FileXy, RawFeature};
use super::records::Records;
use super::remark::{Remark, Remarks};
use super::selection::Selection;
use super::{GeometryKind, RawSet, SourceError, rings};
use crate::attribute::Attribute;
use crate::config::SourceConfig;
use crate::geo::{Crs, CrsError, Position, Shape};
use crate::message;
use crate::report::{Finding, Message, Report};

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
        return Err(SourceError::PartMissing { file: file.with_extension(""), part: ".dbf", why });
    };
    let label = parts.cpg.as_deref().map(String::from_utf8_lossy);
    let table = Table::parse(dbf, &file.with_extension("dbf"), config.encoding, label.as_deref())?;
    report_encoding(&table, label.as_deref(), &file, report);

    let places = Records::find(&parts.shp, parts.shx.as_deref(), table.rows());
    places.report(&file, report);
    let count = places.match_rows(&table, &file, report)?;

    let columns = table.columns();
    let selection = Selection::new(config.filter.as_ref(), &columns, &file)?;
    let mut remarks = Remarks::default();
    let read_row = |position: u64| {
        let mut bad = Vec::new();
        let row = table.row(position, |column, cell| bad.push(format!("{column}: \"{cell}\"")));
        let row = row.filter(|row| !matches!(row, Row::Cells(attributes) if !selection.takes(attributes)));
        (position, row, bad)
    };
    let rows: Vec<_> = (0..count).into_par_iter().map(read_row).collect();
    let mut taken: Vec<Taken> = Vec::new();
    for (position, row, bad) in rows {
        let record = position + 1;
        match row {
            Some(Row::Cells(attributes)) => {
                for detail in bad {
                    remarks.add(Remark::BadNumber, record, detail);
                }
                let place = usize::try_from(position).ok().and_then(|position| places.get(position));
                taken.push((record, attributes, place));
            }
            Some(Row::Deleted) => remarks.add(Remark::Deleted, record, ""),
            None => {}
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
                let message =
                    message!("the layer file says {crs} and the .prj says {other}; the layer file counts", crs, other);
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
        // a multipoint with one point is a facility; those with several are left out one by one
        ShapeType::Point
        | ShapeType::PointM
        | ShapeType::PointZ
        | ShapeType::Multipoint
        | ShapeType::MultipointM
        | ShapeType::MultipointZ => GeometryKind::Points,
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
        let message = message!(
            "texts are said to be {said} but are {encoding}, and are read so",
            said,
            encoding = encoding.name()
        );
        let advice = "correct or delete the .cpg file, or set `encoding` in the layer file";
        report.add(Finding::warning("encoding-contradicted", message).in_file(&file).advise(advice));
    }
    let unknown = label.map(str::trim).filter(|label| !label.is_empty() && TextEncoding::for_label(label).is_none());
    if let Some(label) = unknown {
        let label: String = label.chars().take(40).collect();
        let message = message!(
            "the .cpg file says \"{label}\", which is no known encoding; texts are read as {encoding}",
            label,
            encoding = encoding.name()
        );
        let advice = "look at the umlauts; set `encoding` in the layer file if they are wrong";
        report.add(Finding::warning("unknown-encoding", message).in_file(&file).advise(advice));
    }
}

type Taken = (u64, Vec<Attribute>, Option<Range<usize>>);

fn read_shapes(shp: &[u8], taken: Vec<Taken>, remarks: &mut Remarks) -> Vec<RawFeature> {
    let read = |(row, attributes, place): Taken| {
        let shape = place.ok_or((Remark::CutOff, Message::default())).and_then(|place| read_shape(&shp[place]));
        (row, attributes, shape)
    };
    let read: Vec<_> = taken.into_par_iter().with_min_len(16).map(read).collect();
    let mut features = Vec::with_capacity(read.len());
    for (row, attributes, shape) in read {
        match shape {
            Ok((shape, mended)) => {
                for (remark, detail) in mended {
                    remarks.add(remark, row, detail);
                }
                features.push(RawFeature { row, attributes, shape });
            }
            Err((remark, detail)) => remarks.add(remark, row, detail),
        }
    }
    features
}

type Mended = Vec<(Remark, Message)>;

fn read_shape(record: &[u8]) -> Result<(Shape<FileXy>, Mended), (Remark, Message)> {
    let size = i32::try_from(record.len()).map_err(|_| (Remark::Broken, "it is too long".into()))?;
    let shape =
        Esri::read_from(&mut Cursor::new(record), size).map_err(|error| (Remark::Broken, error.to_string().into()))?;
    match shape {
        Esri::NullShape => Err((Remark::NullGeometry, Message::default())),
        Esri::Point(point) => Ok(place(&point)),
        Esri::PointM(point) => Ok(place(&point)),
        Esri::PointZ(point) => Ok(place(&point)),
        Esri::Multipoint(points) => one_place(points.points()),
        Esri::MultipointM(points) => one_place(points.points()),
        Esri::MultipointZ(points) => one_place(points.points()),
        Esri::Polygon(polygon) => area(polygon),
        Esri::PolygonM(polygon) => area(polygon),
        Esri::PolygonZ(polygon) => area(polygon),
        Esri::Polyline(_) | Esri::PolylineM(_) | Esri::PolylineZ(_) => Err((Remark::NotAShape, "a line".into())),
        Esri::Multipatch(_) => Err((Remark::NotAShape, "a surface in space".into())),
    }
}

fn xy(point: &impl HasXY) -> FileXy {
    FileXy::from_xy(point.x(), point.y())
}

fn place(point: &impl HasXY) -> (Shape<FileXy>, Mended) {
    (Shape::Point(xy(point)), Vec::new())
}

fn one_place(points: &[impl HasXY]) -> Result<(Shape<FileXy>, Mended), (Remark, Message)> {
    match points {
        [] => Err((Remark::NullGeometry, Message::default())),
        [point] => Ok(place(point)),
        several => Err((Remark::NotAShape, message!("{n} points", n = several.len()))),
    }
}

fn area<P: HasXY>(polygon: GenericPolygon<P>) -> Result<(Shape<FileXy>, Mended), (Remark, Message)> {
    let rings = polygon.into_inner().into_iter().map(|ring| ring.points().iter().map(xy).collect());
    let assembled = rings::assemble(rings.collect());
    let counts = [
        (Remark::RingDropped, assembled.dropped),
        (Remark::RingClosed, assembled.closed),
        (Remark::RingTurned, assembled.turned),
    ];
    if assembled.polygons.is_empty() {
        return Err((Remark::NoArea, message!("{n} ring[s]", n = assembled.dropped)));
    }
    let mended = counts
        .iter()
        .filter(|(_, count)| *count > 0)
        .map(|(remark, count)| (*remark, message!("{n} ring[s]", n = *count)));
    Ok((Shape::Polygons(assembled.polygons), mended.collect()))
}

#[cfg(test)]
pub(super) mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::source::dbf::tests::table;

    const UTM32: &str = r#"PROJCS["ETRS_1989_UTM_Zone_32N",GEOGCS["GCS_ETRS_1989",DATUM["D_ETRS_1989",SPHEROID["GRS_1980",6378137.0,298.257222101]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],PROJECTION["Transverse_Mercator"],PARAMETER["False_Easting",500000.0],PARAMETER["False_Northing",0.0],PARAMETER["Central_Meridian",9.0],PARAMETER["Scale_Factor",0.9996],PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",1.0]]"#;

    /// A square with its south-western corner at `x`/`y`, closed, clockwise as shapefiles want exteriors.
    pub(in crate::source) fn square(x: f64, y: f64, side: f64) -> Vec<(f64, f64)> {
        vec![(x, y), (x, y + side), (x + side, y + side), (x + side, y), (x, y)]
    }

    /// Content of a polygon record.
    pub(in crate::source) fn polygon(rings: &[Vec<(f64, f64)>]) -> Vec<u8> {
        let mut bytes = 5i32.to_le_bytes().to_vec();
        bytes.extend([0; 32]);
        let count = |count: usize| i32::try_from(count).expect("few").to_le_bytes();
        bytes.extend(count(rings.len()));
        bytes.extend(count(rings.iter().map(Vec::len).sum()));
        let mut start = 0;
        for ring in rings {
            bytes.extend(count(start));
            start += ring.len();
        }
        for (x, y) in rings.iter().flatten() {
            bytes.extend(x.to_le_bytes());
            bytes.extend(y.to_le_bytes());
        }
        bytes
    }

    /// A `.shp` and its `.shx`.
    pub(in crate::source) fn shp(kind: i32, records: &[Vec<u8>]) -> (Vec<u8>, Vec<u8>) {
        let header = |bytes: usize| {
            let mut header = 9994i32.to_be_bytes().to_vec();
            header.resize(24, 0);
            header.extend(i32::try_from(bytes / 2).expect("small").to_be_bytes());
            header.extend(1000i32.to_le_bytes());
            header.extend(kind.to_le_bytes());
            header.resize(HEADER_BYTES, 0);
            header
        };
        let length: usize = records.iter().map(|record| 8 + record.len()).sum();
        let (mut shp, mut shx) = (header(HEADER_BYTES + length), header(HEADER_BYTES + 8 * records.len()));
        for (number, record) in (1i32..).zip(records) {
            let words = i32::try_from(record.len() / 2).expect("small").to_be_bytes();
            shx.extend(i32::try_from(shp.len() / 2).expect("small").to_be_bytes());
            shx.extend(words);
            shp.extend(number.to_be_bytes());
            shp.extend(words);
            shp.extend(record);
        }
        (shp, shx)
    }

    const NULL_SHAPE: [u8; 4] = [0; 4];

    /// Three squares near Walsrode with their names.
    fn parts() -> Parts {
        let record = |x: f64| polygon(&[square(x, 5_857_000.0, 1000.0)]);
        let (shp, shx) = shp(5, &[record(540_000.0), record(542_000.0), record(544_000.0)]);
        let rows: [&[&[u8]]; 3] = [&[b"03358001"], &[b"03358002"], &[b"03358003"]];
        Parts {
            file: PathBuf::from("x.shp"),
            shp,
            shx: Some(shx),
            dbf: Some(table(&[("AGS", b'C', 8, 0)], &rows, 0)),
            prj: Some(UTM32.as_bytes().to_vec()),
            cpg: None,
        }
    }

    fn config() -> SourceConfig {
        SourceConfig::of("x.shp")
    }

    /// Rows that were read, and codes of findings.
    fn outcome(parts: Parts) -> Result<(Vec<u64>, Vec<&'static str>), String> {
        let mut report = Report::default();
        let set = read(parts, &config(), &mut report).map_err(|error| error.to_string())?;
        set.remarks.report(&set.file, &mut report);
        let rows = set.features.iter().map(|feature| feature.row).collect();
        Ok((rows, report.findings.iter().map(|finding| finding.code).collect()))
    }

    #[test]
    fn a_sound_shapefile_gives_its_features_without_a_finding() {
        assert_eq!(outcome(parts()), Ok((vec![1, 2, 3], vec![])));
    }

    #[test]
    fn a_missing_or_useless_index_is_done_without() {
        for shx in [None, Some(Vec::new()), Some(vec![0xFF; 124]), Some(vec![0; 116])] {
            let got = outcome(Parts { shx, ..parts() });
            assert_eq!(got, Ok((vec![1, 2, 3], vec!["index-not-used"])));
        }
    }

    #[test]
    fn a_file_that_is_cut_off_gives_its_whole_records() {
        let cut = |parts: Parts| Parts { shp: parts.shp[..parts.shp.len() - 20].to_vec(), ..parts };
        assert_eq!(outcome(cut(parts())), Ok((vec![1, 2], vec!["cut-off-file", "cut-off-record"])));
        let without_index = Parts { shx: None, ..cut(parts()) };
        assert_eq!(outcome(without_index), Ok((vec![1, 2], vec!["index-not-used", "cut-off-file"])));
    }

    #[test]
    fn a_table_with_another_number_of_rows_is_refused() {
        let dbf = |rows: &[&[&[u8]]]| Some(table(&[("AGS", b'C', 8, 0)], rows, 0));
        let message = |rows| {
            format!(
                "x.shp has 3 shapes but its .dbf has {rows} rows, so it is not known which row belongs to which \
                 shape; export both together again"
            )
        };
        assert_eq!(outcome(Parts { dbf: dbf(&[&[b"1"], &[b"2"]]), ..parts() }), Err(message(2)));
        assert_eq!(outcome(Parts { dbf: dbf(&[&[b"1"], &[b"2"], &[b"3"], &[b"4"]]), ..parts() }), Err(message(4)));
    }

    #[test]
    fn a_table_that_is_cut_off_gives_the_common_beginning() {
        let mut parts = parts();
        let dbf = parts.dbf.as_mut().expect("is there");
        dbf.truncate(dbf.len() - 6);
        assert_eq!(outcome(parts), Ok((vec![1, 2], vec!["cut-off-table"])));
    }

    #[test]
    fn shapes_without_a_table_are_refused() {
        let error = outcome(Parts { dbf: None, ..parts() }).expect_err("no names");
        assert!(error.starts_with("x has no .dbf, which names the areas"), "{error}");
    }

    #[test]
    fn null_shapes_and_deleted_rows_are_left_out_and_counted() {
        let mut parts = parts();
        (parts.shp, _) = shp(5, &[NULL_SHAPE.to_vec(), polygon(&[square(5e5, 5.8e6, 1.0)]), NULL_SHAPE.to_vec()]);
        parts.shx = None;
        let dbf = parts.dbf.as_mut().expect("is there");
        dbf[65 + 2 * 9] = b'*';
        assert_eq!(outcome(parts), Ok((vec![2], vec!["index-not-used", "null-geometry", "deleted-record"])));
    }

    #[test]
    fn a_multipart_area_keeps_its_parts_and_holes() {
        let hole: Vec<(f64, f64)> = square(540_200.0, 5_857_200.0, 100.0).into_iter().rev().collect();
        let rings = [square(540_000.0, 5_857_000.0, 1000.0), hole, square(550_000.0, 5_857_000.0, 10.0)];
        let (shp, shx) = shp(5, &[polygon(&rings), polygon(&rings[..1]), polygon(&rings[..1])]);
        let set = read(Parts { shp, shx: Some(shx), ..parts() }, &config(), &mut Report::default()).expect("is read");
        let Shape::Polygons(polygons) = &set.features[0].shape else { panic!("is an area") };
        let holes: Vec<usize> = polygons.iter().map(|polygon| polygon.holes.len()).collect();
        assert_eq!(holes, [1, 0]);
        assert_eq!(polygons[0].exterior.len(), 4, "rings are stored open");
    }

    #[test]
    fn without_a_prj_the_crs_is_not_guessed() {
        let set = read(Parts { prj: None, ..parts() }, &config(), &mut Report::default()).expect("is read");
        assert_eq!((set.crs, set.crs_if_unsaid), (None, None));
    }

    #[test]
    fn the_layer_file_overrides_the_prj_and_says_so() {
        let config = SourceConfig { crs: Crs::from_code("EPSG:25833").ok(), ..config() };
        let mut report = Report::default();
        let set = read(parts(), &config, &mut report).expect("is read");
        assert_eq!(set.crs, config.crs);
        assert_eq!(
            report.findings[0].message,
            "the layer file says EPSG:25833 and the .prj says EPSG:25832; the layer file counts"
        );
    }

    proptest! {
        #[test]
        fn no_cut_and_no_flipped_bytes_panic(
            cuts in (0usize..700, 0usize..200, 0usize..200),
            flips in proptest::collection::vec((0usize..700, any::<u8>()), 0..12),
            in_table in any::<bool>(),
        ) {
            let mut parts = parts();
            parts.shp.truncate(cuts.0);
            parts.shx.as_mut().expect("is there").truncate(cuts.1);
            parts.dbf.as_mut().expect("is there").truncate(cuts.2);
            let bytes = if in_table { parts.dbf.as_mut().expect("is there") } else { &mut parts.shp };
            for (at, byte) in flips {
                if let Some(place) = bytes.get_mut(at) {
                    *place = byte;
                }
            }
            let _ = outcome(parts);
        }

        #[test]
        fn a_shapefile_of_random_bytes_never_panics(
            shp in proptest::collection::vec(any::<u8>(), 0..400),
            kind in 0u8..32,
        ) {
            let mut bytes = 9994i32.to_be_bytes().to_vec();
            bytes.resize(28, 0);
            bytes.extend(1000i32.to_le_bytes());
            bytes.extend([kind, 0, 0, 0]);
            bytes.resize(HEADER_BYTES, 0);
            bytes.extend(shp);
            let _ = outcome(Parts { shp: bytes, shx: None, ..parts() });
        }
    }
}
