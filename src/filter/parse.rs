//! Tokens → expression tree, by recursive descent.
//!
//! ```text
//! either  = both { OR both }
//! both    = negated { AND negated }
//! negated = [NOT] ( "(" either ")" | test )
//! test    = TRUE | FALSE | operand ( sign operand | IS [NOT] NULL
//!           | [NOT] ( IN "(" operand, … ")" | BETWEEN operand AND operand | LIKE text ) )
//! ```

use super::token::{Comparison, FilterError, Keyword, Placed, Token, tokens};
use crate::message;
use crate::report::Message;

/// Parentheses and NOTs inside each other beyond this are refused, so that no text can exhaust the stack.
const MAX_DEPTH: usize = 64;

/// A condition on the attributes of a feature.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Expression {
    Constant(bool),
    Any(Vec<Expression>),
    All(Vec<Expression>),
    Not(Box<Expression>),
    Compare(Operand, Comparison, Operand),
    IsNull(Operand),
    In(Operand, Vec<Operand>),
    Between(Operand, Operand, Operand),
    Like(Operand, String),
}

/// One side of a comparison.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Operand {
    Column(String),
    Text(String),
    /// As it is written, and what it means.
    Number(String, f64),
    Bool(bool),
}

impl Expression {
    /// Shows every operand, in the order of the text.
    pub(super) fn visit_operands<'e>(&'e self, visit: &mut impl FnMut(&'e Operand)) {
        match self {
            Self::Constant(_) => {}
            Self::Any(parts) | Self::All(parts) => parts.iter().for_each(|part| part.visit_operands(visit)),
            Self::Not(part) => part.visit_operands(visit),
            Self::IsNull(operand) | Self::Like(operand, _) => visit(operand),
            Self::Compare(left, _, right) => [left, right].into_iter().for_each(visit),
            Self::Between(operand, low, high) => [operand, low, high].into_iter().for_each(visit),
            Self::In(operand, list) => std::iter::once(operand).chain(list).for_each(visit),
        }
    }
}

/// Reads a whole text.
pub(super) fn parse(text: &str) -> Result<Expression, FilterError> {
    let mut parser = Parser { tokens: tokens(text)?, at: 0, depth: 0 };
    let expression = parser.either()?;
    match parser.peek() {
        Token::End => Ok(expression),
        _ => parser.fail("AND, OR or the end"),
    }
}

struct Parser {
    /// Ends with [`Token::End`], which is never passed.
    tokens: Vec<Placed>,
    at: usize,
    depth: usize,
}

impl Parser {
    fn peek(&self) -> &Token {
        &self.tokens[self.at].token
    }

    fn next(&mut self) -> Token {
        let token = self.peek().clone();
        if token != Token::End {
            self.at += 1;
        }
        token
    }

    fn takes(&mut self, wanted: &Token) -> bool {
        let found = self.peek() == wanted;
        if found {
            self.at += 1;
        }
        found
    }

    fn needs(&mut self, wanted: &Token, expected: &str) -> Result<(), FilterError> {
        if self.takes(wanted) { Ok(()) } else { self.fail(expected) }
    }

    fn fail<T>(&self, expected: &str) -> Result<T, FilterError> {
        let found: Message = match self.peek() {
            Token::Column(name) => message!("column `{name}`", name),
            Token::Text(text) => message!("text '{text}'", text),
            Token::Number(spelled, _) => message!("number {spelled}", spelled),
            Token::Keyword(keyword) => format!("{keyword:?}").to_uppercase().into(),
            Token::Compare(_) => message!("a comparison sign"),
            Token::Open => "`(`".into(),
            Token::Close => "`)`".into(),
            Token::Comma => "`,`".into(),
            Token::End => message!("the end"),
        };
        Err(FilterError { position: self.tokens[self.at].position, expected: expected.into(), found })
    }

    fn either(&mut self) -> Result<Expression, FilterError> {
        let mut parts = vec![self.both()?];
        while self.takes(&Token::Keyword(Keyword::Or)) {
            parts.push(self.both()?);
        }
        Ok(single(parts, Expression::Any))
    }

    fn both(&mut self) -> Result<Expression, FilterError> {
        let mut parts = vec![self.negated()?];
        while self.takes(&Token::Keyword(Keyword::And)) {
            parts.push(self.negated()?);
        }
        Ok(single(parts, Expression::All))
    }

