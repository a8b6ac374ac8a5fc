//! A sheet → the recipe that reads it, found out from what stands in it.

use std::collections::BTreeMap;

use super::columns::{Roles, combinations};
use super::frame::{Frame, is_unit, one_line};
use super::keys::Areas;
use super::when;
use crate::config::{MeasureId, RecipeFile, RecipeKeyFile, RecipeMeasureFile, RecipePeriodFile, RecipePeriodPlace};
use crate::message;
use crate::report::Message;
use crate::sheet::{Workbook, column_letters};
use crate::table::as_id;
use crate::value::Period;

/// Longest id that is made from words; ids have 64 characters at most.
const ID_LENGTH: usize = 56;
/// More measures are a list, not a table of figures.
const MAX_MEASURES: usize = 2_000;

/// What is said from outside.
#[derive(Clone, Debug, Default)]
pub(super) struct Told {
    /// Sheet.
    pub(super) sheet: Option<String>,
    /// Year of all figures.
    pub(super) year: Option<i16>,
    /// Id of the measure that the indicator shows.
    pub(super) id: Option<String>,
    /// The measure that the indicator shows: its id, or words of its title; the first one without it. As `ID=WORDS`,
    /// further measures that get a name.
    pub(super) measures: Vec<String>,
}

/// Why a file is not recognised as a table of figures on areas.
#[derive(Clone, Debug)]
pub(super) enum Unknown {
    NoSheet {
        name: String,
        sheets: Vec<String>,
    },
    NoKeys {
        with_names: bool,
    },
    NoFigures,
    NoPeriod,
    /// Two columns with keys of different areas.
    Relation {
        one: Message,
        other: Message,
    },
    NoMeasure {
        wanted: String,
        there: Vec<String>,
    },
    TooManyMeasures {
        count: usize,
        parts: Message,
    },
}

impl Unknown {
    /// What is wrong and what to do, in both languages.
    pub(super) fn told(&self) -> Message {
        match self {
            Self::NoSheet { name, sheets } => {
                message!("there is no sheet \"{name}\"; sheets are: {sheets}", name, sheets = sheets.join(", "))
            }
            Self::NoKeys { with_names: true } => message!(
                "no column holds keys of areas (AGS, Regionalschlüssel or the keys of the statistics offices), and none the keys or \
                 names of this atlas's areas"
            ),
            Self::NoKeys { with_names: false } => message!(
                "no column holds keys of areas (AGS, Regionalschlüssel or the keys of the statistics offices); names are only \
                 matched with the areas of an atlas: add --into"
            ),
            Self::NoFigures => message!("no column beside the keys holds figures"),
            Self::NoPeriod => message!(
                "nothing says of which year the figures are: no column, no header, no title line, and neither the sheet's nor the \
                 file's name; say it with --year"
            ),
            Self::Relation { one, other } => message!(
                "it has two columns with keys of different areas ({one} and {other}), so it tells which areas became which, and is \
                 no table of figures; territorial changes are described in the atlas, not imported",
                one,
                other
            ),
            Self::NoMeasure { wanted, there } => message!(
                "no measure is called \"{wanted}\"; measures are: {there}",
                wanted,
                there = there.iter().take(40).cloned().collect::<Vec<_>>().join(", ")
            ),
            Self::TooManyMeasures { count, parts } => message!(
                "it would be {count} measures, as the columns {parts} say what is counted; take the rows out that are not needed",
                count = count.to_string(),
                parts
            ),
        }
    }
}

/// A recipe, and what else was found out on the way.
#[derive(Clone, Debug)]
pub(super) struct Detected<'s> {
    pub(super) recipe: RecipeFile,
    pub(super) frame: Frame<'s>,
    /// Position of the measure that the indicator shows.
    pub(super) main: usize,
    /// Id of the indicator, where it is not that of its measure.
    pub(super) indicator: Option<String>,
    /// Words for every measure, in the recipe's order.
    pub(super) titles: Vec<String>,
    /// Header names of columns that are not read.
    pub(super) unread: Vec<Message>,
    /// Further sheets of the same shape, read together with the first.
    pub(super) alike: Vec<Frame<'s>>,
    /// Sheets that hold figures as well and are not read.
    pub(super) other_sheets: Vec<String>,
    /// What the file was recognised as.
    pub(super) recognised: Option<Message>,
    /// Title of the table.
    pub(super) title: Option<String>,
}

