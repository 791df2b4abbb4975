//! What the handlers share.

use std::sync::Arc;

use bus::Bus;
use contract::Account;
use kit_store::Reader;

use crate::{accepted::Accepted, live::Live, metrics::Metrics, reads::Reads, words::Catalogue};

/// Shared by all handlers; cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct App {
    pub(crate) bus: Bus,
    pub(crate) reader: Reader,
    /// Answers of reads that are kept.
    pub(crate) reads: Reads,
    pub(crate) account: Account,
    pub(crate) metrics: Metrics,
    pub(crate) live: Arc<Live>,
    pub(crate) accepted: Arc<Accepted>,
    pub(crate) catalogue: Arc<Catalogue>,
}
