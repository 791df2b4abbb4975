//! What a profile would change before it is saved: every stored opportunity judged by it, nothing written.

use std::{collections::BTreeMap, sync::Arc};

use contract::{Account, Decision, Tier};
use kit_score::{Difference, Judge, Profile, Rates, differences};
use kit_store::{FactsForScoring, Reader};
use serde::Serialize;
use tokio::task::JoinSet;
use uuid::Uuid;

use crate::problem::Problem;

/// Opportunities listed; all are counted.
pub(crate) const LISTED: usize = 100;
/// Opportunities read at once.
const PAGE: u64 = 1_000;
/// Pages judged at once, while the next one is read.
const JUDGING: usize = 2;

/// The answer.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Preview {
    /// Opportunities judged.
    pub compared: u64,
    /// Those whose tier would be another.
    pub changed: u64,
    /// Of these, to a better one.
    pub rises: u64,
    /// How many of each tier there are now; `none` is not scored yet.
    pub before: BTreeMap<&'static str, u64>,
    /// How many there would be.
    pub after: BTreeMap<&'static str, u64>,
    /// The changes: the farthest first, then the best.
    pub items: Vec<Change>,
}

/// One opportunity of another tier.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Change {
    pub id: Uuid,
    pub company: Option<String>,
    pub role: Option<String>,
    /// `None` where it is not scored yet.
    pub before: Option<Standing>,
    pub after: Standing,
    pub decision: Decision,
    /// What makes the difference; empty where there was no profile to compare with.
    pub why: Vec<Difference>,
}

/// A tier with its points.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Standing {
    pub tier: Tier,
    pub total: u8,
}

/// Judges everything stored by `new`, and compares with what stands. `old` is what that was judged by.
pub(crate) async fn preview(
    reader: &Reader,
    account: &Account,
    old: Option<Arc<Profile>>,
    new: Arc<Profile>,
) -> Result<Preview, Problem> {
    let mut preview = Preview::default();
    let mut judging = JoinSet::new();
    let mut after = None;
    loop {
        let page = reader.facts_for_scoring(account, &[], after, PAGE).await?;
        after = page.last().map(|facts| facts.opportunity_id);
        let full = page.len() as u64 == PAGE;
        if judging.len() >= JUDGING {
            preview.take(judging.join_next().await)?;
        }
        let (old, new) = (old.clone(), Arc::clone(&new));
        judging.spawn_blocking(move || compare(&page, old.as_deref(), &new));
        if !full {
            break;
        }
    }
    while let Some(page) = judging.join_next().await {
        preview.take(Some(page))?;
    }
    Ok(preview)
}

impl Preview {
    fn take(&mut self, page: Option<Result<Self, tokio::task::JoinError>>) -> Result<(), Problem> {
        let Some(page) = page else { return Ok(()) };
        let page = page.map_err(|error| {
            tracing::error!(%error, "a page could not be judged");
            Problem::internal()
        })?;
        self.compared += page.compared;
        self.changed += page.changed;
        self.rises += page.rises;
        for (mine, theirs) in [(&mut self.before, page.before), (&mut self.after, page.after)] {
            for (tier, number) in theirs {
                *mine.entry(tier).or_default() += number;
            }
        }
        self.items.extend(page.items);
        self.items.sort_by_cached_key(order);
        self.items.truncate(LISTED);
        Ok(())
    }
}

/// The farthest first, then the best; the id settles the rest, so that a list does not jump.
fn order(change: &Change) -> (std::cmp::Reverse<i16>, std::cmp::Reverse<u8>, Uuid) {
    (std::cmp::Reverse(distance(change)), std::cmp::Reverse(change.after.total), change.id)
}

fn distance(change: &Change) -> i16 {
    let before = change.before.map_or(-1, |standing| standing.tier.rank());
    (change.after.tier.rank() - before).abs()
}

fn compare(page: &[FactsForScoring], old: Option<&Profile>, new: &Profile) -> Preview {
    let rates = Rates::built_in();
    let judge = Judge::new(new, rates);
    let mut preview = Preview { compared: page.len() as u64, ..Preview::default() };
    let mut changed = Vec::new();
    for facts in page {
        let (score, decision) = judge.score(&facts.facts, &facts.flags, facts.kind, &facts.text);
        let before = facts.standing.map(|(tier, total)| Standing { tier, total });
        *preview.before.entry(before.map_or("none", |standing| standing.tier.as_str())).or_default() += 1;
        *preview.after.entry(score.tier.as_str()).or_default() += 1;
        if before.is_some_and(|standing| standing.tier == score.tier) {
            continue;
        }
        preview.changed += 1;
        preview.rises += u64::from(before.is_none_or(|standing| standing.tier.rank() < score.tier.rank()));
        let stated = |field: &Option<contract::Field<String>>| field.as_ref().map(|field| field.value.clone());
        let after = Standing { tier: score.tier, total: score.total };
        let (company, role) = (stated(&facts.facts.company), stated(&facts.facts.role));
        let change = Change { id: facts.opportunity_id, company, role, before, after, decision, why: Vec::new() };
        changed.push((change, score, facts));
    }
    changed.sort_by_cached_key(|(change, ..)| order(change));
    changed.truncate(LISTED);
    let judge = old.map(|old| Judge::new(old, rates));
    preview.items = changed
        .into_iter()
        .map(|(mut change, score, facts)| {
            if let Some(judge) = &judge {
                let (was, _) = judge.score(&facts.facts, &facts.flags, facts.kind, &facts.text);
                change.why = differences(&was, &score);
            }
            change
        })
        .collect();
    preview
}
