//! The account's profile: reading it, and saving it with everything that follows from a new one.

use bus::{BusError, Output};
use chrono::Utc;
use contract::{Action, Command, topology::PROFILES};
use kit_profile::SaveError;
use schemars::JsonSchema;
use serde::Serialize;
use uuid::Uuid;

use crate::{app::App, problem::Problem};

/// A profile as its person wrote it, with its revision.
pub(crate) type Stored = (String, u64);

/// The stored profile; `None` where the account has none.
pub(crate) async fn stored(app: &App) -> Result<Option<Stored>, Problem> {
    Ok(kit_profile::load(&app.bus.bucket(PROFILES).await?, &app.account).await?)
}

/// What saving a profile set off.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Saved {
    pub(crate) revision: u64,
    /// Of the command to re-score: `opportunities.rescored` and `.stored` name it as their cause.
    pub(crate) command_id: Uuid,
    /// How many opportunities are being re-scored.
    pub(crate) opportunities: u64,
}

/// Saves a profile over the revision that its writer saw (0: none), and asks for everything stored to be judged by it.
pub(crate) async fn save(app: &App, yaml: &str, seen: u64) -> Result<Saved, Problem> {
    let bucket = app.bus.bucket(PROFILES).await?;
    let revision = kit_profile::save(&bucket, &app.account, yaml, Some(seen)).await.map_err(|error| match error {
        SaveError::Faults(faults) => Problem::profile(yaml, &faults),
        SaveError::Bus(BusError::Conflict { .. }) => Problem::changed_meanwhile(),
        SaveError::Bus(error) => error.into(),
    })?;
    let command = Command {
        id: Uuid::now_v7(),
        issued_at: Utc::now(),
        actor: "page".to_owned(),
        expected_revision: None,
        action: Action::Rescore { opportunity_ids: Vec::new(), after: None },
    };
    let output = Output::new(&app.account, &command).with_id(command.id).from_source("sluice/gateway");
    app.bus.publish(output).await?;
    Ok(Saved { revision, command_id: command.id, opportunities: app.reader.stats(&app.account).await?.total })
}
