//! The sample inbox: messages to Diego, who is made up. Always fresh: a demo older than a day begins anew.

use std::fs;

use bus::{Bus, Intake};
use chrono::{DateTime, Duration, Utc};
use contract::{
    Account,
    topology::{Lane, PROFILES},
};
use kit_intake::sample;
use serde::{Deserialize, Serialize};
use tokio_util::sync::CancellationToken;

use crate::{failure::Failure, instance::Folder};

/// When the demo in a folder began: ages count back from then, so that a restart brings the same messages.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Began {
    at: DateTime<Utc>,
}

/// Begins a demo, or keeps the one that is there while it is less than a day old. Touches a folder only where an
/// earlier demo left its mark, or nothing.
pub(crate) fn refresh(folder: &Folder) -> Result<(), Failure> {
    let mark = folder.path().join("demo.json");
    let began: Option<Began> = fs::read(&mark).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok());
    let unwritable =
        |e: std::io::Error| Failure::configuration(format!("cannot write {}: {e}", folder.path().display()));
    match began {
        Some(began) if Utc::now() - began.at < Duration::days(1) => return Ok(()),
        Some(_) => {
            for file in ["sluice.db", "sluice.db-wal", "sluice.db-shm"] {
                match fs::remove_file(folder.path().join(file)) {
                    Err(e) if e.kind() != std::io::ErrorKind::NotFound => return Err(unwritable(e)),
                    _ => {}
                }
            }
            match fs::remove_dir_all(folder.path().join("nats")) {
                Err(e) if e.kind() != std::io::ErrorKind::NotFound => return Err(unwritable(e)),
                _ => {}
            }
        }
        None if folder.path().join("sluice.db").exists() => {
            return Err(Failure::configuration(format!(
                "{} holds data that is no demo; choose another folder with --data",
                folder.path().display()
            )));
        }
        None => {}
    }
    fs::write(&mark, serde_json::json!(Began { at: Utc::now() }).to_string()).map_err(unwritable)
}

/// Puts Diego's profile in force, unless the demo has one already: it may have been edited.
pub(crate) async fn profile(bus: &Bus, account: &Account) -> Result<(), Failure> {
    let bucket = bus.bucket(PROFILES).await?;
    if bucket.get(account.as_str()).await?.is_none() {
        bucket.put(account.as_str(), sample::PROFILE.as_bytes().to_vec(), Some(0)).await?;
    }
    Ok(())
}

/// A folder with a demo's mark would be emptied by the next demo: the user's own data must not get there.
pub(crate) fn refuse(folder: &Folder) -> Result<(), Failure> {
    match folder.path().join("demo.json").exists() {
        true => Err(Failure::configuration(format!(
            "{} belongs to the demo, which empties it after a day; choose another folder with --data",
            folder.path().display()
        ))),
        false => Ok(()),
    }
}

/// Publishes the sample inbox, oldest first, unless the end comes first: the next start goes on. What was published
/// before is not stored again: the ids are the same.
pub(crate) async fn feed(bus: Bus, account: Account, folder: Folder, end: CancellationToken) -> Result<(), Failure> {
    let mark = fs::read(folder.path().join("demo.json")).map_err(Failure::failed)?;
    let Began { at } = serde_json::from_slice(&mark).map_err(Failure::failed)?;
    let broken = |e: &dyn std::fmt::Display| Failure::failed(format!("sample inbox: {e}"));
    let mut outputs = Vec::new();
    for message in sample::inbox(at).map_err(|e| broken(&e))? {
        outputs.push(Intake::new(&account, message, Lane::Live, "sluice/demo", at).map_err(|e| broken(&e))?.output);
    }
    if let Some(receipts) = end.run_until_cancelled(bus.publish_all(outputs)).await {
        for receipt in receipts {
            receipt?;
        }
    }
    Ok(())
}
