//! The bus: NATS JetStream behind the contract's tables. Connect, apply the topology, publish, and the one loop that
//! runs every stage. The only crate that names async-nats.

mod bucket;
mod connect;
mod dead;
mod error;
mod headers;
mod intake;
mod log;
pub mod metrics;
mod monitor;
mod publish;
mod run;
pub mod server;
mod settle;
mod stage;
mod tail;
#[cfg(feature = "testing")]
pub mod testing;
mod topology;
mod trace;
mod work;

pub use bucket::{Bucket, Change, Entry};
pub use connect::{Bus, ConnectOptions, LEAST_SERVER, without_credentials};
pub use error::BusError;
pub use intake::Intake;
pub use log::{Logged, Lookup, Since};
pub use metrics::Metrics;
pub use monitor::{ConsumerState, PipelineState, StreamState};
pub use publish::Receipt;
pub use run::{Health, RunOptions, Runner};
pub use settle::{Action, Outcome, settle};
pub use stage::{BatchOutcome, Delivery, Output, Stage, StageError};
pub use tail::{Start, Tailed};
pub use topology::{Difference, TopologyOptions};
