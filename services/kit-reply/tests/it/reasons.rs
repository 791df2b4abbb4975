//! When there is no draft, and why.

use chrono::TimeDelta;
use contract::{Decision, Direction, Flag, Kind, Language, NoDraftReason};
use kit_reply::draft;

use crate::situation::Situation;

fn offer() -> Situation {
    Situation::new(Language::En, "Hi Diego, we need a Backend Engineer at Northwind who knows Rust.")
        .from("Ana Ribeiro")
        .role("Backend Engineer")
        .company("Northwind")
        .stack(&["Rust"])
}

#[track_caller]
fn no_draft(situation: &Situation, reason: NoDraftReason) {
    let drafted = situation.draft();
    assert_eq!(drafted.text, Err(reason));
    assert!(drafted.checks.is_empty(), "nothing was written, so nothing was checked");
}

#[test]
fn without_a_profile_there_is_nothing_to_write_from() {
    assert_eq!(draft(&offer().scored, None).text, Err(NoDraftReason::NoProfile));
}

#[test]
fn a_message_older_than_the_profile_answers_is_history() {
    let mut old = offer();
    old.message().received_at = old.message().sent_at + TimeDelta::days(21);
    assert!(old.draft().text.is_ok(), "the last day still counts");
    old.message().received_at += TimeDelta::seconds(1);
    no_draft(&old, NoDraftReason::TooOld);
}

#[test]
fn the_days_within_which_to_answer_are_the_profiles() {
    let mut old = offer();
    old.profile.reply_within_days = 2;
    old.message().received_at = old.message().sent_at + TimeDelta::days(3);
    no_draft(&old, NoDraftReason::TooOld);
}

#[test]
fn a_preview_gets_no_draft() {
    let mut preview = offer();
    preview.message().partial = true;
    no_draft(&preview, NoDraftReason::Partial);
    no_draft(&offer().flag(Flag::Partial), NoDraftReason::Partial);
}

#[test]
fn suspicious_messages_go_to_the_person_whatever_was_decided() {
    for decision in [Decision::Engage, Decision::Ask, Decision::Decline, Decision::Review] {
        no_draft(&offer().decide(decision, 90).flag(Flag::Injection), NoDraftReason::Injection);
        no_draft(&offer().decide(decision, 90).flag(Flag::ScamSigns), NoDraftReason::ScamSigns);
    }
}

#[test]
fn what_is_ignored_courteous_or_ones_own_is_left_alone() {
    no_draft(&offer().decide(Decision::Ignore, 10), NoDraftReason::Ignored);
    let mut thanks = offer();
    thanks.scored.analysis.kind = Kind::Courtesy;
    no_draft(&thanks, NoDraftReason::Ignored);
    let mut own = offer();
    own.message().direction = Direction::Outbound;
    no_draft(&own, NoDraftReason::Ignored);
}

#[test]
fn a_new_opportunity_under_review_waits_for_the_person() {
    no_draft(&offer().decide(Decision::Review, 60), NoDraftReason::NeedsPerson);
}

#[test]
fn a_language_without_templates_or_one_the_person_does_not_speak_gets_no_draft() {
    let mut italian = offer();
    italian.scored.analysis.language = Language::It;
    no_draft(&italian, NoDraftReason::Language);
    let mut unspoken = offer();
    unspoken.profile.languages = vec!["es".to_owned()];
    no_draft(&unspoken, NoDraftReason::Language);
}

#[test]
fn the_event_carries_what_the_draft_answers() {
    let situation = offer();
    let event = situation.draft().into_event(&situation.scored, 7);
    assert_eq!(event.message_id, situation.scored.analysis.message.id);
    assert_eq!(event.message_sent_at, situation.scored.analysis.message.sent_at);
    assert_eq!(event.opportunity_id, situation.scored.analysis.opportunity_id);
    assert_eq!((event.profile_revision, event.decision, event.no_draft), (7, Decision::Engage, None));
    assert!(event.text.is_some() && event.checks.iter().all(|check| check.passed));
}
