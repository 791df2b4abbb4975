//! Configuration: defaults compiled in, then a file, then the environment; validated whole before anything connects.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
};

use figment::{
    Figment, Metadata, Profile, Provider,
    error::Kind,
    providers::{Env, Format as _, Toml},
    util::nest,
    value::{Dict, Map, Value},
};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;

pub use crate::{
    access::{Auth, Limits, Webhook},
    llm::{Llm, StageLlm},
};

/// The documented defaults.
pub const DEFAULTS: &str = include_str!("../../../infra/config/default.toml");

/// The whole configuration of a process.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    pub nats: Nats,
    pub database: Database,
    pub gateway: Gateway,
    pub auth: Auth,
    pub limits: Limits,
    pub webhook: Webhook,
    pub replies: Replies,
    pub llm: Llm,
    pub cache: Cache,
    pub admin: Admin,
    pub log: Log,
    pub run: Run,
}

/// `[nats]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Nats {
    pub url: String,
    pub prefix: String,
    pub user: String,
    pub password: SecretString,
    pub password_file: PathBuf,
    pub credentials_file: PathBuf,
    pub replicas: usize,
    pub max_mib: i64,
    pub server: PathBuf,
}

/// `[database]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Database {
    pub url: SecretString,
    pub url_file: PathBuf,
    pub read_url: SecretString,
    pub read_url_file: PathBuf,
    pub max_connections: u32,
}

/// `[gateway]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Gateway {
    pub listen: String,
    pub allowed_hosts: Vec<String>,
    pub allowed_origins: Vec<String>,
    pub cache_mib: u64,
    pub account: String,
}

/// `[replies]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Replies {
    pub seal_key: SecretString,
    pub seal_key_file: PathBuf,
}

/// `[cache]`. An empty address is the memory of the process.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cache {
    pub url: SecretString,
    pub url_file: PathBuf,
    pub analysis_ttl_seconds: u64,
}

/// `[admin]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Admin {
    pub listen: String,
}

/// `[log]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Log {
    pub level: String,
    pub format: LogFormat,
}

/// Form of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// One JSON object a line.
    Json,
    /// For a person's eyes.
    Text,
}

/// `[run]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Run {
    pub drain_seconds: u64,
    pub permits: usize,
}

/// Every fault of a configuration, each with its remedy. The process ends with status 78.
#[derive(Debug, thiserror::Error)]
#[error("{}", .0.join("\n"))]
pub struct ConfigError(pub Vec<String>);

impl Config {
    /// Loads: defaults, then `file` (or `sluice.toml` in the working folder, if it is there), then `SLUICE__…`.
    ///
    /// # Errors
    /// [`ConfigError`] with every fault found.
    pub fn load(file: Option<&Path>) -> Result<Self, ConfigError> {
        if let Some(path) = file.filter(|path| !path.is_file()) {
            return Err(ConfigError(vec![format!("{}: no such configuration file", path.display())]));
        }
        let path = file.unwrap_or(Path::new("sluice.toml"));
        let variables = Env::prefixed("SLUICE__").split("__");
        let variables = variables.iter().map(|(key, value)| (key.to_string(), value));
        Self::from_figment(with_environment(Figment::from(Toml::string(DEFAULTS)).merge(Toml::file(path)), variables))
    }

    /// Extracts and validates; apart from [`Self::load`] for tests.
    ///
    /// # Errors
    /// As [`Self::load`].
    pub fn from_figment(figment: Figment) -> Result<Self, ConfigError> {
        let mut config: Self =
            figment.extract().map_err(|errors| ConfigError(errors.into_iter().map(explain).collect()))?;
        config.read_secret_files()?;
        let faults = config.faults();
        if faults.is_empty() { Ok(config) } else { Err(ConfigError(faults)) }
    }

