//! What a message states, as the page lists it, and where its words are.

use std::collections::{BTreeMap, HashMap};

use contract::{Evidence, Facts, Field};
use kit_store::OpportunityDetail;
use uuid::Uuid;

use super::{evidence::Proof, money};
use crate::words::Words;

/// A fact with its values.
#[derive(Clone, Debug)]
pub(crate) struct Fact {
    pub(crate) number: usize,
    pub(crate) name: String,
    pub(crate) values: Vec<Value>,
}

/// A value, tied by its token to the words that prove it.
#[derive(Clone, Debug)]
pub(crate) struct Value {
    pub(crate) token: String,
    pub(crate) text: String,
    /// The job insists on it.
    pub(crate) required: bool,
}

/// Collects facts in the order of the page.
struct Collector<'a> {
    words: &'a Words,
    sources: &'a BTreeMap<String, Uuid>,
    newest: Option<Uuid>,
    facts: Vec<Fact>,
    proofs: HashMap<Uuid, Vec<Proof>>,
}

/// Facts of the page, and by message the words that prove them.
pub(crate) fn of(detail: &OpportunityDetail, words: &Words) -> (Vec<Fact>, HashMap<Uuid, Vec<Proof>>) {
    let newest = detail.messages.iter().rev().find(|m| m.direction == contract::Direction::Inbound).map(|m| m.id);
    let mut all =
        Collector { words, sources: &detail.facts_sources, newest, facts: Vec::new(), proofs: HashMap::new() };
    let f = &detail.facts;
    all.one("role", f.role.as_ref(), Clone::clone);
    all.one("company", f.company.as_ref(), Clone::clone);
    all.one("agency", f.agency.as_ref(), Clone::clone);
    all.one("industry", f.industry.as_ref(), Clone::clone);
    all.one("seniority", f.seniority.as_ref(), |v| words.of("value", v));
    let stack = f.tech_stack.iter().map(|tech| (tech.name.clone(), tech.evidence, tech.required));
    all.add("tech_stack", stack.collect());
    all.one("salary", f.salary.as_ref(), |salary| said(salary, words));
    all.one("remote_policy", f.remote_policy.as_ref(), |v| words.of("value", v));
    all.one("location", f.location.as_ref(), Clone::clone);
    all.one("employment_type", f.employment_type.as_ref(), |v| words.of("value", v));
    all.one("work_week_days", f.work_week_days.as_ref(), |days| words.with("value.days", days));
    all.one("question_type", f.question_type.as_ref(), |v| words.of("value", v));
    all.many("questions", &f.questions);
    all.many("contacts", &f.contacts);
    all.many("links", &f.links);
    (all.facts, all.proofs)
}

impl Collector<'_> {
    fn one<T>(&mut self, key: &str, field: Option<&Field<T>>, text: impl Fn(&T) -> String) {
        let values = field.map(|field| (text(&field.value), field.evidence, false));
        self.add(key, values.into_iter().collect());
    }

    fn many(&mut self, key: &str, fields: &[Field<String>]) {
        self.add(key, fields.iter().map(|field| (field.value.clone(), field.evidence, false)).collect());
    }

    fn add(&mut self, key: &str, values: Vec<(String, Evidence, bool)>) {
        if values.is_empty() {
            return;
        }
        let number = self.facts.len() + 1;
        let message = self.sources.get(key).copied().or(self.newest);
        let mut shown = Vec::new();
        for (index, (text, evidence, required)) in values.into_iter().enumerate() {
            let token = format!("{key}-{index}");
            if let Some(message) = message {
                self.proofs.entry(message).or_default().push(Proof { token: token.clone(), number, evidence });
            }
            shown.push(Value { token, text, required });
        }
        self.facts.push(Fact { number, name: self.words.of("fact", key), values: shown });
    }
}

fn said(salary: &contract::Salary, words: &Words) -> String {
    let period = salary.period.map(contract::Period::as_str);
    let figures = money::pay(words, (salary.min, salary.max), salary.currency.as_deref(), period);
    let basis = salary.basis.map(|basis| words.t(basis.as_str()).to_owned());
    let equity = salary.equity.then(|| words.t("equity").to_owned());
    figures.into_iter().chain(basis).chain(equity).collect::<Vec<_>>().join(" ")
}

/// What the message leaves open; first, and marked, what would decide.
pub(crate) fn not_stated(detail: &OpportunityDetail, words: &Words) -> Vec<(String, bool)> {
    let mut open: Vec<(String, bool)> = detail.missing.iter().map(|name| (words.of("missing", name), true)).collect();
    for key in silent(&detail.facts) {
        let name = words.of("fact", key);
        if !open.iter().any(|(known, _)| *known == name) {
            open.push((name, false));
        }
    }
    open
}

/// Facts of weight that are not stated.
fn silent(facts: &Facts) -> Vec<&'static str> {
    let stated = [
        ("role", facts.role.is_some()),
        ("company", facts.company.is_some()),
        ("seniority", facts.seniority.is_some()),
        ("tech_stack", !facts.tech_stack.is_empty()),
        ("salary", facts.salary.is_some()),
        ("remote_policy", facts.remote_policy.is_some()),
        ("employment_type", facts.employment_type.is_some()),
        ("work_week_days", facts.work_week_days.is_some()),
    ];
    stated.into_iter().filter(|(_, stated)| !stated).map(|(key, _)| key).collect()
}
