//! Reads of replies: the queue, one of them, and where each belongs.

use std::collections::BTreeMap;

use contract::{Account, ReplyState};
use schemars::JsonSchema;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait, sea_query::Condition};
use serde::Serialize;
use uuid::Uuid;

use crate::{
    Reader, StoreError,
    cursor::Cursor,
    entity::{opportunity, reply},
    list::ListRow,
    query::{OpportunityRow, ReplyRow, Sort},
    read::reply_row,
};

/// Largest page.
const MOST: u64 = 100;

/// A reply with the opportunity that it answers.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct QueuedReply {
    #[serde(flatten)]
    pub reply: ReplyRow,
    pub opportunity: OpportunityRow,
}

/// One page of the queue.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct ReplyPage {
    pub items: Vec<QueuedReply>,
    /// Opaque; `None` on the last page.
    pub next_cursor: Option<String>,
}

impl Reader {
    /// Replies in any of these states (all where none is named) that have words, by the newest message answered; a page
    /// of at most 100.
    ///
    /// # Errors
    /// [`StoreError::BadCursor`] for a cursor of another maker; else as every statement's.
    pub async fn replies(
        &self,
        account: &Account,
        states: &[ReplyState],
        limit: u64,
        cursor: Option<&str>,
    ) -> Result<ReplyPage, StoreError> {
        use reply::Column as C;
        let after = cursor.map(|cursor| Cursor::decode(Sort::ReceivedDesc, cursor)).transpose()?;
        let limit = limit.clamp(1, MOST);
        let names = states.iter().map(|state| state.as_str());
        let mut rows = reply::Entity::find()
            .filter(C::Account.eq(account.as_str()))
            .filter(C::Text.is_not_null())
            .apply_if((!states.is_empty()).then_some(names), |query, names| query.filter(C::State.is_in(names)))
            .apply_if(after, |query, after| {
                let (at, id) = (after.message_timestamp, after.id);
                let tie = Condition::all().add(C::MessageSentAt.eq(at)).add(C::Id.lt(id));
                query.filter(Condition::any().add(C::MessageSentAt.lt(at)).add(tie))
            })
            .order_by_desc(C::MessageSentAt)
            .order_by_desc(C::Id)
            .limit(limit + 1)
            .all(&self.db)
            .await?;
        let page = usize::try_from(limit).unwrap_or(usize::MAX);
        let more = rows.len() > page;
        rows.truncate(page);
        let next_cursor = match rows.last().filter(|_| more) {
            Some(last) => Some(Cursor::new(Sort::ReceivedDesc, 0, 0, last.message_sent_at, last.id).encode()?),
            None => None,
        };
        let mut opportunities = self.rows(account, rows.iter().map(|row| row.opportunity_id).collect()).await?;
        let mut items = Vec::new();
        for row in rows {
            let reply = reply_row(row)?;
            // A draft may be there before its opportunity is.
            if let Some(opportunity) = opportunities.remove(&reply.opportunity_id) {
                opportunities.insert(reply.opportunity_id, opportunity.clone());
                items.push(QueuedReply { reply, opportunity });
            }
        }
        Ok(ReplyPage { items, next_cursor })
    }

    /// A reply, in whatever state; `None` where the account has none of this id.
    ///
    /// # Errors
    /// As every statement's.
    pub async fn reply(&self, account: &Account, id: Uuid) -> Result<Option<ReplyRow>, StoreError> {
        let mine = reply::Entity::find_by_id(id).filter(reply::Column::Account.eq(account.as_str()));
        mine.one(&self.db).await?.map(reply_row).transpose()
    }

    /// The opportunities that replies answer.
    ///
    /// # Errors
    /// As every statement's.
    pub async fn answered_by(&self, account: &Account, replies: &[Uuid]) -> Result<BTreeMap<Uuid, Uuid>, StoreError> {
        use reply::Column as C;
        let rows = reply::Entity::find()
            .select_only()
            .columns([C::Id, C::OpportunityId])
            .filter(C::Id.is_in(replies.iter().copied()))
            .filter(C::Account.eq(account.as_str()))
            .into_tuple::<(Uuid, Uuid)>()
            .all(&self.db)
            .await?;
        Ok(rows.into_iter().collect())
    }

    /// Opportunities as lists show them, by id.
    pub(crate) async fn rows(
        &self,
        account: &Account,
        ids: Vec<Uuid>,
    ) -> Result<BTreeMap<Uuid, OpportunityRow>, StoreError> {
        let rows = opportunity::Entity::find()
            .filter(opportunity::Column::Id.is_in(ids))
            .filter(opportunity::Column::Account.eq(account.as_str()))
            .into_partial_model::<ListRow>()
            .all(&self.db)
            .await?;
        rows.into_iter().map(|row| row.into_plain().map(|row| (row.id, row))).collect()
    }
}
