//! One county out of the official boundary file of the whole country.
//!
//! In goes a bundle as the authority delivers it (VG250, VG5000 and their kin): layers whose names end in GEM
//! (municipalities), VWG (associations of municipalities) and KRS (districts). Out come small GeoJSON
//! files in lon/lat, one per layer, and their descriptions: what lies in the county, and around it the
//! districts of its Land.

mod bundle;
mod find;
mod level;
mod origin;

use super::folder::Files;
use super::{Boundaries, Content, InitError};
use crate::area::KeyKind;
use crate::message;
use crate::report::{Finding, Message, Report};
use crate::source;
use bundle::Bundle;
use find::{District, county_of_key, find};
use level::Level;
use origin::Origin;

/// Digits of the key of a Land, a district, and an association of municipalities (the head of the ARS), and of a
/// municipality as ARS and as AGS.
const STATE: usize = 2;
const DISTRICT: usize = 5;
const ASSOCIATION: usize = 9;
const ARS: usize = 12;
const AGS: usize = 8;

/// What to say where a municipality was given in the place of a county; `None` if it is none either.
fn municipality(given: &str, bundle: &Bundle<'_>, districts: &[District]) -> Option<InitError> {
    let told = |what: Message, county: &District| {
        message!("{what} lies in {county}: give --county {key}", what, county = county.told(), key = county.key)
    };
    let found = if let Some(county) = county_of_key(given, districts) {
        vec![told(message!("the area with the key {key}", key = given.trim()), county)]
    } else {
        // what is wrong far away from the county is of no interest
        let areas = bundle.areas(bundle.municipalities, "", ARS, &mut Report::default()).ok()?;
        let named = areas.iter().filter(|area| area.name().to_lowercase() == given.trim().to_lowercase());
        let in_county = named.filter_map(|area| {
            let county = districts.iter().find(|district| area.key().starts_with(&district.key))?;
            let kind = area.kind.as_deref().unwrap_or("Gemeinde");
            Some(told(format!("{kind} {} ({})", area.name(), area.key()).into(), county))
        });
        in_county.collect()
    };
    (!found.is_empty()).then(|| InitError::Municipality { given: given.trim().to_owned(), found })
}

/// Takes the county's layers.
pub(super) fn add(boundaries: &Boundaries, files: &mut Files, report: &mut Report) -> Result<Content, InitError> {
    let path = boundaries.file.as_path();
    let members = source::inspect(path)?;
    let bundle = Bundle::of(path, &members)?;
    let districts = bundle.all_districts()?;
    let (county, restored) = find(&boundaries.county, &districts).map_err(|error| match error {
        InitError::UnknownCounty { .. } => municipality(&boundaries.county, &bundle, &districts).unwrap_or(error),
        error => error,
    })?;
    if restored {
        let message = message!("county \"{given}\" is read as {key}", given = &boundaries.county, key = &county.key);
        let advice = "keys of districts have five digits; the leading zero was lost";
        report.add(Finding::notice("zero-restored", message).advise(advice));
    }
    let municipalities = bundle.areas(bundle.municipalities, &county.key, ARS, report)?;
    let associations = bundle.areas_if_any(bundle.associations, &county.key, ASSOCIATION, report)?;
    let around = bundle.areas_if_any(bundle.districts, &county.key[..STATE], DISTRICT, report)?;
    let own: Vec<_> = around.iter().filter(|area| area.ars.as_ref() == Some(&county.key)).cloned().collect();
    let keys = municipalities.iter().map(|area| (area.key().to_owned(), area.name().to_owned())).collect();

    let label = county.label();
    report.fact(message!("county"), message!("{county} ({key}) is taken", county = &label, key = &county.key));
    let levels = [
        Level::new("municipalities", ("Gemeinden", "Municipalities"), KeyKind::Ags, municipalities),
        Level::new(
            "associations",
            ("Samt- und Einheitsgemeinden", "Associations of municipalities"),
            KeyKind::Association,
            associations,
        ),
        Level::new("county", (&label, &label), KeyKind::District, own),
        Level::new("districts", ("Kreise des Landes", "Districts of the state"), KeyKind::District, around),
    ];
    let levels: Vec<Level> = levels.into_iter().filter(|level| !level.areas.is_empty()).collect();
    let parent = levels.iter().find(|level| level.id == "districts").map(|level| level.id);
    let origin = Origin::of(path, bundle.municipalities, report);
    for (order, level) in (1..).zip(&levels) {
        files.add(format!("layers/{}.toml", level.id), level.description(order, parent, &origin).to_toml());
        files.add(format!("data/boundaries/{}.geojson", level.id), level.geojson());
        report.fact(
            message!("layer {id}", id = level.id),
            message!("{n} area[s] in the new layer", n = level.areas.len()),
        );
    }
    Ok(Content {
        id: county.id(),
        title_de: format!("Atlas {}", county.name()),
        title_en: format!("Atlas of {}", county.name()),
        publisher: label,
        areas: levels.iter().map(|level| level.id.to_owned()).collect(),
        facilities: Vec::new(),
        keys,
        county: Some(format!("{} ({})", county.label(), county.key)),
    })
}
