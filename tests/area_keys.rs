//! Every key of the official directories, in every spelling and damage that is met, is read as the area it belongs to
//! or reported as ambiguous: never as another area. The directories lie beside the project and are no part of it;
//! without them these tests pass.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io::Read;
use std::path::{Path, PathBuf};

use calamine::{Data, Reader, Xlsx, open_workbook};
use flate2::read::GzDecoder;
use kreisel::area::{AreaKey, Directory, KeyKind, Listed, Place, Resolved};
use kreisel::config::SourceConfig;
use kreisel::report::Report;
use kreisel::source;

fn shared(file: &str) -> Option<PathBuf> {
    let path = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data")).join(file);
    if path.exists() {
        return Some(path);
    }
    #[expect(clippy::print_stderr, reason = "whoever runs the tests must see what was not tried")]
    {
        eprintln!("skipped: {} is not there", path.display());
    }
    None
}

/// The key and name of one area, and the ARS of all municipalities in it: what it is, whatever its key is called.
#[derive(Clone, Debug)]
struct Area {
    key: AreaKey,
    name: String,
    parts: BTreeSet<String>,
}

/// The areas of one directory by kind of key.
#[derive(Default)]
struct Country {
    title: String,
    levels: BTreeMap<KeyKind, Vec<Area>>,
}

impl Country {
    /// Made of the ARS and names of municipalities, and of the names of larger areas by key (2, 5, 9 digits).
    fn new(title: String, municipalities: &[(String, String)], larger: &BTreeMap<String, String>) -> Self {
        let mut levels: BTreeMap<KeyKind, Vec<Area>> = BTreeMap::new();
        let mut add = |kind: KeyKind, key: &str, name: &str, parts: BTreeSet<String>| {
            let key = AreaKey::read(key, kind).expect("an official key").key;
            levels.entry(kind).or_default().push(Area { key, name: name.to_owned(), parts });
        };
        let mut ags: BTreeMap<String, (String, BTreeSet<String>)> = BTreeMap::new();
        for (ars, name) in municipalities {
            add(KeyKind::Ars, ars, name, BTreeSet::from([ars.clone()]));
            let entry = ags.entry(to_ags(ars)).or_insert_with(|| (name.clone(), BTreeSet::new()));
            entry.1.insert(ars.clone());
        }
        for (key, (name, parts)) in ags {
            add(KeyKind::Ags, &key, &name, parts);
        }
        for (key, name) in larger {
            let parts: BTreeSet<String> =
                municipalities.iter().map(|(ars, _)| ars.clone()).filter(|ars| ars.starts_with(key)).collect();
            let kind = match key.len() {
                2 => KeyKind::State,
                5 => KeyKind::District,
                _ => KeyKind::Association,
            };
            if !parts.is_empty() {
                add(kind, key, name, parts);
            }
        }
        Self { title, levels }
    }

    /// The part of one county.
    fn county(&self, county: &str) -> Self {
        let inside = |area: &&Area| area.key.as_str().starts_with(county);
        let levels = self.levels.iter().map(|(kind, areas)| (*kind, areas.iter().filter(inside).cloned().collect()));
        Self { title: format!("{county} of {}", self.title), levels: levels.collect() }
    }

    fn all(&self) -> impl Iterator<Item = (KeyKind, &Area)> {
        self.levels.iter().flat_map(|(kind, areas)| areas.iter().map(|area| (*kind, area)))
    }
}

fn to_ags(ars: &str) -> String {
    format!("{}{}", &ars[..5], &ars[9..])
}

/// GV-ISys: a workbook whose rows have the kind of area in the first column and its key in the third to seventh.
fn register(file: &str) -> Option<Country> {
    let path = shared(&format!("indicators/gvisys/{file}"))?;
    let mut book: Xlsx<_> = open_workbook(&path).expect("a workbook");
    let sheets = book.sheet_names();
    let range = book.worksheet_range(&sheets[1]).expect("the second sheet has the areas");
    let text = |cell: Option<&Data>| cell.map_or_else(String::new, |cell| cell.to_string().trim().to_owned());
    // some unincorporated areas of Bavaria stand in two rows
    let (mut municipalities, mut larger) = (BTreeMap::new(), BTreeMap::new());
    for row in range.rows() {
        let parts: Vec<String> = (2..7).map(|column| text(row.get(column))).collect();
        let (key, name) = (parts.concat(), text(row.get(7)));
        match (text(row.first()).as_str(), key.len()) {
            ("60", 12) => {
                municipalities.insert(key, name);
            }
            ("10", 2) | ("40", 5) | ("50", 9) => {
                larger.insert(key, name);
            }
            _ => {}
        }
    }
    let municipalities: Vec<(String, String)> = municipalities.into_iter().collect();
    Some(Country::new(file.to_owned(), &municipalities, &larger))
}

