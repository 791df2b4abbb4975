//! The month's budget, by counting calls: what it does not cover is not asked, however many processes share it.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use chrono::DateTime;
use contract::Account;
use futures::{FutureExt as _, future::BoxFuture};
use kit_llm::{Clock, Completion, Config, Ledger, Limits, Llm, LlmError, Micros, Noted, OwnLedger, Price, Provider};

use crate::scripted::{Rig, Step, ask, unreachable};

/// A dollar for a million tokens each way, so that a token is a millionth.
const PRICE: Price = Price { prompt: 1.0, answer: 1.0 };

fn config(overall: u64, account: u64) -> Config {
    let budget = Limits { overall: Micros(overall), account: Micros(account) };
    Config {
        provider: Provider::OpenAi,
        url: "https://models.example/v1".to_owned(),
        allow_remote: true,
        price: Some(PRICE),
        budget,
        ..Config::ollama("paid:1b")
    }
}

/// A call of 100 tokens.
fn hundred() -> Step {
    Step::Complete(Completion {
        text: "{}".to_owned(),
        prompt_tokens: Some(60),
        answer_tokens: Some(40),
        cut_off: false,
    })
}

/// A clock that can be set, at 2026-11-30 23:59:50.
fn clock() -> (Clock, Arc<AtomicI64>) {
    let time = Arc::new(AtomicI64::new(1_796_083_190));
    let shown = Arc::clone(&time);
    (Arc::new(move || DateTime::from_timestamp(shown.load(Ordering::SeqCst), 0).unwrap()), time)
}

/// What a call of [`ask`] can cost at most: what is set aside for it.
fn most() -> u64 {
    PRICE.of(ask().tokens_at_most(), ask().max_tokens).0
}

#[tokio::test]
async fn a_spent_budget_asks_nobody_until_the_month_is_over() {
    // Room for two calls of 100, but not for what a third could cost.
    let limit = 200 + most() - 1;
    let rig = Rig::with(config(limit, 0), [hundred(), hundred(), hundred()]);
    let (clock, time) = clock();
    let llm = rig.llm.clone().noted_in(Arc::new(OwnLedger::default()), clock);
    llm.complete(ask()).await.unwrap();
    llm.complete(ask()).await.unwrap();
    llm.probe().await.unwrap();
    for _ in 0..3 {
        let error = llm.complete(ask()).await.unwrap_err();
        let expected =
            LlmError::OverBudget { spent: Micros(200), limit: Micros(limit), until: "2026-12-01".to_owned() };
        assert_eq!(error, expected);
    }
    assert_eq!(rig.log.calls(), 2, "what is not covered is not asked");
    assert_eq!(llm.probe().await.unwrap_err().class(), "over_budget", "and readiness says so");
    assert_eq!(llm.spent().await.unwrap().unwrap().overall(), Micros(200));
    rig.measured(r#"llm_cost_usd_total{provider="openai",model="paid:1b"} 0.0002"#);
    rig.measured(r#"llm_api_calls_total{provider="openai",model="paid:1b",status="over_budget"} 3"#);

    time.fetch_add(20, Ordering::SeqCst);
    llm.probe().await.unwrap();
    llm.complete(ask()).await.unwrap();
    assert_eq!((rig.log.calls(), llm.spent().await.unwrap().unwrap().overall()), (3, Micros(100)), "a new month");
}

#[tokio::test]
async fn each_account_has_a_budget_of_its_own_within_the_whole() {
    let limit = most() + 99;
    let rig = Rig::with(config(0, limit), [hundred(), hundred()]);
    let (one, two): (Account, Account) = ("one".parse().unwrap(), "two".parse().unwrap());
    rig.llm.paid_by(&one).complete(ask()).await.unwrap();
    assert_eq!(rig.llm.paid_by(&one).complete(ask()).await.unwrap_err().class(), "over_budget");
    rig.llm.paid_by(&two).complete(ask()).await.unwrap();
    let book = rig.llm.spent().await.unwrap().unwrap();
    assert_eq!((book.of("one"), book.of("two"), book.overall()), (Micros(100), Micros(100), Micros(200)));
}

/// Ten processes with one ledger, all at once, and money for three calls.
#[tokio::test]
async fn processes_that_share_a_ledger_count_together() {
    let ledger: Arc<dyn Ledger> = Arc::new(OwnLedger::default());
    let (clock, _) = clock();
    let limit = 3 * most();
    let rigs: Vec<_> = (0..10).map(|_| Rig::with(config(limit, 0), [Step::Never])).collect();
    let calls = rigs.iter().map(|rig| {
        let llm = rig.llm.clone().noted_in(Arc::clone(&ledger), Arc::clone(&clock));
        async move { tokio::time::timeout(Duration::from_millis(1), llm.complete(ask())).await }
    });
    futures::future::join_all(calls).await;
    assert_eq!(rigs.iter().map(|rig| rig.log.calls()).sum::<usize>(), 3, "none while the money is set aside");
}

#[tokio::test]
async fn what_never_reached_the_server_costs_nothing_and_what_was_given_up_the_most() {
    let rig =
        Rig::with(config(1_000_000, 0), [Step::Fail(unreachable()), Step::Fail(LlmError::TimedOut(Duration::ZERO))]);
    rig.llm.complete(ask()).await.unwrap_err();
    assert_eq!(rig.llm.spent().await.unwrap().unwrap().overall(), Micros(0));
    rig.llm.complete(ask()).await.unwrap_err();
    assert_eq!(rig.llm.spent().await.unwrap().unwrap().overall(), Micros(most()));
}

/// A ledger that is away.
#[derive(Debug)]
struct Away;

impl Ledger for Away {
    fn read<'a>(&'a self, _: &'a str) -> BoxFuture<'a, Result<Option<Noted>, String>> {
        async { Err("no connection".to_owned()) }.boxed()
    }

    fn write<'a>(&'a self, _: &'a str, _: Vec<u8>, _: u64) -> BoxFuture<'a, Result<bool, String>> {
        async { Err("no connection".to_owned()) }.boxed()
    }
}

#[tokio::test]
async fn what_cannot_be_noted_is_not_spent() {
    let rig = Rig::with(config(1_000_000, 0), []);
    let llm = rig.llm.clone().noted_in(Arc::new(Away), clock().0);
    assert_eq!(llm.complete(ask()).await.unwrap_err().class(), "unaccounted");
    assert_eq!(llm.probe().await.unwrap_err().class(), "unaccounted");
    assert_eq!(rig.log.calls(), 0);
}

#[tokio::test]
async fn a_model_on_this_machine_costs_nothing_and_needs_no_book() {
    let budget = Limits { overall: Micros(1), account: Micros(1) };
    let rig = Rig::with(Config { budget, ..Config::ollama("test:1b") }, [hundred()]);
    rig.llm.clone().noted_in(Arc::new(Away), clock().0).complete(ask()).await.unwrap();
    assert_eq!(rig.llm.spent().await.unwrap(), None);
}

#[test]
fn a_budget_needs_a_price() {
    let unpriced = Config { price: None, ..config(1, 0) };
    let fault = Llm::unmeasured(unpriced.clone()).unwrap_err().to_string();
    assert!(fault.starts_with("llm.price: what paid:1b costs is not known"), "{fault}");
    Llm::unmeasured(Config { model: "gpt-4o-mini".to_owned(), ..unpriced.clone() }).unwrap();
    Llm::unmeasured(Config { budget: Limits::default(), ..unpriced }).unwrap();
}
