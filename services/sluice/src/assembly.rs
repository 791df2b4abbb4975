//! Puts stages together with what they need and runs them until the end: the same for a laptop and for one stage of a
//! cluster.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use analyzer::Analyzer;
use bus::{Bus, Health, Metrics, RunOptions, Runner, Stage};
use contract::{
    Account,
    topology::{self, PROFILES, SPENDING},
};
use kit_profile::Directory;
use kit_runtime::{Checks, Config};
use kit_score::Rates;
use kit_store::Store;
use prometheus_client::registry::Registry;
use secrecy::ExposeSecret as _;
use tokio::{net::TcpListener, task::JoinSet};
use tokio_util::sync::CancellationToken;

use crate::{
    args::StageName,
    at_once::AtOnce,
    caches, door,
    failure::Failure,
    ledger::BucketLedger,
    model::{self, Asking, Models},
};

/// Answers read from a copy of the database that may be behind are kept no longer than this.
const REPLICA_LAG: Duration = Duration::from_secs(1);
/// Messages in work at once in a stage that waits for a model.
const MODEL_PERMITS: usize = 4;

/// What stages are made from.
pub(crate) struct Parts {
    pub(crate) config: Config,
    pub(crate) bus: Bus,
    pub(crate) store: Option<Store>,
    pub(crate) registry: Registry,
    /// The account whose inbox the gateway shows.
    pub(crate) account: Account,
    /// Where the gateway listens, if it is among the stages.
    pub(crate) listener: Option<TcpListener>,
}

/// Stages about to run.
pub(crate) struct Assembly {
    tasks: JoinSet<(&'static str, Result<(), String>)>,
    /// The stages' readiness.
    pub(crate) checks: Checks,
    /// Every metric of the process.
    pub(crate) registry: Arc<Registry>,
}

impl Parts {
    /// Starts the stages. Each ends with `shutdown`; one that ends before is a failure of the process.
    pub(crate) async fn start(
        mut self,
        stages: &[StageName],
        shutdown: &CancellationToken,
    ) -> Result<Assembly, Failure> {
        let metrics = Metrics::register(&mut self.registry);
        let caches = kit_cache::Metrics::register(&mut self.registry);
        let ledger = self.ledger().await?;
        let mut models = Models::register(&mut self.registry, ledger);
        model::name_remote_hosts(&self.config);
        let mut tasks = JoinSet::new();
        let mut checks = Checks::default();
        let bus = self.bus.clone();
        checks = checks.with("nats", move || {
            let bus = bus.clone();
            async move { bus.ping().await.map_err(|e| e.to_string()) }
        });
        if let Some(store) = self.store.clone() {
            let ping = move || {
                let store = store.clone();
                async move { store.ping().await.map_err(|e| e.to_string()) }
            };
            checks = match stages.iter().any(StageName::needs_database) {
                true => checks.with("database", ping),
                false => checks.with_optional("database", ping),
            };
        }
        let judging = stages.iter().any(|s| matches!(s, StageName::Scorer | StageName::Responder));
        let directory = if judging {
            let directory = Directory::new(self.bus.bucket(PROFILES).await?);
            tokio::spawn(directory.clone().follow(shutdown.clone()));
            Some(directory)
        } else {
            None
        };
        for stage in stages {
            let directory = directory.clone();
            match stage {
                StageName::Analyzer => {
                    let analyzer = self.analyzer(&mut models, &mut checks, &caches).await?;
                    self.spawn(&mut tasks, &mut checks, &metrics, analyzer, shutdown).await?;
                }
                StageName::Scorer => {
                    let scorer =
                        scorer::Scorer::new(needed(directory)?, self.store()?.reader(), Rates::built_in().clone());
                    self.spawn(&mut tasks, &mut checks, &metrics, scorer, shutdown).await?;
                }
                StageName::Responder => {
                    let responder = self.responder(needed(directory)?, &mut models, &mut checks)?;
                    self.spawn(&mut tasks, &mut checks, &metrics, responder, shutdown).await?;
                }
                StageName::Persister => {
                    let persister = self.persister()?;
                    tokio::spawn(persister::clock::keep_time(
                        self.store()?.reader(),
                        self.bus.clone(),
                        shutdown.clone(),
                    ));
                    self.spawn(&mut tasks, &mut checks, &metrics, persister, shutdown).await?;
                }
                StageName::Gateway => {}
            }
        }
        let gateway = match self.listener.take() {
            Some(listener) => {
                let address = listener.local_addr().map_err(Failure::failed)?;
                door::check(&self.config, self.store()?, address).await?;
                let deps = self.gateway(address, &mut checks, &caches, shutdown).await?;
                Some((listener, deps))
            }
            None => None,
        };
        let registry = Arc::new(self.registry);
        if let Some((listener, deps)) = gateway {
            let deps = gateway::Deps { registry: Arc::clone(&registry), checks: checks.clone(), ..deps };
            tasks.spawn(async move { ("gateway", gateway::serve(listener, deps).await.map_err(|e| e.to_string())) });
        }
        Ok(Assembly { tasks, checks, registry })
    }

