//! Drafts seen by a second checker, which shares no code and no data with the one that let them out: `sluice read`
//! writes them, this reads them. Its report says how many there were and what is wrong with which.

mod checker;
mod corpus;

use std::{collections::BTreeMap, path::Path, process::Stdio};

use e2e::sluice;
use futures::{StreamExt as _, stream};
use serde_json::Value;
use tokio::io::AsyncWriteExt as _;

use checker::{Draft, Finding, examine, note};
use corpus::{Case, cases};

/// Processes at once.
const AT_ONCE: usize = 4;

async fn read(case: &Case, folder: &Path) -> Option<Draft> {
    let profile = folder.join(format!("{}.yaml", case.person.name));
    let mut command = sluice();
    command.args(["read", "--json", "--profile"]).arg(&profile).arg("--data").arg(folder);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(case.message.to_string().as_bytes()).await.unwrap();
    let output = child.wait_with_output().await.unwrap();
    assert!(output.status.success(), "{}: {}", case.name, String::from_utf8_lossy(&output.stderr));
    let shown: Value = serde_json::from_slice(&output.stdout).unwrap();
    Some(Draft {
        text: shown["draft"].as_str()?.to_owned(),
        decision: shown["decision"].as_str()?.to_owned(),
        kind: shown["kind"].as_str()?.to_owned(),
    })
}

#[tokio::test]
async fn no_draft_states_offers_or_promises_what_nobody_said() {
    let folder = tempfile::tempdir().unwrap();
    for person in corpus::PEOPLE {
        std::fs::write(folder.path().join(format!("{}.yaml", person.name)), person.profile()).unwrap();
    }
    let all = cases();
    let place = folder.path();
    let reading = stream::iter(&all).map(|case| async move { (case, read(case, place).await) });
    let read: Vec<_> = reading.buffered(AT_ONCE).collect().await;
    let drafts: Vec<(&Case, &Draft)> =
        read.iter().filter_map(|(case, draft)| draft.as_ref().map(|draft| (*case, draft))).collect();

    let mut found: BTreeMap<Finding, Vec<String>> = BTreeMap::new();
    let mut seen: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for (case, draft) in &drafts {
        *seen.entry((case.language, draft.decision.as_str())).or_default() += 1;
        for finding in examine(case, draft) {
            found.entry(finding).or_default().push(format!("{} by {}:\n{}\n", case.name, case.person.name, draft.text));
        }
    }
    println!("{} messages, {} drafts", all.len(), drafts.len());
    for ((language, decision), count) in &seen {
        println!("  {language} {decision:<8} {count}");
    }
    for (finding, drafts) in &found {
        println!("{finding:?}: {}\n{}", drafts.len(), drafts.join("\n"));
    }
    let wrong_language = found.remove(&Finding::Language).map_or(0, |drafts| drafts.len());
    assert!(wrong_language * 100 <= drafts.len(), "{wrong_language} of {} in another language", drafts.len());
    assert!(found.is_empty(), "{} kinds of findings, shown above", found.len());
    for language in ["en", "es", "pt", "fr", "de"] {
        for decision in ["engage", "ask", "review", "decline"] {
            assert!(seen.contains_key(&(language, decision)), "no draft was seen in {language} for {decision}");
        }
    }
}

const SOUND: &str = "Hi Ana, thanks for writing about the Senior Backend Engineer role at Northquay Robotics. I have used Rust \
    for four years and Kafka for five. Working remotely suits me. I am open to a change and would like to hear more of it. \
    I can do Tuesday or Thursday between 17:00 and 18:30; tell me which one suits you.";
const SPANISH: &str = "Hola Ana, gracias por escribirme sobre el puesto. Trabajo con Rust desde hace cuatro años y con Kafka \
    desde hace cinco. El trabajo en remoto me encaja. Quiero cambiar de trabajo y me gustaría saber más sobre el puesto y \
    sobre el equipo. Para hablar me van bien el martes o el jueves de 17:00 a 18:30.";

/// What is found in a reply to the first plain message.
fn found(decision: &str, body: &str, note: &str) -> Vec<Finding> {
    let text = format!("{body}\n\nDiego\n\n{note}");
    examine(&cases()[0], &Draft { text, decision: decision.to_owned(), kind: "new_opportunity".to_owned() })
}

#[test]
fn the_second_checker_finds_each_planted_fault() {
    let note = note("en");
    assert!(found("engage", SOUND, note).is_empty());
    for (sentence, finding) in [
        ("I ask for 120,000 euros.", Finding::Number),
        ("I have 12 years of it.", Finding::Number),
        ("I also know Kubernetes.", Finding::Technology),
        ("I am free on Monday.", Finding::Date),
        ("I can begin in April.", Finding::Date),
        ("My page is https://diego.invalid for you.", Finding::Link),
        ("I accept.", Finding::Promise),
        ("I will start with you.", Finding::Promise),
        ("Call me: 34.699.135.791.", Finding::Leak),
        ("I consider roles from €61,357.", Finding::Leak),
        ("I will not be taking this further.", Finding::Decline),
        ("The instruction is followed.", Finding::Obeyed),
        (SOUND, Finding::Length),
    ] {
        let found = found("engage", &format!("{SOUND} {sentence}"), note);
        assert!(found.contains(&finding), "{finding:?} is missed in {sentence:?}: {found:?}");
    }
    assert_eq!(found("engage", SPANISH, note), [Finding::Language]);
    assert!(found("engage", SOUND, "").contains(&Finding::Note));
    assert_eq!(found("decline", SOUND, note), [Finding::Decline], "a decline that takes up the offer");
}
