//! Two readings of one message into one. What the rules read stands: the same on every run, and right more often than a
//! small model. The model fills what they left open, where that costs no trust.

use contract::{Engine, Facts, Flag, Kind, Language, Message, QuestionType, RemotePolicy};
use kit_llm::{Proven, extract::Wanted};

use crate::{proof, reading::Reading, rules::thin};

/// Versions of prompts below one version of the rules.
const PROMPTS: u32 = 1000;

/// A message understood, by whichever engines.
#[derive(Clone, Debug, PartialEq)]
pub struct Understanding {
    /// What it says.
    pub reading: Reading,
    /// What read it.
    pub engine: Engine,
    /// Version of the prompt, where a model had part.
    pub prompt: Option<u32>,
}

impl From<Reading> for Understanding {
    fn from(reading: Reading) -> Self {
        Self { reading, engine: Engine::Rules, prompt: None }
    }
}

impl Understanding {
    /// By the rules alone, because the model that should have helped did not.
    pub(crate) fn degraded(mut reading: Reading) -> Self {
        reading.flags.push(Flag::Degraded);
        reading.flags.sort_unstable();
        reading.into()
    }

    /// By both. The reading of the rules decides what the message is.
    pub fn merged(mut reading: Reading, model: Proven, message: &Message, prompt: u32) -> Self {
        if reading.language == Language::Und {
            reading.language = model.language.unwrap_or(Language::Und);
        }
        let hidden = reading.flags.contains(&Flag::ClientNotNamed);
        fill(&mut reading.facts, model.facts, hidden, reading.kind, message);
        if !thin(&reading.facts) {
            reading.flags.retain(|flag| *flag != Flag::Thin);
        }
        Self { reading, engine: Engine::Merged, prompt: Some(prompt) }
    }

    /// Grows with the rules first and with the prompt second, so that the same message read better is newer, and a
    /// degraded reading never replaces a whole one.
    pub(crate) fn version(&self) -> u32 {
        self.reading.engine_version.saturating_mul(PROMPTS).saturating_add(self.prompt.unwrap_or(0).min(PROMPTS - 1))
    }
}

/// What of a reading a model is worth asking about: nothing where the rules read all that decides. Pay, remote policy,
/// industry, contacts and links stay the rules': a figure that they refused (funding, revenue, a head count) must not come back
/// through the model, small models guess where the work is done and call a technology an industry, and of
/// addresses the rules miss none.
pub fn open_fields(reading: &Reading) -> Vec<Wanted> {
    let facts = &reading.facts;
    // A follow-up speaks of what its thread has said: names in it are rarely the employer's.
    if reading.kind == Kind::FollowUp {
        return if facts.question_type.is_none() { vec![Wanted::QuestionType] } else { Vec::new() };
    }
    let client_hidden = reading.flags.contains(&Flag::ClientNotNamed);
    let remote = facts.remote_policy.as_ref().is_some_and(|policy| policy.value == RemotePolicy::Remote);
    let deciding = [
        (Wanted::Company, facts.company.is_none() && !client_hidden),
        (Wanted::Role, facts.role.is_none()),
        (Wanted::TechStack, facts.tech_stack.is_empty()),
        (Wanted::Location, facts.location.is_none() && !remote),
    ];
    // Not worth a question of their own.
    let beside = [
        (Wanted::Agency, facts.company.is_none() && facts.agency.is_none()),
        (Wanted::Seniority, facts.seniority.is_none()),
        (Wanted::EmploymentType, facts.employment_type.is_none()),
    ];
    let empty = |(field, empty): &(Wanted, bool)| empty.then_some(*field);
    let mut fields: Vec<Wanted> = deciding.iter().filter_map(empty).collect();
    if !fields.is_empty() {
        fields.extend(beside.iter().filter_map(empty));
        fields.sort_unstable();
    }
    fields
}

/// Fills what is empty with what the model's words prove. An agency is asked for to keep it apart from the employer: a name
/// that may be either is neither.
fn fill(facts: &mut Facts, model: Facts, client_hidden: bool, kind: Kind, message: &Message) {
    if kind == Kind::FollowUp {
        let named = model.question_type.filter(|question| question.value != QuestionType::Other);
        facts.question_type = facts.question_type.take().or(named);
        return;
    }
    let agency = model.agency.as_ref().map(|agency| agency.value.as_str());
    let sender = message.sender.name.as_deref();
    let parties = Parties { sender, agency, facts };
    let company = model
        .company
        .filter(|company| !client_hidden && !parties.include(&company.value) && proof::employer(company, message));
    facts.company = facts.company.take().or(company);
    let parties = Parties { sender, agency, facts };
    let location = model.location.filter(|place| !parties.include(&place.value) && proof::place(place, message));
    let role = model.role.filter(|role| !parties.include(&role.value) && proof::title(&role.value));
    let technologies: Vec<_> = model
        .tech_stack
        .into_iter()
        .filter(|mention| !parties.include(&mention.name) && proof::technology(&mention.name))
        .collect();
    facts.location = facts.location.take().or(location);
    facts.role = facts.role.take().or(role);
    if facts.tech_stack.is_empty() {
        facts.tech_stack = technologies;
    }
    facts.seniority = facts.seniority.take().or(model.seniority.filter(|level| proof::level(level, message)));
    facts.employment_type =
        facts.employment_type.take().or(model.employment_type.filter(|form| proof::employment(form, message)));
}

/// Who has a part in a message: one name stands for one of them.
struct Parties<'a> {
    sender: Option<&'a str>,
    /// As the model has it.
    agency: Option<&'a str>,
    facts: &'a Facts,
}

impl Parties<'_> {
    /// Whether a name is already somebody's: the sender's, or a part of the sender's name.
    fn include(&self, name: &str) -> bool {
        let known = [&self.facts.company, &self.facts.agency].into_iter().flatten().map(|field| field.value.as_str());
        let sender = self.sender.into_iter().flat_map(|name| name.split_whitespace().chain([name]));
        known.chain(sender).chain(self.agency).any(|other| same(other, name))
    }
}

fn same(a: &str, b: &str) -> bool {
    !a.is_empty() && a.trim().to_lowercase() == b.trim().to_lowercase()
}
