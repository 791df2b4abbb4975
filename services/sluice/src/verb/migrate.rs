//! `sluice migrate`: brings the database up to date, or says what is pending.

use kit_runtime::Config;
use secrecy::ExposeSecret as _;
use serde_json::json;

use super::{say, say_json};
use crate::{
    args::{Common, Migrate},
    failure::Failure,
    instance::{Folder, store},
};

pub(crate) async fn run(common: &Common, args: Migrate) -> Result<(), Failure> {
    let config = Config::load(common.config.as_deref())?;
    let folder = Folder::choose(common, false)?;
    if config.database.url.expose_secret().is_empty() {
        folder.create()?;
    }
    let store = store(&config, &folder).await?;
    let pending = store.pending_migrations().await?;
    if !args.check {
        store.migrate().await?;
    }
    if common.json {
        say_json(&json!({ "pending": pending, "applied": !args.check }))?;
    } else if pending.is_empty() {
        say("the database is up to date")?;
    } else {
        say(format!("{}: {}", if args.check { "pending" } else { "applied" }, pending.join(", ")))?;
    }
    if args.check && !pending.is_empty() { Err(Failure::silent()) } else { Ok(()) }
}
