//! What ends up in the database: the same bodies on SQLite and on PostgreSQL.

use bus::{Stage, StageError};
use contract::{Change, Decision, Direction, DismissalReason, Facts, Kind, ReplyState, Status, Tier};
use kit_store::{
    OpportunityFilter, Sort,
    testing::{Database, Databases},
};
use persister::{Persister, touch::Input};

use crate::sample::{
    at, conversation, delivery, dismissed, drafted, me, message, offer, own, pay, rescored, scored, scored_by,
};

on_both!(
    a_thread_becomes_one_opportunity_with_its_draft,
    merged_facts_ask_for_a_score_and_take_it,
    a_score_by_an_older_profile_than_the_accounts_newest_is_asked_for_anew,
    a_restart_does_not_forget_the_newest_profile,
    a_score_that_says_the_same_again_only_notes_its_profile,
    words_that_conditions_look_into_ask_for_a_new_score,
    what_speaks_of_another_accounts_opportunity_is_refused,
    an_own_message_answers_before_or_after_what_it_answers,
    a_draft_may_come_before_its_opportunity,
    an_approved_reply_is_not_replaced,
    private_messages_leave_no_words,
    a_poison_event_fails_alone,
    a_new_message_brings_a_closed_opportunity_back,
    two_writers_lose_nothing,
    the_whole_at_once_or_one_by_one_is_the_same,
);

const OFFER: &str = "Manzana Labs looks for a backend engineer who writes Rust.";

async fn store(database: &Database, first: u64, inputs: Vec<Input>) -> Vec<String> {
    let persister = Persister::with_clock(&database.store, || at(300));
    let batch: Vec<_> = inputs.into_iter().enumerate().map(|(i, input)| delivery(first + i as u64, input)).collect();
    let outcome = persister.handle_many(&batch).await;
    for result in &outcome.results {
        assert_eq!(*result, Ok(()));
    }
    outcome.outputs.iter().map(|output| output.event_type().to_owned()).collect()
}

async fn a_thread_becomes_one_opportunity_with_its_draft(database: Database) {
    let first = message(1, Direction::Inbound, 0, OFFER);
    let said = vec![scored(first.clone(), Kind::NewOpportunity, offer()), drafted(&first, "Tell me more.", 1)];
    assert_eq!(store(&database, 1, said.clone()).await, ["opportunities.stored"]);
    // Again: the notice is repeated, the rows are not.
    assert_eq!(store(&database, 1, said).await, ["opportunities.stored"]);

    let reader = database.store.reader();
    let page = reader.opportunities(&me(), &OpportunityFilter::default(), Sort::Priority, 10, None).await.unwrap();
    assert_eq!((page.items.len(), page.total_estimate, page.next_cursor), (1, 1, None));
    let found = reader.opportunity(&me(), conversation()).await.unwrap().unwrap();
    assert_eq!(found.row, page.items[0]);
    assert_eq!(found.row.status, Status::AwaitingReview);
    assert_eq!(found.row.company.as_deref(), Some("Manzana Labs"));
    assert_eq!(found.row.tech_stack, ["Rust", "PostgreSQL"]);
    assert_eq!((found.row.total_score, found.row.tier), (Some(40), Some(Tier::PocoInteresante)));
    assert_eq!(found.row.decision, Decision::Engage);
    assert_eq!(found.row.reply_state, Some(ReplyState::Draft));
    assert_eq!(found.row.revision, 2);
    assert_eq!(found.ai_response.as_deref(), Some("Tell me more."));
    assert_eq!(found.raw_message, OFFER);
    assert_eq!(found.facts, offer());
    assert_eq!(found.facts_sources["tech_stack"], first.id);
    assert_eq!(found.score_lines.len(), 1);
    assert_eq!(found.messages.len(), 1);
    assert_eq!(found.processing_time_ms, 300 * 60_000 - 10);
    let history = reader.history(&me(), conversation()).await.unwrap();
    assert_eq!(history.iter().map(|entry| entry.change.as_str()).collect::<Vec<_>>(), ["created", "drafted"]);
    assert_eq!(history.iter().map(|entry| entry.stream_sequence).collect::<Vec<_>>(), [1, 2]);
    let stats = reader.stats(&me()).await.unwrap();
    assert_eq!((stats.total, stats.by_tier["POCO_INTERESANTE"], stats.by_status["awaiting_review"]), (1, 1, 1));
    assert_eq!((stats.score_histogram[4], stats.average_score), (1, Some(40.0)));
    assert_eq!(reader.opportunity(&"other".parse().unwrap(), conversation()).await.unwrap(), None);
}

