//! The contract as documents: a JSON Schema per event version and one AsyncAPI document, generated from the code and
//! held fresh by a test (`UPDATE=1 cargo test -p contract` writes them).

use serde_json::{Map, Value, json};

use crate::{
    account,
    catalogue::{self, EventSpec},
    envelope::header,
    subject::DEFAULT_PREFIX,
    topology::{ConsumerSpec, DUPLICATE_WINDOW, RETRY_SCHEDULE, Retention, STAGES, STREAMS, StageSpec, StreamSpec},
};

/// Every generated document: its path under `schemas/` and its text.
pub fn all() -> Vec<(String, String)> {
    let schemas = catalogue::EVENTS.iter().map(|spec| (schema_path(spec), pretty(&json_schema(spec))));
    schemas.chain([("asyncapi.json".to_owned(), pretty(&asyncapi()))]).collect()
}

/// JSON Schema (draft 2020-12) of what an event's decoder accepts.
pub fn json_schema(spec: &EventSpec) -> Value {
    let mut schema = (spec.schema)().to_value();
    plain_words(&mut schema);
    schema
}

/// The bus as an AsyncAPI 3.0 document: a channel for each type, an operation for each thing a stage does.
pub fn asyncapi() -> Value {
    json!({
        "asyncapi": "3.0.0",
        "info": {
            "title": "Sluice",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Events between Sluice's stages over NATS JetStream. The envelope is CloudEvents 1.0 in \
                            binary mode; the payload is the event's JSON alone. JetStream has no AsyncAPI binding: \
                            what concerns it stands under `x-jetstream`.",
            "license": { "name": "Apache-2.0" },
        },
        "defaultContentType": "application/json",
        "servers": { "nats": { "host": "localhost:4222", "protocol": "nats" } },
        "channels": channels(),
        "operations": operations(),
        "components": {
            "messages": object(catalogue::EVENTS.iter().map(|spec| (spec.versioned(), message(spec)))),
            "parameters": { "account": {
                "description": format!("Whose inbox: {}; `me` is the only one of a laptop", account::PATTERN),
                "default": "me",
            } },
            "schemas": { "envelope": envelope() },
        },
        "x-jetstream": {
            "duplicateWindowSeconds": DUPLICATE_WINDOW.as_secs(),
            "retryDelaysSeconds": RETRY_SCHEDULE.iter().map(std::time::Duration::as_secs).collect::<Vec<_>>(),
            "streams": object(STREAMS.iter().map(|spec| (spec.name.to_owned(), stream(spec)))),
        },
    })
}

fn channels() -> Value {
    let channel = |spec: &EventSpec, event_type: &str| {
        json!({
            "address": format!("{DEFAULT_PREFIX}.{event_type}.{{account}}"),
            "summary": spec.summary,
            "parameters": { "account": { "$ref": "#/components/parameters/account" } },
            "messages": { spec.versioned(): { "$ref": format!("#/components/messages/{}", spec.versioned()) } },
            "x-jetstream": { "stream": stream_of(event_type) },
        })
    };
    object(catalogue::EVENTS.iter().flat_map(|spec| {
        spec.types().into_iter().map(move |event_type| (event_type.clone(), channel(spec, &event_type)))
    }))
}

fn operations() -> Value {
    object(STAGES.iter().flat_map(|stage| {
        let dead = format!("dead.{}", stage.name);
        let received = stage.consumers.iter().flat_map(move |consumer| {
            consumer.patterns.iter().map(move |event_type| (*event_type, receive(stage, consumer, event_type)))
        });
        let sent = stage.publishes.iter().map(|event_type| send(stage, event_type)).chain([send(stage, &dead)]);
        let received =
            received.map(|(event_type, operation)| (format!("{}.receive.{event_type}", stage.name), operation));
        received.chain(sent).collect::<Vec<_>>()
    }))
}

