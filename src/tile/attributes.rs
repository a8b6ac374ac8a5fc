//! What stands beside a feature's geometry in a tile: its record, and released values joined to it.
//!
//! Names and their meaning are a contract (`docs/api.md` tells it to clients). A null attribute is left
//! out: MVT has no null. For an indicator `a`, the newest year is `a`, and where years are asked for each
//! is also `a:2015`. A value that is no number leaves `a` out and puts its state in `a:state`; a number
//! with a remark (rounded, estimated, provisional) has both.

use crate::attribute::Attribute;
use crate::config::AttributeConfig;
use crate::release::{Audience, FeatureRecord, Layer, Release, ReleasedValue, Series};
use crate::store::FeatureIndex;
use crate::tile::encode::{Tag, TagValue};
use crate::tile::{Selection, Years};
use crate::value::Period;

/// One joined attribute of a layer: an indicator in one period.
pub(super) struct Column<'a> {
    name: String,
    state_name: String,
    series: &'a Series,
    period: Period,
}

impl<'a> Column<'a> {
    fn new(name: String, series: &'a Series, period: Period) -> Self {
        Self { state_name: format!("{name}:state"), name, series, period }
    }

    fn tags(&self, feature: FeatureIndex) -> impl Iterator<Item = Tag<'_>> {
        let value = self.series.value(feature, self.period);
        value.into_iter().flat_map(|value| value_tags(&self.name, &self.state_name, value))
    }
}

/// Number and state of a value, as far as there is something to say.
fn value_tags<'a>(name: &'a str, state_name: &'a str, value: ReleasedValue) -> impl Iterator<Item = Tag<'a>> {
    let number = value.number().map(|number| (name, TagValue::Number(number)));
    let remark = !value.state().is_plain();
    number.into_iter().chain(remark.then(|| (state_name, TagValue::Text(value.state().as_str()))))
}

/// The joined attributes of a layer, in the order of the selection: per indicator the newest year, then
/// the years asked for, ascending. An indicator that is not published for the layer gives none.
pub(super) fn columns<'a>(
    release: &'a Release,
    audience: &Audience,
    layer: &Layer,
    selection: &Selection,
) -> Vec<Column<'a>> {
    let mut columns = Vec::new();
    for (at, id) in selection.indicators.iter().enumerate() {
        let indicator = release.indicator(id.as_str());
        let series = indicator.and_then(|indicator| indicator.series(&layer.config.id, audience));
        let (Some(series), false) = (series, selection.indicators[..at].contains(id)) else { continue };
        let newest = series.newest().map(|period| Column::new(id.to_string(), series, period));
        let years = series.periods().iter().filter(|period| is_asked_for(&selection.years, **period));
        columns.extend(newest);
        columns.extend(years.map(|period| Column::new(format!("{id}:{period}"), series, *period)));
    }
    columns
}

fn is_asked_for(years: &Years, period: Period) -> bool {
    match years {
        Years::Newest => false,
        Years::All => true,
        Years::These(periods) => periods.contains(&period),
    }
}

/// All tags of a feature in its layer's tiles.
pub(super) fn of_feature<'a>(
    layer: &'a Layer,
    record: &'a FeatureRecord,
    feature: FeatureIndex,
    columns: &'a [Column<'a>],
) -> impl Iterator<Item = Tag<'a>> {
    let published = published(&layer.config.attributes, &record.attributes);
    let parent = record.parent.as_ref().map(|parent| ("parent", TagValue::Text(&parent.key)));
    let category = record.category.as_ref().map(|category| ("category", TagValue::Text(category.as_str())));
    let year = |name, year: Option<i16>| year.map(|year| (name, TagValue::Integer(i64::from(year))));
    let own = [parent, category, year("opened", record.opened), year("closed", record.closed)];
    names(record).chain(own.into_iter().flatten()).chain(published).chain(joined(columns, feature))
}

/// The tags of an area's label: enough to write and to filter it.
pub(super) fn of_label<'a>(
    record: &'a FeatureRecord,
    feature: FeatureIndex,
    columns: &'a [Column<'a>],
) -> impl Iterator<Item = Tag<'a>> {
    names(record).chain(joined(columns, feature))
}

fn names(record: &FeatureRecord) -> impl Iterator<Item = Tag<'_>> {
    [("key", TagValue::Text(&record.key)), ("name", TagValue::Text(&record.name))].into_iter()
}

fn joined<'a>(columns: &'a [Column<'a>], feature: FeatureIndex) -> impl Iterator<Item = Tag<'a>> {
    columns.iter().flat_map(move |column| column.tags(feature))
}

fn published<'a>(configs: &'a [AttributeConfig], attributes: &'a [Attribute]) -> impl Iterator<Item = Tag<'a>> {
    configs.iter().zip(attributes).filter_map(|(config, attribute)| {
        let value = match attribute {
            Attribute::Null => return None,
            Attribute::Bool(bool) => TagValue::Bool(*bool),
            Attribute::Integer(integer) => TagValue::Integer(*integer),
            Attribute::Number(number) => TagValue::Number(*number),
            Attribute::Text(text) => TagValue::Text(text),
        };
        Some((config.id.as_str(), value))
    })
}
