//! An address as people write it → its parts, folded to what the spellings have in common.
//!
//! `Walsroder Str. 12 a, 29614 Soltau OT Ahlften`, or street, house number, postcode and place in columns of their own.
//! `Straße`, `Strasse`, `Str.` are one; so are `ß` and `ss`, `ü` and `ue`, blanks, hyphens and dots.

use crate::delimited::same_column;

/// A folded address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Address {
    /// Folded street, without blanks; empty if there is none.
    pub(super) street: String,
    /// House number, if there is one.
    pub(super) house: Option<House>,
    /// Five digits, or empty.
    pub(super) postcode: String,
    /// Folded names of the place and of its parts: `soltau`, `ahlften`.
    pub(super) places: Vec<String>,
}

/// A house number: `12`, `12a`, `12-14`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct House {
    pub(super) number: u32,
    /// The last of a range; the number itself where there is none.
    pub(super) last: u32,
    /// Letter behind the number, or empty.
    pub(super) letter: String,
}

/// Where the parts of an address stand in a table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct AddressColumns {
    street: Option<usize>,
    house_number: Option<usize>,
    postcode: Option<usize>,
    place: Option<usize>,
    /// All in one.
    address: Option<usize>,
}

/// Usual names of the columns.
const STREET: [&str; 6] = ["street", "straße", "strasse", "str", "straßenname", "strassenname"];
const HOUSE_NUMBER: [&str; 9] =
    ["house_number", "housenumber", "hausnummer", "hausnr", "hausnr.", "haus-nr.", "hnr", "nr", "nr."];
const POSTCODE: [&str; 5] = ["postcode", "plz", "postleitzahl", "zip", "postal_code"];
const PLACE: [&str; 9] = ["place", "ort", "stadt", "wohnort", "city", "town", "gemeinde", "ortsname", "community"];
const ADDRESS: [&str; 4] = ["address", "adresse", "anschrift", "postanschrift"];

impl AddressColumns {
    /// By their usual names; `None` if neither a street nor an address is among them.
    pub(super) fn find(columns: &[String]) -> Option<Self> {
        let find = |names: &[&str]| {
            names.iter().find_map(|name| columns.iter().position(|column| same_column(column.trim(), name)))
        };
        let found = Self {
            street: find(&STREET),
            house_number: find(&HOUSE_NUMBER),
            postcode: find(&POSTCODE),
            place: find(&PLACE),
            address: find(&ADDRESS),
        };
        (found.street.is_some() || found.address.is_some()).then_some(found)
    }

    /// The address in a row, whose cells `cell` gives, and how it is written there.
    pub(super) fn read(&self, cell: impl Fn(usize) -> Option<String>) -> (Address, String) {
        let text = |column: Option<usize>| column.and_then(&cell).unwrap_or_default().trim().to_owned();
        let [street, number, postcode, place] = [self.street, self.house_number, self.postcode, self.place].map(text);
        let whole = text(self.address);
        if street.is_empty() && !whole.is_empty() {
            let address = Address::parse(&whole);
            let address = Address {
                postcode: Some(address.postcode)
                    .filter(|own| !own.is_empty())
                    .unwrap_or_else(|| fold_postcode(&postcode)),
                places: if address.places.is_empty() { fold_places(&place) } else { address.places },
                ..address
            };
            let town = [postcode, place].into_iter().filter(|part| !part.is_empty() && !whole.contains(part.as_str()));
            let written = std::iter::once(whole.clone()).chain(town.map(|part| format!(", {part}"))).collect();
            return (address, written);
        }
        let (name, in_street) = split_number(&street);
        let house = if number.is_empty() { in_street } else { House::parse(&number) };
        let name = if number.is_empty() { name } else { &street };
        let address = Address {
            street: fold_street(name),
            house,
            postcode: fold_postcode(&postcode),
            places: fold_places(&place),
        };
        let front = [street, number].join(" ");
        let back = [postcode, place].join(" ");
        let written = [front.trim(), back.trim()].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>();
        (address, written.join(", "))
    }
}

