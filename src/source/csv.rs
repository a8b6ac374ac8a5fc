//! Delimited text (`.csv`) → point features, by [`points`].

use std::path::Path;

use super::points::{self, PointTable};
use super::{GeometryKind, RawSet, SourceError};
use crate::config::SourceConfig;
use crate::delimited::{Delimited, decode};
use crate::message;
use crate::report::{Finding, Report};

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
    let Delimited { columns, rows, .. } = Delimited::parse(&text, config.delimiter, &points::wanted(config))?;
    points::read(PointTable { columns, rows }, file, config, report)
}

/// Columns, the first rows and the number of rows.
pub(super) fn look(bytes: &[u8], file: &Path, rows: usize) -> Result<super::member::Look, SourceError> {
    let table = Delimited::parse(&decode(file, bytes.to_vec(), None)?, None, &[])?;
    let columns = table.columns.len();
    Ok(super::member::Look {
        kind: GeometryKind::None,
        records: table.rows.len() as u64,
        crs: None,
        first: table.rows.iter().take(rows).map(|row| PointTable::attributes(row, columns)).collect(),
        columns: table.columns,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attribute::Attribute;
    use crate::config::PointColumns;
    use crate::geo::{Position, Shape};
    use crate::source::place::FileXy;

    fn config(x: &str, y: &str) -> SourceConfig {
        let points = Some(PointColumns { x: x.to_owned(), y: y.to_owned() });
        SourceConfig { points, ..SourceConfig::of("x.csv") }
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
}
