//! Facilities and clusters in tiles: nobody is lost and nobody counted twice, wherever they lie.

mod decoded;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use decoded::{DecodedFeature, assert_valid, decode};
use kreisel::area::FeatureId;
use kreisel::config::{self, LayerId, PointsMode, TileConfig};
use kreisel::geo::{LonLat, Mercator, TileCoord, WORLD_WIDTH_M};
use kreisel::release::{self, Audience, Release};
use kreisel::report::Report;
use kreisel::store::{Crowding, Place, Places};
use kreisel::tile::points::of_places;
use kreisel::tile::{Selection, Years, render};
use proptest::prelude::*;

fn config() -> TileConfig {
    TileConfig { buffer_units: 0, ..TileConfig::default() }
}

fn places(positions: &[(f64, f64)]) -> Vec<Place> {
    let place = |(number, (x, y)): (u16, &(f64, f64))| Place {
        position: Mercator { x: *x, y: *y },
        id: FeatureId::of(&number.to_string()),
        category: number % 3,
    };
    (0..).zip(positions).map(place).collect()
}

/// The tiles of a zoom that could give something: those around each place, and their neighbours.
fn tiles(places: &[Place], zoom: u8) -> BTreeSet<TileCoord> {
    let near = |at: u32| at.saturating_sub(1)..=(at + 1).min((1 << zoom) - 1);
    let around = |place: &Place| {
        let own = TileCoord::around(place.position, zoom);
        near(own.x()).flat_map(move |x| near(own.y()).map(move |y| TileCoord::new(zoom, x, y).expect("exists")))
    };
    places.iter().flat_map(around).collect()
}

/// Anywhere, in clumps, on edges and corners of tiles of all zooms, on and beyond the border of the world.
fn positions() -> impl Strategy<Value = Vec<(f64, f64)>> {
    let edge = |(zoom, part): (u32, i32)| f64::from(part) * WORLD_WIDTH_M / f64::from(1 << zoom);
    let axis = || {
        prop_oneof![
            -2.5e7..2.5e7_f64,
            -200.0..200.0_f64,
            (0..15_u32, -8..=8_i32).prop_map(edge),
            Just(WORLD_WIDTH_M / 2.0),
            Just(-WORLD_WIDTH_M / 2.0),
        ]
    };
    prop::collection::vec((axis(), axis()), 1..120)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn the_tiles_of_any_zoom_count_every_facility_once(positions in positions()) {
        let places = places(&positions);
        let mut expected = BTreeMap::new();
        for place in &places {
            *expected.entry(place.category).or_insert(0_u32) += 1;
        }
        let crowding = Crowding { mode: PointsMode::Cluster, zooms: 0..12, spacing: 48.0 / 512.0 };
        for store in [Places::build(places.clone()), Places::build_crowded(places.clone(), &crowding)] {
            for zoom in 0..=14 {
                let (mut sum, mut found) = (0, BTreeMap::new());
                for point in tiles(&places, zoom).into_iter().flat_map(|coord| of_places(&store, coord, &config())) {
                    prop_assert!((0..4096).contains(&point.at.x) && (0..4096).contains(&point.at.y));
                    sum += point.cluster.count() as usize;
                    let single = || vec![(places[point.cluster.feature() as usize].category, 1)];
                    let several = store.clusters().filter(|_| point.cluster.count() > 1);
                    for (category, count) in several.map_or_else(single, |clusters| clusters.counts(&point.cluster)) {
                        *found.entry(category).or_insert(0) += count;
                    }
                }
                prop_assert_eq!(sum, places.len(), "zoom {}", zoom);
                prop_assert_eq!(&found, &expected, "zoom {}", zoom);
            }
        }
    }

    #[test]
    fn with_a_buffer_each_facility_lies_inside_one_tile_and_beyond_the_edge_of_others(positions in positions()) {
        let places = places(&positions);
        let store = Places::build(places.clone());
        for zoom in 0..=14 {
            let mut inside = vec![0; places.len()];
            for coord in tiles(&places, zoom) {
                for point in of_places(&store, coord, &TileConfig::default()) {
                    prop_assert!((-65..=4161).contains(&point.at.x) && (-65..=4161).contains(&point.at.y));
                    let is_inside = (0..4096).contains(&point.at.x) && (0..4096).contains(&point.at.y);
                    inside[point.cluster.feature() as usize] += i32::from(is_inside);
                }
            }
            prop_assert!(inside.iter().all(|count| *count == 1), "zoom {}: {:?}", zoom, inside);
        }
    }
}

