//! Polygons with shared borders.

use std::sync::Arc;

use rayon::prelude::*;
use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};
use xxhash_rust::xxh3::Xxh3;

use crate::geo::{Bounds, Lattice, LonLat, Mercator, Polygon, Ring};
use crate::report::Report;
use crate::store::arcs::Borders;
use crate::store::centimetre::Centimetre;
use crate::store::frame::{Frame, Pyramids};
use crate::store::importance::Rank;
use crate::store::outline::{Outline, OutlineRing};
use crate::store::survey::Survey;
use crate::store::{FeatureIndex, label, territory};

/// What comes in: one area's polygons, and its key for messages.
#[derive(Clone, Debug)]
pub struct AreaInput {
    /// The area key as text.
    pub key: String,
    /// Its polygons in lon/lat, as the file gave them.
    pub polygons: Vec<Polygon<LonLat>>,
}

/// The polygons of one area layer. They are stored as arcs: a border between two areas lies in memory
/// once, and is simplified once for both.
#[derive(Debug, Default)]
pub struct Areas {
    /// Also those of the layers that this one was built together with.
    pub(super) borders: Arc<Borders>,
    /// Number of vertices in the arcs of this layer.
    vertices: usize,
    /// Polygon `i` has the rings `ring_starts[i]..ring_starts[i + 1]` of `borders`, its exterior first.
    ring_starts: Vec<usize>,
    /// Feature `i` has the polygons `polygon_starts[i]..polygon_starts[i + 1]`.
    polygon_starts: Vec<usize>,
    /// A list per feature, an item per ring.
    pyramids: Pyramids,
    pub(super) survey: Survey,
    bounds: Vec<Bounds<Mercator>>,
    labels: Vec<Mercator>,
    tree: RTree<GeomWithData<Rectangle<[f64; 2]>, FeatureIndex>>,
}

/// Box and label of an area without polygons: the report has an error then, and nothing is published.
const NOWHERE: Mercator = Mercator { x: 0.0, y: 0.0 };

impl Areas {
    /// Projects, repairs, cuts into shared arcs and indexes one layer alone. Every repair is reported under
    /// `subject`, the layer's id.
    #[must_use]
    pub fn build(areas: Vec<AreaInput>, subject: &str, report: &mut Report) -> Self {
        let built = territory::build(vec![(subject.to_owned(), areas)]);
        let (areas, own) = built.into_iter().next().unwrap_or_default();
        report.append(own);
        areas
    }

    /// As [`Self::build`] for several layers, which share borders as neighbours do: where a county's border
    /// has the vertices of its municipalities' borders, both are the same at every tolerance, and in memory once.
    /// Layers that have nothing in common are as they would be alone.
    #[must_use]
    pub fn build_together(layers: Vec<(String, Vec<AreaInput>)>) -> Vec<(Self, Report)> {
        territory::build(layers)
    }

    /// Describes a layer whose rings are `ring_starts` of `borders`; see the fields.
    pub(super) fn of(
        borders: Arc<Borders>,
        ring_starts: Vec<usize>,
        polygon_starts: Vec<usize>,
        polygons: &[Polygon<Centimetre>],
    ) -> Self {
        let mut built = Self { borders, ring_starts, polygon_starts, ..Self::default() };
        built.vertices = built.borders.vertices(built.all_rings());
        for feature in 0..built.len() {
            let rings = &built.borders.rings;
            built.pyramids.add(built.rings_of(feature).map(|ring| rings.whole(ring)));
        }
        built.index(polygons);
        built.survey = Survey::of(&built);
        built
    }

