//! Who may come in: accounts and the tokens of programs. The gateway reads them; the operator's verbs write them.

use chrono::{DateTime, Utc};
use contract::{Account, Role};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    sea_query::{Expr, ExprTrait, OnConflict},
};
use serde::Serialize;
use uuid::Uuid;

use crate::{
    Reader, Store, StoreError,
    convert::{micros, word},
    entity::{account, api_token},
};

/// One who is known: whose data, and what may be done with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    pub account: Account,
    pub role: Role,
    /// Id of the token, where it is one.
    pub token: Option<Uuid>,
    /// Name of the token.
    pub name: String,
    /// When this ends by itself.
    pub expires_at: Option<DateTime<Utc>>,
}

/// A token about to be kept: its hash, never itself.
#[derive(Clone, Debug)]
pub struct NewToken {
    pub id: Uuid,
    pub account: Account,
    pub name: String,
    pub role: Role,
    /// SHA-256, hex.
    pub hash: String,
    pub expires_at: Option<DateTime<Utc>>,
}

/// A token in a list.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TokenRow {
    pub id: Uuid,
    pub account: String,
    pub name: String,
    pub role: String,
    pub created_at: DateTime<Utc>,
    pub expires_at: Option<DateTime<Utc>>,
    pub revoked_at: Option<DateTime<Utc>>,
}

/// An account in a list.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AccountRow {
    pub name: String,
    pub created_at: DateTime<Utc>,
    pub disabled_at: Option<DateTime<Utc>>,
}

impl Reader {
    /// Whose a token is, by its hash, unless it is revoked, over, or its account disabled.
    ///
    /// # Errors
    /// As every statement's.
    pub async fn token(&self, hash: &str, now: DateTime<Utc>) -> Result<Option<Known>, StoreError> {
        let row = api_token::Entity::find().filter(api_token::Column::Hash.eq(hash)).one(&self.db).await?;
        self.known(row, now).await
    }

    /// The same by the token's id.
    ///
    /// # Errors
    /// As every statement's.
    pub async fn token_by_id(&self, id: Uuid, now: DateTime<Utc>) -> Result<Option<Known>, StoreError> {
        let row = api_token::Entity::find_by_id(id).one(&self.db).await?;
        self.known(row, now).await
    }

    async fn known(&self, row: Option<api_token::Model>, now: DateTime<Utc>) -> Result<Option<Known>, StoreError> {
        let usable = |row: &api_token::Model| row.revoked_at.is_none() && row.expires_at.is_none_or(|end| now < end);
        let Some(row) = row.filter(usable) else { return Ok(None) };
        let account = account::Entity::find_by_id(&row.account).one(&self.db).await?;
        if account.is_none_or(|account| account.disabled_at.is_some()) {
            return Ok(None);
        }
        Ok(Some(Known {
            account: word("account", &row.account)?,
            role: word("role", &row.role)?,
            token: Some(row.id),
            name: row.name,
            expires_at: row.expires_at,
        }))
    }

    /// Whether an account is known and disabled.
    ///
    /// # Errors
    /// As every statement's.
    pub async fn is_disabled(&self, name: &Account) -> Result<bool, StoreError> {
        let row = account::Entity::find_by_id(name.as_str()).one(&self.db).await?;
        Ok(row.is_some_and(|row| row.disabled_at.is_some()))
    }

    /// Whether any token is in force: then nobody comes in without.
    ///
    /// # Errors
    /// As every statement's.
    pub async fn has_tokens(&self, now: DateTime<Utc>) -> Result<bool, StoreError> {
        use api_token::Column as C;
        let in_force = C::ExpiresAt.is_null().or(C::ExpiresAt.gt(micros(now)));
        let query = api_token::Entity::find().filter(C::RevokedAt.is_null()).filter(in_force);
        Ok(query.count(&self.db).await? > 0)
    }

    /// Every token, the newest first.
    ///
    /// # Errors
    /// As every statement's.
    pub async fn tokens(&self) -> Result<Vec<TokenRow>, StoreError> {
        let rows = api_token::Entity::find().order_by_desc(api_token::Column::CreatedAt).all(&self.db).await?;
        let plain = |row: api_token::Model| TokenRow {
            id: row.id,
            account: row.account,
            name: row.name,
            role: row.role,
            created_at: row.created_at,
            expires_at: row.expires_at,
            revoked_at: row.revoked_at,
        };
        Ok(rows.into_iter().map(plain).collect())
    }

