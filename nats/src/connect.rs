//! The connection, shared by everything that a process does on the bus.

use std::time::Duration;

use async_nats::{ServerInfo, jetstream};
use contract::{subject::Prefix, topology};
use futures::StreamExt as _;
use tokio::sync::watch;

use crate::{bucket::Bucket, error::BusError};

/// Oldest nats-server: consumers with several filter subjects, metadata and pause.
pub const LEAST_SERVER: &str = "2.11.0";

/// How long a publish may wait for the stream's word.
const ACK_TIMEOUT: Duration = Duration::from_secs(10);

/// Where the server is and who we are.
#[derive(Clone, Default)]
pub struct ConnectOptions {
    /// `nats://host:port`, several by commas.
    pub url: String,
    /// Name shown by the server's monitoring.
    pub name: String,
    /// User and password, where the server asks for them.
    pub user: Option<(String, String)>,
    /// Path of a credentials file, where the server asks for one.
    pub credentials_file: Option<std::path::PathBuf>,
    /// Prefix of every subject and name.
    pub prefix: Prefix,
}

impl std::fmt::Debug for ConnectOptions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ConnectOptions")
            .field("url", &without_credentials(&self.url))
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

/// A connection to the bus. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Bus {
    pub(crate) client: async_nats::Client,
    pub(crate) jetstream: jetstream::Context,
    pub(crate) prefix: Prefix,
    pub(crate) name: String,
    /// Counts connections made; a pull that spans two of them has been forgotten by the server.
    pub(crate) connections: watch::Receiver<u64>,
}

impl Bus {
    /// Connects once; a connection that is lost later comes back by itself.
    ///
    /// # Errors
    /// [`BusError::Connect`], [`BusError::TooOld`], [`BusError::NoJetStream`].
    pub async fn connect(options: ConnectOptions) -> Result<Self, BusError> {
        let failed = |detail: String| BusError::Connect { url: without_credentials(&options.url), detail };
        let (connected, connections) = watch::channel(0_u64);
        let mut connect = async_nats::ConnectOptions::new()
            .name(&options.name)
            .connection_timeout(Duration::from_secs(5))
            .request_timeout(Some(ACK_TIMEOUT))
            .reconnect_delay_callback(|attempt| Duration::from_millis((50 << attempt.min(6)).min(2_000)))
            .event_callback(move |event| {
                if matches!(event, async_nats::Event::Connected) {
                    connected.send_modify(|count| *count += 1);
                }
                async move {
                    match event {
                        async_nats::Event::Connected | async_nats::Event::Closed => {
                            tracing::info!(%event, "nats")
                        }
                        event => tracing::warn!(%event, "nats"),
                    }
                }
            });
        if let Some((user, password)) = options.user.clone() {
            // What one user receives is out of the others' reach: permissions give each an inbox of its own.
            if user.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') && !user.is_empty() {
                connect = connect.custom_inbox_prefix(format!("_INBOX.{user}"));
            }
            connect = connect.user_and_password(user, password);
        }
        if let Some(path) = &options.credentials_file {
            connect = connect.credentials_file(path).await.map_err(|e| failed(format!("{}: {e}", path.display())))?;
        }
        let servers: Vec<&str> = options.url.split(',').map(str::trim).collect();
        let client = connect.connect(servers).await.map_err(|e| failed(e.to_string()))?;
        let ServerInfo { version, jetstream: enabled, .. } = client.server_info();
        if older(&version, LEAST_SERVER) {
            return Err(BusError::TooOld { found: version, least: LEAST_SERVER });
        }
        if !enabled {
            return Err(BusError::NoJetStream);
        }
        let jetstream =
            jetstream::ContextBuilder::new().timeout(ACK_TIMEOUT).ack_timeout(ACK_TIMEOUT).build(client.clone());
        Ok(Self { client, jetstream, prefix: options.prefix, name: options.name, connections })
    }

    /// The prefix of every subject and name.
    pub fn prefix(&self) -> &Prefix {
        &self.prefix
    }

    /// Version of the server and its cluster's name, if it is in one.
    pub fn server(&self) -> (String, Option<String>) {
        let info = self.client.server_info();
        (info.version, info.cluster)
    }

    /// Whether there is a connection now, as far as this side knows. Asks nobody.
    pub fn is_connected(&self) -> bool {
        matches!(self.client.connection_state(), async_nats::connection::State::Connected)
    }

    /// Asks the server for a sign of life.
    ///
    /// # Errors
    /// [`BusError::Request`] where none comes within two seconds.
    pub async fn ping(&self) -> Result<(), BusError> {
        let answer = tokio::time::timeout(Duration::from_secs(2), self.jetstream.query_account()).await;
        match answer {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(e)) => Err(BusError::request("ask the NATS server for a sign of life")(&e)),
            Err(_) => Err(BusError::request("ask the NATS server for a sign of life")(&"no answer in 2 s")),
        }
    }

    /// Sequence of the newest event in the log.
    ///
    /// # Errors
    /// [`BusError::Missing`] or [`BusError::Request`].
    pub async fn last_sequence(&self) -> Result<u64, BusError> {
        Ok(self.stream(topology::EVENTS).await?.cached_info().state.last_sequence)
    }

    /// A key-value bucket of the tables.
    ///
    /// # Errors
    /// [`BusError::Missing`] where the topology was never applied.
    pub async fn bucket(&self, name: &str) -> Result<Bucket, BusError> {
        let name = self.prefix.name(name);
        match self.jetstream.get_key_value(&name).await {
            Ok(store) => Ok(Bucket { store, connections: self.connections.clone() }),
            Err(_) => Err(BusError::Missing { what: format!("key-value bucket {name}") }),
        }
    }

    /// Sends what is still in the client's buffer.
    ///
    /// # Errors
    /// [`BusError::Request`] where the connection is lost.
    pub async fn flush(&self) -> Result<(), BusError> {
        self.client.flush().await.map_err(|e| BusError::request("flush")(&e))
    }

    /// A stream of the tables by its bare name, with fresh info.
    pub(crate) async fn stream(&self, bare: &str) -> Result<jetstream::stream::Stream, BusError> {
        use async_nats::jetstream::context::GetStreamErrorKind as Kind;
        let name = self.prefix.name(bare);
        self.jetstream.get_stream(&name).await.map_err(|e| match e.kind() {
            Kind::JetStream(_) => BusError::Missing { what: format!("stream {name}") },
            _ => BusError::request("look up a stream")(&e),
        })
    }

    /// Names of every consumer of a stream, for `status` and `topology diff`.
    pub(crate) async fn consumer_names(&self, stream: &jetstream::stream::Stream) -> Vec<String> {
        stream.consumer_names().filter_map(|name| async { name.ok() }).collect().await
    }
}

