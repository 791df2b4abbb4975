//! Imports: take a file, say how far it is, and hand out the rows that were rejected.

use std::{collections::BTreeMap, sync::Arc};

use axum::{
    extract::{Path, Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use chrono::{DateTime, Duration, Utc};
use contract::RejectedRow;
use kit_intake::{ImportError, Report};
use kit_store::ImportRow;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use super::{id, plain};
use crate::{
    app::App,
    imports::{Publication, PublishError, Spooled, run, spool},
    openapi::Api,
    problem::Problem,
    reads::tagged,
};

/// Imports of a list.
const LISTED: u64 = 50;
/// An import that has said nothing for so long is not going on.
const SILENT: Duration = Duration::minutes(15);

/// Where an import is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ImportState {
    Running,
    Done,
    /// It ended before its end: `failure` says why.
    Failed,
    /// The process that carried it ended. The same file again adds what is missing.
    Interrupted,
}

/// An import.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct ImportView {
    pub(crate) id: Uuid,
    pub(crate) state: ImportState,
    /// What the file was called.
    pub(crate) name: Option<String>,
    /// `linkedin_csv`, `linkedin_archive` or `jsonl`.
    pub(crate) format: Option<String>,
    /// Rows of the file.
    pub(crate) rows: u64,
    pub(crate) rows_read: u64,
    /// Messages handed on to be read.
    pub(crate) kept: u64,
    /// Of them, those that the owner of the inbox wrote.
    pub(crate) outbound: u64,
    pub(crate) conversations: u64,
    /// Messages that had been handed on before.
    pub(crate) duplicates: u64,
    pub(crate) since: Option<DateTime<Utc>>,
    /// Sound rows that are no messages, by reason.
    pub(crate) skipped: BTreeMap<String, u64>,
    pub(crate) rejected: u64,
    /// The first of them; the whole list is at `/imports/{id}/rejected`.
    pub(crate) rejected_rows: Vec<Rejected>,
    pub(crate) warnings: Vec<String>,
    pub(crate) failure: Option<String>,
    pub(crate) started_at: DateTime<Utc>,
    pub(crate) updated_at: DateTime<Utc>,
}

/// A row that could not be taken.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct Rejected {
    pub(crate) line: u64,
    pub(crate) reason: String,
}

/// Rejected rows in an answer.
const SHOWN: usize = 20;

impl ImportView {
    pub(crate) fn of(row: ImportRow, now: DateTime<Utc>) -> Self {
        let ImportRow { progress, started_at, updated_at } = row;
        let report = progress.report.unwrap_or_default();
        let state = match (&report.failure, progress.done) {
            (Some(_), _) => ImportState::Failed,
            (None, true) => ImportState::Done,
            (None, false) if now - updated_at > SILENT => ImportState::Interrupted,
            (None, false) => ImportState::Running,
        };
        let shown = report.rejected_rows.iter().take(SHOWN);
        Self {
            id: progress.import_id,
            state,
            name: report.name,
            format: report.format,
            rows: report.rows,
            rows_read: progress.rows_read,
            kept: progress.kept,
            outbound: report.outbound,
            conversations: report.conversations,
            duplicates: report.duplicates,
            since: report.since,
            skipped: report.skipped,
            rejected: progress.rejected,
            rejected_rows: shown.map(|row| Rejected { line: row.line, reason: row.reason.clone() }).collect(),
            warnings: report.warnings,
            failure: report.failure,
            started_at,
            updated_at,
        }
    }
}

/// The newest imports.
#[derive(Clone, Debug, Serialize, JsonSchema)]
struct Imports {
    items: Vec<ImportView>,
}

pub(super) fn routes(api: Api) -> Api {
    const PART: &str = "imports";
    let file = || json!({ "type": "string", "format": "binary" });
    let form = json!({ "type": "object", "required": ["file"], "properties": { "file": file() } });
    api.post("/imports", take, |op| {
        op.is(PART, "Import a file")
            .detail(
                "LinkedIn's `messages.csv`, the archive that it comes in, or JSON lines, up to 512 MiB. Answered when the \
                 file is whole and its form is known; its rows follow on the slow lane. The same file again adds what is \
                 missing.",
            )
            .body_as("text/csv", file())
            .body_as("application/zip", file())
            .body_as("application/x-ndjson", file())
            .body_as("multipart/form-data", form)
            .answer::<ImportView>(202, "Taken; Location says where its progress is")
            .problems(&[415, 422])
    })
    .get("/imports", list, |op| op.is(PART, "The newest imports").kept::<Imports>("Newest first, 50 at the most"))
    .get("/imports/{id}", one, |op| op.is(PART, "How far an import is").kept::<ImportView>("Its report"))
    .get("/imports/{id}/rejected", rejected, |op| {
        op.is(PART, "The rows that were rejected, as CSV: line and reason")
            .detail("The first 1,000 of them.")
            .answer_as(200, "Line and reason", "text/csv", json!({ "type": "string" }))
    })
}

