//! What follows from a conversation's messages, replies and last new score: reply states, status, the score that
//! counts, and the whole row. Functions of what is known, never of the order in which it came to be known.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use contract::{Decision, Direction, ReplyState, Status, Thread, identity};
use kit_score::text_of;
use kit_store::record::{Judgement, Key, Opportunity, Outcome, Reading, Reply, Review, Standing, StoredMessage};
use uuid::Uuid;

use crate::{
    merge::{facts_revision, merge, stated},
    state::{ReplyStep, Step, next, next_reply},
};

/// What is known of a conversation.
#[derive(Clone, Debug)]
pub struct Known {
    pub conversation: Uuid,
    pub messages: BTreeMap<Uuid, StoredMessage>,
    /// By the message answered.
    pub replies: BTreeMap<Uuid, Reply>,
    pub rescored: Option<Judgement>,
    /// As it was read from the store or decided by a person, with the messages known then.
    pub before: Option<(Standing, Vec<Uuid>)>,
    /// What a person added.
    pub review: Review,
}

impl Known {
    /// What was read, oldest first.
    pub fn readings(&self) -> Vec<(Key, &StoredMessage, &Reading)> {
        let mut readings: Vec<_> = self
            .messages
            .values()
            .filter_map(|stored| match &stored.outcome {
                Outcome::Read(reading) => Some((stored.key(), stored, reading.as_ref())),
                Outcome::Dismissed(_) => None,
            })
            .collect();
        readings.sort_by_key(|(key, ..)| *key);
        readings
    }

    /// The owner's own messages, oldest first.
    fn own(&self) -> impl Iterator<Item = &StoredMessage> {
        self.messages.values().filter(|stored| stored.message.direction == Direction::Outbound)
    }

    /// Keys of what the other side said: a draft proves the message that it answers, even where that comes later.
    fn inbound(&self) -> impl DoubleEndedIterator<Item = Key> + use<> {
        let read = self.readings().into_iter().map(|(key, ..)| key);
        read.chain(self.replies.values().map(|reply| reply.answers)).collect::<BTreeSet<_>>().into_iter()
    }

    /// The newest message of the other side.
    pub fn last_inbound(&self) -> Option<Key> {
        self.inbound().last()
    }

    /// The newest that the other side wrote, whatever came of it: a thank-you makes no card, and yet a person may think
    /// again after it.
    pub fn last_heard(&self) -> Option<Key> {
        let heard = self.messages.values().filter(|stored| stored.message.direction == Direction::Inbound);
        heard.map(StoredMessage::key).chain(self.last_inbound()).max()
    }

    /// The conversation at its source, by the newest message that names it.
    pub fn thread(&self) -> Thread {
        let mut messages: Vec<&StoredMessage> = self.messages.values().collect();
        messages.sort_by_key(|stored| std::cmp::Reverse(stored.key()));
        let newest =
            |of: fn(&Thread) -> Option<&String>| messages.iter().find_map(|stored| of(&stored.message.thread)).cloned();
        Thread { id: newest(|thread| thread.id.as_ref()), url: newest(|thread| thread.url.as_ref()) }
    }

    /// Whether this message of the owner answers all that the other side has said.
    pub fn answers_all(&self, own: Key) -> bool {
        self.inbound().all(|inbound| inbound < own)
    }

    /// Whether the owner has written after this message.
    pub fn is_answered_since(&self, key: Key) -> bool {
        self.own().any(|own| own.key() > key)
    }

    /// Moves every reply by what came after the message it answers; returns the replies that changed. What is withdrawn
    /// may yet be seen in the thread, since its own message can arrive after a newer one of the other side.
    pub fn settle_replies(&mut self) -> Vec<Uuid> {
        let (last_inbound, last_heard) = (self.last_inbound(), self.last_heard());
        let own: Vec<(Key, String)> =
            self.own().map(|stored| (stored.key(), identity::normalised(&stored.message.text))).collect();
        let mut changed = Vec::new();
        for (message_id, reply) in &mut self.replies {
            // A yes is to the conversation as it was.
            let heard = last_heard.map(|key| key.message_id);
            let voided = reply.approval.as_ref().is_some_and(|yes| heard != Some(yes.last_inbound_message_id));
            if let Some(state) = next_reply(reply.state, ReplyStep::Expire).filter(|_| voided) {
                (reply.state, reply.approval) = (state, None);
                changed.push(*message_id);
            }
            let draft = reply.text.as_deref().map(identity::normalised);
            let mut later = own.iter().filter(|(key, _)| *key > reply.answers).peekable();
            let answered = later.peek().is_some();
            let step = if later.any(|(_, text)| Some(text) == draft.as_ref()) {
                ReplyStep::SameSeen
            } else if answered {
                ReplyStep::OtherSeen
            } else if last_inbound.is_some_and(|last| last > reply.answers) {
                ReplyStep::NewerInbound
            } else {
                continue;
            };
            let from = if reply.state == ReplyState::Withdrawn { ReplyState::Draft } else { reply.state };
            if let Some(state) = next_reply(from, step).filter(|state| *state != reply.state) {
                reply.state = state;
                if state == ReplyState::Withdrawn {
                    reply.approval = None;
                }
                changed.push(*message_id);
            }
        }
        changed
    }

