//! Geometry files → features in lon/lat with attributes.
//!
//! In: a shapefile (alone, in a folder or a zip as the authorities deliver it), GeoJSON or a CSV table with
//! coordinate columns. Out: the features that the layer's filter takes, in degrees on WGS 84, rings stored open,
//! and a report of everything that was repaired or left out.
//!
//! The steps are the same for every format: the file is taken apart ([`shapefile`], [`geojson`], [`csv`]), the
//! filter looks at the attributes ([`selection`]), geometry is read for what it takes, and [`place`] turns it to
//! lon/lat. Rings are neither wound nor repaired here beyond what reading needs; `store` does that.

mod archive;
mod beside;
mod csv;
mod dbf;
mod encoding;
mod error;
mod geojson;
mod member;
mod place;
mod remark;
mod rings;
mod selection;
mod shapefile;

use std::path::{Path, PathBuf};

pub use beside::text_beside;
pub use error::SourceError;
pub use member::{GeometryKind, Member, inspect};

use crate::attribute::Attribute;
use crate::config::SourceConfig;
use crate::delimited::read_bytes;
use crate::geo::{Crs, LonLat, Position, Shape};
use crate::report::Report;
use archive::Archive;
use place::RawFeature;
use remark::Remarks;

/// One feature as its file gave it, in lon/lat.
#[derive(Clone, Debug, PartialEq)]
pub struct Feature {
    /// Record number in the file; the first is 1. For CSV files the line.
    pub row: u64,
    /// Attributes in the order of [`FeatureSet::columns`].
    pub attributes: Vec<Attribute>,
    /// Geometry. Features with null or unusable geometry are left out and reported.
    pub shape: Shape<LonLat>,
}

/// The features of one file that passed the filter.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FeatureSet {
    /// Column names in file order.
    pub columns: Vec<String>,
    /// Features in file order.
    pub features: Vec<Feature>,
}

impl FeatureSet {
    /// Index of a column: exact match first, then without regard to case.
    #[must_use]
    pub fn column(&self, name: &str) -> Option<usize> {
        selection::position(&self.columns, name)
    }
}

/// What a format reads: features in the file's own coordinates.
struct RawSet {
    file: PathBuf,
    columns: Vec<String>,
    /// Records in the file.
    records: u64,
    /// Records that the filter takes.
    selected: u64,
    features: Vec<RawFeature>,
    remarks: Remarks,
    crs: Option<Crs>,
    /// What the format's standard means where nothing is said; `None` if it means nothing.
    crs_if_unsaid: Option<Crs>,
}

/// How a path is read.
enum Format {
    /// Shapefiles, and whatever lies in zips and folders.
    Archive,
    GeoJson,
    Csv,
}

impl Format {
    fn of(path: &Path) -> Result<Self, SourceError> {
        let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
        let unpacked = name.strip_suffix(".gz").unwrap_or(&name);
        match unpacked.rsplit('.').next() {
            _ if path.is_dir() => Ok(Self::Archive),
            Some("geojson" | "json") => Ok(Self::GeoJson),
            Some("csv" | "tsv" | "txt") => Ok(Self::Csv),
            Some("shp" | "zip") if unpacked == name => Ok(Self::Archive),
            _ => Err(SourceError::UnknownFormat { file: path.to_path_buf() }),
        }
    }
}

/// Reads a file: the features that the filter takes, in lon/lat.
///
/// # Errors
/// If the file as a whole cannot be used; single bad features are left out and reported.
pub fn open(config: &SourceConfig, report: &mut Report) -> Result<FeatureSet, SourceError> {
    let raw = read(config, report)?;
    let RawSet { file, columns, records, selected, features, mut remarks, crs, crs_if_unsaid } = raw;
    let crs = match crs.map_or_else(|| choose_crs(&features, crs_if_unsaid, &file), Ok) {
        Ok(crs) => crs,
        Err(error) => {
            remarks.report(&file, report);
            return Err(error);
        }
    };
    let name = crs.name().to_owned();
    let features = place::to_lon_lat(features, crs, &file, &mut remarks, report);
    let losses = remarks.losses();
    remarks.report(&file, report);
    if features.is_empty() {
        return Err(SourceError::NothingUsable { file, records: selected, why: losses });
    }
    let filtered = if selected == records { String::new() } else { format!(", {selected} taken by the filter") };
    let subject = config.path.file_name().unwrap_or_default().to_string_lossy();
    report.fact(subject, format!("{records} records read{filtered}, {} features in {name}{losses}", features.len()));
    Ok(FeatureSet { columns, features })
}

fn read(config: &SourceConfig, report: &mut Report) -> Result<RawSet, SourceError> {
    let path = &config.path;
    match Format::of(path)? {
        Format::GeoJson => geojson::read(&read_bytes(path)?, path, config, report),
        Format::Csv => csv::read(&read_bytes(path)?, path, config, report),
        Format::Archive => read_from_archive(config, report),
    }
}

fn read_from_archive(config: &SourceConfig, report: &mut Report) -> Result<RawSet, SourceError> {
    let mut archive = Archive::open(&config.path)?;
    let layer = archive.choose(config.member.as_deref())?;
    if let Some(extension) = layer.single() {
        let file = archive.label(&layer, extension);
        let bytes = archive.read(&layer, extension)?.unwrap_or_default();
        return match extension {
            "csv" => csv::read(&bytes, &file, config, report),
            _ => geojson::read(&bytes, &file, config, report),
        };
    }
    let file = archive.label(&layer, "shp");
    let Some(shp) = archive.read(&layer, "shp")? else {
        let why = "which holds the shapes; export again with all parts";
        return Err(SourceError::PartMissing { file, part: ".shp", why });
    };
    let parts = shapefile::Parts {
        shp,
        shx: archive.read(&layer, "shx")?,
        dbf: archive.read(&layer, "dbf")?,
        prj: archive.read(&layer, "prj")?,
        cpg: archive.read(&layer, "cpg")?,
        file,
    };
    shapefile::read(parts, config, report)
}

/// The CRS of coordinates about which nothing is said.
fn choose_crs(features: &[RawFeature], default: Option<Crs>, file: &Path) -> Result<Crs, SourceError> {
    if let Some(crs) = default {
        return place::refuse_unless_degrees(features, file).map_or(Ok(crs), Err);
    }
    let first = features.iter().find_map(|feature| feature.shape.positions().next());
    let hint = first.map_or_else(String::new, |at| place::hint(at.x(), at.y()));
    Err(SourceError::CrsMissing { file: file.to_path_buf(), hint })
}
