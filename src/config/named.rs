//! A name that nothing has → what was probably meant by it.
//!
//! People know things by their titles, descriptions and addresses name them by their ids: `gemeinden` is found by
//! the title of `municipalities`. Nothing is taken for something else by this; it only stands in messages.

use super::Text;

/// A thing that can be named: its id and its titles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Named<'n> {
    /// What names it.
    pub id: &'n str,
    /// What people call it, in every language; empty where it has no title.
    pub titles: [&'n str; 2],
}

/// Likeness from which on a name is worth offering: of two names of equal length about two of three letters in place.
const ENOUGH: f64 = 0.6;

impl<'n> Named<'n> {
    /// A thing with a title.
    #[must_use]
    pub fn titled(id: &'n str, title: &'n Text) -> Self {
        Self { id, titles: [&title.de, &title.en] }
    }

    /// A thing that has no title.
    #[must_use]
    pub(super) fn plain(id: &'n str) -> Self {
        Self { id, titles: ["", ""] }
    }

    /// The title that a text is, without regard to case.
    #[must_use]
    pub fn title_that_is(&self, text: &str) -> Option<&'n str> {
        let text = text.trim().to_lowercase();
        self.titles.into_iter().find(|title| !title.is_empty() && title.to_lowercase() == text)
    }

    /// How like a text is to the id or a title, and the title if it is that one. A title that is the text itself
    /// goes before all ids.
    fn likeness(&self, text: &str) -> (f64, Option<&'n str>) {
        if let Some(title) = self.title_that_is(text) {
            return (2.0, Some(title));
        }
        let of = |name: &str| strsim::normalized_damerau_levenshtein(&text.to_lowercase(), &name.to_lowercase());
        let titles = self.titles.into_iter().filter(|title| !title.is_empty()).map(|title| (of(title), Some(title)));
        titles.fold((of(self.id), None), |best, other| if other.0 > best.0 { other } else { best })
    }
}

/// What was probably meant, as it stands in a message: `"municipalities" (Gemeinden)`. Several have the same title:
/// all of them.
pub(super) fn meant<'n>(given: &str, names: impl IntoIterator<Item = Named<'n>>) -> Option<String> {
    let mut rated: Vec<(f64, String)> = Vec::new();
    for name in names {
        let (rate, title) = name.likeness(given);
        if rate >= ENOUGH {
            let title = title.filter(|title| *title != name.id).map_or_else(String::new, |title| format!(" ({title})"));
            rated.push((rate, format!("\"{}\"{title}", name.id)));
        }
    }
    rated.sort_by(|(rate, name), (other_rate, other)| other_rate.total_cmp(rate).then_with(|| name.cmp(other)));
    let best = rated.first()?.0;
    let titled = best > 1.0;
    let count = if titled { rated.iter().take_while(|(rate, _)| *rate > 1.0).count() } else { 1 };
    Some(rated.into_iter().take(count).map(|(_, name)| name).collect::<Vec<_>>().join(" or "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names() -> [Named<'static>; 4] {
        [
            Named { id: "county", titles: ["Landkreis Heidekreis", "County"] },
            Named { id: "municipalities", titles: ["Gemeinden", "Municipalities"] },
            Named { id: "education", titles: ["Bildung", "Education"] },
            Named::plain("districts"),
        ]
    }

    #[test]
    fn a_title_in_any_case_leads_to_its_id() {
        for (given, found) in [
            ("gemeinden", "\"municipalities\" (Gemeinden)"),
            ("Bildung", "\"education\" (Bildung)"),
            ("bildng", "\"education\" (Bildung)"),
            ("municipality", "\"municipalities\""),
            ("distrcts", "\"districts\""),
        ] {
            assert_eq!(meant(given, names()).as_deref(), Some(found), "{given}");
        }
        assert_eq!(meant("", names()), None);
        assert_eq!(meant("xyz", names()), None);
    }

    #[test]
    fn a_title_that_several_have_leads_to_all_of_them() {
        let twins = ["a", "b"].map(|id| Named { id, titles: ["Kitas", "Kitas"] });
        assert_eq!(meant("kitas", twins).as_deref(), Some("\"a\" (Kitas) or \"b\" (Kitas)"));
    }
}
