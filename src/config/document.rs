//! One TOML file with the places of its keys: text → tree with spans → line of any key path.

use crate::report::Message;
use std::borrow::Cow;
use std::fmt;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// The way to a value: `source.file`, `tables[0].layout`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct KeyPath(Vec<Step>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    Key(String),
    Index(usize),
}

impl KeyPath {
    /// The file as a whole.
    pub(super) fn root() -> Self {
        Self::default()
    }

    /// A key at the top of the file.
    pub(super) fn top(name: &str) -> Self {
        Self::root().key(name)
    }

    /// A key in the table that this path leads to.
    pub(super) fn key(&self, name: &str) -> Self {
        self.with(Step::Key(name.to_owned()))
    }

    /// An entry of the list that this path leads to; the first is 0.
    pub(super) fn index(&self, index: usize) -> Self {
        self.with(Step::Index(index))
    }

    /// Whether this is the file as a whole.
    pub(super) fn is_root(&self) -> bool {
        self.0.is_empty()
    }

    fn with(&self, step: Step) -> Self {
        let mut steps = self.0.clone();
        steps.push(step);
        Self(steps)
    }
}

impl fmt::Display for KeyPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, step) in self.0.iter().enumerate() {
            match step {
                Step::Index(index) => write!(f, "[{}]", index + 1)?,
                Step::Key(name) => {
                    let bare = !name.is_empty()
                        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-');
                    let dot = if position == 0 { "" } else { "." };
                    if bare { write!(f, "{dot}{name}")? } else { write!(f, "{dot}{name:?}")? }
                }
            }
        }
        Ok(())
    }
}

/// A syntax error: its line and what the parser says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct SyntaxError {
    /// Line, from 1.
    pub(super) line: u64,
    /// What is wrong.
    pub(super) text: Message,
}

/// What a person most probably did on a line that is no TOML; empty where it is nothing usual.
fn usual_slip(text: &str, line: u64) -> &'static str {
    let line = usize::try_from(line).ok().and_then(|line| text.lines().nth(line.checked_sub(1)?)).unwrap_or_default();
    if line.contains(['\u{201e}', '\u{201c}', '\u{201d}', '\u{201a}', '\u{2019}']) {
        "; these are typographic quotes; write \" instead"
    } else if line.contains('\\') {
        "; write paths with / instead of \\"
    } else {
        ""
    }
}

/// A parsed file.
#[derive(Debug)]
pub(super) struct Document<'t> {
    text: &'t str,
    root: Spanned<DeTable<'t>>,
}

impl<'t> Document<'t> {
    /// Parses a text. All syntax errors are found at once, the first of every line is kept.
    pub(super) fn parse(text: &'t str) -> Result<Self, Vec<SyntaxError>> {
        let (root, errors) = DeTable::parse_recoverable(text);
        if errors.is_empty() {
            return Ok(Self { text, root });
        }
        let mut found: Vec<SyntaxError> = Vec::new();
        for error in errors {
            let line = line_at(text, error.span().map_or(0, |span| span.start));
            if found.iter().all(|known| known.line != line) {
                let said = error.message().replace('\n', ", ");
                found.push(SyntaxError {
                    line,
                    text: Message::joined([said.into(), usual_slip(text, line).into()], ""),
                });
            }
        }
        Err(found)
    }

    /// The text it was read from.
    pub(super) fn text(&self) -> &'t str {
        self.text
    }

    /// The table at the top.
    pub(super) fn root(&self) -> &DeTable<'t> {
        self.root.get_ref()
    }

    /// The line of a key, or of the nearest table above it that the file has.
    pub(super) fn line(&self, path: &KeyPath) -> u64 {
        let mut line = 1;
        let mut value: Option<&DeValue<'_>> = None;
        for step in &path.0 {
            let next = match (step, value) {
                (Step::Key(name), None) => entry(self.root(), name),
                (Step::Key(name), Some(DeValue::Table(table))) => entry(table, name),
                (Step::Index(index), Some(DeValue::Array(array))) => {
                    array.get(*index).map(|item| (item.span().start, item.get_ref()))
                }
                _ => None,
            };
            let Some((start, found)) = next else { break };
            line = self.line_at(start);
            value = Some(found);
        }
        line
    }

    /// The line of a byte of the text.
    pub(super) fn line_at(&self, byte: usize) -> u64 {
        line_at(self.text, byte)
    }

    /// The keys of a table at the top, in the order in which they are written.
    pub(super) fn keys_in_order(&self, table: &str) -> Vec<&str> {
        let Some((_, DeValue::Table(table))) = entry(self.root(), table) else { return Vec::new() };
        let mut keys: Vec<_> = table.iter().map(|(key, _)| (key.span().start, key.get_ref().as_ref())).collect();
        keys.sort_unstable();
        keys.into_iter().map(|(_, key)| key).collect()
    }
}

