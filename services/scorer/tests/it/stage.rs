//! The stage on a real server.

use bus::{
    Bus, Delivery, Output, RunOptions, Stage as _, StageError,
    testing::{TestServer, conformance::Running, count, events, settled},
};
use chrono::Utc;
use contract::{
    Account, Action, Command, Decision, OpportunitiesRescored, OpportunityScored, Reason,
    topology::{PROFILES, SCORER},
};
use kit_profile::{Directory, save};
use kit_score::Rates;
use kit_store::StoreError;
use scorer::{Input, Scorer};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::sample::{Memory, PROFILE, analysis, stored};

async fn scorer(bus: &Bus, facts: Memory) -> Scorer<Memory> {
    let profiles = Directory::new(bus.bucket(PROFILES).await.unwrap());
    tokio::spawn(profiles.clone().follow(CancellationToken::new()));
    Scorer::new(profiles, facts, Rates::built_in().clone())
}

async fn with_nothing_stored(bus: &Bus) -> Scorer<Memory> {
    scorer(bus, Memory::default()).await
}

fn analysed() -> Output {
    Output::new(&Account::me(), &analysis(None, "Rust, remote"))
}

bus::stage_conformance!(with_nothing_stored, analysed, ["opportunities.scored"]);

fn rescore(ids: &[u128]) -> Command {
    Command {
        id: Uuid::from_u128(99),
        issued_at: Utc::now(),
        actor: "test".to_owned(),
        expected_revision: None,
        action: Action::Rescore { opportunity_ids: ids.iter().copied().map(Uuid::from_u128).collect(), after: None },
    }
}

async fn give(bus: &Bus, command: &Command) {
    bus.publish(Output::new(&Account::me(), command).with_id(command.id)).await.unwrap();
}

async fn keep_profile(bus: &Bus, yaml: &str) -> u64 {
    save(&bus.bucket(PROFILES).await.unwrap(), &Account::me(), yaml, None).await.unwrap()
}

fn read<E: contract::Event>(payload: &[u8]) -> E {
    E::decode(1, payload).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_is_scored_by_the_stored_profile() {
    let server = TestServer::start().await;
    let bus = server.bus().await;
    let revision = keep_profile(&bus, PROFILE).await;
    bus.publish(analysed().with_id(Uuid::from_u128(1))).await.unwrap();
    let stage = Running::start(&bus, with_nothing_stored(&bus).await, RunOptions::default()).await;
    let seen = events(&bus, &["opportunities.scored"], 1).await;
    let scored: OpportunityScored = read(&seen[0].payload);
    assert_eq!((scored.profile_revision, scored.decision), (revision, Decision::Ask));
    assert_eq!(scored.score.unwrap().total, 70);
    assert!(stage.stop().await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rescore_judges_all_in_steps_or_the_named_by_the_newest_profile() {
    let server = TestServer::start().await;
    let bus = server.bus().await;
    keep_profile(&bus, PROFILE).await;
    let facts = Memory::of((1..=4_100).map(|number| stored(number, "Rust")));
    let stage = Running::start(&bus, scorer(&bus, facts).await, RunOptions::default()).await;
    // Changed in the same breath as the command is given: the command is about this revision.
    let revision = keep_profile(&bus, &PROFILE.replace("[Rust]", "[COBOL]")).await;
    give(&bus, &rescore(&[])).await;
    let seen = events(&bus, &["opportunities.rescored"], 17).await;
    let mut items = Vec::new();
    for event in seen {
        let event: OpportunitiesRescored = read(&event.payload);
        assert_eq!((event.profile_revision, event.caused_by), (revision, Some(Uuid::from_u128(99))));
        items.extend(event.items);
    }
    let judged: std::collections::BTreeSet<u128> = items.iter().map(|item| item.opportunity_id.as_u128()).collect();
    assert!(judged.into_iter().eq(1..=4_100), "every one, whatever step it is in");
    assert_eq!(items.len(), 4_100);
    assert!(items.iter().all(|item| item.score.as_ref().unwrap().total == 30), "Rust is no longer known");

    let named = Command { id: Uuid::from_u128(100), ..rescore(&[5, 7, 9_000]) };
    give(&bus, &named).await;
    let seen = events(&bus, &["opportunities.rescored"], 18).await;
    let event: OpportunitiesRescored = read(&seen[17].payload);
    assert_eq!(event.items.iter().map(|item| item.opportunity_id.as_u128()).collect::<Vec<_>>(), [5, 7]);
    settled(&bus, SCORER).await;
    assert!(stage.stop().await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rescore_waits_for_a_store_that_is_away() {
    let server = TestServer::start().await;
    let bus = server.bus().await;
    keep_profile(&bus, PROFILE).await;
    let facts = Memory::of([stored(1, "Rust")]);
    facts.errors.lock().unwrap().push(StoreError::Unavailable("away".to_owned()));
    give(&bus, &rescore(&[])).await;
    let stage = Running::start(&bus, scorer(&bus, facts.clone()).await, RunOptions::default()).await;
    events(&bus, &["opportunities.rescored"], 1).await;
    settled(&bus, SCORER).await;
    assert_eq!(count(&bus, "opportunities.rescored").await, 1);
    assert!(facts.errors.lock().unwrap().is_empty());
    assert!(stage.stop().await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_verb_of_another_stage_is_rejected() {
    let server = TestServer::start().await;
    let bus = server.bus().await;
    let wrong = Command { action: Action::Scrape {}, ..rescore(&[]) };
    let delivery = Delivery {
        event: Input::Command(Box::new(wrong)),
        account: Account::me(),
        event_type: "commands.scrape".to_owned(),
        id: None,
        time: Utc::now(),
        published_at: Utc::now(),
        stream_sequence: 1,
        attempt: 1,
    };
    let error = with_nothing_stored(&bus).await.handle(&delivery).await.unwrap_err();
    assert!(
        matches!(&error, StageError::Reject { reason: Reason::Invalid, detail } if detail.contains("`scrape`")),
        "{error:?}"
    );
}
