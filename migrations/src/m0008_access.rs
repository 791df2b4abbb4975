//! Who may come in, and what was imported: accounts, the tokens of programs, and imports with their reports.

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
                    .table("accounts")
                    .col(text("name").primary_key())
                    // How the login's issuer names the person: an address of mail, or a subject.
                    .col(text_null("login").unique_key())
                    .col(text("role"))
                    .col(timestamp_with_time_zone("created_at"))
                    .col(timestamp_with_time_zone_null("disabled_at"))
                    .take(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("api_tokens")
                    .col(uuid("id").primary_key())
                    .col(text("account"))
                    .col(text("name"))
                    .col(text("role"))
                    // SHA-256 of the token, hex: the token itself is nowhere.
                    .col(text("hash").unique_key())
                    .col(timestamp_with_time_zone("created_at"))
                    .col(timestamp_with_time_zone_null("expires_at"))
                    .col(timestamp_with_time_zone_null("revoked_at"))
                    .take(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("imports")
                    .col(uuid("id").primary_key())
                    .col(text("account"))
                    .col(big_integer("rows_read"))
                    .col(big_integer("kept"))
                    .col(big_integer("private"))
                    .col(big_integer("rejected"))
                    .col(boolean("done"))
                    .col(json_binary_null("report"))
                    .col(timestamp_with_time_zone("started_at"))
                    .col(timestamp_with_time_zone("updated_at"))
                    .take(),
            )
            .await?;
        crate::index(manager, "imports", &["account", "started_at"]).await
    }
}