async fn take(State(app): State<App>, request: Request) -> Result<Response, Problem> {
    let spooled = spool(request).await?;
    let view = begin(&app, spooled).await?;
    let location = format!("/api/v1/imports/{}", view.id);
    Ok(([(header::LOCATION, location)], plain(StatusCode::ACCEPTED, view)).into_response())
}

/// Looks the file through, says that it has begun, and lets it go on by itself.
pub(crate) async fn begin(app: &App, spooled: Spooled) -> Result<ImportView, Problem> {
    let Spooled { file, name } = spooled;
    let looked = tokio::task::spawn_blocking(move || kit_intake::read(file, Utc::now())).await;
    let import = looked.map_err(|_| Problem::internal())?.map_err(wrong)?;
    let mut publication = Publication::of(&import, name, app.bus.clone(), app.account.clone());
    let begun = publication.flush(&Report::default(), false).await.map_err(|error| match error {
        PublishError::Bus(error) => Problem::from(error),
        PublishError::Message(error) => Problem::from(error),
    })?;
    let now = Utc::now();
    app.imports.note(begun.clone(), now);
    tokio::spawn(run(import, publication, Arc::clone(&app.imports), app.shutdown.clone()));
    Ok(ImportView::of(ImportRow { progress: begun, started_at: now, updated_at: now }, now))
}

fn wrong(error: ImportError) -> Problem {
    match error {
        ImportError::TooLarge { .. } => Problem::too_large(error.to_string()),
        ImportError::Io(_) | ImportError::Unreadable(_) => {
            tracing::error!(%error, "an uploaded file cannot be read back");
            Problem::internal()
        }
        error => Problem::field("file", error.to_string()),
    }
}

async fn list(State(app): State<App>, headers: HeaderMap) -> Result<Response, Problem> {
    tagged(&headers, &Imports { items: newest(&app).await? })
}

/// The newest imports, those of this process as far as it knows them itself.
pub(crate) async fn newest(app: &App) -> Result<Vec<ImportView>, Problem> {
    let mut rows: BTreeMap<Uuid, ImportRow> = BTreeMap::new();
    let stored = app.reader.imports(&app.account, LISTED).await?;
    for row in stored.into_iter().chain(app.imports.all()) {
        let known = rows.entry(row.progress.import_id).or_insert_with(|| row.clone());
        if is_ahead(&row, known) {
            *known = ImportRow { started_at: known.started_at.min(row.started_at), ..row };
        }
    }
    let mut rows: Vec<ImportRow> = rows.into_values().collect();
    rows.sort_by_key(|row| std::cmp::Reverse((row.started_at, row.progress.import_id)));
    let now = Utc::now();
    Ok(rows
        .into_iter()
        .take(usize::try_from(LISTED).unwrap_or(usize::MAX))
        .map(|row| ImportView::of(row, now))
        .collect())
}

fn is_ahead(row: &ImportRow, known: &ImportRow) -> bool {
    (row.progress.done, row.progress.rows_read) > (known.progress.done, known.progress.rows_read)
}

/// One import, as far as anybody knows it.
pub(crate) async fn find(app: &App, path: &str) -> Result<ImportRow, Problem> {
    let id = id(path)?;
    let stored = app.reader.import(&app.account, id).await?;
    let row = match (stored, app.imports.get(id)) {
        (Some(stored), Some(here)) if is_ahead(&here, &stored) => Some(here),
        (stored, here) => stored.or(here),
    };
    row.ok_or_else(|| Problem::not_found("there is no such import"))
}

async fn one(State(app): State<App>, Path(path): Path<String>, headers: HeaderMap) -> Result<Response, Problem> {
    tagged(&headers, &ImportView::of(find(&app, &path).await?, Utc::now()))
}

async fn rejected(State(app): State<App>, Path(path): Path<String>) -> Result<Response, Problem> {
    let row = find(&app, &path).await?;
    let rows = row.progress.report.map(|report| report.rejected_rows).unwrap_or_default();
    let text = as_csv(&rows).map_err(|error| {
        tracing::error!(%error, "rejected rows cannot be written");
        Problem::internal()
    })?;
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8")),
        (header::CONTENT_DISPOSITION, HeaderValue::from_static("attachment; filename=\"rejected.csv\"")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    Ok((headers, text).into_response())
}

fn as_csv(rows: &[RejectedRow]) -> Result<Vec<u8>, csv::Error> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(["line", "reason"])?;
    for row in rows {
        writer.write_record([&row.line.to_string(), &row.reason])?;
    }
    writer.into_inner().map_err(|error| csv::Error::from(error.into_error()))
}
