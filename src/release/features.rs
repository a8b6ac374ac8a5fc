//! A file's features → the records and the geometry of a layer.
//!
//! Keys are read as the layer's kind, names and attributes are looked up by column, and everything
//! that does not fit is left out and reported. Geometry is handed on to `store` untouched.

use crate::message;
use std::collections::{BTreeMap, HashMap};

use crate::area::{AreaKey, FeatureId, Manner};
use crate::attribute::Attribute;
use crate::config::{
    AreaLayer, CategoryConfig, FacilityLayer, LayerConfig, LayerKind, OfferAttribute, PointsConfig, PointsMode,
};
use crate::delimited::missing_column;
use crate::geo::{LonLat, Shape};
use crate::release::layer::{FeatureRecord, Layer, ParentArea};
use crate::release::offers::Offers;
use crate::report::{Case, Finding, Message, Report};
use crate::source::{Feature, FeatureSet};
use crate::store::{AreaInput, Coarsened, Crowding, Place, Places};
use crate::value::{Period, Validity};

/// A layer whose borders are not built yet: area layers are built together.
pub(super) struct Draft {
    pub(super) config: LayerConfig,
    pub(super) features: Vec<FeatureRecord>,
    pub(super) shapes: Shapes,
}

/// Shapes as the file has them, or what is made of them.
pub(super) enum Shapes {
    Areas(Vec<AreaInput>),
    Places(Places),
}

/// Makes a layer of a file's features, but for its borders. `None` if nothing is left or a column is missing; the
/// report says which.
pub(super) fn to_draft(config: &LayerConfig, set: FeatureSet, report: &mut Report) -> Option<Draft> {
    let columns = Columns::find(config, &set, report)?;
    let (features, shapes) = match &config.kind {
        LayerKind::Area(area) => areas(config, area, &columns, set, report),
        LayerKind::Facility(facility) => facilities(config, facility, &columns, set, report),
    };
    if features.is_empty() {
        report.add(
            Finding::error("layer-empty", message!("layer \"{id}\" has no features", id = config.id))
                .in_file(&config.file)
                .advise("look at the findings of its source file; a filter may be too narrow"),
        );
        return None;
    }
    refuse_equal_ids(config, &features, report)?;
    Some(Draft { config: config.clone(), features, shapes })
}

/// Reports the columns that the layer file names and a file does not have.
pub(super) fn check_columns(config: &LayerConfig, columns: Vec<String>, report: &mut Report) {
    let _found = Columns::find(config, &FeatureSet { columns, features: Vec::new() }, report);
}

/// Says which zooms are simplified further to keep to the byte budget, and which are too large all the same.
pub(super) fn report_coarsened(layer: &Layer, report: &mut Report) {
    let Layer { config, .. } = layer;
    let coarsened = &layer.fullness.coarsened;
    if coarsened.is_empty() {
        return;
    }
    let budget = config.tiles.budget_bytes;
    let kilobytes = |bytes: usize| bytes.div_ceil(1000);
    let cases = coarsened.iter().map(|zoom| {
        let Coarsened { zoom, factor, bytes_before, bytes } = *zoom;
        let (before, after) = (kilobytes(bytes_before), kilobytes(bytes));
        let left = if bytes > budget { ", still above the budget" } else { "" };
        Case::detail(if factor > 1.0 {
            message!(
                "zoom {zoom}: {factor} times the tolerance, {after} kB instead of {before} kB{left}",
                zoom,
                factor,
                after,
                before,
                left = Message::from(left)
            )
        } else {
            message!(
                "zoom {zoom}: {before} kB; its attributes fill the tile, a larger tolerance would save little",
                zoom,
                before
            )
        })
    });
    let finding = Finding::notice(
        "tile-budget",
        message!(
            "layer \"{id}\": the fullest tile of {coarsened} above {budget} kB",
            id = config.id,
            coarsened = message!("{n} zoom[s] [is|are]", n = coarsened.len()),
            budget = kilobytes(budget)
        ),
    );
    let advice =
        "nothing is left out but vertices; to choose otherwise, set `min_zoom`, `tolerance` or `budget` in [tiles]";
    report.add(finding.in_file(&config.file).advise(advice).at_all(cases));
}

/// Where the columns that the layer file names stand in the source.
struct Columns {
    key: Option<usize>,
    name: Option<usize>,
    attributes: Vec<usize>,
    parent: Option<usize>,
    category: Option<usize>,
    opened: Option<usize>,
    closed: Option<usize>,
    valid_from: Option<usize>,
    valid_to: Option<usize>,
}

