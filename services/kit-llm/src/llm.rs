//! A model in use: one gate for every call, where concurrency, deadline, circuit breaker, truncation, masking and
//! metrics are looked after, so that no caller can forget one.

use std::sync::{Arc, Mutex, PoisonError};

use chrono::Utc;
use contract::Account;
use prometheus_client::registry::Registry;
use tokio::{
    sync::Semaphore,
    time::{Instant, timeout_at},
};

use crate::{
    breaker::{Breaker, BreakerLimits, Circuit, Outcome},
    budget::{Aside, Book, Budget, Clock, Ledger, OwnLedger},
    config::{Config, ConfigFault},
    error::{LlmError, Truncation},
    mask::mask_contacts,
    metrics::{CallLabel, Metrics, ModelLabel, TokenLabel},
    model::{Completion, Model, Request},
    price::{Micros, Price},
    provider,
};

/// A model and its limits. Cheap to clone; clones share places, breaker, budget and metrics.
#[derive(Clone, Debug)]
pub struct Llm {
    shared: Arc<Shared>,
    /// `None` where nothing limits what it may cost.
    budget: Option<Budget>,
    /// Account that pays.
    payer: Arc<str>,
}

#[derive(Debug)]
struct Shared {
    model: Box<dyn Model>,
    config: Config,
    remote: bool,
    label: ModelLabel,
    price: Price,
    places: Semaphore,
    breaker: Mutex<Breaker>,
    metrics: Metrics,
}

impl Llm {
    /// Checks the configuration and makes the client. Connects to nothing yet.
    ///
    /// # Errors
    /// [`ConfigFault`] naming the key.
    pub fn new(config: Config, metrics: &Metrics) -> Result<Self, ConfigFault> {
        config.check()?;
        let model = provider::client(&config)?;
        Ok(Self::with_model(model, config, BreakerLimits::default(), metrics))
    }

    /// Around a model of the caller's, with a breaker of the caller's.
    pub fn with_model(model: Box<dyn Model>, config: Config, limits: BreakerLimits, metrics: &Metrics) -> Self {
        let label = ModelLabel { provider: config.provider.as_str(), model: config.model.clone() };
        metrics.circuit.get_or_create(&label).set(Circuit::Closed as i64);
        let shared = Shared {
            model,
            remote: config.remote_host().is_some(),
            label,
            price: config.price().unwrap_or_default(),
            places: Semaphore::new(config.concurrency),
            breaker: Mutex::new(Breaker::new(limits)),
            metrics: metrics.clone(),
            config,
        };
        let limits = shared.config.budget;
        let limited = limits.any() && !shared.price.is_free();
        let budget = limited.then(|| Budget::new(limits, Arc::new(OwnLedger::default()), Arc::new(Utc::now)));
        Self { shared: Arc::new(shared), budget, payer: Account::me().as_str().into() }
    }

    /// With its spending noted in `ledger`, which others may share, by this clock. Without it the process counts alone.
    #[must_use]
    pub fn noted_in(mut self, ledger: Arc<dyn Ledger>, clock: Clock) -> Self {
        self.budget = self.budget.map(|budget| Budget::new(budget.limits(), ledger, clock));
        self
    }

    /// The same model at an account's expense.
    #[must_use]
    pub fn paid_by(&self, account: &Account) -> Self {
        Self { payer: account.as_str().into(), ..self.clone() }
    }

    /// What this month cost so far; `None` where no budget is kept.
    ///
    /// # Errors
    /// [`LlmError::Unaccounted`].
    pub async fn spent(&self) -> Result<Option<Book>, LlmError> {
        match &self.budget {
            Some(budget) => budget.book().await.map(Some),
            None => Ok(None),
        }
    }

