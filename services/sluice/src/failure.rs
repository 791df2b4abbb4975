//! How a verb fails: one sentence with its remedy on stderr, and a status that scripts can tell apart.

use std::{fmt::Display, process::ExitCode};

use bus::{BusError, server::ServerError};
use kit_runtime::ConfigError;
use kit_store::StoreError;

/// A failed verb.
#[derive(Debug)]
pub(crate) struct Failure {
    status: u8,
    message: String,
}

/// sysexits' EX_CONFIG.
const BAD_CONFIGURATION: u8 = 78;

impl Failure {
    /// Status 1.
    pub(crate) fn failed(message: impl Display) -> Self {
        Self { status: 1, message: message.to_string() }
    }

    /// Status 2.
    pub(crate) fn bad_use(message: impl Display) -> Self {
        Self { status: 2, message: message.to_string() }
    }

    /// Status 78.
    pub(crate) fn configuration(message: impl Display) -> Self {
        Self { status: BAD_CONFIGURATION, message: message.to_string() }
    }

    /// Nothing to say beside the status.
    pub(crate) fn silent() -> Self {
        Self { status: 1, message: String::new() }
    }

    /// Prints it and gives the status.
    #[expect(clippy::print_stderr, reason = "the one place where a verb's failure is printed")]
    pub(crate) fn report(self) -> ExitCode {
        if !self.message.is_empty() {
            eprintln!("sluice: {}", self.message);
        }
        ExitCode::from(self.status)
    }
}

impl Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl From<ConfigError> for Failure {
    fn from(error: ConfigError) -> Self {
        Self::configuration(error)
    }
}

impl From<BusError> for Failure {
    fn from(error: BusError) -> Self {
        match error {
            BusError::TooOld { .. } | BusError::NoJetStream | BusError::Missing { .. } | BusError::Drift { .. } => {
                Self::configuration(error)
            }
            BusError::Connect { .. } => Self::failed(format!("{error}; check nats.url, or start one with `sluice up`")),
            _ => Self::failed(error),
        }
    }
}

impl From<ServerError> for Failure {
    fn from(error: ServerError) -> Self {
        match error {
            ServerError::Start { .. } => Self::failed(error),
            _ => Self::configuration(error),
        }
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unavailable(_) => Self::failed(format!("{error}; check database.url")),
            _ => Self::failed(error),
        }
    }
}