/// Finds out how a workbook is read.
pub(super) fn detect<'s>(book: &'s Workbook, areas: &Areas<'_>, told: &Told) -> Result<Detected<'s>, Unknown> {
    if let Some(name) = &told.sheet {
        let named = book.sheets.iter().find(|sheet| sheet.name == *name);
        let sheets = || book.sheets.iter().map(|sheet| sheet.name.clone()).collect();
        let sheet = named.ok_or_else(|| Unknown::NoSheet { name: name.clone(), sheets: sheets() })?;
        return of_sheet(book, sheet, areas, told);
    }
    let mut found: Vec<Detected<'s>> = Vec::new();
    let mut worst = None;
    // a hidden sheet may hold what was put away on purpose
    for sheet in book.sheets.iter().filter(|sheet| !sheet.hidden) {
        match of_sheet(book, sheet, areas, told) {
            Ok(detected) => found.push(detected),
            Err(unknown) => worst = Some(further(worst, unknown)),
        }
    }
    let size = |detected: &Detected<'_>| detected.frame.sheet.height() * detected.recipe.measures.len().max(1);
    found.sort_by_key(|detected| std::cmp::Reverse(size(detected)));
    let mut found = found.into_iter();
    let Some(mut best) = found.next() else { return Err(worst.unwrap_or(Unknown::NoFigures)) };
    let (alike, others): (Vec<_>, Vec<_>) = found.partition(|other| are_alike(&best.recipe, &other.recipe));
    best.other_sheets = others.into_iter().map(|other| other.frame.sheet.name.clone()).collect();
    let whens: Vec<_> = alike.iter().chain([&best]).map(|sheet| fixed(book, &sheet.recipe, &sheet.frame)).collect();
    let differ = whens.iter().enumerate().all(|(place, when)| when.is_some() && !whens[..place].contains(when));
    let alike = alike.into_iter().map(|other| other.frame);
    if differ && whens.len() > 1 {
        best.recipe.all_sheets = true;
        best.recipe.sheet = None;
        best.alike = alike.collect();
    } else {
        best.other_sheets.extend(alike.map(|frame| frame.sheet.name.clone()));
    }
    Ok(best)
}

/// Whether two sheets have the same columns, and each a period of its own in its name or title: years as sheets.
fn are_alike(one: &RecipeFile, other: &RecipeFile) -> bool {
    let of_sheet = matches!(one.period.from, RecipePeriodPlace::Sheet | RecipePeriodPlace::Title);
    of_sheet
        && one.period == other.period
        && one.key == other.key
        && one.parts == other.parts
        && one.state == other.state
        && one.measures == other.measures
}

/// The one period of a sheet or file, where the recipe finds it outside of rows and header.
pub(super) fn fixed(book: &Workbook, recipe: &RecipeFile, frame: &Frame<'_>) -> Option<when::When> {
    match recipe.period.from {
        RecipePeriodPlace::Column | RecipePeriodPlace::Header => None,
        RecipePeriodPlace::Title => in_titles(frame),
        RecipePeriodPlace::Sheet => when::in_name(&frame.sheet.name),
        RecipePeriodPlace::File => when::in_name(&file_name(book)),
        RecipePeriodPlace::Told => {
            let period = recipe.period.year.and_then(Period::year);
            period.map(|year| when::When { year, within: 0, school_year: false })
        }
    }
}

/// The refusal that came furthest says most.
fn further(one: Option<Unknown>, other: Unknown) -> Unknown {
    let rank = |unknown: &Unknown| match unknown {
        Unknown::NoSheet { .. } | Unknown::NoKeys { .. } => 0,
        Unknown::NoFigures => 1,
        Unknown::NoPeriod | Unknown::TooManyMeasures { .. } => 2,
        Unknown::Relation { .. } | Unknown::NoMeasure { .. } => 3,
    };
    one.filter(|one| rank(one) >= rank(&other)).unwrap_or(other)
}

