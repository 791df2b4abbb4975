//! New opportunities: whom a reply greets, what it quotes, asks and gives as a reason.

use contract::{Decision, Engine, Flag, Language, LineName, RemotePolicy, ScoreLine};
use kit_score::profile::{Policy, Register, SearchStatus};
use uuid::Uuid;

use crate::situation::Situation;

fn offer() -> Situation {
    Situation::new(Language::En, "Hi Diego, Northwind needs a Backend Engineer with Rust and Kafka, on-site in Oslo.")
        .from("Ana Ribeiro")
        .role("Backend Engineer")
        .company("Northwind")
        .stack(&["Rust", "Kafka"])
}

#[test]
fn a_draft_names_its_engine_language_and_checks() {
    let drafted = offer().draft();
    assert_eq!((drafted.engine, drafted.language), (Engine::Template, Language::En));
    let names: Vec<_> = drafted.checks.iter().map(|check| check.name.as_str()).collect();
    let every = [
        "language",
        "length",
        "note",
        "greeting",
        "names",
        "technologies",
        "numbers",
        "experience",
        "dates",
        "contacts",
        "questions",
        "decline",
        "promises",
        "wording",
        "quotes",
    ];
    assert_eq!(names, every);
}

#[test]
fn who_is_greeted() {
    let greeted = |name: &str| offer().from(name).text().split(',').next().unwrap_or_default().to_owned();
    for (sender, greeting) in [
        ("Ana Ribeiro", "Ana"),
        ("ANA RIBEIRO", "Ana"),
        ("jean-luc moreau", "Jean-Luc"),
        ("Dr. Zoë Kern", "Zoë"),
        ("Siobhan O'Neill 🚀", "Siobhan"),
    ] {
        assert!(greeted(sender).ends_with(&format!(" {greeting}")), "{sender}: {}", greeted(sender));
    }
    for nobody in ["Talent Team", "LinkedIn Member", "J. Smith", "Ruiz, Ana", "jobs@acme.example", "李明", "🚀"] {
        assert_eq!(greeted(nobody), "Hello", "{nobody}");
    }
}

#[test]
fn at_most_six_of_their_words_are_quoted() {
    let text = "Principal Distributed Systems Reliability Engineer at Orbital Freight Systems, and more.";
    let long = Situation::new(Language::En, text)
        .role("Principal Distributed Systems Reliability Engineer")
        .company("Orbital Freight Systems")
        .text();
    assert!(long.contains("Reliability Engineer role") && !long.contains("Orbital"), "{long}");
    let endless = Situation::new(Language::En, "Senior Engineer for Everything and Some More Things Here")
        .role("Senior Engineer for Everything and Some More Things Here")
        .text();
    assert!(endless.contains("this position"), "{endless}");
}

#[test]
fn a_title_is_quoted_without_its_tail_or_the_word_role() {
    let text = "the Data Engineer role (m/f/d), Backend Developer - Payments";
    assert!(
        Situation::new(Language::En, text).role("the Data Engineer role").text().contains("the Data Engineer role")
    );
    let tail = Situation::new(Language::En, text).role("Backend Developer - Payments").text();
    assert!(tail.contains("the Backend Developer role"), "{tail}");
}

#[test]
fn questions_are_the_missing_facts_in_their_order_and_at_most_two() {
    let text = offer().decide(Decision::Ask, 60).missing(&["client", "pay", "place"]).text();
    let (client, pay) = (text.find("Which company is it?"), text.find("And what is the base salary range?"));
    assert!(client.is_some() && client < pay && !text.contains("office?"), "{text}");
}

#[test]
fn a_thin_message_is_asked_for_what_it_does_not_state() {
    let thin =
        Situation::new(Language::En, "Hi, are you open to something new?").flag(Flag::Thin).decide(Decision::Ask, 45);
    let text = thin.text();
    assert!(text.contains("Which company is it? And what is the base salary range?"), "{text}");
}

#[test]
fn only_technologies_of_the_profile_and_the_job_are_named() {
    let text = Situation::new(Language::En, "Rust, Elixir, Terraform").stack(&["Rust", "Elixir", "Terraform"]).text();
    assert!(text.contains("Rust for four years"), "{text}");
    for absent in ["Elixir", "Terraform", "PostgreSQL"] {
        assert!(!text.contains(absent), "{absent} in: {text}");
    }
}

/// An offer by the parts of its stack that the person knows and does not know, and by the points that this gave.
fn stacked(names: &[&str], points: u8) -> String {
    let mut situation = Situation::new(Language::En, "Rust, Elixir, Erlang, Kafka").stack(names);
    situation.score().lines.push(ScoreLine {
        line: LineName::Stack,
        points,
        max: 40,
        rule: "share of the stack".to_owned(),
        values: std::collections::BTreeMap::new(),
    });
    situation.message().id = Uuid::from_u128(1);
    situation.text()
}

#[test]
fn no_more_is_said_to_fit_than_the_stack_shows() {
    let nearness =
        ["work: I have used", "one I know", "Part of the stack", "My own stack is another one", "As for my background"];
    let said = |text: &str| nearness.into_iter().filter(|phrase| text.contains(phrase)).collect::<Vec<_>>();
    let claims = |text: &str| text.contains("close to") || text.contains("something I would like to talk about");
    let close = stacked(&["Rust", "Kafka"], 40);
    assert!(claims(&close), "{close}");
    for (names, points, phrase) in [
        (&["Rust", "Elixir", "Erlang"][..], 13, "Part of the stack"),
        (&["Elixir", "Erlang"], 0, "My own stack is another one"),
        (&["Elixir"], 10, "As for my background"),
        (&[], 0, "As for my background"),
    ] {
        let text = stacked(names, points);
        assert_eq!(said(&text), [phrase], "{text}");
        assert!(!claims(&text), "{text}");
    }
}

