//! Decoding: every version landed, nothing else, and errors that never quote a payload.

use contract::{
    Command, DecodeError, Event, Inbound, MessageBackfilled, MessageReceived, OpportunityScored, Reason, catalogue,
    event::MAX_PAYLOAD, inbound,
};
use proptest::prelude::*;
use serde_json::Value;

use crate::files::{golden, read};

inbound! {
    /// What a stage over several events takes.
    enum Input { Received(MessageReceived), Backfilled(MessageBackfilled), Command(Command) }
}

fn received(payload: &str) -> Result<MessageReceived, DecodeError> {
    MessageReceived::decode(1, payload.as_bytes())
}

#[test]
fn an_unknown_version_says_so_and_what_to_do() {
    for spec in catalogue::EVENTS {
        for version in [0, spec.version + 1, u32::MAX] {
            let error = (spec.rewrite)(version, b"{}").unwrap_err();
            assert_eq!(error.reason(), Reason::UnsupportedVersion, "{} {version}", spec.event_type);
            assert!(error.to_string().contains("upgrade"), "{error}");
        }
    }
}

#[test]
fn unknown_fields_are_ignored() {
    for spec in catalogue::EVENTS {
        for (version, path, bytes) in golden(spec) {
            let known: Value = serde_json::from_slice(&bytes).unwrap();
            let mut extended = known.clone();
            extended["a_field_of_the_future"] = serde_json::json!({ "deep": [1, "two", null] });
            let decode = |payload: &Value| (spec.rewrite)(version, payload.to_string().as_bytes()).unwrap();
            assert_eq!(decode(&extended), decode(&known), "{path}");
        }
    }
}

#[test]
fn what_is_no_json_is_malformed() {
    for payload in ["", "{", "text", "{\"text\":\"a\"} trailing", "\u{feff}{\"text\":\"a\"}", "null", "[]", "\"text\""]
    {
        assert_eq!(received(payload).unwrap_err().reason(), Reason::Malformed, "{payload}");
    }
    let error = MessageReceived::decode(1, b"{\"text\":\"\xff\xfe\"}").unwrap_err();
    assert_eq!(error.reason(), Reason::Malformed, "invalid UTF-8");
}

#[test]
fn a_malformed_payload_is_named_by_field_and_place() {
    for (payload, field) in [
        (r#"{}"#, "missing field `text`"),
        (r#"{"text":5}"#, "field `text`"),
        (r#"{"text":"a","sender":{"name":7}}"#, "field `sender.name`"),
        (r#"{"text":"a","sent_at":"yesterday"}"#, "field `sent_at`"),
        (r#"{"text":"a","direction":"sideways"}"#, "field `direction`"),
        (
            r#"{"text":"a","history":[{"direction":"inbound","text":"a"},{"direction":1}]}"#,
            "field `history[1].direction`",
        ),
    ] {
        let error = received(payload).unwrap_err().to_string();
        assert!(error.contains(field) && error.contains("(line 1 column "), "{payload}: {error}");
    }
}

#[test]
fn a_malformed_payload_is_never_quoted() {
    for payload in [
        r#"{"text":{"confidential":"confidential"}}"#,
        r#"{"text":"confidential","sent_at":"confidential"}"#,
        r#"{"text":"confidential","direction":"confidential"}"#,
        r#"{"confidential":confidential,"text":"a"}"#,
        r#"{"text":"a","confidential":{"confidential":[1,}}"#,
        r#"{"text":"confidential"#,
        r#""confidential""#,
        r#"{"text":"a","text":"confidential","sender":"confidential"}"#,
    ] {
        let error = received(payload).unwrap_err().to_string();
        assert!(!error.contains("confidential"), "{error}");
    }
    let golden = read("golden/opportunities.scored/v1/full.json")
        .replace("\"account\": \"me\"", "\"account\": \"con.fidential\"");
    let error = OpportunityScored::decode(1, golden.as_bytes()).unwrap_err().to_string();
    assert!(error.contains("analysis.message.account") && !error.contains("con.fidential"), "{error}");
}

#[test]
fn a_payload_over_the_limit_is_not_even_read() {
    let payload = vec![b'{'; MAX_PAYLOAD + 1];
    for spec in catalogue::EVENTS {
        assert_eq!(
            (spec.rewrite)(spec.version, &payload).unwrap_err(),
            DecodeError::TooLarge { size: MAX_PAYLOAD + 1 }
        );
    }
}

#[test]
fn a_stage_over_several_events_gets_each_by_its_type() {
    let message = br#"{"text":"Hi"}"#;
    assert!(matches!(Input::decode_as("messages.received", 1, message), Ok(Input::Received(m)) if m.text == "Hi"));
    assert!(
        matches!(Input::decode_as("messages.backfilled", 1, message), Ok(Input::Backfilled(m)) if m.0.text == "Hi")
    );
    let command = read("golden/commands/v1/rescore.json");
    let input = Input::decode_as("commands.rescore", 1, command.as_bytes()).unwrap();
    assert!(matches!(input, Input::Command(command) if command.event_type() == "commands.rescore"));
}

#[test]
fn a_stage_refuses_a_type_that_it_does_not_consume() {
    let error = Input::decode_as("opportunities.scored", 1, b"{}").unwrap_err();
    assert_eq!(error.reason(), Reason::Malformed);
    assert!(error.to_string().contains("opportunities.scored"), "{error}");
}

#[test]
fn a_command_under_the_subject_of_another_verb_is_refused() {
    let approve = read("golden/commands/v1/approve.json");
    let wanted = Err(DecodeError::Invalid { field: "verb", detail: "is not the verb of the subject".to_owned() });
    assert_eq!(Command::decode_as("commands.scrape", 1, approve.as_bytes()), wanted);
    assert!(Input::decode_as("commands.scrape", 1, approve.as_bytes()).is_err());
    assert!(Command::decode_as("commands.approve", 1, approve.as_bytes()).is_ok());
}

proptest! {
    #[test]
    fn no_payload_makes_a_decoder_panic(payload in prop::collection::vec(any::<u8>(), 0..200), version in 0..3u32) {
        for spec in catalogue::EVENTS {
            prop_assert!((spec.rewrite)(version, &payload).is_err());
        }
    }

    #[test]
    fn a_damaged_payload_is_read_or_classified(cut in 0..400usize, byte in any::<u8>()) {
        let mut payload = read("golden/messages.received/v1/full.json").into_bytes();
        let at = cut % payload.len();
        payload[at] = byte;
        if let Err(error) = MessageReceived::decode(1, &payload) {
            prop_assert_eq!(error.reason(), Reason::Malformed);
        }
    }
}
