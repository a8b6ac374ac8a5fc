//! Tables with coordinate columns (`.csv`) → point features in the file's coordinates.
//!
//! All cells stay text, so that keys keep their zeros. Coordinates may be written with a decimal comma and
//! with dots between thousands. Rows without coordinates are left out and counted. Without a CRS in the layer
//! file the columns are longitude and latitude, unless the numbers cannot be degrees.

use std::path::Path;

use super::place::{FileXy, RawFeature};
use super::remark::{Remark, Remarks};
use super::selection::{Selection, position};
use super::{GeometryKind, RawSet, SourceError};
use crate::attribute::Attribute;
use crate::config::SourceConfig;
use crate::delimited::{Delimited, Row, decode};
use crate::geo::{Crs, Position, Shape};
use crate::message;
use crate::report::{Finding, Message, Report};

/// Reads the rows that the filter takes.
pub(super) fn read(
    bytes: &[u8],
    file: &Path,
    config: &SourceConfig,
    report: &mut Report,
) -> Result<RawSet, SourceError> {
    let text = decode(file, bytes.to_vec(), config.encoding)?;
    if text.malformed {
        let message = message!("some letters make no sense in {encoding}", encoding = text.encoding.name());
        let advice = "set `encoding` in the layer file";
        report.add(Finding::warning("malformed-text", message).in_file(file).advise(advice));
    }
    let Some(points) = &config.points else {
        let columns = Delimited::parse(&text, None, &[])?.columns;
        return Err(SourceError::PointColumnsMissing { file: file.to_path_buf(), columns });
    };
    let table = Delimited::parse(&text, points.delimiter, &[&points.x, &points.y])?;
    let (Some(x), Some(y)) = (table.column(&points.x), table.column(&points.y)) else {
        return Err(SourceError::PointColumnsMissing { file: file.to_path_buf(), columns: table.columns });
    };
    let selection = Selection::new(config.filter.as_ref(), &table.columns, file)?;
    let mut remarks = Remarks::default();
    let (mut features, mut selected) = (Vec::new(), 0);
    for row in &table.rows {
        let attributes = attributes(row, table.columns.len());
        if !selection.takes(&attributes) {
            continue;
        }
        selected += 1;
        if row.cells.len() != table.columns.len() {
            remarks.add(Remark::RowLength, row.line, message!("{n} cell[s]", n = row.cells.len()));
        }
        match coordinates(&attributes[x], &attributes[y]) {
            Ok(at) => features.push(RawFeature { row: row.line, attributes, shape: Shape::Point(at) }),
            Err((remark, detail)) => remarks.add(remark, row.line, detail),
        }
    }
    let records = table.rows.len() as u64;
    selection.refuse_if_empty(usize::try_from(selected).unwrap_or(usize::MAX), records)?;
    Ok(RawSet {
        file: file.to_path_buf(),
        columns: table.columns,
        records,
        selected,
        features,
        remarks,
        crs: config.crs.clone(),
        crs_if_unsaid: Some(Crs::wgs84()),
    })
}

/// Columns, the first rows and the number of rows.
pub(super) fn look(bytes: &[u8], file: &Path, rows: usize) -> Result<super::member::Look, SourceError> {
    let table = Delimited::parse(&decode(file, bytes.to_vec(), None)?, None, &[])?;
    let columns = table.columns.len();
    Ok(super::member::Look {
        kind: GeometryKind::None,
        records: table.rows.len() as u64,
        crs: None,
        first: table.rows.iter().take(rows).map(|row| attributes(row, columns)).collect(),
        columns: table.columns,
    })
}

fn attributes(row: &Row, columns: usize) -> Vec<Attribute> {
    let cell = |at: usize| match row.cells.get(at).map(String::as_str) {
        None | Some("") => Attribute::Null,
        Some(text) => Attribute::Text(text.to_owned()),
    };
    (0..columns).map(cell).collect()
}

fn coordinates(x: &Attribute, y: &Attribute) -> Result<FileXy, (Remark, Message)> {
    let (Attribute::Text(x), Attribute::Text(y)) = (x, y) else {
        return Err((Remark::NoCoordinates, Message::default()));
    };
    let parsed = parse_coordinate(x).zip(parse_coordinate(y));
    let (x, y) = parsed.ok_or_else(|| (Remark::BadCoordinate, format!("\"{x}\" / \"{y}\"").into()))?;
    Ok(FileXy::from_xy(x, y))
}

/// Reads `9.5946`, `9,5946`, `3.540.116,13`, `3,540,116.13` and `9.5946°`. Where both marks occur the last one is
/// the decimal mark; a mark that occurs more than once is none.
fn parse_coordinate(text: &str) -> Option<f64> {
    let text = text.trim().trim_end_matches('°').trim().replace(['\u{a0}', '\u{202f}', ' ', '\''], "");
    let count = |mark: char| text.matches(mark).count();
    let decimal = match (count('.'), count(',')) {
        (0 | 1, 0) => '.',
        (0, 1) => ',',
        (_, 0) | (0, _) => '\0',
        _ if text.rfind(',') > text.rfind('.') => ',',
        _ => '.',
    };
    let plain: String = text
        .chars()
        .filter(|letter| *letter == decimal || !matches!(letter, '.' | ','))
        .map(|letter| if letter == decimal { '.' } else { letter })
        .collect();
    plain.parse().ok().filter(|number: &f64| number.is_finite())
}

