//! One area's polygons as the file gave them → valid polygons on the centimetre grid.
//!
//! In go rings in lon/lat, closed or open, wound in any direction; out come OGC-valid polygons,
//! exteriors counter-clockwise, holes clockwise, and [`Remarks`] on everything that was changed. A
//! polygon without faults keeps every vertex. Faults are looked for exactly, and only an area that has
//! one is sent through the overlay.

use crate::geo::{Fill, LonLat, Place, Polygon, Position, Ring};
use crate::geo::{fill, first_contact, parted, place, tidy, twice_area, without};
use crate::store::antimeridian;
use crate::store::centimetre::{Centimetre, area_m2};
use crate::store::frame::Frame;

/// What was changed in one area.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Remarks {
    /// Rings crossed themselves or each other: where, and by how much the repair changed the area.
    pub(super) crossing: Option<Crossing>,
    /// A hole lay outside its polygon, or a part inside another.
    pub(super) misplaced: bool,
    /// Rings with fewer than three distinct vertices, left out.
    pub(super) collapsed: usize,
    /// Tips of spikes, left out.
    pub(super) spikes: usize,
    /// Positions that are not numbers, left out.
    pub(super) not_finite: usize,
    /// Positions outside the Mercator square, moved to its border.
    pub(super) off_the_map: usize,
    /// It crossed the antimeridian and was cut there.
    pub(super) over_antimeridian: bool,
}

/// Where rings crossed, and what the repair did to the area.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Crossing {
    /// One of the places.
    pub(super) at: LonLat,
    /// Area after the repair less area before, in square metres of Mercator.
    pub(super) change_m2: f64,
}

/// Repairs one area.
pub(super) fn repair(given: &[Polygon<LonLat>]) -> (Vec<Polygon<Centimetre>>, Remarks) {
    let Some(turned) = antimeridian::turned(given) else { return repair_here(given) };
    let (polygons, mut remarks) = repair_here(&turned);
    remarks.over_antimeridian = true;
    if let Some(crossing) = &mut remarks.crossing {
        crossing.at = antimeridian::opposite(crossing.at);
    }
    (antimeridian::turned_back(polygons), remarks)
}

fn repair_here(given: &[Polygon<LonLat>]) -> (Vec<Polygon<Centimetre>>, Remarks) {
    let mut remarks = Remarks::default();
    let polygons: Vec<_> = given.iter().filter_map(|polygon| to_grid(polygon, &mut remarks)).map(oriented).collect();
    if let Some(at) = first_contact(&rings_of(&polygons)) {
        if let Some(parted) = parted_only(&polygons) {
            return (parted, remarks);
        }
        let rebuilt = rebuild(&polygons);
        let (before, after) = (Extent::of(&polygons), Extent::of(&rebuilt));
        if before != after {
            let change_m2 = area_m2(after.twice_area - before.twice_area);
            remarks.crossing = Some(Crossing { at: at.to_mercator().to_lon_lat(), change_m2 });
        }
        return (rebuilt, remarks);
    }
    if !is_nested(&polygons) {
        remarks.misplaced = true;
        return (rebuild(&polygons), remarks);
    }
    (polygons, remarks)
}

/// Polygons whose vertices were moved a little → valid polygons; rings that collapsed are left out.
pub(super) fn mend(polygons: Vec<Polygon<Centimetre>>) -> Vec<Polygon<Centimetre>> {
    let polygons: Vec<_> = polygons.into_iter().filter_map(tidied).map(oriented).collect();
    if first_contact(&rings_of(&polygons)).is_some() {
        parted_only(&polygons).unwrap_or_else(|| rebuild(&polygons))
    } else if is_nested(&polygons) {
        polygons
    } else {
        rebuild(&polygons)
    }
}

/// The polygons of rings that only touch, split where they do, which is no change worth a word: the area stays.
fn parted_only(polygons: &[Polygon<Centimetre>]) -> Option<Vec<Polygon<Centimetre>>> {
    let parted = parted(&rings_of(polygons))?;
    (Extent::of(&parted).twice_area == Extent::of(polygons).twice_area).then_some(parted)
}

fn to_grid(polygon: &Polygon<LonLat>, remarks: &mut Remarks) -> Option<Polygon<Centimetre>> {
    let exterior = ring_to_grid(&polygon.exterior, remarks)?;
    let holes = polygon.holes.iter().filter_map(|hole| ring_to_grid(hole, remarks)).collect();
    Some(Polygon { exterior, holes })
}

