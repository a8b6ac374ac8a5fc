//! The filter of a layer file over one file's columns.

use crate::message;
use crate::report::Message;
use std::path::Path;

use super::SourceError;
use crate::attribute::Attribute;
use crate::filter::Filter;

/// Which records are taken. Applied to attributes before any geometry is read.
#[derive(Debug)]
pub(super) struct Selection<'a> {
    filter: Option<&'a Filter>,
    columns: &'a [String],
    file: &'a Path,
}

impl<'a> Selection<'a> {
    /// Checks that the filter names columns that exist.
    pub(super) fn new(filter: Option<&'a Filter>, columns: &'a [String], file: &'a Path) -> Result<Self, SourceError> {
        let named = filter.map_or_else(Vec::new, Filter::columns);
        if let Some(column) = named.into_iter().find(|column| position(columns, column).is_none()) {
            let similarity = |known: &&String| strsim::jaro_winkler(&known.to_lowercase(), &column.to_lowercase());
            let nearest = columns.iter().max_by(|a, b| similarity(a).total_cmp(&similarity(b)));
            let nearest = nearest.filter(|nearest| similarity(nearest) > 0.7);
            return Err(SourceError::FilterColumnMissing {
                file: file.to_path_buf(),
                column: column.to_owned(),
                nearest: nearest
                    .map_or_else(Message::default, |nearest| message!("; did you mean \"{nearest}\"?", nearest)),
                columns: columns.to_vec(),
            });
        }
        Ok(Self { filter, columns, file })
    }

    /// Whether a record is taken.
    pub(super) fn takes(&self, attributes: &[Attribute]) -> bool {
        const NULL: &Attribute = &Attribute::Null;
        let find = |column: &str| position(self.columns, column).and_then(|at| attributes.get(at)).unwrap_or(NULL);
        self.filter.is_none_or(|filter| filter.matches(find))
    }

    /// A filter that takes nothing is a mistake in the filter.
    pub(super) fn refuse_if_empty(&self, taken: usize, records: u64) -> Result<(), SourceError> {
        match self.filter {
            Some(filter) if taken == 0 && records > 0 => Err(SourceError::FilterTakesNothing {
                file: self.file.to_path_buf(),
                filter: filter.as_str().to_owned(),
                records,
            }),
            _ => Ok(()),
        }
    }
}

/// Index of a column: exact match first, then without regard to case.
pub(super) fn position(columns: &[String], name: &str) -> Option<usize> {
    let exact = columns.iter().position(|column| column == name);
    exact.or_else(|| columns.iter().position(|column| column.eq_ignore_ascii_case(name)))
}
