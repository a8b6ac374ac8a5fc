//! `[source]` of a layer → [`SourceConfig`].

use super::super::document::KeyPath;
use super::super::file::{LayerKindFile, SourceFile};
use super::super::problem::{Cause, Problems};
use super::super::{PointColumns, SourceConfig};
use super::{Known, delimiter, encoding, existing_file, extension, workbook};
use crate::filter::Filter;
use crate::geo::Crs;
use crate::message;
use crate::report::Message;

/// How features lie in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    /// Several layers may lie inside.
    Bundle,
    Shapefile,
    GeoJson,
    Points,
}

pub(super) fn check(
    file: SourceFile,
    kind: LayerKindFile,
    known: &Known<'_>,
    problems: &mut Problems<'_>,
) -> Option<SourceConfig> {
    let at = KeyPath::top("source");
    let path = existing_file(&file.file, &at.key("file"), known, problems);
    let format = path.as_deref().and_then(|path| {
        let format = format_of(path);
        if format.is_none() {
            let detail = match extension(path).as_str() {
                "xls" | "xlsx" | "ods" => workbook(&file.file),
                _ => message!(
                    "{file} is none of .shp, .zip, .geojson, .json, .csv (the last three also .gz) or a folder",
                    file = file.file
                ),
            };
            problems.add(Cause::FileKind, &at.key("file"), detail);
        }
        format
    });
    if let Some(format) = format {
        check_keys_for(format, &file, kind, problems);
    }
    let code = file.crs.as_deref();
    let crs = code.map(|code| {
        Crs::from_code(code).map_err(|error| problems.add(Cause::UnknownCrs, &at.key("crs"), error.told())).ok()
    });
    let filter = file.filter.as_deref();
    let filter = filter.map(|text| {
        let read = Filter::parse(text).map_err(|error| message!("{error} in: {text}", error, text));
        read.map_err(|detail| problems.add(Cause::FilterSyntax, &at.key("filter"), detail)).ok()
    });
    let encoding = encoding(file.encoding.as_deref(), &at.key("encoding"), problems);
    let points = file.x.zip(file.y).map(|(x, y)| PointColumns { x, y, delimiter: file.delimiter.map(delimiter) });
    Some(SourceConfig {
        path: path?,
        member: file.member,
        crs: crs.flatten(),
        encoding,
        filter: filter.flatten(),
        points,
    })
}

fn format_of(path: &std::path::Path) -> Option<Format> {
    if path.is_dir() {
        return Some(Format::Bundle);
    }
    match extension(path).as_str() {
        "zip" => Some(Format::Bundle),
        "shp" => Some(Format::Shapefile),
        "geojson" | "json" => Some(Format::GeoJson),
        "csv" | "tsv" | "txt" => Some(Format::Points),
        _ => None,
    }
}

fn check_keys_for(format: Format, file: &SourceFile, kind: LayerKindFile, problems: &mut Problems<'_>) {
    let at = KeyPath::top("source");
    if file.member.is_some() && format != Format::Bundle {
        let detail = message!("{file} has only one layer; `member` is for a .zip or a folder", file = file.file);
        problems.add(Cause::KeyWithoutMeaning, &at.key("member"), detail);
    }
    let columns = [("x", &file.x, "longitude or easting"), ("y", &file.y, "latitude or northing")];
    for (key, column, meaning) in columns {
        match (format, column) {
            (Format::Points, None) => {
                let detail =
                    message!("a .csv needs `{key}`: the column with {meaning}", key, meaning = Message::from(meaning));
                problems.add(Cause::MissingKey, &at.key(key), detail);
            }
            // a bundle may hold a .csv
            (Format::Points | Format::Bundle, Some(_)) | (_, None) => {}
            (_, Some(_)) => {
                let detail =
                    message!("{file} has its coordinates inside; `{key}` is for a .csv", file = file.file, key);
                problems.add(Cause::KeyWithoutMeaning, &at.key(key), detail);
            }
        }
    }
    if file.delimiter.is_some() && !matches!(format, Format::Points | Format::Bundle) {
        problems.add(Cause::KeyWithoutMeaning, &at.key("delimiter"), "`delimiter` is for a .csv");
    }
    if format == Format::Points && kind == LayerKindFile::Area {
        let detail = "a .csv holds points; an area layer needs polygons, from a shapefile or GeoJSON";
        problems.add(Cause::FileKind, &at.key("file"), detail);
    }
}
