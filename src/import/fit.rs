//! A recipe and a sheet: where the columns are that the recipe names, or what is missing.

use super::detect::fixed;
use super::frame::Frame;
use super::keys::Areas;
use super::when::When;
use crate::config::{RecipeFile, RecipePeriodPlace};
use crate::message;
use crate::report::Message;
use crate::sheet::{Sheet, Workbook};

/// What a delivery lacks of its recipe.
pub(super) type Differences = Vec<Message>;

/// Columns of a sheet as a recipe names them.
pub(super) struct Columns {
    pub(super) name: Option<usize>,
    pub(super) total: Option<usize>,
    pub(super) period: Option<usize>,
    pub(super) parts: Vec<usize>,
    pub(super) state: Option<usize>,
    /// Column, position of its label among [`Self::labels`], period of its header.
    pub(super) values: Vec<(usize, usize, Option<When>)>,
    pub(super) labels: Vec<String>,
}

/// The sheets that a recipe means, with their parts found: one, or all that it fits.
pub(super) fn frames<'s>(
    recipe: &RecipeFile,
    book: &'s Workbook,
    areas: &Areas<'_>,
) -> Result<Vec<Frame<'s>>, Differences> {
    if !recipe.all_sheets || recipe.sheet.is_some() {
        return frame(recipe, book, areas).map(|frame| vec![frame]);
    }
    let shown = book.sheets.iter().filter(|sheet| !sheet.hidden);
    let (mut frames, mut differences) = (Vec::new(), None);
    for sheet in shown {
        match of_sheet(recipe, sheet, areas) {
            Ok(frame) if fixed(book, recipe, &frame).is_some() => frames.push(frame),
            Ok(_) => {}
            Err(found) => differences = differences.or(Some(found)),
        }
    }
    if frames.is_empty() {
        Err(differences.unwrap_or_else(|| vec![message!("no sheet has a year in its name or title")]))
    } else {
        Ok(frames)
    }
}

/// The sheet that a recipe means, with its parts found.
pub(super) fn frame<'s>(recipe: &RecipeFile, book: &'s Workbook, areas: &Areas<'_>) -> Result<Frame<'s>, Differences> {
    let sheet = match &recipe.sheet {
        Some(name) => book.sheets.iter().find(|sheet| sheet.name == *name),
        None => book.sheets.iter().find(|sheet| !sheet.hidden),
    };
    let sheet = match (sheet, book.sheets.iter().filter(|sheet| !sheet.hidden).collect::<Vec<_>>().as_slice()) {
        (Some(sheet), _) => sheet,
        // a workbook whose only sheet was renamed is still the same
        (None, [only]) => only,
        (None, others) => {
            let names: Vec<&str> = others.iter().map(|sheet| sheet.name.as_str()).collect();
            let wanted = recipe.sheet.as_deref().unwrap_or_default();
            return Err(vec![message!(
                "there is no sheet \"{name}\"; sheets are: {sheets}",
                name = wanted,
                sheets = names.join(", ")
            )]);
        }
    };
    of_sheet(recipe, sheet, areas)
}

fn of_sheet<'s>(recipe: &RecipeFile, sheet: &'s Sheet, areas: &Areas<'_>) -> Result<Frame<'s>, Differences> {
    let found = Frame::find(sheet, areas);
    let told = told_frame(recipe, sheet, found.as_ref());
    let mut differences = vec![message!("no column holds keys of areas")];
    for frame in told.into_iter().chain(found) {
        match Columns::find(recipe, &frame) {
            Ok(_) => return Ok(frame),
            Err(found) => differences = found,
        }
    }
    Err(differences)
}

/// The frame with the header where the recipe says.
fn told_frame<'s>(recipe: &RecipeFile, sheet: &'s Sheet, found: Option<&Frame<'s>>) -> Option<Frame<'s>> {
    let last = *recipe.header.iter().max()?;
    let below = (0..sheet.height()).find(|row| sheet.row(*row).is_some_and(|row| row.number > last))?;
    let first = found.map_or(below, |frame| frame.first);
    let mut frame = Frame::around(sheet, Vec::new(), recipe.key.kind, first, Some(&recipe.header));
    let key: Option<Vec<usize>> = recipe.key.columns.iter().map(|name| column(&frame, name)).collect();
    frame.key = key?;
    Some(frame)
}

/// Position of a column by its label or by its letter in brackets.
fn column(frame: &Frame<'_>, name: &str) -> Option<usize> {
    let labels = |in_header: bool| frame.headings.iter().position(|heading| heading.label(in_header) == name);
    labels(false).or_else(|| labels(true))
}

impl Columns {
    pub(super) fn find(recipe: &RecipeFile, frame: &Frame<'_>) -> Result<Self, Differences> {
        let mut lacking = Vec::new();
        let mut named = |name: &String, what: &str| {
            let found = column(frame, name);
            if found.is_none() {
                lacking.push(message!("{what} \"{name}\"", what = Message::from(what), name));
            }
            found
        };
        for name in &recipe.key.columns {
            named(name, "the key's column");
        }
        let total = recipe.key.total.as_ref().and_then(|name| named(name, "the column of the larger area's key"));
        let name = recipe.key.name.as_ref().and_then(|name| column(frame, name));
        let period = recipe.period.column.as_ref().and_then(|name| named(name, "the period's column"));
        let parts: Vec<usize> = recipe.parts.iter().filter_map(|name| named(name, "the column")).collect();
        let state = recipe.state.as_ref().and_then(|name| named(name, "the state's column"));
        let in_header = recipe.period.from == RecipePeriodPlace::Header;
        let mut labels: Vec<String> = Vec::new();
        for measure in &recipe.measures {
            if !labels.contains(&measure.column) {
                labels.push(measure.column.clone());
            }
        }
        let mut values = Vec::new();
        for (place, heading) in frame.headings.iter().enumerate() {
            let label = heading.label(in_header);
            if let Some(position) = labels.iter().position(|known| *known == label)
                && !frame.key.contains(&place)
            {
                let when = heading.when.filter(|_| in_header);
                let again = values.iter().any(|(_, other, known)| *other == position && *known == when);
                if !again {
                    values.push((place, position, when));
                }
            }
        }
        for (position, label) in labels.iter().enumerate() {
            if values.iter().all(|(_, other, _)| *other != position) {
                lacking.push(message!("the column \"{name}\"", name = label));
            }
        }
        if lacking.is_empty() {
            return Ok(Self { name, total, period, parts, state, values, labels });
        }
        let there: Vec<String> = frame
            .headings
            .iter()
            .map(|heading| heading.label(in_header))
            .filter(|label| !label.starts_with('['))
            .collect();
        let mut there = there;
        there.dedup();
        let shown = there.iter().take(30).cloned().collect::<Vec<_>>().join(" | ");
        lacking.push(message!("its header reads: {shown}", shown));
        Err(lacking)
    }
}
