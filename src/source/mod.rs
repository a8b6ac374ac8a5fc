//! Geometry files → features in lon/lat with attributes.
//!
//! In: a shapefile (alone, in a folder or a zip as the authorities deliver it), GeoJSON, a GeoPackage, a table with
//! coordinate columns or addresses (CSV or a workbook), or an OpenStreetMap extract. Out: the features that the layer's
//! filter takes, in degrees on WGS 84, rings stored open, and a report of everything that was repaired or left out.
//!
//! The steps are the same for every format: the file is taken apart (`shapefile`, `geojson`, `csv`), the filter
//! looks at the attributes (`selection`), geometry is read for what it takes, and `place` turns it to lon/lat. Rings are neither wound nor repaired here beyond what reading needs; `store` does that.

mod address;
mod address_list;
mod archive;
mod beside;
mod csv;
mod dbf;
mod encoding;
mod error;
mod geojson;
mod geopackage;
mod member;
mod osm;
mod place;
mod points;
mod records;
mod remark;
mod rings;
mod selection;
mod shapefile;
mod wkb;
mod workbook;

use std::path::{Path, PathBuf};

pub use beside::text_beside;
pub use error::SourceError;
pub use member::{GeometryKind, Member, columns, inspect};
pub use osm::COLUMNS as OSM_COLUMNS;

use crate::attribute::Attribute;
use crate::config::SourceConfig;
use crate::delimited::read_bytes;
use crate::geo::{Crs, LonLat, Position, Shape};
use crate::message;
use crate::report::{Message, Report};
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
    GeoPackage,
    Csv,
    Workbook,
    Osm,
}

