//! The time that a value speaks of: a calendar year, a school year or a day.

use std::fmt;

use jiff::civil;
use serde::{Serialize, Serializer};

/// A day of the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Date {
    year: i16,
    month: u8,
    day: u8,
}

/// The days on which an area exists.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Validity {
    /// The first; `None` = always.
    pub from: Option<Date>,
    /// The last; `None` = still.
    pub to: Option<Date>,
}

impl Validity {
    /// Whether the area exists on the day on which a period counts.
    #[must_use]
    pub fn has(self, period: Period) -> bool {
        let day = period.counted_on();
        self.from.is_none_or(|from| from <= day) && self.to.is_none_or(|to| day <= to)
    }
}

/// The time that a value speaks of. Periods are ordered by the day on which they count: a school year is counted in the
/// autumn of the year in which it begins, and a year on its last day, which is also how its text is to be read: the
/// stock of 31 December 2015 is that of 2015.
///
/// The text form is the same in tables, addresses and tiles: `2015`, `2015/16`, `2015-06-30`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Period {
    counted: Date,
    kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Kind {
    Day,
    SchoolYear,
    Year,
}

impl Date {
    /// A day that the calendar has, in a year of [`Period::YEARS`].
    #[must_use]
    pub fn new(year: i16, month: u8, day: u8) -> Option<Self> {
        let known = civil::Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).is_ok();
        (known && Period::YEARS.contains(&year)).then_some(Self { year, month, day })
    }

    /// Reads `2015-06-30` or `30.06.2015`; blanks around it are allowed.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        let mut parts = text.split(['-', '.']);
        let (first, month, last) = (parts.next()?, digits(parts.next()?)?, parts.next()?);
        let (year, day) = match text.as_bytes() {
            [_, _, _, _, b'-', _, _, b'-', _, _] => (first, last),
            [_, _, b'.', _, _, b'.', _, _, _, _] => (last, first),
            _ => return None,
        };
        Self::new(digits(year)?, u8::try_from(month).ok()?, u8::try_from(digits(day)?).ok()?)
    }

    /// The last day of a year.
    #[must_use]
    pub fn end_of(year: i16) -> Self {
        Self { year, month: 12, day: 31 }
    }

    /// The first day of a year.
    #[must_use]
    pub fn start_of(year: i16) -> Self {
        Self { year, month: 1, day: 1 }
    }
}

/// A number of digits only, so that `+5` is none.
fn digits(text: &str) -> Option<i16> {
    let all = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    all.then(|| text.parse().ok()).flatten()
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

impl Period {
    /// Years that are accepted; anything else in a year column is a mistake.
    pub const YEARS: std::ops::RangeInclusive<i16> = 1800..=2200;

    /// A calendar year; `None` outside [`Self::YEARS`].
    #[must_use]
    pub fn year(year: i16) -> Option<Self> {
        Self::YEARS.contains(&year).then_some(Self { counted: Date::end_of(year), kind: Kind::Year })
    }

    /// The school year that begins in a year; `None` outside [`Self::YEARS`].
    #[must_use]
    pub fn school_year(begins: i16) -> Option<Self> {
        Self::YEARS.contains(&begins).then_some(Self { counted: Date::end_of(begins), kind: Kind::SchoolYear })
    }

    /// A day; the last of a year is that year.
    #[must_use]
    pub fn day(day: Date) -> Self {
        let kind = if day == Date::end_of(day.year) { Kind::Year } else { Kind::Day };
        Self { counted: day, kind }
    }

    /// Reads `2015`, `2015/16`, `2015/2016`, `30.06.2015` or `2015-06-30`; blanks around it are allowed.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        if let Some((begins, ends)) = text.split_once('/') {
            let begins = (begins.len() == 4).then(|| digits(begins)).flatten()?;
            let next = (begins + 1).to_string();
            let fits = ends == next || next.get(2..) == Some(ends);
            return fits.then(|| Self::school_year(begins)).flatten();
        }
        match text.len() {
            4 => digits(text).and_then(Self::year),
            10 => Date::read(text).map(Self::day),
            _ => None,
        }
    }

    /// The calendar year in which it counts: that of a day, that in which a school year begins.
    #[must_use]
    pub fn as_year(self) -> i16 {
        self.counted.year
    }

    /// The day on which it counts.
    #[must_use]
    pub fn counted_on(self) -> Date {
        self.counted
    }

    /// The first day that may belong to it, for ranges: `2015..2016` begins on 1 January 2015.
    #[must_use]
    pub fn from(self) -> Date {
        if self.kind == Kind::Year { Date::start_of(self.counted.year) } else { self.counted }
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let year = self.counted.year;
        match self.kind {
            Kind::Year => write!(f, "{year}"),
            Kind::SchoolYear => write!(f, "{year}/{:02}", (year + 1) % 100),
            Kind::Day => self.counted.fmt(f),
        }
    }
}

/// A year is a number, as it always was; anything else is its text.
impl Serialize for Period {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.kind == Kind::Year { serializer.serialize_i16(self.counted.year) } else { serializer.collect_str(self) }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str) -> Option<String> {
        Period::read(text).map(|period| period.to_string())
    }

    #[test]
    fn a_period_is_read_from_a_year_a_school_year_or_a_day_and_from_nothing_else() {
        for (text, period) in [
            ("2015", "2015"),
            (" 31.12.2015 ", "2015"),
            ("2015-12-31", "2015"),
            ("30.06.2015", "2015-06-30"),
            ("2015-06-30", "2015-06-30"),
            ("2015/16", "2015/16"),
            ("2015/2016", "2015/16"),
            ("1999/00", "1999/00"),
        ] {
            assert_eq!(read(text).as_deref(), Some(period), "{text}");
        }
        for wrong in [
            "15",
            "20155",
            "0015",
            "2015,5",
            "+201",
            "31.12.15",
            "",
            "2015/17",
            "2015/2017",
            "2015-02-29",
            "30.02.2016",
            "31-12-2015",
            "2015.12.31",
            "2015/",
            "+2-31-2015",
            "2015-+1-12",
        ] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn periods_are_ordered_by_the_day_on_which_they_count() {
        let sorted = ["2014", "2015-06-30", "2015/16", "2015", "2016-01-01", "2016"];
        let mut periods: Vec<Period> = sorted.iter().rev().filter_map(|text| Period::read(text)).collect();
        periods.sort_unstable();
        assert_eq!(periods.iter().map(ToString::to_string).collect::<Vec<_>>(), sorted);
    }

    #[test]
    fn a_year_is_a_number_in_json_and_a_name_of_a_field() {
        let periods: Vec<Period> =
            ["2015", "2015/16", "2015-06-30"].iter().filter_map(|text| Period::read(text)).collect();
        assert_eq!(serde_json::to_string(&periods).expect("writes"), r#"[2015,"2015/16","2015-06-30"]"#);
        let named: std::collections::BTreeMap<Period, u8> = periods.into_iter().zip(1..).collect();
        assert_eq!(serde_json::to_string(&named).expect("writes"), r#"{"2015-06-30":3,"2015/16":2,"2015":1}"#);
    }

    proptest! {
        #[test]
        fn the_text_form_is_read_as_what_it_was(year in 1800_i16..=2200, month in 1_u8..=12, day in 1_u8..=31) {
            let day = Date::new(year, month, day).map(Period::day);
            for period in [Period::year(year), Period::school_year(year), day].into_iter().flatten() {
                prop_assert_eq!(Period::read(&period.to_string()), Some(period));
            }
        }
    }
}
