//! What holds for every message: the lines add up, bounds hold, more pay or a better stack never scores less, and
//! order does not count.

use contract::{CapReason, Facts, Flag, Kind, PayBasis, Period, RemotePolicy, Salary, Seniority, TechMention, Tier};
use kit_score::{Judge, Profile, Rates, score};
use proptest::prelude::*;

use crate::make::{field, some, stack};

fn example() -> Profile {
    Profile::parse(include_str!("../../data/profile.example.yaml")).unwrap()
}

const NAMES: &[&str] =
    &["Rust", "Kafka", "postgres", "Kubernetes", "Docker", "C++", "Flink", "COBOL", "SAP", "golang", "React"];

fn mentions() -> impl Strategy<Value = Vec<TechMention>> {
    let mention = (prop::sample::select(NAMES), any::<bool>()).prop_map(|(name, required)| {
        let mut one = stack(&[name]).remove(0);
        one.required = required;
        one
    });
    prop::collection::vec(mention, 0..8)
}

fn salary() -> impl Strategy<Value = Salary> {
    let bound = || prop::option::of(prop_oneof![any::<i64>(), 0..200_000i64]);
    let currency = prop::option::of(prop::sample::select(&["EUR", "USD", "JPY", "INR", "ZZZ"][..]));
    let period = prop::option::of(prop::sample::select(Period::ALL));
    (bound(), bound(), currency, period, prop::option::of(prop::sample::select(PayBasis::ALL))).prop_map(
        |(min, max, currency, period, basis)| Salary {
            min,
            max,
            currency: currency.map(str::to_owned),
            period,
            basis,
            equity: false,
        },
    )
}

fn facts() -> impl Strategy<Value = Facts> {
    let name = prop::option::of(prop::sample::select(&["Cloudflare", "Example Staffing", "Nimbus", "Google", ""][..]));
    (
        (name.clone(), name, mentions()),
        prop::option::of(salary()),
        prop::option::of(prop::sample::select(Seniority::ALL)),
        prop::option::of(prop::sample::select(RemotePolicy::ALL)),
        prop::option::of("[a-zA-Z ,]{0,20}|Madrid|Berlin|EU"),
        prop::option::of(0..8u8),
    )
        .prop_map(|((company, agency, tech_stack), salary, seniority, remote, location, week)| Facts {
            company: company.map(|name| field(name.to_owned())),
            agency: agency.map(|name| field(name.to_owned())),
            tech_stack,
            salary: salary.map(field),
            seniority: seniority.map(field),
            remote_policy: remote.map(field),
            location: location.map(field),
            work_week_days: week.map(field),
            ..Facts::default()
        })
}

fn flags() -> impl Strategy<Value = Vec<Flag>> {
    prop::sample::subsequence(Flag::ALL.to_vec(), 0..=Flag::ALL.len())
}

