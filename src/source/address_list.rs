//! A list of addresses with coordinates → where the facilities of a table lie that have an address only.
//!
//! An address is found exactly, or nearly where there is one place that it can mean, or not at all. What was found
//! nearly and what was not found is said row by row; nothing is placed by a guess between two places.
//!
//! Cost: one look-up per row; where it fails, a comparison with the streets of the same postcode or place.

use std::collections::{BTreeSet, HashMap};

use super::address::{Address, AddressColumns, House};
use super::place::FileXy;
use super::{FeatureSet, SourceError};
use crate::config::{PointColumns, SourceConfig};
use crate::geo::{LonLat, Position, Shape};
use crate::message;
use crate::report::{Message, Report};

/// Entries of one address may lie this far apart and still be one place; metres.
const SAME_PLACE_M: f64 = 150.0;
/// A street of which the list knows no house numbers is one place if its entries are not further apart; metres.
const SHORT_STREET_M: f64 = 600.0;
/// The nearest house that is taken for a number that is missing: so many numbers away, which is two plots.
const NEAREST_HOUSE: u32 = 4;
/// Likeness of street names from which on one is a misspelling of the other (Jaro-Winkler).
const LIKE: f64 = 0.94;
/// Likeness from which on a street is worth being suggested.
const SUGGESTED: f64 = 0.8;
/// Metres of a degree of latitude.
const DEGREE_M: f64 = 111_195.0;

/// One line of the list.
#[derive(Debug)]
struct Entry {
    address: Address,
    written: String,
    at: LonLat,
}

/// An address list, ready to be asked.
#[derive(Debug)]
pub(super) struct AddressList {
    entries: Vec<Entry>,
    /// Entries of each folded street.
    streets: HashMap<String, Vec<usize>>,
    /// Folded streets of each postcode and each place.
    of_town: HashMap<String, Vec<String>>,
}

/// What the list knows of an address.
#[derive(Debug)]
pub(super) enum Match {
    /// The address is in the list.
    Exact(FileXy),
    /// One place that it can mean, and why it is not exact.
    Near(FileXy, Message),
    /// None, or several; what is like it.
    None(Message),
}

impl AddressList {
    /// Reads the list: any file with points and columns of addresses.
    ///
    /// Columns with coordinates that nobody names are known by their usual names.
    pub(super) fn open(config: &SourceConfig, report: &mut Report) -> Result<Self, SourceError> {
        let mut config = config.clone();
        if config.points.is_none() {
            let likely = super::inspect(&config.path)?.into_iter().find_map(|member| member.points);
            config.points = likely.map(|(x, y)| PointColumns { x, y });
        }
        let set = super::open(&config, report)?;
        let missing = |columns| SourceError::AddressColumnsMissing { file: config.path.clone(), columns };
        let columns = AddressColumns::find(&set.columns).ok_or_else(|| missing(set.columns.clone()))?;
        Ok(Self::of(&set, &columns))
    }

    fn of(set: &FeatureSet, columns: &AddressColumns) -> Self {
        let mut list = Self { entries: Vec::new(), streets: HashMap::new(), of_town: HashMap::new() };
        let mut of_town: HashMap<String, BTreeSet<&str>> = HashMap::new();
        for feature in &set.features {
            let Shape::Point(at) = &feature.shape else { continue };
            let (address, written) =
                columns.read(|column| feature.attributes.get(column).and_then(crate::attribute::Attribute::to_text));
            if !address.is_empty() {
                list.entries.push(Entry { address, written, at: *at });
            }
        }
        for (number, entry) in list.entries.iter().enumerate() {
            let address = &entry.address;
            list.streets.entry(address.street.clone()).or_default().push(number);
            let towns = address.places.iter().chain(Some(&address.postcode)).filter(|town| !town.is_empty());
            for town in towns {
                of_town.entry(town.clone()).or_default().insert(&address.street);
            }
        }
        list.of_town = of_town
            .into_iter()
            .map(|(town, streets)| (town, streets.into_iter().map(str::to_owned).collect()))
            .collect();
        list
    }

