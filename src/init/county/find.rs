//! The county that is meant: by its key, also without the leading zero, or by its name.

use super::DISTRICT;
use super::bundle::key;
use crate::init::InitError;

/// A district of the country.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct District {
    /// Five digits.
    pub(super) key: String,
    /// Such as `Heidekreis`; some files have no names.
    pub(super) name: Option<String>,
    /// Such as `Landkreis`.
    pub(super) kind: Option<String>,
}

impl District {
    /// The name, or the key where there is none.
    pub(super) fn name(&self) -> &str {
        self.name.as_deref().unwrap_or(&self.key)
    }

    /// Such as `Landkreis Heidekreis`, or `Region Hannover`, whose name says it all.
    pub(super) fn label(&self) -> String {
        if !without_kind(self.name()).0.is_empty() {
            return self.name().to_owned();
        }
        format!("{} {}", self.kind.as_deref().unwrap_or("Kreis"), self.name())
    }

    /// Such as `heidekreis`: an id made from the name.
    pub(super) fn id(&self) -> String {
        let mut id = String::new();
        for char in self.name().to_lowercase().chars() {
            match char {
                'ä' => id.push_str("ae"),
                'ö' => id.push_str("oe"),
                'ü' => id.push_str("ue"),
                'ß' => id.push_str("ss"),
                'a'..='z' | '0'..='9' => id.push(char),
                _ if id.ends_with('_') => {}
                _ => id.push('_'),
            }
        }
        let id = id.trim_matches('_');
        if id.starts_with(|first: char| first.is_ascii_lowercase()) && id.len() <= 64 {
            id.to_owned()
        } else {
            format!("kreis_{}", self.key)
        }
    }

    /// Key and label, for messages.
    pub(super) fn told(&self) -> String {
        match self.name {
            Some(_) => format!("{} {}", self.key, self.label()),
            None => self.key.clone(),
        }
    }
}

/// Words that stand before the name of a county and are not part of it, in lower case; longer ones first.
const KINDS: [&str; 12] = [
    "kreisfreie stadt ",
    "landeshauptstadt ",
    "regionalverband ",
    "städteregion ",
    "hansestadt ",
    "stadtkreis ",
    "landkreis ",
    "region ",
    "kreis ",
    "stadt ",
    "lkr. ",
    "lk ",
];

/// A name in lower case as what stands before it and the name proper: `Region Hannover`, `Celle, Landkreis`.
fn without_kind(name: &str) -> (&'static str, String) {
    let lower = name.trim().to_lowercase();
    let lower = match lower.split_once(", ") {
        Some((name, kind)) => format!("{kind} {name}"),
        None => lower,
    };
    let kind = KINDS.into_iter().find(|kind| lower.starts_with(kind)).unwrap_or_default();
    (kind, lower[kind.len()..].to_owned())
}

/// Whether a kind that was given fits the kind of a district. Towns and the counties around them share names.
fn kind_fits(given: &str, district: &District) -> bool {
    let is_town = |kind: &str| kind.to_lowercase().contains("stadt");
    match (given, district.kind.as_deref()) {
        ("" | "region ", _) | (_, None) => true,
        (given, Some(kind)) => is_town(given) == is_town(kind),
    }
}

/// The one district that is meant, and whether its key got a lost zero back.
pub(super) fn find(given: &str, districts: &[District]) -> Result<(District, bool), InitError> {
    let given = given.trim();
    let wanted = key(given, DISTRICT);
    let of_key = |district: &&District| wanted.as_deref() == Some(&district.key);
    if let Some(district) = districts.iter().find(of_key) {
        return Ok((district.clone(), !given.starts_with(&district.key)));
    }
    let lower = given.to_lowercase();
    let of_name = |district: &&District| {
        district.name.is_some() && [district.name().to_lowercase(), district.label().to_lowercase()].contains(&lower)
    };
    let mut named: Vec<&District> = districts.iter().filter(of_name).collect();
    if named.is_empty() {
        let (kind, name) = without_kind(given);
        let of_name = |district: &&District| {
            district.name.as_ref().is_some_and(|own| without_kind(own).1 == name) && kind_fits(kind, district)
        };
        named = districts.iter().filter(of_name).collect();
    }
    // Oldenburg may be the county, and the town that is written "Oldenburg (Oldb)"
    let (kind, name) = without_kind(given);
    let of_twin = |district: &&District| {
        let own = without_kind(district.name()).1;
        own.split(" (").next() == Some(name.as_str())
    };
    let twins: Vec<&District> = districts.iter().filter(of_twin).collect();
    if kind.is_empty() && !named.is_empty() && twins.len() > named.len() {
        named = twins;
    }
    match named.as_slice() {
        [only] => Ok(((*only).clone(), false)),
        [] => Err(InitError::UnknownCounty {
            given: given.to_owned(),
            count: districts.len(),
            nearest: nearest(given, districts),
        }),
        several => Err(InitError::SeveralCounties {
            given: given.to_owned(),
            found: several.iter().map(|district| district.told()).collect(),
        }),
    }
}

/// The county in which the municipality with a key lies: seven digits and more, by the first five.
pub(super) fn county_of_key<'d>(given: &str, districts: &'d [District]) -> Option<&'d District> {
    let given = given.trim();
    let digits = given.bytes().all(|byte| byte.is_ascii_digit());
    let restored = if matches!(given.len(), 7 | 11) { format!("0{given}") } else { given.to_owned() };
    let head = restored.get(..DISTRICT).filter(|_| digits && matches!(restored.len(), 8 | 9 | 12))?;
    districts.iter().find(|district| district.key == head)
}

