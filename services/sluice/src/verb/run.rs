//! `sluice run STAGE…`: some stages in this process against configured servers; one pod of a cluster.

use kit_runtime::{Config, admin_router, shutdown, telemetry::Telemetry};
use prometheus_client::registry::Registry;
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
    let reads = |s: &StageName| !matches!(s, StageName::Analyzer);
    let store = if stages.iter().any(reads) {
        let store = target.store().await?;
        let pending = store.pending_migrations().await?;
        if !pending.is_empty() {
            return Err(Failure::configuration(format!(
                "the database lacks {}; run `sluice migrate`",
                pending.join(", ")
            )));
        }
        Some(store)
    } else {
        None
    };
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
