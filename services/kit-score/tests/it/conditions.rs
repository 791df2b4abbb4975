//! The profile's conditions: pass, fail, unknown, and which the profile asks for at all.

use contract::{
    EmploymentType, Facts, Fulfilment, Fulfilment::Fail, Fulfilment::Pass, Fulfilment::Unknown, Period, RemotePolicy,
};
use kit_score::Profile;

use crate::make::{filter, judge, judge_text, net, pay, profile, some, stack, yearly};

#[track_caller]
fn check(facts: &Facts, profile: &Profile, name: &str, expected: Fulfilment) {
    check_text(facts, "", profile, name, expected);
}

#[track_caller]
fn check_text(facts: &Facts, text: &str, profile: &Profile, name: &str, expected: Fulfilment) {
    let (score, _) = judge_text(facts, &[], text, profile);
    let filter = filter(&score, name).unwrap();
    assert_eq!(filter.fulfilment, expected, "{name}: {}", filter.reason);
    assert!(!filter.reason.is_empty());
}

#[test]
fn only_what_the_profile_asks_for_is_a_condition() {
    let (score, _) = judge(&Facts::default(), &profile(""));
    assert_eq!(score.filters.iter().map(|f| f.name.as_str()).collect::<Vec<_>>(), ["minimum_salary", "remote_policy"]);
    let all = "work_week_days: 4\nminimum_stack_share: 30\nlocations: [Madrid]\nemployment_types: [full_time]\n\
               reject_if: [crypto]\nblocked_companies: [Evil]\nmust_have: [equity]";
    let (score, _) = judge(&Facts::default(), &profile(all));
    let names: Vec<_> = score.filters.iter().map(|f| (f.name.as_str(), f.veto)).collect();
    assert_eq!(
        names,
        [
            ("work_week", true),
            ("minimum_salary", true),
            ("stack_share", true),
            ("remote_policy", true),
            ("location", true),
            ("employment_type", true),
            ("reject_if", true),
            ("blocked_company", true),
            ("must_have", false),
        ]
    );
}

#[test]
fn minimum_salary() {
    let check = |salary, expected| {
        check(&Facts { salary, ..Facts::default() }, &profile(""), "minimum_salary", expected);
    };
    check(None, Unknown);
    check(some(yearly("90000")), Pass);
    check(some(yearly("89999")), Fail);
    check(some(yearly("60000-95000")), Pass);
    check(some(yearly("60000-85000")), Fail);
    check(some(yearly("-85000")), Fail);
    check(some(yearly("60000-")), Unknown);
    check(some(yearly("95000-")), Pass);
    check(some(net(yearly("60000"))), Unknown);
    check(some(pay("150000", "USD", Some(Period::Year))), Fail);
    check(some(pay("150000", "", Some(Period::Year))), Unknown);
}

#[test]
fn remote_policy() {
    let wish = |accepted: &str| {
        let text = format!(
            "technologies: [Rust]\nsalary: {{minimum: 1, currency: EUR}}\nremote_policy: {{accepted: {accepted}}}\n"
        );
        Profile::parse(&text).unwrap()
    };
    let check = |job: Option<RemotePolicy>, accepted: &str, text: &str, expected| {
        let facts = Facts { remote_policy: job.and_then(some), ..Facts::default() };
        check_text(&facts, text, &wish(accepted), "remote_policy", expected);
    };
    let one_day = "[remote, hybrid], max_office_days: 1";
    check(Some(RemotePolicy::Remote), "[remote]", "", Pass);
    check(Some(RemotePolicy::Hybrid), "[remote]", "", Fail);
    check(Some(RemotePolicy::Onsite), "[remote, hybrid]", "", Fail);
    check(Some(RemotePolicy::Hybrid), "[remote, hybrid]", "", Pass);
    check(None, "[remote]", "", Unknown);
    check(None, "[remote, hybrid, onsite]", "", Pass);
    check(Some(RemotePolicy::Hybrid), one_day, "", Unknown);
    check(Some(RemotePolicy::Hybrid), one_day, "One day a week in the office", Pass);
    check(Some(RemotePolicy::Hybrid), one_day, "Híbrido, tres días de oficina", Fail);
    check(Some(RemotePolicy::Onsite), "[onsite]", "", Pass);
}

#[test]
fn place() {
    let check = |policy: RemotePolicy, place: &str, more: &str, expected| {
        let location = (!place.is_empty()).then(|| place.to_owned()).and_then(some);
        let facts = Facts { remote_policy: some(policy), location, ..Facts::default() };
        check(&facts, &profile(more), "location", expected);
    };
    use RemotePolicy::{Hybrid, Onsite, Remote};
    let madrid = "locations: [Madrid]";
    check(Onsite, "Madrid, España", madrid, Pass);
    check(Hybrid, "Madrid or Barcelona", madrid, Pass);
    check(Onsite, "Barcelona, Spain", madrid, Fail);
    check(Onsite, "Spain", madrid, Unknown);
    check(Onsite, "Springfield", madrid, Unknown);
    check(Onsite, "", madrid, Unknown);
    check(Onsite, "Barcelona", "locations: [Spain]", Pass);
    check(Onsite, "Berlin", "locations: [Madrid]\nrelocation: true", Pass);
    check(Onsite, "", "locations: [Madrid]\nrelocation: true", Pass);
    check(Hybrid, "Getafe Norte", "locations: [Getafe Norte]", Pass);
    check(Hybrid, "Polígono de Villaverde Alto", "locations: [Villaverde Alto]", Pass);
    check(Remote, "", madrid, Pass);
    check(Remote, "EU", madrid, Pass);
    check(Remote, "anywhere in Europe", madrid, Pass);
    check(Remote, "US only", madrid, Fail);
    check(Remote, "Germany", madrid, Fail);
    check(Remote, "London", madrid, Unknown);
}