    /// Looks an address up.
    pub(super) fn find(&self, address: &Address) -> Match {
        let same_street: &[usize] = self.streets.get(&address.street).map_or(&[], Vec::as_slice);
        let agreeing = self.all(same_street.iter().filter(|entry| self.agrees(**entry, address) == Agreement::Full));
        if let Some(found) = Self::in_street(&agreeing, address, None) {
            return found;
        }
        // the postcode is of the next place, or the place is written otherwise
        let partly = self.all(same_street.iter().filter(|entry| self.agrees(**entry, address) == Agreement::Part));
        let other_town = message!("postcode or place differ");
        if let Some(found) = Self::in_street(&partly, address, Some(&other_town)) {
            return found;
        }
        let like = self.like(address);
        if let [(likeness, street), rest @ ..] = like.as_slice()
            && *likeness >= LIKE
            && rest.first().is_none_or(|(next, _)| *next < LIKE)
        {
            let entries: &[usize] = self.streets.get(*street).map_or(&[], Vec::as_slice);
            let entries = self.all(entries.iter().filter(|entry| self.agrees(**entry, address) == Agreement::Full));
            let misspelt = message!("the street is spelled otherwise");
            if let Some(found) = Self::in_street(&entries, address, Some(&misspelt)) {
                return found;
            }
        }
        Match::None(self.suggestions(address, same_street, &like))
    }

    fn all<'e>(&'e self, numbers: impl Iterator<Item = &'e usize>) -> Vec<&'e Entry> {
        numbers.filter_map(|number| self.entries.get(*number)).collect()
    }

    /// Among entries of one street: the house, or the nearest, or the street as a whole. `why` says what is not exact
    /// about the street itself.
    fn in_street(entries: &[&Entry], address: &Address, why: Option<&Message>) -> Option<Match> {
        if entries.is_empty() {
            return None;
        }
        let found = |entry: &Entry, reasons: Vec<Message>| {
            let at = FileXy::from_xy(entry.at.lon_deg, entry.at.lat_deg);
            let mut reasons = why.into_iter().cloned().chain(reasons).peekable();
            if reasons.peek().is_none() {
                return Match::Exact(at);
            }
            let why = Message::joined(reasons, ", ");
            Match::Near(at, message!("placed at {entry}: {why}", entry = entry.written, why))
        };
        let Some(house) = &address.house else {
            let reason = message!("no house number is given");
            return one_place(entries, SHORT_STREET_M).map(|entry| found(entry, vec![reason]));
        };
        let with_house = |fits: &dyn Fn(&House) -> bool| -> Vec<&Entry> {
            entries.iter().copied().filter(|entry| entry.address.house.as_ref().is_some_and(fits)).collect()
        };
        let same = with_house(&|other| other == house);
        let same = if same.is_empty() { with_house(&|other| other.is_same(house)) } else { same };
        if !same.is_empty() {
            return one_place(&same, SAME_PLACE_M).map(|entry| found(entry, Vec::new()));
        }
        let same_number = with_house(&|other| other.number == house.number);
        if let Some(entry) = one_place(&same_number, SAME_PLACE_M) {
            return Some(found(entry, vec![message!("the letter of the house differs")]));
        }
        let near = with_house(&|other| other.distance(house) <= NEAREST_HOUSE);
        let nearest = near.iter().filter_map(|entry| Some((entry.address.house.as_ref()?.distance(house), *entry)));
        let least = nearest.clone().map(|(distance, _)| distance).min();
        let nearest: Vec<&Entry> =
            nearest.filter(|(distance, _)| Some(*distance) == least).map(|(_, entry)| entry).collect();
        if let Some(entry) = one_place(&nearest, SAME_PLACE_M) {
            return Some(found(entry, vec![message!("the nearest house in the list")]));
        }
        let without: Vec<&Entry> = entries.iter().copied().filter(|entry| entry.address.house.is_none()).collect();
        let reason = message!("the list has this street without house numbers");
        one_place(&without, SHORT_STREET_M).map(|entry| found(entry, vec![reason]))
    }

