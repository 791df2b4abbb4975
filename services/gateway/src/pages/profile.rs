//! The profile: at the left its text, at the right what saving it would change, judged anew as it is written.

use std::sync::Arc;

use askama::Template;
use axum::{
    Form,
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use contract::{Fulfilment, RemotePolicy, Tier};
use kit_score::{
    Difference, Profile, Rates,
    profile::{
        EXAMPLE,
        starter::{self, Starter},
    },
};
use serde::Deserialize;

use super::{
    Visit, broken,
    frame::{Frame, Scene},
    level,
};
use crate::{
    app::App,
    preview::{Change, LISTED, Preview, Standing, preview},
    problem::{Fault, Problem},
    profiles, query,
    words::Words,
};

/// What the page shows.
#[derive(Clone, Debug, Default)]
pub struct Editor {
    /// The text as it stands in the editor.
    pub yaml: String,
    /// The revision that it began from; 0 for a first profile.
    pub revision: u64,
    /// Whether the account has a profile.
    pub has_profile: bool,
    pub what_if: WhatIf,
    /// Whether the last save was of this text, and how many opportunities are re-scored.
    pub saved: Option<u64>,
    /// Whether it was changed elsewhere since.
    pub conflict: bool,
}

/// What is known of the text in the editor.
#[derive(Clone, Debug, Default)]
pub enum WhatIf {
    /// Not judged yet.
    #[default]
    Unknown,
    Faults(Vec<Fault>),
    Changes(Preview),
}

#[derive(Deserialize)]
pub(super) struct Written {
    yaml: String,
    #[serde(default)]
    revision: u64,
}

/// The three questions.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct Answers {
    #[serde(default)]
    stack: String,
    #[serde(default)]
    pay: String,
    #[serde(default)]
    currency: String,
    #[serde(default)]
    remote: Option<String>,
    #[serde(default)]
    hybrid: Option<String>,
    #[serde(default)]
    onsite: Option<String>,
}

/// `GET /profile`
pub(super) async fn show(State(app): State<App>, uri: Uri, headers: HeaderMap) -> Response {
    let visit = Visit::of(&uri, &headers);
    let pairs = query::pairs(&uri).unwrap_or_default();
    let of = |name: &str| pairs.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
    let page = async {
        let stored = profiles::stored(&app).await?;
        let has_profile = stored.is_some();
        let (yaml, revision) = stored.unwrap_or_else(|| (EXAMPLE.to_owned(), 0));
        let saved = of("saved").and_then(|count| count.parse().ok()).filter(|_| has_profile);
        draw(&app, &visit, Editor { yaml, revision, has_profile, saved, ..Editor::default() })
    };
    let page = page.await;
    visit.answer(&app, page)
}

/// `POST /profile/preview`: the same page with what the text would change. A script takes only that part of it.
pub(super) async fn what_if(
    State(app): State<App>,
    uri: Uri,
    headers: HeaderMap,
    Form(written): Form<Written>,
) -> Response {
    let visit = Visit::at("/profile", &uri, &headers);
    let page = async {
        let stored = profiles::stored(&app).await?;
        let yaml = lines(&written.yaml);
        let what_if = judged(&app, &yaml, stored.as_ref().map(|(yaml, _)| yaml.as_str())).await?;
        let has_profile = stored.is_some();
        draw(&app, &visit, Editor { yaml, revision: written.revision, has_profile, what_if, ..Editor::default() })
    };
    let page = page.await;
    visit.answer(&app, page)
}

async fn judged(app: &App, yaml: &str, stored: Option<&str>) -> Result<WhatIf, Problem> {
    let new = match Profile::parse(yaml) {
        Ok(profile) => Arc::new(profile),
        Err(faults) => return Ok(WhatIf::Faults(Fault::all(yaml, &faults))),
    };
    let old = stored.and_then(|yaml| Profile::parse(yaml).ok()).map(Arc::new);
    Ok(WhatIf::Changes(preview(&app.reader, &app.account, old, new).await?))
}

