//! The month's budget. What a call may cost at most is set aside before it is made and put right after it, in a book
//! that every process shares: replicas count together, and no number of them spends more than the limits allow.

use std::{
    collections::BTreeMap,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use chrono::{DateTime, Datelike as _, Utc};
use futures::future::{BoxFuture, FutureExt as _};
use serde::{Deserialize, Serialize};

use crate::{error::LlmError, price::Micros};

/// Times a write is tried against those of other processes.
const TRIES: usize = 32;

/// A value of a ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Noted {
    /// The value.
    pub value: Vec<u8>,
    /// What has to be written over.
    pub revision: u64,
}

/// Where the books are kept: values by key, each with a revision, written only over the revision that was read.
pub trait Ledger: fmt::Debug + Send + Sync {
    /// A value and its revision; `None` where there is none yet.
    fn read<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<Option<Noted>, String>>;

    /// Writes over a revision, 0 where there is no value; `false` where another was quicker.
    fn write<'a>(&'a self, key: &'a str, value: Vec<u8>, over: u64) -> BoxFuture<'a, Result<bool, String>>;
}

/// A ledger of this process alone: for command lines and tests.
#[derive(Debug, Default)]
pub struct OwnLedger(Mutex<BTreeMap<String, Noted>>);

impl Ledger for OwnLedger {
    fn read<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<Option<Noted>, String>> {
        let held = self.0.lock().unwrap_or_else(PoisonError::into_inner).get(key).cloned();
        async move { Ok(held) }.boxed()
    }

    fn write<'a>(&'a self, key: &'a str, value: Vec<u8>, over: u64) -> BoxFuture<'a, Result<bool, String>> {
        let mut books = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let fits = books.get(key).map_or(0, |noted| noted.revision) == over;
        if fits {
            books.insert(key.to_owned(), Noted { value, revision: over + 1 });
        }
        async move { Ok(fits) }.boxed()
    }
}

/// Most that may be spent in a calendar month (UTC). Zero is no limit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    /// Of all accounts together.
    pub overall: Micros,
    /// Of each account.
    pub account: Micros,
}

impl Limits {
    /// Whether there is one.
    pub fn any(self) -> bool {
        self != Self::default()
    }
}

/// One month: what each account has spent or set aside.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Book(BTreeMap<String, u64>);

impl Book {
    /// Of all accounts.
    pub fn overall(&self) -> Micros {
        Micros(self.0.values().sum())
    }

    /// Of one.
    pub fn of(&self, account: &str) -> Micros {
        Micros(self.0.get(account).copied().unwrap_or_default())
    }

    /// Sets an amount aside, if the limits allow it.
    fn set_aside(&mut self, account: &str, amount: Micros, limits: Limits) -> Result<(), (Micros, Micros)> {
        for (limit, spent) in [(limits.overall, self.overall()), (limits.account, self.of(account))] {
            if limit != Micros(0) && spent.0.saturating_add(amount.0) > limit.0 {
                return Err((spent, limit));
            }
        }
        *self.0.entry(account.to_owned()).or_default() += amount.0;
        Ok(())
    }

    fn put_right(&mut self, account: &str, aside: Micros, cost: Micros) {
        let held = self.0.entry(account.to_owned()).or_default();
        *held = held.saturating_sub(aside.0).saturating_add(cost.0);
    }
}

/// What time it is.
pub type Clock = Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>;

/// Limits, and the books that hold what was spent.
#[derive(Clone)]
pub(crate) struct Budget {
    limits: Limits,
    ledger: Arc<dyn Ledger>,
    clock: Clock,
    /// The last call that it did not cover. Said once, and again after one that it did.
    refused: Arc<Mutex<Option<Refusal>>>,
}

/// What was spent and which limit stood against more, in a month.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Refusal {
    month: String,
    spent: Micros,
    limit: Micros,
}

impl fmt::Debug for Budget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Budget").field("limits", &self.limits).field("ledger", &self.ledger).finish_non_exhaustive()
    }
}

/// An amount set aside for one call.
#[derive(Debug)]
pub(crate) struct Aside {
    month: String,
    account: Arc<str>,
    amount: Micros,
}

impl Budget {
    pub(crate) fn new(limits: Limits, ledger: Arc<dyn Ledger>, clock: Clock) -> Self {
        Self { limits, ledger, clock, refused: Arc::default() }
    }

