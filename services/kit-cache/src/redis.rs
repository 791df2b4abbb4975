//! The level in Redis, by fred. Whatever is wrong with the server costs a caller no more than a short wait.

use std::time::Duration;

use bytes::Bytes;
use fred::{
    clients::Client,
    interfaces::{ClientLike as _, EventInterface as _, KeysInterface as _},
    types::{
        Builder, Expiration,
        config::{Config, ReconnectPolicy},
    },
};
use secrecy::{ExposeSecret as _, SecretString};

/// A cache that is slower than this is no help.
const COMMAND: Duration = Duration::from_millis(250);
const CONNECT: Duration = Duration::from_secs(2);

/// Where Redis is.
#[derive(Clone, Debug)]
pub struct Redis {
    /// Like `redis://127.0.0.1:6379/0`; `rediss://` for TLS.
    pub url: SecretString,
    /// First part of every key: what shares a server is told apart by it.
    pub prefix: String,
}

/// An address that cannot be. A server that is away is no fault: it may come back.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("cache.url: {0} (its value is not shown: it may hold a password)")]
pub struct RedisFault(String);

#[derive(Clone, Debug)]
pub(crate) struct Server {
    client: Client,
    prefix: String,
}

impl Server {
    /// Connects, and goes on trying in the background. Waits a moment for the first connection only.
    pub(crate) async fn connect(redis: &Redis) -> Result<Self, RedisFault> {
        let url = redis.url.expose_secret();
        let known = ["redis", "rediss", "valkey", "valkeys"];
        let scheme = url.split([':', '-']).next().filter(|scheme| known.contains(scheme) && url.contains("://"));
        let mut config = scheme
            .ok_or(())
            .and_then(|_| Config::from_url(url).map_err(|_| ()))
            .map_err(|()| RedisFault("not an address of Redis; like redis://127.0.0.1:6379/0".to_owned()))?;
        // A server that is away when we start is treated as one that goes away later.
        config.fail_fast = false;
        let client = Builder::from_config(config)
            .with_connection_config(|connection| {
                connection.connection_timeout = CONNECT;
                connection.internal_command_timeout = CONNECT;
                connection.max_command_attempts = 1;
                connection.unresponsive.max_timeout = Some(4 * COMMAND);
                connection.unresponsive.interval = COMMAND;
            })
            .with_performance_config(|performance| performance.default_command_timeout = COMMAND)
            .set_policy(ReconnectPolicy::new_exponential(0, 100, 5_000, 2))
            .build()
            .map_err(|_| RedisFault("cannot be used; like redis://127.0.0.1:6379/0".to_owned()))?;
        client.on_error(|(error, _)| async move {
            tracing::warn!(kind = ?error.kind(), "Redis does not answer; working without it until it is back");
            Ok(())
        });
        client.connect();
        // Late is no fault either.
        let _ = tokio::time::timeout(CONNECT, client.wait_for_connect()).await;
        Ok(Self { client, prefix: redis.prefix.clone() })
    }

    fn key(&self, key: &str) -> String {
        format!("{}:{key}", self.prefix)
    }

    /// Without a connection the client would queue: a cache does not wait.
    fn connected(&self) -> Result<(), Away> {
        if self.client.is_connected() { Ok(()) } else { Err(Away) }
    }

    /// Asks for a sign of life.
    pub(crate) async fn ping(&self) -> Result<(), Away> {
        self.connected()?;
        self.client.ping::<()>(None).await.map_err(|_| Away)
    }

    pub(crate) async fn get(&self, key: &str) -> Result<Option<Bytes>, Away> {
        self.connected()?;
        self.client.get(self.key(key)).await.map_err(|_| Away)
    }

    pub(crate) async fn set(&self, key: &str, value: Bytes, live: Duration) -> Result<(), Away> {
        self.connected()?;
        let millis = i64::try_from(live.as_millis()).unwrap_or(i64::MAX);
        self.client.set(self.key(key), value, Some(Expiration::PX(millis)), None, false).await.map_err(|_| Away)
    }

    /// Counts one more for a key that ends after `live`; with it, what another key counts.
    pub(crate) async fn count(&self, key: &str, other: &str, live: Duration) -> Result<(u64, u64), Away> {
        self.connected()?;
        let (key, millis) = (self.key(key), i64::try_from(live.as_millis()).unwrap_or(i64::MAX));
        let pipeline = self.client.pipeline();
        let queued = async {
            pipeline.incr::<(), _>(&key).await?;
            pipeline.pexpire::<(), _>(&key, millis, None).await?;
            pipeline.get::<(), _>(self.key(other)).await?;
            pipeline.all::<(u64, bool, Option<u64>)>().await
        };
        let (count, _, other) = queued.await.map_err(|_: fred::error::Error| Away)?;
        Ok((count, other.unwrap_or_default()))
    }

    /// Takes back one. Where that fails, one too many is counted for a while.
    pub(crate) async fn uncount(&self, key: &str) {
        if self.connected().is_ok() {
            let _: Result<(), _> = self.client.decr(self.key(key)).await;
        }
    }

    pub(crate) async fn remove(&self, key: &str) -> Result<(), Away> {
        self.connected()?;
        self.client.del(self.key(key)).await.map_err(|_| Away)
    }
}

/// Redis did not do it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Away;
