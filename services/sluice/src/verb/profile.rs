//! `sluice profile`: the profile that messages are judged by.

mod init;

use std::{fs, path::Path};

use contract::topology::PROFILES;
use kit_score::Profile;
use serde_json::json;

use super::{rescore, say, say_json};
use crate::{
    args::{Common, Profile as Args, ProfileVerb},
    failure::Failure,
    instance::Target,
};

pub(crate) async fn run(common: &Common, args: Args) -> Result<(), Failure> {
    match args.verb {
        ProfileVerb::Check { file } => {
            load(&file)?;
            say(format!("{} is a valid profile", file.display()))
        }
        ProfileVerb::Init(args) => init::run(common, &args),
        ProfileVerb::Example => say(kit_score::profile::EXAMPLE.trim_end()),
        ProfileVerb::Show { account } => {
            let target = Target::find(common)?;
            let account = account.unwrap_or(target.account.clone());
            let stored = kit_profile::load(&target.bus().await?.bucket(PROFILES).await?, &account).await?;
            let (yaml, revision) = stored.ok_or_else(|| {
                Failure::failed(format!(
                    "{account} has no profile yet; write one (`sluice profile example`), then `sluice profile set FILE`"
                ))
            })?;
            if common.json {
                say_json(&json!({ "account": account, "revision": revision, "profile": yaml }))
            } else {
                say(yaml.trim_end())
            }
        }
        ProfileVerb::Set { file, account } => {
            let (yaml, _) = load(&file)?;
            let target = Target::find(common)?;
            let account = account.unwrap_or(target.account.clone());
            let bus = target.bus().await?;
            let count = rescore::stored(&target, &account).await;
            let bucket = bus.bucket(PROFILES).await?;
            let revision = kit_profile::save(&bucket, &account, &yaml, None).await.map_err(Failure::failed)?;
            let command_id = rescore::ask(&bus, &account).await?;
            // `sluice read` judges by it without any server.
            fs::write(target.folder.profile(), yaml)
                .map_err(|e| Failure::failed(format!("{}: {e}", target.folder.profile().display())))?;
            if common.json {
                say_json(&json!({
                    "account": account, "revision": revision, "command_id": command_id, "opportunities": count,
                }))
            } else {
                let stored = rescore::sentence(count);
                say(format!(
                    "profile of {account} in force, revision {revision}; new messages are judged by it, {stored}"
                ))
            }
        }
    }
}

/// Reads and checks a profile file; every fault at once.
pub(crate) fn load(file: &Path) -> Result<(String, Profile), Failure> {
    let yaml = fs::read_to_string(file).map_err(|e| Failure::failed(format!("{}: {e}", file.display())))?;
    match Profile::parse(&yaml) {
        Ok(profile) => Ok((yaml, profile)),
        Err(faults) => Err(Failure::failed(format!("{} is no valid profile:\n{faults}", file.display()))),
    }
}
