//! What is in a file, at a glance: layers with their columns and first rows, no geometry read.
//!
//! `kreisel init` picks the layers of a boundary delivery by it, so it is cheap even for the whole country.

use std::path::Path;

use super::archive::{Archive, Layer};
use super::dbf::{Row, Table};
use super::{Format, SourceError, csv, geojson, geopackage, points, shapefile, workbook};
use crate::attribute::Attribute;
use crate::config::SourceConfig;
use crate::delimited::read_bytes;
use crate::geo::Crs;

/// Rows shown of each layer.
const FIRST_ROWS: usize = 5;

/// Bytes of a `.dbf` that hold the header and the first rows of any real table.
const DBF_HEAD_BYTES: u64 = 256 * 1024;

/// What a layer's geometry is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GeometryKind {
    /// Areas.
    Polygons,
    /// Places.
    Points,
    /// Lines, which make no layer.
    Lines,
    /// Collections and surfaces.
    Other,
    /// A table alone. A CSV file or sheet is one until the layer file names its coordinate columns.
    None,
}

/// One layer in a file.
#[derive(Clone, Debug)]
pub struct Member {
    /// Name, as `member` in a layer file takes it.
    pub name: String,
    /// What its geometry is, as far as the file's head says.
    pub kind: GeometryKind,
    /// Number of records.
    pub records: u64,
    /// Column names in file order.
    pub columns: Vec<String>,
    /// CRS, if the file names one that is known.
    pub crs: Option<Crs>,
    /// The first rows, in the order of `columns`.
    pub first: Vec<Vec<Attribute>>,
    /// For tables: the columns that look like coordinates, x first.
    pub points: Option<(String, String)>,
}

/// What the formats find out.
pub(super) struct Look {
    pub(super) kind: GeometryKind,
    pub(super) records: u64,
    pub(super) columns: Vec<String>,
    pub(super) crs: Option<Crs>,
    pub(super) first: Vec<Vec<Attribute>>,
}

impl Look {
    fn named(self, name: String) -> Member {
        let points = points::likely_point_columns(&self.columns).filter(|_| self.kind == GeometryKind::None);
        let Self { kind, records, columns, crs, first } = self;
        Member { name, kind, records, columns, crs, first, points }
    }
}

/// Lists the layers of a file, tables without geometry among them.
///
/// # Errors
/// If the file as a whole cannot be read, or is a single file that makes no sense. Layers of an archive that make
/// no sense are left out.
pub fn inspect(path: &Path) -> Result<Vec<Member>, SourceError> {
    let stem = || {
        path.file_name()
            .map_or_else(String::new, |name| name.to_string_lossy().split('.').next().unwrap_or_default().to_owned())
    };
    match Format::of(path)? {
        Format::GeoJson => Ok(vec![geojson::look(&read_bytes(path)?, path, FIRST_ROWS)?.named(stem())]),
        Format::Csv => Ok(vec![csv::look(&read_bytes(path)?, path, FIRST_ROWS)?.named(stem())]),
        Format::GeoPackage => {
            let rows = u32::try_from(FIRST_ROWS).unwrap_or(u32::MAX);
            Ok(geopackage::look(path, rows)?.into_iter().map(|(name, look)| look.named(name)).collect())
        }
        Format::Workbook => {
            let named = |(name, look): (String, Look)| look.named(if name.is_empty() { stem() } else { name });
            Ok(workbook::look(path, FIRST_ROWS)?.into_iter().map(named).collect())
        }
        // what an extract holds depends on what is asked for
        Format::Osm => Ok(Vec::new()),
        Format::Archive => {
            let mut archive = Archive::open(path)?;
            let layers = archive.layers().to_vec();
            Ok(layers.iter().filter_map(|layer| Some(look(&mut archive, layer)?.named(layer.name.clone()))).collect())
        }
    }
}

/// The columns of the layer that a description means, without its geometry; `None` if it cannot be told.
#[must_use]
pub fn columns(config: &SourceConfig) -> Option<Vec<String>> {
    let members = inspect(&config.path).ok()?;
    let named = config.member.as_ref().or(config.sheet.as_ref());
    let meant = |member: &Member| named.is_none_or(|name| member.name.eq_ignore_ascii_case(name));
    let mut found = members.into_iter().filter(meant);
    let only = found.next()?;
    found.next().is_none().then_some(only.columns)
}

fn look(archive: &mut Archive, layer: &Layer) -> Option<Look> {
    let Some(extension) = layer.single() else { return look_at_shapefile(archive, layer) };
    let file = archive.label(layer, extension);
    let bytes = archive.read(layer, extension).ok()??;
    if extension == "csv" {
        csv::look(&bytes, &file, FIRST_ROWS).ok()
    } else {
        geojson::look(&bytes, &file, FIRST_ROWS).ok()
    }
}

fn look_at_shapefile(archive: &mut Archive, layer: &Layer) -> Option<Look> {
    let head = archive.read_head(layer, "shp", shapefile::HEADER_BYTES as u64).ok()?;
    let kind = match head {
        Some(head) => shapefile::kind(&head, &archive.label(layer, "shp")).ok()?,
        None => GeometryKind::None,
    };
    let label = archive.read(layer, "cpg").ok()?;
    let label = label.as_deref().map(String::from_utf8_lossy);
    let dbf = archive.read_head(layer, "dbf", DBF_HEAD_BYTES).ok()??;
    let table = Table::parse(dbf, &archive.label(layer, "dbf"), None, label.as_deref()).ok()?;
    let rows = (0..FIRST_ROWS as u64).filter_map(|index| table.row(index, |_, _| {}));
    let first = rows.filter_map(|row| if let Row::Cells(cells) = row { Some(cells) } else { None });
    let crs = archive.read(layer, "prj").ok()?.and_then(|prj| shapefile::read_prj(&prj)).and_then(Result::ok);
    let by_index = layer.size_bytes("shx").map(|size| size.saturating_sub(shapefile::HEADER_BYTES as u64) / 8);
    Some(Look {
        kind,
        records: by_index.unwrap_or_else(|| table.declared_rows()),
        columns: table.columns(),
        crs,
        first: first.collect(),
    })
}
