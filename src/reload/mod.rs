//! Files that changed → another release, built beside the one that is served, and put in its place as a whole.
//!
//! One thread looks at the files every few seconds ([`Snapshot`]) and builds when two looks see the same change, so a
//! program that saves in several steps, or a copy that takes a while, is one change. Looking works on network shares
//! and in containers, where notices of change get lost; it costs one question per file.
//!
//! * One build at a time, on threads of its own that stand behind those of requests ([`Crew`]).
//! * If a file changes during a build, what was built may be half of the one and half of the other: it is thrown
//!   away, and the newest state is built.
//! * A build that fails leaves the release in place, and says so in the log, in `/health` and in `/metrics`.
//! * What is the same as before (the release id is a hash of the files) is not put in place again.

mod crew;
mod snapshot;

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use crate::http::ServerState;
use crate::release::{self, Release};
use crate::report::{Finding, Report, Severity};
use crew::Crew;
use snapshot::Snapshot;

/// Errors of a failed build that the log lists; `kreisel check` lists all.
const LOGGED_ERRORS: usize = 20;

/// Files that the log names when they have changed.
const LOGGED_FILES: usize = 5;

/// When the files are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// All the time.
    Always,
    /// When somebody asks for it.
    WhenAsked,
}

/// Somebody asks for a reload now, changed or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReloadNow;

/// What came of one turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// Nothing to do: nothing has changed, or it may still be changing.
    Waited,
    /// Another release is served.
    Replaced,
    /// The files say what is served already.
    Unchanged,
    /// The files cannot be published.
    Failed,
    /// The files changed during the build.
    Overtaken,
}

/// The files of an atlas folder, as they were when they were read last.
#[derive(Debug)]
pub struct Files {
    root: PathBuf,
    /// Files and folders that the descriptions name or have named, wherever they lie. None is ever taken out: when a
    /// share is lost for a while, nothing names its files in the meantime.
    named: BTreeSet<PathBuf>,
    read: Snapshot,
}

impl Files {
    /// Looks at an atlas folder. To be called before it is loaded: what changes during the load is then seen.
    #[must_use]
    pub fn look(root: &Path) -> Self {
        Self::look_also(root, BTreeSet::new())
    }

    fn look_also(root: &Path, mut named: BTreeSet<PathBuf>) -> Self {
        named.extend(release::inputs(root));
        let read = Snapshot::take(root, &named);
        Self { root: root.to_path_buf(), named, read }
    }
}

/// Loads a server's first release as [`release::load`] does, on threads that go away with what they needed.
///
/// # Errors
/// The report, if any finding is an error.
pub fn first(root: &Path) -> Result<Release, Report> {
    Crew::first().work(|| release::load(root))
}

/// Keeps a server's release as the files are.
#[derive(Debug)]
pub struct Reloader {
    state: Arc<ServerState>,
    files: Files,
    look: Look,
    /// What the last look saw.
    seen: Snapshot,
    crew: Crew,
}

impl Reloader {
    /// A reloader of a server whose release was loaded from these files.
    #[must_use]
    pub fn new(state: Arc<ServerState>, files: Files, look: Look) -> Self {
        let seen = files.read.clone();
        Self { state, files, look, seen, crew: Crew::behind_requests() }
    }

    /// Takes turns until nobody can ask for a reload any more. Blocks: for a thread of its own.
    pub fn run(mut self, asked: &Receiver<ReloadNow>) {
        let interval = Duration::from_secs(self.state.limits.watch_interval_s.max(1));
        loop {
            match asked.recv_timeout(interval) {
                Ok(ReloadNow) => {
                    while self.reload() == Turn::Overtaken {
                        std::thread::sleep(interval);
                    }
                }
                Err(RecvTimeoutError::Timeout) => {
                    self.turn();
                }
                Err(RecvTimeoutError::Disconnected) => return,
            }
        }
    }

    /// One look: builds if the files have changed since they were read, and not since the last look.
    pub fn turn(&mut self) -> Turn {
        self.state.retire();
        if self.look == Look::WhenAsked {
            return Turn::Waited;
        }
        let now = Snapshot::take(&self.files.root, &self.files.named);
        let settled = now == self.seen;
        self.seen = now;
        if settled && self.seen != self.files.read { self.reload() } else { Turn::Waited }
    }

    /// Builds from the files as they are now.
    pub fn reload(&mut self) -> Turn {
        let root = self.files.root.clone();
        let before = Files::look_also(&root, self.files.named.clone());
        let changed = before.read.changed_since(&self.files.read);
        tracing::info!(changed = names(&changed, &root), "reading the atlas again");
        let started = Instant::now();
        let loaded = self.crew.work(|| catch_unwind(AssertUnwindSafe(|| release::load(&root))));
        let loaded = loaded.unwrap_or_else(|_| Err(fault()));
        let after = Snapshot::take(&root, &before.named);
        if after != before.read {
            tracing::info!(
                changed = names(&after.changed_since(&before.read), &root),
                "files changed while they were read: they are read again"
            );
            // whatever was seen before, this is to be built when it has settled
            self.seen = after;
            return Turn::Overtaken;
        }
        self.seen = after;
        self.files = before;
        match loaded {
            Ok(release) => self.put_in_place(release, started.elapsed()),
            Err(report) => self.keep(&report),
        }
    }

    fn put_in_place(&self, release: Release, duration: Duration) -> Turn {
        let former = self.state.current().map(|served| served.id.to_string()).unwrap_or_default();
        if former == release.id {
            tracing::info!(release = %former, "the files say what is served already");
            self.state.reload_unchanged();
            return Turn::Unchanged;
        }
        if release.atlas.server != self.state.limits {
            tracing::warn!("[server] in atlas.toml differs from what the server was started with: start it again");
        }
        let (id, findings) = (release.id.clone(), release.report.summary().to_string());
        self.state.replace(release);
        let duration_ms = duration.as_millis();
        tracing::info!(release = %id, %former, duration_ms, findings, "another release is served");
        Turn::Replaced
    }

    fn keep(&self, report: &Report) -> Turn {
        let release = self.state.current().map(|served| served.id.to_string()).unwrap_or_default();
        let summary = report.summary().to_string();
        tracing::error!(%release, findings = summary, "the files cannot be published: the release before is still served");
        let errors = report.findings.iter().filter(|finding| finding.severity == Severity::Error);
        for finding in errors.take(LOGGED_ERRORS) {
            let file = finding.file.as_deref().unwrap_or(Path::new("")).display();
            tracing::error!(code = finding.code, %file, cases = finding.cases.len(), "{}", finding.message);
        }
        tracing::error!("kreisel check {} says everything, and what to do", self.files.root.display());
        self.state.reload_failed(report);
        Turn::Failed
    }
}

/// The program has a fault; the server goes on with what it has.
fn fault() -> Report {
    let mut report = Report::default();
    report.add(Finding::error("fault", "reading the atlas ended in a fault of the program; please report it"));
    report
}

/// The first few files, relative to the atlas where they lie inside.
fn names(files: &[&Path], root: &Path) -> String {
    let inside = |file: &&Path| file.strip_prefix(root).unwrap_or(file).display().to_string();
    let mut names: Vec<_> = files.iter().take(LOGGED_FILES).map(inside).collect();
    if files.len() > LOGGED_FILES {
        names.push(format!("and {} more", files.len() - LOGGED_FILES));
    }
    names.join(", ")
}

#[cfg(test)]
mod tests;
