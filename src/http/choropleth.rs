//! `/styles/indicator_{id}`: an indicator as a MapLibre style, so that any client shows it by address.
//!
//! Areas by the indicator's classes, each reason for no number in a colour of its own, labels, and the
//! facilities of the year shown. Colours and limits are those of the legend: both come from
//! [`crate::release::Classes`].

use serde_json::{Value, json};

use super::figures::Number;
use super::indicators::in_display_order;
use super::problem::Problem;
use super::query::Query;
use super::selection;
use super::sprites::DEFAULT_SYMBOL;
use super::state::Served;
use super::values::unpublished_layer;
use crate::config::{CategoryConfig, FacilityLayer, IndicatorId, LayerId, PointsMode, Text};
use crate::release::{Audience, Classes, Indicator, Layer, Release, Series};
use crate::tile::{Selection, Years};
use crate::tileset::bounds;
use crate::value::{Period, State};

/// Parameters, beside `release`.
pub(super) const PARAMETERS: [&str; 2] = ["layer", "year"];

/// Colour of the ground.
const GROUND: &str = "#f6f5f1";

/// Colour of borders.
const BORDER: &str = "#ffffff";

/// Colours of labels and their outline.
const LABEL: [&str; 2] = ["#222222", "#ffffff"];

/// The colour of an area that has no number, by reason. Greys and one violet-grey: no ramp has them, so
/// that no reason can be taken for the lowest class.
#[must_use]
pub(super) fn state_color(state: State) -> &'static str {
    match state {
        State::Suppressed => "#a9a3b8",
        State::Unreliable => "#c4bfce",
        State::NotApplicable => "#ececec",
        State::Pending => "#d2d2cb",
        _ => "#dcdcdc",
    }
}

/// Which choropleth is asked for, checked.
#[derive(Clone, Debug)]
pub(super) struct Choropleth {
    indicator: IndicatorId,
    layer: LayerId,
    year: Option<Period>,
}

impl Choropleth {
    /// Reads `layer` (default: the one the atlas shows first, else the indicator's first) and `year`
    /// (default: the newest).
    ///
    /// # Errors
    /// If the indicator is not published for the layer, or has no figures for the year.
    pub(super) fn read(release: &Release, indicator: &Indicator, query: &Query) -> Result<Self, Problem> {
        let published: Vec<&LayerId> = in_display_order(release, indicator).collect();
        let first = || {
            let shown = release.atlas.view.layer.as_ref().filter(|layer| published.contains(layer));
            shown.or_else(|| published.first().copied())
        };
        let found = match query.get("layer") {
            Some(given) => published.iter().copied().find(|layer| layer.as_str() == given),
            None => first(),
        };
        let layer = found.ok_or_else(|| {
            let given = query.get("layer").unwrap_or_default();
            unpublished_layer(release, &published, given)
        })?;
        let year =
            query.get("year").map(|text| read_year(text, indicator.series(layer, &Audience::Public))).transpose()?;
        Ok(Self { indicator: indicator.id().clone(), layer: layer.clone(), year })
    }

    /// Path and query in one form, however it was asked for.
    #[must_use]
    pub(super) fn path_and_query(&self) -> String {
        let year = self.year.map_or_else(String::new, |year| format!("&year={year}"));
        format!("/styles/indicator_{}?layer={}{year}", self.indicator, self.layer)
    }

    /// The style; `null` if the release has no such indicator, which [`Self::read`] has ruled out.
    #[must_use]
    pub(super) fn style(&self, served: &Served, base: &str) -> Value {
        let release = &served.release;
        let (Some(indicator), Some(layer)) =
            (release.indicator(self.indicator.as_str()), release.layer(self.layer.as_str()))
        else {
            return Value::Null;
        };
        let newest = indicator.series(&self.layer, &Audience::Public).and_then(Series::newest);
        let shown = self.year.or(newest);
        let facilities: Vec<(&Layer, &FacilityLayer)> =
            release.layers.iter().filter_map(|layer| Some((layer, layer.config.as_facility()?))).collect();
        let mut sources = json!({ "areas": { "type": "vector", "url": self.areas_url(served, base) } });
        if !facilities.is_empty() {
            let ids: Vec<&LayerId> =
                facilities.iter().map(|(layer, _)| &layer.config.id).take(selection::MOST_LAYERS).collect();
            sources["facilities"] = json!({
                "type": "vector",
                "url": format!("{base}/tiles/{}?release={}", selection::join(&ids), served.id)
            });
        }
        let mut layers = vec![json!({ "id": "ground", "type": "background", "paint": { "background-color": GROUND } })];
        layers.extend(self.area_layers(layer, indicator.classes(&self.layer)));
        for (facility, description) in facilities.iter().take(selection::MOST_LAYERS) {
            layers.extend(facility_layers(facility, description, shown));
        }
        layers.extend(label_layer(layer));
        let mut style = json!({
            "version": 8,
            "name": title(&indicator.config.title, &layer.config.title, shown),
            "metadata": { "kreisel:release": &*served.id, "kreisel:indicator": self.indicator, "kreisel:layer": self.layer,
                "kreisel:year": shown },
            "sprite": format!("{base}/sprites/atlas"),
            "sources": sources,
            "layers": layers,
        });
        if let Some(bounds) = bounds(&[layer]) {
            let [west, south, east, north] = bounds.to_west_south_east_north();
            style["center"] = json!([f64::midpoint(west, east), f64::midpoint(south, north)]);
            // 512 CSS pixels per tile at zoom 0, and a map that is about two tiles wide
            style["zoom"] = json!(((360.0 / (east - west).max(1e-6)).log2() * 10.0).floor() / 10.0);
        }
        style
    }

