//! Subjects and account names.

use contract::{Account, subject::Prefix};
use proptest::prelude::*;

#[test]
fn a_subject_is_prefix_type_and_account() {
    let prefix = Prefix::default();
    assert_eq!(prefix.event("messages.received", &Account::me()), "sluice.messages.received.me");
    assert_eq!(prefix.dead("analyzer", &Account::me()), "sluice.dead.analyzer.me");
    assert_eq!(prefix.filter("messages.received"), "sluice.messages.received.*");
}

#[test]
fn the_default_prefix_leaves_names_bare() {
    assert_eq!(Prefix::default().name("EVENTS"), "EVENTS");
    assert_eq!("test-7".parse::<Prefix>().unwrap().name("EVENTS"), "test-7-EVENTS");
}

#[test]
fn subjects_of_others_are_not_split() {
    let prefix = Prefix::default();
    for foreign in [
        "",
        "sluice",
        "sluice.",
        "sluice.me",
        "sluice..me",
        "sluice.messages..me",
        "sluice.messages.received.",
        "sluice.messages.received.*",
        "sluice.messages.received.a b",
        "sluicer.messages.received.me",
        "other.messages.received.me",
        "$JS.EVENT.ADVISORY.CONSUMER.MAX_DELIVERIES.EVENTS.analyzer",
    ] {
        assert_eq!(prefix.split(foreign), None, "{foreign}");
    }
}

#[test]
fn prefixes_that_would_be_several_tokens_or_wildcards_are_refused() {
    for wrong in ["", "a.b", "*", ">", "Sluice", "a b", "ñ", &"x".repeat(33)] {
        let error = wrong.parse::<Prefix>().unwrap_err().to_string();
        assert!(error.contains("1 to 32"), "{error}");
    }
}

#[test]
fn account_names_that_would_be_several_tokens_or_wildcards_are_refused() {
    for wrong in ["", "a.b", "*", ">", "a b", "ñ", "a\0", &"x".repeat(65)] {
        assert!(wrong.parse::<Account>().is_err(), "{wrong}");
        assert!(serde_json::from_value::<Account>(serde_json::json!(wrong)).is_err(), "{wrong}");
    }
}

proptest! {
    #[test]
    fn split_undoes_event(prefix in "[a-z0-9-]{1,32}", account in "[a-zA-Z0-9_-]{1,64}", event_type in "[a-z]{1,9}(\\.[a-z-]{1,9}){0,2}") {
        let prefix: Prefix = prefix.parse().unwrap();
        let account: Account = account.parse().unwrap();
        let subject = prefix.event(&event_type, &account);
        prop_assert_eq!(prefix.split(&subject), Some((event_type.as_str(), account)));
    }

    #[test]
    fn split_takes_any_text(subject in ".*") {
        if let Some((event_type, account)) = Prefix::default().split(&subject) {
            prop_assert_eq!(Prefix::default().event(event_type, &account), subject);
        }
    }
}
