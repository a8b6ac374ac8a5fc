//! The reference page of the configuration, made from the same schemas that check it.
//!
//! Out comes the text of `docs/configuration.md`: for each kind of file an example that is tried by the
//! tests, and a table of every key with type, default and meaning.

use std::fmt::Write;

use serde_json::Value;

use super::schema;
use super::validate::{choices, example, kind, resolve};

/// The five example files: name in an atlas, text. Together they are one atlas.
pub const EXAMPLES: [(&str, &str); 5] = [
    ("atlas.toml", include_str!("example/atlas.toml")),
    ("layers/municipalities.toml", include_str!("example/municipalities.toml")),
    ("layers/doctors.toml", include_str!("example/doctors.toml")),
    ("layers/basemap.toml", include_str!("example/basemap.toml")),
    ("indicators/youth_share.toml", include_str!("example/youth_share.toml")),
];

/// The example of a recipe, which stands beside an atlas's descriptions and is read by `kreisel import`.
pub const RECIPE: (&str, &str) = ("recipes/kita_places.toml", include_str!("example/recipe.toml"));

const INTRODUCTION: &str = "\
<!-- Generated from src/config/file.rs. Renew it with `KREISEL_UPDATE=1 cargo test --test config_docs`. -->

# Configuration

An atlas is a folder:

| in it | what |
|---|---|
| `atlas.toml` | title, publisher, themes, what is shown first, limits of the server |
| `layers/*.toml` | one file per layer; the file's name without `.toml` is the layer's id |
| `indicators/*.toml` | one file per indicator; the file's name is its id |
| `styles/*.json` | MapLibre styles; the file's name is the style's id. Sources are named by URLs such as `/tiles/districts,municipalities`; symbols lie in `styles/symbols/*.svg` |
| `recipes/*.toml` | how deliveries are read: written by `kreisel import`, and read by it again |
| `data/` | boundaries, facilities and tables, in any folders |

Ids stand in URLs, tiles and tables: lower-case letters, digits and `_`, starting with a letter. Paths are
relative to the file they stand in. Everything is checked before anything is served: `kreisel check` names
every problem with file, line and what would be right.

Editors complete and check the files while they are written: `docs/schemas/` holds JSON Schemas, and a
first line such as `#:schema ../schemas/layer.schema.json` tells an editor with a TOML plug-in (Taplo,
Even Better TOML) which one is meant. `kreisel init` puts both in place.

A **text** that people read is one string, shown in both languages, or `{ de = \"…\", en = \"…\" }`.

";

const FILTERS: &str = "\
## Filters

`filter` in `[source]` takes some of a file's features. The language is the part of CQL2 text that a
boundary file needs:

| | |
|---|---|
| `GF = 4` | comparison: `=` `<>` `<` `<=` `>` `>=` |
| `AGS LIKE '03358%'` | `%` is any run of characters, `_` is one, `\\` before them makes them plain; upper and lower case differ |
| `BEZ IN ('Stadt', 'Gemeinde')` | one of several |
| `EWZ BETWEEN 1000 AND 5000` | both ends included |
| `GEN IS NOT NULL` | there is something in the column |
| `NOT`, `AND`, `OR`, `( )` | put together; `AND` binds stronger than `OR` |

Columns stand bare or in double quotes, texts in single quotes. A text is compared as text, also with a
column of numbers. A number finds the same number in a column of texts (`GF = 4` finds `4`), but never a key
with a leading zero: write `AGS = '03358002'`. A comparison with an empty column is neither true nor false, so
neither `GF = 4` nor `NOT GF = 4` takes it.
";

/// The whole page.
#[must_use]
pub fn page() -> String {
    let mut page = INTRODUCTION.to_owned();
    let [atlas, area, facility, archive, indicator] = EXAMPLES;
    chapter(&mut page, "atlas.toml", &[atlas], &schema::atlas());
    chapter(&mut page, "layers/*.toml", &[area, facility, archive], &schema::layer());
    chapter(&mut page, "indicators/*.toml", &[indicator], &schema::indicator());
    chapter(&mut page, "recipes/*.toml", &[RECIPE], &schema::recipe());
    page.push_str(FILTERS);
    page
}

fn chapter(page: &mut String, title: &str, examples: &[(&str, &str)], root: &Value) {
    line(page, &format!("## `{title}`\n"));
    for (name, text) in examples {
        line(page, &format!("`{name}`:\n\n```toml\n{text}```\n"));
    }
    section(page, "", root, root);
}

