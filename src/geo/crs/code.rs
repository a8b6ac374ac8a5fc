//! Codes and names of coordinate reference systems → definitions as PROJ writes them.
//!
//! The definitions come from the `crs-definitions` table, corrected where it leaves out the datum.

use super::CrsError;
use super::dhdn;

/// How a datum lies towards WGS 84.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Datum {
    /// WGS 84 itself, or one that is taken as it.
    Wgs84,
    /// ETRS89, taken as WGS 84 (EPSG:1149).
    Etrs89,
    /// A European datum with a shift.
    European,
    /// Any other datum with a shift.
    Other,
}

impl Datum {
    pub(super) fn is_european(self) -> bool {
        matches!(self, Self::Etrs89 | Self::European)
    }
}

/// EPSG:1675, "Pulkovo 1942(83) to WGS 84 (1)". EPSG gives it as coordinate frame rotation; PROJ's `+towgs84`
/// is a position vector rotation, so the signs of the rotations are turned.
pub(super) const PULKOVO_83: &str = "+ellps=krass +towgs84=24,-123,-94,0.02,-0.25,-0.13,1.1";

/// A definition and what is known of its datum.
pub(super) struct Known {
    pub(super) definition: String,
    pub(super) datum: Datum,
}

/// The EPSG code in a text.
pub(super) fn parse(text: &str) -> Result<u16, CrsError> {
    let trimmed = text.trim();
    let upper = trimmed.to_ascii_uppercase();
    // OGC's own names for WGS 84 with longitude first
    if matches!(upper.rsplit([':', '/']).next(), Some("CRS84" | "CRS84H")) {
        return Ok(4326);
    }
    let parts: Vec<&str> = upper.split([':', '/']).filter(|part| !part.is_empty()).collect();
    let number = match parts.as_slice() {
        [number] => Some(*number),
        [authority, .., number] if *authority == "EPSG" => Some(*number),
        [.., authority, number] if *authority == "EPSG" => Some(*number),
        [.., authority, _version, number] if *authority == "EPSG" => Some(*number),
        _ => None,
    };
    let digits = number.filter(|number| number.bytes().all(|byte| byte.is_ascii_digit()));
    let Some(digits) = digits.filter(|digits| !digits.is_empty()) else {
        return Err(CrsError::NotACode { text: trimmed.to_owned() });
    };
    digits.parse().map_err(|_| CrsError::UnknownCode { code: digits.to_owned() })
}

/// Looks up an EPSG code.
pub(super) fn lookup(code: u16) -> Result<Known, CrsError> {
    let unknown = || CrsError::UnknownCode { code: code.to_string() };
    let known = |definition: &str, datum| Ok(Known { definition: definition.to_owned(), datum });
    if code == 3857 {
        return known("+proj=webmerc +datum=WGS84 +units=m +no_defs", Datum::Wgs84);
    }
    let definition = crs_definitions::from_code(code).ok_or_else(unknown)?.proj4;
    if definition.contains("+proj=geocent") {
        return Err(unknown());
    }
    if matches!(code, 2397..=2399 | 4178) {
        // the table has an older, withdrawn shift
        let rest =
            definition.split_whitespace().filter(|part| !part.starts_with("+ellps") && !part.starts_with("+towgs84"));
        return known(&format!("{} {PULKOVO_83}", rest.collect::<Vec<_>>().join(" ")), Datum::European);
    }
    let is_dhdn = matches!(code, 4314 | 31466..=31469 | 5676..=5680 | 3068);
    if is_dhdn {
        let shifted = definition.replace("+datum=potsdam", dhdn::WESTERN);
        let shifted =
            if shifted.contains("+towgs84") { shifted } else { shifted.replace("+ellps=bessel", dhdn::WESTERN) };
        return known(&shifted, Datum::European);
    }
    let has_zero_shift = definition.contains("+towgs84=0,0,0,0,0,0,0") || definition.contains("+datum=WGS84");
    let datum = match () {
        () if is_etrs89(code) => Datum::Etrs89,
        () if has_zero_shift || definition.contains("+datum=NAD83") => Datum::Wgs84,
        () if matches!(code, 3396..=3399 | 3833..=3835 | 4745 | 4746) => Datum::European,
        () => Datum::Other,
    };
    let has_shift = definition.contains("+towgs84") || definition.contains("+datum=");
    // an ellipsoid alone leaves positions off by hundreds of metres, and a datum by grid needs a grid we do not have
    if !has_shift || definition.contains("nadgrids") || definition.contains("+datum=NAD27") {
        return Err(CrsError::UnknownDatum { name: format!("EPSG:{code}"), datum: definition.to_owned() });
    }
    known(definition, datum)
}