    /// How far an entry's town agrees with an address's.
    fn agrees(&self, number: usize, address: &Address) -> Agreement {
        let Some(entry) = self.entries.get(number) else { return Agreement::None };
        let (one, other) = (entry.address.postcode.as_str(), address.postcode.as_str());
        let codes = (!one.is_empty() && !other.is_empty()).then(|| one == other);
        let (parts, wanted) = (&entry.address.places, &address.places);
        let places =
            (!parts.is_empty() && !wanted.is_empty()).then(|| parts.iter().any(|place| wanted.contains(place)));
        // the first two digits are a region of some fifty kilometres; another Neustadt lies in another one
        let is_one_region = one.get(..2) == other.get(..2);
        match (codes, places) {
            // neither says where: the street alone counts, if it is the only one
            (Some(true) | None, Some(true) | None) => Agreement::Full,
            // one postcode has several villages, each with its Dorfstraße
            (Some(true), Some(false)) => Agreement::Part,
            (Some(false), Some(true)) if is_one_region => Agreement::Part,
            (Some(false), _) | (None, Some(false)) => Agreement::None,
        }
    }

    /// Streets of the same postcode or place that are spelled alike, the likest first.
    fn like(&self, address: &Address) -> Vec<(f64, &str)> {
        let towns = address.places.iter().chain(Some(&address.postcode)).filter(|town| !town.is_empty());
        let streets = towns.filter_map(|town| self.of_town.get(town)).flatten().map(String::as_str);
        let mut like: Vec<(f64, &str)> = streets
            .filter(|street| street.len().abs_diff(address.street.len()) <= 6)
            .map(|street| (strsim::jaro_winkler(street, &address.street), street))
            .filter(|(likeness, _)| *likeness >= SUGGESTED)
            .collect();
        like.sort_by(|(one, a), (other, b)| other.total_cmp(one).then(a.cmp(b)));
        like.dedup_by(|one, other| one.1 == other.1);
        like
    }

    /// What to look at where nothing was found.
    fn suggestions(&self, address: &Address, same_street: &[usize], like: &[(f64, &str)]) -> Message {
        const SHOWN: usize = 3;
        let nearest = |entries: &[usize]| -> Option<String> {
            let entries = self.all(entries.iter());
            let distance = |entry: &&Entry| match (&entry.address.house, &address.house) {
                (Some(one), Some(other)) => one.distance(other),
                _ => 0,
            };
            let agrees = |entry: &&Entry| entry.address.postcode != address.postcode;
            entries.into_iter().min_by_key(|entry| (agrees(entry), distance(entry))).map(|entry| entry.written.clone())
        };
        let own = nearest(same_street).into_iter();
        let others = like.iter().filter(|(_, street)| *street != address.street);
        let others = others.filter_map(|(_, street)| nearest(self.streets.get(*street)?));
        let shown: Vec<String> = own.chain(others).take(SHOWN).collect();
        if shown.is_empty() {
            Message::default()
        } else {
            message!("similar in the list: {list}", list = shown.join("; "))
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Agreement {
    Full,
    Part,
    None,
}

/// The entry in the middle, if all lie within a distance of it.
fn one_place<'e>(entries: &[&'e Entry], within_m: f64) -> Option<&'e Entry> {
    let count = entries.len() as f64;
    let (lon, lat) =
        entries.iter().fold((0.0, 0.0), |(lon, lat), entry| (lon + entry.at.lon_deg, lat + entry.at.lat_deg));
    let mean = LonLat { lon_deg: lon / count, lat_deg: lat / count };
    let middle = entries.iter().min_by(|one, other| metres(one.at, mean).total_cmp(&metres(other.at, mean)))?;
    entries.iter().all(|entry| metres(entry.at, middle.at) <= within_m).then_some(*middle)
}

