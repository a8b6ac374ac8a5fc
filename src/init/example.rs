//! What is invented in a new atlas: areas, facilities and values that show what one looks like.

use std::fmt::Write;

use super::Content;
use super::folder::Files;

/// Years of the example values.
const YEARS: std::ops::RangeInclusive<i16> = 2022..=2024;

/// Adds hand-drawn areas and facilities.
pub(super) fn add(files: &mut Files) -> Content {
    files.add("layers/areas.toml", include_str!("template/areas.toml"));
    files.add("layers/facilities.toml", include_str!("template/facilities.toml"));
    files.add("data/boundaries/areas.geojson", include_str!("template/areas.geojson"));
    files.add("data/facilities/facilities.csv", format!("{BOM}{}", include_str!("template/facilities.csv")));
    // the keys and names of template/areas.geojson
    let keys = [("B1", "Nordwest"), ("B2", "Nordost"), ("B3", "Südwest"), ("B4", "Südost")];
    Content {
        id: "example".to_owned(),
        title_de: "Beispielatlas".to_owned(),
        title_en: "Example atlas".to_owned(),
        publisher: "Landkreis".to_owned(),
        areas: vec!["areas".to_owned()],
        facilities: vec!["facilities".to_owned()],
        county: None,
        keys: keys.iter().map(|(key, name)| ((*key).to_owned(), format!("Beispiel-{name}"))).collect(),
    }
}

/// A byte order mark: by it a spreadsheet program knows that a CSV file is UTF-8, and umlauts survive a double click.
const BOM: &str = "\u{feff}";

/// A tidy table with an invented value for every area and year, written as a German spreadsheet does.
///
/// The values depend on the place in the list alone: the same areas get the same table.
pub(super) fn values(keys: &[(String, String)]) -> String {
    let mut table = format!("{BOM}key;name;period;indicator;value\n");
    for (place, (key, name)) in keys.iter().enumerate() {
        let name = if name.contains([';', '"']) { format!("\"{}\"", name.replace('"', "\"\"")) } else { name.clone() };
        for year in YEARS {
            // In tenths: scattered between 12 and 42 per cent, each area with a trend of its own.
            let start = 120 + (place * 137) % 301;
            let trend = (place % 5) * usize::from(year.abs_diff(*YEARS.start())) * 7;
            let tenths = start + trend;
            writeln!(table, "{key};{name};{year};example;{},{}", tenths / 10, tenths % 10)
                .expect("a String takes every text");
        }
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_area_has_a_value_in_every_year() {
        let keys = [("03358002".to_owned(), "Bispingen".to_owned()), ("1".to_owned(), "a;b".to_owned())];
        let table = values(&keys);
        let lines: Vec<&str> = table.lines().collect();
        assert_eq!(lines.len(), 7);
        assert_eq!(lines[1], "03358002;Bispingen;2022;example;12,0");
        assert_eq!(lines[4], "1;\"a;b\";2022;example;25,7");
    }

    #[test]
    fn the_keys_are_those_of_the_drawn_areas() {
        let drawn: serde_json::Value = serde_json::from_str(include_str!("template/areas.geojson")).unwrap();
        let content = add(&mut Files::default());
        for ((key, name), feature) in content.keys.iter().zip(drawn["features"].as_array().unwrap()) {
            assert_eq!(feature["properties"]["key"], *key);
            assert_eq!(feature["properties"]["name"], *name);
        }
    }
}
