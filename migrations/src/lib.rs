//! The database's schema, step by step, for PostgreSQL and SQLite from one definition. A landed step never changes;
//! a change is a new step that first only adds (expand), and a later one that takes away (contract).

pub use sea_orm_migration::MigratorTrait;
use sea_orm_migration::prelude::*;

mod m0001_conversations;
mod m0002_opportunities;
mod m0003_replies;
mod m0004_search;
mod m0005_scores;
mod m0006_review;
mod m0007_lists;
mod m0008_access;

/// Every step, oldest first.
#[derive(Debug)]
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m0001_conversations::Step),
            Box::new(m0002_opportunities::Step),
            Box::new(m0003_replies::Step),
            Box::new(m0004_search::Step),
            Box::new(m0005_scores::Step),
            Box::new(m0006_review::Step),
            Box::new(m0007_lists::Step),
            Box::new(m0008_access::Step),
        ]
    }
}

/// Creates an index whose name says what it is over.
async fn index(manager: &SchemaManager<'_>, table: &'static str, columns: &[&'static str]) -> Result<(), DbErr> {
    let mut create = Index::create();
    create.name(format!("{table}_by_{}", columns.join("_"))).table(table);
    for column in columns {
        create.col(*column);
    }
    manager.create_index(create).await
}
