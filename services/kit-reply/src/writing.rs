//! The phrases that every kind of reply is made of: greeting, shared stack, where the person works, call windows, pay.

use contract::{Facts, LineName, OpportunityScored, RemotePolicy};
use kit_score::profile::{CallWindow, SearchStatus};

use crate::{
    persona::{Persona, Skill},
    quote::Quote,
    text::joined,
    voice::{Style, Voice, fill},
};

/// Most technologies named in a reply.
const MOST_SKILLS: usize = 2;
/// Most call windows offered.
const MOST_WINDOWS: usize = 2;

/// What a reply is written from.
#[derive(Debug)]
pub(crate) struct Writing<'a> {
    pub(crate) voice: &'a Voice,
    pub(crate) style: Style,
    pub(crate) persona: &'a Persona<'a>,
    pub(crate) quote: &'a Quote,
    pub(crate) scored: &'a OpportunityScored,
    /// What the earlier messages of the conversation state, where that is known.
    pub(crate) earlier: Option<&'a Facts>,
    /// The person's own words on where they stand, if they are of this language.
    pub(crate) situation: Option<&'a str>,
}

/// How near a job's stack is to what the person works with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Nearness {
    /// Half of it or more.
    Close,
    /// Some of it.
    Partly,
    /// Nothing of it.
    Other,
    /// The message does not say, or the score sees more than a reply may claim.
    Unsaid,
}

