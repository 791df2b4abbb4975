//! What the pages count and draw: what waits, replies by state, and the rows that the charts are drawn from.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use contract::{Account, ReplyState, Seniority, Status, Tier};
use sea_orm::{
    ColumnTrait, EntityTrait, FromQueryResult, JsonValue, QueryFilter, QueryOrder, QuerySelect, sea_query::Expr,
};
use uuid::Uuid;

use crate::{
    Reader, StoreError,
    convert::{from_json, word, word_or_none},
    entity::{opportunity, reply},
};

/// An opportunity as a dot in a chart.
#[derive(Clone, Debug, PartialEq)]
pub struct Dot {
    pub tier: Option<Tier>,
    pub status: Status,
    pub seniority: Option<Seniority>,
    pub tech_stack: Vec<String>,
    /// A year, in the profile's currency.
    pub yearly: (Option<i64>, Option<i64>),
    pub currency: Option<String>,
    pub at: DateTime<Utc>,
}

#[derive(FromQueryResult)]
struct Row {
    tier: Option<String>,
    status: String,
    seniority: Option<String>,
    tech_stack: JsonValue,
    salary_yearly_min: Option<i64>,
    salary_yearly_max: Option<i64>,
    salary_yearly_currency: Option<String>,
    message_timestamp: DateTime<Utc>,
}

impl Row {
    fn into_plain(self) -> Result<Dot, StoreError> {
        Ok(Dot {
            tier: word_or_none("tier", self.tier.as_deref())?,
            status: word("status", &self.status)?,
            seniority: word_or_none("seniority", self.seniority.as_deref())?,
            tech_stack: from_json("tech_stack", self.tech_stack)?,
            yearly: (self.salary_yearly_min, self.salary_yearly_max),
            currency: self.salary_yearly_currency,
            at: self.message_timestamp,
        })
    }
}

impl Reader {
    /// How many opportunities wait for the person.
    ///
    /// # Errors
    /// As every statement's.
    pub async fn waiting(&self, account: &Account) -> Result<u64, StoreError> {
        use opportunity::Column as C;
        let waiting = [Status::New.as_str(), Status::AwaitingReview.as_str()];
        let number: Option<i64> = opportunity::Entity::find()
            .select_only()
            .column_as(Expr::cust("COUNT(*)"), "number")
            .filter(C::Account.eq(account.as_str()))
            .filter(C::Status.is_in(waiting))
            .into_tuple()
            .one(&self.db)
            .await?;
        Ok(number.unwrap_or(0).unsigned_abs())
    }

    /// How many replies with words are in each state.
    ///
    /// # Errors
    /// As every statement's.
    pub async fn replies_by_state(&self, account: &Account) -> Result<BTreeMap<String, u64>, StoreError> {
        use reply::Column as C;
        let rows: Vec<(String, i64)> = reply::Entity::find()
            .select_only()
            .column(C::State)
            .column_as(Expr::cust("COUNT(*)"), "number")
            .filter(C::Account.eq(account.as_str()))
            .filter(C::Text.is_not_null())
            .group_by(C::State)
            .into_tuple()
            .all(&self.db)
            .await?;
        Ok(rows.into_iter().map(|(state, number)| (state, number.unsigned_abs())).collect())
    }

    /// The newest opportunities as dots, newest first.
    ///
    /// # Errors
    /// As every statement's.
    pub async fn dots(&self, account: &Account, limit: u64) -> Result<Vec<Dot>, StoreError> {
        use opportunity::Column as C;
        let query = opportunity::Entity::find()
            .select_only()
            .columns([
                C::Tier,
                C::Status,
                C::Seniority,
                C::TechStack,
                C::SalaryYearlyMin,
                C::SalaryYearlyMax,
                C::SalaryYearlyCurrency,
                C::MessageTimestamp,
            ])
            .filter(C::Account.eq(account.as_str()))
            .order_by_desc(C::MessageTimestamp)
            .order_by_desc(C::Id)
            .limit(limit);
        let rows = query.into_model::<Row>().all(&self.db).await?;
        rows.into_iter().map(Row::into_plain).collect()
    }

    /// Hours from each message to the reply that was sent, of the newest replies, shortest first.
    ///
    /// # Errors
    /// As every statement's.
    pub async fn answer_hours(&self, account: &Account, limit: u64) -> Result<Vec<i64>, StoreError> {
        use reply::Column as C;
        let rows: Vec<(Uuid, DateTime<Utc>, DateTime<Utc>)> = reply::Entity::find()
            .select_only()
            .columns([C::Id, C::MessageSentAt, C::UpdatedAt])
            .filter(C::Account.eq(account.as_str()))
            .filter(C::State.eq(ReplyState::Sent.as_str()))
            .order_by_desc(C::MessageSentAt)
            .limit(limit)
            .into_tuple()
            .all(&self.db)
            .await?;
        let mut hours: Vec<i64> = rows.iter().map(|(_, asked, sent)| (*sent - *asked).num_hours().max(0)).collect();
        hours.sort_unstable();
        Ok(hours)
    }
}
