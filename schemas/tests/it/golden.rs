//! Golden payloads: once landed, a file is never changed. If one of these tests fails, the code is wrong, not the file:
//! a change of form is a new version with an upgrade from the one before.

use std::collections::BTreeSet;

use contract::{
    Account, Evidence, Message, MessageReceived, OpportunitiesRescored, OpportunityScored, Part, catalogue, document,
    event::MAX_PAYLOAD,
    events::opportunities_rescored::v1::MOST_ITEMS,
    intake::{self, Receipt},
};
use serde_json::Value;

use crate::files::{golden, names, read};

#[test]
fn every_event_has_a_minimal_and_a_full_golden_payload() {
    for spec in catalogue::EVENTS {
        let files = golden(spec);
        assert!(files.len() >= 2, "{}: at least two golden payloads", spec.event_type);
        assert!(files.iter().any(|(version, ..)| *version == spec.version), "{}: of this version", spec.event_type);
        if spec.event_type == "commands" {
            continue;
        }
        for name in ["minimal", "full"] {
            let path = format!("/v{}/{name}.json", spec.version);
            assert!(files.iter().any(|(_, file, _)| file.ends_with(&path)), "{}: {name}.json", spec.event_type);
        }
    }
}

#[test]
fn every_verb_has_a_golden_payload() {
    let expected: BTreeSet<String> = contract::Action::VERBS.iter().map(|verb| format!("{verb}.json")).collect();
    assert_eq!(names("golden/commands/v1").into_iter().collect::<BTreeSet<_>>(), expected);
}

#[test]
fn golden_payloads_belong_to_events_of_the_catalogue() {
    let known: BTreeSet<_> = catalogue::EVENTS.iter().map(|spec| spec.event_type.to_owned()).collect();
    assert_eq!(names("golden").into_iter().collect::<BTreeSet<_>>(), known);
}

#[test]
fn golden_payloads_survive_decoding_and_encoding() {
    for spec in catalogue::EVENTS {
        for (version, path, bytes) in golden(spec) {
            let given: Value = serde_json::from_slice(&bytes).unwrap();
            let written = (spec.rewrite)(version, &bytes).unwrap_or_else(|error| panic!("{path}: {error}"));
            if version == spec.version {
                assert!(same_but_for_absent(&given, &written), "{path} becomes\n{written:#}");
            }
            let again = (spec.rewrite)(spec.version, written.to_string().as_bytes()).unwrap();
            assert_eq!(again, written, "{path}: what is written reads back as the same");
        }
    }
}

#[test]
fn golden_payloads_are_valid_by_the_json_schema() {
    for spec in catalogue::EVENTS {
        let schema = document::json_schema(spec);
        let validator = jsonschema::options().should_validate_formats(true).build(&schema).unwrap();
        for (_, path, bytes) in golden(spec).into_iter().filter(|(version, ..)| *version == spec.version) {
            let payload: Value = serde_json::from_slice(&bytes).unwrap();
            let faults: Vec<_> = validator.iter_errors(&payload).map(|error| error.to_string()).collect();
            assert!(faults.is_empty(), "{path}: {faults:?}");
            assert!(!validator.is_valid(&Value::Array(vec![])), "{}: the schema refuses other forms", spec.event_type);
        }
    }
}

#[test]
fn evidence_of_golden_payloads_lies_in_the_message() {
    let mut seen = 0;
    for file in ["full", "minimal", "follow-up"] {
        let analysis: Value =
            serde_json::from_str(&read(&format!("golden/opportunities.analyzed/v1/{file}.json"))).unwrap();
        let message: Message = serde_json::from_value(analysis["message"].clone()).unwrap();
        let mut pending = vec![&analysis["facts"]];
        while let Some(value) = pending.pop() {
            if let Some(evidence) = value.get("evidence") {
                let evidence: Evidence = serde_json::from_value(evidence.clone()).unwrap();
                assert!(evidence.quote(&message).is_some_and(|quote| !quote.is_empty()), "{file}: {evidence:?}");
                seen += 1;
            }
            pending.extend(value.as_object().into_iter().flat_map(|members| members.values()));
            pending.extend(value.as_array().into_iter().flatten());
        }
    }
    assert!(seen > 10, "only {seen} spans seen");
}

