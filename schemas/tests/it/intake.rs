//! Intake: what is refused, with the field's name, and what is derived where it is missing.

use chrono::{DateTime, Duration, Utc};
use contract::{
    Account, DecodeError, Direction, Message, MessageReceived, Reason, Sender, Thread, Turn,
    event::MAX_PAYLOAD,
    identity,
    intake::{CLOCK_SKEW, MAX_HISTORY, MAX_LINE, MAX_TEXT, MAX_TURNS, Receipt, resolve, validate},
};
use proptest::prelude::*;

fn now() -> DateTime<Utc> {
    "2026-11-20T09:12:31Z".parse().unwrap()
}

fn text(text: &str) -> MessageReceived {
    MessageReceived { text: text.to_owned(), ..MessageReceived::default() }
}

fn resolved(received: MessageReceived) -> Message {
    let me = Account::me();
    resolve(received, Receipt { account: &me, time: now(), received_at: now(), backfilled: false }).unwrap()
}

fn turn(text: &str) -> Turn {
    Turn { direction: Direction::Outbound, sent_at: None, text: text.to_owned() }
}

/// Puts a value into one field of a message.
type Set = fn(&mut MessageReceived, String);

/// Every field that holds a line, by the name an error gives it.
const LINES: &[(&str, Set)] = &[
    ("source", |m, v| m.source = Some(v)),
    ("id", |m, v| m.id = Some(v)),
    ("subject", |m, v| m.subject = Some(v)),
    ("thread.id", |m, v| m.thread = Some(Thread { id: Some(v), url: None })),
    ("thread.url", |m, v| m.thread = Some(Thread { id: None, url: Some(v) })),
    ("sender.name", |m, v| m.sender = Some(Sender { name: Some(v), profile_url: None })),
    ("sender.profile_url", |m, v| m.sender = Some(Sender { name: None, profile_url: Some(v) })),
];

fn refused_for(field: &str, received: &MessageReceived) {
    match validate(received, now()) {
        Err(DecodeError::Invalid { field: named, detail }) => assert_eq!(named, field, "{detail}"),
        other => panic!("{field}: {other:?}"),
    }
}

#[test]
fn a_text_without_words_is_refused() {
    for blank in ["", " ", "\r\n\t ", "\u{A0}\u{3000}", "\u{200B}\u{FEFF}", " \u{202E}\u{2060} "] {
        refused_for("text", &text(blank));
    }
    assert_eq!(validate(&text("👍"), now()), Ok(()), "an emoji says something");
}

#[test]
fn a_text_over_the_limit_is_too_large_and_one_at_the_limit_is_not() {
    assert_eq!(validate(&text(&"x".repeat(MAX_TEXT)), now()), Ok(()));
    let error = validate(&text(&"x".repeat(MAX_TEXT + 1)), now()).unwrap_err();
    assert_eq!(error.reason(), Reason::TooLarge);
    assert!(error.to_string().contains("65537 bytes") && error.to_string().contains("65536"), "{error}");
}

#[test]
fn a_line_over_the_limit_is_refused_by_its_name() {
    for (field, set) in LINES {
        let mut message = text("Hi");
        set(&mut message, "x".repeat(MAX_LINE));
        assert_eq!(validate(&message, now()), Ok(()), "{field}");
        set(&mut message, "x".repeat(MAX_LINE + 1));
        refused_for(field, &message);
    }
}

#[test]
fn a_null_character_is_refused_in_every_field() {
    for (field, set) in LINES {
        let mut message = text("Hi");
        set(&mut message, "a\0b".to_owned());
        refused_for(field, &message);
    }
    refused_for("text", &text("Hi\0"));
    refused_for("history", &MessageReceived { history: vec![turn("fine"), turn("a\0b")], ..text("Hi") });
}

#[test]
fn times_that_cannot_be_are_refused() {
    let at = |time: DateTime<Utc>| MessageReceived { sent_at: Some(time), ..text("Hi") };
    let first: DateTime<Utc> = "1995-01-01T00:00:00Z".parse().unwrap();
    for fine in [first, now(), now() + CLOCK_SKEW] {
        assert_eq!(validate(&at(fine), now()), Ok(()), "{fine}");
    }
    for wrong in [
        first - Duration::seconds(1),
        now() + CLOCK_SKEW + Duration::seconds(1),
        DateTime::<Utc>::MIN_UTC,
        DateTime::<Utc>::MAX_UTC,
    ] {
        refused_for("sent_at", &at(wrong));
        let history = vec![Turn { sent_at: Some(wrong), ..turn("earlier") }];
        refused_for("history", &MessageReceived { history, ..text("Hi") });
    }
}

#[test]
fn an_envelope_cannot_bring_a_time_that_a_message_may_not_have() {
    let me = Account::me();
    let receipt = |time| Receipt { account: &me, time, received_at: now(), backfilled: false };
    assert!(resolve(text("Hi"), receipt(now() - Duration::days(1))).is_ok());
    for wrong in [DateTime::UNIX_EPOCH, now() + CLOCK_SKEW + Duration::seconds(1)] {
        let error = resolve(text("Hi"), receipt(wrong)).unwrap_err();
        assert!(matches!(error, DecodeError::Invalid { field: "ce-time", .. }), "{error}");
    }
}

