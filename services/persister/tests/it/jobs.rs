//! One job from two recruiters, and what a person said before. The same bodies on SQLite and on PostgreSQL.

use contract::{Action, Direction, Facts, Kind, RefusalReason};
use kit_store::testing::Database;
use persister::Persister;
use uuid::Uuid;

use crate::{
    review::{OFFER, say, with_draft},
    sample::{asked, conversation, me, message, offer, scored},
};

on_both!(two_cards_of_one_job_are_joined_and_parted, what_a_person_said_before_is_with_the_card);

/// The same offer from another thread; its id.
async fn another(persister: &Persister, number: u8, minute: i64, sender: &str, facts: Facts) -> Uuid {
    let mut other = message(number, Direction::Inbound, minute, OFFER);
    other.thread.id = Some(format!("2-other-{number}"));
    other.sender.name = Some(sender.into());
    let id = contract::identity::opportunity_id(&me(), other.thread.id.as_deref(), other.id);
    say(persister, 100 + u64::from(number), scored(other, Kind::NewOpportunity, facts)).await;
    id
}

async fn two_cards_of_one_job_are_joined_and_parted(database: Database) {
    let (persister, _) = with_draft(&database).await;
    let reader = database.store.reader();
    let near = another(&persister, 20, 60, "Luis Gil", offer()).await;
    another(&persister, 21, 61 * 24 * 60, "Eva Sanz", offer()).await;
    another(&persister, 22, 70, "Ana Ríos", offer()).await;
    another(&persister, 23, 80, "Pau Mas", Facts { company: None, ..offer() }).await;
    let related = async || reader.related(&me(), conversation()).await.unwrap().unwrap();
    let ids = |rows: &[kit_store::RelatedRow]| rows.iter().map(|row| row.id).collect::<Vec<_>>();
    assert_eq!(ids(&related().await.suggested), [near], "not months later, nor from the same person, nor unnamed");

    let join = |opportunity_id, with| Action::Join { opportunity_id, with };
    let own = say(&persister, 3, asked(10, None, join(near, near))).await.refused();
    assert_eq!(own.reason, RefusalReason::Invalid);
    say(&persister, 4, asked(11, None, join(near, conversation()))).await.item();
    let now = related().await;
    assert_eq!((ids(&now.joined), ids(&now.suggested)), (vec![near], vec![]));
    let other = reader.related(&me(), near).await.unwrap().unwrap();
    assert_eq!((other.joined_to, ids(&other.joined)), (Some(conversation()), vec![conversation()]));
    // No chains: what stands for others does not step behind one.
    let chain = say(&persister, 5, asked(12, None, join(conversation(), near))).await.refused();
    assert_eq!(chain.reason, RefusalReason::Invalid);
    say(&persister, 6, asked(13, None, Action::Unjoin { opportunity_id: near })).await.item();
    assert_eq!(ids(&related().await.suggested), [near]);
    let again = say(&persister, 7, asked(14, None, Action::Unjoin { opportunity_id: near })).await.refused();
    assert_eq!(again.reason, RefusalReason::WrongState);
}

async fn what_a_person_said_before_is_with_the_card(database: Database) {
    let (persister, _) = with_draft(&database).await;
    let before = another(&persister, 30, -600, "Ana Ríos", offer()).await;
    another(&persister, 31, -500, "Luis Gil", offer()).await;
    let related = database.store.reader().related(&me(), conversation()).await.unwrap().unwrap();
    assert_eq!(related.same_person.iter().map(|row| row.id).collect::<Vec<_>>(), [before]);
    assert_eq!(related.same_person[0].company.as_deref(), Some("Manzana Labs"));
    assert_eq!(database.store.reader().related(&"another".parse().unwrap(), conversation()).await.unwrap(), None);
}
