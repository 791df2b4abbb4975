//! The persister: the only writer. Takes events in batches, folds what they say into the conversations they speak of,
//! writes each batch in one transaction and says what it stored.

mod ask;
pub mod clock;
pub mod command;
pub mod fold;
mod imports;
pub mod merge;
mod rescore;
mod restore;
pub mod state;
pub mod touch;
pub mod view;

pub use command::Sending;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, PoisonError},
};

use bus::{BatchOutcome, Delivery, Output, Stage, StageError};
use chrono::{DateTime, Utc};
use contract::{
    Account, Action, Command, CommandRefused, Reason, ReplyApproved, SealKey, StoredItem, identity, topology,
};
use kit_store::{Reader, Scope, Store, StoreError, Writer};
use uuid::Uuid;

use crate::{
    command::{Desk, Refusal},
    fold::{Folded, fold, notice},
    touch::{Fact, Input, Touch, touches},
};

/// Most conversations of one transaction: bounds memory and the time locks are held.
const MOST_TOUCHES: usize = 1_000;

/// The stage.
#[derive(Clone, Debug)]
pub struct Persister {
    store: Store,
    writer: Writer,
    key: Option<SealKey>,
    sending: Sending,
    newest: NewestProfiles,
    clock: fn() -> DateTime<Utc>,
}

impl Persister {
    /// A persister that writes to this store.
    pub fn new(store: &Store) -> Self {
        Self::with_clock(store, Utc::now)
    }

    /// A persister with a clock of its own.
    pub fn with_clock(store: &Store, clock: fn() -> DateTime<Utc>) -> Self {
        Self {
            store: store.clone(),
            writer: store.writer(),
            key: None,
            sending: Sending::default(),
            newest: NewestProfiles::default(),
            clock,
        }
    }

    /// Seals approvals by this key. Without one it refuses them.
    #[must_use]
    pub fn with_key(self, key: SealKey) -> Self {
        Self { key: Some(key), ..self }
    }

    /// Says who sends what is approved.
    #[must_use]
    pub fn with_sending(self, sending: Sending) -> Self {
        Self { sending, ..self }
    }
}

impl Stage for Persister {
    type In = Input;

    const NAME: &'static str = topology::PERSISTER;

    async fn handle(&self, delivery: &Delivery<Input>) -> Result<Vec<Output>, StageError> {
        let mut outcome = self.handle_many(std::slice::from_ref(delivery)).await;
        outcome.results.pop().unwrap_or(Ok(()))?;
        Ok(outcome.outputs)
    }

    async fn handle_many(&self, batch: &[Delivery<Input>]) -> BatchOutcome {
        let mut results: Vec<Result<(), StageError>> = batch.iter().map(|_| Ok(())).collect();
        imports::store(&self.writer, batch, &mut results).await;
        let mut outputs = Vec::new();
        let mut said_all = Vec::new();
        for (index, delivery) in batch.iter().enumerate() {
            if let Input::Command(command) = &delivery.event {
                match self.asked(index, delivery, command).await {
                    Ok(Ok(touch)) => {
                        said_all.push(Said { index, account: delivery.account.clone(), touches: vec![touch] });
                    }
                    Ok(Err(refused)) => outputs.push(refusal(&delivery.account, &refused)),
                    Err(error) => results[index] = Err(classified(error)),
                }
                continue;
            }
            match said(index, delivery) {
                Ok(said) => said_all.push(said),
                Err(error) => results[index] = Err(error),
            }
        }
        if let Err(error) = self.newest.see(&said_all, &self.store.reader()).await {
            for said in &said_all {
                results[said.index] = Err(classified(error.clone()));
            }
            return BatchOutcome { results, outputs };
        }
        let (scores, said_all): (Vec<Said>, Vec<Said>) = said_all.into_iter().partition(rescore::is_plain);
        for group in groups(said_all) {
            self.store_group(&group, &mut results, &mut outputs).await;
        }
        for group in groups(scores) {
            let rest = self.store_scores(&group, &mut outputs).await;
            self.store_group(&rest, &mut results, &mut outputs).await;
        }
        BatchOutcome { results, outputs }
    }

    async fn ready(&self) -> Result<(), String> {
        self.store.ready().await.map_err(|error| error.to_string())
    }
}

/// The newest profile of each account that an event was judged by. A message that was in work while the profile changed
/// is stored after the others were re-scored, and would keep its old score: it is asked for again.
#[derive(Clone, Debug, Default)]
struct NewestProfiles(Arc<Mutex<BTreeMap<Account, u64>>>);