    pub(crate) fn limits(&self) -> Limits {
        self.limits
    }

    fn month(&self) -> String {
        key(&(self.clock)())
    }

    /// Sets aside what a call may cost. What is never put right, as of a call whose process ended, counts as spent.
    pub(crate) async fn set_aside(&self, account: &Arc<str>, amount: Micros) -> Result<Aside, LlmError> {
        let month = self.month();
        let change = |book: &mut Book| book.set_aside(account, amount, self.limits);
        let refusal = match self.change(&month, change).await? {
            Ok(()) => None,
            Err((spent, limit)) => Some(Refusal { month: month.clone(), spent, limit }),
        };
        let before = std::mem::replace(&mut *self.refused(), refusal.clone());
        let Some(refusal) = refusal else { return Ok(Aside { month, account: Arc::clone(account), amount }) };
        let error = self.spent(&refusal);
        if before.is_none_or(|before| before.month != refusal.month) {
            tracing::warn!(%error, "the model is not asked; messages are read by the rules alone");
        }
        Err(error)
    }

    fn refused(&self) -> MutexGuard<'_, Option<Refusal>> {
        self.refused.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn spent(&self, refusal: &Refusal) -> LlmError {
        let now = (self.clock)();
        let (year, month) = if now.month() == 12 { (now.year() + 1, 1) } else { (now.year(), now.month() + 1) };
        LlmError::OverBudget { spent: refusal.spent, limit: refusal.limit, until: format!("{year}-{month:02}-01") }
    }

    /// Replaces what was set aside by what it cost.
    pub(crate) async fn put_right(&self, aside: Aside, cost: Micros) {
        let Aside { month, account, amount } = aside;
        let change = |book: &mut Book| {
            book.put_right(&account, amount, cost);
            Ok::<_, ()>(())
        };
        if let Err(error) = self.change(&month, change).await {
            tracing::warn!(%error, "what a call cost was not noted; the most it could have cost is");
        }
    }

    /// Whether it is spent: by the book, or because it did not cover the last call here.
    pub(crate) async fn check(&self) -> Result<(), LlmError> {
        let (month, limit) = (self.month(), self.limits.overall);
        let spent = self.book().await?.overall();
        let here = self.refused().clone().filter(|refusal| refusal.month == month);
        let refusal = here.or((limit != Micros(0) && spent >= limit).then_some(Refusal { month, spent, limit }));
        refusal.map_or(Ok(()), |refusal| Err(self.spent(&refusal)))
    }

    /// This month's book.
    pub(crate) async fn book(&self) -> Result<Book, LlmError> {
        Ok(read(&*self.ledger, &self.month()).await?.0)
    }

    async fn change<E>(
        &self,
        month: &str,
        change: impl Fn(&mut Book) -> Result<(), E>,
    ) -> Result<Result<(), E>, LlmError> {
        for _ in 0..TRIES {
            let (mut book, revision) = read(&*self.ledger, month).await?;
            if let Err(refused) = change(&mut book) {
                return Ok(Err(refused));
            }
            let value = serde_json::to_vec(&book).map_err(|e| LlmError::Unaccounted(e.to_string()))?;
            if self.ledger.write(month, value, revision).await.map_err(LlmError::Unaccounted)? {
                return Ok(Ok(()));
            }
        }
        Err(LlmError::Unaccounted("too many processes write at once".to_owned()))
    }
}

/// What models cost in the month of `now`, for who looks without asking a model.
///
/// # Errors
/// [`LlmError::Unaccounted`].
pub async fn spent_in(ledger: &dyn Ledger, now: &DateTime<Utc>) -> Result<Book, LlmError> {
    Ok(read(ledger, &key(now)).await?.0)
}

/// A month's key.
fn key(now: &DateTime<Utc>) -> String {
    now.format("%Y-%m").to_string()
}

async fn read(ledger: &dyn Ledger, month: &str) -> Result<(Book, u64), LlmError> {
    let Some(Noted { value, revision }) = ledger.read(month).await.map_err(LlmError::Unaccounted)? else {
        return Ok((Book::default(), 0));
    };
    let book = serde_json::from_slice(&value)
        .map_err(|_| LlmError::Unaccounted(format!("the book of {month} cannot be read")))?;
    Ok((book, revision))
}
