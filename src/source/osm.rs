//! An OpenStreetMap extract (`.osm.pbf`) → the facilities that the rules of the layer's categories take.
//!
//! Nodes are places as they are. A way is its outline's centroid, or a place inside where the centroid lies outside; a
//! multipolygon relation that of its outer rings. Coordinates are degrees on WGS 84. Of several rules that fit, the
//! closest decides ([`crate::tags::TagRule::fit`]).
//!
//! Columns: those of [`COLUMNS`], under one name whatever tag they came from, then every other tag of any feature that
//! is taken, under its own key. The extract is read twice or three times: what is taken, the outer ways of relations
//! that are taken, the nodes of those ways. What is kept in memory depends on the facilities, not on the extract.

mod outline;
mod pbf;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use osmpbf::{Element, PrimitiveBlock, RelMemberType};

use super::place::{FileXy, RawFeature};
use super::remark::{Remark, Remarks};
use super::selection::Selection;
use super::{RawSet, SourceError};
use crate::attribute::Attribute;
use crate::config::{OsmCategory, SourceConfig};
use crate::geo::{Crs, Position, Shape};
use outline::{Outline, Ring};
use pbf::Extract;

/// Columns that every extract gives, and the tags that fill them: the first of them that a feature has.
pub const COLUMNS: [(&str, &[&str]); 16] = [
    ("osm_id", &[]),
    ("category", &[]),
    ("name", &["name", "official_name", "operator"]),
    ("operator", &["operator"]),
    ("street", &["addr:street", "addr:place"]),
    ("house_number", &["addr:housenumber"]),
    ("postcode", &["addr:postcode"]),
    ("place", &["addr:city"]),
    ("capacity", &["capacity", "capacity:persons", "beds"]),
    ("opening_hours", &["opening_hours"]),
    ("barrier_free", &["wheelchair"]),
    ("phone", &["phone", "contact:phone"]),
    ("email", &["email", "contact:email"]),
    ("website", &["website", "contact:website", "url"]),
    ("last_checked", &["check_date", "survey:date"]),
    ("opened", &["start_date"]),
];

type Tags = BTreeMap<String, String>;

/// A feature whose tags a category takes.
struct Taken {
    id: String,
    category: usize,
    tags: Tags,
    shape: Drawn,
}

/// How OpenStreetMap draws it.
enum Drawn {
    At(f64, f64),
    Way(Vec<i64>),
    Outer(Vec<i64>),
    /// A relation that is no multipolygon.
    Otherwise,
}

/// Reads the features that the categories and the filter take.
pub(super) fn read(config: &SourceConfig) -> Result<RawSet, SourceError> {
    let extract = Extract::open(&config.path)?;
    let categories = &config.osm;
    let blocks = extract.scan(|block| taken_of(block, categories))?;
    let records = blocks.iter().map(|(count, _)| *count).sum();
    let taken: Vec<Taken> = blocks.into_iter().flat_map(|(_, taken)| taken).collect();

    let columns = columns(&taken);
    let selection = Selection::new(config.filter.as_ref(), &columns, &config.path)?;
    let with_attributes = taken.into_iter().map(|taken| (attributes(&taken, categories, &columns), taken));
    let taken: Vec<(Vec<Attribute>, Taken)> =
        with_attributes.filter(|(attributes, _)| selection.takes(attributes)).collect();
    selection.refuse_if_empty(taken.len(), records)?;

    let ways = outer_ways(&extract, &taken)?;
    let nodes = nodes(&extract, &taken, &ways)?;
    let selected = taken.len() as u64;
    let mut remarks = Remarks::default();
    let mut features = Vec::with_capacity(taken.len());
    for (row, (attributes, taken)) in (1..).zip(taken) {
        match place(&taken, &ways, &nodes) {
            Some((x, y, whole)) => {
                if !whole {
                    remarks.add(Remark::OutlineCut, row, taken.id);
                }
                features.push(RawFeature { row, attributes, shape: Shape::Point(FileXy::from_xy(x, y)) });
            }
            None if matches!(taken.shape, Drawn::Otherwise) => remarks.add(Remark::OtherRelation, row, taken.id),
            None => remarks.add(Remark::OutsideExtract, row, taken.id),
        }
    }
    let file = config.path.clone();
    let crs = Some(Crs::wgs84());
    Ok(RawSet { file, columns, records, selected, features, remarks, crs, crs_if_unsaid: None })
}

/// How many features a block has, and those of them that a category takes.
fn taken_of(block: &PrimitiveBlock, categories: &[OsmCategory]) -> osmpbf::Result<(u64, Vec<Taken>)> {
    let (mut count, mut taken) = (0, Vec::new());
    for element in block.elements() {
        count += 1;
        let tags: Vec<(&str, &str)> = match &element {
            Element::Node(node) => node.tags().collect(),
            Element::DenseNode(node) => node.tags().collect(),
            Element::Way(way) => way.tags().collect(),
            Element::Relation(relation) => relation.tags().collect(),
        };
        if tags.is_empty() {
            continue;
        }
        let value = |key: &str| tags.iter().find(|(known, _)| *known == key).map(|(_, value)| *value);
        let fits = categories.iter().enumerate().filter_map(|(place, known)| Some((known.rule.fit(value)?, place)));
        // of two that fit equally well the first in the layer's order
        let Some((_, category)) = fits.max_by(|(one, a), (other, b)| one.cmp(other).then(b.cmp(a))) else { continue };
        let (id, shape) = match element {
            Element::Node(node) => (format!("node/{}", node.id()), Drawn::At(node.lon(), node.lat())),
            Element::DenseNode(node) => (format!("node/{}", node.id()), Drawn::At(node.lon(), node.lat())),
            Element::Way(way) => (format!("way/{}", way.id()), Drawn::Way(way.refs().collect())),
            Element::Relation(relation) => {
                let shape = if value("type") == Some("multipolygon") { outer(&relation)? } else { Drawn::Otherwise };
                (format!("relation/{}", relation.id()), shape)
            }
        };
        let tags = tags.iter().map(|(key, value)| ((*key).to_owned(), value.trim().to_owned())).collect();
        taken.push(Taken { id, category, tags, shape });
    }
    Ok((count, taken))
}

