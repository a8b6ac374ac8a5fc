//! Why a file gives no features at all.

use crate::message;
use std::fmt;
use std::path::PathBuf;

use crate::delimited::{DelimitedError, missing_column};
use crate::geo::CrsError;
use crate::report::Message;
use crate::sheet::SheetError;

/// Why a file gives no features at all. Each names the file, what is wrong and what would be right.
#[derive(Debug)]
#[non_exhaustive]
pub enum SourceError {
    /// The file cannot be read.
    Read {
        /// The file.
        file: PathBuf,
        /// What the system says.
        error: std::io::Error,
    },
    /// The name tells no format.
    UnknownFormat {
        /// The file.
        file: PathBuf,
    },
    /// It unpacks to more than is reasonable.
    TooLarge {
        /// The file.
        file: PathBuf,
        /// The limit.
        limit_bytes: u64,
    },
    /// The zip archive is damaged, encrypted or no zip archive.
    BadArchive {
        /// The archive.
        file: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// There is no geometry file inside.
    NothingInside {
        /// The archive or folder.
        file: PathBuf,
        /// What there is instead.
        found: Message,
    },
    /// Several layers and none is named.
    SeveralMembers {
        /// The archive or folder.
        file: PathBuf,
        /// Their names.
        members: Vec<String>,
    },
    /// The named layer is not there.
    UnknownMember {
        /// The archive or folder.
        file: PathBuf,
        /// The name that was given.
        member: String,
        /// The names there are.
        members: Vec<String>,
    },
    /// A part of the shapefile is not there.
    PartMissing {
        /// The shapefile.
        file: PathBuf,
        /// Extension of the part.
        part: &'static str,
        /// What the part is needed for, and what to do.
        why: &'static str,
    },
    /// The `.shp` is no shapefile.
    NotAShapefile {
        /// The file.
        file: PathBuf,
        /// What was met.
        reason: String,
    },
    /// The `.dbf` is no attribute table.
    NotATable {
        /// The file.
        file: PathBuf,
        /// What was met.
        reason: String,
    },
    /// Lines and surfaces are neither areas nor facilities.
    WrongGeometry {
        /// The file.
        file: PathBuf,
        /// What it holds.
        kind: &'static str,
    },
    /// Shapes and attributes belong together by position, and there are not equally many.
    RowCountDiffers {
        /// The shapefile.
        file: PathBuf,
        /// Records in the `.shp`.
        shapes: u64,
        /// Rows in the `.dbf`.
        rows: u64,
    },
    /// The file is no GeoJSON.
    NotGeoJson {
        /// The file.
        file: PathBuf,
        /// What was met.
        reason: String,
    },
    /// The file is no GeoPackage, or a damaged one.
    NotAGeoPackage {
        /// The file.
        file: PathBuf,
        /// What was met.
        reason: String,
    },
    /// The table cannot be taken apart.
    Delimited(DelimitedError),
    /// The file is no OpenStreetMap extract, or not a whole one.
    NotAnExtract {
        /// The file.
        file: PathBuf,
        /// What was met, and what to do.
        reason: Message,
    },
    /// The workbook cannot be taken apart.
    Sheet(SheetError),
    /// The named sheet is not there.
    UnknownSheet {
        /// The workbook.
        file: PathBuf,
        /// The name that was given.
        sheet: String,
        /// The names there are.
        sheets: Vec<String>,
    },
    /// Several sheets and none is named.
    SeveralSheets {
        /// The workbook.
        file: PathBuf,
        /// Their names.
        sheets: Vec<String>,
    },
    /// No row of the sheet has the columns that are needed.
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
    PointColumnsMissing {
        /// The file.
        file: PathBuf,
        /// Its columns.
        columns: Vec<String>,
    },
    /// A table without a column of streets or addresses.
    AddressColumnsMissing {
        /// The file.
        file: PathBuf,
        /// Its columns.
        columns: Vec<String>,
    },
    /// Nobody says in which CRS the coordinates are.
    CrsMissing {
        /// The file.
        file: PathBuf,
        /// What the coordinates look like; starts with a separator, or is empty.
        hint: Message,
    },
    /// The CRS that the file names cannot be used.
    Crs {
        /// The file.
        file: PathBuf,
        /// What is wrong with it.
        error: CrsError,
    },
    /// The filter names a column that is not there.
    FilterColumnMissing {
        /// The file.
        file: PathBuf,
        /// The column.
        column: String,
        /// The most similar column; starts with a separator, or is empty.
        nearest: Message,
        /// The columns there are.
        columns: Vec<String>,
    },
    /// The filter takes nothing.
    FilterTakesNothing {
        /// The file.
        file: PathBuf,
        /// The expression.
        filter: String,
        /// Records in the file.
        records: u64,
    },
    /// There is not one usable feature.
    NothingUsable {
        /// The file.
        file: PathBuf,
        /// Records in the file, after the filter.
        records: u64,
        /// The reasons with their counts; starts with a separator, or is empty.
        why: Message,
    },
}

impl SourceError {
    /// What is wrong, in both languages.
    #[must_use]
    #[expect(clippy::too_many_lines, reason = "a sentence for each variant")]
    pub fn told(&self) -> Message {
        match self {
            Self::Read { file, error } => message!("cannot read {file}: {error}", file = file.display(), error),
            Self::UnknownFormat { file } => message!(
                "{file} is in no format that is read here; use .shp, .zip, .gpkg, .geojson, .json or .csv (the last three also with .gz), .xlsx, .xls, .ods, .osm.pbf, or a folder with shapefiles",
                file = file.display()
            ),
            Self::TooLarge { file, limit_bytes } => {
                message!("{file} unpacks to more than {limit_bytes} bytes", file = file.display(), limit_bytes)
            }
            Self::BadArchive { file, reason } => {
                message!("{file} cannot be unpacked: {reason}", file = file.display(), reason = Message::from(reason))
            }
            Self::NothingInside { file, found } => {
                message!("{file} holds no layer: {found}", file = file.display(), found)
            }
            Self::SeveralMembers { file, members } => message!(
                "{file} holds several layers; set `member` in the layer file to one of: {members}",
                file = file.display(),
                members = members.join(", ")
            ),
            Self::UnknownMember { file, member, members } => message!(
                "{file} holds no layer \"{member}\"; it holds: {members}",
                file = file.display(),
                member,
                members = members.join(", ")
            ),
            Self::PartMissing { file, part, why } => {
                message!("{file} has no {part}, {why}", file = file.display(), part, why = Message::from(*why))
            }
            Self::NotAShapefile { file, reason } => {
                message!("{file} is no shapefile: {reason}", file = file.display(), reason = Message::from(reason))
            }
            Self::NotATable { file, reason } => {
                message!("{file} is no dBase table: {reason}", file = file.display(), reason = Message::from(reason))
            }
            Self::WrongGeometry { file, kind } => message!(
                "{file} holds {kind}; a layer needs polygons or points",
                file = file.display(),
                kind = Message::from(*kind)
            ),
            Self::RowCountDiffers { file, shapes, rows } => message!(
                "{file} has {shapes} but its .dbf has {rows}, so it is not known which row belongs to which shape; export both together again",
                file = file.display(),
                shapes = message!("{n} shape[s]", n = *shapes),
                rows = message!("{n} row[s]", n = *rows)
            ),
            Self::NotGeoJson { file, reason } => {
                message!("{file} is no GeoJSON: {reason}", file = file.display(), reason = Message::from(reason))
            }
            Self::NotAGeoPackage { file, reason } => {
                message!("{file} is no GeoPackage that can be read: {reason}", file = file.display(), reason)
            }
            Self::Delimited(error) => error.told(),
            Self::NotAnExtract { file, reason } => {
                message!("{file} is no OpenStreetMap extract that can be read: {reason}", file = file.display(), reason)
            }
            Self::Sheet(error) => error.told(),
            Self::UnknownSheet { file, sheet, sheets } => message!(
                "{file} has no sheet \"{sheet}\"; its sheets are: {sheets}",
                file = file.display(),
                sheet,
                sheets = sheets.join(", ")
            ),
            Self::SeveralSheets { file, sheets } => message!(
                "{file} has several sheets; set `sheet` in the layer file to one of: {sheets}",
                file = file.display(),
                sheets = sheets.join(", ")
            ),
            Self::HeaderRowMissing { file, row, missing, columns } => message!(
                "{file} has no column {missing} in its first rows; the likeliest header is row {row}: {columns}",
                file = file.display(),
                missing = Message::joined(missing.iter().map(|name| missing_column(name, columns)), ", "),
                row,
                columns = columns.join(", ")
            ),
            Self::AddressColumnsMissing { file, columns } => message!(
                "{file} needs a column with addresses, called `street` (Straße) with `house_number` (Hausnummer), `postcode` (PLZ) and `place` (Ort), or `address` (Adresse) with all in one; columns are: {columns}",
                file = file.display(),
                columns = columns.join(", ")
            ),
            Self::PointColumnsMissing { file, columns } => message!(
                "{file} needs the columns with the coordinates: set `x` and `y` in the layer file; columns are: {columns}",
                file = file.display(),
                columns = columns.join(", ")
            ),
            Self::CrsMissing { file, hint } => message!(
                "{file} does not say in which CRS its coordinates are; set `crs` in the layer file{hint}",
                file = file.display(),
                hint
            ),
            Self::Crs { file, error } => {
                message!("CRS of {file}: {error}", file = file.display(), error = error.told())
            }
            Self::FilterColumnMissing { file, column, nearest, columns } => message!(
                "{file} has no column \"{column}\", which the filter names{nearest}; columns are: {columns}",
                file = file.display(),
                column,
                nearest,
                columns = columns.join(", ")
            ),
            Self::FilterTakesNothing { file, filter, records } => message!(
                "the filter `{filter}` takes none of the {records} of {file}",
                filter,
                records = message!("{n} record[s]", n = *records),
                file = file.display()
            ),
            Self::NothingUsable { file, records, why } => message!(
                "{file} has no usable feature ({records} read){why}",
                file = file.display(),
                records = message!("{n} record[s]", n = *records),
                why
            ),
        }
    }
}

impl fmt::Display for SourceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.told())
    }
}

impl std::error::Error for SourceError {}

impl From<DelimitedError> for SourceError {
    fn from(error: DelimitedError) -> Self {
        Self::Delimited(error)
    }
}

impl From<SheetError> for SourceError {
    fn from(error: SheetError) -> Self {
        Self::Sheet(error)
    }
}