impl Address {
    /// Reads an address that is written in one: what stands before the postcode is the street, what stands behind it the
    /// place; without a postcode a comma parts them.
    pub(super) fn parse(text: &str) -> Self {
        let is_postcode = |word: &&str| word.len() == 5 && word.bytes().all(|byte| byte.is_ascii_digit());
        let mut words = text.split([' ', ',', ';', '\n']).map(|word| word.trim_start_matches("D-"));
        let postcode = words.find(is_postcode).unwrap_or_default();
        let (front, back) = match text.split_once(postcode) {
            Some((front, back)) if !postcode.is_empty() => (front.trim_end_matches("D-"), back),
            _ => text.split_once(',').unwrap_or((text, "")),
        };
        let (name, house) = split_number(front.trim_matches([' ', ',', ';', '\n']));
        Self { street: fold_street(name), house, postcode: postcode.to_owned(), places: fold_places(back) }
    }

    /// Whether nothing can be looked up by it.
    pub(super) fn is_empty(&self) -> bool {
        self.street.is_empty()
    }
}

impl House {
    /// Reads `12`, `12 a`, `12a-c`, `12-14`, `12/14`; `None` if it begins with no number.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let text: String = text.to_lowercase().chars().filter(|letter| !letter.is_whitespace()).collect();
        let text = text.trim_start_matches("nr").trim_start_matches('.');
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        let (number, rest) = (text.get(..digits)?.parse().ok()?, text.get(digits..)?);
        let letter: String = rest.chars().take_while(char::is_ascii_lowercase).take(1).collect();
        let behind = rest.trim_start_matches(|char: char| char.is_ascii_lowercase());
        let last = behind.strip_prefix(['-', '–', '/', '+', ',']).unwrap_or_default();
        let last: String = last.chars().take_while(char::is_ascii_digit).collect();
        // "12/1" is the first entrance of 12
        let last = last.parse().ok().filter(|last| *last > number && *last - number <= 40).unwrap_or(number);
        Some(Self { number, last, letter })
    }

    /// Whether both name the same house, or one a range with the other's number in it.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        let (one, two) = ((self.number, self.last), (other.number, other.last));
        if one == two {
            return self.letter == other.letter;
        }
        let inside = |range: (u32, u32), number: u32| {
            range.0 <= number && number <= range.1 && (number - range.0).is_multiple_of(2)
        };
        (self.number == self.last && self.letter.is_empty() && inside(two, self.number))
            || (other.number == other.last && other.letter.is_empty() && inside(one, other.number))
            || (self.number == other.number && self.letter == other.letter)
    }

    /// How many numbers lie between two houses.
    pub(super) fn distance(&self, other: &Self) -> u32 {
        self.number.abs_diff(other.number)
    }
}

/// `Dorfstraße 75 b` → the street and its house number. `Straße des 17. Juni 135` has one number, `Straße 13` is none.
fn split_number(text: &str) -> (&str, Option<House>) {
    let text = text.trim();
    let starts = text.char_indices().filter(|(at, letter)| {
        letter.is_ascii_digit() && text.get(..*at).is_some_and(|before| before.ends_with([' ', '.']))
    });
    for (at, _) in starts {
        let (Some(street), Some(number)) = (text.get(..at), text.get(at..)) else { continue };
        // nothing but numbers, a letter and marks between them
        let words = number.split([' ', '-', '–', '/', '+', ',']).filter(|word| !word.is_empty());
        let is_number = words.into_iter().all(|word| {
            let digits = word.bytes().take_while(u8::is_ascii_digit).count();
            word.len() <= digits + 1 && word.bytes().all(|byte| byte.is_ascii_alphanumeric())
        });
        if is_number && !street.trim().is_empty() {
            return (street.trim(), House::parse(number));
        }
    }
    (text, None)
}

/// Lower case, umlauts and ß spelled out.
fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.to_lowercase().chars() {
        match letter {
            'ä' => out.push_str("ae"),
            'ö' => out.push_str("oe"),
            'ü' => out.push_str("ue"),
            'ß' => out.push_str("ss"),
            'é' | 'è' | 'ê' => out.push('e'),
            'á' | 'à' => out.push('a'),
            other => out.push(other),
        }
    }
    out
}

/// A street's name, without blanks and marks.
fn fold_street(text: &str) -> String {
    let folded = fold(text);
    let words = folded.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty());
    let short = |word: &str| match word {
        "sankt" => "st".to_owned(),
        word => match (word.strip_suffix("strasse"), word.strip_suffix("platz")) {
            (Some(stem), _) => format!("{stem}str"),
            (_, Some(stem)) => format!("{stem}pl"),
            _ => word.to_owned(),
        },
    };
    words.map(short).collect()
}

