//! The review: what a person decides, and what time does with it. The same bodies on SQLite and on PostgreSQL.

use bus::{Output, Stage};
use contract::{
    Action, Change, CommandRefused, Decision, Direction, DismissalReason, Facts, FailureReason, Kind,
    OpportunitiesStored, RefusalReason, ReplyApproved, ReplyFailed, ReplySent, ReplyState, SealKey, Status, StoredItem,
    text_sha256,
};
use kit_store::{OpportunityDetail, testing::Database};
use persister::{Persister, Sending, clock, touch::Input};
use uuid::Uuid;

use crate::sample::{asked, at, conversation, delivery, dismissed, drafted, me, message, offer, own, scored};

on_both!(
    a_yes_is_sealed_over_the_very_words_and_waits_for_the_person,
    a_yes_to_something_else_than_what_was_shown_is_refused,
    of_six_yeses_at_once_one_counts,
    a_command_delivered_again_is_done_once,
    what_is_not_there_or_not_mine_is_not_found,
    own_words_take_the_drafts_place_and_keep_it,
    a_newer_message_takes_the_yes_back,
    a_thank_you_after_the_yes_asks_for_another_look,
    a_snooze_ends_by_itself,
    an_approval_ends_by_itself,
    a_sender_gets_the_words_once_the_hold_is_over,
    words_changed_behind_the_yes_are_never_handed_on,
    what_the_sender_says_holds,
    a_sent_refusal_declines,
    archived_and_back,
    a_dismissal_is_taken_back,
    notes_and_star_are_the_persons,
    verbs_of_nobody_are_refused,
);

pub(crate) const OFFER: &str = "Manzana Labs looks for a backend engineer who writes Rust.";
const WORDS: &str = "Tell me more.";

/// A key of the tests.
fn key() -> SealKey {
    SealKey::new(b"a key of tests, and of nothing else").unwrap()
}

/// A persister at minute 300, where the person sends.
fn by_hand(database: &Database) -> Persister {
    Persister::with_clock(&database.store, || at(300)).with_key(key())
}

pub(crate) struct Said(Vec<Output>);

impl Said {
    pub(crate) fn item(&self) -> StoredItem {
        let stored: Vec<OpportunitiesStored> = self.0.iter().filter_map(Output::read).collect();
        assert_eq!((stored.len(), stored[0].items.len()), (1, 1), "{stored:?}");
        stored[0].items[0].clone()
    }

    pub(crate) fn refused(&self) -> CommandRefused {
        let refused: Vec<CommandRefused> = self.0.iter().filter_map(Output::read).collect();
        let stored = self.0.iter().filter_map(Output::read::<OpportunitiesStored>).count();
        assert_eq!((refused.len(), stored), (1, 0), "{refused:?}");
        refused[0].clone()
    }

    fn approved(&self) -> Vec<ReplyApproved> {
        self.0.iter().filter_map(Output::read).collect()
    }
}

pub(crate) async fn say(persister: &Persister, number: u64, input: Input) -> Said {
    Said(persister.handle(&delivery(number, input)).await.unwrap())
}

/// An offer with its draft; its id.
pub(crate) async fn with_draft(database: &Database) -> (Persister, Uuid) {
    let persister = by_hand(database);
    let first = message(1, Direction::Inbound, 0, OFFER);
    say(&persister, 1, scored(first.clone(), Kind::NewOpportunity, offer())).await;
    say(&persister, 2, drafted(&first, WORDS, 1)).await;
    (persister, contract::identity::reply_id(conversation(), first.id))
}

async fn found(database: &Database) -> OpportunityDetail {
    database.store.reader().opportunity(&me(), conversation()).await.unwrap().unwrap()
}

async fn state(database: &Database, reply: Uuid) -> ReplyState {
    database.store.reader().reply(&me(), reply).await.unwrap().unwrap().state
}

