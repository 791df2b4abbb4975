//! Child processes: started with their output read, ended with the test.

use std::{
    path::PathBuf,
    process::{ExitStatus, Stdio},
    sync::{Arc, Mutex},
};

use tokio::{
    io::{AsyncBufReadExt as _, BufReader},
    process::{Child, Command},
    sync::mpsc,
};

use crate::PATIENCE;

/// The binary under test: the one built beside this test.
pub fn sluice() -> Command {
    let test = std::env::current_exe().expect("a test knows itself");
    let binary: PathBuf = test
        .ancestors()
        .map(|folder| folder.join("sluice"))
        .find(|path| path.is_file())
        .expect("the binary is built: cargo build -p sluice");
    let mut command = Command::new(binary);
    // A test must not see the configuration of whoever runs it.
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("SLUICE__")) {
        command.env_remove(name);
    }
    let tools = crate::file(".tools/nats-server");
    if tools.is_file() && std::env::var_os("NATS_SERVER").is_none() {
        command.env("NATS_SERVER", tools);
    }
    command.stdin(Stdio::null()).kill_on_drop(true);
    command
}

/// A running child.
pub struct Process {
    child: Child,
    lines: mpsc::UnboundedReceiver<String>,
    errors: Arc<Mutex<Vec<String>>>,
}

impl Process {
    /// Starts a command and reads what it prints.
    pub async fn spawn(mut command: Command) -> Self {
        let mut child =
            command.stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true).spawn().expect("it starts");
        let (sender, lines) = mpsc::unbounded_channel();
        let mut out = BufReader::new(child.stdout.take().expect("piped")).lines();
        tokio::spawn(async move {
            while let Ok(Some(line)) = out.next_line().await {
                let _ = sender.send(line);
            }
        });
        let errors = Arc::new(Mutex::new(Vec::new()));
        let mut err = BufReader::new(child.stderr.take().expect("piped")).lines();
        let kept = Arc::clone(&errors);
        tokio::spawn(async move {
            while let Ok(Some(line)) = err.next_line().await {
                kept.lock().unwrap().push(line);
            }
        });
        Self { child, lines, errors }
    }

    /// Awaits a line of standard output that begins with `prefix` and gives the rest of it.
    pub async fn line_after(&mut self, prefix: &str) -> String {
        let found = async {
            while let Some(line) = self.lines.recv().await {
                if let Some(rest) = line.strip_prefix(prefix) {
                    return Some(rest.to_owned());
                }
            }
            None
        };
        match tokio::time::timeout(PATIENCE, found).await {
            Ok(Some(rest)) => rest,
            _ => panic!("it never printed `{prefix}`: {}", self.errors()),
        }
    }

    /// What it wrote to standard error.
    pub fn errors(&self) -> String {
        self.errors.lock().unwrap().join("\n")
    }

    /// Its process id.
    pub fn id(&self) -> u32 {
        self.child.id().expect("it runs")
    }

    /// SIGKILL.
    pub async fn kill(&mut self) {
        self.child.kill().await.expect("it can be killed");
    }

    /// SIGTERM, and awaits the end.
    pub async fn terminate(&mut self) -> ExitStatus {
        let id = self.child.id().expect("it runs").to_string();
        let sent = Command::new("kill").args(["-TERM", &id]).status().await.expect("kill runs");
        assert!(sent.success(), "the signal is sent");
        tokio::time::timeout(PATIENCE, self.child.wait()).await.expect("it ends").expect("its status")
    }

    /// Awaits the end by itself.
    pub async fn ended(&mut self) -> ExitStatus {
        tokio::time::timeout(PATIENCE, self.child.wait()).await.expect("it ends").expect("its status")
    }
}