    /// As [`Self::new`] with metrics that nobody reads, for command lines and tests.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub fn unmeasured(config: Config) -> Result<Self, ConfigFault> {
        Self::new(config, &Metrics::register(&mut Registry::default()))
    }

    /// Its configuration.
    pub fn config(&self) -> &Config {
        &self.shared.config
    }

    /// Its metrics.
    pub fn metrics(&self) -> &Metrics {
        &self.shared.metrics
    }

    /// State of its breaker.
    pub fn circuit(&self) -> Circuit {
        self.shared.breaker().circuit()
    }

    /// Whether the server answers and has the model, and the budget is not spent; neither counted nor held back by the
    /// breaker.
    ///
    /// # Errors
    /// What is wrong and what to do.
    pub async fn probe(&self) -> Result<(), LlmError> {
        if let Some(budget) = &self.budget {
            budget.check().await?;
        }
        let timeout = self.config().timeout;
        tokio::time::timeout(timeout, self.shared.model.probe()).await.map_err(|_| LlmError::TimedOut(timeout))?
    }

    /// Asks once, within the configured time.
    ///
    /// # Errors
    /// [`LlmError`], classified.
    pub async fn complete(&self, request: Request) -> Result<Completion, LlmError> {
        self.complete_by(request, Instant::now() + self.config().timeout).await
    }

    /// Asks once, with all waiting ended at `deadline`.
    ///
    /// # Errors
    /// [`LlmError`], classified.
    #[tracing::instrument(name = "llm.call", skip_all, fields(
        llm.provider = self.shared.label.provider, llm.model = self.shared.label.model, llm.status
    ))]
    pub async fn complete_by(&self, mut request: Request, deadline: Instant) -> Result<Completion, LlmError> {
        if self.shared.remote {
            mask_turns(&mut request);
        }
        let result = self.admitted(&request, deadline).await;
        let status = result.as_ref().map_or_else(LlmError::class, |_| "ok");
        tracing::Span::current().record("llm.status", status);
        let ModelLabel { provider, model } = self.shared.label.clone();
        self.shared.metrics.calls.get_or_create(&CallLabel { provider, model, status }).inc();
        result
    }

    async fn admitted(&self, request: &Request, deadline: Instant) -> Result<Completion, LlmError> {
        let shared = &*self.shared;
        room_for(request, request.tokens_at_least(), shared.config.context)?;
        let busy = |_| LlmError::Busy(format!("{} calls at once are allowed and running", shared.config.concurrency));
        let place = timeout_at(deadline, shared.places.acquire()).await.map_err(busy)?;
        // The semaphore is never closed; if it were, there would be no place.
        let _place = place.map_err(|_| LlmError::Busy("the client is shutting down".to_owned()))?;
        let call = Call::admit(shared)?;
        let aside = self.set_aside(request).await?;
        let start = Instant::now();
        let result = match timeout_at(deadline, shared.model.complete(request)).await {
            Ok(result) => result,
            Err(_) => Err(LlmError::TimedOut(shared.config.timeout)),
        };
        shared.metrics.latency.get_or_create(&shared.label).observe(start.elapsed().as_secs_f64());
        let failed = result.as_ref().is_err_and(LlmError::is_of_the_server);
        call.settle(if failed { Outcome::Failed } else { Outcome::Answered });
        self.pay(aside, &result, request).await;
        let completion = result?;
        shared.count(&completion);
        whole(request, completion, shared.config.context)
    }

    /// The most that a call can cost, taken out of the budget before it is made.
    async fn set_aside(&self, request: &Request) -> Result<Option<Aside>, LlmError> {
        let Some(budget) = &self.budget else { return Ok(None) };
        let most = self.shared.price.of(request.tokens_at_most(), request.max_tokens);
        budget.set_aside(&self.payer, most).await.map(Some)
    }

    /// What the call cost by the server's counts. One that never reached it cost nothing; of one that was given up
    /// nobody knows, so the most stands.
    async fn pay(&self, aside: Option<Aside>, result: &Result<Completion, LlmError>, request: &Request) {
        let price = self.shared.price;
        let cost = match result {
            Ok(Completion { prompt_tokens, answer_tokens, .. }) => price.of(
                prompt_tokens.unwrap_or_else(|| request.tokens_at_most()),
                answer_tokens.unwrap_or(request.max_tokens),
            ),
            Err(LlmError::TimedOut(_) | LlmError::Garbage(_)) => price.of(request.tokens_at_most(), request.max_tokens),
            Err(_) => Micros(0),
        };
        if !price.is_free() {
            self.shared.metrics.cost.get_or_create(&self.shared.label).inc_by(cost.in_dollars());
        }
        if let Some((budget, aside)) = self.budget.as_ref().zip(aside) {
            budget.put_right(aside, cost).await;
        }
    }
}

