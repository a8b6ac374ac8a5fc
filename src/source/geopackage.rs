//! GeoPackage (OGC 12-128r19) → features in the file's coordinates.
//!
//! A GeoPackage is a SQLite file, and SQLite reads it: for reading only, within a number of steps and bytes, and without
//! trust in what the file defines. What the contents table says of bounds and counts is not believed, nor are indexes
//! used.

use std::path::{Path, PathBuf};

use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags};

use super::member::Look;
use super::place::RawFeature;
use super::remark::{Remark, Remarks};
use super::selection::Selection;
use super::wkb::{self, WkbError};
use super::{GeometryKind, RawSet, SourceError, shapefile};
use crate::attribute::Attribute;
use crate::config::SourceConfig;
use crate::delimited::MAX_BYTES;
use crate::geo::{Crs, CrsError, ShapeError};
use crate::message;
use crate::report::{Finding, Message, Report};

/// Steps that SQLite takes between two looks at their number.
const STRIDE: i32 = 100_000;

/// Steps that one file may take; the municipalities of Germany take fewer than a million.
const MOST_STEPS: u64 = 1_000_000_000;

/// An open file.
struct Package {
    file: PathBuf,
    connection: Connection,
}

/// One table of features.
struct Layer {
    name: String,
    geometry: String,
    kind: GeometryKind,
    crs: Option<Result<Crs, CrsError>>,
}

/// A column that is no geometry.
struct Column {
    name: String,
    is_bool: bool,
}

/// Reads the features that the filter takes.
pub(super) fn read(config: &SourceConfig, report: &mut Report) -> Result<RawSet, SourceError> {
    let package = Package::open(&config.path)?;
    package.tell_if_open_elsewhere(report);
    let layer = package.choose(config.member.as_deref())?;
    let columns = package.columns(&layer)?;
    let names: Vec<String> = columns.iter().map(|column| column.name.clone()).collect();
    let selection = Selection::new(config.filter.as_ref(), &names, &config.path)?;
    let (mut records, mut features, mut remarks) = (0, Vec::new(), Remarks::default());
    let mut selected = 0;
    package.rows(&layer, &columns, None, |attributes, geometry| {
        records += 1;
        if !selection.takes(&attributes) {
            return;
        }
        selected += 1;
        match read_geometry(geometry) {
            Ok((shape, unclosed)) => {
                if unclosed > 0 {
                    remarks.add(Remark::RingClosed, records, message!("{n} ring[s]", n = unclosed));
                }
                features.push(RawFeature { row: records, attributes, shape });
            }
            Err((remark, detail)) => remarks.add(remark, records, detail),
        }
    })?;
    selection.refuse_if_empty(usize::try_from(selected).unwrap_or(usize::MAX), records)?;
    let crs = match (&config.crs, layer.crs) {
        (Some(crs), _) => Some(crs.clone()),
        (None, said) => said.transpose().map_err(|error| SourceError::Crs { file: config.path.clone(), error })?,
    };
    let file = config.path.clone();
    Ok(RawSet { file, columns: names, records, selected, features, remarks, crs, crs_if_unsaid: None })
}

/// The layers, with their first rows.
pub(super) fn look(path: &Path, rows: u32) -> Result<Vec<(String, Look)>, SourceError> {
    let package = Package::open(path)?;
    let mut looks = Vec::new();
    for layer in package.layers()? {
        let columns = package.columns(&layer)?;
        let mut first = Vec::new();
        package.rows(&layer, &columns, Some(rows), |attributes, _| first.push(attributes))?;
        let records = package.count(&layer)?;
        let columns = columns.into_iter().map(|column| column.name).collect();
        looks.push((
            layer.name,
            Look { kind: layer.kind, records, columns, crs: layer.crs.and_then(Result::ok), first },
        ));
    }
    Ok(looks)
}

