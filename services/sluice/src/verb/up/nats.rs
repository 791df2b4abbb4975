//! The laptop's nats-server: a child that ends with this process, and is started again if it ends before.

use std::{path::PathBuf, time::Duration};

use bus::server::{self, Server, ServerOptions};
use kit_runtime::Config;
use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::{args::Durability, failure::Failure, instance::Folder};

/// How long the server may take to end by itself.
const END_LIMIT: Duration = Duration::from_secs(10);

/// The running child.
pub(crate) struct Child {
    options: ServerOptions,
    server: Server,
    /// Where it listens.
    pub(crate) url: String,
    /// The user and password made for this run.
    pub(crate) user: (String, String),
}

impl Child {
    /// Finds a nats-server and starts it with a store in the data folder.
    pub(crate) async fn start(config: &Config, folder: &Folder, durability: Durability) -> Result<Self, Failure> {
        let configured = &config.nats.server;
        let explicit = (!configured.as_os_str().is_empty()).then_some(configured.as_path());
        let binary = server::find(explicit.or(named().as_deref()), &beside()).await?;
        let this =
            std::env::current_exe().map_err(|e| Failure::failed(format!("this program cannot find itself: {e}")))?;
        let user = ("sluice".to_owned(), Uuid::new_v4().simple().to_string());
        let options = ServerOptions {
            binary: binary.path,
            folder: folder.path().join("nats"),
            port: 0,
            user: user.clone(),
            durability: match durability {
                Durability::Always => server::Durability::Always,
                Durability::Fast => server::Durability::Fast,
            },
            wrapper: vec![this.into(), "guard".into(), "--".into()],
        };
        let server = Server::start(&options).await?;
        Ok(Self { url: server.url.clone(), options, server, user })
    }

    /// Starts it again whenever it ends, until `shutdown`; then lets it end in order.
    pub(crate) fn supervise(self, shutdown: CancellationToken) -> JoinHandle<()> {
        let Self { mut options, mut server, .. } = self;
        options.port = server.port;
        tokio::spawn(async move {
            loop {
                tokio::select! {
                    ended = server.ended() => tracing::error!(?ended, "nats-server ended; starting it again"),
                    () = shutdown.cancelled() => return end(server).await,
                }
                while !shutdown.is_cancelled() {
                    match Server::start(&options).await {
                        Ok(started) => {
                            server = started;
                            break;
                        }
                        Err(error) => {
                            tracing::error!(%error, "nats-server does not start");
                            tokio::time::sleep(Duration::from_secs(1)).await;
                        }
                    }
                }
            }
        })
    }
}

async fn end(mut server: Server) {
    if let Some(id) = server.id().and_then(|id| i32::try_from(id).ok()) {
        let asked = kill(Pid::from_raw(id), Signal::SIGTERM);
        if asked.is_ok() && tokio::time::timeout(END_LIMIT, server.ended()).await.is_ok() {
            return;
        }
    }
    if let Err(error) = server.kill().await {
        tracing::warn!(%error, "nats-server could not be ended");
    }
}

/// `$NATS_SERVER`, which `./dev` and packagers set.
#[expect(clippy::disallowed_methods, reason = "a path of the machine, beside the configuration")]
pub(crate) fn named() -> Option<PathBuf> {
    std::env::var("NATS_SERVER").ok().filter(|path| !path.is_empty()).map(PathBuf::from)
}

/// Beside this program (an unpacked archive), or where `./dev` puts it above a build.
pub(crate) fn beside() -> Vec<PathBuf> {
    let this = std::env::current_exe().ok();
    let folders = this.iter().flat_map(|path| path.ancestors().skip(1).take(4));
    let mut places: Vec<PathBuf> =
        folders.flat_map(|f| [f.join("nats-server"), f.join(".tools/nats-server")]).collect();
    places.push(PathBuf::from(".tools/nats-server"));
    places
}
