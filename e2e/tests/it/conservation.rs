//! Nothing acknowledged is lost and nothing is stored twice: the whole system killed in the middle of its work, and
//! every stage as a process of its own on PostgreSQL, killed one after the other.

use std::{collections::BTreeSet, path::Path};

use bus::testing::TestServer;
use e2e::{Client, Process, System, set_profile, sluice};
use kit_store::testing::Databases;
use serde_json::{Value, json};

const MESSAGES: usize = 1000;

/// A distinct offer.
fn offer(n: usize) -> Value {
    json!({
        "source": "test", "id": format!("offer-{n}"), "thread": { "id": format!("thread-{n}") },
        "sender": { "name": format!("Recruiter {n}") }, "sent_at": "2026-11-20T10:00:00Z",
        "text": format!("Hi Diego, we look for a Senior Backend Engineer at Orbeva. Rust and Kafka, remote, €{}k a year.", 60 + n % 80),
    })
}

fn ndjson(range: std::ops::Range<usize>) -> String {
    range.map(|n| format!("{}\n", offer(n))).collect()
}

/// Publishes offers in chunks and gives the ids that were acknowledged.
async fn publish(client: &Client, range: std::ops::Range<usize>) -> BTreeSet<String> {
    let (status, _, body) = client.post("/api/v1/messages", "application/x-ndjson", ndjson(range)).await;
    assert_eq!(status, 202, "{body}");
    let ids = body["results"].as_array().unwrap_or_else(|| panic!("results in {body}"));
    ids.iter().map(|r| r["opportunity_id"].as_str().unwrap_or_else(|| panic!("accepted: {r}")).to_owned()).collect()
}

async fn assert_conserved(client: &Client, acknowledged: &BTreeSet<String>) {
    let items = client.until_settled(acknowledged.len() as u64).await;
    let stored: BTreeSet<String> = items.iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect();
    assert_eq!(&stored, acknowledged, "every acknowledged offer is stored and none was invented");
    for item in &items {
        assert_eq!(item["reply_state"], "draft", "each has its one draft");
    }
    // And it still works.
    let fresh =
        client.send(&json!({ "text": "Hi, a fresh one: Senior Rust Engineer at Quillmark, 95k EUR, remote." })).await;
    client
        .until("a fresh message is stored", async |client| {
            let message = client.get(&format!("/api/v1/messages/{fresh}")).await;
            (message["state"] == "stored").then_some(())
        })
        .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_system_killed_in_the_middle_of_a_thousand_messages_loses_and_doubles_none() {
    let data = tempfile::tempdir().unwrap();
    let system = System::start(data.path()).await;
    set_profile(data.path()).await;
    let mut acknowledged = publish(&system.client, 0..MESSAGES).await;
    assert_eq!(acknowledged.len(), MESSAGES);
    system.client.until("some are stored", async |client| (client.total().await > 50).then_some(())).await;
    assert!(system.client.total().await < MESSAGES as u64, "the kill comes in the middle");
    system.kill().await;

    let system = System::start(data.path()).await;
    // The producer did not see the end of it and sends everything again.
    acknowledged.extend(publish(&system.client, 0..MESSAGES).await);
    assert_conserved(&system.client, &acknowledged).await;
    system.stop().await;
}

/// Stages as processes of their own on one nats-server and one PostgreSQL.
struct Cluster {
    server: TestServer,
    database: String,
    folder: tempfile::TempDir,
}

impl Cluster {
    fn command(&self) -> tokio::process::Command {
        let mut command = sluice();
        let (user, password) = self.server.user();
        command
            .env("SLUICE__NATS__URL", self.server.url())
            .env("SLUICE__NATS__USER", user)
            .env("SLUICE__NATS__PASSWORD", password)
            .env("SLUICE__NATS__MAX_MIB", "64")
            .env("SLUICE__DATABASE__URL", &self.database)
            .env("SLUICE__GATEWAY__LISTEN", "127.0.0.1:0")
            .env("SLUICE__ADMIN__LISTEN", "127.0.0.1:0")
            .current_dir(self.folder.path())
            .arg("--data")
            .arg(self.folder.path());
        command
    }

    async fn verb(&self, arguments: &[&str]) {
        let output = self.command().args(arguments).output().await.unwrap();
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    }

    async fn run(&self, stage: &str) -> (Process, String) {
        let mut command = self.command();
        command.args(["run", stage]);
        let mut process = Process::spawn(command).await;
        let ready = process.line_after("ready: ").await;
        (process, ready)
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stages_of_their_own_on_postgresql_killed_one_by_one_lose_and_double_none() {
    let database = Databases::postgres().await;
    let cluster = Cluster {
        server: TestServer::start_with(bus::server::Durability::Always).await,
        database: database.url.clone(),
        folder: tempfile::tempdir().unwrap(),
    };
    cluster.verb(&["topology", "apply"]).await;
    cluster.verb(&["migrate"]).await;
    let profile = e2e::file("e2e/sample/profile.yaml");
    cluster.verb(&["profile", "set", path(&profile)]).await;

    let (_gateway, page) = cluster.run("gateway").await;
    let client = Client::new(&page);
    let names = ["analyzer", "scorer", "responder", "persister"];
    let mut stages = Vec::new();
    for name in names {
        stages.push(cluster.run(name).await.0);
    }
    let mut acknowledged = BTreeSet::new();
    let chunk = MESSAGES / names.len();
    for (index, name) in names.into_iter().enumerate() {
        acknowledged.extend(publish(&client, index * chunk..(index + 1) * chunk).await);
        stages[index].kill().await;
        stages[index] = cluster.run(name).await.0;
    }
    assert_eq!(acknowledged.len(), MESSAGES);
    assert_conserved(&client, &acknowledged).await;
    for mut stage in stages {
        let status = stage.terminate().await;
        assert!(status.success(), "{status}: {}", stage.errors());
    }
}

fn path(path: &Path) -> &str {
    path.to_str().unwrap()
}
