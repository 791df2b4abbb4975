//! The verbs in a terminal: what they print, and how they fail.

use std::{os::unix::fs::PermissionsExt as _, path::Path};

use e2e::{System, file, set_profile, sluice};
use serde_json::Value;
use tokio::{io::AsyncWriteExt as _, process::Command};

const OFFER: &str = "Hi Diego, we are rebuilding the fleet control plane at Nimbus Robotics and look for a Staff Backend \
    Engineer. Stack: Rust, Kafka, PostgreSQL, Flink. Fully remote in the EU, €95–115k plus equity. Could we talk this week?";

struct Ended {
    code: Option<i32>,
    out: String,
    err: String,
}

async fn run(mut command: Command, input: &[u8]) -> Ended {
    command
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped());
    let mut child = command.spawn().unwrap();
    // A verb that refuses its arguments does not read its input.
    let _ = child.stdin.take().unwrap().write_all(input).await;
    let output = child.wait_with_output().await.unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Ended { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
}

fn verb(arguments: &[&str], data: &Path) -> Command {
    let mut command = sluice();
    command.args(arguments).arg("--data").arg(data);
    command
}

#[tokio::test]
async fn read_shows_fields_with_their_words_the_score_with_its_proof_and_the_draft() {
    let data = tempfile::tempdir().unwrap();
    let shown = run(verb(&["read", "--demo"], data.path()), OFFER.as_bytes()).await;
    assert_eq!(shown.code, Some(0), "{}", shown.err);
    for words in
        ["Staff Backend Engineer", "“€95–115k”", "Nimbus Robotics", "HIGH PRIORITY", "nothing stored", "/40", "draft"]
    {
        assert!(shown.out.contains(words), "{words} in\n{}", shown.out);
    }
    let json = run(verb(&["read", "--demo", "--json"], data.path()), OFFER.as_bytes()).await;
    let json: Value = serde_json::from_str(&json.out).unwrap();
    let total: u64 = json["score"]["lines"].as_array().unwrap().iter().map(|l| l["points"].as_u64().unwrap()).sum();
    assert_eq!(json["score"]["total"].as_u64(), Some(total));
    assert!(json["draft"].as_str().unwrap().contains("AI assistant"));

    let without = run(verb(&["read"], data.path()), OFFER.as_bytes()).await;
    assert!(without.out.contains("no profile, no score"), "{}", without.out);
    assert!(std::fs::read_dir(data.path()).unwrap().next().is_none(), "nothing was written");
}

#[tokio::test]
async fn read_says_what_is_wrong_with_its_input() {
    let data = tempfile::tempdir().unwrap();
    for (input, says) in [
        (&b""[..], "text"),
        (b"  \n ", "text"),
        (b"\xff\xfe", "UTF-8"),
        (b"{\"txt\":1}", "text"),
        (b"a\0b", "null character"),
    ] {
        let ended = run(verb(&["read"], data.path()), input).await;
        assert_eq!(ended.code, Some(1), "{}", ended.out);
        assert!(ended.err.contains(says), "{says}: {}", ended.err);
        assert!(!ended.err.contains("backtrace"), "{}", ended.err);
    }
    let missing = run(verb(&["read", "no-such-file"], data.path()), b"").await;
    assert!(missing.code == Some(1) && missing.err.contains("no-such-file"), "{}", missing.err);
}

