//! Areas with indicators joined → a GeoPackage (OGC 12-128r18, version 1.3) with one feature table.
//!
//! It is made in memory and handed out whole. What each column is stands in `gpkg_data_columns` (§F.9, schema), and
//! where the figures come from in the description of the contents and in `gpkg_metadata` (§F.8).

use std::collections::BTreeSet;

use rusqlite::types::Value;
use rusqlite::{Connection, params, params_from_iter};

use super::areas::{AreaTable, own};
use super::{DownloadError, about, wkb};
use crate::attribute::Attribute;
use crate::texts;

/// Application id `GPKG`, version 1.3.0 (§1.1.1.1.1), and the tables that every GeoPackage has.
const TABLES: &str = "
PRAGMA page_size = 4096;
PRAGMA encoding = 'UTF-8';
PRAGMA application_id = 0x47504B47;
PRAGMA user_version = 10300;
BEGIN;
CREATE TABLE gpkg_spatial_ref_sys (
    srs_name TEXT NOT NULL, srs_id INTEGER NOT NULL PRIMARY KEY, organization TEXT NOT NULL,
    organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, description TEXT);
CREATE TABLE gpkg_contents (
    table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT UNIQUE, description TEXT DEFAULT '',
    last_change DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')),
    min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER,
    CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id));
CREATE TABLE gpkg_geometry_columns (
    table_name TEXT NOT NULL, column_name TEXT NOT NULL, geometry_type_name TEXT NOT NULL, srs_id INTEGER NOT NULL,
    z TINYINT NOT NULL, m TINYINT NOT NULL,
    CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name),
    CONSTRAINT uk_gc_table_name UNIQUE (table_name),
    CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name),
    CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id));
CREATE TABLE gpkg_extensions (
    table_name TEXT, column_name TEXT, extension_name TEXT NOT NULL, definition TEXT NOT NULL, scope TEXT NOT NULL,
    CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name));
CREATE TABLE gpkg_metadata (
    id INTEGER CONSTRAINT m_pk PRIMARY KEY ASC NOT NULL, md_scope TEXT NOT NULL DEFAULT 'dataset',
    md_standard_uri TEXT NOT NULL, mime_type TEXT NOT NULL DEFAULT 'text/xml', metadata TEXT NOT NULL DEFAULT '');
CREATE TABLE gpkg_metadata_reference (
    reference_scope TEXT NOT NULL, table_name TEXT, column_name TEXT, row_id_value INTEGER,
    timestamp DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')),
    md_file_id INTEGER NOT NULL, md_parent_id INTEGER,
    CONSTRAINT crmr_mfi_fk FOREIGN KEY (md_file_id) REFERENCES gpkg_metadata(id),
    CONSTRAINT crmr_mpi_fk FOREIGN KEY (md_parent_id) REFERENCES gpkg_metadata(id));
CREATE TABLE gpkg_data_columns (
    table_name TEXT NOT NULL, column_name TEXT NOT NULL, name TEXT, title TEXT, description TEXT, mime_type TEXT,
    constraint_name TEXT,
    CONSTRAINT pk_gdc PRIMARY KEY (table_name, column_name),
    CONSTRAINT gdc_tn UNIQUE (table_name, name));
CREATE TABLE gpkg_data_column_constraints (
    constraint_name TEXT NOT NULL, constraint_type TEXT NOT NULL, value TEXT, min NUMERIC, min_is_inclusive BOOLEAN,
    max NUMERIC, max_is_inclusive BOOLEAN, description TEXT,
    CONSTRAINT gdcc_ntv UNIQUE (constraint_name, constraint_type, value));
INSERT INTO gpkg_extensions VALUES
    ('gpkg_metadata', NULL, 'gpkg_metadata', 'http://www.geopackage.org/spec130/#extension_metadata', 'read-write'),
    ('gpkg_metadata_reference', NULL, 'gpkg_metadata', 'http://www.geopackage.org/spec130/#extension_metadata',
        'read-write'),
    ('gpkg_data_columns', NULL, 'gpkg_schema', 'http://www.geopackage.org/spec130/#extension_schema', 'read-write'),
    ('gpkg_data_column_constraints', NULL, 'gpkg_schema', 'http://www.geopackage.org/spec130/#extension_schema',
        'read-write');
INSERT INTO gpkg_spatial_ref_sys VALUES
    ('Undefined Cartesian SRS', -1, 'NONE', -1, 'undefined', 'undefined Cartesian coordinate reference system'),
    ('Undefined geographic SRS', 0, 'NONE', 0, 'undefined', 'undefined geographic coordinate reference system');
