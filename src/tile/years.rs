//! Years as people ask for them → [`Years`].

use std::collections::BTreeSet;

use crate::tile::Years;
use crate::value::Period;

/// Years in one list; a range may hold more.
const MOST_YEARS: usize = 100;

impl Years {
    /// Reads `2015..2024`, `2015,2016` or `all` against the years that exist. What means the same has one form.
    ///
    /// # Errors
    /// What is wrong, if the text is none of these, a listed year does not exist, or a range holds none that does.
    pub fn read(text: &str, existing: &BTreeSet<Period>) -> Result<Self, String> {
        if text == "all" {
            return Ok(Self::All);
        }
        let wanted: BTreeSet<Period> = if let Some((first, last)) = text.split_once("..") {
            let (first, last) = (year(first)?, year(last)?);
            existing.iter().copied().filter(|year| first.from() <= year.counted_on() && *year <= last).collect()
        } else {
            listed(text, existing)?
        };
        match wanted.len() {
            0 => Err(format!("there are no figures in {}", shown(text))),
            all if all == existing.len() => Ok(Self::All),
            _ => Ok(Self::These(wanted.into_iter().collect())),
        }
    }
}

fn listed(text: &str, existing: &BTreeSet<Period>) -> Result<BTreeSet<Period>, String> {
    let mut wanted = BTreeSet::new();
    for given in text.split(',') {
        let year = year(given.trim())?;
        if !existing.contains(&year) {
            return Err(format!("there are no figures for {year}"));
        }
        if !wanted.insert(year) {
            return Err(format!("{year} is named twice"));
        }
        if wanted.len() > MOST_YEARS {
            return Err(format!(
                "more than {MOST_YEARS} years; {MOST_YEARS} are the most at once, a range may hold more"
            ));
        }
    }
    Ok(wanted)
}

fn year(text: &str) -> Result<Period, String> {
    // one address for one thing: 31.12.2015 is written 2015
    Period::read(text)
        .filter(|period| period.to_string() == text)
        .ok_or_else(|| format!("\"{}\" is not a year; years are given as 2015..2024, 2015,2016 or all", shown(text)))
}

/// The beginning of a text that somebody gave, for messages.
fn shown(text: &str) -> String {
    text.chars().take(40).flat_map(char::escape_debug).collect()
}
