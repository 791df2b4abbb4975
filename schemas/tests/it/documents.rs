//! Generated documents are committed, and fresh.

use std::collections::BTreeSet;

use contract::{catalogue, document, envelope, topology};
use serde_json::Value;

use crate::files::{names, path, read, updating, write};

#[test]
fn committed_documents_are_what_the_code_generates() {
    for (relative, text) in document::all() {
        if updating() {
            write(&relative, &text);
        }
        assert!(
            read(&relative) == text,
            "schemas/{relative} is stale: run `UPDATE=1 cargo test -p contract`, then commit"
        );
    }
}

#[test]
fn no_schema_is_left_over_from_an_event_that_is_gone() {
    let generated: BTreeSet<_> =
        document::all().into_iter().filter_map(|(path, _)| Some(path.strip_prefix("json/")?.to_owned())).collect();
    if !updating() {
        assert_eq!(names("json").into_iter().collect::<BTreeSet<_>>(), generated);
    }
}

#[test]
fn every_schema_is_one_of_draft_2020_12() {
    for spec in catalogue::EVENTS {
        let schema = document::json_schema(spec);
        assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema", "{}", spec.event_type);
        assert!(jsonschema::draft202012::meta::is_valid(&schema), "{}", spec.event_type);
    }
}

#[test]
fn only_the_text_of_a_message_is_required() {
    let spec = catalogue::find("messages.received").unwrap();
    assert_eq!(document::json_schema(spec)["required"], serde_json::json!(["text"]));
}

#[test]
fn the_asyncapi_document_refers_only_to_what_is_there() {
    let document = document::asyncapi();
    let mut pending = vec![&document];
    let mut seen = 0;
    while let Some(value) = pending.pop() {
        if let Some(reference) = value.get("$ref").and_then(Value::as_str) {
            seen += 1;
            match reference.strip_prefix('#') {
                Some(pointer) => assert!(document.pointer(pointer).is_some(), "{reference} leads nowhere"),
                None => assert!(path(reference).exists() || updating(), "{reference} leads nowhere"),
            }
        }
        pending.extend(value.as_object().into_iter().flat_map(|members| members.values()));
        pending.extend(value.as_array().into_iter().flatten());
    }
    assert!(seen > 30, "only {seen} references seen");
}

#[test]
fn the_asyncapi_document_has_every_channel_and_what_every_stage_does() {
    let document = document::asyncapi();
    for spec in catalogue::EVENTS {
        for event_type in spec.types() {
            let channel = &document["channels"][&event_type];
            assert_eq!(channel["address"], format!("sluice.{event_type}.{{account}}"));
            assert!(channel["x-jetstream"]["stream"].is_string(), "{event_type} has a stream");
        }
    }
    for stage in topology::STAGES {
        for consumer in stage.consumers {
            for event_type in consumer.patterns {
                let operation = &document["operations"][format!("{}.receive.{event_type}", stage.name)];
                assert_eq!(operation["x-jetstream"]["durable"], consumer.name, "{event_type}");
            }
        }
        for event_type in stage.publishes {
            let operation = &document["operations"][format!("{}.send.{event_type}", stage.name)];
            assert_eq!(operation["action"], "send", "{} sends {event_type}", stage.name);
        }
    }
}

#[test]
fn the_asyncapi_document_names_every_header() {
    let headers = &document::asyncapi()["components"]["schemas"]["envelope"]["properties"];
    for name in [envelope::header::ID, envelope::header::TYPE, envelope::header::TRACEPARENT, envelope::header::MSG_ID]
    {
        assert!(headers[name]["description"].is_string(), "{name}");
    }
    assert_eq!(headers.as_object().unwrap().len(), 9);
}
