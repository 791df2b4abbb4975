//! The list of opportunities: filters, full text and keyset pages.

use chrono::{DateTime, Utc};
use contract::{Account, Status};
use sea_orm::{
    ColumnTrait, Condition, DbBackend, DerivePartialModel, EntityTrait, JsonValue, QueryFilter, QueryOrder,
    QuerySelect, Select,
    sea_query::{Expr, ExprTrait, Order, SimpleExpr},
};
use uuid::Uuid;

use crate::{
    OpportunityFilter, OpportunityRow, Sort, StoreError,
    convert::{from_json, word, word_or_none},
    cursor::Cursor,
    entity::opportunity::{Column, Entity},
    words,
};

/// The columns that a list shows: not the texts.
#[derive(Clone, Debug, DerivePartialModel)]
#[sea_orm(entity = "Entity")]
pub(crate) struct ListRow {
    pub(crate) id: Uuid,
    kind: String,
    status: String,
    tier: Option<String>,
    tier_uncapped: Option<String>,
    cap_reason: Option<String>,
    total_score: Option<i16>,
    pub(crate) tier_rank: i16,
    pub(crate) score_rank: i16,
    decision: String,
    recruiter_name: Option<String>,
    company: Option<String>,
    agency: Option<String>,
    role: Option<String>,
    seniority: Option<String>,
    tech_stack: JsonValue,
    salary_min: Option<i64>,
    salary_max: Option<i64>,
    currency: Option<String>,
    salary_period: Option<String>,
    salary_yearly_min: Option<i64>,
    salary_yearly_max: Option<i64>,
    salary_yearly_currency: Option<String>,
    remote_policy: Option<String>,
    location: Option<String>,
    employment_type: Option<String>,
    language: String,
    flags: JsonValue,
    engine: String,
    reply_state: Option<String>,
    excerpt: String,
    revision: i64,
    pub(crate) message_timestamp: DateTime<Utc>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

impl ListRow {
    pub(crate) fn into_plain(self) -> Result<OpportunityRow, StoreError> {
        Ok(OpportunityRow {
            id: self.id,
            kind: word("kind", &self.kind)?,
            status: word("status", &self.status)?,
            tier: word_or_none("tier", self.tier.as_deref())?,
            tier_uncapped: word_or_none("tier_uncapped", self.tier_uncapped.as_deref())?,
            cap_reason: self.cap_reason,
            total_score: self.total_score.and_then(|total| u8::try_from(total).ok()),
            decision: word("decision", &self.decision)?,
            recruiter_name: self.recruiter_name,
            company: self.company,
            agency: self.agency,
            role: self.role,
            seniority: word_or_none("seniority", self.seniority.as_deref())?,
            tech_stack: from_json("tech_stack", self.tech_stack)?,
            salary_min: self.salary_min,
            salary_max: self.salary_max,
            currency: self.currency,
            salary_period: self.salary_period,
            salary_yearly_min: self.salary_yearly_min,
            salary_yearly_max: self.salary_yearly_max,
            salary_yearly_currency: self.salary_yearly_currency,
            remote_policy: word_or_none("remote_policy", self.remote_policy.as_deref())?,
            location: self.location,
            employment_type: word_or_none("employment_type", self.employment_type.as_deref())?,
            language: word("language", &self.language)?,
            flags: from_json("flags", self.flags)?,
            engine: word("engine", &self.engine)?,
            reply_state: word_or_none("reply_state", self.reply_state.as_deref())?,
            excerpt: self.excerpt,
            revision: self.revision,
            message_timestamp: self.message_timestamp,
            created_at: self.created_at,
            updated_at: self.updated_at,
        })
    }
}

/// Everything that matches, unordered.
pub(crate) fn matching(backend: DbBackend, account: &Account, filter: &OpportunityFilter) -> Select<Entity> {
    let mut all = Condition::all().add(Column::Account.eq(account.as_str()));
    if !filter.tiers.is_empty() {
        all = all.add(Column::Tier.is_in(filter.tiers.iter().map(|tier| tier.as_str())));
    }
    if !filter.statuses.is_empty() {
        all = all.add(Column::Status.is_in(filter.statuses.iter().copied().map(Status::as_str)));
    }
    if !filter.kinds.is_empty() {
        all = all.add(Column::Kind.is_in(filter.kinds.iter().map(|kind| kind.as_str())));
    }
    all = all
        .add_option(words::key(filter.company.as_deref()).map(|key| Column::CompanyKey.contains(key)))
        .add_option(words::key(filter.recruiter.as_deref()).map(|key| Column::RecruiterKey.contains(key)))
        .add_option(filter.skill.as_deref().map(|skill| has_skill(backend, skill)))
        .add_option(filter.remote.map(|remote| Column::RemotePolicy.eq(remote.as_str())))
        .add_option(filter.has_pay.map(|stated| {
            let either = Condition::any().add(Column::SalaryMin.is_not_null()).add(Column::SalaryMax.is_not_null());
            if stated { either } else { either.not() }
        }))
        .add_option(filter.min_score.map(|score| Column::TotalScore.gte(i16::from(score))))
        .add_option(filter.max_score.map(|score| Column::TotalScore.lte(i16::from(score))))
        .add_option(filter.since.map(|time| Column::MessageTimestamp.gte(time)))
        .add_option(filter.until.map(|time| Column::MessageTimestamp.lt(time)))
        .add_option(filter.q.as_deref().and_then(|q| full_text(backend, q)));
    Entity::find().filter(all)
}

fn has_skill(backend: DbBackend, skill: &str) -> SimpleExpr {
    let sql = match backend {
        DbBackend::Postgres => {
            "EXISTS (SELECT 1 FROM jsonb_array_elements_text(opportunities.tech_stack) AS skill WHERE lower(skill) = $1)"
        }
        _ => "EXISTS (SELECT 1 FROM json_each(opportunities.tech_stack) AS skill WHERE lower(skill.value) = ?)",
    };
    Expr::cust_with_values(sql, [skill.trim().to_lowercase()])
}

/// Every word must occur, the last one as a beginning. Words are letters and digits alone by now, so that nothing of
/// the question can be an operator.
fn full_text(backend: DbBackend, q: &str) -> Option<SimpleExpr> {
    let words = words::words(q);
    let (last, whole) = words.split_last()?;
    Some(match backend {
        DbBackend::Postgres => {
            let terms: Vec<String> =
                whole.iter().map(|word| format!("'{word}'")).chain([format!("'{last}':*")]).collect();
            Expr::cust_with_values(
                "opportunities.id IN (SELECT id FROM opportunity_texts WHERE search @@ to_tsquery('simple', $1))",
                [terms.join(" & ")],
            )
        }
        _ => {
            let terms: Vec<String> =
                whole.iter().map(|word| format!("\"{word}\"")).chain([format!("\"{last}\"*")]).collect();
            Expr::cust_with_values(
                "opportunities.search_id IN (SELECT rowid FROM opportunities_search WHERE opportunities_search MATCH ?)",
                [terms.join(" ")],
            )
        }
    })
}

/// The keys of a sort and their one direction: one direction for all keys lets an index serve it either way round.
fn keys(sort: Sort) -> (&'static [Column], Order) {
    use Column::{Id, MessageTimestamp, ScoreRank, TierRank};
    match sort {
        Sort::Priority => (&[TierRank, ScoreRank, MessageTimestamp, Id], Order::Desc),
        Sort::ScoreDesc => (&[ScoreRank, MessageTimestamp, Id], Order::Desc),
        Sort::ScoreAsc => (&[ScoreRank, MessageTimestamp, Id], Order::Asc),
        Sort::ReceivedDesc => (&[MessageTimestamp, Id], Order::Desc),
        Sort::ReceivedAsc => (&[MessageTimestamp, Id], Order::Asc),
    }
}

/// A stretch of a list that an index has in one piece.
pub(crate) struct Part {
    scored: Option<bool>,
    pub(crate) after: Option<Cursor>,
}

impl Part {
    pub(crate) fn of(&self, all: Select<Entity>) -> Select<Entity> {
        match self.scored {
            Some(true) => all.filter(Column::ScoreRank.gte(0)),
            Some(false) => all.filter(Column::ScoreRank.lt(0)),
            None => all,
        }
    }
}

/// What has no score comes last, whichever way scores are sorted: with the lowest score first it is a part of its own.
pub(crate) fn parts(sort: Sort, after: Option<Cursor>) -> Vec<Part> {
    let unscored = |after| Part { scored: Some(false), after };
    match (sort, after) {
        (Sort::ScoreAsc, Some(cursor)) if cursor.score_rank < 0 => vec![unscored(after)],
        (Sort::ScoreAsc, _) => vec![Part { scored: Some(true), after }, unscored(None)],
        _ => vec![Part { scored: None, after }],
    }
}

/// One page of what matches, from after the cursor.
pub(crate) fn page(mut all: Select<Entity>, sort: Sort, limit: u64, after: Option<Cursor>) -> Select<Entity> {
    let (keys, order) = keys(sort);
    if let Some(cursor) = after {
        let row = Expr::tuple(keys.iter().map(|key| Expr::col((Entity, *key))));
        let last = Expr::tuple(keys.iter().map(|key| match key {
            Column::TierRank => Expr::val(cursor.tier_rank),
            Column::ScoreRank => Expr::val(cursor.score_rank),
            Column::MessageTimestamp => Expr::val(cursor.message_timestamp),
            _ => Expr::val(cursor.id),
        }));
        all = all.filter(if order == Order::Desc { row.lt(last) } else { row.gt(last) });
    }
    for key in keys {
        all = all.order_by(*key, order.clone());
    }
    all.limit(limit)
}
