//! Table `opportunity_texts`: what changes only when somebody writes.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "opportunity_texts")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub account: String,
    pub raw_message: String,
    pub said: Option<String>,
    pub ai_response: Option<String>,
    pub facts: String,
    pub evidence: String,
    pub search_text: String,
    pub search_id: i64,
    pub revision: i64,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
