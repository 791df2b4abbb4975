//! Two readings of one message into one. What the rules read stands: the same on every run, and right more often than a
//! small model. The model fills what they left open, where that costs no trust.

use contract::{Engine, Evidence, Facts, Field, Flag, Kind, Language, Message};
use kit_llm::Proven;

use crate::{reading::Reading, rules::thin};

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
    pub(crate) fn merged(mut reading: Reading, model: Proven, message: &Message, prompt: u32) -> Self {
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

/// Pay, remote policy, contacts and links stay the rules': a figure that they refused (funding, revenue, a head count)
/// must not come back through the model, small models guess where the work is done, and of addresses the rules miss none.
fn fill(facts: &mut Facts, model: Facts, client_hidden: bool, kind: Kind, message: &Message) {
    let sender = message.sender.name.as_deref().unwrap_or_default();
    let known =
        |taken: &Option<Field<String>>, name: &str| taken.as_ref().is_some_and(|field| same(&field.value, name));
    if facts.agency.is_none() {
        facts.agency = model.agency.filter(|agency| {
            is_name(&agency.value) && !known(&facts.company, &agency.value) && !same(&agency.value, sender)
        });
    }
    if facts.company.is_none() && !client_hidden {
        facts.company = model.company.filter(|company| {
            is_name(&company.value) && !known(&facts.agency, &company.value) && !same(&company.value, sender)
        });
    }
    facts.location = facts.location.take().or(model.location.filter(|place| is_name(&place.value)));
    // What a model judges from words that already say something else, it guesses: a level from the bare title.
    let read = spans(facts);
    let fresh = |evidence: &Evidence| !read.iter().any(|other| overlap(other, evidence));
    facts.seniority = facts.seniority.take().or(model.seniority.filter(|level| fresh(&level.evidence)));
    facts.employment_type = facts.employment_type.take().or(model.employment_type.filter(|form| fresh(&form.evidence)));
    facts.work_week_days = facts.work_week_days.take().or(model.work_week_days.filter(|days| fresh(&days.evidence)));
    facts.role = facts.role.take().or(model.role);
    facts.industry = facts.industry.take().or(model.industry);
    if facts.tech_stack.is_empty() {
        facts.tech_stack = model.tech_stack;
    }
    if facts.questions.is_empty() {
        facts.questions = model.questions;
    }
    if kind == Kind::FollowUp {
        facts.question_type = facts.question_type.take().or(model.question_type);
    }
}

/// The words that prove names and pay.
fn spans(facts: &Facts) -> Vec<Evidence> {
    let names = [&facts.company, &facts.agency, &facts.role, &facts.location].into_iter().flatten();
    let technologies = facts.tech_stack.iter().map(|mention| mention.evidence);
    let pay = facts.salary.iter().map(|pay| pay.evidence);
    names.map(|field| field.evidence).chain(technologies).chain(pay).collect()
}

fn overlap(a: &Evidence, b: &Evidence) -> bool {
    a.part == b.part && a.start < b.end && b.start < a.end
}

fn same(a: &str, b: &str) -> bool {
    !a.is_empty() && a.trim().to_lowercase() == b.trim().to_lowercase()
}

/// Words that begin a description: "a leading Spanish bank", "nuestro cliente".
const DETERMINERS: [&str; 14] =
    ["a", "an", "our", "my", "this", "un", "una", "nuestro", "nuestra", "um", "uma", "une", "ein", "eine"];

/// Whether words name somebody rather than describe: a capital or a figure, in a phrase not only at its beginning,
/// where every sentence has one. A script without capitals passes.
fn is_name(value: &str) -> bool {
    let mut words = value.split_whitespace();
    let first = words.next().unwrap_or_default();
    let marked = |word: &str| word.chars().any(|c| c.is_numeric() || c.is_alphabetic() && !c.is_lowercase());
    let rest: Vec<&str> = words.collect();
    let names = if rest.is_empty() { marked(first) } else { rest.iter().any(|word| marked(word)) };
    names && !DETERMINERS.contains(&first.to_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::is_name;

    #[test]
    fn names_are_told_from_descriptions() {
        for name in ["Quillmoor", "eBay", "37signals", "The Knot Factory", "Banco de Asturias", "小米"] {
            assert!(is_name(name), "{name}");
        }
        for description in
            ["", "startup", "the folks behind it", "The company", "A leading Spanish bank", "Nuestro cliente en Madrid"]
        {
            assert!(!is_name(description), "{description}");
        }
    }
}