    fn negated(&mut self) -> Result<Expression, FilterError> {
        if self.depth == MAX_DEPTH {
            return self.fail(&format!("at most {MAX_DEPTH} parentheses and NOTs inside each other"));
        }
        self.depth += 1;
        let expression = if self.takes(&Token::Keyword(Keyword::Not)) {
            Expression::Not(Box::new(self.negated()?))
        } else if self.takes(&Token::Open) {
            let inner = self.either()?;
            self.needs(&Token::Close, "AND, OR or `)`")?;
            inner
        } else {
            self.test()?
        };
        self.depth -= 1;
        Ok(expression)
    }

    fn test(&mut self) -> Result<Expression, FilterError> {
        let left = self.operand("a column or a value")?;
        if let Token::Compare(comparison) = *self.peek() {
            self.at += 1;
            let right = self.operand("a value: a text in 'single quotes', a number or a column")?;
            return Ok(Expression::Compare(left, comparison, right));
        }
        if self.takes(&Token::Keyword(Keyword::Is)) {
            let not = self.takes(&Token::Keyword(Keyword::Not));
            self.needs(&Token::Keyword(Keyword::Null), if not { "NULL" } else { "NULL or NOT NULL" })?;
            return Ok(negated_if(not, Expression::IsNull(left)));
        }
        let not = self.takes(&Token::Keyword(Keyword::Not));
        let test = match self.peek() {
            Token::Keyword(Keyword::In) => self.list(left)?,
            Token::Keyword(Keyword::Between) => self.between(left)?,
            Token::Keyword(Keyword::Like) => self.like(left)?,
            _ if not => return self.fail("IN, BETWEEN or LIKE"),
            _ => {
                return match left {
                    Operand::Bool(bool) => Ok(Expression::Constant(bool)),
                    _ => self.fail("a comparison: = <> < <= > >= IN BETWEEN LIKE or IS NULL"),
                };
            }
        };
        Ok(negated_if(not, test))
    }

    fn list(&mut self, left: Operand) -> Result<Expression, FilterError> {
        self.at += 1;
        self.needs(&Token::Open, "`(` and the values")?;
        let mut values = vec![self.operand("a value")?];
        while self.takes(&Token::Comma) {
            values.push(self.operand("a value")?);
        }
        self.needs(&Token::Close, "`,` or `)`")?;
        Ok(Expression::In(left, values))
    }

    fn between(&mut self, left: Operand) -> Result<Expression, FilterError> {
        self.at += 1;
        let low = self.operand("the lower value")?;
        self.needs(&Token::Keyword(Keyword::And), "AND and the upper value")?;
        Ok(Expression::Between(left, low, self.operand("the upper value")?))
    }

    fn like(&mut self, left: Operand) -> Result<Expression, FilterError> {
        self.at += 1;
        let expected = "a pattern in 'single quotes', % for any characters and _ for one";
        match self.peek() {
            Token::Text(pattern) => {
                let pattern = pattern.clone();
                self.at += 1;
                Ok(Expression::Like(left, pattern))
            }
            _ => self.fail(expected),
        }
    }

    fn operand(&mut self, expected: &str) -> Result<Operand, FilterError> {
        let operand = match self.peek() {
            Token::Column(_) | Token::Text(_) | Token::Number(..) | Token::Keyword(Keyword::True | Keyword::False) => {
                self.next()
            }
            Token::Keyword(Keyword::Null) => return self.fail("a value (for empty columns write IS NULL)"),
            _ => return self.fail(expected),
        };
        Ok(match operand {
            Token::Column(name) => Operand::Column(name),
            Token::Text(text) => Operand::Text(text),
            Token::Number(spelled, number) => Operand::Number(spelled, number),
            other => Operand::Bool(other == Token::Keyword(Keyword::True)),
        })
    }
}

fn negated_if(not: bool, expression: Expression) -> Expression {
    if not { Expression::Not(Box::new(expression)) } else { expression }
}

/// One part stands for itself.
fn single(mut parts: Vec<Expression>, join: fn(Vec<Expression>) -> Expression) -> Expression {
    match parts.len() {
        1 => parts.remove(0),
        _ => join(parts),
    }
}