/// The boundary files, through the same reader as a layer's.
fn boundaries(file: &str, members: [&str; 3], key: &str) -> Option<Country> {
    let path = shared(&format!("boundaries/{file}"))?;
    let read = |member: &str| -> Vec<(String, String)> {
        let member = Some(member.to_owned());
        let config = SourceConfig { member, ..SourceConfig::of(&path) };
        let set = source::open(&config, &mut Report::default()).expect("reads");
        let (key, name) = (set.column(key).expect("a key"), set.column("GEN").expect("a name"));
        let text = |column: usize, feature: &source::Feature| feature.attributes[column].to_text().unwrap_or_default();
        let rows: BTreeMap<String, String> =
            set.features.iter().map(|feature| (text(key, feature), text(name, feature))).collect();
        rows.into_iter().collect()
    };
    let municipalities = read(members[0]);
    let larger = members[1..].iter().filter(|member| !member.is_empty()).flat_map(|member| read(member)).collect();
    Some(Country::new(file.to_owned(), &municipalities, &larger))
}

fn countries() -> Vec<Country> {
    let registers = [
        "31121998_Auszug_GV.xlsx",
        "31122013_Auszug_GV.xlsx",
        "31122017_Auszug_GV.xlsx",
        "31122021_Auszug_GV.xlsx",
        "31122023_Auszug_GV.xlsx",
        "AuszugGV4QAktuell_2024.xlsx",
    ];
    let of_2016 = boundaries("vg250_2016-01-01_utm32s.zip", ["VG250_GEM", "VG250_KRS", ""], "RS");
    let of_2021 =
        boundaries("vg5000_2021-01-01_gk3.shape.ebenen.zip", ["VG5000_GEM", "VG5000_VWG", "VG5000_KRS"], "ARS");
    registers.into_iter().filter_map(register).chain(of_2016).chain(of_2021).collect()
}

/// Layers of a country, as the directory takes them.
struct Layers(Vec<(KeyKind, Vec<AreaKey>, Vec<String>)>);

impl Layers {
    fn of(country: &Country, kinds: &[KeyKind]) -> Self {
        let layer = |kind: &KeyKind| {
            let areas = country.levels.get(kind).map_or(&[][..], Vec::as_slice);
            let keys = areas.iter().map(|area| area.key.clone()).collect();
            (*kind, keys, areas.iter().map(|area| area.name.clone()).collect())
        };
        Self(kinds.iter().map(layer).collect())
    }

    fn directory(&self) -> Directory<'_> {
        let listed =
            self.0.iter().map(|(kind, keys, names)| Listed { kind: *kind, keys, names, parents: &[] }).collect();
        Directory::new(listed)
    }
}

/// Every way in which the key of an area is written: undamaged spellings, and those that have lost something.
fn spellings(kind: KeyKind, key: &str) -> (Vec<String>, Vec<String>) {
    let mut sound = vec![key.to_owned(), format!(" {key} "), format!("'{key}")];
    let district = key.get(..5).unwrap_or_default();
    match kind {
        KeyKind::Ars => {
            let (group, own) = (&key[5..9], &key[9..]);
            sound.push(to_ags(key));
            sound.push(format!("DE_{}", to_ags(key)));
            sound.push(format!("{} {} {group} {own}", &key[..2], &key[2..5]));
            if district.starts_with("03") && group.starts_with("54") {
                sound.push(format!("{district}{}{own}", &group[1..]));
            }
            if district.starts_with("07") {
                let group = group.strip_prefix("50").unwrap_or("00");
                sound.push(format!("{district}{group}{own}"));
            }
        }
        KeyKind::Association => {
            // a municipality without association or county has this ARS itself
            sound.push(format!("{key}000"));
            if key.starts_with("03") && key[5..].starts_with("54") {
                sound.push(format!("{district}{}", &key[6..]));
            }
            if key.starts_with("07") && key[5..].starts_with("50") {
                sound.push(format!("{district}{}", &key[7..]));
            }
        }
        KeyKind::District => {
            sound.extend([format!("{key}000"), format!("{key}00000"), format!("{key}0000000")]);
        }
        KeyKind::State => sound.push(format!("{key}0000000000")),
        KeyKind::Ags | KeyKind::Own => {}
    }
    let mut damaged = Vec::new();
    for text in sound.iter().map(|text| text.trim().trim_start_matches('\'').replace(' ', "")) {
        if text.bytes().all(|byte| byte.is_ascii_digit()) {
            let number = text.trim_start_matches('0');
            damaged.extend([number.to_owned(), format!("{number}.0"), format!("{number},00"), format!(" {number}")]);
        }
    }
    damaged.sort();
    damaged.dedup();
    (sound, damaged)
}

