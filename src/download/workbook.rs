//! Released values → a workbook (XLSX).
//!
//! The first sheet has a row per area and a column per period, as it goes into a council paper: numbers are numbers,
//! keys are texts with their zeros, and where there is no number the cell says why in words. A number with a remark
//! stays a number and shows the remark behind it, which its number format says. The second sheet has everything that
//! has to be said beside the figures.
//!
//! The file's date is that of the release, so that it does not depend on when it was asked for.

use std::collections::BTreeMap;

use rust_xlsxwriter::{
    DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, IgnoreError, Workbook, Worksheet, XlsxError,
};

use super::values::ValueTable;
use super::{DownloadError, about};
use crate::config::{Language, Text};
use crate::release::ReleasedValue;
use crate::texts;
use crate::value::State;

/// Columns before the first period.
const KEY_COLUMN: u16 = 0;
const NAME_COLUMN: u16 = 1;
const FIRST_PERIOD: u16 = 2;

/// What marks a value that was made of figures of former areas; the second sheet says so.
const CONVERTED: &str = "*";

/// Writes the workbook.
///
/// # Errors
/// If it has more rows or columns than a sheet can have.
pub fn write(table: &ValueTable<'_>) -> Result<Vec<u8>, DownloadError> {
    let mut workbook = Workbook::new();
    workbook.set_properties(&properties(table)?);
    let seen = values(workbook.add_worksheet(), table)?;
    notes(workbook.add_worksheet(), table, &seen)?;
    Ok(workbook.save_to_buffer()?)
}

fn properties(table: &ValueTable<'_>) -> Result<DocProperties, XlsxError> {
    let (atlas, config, language) = (&table.release.atlas, &table.indicator.config, table.language);
    Ok(DocProperties::new()
        .set_title(config.title.get(language))
        .set_subject(table.layer.config.title.get(language))
        .set_author(atlas.publisher.get(language))
        .set_comment(format!(
            "{} · {} · {}",
            atlas.title.get(language),
            config.provenance.attribution,
            table.release.id
        ))
        .set_creation_datetime(&ExcelDateTime::from_timestamp(table.release.built_at.as_second())?))
}

/// What occurs in the values and is to be explained.
#[derive(Default)]
struct Seen {
    states: BTreeMap<State, usize>,
    converted: usize,
}

/// The sheet of values.
fn values(sheet: &mut Worksheet, table: &ValueTable<'_>) -> Result<Seen, XlsxError> {
    let language = table.language;
    let say = |name: &str| texts::download(name).get(language).to_owned();
    let head = Format::new().set_bold().set_border_bottom(FormatBorder::Thin).set_align(FormatAlign::Top);
    let year = head.clone().set_align(FormatAlign::Right);
    let text = Format::new().set_num_format("@");
    let mut formats = Formats::new(table);
    let mut seen = Seen::default();
    sheet.set_name(say("sheet_values"))?;
    sheet.write_string_with_format(0, KEY_COLUMN, say("key"), &head)?;
    sheet.write_string_with_format(0, NAME_COLUMN, say("area"), &head)?;
    for (column, period) in (FIRST_PERIOD..).zip(table.periods) {
        sheet.write_string_with_format(0, column, period.to_string(), &year)?;
    }
    for ((row, index), feature) in (1..).zip(0..).zip(&table.layer.features) {
        sheet.write_string_with_format(row, KEY_COLUMN, &feature.key, &text)?;
        sheet.write_string(row, NAME_COLUMN, &feature.name)?;
        for (column, period) in (FIRST_PERIOD..).zip(table.periods) {
            let value = table.series.value(index, *period);
            let state = value.map_or(State::Missing, ReleasedValue::state);
            let converted = table.series.is_converted(index, *period);
            *seen.states.entry(state).or_default() += 1;
            seen.converted += usize::from(converted);
            let format = formats.get(state, converted);
            match value.and_then(ReleasedValue::number) {
                Some(number) => sheet.write_number_with_format(row, column, number, format)?,
                None => sheet.write_string_with_format(row, column, texts::state(state).get(language), format)?,
            };
        }
    }
    let last_row = u32::try_from(table.layer.features.len()).unwrap_or(u32::MAX);
    let last_column = FIRST_PERIOD + u16::try_from(table.periods.len()).unwrap_or(u16::MAX - FIRST_PERIOD) - 1;
    // keys and years are texts on purpose: no green corner in every cell
    sheet.ignore_error_range(0, KEY_COLUMN, last_row, last_column, IgnoreError::NumberStoredAsText)?;
    sheet.set_column_width(KEY_COLUMN, 15)?.set_column_width(NAME_COLUMN, 28)?;
    sheet.set_column_range_width(FIRST_PERIOD, last_column, 12)?;
    sheet.set_freeze_panes(1, FIRST_PERIOD)?;
    sheet.autofilter(0, KEY_COLUMN, last_row, last_column)?;
    print(sheet, table)?;
    Ok(seen)
}