impl Package {
    fn open(path: &Path) -> Result<Self, SourceError> {
        let unreadable = |error| SourceError::Read { file: path.to_path_buf(), error };
        let size = std::fs::metadata(path).map_err(unreadable)?.len();
        if size > MAX_BYTES {
            return Err(SourceError::TooLarge { file: path.to_path_buf(), limit_bytes: MAX_BYTES });
        }
        let bad = |error: rusqlite::Error| refused(path, &error);
        // `immutable` keeps SQLite from looking for a journal and from locking
        let escaped = path.to_string_lossy().replace('%', "%25").replace('?', "%3f").replace('#', "%23");
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let mut connection = Connection::open_with_flags(format!("file:{escaped}?immutable=1"), flags).map_err(bad)?;
        let mut steps = 0_u64;
        let is_too_long = move || {
            steps += u64::from(STRIDE.unsigned_abs());
            steps > MOST_STEPS
        };
        connection.progress_handler(STRIDE, Some(is_too_long)).map_err(bad)?;
        // views and functions that the file defines have no say over anything but itself
        connection.pragma_update(None, "trusted_schema", false).map_err(bad)?;
        Ok(Self { file: path.to_path_buf(), connection })
    }

    /// A program that has the file open keeps its last changes beside it.
    fn tell_if_open_elsewhere(&self, report: &mut Report) {
        let mut beside = self.file.clone().into_os_string();
        beside.push("-wal");
        if std::fs::metadata(&beside).is_ok_and(|beside| beside.len() > 0) {
            let message = message!("the file is open in another program, whose last changes may be missing");
            let advice = message!("close the file there, such as the project in QGIS");
            report.add(Finding::warning("source-open", message).in_file(&self.file).advise(advice));
        }
    }

    fn layers(&self) -> Result<Vec<Layer>, SourceError> {
        let bad = |error: rusqlite::Error| refused(&self.file, &error);
        let select = "SELECT g.table_name, g.column_name, g.geometry_type_name, s.organization, \
                      s.organization_coordsys_id, s.definition FROM gpkg_geometry_columns g \
                      LEFT JOIN gpkg_spatial_ref_sys s ON s.srs_id = g.srs_id ORDER BY g.rowid";
        let mut statement = self.connection.prepare(select).map_err(bad)?;
        let mut rows = statement.query([]).map_err(bad)?;
        let mut layers = Vec::new();
        while let Some(row) = rows.next().map_err(bad)? {
            let kind: String = row.get(2).unwrap_or_default();
            layers.push(Layer {
                name: row.get(0).map_err(bad)?,
                geometry: row.get(1).map_err(bad)?,
                kind: match kind.to_uppercase().as_str() {
                    "POINT" | "MULTIPOINT" => GeometryKind::Points,
                    "POLYGON" | "MULTIPOLYGON" => GeometryKind::Polygons,
                    "LINESTRING" | "MULTILINESTRING" => GeometryKind::Lines,
                    _ => GeometryKind::Other,
                },
                crs: crs(row.get(3).ok(), row.get(4).ok(), row.get(5).ok()),
            });
        }
        Ok(layers)
    }

    /// The layer that is named; without a name the only one.
    fn choose(&self, member: Option<&str>) -> Result<Layer, SourceError> {
        let mut layers = self.layers()?;
        let file = || self.file.clone();
        let names: Vec<String> = layers.iter().map(|layer| layer.name.clone()).collect();
        let found = match member {
            None if layers.is_empty() => {
                let found = message!("it has no table of features");
                return Err(SourceError::NothingInside { file: file(), found });
            }
            None if layers.len() > 1 => return Err(SourceError::SeveralMembers { file: file(), members: names }),
            None => Some(0),
            Some(member) => names.iter().position(|name| name.eq_ignore_ascii_case(member)),
        };
        let unknown = || SourceError::UnknownMember {
            file: file(),
            member: member.unwrap_or_default().to_owned(),
            members: names.clone(),
        };
        found.map(|at| layers.swap_remove(at)).ok_or_else(unknown)
    }

    fn columns(&self, layer: &Layer) -> Result<Vec<Column>, SourceError> {
        let bad = |error: rusqlite::Error| refused(&self.file, &error);
        let mut statement =
            self.connection.prepare("SELECT name, type FROM pragma_table_info(?1) ORDER BY cid").map_err(bad)?;
        let mut rows = statement.query([&layer.name]).map_err(bad)?;
        let mut columns = Vec::new();
        while let Some(row) = rows.next().map_err(bad)? {
            let (name, kind): (String, String) = (row.get(0).map_err(bad)?, row.get(1).unwrap_or_default());
            if !name.eq_ignore_ascii_case(&layer.geometry) {
                columns.push(Column { name, is_bool: kind.eq_ignore_ascii_case("boolean") });
            }
        }
        Ok(columns)
    }

