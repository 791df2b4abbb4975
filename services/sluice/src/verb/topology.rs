//! `sluice topology apply|diff`: the server's streams and consumers against the tables.

use serde_json::json;

use super::{say, say_json};
use crate::{
    args::{Common, Topology, TopologyVerb},
    failure::Failure,
    instance::Target,
};

pub(crate) async fn run(common: &Common, args: Topology) -> Result<(), Failure> {
    let target = Target::find(common)?;
    let bus = target.bus().await?;
    let options = target.config.topology();
    let differences = match args.verb {
        TopologyVerb::Apply => bus.apply_topology(options).await?,
        TopologyVerb::Diff => bus.diff_topology(options).await?,
    };
    if common.json {
        let rows: Vec<_> = differences.iter().map(|d| json!({ "what": d.what, "detail": d.detail })).collect();
        say_json(&rows)?;
    } else if differences.is_empty() {
        say("nothing differs from the tables")?;
    } else {
        for difference in &differences {
            say(format!("{}: {}", difference.what, difference.detail))?;
        }
    }
    let differs = matches!(args.verb, TopologyVerb::Diff) && !differences.is_empty();
    if differs { Err(Failure::silent()) } else { Ok(()) }
}
