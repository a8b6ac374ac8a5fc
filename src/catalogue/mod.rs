//! The catalogue: ready descriptions of indicators and categories of facilities that come with the program.
//!
//! An indicator's [`Template`] is a whole `indicators/*.toml`: title, definition, unit, formula, privacy rule, source
//! and caveat. What depends on the atlas is a proposal in it, its layers and its table, and is replaced by
//! [`Template::description`]. Nothing here is applied by itself: a template counts once it is a file of an atlas.

mod categories;
mod measures;
mod page;

pub use categories::{Category, categories, category_of, symbol};
pub use measures::{CatalogueMeasure, measure_of};
pub use page::page;

use serde::Deserialize;

use crate::report::Message;

/// The description of an indicator, to be filled in.
#[derive(Clone, Copy, Debug)]
pub struct Template {
    /// The indicator's id: the name of its file.
    pub id: &'static str,
    toml: &'static str,
}

/// What a template says, as far as a list of templates needs it.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Summary {
    /// Title in both languages.
    pub title: Both,
    /// Definition in both languages.
    pub description: Both,
    /// What to mind, in both languages.
    pub caveat: Both,
    /// Theme id.
    pub theme: String,
    /// Unit behind a number.
    pub unit: Both,
    /// `higher`, `lower` or `neither`.
    pub direction: String,
    /// `count` or `ratio`.
    pub measure: String,
    /// Measure that is the value itself; `None` = it is called like the indicator, or it is computed.
    pub value: Option<String>,
    /// Measure that is counted.
    pub numerator: Option<String>,
    /// Measure out of which it is counted.
    pub denominator: Option<String>,
    /// Factor of the ratio.
    pub factor: Option<f64>,
    /// Formula, where it is more than a ratio of two measures.
    pub formula: Option<String>,
    /// Numbers of the official statistics.
    pub statistic: Option<String>,
    /// Unit of each measure.
    #[serde(default)]
    pub measures: std::collections::BTreeMap<String, String>,
    /// The privacy rule, key by key.
    #[serde(default)]
    pub privacy: toml::Table,
    /// Where the figures come from.
    pub provenance: Origin,
}

/// A text in both languages.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Both {
    /// German.
    pub de: String,
    /// English.
    pub en: String,
}

impl Both {
    /// The text for a report.
    #[must_use]
    pub fn told(&self) -> Message {
        Message::both(self.de.as_str(), self.en.as_str())
    }
}

/// Where figures come from.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Origin {
    /// Who publishes them.
    pub source: Both,
    /// Licence.
    pub license: String,
}

macro_rules! templates {
    ($($id:literal),* $(,)?) => {
        &[$(Template { id: $id, toml: include_str!(concat!("indicators/", $id, ".toml")) }),*]
    };
}

/// All templates, theme by theme.
const TEMPLATES: &[Template] = templates![
    "pop_total",
    "youth_ratio",
    "old_age_ratio",
    "net_migration_rate",
    "childcare_rate_u3",
    "childcare_rate_3_5",
    "kita_places_per_100",
    "kita_non_german_language",
    "seu_language_support",
    "primary_school_distance",
    "gymnasium_transition",
    "leavers_no_certificate",
    "vocational_trainees_rate",
    "all_day_primary_rate",
    "adult_education_hours",
    "library_active_users",
    "gp_per_10k",
    "gp_supply_degree",
    "paediatrician_coverage_20",
    "hospital_coverage_30",
    "pharmacy_distance_1000m",
    "second_gp_minutes",
    "care_places_per_100_80plus",
    "seu_obesity",
    "sgb2_rate_u15",
    "min_income_rate",
    "unemployment_youth",
    "naturalisation_rate",
    "turnout_bundestag",
    "turnout_municipal",
    "youth_centre_hours",
    "association_density",
    "volunteer_card_holders",
    "single_parent_share",
    "non_german_population_share",
];

/// All templates, those of one theme together.
#[must_use]
pub fn indicators() -> &'static [Template] {
    TEMPLATES
}

