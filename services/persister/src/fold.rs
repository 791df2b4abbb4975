//! The decision core: a stored conversation and what a batch says about it → what to write and to say. Pure. Each event
//! that changes something makes a revision and a line of history; all of them together make one write.

use contract::{
    Change, Command, CommandRefused, Direction, Engine, FailureReason, OpportunitiesStored, ReplyApproved, ReplyState,
    Status, StoredItem, text_sha256,
};
use kit_store::record::{
    Conversation, HistoryRecord, Judgement, Opportunity, Outcome, Reply, Review, StoredMessage, ThreadRecord, Write,
};
use uuid::Uuid;

use crate::{
    command::{self, Desk, Obeyed},
    state::{ReplyStep, next_reply},
    touch::{Fact, Touch},
    view::Known,
};

/// What a batch makes of one conversation.
#[derive(Clone, Debug)]
pub struct Folded {
    pub write: Write,
    /// With the place of the event in the batch.
    pub items: Vec<(usize, StoredItem)>,
    /// Revision of merged facts that no score is of yet: to be judged.
    pub unjudged: Option<i64>,
    /// Revision of the facts that stand, and of the profile that they were judged by.
    pub judged: Option<(i64, u64)>,
    /// Commands that change nothing.
    pub refused: Vec<CommandRefused>,
    /// Approvals for the sender, each with the command that handed it on.
    pub approved: Vec<(Uuid, ReplyApproved)>,
}

/// Folds a batch's events of one conversation, in any order.
pub fn fold(stored: Conversation, touches: &[Touch], desk: Desk<'_>) -> Folded {
    let mut fold = Fold::new(stored, desk);
    for touch in touches {
        fold.take(touch);
    }
    fold.finish()
}

struct Fold<'a> {
    desk: Desk<'a>,
    stored: Conversation,
    known: Known,
    view: Option<Opportunity>,
    revision: i64,
    review: Review,
    said: Vec<Uuid>,
    drafted: Vec<Uuid>,
    history: Vec<HistoryRecord>,
    items: Vec<(usize, StoredItem)>,
    refused: Vec<CommandRefused>,
    approved: Vec<(Uuid, ReplyApproved)>,
}

impl<'a> Fold<'a> {
    fn new(mut stored: Conversation, desk: Desk<'a>) -> Self {
        let messages = std::mem::take(&mut stored.messages).into_iter().map(|message| (message.message.id, message));
        let replies = std::mem::take(&mut stored.replies).into_iter().map(|reply| (reply.answers.message_id, reply));
        let messages: std::collections::BTreeMap<_, _> = messages.collect();
        let seen = messages.keys().copied().collect();
        let review = std::mem::take(&mut stored.review);
        let known = Known {
            conversation: stored.id,
            review: review.clone(),
            messages,
            replies: replies.collect(),
            rescored: stored.opportunity.as_ref().and_then(|standing| standing.rescored.clone()),
            before: stored.opportunity.clone().map(|standing| (standing, seen)),
        };
        let revision = stored.opportunity.as_ref().map_or(0, |standing| standing.revision);
        let view = stored.opportunity.as_ref().and_then(|_| known.opportunity(revision, desk.now));
        Self {
            desk,
            stored,
            known,
            view,
            revision,
            review,
            said: vec![],
            drafted: vec![],
            history: vec![],
            items: vec![],
            refused: vec![],
            approved: vec![],
        }
    }

    fn take(&mut self, touch: &Touch) {
        let change = match &touch.fact {
            Fact::Asked(command) => self.ask(touch, command),
            fact => self.apply(fact).or_else(|| self.tell_again(touch)),
        };
        let Some(change) = change else { return };
        for message_id in self.known.settle_replies() {
            if let Some(reply) = self.known.replies.get_mut(&message_id) {
                reply.updated_at = touch.time;
            }
            self.drafted.push(message_id);
        }
        let created = self.view.is_none();
        let Some(view) = self.known.opportunity(self.revision + 1, self.desk.now) else {
            return self.tell_dismissed(touch);
        };
        if view.standing.status != Status::Snoozed {
            self.known.review.snoozed_until = None;
        }
        self.revision += 1;
        let change = if created { Change::Created } else { change };
        self.history.push(history(touch, change, self.revision, &view));
        self.view = Some(view);
        self.stored.done.insert(touch.event_id, (change, self.revision));
        self.tell(touch, change, self.revision);
    }

