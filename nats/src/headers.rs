//! The envelope as NATS headers and back. What a producer leaves out is derived here.

use async_nats::HeaderMap;
use chrono::{DateTime, SecondsFormat, Utc};
use contract::{Account, envelope::header, envelope::split_type};
use opentelemetry::propagation::{Extractor, Injector};
use uuid::Uuid;

/// What headers and subject say of a message.
#[derive(Debug)]
pub(crate) struct Envelope {
    pub(crate) id: Option<Uuid>,
    pub(crate) event_type: String,
    pub(crate) version: u32,
    pub(crate) account: Account,
    pub(crate) time: Option<DateTime<Utc>>,
}

/// Reads the envelope; `None` where the subject is not of our form.
pub(crate) fn read(prefix: &contract::subject::Prefix, subject: &str, headers: Option<&HeaderMap>) -> Option<Envelope> {
    let (event_type, account) = prefix.split(subject)?;
    let get = |name: &str| headers.and_then(|h| h.get(name)).map(|v| v.as_str().trim());
    // The subject says the type; the header adds the version and may be missing.
    let version = get(header::TYPE).map_or(1, |ce_type| split_type(ce_type).1);
    Some(Envelope {
        id: get(header::ID).and_then(|id| id.parse().ok()),
        event_type: event_type.to_owned(),
        version,
        account,
        time: get(header::TIME).and_then(|t| DateTime::parse_from_rfc3339(t).ok()).map(|t| t.with_timezone(&Utc)),
    })
}

/// The headers of an event about to be published.
pub(crate) struct NewEnvelope<'a> {
    pub(crate) id: Uuid,
    pub(crate) message_id: &'a str,
    pub(crate) source: &'a str,
    pub(crate) event_type: &'a str,
    pub(crate) version: u32,
    pub(crate) time: DateTime<Utc>,
    pub(crate) about: Option<Uuid>,
    /// Which delivery of the input it came of.
    pub(crate) attempt: Option<u32>,
}

impl NewEnvelope<'_> {
    pub(crate) fn write(&self) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(header::SPEC_VERSION, "1.0");
        headers.insert(header::ID, self.id.to_string());
        headers.insert(header::SOURCE, self.source);
        headers.insert(header::TYPE, format!("{}.v{}", self.event_type, self.version));
        headers.insert(header::TIME, self.time.to_rfc3339_opts(SecondsFormat::Millis, true));
        if let Some(about) = self.about {
            headers.insert(header::SUBJECT, about.to_string());
        }
        if let Some(attempt) = self.attempt {
            headers.insert(header::ATTEMPT, attempt.to_string());
        }
        headers.insert(header::MSG_ID, self.message_id);
        headers
    }
}

/// W3C trace context out of headers.
pub(crate) struct From<'a>(pub(crate) Option<&'a HeaderMap>);

impl Extractor for From<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        self.0?.get(key).map(async_nats::HeaderValue::as_str)
    }

    fn keys(&self) -> Vec<&str> {
        vec![header::TRACEPARENT, header::TRACESTATE]
    }
}

/// W3C trace context into headers.
pub(crate) struct Into<'a>(pub(crate) &'a mut HeaderMap);

impl Injector for Into<'_> {
    fn set(&mut self, key: &str, value: String) {
        if !value.is_empty() {
            self.0.insert(key, value);
        }
    }
}
