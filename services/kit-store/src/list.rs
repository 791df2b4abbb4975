//! The list of opportunities: keyset pages, found by the index that is worth it.

use chrono::{DateTime, Utc};
use contract::Account;
use sea_orm::{
    ConnectionTrait, DbBackend, DerivePartialModel, EntityTrait, JsonValue, QueryFilter, QueryOrder, QueryResult,
    QuerySelect, QueryTrait, Select,
    sea_query::{Expr, ExprTrait, Order, Query, SimpleExpr},
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    OpportunityFilter, OpportunityRow, Page, Reader, Sort, StoreError,
    convert::{from_json, word, word_or_none},
    cursor::Cursor,
    entity::opportunity::{Column, Entity},
    filter::{Conditions, Lead},
};

/// Largest page.
const MOST: u64 = 100;
/// Up to here a list is counted; fewer rows are sorted, of more an index is walked.
pub(crate) const COUNTED: u64 = 2_000;

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
    /// The place after this row.
    pub(crate) fn cursor(&self, sort: Sort, plan: Plan, rank: u32) -> Cursor {
        Cursor {
            sort,
            plan,
            rank,
            tier_rank: self.tier_rank,
            score_rank: self.score_rank,
            message_timestamp: self.message_timestamp,
            id: self.id,
        }
    }

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
            highlight: None,
        })
    }
}

/// How a list's rows are found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Plan {
    /// The condition that few rows fulfil: they are found by its index, and sorted. Without one, the sort's index is
    /// walked until the page is full.
    pub(crate) lead: Option<Lead>,
    /// Rows in all, up to [`COUNTED`].
    pub(crate) total: u64,
}

impl Plan {
    /// Whether few rows are found and sorted, rather than an index walked in order.
    fn sorts(self, conditions: Conditions<'_>) -> bool {
        match conditions.backend {
            DbBackend::Postgres => self.lead.is_some() || self.total < COUNTED && !conditions.filter.is_everything(),
            _ => self.lead.is_some(),
        }
    }
}

/// The keys of a sort and their one direction: one direction for all keys lets an index serve it either way round.
fn keys(sort: Sort) -> (&'static [Column], Order) {
    use Column::{Id, MessageTimestamp, ScoreRank, TierRank};
    match sort {
        Sort::Priority | Sort::Relevance => (&[TierRank, ScoreRank, MessageTimestamp, Id], Order::Desc),
        Sort::ScoreDesc => (&[ScoreRank, MessageTimestamp, Id], Order::Desc),
        Sort::ScoreAsc => (&[ScoreRank, MessageTimestamp, Id], Order::Asc),
        Sort::ReceivedDesc => (&[MessageTimestamp, Id], Order::Desc),
        Sort::ReceivedAsc => (&[MessageTimestamp, Id], Order::Asc),
    }
}

/// The condition that narrows the index of a sort.
fn along(sort: Sort) -> Lead {
    match sort {
        Sort::Priority | Sort::Relevance => Lead::Tier,
        Sort::ScoreDesc | Sort::ScoreAsc => Lead::Score,
        Sort::ReceivedDesc | Sort::ReceivedAsc => Lead::Time,
    }
}

/// Everything that matches, unordered.
pub(crate) fn matching(conditions: Conditions<'_>, sort: Sort, plan: Plan) -> Select<Entity> {
    let open = |lead: Lead| if plan.sorts(conditions) { plan.lead == Some(lead) } else { lead == along(sort) };
    Entity::find().filter(conditions.all(open))
}

/// A stretch of a list that an index has in one piece.
struct Part<'a> {
    scored: Option<bool>,
    after: Option<&'a Cursor>,
}

impl Part<'_> {
    fn of(&self, conditions: Conditions<'_>, plan: Plan, all: Select<Entity>) -> Select<Entity> {
        let rank = || conditions.column(Column::ScoreRank, !plan.sorts(conditions));
        match self.scored {
            Some(true) => all.filter(rank().gte(0)),
            Some(false) => all.filter(rank().lt(0)),
            None => all,
        }
    }
}

