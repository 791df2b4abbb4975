//! Who may come in to the page and the API: from the configuration to the gateway's door, and no open door where other
//! machines reach it.

use std::{net::SocketAddr, time::Duration};

use chrono::Utc;
use contract::Account;
use gateway::{Access, auth};
use kit_runtime::Config;
use kit_store::Store;
use secrecy::ExposeSecret as _;

use crate::failure::Failure;

/// Refuses a door that other machines reach and that nobody has locked.
pub(crate) async fn check(config: &Config, store: &Store, address: SocketAddr) -> Result<(), Failure> {
    let locked = config.auth.has_issuer() || store.reader().has_tokens(Utc::now()).await?;
    if address.ip().is_loopback() || locked {
        return Ok(());
    }
    Err(Failure::configuration(format!(
        "{address} can be reached from other machines, and there is no token yet; make one with `sluice token create`, or \
         set auth.jwt_key, or listen on 127.0.0.1"
    )))
}

/// The gateway's door. It is open at most on an address of this machine alone.
pub(crate) fn access(config: &Config, account: &Account, address: SocketAddr) -> Access {
    let Config { auth: settings, limits, webhook, .. } = config;
    let mut access = Access::open();
    access.open = address.ip().is_loopback() && !settings.required && !settings.has_issuer();
    if !settings.session_key.expose_secret().is_empty() {
        access.session_key = settings.session_key.clone();
    }
    access.session = Duration::from_secs(settings.session_hours * 3600);
    access.jwt =
        settings.has_issuer().then(|| auth::Jwt { key: settings.jwt_key.clone(), audience: settings.audience.clone() });
    access.client_per_minute = limits.client_per_minute;
    access.token_per_minute = limits.token_per_minute;
    access.proxies = limits.proxies();
    let secrets = webhook.by_account().into_iter();
    access.webhook = secrets.map(|(named, secret)| (named.unwrap_or_else(|| account.clone()), secret)).collect();
    access
}
