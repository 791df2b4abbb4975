//! The account: whose inbox a message came to. It is the last token of every subject and a column of every row.

use std::{fmt, str::FromStr};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What an account name looks like, as a regular expression.
pub const PATTERN: &str = "^[A-Za-z0-9_-]{1,64}$";

/// An account name: 1 to 64 of `a-z A-Z 0-9 _ -`, so that it is one NATS subject token everywhere.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
#[schemars(with = "String", extend("pattern" = PATTERN))]
pub struct Account(String);

/// The name given is not an account name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no account name: 1 to 64 letters, digits, `_` or `-`")]
pub struct InvalidAccount(String);

impl Account {
    /// The one account of a laptop.
    pub fn me() -> Self {
        Self("me".to_owned())
    }

    /// The name as it stands in subjects and rows.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Account {
    type Err = InvalidAccount;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let token = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
        if (1..=64).contains(&name.len()) && name.chars().all(token) {
            Ok(Self(name.to_owned()))
        } else {
            Err(InvalidAccount(name.chars().take(80).collect()))
        }
    }
}

impl TryFrom<String> for Account {
    type Error = InvalidAccount;

    fn try_from(name: String) -> Result<Self, Self::Error> {
        name.parse()
    }
}

impl From<Account> for String {
    fn from(account: Account) -> Self {
        account.0
    }
}

impl fmt::Display for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
