//! Why a file gives no features at all.

use std::path::PathBuf;

use thiserror::Error;

use crate::delimited::{DelimitedError, missing_column};
use crate::geo::CrsError;
use crate::report::{Message, counted};
use crate::sheet::SheetError;

/// Why a file gives no features at all. Each names the file, what is wrong and what would be right.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum SourceError {
    /// The file cannot be read.
    #[error("cannot read {}: {error}", file.display())]
    Read {
        /// The file.
        file: PathBuf,
        /// What the system says.
        error: std::io::Error,
    },
    /// The name tells no format.
    #[error("{} is in no format that is read here; use .shp, .zip, .geojson, .json or .csv (the last three also with .gz), .xlsx, .xls, .ods, .osm.pbf, or a folder with shapefiles", file.display())]
    UnknownFormat {
        /// The file.
        file: PathBuf,
    },
    /// It unpacks to more than is reasonable.
    #[error("{} unpacks to more than {limit_bytes} bytes", file.display())]
    TooLarge {
        /// The file.
        file: PathBuf,
        /// The limit.
        limit_bytes: u64,
    },
    /// The zip archive is damaged, encrypted or no zip archive.
    #[error("{} cannot be unpacked: {reason}", file.display())]
    BadArchive {
        /// The archive.
        file: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// There is no geometry file inside.
    #[error("{} holds no layer: {found}", file.display())]
    NothingInside {
        /// The archive or folder.
        file: PathBuf,
        /// What there is instead.
        found: String,
    },
    /// Several layers and none is named.
    #[error("{} holds several layers; set `member` in the layer file to one of: {}", file.display(), members.join(", "))]
    SeveralMembers {
        /// The archive or folder.
        file: PathBuf,
        /// Their names.
        members: Vec<String>,
    },
    /// The named layer is not there.
    #[error("{} holds no layer \"{member}\"; it holds: {}", file.display(), members.join(", "))]
    UnknownMember {
        /// The archive or folder.
        file: PathBuf,
        /// The name that was given.
        member: String,
        /// The names there are.
        members: Vec<String>,
    },
    /// A part of the shapefile is not there.
    #[error("{} has no {part}, {why}", file.display())]
    PartMissing {
        /// The shapefile.
        file: PathBuf,
        /// Extension of the part.
        part: &'static str,
        /// What the part is needed for, and what to do.
        why: &'static str,
    },
    /// The `.shp` is no shapefile.
    #[error("{} is no shapefile: {reason}", file.display())]
    NotAShapefile {
        /// The file.
        file: PathBuf,
        /// What was met.
        reason: String,
    },
    /// The `.dbf` is no attribute table.
    #[error("{} is no dBase table: {reason}", file.display())]
    NotATable {
        /// The file.
        file: PathBuf,
        /// What was met.
        reason: String,
    },
    /// Lines and surfaces are neither areas nor facilities.
    #[error("{} holds {kind}; a layer needs polygons or points", file.display())]
    WrongGeometry {
        /// The file.
        file: PathBuf,
        /// What it holds.
        kind: &'static str,
    },
    /// Shapes and attributes belong together by position, and there are not equally many.
    #[error("{} has {} but its .dbf has {}, so it is not known which row belongs to which shape; export both together again", file.display(), counted(*shapes, "{n} shape[s]"), counted(*rows, "{n} row[s]"))]
    RowCountDiffers {
        /// The shapefile.
        file: PathBuf,
        /// Records in the `.shp`.
        shapes: u64,
        /// Rows in the `.dbf`.
        rows: u64,
    },
    /// The file is no GeoJSON.
    #[error("{} is no GeoJSON: {reason}", file.display())]
    NotGeoJson {
        /// The file.
        file: PathBuf,
        /// What was met.
        reason: String,
    },
    /// The table cannot be taken apart.
    #[error(transparent)]
    Delimited(#[from] DelimitedError),
    /// The file is no OpenStreetMap extract, or not a whole one.
    #[error("{} is no OpenStreetMap extract that can be read: {reason}", file.display())]
    NotAnExtract {
        /// The file.
        file: PathBuf,
        /// What was met, and what to do.
        reason: Message,
    },
    /// The workbook cannot be taken apart.
    #[error(transparent)]
    Sheet(#[from] SheetError),
    /// The named sheet is not there.
    #[error("{} has no sheet \"{sheet}\"; its sheets are: {}", file.display(), sheets.join(", "))]
    UnknownSheet {
        /// The workbook.
        file: PathBuf,
        /// The name that was given.
        sheet: String,
        /// The names there are.
        sheets: Vec<String>,
    },
    /// Several sheets and none is named.
    #[error("{} has several sheets; set `sheet` in the layer file to one of: {}", file.display(), sheets.join(", "))]
    SeveralSheets {
        /// The workbook.
        file: PathBuf,
        /// Their names.
        sheets: Vec<String>,
    },
    /// No row of the sheet has the columns that are needed.
    #[error("{} has no column {} in its first rows; the likeliest header is row {row}: {}", file.display(), missing.iter().map(|name| missing_column(name, columns)).collect::<Vec<_>>().join(", "), columns.join(", "))]
    HeaderRowMissing {
        /// The workbook, with the sheet.
        file: PathBuf,
        /// Row of the likeliest header, as Excel counts.
        row: u64,
        /// The columns that it lacks.
        missing: Vec<String>,
        /// Its columns.
        columns: Vec<String>,
    },
    /// A table without coordinate columns.
    #[error("{} needs the columns with the coordinates: set `x` and `y` in the layer file; columns are: {}", file.display(), columns.join(", "))]
    PointColumnsMissing {
        /// The file.
        file: PathBuf,
        /// Its columns.
        columns: Vec<String>,
    },
    /// A table without a column of streets or addresses.
    #[error("{} needs a column with addresses, called `street` (Straße) with `house_number` (Hausnummer), `postcode` (PLZ) and `place` (Ort), or `address` (Adresse) with all in one; columns are: {}", file.display(), columns.join(", "))]
    AddressColumnsMissing {
        /// The file.
        file: PathBuf,
        /// Its columns.
        columns: Vec<String>,
    },
    /// Nobody says in which CRS the coordinates are.
    #[error("{} does not say in which CRS its coordinates are; set `crs` in the layer file{hint}", file.display())]
    CrsMissing {
        /// The file.
        file: PathBuf,
        /// What the coordinates look like; starts with a separator, or is empty.
        hint: String,
    },
    /// The CRS that the file names cannot be used.
    #[error("CRS of {}: {error}", file.display())]
    Crs {
        /// The file.
        file: PathBuf,
        /// What is wrong with it.
        error: CrsError,
    },
    /// The filter names a column that is not there.
    #[error("{} has no column \"{column}\", which the filter names{nearest}; columns are: {}", file.display(), columns.join(", "))]
    FilterColumnMissing {
        /// The file.
        file: PathBuf,
        /// The column.
        column: String,
        /// The most similar column; starts with a separator, or is empty.
        nearest: String,
        /// The columns there are.
        columns: Vec<String>,
    },
    /// The filter takes nothing.
    #[error("the filter `{filter}` takes none of the {} of {}", counted(*records, "{n} record[s]"), file.display())]
    FilterTakesNothing {
        /// The file.
        file: PathBuf,
        /// The expression.
        filter: String,
        /// Records in the file.
        records: u64,
    },
    /// There is not one usable feature.
    #[error("{} has no usable feature ({} read){why}", file.display(), counted(*records, "{n} record[s]"))]
    NothingUsable {
        /// The file.
        file: PathBuf,
        /// Records in the file, after the filter.
        records: u64,
        /// The reasons with their counts; starts with a separator, or is empty.
        why: String,
    },
}
