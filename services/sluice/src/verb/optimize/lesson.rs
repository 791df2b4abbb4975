//! A labelled message as a lesson: what the rules leave open of it, and how an answer of the model's, put right by the
//! label, becomes a solved example.

use analyzer::{Reading, may_see, open_fields, question};
use chrono::Utc;
use contract::{
    Account, Message, MessageReceived,
    intake::{Receipt, resolve},
};
use kit_eval::{Labelled, Labels};
use kit_llm::{
    Demonstration,
    extract::{ExtractIn, ExtractOut, Name, Quoted, Technology, Wanted, Words},
    prove,
};
use serde_json::{Value, json};

/// Words that a quote shows before a name.
const CONTEXT: usize = 3;

/// A message that leaves something open, with its label.
#[derive(Debug)]
pub(super) struct Lesson {
    pub(super) name: String,
    pub(super) message: Message,
    pub(super) reading: Reading,
    pub(super) question: ExtractIn,
    pub(super) gold: Labels,
}

impl Lesson {
    /// `None` where there is no label, nothing is open that a label speaks of, or a model would not be asked.
    pub(super) fn of(labelled: Labelled) -> Option<Self> {
        let name = labelled.name();
        let gold = labelled.gold?;
        let received = MessageReceived { subject: labelled.subject, text: labelled.text, ..MessageReceived::default() };
        let (now, account) = (Utc::now(), Account::me());
        let receipt = Receipt { account: &account, time: now, received_at: now, backfilled: false };
        let message = resolve(received, receipt).ok()?;
        let reading = analyzer::read(&message);
        let wanted = open_fields(&reading);
        if !may_see(&message, &reading) || !wanted.iter().any(|field| label(*field).is_some()) {
            return None;
        }
        let question = question(&message, &wanted)?;
        Some(Self { name, message, reading, question, gold })
    }
}

/// The label's name of a field, where labels have it.
pub(super) fn label(field: Wanted) -> Option<&'static str> {
    match field {
        Wanted::Company => Some("company"),
        Wanted::Role => Some("role"),
        Wanted::Seniority => Some("seniority"),
        Wanted::TechStack => Some("tech_stack"),
        Wanted::Location => Some("location"),
        Wanted::EmploymentType => Some("employment_type"),
        _ => None,
    }
}

/// A solved example: the model's answer where the label agrees, the label's values where the message shows them. `None`
/// where neither gives a right answer that is proven.
pub(super) fn demonstration(
    lesson: &Lesson,
    answer: Option<ExtractOut>,
) -> Option<Demonstration<ExtractIn, ExtractOut>> {
    let Lesson { question, gold, .. } = lesson;
    let text = question.message.as_str();
    let answer = answer.unwrap_or_default();
    let (mut output, unlabelled) = (ExtractOut::default(), prove(&answer, text, None).dropped);
    for field in &question.find {
        match field {
            Wanted::Company => output.company = named(answer.company.as_ref(), gold.get("company"), text)?,
            Wanted::Role => output.role = named(answer.role.as_ref(), gold.get("role"), text)?,
            Wanted::Location => output.location = named(answer.location.as_ref(), gold.get("location"), text)?,
            Wanted::Seniority => output.seniority = judged(answer.seniority.clone(), gold.get("seniority"))?,
            Wanted::EmploymentType => {
                output.employment_type = judged(answer.employment_type.clone(), gold.get("employment_type"))?;
            }
            Wanted::TechStack => output.tech_stack = technologies(&answer.tech_stack, gold.get("tech_stack"), text)?,
            // No label speaks of these: kept if the message proves them.
            Wanted::Agency if !unlabelled.contains(&"agency") => output.agency = answer.agency.clone(),
            Wanted::Industry if !unlabelled.contains(&"industry") => output.industry = answer.industry.clone(),
            Wanted::QuestionType if !unlabelled.contains(&"question_type") => {
                output.question_type = answer.question_type.clone();
            }
            _ => {}
        }
    }
    let proven = prove(&output, text, None).dropped.is_empty();
    proven.then(|| Demonstration { input: question.clone(), output })
}

/// The stated value of a label.
fn stated(gold: Option<&Value>) -> Option<&str> {
    gold.and_then(Value::as_str).filter(|value| !value.trim().is_empty())
}

/// The outer `None`: the label states a name that the message does not show.
fn named(answer: Option<&Quoted<Name>>, gold: Option<&Value>, text: &str) -> Option<Option<Quoted<Name>>> {
    let Some(gold) = stated(gold) else { return Some(None) };
    if let Some(answer) = answer.filter(|answer| answer.value.0.eq_ignore_ascii_case(gold)) {
        return Some(Some(answer.clone()));
    }
    let at = text.find(gold)?;
    Some(Some(Quoted { quote: Words(with_context(text, at, gold).to_owned()), value: Name(gold.to_owned()) }))
}

/// A value that the label names by its word in the contract.
fn judged<T: serde::Serialize>(answer: Option<Quoted<T>>, gold: Option<&Value>) -> Option<Option<Quoted<T>>> {
    let Some(gold) = stated(gold) else { return Some(None) };
    answer.filter(|answer| json!(answer.value) == gold).map(Some)
}

fn technologies(answer: &[Technology], gold: Option<&Value>, text: &str) -> Option<Vec<Technology>> {
    let names = gold.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let one = |name: &str| {
        let given = answer.iter().find(|technology| technology.name.0.eq_ignore_ascii_case(name)).cloned();
        given.or_else(|| {
            text.contains(name).then(|| Technology {
                name: Name(name.to_owned()),
                required: true,
                quote: Words(name.to_owned()),
            })
        })
    };
    names.iter().filter_map(Value::as_str).map(one).collect()
}

/// The words with a few before them on the same line.
fn with_context<'a>(text: &'a str, at: usize, words: &str) -> &'a str {
    let line = text[..at].rfind('\n').map_or(0, |end| end + 1);
    let lead = text[line..at].rmatch_indices(' ').nth(CONTEXT).map_or(line, |(space, _)| line + space + 1);
    text.get(lead..at + words.len()).unwrap_or_default()
}
