//! Drafts worded by a model: used where the checker passes them, else the template's, and never more.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
    time::Duration,
};

use bus::testing::TestServer;
use contract::{Account, Engine, Kind, OpportunityScored, topology::PROFILES};
use futures::{FutureExt as _, future::BoxFuture};
use kit_llm::{BreakerLimits, Completion, Config, Llm, LlmError, Model, Request};
use kit_profile::Directory;
use kit_reply::Drafted;
use kit_score::Profile;
use responder::{Responder, Writer, wording};
use serde_json::json;

use crate::stage::offer;

const PROFILE: &str = "
technologies: [{ name: Rust, years: 4 }]
salary: { minimum: 50000, currency: EUR }
remote_policy: { accepted: [remote] }
search_status: passive
disclosure: { salary: never }
contact: { phone: '+34 600 000 000' }
";

/// What a call does; after the last one nothing may be asked.
#[derive(Debug)]
enum Step {
    Say(String),
    Fail(LlmError),
    Never,
}

#[derive(Debug)]
struct Scripted {
    steps: Mutex<VecDeque<Step>>,
    asked: Arc<Mutex<Vec<Request>>>,
}

impl Model for Scripted {
    fn complete<'a>(&'a self, request: &'a Request) -> BoxFuture<'a, Result<Completion, LlmError>> {
        async move {
            self.asked.lock().expect("a lock").push(request.clone());
            let step = self.steps.lock().expect("a lock").pop_front().expect("a step for every call");
            match step {
                Step::Say(text) => Ok(Completion { text, ..Completion::default() }),
                Step::Fail(error) => Err(error),
                Step::Never => std::future::pending().await,
            }
        }
        .boxed()
    }

    fn probe(&self) -> BoxFuture<'_, Result<(), LlmError>> {
        async { Ok(()) }.boxed()
    }
}

fn reply(body: &str) -> Step {
    Step::Say(json!({ "reply": body }).to_string())
}

fn profile() -> Profile {
    Profile::parse(PROFILE).expect("a valid profile")
}

/// The template's body for the offer, which every rule holds for.
fn template() -> (String, String) {
    let drafted = kit_reply::draft(&offer(), Some(&profile()));
    let text = drafted.text.expect("a draft");
    let body = text.split("\n\n").next().expect("a body").to_owned();
    (text, body)
}

async fn drafted(event: &OpportunityScored, steps: impl IntoIterator<Item = Step>) -> (Drafted, Vec<Request>) {
    let asked = Arc::new(Mutex::new(Vec::new()));
    let model = Scripted { steps: Mutex::new(steps.into_iter().collect()), asked: Arc::clone(&asked) };
    let config = Config { timeout: Duration::from_secs(5), ..Config::ollama("test:1b") };
    let metrics = kit_llm::Metrics::register(&mut prometheus_client::registry::Registry::default());
    let llm = Llm::with_model(Box::new(model), config, BreakerLimits::default(), &metrics);
    let server = TestServer::start().await;
    let profiles = Directory::new(server.bus().await.bucket(PROFILES).await.expect("the bucket is there"));
    let responder = Responder::new(profiles).with_writer(Writer::new(llm, wording().expect("the prompt")));
    let drafted = responder.reply(&Account::me(), event, Some(&profile())).await;
    let asked = asked.lock().expect("a lock").clone();
    (drafted, asked)
}

#[tokio::test]
async fn a_models_words_go_out_when_every_check_passes() {
    let (_, body) = template();
    let better = format!("{body} That would help me.");
    let (drafted, asked) = drafted(&offer(), [reply(&better)]).await;
    assert_eq!(drafted.engine, Engine::Llm);
    assert!(drafted.text.expect("a draft").starts_with(&better));
    assert!(drafted.checks.iter().all(|check| check.passed) && asked.len() == 1);
}

#[tokio::test]
async fn the_model_sees_the_sentences_and_the_message_and_nothing_that_is_kept_back() {
    let (_, body) = template();
    let (_, asked) = drafted(&offer(), [reply(&body)]).await;
    let question = &asked[0].turns.last().expect("a question").text;
    assert!(question.contains("\"say\"") && question.contains("\"message\""));
    for kept_back in ["600 000 000", "50000", "50,000"] {
        assert!(!question.contains(kept_back), "{kept_back}");
    }
}

#[tokio::test]
async fn a_try_that_fails_a_check_is_told_why_and_made_once_more() {
    let (_, body) = template();
    let (drafted, asked) = drafted(&offer(), [reply(&format!("{body} I ask for 120k.")), reply(&body)]).await;
    assert_eq!((drafted.engine, asked.len()), (Engine::Llm, 2));
    assert!(asked[1].turns.last().expect("a question").text.contains("numbers: 1 numbers are neither"));
}

#[tokio::test]
async fn after_two_failed_tries_the_template_writes() {
    let (text, body) = template();
    let invented = format!("{body} I know Kubernetes.");
    let (drafted, asked) = drafted(&offer(), [reply(&invented), reply(&invented)]).await;
    assert_eq!((drafted.engine, drafted.text, asked.len()), (Engine::Template, Ok(text), 2));
}

#[tokio::test]
async fn a_question_that_is_left_out_or_added_fails_a_try() {
    let (_, body) = template();
    let added = format!("{body} And who leads it?");
    let (with_more, asked) = drafted(&offer(), [reply(&added), reply(&added)]).await;
    assert_eq!((with_more.engine, asked.len()), (Engine::Template, 2));
    let mut asking = offer();
    asking.decision = contract::Decision::Ask;
    asking.score.as_mut().expect("a score").missing = vec!["pay".to_owned()];
    let text = kit_reply::draft(&asking, Some(&profile())).text.expect("a draft");
    let without = text.split("\n\n").next().expect("a body").replace("What is the base salary range?", "");
    let (left_out, _) = drafted(&asking, [reply(&without), reply(&without)]).await;
    assert_eq!(left_out.engine, Engine::Template);
}

#[tokio::test]
async fn a_model_that_fails_costs_no_draft() {
    let (text, _) = template();
    let dead = || LlmError::Unreachable { url: "http://127.0.0.1:1".to_owned(), detail: "refused".to_owned() };
    let (drafted, _) = drafted(&offer(), [Step::Fail(dead())]).await;
    assert_eq!((drafted.engine, drafted.text), (Engine::Template, Ok(text)));
}

#[tokio::test(start_paused = true)]
async fn a_model_that_hangs_costs_its_time_and_no_draft() {
    let (text, _) = template();
    let asked = Arc::new(Mutex::new(Vec::new()));
    let model = Scripted { steps: Mutex::new([Step::Never].into()), asked };
    let metrics = kit_llm::Metrics::register(&mut prometheus_client::registry::Registry::default());
    let llm = Llm::with_model(Box::new(model), Config::ollama("test:1b"), BreakerLimits::default(), &metrics);
    let writer = Writer::new(llm, wording().expect("the prompt"));
    let (event, profile) = (offer(), profile());
    let brief = kit_reply::Brief::of(&event, &profile, None).expect("a reply");
    let worded = writer.word(&Account::me(), &brief, &event.analysis.message.text, Vec::new()).await;
    assert!(worded.is_err());
    assert_eq!(brief.template().text, Ok(text));
}

#[tokio::test]
async fn what_gets_no_draft_asks_no_model() {
    let mut thanks = offer();
    thanks.analysis.kind = Kind::Courtesy;
    let (drafted, asked) = drafted(&thanks, []).await;
    assert!(drafted.text.is_err() && asked.is_empty());
}
