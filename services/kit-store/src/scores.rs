//! New scores for many opportunities at once: the persister's narrow way, for a changed profile. It neither reads nor
//! writes messages; of a row it touches only what a score is.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use contract::{Account, ReplyState, Status};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, DatabaseTransaction, DbBackend, EntityTrait,
    FromQueryResult, IdenStatic, QueryFilter, QuerySelect, Statement, Value, sea_query::Expr,
};
use uuid::Uuid;

use crate::{
    StoreError, Writer,
    connect::begin,
    convert::{history_row, micros, to_json, word, word_or_none},
    entity::opportunity::{self, ActiveModel, Column as C},
    opportunity_row::judgement,
    record::{HistoryRecord, Judgement},
    write::{self, Scope},
};

/// Rows of one statement: with 24 values each well below what SQLite takes.
const ROWS: usize = 250;

/// What decides whether a new score counts for an opportunity.
#[derive(Clone, Debug, PartialEq)]
pub struct Scored {
    pub account: Account,
    pub id: Uuid,
    pub status: Status,
    pub reply_state: Option<ReplyState>,
    pub revision: i64,
    pub facts_revision: i64,
    /// Revision of the profile that the standing score is by.
    pub profile_revision: u64,
    /// Of the last new score that counted: facts, profile, place in the stream.
    pub last: Option<(i64, u64, i64)>,
}

/// A score that counts, with the line of history that tells of it.
#[derive(Clone, Debug, PartialEq)]
pub struct NewScore {
    pub account: Account,
    pub id: Uuid,
    pub judgement: Judgement,
    pub at: DateTime<Utc>,
    /// Its revision becomes the opportunity's.
    pub history: HistoryRecord,
}

impl Writer {
    /// Reads how these opportunities are scored, lets `decide` say which new scores count, writes, commits.
    ///
    /// # Errors
    /// As [`Writer::transact`].
    pub async fn rescore<T>(
        &self,
        conversations: BTreeSet<(Account, Uuid)>,
        decide: impl FnOnce(Vec<Scored>) -> (Vec<NewScore>, T),
    ) -> Result<T, StoreError> {
        let scope = Scope { conversations, ..Scope::default() };
        let transaction = begin(&self.db).await?;
        write::lock(&transaction, &scope).await?;
        let (scores, answer) = decide(scored(&transaction, &scope).await?);
        for scores in scores.chunks(ROWS) {
            update(&transaction, scores).await?;
        }
        let history = scores.iter().map(|score| history_row(&score.account, score.id, &score.history));
        write::insert_history(&transaction, history.collect::<Result<_, _>>()?).await?;
        transaction.commit().await?;
        Ok(answer)
    }
}

#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    account: String,
    status: String,
    reply_state: Option<String>,
    revision: i64,
    facts_revision: i64,
    profile_revision: i64,
    last_facts: Option<i64>,
    last_profile: Option<i64>,
    last_sequence: Option<i64>,
}

async fn scored(db: &DatabaseTransaction, scope: &Scope) -> Result<Vec<Scored>, StoreError> {
    let of_last = |field: &str| Expr::cust(format!("CAST(rescored->>'{field}' AS BIGINT)"));
    let rows = opportunity::Entity::find()
        .select_only()
        .columns([C::Id, C::Account, C::Status, C::ReplyState, C::Revision, C::FactsRevision, C::ProfileRevision])
        .column_as(of_last("facts_revision"), "last_facts")
        .column_as(of_last("profile_revision"), "last_profile")
        .column_as(of_last("stream_sequence"), "last_sequence")
        .filter(C::Id.is_in(scope.conversations.iter().map(|(_, id)| *id)))
        .into_model::<Row>()
        .all(db)
        .await?;
    let plain = |row: Row| {
        let last = row.last_facts.zip(row.last_profile).zip(row.last_sequence);
        Ok(Scored {
            account: word("account", &row.account)?,
            id: row.id,
            status: word("status", &row.status)?,
            reply_state: word_or_none("reply_state", row.reply_state.as_deref())?,
            revision: row.revision,
            facts_revision: row.facts_revision,
            profile_revision: row.profile_revision.unsigned_abs(),
            last: last.map(|((facts, profile), sequence)| (facts, profile.unsigned_abs(), sequence)),
        })
    };
    let rows = rows.into_iter().map(plain).collect::<Result<Vec<_>, StoreError>>()?;
    Ok(rows.into_iter().filter(|row| scope.conversations.contains(&(row.account.clone(), row.id))).collect())
}

/// The columns that a score is.
const COLUMNS: [C; 23] = [
    C::TotalScore,
    C::ScoreStack,
    C::ScorePay,
    C::ScoreSeniority,
    C::ScoreCompany,
    C::Tier,
    C::TierUncapped,
    C::CapReason,
    C::ToNextTier,
    C::TierRank,
    C::ScoreRank,
    C::Decision,
    C::SalaryYearlyMin,
    C::SalaryYearlyMax,
    C::SalaryYearlyCurrency,
    C::ScoreLines,
    C::HardFilters,
    C::Missing,
    C::ProfileRevision,
    C::Rescored,
    C::UpdatedAt,
    C::ProcessedAt,
    C::Revision,
];

/// One statement for all of them. An older revision never overwrites a newer one, whatever a mistake elsewhere.
async fn update(db: &DatabaseTransaction, scores: &[NewScore]) -> Result<(), StoreError> {
    let backend = db.get_database_backend();
    let mut values: Vec<Value> = Vec::with_capacity(scores.len() * (COLUMNS.len() + 1));
    for score in scores {
        let row = row(score)?;
        values.push(score.id.into());
        for column in COLUMNS {
            let value = row.get(column).into_value();
            values.push(value.ok_or_else(|| StoreError::Other(format!("column `{}` has no value", column.as_str())))?);
        }
    }
    let set: Vec<String> =
        COLUMNS.iter().zip(2..).map(|(column, n)| format!("{} = v.column{n}", column.as_str())).collect();
    let sql = format!(
        "UPDATE opportunities SET {} FROM (VALUES {}) AS v WHERE opportunities.id = v.column1 AND opportunities.revision < v.column{}",
        set.join(", "),
        places(backend, scores.len(), COLUMNS.len() + 1),
        COLUMNS.len() + 1,
    );
    db.execute_raw(Statement::from_sql_and_values(backend, sql, values)).await?;
    Ok(())
}

/// `(?, ?), (?, ?)`, as each database writes it.
fn places(backend: DbBackend, rows: usize, width: usize) -> String {
    let place = |n: usize| if backend == DbBackend::Postgres { format!("${}", n + 1) } else { "?".to_owned() };
    let row = |r: usize| format!("({})", (r * width..(r + 1) * width).map(place).collect::<Vec<_>>().join(", "));
    (0..rows).map(row).collect::<Vec<_>>().join(", ")
}

fn row(score: &NewScore) -> Result<ActiveModel, StoreError> {
    let mut row = <ActiveModel as ActiveModelTrait>::default();
    judgement(&mut row, &score.judgement)?;
    row.rescored = Set(Some(to_json(&score.judgement)?));
    row.updated_at = Set(micros(score.at));
    row.processed_at = Set(micros(score.at));
    row.revision = Set(score.history.revision);
    Ok(row)
}
