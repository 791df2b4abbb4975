//! What everybody but the persister may ask of the store. Every question names the account.

use contract::{Account, Direction, ReplyState};
use sea_orm::{
    ColumnTrait, DatabaseConnection, EntityTrait, FromQueryResult, JoinType, QueryFilter, QueryOrder, QuerySelect,
    QueryTrait,
};
use uuid::Uuid;

use crate::{
    Approval, StoreError,
    convert::{from_json, from_text, word, word_or_none},
    entity::{message, opportunity, opportunity_event, opportunity_text, reply, score},
    list::ListRow,
    opportunity_row::Proof,
    query::{FactsForScoring, HistoryRow, MessageRow, OpportunityDetail, ReplyRow},
};

/// The one who asks.
#[derive(Clone, Debug)]
pub struct Reader {
    pub(crate) db: DatabaseConnection,
}

impl Reader {
    /// An opportunity whole; `None` where the account has none of this id.
    ///
    /// # Errors
    /// As every statement's.
    pub async fn opportunity(&self, account: &Account, id: Uuid) -> Result<Option<OpportunityDetail>, StoreError> {
        let mine = opportunity::Entity::find_by_id(id).filter(opportunity::Column::Account.eq(account.as_str()));
        let Some(whole) = mine.clone().one(&self.db).await? else { return Ok(None) };
        let Some(row) = mine.into_partial_model::<ListRow>().one(&self.db).await? else { return Ok(None) };
        let Some(texts) = opportunity_text::Entity::find_by_id(id).one(&self.db).await? else { return Ok(None) };
        let proof = score::Entity::find_by_id(id).one(&self.db).await?.and_then(|score| score.proof);
        let proof: Proof = proof.map(|proof| from_text("proof", &proof)).transpose()?.unwrap_or_default();
        let messages = self.conversation(account, id).await?;
        let reply = self.current_reply(account, id).await?;
        detail(row, whole, texts, proof, messages, reply).map(Some)
    }

    async fn conversation(&self, account: &Account, id: Uuid) -> Result<Vec<MessageRow>, StoreError> {
        let rows = message::Entity::find()
            .filter(message::Column::ConversationId.eq(id))
            .filter(message::Column::Account.eq(account.as_str()))
            .order_by_asc(message::Column::SentAt)
            .order_by_asc(message::Column::Id)
            .all(&self.db)
            .await?;
        rows.into_iter().map(|row| message_row(row, Some(id))).collect()
    }

    /// The reply to show: the newest that may still go out or whose sending is open, else the last one sent.
    async fn current_reply(&self, account: &Account, id: Uuid) -> Result<Option<ReplyRow>, StoreError> {
        let rows = reply::Entity::find()
            .filter(reply::Column::OpportunityId.eq(id))
            .filter(reply::Column::Account.eq(account.as_str()))
            .order_by_desc(reply::Column::MessageSentAt)
            .order_by_desc(reply::Column::MessageId)
            .all(&self.db)
            .await?;
        let mut replies = rows.into_iter().map(reply_row).collect::<Result<Vec<_>, _>>()?;
        replies.retain(|reply| !matches!(reply.state, ReplyState::Withdrawn | ReplyState::Discarded));
        replies.sort_by_key(|reply| reply.state == ReplyState::Sent);
        Ok(replies.into_iter().next())
    }

    /// What changed an opportunity, oldest first.
    ///
    /// # Errors
    /// As every statement's.
    pub async fn history(&self, account: &Account, id: Uuid) -> Result<Vec<HistoryRow>, StoreError> {
        let rows = opportunity_event::Entity::find()
            .filter(opportunity_event::Column::OpportunityId.eq(id))
            .filter(opportunity_event::Column::Account.eq(account.as_str()))
            .order_by_asc(opportunity_event::Column::Revision)
            .all(&self.db)
            .await?;
        let plain = |row: opportunity_event::Model| HistoryRow {
            at: row.at,
            actor: row.actor,
            change: row.change,
            detail: row.detail,
            revision: row.revision,
            stream_sequence: row.stream_sequence,
        };
        Ok(rows.into_iter().map(plain).collect())
    }

    /// A message, whatever came of it.
    ///
    /// # Errors
    /// As every statement's.
    pub async fn message(&self, account: &Account, id: Uuid) -> Result<Option<MessageRow>, StoreError> {
        let mine = message::Entity::find_by_id(id).filter(message::Column::Account.eq(account.as_str()));
        let Some(row) = mine.one(&self.db).await? else { return Ok(None) };
        let opportunity_id = match row.conversation_id {
            Some(conversation) => {
                opportunity::Entity::find_by_id(conversation)
                    .select_only()
                    .column(opportunity::Column::Id)
                    .into_tuple::<Uuid>()
                    .one(&self.db)
                    .await?
            }
            None => None,
        };
        message_row(row, opportunity_id).map(Some)
    }

    /// The newest inbound messages that made no card.
    ///
    /// # Errors
    /// As every statement's.
    pub async fn dismissed_messages(&self, account: &Account, limit: u64) -> Result<Vec<MessageRow>, StoreError> {
        use message::Column as C;
        let rows = message::Entity::find()
            .filter(C::Account.eq(account.as_str()))
            .filter(C::Direction.eq(Direction::Inbound.as_str()))
            .filter(C::Dismissed.is_not_null())
            .order_by_desc(C::SentAt)
            .order_by_desc(C::Id)
            .limit(limit)
            .all(&self.db)
            .await?;
        rows.into_iter().map(|row| message_row(row, None)).collect()
    }

