//! `[auth]`, `[limits]` and `[webhook]`: who may come in, how often, and whose signed messages are taken.

use std::path::{Path, PathBuf};

use ipnet::IpNet;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;

/// A key that is shorter can be guessed.
const LEAST_KEY: usize = 32;

/// `[auth]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Auth {
    pub required: bool,
    pub session_key: SecretString,
    pub session_key_file: PathBuf,
    pub session_hours: u64,
    pub jwt_key: SecretString,
    pub jwt_key_file: PathBuf,
    pub audience: String,
}

/// `[limits]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    pub client_per_minute: u32,
    pub token_per_minute: u32,
    pub trusted_proxies: Vec<String>,
}

/// `[webhook]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Webhook {
    pub secrets: Vec<SecretString>,
    pub secrets_file: PathBuf,
}

impl Auth {
    /// Whether a request can be known by something beside the tokens of the database.
    #[must_use]
    pub fn has_issuer(&self) -> bool {
        !self.jwt_key.expose_secret().is_empty()
    }

    pub(crate) fn secret_files(&mut self) -> Vec<(&'static str, &Path, &mut SecretString)> {
        let Self { session_key, session_key_file, jwt_key, jwt_key_file, .. } = self;
        let files =
            [("auth.session_key_file", session_key_file, session_key), ("auth.jwt_key_file", jwt_key_file, jwt_key)];
        let given = files.into_iter().filter(|(_, file, _)| !file.as_os_str().is_empty());
        given.map(|(key, file, secret)| (key, file.as_path(), secret)).collect()
    }

    pub(crate) fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        for (key, secret) in [("session_key", &self.session_key), ("jwt_key", &self.jwt_key)] {
            if (1..LEAST_KEY).contains(&secret.expose_secret().len()) {
                faults.push(format!("auth.{key}: must have {LEAST_KEY} bytes or more; `openssl rand -base64 32`"));
            }
        }
        if !(1..=720).contains(&self.session_hours) {
            faults.push(format!("auth.session_hours: {}; must be 1 to 720", self.session_hours));
        }
        if self.has_issuer() && self.audience.trim().is_empty() {
            faults.push("auth.audience: missing beside auth.jwt_key; name what `aud` must be".to_owned());
        }
        faults
    }
}

impl Limits {
    /// The networks of [`Self::trusted_proxies`]; what is none is refused when the configuration is read.
    #[must_use]
    pub fn proxies(&self) -> Vec<IpNet> {
        self.trusted_proxies.iter().filter_map(|text| network(text)).collect()
    }

    pub(crate) fn faults(&self) -> Vec<String> {
        let wrong = self.trusted_proxies.iter().filter(|text| network(text).is_none());
        wrong
            .map(|text| format!("limits.trusted_proxies: `{text}` is no address; like 10.0.0.0/8 or 192.0.2.7"))
            .collect()
    }
}

fn network(text: &str) -> Option<IpNet> {
    text.parse().ok().or_else(|| text.parse::<std::net::IpAddr>().ok().map(IpNet::from))
}

impl Webhook {
    /// Adds the secrets of the file, one a line.
    pub(crate) fn read_file(&mut self) -> Result<(), String> {
        if self.secrets_file.as_os_str().is_empty() {
            return Ok(());
        }
        let text = std::fs::read_to_string(&self.secrets_file)
            .map_err(|e| format!("webhook.secrets_file: {}: {e}", self.secrets_file.display()))?;
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
        self.secrets.extend(lines.map(|line| SecretString::from(line.to_owned())));
        Ok(())
    }

    /// Each secret with the account it brings messages to, where it names one (`ACCOUNT:SECRET`).
    #[must_use]
    pub fn by_account(&self) -> Vec<(Option<contract::Account>, SecretString)> {
        let split = |secret: &SecretString| match secret.expose_secret().split_once(':') {
            Some((account, rest)) => account.parse().ok().map(|account| (Some(account), rest.to_owned().into())),
            None => Some((None, secret.clone())),
        };
        self.secrets.iter().filter_map(split).collect()
    }

    pub(crate) fn faults(&self) -> Vec<String> {
        let must = "must each be a secret of 32 characters or more, or ACCOUNT:SECRET (their values are not shown)";
        let good = self.by_account();
        let short = good.iter().any(|(_, secret)| secret.expose_secret().len() < LEAST_KEY);
        if short || good.len() < self.secrets.len() { vec![format!("webhook.secrets: {must}")] } else { Vec::new() }
    }
}
