//! Every decision, tier, search status, form of address and language, with varied facts: each draft passes every
//! check, and no phrase is left unfilled.

use contract::{Decision, Language, RemotePolicy};
use kit_score::profile::{Register, SearchStatus};
use uuid::Uuid;

use crate::situation::Situation;

const LANGUAGES: &[Language] = &[Language::En, Language::Es, Language::Pt, Language::Fr, Language::De];
const STATUSES: [SearchStatus; 4] =
    [SearchStatus::Active, SearchStatus::Passive, SearchStatus::Selective, SearchStatus::NotLooking];
const REGISTERS: &[Option<Register>] = &[None, Some(Register::Usted), Some(Register::Vos)];
const MISSING: [&[&str]; 5] =
    [&[], &["client"], &["client", "pay"], &["place", "contract", "stack"], &["role", "week"]];
const VETOES: [&[&str]; 9] = [
    &[],
    &["remote_policy"],
    &["minimum_salary"],
    &["location"],
    &["employment_type"],
    &["work_week"],
    &["stack_share"],
    &["reject_if"],
    &["blocked_company", "minimum_salary"],
];

/// The offer of a kind: from one that states nothing to one with long names.
fn offer(language: Language, kind: usize) -> Situation {
    let text = "Senior Staff Site Reliability Engineer. Backend Engineer. Al Futtaim Cloud Platforms. Acme. remote hybrid. \
                Rust, Kafka, PostgreSQL, Elixir. Valencia.";
    let new = Situation::new(language, text);
    match kind {
        0 => new,
        1 => new.from("Ana Ribeiro").role("Backend Engineer").company("Acme").stack(&["Rust"]),
        2 => new
            .from("JEAN-LUC MOREAU")
            .role("Senior Staff Site Reliability Engineer")
            .company("Al Futtaim Cloud Platforms")
            .place(RemotePolicy::Hybrid, "hybrid")
            .stack(&["Rust", "Kafka", "PostgreSQL", "Elixir"]),
        3 => new.from("Talent Team").company("Al Futtaim Cloud Platforms").place(RemotePolicy::Remote, "remote"),
        4 => new.from("Zoë").location("Valencia").stack(&["Elixir"]),
        _ => new.role("Backend Engineer").stack(&["PostgreSQL", "Kafka"]),
    }
}

/// The profile in its poorest and in its richest form.
fn profiles(mut situation: Situation, rich: bool) -> Situation {
    if rich {
        situation.profile.reply.signature = Some("Diego".to_owned());
        situation.profile.disclosure.salary = kit_score::profile::Policy::Always;
    } else {
        situation.profile.call_windows.clear();
        situation.profile.technologies.iter_mut().for_each(|technology| technology.years = None);
        situation.profile.remote_policy.max_office_days = None;
    }
    situation
}

/// Runs over the phrases' choices too: the message's id picks them.
fn all(decision: Decision, totals: &[u8], mut each: impl FnMut(&Situation)) {
    for &language in LANGUAGES {
        let registers = if language == Language::Es { REGISTERS } else { &REGISTERS[..1] };
        for kind in 0..6 {
            for status in STATUSES {
                for &register in registers {
                    for rich in [false, true] {
                        for &total in totals {
                            for round in 0..3_u128 {
                                let mut situation = profiles(offer(language, kind).status(status), rich);
                                situation.profile.reply.register = register;
                                situation.message().id = Uuid::from_u128(round * 7 + u128::from(total));
                                each(&situation.decide(decision, total));
                            }
                        }
                    }
                }
            }
        }
    }
}

#[track_caller]
fn holds(situation: &Situation) {
    let text = situation.text();
    let stray =
        text.contains(['{', '}', '[', ']', '|']) || text.contains("  ") || text.contains(" ,") || text.contains(" .");
    assert!(!stray, "an unfilled phrase: {text}");
}

#[test]
fn engaging_passes_every_check() {
    all(Decision::Engage, &[55, 80], |situation| {
        for missing in &MISSING[..2] {
            holds(&situation.clone().missing(missing));
        }
    });
}

#[test]
fn asking_passes_every_check() {
    all(Decision::Ask, &[40, 60, 80], |situation| {
        for missing in MISSING {
            holds(&situation.clone().missing(missing));
        }
    });
}

#[test]
fn declining_passes_every_check() {
    all(Decision::Decline, &[10, 45], |situation| {
        for vetoes in VETOES {
            holds(&vetoes.iter().fold(situation.clone(), |situation, veto| situation.veto(veto)));
        }
    });
}