fn entry<'a, 't>(table: &'a DeTable<'t>, name: &str) -> Option<(usize, &'a DeValue<'t>)> {
    let (key, value) = table.iter().find(|(key, _)| key.get_ref() == name)?;
    Some((key.span().start, value.get_ref()))
}

fn line_at(text: &str, byte: usize) -> u64 {
    line_after(text.as_bytes().get(..byte).unwrap_or(text.as_bytes()))
}

/// Bytes → text without byte order mark, or the line of the first byte that is not UTF-8.
pub(super) fn decode(bytes: &[u8]) -> Result<&str, u64> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    std::str::from_utf8(bytes).map_err(|error| line_after(&bytes[..error.valid_up_to()]))
}

/// The line that begins or goes on behind some bytes.
fn line_after(bytes: &[u8]) -> u64 {
    bytes.split(|byte| *byte == b'\n').count() as u64
}

/// A value as it would be written, shortened for a message.
pub(super) fn written(value: &DeValue<'_>) -> String {
    match value {
        DeValue::String(text) => format!("\"{}\"", shortened(text)),
        DeValue::Integer(integer) => integer.to_string(),
        DeValue::Float(float) => float.to_string(),
        DeValue::Boolean(bool) => bool.to_string(),
        DeValue::Datetime(datetime) => datetime.to_string(),
        DeValue::Array(_) => "a list".to_owned(),
        DeValue::Table(_) => "a section".to_owned(),
    }
}

fn shortened(text: &str) -> Cow<'_, str> {
    const LONGEST: usize = 60;
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => Cow::Owned(format!("{}…", &text[..end])),
        None => Cow::Borrowed(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "\
title = \"a\"

[source]
file = \"x\"

[attributes]
zweck = { title = \"z\" }
amt.title = \"a\"

[[tables]]
file = \"one\"
[[tables]]
file = \"two\"
";

    #[test]
    fn every_key_path_leads_to_the_line_where_it_is_written() {
        let document = Document::parse(TEXT).unwrap();
        let line = |path: KeyPath| document.line(&path);
        assert_eq!(line(KeyPath::root()), 1);
        assert_eq!(line(KeyPath::top("source").key("file")), 4);
        assert_eq!(line(KeyPath::top("attributes").key("zweck").key("title")), 7);
        assert_eq!(line(KeyPath::top("tables").index(1).key("file")), 13);
        assert_eq!(line(KeyPath::top("tables").index(1)), 12);
        // what is missing is reported where it would have to stand
        assert_eq!(line(KeyPath::top("source").key("crs")), 3);
    }

    #[test]
    fn keys_come_in_the_order_of_the_file_and_not_of_the_alphabet() {
        assert_eq!(Document::parse(TEXT).unwrap().keys_in_order("attributes"), ["zweck", "amt"]);
    }

    #[test]
    fn all_syntax_errors_are_found_at_once() {
        let errors = Document::parse("a = \nb = 1\nc = 'x\nd = 2\n").unwrap_err();
        assert_eq!(errors.iter().map(|error| error.line).collect::<Vec<_>>(), [1, 3]);
    }

    #[test]
    fn the_slips_of_word_processors_and_windows_are_named() {
        let said = |text: &str| Document::parse(text).unwrap_err().remove(0).text;
        assert!(said("file = \"..\\data\\kita.csv\"\n").ends_with("write paths with / instead of \\"));
        assert!(said("theme = \u{201e}education\u{201c}\n").ends_with("typographic quotes; write \" instead"));
        assert!(!said("a = \n").contains("instead"));
    }

    #[test]
    fn a_file_that_is_not_utf8_is_told_with_its_line() {
        assert_eq!(decode(b"a = 1\nb = \"L\xe4nge\"\n"), Err(2));
        assert_eq!(decode(b"\xef\xbb\xbfa = 1"), Ok("a = 1"));
    }

    #[test]
    fn a_key_path_counts_from_one_and_quotes_what_toml_quotes() {
        assert_eq!(KeyPath::top("tables").index(0).key("file").to_string(), "tables[1].file");
        assert_eq!(KeyPath::top("columns").key("Einwohner 2015").to_string(), "columns.\"Einwohner 2015\"");
    }
}
