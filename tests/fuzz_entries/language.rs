//! The small languages of descriptions and addresses: one text, every parser.
//!
//! Promise: a refusal that says something, or a meaning that is the same when what was understood is written and read
//! again.

use std::collections::BTreeSet;

use kreisel::area::{AreaKey, KeyKind};
use kreisel::attribute::Attribute;
use kreisel::filter::Filter;
use kreisel::formula::{Expression, MAX_LENGTH, MAX_MEASURES, Unit};
use kreisel::geo::Crs;
use kreisel::table::number::{self, DecimalMark};
use kreisel::table::symbol;
use kreisel::tags::TagRule;
use kreisel::tile::Years;
use kreisel::value::{Date, Figure, Period};

use super::told::assert_said;

/// Runs one input.
pub(crate) fn run(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    filter(text);
    formula(text);
    tag_rule(text);
    key(text);
    number(text);
    period(text);
    reference_system(text);
}

fn filter(text: &str) {
    match Filter::parse(text) {
        Ok(filter) => {
            let again = Filter::parse(filter.as_str()).expect("as it was written");
            assert_eq!(again.columns(), filter.columns());
            let values = [Attribute::Null, Attribute::Number(3.5), Attribute::Text("Soltau".to_owned())];
            for value in &values {
                assert_eq!(filter.matches(|_| value), again.matches(|_| value));
            }
        }
        // the first letter is 1, the end of the text one more than its last
        Err(error) => assert!((1..=text.chars().count() + 1).contains(&error.position), "{error}"),
    }
}

fn formula(text: &str) {
    match Expression::parse(text) {
        Ok(expression) => {
            assert!(text.len() <= MAX_LENGTH * 4 && expression.measures().len() <= MAX_MEASURES);
            let again = Expression::parse(expression.as_str()).expect("as it was written");
            assert_eq!(again.measures(), expression.measures());
            for number in [0.0, 1.0, -2.5, f64::MAX] {
                let figures = vec![Figure::exact(number); expression.measures().len()];
                let (one, other) = (expression.value(&figures), again.value(&figures));
                assert!(one.number().is_none_or(f64::is_finite), "{one:?}");
                assert_eq!((one.state(), one.number()), (other.state(), other.number()));
            }
            let _ = expression.fraction();
            let _ = expression.is_additive();
            let _ =
                expression.unit(|name| if name.len().is_multiple_of(2) { Unit::number() } else { Unit::word(name) });
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
    if let Some(unit) = Unit::read(text) {
        let _ = (unit.is_additive(), unit.is_number());
    }
}

fn tag_rule(text: &str) {
    match TagRule::parse(text) {
        Ok(rule) => {
            let again = TagRule::parse(rule.as_str()).expect("as it was written");
            for value in ["school", "no", "doctors;dentist"] {
                let value = |key: &str| (key.len().is_multiple_of(2)).then_some(value);
                assert_eq!(rule.fit(value), again.fit(value));
            }
        }
        Err(error) => assert_said(&error.told()),
    }
}

fn key(text: &str) {
    for kind in [KeyKind::State, KeyKind::District, KeyKind::Association, KeyKind::Ags, KeyKind::Ars, KeyKind::Own] {
        match AreaKey::read(text, kind) {
            Ok(read) => {
                let again = AreaKey::read(read.key.as_str(), kind).expect("a key is a key");
                assert_eq!(again.key, read.key);
                assert!(kind.digits().is_none_or(|digits| read.key.as_str().len() == digits), "{:?}", read.key);
            }
            Err(error) => assert_said(&error.told()),
        }
    }
}

fn number(text: &str) {
    for mark in [DecimalMark::Comma, DecimalMark::Point] {
        assert!(number::read(text, mark).is_none_or(f64::is_finite));
    }
    let _ = number::meaning(text);
    let mut evidence = number::Evidence::default();
    evidence.take(text);
    let _ = (symbol::state_of(text), symbol::sentinel(text), symbol::without_flag(text));
}

fn period(text: &str) {
    if let Some(period) = Period::read(text) {
        assert_eq!(Period::read(&period.to_string()), Some(period), "{period}");
        assert!(Period::YEARS.contains(&period.as_year()), "{period}");
    }
    let _ = Date::read(text);
    let existing: BTreeSet<Period> = (2015..2024).filter_map(Period::year).collect();
    match Years::read(text, &existing) {
        Ok(Years::These(years)) => assert!(years.iter().all(|year| existing.contains(year))),
        Ok(_) => {}
        Err(error) => assert!(!error.is_empty()),
    }
}

fn reference_system(text: &str) {
    for read in [Crs::from_code(text), Crs::from_wkt(text)] {
        match read {
            Ok(crs) => {
                assert!(!crs.name().is_empty());
                for (x, y) in [(0.0, 0.0), (10.5, 52.0), (550_000.0, 5_860_000.0), (f64::NAN, 1e300)] {
                    if let Ok(at) = crs.to_lon_lat(x, y) {
                        assert!((-180.0..=180.0).contains(&at.lon_deg) && (-90.0..=90.0).contains(&at.lat_deg));
                    }
                }
            }
            Err(error) => assert_said(&error.told()),
        }
    }
}
