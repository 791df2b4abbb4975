//! `commands.VERB`, version 1: what a person or the system asks of the one stage that owns the verb.

use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A command.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Command {
    /// Identity: the outcome refers to it, and the same id twice is done once.
    pub id: Uuid,
    /// When it was given.
    pub issued_at: DateTime<Utc>,
    /// Who gave it: a token's name, `cli`, or `sluice/STAGE`.
    pub actor: String,
    /// Revision that was shown to whoever gave it; a newer one refuses the command.
    #[serde(default)]
    pub expected_revision: Option<i64>,
    /// What to do.
    #[serde(flatten)]
    pub action: Action,
}

/// The verbs and what each needs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "verb", rename_all = "kebab-case")]
pub enum Action {
    /// Send exactly this reply.
    Approve { reply_id: Uuid },
    /// Replace a draft's text by the person's.
    Edit { reply_id: Uuid, text: String },
    /// Throw a draft away.
    Discard { reply_id: Uuid },
    /// Take an approval back before it is claimed.
    Undo { reply_id: Uuid },
    /// The person has sent it.
    MarkSent { reply_id: Uuid },
    /// Try a failed reply again.
    Retry { reply_id: Uuid },
    /// Out of sight until then.
    Snooze { opportunity_id: Uuid, until: DateTime<Utc> },
    /// Out of sight.
    Archive { opportunity_id: Uuid },
    /// Back into sight; takes a dismissal back too.
    Restore { opportunity_id: Uuid },
    /// Notes and star; a missing one stays as it is.
    Annotate {
        opportunity_id: Uuid,
        #[serde(default)]
        notes: Option<String>,
        #[serde(default)]
        starred: Option<bool>,
    },
    /// The two are about the same job: this one stands behind the other from now on.
    Join { opportunity_id: Uuid, with: Uuid },
    /// They are not.
    Unjoin { opportunity_id: Uuid },
    /// Do what time asks of an opportunity: end a snooze, end an approval, hand an approved reply to the sender. The
    /// persister asks it of itself.
    Due { opportunity_id: Uuid },
    /// Remove every copy of an opportunity and its messages.
    Erase { opportunity_id: Uuid },
    /// Judge stored facts again: these, or all where the list is empty. All are judged in steps by ascending id: each
    /// step goes on after the last one of the step before.
    Rescore {
        opportunity_ids: Vec<Uuid>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        after: Option<Uuid>,
    },
    /// Read stored messages again.
    Reanalyze { message_ids: Vec<Uuid> },
    /// Look for new messages now.
    Scrape {},
}

impl Action {
    /// Every verb, as it stands in subjects.
    pub const VERBS: &'static [&'static str] = &[
        "approve",
        "edit",
        "discard",
        "undo",
        "mark-sent",
        "retry",
        "snooze",
        "archive",
        "restore",
        "annotate",
        "join",
        "unjoin",
        "due",
        "erase",
        "rescore",
        "reanalyze",
        "scrape",
    ];

    /// The verb, as it stands in the subject.
    pub const fn verb(&self) -> &'static str {
        match self {
            Self::Approve { .. } => "approve",
            Self::Edit { .. } => "edit",
            Self::Discard { .. } => "discard",
            Self::Undo { .. } => "undo",
            Self::MarkSent { .. } => "mark-sent",
            Self::Retry { .. } => "retry",
            Self::Snooze { .. } => "snooze",
            Self::Archive { .. } => "archive",
            Self::Restore { .. } => "restore",
            Self::Annotate { .. } => "annotate",
            Self::Join { .. } => "join",
            Self::Unjoin { .. } => "unjoin",
            Self::Due { .. } => "due",
            Self::Erase { .. } => "erase",
            Self::Rescore { .. } => "rescore",
            Self::Reanalyze { .. } => "reanalyze",
            Self::Scrape {} => "scrape",
        }
    }
}
