//! Profiles: what is accepted, and that every fault is named with its place.

use chrono::Weekday;
use contract::{RemotePolicy, Seniority};
use kit_score::{
    Profile,
    profile::{Level, MAX_BYTES, Policy, SearchStatus},
};

const EXAMPLE: &str = include_str!("../../data/profile.example.yaml");
const LEAST: &str =
    "technologies: [Rust]\nsalary: {minimum: 50000, currency: EUR}\nremote_policy: {accepted: [remote]}\n";

fn faults(yaml: &str) -> Vec<(String, String)> {
    match Profile::parse(yaml) {
        Ok(_) => Vec::new(),
        Err(faults) => faults.0.into_iter().map(|fault| (fault.path, fault.detail)).collect(),
    }
}

/// Checks that a profile's faults are exactly at these places, each said with these words.
fn check(yaml: &str, expected: &[(&str, &str)]) {
    let found = faults(yaml);
    let paths: Vec<&str> = found.iter().map(|(path, _)| path.as_str()).collect();
    assert_eq!(paths, expected.iter().map(|(path, _)| *path).collect::<Vec<_>>(), "{found:?}");
    for ((path, detail), (_, words)) in found.iter().zip(expected) {
        assert!(detail.contains(words), "{path}: {detail:?} lacks {words:?}");
    }
}

/// The least profile with one more line.
fn with(line: &str) -> String {
    format!("{LEAST}{line}\n")
}

#[test]
fn the_example_parses_and_says_what_it_shows() {
    let profile = Profile::parse(EXAMPLE).unwrap();
    assert_eq!(profile.name.as_deref(), Some("Diego Ferrer"));
    assert_eq!(profile.seniority, Some(Seniority::Senior));
    assert_eq!(profile.technologies.len(), 6);
    assert_eq!(profile.technologies[4].level, Level::Basic);
    assert_eq!((profile.technologies[5].name.as_str(), profile.technologies[5].level), ("Docker", Level::Known));
    assert_eq!(profile.salary.ideal(), 110_000);
    assert_eq!(profile.remote_policy.accepted, [RemotePolicy::Remote, RemotePolicy::Hybrid]);
    assert_eq!(profile.disclosure.salary, Policy::OnRequest);
    assert_eq!(profile.call_windows[1].day, Weekday::Thu);
    assert_eq!(profile.call_windows[1].to.format("%H:%M").to_string(), "18:30");
}

#[test]
fn three_things_are_enough() {
    let profile = Profile::parse(LEAST).unwrap();
    assert_eq!(profile.reply_within_days, 21);
    assert_eq!(profile.search_status, SearchStatus::Passive);
    assert_eq!(profile.disclosure.phone, Policy::Never);
    assert_eq!(profile.salary.ideal(), 62_500);
}

#[test]
fn a_written_profile_reads_back_the_same() {
    let profile = Profile::parse(EXAMPLE).unwrap();
    let written = serde_yaml_ng::to_string(&profile).unwrap();
    assert_eq!(Profile::parse(&written).unwrap(), profile);
}

#[test]
fn what_is_missing_is_named_all_at_once() {
    check("{}", &[("technologies", "is missing"), ("salary", "is missing"), ("remote_policy", "is missing")]);
    check(&LEAST.replace("minimum: 50000, ", ""), &[("salary", "missing field `minimum`")]);
    check(&LEAST.replace(", currency: EUR", ""), &[("salary", "missing field `currency`")]);
    check(&LEAST.replace("[Rust]", "[]"), &[("technologies", "empty")]);
    check(&LEAST.replace("[remote]", "[]"), &[("remote_policy.accepted", "empty")]);
}

#[test]
fn an_unknown_key_is_refused_with_the_nearest_name() {
    check(&with("reject_iff: [x]"), &[("reject_iff", "did you mean `reject_if`?")]);
    check(
        &LEAST.replace("minimum", "minimun"),
        &[("salary.minimun", "did you mean `minimum`?"), ("salary", "missing field")],
    );
    check(&with("disclosure: {fone: never}"), &[("disclosure.fone", "did you mean `phone`?")]);
    check(
        &LEAST.replace("[Rust]", "[{name: Rust, levle: known}]"),
        &[("technologies[0].levle", "did you mean `level`?")],
    );
    check(&with("zzz: 1"), &[("zzz", "known: name, headline")]);
    check(&LEAST.replace("[remote]", "[remot]"), &[("remote_policy.accepted[0]", "did you mean `remote`?")]);
}

#[test]
fn every_fault_is_named_not_only_the_first() {
    check(
        &with("years: many\nseniority: boss\nwork_week_days: 9\ncall_windows: [{day: tue, from: late, to: '18:00'}]"),
        &[
            ("years", "invalid type"),
            ("seniority", "known: intern"),
            ("call_windows[0].from", "17:00"),
            ("work_week_days", "1 to 7"),
        ],
    );
}

#[test]
fn later_items_of_a_list_keep_their_number() {
    check(
        &LEAST.replace("[Rust]", "[Rust, 7, [x], {name: Go, level: expert}, {years: 3}]"),
        &[
            ("technologies[1]", "a technology's name"),
            ("technologies[2]", "a technology's name"),
            ("technologies[3].level", "known: known, basic"),
            ("technologies[4]", "missing field `name`"),
        ],
    );
}

#[test]
fn a_technology_is_named_once() {
    check(&LEAST.replace("[Rust]", "[PostgreSQL, Rust, postgres]"), &[("technologies[2]", "as `PostgreSQL` at [0]")]);
}

#[test]
fn pay_must_make_sense() {
    check(&LEAST.replace("50000", "-1"), &[("salary.minimum", "above 0")]);
    check(&LEAST.replace("50000", "50000, ideal: 40000"), &[("salary.ideal", "below the minimum")]);
    check(&LEAST.replace("EUR", "eur"), &[("salary.currency", "did you mean `EUR`?")]);
    check(&LEAST.replace("EUR", "XTS"), &[("salary.currency", "no exchange rate")]);
    check(&LEAST.replace("50000", "99999999999999999999"), &[("", "salary.minimum: invalid type")]);
}

#[test]
fn sense_of_the_rest() {
    check(&with("scheduling_link: http://x.example"), &[("scheduling_link", "https://")]);
    check(&with("time_zone: Madrid"), &[("time_zone", "Europe/Madrid")]);
    check(
        &with("call_windows: [{day: mon, from: '10:00', to: '09:00'}]"),
        &[("call_windows[0]", "ends before"), ("time_zone", "is missing")],
    );
    check(&with("languages: [English]"), &[("languages[0]", "ISO 639")]);
    check(&with("reject_if: ['  ']"), &[("reject_if[0]", "blank")]);
    check(&with("name: \"a\\nb\""), &[("name", "one line")]);
    check(&with("favourite_companies: [Acme]\nblocked_companies: [ACME]"), &[("favourite_companies[0]", "blocked")]);
    check(
        &LEAST.replace("[remote]", "[remote], max_office_days: 2"),
        &[("remote_policy.max_office_days", "lacks `hybrid`")],
    );
}

#[test]
fn what_is_no_profile_at_all_is_one_fault() {
    check("", &[("", "key: value")]);
    check("- a", &[("", "key: value")]);
    check("a: [", &[("", "cannot be read")]);
    check("a: 1\na: 2", &[("", "cannot be read")]);
    check(&format!("name: {}", "x".repeat(MAX_BYTES)), &[("", "at most 65536")]);
}
