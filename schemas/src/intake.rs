//! From what a producer knows to what stages work on: derives what is missing and refuses what cannot be. The same
//! rules hold for the bus, HTTP and files, so a message that one of them accepts is accepted by all.

use chrono::{DateTime, Duration, TimeZone, Utc};

use crate::{
    account::Account,
    event::DecodeError,
    events::{Message, MessageReceived, Sender, Thread, Turn},
    identity::{self, MessageKey},
    vocabulary::Direction,
};

/// Longest text of one message, in bytes. LinkedIn's own limit is 8,000 characters; mails run longer.
pub const MAX_TEXT: usize = 64 * 1024;
/// Longest history kept, in bytes; the oldest turns go first.
pub const MAX_HISTORY: usize = 64 * 1024;
/// Most turns of a history kept: even empty ones take their place in every event.
pub const MAX_TURNS: usize = 200;
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
    if received.text.chars().all(invisible) {
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
    for turn in &received.history {
        if turn.text.contains('\0') {
            return Err(invalid("history", "holds a null character"));
        }
        plausible("history", turn.sent_at, now)?;
    }
    plausible("sent_at", received.sent_at, now)
}

/// Derives a whole message.
///
/// # Errors
/// As [`validate`]; and where the envelope's own time cannot be.
pub fn resolve(received: MessageReceived, receipt: Receipt<'_>) -> Result<Message, DecodeError> {
    validate(&received, receipt.received_at)?;
    plausible("ce-time", Some(receipt.time), receipt.received_at)?;
    let direction = received.direction.unwrap_or(Direction::Inbound);
    let thread = received.thread.unwrap_or_default();
    let thread = Thread { id: filled(thread.id), url: filled(thread.url) };
    let sender = received.sender.unwrap_or_default();
    let sender = Sender { name: filled(sender.name), profile_url: filled(sender.profile_url) };
    let source = filled(received.source).unwrap_or_else(|| "unknown".to_owned());
    let source_id = filled(received.id);
    let id = identity::message_id(
        receipt.account,
        &MessageKey {
            source_id: source_id.as_deref().map(|id| (source.as_str(), id)),
            thread: &thread,
            sender: &sender,
            direction,
            sent_at: received.sent_at,
            text: &received.text,
        },
    );
    Ok(Message {
        id,
        account: receipt.account.clone(),
        source,
        direction,
        thread,
        sender,
        sent_at: received.sent_at.unwrap_or(receipt.time),
        received_at: receipt.received_at,
        subject: filled(received.subject),
        text: received.text,
        history: newest(received.history),
        partial: received.partial,
        backfilled: receipt.backfilled,
    })
}

/// A blank value says no more than a missing one; white space around a value is not part of it.
fn filled(value: Option<String>) -> Option<String> {
    value.as_deref().map(str::trim).filter(|v| !v.is_empty()).map(str::to_owned)
}

/// The end of a history that fits [`MAX_HISTORY`] and [`MAX_TURNS`].
fn newest(mut history: Vec<Turn>) -> Vec<Turn> {
    let mut size = 0;
    let fitting = history.iter().rev().take(MAX_TURNS).take_while(|turn| {
        size += turn.text.len();
        size <= MAX_HISTORY
    });
    let dropped = history.len() - fitting.count();
    history.drain(..dropped);
    history
}

/// White space and the characters that show nothing: a text of these alone has no words.
fn invisible(c: char) -> bool {
    c.is_whitespace()
        || matches!(c, '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}')
}

/// Electronic recruiting mail is younger than the web; anything older is a parsing fault at the source.
fn plausible(field: &'static str, sent_at: Option<DateTime<Utc>>, now: DateTime<Utc>) -> Result<(), DecodeError> {
    let oldest = Utc.with_ymd_and_hms(1995, 1, 1, 0, 0, 0).single().unwrap_or(DateTime::UNIX_EPOCH);
    match sent_at {
        Some(time) if time < oldest => Err(invalid(field, "lies before 1995")),
        Some(time) if time > now + CLOCK_SKEW => Err(invalid(field, "lies more than a day in the future")),
        _ => Ok(()),
    }
}

fn invalid(field: &'static str, detail: &str) -> DecodeError {
    DecodeError::Invalid { field, detail: detail.to_owned() }
}
