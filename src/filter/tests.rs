//! What filters mean, against other implementations and against the rules of three-valued logic.

use std::collections::HashMap;

use proptest::prelude::*;
use serde_json::Value;

use super::*;

/// What an independent implementation of CQL2 says; `make.py` beside it tells how it was made.
const REFERENCE: &str = include_str!("../../tests/reference/filter/cases.json");

fn attribute(value: &Value) -> Attribute {
    match value {
        Value::Bool(bool) => Attribute::Bool(*bool),
        Value::Number(number) => {
            number.as_i64().map_or_else(|| Attribute::Number(number.as_f64().unwrap()), Attribute::Integer)
        }
        Value::String(text) => Attribute::Text(text.clone()),
        _ => Attribute::Null,
    }
}

fn takes(text: &str, column: &Attribute) -> bool {
    Filter::parse(text).unwrap().matches(|_| column)
}

fn text(text: &str) -> Attribute {
    Attribute::Text(text.to_owned())
}

#[test]
fn expressions_mean_what_another_implementation_of_cql2_says() {
    let reference: Value = serde_json::from_str(REFERENCE).unwrap();
    let features: Vec<HashMap<String, Attribute>> = reference["features"]
        .as_array()
        .unwrap()
        .iter()
        .map(|feature| feature.as_object().unwrap().iter().map(|(name, v)| (name.clone(), attribute(v))).collect())
        .collect();
    let mut compared = 0;
    for case in reference["cases"].as_array().unwrap() {
        let text = case["text"].as_str().unwrap();
        let filter = Filter::parse(text);
        assert_eq!(filter.is_ok(), case["reads"].as_bool().unwrap(), "{text}: {filter:?}");
        let Ok(filter) = filter else { continue };
        for (feature, expected) in features.iter().zip(case["matches"].as_array().unwrap()) {
            let expected = expected.as_bool().unwrap();
            assert_eq!(filter.matches(|column| &feature[column]), expected, "{text} on {feature:?}");
            compared += 1;
        }
    }
    assert!(compared > 150, "{compared}");
}

#[test]
fn a_number_finds_itself_in_a_text_column_and_a_text_in_a_number_column() {
    assert!(takes("GF = 4", &text("4")));
    assert!(takes("GF = '4'", &Attribute::Integer(4)));
    assert!(takes("GF = '4'", &Attribute::Number(4.0)));
    assert!(takes("GF < 10", &text("9")));
    assert!(takes("AGS LIKE '33580%'", &Attribute::Integer(3_358_002)));
}

#[test]
fn a_key_never_loses_its_zeros() {
    assert!(!takes("AGS = 3358", &text("03358")));
    assert!(takes("AGS = 03358", &text("03358")));
    assert!(!takes("AGS = '03358'", &Attribute::Integer(3358)));
}

#[test]
fn a_comparison_with_null_is_never_true_and_neither_is_its_opposite() {
    for expression in ["a = 1", "NOT a = 1", "a IN (1, 2)", "NOT a IN (1)", "a LIKE '%'", "NOT a BETWEEN 1 AND 2"] {
        assert!(!takes(expression, &Attribute::Null), "{expression}");
    }
    assert!(takes("a = 1 OR TRUE", &Attribute::Null));
    assert!(takes("NOT (a = 1 AND FALSE)", &Attribute::Null));
    assert!(takes("a IS NULL", &Attribute::Null));
    assert!(takes("a IS NULL", &Attribute::Number(f64::NAN)));
}