    /// Merged facts to judge again, ordered by id: these opportunities', or every one's where `ids` is empty; the page
    /// of at most `limit` after the id `after`.
    ///
    /// # Errors
    /// As every statement's.
    pub async fn facts_for_scoring(
        &self,
        account: &Account,
        ids: &[Uuid],
        after: Option<Uuid>,
        limit: u64,
    ) -> Result<Vec<FactsForScoring>, StoreError> {
        use opportunity::Column as C;
        use opportunity_text::Column as T;
        let texts = opportunity::Entity::belongs_to(opportunity_text::Entity).from(C::Id).to(T::Id).into();
        let rows = opportunity::Entity::find()
            .select_only()
            .columns([C::Id, C::FactsRevision, C::Kind, C::Flags, C::Tier, C::TotalScore])
            .columns([T::Facts, T::RawMessage, T::Said])
            .join(JoinType::InnerJoin, texts)
            .filter(C::Account.eq(account.as_str()))
            .apply_if((!ids.is_empty()).then_some(ids), |query, ids| query.filter(C::Id.is_in(ids.iter().copied())))
            .apply_if(after, |query, after| query.filter(C::Id.gt(after)))
            .order_by_asc(C::Id)
            .limit(limit)
            .into_model::<FactsRow>()
            .all(&self.db)
            .await?;
        rows.into_iter().map(FactsRow::into_plain).collect()
    }

    /// The newest profile that a standing score of the account is by; 0 where there is none.
    ///
    /// # Errors
    /// As every statement's.
    pub async fn newest_profile(&self, account: &Account) -> Result<u64, StoreError> {
        use opportunity::Column as C;
        let newest = opportunity::Entity::find()
            .select_only()
            .column_as(C::ProfileRevision.max(), "newest")
            .filter(C::Account.eq(account.as_str()))
            .into_tuple::<Option<i64>>()
            .one(&self.db)
            .await?;
        Ok(newest.flatten().unwrap_or_default().unsigned_abs())
    }
}

/// The columns of [`FactsForScoring`].
#[derive(FromQueryResult)]
struct FactsRow {
    id: Uuid,
    facts_revision: i64,
    kind: String,
    facts: String,
    flags: sea_orm::JsonValue,
    tier: Option<String>,
    total_score: Option<i16>,
    raw_message: String,
    said: Option<String>,
}

impl FactsRow {
    fn into_plain(self) -> Result<FactsForScoring, StoreError> {
        Ok(FactsForScoring {
            opportunity_id: self.id,
            facts_revision: self.facts_revision,
            kind: word("kind", &self.kind)?,
            facts: from_text("facts", &self.facts)?,
            flags: from_json("flags", self.flags)?,
            standing: word_or_none("tier", self.tier.as_deref())?
                .zip(self.total_score.and_then(|total| u8::try_from(total).ok())),
            text: self.said.unwrap_or(self.raw_message),
        })
    }
}

fn message_row(row: message::Model, opportunity_id: Option<Uuid>) -> Result<MessageRow, StoreError> {
    Ok(MessageRow {
        id: row.id,
        direction: word("direction", &row.direction)?,
        sender_name: row.sender_name,
        sent_at: row.sent_at,
        subject: row.subject,
        text: row.text,
        conversation_id: row.conversation_id,
        kind: word_or_none("kind", row.kind.as_deref())?,
        opportunity_id,
        dismissed: row.dismissed,
    })
}

pub(crate) fn reply_row(row: reply::Model) -> Result<ReplyRow, StoreError> {
    let approval: Option<Approval> = row.approval.map(|stored| from_json("approval", stored)).transpose()?;
    Ok(ReplyRow {
        id: row.id,
        opportunity_id: row.opportunity_id,
        message_id: row.message_id,
        state: word("state", &row.state)?,
        decision: word("decision", &row.decision)?,
        language: word("language", &row.language)?,
        text: row.text,
        no_draft: word_or_none("no_draft", row.no_draft.as_deref())?,
        checks: from_json("checks", row.checks)?,
        engine: word("engine", &row.engine)?,
        approved_at: approval.as_ref().map(|approval| approval.approved_at),
        approved_by: approval.as_ref().map(|approval| approval.approved_by.clone()),
        hold_until: approval.as_ref().map(|approval| approval.hold_until),
        expires_at: approval.as_ref().map(|approval| approval.expires_at),
        created_at: row.created_at,
        updated_at: row.updated_at,
    })
}

fn detail(
    row: ListRow,
    whole: opportunity::Model,
    texts: opportunity_text::Model,
    proof: Proof,
    messages: Vec<MessageRow>,
    reply: Option<ReplyRow>,
) -> Result<OpportunityDetail, StoreError> {
    let small = |value: Option<i16>| value.and_then(|value| u8::try_from(value).ok());
    Ok(OpportunityDetail {
        row: row.into_plain()?,
        ai_response: texts.ai_response,
        reply,
        raw_message: texts.raw_message,
        messages,
        facts: from_text("facts", &texts.facts)?,
        facts_sources: from_text("evidence", &texts.evidence)?,
        score_lines: proof.lines,
        hard_filters: proof.filters,
        missing: proof.missing,
        to_next_tier: small(whole.to_next_tier),
        score_stack: small(whole.score_stack),
        score_pay: small(whole.score_pay),
        score_seniority: small(whole.score_seniority),
        score_company: small(whole.score_company),
        profile_revision: whole.profile_revision.unsigned_abs(),
        source: whole.source,
        thread_url: whole.thread_url,
        processed_at: whole.processed_at,
        processing_time_ms: whole.processing_time_ms,
        notes: whole.notes,
        starred: whole.starred,
        snoozed_until: whole.snoozed_until,
    })
}
