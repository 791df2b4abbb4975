//! From a producer's message to its event: the one way in which gateway, command line and importers put a message on
//! the bus, so that the same message has the same ids whichever brings it.

use chrono::{DateTime, Utc};
use contract::{
    Account, DecodeError, Event as _, MessageBackfilled, MessageReceived, identity,
    intake::{Receipt, resolve},
    topology::Lane,
};
use uuid::Uuid;

use crate::stage::Output;

/// A message ready to be published.
#[derive(Clone, Debug)]
pub struct Intake {
    /// The id that every stage will derive for it.
    pub message_id: Uuid,
    /// The opportunity that it will belong to, if it is one.
    pub opportunity_id: Uuid,
    /// The event. Published twice, it is in the log once.
    pub output: Output,
}

impl Intake {
    /// Checks a message and makes its event. `now` stands in for a missing time in nothing but the check of dates.
    ///
    /// # Errors
    /// As [`resolve`]: what no stage would accept is not published.
    pub fn new(
        account: &Account,
        mut received: MessageReceived,
        lane: Lane,
        source: &str,
        now: DateTime<Utc>,
    ) -> Result<Self, DecodeError> {
        let receipt = Receipt { account, time: now, received_at: now, backfilled: lane == Lane::Bulk };
        let message = resolve(received.clone(), receipt)?;
        // A history over the limit would be cut by every reader; cut it once.
        received.history = message.history;
        let (output, event_type) = match lane {
            Lane::Live => (Output::new(account, &received), MessageReceived::TYPE),
            Lane::Bulk => (Output::new(account, &MessageBackfilled(received)), MessageBackfilled::TYPE),
        };
        Ok(Self {
            message_id: message.id,
            opportunity_id: identity::opportunity_id(account, message.thread.id.as_deref(), message.id),
            output: output
                .with_id(identity::intake_event_id(message.id, event_type))
                .about(message.id)
                .from_source(source),
        })
    }
}
