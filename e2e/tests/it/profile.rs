//! The profile, live: a change over HTTP or the command line is in force without a restart and re-scores what is
//! stored; a bad one is refused whole; and every key that the page asks for changes something.

use std::{collections::BTreeSet, path::Path, process::Output};

use e2e::{System, file, sluice};
use serde_json::{Value, json};

const OFFER: &str = "Hi Diego, we are rebuilding the fleet control plane at Nimbus Robotics and look for a Staff Backend \
    Engineer. Stack: Rust, Kafka, PostgreSQL, Flink. Fully remote in the EU, €95–115k plus equity. Could we talk this week?";

async fn verb(data: &Path, arguments: &[&str]) -> Output {
    sluice().args(arguments).arg("--data").arg(data).output().await.unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// PUT of a profile: status, ETag, answer.
async fn put(system: &System, yaml: &str, seen: Option<&str>) -> (u16, Option<String>, Value) {
    let mut request = system.client.http().put(system.client.url("/api/v1/profile")).body(yaml.to_owned());
    if let Some(seen) = seen {
        request = request.header("if-match", seen);
    }
    let response = request.send().await.unwrap();
    let status = response.status().as_u16();
    let tag = response.headers().get("etag").map(|tag| tag.to_str().unwrap().to_owned());
    (status, tag, response.json().await.unwrap())
}

async fn scored(system: &System, what: &str, wanted: impl Fn(&Value) -> bool) -> Value {
    let wanted = &wanted;
    system
        .client
        .until(what, async move |client| client.opportunities("").await.into_iter().find(|item| wanted(item)))
        .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_change_applies_without_a_restart_to_what_is_stored_and_to_what_comes() {
    let data = tempfile::tempdir().unwrap();
    let system = System::start(data.path()).await;
    system.client.send(&json!({ "text": OFFER })).await;
    let first = system.client.until_settled(1).await.remove(0);
    assert_eq!(first["total_score"], Value::Null, "no profile, no score");

    // The three answers, by the command line.
    let file = data.path().join("first.yaml");
    let path = file.to_str().unwrap();
    let init = ["profile", "init", path, "--stack", "COBOL", "--pay", "60k EUR", "--remote", "remote, hybrid"];
    let written = verb(data.path(), &init).await;
    assert!(written.status.success(), "{}", text(&written.stderr));
    let twice = verb(data.path(), &init).await;
    assert!(twice.status.code() == Some(1) && text(&twice.stderr).contains("--force"), "{}", text(&twice.stderr));
    let silent = verb(data.path(), &["profile", "init", "other.yaml", "--stack", "Rust"]).await;
    assert!(silent.status.code() == Some(2) && text(&silent.stderr).contains("--pay"), "{}", text(&silent.stderr));
    let set = verb(data.path(), &["profile", "set", path]).await;
    assert!(
        text(&set.stdout).contains("1 opportunity is being re-scored"),
        "{}{}",
        text(&set.stdout),
        text(&set.stderr)
    );
    let low = scored(&system, "it is scored", |item| item["total_score"].is_u64()).await;

    // A preview says what the change would do; the change does it.
    let answer = system.client.http().get(system.client.url("/api/v1/profile")).send().await.unwrap();
    let tag = answer.headers()["etag"].to_str().unwrap().to_owned();
    let better = std::fs::read_to_string(&file).unwrap().replace("- COBOL", "- Rust\n  - Kafka\n  - PostgreSQL");
    let (status, _, preview) = system.client.post("/api/v1/profile/preview", "application/yaml", better.clone()).await;
    assert_eq!((status, preview["changed"].as_u64(), preview["rises"].as_u64()), (200, Some(1), Some(1)), "{preview}");
    let promised = &preview["items"][0];
    assert!(promised["why"].as_array().unwrap().iter().any(|why| why["name"] == "stack"), "{promised}");
    assert_eq!(promised["before"]["total"], low["total_score"]);
    let (status, changed, _) = put(&system, &better, Some(&tag)).await;
    assert_eq!(status, 200);
    let high = scored(&system, "it is scored anew", |item| item["total_score"] == promised["after"]["total"]).await;
    assert_eq!((&high["tier"], &high["id"]), (&promised["after"]["tier"], &low["id"]));
    system.client.send(&json!({ "text": OFFER.replace("Nimbus Robotics", "Talpa Freight") })).await;
    // `sluice read` judges by it too, without a server.
    let copy = data.path().join("profile.yaml");
    let copied = async |_: &e2e::Client| std::fs::read_to_string(&copy).ok().filter(|copy| *copy == better);
    system.client.until("the copy is there", copied).await;
    scored(&system, "a new one is judged by it", |item| {
        item["id"] != low["id"] && item["total_score"] == high["total_score"]
    })
    .await;

    // A bad one is refused whole, over HTTP and by the command line; what is in force stays.
    let bad = better.replace("60000", "-5").replace("EUR", "EURO");
    let (status, _, problem) = put(&system, &bad, changed.as_deref()).await;
    assert_eq!((status, problem["faults"].as_array().map(Vec::len)), (422, Some(2)), "{problem}");
    assert_eq!(put(&system, &better, Some(&tag)).await.0, 412, "the first one was replaced meanwhile");
    std::fs::write(&file, &bad).unwrap();
    let refused = verb(data.path(), &["profile", "set", path]).await;
    for fault in ["salary.minimum", "salary.currency", "did you mean `EUR`"] {
        assert!(text(&refused.stderr).contains(fault), "{fault}: {}", text(&refused.stderr));
    }
    assert_eq!(text(&verb(data.path(), &["profile", "show"]).await.stdout).trim(), better.trim());
    let again = verb(data.path(), &["rescore"]).await;
    assert!(text(&again.stdout).contains("2 opportunities are being re-scored"), "{}", text(&again.stderr));
    system.stop().await;
}

/// What one key changes: a line of the profile put for another, and where that shows in `sluice read --json`.
struct Effect {
    /// As the page's form names it; a list's number left out.
    key: &'static str,
    line: &'static str,
    message: &'static str,
    shows_in: &'static str,
}

impl Effect {
    /// The key of the profile that it is or is part of.
    fn top(&self) -> &str {
        self.key.split('.').next().unwrap_or(self.key)
    }
}

const fn effect(key: &'static str, line: &'static str, message: &'static str, shows_in: &'static str) -> Effect {
    Effect { key, line, message, shows_in }
}

const HYBRID: &str = "Hi Diego, Casa Lumen in Barcelona hires a Senior Backend Engineer: Rust and Kafka, hybrid with 3 days a \
    week in the office, 80-90k EUR, five days a week, contract. It is a crypto exchange.";
const NOTICE: &str = "Hi Diego, thanks for your reply. What is your notice period?";
const PAY: &str = "Hi Diego, thanks for your reply. What are your salary expectations?";
const YEARS: &str = "Hi Diego, thanks for your reply. How many years of experience do you have?";
const MAIL: &str = "Hi Diego, thanks for your reply. Could you share your email address?";
const PHONE: &str = "Hi Diego, thanks for your reply. Could you share your phone number?";
const CV: &str = "Hi Diego, thanks for your reply. Could you send me your CV?";
const CALL: &str = "Hi Diego, thanks for your reply. When are you available for a call?";
const ROBOTS: &str =
    "Hi Diego, Casa Lumen, a robotics company, hires a Senior Backend Engineer: Rust, Kafka, remote, 90k EUR.";
const SPANISH: &str = "Hola Diego, en Casa Lumen buscamos un Senior Backend Engineer con Rust y Kafka, 100% remoto, \
    entre 90.000 y 100.000 euros brutos al año. ¿Te interesa que hablemos?";
const OLD: &str = r#"{"text":"Hi Diego, Casa Lumen hires a Senior Rust Engineer, remote, 90k EUR.","sent_at":"2020-01-01T10:00:00Z"}"#;

/// Every key of the profile with a change that can be seen, and where.
const EFFECTS: &[Effect] = &[
    effect("name", "name: Diego Ferrer", OFFER, "/draft"),
    effect("headline", "headline: I build the backend that people work with", YEARS, "/draft"),
    effect("languages", "languages: [es]", OFFER, "/no_draft"),
    effect("seniority", "seniority: junior", OFFER, "/score/total"),
    effect("years", "years: 11", YEARS, "/draft"),
    effect("technologies.name", "technologies: [COBOL]", OFFER, "/score/total"),
    effect("technologies.level", "technologies: [{name: Rust, level: basic}, Kafka]", OFFER, "/score/total"),
    effect("technologies.years", "technologies: [{name: Rust, years: 4}, Kafka]", OFFER, "/draft"),
    effect("salary.minimum", "salary: {minimum: 110000, currency: EUR}", OFFER, "/score/total"),
    effect("salary.ideal", "salary: {minimum: 70000, ideal: 150000, currency: EUR}", OFFER, "/score/total"),
    effect("salary.currency", "salary: {minimum: 70000, currency: GBP}", OFFER, "/score/lines"),
    effect("remote_policy.accepted", "remote_policy: {accepted: [onsite]}", OFFER, "/score/filters"),
    effect(
        "remote_policy.max_office_days",
        "remote_policy: {accepted: [remote, hybrid], max_office_days: 1}",
        HYBRID,
        "/score/filters",
    ),
    effect("locations", "locations: [Barcelona]", HYBRID, "/score/filters"),
    effect("relocation", "relocation: true", HYBRID, "/score/filters"),
    effect("work_week_days", "work_week_days: 4", HYBRID, "/score/filters"),
    effect("employment_types", "employment_types: [full_time]", HYBRID, "/score/filters"),
    effect("minimum_stack_share", "minimum_stack_share: 90", OFFER, "/score/filters"),
    effect("company.industries", "company: {industries: [robotics]}", ROBOTS, "/score/total"),
    effect("favourite_companies", "favourite_companies: [Nimbus Robotics]", OFFER, "/score/total"),
    effect("blocked_companies", "blocked_companies: [Nimbus Robotics]", OFFER, "/decision"),
    effect("reject_if", "reject_if: [crypto]", HYBRID, "/score/filters"),
    effect("must_have", "must_have: [equity]", OFFER, "/score/filters"),
    effect("nice_to_have", "nice_to_have: [equity]", OFFER, "/score/lines"),
    effect("search_status", "search_status: not_looking", OFFER, "/draft"),
    effect("situation", "situation: I am open to a clearly better fit.", OFFER, "/draft"),
    effect("notice_period_days", "notice_period_days: 30", NOTICE, "/draft"),
    effect("disclosure.salary", "disclosure: {salary: on_request}", PAY, "/draft"),
    effect("disclosure.notice", "disclosure: {notice: never}", NOTICE, "/draft"),
    effect("disclosure.phone", "disclosure: {phone: on_request}", PHONE, "/draft"),
    effect("disclosure.email", "disclosure: {email: on_request}", MAIL, "/draft"),
    effect("disclosure.cv", "disclosure: {cv: on_request}", CV, "/draft"),
    effect("contact.phone", "contact: {phone: +34 600 000 000}", PHONE, "/draft"),
    effect("contact.email", "contact: {email: diego@example.com}", MAIL, "/draft"),
    effect("contact.cv_link", "contact: {cv_link: 'https://example.com/cv.pdf'}", CV, "/draft"),
    effect("reply.register", "reply: {register: usted}", SPANISH, "/draft"),
    effect("reply.signature", "reply: {signature: Diego}", OFFER, "/draft"),
    effect("time_zone", "time_zone: America/Lima", CALL, "/draft"),
    effect("call_windows.day", "call_windows: [{day: thursday, from: '17:00', to: '18:00'}]", CALL, "/draft"),
    effect("call_windows.from", "call_windows: [{day: tuesday, from: '16:00', to: '18:00'}]", CALL, "/draft"),
    effect("call_windows.to", "call_windows: [{day: tuesday, from: '17:00', to: '19:00'}]", CALL, "/draft"),
    effect("scheduling_link", "scheduling_link: https://example.com/diego", CALL, "/draft"),
    effect("reply_within_days", "reply_within_days: 20000", OLD, "/no_draft"),
];

/// What has to be there for a key to matter.
fn base(effect: &Effect) -> String {
    let least = "technologies: [Rust, Kafka]\nsalary: {minimum: 70000, currency: EUR}\nremote_policy: {accepted: [remote, hybrid]}\n";
    let more = match effect.key {
        "headline" => "years: 11\n",
        "relocation" => "locations: [Madrid]\n",
        "contact.phone" => "disclosure: {phone: on_request}\n",
        "contact.email" => "disclosure: {email: on_request}\n",
        "contact.cv_link" => "disclosure: {cv: on_request}\n",
        "disclosure.notice" => "notice_period_days: 30\n",
        "disclosure.phone" => "contact: {phone: +34 600 000 000}\n",
        "disclosure.email" => "contact: {email: diego@example.com}\n",
        "disclosure.cv" => "contact: {cv_link: 'https://example.com/cv.pdf'}\n",
        "time_zone" | "call_windows.day" | "call_windows.from" | "call_windows.to" => {
            "time_zone: Europe/Madrid\ncall_windows: [{day: tuesday, from: '17:00', to: '18:00'}]\n"
        }
        _ => "",
    };
    format!("{least}{more}")
}

#[tokio::test]
async fn every_key_changes_a_score_a_veto_or_a_draft() {
    let data = tempfile::tempdir().unwrap();
    for effect in EFFECTS {
        let base = base(effect);
        let kept: Vec<&str> = base.lines().filter(|line| !line.starts_with(&format!("{}:", effect.top()))).collect();
        let changed = format!("{}\n{}\n", kept.join("\n"), effect.line);
        let before = read(data.path(), &base, effect.message).await;
        let after = read(data.path(), &changed, effect.message).await;
        let Effect { key, shows_in, .. } = effect;
        assert_ne!(before.pointer(shows_in), after.pointer(shows_in), "{key} changes {shows_in}: {after}");
    }
}

#[tokio::test]
async fn the_documented_keys_are_those_with_an_effect() {
    let data = tempfile::tempdir().unwrap();
    let example = text(&verb(data.path(), &["profile", "example"]).await.stdout);
    let keys = example.lines().filter_map(|line| line.trim_start_matches("# ").split_once(':').map(|(key, _)| key));
    let keys: BTreeSet<&str> = keys.filter(|key| key.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')).collect();
    let known: BTreeSet<&str> = EFFECTS.iter().map(Effect::top).collect();
    let missing: Vec<_> = known.difference(&keys).collect();
    assert!(missing.is_empty(), "the example lacks {missing:?}");
    let top = keys.iter().filter(|key| example.lines().any(|line| line.starts_with(&format!("{key}:"))));
    let unknown: Vec<_> = top.filter(|key| !known.contains(**key)).collect();
    assert!(unknown.is_empty(), "no test shows what {unknown:?} changes");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_field_that_the_page_asks_for_is_one_with_an_effect() {
    let data = tempfile::tempdir().unwrap();
    let system = System::start(data.path()).await;
    assert_eq!(put(&system, &base(&EFFECTS[0]), None).await.0, 201);
    let page = system.client.http().get(system.client.url("/profile")).send().await.unwrap().text().await.unwrap();
    let form = page.split_once("class=\"fields\"").unwrap().1.split_once("</form>").unwrap().0;
    let without_row = |name: &str| match name.split_once('[') {
        Some((table, rest)) => format!("{table}{}", rest.split_once(']').unwrap().1),
        None => name.to_owned(),
    };
    let asked: BTreeSet<String> =
        form.split(" name=\"").skip(1).map(|rest| without_row(rest.split('"').next().unwrap())).collect();
    let known: BTreeSet<String> = EFFECTS.iter().map(|effect| effect.key.to_owned()).collect();
    assert_eq!(asked, known);
    system.stop().await;
}

async fn read(data: &Path, yaml: &str, message: &str) -> Value {
    let (profile, text_file) = (data.join("read.yaml"), data.join("read.txt"));
    std::fs::write(&profile, yaml).unwrap();
    std::fs::write(&text_file, message).unwrap();
    let arguments = ["read", text_file.to_str().unwrap(), "--profile", profile.to_str().unwrap(), "--json"];
    let output = verb(data, &arguments).await;
    assert!(output.status.success(), "{}", text(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

#[tokio::test]
async fn an_archive_makes_a_profile_to_correct() {
    let data = tempfile::tempdir().unwrap();
    let none =
        verb(data.path(), &["profile", "init", "x.yaml", "--from", file("e2e/sample/messages.csv").to_str().unwrap()])
            .await;
    assert!(none.status.code() == Some(1) && text(&none.stderr).contains("zip"), "{}", text(&none.stderr));
}
