//! The proof between an answer and its message: nothing stands that the message does not say.

use contract::{
    Engine, Kind,
    opportunities_analyzed::v1::{Facts, Part},
};
use kit_llm::{
    Answer, Proven,
    extract::{ExtractIn, ExtractOut},
    parse, prove, schema_of,
};

const TEXT: &str = "Hello,\n\nNimbus Robotics is hiring a Senior Go Engineer (Postgres, k8s). Pay is 80-95k EUR per year.\n\
                    Hybrid in  Valencia, 4-day week. Interested?";

fn answer(json: &str) -> ExtractOut {
    parse(json, &schema_of::<ExtractOut>(), <ExtractOut as Answer<ExtractIn>>::ALIASES).unwrap().value
}

fn proven(json: &str) -> Proven {
    prove(&answer(json), TEXT, Some("Go role at Nimbus"))
}

fn facts(json: &str) -> Facts {
    proven(json).facts
}

#[test]
fn a_value_is_given_as_the_message_writes_it_with_its_place() {
    let company =
        facts(r#"{"company":{"value":"nimbus robotics","quote":"Nimbus Robotics is hiring"}}"#).company.unwrap();
    assert_eq!(company.value, "Nimbus Robotics");
    assert_eq!(&TEXT[company.evidence.start..company.evidence.end], "Nimbus Robotics");
    assert_eq!((company.engine, company.evidence.part), (Engine::Llm, Part::Text));
}

#[test]
fn other_spacing_and_casing_of_a_quote_are_found() {
    let facts = facts(r#"{"remote_policy":{"value":"hybrid","quote":"hybrid in Valencia"}}"#);
    let evidence = facts.remote_policy.unwrap().evidence;
    assert_eq!(&TEXT[evidence.start..evidence.end], "Hybrid in  Valencia");
}

#[test]
fn the_subject_proves_as_well() {
    let role = facts(r#"{"role":{"value":"Go role","quote":"Go role"}}"#).role.unwrap();
    assert_eq!(role.evidence.part, Part::Subject);
}

#[test]
fn what_is_not_in_the_message_is_dropped_and_named() {
    for (json, name) in [
        (r#"{"company":{"value":"Globex","quote":"at Globex"}}"#, "company"),
        (r#"{"company":{"value":"Globex","quote":"Nimbus Robotics"}}"#, "company"),
        (r#"{"company":{"value":"Nimbus Robo","quote":"Nimbus Robo"}}"#, "company"),
        (r#"{"seniority":{"value":"lead","quote":"Lead"}}"#, "seniority"),
        (r#"{"tech_stack":[{"name":"Rust","required":true,"quote":"Rust"}]}"#, "tech_stack"),
        (r#"{"salary":{"value":{"min":120000},"quote":"120k"}}"#, "salary"),
        (r#"{"salary":{"value":{"min":70000,"max":95000},"quote":"80-95k EUR"}}"#, "salary"),
        (r#"{"salary":{"value":{"min":95000,"max":80000},"quote":"80-95k EUR"}}"#, "salary"),
        (r#"{"salary":{"value":{"min":0},"quote":"80-95k EUR"}}"#, "salary"),
        (r#"{"work_week_days":{"value":9,"quote":"4-day week"}}"#, "work_week_days"),
        (r#"{"contacts":["a@b.example"]}"#, "contacts"),
        (r#"{"location":{"value":"","quote":""}}"#, ""),
    ] {
        let proven = proven(json);
        assert_eq!(proven.facts, Facts::default(), "{json}");
        assert_eq!(proven.dropped.concat(), name, "{json}");
    }
}

#[test]
fn technologies_keep_their_name_only_where_it_is_one_for_the_words() {
    let stack = |name: &str, quote: &str| {
        let json = format!(r#"{{"tech_stack":[{{"name":"{name}","required":false,"quote":"{quote}"}}]}}"#);
        facts(&json).tech_stack.into_iter().map(|technology| technology.name).collect::<Vec<_>>()
    };
    assert_eq!(stack("PostgreSQL", "Postgres"), ["PostgreSQL"]);
    assert_eq!(stack("Kubernetes", "k8s"), ["Kubernetes"]);
    assert_eq!(stack("Go", "Senior Go Engineer"), ["Go"]);
    assert_eq!(stack("MongoDB", "Postgres"), ["Postgres"], "the words win");
    assert!(stack("Bus", "Nimbus").contains(&"Nimbus".to_owned()), "no part of a word is a name");
}

#[test]
fn the_same_technology_counts_once() {
    let go = r#"{"name":"Go","required":true,"quote":"Go"}"#;
    assert_eq!(facts(&format!(r#"{{"tech_stack":[{go},{go}]}}"#)).tech_stack.len(), 1);
}

#[test]
fn a_currency_is_never_a_default() {
    let currency = |code: &str, quote: &str| {
        let json =
            format!(r#"{{"salary":{{"value":{{"min":80000,"max":95000,"currency":"{code}"}},"quote":"{quote}"}}}}"#);
        facts(&json).salary.unwrap().value.currency
    };
    assert_eq!(currency("EUR", "80-95k EUR per year").as_deref(), Some("EUR"));
    assert_eq!(currency("eur", "80-95k EUR per year").as_deref(), Some("EUR"));
    assert_eq!(currency("USD", "80-95k EUR per year"), None);
    assert_eq!(currency("EUR", "Pay is 80-95k"), None, "the quote does not say it");
}

#[test]
fn a_kind_needs_its_words_too() {
    assert_eq!(proven(r#"{"kind":{"value":"new_opportunity","quote":"is hiring"}}"#).kind, Some(Kind::NewOpportunity));
    assert_eq!(proven(r#"{"kind":{"value":"scam","quote":"send us bitcoin"}}"#).kind, None);
}

proptest::proptest! {
    #[test]
    fn whatever_is_shown_stands_in_the_message(
        text in "[A-Za-zñé€ \\n.,0-9-]{0,80}", value in "\\PC{0,12}", start in 0usize..80, length in 0usize..12,
    ) {
        let quote: String = text.chars().skip(start).take(length).collect();
        let json = serde_json::json!({
            "company": { "value": value, "quote": quote }, "role": { "value": quote, "quote": value },
            "tech_stack": [{ "name": value, "required": false, "quote": quote }],
            "questions": [quote], "seniority": { "value": "senior", "quote": value },
        });
        let proven = prove(&answer(&json.to_string()), &text, None);
        for field in [proven.facts.company, proven.facts.role].into_iter().flatten().chain(proven.facts.questions) {
            proptest::prop_assert_eq!(&text[field.evidence.start..field.evidence.end], field.value);
        }
        for technology in proven.facts.tech_stack {
            proptest::prop_assert!(text.get(technology.evidence.start..technology.evidence.end).is_some());
        }
    }
}
