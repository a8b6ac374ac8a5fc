//! `f=`, the address's suffix and `Accept` → the format of a tile, in this order of precedence.
//!
//! What the address says holds whatever a client accepts, so that an address always means the same. Only where it says
//! nothing does `Accept` decide (RFC 9110 §12.5.1), and then the answer depends on that header. Vector tiles (MVT) are the
//! default: every client reads them.

use axum::http::{HeaderMap, HeaderValue, header};

use super::negotiate::weighted;
use super::problem::Problem;
use crate::cache::TileFormat;

/// Media type of Mapbox Vector Tiles, as registered with IANA.
const MVT: &str = "application/vnd.mapbox-vector-tile";

/// Media type of MapLibre Tiles, as MapLibre GL JS asks for it.
const MLT: &str = "application/vnd.maplibre-tile";

/// Names of the formats in addresses.
const NAMES: [&str; 2] = ["mvt", "mlt"];

/// Reads the parameter `f`.
///
/// # Errors
/// If it names no format of a tile.
pub(super) fn read(given: Option<&str>) -> Result<Option<TileFormat>, Problem> {
    match given {
        None => Ok(None),
        Some("mvt") => Ok(Some(TileFormat::Mvt)),
        Some("mlt") => Ok(Some(TileFormat::Mlt)),
        Some(other) => Err(Problem::unknown_value("f", "tile format", other, NAMES)),
    }
}

/// Splits a file's suffix off the last part of a tile's address: `333.mlt` → `333` and MLT. `.pbf` is what many clients
/// call MVT. A suffix that is none of these stays.
pub(super) fn split_suffix(last: &str) -> (&str, Option<TileFormat>) {
    let known = [(".mvt", TileFormat::Mvt), (".pbf", TileFormat::Mvt), (".mlt", TileFormat::Mlt)];
    let found = known.into_iter().find_map(|(suffix, format)| Some((last.strip_suffix(suffix)?, Some(format))));
    found.unwrap_or((last, None))
}

/// What parameter and suffix say together.
///
/// # Errors
/// If they contradict each other.
pub(super) fn of_address(
    parameter: Option<TileFormat>,
    suffix: Option<TileFormat>,
) -> Result<Option<TileFormat>, Problem> {
    match (parameter, suffix) {
        (Some(parameter), Some(suffix)) if parameter != suffix => {
            let (parameter, suffix) = (name(parameter), name(suffix));
            Err(Problem::parameter("f", format!("it says \"{parameter}\", and the address ends in \".{suffix}\"")))
        }
        _ => Ok(parameter.or(suffix)),
    }
}

/// The format that a client wants by `Accept`: MLT if it is named and not wanted less than MVT, else MVT. A wildcard is
/// no wish for MLT, which most clients cannot read. A client that takes neither gets MVT: a 406 would help nobody.
#[must_use]
pub(super) fn accepted(headers: &HeaderMap) -> TileFormat {
    let (mut mlt, mut mvt, mut any) = (0, None, 0);
    for value in headers.get_all(header::ACCEPT) {
        let Ok(value) = value.to_str() else { continue };
        for (name, weight) in value.split(',').map(weighted) {
            if name.eq_ignore_ascii_case(MLT) {
                mlt = weight;
            } else if name.eq_ignore_ascii_case(MVT) {
                mvt = Some(weight);
            } else if matches!(name, "*/*" | "application/*") {
                any = any.max(weight);
            }
        }
    }
    if mlt > 0 && mlt >= mvt.unwrap_or(any) { TileFormat::Mlt } else { TileFormat::Mvt }
}

/// The format's name in addresses and TileJSON.
#[must_use]
pub(super) fn name(format: TileFormat) -> &'static str {
    match format {
        TileFormat::Mvt => "mvt",
        TileFormat::Mlt => "mlt",
    }
}

/// The format's media type.
#[must_use]
pub(super) fn media_type(format: TileFormat) -> HeaderValue {
    HeaderValue::from_static(match format {
        TileFormat::Mvt => MVT,
        TileFormat::Mlt => MLT,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accepts(value: &str) -> TileFormat {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT, value.parse().unwrap());
        accepted(&headers)
    }

    #[test]
    fn only_who_names_maplibre_tiles_gets_them() {
        assert_eq!(accepts("application/vnd.maplibre-tile"), TileFormat::Mlt);
        assert_eq!(accepts("Application/VND.MapLibre-Tile, */*;q=0.9"), TileFormat::Mlt);
        assert_eq!(accepts("application/vnd.maplibre-tile;q=0.5, */*;q=0.9"), TileFormat::Mvt);
        assert_eq!(accepts("application/vnd.mapbox-vector-tile, application/vnd.maplibre-tile"), TileFormat::Mlt);
        for other in ["*/*", "application/*", "", "application/json", "application/vnd.maplibre-tile;q=0"] {
            assert_eq!(accepts(other), TileFormat::Mvt, "{other}");
        }
        assert_eq!(
            accepts("application/vnd.maplibre-tile;q=0.4, application/vnd.mapbox-vector-tile;q=0.8"),
            TileFormat::Mvt
        );
        assert_eq!(accepted(&HeaderMap::new()), TileFormat::Mvt);
    }

    #[test]
    fn an_address_says_its_format_by_parameter_or_suffix_and_not_two_of_them() {
        assert_eq!(split_suffix("333.mlt"), ("333", Some(TileFormat::Mlt)));
        assert_eq!(split_suffix("333.pbf"), ("333", Some(TileFormat::Mvt)));
        assert_eq!(split_suffix("333.png"), ("333.png", None));
        assert_eq!(of_address(None, None), Ok(None));
        assert_eq!(of_address(Some(TileFormat::Mlt), Some(TileFormat::Mlt)), Ok(Some(TileFormat::Mlt)));
        let error = of_address(Some(TileFormat::Mlt), Some(TileFormat::Mvt)).unwrap_err();
        assert_eq!(error.to_string(), "parameter \"f\": it says \"mlt\", and the address ends in \".mvt\"");
        assert!(read(Some("png")).unwrap_err().to_string().contains("no tile format \"png\""));
    }
}
