//! Table `messages`.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "messages")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub account: String,
    pub conversation_id: Option<Uuid>,
    pub source: String,
    pub direction: String,
    pub thread_id: Option<String>,
    pub thread_url: Option<String>,
    pub sender_name: Option<String>,
    pub sender_profile_url: Option<String>,
    pub sent_at: DateTime<Utc>,
    pub received_at: DateTime<Utc>,
    pub subject: Option<String>,
    pub text: String,
    pub history: Json,
    pub partial: bool,
    pub backfilled: bool,
    pub kind: Option<String>,
    pub dismissed: Option<String>,
    pub outcome: Json,
    pub stream_sequence: i64,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
