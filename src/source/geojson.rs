//! GeoJSON (RFC 7946) → features in the file's coordinates.
//!
//! Features are taken apart one by one and each geometry goes through geozero's reader on its own, so that one
//! bad geometry costs one feature and not the file. Columns are the union of all properties in the order in
//! which they first occur; lists and objects stay JSON text; a feature's `id` is a column of that name unless
//! there is a property called so.
//!
//! CRS: the layer file, else the `crs` member of GeoJSON 2008, else WGS 84 as RFC 7946 says, unless the
//! coordinates cannot be degrees.

use std::collections::HashMap;
use std::path::Path;

use geozero::GeozeroGeometry;
use rayon::prelude::*;
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::place::{FileXy, RawFeature};
use super::remark::{Remark, Remarks};
use super::rings::has_three_distinct;
use super::selection::Selection;
use super::{RawSet, SourceError};
use crate::attribute::Attribute;
use crate::config::SourceConfig;
use crate::delimited::DelimitedError;
use crate::geo::{Crs, Polygon, Shape, ShapeBuilder, ShapeError};
use crate::message;
use crate::report::{Finding, Message, Report};

#[derive(Deserialize)]
struct Root<'a> {
    #[serde(rename = "type")]
    kind: Option<String>,
    crs: Option<Value>,
    #[serde(borrow)]
    features: Option<Vec<&'a RawValue>>,
}

#[derive(Default, Deserialize)]
struct FeatureText<'a> {
    id: Option<Value>,
    properties: Option<Map<String, Value>>,
    #[serde(borrow)]
    geometry: Option<&'a RawValue>,
}

/// One feature before its geometry is read.
struct Unread<'a> {
    attributes: Vec<Attribute>,
    geometry: Result<Option<&'a str>, String>,
}

/// A file taken apart: columns, and each feature's attributes and geometry text.
struct Taken<'a> {
    columns: Vec<String>,
    features: Vec<Unread<'a>>,
    crs: Option<Result<Crs, SourceError>>,
}

/// Reads the features that the filter takes.
pub(super) fn read(
    bytes: &[u8],
    file: &Path,
    config: &SourceConfig,
    report: &mut Report,
) -> Result<RawSet, SourceError> {
    refuse_workbook(bytes, file)?;
    let text = decode(bytes, file, config, report);
    let taken = take_apart(&text, file)?;
    let selection = Selection::new(config.filter.as_ref(), &taken.columns, file)?;
    let records = taken.features.len() as u64;
    let features = (1..).zip(taken.features).filter(|(_, feature)| selection.takes(&feature.attributes));
    let features: Vec<(u64, Unread)> = features.collect();
    let selected = features.len() as u64;
    selection.refuse_if_empty(features.len(), records)?;

    let mut remarks = Remarks::default();
    let read = |(row, feature): (u64, Unread)| (row, feature.attributes, read_shape(feature.geometry));
    let read: Vec<_> = features.into_par_iter().with_min_len(16).map(read).collect();
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
    let crs = match (&config.crs, taken.crs) {
        (Some(crs), _) => Some(crs.clone()),
        (None, said) => said.transpose()?,
    };
    let columns = taken.columns;
    let file = file.to_path_buf();
    Ok(RawSet { file, columns, records, selected, features, remarks, crs, crs_if_unsaid: Some(Crs::wgs84()) })
}

/// Columns, the first rows, the number of features and the CRS, without reading any geometry.
pub(super) fn look(bytes: &[u8], file: &Path, rows: usize) -> Result<super::member::Look, SourceError> {
    refuse_workbook(bytes, file)?;
    let text = String::from_utf8_lossy(bytes);
    let taken = take_apart(text.trim_start_matches('\u{feff}'), file)?;
    let kind = taken.features.iter().find_map(|feature| feature.geometry.as_ref().ok().copied().flatten()).map(kind_of);
    Ok(super::member::Look {
        kind: kind.unwrap_or(super::GeometryKind::None),
        records: taken.features.len() as u64,
        crs: taken.crs.map_or_else(|| Some(Crs::wgs84()), Result::ok),
        first: taken.features.into_iter().take(rows).map(|feature| feature.attributes).collect(),
        columns: taken.columns,
    })
}

