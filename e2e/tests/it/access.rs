//! The locked door as an operator and a program meet it: refused where strangers reach it, tokens by command, an import
//! that is still known after a restart.

use std::path::Path;

use e2e::{Client, System, sluice};
use serde_json::Value;

async fn told(data: &Path, arguments: &[&str]) -> String {
    let output = sluice().args(arguments).arg("--data").arg(data).output().await.unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

async fn status(client: &Client, path: &str, token: &str) -> u16 {
    client.http().get(client.url(path)).bearer_auth(token).send().await.unwrap().status().as_u16()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_strangers_reach_it_nobody_comes_in_without_a_token() {
    let data = tempfile::tempdir().unwrap();
    let folder = data.path().join("data");
    let refused = sluice().args(["up", "--listen", "0.0.0.0:0", "--data"]).arg(&folder).output().await.unwrap();
    let why = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert_eq!(refused.status.code(), Some(78), "{why}");
    assert!(why.contains("sluice token create"), "it says what to do: {why}");

    let viewer: Value =
        serde_json::from_str(&told(&folder, &["token", "create", "phone", "--role", "viewer", "--json"]).await)
            .unwrap();
    let (token, id) = (viewer["token"].as_str().unwrap(), viewer["id"].as_str().unwrap());
    let listed = told(&folder, &["token", "list"]).await;
    assert!(listed.contains(id) && listed.contains("viewer") && !listed.contains(token), "{listed}");

    let system = System::start_at(&folder, "0.0.0.0:0", &[]).await;
    let client = Client::new(&system.client.url("").replace("0.0.0.0", "127.0.0.1"));
    assert_eq!(client.status_of("/api/v1/stats").await.0, 401);
    assert_eq!(client.status_of("/login").await.0, 200);
    assert_eq!(status(&client, "/api/v1/stats", token).await, 200);
    let written =
        client.http().post(client.url("/api/v1/messages")).bearer_auth(token).json(&serde_json::json!({"text": "Hi"}));
    assert_eq!(written.send().await.unwrap().status(), 403, "a viewer only reads");

    told(&folder, &["account", "add", "other"]).await;
    let other = told(&folder, &["token", "create", "--account", "other"]).await;
    assert_eq!(status(&client, "/api/v1/opportunities", other.trim()).await, 200);
    told(&folder, &["account", "disable", "other"]).await;
    told(&folder, &["token", "revoke", id]).await;
    for token in [token, other.trim()] {
        let ended = async |client: &Client| (status(client, "/api/v1/stats", token).await == 401).then_some(());
        client.until("what was revoked ends within seconds", ended).await;
    }
    system.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_import_over_http_is_stored_with_its_report() {
    let data = tempfile::tempdir().unwrap();
    let mut export = Vec::new();
    kit_intake::testing::write_messages_csv(&mut export, 300).unwrap();
    let system = System::start(data.path()).await;
    let (taken, place, begun) = system.client.post("/api/v1/imports", "text/csv", export).await;
    assert_eq!((taken, &begun["rows"]), (202, &300.into()), "{begun}");
    let place = place.unwrap();
    let done = async |client: &Client| {
        let import = client.get(&place).await;
        (import["state"] == "done").then_some(import)
    };
    let import = system.client.until("the import is done", done).await;
    assert_eq!(import["rows_read"], 300);
    system.client.until("its messages are stored", async |c| (c.total().await > 10).then_some(())).await;
    system.stop().await;

    let again = System::start(data.path()).await;
    let stored = again.client.until("the persister has stored the report", done).await;
    for field in ["id", "kept", "outbound", "conversations", "rejected", "skipped", "since"] {
        assert_eq!(stored[field], import[field], "{field}");
    }
    again.stop().await;
}
