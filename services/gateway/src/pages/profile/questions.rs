//! The three questions that make a first profile, with what is wrong with an answer beside it.

use axum::{
    Form,
    extract::State,
    http::{HeaderMap, StatusCode, Uri},
    response::Response,
};
use contract::RemotePolicy;
use kit_score::{
    ProfileFaults,
    profile::{
        EXAMPLE,
        starter::{self, Starter},
    },
};
use serde::Deserialize;

use super::{Editor, Visit, currencies, elsewhere, refused};
use crate::{app::App, profiles};

/// The questions as they are shown.
#[derive(Clone, Debug)]
pub struct Questions {
    pub(crate) answers: Answers,
    pub(crate) currencies: Vec<&'static str>,
    pub(crate) stack: Vec<String>,
    pub(crate) pay: Vec<String>,
    pub(crate) places: Vec<String>,
}

/// What was answered.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Answers {
    #[serde(default)]
    pub(crate) stack: String,
    #[serde(default)]
    pub(crate) pay: String,
    #[serde(default)]
    pub(crate) currency: String,
    #[serde(default)]
    pub(crate) remote: Option<String>,
    #[serde(default)]
    pub(crate) hybrid: Option<String>,
    #[serde(default)]
    pub(crate) onsite: Option<String>,
}

impl Default for Questions {
    /// As they are asked first: most would work at home, few on site only.
    fn default() -> Self {
        let yes = || Some("1".to_owned());
        let answers = Answers {
            stack: String::new(),
            pay: String::new(),
            currency: String::new(),
            remote: yes(),
            hybrid: yes(),
            onsite: None,
        };
        Self { answers, currencies: currencies(), stack: Vec::new(), pay: Vec::new(), places: Vec::new() }
    }
}

impl Questions {
    fn answered(answers: Answers, faults: &ProfileFaults) -> Self {
        let of = |part: &str| {
            let of_part = faults.0.iter().filter(|fault| fault.path.starts_with(part));
            of_part.map(|fault| fault.detail.clone()).collect()
        };
        Self {
            stack: of("technologies"),
            pay: of("salary"),
            places: of("remote_policy"),
            answers,
            currencies: currencies(),
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

/// `POST /profile/start`: a first profile from the three answers.
pub(in crate::pages) async fn start(
    State(app): State<App>,
    uri: Uri,
    headers: HeaderMap,
    Form(answers): Form<Answers>,
) -> Response {
    let visit = Visit::at("/profile", &uri, &headers);
    match answers.starter().write() {
        Ok((yaml, _)) => match profiles::save(&app, &yaml, 0).await {
            Ok(_) => elsewhere("/"),
            Err(problem) if problem.status() == StatusCode::PRECONDITION_FAILED => elsewhere("/profile"),
            Err(problem) => visit.answer(&app, Err(problem)),
        },
        Err(faults) => {
            let questions = Questions::answered(answers, &faults);
            let editor = Editor { yaml: EXAMPLE.to_owned(), questions, ..Editor::default() };
            refused(&app, &visit, StatusCode::UNPROCESSABLE_ENTITY, editor)
        }
    }
}
