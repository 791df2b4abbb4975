//! The profile: at the left its fields or its text, at the right what saving it would change, judged anew as it is
//! written. A form saves into the text as its person wrote it: comments and other keys stay.

mod changes;
mod fields;
mod form;
mod questions;

use std::sync::Arc;

use askama::Template;
use axum::{
    Form,
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use kit_score::{Profile, Rates, profile::EXAMPLE};

pub(super) use self::questions::{Questions, start};
use self::{
    changes::{Changes, changes},
    fields::Values,
    form::{Section, form},
};
use super::{
    Visit, broken,
    frame::{Frame, Scene},
};
use crate::{
    app::App,
    preview::{Preview, preview},
    problem::{Fault, Problem},
    profiles, query,
    words::Words,
};

/// What the page shows.
#[derive(Clone, Debug, Default)]
pub struct Editor {
    /// The text as it stands in the editor; beside fields, the text that they change.
    pub yaml: String,
    /// The revision that it began from; 0 for a first profile.
    pub revision: u64,
    /// Whether the account has a profile.
    pub has_profile: bool,
    pub view: View,
    /// What stands in the fields, where that is not what the text says.
    pub values: Option<Values>,
    pub what_if: WhatIf,
    /// Whether the last save was of this text, and how many opportunities are re-scored.
    pub saved: Option<u64>,
    /// Whether it was changed elsewhere since.
    pub conflict: bool,
    /// Whether a script takes parts of the page only.
    pub partly: bool,
    /// The three questions, as answered so far.
    pub questions: Questions,
}

/// In what form the profile is edited.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum View {
    Fields,
    #[default]
    Text,
}

/// What is known of what stands in the editor.
#[derive(Clone, Debug, Default)]
pub enum WhatIf {
    /// Not judged yet.
    #[default]
    Unknown,
    Faults(Vec<Fault>),
    Changes(Preview),
}

/// The editor as it was sent.
struct Written {
    yaml: String,
    revision: u64,
    view: View,
    /// The other view was asked for.
    turn: Option<View>,
    values: Option<Values>,
}

impl Written {
    fn of(pairs: &[(String, String)]) -> Self {
        let first = |name: &str| pairs.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
        let view = first("view").map_or(View::Text, View::of);
        Self {
            yaml: first("yaml").unwrap_or_default().replace("\r\n", "\n"),
            revision: first("revision").and_then(|revision| revision.parse().ok()).unwrap_or(0),
            view,
            turn: first("turn").map(View::of),
            values: (view == View::Fields).then(|| Values::posted(pairs)),
        }
    }

    /// The text that it stands for, valid or not; `None` where the fields cannot be written into the text they change.
    fn text(&self) -> Option<String> {
        let Some(values) = &self.values else { return Some(self.yaml.clone()) };
        let before = Values::of(&Profile::parse(&self.yaml).ok()?);
        let whole = serde_yaml_ng::from_str(&self.yaml).ok()?;
        match values.changes(&before, &whole) {
            changes if changes.is_empty() => Some(self.yaml.clone()),
            changes => kit_profile::edit(&self.yaml, &changes),
        }
    }

    /// Turns to the text, with what the fields have changed.
    fn show_text(&mut self) {
        if let Some(text) = self.text() {
            self.yaml = text;
        }
        (self.view, self.values) = (View::Text, None);
    }

    /// The text, where it is a profile.
    fn profile(&self, words: &Words) -> Result<(String, Profile), Vec<Fault>> {
        let text = self.text().ok_or_else(|| {
            vec![Fault { line: None, path: String::new(), detail: words.t("profile-laid-out").to_owned() }]
        })?;
        match Profile::parse(&text) {
            Ok(profile) => Ok((text, profile)),
            Err(faults) => Err(Fault::all(&text, &faults)),
        }
    }

    fn editor(self, has_profile: bool, what_if: WhatIf) -> Editor {
        let Self { yaml, revision, view, values, .. } = self;
        Editor { yaml, revision, has_profile, view, values, what_if, ..Editor::default() }
    }
}

impl View {
    fn of(name: &str) -> Self {
        if name == "fields" { Self::Fields } else { Self::Text }
    }
}

/// `GET /profile`
pub(super) async fn show(State(app): State<App>, uri: Uri, headers: HeaderMap) -> Response {
    let visit = Visit::of(&uri, &headers);
    let pairs = query::pairs(&uri).unwrap_or_default();
    let of = |name: &str| pairs.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
    let page = async {
        let stored = profiles::stored(&app).await?;
        let has_profile = stored.is_some();
        let view = if has_profile { of("view").map_or(View::Fields, View::of) } else { View::Text };
        let (yaml, revision) = stored.unwrap_or_else(|| (EXAMPLE.to_owned(), 0));
        let saved = of("saved").and_then(|count| count.parse().ok()).filter(|_| has_profile);
        draw(&app, &visit, Editor { yaml, revision, has_profile, view, saved, ..Editor::default() })
    };
    let page = page.await;
    visit.answer(&app, page)
}

