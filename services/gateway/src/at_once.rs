//! Reading one message here and now, without the bus and without storing anything: a port, since the gateway knows no
//! stage. Whoever puts the process together brings the stages' own functions.

use contract::{Check, Decision, DismissalReason, Engine, Facts, Flag, Kind, Language, Message, NoDraftReason, Score};
use kit_score::Profile;
use schemars::JsonSchema;
use serde::Serialize;

/// Reads, judges and answers a message as the pipeline would, by its rules.
pub trait ReadAtOnce: std::fmt::Debug + Send + Sync {
    /// May compute for some milliseconds; touches nothing.
    fn read(&self, message: Message, profile: Option<&Profile>) -> ReadNow;
}

/// What a message says, what it is worth and what could be answered.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct ReadNow {
    /// `null` for an own message.
    pub kind: Option<Kind>,
    pub language: Language,
    pub engine: Engine,
    /// Why it would make no card; then there is neither score nor draft.
    pub dismissed: Option<DismissalReason>,
    /// Why, in words.
    pub detail: Option<String>,
    /// What it states, with the words' place in `text`.
    pub facts: Option<Facts>,
    pub flags: Vec<Flag>,
    /// `null` without a profile.
    pub score: Option<Score>,
    pub decision: Option<Decision>,
    pub draft: Option<String>,
    /// Why there is no draft.
    pub no_draft: Option<NoDraftReason>,
    pub checks: Vec<Check>,
}
