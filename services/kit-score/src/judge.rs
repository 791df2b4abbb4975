//! The judgement whole: lines, conditions, caps, what is missing, and the decision.

use contract::{CapReason, Decision, Facts, Flag, Kind, LineName, Message, Score, Tier};

use crate::{
    company::{Companies, client_hidden},
    filter::{self, Asks, Filter, Phrases},
    level,
    line::Line,
    pay::{self, Yearly},
    place::{self, Places},
    profile::Profile,
    rates::Rates,
    stack::Stack,
    words::Words,
};

/// A profile made ready to judge by, once for many messages.
pub struct Judge<'a> {
    profile: &'a Profile,
    rates: &'a Rates,
    stack: Stack,
    companies: Companies,
    places: Places,
    reject_if: Phrases,
    must_have: Phrases,
    nice_to_have: Phrases,
}

/// Judges one message; [`Judge`] does many by the same profile faster.
///
/// `text` is what the sender wrote, subject included (see [`text_of`]): conditions in words look into it.
pub fn score(
    facts: &Facts,
    flags: &[Flag],
    kind: Kind,
    text: &str,
    profile: &Profile,
    rates: &Rates,
) -> (Score, Decision) {
    Judge::new(profile, rates).score(facts, flags, kind, text)
}

/// The words of a message that a judgement looks into.
pub fn text_of(message: &Message) -> String {
    match &message.subject {
        Some(subject) => format!("{subject}\n{}", message.text),
        None => message.text.clone(),
    }
}

impl<'a> Judge<'a> {
    /// Makes a profile ready.
    pub fn new(profile: &'a Profile, rates: &'a Rates) -> Self {
        Self {
            profile,
            rates,
            stack: Stack::of(profile),
            companies: Companies::of(profile),
            places: Places::of(profile),
            reject_if: Phrases::of(&profile.reject_if),
            must_have: Phrases::of(&profile.must_have),
            nice_to_have: Phrases::of(&profile.nice_to_have),
        }
    }

    /// Judges one message. The same arguments always give the same result; the order of technologies and flags does
    /// not count.
    pub fn score(&self, facts: &Facts, flags: &[Flag], kind: Kind, text: &str) -> (Score, Decision) {
        let words = Words::of(text);
        let wish = &self.profile.salary;
        let yearly = Yearly::of(facts.salary.as_ref().map(|field| &field.value), &words, wish, self.rates);
        let mut stack = self.stack.judge(&facts.tech_stack);
        // Without points, so that a wish never outweighs what the job is; seen beside them.
        let welcome = self.nice_to_have.said(&words);
        if !welcome.is_empty() {
            stack.line.score.values.insert("welcome".to_owned(), welcome.join(", "));
        }
        let filters: Vec<Filter> = [
            filter::work_week(facts, self.profile),
            Some(filter::minimum_salary(&yearly, wish)),
            filter::stack_share(stack.share, self.profile),
            Some(place::remote_policy(facts, &words, &self.profile.remote_policy)),
            self.places.filter(facts),
            filter::employment_type(facts, self.profile),
            self.reject_if.reject_if(&words),
            self.companies.filter(facts),
            self.must_have.must_have(&words),
        ]
        .into_iter()
        .flatten()
        .collect();
        let seniority = facts.seniority.as_ref().map(|field| field.value);
        let lines = [
            stack.line,
            pay::line(&yearly, wish),
            level::line(seniority, self.profile.seniority),
            self.companies.line(facts, flags, &words),
        ];

        let total: u8 = lines.iter().map(|line| line.score.points).sum();
        let tier_uncapped = Tier::of(total);
        let vetoed = filters.iter().any(Filter::fails);
        // A follow-up on its own, without the thread it follows, says as little as a thin offer.
        let thin = flags.contains(&Flag::Thin) || (kind == Kind::FollowUp && says_little(facts));
        let (tier, cap_reason) = cap(tier_uncapped, vetoed, thin);
        let missing = if vetoed { Vec::new() } else { missing(facts, flags, &lines, &filters) };
        let decision = decide(kind, flags, vetoed, !missing.is_empty() || thin, tier);
        let score = Score {
            total,
            tier,
            tier_uncapped,
            cap_reason,
            to_next_tier: next_floor(tier_uncapped).map(|floor| floor - total),
            lines: lines.into_iter().map(|line| line.score).collect(),
            filters: filters.into_iter().map(|filter| filter.filter).collect(),
            missing: missing.into_iter().map(|fact| fact.as_str().to_owned()).collect(),
            yearly: yearly.ok().map(|yearly| yearly.published()),
        };
        (score, decision)
    }
}

