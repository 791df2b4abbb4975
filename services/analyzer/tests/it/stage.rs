//! What the stage makes of a delivery.

use analyzer::{Analyzed, Analyzer, Input, analyze};
use bus::{Bus, Delivery, Output, Stage, StageError};
use contract::{Account, Direction, DismissalReason, Kind, MessageBackfilled, MessageReceived};

fn delivery(event: Input) -> Delivery<Input> {
    let at = chrono::DateTime::UNIX_EPOCH + chrono::Duration::days(20_000);
    Delivery {
        event,
        account: "me".parse().unwrap(),
        event_type: "messages.received".to_owned(),
        id: None,
        time: at,
        published_at: at,
        stream_sequence: 1,
        attempt: 1,
    }
}

fn received(text: &str) -> MessageReceived {
    MessageReceived { text: text.to_owned(), ..MessageReceived::default() }
}

async fn by_rules(_: &Bus) -> Analyzer {
    Analyzer::by_rules()
}

fn offer() -> Output {
    Output::new(&Account::me(), &received("Tallgrass is hiring a Backend Engineer (Go). Interested?"))
}

bus::stage_conformance!(by_rules, offer, ["opportunities.analyzed"]);

#[tokio::test]
async fn an_offer_becomes_an_opportunity_and_thanks_are_dismissed() {
    for (text, event_type) in [
        ("Tallgrass is hiring a Backend Engineer (Go). Interested?", "opportunities.analyzed"),
        ("Thank you, talk soon!", "messages.dismissed"),
    ] {
        let outputs = Analyzer::by_rules().handle(&delivery(Input::Received(Box::new(received(text))))).await.unwrap();
        assert_eq!(outputs.iter().map(Output::event_type).collect::<Vec<_>>(), [event_type], "{text}");
    }
}

#[tokio::test]
async fn the_slow_lane_is_read_alike() {
    let event = MessageBackfilled(received("Tallgrass is hiring a Backend Engineer (Go). Interested?"));
    let outputs = Analyzer::by_rules().handle(&delivery(Input::Backfilled(Box::new(event)))).await.unwrap();
    assert_eq!(outputs[0].event_type(), "opportunities.analyzed");
}

#[tokio::test]
async fn a_blank_message_is_rejected_and_not_retried() {
    let error = Analyzer::by_rules().handle(&delivery(Input::Received(Box::new(received("   "))))).await.unwrap_err();
    assert!(matches!(error, StageError::Reject { reason: contract::Reason::Invalid, .. }), "{error:?}");
}

fn dismissed(message: contract::Message) -> contract::MessageDismissed {
    let reading = analyzer::read(&message);
    match analyze(message, reading) {
        Analyzed::Dismissed(event) => *event,
        Analyzed::Opportunity(_) => panic!("expected a dismissal"),
    }
}

#[test]
fn an_own_message_is_not_judged() {
    let mut message = crate::message("We are hiring a Backend Engineer, interested?");
    message.direction = Direction::Outbound;
    let event = dismissed(message);
    assert_eq!((event.kind, event.reason), (None, DismissalReason::OwnMessage));
}

#[test]
fn a_private_message_of_an_import_goes_on_without_its_words() {
    let mut message = crate::message("Are you coming to the climbing gym tonight?");
    message.backfilled = true;
    message.subject = Some("Tonight".to_owned());
    let event = dismissed(message);
    assert_eq!(event.kind, Some(Kind::Other));
    assert!(
        event.text_withheld
            && event.message.text.is_empty()
            && event.message.subject.is_none()
            && event.message.history.is_empty()
    );
}

#[test]
fn a_fresh_private_message_keeps_its_words() {
    let event = dismissed(crate::message("Are you coming to the climbing gym tonight?"));
    assert!(!event.text_withheld && !event.message.text.is_empty());
}
