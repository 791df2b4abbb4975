//! What a reply may say of the person: the profile after its disclosure policy. Templates see this and never the
//! profile, so that a fact kept back cannot get into a text.

use contract::{RemotePolicy, TechMention};
use kit_score::{
    profile::{CallWindow, Level, Policy, Profile, Register, SearchStatus},
    same_technology,
};

/// The person as far as replies tell of them.
#[derive(Clone, Debug)]
pub(crate) struct Persona<'p> {
    pub(crate) status: SearchStatus,
    pub(crate) register: Option<Register>,
    /// What stands under a reply: the signature, else the name. An empty signature is none.
    pub(crate) closing: Option<&'p str>,
    /// What the person does, in a line of their own.
    pub(crate) headline: Option<&'p str>,
    /// Where the person stands, in a sentence of their own.
    pub(crate) situation: Option<&'p str>,
    /// Technologies that the person works with; those only touched are left out.
    pub(crate) technologies: Vec<Skill<'p>>,
    /// Years in the profession.
    pub(crate) years: Option<u8>,
    pub(crate) places: &'p [RemotePolicy],
    pub(crate) office_days: Option<u8>,
    pub(crate) pay: Disclosed<(i64, &'p str)>,
    pub(crate) notice_days: Disclosed<u16>,
    pub(crate) phone: Disclosed<&'p str>,
    pub(crate) email: Disclosed<&'p str>,
    pub(crate) cv: Disclosed<&'p str>,
    pub(crate) windows: &'p [CallWindow],
    /// Page at which a call can be booked.
    pub(crate) scheduling_link: Option<&'p str>,
    /// City of the time zone.
    pub(crate) city: Option<String>,
}

/// A technology with its years.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Skill<'p> {
    pub(crate) name: &'p str,
    pub(crate) years: Option<u8>,
}

/// A fact under the disclosure policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Disclosed<T> {
    /// The profile does not say.
    Unknown,
    /// Kept back.
    Withheld,
    /// Told where asked for.
    OnRequest(T),
    /// Told unasked too.
    Open(T),
}

impl<T: Copy> Disclosed<T> {
    fn by(policy: Policy, fact: Option<T>) -> Self {
        match (policy, fact) {
            (Policy::Never, _) => Self::Withheld,
            (_, None) => Self::Unknown,
            (Policy::OnRequest, Some(fact)) => Self::OnRequest(fact),
            (Policy::Always, Some(fact)) => Self::Open(fact),
        }
    }

    /// The fact where nobody asked.
    pub(crate) fn unasked(self) -> Option<T> {
        if let Self::Open(fact) = self { Some(fact) } else { None }
    }

    /// The fact where they asked for it.
    pub(crate) fn asked(self) -> Option<T> {
        match self {
            Self::OnRequest(fact) | Self::Open(fact) => Some(fact),
            Self::Unknown | Self::Withheld => None,
        }
    }
}

impl<'p> Persona<'p> {
    pub(crate) fn of(profile: &'p Profile) -> Self {
        let disclosure = profile.disclosure;
        let contact = &profile.contact;
        let pay = (profile.salary.minimum > 0).then_some((profile.salary.minimum, profile.salary.currency.as_str()));
        let skills = profile.technologies.iter().filter(|t| t.level == Level::Known);
        Self {
            status: profile.search_status,
            register: profile.reply.register,
            closing: line(profile.reply.signature.as_ref().or(profile.name.as_ref())),
            headline: line(profile.headline.as_ref()).map(|text| text.trim_end_matches('.')),
            situation: line(profile.situation.as_ref()),
            technologies: skills.map(|t| Skill { name: &t.name, years: t.years.filter(|y| *y > 0) }).collect(),
            years: profile.years.filter(|y| *y > 0),
            places: &profile.remote_policy.accepted,
            office_days: profile.remote_policy.max_office_days,
            pay: Disclosed::by(disclosure.salary, pay),
            notice_days: Disclosed::by(disclosure.notice, profile.notice_period_days),
            phone: Disclosed::by(disclosure.phone, contact.phone.as_deref()),
            email: Disclosed::by(disclosure.email, contact.email.as_deref()),
            cv: Disclosed::by(disclosure.cv, contact.cv_link.as_deref()),
            windows: &profile.call_windows,
            scheduling_link: line(profile.scheduling_link.as_ref()),
            city: profile.time_zone.as_deref().map(city),
        }
    }

    /// What the person knows of a stack, in its order.
    pub(crate) fn shared(&self, stack: &[TechMention]) -> Vec<Skill<'p>> {
        stack.iter().filter_map(|mention| self.skill(&mention.name)).collect()
    }

    /// The person's technology of that name, in any common spelling.
    pub(crate) fn skill(&self, name: &str) -> Option<Skill<'p>> {
        self.technologies.iter().copied().find(|skill| same_technology(skill.name, name))
    }

    /// The technologies with the most years.
    pub(crate) fn strongest(&self, most: usize) -> Vec<Skill<'p>> {
        let mut skills: Vec<_> = self.technologies.clone();
        skills.sort_by_key(|skill| std::cmp::Reverse(skill.years));
        skills.truncate(most);
        skills
    }
}

fn line(text: Option<&String>) -> Option<&str> {
    text.map(|text| text.trim()).filter(|text| !text.is_empty())
}

/// `Europe/Madrid` → `Madrid`.
fn city(zone: &str) -> String {
    zone.rsplit('/').next().unwrap_or(zone).replace('_', " ")
}
