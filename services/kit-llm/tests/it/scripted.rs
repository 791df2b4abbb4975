//! A model behind the port that does as it is told, and how to reach one.

use std::{
    collections::VecDeque,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use futures::{FutureExt as _, future::BoxFuture};
use kit_llm::{BreakerLimits, Completion, Config, Llm, LlmError, Metrics, Model, Request};
use prometheus_client::{encoding::text::encode, registry::Registry};
use tokio::sync::Notify;

/// What a call does.
#[derive(Debug)]
pub(crate) enum Step {
    /// Answers with these words.
    Say(&'static str),
    /// Answers so.
    Complete(Completion),
    /// Fails so.
    Fail(LlmError),
    /// Waits until it is let go on, then answers.
    Wait(Arc<Notify>),
    /// Never ends.
    Never,
}

/// What was asked of it, and how many calls ran at once.
#[derive(Debug, Default)]
pub(crate) struct Log {
    pub(crate) requests: Mutex<Vec<Request>>,
    running: AtomicUsize,
    pub(crate) most_running: AtomicUsize,
}

impl Log {
    pub(crate) fn calls(&self) -> usize {
        self.requests.lock().unwrap().len()
    }
}

#[derive(Debug)]
pub(crate) struct Scripted {
    steps: Mutex<VecDeque<Step>>,
    log: Arc<Log>,
}

struct Running<'a>(&'a AtomicUsize);

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Model for Scripted {
    fn complete<'a>(&'a self, request: &'a Request) -> BoxFuture<'a, Result<Completion, LlmError>> {
        async move {
            self.log.requests.lock().unwrap().push(request.clone());
            let running = self.log.running.fetch_add(1, Ordering::SeqCst) + 1;
            let _running = Running(&self.log.running);
            self.log.most_running.fetch_max(running, Ordering::SeqCst);
            let step = self.steps.lock().unwrap().pop_front();
            let say = |text: &str| Ok(Completion { text: text.to_owned(), ..Completion::default() });
            match step.unwrap_or_else(|| panic!("a call that no step is there for")) {
                Step::Say(text) => say(text),
                Step::Complete(completion) => Ok(completion),
                Step::Fail(error) => Err(error),
                Step::Wait(signal) => {
                    signal.notified().await;
                    say("{}")
                }
                Step::Never => std::future::pending().await,
            }
        }
        .boxed()
    }

    fn probe(&self) -> BoxFuture<'_, Result<(), LlmError>> {
        async { Ok(()) }.boxed()
    }
}

/// A gate over a scripted model, its log and its registry.
pub(crate) struct Rig {
    pub(crate) llm: Llm,
    pub(crate) log: Arc<Log>,
    registry: Registry,
}

pub(crate) const LIMITS: BreakerLimits =
    BreakerLimits { failures: 2, pause: Duration::from_secs(10), longest_pause: Duration::from_secs(40) };

impl Rig {
    pub(crate) fn new(steps: impl IntoIterator<Item = Step>) -> Self {
        Self::with(Config::ollama("test:1b"), steps)
    }

    pub(crate) fn with(config: Config, steps: impl IntoIterator<Item = Step>) -> Self {
        let mut registry = Registry::default();
        let metrics = Metrics::register(&mut registry);
        let log = Arc::new(Log::default());
        let model = Scripted { steps: Mutex::new(steps.into_iter().collect()), log: Arc::clone(&log) };
        Self { llm: Llm::with_model(Box::new(model), config, LIMITS, &metrics), log, registry }
    }

    /// Whether the metrics hold this line.
    #[track_caller]
    pub(crate) fn measured(&self, line: &str) {
        let mut text = String::new();
        encode(&mut text, &self.registry).unwrap();
        assert!(text.lines().any(|other| other == line), "no `{line}` in:\n{text}");
    }
}

pub(crate) fn unreachable() -> LlmError {
    LlmError::Unreachable { url: "http://127.0.0.1:1/".to_owned(), detail: "connection refused".to_owned() }
}

pub(crate) fn ask() -> Request {
    Request { system: "Answer.".to_owned(), max_tokens: 64, ..Request::default() }
}