    /// What a command changes. One that was obeyed before is told of again, with what it handed on.
    fn ask(&mut self, touch: &Touch, command: &Command) -> Option<Change> {
        if self.stored.done.contains_key(&touch.event_id) {
            let claimed = self.known.claimed_by(command.id, self.stored.id);
            self.approved.extend(claimed.map(|approved| (command.id, approved)));
            return self.tell_again(touch);
        }
        match command::obey(&mut self.known, self.view.as_ref(), command, self.desk) {
            Ok(Obeyed { change, said, replied, claimed }) => {
                self.said.extend(said);
                self.drafted.extend(replied);
                self.approved.extend(claimed.map(|approved| (command.id, approved)));
                change
            }
            Err(refusal) => {
                let revision = self.view.as_ref().map(|view| view.standing.revision);
                self.refused.push(CommandRefused { revision, ..refusal.of(command.id) });
                None
            }
        }
    }

    /// Takes a fact into what is known; `None` where it is known already or something newer is.
    fn apply(&mut self, fact: &Fact) -> Option<Change> {
        let changed = match fact {
            Fact::Heard(heard) => self.hear(heard),
            Fact::Drafted(reply) => self.draft(reply),
            Fact::Rescored(judgement) => self.rescore(judgement),
            Fact::Sent { reply_id, text_sha256 } => self.sent(*reply_id, text_sha256),
            Fact::Failed { reply_id, reason } => self.failed(*reply_id, *reason),
            // Judged by [`Self::ask`].
            Fact::Asked(_) => false,
        };
        changed.then(|| match fact {
            Fact::Heard(heard)
                if heard.message.direction == Direction::Outbound && self.known.answers_all(heard.key()) =>
            {
                Change::Answered
            }
            fact => fact.change(),
        })
    }

    /// A newer reading of a message replaces the older one; a reading replaces a dismissal, for a card too many is
    /// seen and one too few is not.
    fn hear(&mut self, heard: &StoredMessage) -> bool {
        let id = heard.message.id;
        if self.stored.elsewhere.contains(&id) {
            return false;
        }
        let mut heard = heard.clone();
        if let Some(known) = self.known.messages.get(&id) {
            let newer = match (&known.outcome, &heard.outcome) {
                (Outcome::Read(old), Outcome::Read(new)) => {
                    (new.engine_version, new.judgement.profile_revision)
                        > (old.engine_version, old.judgement.profile_revision)
                }
                (Outcome::Dismissed(_), Outcome::Read(_)) => true,
                (_, Outcome::Dismissed(_)) => false,
            };
            if !newer {
                return false;
            }
            heard.message.received_at = heard.message.received_at.min(known.message.received_at);
        }
        self.known.messages.insert(id, heard);
        self.said.push(id);
        true
    }

    /// A draft by a newer profile replaces the older one, unless a person has had a hand in it.
    fn draft(&mut self, reply: &Reply) -> bool {
        let id = reply.answers.message_id;
        let mut reply = reply.clone();
        if let Some(known) = self.known.replies.get(&id) {
            let untouched =
                matches!(known.state, ReplyState::Draft | ReplyState::Withdrawn) && known.engine != Engine::Person;
            if !untouched || reply.profile_revision <= known.profile_revision {
                return false;
            }
            (reply.state, reply.created_at) = (known.state, known.created_at);
        }
        self.known.replies.insert(id, reply);
        self.drafted.push(id);
        true
    }

    /// The sender's word that a reply is in its thread. With other words than ours nobody can tell what was sent.
    fn sent(&mut self, reply_id: Uuid, sha256: &str) -> bool {
        let ours =
            self.known.replies.values().find(|reply| reply.id == reply_id).and_then(|reply| reply.text.as_deref());
        let same = ours.is_some_and(|text| text_sha256(text) == sha256);
        self.step(reply_id, if same { ReplyStep::Sent } else { ReplyStep::Lose })
    }

    fn failed(&mut self, reply_id: Uuid, reason: FailureReason) -> bool {
        self.step(reply_id, if reason == FailureReason::Unconfirmed { ReplyStep::Lose } else { ReplyStep::Fail })
    }

    fn step(&mut self, reply_id: Uuid, step: ReplyStep) -> bool {
        let Some((message, reply)) = self.known.replies.iter_mut().find(|(_, reply)| reply.id == reply_id) else {
            return false;
        };
        let Some(state) = next_reply(reply.state, step) else { return false };
        (reply.state, reply.updated_at) = (state, self.desk.now);
        self.drafted.push(*message);
        true
    }

    /// A new score counts only for the facts that stand, and not by an older profile than the standing one's.
    fn rescore(&mut self, judgement: &Judgement) -> bool {
        let Some(view) = &self.view else { return false };
        let age = |judgement: &Judgement| (judgement.profile_revision, judgement.stream_sequence);
        let counts = judgement.facts_revision == view.facts_revision
            && (view.judgement.facts_revision != view.facts_revision
                || judgement.profile_revision >= view.judgement.profile_revision)
            && self
                .known
                .rescored
                .as_ref()
                .is_none_or(|last| last.facts_revision != view.facts_revision || age(judgement) > age(last));
        if counts {
            self.known.rescored = Some(judgement.clone());
        }
        counts
    }