#[test]
fn lines_of_a_golden_score_add_up_and_agree_with_its_tier() {
    let scored: OpportunityScored = serde_json::from_str(&read("golden/opportunities.scored/v1/full.json")).unwrap();
    let score = scored.score.unwrap();
    assert_eq!(score.lines.iter().map(|line| line.points).sum::<u8>(), score.total);
    assert_eq!(score.lines.iter().map(|line| line.max).sum::<u8>(), 100);
    assert_eq!(score.tier_uncapped, contract::Tier::of(score.total));
}

#[test]
fn evidence_outside_the_message_or_inside_a_character_proves_nothing() {
    let analysis: Value = serde_json::from_str(&read("golden/opportunities.analyzed/v1/full.json")).unwrap();
    let message: Message = serde_json::from_value(analysis["message"].clone()).unwrap();
    let euro = message.text.find('€').unwrap();
    let quote = |start, end| Evidence { part: Part::Text, start, end }.quote(&message);
    assert_eq!(quote(euro, euro + '€'.len_utf8()), Some("€"));
    for (start, end) in [(euro + 1, euro + 4), (euro + 3, euro), (0, message.text.len() + 1), (usize::MAX, usize::MAX)]
    {
        assert_eq!(quote(start, end), None, "{start}..{end}");
    }
    let without_subject = Message { subject: None, ..message.clone() };
    assert_eq!(Evidence { part: Part::Subject, start: 0, end: 1 }.quote(&without_subject), None);
}

/// The largest event with a score in it, every condition of a profile failed and explained at length.
#[test]
fn the_most_new_scores_fit_into_one_event() {
    let mut event: OpportunitiesRescored =
        serde_json::from_str(&read("golden/opportunities.rescored/v1/full.json")).unwrap();
    let mut item = event.items.swap_remove(0);
    let score = item.score.as_mut().unwrap();
    let mut filter = score.filters.swap_remove(0);
    filter.reason = "x".repeat(160);
    score.filters = vec![filter; 7];
    for line in &mut score.lines {
        line.rule = "x".repeat(120);
        line.values.insert("known".to_owned(), "x".repeat(120));
    }
    event.items = vec![item; MOST_ITEMS];
    let size = serde_json::to_vec(&event).unwrap().len();
    assert!(size < MAX_PAYLOAD, "{size} bytes");
}

/// The examples follow one message through the pipeline, with the ids that it really gets.
#[test]
fn a_golden_message_resolves_to_the_message_of_the_golden_analysis() {
    let received: MessageReceived = serde_json::from_str(&read("golden/messages.received/v1/full.json")).unwrap();
    let scored: OpportunityScored = serde_json::from_str(&read("golden/opportunities.scored/v1/full.json")).unwrap();
    let analysed = scored.analysis;
    let me = Account::me();
    let at = analysed.message.received_at;
    let message =
        intake::resolve(received, Receipt { account: &me, time: at, received_at: at, backfilled: false }).unwrap();
    assert_eq!(message, analysed.message);
    let thread = message.thread.id.as_deref();
    assert_eq!(contract::identity::opportunity_id(&me, thread, message.id), analysed.opportunity_id);
}

/// Equal, where members that `given` leaves out may be written as `null`, `[]` or `false`.
fn same_but_for_absent(given: &Value, written: &Value) -> bool {
    let absent = |value: &Value| {
        matches!(value, Value::Null | Value::Bool(false)) || value.as_array().is_some_and(Vec::is_empty)
    };
    match (given, written) {
        (Value::Object(given), Value::Object(written)) => {
            given.keys().all(|name| written.contains_key(name))
                && written.iter().all(|(name, value)| match given.get(name) {
                    Some(member) => same_but_for_absent(member, value),
                    None => absent(value),
                })
        }
        (Value::Array(given), Value::Array(written)) => {
            given.len() == written.len() && given.iter().zip(written).all(|(g, w)| same_but_for_absent(g, w))
        }
        (given, written) => given == written,
    }
}
