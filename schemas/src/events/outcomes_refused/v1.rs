//! `outcomes.refused`, version 1: a command that its owner refused, and what holds instead.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A command refused.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CommandRefused {
    /// The command.
    pub command_id: Uuid,
    /// Why.
    pub reason: RefusalReason,
    /// In words, for the person.
    pub detail: String,
    /// State of the opportunity or reply now.
    pub current_state: Option<String>,
    /// Its revision now.
    pub revision: Option<i64>,
}

/// Why a command is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RefusalReason {
    /// Nothing of that id in the account.
    NotFound,
    /// It has changed since it was shown.
    StaleRevision,
    /// Not possible from the state it is in.
    WrongState,
    /// The command's own values cannot be.
    Invalid,
    /// Nobody here does this yet.
    NotSupported,
}
