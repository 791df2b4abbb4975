//! Opportunities and their history.

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
        let mut table = Table::create();
        identity(&mut table);
        statements(&mut table);
        judgement(&mut table);
        upkeep(&mut table);
        manager.create_table(table).await?;
        // One index for each order of the list, the id last so that a page can start after any row …
        index(manager, "opportunities", &["account", "tier_rank", "score_rank", "message_timestamp", "id"]).await?;
        index(manager, "opportunities", &["account", "score_rank", "message_timestamp", "id"]).await?;
        index(manager, "opportunities", &["account", "message_timestamp", "id"]).await?;
        // … and one for each column that lists are narrowed by.
        for column in ["id", "tier", "status", "company_key", "recruiter_key", "created_at"] {
            index(manager, "opportunities", &["account", column]).await?;
        }
        events(manager).await
    }
}

fn identity(table: &mut TableCreateStatement) {
    table
        .table("opportunities")
        .col(uuid("id").primary_key())
        .col(text("account"))
        .col(text("kind"))
        .col(text("status"))
        .col(text("source"))
        .col(text("language"))
        .col(text("engine"))
        .col(json_binary("flags"))
        .col(text_null("thread_url"))
        .col(text_null("recruiter_name"))
        .col(text_null("recruiter_profile_url"))
        // The newest inbound message.
        .col(uuid("message_id"))
        .col(timestamp_with_time_zone("message_timestamp"))
        .col(text("raw_message"))
        .col(text("excerpt"));
}

/// What the thread states, merged.
fn statements(table: &mut TableCreateStatement) {
    table
        .col(text_null("company"))
        .col(text_null("agency"))
        .col(text_null("role"))
        .col(text_null("seniority"))
        .col(json_binary("tech_stack"))
        .col(big_integer_null("salary_min"))
        .col(big_integer_null("salary_max"))
        .col(text_null("currency"))
        .col(text_null("salary_period"))
        .col(text_null("remote_policy"))
        .col(text_null("location"))
        .col(text_null("employment_type"))
        .col(json_binary("facts"))
        // Which message proves which field; the words' place is in `facts`.
        .col(json_binary("evidence"))
        .col(big_integer("facts_revision"))
        // Folded, for filters and search.
        .col(text_null("company_key"))
        .col(text_null("recruiter_key"))
        .col(text("search_text"))
        .col(big_integer("search_id").unique_key());
}

fn judgement(table: &mut TableCreateStatement) {
    table
        .col(small_integer_null("total_score").check(Expr::cust("total_score BETWEEN 0 AND 100")))
        .col(small_integer_null("score_stack"))
        .col(small_integer_null("score_pay"))
        .col(small_integer_null("score_seniority"))
        .col(small_integer_null("score_company"))
        .col(text_null("tier"))
        .col(text_null("tier_uncapped"))
        .col(text_null("cap_reason"))
        .col(small_integer_null("to_next_tier"))
        // For ordering: never null, -1 without a score.
        .col(small_integer("tier_rank"))
        .col(small_integer("score_rank"))
        .col(text("decision"))
        .col(big_integer_null("salary_yearly_min"))
        .col(big_integer_null("salary_yearly_max"))
        .col(text_null("salary_yearly_currency"))
        .col(json_binary("score_lines"))
        .col(json_binary("hard_filters"))
        .col(json_binary("missing"))
        .col(big_integer("profile_revision"))
        // The last score given to the merged facts, whole.
        .col(json_binary_null("rescored"));
}

fn upkeep(table: &mut TableCreateStatement) {
    table
        .col(text_null("reply_state"))
        .col(text_null("ai_response"))
        .col(text_null("notes"))
        .col(boolean("starred").default(false))
        .col(timestamp_with_time_zone_null("snoozed_until"))
        .col(big_integer("revision"))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone("updated_at"))
        .col(timestamp_with_time_zone("processed_at"))
        .col(big_integer("processing_time_ms"));
}

/// Append-only: what changed an opportunity, when, by whom, and where in the stream it stands.
async fn events(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(
            Table::create()
                .table("opportunity_events")
                .col(uuid("opportunity_id"))
                .col(uuid("event_id"))
                .col(text("account"))
                .col(timestamp_with_time_zone("at"))
                .col(text("actor"))
                .col(text("change"))
                .col(json_binary("detail"))
                .col(big_integer("revision"))
                .col(big_integer("stream_sequence"))
                .primary_key(Index::create().col("opportunity_id").col("event_id"))
                .take(),
        )
        .await?;
    index(manager, "opportunity_events", &["opportunity_id", "revision"]).await?;
    index(manager, "opportunity_events", &["event_id"]).await
}
