//! The scorer: judges what a message states against the account's profile, when it is read, and again when the profile
//! or the merged facts of a conversation change. It gathers here; what it decides is pure, in [`decide`] and kit-score.

pub mod decide;
mod stored;

use std::time::Duration;

use bus::{Delivery, Output, Stage, StageError};
use contract::{
    Account, Action, Command, OpportunitiesRescored, OpportunityAnalyzed, Reason, inbound, topology::SCORER,
};
use kit_profile::{Directory, InForce};
use kit_score::Rates;
use kit_store::{Reader, StoreError};
use uuid::Uuid;

pub use stored::StoredFacts;

/// Most opportunities read at once: with some two kilobytes of proof each, one event holds the page.
const PAGE: usize = 250;
/// Most pages of one delivery: bounds what a rescore of all holds in memory and the time until its first scores show.
const PAGES: usize = 8;
/// How long a message waits for the profiles to be read at the start, before the stage says that it cannot work.
const PATIENCE: Duration = Duration::from_secs(5);

inbound! {
    /// What the scorer takes.
    pub enum Input { Analyzed(OpportunityAnalyzed), Command(Command) }
}

/// The stage.
pub struct Scorer<F = Reader> {
    profiles: Directory,
    facts: F,
    rates: Rates,
}

impl<F: StoredFacts> Scorer<F> {
    /// A scorer by the profiles of a directory (which must be followed), the stored facts and exchange rates.
    pub fn new(profiles: Directory, facts: F, rates: Rates) -> Self {
        Self { profiles, facts, rates }
    }

    async fn analysed(&self, account: &Account, analysis: &OpportunityAnalyzed) -> Result<Vec<Output>, StageError> {
        if tokio::time::timeout(PATIENCE, self.profiles.until_ready()).await.is_err() {
            return Err(StageError::Unavailable("the profiles have not been read yet".to_owned()));
        }
        let scored = decide::scored(analysis.clone(), self.profiles.get(account).as_ref(), &self.rates);
        let output = Output::new(account, &scored).about(analysis.opportunity_id).revision(scored.profile_revision);
        Ok(vec![output])
    }

    async fn rescore(&self, account: &Account, command: &Command) -> Result<Vec<Output>, StageError> {
        let Action::Rescore { opportunity_ids: ids, after } = &command.action else {
            return Err(StageError::Reject {
                reason: Reason::Invalid,
                detail: format!("the scorer does not own the verb `{}`", command.action.verb()),
            });
        };
        // The profile as it is stored now: the watch may not have seen yet the change that this command is about.
        let profile = self.profiles.refresh(account).await.map_err(|e| StageError::Unavailable(e.to_string()))?;
        if ids.is_empty() {
            return self.next_step(account, command, profile.as_ref(), *after).await;
        }
        let mut outputs = Vec::new();
        for ids in ids.chunks(PAGE) {
            let page = self.facts.page(account, ids, None, PAGE).await.map_err(unread)?;
            outputs.extend(self.judged(account, command, profile.as_ref(), &page));
            tokio::task::yield_now().await;
        }
        Ok(outputs)
    }

    /// A step of a rescore of all. Where it is not the last one, the command for the next goes out first: another copy
    /// of the stage can begin with it while these scores are published.
    async fn next_step(
        &self,
        account: &Account,
        command: &Command,
        profile: Option<&InForce>,
        mut after: Option<Uuid>,
    ) -> Result<Vec<Output>, StageError> {
        let mut outputs = Vec::new();
        for _ in 0..PAGES {
            let page = self.facts.page(account, &[], after, PAGE).await.map_err(unread)?;
            outputs.extend(self.judged(account, command, profile, &page));
            if page.len() < PAGE {
                return Ok(outputs);
            }
            after = page.last().map(|facts| facts.opportunity_id);
            tokio::task::yield_now().await;
        }
        let next = Command { action: Action::Rescore { opportunity_ids: Vec::new(), after }, ..command.clone() };
        outputs.insert(0, Output::new(account, &next));
        Ok(outputs)
    }

    fn judged(
        &self,
        account: &Account,
        command: &Command,
        profile: Option<&InForce>,
        page: &[kit_store::FactsForScoring],
    ) -> Vec<Output> {
        let events = decide::rescored(page, profile, &self.rates, command.id);
        let output = |event: &OpportunitiesRescored| Output::new(account, event).revision(event.profile_revision);
        events.iter().map(output).collect()
    }
}

/// A store that is away holds the command; anything else may pass.
fn unread(error: StoreError) -> StageError {
    match error {
        StoreError::Unavailable(_) => StageError::Unavailable(error.to_string()),
        other => StageError::Retry(other.to_string()),
    }
}

impl<F: StoredFacts> Stage for Scorer<F> {
    type In = Input;

    const NAME: &'static str = SCORER;

    async fn handle(&self, delivery: &Delivery<Input>) -> Result<Vec<Output>, StageError> {
        match &delivery.event {
            Input::Analyzed(analysis) => self.analysed(&delivery.account, analysis).await,
            Input::Command(command) => self.rescore(&delivery.account, command).await,
        }
    }

    async fn ready(&self) -> Result<(), String> {
        // At the start they are about to be read, which is no trouble yet.
        let _ = tokio::time::timeout(PATIENCE, self.profiles.until_ready()).await;
        self.profiles.ready()?;
        self.facts.answers().await.map_err(|e| e.to_string())
    }
}
