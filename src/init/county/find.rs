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

    /// Such as `Landkreis Heidekreis`.
    pub(super) fn label(&self) -> String {
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

    fn told(&self) -> String {
        match self.name {
            Some(_) => format!("{} {}", self.key, self.label()),
            None => self.key.clone(),
        }
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
    let named: Vec<&District> = districts.iter().filter(of_name).collect();
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

fn nearest(given: &str, districts: &[District]) -> Vec<String> {
    const SHOWN: usize = 5;
    let given = given.to_lowercase();
    let likeness = |district: &District| {
        let name = strsim::jaro_winkler(&given, &district.name().to_lowercase());
        name.max(strsim::jaro_winkler(&given, &district.key))
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
                "no county \"Heidkreis\" among the 4 of the file; nearest are: 03358 Landkreis Heidekreis"
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
    }

    #[test]
    fn a_name_becomes_an_id() {
        assert_eq!(district("1", "Lüchow-Dannenberg", "").id(), "luechow_dannenberg");
        assert_eq!(district("05", "Neuss (Rhein)", "").id(), "neuss_rhein");
        assert_eq!(District { key: "03358".to_owned(), name: None, kind: None }.id(), "kreis_03358");
    }
}
