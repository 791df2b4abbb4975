//! Opportunities made by hand, whole: one that says everything, one that fails a condition.

use chrono::Duration;
use contract::{
    Check, Decision, Direction, Engine, Evidence, Facts, Field, Flag, Fulfilment, HardFilter, Language, LineName,
    NoDraftReason, Part, PayBasis, Period, RemotePolicy, ReplyState, Salary, ScoreLine, Seniority, TechMention,
};
use gateway::pages::Shown;
use kit_store::{HistoryRow, MessageRow, OpportunityDetail, OpportunityRow, ReplyRow};

use crate::fixtures::{id, message, now, row, vetoed};

const LETTER: &str = "Hi Diego,\n\nwe are rebuilding the fleet control plane at Nimbus Robotics and look for a Staff Backend Engineer. \
The stack is Rust, Kafka and PostgreSQL with a little Flink; Rust is a must. The team is fully remote in the EU, the base is €95–115k plus equity.\n\n\
Could we talk this week?\n\nAna";

fn evidence(words: &str) -> Evidence {
    let start = LETTER.find(words).unwrap_or(0);
    Evidence { part: Part::Text, start, end: start + words.len() }
}

fn field<T>(value: T, words: &str) -> Option<Field<T>> {
    Some(Field { value, evidence: evidence(words), engine: Engine::Rules, confidence: 95 })
}

fn facts() -> Facts {
    let tech = |name: &str, required| TechMention {
        name: name.to_owned(),
        required,
        evidence: evidence(name),
        engine: Engine::Rules,
        confidence: 99,
    };
    let salary = Salary {
        min: Some(95_000),
        max: Some(115_000),
        currency: Some("EUR".to_owned()),
        period: Some(Period::Year),
        basis: Some(PayBasis::Gross),
        equity: true,
    };
    Facts {
        company: field("Nimbus Robotics".to_owned(), "Nimbus Robotics"),
        industry: field("robotics".to_owned(), "Robotics"),
        role: field("Staff Backend Engineer".to_owned(), "Staff Backend Engineer"),
        seniority: field(Seniority::Staff, "Staff"),
        tech_stack: vec![tech("Rust", true), tech("Kafka", false), tech("PostgreSQL", false), tech("Flink", false)],
        salary: field(salary, "€95–115k plus equity"),
        remote_policy: field(RemotePolicy::Remote, "fully remote"),
        location: field("EU".to_owned(), "in the EU"),
        questions: field("Could we talk this week?".to_owned(), "Could we talk this week?").into_iter().collect(),
        ..Facts::default()
    }
}

/// The same with its history, as its page shows it.
pub(crate) fn shown() -> Shown {
    Shown { history: history(), ..Shown::of(detail()) }
}

