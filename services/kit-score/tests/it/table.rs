//! The table of points, cell by cell.

use contract::{Facts, Flag, LineName, Period, Salary, Seniority, Tier};

use crate::make::{field, judge, judge_text, line, net, pay, profile, some, stack, yearly};

#[track_caller]
fn stack_points(job: &[&str], expected: u8) {
    let facts = Facts { tech_stack: stack(job), ..Facts::default() };
    let (score, _) = judge(&facts, &profile(""));
    let line = line(&score, LineName::Stack);
    assert_eq!((line.points, line.max), (expected, 40), "{job:?}: {:?}", line.values);
}

#[test]
fn stack_is_the_share_of_the_jobs_stack() {
    stack_points(&[], 20);
    stack_points(&["Rust"], 40);
    stack_points(&["Kubernetes"], 24); // basic: 0.6
    stack_points(&["MySQL"], 20); // near to PostgreSQL: 0.5
    stack_points(&["COBOL"], 0);
    stack_points(&["Rust", "COBOL"], 20);
    stack_points(&["Rust", "Kafka", "COBOL"], 27); // 26.67
    stack_points(&["Rust", "COBOL", "ABAP"], 13); // 13.33
    stack_points(&["Rust", "Kubernetes", "MySQL", "COBOL"], 21); // (10 + 6 + 5) / 40
}

#[test]
fn what_the_job_insists_on_counts_double() {
    stack_points(&["Rust!", "COBOL"], 27); // 20 / 30
    stack_points(&["Rust", "COBOL!"], 13); // 10 / 30
    stack_points(&["Rust!", "COBOL!"], 20);
}

#[test]
fn a_technology_counts_once_whatever_its_spelling() {
    stack_points(&["Postgres", "PostgreSQL", "postgresql", "COBOL"], 20);
    stack_points(&["postgres!", "PostgreSQL", "COBOL"], 27);
}

#[test]
fn what_is_near_to_something_basic_only_counts_nothing() {
    stack_points(&["Helm"], 0); // near to Kubernetes, which is basic
    stack_points(&["C++"], 20);
}

#[test]
fn the_stack_line_names_what_it_counted() {
    let facts = Facts { tech_stack: stack(&["Rust!", "Kubernetes", "Flink", "COBOL"]), ..Facts::default() };
    let (score, _) = judge(&facts, &profile(""));
    let values: Vec<_> = line(&score, LineName::Stack).values.iter().map(|(k, v)| format!("{k}={v}")).collect();
    assert_eq!(values, ["basic=Kubernetes", "known=Rust", "near=Flink (near Kafka)", "other=COBOL", "required=Rust"]);
}

#[track_caller]
fn pay_points(salary: Salary, expected: u8) {
    let facts = Facts { salary: some(salary.clone()), ..Facts::default() };
    let (score, _) = judge(&facts, &profile(""));
    let line = line(&score, LineName::Pay);
    assert_eq!((line.points, line.max), (expected, 30), "{salary:?}: {:?}", line.values);
}

#[test]
fn pay_is_measured_between_sixty_percent_of_the_minimum_and_the_ideal() {
    pay_points(yearly("54000"), 0); // 60 % of 90,000
    pay_points(yearly("10000"), 0);
    pay_points(yearly("54001"), 0);
    pay_points(yearly("55000"), 1); // 0.5, half up
    pay_points(yearly("72000"), 9);
    pay_points(yearly("89999"), 18);
    pay_points(yearly("90000"), 18);
    pay_points(yearly("100000"), 24);
    pay_points(yearly("109999"), 30);
    pay_points(yearly("110000"), 30);
    pay_points(yearly("500000"), 30);
}

#[test]
fn pay_is_the_middle_of_a_range_the_top_of_up_to_the_bottom_of_from() {
    pay_points(yearly("95000-115000"), 27); // 105,000
    pay_points(yearly("115000-95000"), 27); // swapped
    pay_points(yearly("-100000"), 24);
    pay_points(yearly("100000-"), 24);
}

#[test]
fn pay_not_stated_or_not_understood_is_half_and_marked() {
    let (score, _) = judge(&Facts::default(), &profile(""));
    assert_eq!(line(&score, LineName::Pay).points, 15);
    assert!(line(&score, LineName::Pay).rule.contains("no pay is stated"));
    assert_eq!(score.yearly, None);
    pay_points(Salary::default(), 15);
    pay_points(pay("100000", "", Some(Period::Year)), 15);
    pay_points(pay("100000", "XYZ", Some(Period::Year)), 15);
    pay_points(yearly("0"), 15);
    pay_points(yearly("-5-"), 15);
    pay_points(yearly("9000000000000000000"), 15);
}

#[test]
fn periods_are_made_yearly() {
    pay_points(pay("7500", "EUR", Some(Period::Month)), 18); // 90,000
    pay_points(pay("500", "EUR", Some(Period::Day)), 30); // 110,000
    pay_points(pay("60", "EUR", Some(Period::Hour)), 27); // 105,600: 27.36
    pay_points(pay("100000", "EUR", None), 24); // surely yearly
    pay_points(pay("4000", "EUR", None), 15); // not so sure
    pay_points(pay("30000000", "CLP", None), 0); // 30,000 euros
    pay_points(pay("3000000", "CLP", None), 15); // 3,000 euros
}