#[test]
fn many_facilities_at_one_place_are_one_cluster_and_at_the_exact_zoom_all_of_them() {
    let many = 50_000;
    let place = |number: u32| Place {
        position: Mercator { x: 1.0, y: 1.0 },
        id: FeatureId::of(&number.to_string()),
        category: 0,
    };
    let crowding = Crowding { mode: PointsMode::Cluster, zooms: 0..14, spacing: 0.1 };
    let store = Places::build_crowded((0..many).map(place).collect(), &crowding);
    for zoom in 0..14 {
        let points = of_places(&store, TileCoord::around(Mercator { x: 1.0, y: 1.0 }, zoom), &config());
        assert_eq!(points.iter().map(|point| point.cluster.count()).collect::<Vec<_>>(), [many], "zoom {zoom}");
    }
    assert_eq!(of_places(&store, TileCoord::around(Mercator { x: 1.0, y: 1.0 }, 14), &config()).len(), many as usize);
}

#[test]
fn a_facility_on_an_edge_is_in_the_tile_east_or_south_of_it_and_with_a_buffer_also_beyond_the_edge_of_the_other() {
    let tile = TileCoord::new(10, 539, 333).expect("exists");
    let (bounds, unit_m) = (tile.bounds(), tile.width_m() / 4096.0);
    let middle = f64::midpoint(bounds.min().y, bounds.max().y);
    let at = |units: f64| (bounds.max().x + units * unit_m, middle);
    let store = Places::build(places(&[at(0.0), at(-1000.0), at(63.0), at(65.0), at(-0.3)]));
    let given = |x: u32, config: &TileConfig| -> Vec<(u32, (i32, i32))> {
        let points = of_places(&store, TileCoord::new(10, x, 333).expect("exists"), config);
        let mut given: Vec<_> =
            points.iter().map(|point| (point.cluster.feature(), (point.at.x, point.at.y))).collect();
        given.sort_unstable();
        given
    };
    assert_eq!(given(539, &config()), [(1, (3096, 2048)), (4, (4095, 2048))]);
    assert_eq!(given(540, &config()), [(0, (0, 2048)), (2, (63, 2048)), (3, (65, 2048))]);
    let buffered = TileConfig::default();
    assert_eq!(given(539, &buffered), [(0, (4096, 2048)), (1, (3096, 2048)), (2, (4159, 2048)), (4, (4095, 2048))]);
    assert_eq!(given(540, &buffered), [(0, (0, 2048)), (2, (63, 2048)), (3, (65, 2048)), (4, (-1, 2048))]);
}

#[test]
fn a_facility_beyond_the_end_of_the_map_stands_on_its_border() {
    let pole = LonLat { lon_deg: 10.0, lat_deg: 89.0 }.to_mercator();
    let beyond = Mercator { x: 3e7, y: pole.y };
    let store = Places::build(vec![
        Place { position: pole, id: FeatureId::of("pole"), category: 0 },
        Place { position: beyond, id: FeatureId::of("beyond"), category: 0 },
    ]);
    let at = |x: u32| of_places(&store, TileCoord::new(3, x, 0).expect("exists"), &config());
    assert_eq!(at(4).iter().map(|point| point.at.y).collect::<Vec<_>>(), [0]);
    assert_eq!(at(7).iter().map(|point| (point.at.x, point.at.y)).collect::<Vec<_>>(), [(4095, 0)]);
}

// ---- from files to bytes ----------------------------------------------------------------------------------

