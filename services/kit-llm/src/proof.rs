//! The check between what a model says and what the message says: a value without its words in the message is no
//! value. What passes is facts in the contract's form, with places instead of quotes.

use contract::{
    Engine, Kind, Language,
    opportunities_analyzed::v1::{Evidence, Facts, Field, Part, Salary, TechMention},
};
use regex::{Regex, RegexBuilder};

use crate::extract::{ExtractOut, Name, Pay, Quoted, Technology, Words};

/// Copied from the message, so hardly wrong.
const COPIED: u8 = 80;
/// Judged by the model: small ones err here (level, remote policy).
const JUDGED: u8 = 50;

/// What of an answer the message proves.
#[derive(Clone, Debug, PartialEq)]
pub struct Proven {
    /// What the message is, where words show it.
    pub kind: Option<Kind>,
    /// Its language.
    pub language: Option<Language>,
    /// What it states.
    pub facts: Facts,
    /// Names of fields whose words are not in the message.
    pub dropped: Vec<&'static str>,
}

/// Keeps of `answer` what `text` or `subject` proves.
pub fn prove(answer: &ExtractOut, text: &str, subject: Option<&str>) -> Proven {
    let mut proof = Proof { text, subject, dropped: Vec::new() };
    let facts = Facts {
        company: proof.named("company", answer.company.as_ref(), COPIED),
        agency: proof.named("agency", answer.agency.as_ref(), COPIED),
        industry: proof
            .judged("industry", answer.industry.as_ref(), |name| (!name.0.is_empty()).then(|| name.0.to_lowercase())),
        role: proof.named("role", answer.role.as_ref(), COPIED),
        seniority: proof.judged("seniority", answer.seniority.as_ref(), |value| Some(*value)),
        tech_stack: proof.technologies(&answer.tech_stack),
        salary: proof.salary(answer.salary.as_ref()),
        remote_policy: proof.judged("remote_policy", answer.remote_policy.as_ref(), |value| Some(*value)),
        location: proof.named("location", answer.location.as_ref(), COPIED),
        employment_type: proof.judged("employment_type", answer.employment_type.as_ref(), |value| Some(*value)),
        work_week_days: proof.judged("work_week_days", answer.work_week_days.as_ref(), |days| {
            (1..=7).contains(&days.0).then_some(days.0)
        }),
        questions: proof.words("questions", &answer.questions),
        question_type: proof.judged("question_type", answer.question_type.as_ref(), |value| Some(*value)),
        contacts: proof.words("contacts", &answer.contacts),
        links: proof.words("links", &answer.links),
    };
    let kind = proof.judged("kind", answer.kind.as_ref(), |kind| Some(*kind)).map(|kind| kind.value);
    Proven { kind, language: answer.language, facts, dropped: proof.dropped }
}

struct Proof<'a> {
    text: &'a str,
    subject: Option<&'a str>,
    dropped: Vec<&'static str>,
}

const fn field<T>(value: T, evidence: Evidence, confidence: u8) -> Field<T> {
    Field { value, evidence, engine: Engine::Llm, confidence }
}

impl Proof<'_> {
    /// Where the words stand; the text counts before the subject.
    fn place(&self, words: &str) -> Option<Evidence> {
        let found = |part, text: &str| find(text, words).map(|(start, end)| Evidence { part, start, end });
        found(Part::Text, self.text).or_else(|| found(Part::Subject, self.subject?))
    }

    fn shown(&self, at: Evidence) -> &str {
        let part = if at.part == Part::Subject { self.subject.unwrap_or_default() } else { self.text };
        part.get(at.start..at.end).unwrap_or_default()
    }

    fn kept<T>(&mut self, name: &'static str, found: Option<T>) -> Option<T> {
        if found.is_none() && !self.dropped.contains(&name) {
            self.dropped.push(name);
        }
        found
    }

    /// A name that must itself stand in the message; it is given as the message writes it.
    fn named(&mut self, name: &'static str, given: Option<&Quoted<Name>>, confidence: u8) -> Option<Field<String>> {
        let given = given?;
        // Best is the value inside its quote: the same name may stand elsewhere for something else.
        let at = self.place(&given.quote.0).and_then(|quote| {
            let (start, end) = find(self.shown(quote), &given.value.0)?;
            Some(Evidence { part: quote.part, start: quote.start + start, end: quote.start + end })
        });
        let found = at.or_else(|| self.place(&given.value.0));
        let found = found.map(|at| field(self.shown(at).to_owned(), at, confidence));
        self.kept(name, found)
    }

    /// A value that is another's reading of the quoted words.
    fn judged<T, V>(
        &mut self,
        name: &'static str,
        given: Option<&Quoted<T>>,
        value: impl FnOnce(&T) -> Option<V>,
    ) -> Option<Field<V>> {
        let given = given?;
        let at = self.place(&given.quote.0);
        let found = at.zip(value(&given.value)).map(|(at, value)| field(value, at, JUDGED));
        self.kept(name, found)
    }

    fn words(&mut self, name: &'static str, given: &[Words]) -> Vec<Field<String>> {
        let mut found = Vec::new();
        for words in given {
            let at = self.place(&words.0);
            let at = self.kept(name, at);
            found.extend(at.map(|at| field(self.shown(at).to_owned(), at, COPIED)));
        }
        found
    }

    fn technologies(&mut self, given: &[Technology]) -> Vec<TechMention> {
        let mut found: Vec<TechMention> = Vec::new();
        for technology in given {
            let named = self.place(&technology.name.0).map(|at| (technology.name.0.clone(), at));
            // Else a name for the words of the quote, if it has something of them; else the words themselves.
            let quoted = || {
                let at = self.place(&technology.quote.0)?;
                let words = self.shown(at);
                let name = if akin(&technology.name.0, words) { &technology.name.0 } else { words };
                (name.chars().count() <= 40).then(|| (name.to_owned(), at))
            };
            let placed = named.or_else(quoted);
            let Some((name, evidence)) = self.kept("tech_stack", placed) else { continue };
            if !found.iter().any(|other| other.name.eq_ignore_ascii_case(&name)) {
                let required = technology.required;
                found.push(TechMention { name, required, evidence, engine: Engine::Llm, confidence: COPIED });
            }
        }
        found
    }

    fn salary(&mut self, given: Option<&Quoted<Pay>>) -> Option<Field<Salary>> {
        let given = given?;
        let at = self.place(&given.quote.0);
        let found = at.and_then(|at| Some(field(pay_of(&given.value, self.shown(at))?, at, COPIED)));
        self.kept("salary", found)
    }
}

