//! Reads of replies, and of what belongs together.

use axum::{
    extract::{Path, State},
    http::{HeaderMap, Uri},
    response::Response,
};
use contract::ReplyState;
use kit_store::{Related, ReplyPage, ReplyRow};

use super::id;
use crate::{
    app::App,
    openapi::{Api, Parameter},
    problem::Problem,
    query::{self, DEFAULT_LIMIT, MAX_LIMIT},
    reads::{MANY, ONE},
};

pub(super) fn routes(api: Api) -> Api {
    let states: Vec<&str> = ReplyState::ALL.iter().map(|state| state.as_str()).collect();
    api.get("/replies", list, |op| {
        op.is("replies", "Replies with the opportunities they answer, by the newest message")
            .query(&[
                Parameter::words("state", &states, "Only replies in these states"),
                Parameter::number("limit", 1, MAX_LIMIT, "Replies of a page"),
                Parameter::text("cursor", "`next_cursor` of the page before"),
            ])
            .kept::<ReplyPage>("One page")
    })
    .get("/replies/{id}", one, |op| op.is("replies", "One reply, in whatever state").kept::<ReplyRow>("The reply"))
    .get("/opportunities/{id}/related", related, |op| {
        op.is("opportunities", "What the same person wrote before, and what may be the same job")
            .kept::<Related>("They")
    })
}

async fn list(State(app): State<App>, headers: HeaderMap, uri: Uri) -> Result<Response, Problem> {
    let (mut states, mut limit, mut cursor) = (Vec::new(), None, None);
    for (name, value) in query::pairs(&uri)? {
        let twice = || Problem::parameter(&name, "is given twice");
        match name.as_str() {
            "state" => {
                for word in value.split(',') {
                    let state = word.trim().parse::<ReplyState>();
                    states.push(state.map_err(|error| Problem::parameter("state", error.to_string()))?);
                }
            }
            "limit" if limit.is_some() => return Err(twice()),
            "limit" => {
                let number = value.parse::<u64>().ok().filter(|number| (1..=MAX_LIMIT).contains(number));
                limit = Some(number.ok_or_else(|| Problem::parameter("limit", format!("is not 1 to {MAX_LIMIT}")))?);
            }
            "cursor" if cursor.is_some() => return Err(twice()),
            "cursor" => cursor = Some(value),
            unknown => return Err(Problem::parameter(unknown, "is no parameter here; there are state, limit, cursor")),
        }
    }
    let key = format!("replies:{}", uri.query().unwrap_or_default());
    let load = || async {
        let limit = limit.unwrap_or(DEFAULT_LIMIT);
        Ok(app.reader.replies(&app.account, &states, limit, cursor.as_deref()).await?)
    };
    app.reads.answer(&headers, &app.account, &key, MANY, load).await
}

async fn one(State(app): State<App>, headers: HeaderMap, Path(path): Path<String>) -> Result<Response, Problem> {
    let id = id(&path)?;
    let missing = || Problem::not_found("there is no such reply; it may have been erased");
    let load = || async { app.reader.reply(&app.account, id).await?.ok_or_else(missing) };
    app.reads.answer(&headers, &app.account, &format!("reply:{id}"), ONE, load).await
}

async fn related(State(app): State<App>, headers: HeaderMap, Path(path): Path<String>) -> Result<Response, Problem> {
    let id = id(&path)?;
    let load = || async {
        let found = app.reader.related(&app.account, id).await?;
        found.ok_or_else(super::opportunities::missing)
    };
    app.reads.answer(&headers, &app.account, &format!("related:{id}"), ONE, load).await
}
