//! Caps, what is missing, and the decision.

use contract::{CapReason, Decision, Facts, Flag, Kind, RemotePolicy, Seniority, Tier};
use kit_score::{Profile, score};

use crate::make::{judge, judge_text, profile, rates, some, stack, yearly};

/// A job that says everything and fits.
fn good() -> Facts {
    Facts {
        company: some("Nimbus".to_owned()),
        role: some("Backend Engineer".to_owned()),
        tech_stack: stack(&["Rust", "Kafka"]),
        salary: some(yearly("100000-110000")),
        seniority: some(Seniority::Senior),
        remote_policy: some(RemotePolicy::Remote),
        ..Facts::default()
    }
}

fn of_a_senior(more: &str) -> Profile {
    let text = format!(
        "technologies: [Rust, Kafka]\nsalary: {{minimum: 90000, ideal: 110000, currency: EUR}}\n\
         remote_policy: {{accepted: [remote]}}\nseniority: senior\n{more}\n"
    );
    Profile::parse(&text).unwrap()
}

#[track_caller]
fn missing(facts: &Facts, flags: &[Flag], profile: &Profile, expected: &[&str]) -> Decision {
    let (score, decision) = judge_text(facts, flags, "", profile);
    assert_eq!(score.missing, expected, "total {}", score.total);
    decision
}

#[test]
fn a_good_job_that_says_all_is_engaged() {
    let (score, decision) = judge(&good(), &of_a_senior(""));
    assert_eq!((score.total, score.tier, decision), (92, Tier::HighPriority, Decision::Engage));
    assert_eq!((score.cap_reason, score.missing.len()), (None, 0));
}

#[test]
fn a_middling_job_is_engaged_and_a_poor_one_declined() {
    let middling = Facts { tech_stack: stack(&["COBOL", "Rust", "ABAP"]), ..good() };
    let (score, decision) = judge(&middling, &of_a_senior(""));
    assert_eq!((score.total, score.tier, decision), (65, Tier::Interesante, Decision::Engage));
    let poor = Facts { tech_stack: stack(&["COBOL"]), seniority: some(Seniority::Junior), ..good() };
    let (score, decision) = judge(&poor, &of_a_senior(""));
    assert_eq!((score.total, score.tier, decision), (37, Tier::PocoInteresante, Decision::Decline));
}

#[test]
fn a_failed_veto_caps_the_tier_and_declines() {
    let onsite = Facts { remote_policy: some(RemotePolicy::Onsite), ..good() };
    let (score, decision) = judge(&onsite, &of_a_senior(""));
    assert_eq!((score.tier, score.tier_uncapped), (Tier::PocoInteresante, Tier::HighPriority));
    assert_eq!((score.cap_reason, decision), (Some(CapReason::Veto), Decision::Decline));
    assert!(score.missing.is_empty());
}

#[test]
fn a_cap_never_raises_and_is_named_only_where_it_lowers() {
    let bad = Facts {
        tech_stack: stack(&["COBOL"]),
        salary: some(yearly("30000")),
        seniority: some(Seniority::Intern),
        remote_policy: some(RemotePolicy::Onsite),
        ..good()
    };
    let (score, decision) = judge(&bad, &of_a_senior(""));
    assert_eq!((score.tier, score.cap_reason, decision), (Tier::NoInteresa, None, Decision::Decline));
}

#[test]
fn a_thin_message_never_reaches_a_good_tier_and_is_asked() {
    let (score, decision) = judge_text(&Facts::default(), &[Flag::Thin], "", &of_a_senior(""));
    assert_eq!((score.total, score.tier, score.tier_uncapped), (50, Tier::PocoInteresante, Tier::Interesante));
    assert_eq!((score.cap_reason, decision), (Some(CapReason::Thin), Decision::Ask));
    assert_eq!(score.missing, ["client", "pay", "place", "stack", "role"]);
}

#[test]
fn a_follow_up_that_says_nothing_by_itself_never_reaches_a_good_tier() {
    let (bare, _) = score(&Facts::default(), &[], Kind::FollowUp, "", &of_a_senior(""), &rates());
    assert_eq!((bare.total, bare.tier, bare.cap_reason), (50, Tier::PocoInteresante, Some(CapReason::Thin)));
    let (whole, decision) = score(&good(), &[], Kind::FollowUp, "", &of_a_senior(""), &rates());
    assert_eq!((whole.tier, whole.cap_reason, decision), (Tier::HighPriority, None, Decision::Review));
}

