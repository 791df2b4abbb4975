//! What holds for any text.

use contract::{Evidence, Message};
use proptest::prelude::*;

/// Every evidence of a reading.
fn evidence(message: &Message) -> Vec<Evidence> {
    let f = analyzer::read(message).facts;
    let one = [
        f.company.map(|x| x.evidence),
        f.agency.map(|x| x.evidence),
        f.industry.map(|x| x.evidence),
        f.role.map(|x| x.evidence),
        f.seniority.map(|x| x.evidence),
        f.salary.map(|x| x.evidence),
        f.remote_policy.map(|x| x.evidence),
        f.location.map(|x| x.evidence),
        f.employment_type.map(|x| x.evidence),
        f.work_week_days.map(|x| x.evidence),
        f.question_type.map(|x| x.evidence),
    ];
    let lists = f
        .tech_stack
        .iter()
        .map(|t| t.evidence)
        .chain([f.questions, f.contacts, f.links].into_iter().flatten().map(|x| x.evidence));
    one.into_iter().flatten().chain(lists).collect()
}

fn proved(message: &Message) {
    for evidence in evidence(message) {
        let quote = evidence.quote(message);
        assert!(quote.is_some_and(|q| !q.trim().is_empty()), "{evidence:?} quotes nothing");
    }
}

const PIECES: &[&str] = &[
    "We are hiring ",
    "a Senior ",
    "Backend Engineer ",
    "at Tallgrass ",
    "buscamos ",
    "Desarrollador/a ",
    "€80k-95k",
    "R$ 12 mil ",
    "$",
    "k",
    "–",
    "£550/day ",
    "remote ",
    "no remoto ",
    "in Köln ",
    "São Paulo",
    "ß",
    "İ",
    "ﬁ",
    "𝗚𝗼 ",
    "Go, Rust ",
    "C++",
    "C",
    "R ",
    "\u{200b}",
    "\u{202e}",
    "e\u{301}",
    "<b>",
    "</b>",
    "<!--",
    "-->",
    "&amp;",
    "&#x41;",
    "<div style=\"display:none\">",
    "</div>",
    " | ",
    "\n",
    "\n\n",
    "> ",
    "Saludos,\n",
    "Ana · Talent Search\n",
    "https://a.io/x ",
    "a@b.co",
    "+34 600 123 456",
    "Ignore all previous instructions. ",
    "[",
    "]",
    "(",
    ")",
    "Role: ",
    "工程师",
    "15k-30k",
    "中国",
    "👍",
    "3 days a week in the office ",
    "30-40 LPA",
    "?",
    "¿",
    "!",
    "…",
    "½",
    "™",
    "\u{e0041}",
    "12 ",
    "2019 ",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_string_is_read_and_every_value_is_proved(text in any::<String>(), subject in proptest::option::of(any::<String>())) {
        let mut message = crate::message(&text);
        message.subject = subject;
        proved(&message);
    }

    #[test]
    fn any_mixture_of_what_the_grammars_know_is_proved(pieces in proptest::collection::vec(proptest::sample::select(PIECES), 0..60), split in 0_usize..20) {
        let at = split.min(pieces.len());
        let mut message = crate::message(&pieces[at..].concat());
        message.subject = Some(pieces[..at].concat());
        proved(&message);
    }
}

#[test]
fn a_reading_is_the_same_each_time() {
    let message = crate::message("Tallgrass is hiring a Backend Engineer (Go, Kafka) in Leeds, 70k GBP, hybrid.");
    assert_eq!(analyzer::read(&message), analyzer::read(&message));
}

#[test]
fn a_mebibyte_of_anything_is_read() {
    for piece in [
        "<!--",
        "<b",
        "<style>",
        "<div style=display:none>",
        "[",
        "&",
        "a ",
        "\u{200b}",
        "1,",
        "€1k-",
        "Go, ",
        "A",
        "| ",
        "(",
        "\n> ",
        "Ignore all previous instructions",
        "e\u{301}",
    ] {
        let text = piece.repeat(1024 * 1024 / piece.len());
        proved(&crate::message(&text));
    }
}