/// Facilities as rows `key;category;lon;lat`: a town with many, a few around it.
fn rows() -> Vec<String> {
    let mut rows = Vec::new();
    for number in 0..600_u32 {
        // a spiral, so that distances are of every size
        let (angle, radius) = (f64::from(number) * 2.4, f64::from(number * number) * 1e-6);
        let category = ["school", "library", "clinic"][(number % 7 % 3) as usize];
        rows.push(format!("F{number};{category};{:.6};{:.6}", 9.8 + radius * angle.cos(), 52.9 + radius * angle.sin()));
    }
    rows
}

fn atlas(rows: &[String], tiles: &str) -> Release {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| {
        let file = folder.path().join(name);
        fs::create_dir_all(file.parent().expect("a parent")).expect("a folder");
        fs::write(file, text).expect("a file");
    };
    write("atlas.toml", "id = \"a\"\ntitle = \"A\"\npublisher = \"A\"\n");
    let mut layer = "kind = \"facility\"\ntitle = \"F\"\nname = \"key\"\ncategory = \"category\"\n".to_owned();
    layer +=
        "[source]\nfile = \"../data/f.csv\"\nx = \"lon\"\ny = \"lat\"\ncrs = \"EPSG:4326\"\n[key]\ncolumn = \"key\"\n";
    layer += "[provenance]\nsource = \"A\"\nlicense = \"A\"\nattribution = \"A\"\n";
    for category in ["school", "library", "clinic"] {
        writeln!(layer, "[categories.{category}]\ntitle = \"{category}\"").expect("a text");
    }
    write("layers/facilities.toml", &format!("{layer}[tiles]\n{tiles}\n"));
    write("data/f.csv", &format!("key;category;lon;lat\n{}\n", rows.join("\n")));
    read(folder.path())
}

fn read(root: &Path) -> Release {
    let mut report = Report::default();
    let config = config::load(root, &mut report).unwrap_or_else(|| panic!("{report:#?}"));
    release::build(config, report).unwrap_or_else(|(error, report)| panic!("{error}: {report:#?}"))
}

fn bytes(release: &Release, coord: TileCoord) -> Vec<u8> {
    let layers = vec![LayerId::new("facilities").expect("an id")];
    let selection = Selection { layers, indicators: Vec::new(), years: Years::Newest };
    render(release, &Audience::Public, &selection, coord)
}

/// All tiles of a zoom around the town.
fn tiles_of(zoom: u8) -> Vec<TileCoord> {
    let west_north = TileCoord::containing(LonLat { lon_deg: 9.3, lat_deg: 53.4 }, zoom);
    let east_south = TileCoord::containing(LonLat { lon_deg: 10.3, lat_deg: 52.4 }, zoom);
    let columns = west_north.x()..=east_south.x();
    columns
        .flat_map(|x| (west_north.y()..=east_south.y()).map(move |y| TileCoord::new(zoom, x, y).expect("exists")))
        .collect()
}

fn features(release: &Release, zoom: u8) -> Vec<DecodedFeature> {
    let tiles = tiles_of(zoom).into_iter();
    let layers: Vec<_> = tiles.flat_map(|coord| decode(&bytes(release, coord))).collect();
    assert_valid(&layers, "facilities");
    assert!(layers.iter().all(|layer| layer.name == "facilities"));
    layers.into_iter().flat_map(|layer| layer.features).collect()
}

fn number(feature: &DecodedFeature, name: &str) -> Option<u64> {
    let text = feature.tag(name)?;
    text.trim_start_matches(|char: char| !char.is_ascii_digit()).trim_end_matches(')').parse().ok()
}