#[test]
fn a_veto_goes_before_thin() {
    let facts = Facts { remote_policy: some(RemotePolicy::Onsite), ..Facts::default() };
    let (score, decision) = judge_text(&facts, &[Flag::Thin], "", &of_a_senior(""));
    assert_eq!((score.cap_reason, decision), (Some(CapReason::Veto), Decision::Decline));
}

#[test]
fn what_a_condition_hangs_on_is_asked_for_in_order() {
    let profile = of_a_senior("work_week_days: 4\nemployment_types: [contract]\nblocked_companies: [Evil]");
    let bare = Facts { company: None, salary: None, remote_policy: None, ..good() };
    assert_eq!(missing(&bare, &[], &profile, &["client", "pay", "place", "contract", "week"]), Decision::Ask);
}

#[test]
fn what_decides_nothing_is_not_asked_for() {
    // No conditions on company, contract and week; the level could not bring the total below fifty.
    let facts = Facts { company: None, seniority: None, ..good() };
    assert_eq!(missing(&facts, &[], &of_a_senior(""), &[]), Decision::Engage);
    // Where it could, it is asked for.
    let facts = Facts { tech_stack: stack(&["COBOL"]), seniority: None, ..good() };
    assert_eq!(missing(&facts, &[], &of_a_senior(""), &["role"]), Decision::Ask);
}

#[test]
fn the_usual_is_not_asked_for() {
    // A job is full time and five days a week unless it says otherwise.
    let profile = of_a_senior("work_week_days: 5\nemployment_types: [full_time, contract]");
    assert_eq!(missing(&good(), &[], &profile, &[]), Decision::Engage);
    let profile = of_a_senior("work_week_days: 4\nemployment_types: [contract]");
    assert_eq!(missing(&good(), &[], &profile, &["contract", "week"]), Decision::Ask);
}

#[test]
fn nothing_is_asked_where_no_answer_could_help() {
    let hopeless = Facts { tech_stack: stack(&["COBOL"]), seniority: some(Seniority::Junior), salary: None, ..good() };
    let (score, decision) = judge(&hopeless, &of_a_senior(""));
    assert_eq!((score.total, score.missing.len(), decision), (25, 0, Decision::Decline));
}

#[test]
fn an_agency_is_asked_for_its_client() {
    let facts = Facts { company: None, agency: some("Talent Partners".to_owned()), salary: None, ..good() };
    assert_eq!(missing(&facts, &[Flag::ClientNotNamed], &of_a_senior(""), &["client", "pay"]), Decision::Ask);
}

#[test]
fn injection_and_scam_signs_go_to_a_person_before_all() {
    for flag in [Flag::Injection, Flag::ScamSigns] {
        assert_eq!(judge_text(&good(), &[flag], "", &of_a_senior("")).1, Decision::Review);
        let onsite = Facts { remote_policy: some(RemotePolicy::Onsite), ..good() };
        assert_eq!(judge_text(&onsite, &[flag, Flag::Thin], "", &of_a_senior("")).1, Decision::Review);
    }
}

#[test]
fn other_flags_change_nothing() {
    let plain = judge(&good(), &of_a_senior(""));
    for flag in [Flag::SeveralRoles, Flag::Degraded] {
        assert_eq!(judge_text(&good(), &[flag], "", &of_a_senior("")), plain);
    }
}

#[test]
fn kinds_decide() {
    let decide = |kind, facts: &Facts| score(facts, &[], kind, "", &of_a_senior(""), &rates()).1;
    let onsite = Facts { remote_policy: some(RemotePolicy::Onsite), ..good() };
    assert_eq!(decide(Kind::FollowUp, &good()), Decision::Review);
    assert_eq!(decide(Kind::FollowUp, &Facts::default()), Decision::Review);
    assert_eq!(decide(Kind::FollowUp, &onsite), Decision::Decline);
    for kind in [Kind::Courtesy, Kind::Promotion, Kind::Scam, Kind::Other] {
        assert_eq!(decide(kind, &good()), Decision::Ignore);
    }
}

#[test]
fn the_built_in_rates_judge_too() {
    let salary = some(crate::make::pay("150000", "USD", Some(contract::Period::Year)));
    let facts = Facts { salary, ..good() };
    let rates = kit_score::Rates::built_in();
    let (score, _) = score(&facts, &[], Kind::NewOpportunity, "", &profile("seniority: senior"), rates);
    let yearly = score.yearly.unwrap();
    assert!((100_000..200_000).contains(&yearly.max.unwrap()));
    assert_eq!(yearly.rates_of, Some(rates.date));
    assert!(rates.currencies().count() > 35);
}
