//! Ids, derived in this one place: the same message has the same ids whoever brings it and however often.
//! Nothing here looks at a clock or a random source.

use chrono::{DateTime, SecondsFormat, SubsecRound, Utc};
use unicode_normalization::UnicodeNormalization;
use uuid::Uuid;

use crate::{account::Account, events::Sender, events::Thread, vocabulary::Direction};

/// Namespace of every derived id.
const NAMESPACE: Uuid = Uuid::from_u128(0x6e3c_1f0a_7c55_5f0e_9d4b_2a8e_51c3_0001);

/// UUIDv5 over an unambiguous (JSON) rendering of the parts.
fn derive(what: &str, parts: &[&str]) -> Uuid {
    let name = serde_json::json!([what, parts]).to_string();
    Uuid::new_v5(&NAMESPACE, name.as_bytes())
}

/// What a source says of a message, as far as identity is concerned.
#[derive(Debug)]
pub struct MessageKey<'a> {
    /// The source's own id, if it has one: then nothing else counts but account and source.
    pub source_id: Option<(&'a str, &'a str)>,
    /// Conversation at the source.
    pub thread: &'a Thread,
    /// Who wrote it.
    pub sender: &'a Sender,
    /// Which side wrote it.
    pub direction: Direction,
    /// When, if the producer said so.
    pub sent_at: Option<DateTime<Utc>>,
    /// What was written.
    pub text: &'a str,
}

/// Id of a message. A time counts to the second, as exports give it; of a text's white space only that there is some.
pub fn message_id(account: &Account, key: &MessageKey<'_>) -> Uuid {
    if let Some((source, id)) = key.source_id {
        return derive("message-by-source", &[account.as_str(), source, id]);
    }
    let sent_at = key.sent_at.map(|t| t.trunc_subsecs(0).to_rfc3339_opts(SecondsFormat::Secs, true));
    derive(
        "message",
        &[
            account.as_str(),
            key.thread.id.as_deref().unwrap_or(""),
            key.direction.as_str(),
            &person(key.sender),
            sent_at.as_deref().unwrap_or(""),
            &normalised(key.text),
        ],
    )
}

/// Id of the opportunity a message speaks of: one for a conversation, else one for the message.
pub fn opportunity_id(account: &Account, thread_id: Option<&str>, message: Uuid) -> Uuid {
    match thread_id {
        Some(thread) => derive("opportunity", &[account.as_str(), thread]),
        None => derive("opportunity-of-message", &[account.as_str(), &message.to_string()]),
    }
}

/// Id of the one live reply of an opportunity to a message.
pub fn reply_id(opportunity: Uuid, message: Uuid) -> Uuid {
    derive("reply", &[&opportunity.to_string(), &message.to_string()])
}

/// Id of a stage's output: a redelivered input yields the same ids, so that nothing is stored twice.
pub fn output_id(input: Uuid, stage: &str, index: usize, revision: u64) -> Uuid {
    derive("output", &[&input.to_string(), stage, &index.to_string(), &revision.to_string()])
}

/// Identity of a batch as an input: another composition is another input.
pub fn batch_id(inputs: &[Uuid]) -> Uuid {
    match inputs {
        [single] => *single,
        several => {
            let inputs: Vec<String> = several.iter().map(Uuid::to_string).collect();
            derive("batch", &inputs.iter().map(String::as_str).collect::<Vec<_>>())
        }
    }
}

/// Id of the event that carries a message whose producer gave none.
pub fn intake_event_id(message: Uuid, event_type: &str) -> Uuid {
    derive("intake", &[&message.to_string(), event_type])
}

/// Id for an event that has none and whose payload cannot be read.
pub fn sequence_id(stream: &str, sequence: u64) -> Uuid {
    derive("sequence", &[stream, &sequence.to_string()])
}

/// A person by profile address (without scheme, `www.`, query and trailing slash), else by folded name.
fn person(sender: &Sender) -> String {
    match (&sender.profile_url, &sender.name) {
        (Some(url), _) if !url.trim().is_empty() => {
            let url = url.trim().split(['?', '#']).next().unwrap_or_default().to_lowercase();
            let bare = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://")).unwrap_or(&url);
            bare.strip_prefix("www.").unwrap_or(bare).trim_end_matches('/').to_owned()
        }
        (_, Some(name)) => normalised(name).to_lowercase(),
        _ => String::new(),
    }
}

/// NFKC with white space folded.
pub fn normalised(text: &str) -> String {
    let composed: String = text.nfkc().collect();
    composed.split_whitespace().collect::<Vec<_>>().join(" ")
}
