//! Released values → JSON: numbers in lists, and beside them the states of those that need one.

use serde::{Serialize, Serializer};

use crate::config::LayerId;
pub(super) use crate::geo::degrees;
use crate::release::{Layer, ReleasedValue};
use crate::value::State;

/// A number, or `null`. Whole numbers are written without a decimal point.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Number(pub Option<f64>);

/// Largest whole number that JavaScript and JSON readers agree on: 2^53.
const MOST_WHOLE: f64 = 9_007_199_254_740_992.0;

impl Serialize for Number {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            #[expect(clippy::cast_possible_truncation, reason = "whole and within 2^53")]
            Some(number) if number.fract() == 0.0 && number.abs() <= MOST_WHOLE => {
                serializer.serialize_i64(number as i64)
            }
            Some(number) if number.is_finite() => serializer.serialize_f64(number),
            _ => serializer.serialize_none(),
        }
    }
}

impl From<ReleasedValue> for Number {
    fn from(value: ReleasedValue) -> Self {
        Self(value.number())
    }
}

/// The state that has to be said beside a number: any but exact and zero.
#[must_use]
pub(super) fn remark(value: ReleasedValue) -> Option<State> {
    (!value.state().is_plain()).then_some(value.state())
}

/// A link to a larger area, with its name.
#[derive(Debug, Serialize)]
pub(super) struct ParentLink<'a> {
    /// Its layer.
    pub layer: &'a LayerId,
    /// Its key.
    pub key: &'a str,
    /// Its name; the key where the layer does not have it.
    pub name: &'a str,
}

/// Published attributes of a feature by id.
#[must_use]
pub(super) fn attributes(
    layer: &Layer,
    feature: &crate::release::FeatureRecord,
) -> serde_json::Map<String, serde_json::Value> {
    use crate::attribute::Attribute;
    let to_json = |attribute: &Attribute| match attribute {
        Attribute::Null => serde_json::Value::Null,
        Attribute::Bool(bool) => (*bool).into(),
        Attribute::Integer(integer) => (*integer).into(),
        Attribute::Number(number) => serde_json::to_value(Number(Some(*number))).unwrap_or_default(),
        Attribute::Text(text) => text.as_str().into(),
    };
    let described = layer.config.attributes.iter().zip(&feature.attributes);
    described.map(|(config, attribute)| (config.id.clone(), to_json(attribute))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_short_as_they_are() {
        let numbers = [Some(12.0), Some(12.5), Some(-0.0), None, Some(f64::NAN)].map(Number);
        assert_eq!(serde_json::to_string(&numbers).unwrap(), "[12,12.5,0,null,null]");
    }
}