#[test]
fn fourteen_payments_count_only_where_said() {
    let facts = Facts { salary: some(pay("7000", "EUR", Some(Period::Month))), ..Facts::default() };
    let yearly = |text: &str| judge_text(&facts, &[], text, &profile("")).0.yearly.unwrap().max;
    assert_eq!(yearly("7.000 € al mes"), Some(84_000));
    assert_eq!(yearly("7.000 € al mes en 14 pagas"), Some(98_000));
    assert_eq!(yearly("7.000 € al mes en 12 pagas"), Some(84_000));
}

#[test]
fn other_currencies_are_converted_and_the_day_is_stated() {
    pay_points(pay("200000", "USD", Some(Period::Year)), 24); // 100,000 euros
    pay_points(pay("50000", "GBP", Some(Period::Year)), 24);
    let facts = Facts { salary: some(pay("190001-210000", "USD", Some(Period::Year))), ..Facts::default() };
    let yearly = judge(&facts, &profile("")).0.yearly.unwrap();
    assert_eq!((yearly.min, yearly.max, yearly.currency.as_str()), (Some(95_001), Some(105_000), "EUR"));
    assert_eq!(yearly.rates_of.unwrap().to_string(), "2026-01-31");
    let facts = Facts { salary: some(crate::make::yearly("95000-")), ..Facts::default() };
    let yearly = judge(&facts, &profile("")).0.yearly.unwrap();
    assert_eq!((yearly.min, yearly.max, yearly.rates_of), (Some(95_000), None, None));
}

#[test]
fn a_net_figure_is_worth_at_least_the_same_gross_one() {
    pay_points(net(yearly("100000")), 24);
    pay_points(net(yearly("60000")), 15);
}

#[track_caller]
fn level_points(job: Seniority, own: &str, expected: u8) {
    let facts = Facts { seniority: some(job), ..Facts::default() };
    let (score, _) = judge(&facts, &profile(&format!("seniority: {own}")));
    let line = line(&score, LineName::Seniority);
    assert_eq!((line.points, line.max), (expected, 20), "{job} for {own}");
}

#[test]
fn seniority_counts_the_distance() {
    level_points(Seniority::Senior, "senior", 20);
    level_points(Seniority::Staff, "senior", 18);
    level_points(Seniority::Lead, "senior", 18);
    level_points(Seniority::Mid, "senior", 12);
    level_points(Seniority::Principal, "senior", 5);
    level_points(Seniority::Junior, "senior", 5);
    level_points(Seniority::Intern, "senior", 0);
    level_points(Seniority::Manager, "senior", 0);
    level_points(Seniority::Lead, "staff", 20);
    level_points(Seniority::Staff, "lead", 20);
    level_points(Seniority::Principal, "lead", 18);
    level_points(Seniority::Executive, "intern", 0);
}

#[test]
fn seniority_not_stated_on_either_side_is_half() {
    let (score, _) = judge(&Facts::default(), &profile("seniority: senior"));
    assert_eq!(line(&score, LineName::Seniority).points, 10);
    let facts = Facts { seniority: some(Seniority::Senior), ..Facts::default() };
    assert_eq!(line(&judge(&facts, &profile("")).0, LineName::Seniority).points, 10);
}

const COMPANIES: &str =
    "favourite_companies: [Acme]\nblocked_companies: [Evil Corp, Bad Staffing]\ncompany: {industries: [robotics]}";

#[track_caller]
fn company_points(company: &str, agency: &str, industry: &str, expected: u8) {
    let stated = |value: &str| (!value.is_empty()).then(|| field(value.to_owned()));
    let facts =
        Facts { company: stated(company), agency: stated(agency), industry: stated(industry), ..Facts::default() };
    let (score, _) = judge(&facts, &profile(COMPANIES));
    let line = line(&score, LineName::Company);
    assert_eq!((line.points, line.max), (expected, 10), "{company}/{agency}/{industry}: {}", line.rule);
}

#[test]
fn company_by_name_then_industry_then_fame() {
    company_points("ACME, S.L.", "", "", 10);
    company_points("Acme Iberia", "", "robotics", 10);
    company_points("Nimbus", "", "industrial robotics", 7);
    company_points("Google Spain", "", "", 7);
    company_points("Nimbus", "", "banking", 5);
    company_points("", "", "", 5);
    company_points("", "Talent Partners", "", 2);
    company_points("", "Talent Partners", "robotics", 2);
    company_points("Nimbus", "Talent Partners", "", 5);
    company_points("evil corp.", "", "robotics", 0);
    company_points("Google", "Bad Staffing Ltd", "", 0);
}

#[test]
fn an_agency_is_also_told_by_the_flag() {
    let (score, _) = judge_text(&Facts::default(), &[Flag::ClientNotNamed], "", &profile(""));
    assert_eq!(line(&score, LineName::Company).points, 2);
}

#[test]
fn a_message_that_says_nothing_sums_up_to_fifty() {
    let (score, _) = judge(&Facts::default(), &profile("seniority: senior"));
    assert_eq!(score.lines.iter().map(|line| line.points).collect::<Vec<_>>(), [20, 15, 10, 5]);
    assert_eq!((score.total, score.tier), (50, Tier::Interesante));
    assert_eq!(score.to_next_tier, Some(25));
}

#[test]
fn a_perfect_job_is_a_hundred_and_has_no_next_tier() {
    let facts = Facts {
        company: some("Acme".to_owned()),
        tech_stack: stack(&["Rust", "Kafka"]),
        salary: some(yearly("120000")),
        seniority: some(Seniority::Senior),
        ..Facts::default()
    };
    let (score, _) = judge(&facts, &profile("seniority: senior\nfavourite_companies: [Acme]"));
    assert_eq!((score.total, score.tier, score.to_next_tier), (100, Tier::HighPriority, None));
}
