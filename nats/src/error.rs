//! What can go wrong on the bus, each kind with what to do about it.

/// An error of the bus.
#[derive(Debug, thiserror::Error)]
pub enum BusError {
    /// No server answers at the address.
    #[error("no NATS server answers at {url}: {detail}")]
    Connect { url: String, detail: String },
    /// A server without JetStream.
    #[error("the NATS server has no JetStream; start it with `jetstream {{}}` in its configuration")]
    NoJetStream,
    /// A server older than what the bus rests on.
    #[error("nats-server {found} is too old; {least} or newer is needed")]
    TooOld { found: String, least: &'static str },
    /// A stream or consumer that the tables name is not there.
    #[error("{what} does not exist; run `sluice topology apply`")]
    Missing { what: String },
    /// A stream or consumer differs from the tables.
    #[error("{what} differs from the tables ({detail}); run `sluice topology diff`, then `sluice topology apply`")]
    Drift { what: String, detail: String },
    /// The stream did not take the message: full, or no answer in time.
    #[error("{subject} was not accepted: {detail}")]
    Publish { subject: String, detail: String },
    /// No stream will ever take the message, however often it is sent.
    #[error("{subject} can never be accepted: {detail}")]
    Unacceptable { subject: String, detail: String },
    /// The key has another revision than expected.
    #[error("`{key}` was changed by someone else since it was read")]
    Conflict { key: String },
    /// A stage without a row in the tables.
    #[error("`{0}` is no stage of the tables")]
    UnknownStage(String),
    /// Any other request that failed.
    #[error("{doing}: {detail}")]
    Request { doing: &'static str, detail: String },
}

impl BusError {
    /// Wraps a failed request.
    pub(crate) fn request(doing: &'static str) -> impl FnOnce(&dyn std::fmt::Display) -> Self {
        move |e| Self::Request { doing, detail: e.to_string() }
    }

    /// Whether trying again may help without anybody's doing.
    pub fn is_passing(&self) -> bool {
        matches!(self, Self::Connect { .. } | Self::Publish { .. } | Self::Request { .. })
    }
}