fn receive(stage: &StageSpec, consumer: &ConsumerSpec, event_type: &str) -> Value {
    json!({
        "action": "receive",
        "summary": format!("The {} {}", stage.name, stage.description),
        "channel": { "$ref": format!("#/channels/{event_type}") },
        "x-jetstream": {
            "stream": consumer.stream,
            "durable": consumer.name,
            "filterSubjects": consumer.patterns.iter().map(|p| format!("{DEFAULT_PREFIX}.{p}.*")).collect::<Vec<_>>(),
            "lane": format!("{:?}", consumer.lane).to_lowercase(),
            "permits": stage.permits,
            "batch": stage.batch,
            "ackWaitSeconds": stage.ack_wait.as_secs(),
            "timeoutSeconds": stage.timeout.as_secs(),
        },
    })
}

fn send(stage: &StageSpec, event_type: &str) -> (String, Value) {
    let operation = json!({
        "action": "send",
        "summary": format!("The {} {}", stage.name, stage.description),
        "channel": { "$ref": format!("#/channels/{event_type}") },
        "x-jetstream": { "stream": stream_of(event_type) },
    });
    (format!("{}.send.{event_type}", stage.name), operation)
}

fn message(spec: &EventSpec) -> Value {
    json!({
        "name": spec.versioned(),
        "summary": spec.summary,
        "contentType": "application/json",
        "headers": { "$ref": "#/components/schemas/envelope" },
        "payload": {
            "schemaFormat": "application/schema+json;version=draft-2020-12",
            "schema": { "$ref": format!("./{}", schema_path(spec)) },
        },
    })
}

fn stream(spec: &StreamSpec) -> Value {
    let subjects = match spec.patterns {
        Some(patterns) => patterns.iter().map(|p| format!("{DEFAULT_PREFIX}.{p}.*")).collect(),
        None => vec!["the server's own advisories".to_owned()],
    };
    json!({
        "description": spec.description,
        "subjects": subjects,
        "retention": match spec.retention { Retention::Limits => "limits", Retention::WorkQueue => "workqueue" },
        "maxAgeDays": spec.max_age.as_secs() / (24 * 60 * 60),
        "maxBytes": spec.max_bytes,
    })
}

/// Headers of every event. None is required: what a producer leaves out is derived.
fn envelope() -> Value {
    let headers = [
        (header::SPEC_VERSION, "CloudEvents version, `1.0`"),
        (header::ID, "Identity of the event, a UUID"),
        (header::SOURCE, "Who produced it: `sluice/analyzer`"),
        (header::TYPE, "Type with version: `messages.received.v1`; without a version it is version 1"),
        (header::TIME, "When it happened, RFC 3339"),
        (header::SUBJECT, "The opportunity or message that it is about"),
        (header::TRACEPARENT, "W3C trace context"),
        (header::TRACESTATE, "W3C vendor trace state"),
        (header::MSG_ID, "JetStream's deduplication id: the event's id"),
    ];
    let properties = headers.map(|(name, words)| (name.to_owned(), json!({ "type": "string", "description": words })));
    json!({ "type": "object", "properties": object(properties) })
}

/// Name of the stream that takes a type.
fn stream_of(event_type: &str) -> Option<&'static str> {
    STREAMS.iter().find(|stream| stream.takes(event_type)).map(|stream| stream.name)
}

fn schema_path(spec: &EventSpec) -> String {
    format!("json/{}.json", spec.versioned())
}

/// Descriptions come from doc comments; a link between items of the code means nothing in a document.
fn plain_words(value: &mut Value) {
    match value {
        Value::Object(members) => {
            for (name, member) in members.iter_mut() {
                match member {
                    Value::String(words) if name == "description" => {
                        *words = words.replace("[`crate::", "`contract::").replace("[`", "`").replace("`]", "`");
                    }
                    _ => plain_words(member),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(plain_words),
        _ => {}
    }
}

fn object(members: impl IntoIterator<Item = (String, Value)>) -> Value {
    Value::Object(members.into_iter().collect::<Map<_, _>>())
}

fn pretty(value: &Value) -> String {
    let mut sorted = value.clone();
    sorted.sort_all_objects();
    format!("{sorted:#}\n")
}
