//! The profile's conditions: each met, failed, or not told by the message.

use contract::{EmploymentType, Facts, Fulfilment, HardFilter};

use crate::{
    pay::{Standing, Unreadable, Yearly},
    profile::{Profile, SalaryWish},
    words::{Mention, Words},
};

/// A fact worth asking for, in the order in which to ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Asks {
    Client,
    Pay,
    Place,
    Contract,
    Stack,
    Role,
    Week,
}

impl Asks {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::Pay => "pay",
            Self::Place => "place",
            Self::Contract => "contract",
            Self::Stack => "stack",
            Self::Role => "role",
            Self::Week => "week",
        }
    }
}

/// A condition, and what to ask where the message does not tell.
pub(crate) struct Filter {
    pub filter: HardFilter,
    pub asks: Option<Asks>,
}

impl Filter {
    /// A condition whose failure puts the job out.
    pub(crate) fn veto(name: &str, fulfilment: Fulfilment, reason: impl Into<String>, asks: Option<Asks>) -> Self {
        let filter = HardFilter { name: name.to_owned(), fulfilment, veto: true, reason: reason.into() };
        Self { filter, asks: asks.filter(|_| fulfilment == Fulfilment::Unknown) }
    }

    pub(crate) fn fails(&self) -> bool {
        self.filter.veto && self.filter.fulfilment == Fulfilment::Fail
    }
}

pub(crate) fn minimum_salary(yearly: &Result<Yearly, Unreadable>, wish: &SalaryWish) -> Filter {
    let minimum = format!("your minimum of {} {}", wish.minimum, wish.currency);
    let (fulfilment, reason) = match yearly {
        Err(why) => (Fulfilment::Unknown, format!("{why}; {minimum}")),
        Ok(yearly) => match yearly.standing(wish.minimum) {
            Standing::Reaches => (Fulfilment::Pass, format!("reaches {minimum}")),
            Standing::Below => (Fulfilment::Fail, format!("even the top of the range is below {minimum}")),
            Standing::Open => (Fulfilment::Unknown, format!("below {minimum}, but it is net or may go higher")),
        },
    };
    Filter::veto("minimum_salary", fulfilment, reason, Some(Asks::Pay))
}

/// Days a week that a week has where a message does not say.
const USUAL_WEEK: u8 = 5;

pub(crate) fn work_week(facts: &Facts, profile: &Profile) -> Option<Filter> {
    let most = profile.work_week_days?;
    let (fulfilment, reason) = match facts.work_week_days.as_ref().map(|field| field.value) {
        Some(days) if days <= most => (Fulfilment::Pass, format!("{days} days a week; you work up to {most}")),
        Some(days) => (Fulfilment::Fail, format!("{days} days a week; you work up to {most}")),
        None if most >= USUAL_WEEK => (Fulfilment::Pass, format!("not stated; you work up to {most} days")),
        None => (Fulfilment::Unknown, format!("not stated; you work up to {most} days")),
    };
    Some(Filter::veto("work_week", fulfilment, reason, Some(Asks::Week)))
}

/// A job whose message does not say is full time: whoever accepts that need not ask.
const USUAL_FORM: EmploymentType = EmploymentType::FullTime;

pub(crate) fn employment_type(facts: &Facts, profile: &Profile) -> Option<Filter> {
    let accepted = &profile.employment_types;
    if accepted.is_empty() {
        return None;
    }
    let listed = accepted.iter().map(|form| form.as_str()).collect::<Vec<_>>().join(", ");
    let all = EmploymentType::ALL.iter().all(|form| accepted.contains(form));
    let (fulfilment, reason) = match facts.employment_type.as_ref().map(|field| field.value) {
        Some(form) if accepted.contains(&form) => (Fulfilment::Pass, format!("{form}; you accept {listed}")),
        Some(form) => (Fulfilment::Fail, format!("{form}; you accept {listed}")),
        None if all => (Fulfilment::Pass, "not stated; you accept every form".to_owned()),
        None => (Fulfilment::Unknown, format!("not stated; you accept {listed}")),
    };
    let asks = (!accepted.contains(&USUAL_FORM)).then_some(Asks::Contract);
    Some(Filter::veto("employment_type", fulfilment, reason, asks))
}