async fn merged_facts_ask_for_a_score_and_take_it(database: Database) {
    let first = scored(message(1, Direction::Inbound, 0, OFFER), Kind::NewOpportunity, offer());
    let second = scored(message(2, Direction::Inbound, 5, "It pays 70 to 80k."), Kind::FollowUp, pay());
    assert_eq!(store(&database, 1, vec![first]).await, ["opportunities.stored"]);
    assert_eq!(store(&database, 2, vec![second]).await, ["opportunities.stored", "commands.rescore"]);
    let reader = database.store.reader();
    let asked = reader.facts_for_scoring(&me(), &[conversation()], None, 10).await.unwrap();
    assert_eq!(asked.len(), 1);
    assert_eq!(asked[0].facts, Facts { salary: pay().salary, ..offer() });
    assert_eq!(asked[0].text, format!("{OFFER}\n\nIt pays 70 to 80k."));
    assert_eq!(reader.facts_for_scoring(&me(), &[], None, 10).await.unwrap(), asked);
    assert_eq!(reader.facts_for_scoring(&me(), &[], Some(conversation()), 10).await.unwrap(), []);
    let total = async || reader.opportunity(&me(), conversation()).await.unwrap().unwrap().row.total_score;
    assert_eq!(total().await, Some(40), "the offer's own score stands until the merged facts have one");

    let stale = rescored(conversation(), asked[0].facts_revision + 1, &asked[0].facts, 1);
    assert_eq!(store(&database, 3, vec![stale]).await, ["opportunities.stored", "commands.rescore"]);
    assert_eq!(total().await, Some(40));
    let fresh = rescored(conversation(), asked[0].facts_revision, &asked[0].facts, 1);
    assert_eq!(store(&database, 4, vec![fresh]).await, ["opportunities.stored"]);
    assert_eq!(total().await, Some(50));
    let newer_profile = rescored(conversation(), asked[0].facts_revision, &asked[0].facts, 2);
    store(&database, 5, vec![newer_profile]).await;
    assert_eq!(total().await, Some(55));
    let older_profile = rescored(conversation(), asked[0].facts_revision, &asked[0].facts, 1);
    store(&database, 6, vec![older_profile]).await;
    assert_eq!(total().await, Some(55));
}

async fn a_score_by_an_older_profile_than_the_accounts_newest_is_asked_for_anew(database: Database) {
    let first = message(1, Direction::Inbound, 0, OFFER);
    let mut late = message(2, Direction::Inbound, 5, OFFER);
    late.thread.id = Some("another".to_owned());
    let late_id = contract::identity::opportunity_id(&me(), Some("another"), late.id);
    // The profile changed to revision 2 while the second message was being judged by revision 1.
    let batch = vec![
        scored_by(first, Kind::NewOpportunity, offer(), 1, 2),
        scored_by(late, Kind::NewOpportunity, offer(), 1, 1),
    ];
    assert_eq!(store(&database, 1, batch).await, ["opportunities.stored", "commands.rescore"]);
    let reader = database.store.reader();
    let profile = async || reader.opportunity(&me(), late_id).await.unwrap().unwrap().profile_revision;
    assert_eq!(profile().await, 1);
    let facts = reader.facts_for_scoring(&me(), &[late_id], None, 1).await.unwrap().remove(0);
    let fresh = rescored(late_id, facts.facts_revision, &facts.facts, 2);
    assert_eq!(store(&database, 3, vec![fresh]).await, ["opportunities.stored"]);
    assert_eq!(profile().await, 2);
    let again = rescored(late_id, facts.facts_revision, &facts.facts, 1);
    assert_eq!(store(&database, 4, vec![again]).await, ["opportunities.stored"]);
    assert_eq!(profile().await, 2, "the older one does not win");
    let history = reader.history(&me(), late_id).await.unwrap();
    assert_eq!(
        history.iter().map(|entry| (entry.change.as_str(), entry.revision)).collect::<Vec<_>>(),
        [("created", 1), ("rescored", 2)]
    );
    assert_eq!(history[1].detail["profile_revision"], 2);
}

async fn a_restart_does_not_forget_the_newest_profile(database: Database) {
    let first = message(1, Direction::Inbound, 0, OFFER);
    let mut late = message(2, Direction::Inbound, 5, OFFER);
    late.thread.id = Some("another".to_owned());
    store(&database, 1, vec![scored_by(first, Kind::NewOpportunity, offer(), 1, 7)]).await;
    // Each call is a persister that has just started.
    let late = scored_by(late, Kind::NewOpportunity, offer(), 1, 6);
    assert_eq!(store(&database, 2, vec![late]).await, ["opportunities.stored", "commands.rescore"]);
}

