//! The rules engine: prepares the message, runs every grammar, decides the kind, raises the flags.

use contract::{EmploymentType, Facts, Flag, Kind, Language, Message, RemotePolicy, Seniority};

use crate::{
    clean::{Span, fold},
    company::{self, Parties},
    details,
    doc::Doc,
    employment,
    header::{Layout, Topic},
    hostile,
    kind::{self, Findings},
    language, place,
    reading::{Found, Reading},
    remote, role, salary, seniority,
    signals::Signals,
    tech, title,
};

/// Version of the rules; goes up when they read the same message otherwise.
pub const ENGINE_VERSION: u32 = 2;

/// Reads a message. Pure, and total: any text gives a reading.
pub fn read(message: &Message) -> Reading {
    let doc = Doc::of(message.subject.as_deref(), &message.text);
    let language = language::detect(&doc.low.text);
    let layout = Layout::of(&doc);
    let found = Extracted::of(&doc, &layout, language, message);
    let verdict = kind::decide(Signals::of(&doc.low.text), found.findings(&doc, &layout, message));
    let card = matches!(verdict.kind, Kind::NewOpportunity | Kind::FollowUp);
    let mut flags = flags(&doc, message, verdict.kind);
    let facts = if card { found.facts(&doc, &layout, verdict.kind, &mut flags) } else { Facts::default() };
    if verdict.kind == Kind::NewOpportunity && thin(&facts) {
        flags.push(Flag::Thin);
    }
    flags.sort_unstable();
    flags.dedup();
    Reading { kind: verdict.kind, language, facts, flags, dismissal: verdict.dismissal, engine_version: ENGINE_VERSION }
}

/// Does the part of [`read`] that does not wait for the rest, so that a process that reads one message can have the
/// patterns of pay, technologies and details compiled on another core meanwhile. Changes nothing.
pub fn warm_up(message: &Message) {
    let doc = Doc::of(message.subject.as_deref(), &message.text);
    let layout = Layout::of(&doc);
    tech::find(&doc, &[]);
    salary::find(&doc, &layout, salary::Setting { local: None, contract: false, job: true });
    details::questions(&doc);
    details::industry(&doc);
    details::links(&doc);
    details::contacts(&doc);
    employment::work_week(&doc);
}

/// What the grammars found, before the kind says whether it counts.
struct Extracted {
    parties: Parties,
    role: Option<Found<Span>>,
    pay: Option<Found<contract::Salary>>,
    policy: Option<Found<RemotePolicy>>,
    location: Option<Found<String>>,
    employment: Option<Found<EmploymentType>>,
    technologies: Vec<contract::TechMention>,
}

impl Extracted {
    fn of(doc: &Doc, layout: &Layout, language: Language, message: &Message) -> Self {
        let titles = title::all(doc);
        let mut parties = company::find(doc, layout, &titles, message.sender.name.as_deref());
        let names: Vec<String> =
            [&parties.employer, &parties.agency].into_iter().flatten().map(|f| fold(&f.value)).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let policy = remote::find(doc, layout);
        let remote = policy.as_ref().is_some_and(|p| p.value == RemotePolicy::Remote);
        let role = role::find(doc, &layout.about(Topic::Role), &titles);
        let location = place::find(doc, layout, remote, &names, role.as_ref().map(|r| &r.value));
        let employment = employment::find(doc, layout);
        let country = place::country_of(doc, location.as_ref()).or_else(|| place::countries(doc).first().copied());
        let chinese = language == Language::Und && doc.text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
        let local = country.and_then(place::currency).or(chinese.then_some("CNY"));
        let contract = employment.as_ref().is_some_and(|e| e.value == EmploymentType::Contract);
        let pay = salary::find(doc, layout, salary::Setting { local, contract, job: role.is_some() });
        // "for 70k-85k EUR" names an amount where "for Orbeva" would name an employer.
        let amount = |name: &mut Found<String>| {
            pay.as_ref().is_some_and(|pay| name.span.start < pay.span.end && pay.span.start < name.span.end)
        };
        parties.employer.take_if(amount);
        Self { role, pay, policy, location, employment, technologies: tech::find(doc, &names), parties }
    }

