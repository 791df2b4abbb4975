//! Ids: the same message has the same ids whoever brings it; what differs has others. The golden ids never change.

use chrono::{DateTime, Utc};
use contract::{
    Account, Direction, Sender, Thread,
    identity::{self, MessageKey},
};
use proptest::prelude::*;
use uuid::Uuid;

/// What one source says; tests vary one thing at a time.
#[derive(Clone)]
struct Known {
    account: Account,
    source_id: Option<(&'static str, &'static str)>,
    thread: Option<&'static str>,
    name: Option<&'static str>,
    profile: Option<&'static str>,
    direction: Direction,
    sent_at: Option<&'static str>,
    text: String,
}

fn known() -> Known {
    Known {
        account: Account::me(),
        source_id: None,
        thread: Some("2-nimbus-7f3a"),
        name: Some("Ana Rivas"),
        profile: None,
        direction: Direction::Inbound,
        sent_at: Some("2026-11-20T09:12:00Z"),
        text: "Hi Diego, we look for a Staff Backend Engineer.".to_owned(),
    }
}

impl Known {
    fn id(&self) -> Uuid {
        identity::message_id(
            &self.account,
            &MessageKey {
                source_id: self.source_id,
                thread: &Thread { id: self.thread.map(str::to_owned), url: None },
                sender: &Sender { name: self.name.map(str::to_owned), profile_url: self.profile.map(str::to_owned) },
                direction: self.direction,
                sent_at: self.sent_at.map(|time| time.parse::<DateTime<Utc>>().unwrap()),
                text: &self.text,
            },
        )
    }

    fn but(&self, change: impl FnOnce(&mut Self)) -> Uuid {
        let mut other = self.clone();
        change(&mut other);
        other.id()
    }
}

/// If this fails, the code is wrong: every stored row and every replay rests on these.
#[test]
fn golden_ids_never_change() {
    let me = Account::me();
    let message = known().id();
    let opportunity = identity::opportunity_id(&me, Some("2-nimbus-7f3a"), message);
    let output = identity::output_id(message, "analyzer", 0, 0);
    let golden = [
        ("message", message, "b9a67166-aa2e-5d29-9f33-5cb4185e1615"),
        (
            "by source",
            known().but(|k| k.source_id = Some(("mail", "<7c1e@mail.example>"))),
            "a3df1a43-8acd-50eb-abe4-ae4afaea6bbc",
        ),
        (
            "by profile",
            known().but(|k| k.profile = Some("https://www.linkedin.com/in/ana-rivas-example/")),
            "b9e6a79f-424c-5372-8aa5-ae91e2e7f95e",
        ),
        ("opportunity of thread", opportunity, "e5e76d13-8237-5a46-bdfe-d8ab20f742db"),
        (
            "opportunity of message",
            identity::opportunity_id(&me, None, message),
            "31481e30-82c4-5605-9376-516c8cf411ed",
        ),
        ("reply", identity::reply_id(opportunity, message), "019a0fc6-1591-59ea-a273-51303d9570d3"),
        ("output", output, "bef25cd5-6b25-583d-83a9-59544065d55b"),
        ("batch", identity::batch_id(&[message, output]), "3075374d-d59d-5ed9-9a33-7dd67eafca5d"),
        ("intake", identity::intake_event_id(message, "messages.received"), "eb587c48-cea3-5413-a2ce-cc342c9a8395"),
        ("sequence", identity::sequence_id("EVENTS", 4711), "8d79c9fb-3f2e-5e27-9d5a-e3ce323ca749"),
    ];
    for (what, id, expected) in golden {
        assert_eq!(id.to_string(), expected, "{what}");
    }
}

#[test]
fn one_message_of_two_sources_has_one_id() {
    let export = known();
    for (what, mail) in [
        ("sub-second time", export.but(|k| k.sent_at = Some("2026-11-20T09:12:00.734Z"))),
        ("another offset", export.but(|k| k.sent_at = Some("2026-11-20T10:12:00+01:00"))),
        (
            "white space",
            export.but(|k| k.text = "  Hi Diego,\r\n\r\nwe look for a\u{A0}Staff Backend Engineer.\n".to_owned()),
        ),
        (
            "compatibility characters",
            export.but(|k| k.text = "Hi Diego, we look for a Staﬀ Backend Engineer.".to_owned()),
        ),
        ("case of the name", export.but(|k| k.name = Some("ANA  RIVAS"))),
    ] {
        assert_eq!(mail, export.id(), "{what}");
    }
}

