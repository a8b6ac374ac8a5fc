//! `/areas/{layer}` in another format than JSON: its areas with all vertices of their borders and indicators joined, as
//! GeoJSON or GeoPackage.
//!
//! A file is made in memory and kept like any answer, so what one may hold is bounded: vertices and joined values, which
//! are counted before anything is made. `bbox` and `years` ask for less.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;

use super::answer::Addresses;
use super::areas;
use super::ask::Ask;
use super::formats::{self, Format, safe};
use super::path::Path;
use super::problem::Problem;
use super::query::Query;
use super::selection;
use super::state::{Served, ServerState};
use crate::cache::CacheError;
use crate::config::{IndicatorId, Language};
use crate::download::{self, AreaTable};
use crate::geo::{Bounds, LonLat, Mercator};
use crate::release::{Indicator, Layer, Release};
use crate::store::{Areas, FeatureIndex};
use crate::tile::Years;

/// Parameters, beside `release`.
const PARAMETERS: [&str; 5] = ["f", "indicators", "years", "bbox", "lang"];

/// Most vertices of one file: GeoJSON of so many is about 50 MB. All municipalities of a state have fewer.
const MOST_VERTICES: usize = 2_000_000;

/// Most joined attributes, each with its state beside it: SQLite has at most 2000 columns.
const MOST_COLUMNS: usize = 900;

/// Most joined values, as they take memory as well.
const MOST_VALUES: usize = 1_000_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Json,
    GeoJson,
    GeoPackage,
}

const FORMATS: [Format<Kind>; 3] = [
    Format { kind: Kind::Json, name: "json", media_type: "application/json" },
    Format { kind: Kind::GeoJson, name: "geojson", media_type: "application/geo+json" },
    Format { kind: Kind::GeoPackage, name: "gpkg", media_type: "application/geopackage+sqlite3" },
];

/// What is asked for, checked.
#[derive(Debug)]
struct Chosen {
    layer: String,
    indicators: Vec<IndicatorId>,
    years: Years,
    features: Vec<FeatureIndex>,
    language: Language,
}

/// `/areas/{layer}`
pub(super) async fn get(
    State(state): State<Arc<ServerState>>,
    Path(layer): Path<String>,
    ask: Ask,
) -> Result<Response, Problem> {
    let query = ask.query(&PARAMETERS)?;
    let release = &ask.served.release;
    let (found, borders) = areas::area_layer(release, &layer)?;
    let wanted = formats::read(&FORMATS, query.get("f"), &ask.headers)?;
    if wanted.format.kind == Kind::Json {
        if let Some(name) = PARAMETERS.iter().find(|name| **name != "f" && query.get(name).is_some()) {
            return Err(Problem::parameter(name, "it is for files: add f=geojson or f=gpkg"));
        }
        return areas::list(&state, &ask, layer, wanted.manner(query.cacheability, None)).await;
    }
    let chosen = Chosen::read(release, found, borders, &query)?;
    chosen.check(release, found, borders)?;
    let normal = format!("{}&f={}", chosen.path_and_query(&query), wanted.format.name);
    let stem = format!("{}_{layer}_{}", safe(&release.atlas.id), safe(&release.id));
    let kind = wanted.format.kind;
    let render = move |served: &Served, _: &str| {
        let failed = |error: &dyn std::fmt::Display| CacheError::Failed(error.to_string());
        let table = chosen.table(&served.release).ok_or_else(|| failed(&"the layer is gone"))?;
        match kind {
            Kind::GeoPackage => download::geopackage(&table).map_err(|error| failed(&error)),
            Kind::GeoJson | Kind::Json => Ok(download::geojson(&table)),
        }
    };
    let manner = wanted.manner(query.cacheability, Some(&stem));
    state.try_answer(&ask, normal, Addresses::None, manner, render).await
}

