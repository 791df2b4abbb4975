//! `opportunities.stored`, version 1: what one batch changed in the store, for notifier and gateway.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::vocabulary::{Status, Tier};

/// The rows of one account that one transaction changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct OpportunitiesStored {
    /// The changes, in the order in which they were made.
    pub items: Vec<StoredItem>,
}

/// One change.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct StoredItem {
    /// The opportunity; `null` for a message that was dismissed.
    pub opportunity_id: Option<Uuid>,
    /// The message that made the change, where one did.
    pub message_id: Option<Uuid>,
    /// Revision of the row after the change.
    pub revision: i64,
    /// Its tier now.
    pub tier: Option<Tier>,
    /// Its status now.
    pub status: Status,
    /// What changed.
    pub change: Change,
    /// The command that asked for it.
    pub caused_by: Option<Uuid>,
}

/// What changed in the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// A new opportunity.
    Created,
    /// New facts or a new message.
    Updated,
    /// A new score.
    Rescored,
    /// A draft, or the reason why there is none.
    Drafted,
    /// The thread was answered.
    Answered,
    /// A message without a card.
    Dismissed,
    /// A change of state by a person or by time.
    StatusChanged,
    /// A person's notes, star, or word that two are the same job.
    Annotated,
    /// Erased.
    Erased,
}
