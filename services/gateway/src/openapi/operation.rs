//! What one operation takes and answers.

use axum::http::Method;
use schemars::{JsonSchema, SchemaGenerator};
use serde_json::{Map, Value, json};

use crate::problem::Problem;

/// What any operation may answer: a request that is wrong in itself, nobody known, not allowed, too many, and away.
const ALWAYS: [u16; 5] = [400, 401, 403, 429, 503];

/// A parameter of an address's query.
#[derive(Clone, Debug)]
pub(crate) struct Parameter {
    name: &'static str,
    schema: Value,
    description: &'static str,
    list: bool,
}

impl Parameter {
    /// Of a type's own form.
    pub(crate) fn new(name: &'static str, schema: Value, description: &'static str) -> Self {
        Self { name, schema, description, list: false }
    }

    /// One of some words.
    pub(crate) fn word(name: &'static str, words: &[&str], description: &'static str) -> Self {
        Self::new(name, json!({ "type": "string", "enum": words }), description)
    }

    /// Some of some words, by commas or by repeating the name.
    pub(crate) fn words(name: &'static str, words: &[&str], description: &'static str) -> Self {
        let schema =
            json!({ "type": "array", "minItems": 1, "maxItems": 16, "items": { "type": "string", "enum": words } });
        Self { list: true, ..Self::new(name, schema, description) }
    }

    /// Free text.
    pub(crate) fn text(name: &'static str, description: &'static str) -> Self {
        Self::new(name, json!({ "type": "string", "minLength": 1, "maxLength": 512 }), description)
    }

    /// A whole number within bounds.
    pub(crate) fn number(name: &'static str, least: u64, most: u64, description: &'static str) -> Self {
        Self::new(name, json!({ "type": "integer", "minimum": least, "maximum": most }), description)
    }

    /// A time, or a day.
    pub(crate) fn time(name: &'static str, description: &'static str) -> Self {
        let either =
            json!({ "anyOf": [{ "type": "string", "format": "date-time" }, { "type": "string", "format": "date" }] });
        Self::new(name, either, description)
    }

    pub(crate) fn name(&self) -> &'static str {
        self.name
    }

    fn json(&self) -> Value {
        let mut json =
            json!({ "name": self.name, "in": "query", "description": self.description, "schema": self.schema });
        if self.list {
            json["explode"] = json!(false);
        }
        json
    }
}

/// An operation under description.
pub(crate) struct Operation<'a> {
    answers: &'a mut SchemaGenerator,
    bodies: &'a mut SchemaGenerator,
    json: Map<String, Value>,
    parameters: Vec<Value>,
    responses: Map<String, Value>,
}