    /// What the gateway stands on, but for the whole process's metrics and checks, which are complete only after it.
    async fn gateway(
        &mut self,
        address: SocketAddr,
        checks: &mut Checks,
        caches: &kit_cache::Metrics,
        shutdown: &CancellationToken,
    ) -> Result<gateway::Deps, Failure> {
        let Config { gateway: settings, database, .. } = &self.config;
        let cache = caches::open(&self.config, settings.cache_mib << 20, caches).await?;
        let asked = cache.clone();
        *checks = std::mem::take(checks).with_optional("cache", move || {
            let cache = asked.clone();
            async move { cache.ping().await }
        });
        let apart = !database.read_url.expose_secret().is_empty();
        let reader = if apart {
            kit_store::connect(database.read_url.expose_secret(), database.max_connections).await?.reader()
        } else {
            self.store()?.reader()
        };
        Ok(gateway::Deps {
            bus: self.bus.clone(),
            reader,
            account: self.account.clone(),
            access: door::access(&self.config, &self.account, address),
            allowed_hosts: settings.allowed_hosts.clone(),
            allowed_origins: settings.allowed_origins.clone(),
            cache,
            cache_longest: apart.then_some(REPLICA_LAG),
            at_once: Arc::new(AtOnce),
            metrics: gateway::Metrics::register(&mut self.registry),
            registry: Arc::default(),
            checks: Checks::default(),
            shutdown: shutdown.clone(),
        })
    }

    /// Where models note what they cost, if a budget limits it.
    async fn ledger(&self) -> Result<Option<Arc<dyn kit_llm::Ledger>>, Failure> {
        if !model::limits(&self.config.llm).any() {
            return Ok(None);
        }
        Ok(Some(Arc::new(BucketLedger(self.bus.bucket(SPENDING).await?))))
    }

    /// The rules, and the configured model. Without the model the analyzer works on, and says so.
    async fn analyzer(
        &self,
        models: &mut Models,
        checks: &mut Checks,
        caches: &kit_cache::Metrics,
    ) -> Result<Analyzer, Failure> {
        let Some(engine) = models.reader(&self.config, caches).await? else {
            return Ok(Analyzer::by_rules());
        };
        let llm = engine.llm().clone();
        *checks = std::mem::take(checks).with_optional("model", move || {
            let llm = llm.clone();
            async move { llm.probe().await.map_err(|e| e.to_string()) }
        });
        Ok(Analyzer::with_model(engine))
    }

