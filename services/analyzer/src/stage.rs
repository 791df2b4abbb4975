//! The analyzer as a stage of the bus: a received message in, an analyzed opportunity or a dismissal out.

use bus::{Delivery, Output, Stage, StageError};
use contract::{
    Direction, DismissalReason, Engine, Flag, Kind, Language, Message, MessageBackfilled, MessageDismissed,
    MessageReceived, OpportunityAnalyzed, identity,
    intake::{self, Receipt},
    topology,
};
use kit_llm::LlmError;

use crate::{
    merge::{Understanding, open_fields},
    model::ModelEngine,
    reading::Reading,
    rules,
};

contract::inbound! {
    /// What the analyzer takes: fresh messages and the slow lane of imports and replays.
    pub enum Input { Received(MessageReceived), Backfilled(MessageBackfilled) }
}

/// The stage: the rules, which need nothing but the message, and a model where there is one.
#[derive(Clone, Debug, Default)]
pub struct Analyzer {
    model: Option<ModelEngine>,
}

/// What comes of a message.
#[derive(Clone, Debug, PartialEq)]
pub enum Analyzed {
    /// It speaks of an opportunity.
    Opportunity(Box<OpportunityAnalyzed>),
    /// It makes no card.
    Dismissed(Box<MessageDismissed>),
}

impl Analyzer {
    /// The rules alone.
    pub fn by_rules() -> Self {
        Self::default()
    }

    /// The rules, and a model for what they leave open.
    pub fn with_model(model: ModelEngine) -> Self {
        Self { model: Some(model) }
    }

    /// Reads a message. A model that does not help costs the message no more than the model's time.
    pub async fn understand(&self, message: &Message) -> Understanding {
        let reading = rules::read(message);
        let Some(model) = self.model.as_ref().filter(|_| may_see(message, &reading)) else { return reading.into() };
        let wanted = open_fields(&reading);
        if wanted.is_empty() {
            return reading.into();
        }
        match model.read(message, &wanted).await {
            Ok(proven) => Understanding::merged(reading, proven, message, model.program().version),
            // Said once, when it opened or was spent.
            Err(LlmError::CircuitOpen { .. } | LlmError::OverBudget { .. }) => Understanding::degraded(reading),
            Err(error) => {
                tracing::warn!(class = error.class(), %error, "the model did not help; read by the rules alone");
                Understanding::degraded(reading)
            }
        }
    }
}

/// Whether a model may see a message: only words of another person that speak of an opportunity and give no orders to
/// a machine. Private ones never.
pub fn may_see(message: &Message, reading: &Reading) -> bool {
    message.direction == Direction::Inbound
        && matches!(reading.kind, Kind::NewOpportunity | Kind::FollowUp)
        && reading.dismissal.is_none()
        && !reading.flags.contains(&Flag::Injection)
}

/// Turns a message and what was understood into the event that the stage publishes.
pub fn analyze(message: Message, understood: impl Into<Understanding>) -> Analyzed {
    let understood = understood.into();
    let engine_version = understood.version();
    let Understanding { reading, engine, .. } = understood;
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
            engine,
            engine_version,
            message,
        })),
        Some((reason, detail)) => {
            Analyzed::Dismissed(Box::new(dismiss(message, reading.kind, reading.language, reason, detail)))
        }
    }
}

/// A private message of an import goes on without its words.
fn dismiss(
    mut message: Message,
    kind: Kind,
    language: Language,
    reason: DismissalReason,
    detail: String,
) -> MessageDismissed {
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
        let receipt =
            Receipt { account: &delivery.account, time: delivery.time, received_at: delivery.published_at, backfilled };
        let message = intake::resolve(received, receipt)?;
        let understood = self.understand(&message).await;
        Ok(vec![analyze(message, understood).output()])
    }
}
