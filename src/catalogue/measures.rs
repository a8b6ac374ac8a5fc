//! The measures that the catalogue's indicators are computed from: what they are called, and by which words a table's
//! columns are known to hold them.

/// One measure of the catalogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CatalogueMeasure {
    /// Id in formulas and tidy tables.
    pub id: &'static str,
    /// German name.
    pub de: &'static str,
    /// English name.
    pub en: &'static str,
    /// Words of a column's title, all of them in any order; several ways to say it have `|` between them, the surest
    /// first. Behind `=` the title must say nothing else.
    words: &'static str,
}

const fn measure(id: &'static str, de: &'static str, en: &'static str, words: &'static str) -> CatalogueMeasure {
    CatalogueMeasure { id, de, en, words }
}

const MEASURES: &[CatalogueMeasure] = &[
    measure(
        "population",
        "Bevölkerung insgesamt",
        "population",
        "bevölkerung insgesamt|einwohner insgesamt|=bevölkerung|=einwohner|=insgesamt",
    ),
    measure(
        "foreign_population",
        "ausländische Bevölkerung",
        "foreign population",
        "ausländ|nichtdeutsch|nicht deutsch",
    ),
    measure("arrivals", "Zuzüge", "arrivals", "zuzüge insgesamt|zuzüge|zugezogene"),
    measure("departures", "Fortzüge", "departures", "fortzüge insgesamt|fortzüge|wegzüge|fortgezogene"),
    measure("naturalisations", "Einbürgerungen", "naturalisations", "einbürgerungen|eingebürgert"),
    measure("age_0_14", "Kinder unter 15 Jahren", "children under 15", "unter 15 jahr|0 bis 14|0-14|0 - 14|u15"),
    measure("age_0_19", "Personen unter 20 Jahren", "people under 20", "unter 20 jahr|0 bis 19|0-19"),
    measure(
        "age_10_17",
        "Kinder und Jugendliche von 10 bis 17 Jahren",
        "people aged 10 to 17",
        "10 bis 17|10-17|10 bis unter 18",
    ),
    measure("age_18_20", "Personen von 18 bis 20 Jahren", "people aged 18 to 20", "18 bis 20|18-20|18 bis unter 21"),
    measure("age_20_64", "Personen von 20 bis 64 Jahren", "people aged 20 to 64", "20 bis 64|20-64|20 bis unter 65"),
    measure(
        "age_65_plus",
        "Personen ab 65 Jahren",
        "people aged 65 and over",
        "65 und älter|65 jahre und mehr|ab 65|65+|über 65",
    ),
    measure(
        "age_80_plus",
        "Personen ab 80 Jahren",
        "people aged 80 and over",
        "80 und älter|80 jahre und mehr|ab 80|80+|über 80",
    ),
    measure(
        "children_u3",
        "Kinder unter 3 Jahren",
        "children under 3",
        "kinder unter 3 jahr|kinder unter 3|kinder u3|unter 3 jahr",
    ),
    measure(
        "children_3_5",
        "Kinder von 3 bis 5 Jahren",
        "children aged 3 to 5",
        "kinder 3 bis 5|kinder 3 bis unter 6|kinder 3-5",
    ),
    measure(
        "children_1_6",
        "Kinder von 1 bis 6 Jahren",
        "children aged 1 to 6",
        "kinder 1 bis 6|kinder 1-6|kinder 1 bis unter 7",
    ),
    measure(
        "children_6_9",
        "Kinder von 6 bis 9 Jahren",
        "children aged 6 to 9",
        "kinder 6 bis 9|kinder 6-9|kinder 6 bis unter 10",
    ),
    measure(
        "children_in_care_u3",
        "betreute Kinder unter 3 Jahren",
        "children under 3 in day care",
        "betreute kinder unter 3|betreut unter 3|betreut u3",
    ),
    measure(
        "children_in_care_3_5",
        "betreute Kinder von 3 bis 5 Jahren",
        "children aged 3 to 5 in day care",
        "betreut 3 bis 5|betreut 3 bis unter 6|betreut 3-5",
    ),
    measure(
        "children_in_kita",
        "Kinder in Kitas",
        "children in day-care centres",
        "kinder kita|kinder tageseinrichtung|=betreute kinder",
    ),
    measure(
        "kita_other_language",
        "Kinder, die zu Hause nicht Deutsch sprechen",
        "children who do not speak German at home",
        "familiensprache nicht deutsch|nicht deutsch gesprochen|nichtdeutsche familiensprache|nicht deutsch",
    ),
    measure("kita_places", "Kitaplätze", "day-care places", "kitaplätze|genehmigte plätze|plätze kita|=plätze"),
    measure(
        "pupils_primary",
        "Grundschulkinder",
        "primary pupils",
        "schüler grundschule|grundschulkinder|schüler insgesamt|=schüler",
    ),
    measure("pupils_all_day", "Grundschulkinder im Ganztag", "primary pupils in all-day school", "ganztag"),
    measure(
        "year_5_pupils",
        "Schülerinnen und Schüler im 5. Jahrgang",
        "pupils in year 5",
        "jahrgang 5 insgesamt|5. klasse insgesamt|klasse 5 insgesamt|jahrgang 5",
    ),
    measure("year_5_gymnasium", "5. Jahrgang am Gymnasium", "year 5 at a Gymnasium", "gymnasium"),
    measure(
        "leavers",
        "Schulentlassene",
        "school leavers",
        "schulabgänger insgesamt|absolvierende insgesamt|schulentlassene insgesamt|=insgesamt",
    ),
    measure(
        "leavers_without",
        "Schulentlassene ohne Abschluss",
        "school leavers without a certificate",
        "ohne hauptschulabschluss|ohne abschluss",
    ),
    measure("trainees", "Auszubildende", "trainees", "auszubildende insgesamt|auszubildende"),
    measure("teaching_hours", "Unterrichtsstunden", "teaching hours", "unterrichtsstunden|unterrichtseinheiten"),
    measure(
        "library_users",
        "aktive Entleiherinnen und Entleiher",
        "active library users",
        "aktive nutz|aktive entleih|entleiher|=nutzer",
    ),
    measure(
        "gp_fte",
        "Hausärztinnen und Hausärzte (Vollzeit)",
        "general practitioners (full time)",
        "hausärzt vollzeit|hausärzt|hausarzt",
    ),
    measure("care_places", "Pflegeplätze", "care places", "pflegeplätze|plätze pflege|verfügbare plätze|=plätze"),
    measure(
        "population_covered_30",
        "Bevölkerung, die in 30 Minuten ein Krankenhaus erreicht",
        "population within 30 minutes of a hospital",
        "30 min",
    ),
    measure(
        "children_covered_20",
        "Kinder, die in 20 Minuten eine Kinderarztpraxis erreichen",
        "children within 20 minutes of a paediatrician",
        "20 min",
    ),
    measure(
        "population_pharmacy_1000m",
        "Bevölkerung, die in 1.000 m eine Apotheke erreicht",
        "population within 1,000 m of a pharmacy",
        "1000 m|1.000 m|1 km",
    ),
    measure(
        "children_6_9_over_2km",
        "Kinder mit mehr als 2 km zur Grundschule",
        "children more than 2 km from a primary school",
        "2 km|2000 m|2.000 m",
    ),
    measure("seu_examined", "untersuchte Kinder", "children examined", "untersuchte kinder|=untersuchte"),
    measure("seu_language_finding", "Kinder mit Sprachbefund", "children with a language finding", "sprach"),
    measure("seu_obesity_finding", "Kinder mit Adipositas", "children with obesity", "adipos|adipös"),
    measure(
        "sgb2_u15",
        "nicht erwerbsfähige Leistungsberechtigte unter 15 Jahren",
        "people under 15 entitled to basic income support",
        "leistungsberechtigte unter 15|nef unter 15|sgb ii unter 15|leistungsberechtigte u15",
    ),
    measure(
        "min_income_recipients",
        "Empfängerinnen und Empfänger von Mindestsicherung",
        "recipients of minimum income benefits",
        "mindestsicherung insgesamt|mindestsicherung",
    ),
    measure(
        "unemployed_15_24",
        "Arbeitslose von 15 bis 24 Jahren",
        "unemployed aged 15 to 24",
        "arbeitslose 15 bis|arbeitslose unter 25|arbeitslose 15-24",
    ),
    measure(
        "labour_force_15_24",
        "zivile Erwerbspersonen von 15 bis 24 Jahren",
        "civilian labour force aged 15 to 24",
        "erwerbspersonen 15 bis|erwerbspersonen unter 25|erwerbspersonen",
    ),
    measure(
        "entitled_federal",
        "Wahlberechtigte (Bundestag)",
        "people entitled to vote (Bundestag)",
        "wahlberechtigte bundestag|=wahlberechtigte",
    ),
    measure(
        "voters_federal",
        "Wählerinnen und Wähler (Bundestag)",
        "voters (Bundestag)",
        "wähler bundestag|wählende|=wähler",
    ),
    measure(
        "entitled_local",
        "Wahlberechtigte (Kommunalwahl)",
        "people entitled to vote (local election)",
        "wahlberechtigte kommunal|=wahlberechtigte",
    ),
    measure(
        "voters_local",
        "Wählerinnen und Wähler (Kommunalwahl)",
        "voters (local election)",
        "wähler kommunal|wählende|=wähler",
    ),
    measure("youth_centre_hours", "Öffnungsstunden je Woche", "opening hours a week", "öffnungsstunden|=stunden"),
    measure("associations", "eingetragene Vereine", "registered associations", "vereine"),
    measure("volunteer_cards", "Ehrenamtskarten", "volunteer cards", "ehrenamtskarte"),
    measure(
        "households_with_children",
        "Haushalte mit Kindern",
        "households with children",
        "haushalte mit kindern|haushalte kinder",
    ),
    measure(
        "single_parent_households",
        "Haushalte von Alleinerziehenden",
        "single-parent households",
        "alleinerziehend",
    ),
];