    /// Boxes, labels and the R-tree.
    fn index(&mut self, polygons: &[Polygon<Centimetre>]) {
        let own = |feature: usize| &polygons[self.polygon_starts[feature]..self.polygon_starts[feature + 1]];
        let describe = |feature: usize| {
            let vertices = own(feature).iter().flat_map(|polygon| &polygon.exterior);
            let bounds = Bounds::around(vertices.map(|vertex| vertex.to_mercator()))?;
            let largest = label::largest(own(feature))?;
            let exact = &own(feature)[largest];
            let rank = Rank::of(label::coarse_tolerance_m(exact));
            let coarse = self.polygon(self.polygon_starts[feature] + largest, rank, None);
            Some((bounds, label::pole(exact, &coarse)))
        };
        let found: Vec<_> = (0..self.len()).into_par_iter().map(describe).collect();
        let boxes = found.iter().zip(0..).filter_map(|(found, index)| {
            let (min, max) = found.map(|(bounds, _)| (bounds.min(), bounds.max()))?;
            Some(GeomWithData::new(Rectangle::from_corners([min.x, min.y], [max.x, max.y]), index))
        });
        self.tree = RTree::bulk_load(boxes.collect());
        let nowhere = (Bounds::between(NOWHERE, NOWHERE), NOWHERE);
        (self.bounds, self.labels) = found.into_iter().map(|found| found.unwrap_or(nowhere)).unzip();
    }

