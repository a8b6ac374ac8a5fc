//! How far an export is: a bar on a terminal, a line every few seconds in a log.

use std::io::{self, IsTerminal, Write};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use crate::message;
use crate::report::{Language, Message};

/// Time between two lines in a log.
const EVERY: Duration = Duration::from_secs(5);

/// Tells on standard error how far an export is. The number of addresses ahead is an upper estimate.
pub struct Progress {
    show: Show,
    language: Language,
    started: Instant,
    last: Instant,
    done: u64,
    all: u64,
}

enum Show {
    Nothing,
    Lines,
    Bar(ProgressBar),
}

impl Progress {
    /// A bar if standard error is a terminal, otherwise lines.
    #[must_use]
    pub fn to_stderr(language: Language) -> Self {
        if !io::stderr().is_terminal() {
            return Self::showing(Show::Lines, language);
        }
        let bar = ProgressBar::new(0);
        let style = ProgressStyle::with_template("{bar:30} {msg}");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        Self::showing(Show::Bar(bar), language)
    }

    /// Tells nothing.
    #[must_use]
    pub fn silent() -> Self {
        Self::showing(Show::Nothing, Language::En)
    }

    fn showing(show: Show, language: Language) -> Self {
        let now = Instant::now();
        Self { show, language, started: now, last: now, done: 0, all: 0 }
    }

    pub(super) fn begin(&mut self, all: u64) {
        self.all = all;
        self.started = Instant::now();
        self.last = self.started;
        if let Show::Bar(bar) = &self.show {
            bar.set_length(all);
        }
    }

    pub(super) fn advance(&mut self, tiles: u64) {
        self.done += tiles;
        match &self.show {
            Show::Bar(bar) => {
                bar.inc(tiles);
                bar.set_message(self.state().in_language(self.language));
            }
            Show::Lines if self.last.elapsed() >= EVERY => {
                self.last = Instant::now();
                self.say(&self.state());
            }
            Show::Lines | Show::Nothing => {}
        }
    }

    fn state(&self) -> Message {
        self.state_after(self.started.elapsed())
    }

    /// How far it is after so much time, how fast, and for how long still.
    fn state_after(&self, elapsed: Duration) -> Message {
        let rate = self.done as f64 / elapsed.as_secs_f64().max(0.001);
        let left = self.all.saturating_sub(self.done) as f64 / rate.max(0.001);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the cast saturates")]
        let (rate, left) = (rate as u64, left.ceil() as u64);
        let grouped = |number: u64| grouped(number, self.language);
        message!(
            "{done} of {all} tiles, {rate} per second, {left} left",
            done = grouped(self.done),
            all = grouped(self.all),
            rate = grouped(rate),
            left = duration(left)
        )
    }

    /// Says a sentence; an empty one is passed over.
    pub(super) fn say(&self, sentence: &Message) {
        let text = sentence.in_language(self.language);
        if text.is_empty() {
            return;
        }
        match &self.show {
            Show::Nothing => {}
            // a terminal that is gone is no reason to stop
            Show::Lines => drop(writeln!(io::stderr(), "{text}")),
            Show::Bar(bar) => bar.println(text),
        }
    }

    pub(super) fn end(&self) {
        if let Show::Bar(bar) = &self.show {
            bar.finish_and_clear();
        }
    }
}

/// A number in groups of three digits.
fn grouped(number: u64, language: Language) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() * 4 / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(if language == Language::De { '.' } else { ',' });
        }
        text.push(digit);
    }
    text
}

/// Seconds in the two largest units, by their symbols, which are the same in both languages.
fn duration(seconds: u64) -> String {
    match (seconds / 3600, seconds / 60 % 60, seconds % 60) {
        (0, 0, seconds) => format!("{seconds} s"),
        (0, minutes, seconds) => format!("{minutes} min {seconds} s"),
        (hours, minutes, _) => format!("{hours} h {minutes} min"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_state_of_an_export_is_told_in_both_languages() {
        let mut progress = Progress::showing(Show::Nothing, Language::De);
        progress.begin(1_234_567);
        progress.advance(34_567);
        let said = |progress: &Progress| progress.state_after(Duration::from_secs(10)).in_language(progress.language);
        assert_eq!(said(&progress), "34.567 von 1.234.567 Kacheln, 3.456 je Sekunde, noch 5 min 48 s");
        progress.language = Language::En;
        assert_eq!(said(&progress), "34,567 of 1,234,567 tiles, 3,456 per second, 5 min 48 s left");
    }

    #[test]
    fn a_duration_has_two_units() {
        assert_eq!([9, 75, 7_320].map(duration), ["9 s", "1 min 15 s", "2 h 2 min"]);
        assert_eq!([0, 999, 1000].map(|number| grouped(number, Language::En)), ["0", "999", "1,000"]);
    }
}
