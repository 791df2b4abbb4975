//! For tests: a real nats-server for each, on a free port with a folder of its own, gone when the test ends.

#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot start its server has nothing better to do than say so"
)]

pub mod conformance;
pub mod relay;

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use contract::topology::DEAD_LETTERS;
use futures::StreamExt as _;
use tempfile::TempDir;
use tokio::process::Command;

use crate::{
    connect::{Bus, ConnectOptions},
    server::{Durability, Server, ServerOptions, find},
    tail::{Start, Tailed},
    topology::TopologyOptions,
};

/// A server of one test.
#[derive(Debug)]
pub struct TestServer {
    folder: TempDir,
    options: ServerOptions,
    server: Option<Server>,
    url: String,
}

impl TestServer {
    /// Starts a server without syncing each write.
    pub async fn start() -> Self {
        Self::start_with(Durability::Fast).await
    }

    /// Starts a server.
    pub async fn start_with(durability: Durability) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let binary = find(explicit().as_deref(), &[tools().join("nats-server")])
            .await
            .expect("a nats-server: `./dev test` fetches it");
        let options = ServerOptions {
            binary: binary.path,
            folder: folder.path().to_owned(),
            port: 0,
            user: ("test".to_owned(), "test".to_owned()),
            durability,
            wrapper: die_with_parent().await,
        };
        let server = Server::start(&options).await.expect("nats-server starts");
        let url = server.url.clone();
        Self { folder, options, server: Some(server), url }
    }

    /// Where it listens, also while it is stopped.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// User and password.
    pub fn user(&self) -> (String, String) {
        self.options.user.clone()
    }

    /// Its folder.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// What a client needs.
    pub fn connect_options(&self, name: &str) -> ConnectOptions {
        ConnectOptions { url: self.url.clone(), name: name.to_owned(), user: Some(self.user()), ..Default::default() }
    }

    /// A connection, with the topology applied.
    pub async fn bus(&self) -> Bus {
        let bus = Bus::connect(self.connect_options("test")).await.expect("the test's server answers");
        let options = TopologyOptions { replicas: 1, max_bytes: Some(64 * 1024 * 1024) };
        bus.apply_topology(options).await.expect("the topology applies");
        bus
    }

    /// Kills it (SIGKILL); its store stays.
    pub async fn kill(&mut self) {
        if let Some(mut server) = self.server.take() {
            server.kill().await.expect("the server can be killed");
        }
    }

    /// Starts it again on the same port with the same store.
    pub async fn restart(&mut self) {
        self.kill().await;
        self.options.port = self.url.rsplit(':').next().and_then(|p| p.parse().ok()).expect("a port");
        self.server = Some(Server::start(&self.options).await.expect("nats-server starts again"));
    }
}

/// `$NATS_SERVER`.
#[expect(clippy::disallowed_methods, reason = "tests have no configuration file")]
fn explicit() -> Option<PathBuf> {
    std::env::var("NATS_SERVER").ok().map(PathBuf::from)
}

/// Where `./dev` puts what it fetches.
pub fn tools() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../.tools")
}

/// A wrapper that kills a child with its parent, where the system has one (util-linux): a test that is killed leaves
/// no server behind.
pub async fn die_with_parent() -> Vec<std::ffi::OsString> {
    let there = Command::new("setpriv").arg("--version").output().await.is_ok_and(|o| o.status.success());
    if there { ["setpriv", "--pdeathsig", "KILL", "--"].map(Into::into).into() } else { Vec::new() }
}

/// How long a test waits for what must come. Reached only by a failure.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// Awaits the first `count` events of some types, from the beginning of the log.
pub async fn events(bus: &Bus, event_types: &[&str], count: usize) -> Vec<Tailed> {
    let tail = bus.tail(event_types, Start::After(0)).await.expect("the log can be followed");
    let collected = tail.take(count).map(|seen| seen.expect("an event")).collect();
    let collected: Result<Vec<Tailed>, _> = tokio::time::timeout(PATIENCE, collected).await;
    collected.unwrap_or_else(|_| panic!("{count} events of {event_types:?} within a minute"))
}

/// Publishes bytes without any header, as the smallest producer does.
pub async fn publish_raw(bus: &Bus, event_type: &str, account: &str, payload: &[u8]) {
    publish_raw_with(bus, event_type, account, &[], payload).await;
}

/// Publishes bytes with these headers alone.
pub async fn publish_raw_with(
    bus: &Bus,
    event_type: &str,
    account: &str,
    headers: &[(&'static str, String)],
    payload: &[u8],
) {
    let subject = bus.prefix.event(event_type, &account.parse().expect("an account"));
    let headers = headers
        .iter()
        .map(|(name, value)| (async_nats::HeaderName::from_static(name), value.as_str().into()))
        .collect();
    let ack = bus.jetstream.publish_with_headers(subject, headers, payload.to_vec().into()).await.expect("sent");
    ack.await.expect("acknowledged");
}

/// How many events of a type their stream holds now.
pub async fn count(bus: &Bus, event_type: &str) -> usize {
    let home =
        contract::topology::STREAMS.iter().find(|stream| stream.takes(event_type)).expect("a type of the tables");
    let stream = bus.stream(home.name).await.expect("its stream");
    let subjects = stream.info_with_subjects(bus.prefix.filter(event_type)).await.expect("its subjects");
    let counted = subjects.map(|subject| subject.map_or(0, |(_, count)| count)).collect::<Vec<_>>().await;
    counted.into_iter().sum()
}

/// Awaits the first `count` dead letters.
pub async fn dead_letters(bus: &Bus, count: usize) -> Vec<contract::DeadLetter> {
    let stream = bus.stream(DEAD_LETTERS).await.expect("the dead letters");
    let mut letters = Vec::new();
    let mut sequence = 1;
    let all = async {
        while letters.len() < count {
            match stream.get_raw_message(sequence).await {
                Ok(message) => {
                    letters.push(serde_json::from_slice(&message.payload).expect("a dead letter"));
                    sequence += 1;
                }
                Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
            }
        }
    };
    tokio::time::timeout(PATIENCE, all).await.unwrap_or_else(|_| panic!("{count} dead letters within a minute"));
    letters
}

/// Awaits that every consumer of a stage has settled all there is.
pub async fn settled(bus: &Bus, stage: &str) {
    let all = async {
        loop {
            let state = bus.pipeline().await.expect("the pipeline's state");
            let behind = |c: &crate::ConsumerState| c.stage == stage && (c.pending > 0 || c.in_flight > 0);
            if !state.consumers.iter().any(behind) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(PATIENCE, all).await.unwrap_or_else(|_| panic!("{stage} settles within a minute"));
}
