//! Numbers as people and programs write them → `f64`, German or English.
//!
//! `1.234,5`, `1 234,5` (with any kind of blank), `1'234.5`, `-3,5`, `1e+05`. One cell can be read
//! in two ways: `12.345` is twelve thousand in German and twelve in English. Such cells are decided
//! for the whole column by [`Evidence`]; what is decided, and on what ground, is a [`Decision`].

use std::borrow::Cow;

/// The mark between whole number and decimals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DecimalMark {
    /// As in `1.234,5`.
    Comma,
    /// As in `1,234.5`.
    Point,
}

impl DecimalMark {
    /// The mark as a character.
    #[must_use]
    pub fn as_char(self) -> char {
        match self {
            Self::Comma => ',',
            Self::Point => '.',
        }
    }

    fn group(self) -> char {
        match self {
            Self::Comma => '.',
            Self::Point => ',',
        }
    }
}

/// What a cell can mean.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Meaning {
    /// The same number under either mark.
    Plain(f64),
    /// A number under one mark only.
    Only(DecimalMark, f64),
    /// Two numbers.
    Either {
        /// With a decimal comma.
        comma: f64,
        /// With a decimal point.
        point: f64,
    },
    /// No number.
    None,
}

/// Reads a cell under both marks.
#[must_use]
pub fn meaning(text: &str) -> Meaning {
    // most cells are short whole numbers; all of them are exact in an f64
    if text.len() <= 15
        && all_digits(text)
        && let Ok(number) = text.parse::<u64>()
    {
        return Meaning::Plain(number as f64);
    }
    let comma = read(text, DecimalMark::Comma);
    let point = read(text, DecimalMark::Point);
    match (comma, point) {
        (Some(comma), Some(point)) if comma.to_bits() == point.to_bits() => Meaning::Plain(comma),
        (Some(comma), Some(point)) => Meaning::Either { comma, point },
        (Some(comma), None) => Meaning::Only(DecimalMark::Comma, comma),
        (None, Some(point)) => Meaning::Only(DecimalMark::Point, point),
        (None, None) => Meaning::None,
    }
}

/// Reads a number under one mark; `None` if it is none. Groups must have three digits, the first one
/// to three and no leading zero; all groups of a number have the same separator.
#[must_use]
pub fn read(text: &str, mark: DecimalMark) -> Option<f64> {
    let (negative, body) = match text.strip_prefix(['-', '−', '–']) {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (body, exponent) = split_exponent(body)?;
    let (whole, decimals) = match body.split_once(mark.as_char()) {
        Some((whole, decimals)) => (whole, Some(decimals)),
        None => (body, None),
    };
    if decimals.is_some_and(|decimals| decimals.is_empty() || !all_digits(decimals)) {
        return None;
    }
    let whole = if whole.is_empty() && decimals.is_some() { Cow::Borrowed("0") } else { without_groups(whole, mark)? };
    let mut plain = String::with_capacity(text.len() + 2);
    plain.push_str(&whole);
    plain.push('.');
    plain.push_str(decimals.unwrap_or("0"));
    if exponent != 0 {
        plain.push('e');
        plain.push_str(&exponent.to_string());
    }
    let number: f64 = plain.parse().ok()?;
    number.is_finite().then_some(if negative { -number } else { number })
}

/// `1e+05`, as R writes a hundred thousand.
fn split_exponent(body: &str) -> Option<(&str, i16)> {
    let Some((mantissa, exponent)) = body.split_once(['e', 'E']) else { return Some((body, 0)) };
    let digits = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
    // without a sign it might be a flag or a code; programs always write the sign or two digits
    let fits = all_digits(digits) && digits.len() <= 3 && (digits.len() > 1 || digits.len() < exponent.len());
    if fits { Some((mantissa, exponent.parse().ok()?)) } else { None }
}

fn all_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The digits of a whole number without its group separators.
fn without_groups(whole: &str, mark: DecimalMark) -> Option<Cow<'_, str>> {
    if all_digits(whole) {
        return Some(Cow::Borrowed(whole));
    }
    // no-break, thin and narrow no-break blanks are what spreadsheets write between groups
    let separates = |c: char| c == mark.group() || matches!(c, ' ' | '\u{a0}' | '\u{2009}' | '\u{202f}' | '\'' | '’');
    let separator = whole.chars().find(|c| separates(*c))?;
    let mut groups = whole.split(separator);
    let first = groups.next()?;
    let first_fits = all_digits(first) && first.len() <= 3 && !first.starts_with('0');
    let rest_fits = groups.all(|group| all_digits(group) && group.len() == 3);
    (first_fits && rest_fits).then(|| Cow::Owned(whole.replace(separator, "")))
}

