//! Categories of facilities: what they are called, their symbol and colour, and how OpenStreetMap tags them.
//!
//! A facility layer that names a category by an id of this list need not give it a title, symbol or colour. The tags
//! follow the OpenStreetMap wiki; OSM knows places, not capacities, and is a means to find what a register lacks.

/// One category of facilities.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Category {
    /// Id in layers, tiles and answers.
    pub id: &'static str,
    /// German title.
    pub de: &'static str,
    /// English title.
    pub en: &'static str,
    /// Name of its symbol in [`symbol()`].
    pub symbol: &'static str,
    /// Colour of the symbol's disc, `#rrggbb`.
    pub color: &'static str,
    /// OpenStreetMap tags that mean it, as [`crate::tags::TagRule`] reads them; empty where OpenStreetMap has none that do.
    pub osm: &'static str,
}

const HEALTH: &str = "#a8325a";
const EDUCATION: &str = "#1f6680";
const PARTICIPATION: &str = "#7a5a12";

const fn category(
    id: &'static str,
    de: &'static str,
    en: &'static str,
    symbol: &'static str,
    color: &'static str,
    osm: &'static str,
) -> Category {
    Category { id, de, en, symbol, color, osm }
}

/// All categories, by field.
const CATEGORIES: &[Category] = &[
    category("hospital", "Krankenhaus", "Hospital", "hospital", HEALTH, "amenity=hospital; healthcare=hospital"),
    category("hospital_department", "Fachabteilung", "Hospital department", "hospital", HEALTH, ""),
    category(
        "gp",
        "Hausarztpraxis",
        "General practice",
        "gp",
        HEALTH,
        "amenity=doctors without healthcare:speciality; healthcare=doctor without healthcare:speciality; \
         amenity=doctors with healthcare:speciality=general; healthcare=doctor with healthcare:speciality=general",
    ),
    category(
        "paediatrician",
        "Kinderarztpraxis",
        "Paediatrician",
        "paediatrician",
        HEALTH,
        "amenity=doctors with healthcare:speciality=paediatrics; healthcare=doctor with healthcare:speciality=paediatrics",
    ),
    category(
        "gynaecologist",
        "Frauenarztpraxis",
        "Gynaecologist",
        "gynaecologist",
        HEALTH,
        "amenity=doctors with healthcare:speciality=gynaecology; healthcare=doctor with healthcare:speciality=gynaecology",
    ),
    category(
        "specialist",
        "Facharztpraxis",
        "Specialist",
        "specialist",
        HEALTH,
        "amenity=doctors with healthcare:speciality=* without healthcare:speciality=general; \
         healthcare=doctor with healthcare:speciality=* without healthcare:speciality=general",
    ),
    category("dentist", "Zahnarztpraxis", "Dentist", "dentist", HEALTH, "amenity=dentist; healthcare=dentist"),
    category(
        "psychotherapist",
        "Psychotherapie",
        "Psychotherapist",
        "psychotherapist",
        HEALTH,
        "healthcare=psychotherapist",
    ),
    category(
        "mvz",
        "MVZ, Ambulanz",
        "Medical centre",
        "medical_centre",
        HEALTH,
        "amenity=clinic; healthcare=clinic; healthcare=centre",
    ),
    category("pharmacy", "Apotheke", "Pharmacy", "pharmacy", HEALTH, "amenity=pharmacy"),
    category("midwife", "Hebamme", "Midwife", "midwife", HEALTH, "healthcare=midwife"),
    category(
        "therapist",
        "Physio-, Ergo-, Logopädie",
        "Physical, occupational, speech therapy",
        "therapist",
        HEALTH,
        "healthcare=physiotherapist; healthcare=occupational_therapist; healthcare=speech_therapist",
    ),
    category(
        "emergency_service",
        "Rettungswache, Bereitschaftspraxis",
        "Ambulance station, out-of-hours practice",
        "emergency_service",
        HEALTH,
        "emergency=ambulance_station; healthcare=* with emergency=yes",
    ),
    category(
        "public_health_office",
        "Gesundheitsamt",
        "Public health office",
        "public_health_office",
        HEALTH,
        "office=government with government=healthcare",
    ),
    category(
        "nursing_home",
        "Pflegeheim",
        "Nursing home",
        "nursing_home",
        HEALTH,
        "social_facility=nursing_home with social_facility:for=senior",
    ),
    category("home_care", "Ambulanter Pflegedienst", "Home care service", "home_care", HEALTH, "healthcare=nurse"),
    category(
        "day_care_senior",
        "Tagespflege",
        "Day care for older people",
        "day_care_senior",
        HEALTH,
        "social_facility=day_care with social_facility:for=senior",
    ),
    category(
        "counselling",
        "Beratungsstelle",
        "Counselling",
        "counselling",
        PARTICIPATION,
        "healthcare=counselling; social_facility=outreach",
    ),
    category(
        "kita",
        "Kita, Krippe, Hort",
        "Day-care centre",
        "kita",
        EDUCATION,
        "amenity=kindergarten; amenity=childcare",
    ),
    category(
        "primary_school",
        "Grundschule",
        "Primary school",
        "primary_school",
        EDUCATION,
        "amenity=school with school=primary; amenity=school with isced:level=1",
    ),
    category(
        "secondary_school",
        "Weiterführende Schule",
        "Secondary school",
        "secondary_school",
        EDUCATION,
        "amenity=school with school=secondary; amenity=school with isced:level=2 or 3",
    ),
    category(
        "special_school",
        "Förderschule",
        "Special school",
        "special_school",
        EDUCATION,
        "amenity=school with school=special_education_needs",
    ),
    category(
        "vocational_school",
        "Berufsbildende Schule",
        "Vocational school",
        "vocational_school",
        EDUCATION,
        "amenity=college",
    ),
    category(
        "adult_education",
        "Volkshochschule, Familienbildung",
        "Adult and family education",
        "adult_education",
        EDUCATION,
        "amenity=training; amenity=college with name~VHS",
    ),
    category(
        "music_art_school",
        "Musik- und Kunstschule",
        "Music and art school",
        "music_school",
        EDUCATION,
        "amenity=music_school; amenity=prep_school",
    ),
    category("library", "Bibliothek, Bücherbus", "Library", "library", EDUCATION, "amenity=library"),
    category(
        "language_course",
        "Sprach- und Integrationskurs",
        "Language and integration course",
        "language_course",
        EDUCATION,
        "amenity=language_school",
    ),
    category(
        "youth_centre",
        "Jugendzentrum",
        "Youth centre",
        "youth_centre",
        PARTICIPATION,
        "amenity=community_centre with community_centre:for=juvenile",
    ),
    category(
        "family_centre",
        "Familien- und Mehrgenerationenhaus",
        "Family centre",
        "family_centre",
        PARTICIPATION,
        "amenity=community_centre with community_centre=family_centre",
    ),
    category(
        "community_centre",
        "Dorfgemeinschaftshaus",
        "Community centre",
        "community_centre",
        PARTICIPATION,
        "amenity=community_centre; community_centre=village_hall",
    ),
    category(
        "integration_service",
        "Migrationsberatung, Integrationslotsen",
        "Migration advice",
        "integration_service",
        PARTICIPATION,
        "amenity=social_facility with social_facility:for=migrant or refugee",
    ),
    category("food_bank", "Tafel", "Food bank", "food_bank", PARTICIPATION, "social_facility=food_bank"),
    category(
        "sports_facility",
        "Sportstätte, Bad",
        "Sports facility, pool",
        "sports_facility",
        PARTICIPATION,
        "leisure=sports_centre; leisure=pitch; leisure=swimming_pool",
    ),
    category("playground", "Spielplatz", "Playground", "playground", PARTICIPATION, "leisure=playground"),
    category(
        "museum_culture",
        "Museum, Theater, Kulturhaus",
        "Museum, theatre, arts centre",
        "museum_culture",
        PARTICIPATION,
        "tourism=museum; amenity=theatre; amenity=arts_centre",
    ),
    category(
        "volunteer_agency",
        "Freiwilligenagentur, Selbsthilfekontaktstelle",
        "Volunteer agency, self-help office",
        "volunteer_agency",
        PARTICIPATION,
        "office=association; office=ngo",
    ),
    category(
        "town_hall_service",
        "Rathaus, Bürgerbüro, Jobcenter",
        "Town hall, citizens' office, job centre",
        "town_hall",
        PARTICIPATION,
        "amenity=townhall; office=government",
    ),
    category(
        "transit_stop",
        "Haltestelle",
        "Public transport stop",
        "transit_stop",
        PARTICIPATION,
        "highway=bus_stop; public_transport=platform; railway=halt",
    ),
];