impl Columns {
    fn find(config: &LayerConfig, set: &FeatureSet, report: &mut Report) -> Option<Self> {
        let mut missing = Vec::new();
        let mut find = |name: Option<&String>, toml_key: &str| {
            let name = name?;
            let position = set.column(name);
            if position.is_none() {
                missing.push(Case::detail(missing_column(name, &set.columns)).in_column(toml_key));
            }
            position
        };
        let area = config.as_area();
        let facility = config.as_facility();
        let key = area.map(|area| &area.key.column).or(facility.and_then(|facility| facility.key_column.as_ref()));
        let columns = Self {
            key: find(key, "key.column"),
            name: find(config.name_column.as_ref(), "name"),
            attributes: config
                .attributes
                .iter()
                .filter_map(|attribute| {
                    let usual = OfferAttribute::of(&attribute.id).filter(|usual| usual.id == attribute.column);
                    let mut names =
                        usual.filter(|_| facility.is_some()).into_iter().flat_map(OfferAttribute::column_names);
                    let by_usual_name = names.find_map(|name| set.column(name));
                    by_usual_name
                        .or_else(|| find(Some(&attribute.column), &format!("attributes.{}.column", attribute.id)))
                })
                .collect(),
            parent: find(area.and_then(|area| area.parent.as_ref()).map(|parent| &parent.column), "parent.column"),
            category: find(facility.and_then(|facility| facility.category_column.as_ref()), "category"),
            opened: find(facility.and_then(|facility| facility.opened_column.as_ref()), "opened"),
            closed: find(facility.and_then(|facility| facility.closed_column.as_ref()), "closed"),
            valid_from: find(area.and_then(|area| area.valid_from_column.as_ref()), "valid_from"),
            valid_to: find(area.and_then(|area| area.valid_to_column.as_ref()), "valid_to"),
        };
        if missing.is_empty() {
            return Some(columns);
        }
        report.add(
            Finding::error(
                "column-missing",
                message!(
                    "layer \"{id}\": columns not found in {path}",
                    id = config.id,
                    path = config.source.path.display()
                ),
            )
            .in_file(&config.file)
            .advise(message!("its columns are: {columns}", columns = set.columns.join(", ")))
            .at_all(missing),
        );
        None
    }

    fn name(&self, feature: &Feature, key: &str) -> String {
        let name = self.name.and_then(|column| feature.attributes[column].to_text());
        name.filter(|name| !name.is_empty()).unwrap_or_else(|| key.to_owned())
    }

    fn attributes(&self, feature: &Feature) -> Vec<Attribute> {
        self.attributes.iter().map(|column| feature.attributes[*column].clone()).collect()
    }
}

/// Findings of one layer while its features are read.
#[derive(Default)]
struct Left {
    bad_keys: Vec<Case>,
    zeros: Vec<Case>,
    respelled: Vec<Case>,
    other_geometry: Vec<Case>,
    repeated: Vec<Case>,
    unknown_categories: BTreeMap<String, Vec<u64>>,
    bad_years: Vec<Case>,
}

impl Left {
    fn report(self, config: &LayerConfig, report: &mut Report) {
        let id = &config.id;
        let mut say = |cases: Vec<Case>, finding: Finding| {
            if !cases.is_empty() {
                report.add(finding.in_file(&config.source.path).at_all(cases));
            }
        };
        say(
            self.zeros,
            Finding::notice(
                "key-zero-restored",
                message!("layer \"{id}\": keys that had lost their leading zero got it back", id),
            )
            .advise("store keys as text in the source"),
        );
        say(
            self.respelled,
            Finding::notice(
                "key-respelled",
                message!("layer \"{id}\": keys in another spelling were read as the layer's kind of key", id),
            )
            .advise("name the column that has the official key, if there is one"),
        );
        say(
            self.bad_keys,
            Finding::warning(
                "key-unreadable",
                message!("layer \"{id}\": features without a usable key were left out", id),
            )
            .advise("correct the key in the source, or the kind of key in the layer file"),
        );
        say(
            self.other_geometry,
            Finding::warning(
                "geometry-of-other-kind",
                message!("layer \"{id}\": features of another geometry kind were left out", id),
            )
            .advise("area layers take polygons, facility layers take points"),
        );
        let repeated = if config.as_area().is_some() {
            Finding::warning(
                "key-repeated",
                message!("layer \"{id}\": keys that occur in several rows; their polygons were put together", id),
            )
            .advise("if the further rows are water surfaces, filter them out, in VG250 with GF = 4")
        } else {
            Finding::warning(
                "key-repeated",
                message!("layer \"{id}\": facilities whose key occurred before were left out", id),
            )
            .advise("give every facility a key of its own, or name no key column")
        };
        say(self.repeated, repeated);
        say(
            self.bad_years,
            Finding::warning("year-unreadable", message!("layer \"{id}\": years that cannot be read were ignored", id))
                .advise("write a year such as 2015 or a date such as 31.12.2015"),
        );
        let categories = self.unknown_categories.into_iter().map(|(text, rows)| {
            Case::detail(message!(
                "\"{text}\" in {rows}, first in row {first}",
                text,
                rows = message!("{n} row[s]", n = rows.len()),
                first = rows[0]
            ))
        });
        say(
            categories.collect(),
            Finding::warning(
                "category-unknown",
                message!("layer \"{id}\": facilities of a category that the layer does not have were left out", id),
            )
            .advise("add the category to the layer file, or the text to a category's matches"),
        );
    }
}

