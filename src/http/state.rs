//! What all requests share: the release that is served, the cache, the counters, the limits.

use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use axum::http::HeaderValue;
use tokio::sync::Semaphore;

use super::addresses::Addresses;
use super::metrics::Metrics;
use super::sprites::Sprites;
use crate::cache::{Cache, Limits};
use crate::config::ServerConfig;
use crate::release::Release;

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
}

impl Served {
    fn new(release: Release) -> Self {
        let id: Arc<str> = release.id.as_str().into();
        let header = HeaderValue::from_str(&id).unwrap_or(HeaderValue::from_static("unnamed"));
        Self { release, id, header, addresses: Addresses::new(), sprites: OnceLock::new() }
    }

    /// The sprite of all symbols, drawn on first use. Takes CPU time: for the blocking pool.
    pub fn sprites(&self) -> &Sprites {
        self.sprites.get_or_init(|| Sprites::draw(&self.release))
    }
}

/// The server's state. Requests take the current release once, at their start, and keep it.
#[derive(Debug)]
pub struct ServerState {
    /// Held only for the moment in which the pointer is copied or replaced.
    current: RwLock<Option<Arc<Served>>>,
    reload_error: RwLock<Option<String>>,
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
            current: RwLock::new(None),
            reload_error: RwLock::new(None),
            metrics: Metrics::new(cache.clone()),
            requests: Semaphore::new(limits.request_concurrency.clamp(1, Semaphore::MAX_PERMITS)),
            cache,
            limits,
        }
    }

    /// The release that is served now.
    pub fn current(&self) -> Option<Arc<Served>> {
        // a poisoned lock still holds a whole pointer: nothing else happens while it is held
        self.current.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Serves another release from now on. Requests under way end with the one they began with.
    pub fn replace(&self, release: Release) {
        let served = Arc::new(Served::new(release));
        self.metrics.set_release(&served);
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = Some(served);
        *self.reload_error.write().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// Notes that a reload failed; the release that is served stays.
    pub fn reload_failed(&self, reason: impl Into<String>) {
        *self.reload_error.write().unwrap_or_else(PoisonError::into_inner) = Some(reason.into());
    }

    /// Why the last reload failed, if it did.
    pub fn reload_error(&self) -> Option<String> {
        self.reload_error.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
