//! Who may come in. A request is known by a token, a JWT or a browser's session, is counted, is checked against its
//! role, and is then served by the routes of its own account, whose state knows no other.

mod client;
mod door;
mod identity;
mod jwt;
mod login;
mod rooms;
mod session;
pub mod token;

use std::time::Duration;

use contract::Account;
use ipnet::IpNet;
use secrecy::SecretString;

pub use self::identity::Identity;
pub(crate) use self::{
    door::{Door, enter, watched},
    login::routes as login_routes,
    rooms::Rooms,
};

/// Who may come in, and how often.
#[derive(Clone, Debug)]
pub struct Access {
    /// Whether one without a token is taken for the owner while no token is in force. For loopback alone.
    pub open: bool,
    /// Signs the sessions of browsers.
    pub session_key: SecretString,
    /// How long a login lasts.
    pub session: Duration,
    /// JWTs that are believed.
    pub jwt: Option<Jwt>,
    /// Writes, and what comes without a token, in a minute and by address. 0: no limit.
    pub client_per_minute: u32,
    /// Reads of one who is known, in a minute. 0: no limit.
    pub token_per_minute: u32,
    /// Whose `X-Forwarded-For` is believed.
    pub proxies: Vec<IpNet>,
    /// Secrets of the webhook, each with the account that it brings messages to.
    pub webhook: Vec<(Account, SecretString)>,
    /// How long it is remembered that a token is good: a revocation takes effect after it at the latest.
    pub remember: Duration,
}

/// JWTs that the operator signs.
#[derive(Clone, Debug)]
pub struct Jwt {
    /// Of HS256.
    pub key: SecretString,
    /// What `aud` must be.
    pub audience: String,
}

impl Access {
    /// The open door of a laptop.
    #[must_use]
    pub fn open() -> Self {
        Self {
            open: true,
            session_key: random_key(),
            session: Duration::from_secs(12 * 3600),
            jwt: None,
            client_per_minute: 100,
            token_per_minute: 600,
            proxies: Vec::new(),
            webhook: Vec::new(),
            remember: Duration::from_secs(5),
        }
    }
}

/// A key that lives as long as the process.
#[must_use]
pub fn random_key() -> SecretString {
    token::random().into()
}
