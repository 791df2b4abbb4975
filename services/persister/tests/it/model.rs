//! The reference: what the review is meant to be, in a hundred lines that share nothing with the persister.

use contract::{
    ReplyState::{self, Approved, Discarded, Draft, Failed, Sending, Sent, Unknown, Withdrawn},
    Status,
};

/// Something that happens. Replies are meant by their place.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Op {
    /// A message of the other side, with its draft.
    Inbound,
    /// An own message seen in the thread, with the words of the newest reply or with others.
    Own {
        same: bool,
    },
    /// A person's word on a reply, having seen what is there, or what was.
    Ask {
        verb: Verb,
        reply: usize,
        fresh: bool,
    },
    Snooze,
    Archive,
    Restore,
    /// A minute passes, or more than a day.
    Time {
        long: bool,
    },
    /// The sender's word on a reply that it was given.
    SenderSent {
        reply: usize,
    },
    SenderFailed {
        reply: usize,
        unknown: bool,
    },
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Verb {
    Approve,
    Edit,
    Discard,
    Undo,
    MarkSent,
    Retry,
}

pub(crate) const SNOOZE: i64 = 10;

#[derive(Clone, Debug, Default)]
pub(crate) struct Model {
    pub(crate) replies: Vec<ReplyState>,
    /// How often a yes was given to each, and how often each was handed to the sender.
    pub(crate) yeses: Vec<u32>,
    pub(crate) handed: Vec<u32>,
    /// Whether an own message came after the newest of the other side.
    own: bool,
    archived: bool,
    snoozed_until: Option<i64>,
    minute: i64,
}

impl Model {
    pub(crate) fn at(minute: i64) -> Self {
        Self { minute, ..Self::default() }
    }

    pub(crate) fn status(&self) -> Status {
        let answered = self.own || self.replies.last() == Some(&Sent);
        match (self.archived, self.snoozed_until) {
            (true, _) => Status::Archived,
            _ if answered => Status::Replied,
            (_, Some(_)) => Status::Snoozed,
            _ => Status::AwaitingReview,
        }
    }

    /// Whether it changes anything.
    pub(crate) fn happens(&mut self, op: Op) -> bool {
        let before = (self.replies.clone(), self.status(), self.snoozed_until);
        let told = match op {
            Op::Inbound => {
                self.void(|_| Withdrawn);
                self.replies.push(Draft);
                self.yeses.push(0);
                self.handed.push(0);
                (self.own, self.archived, self.snoozed_until) = (false, false, None);
                true
            }
            Op::Own { same } => {
                let newest = self.replies.len() - 1;
                let seen = self.replies[newest];
                self.void(|_| Withdrawn);
                if same && !matches!(seen, Sent | Discarded) {
                    self.replies[newest] = Sent;
                }
                self.own = true;
                true
            }
            Op::Ask { verb, reply, fresh } => fresh && self.asked(verb, reply),
            Op::Snooze => {
                let open = matches!(self.status(), Status::AwaitingReview | Status::Snoozed);
                if open {
                    self.snoozed_until = Some(self.minute + SNOOZE);
                }
                open
            }
            Op::Archive => !std::mem::replace(&mut self.archived, true),
            Op::Restore => {
                let shut = matches!(self.status(), Status::Archived | Status::Snoozed);
                self.archived &= !shut;
                self.snoozed_until = self.snoozed_until.filter(|_| !shut);
                shut
            }
            Op::Time { long } => {
                self.minute += if long { 25 * 60 } else { 1 };
                self.snoozed_until = self.snoozed_until.filter(|until| *until > self.minute);
                for (reply, handed) in self.replies.iter_mut().zip(&mut self.handed).filter(|(r, _)| **r == Approved) {
                    *handed += u32::from(!long);
                    *reply = if long { Draft } else { Sending };
                }
                before != (self.replies.clone(), self.status(), self.snoozed_until)
            }
            Op::SenderSent { reply } => {
                let open = self.handed[reply] > 0 && !matches!(self.replies[reply], Sent | Discarded);
                if open {
                    self.replies[reply] = Sent;
                }
                open
            }
            Op::SenderFailed { reply, unknown } => {
                let sending = self.replies[reply] == Sending;
                if sending {
                    let newest = reply + 1 == self.replies.len() && !self.own;
                    self.replies[reply] = if unknown {
                        Unknown
                    } else if newest {
                        Failed
                    } else {
                        Withdrawn
                    };
                }
                sending
            }
        };
        if self.archived || self.status() != Status::Snoozed {
            self.snoozed_until = None;
        }
        told
    }

    /// What cannot go out any more.
    fn void(&mut self, to: fn(ReplyState) -> ReplyState) {
        self.replies.iter_mut().filter(|r| matches!(r, Draft | Approved | Failed)).for_each(|r| *r = to(*r));
    }

    fn asked(&mut self, verb: Verb, reply: usize) -> bool {
        let newest = reply + 1 == self.replies.len() && !self.own;
        let state = match (verb, self.replies[reply]) {
            (Verb::Approve, Draft) | (Verb::Retry, Failed | Unknown) if newest => Approved,
            (Verb::Edit, Draft) | (Verb::Undo, Approved) => Draft,
            (Verb::Discard, Draft) => Discarded,
            (Verb::MarkSent, Draft | Approved | Failed | Unknown) => Sent,
            _ => return false,
        };
        self.yeses[reply] += u32::from(state == Approved);
        self.replies[reply] = state;
        true
    }
}
