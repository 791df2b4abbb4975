//! The stage: one drafted event for every scored one, also where there is no draft.

use bus::{Delivery, Output, Stage, StageError};
use contract::{OpportunityScored, topology};
use kit_profile::{Directory, InForce};
use kit_reply::draft;

/// Drafts replies from the profiles of the directory.
#[derive(Debug)]
pub struct Responder {
    profiles: Directory,
}

impl Responder {
    /// A responder that writes from these profiles.
    pub fn new(profiles: Directory) -> Self {
        Self { profiles }
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
        let drafted = draft(scored, known.as_ref().map(|(profile, _)| profile.as_ref())).into_event(scored, revision);
        Ok(vec![Output::new(&delivery.account, &drafted).about(drafted.opportunity_id).revision(revision)])
    }

    async fn ready(&self) -> Result<(), String> {
        self.profiles.ready()
    }
}
