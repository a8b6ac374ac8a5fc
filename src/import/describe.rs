//! The description of a new indicator: complete enough to load, and honest about what is to be filled in.

use super::atlas::Atlas;
use super::detect::{Detected, genesis_table};
use super::frame::one_line;
use super::show::is_ratio;
use super::template::Use;
use super::tidy::Tidy;
use crate::sheet::Workbook;

/// What is put where only a person knows.
const FILL_IN: &str = "bitte ergänzen";

/// Where a file says that it comes from.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Origin {
    source: Option<String>,
    url: Option<&'static str>,
    date: Option<String>,
    license: Option<&'static str>,
    license_url: Option<&'static str>,
    attribution: Option<String>,
}

/// Whether the measure that the indicator shows is a share, a rate, a mean or an index.
pub(super) fn shows_ratio(detected: &Detected<'_>, tidy: &Tidy) -> bool {
    detected.recipe.measures.get(detected.main).is_some_and(|measure| {
        let place = tidy.measures.iter().position(|known| *known == measure.id);
        is_ratio(measure, tidy, place.and_then(|place| u16::try_from(place).ok()).unwrap_or(0))
    })
}

/// A text as TOML writes it.
fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

/// The TOML of an indicator of the catalogue: its template with the atlas's layers, theme and tables. Where the delivery has
/// the ready figure only, `ready`, what would compute and protect it is left out.
pub(super) fn of_template(
    used: &Use,
    ready: bool,
    atlas: &Atlas,
    book: &Workbook,
    detected: &Detected<'_>,
    tidy: &Tidy,
) -> String {
    let table = format!("[[tables]]\nfile = {}\n", quoted(&table_of(&detected.recipe.output)));
    let text = used.template.description(&layers(atlas, tidy), &(table + &used.tables));
    let from = detected.recipe.from.clone().unwrap_or_default();
    let themes: Vec<&str> = atlas.config.atlas.themes.iter().map(|(id, _)| id.as_str()).collect();
    let date = origin(book, detected).date;
    let (mut lines, mut section) = (Vec::new(), "");
    for line in text.lines() {
        if line.starts_with('[') {
            section = line;
        }
        let key = line.split(" = ").next().unwrap_or_default();
        let computes = ["numerator", "denominator", "factor", "formula"].contains(&key);
        if ready && (section == "[measures]" || section == "[privacy]") {
            continue;
        }
        match (key, section) {
            ("theme", "") if !themes.iter().any(|theme| line.ends_with(&format!("\"{theme}\""))) => {
                let theme = quoted(themes.first().copied().unwrap_or_default());
                lines.push(format!("theme = {theme}            # Bitte prüfen: {}", themes.join(", ")));
            }
            (_, "") if ready && computes => {
                let value = format!("value = {}", quoted(used.template.id));
                if !lines.contains(&value) {
                    lines.push(value);
                }
            }
            _ => lines.push(line.to_owned()),
        }
        if key.starts_with("#:schema") {
            lines.push(format!("# Vorlage aus dem Katalog von Kreisel, Werte von `kreisel import` aus {from}."));
        }
    }
    lines.extend(date.map(|date| format!("date = {}", quoted(&date))));
    lines.join("\n") + "\n"
}

/// A table of the atlas as a description names it.
fn table_of(output: &str) -> String {
    format!("../data/values/{output}.csv")
}

/// The TOML of an indicator.
pub(super) fn indicator(id: &str, atlas: &Atlas, book: &Workbook, detected: &Detected<'_>, tidy: &Tidy) -> String {
    let recipe = &detected.recipe;
    let position = detected.main;
    let measure = recipe.measures.get(position);
    let ratio = shows_ratio(detected, tidy);
    let title = detected.titles.get(position).filter(|title| !title.is_empty() && *title != id).cloned();
    let title = title.or_else(|| detected.title.clone()).unwrap_or_else(|| id.replace('_', " "));
    let unit = measure.and_then(|measure| measure.unit.clone()).map(|unit| match unit.to_lowercase().as_str() {
        "prozent" => "%".to_owned(),
        _ => unit,
    });
    let unit = unit.unwrap_or_else(|| if ratio { FILL_IN.to_owned() } else { "Anzahl".to_owned() });
    let layers: Vec<String> = layers(atlas, tidy).into_iter().map(quoted).collect();
    let theme = atlas.config.atlas.themes.first().map(|(id, _)| id.clone()).unwrap_or_default();
    let themes: Vec<&str> = atlas.config.atlas.themes.iter().map(|(id, _)| id.as_str()).collect();
    let origin = origin(book, detected);
    let from = recipe.from.clone().unwrap_or_default();
    let mut lines = vec![
        "#:schema ../schemas/indicator.schema.json".to_owned(),
        format!("# Vorschlag von `kreisel import` aus {from}. Zu ergänzen: was hier mit \"Bitte prüfen\" steht."),
        format!("title = {}", quoted(&title)),
    ];
    if let Some(title) = detected.title.as_ref().filter(|long| **long != title) {
        lines.push(format!("description = {}", quoted(title)));
    }
    lines.push(format!("theme = {}            # Bitte prüfen: {}", quoted(&theme), themes.join(", ")));
    lines.push(format!("unit = {}", quoted(&unit)));
    let kind = if ratio { "ratio" } else { "count" };
    lines.push(format!(
        "measure = \"{kind}\"          # Bitte prüfen: \"count\" Anzahl, \"ratio\" Anteil, Rate, Index oder Mittelwert"
    ));
    lines.push("direction = \"neither\"      # Bitte prüfen: \"higher\" mehr ist besser, \"lower\" weniger ist besser, \"neither\"".to_owned());
    lines.push(format!("layers = [{}]", layers.join(", ")));
    let others: Vec<&str> =
        recipe.measures.iter().map(|measure| measure.id.as_str()).filter(|other| *other != id).collect();
    if !others.is_empty() {
        lines.push(
            "# In derselben Tabelle stehen auch (diese Datei kopieren, umbenennen und `value` setzen):".to_owned(),
        );
        for chunk in others.chunks(6).take(20) {
            lines.push(format!("#   {}", chunk.join(", ")));
        }
    }
    lines.push(format!("value = {}", quoted(id)));
    lines.push(format!("\n[[tables]]\nfile = {}", quoted(&table_of(&recipe.output))));
    if !ratio {
        lines.push(
            "\n# Kleine Anzahlen schützen: 1 bis 4 erscheinen dann nirgends.\n# [privacy]\n# min_numerator = 5"
                .to_owned(),
        );
    }
    lines.push("\n[provenance]".to_owned());
    let told = |text: Option<String>| quoted(&text.unwrap_or_else(|| FILL_IN.to_owned()));
    lines.push(format!("source = {}", told(origin.source)));
    lines.extend(origin.url.map(|url| format!("url = {}", quoted(url))));
    lines.extend(origin.date.map(|date| format!("date = {}", quoted(&date))));
    lines.push(format!("license = {}", told(origin.license.map(str::to_owned))));
    lines.extend(origin.license_url.map(|url| format!("license_url = {}", quoted(url))));
    lines.push(format!("attribution = {}", told(origin.attribution)));
    lines.join("\n") + "\n"
}