/// What the cells of one column say about its marks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Evidence {
    /// Cells that are numbers with a decimal comma (or grouping points) only.
    pub comma: u64,
    /// Cells that are numbers with a decimal point (or grouping commas) only.
    pub point: u64,
    /// Ambiguous cells whose mark is a comma, such as `12,345`.
    pub doubtful_commas: u64,
    /// Ambiguous cells whose mark is a point, such as `12.345`.
    pub doubtful_points: u64,
    /// Whole numbers of five digits and more without groups. (With four, German writers often leave
    /// the groups away although they use them from five digits on.)
    pub ungrouped: u64,
}

impl Evidence {
    /// Takes a cell into account.
    pub fn take(&mut self, text: &str) {
        match meaning(text) {
            Meaning::Only(DecimalMark::Comma, _) => self.comma += 1,
            Meaning::Only(DecimalMark::Point, _) => self.point += 1,
            Meaning::Either { .. } if text.contains(',') => self.doubtful_commas += 1,
            Meaning::Either { .. } => self.doubtful_points += 1,
            Meaning::Plain(_) if text.len() >= 5 && all_digits(text) => self.ungrouped += 1,
            Meaning::Plain(_) | Meaning::None => {}
        }
    }

    /// The evidence of two columns together.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            comma: self.comma + other.comma,
            point: self.point + other.point,
            doubtful_commas: self.doubtful_commas + other.doubtful_commas,
            doubtful_points: self.doubtful_points + other.doubtful_points,
            ungrouped: self.ungrouped + other.ungrouped,
        }
    }

    /// Number of cells that can be read in two ways.
    #[must_use]
    pub fn doubtful(&self) -> u64 {
        self.doubtful_commas + self.doubtful_points
    }

    /// The mark that the cells speak for: clear cells first; else, where long numbers are written
    /// without groups, the mark in the doubtful cells is no group mark and so the decimal one.
    fn verdict(&self) -> Option<DecimalMark> {
        match (self.comma > 0, self.point > 0) {
            (true, false) => return Some(DecimalMark::Comma),
            (false, true) => return Some(DecimalMark::Point),
            (true, true) => return None,
            (false, false) => {}
        }
        match (self.ungrouped > 0, self.doubtful_commas > 0, self.doubtful_points > 0) {
            (true, true, false) => Some(DecimalMark::Comma),
            (true, false, true) => Some(DecimalMark::Point),
            _ => None,
        }
    }

    /// Whether some cells can only be German and others only English.
    #[must_use]
    pub fn contradicts_itself(&self) -> bool {
        self.comma > 0 && self.point > 0
    }
}

/// How a column's ambiguous cells are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// The description of the table names the mark: nothing else is accepted.
    Told(DecimalMark),
    /// The column itself, or else the other columns of the table, say it.
    Shown(DecimalMark),
    /// Nothing says it. Files separated by commas are read as English, all others as German.
    Assumed(DecimalMark),
    /// The column contradicts itself: ambiguous cells cannot be read, clear ones can.
    Open,
}

impl Decision {
    /// Decides for a column: what is told, then its own evidence, then that of the whole table, then
    /// the convention that goes with the separator.
    #[must_use]
    pub fn new(told: Option<char>, column: Evidence, table: Evidence, delimiter: u8) -> Self {
        let told = match told {
            Some(',') => Some(DecimalMark::Comma),
            Some('.') => Some(DecimalMark::Point),
            _ => None,
        };
        if let Some(mark) = told {
            return Self::Told(mark);
        }
        if column.contradicts_itself() {
            return Self::Open;
        }
        let assumed = if delimiter == b',' { DecimalMark::Point } else { DecimalMark::Comma };
        match column.verdict().or_else(|| table.verdict()) {
            Some(mark) => Self::Shown(mark),
            None => Self::Assumed(assumed),
        }
    }

