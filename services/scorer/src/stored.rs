//! The port to the stored facts: the store's reader, or a fake.

use contract::Account;
use kit_store::{FactsForScoring, Reader, StoreError};
use uuid::Uuid;

/// Reads what was stored of opportunities.
pub trait StoredFacts: Send + Sync + 'static {
    /// Up to `most` opportunities of an account by ascending id, those after `after`; of these ids, or of all where
    /// there are none.
    fn page(
        &self,
        account: &Account,
        ids: &[Uuid],
        after: Option<Uuid>,
        most: usize,
    ) -> impl Future<Output = Result<Vec<FactsForScoring>, StoreError>> + Send;

    /// Whether the store answers.
    fn answers(&self) -> impl Future<Output = Result<(), StoreError>> + Send {
        async { self.page(&Account::me(), &[Uuid::nil()], None, 1).await.map(drop) }
    }
}

impl StoredFacts for Reader {
    async fn page(
        &self,
        account: &Account,
        ids: &[Uuid],
        after: Option<Uuid>,
        most: usize,
    ) -> Result<Vec<FactsForScoring>, StoreError> {
        self.facts_for_scoring(account, ids, after, most as u64).await
    }
}
