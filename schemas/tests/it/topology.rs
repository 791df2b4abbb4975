//! The tables of streams and stages agree with each other and with the catalogue.

use std::{collections::BTreeSet, time::Duration};

use contract::{
    catalogue,
    topology::{BUCKETS, DUPLICATE_WINDOW, RETRY_SCHEDULE, STAGES, STREAMS, stage},
};

/// What comes from outside the stages: messages, and the word of whatever sends replies.
const INTAKES: [&str; 5] =
    ["messages.received", "messages.backfilled", "replies.sent", "replies.failed", "imports.progressed"];

fn all_types() -> BTreeSet<String> {
    catalogue::EVENTS.iter().flat_map(catalogue::EventSpec::types).collect()
}

fn unique<'a>(what: &str, names: impl Iterator<Item = &'a str>) {
    let mut seen = BTreeSet::new();
    for name in names {
        assert!(seen.insert(name), "{what} `{name}` is there twice");
    }
    assert!(!seen.is_empty(), "{what}: none");
}

#[test]
fn names_are_unique() {
    unique("stream", STREAMS.iter().map(|stream| stream.name));
    unique("stage", STAGES.iter().map(|stage| stage.name));
    unique("consumer", STAGES.iter().flat_map(|stage| stage.consumers).map(|consumer| consumer.name));
    unique("bucket", BUCKETS.iter().map(|(name, ..)| *name));
    unique("event", catalogue::EVENTS.iter().map(|spec| spec.event_type));
}

#[test]
fn every_type_has_exactly_one_stream() {
    for event_type in all_types() {
        let streams: Vec<_> = STREAMS.iter().filter(|stream| stream.takes(&event_type)).map(|s| s.name).collect();
        assert_eq!(streams.len(), 1, "{event_type} is in {streams:?}");
    }
}

#[test]
fn a_stream_takes_types_of_its_patterns_and_no_others() {
    let events = &STREAMS[0];
    assert!(events.takes("messages.received"));
    for other in ["messages", "messages.received.v1", "commands.approve", "dead.analyzer", ""] {
        assert!(!events.takes(other), "{other}");
    }
}

#[test]
fn a_consumer_filters_types_of_its_own_stream() {
    for consumer in STAGES.iter().flat_map(|stage| stage.consumers) {
        let stream = STREAMS.iter().find(|stream| stream.name == consumer.stream);
        let stream = stream.unwrap_or_else(|| panic!("{}: no stream `{}`", consumer.name, consumer.stream));
        assert!(!consumer.patterns.is_empty(), "{} takes nothing", consumer.name);
        unique(consumer.name, consumer.patterns.iter().copied());
        for pattern in consumer.patterns {
            assert!(stream.takes(pattern), "{}: `{pattern}` is not in {}", consumer.name, stream.name);
        }
    }
}

#[test]
fn what_a_stage_publishes_and_consumes_is_in_the_catalogue() {
    let types = all_types();
    for stage in STAGES {
        let consumed = stage.consumers.iter().flat_map(|consumer| consumer.patterns);
        for event_type in consumed.chain(stage.publishes) {
            assert!(types.contains(*event_type), "{}: `{event_type}` is no event", stage.name);
        }
    }
}

#[test]
fn what_a_stage_consumes_somebody_publishes() {
    let published: BTreeSet<_> = STAGES.iter().flat_map(|stage| stage.publishes).copied().chain(INTAKES).collect();
    for consumer in STAGES.iter().flat_map(|stage| stage.consumers) {
        // Every command may come from a person, by the gateway or the command line.
        for event_type in consumer.patterns.iter().filter(|event_type| !event_type.starts_with("commands.")) {
            assert!(published.contains(event_type), "{}: nobody publishes `{event_type}`", consumer.name);
        }
    }
}

#[test]
fn a_command_has_at_most_one_consumer() {
    let consumers = || STAGES.iter().flat_map(|stage| stage.consumers).filter(|c| c.stream == "COMMANDS");
    unique("command", consumers().flat_map(|consumer| consumer.patterns).copied());
}

#[test]
fn the_server_remembers_ids_for_longer_than_all_retries_last() {
    assert!(DUPLICATE_WINDOW >= RETRY_SCHEDULE.iter().sum::<Duration>());
    assert!(RETRY_SCHEDULE.is_sorted(), "delays grow");
}

#[test]
fn limits_of_a_stage_make_sense() {
    for spec in STAGES {
        assert!(spec.permits >= 2 && spec.batch >= 1, "{}: the bulk lane needs a permit too", spec.name);
        assert!(!spec.timeout.is_zero() && !spec.ack_wait.is_zero(), "{}", spec.name);
        assert!(spec.timeout < DUPLICATE_WINDOW, "{}", spec.name);
        assert_eq!(stage(spec.name).map(|found| found.name), Some(spec.name));
    }
    assert!(stage("nobody").is_none());
}
