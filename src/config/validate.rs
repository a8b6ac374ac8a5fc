//! One TOML tree against one generated JSON Schema: every unknown key, missing key, wrong type, unknown
//! choice and number out of range, each at its place.
//!
//! Only what [`super::schema`] generates is understood: `properties`, `required`,
//! `additionalProperties`, `type`, `items`, `minItems`/`maxItems`, `minimum`/`maximum`, `enum`,
//! `oneOf` of constants, `anyOf` of different types, `allOf` and `$ref`. Anything else in a schema is
//! passed over, so a richer schema never refuses what serde would take.

use serde_json::{Map, Value};
use toml::de::{DeArray, DeTable, DeValue};

use super::document::{KeyPath, written};
use super::problem::{Cause, Problems, nearest};
use crate::message;
use crate::report::Message;

/// Notes everything in the document that the schema does not allow.
pub(super) fn validate(schema: &Value, problems: &mut Problems<'_>) {
    let document = problems.document;
    let mut walk = Walk { root: schema, problems };
    walk.table(schema, document.root(), &KeyPath::root());
}

struct Walk<'s, 'p, 'a> {
    root: &'s Value,
    problems: &'p mut Problems<'a>,
}

impl<'s> Walk<'s, '_, '_> {
    fn value(&mut self, schema: &'s Value, value: &DeValue<'_>, path: &KeyPath) {
        let outer = schema;
        let schema = self.resolve(schema);
        if let Some(options) = schema.get("anyOf").and_then(Value::as_array) {
            let fitting = options.iter().find(|option| is_type(self.resolve(option), value));
            match fitting {
                Some(option) => self.value(option, value, path),
                None => self.wrong_type(outer, value, path),
            }
            return;
        }
        if !is_type(schema, value) {
            self.wrong_type(outer, value, path);
            return;
        }
        match value {
            DeValue::Table(table) => self.table(schema, table, path),
            DeValue::Array(array) => self.array(schema, array, path),
            DeValue::Integer(_) | DeValue::Float(_) => self.number(outer, value, path),
            DeValue::String(text) => self.choice(schema, text, path),
            DeValue::Boolean(_) | DeValue::Datetime(_) => {}
        }
    }

    fn table(&mut self, schema: &'s Value, table: &DeTable<'_>, path: &KeyPath) {
        let none = Map::new();
        let properties = schema.get("properties").and_then(Value::as_object).unwrap_or(&none);
        let others = schema.get("additionalProperties");
        let mut missing: Vec<&str> = schema.get("required").map_or_else(Vec::new, texts);
        missing.retain(|name| !table.iter().any(|(key, _)| key.get_ref() == name));
        for (key, value) in table {
            let name: &str = key.get_ref();
            let path = path.key(name);
            match (property(schema, name), others) {
                (Some(property), _) => self.value(property, value.get_ref(), &path),
                (None, Some(others)) if others.is_object() => self.value(others, value.get_ref(), &path),
                (None, Some(Value::Bool(false))) => {
                    let meant = nearest(name, properties.keys().map(String::as_str), 1).first().copied();
                    missing.retain(|missing| Some(*missing) != meant);
                    let detail = self.unknown_key(name, meant, properties, &path);
                    self.problems.add(Cause::UnknownKey, &path, detail);
                }
                _ => {}
            }
        }
        for name in missing {
            if let Some(property) = property(schema, name) {
                let detail =
                    message!("`{name}` is missing: {property}", name, property = Message::from(self.meaning(property)));
                self.problems.add(Cause::MissingKey, &path.key(name), detail);
            }
        }
    }

    fn unknown_key(&self, name: &str, meant: Option<&str>, known: &Map<String, Value>, path: &KeyPath) -> Message {
        let list = known.keys().map(String::as_str).collect::<Vec<_>>().join(", ");
        let known = message!("known here: {list}", list);
        if let Some(meant) = meant {
            return message!("`{name}` is not known; did you mean `{meant}`? {known}", name, meant, known);
        }
        // A key below the wrong [header] is the commonest slip of TOML: headers swallow what follows.
        let places: Vec<String> = self.places_of(name).into_iter().filter(|place| *place != path.to_string()).collect();
        match places.first() {
            Some(place) if place == name => message!(
                "`{name}` belongs to the top of the file: move it above the first [section], a section takes every key below it; {known}",
                name,
                known
            ),
            Some(place) => message!("`{name}` is not known; `{place}` is; {known}", name, place, known),
            None => message!("`{name}` is not known; {known}", name, known),
        }
    }