    fn count(&self, layer: &Layer) -> Result<u64, SourceError> {
        let select = format!("SELECT count(*) FROM {}", quoted(&layer.name));
        let count = self.connection.query_row(&select, [], |row| row.get::<_, i64>(0));
        Ok(count.map_err(|error| refused(&self.file, &error))?.unsigned_abs())
    }

    /// Hands over each row: its attributes and its geometry.
    fn rows(
        &self,
        layer: &Layer,
        columns: &[Column],
        most: Option<u32>,
        mut take: impl FnMut(Vec<Attribute>, Option<&[u8]>),
    ) -> Result<(), SourceError> {
        let bad = |error: rusqlite::Error| refused(&self.file, &error);
        let names = std::iter::once(&layer.geometry).chain(columns.iter().map(|column| &column.name));
        let names: Vec<String> = names.map(|name| quoted(name)).collect();
        let most = most.map_or_else(String::new, |most| format!(" LIMIT {most}"));
        let select = format!("SELECT {} FROM {}{most}", names.join(", "), quoted(&layer.name));
        let mut statement = self.connection.prepare(&select).map_err(bad)?;
        let mut rows = statement.query([]).map_err(bad)?;
        let mut bytes = 0_u64;
        while let Some(row) = rows.next().map_err(bad)? {
            let mut attributes = Vec::with_capacity(columns.len());
            for (at, column) in columns.iter().enumerate() {
                let value = row.get_ref(at + 1).map_err(bad)?;
                let attribute = attribute_of(value, column.is_bool);
                bytes += 32 + if let Attribute::Text(text) = &attribute { text.len() as u64 } else { 0 };
                attributes.push(attribute);
            }
            let geometry = match row.get_ref(0).map_err(bad)? {
                ValueRef::Blob(geometry) => Some(geometry),
                _ => None,
            };
            bytes += geometry.map_or(0, |geometry| geometry.len() as u64);
            if bytes > MAX_BYTES {
                return Err(SourceError::TooLarge { file: self.file.clone(), limit_bytes: MAX_BYTES });
            }
            take(attributes, geometry);
        }
        Ok(())
    }
}

fn refused(file: &Path, error: &rusqlite::Error) -> SourceError {
    SourceError::NotAGeoPackage { file: file.to_path_buf(), reason: error.to_string() }
}

/// A name inside of a question to SQLite.
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// The CRS of a layer: by its number at the EPSG, else by its description. -1 and 0 say that nobody knows it.
fn crs(organization: Option<String>, code: Option<i64>, definition: Option<String>) -> Option<Result<Crs, CrsError>> {
    let code = code.filter(|code| *code > 0)?;
    let known =
        organization.filter(|name| name.eq_ignore_ascii_case("epsg")).map(|_| Crs::from_code(&code.to_string()));
    match known {
        Some(Ok(crs)) => Some(Ok(crs)),
        known => definition.and_then(|text| shapefile::read_prj(text.as_bytes())).or(known),
    }
}

fn attribute_of(value: ValueRef<'_>, is_bool: bool) -> Attribute {
    match value {
        ValueRef::Null | ValueRef::Blob(_) => Attribute::Null,
        ValueRef::Integer(number) if is_bool => Attribute::Bool(number != 0),
        ValueRef::Integer(number) => Attribute::Integer(number),
        ValueRef::Real(number) => Attribute::Number(number),
        ValueRef::Text(text) => match String::from_utf8_lossy(text).trim() {
            "" => Attribute::Null,
            text => Attribute::Text(text.to_owned()),
        },
    }
}

