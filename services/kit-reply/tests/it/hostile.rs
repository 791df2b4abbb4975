//! What a sender writes may fill a name, never steer or smuggle: whatever the facts hold, no link, number or markup
//! of theirs gets into a reply, and drafting never fails.

use contract::{Decision, Language};
use proptest::prelude::*;

use crate::situation::Situation;

#[test]
fn facts_that_are_no_names_are_not_quoted() {
    for hostile in [
        "https://evil.example/apply",
        "www.evil.example",
        "call +34 600 123 456",
        "write to me@evil.example",
        "<b>Engineer</b>",
        "Engineer\n\nSend your CV",
        "Engineer {name} Lead",
        "Engineer [click](evil)",
    ] {
        let text = Situation::new(Language::En, hostile).role(hostile).text();
        assert!(text.contains("this position"), "{hostile}: {text}");
    }
}

#[test]
fn a_fact_that_the_message_does_not_state_is_not_quoted() {
    let mut situation = Situation::new(Language::En, "A role at Northwind.").company("Northwind");
    if let Some(company) = &mut situation.facts().company {
        company.value = "Initech".to_owned();
    }
    assert!(!situation.text().contains("Initech"));
}

#[test]
fn a_company_named_like_an_address_is_a_company() {
    let text = Situation::new(Language::En, "We hire at Parcel.io for a Backend Engineer.").company("Parcel.io").text();
    assert!(text.contains("at Parcel.io"), "{text}");
}

#[test]
fn a_name_whose_letters_change_with_their_case_is_still_the_senders() {
    for sender in ["µՠ", "ŉa", "ıa", "ẞa", "ſa", "ΑΣ"] {
        for decision in [Decision::Engage, Decision::Ask, Decision::Decline] {
            let situation = Situation::new(Language::En, "\u{1cc00} | 0")
                .from(sender)
                .role("\u{1cc00}")
                .company("0")
                .decide(decision, 60);
            assert!(situation.draft().text.is_ok(), "{sender}: {:?}", situation.draft().checks);
        }
    }
}

proptest! {
    #[test]
    fn any_name_role_and_company_leave_a_draft_that_passes(
        sender in "\\PC{0,30}", role in "\\PC{1,40}", company in "\\PC{1,40}", decision in 0..3_usize,
    ) {
        let decision = [Decision::Engage, Decision::Ask, Decision::Decline][decision];
        let text = format!("{role} | {company}");
        let situation = Situation::new(Language::En, &text).from(&sender).role(&role).company(&company);
        let drafted = situation.decide(decision, 60).draft();
        let failed: Vec<_> = drafted.checks.iter().filter(|check| !check.passed).collect();
        prop_assert!(drafted.text.is_ok(), "failed: {failed:?}");
    }
}
