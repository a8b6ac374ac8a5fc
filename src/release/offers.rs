//! What facilities say about their offers, read where it has a form: a date, opening hours, whether one gets in without
//! steps.
//!
//! Opening hours are published in OpenStreetMap's syntax (wiki, `Key:opening_hours/specification`), which German
//! spellings are turned into; a date as `2024-05-31`; steps as `yes`, `limited` or `no`. What cannot be read stays the
//! text that it is, and is told.

use crate::attribute::Attribute;
use crate::config::LayerConfig;
use crate::message;
use crate::report::{Case, Finding, Message, Report};
use crate::value::{Date, Period};

/// Longer texts are prose, no opening hours.
const MOST_CHARACTERS: usize = 400;

/// An attribute that has a form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Date,
    Hours,
    Steps,
}

const FORMS: [(&str, Form); 3] =
    [("last_checked", Form::Date), ("opening_hours", Form::Hours), ("barrier_free", Form::Steps)];

/// Reads the offers of one layer.
pub(super) struct Offers<'c> {
    config: &'c LayerConfig,
    /// Which attributes of the layer have a form.
    forms: Vec<(usize, Form)>,
    unread: [Vec<Case>; 3],
    respelled: Vec<Case>,
}

impl<'c> Offers<'c> {
    pub(super) fn of(config: &'c LayerConfig) -> Self {
        let forms = config.attributes.iter().enumerate().filter_map(|(place, attribute)| {
            let (_, form) = FORMS.iter().find(|(id, _)| *id == attribute.id)?;
            Some((place, *form))
        });
        Self { config, forms: forms.collect(), unread: Default::default(), respelled: Vec::new() }
    }

    /// Reads what has a form among the attributes of a row.
    pub(super) fn read(&mut self, row: u64, attributes: &mut [Attribute]) {
        for (place, form) in &self.forms {
            let Some(attribute) = attributes.get_mut(*place) else { continue };
            let Some(text) = attribute.to_text().filter(|text| !text.trim().is_empty()) else { continue };
            let text = text.trim();
            let read = match form {
                Form::Date => date(text),
                Form::Hours => hours(text),
                Form::Steps => steps(text).map(str::to_owned),
            };
            let column = self.config.attributes.get(*place).map_or("", |attribute| attribute.column.as_str());
            let case = || Case::line(row).in_column(column);
            match read {
                Some(read) => {
                    if *form == Form::Hours && read != text {
                        self.respelled.push(case().saying(message!("\"{text}\" read as {read}", text, read)));
                    }
                    *attribute = Attribute::Text(read);
                }
                None => {
                    if let Some(cases) = self.unread.get_mut(*form as usize) {
                        cases.push(case().saying(format!("\"{text}\"")));
                    }
                }
            }
        }
    }

    pub(super) fn report(self, report: &mut Report) {
        let id = &self.config.id;
        let file = &self.config.source.path;
        let mut say = |finding: Finding, advice: &'static str, cases: Vec<Case>| {
            if !cases.is_empty() {
                report.add(finding.in_file(file).advise(advice).at_all(cases));
            }
        };
        let [dates, hours, steps] = self.unread;
        let kept = |code: &'static str, message: Message| Finding::warning(code, message);
        say(
            kept(
                "date-unreadable",
                message!("layer \"{id}\": dates of the last check that cannot be read stay text", id),
            ),
            "write a day such as 31.05.2024, a month such as 2024-05, or a year",
            dates,
        );
        say(
            kept(
                "opening-hours-unreadable",
                message!("layer \"{id}\": opening hours that cannot be read stay text", id),
            ),
            "write them as in OpenStreetMap: Mo-Fr 08:00-12:00; Tu,Th 14:00-18:00; PH off",
            hours,
        );
        say(
            kept(
                "barrier-free-unreadable",
                message!("layer \"{id}\": whether it is barrier-free cannot be read and stays text", id),
            ),
            "write yes, limited or no (ja, teilweise, nein)",
            steps,
        );
        say(
            Finding::notice(
                "opening-hours-respelled",
                message!("layer \"{id}\": opening hours were turned into OpenStreetMap's syntax", id),
            ),
            "nothing needs to be done, if they are right",
            self.respelled,
        );
    }
}

