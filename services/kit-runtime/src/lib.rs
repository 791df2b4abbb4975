//! The shell of every process: configuration, logs and traces, the metrics registry, liveness and readiness, and the
//! end. Knows no stage.

mod access;
pub mod admin;
pub mod config;
mod llm;
pub mod shutdown;
pub mod telemetry;
#[cfg(feature = "testing")]
pub mod testing;

pub use admin::{Check, Checks, admin_router};
pub use config::{Config, ConfigError};
