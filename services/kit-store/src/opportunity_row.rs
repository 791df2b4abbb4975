//! The rows of an opportunity: the narrow one, with the columns that lists sort, filter and search by worked out from its
//! parts, and beside it those of its texts and of its proof.

use chrono::NaiveDate;
use contract::{Account, HardFilter, LineName, Score, ScoreLine};
use sea_orm::ActiveValue::Set;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    StoreError,
    convert::{long, micros, to_json, to_text, wire},
    entity::{opportunity::ActiveModel, opportunity_text, score},
    record::{Judgement, Opportunity},
    words,
};

/// What of a score stands in no column of its own.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Proof {
    pub lines: Vec<ScoreLine>,
    pub filters: Vec<HardFilter>,
    pub missing: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rates_of: Option<NaiveDate>,
}

/// Namespace of the prints.
const NAMESPACE: Uuid = Uuid::from_u128(0x0d5c_3c5e_92a1_4a6b_8a0e_7b1f_66c2_0005);

impl Judgement {
    /// Its proof as it is stored: JSON of what of a score stands in no column of its own.
    ///
    /// # Errors
    /// Where it has no JSON.
    pub fn proof(&self) -> Result<Option<String>, StoreError> {
        #[derive(Serialize)]
        struct Borrowed<'a> {
            lines: &'a [ScoreLine],
            filters: &'a [HardFilter],
            missing: &'a [String],
            #[serde(skip_serializing_if = "Option::is_none")]
            rates_of: Option<NaiveDate>,
        }
        let borrowed = |score: &Score| {
            let rates_of = score.yearly.as_ref().and_then(|yearly| yearly.rates_of);
            let Score { lines, filters, missing, .. } = score;
            to_text(&Borrowed { lines, filters, missing, rates_of })
        };
        self.score.as_ref().map(borrowed).transpose()
    }

    /// By which it is known whether another judgement of the same facts says the same; of it and its proof.
    pub fn print(&self, proof: Option<&str>) -> i64 {
        let total = self.score.as_ref().map_or(-1, |score| i16::from(score.total));
        let said = format!("{} {total} {}", self.decision, proof.unwrap_or_default());
        i64::from_ne_bytes(Uuid::new_v5(&NAMESPACE, said.as_bytes()).as_u64_pair().0.to_ne_bytes())
    }
}

/// Notes, star and snooze are left unset: they are not the pipeline's.
pub(crate) fn opportunity_row(
    account: &Account,
    id: Uuid,
    opportunity: &Opportunity,
) -> Result<ActiveModel, StoreError> {
    let mut row = identity(account, id, opportunity)?;
    statements(&mut row, opportunity)?;
    judgement(&mut row, &opportunity.judgement)?;
    row.score_print = Set(Some(opportunity.judgement.print(opportunity.judgement.proof()?.as_deref())));
    rescored(&mut row, opportunity.standing.rescored.as_ref());
    search_keys(&mut row, opportunity);
    Ok(row)
}

/// Its texts.
pub(crate) fn text_row(
    account: &Account,
    id: Uuid,
    opportunity: &Opportunity,
) -> Result<opportunity_text::ActiveModel, StoreError> {
    Ok(opportunity_text::ActiveModel {
        id: Set(id),
        account: Set(account.to_string()),
        raw_message: Set(opportunity.raw_message.clone()),
        said: Set((opportunity.said != opportunity.raw_message).then(|| opportunity.said.clone())),
        ai_response: Set(opportunity.ai_response.clone()),
        facts: Set(to_text(&opportunity.facts)?),
        evidence: Set(to_text(&opportunity.sources)?),
        search_text: Set(search_text(opportunity)),
        search_id: Set(search_id(id)),
        revision: Set(opportunity.standing.revision),
    })
}

/// Its proof, and the last new score where that is not the standing one.
pub(crate) fn score_row(
    account: &Account,
    id: Uuid,
    opportunity: &Opportunity,
) -> Result<score::ActiveModel, StoreError> {
    let other = opportunity.standing.rescored.as_ref().filter(|last| **last != opportunity.judgement);
    Ok(score::ActiveModel {
        id: Set(id),
        account: Set(account.to_string()),
        proof: Set(opportunity.judgement.proof()?),
        rescored: Set(other.map(to_text).transpose()?),
        revision: Set(opportunity.standing.revision),
    })
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
        excerpt: Set(words::excerpt(&opportunity.raw_message)),
        reply_state: Set(opportunity.reply_state.map(|state| state.to_string())),
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
    row.facts_revision = Set(opportunity.facts_revision);
    Ok(())
}

/// The columns that a score is: all of it but its proof.
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
    row.profile_revision = Set(long(judgement.profile_revision));
    Ok(())
}

/// Which new score of the merged facts was the last.
pub(crate) fn rescored(row: &mut ActiveModel, last: Option<&Judgement>) {
    row.rescored_facts = Set(last.map(|last| last.facts_revision));
    row.rescored_profile = Set(last.map(|last| long(last.profile_revision)));
    row.rescored_sequence = Set(last.map(|last| last.stream_sequence));
}

fn search_keys(row: &mut ActiveModel, opportunity: &Opportunity) {
    row.company_key = Set(words::key(opportunity.facts.company.as_ref().map(|field| field.value.as_str())));
    row.recruiter_key = Set(words::key(opportunity.recruiter_name.as_deref()));
}

fn search_text(opportunity: &Opportunity) -> String {
    let facts = &opportunity.facts;
    let company = facts.company.as_ref().map(|field| field.value.as_str());
    let recruiter = opportunity.recruiter_name.as_deref();
    let named = [&facts.agency, &facts.role, &facts.location];
    let stated = named.into_iter().flatten().map(|field| field.value.as_str());
    let technologies = facts.tech_stack.iter().map(|mention| mention.name.as_str());
    let said = company.into_iter().chain(recruiter).chain([opportunity.raw_message.as_str()]);
    words::search_text(said.chain(stated).chain(technologies))
}

/// Row number of the search index: 63 bits of the id.
fn search_id(id: Uuid) -> i64 {
    i64::try_from(id.as_u64_pair().1 & (u64::MAX >> 1)).unwrap_or_default()
}