fn of_sheet<'s>(
    book: &'s Workbook,
    sheet: &'s crate::sheet::Sheet,
    areas: &Areas<'_>,
    told: &Told,
) -> Result<Detected<'s>, Unknown> {
    let frame = Frame::find(sheet, areas).ok_or(Unknown::NoKeys { with_names: !areas.is_empty() })?;
    let roles = Roles::find(&frame);
    let name = |column: usize| {
        let label = frame.headings.get(column).map_or_else(String::new, |heading| heading.label(false));
        if label.starts_with('[') {
            message!("column {name}", name = column_letters(column))
        } else {
            format!("\"{label}\"").into()
        }
    };
    if let Some(other) = roles.other_key {
        return Err(Unknown::Relation { one: name(frame.key.first().copied().unwrap_or(0)), other: name(other) });
    }
    if roles.values.is_empty() {
        return Err(Unknown::NoFigures);
    }
    let period = period(book, &frame, &roles, told).ok_or(Unknown::NoPeriod)?;
    let in_header = period.from == RecipePeriodPlace::Header;
    let label = |column: usize| frame.headings.get(column).map_or_else(String::new, |heading| heading.label(in_header));
    let combinations = if roles.parts.is_empty() { vec![Vec::new()] } else { combinations(&frame, &roles.parts) };
    let base = base(&frame);
    let mut columns: Vec<(String, Vec<String>, Option<String>)> = Vec::new();
    for column in &roles.values {
        let heading = frame.headings.get(*column);
        let parts = heading.map(|heading| if in_header { heading.bare.clone() } else { heading.parts.clone() });
        let percent = sheet.percent_columns.contains(column).then(|| "%".to_owned());
        let unit = percent.or_else(|| heading.and_then(|heading| heading.unit.clone()));
        if columns.iter().all(|(known, ..)| *known != label(*column)) {
            columns.push((label(*column), parts.unwrap_or_default(), unit));
        }
    }
    let count = columns.len() * combinations.len();
    if count > MAX_MEASURES {
        return Err(Unknown::TooManyMeasures {
            count,
            parts: Message::joined(roles.parts.iter().map(|column| name(*column)), ", "),
        });
    }
    let output = super::place::output_name(told.id.as_deref(), &file_name(book));
    let words = words(&columns, base.0.as_ref());
    let mut measures = Vec::new();
    let mut titles = Vec::new();
    let mut ids: BTreeMap<String, usize> = BTreeMap::new();
    for ((column, _, unit), words) in columns.iter().zip(&words) {
        for parts in &combinations {
            let mut said: Vec<&String> = words.iter().chain(parts).filter(|text| !text.is_empty()).collect();
            if said.is_empty() {
                said.push(&output);
            }
            let title = said.iter().map(|text| text.as_str()).collect::<Vec<_>>().join(", ");
            let id = unique(&id_of(&said, measures.len()), &mut ids);
            let unit = unit.clone().or_else(|| base.1.clone()).or_else(|| unit_in(column));
            measures.push(RecipeMeasureFile { id, column: column.clone(), parts: parts.clone(), unit });
            titles.push(title);
        }
    }
    let main = name_measures(told, &mut measures, &titles)?;
    let reference = |column: usize| unique_reference(&frame, column);
    let recipe = RecipeFile {
        from: book.path.file_name().map(|name| name.to_string_lossy().into_owned()),
        recognised: Some(recognised(book, &frame).to_string()),
        output: String::new(),
        sheet: Some(sheet.name.clone()).filter(|name| !name.is_empty()),
        all_sheets: false,
        header: frame.header.iter().filter_map(|row| sheet.row(*row)).map(|row| row.number).collect(),
        delimiter: None,
        encoding: None,
        decimal: None,
        parts: roles.parts.iter().map(|column| reference(*column)).collect(),
        state: roles.state.map(reference),
        leave_out: Vec::new(),
        key: RecipeKeyFile {
            columns: frame.key.iter().map(|column| unique_reference(&frame, *column)).collect(),
            kind: frame.kind,
            total: roles.total.map(reference),
            name: roles.name.map(|column| unique_reference(&frame, column)),
        },
        period,
        symbols: BTreeMap::new(),
        measures,
    };
    let unread = roles.unread.iter().map(|column| name(*column)).collect();
    let title = title(book, &frame);
    let recognised = Some(recognised(book, &frame));
    Ok(Detected {
        recipe,
        recognised,
        main,
        indicator: None,
        titles,
        unread,
        alike: Vec::new(),
        other_sheets: Vec::new(),
        title,
        frame,
    })
}

/// Gives further measures the ids that were told, and finds the one that the indicator shows.
fn name_measures(told: &Told, measures: &mut [RecipeMeasureFile], titles: &[String]) -> Result<usize, Unknown> {
    let find = |wanted: &str, measures: &[RecipeMeasureFile]| {
        find_measure(wanted, measures, titles).ok_or_else(|| Unknown::NoMeasure {
            wanted: wanted.to_owned(),
            there: measures.iter().map(|measure| measure.id.clone()).collect(),
        })
    };
    let mut main = 0;
    let mut names = Vec::new();
    for measure in &told.measures {
        match measure.split_once('=') {
            Some((id, words)) => names.push((find(words.trim(), measures)?, id.trim())),
            None => main = find(measure, measures)?,
        }
    }
    for (place, id) in names {
        rename(measures, place, id);
    }
    Ok(main)
}

