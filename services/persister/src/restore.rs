//! "This was an offer": a conversation whose messages were all dismissed becomes an opportunity by a person's word.

use chrono::{DateTime, Utc};
use contract::{Change, Decision, Direction, Engine, Facts, Flag, Kind, NoDraftReason, ReplyState};
use kit_store::record::{Judgement, Outcome, Reading, Reply};

use crate::{command::Obeyed, view::Known};

/// Takes the dismissals back. What the messages say was not read: it is an opportunity that states nothing, is judged as
/// such, and waits for the person. `None` where there is no message with words.
pub(crate) fn take_back(known: &mut Known, now: DateTime<Utc>) -> Option<Obeyed> {
    let mut obeyed = Obeyed { change: Some(Change::Created), ..Obeyed::default() };
    let dismissed = known.messages.values_mut().filter(|stored| stored.message.direction == Direction::Inbound);
    for stored in dismissed {
        let Outcome::Dismissed(why) = &stored.outcome else { continue };
        if why.withheld {
            continue;
        }
        let judgement = Judgement {
            score: None,
            decision: Decision::Review,
            profile_revision: 0,
            // Of no facts: so it is asked for.
            facts_revision: 0,
            stream_sequence: stored.stream_sequence,
        };
        let reading = Reading {
            kind: Kind::NewOpportunity,
            language: why.language,
            facts: Facts::default(),
            flags: vec![Flag::Thin],
            engine: Engine::Person,
            // Whatever reads it again knows better.
            engine_version: 0,
            judgement,
        };
        stored.outcome = Outcome::Read(Box::new(reading));
        obeyed.said.push(stored.message.id);
    }
    let (language, answers) = known.readings().last().map(|(key, _, reading)| (reading.language, *key))?;
    let conversation = known.conversation;
    known.replies.entry(answers.message_id).or_insert_with(|| Reply {
        id: contract::identity::reply_id(conversation, answers.message_id),
        answers,
        state: ReplyState::Draft,
        decision: Decision::Review,
        language,
        text: None,
        no_draft: Some(NoDraftReason::NeedsPerson),
        checks: Vec::new(),
        engine: Engine::Person,
        profile_revision: 0,
        stream_sequence: 0,
        approval: None,
        created_at: now,
        updated_at: now,
    });
    obeyed.replied.push(answers.message_id);
    Some(obeyed)
}
