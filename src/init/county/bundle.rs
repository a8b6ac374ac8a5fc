//! The layers of a boundary bundle, and the areas in them.
//!
//! The columns drift over the years: RS became ARS, a district's AGS has eight digits or five, some files have the
//! ARS alone. Land is told from water by the geofactor GF: 4 in VG250, 9 in the generalised VG5000
//! (documentation of VG250, attribute GF). Water rows repeat the key of their land and are left out.

use std::collections::BTreeMap;
use std::path::Path;

use super::find::District;
use super::{AGS, ARS, DISTRICT};
use crate::attribute::Attribute;
use crate::config::SourceConfig;
use crate::filter::Filter;
use crate::geo::{LonLat, Shape};
use crate::init::InitError;
use crate::message;
use crate::report::{Case, Finding, Report};
use crate::source::{self, FeatureSet, GeometryKind, Member, SourceError};

/// Columns with official keys, in the order in which they are asked.
const KEY_COLUMNS: [&str; 4] = ["ARS", "RS", "AGS", "SHN"];

/// The layers of a bundle that are taken.
#[derive(Debug)]
pub(super) struct Bundle<'b> {
    path: &'b Path,
    pub(super) municipalities: &'b Member,
    pub(super) associations: Option<&'b Member>,
    pub(super) districts: Option<&'b Member>,
}

/// One area of the new atlas.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Area {
    /// The ARS, as long as the level asks; a municipality may be known by its AGS alone.
    pub(super) ars: Option<String>,
    /// Municipalities only.
    pub(super) ags: Option<String>,
    /// Column GEN.
    pub(super) name: Option<String>,
    /// Column BEZ.
    pub(super) kind: Option<String>,
    pub(super) shape: Shape<LonLat>,
}

impl Area {
    /// The key of its layer.
    pub(super) fn key(&self) -> &str {
        self.ags.as_deref().or(self.ars.as_deref()).unwrap_or_default()
    }

    /// The name, or the key where the file has no names.
    pub(super) fn name(&self) -> &str {
        self.name.as_deref().unwrap_or_else(|| self.key())
    }
}

impl<'b> Bundle<'b> {
    pub(super) fn of(path: &'b Path, members: &'b [Member]) -> Result<Self, InitError> {
        let ending = |suffix: &str| {
            let fits = |member: &&Member| {
                member.kind == GeometryKind::Polygons && member.name.to_uppercase().ends_with(suffix)
            };
            members.iter().find(fits)
        };
        let Some(municipalities) = ending("GEM") else {
            let told = |member: &Member| match member.kind {
                GeometryKind::None => format!("{} (a table without shapes)", member.name),
                _ => member.name.clone(),
            };
            let members = members.iter().map(told).collect();
            return Err(InitError::NoMunicipalities { path: path.to_path_buf(), members });
        };
        Ok(Self { path, municipalities, associations: ending("VWG"), districts: ending("KRS") })
    }

    /// Every district of the country: from their own layer, or from the heads of the municipalities' keys.
    pub(super) fn all_districts(&self) -> Result<Vec<District>, InitError> {
        // what is wrong far away from the county is of no interest
        let report = &mut Report::default();
        let mut districts: BTreeMap<String, District> = BTreeMap::new();
        if let Some(member) = self.districts {
            for area in self.areas(member, "", DISTRICT, report)? {
                let key = area.key().to_owned();
                districts.entry(key.clone()).or_insert(District { key, name: area.name, kind: area.kind });
            }
        } else {
            for area in self.areas(self.municipalities, "", ARS, report)? {
                let key = area.key()[..DISTRICT].to_owned();
                districts.entry(key.clone()).or_insert(District { key, name: None, kind: None });
            }
        }
        Ok(districts.into_values().collect())
    }

    /// As [`Self::areas`]; a bundle may do without the layer, or have nothing there.
    pub(super) fn areas_if_any(
        &self,
        member: Option<&Member>,
        prefix: &str,
        digits: usize,
        report: &mut Report,
    ) -> Result<Vec<Area>, InitError> {
        let Some(member) = member else { return Ok(Vec::new()) };
        match self.areas(member, prefix, digits, report) {
            Err(InitError::Boundaries(error)) if matches!(*error, SourceError::FilterTakesNothing { .. }) => {
                Ok(Vec::new())
            }
            result => result,
        }
    }