    /// The attribute that holds the values shown.
    fn attribute(&self) -> String {
        self.year.map_or_else(|| self.indicator.to_string(), |year| format!("{}:{year}", self.indicator))
    }

    fn areas_url(&self, served: &Served, base: &str) -> String {
        let selection = Selection {
            layers: vec![self.layer.clone()],
            indicators: vec![self.indicator.clone()],
            years: self.year.map_or(Years::Newest, |year| Years::These(vec![year])),
        };
        format!("{base}/tiles/{}?release={}&{}", self.layer, served.id, selection::to_query(&selection))
    }

    fn area_layers(&self, layer: &Layer, classes: Option<&Classes>) -> Vec<Value> {
        let id = &layer.config.id;
        let fills = fills(id, &self.attribute(), classes).into_iter().map(|(fill, filter, color)| {
            json!({
                "id": fill, "type": "fill", "source": "areas", "source-layer": id, "filter": filter,
                "paint": { "fill-color": color, "fill-opacity": 0.9 }
            })
        });
        let border = json!({
            "id": format!("{id}_border"), "type": "line", "source": "areas", "source-layer": id,
            "paint": { "line-color": BORDER, "line-width": ["interpolate", ["linear"], ["zoom"], 6, 0.4, 12, 1.5] }
        });
        fills.chain([border]).collect()
    }
}

fn read_year(text: &str, series: Option<&Series>) -> Result<Period, Problem> {
    let existing = series.map_or(&[][..], Series::periods);
    let found = Period::read(text).filter(|year| year.to_string() == text && existing.contains(year));
    found.ok_or_else(|| Problem::unknown_value("year", "year with figures", text, existing))
}

fn title(indicator: &Text, layer: &Text, year: Option<Period>) -> String {
    let year = year.map_or_else(String::new, |year| format!(" {year}"));
    format!("{}{year}, {}", indicator.de, layer.de)
}

/// One fill layer per class and per reason for no number: id, filter, colour. Filters and not one
/// expression, because QGIS before 3.28 reads filters but neither `step` nor `case`, and because each
/// then is an entry of its own in a client's legend.
fn fills(layer: &LayerId, attribute: &str, classes: Option<&Classes>) -> Vec<(String, Value, String)> {
    let (number, state) = (json!(["get", attribute]), format!("{attribute}:state"));
    let mut fills = Vec::new();
    for (at, color) in classes.iter().flat_map(|classes| classes.colors.iter().enumerate()) {
        let limits = classes.map_or(&[][..], |classes| &classes.limits);
        // a number equal to a limit belongs to the class above
        let from =
            at.checked_sub(1).and_then(|at| limits.get(at)).map(|from| json!([">=", number, Number(Some(*from))]));
        let to = limits.get(at).map(|to| json!(["<", number, Number(Some(*to))]));
        let tests = [Some(json!(["has", attribute])), from, to].into_iter().flatten();
        fills.push((format!("{layer}_class_{}", at + 1), all(tests), color.clone()));
    }
    for reason in State::ALL.into_iter().filter(|reason| !reason.has_number() && *reason != State::Missing) {
        let filter = json!(["==", ["get", state], reason.as_str()]);
        fills.push((format!("{layer}_{reason}"), filter, state_color(reason).to_owned()));
    }
    let missing = State::Missing;
    let unsaid = json!(["any", ["!", ["has", state]], ["==", ["get", state], missing.as_str()]]);
    let filter = json!(["all", ["!", ["has", attribute]], unsaid]);
    fills.push((format!("{layer}_{missing}"), filter, state_color(missing).to_owned()));
    fills
}