async fn a_yes_is_sealed_over_the_very_words_and_waits_for_the_person(database: Database) {
    let (persister, reply_id) = with_draft(&database).await;
    let approve = asked(10, Some(2), Action::Approve { reply_id });
    let command = Uuid::from_u128(0xc000 + 10);
    let item = say(&persister, 3, approve).await.item();
    assert_eq!((item.revision, item.change, item.caused_by), (3, Change::StatusChanged, Some(command)));
    let row = database.store.reader().reply(&me(), reply_id).await.unwrap().unwrap();
    assert_eq!((row.state, row.approved_by.as_deref()), (ReplyState::Approved, Some("diego")));
    assert_eq!((row.approved_at, row.expires_at), (Some(at(300)), Some(at(300 + 24 * 60))));
    assert_eq!(found(&database).await.row.reply_state, Some(ReplyState::Approved));
    let history = database.store.reader().history(&me(), conversation()).await.unwrap();
    assert_eq!((history[2].actor.as_str(), &history[2].detail["verb"]), ("diego", &"approve".into()));

    let undone = say(&persister, 4, asked(11, Some(3), Action::Undo { reply_id })).await.item();
    assert_eq!((undone.revision, state(&database, reply_id).await), (4, ReplyState::Draft));
    say(&persister, 5, asked(12, Some(4), Action::Approve { reply_id })).await.item();
    let sent = say(&persister, 6, asked(13, None, Action::MarkSent { reply_id })).await.item();
    assert_eq!((sent.status, sent.change), (Status::Replied, Change::Answered));
    let found = found(&database).await;
    assert_eq!((found.row.reply_state, found.ai_response.as_deref()), (Some(ReplyState::Sent), Some(WORDS)));
    // What is sent is sent.
    for action in [Action::Approve { reply_id }, Action::Undo { reply_id }, Action::Discard { reply_id }] {
        let refused = say(&persister, 7, asked(14, Some(found.row.revision), action)).await.refused();
        assert_eq!((refused.reason, refused.current_state.as_deref()), (RefusalReason::WrongState, Some("sent")));
    }
}

async fn a_yes_to_something_else_than_what_was_shown_is_refused(database: Database) {
    let (persister, reply_id) = with_draft(&database).await;
    let stale = say(&persister, 3, asked(10, Some(1), Action::Approve { reply_id })).await.refused();
    assert_eq!((stale.reason, stale.revision), (RefusalReason::StaleRevision, Some(2)));
    assert_eq!(stale.current_state.as_deref(), Some("draft"));
    let blind = say(&persister, 4, asked(11, None, Action::Approve { reply_id })).await.refused();
    assert_eq!(blind.reason, RefusalReason::Invalid);
    let without_key = Persister::with_clock(&database.store, || at(300));
    let unsealed = say(&without_key, 5, asked(12, Some(2), Action::Approve { reply_id })).await.refused();
    assert_eq!(unsealed.reason, RefusalReason::NotSupported);
    assert_eq!(state(&database, reply_id).await, ReplyState::Draft);
    assert_eq!(database.store.reader().history(&me(), conversation()).await.unwrap().len(), 2);
}

async fn of_six_yeses_at_once_one_counts(database: Database) {
    let (persister, reply_id) = with_draft(&database).await;
    let yes = |number: u64| say(&persister, number, asked(number, Some(2), Action::Approve { reply_id }));
    let (a, b, c, d, e, f) = tokio::join!(yes(10), yes(11), yes(12), yes(13), yes(14), yes(15));
    let all = [a, b, c, d, e, f];
    let stored = all.iter().flat_map(|said| said.0.iter().filter_map(Output::read::<OpportunitiesStored>)).count();
    let refused: Vec<CommandRefused> = all.iter().flat_map(|said| said.0.iter().filter_map(Output::read)).collect();
    assert_eq!((stored, refused.len()), (1, 5));
    assert!(refused.iter().all(|refused| refused.reason == RefusalReason::StaleRevision), "{refused:?}");
    assert_eq!(state(&database, reply_id).await, ReplyState::Approved);
}

async fn a_command_delivered_again_is_done_once(database: Database) {
    let (persister, reply_id) = with_draft(&database).await;
    let discard = || asked(10, Some(2), Action::Discard { reply_id });
    let first = say(&persister, 3, discard()).await.item();
    let again = say(&persister, 3, discard()).await.item();
    assert_eq!(first, again, "told of as it was");
    let both = [delivery(3, discard()), delivery(4, discard())];
    let outcome = persister.handle_many(&both).await;
    assert_eq!(outcome.results, [Ok(()), Ok(())]);
    assert_eq!(state(&database, reply_id).await, ReplyState::Discarded);
    assert_eq!(database.store.reader().history(&me(), conversation()).await.unwrap().len(), 3);
}

