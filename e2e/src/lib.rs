//! The system as its users run it: the real binary as child processes in folders of their own, on free ports.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a harness fails by panicking, like the test that uses it"
)]

pub mod client;
pub mod ollama;
pub mod process;

pub use client::Client;
pub use process::{Process, sluice};

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

/// How long anything may take before a test gives up. Reached only by a failure.
pub const PATIENCE: Duration = Duration::from_secs(120);

/// The repository.
pub fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("e2e lies in the repository")
}

/// A file of the repository.
pub fn file(path: &str) -> PathBuf {
    repository().join(path)
}

/// `sluice up` in a folder of its own.
pub struct System {
    /// The process.
    pub process: Process,
    /// Its page and API.
    pub client: Client,
}

impl System {
    /// Starts the user's own system.
    pub async fn start(data: &Path) -> Self {
        Self::start_with(data, &[]).await
    }

    /// Starts it with more arguments.
    pub async fn start_with(data: &Path, arguments: &[&str]) -> Self {
        Self::start_at(data, "127.0.0.1:0", arguments).await
    }

    /// Starts it where another one was.
    pub async fn start_at(data: &Path, listen: &str, arguments: &[&str]) -> Self {
        let mut command = sluice();
        command.arg("up").args(["--listen", listen, "--data"]).arg(data).args(arguments);
        let mut process = Process::spawn(command).await;
        let page = process.line_after("ready: ").await;
        Self { process, client: Client::new(&page) }
    }

    /// Ends it at once, as a power cut would.
    pub async fn kill(mut self) {
        self.process.kill().await;
    }

    /// Asks it to end and awaits that it does.
    pub async fn stop(mut self) {
        let status = self.process.terminate().await;
        assert!(status.success(), "it ends in order: {status}; {}", self.process.errors());
    }
}

/// A profile in force: Diego's.
pub async fn set_profile(data: &Path) {
    let output =
        sluice().args(["profile", "set"]).arg(file("e2e/sample/profile.yaml")).arg("--data").arg(data).output().await;
    let output = output.unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
