//! Imports: a file onto the slow lane of the bus, oldest message first, nothing twice, with a word on progress after
//! each window. The same for an upload and for the command line.

mod running;
mod upload;

use bus::{Bus, BusError, Intake, Output};
use chrono::Utc;
use contract::{Account, DecodeError, ImportProgressed, ImportReport, MessageReceived, RejectedRow, topology::Lane};
use kit_intake::{Format, Import, Report};
use uuid::Uuid;

pub(crate) use self::{
    running::{Running, run},
    upload::{Spooled, spool},
};

/// Messages published with one window of acknowledgements.
const WINDOW: usize = 512;
/// What the events say they come from.
const SOURCE: &str = "sluice/import";
/// Rejected rows that the last event lists: it must stay far below the largest payload.
const LISTED: usize = 1000;

/// An import on its way.
#[derive(Debug)]
pub struct Publication {
    bus: Bus,
    account: Account,
    id: Uuid,
    window: Vec<Output>,
    head: ImportReport,
    duplicates: u64,
}

/// Why an import ended before its end.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// The bus did not take a window. What was taken stays, and the same import again adds what is missing.
    #[error("{0}; what was published stays, and the same import again adds only what is missing")]
    Bus(#[from] BusError),
    /// A message that no stage would accept.
    #[error(transparent)]
    Message(#[from] DecodeError),
}

impl Publication {
    /// Of a file that has been looked through.
    #[must_use]
    pub fn of(import: &Import, name: Option<String>, bus: Bus, account: Account) -> Self {
        let format = match import.format {
            Format::LinkedinCsv => "linkedin_csv",
            Format::LinkedinArchive => "linkedin_archive",
            Format::Jsonl => "jsonl",
        };
        let head = ImportReport {
            name: name.map(|name| name.chars().filter(|c| !c.is_control()).take(200).collect()),
            format: Some(format.to_owned()),
            rows: import.len() as u64,
            warnings: import.warnings.clone(),
            ..ImportReport::default()
        };
        Self { bus, account, id: Uuid::now_v7(), window: Vec::with_capacity(WINDOW), head, duplicates: 0 }
    }

    /// Its id.
    #[must_use]
    pub fn id(&self) -> Uuid {
        self.id
    }

    /// Messages that had been published before.
    #[must_use]
    pub fn duplicates(&self) -> u64 {
        self.duplicates
    }

    /// Takes a message. True where the window is full, and is to be flushed.
    ///
    /// # Errors
    /// [`PublishError::Message`].
    pub fn take(&mut self, message: MessageReceived) -> Result<bool, PublishError> {
        let intake = Intake::new(&self.account, message, Lane::Bulk, SOURCE, Utc::now())?;
        self.window.push(intake.output);
        Ok(self.window.len() >= WINDOW)
    }

    /// Publishes the window, and how far the import is. After an error the window is still there, to be flushed again:
    /// what the bus has it keeps once.
    ///
    /// # Errors
    /// [`PublishError::Bus`].
    pub async fn flush(&mut self, report: &Report, done: bool) -> Result<ImportProgressed, PublishError> {
        let mut there = 0;
        for receipt in self.bus.publish_all(self.window.clone()).await {
            there += u64::from(receipt?.duplicate);
        }
        self.duplicates += there;
        self.window.clear();
        let progress = self.progress(report, done, None);
        self.say(&progress).await?;
        Ok(progress)
    }

    /// Says that the import ended before its end.
    ///
    /// # Errors
    /// [`PublishError::Bus`].
    pub async fn fail(&mut self, report: &Report, why: String) -> Result<ImportProgressed, PublishError> {
        let progress = self.progress(report, true, Some(why));
        self.say(&progress).await?;
        Ok(progress)
    }

    async fn say(&self, progress: &ImportProgressed) -> Result<(), PublishError> {
        let about = Output::new(&self.account, progress).about(self.id).from_source(SOURCE);
        self.bus.publish(about).await?;
        Ok(())
    }

    /// How far it is.
    #[must_use]
    pub fn progress(&self, report: &Report, done: bool, failure: Option<String>) -> ImportProgressed {
        let rejected_rows = report.rejected_rows.iter().take(if done { LISTED } else { 0 });
        let rejected_rows = rejected_rows.map(|row| RejectedRow { line: row.line, reason: row.reason.clone() });
        let skipped = report.skipped.iter().map(|(skip, count)| (skip.reason().to_owned(), *count));
        ImportProgressed {
            import_id: self.id,
            rows_read: report.rows,
            kept: report.kept,
            // Which rows are private is the analyzer's judgement; a file does not say.
            private: 0,
            rejected: report.rejected,
            done,
            report: Some(ImportReport {
                outbound: report.outbound,
                conversations: report.conversations,
                duplicates: self.duplicates,
                since: report.since,
                skipped: skipped.collect(),
                rejected_rows: rejected_rows.collect(),
                failure,
                ..self.head.clone()
            }),
        }
    }
}
