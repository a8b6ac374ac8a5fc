//! What all requests share: the release that is served, the cache, the counters, the limits.
//!
//! Two releases are served at most: the current one, and for a while the one before it, to those who name it in
//! `release=`. So a map that is open goes on, and no answer is ever made from both.

use std::sync::{Arc, OnceLock, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::{Duration, Instant};

use axum::http::HeaderValue;
use jiff::Timestamp;
use tokio::sync::Semaphore;

use super::addresses::Addresses;
use super::metrics::{Held, Metrics, Reload};
use super::sprites::Sprites;
use crate::cache::{Cache, Limits};
use crate::config::ServerConfig;
use crate::release::Release;
use crate::report::{Report, Severity};

/// One release as it is served, with what is made from it once.
#[derive(Debug)]
pub struct Served {
    /// The release.
    pub release: Release,
    /// Its id, shared by all cache keys.
    pub id: Arc<str>,
    /// Its id as a header.
    pub header: HeaderValue,
    /// Tile addresses that were read before.
    pub(super) addresses: Addresses,
    sprites: OnceLock<Sprites>,
    /// Counts it among the releases in memory until nobody needs it any more.
    _held: Held,
}

impl Served {
    fn new(release: Release, held: Held) -> Self {
        let id: Arc<str> = release.id.as_str().into();
        let header = HeaderValue::from_str(&id).unwrap_or(HeaderValue::from_static("unnamed"));
        Self { release, id, header, addresses: Addresses::new(), sprites: OnceLock::new(), _held: held }
    }

    /// The sprite of all symbols, drawn on first use. Takes CPU time: for the blocking pool.
    pub fn sprites(&self) -> &Sprites {
        self.sprites.get_or_init(|| Sprites::draw(&self.release))
    }
}

/// The releases that are served.
#[derive(Debug, Default)]
struct Releases {
    current: Option<Arc<Served>>,
    previous: Option<Previous>,
    failed: Option<FailedReload>,
}

/// The release before the current one.
#[derive(Debug)]
struct Previous {
    served: Arc<Served>,
    until: Instant,
}

/// A load that did not become a release; the one before it is still served. It holds counts only: `/health` is
/// public, and what a finding says of a table may be what the gate keeps secret. The log has the findings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FailedReload {
    /// When it failed.
    pub at: Timestamp,
    /// Findings that stand in the way.
    pub errors: usize,
    /// Findings that do not.
    pub warnings: usize,
    /// Remarks.
    pub notices: usize,
}

/// The server's state. Requests take the current release once, at their start, and keep it.
#[derive(Debug)]
pub struct ServerState {
    /// Held only for the moment in which a pointer is copied or replaced.
    releases: RwLock<Releases>,
    /// Final bytes.
    pub cache: Cache,
    /// Counters.
    pub metrics: Metrics,
    /// Places for requests that are worked on at the same time.
    pub requests: Semaphore,
    /// Limits. They stay as they were at the start, whatever a later release says.
    pub limits: ServerConfig,
}

impl ServerState {
    /// A server of a release, with the limits that its `atlas.toml` sets.
    #[must_use]
    pub fn new(release: Release) -> Self {
        let state = Self::starting(release.atlas.server.clone());
        state.replace(release);
        state
    }

    /// A server that has no release yet and answers 503 until [`Self::replace`].
    #[must_use]
    pub fn starting(limits: ServerConfig) -> Self {
        let cache = Cache::new(Limits {
            bytes: limits.cache_bytes,
            render_concurrency: limits.render_concurrency,
            waiting: limits.request_concurrency,
        });
        Self {
            releases: RwLock::default(),
            metrics: Metrics::new(cache.clone()),
            requests: Semaphore::new(limits.request_concurrency.clamp(1, Semaphore::MAX_PERMITS)),
            cache,
            limits,
        }
    }

    /// The release that is served now.
    pub fn current(&self) -> Option<Arc<Served>> {
        self.read().current.clone()
    }

    /// The release that a request with this query belongs to: the current one, unless it names the one before.
    pub(super) fn asked_for(&self, query: Option<&str>) -> Option<Arc<Served>> {
        let releases = self.read();
        if let Some(Previous { served, until }) = &releases.previous
            && query.is_some_and(|query| names(query, &served.id))
            && Instant::now() < *until
        {
            return Some(Arc::clone(served));
        }
        releases.current.clone()
    }

    /// Serves another release from now on. Requests under way end with the one they began with, and those that name
    /// the one that was current are answered from it for as long as the limits say.
    pub fn replace(&self, release: Release) {
        let served = Arc::new(Served::new(release, self.metrics.hold()));
        self.metrics.set_release(&served);
        let keep = Duration::from_secs(self.limits.keep_previous_s);
        let mut releases = self.write();
        let former = releases.current.replace(served);
        if former.is_some() {
            self.metrics.count_reload(Reload::Replaced);
        }
        let next = former.map(|served| Previous { served, until: Instant::now() + keep });
        let dropped = std::mem::replace(&mut releases.previous, next);
        releases.failed = None;
        drop(releases);
        // outside the lock: to free a country takes a while
        drop(dropped);
        self.retire();
    }

    /// Lets the release before the current one go when its time is over.
    pub fn retire(&self) {
        let over = self.read().previous.as_ref().is_some_and(|previous| previous.until <= Instant::now());
        if over {
            let dropped = self.write().previous.take_if(|previous| previous.until <= Instant::now());
            drop(dropped);
        }
    }

    /// Notes that what lies in the files now is what is served.
    pub fn reload_unchanged(&self) {
        self.write().failed = None;
        self.metrics.count_reload(Reload::Unchanged);
    }

    /// Notes that a reload failed; the release that is served stays.
    pub fn reload_failed(&self, report: &Report) {
        let failed = FailedReload {
            at: Timestamp::now(),
            errors: report.count(Severity::Error),
            warnings: report.count(Severity::Warning),
            notices: report.count(Severity::Notice),
        };
        self.write().failed = Some(failed);
        self.metrics.count_reload(Reload::Failed);
    }

    /// The last reload, if it failed.
    pub fn failed_reload(&self) -> Option<FailedReload> {
        self.read().failed.clone()
    }

    // a poisoned lock still holds whole pointers: nothing else happens while it is held

    fn read(&self) -> RwLockReadGuard<'_, Releases> {
        self.releases.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Releases> {
        self.releases.write().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether a query names this release. Ids are hexadecimal digits, which nobody has a reason to escape.
fn names(query: &str, id: &str) -> bool {
    query.split('&').any(|pair| pair.strip_prefix("release=") == Some(id))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_names_a_release_as_a_whole() {
        assert!(names("release=0a1b", "0a1b") && names("years=all&release=0a1b&f=mlt", "0a1b"));
        for other in ["", "release=0a1", "release=0a1bc", "xrelease=0a1b", "years=0a1b"] {
            assert!(!names(other, "0a1b"), "{other}");
        }
    }
}
