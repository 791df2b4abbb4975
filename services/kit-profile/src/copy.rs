//! A copy of an account's profile as a file, for whoever reads messages without a server.

use std::{
    fs::{self, OpenOptions},
    io::{self, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
    pin::pin,
};

use bus::{Bucket, BusError, Change};
use contract::Account;
use futures::StreamExt as _;
use kit_score::Profile;
use tokio_util::sync::CancellationToken;

use crate::directory::REWATCH;

/// Keeps the file as the bucket has the profile, wherever it was edited, until shutdown. What cannot be read as a profile
/// is not copied; a file that cannot be written is logged and tried again at the next change.
pub async fn keep_copy(bucket: Bucket, account: Account, file: PathBuf, shutdown: CancellationToken) {
    let always = async {
        loop {
            if let Err(error) = follow(&bucket, &account, &file).await {
                tracing::debug!(%error, "the profile's copy is not kept up to date; trying again");
            }
            tokio::time::sleep(REWATCH).await;
        }
    };
    shutdown.run_until_cancelled(always).await;
}

async fn follow(bucket: &Bucket, account: &Account, file: &Path) -> Result<(), BusError> {
    let mut changes = pin!(bucket.watch().await?);
    while let Some(change) = changes.next().await {
        let copied = match change? {
            Change::Put { key, value, .. } if key == account.as_str() => match std::str::from_utf8(&value) {
                Ok(yaml) if Profile::parse(yaml).is_ok() => replace(file, yaml),
                _ => Ok(()),
            },
            Change::Deleted { key } if key == account.as_str() => remove(file),
            _ => Ok(()),
        };
        if let Err(error) = copied {
            tracing::warn!(file = %file.display(), %error, "the profile's copy for `sluice read` was not written");
        }
    }
    Ok(())
}

/// Whole or not at all, and its owner's alone: what a person earns is nobody else's to read.
fn replace(file: &Path, yaml: &str) -> io::Result<()> {
    if fs::read_to_string(file).is_ok_and(|there| there == yaml) {
        return Ok(());
    }
    let next = file.with_extension("yaml.next");
    let mut written = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&next)?;
    written.write_all(yaml.as_bytes())?;
    fs::rename(next, file)
}

fn remove(file: &Path) -> io::Result<()> {
    match fs::remove_file(file) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
