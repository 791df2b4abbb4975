//! Between plain records and table rows. A stored word that this binary does not know is an error that names the
//! column, never a default.

use chrono::{DateTime, SubsecRound, Utc};
use contract::{Account, Message, Sender, Thread};
use sea_orm::{ActiveValue::Set, JsonValue};
use serde::{Serialize, de::DeserializeOwned, de::IntoDeserializer};
use uuid::Uuid;

use crate::{
    StoreError,
    entity::{message, opportunity_event, reply, thread},
    record::{HistoryRecord, Key, Outcome, Reply, StoredMessage, ThreadRecord},
};

/// Reads a closed vocabulary's word.
pub(crate) fn word<T: DeserializeOwned>(column: &str, stored: &str) -> Result<T, StoreError> {
    let deserializer: serde::de::value::StrDeserializer<'_, serde::de::value::Error> = stored.into_deserializer();
    T::deserialize(deserializer).map_err(|_| unreadable(column))
}

pub(crate) fn word_or_none<T: DeserializeOwned>(column: &str, stored: Option<&str>) -> Result<Option<T>, StoreError> {
    stored.map(|stored| word(column, stored)).transpose()
}

pub(crate) fn from_json<T: DeserializeOwned>(column: &str, stored: JsonValue) -> Result<T, StoreError> {
    serde_json::from_value(stored).map_err(|_| unreadable(column))
}

pub(crate) fn to_json<T: Serialize + ?Sized>(value: &T) -> Result<JsonValue, StoreError> {
    serde_json::to_value(value).map_err(|e| StoreError::Other(format!("a value has no JSON: {e}")))
}

/// JSON that the database only keeps.
pub(crate) fn to_text<T: Serialize + ?Sized>(value: &T) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|e| StoreError::Other(format!("a value has no JSON: {e}")))
}

pub(crate) fn from_text<T: DeserializeOwned>(column: &str, stored: &str) -> Result<T, StoreError> {
    serde_json::from_str(stored).map_err(|_| unreadable(column))
}

/// A unit variant's name on the wire.
pub(crate) fn wire<T: Serialize>(value: &T) -> Result<Option<String>, StoreError> {
    Ok(to_json(value)?.as_str().map(str::to_owned))
}

pub(crate) fn unreadable(column: &str) -> StoreError {
    StoreError::Other(format!(
        "column `{column}` holds a value that this version does not know; is the database newer?"
    ))
}

/// Databases keep microseconds; so does everything that is compared with what they keep.
pub(crate) fn micros(time: DateTime<Utc>) -> DateTime<Utc> {
    time.trunc_subsecs(6)
}

