//! What a person adds to an opportunity, what an approval fixes, and what time asks: the store's side of the review.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use contract::{Account, ReplyApproved, Status, Thread};
use sea_orm::{
    ConnectionTrait, DatabaseTransaction, DbBackend, FromQueryResult, Statement, Value,
    sea_query::{Alias, Expr, ExprTrait, Query},
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    Reader, StoreError,
    convert::{micros, word},
    record::Reply,
};

/// What is a person's of an opportunity: nothing that the pipeline says changes it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Review {
    pub notes: Option<String>,
    pub starred: bool,
    /// Out of sight until then, while the status is `snoozed`.
    pub snoozed_until: Option<DateTime<Utc>>,
    /// The opportunity that it is the same job as, and that stands for both.
    pub joined_to: Option<Uuid>,
}

/// What a person said yes to, sealed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Approval {
    pub approved_at: DateTime<Utc>,
    pub approved_by: String,
    pub source: String,
    pub thread: Thread,
    pub text_sha256: String,
    pub last_inbound_message_id: Uuid,
    /// The revision that the person saw.
    pub shown_revision: i64,
    /// Until then a change of mind keeps it from being sent.
    pub hold_until: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
    /// When time has to look at it: at the end of the hold where a sender waits, else when it expires.
    pub due_at: DateTime<Utc>,
    pub seal: String,
    /// The command that handed it to the sender.
    #[serde(default)]
    pub claimed_by: Option<Uuid>,
}

impl Approval {
    /// The approval as it goes to the sender.
    pub fn event(&self, opportunity_id: Uuid, reply: &Reply) -> ReplyApproved {
        ReplyApproved {
            reply_id: reply.id,
            opportunity_id,
            thread: self.thread.clone(),
            text: reply.text.clone().unwrap_or_default(),
            text_sha256: self.text_sha256.clone(),
            last_inbound_message_id: self.last_inbound_message_id,
            shown_revision: self.shown_revision,
            expires_at: self.expires_at,
            seal: self.seal.clone(),
            source: Some(self.source.clone()),
        }
    }
}

/// An opportunity at which time has something to do.
#[derive(Clone, Debug, PartialEq)]
pub struct Due {
    pub account: Account,
    pub opportunity_id: Uuid,
    /// Since when.
    pub at: DateTime<Utc>,
}

#[derive(FromQueryResult)]
struct ReviewRow {
    id: Uuid,
    account: String,
    notes: Option<String>,
    starred: bool,
    snoozed_until: Option<DateTime<Utc>>,
    joined_to: Option<Uuid>,
}

/// The reviews of opportunities, by account and id.
pub(crate) async fn reviews(
    db: &impl ConnectionTrait,
    ids: &[Uuid],
) -> Result<BTreeMap<(String, Uuid), Review>, StoreError> {
    let query = Query::select()
        .columns(["id", "account", "notes", "starred", "snoozed_until", "joined_to"].map(Alias::new))
        .from("opportunities")
        .and_where(Expr::col("id").is_in(ids.iter().copied()))
        .to_owned();
    let rows = db.query_all(&query).await?;
    let plain = |row| {
        let ReviewRow { id, account, notes, starred, snoozed_until, joined_to } =
            ReviewRow::from_query_result(row, "")?;
        Ok(((account, id), Review { notes, starred, snoozed_until, joined_to }))
    };
    rows.iter().map(plain).collect()
}

/// Writes a review to its opportunity's row, which must be there.
pub(crate) async fn write_review(
    db: &DatabaseTransaction,
    account: &Account,
    id: Uuid,
    review: &Review,
) -> Result<(), StoreError> {
    let query = Query::update()
        .table("opportunities")
        .values([
            ("notes", review.notes.clone().into()),
            ("starred", review.starred.into()),
            ("snoozed_until", review.snoozed_until.map(micros).into()),
            ("joined_to", review.joined_to.into()),
        ])
        .and_where(Expr::col("id").eq(id))
        .and_where(Expr::col("account").eq(account.as_str()))
        .to_owned();
    db.execute(&query).await?;
    Ok(())
}

#[derive(FromQueryResult)]
struct DueRow {
    account: String,
    id: Uuid,
    at: DateTime<Utc>,
}

impl Reader {
    /// Opportunities at which time has something to do by now, the longest due first.
    ///
    /// # Errors
    /// As every statement's.
    pub async fn due(&self, now: DateTime<Utc>, limit: u32) -> Result<Vec<Due>, StoreError> {
        let backend = self.db.get_database_backend();
        let (first, second) = if backend == DbBackend::Postgres { ("$1", "$2") } else { ("?", "?") };
        let sql = format!(
            "SELECT account, id, snoozed_until AS at FROM opportunities \
             WHERE status = '{}' AND snoozed_until <= {first} \
             UNION SELECT account, opportunity_id AS id, due_at AS at FROM replies \
             WHERE state = 'approved' AND due_at <= {second} ORDER BY at LIMIT {limit}",
            Status::Snoozed
        );
        let values: [Value; 2] = [micros(now).into(), micros(now).into()];
        let rows =
            DueRow::find_by_statement(Statement::from_sql_and_values(backend, sql, values)).all(&self.db).await?;
        let plain =
            |row: DueRow| Ok(Due { account: word("account", &row.account)?, opportunity_id: row.id, at: row.at });
        rows.into_iter().map(plain).collect()
    }
}
