//! Formula text → tokens with their places.

use std::fmt;

use super::{MAX_LENGTH, Operator};
use crate::message;
use crate::report::Message;

/// Why a text is not a formula.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormulaError {
    /// The character at which reading stopped; the first is 1.
    pub position: usize,
    /// What would fit there.
    pub expected: Message,
    /// What stands there.
    pub found: Message,
}

impl FormulaError {
    /// What is wrong, in both languages.
    #[must_use]
    pub fn told(&self) -> Message {
        let Self { position, expected, found } = self;
        message!("at character {position}: {expected} is expected, {found} found", position, expected, found)
    }
}

impl fmt::Display for FormulaError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.told())
    }
}

impl std::error::Error for FormulaError {}

/// The smallest parts of a formula.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    Measure(String),
    /// A number as it is written, and what it means.
    Number(String, f64),
    Operator(Operator),
    Open,
    Close,
    End,
}

/// A token and the character at which it starts, from 1.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Placed {
    pub(super) token: Token,
    pub(super) position: usize,
}

impl Token {
    /// As messages name it.
    pub(super) fn said(&self) -> Message {
        match self {
            Self::Measure(name) => format!("`{name}`").into(),
            Self::Number(text, _) => format!("`{text}`").into(),
            Self::Operator(operator) => format!("`{}`", operator.sign()).into(),
            Self::Open => "`(`".into(),
            Self::Close => "`)`".into(),
            Self::End => message!("the end"),
        }
    }
}

impl Operator {
    pub(super) fn sign(self) -> char {
        match self {
            Self::Add => '+',
            Self::Subtract => '-',
            Self::Multiply => '*',
            Self::Divide => '/',
        }
    }
}

/// Splits a text; the last token is [`Token::End`].
pub(super) fn tokens(text: &str) -> Result<Vec<Placed>, FormulaError> {
    let chars: Vec<char> = text.chars().collect();
    if chars.len() > MAX_LENGTH {
        let expected = message!("the end, after at most {most} characters,", most = MAX_LENGTH.to_string());
        let found = message!("{n} character[s]", n = chars.len());
        return Err(FormulaError { position: MAX_LENGTH + 1, expected, found });
    }
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(char) = chars.get(at).copied() {
        let run =
            |fits: fn(char) -> bool| chars[at..].iter().copied().take_while(|char| fits(*char)).collect::<String>();
        let (token, length) = match char {
            _ if char.is_whitespace() => {
                at += 1;
                continue;
            }
            '+' => (Token::Operator(Operator::Add), 1),
            '-' => (Token::Operator(Operator::Subtract), 1),
            '*' => (Token::Operator(Operator::Multiply), 1),
            '/' => (Token::Operator(Operator::Divide), 1),
            '(' => (Token::Open, 1),
            ')' => (Token::Close, 1),
            _ if char.is_ascii_digit() || char == '.' => {
                let digits = run(|char| char.is_ascii_digit() || char == '.' || char == ',');
                (number(&digits, at + 1)?, digits.chars().count())
            }
            _ if char.is_alphanumeric() || char == '_' => {
                let word = run(|char| char.is_alphanumeric() || char == '_');
                (measure(&word, at + 1)?, word.chars().count())
            }
            other => {
                return Err(FormulaError {
                    position: at + 1,
                    expected: meant(other),
                    found: format!("`{other}`").into(),
                });
            }
        };
        tokens.push(Placed { token, position: at + 1 });
        at += length;
    }
    tokens.push(Placed { token: Token::End, position: chars.len() + 1 });
    Ok(tokens)
}

/// What was probably meant by a character that has no place in a formula.
fn meant(char: char) -> Message {
    match char {
        '×' | '·' | '∙' | '⋅' => message!("`*` for times"),
        '÷' | ':' => message!("`/` for divided by"),
        '−' | '–' | '—' => message!("the hyphen `-` for minus"),
        '%' => message!("`100 *` before the share (per cent stands in `unit`)"),
        '[' | '{' => "`(`".into(),
        ']' | '}' => "`)`".into(),
        '^' => message!("a product, `a * a`,"),
        '"' | '\'' => message!("a measure without quotes"),
        _ => message!("a measure, a number, + - * / or a parenthesis"),
    }
}

fn number(digits: &str, position: usize) -> Result<Token, FormulaError> {
    let fail = |expected: Message| FormulaError { position, expected, found: format!("`{digits}`").into() };
    if digits.contains(',') {
        return Err(fail(message!(
            "a number with a decimal point and without separators, such as {number},",
            number = digits.replace(',', ".")
        )));
    }
    match digits.parse::<f64>() {
        Ok(number) if number.is_finite() => Ok(Token::Number(digits.to_owned(), number)),
        _ => Err(fail(message!("a number such as 100 or 0.5"))),
    }
}

/// Names of measures are ids: what a table has may be written otherwise, and is told how.
fn measure(word: &str, position: usize) -> Result<Token, FormulaError> {
    let is_id = word.starts_with(|first: char| first.is_ascii_lowercase())
        && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
        && word.len() <= 64;
    if is_id {
        return Ok(Token::Measure(word.to_owned()));
    }
    let lower = word.to_lowercase().replace('ä', "ae").replace('ö', "oe").replace('ü', "ue").replace('ß', "ss");
    let fits = lower.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let such = if fits && lower.starts_with(|first: char| first.is_ascii_lowercase()) {
        message!(" such as `{lower}`", lower)
    } else {
        Message::default()
    };
    let expected = message!("a measure{such} (lower-case letters, digits and _, starting with a letter)", such);
    Err(FormulaError { position, expected, found: format!("`{word}`").into() })
}
