//! Counters of this server → `OpenMetrics` text at `/metrics`. No global registry: each server has its own.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeLabelSet, EncodeMetric};
use prometheus_client::metrics::counter::{ConstCounter, Counter};
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::{ConstGauge, Gauge};
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

use super::problem::Problem;
use super::state::{Served, ServerState};
use crate::cache::{Cache, Counts, Kind};

/// Upper limits of the duration buckets in seconds: from a tile in memory to a request that is given up.
const DURATION_BUCKETS_S: [f64; 12] = [0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0];

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct RequestLabels {
    route: &'static str,
    status: u16,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct RouteLabels {
    route: &'static str,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct ReleaseLabels {
    release: String,
}

#[derive(Clone, Copy, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct KindLabels {
    kind: &'static str,
}

#[derive(Clone, Copy, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct ReloadLabels {
    result: &'static str,
}

/// How a reload ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reload {
    /// Another release is served.
    Replaced,
    /// The files say what is served already.
    Unchanged,
    /// The files cannot be published.
    Failed,
}

impl Reload {
    fn label(self) -> &'static str {
        match self {
            Self::Replaced => "replaced",
            Self::Unchanged => "unchanged",
            Self::Failed => "failed",
        }
    }
}

/// Counts one release among those in memory, for as long as it lives.
#[derive(Debug)]
pub(super) struct Held(Gauge);

impl Drop for Held {
    fn drop(&mut self) {
        self.0.dec();
    }
}

/// The counters.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    requests: Family<RequestLabels, Counter>,
    durations: Family<RouteLabels, Histogram, fn() -> Histogram>,
    release: Family<ReleaseLabels, Gauge>,
    built_at_s: Gauge<u64, AtomicU64>,
    held: Gauge,
    reloads: Family<ReloadLabels, Counter>,
    reload_failed: Gauge,
    /// When the process started, in microseconds since 1970, as hexadecimal digits.
    started: String,
    next_request: AtomicU64,
}

impl Metrics {
    /// Counters at zero, beside those that `cache` keeps.
    #[must_use]
    pub fn new(cache: Cache) -> Self {
        let mut registry = Registry::with_prefix("kreisel");
        let histogram: fn() -> Histogram = || Histogram::new(DURATION_BUCKETS_S);
        let durations = Family::new_with_constructor(histogram);
        let requests = Family::default();
        let release = Family::default();
        let built_at_s = Gauge::default();
        registry.register("requests", "Requests answered, by route and status", requests.clone());
        registry.register_with_unit(
            "request_duration",
            "Time from the request's head to the answer's head",
            Unit::Seconds,
            durations.clone(),
        );
        registry.register("release_info", "The release that is served", release.clone());
        registry.register_with_unit(
            "release_built_at",
            "When the release that is served was built, since 1970",
            Unit::Seconds,
            built_at_s.clone(),
        );
        let held = Gauge::default();
        registry.register(
            "releases_held",
            "Releases in memory: the one that is served, and those before it",
            held.clone(),
        );
        let reloads = Family::default();
        registry.register("reloads", "Loads of changed files since the start, by result", reloads.clone());
        let reload_failed = Gauge::default();
        registry.register(
            "reload_failed",
            "1 while the files as they are now cannot be published and an older release is served",
            reload_failed.clone(),
        );
        registry.register_collector(Box::new(CacheCollector(cache)));
        let started = format!("{:x}", jiff::Timestamp::now().as_microsecond());
        let next_request = AtomicU64::new(1);
        Self { registry, requests, durations, release, built_at_s, held, reloads, reload_failed, started, next_request }
    }

    /// Counts a release in memory.
    pub(super) fn hold(&self) -> Held {
        self.held.inc();
        Held(self.held.clone())
    }

    /// Counts a reload.
    pub(super) fn count_reload(&self, reload: Reload) {
        self.reloads.get_or_create(&ReloadLabels { result: reload.label() }).inc();
        self.reload_failed.set(i64::from(reload == Reload::Failed));
    }

