//! Takes out of `opportunities` what is large, so that a new score rewrites a narrow row: texts and facts, which change
//! when somebody writes, stand in `opportunity_texts`; the proof of a score, which changes with the profile, in `scores`.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub(crate) struct Step;

#[async_trait::async_trait]
impl MigrationTrait for Step {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        texts(manager).await?;
        scores(manager).await?;
        let statements = match manager.get_database_backend() {
            sea_orm::DbBackend::Postgres => POSTGRES,
            _ => SQLITE,
        };
        let db = manager.get_connection();
        for column in ["rescored_facts", "rescored_profile", "rescored_sequence", "score_print"] {
            db.execute_unprepared(&format!("ALTER TABLE opportunities ADD COLUMN {column} bigint")).await?;
        }
        for statement in statements {
            db.execute_unprepared(statement).await?;
        }
        for column in MOVED {
            db.execute_unprepared(&format!("ALTER TABLE opportunities DROP COLUMN {column}")).await?;
        }
        Ok(())
    }
}

async fn texts(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut table = Table::create();
    table
        .table("opportunity_texts")
        .col(uuid("id").primary_key())
        .col(text("account"))
        .col(text("raw_message"))
        // All that conditions in words look into, where that is more than `raw_message`.
        .col(text_null("said"))
        .col(text_null("ai_response"))
        // JSON, read whole and never looked into by the database.
        .col(text("facts"))
        .col(text("evidence"))
        .col(text("search_text"))
        .col(big_integer("search_id").unique_key())
        // The opportunity's when it was written.
        .col(big_integer("revision"))
        .foreign_key(&mut of_opportunity("opportunity_texts"));
    manager.create_table(table).await
}

async fn scores(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut table = Table::create();
    table
        .table("scores")
        .col(uuid("id").primary_key())
        .col(text("account"))
        // JSON of the lines, conditions and open questions; null without a score.
        .col(text_null("proof"))
        // JSON of the last new score of the merged facts, where another one stands.
        .col(text_null("rescored"))
        .col(big_integer("revision"))
        .foreign_key(&mut of_opportunity("scores"));
    manager.create_table(table).await
}

/// Goes with its opportunity.
fn of_opportunity(table: &'static str) -> ForeignKeyCreateStatement {
    let mut key = ForeignKey::create();
    key.name(format!("{table}_of_opportunity"))
        .from(table, "id")
        .to("opportunities", "id")
        .on_delete(ForeignKeyAction::Cascade);
    key
}

const MOVED: [&str; 9] = [
    "raw_message",
    "ai_response",
    "facts",
    "evidence",
    "search_text",
    "score_lines",
    "hard_filters",
    "missing",
    "rescored",
];

const POSTGRES: &[&str] = &[
    "INSERT INTO opportunity_texts
       (id, account, raw_message, said, ai_response, facts, evidence, search_text, search_id, revision)
     SELECT id, account, raw_message,
       (SELECT string_agg(concat_ws(E'\n', subject, text), E'\n\n' ORDER BY sent_at, messages.id) FROM messages
        WHERE conversation_id = opportunities.id AND direction = 'inbound' AND dismissed IS NULL),
       ai_response, facts::text, evidence::text, search_text, search_id, revision FROM opportunities",
    "INSERT INTO scores (id, account, proof, rescored, revision)
     SELECT id, account,
       CASE WHEN total_score IS NOT NULL THEN
         jsonb_build_object('lines', score_lines, 'filters', hard_filters, 'missing', missing)::text END,
       rescored::text, revision FROM opportunities",
    "UPDATE opportunities SET rescored_facts = CAST(rescored->>'facts_revision' AS bigint),
       rescored_profile = CAST(rescored->>'profile_revision' AS bigint),
       rescored_sequence = CAST(rescored->>'stream_sequence' AS bigint) WHERE rescored IS NOT NULL",
    "DROP INDEX opportunities_by_search",
    "ALTER TABLE opportunities DROP COLUMN search",
    "ALTER TABLE opportunity_texts ADD COLUMN search tsvector
     GENERATED ALWAYS AS (to_tsvector('simple', search_text)) STORED",
    "CREATE INDEX opportunity_texts_by_search ON opportunity_texts USING GIN (search)",
];

const SQLITE: &[&str] = &[
    "INSERT INTO opportunity_texts
       (id, account, raw_message, said, ai_response, facts, evidence, search_text, search_id, revision)
     SELECT id, account, raw_message,
       (SELECT group_concat(concat_ws(char(10), subject, text), char(10, 10) ORDER BY sent_at, messages.id) FROM messages
        WHERE conversation_id = opportunities.id AND direction = 'inbound' AND dismissed IS NULL),
       ai_response, facts, evidence, search_text, search_id, revision FROM opportunities",
    "INSERT INTO scores (id, account, proof, rescored, revision)
     SELECT id, account,
       CASE WHEN total_score IS NOT NULL THEN
         json_object('lines', json(score_lines), 'filters', json(hard_filters), 'missing', json(missing)) END,
       rescored, revision FROM opportunities",
    "UPDATE opportunities SET rescored_facts = rescored->>'facts_revision',
       rescored_profile = rescored->>'profile_revision',
       rescored_sequence = rescored->>'stream_sequence' WHERE rescored IS NOT NULL",
    "DROP TRIGGER opportunities_search_insert",
    "DROP TRIGGER opportunities_search_delete",
    "DROP TRIGGER opportunities_search_update",
    "DROP TABLE opportunities_search",
    "CREATE VIRTUAL TABLE opportunities_search USING fts5 (
       search_text, content = 'opportunity_texts', content_rowid = 'search_id',
       tokenize = 'unicode61 remove_diacritics 0')",
    "INSERT INTO opportunities_search (opportunities_search) VALUES ('rebuild')",
    "CREATE TRIGGER opportunities_search_insert AFTER INSERT ON opportunity_texts BEGIN
       INSERT INTO opportunities_search (rowid, search_text) VALUES (new.search_id, new.search_text);
     END",
    "CREATE TRIGGER opportunities_search_delete AFTER DELETE ON opportunity_texts BEGIN
       INSERT INTO opportunities_search (opportunities_search, rowid, search_text)
       VALUES ('delete', old.search_id, old.search_text);
     END",
    "CREATE TRIGGER opportunities_search_update AFTER UPDATE ON opportunity_texts
     WHEN old.search_text <> new.search_text BEGIN
       INSERT INTO opportunities_search (opportunities_search, rowid, search_text)
       VALUES ('delete', old.search_id, old.search_text);
       INSERT INTO opportunities_search (rowid, search_text) VALUES (new.search_id, new.search_text);
     END",
];