/// `POST /profile/preview`: the same page with what saving would change, in the other view where that was asked for. A
/// script takes only the judgement of it.
pub(super) async fn what_if(
    State(app): State<App>,
    uri: Uri,
    headers: HeaderMap,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Response {
    let visit = Visit::at("/profile", &uri, &headers);
    let page = async {
        let stored = profiles::stored(&app).await?;
        let has_profile = stored.is_some();
        let mut written = Written::of(&pairs);
        let read = written.profile(app.catalogue.words(visit.tongue));
        match (written.turn, &read) {
            (Some(View::Text), _) => written.show_text(),
            (Some(View::Fields), Ok(_)) => written.view = View::Fields,
            _ => {}
        }
        let what_if = match read {
            Ok((_, new)) => {
                let old = stored.and_then(|(yaml, _)| Profile::parse(&yaml).ok()).map(Arc::new);
                WhatIf::Changes(preview(&app.reader, &app.account, old, Arc::new(new)).await?)
            }
            Err(faults) => WhatIf::Faults(faults),
        };
        let partly = headers.contains_key("hx-request");
        draw(&app, &visit, Editor { partly, ..written.editor(has_profile, what_if) })
    };
    let page = page.await;
    visit.answer(&app, page)
}

/// `POST /profile`: saves, and shows the page again so that a reload saves nothing twice.
pub(super) async fn save(
    State(app): State<App>,
    uri: Uri,
    headers: HeaderMap,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Response {
    let visit = Visit::at("/profile", &uri, &headers);
    let written = Written::of(&pairs);
    let had_profile = written.revision > 0;
    let text = match written.profile(app.catalogue.words(visit.tongue)) {
        Ok((text, _)) => text,
        Err(faults) => {
            let editor = written.editor(had_profile, WhatIf::Faults(faults));
            return refused(&app, &visit, StatusCode::UNPROCESSABLE_ENTITY, editor);
        }
    };
    match profiles::save(&app, &text, written.revision).await {
        Ok(saved) => {
            let view = if written.view == View::Text { "&view=text" } else { "" };
            elsewhere(&format!("/profile?saved={}{view}", saved.opportunities))
        }
        Err(problem) if problem.status() == StatusCode::PRECONDITION_FAILED => {
            let editor = Editor { conflict: true, ..written.editor(true, WhatIf::Unknown) };
            refused(&app, &visit, StatusCode::PRECONDITION_FAILED, editor)
        }
        Err(problem) => visit.answer(&app, Err(problem)),
    }
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
    render(&visit.scene(app, None), editor).map_err(|error| broken(&error))
}

#[derive(Template)]
#[template(path = "profile.html")]
struct Html<'a> {
    frame: Frame<'a>,
    questions: &'a Questions,
    editor: &'a Editor,
    /// Nothing where the text is edited.
    sections: Vec<Section>,
    faults: Vec<Said>,
    changes: Option<Changes>,
    rows: usize,
}

/// A fault of the list.
struct Said {
    line: Option<usize>,
    /// The field's name and its place in the page; else the path in the text.
    field: Option<(String, String)>,
    path: String,
    detail: String,
}

/// Renders the page.
///
/// # Errors
/// Where the template fails.
pub fn render(scene: &Scene<'_>, mut editor: Editor) -> Result<String, askama::Error> {
    let frame = Frame::of(scene, "/profile");
    let words = frame.words;
    // Fields are drawn from what a text says: one that cannot be read is shown as it is.
    let values = (editor.view == View::Fields)
        .then(|| editor.values.take().or_else(|| Profile::parse(&editor.yaml).ok().as_ref().map(Values::of)))
        .flatten();
    if values.is_none() {
        editor.view = View::Text;
    }
    let (found, changes) = match &editor.what_if {
        WhatIf::Unknown => (&[][..], None),
        WhatIf::Faults(faults) => (faults.as_slice(), None),
        WhatIf::Changes(preview) => (&[][..], Some(changes(preview, words))),
    };
    let said = |fault: &Fault| Said {
        line: fault.line.filter(|_| values.is_none()),
        field: values.as_ref().and_then(|values| form::title(values, fault, words)),
        path: fault.path.clone(),
        detail: form::detail(values.as_ref(), fault, words),
    };
    let faults = found.iter().map(said).collect();
    let sections = values.as_ref().map(|values| form(values, found, words)).unwrap_or_default();
    let rows = editor.yaml.lines().count().clamp(24, 60);
    Html { questions: &editor.questions, sections, faults, changes, rows, editor: &editor, frame }.render()
}

/// Every currency that there is a rate for, the usual ones first.
fn currencies() -> Vec<&'static str> {
    const USUAL: [&str; 3] = ["EUR", "USD", "GBP"];
    let others = Rates::built_in().currencies().filter(|code| !USUAL.contains(code));
    USUAL.into_iter().chain(others).collect()
}