fn areas(
    config: &LayerConfig,
    area: &AreaLayer,
    columns: &Columns,
    set: FeatureSet,
    report: &mut Report,
) -> (Vec<FeatureRecord>, Shapes) {
    let mut left = Left::default();
    let mut records: Vec<FeatureRecord> = Vec::with_capacity(set.features.len());
    let mut inputs: Vec<AreaInput> = Vec::with_capacity(set.features.len());
    let mut known: HashMap<String, usize> = HashMap::new();
    for feature in set.features {
        let text = columns.key.and_then(|column| feature.attributes[column].to_text()).unwrap_or_default();
        let read = match AreaKey::read(&text, area.key.kind) {
            Ok(read) => read,
            Err(error) => {
                left.bad_keys.push(Case::line(feature.row).in_column(&area.key.column).saying(error.told()));
                continue;
            }
        };
        if read.manner.zero_restored {
            left.zeros.push(Case::line(feature.row).with_key(read.key.as_str()));
        } else if read.manner != Manner::WRITTEN {
            let case = Case::line(feature.row).with_key(text.trim());
            left.respelled.push(case.saying(message!(
                "read as {key}: {manner}",
                key = read.key,
                manner = read.manner.told()
            )));
        }
        let parent = parent_of(area, columns, &feature);
        let valid = Validity {
            from: period_of(columns.valid_from, &feature, &mut left).map(Period::from),
            to: period_of(columns.valid_to, &feature, &mut left).map(Period::counted_on),
        };
        let name = columns.name(&feature, read.key.as_str());
        let attributes = columns.attributes(&feature);
        let Shape::Polygons(polygons) = feature.shape else {
            left.other_geometry.push(Case::line(feature.row).with_key(read.key.as_str()));
            continue;
        };
        let key = read.key.as_str().to_owned();
        if let Some(first) = known.get(&key) {
            left.repeated.push(Case::line(feature.row).with_key(&key));
            inputs[*first].polygons.extend(polygons);
            continue;
        }
        known.insert(key.clone(), records.len());
        inputs.push(AreaInput { key: key.clone(), polygons });
        let id = FeatureId::of(&key);
        records.push(FeatureRecord {
            key,
            id,
            name,
            attributes,
            parent,
            valid,
            category: None,
            opened: None,
            closed: None,
        });
    }
    left.report(config, report);
    (records, Shapes::Areas(inputs))
}

fn parent_of(area: &AreaLayer, columns: &Columns, feature: &Feature) -> Option<ParentArea> {
    let parent = area.parent.as_ref()?;
    let text = feature.attributes[columns.parent?].to_text()?;
    let key = parent.digits.map_or(Some(text.as_str()), |digits| text.get(..digits))?;
    Some(ParentArea { layer: parent.layer.clone(), key: key.to_owned() })
}

fn facilities(
    config: &LayerConfig,
    facility: &FacilityLayer,
    columns: &Columns,
    set: FeatureSet,
    report: &mut Report,
) -> (Vec<FeatureRecord>, Shapes) {
    let mut left = Left::default();
    let mut records: Vec<FeatureRecord> = Vec::with_capacity(set.features.len());
    let mut places = Vec::with_capacity(set.features.len());
    let mut known: HashMap<String, u64> = HashMap::new();
    let mut offers = Offers::of(config);
    for feature in set.features {
        let Shape::Point(position) = feature.shape else {
            left.other_geometry.push(Case::line(feature.row));
            continue;
        };
        let Some((number, category)) = category_of(facility, columns, &feature, &mut left) else { continue };
        let key = facility_key(columns, &feature, position);
        if let Some(first) = known.get(&key) {
            left.repeated.push(Case::line(feature.row).with_key(&key).saying(message!("first in row {first}", first)));
            continue;
        }
        known.insert(key.clone(), feature.row);
        let id = FeatureId::of(&key);
        let mut attributes = columns.attributes(&feature);
        offers.read(feature.row, &mut attributes);
        places.push(Place { position: position.to_mercator(), id, category: number });
        records.push(FeatureRecord {
            id,
            name: columns.name(&feature, &category.title.de),
            attributes,
            parent: None,
            valid: Validity::default(),
            category: Some(category.id.clone()),
            opened: year_of(columns.opened, &feature, &mut left),
            closed: year_of(columns.closed, &feature, &mut left),
            key,
        });
    }
    left.report(config, report);
    offers.report(report);
    (records, Shapes::Places(index(config, facility, places, report)))
}

