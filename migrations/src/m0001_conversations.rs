//! Messages and the threads they stand in.

use sea_orm_migration::{prelude::*, schema::*};

use crate::index;

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
                    .table("threads")
                    .col(uuid("id").primary_key())
                    .col(text("account"))
                    .col(text("source"))
                    .col(text("source_thread_id"))
                    .col(text_null("url"))
                    .col(timestamp_with_time_zone_null("last_inbound_at"))
                    .col(timestamp_with_time_zone_null("last_outbound_at"))
                    .take(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("messages")
                    .col(uuid("id").primary_key())
                    .col(text("account"))
                    // The opportunity it speaks of or would speak of; null where its words were left out.
                    .col(uuid_null("conversation_id"))
                    .col(text("source"))
                    .col(text("direction"))
                    .col(text_null("thread_id"))
                    .col(text_null("thread_url"))
                    .col(text_null("sender_name"))
                    .col(text_null("sender_profile_url"))
                    .col(timestamp_with_time_zone("sent_at"))
                    .col(timestamp_with_time_zone("received_at"))
                    .col(text_null("subject"))
                    .col(text("text"))
                    .col(json_binary("history"))
                    .col(boolean("partial"))
                    .col(boolean("backfilled"))
                    .col(text_null("kind"))
                    .col(text_null("dismissed"))
                    // What came of it, whole: the reading with its score, or why it makes no card.
                    .col(json_binary("outcome"))
                    .col(big_integer("stream_sequence"))
                    .take(),
            )
            .await?;
        index(manager, "messages", &["conversation_id"]).await?;
        index(manager, "messages", &["account", "dismissed"]).await
    }
}