    /// Where a key of this name is known: at the top, or one section further down.
    fn places_of(&self, name: &str) -> Vec<String> {
        let Some(top) = self.root.get("properties").and_then(Value::as_object) else { return Vec::new() };
        let mut places = Vec::new();
        if top.contains_key(name) {
            places.push(name.to_owned());
        }
        for (section, schema) in top {
            if property(self.resolve(schema), name).is_some() {
                places.push(format!("{section}.{name}"));
            }
        }
        places
    }

    fn array(&mut self, schema: &'s Value, array: &DeArray<'_>, path: &KeyPath) {
        let bound = |name: &str| schema.get(name).and_then(Value::as_u64);
        let (least, most) = (bound("minItems").unwrap_or(0), bound("maxItems").unwrap_or(u64::MAX));
        let count = array.len() as u64;
        if !(least..=most).contains(&count) {
            let expected = match (least, most) {
                (least, most) if least == most => message!("exactly {least}", least),
                (least, u64::MAX) => message!("at least {least}", least),
                (least, most) => message!("{least} to {most}", least, most),
            };
            self.problems.add(
                Cause::OutOfRange,
                path,
                message!("a list of {expected} is expected, {count} given", expected, count),
            );
        }
        for (index, item) in array.iter().enumerate() {
            // `items` is one schema for all, or one per place.
            let items = match schema.get("items") {
                Some(Value::Array(items)) => items.get(index),
                other => other,
            };
            if let Some(items) = items {
                self.value(items, item.get_ref(), &path.index(index));
            }
        }
    }

    fn number(&mut self, outer: &'s Value, value: &DeValue<'_>, path: &KeyPath) {
        let schema = self.resolve(outer);
        let text = written(value);
        let Some(number) = as_number(value).filter(|number| number.is_finite()) else {
            self.problems.add(Cause::OutOfRange, path, message!("{text} is not a finite number", text));
            return;
        };
        let (least, most) = range(schema);
        if least.is_some_and(|least| number < least) || most.is_some_and(|most| number > most) {
            let range = match (least, most) {
                (Some(least), Some(most)) => message!("from {least} to {most}", least, most),
                (Some(least), None) => message!("{least} or more", least),
                (None, Some(most)) => message!("at most {most}", most),
                (None, None) => Message::default(),
            };
            let detail = message!(
                "{text} is out of range, allowed is {range}: {outer}",
                text,
                range,
                outer = Message::from(self.meaning(outer))
            );
            self.problems.add(Cause::OutOfRange, path, detail);
        }
    }

    fn choice(&mut self, schema: &'s Value, text: &str, path: &KeyPath) {
        let choices = choices(schema);
        if choices.is_empty() || choices.contains(&text) {
            return;
        }
        let list = choices.iter().map(|choice| format!("\"{choice}\"")).collect::<Vec<_>>().join(", ");
        let detail = match nearest(text, choices.iter().copied(), 1).first() {
            Some(meant) => message!("\"{text}\" is none of {list}; did you mean \"{meant}\"?", text, list, meant),
            None => message!("\"{text}\" is none of {list}", text, list),
        };
        self.problems.add(Cause::UnknownChoice, path, detail);
    }

    fn wrong_type(&mut self, schema: &'s Value, value: &DeValue<'_>, path: &KeyPath) {
        let given = written(value);
        let expected = self.expected(schema);
        let wants_text = self.kinds(schema).contains(&"string");
        let detail = match value {
            DeValue::Integer(_) | DeValue::Float(_) | DeValue::Boolean(_) | DeValue::Datetime(_) if wants_text => {
                message!("{given} stands without quotes; write \"{given}\" ({expected} is expected)", given, expected)
            }
            DeValue::String(text) if self.fits_without_quotes(schema, text) => {
                message!("{given} stands in quotes; write {text} ({expected} is expected)", given, text, expected)
            }
            _ => message!("{expected} is expected, {given} given", expected, given),
        };
        self.problems.add(Cause::WrongType, path, detail);
    }

    /// Whether a text would be right if its quotes were not there.
    fn fits_without_quotes(&self, schema: &'s Value, text: &str) -> bool {
        DeValue::parse(text.trim()).is_ok_and(|value| {
            !matches!(value.get_ref(), DeValue::String(_)) && is_type(self.resolve(schema), value.get_ref())
        })
    }

    /// What is expected, in words, with an example.
    fn expected(&self, schema: &'s Value) -> Message {
        let words = self.kinds(schema).into_iter().map(|kind| match kind {
            "string" => Message::from("a text in quotes"),
            "integer" => Message::from("a whole number"),
            "number" => Message::from("a number"),
            "boolean" => Message::from("true or false"),
            "array" => Message::from("a list in [brackets]"),
            _ => Message::from("a section"),
        });
        let words = words.reduce(|one, other| message!("{one} or {other}", one, other)).unwrap_or_default();
        let resolved = self.resolve(schema);
        if choices(resolved).is_empty() {
            match example(schema).or_else(|| example(resolved)) {
                Some(example) => message!("{words}, such as {example},", words, example),
                None => words,
            }
        } else {
            message!("one of \"{choices}\"", choices = choices(resolved).join("\", \""))
        }
    }

