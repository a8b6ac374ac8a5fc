//! Area layers that are built together, from what the files gave to [`Areas`].
//!
//! All layers of an atlas are cut into arcs in one go, so that those that nest (municipality, county, state) share
//! borders. Layers of another year or scale have few vertices in common with others and are as they
//! would be alone.

use std::ops::Range;
use std::sync::Arc;

use rayon::prelude::*;

use crate::geo::Polygon;
use crate::report::Report;
use crate::store::arcs::Borders;
use crate::store::centimetre::Centimetre;
use crate::store::noding::Noding;
use crate::store::repair::{mend, repair};
use crate::store::{AreaInput, Areas, coverage, findings, noding};

/// One layer on its way.
pub(super) struct Draft {
    pub(super) subject: String,
    pub(super) keys: Vec<String>,
    /// By feature.
    pub(super) polygons: Vec<Vec<Polygon<Centimetre>>>,
    report: Report,
}

impl Draft {
    fn of(subject: String, areas: Vec<AreaInput>) -> Self {
        let mut report = Report::default();
        // each area as the file gave it goes as soon as it is repaired
        let (keys, repaired): (Vec<String>, Vec<_>) = areas
            .into_par_iter()
            .map(|area| {
                let repaired = repair(&area.polygons);
                (area.key, repaired)
            })
            .unzip();
        findings::report(&keys, &repaired, &subject, &mut report);
        let polygons = repaired.into_iter().map(|(polygons, _)| polygons).collect();
        Self { subject, keys, polygons, report }
    }

    /// Number of rings.
    fn rings(&self) -> usize {
        self.polygons.iter().flatten().map(|polygon| 1 + polygon.holes.len()).sum()
    }

    /// By ring, its feature.
    pub(super) fn features(&self) -> Vec<usize> {
        let rings = |(feature, polygons): (usize, &Vec<Polygon<Centimetre>>)| {
            let rings: usize = polygons.iter().map(|polygon| 1 + polygon.holes.len()).sum();
            std::iter::repeat_n(feature, rings)
        };
        self.polygons.iter().enumerate().flat_map(rings).collect()
    }
}

/// Builds layers, each with a report of its own.
pub(super) fn build(layers: Vec<(String, Vec<AreaInput>)>) -> Vec<(Areas, Report)> {
    let mut drafts: Vec<Draft> = layers.into_iter().map(|(subject, areas)| Draft::of(subject, areas)).collect();
    let mut borders = cut(&drafts);
    let found = noding::find(&borders, &ring_ranges(&drafts), &drafts);
    if !found.is_empty() {
        for draft in &mut drafts {
            let noded = node(draft, &found);
            findings::report_noded(&draft.subject, &draft.keys, &noded, &mut draft.report);
        }
        borders = cut(&drafts);
    }
    let ranges = ring_ranges(&drafts);
    for (draft, rings) in drafts.iter_mut().zip(ranges.clone()) {
        let found = coverage::look(&borders, rings, draft);
        findings::report_coverage(&draft.subject, &draft.keys, &found, &mut draft.report);
    }
    let borders = Arc::new(borders.measured());
    let finish = |(draft, rings): (Draft, Range<usize>)| {
        let mut polygon_starts = vec![0];
        let mut polygons: Vec<Polygon<Centimetre>> = Vec::new();
        for parts in draft.polygons {
            polygons.extend(parts);
            polygon_starts.push(polygons.len());
        }
        let mut ring_starts = vec![rings.start];
        ring_starts.extend(polygons.iter().scan(rings.start, |rings, polygon| {
            *rings += 1 + polygon.holes.len();
            Some(*rings)
        }));
        (Areas::of(Arc::clone(&borders), ring_starts, polygon_starts, &polygons), draft.report)
    };
    drafts.into_iter().zip(ranges).map(finish).collect()
}

