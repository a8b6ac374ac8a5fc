//! Well-known text → a tree of keywords. WKT 1 and WKT 2 share this grammar (ISO 19162:2019, 6.3).
//!
//! Nothing is interpreted here. Texts may be cut off or be something else entirely, so depth and errors
//! are bounded.

/// Deeper nesting than this is not met in any CRS and would only serve to exhaust the stack.
const MAX_DEPTH: usize = 24;

/// `KEYWORD[argument, …]`
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Node {
    /// Keyword in upper case.
    pub(super) keyword: String,
    pub(super) arguments: Vec<Argument>,
}

/// What stands between the brackets.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Argument {
    /// A quoted text.
    Text(String),
    /// A number.
    Number(f64),
    /// A bare word, such as an axis direction.
    Word(String),
    /// A nested keyword.
    Node(Node),
}

impl Node {
    /// The first argument, which is the name of almost everything; empty if it is no text.
    pub(super) fn name(&self) -> &str {
        match self.arguments.first() {
            Some(Argument::Text(name)) => name,
            _ => "",
        }
    }

    /// Nested keywords in their order.
    pub(super) fn children(&self) -> impl Iterator<Item = &Node> {
        self.arguments.iter().filter_map(|argument| match argument {
            Argument::Node(node) => Some(node),
            _ => None,
        })
    }

    /// The first nested keyword among `keywords`.
    pub(super) fn child(&self, keywords: &[&str]) -> Option<&Node> {
        self.children().find(|node| keywords.contains(&node.keyword.as_str()))
    }

    /// All numbers directly inside.
    pub(super) fn numbers(&self) -> Vec<f64> {
        let number = |argument: &Argument| match argument {
            Argument::Number(number) => Some(*number),
            _ => None,
        };
        self.arguments.iter().filter_map(number).collect()
    }
}

/// Parses one text with one root.
pub(super) fn parse(text: &str) -> Result<Node, String> {
    let mut parser = Parser { rest: text.trim_start_matches('\u{feff}').trim() };
    let Argument::Node(node) = parser.argument(0)? else {
        return Err(format!("it starts with \"{}\"", excerpt(text)));
    };
    if parser.rest.trim().is_empty() { Ok(node) } else { Err(format!("\"{}\" follows its end", excerpt(parser.rest))) }
}

struct Parser<'a> {
    rest: &'a str,
}

impl Parser<'_> {
    fn argument(&mut self, depth: usize) -> Result<Argument, String> {
        if depth > MAX_DEPTH {
            return Err("it is nested too deeply".to_owned());
        }
        self.rest = self.rest.trim_start();
        match self.rest.chars().next() {
            Some('"') => self.quoted().map(Argument::Text),
            Some(first) if first.is_ascii_digit() || matches!(first, '+' | '-' | '.') => self.number(),
            Some(first) if first.is_ascii_alphabetic() => self.word_or_node(depth),
            Some(_) => Err(format!("unexpected \"{}\"", excerpt(self.rest))),
            None => Err("it ends too early".to_owned()),
        }
    }

    /// A doubled quotation mark inside a text stands for one.
    fn quoted(&mut self) -> Result<String, String> {
        let mut text = String::new();
        let mut letters = self.rest.char_indices().skip(1).peekable();
        while let Some((at, letter)) = letters.next() {
            match (letter, letters.peek()) {
                ('"', Some((_, '"'))) => {
                    text.push('"');
                    letters.next();
                }
                ('"', _) => {
                    self.rest = &self.rest[at + 1..];
                    return Ok(text);
                }
                _ => text.push(letter),
            }
        }
        Err("a quotation mark is not closed".to_owned())
    }

    fn number(&mut self) -> Result<Argument, String> {
        let is_part = |letter: char| letter.is_ascii_digit() || matches!(letter, '+' | '-' | '.' | 'e' | 'E');
        let end = self.rest.find(|letter| !is_part(letter)).unwrap_or(self.rest.len());
        let (digits, rest) = self.rest.split_at(end);
        self.rest = rest;
        let number: f64 = digits.parse().map_err(|_| format!("\"{digits}\" is no number"))?;
        if number.is_finite() { Ok(Argument::Number(number)) } else { Err(format!("\"{digits}\" is no number")) }
    }

    fn word_or_node(&mut self, depth: usize) -> Result<Argument, String> {
        let end = self.rest.find(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_');
        let (word, rest) = self.rest.split_at(end.unwrap_or(self.rest.len()));
        let word = word.to_ascii_uppercase();
        self.rest = rest.trim_start();
        let Some(opening) = self.rest.chars().next().filter(|letter| matches!(letter, '[' | '(')) else {
            return Ok(Argument::Word(word));
        };
        let closing = if opening == '[' { ']' } else { ')' };
        self.rest = &self.rest[1..];
        let mut arguments = Vec::new();
        loop {
            arguments.push(self.argument(depth + 1)?);
            self.rest = self.rest.trim_start();
            let next = self.rest.chars().next().ok_or("it ends too early")?;
            if next != ',' && next != closing {
                return Err(format!("unexpected \"{}\"", excerpt(self.rest)));
            }
            self.rest = &self.rest[1..];
            if next == closing {
                return Ok(Argument::Node(Node { keyword: word, arguments }));
            }
        }
    }
}

fn excerpt(text: &str) -> String {
    text.trim().chars().take(24).map(|letter| if letter.is_control() { ' ' } else { letter }).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_numbers_and_nested_keywords_are_told_apart() {
        let node = parse(r#"geogcs [ "a ""b""" , UNIT("degree",0.0174) , NORTH ]"#).expect("is a WKT");
        assert_eq!(node.keyword, "GEOGCS");
        assert_eq!(node.name(), r#"a "b""#);
        assert_eq!(node.child(&["UNIT"]).expect("has a unit").numbers(), vec![0.0174]);
        assert_eq!(node.arguments[2], Argument::Word("NORTH".to_owned()));
    }

    #[test]
    fn a_web_page_in_place_of_a_prj_is_refused() {
        assert!(parse("<!DOCTYPE html><html>").is_err());
    }

    #[test]
    fn endless_nesting_is_refused_before_the_stack_ends() {
        assert_eq!(parse(&"A[".repeat(100_000)), Err("it is nested too deeply".to_owned()));
    }

    proptest! {
        #[test]
        fn any_text_ends_in_a_tree_or_a_reason(text in r#"[A-Z\[\]\(\)",.0-9 eäß+-]{0,80}"#) {
            let _ = parse(&text);
        }
    }
}
