//! `/indicators/{id}/values`: released values of one indicator on one layer, as columns.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use serde::Serialize;

use super::answer::{Addresses, to_json};
use super::ask::Ask;
use super::figures::{Number, remark};
use super::formats::{self, Format, safe};
use super::indicators::in_display_order;
use super::path::Path;
use super::problem::Problem;
use super::reference::{Break, breaks};
use super::selection;
use super::selection::layer_names;
use super::state::{Served, ServerState};
use crate::area::FeatureId;
use crate::cache::CacheError;
use crate::config::{IndicatorId, Language, LayerId, Text};
use crate::download::{self, ValueTable};
use crate::release::{Audience, Indicator, Release, Series};
use crate::store::FeatureIndex;
use crate::tile::Years;
use crate::value::{Period, State as ValueState};

/// Parameters, beside `release`.
const PARAMETERS: [&str; 4] = ["layer", "years", "f", "lang"];

/// Most cells of a workbook, which is made in memory and takes far more there than in its file.
const MOST_CELLS: usize = 1_000_000;

/// How values are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Json,
    Csv,
    Workbook,
}

const FORMATS: [Format<Kind>; 3] = [
    Format { kind: Kind::Json, name: "json", media_type: "application/json" },
    Format { kind: Kind::Csv, name: "csv", media_type: "text/csv; charset=utf-8; header=present" },
    Format {
        kind: Kind::Workbook,
        name: "xlsx",
        media_type: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    },
];

/// What is asked for, checked.
#[derive(Clone, Debug)]
struct Wanted {
    indicator: IndicatorId,
    layer: LayerId,
    periods: Vec<Period>,
    language: Language,
}

#[derive(Serialize)]
struct Columns<'a> {
    release: &'a str,
    indicator: &'a IndicatorId,
    layer: &'a LayerId,
    unit: &'a Text,
    decimals: u8,
    periods: &'a [Period],
    keys: Vec<&'a str>,
    ids: Vec<FeatureId>,
    names: Vec<&'a str>,
    values: Vec<Vec<Number>>,
    states: BTreeMap<Period, BTreeMap<&'a str, ValueState>>,
    /// By period, the keys of areas whose value was made of figures of former areas.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    converted: BTreeMap<Period, Vec<&'a str>>,
    breaks: Vec<Break<'a>>,
}

/// `/indicators/{id}/values`
pub(super) async fn get(
    State(state): State<Arc<ServerState>>,
    Path(id): Path<String>,
    ask: Ask,
) -> Result<Response, Problem> {
    let query = ask.query(&PARAMETERS)?;
    let release = &ask.served.release;
    let indicator = selection::indicator(release, &id)?;
    let layer = read_layer(release, indicator, query.get("layer"))?;
    let periods = read_periods(indicator, layer, query.get("years"))?;
    let format = formats::read(&FORMATS, query.get("f"), &ask.headers)?;
    let kind = format.format.kind;
    if kind == Kind::Json && query.get("lang").is_some() {
        return Err(Problem::parameter("lang", "it is for files: add f=csv or f=xlsx"));
    }
    let language = selection::language(&query)?;
    let wanted = Wanted { indicator: indicator.id().clone(), layer: layer.clone(), periods, language };
    if kind == Kind::Workbook {
        wanted.check_size(release)?;
    }
    let normal = format!("{}&f={}", wanted.path_and_query(), format.format.name);
    let stem = wanted.file_stem(release);
    let manner = format.manner(query.cacheability, (kind != Kind::Json).then_some(&stem));
    let render = move |served: &Served, _: &str| {
        let failed = |error: &dyn std::fmt::Display| CacheError::Failed(error.to_string());
        let table = wanted.table(&served.release).ok_or_else(|| failed(&"the indicator is gone"))?;
        match kind {
            Kind::Json => Ok(columns(&table)),
            Kind::Csv => Ok(download::csv(&table)),
            Kind::Workbook => download::workbook(&table).map_err(|error| failed(&error)),
        }
    };
    state.try_answer(&ask, normal, Addresses::None, manner, render).await
}

/// A layer for which an indicator is not published, with those for which it is.
pub(super) fn unpublished_layer(release: &Release, published: &[&LayerId], given: &str) -> Problem {
    let layers = release.layers.iter().filter(|layer| published.contains(&&layer.config.id));
    Problem::unknown_value("layer", "layer with this indicator called", given, published).or_titles(layer_names(layers))
}