#[test]
fn of_a_role_with_a_name_only_the_level_is_asked() {
    let asked = |situation: Situation| situation.decide(Decision::Ask, 60).missing(&["role"]).text();
    assert!(asked(offer()).contains("What level is the role?"));
    let nameless = Situation::new(Language::En, "Hi, are you open to something new?");
    assert!(asked(nameless).contains("What is the role and level?"));
}

#[test]
fn questions_are_not_announced_twice() {
    let asked = |status| offer().decide(Decision::Ask, 60).missing(&["client", "pay"]).status(status).text();
    let announced = |text: &str| text.contains("Two questions before") || text.contains("two things I need");
    assert!(announced(&asked(SearchStatus::Active)));
    assert!(!announced(&asked(SearchStatus::Passive)));
}

#[test]
fn a_decline_gives_the_veto_as_its_reason() {
    let declined = |veto: &str| offer().decide(Decision::Decline, 40).veto(veto).text();
    assert!(
        declined("remote_policy")
            .contains("I only consider remote roles or roles with one office day a week at most, so")
    );
    assert!(declined("minimum_salary").contains("The pay is below"));
    assert!(declined("work_week").contains("The working week"));
    assert!(declined("employment_type").contains("The type of contract"));
    assert!(declined("location").contains("The location"));
    assert!(declined("blocked_company").contains("It is not the kind of role"));
}

#[test]
fn the_door_stays_open_only_where_the_reason_can_change() {
    let open = |veto: &str| offer().decide(Decision::Decline, 40).veto(veto).text().contains("write to me again");
    assert!(open("remote_policy") && open("minimum_salary"));
    assert!(!open("blocked_company") && !open("reject_if"));
}

#[test]
fn the_minimum_is_told_in_a_decline_only_where_the_policy_says_always() {
    let mut situation = offer().decide(Decision::Decline, 40).veto("minimum_salary");
    assert!(!situation.text().contains("90"), "on request is not unasked");
    situation.profile.disclosure.salary = Policy::Always;
    assert!(situation.text().contains("€90,000"));
}

#[test]
fn a_person_who_is_not_looking_leaves_it_here_without_a_date() {
    for decision in [Decision::Engage, Decision::Ask] {
        let text = offer().decide(decision, 80).missing(&["pay"]).status(SearchStatus::NotLooking).text();
        assert!(text.contains("change") && !text.contains('?'), "{text}");
    }
}

#[test]
fn a_way_of_working_is_welcomed_only_where_the_profile_accepts_it() {
    let text = "remote, on-site";
    let remote = Situation::new(Language::En, text).place(RemotePolicy::Remote, "remote").text();
    assert!(remote.contains("Working remotely suits me."));
    let onsite = Situation::new(Language::En, text).place(RemotePolicy::Onsite, "on-site").text();
    assert!(!onsite.contains("suits me."));
}

#[test]
fn formal_stays_formal_and_the_profile_chooses_otherwise() {
    let written = |text: &str, wanted: Option<Register>| {
        let mut situation = Situation::new(Language::Es, text).from("Marta Vidal");
        situation.profile.reply.register = wanted;
        situation.message().id = Uuid::from_u128(5);
        situation.text()
    };
    let (formal, informal) = ("Le escribo por su perfil.", "Te escribo por tu perfil.");
    assert_eq!(written(formal, None), written(formal, Some(Register::Tu)), "usted stays usted");
    assert_ne!(written(formal, None), written(informal, None));
    assert_eq!(written(informal, Some(Register::Usted)), written(formal, None));
    assert_ne!(written(informal, Some(Register::Vos)), written(informal, None));
}

#[test]
fn du_tu_and_vous_are_the_senders() {
    let written = |language, text: &str| {
        let mut situation = Situation::new(language, text).from("Ana Ribeiro").status(SearchStatus::NotLooking);
        situation.message().id = Uuid::from_u128(3);
        situation.text()
    };
    for (language, informal, formal, ours, theirs) in [
        (
            Language::De,
            "Hast du Interesse an einer Stelle?",
            "Hätten Sie Interesse an einer Stelle?",
            "kannst",
            "können",
        ),
        (Language::Fr, "Je te propose un poste.", "Je vous propose un poste.", "peux", "pouvez"),
        (Language::Pt, "Tens interesse nesta vaga?", "Você tem interesse nesta vaga?", "odes me", "ode me"),
    ] {
        let (informal, formal) = (written(language, informal), written(language, formal));
        assert!(informal.contains(ours) && !informal.contains(theirs), "{informal}");
        assert!(formal.contains(theirs) && !formal.contains(ours), "{formal}");
    }
}

#[test]
fn the_same_message_gets_the_same_words_and_ten_messages_do_not() {
    let by_id = |id: u128| {
        let mut situation = offer();
        situation.message().id = Uuid::from_u128(id);
        situation.text()
    };
    assert_eq!(by_id(1), by_id(1));
    let different: std::collections::BTreeSet<_> = (0..10).map(by_id).collect();
    assert!(different.len() >= 7, "only {} different texts", different.len());
}

#[test]
fn a_signature_stands_before_the_note() {
    let mut situation = offer();
    situation.profile.reply.signature = Some("Diego".to_owned());
    assert!(situation.text().contains("\n\nDiego\n\nWritten with the help of an AI assistant"));
}
