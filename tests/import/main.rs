//! `kreisel import`: departments' and offices' files into an atlas, on real files and on such as people make.

#![expect(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "the helpers of a test may panic and print like the test itself"
)]

#[path = "../german/mod.rs"]
mod german;

mod again;
mod atlas;
mod bad_input;
mod catalogue;
mod files;
mod hostile;
mod real;
mod sheets;
mod workbook;
