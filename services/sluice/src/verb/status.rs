//! `sluice status`: how each stage and stream stands, and the month's budget for models where there is one.

use std::time::Duration;

use bus::{Bus, PipelineState};
use chrono::Utc;
use contract::topology::SPENDING;
use kit_llm::{Limits, Micros, spent_in};
use kit_runtime::Config;
use serde_json::json;

use super::{say, say_json};
use crate::{
    args::{Common, Status},
    failure::Failure,
    instance::Target,
    ledger::BucketLedger,
    model,
};

pub(crate) async fn run(common: &Common, args: Status) -> Result<(), Failure> {
    let target = Target::find(common)?;
    let bus = target.bus().await?;
    loop {
        let state = bus.pipeline().await?;
        let budget = budget(&target.config, &bus).await?;
        if common.json {
            let mut value = serde_json::to_value(&state).map_err(Failure::failed)?;
            if let Some((spent, limits)) = budget {
                let [spent, limit] = [spent, limits.overall].map(Micros::in_dollars);
                value["models"] = json!({"spent_usd": spent, "monthly_budget_usd": limit});
            }
            say_json(&value)?;
        } else {
            // Home and clear, so that a watched table stays where it is.
            let clear = if args.watch { "\x1b[H\x1b[2J" } else { "" };
            let spent = budget.map(|(spent, limits)| format!("\n\n{}", words(spent, limits))).unwrap_or_default();
            say(format!("{clear}{}{spent}", table(&state)))?;
        }
        if !args.watch {
            return Ok(());
        }
        tokio::select! {
            () = tokio::time::sleep(Duration::from_secs(1)) => {}
            _ = tokio::signal::ctrl_c() => return Ok(()),
        }
    }
}

/// What models cost this month, and what they may; `None` where nothing limits it.
async fn budget(config: &Config, bus: &Bus) -> Result<Option<(Micros, Limits)>, Failure> {
    let limits = model::limits(&config.llm);
    if !limits.any() {
        return Ok(None);
    }
    let book = spent_in(&BucketLedger(bus.bucket(SPENDING).await?), &Utc::now()).await.map_err(Failure::failed)?;
    Ok(Some((book.overall(), limits)))
}

fn words(spent: Micros, limits: Limits) -> String {
    match limits.overall {
        Micros(0) => format!("models cost {spent} this month; each account may spend {}", limits.account),
        limit if spent >= limit => format!("models cost {spent} of {limit} this month: spent, the rules read alone"),
        limit => format!("models cost {spent} of {limit} this month"),
    }
}

fn table(state: &PipelineState) -> String {
    let mut lines = vec![format!(
        "{:<20}{:>9}{:>11}{:>13}{:>12}  {}",
        "CONSUMER", "PENDING", "IN FLIGHT", "REDELIVERED", "OLDEST", "STATE"
    )];
    for c in &state.consumers {
        let oldest = c.oldest_age_seconds.map_or_else(|| "-".to_owned(), age);
        let word = match (c.waiting_pulls, c.pending + c.in_flight as u64) {
            (0, 0) => "idle, nobody pulls",
            (0, _) => "busy or not running",
            (_, 0) => "idle",
            (_, _) => "working",
        };
        lines.push(format!(
            "{:<20}{:>9}{:>11}{:>13}{oldest:>12}  {word}",
            c.consumer, c.pending, c.in_flight, c.redelivered
        ));
    }
    lines.push(String::new());
    lines.push(format!("{:<20}{:>9}{:>11}{:>13}", "STREAM", "MESSAGES", "MIB", "OF MIB"));
    for s in &state.streams {
        let mib = |bytes: f64| bytes / 1024.0 / 1024.0;
        #[expect(clippy::cast_precision_loss, reason = "sizes for a person's eyes")]
        let (used, most) = (mib(s.bytes as f64), mib(s.max_bytes as f64));
        lines.push(format!("{:<20}{:>9}{used:>11.1}{most:>13.0}", s.stream, s.messages));
    }
    lines.join("\n")
}

fn age(seconds: f64) -> String {
    match seconds {
        s if s < 90.0 => format!("{s:.0} s"),
        s if s < 5400.0 => format!("{:.0} min", s / 60.0),
        s => format!("{:.1} h", s / 3600.0),
    }
}
