//! How the account's owner writes: replies in their own words that were really sent. Never a word of anybody else.

use contract::{Account, Engine, Language, ReplyState};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::{Reader, StoreError, entity::reply};

impl Reader {
    /// The newest sent replies that the person wrote or rewrote, in a language, newest first.
    ///
    /// # Errors
    /// As every statement's.
    pub async fn own_replies(
        &self,
        account: &Account,
        language: Language,
        most: u64,
    ) -> Result<Vec<String>, StoreError> {
        use reply::Column as C;
        let texts: Vec<Option<String>> = reply::Entity::find()
            .select_only()
            .column(C::Text)
            .filter(C::Account.eq(account.as_str()))
            .filter(C::State.eq(ReplyState::Sent.as_str()))
            .filter(C::Engine.eq(Engine::Person.as_str()))
            .filter(C::Language.eq(language.as_str()))
            .order_by_desc(C::UpdatedAt)
            .limit(most)
            .into_tuple()
            .all(&self.db)
            .await?;
        Ok(texts.into_iter().flatten().collect())
    }
}
