//! Where the boundaries come from: publisher, state of the data, and the line that has to stand beside them.
//!
//! Files of the Bundesamt für Kartographie und Geodäsie are known by the names of their layers (`VG250_GEM`,
//! `VG5000_GEM`). Their licence (dl-de/by-2-0) asks for `© GeoBasis-DE / BKG` with the year of the data, and for
//! a note that they were changed; cutting out a county is a change.

use std::path::Path;

use crate::init::write::quoted;
use crate::message;
use crate::report::{Finding, Report};
use crate::source::{Member, text_beside};

/// The BKG puts the state of the data into this file beside the layers.
const DATE_FILE: &str = "aktualitaet.txt";

/// Where the boundaries come from.
pub(super) struct Origin {
    /// Name of the file.
    file: String,
    /// Such as `VG250`; `None` if the file is not the BKG's.
    product: Option<String>,
    /// ISO 8601: a day or a year.
    date: Option<String>,
}

impl Origin {
    pub(super) fn of(path: &Path, member: &Member, report: &mut Report) -> Self {
        let file = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let head = member.name.split('_').next().unwrap_or_default().to_uppercase();
        let is_bkg = head.strip_prefix("VG").is_some_and(|scale| scale.parse::<u32>().is_ok());
        let origin = Self {
            date: text_beside(path, DATE_FILE).and_then(|text| date_in(&text)).or_else(|| date_in(&file)),
            product: is_bkg.then_some(head),
            file,
        };
        if origin.product.is_none() {
            let message = message!(
                "{file} does not look like a file of the BKG, so its licence is not known",
                file = &origin.file
            );
            let advice = "enter source, license and attribution under [provenance] in layers/*.toml";
            report.add(Finding::warning("license-unknown", message).in_file(path).advise(advice));
        } else if origin.date.is_none() {
            let message = message!("{file} does not say which year its boundaries are of", file = &origin.file);
            let advice = "enter date and year under [provenance] in layers/*.toml; the licence asks for the year";
            report.add(Finding::warning("date-unknown", message).in_file(path).advise(advice));
        }
        origin
    }

    /// For the top of a layer file.
    pub(super) fn comment(&self) -> String {
        format!(
            "Mit `kreisel init` aus {} entnommen: die Landflächen eines Kreises, umgerechnet in Länge und Breite.\n\
             Die Spalten heißen hier ARS, AGS, GEN (Name) und BEZ (Bezeichnung).",
            self.file
        )
    }

    /// The `[provenance]` section.
    pub(super) fn provenance(&self) -> String {
        let Some(product) = &self.product else {
            return format!(
                "# Bitte Quelle, Lizenz und Vermerk eintragen.\n[provenance]\nsource = {}\n{}license = \"unbekannt\"\nattribution = {}\n",
                quoted(&self.file),
                self.date_line(),
                quoted(&self.file)
            );
        };
        let year =
            self.date.as_deref().and_then(|date| date.get(..4)).map(|year| format!(" {year}")).unwrap_or_default();
        format!(
            "[provenance]\n\
             source = {{ de = \"Bundesamt für Kartographie und Geodäsie, {product}\", en = \"Federal Agency for Cartography and Geodesy, {product}\" }}\n\
             url = \"https://gdz.bkg.bund.de\"\n\
             {}license = \"dl-de/by-2-0\"\n\
             license_url = \"https://www.govdata.de/dl-de/by-2-0\"\n\
             attribution = \"© GeoBasis-DE / BKG{year} (Daten verändert)\"\n",
            self.date_line()
        )
    }

    fn date_line(&self) -> String {
        self.date.as_ref().map(|date| format!("date = {}\n", quoted(date))).unwrap_or_default()
    }
}

/// The first day in a text, written `2021-01-31` or `31.01.2021`, or else the first year.
fn date_in(text: &str) -> Option<String> {
    let windows = |length: usize| (0..text.len()).filter_map(move |from| text.get(from..from + length));
    let day = windows(10).find_map(|part| {
        let iso = match part.as_bytes() {
            [.., b'.', _, _, _, _] => format!("{}-{}-{}", part.get(6..)?, part.get(3..5)?, part.get(..2)?),
            _ => part.to_owned(),
        };
        iso.parse::<jiff::civil::Date>().ok().map(|_| iso)
    });
    let year = || {
        let mut numbers = text.split(|char: char| !char.is_ascii_digit());
        numbers
            .find(|number| number.len() == 4 && (number.starts_with("19") || number.starts_with("20")))
            .map(str::to_owned)
    };
    day.or_else(year)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_state_of_the_data_is_found_in_names_and_texts() {
        assert_eq!(date_in("vg250_2016-01-01_utm32s.zip").as_deref(), Some("2016-01-01"));
        assert_eq!(date_in("01.01.2021\n\n").as_deref(), Some("2021-01-01"));
        assert_eq!(date_in("vg250_gem_2022_zensus.zip").as_deref(), Some("2022"));
        assert_eq!(date_in("vg250_01-01.utm32s.shape.ebenen.zip"), None);
        assert_eq!(date_in("größe ä"), None);
    }
}