/// `POST /profile`: saves, and shows the page again so that a reload saves nothing twice.
pub(super) async fn save(
    State(app): State<App>,
    uri: Uri,
    headers: HeaderMap,
    Form(written): Form<Written>,
) -> Response {
    let visit = Visit::at("/profile", &uri, &headers);
    let yaml = lines(&written.yaml);
    if let Err(faults) = Profile::parse(&yaml) {
        let what_if = WhatIf::Faults(Fault::all(&yaml, &faults));
        let editor = Editor {
            yaml,
            revision: written.revision,
            has_profile: written.revision > 0,
            what_if,
            ..Editor::default()
        };
        return refused(&app, &visit, StatusCode::UNPROCESSABLE_ENTITY, editor);
    }
    match profiles::save(&app, &yaml, written.revision).await {
        Ok(saved) => elsewhere(&format!("/profile?saved={}", saved.opportunities)),
        Err(problem) if problem.status() == StatusCode::PRECONDITION_FAILED => {
            let editor =
                Editor { yaml, revision: written.revision, has_profile: true, conflict: true, ..Editor::default() };
            refused(&app, &visit, StatusCode::PRECONDITION_FAILED, editor)
        }
        Err(problem) => visit.answer(&app, Err(problem)),
    }
}

/// `POST /profile/start`: a first profile from the three answers.
pub(super) async fn start(
    State(app): State<App>,
    uri: Uri,
    headers: HeaderMap,
    Form(answers): Form<Answers>,
) -> Response {
    let visit = Visit::at("/profile", &uri, &headers);
    let starter = answers.starter();
    match starter.write() {
        Ok((yaml, _)) => match profiles::save(&app, &yaml, 0).await {
            Ok(_) => elsewhere("/"),
            Err(problem) if problem.status() == StatusCode::PRECONDITION_FAILED => elsewhere("/profile"),
            Err(problem) => visit.answer(&app, Err(problem)),
        },
        Err(faults) => {
            let yaml = starter.yaml();
            let what_if = WhatIf::Faults(Fault::all(&yaml, &faults));
            refused(&app, &visit, StatusCode::UNPROCESSABLE_ENTITY, Editor { yaml, what_if, ..Editor::default() })
        }
    }
}

impl Answers {
    fn starter(&self) -> Starter {
        let said = [
            (RemotePolicy::Remote, &self.remote),
            (RemotePolicy::Hybrid, &self.hybrid),
            (RemotePolicy::Onsite, &self.onsite),
        ];
        Starter {
            technologies: starter::names(&self.stack),
            minimum: starter::amount(&self.pay).unwrap_or_default(),
            currency: self.currency.clone(),
            accepted: said.into_iter().filter(|(_, said)| said.is_some()).map(|(policy, _)| policy).collect(),
            ..Starter::default()
        }
    }
}

fn lines(text: &str) -> String {
    text.replace("\r\n", "\n")
}

fn elsewhere(to: &str) -> Response {
    let Ok(to) = HeaderValue::from_str(to) else { return Problem::internal().into_response() };
    (StatusCode::SEE_OTHER, [(header::LOCATION, to)]).into_response()
}

fn refused(app: &App, visit: &Visit, status: StatusCode, editor: Editor) -> Response {
    let mut response = visit.answer(app, draw(app, visit, editor));
    if response.status() == StatusCode::OK {
        *response.status_mut() = status;
    }
    response
}

fn draw(app: &App, visit: &Visit, editor: Editor) -> Result<String, Problem> {
    render(&visit.scene(app, None), &editor).map_err(|error| broken(&error))
}

#[derive(Template)]
#[template(path = "profile.html")]
struct Html<'a> {
    frame: Frame<'a>,
    editor: &'a Editor,
    currencies: Vec<&'static str>,
    faults: &'a [Fault],
    changes: Option<Changes>,
    rows: usize,
}

struct Changes {
    summary: String,
    moves: String,
    tiers: Vec<(&'static str, &'static str, String, u64, u64)>,
    items: Vec<Item>,
    more: Option<String>,
}

