//! The shipped users and permissions say what the tables say: each stage may do its work, and one user may approve.

use std::collections::BTreeMap;

use contract::{
    subject::Prefix,
    topology::{PROFILES, STAGES},
};

const ACCOUNTS: &str = include_str!("../../accounts.conf");

/// What each user may publish and what it is denied, as written.
fn users() -> BTreeMap<&'static str, (&'static str, &'static str)> {
    let blocks = ACCOUNTS.split("user: ").skip(1).filter(|block| block.contains("permissions:"));
    let users: BTreeMap<_, _> = blocks
        .map(|block| {
            let name = block.split_whitespace().next().unwrap();
            let publish = block.split("allow: [").nth(1).unwrap().split("subscribe:").next().unwrap();
            (name, publish.split_once("deny: [").unwrap_or((publish, "")))
        })
        .collect();
    assert!(users.len() > STAGES.len(), "users found: {:?}", users.keys());
    users
}

fn names(list: &str, subject: &str) -> bool {
    list.contains(&format!("\"{subject}\""))
}

#[test]
fn every_stage_may_publish_and_consume_what_its_row_says() {
    let (users, prefix) = (users(), Prefix::default());
    for stage in STAGES {
        let (allowed, _) = users[stage.name];
        let published = stage.publishes.iter().map(|event_type| prefix.filter(event_type));
        let consumed = stage.consumers.iter().flat_map(|consumer| {
            let (stream, name) = (consumer.stream, consumer.name);
            [
                format!("$JS.API.STREAM.INFO.{stream}"),
                format!("$JS.API.CONSUMER.INFO.{stream}.{name}"),
                format!("$JS.API.CONSUMER.MSG.NEXT.{stream}.{name}"),
                format!("$JS.ACK.{stream}.{name}.>"),
            ]
        });
        for subject in published.chain(consumed).chain([format!("sluice.dead.{}.*", stage.name)]) {
            assert!(names(allowed, &subject), "nats/accounts.conf: {} needs {subject}", stage.name);
        }
    }
}

#[test]
fn no_stage_may_publish_what_another_one_does() {
    let prefix = Prefix::default();
    let users = users();
    for stage in STAGES {
        for event_type in stage.publishes.iter().filter(|t| t.starts_with("opportunities.")) {
            let may: Vec<_> =
                users.iter().filter(|(_, (allowed, _))| names(allowed, &prefix.filter(event_type))).collect();
            assert_eq!(may.len(), 1, "{event_type}: {:?}", may.iter().map(|(name, _)| name).collect::<Vec<_>>());
        }
    }
}

#[test]
fn only_the_gateway_may_approve() {
    let may = |(allowed, denied): (&str, &str)| {
        let allowed = ["sluice.>", "sluice.commands.>", "sluice.commands.*.*", "sluice.commands.approve.*"]
            .iter()
            .any(|subject| names(allowed, subject));
        allowed && !names(denied, "sluice.commands.approve.*")
    };
    let approvers: Vec<_> = users().into_iter().filter(|(_, lists)| may(*lists)).map(|(name, _)| name).collect();
    assert_eq!(approvers, ["gateway"]);
}

#[test]
fn the_gateway_may_not_touch_a_consumer_of_a_stage() {
    let (_, denied) = users()["gateway"];
    for consumer in STAGES.iter().flat_map(|stage| stage.consumers).filter(|c| c.stream == "EVENTS") {
        for verb in ["CREATE", "MSG.NEXT", "DELETE"] {
            let subject = format!("$JS.API.CONSUMER.{verb}.EVENTS.{}", consumer.name);
            assert!(names(denied, &subject), "nats/accounts.conf: the gateway must be denied {subject}");
        }
    }
}

#[test]
fn what_a_user_receives_is_its_own() {
    for user in users().keys() {
        assert!(ACCOUNTS.contains(&format!("subscribe: [\"_INBOX.{user}.>\"]")), "{user}");
    }
    assert!(names(users()["scorer"].0, &format!("$JS.API.DIRECT.GET.KV_{PROFILES}.>")));
}
