//! What a message is.

use contract::Kind::{Courtesy, FollowUp, NewOpportunity, Other, Promotion, Scam};

use crate::read;

#[test]
fn each_kind_in_several_languages() {
    let mut wrong = Vec::new();
    for (kind, text) in [
        (
            NewOpportunity,
            "Hi Ada, we are hiring a Backend Engineer (Go, PostgreSQL) at Nimbusware. Fully remote in Spain, 60-70k EUR. Interested?",
        ),
        (
            NewOpportunity,
            "Hola Ada, en Talaverde buscamos una Ingeniera de Datos con Python y Airflow para Valencia, híbrido. ¿Te interesa?",
        ),
        (
            NewOpportunity,
            "Olá Ada, temos uma vaga de Engenheiro de Software (Java, Kafka) no Porto, regime híbrido. Tens interesse?",
        ),
        (
            NewOpportunity,
            "Bonjour Ada, nous recherchons un Développeur Java pour notre équipe de Lille, CDI. Seriez-vous intéressée ?",
        ),
        (
            NewOpportunity,
            "Hallo Ada, wir suchen einen Backend-Entwickler (Kotlin) in Köln, unbefristet. Haben Sie Interesse?",
        ),
        (NewOpportunity, "Looking for a job?  We have a Site Reliability Engineer role open at Okrana in Dublin."),
        (NewOpportunity, "Tengo una oferta que te puede gustar, ¿te la cuento por teléfono?"),
        (NewOpportunity, "Hola Ada, un puesto de Arquitecta de Datos en Murcia: 48.000 € brutos al año, presencial."),
        (NewOpportunity, "Bonjour Ada, Lavandine recrute une Ingénieure Données à Nice. CDI, 46 k€."),
        (
            Courtesy,
            "Thanks for applying to the Data Engineer role at Nimbusware. We won't be proceeding with your application.",
        ),
        (FollowUp, "Hi Ada, any update on my last message?"),
        (FollowUp, "Hola Ada, ¿cuáles son tus expectativas salariales?"),
        (FollowUp, "What is your notice period?"),
        (FollowUp, "Te confirmo la entrevista del jueves a las 11 por Meet. ¡Nos vemos!"),
        (Courtesy, "Thank you, talk soon!"),
        (Courtesy, "Muchas gracias Ada, que tengas buen día."),
        (Courtesy, "Merci beaucoup, bonne journée !"),
        (Courtesy, "Unfortunately we have decided to move forward with another candidate. We wish you all the best."),
        (Courtesy, "Congratulations on your new job!"),
        (Promotion, "Our bootcamp teaches Kubernetes in ten weeks. Only 5 seats left, ask for the syllabus."),
        (Promotion, "We help companies cut cloud costs. Could I show you a quick demo next week?"),
        (Promotion, "Weekly newsletter: salary trends for developers. Unsubscribe at any time."),
        (Promotion, "We have pre-vetted React developers on the bench. Shall I send over some CVs?"),
        (
            Scam,
            "You have been selected! Rate hotels 60 minutes a day, paid in USDT. No experience needed. Add me on Telegram.",
        ),
        (
            Scam,
            "Trabajo online desde casa, pago diario. Solo un depósito de 30 € que se devuelve. Escríbeme por WhatsApp.",
        ),
        (
            Promotion,
            "Do you need to scale your engineering team? We provide dedicated developers; may I send you our portfolio?",
        ),
        (Promotion, "My coaching program gets you the raise: 30% off until Sunday, book your spot."),
        (
            Scam,
            "Ha sido preseleccionada. Envíe una foto de su pasaporte, abone 60 € de gastos de gestión y escriba por Telegram.",
        ),
        (
            NewOpportunity,
            "I have an analytics role with a client of ours in Oslo. Your profile looks right. When are you free for a call?",
        ),
        (FollowUp, "¿Te va bien el martes a las 10? Te mando la invitación."),
        (Other, "Hi Ada, I am looking for a new job as a data analyst, my CV is attached. Could you pass it on?"),
        (Other, "Are you coming to the climbing gym tonight?"),
        (Other, "Mamá llega el sábado, ¿la recoges tú?"),
    ] {
        let reading = read(text);
        if reading.kind != kind {
            wrong.push(format!("{kind} read as {}: {text}", reading.kind));
        }
        assert_eq!(reading.dismissal.is_none(), matches!(reading.kind, NewOpportunity | FollowUp), "{text}");
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_is_dismissed_states_no_facts() {
    let reading =
        read("Unfortunately we chose another candidate for the Senior Java Developer role at Nimbusware (70k EUR).");
    assert_eq!(reading.facts, contract::Facts::default());
}

#[test]
fn a_thread_makes_a_question_a_follow_up() {
    let mut message = crate::message("Could you tell me a bit more about that?");
    message.history = vec![contract::Turn {
        direction: contract::Direction::Inbound,
        sent_at: None,
        text: "We have a role".to_owned(),
    }];
    assert_eq!(analyzer::read(&message).kind, FollowUp);
}