async fn what_is_not_there_or_not_mine_is_not_found(database: Database) {
    let (persister, reply_id) = with_draft(&database).await;
    let nowhere = Uuid::from_u128(404);
    let actions = [
        Action::Approve { reply_id: nowhere },
        Action::Archive { opportunity_id: nowhere },
        Action::Restore { opportunity_id: nowhere },
        Action::Annotate { opportunity_id: nowhere, notes: None, starred: Some(true) },
        Action::Join { opportunity_id: conversation(), with: nowhere },
    ];
    for (number, action) in (10..).zip(actions) {
        let refused = say(&persister, number, asked(number, Some(2), action)).await.refused();
        assert_eq!(refused.reason, RefusalReason::NotFound, "{number}");
    }
    for (number, action) in
        (20..).zip([Action::Discard { reply_id }, Action::Archive { opportunity_id: conversation() }])
    {
        let mut foreign = delivery(number, asked(number, None, action));
        foreign.account = "another".parse().unwrap();
        let said = Said(persister.handle(&foreign).await.unwrap());
        assert_eq!(said.refused().reason, RefusalReason::NotFound, "{number}");
    }
    assert_eq!(found(&database).await.row.revision, 2);
}

async fn own_words_take_the_drafts_place_and_keep_it(database: Database) {
    let (persister, reply_id) = with_draft(&database).await;
    let edit = |text: &str| Action::Edit { reply_id, text: text.into() };
    for (number, bad) in (10..).zip(["", "  \n", "a\0b", &"x".repeat(8_001)]) {
        let refused = say(&persister, number, asked(number, Some(2), edit(bad))).await.refused();
        assert_eq!(refused.reason, RefusalReason::Invalid, "{number}");
    }
    let item = say(&persister, 20, asked(20, Some(2), edit("Gladly, on Tuesday."))).await.item();
    assert_eq!((item.revision, item.change), (3, Change::Drafted));
    let first = message(1, Direction::Inbound, 0, OFFER);
    say(&persister, 21, drafted(&first, "A newer draft.", 9)).await;
    let found = found(&database).await;
    assert_eq!(found.ai_response.as_deref(), Some("Gladly, on Tuesday."));
    assert_eq!(found.reply.map(|reply| reply.engine), Some(contract::Engine::Person));
}

async fn a_newer_message_takes_the_yes_back(database: Database) {
    let (persister, reply_id) = with_draft(&database).await;
    say(&persister, 3, asked(10, Some(2), Action::Approve { reply_id })).await.item();
    let second = message(2, Direction::Inbound, 9, "One more thing.");
    say(&persister, 4, scored(second.clone(), Kind::FollowUp, Facts::default())).await;
    assert_eq!(state(&database, reply_id).await, ReplyState::Withdrawn);
    say(&persister, 5, drafted(&second, "Which one?", 1)).await;
    assert_eq!(found(&database).await.ai_response.as_deref(), Some("Which one?"));
    // Answered elsewhere, with other words.
    say(&persister, 6, own(3, 12, "I called them.")).await;
    let second_reply = contract::identity::reply_id(conversation(), second.id);
    assert_eq!(state(&database, second_reply).await, ReplyState::Withdrawn);
    assert_eq!(found(&database).await.row.status, Status::Replied);
}

async fn a_thank_you_after_the_yes_asks_for_another_look(database: Database) {
    let (persister, reply_id) = with_draft(&database).await;
    say(&persister, 3, asked(10, Some(2), Action::Approve { reply_id })).await.item();
    let courtesy = message(2, Direction::Inbound, 9, "Thanks, have a good week!");
    say(&persister, 4, dismissed(courtesy, DismissalReason::Courtesy)).await.item();
    assert_eq!(state(&database, reply_id).await, ReplyState::Draft, "the words still answer; the yes was to less");
    let revision = found(&database).await.row.revision;
    say(&persister, 5, asked(11, Some(revision), Action::Approve { reply_id })).await.item();
    // An older one that arrives late is nothing new.
    let older = message(3, Direction::Inbound, 5, "Thank you!");
    say(&persister, 6, dismissed(older, DismissalReason::Courtesy)).await.item();
    assert_eq!(state(&database, reply_id).await, ReplyState::Approved);
}

