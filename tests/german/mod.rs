//! Whether a report in German has English left in it.

use kreisel::report::{Language, Message, Report};

/// Words of English sentences that are no words of German ones, of TOML, or of names.
const ENGLISH: [&str; 31] = [
    "the", "is", "are", "were", "not", "must", "cannot", "and", "of", "with", "without", "has", "have", "no", "or",
    "which", "it", "its", "row", "rows", "only", "from", "into", "than", "there", "this", "that", "left", "say",
    "below", "beside",
];

/// English words of a German text, each with the text; what stands in quotation marks, backquotes, or after a name of a
/// foreign reader's own error, is not the program's.
pub(crate) fn english_in(text: &str) -> Vec<String> {
    // what another library or the system says is passed on as it says it
    let foreign = ["os error", "lässt sich nicht lesen als", "expected", " at line "];
    if foreign.iter().any(|words| text.contains(words)) {
        return Vec::new();
    }
    let mut own = String::new();
    let mut inside = None;
    for letter in text.chars() {
        match (inside, letter) {
            (None, '„') => inside = Some('“'),
            (None, '"') => inside = Some('"'),
            (None, '`') => inside = Some('`'),
            (Some(end), letter) if letter == end => inside = None,
            (None, letter) => own.push(letter),
            (Some(_), _) => {}
        }
    }
    let words = own.split(|letter: char| !letter.is_alphabetic() && !matches!(letter, '_' | '-' | '.' | '/' | '='));
    let found = words.filter(|word| ENGLISH.contains(&word.trim_end_matches(['.', '-'])));
    found.map(|word| format!("{word}: {text}")).collect()
}

/// Fails if a message of the report is not German when it is to be.
#[track_caller]
pub(crate) fn assert_german(report: &Report) {
    let mut found = Vec::new();
    let mut look = |message: &Message| found.extend(english_in(&message.in_language(Language::De)));
    for fact in &report.facts {
        look(&fact.subject);
        look(&fact.text);
    }
    for finding in &report.findings {
        look(&finding.message);
        look(&finding.advice);
        finding.cases.iter().for_each(|case| look(&case.detail));
    }
    assert!(found.is_empty(), "English in German: {found:#?}");
}