fn kind_of(geometry: &str) -> super::GeometryKind {
    #[derive(Deserialize)]
    struct Kind {
        #[serde(rename = "type")]
        kind: String,
    }
    match serde_json::from_str::<Kind>(geometry).map(|kind| kind.kind).as_deref() {
        Ok("Point" | "MultiPoint") => super::GeometryKind::Points,
        Ok("Polygon" | "MultiPolygon") => super::GeometryKind::Polygons,
        Ok("LineString" | "MultiLineString") => super::GeometryKind::Lines,
        _ => super::GeometryKind::Other,
    }
}

/// A workbook with the name of a map is saved as a table of points, with `x` and `y` in the layer file.
fn refuse_workbook(bytes: &[u8], file: &Path) -> Result<(), SourceError> {
    match crate::delimited::workbook(bytes) {
        Some(what) => Err(DelimitedError::NotText { path: file.to_path_buf(), what }.into()),
        None => Ok(()),
    }
}

/// RFC 7946 asks for UTF-8; files from Windows programs are not always.
fn decode(bytes: &[u8], file: &Path, config: &SourceConfig, report: &mut Report) -> String {
    let by_mark = encoding_rs::Encoding::for_bom(bytes).map(|(encoding, _)| encoding);
    let encoding = by_mark.or(config.encoding).unwrap_or_else(|| crate::delimited::guess(bytes));
    if encoding != encoding_rs::UTF_8 && by_mark.is_none() && config.encoding.is_none() {
        let message =
            message!("the file is not in UTF-8 as GeoJSON must be; read as {encoding}", encoding = encoding.name());
        let advice = "save it in UTF-8, or set `encoding` in the layer file";
        report.add(Finding::warning("encoding-contradicted", message).in_file(file).advise(advice));
    }
    encoding.decode(bytes).0.into_owned()
}

fn take_apart<'a>(text: &'a str, file: &Path) -> Result<Taken<'a>, SourceError> {
    let bad = |reason: String| SourceError::NotGeoJson { file: file.to_path_buf(), reason };
    if text.trim().is_empty() {
        return Err(bad("it is empty".to_owned()));
    }
    if !text.trim_start().starts_with('{') {
        return Err(bad("it does not start with {".to_owned()));
    }
    let root: Root = serde_json::from_str(text).map_err(|error| bad(error.to_string()))?;
    let crs = root.crs.as_ref().and_then(|crs| said_crs(crs, file));
    let kind = root.kind.unwrap_or_default();
    let texts: Vec<Result<FeatureText, String>> = match (kind.as_str(), root.features) {
        ("FeatureCollection", Some(features)) => {
            let one = |text: &&'a RawValue| serde_json::from_str(text.get()).map_err(|error| error.to_string());
            features.iter().map(one).collect()
        }
        ("FeatureCollection", None) => return Err(bad("the FeatureCollection has no features".to_owned())),
        ("Feature", _) => vec![serde_json::from_str(text).map_err(|error| error.to_string())],
        ("Topology", _) => {
            return Err(bad("it is TopoJSON; convert it, for example with mapshaper or QGIS".to_owned()));
        }
        (
            "Point" | "MultiPoint" | "LineString" | "MultiLineString" | "Polygon" | "MultiPolygon"
            | "GeometryCollection",
            _,
        ) => {
            let geometry: &RawValue = serde_json::from_str(text).map_err(|error| bad(error.to_string()))?;
            vec![Ok(FeatureText { geometry: Some(geometry), ..FeatureText::default() })]
        }
        (other, _) => return Err(bad(format!("its type is \"{other}\""))),
    };
    let columns = columns(&texts);
    let index: HashMap<&str, usize> = columns.iter().enumerate().map(|(at, name)| (name.as_str(), at)).collect();
    let features = texts.into_iter().map(|text| attributes(text, &index)).collect();
    Ok(Taken { columns, features, crs })
}

