//! Facilities that are too near to each other to be drawn apart, gathered zoom by zoom.
//!
//! From the deepest crowded zoom upwards, each zoom gathers what the zoom below gives: in the order of their
//! rank, places become *hosts*, unless a host lies within the spacing already; then every other place joins
//! the host nearest to it. So at every zoom
//!
//! - each facility belongs to one cluster, and clusters of one zoom are unions of those of the next;
//! - a cluster stands where one of its facilities stands, and two clusters are never nearer than the spacing;
//! - nothing depends on the order of the input: rank is decided by counts, categories and feature ids.
//!
//! In go Mercator metres. In memory a cluster is 12 bytes per zoom, and a facility 2 bytes for its category:
//! facilities are laid out so that those of a cluster lie side by side at every zoom, and counts per category
//! are counted when a tile asks.

use std::cmp::Reverse;
use std::ops::{Range, RangeInclusive};

use crate::area::FeatureId;
use crate::config::PointsMode;
use crate::geo::{Mercator, TileCoord, WORLD_WIDTH_M};
use crate::store::FeatureIndex;
use crate::store::cells::Cells;
use crate::store::places::Place;

/// Which facilities are too near to each other, and what becomes of them.
#[derive(Clone, Debug, PartialEq)]
pub struct Crowding {
    /// Whether clusters are given as such, or as the facility at which they stand.
    pub mode: PointsMode,
    /// The zooms at which not every facility is given.
    pub zooms: Range<u8>,
    /// Least distance of two clusters as a part of a tile's side.
    pub spacing: f64,
}

/// One or more facilities that are drawn as one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cluster {
    host: FeatureIndex,
    count: u32,
    /// Where its facilities begin in [`Clusters::categories`].
    first: u32,
}

/// The clusters of a layer at every crowded zoom.
#[derive(Debug)]
pub struct Clusters {
    crowding: Crowding,
    /// From the first crowded zoom to the last.
    levels: Vec<Level>,
    /// The category of each facility, those of a cluster side by side.
    categories: Vec<u16>,
    /// Goes into the ids of clusters, so that none is the id of a facility.
    salt: u8,
}

/// The clusters of one zoom, tile after tile, row by row.
#[derive(Debug)]
pub(super) struct Level {
    zoom: u8,
    clusters: Box<[Cluster]>,
}

impl Cluster {
    /// A facility that is drawn as what it is.
    pub(super) fn of_one(feature: FeatureIndex) -> Self {
        Self { host: feature, count: 1, first: 0 }
    }

    /// The facility at which it stands; the facility itself if it is the only one.
    #[must_use]
    pub fn feature(&self) -> FeatureIndex {
        self.host
    }

    /// Number of its facilities; never 0.
    #[must_use]
    pub fn count(&self) -> u32 {
        self.count
    }

    fn range(&self) -> Range<usize> {
        self.first as usize..self.first as usize + self.count as usize
    }
}

impl Level {
    /// The clusters of a tile, and of the tiles around it up to `reach` tiles away.
    pub(super) fn near(&self, places: &[Place], coord: TileCoord, reach: u32) -> impl Iterator<Item = &Cluster> {
        let last = (1_u32 << self.zoom) - 1;
        let around = move |at: u32| at.saturating_sub(reach)..=(at + reach).min(last);
        let (columns, rows) = (around(coord.x()), around(coord.y()));
        rows.flat_map(move |row| self.of_row(places, row, columns.clone()))
    }

    fn of_row(&self, places: &[Place], row: u32, columns: RangeInclusive<u32>) -> &[Cluster] {
        let tile = |cluster: &Cluster| tile_of(&places[cluster.host as usize], self.zoom);
        let from = self.clusters.partition_point(|cluster| tile(cluster) < (row, *columns.start()));
        let to = self.clusters.partition_point(|cluster| tile(cluster) <= (row, *columns.end()));
        &self.clusters[from..to]
    }
}

/// Row and column of the tile that gives a place.
fn tile_of(place: &Place, zoom: u8) -> (u32, u32) {
    let tile = TileCoord::around(place.shown(), zoom);
    (tile.y(), tile.x())
}

