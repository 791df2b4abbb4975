//! Follow-ups: what the profile answers, what its policy keeps back, and what waits for the person.

use contract::{Facts, Language, NoDraftReason, QuestionType};
use kit_reply::Brief;
use kit_score::profile::{Policy, SearchStatus};

use crate::situation::Situation;

fn asked(question_type: QuestionType, questions: &[&str]) -> Situation {
    let text = format!("Thanks for your answer, Diego. {}", questions.join(" "));
    Situation::new(Language::En, &text).from("Priya Nair").asks(question_type, questions)
}

#[track_caller]
fn waits(situation: &Situation) {
    assert_eq!(situation.draft().text, Err(NoDraftReason::NeedsPerson));
}

#[test]
fn the_notice_period_is_told_when_asked_for() {
    let text = asked(QuestionType::Availability, &["What is your notice period?"]).text();
    assert!(text.contains("My notice period is 30 days."), "{text}");
}

#[test]
fn a_notice_period_kept_back_or_unknown_waits_for_the_person() {
    let mut kept = asked(QuestionType::Availability, &["What is your notice period?"]);
    kept.profile.disclosure.notice = Policy::Never;
    waits(&kept);
    let mut unknown = asked(QuestionType::Availability, &["What is your notice period?"]);
    unknown.profile.notice_period_days = None;
    waits(&unknown);
}

#[test]
fn one_day_and_no_notice_read_as_sentences() {
    let mut day = asked(QuestionType::Availability, &["When could you start?"]);
    day.profile.notice_period_days = Some(1);
    assert!(day.text().contains("My notice period is one day."));
    day.profile.notice_period_days = Some(0);
    assert!(day.text().contains("I have no notice period to serve."));
}

#[test]
fn pay_on_request_tells_the_minimum_and_never_the_ideal() {
    let text = asked(QuestionType::Salary, &["What are your salary expectations?"]).text();
    assert!(text.contains("€90,000") && !text.contains("110"), "{text}");
}

#[test]
fn pay_kept_back_asks_for_the_range_of_the_role() {
    let mut situation = asked(QuestionType::Salary, &["What are your salary expectations?"]);
    situation.profile.disclosure.salary = Policy::Never;
    let text = situation.text();
    assert!(text.contains("the range of the role first") && !text.contains("90"), "{text}");
}

#[test]
fn experience_is_told_in_what_they_name() {
    let text = asked(QuestionType::Experience, &["How long have you worked with Rust and Kafka?"])
        .stack(&["Rust", "Kafka"])
        .text();
    assert!(text.contains("Rust for four years and Kafka for five"), "{text}");
}

#[test]
fn experience_in_something_the_profile_lacks_or_only_touched_waits() {
    waits(&asked(QuestionType::Experience, &["Do you know Rust and Elixir?"]).stack(&["Rust", "Elixir"]));
    waits(&asked(QuestionType::Experience, &["Do you know Terraform?"]).stack(&["Terraform"]));
    waits(&asked(QuestionType::Experience, &["Have you ever led a team of ten?"]));
}

#[test]
fn years_in_the_profession_come_with_the_strongest_technologies() {
    let text = asked(QuestionType::Experience, &["How many years of experience do you have?"]).text();
    assert!(text.contains("twelve years") && text.contains("PostgreSQL for nine years"), "{text}");
}

#[test]
fn a_call_is_offered_in_the_windows_of_the_profile() {
    let text = asked(QuestionType::Scheduling, &["When could we have a call?"]).text();
    assert!(text.contains("Tuesday or Thursday between 17:00 and 18:30 (Madrid time)"), "{text}");
}

#[test]
fn a_call_waits_without_windows_under_a_veto_or_when_not_looking() {
    let mut without = asked(QuestionType::Scheduling, &["When could we have a call?"]);
    without.profile.call_windows.clear();
    waits(&without);
    waits(&asked(QuestionType::Scheduling, &["When could we have a call?"]).veto("remote_policy"));
    waits(&asked(QuestionType::Scheduling, &["When could we have a call?"]).status(SearchStatus::NotLooking));
}

#[test]
fn windows_of_different_hours_are_each_named() {
    let mut situation = asked(QuestionType::Scheduling, &["When could we have a call?"]);
    situation.profile.call_windows[1].from = "09:00".parse().expect("a time");
    situation.profile.call_windows[1].to = "10:00".parse().expect("a time");
    let text = situation.text();
    assert!(text.contains("Tuesday between 17:00 and 18:30 or Thursday between 09:00 and 10:00"), "{text}");
}