impl Writing<'_> {
    /// A phrase of the place, chosen by the message.
    pub(crate) fn say(&self, place: &str, choices: &[String], values: &[(&str, &str)]) -> String {
        self.style.say(place, choices, values)
    }

    /// Greeting with a concrete detail of their message.
    pub(crate) fn opening(&self) -> String {
        let opening = &self.voice.opening;
        let subject = self.quote.subject(self.voice, self.style);
        match &self.quote.name {
            Some(name) => self.say("opening", &opening.named, &[("name", name), ("subject", &subject)]),
            None => self.say("opening", &opening.unnamed, &[("subject", &subject)]),
        }
    }

    /// Greeting within a conversation.
    pub(crate) fn opening_again(&self) -> String {
        let opening = &self.voice.opening;
        match &self.quote.name {
            Some(name) => self.say("opening", &opening.again_named, &[("name", name)]),
            None => self.say("opening", &opening.again_unnamed, &[]),
        }
    }

    /// How near the job's stack is to what the person works with.
    pub(crate) fn nearness(&self) -> Nearness {
        let stack = &self.scored.analysis.facts.tech_stack;
        let line = self.scored.score.iter().flat_map(|score| &score.lines).find(|line| line.line == LineName::Stack);
        let half = line.is_none_or(|line| u16::from(line.points) * 2 >= u16::from(line.max));
        match (self.persona.shared(stack).is_empty(), half) {
            (false, true) => Nearness::Close,
            (false, false) => Nearness::Partly,
            // What is only touched, or near to something known, counts in the score and is not called another one.
            (true, _) if stack.is_empty() || line.is_some_and(|line| line.points > 0) => Nearness::Unsaid,
            (true, _) => Nearness::Other,
        }
    }

    /// What fits: the shared part of the stack, with years where the profile has them; else what the person works with.
    pub(crate) fn fit(&self) -> Option<String> {
        let (fit, answer) = (&self.voice.fit, &self.voice.answer);
        let (with_years, plain) = match self.nearness() {
            Nearness::Close => (&fit.years, &fit.plain),
            Nearness::Partly => (&fit.part_years, &fit.part_plain),
            Nearness::Other => (&fit.other_years, &fit.other_plain),
            Nearness::Unsaid => (&answer.background, &answer.background_plain),
        };
        let shared = self.persona.shared(&self.scored.analysis.facts.tech_stack);
        let skills = if shared.is_empty() { self.persona.strongest(MOST_SKILLS) } else { shared };
        self.skills("fit", &skills, MOST_SKILLS, with_years, plain)
    }

    /// What the person does, in their own line: where it is a phrase of this language, not a bare title.
    pub(crate) fn headline(&self) -> Option<String> {
        let spoken = |headline: &&str| Voice::speaks(headline, self.scored.analysis.language);
        let headline = self.persona.headline.filter(spoken)?;
        Some(fill(&self.voice.fit.headline, &[("headline", headline)]))
    }

    /// Where the person stands: their own sentence where it is of this language, with what it leaves open; else ours.
    pub(crate) fn stand(&self, ours: &[String], left_open: &str) -> String {
        match self.situation {
            Some(situation) => {
                format!("{} {}", ended(situation), self.style.form(left_open, &[])).trim_end().to_owned()
            }
            None => self.say("stand", ours, &[]),
        }
    }

    /// Technologies as a sentence.
    pub(crate) fn skills(
        &self,
        place: &str,
        skills: &[Skill<'_>],
        most: usize,
        with_years: &[String],
        plain: &[String],
    ) -> Option<String> {
        let dated: Vec<(&str, u32)> =
            skills.iter().filter_map(|s| s.years.map(|years| (s.name, u32::from(years)))).take(most).collect();
        if !dated.is_empty() {
            let list = self.dated(&dated);
            return Some(self.say(place, with_years, &[("list", &list)]));
        }
        let fit = &self.voice.fit;
        let names: Vec<_> = skills.iter().take(most).map(|s| fill(&fit.named, &[("tech", s.name)])).collect();
        (!names.is_empty()).then(|| self.say(place, plain, &[("list", &joined(&names, &self.voice.and))]))
    }

    /// `Rust for four years and Kafka for five`.
    fn dated(&self, skills: &[(&str, u32)]) -> String {
        let fit = &self.voice.fit;
        let mut items = Vec::new();
        for (tech, years) in skills {
            let item = if items.is_empty() || *years == 1 {
                fill(&fit.first, &[("tech", tech), ("years", &self.voice.years(*years))])
            } else {
                fill(&fit.more, &[("tech", tech), ("count", &self.voice.number(*years))])
            };
            items.push(item);
        }
        joined(&items, &self.voice.and)
    }

    /// That the way of working they state suits the person; nothing where it is unstated or not accepted.
    pub(crate) fn place_fits(&self) -> Option<String> {
        let stated = self.scored.analysis.facts.remote_policy.as_ref()?.value;
        let passed = self.persona.places.contains(&stated) && !self.vetoed("remote_policy");
        let fit = &self.voice.fit;
        passed.then(|| match stated {
            RemotePolicy::Remote => fit.remote.clone(),
            RemotePolicy::Hybrid => fit.hybrid.clone(),
            RemotePolicy::Onsite => fit.onsite.clone(),
        })
    }

    /// Where the person works, as a list for a sentence; nothing where everything is accepted.
    pub(crate) fn places(&self) -> Option<String> {
        let places = &self.voice.places;
        let accepted = self.persona.places;
        if accepted.is_empty() || accepted.contains(&RemotePolicy::Onsite) && accepted.contains(&RemotePolicy::Hybrid) {
            return None;
        }
        let days = self.persona.office_days.map(u32::from).filter(|days| *days > 0);
        let of = |policy: &RemotePolicy| match (policy, days) {
            (RemotePolicy::Remote, _) => places.remote.clone(),
            (RemotePolicy::Onsite, _) => places.onsite.clone(),
            (RemotePolicy::Hybrid, None) => places.hybrid.clone(),
            (RemotePolicy::Hybrid, Some(1)) => places.hybrid_day.clone(),
            (RemotePolicy::Hybrid, Some(days)) => fill(&places.hybrid_days, &[("count", &self.voice.number(days))]),
        };
        let stated: Vec<_> = RemotePolicy::ALL.iter().filter(|policy| accepted.contains(policy)).map(of).collect();
        Some(joined(&stated, &self.voice.or))
    }

    /// Times for a call as sentences that offer them, and the page to book one; nothing where the profile has neither.
    pub(crate) fn call_times(&self) -> Vec<String> {
        let engage = &self.voice.engage;
        let windows = self.call_windows();
        let page = if windows.is_some() { &engage.or_book } else { &engage.book };
        let booking = self.persona.scheduling_link.map(|link| fill(page, &[("link", link)]));
        windows.into_iter().chain(booking).collect()
    }

    fn call_windows(&self) -> Option<String> {
        let offered: Vec<_> = self.persona.windows.iter().take(MOST_WINDOWS).collect();
        let list = self.windows(&offered)?;
        let engage = &self.voice.engage;
        let choices = if offered.len() == 1 { &engage.windows_one } else { &engage.windows_several };
        Some(self.say("windows", choices, &[("windows", &list)]))
    }

    /// `Tuesday or Thursday between 17:00 and 18:30 (Madrid time)`.
    fn windows(&self, offered: &[&CallWindow]) -> Option<String> {
        let (first, city) = (offered.first()?, self.persona.city.as_deref()?);
        let day = |window: &CallWindow| {
            let at = usize::try_from(window.day.num_days_from_monday()).ok();
            at.and_then(|at| self.voice.weekdays.get(at)).cloned().unwrap_or_default()
        };
        let slot = |days: &str, window: &CallWindow| {
            let (from, to) = (window.from.format("%H:%M").to_string(), window.to.format("%H:%M").to_string());
            fill(&self.voice.time.window, &[("days", days), ("from", &from), ("to", &to)])
        };
        let same_hours = offered.iter().all(|window| (window.from, window.to) == (first.from, first.to));
        let slots = if same_hours {
            let days: Vec<_> = offered.iter().map(|window| day(window)).collect();
            slot(&joined(&days, &self.voice.or), first)
        } else {
            let slots: Vec<_> = offered.iter().map(|window| slot(&day(window), window)).collect();
            joined(&slots, &self.voice.or)
        };
        Some(fill(&self.voice.time.windows, &[("windows", &slots), ("city", city)]))
    }

    /// Minimum pay, where nobody asked for it.
    pub(crate) fn pay_unasked(&self) -> Option<String> {
        self.persona.pay.unasked().map(|(amount, currency)| self.voice.money(amount, currency))
    }

    /// The phrases of a search status; nothing for a person who is not looking.
    pub(crate) fn by_status<'c>(
        &self,
        active: &'c [String],
        passive: &'c [String],
        selective: &'c [String],
    ) -> Option<&'c [String]> {
        match self.persona.status {
            SearchStatus::Active => Some(active),
            SearchStatus::Passive => Some(passive),
            SearchStatus::Selective => Some(selective),
            SearchStatus::NotLooking => None,
        }
    }

    /// Whether the named condition of the profile fails as a veto.
    pub(crate) fn vetoed(&self, name: &str) -> bool {
        crate::offer::vetoes(self.scored).any(|veto| veto == name)
    }
}

/// A sentence with its full stop.
fn ended(sentence: &str) -> String {
    if sentence.ends_with(['.', '!', '?', '…']) { sentence.to_owned() } else { format!("{sentence}.") }
}