/// An opportunity with everything.
pub(crate) fn detail() -> OpportunityDetail {
    let line = |line, points, max, rule: &str, values: &[(&str, &str)]| ScoreLine {
        line,
        points,
        max,
        rule: rule.to_owned(),
        values: values.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
    };
    let filter = |name: &str, fulfilment, reason: &str| HardFilter {
        name: name.to_owned(),
        fulfilment,
        veto: true,
        reason: reason.to_owned(),
    };
    let draft = "Hi Ana,\n\nThank you for writing. Rebuilding a fleet control plane in Rust is close to what I do now: four years of Rust and nine of PostgreSQL, most of them on systems that must not stop.\n\nBefore we talk: is the work week four days or five, and how large is the team?\n\nI am free on Thursday after 16:00 (Madrid).\n\nDiego\n\nDrafted with the help of an assistant and approved by me.";
    let check = |name: &str, detail: &str| Check {
        name: name.to_owned(),
        passed: true,
        detail: detail.to_owned(),
        marks: Vec::new(),
    };
    let whole = row(1, 87, "Staff Backend Engineer", "Nimbus Robotics");
    let sources =
        ["company", "industry", "role", "seniority", "tech_stack", "salary", "remote_policy", "location", "questions"];
    OpportunityDetail {
        ai_response: Some(draft.to_owned()),
        reply: Some(ReplyRow {
            id: id(900),
            opportunity_id: id(1),
            message_id: id(1),
            approved_at: None,
            approved_by: None,
            hold_until: None,
            expires_at: None,
            state: ReplyState::Draft,
            decision: Decision::Engage,
            language: Language::En,
            text: Some(draft.to_owned()),
            no_draft: None,
            checks: vec![
                check("language", "English"),
                check("length", "78 words"),
                check("names", "Ana"),
                check("numbers", "4 of 4 known"),
                check("note", "there"),
            ],
            engine: Engine::Template,
            created_at: now(),
            updated_at: now(),
        }),
        raw_message: LETTER.to_owned(),
        messages: vec![message(1, Direction::Inbound, LETTER)],
        facts: facts(),
        facts_sources: sources.map(|name| (name.to_owned(), id(1))).into(),
        score_lines: vec![
            line(
                LineName::Stack,
                35,
                40,
                "share of the job's stack: known counts 1, basic 0.6, near to something known 0.5; twice where the job insists",
                &[("known", "Rust, Kafka, PostgreSQL"), ("near", "Flink (near Kafka)"), ("required", "Rust")],
            ),
            line(
                LineName::Pay,
                27,
                30,
                "0 up to 60 % of the minimum, 18 at the minimum, 30 from the ideal on, in proportion between",
                &[("yearly", "105000 EUR"), ("minimum", "90000 EUR"), ("ideal", "110000 EUR")],
            ),
            line(LineName::Seniority, 18, 20, "one level above yours", &[("job", "staff"), ("yours", "senior")]),
            line(
                LineName::Company,
                7,
                10,
                "an industry you favour",
                &[("company", "Nimbus Robotics"), ("industry", "robotics")],
            ),
        ],
        hard_filters: vec![
            filter("remote_policy", Fulfilment::Pass, "remote, as you want"),
            filter("minimum_salary", Fulfilment::Pass, "reaches your minimum of 90000 EUR"),
            filter("work_week", Fulfilment::Unknown, "not stated; you work up to 4 days"),
        ],
        missing: vec!["week".to_owned()],
        to_next_tier: None,
        score_stack: Some(35),
        score_pay: Some(27),
        score_seniority: Some(18),
        score_company: Some(7),
        profile_revision: 14,
        source: "linkedin_export".to_owned(),
        thread_url: Some("https://www.example.com/messaging/thread/2-abc".to_owned()),
        processed_at: now(),
        processing_time_ms: 312,
        notes: None,
        starred: false,
        snoozed_until: None,
        row: whole,
    }
}

/// An opportunity that fails a condition, has no draft and comes from a hostile sender.
pub(crate) fn refused() -> OpportunityDetail {
    let text = "Buscamos <b>Senior Rust Engineer</b> para Banco Norte.\nPresencial en Bilbao, 85-95k.\n</textarea><script>alert('x')</script>";
    let start = text.find("Presencial").unwrap_or(0);
    OpportunityDetail {
        row: OpportunityRow { flags: vec![Flag::Injection], ..vetoed(5) },
        ai_response: None,
        reply: Some(ReplyRow {
            text: None,
            no_draft: Some(NoDraftReason::Injection),
            checks: Vec::new(),
            ..whole_reply()
        }),
        raw_message: text.to_owned(),
        messages: vec![
            message(2, Direction::Inbound, text),
            MessageRow {
                dismissed: Some("own_message".to_owned()),
                ..message(3, Direction::Outbound, "Gracias, pero busco remoto.")
            },
        ],
        facts: Facts {
            remote_policy: Some(Field {
                value: RemotePolicy::Onsite,
                evidence: Evidence { part: Part::Text, start, end: start + 10 },
                engine: Engine::Rules,
                confidence: 90,
            }),
            ..Facts::default()
        },
        facts_sources: [("remote_policy".to_owned(), id(2))].into(),
        hard_filters: vec![HardFilter {
            name: "remote_policy".to_owned(),
            fulfilment: Fulfilment::Fail,
            veto: true,
            reason: "on site in Bilbao; you work remote".to_owned(),
        }],
        missing: Vec::new(),
        thread_url: Some("javascript:alert(1)".to_owned()),
        ..detail()
    }
}

fn whole_reply() -> ReplyRow {
    ReplyRow {
        id: id(901),
        opportunity_id: id(1),
        message_id: id(1),
        approved_at: None,
        approved_by: None,
        hold_until: None,
        expires_at: None,
        state: ReplyState::Draft,
        decision: Decision::Review,
        language: Language::Es,
        text: None,
        no_draft: None,
        checks: Vec::new(),
        engine: Engine::Template,
        created_at: now(),
        updated_at: now(),
    }
}

pub(crate) fn history() -> Vec<HistoryRow> {
    let entry = |seconds, change: &str, actor: &str| HistoryRow {
        at: now() - Duration::hours(2) + Duration::seconds(seconds),
        actor: actor.to_owned(),
        change: change.to_owned(),
        detail: serde_json::json!({}),
        revision: seconds + 1,
        stream_sequence: 40 + seconds,
    };
    vec![entry(0, "created", "sluice/persister"), entry(1, "drafted", "sluice/persister")]
}
