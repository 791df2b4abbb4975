//! What every event has: a type, a current version, and a decoder that accepts every version ever landed.

use schemars::JsonSchema;
use serde::{
    Serialize,
    de::{DeserializeOwned, IgnoredAny},
};

use crate::{intake::MAX_TEXT, vocabulary::Reason};

/// Largest payload accepted anywhere: 1 MiB, which is also nats-server's default `max_payload`.
pub const MAX_PAYLOAD: usize = 1024 * 1024;

/// An event of the contract in its current version.
pub trait Event: Serialize + DeserializeOwned + JsonSchema + Clone + Send + Sync + 'static {
    /// Type without version, which is also the middle of its subject: `messages.received`.
    const TYPE: &'static str;
    /// Version written by this binary.
    const VERSION: u32;

    /// Reads a payload of any landed version and upgrades it to the current one.
    ///
    /// # Errors
    /// [`DecodeError`] with the reason code of the dead letter.
    fn decode(version: u32, payload: &[u8]) -> Result<Self, DecodeError>;

    /// Type of this value; differs from [`Self::TYPE`] only for commands, whose verb is part of it.
    fn event_type(&self) -> String {
        Self::TYPE.to_owned()
    }
}

/// Why a payload is not the event it should be. Never quotes the payload: it may be a private message.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// Not JSON, or not of the event's form.
    #[error("not a `{event}`: {detail}")]
    Malformed { event: &'static str, detail: String },
    /// A version newer than this binary.
    #[error("version {version} of `{event}` is not known here; upgrade, then replay")]
    UnsupportedVersion { event: &'static str, version: u32 },
    /// A value that cannot be.
    #[error("field `{field}`: {detail}")]
    Invalid { field: &'static str, detail: String },
    /// Over [`MAX_TEXT`] or [`MAX_PAYLOAD`].
    #[error("{size} bytes are too many: a text may have {MAX_TEXT}, a whole event {MAX_PAYLOAD}")]
    TooLarge { size: usize },
}

impl DecodeError {
    /// The reason code of the dead letter.
    pub fn reason(&self) -> Reason {
        match self {
            Self::Malformed { .. } => Reason::Malformed,
            Self::UnsupportedVersion { .. } => Reason::UnsupportedVersion,
            Self::Invalid { .. } => Reason::Invalid,
            Self::TooLarge { .. } => Reason::TooLarge,
        }
    }
}

/// Parses a payload as one version's struct. The error names the place, not the content.
pub(crate) fn parse<T: DeserializeOwned>(event: &'static str, payload: &[u8]) -> Result<T, DecodeError> {
    if payload.len() > MAX_PAYLOAD {
        return Err(DecodeError::TooLarge { size: payload.len() });
    }
    serde_json::from_slice(payload)
        .map_err(|error| DecodeError::Malformed { event, detail: without_content::<T>(&error, payload) })
}

/// serde's message may quote the offending value: keep what kind of fault it is, the field and the position.
fn without_content<T: DeserializeOwned>(error: &serde_json::Error, payload: &[u8]) -> String {
    let place = format!("line {} column {}", error.line(), error.column());
    let fault = match serde_json::from_slice::<IgnoredAny>(payload) {
        Ok(_) => wrong_value::<T>(error, payload),
        Err(syntax) if syntax.is_eof() => "JSON that ends too early".to_owned(),
        Err(_) => "no JSON".to_owned(),
    };
    format!("{fault} ({place})")
}

/// Names the field of a value that does not fit. Only for payloads that are JSON: then every step to it is a name of
/// the contract, while a fault of syntax may lie under a key of the producer's own.
fn wrong_value<T: DeserializeOwned>(error: &serde_json::Error, payload: &[u8]) -> String {
    let text = error.to_string();
    if let Some((missing, _)) = text.split_once(" at line").filter(|_| text.starts_with("missing field")) {
        return missing.to_owned();
    }
    let read = serde_path_to_error::deserialize::<_, T>(&mut serde_json::Deserializer::from_slice(payload));
    match read.err().map(|error| error.path().to_string()) {
        Some(path) if path != "." => format!("field `{path}` has a wrong type or value"),
        _ => "a wrong type or value".to_owned(),
    }
}

/// What a stage takes in: one event, or an enum over several.
pub trait Inbound: Sized + Send + 'static {
    /// Decodes by type (without version) and version.
    ///
    /// # Errors
    /// [`DecodeError`] with the reason code of the dead letter.
    fn decode_as(event_type: &str, version: u32, payload: &[u8]) -> Result<Self, DecodeError>;
}

impl<E: Event> Inbound for E {
    fn decode_as(event_type: &str, version: u32, payload: &[u8]) -> Result<Self, DecodeError> {
        let event = E::decode(version, payload)?;
        // Whoever may publish one verb must not slip another through: a command is what its subject says.
        if event_type.starts_with("commands.") && event.event_type() != event_type {
            return Err(DecodeError::Invalid { field: "verb", detail: "is not the verb of the subject".to_owned() });
        }
        Ok(event)
    }
}

/// Declares a stage's input over several events: `inbound! { pub enum Input { Scored(OpportunityScored), … } }`.
/// `commands.VERB` types go to the variant that holds [`crate::Command`].
#[macro_export]
macro_rules! inbound {
    ($(#[$doc:meta])* $vis:vis enum $name:ident { $($variant:ident($event:ty)),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Debug)]
        $vis enum $name { $($variant(Box<$event>)),+ }

        impl $crate::event::Inbound for $name {
            fn decode_as(
                event_type: &str,
                version: u32,
                payload: &[u8],
            ) -> Result<Self, $crate::event::DecodeError> {
                let group = if event_type.starts_with("commands.") { "commands" } else { event_type };
                $(if group == <$event as $crate::event::Event>::TYPE {
                    return <$event as $crate::event::Inbound>::decode_as(event_type, version, payload)
                        .map(|event| Self::$variant(Box::new(event)));
                })+
                Err($crate::event::DecodeError::Malformed {
                    event: stringify!($name),
                    detail: format!("type `{event_type}` is not one this stage consumes"),
                })
            }
        }
    };
}