async fn a_score_that_says_the_same_again_only_notes_its_profile(database: Database) {
    store(&database, 1, vec![scored(message(1, Direction::Inbound, 0, OFFER), Kind::NewOpportunity, offer())]).await;
    let reader = database.store.reader();
    let stands = async || {
        let found = reader.opportunity(&me(), conversation()).await.unwrap().unwrap();
        let history = reader.history(&me(), conversation()).await.unwrap().len();
        (found.row.total_score, found.row.revision, history, found.profile_revision)
    };
    let facts = reader.facts_for_scoring(&me(), &[conversation()], None, 1).await.unwrap().remove(0);
    let by = |profile| rescored(conversation(), facts.facts_revision, &facts.facts, profile);
    store(&database, 2, vec![by(2)]).await;
    assert_eq!(stands().await, (Some(45), 2, 2, 2), "another score is a change");
    assert_eq!(store(&database, 3, vec![by(3)]).await, ["opportunities.stored"], "whoever waits for it is told");
    assert_eq!(stands().await, (Some(45), 2, 2, 3), "the same score is none");
    store(&database, 4, vec![by(1)]).await;
    assert_eq!(stands().await, (Some(45), 2, 2, 3), "the older profile does not win over the noted one");
    let newer = message(2, Direction::Inbound, 5, "It pays 70 to 80k.");
    store(&database, 5, vec![scored_by(newer, Kind::FollowUp, pay(), 1, 3)]).await;
    assert_eq!(stands().await.0, Some(45), "the noted score still stands for the merged facts");
}

async fn words_that_conditions_look_into_ask_for_a_new_score(database: Database) {
    store(&database, 1, vec![scored(message(1, Direction::Inbound, 0, OFFER), Kind::NewOpportunity, offer())]).await;
    let mut more = message(2, Direction::Inbound, 5, "One more thing: it is a casino.");
    more.subject = Some("Gambling".to_owned());
    let more = scored(more, Kind::FollowUp, Facts::default());
    assert_eq!(store(&database, 2, vec![more]).await, ["opportunities.stored", "commands.rescore"]);
    let facts = database.store.reader().facts_for_scoring(&me(), &[conversation()], None, 1).await.unwrap().remove(0);
    assert_eq!(facts.text, format!("{OFFER}\n\nGambling\nOne more thing: it is a casino."));
}

async fn what_speaks_of_another_accounts_opportunity_is_refused(database: Database) {
    let mine = message(1, Direction::Inbound, 0, OFFER);
    store(&database, 1, vec![scored(mine.clone(), Kind::NewOpportunity, offer())]).await;
    let reader = database.store.reader();
    let before = reader.opportunity(&me(), conversation()).await.unwrap().unwrap();
    let facts = reader.facts_for_scoring(&me(), &[conversation()], None, 1).await.unwrap().remove(0);
    let foreign = [drafted(&mine, "Yes!", 9), rescored(conversation(), facts.facts_revision, &facts.facts, 9)];
    for (number, event) in (2..).zip(foreign) {
        let event = bus::Delivery { account: "other".parse().unwrap(), ..delivery(number, event) };
        let outcome = Persister::new(&database.store).handle_many(&[event]).await;
        assert!(matches!(outcome.results[..], [Err(StageError::Reject { .. })]), "{outcome:?}");
        assert!(outcome.outputs.is_empty(), "{outcome:?}");
    }
    assert_eq!(reader.opportunity(&me(), conversation()).await.unwrap().unwrap(), before);
    assert_eq!(reader.opportunity(&"other".parse().unwrap(), conversation()).await.unwrap(), None);
}

