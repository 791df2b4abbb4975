//! What a person decides about replies and opportunities. Each is a command to the one who writes; the answer is its
//! outcome: 200 with what holds now, 409 with what holds instead, 202 where nobody has answered within two seconds.

use axum::{
    Extension,
    body::Body,
    extract::{Path, State},
    http::{HeaderMap, Method, StatusCode},
    response::Response,
};
use chrono::{DateTime, Utc};
use contract::Action;
use kit_store::{OpportunityDetail, ReplyRow};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use uuid::Uuid;

use super::{id, plain};
use crate::{
    app::App,
    auth::Identity,
    body,
    command::{By, Outcome, give},
    openapi::{Api, Operation},
    problem::Problem,
};

/// Most bytes of a body: a reply or notes, as JSON.
const MOST_BYTES: usize = 256 * 1024;

/// Who decides.
type Actor = Extension<Identity>;

/// What was shown when it was decided.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Seen {
    /// Revision of the opportunity that was shown: another one refuses it.
    #[serde(default)]
    revision: Option<i64>,
}

/// The person's own words for a draft.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Edit {
    text: String,
    #[serde(default)]
    revision: Option<i64>,
}

/// Until when an opportunity is out of sight.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Snooze {
    until: DateTime<Utc>,
    #[serde(default)]
    revision: Option<i64>,
}

/// Notes and star; what is left out stays as it is, empty notes are none.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Annotate {
    #[serde(default)]
    notes: Option<String>,
    #[serde(default)]
    starred: Option<bool>,
    #[serde(default)]
    revision: Option<i64>,
}

/// The opportunity that is the same job.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Join {
    with: Uuid,
    #[serde(default)]
    revision: Option<i64>,
}

/// It is done.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Done {
    command_id: Uuid,
    /// Revision of the opportunity now.
    pub(crate) revision: i64,
    /// The reply that it was about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) reply: Option<ReplyRow>,
    /// The opportunity now.
    pub(crate) opportunity: Option<OpportunityDetail>,
}

/// Taken; nobody has answered yet.
#[derive(Debug, Serialize, JsonSchema)]
struct Pending {
    command_id: Uuid,
}

pub(super) fn routes(api: Api) -> Api {
    let api = [
        ("approve", "Say yes to exactly these words; `revision` is what was shown"),
        ("discard", "Throw a draft away"),
        ("undo", "Take a yes back"),
        ("mark-sent", "It was copied and sent"),
        ("retry", "Send again what failed; `revision` is what was shown"),
    ]
    .into_iter()
    .fold(api, |api, (verb, what)| {
        let of_reply = async move |State(app), by: Actor, Path(path): Path<String>, headers: HeaderMap, body: Body| {
            on_reply(&app, &by, verb, &path, &headers, body).await
        };
        api.post(&format!("/replies/{{id}}/{verb}"), of_reply, |op| answers(op.is("replies", what)).body::<Seen>())
    })
    .post("/replies/{id}/edit", edit, |op| {
        answers(op.is("replies", "Put own words in the draft's place")).body::<Edit>()
    });
    [
        ("archive", "Put it out of sight"),
        ("restore", "Bring it back into sight; a dismissed message becomes an opportunity"),
        ("rescore", "Judge it again by the profile in force"),
        ("unjoin", "It is a job of its own"),
    ]
    .into_iter()
    .fold(api, |api, (verb, what)| {
        let of_opportunity =
            async move |State(app), by: Actor, Path(path): Path<String>, headers: HeaderMap, body: Body| {
                on_opportunity(&app, &by, verb, &path, &headers, body).await
            };
        let path = format!("/opportunities/{{id}}/{verb}");
        api.post(&path, of_opportunity, |op| answers(op.is("opportunities", what)).body::<Seen>())
    })
    .post("/opportunities/{id}/snooze", snooze, |op| {
        answers(op.is("opportunities", "Put it out of sight until a day")).body::<Snooze>()
    })
    .post("/opportunities/{id}/join", join, |op| {
        answers(op.is("opportunities", "It is the same job as another one")).body::<Join>()
    })
    .on(Method::PATCH, "/opportunities/{id}", annotate, |op| {
        answers(op.is("opportunities", "Notes and star")).body::<Annotate>()
    })
}

