//! What a conversation states as a whole: field by field the newest stated value; what is not stated overwrites nothing.
//! A function of the set of readings alone, so the order in which they arrived cannot show.

use std::collections::{BTreeMap, BTreeSet};

use contract::{Facts, Flag, Kind};
use kit_store::record::Reading;
use uuid::Uuid;

/// Namespace of the fingerprint.
const NAMESPACE: Uuid = Uuid::from_u128(0x0d5c_3c5e_92a1_4a6b_8a0e_7b1f_66c2_0002);

/// Facts over a conversation.
#[derive(Clone, Debug, PartialEq)]
pub struct Merged {
    pub kind: Kind,
    pub facts: Facts,
    pub flags: Vec<Flag>,
    /// Field → message whose words prove it. Items of a list that another message states than the one named for the
    /// list have an entry of their own, `tech_stack.2` by index.
    pub sources: BTreeMap<String, Uuid>,
}

/// Merges readings, given oldest first.
pub fn merge(readings: &[(Uuid, &Reading)]) -> Merged {
    let mut merged =
        Merged { kind: Kind::FollowUp, facts: Facts::default(), flags: Vec::new(), sources: BTreeMap::new() };
    for (message_id, reading) in readings {
        if reading.kind == Kind::NewOpportunity {
            merged.kind = Kind::NewOpportunity;
        }
        take_fields(&mut merged, *message_id, &reading.facts);
        take_lists(&mut merged, *message_id, &reading.facts);
    }
    name_lists(&mut merged);
    merged.flags = flags(readings, &merged);
    merged
}

fn take_fields(merged: &mut Merged, message_id: Uuid, stated: &Facts) {
    macro_rules! newest {
        ($($field:ident),+) => {$(
            if stated.$field.is_some() {
                merged.facts.$field.clone_from(&stated.$field);
                merged.sources.insert(stringify!($field).to_owned(), message_id);
            }
        )+};
    }
    newest!(
        company,
        agency,
        industry,
        role,
        seniority,
        salary,
        remote_policy,
        location,
        employment_type,
        work_week_days,
        question_type
    );
    // Questions are asked anew, not added up: earlier ones had their answer or are repeated.
    if !stated.questions.is_empty() {
        merged.facts.questions.clone_from(&stated.questions);
        merged.sources.insert("questions".to_owned(), message_id);
    }
}

/// Technologies, contacts and links add up: "we also use Kafka" takes nothing away.
fn take_lists(merged: &mut Merged, message_id: Uuid, stated: &Facts) {
    for mention in &stated.tech_stack {
        let known = merged.facts.tech_stack.iter().position(|known| known.name == mention.name);
        let index = known.unwrap_or(merged.facts.tech_stack.len());
        let mut mention = mention.clone();
        match merged.facts.tech_stack.get_mut(index) {
            Some(known) => {
                mention.required |= known.required;
                *known = mention;
            }
            None => merged.facts.tech_stack.push(mention),
        }
        merged.sources.insert(format!("tech_stack.{index}"), message_id);
    }
    for (name, stated, all) in
        [("contacts", &stated.contacts, &mut merged.facts.contacts), ("links", &stated.links, &mut merged.facts.links)]
    {
        for field in stated {
            let known = all.iter().position(|known| known.value == field.value);
            let index = known.unwrap_or(all.len());
            match all.get_mut(index) {
                Some(known) => known.clone_from(field),
                None => all.push(field.clone()),
            }
            merged.sources.insert(format!("{name}.{index}"), message_id);
        }
    }
}

/// Names one message for a list whose items it states all, as it is with nearly every list.
fn name_lists(merged: &mut Merged) {
    for name in ["tech_stack", "contacts", "links"] {
        let items: Vec<(String, Uuid)> = merged
            .sources
            .iter()
            .filter(|(key, _)| key.strip_prefix(name).is_some_and(|rest| rest.starts_with('.')))
            .map(|(key, id)| (key.clone(), *id))
            .collect();
        let Some((_, home)) = items.last().cloned() else { continue };
        for (key, _) in items.iter().filter(|(_, id)| *id == home) {
            merged.sources.remove(key);
        }
        merged.sources.insert(name.to_owned(), home);
    }
}

/// Every reading's flags, but those that speak of what is missing only where it is missing still.
fn flags(readings: &[(Uuid, &Reading)], merged: &Merged) -> Vec<Flag> {
    let mut flags: BTreeSet<Flag> = readings.iter().flat_map(|(_, reading)| reading.flags.iter().copied()).collect();
    if let [_, .., (_, newest)] = readings {
        if !thin(merged) {
            flags.remove(&Flag::Thin);
        }
        if merged.facts.company.is_some() {
            flags.remove(&Flag::ClientNotNamed);
        }
        if !newest.flags.contains(&Flag::Partial) {
            flags.remove(&Flag::Partial);
        }
    }
    flags.into_iter().collect()
}

/// A new opportunity with no role, or with fewer than two of stack, pay, seniority and company.
fn thin(merged: &Merged) -> bool {
    let facts = &merged.facts;
    let stated =
        [!facts.tech_stack.is_empty(), facts.salary.is_some(), facts.seniority.is_some(), facts.company.is_some()];
    facts.role.is_none() || stated.into_iter().filter(|stated| *stated).count() < 2
}

/// Fingerprint of what a score rests on: kind, flags, stated values and the words that conditions look into, without the words that prove them and without
/// what is there for the reply alone. Equal facts have equal fingerprints, whichever messages state them, so the order
/// of arrival does not show. 53 bits, so that JavaScript reads it whole.
pub fn facts_revision(kind: Kind, facts: &Facts, flags: &[Flag], said: &str) -> i64 {
    let flags: BTreeSet<Flag> = flags.iter().copied().collect();
    let mut stated = serde_json::json!([kind, flags, facts, said]);
    strip(&mut stated);
    let print = Uuid::new_v5(&NAMESPACE, stated.to_string().as_bytes());
    i64::try_from(print.as_u64_pair().0 >> 11).unwrap_or_default()
}

const UNSCORED: &[&str] = &["evidence", "engine", "confidence", "questions", "question_type", "contacts", "links"];

fn strip(value: &mut serde_json::Value) {
    match value {
        serde_json::Value::Object(fields) => {
            for unscored in UNSCORED {
                fields.remove(*unscored);
            }
            fields.values_mut().for_each(strip);
        }
        serde_json::Value::Array(items) => items.iter_mut().for_each(strip),
        _ => {}
    }
}

/// How many fields are stated: of two scores of other facts, the one of more is nearer.
pub fn stated(facts: &Facts) -> usize {
    let fields = [
        facts.company.is_some(),
        facts.role.is_some(),
        facts.seniority.is_some(),
        facts.salary.is_some(),
        facts.remote_policy.is_some(),
        facts.location.is_some(),
        facts.employment_type.is_some(),
    ];
    fields.into_iter().filter(|stated| *stated).count() + facts.tech_stack.len()
}
