//! `sluice account`: whose inboxes there are.

use chrono::Utc;
use contract::Account;
use kit_runtime::Config;
use kit_store::{AccountRow, Store};
use serde_json::json;

use super::{say, say_json};
use crate::{
    args::{AccountVerb, Accounts, Common},
    failure::Failure,
    instance::{self, Folder},
};

pub(crate) async fn run(common: &Common, args: Accounts) -> Result<(), Failure> {
    match args.verb {
        AccountVerb::Add { name } => new(common, name).await,
        AccountVerb::List => list(common).await,
        AccountVerb::Disable { name } => disable(common, name).await,
    }
}

/// The database, whether or not a system runs on it, and the account that is meant where none is named.
pub(super) async fn store(common: &Common) -> Result<(Store, Account), Failure> {
    let config = Config::load(common.config.as_deref())?;
    let folder = Folder::choose(common, false)?;
    folder.create()?;
    let store = instance::store(&config, &folder).await?;
    store.migrate().await?;
    Ok((store, instance::configured_account(&config)?))
}

async fn new(common: &Common, name: Account) -> Result<(), Failure> {
    let (store, _) = store(common).await?;
    store.add_account(&name, Utc::now()).await?;
    if common.json {
        return say_json(&json!({ "name": name }));
    }
    say(format!("{name} is there; `sluice token create --account {name}` makes its first token"))
}

async fn list(common: &Common) -> Result<(), Failure> {
    let (store, _) = store(common).await?;
    let accounts = store.reader().accounts().await?;
    if common.json {
        return say_json(&accounts);
    }
    if accounts.is_empty() {
        return say("no account but the configured one; `sluice account add NAME` makes another");
    }
    let line = |account: &AccountRow| {
        let state = account.disabled_at.map_or_else(String::new, |at| format!("disabled {}", at.format("%Y-%m-%d")));
        format!("{:<20} since {}  {state}", account.name, account.created_at.format("%Y-%m-%d")).trim_end().to_owned()
    };
    say(accounts.iter().map(line).collect::<Vec<_>>().join("\n"))
}

async fn disable(common: &Common, name: Account) -> Result<(), Failure> {
    let (store, _) = store(common).await?;
    if !store.disable_account(&name, Utc::now()).await? {
        return Err(Failure::failed(format!("there is no account `{name}` in force; `sluice account list`")));
    }
    if common.json {
        return say_json(&json!({ "name": name, "disabled": true }));
    }
    say(format!("{name} is disabled: its tokens end, its data stays; `sluice account add {name}` undoes it"))
}