    /// Number of features.
    #[must_use]
    pub fn len(&self) -> usize {
        self.polygon_starts.len().saturating_sub(1)
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Number of vertices in all arcs.
    #[must_use]
    pub fn vertices(&self) -> usize {
        self.vertices
    }

    /// Box around all features.
    #[must_use]
    pub fn bounds(&self) -> Option<Bounds<Mercator>> {
        self.tree.iter().map(|found| self.bounds[found.data as usize]).reduce(Bounds::union)
    }

    /// Box around one feature.
    ///
    /// # Panics
    /// If there is no such feature.
    #[must_use]
    pub fn feature_bounds(&self, feature: FeatureIndex) -> Bounds<Mercator> {
        self.bounds[feature as usize]
    }

    /// Where the feature's label goes: pole of inaccessibility of its largest polygon.
    ///
    /// # Panics
    /// If there is no such feature.
    #[must_use]
    pub fn label(&self, feature: FeatureIndex) -> Mercator {
        self.labels[feature as usize]
    }

    /// Number of vertices of one feature's polygons, to within one per arc: what it costs to write it.
    ///
    /// # Panics
    /// If there is no such feature.
    #[must_use]
    pub fn feature_vertices(&self, feature: FeatureIndex) -> usize {
        self.borders.length(self.rings_of(feature as usize))
    }

    /// Features whose box touches `bounds`, ascending.
    #[must_use]
    pub fn query(&self, bounds: Bounds<Mercator>) -> Vec<FeatureIndex> {
        let (min, max) = (bounds.min(), bounds.max());
        let envelope = AABB::from_corners([min.x, min.y], [max.x, max.y]);
        let mut found: Vec<_> =
            self.tree.locate_in_envelope_intersecting(envelope).map(|feature| feature.data).collect();
        found.sort_unstable();
        found
    }

    /// A feature's polygons with all vertices whose effective area is at least `tolerance_m` squared.
    /// Exterior rings run counter-clockwise in Mercator, holes clockwise; neighbours get the very same
    /// vertices along a shared border. With tolerance 0 these are all vertices. Every ring has at least
    /// three, but a large tolerance may leave rings that cross.
    ///
    /// # Panics
    /// If there is no such feature.
    #[must_use]
    pub fn polygons(&self, feature: FeatureIndex, tolerance_m: f64) -> Vec<Polygon<Mercator>> {
        let rank = Rank::of(tolerance_m);
        self.polygons_of(feature).map(|polygon| self.polygon(polygon, rank, None)).collect()
    }

    /// As [`Self::polygons`] inside `window`. Outside, borders run straight where that leaves the
    /// inside as it is, so that a small window costs little on a long border. Rings that are all outside may
    /// have fewer than three vertices.
    ///
    /// # Panics
    /// If there is no such feature.
    #[must_use]
    pub fn polygons_near(
        &self,
        feature: FeatureIndex,
        tolerance_m: f64,
        window: Bounds<Mercator>,
    ) -> Vec<Polygon<Mercator>> {
        let (rank, window) = (Rank::of(tolerance_m), Frame::covering(window));
        self.polygons_of(feature).map(|polygon| self.polygon(polygon, rank, Some(window))).collect()
    }

    /// A feature's rings as [`Self::polygons_near`] gives them, into a buffer that is used again. Rings
    /// that a window has no part of may be missing.
    ///
    /// # Panics
    /// If there is no such feature.
    pub fn outline(
        &self,
        feature: FeatureIndex,
        tolerance_m: f64,
        window: Option<Bounds<Mercator>>,
        outline: &mut Outline,
    ) {
        outline.clear();
        let (rank, window) = (Rank::of(tolerance_m), window.map(Frame::covering));
        let rings = self.rings_of(feature as usize);
        self.pyramids.visit(feature as usize, rings.len(), rank, window.as_ref(), |range, is_seen| {
            if !is_seen {
                return;
            }
            for ring in range.map(|at| rings.start + at) {
                self.borders.follow(ring, rank, window.as_ref(), &mut outline.vertices);
                let is_hole = self.ring_starts.binary_search(&ring).is_err();
                outline.rings.push(OutlineRing { end: outline.vertices.len(), is_hole });
            }
        });
    }

    /// Whether a feature's rings, taken at a tolerance and snapped to a lattice, are known to be valid
    /// polygons as they are, but for rings that collapse.
    #[must_use]
    pub fn stands(&self, feature: FeatureIndex, lattice: Lattice, tolerance_m: f64) -> bool {
        self.survey.stands(feature, lattice, tolerance_m)
    }

    /// Hashes everything that the answers depend on.
    pub fn hash_into(&self, hash: &mut Xxh3) {
        self.borders.hash_into(self.all_rings(), hash);
        let first = self.all_rings().start;
        for start in self.ring_starts.iter().map(|start| start - first).chain(self.polygon_starts.iter().copied()) {
            hash.update(&(start as u64).to_le_bytes());
        }
    }

    fn polygons_of(&self, feature: FeatureIndex) -> std::ops::Range<usize> {
        self.polygon_starts[feature as usize]..self.polygon_starts[feature as usize + 1]
    }

    pub(super) fn all_rings(&self) -> std::ops::Range<usize> {
        match self.ring_starts[..] {
            [first, .., end] => first..end,
            _ => 0..0,
        }
    }

    fn rings_of(&self, feature: usize) -> std::ops::Range<usize> {
        self.ring_starts[self.polygon_starts[feature]]..self.ring_starts[self.polygon_starts[feature + 1]]
    }

    fn polygon(&self, polygon: usize, rank: Rank, window: Option<Frame>) -> Polygon<Mercator> {
        let mut rings = (self.ring_starts[polygon]..self.ring_starts[polygon + 1]).map(|ring| {
            let mut vertices = Ring::new();
            self.borders.follow(ring, rank, window.as_ref(), &mut vertices);
            vertices
        });
        let exterior = rings.next().unwrap_or_default();
        Polygon { exterior, holes: rings.collect() }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::report::Severity;

    fn ring(corners: &[(f64, f64)]) -> Ring<LonLat> {
        corners.iter().map(|(lon_deg, lat_deg)| LonLat { lon_deg: *lon_deg, lat_deg: *lat_deg }).collect()
    }

    fn area(key: &str, rings: &[&[(f64, f64)]]) -> AreaInput {
        let mut rings = rings.iter().map(|corners| ring(corners));
        let exterior = rings.next().expect("an exterior");
        AreaInput { key: key.to_owned(), polygons: vec![Polygon { exterior, holes: rings.collect() }] }
    }

    fn build(areas: Vec<AreaInput>) -> (Areas, Report) {
        let mut report = Report::default();
        let areas = Areas::build(areas, "test", &mut report);
        (areas, report)
    }

    fn codes(report: &Report) -> Vec<&'static str> {
        report.findings.iter().map(|finding| finding.code).collect()
    }

    /// Positions as text, to compare sets of them.
    fn vertices(polygons: &[Polygon<Mercator>]) -> BTreeSet<String> {
        polygons.iter().flat_map(Polygon::rings).flatten().map(|at| format!("{:.2} {:.2}", at.x, at.y)).collect()
    }

    fn area_m2(polygons: &[Polygon<Mercator>]) -> f64 {
        let ring_area = |ring: &Ring<Mercator>| {
            let next = ring.iter().cycle().skip(1);
            ring.iter().zip(next).map(|(a, b)| a.x * b.y - b.x * a.y).sum::<f64>() / 2.0
        };
        polygons.iter().flat_map(Polygon::rings).map(ring_area).sum()
    }

    const SQUARE: [(f64, f64); 4] = [(9.0, 53.0), (9.1, 53.0), (9.1, 53.1), (9.0, 53.1)];

    /// Two areas side by side; the border between them is crooked.
    fn neighbours() -> Vec<AreaInput> {
        let border: Vec<(f64, f64)> =
            (0..=40).map(|step| (9.1 + 0.002 * f64::from(step * 7 % 5), 53.0 + 0.0025 * f64::from(step))).collect();
        let west: Vec<_> = [(9.0, 53.1), (9.0, 53.0)].into_iter().chain(border.iter().copied()).collect();
        let east: Vec<_> = [(9.2, 53.0), (9.2, 53.1)].into_iter().chain(border.iter().rev().copied()).collect();
        vec![area("west", &[&west]), area("east", &[&east])]
    }

    #[test]
    fn neighbours_keep_the_same_vertices_along_their_border_at_every_tolerance() {
        let (areas, report) = build(neighbours());
        assert!(report.findings.is_empty(), "{report:?}");
        assert_eq!(areas.vertices(), 41 + 4 + 4, "the border is stored once");
        for tolerance_m in [0.0, 50.0, 150.0, 400.0, 5_000.0, 1e9] {
            let (west, east) = (vertices(&areas.polygons(0, tolerance_m)), vertices(&areas.polygons(1, tolerance_m)));
            let of_both =
                vertices(&areas.polygons(0, 0.0)).intersection(&vertices(&areas.polygons(1, 0.0))).cloned().collect();
            let on_border = |of: &BTreeSet<String>| of.intersection(&of_both).cloned().collect::<BTreeSet<_>>();
            assert_eq!(on_border(&west), on_border(&east), "tolerance {tolerance_m}");
        }
    }

    #[test]
    fn a_larger_tolerance_keeps_a_part_of_what_a_smaller_keeps() {
        let (areas, _) = build(neighbours());
        let mut finer = vertices(&areas.polygons(0, 0.0));
        for tolerance_m in [1.0, 30.0, 100.0, 300.0, 1_000.0, 10_000.0] {
            let coarser = vertices(&areas.polygons(0, tolerance_m));
            assert!(coarser.is_subset(&finer), "tolerance {tolerance_m}");
            finer = coarser;
        }
    }

    #[test]
    fn no_ring_falls_below_a_triangle() {
        let circle: Vec<_> =
            (0..60).map(|step| f64::from(step) * 0.1047).map(|angle| (9.0 + angle.cos(), 53.0 + angle.sin())).collect();
        let mut all = neighbours();
        all.push(area("island", &[&circle]));
        let (areas, _) = build(all);
        for feature in 0..3 {
            for ring in areas.polygons(feature, 1e12).iter().flat_map(Polygon::rings) {
                let distinct: BTreeSet<_> = ring.iter().map(|at| format!("{at:?}")).collect();
                assert!(distinct.len() >= 3, "feature {feature}: {ring:?}");
            }
        }
    }

    #[test]
    fn an_enclave_and_the_hole_around_it_are_one_arc() {
        let enclave = [(9.04, 53.04), (9.06, 53.04), (9.06, 53.06), (9.05, 53.07), (9.04, 53.06)];
        let reversed: Vec<_> = enclave.iter().rev().copied().collect();
        let (areas, report) = build(vec![area("around", &[&SQUARE, &enclave]), area("enclave", &[&reversed])]);
        assert!(report.findings.is_empty());
        assert_eq!(areas.vertices(), 5 + 6);
        let (around, enclave) = (areas.polygons(0, 1e9), areas.polygons(1, 1e9));
        assert_eq!(
            vertices(&[Polygon { exterior: around[0].holes[0].clone(), holes: Vec::new() }]),
            vertices(&enclave)
        );
        assert!(area_m2(&enclave) > 0.0 && around[0].holes[0].len() == 3);
    }

    #[test]
    fn both_directions_of_a_ring_and_a_repeated_last_vertex_give_the_same_polygon() {
        let mut closed = SQUARE.to_vec();
        closed.push(SQUARE[0]);
        closed.reverse();
        let (areas, report) = build(vec![area("open", &[&SQUARE]), area("closed", &[&closed])]);
        assert_eq!(codes(&report), ["areas-overlap"]);
        assert_eq!(areas.polygons(0, 0.0), areas.polygons(1, 0.0));
        assert!(area_m2(&areas.polygons(1, 0.0)) > 0.0);
    }

    #[test]
    fn a_figure_of_eight_keeps_both_loops_and_is_reported_with_its_key() {
        let (areas, report) = build(vec![area("eight", &[&[(9.0, 53.0), (9.1, 53.1), (9.1, 53.0), (9.0, 53.1)]])]);
        assert_eq!(codes(&report), ["ring-self-crossing"]);
        assert_eq!(report.findings[0].cases[0].key.as_deref(), Some("eight"));
        let (whole, _) = build(vec![area("square", &[&SQUARE])]);
        let half = area_m2(&whole.polygons(0, 0.0)) / 2.0;
        let kept = area_m2(&areas.polygons(0, 0.0));
        assert!((kept / half - 1.0).abs() < 1e-3, "{kept} of {half}");
    }

    #[test]
    fn a_hole_outside_its_polygon_is_left_out_and_a_part_inside_another_is_taken_in() {
        let inner = [(9.04, 53.04), (9.06, 53.04), (9.06, 53.06), (9.04, 53.06)];
        let beside = [(9.24, 53.04), (9.26, 53.04), (9.26, 53.06), (9.24, 53.06)];
        let nested = AreaInput {
            key: "nested".to_owned(),
            polygons: [&SQUARE, &inner].map(|corners| Polygon { exterior: ring(corners), holes: Vec::new() }).to_vec(),
        };
        let (areas, report) = build(vec![area("hole beside", &[&SQUARE, &beside]), nested, area("plain", &[&SQUARE])]);
        assert_eq!(codes(&report), ["ring-misplaced", "areas-overlap"]);
        assert_eq!(report.findings[0].cases.len(), 2);
        let expected = area_m2(&areas.polygons(2, 0.0));
        for feature in [0, 1] {
            let polygons = areas.polygons(feature, 0.0);
            assert_eq!((polygons.len(), polygons[0].holes.len()), (1, 0));
            assert!((area_m2(&polygons) / expected - 1.0).abs() < 1e-9);
        }
    }

    #[test]
    fn an_area_without_polygons_is_an_error_that_names_the_key() {
        let (areas, report) = build(vec![
            area("line", &[&[(9.0, 53.0), (9.1, 53.1), (9.0, 53.0)]]),
            AreaInput { key: "none".to_owned(), polygons: Vec::new() },
            area("nan", &[&[(f64::NAN, 53.0), (9.1, f64::INFINITY), (9.0, 53.0)]]),
            area("good", &[&SQUARE]),
        ]);
        let error = report.findings.iter().find(|finding| finding.severity == Severity::Error).expect("an error");
        assert_eq!(error.code, "area-without-polygons");
        let keys: Vec<_> = error.cases.iter().filter_map(|case| case.key.as_deref()).collect();
        assert_eq!(keys, ["line", "none", "nan"]);
        assert!(codes(&report).contains(&"ring-collapsed") && codes(&report).contains(&"position-not-a-number"));
        assert_eq!(areas.len(), 4);
        assert_eq!(areas.query(Bounds::between(Mercator { x: -3e7, y: -3e7 }, Mercator { x: 3e7, y: 3e7 })), [3]);
    }

    #[test]
    fn a_spike_is_cut_off() {
        let spiked = [SQUARE[0], SQUARE[1], (9.3, 53.0), SQUARE[1], SQUARE[2], SQUARE[3]];
        let (areas, report) = build(vec![area("spiked", &[&spiked]), area("plain", &[&SQUARE])]);
        assert_eq!(codes(&report), ["ring-spike", "areas-overlap"]);
        assert_eq!(areas.polygons(0, 0.0), areas.polygons(1, 0.0));
    }

    #[test]
    fn what_lies_beyond_the_map_is_moved_to_its_edge_and_reported() {
        let (areas, report) =
            build(vec![area("pole", &[&[(170.0, 80.0), (190.0, 80.0), (190.0, 90.0), (170.0, 90.0)]])]);
        assert_eq!(codes(&report), ["position-off-the-map"]);
        let limit = crate::geo::WORLD_WIDTH_M / 2.0;
        let max = areas.feature_bounds(0).max();
        assert!((max.x - limit).abs() < 0.01 && (max.y - limit).abs() < 0.01, "{max:?}");
    }

    #[test]
    fn inside_a_window_nothing_changes_and_outside_little_is_left() {
        let circle: Vec<_> = (0..600)
            .map(|step| f64::from(step) * 0.010_472)
            .map(|angle| (9.0 + angle.cos(), 53.0 + angle.sin()))
            .collect();
        let mut all = neighbours();
        all.push(area("around", &[&circle, &[(8.9, 52.9), (9.3, 52.9), (9.3, 53.2), (8.9, 53.2)]]));
        let (areas, _) = build(all);
        let middle = LonLat { lon_deg: 9.1, lat_deg: 53.05 }.to_mercator();
        let window = Bounds::between(middle, middle).grown(5_000.0);
        for feature in 0..3 {
            let (whole, near) = (areas.polygons(feature, 0.0), areas.polygons_near(feature, 0.0, window));
            let inside = |polygons: &[Polygon<Mercator>]| -> Vec<Mercator> {
                let all = polygons.iter().flat_map(Polygon::rings).flatten().copied();
                all.filter(|at| window.contains(*at)).collect()
            };
            assert_eq!(inside(&whole), inside(&near));
        }
        let around = areas.polygons_near(2, 0.0, window).remove(0).exterior;
        assert!((4..60).contains(&around.len()), "of an arc around the window little stays: {}", around.len());
        assert!(Bounds::around(around).is_some_and(|left| left.contains(window.min()) && left.contains(window.max())));
        assert_eq!(areas.polygons_near(2, 0.0, window.grown(-4_000.0))[0].holes[0].len(), 4);
        let far = Bounds::between(Mercator { x: 0.0, y: 0.0 }, Mercator { x: 1.0, y: 1.0 });
        assert!(areas.polygons_near(2, 0.0, far)[0].exterior.len() < 3);
    }

    #[test]
    fn a_small_window_on_a_border_of_any_length_takes_what_lies_in_it() {
        let vertices = |count: u32| {
            let angle = |step: u32| std::f64::consts::TAU * f64::from(step) / f64::from(count);
            let ring: Vec<_> = (0..count).map(|step| (9.0 + angle(step).cos(), 53.0 + angle(step).sin())).collect();
            let (areas, _) = build(vec![area("coast", &[&ring])]);
            // as wide as twenty edges
            let middle = LonLat { lon_deg: 10.0, lat_deg: 53.0 }.to_mercator();
            let window = Bounds::between(middle, middle).grown(20.0 * 180_000.0 * angle(1) / 2.0);
            let mut outline = Outline::default();
            areas.outline(0, 0.0, Some(window), &mut outline);
            outline.vertices.len()
        };
        for count in [1_000, 30_000, 300_000] {
            assert!((20..500).contains(&vertices(count)), "{} of {count}", vertices(count));
        }
    }

    #[test]
    fn a_query_gives_indexes_in_ascending_order() {
        let shifted = |by: f64| SQUARE.map(|(lon, lat)| (lon - by, lat));
        let all = (0..50).map(|step| area(&step.to_string(), &[&shifted(0.2 * f64::from(step))])).collect();
        let (areas, _) = build(all);
        let found = areas.query(areas.bounds().expect("there are areas"));
        assert_eq!(found, (0..50).collect::<Vec<_>>());
        assert!(areas.bounds().is_some_and(|bounds| bounds.contains(areas.label(7))));
    }
}