    /// The status. What the pipeline decides alone is told again from the conversation's beginning, in the order of
    /// its messages; what a person decided stands until a message that is newer than what the person saw.
    fn status(&self) -> Status {
        let mut steps: Vec<(Key, u8, Step)> = self.inbound().map(|key| (key, 0, Step::Inbound)).collect();
        steps.extend(self.own().map(|stored| (stored.key(), 0, Step::Answered)));
        for reply in self.replies.values() {
            steps.push((reply.answers, 1, Step::Drafted));
            if reply.state == ReplyState::Sent {
                let refused = reply.decision == Decision::Decline;
                steps.push((reply.answers, 2, if refused { Step::Decline } else { Step::Answered }));
            }
        }
        steps.sort_by_key(|(key, place, _)| (*key, *place));
        let told = |status, steps: &[(Key, u8, Step)]| {
            steps.iter().fold(status, |status, (.., step)| next(status, *step).unwrap_or(status))
        };
        let whole = told(Status::New, &steps);
        match &self.before {
            // A snoozed conversation that has its answer is not waiting for its day any more.
            Some((Standing { status: Status::Snoozed, .. }, _))
                if matches!(whole, Status::Replied | Status::Declined) =>
            {
                whole
            }
            Some((standing, seen))
                if matches!(standing.status, Status::Snoozed | Status::Archived | Status::Dismissed) =>
            {
                steps.retain(|(key, ..)| *key > standing.newest && !seen.contains(&key.message_id));
                told(standing.status, &steps)
            }
            _ => whole,
        }
    }

    /// The row; `None` while no message was read.
    pub fn opportunity(&self, revision: i64, now: DateTime<Utc>) -> Option<Opportunity> {
        let readings = self.readings();
        let (newest, message, reading) = readings.last()?;
        let merged = merge(&readings.iter().map(|(key, _, reading)| (key.message_id, *reading)).collect::<Vec<_>>());
        let said: Vec<String> = readings.iter().map(|(_, stored, _)| text_of(&stored.message)).collect();
        let said = said.join("\n\n");
        let facts_revision = facts_revision(merged.kind, &merged.facts, &merged.flags, &said);
        let reply = self.current_reply();
        let received_at = readings.iter().map(|(_, stored, _)| stored.message.received_at).min()?;
        let before = self.before.as_ref().map(|(standing, _)| standing);
        let newest_stated = |of: fn(&StoredMessage) -> Option<&String>| {
            readings.iter().rev().find_map(|(_, stored, _)| of(stored)).cloned()
        };
        Some(Opportunity {
            standing: Standing {
                status: self.status(),
                newest: *newest,
                rescored: self.rescored.clone(),
                revision,
                created_at: before.map_or(now, |standing| standing.created_at),
                processed_at: now,
                processing_time_ms: before.map_or_else(
                    || (now - received_at).num_milliseconds().max(0),
                    |standing| standing.processing_time_ms,
                ),
            },
            kind: merged.kind,
            source: message.message.source.clone(),
            language: reading.language,
            engine: reading.engine,
            flags: merged.flags,
            thread_url: newest_stated(|stored| stored.message.thread.url.as_ref()),
            recruiter_name: newest_stated(|stored| stored.message.sender.name.as_ref()),
            recruiter_profile_url: newest_stated(|stored| stored.message.sender.profile_url.as_ref()),
            raw_message: message.message.text.clone(),
            said,
            facts: merged.facts,
            sources: merged.sources,
            facts_revision,
            judgement: self.judgement(&readings, facts_revision)?.clone(),
            // Where there is a reason instead of a draft, nothing waits for a yes.
            reply_state: reply.filter(|reply| reply.text.is_some()).map(|reply| reply.state),
            ai_response: reply.and_then(|reply| reply.text.clone()),
            updated_at: now,
        })
    }

    /// The score that counts: one of these very facts, by the newest profile. Until there is one, the last that the
    /// merged facts had, else the one that rests on most.
    fn judgement<'a>(
        &'a self,
        readings: &[(Key, &'a StoredMessage, &'a Reading)],
        facts_revision: i64,
    ) -> Option<&'a Judgement> {
        let own = readings.iter().map(|(.., reading)| (stated(&reading.facts), &reading.judgement));
        let merged = self.rescored.iter().map(|judgement| (usize::MAX, judgement));
        let best = own.chain(merged).max_by_key(|(stated, judgement)| {
            let agrees = judgement.facts_revision == facts_revision;
            (agrees, if agrees { 0 } else { *stated }, judgement.profile_revision, judgement.stream_sequence)
        });
        best.map(|(_, judgement)| judgement)
    }

    /// The newest reply that may still go out or whose sending is open, else the last one sent.
    fn current_reply(&self) -> Option<&Reply> {
        self.replies
            .values()
            .filter(|reply| !matches!(reply.state, ReplyState::Withdrawn | ReplyState::Discarded))
            .max_by_key(|reply| (reply.state != ReplyState::Sent, reply.answers))
    }
}