/// Gives a measure an id; one that has it already gets the old one.
pub(super) fn rename(measures: &mut [RecipeMeasureFile], place: usize, id: &str) {
    let Some(old) = measures.get(place).map(|measure| measure.id.clone()) else { return };
    if let Some(other) = measures.iter_mut().find(|measure| measure.id == id) {
        other.id = old;
    }
    if let Some(measure) = measures.get_mut(place) {
        id.clone_into(&mut measure.id);
    }
}

/// The measure with an id, or the first whose title has all words.
fn find_measure(wanted: &str, measures: &[RecipeMeasureFile], titles: &[String]) -> Option<usize> {
    let wanted = wanted.to_lowercase();
    let exact = measures.iter().position(|measure| measure.id == wanted);
    exact.or_else(|| {
        titles.iter().position(|title| wanted.split_whitespace().all(|word| title.to_lowercase().contains(word)))
    })
}

/// A column's label where it has one of its own, without years if it can do without, else its letter.
fn unique_reference(frame: &Frame<'_>, column: usize) -> String {
    let own = |in_header: bool| {
        let own = frame.headings.get(column)?.label(in_header);
        let count = frame.headings.iter().filter(|heading| heading.label(in_header) == own).count();
        (count == 1).then_some(own)
    };
    own(true).or_else(|| own(false)).unwrap_or_else(|| format!("[{}]", column_letters(column)))
}

/// Where the periods stand.
fn period(book: &Workbook, frame: &Frame<'_>, roles: &Roles, told: &Told) -> Option<RecipePeriodFile> {
    let found = |from| Some(RecipePeriodFile { from, column: None, days: false, year: None });
    if let Some(year) = told.year {
        return Some(RecipePeriodFile { from: RecipePeriodPlace::Told, column: None, days: false, year: Some(year) });
    }
    if let Some(column) = roles.period {
        let days = several_in_a_year(frame.body().filter_map(|row| when::whole(row.cell(column).text)));
        let column = Some(unique_reference(frame, column));
        return Some(RecipePeriodFile { from: RecipePeriodPlace::Column, column, days, year: None });
    }
    let named =
        roles.values.iter().filter(|column| frame.headings.get(**column).is_some_and(|heading| heading.when.is_some()));
    if named.count() * 2 > roles.values.len() {
        let headings = roles.values.iter().filter_map(|column| frame.headings.get(*column)?.when);
        return Some(RecipePeriodFile {
            from: RecipePeriodPlace::Header,
            column: None,
            days: several_in_a_year(headings),
            year: None,
        });
    }
    if in_titles(frame).is_some() {
        return found(RecipePeriodPlace::Title);
    }
    if when::in_name(&frame.sheet.name).is_some() {
        return found(RecipePeriodPlace::Sheet);
    }
    when::in_name(&file_name(book))?;
    found(RecipePeriodPlace::File)
}

/// Whether some year has figures of several days or months, so that these have to be kept apart.
fn several_in_a_year(whens: impl Iterator<Item = when::When>) -> bool {
    let mut within: BTreeMap<_, u16> = BTreeMap::new();
    whens.filter(|when| !when.school_year).any(|when| *within.entry(when.year).or_insert(when.within) != when.within)
}

/// The file's name, or that of the member of an archive.
pub(super) fn file_name(book: &Workbook) -> String {
    let own = book.path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    book.member.clone().unwrap_or(own)
}

/// The period in the title lines: the line nearest to the header that has one.
pub(super) fn in_titles(frame: &Frame<'_>) -> Option<when::When> {
    let rows = || frame.titles.iter().rev().filter_map(|row| frame.sheet.row(*row));
    let cell = rows().find_map(|row| row.cells().find_map(|cell| when::whole(cell.text)));
    cell.or_else(|| rows().find_map(|row| row.cells().find_map(|cell| when::inside(cell.text).map(|(when, _)| when))))
}

/// What the whole table counts, where the last title line says it: `Bevölkerungsstand (Anzahl)`; and its unit.
fn base(frame: &Frame<'_>) -> (Option<String>, Option<String>) {
    for line in frame.title_texts().iter().rev() {
        if let Some((what, unit)) = line.trim().strip_suffix(')').and_then(|line| line.rsplit_once('('))
            && is_unit(unit)
        {
            return (Some(what.trim().to_owned()), Some(unit.trim().to_owned()));
        }
    }
    (None, None)
}

