//! How far an export is: a bar on a terminal, a line every few seconds in a log.

use std::io::{self, IsTerminal, Write};
use std::time::{Duration, Instant};

use indicatif::{HumanCount, HumanDuration, ProgressBar, ProgressStyle};

/// Time between two lines in a log.
const EVERY: Duration = Duration::from_secs(5);

/// Tells on standard error how far an export is. The number of addresses ahead is an upper estimate.
pub struct Progress {
    show: Show,
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
    pub fn to_stderr() -> Self {
        if !io::stderr().is_terminal() {
            return Self::showing(Show::Lines);
        }
        let bar = ProgressBar::new(0);
        let form = "{bar:30} {human_pos} of {human_len} tiles, {per_sec}, {eta} left";
        bar.set_style(ProgressStyle::with_template(form).unwrap_or_else(|_| ProgressStyle::default_bar()));
        Self::showing(Show::Bar(bar))
    }

    /// Tells nothing.
    #[must_use]
    pub fn silent() -> Self {
        Self::showing(Show::Nothing)
    }

    fn showing(show: Show) -> Self {
        let now = Instant::now();
        Self { show, started: now, last: now, done: 0, all: 0 }
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
            Show::Bar(bar) => bar.inc(tiles),
            Show::Lines if self.last.elapsed() >= EVERY => {
                self.last = Instant::now();
                let seconds = self.started.elapsed().as_secs_f64();
                let rate = self.done as f64 / seconds;
                let left = Duration::try_from_secs_f64(self.all.saturating_sub(self.done) as f64 / rate);
                self.say(&format!(
                    "{} of {} tiles, {rate:.0} per second, {} left",
                    HumanCount(self.done),
                    HumanCount(self.all),
                    HumanDuration(left.unwrap_or_default()),
                ));
            }
            Show::Lines | Show::Nothing => {}
        }
    }

    /// Says a sentence; an empty one is passed over.
    pub(super) fn say(&self, text: &str) {
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