/// What came of reading texts.
#[derive(Debug, Default, PartialEq, Eq)]
struct Tally {
    right: usize,
    ambiguous: usize,
    unknown: usize,
    wrong: String,
}

impl Tally {
    fn read(&mut self, directory: &Directory<'_>, layers: &[&[Area]], text: &str, meant: &Area) {
        let area = |place: &Place| &layers[place.layer][place.feature];
        match directory.resolve(text) {
            Resolved::Found(found) => match found.places.iter().map(area).find(|area| area.parts != meant.parts) {
                None => self.right += 1,
                Some(other) => {
                    let _ = writeln!(self.wrong, "\"{text}\" for {} read as {}", meant.key, other.key);
                }
            },
            Resolved::Ambiguous(_) => self.ambiguous += 1,
            Resolved::Unknown => self.unknown += 1,
        }
    }
}

const ALL: [KeyKind; 5] = [KeyKind::State, KeyKind::District, KeyKind::Association, KeyKind::Ags, KeyKind::Ars];

#[test]
fn every_key_of_every_directory_is_read_as_its_own_area() {
    for country in countries() {
        let thorough = country.title.contains("vg250");
        let kinds: [&[KeyKind]; 3] = [&ALL, &[KeyKind::Ars], &[KeyKind::Ags]];
        for kinds in kinds.into_iter().take(if thorough { 3 } else { 1 }) {
            let layers = Layers::of(&country, kinds);
            let directory = layers.directory();
            let areas: Vec<&[Area]> =
                kinds.iter().map(|kind| country.levels.get(kind).map_or(&[][..], Vec::as_slice)).collect();
            let (mut sound, mut damaged) = (Tally::default(), Tally::default());
            // municipalities by ARS, of which the AGS is a spelling; larger areas where there are layers of them
            for (kind, area) in country.all().filter(|(kind, _)| *kind == KeyKind::Ars || kinds.contains(kind)) {
                let (clean, broken) = spellings(kind, area.key.as_str());
                for text in &clean {
                    sound.read(&directory, &areas, text, area);
                }
                for text in &broken {
                    damaged.read(&directory, &areas, text, area);
                }
            }
            let about = format!("{} {kinds:?}", country.title);
            assert!(sound.right > 50_000 && damaged.right > 80_000, "{about}: {sound:?} {damaged:?}");
            assert!(sound.wrong.is_empty(), "{about}: {}", sound.wrong);
            assert!(damaged.wrong.is_empty(), "{about}: {}", damaged.wrong);
            assert_eq!((sound.unknown, damaged.unknown), (0, 0), "{about}");
            assert_eq!(sound.ambiguous, 0, "{about}");
            // some associations of Schleswig-Holstein in 1998 without their zero have the digits of an AGS of Saarland
            assert!(damaged.ambiguous * 200 <= damaged.right, "{about}: {damaged:?}");
        }
    }
}