/// The keys of one table, then those of the tables in it.
fn section(page: &mut String, path: &str, schema: &Value, root: &Value) {
    let Some(properties) = schema.get("properties").and_then(Value::as_object) else { return };
    let required: Vec<&str> =
        schema.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
    line(page, "| key | type | default | meaning |\n|---|---|---|---|");
    let mut inner = Vec::new();
    for (name, property) in properties {
        let default = match property.get("default") {
            _ if required.contains(&name.as_str()) => "**required**".to_owned(),
            Some(value) if !is_empty(value) => format!("`{value}`"),
            _ => String::new(),
        };
        let meaning = description(property).or_else(|| description(resolve(root, property))).unwrap_or_default();
        let sample = match (property.get("examples"), example(property)) {
            (Some(_), Some(sample)) => format!(" Such as `{sample}`."),
            _ => String::new(),
        };
        line(page, &format!("| `{name}` | {} | {default} | {meaning}{sample} |", type_words(property, root)));
        if let Some((suffix, table)) = table_in(property, root) {
            inner.push((name, suffix, table));
        }
    }
    line(page, "");
    for (name, suffix, table) in inner {
        let inner_path = if path.is_empty() { format!("{name}{suffix}") } else { format!("{path}.{name}{suffix}") };
        let heading = match suffix {
            "[]" => format!("[[{}]]", inner_path.trim_end_matches("[]")),
            _ => format!("[{inner_path}]"),
        };
        line(page, &format!("### `{heading}`\n"));
        if let Some(text) = description(table) {
            line(page, &format!("{text}\n"));
        }
        section(page, &inner_path, table, root);
    }
}

/// The table that a property is, holds by name or lists; texts in two languages are none.
fn table_in<'s>(property: &'s Value, root: &'s Value) -> Option<(&'static str, &'s Value)> {
    let schema = resolve(root, property);
    let with_keys = |schema: &'s Value| {
        let schema = resolve(root, schema);
        schema.get("properties").is_some().then_some(schema)
    };
    if let Some(table) = with_keys(schema) {
        return Some(("", table));
    }
    if let Some(table) = schema.get("additionalProperties").filter(|others| others.is_object()).and_then(with_keys) {
        return Some((".NAME", table));
    }
    schema.get("items").filter(|items| items.is_object()).and_then(with_keys).map(|table| ("[]", table))
}

fn type_words(property: &Value, root: &Value) -> String {
    let schema = resolve(root, property);
    if !choices(schema).is_empty() {
        let words: Vec<String> = choices(schema).iter().map(|choice| format!("`\"{choice}\"`")).collect();
        return words.join(", ").replace('|', "\\|");
    }
    if schema.get("anyOf").is_some() {
        return "text".to_owned();
    }
    let bound = |name: &str| schema.get(name).and_then(Value::as_f64);
    let range = match (bound("minimum"), bound("maximum")) {
        (Some(least), Some(most)) => format!(" {least} to {most}"),
        (Some(least), None) => format!(" from {least}"),
        _ => String::new(),
    };
    match kind(schema) {
        Some("string") => "string".to_owned(),
        Some("integer") => format!("whole number{range}"),
        Some("number") => format!("number{range}"),
        Some("boolean") => "`true`, `false`".to_owned(),
        Some("array") => match schema.get("items") {
            Some(items) => match kind(resolve(root, items)) {
                Some("object") => "sections".to_owned(),
                Some("string") => "list of strings".to_owned(),
                _ => match schema.get("minItems").filter(|least| Some(*least) == schema.get("maxItems")) {
                    Some(count) => format!("list of {count} numbers"),
                    None => "list of numbers".to_owned(),
                },
            },
            None => "list".to_owned(),
        },
        _ if schema.get("properties").is_some() => "section".to_owned(),
        _ => match table_in(property, root) {
            Some(_) => "sections by name".to_owned(),
            None => "strings by name".to_owned(),
        },
    }
}

fn description(schema: &Value) -> Option<&str> {
    schema.get("description").and_then(Value::as_str)
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Array(list) => list.is_empty(),
        Value::Object(object) => object.is_empty(),
        _ => false,
    }
}

fn line(page: &mut String, text: &str) {
    writeln!(page, "{text}").expect("a String takes every text");
}