async fn a_snooze_ends_by_itself(database: Database) {
    let (persister, _) = with_draft(&database).await;
    let (opportunity_id, reader) = (conversation(), database.store.reader());
    for (number, until) in [(10, at(299)), (11, at(300 + 400 * 24 * 60))] {
        let refused = say(&persister, number, asked(number, Some(2), Action::Snooze { opportunity_id, until })).await;
        assert_eq!(refused.refused().reason, RefusalReason::Invalid);
    }
    let snooze = Action::Snooze { opportunity_id, until: at(400) };
    let item = say(&persister, 12, asked(12, Some(2), snooze)).await.item();
    assert_eq!((item.status, found(&database).await.snoozed_until), (Status::Snoozed, Some(at(400))));
    assert_eq!(reader.due(at(399), 10).await.unwrap(), []);
    let due = reader.due(at(401), 10).await.unwrap();
    assert_eq!((due.len(), due[0].opportunity_id, due[0].at), (1, conversation(), at(400)));
    let wake = Input::Command(Box::new(clock::command(&due[0])));
    assert!(say(&persister, 13, wake.clone()).await.0.is_empty(), "asked too early");
    let later = Persister::with_clock(&database.store, || at(401)).with_key(key());
    let item = say(&later, 13, wake).await.item();
    assert_eq!((item.status, item.change), (Status::AwaitingReview, Change::StatusChanged));
    assert_eq!(found(&database).await.snoozed_until, None);
    assert_eq!(reader.due(at(500), 10).await.unwrap(), []);
}

async fn an_approval_ends_by_itself(database: Database) {
    let (persister, reply_id) = with_draft(&database).await;
    say(&persister, 3, asked(10, Some(2), Action::Approve { reply_id })).await.item();
    let reader = database.store.reader();
    assert_eq!(reader.due(at(310), 10).await.unwrap(), [], "the person has a day");
    let due = reader.due(at(300 + 24 * 60), 10).await.unwrap();
    assert_eq!(due.len(), 1);
    let later = Persister::with_clock(&database.store, || at(300 + 24 * 60)).with_key(key());
    let said = say(&later, 4, Input::Command(Box::new(clock::command(&due[0])))).await;
    assert_eq!((said.item().change, said.approved()), (Change::StatusChanged, vec![]));
    assert_eq!(state(&database, reply_id).await, ReplyState::Draft);
}

/// Approved where a sender waits, and the question that time asks at the end of the hold.
async fn held(database: &Database) -> (Persister, Uuid, Input) {
    let (persister, reply_id) = with_draft(database).await;
    let persister = persister.with_sending(Sending::BySender);
    say(&persister, 3, asked(10, Some(2), Action::Approve { reply_id })).await.item();
    let due = database.store.reader().due(at(301), 10).await.unwrap().remove(0);
    assert_eq!(due.at - at(300), chrono::Duration::seconds(10));
    let later = Persister::with_clock(&database.store, || at(301)).with_key(key()).with_sending(Sending::BySender);
    (later, reply_id, Input::Command(Box::new(clock::command(&due))))
}

async fn a_sender_gets_the_words_once_the_hold_is_over(database: Database) {
    let (persister, reply_id, claim) = held(&database).await;
    let said = say(&persister, 4, claim.clone()).await;
    let approved = said.approved().remove(0);
    assert_eq!(state(&database, reply_id).await, ReplyState::Sending);
    assert_eq!((approved.text.as_str(), approved.text_sha256.clone()), (WORDS, text_sha256(WORDS)));
    assert_eq!((approved.shown_revision, approved.thread.id.as_deref()), (2, Some(crate::sample::THREAD)));
    assert_eq!(approved.source.as_deref(), Some("linkedin_export"));
    assert!(key().holds(&me(), &approved));
    // The same words under the same id, if the first time was lost.
    assert_eq!(say(&persister, 4, claim).await.approved(), [approved]);
    let undo = say(&persister, 5, asked(11, None, Action::Undo { reply_id })).await.refused();
    assert_eq!((undo.reason, undo.current_state.as_deref()), (RefusalReason::WrongState, Some("sending")));
}