    /// The templates, what is stored, and the configured model. Without the latter two there are drafts all the same.
    fn responder(
        &self,
        directory: Directory,
        models: &mut Models,
        checks: &mut Checks,
    ) -> Result<responder::Responder, Failure> {
        let mut responder = responder::Responder::new(directory);
        if let Some(store) = &self.store {
            responder = responder.with_stored(store.reader());
        }
        let Some(writer) = models.writer(&self.config)? else { return Ok(responder) };
        let llm = writer.llm().clone();
        *checks = std::mem::take(checks).with_optional("draft_model", move || {
            let llm = llm.clone();
            async move { llm.probe().await.map_err(|e| e.to_string()) }
        });
        Ok(responder.with_writer(writer))
    }

    /// Messages in work at once, where the stage's own number is not meant: a model computes few answers at a time.
    fn permits(&self, stage: &str) -> Option<usize> {
        let asks = match stage {
            topology::ANALYZER => Some(Asking::Analyzer),
            topology::RESPONDER => Some(Asking::Responder),
            _ => None,
        };
        let waits = asks.is_some_and(|asking| model::configured(&self.config, asking).is_ok_and(|llm| llm.is_some()));
        match self.config.run.permits {
            0 => waits.then_some(MODEL_PERMITS),
            permits => Some(permits),
        }
    }

    /// Without a key nothing can be approved, and whoever tries is told so.
    fn persister(&self) -> Result<persister::Persister, Failure> {
        let persister = persister::Persister::new(self.store()?);
        let key = self.config.replies.seal_key.expose_secret();
        if key.is_empty() {
            return Ok(persister);
        }
        let key = contract::SealKey::new(key.as_bytes())
            .map_err(|e| Failure::configuration(format!("replies.seal_key: {e}")))?;
        Ok(persister.with_key(key))
    }

    fn store(&self) -> Result<&Store, Failure> {
        self.store.as_ref().ok_or_else(|| Failure::failed("this stage needs a database"))
    }

    async fn spawn<S: Stage>(
        &self,
        tasks: &mut JoinSet<(&'static str, Result<(), String>)>,
        checks: &mut Checks,
        metrics: &Metrics,
        stage: S,
        shutdown: &CancellationToken,
    ) -> Result<(), Failure> {
        let options = RunOptions {
            permits: self.permits(S::NAME),
            drain: Duration::from_secs(self.config.run.drain_seconds),
            ..Default::default()
        };
        let limit = options.drain.as_secs();
        let runner = Runner::new(self.bus.clone(), stage, options, metrics.clone()).await?;
        let health: Health = runner.health();
        *checks = std::mem::take(checks).with(S::NAME, move || {
            let trouble = health.trouble();
            async move { trouble.map_or(Ok(()), Err) }
        });
        let shutdown = shutdown.clone();
        tasks.spawn(async move {
            let drained = runner.run(shutdown).await;
            let outcome = if drained {
                Ok(())
            } else {
                Err(format!("not everything settled within {limit} s; it will be delivered again"))
            };
            (S::NAME, outcome)
        });
        Ok(())
    }
}

fn needed(directory: Option<Directory>) -> Result<Directory, Failure> {
    directory.ok_or_else(|| Failure::failed("the profiles are not followed"))
}

impl Assembly {
    /// Waits until every stage has ended. A stage that ends by itself, or does not drain, is a failure, and ends the
    /// others.
    pub(crate) async fn wait(mut self, shutdown: CancellationToken) -> Result<(), Failure> {
        let mut faults = Vec::new();
        while let Some(ended) = self.tasks.join_next().await {
            match ended {
                Ok((_, Ok(()))) if shutdown.is_cancelled() => {}
                Ok((stage, Ok(()))) => faults.push(format!("{stage} ended by itself")),
                Ok((stage, Err(fault))) => faults.push(format!("{stage}: {fault}")),
                Err(panic) => faults.push(format!("a stage ended with a panic: {panic}")),
            }
            if !faults.is_empty() {
                shutdown.cancel();
            }
        }
        if faults.is_empty() { Ok(()) } else { Err(Failure::failed(faults.join("; "))) }
    }
}