/// The columns by which coordinates are usually called, x first; `None` if the table has none of them.
pub(super) fn likely_point_columns(columns: &[String]) -> Option<(String, String)> {
    const PAIRS: &[(&str, &str)] = &[
        ("lon", "lat"),
        ("lng", "lat"),
        ("long", "lat"),
        ("longitude", "latitude"),
        ("laenge", "breite"),
        ("länge", "breite"),
        ("geolaenge", "geobreite"),
        ("easting", "northing"),
        ("rechtswert", "hochwert"),
        ("ostwert", "nordwert"),
        ("x", "y"),
        ("x_koordinate", "y_koordinate"),
    ];
    let found = |pair: &&(&str, &str)| position(columns, pair.0).zip(position(columns, pair.1));
    let (x, y) = PAIRS.iter().find_map(|pair| found(&pair))?;
    Some((columns[x].clone(), columns[y].clone()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::PointColumns;

    #[test]
    fn coordinates_are_read_in_german_and_english_spelling() {
        let cases = [
            ("9.5946", Some(9.5946)),
            ("9,5946", Some(9.5946)),
            ("3.540.116,13", Some(3_540_116.13)),
            ("3,540,116.13", Some(3_540_116.13)),
            ("3.540.116", Some(3_540_116.0)),
            ("540 116,5", Some(540_116.5)),
            ("9.5946°", Some(9.5946)),
            ("-9,5", Some(-9.5)),
            ("", None),
            ("k. A.", None),
            ("nan", None),
            ("inf", None),
        ];
        for (text, number) in cases {
            assert_eq!(parse_coordinate(text), number, "{text}");
        }
    }

    fn config(x: &str, y: &str) -> SourceConfig {
        let points = Some(PointColumns { x: x.to_owned(), y: y.to_owned(), delimiter: None });
        SourceConfig { path: "x.csv".into(), member: None, crs: None, encoding: None, filter: None, points }
    }

    #[test]
    fn rows_become_points_with_text_attributes_and_those_without_coordinates_are_counted() {
        let text = "Standorte\n\nAGS;Name;Rechtswert;Hochwert\n03358024;Walsrode;540.000,5;5857000\n03358019;Soltau;;\n03358008;Fallingbostel;?;1\n01;x;1;2;3\n";
        let mut report = Report::default();
        let config = config("rechtswert", "HOCHWERT");
        let set = read(text.as_bytes(), Path::new("x.csv"), &config, &mut report).expect("is a table");
        assert_eq!((set.records, set.features.len()), (4, 2));
        assert_eq!(set.features[0].attributes[0], Attribute::Text("03358024".to_owned()));
        assert_eq!(set.features[0].row, 4, "the line, as an editor counts");
        assert_eq!(set.features[0].shape, Shape::Point(FileXy::from_xy(540_000.5, 5_857_000.0)));
        set.remarks.report(&set.file, &mut report);
        let codes: Vec<_> = report.findings.iter().map(|finding| finding.code).collect();
        assert_eq!(codes, ["bad-coordinate", "no-coordinates", "row-length"]);
    }

    #[test]
    fn a_table_whose_coordinate_columns_nobody_names_is_refused_with_its_columns() {
        let config = SourceConfig { points: None, ..config("", "") };
        let error = read(b"id;lat;lon\n1;52;9\n", Path::new("x.csv"), &config, &mut Report::default());
        assert_eq!(
            error.err().expect("is refused").to_string(),
            "x.csv needs the columns with the coordinates: set `x` and `y` in the layer file; columns are: id, lat, lon"
        );
    }

    #[test]
    fn a_workbook_with_the_name_of_a_table_is_called_a_workbook() {
        let error =
            read(b"PK\x03\x04..[Content_Types].xml", Path::new("x.csv"), &config("x", "y"), &mut Report::default());
        let error = error.err().expect("is refused").to_string();
        assert!(error.contains("x.csv is not a text file but an Excel workbook"), "{error}");
    }

    #[test]
    fn unicode_text_without_a_byte_order_mark_is_read() {
        let bytes: Vec<u8> = "x;y\n9,5;52,5\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let set = read(&bytes, Path::new("x.csv"), &config("x", "y"), &mut Report::default()).expect("is a table");
        assert_eq!(set.features.len(), 1);
    }

    #[test]
    fn coordinate_columns_that_are_not_there_are_named() {
        let error = read(b"id;lat;lon\n1;52;9\n", Path::new("x.csv"), &config("x", "y"), &mut Report::default());
        let error = error.err().expect("is refused").to_string();
        assert!(
            error.contains(
                "has no columns \"x\", \"y\" in its first 50 lines; the likeliest header is line 1: id, lat, lon"
            ),
            "{error}"
        );
    }

    #[test]
    fn usual_names_of_coordinate_columns_are_known() {
        let columns = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        let pair = Some(("LON".to_owned(), "LAT".to_owned()));
        assert_eq!(likely_point_columns(&columns(&["id", "LAT", "LON"])), pair);
        assert_eq!(likely_point_columns(&columns(&["id", "name"])), None);
    }
}
