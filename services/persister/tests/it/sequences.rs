//! Any sequence of messages, commands, sender's words and time: the rows are what the reference says, at most one reply
//! of a conversation may go out, and none goes out more often than a person said yes.

use std::cell::Cell;

use bus::{Output, Stage};
use chrono::{DateTime, Duration, Utc};
use contract::{
    Action, CommandRefused, Direction, FailureReason, Kind, Message, OpportunitiesStored, ReplyApproved, ReplyFailed,
    ReplySent, ReplyState, SealKey, identity, text_sha256,
};
use kit_store::testing::{Database, Databases};
use persister::{Persister, Sending, clock, touch::Input};
use proptest::{
    prelude::*,
    test_runner::{Config, TestRunner},
};
use uuid::Uuid;

use crate::{
    model::{Model, Op, SNOOZE, Verb},
    sample::{at, delivery, drafted, me, message, offer, own, scored},
};

thread_local! {
    /// The persister's clock, in minutes.
    static MINUTE: Cell<i64> = const { Cell::new(0) };
}

fn now() -> DateTime<Utc> {
    at(MINUTE.get()) + Duration::seconds(30)
}

fn op() -> impl Strategy<Value = Op> {
    let verb = prop_oneof![
        4 => Just(Verb::Approve), 1 => Just(Verb::Edit), 1 => Just(Verb::Discard),
        2 => Just(Verb::Undo), 1 => Just(Verb::MarkSent), 2 => Just(Verb::Retry),
    ];
    let reply = || 0..4_usize;
    prop_oneof![
        2 => Just(Op::Inbound),
        1 => any::<bool>().prop_map(|same| Op::Own { same }),
        8 => (verb, prop::option::weighted(0.3, reply()), prop::bool::weighted(0.85))
            .prop_map(|(verb, reply, fresh)| Op::Ask { verb, reply: reply.unwrap_or(usize::MAX), fresh }),
        1 => Just(Op::Snooze),
        1 => Just(Op::Archive),
        1 => Just(Op::Restore),
        3 => prop::bool::weighted(0.2).prop_map(|long| Op::Time { long }),
        1 => reply().prop_map(|reply| Op::SenderSent { reply }),
        2 => (reply(), any::<bool>()).prop_map(|(reply, unknown)| Op::SenderFailed { reply, unknown }),
    ]
}

/// One conversation under test.
struct Run<'a> {
    database: &'a Database,
    persister: Persister,
    model: Model,
    /// Tells this run's ids from others'.
    case: u128,
    steps: u64,
    conversation: Uuid,
    replies: Vec<(Uuid, String)>,
}

