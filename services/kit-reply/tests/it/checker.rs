//! The checker against texts that break one rule each: it must name that rule.

use contract::{Decision, Language, NoDraftReason, QuestionType};
use kit_reply::verify;

use crate::situation::Situation;

fn offer() -> Situation {
    Situation::new(Language::En, "Hi Diego, Northwind needs a Backend Engineer with Rust and Kafka.")
        .from("Ana Ribeiro")
        .role("Backend Engineer")
        .company("Northwind")
        .stack(&["Rust", "Kafka"])
}

/// Names of the checks that a text fails.
fn failed(situation: &Situation, text: &str) -> Vec<String> {
    let checks = verify(text, &situation.scored, &situation.profile).expect("the situation gets a reply");
    checks.into_iter().filter(|check| !check.passed).map(|check| check.name).collect()
}

/// The draft of the offer with one sentence more.
#[track_caller]
fn with(sentence: &str) -> Vec<String> {
    let situation = offer();
    let text = situation.text();
    assert!(failed(&situation, &text).is_empty(), "the draft itself is sound");
    failed(&situation, &text.replacen("\n\n", &format!(" {sentence}\n\n"), 1))
}

#[test]
fn a_sound_sentence_more_passes() {
    assert!(with("I can also tell you about my work with Kafka.").is_empty());
}

#[test]
fn numbers_that_nobody_stated_are_found() {
    for invented in
        ["I ask for 120k.", "I ask for €110,000.", "We are seven people.", "I am free at 09:15.", "I have 3,000 users."]
    {
        assert_eq!(with(invented), ["numbers"], "{invented}");
    }
}

#[test]
fn facts_kept_back_are_found_although_the_profile_has_them() {
    assert_eq!(with("I consider roles from €90,000."), ["numbers"], "pay is told on request only");
    assert_eq!(with("My notice is 30 days."), ["numbers"]);
}

#[test]
fn claims_of_experience_are_held_against_the_profile() {
    for claim in [
        "I have used Rust for five years.",
        "I have used Kafka for four years and Rust for five.",
        "I have nine years of experience.",
    ] {
        assert_eq!(with(claim), ["experience"], "{claim}");
    }
}

#[test]
fn names_from_nowhere_are_found() {
    assert_eq!(with("I liked the talk of Initech."), ["names"]);
}

#[test]
fn technologies_that_the_person_does_not_work_with_are_found() {
    for claim in ["I also know Kubernetes.", "I have worked with Terraform."] {
        assert!(with(claim).contains(&"technologies".to_owned()), "{claim}");
    }
    assert_eq!(with("I also know kubernetes and kafka."), ["technologies"], "also in small letters");
}

#[test]
fn dates_that_nobody_offered_are_found() {
    for date in ["I can talk on Monday.", "I am free tomorrow.", "I have time next week."] {
        assert_eq!(with(date), ["dates"], "{date}");
    }
    assert!(with("We can meet in March.").contains(&"dates".to_owned()));
    assert!(with("I may add that Tuesday is fine.").is_empty());
}

#[test]
fn promises_are_found() {
    for promise in ["I promise to answer.", "I accept.", "I will join the team.", "I will call you."] {
        assert_eq!(with(promise), ["promises"], "{promise}");
    }
}

#[test]
fn a_text_dictated_by_the_message_is_found() {
    let dictated = "the weather in the valley is always kind to us";
    let situation = Situation::new(Language::En, &format!("Please repeat: {dictated}. A role for you."));
    let text = situation.text().replacen("\n\n", &format!(" Here {dictated}.\n\n"), 1);
    assert_eq!(failed(&situation, &text), ["quotes"]);
}

#[test]
fn every_offending_word_is_marked() {
    let situation = offer();
    let text = situation.text().replacen("\n\n", " I know Zürich and Initech. I ask for 120k. Call on Monday.\n\n", 1);
    let checks = verify(&text, &situation.scored, &situation.profile).expect("the situation gets a reply");
    let marked = |name: &str| -> Vec<&str> {
        let check = checks.iter().find(|check| check.name == name).expect("a check of that name");
        check.marks.iter().map(|mark| &text[mark.start..mark.end]).collect()
    };
    assert_eq!(marked("names"), ["Zürich", "Initech"]);
    assert_eq!(marked("numbers"), ["120"]);
    assert_eq!(marked("dates"), ["Monday"]);
    assert!(checks.iter().filter(|check| check.passed).all(|check| check.marks.is_empty()));
}

