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
use crate::report::{Finding, Report};
use crate::source;
use bundle::Bundle;
use find::find;
use level::Level;
use origin::Origin;

/// Digits of the key of a Land, a district, and an association of municipalities (the head of the ARS), and of a
/// municipality as ARS and as AGS.
const STATE: usize = 2;
const DISTRICT: usize = 5;
const ASSOCIATION: usize = 9;
const ARS: usize = 12;
const AGS: usize = 8;

/// Takes the county's layers.
pub(super) fn add(boundaries: &Boundaries, files: &mut Files, report: &mut Report) -> Result<Content, InitError> {
    let path = boundaries.file.as_path();
    let members = source::inspect(path)?;
    let bundle = Bundle::of(path, &members)?;
    let (county, restored) = find(&boundaries.county, &bundle.all_districts()?)?;
    if restored {
        let message = format!("county \"{}\" is read as {}", boundaries.county, county.key);
        let advice = "keys of districts have five digits; the leading zero was lost";
        report.add(Finding::notice("zero-restored", message).advise(advice));
    }
    let municipalities = bundle.areas(bundle.municipalities, &county.key, ARS, report)?;
    let associations = bundle.areas_if_any(bundle.associations, &county.key, ASSOCIATION, report)?;
    let around = bundle.areas_if_any(bundle.districts, &county.key[..STATE], DISTRICT, report)?;
    let own: Vec<_> = around.iter().filter(|area| area.ars.as_ref() == Some(&county.key)).cloned().collect();
    let keys = municipalities.iter().map(|area| (area.key().to_owned(), area.name().to_owned())).collect();

    let label = county.label();
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
        report.fact(level.id, format!("areas in the new layer: {}", level.areas.len()));
    }
    Ok(Content {
        id: county.id(),
        title_de: format!("Atlas {}", county.name()),
        title_en: format!("Atlas of {}", county.name()),
        publisher: label,
        areas: levels.iter().map(|level| level.id.to_owned()).collect(),
        facilities: Vec::new(),
        keys,
    })
}