fn answers(op: Operation<'_>) -> Operation<'_> {
    op.answer::<Done>(200, "Done, and what holds now")
        .answer::<Pending>(202, "Taken; nobody has answered yet")
        .problems(&[409, 415, 422])
}

async fn on_reply(
    app: &App,
    by: &Identity,
    verb: &str,
    path: &str,
    headers: &HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let reply_id = id(path)?;
    let seen = seen(headers, body).await?;
    let action = match verb {
        "approve" => Action::Approve { reply_id },
        "discard" => Action::Discard { reply_id },
        "undo" => Action::Undo { reply_id },
        "mark-sent" => Action::MarkSent { reply_id },
        _ => Action::Retry { reply_id },
    };
    if matches!(action, Action::Approve { .. } | Action::Retry { .. }) && seen.is_none() {
        return Err(Problem::field("revision", "is missing: a yes is to what was shown"));
    }
    decide(app, by, seen, action).await
}

async fn on_opportunity(
    app: &App,
    by: &Identity,
    verb: &str,
    path: &str,
    headers: &HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let opportunity_id = id(path)?;
    let seen = seen(headers, body).await?;
    let action = match verb {
        "archive" => Action::Archive { opportunity_id },
        "restore" => Action::Restore { opportunity_id },
        "unjoin" => Action::Unjoin { opportunity_id },
        // The scorer is silent about what it does not find.
        _ if app.reader.opportunity(&app.account, opportunity_id).await?.is_none() => {
            return Err(super::opportunities::missing());
        }
        _ => Action::Rescore { opportunity_ids: vec![opportunity_id], after: None },
    };
    decide(app, by, seen, action).await
}

async fn edit(
    State(app): State<App>,
    by: Actor,
    Path(path): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let reply_id = id(&path)?;
    let Edit { text, revision } = read(&headers, body).await?;
    decide(&app, &by, revision, Action::Edit { reply_id, text }).await
}

async fn snooze(
    State(app): State<App>,
    by: Actor,
    Path(path): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let opportunity_id = id(&path)?;
    let Snooze { until, revision } = read(&headers, body).await?;
    decide(&app, &by, revision, Action::Snooze { opportunity_id, until }).await
}

async fn join(
    State(app): State<App>,
    by: Actor,
    Path(path): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let opportunity_id = id(&path)?;
    let Join { with, revision } = read(&headers, body).await?;
    decide(&app, &by, revision, Action::Join { opportunity_id, with }).await
}

async fn annotate(
    State(app): State<App>,
    by: Actor,
    Path(path): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let opportunity_id = id(&path)?;
    let Annotate { notes, starred, revision } = read(&headers, body).await?;
    decide(&app, &by, revision, Action::Annotate { opportunity_id, notes, starred }).await
}

/// Gives the command and says what came of it.
async fn decide(app: &App, by: &Identity, seen: Option<i64>, action: Action) -> Result<Response, Problem> {
    Ok(match done(app, by, seen, action).await? {
        Ok(done) => plain(StatusCode::OK, done),
        Err(command_id) => plain(StatusCode::ACCEPTED, Pending { command_id }),
    })
}

/// Gives a command: what holds after it, or its id where nobody has answered yet. The pages' forms decide by this too.
///
/// # Errors
/// The refusal as a problem: 404, 409 with what holds instead, or 422.
pub(crate) async fn done(
    app: &App,
    by: &Identity,
    seen: Option<i64>,
    action: Action,
) -> Result<Result<Done, Uuid>, Problem> {
    let reply_id = match &action {
        Action::Approve { reply_id }
        | Action::Edit { reply_id, .. }
        | Action::Discard { reply_id }
        | Action::Undo { reply_id }
        | Action::MarkSent { reply_id }
        | Action::Retry { reply_id } => Some(*reply_id),
        _ => None,
    };
    let (command_id, outcome) = give(app, By { account: &app.account, actor: &by.who, seen }, action).await?;
    let item = match outcome {
        Outcome::Done(item) => item,
        Outcome::Refused(refused) => return Err(Problem::refused(&refused)),
        Outcome::Pending => return Ok(Err(command_id)),
    };
    let reply = match reply_id {
        Some(reply) => app.reader.reply(&app.account, reply).await?,
        None => None,
    };
    let opportunity = match item.opportunity_id {
        Some(opportunity) => app.reader.opportunity(&app.account, opportunity).await?,
        None => None,
    };
    Ok(Ok(Done { command_id, revision: item.revision, reply, opportunity }))
}

/// A body that may be left out.
async fn seen(headers: &HeaderMap, body: Body) -> Result<Option<i64>, Problem> {
    let bytes = body::whole(body, MOST_BYTES).await?;
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Ok(None);
    }
    Ok(parse::<Seen>(headers, &bytes)?.revision)
}

async fn read<T: DeserializeOwned>(headers: &HeaderMap, body: Body) -> Result<T, Problem> {
    parse(headers, &body::whole(body, MOST_BYTES).await?)
}

fn parse<T: DeserializeOwned>(headers: &HeaderMap, bytes: &[u8]) -> Result<T, Problem> {
    if body::media(headers) != "application/json" {
        return Err(Problem::media_type("send application/json"));
    }
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut json).map_err(|error| match error.inner().classify() {
        serde_json::error::Category::Data => Problem::field(error.path().to_string(), fault(error.inner())),
        _ => Problem::body("is not one JSON object"),
    })?;
    json.end().map_err(|_| Problem::body("goes on after its object"))?;
    Ok(value)
}

/// What is wrong, without what was given.
fn fault(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let text = text.split(" at line").next().unwrap_or_default();
    match text.split_once(", expected ") {
        Some((_, expected)) => format!("is not {expected}"),
        None if text.starts_with("missing field") => text.to_owned(),
        None => "cannot be read".to_owned(),
    }
}