/// A day, a month or a year.
fn date(text: &str) -> Option<String> {
    let day = text.split(['T', ' ']).next().unwrap_or_default();
    if Date::read(day).is_some() {
        let parts: Vec<&str> = day.split('.').collect();
        return match parts.as_slice() {
            [day, month, year] => Some(format!("{year}-{month}-{day}")),
            _ => Some(day.to_owned()),
        };
    }
    let month = text.split_once('-').or_else(|| text.split_once(['/', '.']).map(|(month, year)| (year, month)));
    if let Some((year, month)) = month
        && year.len() == 4
        && let (Ok(year), Ok(month)) = (year.parse::<i16>(), month.parse::<u8>())
        && Date::new(year, month, 1).is_some()
    {
        return Some(format!("{year:04}-{month:02}"));
    }
    (text.len() == 4 && Period::read(text).is_some()).then(|| text.to_owned())
}

/// Opening hours in OpenStreetMap's syntax; German spellings are turned into it.
fn hours(text: &str) -> Option<String> {
    if text.chars().count() > MOST_CHARACTERS {
        return None;
    }
    if opening_hours_syntax::parse(text).is_ok() {
        return Some(text.to_owned());
    }
    let english = from_german(text);
    opening_hours_syntax::parse(&english).is_ok().then_some(english)
}

/// `Mo–Fr 8–12.30 Uhr, Di und Do 14-18 Uhr` → `Mo-Fr 08:00-12:30; Tu,Th 14:00-18:00`.
fn from_german(text: &str) -> String {
    const DAYS: [(&str, &str); 14] = [
        ("montag", "Mo"),
        ("dienstag", "Tu"),
        ("mittwoch", "We"),
        ("donnerstag", "Th"),
        ("freitag", "Fr"),
        ("samstag", "Sa"),
        ("sonnabend", "Sa"),
        ("sonntag", "Su"),
        ("mo", "Mo"),
        ("di", "Tu"),
        ("mi", "We"),
        ("do", "Th"),
        ("fr", "Fr"),
        ("so", "Su"),
    ];
    let mut words: Vec<String> = Vec::new();
    let spaced: String = text
        .chars()
        .flat_map(|letter| match letter {
            '–' | '—' | '-' => vec![' ', '-', ' '],
            ',' | ';' | '|' | '\n' | '/' => vec![' ', letter, ' '],
            other => vec![other],
        })
        .collect();
    for word in spaced.split_whitespace() {
        let lower = word.to_lowercase();
        let bare = lower.trim_end_matches(['.', ':', 's']);
        let day = DAYS.iter().find(|(german, _)| *german == bare).map(|(_, english)| (*english).to_owned());
        match (lower.as_str(), day) {
            (_, Some(day)) => words.push(day),
            ("uhr" | "h" | "von" | "geöffnet" | "jeweils", _) => {}
            ("bis", _) => words.push("-".to_owned()),
            ("und" | "u." | "&" | "/", _) => words.push(",".to_owned()),
            (";" | "|" | "\n", _) => words.push(";".to_owned()),
            ("täglich", _) => words.push("Mo-Su".to_owned()),
            ("feiertags" | "feiertag" | "feiertage", _) => words.push("PH".to_owned()),
            ("geschlossen", _) => words.push("off".to_owned()),
            ("sa" | "sa." | "sa:", _) => words.push("Sa".to_owned()),
            _ => words.push(time(&lower).unwrap_or_else(|| word.to_owned())),
        }
    }
    let is_day = |word: &str| ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su", "PH", "Mo-Su"].contains(&word);
    let is_time = |word: &str| word.contains(':');
    let mut out = String::new();
    for (place, word) in words.iter().enumerate() {
        let before = place.checked_sub(1).and_then(|before| words.get(before)).map_or("", String::as_str);
        let after = words.get(place + 1).map_or("", String::as_str);
        match word.as_str() {
            // a comma between a time and a day begins another rule
            "," if is_time(before) && is_day(after) => out.push_str("; "),
            ";" => out.push_str("; "),
            "-" | "," => out.push_str(word),
            _ if is_day(word) && is_time(before) => {
                out.push_str("; ");
                out.push_str(word);
            }
            _ => {
                if !out.is_empty() && !out.ends_with([' ', '-', ',']) {
                    out.push(' ');
                }
                out.push_str(word);
            }
        }
    }
    out
}

