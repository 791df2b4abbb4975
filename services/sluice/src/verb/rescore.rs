//! `sluice rescore`: every stored opportunity judged again by the profile in force, without any model.

use bus::{Bus, Output};
use chrono::Utc;
use contract::{Account, Action, Command};
use secrecy::ExposeSecret as _;
use serde_json::json;
use uuid::Uuid;

use super::{say, say_json};
use crate::{
    args::{Common, Rescore},
    failure::Failure,
    instance::Target,
};

pub(crate) async fn run(common: &Common, args: Rescore) -> Result<(), Failure> {
    let target = Target::find(common)?;
    let account = args.account.unwrap_or(target.account.clone());
    let count = stored(&target, &account).await;
    let command_id = ask(&target.bus().await?, &account).await?;
    if common.json {
        return say_json(&json!({ "account": account, "command_id": command_id, "opportunities": count }));
    }
    say(sentence(count))
}

/// Asks the scorer to judge every stored opportunity of an account again.
pub(crate) async fn ask(bus: &Bus, account: &Account) -> Result<Uuid, Failure> {
    let command = Command {
        id: Uuid::now_v7(),
        issued_at: Utc::now(),
        actor: "cli".to_owned(),
        expected_revision: None,
        action: Action::Rescore { opportunity_ids: Vec::new(), after: None },
    };
    bus.publish(Output::new(account, &command).with_id(command.id).from_source("sluice/cli")).await?;
    Ok(command.id)
}

/// How many opportunities an account has; `None` where there is no database to ask from here.
pub(crate) async fn stored(target: &Target, account: &Account) -> Option<u64> {
    let configured = !target.config.database.url.expose_secret().is_empty();
    if !configured && !target.folder.database().exists() {
        return None;
    }
    let store = target.store().await.ok()?;
    store.reader().stats(account).await.ok().map(|stats| stats.total)
}

/// What is being done, for a person.
pub(crate) fn sentence(count: Option<u64>) -> String {
    match count {
        None => "what is stored is being re-scored".to_owned(),
        Some(0) => "nothing is stored yet to be re-scored".to_owned(),
        Some(1) => "1 opportunity is being re-scored".to_owned(),
        Some(n) => format!("{n} opportunities are being re-scored"),
    }
}