proptest! {
    #[test]
    fn the_lines_add_up_and_bounds_hold(
        facts in facts(), flags in flags(), kind in prop::sample::select(Kind::ALL), text in "\\PC{0,200}",
    ) {
        let (score, decision) = score(&facts, &flags, kind, &text, &example(), Rates::built_in());
        prop_assert_eq!(score.lines.iter().map(|line| u32::from(line.points)).sum::<u32>(), u32::from(score.total));
        prop_assert_eq!(score.lines.iter().map(|line| line.max).collect::<Vec<_>>(), [40, 30, 20, 10]);
        prop_assert!(score.lines.iter().all(|line| line.points <= line.max && !line.rule.is_empty()));
        prop_assert_eq!(score.tier_uncapped, Tier::of(score.total));
        prop_assert!(score.tier.rank() <= score.tier_uncapped.rank());
        prop_assert_eq!(score.cap_reason.is_some(), score.tier != score.tier_uncapped);
        let failed = score.filters.iter().any(|f| f.veto && f.fulfilment == contract::Fulfilment::Fail);
        if failed || flags.contains(&Flag::Thin) {
            prop_assert!(score.tier.rank() <= Tier::PocoInteresante.rank());
        }
        prop_assert_eq!(score.cap_reason == Some(CapReason::Veto), failed && score.tier != score.tier_uncapped);
        if let Some(gap) = score.to_next_tier {
            prop_assert!(Tier::of(score.total + gap).rank() == score.tier_uncapped.rank() + 1);
        }
        if decision == contract::Decision::Engage {
            prop_assert!(score.missing.is_empty() && !failed && score.tier.rank() >= Tier::Interesante.rank());
        }
    }

    #[test]
    fn the_order_of_technologies_and_flags_does_not_count(facts in facts(), flags in flags(), seed in any::<u64>()) {
        let profile = example();
        let judge = Judge::new(&profile, Rates::built_in());
        let mut other = facts.clone();
        let turn = |length: usize| if length == 0 { 0 } else { usize::try_from(seed % 97).unwrap() % length };
        other.tech_stack.rotate_left(turn(facts.tech_stack.len()));
        let mut turned = flags.clone();
        turned.rotate_left(turn(flags.len()));
        let (mut one, first) = judge.score(&facts, &flags, Kind::NewOpportunity, "");
        let (mut two, second) = judge.score(&other, &turned, Kind::NewOpportunity, "");
        // Of two spellings of one technology, the first is shown.
        one.lines[0].values.clear();
        two.lines[0].values.clear();
        prop_assert_eq!((one, first), (two, second));
    }

    #[test]
    fn more_pay_never_scores_less(
        amount in 1..300_000i64, more in 0..300_000i64, period in prop::option::of(prop::sample::select(Period::ALL)),
        currency in prop::sample::select(&["EUR", "USD", "JPY"][..]), net in any::<bool>(), upper in any::<bool>(),
    ) {
        // Without a period a small figure is unknown, which is worth half: compare figures that are read alike.
        prop_assume!(period.is_some());
        let points = |amount: i64| {
            let salary = Salary {
                min: (!upper).then_some(amount), max: Some(amount), currency: Some(currency.to_owned()), period,
                basis: net.then_some(PayBasis::Net), equity: false,
            };
            let facts = Facts { salary: some(salary), ..Facts::default() };
            score(&facts, &[], Kind::NewOpportunity, "", &example(), Rates::built_in()).0.lines[1].points
        };
        prop_assert!(points(amount) <= points(amount + more));
    }

    #[test]
    fn one_more_known_technology_never_scores_less(mentions in mentions()) {
        prop_assume!(!mentions.is_empty());
        let points = |mentions: Vec<TechMention>| {
            let facts = Facts { tech_stack: mentions, ..Facts::default() };
            score(&facts, &[], Kind::NewOpportunity, "", &example(), Rates::built_in()).0.lines[0].points
        };
        let mut more = mentions.clone();
        more.push(stack(&["Go"]).remove(0));
        prop_assert!(points(mentions) <= points(more));
    }

    #[test]
    fn a_better_known_technology_never_scores_less(mentions in mentions()) {
        let points = |level: &str| {
            let technologies = format!("technologies: [PostgreSQL, {{name: Rust, level: {level}}}]");
            let text = format!("{technologies}\nsalary: {{minimum: 1, currency: EUR}}\nremote_policy: {{accepted: [remote]}}\n");
            let facts = Facts { tech_stack: mentions.clone(), ..Facts::default() };
            score(&facts, &[], Kind::NewOpportunity, "", &Profile::parse(&text).unwrap(), Rates::built_in()).0.lines[0].points
        };
        prop_assert!(points("basic") <= points("known"));
    }

    #[test]
    fn no_text_breaks_the_parser(text in "\\PC{0,300}") {
        if let Err(faults) = Profile::parse(&text) {
            prop_assert!(!faults.0.is_empty());
        }
    }
}