/// A unit in a header, as in `Anteil in %`.
fn unit_in(label: &str) -> Option<String> {
    let lower = label.to_lowercase();
    if lower.contains('%') || lower.contains("prozent") {
        return Some("%".to_owned());
    }
    let inside = label.rsplit_once('(').and_then(|(_, unit)| unit.strip_suffix(')'));
    inside.filter(|unit| is_unit(unit)).map(str::to_owned)
}

/// The words by which columns differ, with what they have in common at the front where there is nothing else.
fn words(columns: &[(String, Vec<String>, Option<String>)], base: Option<&String>) -> Vec<Vec<String>> {
    const GENERIC: [&str; 6] = ["value", "wert", "anzahl", "zahl", "count", "anzahl_value"];
    let shared = |part: &String| columns.len() > 1 && columns.iter().all(|(_, parts, _)| parts.contains(part));
    columns
        .iter()
        .map(|(label, parts, _)| {
            let own: Vec<String> = parts.iter().filter(|part| !shared(part)).cloned().collect();
            let own = if own.is_empty() { parts.clone() } else { own };
            let own = if own.is_empty() && !label.starts_with('[') { vec![label.clone()] } else { own };
            let own: Vec<String> =
                own.into_iter().filter(|part| !GENERIC.contains(&part.to_lowercase().as_str())).collect();
            base.into_iter().cloned().chain(own).collect()
        })
        .collect()
}

fn id_of(words: &[&String], position: usize) -> String {
    if let [only] = words
        && MeasureId::new(only).is_ok()
    {
        return (*only).clone();
    }
    let mut id = String::new();
    for word in words {
        let word = as_id(word);
        if !word.is_empty() {
            id = if id.is_empty() { word } else { format!("{id}_{word}") };
        }
    }
    // a long id keeps its end, by which it differs from its neighbours; words stay whole
    if id.len() > ID_LENGTH {
        let start = id.get(..ID_LENGTH / 2).unwrap_or_default();
        let end = id.get(id.len() - ID_LENGTH / 2..).unwrap_or_default();
        let start = start.rsplit_once('_').map_or(start, |(whole, _)| whole);
        let end = end.split_once('_').map_or(end, |(_, whole)| whole);
        id = format!("{start}_{end}");
    }
    match id.chars().next() {
        None => format!("measure_{}", position + 1),
        Some(first) if first.is_ascii_lowercase() => id,
        Some(_) => format!("m_{id}"),
    }
}

fn unique(id: &str, ids: &mut BTreeMap<String, usize>) -> String {
    let count = ids.entry(id.to_owned()).or_insert(0);
    *count += 1;
    if *count == 1 { id.to_owned() } else { format!("{id}_{count}") }
}

/// What kind of file it is, for people.
fn recognised(book: &Workbook, frame: &Frame<'_>) -> Message {
    if let Some(table) = genesis_table(frame) {
        return message!("table {table} of a statistics office (GENESIS)", table);
    }
    if frame.key.len() > 1 {
        return message!("Gemeindeverzeichnis (GV-ISys)");
    }
    let first = frame.sheet.row(0);
    let starts = |name: &str| first.is_some_and(|row| row.cells().any(|cell| cell.text == name));
    if starts("value_variable_code") {
        return message!("flat file of a statistics office (ffcsv)");
    }
    if starts("Kennziffer") && starts("Raumeinheit") && book.sheets.iter().any(|sheet| sheet.name == "Metadaten") {
        return message!("INKAR workbook of the BBSR");
    }
    message!("table with a header")
}

/// The table's number, if it is an export of GENESIS.
pub(super) fn genesis_table(frame: &Frame<'_>) -> Option<String> {
    let first = frame.sheet.row(0)?;
    let table = first.cell(0).text.strip_prefix("GENESIS-Tabelle:")?;
    Some(table.trim().to_owned())
}

/// The title of a table: its title lines, or the long name of an INKAR indicator.
fn title(book: &Workbook, frame: &Frame<'_>) -> Option<String> {
    let notes = book.sheets.iter().find(|sheet| sheet.name == "Metadaten");
    let long = notes.and_then(|sheet| {
        let header = sheet.rows().find(|row| row.cell(1).text == "Langname")?;
        sheet.rows().find(|row| row.number > header.number).map(|row| one_line(row.cell(1).text))
    });
    let lines = frame.title_texts();
    let skip = |line: &&String| {
        !line.starts_with("GENESIS-Tabelle") && when::whole(line).is_none() && !line.contains("regionale Tiefe")
    };
    let own: Vec<&String> = lines.iter().filter(skip).take(2).collect();
    long.or_else(|| (!own.is_empty()).then(|| own.into_iter().map(String::as_str).collect::<Vec<_>>().join(" ")))
}
