//! Filter text → tokens with their places.

use std::fmt;

use crate::message;
use crate::report::Message;

/// Why a text is not a filter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilterError {
    /// The character at which reading stopped; the first is 1.
    pub position: usize,
    /// What would fit there.
    pub expected: Message,
    /// What stands there.
    pub found: Message,
}

impl FilterError {
    /// What is wrong, in both languages.
    #[must_use]
    pub fn told(&self) -> Message {
        let Self { position, expected, found } = self;
        message!("at character {position}: {expected} is expected, {found} found", position, expected, found)
    }
}

impl fmt::Display for FilterError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.told())
    }
}

impl std::error::Error for FilterError {}

/// The smallest parts of an expression.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    /// A bare word that is no keyword, or a word in double quotes: a column.
    Column(String),
    Text(String),
    /// A number as it is written, and what it means.
    Number(String, f64),
    Keyword(Keyword),
    Compare(Comparison),
    Open,
    Close,
    Comma,
    End,
}

/// Words of the language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Keyword {
    And,
    Or,
    Not,
    In,
    Between,
    Like,
    Is,
    Null,
    True,
    False,
}

/// Ways to compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Comparison {
    Equal,
    Unequal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// A token and the character at which it starts, from 1.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Placed {
    pub(super) token: Token,
    pub(super) position: usize,
}

impl Keyword {
    fn of(word: &str) -> Option<Self> {
        Some(match word.to_ascii_uppercase().as_str() {
            "AND" => Self::And,
            "OR" => Self::Or,
            "NOT" => Self::Not,
            "IN" => Self::In,
            "BETWEEN" => Self::Between,
            "LIKE" => Self::Like,
            "IS" => Self::Is,
            "NULL" => Self::Null,
            "TRUE" => Self::True,
            "FALSE" => Self::False,
            _ => return None,
        })
    }
}

/// Splits a text; the last token is [`Token::End`].
pub(super) fn tokens(text: &str) -> Result<Vec<Placed>, FilterError> {
    let mut reader = Reader { chars: text.chars().collect(), at: 0 };
    let mut tokens = Vec::new();
    loop {
        while reader.peek().is_some_and(char::is_whitespace) {
            reader.at += 1;
        }
        let position = reader.at + 1;
        let token = reader.token()?;
        let done = token == Token::End;
        tokens.push(Placed { token, position });
        if done {
            return Ok(tokens);
        }
    }
}

struct Reader {
    chars: Vec<char>,
    at: usize,
}

impl Reader {
    fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    fn next_is(&mut self, wanted: char) -> bool {
        let found = self.peek() == Some(wanted);
        self.at += usize::from(found);
        found
    }

    fn fail<T>(&self, position: usize, expected: impl Into<Message>) -> Result<T, FilterError> {
        let found = self.chars.get(position).map_or_else(|| message!("the end"), |char| format!("`{char}`").into());
        Err(FilterError { position: position + 1, expected: expected.into(), found })
    }

    fn token(&mut self) -> Result<Token, FilterError> {
        let start = self.at;
        let Some(first) = self.peek() else { return Ok(Token::End) };
        let starts_number = |char: Option<&char>| char.is_some_and(|char| char.is_ascii_digit() || *char == '.');
        match first {
            '\'' => self.quoted('\'').map(Token::Text),
            '"' => self.quoted('"').map(Token::Column),
            '0'..='9' | '.' => self.number(),
            '+' | '-' if starts_number(self.chars.get(start + 1)) => self.number(),
            _ if is_word_start(first) => Ok(self.word()),
            _ => self.sign(first),
        }
    }

    fn sign(&mut self, first: char) -> Result<Token, FilterError> {
        let start = self.at;
        self.at += 1;
        let token = match first {
            '(' => Token::Open,
            ')' => Token::Close,
            ',' => Token::Comma,
            '=' if self.peek() == Some('=') => return self.fail(start + 1, "a value after a single `=`"),
            '=' => Token::Compare(Comparison::Equal),
            '<' if self.next_is('=') => Token::Compare(Comparison::LessOrEqual),
            '<' if self.next_is('>') => Token::Compare(Comparison::Unequal),
            '<' => Token::Compare(Comparison::Less),
            '>' if self.next_is('=') => Token::Compare(Comparison::GreaterOrEqual),
            '>' => Token::Compare(Comparison::Greater),
            '!' => return self.fail(start, "`<>` for unequal, or NOT"),
            '&' => return self.fail(start, "the word AND"),
            '|' => return self.fail(start, "the word OR"),
            '„' | '“' | '”' | '‚' | '‘' | '’' | '`' | '´' => {
                return self.fail(start, "a straight quotation mark (')");
            }
            _ => return self.fail(start, "a column, a value or an operator"),
        };
        Ok(token)
    }

    /// A text in quotes; the quote itself is written twice or after a backslash.
    ///
    /// In texts any other backslash stands for itself, so that `LIKE` sees its own escapes.
    fn quoted(&mut self, quote: char) -> Result<String, FilterError> {
        let start = self.at;
        self.at += 1;
        let mut text = String::new();
        loop {
            let Some(char) = self.peek() else {
                let position = (start + 1).to_string();
                let expected = message!("a closing {quote} for the one at character {position}", quote, position);
                return self.fail(self.chars.len(), expected);
            };
            self.at += 1;
            if char == '\\' && self.next_is(quote) {
                text.push(quote);
            } else if char == '\\' && self.next_is('\\') {
                // A pair stays a pair: the second must not escape the closing quote.
                text.push_str("\\\\");
            } else if char != quote {
                text.push(char);
            } else if self.next_is(quote) {
                text.push(quote);
            } else {
                return Ok(text);
            }
        }
    }

    fn number(&mut self) -> Result<Token, FilterError> {
        let start = self.at;
        if matches!(self.peek(), Some('+' | '-')) {
            self.at += 1;
        }
        self.digits();
        if self.next_is('.') {
            self.digits();
        }
        if matches!(self.peek(), Some('e' | 'E')) {
            self.at += 1;
            if matches!(self.peek(), Some('+' | '-')) {
                self.at += 1;
            }
            self.digits();
        }
        let spelled: String = self.chars[start..self.at].iter().collect();
        let ends = self.peek().is_none_or(|next| !is_word_part(next));
        match spelled.parse::<f64>() {
            Ok(number) if ends && number.is_finite() => Ok(Token::Number(spelled, number)),
            _ => self.fail(start, "a number, or a text in 'single quotes'"),
        }
    }

    fn digits(&mut self) {
        while self.peek().is_some_and(|char| char.is_ascii_digit()) {
            self.at += 1;
        }
    }

    fn word(&mut self) -> Token {
        let start = self.at;
        while self.peek().is_some_and(is_word_part) {
            self.at += 1;
        }
        let word: String = self.chars[start..self.at].iter().collect();
        Keyword::of(&word).map_or(Token::Column(word), Token::Keyword)
    }
}

fn is_word_start(char: char) -> bool {
    char.is_alphabetic() || char == '_' || char == ':'
}

fn is_word_part(char: char) -> bool {
    is_word_start(char) || char.is_alphanumeric() || char == '.'
}
