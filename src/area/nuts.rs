//! NUTS codes of Germany: level 1 is a Land, level 3 a Kreis; level 2 is between.
//!
//! The codes of the Länder are those of Regulation (EC) No 1059/2003; the districts' are in `nuts.csv`, as the boundary
//! files of the Federal Agency for Cartography and Geodesy have them.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::key::KeyKind;

/// Third letter of the code, and the key of the Land.
const STATES: [(&str, &str); 16] = [
    ("DE1", "08"),
    ("DE2", "09"),
    ("DE3", "11"),
    ("DE4", "12"),
    ("DE5", "04"),
    ("DE6", "02"),
    ("DE7", "06"),
    ("DE8", "13"),
    ("DE9", "03"),
    ("DEA", "05"),
    ("DEB", "07"),
    ("DEC", "10"),
    ("DED", "14"),
    ("DEE", "15"),
    ("DEF", "01"),
    ("DEG", "16"),
];

static DISTRICTS: LazyLock<HashMap<&str, &str>> = LazyLock::new(|| {
    let lines = include_str!("nuts.csv").lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(|line| line.split_once(',')).collect()
});

/// The key that a NUTS code stands for, with its kind; the kind is `None` for level 2, which has no key here.
pub(super) fn find(code: &str) -> Option<(Option<KeyKind>, &'static str)> {
    let code = code.to_uppercase();
    let state = STATES.iter().find(|(prefix, _)| code.starts_with(prefix)).map(|(_, state)| *state)?;
    match code.len() {
        3 => Some((Some(KeyKind::State), state)),
        4 if code.bytes().all(|byte| byte.is_ascii_alphanumeric()) => Some((None, state)),
        _ => DISTRICTS.get(code.as_str()).map(|district| (Some(KeyKind::District), *district)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_stands_for_a_land_or_a_kreis() {
        assert_eq!(find("DE938"), Some((Some(KeyKind::District), "03358")));
        assert_eq!(find("de9"), Some((Some(KeyKind::State), "03")));
        assert_eq!(find("DE93"), Some((None, "03")));
        assert_eq!(find("DE999"), None);
        assert_eq!(find("DEH"), None);
    }

    #[test]
    fn every_district_lies_in_the_land_of_its_code() {
        assert_eq!(DISTRICTS.len(), 405);
        for (code, district) in DISTRICTS.iter() {
            let state = code.get(..3).and_then(find).map(|(_, state)| state);
            assert_eq!(district.get(..2), state, "{code}");
        }
    }
}
