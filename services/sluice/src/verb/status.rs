//! `sluice status`: how each stage and stream stands.

use std::time::Duration;

use bus::PipelineState;

use super::{say, say_json};
use crate::{
    args::{Common, Status},
    failure::Failure,
    instance::Target,
};

pub(crate) async fn run(common: &Common, args: Status) -> Result<(), Failure> {
    let target = Target::find(common)?;
    let bus = target.bus().await?;
    loop {
        let state = bus.pipeline().await?;
        if common.json {
            say_json(&state)?;
        } else {
            // Home and clear, so that a watched table stays where it is.
            let clear = if args.watch { "\x1b[H\x1b[2J" } else { "" };
            say(format!("{clear}{}", table(&state)))?;
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
