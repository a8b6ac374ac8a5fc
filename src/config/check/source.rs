//! `[source]` of a layer → [`SourceConfig`].

use super::super::document::KeyPath;
use super::super::file::{AddressesFile, LayerKindFile, SourceFile};
use super::super::problem::{Cause, Problems};
use super::super::{OsmCategory, PointColumns, SourceConfig};
use super::{Known, delimiter, encoding, existing_file, extension};
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
    Text,
    Workbook,
    Osm,
}

pub(super) fn check(
    file: SourceFile,
    kind: LayerKindFile,
    osm: Vec<OsmCategory>,
    known: &Known<'_>,
    problems: &mut Problems<'_>,
) -> Option<SourceConfig> {
    let at = KeyPath::top("source");
    let addresses = file.addresses.clone().map(|list| check_addresses(list, known, problems));
    if matches!(addresses, Some(None)) {
        return None;
    }
    let path = existing_file(&file.file, &at.key("file"), known, problems);
    let format = path.as_deref().and_then(|path| {
        let format = format_of(path);
        if format.is_none() {
            let detail = message!(
                "{file} is none of .shp, .zip, .gpkg, .geojson, .json, .csv (the last three also .gz), .xlsx, .xls, .ods, .osm.pbf or a folder",
                file = file.file
            );
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
        let read = Filter::parse(text).map_err(|error| message!("{error} in: {text}", error = error.told(), text));
        read.map_err(|detail| problems.add(Cause::FilterSyntax, &at.key("filter"), detail)).ok()
    });
    let encoding = encoding(file.encoding.as_deref(), &at.key("encoding"), problems);
    let points = file.x.zip(file.y).map(|(x, y)| PointColumns { x, y });
    Some(SourceConfig {
        path: path?,
        member: file.member,
        sheet: file.sheet,
        crs: crs.flatten(),
        encoding,
        filter: filter.flatten(),
        delimiter: file.delimiter.map(delimiter),
        points,
        addresses: addresses.flatten().map(Box::new),
        osm,
    })
}

/// The list that knows where addresses are.
fn check_addresses(file: AddressesFile, known: &Known<'_>, problems: &mut Problems<'_>) -> Option<SourceConfig> {
    let at = KeyPath::top("source").key("addresses");
    let path = existing_file(&file.file, &at.key("file"), known, problems);
    if let Some(path) = &path
        && !matches!(format_of(path), Some(Format::Text | Format::Workbook | Format::GeoJson | Format::Shapefile))
    {
        let detail = message!(
            "{file} is no list of addresses: .csv, .xlsx, .xls, .ods, or points as .geojson or .shp",
            file = file.file
        );
        problems.add(Cause::FileKind, &at.key("file"), detail);
    }
    let code = file.crs.as_deref();
    let crs = code.map(|code| {
        Crs::from_code(code).map_err(|error| problems.add(Cause::UnknownCrs, &at.key("crs"), error.told())).ok()
    });
    let encoding = encoding(file.encoding.as_deref(), &at.key("encoding"), problems);
    Some(SourceConfig {
        sheet: file.sheet,
        crs: crs.flatten(),
        encoding,
        delimiter: file.delimiter.map(delimiter),
        points: file.x.zip(file.y).map(|(x, y)| PointColumns { x, y }),
        ..SourceConfig::of(path?)
    })
}

/// Whether a file is an OpenStreetMap extract, by its name.
pub(super) fn is_osm(file: &SourceFile) -> bool {
    extension(std::path::Path::new(&file.file)) == "pbf"
}

fn format_of(path: &std::path::Path) -> Option<Format> {
    if path.is_dir() {
        return Some(Format::Bundle);
    }
    match extension(path).as_str() {
        "zip" | "gpkg" => Some(Format::Bundle),
        "shp" => Some(Format::Shapefile),
        "geojson" | "json" => Some(Format::GeoJson),
        "csv" | "tsv" | "txt" => Some(Format::Text),
        "pbf" => Some(Format::Osm),
        "xlsx" | "xlsm" | "xlsb" | "xls" | "ods" => Some(Format::Workbook),
        _ => None,
    }
}

fn check_keys_for(format: Format, file: &SourceFile, kind: LayerKindFile, problems: &mut Problems<'_>) {
    let at = KeyPath::top("source");
    if matches!(format, Format::Text | Format::Workbook) && kind == LayerKindFile::Area {
        let detail = "a table holds points; an area layer needs polygons, from a shapefile or GeoJSON";
        problems.add(Cause::FileKind, &at.key("file"), detail);
        return;
    }
    if file.member.is_some() && format != Format::Bundle {
        let detail =
            message!("{file} has only one layer; `member` is for a .zip, a .gpkg or a folder", file = file.file);
        problems.add(Cause::KeyWithoutMeaning, &at.key("member"), detail);
    }
    let is_table = matches!(format, Format::Text | Format::Workbook);
    if file.addresses.is_some() && !is_table {
        let detail = "`addresses` is for a table, whose rows have an address instead of coordinates";
        problems.add(Cause::KeyWithoutMeaning, &at.key("addresses"), detail);
    }
    let columns = [("x", &file.x, "longitude or easting"), ("y", &file.y, "latitude or northing")];
    for (key, column, meaning) in columns {
        match (format, column) {
            (_, Some(_)) if is_table && file.addresses.is_some() => {
                let detail = message!("`{key}` or `addresses`: a table's rows are placed by one of them", key);
                problems.add(Cause::Contradiction, &at.key(key), detail);
            }
            (_, None) if is_table && file.addresses.is_none() => {
                let detail = message!(
                    "a table needs `{key}`: the column with {meaning}; or `addresses`: a list of addresses",
                    key,
                    meaning = Message::from(meaning)
                );
                problems.add(Cause::MissingKey, &at.key(key), detail);
            }
            // a bundle may hold a .csv
            (Format::Text | Format::Workbook | Format::Bundle, Some(_)) | (_, None) => {}
            (_, Some(_)) => {
                let detail =
                    message!("{file} has its coordinates inside; `{key}` is for a table", file = file.file, key);
                problems.add(Cause::KeyWithoutMeaning, &at.key(key), detail);
            }
        }
    }
    if file.sheet.is_some() && format != Format::Workbook {
        problems.add(Cause::KeyWithoutMeaning, &at.key("sheet"), "`sheet` is for a workbook");
    }
    if file.delimiter.is_some() && !matches!(format, Format::Text | Format::Bundle) {
        problems.add(Cause::KeyWithoutMeaning, &at.key("delimiter"), "`delimiter` is for a .csv");
    }
    if format == Format::Osm && (file.crs.is_some() || file.encoding.is_some()) {
        let (key, detail) = match file.crs {
            Some(_) => ("crs", "an extract of OpenStreetMap is in longitude and latitude"),
            None => ("encoding", "an extract of OpenStreetMap is in UTF-8"),
        };
        problems.add(Cause::KeyWithoutMeaning, &at.key(key), detail);
    }
    if format == Format::Osm && kind == LayerKindFile::Area {
        let detail =
            "facilities are taken from an extract of OpenStreetMap; an area layer needs a shapefile or GeoJSON";
        problems.add(Cause::FileKind, &at.key("file"), detail);
    }
}
