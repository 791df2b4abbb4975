//! Looking up the log: an account's events by type, from a time or a place on, with what their headers say.

use bus::{Lookup, Output, Since, testing::TestServer};
use contract::{Account, Event as _, MessageReceived, OpportunitiesStored, topology::EVENTS};
use uuid::Uuid;

#[tokio::test]
async fn events_of_one_account_are_found_from_a_place_on() {
    let server = TestServer::start().await;
    let bus = server.bus().await;
    let (me, other): (Account, Account) = (Account::me(), "other".parse().unwrap());
    let received = MessageReceived { text: "Hello".to_owned(), ..MessageReceived::default() };
    let mut sequences = Vec::new();
    for n in 0..3_u128 {
        let output = Output::new(&me, &received).with_id(Uuid::from_u128(n + 1)).about(Uuid::from_u128(100 + n));
        sequences.push(bus.publish(output).await.unwrap().stream_sequence);
        bus.publish(Output::new(&other, &received)).await.unwrap();
        bus.publish(Output::new(&me, &OpportunitiesStored { items: vec![] })).await.unwrap();
    }
    let types = [MessageReceived::TYPE];
    let lookup = Lookup {
        stream: EVENTS,
        event_types: &types,
        account: &me,
        since: Since::Sequence(sequences[1]),
        most: 10,
        payloads: false,
    };
    let found = bus.look_up(lookup).await.unwrap();
    assert_eq!(found.iter().map(|e| e.sequence).collect::<Vec<_>>(), sequences[1..]);
    assert_eq!((found[0].id, found[0].about), (Some(Uuid::from_u128(2)), Some(Uuid::from_u128(101))));
    assert_eq!((found[0].attempt, found[0].payload.len()), (None, 0));

    let since = Since::Time(found[0].published_at - chrono::Duration::hours(1));
    let whole = bus.look_up(Lookup { since, payloads: true, most: 2, ..lookup }).await.unwrap();
    assert_eq!(whole.iter().map(|e| e.sequence).collect::<Vec<_>>(), sequences[..2]);
    assert_eq!(MessageReceived::decode(1, &whole[0].payload).unwrap().text, "Hello");

    let nothing = bus.look_up(Lookup { since: Since::Sequence(10_000), ..lookup }).await.unwrap();
    assert!(nothing.is_empty());
}