/// Indexes places, and clusters those of a layer that says so or has very many.
fn index(config: &LayerConfig, facility: &FacilityLayer, places: Vec<Place>, report: &mut Report) -> Places {
    let mode = facility.points_mode(places.len());
    let zooms = facility.points.crowded_zooms(&config.tiles);
    if mode == PointsMode::All || zooms.is_empty() {
        return Places::build(places);
    }
    if facility.points.given.is_none() {
        let (done, word) = match mode {
            PointsMode::Thin => ("thinned", "thin"),
            _ => ("clustered", "cluster"),
        };
        let message = message!(
            "layer \"{id}\": {count} facilities are {done} below zoom {end}",
            id = config.id,
            count = places.len(),
            done = Message::from(done),
            end = zooms.end
        );
        report.add(Finding::notice("facilities-crowded", message).in_file(&config.file).advise(message!(
            "[tiles] points = \"{word}\" says that this is wanted, points = \"all\" gives each at every zoom",
            word
        )));
    }
    let spacing = facility.points.spacing_px(mode) / PointsConfig::TILE_PX;
    Places::build_crowded(places, &Crowding { mode, zooms, spacing })
}

/// The key a file gives, or one made of name and position (to 1e-6 degrees, about 10 cm).
fn facility_key(columns: &Columns, feature: &Feature, position: LonLat) -> String {
    let given = columns.key.and_then(|column| feature.attributes[column].to_text()).filter(|key| !key.is_empty());
    given.unwrap_or_else(|| {
        let name = columns.name.and_then(|column| feature.attributes[column].to_text()).unwrap_or_default();
        let place = format!("{name}@{:.6},{:.6}", position.lon_deg, position.lat_deg);
        format!("{:013x}", FeatureId::of(&place).as_u64())
    })
}

fn category_of<'a>(
    facility: &'a FacilityLayer,
    columns: &Columns,
    feature: &Feature,
    left: &mut Left,
) -> Option<(u16, &'a CategoryConfig)> {
    let mut categories = (0..).zip(&facility.categories);
    let Some(column) = columns.category else { return categories.next() };
    let text = feature.attributes[column].to_text().unwrap_or_default();
    let means = |category: &CategoryConfig| category.id.as_str() == text || category.matches.contains(&text);
    let category = categories.find(|(_, category)| means(category)).or_else(|| by_title(facility, &text));
    if category.is_none() {
        left.unknown_categories.entry(text).or_default().push(feature.row);
    }
    category
}

/// The one category whose id, title or text is this one in another case: people write `Kita` where the id is `kita`.
fn by_title<'a>(facility: &'a FacilityLayer, text: &str) -> Option<(u16, &'a CategoryConfig)> {
    let text = text.to_lowercase();
    let means = |(_, category): &(u16, &CategoryConfig)| {
        let named = [category.id.as_str(), &category.title.de, &category.title.en];
        let mut names = named.into_iter().chain(category.matches.iter().map(String::as_str));
        names.any(|name| name.to_lowercase() == text)
    };
    let mut found = (0..).zip(&facility.categories).filter(means);
    let only = found.next()?;
    found.next().is_none().then_some(only)
}

fn year_of(column: Option<usize>, feature: &Feature, left: &mut Left) -> Option<i16> {
    period_of(column, feature, left).map(Period::as_year)
}

fn period_of(column: Option<usize>, feature: &Feature, left: &mut Left) -> Option<Period> {
    let text = feature.attributes[column?].to_text().filter(|text| !text.trim().is_empty())?;
    let period = Period::read(&text);
    if period.is_none() {
        left.bad_years.push(Case::line(feature.row).saying(format!("\"{text}\"")));
    }
    period
}

/// Two keys with the same 52-bit id would be one feature to a client.
fn refuse_equal_ids(config: &LayerConfig, records: &[FeatureRecord], report: &mut Report) -> Option<()> {
    let mut owners: HashMap<FeatureId, &str> = HashMap::with_capacity(records.len());
    let mut clashes = Vec::new();
    for record in records {
        if let Some(other) = owners.insert(record.id, &record.key) {
            clashes.push(Case::key(&record.key).saying(message!("has the same feature id as \"{other}\"", other)));
        }
    }
    if clashes.is_empty() {
        return Some(());
    }
    report.add(
        Finding::error(
            "feature-id-clash",
            message!("layer \"{id}\": two keys have the same feature id", id = config.id),
        )
        .in_file(&config.source.path)
        .advise("change one of the keys")
        .at_all(clashes),
    );
    None
}
