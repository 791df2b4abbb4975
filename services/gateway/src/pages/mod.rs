//! The dashboard's pages: rendered here, whole without a script, livelier with one.

mod act;
mod detail;
mod draft;
mod evidence;
mod facts;
mod frame;
mod imports;
mod inbox;
pub mod insights;
mod level;
mod markup;
mod money;
mod opportunity;
pub mod paste;
mod pipeline;
pub mod profile;
mod reasons;
pub mod replies;
mod row;
mod select;

use std::collections::BTreeMap;

use askama::Template;
use axum::{
    Router,
    extract::{Path, State},
    http::{HeaderMap, HeaderValue, StatusCode, Uri, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use chrono::Utc;
use contract::{ReplyState, Tier};
use futures::future::try_join_all;
use kit_store::Sort;

pub(crate) use self::frame::Frame;
pub use self::{
    detail::render as render_detail,
    frame::{Scene, Tally},
    inbox::{Inbox, render as render_inbox},
    opportunity::Shown,
    select::{Selection, View},
};
use crate::{app::App, problem::Problem, profiles, query, words::Tongue};

/// Dismissed messages that the inbox lists.
const DISMISSED: u64 = 20;

pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/", get(show_inbox))
        .route("/opportunities/{id}", get(show_opportunity))
        .route("/opportunities/{id}/{verb}", post(act::act))
        .route("/replies", get(replies::show))
        .route("/paste", get(paste::show).post(paste::read))
        .route("/paste/keep", post(paste::keep))
        .route("/imports", get(imports::show).post(imports::take))
        .route("/insights", get(insights::show))
        .route("/insights/{chart}", get(insights::csv))
        .route("/pipeline", get(pipeline::show))
        .route("/profile", get(profile::show).post(profile::save))
        .route("/profile/preview", post(profile::what_if))
        .route("/profile/start", post(profile::start))
}

async fn show_inbox(State(app): State<App>, uri: Uri, headers: HeaderMap) -> Response {
    let visit = Visit::of(&uri, &headers);
    // Before the reads: what is stored meanwhile comes over the live stream, not never.
    let live_after = app.live.position().unwrap_or(0);
    let page = async {
        let inbox = read_inbox(&app, &uri).await?;
        let scene = visit.scene_with_tally(&app, Some(live_after)).await;
        render_inbox(&scene, &inbox, &visit.base).map_err(|error| broken(&error))
    };
    let page = page.await;
    visit.answer(&app, page)
}

async fn read_inbox(app: &App, uri: &Uri) -> Result<Inbox, Problem> {
    let selection = Selection::of(uri)?;
    let (account, filter) = (&app.account, selection.filter());
    let page =
        app.reader.opportunities(account, &filter, Sort::Priority, query::DEFAULT_LIMIT, selection.cursor.as_deref());
    let counts = Tier::ALL.iter().map(|tier| {
        let of_tier = kit_store::OpportunityFilter { tiers: vec![*tier], ..filter.clone() };
        async move {
            let page = app.reader.opportunities(account, &of_tier, Sort::Priority, 1, None).await?;
            Ok::<_, kit_store::StoreError>((tier.as_str(), page.total_estimate))
        }
    });
    let (page, stats, counts) = futures::try_join!(page, app.reader.stats(account), try_join_all(counts))?;
    let dismissed = app.reader.dismissed_messages(account, DISMISSED).await?;
    // Where nothing is scored there may be no profile yet. A bus that is away is no reason to show no inbox.
    let asks = stats.average_score.is_none() && matches!(profiles::stored(app).await, Ok(None));
    Ok(Inbox { selection, page, stats, by_tier: BTreeMap::from_iter(counts), dismissed, asks })
}

async fn show_opportunity(State(app): State<App>, Path(path): Path<String>, uri: Uri, headers: HeaderMap) -> Response {
    let visit = Visit::of(&uri, &headers);
    let page = opportunity_page(&app, &visit, &path, None).await;
    visit.answer(&app, page)
}

/// The page of an opportunity as it stands, with why what was asked did not happen.
async fn opportunity_page(
    app: &App,
    visit: &Visit,
    path: &str,
    notice: Option<&'static str>,
) -> Result<String, Problem> {
    let live_after = app.live.position().unwrap_or(0);
    let missing = || Problem::not_found("there is no such opportunity; it may have been erased");
    let id = path.parse().map_err(|_| missing())?;
    let detail = app.reader.opportunity(&app.account, id).await?.ok_or_else(missing)?;
    let (history, related) =
        futures::try_join!(app.reader.history(&app.account, id), app.reader.related(&app.account, id))?;
    let shown = Shown { history, related: related.unwrap_or_default(), notice, ..Shown::of(detail) };
    let scene = visit.scene_with_tally(app, Some(live_after)).await;
    render_detail(&scene, &shown).map_err(|error| broken(&error))
}

/// Whatever has no route: a page for a person, a problem for a program.
pub(crate) async fn missing(State(app): State<App>, uri: Uri, headers: HeaderMap) -> Response {
    let problem = Problem::not_found("nothing is at this address");
    let wants_page = headers.get(header::ACCEPT).and_then(|v| v.to_str().ok()).is_some_and(|v| v.contains("text/html"));
    if wants_page && !uri.path().starts_with("/api/") {
        Visit::of(&uri, &headers).answer(&app, Err(problem))
    } else {
        problem.into_response()
    }
}

fn broken(error: &askama::Error) -> Problem {
    tracing::error!(%error, "a page cannot be rendered");
    Problem::internal()
}

async fn tally(app: &App) -> Result<Tally, kit_store::StoreError> {
    let (waiting, replies) =
        futures::try_join!(app.reader.waiting(&app.account), app.reader.replies_by_state(&app.account))?;
    let of = |state: ReplyState| replies.get(state.as_str()).copied().unwrap_or(0);
    Ok(Tally { inbox: waiting, replies: of(ReplyState::Draft), to_paste: of(ReplyState::Approved), dead: 0 })
}

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage<'a> {
    frame: Frame<'a>,
    title: &'a str,
    remedy: &'a str,
}

