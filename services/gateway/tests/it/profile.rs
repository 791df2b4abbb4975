//! The profile: over HTTP and on the page. What is refused changes nothing; what is saved is re-scored; a preview writes
//! nothing.

use axum::{
    body::Body,
    http::{Method, header},
};
use contract::topology::COMMANDS;
use serde_json::{Value, json};

use crate::harness::{Answer, Gateway, opportunity, opportunity_id, request};

const PATH: &str = "/api/v1/profile";
const YAML: &str = "technologies: [Rust]\nsalary: {minimum: 50000, currency: EUR}\nremote_policy: {accepted: [remote, hybrid, onsite]}\n";
/// Four faults: a typo in a key, a negative pay, an unknown currency, a technology twice.
const FAULTY: &str = "tecnologies: [Rust]\ntechnologies:\n  - Postgres\n  - PostgreSQL\nsalary:\n  minimum: -1\n  currency: EURO\nremote_policy: {accepted: [remote]}\n";

async fn put(gateway: &Gateway, yaml: &str, seen: Option<&str>) -> Answer {
    let mut headers = vec![("content-type", "application/yaml")];
    headers.extend(seen.map(|tag| ("if-match", tag)));
    gateway.ask(request("PUT", PATH, &headers, yaml.to_owned())).await
}

/// How many commands wait for their owner.
async fn commands(gateway: &Gateway) -> u64 {
    let pipeline = gateway.bus.pipeline().await.expect("the bus answers");
    pipeline.streams.iter().filter(|stream| stream.stream == COMMANDS).map(|stream| stream.messages).sum()
}

async fn form(gateway: &Gateway, path: &str, fields: &[(&str, &str)]) -> Answer {
    let encoded: Vec<String> = fields.iter().map(|(name, value)| format!("{name}={}", percent(value))).collect();
    let headers = [("content-type", "application/x-www-form-urlencoded"), ("origin", "http://localhost:8080")];
    gateway.ask(request("POST", path, &headers, encoded.join("&"))).await
}

fn percent(text: &str) -> String {
    text.bytes()
        .map(|b| if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { format!("%{b:02X}") })
        .collect()
}

#[tokio::test]
async fn a_profile_is_saved_over_the_one_that_was_seen_and_what_is_stored_is_re_scored() {
    let gateway = Gateway::start().await;
    gateway.store(vec![opportunity(1, 87, "We hire a Rust Engineer")]).await;
    gateway.get(PATH).await.is_problem(404, None);

    let first = put(&gateway, YAML, None).await;
    assert_eq!(first.status, 201, "{}", first.text);
    let tag = first.headers[header::ETAG].to_str().expect("a tag").to_owned();
    assert_eq!(
        (first.json()["opportunities"].as_u64(), tag.clone()),
        (Some(1), format!("\"{}\"", first.json()["revision"]))
    );
    put(&gateway, YAML, None).await.is_problem(428, None);
    put(&gateway, YAML, Some("\"9999\"")).await.is_problem(412, None);
    put(&gateway, YAML, Some("nonsense")).await.is_problem(412, None);

    let other = YAML.replace("50000", "60000");
    let second = put(&gateway, &other, Some(&tag)).await;
    assert_eq!(second.status, 200, "{}", second.text);
    put(&gateway, YAML, Some(&tag)).await.is_problem(412, None);

    assert_eq!(commands(&gateway).await, 2, "each saved profile is one command to re-score");

    let read = gateway.get(PATH).await;
    assert_eq!(read.json()["yaml"], other);
    assert_eq!(read.json()["profile"]["salary"]["minimum"], 60_000);
    assert_eq!(read.headers[header::ETAG], second.headers[header::ETAG]);
    let as_yaml = gateway.ask(request("GET", PATH, &[("accept", "application/yaml")], Body::empty())).await;
    assert_eq!(as_yaml.text, other);
    let tag = second.headers[header::ETAG].to_str().expect("a tag").to_owned();
    let known = gateway.ask(request("GET", PATH, &[("if-none-match", &tag)], Body::empty())).await;
    assert_eq!((known.status.as_u16(), known.text.as_str()), (304, ""));
    assert_eq!(put(&gateway, &other, Some("*")).await.status, 200);
}

