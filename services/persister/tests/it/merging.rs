//! Facts of a conversation as a whole.

use contract::{Direction, Engine, Facts, Flag, Kind};
use kit_store::record::{Outcome, Reading};
use persister::{
    merge::{Merged, facts_revision, merge},
    touch::{Fact, touches},
};
use uuid::Uuid;

use crate::sample::{delivery, field, message, offer, pay, scored, tech};

fn reading(kind: Kind, facts: Facts, flags: Vec<Flag>) -> Reading {
    let said = touches(0, &delivery(1, scored(message(1, Direction::Inbound, 0, "Hello."), kind, facts))).unwrap();
    let Fact::Heard(heard) = said.into_iter().next().unwrap().fact else { unreachable!("a scored message is heard") };
    let Outcome::Read(reading) = heard.outcome else { unreachable!("a scored message is read") };
    Reading { flags, ..*reading }
}

fn merged(readings: &[Reading]) -> Merged {
    let named: Vec<(Uuid, &Reading)> = (1..).map(Uuid::from_u128).zip(readings).collect();
    merge(&named)
}

#[test]
fn the_newest_stated_value_wins_and_silence_overwrites_nothing() {
    let older = Facts { location: Some(field("Lugo".into())), ..offer() };
    let newer = Facts { location: Some(field("Vigo".into())), ..pay() };
    let merged = merged(&[
        reading(Kind::NewOpportunity, older, vec![]),
        reading(Kind::FollowUp, newer, vec![]),
        reading(Kind::FollowUp, Facts::default(), vec![]),
    ]);
    assert_eq!(merged.kind, Kind::NewOpportunity);
    assert_eq!(merged.facts.company, offer().company);
    assert_eq!(merged.facts.location.map(|field| field.value).as_deref(), Some("Vigo"));
    assert_eq!(merged.facts.salary, pay().salary);
    assert_eq!((merged.sources["company"], merged.sources["location"]), (Uuid::from_u128(1), Uuid::from_u128(2)));
}

#[test]
fn technologies_add_up_and_each_names_its_message() {
    let second = Facts { tech_stack: vec![tech("Kafka"), tech("Rust")], ..Facts::default() };
    let merged = merged(&[reading(Kind::NewOpportunity, offer(), vec![]), reading(Kind::FollowUp, second, vec![])]);
    let names: Vec<&str> = merged.facts.tech_stack.iter().map(|mention| mention.name.as_str()).collect();
    assert_eq!(names, ["Rust", "PostgreSQL", "Kafka"]);
    let source =
        |index: usize| merged.sources.get(&format!("tech_stack.{index}")).unwrap_or(&merged.sources["tech_stack"]);
    assert_eq!([source(0), source(1), source(2)].map(|id| id.as_u128()), [2, 1, 2]);
}

#[test]
fn what_was_thin_is_so_no_more_once_enough_is_stated() {
    let thin = reading(Kind::NewOpportunity, Facts { role: offer().role, ..Facts::default() }, vec![Flag::Thin]);
    let more = reading(Kind::FollowUp, Facts { role: None, ..offer() }, vec![Flag::Injection]);
    assert_eq!(merged(std::slice::from_ref(&thin)).flags, [Flag::Thin]);
    assert_eq!(merged(&[thin.clone(), more]).flags, [Flag::Injection]);
    assert_eq!(merged(&[thin, reading(Kind::FollowUp, pay(), vec![])]).flags, [Flag::Thin]);
}

#[test]
fn equal_statements_have_equal_fingerprints_whatever_proves_them() {
    let print = |facts: &Facts| facts_revision(Kind::NewOpportunity, facts, &[], "said");
    let mut proved_otherwise = offer();
    for mention in &mut proved_otherwise.tech_stack {
        (mention.evidence.start, mention.engine, mention.confidence) = (40, Engine::Llm, 10);
    }
    proved_otherwise.questions.push(field("When can you start?".into()));
    assert_eq!(print(&offer()), print(&proved_otherwise));
    assert_ne!(print(&offer()), print(&Facts { salary: pay().salary, ..offer() }));
    assert_ne!(print(&offer()), facts_revision(Kind::NewOpportunity, &offer(), &[Flag::Thin], "said"));
    assert_ne!(print(&offer()), facts_revision(Kind::NewOpportunity, &offer(), &[], "said, and crypto"));
    assert!((0..1 << 53).contains(&print(&offer())));
}
