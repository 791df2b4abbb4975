//! The stage on a real server.

use bus::{Bus, Delivery, Output, Stage as _, testing::TestServer};
use chrono::{DateTime, Utc};
use contract::{Account, Event as _, NoDraftReason, OpportunityScored, topology::PROFILES};
use kit_profile::{Directory, save};
use responder::Responder;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

const PROFILE: &str =
    "technologies: [Rust]\nsalary: {minimum: 50000, currency: EUR}\nremote_policy: {accepted: [remote]}\n";

pub(crate) fn offer() -> OpportunityScored {
    let golden = include_bytes!("../../../../schemas/golden/opportunities.scored/v1/full.json");
    OpportunityScored::decode(1, golden).expect("the contract's own example")
}

async fn responder(bus: &Bus) -> Responder {
    let profiles = Directory::new(bus.bucket(PROFILES).await.expect("the bucket is there"));
    tokio::spawn(profiles.clone().follow(CancellationToken::new()));
    profiles.until_ready().await;
    Responder::new(profiles)
}

fn scored() -> Output {
    Output::new(&Account::me(), &offer())
}

bus::stage_conformance!(responder, scored, ["replies.drafted"]);

fn delivery(event: OpportunityScored) -> Delivery<OpportunityScored> {
    let time = DateTime::<Utc>::UNIX_EPOCH;
    Delivery {
        event,
        account: Account::me(),
        event_type: "opportunities.scored".to_owned(),
        id: Some(Uuid::from_u128(1)),
        time,
        published_at: time,
        stream_sequence: 1,
        attempt: 1,
    }
}

#[tokio::test]
async fn a_profile_that_the_scorer_saw_first_is_read_before_drafting() {
    let server = TestServer::start().await;
    let bucket = server.bus().await.bucket(PROFILES).await.expect("the bucket is there");
    let unfollowed = Directory::new(bucket.clone());
    let revision = save(&bucket, &Account::me(), PROFILE, Some(0)).await.expect("a first profile");
    let responder = Responder::new(unfollowed.clone());
    let mut event = offer();
    event.profile_revision = revision;
    let outputs = responder.handle(&delivery(event)).await.expect("a draft");
    assert_eq!(outputs.len(), 1);
    assert_eq!(unfollowed.get(&Account::me()).map(|(_, seen)| seen), Some(revision));
}

#[tokio::test]
async fn without_a_profile_the_event_says_so() {
    let server = TestServer::start().await;
    let bus = server.bus().await;
    let outputs = responder(&bus).await.handle(&delivery(offer())).await.expect("an event");
    let types: Vec<_> = outputs.iter().map(Output::event_type).collect();
    assert_eq!(types, ["replies.drafted"], "one event, also without a draft");
    assert_eq!(responder::draft(&offer(), None).text, Err(NoDraftReason::NoProfile));
}
