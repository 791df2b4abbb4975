//! From a delivered event to what it says about conversations: the boundary where payloads become facts.

use bus::{Delivery, StageError};
use chrono::{DateTime, Utc};
use contract::{
    Change, Command, FailureReason, ImportProgressed, MessageDismissed, OpportunitiesRescored, OpportunityScored,
    Reason, ReplyDrafted, ReplyFailed, ReplySent, ReplyState, Sender, Thread, identity, topology,
};
use kit_score::text_of;
use kit_store::record::{Dismissal, Judgement, Key, Outcome, Reading, Reply, StoredMessage};
use uuid::Uuid;

use crate::merge::facts_revision;

contract::inbound! {
    /// What the persister takes in.
    pub enum Input {
        Dismissed(MessageDismissed),
        Scored(OpportunityScored),
        Rescored(OpportunitiesRescored),
        Drafted(ReplyDrafted),
        Sent(ReplySent),
        Failed(ReplyFailed),
        Progressed(ImportProgressed),
        Command(Command),
    }
}

/// What one event says about one conversation.
#[derive(Clone, Debug, PartialEq)]
pub struct Touch {
    /// Place of its delivery in the batch.
    pub index: usize,
    pub conversation_id: Uuid,
    pub event_id: Uuid,
    pub time: DateTime<Utc>,
    pub stream_sequence: i64,
    pub caused_by: Option<Uuid>,
    pub fact: Fact,
}

/// A thing to remember.
#[derive(Clone, Debug, PartialEq)]
pub enum Fact {
    Heard(Box<StoredMessage>),
    Drafted(Box<Reply>),
    Rescored(Box<Judgement>),
    /// A reply was seen in its thread, with these words.
    Sent {
        reply_id: Uuid,
        text_sha256: String,
    },
    /// A reply did not go out, or nobody can tell.
    Failed {
        reply_id: Uuid,
        reason: FailureReason,
    },
    /// A person, or the clock, asks for something.
    Asked(Box<Command>),
}

impl Fact {
    /// The message it is about.
    pub fn message_id(&self) -> Option<Uuid> {
        match self {
            Self::Heard(stored) => Some(stored.message.id),
            Self::Drafted(reply) => Some(reply.answers.message_id),
            Self::Rescored(_) | Self::Sent { .. } | Self::Failed { .. } | Self::Asked(_) => None,
        }
    }

    /// The profile that it was judged by, where it is a judgement.
    pub fn profile_revision(&self) -> Option<u64> {
        match self {
            Self::Heard(stored) => match &stored.outcome {
                Outcome::Read(reading) => Some(reading.judgement.profile_revision),
                Outcome::Dismissed(_) => None,
            },
            Self::Rescored(judgement) => Some(judgement.profile_revision),
            Self::Drafted(_) | Self::Sent { .. } | Self::Failed { .. } | Self::Asked(_) => None,
        }
    }

    /// What it changes, where it changes anything.
    pub fn change(&self) -> Change {
        match self {
            Self::Heard(_) => Change::Updated,
            Self::Drafted(_) => Change::Drafted,
            Self::Rescored(_) => Change::Rescored,
            Self::Sent { .. } => Change::Answered,
            Self::Failed { .. } | Self::Asked(_) => Change::StatusChanged,
        }
    }
}