impl Clusters {
    pub(super) fn build(places: &[Place], crowding: &Crowding) -> Self {
        let mut gathering = Gathering::of(places, crowding.mode);
        let mut levels: Vec<Level> = Vec::with_capacity(crowding.zooms.len());
        for zoom in crowding.zooms.clone().rev() {
            gathering.gather(crowding.spacing * WORLD_WIDTH_M / f64::from(1_u32 << zoom));
            levels.push(gathering.level(zoom));
        }
        levels.reverse();
        let (order, first) = gathering.lay_out();
        for cluster in levels.iter_mut().flat_map(|level| &mut level.clusters) {
            cluster.first = first[cluster.host as usize];
        }
        let categories = order.iter().map(|feature| places[*feature as usize].category).collect();
        let mut clusters = Self { crowding: crowding.clone(), levels, categories, salt: 0 };
        clusters.salt = clusters.find_salt(places);
        clusters
    }

    /// Which facilities are too near to each other, and what becomes of them.
    #[must_use]
    pub fn crowding(&self) -> &Crowding {
        &self.crowding
    }

    /// Whether clusters are given as such, or as the facility at which they stand.
    #[must_use]
    pub fn mode(&self) -> PointsMode {
        self.crowding.mode
    }

    /// First zoom at which every facility is given.
    #[must_use]
    pub fn exact_from(&self) -> u8 {
        self.crowding.zooms.end
    }

    /// How many of a cluster's facilities have which category, ascending; those of which it has none are left
    /// out.
    #[must_use]
    pub fn counts(&self, cluster: &Cluster) -> Vec<(u16, u32)> {
        let categories = self.categories.get(cluster.range()).unwrap_or_default();
        let mut counts: Vec<u32> = Vec::new();
        for category in categories.iter().map(|category| usize::from(*category)) {
            if counts.len() <= category {
                counts.resize(category + 1, 0);
            }
            counts[category] += 1;
        }
        (0..).zip(counts).filter(|(_, count)| *count > 0).collect()
    }

    /// The id of a cluster of more than one facility: the same as long as it stands at the same facility, and
    /// neither a facility's nor another cluster's at any zoom.
    #[must_use]
    pub fn id(&self, host: FeatureId, zoom: u8) -> FeatureId {
        salted_id(host, zoom, self.salt)
    }

    pub(super) fn level(&self, zoom: u8) -> Option<&Level> {
        self.levels.get(usize::from(zoom.checked_sub(self.crowding.zooms.start)?))
    }

    /// The first salt with which no two ids are the same. It is 0 unless two of some millions of hashes of 52 bits
    /// meet.
    fn find_salt(&self, places: &[Place]) -> u8 {
        let mut facilities: Vec<FeatureId> = places.iter().map(|place| place.id).collect();
        facilities.sort_unstable();
        // facilities with the same id are refused elsewhere; here they must not keep the search going
        facilities.dedup();
        let is_free = |salt: &u8| {
            let mut ids = facilities.clone();
            for level in &self.levels {
                let several = level.clusters.iter().filter(|cluster| cluster.count > 1);
                ids.extend(several.map(|cluster| salted_id(places[cluster.host as usize].id, level.zoom, *salt)));
            }
            ids.sort_unstable();
            ids.windows(2).all(|pair| pair[0] != pair[1])
        };
        (0..u8::MAX).find(is_free).unwrap_or_default()
    }
}

fn salted_id(host: FeatureId, zoom: u8, salt: u8) -> FeatureId {
    FeatureId::of(&format!("cluster {salt} {zoom} {}", host.as_u64()))
}

/// No facility.
const NONE: FeatureIndex = FeatureIndex::MAX;

/// Clusters in the making.
struct Gathering<'a> {
    places: &'a [Place],
    mode: PointsMode,
    /// What the zoom before gives.
    clusters: Vec<Cluster>,
    /// The facility that follows in the same cluster.
    next: Vec<FeatureIndex>,
    /// The last facility of the cluster of a host.
    last: Vec<FeatureIndex>,
}

impl<'a> Gathering<'a> {
    fn of(places: &'a [Place], mode: PointsMode) -> Self {
        let somewhere = places.iter().zip(0..).filter(|(place, _)| place.is_somewhere());
        Self {
            places,
            mode,
            clusters: somewhere.map(|(_, index)| Cluster::of_one(index)).collect(),
            next: vec![NONE; places.len()],
            last: (0..).take(places.len()).collect(),
        }
    }

    fn position(&self, cluster: usize) -> Mercator {
        self.places[self.clusters[cluster].host as usize].shown()
    }