macro_rules! svg {
    ($($name:literal),* $(,)?) => {
        [$(($name, include_str!(concat!("../../styles/symbols/", $name, ".svg")))),*]
    };
}

/// The symbols of the categories: name and SVG.
const SYMBOLS: &[(&str, &str)] = &svg![
    "adult_education",
    "community_centre",
    "counselling",
    "day_care_senior",
    "dentist",
    "emergency_service",
    "family_centre",
    "food_bank",
    "gp",
    "gynaecologist",
    "home_care",
    "hospital",
    "integration_service",
    "kita",
    "language_course",
    "library",
    "medical_centre",
    "midwife",
    "museum_culture",
    "music_school",
    "nursing_home",
    "paediatrician",
    "pharmacy",
    "playground",
    "primary_school",
    "psychotherapist",
    "public_health_office",
    "secondary_school",
    "special_school",
    "specialist",
    "sports_facility",
    "therapist",
    "town_hall",
    "transit_stop",
    "vocational_school",
    "volunteer_agency",
    "youth_centre",
];

/// All categories, those of one field together.
#[must_use]
pub fn categories() -> &'static [Category] {
    CATEGORIES
}

/// The category with this id.
#[must_use]
pub fn category_of(id: &str) -> Option<&'static Category> {
    CATEGORIES.iter().find(|category| category.id == id)
}

/// The SVG of a category's symbol.
#[must_use]
pub fn symbol(name: &str) -> Option<&'static str> {
    SYMBOLS.iter().find(|(known, _)| *known == name).map(|(_, svg)| *svg)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_category_has_a_name_of_its_own_and_a_symbol() {
        for (place, category) in CATEGORIES.iter().enumerate() {
            let before = &CATEGORIES[..place];
            assert!(before.iter().all(|other| other.id != category.id && other.de != category.de), "{}", category.id);
            assert!(symbol(category.symbol).is_some_and(|svg| svg.contains("viewBox")), "{}", category.id);
            assert!(!category.en.is_empty(), "{}", category.id);
            let rule = crate::tags::TagRule::parse(category.osm);
            assert!(rule.is_ok() || (category.id == "hospital_department" && category.osm.is_empty()), "{rule:?}");
        }
        // the categories of the field's list
        assert_eq!(CATEGORIES.len(), 38);
    }

    #[test]
    fn every_symbol_belongs_to_a_category() {
        for (name, _) in SYMBOLS {
            assert!(CATEGORIES.iter().any(|category| category.symbol == *name), "{name}");
        }
    }
}
