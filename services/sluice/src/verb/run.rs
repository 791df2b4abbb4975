//! `sluice run STAGE…`: some stages in this process against configured servers; one pod of a cluster.

use kit_runtime::{Config, admin_router, shutdown, telemetry::Telemetry};
use kit_store::Store;
use prometheus_client::registry::Registry;
use secrecy::ExposeSecret as _;
use tokio::net::TcpListener;

use super::up::bind;
use crate::{
    args::{Common, Run, StageName},
    assembly::Parts,
    failure::Failure,
    instance::Target,
    model,
};

pub(crate) async fn run(common: &Common, args: Run) -> Result<(), Failure> {
    let mut stages = args.stages;
    stages.sort_unstable();
    stages.dedup();
    let target = Target::find(common)?;
    let config: Config = target.config.clone();
    model::check(&config)?;
    let _telemetry = Telemetry::start(&config.log).map_err(Failure::configuration)?;
    let shutdown = shutdown::on_signal().map_err(|e| Failure::failed(format!("signals cannot be caught: {e}")))?;
    // Addresses first: a taken port is said before anything is pulled.
    let listener = match stages.contains(&StageName::Gateway) {
        true => Some(bind("gateway.listen", &config.gateway.listen).await?),
        false => None,
    };
    let admin: Option<TcpListener> = match config.admin.listen.as_str() {
        "" => None,
        address => Some(bind("admin.listen", address).await?),
    };
    let bus = target.bus().await?;
    let store = database(&target, &stages).await?;
    let page = listener.as_ref().and_then(|l| l.local_addr().ok());
    let parts = Parts { account: target.account.clone(), config, bus, store, registry: Registry::default(), listener };
    let assembly = parts.start(&stages, &shutdown).await?;
    if let Some(listener) = admin {
        let router = admin_router(assembly.registry.clone(), assembly.checks.clone());
        let address = listener.local_addr().map_err(Failure::failed)?;
        let ended = shutdown.clone();
        tokio::spawn(async move { serve_admin(listener, router, ended).await });
        super::say(format!("admin: http://{address}"))?;
    }
    let names: Vec<String> = stages.iter().map(|s| format!("{s:?}").to_lowercase()).collect();
    super::say(match page {
        Some(address) => format!("ready: http://{address}"),
        None => format!("ready: {}", names.join(" ")),
    })?;
    assembly.wait(shutdown).await
}

async fn serve_admin(
    listener: TcpListener,
    router: kit_runtime::admin::Router,
    ended: tokio_util::sync::CancellationToken,
) {
    if let Err(error) = kit_runtime::admin::serve(listener, router, ended).await {
        tracing::error!(%error, "the admin answers ended");
    }
}

/// The database of the stages. Without one the responder drafts all the same: by what it would read a reply gets better,
/// not right.
async fn database(target: &Target, stages: &[StageName]) -> Result<Option<Store>, Failure> {
    if stages.iter().any(StageName::needs_database) {
        return migrated(target).await.map(Some);
    }
    if !stages.contains(&StageName::Responder) {
        return Ok(None);
    }
    let configured = !target.config.database.url.expose_secret().is_empty() || target.folder.database().exists();
    let opened = match configured {
        true => migrated(target).await,
        false => Err(Failure::configuration("database.url is not set")),
    };
    Ok(opened
        .inspect_err(|reason| {
            tracing::warn!(
                %reason,
                "no database: until the next start, drafts know neither how the person writes nor what a conversation stated before"
            );
        })
        .ok())
}

async fn migrated(target: &Target) -> Result<Store, Failure> {
    let store = target.store().await?;
    let pending = store.pending_migrations().await?;
    if pending.is_empty() {
        return Ok(store);
    }
    Err(Failure::configuration(format!("the database lacks {}; run `sluice migrate`", pending.join(", "))))
}