async fn words_changed_behind_the_yes_are_never_handed_on(database: Database) {
    let (persister, reply_id, claim) = held(&database).await;
    database.store.execute("UPDATE replies SET text = 'Send money.'").await;
    let said = say(&persister, 4, claim).await;
    assert_eq!(said.approved(), []);
    assert_eq!(state(&database, reply_id).await, ReplyState::Draft);
}

async fn what_the_sender_says_holds(database: Database) {
    let (persister, reply_id, claim) = held(&database).await;
    say(&persister, 4, claim).await;
    let failed = |reason| {
        let failed = ReplyFailed { reply_id, opportunity_id: conversation(), reason, detail: "why".into() };
        Input::Failed(Box::new(failed))
    };
    say(&persister, 5, failed(FailureReason::ThreadUnreachable)).await.item();
    assert_eq!(state(&database, reply_id).await, ReplyState::Failed);
    let revision = found(&database).await.row.revision;
    say(&persister, 6, asked(11, Some(revision), Action::Retry { reply_id })).await.item();
    let due = database.store.reader().due(at(302), 10).await.unwrap().remove(0);
    let later = Persister::with_clock(&database.store, || at(302)).with_key(key()).with_sending(Sending::BySender);
    let second = say(&later, 7, Input::Command(Box::new(clock::command(&due)))).await.approved();
    assert_eq!((second.len(), second[0].shown_revision), (1, revision));
    say(&later, 8, failed(FailureReason::Unconfirmed)).await.item();
    assert_eq!(state(&database, reply_id).await, ReplyState::Unknown);
    let sent = |words: &str| {
        let (sent_at, text_sha256) = (at(303), text_sha256(words));
        Input::Sent(Box::new(ReplySent { reply_id, opportunity_id: conversation(), sent_at, text_sha256 }))
    };
    say(&later, 9, sent("Other words.")).await;
    assert_eq!(state(&database, reply_id).await, ReplyState::Unknown, "whose words those were nobody can tell");
    let item = say(&later, 10, sent(WORDS)).await.item();
    assert_eq!((item.status, item.change), (Status::Replied, Change::Answered));
    assert_eq!(state(&database, reply_id).await, ReplyState::Sent);
}

async fn a_sent_refusal_declines(database: Database) {
    let persister = by_hand(&database);
    let first = message(1, Direction::Inbound, 0, OFFER);
    say(&persister, 1, scored(first.clone(), Kind::NewOpportunity, offer())).await;
    let Input::Drafted(mut refusal) = drafted(&first, "Thank you, but no.", 1) else { unreachable!("a draft") };
    refusal.decision = Decision::Decline;
    say(&persister, 2, Input::Drafted(refusal)).await;
    let reply_id = contract::identity::reply_id(conversation(), first.id);
    let item = say(&persister, 3, asked(10, Some(2), Action::MarkSent { reply_id })).await.item();
    assert_eq!(item.status, Status::Declined);
    let second = message(2, Direction::Inbound, 30, "Would 120k change your mind?");
    let item = say(&persister, 4, scored(second, Kind::FollowUp, Facts::default())).await.item();
    assert_eq!(item.status, Status::AwaitingReview);
}

async fn archived_and_back(database: Database) {
    let (persister, reply_id) = with_draft(&database).await;
    let opportunity_id = conversation();
    let restore = || Action::Restore { opportunity_id };
    let refused = say(&persister, 3, asked(10, None, restore())).await.refused();
    assert_eq!(
        (refused.reason, refused.current_state.as_deref()),
        (RefusalReason::WrongState, Some("awaiting_review"))
    );
    let item = say(&persister, 4, asked(11, None, Action::Archive { opportunity_id })).await.item();
    assert_eq!(item.status, Status::Archived);
    let item = say(&persister, 5, asked(12, None, restore())).await.item();
    assert_eq!(item.status, Status::AwaitingReview);
    // Out of the snooze by an answer, not by its day; and restored to what the conversation itself says.
    say(&persister, 6, asked(13, None, Action::Snooze { opportunity_id, until: at(900) })).await.item();
    let item = say(&persister, 7, asked(14, None, Action::MarkSent { reply_id })).await.item();
    assert_eq!((item.status, found(&database).await.snoozed_until), (Status::Replied, None));
    say(&persister, 8, asked(15, None, Action::Archive { opportunity_id })).await.item();
    let item = say(&persister, 9, asked(16, None, restore())).await.item();
    assert_eq!(item.status, Status::Replied);
}

