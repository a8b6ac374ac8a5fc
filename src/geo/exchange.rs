//! The way between [`super::Shape`] and every format that geozero reads or writes.

use thiserror::Error;

/// Builds a shape from geozero's events.
#[derive(Debug, Default)]
pub struct ShapeBuilder {}

/// Why a geometry is not a shape.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum ShapeError {}
