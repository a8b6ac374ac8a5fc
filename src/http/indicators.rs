//! `/indicators`: the catalogue. `/indicators/{id}`: everything that is said about one.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use serde::Serialize;

use super::answer::{Addresses, to_json};
use super::ask::Ask;
use super::atlas::{Theme, themes};
use super::choropleth::state_color;
use super::figures::Number;
use super::path::Path;
use super::problem::Problem;
use super::reference::{Break, ReferenceRow, TargetText, breaks, references, targets};
use super::selection;
use super::state::{Served, ServerState};
use crate::config::{
    Direction, IndicatorConfig, IndicatorId, LayerId, Measure, MeasureId, PrivacyRule, Provenance, Text,
};
use crate::formula::Sum;
use crate::release::{Audience, Indicator, Release};
use crate::texts;
use crate::value::{Period, State as ValueState};

#[derive(Serialize)]
struct Catalogue<'a> {
    release: &'a str,
    themes: Vec<Theme<'a>>,
    indicators: Vec<Entry<'a>>,
}

#[derive(Serialize)]
struct Entry<'a> {
    id: &'a IndicatorId,
    theme: &'a str,
    title: &'a Text,
    description: &'a Text,
    unit: &'a Text,
    decimals: u8,
    direction: Direction,
    measure: Measure,
    invented: bool,
    layers: Vec<EntryLayer<'a>>,
    links: EntryLinks,
}

#[derive(Serialize)]
struct EntryLayer<'a> {
    layer: &'a LayerId,
    periods: Vec<Period>,
    newest: Option<Period>,
}

#[derive(Serialize)]
struct EntryLinks {
    description: String,
    values: String,
    style: String,
}

#[derive(Serialize)]
struct Described<'a> {
    release: &'a str,
    id: &'a IndicatorId,
    theme: &'a str,
    title: &'a Text,
    description: &'a Text,
    unit: &'a Text,
    decimals: u8,
    direction: Direction,
    measure: Measure,
    #[serde(skip_serializing_if = "Option::is_none")]
    caveat: Option<&'a Text>,
    #[serde(skip_serializing_if = "Option::is_none")]
    statistic: Option<&'a str>,
    formula: FormulaText<'a>,
    aggregate: bool,
    privacy: Privacy<'a>,
    breaks: Vec<Break<'a>>,
    references: Vec<ReferenceRow<'a>>,
    targets: Vec<TargetText<'a>>,
    department: Option<&'a Text>,
    provenance: &'a Provenance,
    states: Vec<StateText>,
    layers: Vec<DescribedLayer<'a>>,
}

#[derive(Serialize)]
struct FormulaText<'a> {
    kind: &'static str,
    text: Text,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<&'a MeasureId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    numerator: Option<&'a MeasureId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    denominator: Option<&'a MeasureId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    factor: Option<Number>,
    /// As it is computed, where it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    expression: Option<&'a str>,
}

#[derive(Serialize)]
struct Privacy<'a> {
    #[serde(flatten)]
    rule: &'a PrivacyRule,
    text: Text,
}

#[derive(Serialize)]
struct StateText {
    id: ValueState,
    title: Text,
    /// Colour on maps; only for states without a number.
    color: Option<&'static str>,
}

#[derive(Serialize)]
struct DescribedLayer<'a> {
    layer: &'a LayerId,
    periods: Vec<Period>,
    newest: Option<Period>,
    classes: Option<ClassesText<'a>>,
    links: LayerLinks,
}

#[derive(Serialize)]
struct ClassesText<'a> {
    limits: Vec<Number>,
    colors: &'a [String],
    range: Option<[Number; 2]>,
}

#[derive(Serialize)]
struct LayerLinks {
    values: String,
    csv: String,
    tilejson: String,
    style: String,
}

/// `/indicators`
pub(super) async fn list(State(state): State<Arc<ServerState>>, ask: Ask) -> Result<Response, Problem> {
    let query = ask.query(&[])?;
    let render = |served: &Served, base: &str| {
        let indicators = served.release.indicators.iter().map(|indicator| entry(&served.release, indicator, base));
        to_json(&Catalogue { release: &served.id, themes: themes(&served.release), indicators: indicators.collect() })
    };
    state.answer_json(&ask, &query, "/indicators", Addresses::Absolute, render).await
}

/// `/indicators/{id}`
pub(super) async fn get(
    State(state): State<Arc<ServerState>>,
    Path(id): Path<String>,
    ask: Ask,
) -> Result<Response, Problem> {
    let query = ask.query(&[])?;
    selection::indicator(&ask.served.release, &id)?;
    let normal = format!("/indicators/{id}");
    let render = move |served: &Served, base: &str| match served.release.indicator(&id) {
        Some(indicator) => to_json(&describe(served, indicator, base)),
        None => Vec::new(),
    };
    state.answer_json(&ask, &query, normal, Addresses::Absolute, render).await
}