fn outer(relation: &osmpbf::Relation<'_>) -> osmpbf::Result<Drawn> {
    let mut ways = Vec::new();
    for member in relation.members() {
        if member.member_type == RelMemberType::Way && member.role()? != "inner" {
            ways.push(member.member_id);
        }
    }
    Ok(Drawn::Outer(ways))
}

fn columns(taken: &[Taken]) -> Vec<String> {
    let mut further: BTreeSet<&str> = taken.iter().flat_map(|taken| taken.tags.keys().map(String::as_str)).collect();
    for (column, _) in COLUMNS {
        further.remove(column);
    }
    COLUMNS.iter().map(|(column, _)| *column).chain(further).map(str::to_owned).collect()
}

fn attributes(taken: &Taken, categories: &[OsmCategory], columns: &[String]) -> Vec<Attribute> {
    let text = |text: &str| if text.is_empty() { Attribute::Null } else { Attribute::Text(text.to_owned()) };
    let tag = |key: &str| taken.tags.get(key).map_or(Attribute::Null, |value| text(value));
    let standard = COLUMNS.iter().map(|(column, keys)| match *column {
        "osm_id" => Attribute::Text(taken.id.clone()),
        "category" => {
            categories.get(taken.category).map_or(Attribute::Null, |category| text(category.category.as_str()))
        }
        _ => keys.iter().map(|key| tag(key)).find(|value| *value != Attribute::Null).unwrap_or(Attribute::Null),
    });
    standard.chain(columns.iter().skip(COLUMNS.len()).map(|key| tag(key))).collect()
}

/// Nodes of the ways that are outer rings of a relation that is taken.
fn outer_ways(extract: &Extract, taken: &[(Vec<Attribute>, Taken)]) -> Result<HashMap<i64, Vec<i64>>, SourceError> {
    let wanted: HashSet<i64> = taken
        .iter()
        .flat_map(|(_, taken)| if let Drawn::Outer(ways) = &taken.shape { ways.as_slice() } else { &[] })
        .copied()
        .collect();
    if wanted.is_empty() {
        return Ok(HashMap::new());
    }
    let found = extract.scan(|block| {
        let ways = block.groups().flat_map(|group| group.ways());
        let wanted = ways.filter(|way| wanted.contains(&way.id()));
        Ok(wanted.map(|way| (way.id(), way.refs().collect::<Vec<i64>>())).collect::<Vec<_>>())
    })?;
    Ok(found.into_iter().flatten().collect())
}

/// Where the nodes lie that ways are made of.
fn nodes(
    extract: &Extract,
    taken: &[(Vec<Attribute>, Taken)],
    ways: &HashMap<i64, Vec<i64>>,
) -> Result<HashMap<i64, (f64, f64)>, SourceError> {
    let own =
        taken.iter().flat_map(|(_, taken)| if let Drawn::Way(nodes) = &taken.shape { nodes.as_slice() } else { &[] });
    let wanted: HashSet<i64> = own.chain(ways.values().flatten()).copied().collect();
    if wanted.is_empty() {
        return Ok(HashMap::new());
    }
    let found = extract.scan(|block| {
        let mut found = Vec::new();
        for group in block.groups() {
            let dense = group.dense_nodes().map(|node| (node.id(), (node.lon(), node.lat())));
            let single = group.nodes().map(|node| (node.id(), (node.lon(), node.lat())));
            found.extend(dense.chain(single).filter(|(id, _)| wanted.contains(id)));
        }
        Ok(found)
    })?;
    Ok(found.into_iter().flatten().collect())
}

/// Where a feature is, and whether all of its outline is in the extract.
fn place(taken: &Taken, ways: &HashMap<i64, Vec<i64>>, nodes: &HashMap<i64, (f64, f64)>) -> Option<(f64, f64, bool)> {
    let lines: Vec<&Vec<i64>> = match &taken.shape {
        Drawn::At(x, y) => return Some((*x, *y, true)),
        Drawn::Way(line) => vec![line],
        Drawn::Outer(outer) => outer.iter().filter_map(|way| ways.get(way)).collect(),
        Drawn::Otherwise => return None,
    };
    let all_ways = !matches!(&taken.shape, Drawn::Outer(outer) if outer.len() != lines.len());
    let all_nodes = lines.iter().all(|line| line.iter().all(|node| nodes.contains_key(node)));
    let rings = Ring::joined(lines.into_iter().map(Vec::as_slice));
    let (x, y) = Outline::of(&rings, nodes).centre()?;
    Some((x, y, all_ways && all_nodes))
}
