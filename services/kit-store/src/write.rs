//! The persister's face of the store: one transaction that reads conversations, has the change decided, and writes it.

use std::collections::{BTreeMap, BTreeSet};

use contract::Account;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, EntityTrait,
    IdenStatic, Iterable, PrimaryKeyToColumn, QueryFilter, QuerySelect,
    sea_query::{Expr, ExprTrait, OnConflict},
};
use uuid::Uuid;

use crate::{
    StoreError,
    connect::begin,
    convert::{self, word},
    entity::{message, opportunity, opportunity_event, opportunity_text, reply, score},
    opportunity_row::{opportunity_row, score_row, text_row},
    record::{Conversation, Review, Write},
    review::{reviews, write_review},
    standing::standings,
};

/// Most rows of one statement: the widest table has 61 columns, and SQLite takes 32,766 values.
const ROWS: usize = 400;

/// The one who writes.
#[derive(Clone, Debug)]
pub struct Writer {
    pub(crate) db: DatabaseConnection,
}

/// What a batch is about.
#[derive(Clone, Debug, Default)]
pub struct Scope {
    /// Conversations to read and lock.
    pub conversations: BTreeSet<(Account, Uuid)>,
    /// Ids of the batch's messages: some may be stored in other conversations.
    pub messages: BTreeSet<Uuid>,
    /// Ids of the batch's events: some may have been written before.
    pub events: BTreeSet<Uuid>,
}

impl Writer {
    /// Reads every conversation of the scope, lets `decide` turn them into writes and an answer, writes, commits.
    /// Until then nobody else writes these conversations.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] where the database is away, [`StoreError::Refused`] for a value it does not take,
    /// [`StoreError::Conflict`] where another writer was faster; nothing is written then.
    pub async fn transact<T>(
        &self,
        scope: &Scope,
        decide: impl FnOnce(Vec<Conversation>) -> (Vec<Write>, T),
    ) -> Result<T, StoreError> {
        let transaction = begin(&self.db).await?;
        lock(&transaction, scope).await?;
        let (writes, answer) = decide(gather(&transaction, scope).await?);
        write(&transaction, &writes).await?;
        transaction.commit().await?;
        Ok(answer)
    }
}

/// Holds the conversations until the end of the transaction, those too that have no row yet. Ids fall into 1,024
/// classes, so that a large batch does not fill the server's lock table; taken in order, so that no two writers wait
/// for each other. SQLite's transaction holds the whole file.
pub(crate) async fn lock(db: &DatabaseTransaction, scope: &Scope) -> Result<(), StoreError> {
    if db.get_database_backend() != DbBackend::Postgres {
        return Ok(());
    }
    let classes: BTreeSet<u128> = scope.conversations.iter().map(|(_, id)| id.as_u128() % 1024).collect();
    let array = classes.iter().map(u128::to_string).collect::<Vec<_>>().join(",");
    let sql = format!(
        "SELECT pg_advisory_xact_lock(1936485740, class) FROM (SELECT unnest(ARRAY[{array}]::int[]) AS class ORDER BY 1) AS classes"
    );
    db.execute_unprepared(&sql).await?;
    Ok(())
}

async fn gather(db: &DatabaseTransaction, scope: &Scope) -> Result<Vec<Conversation>, StoreError> {
    let ids: Vec<Uuid> = scope.conversations.iter().map(|(_, id)| *id).collect();
    let mut found: BTreeMap<(String, Uuid), Conversation> = scope
        .conversations
        .iter()
        .map(|(account, id)| ((account.to_string(), *id), empty(account.clone(), *id)))
        .collect();
    for row in message::Entity::find().filter(message::Column::ConversationId.is_in(ids.clone())).all(db).await? {
        let Some(id) = row.conversation_id else { continue };
        match found.get_mut(&(row.account.clone(), id)) {
            Some(conversation) => conversation.messages.push(convert::message_record(row)?),
            None => mark_foreign(&mut found, id),
        }
    }
    for row in reply::Entity::find().filter(reply::Column::OpportunityId.is_in(ids.clone())).all(db).await? {
        if let Some(conversation) = found.get_mut(&(row.account.clone(), row.opportunity_id)) {
            conversation.replies.push(convert::reply_record(row)?);
        }
    }
    for (key, standing) in standings(db, &ids).await? {
        match found.get_mut(&key) {
            Some(conversation) => conversation.opportunity = Some(standing),
            None => mark_foreign(&mut found, key.1),
        }
    }
    for (key, review) in reviews(db, &ids).await? {
        if let Some(conversation) = found.get_mut(&key) {
            conversation.review = review;
        }
    }
    done(db, scope, &mut found).await?;
    elsewhere(db, scope, &mut found).await?;
    Ok(found.into_values().collect())
}

/// A row of an id that the scope asks for, but of another account.
fn mark_foreign(found: &mut BTreeMap<(String, Uuid), Conversation>, id: Uuid) {
    found
        .values_mut()
        .filter(|conversation| conversation.id == id)
        .for_each(|conversation| conversation.foreign = true);
}

fn empty(account: Account, id: Uuid) -> Conversation {
    Conversation {
        account,
        id,
        foreign: false,
        opportunity: None,
        messages: Vec::new(),
        replies: Vec::new(),
        done: BTreeMap::new(),
        elsewhere: BTreeSet::new(),
        review: Review::default(),
    }
}

