//! What names an entry: everything its bytes depend on.

use std::sync::Arc;

use crate::cache::count::Kind;
use crate::cache::encoding::Encoding;
use crate::geo::TileCoord;
use crate::release::Audience;
use crate::tile::{Selection, Years};

/// Format of a tile.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TileFormat {
    /// Mapbox Vector Tile 2.1.
    Mvt,
    /// MapLibre Tile, tag 1.
    Mlt,
}

/// Everything a tile's bytes depend on.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TileKey {
    /// Id of the release.
    pub release: Arc<str>,
    /// Who it is for.
    pub audience: Audience,
    /// Layers, indicators and years.
    pub selection: Arc<Selection>,
    /// Where.
    pub coord: TileCoord,
    /// In which format.
    pub format: TileFormat,
    /// In which encoding.
    pub encoding: Encoding,
}

/// Everything the bytes of any other answer depend on.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct AnswerKey {
    /// Id of the release.
    pub release: Arc<str>,
    /// Who it is for.
    pub audience: Audience,
    /// Address of the server as the client sees it; empty where the answer has no absolute address.
    pub base_url: String,
    /// Path and query in normal form, without the release; what means the same has the same.
    pub path_and_query: String,
    /// In which encoding.
    pub encoding: Encoding,
}

/// Names one entry.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Key {
    /// A tile.
    Tile(TileKey),
    /// Anything else.
    Answer(AnswerKey),
}

impl Key {
    /// The encoding asked for.
    #[must_use]
    pub fn encoding(&self) -> Encoding {
        match self {
            Self::Tile(tile) => tile.encoding,
            Self::Answer(answer) => answer.encoding,
        }
    }

    /// Bytes of the texts the key owns; the release's id is shared by all keys.
    pub(super) fn text_bytes(&self) -> usize {
        match self {
            Self::Tile(tile) => {
                let layers: usize = tile.selection.layers.iter().map(|id| id.as_str().len() + 24).sum();
                let indicators: usize = tile.selection.indicators.iter().map(|id| id.as_str().len() + 24).sum();
                let years = match &tile.selection.years {
                    Years::These(years) => years.len() * size_of::<crate::value::Period>(),
                    _ => 0,
                };
                layers + indicators + years
            }
            Self::Answer(answer) => answer.base_url.len() + answer.path_and_query.len(),
        }
    }

    pub(super) fn kind(&self) -> Kind {
        match self {
            Self::Tile(_) => Kind::Tile,
            Self::Answer(_) => Kind::Answer,
        }
    }
}