/// What has no score comes last, whichever way scores are sorted: with the lowest score first it is a part of its own.
fn parts(sort: Sort, after: Option<&Cursor>) -> Vec<Part<'_>> {
    let unscored = |after| Part { scored: Some(false), after };
    match (sort, after) {
        (Sort::ScoreAsc, Some(cursor)) if cursor.score_rank < 0 => vec![unscored(after)],
        (Sort::ScoreAsc, _) => vec![Part { scored: Some(true), after }, unscored(None)],
        _ => vec![Part { scored: None, after }],
    }
}

/// One page of what matches, from after the cursor.
pub(crate) fn page(
    conditions: Conditions<'_>,
    sort: Sort,
    plan: Plan,
    limit: u64,
    after: Option<&Cursor>,
) -> Select<Entity> {
    let (keys, order) = keys(sort);
    let mut all = matching(conditions, sort, plan);
    let walked = !plan.sorts(conditions);
    if let Some(cursor) = after {
        let row = Expr::tuple(keys.iter().map(|key| conditions.column(*key, walked)));
        let last = Expr::tuple(keys.iter().map(|key| match key {
            Column::TierRank => Expr::val(cursor.tier_rank),
            Column::ScoreRank => Expr::val(cursor.score_rank),
            Column::MessageTimestamp => Expr::val(cursor.message_timestamp),
            _ => Expr::val(cursor.id),
        }));
        all = all.filter(if order == Order::Desc { row.lt(last) } else { row.gt(last) });
    }
    for (n, key) in keys.iter().enumerate() {
        let column = if n == 0 && !walked { unsorted(conditions, *key) } else { Expr::col((Entity, *key)) };
        all = all.order_by(column, order.clone());
    }
    all.limit(limit)
}

/// A sort key that no index serves, so that few rows are found first and sorted then.
fn unsorted(conditions: Conditions<'_>, key: Column) -> SimpleExpr {
    match (conditions.backend, key) {
        (DbBackend::Postgres, Column::MessageTimestamp) => Expr::cust("opportunities.message_timestamp + interval '0'"),
        (DbBackend::Postgres, key) => Expr::col((Entity, key)).add(0),
        (_, key) => conditions.column(key, false),
    }
}

impl Reader {
    /// One page of a list of at most 100 rows, from after the cursor of the page before. Its count is that of the first
    /// page.
    ///
    /// # Errors
    /// [`StoreError::BadCursor`] for a cursor of another sort or of another maker; else as every statement's.
    pub async fn opportunities(
        &self,
        account: &Account,
        filter: &OpportunityFilter,
        sort: Sort,
        limit: u64,
        cursor: Option<&str>,
    ) -> Result<Page, StoreError> {
        let after = cursor.map(|cursor| Cursor::decode(sort, cursor)).transpose()?;
        let conditions = Conditions { backend: self.db.get_database_backend(), account, filter };
        let plan = match &after {
            Some(cursor) => cursor.plan,
            None => self.plan_for(conditions, sort).await?,
        };
        let limit = limit.clamp(1, MOST);
        let mut page = match (sort, filter.q.as_deref()) {
            (Sort::Relevance, Some(q)) if plan.total < COUNTED => {
                self.ranked(conditions, plan, q, limit, after.as_ref()).await?
            }
            _ => self.sorted(conditions, sort, plan, limit, after.as_ref()).await?,
        };
        if let Some(q) = &filter.q {
            self.highlight(&mut page.items, q).await?;
        }
        Ok(page)
    }