    /// Who becomes a host first. Of clusters the largest, so that they stand where most facilities are. Of
    /// facilities that are seen themselves, those of the layer's first category.
    fn rank(&self, cluster: &Cluster) -> (u16, Reverse<u32>, FeatureId) {
        let place = &self.places[cluster.host as usize];
        let category = if self.mode == PointsMode::Thin { place.category } else { 0 };
        (category, Reverse(cluster.count), place.id)
    }

    /// Lets clusters within `spacing_m` of each other become one.
    fn gather(&mut self, spacing_m: f64) {
        let mut clusters = std::mem::take(&mut self.clusters);
        clusters.sort_by_cached_key(|cluster| self.rank(cluster));
        self.clusters = clusters;
        let hosts = self.find_hosts(spacing_m);
        for (cluster, host) in hosts.iter().enumerate().filter(|(cluster, host)| cluster != *host) {
            self.join(cluster, *host);
        }
        let mut hosts = hosts.iter().enumerate();
        self.clusters.retain(|_| hosts.next().is_some_and(|(cluster, host)| cluster == *host));
    }

    /// For each cluster the one that takes it in, which may be itself.
    fn find_hosts(&self, spacing_m: f64) -> Vec<usize> {
        let count = self.clusters.len();
        let cells = Cells::of((0..count).map(|cluster| self.position(cluster)), spacing_m);
        let mut hosts: Vec<Option<usize>> = vec![None; count];
        let mut nearest_m2 = vec![spacing_m * spacing_m; count];
        for host in 0..count {
            if hosts[host].is_some() {
                continue;
            }
            hosts[host] = Some(host);
            let here = self.position(host);
            for guest in cells.around(here) {
                let there = self.position(guest);
                let distance_m2 = (there.x - here.x).powi(2) + (there.y - here.y).powi(2);
                // no other host lies within the spacing
                if distance_m2 < nearest_m2[guest] && guest != host {
                    nearest_m2[guest] = distance_m2;
                    hosts[guest] = Some(host);
                }
            }
        }
        hosts.into_iter().enumerate().map(|(cluster, host)| host.unwrap_or(cluster)).collect()
    }

    /// A guest's facilities are put behind its host's, so that the host's stay together as they were.
    fn join(&mut self, guest: usize, host: usize) {
        let (from, to) = (self.clusters[guest], &mut self.clusters[host]);
        to.count += from.count;
        let (from, to) = (from.host as usize, to.host as usize);
        self.next[self.last[to] as usize] = self.clusters[guest].host;
        self.last[to] = self.last[from];
    }

    /// The clusters as they are now, in the order of their tiles.
    fn level(&self, zoom: u8) -> Level {
        let mut clusters = self.clusters.clone();
        clusters.sort_by_cached_key(|cluster| tile_of(&self.places[cluster.host as usize], zoom));
        Level { zoom, clusters: clusters.into() }
    }