/// `8` and `8.30` and `8:30` → `08:00`, `08:30`.
fn time(word: &str) -> Option<String> {
    let word = word.trim_end_matches("uhr").trim_end_matches('h');
    let (hour, minute) = word.split_once([':', '.']).unwrap_or((word, "00"));
    let minute = if minute.is_empty() { "00" } else { minute };
    let (hour, minute): (u8, u8) = (hour.parse().ok()?, minute.parse().ok()?);
    (hour <= 24 && minute < 60).then(|| format!("{hour:02}:{minute:02}"))
}

/// `yes`, `limited` or `no`.
fn steps(text: &str) -> Option<&'static str> {
    match text.to_lowercase().as_str() {
        "yes" | "ja" | "j" | "true" | "1" | "x" | "designated" | "barrierefrei" | "rollstuhlgerecht" | "voll" => {
            Some("yes")
        }
        "limited" | "teilweise" | "eingeschränkt" | "bedingt" | "partly" | "partial" | "zum teil" => Some("limited"),
        "no" | "nein" | "n" | "false" | "0" | "nicht barrierefrei" => Some("no"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn opening_hours_are_read_as_openstreetmap_and_as_germans_write_them() {
        for (written, read) in [
            ("Mo-Fr 08:00-12:00; Tu,Th 14:00-18:00", "Mo-Fr 08:00-12:00; Tu,Th 14:00-18:00"),
            ("24/7", "24/7"),
            ("Mo-Fr 8-12 Uhr", "Mo-Fr 08:00-12:00"),
            ("Mo–Fr 8.30–12.00 Uhr, Di und Do 14–18 Uhr", "Mo-Fr 08:30-12:00; Tu,Th 14:00-18:00"),
            ("Montag bis Freitag von 9 bis 17 Uhr", "Mo-Fr 09:00-17:00"),
            ("Mi 15:00-17:30", "We 15:00-17:30"),
            ("Mo-Do 8-16 Uhr, Fr 8-12 Uhr", "Mo-Th 08:00-16:00; Fr 08:00-12:00"),
            ("täglich 10-18 Uhr", "Mo-Su 10:00-18:00"),
            ("Mo - Fr: 8-12 Uhr; Sa geschlossen", "Mo-Fr 08:00-12:00; Sa off"),
        ] {
            assert_eq!(hours(written).as_deref(), Some(read), "{written}");
        }
        for unread in ["nach Vereinbarung bitte anrufen", "jeden zweiten Dienstag im Monat", "Mo-Fr 25-30 Uhr"] {
            assert_eq!(hours(unread), None, "{unread}");
        }
    }

    #[test]
    fn dates_and_steps_are_read_in_both_languages() {
        for (written, read) in [
            ("31.05.2024", Some("2024-05-31")),
            ("2024-05-31", Some("2024-05-31")),
            ("2024-05", Some("2024-05")),
            ("5/2024", Some("2024-05")),
            ("2024", Some("2024")),
            ("31.02.2024", None),
            ("im Mai", None),
            ("", None),
        ] {
            assert_eq!(date(written).as_deref(), read, "{written}");
        }
        assert_eq!(["Ja", "teilweise", "NEIN", "Rampe"].map(steps), [Some("yes"), Some("limited"), Some("no"), None]);
    }
}
