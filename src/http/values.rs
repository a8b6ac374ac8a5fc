//! `/indicators/{id}/values`: released values of one indicator on one layer, as columns.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::State;
use axum::http::HeaderValue;
use axum::response::Response;
use serde::Serialize;

use super::answer::{Addresses, JSON, Manner, to_json};
use super::ask::Ask;
use super::figures::{Number, remark};
use super::indicators::in_display_order;
use super::path::Path;
use super::problem::Problem;
use super::reference::{Break, breaks};
use super::selection::layer_names;
use super::state::{Served, ServerState};
use super::{selection, values_csv};
use crate::area::FeatureId;
use crate::config::{IndicatorId, LayerId, Text};
use crate::release::{Audience, Indicator, Layer, Release, Series};
use crate::tile::Years;
use crate::value::{Period, State as ValueState};

/// Parameters, beside `release`.
const PARAMETERS: [&str; 3] = ["layer", "years", "f"];

/// How values are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    Json,
    Csv,
}

/// What is asked for, checked.
#[derive(Clone, Debug)]
struct Wanted {
    indicator: IndicatorId,
    layer: LayerId,
    periods: Vec<Period>,
}

/// One indicator's values on one layer for some periods: what both formats are written from.
#[derive(Clone, Copy)]
pub(super) struct Table<'a> {
    /// The release they belong to.
    pub release: &'a Release,
    /// The indicator.
    pub indicator: &'a Indicator,
    /// The layer.
    pub layer: &'a Layer,
    /// Its released values.
    pub series: &'a Series,
    /// The periods, ascending.
    pub periods: &'a [Period],
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
    let format = read_format(query.get("f"))?;
    let wanted = Wanted { indicator: indicator.id().clone(), layer: layer.clone(), periods };
    let normal = wanted.path_and_query(format);
    let mut manner = Manner::new(JSON, query.cacheability);
    if format == Format::Csv {
        manner.media_type = HeaderValue::from_static("text/csv; charset=utf-8; header=present");
        manner.download = download(release, &wanted);
    }
    let render = move |served: &Served, _: &str| match (wanted.table(&served.release), format) {
        (Some(table), Format::Json) => columns(&table),
        (Some(table), Format::Csv) => values_csv::write(&table),
        (None, _) => Vec::new(),
    };
    state.answer(&ask, normal, Addresses::None, manner, render).await
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

fn read_format(given: Option<&str>) -> Result<Format, Problem> {
    match given {
        None | Some("json") => Ok(Format::Json),
        Some("csv") => Ok(Format::Csv),
        Some(other) => Err(Problem::unknown_value("f", "format", other, ["json", "csv"])),
    }
}

/// The name under which a browser saves the table: it names what is inside, so that a figure can be cited.
fn download(release: &Release, wanted: &Wanted) -> Option<HeaderValue> {
    let safe =
        |text: &str| text.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '_' || *c == '-').collect::<String>();
    let atlas = safe(&release.atlas.id);
    let name = format!("{atlas}_{}_{}_{}.csv", wanted.indicator, wanted.layer, safe(&release.id));
    HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")).ok()
}

impl Wanted {
    /// Path and query in one form, however it was asked for.
    fn path_and_query(&self, format: Format) -> String {
        let f = if format == Format::Csv { "csv" } else { "json" };
        let years = selection::join(&self.periods);
        format!("/indicators/{}/values?layer={}&years={years}&f={f}", self.indicator, self.layer)
    }

    fn table<'a>(&'a self, release: &'a Release) -> Option<Table<'a>> {
        let indicator = release.indicator(self.indicator.as_str())?;
        let layer = release.layer(self.layer.as_str())?;
        let series = indicator.series(&self.layer, &Audience::Public)?;
        Some(Table { release, indicator, layer, series, periods: &self.periods })
    }
}

fn columns(table: &Table<'_>) -> Vec<u8> {
    let features = &table.layer.features;
    let mut values = Vec::with_capacity(table.periods.len());
    let mut states = BTreeMap::new();
    for period in table.periods {
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
        breaks: breaks(&config.breaks),
    })
}