#[test]
fn a_refusal_never_quotes_the_message() {
    let secret = "confidential words\0";
    for (field, set) in LINES {
        let mut message = text("Hi");
        set(&mut message, secret.to_owned());
        let error = validate(&message, now()).unwrap_err().to_string();
        assert!(error.contains(field) && !error.contains("confidential"), "{error}");
    }
}

#[test]
fn everything_but_the_text_may_be_missing() {
    let received: MessageReceived = serde_json::from_str(r#"{"text":"Hi, we are hiring."}"#).unwrap();
    let message = resolved(received);
    assert_eq!(message.account, Account::me());
    assert_eq!(message.source, "unknown");
    assert_eq!(message.direction, Direction::Inbound);
    assert_eq!((message.thread, message.sender, message.subject), (Thread::default(), Sender::default(), None));
    assert_eq!((message.sent_at, message.received_at), (now(), now()));
    assert_eq!((message.text.as_str(), message.history.len()), ("Hi, we are hiring.", 0));
    assert!(!message.partial && !message.backfilled);
}

#[test]
fn the_id_does_not_depend_on_when_or_by_which_lane_it_came() {
    let me = Account::me();
    let late = now() + Duration::days(40);
    let receipt = Receipt { account: &me, time: late, received_at: late, backfilled: true };
    let again = resolve(text("Hi, we are hiring."), receipt).unwrap();
    assert_eq!(again.id, resolved(text("Hi, we are hiring.")).id);
    assert!(again.backfilled);
    assert_eq!(again.sent_at, late, "a missing time is the time of receipt");
}

#[test]
fn blank_fields_count_as_missing() {
    let bare = resolved(text("Hi"));
    for (field, set) in LINES {
        let mut message = text("Hi");
        set(&mut message, " \t".to_owned());
        assert_eq!(resolved(message), bare, "{field}");
    }
}

#[test]
fn white_space_around_a_field_is_not_part_of_it() {
    let mut message = text("Hi");
    message.thread = Some(Thread { id: Some(" 2-abc ".to_owned()), url: None });
    message.subject = Some(" Staff Backend Engineer\n".to_owned());
    let message = resolved(message);
    assert_eq!(message.thread.id.as_deref(), Some("2-abc"));
    assert_eq!(message.subject.as_deref(), Some("Staff Backend Engineer"));
}

#[test]
fn blank_threads_do_not_make_strangers_one_opportunity() {
    let with_blank_thread = |words: &str| {
        let mut message = text(words);
        message.thread = Some(Thread { id: Some(String::new()), url: None });
        let message = resolved(message);
        identity::opportunity_id(&message.account, message.thread.id.as_deref(), message.id)
    };
    assert_ne!(with_blank_thread("one offer"), with_blank_thread("another offer"));
}

#[test]
fn of_a_long_history_the_newest_turns_are_kept() {
    let half = "x".repeat(MAX_HISTORY / 2);
    let history = vec![turn("oldest"), turn(&half), turn(&half)];
    let kept = resolved(MessageReceived { history: history.clone(), ..text("Hi") }).history;
    assert_eq!(kept, history[1..]);
    let whole = vec![turn("one"), turn("two")];
    assert_eq!(resolved(MessageReceived { history: whole.clone(), ..text("Hi") }).history, whole);
}

#[test]
fn of_many_turns_the_newest_are_kept() {
    let history: Vec<_> = (0..MAX_TURNS + 3).map(|index| turn(&index.to_string())).collect();
    assert_eq!(resolved(MessageReceived { history: history.clone(), ..text("Hi") }).history, history[3..]);
}

/// Control characters take six bytes each in JSON: the worst that a producer can send must still go through every
/// stage, with the facts and the score beside it.
#[test]
fn the_largest_message_leaves_room_for_what_stages_add() {
    let mut largest = text(&format!("a{}", "\u{1}".repeat(MAX_TEXT - 1)));
    largest.history = vec![turn(&"\u{1}".repeat(MAX_HISTORY / MAX_TURNS)); MAX_TURNS * 2];
    largest.subject = Some("\u{1}".repeat(MAX_LINE));
    largest.thread = Some(Thread { id: largest.subject.clone(), url: largest.subject.clone() });
    largest.sender = Some(Sender { name: largest.subject.clone(), profile_url: largest.subject.clone() });
    largest.source = largest.subject.clone();
    let message = resolved(largest);
    assert_eq!(message.history.len(), MAX_TURNS);
    let size = serde_json::to_vec(&message).unwrap().len();
    assert!(size + 128 * 1024 < MAX_PAYLOAD, "{size} bytes");
}

proptest! {
    #[test]
    fn any_message_is_refused_or_resolved_and_the_same_each_time(words in ".{0,80}", source in prop::option::of(".{0,20}"), thread in prop::option::of(".{0,20}"), seconds in any::<i32>()) {
        let mut message = text(&words);
        message.source = source;
        message.thread = Some(Thread { id: thread, url: None });
        message.sent_at = DateTime::from_timestamp(i64::from(seconds), 0);
        let me = Account::me();
        let receipt = Receipt { account: &me, time: now(), received_at: now(), backfilled: false };
        let (first, second) = (resolve(message.clone(), receipt), resolve(message.clone(), receipt));
        prop_assert_eq!(first.is_ok(), validate(&message, now()).is_ok());
        prop_assert_eq!(first, second);
    }
}
