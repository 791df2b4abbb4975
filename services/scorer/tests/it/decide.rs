//! The pure part: events out of facts and a profile.

use contract::{CapReason, Decision, Tier};
use kit_score::Rates;
use scorer::decide::{rescored, scored};
use uuid::Uuid;

use crate::sample::{PROFILE, analysis, in_force, stored};

#[test]
fn a_message_is_judged_by_the_profile_and_says_by_which_revision() {
    let scored = scored(analysis(None, "Rust, remote"), Some(&in_force(PROFILE, 12)), Rates::built_in());
    let score = scored.score.unwrap();
    assert_eq!((score.total, score.tier), (70, Tier::Interesante)); // 40 + 15 + 10 + 5
    assert_eq!((scored.decision, scored.profile_revision), (Decision::Ask, 12));
    assert_eq!(score.missing, ["pay"]);
    assert_eq!(scored.analysis, analysis(None, "Rust, remote"));
}

#[test]
fn without_a_profile_there_is_no_score_and_a_person_decides() {
    let scored = scored(analysis(None, "Rust, remote"), None, Rates::built_in());
    assert_eq!((scored.score, scored.decision, scored.profile_revision), (None, Decision::Review, 0));
}

#[test]
fn conditions_in_words_look_into_subject_and_text() {
    for analysis in [analysis(Some("Crypto exchange"), "Rust"), analysis(None, "Rust for a crypto exchange")] {
        let scored = scored(analysis, Some(&in_force(PROFILE, 1)), Rates::built_in());
        assert_eq!(scored.decision, Decision::Decline);
        assert_eq!(scored.score.unwrap().cap_reason, Some(CapReason::Veto));
    }
}

#[test]
fn stored_facts_are_judged_as_fresh_ones_are() {
    let profile = in_force(PROFILE, 3);
    let fresh = scored(analysis(None, "Rust, remote"), Some(&profile), Rates::built_in());
    let events = rescored(&[stored(8, "Rust, remote")], Some(&profile), Rates::built_in(), Uuid::from_u128(1));
    let [event] = events.as_slice() else { panic!("one event: {events:?}") };
    assert_eq!((event.profile_revision, event.caused_by), (3, Some(Uuid::from_u128(1))));
    let item = &event.items[0];
    assert_eq!((item.opportunity_id, item.facts_revision), (Uuid::from_u128(8), 8));
    assert_eq!((&item.score, item.decision), (&fresh.score, fresh.decision));
}

#[test]
fn without_a_profile_old_scores_are_taken_back() {
    let events = rescored(&[stored(8, "Rust")], None, Rates::built_in(), Uuid::nil());
    assert_eq!((events[0].profile_revision, &events[0].items[0].score), (0, &None));
    assert_eq!(events[0].items[0].decision, Decision::Review);
}

#[test]
fn nothing_stored_yields_no_event() {
    assert!(rescored(&[], Some(&in_force(PROFILE, 1)), Rates::built_in(), Uuid::nil()).is_empty());
}

#[test]
fn an_event_has_at_most_500_items_and_fits_the_bus() {
    let facts: Vec<_> = (1..=1_200).map(|number| stored(number, "Rust")).collect();
    // Words that were looked for are named in the proof: this profile's scores are large.
    let words = (0..90).map(|n| format!("word{n}")).collect::<Vec<_>>().join(", ");
    for profile in [in_force(PROFILE, 1), in_force(&format!("{PROFILE}must_have: [{words}]"), 1)] {
        let events = rescored(&facts, Some(&profile), Rates::built_in(), Uuid::nil());
        let ids: Vec<u128> =
            events.iter().flat_map(|event| &event.items).map(|item| item.opportunity_id.as_u128()).collect();
        assert_eq!(ids, (1..=1_200).collect::<Vec<_>>());
        for event in &events {
            assert!(event.items.len() <= 500);
            assert!(serde_json::to_vec(event).unwrap().len() < contract::event::MAX_PAYLOAD);
        }
    }
}