impl<'a> Operation<'a> {
    /// Of an address; what stands in braces there is a parameter: `id` a UUID, anything else a number.
    pub(super) fn new(
        answers: &'a mut SchemaGenerator,
        bodies: &'a mut SchemaGenerator,
        method: &Method,
        address: &str,
    ) -> Self {
        let named: Vec<&str> =
            address.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}')).collect();
        let schema = |name: &str| match name {
            "id" => json!({ "type": "string", "format": "uuid" }),
            _ => json!({ "type": "integer", "minimum": 1 }),
        };
        let parameters = named
            .iter()
            .map(|name| json!({ "name": name, "in": "path", "required": true, "schema": schema(name) }))
            .collect();
        let words = address.split(['/', '{', '}', '-']).filter(|word| !["", "api", "v1"].contains(word));
        let id = [method.as_str().to_ascii_lowercase().as_str()].into_iter().chain(words).collect::<Vec<_>>().join("_");
        let json = Map::from_iter([("operationId".to_owned(), json!(id))]);
        let operation = Self { answers, bodies, json, parameters, responses: Map::new() };
        let operation = if address.starts_with("/api/") { operation.problems(&ALWAYS) } else { operation };
        if named.is_empty() { operation } else { operation.problems(&[404]) }
    }

    pub(super) fn finish(mut self) -> Value {
        self.json.insert("parameters".to_owned(), self.parameters.into());
        self.json.insert("responses".to_owned(), self.responses.into());
        self.json.into()
    }

    /// The part of the API it belongs to, and what it does in a line.
    pub(crate) fn is(mut self, part: &str, summary: &str) -> Self {
        self.json.insert("tags".to_owned(), json!([part]));
        self.json.insert("summary".to_owned(), json!(summary));
        self
    }

    /// What there is more to know.
    pub(crate) fn detail(mut self, detail: &str) -> Self {
        self.json.insert("description".to_owned(), json!(detail));
        self
    }

    /// Parameters of the query.
    pub(crate) fn query(mut self, parameters: &[Parameter]) -> Self {
        self.parameters.extend(parameters.iter().map(Parameter::json));
        self
    }

    /// A header that means something.
    pub(crate) fn header(mut self, name: &str, schema: Value, description: &str) -> Self {
        self.parameters.push(json!({ "name": name, "in": "header", "description": description, "schema": schema }));
        self
    }

    /// A JSON body.
    pub(crate) fn body<T: JsonSchema>(self) -> Self {
        let schema = self.bodies.subschema_for::<T>();
        self.body_as("application/json", schema.into())
    }

    /// A body of another content type; several are alternatives.
    pub(crate) fn body_as(mut self, media: &str, schema: Value) -> Self {
        let body = self.json.entry("requestBody").or_insert_with(|| json!({ "required": true, "content": {} }));
        body["content"][media] = json!({ "schema": schema });
        self.problems(&[408, 413])
    }

    /// A JSON answer.
    pub(crate) fn answer<T: JsonSchema>(self, status: u16, description: &str) -> Self {
        let schema = self.answers.subschema_for::<T>();
        self.answer_as(status, description, "application/json", schema.into())
    }

    /// An answer of another content type.
    pub(crate) fn answer_as(mut self, status: u16, description: &str, media: &str, schema: Value) -> Self {
        let response = self.responses.entry(status.to_string()).or_insert_with(|| json!({ "content": {} }));
        response["description"] = json!(description);
        response["content"][media] = json!({ "schema": schema });
        self
    }

    /// An answer without a body.
    pub(crate) fn empty(mut self, status: u16, description: &str) -> Self {
        self.responses.insert(status.to_string(), json!({ "description": description }));
        self
    }

    /// A JSON answer that has an ETag.
    pub(crate) fn kept<T: JsonSchema>(self, description: &str) -> Self {
        let mut operation = self
            .header("If-None-Match", json!({ "type": "string" }), "ETags that the client has")
            .answer::<T>(200, description)
            .empty(304, "The client has it already");
        for status in ["200", "304"] {
            operation.responses[status]["headers"] = json!({ "ETag": { "schema": { "type": "string" } } });
        }
        operation
    }

    /// Problems that it may answer beside the common ones.
    pub(crate) fn problems(mut self, statuses: &[u16]) -> Self {
        let schema = self.answers.subschema_for::<Problem>();
        for status in statuses {
            let content = json!({ "application/problem+json": { "schema": schema } });
            self.responses.insert(status.to_string(), json!({ "description": meaning(*status), "content": content }));
        }
        self
    }
}

fn meaning(status: u16) -> &'static str {
    match status {
        400 => "The request is wrong; `field` names the parameter",
        401 => "Nobody known: send a token",
        403 => "Not allowed, or not from here",
        404 => "Nothing there, for this account",
        405 => "Not by this method",
        408 => "The body did not arrive in time",
        409 => "Not in the state that it is in; it is shown",
        412 => "Changed meanwhile",
        413 => "Too large",
        415 => "Content type not taken here",
        422 => "A field is wrong; `field` names it",
        426 => "WebSocket only",
        428 => "If-Match is missing",
        429 => "Too many requests; Retry-After says when",
        503 => "Something is away; Retry-After says when to try again",
        _ => "A problem",
    }
}