    /// Every account, by name.
    ///
    /// # Errors
    /// As every statement's.
    pub async fn accounts(&self) -> Result<Vec<AccountRow>, StoreError> {
        let rows = account::Entity::find().order_by_asc(account::Column::Name).all(&self.db).await?;
        let plain = |row: account::Model| AccountRow {
            name: row.name,
            created_at: row.created_at,
            disabled_at: row.disabled_at,
        };
        Ok(rows.into_iter().map(plain).collect())
    }
}

impl Store {
    /// Keeps a token. Its account must be there.
    ///
    /// # Errors
    /// As every statement's.
    pub async fn add_token(&self, token: NewToken, now: DateTime<Utc>) -> Result<(), StoreError> {
        let row = api_token::ActiveModel {
            id: Set(token.id),
            account: Set(token.account.to_string()),
            name: Set(token.name),
            role: Set(token.role.to_string()),
            hash: Set(token.hash),
            created_at: Set(micros(now)),
            expires_at: Set(token.expires_at.map(micros)),
            revoked_at: Set(None),
        };
        api_token::Entity::insert(row).exec_without_returning(&self.writes).await?;
        Ok(())
    }

    /// Ends a token. Says whether there was one to end.
    ///
    /// # Errors
    /// As every statement's.
    pub async fn revoke_token(&self, id: Uuid, now: DateTime<Utc>) -> Result<bool, StoreError> {
        use api_token::Column as C;
        let query = api_token::Entity::update_many()
            .col_expr(C::RevokedAt, Expr::value(micros(now)))
            .filter(C::Id.eq(id))
            .filter(C::RevokedAt.is_null());
        Ok(query.exec(&self.writes).await?.rows_affected > 0)
    }

    /// Adds an account, or enables the one that is there.
    ///
    /// # Errors
    /// As every statement's.
    pub async fn add_account(&self, name: &Account, now: DateTime<Utc>) -> Result<(), StoreError> {
        let enabled = OnConflict::column(account::Column::Name).update_column(account::Column::DisabledAt).to_owned();
        account::Entity::insert(row(name, now)).on_conflict(enabled).exec_without_returning(&self.writes).await?;
        Ok(())
    }

    /// Adds an account unless there is one of the name, which stays as it is.
    ///
    /// # Errors
    /// As every statement's.
    pub async fn ensure_account(&self, name: &Account, now: DateTime<Utc>) -> Result<(), StoreError> {
        let kept = OnConflict::column(account::Column::Name).do_nothing().to_owned();
        let query = account::Entity::insert(row(name, now)).on_conflict(kept);
        query.exec_without_returning(&self.writes).await?;
        Ok(())
    }

    /// Disables an account: its tokens end, its data stays. Says whether there was one to disable.
    ///
    /// # Errors
    /// As every statement's.
    pub async fn disable_account(&self, name: &Account, now: DateTime<Utc>) -> Result<bool, StoreError> {
        use account::Column as C;
        let query = account::Entity::update_many()
            .col_expr(C::DisabledAt, Expr::value(micros(now)))
            .filter(C::Name.eq(name.as_str()))
            .filter(C::DisabledAt.is_null());
        Ok(query.exec(&self.writes).await?.rows_affected > 0)
    }

    /// Whether there is an account of the name that is not disabled.
    ///
    /// # Errors
    /// As every statement's.
    pub async fn has_account(&self, name: &Account) -> Result<bool, StoreError> {
        let row = account::Entity::find_by_id(name.as_str()).one(&self.writes).await?;
        Ok(row.is_some_and(|row| row.disabled_at.is_none()))
    }
}

fn row(name: &Account, now: DateTime<Utc>) -> account::ActiveModel {
    account::ActiveModel {
        name: Set(name.to_string()),
        login: Set(None),
        role: Set(Role::Admin.to_string()),
        created_at: Set(micros(now)),
        disabled_at: Set(None),
    }
}
