//! An export imported twice: what it holds is there once, and what is wrong with it is said.

use e2e::{System, file, set_profile, sluice};
use serde_json::Value;

async fn import(data: &std::path::Path, path: &std::path::Path) -> Value {
    let output = sluice().args(["import", "--json", "--data"]).arg(data).arg(path).output().await.unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Awaits that nothing is on its way any more.
async fn quiet(data: &std::path::Path, system: &System) {
    system
        .client
        .until("everything settled", async |_| {
            let output = sluice().args(["status", "--json", "--data"]).arg(data).output().await.unwrap();
            let status: Value = serde_json::from_slice(&output.stdout).unwrap();
            let consumers = status["consumers"].as_array().unwrap();
            let behind = consumers.iter().any(|c| c["pending"] != 0 || c["in_flight"] != 0);
            (!behind).then_some(())
        })
        .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_import_of_the_same_file_adds_nothing() {
    let data = tempfile::tempdir().unwrap();
    let export = data.path().join("messages.csv");
    kit_intake::testing::write_messages_csv(std::fs::File::create(&export).unwrap(), 1000).unwrap();
    let folder = data.path().join("data");
    let system = System::start(&folder).await;
    set_profile(&folder).await;

    let first = import(&folder, &export).await;
    assert_eq!(first["report"]["rows"], 1000);
    assert!(first["owner"].as_str().is_some_and(|o| o.contains("diego-ferrer")), "the owner is recognised: {first}");
    quiet(&folder, &system).await;
    let stats = system.client.get("/api/v1/stats").await;
    assert!(stats["total"].as_u64().unwrap() > 50, "{stats}");
    let items = system.client.opportunities("").await;

    let second = import(&folder, &export).await;
    assert_eq!(second["report"]["kept"], first["report"]["kept"]);
    quiet(&folder, &system).await;
    assert_eq!(system.client.get("/api/v1/stats").await, stats);
    let again = system.client.opportunities("").await;
    assert_eq!(again.len(), items.len());
    for (before, after) in items.iter().zip(&again) {
        assert_eq!(before["revision"], after["revision"], "no row was written again");
    }
    system.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dry_run_needs_no_system_and_names_every_rejected_row() {
    let data = tempfile::tempdir().unwrap();
    let export = data.path().join("messages.csv");
    std::fs::write(
        &export,
        "CONVERSATION ID,FROM,DATE,CONTENT\n2-a,Ana R.,2026-11-02 10:00:00 UTC,Hello\n2-b,Ana R.,yesterday,Hello\n2-c,Ana R.,2026-11-02 10:00:00 UTC,\n",
    )
    .unwrap();
    let output = sluice().args(["import", "--dry-run", "--data"]).arg(data.path()).arg(&export).output().await.unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{text}");
    assert!(text.contains("rejected line 3") && text.contains("rejected line 4"), "{text}");
    assert!(text.contains("nothing was published"), "{text}");

    std::fs::write(&export, "a,b,c\n1,2,3\n").unwrap();
    let output = sluice().args(["import", "--dry-run", "--data"]).arg(data.path()).arg(&export).output().await.unwrap();
    let text = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(text.contains("CONVERSATION ID"), "it says what is missing: {text}");

    let shipped =
        sluice().args(["import", "--dry-run", "--json"]).arg(file("e2e/sample/messages.csv")).output().await.unwrap();
    let shipped: Value = serde_json::from_slice(&shipped.stdout).unwrap();
    assert_eq!(shipped["report"]["rejected"], 1, "the one without words: {shipped}");
}
