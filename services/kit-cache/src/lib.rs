//! A cache that never fails its caller: in this process, or in Redis with a small level of this process before it. What
//! goes wrong is a miss, and counted. Concurrent loads of one key are one load.

mod cache;
mod limiter;
mod memory;
mod metrics;
mod redis;
#[cfg(feature = "testing")]
pub mod testing;

pub use cache::{Cache, Loaded};
pub use limiter::{LONGEST, Limiter, Verdict};
pub use metrics::{Metrics, OperationLabel, StatusLabel};
pub use redis::{Redis, RedisFault};
