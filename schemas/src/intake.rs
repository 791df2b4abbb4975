//! From what a producer knows to what stages work on: derives what is missing and refuses what cannot be. The same
//! rules hold for the bus, HTTP and files, so a message that one of them accepts is accepted by all.

use chrono::{DateTime, Duration, TimeZone, Utc};

use crate::{
    account::Account,
    event::DecodeError,
    events::{Message, MessageReceived},
    identity::{self, MessageKey},
    vocabulary::Direction,
};

/// Longest text of one message, in bytes. LinkedIn's own limit is 8,000 characters; mails run longer.
pub const MAX_TEXT: usize = 64 * 1024;
/// Longest history kept, in bytes; the oldest turns go first.
pub const MAX_HISTORY: usize = 64 * 1024;
/// Longest name, subject, address or id, in bytes.
pub const MAX_LINE: usize = 2048;
/// A message may be from this far in the future: clocks differ.
pub const CLOCK_SKEW: Duration = Duration::hours(24);

/// Where and when the bus got a message.
#[derive(Clone, Copy, Debug)]
pub struct Receipt<'a> {
    /// Whose inbox.
    pub account: &'a Account,
    /// `ce-time` where given, else the stream's time: stands in for a missing `sent_at`.
    pub time: DateTime<Utc>,
    /// When the stream got it.
    pub received_at: DateTime<Utc>,
    /// By the slow lane.
    pub backfilled: bool,
}

/// Checks a message as far as its producer can be told what is wrong, before anything is published.
///
/// # Errors
/// [`DecodeError::Invalid`] with the field's name, [`DecodeError::TooLarge`] for the text.
pub fn validate(received: &MessageReceived, now: DateTime<Utc>) -> Result<(), DecodeError> {
    if received.text.len() > MAX_TEXT {
        return Err(DecodeError::TooLarge { size: received.text.len() });
    }
    if received.text.trim().is_empty() {
        return Err(invalid("text", "is blank; a message needs words"));
    }
    let (thread, sender) = (received.thread.as_ref(), received.sender.as_ref());
    let lines = [
        ("source", received.source.as_deref()),
        ("id", received.id.as_deref()),
        ("subject", received.subject.as_deref()),
        ("thread.id", thread.and_then(|t| t.id.as_deref())),
        ("thread.url", thread.and_then(|t| t.url.as_deref())),
        ("sender.name", sender.and_then(|s| s.name.as_deref())),
        ("sender.profile_url", sender.and_then(|s| s.profile_url.as_deref())),
    ];
    for (field, value) in lines.into_iter().filter_map(|(f, v)| Some((f, v?))) {
        if value.len() > MAX_LINE {
            return Err(invalid(field, "is over 2,048 bytes"));
        }
        if value.contains('\0') {
            return Err(invalid(field, "holds a null character"));
        }
    }
    if received.text.contains('\0') {
        return Err(invalid("text", "holds a null character"));
    }
    if received.history.iter().any(|turn| turn.text.contains('\0')) {
        return Err(invalid("history", "holds a null character"));
    }
    received.sent_at.map_or(Ok(()), |sent_at| plausible(sent_at, now))
}

/// Derives a whole message.
///
/// # Errors
/// As [`validate`].
pub fn resolve(received: MessageReceived, receipt: Receipt<'_>) -> Result<Message, DecodeError> {
    validate(&received, receipt.received_at)?;
    let direction = received.direction.unwrap_or(Direction::Inbound);
    let thread = received.thread.unwrap_or_default();
    let sender = received.sender.unwrap_or_default();
    let source = received.source.filter(|s| !s.trim().is_empty()).unwrap_or_else(|| "unknown".to_owned());
    let id = identity::message_id(receipt.account, &MessageKey {
        source_id: received.id.as_deref().filter(|id| !id.is_empty()).map(|id| (source.as_str(), id)),
        thread: &thread,
        sender: &sender,
        direction,
        sent_at: received.sent_at,
        text: &received.text,
    });
    let mut history = received.history;
    let mut size: usize = history.iter().map(|turn| turn.text.len()).sum();
    while size > MAX_HISTORY {
        size -= history.remove(0).text.len();
    }
    Ok(Message {
        id,
        account: receipt.account.clone(),
        source,
        direction,
        thread,
        sender,
        sent_at: received.sent_at.unwrap_or(receipt.time),
        received_at: receipt.received_at,
        subject: received.subject.filter(|s| !s.trim().is_empty()),
        text: received.text,
        history,
        partial: received.partial,
        backfilled: receipt.backfilled,
    })
}

/// Electronic recruiting mail is younger than the web; anything older is a parsing fault at the source.
fn plausible(sent_at: DateTime<Utc>, now: DateTime<Utc>) -> Result<(), DecodeError> {
    let oldest = Utc.with_ymd_and_hms(1995, 1, 1, 0, 0, 0).single().unwrap_or(DateTime::UNIX_EPOCH);
    if sent_at < oldest {
        return Err(invalid("sent_at", "lies before 1995"));
    }
    if sent_at > now + CLOCK_SKEW {
        return Err(invalid("sent_at", "lies more than a day in the future"));
    }
    Ok(())
}

fn invalid(field: &'static str, detail: &str) -> DecodeError {
    DecodeError::Invalid { field, detail: detail.to_owned() }
}