    /// The land areas of a layer whose keys start with `prefix`, ordered by key. `digits` is the length of
    /// the level's ARS.
    pub(super) fn areas(
        &self,
        member: &Member,
        prefix: &str,
        digits: usize,
        report: &mut Report,
    ) -> Result<Vec<Area>, InitError> {
        let columns: Vec<&str> = KEY_COLUMNS.into_iter().filter(|key| has(&member.columns, key)).collect();
        if columns.is_empty() {
            return Err(InitError::NoKeys { member: member.name.clone(), columns: member.columns.clone() });
        }
        let filter = columns.iter().map(|column| format!("{column} LIKE '{prefix}%'")).collect::<Vec<_>>().join(" OR ");
        let config = SourceConfig {
            member: Some(member.name.clone()),
            filter: if prefix.is_empty() { None } else { Filter::parse(&filter).ok() },
            ..SourceConfig::of(self.path)
        };
        let set = source::open(&config, report)?;
        let rows = set.features.len();
        let set = land(set);
        if set.features.len() < rows {
            report.fact(&member.name, message!("{n} row[s] of water left out", n = rows - set.features.len()));
        }
        let mut keyless = Vec::new();
        let mut areas = Vec::new();
        for row in 0..set.features.len() {
            match area(&set, row, &columns, digits) {
                Some(area) if area.key().starts_with(prefix) => areas.push(area),
                Some(_) => {}
                None => keyless.push(Case::line(set.features[row].row)),
            }
        }
        if !keyless.is_empty() {
            let message = message!(
                "areas of {member} without a key of {digits} digits are left out",
                member = &member.name,
                digits
            );
            report.add(Finding::warning("key-missing", message).in_file(self.path).at_all(keyless));
        }
        areas.sort_by(|a, b| a.key().cmp(b.key()));
        Ok(areas)
    }
}

fn has(columns: &[String], name: &str) -> bool {
    columns.iter().any(|column| column.eq_ignore_ascii_case(name))
}

/// Leaves out water.
fn land(mut set: FeatureSet) -> FeatureSet {
    let Some(column) = set.column("GF") else { return set };
    let factor = |attributes: &[Attribute]| attributes.get(column).and_then(Attribute::to_text);
    for land in ["4", "9"] {
        if set.features.iter().any(|feature| factor(&feature.attributes).as_deref() == Some(land)) {
            set.features.retain(|feature| factor(&feature.attributes).as_deref() == Some(land));
            break;
        }
    }
    set
}

fn area(set: &FeatureSet, row: usize, columns: &[&str], digits: usize) -> Option<Area> {
    let feature = &set.features[row];
    let text = |name: &str| {
        let column = set.column(name)?;
        feature.attributes.get(column)?.to_text().filter(|text| !text.is_empty())
    };
    let ars = columns.iter().find_map(|column| key(&text(column)?, digits));
    let ags = match digits {
        ARS => {
            let own = text("AGS").and_then(|text| key(&text, AGS));
            // ARS without the four digits of the association (Gemeindeverzeichnis)
            Some(own.or_else(|| ars.as_ref().map(|ars| format!("{}{}", &ars[..DISTRICT], &ars[9..])))?)
        }
        _ => None,
    };
    if ars.is_none() && ags.is_none() {
        return None;
    }
    Some(Area { ars, ags, name: text("GEN"), kind: text("BEZ"), shape: feature.shape.clone() })
}

/// A key of exactly `digits` digits: a lost leading zero is put back, zeros that fill it up are cut off.
pub(super) fn key(text: &str, digits: usize) -> Option<String> {
    let text = text.trim();
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    if text.len() + 1 == digits && !text.starts_with('0') {
        return Some(format!("0{text}"));
    }
    let (head, rest) = text.split_at_checked(digits)?;
    rest.bytes().all(|byte| byte == b'0').then(|| head.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_come_out_as_long_as_their_level_asks() {
        assert_eq!(key("03358", 5).as_deref(), Some("03358"));
        assert_eq!(key("3358", 5).as_deref(), Some("03358"));
        assert_eq!(key("03358000", 5).as_deref(), Some("03358"));
        assert_eq!(key("033580000000", 5).as_deref(), Some("03358"));
        assert_eq!(key("0335800000", 5).as_deref(), Some("03358"));
        for wrong in ["", "--------", "03358002", "033", "Heidekreis"] {
            assert_eq!(key(wrong, 5), None, "{wrong}");
        }
    }
}
