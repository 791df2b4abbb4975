//! `sluice profile init`: a first profile from three questions, with what LinkedIn's archive says of its owner where
//! there is one. It writes a file for the person to correct, and puts nothing in force.

use std::{
    collections::BTreeSet,
    fs::OpenOptions,
    io::{BufRead as _, IsTerminal as _, Write as _},
    path::Path,
};

use chrono::Utc;
use contract::{
    Account, MessageReceived, RemotePolicy, Seniority,
    intake::{Receipt, resolve},
};
use kit_intake::Person;
use kit_score::profile::starter::{self, Starter};
use serde_json::json;

use crate::{
    args::{Common, Init},
    failure::Failure,
    verb::{remark, say, say_json},
};

pub(super) fn run(common: &Common, args: &Init) -> Result<(), Failure> {
    if args.file.exists() && !args.force {
        return Err(Failure::failed(format!(
            "{} is there already; name another file, or add --force",
            args.file.display()
        )));
    }
    let mut starter = match &args.from {
        Some(archive) => {
            let person =
                kit_intake::person(archive).map_err(|e| Failure::failed(format!("{}: {e}", archive.display())))?;
            of_person(&person)?
        }
        None => Starter::default(),
    };
    answers(args, &mut starter)?;
    let (yaml, _) =
        starter.write().map_err(|faults| Failure::bad_use(format!("these answers make no profile:\n{faults}")))?;
    save(&args.file, &yaml, args.force).map_err(|e| Failure::failed(format!("{}: {e}", args.file.display())))?;
    let file = args.file.display();
    if common.json {
        return say_json(
            &json!({ "file": args.file, "technologies": starter.technologies, "left_out": starter.other_skills }),
        );
    }
    let left_out = match starter.other_skills.len() {
        0 => String::new(),
        n => format!(" ({n} skills are noted in it as comments: they are not known as technologies)"),
    };
    say(format!("wrote {file}{left_out}; correct it, then `sluice profile set {file}`"))
}

fn save(file: &Path, yaml: &str, force: bool) -> std::io::Result<()> {
    use std::os::unix::fs::OpenOptionsExt as _;
    let mut options = OpenOptions::new();
    // What a person earns is nobody else's to read.
    options.write(true).mode(0o600);
    if force {
        options.create(true).truncate(true)
    } else {
        options.create_new(true)
    };
    options.open(file)?.write_all(yaml.as_bytes())
}

/// The three answers: from the flags, else asked at a terminal.
fn answers(args: &Init, starter: &mut Starter) -> Result<(), Failure> {
    if let Some(stack) = &args.stack {
        starter.technologies = starter::names(stack);
    }
    if starter.technologies.is_empty() {
        let stack = ask("--stack", "What do you work with? As `Rust, Kafka, PostgreSQL`", |text| {
            Some(starter::names(text)).filter(|names| !names.is_empty())
        });
        starter.technologies = stack?;
    }
    (starter.minimum, starter.currency) = match &args.pay {
        Some(text) => pay(text).ok_or_else(|| {
            Failure::bad_use(format!("--pay `{text}` is no yearly pay; like `60000 EUR` or `60k EUR`"))
        })?,
        None => ask("--pay", "What is the least you would work for, gross a year? As `60000 EUR`", pay)?,
    };
    starter.accepted = match &args.remote {
        Some(text) => policies(text).ok_or_else(|| {
            Failure::bad_use(format!("--remote `{text}`: name one or more of remote, hybrid, onsite"))
        })?,
        None => ask("--remote", "Where would you work? One or more of remote, hybrid, onsite", policies)?,
    };
    Ok(())
}

fn pay(text: &str) -> Option<(i64, String)> {
    Some((starter::amount(text).filter(|amount| *amount > 0)?, starter::currency(text)?))
}

fn policies(text: &str) -> Option<Vec<RemotePolicy>> {
    let words: BTreeSet<String> = text
        .split([',', ';', ' '])
        .filter(|word| !word.is_empty())
        .map(|word| word.to_lowercase().replace('-', ""))
        .collect();
    let known = words.iter().map(|word| word.parse::<RemotePolicy>().ok()).collect::<Option<Vec<_>>>()?;
    (!known.is_empty()).then_some(known)
}

