//! Role, company, place and terms, each proved by its words.

use contract::{EmploymentType, Flag, RemotePolicy, Seniority};

use crate::read;

fn role(text: &str) -> Option<String> {
    read(text).facts.role.map(|f| f.value)
}

#[test]
fn a_header_names_everything() {
    let facts = read("Kestrelworks | Senior Rust Engineer | Berlin, Germany | Hybrid | Full-time | €80k-95k\n\nWe build flight software with Rust and PostgreSQL.").facts;
    assert_eq!(facts.company.unwrap().value, "Kestrelworks");
    assert_eq!(facts.role.unwrap().value, "Senior Rust Engineer");
    assert_eq!(facts.seniority.unwrap().value, Seniority::Senior);
    assert_eq!(facts.location.unwrap().value, "Berlin, Germany");
    assert_eq!(facts.remote_policy.unwrap().value, RemotePolicy::Hybrid);
    assert_eq!(facts.employment_type.unwrap().value, EmploymentType::FullTime);
    assert_eq!(facts.salary.unwrap().value.max, Some(95_000));
    assert_eq!(facts.tech_stack.iter().map(|t| t.name.as_str()).collect::<Vec<_>>(), ["Rust", "PostgreSQL"]);
}

#[test]
fn titles_in_sentences() {
    let mut wrong = Vec::new();
    for (text, expected) in [
        ("We are looking for a Machine Learning Engineer in Madrid.", "Machine Learning Engineer"),
        ("Buscamos un Ingeniero de Software para Bilbao.", "Ingeniero de Software"),
        ("Estamos buscando una Desarrolladora Backend con Java.", "Desarrolladora Backend"),
        ("Procuramos um Engenheiro de Dados em Lisboa.", "Engenheiro de Dados"),
        ("Nous recherchons un Développeur Python à Lyon.", "Développeur Python"),
        ("Wir suchen einen Softwareentwickler in Berlin.", "Softwareentwickler"),
        ("Our client needs a Head of Engineering in London.", "Head of Engineering"),
        ("Marlow Bay needs a Staff Backend Engineer. Kotlin, Kafka.", "Staff Backend Engineer"),
        ("Buscamos un Sr. Data Engineer. Python y Spark.", "Sr. Data Engineer"),
        ("Soy Ana, Senior Recruiter. Buscamos un Arquitecto Cloud.", "Arquitecto Cloud"),
    ] {
        let found = role(text);
        if found.as_deref() != Some(expected) {
            wrong.push(format!("{expected}: {found:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn levels_are_words_not_years() {
    for (text, expected) in [
        ("Buscamos un Desarrollador Java semi senior.", Some(Seniority::Mid)),
        ("Vaga de Desenvolvedor Python Pleno.", Some(Seniority::Mid)),
        ("We are hiring a VP of Engineering.", Some(Seniority::Executive)),
        ("We are hiring a Staff Engineer.", Some(Seniority::Staff)),
        ("We are hiring a Backend Engineer with 8 years of experience.", None),
        ("We are hiring a Product Manager.", None),
        ("Procuramos um Arquiteto de Software em Curitiba.", None),
        ("Buscamos becario de desarrollo web.", Some(Seniority::Intern)),
    ] {
        assert_eq!(read(text).facts.seniority.map(|f| f.value), expected, "{text}");
    }
}

#[test]
fn where_the_work_is_done() {
    use RemotePolicy::{Hybrid, Onsite, Remote};
    let mut wrong = Vec::new();
    for (words, expected) in [
        ("It is fully remote.", Some(Remote)),
        ("100% remoto.", Some(Remote)),
        ("Not remote, on-site in Leeds.", Some(Onsite)),
        ("Hybrid remote.", Some(Hybrid)),
        ("Three days a week in the office.", Some(Hybrid)),
        ("2 días de teletrabajo a la semana.", Some(Hybrid)),
        ("Trois jours de télétravail.", Some(Hybrid)),
        ("Zwei Tage pro Woche im Büro.", Some(Hybrid)),
        ("Presencial en Lima.", Some(Onsite)),
        ("No es remoto.", Some(Onsite)),
        ("Kein Homeoffice.", Some(Onsite)),
        ("We are in Leeds.", None),
        ("We build remote controls.", None),
    ] {
        let found = read(&format!("We are hiring a Backend Engineer. {words}")).facts.remote_policy.map(|f| f.value);
        if found != expected {
            wrong.push(format!("{words} {found:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn employer_and_agency() {
    let mut wrong = Vec::new();
    for (text, company) in [
        ("We are hiring a Senior Backend Engineer (Go, Kafka) for 70k-85k EUR a year, remote in Spain.", None),
        ("Hi, I'm Joan from Marrowbone Labs and we are hiring a Data Engineer.", Some("Marrowbone Labs")),
        (
            "Hola, soy Eva, del equipo de talento de Costa Brava Software. Buscamos un QA Engineer.",
            Some("Costa Brava Software"),
        ),
        ("In Microsoft we have an opening for a Software Engineer. I am a recruiter at Microsoft.", Some("Microsoft")),
        ("My client in Leeds is looking for a Java Developer.", None),
        ("Un cliente del sector banca busca un Analista Programador.", None),
        ("Oracle is hiring a Backend Engineer (Java, Linux).", Some("Oracle")),
        ("Wir bei Nordlicht Systeme suchen einen Backend-Entwickler.", Some("Nordlicht Systeme")),
        ("We are not an agency. Tallgrass is looking for a Platform Engineer.", Some("Tallgrass")),
    ] {
        let found = read(text).facts.company.map(|f| f.value);
        if found.as_deref() != company {
            wrong.push(format!("{company:?} read as {found:?}: {text}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(read("My client in Leeds is looking for a Java Developer.").flags.contains(&Flag::ClientNotNamed));
}

#[test]
fn an_employer_named_like_a_technology_is_not_in_its_stack() {
    let facts = read("Oracle is hiring a Backend Engineer (Java, Linux).").facts;
    assert_eq!(facts.tech_stack.iter().map(|t| t.name.as_str()).collect::<Vec<_>>(), ["Java", "Linux"]);
}

#[test]
fn places() {
    let mut wrong = Vec::new();
    for (text, expected) in [
        ("We are hiring a Data Engineer in Amsterdam.", "Amsterdam"),
        ("Buscamos un Data Engineer, 100% remoto desde España.", "España"),
        ("Remote within Germany: we are hiring a Go Developer.", "Germany"),
        ("Puesto: Data Analyst\nUbicación: Sevilla\nSalario: 30.000 €/año\nEmpresa: Guadalmar", "Sevilla"),
    ] {
        let found = read(text).facts.location.map(|f| f.value);
        if found.as_deref() != Some(expected) {
            wrong.push(format!("{expected}: {found:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn details_beside_the_job() {
    let facts = read("We are hiring a Backend Engineer, 4-day week, fintech. What is your notice period? Write to ana@tallgrass.io, +34 600 123 456, https://tallgrass.io/jobs").facts;
    assert_eq!(facts.work_week_days.unwrap().value, 4);
    assert_eq!(facts.industry.unwrap().value, "fintech");
    assert_eq!(facts.questions.iter().map(|q| q.value.as_str()).collect::<Vec<_>>(), ["What is your notice period?"]);
    let contacts: Vec<&str> = facts.contacts.iter().map(|c| c.value.as_str()).collect();
    assert_eq!(contacts, ["+34 600 123 456", "ana@tallgrass.io"]);
    assert_eq!(facts.links.iter().map(|l| l.value.as_str()).collect::<Vec<_>>(), ["https://tallgrass.io/jobs"]);
}

#[test]
fn thin_is_what_says_too_little() {
    assert!(read("We have an opening you may like, interested?").flags.contains(&Flag::Thin));
    assert!(!read("Tallgrass is hiring a Backend Engineer (Go, Kafka), 70k EUR.").flags.contains(&Flag::Thin));
}

#[test]
fn a_subject_is_read_and_proves_its_values() {
    let mut message = crate::message("We are hiring in Madrid. Interested?");
    message.subject = Some("Senior Kotlin Developer".to_owned());
    let role = analyzer::read(&message).facts.role.unwrap();
    assert_eq!(role.evidence.part, contract::Part::Subject);
    assert_eq!(role.evidence.quote(&message), Some("Senior Kotlin Developer"));
}

#[test]
fn employers_in_sentences() {
    let mut wrong = Vec::new();
    for (text, expected) in [
        ("Estimada Ada: en Pinarejo Sistemas estamos seleccionando una Consultora SAP.", "Pinarejo Sistemas"),
        ("Hola Ada, en Salina Azul construimos sensores. Necesitamos un Ingeniero de Datos.", "Salina Azul"),
        ("Tenemos una vacante de Desarrollador Frontend en Lince Digital: React y CSS.", "Lince Digital"),
        ("Te escribo de Cobre Labs. Estamos buscando un Backend Developer.", "Cobre Labs"),
        ("Estamos à procura de um Engenheiro de Dados para a Faial Seguros, com Python.", "Faial Seguros"),
        ("Harrow Mill plans bus lines for small towns. We are hiring a Tech Lead.", "Harrow Mill"),
        ("Oatwick is a small company that makes kilns. We're looking for a Go Engineer at USD 60/h.", "Oatwick"),
        ("We build the booking backend of Rota Sul, a ferry network, and need a Backend Engineer.", "Rota Sul"),
        ("Wir suchen eine Softwareentwicklerin für die Kornblume Technik GmbH.", "Kornblume Technik GmbH"),
        ("We have an opening for a Data Analyst at Dunmore Tea.", "Dunmore Tea"),
    ] {
        let found = read(text).facts.company.map(|f| f.value);
        if found.as_deref() != Some(expected) {
            wrong.push(format!("{expected}: {found:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_money_or_a_place_is_no_employer() {
    for text in
        ["Backend Engineer contract at USD 70/h, remote.", "We have a role for a Java Developer in Bilbao at EUR 50k."]
    {
        assert_eq!(read(text).facts.company.map(|f| f.value), None, "{text}");
    }
}
