//! Released values → files that people take away: CSV and workbooks of an indicator, GeoJSON and GeoPackage of areas
//! with indicators joined.
//!
//! In goes one release and a checked choice of layer, indicators and periods; out come the bytes of one file. A file
//! says itself where its figures come from: source, licence and attribution, and the release that they can be cited by.
//! Nothing here sees a raw value, and nothing is written to disk. The same release and choice give the same bytes.

mod about;
mod areas;
mod csv;
mod geojson;
mod geopackage;
mod values;
mod wkb;
mod workbook;

pub use self::csv::write as csv;
pub use areas::{AreaTable, Column, columns};
pub use geojson::write as geojson;
pub use geopackage::write as geopackage;
pub use values::ValueTable;
pub use workbook::write as workbook;

use thiserror::Error;

/// Why a file cannot be made. Neither depends on what is asked for: the library's limits are wider than those of `http`.
#[derive(Debug, Error)]
pub enum DownloadError {
    /// The workbook cannot be written.
    #[error("writing the workbook: {0}")]
    Workbook(#[from] rust_xlsxwriter::XlsxError),
    /// The GeoPackage cannot be written.
    #[error("writing the GeoPackage: {0}")]
    GeoPackage(#[from] rusqlite::Error),
}
