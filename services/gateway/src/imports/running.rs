//! Imports under way in this process, and the task that carries one to its end.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use chrono::{DateTime, Utc};
use contract::ImportProgressed;
use kit_intake::{Import, Outcome, Report};
use kit_store::ImportRow;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::{Publication, PublishError};

/// Imports remembered; the store has the others.
const MOST: usize = 64;
/// Wait before a window is sent again that the bus did not take.
const PAUSE: Duration = Duration::from_secs(2);
/// Sent again this often: ten minutes at the least, and the bus is back or somebody knows.
const TRIES: usize = 300;

/// What this process knows of its own imports before the store does.
#[derive(Debug, Default)]
pub(crate) struct Running(Mutex<Known>);

#[derive(Debug, Default)]
struct Known {
    rows: HashMap<Uuid, ImportRow>,
    order: VecDeque<Uuid>,
}

impl Running {
    pub(crate) fn note(&self, progress: ImportProgressed, now: DateTime<Utc>) {
        let (mut known, id) = (self.0.lock().unwrap_or_else(PoisonError::into_inner), progress.import_id);
        match known.rows.get_mut(&id) {
            Some(row) => (row.progress, row.updated_at) = (progress, now),
            None => {
                known.rows.insert(id, ImportRow { progress, started_at: now, updated_at: now });
                known.order.push_back(id);
                if known.order.len() > MOST
                    && let Some(oldest) = known.order.pop_front()
                {
                    known.rows.remove(&oldest);
                }
            }
        }
    }

    pub(crate) fn get(&self, id: Uuid) -> Option<ImportRow> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).rows.get(&id).cloned()
    }

    /// The newest first.
    pub(crate) fn all(&self) -> Vec<ImportRow> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.order.iter().rev().filter_map(|id| known.rows.get(id).cloned()).collect()
    }
}

/// Carries an import to its end. A bus that is away is waited for; what cannot go on is said.
pub(crate) async fn run(import: Import, mut publication: Publication, running: Arc<Running>, end: CancellationToken) {
    let mut report = Report::default();
    let outcome = end.run_until_cancelled(publish(import, &mut publication, &mut report, &running)).await;
    if let Some(Err(why)) = outcome {
        tracing::warn!(import = %publication.id(), %why, "an import ended before its end");
        let why = why.to_string();
        let ended = publication.progress(&report, true, Some(why.clone()));
        running.note(ended, Utc::now());
        if let Err(error) = publication.fail(&report, why).await {
            tracing::warn!(import = %publication.id(), %error, "nor could that be said");
        }
    }
}

async fn publish(
    import: Import,
    publication: &mut Publication,
    report: &mut Report,
    running: &Running,
) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let mut rows = import.into_iter();
    loop {
        // A row is read from a file that is at hand; a window of them takes milliseconds.
        let (back, window) = tokio::task::spawn_blocking(move || {
            let window: Vec<_> = rows.by_ref().take(super::WINDOW).collect();
            (rows, window)
        })
        .await?;
        rows = back;
        let last = window.is_empty();
        for row in window {
            let row = row?;
            report.add(&row);
            if let Outcome::Message(message) = row.outcome {
                publication.take(*message)?;
            }
        }
        let progress = flush(publication, report, last).await?;
        running.note(progress, Utc::now());
        if last {
            return Ok(());
        }
    }
}

async fn flush(publication: &mut Publication, report: &Report, done: bool) -> Result<ImportProgressed, PublishError> {
    let mut tries = 0;
    loop {
        match publication.flush(report, done).await {
            Err(error @ PublishError::Bus(_)) if tries < TRIES => {
                tracing::debug!(%error, "the bus did not take a window of an import; it is sent again");
                tries += 1;
                tokio::time::sleep(PAUSE).await;
            }
            outcome => return outcome,
        }
    }
}
