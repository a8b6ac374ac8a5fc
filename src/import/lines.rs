//! Figures by area key, period and measure, in the order in which a tidy table has them.
//!
//! A national table has millions of figures, but eleven thousand keys: keys and measures are kept once.

use std::collections::BTreeMap;

use crate::value::{Figure, Period};

/// Positions of key and measure, and the period between them.
pub(super) type Place = (u32, Period, u16);

/// One figure with its key, period and measure.
pub(super) type Line<'l> = ((&'l str, Period, &'l str), Figure);

/// Figures in order; no place is there twice.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Lines {
    keys: Vec<String>,
    measures: Vec<String>,
    figures: Vec<(Place, Figure)>,
}

impl Lines {
    /// Puts figures in order. Of several for one key, period and measure the first is taken; a key or measure may be there
    /// several times.
    pub(super) fn new(keys: &[String], measures: &[String], figures: Vec<(Place, Figure)>) -> Self {
        let (keys, key_ranks) = ranked(keys);
        let (measures, measure_ranks) = ranked(measures);
        let mut figures = figures;
        figures.retain_mut(|((key, _, measure), _)| {
            let ranks = key_ranks.get(*key as usize).zip(measure_ranks.get(usize::from(*measure)));
            let ranks = ranks.and_then(|(key, measure)| Some((*key, u16::try_from(*measure).ok()?)));
            if let Some(ranks) = ranks {
                (*key, *measure) = ranks;
            }
            ranks.is_some()
        });
        figures.sort_by_key(|(place, _)| *place);
        figures.dedup_by_key(|(place, _)| *place);
        Self { keys, measures, figures }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.figures.is_empty()
    }

    /// All figures, by key, then period, then measure.
    pub(super) fn iter(&self) -> impl Iterator<Item = Line<'_>> {
        self.figures.iter().map(|((key, period, measure), figure)| {
            let key = self.keys.get(*key as usize).map_or("", String::as_str);
            let measure = self.measures.get(usize::from(*measure)).map_or("", String::as_str);
            ((key, *period, measure), *figure)
        })
    }
}

/// Texts in order, each once, and the rank of each text that was given.
fn ranked(texts: &[String]) -> (Vec<String>, Vec<u32>) {
    let mut ranks: BTreeMap<&str, u32> = texts.iter().map(|text| (text.as_str(), 0)).collect();
    for (rank, place) in (0_u32..).zip(ranks.values_mut()) {
        *place = rank;
    }
    let of_each = texts.iter().map(|text| ranks.get(text.as_str()).copied().unwrap_or(0)).collect();
    let ordered = ranks.into_keys().map(str::to_owned).collect();
    (ordered, of_each)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_in_order_of_their_texts_and_the_first_of_two_is_taken() {
        let keys = ["b", "a", "b"].map(str::to_owned).to_vec();
        let measures = ["y", "x"].map(str::to_owned).to_vec();
        let period = |year| Period::year(year).unwrap();
        let figure = Figure::exact;
        let figures = vec![
            ((0, period(2016), 0), figure(1.0)),
            ((2, period(2016), 0), figure(2.0)),
            ((1, period(2016), 1), figure(3.0)),
            ((0, period(2015), 1), figure(4.0)),
            ((9, period(2015), 1), figure(5.0)),
        ];
        let lines = Lines::new(&keys, &measures, figures);
        let told: Vec<String> = lines
            .iter()
            .map(|((key, period, measure), figure)| format!("{key} {period} {measure} {}", figure.number().unwrap()))
            .collect();
        assert_eq!(told, ["a 2016 x 3", "b 2015 x 4", "b 2016 y 1"]);
    }
}
