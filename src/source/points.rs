//! The rows of a table → point features in the file's coordinates.
//!
//! Text, workbooks: whatever the table came from, the same columns mean the same and the same is said of a row. All
//! cells are text, so that keys keep their zeros. Coordinates may be written with a decimal comma and with dots
//! between thousands. Rows without coordinates are left out and counted. Without a CRS in the layer file the columns
//! are longitude and latitude, unless the numbers cannot be degrees. With an address list in the layer file, addresses
//! take the place of coordinates; a row whose address the list does not have is left out and named.

use std::path::Path;

use super::address::AddressColumns;
use super::address_list::{AddressList, Match};
use super::place::{FileXy, RawFeature};
use super::remark::{Remark, Remarks};
use super::selection::{Selection, position};
use super::{RawSet, SourceError};
use crate::attribute::Attribute;
use crate::config::SourceConfig;
use crate::delimited::{Row, same_column};
use crate::geo::{Crs, Position, Shape};
use crate::message;
use crate::report::{Message, Report};

/// A table taken apart: its header and the rows below.
#[derive(Debug)]
pub(super) struct PointTable {
    pub(super) columns: Vec<String>,
    /// With their line, or their row as Excel counts.
    pub(super) rows: Vec<Row>,
}

impl PointTable {
    fn column(&self, name: &str) -> Option<usize> {
        let exact = self.columns.iter().position(|column| column == name);
        exact.or_else(|| self.columns.iter().position(|column| same_column(column, name)))
    }

    /// A row's cells, as many as there are columns.
    pub(super) fn attributes(row: &Row, columns: usize) -> Vec<Attribute> {
        let cell = |at: usize| match row.cells.get(at).map(String::as_str) {
            None | Some("") => Attribute::Null,
            Some(text) => Attribute::Text(text.to_owned()),
        };
        (0..columns).map(cell).collect()
    }
}

/// The columns that the header must have to be the header.
pub(super) fn wanted(config: &SourceConfig) -> Vec<&str> {
    config.points.iter().flat_map(|points| [points.x.as_str(), points.y.as_str()]).collect()
}

/// Makes points of the rows that the filter takes.
pub(super) fn read(
    table: PointTable,
    file: &Path,
    config: &SourceConfig,
    report: &mut Report,
) -> Result<RawSet, SourceError> {
    let places = Places::of(&table, file, config, report)?;
    let selection = Selection::new(config.filter.as_ref(), &table.columns, file)?;
    let mut remarks = Remarks::default();
    let (mut features, mut selected) = (Vec::new(), 0);
    for row in &table.rows {
        let attributes = PointTable::attributes(row, table.columns.len());
        if !selection.takes(&attributes) {
            continue;
        }
        selected += 1;
        if row.cells.len() != table.columns.len() {
            remarks.add(Remark::RowLength, row.line, message!("{n} cell[s]", n = row.cells.len()));
        }
        match places.find(&attributes) {
            Ok((at, why)) => {
                if let Some(why) = why {
                    remarks.add(Remark::AddressNear, row.line, why);
                }
                features.push(RawFeature { row: row.line, attributes, shape: Shape::Point(at) });
            }
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
        crs: if matches!(places, Places::Addresses(..)) { Some(Crs::wgs84()) } else { config.crs.clone() },
        crs_if_unsaid: Some(Crs::wgs84()),
    })
}

/// What tells where a row's facility is.
enum Places {
    /// Two columns.
    Coordinates { x: usize, y: usize },
    /// Its address, which a list knows.
    Addresses(AddressColumns, AddressList),
}

impl Places {
    fn of(table: &PointTable, file: &Path, config: &SourceConfig, report: &mut Report) -> Result<Self, SourceError> {
        let columns = || table.columns.clone();
        if let Some(list) = &config.addresses {
            let missing = || SourceError::AddressColumnsMissing { file: file.to_path_buf(), columns: columns() };
            let found = AddressColumns::find(&table.columns).ok_or_else(missing)?;
            return Ok(Self::Addresses(found, AddressList::open(list, report)?));
        }
        let named = config.points.as_ref().and_then(|points| table.column(&points.x).zip(table.column(&points.y)));
        let missing = || SourceError::PointColumnsMissing { file: file.to_path_buf(), columns: columns() };
        named.map(|(x, y)| Self::Coordinates { x, y }).ok_or_else(missing)
    }

    /// Where it is, and why that is not certain; or why it is nowhere.
    fn find(&self, attributes: &[Attribute]) -> Result<(FileXy, Option<Message>), (Remark, Message)> {
        let cell = |column: usize| attributes.get(column).unwrap_or(&Attribute::Null);
        match self {
            Self::Coordinates { x, y } => coordinates(cell(*x), cell(*y)).map(|at| (at, None)),
            Self::Addresses(columns, list) => {
                let (address, written) = columns.read(|column| cell(column).to_text());
                if address.is_empty() {
                    return Err((Remark::NoAddress, Message::from(written)));
                }
                match list.find(&address) {
                    Match::Exact(at) => Ok((at, None)),
                    Match::Near(at, why) => Ok((at, Some(message!("{address}: {why}", address = written, why)))),
                    Match::None(like) if like.is_empty() => Err((Remark::AddressNotFound, Message::from(written))),
                    Match::None(like) => {
                        Err((Remark::AddressNotFound, message!("{address}: {like}", address = written, like)))
                    }
                }
            }
        }
    }
}

fn coordinates(x: &Attribute, y: &Attribute) -> Result<FileXy, (Remark, Message)> {
    let (Attribute::Text(x), Attribute::Text(y)) = (x, y) else {
        return Err((Remark::NoCoordinates, Message::default()));
    };
    let parsed = parse_coordinate(x).zip(parse_coordinate(y));
    let (x, y) = parsed.ok_or_else(|| (Remark::BadCoordinate, Message::from(format!("\"{x}\" / \"{y}\""))))?;
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

    #[test]
    fn usual_names_of_coordinate_columns_are_known() {
        let columns = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        let pair = Some(("LON".to_owned(), "LAT".to_owned()));
        assert_eq!(likely_point_columns(&columns(&["id", "LAT", "LON"])), pair);
        assert_eq!(likely_point_columns(&columns(&["id", "name"])), None);
    }
}
