//! Periods as people write them: years, dates, months, school years; whole cells, or a year inside of a text.

use crate::table::PLAUSIBLE_YEARS;
use crate::value::{Date, Period};

/// A time that was read: a year, and what is said beyond it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct When {
    /// The year; of a school year that in which it begins.
    pub(super) year: Period,
    /// Order within the year: month and day as `mmdd`; 0 for the whole year.
    pub(super) within: u16,
    /// Whether it is a school year, named by the year in which it begins.
    pub(super) school_year: bool,
}

impl When {
    /// The period that it stands for. A day becomes the year in which it lies unless `days` are to be kept: one date a
    /// year is a year's figure, whatever the date.
    pub(super) fn as_period(self, days: bool) -> Period {
        let year = self.year.as_year();
        if self.school_year {
            return Period::school_year(year).unwrap_or(self.year);
        }
        if !days || self.within == 0 {
            return self.year;
        }
        let (month, day) = (u8::try_from(self.within / 100).unwrap_or(12), u8::try_from(self.within % 100).unwrap_or(31));
        // a month counts on its last day
        let days = if day == 0 { 28..=31 } else { day..=day };
        days.rev().find_map(|day| Date::new(year, month, day)).map_or(self.year, Period::day)
    }
}

const MONTHS: [&str; 12] = [
    "januar", "februar", "märz", "april", "mai", "juni", "juli", "august", "september", "oktober", "november", "dezember",
];

/// Words before a period that say no more than that one follows.
const LEADS: [&str; 13] = [
    "stichtag", "schuljahr", "berichtsjahr", "kitajahr", "zeitraum", "stand", "jahr", "year", "zum", "am", "im", "den", "sj",
];

/// Words that make a year a limit instead of a period.
const LIMITS: [&str; 11] = ["ab", "bis", "seit", "vor", "nach", "von", "since", "from", "until", "zensus", "gv"];

fn year(text: &str) -> Option<Period> {
    let fits = text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit());
    let year = fits.then(|| text.parse().ok()).flatten().filter(|year| PLAUSIBLE_YEARS.contains(year))?;
    Period::year(year)
}

fn whole_year(period: Period) -> When {
    When { year: period, within: 0, school_year: false }
}

/// A text that is a period and nothing else, but for words such as `Stichtag` before it and a footnote mark behind it.
pub(super) fn whole(text: &str) -> Option<When> {
    let mut text = text.trim();
    while let Some((first, rest)) = text.split_once([' ', ':', '\u{a0}']) {
        let first = first.trim_end_matches(['.', ':']).to_lowercase();
        if !LEADS.contains(&first.as_str()) {
            break;
        }
        text = rest.trim_start_matches([' ', ':', '\u{a0}']);
    }
    bare(text).or_else(|| bare(without_mark(text)))
}

/// The text without a footnote mark: `2015*`, `2015 1)`, `2015¹⁾`.
fn without_mark(text: &str) -> &str {
    let marks = |letter: char| matches!(letter, '*' | ')' | '¹' | '²' | '³' | '⁾' | '⁽' | ' ');
    match text.rsplit_once(' ') {
        Some((before, mark)) if mark.ends_with(')') && mark.len() <= 3 => before.trim_end(),
        _ => text.trim_end_matches(marks),
    }
}

fn bare(text: &str) -> Option<When> {
    if let Some(period) = year(text) {
        return Some(whole_year(period));
    }
    let when = |year_text: &str, month: u16, day: u16| {
        let fits = (1..=12).contains(&month) && day <= 31;
        fits.then(|| year(year_text)).flatten().map(|year| When { year, within: month * 100 + day, school_year: false })
    };
    let number = |text: &str| text.parse::<u16>().ok().filter(|_| text.len() <= 2 && !text.starts_with('+'));
    if let [day, month, year] = text.split('.').collect::<Vec<_>>().as_slice() {
        return when(year, number(month)?, number(day).filter(|day| *day > 0)?);
    }
    if let [year, month, rest @ ..] = text.split('-').collect::<Vec<_>>().as_slice() {
        return match rest {
            [] => when(year, number(month)?, 0),
            [day] => when(year, number(month)?, number(day.get(..2).unwrap_or(day))?),
            _ => None,
        };
    }
    if let Some((first, second)) = text.split_once('/') {
        let (first, second) = (first.trim(), second.trim());
        if let Some(period) = year(first) {
            let next = (period.as_year() + 1).to_string();
            let fits = second == next || Some(second) == next.get(2..);
            return fits.then_some(When { year: period, within: 0, school_year: true });
        }
        return when(second, number(first)?, 0);
    }
    if text.len() == 6 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return when(text.get(..4)?, text.get(4..)?.parse().ok()?, 0);
    }
    let (month, year) = text.split_once([' ', '.', '\u{a0}'])?;
    let month = month.trim_end_matches('.').to_lowercase();
    let position = MONTHS.iter().position(|name| month.chars().count() >= 3 && name.starts_with(&month))?;
    when(year.trim_start_matches(['.', ' ']), u16::try_from(position).ok()? + 1, 0)
}

