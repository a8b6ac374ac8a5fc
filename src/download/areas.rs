//! Areas with indicators joined: what GeoJSON and GeoPackage are written from.
//!
//! Names of the joined attributes are those of tiles: `a` is the newest year of the indicator `a`, `a:2015` a year that
//! was asked for. In tiles a state is left out where there is nothing to say; a file is a table, and so each attribute
//! has its state beside it, `a:state`, for every area.

use crate::attribute::Attribute;
use crate::config::{Language, Text};
use crate::geo::{Mercator, Polygon, degrees};
use crate::release::{Audience, FeatureRecord, Indicator, Layer, LayerFeatures, Release, ReleasedValue, Series};
use crate::store::{Areas, FeatureIndex};
use crate::texts;
use crate::tile::Years;
use crate::value::{Period, State};

/// The areas of a layer, some or all, and what is joined to them.
#[derive(Debug)]
pub struct AreaTable<'a> {
    /// The release they belong to.
    pub release: &'a Release,
    /// The layer.
    pub layer: &'a Layer,
    /// Its borders.
    pub areas: &'a Areas,
    /// Which of its areas, in the order of the layer.
    pub features: &'a [FeatureIndex],
    /// Joined values.
    pub columns: Vec<Column<'a>>,
    /// The language of titles.
    pub language: Language,
}

/// One joined attribute: an indicator in one period.
#[derive(Debug)]
pub struct Column<'a> {
    /// Its name.
    pub name: String,
    /// The indicator.
    pub indicator: &'a Indicator,
    series: &'a Series,
    /// The period that its values speak of.
    pub period: Period,
}

/// The joined attributes of a layer: per indicator the newest year, then the years asked for, ascending. An indicator
/// that is not published for the layer gives none.
#[must_use]
pub fn columns<'a>(layer: &Layer, indicators: &[&'a Indicator], years: &Years) -> Vec<Column<'a>> {
    let mut columns = Vec::new();
    for &indicator in indicators {
        let Some(series) = indicator.series(&layer.config.id, &Audience::Public) else { continue };
        let column = |name, period| Column { name, indicator, series, period };
        let id = indicator.id();
        let is_wanted = |period: &Period| match years {
            Years::Newest => false,
            Years::All => true,
            Years::These(these) => these.contains(period),
        };
        columns.extend(series.newest().map(|newest| column(id.to_string(), newest)));
        let wanted = series.periods().iter().copied().filter(is_wanted);
        columns.extend(wanted.map(|period| column(format!("{id}:{period}"), period)));
    }
    columns
}

impl Column<'_> {
    /// Name of the attribute with the state.
    pub(super) fn state_name(&self) -> String {
        format!("{}:state", self.name)
    }

    /// Number, if there is one, and state of an area's value.
    pub(super) fn value(&self, feature: FeatureIndex) -> (Option<f64>, State) {
        let value = self.series.value(feature, self.period);
        (value.and_then(ReleasedValue::number), value.map_or(State::Missing, ReleasedValue::state))
    }

    /// What the attribute is, for people.
    pub(super) fn title(&self, language: Language) -> String {
        let config = &self.indicator.config;
        let title = format!("{}, {} ({})", config.title.get(language), self.period, config.unit.get(language));
        let is_newest = self.name == config.id.as_str();
        if is_newest { format!("{title}, {}", texts::field("newest").get(language)) } else { title }
    }
}

impl<'a> AreaTable<'a> {
    /// The areas of a layer that may be taken away; `None` for a layer of facilities.
    #[must_use]
    pub fn areas_of(layer: &Layer) -> Option<&Areas> {
        match &layer.geometry {
            LayerFeatures::Areas(areas) => Some(areas),
            LayerFeatures::Places(_) => None,
        }
    }

    /// The chosen features with their position.
    pub(super) fn rows(&self) -> impl Iterator<Item = (FeatureIndex, &'a FeatureRecord)> {
        let layer = self.layer;
        self.features.iter().map(move |feature| (*feature, &layer.features[*feature as usize]))
    }

    /// All vertices of an area in degrees, longitude first. Rings are closed; exteriors run counter-clockwise, holes
    /// clockwise (RFC 7946 §3.1.6), as they do in Mercator.
    pub(super) fn polygons(&self, feature: FeatureIndex) -> Vec<Vec<Vec<[f64; 2]>>> {
        let ring = |ring: &Vec<Mercator>| {
            let at = |vertex: &Mercator| {
                let at = vertex.to_lon_lat();
                [degrees(at.lon_deg), degrees(at.lat_deg)]
            };
            ring.iter().chain(ring.first()).map(at).collect()
        };
        let polygon = |polygon: &Polygon<Mercator>| polygon.rings().map(ring).collect();
        self.areas.polygons(feature, 0.0).iter().map(polygon).collect()
    }

    /// West, south, east, north of all chosen areas in degrees; `None` if there is none.
    pub(super) fn bounds(&self) -> Option<[f64; 4]> {
        let boxes = self.features.iter().map(|feature| self.areas.feature_bounds(*feature));
        let all = boxes.reduce(crate::geo::Bounds::union)?;
        Some(all.to_lon_lat().to_west_south_east_north().map(degrees))
    }

    /// What is joined, each indicator once.
    pub(super) fn indicators(&self) -> impl Iterator<Item = &'a Indicator> {
        let mut last = None;
        self.columns.iter().map(|column| column.indicator).filter(move |indicator| {
            let is_other = last != Some(indicator.id());
            last = Some(indicator.id());
            is_other
        })
    }

    /// The attribution lines of borders and figures, each once.
    pub(super) fn attribution(&self) -> Vec<&'a str> {
        let figures = self.indicators().map(|indicator| indicator.config.provenance.attribution.as_str());
        let mut lines = vec![self.layer.config.provenance.attribution.as_str()];
        for line in figures {
            if !lines.contains(&line) {
                lines.push(line);
            }
        }
        lines
    }

    /// The published attributes of the layer: name, title and, in the order of `rows`, the values.
    pub(super) fn published(&self) -> Vec<Published<'a>> {
        let layer = self.layer;
        let described = layer.config.attributes.iter().enumerate();
        let values = |at: usize| self.rows().filter_map(|(_, record)| record.attributes.get(at)).collect();
        described.map(|(at, config)| Published { name: &config.id, title: &config.title, values: values(at) }).collect()
    }
}

/// A published attribute of the layer.
pub(super) struct Published<'a> {
    pub name: &'a str,
    pub title: &'a Text,
    pub values: Vec<&'a Attribute>,
}

/// What the attributes are that every file has, by name.
pub(super) fn own(name: &str, language: Language) -> String {
    let field = match name {
        "key" => "area_key",
        other => other,
    };
    texts::field(field).get(language).to_owned()
}