/// Addresses as they may be shown: a user and password before the host are left out.
pub fn without_credentials(url: &str) -> String {
    let shown = url.split(',').map(|address| match address.rsplit_once('@') {
        Some((before, host)) => {
            format!("{}{host}", before.split_inclusive("://").next().filter(|s| s.ends_with("://")).unwrap_or_default())
        }
        None => address.to_owned(),
    });
    shown.collect::<Vec<_>>().join(",")
}

/// Compares dotted versions number by number.
pub(crate) fn older(found: &str, least: &str) -> bool {
    let numbers = |v: &str| -> Vec<u32> { v.split(['.', '-']).map_while(|part| part.parse().ok()).collect() };
    numbers(found) < numbers(least)
}

#[cfg(test)]
mod tests {
    use super::{Bus, ConnectOptions, older, without_credentials};

    #[test]
    fn an_address_is_shown_without_its_credentials() {
        for (url, shown) in [
            ("nats://127.0.0.1:4222", "nats://127.0.0.1:4222"),
            ("nats://user:hunter2@one:4222,nats://hunter2@two", "nats://one:4222,nats://two"),
            ("user:hunter2@one", "one"),
            ("nats://user:p@hunter2@one", "nats://one"),
        ] {
            assert_eq!(without_credentials(url), shown);
        }
    }

    #[tokio::test]
    async fn neither_an_error_nor_debug_output_shows_a_password() {
        let options = ConnectOptions { url: "nats://user:hunter2@127.0.0.1:1".to_owned(), ..Default::default() };
        assert!(!format!("{options:?}").contains("hunter2"));
        let error = Bus::connect(options).await.unwrap_err().to_string();
        assert!(error.contains("nats://127.0.0.1:1") && !error.contains("hunter2"), "{error}");
    }

    #[test]
    fn a_version_is_compared_number_by_number() {
        assert!(older("2.9.25", "2.11.0"));
        assert!(!older("2.11.0", "2.11.0"));
        assert!(!older("2.15.1", "2.11.0"));
        assert!(older("2.10.26-beta", "2.11.0"));
    }
}
