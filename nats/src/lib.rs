//! The bus: NATS JetStream behind the contract's tables. Connect, apply the topology, publish, and the one loop that
//! runs every stage. The only crate that names async-nats.

pub mod stage;

pub use stage::{BatchOutcome, Delivery, Output, Stage, StageError};