#[tokio::test]
async fn a_bad_profile_is_refused_whole_with_every_fault_and_the_old_one_stays() {
    let gateway = Gateway::start().await;
    let saved = put(&gateway, YAML, None).await;
    let tag = saved.headers[header::ETAG].to_str().expect("a tag").to_owned();

    for answer in [
        put(&gateway, FAULTY, Some(&tag)).await,
        gateway.ask(request("POST", &format!("{PATH}/preview"), &[], FAULTY)).await,
    ] {
        answer.is_problem(422, None);
        let problem = answer.json();
        let faults = problem["faults"].as_array().expect("faults");
        let places: Vec<(Option<u64>, &str)> =
            faults.iter().map(|fault| (fault["line"].as_u64(), fault["path"].as_str().unwrap_or_default())).collect();
        for place in [
            (Some(1), "tecnologies"),
            (Some(4), "technologies[1]"),
            (Some(6), "salary.minimum"),
            (Some(7), "salary.currency"),
        ] {
            assert!(places.contains(&place), "{place:?} in {places:?}");
        }
        assert!(
            faults
                .iter()
                .any(|fault| fault["detail"].as_str().is_some_and(|said| said.contains("did you mean `technologies`")))
        );
        assert!(
            faults.iter().any(|fault| fault["detail"].as_str().is_some_and(|said| said.contains("did you mean `EUR`")))
        );
    }
    let long = format!("{YAML}# {}\n", "x".repeat(1024 * 1024));
    put(&gateway, &long, Some(&tag)).await.is_problem(413, None);
    let not_text = gateway.ask(request("PUT", PATH, &[("if-match", &tag)], vec![0xff, 0xfe])).await;
    not_text.is_problem(400, None);
    put(&gateway, "technologies: [Rust\n", Some(&tag)).await.is_problem(422, None);
    let gone = gateway.ask(request(Method::DELETE.as_str(), PATH, &[], Body::empty())).await;
    assert_eq!(gone.status, 405);

    let read = gateway.get(PATH).await;
    assert_eq!(
        (read.json()["yaml"].as_str(), read.headers[header::ETAG].to_str().ok()),
        (Some(YAML), Some(tag.as_str()))
    );
    assert_eq!(commands(&gateway).await, 1, "only the first was a change");
}

#[tokio::test]
async fn a_preview_says_what_would_change_by_how_much_and_why_and_writes_nothing() {
    let gateway = Gateway::start().await;
    // Stored as High priority and as Not for me; by this profile both are worth the neutral points and more.
    gateway
        .store(vec![opportunity(1, 87, "We hire a Rust Engineer"), opportunity(2, 20, "Sell things, on call")])
        .await;
    put(&gateway, YAML, None).await;
    let stricter = format!("{YAML}reject_if: [on call]\nseniority: senior\n");
    let answer = gateway.ask(request("POST", &format!("{PATH}/preview"), &[], stricter)).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let preview = answer.json();
    assert_eq!(
        (preview["compared"].as_u64(), preview["changed"].as_u64(), preview["rises"].as_u64()),
        (Some(2), Some(2), Some(1))
    );
    assert_eq!(
        (preview["before"]["HIGH_PRIORITY"].as_u64(), preview["before"]["NO_INTERESA"].as_u64()),
        (Some(1), Some(1))
    );
    assert_eq!(preview["after"].as_object().expect("counts").values().filter_map(Value::as_u64).sum::<u64>(), 2);
    let of = |n: u128| {
        let items = preview["items"].as_array().expect("items");
        items.iter().find(|item| item["id"] == json!(opportunity_id(n))).expect("it is listed").clone()
    };
    assert_eq!(of(1)["before"], json!({ "tier": "HIGH_PRIORITY", "total": 87 }));
    let why = of(2)["why"].as_array().expect("reasons").clone();
    assert!(
        why.iter().any(|why| why["name"] == "reject_if" && why["after"] == "fail" && why["why"] == "says on call"),
        "{why:?}"
    );
    assert_eq!(of(2)["decision"], "decline");

    let stored = gateway.get("/api/v1/opportunities").await.json();
    assert_eq!(stored["items"][0]["total_score"], 87, "nothing was written");
    assert_eq!(gateway.get(PATH).await.json()["yaml"], YAML);
}