fn nearest(given: &str, districts: &[District]) -> Vec<String> {
    const SHOWN: usize = 5;
    let given = given.to_lowercase();
    let likeness = |district: &District| {
        let name = strsim::jaro_winkler(&given, &district.name().to_lowercase());
        let proper = strsim::jaro_winkler(&without_kind(&given).1, &without_kind(district.name()).1);
        name.max(proper).max(strsim::jaro_winkler(&given, &district.key))
    };
    let mut rated: Vec<(f64, &District)> = districts.iter().map(|district| (likeness(district), district)).collect();
    rated.sort_by(|(a, _), (b, _)| b.total_cmp(a));
    rated.into_iter().take(SHOWN).map(|(_, district)| district.told()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn district(key: &str, name: &str, kind: &str) -> District {
        District { key: key.to_owned(), name: Some(name.to_owned()), kind: Some(kind.to_owned()) }
    }

    fn country() -> Vec<District> {
        vec![
            district("03358", "Heidekreis", "Landkreis"),
            district("03351", "Celle", "Landkreis"),
            district("09162", "München", "Kreisfreie Stadt"),
            district("09184", "München", "Landkreis"),
            district("03241", "Region Hannover", "Landkreis"),
            district("06412", "Frankfurt am Main", "Kreisfreie Stadt"),
            district("12053", "Frankfurt (Oder)", "Kreisfreie Stadt"),
            district("03256", "Nienburg (Weser)", "Landkreis"),
            district("03403", "Oldenburg (Oldb)", "Kreisfreie Stadt"),
            district("03458", "Oldenburg", "Landkreis"),
        ]
    }

    #[test]
    fn a_county_is_found_by_key_short_key_and_name() {
        for (given, restored) in [
            ("03358", false),
            (" 03358 ", false),
            ("03358000", false),
            ("3358", true),
            ("heidekreis", false),
            ("Landkreis Heidekreis", false),
        ] {
            let (found, zero) = find(given, &country()).unwrap();
            assert_eq!((found.key.as_str(), zero), ("03358", restored), "{given}");
        }
    }

    #[test]
    fn an_unknown_county_is_told_with_the_nearest() {
        let error = find("Heidkreis", &country()).unwrap_err().to_string();
        assert!(
            error.starts_with(
                "no county \"Heidkreis\" among the 10 of the file; nearest are: 03358 Landkreis Heidekreis"
            ),
            "{error}"
        );
        let error = find("03359", &country()).unwrap_err().to_string();
        assert!(error.contains("nearest are: 0335"), "{error}");
    }

    #[test]
    fn a_name_of_several_counties_asks_for_the_key() {
        let error = find("München", &country()).unwrap_err().to_string();
        assert!(error.ends_with("by its key: 09162 Kreisfreie Stadt München, 09184 Landkreis München"), "{error}");
        assert_eq!(find("Landkreis München", &country()).unwrap().0.key, "09184");
        let error = find("Oldenburg", &country()).unwrap_err().to_string();
        assert!(error.ends_with("03403 Kreisfreie Stadt Oldenburg (Oldb), 03458 Landkreis Oldenburg"), "{error}");
        assert_eq!(find("Landkreis Oldenburg", &country()).unwrap().0.key, "03458");
        assert_eq!(find("Oldenburg (Oldb)", &country()).unwrap().0.key, "03403");
    }

    #[test]
    fn what_stands_before_a_name_may_be_left_out_or_be_said_otherwise() {
        for (given, key) in [
            ("Hannover", "03241"),
            ("Region Hannover", "03241"),
            ("Kreis Celle", "03351"),
            ("LK Celle", "03351"),
            ("Celle, Landkreis", "03351"),
            ("Stadt München", "09162"),
            ("Kreis München", "09184"),
            ("München, Landkreis", "09184"),
        ] {
            assert_eq!(find(given, &country()).unwrap().0.key, key, "{given}");
        }
        assert_eq!(find("Hannover", &country()).unwrap().0.label(), "Region Hannover");
        assert!(matches!(find("Frankfurt", &country()), Err(InitError::UnknownCounty { .. })));
        let error = find("Nienburg", &country()).unwrap_err().to_string();
        assert!(error.contains("nearest are: 03256 Landkreis Nienburg (Weser)"), "{error}");
    }

    #[test]
    fn the_key_of_a_municipality_leads_to_its_county() {
        for given in ["03358024", "3358024", "033580024024", "33580024024", "033585401"] {
            assert_eq!(county_of_key(given, &country()).unwrap().key, "03358", "{given}");
        }
        for other in ["Soltau", "03358", "99999999", "", "0335802"] {
            assert_eq!(county_of_key(other, &country()), None, "{other}");
        }
    }

    #[test]
    fn a_name_becomes_an_id() {
        assert_eq!(district("1", "Lüchow-Dannenberg", "").id(), "luechow_dannenberg");
        assert_eq!(district("05", "Neuss (Rhein)", "").id(), "neuss_rhein");
        assert_eq!(District { key: "03358".to_owned(), name: None, kind: None }.id(), "kreis_03358");
    }
}