#[test]
fn clusters_say_how_many_they_are_of_each_category_and_sum_up_at_every_zoom() {
    let release = atlas(&rows(), "points = \"cluster\"\nexact_from = 12\nmax_zoom = 13");
    let facilities: BTreeSet<u64> = release.layers[0].features.iter().map(|record| record.id.as_u64()).collect();
    let mut seen = BTreeSet::new();
    for zoom in 0..=13 {
        let features = features(&release, zoom);
        let (clusters, singles): (Vec<_>, Vec<_>) =
            features.iter().partition(|feature| feature.tag("cluster") == Some("Bool(true)"));
        assert_eq!(clusters.is_empty(), zoom >= 12, "zoom {zoom}");
        assert!(singles.iter().all(|feature| facilities.contains(&feature.id) && feature.tag("count").is_none()));
        for category in ["school", "library", "clinic"] {
            let is_one =
                |feature: &&&DecodedFeature| feature.tag("category") == Some(&format!("String(\"{category}\")"));
            let counted: u64 =
                clusters.iter().filter_map(|cluster| number(cluster, &format!("count:{category}"))).sum();
            let counted = counted + singles.iter().filter(is_one).count() as u64;
            let expected = rows().iter().filter(|row| row.contains(category)).count() as u64;
            assert_eq!(counted, expected, "zoom {zoom}, {category}");
        }
        for cluster in clusters {
            let names: Vec<_> = cluster.tags.iter().map(|(name, _)| name.as_str()).collect();
            let parts: u64 = names[2..].iter().filter_map(|name| number(cluster, name)).sum();
            assert_eq!((names[0], names[1], number(cluster, "count")), ("cluster", "count", Some(parts)));
            assert!(names[2..].iter().all(|name| name.starts_with("count:")), "{names:?}");
            assert!(!facilities.contains(&cluster.id) && cluster.id < 1 << 53);
            assert!(seen.insert(cluster.id), "no two clusters share an id");
        }
    }
}

#[test]
fn thinned_facilities_are_themselves_and_say_for_how_many_they_stand() {
    let release = atlas(&rows(), "points = \"thin\"\nmax_zoom = 13");
    let keys: BTreeSet<String> =
        rows().iter().map(|row| format!("String({:?})", row.split(';').next().expect("a key"))).collect();
    let mut fewer = 0;
    for zoom in 0..=13 {
        let features = features(&release, zoom);
        let sum: u64 = features.iter().map(|feature| number(feature, "count").unwrap_or(1)).sum();
        assert_eq!(sum, 600, "zoom {zoom}");
        assert!(features.iter().all(|feature| keys.contains(feature.tag("key").unwrap_or_default())));
        assert!(features.len() >= fewer, "no facility vanishes on the way down");
        fewer = features.len();
    }
    assert_eq!(fewer, 600);
}

#[test]
fn the_order_of_the_file_changes_no_tile() {
    let mut turned = rows();
    turned.reverse();
    turned.swap(3, 400);
    for tiles in ["points = \"cluster\"", "points = \"thin\"", "points = \"all\""] {
        let (one, other) = (atlas(&rows(), tiles), atlas(&turned, tiles));
        for zoom in [0, 5, 7, 9, 10, 11, 12, 14] {
            for coord in tiles_of(zoom) {
                assert!(bytes(&one, coord) == bytes(&other, coord), "{tiles}, {coord:?}");
            }
        }
    }
}

#[test]
fn a_layer_is_given_whole_until_it_has_too_many_facilities_and_the_report_says_when() {
    let mode = |release: &Release| match &release.layers[0].geometry {
        release::LayerFeatures::Places(places) => {
            places.clusters().map(|clusters| (clusters.mode(), clusters.exact_from()))
        }
        release::LayerFeatures::Areas(_) => None,
    };
    let told = |release: &Release| release.report.findings.iter().any(|finding| finding.code == "facilities-crowded");
    let few = atlas(&rows(), "");
    assert_eq!((mode(&few), told(&few)), (None, false));
    let row = |number: u32| format!("F{number};school;{:.6};52.9", 9.3 + f64::from(number) * 1e-4);
    let many: Vec<String> = (0..5001).map(row).collect();
    let crowded = atlas(&many, "");
    assert_eq!((mode(&crowded), told(&crowded)), (Some((PointsMode::Cluster, 14)), true));
    let wanted = atlas(&many, "points = \"all\"");
    assert_eq!((mode(&wanted), told(&wanted)), (None, false));
}
