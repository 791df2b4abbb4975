//! Key-value buckets of the tables: revisioned values that can be watched.

use async_nats::jetstream::kv;
use bytes::Bytes;
use futures::{Stream, StreamExt as _};
use tokio::sync::watch;

use crate::error::BusError;

/// A bucket.
#[derive(Clone, Debug)]
pub struct Bucket {
    pub(crate) store: kv::Store,
    /// Counts connections made: a watch does not outlive the one it was begun on.
    pub(crate) connections: watch::Receiver<u64>,
}

/// A value with its revision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The value.
    pub value: Bytes,
    /// Its revision, to be expected by the next put.
    pub revision: u64,
}

/// What a watch sees.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// A key was put.
    Put {
        /// The key.
        key: String,
        /// The value.
        value: Bytes,
        /// Its revision.
        revision: u64,
    },
    /// A key was deleted.
    Deleted {
        /// The key.
        key: String,
    },
    /// Every value that was there when the watch began has been seen.
    UpToDate,
}

impl Bucket {
    /// The newest value of a key.
    ///
    /// # Errors
    /// [`BusError::Request`].
    pub async fn get(&self, key: &str) -> Result<Option<Entry>, BusError> {
        let entry = self.store.entry(key).await.map_err(|e| BusError::request("read from a bucket")(&e))?;
        Ok(entry.filter(|e| e.operation == kv::Operation::Put).map(|e| Entry { value: e.value, revision: e.revision }))
    }

    /// Puts a value and says its revision. With `expected` only over that revision; `Some(0)`: only where there is
    /// none.
    ///
    /// # Errors
    /// [`BusError::Conflict`] where the revision is another one, [`BusError::Request`].
    pub async fn put(&self, key: &str, value: Vec<u8>, expected: Option<u64>) -> Result<u64, BusError> {
        let conflict = || BusError::Conflict { key: key.to_owned() };
        match expected {
            None => self.store.put(key, value.into()).await.map_err(|e| BusError::request("write to a bucket")(&e)),
            Some(0) => self.store.create(key, value.into()).await.map_err(|e| match e.kind() {
                kv::CreateErrorKind::AlreadyExists => conflict(),
                _ => BusError::request("write to a bucket")(&e),
            }),
            Some(revision) => self.store.update(key, value.into(), revision).await.map_err(|e| match e.kind() {
                kv::UpdateErrorKind::WrongLastRevision => conflict(),
                _ => BusError::request("write to a bucket")(&e),
            }),
        }
    }

    /// Follows every key: first what is there, then [`Change::UpToDate`], then each change as it happens. The stream
    /// ends only with an error: watch again.
    ///
    /// # Errors
    /// [`BusError::Request`].
    pub async fn watch(&self) -> Result<impl Stream<Item = Result<Change, BusError>> + Send + use<>, BusError> {
        let failed = || BusError::request("watch a bucket");
        let mut watch = self.store.watch_with_history(">").await.map_err(|e| failed()(&e))?;
        // Where the bucket is empty no entry will ever say that it was the last of the old ones. (`status` is cached.)
        let mut current = self.store.stream.get_info().await.map_err(|e| failed()(&e))?.state.messages == 0;
        let mut connections = self.connections.clone();
        connections.mark_unchanged();
        Ok(async_stream(move |sender| async move {
            if current {
                sender.send(Ok(Change::UpToDate)).await.ok();
            }
            loop {
                let entry = tokio::select! {
                    entry = watch.next() => entry,
                    _ = connections.changed() => {
                        let error = BusError::request("watch a bucket")(&"the connection was made anew");
                        sender.send(Err(error)).await.ok();
                        return;
                    }
                };
                let Some(entry) = entry else { return };
                let change = entry.map_err(|e| BusError::request("watch a bucket")(&e)).map(|entry| {
                    let (key, seen) = (entry.key, entry.seen_current);
                    let change = match entry.operation {
                        kv::Operation::Put => Change::Put { key, value: entry.value, revision: entry.revision },
                        _ => Change::Deleted { key },
                    };
                    (change, seen)
                });
                match change {
                    Ok((change, seen)) => {
                        if sender.send(Ok(change)).await.is_err() {
                            return;
                        }
                        if seen && !current {
                            current = true;
                            sender.send(Ok(Change::UpToDate)).await.ok();
                        }
                    }
                    Err(error) => {
                        sender.send(Err(error)).await.ok();
                        return;
                    }
                }
            }
        }))
    }
}

/// A stream fed by a task that ends when nobody reads it any more.
pub(crate) fn async_stream<T, F, Fut>(feed: F) -> impl Stream<Item = T> + Send + use<T, F, Fut>
where
    T: Send + 'static,
    F: FnOnce(tokio::sync::mpsc::Sender<T>) -> Fut,
    Fut: Future<Output = ()> + Send + 'static,
{
    let (sender, mut receiver) = tokio::sync::mpsc::channel(64);
    let task = tokio_util::task::AbortOnDropHandle::new(tokio::spawn(feed(sender)));
    futures::stream::poll_fn(move |cx| {
        let _alive = &task;
        receiver.poll_recv(cx)
    })
}
