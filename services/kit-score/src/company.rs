//! The company line, and the condition that a company is not blocked.

use std::{collections::BTreeSet, sync::LazyLock};

use contract::{Facts, Flag, Fulfilment, LineName};
use serde::Deserialize;

use crate::{
    filter::{Asks, Filter},
    line::{Line, values},
    place,
    profile::Profile,
    words::{Mention, Words},
};

const MAX: u8 = 10;
const FAVOURED: u8 = 7;
const UNKNOWN: u8 = 5;
const NO_CLIENT: u8 = 2;

/// A name as words, without its legal form.
type Name = Vec<String>;

#[derive(Default)]
struct Lore {
    well_known: BTreeSet<Name>,
    legal_forms: Vec<Name>,
}

static LORE: LazyLock<Lore> = LazyLock::new(|| {
    // Part of the program, and read by a test; without it no company would be well known.
    Lore::parse(include_str!("../data/companies.toml")).unwrap_or_default()
});

impl Lore {
    fn parse(text: &str) -> Result<Self, toml::de::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Table {
            well_known: Vec<String>,
            legal_forms: Vec<String>,
        }
        let table: Table = toml::from_str(text)?;
        Ok(Self {
            well_known: table.well_known.iter().map(|name| words(name)).collect(),
            legal_forms: table.legal_forms.iter().map(|form| words(form)).collect(),
        })
    }
}

fn words(name: &str) -> Name {
    Words::of(name).as_slice().to_vec()
}

fn name(written: &str) -> Name {
    let mut name = words(written);
    while let Some(form) = LORE.legal_forms.iter().find(|form| name.len() > form.len() && name.ends_with(form)) {
        name.truncate(name.len() - form.len());
    }
    name
}

/// `Google Spain` is a company of Google.
fn belongs(company: &[String], listed: &[String]) -> bool {
    !listed.is_empty() && company.starts_with(listed)
}

fn is_well_known(company: &[String]) -> bool {
    LORE.well_known.contains(company)
        || (1..company.len()).any(|at| place::is_known(&company[at..]) && LORE.well_known.contains(&company[..at]))
}

/// The profile's side.
pub(crate) struct Companies {
    favourite: Vec<Name>,
    blocked: Vec<Name>,
    /// As written, and as words.
    industries: Vec<(String, Words)>,
}

/// Who is behind a message.
struct Employer<'a> {
    company: Option<&'a str>,
    agency: Option<&'a str>,
    industry: Option<&'a str>,
}

impl<'a> Employer<'a> {
    fn of(facts: &'a Facts) -> Self {
        let stated = |field: &'a Option<contract::Field<String>>| {
            field.as_ref().map(|f| f.value.trim()).filter(|v| !v.is_empty())
        };
        Self { company: stated(&facts.company), agency: stated(&facts.agency), industry: stated(&facts.industry) }
    }
}

/// Whether an agency writes that does not name its client.
pub(crate) fn client_hidden(facts: &Facts, flags: &[Flag]) -> bool {
    let employer = Employer::of(facts);
    employer.company.is_none() && (employer.agency.is_some() || flags.contains(&Flag::ClientNotNamed))
}

impl Companies {
    pub(crate) fn of(profile: &Profile) -> Self {
        let names = |list: &[String]| list.iter().map(|written| name(written)).collect();
        Self {
            favourite: names(&profile.favourite_companies),
            blocked: names(&profile.blocked_companies),
            industries: profile
                .company
                .industries
                .iter()
                .map(|written| (written.clone(), Words::of(written)))
                .collect(),
        }
    }

    fn is_blocked(&self, written: &str) -> bool {
        if self.blocked.is_empty() {
            return false;
        }
        let written = name(written);
        self.blocked.iter().any(|listed| belongs(&written, listed))
    }

    /// Where no industry was read, a favoured one counts that the message says.
    pub(crate) fn line(&self, facts: &Facts, flags: &[Flag], words: &Words) -> Line {
        let mut employer = Employer::of(facts);
        employer.industry = employer.industry.or_else(|| self.favoured_in(words));
        let shown = [("company", employer.company), ("agency", employer.agency), ("industry", employer.industry)];
        let shown = values(shown.into_iter().filter_map(|(what, value)| Some((what, value?.to_owned()))));
        let line = |points: u8, rule: &str| Line::settled(LineName::Company, points, MAX, rule, shown.clone());
        if [employer.company, employer.agency].into_iter().flatten().any(|written| self.is_blocked(written)) {
            return line(0, "blocked in your profile");
        }
        let company = employer.company.map(name).unwrap_or_default();
        if self.favourite.iter().any(|listed| belongs(&company, listed)) {
            return line(MAX, "a favourite of yours");
        }
        if employer.company.is_none() {
            let (points, rule) = match client_hidden(facts, flags) {
                true => (NO_CLIENT, "an agency that does not name its client"),
                false => (UNKNOWN, "no company is named"),
            };
            return Line::open(LineName::Company, points, MAX, self.range(), rule).with(shown);
        }
        if employer.industry.is_some_and(|industry| self.favours(industry)) {
            return line(FAVOURED, "an industry you favour");
        }
        if is_well_known(&company) {
            return line(FAVOURED, "a well-known company");
        }
        line(UNKNOWN, "a company that is neither well known nor of an industry you favour")
    }

    /// Points that a name could give.
    fn range(&self) -> (u8, u8) {
        let least = if self.blocked.is_empty() { UNKNOWN } else { 0 };
        let most = if self.favourite.is_empty() { FAVOURED } else { MAX };
        (least, most)
    }

    fn favoured_in(&self, words: &Words) -> Option<&str> {
        let said = self.industries.iter().find(|(_, favoured)| words.mention(favoured) == Mention::Said);
        said.map(|(written, _)| written.as_str())
    }

    fn favours(&self, industry: &str) -> bool {
        let stated = Words::of(industry);
        self.industries.iter().any(|(_, favoured)| stated.name(favoured) || favoured.name(&stated))
    }

    /// The condition that neither company nor agency is blocked; `None` where the profile blocks none.
    pub(crate) fn filter(&self, facts: &Facts) -> Option<Filter> {
        if self.blocked.is_empty() {
            return None;
        }
        let employer = Employer::of(facts);
        let blocked =
            [employer.company, employer.agency].into_iter().flatten().find(|written| self.is_blocked(written));
        let (fulfilment, reason) = match (blocked, employer.company) {
            (Some(written), _) => (Fulfilment::Fail, format!("{written} is among the companies you block")),
            (None, Some(written)) => (Fulfilment::Pass, format!("{written} is not among the companies you block")),
            (None, None) => (Fulfilment::Unknown, "the company is not named".to_owned()),
        };
        Some(Filter::veto("blocked_company", fulfilment, reason, Some(Asks::Client)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_compiled_in_lore_reads() {
        let lore = Lore::parse(include_str!("../data/companies.toml")).unwrap();
        assert!(lore.well_known.len() > 150 && lore.legal_forms.len() > 30);
        assert!(lore.well_known.iter().all(|name| !name.is_empty()));
    }

    #[test]
    fn a_company_is_known_by_its_name_without_legal_form_and_place() {
        for written in ["Google", "GOOGLE Spain, S.L.", "Telefónica S.A.", "booking.com", "Microsoft Corporation"] {
            assert!(is_well_known(&name(written)), "{written}");
        }
        for written in ["Google Ads Consultants", "Apple Bank", "Nimbus", "Co", ""] {
            assert!(!is_well_known(&name(written)), "{written}");
        }
    }
}
