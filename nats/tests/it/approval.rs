//! A real nats-server with the shipped accounts: an approval gets onto the bus from the gateway's user and from no other,
//! and what was approved comes from the persister alone.

use std::{net::TcpListener, path::Path, time::Duration};

use bus::{
    Bus, ConnectOptions, Output, TopologyOptions, server,
    testing::{PATIENCE, count, die_with_parent, tools},
};
use contract::{Account, Action, Command};
use tokio::process::{Child, Command as Process};
use uuid::Uuid;

const ACCOUNTS: &str = include_str!("../../accounts.conf");
const PASSWORDS: &str = include_str!("../../passwords.conf");

/// The users of the shipped file, each with a password of the test.
fn users() -> Vec<&'static str> {
    PASSWORDS.lines().filter_map(|line| line.strip_prefix("password_")?.split(':').next()).collect()
}

struct Shipped {
    _folder: tempfile::TempDir,
    _server: Child,
    url: String,
}

impl Shipped {
    async fn start() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let write = |name: &str, text: String| std::fs::write(folder.path().join(name), text).expect("written");
        let passwords = users().iter().map(|user| format!("password_{user}: \"{user}-of-this-test\"\n")).collect();
        write("passwords.conf", passwords);
        write("accounts.conf", ACCOUNTS.to_owned());
        let port = TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr()).expect("a free port").port();
        let store = folder.path().join("store");
        write(
            "server.conf",
            format!(
                "listen: \"127.0.0.1:{port}\"\njetstream {{ store_dir: {:?} }}\ninclude ./accounts.conf\n",
                store.display().to_string()
            ),
        );
        let server = serve(&folder.path().join("server.conf")).await;
        Self { _folder: folder, _server: server, url: format!("nats://127.0.0.1:{port}") }
    }

    async fn bus(&self, user: &str) -> Bus {
        let options = ConnectOptions {
            url: self.url.clone(),
            name: user.to_owned(),
            user: Some((user.to_owned(), format!("{user}-of-this-test"))),
            ..Default::default()
        };
        let connected = async {
            loop {
                match Bus::connect(options.clone()).await {
                    Ok(bus) => return bus,
                    Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
                }
            }
        };
        tokio::time::timeout(PATIENCE, connected).await.expect("the server answers")
    }

    /// Publishes without waiting for the stream, and waits until the server has dealt with it.
    async fn shout(&self, user: &str, subject: &str, payload: Vec<u8>) {
        let options = async_nats::ConnectOptions::with_user_and_password(user.into(), format!("{user}-of-this-test"))
            .custom_inbox_prefix(format!("_INBOX.{user}"));
        let client = options.connect(&self.url).await.expect("every user may connect");
        client.publish(subject.to_owned(), payload.into()).await.expect("sent");
        client.flush().await.expect("dealt with");
    }
}

async fn serve(config: &Path) -> Child {
    let explicit = [tools().join("nats-server")];
    let binary = server::find(None, &explicit).await.expect("a nats-server: `./dev test` fetches it");
    let mut wrapper = die_with_parent().await.into_iter();
    let mut command = match wrapper.next() {
        Some(first) => {
            let mut command = Process::new(first);
            command.args(wrapper).arg(binary.path);
            command
        }
        None => Process::new(binary.path),
    };
    let command = command.arg("-c").arg(config).stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null());
    command.kill_on_drop(true).spawn().expect("nats-server runs")
}

#[tokio::test]
async fn a_yes_comes_from_the_gateway_alone() {
    let shipped = Shipped::start().await;
    let operator = shipped.bus("operator").await;
    let options = TopologyOptions { replicas: 1, max_bytes: Some(16 * 1024 * 1024) };
    operator.apply_topology(options).await.expect("the operator makes the streams");

    let command = Command {
        id: Uuid::from_u128(1),
        issued_at: "2026-11-20T10:00:00Z".parse().expect("a time"),
        actor: "anybody".to_owned(),
        expected_revision: Some(1),
        action: Action::Approve { reply_id: Uuid::from_u128(2) },
    };
    let payload = serde_json::to_vec(&command).expect("JSON");
    let others: Vec<&str> = users().into_iter().filter(|user| !["system", "gateway"].contains(user)).collect();
    assert!(others.len() >= 9 && others.contains(&"responder") && others.contains(&"operator"), "{others:?}");
    for user in &others {
        shipped.shout(user, "sluice.commands.approve.me", payload.clone()).await;
    }
    assert_eq!(count(&operator, "commands.approve").await, 0, "nobody else's yes is taken");
    let gateway = shipped.bus("gateway").await;
    gateway.publish(Output::new(&Account::me(), &command)).await.expect("the gateway's is");
    assert_eq!(count(&operator, "commands.approve").await, 1);

    // What goes to the sender comes from the one who seals, whoever else would like to.
    for user in users().into_iter().filter(|user| !["system", "persister"].contains(user)) {
        shipped.shout(user, "sluice.replies.approved.me", b"{}".to_vec()).await;
    }
    assert_eq!(count(&operator, "replies.approved").await, 0);
    shipped.shout("persister", "sluice.replies.approved.me", b"{}".to_vec()).await;
    assert_eq!(count(&operator, "replies.approved").await, 1);
}
