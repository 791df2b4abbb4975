//! Replies: one for each message answered, and at most one of a conversation that may still go out.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub(crate) struct Step;

#[async_trait::async_trait]
impl MigrationTrait for Step {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("replies")
                    .col(uuid("id").primary_key())
                    .col(text("account"))
                    // Without a foreign key: a draft may come before the opportunity that it answers.
                    .col(uuid("opportunity_id"))
                    .col(uuid("message_id"))
                    .col(timestamp_with_time_zone("message_sent_at"))
                    .col(text("state"))
                    .col(text("decision"))
                    .col(text("language"))
                    .col(text_null("text"))
                    .col(text_null("no_draft"))
                    .col(json_binary("checks"))
                    .col(text("engine"))
                    .col(big_integer("profile_revision"))
                    .col(big_integer("stream_sequence"))
                    .col(timestamp_with_time_zone("created_at"))
                    .col(timestamp_with_time_zone("updated_at"))
                    .index(
                        Index::create().unique().name("replies_one_a_message").col("opportunity_id").col("message_id"),
                    )
                    .take(),
            )
            .await?;
        let db = manager.get_connection();
        // Written out: the builder's SQLite form has no condition on an index.
        db.execute_unprepared(
            "CREATE UNIQUE INDEX replies_one_live ON replies (opportunity_id) WHERE state IN ('draft', 'approved')",
        )
        .await?;
        db.execute_unprepared("CREATE INDEX replies_by_account_state ON replies (account, state)").await?;
        Ok(())
    }
}