/// The measure with this id.
#[must_use]
pub fn measure_of(id: &str) -> Option<&'static CatalogueMeasure> {
    MEASURES.iter().find(|measure| measure.id == id)
}

impl CatalogueMeasure {
    /// Position of the one title that speaks of this measure; `None` if none does, or several do equally.
    ///
    /// Where several have the words, the one that is no part of it is meant: `Wähler` and not `Wähler mit Wahlschein`.
    #[must_use]
    pub fn among(&self, titles: &[String]) -> Option<usize> {
        let titles: Vec<String> = titles.iter().map(|title| title.to_lowercase()).collect();
        self.words.split('|').find_map(|words| {
            let (words, alone) = words.strip_prefix('=').map_or((words, false), |words| (words, true));
            let words: Vec<&str> = words.split(' ').collect();
            let has = |title: &String| words.iter().all(|word| begins_a_word(title, word));
            let mut found: Vec<(usize, &String)> = titles.iter().enumerate().filter(|(_, title)| has(title)).collect();
            if alone || found.len() > 1 {
                found.retain(|(_, title)| is_all_of_it(title, &words));
            }
            match found.as_slice() {
                [(only, _)] => Some(*only),
                _ => None,
            }
        })
    }
}

/// Whether a word stands in a text, not inside of a number or of another word.
fn begins_a_word(text: &str, word: &str) -> bool {
    let ends_in_digit = word.ends_with(|last: char| last.is_ascii_digit());
    text.match_indices(word).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + word.len()..].chars().next();
        let number_goes_on = ends_in_digit && after.is_some_and(|letter| letter.is_ascii_digit());
        !number_goes_on && !before.is_some_and(char::is_alphanumeric)
    })
}

