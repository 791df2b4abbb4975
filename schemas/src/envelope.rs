//! What travels beside a payload: CloudEvents 1.0 attributes in binary mode, W3C trace context and the bus's own
//! message id, all as NATS headers. Every one may be missing from a producer's message and is then derived.

use chrono::{DateTime, Utc};
use uuid::Uuid;

/// Header names. The only place where they are spelt.
pub mod header {
    /// CloudEvents version, `1.0`.
    pub const SPEC_VERSION: &str = "ce-specversion";
    /// Event id (UUID).
    pub const ID: &str = "ce-id";
    /// Who produced the event, `sluice/analyzer` for instance.
    pub const SOURCE: &str = "ce-source";
    /// Event type with its version, `messages.received.v1`.
    pub const TYPE: &str = "ce-type";
    /// When it happened, RFC 3339.
    pub const TIME: &str = "ce-time";
    /// What it is about: an opportunity or message id.
    pub const SUBJECT: &str = "ce-subject";
    /// W3C trace context.
    pub const TRACEPARENT: &str = "traceparent";
    /// W3C vendor trace state.
    pub const TRACESTATE: &str = "tracestate";
    /// Which delivery of its input an output came of, from 1; ours, for traces.
    pub const ATTEMPT: &str = "sluice-attempt";
    /// JetStream's deduplication id.
    pub const MSG_ID: &str = "Nats-Msg-Id";
}

/// The envelope of one event, as read from headers or as to be written to them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Envelope {
    /// Identity of the event.
    pub id: Uuid,
    /// Producer.
    pub source: String,
    /// Event type without its version, `messages.received`.
    pub event_type: String,
    /// Version of the payload's form.
    pub version: u32,
    /// When it happened; the bus's own time of receipt where the producer gave none.
    pub time: DateTime<Utc>,
    /// What the event is about.
    pub subject: Option<String>,
    /// W3C trace context of the producer.
    pub traceparent: Option<String>,
    /// W3C vendor trace state of the producer.
    pub tracestate: Option<String>,
}

/// Splits `messages.received.v1` into type and version; a type without a version is version 1. A number too large to
/// be a version is an unknown version, not a part of the name.
pub fn split_type(ce_type: &str) -> (&str, u32) {
    match ce_type.rsplit_once(".v") {
        Some((name, version)) if !version.is_empty() && version.bytes().all(|b| b.is_ascii_digit()) => {
            (name, version.parse().unwrap_or(u32::MAX))
        }
        _ => (ce_type, 1),
    }
}
