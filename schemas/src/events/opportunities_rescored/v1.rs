//! `opportunities.rescored`, version 1: new scores for stored opportunities, up to [`MOST_ITEMS`] in one event.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{events::opportunities_scored::v1::Score, vocabulary::Decision};

/// Most items of one event: with every condition explained an item takes some 3 KiB, and the whole must stay under the
/// bus's limit.
pub const MOST_ITEMS: usize = 250;

/// New scores, of merged facts or of a changed profile.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct OpportunitiesRescored {
    /// Revision of the profile they were judged by.
    pub profile_revision: u64,
    /// The scores.
    pub items: Vec<Rescored>,
    /// The command that asked for it.
    pub caused_by: Option<Uuid>,
}

/// One new score.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Rescored {
    /// Whose.
    pub opportunity_id: Uuid,
    /// Revision of the stored facts that were judged: an older one than the stored changes nothing.
    pub facts_revision: i64,
    /// The judgement; `null` while the account has no profile.
    pub score: Option<Score>,
    /// What to do about it.
    pub decision: Decision,
}
