//! Reads how opportunities stand: of each row what does not follow from its messages and replies.

use std::collections::BTreeMap;

use contract::{Score, YearlyPay};
use sea_orm::{ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter};
use uuid::Uuid;

use crate::{
    StoreError,
    convert::{from_text, unreadable, word, word_or_none},
    entity::{opportunity, score},
    opportunity_row::Proof,
    record::{Judgement, Key, Standing},
};

/// By account and id.
pub(crate) async fn standings(
    db: &DatabaseTransaction,
    ids: &[Uuid],
) -> Result<Vec<((String, Uuid), Standing)>, StoreError> {
    let of = |ids: Vec<Uuid>| score::Entity::find().filter(score::Column::Id.is_in(ids));
    let rows = opportunity::Entity::find().filter(opportunity::Column::Id.is_in(ids.iter().copied())).all(db).await?;
    let judged: Vec<Uuid> = rows.iter().filter(|row| row.rescored_sequence.is_some()).map(|row| row.id).collect();
    let scores = of(judged).all(db).await?;
    let mut scores: BTreeMap<Uuid, score::Model> = scores.into_iter().map(|score| (score.id, score)).collect();
    let standing = |row: opportunity::Model| {
        let rescored = scores.remove(&row.id).map(|score| last(&row, &score)).transpose()?.flatten();
        let standing = Standing {
            status: word("status", &row.status)?,
            newest: Key::new(row.message_timestamp, row.message_id),
            rescored,
            revision: row.revision,
            created_at: row.created_at,
            processed_at: row.processed_at,
            processing_time_ms: row.processing_time_ms,
        };
        Ok(((row.account, row.id), standing))
    };
    rows.into_iter().map(standing).collect()
}

/// The last new score of the merged facts: written out where another one stands, else the standing one.
fn last(row: &opportunity::Model, score: &score::Model) -> Result<Option<Judgement>, StoreError> {
    if let Some(rescored) = &score.rescored {
        return from_text("rescored", rescored).map(Some);
    }
    let at = row.rescored_facts.zip(row.rescored_profile).zip(row.rescored_sequence);
    let Some(((facts_revision, profile_revision), stream_sequence)) = at else { return Ok(None) };
    let score = match &score.proof {
        Some(proof) => Some(whole(row, from_text("proof", proof)?)?),
        None => None,
    };
    Ok(Some(Judgement {
        score,
        decision: word("decision", &row.decision)?,
        profile_revision: profile_revision.unsigned_abs(),
        facts_revision,
        stream_sequence,
    }))
}

/// A score from its columns and its proof.
fn whole(row: &opportunity::Model, proof: Proof) -> Result<Score, StoreError> {
    let small = |column: &str, value: Option<i16>| {
        value.and_then(|value| u8::try_from(value).ok()).ok_or_else(|| unreadable(column))
    };
    let yearly = row.salary_yearly_currency.clone().map(|currency| YearlyPay {
        min: row.salary_yearly_min,
        max: row.salary_yearly_max,
        currency,
        rates_of: proof.rates_of,
    });
    Ok(Score {
        total: small("total_score", row.total_score)?,
        tier: word("tier", row.tier.as_deref().unwrap_or_default())?,
        tier_uncapped: word("tier_uncapped", row.tier_uncapped.as_deref().unwrap_or_default())?,
        cap_reason: word_or_none("cap_reason", row.cap_reason.as_deref())?,
        to_next_tier: row.to_next_tier.and_then(|points| u8::try_from(points).ok()),
        lines: proof.lines,
        filters: proof.filters,
        missing: proof.missing,
        yearly,
    })
}