#[test]
fn contact_facts_are_kept_or_given_each_by_its_policy() {
    let mut situation = asked(QuestionType::Contact, &["Could you share your phone number and your CV?"]);
    situation.profile.contact.phone = Some("+34 600 000 000".to_owned());
    let kept = situation.text();
    assert!(kept.contains("my phone number or my CV") && !kept.contains("600"), "{kept}");
    situation.profile.disclosure.phone = Policy::OnRequest;
    let given = situation.text();
    assert!(
        given.contains("+34 600 000 000") && given.contains("share my CV yet") && !given.contains("or my CV"),
        "{given}"
    );
}

#[test]
fn a_contact_fact_that_the_policy_tells_but_the_profile_lacks_waits() {
    let mut situation = asked(QuestionType::Contact, &["Could you share your CV?"]);
    situation.profile.disclosure.cv = Policy::Always;
    waits(&situation);
}

#[test]
fn a_request_without_a_question_mark_is_known_by_its_type() {
    let text = "Great, Diego. Please send me your CV.";
    let situation = Situation::new(Language::En, text).from("Priya Nair").asks(QuestionType::Contact, &[]);
    assert!(situation.text().contains("share my CV"));
}

#[test]
fn interest_is_answered_by_the_search_status() {
    let ask = || asked(QuestionType::Interest, &["Would you be interested?"]);
    assert!(ask().status(SearchStatus::Active).text().contains("I am open to a change"));
    assert!(ask().status(SearchStatus::Passive).text().contains("I am not actively looking"));
    assert!(ask().status(SearchStatus::NotLooking).text().contains("I am not looking to change jobs"));
    waits(&ask().veto("remote_policy"));
}

#[test]
fn every_question_is_answered_or_none() {
    let questions = ["What is your notice period?", "Would you relocate to Oslo?"];
    waits(&asked(QuestionType::Availability, &questions));
}

#[test]
fn a_question_that_the_analysis_left_out_still_counts() {
    let text = "Thanks Diego. What is your notice period? Do you need a visa?";
    let situation =
        Situation::new(Language::En, text).asks(QuestionType::Availability, &["What is your notice period?"]);
    waits(&situation);
}

#[test]
fn courtesy_is_no_question_and_other_questions_wait() {
    let text = "Hi Diego, how are you? What is your notice period?";
    let polite = Situation::new(Language::En, text).asks(QuestionType::Availability, &["What is your notice period?"]);
    assert!(polite.text().contains("30 days"));
    waits(&asked(QuestionType::Other, &["What do you think of our product?"]));
    waits(&asked(QuestionType::Salary, &["What is your current salary?"]).status(SearchStatus::Passive));
}

#[test]
fn answers_in_spanish_follow_the_form_of_address() {
    let text =
        "Gracias por su respuesta. Le escribo de nuevo: ¿cuál es su preaviso? ¿Y cuál es su expectativa salarial?";
    let formal = Situation::new(Language::Es, text)
        .from("Carmen Soto")
        .asks(QuestionType::Availability, &["¿cuál es su preaviso?", "¿Y cuál es su expectativa salarial?"]);
    let text = formal.text();
    assert!(text.contains("Mi preaviso es de 30 días.") && text.contains("90.000 €"), "{text}");
    assert!(!text.contains("cuéntame") && !text.contains("dime"), "{text}");
}

#[test]
fn requests_without_a_question_mark_are_answered_whole_or_not_at_all() {
    let told = "Tell me about your experience with Kafka, please.";
    let experience = Situation::new(Language::En, told).stack(&["Kafka"]).asks(QuestionType::Experience, &[]);
    assert!(experience.text().contains("Kafka for five years"));
    let more = "Send me your CV and your visa status.";
    waits(&Situation::new(Language::En, more).asks(QuestionType::Contact, &[]));
    let statement = "Thanks, I will write again tomorrow.";
    let mut nothing_asked = Situation::new(Language::En, statement).asks(QuestionType::Other, &[]);
    nothing_asked.facts().question_type = None;
    waits(&nothing_asked);
}

#[test]
fn the_fact_that_still_decides_is_asked_for_where_the_conversation_never_stated_it() {
    let situation = asked(QuestionType::Availability, &["What is your notice period?"]).missing(&["client", "pay"]);
    let written = |earlier: Option<&Facts>| {
        let brief = Brief::of(&situation.scored, &situation.profile, earlier).expect("a reply");
        brief.template().text.expect("a draft")
    };
    assert!(written(Some(&Facts::default())).contains("Which company is it?"));
    assert!(!written(None).contains('?'), "nobody knows what was said before");
    let mut earlier = Situation::new(Language::En, "Northwind pays well.").company("Northwind");
    let text = written(Some(earlier.facts()));
    assert!(text.contains("What is the base salary range?") && !text.contains("Which company"), "{text}");
}

#[test]
fn a_greeting_that_goes_on_to_ask_counts_as_a_question() {
    let text = "How are you, and when could you start?";
    assert!(Situation::new(Language::En, text).asks(QuestionType::Other, &[]).text().contains("30 days"));
}
