//! Reads of opportunities and the figures over them.

use axum::{
    extract::{Path, State},
    http::{HeaderMap, Uri},
    response::Response,
};
use serde_json::json;

use super::id;
use crate::{
    app::App,
    problem::Problem,
    query::{self, Listing},
    reads::{MANY, ONE},
};

pub(super) async fn list(State(app): State<App>, headers: HeaderMap, uri: Uri) -> Result<Response, Problem> {
    let list = query::listing(&query::pairs(&uri)?)?;
    let key = format!("list:{}", uri.query().unwrap_or_default());
    let load = || async {
        let Listing { filter, sort, limit, cursor } = &list;
        let page = app.reader.opportunities(&app.account, filter, *sort, *limit, cursor.as_deref()).await?;
        Ok(json!({
            "items": page.items,
            "next_cursor": page.next_cursor,
            "total_estimate": page.total_estimate,
        }))
    };
    app.reads.answer(&headers, &app.account, &key, MANY, load).await
}

pub(super) async fn one(
    State(app): State<App>,
    headers: HeaderMap,
    Path(path): Path<String>,
) -> Result<Response, Problem> {
    let id = id(&path)?;
    let load = || async { app.reader.opportunity(&app.account, id).await?.ok_or_else(missing) };
    app.reads.answer(&headers, &app.account, &format!("one:{id}"), ONE, load).await
}

pub(super) async fn history(
    State(app): State<App>,
    headers: HeaderMap,
    Path(path): Path<String>,
) -> Result<Response, Problem> {
    let id = id(&path)?;
    let load = || async {
        let rows = app.reader.history(&app.account, id).await?;
        if rows.is_empty() && app.reader.opportunity(&app.account, id).await?.is_none() {
            return Err(missing());
        }
        Ok(json!({ "items": rows }))
    };
    app.reads.answer(&headers, &app.account, &format!("events:{id}"), ONE, load).await
}

pub(super) async fn stats(State(app): State<App>, headers: HeaderMap) -> Result<Response, Problem> {
    let load = || async { Ok(app.reader.stats(&app.account).await?) };
    app.reads.answer(&headers, &app.account, "stats", MANY, load).await
}

fn missing() -> Problem {
    Problem::not_found("there is no such opportunity; it may have been erased")
}
