//! Released values → a table that spreadsheets open without damage.
//!
//! UTF-8 with BOM and CR LF. German has `;` and decimal comma, English `,` and decimal point: the two ways in which
//! spreadsheets of these languages read such a file without asking. Provenance stands in trailing columns, the same in each
//! row: a head of remarks would have to be cut off by hand, and a row copied elsewhere would lose it.

use super::values::ValueTable;
use crate::config::Language;
use crate::value::State;

/// The byte order mark, without which Excel takes UTF-8 for Windows-1252.
const BOM: &str = "\u{feff}";

const COLUMNS: [&str; 11] =
    ["key", "name", "period", "value", "state", "unit", "source", "license", "attribution", "release", "converted"];

/// Writes the table, all periods of an area together.
#[must_use]
pub fn write(table: &ValueTable<'_>) -> Vec<u8> {
    let config = &table.indicator.config;
    let provenance = &config.provenance;
    let unit = text_cell(config.unit.get(table.language));
    let source = text_cell(provenance.source.get(table.language));
    let delimiter = match table.language {
        Language::De => b';',
        Language::En => b',',
    };
    let license = text_cell(&provenance.license);
    let attribution = text_cell(&provenance.attribution);
    let mut writer = csv::WriterBuilder::new()
        .delimiter(delimiter)
        .terminator(csv::Terminator::CRLF)
        .from_writer(Vec::from(BOM.as_bytes()));
    // writing to memory cannot fail, and all rows have the same length
    let _ = writer.write_record(COLUMNS);
    for (index, feature) in (0..).zip(&table.layer.features) {
        let (key, name) = (key_cell(&feature.key), text_cell(&feature.name));
        for period in table.periods {
            let value = table.series.value(index, *period);
            let number = value.and_then(crate::release::ReleasedValue::number);
            let number = number.map_or_else(String::new, |number| number_cell(number, config.decimals, table.language));
            let state = value.map_or(State::Missing, crate::release::ReleasedValue::state);
            let year = period.to_string();
            // 1 where the value was made of figures of former areas
            let converted = if table.series.is_converted(index, *period) { "1" } else { "" };
            let row: [&str; 11] = [
                &key,
                &name,
                &year,
                &number,
                state.as_str(),
                &unit,
                &source,
                &license,
                &attribution,
                &table.release.id,
                converted,
            ];
            let _ = writer.write_record(row);
        }
    }
    writer.into_inner().unwrap_or_default()
}

/// A key of digits as a formula that gives a text: anything else loses leading zeros, or all digits
/// after the fifteenth, when a spreadsheet opens the file.
fn key_cell(key: &str) -> String {
    let like_a_number = key.starts_with(|first: char| first.is_ascii_digit())
        && key
            .bytes()
            .all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b',' | b'-' | b'/' | b':' | b' ' | b'e' | b'E'));
    if like_a_number { format!("=\"{key}\"") } else { text_cell(key) }
}

/// A text that no spreadsheet takes for a formula (OWASP, "CSV Injection").
fn text_cell(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.to_owned() }
}

/// A number with the language's decimal sign and exactly the indicator's decimals.
fn number_cell(number: f64, decimals: u8, language: Language) -> String {
    let point = format!("{number:.*}", usize::from(decimals));
    match language {
        Language::De => point.replace('.', ","),
        Language::En => point,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spreadsheet_neither_eats_zeros_nor_runs_formulas() {
        assert_eq!(key_cell("03358002"), "=\"03358002\"");
        assert_eq!(key_cell("1-2"), "=\"1-2\"", "it would become a date");
        assert_eq!(key_cell("nord_1"), "nord_1");
        assert_eq!(key_cell("=1+1"), "'=1+1");
        assert_eq!(text_cell("-Wald"), "'-Wald");
        assert_eq!(text_cell("Ahlden (Aller)"), "Ahlden (Aller)");
        assert_eq!(number_cell(1234.5, 1, Language::De), "1234,5");
        assert_eq!(number_cell(-0.25, 2, Language::De), "-0,25");
        assert_eq!(number_cell(12.0, 0, Language::De), "12");
        assert_eq!(number_cell(1234.5, 1, Language::En), "1234.5");
    }
}
