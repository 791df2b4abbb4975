//! Every decision, search status, form of address and language, with varied facts: each draft passes every
//! check, and no phrase is left unfilled.

use contract::{Decision, Language, NoDraftReason, QuestionType, RemotePolicy};
use kit_score::profile::{Policy, Register, SearchStatus};
use uuid::Uuid;

use crate::situation::Situation;

const LANGUAGES: &[Language] = &[Language::En, Language::Es, Language::Pt, Language::Fr, Language::De];
const STATUSES: [SearchStatus; 4] =
    [SearchStatus::Active, SearchStatus::Passive, SearchStatus::Selective, SearchStatus::NotLooking];
const REGISTERS: &[Option<Register>] = &[None, Some(Register::Usted), Some(Register::Vos)];
const INFORMAL: [(Language, &str); 3] = [(Language::Pt, " contigo"), (Language::Fr, " toi"), (Language::De, " du")];
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
        situation.profile.headline = Some("Senior backend engineer".to_owned());
        situation.profile.situation = Some("Happy where I am, open to a clearly better fit.".to_owned());
        situation.profile.scheduling_link = Some("https://calls.example/diego".to_owned());
        situation.profile.disclosure.salary = Policy::Always;
    } else {
        situation.profile.call_windows.clear();
        situation.profile.technologies.iter_mut().for_each(|technology| technology.years = None);
        situation.profile.remote_policy.max_office_days = None;
    }
    situation
}

/// Every combination, each with another id, so that all of a place's phrases have their turn.
fn all(decision: Decision, total: u8, mut each: impl FnMut(&Situation)) {
    let mut id = 0;
    for &language in LANGUAGES {
        let registers = if language == Language::Es { REGISTERS } else { &REGISTERS[..1] };
        let informal = INFORMAL.iter().find(|(known, _)| *known == language).map_or("", |(_, words)| words);
        for (&register, status) in registers.iter().flat_map(|register| STATUSES.map(|status| (register, status))) {
            for (kind, rich) in (0..6).flat_map(|kind| [(kind, false), (kind, true)]) {
                let mut situation = profiles(offer(language, kind).status(status), rich);
                // Every second message is informal where that is the sender's to choose.
                if id % 2 == 0 {
                    situation.message().text.push_str(informal);
                }
                situation.profile.reply.register = register;
                situation.message().id = Uuid::from_u128(id);
                id += 1;
                each(&situation.decide(decision, total));
            }
        }
    }
}

/// One of several by the message's id, in turn.
fn nth<T: Copy, const N: usize>(of: &[T; N], situation: &Situation) -> T {
    let at = situation.scored.analysis.message.id.as_u128() % N as u128;
    of[usize::try_from(at).expect("an index")]
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
    all(Decision::Engage, 80, |situation| {
        for missing in &MISSING[..2] {
            holds(&situation.clone().missing(missing));
        }
    });
}

#[test]
fn asking_passes_every_check() {
    all(Decision::Ask, 60, |situation| {
        holds(&situation.clone().missing(nth(&MISSING, situation)));
    });
}

#[test]
fn declining_passes_every_check() {
    all(Decision::Decline, 40, |situation| {
        let vetoes = nth(&VETOES, situation);
        holds(&vetoes.iter().fold(situation.clone(), |situation, veto| situation.veto(veto)));
    });
}

/// What follow-ups ask, in the words of each language: notice, pay, years, a call, interest, phone and CV.
const QUESTIONS: [(Language, [&str; 6]); 5] = [
    (
        Language::En,
        [
            "When could you start?",
            "What are your salary expectations?",
            "How many years of experience do you have?",
            "Shall we have a call?",
            "Are you interested?",
            "Could you share your phone number and your CV?",
        ],
    ),
    (
        Language::Es,
        [
            "¿Cuándo podrías empezar?",
            "¿Cuál es tu expectativa salarial?",
            "¿Cuántos años de experiencia tienes?",
            "¿Tenemos una llamada?",
            "¿Te interesa?",
            "¿Me pasas tu teléfono y tu CV?",
        ],
    ),
    (
        Language::Pt,
        [
            "Qual é o seu aviso prévio?",
            "Qual é a sua pretensão salarial?",
            "Quantos anos de experiência você tem?",
            "Podemos marcar uma reunião?",
            "Tem interesse?",
            "Pode me passar seu telefone e seu currículo?",
        ],
    ),
    (
        Language::Fr,
        [
            "Quel est votre préavis ?",
            "Quelles sont vos prétentions salariales ?",
            "Combien d'années d'expérience avez-vous ?",
            "Quand seriez-vous libre pour un entretien ?",
            "Ce poste vous intéresse ?",
            "Quel est votre numéro, et avez-vous un CV ?",
        ],
    ),
    (
        Language::De,
        [
            "Wie lang ist Ihre Kündigungsfrist?",
            "Was sind Ihre Gehaltsvorstellungen?",
            "Wie viele Jahre Berufserfahrung haben Sie?",
            "Wann passt Ihnen ein Telefonat?",
            "Haben Sie Interesse?",
            "Geben Sie mir Ihre Nummer und Ihren Lebenslauf?",
        ],
    ),
];

#[test]
fn answering_passes_every_check_in_every_language() {
    for (language, questions) in QUESTIONS {
        for (first, second) in (0..6).flat_map(|first| (first..6).map(move |second| (first, second))) {
            for (status, policy) in
                STATUSES.into_iter().flat_map(|status| [(status, Policy::Never), (status, Policy::Always)])
            {
                let mut asked = vec![questions[first], questions[second]];
                asked.dedup();
                let mut situation =
                    Situation::new(language, &asked.join(" ")).asks(QuestionType::Other, &asked).status(status);
                situation.profile.disclosure.salary = policy;
                let call_when_not_looking = asked.contains(&questions[3]) && status == SearchStatus::NotLooking;
                if call_when_not_looking {
                    assert_eq!(situation.draft().text, Err(NoDraftReason::NeedsPerson));
                } else {
                    holds(&situation);
                }
            }
        }
    }
}
