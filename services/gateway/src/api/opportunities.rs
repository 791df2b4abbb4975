//! Reads of opportunities and the figures over them.

use axum::{
    extract::{Path, State},
    http::{HeaderMap, Uri},
    response::Response,
};
use serde_json::json;

use super::{id, tagged};
use crate::{app::App, problem::Problem, query};

pub(super) async fn list(State(app): State<App>, headers: HeaderMap, uri: Uri) -> Result<Response, Problem> {
    let list = query::listing(&query::pairs(&uri)?)?;
    let page =
        app.reader.opportunities(&app.account, &list.filter, list.sort, list.limit, list.cursor.as_deref()).await?;
    let answer = json!({
        "items": page.items,
        "next_cursor": page.next_cursor,
        "total_estimate": page.total_estimate,
    });
    tagged(&headers, &answer)
}

pub(super) async fn one(
    State(app): State<App>,
    headers: HeaderMap,
    Path(path): Path<String>,
) -> Result<Response, Problem> {
    let found = app.reader.opportunity(&app.account, id(&path)?).await?;
    tagged(&headers, &found.ok_or_else(missing)?)
}

pub(super) async fn history(
    State(app): State<App>,
    headers: HeaderMap,
    Path(path): Path<String>,
) -> Result<Response, Problem> {
    let opportunity = id(&path)?;
    let rows = app.reader.history(&app.account, opportunity).await?;
    if rows.is_empty() && app.reader.opportunity(&app.account, opportunity).await?.is_none() {
        return Err(missing());
    }
    tagged(&headers, &json!({ "items": rows }))
}

pub(super) async fn stats(State(app): State<App>, headers: HeaderMap) -> Result<Response, Problem> {
    tagged(&headers, &app.reader.stats(&app.account).await?)
}

fn missing() -> Problem {
    Problem::not_found("there is no such opportunity; it may have been erased")
}
