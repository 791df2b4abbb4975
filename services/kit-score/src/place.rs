//! Where the work is done: the conditions on remote policy and on place, and what is known of which place lies where.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::LazyLock,
};

use contract::{Facts, Fulfilment, RemotePolicy};
use serde::Deserialize;

use crate::{
    filter::{Asks, Filter},
    office::{OfficeDays, office_days},
    profile::{Profile, RemoteWish},
    words::Words,
};

/// Longest name of a place, in words.
const LONGEST: usize = 4;

#[derive(Default)]
struct Atlas {
    also: BTreeMap<String, String>,
    /// Place → what it lies in, directly.
    within: BTreeMap<String, Vec<String>>,
    cities: BTreeSet<String>,
}

static ATLAS: LazyLock<Atlas> = LazyLock::new(|| {
    // Part of the program, and read by a test; without it places would be compared by their words alone.
    Atlas::parse(include_str!("../data/places.toml")).unwrap_or_default()
});

impl Atlas {
    fn parse(text: &str) -> Result<Self, toml::de::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Table {
            also: BTreeMap<String, String>,
            regions: BTreeMap<String, Vec<String>>,
            countries: BTreeMap<String, Vec<String>>,
            cities: BTreeMap<String, Vec<String>>,
        }
        let table: Table = toml::from_str(text)?;
        let mut atlas = Self { also: table.also, within: table.regions, cities: BTreeSet::new() };
        atlas.within.extend(table.countries);
        for (country, cities) in table.cities {
            for city in cities {
                atlas.within.insert(city.clone(), vec![country.clone()]);
                atlas.cities.insert(city);
            }
        }
        Ok(atlas)
    }

    fn place(&self, words: &[String]) -> Option<&str> {
        let joined = words.join(" ");
        let name = self.also.get(&joined).unwrap_or(&joined);
        self.within.get_key_value(name).map(|(name, _)| name.as_str())
    }

    /// Whether a place lies in another, or is it.
    fn lies_in(&self, place: &str, other: &str) -> bool {
        place == other
            || self.within.get(place).is_some_and(|outer| outer.iter().any(|outer| self.lies_in(outer, other)))
    }

    /// Places that words name, the most precise ones: of `Madrid, Spain` only Madrid.
    fn named(&self, words: &[String]) -> Vec<&str> {
        let mut places = Vec::new();
        let mut at = 0;
        while at < words.len() {
            let longest =
                (1..=LONGEST.min(words.len() - at)).rev().find_map(|n| Some((n, self.place(&words[at..at + n])?)));
            if let Some((_, place)) = longest {
                places.push(place);
            }
            at += longest.map_or(1, |(n, _)| n);
        }
        let precise = |place: &&str| !places.iter().any(|other| other != place && self.lies_in(other, place));
        places.iter().copied().filter(precise).collect()
    }
}

/// Whether words are the name of a known place.
pub(crate) fn is_known(words: &[String]) -> bool {
    ATLAS.place(words).is_some()
}

/// `U.S.` and `EE.UU.` are one word.
fn place_words(text: &str) -> Words {
    Words::of(&text.replace('.', ""))
}

pub(crate) fn remote_policy(facts: &Facts, words: &Words, wish: &RemoteWish) -> Filter {
    let listed = wish.accepted.iter().map(|policy| policy.as_str()).collect::<Vec<_>>().join(", ");
    let limit = wish.max_office_days;
    let (fulfilment, reason) = match facts.remote_policy.as_ref().map(|field| field.value) {
        None if limit.is_none() && RemotePolicy::ALL.iter().all(|policy| wish.accepted.contains(policy)) => {
            (Fulfilment::Pass, "not stated; you accept all".to_owned())
        }
        None => (Fulfilment::Unknown, format!("not stated; you accept {listed}")),
        Some(policy) if !wish.accepted.contains(&policy) => {
            (Fulfilment::Fail, format!("{policy}; you accept {listed}"))
        }
        Some(RemotePolicy::Hybrid) => match (limit, office_days(words)) {
            (None, _) => (Fulfilment::Pass, format!("hybrid; you accept {listed}")),
            (Some(most), OfficeDays::Stated(days)) => {
                let fulfilment = if days <= most { Fulfilment::Pass } else { Fulfilment::Fail };
                (fulfilment, format!("hybrid with {days} office days a week; you go up to {most}"))
            }
            (Some(most), OfficeDays::NotStated) => {
                (Fulfilment::Unknown, format!("hybrid, office days not stated; you go up to {most} a week"))
            }
        },
        Some(policy) => (Fulfilment::Pass, format!("{policy}; you accept {listed}")),
    };
    Filter::veto("remote_policy", fulfilment, reason, Some(Asks::Place))
}

/// How a job's place stands to the person's.
enum Distance {
    /// One of the person's places.
    Here,
    /// A region that the person's places lie in.
    Around,
    /// Known, and elsewhere; a city or something wider.
    Away { city: bool },
    /// Not known here.
    Unknown,
}