fn entry<'a>(release: &'a Release, indicator: &'a Indicator, base: &str) -> Entry<'a> {
    let config = &indicator.config;
    let layers = in_display_order(release, indicator).map(|layer| EntryLayer {
        layer,
        periods: periods(indicator, layer),
        newest: newest(indicator, layer),
    });
    Entry {
        id: &config.id,
        theme: &config.theme,
        title: &config.title,
        description: &config.description,
        unit: &config.unit,
        decimals: config.decimals,
        direction: config.direction,
        measure: config.measure,
        invented: config.provenance.invented,
        layers: layers.collect(),
        links: EntryLinks {
            description: format!("{base}/indicators/{}", config.id),
            values: format!("{base}/indicators/{}/values", config.id),
            style: format!("{base}/styles/indicator_{}", config.id),
        },
    }
}

/// Layers that an indicator is published for, in the atlas's display order.
pub(super) fn in_display_order<'a>(
    release: &'a Release,
    indicator: &'a Indicator,
) -> impl Iterator<Item = &'a LayerId> {
    let published = |id: &&LayerId| indicator.series(id, &Audience::Public).is_some();
    release.layers.iter().map(|layer| &layer.config.id).filter(published)
}

fn periods(indicator: &Indicator, layer: &LayerId) -> Vec<Period> {
    let series = indicator.series(layer, &Audience::Public);
    series.map_or_else(Vec::new, |series| series.periods().to_vec())
}

fn newest(indicator: &Indicator, layer: &LayerId) -> Option<Period> {
    indicator.series(layer, &Audience::Public)?.newest()
}

fn describe<'a>(served: &'a Served, indicator: &'a Indicator, base: &str) -> Described<'a> {
    let config = &indicator.config;
    let states = ValueState::ALL.into_iter().map(|state| StateText {
        id: state,
        title: texts::state(state),
        color: (!state.has_number()).then(|| state_color(state)),
    });
    Described {
        release: &served.id,
        id: &config.id,
        theme: &config.theme,
        title: &config.title,
        description: &config.description,
        unit: &config.unit,
        decimals: config.decimals,
        direction: config.direction,
        measure: config.measure,
        caveat: config.caveat.as_ref(),
        statistic: config.statistic.as_deref(),
        formula: formula(config),
        aggregate: config.aggregate,
        privacy: Privacy { rule: &config.privacy, text: texts::rule(&config.privacy) },
        breaks: breaks(&config.breaks),
        references: references(&served.release, indicator),
        targets: targets(&config.targets),
        department: config.department.as_ref(),
        provenance: &config.provenance,
        states: states.collect(),
        layers: in_display_order(&served.release, indicator)
            .map(|layer| described_layer(indicator, layer, base))
            .collect(),
    }
}

fn described_layer<'a>(indicator: &'a Indicator, layer: &'a LayerId, base: &str) -> DescribedLayer<'a> {
    let id = indicator.id();
    let classes = indicator.classes(layer).map(|classes| ClassesText {
        limits: classes.limits.iter().map(|limit| Number(Some(*limit))).collect(),
        colors: &classes.colors,
        range: classes.range.map(|(min, max)| [Number(Some(min)), Number(Some(max))]),
    });
    DescribedLayer {
        layer,
        periods: periods(indicator, layer),
        newest: newest(indicator, layer),
        classes,
        links: LayerLinks {
            values: format!("{base}/indicators/{id}/values?layer={layer}"),
            csv: format!("{base}/indicators/{id}/values?layer={layer}&f=csv"),
            tilejson: format!("{base}/tiles/{layer}?indicators={id}"),
            style: format!("{base}/styles/indicator_{id}?layer={layer}"),
        },
    }
}

/// A value that is read, a ratio of two measures, or a formula of more.
fn formula(config: &IndicatorConfig) -> FormulaText<'_> {
    let formula = &config.formula;
    let none = FormulaText {
        kind: "imported",
        text: texts::formula("imported"),
        value: None,
        numerator: None,
        denominator: None,
        factor: None,
        expression: None,
    };
    let single = |sum: &Sum| {
        let one = sum.measures().count() == 1 && !sum.is_balance();
        sum.measures().next().filter(|_| one).and_then(|position| formula.measures().nth(position))
    };
    let expression = formula.expression().as_str();
    if let (Some(value), None) = (formula.measures().next(), formula.measures().nth(1))
        && (formula.is_imported() || expression == value.as_str())
    {
        return FormulaText { value: Some(value), ..none };
    }
    let ratio = formula.fraction().and_then(|fraction| {
        Some((single(&fraction.numerator)?, single(fraction.denominator.as_ref()?)?, fraction.factor))
    });
    let Some((numerator, denominator, factor)) = ratio else {
        let signs = expression.replace('*', "×").replace('/', "÷").replace('-', "−");
        let text = texts::fill(&texts::formula("formula"), "formula", &signs);
        return FormulaText { kind: "formula", text, expression: Some(expression), ..none };
    };
    let mut text = texts::fill(&texts::formula("ratio"), "factor", &factor.to_string());
    text = texts::fill(&text, "numerator", numerator.as_str());
    text = texts::fill(&text, "denominator", denominator.as_str());
    FormulaText {
        kind: "ratio",
        text,
        numerator: Some(numerator),
        denominator: Some(denominator),
        factor: Some(Number(Some(factor))),
        expression: Some(expression),
        ..none
    }
}