struct Item {
    id: String,
    role: Option<String>,
    company: String,
    before: Option<Mark>,
    after: Mark,
    rises: bool,
    decision: String,
    why: Vec<(String, String, String)>,
}

struct Mark {
    class: &'static str,
    mark: &'static str,
    tier: String,
    total: u8,
}

/// Renders the page.
///
/// # Errors
/// Where the template fails.
pub fn render(scene: &Scene<'_>, editor: &Editor) -> Result<String, askama::Error> {
    let frame = Frame::of(scene, "/profile");
    let (faults, changes) = match &editor.what_if {
        WhatIf::Unknown => (&[][..], None),
        WhatIf::Faults(faults) => (faults.as_slice(), None),
        WhatIf::Changes(preview) => (&[][..], Some(changes(preview, frame.words))),
    };
    let rows = editor.yaml.lines().count().clamp(24, 60);
    Html { currencies: currencies(), editor, faults, changes, rows, frame }.render()
}

/// Every currency that there is a rate for, the usual ones first.
pub(super) fn currencies() -> Vec<&'static str> {
    const USUAL: [&str; 3] = ["EUR", "USD", "GBP"];
    let others = Rates::built_in().currencies().filter(|code| !USUAL.contains(code));
    USUAL.into_iter().chain(others).collect()
}

fn changes(preview: &Preview, words: &Words) -> Changes {
    let count = |counts: &std::collections::BTreeMap<&'static str, u64>, tier: Tier| {
        counts.get(tier.as_str()).copied().unwrap_or(0)
    };
    let tiers = Tier::ALL.iter().map(|tier| {
        let (class, mark) = level::class(Some(*tier));
        (class, mark, words.of("tier", tier), count(&preview.before, *tier), count(&preview.after, *tier))
    });
    let unlisted = preview.changed.saturating_sub(preview.items.len() as u64);
    Changes {
        summary: match preview.changed {
            0 => words.with("what-if-none", preview.compared),
            changed => words.with2("what-if-some", changed, preview.compared),
        },
        moves: match preview.changed {
            0 => String::new(),
            changed => words.with2("what-if-moves", preview.rises, changed - preview.rises),
        },
        tiers: tiers.collect(),
        items: preview.items.iter().take(LISTED).map(|change| item(change, words)).collect(),
        more: (unlisted > 0).then(|| words.with("what-if-more", unlisted)),
    }
}

fn item(change: &Change, words: &Words) -> Item {
    let mark = |standing: Standing| {
        let (class, mark) = level::class(Some(standing.tier));
        Mark { class, mark, tier: words.of("tier-short", standing.tier), total: standing.total }
    };
    Item {
        id: change.id.to_string(),
        role: change.role.clone(),
        company: change.company.clone().unwrap_or_else(|| words.t("company-missing").to_owned()),
        before: change.before.map(mark),
        after: mark(change.after),
        rises: change.before.is_none_or(|before| before.tier.rank() < change.after.tier.rank()),
        decision: words.of("decision", change.decision),
        why: change.why.iter().map(|difference| said(difference, words)).collect(),
    }
}

/// Name, before → after, and the reason.
fn said(difference: &Difference, words: &Words) -> (String, String, String) {
    match difference {
        Difference::Line { name, before, after, why } => {
            let name =
                serde_json::to_value(name).ok().and_then(|name| name.as_str().map(str::to_owned)).unwrap_or_default();
            (words.of("line", name), format!("{before} → {after}"), why.clone())
        }
        Difference::Condition { name, before, after, why } => {
            let said = |fulfilment: &Option<Fulfilment>| match fulfilment {
                Some(Fulfilment::Pass) => words.t("passed"),
                Some(Fulfilment::Fail) => words.t("failed"),
                Some(Fulfilment::Unknown) => words.t("unknown"),
                None => words.t("not-asked"),
            };
            (words.of("filter", name), format!("{} → {}", said(before), said(after)), why.clone())
        }
    }
}