    /// Counts an answered request.
    pub fn count(&self, route: &'static str, status: u16, duration: Duration) {
        self.requests.get_or_create(&RequestLabels { route, status }).inc();
        self.durations.get_or_create(&RouteLabels { route }).observe(duration.as_secs_f64());
    }

    /// Notes which release is served now.
    pub fn set_release(&self, served: &Served) {
        self.release.clear();
        self.release.get_or_create(&ReleaseLabels { release: served.id.to_string() }).set(1);
        self.built_at_s.set(u64::try_from(served.release.built_at.as_second()).unwrap_or(0));
    }

    /// An id for the next request: when the process started, and a number. Logs of several starts, as of
    /// several servers, have no id twice.
    pub fn next_request_id(&self) -> String {
        format!("{}-{}", self.started, self.next_request.fetch_add(1, Relaxed))
    }

    /// All counters as `OpenMetrics` text.
    ///
    /// # Errors
    /// Never in practice: it writes to memory.
    pub fn to_text(&self) -> Result<String, std::fmt::Error> {
        let mut text = String::new();
        prometheus_client::encoding::text::encode(&mut text, &self.registry)?;
        Ok(text)
    }
}

/// Takes one count out of all.
type Read = fn(&Counts) -> u64;

/// Reads the cache's own counters when they are asked for.
#[derive(Debug)]
struct CacheCollector(Cache);

impl Collector for CacheCollector {
    fn encode(&self, mut encoder: DescriptorEncoder) -> Result<(), std::fmt::Error> {
        let kinds = [("tile", self.0.counts(Kind::Tile)), ("answer", self.0.counts(Kind::Answer))];
        let tiles = kinds[0].1;
        let renders = ConstCounter::new(tiles.renders);
        renders.encode(encoder.encode_descriptor("tile_renders", "Tiles rendered", None, renders.metric_type())?)?;
        let parts = self.0.parts().counts();
        let counters = [
            ("geometry_parts_asked", "Geometry parts of tiles asked for", parts.asked),
            ("geometry_parts_rendered", "Geometry parts of tiles queried, clipped and encoded", parts.rendered),
        ];
        for (name, help, count) in counters {
            let counter = ConstCounter::new(count);
            counter.encode(encoder.encode_descriptor(name, help, None, counter.metric_type())?)?;
        }
        let families: [(&str, &str, Read); 4] = [
            ("cache_hits", "Answers found ready in the cache", |counts| counts.hits),
            ("cache_misses", "Answers that had to be made or waited for", |counts| counts.misses),
            ("cache_renders", "Answers made", |counts| counts.renders),
            ("cache_evictions", "Answers that had to make room", |counts| counts.evictions),
        ];
        for (name, help, read) in families {
            let metric_type = ConstCounter::new(0_u64).metric_type();
            let mut family = encoder.encode_descriptor(name, help, None, metric_type)?;
            for (kind, counts) in &kinds {
                ConstCounter::new(read(counts)).encode(family.encode_family(&KindLabels { kind })?)?;
            }
        }
        let bytes = ConstGauge::new(i64::try_from(self.0.bytes()).unwrap_or(i64::MAX));
        let unit = Unit::Bytes;
        bytes.encode(encoder.encode_descriptor("cache_size", "Bytes held", Some(&unit), bytes.metric_type())?)?;
        let entries = ConstGauge::new(i64::try_from(self.0.len()).unwrap_or(i64::MAX));
        entries.encode(encoder.encode_descriptor("cache_entries", "Answers held", None, entries.metric_type())?)
    }
}

/// `/metrics`
pub(super) async fn get(State(state): State<Arc<ServerState>>) -> Result<Response, Problem> {
    state.cache.settle().await;
    let text = state.metrics.to_text().map_err(|error| Problem::Internal(error.to_string()))?;
    let media_type = HeaderValue::from_static("application/openmetrics-text; version=1.0.0; charset=utf-8");
    let headers = [(header::CONTENT_TYPE, media_type), (header::CACHE_CONTROL, HeaderValue::from_static("no-store"))];
    Ok((headers, text).into_response())
}
