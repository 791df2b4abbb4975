//! Nothing may depend on arrival: any order, any repetition and any batching of the same events end in the same rows.

use std::collections::{BTreeMap, BTreeSet};

use bus::Delivery;
use contract::{Direction, DismissalReason, Facts, Kind, ReplyState};
use kit_store::record::{Conversation, Opportunity, Review, Write};
use persister::{
    fold::fold,
    touch::{Input, Touch, touches},
};
use proptest::prelude::*;
use uuid::Uuid;

use crate::sample::{
    at, conversation, delivery, desk, dismissed, drafted, me, message, offer, own, pay, rescored, scored_by, tech,
};

/// A store in memory: what the database's upserts do.
struct Memory {
    stored: Conversation,
    row: Option<Opportunity>,
}

/// What is compared.
#[derive(Debug, PartialEq)]
struct Rows {
    opportunity: Option<Opportunity>,
    replies: Vec<(Uuid, ReplyState, Option<String>)>,
    messages: Vec<Uuid>,
}

impl Memory {
    fn new() -> Self {
        let stored = Conversation {
            account: me(),
            id: conversation(),
            foreign: false,
            opportunity: None,
            messages: vec![],
            replies: vec![],
            done: BTreeMap::new(),
            elsewhere: BTreeSet::new(),
            review: Review::default(),
        };
        Self { stored, row: None }
    }

    fn take(&mut self, batch: &[Delivery<Input>]) -> Option<i64> {
        let said: Vec<Touch> = batch.iter().enumerate().flat_map(|(index, d)| touches(index, d).unwrap()).collect();
        let folded = fold(self.stored.clone(), &said, desk(&me(), at(200)));
        let Write { opportunity, messages, replies, history, .. } = folded.write;
        for new in messages {
            self.stored.messages.retain(|old| old.message.id != new.message.id);
            self.stored.messages.push(new);
        }
        for new in replies {
            self.stored.replies.retain(|old| old.id != new.id);
            self.stored.replies.push(new);
        }
        if let Some(row) = opportunity {
            self.stored.opportunity = Some(row.standing.clone());
            self.row = Some(row);
        }
        self.stored.done.extend(history.iter().map(|entry| (entry.event_id, (entry.change, entry.revision))));
        folded.unjudged
    }

    /// Answers the question for a score of the merged facts, as the scorer would.
    fn judge(&mut self, number: u64, facts_revision: i64) -> Option<i64> {
        let facts = self.row.as_ref().map(|row| row.facts.clone()).unwrap();
        self.take(&[delivery(number, rescored(conversation(), facts_revision, &facts, 1))])
    }

    /// The rows, without what tells of arrival itself: times of writing, revisions and stream places.
    fn rows(mut self) -> Rows {
        if let Some(row) = &mut self.row {
            row.standing.revision = 0;
            row.standing.rescored = None;
            row.standing.processing_time_ms = 0;
            row.judgement.stream_sequence = 0;
        }
        let mut replies: Vec<_> =
            self.stored.replies.into_iter().map(|reply| (reply.id, reply.state, reply.text)).collect();
        replies.sort();
        let mut messages: Vec<_> = self.stored.messages.iter().map(|stored| stored.message.id).collect();
        messages.sort();
        Rows { opportunity: self.row, replies, messages }
    }
}

fn run(events: &[Delivery<Input>], cuts: &[usize], judge_between: bool) -> Memory {
    let mut memory = Memory::new();
    let mut unjudged = None;
    let mut number = 10_000;
    let mut rest = events;
    for cut in cuts.iter().copied().chain([usize::MAX]) {
        let (batch, after) = rest.split_at(cut.min(rest.len()));
        rest = after;
        if !batch.is_empty() {
            unjudged = memory.take(batch);
        }
        while let Some(facts_revision) = unjudged.filter(|_| judge_between || rest.is_empty()) {
            number += 1;
            assert!(number < 10_100, "the question for a score must end");
            unjudged = memory.judge(number, facts_revision);
        }
    }
    memory
}