#[test]
fn in_the_atlas_of_one_county_no_key_of_the_country_is_taken_for_one_of_its_areas() {
    for country in register("31121998_Auszug_GV.xlsx").into_iter().chain(register("31122021_Auszug_GV.xlsx")) {
        let all: Vec<(&Area, Vec<String>)> = country
            .all()
            .map(|(kind, area)| {
                let (mut texts, damaged) = spellings(kind, area.key.as_str());
                texts.extend(damaged);
                (area, texts)
            })
            .collect();
        for county in ["03358", "01004", "07131", "10041", "02000", "03"] {
            let part = country.county(county);
            let kinds = [KeyKind::District, KeyKind::Association, KeyKind::Ags];
            let layers = Layers::of(&part, &kinds);
            let directory = layers.directory();
            let areas: Vec<&[Area]> =
                kinds.iter().map(|kind| part.levels.get(kind).map_or(&[][..], Vec::as_slice)).collect();
            let mut tally = Tally::default();
            for (area, texts) in &all {
                for text in texts {
                    tally.read(&directory, &areas, text, area);
                }
            }
            assert!(tally.right > 20, "{}: {tally:?}", part.title);
            assert!(tally.wrong.is_empty(), "{}: {}", part.title, tally.wrong);
        }
    }
}

/// The offices' population table (12411-01-01-5): key and name of every row.
fn population_rows() -> Option<Vec<(String, String)>> {
    let path = shared("indicators/genesis/12411-01-01-5_00.csv.gz")?;
    let mut text = String::new();
    GzDecoder::new(std::fs::File::open(path).expect("opens")).read_to_string(&mut text).expect("UTF-8");
    let rows = text.lines().filter_map(|line| {
        let mut cells = line.split(';');
        let key = cells.next().filter(|key| key.len() >= 2 && key.bytes().all(|byte| byte.is_ascii_digit()))?;
        Some((key.to_owned(), cells.next()?.to_owned()))
    });
    Some(rows.collect())
}

#[test]
fn the_offices_keys_and_the_register_agree_on_names() {
    let (Some(rows), Some(country)) = (population_rows(), register("31122013_Auszug_GV.xlsx")) else { return };
    let layers = Layers::of(&country, &ALL);
    let directory = layers.directory();
    let mut levels: BTreeMap<usize, (usize, usize)> = BTreeMap::new();
    let mut other = Vec::new();
    for (key, name) in rows.iter().filter(|(key, _)| key.starts_with("03") || key.starts_with("07")) {
        let Resolved::Found(found) = directory.resolve(key) else { continue };
        let count = levels.entry(key.len()).or_default();
        count.0 += 1;
        let folded = |name: &str| -> String {
            let core = name.split([',', '(', '/']).next().unwrap_or_default().to_lowercase();
            core.replace("/ ", "/").split_whitespace().take(1).collect()
        };
        let label = directory.label(found.places[0]);
        let own = label.split_once(' ').map_or("", |(_, name)| name);
        if folded(own) == folded(name) {
            count.1 += 1;
        } else {
            other.push(format!("{key} {name}: {label}"));
        }
    }
    // districts and municipalities that were renamed or merged in between are few
    assert_eq!(levels.keys().copied().collect::<Vec<_>>(), [2, 5, 7, 8, 10, 11]);
    for (digits, (found, same)) in &levels {
        assert!(same * 100 >= found * 97, "{digits} digits: {same} of {found} have the same name: {other:#?}");
    }
    assert!(levels[&8].0 >= 430 && levels[&10].0 >= 2600 && levels[&11].0 >= 800, "{levels:?}");
}

#[test]
fn names_of_the_offices_lead_to_their_own_area_or_to_none() {
    let (Some(rows), Some(country)) = (population_rows(), register("31122013_Auszug_GV.xlsx")) else { return };
    let part = country.county("03358");
    let kinds = [KeyKind::District, KeyKind::Association, KeyKind::Ags];
    let layers = Layers::of(&part, &kinds);
    let directory = layers.directory();
    let mut found = 0;
    for (key, name) in rows.iter().filter(|(key, _)| key.starts_with("03358")) {
        let (Resolved::Found(by_key), by_name) = (directory.resolve(key), directory.by_name(name)) else {
            panic!("{key} {name} is not found by its key")
        };
        match by_name {
            Resolved::Found(by_name) => {
                let same = by_key.places.iter().all(|place| by_name.places.contains(place));
                assert!(same, "{key} {name}: {:?}", by_name.places.iter().map(|place| directory.label(*place)));
                found += 1;
            }
            Resolved::Ambiguous(choices) => {
                assert!(choices.iter().any(|(place, _)| by_key.places.contains(place)), "{key} {name}");
            }
            Resolved::Unknown => {}
        }
    }
    // the register writes "Hodenhagen" and "Rethem (Aller), Stadt", the table "Rethem/Aller, Stadt"
    assert!(found >= 24, "{found} of 28");
}
