//! What the handlers share.

use std::sync::Arc;

use bus::Bus;
use contract::Account;
use kit_store::Reader;
use tokio_util::sync::CancellationToken;

use crate::{
    accepted::Accepted, api::Rates, at_once::ReadAtOnce, command::Outcomes, imports::Running, live::Live,
    metrics::Metrics, reads::Reads, words::Catalogue,
};

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
    /// What came of the commands given here.
    pub(crate) outcomes: Arc<Outcomes>,
    pub(crate) accepted: Arc<Accepted>,
    pub(crate) catalogue: Arc<Catalogue>,
    /// Reads a message without storing it.
    pub(crate) at_once: Arc<dyn ReadAtOnce>,
    /// How fast each consumer has been.
    pub(crate) rates: Arc<Rates>,
    /// Imports that this process carries.
    pub(crate) imports: Arc<Running>,
    /// The process ends.
    pub(crate) shutdown: CancellationToken,
}
