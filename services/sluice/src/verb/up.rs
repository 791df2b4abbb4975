//! `sluice up`: the whole system in one process on the embedded default, with a nats-server of its own.

mod demo;
pub(crate) mod nats;

use std::net::SocketAddr;

use bus::Bus;
use contract::Account;
use kit_runtime::{Config, shutdown, telemetry::Telemetry};
use prometheus_client::registry::Registry;
use secrecy::ExposeSecret as _;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::{
    args::{Common, StageName, Up},
    assembly::Parts,
    failure::Failure,
    instance::{self, DEMO_ACCOUNT, Folder, Note},
    model,
};

const EVERY_STAGE: &[StageName] =
    &[StageName::Analyzer, StageName::Scorer, StageName::Responder, StageName::Persister, StageName::Gateway];

pub(crate) async fn run(common: &Common, args: Up) -> Result<(), Failure> {
    let mut config = Config::load(common.config.as_deref())?;
    model::check(&config)?;
    if !args.verbose && config.log.level == "info" {
        // The person at the terminal sees what is wrong; the rest on request.
        config.log.level = "warn".to_owned();
    }
    config.log.format = kit_runtime::config::LogFormat::Text;
    let _telemetry = Telemetry::start(&config.log).map_err(Failure::configuration)?;
    let shutdown = shutdown::on_signal().map_err(|e| Failure::failed(format!("signals cannot be caught: {e}")))?;

    let address = args.listen.clone().unwrap_or_else(|| config.gateway.listen.clone());
    is_address(&address)?;
    let folder = Folder::choose(common, args.demo)?;
    folder.create()?;
    let lock = folder.lock()?;
    if args.demo {
        demo::refresh(&folder)?;
    } else {
        demo::refuse(&folder)?;
    }
    let listener = bind("--listen", &address).await?;
    let page = format!("http://{}", listener.local_addr().map_err(Failure::failed)?);
    let account: Account =
        if args.demo { DEMO_ACCOUNT.parse().map_err(Failure::failed)? } else { instance::configured_account(&config)? };

    let child = if config.nats.url.is_empty() {
        let child = nats::Child::start(&config, &folder, args.durability).await?;
        instance::laptop_size(&mut config);
        config.nats.url.clone_from(&child.url);
        (config.nats.user, config.nats.password) = (child.user.0.clone(), child.user.1.clone().into());
        Some(child)
    } else {
        None
    };
    let bus = Bus::connect(config.bus("sluice/up")).await?;
    bus.apply_topology(config.topology()).await?;
    let store = instance::store(&config, &folder).await?;
    store.migrate().await?;
    if args.demo {
        demo::profile(&bus, &account).await?;
    }
    if config.replies.seal_key.expose_secret().is_empty() {
        config.replies.seal_key = folder.seal_key()?.into();
    }
    let note = note(&config, &page, &account);
    let parts = Parts {
        config,
        bus: bus.clone(),
        store: Some(store),
        registry: Registry::default(),
        account: account.clone(),
        listener: Some(listener),
    };
    let assembly = parts.start(EVERY_STAGE, &shutdown).await?;
    // Wherever the profile is edited, `sluice read` judges by it.
    let profiles = bus.bucket(contract::topology::PROFILES).await?;
    tokio::spawn(kit_profile::keep_copy(profiles, account.clone(), folder.profile(), shutdown.clone()));
    lock.announce(&note)?;
    super::say(format!("ready: {page}"))?;
    if super::on_terminal() {
        super::remark(hint(args.demo, &folder));
    }
    if args.open {
        open_page(&page);
    }
    // The server outlives the stages, which settle what they hold with it.
    let over = CancellationToken::new();
    let supervised = child.map(|child| child.supervise(over.clone()));
    let feed = args.demo.then(|| tokio::spawn(demo::feed(bus, account, folder, shutdown.clone())));
    let mut outcome = assembly.wait(shutdown.clone()).await;
    shutdown.cancel();
    if let Some(feed) = feed {
        outcome = outcome.and(feed.await.map_err(Failure::failed)?);
    }
    over.cancel();
    if let Some(supervised) = supervised {
        supervised.await.map_err(Failure::failed)?;
    }
    drop(lock);
    outcome
}

fn note(config: &Config, page: &str, account: &Account) -> Note {
    Note {
        nats: config.nats.url.clone(),
        user: config.nats.user.clone(),
        password: config.nats.password.expose_secret().to_owned(),
        page: page.to_owned(),
        account: account.clone(),
        pid: std::process::id(),
    }
}

fn hint(demo: bool, folder: &Folder) -> String {
    let data = folder.path().display();
    if demo {
        format!("sample inbox of Diego, who is made up; data in {data}. Ctrl-C ends it.")
    } else {
        format!("your data is in {data}. Import with `sluice import messages.csv`. Ctrl-C ends it.")
    }
}

/// Whether it is an address at all; who may come in there is asked before anything is served.
fn is_address(address: &str) -> Result<(), Failure> {
    match address.parse::<SocketAddr>() {
        Ok(_) => Ok(()),
        Err(_) => Err(Failure::bad_use(format!("`{address}` is no address; like 127.0.0.1:8080"))),
    }
}

/// Listens, or says that the port is taken.
pub(crate) async fn bind(setting: &str, address: &str) -> Result<TcpListener, Failure> {
    TcpListener::bind(address).await.map_err(|e| {
        if e.kind() == std::io::ErrorKind::AddrInUse {
            Failure::failed(format!(
                "{address} is taken by another program; choose another port ({setting} 127.0.0.1:0 finds a free one)"
            ))
        } else {
            Failure::failed(format!("{setting} {address}: {e}"))
        }
    })
}

/// Opens the page in the person's browser, if there is one.
fn open_page(page: &str) {
    let opener = if cfg!(target_os = "macos") { "open" } else { "xdg-open" };
    let opened = std::process::Command::new(opener)
        .arg(page)
        .stdin(std::process::Stdio::null())
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .spawn();
    if opened.is_err() {
        super::remark(format!("no browser could be opened; the page is {page}"));
    }
}