#[tokio::test]
async fn without_a_profile_the_inbox_asks_three_things_and_the_answers_are_one() {
    let gateway = Gateway::start().await;
    let inbox = gateway.get("/").await.text;
    assert!(inbox.contains("Tell me three things") && inbox.contains("action=\"/profile/start\""));
    assert!(gateway.get("/?lang=es").await.text.contains("Dime tres cosas"));

    let nothing = form(&gateway, "/profile/start", &[("stack", " ,"), ("pay", "much"), ("currency", "EUR")]).await;
    assert_eq!(nothing.status, 422);
    for question in ["stack", "pay", "places"] {
        assert!(nothing.text.contains(&format!("class=\"wrong\" id=\"asked-{question}\"")), "{question}");
    }
    assert!(nothing.text.contains("value=\"much\""), "the answers are kept");
    gateway.get(PATH).await.is_problem(404, None);

    let answers =
        [("stack", "Rust, Kafka; kafka"), ("pay", "60.000"), ("currency", "EUR"), ("remote", "1"), ("hybrid", "1")];
    let saved = form(&gateway, "/profile/start", &answers).await;
    assert_eq!(
        (saved.status.as_u16(), &saved.headers[header::LOCATION]),
        (303, &header::HeaderValue::from_static("/"))
    );
    let profile = gateway.get(PATH).await.json()["profile"].clone();
    assert_eq!(profile["salary"]["minimum"], 60_000);
    assert_eq!(profile["technologies"].as_array().map(Vec::len), Some(2));
    assert_eq!(profile["remote_policy"]["accepted"], json!(["remote", "hybrid"]));
    assert!(!gateway.get("/").await.text.contains("Tell me three things"));
    // A second answer, from another window, does not replace it.
    let again =
        form(&gateway, "/profile/start", &[("stack", "COBOL"), ("pay", "1"), ("currency", "EUR"), ("onsite", "1")])
            .await;
    assert_eq!(
        (again.status.as_u16(), &again.headers[header::LOCATION]),
        (303, &header::HeaderValue::from_static("/profile"))
    );
    assert_eq!(gateway.get(PATH).await.json()["profile"]["salary"]["minimum"], 60_000);
}

#[tokio::test]
async fn the_page_previews_saves_and_keeps_what_was_written_where_it_cannot() {
    let gateway = Gateway::start().await;
    gateway.store(vec![opportunity(1, 87, "We hire a Rust Engineer <script>")]).await;
    let revision = put(&gateway, YAML, None).await.json()["revision"].to_string();
    let page = gateway.get("/profile").await.text;
    assert!(
        page.contains("hx-post=\"/profile/preview\"")
            && page.contains(&format!("name=\"revision\" value=\"{revision}\""))
    );

    // As a browser sends a text area.
    let stricter = format!("{YAML}reject_if: [rust]\n").replace('\n', "\r\n");
    let what_if = form(&gateway, "/profile/preview", &[("yaml", &stricter), ("revision", &revision)]).await;
    assert!(what_if.text.contains("1 of 1 opportunities would change tier:"), "{}", what_if.text);
    assert!(what_if.text.contains("your red lines") && what_if.text.contains("says rust"));
    let faulty = form(&gateway, "/profile/preview", &[("yaml", FAULTY), ("revision", &revision)]).await;
    assert!(faulty.text.contains("line 6") && faulty.text.contains("<code>salary.minimum</code>"));
    assert!(faulty.text.contains("tecnologies: [Rust]"), "the text is kept");

    let refused = form(&gateway, "/profile", &[("yaml", "</textarea><script>1"), ("revision", &revision)]).await;
    assert_eq!(refused.status, 422);
    assert!(!refused.text.contains("</textarea><script>1"));
    let saved = form(&gateway, "/profile", &[("yaml", &stricter), ("revision", &revision)]).await;
    assert_eq!(
        (saved.status.as_u16(), &saved.headers[header::LOCATION]),
        (303, &header::HeaderValue::from_static("/profile?saved=1&view=text"))
    );
    assert!(gateway.get("/profile?saved=1").await.text.contains("being re-scored: 1"));
    let late = form(&gateway, "/profile", &[("yaml", YAML), ("revision", &revision)]).await;
    assert_eq!(late.status, 412);
    assert!(late.text.contains("changed elsewhere") && late.text.contains("minimum: 50000"));
    assert!(
        gateway.get(PATH).await.json()["yaml"]
            .as_str()
            .is_some_and(|yaml| yaml.contains("reject_if") && !yaml.contains('\r'))
    );
}