/// Layers that the indicator is published for: those of which most areas have figures, or else the one
/// with the most. A town that is its own county does not make a table of towns one of counties.
fn layers<'a>(atlas: &'a Atlas, tidy: &Tidy) -> Vec<&'a str> {
    let count =
        |place: usize| tidy.keys.iter().filter(|key| key.places.iter().any(|(layer, _)| *layer == place)).count();
    let found: Vec<(usize, &super::LayerAreas)> = atlas
        .layers
        .iter()
        .enumerate()
        .map(|(place, layer)| (count(place), layer))
        .filter(|(count, _)| *count > 0)
        .collect();
    let mostly = |(count, layer): &&(usize, &super::LayerAreas)| !layer.former && count * 2 >= layer.keys.len();
    let mut named: Vec<&str> = found.iter().filter(mostly).map(|(_, layer)| layer.layer.as_str()).collect();
    if named.is_empty() {
        // the keys say which of two layers with the same areas they speak of
        let meant = |place: usize| {
            tidy.keys.iter().filter(|key| key.places.first().is_some_and(|(layer, _)| *layer == place)).count()
        };
        let most = (0..atlas.layers.len()).max_by_key(|place| (meant(*place), count(*place)));
        named.extend(most.and_then(|place| atlas.layers.get(place)).map(|layer| layer.layer.as_str()));
    }
    named
}

/// What the file says about itself in its last lines and in its sheets.
fn origin(book: &Workbook, detected: &Detected<'_>) -> Origin {
    /// Rows at the end that may hold notes.
    const FOOT: usize = 60;
    let sheet = detected.frame.sheet;
    let foot = (sheet.height().saturating_sub(FOOT)..sheet.height()).filter_map(|row| sheet.row(row));
    let notes = book
        .sheets
        .iter()
        .filter(|other| other.name != sheet.name && other.height() <= FOOT)
        .flat_map(crate::sheet::Sheet::rows);
    let texts: Vec<String> = foot
        .chain(notes)
        .flat_map(|row| row.cells())
        .filter(|cell| !cell.is_empty())
        .map(|cell| one_line(cell.text))
        .collect();
    let mut origin = Origin::default();
    let all = texts.join(" ");
    if let Some(table) = genesis_table(&detected.frame) {
        origin.source = Some(format!(
            "Statistische Ämter des Bundes und der Länder, Regionaldatenbank Deutschland, Tabelle {table}"
        ));
        origin.url = Some("https://www.regionalstatistik.de/");
    }
    if let Some(source) = texts.iter().find(|text| text.starts_with("Quelle")) {
        let source = source.split_once(':').map_or(source.as_str(), |(_, source)| source);
        origin.source = Some(source.split('©').next().unwrap_or(source).trim().chars().take(300).collect());
    }
    if let Some((_, rights)) = all.split_once('©') {
        let end = rights.find(". ").unwrap_or(rights.len()).min(160);
        let end = (0..=end).rev().find(|end| rights.is_char_boundary(*end)).unwrap_or(0);
        origin.attribution = Some(format!("©{}", rights.get(..end).unwrap_or(rights).trim_end_matches('.')));
    }
    if all.contains("Datenlizenz Deutschland") && all.contains("Namensnennung") && all.contains("2.0") {
        origin.license = Some("dl-de/by-2-0");
        origin.license_url = Some("https://www.govdata.de/dl-de/by-2-0");
    }
    let stand = texts.iter().find_map(|text| text.strip_prefix("Stand: "));
    origin.date = stand.and_then(|stand| {
        let date = stand.split([' ', '/']).next()?;
        match date.split('.').collect::<Vec<_>>().as_slice() {
            [day, month, year] if year.len() == 4 && month.len() == 2 && day.len() == 2 => {
                Some(format!("{year}-{month}-{day}"))
            }
            _ => None,
        }
    });
    origin
}
