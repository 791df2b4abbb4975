//! The situations that a person knows from their own inbox, with the reply as a snapshot to be read.

use contract::{Decision, Language, QuestionType, RemotePolicy};
use kit_score::profile::SearchStatus;

use crate::situation::Situation;

#[test]
fn a_strong_offer_to_an_active_person_is_taken_up_with_call_windows() {
    let text = "Hi Diego, we are rebuilding our fleet control plane in Rust and Kafka at Northwind Robotics. \
                We look for a Senior Backend Engineer, fully remote within the EU, 105-120k EUR.";
    let situation = Situation::new(Language::En, text)
        .from("Ana Ribeiro")
        .role("Senior Backend Engineer")
        .company("Northwind Robotics")
        .place(RemotePolicy::Remote, "fully remote")
        .stack(&["Rust", "Kafka"]);
    insta::assert_snapshot!(situation.text());
}

#[test]
fn an_agency_without_a_client_is_asked_for_client_and_pay() {
    let text = "Hello Diego, I have a data platform role with a client of ours in Madrid. Free for a quick call today?";
    let situation = Situation::new(Language::En, text)
        .from("Mark Ellis")
        .role("data platform role")
        .location("Madrid")
        .decide(Decision::Ask, 45)
        .missing(&["client", "pay"])
        .status(SearchStatus::Passive);
    insta::assert_snapshot!(situation.text());
}

#[test]
fn notice_period_and_pay_are_answered_on_request() {
    let text = "Thanks Diego. What is your notice period? And what are your salary expectations?";
    let situation = Situation::new(Language::En, text)
        .from("Priya N.")
        .asks(QuestionType::Availability, &["What is your notice period?", "And what are your salary expectations?"]);
    insta::assert_snapshot!(situation.text());
}

#[test]
fn an_interesting_offer_in_spanish_is_asked_for_pay_and_place() {
    let text = "Hola Diego, ¿cómo estás? Tenemos un puesto de Backend Developer con Go y PostgreSQL en Cobalto. \
                ¿Te cuento más?";
    let situation = Situation::new(Language::Es, text)
        .from("Marta Vidal")
        .role("Backend Developer")
        .company("Cobalto")
        .stack(&["Go", "PostgreSQL"])
        .decide(Decision::Ask, 62)
        .missing(&["pay", "place"])
        .status(SearchStatus::Passive);
    insta::assert_snapshot!(situation.text());
}

#[test]
fn an_on_site_job_is_declined_formally_where_they_write_formally() {
    let text = "Buenos días: le escribo porque su perfil encaja con un puesto presencial de arquitectura en Bilbao.";
    let situation = Situation::new(Language::Es, text)
        .location("Bilbao")
        .place(RemotePolicy::Onsite, "presencial")
        .decide(Decision::Decline, 40)
        .veto("remote_policy")
        .status(SearchStatus::Passive);
    insta::assert_snapshot!(situation.text());
}

#[test]
fn phone_and_cv_stay_with_the_person() {
    let text = "¡Gracias, Diego! ¿Me pasas tu teléfono y tu CV para avanzar?";
    let situation = Situation::new(Language::Es, text)
        .from("Lucía Pardo")
        .asks(QuestionType::Contact, &["¿Me pasas tu teléfono y tu CV para avanzar?"])
        .status(SearchStatus::Passive);
    insta::assert_snapshot!(situation.text());
}

#[test]
fn the_other_languages_engage_ask_and_decline_alike() {
    let mut texts = Vec::new();
    for language in [Language::Pt, Language::Fr, Language::De] {
        let offer = || {
            Situation::new(language, "Cobalto | Backend Engineer | Kafka, Rust | remote")
                .from("Inês Prado")
                .role("Backend Engineer")
                .company("Cobalto")
                .place(RemotePolicy::Remote, "remote")
                .stack(&["Kafka", "Rust"])
        };
        texts.push(offer().text());
        texts
            .push(offer().decide(Decision::Ask, 60).missing(&["pay", "contract"]).status(SearchStatus::Passive).text());
        texts.push(offer().decide(Decision::Decline, 40).veto("minimum_salary").text());
    }
    insta::assert_snapshot!(texts.join("\n\n===\n\n"));
}