/// The profile's places.
pub(crate) struct Places {
    written: Vec<Words>,
    /// What they are on the map.
    own: Vec<&'static str>,
    listed: String,
    relocation: bool,
}

impl Places {
    pub(crate) fn of(profile: &Profile) -> Self {
        let written: Vec<Words> =
            profile.locations.iter().map(|place| place_words(place)).filter(|words| !words.is_empty()).collect();
        let atlas: &'static Atlas = &ATLAS;
        Self {
            own: written.iter().flat_map(|words| atlas.named(words.as_slice())).collect(),
            written,
            listed: profile.locations.join(", "),
            relocation: profile.relocation,
        }
    }

    fn distance(&self, job: &str) -> Distance {
        let job = place_words(job);
        let named = ATLAS.named(job.as_slice());
        let any = |lies: &dyn Fn(&str, &str) -> bool| named.iter().any(|job| self.own.iter().any(|own| lies(job, own)));
        if any(&|job, own| ATLAS.lies_in(job, own)) {
            return Distance::Here;
        }
        // A place that is not on the map, by its words: the job's `Getafe Norte` for the profile's `Getafe`.
        if self.written.iter().any(|own| ATLAS.named(own.as_slice()).is_empty() && job.name(own)) {
            return Distance::Here;
        }
        if any(&|job, own| ATLAS.lies_in(own, job)) {
            return Distance::Around;
        }
        match named.as_slice() {
            [] => Distance::Unknown,
            named => Distance::Away { city: named.iter().all(|place| ATLAS.cities.contains(*place)) },
        }
    }

    /// The condition on the place; `None` where the profile names none.
    pub(crate) fn filter(&self, facts: &Facts) -> Option<Filter> {
        if self.written.is_empty() {
            return None;
        }
        let remote = facts.remote_policy.as_ref().map(|field| field.value);
        let (fulfilment, reason, ask) = match facts.location.as_ref().map(|field| field.value.as_str()) {
            Some(job) => self.stated(job, remote == Some(RemotePolicy::Remote)),
            None if self.relocation => (Fulfilment::Pass, "not stated; you would move".to_owned(), false),
            None if remote == Some(RemotePolicy::Remote) => {
                (Fulfilment::Pass, "remote, and no place is stated".to_owned(), false)
            }
            None => (Fulfilment::Unknown, format!("not stated; your places are {}", self.listed), true),
        };
        Some(Filter::veto("location", fulfilment, reason, ask.then_some(Asks::Place)))
    }

    /// Fulfilment, reason, and whether an answer could settle it.
    fn stated(&self, job: &str, remote: bool) -> (Fulfilment, String, bool) {
        let yours = format!("your places are {}", self.listed);
        match (self.distance(job), remote) {
            (Distance::Here, _) => (Fulfilment::Pass, format!("{job}; {yours}"), false),
            (Distance::Around, true) => (Fulfilment::Pass, format!("remote within {job}; {yours}"), false),
            _ if self.relocation => (Fulfilment::Pass, format!("{job}; you would move"), false),
            (Distance::Around, false) => (Fulfilment::Unknown, format!("somewhere in {job}; {yours}"), true),
            // A city beside "remote" is most often the seat of the company.
            (Distance::Away { city: true }, true) => {
                (Fulfilment::Unknown, format!("remote, though {job} is named; {yours}"), false)
            }
            (Distance::Away { .. }, true) => (Fulfilment::Fail, format!("remote, but within {job}; {yours}"), false),
            (Distance::Away { .. }, false) => {
                (Fulfilment::Fail, format!("{job}; {yours}, and you would not move"), false)
            }
            (Distance::Unknown, _) => (Fulfilment::Unknown, format!("{job} is no place known here; {yours}"), false),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_compiled_in_atlas_reads_and_hangs_together() {
        let atlas = Atlas::parse(include_str!("../data/places.toml")).unwrap();
        assert!(atlas.within.len() > 150);
        for (place, outer) in &atlas.within {
            assert!(place.split(' ').count() <= LONGEST, "{place} is longer than names that are looked for");
            for outer in outer {
                assert!(atlas.within.contains_key(outer), "{place} lies in {outer}, which is not there");
                assert!(!atlas.lies_in(outer, place), "{place} lies in itself");
            }
        }
        for place in atlas.also.values() {
            assert!(atlas.within.contains_key(place), "{place} is another name of nothing");
        }
        assert!(atlas.lies_in("madrid", "eu") && !atlas.lies_in("london", "eu"));
    }

    #[test]
    fn the_most_precise_of_the_places_named_count() {
        let named = |text: &str| ATLAS.named(place_words(text).as_slice()).join("/");
        assert_eq!(named("Madrid, España (EU)"), "madrid");
        assert_eq!(named("Madrid or Barcelona"), "madrid/barcelona");
        assert_eq!(named("anywhere in the European Union"), "eu");
        assert_eq!(named("the U.S."), "usa");
        assert_eq!(named("New York, NYC"), "new york/new york");
        assert_eq!(named("Springfield"), "");
    }
}