fn is_etrs89(code: u16) -> bool {
    matches!(code, 4258 | 3034 | 3035 | 3038..=3051 | 4647 | 4839 | 5243 | 5554..=5556 | 5649..=5655 | 25828..=25838)
}

/// Zone of a UTM code on ETRS89 or WGS 84, north.
pub(super) fn utm_zone(code: u16) -> Option<u8> {
    let zone = match code {
        25828..=25838 => code - 25800,
        32601..=32660 => code - 32600,
        _ => return None,
    };
    u8::try_from(zone).ok()
}

/// Names under which ESRI, GDAL and PROJ write the systems of German deliveries, reduced to letters and
/// digits in lower case. Written down from what PROJ 9.5 writes for each code in its three dialects.
const NAMES: &[(&str, u16)] = &[
    ("gcswgs1984", 4326),
    ("wgs84", 4326),
    ("wgs1984", 4326),
    ("gcsetrs1989", 4258),
    ("etrs89", 4258),
    ("gcsdeutscheshauptdreiecksnetz", 4314),
    ("dhdn", 4314),
    ("wgs1984webmercatorauxiliarysphere", 3857),
    ("wgs1984webmercator", 3857),
    ("wgs84pseudomercator", 3857),
    ("popularvisualisationcrsmercator", 3857),
    ("etrs1989utmzone31n", 25831),
    ("etrs1989utmzone32n", 25832),
    ("etrs1989utmzone33n", 25833),
    ("etrs89utmzone31n", 25831),
    ("etrs89utmzone32n", 25832),
    ("etrs89utmzone33n", 25833),
    ("etrs1989utmzonen32", 4647),
    ("etrs89utmzone32nzen", 4647),
    ("etrs1989utmzone33nzen", 5650),
    ("etrs89utmzone33nzen", 5650),
    ("wgs1984utmzone31n", 32631),
    ("wgs1984utmzone32n", 32632),
    ("wgs1984utmzone33n", 32633),
    ("wgs84utmzone31n", 32631),
    ("wgs84utmzone32n", 32632),
    ("wgs84utmzone33n", 32633),
    ("dhdn3degreegausszone2", 31466),
    ("dhdn3degreegausszone3", 31467),
    ("dhdn3degreegausszone4", 31468),
    ("dhdn3degreegausszone5", 31469),
    ("dhdn3degreegausskrugerzone2", 31466),
    ("dhdn3degreegausskrugerzone3", 31467),
    ("dhdn3degreegausskrugerzone4", 31468),
    ("dhdn3degreegausskrugerzone5", 31469),
    ("pulkovo1942adj19833degreegkzone4", 2398),
    ("pulkovo1942adj19833degreegkzone5", 2399),
    ("pulkovo1942833degreegausskrugerzone4", 2398),
    ("pulkovo1942833degreegausskrugerzone5", 2399),
    ("germanyzone2", 31466),
    ("germanyzone3", 31467),
    ("germanyzone4", 31468),
    ("germanyzone5", 31469),
    ("etrs1989lcc", 3034),
    ("etrs89lcceurope", 3034),
    ("etrs89extendedlcceurope", 3034),
    ("etrs1989laea", 3035),
    ("etrs89laeaeurope", 3035),
    ("etrs89extendedlaeaeurope", 3035),
    ("etrs1989lccgermanyne", 4839),
    ("etrs1989lccgermanyen", 5243),
    ("etrs89lccgermanyne", 4839),
    ("etrs89lccgermanyen", 5243),
];

/// The systems of German deliveries on one datum.
pub(super) fn usual_on(datum: Datum) -> &'static [u16] {
    match datum {
        Datum::Etrs89 => &[25832, 25833, 25831, 3035, 3034, 4647, 5650, 4839],
        Datum::Wgs84 => &[32632, 32633, 32631],
        Datum::European => &[31466, 31467, 31468, 31469, 2398, 2399],
        Datum::Other => &[],
    }
}

/// The code that a name stands for.
pub(super) fn by_name(name: &str) -> Option<u16> {
    let reduced = reduce(name);
    NAMES.iter().find(|(known, _)| *known == reduced).map(|(_, code)| *code)
}

/// Letters and digits in lower case: spelling habits aside, the name itself.
pub(super) fn reduce(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_lowercase()).collect()
}