";

/// WGS 84 as Well-Known Text (OGC 01-009).
const WGS_84: &str = concat!(
    r#"GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563,AUTHORITY["EPSG","7030"]],"#,
    r#"AUTHORITY["EPSG","6326"]],PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],"#,
    r#"UNIT["degree",0.0174532925199433,AUTHORITY["EPSG","9122"]],AUTHORITY["EPSG","4326"]]"#
);

/// A column of the feature table beside its geometry.
struct Field {
    name: String,
    kind: &'static str,
    title: String,
}

/// Writes the package.
///
/// # Errors
/// If SQLite refuses, which would be a fault of this module.
pub fn write(table: &AreaTable<'_>) -> Result<Vec<u8>, DownloadError> {
    let mut connection = Connection::open_in_memory()?;
    connection.execute_batch(TABLES)?;
    connection.execute(
        "INSERT INTO gpkg_spatial_ref_sys VALUES ('WGS 84 geodetic', ?1, 'EPSG', ?1, ?2, 'longitude, latitude in degrees')",
        params![wkb::SRS_ID, WGS_84],
    )?;
    let name = table.layer.config.id.as_str();
    describe(&connection, table, name)?;
    let fields = unique(fields(table));
    create(&connection, &fields, name)?;
    fill(&connection, table, &fields, name)?;
    connection.execute_batch("COMMIT;")?;
    Ok(connection.serialize("main")?.to_vec())
}

/// Contents and metadata.
fn describe(connection: &Connection, table: &AreaTable<'_>, name: &str) -> Result<(), rusqlite::Error> {
    let (layer, language) = (&table.layer.config, table.language);
    let at = table.release.built_at.strftime("%Y-%m-%dT%H:%M:%S.000Z").to_string();
    let described = format!(
        "{}. {}. {}: {}",
        layer.title.get(language),
        table.attribution().join("; "),
        texts::download("release").get(language),
        table.release.id
    );
    let [west, south, east, north] = table.bounds().map_or([None; 4], |bounds| bounds.map(Some));
    connection.execute(
        "INSERT INTO gpkg_contents VALUES (?1, 'features', ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        params![name, name, described, at, west, south, east, north, wkb::SRS_ID],
    )?;
    connection.execute(
        "INSERT INTO gpkg_geometry_columns VALUES (?1, 'geom', 'MULTIPOLYGON', ?2, 0, 0)",
        params![name, wkb::SRS_ID],
    )?;
    let periods = |id| -> Vec<_> {
        let of = table.columns.iter().filter(|column| column.indicator.id() == id);
        let mut periods: Vec<_> = of.map(|column| column.period).collect();
        periods.sort_unstable();
        periods.dedup();
        periods
    };
    let lines = |lines: Vec<(String, String)>| {
        lines.into_iter().map(|(label, text)| format!("{label}: {text}")).collect::<Vec<_>>().join("\n")
    };
    let mut texts_of = vec![described];
    for indicator in table.indicators() {
        let config = &indicator.config;
        texts_of.push(lines(about::lines(table.release, table.layer, config, &periods(&config.id), language)));
    }
    for (id, text) in (1_i64..).zip(texts_of) {
        connection.execute(
            "INSERT INTO gpkg_metadata VALUES (?1, 'dataset', 'http://purl.org/dc/terms/', 'text/plain', ?2)",
            params![id, text],
        )?;
        connection.execute(
            "INSERT INTO gpkg_metadata_reference VALUES ('table', ?1, NULL, NULL, ?2, ?3, NULL)",
            params![name, at, id],
        )?;
    }
    Ok(())
}

/// The columns in the order in which `fill` gives their values.
fn fields(table: &AreaTable<'_>) -> Vec<Field> {
    let language = table.language;
    let text = |name: &str| Field { name: name.to_owned(), kind: "TEXT", title: own(name, language) };
    let mut fields = vec![text("key"), text("name"), text("parent")];
    fields.extend(table.published().into_iter().map(|published| Field {
        name: published.name.to_owned(),
        kind: kind(&published.values),
        title: published.title.get(language).to_owned(),
    }));
    for column in &table.columns {
        let state = texts::fill(&texts::field("state"), "attribute", &column.name);
        fields.push(Field { name: column.name.clone(), kind: "DOUBLE", title: column.title(language) });
        fields.push(Field { name: column.state_name(), kind: "TEXT", title: state.get(language).to_owned() });
    }
    fields
}

