//! What was imported: how far each import is, and its report.

use chrono::{DateTime, Utc};
use contract::{Account, ImportProgressed, ImportReport};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait, OnConflict},
};
use uuid::Uuid;

use crate::{
    Reader, StoreError, Writer,
    convert::{from_json, long, micros, to_json},
    entity::import,
};

/// An import's word on itself.
#[derive(Clone, Debug)]
pub struct Progress {
    pub account: Account,
    pub at: DateTime<Utc>,
    pub progress: ImportProgressed,
}

/// An import as it is stored.
#[derive(Clone, Debug, PartialEq)]
pub struct ImportRow {
    pub progress: ImportProgressed,
    pub started_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

impl Writer {
    /// Keeps how far imports are. What is older than what is stored changes nothing, nor does another account's.
    ///
    /// # Errors
    /// As every statement's.
    pub async fn progress(&self, all: &[Progress]) -> Result<(), StoreError> {
        use import::Column as C;
        for Progress { account, at, progress } in all {
            let row = import::ActiveModel {
                id: Set(progress.import_id),
                account: Set(account.to_string()),
                rows_read: Set(long(progress.rows_read)),
                kept: Set(long(progress.kept)),
                private: Set(long(progress.private)),
                rejected: Set(long(progress.rejected)),
                done: Set(progress.done),
                report: Set(progress.report.as_ref().map(to_json).transpose()?),
                started_at: Set(micros(*at)),
                updated_at: Set(micros(*at)),
            };
            let stored = |column: C| Expr::col((import::Entity, column));
            let given = |column: C| Expr::col(("excluded", column));
            let newer = stored(C::Account)
                .eq(given(C::Account))
                .and(stored(C::Done).eq(false))
                .and(stored(C::RowsRead).lte(given(C::RowsRead)));
            let mut on_conflict = OnConflict::column(C::Id);
            on_conflict
                .update_columns([C::RowsRead, C::Kept, C::Private, C::Rejected, C::Done, C::Report, C::UpdatedAt])
                .action_and_where(newer);
            import::Entity::insert(row).on_conflict(on_conflict).exec_without_returning(&self.db).await?;
        }
        Ok(())
    }
}

impl Reader {
    /// The newest imports of an account.
    ///
    /// # Errors
    /// As every statement's.
    pub async fn imports(&self, account: &Account, limit: u64) -> Result<Vec<ImportRow>, StoreError> {
        use import::Column as C;
        let rows = import::Entity::find()
            .filter(C::Account.eq(account.as_str()))
            .order_by_desc(C::StartedAt)
            .order_by_desc(C::Id)
            .limit(limit)
            .all(&self.db)
            .await?;
        rows.into_iter().map(plain).collect()
    }

    /// One import of an account.
    ///
    /// # Errors
    /// As every statement's.
    pub async fn import(&self, account: &Account, id: Uuid) -> Result<Option<ImportRow>, StoreError> {
        let query = import::Entity::find_by_id(id).filter(import::Column::Account.eq(account.as_str()));
        query.one(&self.db).await?.map(plain).transpose()
    }
}

fn plain(row: import::Model) -> Result<ImportRow, StoreError> {
    let count = |value: i64| value.unsigned_abs();
    let report: Option<ImportReport> = row.report.map(|report| from_json("report", report)).transpose()?;
    let progress = ImportProgressed {
        import_id: row.id,
        rows_read: count(row.rows_read),
        kept: count(row.kept),
        private: count(row.private),
        rejected: count(row.rejected),
        done: row.done,
        report,
    };
    Ok(ImportRow { progress, started_at: row.started_at, updated_at: row.updated_at })
}
