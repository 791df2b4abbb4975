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
    convert::{history_row, long, micros, word, word_or_none},
    entity::{
        opportunity::{self, ActiveModel, Column as C},
        score,
    },
    opportunity_row::{judgement, rescored},
    record::{HistoryRecord, Judgement},
    write::{self, Scope, newer, upsert},
};

/// Rows of one statement: with 23 values each well below what SQLite takes.
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
    /// What the standing score says: see [`Judgement::print`].
    pub print: Option<i64>,
}

/// A score that counts.
#[derive(Clone, Debug, PartialEq)]
pub struct NewScore<'a> {
    pub account: &'a Account,
    pub id: Uuid,
    pub judgement: &'a Judgement,
    /// See [`Judgement::proof`].
    pub proof: Option<String>,
    pub at: DateTime<Utc>,
    /// The line of history that tells of it; its revision becomes the opportunity's. `None` where it says what the
    /// standing score says: only the profile that it is by is noted.
    pub history: Option<HistoryRecord>,
}

impl Writer {
    /// Reads how these opportunities are scored, lets `decide` say which new scores count, writes, commits.
    ///
    /// # Errors
    /// As [`Writer::transact`].
    pub async fn rescore<'a, T>(
        &self,
        conversations: BTreeSet<(Account, Uuid)>,
        decide: impl FnOnce(Vec<Scored>) -> (Vec<NewScore<'a>>, T),
    ) -> Result<T, StoreError> {
        let scope = Scope { conversations, ..Scope::default() };
        let transaction = begin(&self.db).await?;
        write::lock(&transaction, &scope).await?;
        let (scores, answer) = decide(scored(&transaction, &scope).await?);
        let (mut changed, mut confirmed, mut proofs, mut history) = (vec![], vec![], vec![], vec![]);
        for new in scores {
            match &new.history {
                Some(entry) => {
                    changed.push((new.id, row(&new, entry)?));
                    proofs.push(score::ActiveModel {
                        id: Set(new.id),
                        account: Set(new.account.to_string()),
                        proof: Set(new.proof),
                        rescored: Set(None),
                        revision: Set(entry.revision),
                    });
                    history.push(history_row(new.account, new.id, entry)?);
                }
                None => {
                    let mut row = <ActiveModel as ActiveModelTrait>::default();
                    row.profile_revision = Set(long(new.judgement.profile_revision));
                    rescored(&mut row, Some(new.judgement));
                    confirmed.push((new.id, row));
                }
            }
        }
        update(&transaction, &COLUMNS, "opportunities.revision < v.revision", &changed).await?;
        upsert(&transaction, proofs, &[], Some(newer(score::Column::Revision))).await?;
        confirm(&transaction, &confirmed).await?;
        write::insert_history(&transaction, history).await?;
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
    rescored_facts: Option<i64>,
    rescored_profile: Option<i64>,
    rescored_sequence: Option<i64>,
    score_print: Option<i64>,
}

async fn scored(db: &DatabaseTransaction, scope: &Scope) -> Result<Vec<Scored>, StoreError> {
    let of_last = [C::RescoredFacts, C::RescoredProfile, C::RescoredSequence, C::ScorePrint];
    let rows = opportunity::Entity::find()
        .select_only()
        .columns([C::Id, C::Account, C::Status, C::ReplyState, C::Revision, C::FactsRevision, C::ProfileRevision])
        .columns(of_last)
        .filter(C::Id.is_in(scope.conversations.iter().map(|(_, id)| *id)))
        .into_model::<Row>()
        .all(db)
        .await?;
    let plain = |row: Row| {
        let last = row.rescored_facts.zip(row.rescored_profile).zip(row.rescored_sequence);
        Ok(Scored {
            account: word("account", &row.account)?,
            id: row.id,
            status: word("status", &row.status)?,
            reply_state: word_or_none("reply_state", row.reply_state.as_deref())?,
            revision: row.revision,
            facts_revision: row.facts_revision,
            profile_revision: row.profile_revision.unsigned_abs(),
            last: last.map(|((facts, profile), sequence)| (facts, profile.unsigned_abs(), sequence)),
            print: row.score_print,
        })
    };
    let rows = rows.into_iter().map(plain).collect::<Result<Vec<_>, StoreError>>()?;
    Ok(rows.into_iter().filter(|row| scope.conversations.contains(&(row.account.clone(), row.id))).collect())
}

/// The columns that change with a score.
const COLUMNS: [C; 23] = [
    C::Revision,
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
    C::ProfileRevision,
    C::RescoredFacts,
    C::RescoredProfile,
    C::RescoredSequence,
    C::ScorePrint,
    C::UpdatedAt,
    C::ProcessedAt,
];

/// The columns that change where a score says the same by another profile.
const CONFIRMED: [C; 4] = [C::ProfileRevision, C::RescoredFacts, C::RescoredProfile, C::RescoredSequence];

fn row(new: &NewScore<'_>, entry: &HistoryRecord) -> Result<ActiveModel, StoreError> {
    let mut row = <ActiveModel as ActiveModelTrait>::default();
    judgement(&mut row, new.judgement)?;
    rescored(&mut row, Some(new.judgement));
    row.score_print = Set(Some(new.judgement.print(new.proof.as_deref())));
    row.updated_at = Set(micros(new.at));
    row.processed_at = Set(micros(new.at));
    row.revision = Set(entry.revision);
    Ok(row)
}

/// Notes the profile; the standing score is the last new one from here on.
async fn confirm(db: &DatabaseTransaction, rows: &[(Uuid, ActiveModel)]) -> Result<(), StoreError> {
    update(db, &CONFIRMED, "TRUE", rows).await?;
    for rows in rows.chunks(ROWS) {
        score::Entity::update_many()
            .col_expr(score::Column::Rescored, Expr::value(None::<String>))
            .filter(score::Column::Id.is_in(rows.iter().map(|(id, _)| *id)))
            .filter(score::Column::Rescored.is_not_null())
            .exec(db)
            .await?;
    }
    Ok(())
}

/// These columns of many rows, a few hundred in one statement; of `v` the condition knows the columns by their names.
async fn update(
    db: &DatabaseTransaction,
    columns: &[C],
    condition: &str,
    rows: &[(Uuid, ActiveModel)],
) -> Result<(), StoreError> {
    let backend = db.get_database_backend();
    let names: Vec<&str> = columns.iter().map(IdenStatic::as_str).collect();
    let set: Vec<String> = names.iter().map(|name| format!("{name} = v.{name}")).collect();
    for rows in rows.chunks(ROWS) {
        let mut values: Vec<Value> = Vec::with_capacity(rows.len() * (columns.len() + 1));
        for (id, row) in rows {
            values.push((*id).into());
            for column in columns {
                let value = row.get(*column).into_value();
                values.push(
                    value.ok_or_else(|| StoreError::Other(format!("column `{}` has no value", column.as_str())))?,
                );
            }
        }
        let sql = format!(
            "WITH v (id, {}) AS (VALUES {}) UPDATE opportunities SET {} FROM v WHERE opportunities.id = v.id AND {condition}",
            names.join(", "),
            places(backend, rows.len(), columns.len() + 1),
            set.join(", "),
        );
        db.execute_raw(Statement::from_sql_and_values(backend, sql, values)).await?;
    }
    Ok(())
}

/// `(?, ?), (?, ?)`, as each database writes it.
fn places(backend: DbBackend, rows: usize, width: usize) -> String {
    let place = |n: usize| if backend == DbBackend::Postgres { format!("${}", n + 1) } else { "?".to_owned() };
    let row = |r: usize| format!("({})", (r * width..(r + 1) * width).map(place).collect::<Vec<_>>().join(", "));
    (0..rows).map(row).collect::<Vec<_>>().join(", ")
}
