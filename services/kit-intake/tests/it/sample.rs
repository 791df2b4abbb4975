//! The sample inbox holds together: sound messages, one expectation each, and an export that imports.

use std::collections::{HashMap, HashSet};

use contract::{
    Direction, Engine, Evidence, Facts, Field, Flag, Kind, Language, RemotePolicy, Salary, TechMention, Tier,
};
use kit_intake::{Skip, sample};
use kit_score::{Judge, Profile, Rates};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{now, report, rows};

const EXPECTED: &str = include_str!("../../../../e2e/sample/expected.jsonl");
const EXPORT: &str = include_str!("../../../../e2e/sample/messages.csv");

fn expectations() -> HashMap<String, Value> {
    let parse = |line| {
        let value: Value = serde_json::from_str(line).unwrap();
        (value["id"].as_str().unwrap().to_owned(), value)
    };
    EXPECTED.lines().map(parse).collect()
}

#[test]
fn every_message_is_sound_and_has_its_own_id() {
    let inbox = sample::inbox(now()).unwrap();
    assert!(inbox.len() >= 48, "{}", inbox.len());
    assert!(inbox.iter().map(|m| m.sent_at).is_sorted(), "oldest first");
    for message in &inbox {
        contract::intake::validate(message, now()).unwrap();
    }
    let ids: HashSet<_> = inbox.iter().map(|m| m.id.clone().unwrap()).collect();
    assert_eq!(ids.len(), inbox.len());
    let text = |at| sample::inbox(at).unwrap().into_iter().map(|m| (m.id, m.text)).collect::<Vec<_>>();
    assert_eq!(text(now()), text(now() + chrono::TimeDelta::days(300)), "only the times move");
}

#[test]
fn every_message_has_one_expectation_in_the_words_of_the_contract() {
    let expected = expectations();
    let inbox = sample::inbox(now()).unwrap();
    assert_eq!(expected.len(), EXPECTED.lines().count());
    assert_eq!(expected.len(), inbox.len());
    for message in inbox {
        let value = &expected[message.id.as_deref().unwrap()];
        let word = |key: &str| value[key].as_str();
        word("language").unwrap().parse::<Language>().unwrap();
        let own = message.direction == Some(Direction::Outbound);
        let kind = word("kind").map(|kind| kind.parse::<Kind>().unwrap());
        assert_eq!(kind.is_none(), own, "{value}");
        word("remote_policy").map(|policy| policy.parse::<RemotePolicy>().unwrap());
        let tiers: Vec<Tier> =
            value["tiers"].as_array().into_iter().flatten().map(|t| t.as_str().unwrap().parse().unwrap()).collect();
        assert_eq!(!tiers.is_empty(), kind == Some(Kind::NewOpportunity), "{value}");
        for part in ["role", "company"].into_iter().filter_map(word) {
            let said = message.text.contains(part) || message.subject.as_deref().is_some_and(|s| s.contains(part));
            assert!(said, "`{part}` is not in the message: {value}");
        }
    }
}

#[test]
fn the_inbox_shows_every_kind_tier_and_language() {
    let expected = expectations();
    for kind in Kind::ALL {
        assert!(expected.values().any(|e| e["kind"] == kind.as_str()), "{kind}");
    }
    for tier in Tier::ALL {
        assert!(expected.values().any(|e| e["tiers"] == serde_json::json!([tier.as_str()])), "{tier}");
    }
    for language in ["en", "es", "pt", "fr", "de"] {
        assert!(expected.values().any(|e| e["language"] == language), "{language}");
    }
    for flag in ["injection", "several_roles", "client_not_named", "thin", "partial"] {
        assert!(expected.values().any(|e| e["flags"].as_array().unwrap().contains(&flag.into())), "{flag}");
    }
}

#[test]
fn the_sample_export_imports_with_a_report_worth_showing() {
    let import = kit_intake::read(EXPORT.as_bytes(), now()).unwrap();
    assert_eq!(import.warnings, Vec::<String>::new());
    let owner = import.owner.clone().unwrap();
    assert_eq!(owner.name.as_deref(), Some("Diego Ferrer"));
    let report = report(&rows(import));
    assert_eq!((report.rows, report.kept, report.outbound, report.rejected), (31, 28, 4, 1));
    assert_eq!(report.skipped, [(Skip::Draft, 1), (Skip::SystemSender, 1)].into());
    assert_eq!(report.since.map(|t| t.to_string()), Some("2026-10-13 09:00:12 UTC".to_owned()));
}

/// The facts that an expectation names. Where they stand does not matter to a score.
fn facts(expected: &Value) -> Facts {
    fn field<T: DeserializeOwned>(value: &Value) -> Option<Field<T>> {
        let value = serde_json::from_value(value.clone()).ok()?;
        Some(Field {
            value,
            evidence: Evidence { part: Default::default(), start: 0, end: 1 },
            engine: Engine::Rules,
            confidence: 100,
        })
    }
    let technology = |name: &Value| TechMention {
        name: name.as_str().unwrap().to_owned(),
        required: false,
        evidence: Evidence { part: Default::default(), start: 0, end: 1 },
        engine: Engine::Rules,
        confidence: 100,
    };
    Facts {
        company: field(&expected["company"]),
        role: field(&expected["role"]),
        seniority: field(&expected["seniority"]),
        tech_stack: expected["tech_stack"].as_array().unwrap().iter().map(technology).collect(),
        salary: field::<Salary>(&expected["salary"]),
        remote_policy: field(&expected["remote_policy"]),
        location: field(&expected["location"]),
        ..Facts::default()
    }
}

#[test]
fn the_expected_tiers_follow_from_the_expected_facts_and_the_profile() {
    let profile = Profile::parse(sample::PROFILE).unwrap();
    let rates = Rates::built_in();
    let judge = Judge::new(&profile, rates);
    let (expected, mut wrong) = (expectations(), Vec::new());
    for message in sample::inbox(now()).unwrap() {
        let value = &expected[message.id.as_deref().unwrap()];
        if value["kind"] != Kind::NewOpportunity.as_str() {
            continue;
        }
        let flags: Vec<Flag> = serde_json::from_value(value["flags"].clone()).unwrap();
        let text = format!("{}\n{}", message.subject.unwrap_or_default(), message.text);
        let (score, _) = judge.score(&facts(value), &flags, Kind::NewOpportunity, &text);
        if !value["tiers"].as_array().unwrap().contains(&score.tier.as_str().into()) {
            let vetoes: Vec<_> = score.filters.iter().filter(|f| f.veto).map(|f| f.name.as_str()).collect();
            wrong.push(format!(
                "{}: {} {} {vetoes:?}, expected {}",
                value["id"], score.total, score.tier, value["tiers"]
            ));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