/// What a delivery says, conversation by conversation.
///
/// # Errors
/// [`StageError::Reject`] where the event speaks of another account than its subject.
pub fn touches(index: usize, delivery: &Delivery<Input>) -> Result<Vec<Touch>, StageError> {
    let stream_sequence = i64::try_from(delivery.stream_sequence).unwrap_or(i64::MAX);
    let touch = |conversation_id, caused_by, fact| Touch {
        index,
        conversation_id,
        event_id: event_id(delivery),
        time: delivery.time,
        stream_sequence,
        caused_by,
        fact,
    };
    match &delivery.event {
        Input::Scored(scored) => {
            same_account(delivery, &scored.analysis.message.account)?;
            Ok(vec![touch(scored.analysis.opportunity_id, None, Fact::Heard(Box::new(read(scored, stream_sequence))))])
        }
        Input::Dismissed(dismissed) => {
            let message = &dismissed.message;
            same_account(delivery, &message.account)?;
            let id = identity::opportunity_id(&delivery.account, message.thread.id.as_deref(), message.id);
            Ok(vec![touch(id, None, Fact::Heard(Box::new(dismiss(dismissed, stream_sequence))))])
        }
        Input::Drafted(drafted) => {
            let reply = reply(drafted, delivery.time, stream_sequence);
            Ok(vec![touch(drafted.opportunity_id, None, Fact::Drafted(Box::new(reply)))])
        }
        Input::Sent(sent) => {
            let fact = Fact::Sent { reply_id: sent.reply_id, text_sha256: sent.text_sha256.clone() };
            Ok(vec![touch(sent.opportunity_id, None, fact)])
        }
        Input::Failed(failed) => {
            let fact = Fact::Failed { reply_id: failed.reply_id, reason: failed.reason };
            Ok(vec![touch(failed.opportunity_id, None, fact)])
        }
        // Where a command belongs only the store knows: see `ask.rs`.
        Input::Command(_) => Ok(Vec::new()),
        // Speaks of no conversation: see `imports.rs`.
        Input::Progressed(_) => Ok(Vec::new()),
        Input::Rescored(rescored) => Ok(judgements(rescored, stream_sequence)
            .map(|(id, judgement)| touch(id, rescored.caused_by, Fact::Rescored(Box::new(judgement))))
            .collect()),
    }
}

fn event_id(delivery: &Delivery<Input>) -> Uuid {
    delivery.id.unwrap_or_else(|| identity::sequence_id(topology::EVENTS, delivery.stream_sequence))
}

fn same_account(delivery: &Delivery<Input>, account: &contract::Account) -> Result<(), StageError> {
    if *account == delivery.account {
        return Ok(());
    }
    Err(StageError::Reject {
        reason: Reason::Invalid,
        detail: "the message belongs to another account than the subject says".to_owned(),
    })
}

fn read(scored: &OpportunityScored, stream_sequence: i64) -> StoredMessage {
    let analysis = &scored.analysis;
    let judgement = Judgement {
        score: scored.score.clone(),
        decision: scored.decision,
        profile_revision: scored.profile_revision,
        facts_revision: facts_revision(analysis.kind, &analysis.facts, &analysis.flags, &text_of(&analysis.message)),
        stream_sequence,
    };
    let reading = Reading {
        kind: analysis.kind,
        language: analysis.language,
        facts: analysis.facts.clone(),
        flags: analysis.flags.clone(),
        engine: analysis.engine,
        engine_version: analysis.engine_version,
        judgement,
    };
    StoredMessage { message: analysis.message.clone(), outcome: Outcome::Read(Box::new(reading)), stream_sequence }
}

/// Of a private message nothing is kept but id, times, source and reason, whatever the event still carries.
fn dismiss(dismissed: &MessageDismissed, stream_sequence: i64) -> StoredMessage {
    let mut message = dismissed.message.clone();
    if dismissed.text_withheld {
        message.thread = Thread::default();
        message.sender = Sender::default();
        message.subject = None;
        message.text.clear();
        message.history.clear();
    }
    let why = Dismissal {
        kind: dismissed.kind,
        reason: dismissed.reason,
        detail: dismissed.detail.clone(),
        language: dismissed.language,
        engine: dismissed.engine,
        withheld: dismissed.text_withheld,
    };
    StoredMessage { message, outcome: Outcome::Dismissed(why), stream_sequence }
}

fn reply(drafted: &ReplyDrafted, time: DateTime<Utc>, stream_sequence: i64) -> Reply {
    Reply {
        id: identity::reply_id(drafted.opportunity_id, drafted.message_id),
        answers: Key::new(drafted.message_sent_at, drafted.message_id),
        state: ReplyState::Draft,
        decision: drafted.decision,
        language: drafted.language,
        text: drafted.text.clone(),
        no_draft: drafted.no_draft,
        checks: drafted.checks.clone(),
        engine: drafted.engine,
        profile_revision: drafted.profile_revision,
        stream_sequence,
        approval: None,
        created_at: time,
        updated_at: time,
    }
}

fn judgements(rescored: &OpportunitiesRescored, stream_sequence: i64) -> impl Iterator<Item = (Uuid, Judgement)> {
    rescored.items.iter().map(move |item| {
        let judgement = Judgement {
            score: item.score.clone(),
            decision: item.decision,
            profile_revision: rescored.profile_revision,
            facts_revision: item.facts_revision,
            stream_sequence,
        };
        (item.opportunity_id, judgement)
    })
}