    fn findings(&self, doc: &Doc, layout: &Layout, message: &Message) -> Findings {
        let labelled = layout.labels.iter().filter(|(t, _)| *t != Topic::Other).count() >= 3 && self.role.is_some();
        Findings {
            layout: layout.segments.len() >= 3 || layout.posting || labelled,
            role: self.role.is_some(),
            pay: self.pay.is_some(),
            technologies: self.technologies.len(),
            terms: self.policy.is_some() || self.employment.is_some(),
            asks: details::question_type(doc).is_some_and(|q| q.value != contract::QuestionType::Other),
            thread: !message.history.is_empty(),
            words: doc.prose.split_whitespace().count(),
        }
    }

    /// The facts with their proof; a value whose words cannot be shown is dropped.
    fn facts(self, doc: &Doc, layout: &Layout, kind: Kind, flags: &mut Vec<Flag>) -> Facts {
        if self.parties.client_hidden {
            flags.push(Flag::ClientNotNamed);
        }
        if several_roles(doc, layout) {
            flags.push(Flag::SeveralRoles);
        }
        // An internship names its level by itself.
        let internship = self.employment.as_ref().filter(|e| e.value == EmploymentType::Internship);
        let seniority = seniority::find(doc, self.role.as_ref().map(|r| &r.value))
            .or_else(|| internship.map(|e| Found { value: Seniority::Intern, span: e.span.clone(), confidence: 80 }));
        let title = self.role.map(|r| Found {
            value: doc.words(&r.value).split_whitespace().collect::<Vec<_>>().join(" "),
            span: r.span,
            confidence: r.confidence,
        });
        let list = |found: Vec<Found<String>>| found.into_iter().filter_map(|f| f.field(doc)).collect();
        Facts {
            company: self.parties.employer.and_then(|f| f.field(doc)),
            agency: self.parties.agency.and_then(|f| f.field(doc)),
            industry: details::industry(doc).and_then(|f| f.field(doc)),
            role: title.and_then(|f| f.field(doc)),
            seniority: seniority.and_then(|f| f.field(doc)),
            tech_stack: self.technologies,
            salary: self.pay.and_then(|f| f.field(doc)),
            remote_policy: self.policy.and_then(|f| f.field(doc)),
            location: self.location.and_then(|f| f.field(doc)),
            employment_type: self.employment.and_then(|f| f.field(doc)),
            work_week_days: employment::work_week(doc).and_then(|f| f.field(doc)),
            questions: list(details::questions(doc)),
            question_type: (kind == Kind::FollowUp)
                .then(|| details::question_type(doc))
                .flatten()
                .and_then(|f| f.field(doc)),
            contacts: list(details::contacts(doc)),
            links: list(details::links(doc)),
        }
    }
}

/// A numbered or listed second job.
fn several_roles(doc: &Doc, layout: &Layout) -> bool {
    let header = layout.about(Topic::Role);
    let segment = header.first().and_then(|span| {
        let whole = title::whole_line(doc, span)?;
        let rest = doc.prose.get(whole.end..span.end)?;
        Some(title::has_head(rest))
    });
    let listed = doc
        .lines()
        .iter()
        .filter(|line| {
            let words = doc.prose.get((*line).clone()).unwrap_or("");
            let bullet = words.starts_with(['-', '*', '•', '▪', '1', '2', '3', '4']);
            bullet
                && title::whole_line(doc, line)
                    .is_some_and(|t| t.len() * 10 > line.len() * 3 && t.start < line.start + 24)
        })
        .count();
    segment == Some(true) || header.len() > 1 || listed > 1
}

fn flags(doc: &Doc, message: &Message, kind: Kind) -> Vec<Flag> {
    let mut flags = Vec::new();
    if hostile::injects(doc, &message.text) {
        flags.push(Flag::Injection);
    }
    if kind == Kind::Scam || hostile::scam_signs(&doc.low.text) {
        flags.push(Flag::ScamSigns);
    }
    if message.partial {
        flags.push(Flag::Partial);
    }
    flags
}

/// Too little to judge: no role, or fewer than two of stack, pay, seniority and company.
pub(crate) fn thin(facts: &Facts) -> bool {
    let stated =
        [!facts.tech_stack.is_empty(), facts.salary.is_some(), facts.seniority.is_some(), facts.company.is_some()];
    facts.role.is_none() || stated.into_iter().filter(|s| *s).count() < 2
}
