//! One `[[tables]]` of an indicator → [`TableConfig`].

use std::collections::BTreeMap;

use super::super::document::KeyPath;
use super::super::file::{DecimalFile, TableFile, TableLayoutFile};
use super::super::problem::{Cause, Problems};
use super::super::{MeasureId, TableConfig, TableLayout};
use super::{Known, delimiter, encoding, existing_file, extension, id, workbook};
use crate::message;
use crate::value::{Date, Period};

/// `own` is the measure that an imported indicator reads; ratios have none of their own.
pub(super) fn check(
    file: TableFile,
    own: Option<&MeasureId>,
    at: &KeyPath,
    known: &Known<'_>,
    problems: &mut Problems<'_>,
) -> Option<TableConfig> {
    let layout = layout(&file, own, at, problems);
    let path = existing_file(&file.file, &at.key("file"), known, problems);
    if let Some(path) = &path
        && (path.is_dir() || extension(path) != "csv")
    {
        let detail = match extension(path).as_str() {
            "xls" | "xlsx" | "ods" => workbook(&file.file),
            _ => message!("{file} is neither .csv nor .csv.gz", file = file.file),
        };
        problems.add(Cause::FileKind, &at.key("file"), detail);
    }
    let territory = file.territory.as_deref().map(|text| territory(text, &at.key("territory"), problems));
    if matches!(territory, Some(None)) {
        return None;
    }
    let encoding = encoding(file.encoding.as_deref(), &at.key("encoding"), problems);
    Some(TableConfig {
        path: path?,
        key: file.key.unwrap_or_else(|| TableConfig::DEFAULT_KEY.to_owned()),
        layout: layout?,
        delimiter: file.delimiter.map(delimiter),
        encoding,
        decimal: file.decimal.map(|decimal| match decimal {
            DecimalFile::Comma => ',',
            DecimalFile::Point => '.',
        }),
        territory: territory.flatten(),
    })
}

fn territory(text: &str, at: &KeyPath, problems: &mut Problems<'_>) -> Option<Date> {
    let date = Date::read(text);
    if date.is_none() {
        problems.add(Cause::InvalidValue, at, format!("\"{text}\" is not a day such as 2015-12-31"));
    }
    date
}

fn layout(file: &TableFile, own: Option<&MeasureId>, at: &KeyPath, problems: &mut Problems<'_>) -> Option<TableLayout> {
    let layout = file.layout.unwrap_or(TableLayoutFile::Tidy);
    check_meaning(file, layout, at, problems);
    match layout {
        TableLayoutFile::Tidy => Some(tidy(file)),
        TableLayoutFile::Years => years(file, own, at, problems),
        TableLayoutFile::Measures => measures(file, at, problems),
    }
}

/// Notes keys that the layout has no use for.
fn check_meaning(file: &TableFile, layout: TableLayoutFile, at: &KeyPath, problems: &mut Problems<'_>) {
    use TableLayoutFile::{Measures, Tidy, Years};
    let uses: [(&str, bool, &[TableLayoutFile]); 8] = [
        ("territory_column", file.territory_column.is_some(), &[Tidy]),
        ("period", file.period.is_some(), &[Tidy, Measures]),
        ("year", file.year.is_some(), &[Measures]),
        ("indicator", file.indicator.is_some(), &[Tidy]),
        ("value", file.value.is_some(), &[Tidy]),
        ("state", file.state.is_some(), &[Tidy]),
        ("measure", file.measure.is_some(), &[Years]),
        ("columns", !file.columns.is_empty(), &[Measures]),
    ];
    for (key, given, layouts) in uses {
        if given && !layouts.contains(&layout) {
            let names: Vec<String> = layouts.iter().map(|layout| format!("\"{}\"", name(*layout))).collect();
            let detail = message!(
                "`{key}` is for layout = {names}; here it is \"{layout}\"",
                key,
                names = names.join(" or "),
                layout = name(layout)
            );
            problems.add(Cause::KeyWithoutMeaning, &at.key(key), detail);
        }
    }
}

fn name(layout: TableLayoutFile) -> &'static str {
    match layout {
        TableLayoutFile::Tidy => "tidy",
        TableLayoutFile::Years => "years",
        TableLayoutFile::Measures => "measures",
    }
}

fn tidy(file: &TableFile) -> TableLayout {
    let column = |given: &Option<String>, default: &str| given.clone().unwrap_or_else(|| default.to_owned());
    TableLayout::Tidy {
        period: column(&file.period, TableLayout::DEFAULT_PERIOD),
        measure: column(&file.indicator, TableLayout::DEFAULT_MEASURE),
        value: column(&file.value, TableLayout::DEFAULT_VALUE),
        state: Some(column(&file.state, TableLayout::DEFAULT_STATE)),
        territory: Some(column(&file.territory_column, TableLayout::DEFAULT_TERRITORY)),
    }
}

fn years(file: &TableFile, own: Option<&MeasureId>, at: &KeyPath, problems: &mut Problems<'_>) -> Option<TableLayout> {
    let measure = match (&file.measure, own) {
        (Some(name), _) => id(MeasureId::new, name, &at.key("measure"), problems),
        (None, Some(own)) => Some(own.clone()),
        (None, None) => {
            let detail =
                "layout = \"years\" in a ratio needs `measure`: which of numerator and denominator the columns are";
            problems.add(Cause::MissingKey, &at.key("measure"), detail);
            None
        }
    };
    measure.map(|measure| TableLayout::Years { measure })
}

fn measures(file: &TableFile, at: &KeyPath, problems: &mut Problems<'_>) -> Option<TableLayout> {
    if file.columns.is_empty() {
        let detail = "layout = \"measures\" needs `columns`, such as columns = { \"Einwohner\" = \"population\" }";
        problems.add(Cause::MissingKey, &at.key("columns"), detail);
        return None;
    }
    if file.year.is_some() && file.period.is_some() {
        let detail = "`year` is the period of all rows, `period` a column with the period of each";
        problems.add(Cause::Contradiction, &at.key("year"), detail);
    }
    let period_column = match file.year {
        Some(_) => None,
        None => Some(file.period.clone().unwrap_or_else(|| TableLayout::DEFAULT_PERIOD.to_owned())),
    };
    let columns: Vec<Option<(String, MeasureId)>> = file
        .columns
        .iter()
        .map(|(column, name)| {
            let measure = id(MeasureId::new, name, &at.key("columns").key(column), problems);
            measure.map(|measure| (column.clone(), measure))
        })
        .collect();
    let columns: Option<BTreeMap<String, MeasureId>> = columns.into_iter().collect();
    Some(TableLayout::Measures { period: file.year.and_then(Period::year), period_column, columns: columns? })
}