/// Whether a title says no more than the words and that it is all of them.
fn is_all_of_it(title: &str, words: &[&str]) -> bool {
    title.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty()).all(|word| {
        ["insgesamt", "anzahl", "zahl", "der", "in", "von"].contains(&word)
            || words.iter().any(|own| word.starts_with(own))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_measure_of_a_template_has_a_name() {
        let own = |id: &str| ["gp_supply_degree", "second_gp_minutes"].contains(&id);
        let mut used = Vec::new();
        for template in super::super::indicators() {
            for measure in template.measures() {
                assert!(own(&measure) || measure_of(&measure).is_some(), "{measure} of {}", template.id);
                used.push(measure);
            }
        }
        for (place, measure) in MEASURES.iter().enumerate() {
            assert!(used.iter().any(|id| id == measure.id), "{} is of no template", measure.id);
            assert!(MEASURES[..place].iter().all(|other| other.id != measure.id), "{}", measure.id);
        }
    }

    #[test]
    fn a_column_is_known_by_its_words_and_not_by_parts_of_numbers() {
        let among = |id: &str, titles: &[&str]| {
            let titles: Vec<String> = titles.iter().map(|title| (*title).to_owned()).collect();
            measure_of(id).expect("is there").among(&titles)
        };
        let job_centre = ["Leistungsberechtigte unter 15 Jahren", "Einwohner unter 15 Jahren", "Einwohner insgesamt"];
        assert_eq!(among("sgb2_u15", &job_centre), Some(0));
        assert_eq!(among("population", &job_centre), Some(2));
        assert_eq!(among("population", &["Einwohner unter 15 Jahren"]), None);
        // two of the columns speak of people under 15
        assert_eq!(among("age_0_14", &job_centre), None);
        assert_eq!(among("age_0_14", &["unter 15 Jahren", "unter 150 Jahren"]), Some(0));
        assert_eq!(among("voters_federal", &["Wahlberechtigte", "Wähler mit Wahlschein", "Wähler"]), Some(2));
        assert_eq!(among("age_10_17", &["Personen von 110 bis 17", "Alter 10 bis 17"]), Some(1));
    }
}
