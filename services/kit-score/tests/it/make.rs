//! Profiles and facts for the tests, with as few words as possible.

use contract::{
    Decision, Engine, Evidence, Facts, Field, Flag, HardFilter, Kind, LineName, Part, PayBasis, Period, Salary, Score,
    ScoreLine, TechMention,
};
use kit_score::{Profile, Rates, score};

/// Rates of round numbers: two dollars or 1,000 pesos a euro.
pub(crate) fn rates() -> Rates {
    Rates::parse("date = 2026-01-31\n[per_euro]\nEUR = \"1\"\nUSD = \"2\"\nCLP = \"1000\"\nGBP = \"0.5\"\n").unwrap()
}

/// A profile with the three required keys, and more lines.
pub(crate) fn profile(more: &str) -> Profile {
    Profile::parse(&format!(
        "technologies: [Rust, Kafka, PostgreSQL, {{name: Kubernetes, level: basic}}]\n\
         salary: {{minimum: 90000, ideal: 110000, currency: EUR}}\n\
         remote_policy: {{accepted: [remote, hybrid, onsite]}}\n{more}\n"
    ))
    .unwrap()
}

pub(crate) fn field<T>(value: T) -> Field<T> {
    Field { value, evidence: Evidence { part: Part::Text, start: 0, end: 1 }, engine: Engine::Rules, confidence: 90 }
}

pub(crate) fn some<T>(value: T) -> Option<Field<T>> {
    Some(field(value))
}

/// Technologies; a `!` after the name insists on it.
pub(crate) fn stack(names: &[&str]) -> Vec<TechMention> {
    names
        .iter()
        .map(|name| TechMention {
            name: name.trim_end_matches('!').to_owned(),
            required: name.ends_with('!'),
            evidence: Evidence { part: Part::Text, start: 0, end: 1 },
            engine: Engine::Rules,
            confidence: 90,
        })
        .collect()
}

/// Pay from a range, `95000-115000`, `-95000` (up to) or `50000-` (from), a currency and a period.
pub(crate) fn pay(range: &str, currency: &str, period: Option<Period>) -> Salary {
    let (min, max) = range.split_once('-').unwrap_or((range, range));
    let currency = (!currency.is_empty()).then(|| currency.to_owned());
    Salary { min: min.parse().ok(), max: max.parse().ok(), currency, period, basis: None, equity: false }
}

pub(crate) fn yearly(range: &str) -> Salary {
    pay(range, "EUR", Some(Period::Year))
}

pub(crate) fn net(salary: Salary) -> Salary {
    Salary { basis: Some(PayBasis::Net), ..salary }
}

pub(crate) fn judge(facts: &Facts, profile: &Profile) -> (Score, Decision) {
    judge_text(facts, &[], "", profile)
}

pub(crate) fn judge_text(facts: &Facts, flags: &[Flag], text: &str, profile: &Profile) -> (Score, Decision) {
    score(facts, flags, Kind::NewOpportunity, text, profile, &rates())
}

pub(crate) fn line(score: &Score, name: LineName) -> &ScoreLine {
    score.lines.iter().find(|line| line.line == name).unwrap()
}

pub(crate) fn filter<'a>(score: &'a Score, name: &str) -> Option<&'a HardFilter> {
    score.filters.iter().find(|filter| filter.name == name)
}