async fn an_own_message_answers_before_or_after_what_it_answers(database: Database) {
    let first = message(1, Direction::Inbound, 0, OFFER);
    assert_eq!(store(&database, 1, vec![own(9, 30, "Yes,  gladly.")]).await, ["opportunities.stored"]);
    let reader = database.store.reader();
    assert_eq!(
        reader.message(&me(), message(9, Direction::Outbound, 30, "").id).await.unwrap().unwrap().opportunity_id,
        None
    );
    store(&database, 2, vec![drafted(&first, "Yes, gladly.", 1)]).await;
    store(&database, 3, vec![scored(first, Kind::NewOpportunity, offer())]).await;
    let found = reader.opportunity(&me(), conversation()).await.unwrap().unwrap();
    assert_eq!(found.row.status, Status::Replied);
    assert_eq!(found.reply.map(|reply| reply.state), Some(ReplyState::Sent), "the words are the draft's");
    assert_eq!(found.messages.len(), 2);
    // A newer message opens it again, another answer by hand withdraws its draft.
    let second = message(2, Direction::Inbound, 40, "When?");
    store(
        &database,
        4,
        vec![scored(second.clone(), Kind::FollowUp, Facts::default()), drafted(&second, "On Monday.", 1)],
    )
    .await;
    let found = reader.opportunity(&me(), conversation()).await.unwrap().unwrap();
    assert_eq!((found.row.status, found.row.reply_state), (Status::AwaitingReview, Some(ReplyState::Draft)));
    store(&database, 6, vec![own(10, 50, "Tuesday suits me.")]).await;
    let found = reader.opportunity(&me(), conversation()).await.unwrap().unwrap();
    assert_eq!((found.row.status, found.row.reply_state), (Status::Replied, Some(ReplyState::Sent)));
    let last = reader.history(&me(), conversation()).await.unwrap().pop().unwrap();
    assert_eq!(last.change, serde_json::to_value(Change::Answered).unwrap());
}

async fn a_draft_may_come_before_its_opportunity(database: Database) {
    let first = message(1, Direction::Inbound, 0, OFFER);
    assert_eq!(store(&database, 1, vec![drafted(&first, "Tell me more.", 1)]).await, Vec::<String>::new());
    store(&database, 2, vec![scored(first, Kind::NewOpportunity, offer())]).await;
    let found = database.store.reader().opportunity(&me(), conversation()).await.unwrap().unwrap();
    assert_eq!(found.row.status, Status::AwaitingReview);
    assert_eq!(found.ai_response.as_deref(), Some("Tell me more."));
}

async fn an_approved_reply_is_not_replaced(database: Database) {
    let first = message(1, Direction::Inbound, 0, OFFER);
    let said = vec![scored(first.clone(), Kind::NewOpportunity, offer()), drafted(&first, "Tell me more.", 1)];
    store(&database, 1, said).await;
    database.store.execute("UPDATE replies SET state = 'approved'").await;
    store(&database, 3, vec![drafted(&first, "Something else.", 2)]).await;
    let reader = database.store.reader();
    let reply = reader.opportunity(&me(), conversation()).await.unwrap().unwrap().reply.unwrap();
    assert_eq!((reply.state, reply.text.as_deref()), (ReplyState::Approved, Some("Tell me more.")));
    // A newer message voids the yes.
    let second = message(2, Direction::Inbound, 9, "One more thing.");
    store(&database, 4, vec![scored(second, Kind::FollowUp, Facts::default())]).await;
    assert_eq!(reader.opportunity(&me(), conversation()).await.unwrap().unwrap().reply, None);
    assert_eq!(database.store.ask("SELECT state FROM replies").await, ["withdrawn"]);
}

async fn private_messages_leave_no_words(database: Database) {
    let private = message(1, Direction::Inbound, 0, "Dinner on Friday?");
    store(&database, 1, vec![dismissed(private.clone(), DismissalReason::Private)]).await;
    let reader = database.store.reader();
    let found = reader.message(&me(), private.id).await.unwrap().unwrap();
    assert_eq!((found.text.as_str(), found.sender_name, found.dismissed.as_deref()), ("", None, Some("private")));
    assert_eq!(reader.stats(&me()).await.unwrap().dismissed["private"], 1);
    assert_eq!(database.store.ask("SELECT source_thread_id FROM threads").await, Vec::<String>::new());
}

async fn a_poison_event_fails_alone(database: Database) {
    let other = |number: u8| {
        let mut message = message(number, Direction::Inbound, 0, OFFER);
        message.thread.id = Some(format!("2-{number}"));
        scored(message, Kind::NewOpportunity, offer())
    };
    let mut poison = other(2);
    if let Input::Scored(scored) = &mut poison {
        scored.score.as_mut().unwrap().total = 101;
    }
    let persister = Persister::new(&database.store);
    let batch = [delivery(1, other(1)), delivery(2, poison), delivery(3, other(3))];
    let outcome = persister.handle_many(&batch).await;
    assert_eq!(outcome.results[0], Ok(()));
    assert!(matches!(outcome.results[1], Err(StageError::Reject { .. })), "{:?}", outcome.results[1]);
    assert_eq!(outcome.results[2], Ok(()));
    assert_eq!(outcome.outputs.len(), 2);
    assert_eq!(database.store.reader().stats(&me()).await.unwrap().total, 2);
}

