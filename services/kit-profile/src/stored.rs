//! Reading and saving a profile as its person wrote it.

use bus::{Bucket, BusError};
use contract::Account;
use kit_score::{Profile, ProfileFaults};

/// Why a profile was not saved.
#[derive(Debug, thiserror::Error)]
pub enum SaveError {
    /// It is no profile; the stored one stays.
    #[error("{0}")]
    Faults(#[from] ProfileFaults),
    /// The bucket did not take it; [`BusError::Conflict`] where another revision is stored than the expected one.
    #[error(transparent)]
    Bus(#[from] BusError),
}

/// The stored text with its revision; `None` where the account has no profile.
///
/// # Errors
/// [`BusError::Request`].
pub async fn load(bucket: &Bucket, account: &Account) -> Result<Option<(String, u64)>, BusError> {
    let entry = bucket.get(account.as_str()).await?;
    Ok(entry.map(|entry| (String::from_utf8_lossy(&entry.value).into_owned(), entry.revision)))
}

/// Checks and saves a profile over the revision expected (`Some(0)`: only where there is none; `None`: over any), and
/// says its new revision.
///
/// # Errors
/// [`SaveError`].
pub async fn save(bucket: &Bucket, account: &Account, yaml: &str, expected: Option<u64>) -> Result<u64, SaveError> {
    Profile::parse(yaml)?;
    Ok(bucket.put(account.as_str(), yaml.as_bytes().to_vec(), expected).await?)
}
