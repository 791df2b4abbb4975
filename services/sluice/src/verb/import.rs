//! `sluice import FILE`: an export onto the slow lane of the bus, row by row, nothing twice.

use std::{fmt::Write as _, io::IsTerminal as _};

use bus::{Bus, Intake, Output};
use chrono::Utc;
use contract::{Account, ImportProgressed, MessageReceived, topology};
use indicatif::{ProgressBar, ProgressStyle};
use kit_intake::{Outcome, Report};
use serde_json::json;
use uuid::Uuid;

use super::{say, say_json};
use crate::{
    args::{Common, Import},
    failure::Failure,
    instance::Target,
};

/// Messages published with one window of acknowledgements.
const WINDOW: usize = 512;

pub(crate) async fn run(common: &Common, args: Import) -> Result<(), Failure> {
    let mut import =
        kit_intake::open(&args.file).map_err(|e| Failure::failed(format!("{}: {e}", args.file.display())))?;
    if let Some(owner) = &args.owner {
        import = import.owned_by(owner);
    }
    for warning in &import.warnings {
        super::remark(format!("note: {warning}"));
    }
    let (format, owner) = (import.format, import.owner.clone());
    let target = if args.dry_run { None } else { Some(Target::find(common)?) };
    let lane = match &target {
        Some(target) => {
            let account = args.account.clone().unwrap_or(target.account.clone());
            Some(Lane::new(target.bus().await?, account))
        }
        None => None,
    };
    let bar = progress(common, import.len());
    let mut report = Report::default();
    let mut lane = lane;
    for row in import {
        let row = row.map_err(|e| Failure::failed(format!("{}: {e}", args.file.display())))?;
        report.add(&row);
        bar.inc(1);
        if let (Outcome::Message(message), Some(lane)) = (row.outcome, lane.as_mut()) {
            lane.take(*message, &report).await?;
        }
    }
    let duplicates = match lane {
        Some(lane) => lane.finish(&report).await?,
        None => 0,
    };
    bar.finish_and_clear();
    let owner = owner.map(|owner| owner.to_string());
    if common.json {
        say_json(
            &json!({ "format": format, "owner": owner, "dry_run": args.dry_run, "duplicates": duplicates, "report": report }),
        )
    } else {
        say(sentence(&report, owner.as_deref(), args.dry_run, duplicates))
    }
}

/// The slow lane: messages in windows, and a word on progress after each.
struct Lane {
    bus: Bus,
    account: Account,
    import_id: Uuid,
    window: Vec<Output>,
    duplicates: u64,
}

impl Lane {
    fn new(bus: Bus, account: Account) -> Self {
        Self { bus, account, import_id: Uuid::now_v7(), window: Vec::with_capacity(WINDOW), duplicates: 0 }
    }

    async fn take(&mut self, message: MessageReceived, report: &Report) -> Result<(), Failure> {
        let intake = Intake::new(&self.account, message, topology::Lane::Bulk, "sluice/import", Utc::now());
        self.window.push(intake.map_err(Failure::failed)?.output);
        if self.window.len() >= WINDOW { self.flush(report, false).await } else { Ok(()) }
    }

    async fn flush(&mut self, report: &Report, done: bool) -> Result<(), Failure> {
        for receipt in self.bus.publish_all(std::mem::take(&mut self.window)).await {
            let receipt = receipt.map_err(|e| {
                Failure::failed(format!(
                    "{e}; what was published stays, and the same import again adds only what is missing"
                ))
            })?;
            self.duplicates += u64::from(receipt.duplicate);
        }
        let progress = ImportProgressed {
            import_id: self.import_id,
            rows_read: report.rows,
            kept: report.kept,
            // Which rows are private is the analyzer's judgement; a file does not say.
            private: 0,
            rejected: report.rejected,
            done,
        };
        let about = Output::new(&self.account, &progress).about(self.import_id).from_source("sluice/import");
        self.bus.publish(about).await?;
        Ok(())
    }

    async fn finish(mut self, report: &Report) -> Result<u64, Failure> {
        self.flush(report, true).await?;
        Ok(self.duplicates)
    }
}

fn progress(common: &Common, rows: usize) -> ProgressBar {
    if common.json || !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{bar:40} {pos} of {len} rows  {per_sec}  {eta} left");
    let bar = ProgressBar::new(rows as u64);
    match style {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

fn sentence(report: &Report, owner: Option<&str>, dry_run: bool, duplicates: u64) -> String {
    let mut text = format!(
        "{} rows: {} messages in {} conversations{}, {} of them yours",
        report.rows,
        report.kept,
        report.conversations,
        report.since.map_or_else(String::new, |t| format!(" since {}", t.format("%Y-%m-%d"))),
        report.outbound
    );
    // Writing to a String does not fail.
    let _ = match owner {
        Some(owner) => write!(text, "\nowner of the inbox: {owner}"),
        None => write!(
            text,
            "\nowner of the inbox: not recognised; every message counts as received (--owner ADDRESS says whose it is)"
        ),
    };
    for (skip, count) in &report.skipped {
        let _ = write!(text, "\nskipped {count}: {}", skip.reason());
    }
    for rejected in &report.rejected_rows {
        let _ = write!(text, "\nrejected line {}: {}", rejected.line, rejected.reason);
    }
    let listed = report.rejected_rows.len() as u64;
    if report.rejected > listed {
        let _ = write!(text, "\n… and {} more rejected rows", report.rejected - listed);
    }
    let _ = match (dry_run, duplicates) {
        (true, _) => write!(text, "\nnothing was published (--dry-run)"),
        (false, 0) => write!(text, "\npublished; the page shows them as they are read"),
        (false, n) => write!(text, "\npublished; {n} were there already"),
    };
    text
}
