//! The row of an opportunity, with the columns that lists sort, filter and search by worked out from its parts.

use contract::{Account, LineName};
use sea_orm::ActiveValue::Set;
use uuid::Uuid;

use crate::{
    StoreError,
    convert::{long, micros, to_json, wire},
    entity::opportunity::ActiveModel,
    record::{Judgement, Opportunity},
    words,
};

/// Notes, star and snooze are left unset: they are not the pipeline's.
pub(crate) fn opportunity_row(
    account: &Account,
    id: Uuid,
    opportunity: &Opportunity,
) -> Result<ActiveModel, StoreError> {
    let mut row = identity(account, id, opportunity)?;
    statements(&mut row, opportunity)?;
    judgement(&mut row, &opportunity.judgement)?;
    row.rescored = Set(opportunity.standing.rescored.as_ref().map(to_json).transpose()?);
    search(&mut row, opportunity);
    Ok(row)
}

fn identity(account: &Account, id: Uuid, opportunity: &Opportunity) -> Result<ActiveModel, StoreError> {
    let standing = &opportunity.standing;
    Ok(ActiveModel {
        id: Set(id),
        search_id: Set(search_id(id)),
        account: Set(account.to_string()),
        kind: Set(opportunity.kind.to_string()),
        status: Set(standing.status.to_string()),
        source: Set(opportunity.source.clone()),
        language: Set(opportunity.language.to_string()),
        engine: Set(opportunity.engine.to_string()),
        flags: Set(to_json(&opportunity.flags)?),
        thread_url: Set(opportunity.thread_url.clone()),
        recruiter_name: Set(opportunity.recruiter_name.clone()),
        recruiter_profile_url: Set(opportunity.recruiter_profile_url.clone()),
        message_id: Set(standing.newest.message_id),
        message_timestamp: Set(standing.newest.sent_at),
        raw_message: Set(opportunity.raw_message.clone()),
        excerpt: Set(words::excerpt(&opportunity.raw_message)),
        reply_state: Set(opportunity.reply_state.map(|state| state.to_string())),
        ai_response: Set(opportunity.ai_response.clone()),
        revision: Set(standing.revision),
        created_at: Set(micros(standing.created_at)),
        updated_at: Set(micros(opportunity.updated_at)),
        processed_at: Set(micros(standing.processed_at)),
        processing_time_ms: Set(standing.processing_time_ms),
        ..Default::default()
    })
}

fn statements(row: &mut ActiveModel, opportunity: &Opportunity) -> Result<(), StoreError> {
    let facts = &opportunity.facts;
    let salary = facts.salary.as_ref().map(|field| &field.value);
    let technologies: Vec<&str> = facts.tech_stack.iter().map(|mention| mention.name.as_str()).collect();
    row.company = Set(facts.company.as_ref().map(|field| field.value.clone()));
    row.agency = Set(facts.agency.as_ref().map(|field| field.value.clone()));
    row.role = Set(facts.role.as_ref().map(|field| field.value.clone()));
    row.seniority = Set(facts.seniority.as_ref().map(|field| field.value.to_string()));
    row.tech_stack = Set(to_json(&technologies)?);
    row.salary_min = Set(salary.and_then(|salary| salary.min));
    row.salary_max = Set(salary.and_then(|salary| salary.max));
    row.currency = Set(salary.and_then(|salary| salary.currency.clone()));
    row.salary_period = Set(salary.and_then(|salary| salary.period).map(|period| period.to_string()));
    row.remote_policy = Set(facts.remote_policy.as_ref().map(|field| field.value.to_string()));
    row.location = Set(facts.location.as_ref().map(|field| field.value.clone()));
    row.employment_type = Set(facts.employment_type.as_ref().map(|field| field.value.to_string()));
    row.facts = Set(to_json(facts)?);
    row.evidence = Set(to_json(&opportunity.sources)?);
    row.facts_revision = Set(opportunity.facts_revision);
    Ok(())
}

/// Everything that a score is but the copy of it in `rescored`.
pub(crate) fn judgement(row: &mut ActiveModel, judgement: &Judgement) -> Result<(), StoreError> {
    let score = judgement.score.as_ref();
    let yearly = score.and_then(|score| score.yearly.as_ref());
    let points = |name: LineName| {
        let line = score.and_then(|score| score.lines.iter().find(|line| line.line == name));
        line.map(|line| i16::from(line.points))
    };
    row.total_score = Set(score.map(|score| i16::from(score.total)));
    row.score_stack = Set(points(LineName::Stack));
    row.score_pay = Set(points(LineName::Pay));
    row.score_seniority = Set(points(LineName::Seniority));
    row.score_company = Set(points(LineName::Company));
    row.tier = Set(score.map(|score| score.tier.to_string()));
    row.tier_uncapped = Set(score.map(|score| score.tier_uncapped.to_string()));
    row.cap_reason = Set(match score.and_then(|score| score.cap_reason.as_ref()) {
        Some(reason) => wire(reason)?,
        None => None,
    });
    row.to_next_tier = Set(score.and_then(|score| score.to_next_tier).map(i16::from));
    row.tier_rank = Set(score.map_or(-1, |score| score.tier.rank()));
    row.score_rank = Set(score.map_or(-1, |score| i16::from(score.total)));
    row.decision = Set(judgement.decision.to_string());
    row.salary_yearly_min = Set(yearly.and_then(|pay| pay.min));
    row.salary_yearly_max = Set(yearly.and_then(|pay| pay.max));
    row.salary_yearly_currency = Set(yearly.map(|pay| pay.currency.clone()));
    row.score_lines = Set(to_json(score.map_or(&[][..], |score| &score.lines))?);
    row.hard_filters = Set(to_json(score.map_or(&[][..], |score| &score.filters))?);
    row.missing = Set(to_json(score.map_or(&[][..], |score| &score.missing))?);
    row.profile_revision = Set(long(judgement.profile_revision));
    Ok(())
}

fn search(row: &mut ActiveModel, opportunity: &Opportunity) {
    let facts = &opportunity.facts;
    let company = facts.company.as_ref().map(|field| field.value.as_str());
    let recruiter = opportunity.recruiter_name.as_deref();
    row.company_key = Set(words::key(company));
    row.recruiter_key = Set(words::key(recruiter));
    let named = [&facts.agency, &facts.role, &facts.location];
    let stated = named.into_iter().flatten().map(|field| field.value.as_str());
    let technologies = facts.tech_stack.iter().map(|mention| mention.name.as_str());
    let said = company.into_iter().chain(recruiter).chain([opportunity.raw_message.as_str()]);
    row.search_text = Set(words::search_text(said.chain(stated).chain(technologies)));
}

/// Row number of the search index: 63 bits of the id.
fn search_id(id: Uuid) -> i64 {
    i64::try_from(id.as_u64_pair().1 & (u64::MAX >> 1)).unwrap_or_default()
}
