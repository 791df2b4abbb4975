//! `/docs`: the description for a person's eyes, rendered once, without a script.

use std::collections::BTreeMap;

use askama::Template;
use serde_json::Value;

use crate::assets;

#[derive(Template)]
#[template(path = "docs.html")]
struct Html {
    css: String,
    parts: BTreeMap<String, Vec<Entry>>,
}

struct Entry {
    method: String,
    address: String,
    anchor: String,
    summary: String,
    detail: String,
    parameters: Vec<[String; 3]>,
    bodies: Vec<[String; 2]>,
    answers: Vec<[String; 3]>,
}

/// The page of a description.
///
/// # Errors
/// Where the template fails.
pub(crate) fn render(document: &Value) -> Result<String, askama::Error> {
    let mut parts: BTreeMap<String, Vec<Entry>> = BTreeMap::new();
    for (address, methods) in document["paths"].as_object().into_iter().flatten() {
        for (method, operation) in methods.as_object().into_iter().flatten() {
            parts.entry(text(&operation["tags"][0])).or_default().push(entry(address, method, operation));
        }
    }
    Html { css: assets::address("app.css"), parts }.render()
}

fn entry(address: &str, method: &str, operation: &Value) -> Entry {
    let content = |of: &Value| -> Vec<[String; 2]> {
        let all = of["content"].as_object().into_iter().flatten();
        all.map(|(media, content)| [media.clone(), form(&content["schema"])]).collect()
    };
    let parameters = operation["parameters"].as_array().into_iter().flatten();
    let responses = operation["responses"].as_object().into_iter().flatten();
    Entry {
        method: method.to_ascii_uppercase(),
        address: address.to_owned(),
        anchor: text(&operation["operationId"]),
        summary: text(&operation["summary"]),
        detail: text(&operation["description"]),
        parameters: parameters.map(|p| [text(&p["name"]), form(&p["schema"]), text(&p["description"])]).collect(),
        bodies: content(&operation["requestBody"]),
        answers: responses
            .map(|(status, response)| {
                let forms: Vec<String> = content(response).into_iter().map(|[_, form]| form).collect();
                [status.clone(), text(&response["description"]), forms.join(" | ")]
            })
            .collect(),
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// A schema in a few words: its name, its values, or its type.
fn form(schema: &Value) -> String {
    if let Some(name) = schema["$ref"].as_str() {
        return name.rsplit('/').next().unwrap_or_default().to_owned();
    }
    if let Some(values) = schema["enum"].as_array() {
        return values.iter().map(text).collect::<Vec<_>>().join(" · ");
    }
    if schema["type"] == "array" {
        return format!("list of {}", form(&schema["items"]));
    }
    if let Some(either) = schema["anyOf"].as_array() {
        return either.iter().map(form).collect::<Vec<_>>().join(" or ");
    }
    let bounds = match (schema["minimum"].as_i64(), schema["maximum"].as_i64()) {
        (Some(least), Some(most)) => format!(" {least} to {most}"),
        _ => String::new(),
    };
    format!("{}{bounds}", schema["format"].as_str().or(schema["type"].as_str()).unwrap_or("any"))
}
