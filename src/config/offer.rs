//! What is usually said about a facility and what it offers: ids, titles, the column names by which tables have it, and
//! what it is called in HSDS.
//!
//! HSDS is the Human Services Data Specification of Open Referral, version 3.0
//! (<https://docs.openreferral.org/en/latest/hsds/>). An attribute of a layer file that has one of these ids needs no
//! title, and its column is found by any of the names.

/// An attribute that many facilities have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OfferAttribute {
    /// Id in layer files, tiles and answers.
    pub id: &'static str,
    /// German title.
    pub de: &'static str,
    /// English title.
    pub en: &'static str,
    /// Table and field in HSDS; empty if it has none.
    pub hsds: &'static str,
    /// Names of the column besides the id and the titles. Case does not matter.
    pub columns: &'static [&'static str],
}

const fn offer(
    id: &'static str,
    de: &'static str,
    en: &'static str,
    hsds: &'static str,
    columns: &'static [&'static str],
) -> OfferAttribute {
    OfferAttribute { id, de, en, hsds, columns }
}

/// All of them, in the order of the documentation.
pub const OFFER_ATTRIBUTES: [OfferAttribute; 19] = [
    offer("description", "Beschreibung", "Description", "service.description", &["Angebot", "Kurzbeschreibung"]),
    offer("operator", "Träger", "Operator", "organization.name", &["Traeger", "Betreiber", "provider", "organization"]),
    offer(
        "target_group",
        "Zielgruppe",
        "Target group",
        "service.eligibility_description",
        &["Zielgruppen", "für wen", "eligibility_description"],
    ),
    offer("min_age", "Alter von", "Age from", "service.minimum_age", &["Mindestalter", "minimum_age"]),
    offer("max_age", "Alter bis", "Age to", "service.maximum_age", &["Höchstalter", "maximum_age"]),
    offer(
        "capacity",
        "Plätze",
        "Places",
        "service_capacity.maximum",
        &["Kapazität", "Kapazitaet", "Platzzahl", "beds", "Betten"],
    ),
    offer(
        "opening_hours",
        "Öffnungszeiten",
        "Opening hours",
        "schedule.description",
        &["Oeffnungszeiten", "Sprechzeiten"],
    ),
    offer("languages", "Sprachen", "Languages", "language.name", &["Sprache", "language"]),
    offer(
        "barrier_free",
        "barrierefrei",
        "Step-free",
        "accessibility.description",
        &["Barrierefreiheit", "rollstuhlgerecht", "wheelchair", "accessibility"],
    ),
    offer(
        "cost",
        "Kosten",
        "Cost",
        "service.fees_description",
        &["Gebühr", "Gebühren", "Entgelt", "fees_description", "fee"],
    ),
    offer("contact", "Ansprechperson", "Contact", "contact.name", &["Kontakt", "Ansprechpartner", "Ansprechpartnerin"]),
    offer("phone", "Telefon", "Phone", "phone.number", &["Tel", "Tel.", "Telefonnummer", "telephone"]),
    offer("email", "E-Mail", "E-mail", "service.email", &["Mail", "email", "Mailadresse"]),
    offer("website", "Internetseite", "Website", "service.url", &["Webseite", "Homepage", "Internet", "url", "web"]),
    offer("street", "Straße", "Street", "address.address_1", &["Strasse", "Str."]),
    offer("house_number", "Hausnummer", "House number", "address.address_1", &["Hausnr", "Hausnr.", "Nr."]),
    offer("postcode", "Postleitzahl", "Postcode", "address.postal_code", &["PLZ", "postal_code"]),
    offer("place", "Ort", "Place", "address.city", &["Stadt", "city"]),
    offer(
        "last_checked",
        "zuletzt geprüft",
        "Last checked",
        "service.assured_date",
        &["geprüft am", "Stand", "zuletzt geprueft", "assured_date", "check_date"],
    ),
];

impl OfferAttribute {
    /// The attribute with this id.
    #[must_use]
    pub fn of(id: &str) -> Option<&'static Self> {
        OFFER_ATTRIBUTES.iter().find(|known| known.id == id)
    }

    /// Every name that its column may have.
    pub fn column_names(&self) -> impl Iterator<Item = &'static str> + use<> {
        [self.id, self.de, self.en].into_iter().chain(self.columns.iter().copied())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_name_means_one_attribute() {
        let names = |known: &OfferAttribute| known.column_names().map(str::to_lowercase).collect::<Vec<_>>();
        for (place, known) in OFFER_ATTRIBUTES.iter().enumerate() {
            for other in &OFFER_ATTRIBUTES[..place] {
                let shared: Vec<String> = names(known).into_iter().filter(|name| names(other).contains(name)).collect();
                assert!(shared.is_empty(), "{} and {}: {shared:?}", known.id, other.id);
            }
        }
    }
}