fn all(tests: impl Iterator<Item = Value>) -> Value {
    Value::Array(std::iter::once(json!("all")).chain(tests).collect())
}

/// Facilities that exist in the year shown: a disc in the category's colour, with its symbol. Clusters, which
/// count those of all years: a larger disc with the number.
fn facility_layers(layer: &Layer, facility: &FacilityLayer, shown: Option<Period>) -> Vec<Value> {
    let id = &layer.config.id;
    let color = by_category(facility, |category| category.color.clone());
    let symbol = by_category(facility, |category| category.symbol.clone().unwrap_or_else(|| DEFAULT_SYMBOL.to_owned()));
    let year = shown.map(Period::as_year);
    let exists = year.map(|year| {
        [
            json!(["any", ["!", ["has", "opened"]], ["<=", ["get", "opened"], year]]),
            json!(["any", ["!", ["has", "closed"]], [">=", ["get", "closed"], year]]),
        ]
    });
    let clusters = cluster_layers(layer, facility);
    let single = clusters.is_some().then(|| json!(["!", ["has", "cluster"]]));
    let mut disc = json!({
        "id": format!("{id}_disc"), "type": "circle", "source": "facilities", "source-layer": id,
        "paint": {
            "circle-color": color, "circle-stroke-color": "#ffffff", "circle-stroke-width": 1,
            "circle-radius": ["interpolate", ["linear"], ["zoom"], 6, 3, 12, 9]
        }
    });
    let mut icon = json!({
        "id": format!("{id}_symbol"), "type": "symbol", "source": "facilities", "source-layer": id, "minzoom": 10,
        "layout": { "icon-image": symbol, "icon-size": 0.75, "icon-allow-overlap": true }
    });
    let tests: Vec<Value> = single.into_iter().chain(exists.into_iter().flatten()).collect();
    if !tests.is_empty() {
        let filter = all(tests.into_iter());
        disc["filter"] = filter.clone();
        icon["filter"] = filter;
    }
    [disc, icon].into_iter().chain(clusters.into_iter().flatten()).collect()
}

/// How clusters are drawn: not larger than the default spacing leaves room for.
fn cluster_layers(layer: &Layer, facility: &FacilityLayer) -> Option<[Value; 2]> {
    layer.clusters().filter(|clusters| clusters.mode() == PointsMode::Cluster)?;
    let id = &layer.config.id;
    let color = match facility.categories.as_slice() {
        [only] => &only.color,
        _ => CategoryConfig::DEFAULT_COLOR,
    };
    let count = json!(["get", "count"]);
    let thousands = json!(["concat", ["to-string", ["round", ["/", &count, 1000]]], "k"]);
    Some([
        json!({
            "id": format!("{id}_cluster"), "type": "circle", "source": "facilities", "source-layer": id,
            "filter": ["has", "cluster"],
            "paint": {
                "circle-color": color, "circle-stroke-color": "#ffffff", "circle-stroke-width": 1.5,
                "circle-radius": ["step", &count, 11, 10, 13, 100, 16, 1000, 19, 10000, 22]
            }
        }),
        json!({
            "id": format!("{id}_cluster_count"), "type": "symbol", "source": "facilities", "source-layer": id,
            "filter": ["has", "cluster"],
            "layout": {
                "text-field": ["case", [">=", &count, 10000], thousands, ["to-string", &count]],
                "text-size": 11, "text-allow-overlap": true
            },
            "paint": { "text-color": "#ffffff" }
        }),
    ])
}

/// A `match` on the category; the value of the first category where there is only one.
fn by_category(facility: &FacilityLayer, value: impl Fn(&CategoryConfig) -> String) -> Value {
    let mut cases = vec![json!("match"), json!(["get", "category"])];
    for category in &facility.categories {
        // labels in a list: QGIS reads no single ones
        cases.extend([json!([category.id]), json!(value(category))]);
    }
    match facility.categories.as_slice() {
        [] => json!(""),
        [only] => json!(value(only)),
        [first, ..] => {
            cases.push(json!(value(first)));
            Value::Array(cases)
        }
    }
}

fn label_layer(layer: &Layer) -> Option<Value> {
    let id = layer.label_layer()?;
    let [color, outline] = LABEL;
    Some(json!({
        "id": &id, "type": "symbol", "source": "areas", "source-layer": &id,
        "layout": { "text-field": ["get", "name"], "text-size": 12, "text-max-width": 7 },
        "paint": { "text-color": color, "text-halo-color": outline, "text-halo-width": 1.2 }
    }))
}
