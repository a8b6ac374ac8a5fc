//! What is said about an indicator beside its figures, as pairs of a label and a text.

use crate::config::{IndicatorConfig, Language, Text};
use crate::release::{Layer, Release};
use crate::texts;
use crate::value::Period;

/// Label and text of each statement, in the order in which a reader wants them. What is not known is left out.
pub(super) fn lines(
    release: &Release,
    layer: &Layer,
    config: &IndicatorConfig,
    periods: &[Period],
    language: Language,
) -> Vec<(String, String)> {
    let provenance = &config.provenance;
    let told = |text: &Text| text.get(language).to_owned();
    let expression = config.formula.expression().as_str();
    let formula = if config.formula.is_imported() {
        told(&texts::formula("imported"))
    } else {
        expression.replace('*', "×").replace('/', "÷").replace('-', "−")
    };
    let mut lines = vec![
        ("title", told(&config.title)),
        ("description", told(&config.description)),
        ("unit", told(&config.unit)),
        ("areas", told(&layer.config.title)),
        ("periods", periods.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")),
        ("formula", formula),
        ("privacy", told(&texts::rule(&config.privacy))),
        ("caveat", config.caveat.as_ref().map(told).unwrap_or_default()),
    ];
    lines.extend(config.breaks.iter().map(|broken| ("break", format!("{}: {}", broken.period, told(&broken.reason)))));
    lines.extend([
        ("invented", if provenance.invented { told(&texts::invented()) } else { String::new() }),
        ("source", told(&provenance.source)),
        ("source_url", provenance.url.clone().unwrap_or_default()),
        ("date", provenance.date.clone().unwrap_or_default()),
        ("license", provenance.license.clone()),
        ("license_url", provenance.license_url.clone().unwrap_or_default()),
        ("attribution", provenance.attribution.clone()),
        ("borders", layer.config.provenance.attribution.clone()),
        ("department", config.department.as_ref().map(told).unwrap_or_default()),
        ("atlas", told(&release.atlas.title)),
        ("publisher", told(&release.atlas.publisher)),
        ("notice", release.atlas.notice.as_ref().map(told).unwrap_or_default()),
        ("release", release.id.clone()),
    ]);
    let said = lines.into_iter().filter(|(_, text)| !text.is_empty());
    said.map(|(name, text)| (told(&texts::download(name)), text)).collect()
}
