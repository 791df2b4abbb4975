//! Subjects: `PREFIX.TYPE.ACCOUNT`. A subject spelt anywhere else is a bug.

use crate::account::Account;

/// The prefix where none is configured.
pub const DEFAULT_PREFIX: &str = "sluice";

/// A server may be shared: every subject, stream, consumer and bucket name carries the prefix.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prefix(String);

/// The prefix given cannot be one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no subject prefix: 1 to 32 lower-case letters, digits or `-`")]
pub struct InvalidPrefix(String);

impl Default for Prefix {
    fn default() -> Self {
        Self(DEFAULT_PREFIX.to_owned())
    }
}

impl std::str::FromStr for Prefix {
    type Err = InvalidPrefix;

    fn from_str(prefix: &str) -> Result<Self, Self::Err> {
        let token = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if (1..=32).contains(&prefix.len()) && prefix.chars().all(token) {
            Ok(Self(prefix.to_owned()))
        } else {
            Err(InvalidPrefix(prefix.chars().take(80).collect()))
        }
    }
}

impl Prefix {
    /// The prefix itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Subject of an event: `sluice.messages.received.me`.
    pub fn event(&self, event_type: &str, account: &Account) -> String {
        format!("{}.{event_type}.{account}", self.0)
    }

    /// Subject of a dead letter: `sluice.dead.analyzer.me`.
    pub fn dead(&self, stage: &str, account: &Account) -> String {
        format!("{}.dead.{stage}.{account}", self.0)
    }

    /// Filter over every account for a pattern of the tables: `messages.received` → `sluice.messages.received.*`.
    pub fn filter(&self, pattern: &str) -> String {
        format!("{}.{pattern}.*", self.0)
    }

    /// Name of a stream, consumer or bucket of the tables. The default prefix leaves the bare name.
    pub fn name(&self, bare: &str) -> String {
        if self.0 == DEFAULT_PREFIX { bare.to_owned() } else { format!("{}-{bare}", self.0) }
    }

    /// Splits a subject into type and account, `None` where it is not of this prefix's form.
    pub fn split<'s>(&self, subject: &'s str) -> Option<(&'s str, Account)> {
        let rest = subject.strip_prefix(self.0.as_str())?.strip_prefix('.')?;
        let (event_type, account) = rest.rsplit_once('.')?;
        if event_type.split('.').any(str::is_empty) {
            return None;
        }
        Some((event_type, account.parse().ok()?))
    }
}