/// Asks until the answer can be read; where nobody is there to answer, the flag is named.
fn ask<T>(flag: &str, question: &str, read: impl Fn(&str) -> Option<T>) -> Result<T, Failure> {
    if !std::io::stdin().is_terminal() {
        return Err(Failure::bad_use(format!("{flag} is missing, and there is no terminal to ask at. {question}")));
    }
    for _ in 0..3 {
        remark(format!("{question}:"));
        let mut line = String::new();
        let read_bytes = std::io::stdin()
            .lock()
            .read_line(&mut line)
            .map_err(|e| Failure::failed(format!("standard input: {e}")))?;
        if read_bytes == 0 {
            break;
        }
        if let Some(answer) = read(line.trim()) {
            return Ok(answer);
        }
        remark("That could not be read.");
    }
    Err(Failure::bad_use(format!("no answer to: {question}")))
}

/// What an archive says, as a profile says it.
fn of_person(person: &Person) -> Result<Starter, Failure> {
    let technologies = technologies(&person.skills)?;
    let mut other_skills = Vec::new();
    for skill in &person.skills {
        if technology(skill)?.is_none() {
            other_skills.push(skill.clone());
        }
    }
    Ok(Starter {
        other_skills,
        technologies,
        name: person.name.clone(),
        headline: person.headline.clone(),
        languages: languages(&person.languages),
        seniority: person.positions.first().and_then(|position| seniority(&position.title)),
        years: person.years(Utc::now().date_naive()).filter(|years| *years > 0),
        locations: person.place.iter().filter_map(|place| Some(place.split(',').next()?.trim().to_owned())).collect(),
        ..Starter::default()
    })
}

/// The skills that the analyzer knows as technologies, in its spelling, each once.
fn technologies(skills: &[String]) -> Result<Vec<String>, Failure> {
    let mut known: Vec<String> = Vec::new();
    for skill in skills {
        if let Some(name) = technology(skill)?.filter(|name| !known.contains(name)) {
            known.push(name);
        }
    }
    Ok(known)
}

/// The analyzer reads offers: between two technologies of a stack, `Go` is the language.
fn technology(skill: &str) -> Result<Option<String>, Failure> {
    const NEIGHBOURS: [&str; 2] = ["Rust", "PostgreSQL"];
    let [before, after] = NEIGHBOURS;
    let text =
        format!("Hi, we are hiring a Backend Engineer, fully remote, 60k EUR. Tech stack: {before}, {skill}, {after}.");
    let received = MessageReceived { text, ..Default::default() };
    let (now, account) = (Utc::now(), Account::me());
    let receipt = Receipt { account: &account, time: now, received_at: now, backfilled: false };
    let message = resolve(received, receipt)
        .map_err(|e| Failure::failed(format!("a skill of the archive cannot be read: {e}")))?;
    let mut read = analyzer::read(&message).facts.tech_stack.into_iter().map(|mention| mention.name);
    Ok(read.find(|name| !NEIGHBOURS.contains(&name.as_str()) || kit_score::same_technology(name, skill)))
}

fn seniority(title: &str) -> Option<Seniority> {
    let title = title.to_lowercase();
    let words: Vec<&str> = title.split(|c: char| !c.is_alphanumeric()).collect();
    let levels: [(&[&str], Seniority); 10] = [
        (&["cto", "ceo", "cio", "chief", "vp"], Seniority::Executive),
        (&["director", "directora"], Seniority::Director),
        (&["manager"], Seniority::Manager),
        (&["principal"], Seniority::Principal),
        (&["staff"], Seniority::Staff),
        (&["lead", "líder"], Seniority::Lead),
        (&["senior", "sr"], Seniority::Senior),
        (&["junior", "jr"], Seniority::Junior),
        (&["intern", "becario", "becaria", "trainee"], Seniority::Intern),
        (&["mid", "ssr"], Seniority::Mid),
    ];
    levels.into_iter().find(|(said, _)| said.iter().any(|said| words.contains(said))).map(|(_, level)| level)
}