impl NewestProfiles {
    /// Takes in a batch. Of an account that this process has not seen yet, what is stored knows.
    async fn see(&self, batch: &[Said], stored: &Reader) -> Result<(), StoreError> {
        for said in batch {
            let Some(revision) = said.touches.iter().filter_map(|touch| touch.fact.profile_revision()).max() else {
                continue;
            };
            let unseen = !self.lock().contains_key(&said.account);
            let before = if unseen { stored.newest_profile(&said.account).await? } else { 0 };
            let mut newest = self.lock();
            let known = newest.entry(said.account.clone()).or_default();
            *known = revision.max(before).max(*known);
        }
        Ok(())
    }

    fn of(&self, account: &Account) -> u64 {
        self.lock().get(account).copied().unwrap_or_default()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeMap<Account, u64>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What one delivery says.
#[derive(Clone, Debug)]
struct Said {
    index: usize,
    account: Account,
    touches: Vec<Touch>,
}

fn said(index: usize, delivery: &Delivery<Input>) -> Result<Said, StageError> {
    Ok(Said { index, account: delivery.account.clone(), touches: touches(index, delivery)? })
}

/// Splits a batch where it speaks of more than one transaction should hold.
fn groups(batch: Vec<Said>) -> Vec<Vec<Said>> {
    let mut groups: Vec<Vec<Said>> = Vec::new();
    let mut size = 0;
    for said in batch {
        size += said.touches.len();
        match groups.last_mut().filter(|_| size <= MOST_TOUCHES) {
            Some(group) => group.push(said),
            None => {
                size = said.touches.len();
                groups.push(vec![said]);
            }
        }
    }
    groups
}

impl Persister {
    /// One transaction; where it fails by one event's fault, each event alone, so that the others pass.
    async fn store_group(&self, group: &[Said], results: &mut [Result<(), StageError>], outputs: &mut Vec<Output>) {
        match self.transact(group).await {
            Ok(answer) => answer.settle(results, outputs),
            Err(error) if group.len() == 1 || matches!(error, StoreError::Unavailable(_)) => {
                for said in group {
                    results[said.index] = Err(classified(error.clone()));
                }
            }
            Err(error) => {
                tracing::warn!(events = group.len(), %error, "a batch was not stored; trying its events one by one");
                for said in group {
                    match self.transact(std::slice::from_ref(said)).await {
                        Ok(answer) => answer.settle(results, outputs),
                        Err(error) => results[said.index] = Err(classified(error)),
                    }
                }
            }
        }
    }

    fn desk<'a>(&'a self, account: &'a Account, conversation: Uuid, now: DateTime<Utc>) -> Desk<'a> {
        Desk { account, conversation, key: self.key.as_ref(), sending: self.sending, now }
    }

    /// Stores the new scores that need no more than their rows, and gives back what is left.
    async fn store_scores(&self, group: &[Said], outputs: &mut Vec<Output>) -> Vec<Said> {
        let plain = rescore::Plain::of(group);
        let now = (self.clock)();
        let decide = |stored: Vec<kit_store::Scored>| {
            let (scores, answer, done) = plain.decide(&stored, now);
            (scores, (answer, done))
        };
        match self.writer.rescore(plain.conversations(), decide).await {
            Ok((answer, done)) => {
                outputs.extend(answer.into_outputs());
                rescore::rest(group, &done)
            }
            // The fold meets the same failure, and says of each event what is to become of it.
            Err(error) => {
                tracing::debug!(%error, "new scores were not stored the narrow way");
                group.to_vec()
            }
        }
    }

    async fn transact(&self, group: &[Said]) -> Result<Answer, StoreError> {
        let mut scope = Scope::default();
        let mut by_conversation: BTreeMap<(Account, Uuid), Vec<Touch>> = BTreeMap::new();
        for Said { account, touches, .. } in group {
            for touch in touches {
                let key = (account.clone(), touch.conversation_id);
                scope.conversations.insert(key.clone());
                scope.messages.extend(touch.fact.message_id());
                scope.events.insert(touch.event_id);
                by_conversation.entry(key).or_default().push(touch.clone());
            }
        }
        if scope.conversations.is_empty() {
            return Ok(Answer::default());
        }
        let now = (self.clock)();
        let decide = |conversations: Vec<kit_store::record::Conversation>| {
            let mut answer = Answer::default();
            let mut writes = Vec::new();
            for stored in conversations {
                let (account, id) = (stored.account.clone(), stored.id);
                let touches = by_conversation.get(&(account.clone(), id)).map(Vec::as_slice).unwrap_or_default();
                if stored.foreign {
                    let (asked, said): (Vec<&Touch>, Vec<&Touch>) =
                        touches.iter().partition(|touch| matches!(touch.fact, Fact::Asked(_)));
                    answer.refused.extend(said.iter().map(|touch| touch.index));
                    let unknown = asked.iter().map(|touch| Refusal::not_found().of(touch.event_id));
                    answer.refusals.extend(unknown.map(|refused| (account.clone(), refused)));
                    continue;
                }
                let Folded { write, items, unjudged, judged, refused, approved } =
                    fold(stored, touches, self.desk(&account, id, now));
                writes.push(write);
                answer.items.entry(account.clone()).or_default().extend(items);
                answer.refusals.extend(refused.into_iter().map(|refused| (account.clone(), refused)));
                answer
                    .approved
                    .extend(approved.into_iter().map(|(command, sealed)| (account.clone(), command, sealed)));
                let asked_at = touches.iter().map(|touch| touch.time).max().unwrap_or(now);
                let newest = self.newest.of(&account);
                let outdated =
                    judged.filter(|(_, revision)| *revision < newest).map(|(facts_revision, _)| facts_revision);
                let asked = unjudged.or(outdated).map(|facts_revision| to_judge(id, facts_revision, newest, asked_at));
                answer.rescores.extend(asked.map(|command| (account, command)));
            }
            (writes, answer)
        };
        self.writer.transact(&scope, decide).await
    }
}

/// What a transaction has to say once it is committed.
#[derive(Default)]
struct Answer {
    /// Events, by their place in the batch, that speak of another account's conversations.
    refused: BTreeSet<usize>,
    items: BTreeMap<Account, Vec<(usize, StoredItem)>>,
    rescores: Vec<(Account, Command)>,
    /// Commands that changed nothing.
    refusals: Vec<(Account, CommandRefused)>,
    /// Approvals for the sender, with the command that handed each on.
    approved: Vec<(Account, Uuid, ReplyApproved)>,
}

impl Answer {
    fn settle(self, results: &mut [Result<(), StageError>], outputs: &mut Vec<Output>) {
        for index in &self.refused {
            results[*index] = Err(StageError::Reject {
                reason: Reason::Invalid,
                detail: "it speaks of an opportunity of another account; what it says of its own is stored".to_owned(),
            });
        }
        outputs.extend(self.into_outputs());
    }

    fn into_outputs(self) -> Vec<Output> {
        let notices = self.items.into_iter().filter(|(_, items)| !items.is_empty());
        let notices = notices.map(|(account, items)| Output::new(&account, &notice(items)));
        let rescores = self.rescores.into_iter().map(|(account, command)| {
            let about = match &command.action {
                Action::Rescore { opportunity_ids, .. } => opportunity_ids.first().copied(),
                _ => None,
            };
            let output = Output::new(&account, &command).with_id(command.id);
            about.into_iter().fold(output, Output::about)
        });
        let refusals = self.refusals.iter().map(|(account, refused)| refusal(account, refused));
        let approved = self.approved.iter().map(|(account, command, sealed)| {
            // The same approval has the same id however often it is said: the sender gets it once.
            let id = identity::output_id(*command, topology::PERSISTER, 0, 0);
            Output::new(account, sealed).with_id(id).about(sealed.opportunity_id)
        });
        notices.chain(rescores).chain(refusals).chain(approved).collect()
    }
}

/// A command is refused once: said again, it has the same id.
fn refusal(account: &Account, refused: &CommandRefused) -> Output {
    Output::new(account, refused).with_id(identity::output_id(refused.command_id, topology::PERSISTER, 0, 0))
}

/// Asks the scorer to judge merged facts, or to judge by the newest profile. The same facts and profile are asked about
/// by the same id, so a redelivery asks once.
fn to_judge(opportunity_id: Uuid, facts_revision: i64, profile_revision: u64, issued_at: DateTime<Utc>) -> Command {
    let by_profile = usize::try_from(profile_revision).unwrap_or(usize::MAX);
    Command {
        id: identity::output_id(opportunity_id, topology::PERSISTER, by_profile, facts_revision.unsigned_abs()),
        issued_at,
        actor: format!("sluice/{}", topology::PERSISTER),
        expected_revision: None,
        action: Action::Rescore { opportunity_ids: vec![opportunity_id], after: None },
    }
}

fn classified(error: StoreError) -> StageError {
    match error {
        StoreError::Unavailable(_) => StageError::Unavailable(error.to_string()),
        StoreError::Refused(_) => StageError::Reject { reason: Reason::Invalid, detail: error.to_string() },
        StoreError::Conflict(_) | StoreError::BadCursor | StoreError::Other(_) => StageError::Retry(error.to_string()),
    }
}