/// Distance on the ground, good for some kilometres: degrees scaled by the cosine of the latitude.
fn metres(one: LonLat, other: LonLat) -> f64 {
    let east = (one.lon_deg - other.lon_deg) * one.lat_deg.to_radians().cos();
    (east.hypot(one.lat_deg - other.lat_deg)) * DEGREE_M
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attribute::Attribute;
    use crate::source::Feature;

    fn list(rows: &[(&str, f64, f64)]) -> AddressList {
        let features = rows.iter().zip(1..).map(|((address, lon_deg, lat_deg), row)| Feature {
            row,
            attributes: vec![Attribute::Text((*address).to_owned())],
            shape: Shape::Point(LonLat { lon_deg: *lon_deg, lat_deg: *lat_deg }),
        });
        let set = FeatureSet { columns: vec!["address".to_owned()], features: features.collect() };
        let columns = AddressColumns::find(&set.columns).expect("has addresses");
        AddressList::of(&set, &columns)
    }

    fn soltau() -> AddressList {
        list(&[
            ("Walsroder Straße 12, 29614 Soltau", 9.80, 52.98),
            ("Walsroder Straße 16a, 29614 Soltau", 9.81, 52.98),
            ("Poststraße 1, 29614 Soltau", 9.83, 52.98),
            ("Poststraße 1, 29664 Walsrode", 9.58, 52.86),
            ("Mühlenweg, 29614 Soltau OT Ahlften", 9.76, 53.01),
        ])
    }

    fn told(list: &AddressList, address: &str) -> String {
        match list.find(&Address::parse(address)) {
            Match::Exact(at) => format!("exact {}", at.x()),
            Match::Near(at, why) => format!("near {}: {why}", at.x()),
            Match::None(why) => format!("none: {why}"),
        }
    }

    #[test]
    fn an_address_is_found_in_any_spelling() {
        let list = soltau();
        for spelling in [
            "Walsroder Str. 12, 29614 Soltau",
            "WALSRODER STRASSE 12, Soltau",
            "walsroder-straße 12, 29614 Soltau, Stadt",
        ] {
            assert_eq!(told(&list, spelling), "exact 9.8", "{spelling}");
        }
        assert_eq!(told(&list, "Poststr. 1, 29664 Walsrode"), "exact 9.58");
    }

    #[test]
    fn what_is_nearly_right_is_placed_and_says_why() {
        let list = soltau();
        let near = |address| told(&list, address);
        assert_eq!(
            near("Walsroder Str. 16, 29614 Soltau"),
            "near 9.81: placed at Walsroder Straße 16a, 29614 Soltau: the letter of the house differs"
        );
        assert!(near("Walsroder Str. 10, 29614 Soltau").ends_with(": the nearest house in the list"));
        assert!(near("Walsrodr Str. 12, 29614 Soltau").ends_with(": the street is spelled otherwise"));
        assert!(near("Walsroder Str. 12, 29615 Soltau").ends_with(": postcode or place differ"));
        assert!(near("Poststr. 1, 29664 Düshorn").ends_with(": postcode or place differ"), "a village of its postcode");
        assert!(near("Mühlenweg 7, 29614 Soltau").ends_with(": the list has this street without house numbers"));
    }

    #[test]
    fn what_may_be_two_places_or_none_is_not_placed() {
        let list = soltau();
        let none = |address| told(&list, address);
        assert_eq!(none("Poststr. 1"), "none: similar in the list: Poststraße 1, 29614 Soltau");
        assert!(none("Walsroder Str. 90, 29614 Soltau").starts_with("none: similar in the list: Walsroder Straße"));
        assert_eq!(none("Bergweg 3, 29614 Soltau"), "none: ");
        assert!(none("Poststr. 1, 29640 Schneverdingen").starts_with("none: similar"));
        assert!(none("Poststr. 1, 99999 Soltau").starts_with("none: similar"), "another Soltau");
        assert_eq!(none("Walsroder Straße, 29614 Soltau").split(':').next(), Some("none"), "a long street");
    }
}
