//! Table `replies`.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "replies")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub account: String,
    pub opportunity_id: Uuid,
    pub message_id: Uuid,
    pub message_sent_at: DateTime<Utc>,
    pub state: String,
    pub decision: String,
    pub language: String,
    pub text: Option<String>,
    pub no_draft: Option<String>,
    pub checks: Json,
    pub engine: String,
    pub profile_revision: i64,
    pub stream_sequence: i64,
    pub approval: Option<Json>,
    pub due_at: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