fn columns(texts: &[Result<FeatureText, String>]) -> Vec<String> {
    let mut columns: Vec<String> = Vec::new();
    let mut known: std::collections::HashSet<&str> = std::collections::HashSet::new();
    let texts = || texts.iter().flatten();
    for name in texts().filter_map(|text| text.properties.as_ref()).flat_map(Map::keys) {
        if known.insert(name) {
            columns.push(name.clone());
        }
    }
    if texts().any(|text| text.id.is_some()) && !known.contains("id") {
        columns.push("id".to_owned());
    }
    columns
}

fn attributes<'a>(text: Result<FeatureText<'a>, String>, index: &HashMap<&str, usize>) -> Unread<'a> {
    let mut attributes = vec![Attribute::Null; index.len()];
    let text = match text {
        Ok(text) => text,
        Err(reason) => return Unread { attributes, geometry: Err(reason) },
    };
    let mut set = |name: &str, value: Value| {
        if let Some(attribute) = index.get(name).and_then(|at| attributes.get_mut(*at)) {
            *attribute = attribute_of(value);
        }
    };
    if let Some(id) = text.id {
        set("id", id);
    }
    for (name, value) in text.properties.into_iter().flatten() {
        set(&name, value);
    }
    Unread { attributes, geometry: Ok(text.geometry.map(RawValue::get)) }
}

fn attribute_of(value: Value) -> Attribute {
    match value {
        Value::Null => Attribute::Null,
        Value::Bool(truth) => Attribute::Bool(truth),
        Value::Number(number) => match (number.as_i64(), number.as_f64()) {
            (Some(integer), _) => Attribute::Integer(integer),
            (None, Some(number)) => Attribute::Number(number),
            (None, None) => Attribute::Text(number.to_string()),
        },
        Value::String(text) if text.trim().is_empty() => Attribute::Null,
        Value::String(text) => Attribute::Text(text.trim().to_owned()),
        list_or_object => Attribute::Text(list_or_object.to_string()),
    }
}

/// The `crs` member of GeoJSON 2008: `{"type": "name", "properties": {"name": "urn:…"}}`.
fn said_crs(crs: &Value, file: &Path) -> Option<Result<Crs, SourceError>> {
    let name = crs.pointer("/properties/name").and_then(Value::as_str)?;
    Some(Crs::from_code(name).map_err(|error| SourceError::Crs { file: file.to_path_buf(), error }))
}

type Mended = Vec<(Remark, Message)>;

fn read_shape(geometry: Result<Option<&str>, String>) -> Result<(Shape<FileXy>, Mended), (Remark, Message)> {
    let geometry = geometry.map_err(|reason| (Remark::Broken, reason.into()))?;
    let Some(text) = geometry else { return Err((Remark::NullGeometry, Message::default())) };
    let mut builder = ShapeBuilder::<FileXy>::default();
    let read = geozero::geojson::GeoJson(text).process_geom(&mut builder);
    read.map_err(|error| (Remark::Broken, error.to_string().into()))?;
    let unclosed = builder.unclosed_rings();
    let shape = builder.finish().map_err(|error| match error {
        ShapeError::Empty => (Remark::NullGeometry, Message::default()),
        other => (Remark::NotAShape, other.to_string().into()),
    })?;
    let (shape, dropped) = without_flat_rings(shape).ok_or((Remark::NoArea, Message::default()))?;
    let counts = [(Remark::RingClosed, unclosed), (Remark::RingDropped, dropped)];
    let mended = counts
        .iter()
        .filter(|(_, count)| *count > 0)
        .map(|(remark, count)| (*remark, message!("{n} ring[s]", n = *count)));
    Ok((shape, mended.collect()))
}

