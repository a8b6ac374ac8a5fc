//! Tokens → the tree of a formula, by recursive descent: `sum = product {(+|-) product}`,
//! `product = factor {(*|/) factor}`, `factor = - factor | ( sum ) | number | measure`.

use super::token::{FormulaError, Placed, Token, tokens};
use super::{MAX_DEPTH, MAX_MEASURES, Node, Operator};
use crate::message;
use crate::report::Message;

/// Reads a formula: its tree, and the measures by position.
pub(super) fn parse(text: &str) -> Result<(Node, Vec<String>), FormulaError> {
    let mut parser = Parser { tokens: tokens(text)?, at: 0, measures: Vec::new() };
    let node = parser.sum(0)?;
    let end = parser.next();
    match end.token {
        Token::End if parser.measures.is_empty() => Err(fail(&end, message!("a measure of the tables"))),
        Token::End => Ok((node, parser.measures)),
        // what people write for a product: 100 a, 2 (a + b)
        Token::Measure(_) | Token::Number(..) | Token::Open => {
            Err(fail(&end, message!("one of + - * / between the two")))
        }
        _ => Err(fail(&end, message!("one of + - * / or the end"))),
    }
}

struct Parser {
    tokens: Vec<Placed>,
    at: usize,
    measures: Vec<String>,
}

fn fail(place: &Placed, expected: Message) -> FormulaError {
    FormulaError { position: place.position, expected, found: place.token.said() }
}

impl Parser {
    fn peek(&self) -> &Token {
        self.tokens.get(self.at).map_or(&Token::End, |placed| &placed.token)
    }

    fn next(&mut self) -> Placed {
        let last = self.tokens.len().saturating_sub(1);
        let placed = self.tokens.get(self.at.min(last)).cloned();
        self.at += 1;
        placed.unwrap_or(Placed { token: Token::End, position: 1 })
    }

    fn take(&mut self, operators: [Operator; 2]) -> Option<Operator> {
        let Token::Operator(operator) = *self.peek() else { return None };
        operators.contains(&operator).then(|| {
            self.at += 1;
            operator
        })
    }

    fn sum(&mut self, depth: usize) -> Result<Node, FormulaError> {
        let mut node = self.product(depth)?;
        while let Some(operator) = self.take([Operator::Add, Operator::Subtract]) {
            node = Node::both(operator, node, self.product(depth)?);
        }
        Ok(node)
    }

    fn product(&mut self, depth: usize) -> Result<Node, FormulaError> {
        let mut node = self.factor(depth)?;
        while let Some(operator) = self.take([Operator::Multiply, Operator::Divide]) {
            node = Node::both(operator, node, self.factor(depth)?);
        }
        Ok(node)
    }

