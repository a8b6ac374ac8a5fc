//! JSON Schemas of the files of an atlas, generated from [`super::file`].
//!
//! They serve twice: editors complete and check with them (`docs/schemas/`, and `schemas/` of a new
//! atlas), and [`super::load()`] finds unknown keys, wrong types and values out of range with them.

use schemars::generate::SchemaSettings;
use schemars::transform::RecursiveTransform;
use schemars::{JsonSchema, Schema};
use serde_json::Value;

use super::file::{AtlasFile, IndicatorFile, LayerFile};
use super::recipe::RecipeFile;

/// The schema of `atlas.toml`.
#[must_use]
pub fn atlas() -> Value {
    of::<AtlasFile>("atlas.toml")
}

/// The schema of `layers/*.toml`.
#[must_use]
pub fn layer() -> Value {
    of::<LayerFile>("layers/*.toml")
}

/// The schema of `indicators/*.toml`.
#[must_use]
pub fn indicator() -> Value {
    of::<IndicatorFile>("indicators/*.toml")
}

/// The schema of `recipes/*.toml`.
#[must_use]
pub fn recipe() -> Value {
    of::<RecipeFile>("recipes/*.toml")
}

/// File name and schema of each kind of file, as they are written to `docs/schemas/` and `schemas/`.
#[must_use]
pub fn all() -> [(&'static str, Value); 4] {
    [
        ("atlas.schema.json", atlas()),
        ("layer.schema.json", layer()),
        ("indicator.schema.json", indicator()),
        ("recipe.schema.json", recipe()),
    ]
}

fn of<T: JsonSchema>(title: &str) -> Value {
    // Draft 7 is what the TOML plug-ins of the editors understand.
    let settings = SchemaSettings::draft07().with(|settings| settings.untagged_enum_variant_titles = false);
    let settings =
        settings.with_transform(RecursiveTransform(drop_null)).with_transform(RecursiveTransform(join_lines));
    let generator = settings.into_generator();
    let mut schema = generator.into_root_schema_for::<T>();
    schema.insert("title".to_owned(), title.into());
    schema.to_value()
}

/// TOML has no null: an optional key is left out. What the derive says about null would only be
/// offered by editors and can never be written.
fn drop_null(schema: &mut Schema) {
    let Some(object) = schema.as_object_mut() else { return };
    if let Some(Value::Array(types)) = object.get_mut("type") {
        types.retain(|name| name != "null");
        if let [only] = types.as_slice() {
            let only = only.clone();
            object.insert("type".to_owned(), only);
        }
    }
    if let Some(Value::Array(options)) = object.get_mut("anyOf") {
        options.retain(|option| option.get("type").is_none_or(|name| name != "null"));
        if let [only] = options.as_slice() {
            // In draft 7 nothing beside `$ref` counts, so the description stands beside an `allOf`.
            let only = only.clone();
            object.remove("anyOf");
            object.insert("allOf".to_owned(), Value::Array(vec![only]));
        }
    }
    if object.get("default").is_some_and(Value::is_null) {
        object.remove("default");
    }
}

/// Doc comments are broken to fit the code; readers of the schema have their own width.
fn join_lines(schema: &mut Schema) {
    if let Some(Value::String(text)) = schema.get_mut("description") {
        *text = text.replace('\n', " ");
    }
}