/// LinkedIn names languages in the member's own; best first, by its five grades of proficiency.
fn languages(stated: &[(String, String)]) -> Vec<String> {
    const NAMES: &[(&str, &[&str])] = &[
        ("en", &["english", "inglés", "inglês", "anglais", "englisch"]),
        ("es", &["spanish", "español", "castellano", "espanhol", "espagnol", "spanisch"]),
        ("pt", &["portuguese", "portugués", "português", "portugais", "portugiesisch"]),
        ("fr", &["french", "francés", "francês", "français", "französisch"]),
        ("de", &["german", "alemán", "alemão", "allemand", "deutsch"]),
        ("it", &["italian", "italiano", "italien", "italienisch"]),
        ("ca", &["catalan", "catalán", "català"]),
        ("eu", &["basque", "euskera", "euskara"]),
        ("gl", &["galician", "gallego", "galego"]),
        ("nl", &["dutch", "neerlandés", "holandés", "nederlands"]),
        ("pl", &["polish", "polaco", "polski"]),
        ("ro", &["romanian", "rumano", "română"]),
        ("zh", &["chinese", "mandarin", "chino"]),
        ("ja", &["japanese", "japonés"]),
        ("ar", &["arabic", "árabe"]),
        ("ru", &["russian", "ruso"]),
    ];
    const GRADES: &[&str] = &["native", "full professional", "professional working", "limited working", "elementary"];
    let grade =
        |said: &str| GRADES.iter().position(|grade| said.to_lowercase().starts_with(grade)).unwrap_or(GRADES.len());
    let mut stated: Vec<&(String, String)> = stated.iter().collect();
    stated.sort_by_key(|(_, said)| grade(said));
    let code = |name: &str| {
        let name = name.to_lowercase();
        NAMES
            .iter()
            .find(|(_, names)| names.iter().any(|known| name.starts_with(known)))
            .map(|(code, _)| (*code).to_owned())
    };
    let mut codes: Vec<String> = Vec::new();
    for code in stated.into_iter().filter_map(|(name, _)| code(name)) {
        if !codes.contains(&code) {
            codes.push(code);
        }
    }
    codes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_archive_says_becomes_a_profile_to_correct() {
        let person = Person {
            name: Some("Diego Ferrer: \"el de Rust\"".to_owned()),
            headline: Some("Backend, mostly".to_owned()),
            place: Some("Madrid, Community of Madrid, Spain".to_owned()),
            skills: ["Rust", "Apache Kafka", "PostgreSQL", "Public Speaking", "Go"].map(str::to_owned).into(),
            positions: vec![kit_intake::Position {
                company: "Casa Lumen".to_owned(),
                title: "Senior Backend Engineer".to_owned(),
                started: chrono::NaiveDate::from_ymd_opt(2015, 3, 1),
                finished: None,
            }],
            languages: [("Inglés", "Full professional proficiency"), ("Español", "Native or bilingual proficiency")]
                .map(|(name, said)| (name.to_owned(), said.to_owned()))
                .into(),
        };
        let starter = Starter {
            minimum: 60_000,
            currency: "EUR".to_owned(),
            accepted: vec![RemotePolicy::Remote],
            ..of_person(&person).unwrap()
        };
        let (yaml, profile) = starter.write().unwrap();
        let known: Vec<&str> = profile.technologies.iter().map(|technology| technology.name.as_str()).collect();
        assert_eq!(known, ["Rust", "Kafka", "PostgreSQL", "Go"], "{yaml}");
        assert!(yaml.contains("#   - Public Speaking"), "{yaml}");
        assert_eq!(
            (profile.languages.as_slice(), profile.seniority),
            (["es".to_owned(), "en".to_owned()].as_slice(), Some(Seniority::Senior))
        );
        assert_eq!((profile.name, profile.locations), (person.name, vec!["Madrid".to_owned()]));
        assert!(profile.years.is_some_and(|years| years >= 11));
    }

    #[test]
    fn answers_are_read_as_people_write_them() {
        assert_eq!(pay("60k EUR"), Some((60_000, "EUR".to_owned())));
        assert_eq!(pay("60.000 €"), Some((60_000, "EUR".to_owned())));
        assert_eq!(pay("$85.5k"), Some((85_500, "USD".to_owned())));
        assert_eq!(pay("chf 120'000"), Some((120_000, "CHF".to_owned())));
        for not in ["60000", "EUR", "-5 EUR", "lots", "1,5 EUR"] {
            assert_eq!(pay(not), None, "{not}");
        }
        assert_eq!(policies("Remote, hybrid"), Some(vec![RemotePolicy::Hybrid, RemotePolicy::Remote]));
        assert_eq!(policies("on-site"), Some(vec![RemotePolicy::Onsite]));
        assert!(policies("remote, moon").is_none() && policies(" ").is_none());
    }
}