/// Without rings that enclose nothing; `None` if nothing is left. A polygon goes with its exterior.
fn without_flat_rings(shape: Shape<FileXy>) -> Option<(Shape<FileXy>, usize)> {
    let Shape::Polygons(polygons) = shape else { return Some((shape, 0)) };
    let count = |polygons: &[Polygon<FileXy>]| polygons.iter().flat_map(Polygon::rings).count();
    let before = count(&polygons);
    let solid = polygons.into_iter().filter(|polygon| has_three_distinct(&polygon.exterior)).map(|mut polygon| {
        polygon.holes.retain(|hole| has_three_distinct(hole));
        polygon
    });
    let solid: Vec<Polygon<FileXy>> = solid.collect();
    let dropped = before - count(&solid);
    (!solid.is_empty()).then_some((Shape::Polygons(solid), dropped))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn config() -> SourceConfig {
        SourceConfig::of("x.geojson")
    }

    fn set(text: &str) -> (RawSet, Vec<&'static str>) {
        let mut report = Report::default();
        let mut set = read(text.as_bytes(), Path::new("x.geojson"), &config(), &mut report).expect("is GeoJSON");
        std::mem::take(&mut set.remarks).report(Path::new("x.geojson"), &mut report);
        (set, report.findings.iter().map(|finding| finding.code).collect())
    }

    fn refused(text: &str) -> String {
        let error = read(text.as_bytes(), Path::new("x.geojson"), &config(), &mut Report::default());
        error.err().expect("is refused").to_string()
    }

    #[test]
    fn a_workbook_with_the_name_of_a_map_is_called_a_workbook() {
        for head in ["PK\u{3}\u{4}....[Content_Types].xml", "PK\u{3}\u{4}mimetypeapplication/vnd.oasis.opendocument"] {
            assert!(refused(head).contains("x.geojson is not a text file but "), "{}", refused(head));
            assert!(refused(head).contains("save the sheet as"), "{}", refused(head));
        }
        let old = read(b"\xd0\xcf\x11\xe0", Path::new("x.geojson"), &config(), &mut Report::default());
        assert!(old.err().expect("is refused").to_string().contains("an old Excel workbook"));
    }

    const POINT: &str = r#"{"type":"Point","coordinates":[9.5,52.8]}"#;

    #[test]
    fn features_and_bare_geometries_are_read_like_a_collection() {
        let feature = format!(r#"{{"type":"Feature","properties":{{"AGS":"03358024"}},"geometry":{POINT}}}"#);
        let (with_properties, _) = set(&feature);
        assert_eq!(with_properties.columns, ["AGS"]);
        assert_eq!(with_properties.features[0].attributes, [Attribute::Text("03358024".to_owned())]);
        assert_eq!(set(POINT).0.features.len(), 1);
    }

    #[test]
    fn one_bad_geometry_costs_one_feature() {
        let text = format!(
            r#"{{"type":"FeatureCollection","features":[
                {{"type":"Feature","properties":null,"geometry":null}},
                {{"type":"Feature","geometry":{{"type":"Polygon","coordinates":[[[1]]]}}}},
                {{"type":"Feature","geometry":{{"type":"Blob"}}}},
                {{"type":"Feature","geometry":{{"type":"LineString","coordinates":[[0,0],[1,1]]}}}},
                {{"type":"Feature","geometry":{{"type":"Polygon","coordinates":[[[0,0],[1,1],[0,0]]]}}}},
                42,
                {{"type":"Feature","geometry":{POINT}}}]}}"#
        );
        let (set, codes) = set(&text);
        assert_eq!(set.features.iter().map(|feature| feature.row).collect::<Vec<_>>(), [7]);
        assert_eq!(codes, ["null-geometry", "broken-record", "not-an-area-or-place", "no-area"]);
    }

    #[test]
    fn columns_are_the_union_of_all_properties_and_the_id() {
        let text = format!(
            r#"{{"type":"FeatureCollection","features":[
                {{"type":"Feature","id":7,"properties":{{"b":1.5,"a":" x "}},"geometry":{POINT}}},
                {{"type":"Feature","properties":{{"c":[1,2],"a":null,"b":true}},"geometry":{POINT}}}]}}"#
        );
        let (set, _) = set(&text);
        assert_eq!(set.columns, ["b", "a", "c", "id"]);
        let text = |text: &str| Attribute::Text(text.to_owned());
        let first = [Attribute::Number(1.5), text("x"), Attribute::Null, Attribute::Integer(7)];
        assert_eq!(set.features[0].attributes, first);
        let second = [Attribute::Bool(true), Attribute::Null, text("[1,2]"), Attribute::Null];
        assert_eq!(set.features[1].attributes, second);
    }

    #[test]
    fn the_crs_member_of_2008_is_honoured() {
        let with = |name: &str| {
            format!(
                r#"{{"type":"FeatureCollection","crs":{{"type":"name","properties":{{"name":"{name}"}}}},"features":[]}}"#
            )
        };
        assert_eq!(set(&with("urn:ogc:def:crs:EPSG::25833")).0.crs, Crs::from_code("25833").ok());
        assert_eq!(set(&with("urn:ogc:def:crs:OGC:1.3:CRS84")).0.crs, Some(Crs::wgs84()));
        assert!(refused(&with("urn:ogc:def:crs:ESRI::102100")).contains("is no code of a CRS"));
        assert_eq!(set(POINT).0.crs, None);
    }

    #[test]
    fn an_unclosed_ring_is_closed_and_told() {
        let (set, codes) = set(r#"{"type":"Polygon","coordinates":[[[9,52],[10,52],[10,53]]]}"#);
        assert_eq!((set.features.len(), codes), (1, vec!["ring-closed"]));
    }

    #[test]
    fn what_is_no_geojson_is_refused_by_what_it_is() {
        assert!(refused(r#"{"type":"Topology","objects":{}}"#).contains("it is TopoJSON"));
        assert!(refused(r#"{"type":"Feat"#).contains("line 1 column"));
        assert!(refused("  ").ends_with("it is empty"));
        assert!(refused("[[1,2]]").ends_with("it does not start with {"));
        assert!(refused(r#"{"a":1}"#).ends_with("its type is \"\""));
    }

    #[test]
    fn a_file_in_latin_1_keeps_its_umlauts_and_is_told() {
        let mut bytes = br#"{"type":"Feature","properties":{"GEN":"H"#.to_vec();
        bytes.push(0xE4);
        bytes.extend(br#"uslingen"},"geometry":{"type":"Point","coordinates":[9.5,52.8]}}"#);
        let mut report = Report::default();
        let set = read(&bytes, Path::new("x.geojson"), &config(), &mut report).expect("is read");
        assert_eq!(set.features[0].attributes[0].to_string(), "Häuslingen");
        assert_eq!(report.findings[0].code, "encoding-contradicted");
    }

    #[test]
    fn endless_nesting_is_refused_before_the_stack_ends() {
        let deep = format!("{}{}", r#"{"type":"GeometryCollection","geometries":["#.repeat(5000), "]}".repeat(5000));
        let _ = read(deep.as_bytes(), Path::new("x.geojson"), &config(), &mut Report::default());
    }

    proptest! {
        #[test]
        fn a_file_cut_off_or_changed_anywhere_never_panics(cut in 0usize..220, at in 0usize..220, byte in any::<u8>()) {
            let text = format!(r#"{{"type":"FeatureCollection","features":[{{"type":"Feature","id":1,"properties":{{"a":"ä"}},
                "geometry":{{"type":"MultiPolygon","coordinates":[[[[9,52],[10,52],[10,53],[9,52]]]]}}}},{POINT}]}}"#);
            let mut bytes = text.into_bytes();
            bytes.truncate(cut);
            if let Some(place) = bytes.get_mut(at) {
                *place = byte;
            }
            let _ = read(&bytes, Path::new("x.geojson"), &config(), &mut Report::default());
            let _ = look(&bytes, Path::new("x.geojson"), 5);
        }
    }
}
