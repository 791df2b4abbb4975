//! What a person does on a page: a form becomes a command, and the page comes back as it stands after it.

use axum::{
    Extension, Form,
    extract::{Path, State},
    http::{HeaderMap, HeaderValue, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use chrono::{DateTime, Datelike, Days, Months, NaiveDate, NaiveTime, Utc, Weekday};
use contract::Action;
use serde::Deserialize;
use uuid::Uuid;

use super::{
    Visit, opportunity_page,
    replies::{self, Last, Place},
};
use crate::{api::commands::done, app::App, auth::Identity, problem::Problem};

/// When a snooze for days ends: before the day's work.
const MORNING: NaiveTime = match NaiveTime::from_hms_opt(7, 0, 0) {
    Some(time) => time,
    None => NaiveTime::MIN,
};

/// What the forms hold.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Deed {
    /// Of the opportunity, as it was shown.
    revision: Option<i64>,
    reply: Option<Uuid>,
    text: Option<String>,
    until: Option<String>,
    date: Option<String>,
    notes: Option<String>,
    starred: Option<bool>,
    with: Option<Uuid>,
    /// Where in the queue it was done.
    queue: Option<String>,
}

/// `POST /opportunities/{id}/{verb}`
pub(super) async fn act(
    State(app): State<App>,
    by: Extension<Identity>,
    Path((id, verb)): Path<(String, String)>,
    uri: Uri,
    headers: HeaderMap,
    Form(deed): Form<Deed>,
) -> Response {
    let queue = deed.queue.as_deref().map(Place::of);
    let Ok(id) = id.parse::<Uuid>() else {
        let visit = Visit::at("/", &uri, &headers);
        return visit.answer(&app, Err(Problem::not_found("there is no such opportunity")));
    };
    let given = match deed.action(&verb, id, Utc::now()) {
        Ok(action) => done(&app, &by, deed.seen(&verb), action).await,
        Err(problem) => Err(problem),
    };
    let notice = match &given {
        Ok(Ok(_)) => None,
        Ok(Err(_)) => Some("pending"),
        Err(problem) => Some(refusal(problem)),
    };
    let status = match &given {
        Err(problem) => problem.status(),
        Ok(_) => StatusCode::OK,
    };
    let swapped = headers.contains_key("hx-request");
    let href = queue.map_or_else(|| format!("/opportunities/{id}"), |place| place.href());
    if notice.is_none() && !swapped {
        let Ok(to) = HeaderValue::from_str(&href) else { return Problem::internal().into_response() };
        return (StatusCode::SEE_OTHER, [(header::LOCATION, to)]).into_response();
    }
    let visit = Visit::at(&href, &uri, &headers);
    let page = match queue {
        Some(place) => {
            let last = Last { id, verb: verb.clone(), reply: deed.reply, notice };
            replies::page(&app, &visit, place, Some(last)).await
        }
        None => opportunity_page(&app, &visit, &id.to_string(), notice).await,
    };
    let mut response = visit.answer(&app, page);
    if response.status() == StatusCode::OK {
        *response.status_mut() = status;
    }
    response
}

/// Why it did not happen, as a word of the message file.
fn refusal(problem: &Problem) -> &'static str {
    match problem.status() {
        StatusCode::CONFLICT => "conflict",
        StatusCode::NOT_FOUND => "gone",
        StatusCode::SERVICE_UNAVAILABLE => "not-taken",
        _ => "not-possible",
    }
}

impl Deed {
    /// Stars and notes are about the opportunity as such; all else is about what was shown.
    fn seen(&self, verb: &str) -> Option<i64> {
        self.revision.filter(|_| verb != "annotate")
    }

    fn action(&self, verb: &str, opportunity_id: Uuid, now: DateTime<Utc>) -> Result<Action, Problem> {
        let reply = || self.reply.ok_or_else(|| Problem::field("reply", "is missing"));
        Ok(match verb {
            "approve" => Action::Approve { reply_id: reply()? },
            "discard" => Action::Discard { reply_id: reply()? },
            "undo" => Action::Undo { reply_id: reply()? },
            "mark-sent" => Action::MarkSent { reply_id: reply()? },
            "retry" => Action::Retry { reply_id: reply()? },
            "edit" => {
                let text = self.text.as_deref().unwrap_or_default().replace("\r\n", "\n");
                Action::Edit { reply_id: reply()?, text: text.trim().to_owned() }
            }
            "snooze" => Action::Snooze { opportunity_id, until: self.until(now)? },
            "archive" => Action::Archive { opportunity_id },
            "restore" => Action::Restore { opportunity_id },
            "unjoin" => Action::Unjoin { opportunity_id },
            "join" => {
                let with = self.with.ok_or_else(|| Problem::field("with", "is missing"))?;
                Action::Join { opportunity_id, with }
            }
            "annotate" => {
                let notes = self.notes.as_ref().map(|notes| notes.replace("\r\n", "\n").trim().to_owned());
                Action::Annotate { opportunity_id, notes, starred: self.starred }
            }
            _ => return Err(Problem::not_found("there is no such verb")),
        })
    }

    /// Until when it is out of sight.
    fn until(&self, now: DateTime<Utc>) -> Result<DateTime<Utc>, Problem> {
        let today = now.date_naive();
        let morning = |date: Option<NaiveDate>| date.map(|date| date.and_time(MORNING).and_utc());
        let until = match self.until.as_deref() {
            Some("monday") => {
                let days = 7 - u64::from(today.weekday().days_since(Weekday::Mon));
                morning(today.checked_add_days(Days::new(days)))
            }
            Some("month") => morning(today.checked_add_months(Months::new(1))),
            Some("date") => morning(self.date.as_deref().and_then(|date| date.parse().ok())),
            _ => now.checked_add_days(Days::new(1)),
        };
        until.filter(|until| *until > now).ok_or_else(|| Problem::field("date", "is no day to come"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn later_is_a_day_on_monday_in_a_month_or_on_a_date_to_come() {
        let now: DateTime<Utc> = "2026-11-24T12:00:00Z".parse().expect("a time");
        let later = |until: &str, date: &str| {
            let deed = Deed { until: Some(until.to_owned()), date: Some(date.to_owned()), ..Deed::default() };
            deed.until(now).map(|at| at.format("%m-%d %H:%M").to_string()).ok()
        };
        assert_eq!(later("day", "").as_deref(), Some("11-25 12:00"));
        assert_eq!(later("monday", "").as_deref(), Some("11-30 07:00"));
        assert_eq!(later("month", "").as_deref(), Some("12-24 07:00"));
        assert_eq!(later("date", "2026-12-01").as_deref(), Some("12-01 07:00"));
        assert_eq!(later("date", "2026-11-01"), None);
        assert_eq!(later("date", "tomorrow"), None);
    }

    #[test]
    fn a_verb_needs_what_it_is_about() {
        let now = Utc::now();
        let (deed, id) = (Deed::default(), Uuid::nil());
        assert!(deed.action("approve", id, now).is_err());
        assert!(deed.action("sell", id, now).is_err());
        assert_eq!(deed.action("archive", id, now).ok(), Some(Action::Archive { opportunity_id: id }));
        let edited = Deed { reply: Some(id), text: Some(" a\r\nb \r\n".to_owned()), ..Deed::default() };
        assert_eq!(edited.action("edit", id, now).ok(), Some(Action::Edit { reply_id: id, text: "a\nb".to_owned() }));
    }
}