/// The template of the indicator with this id.
///
/// ```
/// let template = kreisel::catalogue::indicator("sgb2_rate_u15").expect("is in the catalogue");
/// assert_eq!(template.measures(), ["sgb2_u15", "age_0_14"]);
/// let text = template.description(&["districts"], "[[tables]]\nfile = \"../data/values/jobcenter.csv\"\n");
/// assert!(text.contains("layers = [\"districts\"]") && text.contains("jobcenter.csv"));
/// ```
#[must_use]
pub fn indicator(id: &str) -> Option<&'static Template> {
    TEMPLATES.iter().find(|template| template.id == id)
}

impl Template {
    /// The whole description, with proposed layers and table.
    #[must_use]
    pub fn toml(&self) -> &'static str {
        self.toml
    }

    /// What it says. `None` would be a fault of the program: the tests read every template.
    #[must_use]
    pub fn summary(&self) -> Option<Summary> {
        toml::from_str(self.toml).ok()
    }

    /// The measures that its tables must have: the value, or what the formula needs, in that order.
    #[must_use]
    pub fn measures(&self) -> Vec<String> {
        let Some(summary) = self.summary() else { return Vec::new() };
        match (&summary.formula, summary.numerator, summary.denominator) {
            (Some(formula), ..) => {
                crate::formula::Expression::parse(formula).map(|read| read.measures().to_vec()).unwrap_or_default()
            }
            (None, Some(numerator), Some(denominator)) => vec![numerator, denominator],
            _ => vec![summary.value.unwrap_or_else(|| self.id.to_owned())],
        }
    }

    /// The description for an atlas: published for `layers`, read from `tables` (one or more `[[tables]]` sections as
    /// text). Everything else stays as it is in the catalogue.
    #[must_use]
    pub fn description(&self, layers: &[&str], tables: &str) -> String {
        let layers: Vec<String> = layers.iter().map(|layer| toml::Value::from(*layer).to_string()).collect();
        let mut text = String::with_capacity(self.toml.len() + tables.len());
        let mut proposed = false;
        for line in self.toml.lines() {
            if line.starts_with("layers = [") {
                text.push_str("layers = [");
                text.push_str(&layers.join(", "));
                text.push_str("]\n");
            } else if line == "[[tables]]" {
                proposed = true;
                text.push_str(tables.trim_end());
                text.push_str("\n\n");
            } else if line.starts_with('[') || !proposed {
                proposed = false;
                text.push_str(line);
                text.push('\n');
            }
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_template_can_be_read_and_names_its_measures() {
        // 28 of the field's list and 7 of participation
        assert_eq!(TEMPLATES.len(), 35);
        for template in TEMPLATES {
            let read: Result<Summary, _> = toml::from_str(template.toml);
            let summary = read.unwrap_or_else(|error| panic!("{}: {error}", template.id));
            for both in
                [&summary.title, &summary.description, &summary.caveat, &summary.unit, &summary.provenance.source]
            {
                assert!(!both.de.is_empty() && !both.en.is_empty(), "{}", template.id);
            }
            let measures = template.measures();
            assert!(!measures.is_empty(), "{}", template.id);
            for measure in summary.measures.keys() {
                assert!(
                    measures.contains(measure),
                    "{}: {measure} has a unit and no place in the formula",
                    template.id
                );
            }
        }
    }

    #[test]
    fn layers_and_tables_are_replaced_and_nothing_else() {
        let template = indicator("seu_obesity").expect("is there");
        let text = template.description(&["a", "b"], "[[tables]]\nfile = \"../data/x.csv\"\nkey = \"AGS\"\n");
        let read = |text: &str| toml::from_str::<toml::Table>(text).expect("TOML");
        let (mut own, mut filled) = (read(template.toml()), read(&text));
        assert_eq!(filled.remove("layers"), Some(toml::Value::from(vec!["a", "b"])));
        assert_eq!(
            filled.remove("tables").map(|tables| tables.to_string()),
            Some("[{ file = \"../data/x.csv\", key = \"AGS\" }]".to_owned())
        );
        own.remove("layers");
        own.remove("tables");
        assert_eq!(own, filled);
    }
}
