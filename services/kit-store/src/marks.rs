//! Where a conversation's messages stand in time and in the log: what a trace begins with.

use chrono::{DateTime, Utc};
use contract::{Account, Direction};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use crate::{Reader, StoreError, entity::message};

/// A message of a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    pub message_id: Uuid,
    /// When it came to us.
    pub received_at: DateTime<Utc>,
}

impl Reader {
    /// The inbound messages of a conversation, in the order in which they came.
    ///
    /// # Errors
    /// As every statement's.
    pub async fn marks(&self, account: &Account, conversation: Uuid) -> Result<Vec<Mark>, StoreError> {
        use message::Column as C;
        let rows: Vec<(Uuid, DateTime<Utc>)> = message::Entity::find()
            .select_only()
            .columns([C::Id, C::ReceivedAt])
            .filter(C::ConversationId.eq(conversation))
            .filter(C::Account.eq(account.as_str()))
            .filter(C::Direction.eq(Direction::Inbound.as_str()))
            .order_by_asc(C::ReceivedAt)
            .order_by_asc(C::Id)
            .into_tuple()
            .all(&self.db)
            .await?;
        Ok(rows.into_iter().map(|(message_id, received_at)| Mark { message_id, received_at }).collect())
    }
}
