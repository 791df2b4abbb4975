//! The analyzer as a stage of the bus: a received message in, an analyzed opportunity or a dismissal out.

use bus::{Delivery, Output, Stage, StageError};
use contract::{
    Direction, DismissalReason, Engine, Kind, Language, Message, MessageBackfilled, MessageDismissed, MessageReceived,
    OpportunityAnalyzed,
    identity,
    intake::{self, Receipt},
    topology,
};

use crate::{reading::Reading, rules};

contract::inbound! {
    /// What the analyzer takes: fresh messages and the slow lane of imports and replays.
    pub enum Input { Received(MessageReceived), Backfilled(MessageBackfilled) }
}

/// The stage. The rules need nothing but the message.
#[derive(Clone, Copy, Debug, Default)]
pub struct Analyzer;

/// What comes of a message.
#[derive(Clone, Debug, PartialEq)]
pub enum Analyzed {
    /// It speaks of an opportunity.
    Opportunity(Box<OpportunityAnalyzed>),
    /// It makes no card.
    Dismissed(Box<MessageDismissed>),
}

/// Turns a message and its reading into the event that the stage publishes.
pub fn analyze(message: Message, reading: Reading) -> Analyzed {
    if message.direction == Direction::Outbound {
        return Analyzed::Dismissed(Box::new(MessageDismissed {
            kind: None,
            reason: DismissalReason::OwnMessage,
            detail: "written by the account's owner".to_owned(),
            language: reading.language,
            engine: Engine::Rules,
            text_withheld: false,
            message,
        }));
    }
    match reading.dismissal {
        None => Analyzed::Opportunity(Box::new(OpportunityAnalyzed {
            opportunity_id: identity::opportunity_id(&message.account, message.thread.id.as_deref(), message.id),
            kind: reading.kind,
            language: reading.language,
            facts: reading.facts,
            flags: reading.flags,
            engine: Engine::Rules,
            engine_version: reading.engine_version,
            message,
        })),
        Some((reason, detail)) => Analyzed::Dismissed(Box::new(dismiss(message, reading.kind, reading.language, reason, detail))),
    }
}

/// A private message of an import goes on without its words.
fn dismiss(mut message: Message, kind: Kind, language: Language, reason: DismissalReason, detail: String) -> MessageDismissed {
    let text_withheld = kind == Kind::Other && message.backfilled;
    if text_withheld {
        message.text = String::new();
        message.subject = None;
        message.history = Vec::new();
    }
    MessageDismissed { message, kind: Some(kind), reason, detail, language, engine: Engine::Rules, text_withheld }
}

impl Analyzed {
    /// The event, ready to publish.
    pub fn output(&self) -> Output {
        match self {
            Self::Opportunity(event) => Output::new(&event.message.account, event.as_ref()).about(event.opportunity_id),
            Self::Dismissed(event) => Output::new(&event.message.account, event.as_ref()).about(event.message.id),
        }
    }
}

impl Stage for Analyzer {
    type In = Input;

    const NAME: &'static str = topology::ANALYZER;

    async fn handle(&self, delivery: &Delivery<Input>) -> Result<Vec<Output>, StageError> {
        let (received, backfilled) = match &delivery.event {
            Input::Received(message) => (message.as_ref().clone(), false),
            Input::Backfilled(message) => (message.0.clone(), true),
        };
        let receipt = Receipt { account: &delivery.account, time: delivery.time, received_at: delivery.published_at, backfilled };
        let message = intake::resolve(received, receipt)?;
        let reading = rules::read(&message);
        Ok(vec![analyze(message, reading).output()])
    }
}