impl Chosen {
    fn read(release: &Release, layer: &Layer, areas: &Areas, query: &Query) -> Result<Self, Problem> {
        let indicators = match query.get("indicators") {
            Some("all") => release.indicators_of(&layer.config.id).collect(),
            Some(text) => selection::read_indicators(release, &[layer], text)?,
            None => Vec::new(),
        };
        let years = match query.get("years") {
            Some(_) if indicators.is_empty() => return Err(selection::years_without_indicators()),
            Some(text) => selection::read_years(text, &selection::periods(&indicators, &[layer]))?,
            None => Years::Newest,
        };
        let features = match query.get("bbox") {
            Some(text) => areas.query(read_bbox(text)?),
            None => (0..areas.len()).filter_map(|at| FeatureIndex::try_from(at).ok()).collect(),
        };
        Ok(Self {
            layer: layer.config.id.to_string(),
            indicators: indicators.iter().map(|indicator| indicator.id().clone()).collect(),
            years,
            features,
            language: selection::language(query)?,
        })
    }

    /// Refuses what would be too large, with what would make it smaller.
    fn check(&self, release: &Release, layer: &Layer, areas: &Areas) -> Result<(), Problem> {
        let vertices: usize = self.features.iter().map(|feature| areas.feature_vertices(*feature)).sum();
        if vertices > MOST_VERTICES {
            let reason = format!(
                "the areas have {vertices} vertices; {MOST_VERTICES} are the most in one file: \
                 ask for a part with bbox=west,south,east,north"
            );
            return Err(Problem::parameter("bbox", reason));
        }
        let columns = download::columns(layer, &self.indicators(release), &self.years).len();
        let values = columns * self.features.len();
        if columns > MOST_COLUMNS || values > MOST_VALUES {
            let reason = format!(
                "{columns} attributes of {} areas would be joined; {MOST_COLUMNS} attributes and {MOST_VALUES} values \
                 are the most in one file: ask for fewer years or indicators",
                self.features.len()
            );
            return Err(Problem::parameter("years", reason));
        }
        Ok(())
    }

    fn indicators<'a>(&self, release: &'a Release) -> Vec<&'a Indicator> {
        self.indicators.iter().filter_map(|id| release.indicator(id.as_str())).collect()
    }

    /// Path and query in one form, but for the format. A box is as it was given: others may touch the same areas.
    fn path_and_query(&self, query: &Query) -> String {
        let years = match &self.years {
            Years::Newest => String::new(),
            Years::All => "all".to_owned(),
            Years::These(these) => selection::join(these),
        };
        let bbox = query.get("bbox").unwrap_or_default();
        let (indicators, language) = (selection::join(&self.indicators), self.language.code());
        format!("/areas/{}?indicators={indicators}&years={years}&bbox={bbox}&lang={language}", self.layer)
    }

    fn table<'a>(&'a self, release: &'a Release) -> Option<AreaTable<'a>> {
        let layer = release.layer(&self.layer)?;
        Some(AreaTable {
            release,
            layer,
            areas: AreaTable::areas_of(layer)?,
            features: &self.features,
            columns: download::columns(layer, &self.indicators(release), &self.years),
            language: self.language,
        })
    }
}

/// Reads `west,south,east,north` in degrees.
fn read_bbox(text: &str) -> Result<Bounds<Mercator>, Problem> {
    let problem =
        |reason: &str| Problem::parameter("bbox", format!("{reason}; it is west,south,east,north in degrees"));
    let numbers: Vec<f64> = text.split(',').filter_map(|number| number.trim().parse().ok()).collect();
    let [west, south, east, north] = numbers[..] else { return Err(problem("it has not four numbers")) };
    if text.split(',').count() != 4 || !numbers.iter().all(|number| number.is_finite()) {
        return Err(problem("it has not four numbers"));
    }
    if !(-180.0 <= west && west <= east && east <= 180.0 && -90.0 <= south && south <= north && north <= 90.0) {
        return Err(problem("it is no box on the earth, or reaches over the 180th meridian"));
    }
    let at = |lon_deg, lat_deg| LonLat { lon_deg, lat_deg }.to_mercator();
    Ok(Bounds::between(at(west, south), at(east, north)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_box_is_four_numbers_in_their_order() {
        assert!(read_bbox("9.5,52.7,10,53").is_ok());
        assert!(read_bbox("-180,-90,180,90").is_ok());
        for wrong in
            ["", "1,2,3", "1,2,3,4,5", "10,52,9,53", "9,53,10,52", "9,52,181,53", "a,1,2,3", "NaN,0,1,1", "9,52,,53"]
        {
            assert!(read_bbox(wrong).is_err(), "{wrong}");
        }
    }
}
