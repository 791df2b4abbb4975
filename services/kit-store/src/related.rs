//! Opportunities that belong together: those of one person, and those that may be one job offered by several.

use chrono::{DateTime, Duration, Utc};
use contract::{Account, Flag, ReplyState, Status, Tier};
use schemars::JsonSchema;
use sea_orm::{
    ColumnTrait, EntityTrait, FromQueryResult, JsonValue, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Alias, Expr, ExprTrait},
};
use serde::Serialize;
use uuid::Uuid;

use crate::{
    Reader, StoreError,
    convert::{from_json, word, word_or_none},
    entity::opportunity::{Column as C, Entity},
    words,
};

/// Two messages about one job come within this time.
const ONE_JOB: Duration = Duration::days(60);
/// Most that is shown of a person or a job.
const MOST: u64 = 50;

/// Another opportunity, in a line.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct RelatedRow {
    pub id: Uuid,
    pub recruiter_name: Option<String>,
    pub company: Option<String>,
    pub role: Option<String>,
    pub status: Status,
    pub tier: Option<Tier>,
    pub total_score: Option<u8>,
    pub reply_state: Option<ReplyState>,
    pub excerpt: String,
    pub message_timestamp: DateTime<Utc>,
}

/// What belongs with an opportunity.
#[derive(Clone, Debug, Default, PartialEq, Serialize, JsonSchema)]
pub struct Related {
    /// What the same person wrote about before, newest first.
    pub same_person: Vec<RelatedRow>,
    /// The opportunity that this one is joined to.
    pub joined_to: Option<Uuid>,
    /// The others that a person has joined with it.
    pub joined: Vec<RelatedRow>,
    /// The same role at the same company from somebody else, within 60 days: one job, if a person says so.
    pub suggested: Vec<RelatedRow>,
}

#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    recruiter_name: Option<String>,
    recruiter_profile_url: Option<String>,
    company: Option<String>,
    role: Option<String>,
    status: String,
    tier: Option<String>,
    total_score: Option<i16>,
    reply_state: Option<String>,
    excerpt: String,
    flags: JsonValue,
    company_key: Option<String>,
    recruiter_key: Option<String>,
    joined_to: Option<Uuid>,
    message_timestamp: DateTime<Utc>,
}

impl Row {
    fn into_plain(self) -> Result<RelatedRow, StoreError> {
        Ok(RelatedRow {
            id: self.id,
            recruiter_name: self.recruiter_name,
            company: self.company,
            role: self.role,
            status: word("status", &self.status)?,
            tier: word_or_none("tier", self.tier.as_deref())?,
            total_score: self.total_score.and_then(|total| u8::try_from(total).ok()),
            reply_state: word_or_none("reply_state", self.reply_state.as_deref())?,
            excerpt: self.excerpt,
            message_timestamp: self.message_timestamp,
        })
    }

    /// A person is an address where there is one; two people may have one name.
    fn same_person(&self, other: &Self) -> bool {
        match (&self.recruiter_profile_url, &other.recruiter_profile_url) {
            (Some(one), Some(another)) => one == another,
            _ => self.recruiter_key.is_some() && self.recruiter_key == other.recruiter_key,
        }
    }

    /// The same role at the same, named employer.
    fn same_job(&self, other: &Self) -> Result<bool, StoreError> {
        let named = |row: &Self| -> Result<bool, StoreError> {
            let flags: Vec<Flag> = from_json("flags", row.flags.clone())?;
            Ok(row.company_key.is_some() && !flags.contains(&Flag::ClientNotNamed))
        };
        let role = |row: &Self| words::key(row.role.as_deref());
        Ok(named(self)?
            && named(other)?
            && self.company_key == other.company_key
            && role(self).is_some()
            && role(self) == role(other))
    }
}

fn joined_to() -> Expr {
    Expr::col(Alias::new("joined_to"))
}

impl Reader {
    /// What belongs with an opportunity; `None` where the account has none of this id.
    ///
    /// # Errors
    /// As every statement's.
    pub async fn related(&self, account: &Account, id: Uuid) -> Result<Option<Related>, StoreError> {
        let Some(own) = self.lines(account, C::Id.eq(id)).await?.pop() else { return Ok(None) };
        let mut related = Related { joined_to: own.joined_to, ..Related::default() };
        if let Some(key) = &own.recruiter_key {
            for other in self.lines(account, C::RecruiterKey.eq(key)).await? {
                if other.id != id && other.same_person(&own) {
                    related.same_person.push(other.into_plain()?);
                }
            }
        }
        let leader = own.joined_to.unwrap_or(id);
        for other in self.lines(account, joined_to().eq(leader).or(C::Id.eq(leader))).await? {
            if other.id != id {
                related.joined.push(other.into_plain()?);
            }
        }
        if let Some(key) = &own.company_key {
            let (from, to) = (own.message_timestamp - ONE_JOB, own.message_timestamp + ONE_JOB);
            let near = C::CompanyKey.eq(key).and(C::MessageTimestamp.between(from, to));
            for other in self.lines(account, near).await? {
                let apart = other.id != id && !related.joined.iter().any(|joined| joined.id == other.id);
                if apart && other.joined_to.is_none() && !other.same_person(&own) && other.same_job(&own)? {
                    related.suggested.push(other.into_plain()?);
                }
            }
        }
        Ok(Some(related))
    }

    /// The opportunity that stands for the job of this one: itself, or the one that it is joined to.
    ///
    /// # Errors
    /// As every statement's.
    pub async fn job_of(&self, account: &Account, id: Uuid) -> Result<Option<Uuid>, StoreError> {
        Ok(self.lines(account, C::Id.eq(id)).await?.pop().map(|row| row.joined_to.unwrap_or(id)))
    }

    /// Whether others are joined to it.
    ///
    /// # Errors
    /// As every statement's.
    pub async fn leads(&self, account: &Account, id: Uuid) -> Result<bool, StoreError> {
        Ok(!self.lines(account, joined_to().eq(id)).await?.is_empty())
    }

    /// The newest opportunities of a condition, in a line each.
    async fn lines(&self, account: &Account, condition: Expr) -> Result<Vec<Row>, StoreError> {
        let columns = [
            C::Id,
            C::RecruiterName,
            C::RecruiterProfileUrl,
            C::Company,
            C::Role,
            C::Status,
            C::Tier,
            C::TotalScore,
            C::ReplyState,
            C::Excerpt,
            C::Flags,
            C::CompanyKey,
            C::RecruiterKey,
            C::MessageTimestamp,
        ];
        let query = Entity::find()
            .select_only()
            .columns(columns)
            .column_as(joined_to(), "joined_to")
            .filter(C::Account.eq(account.as_str()))
            .filter(condition)
            .order_by_desc(C::MessageTimestamp)
            .order_by_desc(C::Id)
            .limit(MOST);
        Ok(query.into_model::<Row>().all(&self.db).await?)
    }
}
