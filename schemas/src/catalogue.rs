//! The one table of all events. Schemas, the AsyncAPI document, the golden payloads and the examples in
//! docs/contract.md all follow from its rows.

use schemars::{Schema, generate::SchemaSettings};
use serde_json::Value;

use crate::{
    Action, Command, CommandRefused, DeadLetter, DecodeError, Event, ImportProgressed, MessageBackfilled,
    MessageDismissed, MessageReceived, OpportunitiesRescored, OpportunitiesStored, OpportunityAnalyzed,
    OpportunityScored, ReplyApproved, ReplyDrafted, ReplyFailed, ReplySent, topology::STAGES,
};

/// A row: one event, or a family of them (`commands`, `dead`) that share a form and differ in a last token.
#[derive(Clone, Copy, Debug)]
pub struct EventSpec {
    /// Type without version, of a family without the last token.
    pub event_type: &'static str,
    /// Version written by this binary.
    pub version: u32,
    /// What it says, in a line.
    pub summary: &'static str,
    /// JSON Schema of what is accepted.
    pub schema: fn() -> Schema,
    /// Decodes a payload of a version and writes it anew in the current one.
    pub rewrite: fn(u32, &[u8]) -> Result<Value, DecodeError>,
}

/// Every event.
pub const EVENTS: &[EventSpec] = &[
    row::<MessageReceived>("A message reached the account"),
    row::<MessageBackfilled>("A message of an import or a replay: the slow lane"),
    row::<MessageDismissed>("A message makes no opportunity, and why"),
    row::<OpportunityAnalyzed>("What a message says, each value with the words that prove it"),
    row::<OpportunityScored>("The analysis with a score and its proof"),
    row::<OpportunitiesRescored>("New scores for stored opportunities"),
    row::<OpportunitiesStored>("What one batch changed in the store"),
    row::<ReplyDrafted>("A reply waits for a person's yes, or why there is none"),
    row::<ReplyApproved>("Exactly the words that a person said yes to, sealed"),
    row::<ReplySent>("A reply is in its thread"),
    row::<ReplyFailed>("A reply was not sent, or nobody can tell"),
    row::<CommandRefused>("A command was refused, and what holds instead"),
    row::<ImportProgressed>("How far an import is"),
    row::<Command>("What a person or a stage asks of the owner of the verb"),
    row::<DeadLetter>("An event given up, whole, with the reason"),
];

/// The row of a type without version: `messages.received`, `commands.approve`.
pub fn find(event_type: &str) -> Option<&'static EventSpec> {
    EVENTS.iter().find(|spec| spec.types().iter().any(|known| known == event_type))
}

impl EventSpec {
    /// The types that stand in subjects: one, or one for each member of the family.
    pub fn types(&self) -> Vec<String> {
        let family = |members: Vec<&str>| members.iter().map(|m| format!("{}.{m}", self.event_type)).collect();
        match self.event_type {
            Command::TYPE => family(Action::VERBS.to_vec()),
            DeadLetter::TYPE => family(STAGES.iter().map(|stage| stage.name).collect()),
            single => vec![single.to_owned()],
        }
    }

    /// Type and version as in `ce-type`; of a family without the last token.
    pub fn versioned(&self) -> String {
        format!("{}.v{}", self.event_type, self.version)
    }
}

const fn row<E: Event>(summary: &'static str) -> EventSpec {
    EventSpec { event_type: E::TYPE, version: E::VERSION, summary, schema: schema::<E>, rewrite: rewrite::<E> }
}

/// The reader's side: what may be missing is not required.
fn schema<E: Event>() -> Schema {
    SchemaSettings::draft2020_12().for_deserialize().into_generator().into_root_schema_for::<E>()
}

fn rewrite<E: Event>(version: u32, payload: &[u8]) -> Result<Value, DecodeError> {
    serde_json::to_value(E::decode(version, payload)?)
        .map_err(|error| DecodeError::Malformed { event: E::TYPE, detail: error.to_string() })
}