/// The geometry behind a header of its own (12-128r19, 2.1.3).
fn read_geometry(blob: Option<&[u8]>) -> Result<(crate::geo::Shape<super::place::FileXy>, usize), (Remark, Message)> {
    let null = || (Remark::NullGeometry, Message::default());
    let broken = |reason: &'static str| (Remark::Broken, Message::from(reason));
    let blob = blob.ok_or_else(null)?;
    let Some(([b'G', b'P', _, flags, ..], rest)) = blob.split_first_chunk::<8>() else {
        return Err(broken("the geometry has no header of a GeoPackage"));
    };
    if flags & 0x10 != 0 {
        return Err(null());
    }
    let envelope = match (flags >> 1) & 0x07 {
        0 => 0,
        1 => 32,
        2 | 3 => 48,
        4 => 64,
        _ => return Err(broken("the geometry has no header of a GeoPackage")),
    };
    let rest = rest.get(envelope..).ok_or_else(|| broken("the geometry ends too early"))?;
    wkb::read(rest).map_err(|error| match error {
        WkbError::Broken(reason) => broken(reason),
        WkbError::Shape(ShapeError::Empty) => null(),
        WkbError::Shape(other) => (Remark::NotAShape, other.to_string().into()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geo::{LonLat, Shape};
    use crate::source;

    const TABLES: &str = "
        CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT, srs_id INTEGER PRIMARY KEY, organization TEXT, organization_coordsys_id INTEGER, definition TEXT);
        INSERT INTO gpkg_spatial_ref_sys VALUES ('undefined', -1, 'NONE', -1, 'undefined'), ('UTM', 25832, 'EPSG', 25832, ''), ('own', 100000, 'NONE', 100000, 'PROJCS[\"UTM\",GEOGCS[\"ETRS89\",DATUM[\"ETRS89\",SPHEROID[\"GRS 1980\",6378137,298.257222101]],PRIMEM[\"Greenwich\",0],UNIT[\"degree\",0.0174532925199433]],PROJECTION[\"Transverse_Mercator\"],PARAMETER[\"latitude_of_origin\",0],PARAMETER[\"central_meridian\",9],PARAMETER[\"scale_factor\",0.9996],PARAMETER[\"false_easting\",500000],PARAMETER[\"false_northing\",0],UNIT[\"metre\",1]]');
        CREATE TABLE gpkg_geometry_columns (table_name TEXT, column_name TEXT, geometry_type_name TEXT, srs_id INTEGER, z INTEGER, m INTEGER);";

    /// A square of one kilometre at Walsrode in EPSG:25832, with an envelope in its header.
    fn square() -> Vec<u8> {
        let mut blob = b"GP\x00\x03\xe8\x64\x00\x00".to_vec();
        blob.extend([0; 32]);
        blob.extend([1, 3, 0, 0, 0, 1, 0, 0, 0, 5, 0, 0, 0]);
        for (x, y) in [(0.0, 0.0), (1000.0, 0.0), (1000.0, 1000.0), (0.0, 1000.0), (0.0, 0.0)] {
            blob.extend((540_000.0_f64 + x).to_le_bytes());
            blob.extend((5_857_000.0_f64 + y).to_le_bytes());
        }
        blob
    }

    fn package(folder: &Path, sql: &str) -> PathBuf {
        let path = folder.join("raeume.gpkg");
        let _ = std::fs::remove_file(&path);
        let connection = Connection::open(&path).expect("can be made");
        connection.execute_batch(TABLES).expect("are tables");
        connection.execute_batch(sql).expect("is SQL");
        let insert = "UPDATE areas SET geom = ?1 WHERE geom = 'square'";
        let _ = connection.execute(insert, [square()]);
        path
    }

    const AREAS: &str = "CREATE TABLE areas (fid INTEGER PRIMARY KEY, geom BLOB, \"Sozial\"\"raum\" TEXT, aktiv BOOLEAN);
        INSERT INTO areas VALUES (1, 'square', ' Mitte ', 1), (2, NULL, 'Nord', 0), (3, x'4750', 'Süd', 1), (4, x'475000110000000000', 'West', 1);";

    fn refusal(path: &Path) -> String {
        source::open(&SourceConfig::of(path), &mut Report::default()).expect_err("is refused").to_string()
    }

    #[test]
    fn areas_come_with_their_columns_in_the_crs_of_the_package() {
        let folder = tempfile::tempdir().expect("a folder can be made");
        for srs in [25832, 100_000] {
            let columns =
                format!("INSERT INTO gpkg_geometry_columns VALUES ('areas', 'geom', 'POLYGON', {srs}, 0, 0);");
            let path = package(folder.path(), &format!("{AREAS}{columns}"));
            let mut report = Report::default();
            let set = source::open(&SourceConfig::of(&path), &mut report).expect("is read");
            assert_eq!(set.columns, ["fid", "Sozial\"raum", "aktiv"]);
            let [area] = set.features.as_slice() else { panic!("one can be read: {report:?}") };
            let text = Attribute::Text("Mitte".to_owned());
            assert_eq!(area.attributes, [Attribute::Integer(1), text, Attribute::Bool(true)]);
            let Shape::Polygons(polygons) = &area.shape else { panic!("is an area") };
            let LonLat { lon_deg, lat_deg } = polygons[0].exterior[0];
            assert!((lon_deg - 9.594).abs() < 0.01 && (lat_deg - 52.86).abs() < 0.01, "{lon_deg} {lat_deg}");
            let codes: Vec<(&str, usize)> =
                report.findings.iter().map(|finding| (finding.code, finding.cases.len())).collect();
            assert_eq!(codes, [("null-geometry", 2), ("broken-record", 1)]);
        }
        let path = package(
            folder.path(),
            &format!("{AREAS}INSERT INTO gpkg_geometry_columns VALUES ('areas', 'geom', 'POLYGON', -1, 0, 0);"),
        );
        assert!(refusal(&path).contains("does not say in which CRS"), "{}", refusal(&path));
    }

    #[test]
    fn a_package_with_two_layers_asks_which_and_lists_them() {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let sql = format!(
            "{AREAS}CREATE TABLE points (fid INTEGER PRIMARY KEY, geom BLOB);
             INSERT INTO gpkg_geometry_columns VALUES ('areas', 'geom', 'POLYGON', 25832, 0, 0), ('points', 'geom', 'POINT', 25832, 0, 0);"
        );
        let path = package(folder.path(), &sql);
        assert!(
            refusal(&path).ends_with("set `member` in the layer file to one of: areas, points"),
            "{}",
            refusal(&path)
        );
        let member = |name: &str| SourceConfig { member: Some(name.to_owned()), ..SourceConfig::of(&path) };
        assert_eq!(source::open(&member("AREAS"), &mut Report::default()).expect("is read").features.len(), 1);
        let error = source::open(&member("roads"), &mut Report::default()).expect_err("is not there").to_string();
        assert!(error.ends_with("holds no layer \"roads\"; it holds: areas, points"), "{error}");
        let members = source::inspect(&path).expect("can be looked at");
        let told: Vec<_> = members.iter().map(|member| (member.name.as_str(), member.kind, member.records)).collect();
        assert_eq!(told, [("areas", GeometryKind::Polygons, 4), ("points", GeometryKind::Points, 0)]);
        assert_eq!(members[0].first.len(), 4);
    }

    #[test]
    fn what_is_no_package_or_computes_without_end_is_refused() {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let path = folder.path().join("raeume.gpkg");
        std::fs::write(&path, "no SQLite").expect("can be written");
        assert!(refusal(&path).contains("is no GeoPackage that can be read"), "{}", refusal(&path));
        let path = package(folder.path(), "");
        assert!(refusal(&path).ends_with("it has no table of features"), "{}", refusal(&path));
        let path = package(
            folder.path(),
            "CREATE VIEW areas AS WITH RECURSIVE n(fid) AS (SELECT 1 UNION ALL SELECT fid + 1 FROM n) SELECT sum(fid) AS fid, NULL AS geom FROM n;
             INSERT INTO gpkg_geometry_columns VALUES ('areas', 'geom', 'POLYGON', 25832, 0, 0);",
        );
        assert!(refusal(&path).ends_with("interrupted"), "{}", refusal(&path));
    }

    #[test]
    fn a_package_spoilt_anywhere_is_read_or_refused() {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let columns = "INSERT INTO gpkg_geometry_columns VALUES ('areas', 'geom', 'POLYGON', 25832, 0, 0);";
        let path = package(folder.path(), &format!("{AREAS}{columns}"));
        let whole = std::fs::read(&path).expect("can be read");
        for at in (0..whole.len()).step_by(97) {
            let mut spoilt = whole.clone();
            spoilt[at] ^= 0xff;
            if at % 3 == 0 {
                spoilt.truncate(at);
            }
            std::fs::write(&path, &spoilt).expect("can be written");
            let _ = source::open(&SourceConfig::of(&path), &mut Report::default());
            let _ = source::inspect(&path);
        }
    }
}
