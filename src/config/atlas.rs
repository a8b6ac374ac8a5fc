//! The checked `atlas.toml`.

use std::path::PathBuf;

use super::{IndicatorId, LayerId, Text};
use crate::geo::{Bounds, LonLat};

/// The atlas as a whole.
#[derive(Clone, Debug)]
pub struct AtlasConfig {
    /// Short name, stands in download names.
    pub id: String,
    /// Title of the page.
    pub title: Text,
    /// One sentence on what the atlas shows.
    pub description: Text,
    /// Who publishes it.
    pub publisher: Text,
    /// Where readers turn to: mail address or URL.
    pub contact: Option<String>,
    /// A remark shown on every page, such as that figures are invented.
    pub notice: Option<Text>,
    /// Titles of the themes that indicators name, in display order.
    pub themes: Vec<(String, Text)>,
    /// Table of territorial reforms.
    pub successions: Option<PathBuf>,
    /// What the page shows first.
    pub view: ViewConfig,
    /// Limits and addresses.
    pub server: ServerConfig,
}

/// What the page shows first.
#[derive(Clone, Debug)]
pub struct ViewConfig {
    /// The part of the world; `None` = the bounds of `layer`.
    pub bounds: Option<Bounds<LonLat>>,
    /// Area layer shown first.
    pub layer: Option<LayerId>,
    /// Indicator shown first.
    pub indicator: Option<IndicatorId>,
}

/// Limits and addresses of the server. All have defaults.
#[derive(Clone, Debug, PartialEq)]
pub struct ServerConfig {
    /// Address under which the server is reached from outside, without trailing slash. `None` = from
    /// the request's `Host`.
    pub public_url: Option<String>,
    /// Bound of the tile cache.
    pub cache_bytes: u64,
    /// Tiles rendered at the same time; the rest waits.
    pub render_concurrency: usize,
    /// Requests worked on at the same time; beyond that the server answers 503.
    pub request_concurrency: usize,
    /// A request that takes longer is answered 503.
    pub request_timeout_s: u64,
    /// How long a release that was replaced is still served under addresses that name it.
    pub keep_previous_s: u64,
    /// Time between two looks at the files, with `serve --watch`.
    pub watch_interval_s: u64,
}

impl Default for ServerConfig {
    fn default() -> Self {
        Self {
            public_url: None,
            cache_bytes: 256 * 1024 * 1024,
            render_concurrency: std::thread::available_parallelism().map_or(2, std::num::NonZero::get),
            request_concurrency: 1024,
            request_timeout_s: 15,
            keep_previous_s: 300,
            watch_interval_s: 2,
        }
    }
}