    fn read_secret_files(&mut self) -> Result<(), ConfigError> {
        let read = |key: &str, path: &Path| {
            std::fs::read_to_string(path)
                .map(|text| SecretString::from(text.trim_end().to_owned()))
                .map_err(|e| ConfigError(vec![format!("{key}: {}: {e}", path.display())]))
        };
        if !self.nats.password_file.as_os_str().is_empty() {
            self.nats.password = read("nats.password_file", &self.nats.password_file)?;
        }
        if !self.database.url_file.as_os_str().is_empty() {
            self.database.url = read("database.url_file", &self.database.url_file)?;
        }
        if !self.database.read_url_file.as_os_str().is_empty() {
            self.database.read_url = read("database.read_url_file", &self.database.read_url_file)?;
        }
        for (key, file, secret) in self.auth.secret_files() {
            *secret = read(key, file)?;
        }
        self.webhook.read_file().map_err(|fault| ConfigError(vec![fault]))?;
        for (key, file, secret) in self.llm.secret_files() {
            *secret = read(key, file)?;
        }
        if !self.replies.seal_key_file.as_os_str().is_empty() {
            self.replies.seal_key = read("replies.seal_key_file", &self.replies.seal_key_file)?;
        }
        if !self.cache.url_file.as_os_str().is_empty() {
            self.cache.url = read("cache.url_file", &self.cache.url_file)?;
        }
        Ok(())
    }

    fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        let mut fault = |wrong: bool, text: String| {
            if wrong {
                faults.push(text);
            }
        };
        if let Err(e) = self.nats.prefix.parse::<contract::subject::Prefix>() {
            fault(true, format!("nats.prefix: {e}"));
        }
        let replicas = self.nats.replicas;
        fault(![1, 3, 5].contains(&replicas), format!("nats.replicas: {replicas}; must be 1, 3 or 5"));
        fault(self.nats.max_mib < 0, format!("nats.max_mib: {}; must be 0 or more", self.nats.max_mib));
        let password = !self.nats.password.expose_secret().is_empty();
        fault(password && self.nats.user.is_empty(), "nats.user: missing beside nats.password".to_owned());
        for (key, url) in [("url", &self.database.url), ("read_url", &self.database.read_url)] {
            let url = url.expose_secret();
            let known =
                ["postgres://", "postgresql://", "sqlite://", "sqlite:"].iter().any(|scheme| url.starts_with(scheme));
            let must = "must begin with postgres:// or sqlite:// (its value is not shown: it may hold a password)";
            fault(!url.is_empty() && !known, format!("database.{key}: {must}"));
        }
        let connections = self.database.max_connections;
        fault(
            !(1..=1000).contains(&connections),
            format!("database.max_connections: {connections}; must be 1 to 1000"),
        );
        for (key, listen) in [("gateway.listen", &self.gateway.listen), ("admin.listen", &self.admin.listen)] {
            let optional = key == "admin.listen" && listen.is_empty();
            if !optional && listen.parse::<SocketAddr>().is_err() {
                fault(true, format!("{key}: `{listen}` is no address; like 127.0.0.1:8080"));
            }
        }
        for origin in &self.gateway.allowed_origins {
            let host = origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://")).unwrap_or_default();
            fault(
                host.is_empty() || host.contains(['/', '*', ' ']),
                format!("gateway.allowed_origins: `{origin}` is no origin; like https://app.example, without a path"),
            );
        }
        fault(self.gateway.cache_mib > 65_536, format!("gateway.cache_mib: {}; at most 65536", self.gateway.cache_mib));
        if let Err(e) = self.gateway.account.parse::<contract::Account>() {
            fault(true, format!("gateway.account: {e}"));
        }
        let key = self.replies.seal_key.expose_secret();
        if let Some(e) = contract::SealKey::new(key.as_bytes()).err().filter(|_| !key.is_empty()) {
            fault(true, format!("replies.seal_key: {e} (its value is not shown)"));
        }
        if let Err(e) = self.log.level.parse::<tracing_subscriber::EnvFilter>() {
            fault(true, format!("log.level: `{}`: {e}", self.log.level));
        }
        let drain = self.run.drain_seconds;
        fault(!(1..=600).contains(&drain), format!("run.drain_seconds: {drain}; must be 1 to 600"));
        fault(self.run.permits > 1024, format!("run.permits: {}; must be at most 1024", self.run.permits));
        faults.extend(self.auth.faults());
        faults.extend(self.limits.faults());
        faults.extend(self.webhook.faults());
        faults.extend(self.llm.faults());
        faults.extend(self.cache.faults());
        faults
    }

    /// The bus's address and credentials.
    pub fn bus(&self, name: &str) -> bus::ConnectOptions {
        let user = (!self.nats.user.is_empty())
            .then(|| (self.nats.user.clone(), self.nats.password.expose_secret().to_owned()));
        let file = &self.nats.credentials_file;
        bus::ConnectOptions {
            url: self.nats.url.clone(),
            name: name.to_owned(),
            user,
            credentials_file: (!file.as_os_str().is_empty()).then(|| file.clone()),
            // Validated above; the default prefix would be a silent lie, so a fault there never gets here.
            prefix: self.nats.prefix.parse().unwrap_or_default(),
        }
    }

    /// How the tables are put onto the server.
    pub fn topology(&self) -> bus::TopologyOptions {
        bus::TopologyOptions {
            replicas: self.nats.replicas,
            max_bytes: (self.nats.max_mib > 0).then(|| self.nats.max_mib.saturating_mul(1024 * 1024)),
        }
    }
}

