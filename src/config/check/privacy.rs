//! Privacy rules across indicators and layers: what one indicator keeps secret and another place of the
//! same atlas gives away, or lets be computed.
//!
//! In go all checked indicators and layers, out come warnings. The rules themselves are applied in
//! `release`; nothing is hidden here.

use std::collections::BTreeSet;
use std::path::Path;

use super::super::{IndicatorConfig, LayerConfig, LayerId, MeasureId, TableConfig, TableLayout};
use crate::message;
use crate::report::{Case, Finding, Message, Report};

pub(in super::super) fn check(
    root: &Path,
    indicators: &[IndicatorConfig],
    layers: &[LayerConfig],
    report: &mut Report,
) {
    // of an atlas that is refused anyway, half may be missing
    if report.has_errors() {
        return;
    }
    for indicator in indicators.iter().filter(|indicator| indicator.privacy.protects()) {
        for other in indicators.iter().filter(|other| other.id != indicator.id) {
            if let Some(lack) = lack(other, indicator) {
                report_lack(root, other, indicator, &lack, report);
            }
        }
        report_layers(indicator, layers, report);
    }
}

/// What `other`'s rule lacks of the rule of `protected`, in words; `None` if it hides as much.
///
/// Denominators are compared only where both are the same measure: a minimum of people examined says
/// nothing about a minimum of inhabitants.
fn lack(other: &IndicatorConfig, protected: &IndicatorConfig) -> Option<Message> {
    let (has, needs) = (&other.privacy, &protected.privacy);
    let tell = |key: &str, has: Option<u32>, needs: Option<u32>| {
        let needs = needs.filter(|needs| has.is_none_or(|has| has < *needs))?;
        Some(match has {
            Some(has) => message!("{key} = {needs} there and {has} here", key, needs, has),
            None => message!("{key} = {needs} there and none here", key, needs),
        })
    };
    if let Some(lack) = tell("min_numerator", has.min_numerator, needs.min_numerator) {
        return Some(lack);
    }
    if let Some(lack) = tell("round_to", has.round_to.map(u32::from), needs.round_to.map(u32::from)) {
        return Some(lack);
    }
    let same_denominator = other.formula.has_denominator() && denominators(other) == denominators(protected);
    let complement = tell("min_complement", has.min_complement, needs.min_complement).filter(|_| same_denominator);
    let denominator = tell("min_denominator", has.min_denominator, needs.min_denominator);
    complement.or(denominator.filter(|_| same_denominator || !has.protects()))
}

fn denominators(indicator: &IndicatorConfig) -> BTreeSet<&MeasureId> {
    indicator.formula.denominator().collect()
}

/// Warns if both indicators publish the same figures, as their value or their numerator.
fn report_lack(root: &Path, other: &IndicatorConfig, protected: &IndicatorConfig, lack: &Message, report: &mut Report) {
    let shared: BTreeSet<Message> = figures(root, other).intersection(&figures(root, protected)).cloned().collect();
    if shared.is_empty() {
        return;
    }
    let cases = shared.into_iter().map(|figures| {
        Case::detail(message!(
            "{figures}: {protector} protects it, {other} less ({lack})",
            figures,
            protector = protected.file.display(),
            other = other.file.display(),
            lack = *lack
        ))
    });
    report.add(
        Finding::warning(
            "privacy-rule-missing-elsewhere",
            "figures that another indicator keeps secret where they are small are published here",
        )
        .in_file(&other.file)
        .advise("give both indicators the same [privacy], or remove one of them")
        .at_all(cases),
    );
}

/// The columns from which an indicator has its value or numerator, as messages name them. Names of
/// measures count only where the file itself has them: elsewhere each description chooses its own.
fn figures(root: &Path, indicator: &IndicatorConfig) -> BTreeSet<Message> {
    let both =
        indicator.formula.numerator().flat_map(|measure| indicator.tables.iter().map(move |table| (measure, table)));
    both.flat_map(|(measure, table)| columns(root, table, measure)).collect()
}

fn columns(root: &Path, table: &TableConfig, measure: &MeasureId) -> Vec<Message> {
    let file = table.path.strip_prefix(root).unwrap_or(&table.path).display();
    match &table.layout {
        TableLayout::Tidy { value, .. } => {
            vec![message!("{measure} in column {value} of {file}", measure, value, file)]
        }
        TableLayout::Years { measure: own } if own == measure => vec![message!("the columns of years of {file}", file)],
        TableLayout::Years { .. } => Vec::new(),
        TableLayout::Measures { columns, .. } => {
            let named = columns.iter().filter(|(_, own)| *own == measure);
            named.map(|(column, _)| message!("column {column} of {file}", column, file)).collect()
        }
    }
}

/// Warns if a protected indicator is published for areas and for the larger areas they make up.
///
/// Sums that the program computes itself are secret with their parts; what totals of the tables give away is told once
/// they are read.
fn report_layers(indicator: &IndicatorConfig, layers: &[LayerConfig], report: &mut Report) {
    if indicator.aggregate {
        return;
    }
    let mut cases = Vec::new();
    for part in &indicator.layers {
        for whole in indicator.layers.iter().filter(|whole| lies_in(part, whole, layers)) {
            cases.push(
                Case::detail(message!("the areas of {part} lie in those of {whole}", part, whole)).in_column("layers"),
            );
        }
    }
    if !cases.is_empty() {
        report.add(
            Finding::warning(
                "protected-on-several-layers",
                "an indicator with a privacy rule is published for parts and their totals; what is kept secret in one \
                 part can be computed from the total and the other parts",
            )
            .in_file(&indicator.file)
            .advise(
                "publish it on one of these layers; nothing else hides figures that could be computed back \
                 (complementary suppression does not exist yet)",
            )
            .at_all(cases),
        );
    }
}

/// Whether the parents of a layer lead to another one. Parents form no circle: that was refused before.
fn lies_in(part: &LayerId, whole: &LayerId, layers: &[LayerConfig]) -> bool {
    let parent = |id: &LayerId| {
        let layer = layers.iter().find(|layer| layer.id == *id)?;
        layer.as_area()?.parent.as_ref().map(|parent| &parent.layer)
    };
    std::iter::successors(parent(part), |layer| parent(layer)).take(layers.len()).any(|layer| layer == whole)
}

#[cfg(test)]
mod tests;
