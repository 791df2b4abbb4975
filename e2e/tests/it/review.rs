//! The review over HTTP, in the whole system: decided, undone, refused, and kept over a restart.

use e2e::{Client, System, set_profile};
use serde_json::{Value, json};

const OFFER: &str = "Hi Diego, we look for a Staff Backend Engineer at Pomelo Motion. Stack: Rust, Kafka, PostgreSQL. Fully \
    remote in the EU, €105–120k. Could we talk this week?";

async fn say(client: &Client, thread: &str, text: &str) {
    let message = json!({
        "text": text, "thread": { "id": thread }, "sender": { "name": "Ana Ríos" }, "source": "linkedin_export",
    });
    client.send(&message).await;
}

async fn post(client: &Client, path: &str, body: &Value) -> (u16, Value) {
    let (status, _, answer) = client.post(&format!("/api/v1{path}"), "application/json", body.to_string()).await;
    (status, answer)
}

/// The draft of a thread's offer: the reply, and the revision that shows it.
async fn draft(client: &Client) -> (String, String, i64) {
    let item = client
        .until("a draft", async |client| {
            let replies = client.get("/api/v1/replies?state=draft").await;
            replies["items"].as_array().and_then(|items| items.first().cloned())
        })
        .await;
    let id = |value: &Value| value.as_str().unwrap().to_owned();
    (id(&item["id"]), id(&item["opportunity_id"]), item["opportunity"]["revision"].as_i64().unwrap())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reply_from_its_draft_to_its_thread() {
    let data = tempfile::tempdir().unwrap();
    let system = System::start(data.path()).await;
    set_profile(data.path()).await;
    let client = &system.client;
    say(client, "2-pomelo", OFFER).await;
    let (reply, opportunity, revision) = draft(client).await;
    let reply_path = |verb: &str| format!("/replies/{reply}/{verb}");

    let (status, problem) = post(client, &reply_path("approve"), &json!({})).await;
    assert_eq!((status, &problem["field"]), (422, &json!("revision")), "{problem}");
    let (status, problem) = post(client, &reply_path("approve"), &json!({ "revision": revision - 1 })).await;
    assert_eq!(
        (status, &problem["reason"], &problem["current_state"], &problem["revision"]),
        (409, &json!("stale_revision"), &json!("draft"), &json!(revision)),
        "{problem}"
    );
    let words = "Hola Ana: el martes a las 17:00 me va bien.";
    let (status, done) = post(client, &reply_path("edit"), &json!({ "text": words, "revision": revision })).await;
    assert_eq!((status, &done["reply"]["text"]), (200, &json!(words)), "{done}");
    let shown = done["revision"].as_i64().unwrap();

    // Of six people at six windows one says yes.
    let yes = json!({ "revision": shown });
    let approve = reply_path("approve");
    let ask = || post(client, &approve, &yes);
    let (a, b, c, d, e, f) = tokio::join!(ask(), ask(), ask(), ask(), ask(), ask());
    let mut statuses: Vec<u16> = [a, b, c, d, e, f].iter().map(|(status, _)| *status).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409, 409, 409, 409, 409]);
    let (status, done) = post(client, &reply_path("undo"), &json!({})).await;
    assert_eq!((status, &done["reply"]["state"]), (200, &json!("draft")), "{done}");
    // What was answered is what is read from now on, also from the cache.
    let read = client.get(&format!("/api/v1/replies/{reply}")).await;
    assert_eq!(read["state"], "draft");

    let (status, done) = post(client, &approve, &json!({ "revision": done["revision"] })).await;
    assert_eq!((status, &done["reply"]["state"]), (200, &json!("approved")), "{done}");
    let (status, done) = post(client, &reply_path("mark-sent"), &json!({})).await;
    assert_eq!((status, &done["opportunity"]["status"]), (200, &json!("replied")), "{done}");

    system.stop().await;
    let system = System::start(data.path()).await;
    let events = system.client.get(&format!("/api/v1/opportunities/{opportunity}/events")).await;
    let by_person: Vec<(&str, &str)> = events["items"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|entry| entry["actor"] == "owner")
        .map(|entry| (entry["change"].as_str().unwrap(), entry["detail"]["verb"].as_str().unwrap()))
        .collect();
    assert_eq!(
        by_person,
        [
            ("drafted", "edit"),
            ("status_changed", "approve"),
            ("status_changed", "undo"),
            ("status_changed", "approve"),
            ("answered", "mark-sent"),
        ]
    );
    system.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_opportunity_out_of_sight_and_back() {
    let data = tempfile::tempdir().unwrap();
    let system = System::start(data.path()).await;
    set_profile(data.path()).await;
    let client = &system.client;
    say(client, "2-pomelo", OFFER).await;
    let (reply, opportunity, _) = draft(client).await;
    let path = |verb: &str| format!("/opportunities/{opportunity}/{verb}");

    // A snooze ends by itself, within a second or so.
    let until = (chrono::Utc::now() + chrono::Duration::seconds(2)).to_rfc3339();
    let (status, done) = post(client, &path("snooze"), &json!({ "until": until })).await;
    assert_eq!((status, &done["opportunity"]["status"]), (200, &json!("snoozed")), "{done}");
    client
        .until("the end of a snooze", async |client| {
            let found = client.get(&format!("/api/v1/opportunities/{opportunity}")).await;
            (found["status"] == "awaiting_review").then_some(())
        })
        .await;
    let (status, done) = post(client, &path("archive"), &json!({})).await;
    assert_eq!((status, &done["opportunity"]["status"]), (200, &json!("archived")), "{done}");
    let (status, problem) = post(client, &path("archive"), &json!({})).await;
    assert_eq!((status, &problem["reason"]), (409, &json!("wrong_state")), "{problem}");
    let (status, _) = post(client, &path("restore"), &json!({})).await;
    assert_eq!(status, 200);
    let (status, done) = post(client, &path("rescore"), &json!({})).await;
    assert_eq!((status, done["opportunity"]["id"].as_str()), (200, Some(opportunity.as_str())), "{done}");

    let address = client.url(&format!("/api/v1/opportunities/{opportunity}"));
    let notes = json!({ "notes": "Ask Luis.", "starred": true });
    let response = client.http().patch(&address).json(&notes).send().await.unwrap();
    assert_eq!(response.status().as_u16(), 200);
    let done: Value = response.json().await.unwrap();
    assert_eq!((&done["opportunity"]["notes"], &done["opportunity"]["starred"]), (&json!("Ask Luis."), &json!(true)));

    // A newer message takes a pending draft back.
    say(client, "2-pomelo", "The role pays up to 125k and starts in March. When could you talk?").await;
    client
        .until("the older draft withdrawn", async |client| {
            let older = client.get(&format!("/api/v1/replies/{reply}")).await;
            (older["state"] == "withdrawn").then_some(())
        })
        .await;

    let nowhere = uuid::Uuid::from_u128(404);
    for path in ["/replies/{}/approve", "/replies/{}/discard", "/opportunities/{}/archive", "/opportunities/{}/rescore"]
    {
        let (status, problem) =
            post(client, &path.replace("{}", &nowhere.to_string()), &json!({ "revision": 1 })).await;
        assert_eq!((status, &problem["status"]), (404, &json!(404)), "{path}: {problem}");
    }
    for (path, body, expected) in [
        (path("snooze"), json!({ "until": "2020-01-01T00:00:00Z" }), 422),
        (path("snooze"), json!({ "until": "soon" }), 422),
        (path("archive"), json!({ "revison": 1 }), 422),
        (path("join"), json!({ "with": opportunity }), 422),
        (path("join"), json!({ "with": nowhere }), 404),
    ] {
        let (status, problem) = post(client, &path, &body).await;
        assert_eq!(status, expected, "{path} {body}: {problem}");
    }
    system.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_job_from_two_recruiters_is_one_when_the_person_says_so() {
    let data = tempfile::tempdir().unwrap();
    let system = System::start(data.path()).await;
    set_profile(data.path()).await;
    let client = &system.client;
    say(client, "2-pomelo", OFFER).await;
    let other = json!({ "text": OFFER, "thread": { "id": "2-luis" }, "sender": { "name": "Luis Gil" } });
    client.send(&other).await;
    let items = client.until_settled(2).await;
    let id = |place: usize| items[place]["id"].as_str().unwrap().to_owned();
    let related = async |id: &str| client.get(&format!("/api/v1/opportunities/{id}/related")).await;
    assert_eq!(related(&id(0)).await["suggested"][0]["id"], id(1).as_str());
    let (status, done) = post(client, &format!("/opportunities/{}/join", id(1)), &json!({ "with": id(0) })).await;
    assert_eq!(status, 200, "{done}");
    let now = related(&id(1)).await;
    assert_eq!((now["joined_to"].as_str(), now["suggested"].as_array().map(Vec::len)), (Some(id(0).as_str()), Some(0)));
    let (status, _) = post(client, &format!("/opportunities/{}/unjoin", id(1)), &json!({})).await;
    assert_eq!(status, 200);
    assert_eq!(related(&id(0)).await["suggested"][0]["id"], id(1).as_str());
    system.stop().await;
}
