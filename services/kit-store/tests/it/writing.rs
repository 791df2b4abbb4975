//! What the schema itself holds, whatever a writer does.

use contract::Status;
use kit_store::{Scope, StoreError, testing::Database};

use crate::{
    on_both,
    sample::{Row, id, me, write},
};

on_both!(
    an_older_revision_never_overwrites_a_newer_one,
    what_a_person_set_stays,
    a_score_over_100_is_refused,
    two_live_replies_of_one_opportunity_are_refused,
    large_batches_are_split,
    a_failed_batch_leaves_nothing,
);

async fn an_older_revision_never_overwrites_a_newer_one(database: Database) {
    write(&database.store, &[Row { revision: 5, status: Status::Replied, ..Row::new(1, "ACME", 0, None) }])
        .await
        .unwrap();
    write(&database.store, &[Row { revision: 4, ..Row::new(1, "ACME", 0, None) }]).await.unwrap();
    let found = database.store.reader().opportunity(&me(), id(1)).await.unwrap().unwrap();
    assert_eq!((found.row.revision, found.row.status), (5, Status::Replied));
}

async fn what_a_person_set_stays(database: Database) {
    write(&database.store, &[Row::new(1, "ACME", 0, None)]).await.unwrap();
    database.store.execute("UPDATE opportunities SET notes = 'call back', starred = true").await;
    write(&database.store, &[Row { revision: 2, ..Row::new(1, "ACME", 0, Some(60)) }]).await.unwrap();
    let found = database.store.reader().opportunity(&me(), id(1)).await.unwrap().unwrap();
    assert_eq!((found.notes.as_deref(), found.starred, found.row.total_score), (Some("call back"), true, Some(60)));
}

async fn a_score_over_100_is_refused(database: Database) {
    let result = write(&database.store, &[Row::new(1, "ACME", 0, Some(101))]).await;
    assert!(matches!(result, Err(StoreError::Refused(_))), "{result:?}");
}

async fn two_live_replies_of_one_opportunity_are_refused(database: Database) {
    use contract::{Decision, Engine, Language, ReplyState};
    use kit_store::record::{Key, Reply};
    let reply = |number: u8, state| Reply {
        id: id(number),
        answers: Key::new(crate::sample::at(0), id(number)),
        state,
        decision: Decision::Engage,
        language: Language::En,
        text: Some("Thank you.".into()),
        no_draft: None,
        checks: vec![],
        engine: Engine::Template,
        profile_revision: 1,
        stream_sequence: 1,
        approval: None,
        created_at: crate::sample::at(0),
        updated_at: crate::sample::at(0),
    };
    let store = async |replies: Vec<Reply>| {
        let mut write = Row::new(9, "ACME", 0, None).write();
        (write.opportunity, write.replies) = (None, replies);
        database.store.writer().transact(&Scope::default(), |_| (vec![write], ())).await
    };
    let two = store(vec![reply(1, ReplyState::Draft), reply(2, ReplyState::Approved)]).await;
    assert!(matches!(two, Err(StoreError::Conflict(_))), "{two:?}");
    store(vec![reply(1, ReplyState::Draft)]).await.unwrap();
    // The successor may stand before the one it succeeds.
    store(vec![reply(2, ReplyState::Draft), reply(1, ReplyState::Withdrawn), reply(3, ReplyState::Sending)])
        .await
        .unwrap();
}

async fn large_batches_are_split(database: Database) {
    let mut writes: Vec<_> = (1..=250_u8).map(|number| Row::new(number, "ACME", 0, None).write()).collect();
    for round in 1..4_u128 {
        for write in writes.clone().iter().take(250) {
            let mut more = write.clone();
            more.conversation_id = uuid::Uuid::from_u128(write.conversation_id.as_u128() + (round << 32));
            writes.push(more);
        }
    }
    let number = writes.len();
    database.store.writer().transact(&Scope::default(), |_| (writes, ())).await.unwrap();
    assert_eq!(database.store.reader().stats(&me()).await.unwrap().total, number as u64);
}

async fn a_failed_batch_leaves_nothing(database: Database) {
    let rows = [Row::new(1, "ACME", 0, Some(10)), Row::new(2, "ACME", 0, Some(101))];
    assert!(write(&database.store, &rows).await.is_err());
    assert_eq!(database.store.reader().stats(&me()).await.unwrap(), kit_store::Stats::default());
}