    /// The number in a cell, if it can be read.
    #[must_use]
    pub fn read(self, text: &str) -> Option<f64> {
        match (self, meaning(text)) {
            (Self::Told(mark), Meaning::Only(only, number)) => (mark == only).then_some(number),
            (_, Meaning::Plain(number) | Meaning::Only(_, number)) => Some(number),
            (Self::Told(mark) | Self::Shown(mark) | Self::Assumed(mark), Meaning::Either { comma, point }) => {
                Some(if mark == DecimalMark::Comma { comma } else { point })
            }
            (Self::Open, Meaning::Either { .. }) | (_, Meaning::None) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn evidence(cells: &[&str]) -> Evidence {
        let mut evidence = Evidence::default();
        for cell in cells {
            evidence.take(cell);
        }
        evidence
    }

    #[test]
    fn german_and_english_numbers_are_read() {
        let german = [
            ("1.234,5", 1234.5),
            ("1 234,5", 1234.5),
            ("1\u{a0}234,5", 1234.5),
            ("1\u{202f}234\u{202f}567", 1_234_567.0),
            ("-3,5", -3.5),
            ("−3,5", -3.5),
            ("+7", 7.0),
            (",5", 0.5),
            ("1e+05", 100_000.0),
            ("2,5E-02", 0.025),
            ("12.345", 12345.0),
        ];
        for (text, number) in german {
            assert_eq!(read(text, DecimalMark::Comma), Some(number), "{text}");
        }
        for (text, number) in [("1,234.5", 1234.5), ("12.345", 12.345), ("1'234.5", 1234.5), ("0.149", 0.149)] {
            assert_eq!(read(text, DecimalMark::Point), Some(number), "{text}");
        }
    }

    #[test]
    fn what_is_no_number_stays_none() {
        for text in ["", "-", ".", ",", "5,", "1,2,3", "12 34", "1.23.456", "1.234 567", "12%", "12 €", "1e5", "--1"]
        {
            assert_eq!(read(text, DecimalMark::Comma), None, "{text}");
        }
        for text in ["0x10", "inf", "NaN", "1_000", "１２", "012.345,6", "1e", "e5", "1e+999"] {
            assert_eq!(read(text, DecimalMark::Comma), None, "{text}");
        }
    }

    #[test]
    fn a_group_never_starts_with_zero_so_a_share_is_clear() {
        assert_eq!(meaning("0.149"), Meaning::Only(DecimalMark::Point, 0.149));
        assert_eq!(meaning("1.5"), Meaning::Only(DecimalMark::Point, 1.5));
        assert_eq!(meaning("1.234"), Meaning::Either { comma: 1234.0, point: 1.234 });
        assert_eq!(meaning("1.234.567"), Meaning::Only(DecimalMark::Comma, 1_234_567.0));
        assert_eq!(meaning("1234.567"), Meaning::Only(DecimalMark::Point, 1234.567));
    }

    #[test]
    fn a_column_decides_its_doubtful_cells() {
        let none = Evidence::default();
        let german = Decision::new(None, evidence(&["12.345", "1.234,5"]), none, b',');
        assert_eq!((german, german.read("12.345")), (Decision::Shown(DecimalMark::Comma), Some(12345.0)));
        let english = Decision::new(None, evidence(&["12.345", "0.5"]), none, b';');
        assert_eq!((english, english.read("12.345")), (Decision::Shown(DecimalMark::Point), Some(12.345)));
        let long = Decision::new(None, evidence(&["12.345", "98765"]), none, b';');
        assert_eq!(long.read("12.345"), Some(12.345));
    }

    #[test]
    fn without_evidence_the_table_then_the_separator_decides() {
        let doubtful = evidence(&["12.345", "1.234"]);
        assert_eq!(Decision::new(None, doubtful, doubtful, b';'), Decision::Assumed(DecimalMark::Comma));
        assert_eq!(Decision::new(None, doubtful, doubtful, b','), Decision::Assumed(DecimalMark::Point));
        let table = doubtful.and(evidence(&["0.25"]));
        assert_eq!(Decision::new(None, doubtful, table, b';'), Decision::Shown(DecimalMark::Point));
    }

    #[test]
    fn a_column_that_contradicts_itself_leaves_its_doubtful_cells_unread() {
        let open = Decision::new(None, evidence(&["1,5", "2.5", "12.345"]), Evidence::default(), b';');
        assert_eq!((open.read("1,5"), open.read("2.5"), open.read("12.345")), (Some(1.5), Some(2.5), None));
    }

    #[test]
    fn a_mark_that_was_told_is_the_only_one_accepted() {
        let told = Decision::new(Some(','), evidence(&["2.5"]), Evidence::default(), b',');
        assert_eq!((told.read("2,5"), told.read("2.5"), told.read("2.500")), (Some(2.5), None, Some(2500.0)));
    }

    /// An independent writer: digits from the right in groups of three.
    fn written(whole: u64, decimals: &str, group: &str, mark: char) -> String {
        let digits = whole.to_string();
        let mut text = String::new();
        for (position, digit) in digits.chars().enumerate() {
            if position > 0 && (digits.len() - position).is_multiple_of(3) {
                text.push_str(group);
            }
            text.push(digit);
        }
        if !decimals.is_empty() {
            text.push(mark);
            text.push_str(decimals);
        }
        text
    }

    proptest! {
        #[test]
        fn every_way_of_writing_gives_the_number_back(
            whole in 0_u64..1_000_000_000_000, decimals in "[0-9]{0,4}", negative: bool,
            group in prop::sample::select(vec!["", " ", "\u{a0}", "\u{202f}", "MARK"]), german: bool,
        ) {
            let mark = if german { DecimalMark::Comma } else { DecimalMark::Point };
            let group = if group == "MARK" { mark.group().to_string() } else { group.to_owned() };
            let sign = if negative { "-" } else { "" };
            let text = format!("{sign}{}", written(whole, &decimals, &group, mark.as_char()));
            let expected: f64 = format!("{sign}{whole}.{decimals}0").parse().expect("a plain number");
            prop_assert_eq!(read(&text, mark), Some(expected), "{}", text);
        }

        #[test]
        fn any_text_is_read_or_refused_without_panic(text in "\\PC*") {
            let _ = meaning(&text);
        }
    }
}
