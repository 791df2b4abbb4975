//! The persister's face of the store: one transaction that reads conversations, has the change decided, and writes it.

use std::collections::{BTreeMap, BTreeSet};

use contract::Account;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, EntityTrait,
    FromQueryResult, IdenStatic, Iterable, PrimaryKeyToColumn, QueryFilter, QuerySelect,
    sea_query::{Expr, ExprTrait, OnConflict},
};
use uuid::Uuid;

use crate::{
    StoreError,
    connect::begin,
    convert::{self, from_json, word},
    entity::{message, opportunity, opportunity_event, reply},
    opportunity_row::opportunity_row,
    record::{Conversation, Key, Standing, Write},
};

/// Most rows of one statement: the widest table has 66 columns, and SQLite takes 32,766 values.
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
        if let Some(conversation) = row.conversation_id.and_then(|id| found.get_mut(&(row.account.clone(), id))) {
            conversation.messages.push(convert::message_record(row)?);
        }
    }
    for row in reply::Entity::find().filter(reply::Column::OpportunityId.is_in(ids.clone())).all(db).await? {
        if let Some(conversation) = found.get_mut(&(row.account.clone(), row.opportunity_id)) {
            conversation.replies.push(convert::reply_record(row)?);
        }
    }
    for row in standing_rows(db, &ids).await? {
        if let Some(conversation) = found.get_mut(&(row.account.clone(), row.id)) {
            conversation.opportunity = Some(row.standing()?);
        }
    }
    done(db, scope, &mut found).await?;
    elsewhere(db, scope, &mut found).await?;
    Ok(found.into_values().collect())
}

fn empty(account: Account, id: Uuid) -> Conversation {
    Conversation {
        account,
        id,
        opportunity: None,
        messages: Vec::new(),
        replies: Vec::new(),
        done: BTreeMap::new(),
        elsewhere: BTreeSet::new(),
    }
}

/// The columns of [`Standing`].
#[derive(FromQueryResult)]
struct StandingRow {
    id: Uuid,
    account: String,
    status: String,
    message_id: Uuid,
    message_timestamp: chrono::DateTime<chrono::Utc>,
    rescored: Option<sea_orm::JsonValue>,
    revision: i64,
    created_at: chrono::DateTime<chrono::Utc>,
    processed_at: chrono::DateTime<chrono::Utc>,
    processing_time_ms: i64,
}

async fn standing_rows(db: &DatabaseTransaction, ids: &[Uuid]) -> Result<Vec<StandingRow>, StoreError> {
    use opportunity::Column as C;
    let columns = [
        C::Id,
        C::Account,
        C::Status,
        C::MessageId,
        C::MessageTimestamp,
        C::Rescored,
        C::Revision,
        C::CreatedAt,
        C::ProcessedAt,
        C::ProcessingTimeMs,
    ];
    let query = opportunity::Entity::find().select_only().columns(columns).filter(C::Id.is_in(ids.iter().copied()));
    Ok(query.into_model::<StandingRow>().all(db).await?)
}

impl StandingRow {
    fn standing(self) -> Result<Standing, StoreError> {
        Ok(Standing {
            status: word("status", &self.status)?,
            newest: Key::new(self.message_timestamp, self.message_id),
            rescored: self.rescored.map(|stored| from_json("rescored", stored)).transpose()?,
            revision: self.revision,
            created_at: self.created_at,
            processed_at: self.processed_at,
            processing_time_ms: self.processing_time_ms,
        })
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
    let (mut threads, mut messages, mut opportunities, mut replies, mut history) =
        (vec![], vec![], vec![], vec![], vec![]);
    for Write {
        account,
        conversation_id: id,
        opportunity,
        thread,
        messages: said,
        replies: drafts,
        history: entries,
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
    // Nothing older ever overwrites something newer, whatever a mistake elsewhere.
    let newer = Expr::col((opportunity::Entity, opportunity::Column::Revision))
        .lt(Expr::col(("excluded", opportunity::Column::Revision)));
    use opportunity::Column as C;
    upsert(db, opportunities, &[C::CreatedAt, C::Notes, C::Starred, C::SnoozedUntil], Some(newer)).await?;
    upsert(db, replies, &[], None).await?;
    insert_history(db, history).await
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
async fn upsert<A>(
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