const WEEK_SECONDS: u64 = 7 * 24 * 3600;

impl Cache {
    fn faults(&self) -> Vec<String> {
        let url = self.url.expose_secret();
        let known = ["redis://", "rediss://"].iter().any(|scheme| url.starts_with(scheme));
        let checks = [
            (
                !url.is_empty() && !known,
                "cache.url: must begin with redis:// or rediss:// (its value is not shown: it may hold a password)"
                    .to_owned(),
            ),
            (
                self.analysis_ttl_seconds > WEEK_SECONDS,
                format!("cache.analysis_ttl_seconds: {}; must be at most {WEEK_SECONDS}", self.analysis_ttl_seconds),
            ),
        ];
        checks.into_iter().filter_map(|(wrong, text)| wrong.then_some(text)).collect()
    }
}

/// A variable of the environment, by its key.
struct Variable(String, Value);

impl Provider for Variable {
    fn metadata(&self) -> Metadata {
        Metadata::named("SLUICE__")
    }

    fn data(&self) -> Result<Map<Profile, Dict>, figment::Error> {
        Ok(Profile::Default.collect(nest(&self.0, self.1.clone()).into_dict().unwrap_or_default()))
    }
}

/// Puts variables over a configuration. A setting that is text takes them as they stand: a password of digits is text.
pub fn with_environment(figment: Figment, variables: impl Iterator<Item = (String, String)>) -> Figment {
    let defaults = Figment::from(Toml::string(DEFAULTS));
    variables.fold(figment, |figment, (key, value)| {
        let text = matches!(defaults.find_value(&key), Ok(Value::String(..)));
        let value = if text { Value::from(value) } else { value.parse().unwrap_or_else(|never| match never {}) };
        figment.merge(Variable(key, value))
    })
}

/// A figment error in one line: where, what, and the nearest name for an unknown one.
fn explain(error: figment::Error) -> String {
    let at = error.path.join(".");
    let source = error.metadata.as_ref().map(|m| m.name.to_string()).unwrap_or_default();
    let source = if source.contains("SLUICE__") { " (environment)".to_owned() } else { String::new() };
    match &error.kind {
        Kind::UnknownField(name, known) => {
            let at = if at.is_empty() || at == *name {
                name.clone()
            } else {
                format!("{}.{name}", at.trim_end_matches(&format!(".{name}")))
            };
            let nearest = known.iter().min_by_key(|k| strsim::levenshtein(k, name));
            let hint = nearest.map_or(String::new(), |nearest| format!("; did you mean `{nearest}`?"));
            format!("{at}: unknown key{source}{hint}")
        }
        Kind::InvalidType(_, expected) | Kind::InvalidValue(_, expected) => {
            format!("{at}: must be {expected}{source}")
        }
        kind => format!("{at}: {kind}{source}"),
    }
}
