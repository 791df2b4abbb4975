//! The stage: one drafted event for every scored one, also where there is no draft. What the conversation stated before
//! and how the person writes are gathered here; without them, and without a model, there is still a draft.

use bus::{Delivery, Output, Stage, StageError};
use contract::{Account, Facts, Kind, Language, OpportunityScored, topology};
use kit_llm::LlmError;
use kit_profile::{Directory, InForce};
use kit_reply::{Brief, Drafted};
use kit_score::Profile;
use kit_store::Reader;

use crate::writer::{Unusable, Writer};

/// Most replies of the person's own that a model is shown.
const EXAMPLES: u64 = 3;

/// Drafts replies from the profiles of the directory.
#[derive(Debug)]
pub struct Responder {
    profiles: Directory,
    stored: Option<Reader>,
    writer: Option<Writer>,
}

impl Responder {
    /// A responder that writes from these profiles, by templates.
    pub fn new(profiles: Directory) -> Self {
        Self { profiles, stored: None, writer: None }
    }

    /// One that knows what conversations stated before, and how the person writes.
    #[must_use]
    pub fn with_stored(self, reader: Reader) -> Self {
        Self { stored: Some(reader), ..self }
    }

    /// One whose replies a model words.
    #[must_use]
    pub fn with_writer(self, writer: Writer) -> Self {
        Self { writer: Some(writer), ..self }
    }

    /// The reply, or why there is none.
    pub async fn reply(&self, account: &Account, scored: &OpportunityScored, profile: Option<&Profile>) -> Drafted {
        let earlier = self.earlier(account, scored).await;
        let Some(profile) = profile else { return kit_reply::draft(scored, None) };
        let brief = match Brief::of(scored, profile, earlier.as_ref()) {
            Ok(brief) => brief,
            Err(reason) => return Drafted::none(scored, reason),
        };
        let template = brief.template();
        let Some(writer) = self.writer.as_ref().filter(|_| template.text.is_ok()) else { return template };
        let style = self.style(account, brief.language()).await;
        match writer.word(account, &brief, &scored.analysis.message.text, style).await {
            Ok(drafted) => drafted,
            // Said once, when it opened or was spent.
            Err(Unusable::Model(LlmError::CircuitOpen { .. } | LlmError::OverBudget { .. })) => template,
            Err(error) => {
                tracing::warn!(%error, "the model did not help; drafted by the templates alone");
                template
            }
        }
    }

    /// What the conversation of a follow-up stated before; nothing where that cannot be told, so that nobody is asked
    /// for what they have said.
    async fn earlier(&self, account: &Account, scored: &OpportunityScored) -> Option<Facts> {
        let reader = self.stored.as_ref().filter(|_| scored.analysis.kind == Kind::FollowUp)?;
        let id = scored.analysis.opportunity_id;
        match reader.facts_for_scoring(account, &[id], None, 1).await {
            Ok(found) => found.into_iter().next().map(|known| known.facts),
            Err(error) => {
                tracing::warn!(%error, "what the conversation stated before cannot be read; nothing is asked for");
                None
            }
        }
    }
}

impl Responder {
    /// How the person writes. A model that is not shown it writes all the same.
    async fn style(&self, account: &Account, language: Language) -> Vec<String> {
        let Some(reader) = &self.stored else { return Vec::new() };
        reader.own_replies(account, language, EXAMPLES).await.unwrap_or_else(|error| {
            tracing::warn!(%error, "how the person writes cannot be read; the model is not shown it");
            Vec::new()
        })
    }
}

impl Stage for Responder {
    type In = OpportunityScored;

    const NAME: &'static str = topology::RESPONDER;

    async fn handle(&self, delivery: &Delivery<OpportunityScored>) -> Result<Vec<Output>, StageError> {
        let scored = &delivery.event;
        let mut known = self.profiles.get(&delivery.account);
        let revision_of = |known: &Option<InForce>| known.as_ref().map_or(0, |(_, revision)| *revision);
        // The scorer may have seen a new profile first: the draft must not be older than the score.
        if revision_of(&known) < scored.profile_revision {
            let read = self.profiles.refresh(&delivery.account).await;
            known = read.map_err(|error| StageError::Unavailable(error.to_string()))?;
        }
        let revision = revision_of(&known);
        let profile = known.as_ref().map(|(profile, _)| profile.as_ref());
        let drafted = self.reply(&delivery.account, scored, profile).await.into_event(scored, revision);
        Ok(vec![Output::new(&delivery.account, &drafted).about(drafted.opportunity_id).revision(revision)])
    }

    async fn ready(&self) -> Result<(), String> {
        self.profiles.ready()
    }
}
