//! What the person says of themselves in the profile, and where it shows in a reply.

use contract::{Decision, Language, QuestionType};
use kit_score::profile::SearchStatus;

use crate::situation::Situation;

fn offer() -> Situation {
    Situation::new(Language::En, "Northwind needs a Backend Engineer.").from("Ana Ribeiro").company("Northwind")
}

fn asked(question_type: QuestionType, question: &str) -> Situation {
    Situation::new(Language::En, question).asks(question_type, &[question])
}

#[test]
fn the_name_signs_unless_a_signature_does() {
    let mut situation = offer();
    let signed = |situation: &Situation| situation.text().rsplit("\n\n").nth(1).map(str::to_owned);
    assert_eq!(signed(&situation).as_deref(), Some("Diego Ferrer"));
    situation.profile.reply.signature = Some("Diego".to_owned());
    assert_eq!(signed(&situation).as_deref(), Some("Diego"));
    situation.profile.reply.signature = Some(String::new());
    assert!(signed(&situation).is_some_and(|body| body.contains("Northwind")), "an empty signature is none");
}

#[test]
fn a_headline_is_told_where_experience_is_asked_for_and_a_bare_title_is_not() {
    let mut career = asked(QuestionType::Experience, "How many years of experience do you have?");
    career.profile.headline = Some("I build the backend that people pay with".to_owned());
    assert!(career.text().contains("twelve years of experience in the profession. In one line: I build the backend"));
    for unsaid in ["Senior backend engineer", "Backend engineer", "Trabajo con Rust en el equipo de datos"] {
        career.profile.headline = Some(unsaid.to_owned());
        assert!(!career.text().contains(unsaid), "{unsaid}");
    }
    let mut situation = offer();
    situation.profile.headline = Some("I build the backend that people pay with".to_owned());
    assert!(!situation.text().contains("I build"), "an offer is answered with what the person works with");
}

#[test]
fn the_situation_stands_in_its_own_language_only() {
    let mut situation = offer();
    situation.profile.situation = Some("Happy where I am, open to a clearly better fit".to_owned());
    let text = situation.text();
    assert!(text.contains("open to a clearly better fit. I would like to hear more about the work itself."), "{text}");
    let mut spanish = Situation::new(Language::Es, "Tenemos un puesto en Northwind.").company("Northwind");
    spanish.profile.situation = situation.profile.situation.clone();
    assert!(!spanish.text().contains("Happy"));
}

#[test]
fn a_situation_that_breaks_a_rule_stays_out() {
    for situation in ["I promise to say yes to this.", "I am free on Monday and I want to talk about it."] {
        let mut told = offer();
        told.profile.situation = Some(situation.to_owned());
        assert!(!told.text().contains(situation), "{situation}");
    }
}

#[test]
fn the_page_for_calls_is_given_where_a_call_is_offered() {
    let link = "https://calls.example/diego-7";
    let mut call = asked(QuestionType::Scheduling, "When could we have a call?");
    call.profile.scheduling_link = Some(link.to_owned());
    assert!(call.text().contains("Or book a time here: https://calls.example/diego-7"));
    call.profile.call_windows.clear();
    assert!(call.text().contains("A call can be booked here: https://calls.example/diego-7"));
    let mut active = offer();
    active.profile.scheduling_link = Some(link.to_owned());
    assert!(active.text().contains(link));
    assert!(!active.clone().status(SearchStatus::Passive).text().contains(link), "in writing first");
    assert!(!active.decide(Decision::Decline, 40).text().contains(link));
}
