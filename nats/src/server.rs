//! A nats-server as a child process: for `sluice up` on a laptop and for tests. It listens on loopback only, on a
//! port that the system chooses, with a user and password of its own.

use std::{
    ffi::OsString,
    fs::{self, DirBuilder, OpenOptions},
    io::Write as _,
    os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _},
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use serde::Deserialize;
use tokio::process::{Child, Command};

/// Oldest version that may be started.
pub use crate::connect::LEAST_SERVER;

/// How long a start may take: a large store is read first.
const START_LIMIT: Duration = Duration::from_secs(60);

/// What went wrong with the child.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// None of the candidates is there.
    #[error(
        "no nats-server found ({tried}); run `./dev up`, which fetches it, or put one on PATH, or set NATS_SERVER to its path"
    )]
    NotFound { tried: String },
    /// Only old ones are there.
    #[error(
        "{path} is nats-server {found}; {LEAST_SERVER} or newer is needed: set NATS_SERVER to the path of a newer one"
    )]
    TooOld { path: String, found: String },
    /// Its folder or configuration cannot be written.
    #[error("cannot write {path}: {source}; choose another folder with --data")]
    Folder {
        path: PathBuf,
        #[source]
        source: std::io::Error,
    },
    /// It did not start.
    #[error("nats-server did not start: {detail}")]
    Start { detail: String },
}

/// A nats-server's executable.
#[derive(Clone, Debug)]
pub struct Binary {
    /// Where it is.
    pub path: PathBuf,
    /// Its version.
    pub version: String,
}

/// Finds a nats-server that is new enough: the explicit path if given and nothing else, else PATH, else the others in
/// order.
///
/// # Errors
/// [`ServerError::NotFound`], [`ServerError::TooOld`].
pub async fn find(explicit: Option<&Path>, others: &[PathBuf]) -> Result<Binary, ServerError> {
    let candidates: Vec<PathBuf> = match explicit {
        Some(path) => vec![path.to_owned()],
        None => std::iter::once(PathBuf::from("nats-server")).chain(others.iter().cloned()).collect(),
    };
    let mut old = None;
    for path in &candidates {
        let Ok(output) = Command::new(path).arg("--version").stdin(Stdio::null()).output().await else {
            continue;
        };
        // "nats-server: v2.15.1"
        let text = String::from_utf8_lossy(&output.stdout);
        let Some(version) = text.trim().rsplit([' ', 'v']).next().filter(|v| v.contains('.')) else {
            continue;
        };
        if crate::connect::older(version, LEAST_SERVER) {
            old.get_or_insert(ServerError::TooOld { path: path.display().to_string(), found: version.to_owned() });
        } else {
            return Ok(Binary { path: path.clone(), version: version.to_owned() });
        }
    }
    let tried = candidates.iter().map(|p| p.display().to_string()).collect::<Vec<_>>().join(", ");
    Err(old.unwrap_or(ServerError::NotFound { tried }))
}

/// When the server makes a message durable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Durability {
    /// Before it is acknowledged.
    #[default]
    Always,
    /// Every two minutes, the server's own default: for benches and bulk imports, said aloud.
    Fast,
}

/// How to start it.
#[derive(Clone, Debug)]
pub struct ServerOptions {
    /// The executable.
    pub binary: PathBuf,
    /// Folder for its store and configuration; made if missing.
    pub folder: PathBuf,
    /// 0: one that the system chooses.
    pub port: u16,
    /// User and password that clients must give.
    pub user: (String, String),
    /// When a message is durable.
    pub durability: Durability,
    /// Program and arguments put before the executable (something that ends it with its parent).
    pub wrapper: Vec<OsString>,
}

/// A running server; killed when dropped.
#[derive(Debug)]
pub struct Server {
    child: Child,
    /// `nats://127.0.0.1:PORT`.
    pub url: String,
    /// The port.
    pub port: u16,
}

#[derive(Deserialize)]
struct Ports {
    nats: Vec<String>,
}

