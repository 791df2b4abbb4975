//! `sluice import FILE`: an export onto the slow lane of the bus, row by row, nothing twice.

use std::{fmt::Write as _, io::IsTerminal as _};

use gateway::imports::Publication;
use indicatif::{ProgressBar, ProgressStyle};
use kit_intake::{Outcome, Report};
use serde_json::json;

use super::{say, say_json};
use crate::{
    args::{Common, Import},
    failure::Failure,
    instance::Target,
};

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
    let mut publication = match &target {
        Some(target) => {
            let account = args.account.clone().unwrap_or(target.account.clone());
            let name = args.file.file_name().map(|name| name.to_string_lossy().into_owned());
            Some(Publication::of(&import, name, target.bus().await?, account))
        }
        None => None,
    };
    let bar = progress(common, import.len());
    let mut report = Report::default();
    for row in import {
        let row = match row {
            Ok(row) => row,
            Err(error) => {
                if let Some(publication) = &mut publication {
                    publication.fail(&report, error.to_string()).await.map_err(Failure::failed)?;
                }
                return Err(Failure::failed(format!("{}: {error}", args.file.display())));
            }
        };
        report.add(&row);
        bar.inc(1);
        if let (Outcome::Message(message), Some(publication)) = (row.outcome, publication.as_mut())
            && publication.take(*message).map_err(Failure::failed)?
        {
            publication.flush(&report, false).await.map_err(Failure::failed)?;
        }
    }
    let duplicates = match &mut publication {
        Some(publication) => {
            publication.flush(&report, true).await.map_err(Failure::failed)?;
            publication.duplicates()
        }
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
