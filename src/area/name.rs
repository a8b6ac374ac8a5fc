//! Names of areas as people and offices write them, folded to what they have in common.
//!
//! `  Soltau, Stadt`, `Stadt Soltau` and `SOLTAU` are one name; so are `Rethem (Aller)` and `Rethem/Aller`, `Böhme` and
//! `Boehme`. What is said about the kind of area is kept apart: `Celle, Landkreis` is not the town.

use super::key::Level;

/// A folded name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Folded {
    /// Lower case, umlauts spelled out, words parted by one blank.
    pub(super) whole: String,
    /// The same without words for the kind of area.
    pub(super) core: String,
    /// Levels that the words for the kind of area allow; `None` if nothing is said.
    pub(super) levels: Option<&'static [Level]>,
}

const DISTRICT: &[Level] = &[Level::District];
const ASSOCIATION: &[Level] = &[Level::Association];
const MUNICIPALITY: &[Level] = &[Level::Municipality];

/// Words for the kind of area, folded; longer ones first. A town without a county is met as the municipality that it
/// is: the district with its name may be the county around it.
const KINDS: [(&str, &[Level]); 41] = [
    ("kreisfreie hansestadt", MUNICIPALITY),
    ("kreisfreie stadt", MUNICIPALITY),
    ("krsfr stadt", MUNICIPALITY),
    ("stadtkreis", MUNICIPALITY),
    ("regionalverband", DISTRICT),
    ("staedteregion", DISTRICT),
    ("landkreis", DISTRICT),
    ("region", DISTRICT),
    ("kreis", DISTRICT),
    ("lkr", DISTRICT),
    ("lk", DISTRICT),
    ("verbandsgemeinde", ASSOCIATION),
    ("verbandsgem", ASSOCIATION),
    ("samtgemeinde", ASSOCIATION),
    ("sg", ASSOCIATION),
    ("vg", ASSOCIATION),
    ("amt", ASSOCIATION),
    ("verbandsfr gemeinde", MUNICIPALITY),
    ("verbandsfreie gemeinde", MUNICIPALITY),
    ("gemeindefreies gebiet", MUNICIPALITY),
    ("gemeindefreier bezirk", MUNICIPALITY),
    ("gemfr bezirk", MUNICIPALITY),
    ("gem fr bezirk", MUNICIPALITY),
    ("gem fr geb", MUNICIPALITY),
    ("gemfr geb", MUNICIPALITY),
    ("landeshauptstadt", MUNICIPALITY),
    ("universitaetsstadt", MUNICIPALITY),
    ("klingenstadt", MUNICIPALITY),
    ("einheitsgemeinde", MUNICIPALITY),
    ("hansestadt", MUNICIPALITY),
    ("inselgemeinde", MUNICIPALITY),
    ("bergstadt", MUNICIPALITY),
    ("gemeinde", MUNICIPALITY),
    ("flecken", MUNICIPALITY),
    ("bezirk", MUNICIPALITY),
    ("markt", MUNICIPALITY),
    ("stadt", MUNICIPALITY),
    ("gkst", MUNICIPALITY),
    ("gem", MUNICIPALITY),
    ("st", MUNICIPALITY),
    ("m", MUNICIPALITY),
];

impl Folded {
    /// Folds a name. Words for the kind of area are taken off behind a comma, or before the name.
    pub(super) fn of(name: &str) -> Self {
        let mut parts = name.split(',');
        let mut core = words(parts.next().unwrap_or_default());
        let mut levels: Option<&'static [Level]> = None;
        let mut say = |said: &'static [Level]| {
            // "Kiel, Landeshauptstadt, Kreisfreie Stadt": the narrower one counts
            if levels.is_none_or(|known| known.len() > said.len()) {
                levels = Some(said);
            }
        };
        for part in parts.map(words) {
            match KINDS.iter().find(|(kind, _)| *kind == part) {
                Some((_, said)) => say(said),
                None => core = format!("{core} {part}"),
            }
        }
        let before = KINDS.iter().filter(|(kind, _)| kind.len() > 1).find_map(|(kind, said)| {
            let rest = core.strip_prefix(kind)?.strip_prefix(' ')?;
            Some((rest.to_owned(), *said))
        });
        if let Some((rest, said)) = before {
            say(said);
            core = rest;
        }
        let behind = ["gem fr bezirk", "gemfr bezirk", "gem fr geb", "landkreis", "samtgemeinde"];
        let said_behind = behind.into_iter().find_map(|kind| core.strip_suffix(kind)?.strip_suffix(' '));
        if let Some(rest) = said_behind.map(str::to_owned) {
            let kind = core.get(rest.len() + 1..).unwrap_or_default();
            KINDS.iter().filter(|(known, _)| *known == kind).for_each(|(_, said)| say(said));
            core = rest;
        }
        Self { whole: words(name), core, levels }
    }

    /// Whether an area of a level may be meant.
    pub(super) fn allows(&self, level: Level) -> bool {
        level == Level::Own || self.levels.is_none_or(|levels| levels.contains(&level))
    }
}

/// Lower-case words with umlauts spelled out, parted by one blank.
fn words(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in text.chars().flat_map(char::to_lowercase) {
        match c {
            'ä' => folded.push_str("ae"),
            'ö' => folded.push_str("oe"),
            'ü' => folded.push_str("ue"),
            'ß' => folded.push_str("ss"),
            c if c.is_alphanumeric() => folded.push(c),
            _ if folded.is_empty() || folded.ends_with(' ') => {}
            _ => folded.push(' '),
        }
    }
    folded.truncate(folded.trim_end().len());
    folded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_name_are_one() {
        for (one, other) in [
            ("        Soltau, Stadt", "Soltau"),
            ("STADT SOLTAU", "Soltau"),
            ("Rethem (Aller)", "Rethem/Aller"),
            ("Rethem / Aller, Stadt", "Rethem (Aller)"),
            ("Osterheide, gem.fr. Bezirk", "Osterheide"),
            ("Osterheide, gemfr. Bezirk", "Osterheide"),
            ("Osterheide gem.fr. Bezirk", "Osterheide"),
            ("Böhme", "BOEHME"),
            ("Groß Meckelsen", "Gross Meckelsen"),
            ("Region Hannover", "Hannover, Region"),
            ("Landkreis Heidekreis", "Heidekreis, Landkreis"),
            ("Ahlden, Samtgemeinde", "SG Ahlden"),
            ("Kiel, Landeshauptstadt, Kreisfreie Stadt", "Kiel"),
        ] {
            assert_eq!(Folded::of(one).core, Folded::of(other).core, "{one}");
        }
        assert_ne!(Folded::of("Ahlden (Aller)").core, Folded::of("Ahlden").core);
        assert_eq!(Folded::of("Stadtoldendorf").core, "stadtoldendorf");
        assert_eq!(Folded::of("Amt Neuhaus").core, "neuhaus");
    }

    #[test]
    fn words_for_the_kind_say_the_level() {
        let levels = |name: &str| Folded::of(name).levels;
        assert_eq!(levels("Celle, Landkreis"), Some(DISTRICT));
        assert_eq!(levels("Celle, Stadt"), Some(MUNICIPALITY));
        assert_eq!(levels("Samtgemeinde Ahlden"), Some(ASSOCIATION));
        assert_eq!(levels("Osterheide, gem.fr. Bezirk"), Some(MUNICIPALITY));
        assert_eq!(levels("Celle"), None);
    }
}
