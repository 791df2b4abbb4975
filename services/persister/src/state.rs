//! The states of opportunities and replies: pure tables, each cell held by a test. `None` means that the step changes
//! nothing, and a person's command for it is refused.

use contract::{ReplyState, Status};

/// What can happen to an opportunity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// A message of the other side that speaks of the opportunity.
    Inbound,
    /// The draft is there, or the reason why there is none.
    Drafted,
    /// The person has answered, here or elsewhere.
    Answered,
    Snooze,
    /// The snooze is over.
    Wake,
    Archive,
    /// A person's decision is taken back: what the conversation itself says holds again, so an answered one is `replied`.
    Restore,
    /// The person has sent a refusal.
    Decline,
}

impl Step {
    /// Every step.
    pub const ALL: &'static [Self] = &[
        Self::Inbound,
        Self::Drafted,
        Self::Answered,
        Self::Snooze,
        Self::Wake,
        Self::Archive,
        Self::Restore,
        Self::Decline,
    ];
}

/// The status after a step.
pub fn next(status: Status, step: Step) -> Option<Status> {
    use Status as S;
    match (status, step) {
        (S::New, Step::Drafted) => Some(S::AwaitingReview),
        (S::New | S::AwaitingReview | S::Snoozed, Step::Answered) => Some(S::Replied),
        (S::Snoozed | S::Replied | S::Declined | S::Archived, Step::Inbound) => Some(S::AwaitingReview),
        (S::New | S::AwaitingReview | S::Snoozed, Step::Snooze) => Some(S::Snoozed),
        (S::Snoozed, Step::Wake) => Some(S::AwaitingReview),
        (S::New | S::AwaitingReview | S::Snoozed | S::Replied | S::Declined, Step::Archive) => Some(S::Archived),
        (S::Snoozed | S::Archived | S::Dismissed, Step::Restore) => Some(S::AwaitingReview),
        (S::New | S::AwaitingReview | S::Snoozed, Step::Decline) => Some(S::Declined),
        _ => None,
    }
}

/// What can happen to a reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReplyStep {
    Approve,
    /// The sender takes it.
    Claim,
    /// The sender has sent it.
    Sent,
    /// The sender could not.
    Fail,
    /// The sender cannot tell.
    Lose,
    /// Taken back before the claim.
    Undo,
    /// The approval is too old.
    Expire,
    Discard,
    Edit,
    /// The person says that it was sent.
    MarkSent,
    /// The person wants it sent (again).
    Retry,
    /// A newer message of the other side.
    NewerInbound,
    /// An own message with the same text.
    SameSeen,
    /// An own message with another text: answered elsewhere.
    OtherSeen,
}

impl ReplyStep {
    /// Every step.
    pub const ALL: &'static [Self] = &[
        Self::Approve,
        Self::Claim,
        Self::Sent,
        Self::Fail,
        Self::Lose,
        Self::Undo,
        Self::Expire,
        Self::Discard,
        Self::Edit,
        Self::MarkSent,
        Self::Retry,
        Self::NewerInbound,
        Self::SameSeen,
        Self::OtherSeen,
    ];
}

/// A reply's state after a step. What is being sent or may have been sent is never withdrawn: only its outcome, the
/// person or its own sight in the thread settles it.
pub fn next_reply(state: ReplyState, step: ReplyStep) -> Option<ReplyState> {
    use ReplyState as R;
    match (state, step) {
        (R::Draft, ReplyStep::Approve) => Some(R::Approved),
        (R::Draft, ReplyStep::Edit) => Some(R::Draft),
        (R::Draft, ReplyStep::Discard) => Some(R::Discarded),
        (R::Approved, ReplyStep::Claim) => Some(R::Sending),
        (R::Approved, ReplyStep::Undo | ReplyStep::Expire) => Some(R::Draft),
        // It is in the thread, whatever a person thought in the meantime.
        (R::Draft | R::Approved | R::Sending | R::Failed | R::Unknown | R::Withdrawn, ReplyStep::Sent) => Some(R::Sent),
        (R::Sending, ReplyStep::Fail) => Some(R::Failed),
        (R::Sending, ReplyStep::Lose) => Some(R::Unknown),
        (R::Draft | R::Approved | R::Failed | R::Unknown, ReplyStep::MarkSent) => Some(R::Sent),
        (R::Failed | R::Unknown, ReplyStep::Retry) => Some(R::Approved),
        (R::Draft | R::Approved | R::Failed, ReplyStep::NewerInbound | ReplyStep::OtherSeen) => Some(R::Withdrawn),
        (R::Draft | R::Approved | R::Sending | R::Failed | R::Unknown, ReplyStep::SameSeen) => Some(R::Sent),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A column a state, a row a step; `.` where the step changes nothing.
    fn table<S: Copy + std::fmt::Display, T: Copy + std::fmt::Debug>(
        states: &[S],
        steps: &[T],
        next: impl Fn(S, T) -> Option<S>,
    ) -> Vec<String> {
        let row = |step: &T| {
            let cells = states.iter().map(|state| next(*state, *step).map_or(".".to_owned(), |to| to.to_string()));
            format!("{step:?}: {}", cells.collect::<Vec<_>>().join(" "))
        };
        steps.iter().map(row).collect()
    }

    #[test]
    fn every_cell_of_the_opportunity_table() {
        let states: Vec<&str> = Status::ALL.iter().map(|status| status.as_str()).collect();
        assert_eq!(states.join(" "), "new awaiting_review snoozed replied declined archived dismissed");
        assert_eq!(
            table(Status::ALL, Step::ALL, next),
            [
                "Inbound: . . awaiting_review awaiting_review awaiting_review awaiting_review .",
                "Drafted: awaiting_review . . . . . .",
                "Answered: replied replied replied . . . .",
                "Snooze: snoozed snoozed snoozed . . . .",
                "Wake: . . awaiting_review . . . .",
                "Archive: archived archived archived archived archived . .",
                "Restore: . . awaiting_review . . awaiting_review awaiting_review",
                "Decline: declined declined declined . . . .",
            ]
        );
    }

    #[test]
    fn every_cell_of_the_reply_table() {
        let states: Vec<&str> = ReplyState::ALL.iter().map(|state| state.as_str()).collect();
        assert_eq!(states.join(" "), "draft approved sending sent failed unknown discarded withdrawn");
        assert_eq!(
            table(ReplyState::ALL, ReplyStep::ALL, next_reply),
            [
                "Approve: approved . . . . . . .",
                "Claim: . sending . . . . . .",
                "Sent: sent sent sent . sent sent . sent",
                "Fail: . . failed . . . . .",
                "Lose: . . unknown . . . . .",
                "Undo: . draft . . . . . .",
                "Expire: . draft . . . . . .",
                "Discard: discarded . . . . . . .",
                "Edit: draft . . . . . . .",
                "MarkSent: sent sent . . sent sent . .",
                "Retry: . . . . approved approved . .",
                "NewerInbound: withdrawn withdrawn . . withdrawn . . .",
                "SameSeen: sent sent sent . sent sent . .",
                "OtherSeen: withdrawn withdrawn . . withdrawn . . .",
            ]
        );
    }
}