    fn factor(&mut self, depth: usize) -> Result<Node, FormulaError> {
        let place = self.next();
        if depth > MAX_DEPTH {
            return Err(fail(&place, message!("a formula of at most {most} levels", most = MAX_DEPTH.to_string())));
        }
        match &place.token {
            Token::Number(_, number) => Ok(Node::Number(*number)),
            Token::Measure(name) => {
                let known = self.measures.iter().position(|known| known == name);
                if known.is_none() && self.measures.len() == MAX_MEASURES {
                    return Err(fail(
                        &place,
                        message!("a formula of at most {most} measures", most = MAX_MEASURES.to_string()),
                    ));
                }
                Ok(Node::Measure(known.unwrap_or_else(|| {
                    self.measures.push(name.clone());
                    self.measures.len() - 1
                })))
            }
            Token::Operator(Operator::Subtract) => Ok(Node::Negative(Box::new(self.factor(depth + 1)?))),
            Token::Open => {
                let node = self.sum(depth + 1)?;
                let close = self.next();
                match close.token {
                    Token::Close => Ok(node),
                    _ => Err(fail(
                        &close,
                        message!("`)` for the `(` at character {position}", position = place.position.to_string()),
                    )),
                }
            }
            _ => Err(fail(&place, message!("a measure, a number or `(`"))),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::{Expression, MAX_LENGTH};
    use crate::value::Figure;

    fn told(text: &str) -> String {
        Expression::parse(text).expect_err(text).to_string()
    }

    fn value(text: &str, figures: &[f64]) -> Option<f64> {
        let figures: Vec<Figure> = figures.iter().copied().map(Figure::exact).collect();
        Expression::parse(text).expect(text).value(&figures).number()
    }

    #[test]
    fn products_go_before_sums_and_all_from_left_to_right() {
        // by hand
        assert_eq!(value("a + b * c", &[2.0, 3.0, 4.0]), Some(14.0));
        assert_eq!(value("(a + b) * c", &[2.0, 3.0, 4.0]), Some(20.0));
        assert_eq!(value("a - b - c", &[10.0, 3.0, 2.0]), Some(5.0));
        assert_eq!(value("a / b / c", &[24.0, 3.0, 2.0]), Some(4.0));
        assert_eq!(value("a / b * c", &[24.0, 3.0, 2.0]), Some(16.0));
        assert_eq!(value("-a + -(b - -c)", &[1.0, 2.0, 3.0]), Some(-6.0));
        assert_eq!(value(" 1000*(arrivals-departures)/population ", &[310.0, 290.0, 5000.0]), Some(4.0));
        assert_eq!(value("a + a", &[2.5]), Some(5.0));
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place_and_what_would_be_right() {
        for (text, expected) in [
            ("", "at character 1: a measure, a number or `(` is expected, the end found"),
            ("100", "at character 4: a measure of the tables is expected, the end found"),
            ("100 a", "at character 5: one of + - * / between the two is expected, `a` found"),
            ("a +", "at character 4: a measure, a number or `(` is expected, the end found"),
            ("a * / b", "at character 5: a measure, a number or `(` is expected, `/` found"),
            ("(a + b", "at character 7: `)` for the `(` at character 1 is expected, the end found"),
            ("a + b)", "at character 6: one of + - * / or the end is expected, `)` found"),
            (
                "0,5 * a",
                "at character 1: a number with a decimal point and without separators, such as 0.5, is expected, `0,5` found",
            ),
            ("100 × a / b", "at character 5: `*` for times is expected, `×` found"),
            ("a : b", "at character 3: `/` for divided by is expected, `:` found"),
            ("a – b", "at character 3: the hyphen `-` for minus is expected, `–` found"),
            ("a / b %", "at character 7: `100 *` before the share (per cent stands in `unit`) is expected, `%` found"),
            ("1.2.3 * a", "at character 1: a number such as 100 or 0.5 is expected, `1.2.3` found"),
            (
                "100 * Empfänger / b",
                "at character 7: a measure such as `empfaenger` (lower-case letters, digits and _, starting with a letter) is \
                 expected, `Empfänger` found",
            ),
        ] {
            assert_eq!(told(text), expected, "{text}");
        }
    }

    #[test]
    fn length_depth_and_measures_are_bounded() {
        assert!(told(&"a+".repeat(MAX_LENGTH)).contains("at most 500 characters"));
        assert!(told(&format!("{}a{}", "(".repeat(40), ")".repeat(40))).contains("at most 16 levels"));
        assert!(told(&format!("{}a", "-".repeat(400))).contains("at most 16 levels"));
        let many: Vec<String> = (0..17).map(|position| format!("m{position}")).collect();
        assert!(told(&many.join("+")).contains("at most 16 measures"));
        assert!(Expression::parse(&many[..16].join("+")).is_ok());
    }

    /// A formula and what it is for the measures `a` to `d`, computed beside the parser.
    fn any_formula() -> impl Strategy<Value = (String, f64)> {
        let leaf = prop_oneof![
            (1_u16..1000).prop_map(|number| (number.to_string(), f64::from(number))),
            (0_usize..4).prop_map(|at| (["a", "b", "c", "d"][at].to_owned(), [3.0, 7.0, 11.0, 13.0][at])),
        ];
        leaf.prop_recursive(6, 40, 2, |inner| {
            (inner.clone(), 0_usize..3, inner).prop_map(|((left, one), operator, (right, other))| {
                let (sign, value) = [("+", one + other), ("-", one - other), ("*", one * other)][operator];
                (format!("({left} {sign} {right})"), value)
            })
        })
    }

    proptest! {
        #[test]
        fn a_formula_is_computed_as_it_is_written((text, expected) in any_formula()) {
            prop_assume!(text.chars().count() < 400 && expected.is_finite());
            // every measure once, so that its position is known
            let text = format!("a - a + b - b + c - c + d - d + {text}");
            let expression = Expression::parse(&text).map_err(|error| TestCaseError::fail(error.to_string()))?;
            let found = expression.value(&[3.0, 7.0, 11.0, 13.0].map(Figure::exact)).number();
            prop_assert!(found.is_some_and(|found| (found - expected).abs() <= expected.abs() * 1e-12), "{found:?} {expected}");
        }

        #[test]
        fn no_text_makes_the_parser_stumble(text in "[a-c0-9+*/().,% ä×-]{0,60}") {
            if let Err(error) = Expression::parse(&text) {
                prop_assert!((1..=text.chars().count() + 1).contains(&error.position), "{error}");
            }
        }
    }
}
