//! The stack line: how much of the job's stack the person knows.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::LazyLock,
};

use contract::{LineName, TechMention};
use serde::Deserialize;

use crate::{
    line::{Line, values},
    profile::{Level, Profile},
    words::folded,
};

const MAX: u8 = 40;
const NEUTRAL: u8 = 20;
/// Tenths that a technology counts.
const KNOWN: u32 = 10;
const BASIC: u32 = 6;
const NEAR: u32 = 5;

/// What is compiled in about technologies.
#[derive(Default)]
struct Lore {
    same: BTreeMap<String, String>,
    groups: Vec<BTreeSet<String>>,
}

static LORE: LazyLock<Lore> = LazyLock::new(|| {
    // Part of the program, and read by a test; without it every technology would be near to itself only.
    Lore::parse(include_str!("../data/technologies.toml")).unwrap_or_default()
});

impl Lore {
    fn parse(text: &str) -> Result<Self, toml::de::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Table {
            same: BTreeMap<String, String>,
            near: BTreeMap<String, Vec<String>>,
        }
        let table: Table = toml::from_str(text)?;
        Ok(Self {
            same: table.same.iter().map(|(other, name)| (bare(other), bare(name))).collect(),
            groups: table.near.values().map(|group| group.iter().map(|name| bare(name)).collect()).collect(),
        })
    }
}

fn bare(name: &str) -> String {
    folded(name).chars().filter(|c| !matches!(c, ' ' | '.' | '-' | '_' | '/')).collect()
}

/// By what two spellings of a technology are the same.
pub(crate) fn key(name: &str) -> String {
    let bare = bare(name);
    LORE.same.get(&bare).cloned().unwrap_or(bare)
}

/// Whether two spellings name one technology: `Postgres` and `PostgreSQL`.
pub fn same_technology(one: &str, other: &str) -> bool {
    key(one) == key(other)
}

/// Whether a word names a technology that is known of here.
pub fn is_technology(name: &str) -> bool {
    let (lore, bare) = (&*LORE, bare(name));
    lore.same.contains_key(&bare) || lore.groups.iter().any(|group| group.contains(&bare))
}

/// The profile's side of the line.
pub(crate) struct Stack {
    known: BTreeMap<String, Level>,
    /// Technology near to a known one → that one's name as the profile writes it.
    near: BTreeMap<String, String>,
}

/// The line, and the share behind it.
pub(crate) struct Judged {
    pub line: Line,
    /// Percent of the job's stack; `None` where the message states none.
    pub share: Option<u32>,
}

impl Stack {
    pub(crate) fn of(profile: &Profile) -> Self {
        let known: BTreeMap<_, _> = profile.technologies.iter().map(|t| (key(&t.name), t.level)).collect();
        let mut near = BTreeMap::new();
        for technology in profile.technologies.iter().filter(|t| t.level == Level::Known) {
            let own = key(&technology.name);
            for group in LORE.groups.iter().filter(|group| group.contains(&own)) {
                for other in group.iter().filter(|other| !known.contains_key(*other)) {
                    near.entry(other.clone()).or_insert_with(|| technology.name.clone());
                }
            }
        }
        Self { known, near }
    }

    pub(crate) fn judge(&self, mentions: &[TechMention]) -> Judged {
        // Once each, whatever the spelling; insisted on if any mention insists.
        let mut job: BTreeMap<String, (&str, bool)> = BTreeMap::new();
        for mention in mentions.iter().filter(|mention| !bare(&mention.name).is_empty()) {
            let entry = job.entry(key(&mention.name)).or_insert((&mention.name, false));
            entry.1 |= mention.required;
        }
        if job.is_empty() {
            let line = Line::open(LineName::Stack, NEUTRAL, MAX, (0, MAX), "no technology is stated: half the points");
            return Judged { line, share: None };
        }
        let (mut known, mut basic, mut near, mut other, mut required) = (vec![], vec![], vec![], vec![], vec![]);
        let (mut sum, mut whole) = (0, 0);
        for (key, (name, insists)) in &job {
            let weight = if *insists { 2 } else { 1 };
            let tenths = match (self.known.get(key), self.near.get(key)) {
                (Some(Level::Known), _) => {
                    known.push((*name).to_owned());
                    KNOWN
                }
                (Some(Level::Basic), _) => {
                    basic.push((*name).to_owned());
                    BASIC
                }
                (None, Some(to)) => {
                    near.push(format!("{name} (near {to})"));
                    NEAR
                }
                (None, None) => {
                    other.push((*name).to_owned());
                    0
                }
            };
            if *insists {
                required.push((*name).to_owned());
            }
            sum += weight * tenths;
            whole += weight * KNOWN;
        }
        let points = u8::try_from((2 * sum * u32::from(MAX) + whole) / (2 * whole)).unwrap_or(MAX);
        let rule = "share of the job's stack: known counts 1, basic 0.6, near to something known 0.5; twice where the job insists";
        let parts = [("known", known), ("basic", basic), ("near", near), ("other", other), ("required", required)];
        let listed =
            parts.into_iter().filter(|(_, names)| !names.is_empty()).map(|(part, names)| (part, names.join(", ")));
        Judged {
            line: Line::settled(LineName::Stack, points, MAX, rule, values(listed)),
            share: Some(sum * 100 / whole),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_compiled_in_lore_reads_and_hangs_together() {
        let lore = Lore::parse(include_str!("../data/technologies.toml")).unwrap();
        assert!(lore.same.len() > 30 && lore.groups.len() > 30);
        for group in &lore.groups {
            assert!(group.len() > 1, "a group of one: {group:?}");
            for name in group {
                assert!(!lore.same.contains_key(name), "`{name}` is an alias; a group names the thing itself");
            }
        }
        for name in lore.same.values() {
            assert!(!lore.same.contains_key(name), "`{name}` is an alias of an alias");
        }
    }

    #[test]
    fn spellings_of_one_technology_are_one() {
        for (one, other) in [("Node.js", "nodejs"), ("Postgres", "PostgreSQL"), ("golang", "Go"), ("K8S", "Kubernetes")]
        {
            assert_eq!(key(one), key(other));
        }
        for (one, other) in [("C", "C++"), ("C#", "C"), ("Java", "JavaScript"), ("Go", "Google Cloud")] {
            assert_ne!(key(one), key(other));
        }
    }
}