fn fold_postcode(text: &str) -> String {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    // a spreadsheet takes the zero of 01069
    if digits.len() == 4 { format!("0{digits}") } else { digits }
}

/// A place's name, and those of its parts: `Soltau OT Ahlften`, `Walsrode-Düshorn`, `Rethem (Aller)`.
fn fold_places(text: &str) -> Vec<String> {
    const KINDS: [&str; 8] =
        ["stadt", "gemeinde", "flecken", "samtgemeinde", "ot", "ortsteil", "hansestadt", "landkreis"];
    let folded = fold(text);
    let words = |text: &str| {
        let words = text.split(|letter: char| !letter.is_alphanumeric());
        words.filter(|word| !word.is_empty() && !KINDS.contains(word)).collect::<String>()
    };
    let mut places = vec![words(&folded)];
    let parts = folded.replace(" ot ", ",").replace(" ortsteil ", ",");
    places.extend(parts.split([',', '(', ')', '/', '-']).map(words));
    places.retain(|place| place.len() > 1);
    places.dedup();
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    fn house(text: &str) -> House {
        House::parse(text).expect("is a house number")
    }

    #[test]
    fn spellings_of_one_street_are_one() {
        for (one, other) in [
            ("Walsroder Straße", "WALSRODER STR."),
            ("Robert-Koch-Straße", "Robert Koch Str"),
            ("Mühlenstrasse", "Muehlenstr."),
            ("Sankt-Georg-Platz", "St. Georg Pl."),
            ("Dr.-Martin-Luther-Straße", "Dr. Martin-Luther-Str."),
            ("Große Straße", "Grosse Strasse"),
        ] {
            assert_eq!(fold_street(one), fold_street(other));
        }
        assert_ne!(fold_street("Am Markt"), fold_street("Am Marktplatz"));
    }

    #[test]
    fn a_house_number_is_read_with_letter_and_range() {
        assert_eq!(house("12 A"), house("12a"));
        assert_eq!(house("197 -199").last, 199);
        assert_eq!(house("1-3").number, 1);
        assert_eq!(house("12/1").last, 12);
        assert!(House::parse("o. Nr.").is_none() && House::parse("").is_none());
        assert!(house("1-3").is_same(&house("3")) && house("1").is_same(&house("1-3")));
        assert!(!house("1-3").is_same(&house("2")), "the other side of the street");
        assert!(!house("12").is_same(&house("12a")));
    }

    #[test]
    fn an_address_in_one_text_is_taken_apart() {
        let cases = [
            ("Dorfstraße 75, 29690 Buchholz", "dorfstr", Some(75), "29690", "buchholz"),
            ("Wiener Platz 6 01069 Dresden OT Südvorstadt-West", "wienerpl", Some(6), "01069", "dresden"),
            ("Straße des 17. Juni 135, D-10623 Berlin", "strdes17juni", Some(135), "10623", "berlin"),
            ("Schulstr. 3, Schwarmstedt", "schulstr", Some(3), "", "schwarmstedt"),
            ("04229 Leipzig OT Zentrum", "", None, "04229", "leipzig"),
            ("Am Bahnhof", "ambahnhof", None, "", ""),
        ];
        for (text, street, number, postcode, place) in cases {
            let address = Address::parse(text);
            assert_eq!(address.street, street, "{text}");
            assert_eq!(address.house.as_ref().map(|house| house.number), number, "{text}");
            assert_eq!(address.postcode, postcode, "{text}");
            assert!(
                place.is_empty() || address.places.iter().any(|known| known == place),
                "{text}: {:?}",
                address.places
            );
        }
    }

    #[test]
    fn columns_are_known_by_their_usual_names_and_a_number_in_the_street_is_found() {
        let columns = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        let found = AddressColumns::find(&columns(&["Name", "STRASSE", "PLZ", "Ort"])).expect("has addresses");
        let row = ["Rathaus", "Poststr. 12 b", "1069", "Dresden, Stadt"];
        let (address, written) = found.read(|column| row.get(column).map(|cell| (*cell).to_owned()));
        assert_eq!((address.street.as_str(), address.postcode.as_str()), ("poststr", "01069"));
        assert_eq!(address.house, Some(house("12b")));
        assert!(address.places.contains(&"dresden".to_owned()), "{:?}", address.places);
        assert_eq!(written, "Poststr. 12 b, 1069 Dresden, Stadt");
        assert_eq!(AddressColumns::find(&columns(&["Name", "PLZ", "Ort"])), None);
    }
}