/// The layer asked for; it may be left out where there is only one.
fn read_layer<'a>(release: &'a Release, indicator: &'a Indicator, given: Option<&str>) -> Result<&'a LayerId, Problem> {
    let published: Vec<&LayerId> = in_display_order(release, indicator).collect();
    match given {
        Some(given) => published
            .iter()
            .copied()
            .find(|layer| layer.as_str() == given)
            .ok_or_else(|| unpublished_layer(release, &published, given)),
        None => match published.as_slice() {
            [only] => Ok(only),
            _ => Err(Problem::Parameter {
                name: "layer",
                reason: "it is needed, as the indicator is published for more than one layer".to_owned(),
                given: String::new(),
                allowed: published.iter().map(ToString::to_string).collect(),
            }),
        },
    }
}

fn read_periods(indicator: &Indicator, layer: &LayerId, given: Option<&str>) -> Result<Vec<Period>, Problem> {
    let existing = indicator.series(layer, &Audience::Public).map_or(&[][..], Series::periods);
    let years = match given {
        Some(text) => selection::read_years(text, &existing.iter().copied().collect())?,
        None => Years::All,
    };
    Ok(match years {
        Years::All | Years::Newest => existing.to_vec(),
        Years::These(these) => these,
    })
}

impl Wanted {
    /// Path and query in one form, however it was asked for, but for the format.
    fn path_and_query(&self) -> String {
        let (years, language) = (selection::join(&self.periods), self.language.code());
        format!("/indicators/{}/values?layer={}&years={years}&lang={language}", self.indicator, self.layer)
    }

    /// The name under which a browser saves the table: it names what is inside, so that a figure can be cited.
    fn file_stem(&self, release: &Release) -> String {
        format!("{}_{}_{}_{}", safe(&release.atlas.id), self.indicator, self.layer, safe(&release.id))
    }

    fn check_size(&self, release: &Release) -> Result<(), Problem> {
        let areas = release.layer(self.layer.as_str()).map_or(0, |layer| layer.features.len());
        let cells = areas * self.periods.len();
        if cells <= MOST_CELLS {
            return Ok(());
        }
        let reason =
            format!("{cells} values are too many for a workbook; {MOST_CELLS} are the most: ask for fewer years");
        Err(Problem::parameter("years", reason))
    }

    fn table<'a>(&'a self, release: &'a Release) -> Option<ValueTable<'a>> {
        let indicator = release.indicator(self.indicator.as_str())?;
        let layer = release.layer(self.layer.as_str())?;
        let series = indicator.series(&self.layer, &Audience::Public)?;
        Some(ValueTable { release, indicator, layer, series, periods: &self.periods, language: self.language })
    }
}

fn columns(table: &ValueTable<'_>) -> Vec<u8> {
    let features = &table.layer.features;
    let mut values = Vec::with_capacity(table.periods.len());
    let mut states = BTreeMap::new();
    let mut converted = BTreeMap::new();
    for period in table.periods {
        let is_converted = |index: FeatureIndex| table.series.is_converted(index, *period);
        let made = (0..).zip(features).filter(|(index, _)| is_converted(*index));
        let made: Vec<&str> = made.map(|(_, feature)| feature.key.as_str()).collect();
        if !made.is_empty() {
            converted.insert(*period, made);
        }
        let mut column = Vec::with_capacity(features.len());
        let mut remarks = BTreeMap::new();
        for (index, feature) in (0..).zip(features) {
            let value = table.series.value(index, *period);
            column.push(value.map_or(Number(None), Number::from));
            if let Some(state) = value.map_or(Some(ValueState::Missing), remark) {
                remarks.insert(feature.key.as_str(), state);
            }
        }
        values.push(column);
        if !remarks.is_empty() {
            states.insert(*period, remarks);
        }
    }
    let config = &table.indicator.config;
    to_json(&Columns {
        release: &table.release.id,
        indicator: &config.id,
        layer: &table.layer.config.id,
        unit: &config.unit,
        decimals: config.decimals,
        periods: table.periods,
        keys: features.iter().map(|feature| feature.key.as_str()).collect(),
        ids: features.iter().map(|feature| feature.id).collect(),
        names: features.iter().map(|feature| feature.name.as_str()).collect(),
        values,
        states,
        converted,
        breaks: breaks(&config.breaks),
    })
}