async fn done(
    db: &DatabaseTransaction,
    scope: &Scope,
    found: &mut BTreeMap<(String, Uuid), Conversation>,
) -> Result<(), StoreError> {
    use opportunity_event::Column as C;
    let query = opportunity_event::Entity::find().filter(C::EventId.is_in(scope.events.iter().copied()));
    for row in query.all(db).await? {
        if let Some(conversation) = found.get_mut(&(row.account, row.opportunity_id)) {
            conversation.done.insert(row.event_id, (word("change", &row.change)?, row.revision));
        }
    }
    Ok(())
}

async fn elsewhere(
    db: &DatabaseTransaction,
    scope: &Scope,
    found: &mut BTreeMap<(String, Uuid), Conversation>,
) -> Result<(), StoreError> {
    use message::Column as C;
    let query = message::Entity::find()
        .select_only()
        .columns([C::Id, C::ConversationId])
        .filter(C::Id.is_in(scope.messages.iter().copied()))
        .filter(C::ConversationId.is_not_null());
    for (message_id, home) in query.into_tuple::<(Uuid, Uuid)>().all(db).await? {
        for conversation in found.values_mut().filter(|conversation| conversation.id != home) {
            conversation.elsewhere.insert(message_id);
        }
    }
    Ok(())
}

async fn write(db: &DatabaseTransaction, writes: &[Write]) -> Result<(), StoreError> {
    let (mut threads, mut messages, mut replies, mut history) = (vec![], vec![], vec![], vec![]);
    let (mut opportunities, mut texts, mut scores) = (vec![], vec![], vec![]);
    for Write {
        account,
        conversation_id: id,
        opportunity,
        thread,
        messages: said,
        replies: drafts,
        history: entries,
        review: _,
    } in writes
    {
        threads.extend(thread.as_ref().map(|thread| convert::thread_row(account, *id, thread)));
        for message in said {
            messages.push(convert::message_row(account, *id, message)?);
        }
        for reply in drafts {
            replies.push((reply.state, convert::reply_row(account, *id, reply)?));
        }
        if let Some(opportunity) = opportunity {
            opportunities.push(opportunity_row(account, *id, opportunity)?);
            texts.push(text_row(account, *id, opportunity)?);
            scores.push(score_row(account, *id, opportunity)?);
        }
        for entry in entries {
            history.push(convert::history_row(account, *id, entry)?);
        }
    }
    // A reply that is withdrawn must be so before its successor is live.
    replies.sort_by_key(|(state, _)| matches!(state, contract::ReplyState::Draft | contract::ReplyState::Approved));
    let replies: Vec<_> = replies.into_iter().map(|(_, row)| row).collect();
    upsert(db, threads, &[], None).await?;
    upsert(db, messages, &[], None).await?;
    use opportunity::Column as C;
    let kept = [C::CreatedAt, C::Notes, C::Starred, C::SnoozedUntil];
    upsert(db, opportunities, &kept, Some(newer(C::Revision))).await?;
    upsert(db, texts, &[], Some(newer(opportunity_text::Column::Revision))).await?;
    upsert(db, scores, &[], Some(newer(score::Column::Revision))).await?;
    upsert(db, replies, &[], None).await?;
    for Write { account, conversation_id, review, .. } in writes {
        if let Some(review) = review {
            write_review(db, account, *conversation_id, review).await?;
        }
    }
    insert_history(db, history).await
}

/// Nothing older ever overwrites something newer, whatever a mistake elsewhere.
pub(crate) fn newer<C: ColumnTrait>(revision: C) -> Expr {
    Expr::col((revision.entity_name(), revision)).lt(Expr::col(("excluded", revision)))
}

/// Adds lines of history; one that is there already stays.
pub(crate) async fn insert_history(
    db: &DatabaseTransaction,
    history: Vec<opportunity_event::ActiveModel>,
) -> Result<(), StoreError> {
    for rows in chunks(history) {
        let keys = [opportunity_event::Column::OpportunityId, opportunity_event::Column::EventId];
        opportunity_event::Entity::insert_many(rows)
            .on_conflict(OnConflict::columns(keys).do_nothing().to_owned())
            .exec_without_returning(db)
            .await?;
    }
    Ok(())
}

/// Inserts rows; where there is one by the primary key, takes over every column but those kept, under a condition.
pub(crate) async fn upsert<A>(
    db: &DatabaseTransaction,
    rows: Vec<A>,
    kept: &[<A::Entity as EntityTrait>::Column],
    condition: Option<Expr>,
) -> Result<(), StoreError>
where
    A: ActiveModelTrait + Send,
{
    let keys: Vec<_> = <A::Entity as EntityTrait>::PrimaryKey::iter().map(PrimaryKeyToColumn::into_column).collect();
    let columns: Vec<_> = <A::Entity as EntityTrait>::Column::iter()
        .filter(|column| !keys.iter().chain(kept).any(|left| left.as_str() == column.as_str()))
        .collect();
    for rows in chunks(rows) {
        let mut on_conflict = OnConflict::columns(keys.iter().copied());
        on_conflict.update_columns(columns.iter().copied()).action_and_where_option(condition.clone());
        A::Entity::insert_many(rows).on_conflict(on_conflict).exec_without_returning(db).await?;
    }
    Ok(())
}

fn chunks<T>(rows: Vec<T>) -> impl Iterator<Item = Vec<T>> {
    let mut rows = rows.into_iter();
    std::iter::from_fn(move || Some(rows.by_ref().take(ROWS).collect::<Vec<_>>()).filter(|chunk| !chunk.is_empty()))
}
