//! The events, one folder each, one frozen file a version. A landed `vN.rs` never changes; a change of form is a new
//! file with an upgrade from the one before (docs/contract.md).

use crate::event::{DecodeError, Event, parse};

/// Ties an event's current struct to its type and its landed versions, oldest first.
macro_rules! event {
    ($current:ty, $name:literal, { $($version:literal => $frozen:ty),+ }) => {
        impl Event for $current {
            const TYPE: &'static str = $name;
            const VERSION: u32 = { let versions: &[u32] = &[$($version),+]; versions[versions.len() - 1] };

            fn decode(version: u32, payload: &[u8]) -> Result<Self, DecodeError> {
                match version {
                    $($version => Ok(parse::<$frozen>($name, payload)?.into()),)+
                    version => Err(DecodeError::UnsupportedVersion { event: $name, version }),
                }
            }
        }
    };
}

pub mod commands {
    pub mod v1;
}
pub mod dead {
    pub mod v1;
}
pub mod imports_progressed {
    pub mod v1;
}
pub mod messages_dismissed {
    pub mod v1;
}
pub mod messages_received {
    pub mod v1;
}
pub mod opportunities_analyzed {
    pub mod v1;
}
pub mod opportunities_rescored {
    pub mod v1;
}
pub mod opportunities_scored {
    pub mod v1;
}
pub mod opportunities_stored {
    pub mod v1;
}
pub mod outcomes_refused {
    pub mod v1;
}
pub mod replies_approved {
    pub mod v1;
}
pub mod replies_drafted {
    pub mod v1;
}
pub mod replies_failed {
    pub mod v1;
}
pub mod replies_sent {
    pub mod v1;
}

pub use commands::v1::{Action, Command};
pub use dead::v1::DeadLetter;
pub use imports_progressed::v1::{ImportProgressed, ImportReport, RejectedRow};
pub use messages_dismissed::v1::{DismissalReason, MessageDismissed};
pub use messages_received::v1::{MessageBackfilled, MessageReceived, Sender, Thread, Turn};
pub use opportunities_analyzed::v1::{Evidence, Facts, Field, Message, OpportunityAnalyzed, Part, Salary, TechMention};
pub use opportunities_rescored::v1::{OpportunitiesRescored, Rescored};
pub use opportunities_scored::v1::{
    CapReason, Fulfilment, HardFilter, LineName, OpportunityScored, Score, ScoreLine, YearlyPay,
};
pub use opportunities_stored::v1::{Change, OpportunitiesStored, StoredItem};
pub use outcomes_refused::v1::{CommandRefused, RefusalReason};
pub use replies_approved::v1::ReplyApproved;
pub use replies_drafted::v1::{Check, Mark, NoDraftReason, ReplyDrafted};
pub use replies_failed::v1::{FailureReason, ReplyFailed};
pub use replies_sent::v1::ReplySent;

event!(MessageReceived, "messages.received", { 1 => messages_received::v1::MessageReceived });
event!(MessageBackfilled, "messages.backfilled", { 1 => messages_received::v1::MessageBackfilled });
event!(MessageDismissed, "messages.dismissed", { 1 => messages_dismissed::v1::MessageDismissed });
event!(OpportunityAnalyzed, "opportunities.analyzed", { 1 => opportunities_analyzed::v1::OpportunityAnalyzed });
event!(OpportunityScored, "opportunities.scored", { 1 => opportunities_scored::v1::OpportunityScored });
event!(OpportunitiesRescored, "opportunities.rescored", { 1 => opportunities_rescored::v1::OpportunitiesRescored });
event!(OpportunitiesStored, "opportunities.stored", { 1 => opportunities_stored::v1::OpportunitiesStored });
event!(ReplyDrafted, "replies.drafted", { 1 => replies_drafted::v1::ReplyDrafted });
event!(ReplyApproved, "replies.approved", { 1 => replies_approved::v1::ReplyApproved });
event!(ReplySent, "replies.sent", { 1 => replies_sent::v1::ReplySent });
event!(ReplyFailed, "replies.failed", { 1 => replies_failed::v1::ReplyFailed });
event!(CommandRefused, "outcomes.refused", { 1 => outcomes_refused::v1::CommandRefused });
event!(ImportProgressed, "imports.progressed", { 1 => imports_progressed::v1::ImportProgressed });
event!(DeadLetter, "dead", { 1 => dead::v1::DeadLetter });

impl Event for Command {
    const TYPE: &'static str = "commands";
    const VERSION: u32 = 1;

    fn decode(version: u32, payload: &[u8]) -> Result<Self, DecodeError> {
        match version {
            1 => parse::<commands::v1::Command>("commands", payload),
            version => Err(DecodeError::UnsupportedVersion { event: "commands", version }),
        }
    }

    fn event_type(&self) -> String {
        format!("commands.{}", self.action.verb())
    }
}