#[test]
fn a_backslash_makes_wildcards_plain() {
    assert!(takes(r"a LIKE '100\%'", &text("100%")));
    assert!(!takes(r"a LIKE '100\%'", &text("100x")));
    assert!(takes(r"a LIKE 'a\_b'", &text("a_b")));
    assert!(!takes(r"a LIKE 'a\_b'", &text("axb")));
    assert!(takes(r"a LIKE 'a\\b'", &text(r"a\b")));
    assert!(takes(r"a LIKE 'a\\'", &text(r"a\")));
    assert!(takes(r"a = 'O\'Hara'", &text("O'Hara")));
}

#[test]
fn an_error_says_where_and_what_would_fit() {
    let error = |text: &str| Filter::parse(text).unwrap_err().to_string();
    assert_eq!(
        error("GF = "),
        "at character 6: a value: a text in 'single quotes', a number or a column is expected, the end found"
    );
    assert_eq!(error("GF == 4"), "at character 5: a value after a single `=` is expected, `=` found");
    assert_eq!(error("GF = 4 && a = 1"), "at character 8: the word AND is expected, `&` found");
    assert_eq!(error("AGS = ‚03358’"), "at character 7: a straight quotation mark (') is expected, `‚` found");
    assert_eq!(
        error("AGS LIKE \"03358%\""),
        "at character 10: a pattern in 'single quotes', % for any characters and _ for one is expected, \
         column `03358%` found"
    );
    assert_eq!(
        error("AGS = '03358"),
        "at character 13: a closing ' for the one at character 7 is expected, the end found"
    );
    assert_eq!(error("a = NULL"), "at character 5: a value (for empty columns write IS NULL) is expected, NULL found");
}

#[test]
fn nesting_is_bounded() {
    let nested = |depth: usize| format!("{}a = 1{}", "(".repeat(depth), ")".repeat(depth));
    assert!(Filter::parse(&nested(60)).is_ok());
    assert!(Filter::parse(&nested(100_000)).is_err());
    assert!(Filter::parse(&"NOT ".repeat(100_000)).is_err());
    // not nested, only long
    assert!(Filter::parse(&vec!["a = 1"; 10_000].join(" AND ")).is_ok());
}

#[test]
fn a_pattern_of_many_wildcards_is_not_slow() {
    let pattern = format!("a LIKE '{}b'", "%a".repeat(500));
    assert!(!takes(&pattern, &text(&"a".repeat(5_000))));
}

/// Conditions on three columns, one of them null.
fn condition() -> impl Strategy<Value = String> {
    let column = prop::sample::select(vec!["a", "b", "nothing"]);
    let leaf = (column, prop::sample::select(vec!["= 1", "> 1", "<> 2", "IS NULL", "IN (1, 3)", "BETWEEN 0 AND 2"]))
        .prop_map(|(column, test)| format!("{column} {test}"));
    leaf.prop_recursive(4, 24, 3, |inner| {
        prop_oneof![
            inner.clone().prop_map(|x| format!("NOT ({x})")),
            (inner.clone(), inner.clone()).prop_map(|(x, y)| format!("({x} AND {y})")),
            (inner.clone(), inner).prop_map(|(x, y)| format!("({x} OR {y})")),
        ]
    })
}

fn same(left: &str, right: &str, a: i64, b: i64) -> bool {
    let (a, b) = (Attribute::Integer(a), Attribute::Integer(b));
    let answer = |text: &str| {
        let column = |name: &str| match name {
            "a" => &a,
            "b" => &b,
            _ => &Attribute::Null,
        };
        // both truth and falsehood, so that unknown is told apart from false
        let opposite = format!("NOT ({text})");
        (Filter::parse(text).unwrap().matches(column), Filter::parse(&opposite).unwrap().matches(column))
    };
    answer(left) == answer(right)
}

proptest! {
    #[test]
    fn no_text_makes_the_parser_panic(text in "\\PC*") {
        let _ = Filter::parse(&text);
    }

    #[test]
    fn no_text_of_the_languages_own_parts_makes_it_panic(
        parts in prop::collection::vec(prop::sample::select(vec![
            "a", "'x'", "1", "-", ".", "e", "=", "<", ">", "(", ")", ",", "AND", "OR", "NOT", "IN", "LIKE", "BETWEEN",
            "IS", "NULL", "TRUE", "'", "\"", "\\", "%", " ", "ä", "1e999",
        ]), 0..20),
    ) {
        if let Ok(filter) = Filter::parse(&parts.join(" ")) {
            filter.matches(|_| &Attribute::Null);
        }
    }

    #[test]
    fn not_not_changes_nothing(x in condition(), a in -1..4_i64, b in -1..4_i64) {
        let twice = format!("NOT (NOT ({x}))");
        prop_assert!(same(&x, &twice, a, b));
    }

    #[test]
    fn de_morgan_holds_also_for_unknown(x in condition(), y in condition(), a in -1..4_i64, b in -1..4_i64) {
        let of_all = (format!("NOT (({x}) AND ({y}))"), format!("NOT ({x}) OR NOT ({y})"));
        let of_any = (format!("NOT (({x}) OR ({y}))"), format!("NOT ({x}) AND NOT ({y})"));
        prop_assert!(same(&of_all.0, &of_all.1, a, b));
        prop_assert!(same(&of_any.0, &of_any.1, a, b));
    }

    #[test]
    fn a_text_is_like_itself_with_its_wildcards_escaped(value in "[a-z%_\\\\ä]{0,12}") {
        let pattern: String = value.chars().flat_map(|char| ['\\', char]).collect();
        let fits = takes(&format!("a LIKE '{pattern}'"), &text(&value));
        prop_assert!(fits);
    }
}
