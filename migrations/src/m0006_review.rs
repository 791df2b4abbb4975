//! The review: what a person said yes to and until when, which opportunities are one job, and what is due by time.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub(crate) struct Step;

#[async_trait::async_trait]
impl MigrationTrait for Step {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (table, column) in [
            ("replies", json_binary_null("approval")),
            ("replies", timestamp_with_time_zone_null("due_at")),
            ("opportunities", uuid_null("joined_to")),
        ] {
            manager.alter_table(Table::alter().table(table).add_column(column).take()).await?;
        }
        let db = manager.get_connection();
        for statement in [
            // What the clock asks for every second must cost nothing while nothing is due.
            "CREATE INDEX replies_due ON replies (due_at) WHERE state = 'approved'",
            "CREATE INDEX opportunities_snoozed ON opportunities (snoozed_until) WHERE status = 'snoozed'",
            "CREATE INDEX opportunities_joined ON opportunities (joined_to) WHERE joined_to IS NOT NULL",
        ] {
            db.execute_unprepared(statement).await?;
        }
        Ok(())
    }
}
