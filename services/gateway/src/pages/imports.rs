//! Imports: a file is dropped in, its rows go by, and a report says what was found in it.

use askama::Template;
use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use chrono::Datelike as _;

use super::{
    Visit, broken,
    frame::{Frame, Scene},
    money::grouped,
    opportunity::moment,
};
use crate::{
    api::imports::{ImportState, ImportView, begin, newest},
    app::App,
    imports::spool,
    problem::Problem,
    words::Words,
};

/// `GET /imports`
pub(super) async fn show(State(app): State<App>, uri: Uri, headers: HeaderMap) -> Response {
    let visit = Visit::of(&uri, &headers);
    let page = page(&app, &visit, None).await;
    visit.answer(&app, page)
}

/// `POST /imports`: takes the file and shows how far it is.
pub(super) async fn take(State(app): State<App>, uri: Uri, headers: HeaderMap, request: Request) -> Response {
    let taken = async { begin(&app, spool(request).await?).await };
    match taken.await {
        Ok(_) => (StatusCode::SEE_OTHER, [(header::LOCATION, HeaderValue::from_static("/imports"))]).into_response(),
        Err(problem) if problem.status().is_server_error() => {
            Visit::at("/imports", &uri, &headers).answer(&app, Err(problem))
        }
        Err(problem) => {
            let visit = Visit::at("/imports", &uri, &headers);
            let page = page(&app, &visit, Some(fault(&problem))).await;
            let mut response = visit.answer(&app, page);
            if response.status() == StatusCode::OK {
                *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
            }
            response
        }
    }
}

/// Why a file is not taken, as a word of the message file.
fn fault(problem: &Problem) -> &'static str {
    match problem.status() {
        StatusCode::PAYLOAD_TOO_LARGE => "import-too-large",
        _ => "import-unknown",
    }
}

async fn page(app: &App, visit: &Visit, fault: Option<&'static str>) -> Result<String, Problem> {
    let imports = newest(app).await?;
    let scene = visit.scene_with_tally(app, None).await;
    render(&scene, &imports, fault).map_err(|error| broken(&error))
}

#[derive(Template)]
#[template(path = "imports.html")]
struct Html<'a> {
    frame: Frame<'a>,
    fault: Option<&'static str>,
    running: bool,
    waiting: u64,
    imports: Vec<Import>,
}

struct Import {
    id: String,
    name: String,
    at: String,
    state: String,
    class: &'static str,
    /// Part of the rows that is read, in hundredths.
    share: u64,
    report: Vec<String>,
    rejected: u64,
    rejected_rows: Vec<(u64, String)>,
    failure: Option<String>,
}

/// Renders the page.
///
/// # Errors
/// Where the template fails.
pub(crate) fn render(
    scene: &Scene<'_>,
    imports: &[ImportView],
    fault: Option<&'static str>,
) -> Result<String, askama::Error> {
    let frame = Frame::of(scene, "/imports");
    let words = frame.words;
    Html {
        fault,
        running: imports.iter().any(|import| import.state == ImportState::Running),
        waiting: scene.tally.unwrap_or_default().inbox,
        imports: imports.iter().map(|import| told(import, words)).collect(),
        frame,
    }
    .render()
}

fn told(import: &ImportView, words: &Words) -> Import {
    let (state, class) = match import.state {
        ImportState::Running => ("import-running", "inter"),
        ImportState::Done => ("import-done", "high"),
        ImportState::Failed => ("import-failed", "fail"),
        ImportState::Interrupted => ("import-interrupted", "low"),
    };
    let number = |n: u64| grouped(i64::try_from(n).unwrap_or(i64::MAX));
    let mut report = vec![match import.since {
        Some(since) => words.with2("report-conversations", number(import.conversations), since.year()),
        None => words.with2("report-rows", number(import.rows_read), number(import.rows.max(import.rows_read))),
    }];
    report.push(words.with("report-kept", number(import.kept)));
    let told = [
        ("report-outbound", import.outbound),
        ("report-duplicates", import.duplicates),
        ("report-rejected", import.rejected),
    ];
    report.extend(told.into_iter().filter(|(_, n)| *n > 0).map(|(key, n)| words.with(key, number(n))));
    report.extend(import.skipped.iter().map(|(reason, n)| format!("{} {}", number(*n), words.of("skipped", reason))));
    Import {
        id: import.id.to_string(),
        name: import
            .name
            .clone()
            .unwrap_or_else(|| words.of("import-format", import.format.as_deref().unwrap_or("file"))),
        at: moment(import.started_at),
        state: words.t(state).to_owned(),
        class,
        share: match import.state {
            ImportState::Done => 100,
            _ => (import.rows_read * 100).checked_div(import.rows).unwrap_or(0).min(100),
        },
        report,
        rejected: import.rejected,
        rejected_rows: import.rejected_rows.iter().map(|row| (row.line, row.reason.clone())).collect(),
        failure: import.failure.clone(),
    }
}