/// A landscape page as wide as the table, with what has to stand beside every figure.
fn print(sheet: &mut Worksheet, table: &ValueTable<'_>) -> Result<(), XlsxError> {
    let (config, language) = (&table.indicator.config, table.language);
    // `&` begins a command there
    let plain = |text: &str| text.replace('&', "&&");
    let head = format!("&L{} ({})", plain(config.title.get(language)), plain(config.unit.get(language)));
    let foot = format!("&L{}&R{}", plain(&config.provenance.attribution), plain(&table.release.id));
    sheet.set_landscape().set_paper_size(9).set_print_fit_to_pages(1, 0);
    sheet.set_repeat_rows(0, 0)?.set_header(head).set_footer(foot);
    Ok(())
}

/// The sheet of everything that is said about the values.
fn notes(sheet: &mut Worksheet, table: &ValueTable<'_>, seen: &Seen) -> Result<(), XlsxError> {
    let language = table.language;
    let say = |text: Text| text.get(language).to_owned();
    let label = Format::new().set_bold().set_align(FormatAlign::Top);
    let wrapped = Format::new().set_text_wrap().set_align(FormatAlign::Top);
    let mut lines = about::lines(table.release, table.layer, &table.indicator.config, table.periods, language);
    for (state, count) in &seen.states {
        lines.push((say(texts::download("state")), format!("{}: {count}", say(texts::state(*state)))));
    }
    if seen.converted > 0 {
        let told = say(texts::download("converted"));
        lines.push((say(texts::download("state")), format!("{CONVERTED} {told}: {}", seen.converted)));
    }
    sheet.set_name(say(texts::download("sheet_notes")))?;
    sheet.set_column_width(0, 22)?.set_column_width(1, 100)?;
    for (row, (name, text)) in (0..).zip(&lines) {
        sheet.write_string_with_format(row, 0, name, &label)?;
        sheet.write_string_with_format(row, 1, text, &wrapped)?;
    }
    sheet.set_paper_size(9).set_print_fit_to_pages(1, 0);
    Ok(())
}

/// Number formats: each remark has its own, made when it is first wanted.
struct Formats {
    digits: String,
    language: Language,
    made: BTreeMap<(State, bool), Format>,
}

impl Formats {
    fn new(table: &ValueTable<'_>) -> Self {
        let decimals = usize::from(table.indicator.config.decimals);
        // Excel shows the point and the comma as its own language writes them
        let digits = if decimals == 0 { "#,##0".to_owned() } else { format!("#,##0.{}", "0".repeat(decimals)) };
        Self { digits, language: table.language, made: BTreeMap::new() }
    }

    fn get(&mut self, state: State, converted: bool) -> &Format {
        let (digits, language) = (&self.digits, self.language);
        self.made.entry((state, converted)).or_insert_with(|| {
            if !state.has_number() {
                return Format::new().set_align(FormatAlign::Right).set_italic().set_font_color("595959");
            }
            let told = texts::state(state);
            let remark = if state.is_plain() { String::new() } else { format!(" ({})", told.get(language)) };
            let mark = if converted { CONVERTED } else { "" };
            if remark.is_empty() && mark.is_empty() {
                return Format::new().set_num_format(digits);
            }
            Format::new().set_num_format(format!("{digits}\"{mark}{remark}\""))
        })
    }
}
