//! Giving a command and learning what came of it: whoever asks is told of the outcome, which is awaited from before the
//! command goes out.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use bus::{Bus, Output, Start, Tailed};
use chrono::Utc;
use contract::{Account, Action, Command, CommandRefused, Event as _, OpportunitiesStored, StoredItem};
use futures::StreamExt as _;
use tokio::{
    sync::{oneshot, watch},
    time::{Instant, timeout_at},
};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::{app::App, problem::Problem};

/// How long an answer waits for the outcome.
const PATIENCE: Duration = Duration::from_secs(2);
/// Wait before the outcomes are followed anew after an error.
const PAUSE: Duration = Duration::from_secs(1);

/// What came of a command.
#[derive(Clone, Debug)]
pub(crate) enum Outcome {
    /// It is done, and what the store holds now is this.
    Done(StoredItem),
    /// It was refused.
    Refused(CommandRefused),
    /// Nobody has answered yet; it will be done or refused.
    Pending,
}

/// The outcomes that somebody here waits for.
#[derive(Debug)]
pub(crate) struct Outcomes {
    waiting: Mutex<HashMap<Uuid, oneshot::Sender<(u64, Outcome)>>>,
    following: watch::Sender<bool>,
}

impl Outcomes {
    /// Starts following the outcomes, until `shutdown`.
    pub(crate) fn start(bus: Bus, shutdown: CancellationToken) -> Arc<Self> {
        let outcomes = Arc::new(Self { waiting: Mutex::default(), following: watch::Sender::new(false) });
        let follower = Arc::clone(&outcomes);
        tokio::spawn(async move {
            shutdown.run_until_cancelled(follower.follow(&bus)).await;
        });
        outcomes
    }

    async fn follow(&self, bus: &Bus) {
        loop {
            match bus.tail(&[OpportunitiesStored::TYPE, CommandRefused::TYPE], Start::New).await {
                Ok(tail) => {
                    self.following.send_replace(true);
                    let mut tail = std::pin::pin!(tail);
                    while let Some(tailed) = tail.next().await {
                        match tailed {
                            Ok(tailed) => self.tell(&tailed),
                            Err(error) => tracing::debug!(%error, "an outcome could not be followed"),
                        }
                    }
                }
                Err(error) => tracing::debug!(%error, "outcomes are not followed; trying again"),
            }
            self.following.send_replace(false);
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Tells those who wait for what an event says.
    fn tell(&self, tailed: &Tailed) {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        if waiting.is_empty() {
            return;
        }
        let mut tell = |command: Uuid, outcome| {
            if let Some(sender) = waiting.remove(&command) {
                // Whoever waited may have gone.
                let _ = sender.send((tailed.sequence, outcome));
            }
        };
        if tailed.event_type == CommandRefused::TYPE {
            if let Ok(refused) = CommandRefused::decode(tailed.version, &tailed.payload) {
                tell(refused.command_id, Outcome::Refused(refused));
            }
        } else if let Ok(stored) = OpportunitiesStored::decode(tailed.version, &tailed.payload) {
            for item in stored.items {
                if let Some(command) = item.caused_by {
                    tell(command, Outcome::Done(item));
                }
            }
        }
    }

    /// Begins to wait for a command that has not gone out yet; the place is given up with the receipt.
    fn expect(self: &Arc<Self>, command: Uuid) -> Expected {
        let (sender, receiver) = oneshot::channel();
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner).insert(command, sender);
        Expected { command, receiver, outcomes: Arc::clone(self) }
    }
}

/// A place among those who wait.
struct Expected {
    command: Uuid,
    receiver: oneshot::Receiver<(u64, Outcome)>,
    outcomes: Arc<Outcomes>,
}

impl Drop for Expected {
    fn drop(&mut self) {
        self.outcomes.waiting.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.command);
    }
}

/// Whose command it is, and what was shown to them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct By<'a> {
    pub(crate) account: &'a Account,
    pub(crate) actor: &'a str,
    /// Revision of the opportunity that was shown.
    pub(crate) seen: Option<i64>,
}

/// Gives a command and waits up to two seconds for what comes of it. What is read here after that is what it made.
///
/// # Errors
/// Where the bus does not take it: then it was not given.
pub(crate) async fn give(app: &App, by: By<'_>, action: Action) -> Result<(Uuid, Outcome), Problem> {
    let until = Instant::now() + PATIENCE;
    let id = Uuid::new_v4();
    let command = Command { id, issued_at: Utc::now(), actor: by.actor.to_owned(), expected_revision: by.seen, action };
    let mut expected = app.outcomes.expect(id);
    // A gateway that has just begun may not hear yet; then it asks all the same, and says that it does not know.
    let _ = timeout_at(until, app.outcomes.following.subscribe().wait_for(|following| *following)).await;
    app.bus.publish(Output::new(by.account, &command).with_id(id).from_source("sluice/gateway")).await?;
    let Ok(Ok((sequence, outcome))) = timeout_at(until, &mut expected.receiver).await else {
        return Ok((id, Outcome::Pending));
    };
    if matches!(outcome, Outcome::Done(_)) {
        let _ = timeout_at(until, app.live.reached(sequence)).await;
    }
    Ok((id, outcome))
}
