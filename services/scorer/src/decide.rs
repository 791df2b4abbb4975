//! The scorer's decisions, pure: an analysis or stored facts, and a profile, to the events to publish.

use contract::{
    Decision, OpportunitiesRescored, OpportunityAnalyzed, OpportunityScored, Rescored,
    opportunities_rescored::v1::MOST_ITEMS,
};
use kit_profile::InForce;
use kit_score::{Judge, Rates, text_of};
use kit_store::FactsForScoring;
use uuid::Uuid;

/// Most bytes of items in one event: with the rest it stays well under the bus's limit.
const MOST_BYTES: usize = contract::event::MAX_PAYLOAD * 3 / 4;

/// Judges a message. Without a profile there is no score, and a person decides.
pub fn scored(analysis: OpportunityAnalyzed, profile: Option<&InForce>, rates: &Rates) -> OpportunityScored {
    let Some((profile, profile_revision)) = profile else {
        return OpportunityScored { analysis, score: None, decision: Decision::Review, profile_revision: 0 };
    };
    let judge = Judge::new(profile, rates);
    let text = text_of(&analysis.message);
    let (score, decision) = judge.score(&analysis.facts, &analysis.flags, analysis.kind, &text);
    OpportunityScored { analysis, score: Some(score), decision, profile_revision: *profile_revision }
}

/// Judges stored facts again, in as few events as the limits allow; none where there are no facts.
pub fn rescored(
    facts: &[FactsForScoring],
    profile: Option<&InForce>,
    rates: &Rates,
    caused_by: Uuid,
) -> Vec<OpportunitiesRescored> {
    let judge = profile.map(|(profile, _)| Judge::new(profile, rates));
    let profile_revision = profile.map_or(0, |(_, revision)| *revision);
    let judged = facts.iter().map(|facts| {
        let judgement = judge.as_ref().map(|judge| judge.score(&facts.facts, &facts.flags, facts.kind, &facts.text));
        let (score, decision) = judgement.map_or((None, Decision::Review), |(score, decision)| (Some(score), decision));
        Rescored { opportunity_id: facts.opportunity_id, facts_revision: facts.facts_revision, score, decision }
    });
    let event = |items| OpportunitiesRescored { profile_revision, items, caused_by: Some(caused_by) };
    packed(judged).into_iter().map(event).collect()
}

/// Items in packs that respect both limits of an event.
fn packed(items: impl Iterator<Item = Rescored>) -> Vec<Vec<Rescored>> {
    let mut packs: Vec<Vec<Rescored>> = Vec::new();
    let mut bytes = 0;
    for item in items {
        // An item is a few kilobytes of plain data, which always has a JSON form.
        let size = serde_json::to_vec(&item).map_or(0, |json| json.len() + 1);
        match packs.last_mut() {
            Some(pack) if pack.len() < MOST_ITEMS && bytes + size <= MOST_BYTES => {
                pack.push(item);
                bytes += size;
            }
            _ => {
                packs.push(vec![item]);
                bytes = size;
            }
        }
    }
    packs
}