fn facts() -> impl Strategy<Value = Facts> {
    prop_oneof![
        Just(Facts::default()),
        Just(offer()),
        Just(pay()),
        Just(Facts { salary: pay().salary, ..offer() }),
        Just(Facts { tech_stack: vec![tech("Kafka"), tech("Rust")], ..Facts::default() }),
    ]
}

/// What happens about one message of a conversation, in the order of the stream.
fn about(number: u8) -> impl Strategy<Value = Vec<Input>> {
    let minute = i64::from(number) * 10;
    let inbound = move || message(number, Direction::Inbound, minute, "Hello, we build presses for cider.");
    let draft = format!("Thank you, {number}.");
    let reading = (facts(), facts(), 0..4_usize, any::<bool>(), any::<bool>()).prop_map(
        move |(first, second, more, new, drafts)| {
            let kind = if new { Kind::NewOpportunity } else { Kind::FollowUp };
            let mut inputs = vec![scored_by(inbound(), kind, first.clone(), 1, 1)];
            match more {
                1 => inputs.push(scored_by(inbound(), kind, second, 2, 1)),
                2 => inputs.push(scored_by(inbound(), kind, first, 1, 2)),
                3 => inputs.push(dismissed(inbound(), DismissalReason::Courtesy)),
                _ => {}
            }
            if drafts {
                inputs.push(drafted(&inbound(), &draft, 1));
                inputs.push(drafted(&inbound(), &draft, 2));
            }
            inputs
        },
    );
    let courtesy =
        Just(vec![dismissed(message(number, Direction::Inbound, minute, "Thanks!"), DismissalReason::Courtesy)]);
    let answer = prop_oneof![Just("Thank  you, 0."), Just("Thank you, 1."), Just("Let us talk by phone.")]
        .prop_map(move |text| vec![own(number, minute, text)]);
    prop_oneof![4 => reading, 1 => courtesy, 2 => answer]
}

/// A conversation's events, and the same ones shuffled, some twice, cut into batches.
fn arrivals() -> impl Strategy<Value = (Vec<Delivery<Input>>, Vec<Delivery<Input>>, Vec<usize>)> {
    (about(0), about(1), about(2), about(3)).prop_flat_map(|(a, b, c, d)| {
        let all = [a, b, c, d].concat();
        let events: Vec<_> = all.into_iter().enumerate().map(|(i, input)| delivery(i as u64 + 1, input)).collect();
        let twice = proptest::collection::vec(any::<proptest::sample::Index>(), 0..6);
        let cuts = proptest::collection::vec(1..5_usize, 0..6);
        (Just(events), twice, cuts).prop_flat_map(|(events, twice, cuts)| {
            let mut more = events.clone();
            more.extend(twice.iter().map(|index| events[index.index(events.len())].clone()));
            (Just(events), Just(more).prop_shuffle(), Just(cuts))
        })
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_order_repetition_and_batching_ends_in_the_same_rows((events, arrived, cuts) in arrivals(), between: bool) {
        let reference = run(&events, &[], false);
        let other = run(&arrived, &cuts, between);
        prop_assert_eq!(reference.rows(), other.rows());
    }

    #[test]
    fn at_most_one_reply_may_still_go_out((_, arrived, cuts) in arrivals()) {
        let stored = run(&arrived, &cuts, false).stored;
        let live = stored.replies.iter().filter(|reply| matches!(reply.state, ReplyState::Draft | ReplyState::Approved));
        prop_assert!(live.count() <= 1);
    }

    #[test]
    fn the_same_again_changes_nothing((_, arrived, cuts) in arrivals()) {
        let mut memory = run(&arrived, &cuts, false);
        let (before, row) = (memory.stored.clone(), memory.row.clone());
        memory.take(&arrived);
        prop_assert_eq!(memory.stored, before);
        prop_assert_eq!(memory.row, row);
    }
}
