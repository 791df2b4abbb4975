//! New scores the narrow way: where nothing but the score changes, a conversation's messages need not be read. What is
//! not plain (other facts, an older profile, a repeated event) is left to the fold, which knows everything.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use contract::{Account, Change, StoredItem};
use kit_store::{
    NewScore, Scored,
    record::{HistoryRecord, Judgement},
};
use uuid::Uuid;

use crate::{
    Answer, Said,
    touch::{Fact, Touch},
};

/// Whether a batch's event brings new scores and nothing else.
pub(crate) fn is_plain(said: &Said) -> bool {
    !said.touches.is_empty() && said.touches.iter().all(|touch| matches!(touch.fact, Fact::Rescored(_)))
}

/// New scores of one transaction, one for each conversation.
#[derive(Default)]
pub(crate) struct Plain<'a> {
    touches: BTreeMap<(Account, Uuid), &'a Touch>,
}

impl<'a> Plain<'a> {
    /// Takes events in; a second score of a conversation stays for the fold.
    pub(crate) fn of(group: &'a [Said]) -> Self {
        let mut plain = Self::default();
        for said in group {
            for touch in &said.touches {
                plain.touches.entry((said.account.clone(), touch.conversation_id)).or_insert(touch);
            }
        }
        plain
    }

    pub(crate) fn conversations(&self) -> BTreeSet<(Account, Uuid)> {
        self.touches.keys().cloned().collect()
    }

    /// The scores that count, with what to say of them and the conversations they are of.
    pub(crate) fn decide(
        &self,
        stored: &[Scored],
        now: DateTime<Utc>,
    ) -> (Vec<NewScore<'_>>, Answer, BTreeSet<(Uuid, Uuid)>) {
        let (mut scores, mut answer, mut done) = (Vec::new(), Answer::default(), BTreeSet::new());
        for row in stored {
            let of_row = self.touches.get_key_value(&(row.account.clone(), row.id));
            let Some(((account, _), touch)) = of_row else { continue };
            let Fact::Rescored(judgement) = &touch.fact else { continue };
            // What has no JSON is left to the fold too, which says so of its event.
            let Some(proof) = judgement.proof().ok().filter(|_| counts(row, judgement)) else { continue };
            // What says the same again changes nothing but by which profile it says so.
            let same = row.print == Some(judgement.print(proof.as_deref()));
            let revision = if same { row.revision } else { row.revision + 1 };
            done.insert((row.id, touch.event_id));
            answer
                .items
                .entry(row.account.clone())
                .or_default()
                .push((touch.index, item(row, touch, judgement, revision)));
            scores.push(NewScore {
                account,
                id: row.id,
                judgement,
                proof,
                at: now,
                history: (!same).then(|| history(row, touch, judgement, revision)),
            });
        }
        (scores, answer, done)
    }
}

/// What is left of a group for the fold.
pub(crate) fn rest(group: &[Said], done: &BTreeSet<(Uuid, Uuid)>) -> Vec<Said> {
    let left = group.iter().map(|said| {
        let open = said.touches.iter().filter(|touch| !done.contains(&(touch.conversation_id, touch.event_id)));
        Said { index: said.index, account: said.account.clone(), touches: open.cloned().collect() }
    });
    left.filter(|said| !said.touches.is_empty()).collect()
}

/// A score of these very facts counts where no standing one is by a newer profile, and the last that counted is older.
fn counts(row: &Scored, judgement: &Judgement) -> bool {
    let newer = |(facts, profile, sequence): (i64, u64, i64)| {
        facts != row.facts_revision || (judgement.profile_revision, judgement.stream_sequence) > (profile, sequence)
    };
    judgement.facts_revision == row.facts_revision
        && judgement.profile_revision >= row.profile_revision
        && row.last.is_none_or(newer)
}

fn item(row: &Scored, touch: &Touch, judgement: &Judgement, revision: i64) -> StoredItem {
    StoredItem {
        opportunity_id: Some(row.id),
        message_id: None,
        revision,
        tier: judgement.score.as_ref().map(|score| score.tier),
        status: row.status,
        change: Change::Rescored,
        caused_by: touch.caused_by,
    }
}

fn history(row: &Scored, touch: &Touch, judgement: &Judgement, revision: i64) -> HistoryRecord {
    let score = judgement.score.as_ref();
    HistoryRecord {
        event_id: touch.event_id,
        at: touch.time,
        actor: format!("sluice/{}", contract::topology::PERSISTER),
        change: Change::Rescored,
        detail: serde_json::json!({
            "message_id": null,
            "caused_by": touch.caused_by,
            "status": row.status,
            "tier": score.map(|score| score.tier),
            "total_score": score.map(|score| score.total),
            "decision": judgement.decision,
            "reply_state": row.reply_state,
            "profile_revision": judgement.profile_revision,
        }),
        revision,
        stream_sequence: touch.stream_sequence,
    }
}
