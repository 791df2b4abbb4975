//! Lists in the order of how well they fit the words asked for, and where those words are.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait, DerivePartialModel, EntityTrait, JsonValue, QueryFilter, QuerySelect};
use uuid::Uuid;

use crate::{
    OpportunityRow, Page, Reader, Sort, StoreError,
    cursor::Cursor,
    entity::{
        opportunity::{Column, Entity},
        opportunity_text,
    },
    filter::Conditions,
    list::{ListRow, Plan, matching},
    rank::Asked,
};

/// What a row is ranked by.
#[derive(Debug, DerivePartialModel)]
#[sea_orm(entity = "Entity")]
struct Candidate {
    id: Uuid,
    role: Option<String>,
    company: Option<String>,
    agency: Option<String>,
    location: Option<String>,
    recruiter_name: Option<String>,
    tech_stack: JsonValue,
    tier_rank: i16,
    score_rank: i16,
    message_timestamp: DateTime<Utc>,
}

/// How far up a row is; the greatest comes first.
type Height = (u32, i16, i16, DateTime<Utc>, Uuid);

impl Candidate {
    fn height(&self, asked: &Asked) -> Height {
        let join = |parts: &[Option<&str>]| parts.iter().flatten().copied().collect::<Vec<_>>().join(" ");
        let titles = join(&[self.role.as_deref(), self.company.as_deref()]);
        let names = join(&[self.agency.as_deref(), self.location.as_deref(), self.recruiter_name.as_deref()]);
        let technologies = self.tech_stack.as_array().into_iter().flatten().filter_map(JsonValue::as_str);
        let names = technologies.fold(names, |names, technology| names + " " + technology);
        (asked.rank(&titles, &names), self.tier_rank, self.score_rank, self.message_timestamp, self.id)
    }
}

impl Reader {
    /// One page in the order of relevance. All that match are ranked, which is why they must be few.
    pub(crate) async fn ranked(
        &self,
        conditions: Conditions<'_>,
        plan: Plan,
        q: &str,
        limit: u64,
        after: Option<&Cursor>,
    ) -> Result<Page, StoreError> {
        let asked = Asked::new(q);
        let all = matching(conditions, Sort::Relevance, plan).into_partial_model::<Candidate>().all(&self.db).await?;
        let mut heights: Vec<Height> = all.iter().map(|candidate| candidate.height(&asked)).collect();
        if let Some(c) = after {
            let last = (c.rank, c.tier_rank, c.score_rank, c.message_timestamp, c.id);
            heights.retain(|height| *height < last);
        }
        heights.sort_unstable_by(|one, other| other.cmp(one));
        let most = usize::try_from(limit).unwrap_or(usize::MAX);
        let more = heights.len() > most;
        heights.truncate(most);
        let ids = heights.iter().map(|(.., id)| *id);
        let rows = Entity::find().filter(Column::Id.is_in(ids)).into_partial_model::<ListRow>().all(&self.db).await?;
        let mut rows: HashMap<Uuid, ListRow> = rows.into_iter().map(|row| (row.id, row)).collect();
        // A row that went between the two questions is not there any more.
        let rows: Vec<(u32, ListRow)> =
            heights.iter().filter_map(|(rank, .., id)| Some((*rank, rows.remove(id)?))).collect();
        let last = rows.last().filter(|_| more);
        let next_cursor = last.map(|(rank, row)| row.cursor(Sort::Relevance, plan, *rank).encode()).transpose()?;
        let items = rows.into_iter().map(|(_, row)| row.into_plain()).collect::<Result<_, _>>()?;
        Ok(Page { items, next_cursor, total_estimate: plan.total })
    }

    /// Shows where the words asked for are in each row's message.
    pub(crate) async fn highlight(&self, rows: &mut [OpportunityRow], q: &str) -> Result<(), StoreError> {
        use opportunity_text::{Column as Text, Entity as Texts};
        let asked = Asked::new(q);
        let messages: Vec<(Uuid, String)> = Texts::find()
            .select_only()
            .columns([Text::Id, Text::RawMessage])
            .filter(Text::Id.is_in(rows.iter().map(|row| row.id)))
            .into_tuple()
            .all(&self.db)
            .await?;
        let messages: HashMap<Uuid, String> = messages.into_iter().collect();
        for row in rows {
            row.highlight = messages.get(&row.id).and_then(|message| asked.highlight(message));
        }
        Ok(())
    }
}