/// What a request says about its reader.
struct Visit {
    tongue: Tongue,
    /// Chosen by `?lang=`: to be remembered.
    chosen: bool,
    base: String,
    href: String,
}

impl Visit {
    fn of(uri: &Uri, headers: &HeaderMap) -> Self {
        let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
        let pairs = query::pairs(uri).unwrap_or_default();
        let chosen = pairs.iter().find(|(name, _)| name == "lang").and_then(|(_, code)| Tongue::of(code));
        let cookie = text(header::COOKIE)
            .and_then(|all| all.split(';').find_map(|one| Tongue::of(one.trim().strip_prefix("lang=")?)));
        let accepted = text(header::ACCEPT_LANGUAGE).and_then(Tongue::accepted);
        Self {
            tongue: chosen.or(cookie).or(accepted).unwrap_or_default(),
            chosen: chosen.is_some(),
            base: format!("http://{}", text(header::HOST).unwrap_or("localhost:8080")),
            href: uri.path().to_owned(),
        }
    }

    /// Of a page that is not at the request's own address.
    fn at(href: &str, uri: &Uri, headers: &HeaderMap) -> Self {
        Self { href: href.to_owned(), ..Self::of(uri, headers) }
    }

    fn scene<'a>(&self, app: &'a App, live_after: Option<u64>) -> Scene<'a> {
        Scene {
            catalogue: &app.catalogue,
            tongue: self.tongue,
            now: Utc::now(),
            live_after,
            account: app.account.as_str(),
            tally: None,
        }
    }

    /// With what waits in each section. A store that does not answer shows none: the page says why by itself.
    async fn scene_with_tally<'a>(&self, app: &'a App, live_after: Option<u64>) -> Scene<'a> {
        let tally = tally(app).await.inspect_err(|error| tracing::debug!(?error, "sections without counts")).ok();
        Scene { tally, ..self.scene(app, live_after) }
    }

    fn answer(&self, app: &App, page: Result<String, Problem>) -> Response {
        let (status, page) = match page {
            Ok(page) => (StatusCode::OK, Ok(page)),
            Err(problem) => (problem.status(), render_error(&self.scene(app, None), &problem, &self.href)),
        };
        let Ok(page) = page else { return Problem::internal().into_response() };
        let headers = [
            (header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
            (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
            (header::VARY, HeaderValue::from_static("Cookie, Accept-Language")),
        ];
        let mut response = (status, headers, page).into_response();
        if self.chosen {
            let cookie = match self.tongue {
                Tongue::English => "lang=en; Path=/; Max-Age=31536000; SameSite=Lax; HttpOnly",
                Tongue::Spanish => "lang=es; Path=/; Max-Age=31536000; SameSite=Lax; HttpOnly",
            };
            response.headers_mut().insert(header::SET_COOKIE, HeaderValue::from_static(cookie));
        }
        response
    }
}

/// Renders a problem for a person: what, and what to do.
///
/// # Errors
/// Where the template fails.
pub fn render_error(scene: &Scene<'_>, problem: &Problem, href: &str) -> Result<String, askama::Error> {
    let (title, remedy) = match problem.status() {
        StatusCode::NOT_FOUND => ("error-not-found", "error-not-found-remedy"),
        StatusCode::SERVICE_UNAVAILABLE => ("error-unavailable", "error-unavailable-remedy"),
        status if status.is_client_error() => ("error-bad-request", "error-bad-request-remedy"),
        _ => ("error-internal", "error-internal-remedy"),
    };
    let frame = Frame::of(scene, href);
    let words = frame.words;
    ErrorPage { title: words.t(title), remedy: words.t(remedy), frame }.render()
}