#[test]
fn employment_type() {
    let check = |job: Option<EmploymentType>, accepted: &str, expected| {
        let facts = Facts { employment_type: job.and_then(some), ..Facts::default() };
        check(&facts, &profile(&format!("employment_types: {accepted}")), "employment_type", expected);
    };
    check(Some(EmploymentType::FullTime), "[full_time]", Pass);
    check(Some(EmploymentType::Contract), "[full_time]", Fail);
    check(None, "[full_time]", Unknown);
    check(None, "[full_time, part_time, contract, internship]", Pass);
}

#[test]
fn work_week() {
    let check = |job: Option<u8>, most: u8, expected| {
        let facts = Facts { work_week_days: job.and_then(some), ..Facts::default() };
        check(&facts, &profile(&format!("work_week_days: {most}")), "work_week", expected);
    };
    check(Some(4), 4, Pass);
    check(Some(5), 4, Fail);
    check(None, 4, Unknown);
    check(None, 5, Pass);
    check(Some(6), 5, Fail);
}

#[test]
fn stack_share() {
    let check = |job: &[&str], expected| {
        let facts = Facts { tech_stack: stack(job), ..Facts::default() };
        check(&facts, &profile("minimum_stack_share: 50"), "stack_share", expected);
    };
    check(&["Rust", "COBOL"], Pass);
    check(&["Rust", "COBOL", "ABAP"], Fail);
    check(&[], Unknown);
}

#[test]
fn reject_if_is_in_whole_words_and_knows_a_denial() {
    let check = |text: &str, expected| {
        check_text(&Facts::default(), text, &profile("reject_if: [defi, agency, guardias]"), "reject_if", expected);
    };
    check("We definitely define our own roadmap.", Pass);
    check("We build DeFi protocols.", Fail);
    check("We are not an agency.", Pass);
    check("A leading agency for engineers.", Fail);
    check("Sin guardias ni fines de semana.", Pass);
    check("Con guardias rotativas.", Fail);
    check("", Unknown);
}

#[test]
fn blocked_company() {
    let check = |company: Option<&str>, agency: Option<&str>, expected| {
        let stated = |name: Option<&str>| name.map(str::to_owned).and_then(some);
        let facts = Facts { company: stated(company), agency: stated(agency), ..Facts::default() };
        check(&facts, &profile("blocked_companies: [Evil Corp]"), "blocked_company", expected);
    };
    check(Some("Evil Corp GmbH"), None, Fail);
    check(Some("Evil"), None, Fail);
    check(Some("Evilution"), None, Pass);
    check(None, Some("EVIL CORP"), Fail);
    check(None, Some("Other"), Unknown);
    check(Some("Nimbus"), Some("Other"), Pass);
}

#[test]
fn a_favoured_industry_counts_where_the_message_says_it() {
    let facts = Facts { company: some("Casa Lumen".to_owned()), ..Facts::default() };
    let points = |text: &str| {
        let score = judge_text(&facts, &[], text, &profile("company: {industries: [robotics]}")).0;
        score.lines[3].points
    };
    assert_eq!(points("Casa Lumen is a robotics company."), 7);
    assert_eq!(points("Casa Lumen is a bakery."), 5);
    assert_eq!(points("Casa Lumen does no robotics."), 5);
}

#[test]
fn nice_to_have_is_shown_beside_the_stack_and_moves_no_point() {
    let text = "A four-day week. There is no equity.";
    let by = |line: &str| judge_text(&Facts::default(), &[], text, &profile(line)).0;
    let (plain, wished) = (by("name: X"), by("nice_to_have: [four-day week, equity, open source]"));
    let mut stack = wished.lines[0].clone();
    assert_eq!(stack.values.remove("welcome").as_deref(), Some("four-day week"), "neither denied nor absent words");
    assert_eq!((&stack, wished.total), (&plain.lines[0], plain.total));
}

#[test]
fn must_have_is_shown_and_never_a_veto() {
    let check = |text: &str, expected| {
        check_text(&Facts::default(), text, &profile("must_have: [equity, training budget]"), "must_have", expected);
    };
    check("Equity and a training budget.", Pass);
    check("Equity for everybody.", Unknown);
    check("There is no equity.", Fail);
    let (score, decision) = judge_text(&Facts::default(), &[], "There is no equity.", &profile("must_have: [equity]"));
    assert_eq!(score.cap_reason, None);
    assert_eq!(decision, contract::Decision::Ask);
}
