//! The profiles in force, kept up to date by a watch on the bucket.

use std::{collections::HashMap, pin::pin, sync::Arc, time::Duration};

use bus::{Bucket, BusError, Change};
use contract::Account;
use futures::{Stream, StreamExt as _};
use kit_score::Profile;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

/// Pause before a lost watch is taken up again.
pub(crate) const REWATCH: Duration = Duration::from_secs(1);

/// A profile with the revision of the bucket that it is.
pub type InForce = (Arc<Profile>, u64);

/// The profiles in force. Clones share them.
#[derive(Clone, Debug)]
pub struct Directory {
    bucket: Bucket,
    state: Arc<watch::Sender<State>>,
}

#[derive(Debug, Default)]
struct State {
    ready: bool,
    profiles: HashMap<Account, InForce>,
    /// Revisions that could not be read, so that each is logged once.
    faulty: HashMap<Account, u64>,
}

impl Directory {
    /// An empty directory of a bucket; [`Self::follow`] fills it.
    pub fn new(bucket: Bucket) -> Self {
        Self { bucket, state: Arc::new(watch::Sender::new(State::default())) }
    }

    /// An account's profile and its revision; `None` where it has none, or none yet: see [`Self::ready`].
    pub fn get(&self, account: &Account) -> Option<InForce> {
        self.state.borrow().profiles.get(account).cloned()
    }

    /// Whether every stored profile has been seen once. Before that an account without a profile cannot be told from
    /// one that was not read yet.
    ///
    /// # Errors
    /// What is missing, in words.
    pub fn ready(&self) -> Result<(), String> {
        match self.state.borrow().ready {
            true => Ok(()),
            false => Err("the profiles have not been read yet".to_owned()),
        }
    }

    /// Waits until [`Self::ready`].
    pub async fn until_ready(&self) {
        self.until(|directory| directory.ready().is_ok()).await;
    }

    /// Waits until the directory is as wished: looks now and after each change.
    pub async fn until(&self, wished: impl Fn(&Self) -> bool) {
        let mut changes = self.state.subscribe();
        // The sender lives as long as `self`, so `changed` cannot fail.
        while !wished(self) && changes.changed().await.is_ok() {}
    }

    /// An account's profile as the bucket has it now, not as the watch last saw it: for work that was asked for
    /// because the profile changed.
    ///
    /// # Errors
    /// [`BusError::Request`].
    pub async fn refresh(&self, account: &Account) -> Result<Option<InForce>, BusError> {
        match self.bucket.get(account.as_str()).await? {
            Some(entry) => self.state.send_modify(|state| state.put(account.clone(), &entry.value, entry.revision)),
            None => self.state.send_modify(|state| state.remove(account)),
        }
        Ok(self.get(account))
    }

    /// Follows the bucket until shutdown. A lost watch is taken up again; what was read stays in force meanwhile.
    pub async fn follow(self, shutdown: CancellationToken) {
        shutdown.run_until_cancelled(self.follow_always()).await;
    }

    async fn follow_always(&self) {
        let mut lost = false;
        loop {
            let error = match self.bucket.watch().await {
                Ok(changes) => self.apply(changes, &mut lost).await,
                Err(error) => Some(error),
            };
            if !lost {
                let detail = error.map_or_else(|| "the watch ended".to_owned(), |error| error.to_string());
                tracing::warn!(error = detail, "profiles are not followed; trying again");
                lost = true;
            }
            tokio::time::sleep(REWATCH).await;
        }
    }

    /// Applies changes until the watch ends, and says with what error.
    async fn apply(&self, changes: impl Stream<Item = Result<Change, BusError>>, lost: &mut bool) -> Option<BusError> {
        let mut changes = pin!(changes);
        while let Some(change) = changes.next().await {
            match change {
                Ok(Change::Put { key, value, revision }) => {
                    self.at(&key, |state, account| state.put(account, &value, revision))
                }
                Ok(Change::Deleted { key }) => self.at(&key, |state, account| state.remove(&account)),
                Ok(Change::UpToDate) => {
                    *lost = false;
                    self.state.send_modify(|state| state.ready = true);
                }
                Err(error) => return Some(error),
            }
        }
        None
    }

    fn at(&self, key: &str, change: impl FnOnce(&mut State, Account)) {
        match key.parse() {
            Ok(account) => self.state.send_modify(|state| change(state, account)),
            Err(_) => tracing::warn!("a key of the profiles is no account name; it is ignored"),
        }
    }
}

impl State {
    /// Takes a stored text. An older revision than the one in force changes nothing; one that is no profile leaves the
    /// one in force and is logged once, by its places only: the rest is personal.
    fn put(&mut self, account: Account, text: &[u8], revision: u64) {
        if self.profiles.get(&account).is_some_and(|(_, in_force)| *in_force >= revision) {
            return;
        }
        match parse(text) {
            Ok(profile) => {
                tracing::debug!(%account, revision, "profile in force");
                self.faulty.remove(&account);
                self.profiles.insert(account, (Arc::new(profile), revision));
            }
            Err(places) => {
                if self.faulty.insert(account.clone(), revision) != Some(revision) {
                    let in_force = self.profiles.get(&account).map_or(0, |(_, revision)| *revision);
                    tracing::error!(%account, revision, in_force, places, "stored profile cannot be read: `sluice profile check` says why");
                }
            }
        }
    }

    fn remove(&mut self, account: &Account) {
        self.profiles.remove(account);
        self.faulty.remove(account);
    }
}

/// A profile, or the places of its faults.
fn parse(text: &[u8]) -> Result<Profile, String> {
    let text = std::str::from_utf8(text).map_err(|_| "not UTF-8".to_owned())?;
    Profile::parse(text).map_err(|faults| faults.0.into_iter().map(|fault| fault.path).collect::<Vec<_>>().join(", "))
}