/// The pay that a quote proves: every figure has its digits in it, a currency its sign or name.
fn pay_of(pay: &Pay, quote: &str) -> Option<Salary> {
    let digits: String = quote.chars().filter(char::is_ascii_digit).collect();
    let shown = |amount: i64| {
        let leading = amount.to_string();
        let leading = leading.trim_end_matches('0');
        amount > 0 && !leading.is_empty() && digits.contains(leading)
    };
    let bounds = [pay.min, pay.max];
    let ordered = pay.min.zip(pay.max).is_none_or(|(min, max)| min <= max);
    if bounds == [None, None] || !bounds.iter().flatten().all(|amount| shown(*amount)) || !ordered {
        return None;
    }
    let code = pay.currency.as_deref().map(str::to_uppercase).filter(|code| currency_shown(code, quote));
    Some(Salary {
        min: pay.min,
        max: pay.max,
        currency: code,
        period: pay.period,
        basis: pay.basis,
        equity: pay.equity,
    })
}

/// Whether words name a currency; a sign that several share (`$`) counts for each of them.
fn currency_shown(code: &str, quote: &str) -> bool {
    let quote = quote.to_lowercase();
    let names: &[&str] = match code {
        "EUR" => &["€", "eur"],
        "GBP" => &["£", "pound", "libra", "quid"],
        "USD" => &["$", "dollar", "dólar", "dolar"],
        "JPY" => &["¥", "yen", "円"],
        "CNY" => &["¥", "rmb", "yuan", "元"],
        "INR" => &["₹", "rs", "rupee", "lpa", "lakh", "lac"],
        "BRL" => &["r$", "reais", "real"],
        "CHF" => &["franc", "franken", "fr."],
        "MXN" | "COP" | "CLP" | "ARS" | "UYU" => &["$", "peso"],
        "CAD" | "AUD" | "NZD" | "SGD" | "HKD" => &["$", "dollar"],
        "PLN" => &["zł", "zl"],
        "PEN" => &["s/", "sol"],
        _ => &[],
    };
    let is_code = code.len() >= 3 && code.len() <= 4 && code.bytes().all(|b| b.is_ascii_uppercase());
    is_code && (quote.contains(&code.to_lowercase()) || names.iter().any(|name| quote.contains(name)))
}

/// Whether a name stands for the words: `PostgreSQL` for `Postgres`, `AWS Lambda` for `Lambda`, `React` for `ReactJS`,
/// `Kubernetes` for `k8s`.
fn akin(name: &str, words: &str) -> bool {
    let plain =
        |text: &str| text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect::<String>();
    let (name, words) = (plain(name), plain(words));
    let within = words.len() >= 2 && name.starts_with(&words) || words.len() >= 3 && name.contains(&words);
    let shortened = name.len() >= 2 && words.starts_with(&name);
    // `k8s`: a letter, the number of letters between, a letter.
    let between: String = words.chars().filter(char::is_ascii_digit).collect();
    let numeronym = between == name.chars().count().saturating_sub(2).to_string()
        && words.chars().next() == name.chars().next()
        && words.chars().last() == name.chars().last()
        && words.chars().count() == between.len() + 2;
    within || shortened || numeronym
}

/// Where `words` stand in `text` as whole words: as written, else with other spaces and casing.
fn find(text: &str, words: &str) -> Option<(usize, usize)> {
    let words = words.trim();
    if words.is_empty() {
        return None;
    }
    let exact = text.match_indices(words).map(|(start, found)| (start, start + found.len()));
    exact.into_iter().find(|span| is_whole(text, *span)).or_else(|| {
        let pattern = words.split_whitespace().map(regex::escape).collect::<Vec<_>>().join(r"\s+");
        let pattern: Regex = RegexBuilder::new(&pattern).case_insensitive(true).size_limit(1 << 20).build().ok()?;
        pattern.find_iter(text).map(|found| (found.start(), found.end())).find(|span| is_whole(text, *span))
    })
}

/// Whether a span does not begin or end inside a word.
fn is_whole(text: &str, (start, end): (usize, usize)) -> bool {
    let word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    let (before, after) = (text[..start].chars().next_back(), text[end..].chars().next());
    let (first, last) = (text[start..].chars().next(), text[..end].chars().next_back());
    !(word(before) && word(first) || word(last) && word(after))
}