fn ring_to_grid(ring: &Ring<LonLat>, remarks: &mut Remarks) -> Option<Ring<Centimetre>> {
    let mut vertices = Vec::with_capacity(ring.len());
    for position in ring {
        if !(position.x().is_finite() && position.y().is_finite()) {
            remarks.not_finite += 1;
            continue;
        }
        if !LonLat::MERCATOR_SQUARE.contains(*position) {
            remarks.off_the_map += 1;
        }
        vertices.push(Centimetre::nearest(position.to_mercator()));
    }
    remarks.spikes += tidy(&mut vertices).spikes;
    let collapsed = vertices.len() < 3 || (vertices.len() == 3 && twice_area(&vertices) == 0);
    remarks.collapsed += usize::from(collapsed);
    (!collapsed).then_some(vertices)
}

fn oriented(mut polygon: Polygon<Centimetre>) -> Polygon<Centimetre> {
    if twice_area(&polygon.exterior) < 0 {
        polygon.exterior.reverse();
    }
    for hole in polygon.holes.iter_mut().filter(|hole| twice_area(hole) > 0) {
        hole.reverse();
    }
    polygon
}

fn rings_of(polygons: &[Polygon<Centimetre>]) -> Vec<&[Centimetre]> {
    polygons.iter().flat_map(Polygon::rings).map(Vec::as_slice).collect()
}

/// Area and number of vertices: equal before and after where nothing but the cut into rings changed.
#[derive(PartialEq)]
struct Extent {
    twice_area: i128,
    vertices: usize,
}

impl Extent {
    fn of(polygons: &[Polygon<Centimetre>]) -> Self {
        let rings = || polygons.iter().flat_map(Polygon::rings);
        Self { twice_area: rings().map(|ring| twice_area(ring)).sum(), vertices: rings().map(Vec::len).sum() }
    }
}

/// For rings without contact: whether holes lie in their polygon and in nothing else, and parts beside
/// each other. As the rings do not touch, one vertex speaks for its ring.
fn is_nested(polygons: &[Polygon<Centimetre>]) -> bool {
    let inside = |inner: &Ring<Centimetre>, outer: &Ring<Centimetre>| {
        frame(outer).is_some_and(|frame| frame.holds(inner[0])) && place(inner[0], outer) == Place::Inside
    };
    let holes_fit = |polygon: &Polygon<Centimetre>| {
        polygon.holes.iter().enumerate().all(|(at, hole)| {
            let others = polygon.holes.iter().enumerate().filter(|(other, _)| *other != at);
            inside(hole, &polygon.exterior) && !others.into_iter().any(|(_, other)| inside(hole, other))
        })
    };
    let boxes: Vec<_> = polygons.iter().map(|polygon| frame(&polygon.exterior)).collect();
    let part_fits = |(at, part): (usize, &Polygon<Centimetre>)| {
        polygons.iter().zip(&boxes).enumerate().all(|(other, (whole, bounds))| {
            other == at
                || !bounds.is_some_and(|bounds| bounds.holds(part.exterior[0]))
                || !inside(&part.exterior, &whole.exterior)
                || whole.holes.iter().any(|hole| inside(&part.exterior, hole))
        })
    };
    polygons.iter().all(holes_fit) && polygons.iter().enumerate().all(part_fits)
}

/// A cheap first question before [`place`].
fn frame(ring: &Ring<Centimetre>) -> Option<Frame> {
    Frame::around(ring.iter().copied())
}

/// Each ring alone by the even-odd rule (both loops of a figure of eight count), holes taken out of
/// their polygon, polygons put together: what JTS calls "fix by structure".
fn rebuild(polygons: &[Polygon<Centimetre>]) -> Vec<Polygon<Centimetre>> {
    let alone = |ring: &Ring<Centimetre>| match first_contact(&[ring]) {
        Some(_) => fill(std::slice::from_ref(ring), Fill::Odd),
        None => vec![Polygon { exterior: ring.clone(), holes: Vec::new() }],
    };
    let flat = |polygons: Vec<Polygon<Centimetre>>| -> Vec<Ring<Centimetre>> {
        polygons.into_iter().flat_map(|polygon| std::iter::once(polygon.exterior).chain(polygon.holes)).collect()
    };
    let parts = polygons.iter().flat_map(|polygon| {
        let exterior = flat(alone(&polygon.exterior));
        let holes = flat(polygon.holes.iter().flat_map(alone).collect());
        flat(without(&exterior, &holes))
    });
    let parts: Vec<_> = parts.collect();
    fill(&parts, Fill::Positive).into_iter().filter_map(tidied).map(oriented).collect()
}

fn tidied(mut polygon: Polygon<Centimetre>) -> Option<Polygon<Centimetre>> {
    tidy(&mut polygon.exterior);
    polygon.holes.retain_mut(|hole| {
        tidy(hole);
        hole.len() >= 3
    });
    (polygon.exterior.len() >= 3).then_some(polygon)
}