pub(crate) fn long(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

pub(crate) fn message_row(
    account: &Account,
    conversation_id: Uuid,
    stored: &StoredMessage,
) -> Result<message::ActiveModel, StoreError> {
    let StoredMessage { message, outcome, stream_sequence } = stored;
    let (kind, dismissed, withheld) = match outcome {
        Outcome::Read(reading) => (Some(reading.kind), None, false),
        Outcome::Dismissed(why) => (why.kind, Some(why.reason.as_str().to_owned()), why.withheld),
    };
    Ok(message::ActiveModel {
        id: Set(message.id),
        account: Set(account.to_string()),
        conversation_id: Set((!withheld).then_some(conversation_id)),
        source: Set(message.source.clone()),
        direction: Set(message.direction.to_string()),
        thread_id: Set(message.thread.id.clone()),
        thread_url: Set(message.thread.url.clone()),
        sender_name: Set(message.sender.name.clone()),
        sender_profile_url: Set(message.sender.profile_url.clone()),
        sent_at: Set(micros(message.sent_at)),
        received_at: Set(micros(message.received_at)),
        subject: Set(message.subject.clone()),
        text: Set(message.text.clone()),
        history: Set(to_json(&message.history)?),
        partial: Set(message.partial),
        backfilled: Set(message.backfilled),
        kind: Set(kind.map(|kind| kind.to_string())),
        dismissed: Set(dismissed),
        outcome: Set(to_json(outcome)?),
        stream_sequence: Set(*stream_sequence),
    })
}

pub(crate) fn message_record(row: message::Model) -> Result<StoredMessage, StoreError> {
    Ok(StoredMessage {
        message: Message {
            id: row.id,
            account: word("account", &row.account)?,
            source: row.source,
            direction: word("direction", &row.direction)?,
            thread: Thread { id: row.thread_id, url: row.thread_url },
            sender: Sender { name: row.sender_name, profile_url: row.sender_profile_url },
            sent_at: row.sent_at,
            received_at: row.received_at,
            subject: row.subject,
            text: row.text,
            history: from_json("history", row.history)?,
            partial: row.partial,
            backfilled: row.backfilled,
        },
        outcome: from_json("outcome", row.outcome)?,
        stream_sequence: row.stream_sequence,
    })
}

pub(crate) fn reply_row(
    account: &Account,
    opportunity_id: Uuid,
    reply: &Reply,
) -> Result<reply::ActiveModel, StoreError> {
    Ok(reply::ActiveModel {
        id: Set(reply.id),
        account: Set(account.to_string()),
        opportunity_id: Set(opportunity_id),
        message_id: Set(reply.answers.message_id),
        message_sent_at: Set(reply.answers.sent_at),
        state: Set(reply.state.to_string()),
        decision: Set(reply.decision.to_string()),
        language: Set(reply.language.to_string()),
        text: Set(reply.text.clone()),
        no_draft: Set(reply.no_draft.map(|why| why.as_str().to_owned())),
        checks: Set(to_json(&reply.checks)?),
        engine: Set(reply.engine.to_string()),
        profile_revision: Set(long(reply.profile_revision)),
        stream_sequence: Set(reply.stream_sequence),
        approval: Set(reply.approval.as_ref().map(to_json).transpose()?),
        due_at: Set(reply.approval.as_ref().map(|approval| micros(approval.due_at))),
        created_at: Set(micros(reply.created_at)),
        updated_at: Set(micros(reply.updated_at)),
    })
}

pub(crate) fn reply_record(row: reply::Model) -> Result<Reply, StoreError> {
    Ok(Reply {
        id: row.id,
        answers: Key::new(row.message_sent_at, row.message_id),
        state: word("state", &row.state)?,
        decision: word("decision", &row.decision)?,
        language: word("language", &row.language)?,
        text: row.text,
        no_draft: word_or_none("no_draft", row.no_draft.as_deref())?,
        checks: from_json("checks", row.checks)?,
        engine: word("engine", &row.engine)?,
        profile_revision: row.profile_revision.unsigned_abs(),
        stream_sequence: row.stream_sequence,
        approval: row.approval.map(|stored| from_json("approval", stored)).transpose()?,
        created_at: row.created_at,
        updated_at: row.updated_at,
    })
}

pub(crate) fn thread_row(account: &Account, id: Uuid, thread: &ThreadRecord) -> thread::ActiveModel {
    thread::ActiveModel {
        id: Set(id),
        account: Set(account.to_string()),
        source: Set(thread.source.clone()),
        source_thread_id: Set(thread.source_thread_id.clone()),
        url: Set(thread.url.clone()),
        last_inbound_at: Set(thread.last_inbound_at.map(micros)),
        last_outbound_at: Set(thread.last_outbound_at.map(micros)),
    }
}

pub(crate) fn history_row(
    account: &Account,
    opportunity_id: Uuid,
    entry: &HistoryRecord,
) -> Result<opportunity_event::ActiveModel, StoreError> {
    Ok(opportunity_event::ActiveModel {
        opportunity_id: Set(opportunity_id),
        event_id: Set(entry.event_id),
        account: Set(account.to_string()),
        at: Set(micros(entry.at)),
        actor: Set(entry.actor.clone()),
        change: Set(wire(&entry.change)?.unwrap_or_default()),
        detail: Set(entry.detail.clone()),
        revision: Set(entry.revision),
        stream_sequence: Set(entry.stream_sequence),
    })
}