impl Server {
    /// Starts a server and waits until it listens.
    ///
    /// # Errors
    /// [`ServerError::Folder`], [`ServerError::Start`] with the end of its log.
    pub async fn start(options: &ServerOptions) -> Result<Self, ServerError> {
        let folder = &options.folder;
        let unwritable = |path: &Path| {
            let path = path.to_owned();
            move |source| ServerError::Folder { path, source }
        };
        let ports = folder.join("ports");
        // A ports file of an earlier run would be believed.
        let _ = fs::remove_dir_all(&ports);
        // The store holds private messages, and the server makes it readable by a group.
        DirBuilder::new().recursive(true).mode(0o700).create(&ports).map_err(unwritable(folder))?;
        let config = folder.join("server.conf");
        let _ = fs::remove_file(&config);
        OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&config)
            .and_then(|mut file| file.write_all(render(options, &ports).as_bytes()))
            .map_err(unwritable(&config))?;
        // Kept over restarts: it says why the one before ended.
        let log = folder.join("server.log");
        let before = fs::metadata(&log).map_or(0, |file| file.len());
        let mut argv: Vec<OsString> = options.wrapper.clone();
        argv.extend([
            options.binary.clone().into(),
            "--config".into(),
            config.into(),
            "--log".into(),
            log.clone().into(),
        ]);
        let (program, arguments) =
            argv.split_first().ok_or(ServerError::Start { detail: "nothing to start".into() })?;
        let mut child = Command::new(program)
            .args(arguments)
            // The Go runtime would take what it can get; near this much it collects more often, well above what an
            // inbox needs. A lower limit costs more processor time than the messages themselves.
            .env("GOMEMLIMIT", "48MiB")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .kill_on_drop(true)
            .spawn()
            .map_err(|e| ServerError::Start { detail: format!("{}: {e}", program.display()) })?;
        match tokio::time::timeout(START_LIMIT, listening(&mut child, &ports, (&log, before))).await {
            Ok(result) => {
                let port = result?;
                Ok(Self { child, url: format!("nats://127.0.0.1:{port}"), port })
            }
            Err(_) => {
                Err(ServerError::Start { detail: format!("it does not listen after 60 s; see {}", log.display()) })
            }
        }
    }

    /// Its process id, while it runs.
    pub fn id(&self) -> Option<u32> {
        self.child.id()
    }

    /// Kills it at once.
    ///
    /// # Errors
    /// As the system's.
    pub async fn kill(&mut self) -> std::io::Result<()> {
        self.child.kill().await
    }

    /// Waits until it has ended by itself.
    ///
    /// # Errors
    /// As the system's.
    pub async fn ended(&mut self) -> std::io::Result<std::process::ExitStatus> {
        self.child.wait().await
    }
}

/// Waits for the ports file, or for the end of the child.
async fn listening(child: &mut Child, folder: &Path, log: (&Path, u64)) -> Result<u16, ServerError> {
    loop {
        if let Ok(Some(status)) = child.try_wait() {
            return Err(ServerError::Start { detail: format!("it ended with {status}; {}", last_words(log)) });
        }
        let port = fs::read_dir(folder).ok().and_then(|mut entries| entries.next()?.ok()).and_then(|entry| {
            let ports: Ports = serde_json::from_slice(&fs::read(entry.path()).ok()?).ok()?;
            ports.nats.first()?.rsplit(':').next()?.parse().ok()
        });
        if let Some(port) = port {
            return Ok(port);
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// Its last complaint since its log had so many bytes.
fn last_words((log, before): (&Path, u64)) -> String {
    let text = fs::read(log).unwrap_or_default();
    let text = String::from_utf8_lossy(text.get(usize::try_from(before).unwrap_or(0)..).unwrap_or(&text));
    text.lines()
        .rev()
        .find(|line| line.contains("[FTL]") || line.contains("[ERR]"))
        .unwrap_or("its log is empty")
        .to_owned()
}

/// The configuration of the child.
fn render(options: &ServerOptions, ports: &Path) -> String {
    let port = if options.port == 0 { "-1".to_owned() } else { options.port.to_string() };
    let sync = match options.durability {
        Durability::Always => "always",
        Durability::Fast => "2m",
    };
    let quote = |path: &Path| serde_json::Value::String(path.display().to_string()).to_string();
    format!(
        "# Written by sluice at every start.\n\
         server_name: sluice-{id}\n\
         listen: \"127.0.0.1:{port}\"\n\
         ports_file_dir: {ports}\n\
         max_payload: 1MB\n\
         log_size_limit: 1MB\n\
         log_max_num: 2\n\
         authorization {{ user: \"{user}\", password: \"{password}\" }}\n\
         jetstream {{\n  store_dir: {store}\n  sync_interval: {sync}\n  max_memory_store: 16MB\n}}\n",
        id = std::process::id(),
        ports = quote(ports),
        store = quote(&options.folder.join("store")),
        user = options.user.0,
        password = options.user.1,
    )
}
