//! The cells of one sheet, kept close together.
//!
//! A national table has millions of cells, most of them a few digits long: all texts lie in one string, and a cell is
//! the stretch between two ends. Rows that are blank are not kept; a row knows its number in the file.

use super::MAX_CELLS;

/// What kind of thing stands in a cell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kind {
    /// Nothing.
    #[default]
    Empty,
    /// A text, digits included: in delimited text there is nothing else.
    Text,
    /// A number; the text is its shortest decimal form with a point, as `1234.5`.
    Number,
    /// A date; the text is `2015-12-31`.
    Date,
    /// An error such as `#N/A`; the text is its name.
    Error,
    /// A formula whose result is not in the file; the text is empty.
    Formula,
}

/// One cell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cell<'a> {
    /// What kind of thing stands there.
    pub kind: Kind,
    /// Its text, without blanks around it.
    pub text: &'a str,
}

impl Cell<'_> {
    /// Whether nothing stands there. A formula without result is not nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.kind == Kind::Empty
    }
}

/// One row of a sheet.
#[derive(Clone, Copy, Debug)]
pub struct Row<'a> {
    /// Number in the file: line of a text, row as Excel counts; the first is 1.
    pub number: u64,
    sheet: &'a Sheet,
    first: usize,
    end: usize,
}

impl<'a> Row<'a> {
    /// The cell of a column, the first being 0; empty beyond the row's end.
    #[must_use]
    pub fn cell(&self, column: usize) -> Cell<'a> {
        let position = self.first + column;
        if position < self.end { self.sheet.at(position) } else { Cell::default() }
    }

    /// How many cells the row has, empty ones between others included.
    #[must_use]
    pub fn width(&self) -> usize {
        self.end - self.first
    }

    /// Its cells, from the first column.
    pub fn cells(&self) -> impl Iterator<Item = Cell<'a>> + use<'a> {
        let sheet = self.sheet;
        (self.first..self.end).map(move |position| sheet.at(position))
    }
}

/// One sheet of a workbook, or a whole text file.
#[derive(Clone, Debug, Default)]
pub struct Sheet {
    /// Its name; empty for a text file.
    pub name: String,
    /// Whether the spreadsheet program hides it.
    pub hidden: bool,
    /// Notes in cells: row number as Excel counts, column from 0, text.
    pub notes: Vec<(u64, usize, String)>,
    /// Columns with numbers that are shown as per cent (0.149 as 14.9 %).
    pub percent_columns: Vec<usize>,
    text: String,
    ends: Vec<u32>,
    kinds: Vec<Kind>,
    rows: Vec<(u32, u32)>,
    width: usize,
}

impl Sheet {
    /// A sheet without cells.
    pub(super) fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), ..Self::default() }
    }

    /// Adds a row below all others; a blank one is passed over. `false` if the sheet is full.
    pub(super) fn push<'c>(&mut self, number: u64, cells: impl IntoIterator<Item = (Kind, &'c str)>) -> bool {
        let first = self.ends.len();
        let (mut filled, mut text_end) = (first, self.text.len());
        for (kind, text) in cells {
            let text = text.trim();
            let kind = if text.is_empty() && kind != Kind::Formula { Kind::Empty } else { kind };
            self.text.push_str(text);
            let Ok(end) = u32::try_from(self.text.len()) else { return false };
            self.ends.push(end);
            self.kinds.push(kind);
            if kind != Kind::Empty {
                (filled, text_end) = (self.ends.len(), self.text.len());
            }
        }
        self.ends.truncate(filled);
        self.kinds.truncate(filled);
        self.text.truncate(text_end);
        if filled > first {
            let (Ok(number), Ok(first)) = (u32::try_from(number), u32::try_from(first)) else { return false };
            self.rows.push((number, first));
            self.width = self.width.max(filled - first as usize);
        }
        filled <= MAX_CELLS
    }

    fn at(&self, position: usize) -> Cell<'_> {
        let start = position.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        let end = self.ends.get(position).copied().unwrap_or(start);
        let kind = self.kinds.get(position).copied().unwrap_or_default();
        Cell { kind, text: self.text.get(start as usize..end as usize).unwrap_or_default() }
    }

    /// Rows that are not blank.
    #[must_use]
    pub fn height(&self) -> usize {
        self.rows.len()
    }

    /// Cells of the longest row.
    #[must_use]
    pub fn width(&self) -> usize {
        self.width
    }

    /// A row by its position among those that are not blank, the first being 0.
    #[must_use]
    pub fn row(&self, position: usize) -> Option<Row<'_>> {
        let (number, first) = *self.rows.get(position)?;
        let end = self.rows.get(position + 1).map_or(self.ends.len(), |(_, first)| *first as usize);
        Some(Row { number: u64::from(number), sheet: self, first: first as usize, end })
    }

    /// All rows that are not blank.
    pub fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        (0..self.rows.len()).filter_map(|position| self.row(position))
    }
}

/// A column's letters as spreadsheet programs show them: 0 is `A`, 26 is `AA`.
#[must_use]
pub fn column_letters(column: usize) -> String {
    let mut letters = Vec::new();
    let mut rest = column + 1;
    while rest > 0 {
        let digit = u8::try_from((rest - 1) % 26).unwrap_or(0);
        letters.push(char::from(b'A' + digit));
        rest = (rest - 1) / 26;
    }
    letters.iter().rev().collect()
}
