//! The JSON Schema of an answer, from its Rust type, in the plain form that constrained decoding understands everywhere.

use schemars::{JsonSchema, generate::SchemaSettings};
use serde_json::{Map, Value, json};

/// Schema of what `T` serialises to: no references, every field required (a model skips what it may skip), closed
/// vocabularies as one list.
pub fn of<T: JsonSchema>() -> Value {
    let settings = SchemaSettings::draft07().with(|settings| settings.inline_subschemas = true).for_serialize();
    let mut schema = settings.into_generator().into_root_schema_for::<T>().to_value();
    plain(&mut schema);
    schema
}

/// Without limits of length, which OpenAI's strict mode refuses.
pub(crate) fn without_lengths(schema: &Value) -> Value {
    let mut schema = schema.clone();
    each_schema(&mut schema, &mut |object| {
        for key in ["maxLength", "minLength", "minimum", "maximum"] {
            object.remove(key);
        }
    });
    schema
}

fn plain(schema: &mut Value) {
    each_schema(schema, &mut |object| {
        for key in ["$schema", "title", "description", "format", "default"] {
            object.remove(key);
        }
        if let Some(list) = object.get("oneOf").and_then(constants) {
            object.remove("oneOf");
            object.insert("type".to_owned(), json!("string"));
            object.insert("enum".to_owned(), list);
        }
    });
}

/// The values of a choice between constants, as schemars writes an enum whose variants are documented.
fn constants(choice: &Value) -> Option<Value> {
    let mut values = Vec::new();
    for option in choice.as_array()? {
        match (option.get("const"), option.get("enum").and_then(Value::as_array)) {
            (Some(value), _) => values.push(value.clone()),
            (None, Some(list)) => values.extend(list.iter().cloned()),
            (None, None) => return None,
        }
    }
    Some(Value::Array(values))
}

/// Calls `change` for every schema below and at `schema`, and never for a map of properties, whose keys are names.
fn each_schema(schema: &mut Value, change: &mut impl FnMut(&mut Map<String, Value>)) {
    let Some(object) = schema.as_object_mut() else { return };
    change(object);
    for (key, value) in object.iter_mut() {
        match (key.as_str(), value) {
            ("properties", Value::Object(properties)) => {
                properties.values_mut().for_each(|property| each_schema(property, change));
            }
            ("anyOf" | "oneOf" | "allOf", Value::Array(options)) => {
                options.iter_mut().for_each(|option| each_schema(option, change));
            }
            ("items", items) => each_schema(items, change),
            _ => {}
        }
    }
}