#[test]
fn one_profile_has_one_id_however_its_address_is_written() {
    let base = known().but(|k| k.profile = Some("https://www.linkedin.com/in/ana-rivas-example"));
    for address in [
        "https://www.linkedin.com/in/ana-rivas-example/",
        "http://linkedin.com/in/Ana-Rivas-Example",
        " https://www.linkedin.com/in/ana-rivas-example?trk=mail#about ",
    ] {
        assert_eq!(known().but(|k| k.profile = Some(address)), base, "{address}");
    }
    assert_eq!(
        known().but(|k| {
            k.profile = Some("linkedin.com/in/ana-rivas-example");
            k.name = Some("Ana R.")
        }),
        base,
        "the address counts before the name"
    );
    assert_eq!(known().but(|k| k.profile = Some(" ")), known().id(), "a blank address is none");
}

#[test]
fn what_differs_has_another_id() {
    let base = known();
    let mut ids = vec![
        base.id(),
        base.but(|k| k.account = "demo".parse().unwrap()),
        base.but(|k| k.thread = Some("2-other")),
        base.but(|k| k.thread = None),
        base.but(|k| k.name = Some("Ana Ribas")),
        base.but(|k| k.direction = Direction::Outbound),
        base.but(|k| k.sent_at = Some("2026-11-20T09:12:01Z")),
        base.but(|k| k.sent_at = None),
        base.but(|k| k.text.push('!')),
        base.but(|k| k.source_id = Some(("mail", "1"))),
        base.but(|k| k.source_id = Some(("webhook", "1"))),
        base.but(|k| k.source_id = Some(("mail", "2"))),
    ];
    let all = ids.len();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), all);
}

#[test]
fn of_a_message_with_an_id_of_its_source_nothing_else_counts() {
    let mut base = known();
    base.source_id = Some(("mail", "<7c1e@mail.example>"));
    assert_eq!(
        base.but(|k| {
            k.text = "edited".to_owned();
            k.sent_at = None;
            k.thread = None
        }),
        base.id()
    );
}

#[test]
fn parts_do_not_run_into_each_other() {
    let one = known().but(|k| {
        k.thread = Some("a");
        k.name = Some("b\",\"c")
    });
    let other = known().but(|k| {
        k.thread = Some("a\",\"b");
        k.name = Some("c")
    });
    assert_ne!(one, other);
}

#[test]
fn a_thread_is_one_opportunity_and_distinct_threads_are_two() {
    let me = Account::me();
    let (first, second) = (Uuid::from_u128(1), Uuid::from_u128(2));
    assert_eq!(identity::opportunity_id(&me, Some("t"), first), identity::opportunity_id(&me, Some("t"), second));
    assert_ne!(identity::opportunity_id(&me, Some("t"), first), identity::opportunity_id(&me, Some("u"), first));
    assert_ne!(identity::opportunity_id(&me, None, first), identity::opportunity_id(&me, None, second));
    assert_ne!(
        identity::opportunity_id(&me, Some("t"), first),
        identity::opportunity_id(&"demo".parse().unwrap(), Some("t"), first)
    );
}

#[test]
fn a_redelivery_yields_the_same_ids_and_another_output_another() {
    let input = Uuid::from_u128(1);
    let id = identity::output_id(input, "analyzer", 0, 0);
    assert_eq!(id, identity::output_id(input, "analyzer", 0, 0));
    for other in [
        identity::output_id(Uuid::from_u128(2), "analyzer", 0, 0),
        identity::output_id(input, "scorer", 0, 0),
        identity::output_id(input, "analyzer", 1, 0),
        identity::output_id(input, "analyzer", 0, 1),
    ] {
        assert_ne!(other, id);
    }
}

#[test]
fn a_batch_of_one_is_that_one_and_another_composition_is_another_batch() {
    let (one, two) = (Uuid::from_u128(1), Uuid::from_u128(2));
    assert_eq!(identity::batch_id(&[one]), one);
    assert_ne!(identity::batch_id(&[one, two]), identity::batch_id(&[two, one]));
    assert_ne!(identity::batch_id(&[one, two]), identity::batch_id(&[one]));
}

proptest! {
    #[test]
    fn normalising_is_done_once(text in ".*") {
        let once = identity::normalised(&text);
        prop_assert_eq!(identity::normalised(&once), once);
    }

    #[test]
    fn white_space_between_words_never_counts(words in prop::collection::vec("[a-zñ0-9€]{1,8}", 1..12), gap in "[ \t\r\n]{1,4}") {
        let spaced = known().but(|k| k.text = words.join(&gap));
        prop_assert_eq!(spaced, known().but(|k| k.text = words.join(" ")));
    }
}