/// The type that holds all values of an attribute.
fn kind(values: &[&Attribute]) -> &'static str {
    let all = |test: fn(&Attribute) -> bool| values.iter().all(|value| matches!(value, Attribute::Null) || test(value));
    if all(|value| matches!(value, Attribute::Integer(_))) {
        "INTEGER"
    } else if all(|value| matches!(value, Attribute::Integer(_) | Attribute::Number(_))) {
        "DOUBLE"
    } else if all(|value| matches!(value, Attribute::Bool(_))) {
        "BOOLEAN"
    } else {
        "TEXT"
    }
}

/// SQLite takes `Name` and `name` for the same: the later one gets a number.
fn unique(mut fields: Vec<Field>) -> Vec<Field> {
    let mut taken = vec!["fid".to_owned(), "geom".to_owned()];
    for field in &mut fields {
        let name = field.name.clone();
        let free = (1..).map(|nth| if nth == 1 { name.clone() } else { format!("{name}_{nth}") });
        let mut free = free.skip_while(|name| taken.contains(&name.to_lowercase()));
        field.name = free.next().unwrap_or(name);
        taken.push(field.name.to_lowercase());
    }
    fields
}

fn create(connection: &Connection, fields: &[Field], name: &str) -> Result<(), rusqlite::Error> {
    let columns: Vec<String> = fields.iter().map(|field| format!("{} {}", quoted(&field.name), field.kind)).collect();
    connection.execute_batch(&format!(
        "CREATE TABLE {} (fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, geom MULTIPOLYGON, {});",
        quoted(name),
        columns.join(", ")
    ))?;
    let mut taken = BTreeSet::new();
    for field in fields {
        // what programs show instead of the column's name; no two columns may have the same
        let shown = taken.insert(&field.title).then_some(&field.title);
        connection.execute(
            "INSERT INTO gpkg_data_columns VALUES (?1, ?2, ?3, ?4, NULL, NULL, NULL)",
            params![name, field.name, shown, field.title],
        )?;
    }
    Ok(())
}

fn fill(connection: &Connection, table: &AreaTable<'_>, fields: &[Field], name: &str) -> Result<(), rusqlite::Error> {
    let places = vec!["?"; fields.len() + 2].join(", ");
    let mut insert = connection.prepare(&format!("INSERT INTO {} VALUES ({places})", quoted(name)))?;
    for ((feature, record), fid) in table.rows().zip(1_i64..) {
        let parent = record.parent.as_ref().map(|parent| parent.key.clone());
        let mut row = vec![Value::Integer(fid), Value::Blob(wkb::multi_polygon(&table.polygons(feature)))];
        row.extend([record.key.clone().into(), record.name.clone().into(), parent.into()]);
        row.extend(record.attributes.iter().zip(fields.iter().skip(3)).map(|(value, field)| to_sql(value, field.kind)));
        for column in &table.columns {
            let (number, state) = column.value(feature);
            row.extend([number.into(), state.as_str().to_owned().into()]);
        }
        insert.execute(params_from_iter(row))?;
    }
    Ok(())
}

/// A value as its column's type wants it.
fn to_sql(attribute: &Attribute, kind: &str) -> Value {
    match attribute {
        Attribute::Null => Value::Null,
        other if kind == "TEXT" => other.to_text().into(),
        Attribute::Bool(bool) => (*bool).into(),
        Attribute::Integer(integer) => (*integer).into(),
        Attribute::Number(number) => (*number).into(),
        Attribute::Text(text) => text.clone().into(),
    }
}

/// A name inside a statement.
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_attribute_has_the_narrowest_type_that_holds_all_its_values() {
        let (null, whole, half) = (Attribute::Null, Attribute::Integer(2), Attribute::Number(0.5));
        let (yes, text) = (Attribute::Bool(true), Attribute::Text("a".to_owned()));
        assert_eq!(kind(&[&null, &whole]), "INTEGER");
        assert_eq!(kind(&[&whole, &half, &null]), "DOUBLE");
        assert_eq!(kind(&[&yes]), "BOOLEAN");
        assert_eq!(kind(&[&yes, &whole]), "TEXT");
        assert_eq!(kind(&[&text]), "TEXT");
    }

    #[test]
    fn names_that_sqlite_takes_for_one_are_told_apart() {
        let field = |name: &str| Field { name: name.to_owned(), kind: "TEXT", title: String::new() };
        let names: Vec<String> =
            unique(["key", "Key", "FID", "a\"b"].map(field).into()).into_iter().map(|field| field.name).collect();
        assert_eq!(names, ["key", "Key_2", "FID_2", "a\"b"]);
        assert_eq!(quoted("a\"b"), "\"a\"\"b\"");
    }
}