/// The names and values of the form's fields, as a browser would send them back.
fn fields(page: &str) -> Vec<(String, String)> {
    let form = page.split_once("id=\"editor\"").and_then(|(_, rest)| rest.split_once("</form>")).expect("a form").0;
    let mut pairs = Vec::new();
    for tag in form.split('<').filter(|tag| tag.starts_with("input ") || tag.starts_with("textarea ")) {
        let of = |name: &str| {
            tag.split_once(&format!(" {name}=\"")).and_then(|(_, rest)| rest.split_once('"')).map(|it| it.0)
        };
        let Some(name) = of("name") else { continue };
        let value = match tag.split_once('>') {
            Some((_, text)) if tag.starts_with("textarea ") => text,
            _ => of("value").unwrap_or_default(),
        };
        if !tag.contains("type=\"checkbox\"") || tag.contains(" checked") {
            pairs.push((name.to_owned(), value.replace("&#38;", "&").replace("&#34;", "\"")));
        }
    }
    for select in form.split("<select ").skip(1) {
        let name = select.split_once("name=\"").and_then(|(_, rest)| rest.split_once('"')).expect("a name").0;
        let chosen =
            select.split("<option").find(|option| option.contains(" selected") && !option.contains("</select><"));
        let chosen = chosen.or_else(|| select.split("<option").nth(1)).unwrap_or_default();
        let value = chosen.split_once("value=\"").and_then(|(_, rest)| rest.split_once('"')).map_or("", |it| it.0);
        pairs.push((name.to_owned(), value.to_owned()));
    }
    pairs
}

fn filled(pairs: &[(String, String)], with: &[(&'static str, &'static str)]) -> Vec<(String, String)> {
    let mut pairs = pairs.to_vec();
    pairs.retain(|(name, _)| !with.iter().any(|(field, _)| field == name));
    pairs.extend(with.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    pairs
}

async fn send(gateway: &Gateway, path: &str, pairs: &[(String, String)]) -> Answer {
    let pairs: Vec<(&str, &str)> = pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    form(gateway, path, &pairs).await
}

#[tokio::test]
async fn the_form_changes_its_fields_alone_and_shows_each_fault_at_its_own() {
    let gateway = Gateway::start().await;
    let yaml = format!("# Mine.\n{YAML}name: Ana   # signs\nseniority: senior\n");
    put(&gateway, &yaml, None).await;
    let page = gateway.get("/profile").await.text;
    let untouched = fields(&page);
    assert!(untouched.contains(&("technologies[0].name".to_owned(), "Rust".to_owned())), "{untouched:?}");
    assert!(page.contains("Who you are") && gateway.get("/profile?lang=es").await.text.contains("Quién eres"));
    assert_eq!(send(&gateway, "/profile", &untouched).await.status, 303);
    assert_eq!(gateway.get(PATH).await.json()["yaml"], yaml, "sent back untouched");

    let now = fields(&gateway.get("/profile").await.text);
    let faulty = filled(
        &now,
        &[
            ("salary.minimum", "-5"),
            ("years", "many"),
            ("call_windows[0].day", "monday"),
            ("technologies[1].name", "rust"),
        ],
    );
    let refused = send(&gateway, "/profile", &faulty).await;
    assert_eq!(refused.status, 422);
    for (field, fault) in [
        ("salary-minimum", "above 0"),
        ("years", "a whole number"),
        ("technologies-1--name", "is there already"),
        ("call_windows-0--from", "is missing"),
    ] {
        let at =
            refused.text.split_once(&format!("id=\"f-{field}-wrong\"")).and_then(|(_, rest)| rest.split_once("</p>"));
        assert!(at.is_some_and(|(said, _)| said.contains(fault)), "{field}: {at:?}");
        assert!(refused.text.contains(&format!("href=\"#f-{field}\"")), "{field} is in the list");
    }
    assert!(refused.text.contains("value=\"many\""), "what was written is kept");
    assert_eq!(gateway.get(PATH).await.json()["yaml"], yaml, "the old one stays in force");

    let better = filled(&now, &[("salary.minimum", "60.000"), ("name", "Anna")]);
    let turned = filled(&better, &[("turn", "text")]);
    let as_text = send(&gateway, "/profile/preview", &turned).await.text;
    assert!(as_text.contains("name=\"view\" value=\"text\"") && as_text.contains("minimum: 60000"), "{as_text}");
    assert_eq!(send(&gateway, "/profile", &better).await.status, 303);
    let saved = gateway.get(PATH).await.json()["yaml"].as_str().map(str::to_owned).unwrap_or_default();
    assert!(saved.starts_with("# Mine.\ntechnologies: [Rust]\n") && saved.contains("name: Anna "), "{saved}");
    assert!(saved.contains("# signs") && saved.contains("minimum: 60000"), "{saved}");
    assert_eq!(send(&gateway, "/profile", &better).await.status, 412, "it was changed since");
}
