//! Full-text search over `opportunities.search_text`, whose words are folded by the writer, so that both databases
//! find the same: a generated tsvector under GIN on PostgreSQL, an FTS5 index kept by triggers on SQLite.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Step;

#[async_trait::async_trait]
impl MigrationTrait for Step {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let statements = match manager.get_database_backend() {
            sea_orm::DbBackend::Postgres => POSTGRES,
            _ => SQLITE,
        };
        for statement in statements {
            manager.get_connection().execute_unprepared(statement).await?;
        }
        Ok(())
    }
}

const POSTGRES: &[&str] = &[
    "ALTER TABLE opportunities ADD COLUMN search tsvector
     GENERATED ALWAYS AS (to_tsvector('simple', search_text)) STORED",
    "CREATE INDEX opportunities_by_search ON opportunities USING GIN (search)",
];

/// `search_id` names a row here, since SQLite may renumber its own row ids when a file is compacted.
const SQLITE: &[&str] = &[
    "CREATE VIRTUAL TABLE opportunities_search USING fts5 (
       search_text, content = 'opportunities', content_rowid = 'search_id', tokenize = 'unicode61 remove_diacritics 0')",
    "CREATE TRIGGER opportunities_search_insert AFTER INSERT ON opportunities BEGIN
       INSERT INTO opportunities_search (rowid, search_text) VALUES (new.search_id, new.search_text);
     END",
    "CREATE TRIGGER opportunities_search_delete AFTER DELETE ON opportunities BEGIN
       INSERT INTO opportunities_search (opportunities_search, rowid, search_text)
       VALUES ('delete', old.search_id, old.search_text);
     END",
    "CREATE TRIGGER opportunities_search_update AFTER UPDATE ON opportunities
     WHEN old.search_text <> new.search_text BEGIN
       INSERT INTO opportunities_search (opportunities_search, rowid, search_text)
       VALUES ('delete', old.search_id, old.search_text);
       INSERT INTO opportunities_search (rowid, search_text) VALUES (new.search_id, new.search_text);
     END",
];
