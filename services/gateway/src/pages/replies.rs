//! The queue of replies: one after the other by keyboard, the message at the left, the draft at the right. A second tab
//! holds what is approved and waits to be pasted.

use askama::Template;
use axum::{
    extract::State,
    http::{HeaderMap, Uri},
    response::Response,
};
use contract::{ReplyState, Status};
use uuid::Uuid;

use super::{
    Visit, broken,
    frame::{Frame, Scene},
    opportunity::{Opportunity, Shown},
};
use crate::{app::App, problem::Problem, query};

/// Most that a tab of the queue holds; the rest comes up as these are handled.
const MOST: u64 = 100;

/// A place in the queue.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// Whether it is the tab of what waits to be pasted.
    pub pasting: bool,
    /// How many come before.
    pub at: usize,
}

/// What was done last, so that it can be taken back.
#[derive(Clone, Debug)]
pub struct Last {
    pub id: Uuid,
    pub verb: String,
    pub reply: Option<Uuid>,
    /// Why it did not happen.
    pub notice: Option<&'static str>,
}

/// What the page shows.
#[derive(Clone, Debug)]
pub struct Queue {
    pub place: Place,
    /// How many wait in this tab.
    pub left: usize,
    /// The one that is up.
    pub shown: Option<Shown>,
    /// What was done last, with the opportunity as it stands now.
    pub last: Option<(Last, kit_store::OpportunityDetail)>,
}

impl Place {
    /// Reads `paste:3`; what cannot be read is the beginning.
    pub(crate) fn of(text: &str) -> Self {
        let (tab, at) = text.split_once(':').unwrap_or((text, ""));
        Self { pasting: tab == "paste", at: at.parse().unwrap_or(0) }
    }

    fn from_address(uri: &Uri) -> Result<Self, Problem> {
        let mut place = Self::default();
        for (name, value) in query::pairs(uri)? {
            match name.as_str() {
                "state" => place.pasting = value == "approved",
                "at" => place.at = value.parse().map_err(|_| Problem::parameter("at", "is no number"))?,
                _ => {}
            }
        }
        Ok(place)
    }

    fn said(self) -> String {
        format!("{}:{}", if self.pasting { "paste" } else { "answer" }, self.at)
    }

    pub(crate) fn href(self) -> String {
        match (self.pasting, self.at) {
            (false, 0) => "/replies".to_owned(),
            (false, at) => format!("/replies?at={at}"),
            (true, 0) => "/replies?state=approved".to_owned(),
            (true, at) => format!("/replies?state=approved&at={at}"),
        }
    }
}

/// `GET /replies`
pub(super) async fn show(State(app): State<App>, uri: Uri, headers: HeaderMap) -> Response {
    let place = Place::from_address(&uri);
    let href = place.as_ref().map_or_else(|_| "/replies".to_owned(), |place| place.href());
    let visit = Visit::at(&href, &uri, &headers);
    let page = match place {
        Ok(place) => page(&app, &visit, place, None).await,
        Err(problem) => Err(problem),
    };
    visit.answer(&app, page)
}

/// The page at a place of the queue; beyond its end, its last.
pub(super) async fn page(app: &App, visit: &Visit, place: Place, last: Option<Last>) -> Result<String, Problem> {
    let live_after = app.live.position().unwrap_or(0);
    let queue = read(app, place, last).await?;
    let scene = visit.scene_with_tally(app, Some(live_after)).await;
    render(&scene, &queue).map_err(|error| broken(&error))
}

async fn read(app: &App, place: Place, last: Option<Last>) -> Result<Queue, Problem> {
    let state = if place.pasting { ReplyState::Approved } else { ReplyState::Draft };
    let items = app.reader.replies(&app.account, &[state], MOST, None).await?.items;
    let mut ids: Vec<Uuid> = Vec::new();
    for item in &items {
        let open = place.pasting || matches!(item.opportunity.status, Status::New | Status::AwaitingReview);
        if open && !ids.contains(&item.opportunity.id) {
            ids.push(item.opportunity.id);
        }
    }
    let place = Place { at: place.at.min(ids.len().saturating_sub(1)), ..place };
    let shown = match ids.get(place.at) {
        Some(id) => app.reader.opportunity(&app.account, *id).await?,
        None => None,
    };
    let last = match last {
        Some(last) => app.reader.opportunity(&app.account, last.id).await?.map(|detail| (last, detail)),
        None => None,
    };
    let shown = shown.map(|detail| Shown { queue: Some(place.said()), ..Shown::of(detail) });
    Ok(Queue { place, left: ids.len(), shown, last })
}

#[derive(Template)]
#[template(path = "replies.html")]
struct Html<'a> {
    frame: Frame<'a>,
    pasting: bool,
    left: usize,
    to_answer: u64,
    to_paste: u64,
    place: String,
    queue: String,
    before: Option<String>,
    after: Option<String>,
    o: Option<Opportunity>,
    last: Option<Said>,
}

/// What was done last, in words.
struct Said {
    id: Uuid,
    name: String,
    said: String,
    refused: Option<&'static str>,
    undo: Option<Uuid>,
    revision: i64,
    thread_url: Option<String>,
}

/// Renders the queue.
///
/// # Errors
/// Where the template fails.
pub fn render(scene: &Scene<'_>, queue: &Queue) -> Result<String, askama::Error> {
    let frame = Frame::of(scene, &queue.place.href());
    let words = frame.words;
    let Place { pasting, at } = queue.place;
    let to = |at: usize| Place { pasting, at }.href();
    let last = queue.last.as_ref().map(|(last, detail)| {
        let undoable = last.verb == "approve" && last.notice.is_none();
        Said {
            id: last.id,
            name: detail.row.company.clone().or_else(|| detail.row.recruiter_name.clone()).unwrap_or_default(),
            said: words.of("did", &last.verb),
            refused: last.notice,
            undo: last.reply.filter(|_| undoable),
            revision: detail.row.revision,
            thread_url: detail.thread_url.clone().filter(|url| url.starts_with("https://")),
        }
    });
    let tally = scene.tally.unwrap_or_default();
    let (to_answer, to_paste) = match pasting {
        true => (tally.replies, queue.left as u64),
        false => (queue.left as u64, tally.to_paste),
    };
    Html {
        pasting,
        left: queue.left,
        to_answer,
        to_paste,
        place: words.with2("step-of", at + 1, queue.left),
        queue: queue.place.said(),
        before: at.checked_sub(1).map(to),
        after: (at + 1 < queue.left).then(|| to(at + 1)),
        o: queue.shown.as_ref().map(|shown| Opportunity::of(scene, shown)),
        last,
        frame,
    }
    .render()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_and_its_address_are_the_same() {
        for place in [Place::default(), Place { pasting: true, at: 0 }, Place { pasting: false, at: 7 }] {
            assert_eq!(Place::of(&place.said()), place);
            let address = place.href().parse().expect("an address");
            assert_eq!(Place::from_address(&address).ok(), Some(place));
        }
        assert_eq!(Place::of("nonsense"), Place::default());
    }
}
