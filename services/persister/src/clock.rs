//! What time asks: a snooze that is over, an approval that has ended, an approved reply that may go to the sender. It is
//! asked by command, like everything else, so that a crash in between loses nothing.

use std::time::Duration;

use bus::{Bus, Output};
use chrono::Utc;
use contract::{Action, Command, identity, topology};
use kit_store::{Due, Reader};
use tokio_util::sync::CancellationToken;

/// How late a thing may be.
const TICK: Duration = Duration::from_secs(1);
/// Most things of one tick.
const MOST: u32 = 500;

/// Looks every second for what is due, until `shutdown`. Several copies may do so at once: the same thing due at the same
/// time is the same command, and a command is done once.
pub async fn keep_time(reader: Reader, bus: Bus, shutdown: CancellationToken) {
    let ticking = async {
        let mut ticks = tokio::time::interval(TICK);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            tick(&reader, &bus).await;
        }
    };
    shutdown.run_until_cancelled(ticking).await;
}

/// One look. What fails is found again at the next.
async fn tick(reader: &Reader, bus: &Bus) {
    let due = match reader.due(Utc::now(), MOST).await {
        Ok(due) => due,
        Err(error) => return tracing::debug!(%error, "what is due cannot be read now"),
    };
    let outputs = due.iter().map(|due| {
        let command = command(due);
        Output::new(&due.account, &command).with_id(command.id).about(due.opportunity_id)
    });
    for receipt in bus.publish_all(outputs.collect()).await {
        if let Err(error) = receipt {
            tracing::debug!(%error, "what is due cannot be asked for now");
        }
    }
}

/// The command for a thing due. Its id is that of the thing and its time.
pub fn command(due: &Due) -> Command {
    let at = due.at.timestamp_micros().unsigned_abs();
    Command {
        id: identity::output_id(due.opportunity_id, "due", 0, at),
        issued_at: due.at,
        actor: format!("sluice/{}", topology::PERSISTER),
        expected_revision: None,
        action: Action::Due { opportunity_id: due.opportunity_id },
    }
}