    fn kinds(&self, schema: &'s Value) -> Vec<&'s str> {
        let schema = self.resolve(schema);
        match schema.get("anyOf").and_then(Value::as_array) {
            Some(options) => options.iter().flat_map(|option| self.kinds(option)).collect(),
            None => kind(schema).into_iter().collect(),
        }
    }

    /// The description of a key, without full stop.
    fn meaning(&self, schema: &'s Value) -> &'s str {
        let text = |schema: &'s Value| schema.get("description").and_then(Value::as_str);
        text(schema).or_else(|| text(self.resolve(schema))).unwrap_or_default().trim_end_matches('.')
    }

    /// Follows `$ref` and an `allOf` of one.
    fn resolve(&self, schema: &'s Value) -> &'s Value {
        resolve(self.root, schema)
    }
}

fn property<'s>(schema: &'s Value, name: &str) -> Option<&'s Value> {
    schema.get("properties").and_then(|properties| properties.get(name))
}

/// Follows `$ref` and an `allOf` of one inside the schema `root`.
pub(super) fn resolve<'s>(root: &'s Value, schema: &'s Value) -> &'s Value {
    if let Some(only) = schema.get("allOf").and_then(|all| all.get(0)) {
        return resolve(root, only);
    }
    let target = schema.get("$ref").and_then(Value::as_str).and_then(|path| path.strip_prefix('#'));
    match target.and_then(|pointer| root.pointer(pointer)) {
        Some(target) => resolve(root, target),
        None => schema,
    }
}

/// The texts that a schema allows; empty if it allows any.
pub(super) fn choices(schema: &Value) -> Vec<&str> {
    if let Some(listed) = schema.get("enum") {
        return texts(listed);
    }
    let options = schema.get("oneOf").and_then(Value::as_array);
    options.map_or_else(Vec::new, |options| {
        options.iter().filter_map(|option| option.get("const").and_then(Value::as_str)).collect()
    })
}

/// The type that a schema names; a choice among texts is a text.
pub(super) fn kind(schema: &Value) -> Option<&str> {
    schema.get("type").and_then(Value::as_str).or_else(|| (!choices(schema).is_empty()).then_some("string"))
}

/// An example of a value as it is written in TOML.
pub(super) fn example(schema: &Value) -> Option<String> {
    let value = schema.get("examples").and_then(|examples| examples.get(0)).or_else(|| schema.get("default"))?;
    (value.is_string() || value.is_number() || value.is_boolean() || value.is_array()).then(|| value.to_string())
}

/// The smallest and largest number that a schema allows. What it leaves open is bounded by the type.
fn range(schema: &Value) -> (Option<f64>, Option<f64>) {
    let (least, most) = match schema.get("format").and_then(Value::as_str) {
        Some("int16") => (Some(f64::from(i16::MIN)), Some(f64::from(i16::MAX))),
        Some("int32") => (Some(f64::from(i32::MIN)), Some(f64::from(i32::MAX))),
        Some("uint8") => (Some(0.0), Some(f64::from(u8::MAX))),
        Some("uint16") => (Some(0.0), Some(f64::from(u16::MAX))),
        Some("uint32") => (Some(0.0), Some(f64::from(u32::MAX))),
        _ => (None, None),
    };
    let bound = |name: &str| schema.get(name).and_then(Value::as_f64);
    (bound("minimum").or(least), bound("maximum").or(most))
}

fn texts(list: &Value) -> Vec<&str> {
    list.as_array().map_or_else(Vec::new, |list| list.iter().filter_map(Value::as_str).collect())
}

fn is_type(schema: &Value, value: &DeValue<'_>) -> bool {
    match kind(schema) {
        Some("string") => value.is_str(),
        Some("integer") => value.is_integer(),
        Some("number") => value.is_integer() || value.is_float(),
        Some("boolean") => value.is_bool(),
        Some("array") => value.is_array(),
        Some("object") => value.is_table(),
        _ => true,
    }
}

fn as_number(value: &DeValue<'_>) -> Option<f64> {
    match value {
        // A whole number too large for i64 becomes an infinity-like float and falls out of every range.
        DeValue::Integer(integer) => match i64::from_str_radix(integer.as_str(), integer.radix()) {
            Ok(number) => Some(number as f64),
            Err(_) => Some(f64::INFINITY),
        },
        DeValue::Float(float) => float.as_str().parse().ok(),
        _ => None,
    }
}