impl Run<'_> {
    fn message(&mut self, direction: Direction, text: &str) -> Message {
        self.steps += 1;
        let mut message = message(0, direction, i64::try_from(self.steps).unwrap(), text);
        message.id = Uuid::from_u128((self.case << 64) + u128::from(self.steps));
        message.thread.id = Some(format!("2-case-{}", self.case));
        message
    }

    async fn say(&mut self, input: Input) -> Vec<Output> {
        self.steps += 1;
        let mut delivery = delivery(self.steps, input);
        delivery.id = Some(Uuid::from_u128((self.case << 64) + (1 << 32) + u128::from(self.steps)));
        self.persister.handle(&delivery).await.unwrap()
    }

    async fn ask(&mut self, action: Action, fresh: bool) -> bool {
        let revision = self.revision().await - i64::from(!fresh);
        self.steps += 1;
        let id = Uuid::from_u128((self.case << 64) + (2 << 32) + u128::from(self.steps));
        let command = contract::Command {
            id,
            issued_at: now(),
            actor: "diego".into(),
            expected_revision: Some(revision),
            action,
        };
        let outputs = self.say(Input::Command(Box::new(command))).await;
        let stored = outputs.iter().filter_map(Output::read::<OpportunitiesStored>).count();
        let refused = outputs.iter().filter_map(Output::read::<CommandRefused>).count();
        assert_eq!(stored + refused, 1, "a command is done or refused, never both and never neither");
        stored == 1
    }

    async fn revision(&self) -> i64 {
        self.database.store.reader().opportunity(&me(), self.conversation).await.unwrap().unwrap().row.revision
    }

    /// Does it; says whether something changed.
    async fn happens(&mut self, op: Op) -> bool {
        let (opportunity_id, before) = (self.conversation, MINUTE.get());
        match op {
            Op::Inbound => {
                let inbound = self.message(Direction::Inbound, "And there is more to say.");
                let draft = format!("Draft {}.", self.replies.len());
                self.replies.push((identity::reply_id(self.conversation, inbound.id), draft.clone()));
                self.say(scored(inbound.clone(), Kind::NewOpportunity, offer())).await;
                self.say(drafted(&inbound, &draft, 1)).await;
                true
            }
            Op::Own { same } => {
                let words = if same { self.replies.last().unwrap().1.clone() } else { "By phone.".to_owned() };
                let own_words = self.message(Direction::Outbound, &words);
                let Input::Dismissed(mut seen) = own(0, 0, &words) else { unreachable!("an own message") };
                seen.message = own_words;
                self.say(Input::Dismissed(seen)).await;
                true
            }
            Op::Ask { verb, reply, fresh } => {
                let reply_id = self.replies[reply].0;
                let text = format!("Own words {}.", self.steps);
                let action = match verb {
                    Verb::Approve => Action::Approve { reply_id },
                    Verb::Edit => Action::Edit { reply_id, text: text.clone() },
                    Verb::Discard => Action::Discard { reply_id },
                    Verb::Undo => Action::Undo { reply_id },
                    Verb::MarkSent => Action::MarkSent { reply_id },
                    Verb::Retry => Action::Retry { reply_id },
                };
                let done = self.ask(action, fresh).await;
                if done && verb == Verb::Edit {
                    self.replies[reply].1 = text;
                }
                done
            }
            Op::Snooze => self.ask(Action::Snooze { opportunity_id, until: at(before + SNOOZE) }, true).await,
            Op::Archive => self.ask(Action::Archive { opportunity_id }, true).await,
            Op::Restore => self.ask(Action::Restore { opportunity_id }, true).await,
            Op::Time { long } => {
                MINUTE.set(before + if long { 25 * 60 } else { 1 });
                self.time_asks().await
            }
            Op::SenderSent { reply } => {
                let (reply_id, text) = self.replies[reply].clone();
                let text_sha256 = text_sha256(&text);
                let sent = ReplySent { reply_id, opportunity_id, sent_at: now(), text_sha256 };
                self.changes(Input::Sent(Box::new(sent))).await
            }
            Op::SenderFailed { reply, unknown } => {
                let reply_id = self.replies[reply].0;
                let reason = if unknown { FailureReason::Unconfirmed } else { FailureReason::ThreadUnreachable };
                let failed = ReplyFailed { reply_id, opportunity_id, reason, detail: String::new() };
                self.changes(Input::Failed(Box::new(failed))).await
            }
        }
    }

    async fn changes(&mut self, input: Input) -> bool {
        let before = self.revision().await;
        self.say(input).await;
        self.revision().await != before
    }

    /// What is due is asked twice, as two copies of the persister would; what is handed on must fit the model.
    async fn time_asks(&mut self) -> bool {
        let (before, mut approved) = (self.revision().await, Vec::<ReplyApproved>::new());
        let due = self.database.store.reader().due(now(), 100).await.unwrap();
        let conversation = self.conversation;
        for due in due.iter().filter(|due| due.opportunity_id == conversation) {
            for _ in 0..2 {
                let outputs = self.say(Input::Command(Box::new(clock::command(due)))).await;
                approved.extend(outputs.iter().filter_map(Output::read::<ReplyApproved>));
            }
        }
        approved.dedup();
        assert!(approved.len() <= 1, "two replies of one conversation were handed on: {approved:?}");
        for sealed in &approved {
            let place = self.replies.iter().position(|(id, _)| *id == sealed.reply_id).unwrap();
            assert_eq!(sealed.text, self.replies[place].1, "other words than those of the yes");
            assert!(key().holds(&me(), sealed));
        }
        self.revision().await != before
    }

    async fn agrees(&self) {
        let reader = self.database.store.reader();
        let mut states = Vec::new();
        for (id, _) in &self.replies {
            states.push(reader.reply(&me(), *id).await.unwrap().unwrap().state);
        }
        assert_eq!(states, self.model.replies);
        let found = reader.opportunity(&me(), self.conversation).await.unwrap().unwrap();
        assert_eq!(found.row.status, self.model.status());
        let live = states.iter().filter(|state| matches!(state, ReplyState::Draft | ReplyState::Approved)).count();
        assert!(live <= 1, "{states:?}");
        for (yeses, handed) in self.model.yeses.iter().zip(&self.model.handed) {
            assert!(handed <= yeses, "sent more often than a person said yes");
        }
    }
}

fn key() -> SealKey {
    SealKey::new(b"a key of tests, and of nothing else").unwrap()
}

fn sequences_agree(cases: u32, database: impl Future<Output = Database>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let database = runtime.block_on(database);
    let case = Cell::new(0_u128);
    let mut runner = TestRunner::new(Config { cases, failure_persistence: None, ..Config::default() });
    let outcome = runner.run(&prop::collection::vec(op(), 1..25), |ops| {
        case.set(case.get() + 1);
        MINUTE.set(1_000);
        let persister = Persister::with_clock(&database.store, now).with_key(key()).with_sending(Sending::BySender);
        let name = format!("2-case-{}", case.get());
        let mut run = Run {
            database: &database,
            persister,
            model: Model::at(1_000),
            case: case.get(),
            steps: 0,
            conversation: identity::opportunity_id(&me(), Some(&name), Uuid::nil()),
            replies: Vec::new(),
        };
        runtime.block_on(async {
            for op in std::iter::once(Op::Inbound).chain(ops) {
                let there = |reply: usize| reply.min(run.replies.len().saturating_sub(1));
                let op = match op {
                    Op::Ask { verb, reply, fresh } => Op::Ask { verb, reply: there(reply), fresh },
                    Op::SenderSent { reply } => Op::SenderSent { reply: there(reply) },
                    Op::SenderFailed { reply, unknown } => Op::SenderFailed { reply: there(reply), unknown },
                    op => op,
                };
                // A sender speaks of what it was given alone.
                if matches!(op, Op::SenderSent { reply } if run.model.handed[reply] == 0) {
                    continue;
                }
                let (meant, done) = (run.model.happens(op), run.happens(op).await);
                assert_eq!(done, meant, "{op:?}");
                run.agrees().await;
            }
        });
        Ok(())
    });
    outcome.unwrap();
}

#[test]
fn sequences_agree_with_the_reference_on_sqlite() {
    sequences_agree(96, Databases::sqlite());
}

#[test]
fn sequences_agree_with_the_reference_on_postgres() {
    sequences_agree(32, Databases::postgres());
}