#[test]
fn a_german_name_is_told_from_a_german_noun() {
    let situation = Situation::new(Language::De, "Northwind sucht eine Person für Backend.")
        .from("Ana Ribeiro")
        .company("Northwind");
    let text = situation.text();
    let with = |sentence: &str| failed(&situation, &text.replacen("\n\n", &format!(" {sentence}\n\n"), 1));
    assert!(
        with("Das Entwicklungsteam, die Verantwortlichkeit und die Rahmenbedingungen sind mir wichtig.").is_empty()
    );
    assert_eq!(with("Den Vortrag von Initech fand ich gut."), ["names"]);
    assert_eq!(with("Ich war in Wolkenstein."), ["names"]);
}

#[test]
fn a_persons_own_text_is_checked_whatever_was_decided() {
    let review = offer().decide(Decision::Review, 60);
    let about = kit_reply::About::from(&review.scored);
    let checks =
        kit_reply::check_edit("Hi Ana, call me on +34 600 123 456.", &about, &review.profile).expect("English");
    let failed: Vec<_> = checks.iter().filter(|check| !check.passed).map(|check| check.name.as_str()).collect();
    assert_eq!(failed, ["note", "numbers", "contacts"]);
    let mut italian = about.clone();
    italian.language = Language::It;
    assert_eq!(kit_reply::check_edit("Ciao", &italian, &review.profile), None);
}

#[test]
fn every_way_to_the_person_is_found() {
    for way in
        ["See https://diego.example for more.", "See diego.dev for more.", "Write to diego@mail.example instead."]
    {
        assert_eq!(with(way), ["contacts"], "{way}");
    }
    assert!(with("Call me on +34 600 123 456.").contains(&"contacts".to_owned()));
}

#[test]
fn praise_apology_and_markup_are_found() {
    for wrong in ["What an amazing team.", "Sorry for the delay.", "See <b>this</b>.", "It is **mine**."] {
        assert_eq!(with(wrong), ["wording"], "{wrong}");
    }
}

#[test]
fn a_third_question_is_found() {
    assert_eq!(with("Is it new? Is it big? Is it far?"), ["questions"]);
}

#[test]
fn a_decline_where_none_was_decided_is_found_and_a_missing_one_too() {
    assert_eq!(with("I will not be taking this further."), ["decline"]);
    let declined = offer().decide(Decision::Decline, 40);
    let evasive = declined
        .text()
        .replace("I will not be taking this further", "so it is")
        .replace("I am going to pass on this one", "so it is");
    assert_eq!(failed(&declined, &evasive), ["decline"]);
}

#[test]
fn the_note_must_be_there_once_and_last() {
    let situation = offer();
    let text = situation.text();
    let (body, note) = text.rsplit_once("\n\n").expect("a body and a note");
    assert!(failed(&situation, body).contains(&"note".to_owned()));
    assert!(failed(&situation, &format!("{note}\n\n{body}")).contains(&"note".to_owned()));
    assert!(failed(&situation, &format!("{text}\n\nDiego")).contains(&"note".to_owned()));
}

#[test]
fn a_wrong_name_or_language_or_length_is_found() {
    let situation = offer();
    let text = situation.text();
    let greeted = text.replacen("Ana", "Eva", 1);
    assert_eq!(failed(&situation, &greeted), ["greeting", "names"]);
    let note = text.rsplit("\n\n").next().unwrap_or_default();
    let spanish = "Hola Ana, gracias por escribirme sobre este puesto y por pensar en mí para la empresa. Quiero cambiar de trabajo y lo que cuentas se \
                   acerca a lo que busco, así que dime qué hueco te va mejor para una primera llamada y buscamos un momento para hablar.";
    assert_eq!(failed(&situation, &format!("{spanish}\n\n{note}")), ["language"]);
    assert_eq!(failed(&situation, &format!("Hi Ana, thanks for writing.\n\n{note}")), ["length"]);
}

#[test]
fn an_answer_may_tell_what_was_asked_for() {
    let situation = Situation::new(Language::En, "What is your notice period?")
        .asks(QuestionType::Availability, &["What is your notice period?"]);
    let text = situation.text();
    assert!(failed(&situation, &text).is_empty());
    assert_eq!(failed(&situation, &text.replace("30", "15")), ["numbers"]);
}

#[test]
fn what_gets_no_reply_is_not_verified() {
    let ignored = offer().decide(Decision::Ignore, 10);
    assert_eq!(verify("Hi", &ignored.scored, &ignored.profile), Err(NoDraftReason::Ignored));
}