#[tokio::test]
async fn what_the_machine_refuses_is_one_sentence_with_its_remedy() {
    let data = tempfile::tempdir().unwrap();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let folder = data.path().join("a-file");
    std::fs::write(&folder, "").unwrap();
    let old = data.path().join("old-nats");
    std::fs::write(&old, "#!/bin/sh\necho 'nats-server: v2.9.25'\n").unwrap();
    std::fs::set_permissions(&old, std::fs::Permissions::from_mode(0o755)).unwrap();

    let cases: Vec<(Command, i32, &str)> = vec![
        (verb(&["up", "--listen", &address], data.path()), 1, "choose another port"),
        (verb(&["up", "--listen", "0.0.0.0:0"], data.path()), 78, "listen on 127.0.0.1"),
        (verb(&["up", "--listen", "here"], data.path()), 2, "is no address"),
        (verb(&["up", "--listen", "127.0.0.1:0"], &folder), 78, "--data"),
        (
            {
                let mut command = verb(&["up", "--listen", "127.0.0.1:0"], data.path());
                command.env("SLUICE__NATS__SERVER", &old);
                command
            },
            78,
            "2.9.25",
        ),
        (
            {
                let mut command = verb(&["migrate"], data.path());
                command.env("SLUICE__DATABASE__URL", "postgres://nobody:secret@127.0.0.1:9/none");
                command
            },
            1,
            "database.url",
        ),
        (
            {
                let mut command = verb(&["migrate"], data.path());
                command.env("SLUICE__DATABASE__URL", "mysql://nobody:secret@127.0.0.1/none");
                command
            },
            78,
            "postgres://",
        ),
        (
            {
                let mut command = verb(&["status"], data.path());
                command.env("SLUICE__NATS__URL", "nats://127.0.0.1:9");
                command
            },
            1,
            "nats.url",
        ),
        (verb(&["status"], data.path()), 1, "sluice up"),
        (verb(&["run", "analyser"], data.path()), 2, "analyzer"),
        (verb(&["frobnicate"], data.path()), 2, "frobnicate"),
        (
            {
                let mut command = verb(&["doctor"], data.path());
                command.env("SLUICE__NATS__URLL", "x");
                command
            },
            1,
            "",
        ),
    ];
    for (command, code, says) in cases {
        let shown = format!("{command:?}");
        let ended = run(command, b"").await;
        assert_eq!(ended.code, Some(code), "{shown}: {}{}", ended.out, ended.err);
        assert!(ended.err.contains(says), "{shown}: {}", ended.err);
        assert!(!ended.err.contains("secret") && !ended.err.contains("backtrace"), "{}", ended.err);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_verbs_find_the_running_system() {
    let data = tempfile::tempdir().unwrap();
    let system = System::start(data.path()).await;
    let second = run(verb(&["up", "--listen", "127.0.0.1:0"], data.path()), b"").await;
    assert!(second.code == Some(1) && second.err.contains("already running"), "{}", second.err);

    let published = run(verb(&["publish"], data.path()), OFFER.as_bytes()).await;
    assert_eq!(published.code, Some(0), "{}", published.err);
    let item = system.client.until_settled(1).await.remove(0);
    assert_eq!((&item["tier"], &item["total_score"]), (&Value::Null, &Value::Null), "without a profile no score");
    assert_eq!(item["role"], "Staff Backend Engineer");

    let bad = data.path().join("bad.yaml");
    std::fs::write(&bad, "nme: Diego\n").unwrap();
    let refused = run(verb(&["profile", "set", bad.to_str().unwrap()], data.path()), b"").await;
    assert!(refused.code == Some(1) && refused.err.contains("name"), "{}", refused.err);
    set_profile(data.path()).await;
    let shown = run(verb(&["profile", "show"], data.path()), b"").await;
    assert_eq!(shown.out.trim(), std::fs::read_to_string(file("e2e/sample/profile.yaml")).unwrap().trim());

    let lines = "{\"text\":\"Rust role at Talpa Freight, 90k EUR, remote\"}\n{\"text\":\" \"}\n";
    let half = run(verb(&["publish"], data.path()), lines.as_bytes()).await;
    assert!(half.code == Some(1) && half.err.contains("line 2"), "{}", half.err);
    system.client.until("it is scored", async |c| c.opportunities("&min_score=1").await.first().map(|_| ())).await;

    let status = run(verb(&["status"], data.path()), b"").await;
    assert!(status.out.contains("analyzer-backfill") && status.out.contains("EVENTS"), "{}", status.out);
    let topology = run(verb(&["topology", "diff", "--json"], data.path()), b"").await;
    assert_eq!((topology.code, topology.out.trim()), (Some(0), "[]"));
    let doctor = run(verb(&["doctor"], data.path()), b"").await;
    assert_eq!(doctor.code, Some(0), "{}", doctor.out);
    assert!(doctor.out.contains("profile") && doctor.out.contains("as in the tables"), "{}", doctor.out);
    let migrate = run(verb(&["migrate", "--check"], data.path()), b"").await;
    assert_eq!(migrate.code, Some(0), "{}", migrate.out);
    system.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_system_leaves_no_server_behind_and_starts_again() {
    let data = tempfile::tempdir().unwrap();
    let system = System::start(data.path()).await;
    let server = children(system.process.id());
    assert_eq!(server.len(), 1, "nats-server is its one child");
    system.kill().await;
    while Path::new(&format!("/proc/{}/exe", server[0])).exists() {
        tokio::task::yield_now().await;
    }
    System::start(data.path()).await.stop().await;
}

/// Processes whose parent is `id`.
fn children(id: u32) -> Vec<u32> {
    let processes =
        std::fs::read_dir("/proc").unwrap().filter_map(|e| e.ok()?.file_name().to_str()?.parse::<u32>().ok());
    let parent = |process: &u32| {
        let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
        stat.rsplit(')').next()?.split_whitespace().nth(1)?.parse::<u32>().ok()
    };
    processes.filter(|process| parent(process) == Some(id)).collect()
}