impl Format {
    fn of(path: &Path) -> Result<Self, SourceError> {
        let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
        let unpacked = name.strip_suffix(".gz").unwrap_or(&name);
        match unpacked.rsplit('.').next() {
            _ if path.is_dir() => Ok(Self::Archive),
            Some("geojson" | "json") => Ok(Self::GeoJson),
            Some("csv" | "tsv" | "txt") => Ok(Self::Csv),
            Some("xlsx" | "xlsm" | "xlsb" | "xls" | "ods") if unpacked == name => Ok(Self::Workbook),
            Some("gpkg") if unpacked == name => Ok(Self::GeoPackage),
            Some("pbf") if unpacked == name => Ok(Self::Osm),
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
    let crs = match crs {
        Some(crs) => Ok(crs),
        // whatever its CRS, nothing can come of it
        None if features.is_empty() => Ok(Crs::wgs84()),
        None => choose_crs(&features, crs_if_unsaid, &file),
    };
    let placed = crs.map(|crs| (crs.name().to_owned(), place::to_lon_lat(features, crs, &file, &mut remarks, report)));
    let losses = remarks.losses();
    remarks.report(&file, report);
    let (name, features) = placed?;
    if features.is_empty() {
        return Err(SourceError::NothingUsable { file, records: selected, why: losses });
    }
    let filtered =
        if selected == records { Message::default() } else { message!(", {selected} taken by the filter", selected) };
    let folder = config.path.parent().unwrap_or(Path::new(""));
    let subject = file.strip_prefix(folder).unwrap_or(&file).display().to_string();
    let (read, taken) = (message!("{n} record[s]", n = records), message!("{n} feature[s]", n = features.len()));
    report.fact(
        subject,
        message!("{read} read{filtered}, {taken} in {name}{losses}", read, filtered, taken, name, losses),
    );
    Ok(FeatureSet { columns, features })
}

fn read(config: &SourceConfig, report: &mut Report) -> Result<RawSet, SourceError> {
    let path = &config.path;
    match Format::of(path)? {
        Format::GeoJson => geojson::read(&read_bytes(path)?, path, config, report),
        Format::GeoPackage => geopackage::read(config, report),
        Format::Csv => csv::read(&read_bytes(path)?, path, config, report),
        Format::Workbook => workbook::read(config, report),
        Format::Osm => osm::read(config),
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
    let mut beside = archive.again()?;
    let (shp, dbf) = rayon::join(|| archive.read(&layer, "shp"), || beside.read(&layer, "dbf"));
    let Some(shp) = shp? else {
        let file = file.with_extension("");
        let why = "which holds the shapes; export again with all parts";
        return Err(SourceError::PartMissing { file, part: ".shp", why });
    };
    let parts = shapefile::Parts {
        shp,
        shx: archive.read(&layer, "shx")?,
        dbf: dbf?,
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
    let hint = first.map_or_else(Message::default, |at| place::hint(at.x(), at.y()));
    Err(SourceError::CrsMissing { file: file.to_path_buf(), hint })
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::dbf::tests::table;
    use super::shapefile::tests::{polygon, shp, square};
    use super::*;
    use crate::config::PointColumns;

    fn config(path: PathBuf) -> SourceConfig {
        SourceConfig::of(path)
    }

    fn shapefile_in(folder: &Path, stem: &str) {
        let (shp, shx) = shp(5, &[polygon(&[square(540_000.0, 5_857_000.0, 1000.0)])]);
        let dbf = table(&[("AGS", b'C', 8, 0)], &[&[b"03358024"]], 0x57);
        for (extension, bytes) in [("shp", shp), ("shx", shx), ("dbf", dbf)] {
            std::fs::write(folder.join(stem).with_extension(extension), bytes).expect("can be written");
        }
    }

    #[test]
    fn a_shapefile_without_prj_is_refused_with_a_guess_and_read_when_the_layer_file_says_it() {
        let folder = tempfile::tempdir().expect("a folder can be made");
        shapefile_in(folder.path(), "gem");
        let mut config = config(folder.path().join("gem.shp"));
        let error = open(&config, &mut Report::default()).expect_err("the CRS is not known").to_string();
        assert!(error.ends_with("look like UTM: \"EPSG:25832\" or \"EPSG:25833\""), "{error}");
        config.crs = Crs::from_code("EPSG:25832").ok();
        let mut report = Report::default();
        let set = open(&config, &mut report).expect("is read");
        assert_eq!((set.features.len(), set.column("ags")), (1, Some(0)));
        assert_eq!(report.facts[0].subject, "gem.shp");
        assert_eq!(report.facts[0].text, "1 record read, 1 feature in EPSG:25832");
    }

    #[test]
    fn a_folder_with_one_shapefile_is_read_and_with_two_asks_which() {
        let folder = tempfile::tempdir().expect("a folder can be made");
        shapefile_in(folder.path(), "gem");
        let mut config = config(folder.path().to_path_buf());
        config.crs = Crs::from_code("EPSG:25832").ok();
        assert_eq!(open(&config, &mut Report::default()).expect("is read").features.len(), 1);
        shapefile_in(folder.path(), "krs");
        let error = open(&config, &mut Report::default()).expect_err("there are two").to_string();
        assert!(error.ends_with("holds several layers; set `member` in the layer file to one of: gem, krs"), "{error}");
        config.member = Some("KRS".to_owned());
        assert_eq!(open(&config, &mut Report::default()).expect("is read").features.len(), 1);
    }

    #[test]
    fn points_in_a_projected_crs_come_from_a_packed_table() {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let path = folder.path().join("offers.csv.gz");
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packed.write_all(b"name;x;y\nWalsrode;540.000,0;5.857.000,0\nSoltau;;\n").expect("can be packed");
        std::fs::write(&path, packed.finish().expect("can be packed")).expect("can be written");
        let points = Some(PointColumns { x: "x".to_owned(), y: "y".to_owned() });
        let mut config = SourceConfig { points, ..config(path) };
        assert!(matches!(open(&config, &mut Report::default()), Err(SourceError::CrsMissing { .. })));
        config.crs = Crs::from_code("EPSG:25832").ok();
        let mut report = Report::default();
        let set = open(&config, &mut report).expect("is read");
        let Shape::Point(at) = set.features[0].shape else { panic!("is a point") };
        assert!((at.lon_deg - 9.594).abs() < 0.01 && (at.lat_deg - 52.86).abs() < 0.01, "{at:?}");
        assert_eq!(report.facts[0].text, "2 records read, 1 feature in EPSG:25832: 1 without coordinates left out");
    }

    #[test]
    fn a_file_without_one_usable_feature_says_why() {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let path = folder.path().join("x.geojson");
        std::fs::write(&path, r#"{"type":"Feature","properties":{},"geometry":null}"#).expect("can be written");
        let error = open(&config(path), &mut Report::default()).expect_err("has nothing").to_string();
        assert!(
            error.ends_with("x.geojson has no usable feature (1 record read): 1 without geometry left out"),
            "{error}"
        );
    }

    #[test]
    fn a_file_of_another_format_or_that_is_not_there_is_refused() {
        let error =
            |path: &str| open(&config(path.into()), &mut Report::default()).expect_err("is refused").to_string();
        assert!(error("x.kml").contains("is in no format that is read here"));
        assert!(error("x.shp.gz").contains("is in no format that is read here"));
        for path in ["nowhere.shp", "nowhere.zip", "nowhere.geojson", "nowhere.gpkg", "nowhere.csv", "nowhere.csv.gz"] {
            assert!(error(path).starts_with(&format!("cannot read {path}")), "{}", error(path));
        }
    }
}
