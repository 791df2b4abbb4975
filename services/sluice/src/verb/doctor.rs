//! `sluice doctor`: what is configured, what answers, what is wrong, and how to mend it.

use bus::{Bus, server};
use kit_llm::Llm;
use kit_runtime::Config;
use secrecy::ExposeSecret as _;
use serde::Serialize;

use super::{say, say_json};
use crate::{
    args::Common,
    failure::Failure,
    instance::{Folder, Target, store},
    model::{self, Asking},
};

/// How a thing stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Verdict {
    Ok,
    Warn,
    Fail,
}

/// One line of the report.
#[derive(Debug, Serialize)]
struct Finding {
    verdict: Verdict,
    about: &'static str,
    found: String,
    remedy: Option<String>,
}

#[derive(Debug, Default)]
struct Report(Vec<Finding>);

impl Report {
    fn ok(&mut self, about: &'static str, found: impl Into<String>) {
        self.0.push(Finding { verdict: Verdict::Ok, about, found: found.into(), remedy: None });
    }

    fn bad(&mut self, verdict: Verdict, about: &'static str, found: impl ToString, remedy: &str) {
        self.0.push(Finding { verdict, about, found: found.to_string(), remedy: Some(remedy.to_owned()) });
    }
}

pub(crate) async fn run(common: &Common) -> Result<(), Failure> {
    let mut report = Report::default();
    let configuration = match Config::load(common.config.as_deref()) {
        Ok(config) => {
            report.ok("configuration", "valid");
            Some(config)
        }
        Err(error) => {
            report.bad(Verdict::Fail, "configuration", error, "every key with its default: infra/config/default.toml");
            None
        }
    };
    if let Some(config) = configuration {
        look(common, &config, &mut report).await?;
    }
    if common.json {
        say_json(&report.0)?;
    } else {
        for finding in &report.0 {
            let mark = match finding.verdict {
                Verdict::Ok => "ok  ",
                Verdict::Warn => "warn",
                Verdict::Fail => "FAIL",
            };
            say(format!(" {mark}  {:<14} {}", finding.about, finding.found))?;
            if let Some(remedy) = &finding.remedy {
                say(format!("       {:<14} → {remedy}", ""))?;
            }
        }
    }
    if report.0.iter().any(|f| f.verdict == Verdict::Fail) { Err(Failure::silent()) } else { Ok(()) }
}

async fn look(common: &Common, config: &Config, report: &mut Report) -> Result<(), Failure> {
    let folder = Folder::choose(common, false)?;
    let laptop = config.nats.url.is_empty();
    if laptop {
        match folder.create() {
            Ok(()) => report.ok("data folder", folder.path().display().to_string()),
            Err(_) => report.bad(
                Verdict::Fail,
                "data folder",
                format!("{} cannot be written", folder.path().display()),
                "choose another folder with --data",
            ),
        }
        let explicit = (!config.nats.server.as_os_str().is_empty()).then_some(config.nats.server.as_path());
        match server::find(explicit.or(super::up::nats::named().as_deref()), &super::up::nats::beside()).await {
            Ok(binary) => report.ok("nats-server", format!("{} at {}", binary.version, binary.path.display())),
            Err(error) => report.bad(Verdict::Fail, "nats-server", error, "./dev up fetches a pinned one"),
        }
    }
    match Target::find(common) {
        Ok(target) => match Bus::connect(target.config.bus("sluice/cli")).await {
            Ok(bus) => look_at_bus(&bus, &target, report).await,
            Err(error) => report.bad(Verdict::Fail, "nats", error, "check nats.url, nats.user and nats.password"),
        },
        Err(_) => report.bad(Verdict::Warn, "system", "not running on this machine", "sluice up"),
    }
    look_at_database(config, &folder, report).await;
    look_at_models(config, report).await;
    Ok(())
}