/// The one year that a text speaks of, and the text without it; `None` if there is none, or several.
pub(super) fn inside(text: &str) -> Option<(When, String)> {
    let mut found: Option<(When, String)> = None;
    let words: Vec<&str> = text.split_whitespace().collect();
    for (at, word) in words.iter().enumerate() {
        let core = word.trim_matches(|letter: char| matches!(letter, '(' | ')' | ',' | ';' | ':' | '.' | '*' | '_' | '-'));
        let core = core.strip_prefix("Jahr").unwrap_or(core);
        let Some(when) = bare(core).filter(|when| when.within == 0 || core.contains('.') || core.contains('-')) else { continue };
        let before = at.checked_sub(1).and_then(|before| words.get(before));
        let lead = before.map(|word| word.trim_matches(|letter: char| !letter.is_alphabetic()).to_lowercase());
        if lead.as_ref().is_some_and(|lead| LIMITS.contains(&lead.as_str())) {
            continue;
        }
        if found.as_ref().is_some_and(|(known, _)| known.year != when.year) {
            return None;
        }
        let led = lead.is_some_and(|lead| LEADS.contains(&lead.as_str()));
        let start = at - usize::from(led);
        let rest: Vec<&str> = words.iter().take(start).chain(words.iter().skip(at + 1)).copied().collect();
        if found.is_none() {
            found = Some((when, rest.join(" ")));
        }
    }
    found
}

/// The one plausible year among the digits of a name, such as `31122013_Auszug` or `apotheken_2023.csv`.
pub(super) fn in_name(name: &str) -> Option<When> {
    let mut years: Vec<Period> = Vec::new();
    for run in name.split(|letter: char| !letter.is_ascii_digit()) {
        let candidate = match run.len() {
            4 => year(run),
            // ddmmyyyy, or yyyymmdd
            8 => run.get(4..).and_then(year).or_else(|| run.get(..4).and_then(year)),
            6 => run.get(..4).and_then(year),
            _ => None,
        };
        years.extend(candidate);
    }
    years.dedup();
    match years.as_slice() {
        [only] => Some(whole_year(*only)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_are_read_as_people_write_them() {
        let read = |text: &str| whole(text).map(|when| (when.year.as_year(), when.within, when.school_year));
        for (text, year, within) in [
            ("2015", 2015, 0),
            ("31.12.2015", 2015, 1231),
            ("2015-12-31", 2015, 1231),
            ("Jahr: 2016", 2016, 0),
            ("Stand: 1.3.2016", 2016, 301),
            ("Stichtag 31.12.2023", 2023, 1231),
            ("2015*", 2015, 0),
            ("2015 1)", 2015, 0),
            ("Juni 2023", 2023, 600),
            ("Jun. 2023", 2023, 600),
            ("06/2023", 2023, 600),
            ("202306", 2023, 600),
        ] {
            assert_eq!(read(text), Some((year, within, false)), "{text}");
        }
        for text in ["2015/16", "2015/2016", "Schuljahr 2015/16"] {
            assert_eq!(read(text), Some((2015, 0, true)), "{text}");
        }
        for text in ["", "15", "2015/18", "3358", "31.13.2015", "Bispingen", "ab 2011", "2015,5", "1234567"] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn a_date_is_a_year_unless_days_are_kept() {
        let period = |text: &str, days: bool| whole(text).map(|when| when.as_period(days).to_string());
        assert_eq!(period("01.03.2016", false).as_deref(), Some("2016"));
        assert_eq!(period("01.03.2016", true).as_deref(), Some("2016-03-01"));
        assert_eq!(period("202402", true).as_deref(), Some("2024-02-29"));
        assert_eq!(period("31.12.2015", true).as_deref(), Some("2015"));
        assert_eq!(period("2015/16", true).as_deref(), Some("2015/16"));
    }

    #[test]
    fn a_year_inside_of_a_text_is_found_unless_it_is_a_limit() {
        let read = |text: &str| inside(text).map(|(when, rest)| (when.year.as_year(), rest));
        assert_eq!(read("Einkommensteuer 1998"), Some((1998, "Einkommensteuer".to_owned())));
        assert_eq!(read("Bevölkerung am 31.12.2020 in 100"), Some((2020, "Bevölkerung in 100".to_owned())));
        assert_eq!(read("pädagogisches Personal (ab 2011)"), None);
        assert_eq!(read("Personal (bis 2010)"), None);
        assert_eq!(read("von 2010 auf 2015 2016"), None);
        assert_eq!(in_name("31122013_Auszug_GV.xlsx").map(|when| when.year.as_year()), Some(2013));
        assert_eq!(in_name("apotheken_osm_je_gemeinde_2023.csv").map(|when| when.year.as_year()), Some(2023));
        assert_eq!(in_name("arzt_2010_2016.csv"), None);
        assert_eq!(in_name("AI003-1_00.csv.gz"), None);
    }
}
