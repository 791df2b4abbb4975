//! The sample inbox through the whole system, held to what it must come to.

use std::{collections::BTreeMap, fs};

use e2e::{System, file};
use serde_json::Value;

/// The rows that must become opportunities, by source id.
fn expected() -> BTreeMap<String, Value> {
    let text = fs::read_to_string(file("e2e/sample/expected.jsonl")).unwrap();
    let rows = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    rows.map(|row| (row["id"].as_str().unwrap().to_owned(), row)).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_sample_inbox_becomes_scored_opportunities_with_drafts() {
    let data = tempfile::tempdir().unwrap();
    let system = System::start_with(data.path(), &["--demo"]).await;
    let inbox = fs::read_to_string(file("e2e/sample/inbox.jsonl")).unwrap();
    let messages: Vec<Value> = inbox.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let expected = expected();
    assert_eq!(messages.len(), expected.len(), "every message says what it must come to");

    let account = "demo".parse().unwrap();
    let mut threads = BTreeMap::new();
    for message in &messages {
        let message = &message["message"];
        let id = message["id"].as_str().unwrap();
        let row = &expected[id];
        if matches!(row["kind"].as_str(), Some("new_opportunity" | "follow_up")) {
            let message = contract::identity::message_id(
                &account,
                &contract::identity::MessageKey {
                    source_id: Some((message["source"].as_str().unwrap(), id)),
                    thread: &contract::Thread::default(),
                    sender: &contract::Sender::default(),
                    direction: contract::Direction::Inbound,
                    sent_at: None,
                    text: "",
                },
            );
            let thread =
                messages.iter().find(|m| m["message"]["id"] == id).unwrap()["message"]["thread"]["id"].as_str();
            threads
                .entry(contract::identity::opportunity_id(&account, thread, message))
                .or_insert_with(Vec::new)
                .push(id);
        }
    }
    let items = system.client.until_settled(threads.len() as u64).await;
    assert_eq!(items.len(), threads.len(), "one card a thread");

    let mut faults = Vec::new();
    for (opportunity, ids) in &threads {
        // A thread of one message is held to all that is expected of it; of several, the merge is tested elsewhere.
        let [id] = ids.as_slice() else { continue };
        let detail = system.client.get(&format!("/api/v1/opportunities/{opportunity}")).await;
        let row = &expected[*id];
        for field in ["kind", "language", "role", "company", "remote_policy"] {
            if row.get(field).is_some_and(|wanted| detail[field] != *wanted) {
                faults.push(format!("{id}: {field} is {}, not {}", detail[field], row[field]));
            }
        }
        if let Some(salary) = row.get("salary").filter(|s| !s.is_null()) {
            let read = [&detail["salary_min"], &detail["salary_max"], &detail["currency"], &detail["salary_period"]];
            let wanted = [&salary["min"], &salary["max"], &salary["currency"], &salary["period"]];
            // A period that is not said in words is read by custom, and the sample does not say which.
            let said = if wanted[3].is_null() { 3 } else { 4 };
            if read[..said] != wanted[..said] {
                faults.push(format!("{id}: pay is {read:?}, not {wanted:?}"));
            }
        }
        let tiers = row["tiers"].as_array().unwrap();
        if !tiers.is_empty() && !tiers.contains(&detail["tier"]) {
            faults.push(format!("{id}: tier is {}, not one of {tiers:?}", detail["tier"]));
        }
        let lines: u64 = detail["score_lines"].as_array().unwrap().iter().map(|l| l["points"].as_u64().unwrap()).sum();
        assert_eq!(detail["total_score"].as_u64(), Some(lines), "{id}: the lines add up to the total");
        let draft = (&detail["ai_response"], &detail["reply"]["no_draft"]);
        assert!(draft.0.is_string() != draft.1.is_string(), "{id}: a draft or the reason why there is none: {draft:?}");
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));

    let stats = system.client.get("/api/v1/stats").await;
    for by in ["by_tier", "by_status", "by_kind"] {
        let sum: u64 = stats[by].as_object().unwrap().values().map(|n| n.as_u64().unwrap()).sum();
        assert_eq!(Some(sum), stats["total"].as_u64(), "{by} adds up");
    }
    let (status, page) = system.client.status_of("/").await;
    assert_eq!(status, 200);
    assert!(page.contains("Nimbus Robotics"), "the page shows what was read");
    assert_eq!(system.client.status_of("/readyz").await.0, 200);
    system.stop().await;

    // Started again, the same inbox is there, once.
    let system = System::start_with(data.path(), &["--demo"]).await;
    let again = system.client.until_settled(threads.len() as u64).await;
    assert_eq!(again.len(), items.len());
    system.stop().await;
}
