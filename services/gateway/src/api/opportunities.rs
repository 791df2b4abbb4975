//! Reads of opportunities and the figures over them.

use axum::{
    extract::{Path, State},
    http::{HeaderMap, Uri},
    response::Response,
};
use kit_store::{HistoryRow, OpportunityDetail, OpportunityRow, Stats};
use schemars::JsonSchema;
use serde::Serialize;

use super::id;
use crate::{
    app::App,
    openapi::Api,
    problem::Problem,
    query::{self, Listing},
    reads::{MANY, ONE},
};

/// A page of a list.
#[derive(Clone, Debug, Serialize, JsonSchema)]
struct List {
    items: Vec<OpportunityRow>,
    /// Names the next page; `null` on the last one. It counts for the same question only.
    next_cursor: Option<String>,
    /// How many there are over all pages: exact up to 2,000, and that number above.
    total_estimate: u64,
}

/// What changed one opportunity.
#[derive(Clone, Debug, Serialize, JsonSchema)]
struct History {
    /// Oldest first.
    items: Vec<HistoryRow>,
}

pub(super) fn routes(api: Api) -> Api {
    const PART: &str = "opportunities";
    api.get("/opportunities", list, |op| {
        op.is(PART, "List opportunities")
            .detail("By keyset: rows that come or go while a client pages shift nothing.")
            .query(&query::parameters())
            .kept::<List>("One page")
    })
    .get("/opportunities/{id}", one, |op| op.is(PART, "One opportunity whole").kept::<OpportunityDetail>("All of it"))
    .get("/opportunities/{id}/events", history, |op| {
        op.is(PART, "What changed an opportunity").kept::<History>("Its history")
    })
    .get("/stats", stats, |op| op.is("figures", "Figures over the account").kept::<Stats>("The figures"))
}

async fn list(State(app): State<App>, headers: HeaderMap, uri: Uri) -> Result<Response, Problem> {
    let list = query::listing(&query::pairs(&uri)?)?;
    let key = format!("list:{}", uri.query().unwrap_or_default());
    let load = || async {
        let Listing { filter, sort, limit, cursor } = &list;
        let page = app.reader.opportunities(&app.account, filter, *sort, *limit, cursor.as_deref()).await?;
        Ok(List { items: page.items, next_cursor: page.next_cursor, total_estimate: page.total_estimate })
    };
    app.reads.answer(&headers, &app.account, &key, MANY, load).await
}

async fn one(State(app): State<App>, headers: HeaderMap, Path(path): Path<String>) -> Result<Response, Problem> {
    let id = id(&path)?;
    let load = || async { app.reader.opportunity(&app.account, id).await?.ok_or_else(missing) };
    app.reads.answer(&headers, &app.account, &format!("one:{id}"), ONE, load).await
}

async fn history(State(app): State<App>, headers: HeaderMap, Path(path): Path<String>) -> Result<Response, Problem> {
    let id = id(&path)?;
    let load = || async {
        let items = app.reader.history(&app.account, id).await?;
        if items.is_empty() && app.reader.opportunity(&app.account, id).await?.is_none() {
            return Err(missing());
        }
        Ok(History { items })
    };
    app.reads.answer(&headers, &app.account, &format!("events:{id}"), ONE, load).await
}

async fn stats(State(app): State<App>, headers: HeaderMap) -> Result<Response, Problem> {
    let load = || async { Ok(app.reader.stats(&app.account).await?) };
    app.reads.answer(&headers, &app.account, "stats", MANY, load).await
}

pub(super) fn missing() -> Problem {
    Problem::not_found("there is no such opportunity; it may have been erased")
}