    /// All facilities, those of a cluster side by side at every zoom, and each one's place in that order.
    fn lay_out(&self) -> (Vec<FeatureIndex>, Vec<u32>) {
        let mut order = Vec::with_capacity(self.places.len());
        let mut place = vec![0; self.places.len()];
        for cluster in &self.clusters {
            let mut feature = cluster.host;
            while feature != NONE {
                place[feature as usize] = u32::try_from(order.len()).unwrap_or(u32::MAX);
                order.push(feature);
                feature = self.next[feature as usize];
            }
        }
        (order, place)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SPACING: f64 = 0.1;

    fn crowding(mode: PointsMode) -> Crowding {
        Crowding { mode, zooms: 0..15, spacing: SPACING }
    }

    fn places(positions: &[(f64, f64)]) -> Vec<Place> {
        let place = |(number, (x, y)): (usize, &(f64, f64))| Place {
            position: Mercator { x: *x, y: *y },
            id: FeatureId::of(&number.to_string()),
            category: u16::try_from(number % 3).unwrap(),
        };
        positions.iter().enumerate().map(place).collect()
    }

    /// Clumps on all scales, and repeated places.
    fn positions() -> impl Strategy<Value = Vec<(f64, f64)>> {
        let near = |scale: f64| (-scale..scale, -scale..scale);
        let place = prop_oneof![near(2e7), near(1e5), near(2e3), near(50.0), Just((100.0, 100.0)), Just((0.0, 0.0))];
        prop::collection::vec(place, 0..300)
    }

    fn distance_m(places: &[Place], one: &Cluster, other: &Cluster) -> f64 {
        let (one, other) = (places[one.host as usize].shown(), places[other.host as usize].shown());
        (one.x - other.x).hypot(one.y - other.y)
    }

    proptest! {
        #[test]
        fn each_zoom_holds_every_facility_once_in_unions_of_the_clusters_of_the_next(positions in positions()) {
            let places = places(&positions);
            let clusters = Clusters::build(&places, &crowding(PointsMode::Cluster));
            let mut finer: Vec<Range<usize>> = (0..places.len()).map(|at| at..at + 1).collect();
            for level in clusters.levels.iter().rev() {
                let mut ranges: Vec<_> = level.clusters.iter().map(Cluster::range).collect();
                ranges.sort_by_key(|range| range.start);
                prop_assert_eq!(ranges.iter().map(ExactSizeIterator::len).sum::<usize>(), places.len());
                prop_assert!(ranges.windows(2).all(|pair| pair[0].end == pair[1].start));
                let nests = |range: &Range<usize>| ranges.iter().any(|outer| outer.start <= range.start && range.end <= outer.end);
                prop_assert!(finer.iter().all(nests), "zoom {}", level.zoom);
                finer = ranges;
            }
        }

        #[test]
        fn two_clusters_of_a_zoom_are_never_nearer_than_the_spacing(positions in positions()) {
            let places = places(&positions);
            for mode in [PointsMode::Cluster, PointsMode::Thin] {
                for level in &Clusters::build(&places, &crowding(mode)).levels {
                    let spacing_m = SPACING * WORLD_WIDTH_M / f64::from(1_u32 << level.zoom);
                    for (number, one) in level.clusters.iter().enumerate() {
                        let near = level.clusters[..number].iter().find(|other| distance_m(&places, one, other) < spacing_m);
                        prop_assert!(near.is_none(), "zoom {}: {:?} and {:?}", level.zoom, one, near);
                    }
                }
            }
        }

        #[test]
        fn a_facility_is_never_farther_from_its_cluster_than_twice_the_spacing(positions in positions()) {
            let places = places(&positions);
            let clusters = Clusters::build(&places, &crowding(PointsMode::Cluster));
            let mut gathering = Gathering::of(&places, PointsMode::Cluster);
            for level in clusters.levels.iter().rev() {
                let spacing_m = SPACING * WORLD_WIDTH_M / f64::from(1_u32 << level.zoom);
                gathering.gather(spacing_m);
                let (order, first) = gathering.lay_out();
                for cluster in &gathering.clusters {
                    let from = first[cluster.host as usize] as usize;
                    for member in &order[from..from + cluster.count as usize] {
                        // half the spacing at the zoom below, a quarter below that, and so on
                        prop_assert!(distance_m(&places, cluster, &Cluster::of_one(*member)) < 2.0 * spacing_m);
                    }
                }
            }
        }
    }

    #[test]
    fn what_is_seen_of_thinned_facilities_is_the_first_category() {
        let positions: Vec<_> = (0..9).map(|number| (f64::from(number), 0.0)).collect();
        let places = places(&positions);
        let clusters = Clusters::build(&places, &crowding(PointsMode::Thin));
        let shown: Vec<_> =
            clusters.levels[0].clusters.iter().map(|cluster| places[cluster.host as usize].category).collect();
        assert_eq!(shown, [0]);
    }

    #[test]
    fn the_id_of_a_cluster_is_no_facilitys_id() {
        let mut places = places(&[(0.0, 0.0), (1.0, 0.0), (2e6, 2e6)]);
        let clusters = Clusters::build(&places, &crowding(PointsMode::Cluster));
        let pair =
            clusters.levels[3].clusters.iter().find(|cluster| cluster.count == 2).expect("two are near each other");
        let host = places[pair.host as usize].id;
        assert_eq!(clusters.salt, 0);
        // a facility that is far away has just the id that the cluster would get
        places[2].id = clusters.id(host, 3);
        let again = Clusters::build(&places, &crowding(PointsMode::Cluster));
        assert_eq!(again.salt, 1);
        assert!(places.iter().all(|place| place.id != again.id(host, 3)));
    }
}
