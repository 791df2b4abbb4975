//! Indexes for lists that are narrowed: every condition has one, so that no list goes over the whole table.

use sea_orm_migration::prelude::*;

use crate::index;

#[derive(DeriveMigrationName)]
pub(crate) struct Step;

#[async_trait::async_trait]
impl MigrationTrait for Step {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        index(manager, "opportunities", &["account", "kind"]).await?;
        index(manager, "opportunities", &["account", "remote_policy"]).await?;
        // Tiers are found by their rank, with which another index begins.
        let db = manager.get_connection();
        db.execute_unprepared("DROP INDEX opportunities_by_account_tier").await?;
        if manager.get_database_backend() == sea_orm::DbBackend::Postgres {
            // Beginnings of names, by bytes whatever the collation is.
            for column in ["company_key", "recruiter_key"] {
                db.execute_unprepared(&format!("DROP INDEX opportunities_by_account_{column}")).await?;
                db.execute_unprepared(&format!(
                    "CREATE INDEX opportunities_by_account_{column} ON opportunities (account, {column} text_pattern_ops)"
                ))
                .await?;
            }
        }
        Ok(())
    }
}