    async fn sorted(
        &self,
        conditions: Conditions<'_>,
        sort: Sort,
        plan: Plan,
        limit: u64,
        after: Option<&Cursor>,
    ) -> Result<Page, StoreError> {
        let mut rows: Vec<ListRow> = Vec::new();
        for part in parts(sort, after) {
            let wanted = (limit + 1).saturating_sub(rows.len() as u64);
            if wanted > 0 {
                let page = part.of(conditions, plan, page(conditions, sort, plan, wanted, part.after));
                rows.extend(page.into_partial_model::<ListRow>().all(&self.db).await?);
            }
        }
        let most = usize::try_from(limit).unwrap_or(usize::MAX);
        let more = rows.len() > most;
        rows.truncate(most);
        let last = rows.last().filter(|_| more);
        let next_cursor = last.map(|last| last.cursor(sort, plan, 0).encode()).transpose()?;
        let items = rows.into_iter().map(ListRow::into_plain).collect::<Result<_, _>>()?;
        Ok(Page { items, next_cursor, total_estimate: plan.total })
    }

    /// The condition with the fewest rows leads, if they are few; then everything that matches is counted.
    async fn plan_for(&self, conditions: Conditions<'_>, sort: Sort) -> Result<Plan, StoreError> {
        let mut lead: Option<(Lead, u64)> = None;
        let leads = conditions.leads();
        for candidate in leads.iter().copied() {
            // PostgreSQL has statistics of every column, but not of what is inside a list.
            if conditions.backend == DbBackend::Postgres && candidate != Lead::Skill {
                continue;
            }
            let rows = match conditions.count_by_words(candidate, COUNTED) {
                Some(count) => total(self.db.query_one_raw(count).await?)?,
                None => self.count(Entity::find().filter(conditions.one(candidate))).await?,
            };
            if rows >= COUNTED && leads.len() == 1 && conditions.filter.has_pay.is_none() {
                return Ok(Plan { lead: None, total: COUNTED });
            }
            if rows < lead.map_or(COUNTED, |(_, fewest)| fewest) {
                lead = Some((candidate, rows));
            }
        }
        let lead = lead.map(|(lead, _)| lead);
        let total = self.count(matching(conditions, sort, Plan { lead, total: COUNTED })).await?;
        Ok(Plan { lead, total })
    }

    async fn count(&self, all: Select<Entity>) -> Result<u64, StoreError> {
        let counted = all.select_only().expr_as(Expr::cust("1"), "one").limit(COUNTED).into_query();
        let query =
            Query::select().expr_as(Expr::cust("COUNT(*)"), "total").from_subquery(counted, "counted").to_owned();
        total(self.db.query_one(&query).await?)
    }
}

/// The one figure of a count.
fn total(row: Option<QueryResult>) -> Result<u64, StoreError> {
    let total: i64 = row.map_or(Ok(0), |row| row.try_get("", "total"))?;
    Ok(total.unsigned_abs())
}

#[cfg(feature = "testing")]
impl Reader {
    /// The questions of a first page, each asked how it would be answered, with the column that says so.
    pub(crate) async fn questions(
        &self,
        account: &Account,
        filter: &OpportunityFilter,
        sort: Sort,
    ) -> Vec<(sea_orm::Statement, &'static str)> {
        let backend = self.db.get_database_backend();
        let conditions = Conditions { backend, account, filter };
        let Ok(plan) = self.plan_for(conditions, sort).await else { return Vec::new() };
        let counted = matching(conditions, sort, Plan { total: COUNTED, ..plan }).limit(COUNTED);
        let (explain, column) = match backend {
            DbBackend::Postgres => ("EXPLAIN (ANALYZE, TIMING OFF)", "QUERY PLAN"),
            _ => ("EXPLAIN QUERY PLAN", "detail"),
        };
        let mut questions = vec![counted.build(backend), page(conditions, sort, plan, 50, None).build(backend)];
        for question in &mut questions {
            question.sql = format!("{explain} {}", question.sql);
        }
        questions.into_iter().map(|question| (question, column)).collect()
    }
}