async fn look_at_bus(bus: &Bus, target: &Target, report: &mut Report) {
    let (version, cluster) = bus.server();
    let where_from = cluster.map_or_else(|| "single server".to_owned(), |name| format!("cluster {name}"));
    report.ok("nats", format!("{version}, {where_from}, {}", bus::without_credentials(&target.config.nats.url)));
    match bus.diff_topology(target.config.topology()).await {
        Ok(differences) if differences.is_empty() => report.ok("topology", "as in the tables"),
        Ok(differences) => {
            let list: Vec<String> = differences.iter().map(|d| format!("{}: {}", d.what, d.detail)).collect();
            report.bad(Verdict::Fail, "topology", list.join("; "), "sluice topology apply");
        }
        Err(error) => report.bad(Verdict::Fail, "topology", error, "sluice topology apply"),
    }
    match bus.pipeline().await {
        Ok(state) => {
            for consumer in &state.consumers {
                if consumer.oldest_age_seconds.is_some_and(|age| age > 60.0) {
                    let age = consumer.oldest_age_seconds.unwrap_or_default();
                    report.bad(
                        Verdict::Warn,
                        "pipeline",
                        format!("{}: oldest event {age:.0} s, {} waiting", consumer.consumer, consumer.pending),
                        "sluice status --watch; is the stage running?",
                    );
                }
            }
            let dead = state.streams.iter().find(|s| s.stream.ends_with(contract::topology::DEAD_LETTERS));
            match dead.map_or(0, |s| s.messages) {
                0 => report.ok("dead letters", "none"),
                n => report.bad(Verdict::Warn, "dead letters", n, "see the log lines `given up` for their reasons"),
            }
        }
        Err(error) => report.bad(Verdict::Fail, "pipeline", error, "sluice topology apply"),
    }
    let profile = match bus.bucket(contract::topology::PROFILES).await {
        Ok(bucket) => bucket.get(target.account.as_str()).await,
        Err(error) => Err(error),
    };
    match profile {
        Ok(Some(entry)) => report.ok("profile", format!("of {}, revision {}", target.account, entry.revision)),
        Ok(None) => report.bad(
            Verdict::Warn,
            "profile",
            format!("{} has none: messages are read but not scored", target.account),
            "sluice profile example > profile.yaml, edit it, sluice profile set profile.yaml",
        ),
        Err(error) => report.bad(Verdict::Fail, "profile", error, "sluice topology apply"),
    }
}

async fn look_at_database(config: &Config, folder: &Folder, report: &mut Report) {
    let embedded = config.database.url.expose_secret().is_empty();
    if embedded && !folder.path().join("sluice.db").exists() {
        report.ok("database", "SQLite in the data folder, made by the first `sluice up`");
        return;
    }
    let kind = if embedded { "SQLite in the data folder" } else { "as configured" };
    match store(config, folder).await {
        Ok(store) => match store.pending_migrations().await {
            Ok(pending) if pending.is_empty() => report.ok("database", format!("{kind}, schema up to date")),
            Ok(pending) => {
                report.bad(Verdict::Fail, "database", format!("lacks {}", pending.join(", ")), "sluice migrate")
            }
            Err(error) => report.bad(Verdict::Fail, "database", error, "check database.url"),
        },
        Err(_) => report.bad(Verdict::Fail, "database", "does not answer", "check database.url and that it runs"),
    }
}

/// Without its model a stage works by rules and templates, so that a model that is away is no failure.
async fn look_at_models(config: &Config, report: &mut Report) {
    let mut seen: Vec<String> = Vec::new();
    for stage in Asking::ALL {
        let llm = match model::configured(config, stage) {
            Ok(Some(model)) => Llm::unmeasured(model),
            Ok(None) => continue,
            Err(fault) => Err(fault),
        };
        match llm {
            Ok(llm) => {
                let host = llm
                    .config()
                    .remote_host()
                    .map_or_else(|| "on this machine".to_owned(), |host| format!("at {host}: messages go there"));
                let named = format!("{} {host}", llm.config().model);
                if seen.contains(&named) {
                    continue;
                }
                match llm.probe().await {
                    Ok(()) => report.ok("model", &named),
                    Err(error) => report.bad(Verdict::Warn, "model", error, "until then the rules read alone"),
                }
                seen.push(named);
            }
            Err(fault) => {
                return report.bad(Verdict::Fail, "model", fault, "see [llm] in infra/config/default.toml");
            }
        }
    }
    if seen.is_empty() {
        report.ok("model", "none; the rules read alone");
    }
}