impl Shared {
    fn breaker(&self) -> std::sync::MutexGuard<'_, Breaker> {
        // A panic while it was held leaves it usable: each change of it is one assignment.
        self.breaker.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn show_circuit(&self, circuit: Circuit) {
        self.metrics.circuit.get_or_create(&self.label).set(circuit as i64);
    }

    fn count(&self, completion: &Completion) {
        for (r#type, tokens) in [("prompt", completion.prompt_tokens), ("completion", completion.answer_tokens)] {
            self.metrics.tokens.get_or_create(&TokenLabel { r#type }).inc_by(tokens.unwrap_or_default().into());
        }
    }
}

/// A call that the breaker let pass. Dropped before its end, as when its caller is cancelled, it counts as abandoned.
struct Call<'a> {
    shared: &'a Shared,
    settled: bool,
}

impl<'a> Call<'a> {
    fn admit(shared: &'a Shared) -> Result<Self, LlmError> {
        let mut breaker = shared.breaker();
        let admitted = breaker.admit(Instant::now());
        shared.show_circuit(breaker.circuit());
        drop(breaker);
        admitted.map_err(|retry_in| LlmError::CircuitOpen { retry_in })?;
        Ok(Self { shared, settled: false })
    }

    fn settle(mut self, outcome: Outcome) {
        self.settled = true;
        self.tell(outcome);
    }

    fn tell(&self, outcome: Outcome) {
        let mut breaker = self.shared.breaker();
        let before = breaker.circuit();
        breaker.settle(outcome, Instant::now());
        let after = breaker.circuit();
        drop(breaker);
        self.shared.show_circuit(after);
        if before != after {
            tracing::warn!(model = self.shared.label.model, from = ?before, to = ?after, "model circuit changed");
        }
    }
}

impl Drop for Call<'_> {
    fn drop(&mut self) {
        if !self.settled {
            self.tell(Outcome::Abandoned);
        }
    }
}

/// Every turn alike, so that a demonstration's answer still fits its question. The system's words are our own.
fn mask_turns(request: &mut Request) {
    for turn in &mut request.turns {
        turn.text = mask_contacts(&turn.text);
    }
}

fn room_for(request: &Request, prompt: u32, context: u32) -> Result<(), LlmError> {
    if prompt.saturating_add(request.max_tokens) > context {
        return Err(LlmError::Truncated(Truncation::Context { prompt, answer: request.max_tokens, context }));
    }
    Ok(())
}

/// A server with too small a context cuts the prompt without a word: its count gives it away.
fn whole(request: &Request, completion: Completion, context: u32) -> Result<Completion, LlmError> {
    // A server that does not count, or counts 0, says nothing.
    if let Some(read) = completion.prompt_tokens.filter(|read| *read > 0) {
        let sent = request.tokens_at_least();
        if read < sent {
            return Err(LlmError::Truncated(Truncation::Prompt { read, sent }));
        }
        room_for(request, read, context)?;
    }
    if completion.cut_off {
        return Err(LlmError::Truncated(Truncation::Answer(request.max_tokens)));
    }
    Ok(completion)
}
