//! The form of a prediction is that of a label, name by name.

use contract::{
    EmploymentType, Engine, Evidence, Facts, Field, Kind, Part, Period, RemotePolicy, Salary, Seniority, TechMention,
};
use kit_eval::Prediction;
use serde_json::json;

const EVIDENCE: Evidence = Evidence { part: Part::Text, start: 0, end: 1 };

fn stated<T>(value: T) -> Option<Field<T>> {
    Some(Field { value, evidence: EVIDENCE, engine: Engine::Rules, confidence: 90 })
}

fn facts() -> Facts {
    let mention = |name: &str| TechMention {
        name: name.to_owned(),
        required: false,
        evidence: EVIDENCE,
        engine: Engine::Rules,
        confidence: 90,
    };
    Facts {
        company: stated("Kestrel Loom".to_owned()),
        role: stated("Platform Engineer".to_owned()),
        seniority: stated(Seniority::Staff),
        tech_stack: vec![mention("Go"), mention("Kubernetes")],
        salary: stated(Salary {
            max: Some(95_000),
            currency: Some("EUR".to_owned()),
            period: Some(Period::Year),
            ..Salary::default()
        }),
        remote_policy: stated(RemotePolicy::Hybrid),
        location: stated("Graz".to_owned()),
        employment_type: stated(EmploymentType::FullTime),
        ..Facts::default()
    }
}

#[test]
fn facts_become_the_fields_of_a_label() {
    assert_eq!(
        serde_json::Value::Object(Prediction::of(Kind::NewOpportunity, &facts()).labels()),
        json!({
            "is_opportunity": true, "company": "Kestrel Loom", "role": "Platform Engineer", "seniority": "staff",
            "tech_stack": ["Go", "Kubernetes"], "salary_min": null, "salary_max": 95000, "currency": "EUR",
            "salary_period": "year", "remote_policy": "hybrid", "location": "Graz", "employment_type": "full_time",
        })
    );
}

#[test]
fn what_is_no_offer_has_every_field_empty() {
    for kind in Kind::ALL.iter().filter(|kind| **kind != Kind::NewOpportunity) {
        assert_eq!(
            serde_json::Value::Object(Prediction::of(*kind, &facts()).labels()),
            json!({
                "is_opportunity": false, "company": null, "role": null, "seniority": null, "tech_stack": [],
                "salary_min": null, "salary_max": null, "currency": null, "salary_period": null,
                "remote_policy": "unspecified", "location": null, "employment_type": null,
            }),
            "{kind}"
        );
    }
}
