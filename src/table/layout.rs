//! Which column of a table is what: the header of a file and a [`TableLayout`] → [`Columns`].

use super::TableError;
use crate::config::{MeasureId, TableConfig, TableLayout};
use crate::delimited::{Header, TextFile, same_column};
use crate::value::Period;

/// Where things stand in a row, as positions of cells.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Columns {
    /// The area key.
    pub(super) key: usize,
    /// The period, where it stands in the row.
    pub(super) period: Option<usize>,
    /// The measure, where it stands in the row.
    pub(super) measure: Option<usize>,
    /// The state, where there is a column for it.
    pub(super) state: Option<usize>,
    /// The day whose areas the row speaks of, where there is a column for it.
    pub(super) territory: Option<usize>,
    /// The numbers.
    pub(super) values: Vec<ValueColumn>,
    /// Names of columns that are not read.
    pub(super) unused: Vec<String>,
}

/// A column with numbers or symbols.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct ValueColumn {
    /// Position of its cell.
    pub(super) position: usize,
    /// Its name.
    pub(super) name: String,
    /// Period of all its cells, unless it stands in the row.
    pub(super) period: Option<Period>,
    /// Measure of all its cells, unless it stands in the row.
    pub(super) measure: Option<MeasureId>,
}

/// Names of the columns that a table must have; the header is found by them.
pub(super) fn wanted(config: &TableConfig) -> Vec<&str> {
    let mut wanted = vec![config.key.as_str()];
    match &config.layout {
        TableLayout::Tidy { period, measure, value, territory, .. } => {
            wanted.extend([period.as_str(), measure, value]);
            // one that was named has to be there: without it all rows would be read as of their own years
            wanted.extend(territory.as_deref().filter(|column| *column != TableLayout::DEFAULT_TERRITORY));
        }
        TableLayout::Years { .. } => {}
        TableLayout::Measures { period_column, columns, .. } => {
            wanted.extend(period_column.as_deref());
            wanted.extend(columns.keys().map(String::as_str));
        }
    }
    wanted
}

impl Columns {
    /// Finds the columns in a header.
    pub(super) fn find(config: &TableConfig, file: &TextFile, header: &Header) -> Result<Self, TableError> {
        let key = position(file, header, &config.key)?;
        let mut columns = Self {
            key,
            period: None,
            measure: None,
            state: None,
            territory: None,
            values: Vec::new(),
            unused: Vec::new(),
        };
        match &config.layout {
            TableLayout::Tidy { period, measure, value, state, territory } => {
                columns.period = Some(position(file, header, period)?);
                columns.measure = Some(position(file, header, measure)?);
                columns.state = state.as_ref().and_then(|state| header.column(state));
                columns.territory = territory.as_ref().and_then(|territory| header.column(territory));
                let at = position(file, header, value)?;
                columns.values = vec![ValueColumn { position: at, name: value.clone(), period: None, measure: None }];
            }
            TableLayout::Years { measure } => columns.values = years(file, header, key, measure)?,
            TableLayout::Measures { period, period_column, columns: measures } => {
                let period_at = period_column.as_ref().map(|column| position(file, header, column)).transpose()?;
                columns.period = period_at;
                for (name, measure) in measures {
                    let (position, measure) = (position(file, header, name)?, Some(measure.clone()));
                    let period = if period_at.is_some() { None } else { *period };
                    columns.values.push(ValueColumn { position, name: name.clone(), period, measure });
                }
                columns.values.sort_by_key(|column| column.position);
            }
        }
        columns.unused = columns.unused(header);
        Ok(columns)
    }

    fn unused(&self, header: &Header) -> Vec<String> {
        let in_rows = [Some(self.key), self.period, self.measure, self.state, self.territory];
        let used = |at: usize| in_rows.contains(&Some(at)) || self.values.iter().any(|column| column.position == at);
        let names = header.columns.iter().enumerate();
        names.filter(|(at, name)| !used(*at) && !name.is_empty()).map(|(_, name)| name.clone()).collect()
    }
}

/// Position of a column that is needed; its name must stand there once.
fn position(file: &TextFile, header: &Header, name: &str) -> Result<usize, TableError> {
    let exact = header.columns.iter().filter(|column| *column == name).count();
    let alike = header.columns.iter().filter(|column| same_column(column, name)).count();
    let count = if exact > 0 { exact } else { alike };
    match header.column(name) {
        Some(position) if count == 1 => Ok(position),
        _ => Err(TableError::ColumnTwice { path: file.path.clone(), column: name.to_owned(), count }),
    }
}

/// The columns named after a year.
fn years(file: &TextFile, header: &Header, key: usize, measure: &MeasureId) -> Result<Vec<ValueColumn>, TableError> {
    let mut columns: Vec<ValueColumn> = Vec::new();
    for (position, name) in header.columns.iter().enumerate().filter(|(position, _)| *position != key) {
        if let Some(period) = year_in(name) {
            let (name, measure) = (name.clone(), Some(measure.clone()));
            columns.push(ValueColumn { position, name, period: Some(period), measure });
        }
    }
    // A bare year wins over columns that only mention it, such as "2015" beside "Rang 2015".
    let bare: Vec<Period> =
        columns.iter().filter(|column| is_bare(&column.name)).filter_map(|column| column.period).collect();
    columns.retain(|column| is_bare(&column.name) || !column.period.is_some_and(|period| bare.contains(&period)));
    for column in &columns {
        let same = |other: &&ValueColumn| other.period == column.period;
        if columns.iter().filter(same).count() > 1
            && let Some(year) = column.period
        {
            let names = columns.iter().filter(same).map(|column| column.name.clone()).collect();
            return Err(TableError::YearTwice { path: file.path.clone(), year, columns: names });
        }
    }
    if columns.is_empty() {
        return Err(TableError::NoYears { path: file.path.clone(), columns: header.columns.clone() });
    }
    Ok(columns)
}

fn is_bare(name: &str) -> bool {
    Period::read(name).is_some()
}

/// The period that a column is named after: `2015`, `31.12.2015`, `2015/16`, or the one year in a name such as
/// `Einkommensteuer 1998`. A name with two years, such as `von 2014 bis 2019`, has none.
pub(super) fn year_in(name: &str) -> Option<Period> {
    if let Some(period) = Period::read(name) {
        return Some(period);
    }
    let mut years = name
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| word.len() == 4 && word.bytes().all(|byte| byte.is_ascii_digit()))
        .filter_map(Period::read);
    match (years.next(), years.next()) {
        (Some(year), None) => Some(year),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_is_named_after_one_year() {
        let year = |name| year_in(name).map(Period::as_year);
        assert_eq!(year("2015"), Some(2015));
        assert_eq!(year("31.12.2015"), Some(2015));
        assert_eq!(year("Einkommensteuer 1998"), Some(1998));
        assert_eq!(year("bev_2015"), Some(2015));
        assert_eq!(year_in("2014/2015"), Period::school_year(2014));
        assert_eq!(year("von 2014 bis 2015"), None);
        assert_eq!(year("Gebietsstand"), None);
        assert_eq!(year("q98"), None);
        assert_eq!(year("0815"), None);
    }
}
