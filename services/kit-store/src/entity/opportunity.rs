//! Table `opportunities`: what lists show, sort and filter by. A row is narrow, for a new score rewrites it.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "opportunities")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub account: String,
    pub kind: String,
    pub status: String,
    pub source: String,
    pub language: String,
    pub engine: String,
    pub flags: Json,
    pub thread_url: Option<String>,
    pub recruiter_name: Option<String>,
    pub recruiter_profile_url: Option<String>,
    pub message_id: Uuid,
    pub message_timestamp: DateTime<Utc>,
    pub excerpt: String,
    pub company: Option<String>,
    pub agency: Option<String>,
    pub role: Option<String>,
    pub seniority: Option<String>,
    pub tech_stack: Json,
    pub salary_min: Option<i64>,
    pub salary_max: Option<i64>,
    pub currency: Option<String>,
    pub salary_period: Option<String>,
    pub remote_policy: Option<String>,
    pub location: Option<String>,
    pub employment_type: Option<String>,
    pub facts_revision: i64,
    pub company_key: Option<String>,
    pub recruiter_key: Option<String>,
    pub search_id: i64,
    pub total_score: Option<i16>,
    pub score_stack: Option<i16>,
    pub score_pay: Option<i16>,
    pub score_seniority: Option<i16>,
    pub score_company: Option<i16>,
    pub tier: Option<String>,
    pub tier_uncapped: Option<String>,
    pub cap_reason: Option<String>,
    pub to_next_tier: Option<i16>,
    pub tier_rank: i16,
    pub score_rank: i16,
    pub decision: String,
    pub salary_yearly_min: Option<i64>,
    pub salary_yearly_max: Option<i64>,
    pub salary_yearly_currency: Option<String>,
    pub profile_revision: i64,
    pub rescored_facts: Option<i64>,
    pub rescored_profile: Option<i64>,
    pub rescored_sequence: Option<i64>,
    pub score_print: Option<i64>,
    pub reply_state: Option<String>,
    pub notes: Option<String>,
    pub starred: bool,
    pub snoozed_until: Option<DateTime<Utc>>,
    pub revision: i64,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    pub processed_at: DateTime<Utc>,
    pub processing_time_ms: i64,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
