//! What models cost, in the bus's bucket: the one book of every process.

use bus::{Bucket, BusError};
use futures::future::{BoxFuture, FutureExt as _};
use kit_llm::{Ledger, Noted};

/// The bucket of books.
#[derive(Clone, Debug)]
pub(crate) struct BucketLedger(pub(crate) Bucket);

impl Ledger for BucketLedger {
    fn read<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<Option<Noted>, String>> {
        async move {
            let entry = self.0.get(key).await.map_err(|e| e.to_string())?;
            Ok(entry.map(|entry| Noted { value: entry.value.to_vec(), revision: entry.revision }))
        }
        .boxed()
    }

    fn write<'a>(&'a self, key: &'a str, value: Vec<u8>, over: u64) -> BoxFuture<'a, Result<bool, String>> {
        async move {
            match self.0.put(key, value, Some(over)).await {
                Ok(_) => Ok(true),
                Err(BusError::Conflict { .. }) => Ok(false),
                Err(error) => Err(error.to_string()),
            }
        }
        .boxed()
    }
}