pub(crate) fn stack_share(share: Option<u32>, profile: &Profile) -> Option<Filter> {
    let least = profile.minimum_stack_share?;
    let (fulfilment, reason) = match share {
        Some(share) if share >= u32::from(least) => {
            (Fulfilment::Pass, format!("{share} % of the stack; you ask for {least} %"))
        }
        Some(share) => (Fulfilment::Fail, format!("{share} % of the stack; you ask for {least} %")),
        None => (Fulfilment::Unknown, format!("no technology is stated; you ask for {least} % of the stack")),
    };
    Some(Filter::veto("stack_share", fulfilment, reason, Some(Asks::Stack)))
}

/// Phrases of the profile to look for: as written, and as words.
pub(crate) struct Phrases(Vec<(String, Words)>);

impl Phrases {
    pub(crate) fn of(phrases: &[String]) -> Self {
        Self(
            phrases
                .iter()
                .map(|phrase| (phrase.clone(), Words::of(phrase)))
                .filter(|(_, words)| !words.is_empty())
                .collect(),
        )
    }

    fn listed(&self, mentions: &[Mention], wanted: Mention) -> String {
        let hits = self.0.iter().zip(mentions).filter(|(_, mention)| **mention == wanted);
        hits.map(|((phrase, _), _)| phrase.as_str()).collect::<Vec<_>>().join(", ")
    }

    fn mentions(&self, words: &Words) -> Vec<Mention> {
        self.0.iter().map(|(_, phrase)| words.mention(phrase)).collect()
    }

    /// Those that the message says.
    pub(crate) fn said(&self, words: &Words) -> Vec<&str> {
        let all = self.0.iter();
        all.filter(|(_, phrase)| words.mention(phrase) == Mention::Said).map(|(phrase, _)| phrase.as_str()).collect()
    }

    /// The condition that the message says none of them.
    pub(crate) fn reject_if(&self, words: &Words) -> Option<Filter> {
        if self.0.is_empty() {
            return None;
        }
        let mentions = self.mentions(words);
        let (said, denied) = (self.listed(&mentions, Mention::Said), self.listed(&mentions, Mention::Denied));
        let (fulfilment, reason) = match (said.as_str(), denied.as_str()) {
            ("", _) if words.is_empty() => (Fulfilment::Unknown, "there are no words to look in".to_owned()),
            ("", "") => (Fulfilment::Pass, "says none of your words".to_owned()),
            ("", denied) => (Fulfilment::Pass, format!("names {denied} only to deny it")),
            (said, _) => (Fulfilment::Fail, format!("says {said}")),
        };
        Some(Filter::veto("reject_if", fulfilment, reason, None))
    }

    /// Whether the message says all of them. That it does not is no proof of the contrary: never a veto.
    pub(crate) fn must_have(&self, words: &Words) -> Option<Filter> {
        if self.0.is_empty() {
            return None;
        }
        let mentions = self.mentions(words);
        let (absent, denied) = (self.listed(&mentions, Mention::Absent), self.listed(&mentions, Mention::Denied));
        let (fulfilment, reason) = match (absent.as_str(), denied.as_str()) {
            ("", "") => (Fulfilment::Pass, "says all you ask for".to_owned()),
            (_, "") => (Fulfilment::Unknown, format!("does not say {absent}")),
            (_, denied) => (Fulfilment::Fail, format!("denies {denied}")),
        };
        let filter = HardFilter { name: "must_have".to_owned(), fulfilment, veto: false, reason };
        Some(Filter { filter, asks: None })
    }
}