async fn a_dismissal_is_taken_back(database: Database) {
    let persister = by_hand(&database);
    let courtesy = message(1, Direction::Inbound, 0, "Thanks! There is a post in our team, by the way.");
    say(&persister, 1, dismissed(courtesy.clone(), DismissalReason::Courtesy)).await;
    let reader = database.store.reader();
    let dismissed_row = reader.message(&me(), courtesy.id).await.unwrap().unwrap();
    let opportunity_id = dismissed_row.conversation_id.unwrap();
    assert_eq!((dismissed_row.opportunity_id, opportunity_id), (None, conversation()));
    let said = say(&persister, 2, asked(10, None, Action::Restore { opportunity_id })).await;
    let types: Vec<&str> = said.0.iter().map(Output::event_type).collect();
    assert_eq!(types, ["opportunities.stored", "commands.rescore"], "it is judged as what it states: nothing");
    let card = found(&database).await;
    assert_eq!((card.row.status, card.raw_message.as_str()), (Status::AwaitingReview, courtesy.text.as_str()));
    // The person may write the answer that nobody drafted.
    let reply_id = card.reply.unwrap().id;
    let edit = Action::Edit { reply_id, text: "Which post?".into() };
    say(&persister, 3, asked(11, Some(1), edit)).await.item();
    say(&persister, 4, asked(12, Some(2), Action::Approve { reply_id })).await.item();
    // Delivered again, the dismissal changes nothing.
    say(&persister, 1, dismissed(courtesy, DismissalReason::Courtesy)).await;
    assert_eq!(state(&database, reply_id).await, ReplyState::Approved);
    // Of a private message there are no words to bring back.
    let mut private = message(2, Direction::Inbound, 1, "Dinner?");
    private.thread.id = None;
    let home = contract::identity::opportunity_id(&me(), None, private.id);
    say(&persister, 5, dismissed(private, DismissalReason::Private)).await;
    let refused = say(&persister, 6, asked(13, None, Action::Restore { opportunity_id: home })).await.refused();
    assert_eq!(refused.reason, RefusalReason::NotFound);
}

async fn notes_and_star_are_the_persons(database: Database) {
    let (persister, _) = with_draft(&database).await;
    let annotate = |notes: Option<&str>, starred| Action::Annotate {
        opportunity_id: conversation(),
        notes: notes.map(str::to_owned),
        starred,
    };
    let item = say(&persister, 3, asked(10, None, annotate(Some(" Ask Luis. "), Some(true)))).await.item();
    assert_eq!(item.change, Change::Annotated);
    let second = message(2, Direction::Inbound, 9, "One more thing.");
    say(&persister, 4, scored(second, Kind::FollowUp, Facts::default())).await;
    let row = found(&database).await;
    assert_eq!((row.notes.as_deref(), row.starred), (Some("Ask Luis."), true));
    say(&persister, 5, asked(11, None, annotate(Some(""), None))).await.item();
    let row = found(&database).await;
    assert_eq!((row.notes, row.starred), (None, true));
    let refused = say(&persister, 6, asked(12, None, annotate(None, None))).await.refused();
    assert_eq!(refused.reason, RefusalReason::Invalid);
}

async fn verbs_of_nobody_are_refused(database: Database) {
    let (persister, _) = with_draft(&database).await;
    let actions = [
        Action::Erase { opportunity_id: conversation() },
        Action::Reanalyze { message_ids: vec![] },
        Action::Scrape {},
    ];
    for (number, action) in (10..).zip(actions) {
        let refused = say(&persister, number, asked(number, None, action)).await.refused();
        assert_eq!(refused.reason, RefusalReason::NotSupported, "{number}");
    }
}
