//! The reply of an opportunity: its words, its checks, and where it stands on its way to being sent.

use contract::{Decision, Engine, ReplyState, Status};
use kit_store::{HistoryRow, OpportunityDetail};
use uuid::Uuid;

use super::opportunity::moment;
use crate::words::Words;

/// A reply in the words of a page.
pub(crate) struct Draft {
    pub(crate) id: Option<Uuid>,
    /// Which deeds there are: `draft`, `approved`, `sending`, `sent`, `failed`, `unknown` or `none`.
    pub(crate) phase: &'static str,
    pub(crate) title: &'static str,
    pub(crate) text: Option<String>,
    pub(crate) lang: &'static str,
    pub(crate) words: usize,
    pub(crate) about: String,
    pub(crate) state: String,
    /// What is said yes to.
    pub(crate) approve: &'static str,
    pub(crate) hint: &'static str,
    /// Until when the hint holds.
    pub(crate) until: Option<String>,
    pub(crate) no_draft: Option<String>,
    pub(crate) checks: Vec<(String, bool, String)>,
}

impl Draft {
    pub(crate) fn of(detail: &OpportunityDetail, history: &[HistoryRow], words: &Words) -> Self {
        let Some(reply) = &detail.reply else {
            return Self { no_draft: absent(detail, history, words), ..Self::none() };
        };
        let phase = match (reply.state, &reply.text) {
            (_, None) => "none",
            (ReplyState::Draft, _) if detail.row.status == Status::Archived => "none",
            (ReplyState::Draft, _) => "draft",
            (ReplyState::Approved, _) => "approved",
            (ReplyState::Sending, _) => "sending",
            (ReplyState::Sent, _) => "sent",
            (ReplyState::Failed, _) => "failed",
            (ReplyState::Unknown, _) => "unknown",
            (ReplyState::Discarded | ReplyState::Withdrawn, _) => "none",
        };
        let (hint, until) = match phase {
            "draft" => ("nothing-sent", None),
            "approved" => ("paste-it", reply.expires_at.map(moment)),
            "sending" => ("on-its-way", None),
            "failed" => ("was-not-sent", None),
            "unknown" => ("perhaps-sent", None),
            _ => ("nothing-to-do", None),
        };
        let mut about = vec![words.of("lang-name", reply.language), words.of("decision", reply.decision)];
        if reply.engine == Engine::Person {
            about.push(words.t("edited").to_owned());
        }
        Self {
            id: Some(reply.id),
            phase,
            title: if matches!(phase, "draft" | "none") { "draft" } else { "reply" },
            words: reply.text.as_deref().map_or(0, |text| text.split_whitespace().count()),
            text: reply.text.clone(),
            lang: reply.language.as_str(),
            about: about.join(" · "),
            state: words.of("reply-state", reply.state),
            approve: approval(reply.decision),
            hint,
            until,
            no_draft: reply.no_draft.map(|reason| words.of("no-draft-reason", reason.as_str())),
            checks: reply.checks.iter().map(|c| (words.of("check", &c.name), c.passed, c.detail.clone())).collect(),
        }
    }

    fn none() -> Self {
        Self {
            id: None,
            phase: "none",
            title: "draft",
            text: None,
            lang: "und",
            words: 0,
            about: String::new(),
            state: String::new(),
            approve: "approve-reply",
            hint: "nothing-to-do",
            until: None,
            no_draft: None,
            checks: Vec::new(),
        }
    }
}

/// The word on the button: what is said yes to.
pub(crate) const fn approval(decision: Decision) -> &'static str {
    match decision {
        Decision::Ask => "approve-question",
        Decision::Decline => "approve-decline",
        Decision::Engage | Decision::Review | Decision::Ignore => "approve-reply",
    }
}

/// Why there is no draft: put away, nothing left to write, or (`None`) still being written.
fn absent(detail: &OpportunityDetail, history: &[HistoryRow], words: &Words) -> Option<String> {
    if !matches!(detail.row.status, Status::New | Status::AwaitingReview) {
        return Some(words.of("status", detail.row.status));
    }
    let verb = |entry: &&HistoryRow| entry.detail["verb"] == "discard" || entry.change == "drafted";
    let last = history.iter().rev().find(verb);
    last.filter(|entry| entry.detail["verb"] == "discard").map(|_| words.t("put-away").to_owned())
}