    /// An event that changes nothing is told of again: the notice of the first time may have been lost in a crash
    /// between commit and publish.
    fn tell_again(&mut self, touch: &Touch) -> Option<Change> {
        if self.view.is_none() {
            self.tell_dismissed(touch);
            return None;
        }
        let (change, revision) =
            self.stored.done.get(&touch.event_id).copied().unwrap_or((touch.fact.change(), self.revision));
        self.tell(touch, change, revision);
        None
    }

    fn tell(&mut self, touch: &Touch, change: Change, revision: i64) {
        let Some(view) = &self.view else { return };
        let item = StoredItem {
            opportunity_id: Some(self.stored.id),
            message_id: touch.fact.message_id(),
            revision,
            tier: view.judgement.score.as_ref().map(|score| score.tier),
            status: view.standing.status,
            change,
            caused_by: touch.caused_by,
        };
        self.items.push((touch.index, item));
    }

    /// A message without a card in a conversation without one. A draft alone is nothing to tell of: it is told of with
    /// its opportunity.
    fn tell_dismissed(&mut self, touch: &Touch) {
        if let Fact::Heard(heard) = &touch.fact {
            let item = StoredItem {
                opportunity_id: None,
                message_id: Some(heard.message.id),
                revision: 0,
                tier: None,
                status: Status::Dismissed,
                change: Change::Dismissed,
                caused_by: touch.caused_by,
            };
            self.items.push((touch.index, item));
        }
    }

    fn finish(self) -> Folded {
        let Self { stored, known, view, review, said, drafted, history, items, refused, approved, .. } = self;
        let unjudged = view
            .as_ref()
            .filter(|view| view.judgement.facts_revision != view.facts_revision)
            .map(|view| view.facts_revision);
        let judged = view.as_ref().map(|view| (view.facts_revision, view.judgement.profile_revision));
        let changed = |ids: &[Uuid], id: &Uuid| ids.contains(id);
        let write = Write {
            account: stored.account,
            conversation_id: stored.id,
            opportunity: view.filter(|_| !history.is_empty()),
            thread: if said.is_empty() { None } else { thread(&known) },
            messages: known.messages.into_iter().filter(|(id, _)| changed(&said, id)).map(|(_, said)| said).collect(),
            replies: known
                .replies
                .into_iter()
                .filter(|(id, _)| changed(&drafted, id))
                .map(|(_, reply)| reply)
                .collect(),
            history,
            review: (known.review != review).then_some(known.review),
        };
        Folded { write, items, unjudged, judged, refused, approved }
    }
}

fn history(touch: &Touch, change: Change, revision: i64, view: &Opportunity) -> HistoryRecord {
    let score = view.judgement.score.as_ref();
    let (actor, verb) = match &touch.fact {
        Fact::Asked(command) => (command.actor.clone(), Some(command.action.verb())),
        _ => (format!("sluice/{}", contract::topology::PERSISTER), None),
    };
    let detail = serde_json::json!({
        "message_id": touch.fact.message_id(),
        "verb": verb,
        "caused_by": touch.caused_by,
        "status": view.standing.status,
        "tier": score.map(|score| score.tier),
        "total_score": score.map(|score| score.total),
        "decision": view.judgement.decision,
        "reply_state": view.reply_state,
        "profile_revision": view.judgement.profile_revision,
    });
    HistoryRecord {
        event_id: touch.event_id,
        at: touch.time,
        actor,
        change,
        detail,
        revision,
        stream_sequence: touch.stream_sequence,
    }
}

/// The conversation at its source, where that has a name for it.
fn thread(known: &Known) -> Option<ThreadRecord> {
    let mut messages: Vec<&StoredMessage> =
        known.messages.values().filter(|stored| stored.message.thread.id.is_some()).collect();
    messages.sort_by_key(|stored| stored.key());
    let newest = messages.last()?;
    let last = |direction| {
        messages.iter().rev().find(|stored| stored.message.direction == direction).map(|stored| stored.message.sent_at)
    };
    Some(ThreadRecord {
        source: newest.message.source.clone(),
        source_thread_id: newest.message.thread.id.clone()?,
        url: messages.iter().rev().find_map(|stored| stored.message.thread.url.clone()),
        last_inbound_at: last(Direction::Inbound),
        last_outbound_at: last(Direction::Outbound),
    })
}

/// The notice of a batch: its changes in the order of their events.
pub fn notice(mut items: Vec<(usize, StoredItem)>) -> OpportunitiesStored {
    items.sort_by_key(|(index, _)| *index);
    OpportunitiesStored { items: items.into_iter().map(|(_, item)| item).collect() }
}