/// No role, or fewer than two of stack, pay, seniority and company.
fn says_little(facts: &Facts) -> bool {
    let stated =
        [!facts.tech_stack.is_empty(), facts.salary.is_some(), facts.seniority.is_some(), facts.company.is_some()];
    facts.role.is_none() || stated.into_iter().filter(|stated| *stated).count() < 2
}

/// A failed veto or a thin message keeps the tier from being a good one.
fn cap(uncapped: Tier, vetoed: bool, thin: bool) -> (Tier, Option<CapReason>) {
    let reason = match (vetoed, thin) {
        (true, _) => CapReason::Veto,
        (false, true) => CapReason::Thin,
        (false, false) => return (uncapped, None),
    };
    match uncapped.rank() > Tier::PocoInteresante.rank() {
        true => (Tier::PocoInteresante, Some(reason)),
        false => (uncapped, None),
    }
}

fn next_floor(tier: Tier) -> Option<u8> {
    Tier::ALL.iter().map(|tier| tier.floor()).filter(|floor| *floor > tier.floor()).min()
}

/// Facts that are not stated *and* decide, in the order to ask for them.
///
/// A fact decides where a condition hangs on it, or where its answer alone could move the total over the bound between
/// a job worth talking about and one that is not. Where not even the best answers to everything open would reach that
/// bound, nothing decides. In a thin message every open line does: it is thin for want of them.
fn missing(facts: &Facts, flags: &[Flag], lines: &[Line], filters: &[Filter]) -> Vec<Asks> {
    let bound = Tier::Interesante.floor();
    let thin = flags.contains(&Flag::Thin);
    let total: u8 = lines.iter().map(|line| line.score.points).sum();
    let best: u8 = lines.iter().map(|line| line.range.1).sum();
    if best < bound && !thin {
        return Vec::new();
    }
    let mut missing: Vec<Asks> =
        filters.iter().filter(|filter| filter.filter.veto).filter_map(|filter| filter.asks).collect();
    for line in lines.iter().filter(|line| line.is_open()) {
        let others = total - line.score.points;
        let crosses = others + line.range.0 < bound && bound <= others + line.range.1;
        if thin || crosses {
            missing.push(asked_by(line.score.line));
        }
    }
    if client_hidden(facts, flags) {
        missing.push(Asks::Client);
    }
    if thin && facts.role.is_none() {
        missing.push(Asks::Role);
    }
    missing.sort_unstable();
    missing.dedup();
    missing
}

const fn asked_by(line: LineName) -> Asks {
    match line {
        LineName::Stack => Asks::Stack,
        LineName::Pay => Asks::Pay,
        LineName::Seniority => Asks::Role,
        LineName::Company => Asks::Client,
    }
}

/// What to do. What a person must see first goes before all; then a failed veto; a follow-up is answered, not judged
/// anew; then what is missing; then the tier.
fn decide(kind: Kind, flags: &[Flag], vetoed: bool, asks: bool, tier: Tier) -> Decision {
    if matches!(kind, Kind::Courtesy | Kind::Promotion | Kind::Scam | Kind::Other) {
        return Decision::Ignore;
    }
    if flags.iter().any(|flag| matches!(flag, Flag::Injection | Flag::ScamSigns)) {
        return Decision::Review;
    }
    match (vetoed, kind, asks) {
        (true, ..) => Decision::Decline,
        (false, Kind::FollowUp, _) => Decision::Review,
        (false, _, true) => Decision::Ask,
        (false, _, false) if tier.rank() >= Tier::Interesante.rank() => Decision::Engage,
        _ => Decision::Decline,
    }
}