async fn a_new_message_brings_a_closed_opportunity_back(database: Database) {
    store(&database, 1, vec![scored(message(1, Direction::Inbound, 10, OFFER), Kind::NewOpportunity, offer())]).await;
    for (number, closed) in (2_u8..).zip(["archived", "snoozed"]) {
        database.store.execute(&format!("UPDATE opportunities SET status = '{closed}'")).await;
        let reader = database.store.reader();
        let status = async || reader.opportunity(&me(), conversation()).await.unwrap().unwrap().row.status;
        let older = message(100 + number, Direction::Inbound, i64::from(number) - 9, "An older word.");
        store(&database, u64::from(number) * 10, vec![scored(older, Kind::FollowUp, Facts::default())]).await;
        assert_eq!(status().await.as_str(), closed, "an older message changes nothing");
        let newer = message(number, Direction::Inbound, 10 * i64::from(number), "Still there?");
        store(&database, u64::from(number) * 10 + 1, vec![scored(newer, Kind::FollowUp, Facts::default())]).await;
        assert_eq!(status().await, Status::AwaitingReview, "{closed}");
    }
}

async fn two_writers_lose_nothing(database: Database) {
    let said = |half: u8| {
        (0..20_u8).map(move |i| {
            let message = message(half * 20 + i, Direction::Inbound, i64::from(i), OFFER);
            delivery(u64::from(half * 20 + i) + 1, scored(message, Kind::NewOpportunity, offer()))
        })
    };
    let persister = Persister::new(&database.store);
    let write = async |half: u8| {
        for delivery in said(half) {
            assert_eq!(persister.handle_many(&[delivery]).await.results, [Ok(())]);
        }
    };
    let (left, right) = (write(0), write(1));
    let ((), ()) = tokio::join!(left, right);
    let reader = database.store.reader();
    let found = reader.opportunity(&me(), conversation()).await.unwrap().unwrap();
    assert_eq!((found.messages.len(), found.row.revision), (40, 40));
    assert_eq!(reader.history(&me(), conversation()).await.unwrap().len(), 40);
}

async fn the_whole_at_once_or_one_by_one_is_the_same(database: Database) {
    let first = message(1, Direction::Inbound, 0, OFFER);
    let second = message(2, Direction::Inbound, 20, "It pays 70 to 80k.");
    let said = [
        scored(first.clone(), Kind::NewOpportunity, offer()),
        drafted(&first, "Tell me more.", 1),
        own(3, 10, "Tell me more."),
        scored(second.clone(), Kind::FollowUp, pay()),
        scored_by(second.clone(), Kind::FollowUp, pay(), 2, 1),
        drafted(&second, "That works.", 1),
    ];
    let all: Vec<_> = (1_u64..).zip(said).map(|(number, input)| delivery(number, input)).collect();
    let other = Databases::sqlite().await;
    let persister = Persister::with_clock(&database.store, || at(300));
    assert_eq!(persister.handle_many(&all).await.results, vec![Ok(()); 6]);
    let persister = Persister::with_clock(&other.store, || at(300));
    for delivery in all.iter().rev().chain(&all) {
        persister.handle(delivery).await.unwrap();
    }
    let mut left = database.store.reader().opportunity(&me(), conversation()).await.unwrap().unwrap();
    let right = other.store.reader().opportunity(&me(), conversation()).await.unwrap().unwrap();
    // These two tell of arrival itself.
    (left.row.revision, left.processing_time_ms) = (right.row.revision, right.processing_time_ms);
    assert_eq!(left, right);
    assert_eq!(left.row.status, Status::AwaitingReview);
}

#[tokio::test]
async fn a_database_that_is_away_holds_the_whole_batch() {
    let database = Databases::sqlite().await;
    database.store.close().await;
    let persister = Persister::new(&database.store);
    let message = message(1, Direction::Inbound, 0, OFFER);
    let batch = [delivery(1, scored(message, Kind::NewOpportunity, offer())), delivery(2, own(2, 5, "No."))];
    let outcome = persister.handle_many(&batch).await;
    assert!(outcome.results.iter().all(|result| matches!(result, Err(StageError::Unavailable(_)))), "{outcome:?}");
    assert!(outcome.outputs.is_empty());
    assert!(persister.ready().await.is_err());
}