fn cut(drafts: &[Draft]) -> Borders {
    let polygons: Vec<&Polygon<Centimetre>> = drafts.iter().flat_map(|draft| &draft.polygons).flatten().collect();
    Borders::cut(&polygons)
}

/// The rings of each layer in those of all.
fn ring_ranges(drafts: &[Draft]) -> Vec<Range<usize>> {
    let ranges = drafts.iter().scan(0, |start, draft| {
        let range = *start..*start + draft.rings();
        *start = range.end;
        Some(range)
    });
    ranges.collect()
}

/// Moves and inserts vertices. Features that cross or touch themselves after that are mended. Returns how many
/// vertices changed, by feature.
fn node(draft: &mut Draft, found: &Noding) -> Vec<usize> {
    let node = |polygons: &mut Vec<Polygon<Centimetre>>| {
        let mut changed = 0;
        for polygon in polygons.iter_mut() {
            changed += found.apply(&mut polygon.exterior);
            changed += polygon.holes.iter_mut().map(|hole| found.apply(hole)).sum::<usize>();
        }
        if changed > 0 {
            *polygons = mend(std::mem::take(polygons));
        }
        changed
    };
    draft.polygons.par_iter_mut().map(node).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::geo::{LonLat, Mercator};
    use crate::report::Finding;

    /// A centimetre of Mercator in degrees of longitude.
    const CM_DEG: f64 = 360.0 / 4_007_501_668.557_85;

    fn area(key: &str, corners: &[(f64, f64)]) -> AreaInput {
        let exterior =
            corners.iter().map(|(lon_deg, lat_deg)| LonLat { lon_deg: *lon_deg, lat_deg: *lat_deg }).collect();
        AreaInput { key: key.to_owned(), polygons: vec![Polygon { exterior, holes: Vec::new() }] }
    }

    /// A crooked line from south to north, moved east by `shift_cm`.
    fn border(shift_cm: f64) -> Vec<(f64, f64)> {
        let at =
            |step: i32| (9.1 + 0.003 * f64::from(step * 7 % 5) + shift_cm * CM_DEG, 53.0 + 0.0025 * f64::from(step));
        (0..=40).map(at).collect()
    }

    fn west(border: &[(f64, f64)]) -> AreaInput {
        area("west", &[&[(9.0, 53.1), (9.0, 53.0)], border].concat())
    }

    fn east(border: &[(f64, f64)]) -> AreaInput {
        let back: Vec<_> = border.iter().rev().copied().collect();
        area("east", &[&[(9.2, 53.0), (9.2, 53.1)], back.as_slice()].concat())
    }

    fn build_one(areas: Vec<AreaInput>) -> (Areas, Vec<Finding>) {
        let (areas, report) = build(vec![("test".to_owned(), areas)]).remove(0);
        (areas, report.findings)
    }

    fn vertices(areas: &Areas, feature: u32, tolerance_m: f64) -> BTreeSet<String> {
        let polygons = areas.polygons(feature, tolerance_m);
        polygons
            .iter()
            .flat_map(Polygon::rings)
            .flatten()
            .map(|at: &Mercator| format!("{:.2} {:.2}", at.x, at.y))
            .collect()
    }

    #[test]
    fn borders_a_few_centimetres_apart_become_one_and_are_reported() {
        for shift_cm in [-15.0, -3.0, 3.0, 15.0] {
            let (areas, findings) = build_one(vec![west(&border(0.0)), east(&border(shift_cm))]);
            let codes: Vec<_> = findings.iter().map(|finding| finding.code).collect();
            assert_eq!(codes, ["border-joined"], "{shift_cm} cm");
            assert_eq!(areas.vertices(), 41 + 4 + 4, "{shift_cm} cm: the border is stored once");
        }
    }

    #[test]
    fn borders_further_apart_stay_and_the_overlap_or_gap_is_reported() {
        for (shift_cm, code) in [(-300.0, "areas-overlap"), (300.0, "areas-gape")] {
            let mut shifted = border(shift_cm);
            let original = border(0.0);
            (shifted[0], shifted[40]) = (original[0], original[40]);
            let (areas, findings) = build_one(vec![west(&original), east(&shifted)]);
            assert_eq!(findings.iter().map(|finding| finding.code).collect::<Vec<_>>(), [code]);
            assert_eq!(areas.vertices(), 41 + 41 + 4 + 4);
        }
    }

    #[test]
    fn a_vertex_on_the_neighbours_edge_becomes_a_vertex_of_it() {
        let whole = border(0.0);
        let sparse: Vec<_> = whole.iter().enumerate().filter(|(at, _)| at % 20 == 0).map(|(_, at)| *at).collect();
        // on the straight line between two of its vertices, but for the rounding to centimetres
        let between = |a: (f64, f64), b: (f64, f64)| (f64::midpoint(a.0, b.0), f64::midpoint(a.1, b.1));
        let straight: Vec<_> =
            sparse.windows(2).flat_map(|pair| [pair[0], between(pair[0], pair[1])]).chain([whole[40]]).collect();
        let (areas, findings) = build_one(vec![west(&sparse), east(&straight)]);
        assert_eq!(findings.iter().map(|finding| finding.code).collect::<Vec<_>>(), ["border-joined"]);
        assert_eq!(findings[0].cases[0].key.as_deref(), Some("west"));
        assert_eq!(areas.vertices(), straight.len() + 4 + 4, "the border is stored once");
    }

    #[test]
    fn an_area_given_twice_is_reported_as_an_overlap() {
        let mut twin = west(&border(0.0));
        twin.key = "twin".to_owned();
        let (areas, findings) = build_one(vec![west(&border(0.0)), twin]);
        assert_eq!(findings.iter().map(|finding| finding.code).collect::<Vec<_>>(), ["areas-overlap"]);
        assert_eq!(areas.polygons(0, 0.0), areas.polygons(1, 0.0));
    }

    #[test]
    fn a_county_has_the_vertices_of_its_municipalities_at_every_tolerance() {
        let inner = border(0.0);
        let county = area("county", &[(9.0, 53.1), (9.0, 53.0), inner[0], (9.2, 53.0), (9.2, 53.1), inner[40]]);
        let layers = vec![("parts".to_owned(), vec![west(&inner), east(&inner)]), ("whole".to_owned(), vec![county])];
        let built = Areas::build_together(layers);
        let [(parts, _), (whole, _)] = &built[..] else { panic!("two layers") };
        assert_eq!((parts.vertices(), whole.vertices()), (41 + 4 + 4, 4 + 4));
        for tolerance_m in [0.0, 10.0, 1e3, 1e5, 1e9] {
            let parts = &vertices(parts, 0, tolerance_m) | &vertices(parts, 1, tolerance_m);
            assert!(vertices(whole, 0, tolerance_m).is_subset(&parts), "tolerance {tolerance_m}");
        }
    }

    #[test]
    fn layers_without_common_vertices_are_as_they_would_be_alone() {
        let other = vec![area("other", &[(9.05, 53.02), (9.15, 53.02), (9.15, 53.08), (9.05, 53.08)])];
        let own = || vec![west(&border(0.0)), east(&border(0.0))];
        let (alone, _) = build_one(own());
        let together = Areas::build_together(vec![("a".to_owned(), other), ("b".to_owned(), own())]);
        for tolerance_m in [0.0, 100.0, 1e9] {
            for feature in [0, 1] {
                assert_eq!(alone.polygons(feature, tolerance_m), together[1].0.polygons(feature, tolerance_m));
            }
        }
        let digest = |areas: &Areas| {
            let mut hash = xxhash_rust::xxh3::Xxh3::new();
            areas.hash_into(&mut hash);
            hash.digest()
        };
        assert_eq!(digest(&alone), digest(&together[1].0), "what other layers hold is not in the hash");
    }
}
