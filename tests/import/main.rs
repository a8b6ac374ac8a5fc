//! `kreisel import`: departments' and offices' files into an atlas, on real files and on such as people make.

#![expect(clippy::unwrap_used, reason = "the helpers of a test may panic like the test itself")]

mod again;
mod atlas;
mod files;
mod hostile;
mod real;
mod workbook;
