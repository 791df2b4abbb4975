//! The check of technologies: a reply names those that the person works with. Others stand in a title, in a company's
//! name, or in a question.

use kit_score::is_technology;

use super::{Against, Fault, Seen};
use crate::{
    quote,
    text::{blanked, fold, sentences, words},
};

/// Technologies whose names are everyday words when they are not capitalised.
const EVERYDAY: [&str; 24] = [
    "express", "spring", "react", "spark", "beam", "swift", "flask", "phoenix", "storm", "druid", "remix", "flutter",
    "oracle", "rails", "node", "next", "play", "angular", "solid", "scale", "kinesis", "pinot", "pulsar", "rust",
];

pub(super) fn technologies(body: &str, against: &Against<'_>) -> Seen {
    let titles = quote::titles(against.about);
    let sayings = [against.persona.headline, against.persona.situation];
    let own = blanked(body, titles.iter().map(String::as_str).chain(sayings.into_iter().flatten()));
    let mut foreign = Vec::new();
    let mut count = 0;
    for sentence in sentences(&own).into_iter().filter(|sentence| !sentence.ends_with('?')) {
        let named = named(sentence, against);
        count += named.len();
        foreign.extend(named.into_iter().filter(|part| against.persona.skill(part).is_none()));
    }
    if foreign.is_empty() {
        Ok(format!("{count} technologies, all of the profile"))
    } else {
        Err(Fault::at(format!("{} technologies are not the profile's", foreign.len()), &own, foreign))
    }
}

/// Technologies of the profile, of the job, or generally known, named in a sentence, in order. A longer name wins:
/// `C++` is not `C`.
pub(super) fn named<'t>(sentence: &'t str, against: &Against<'_>) -> Vec<&'t str> {
    let persona = against.persona;
    let own = persona.technologies.iter().map(|skill| skill.name);
    let mut names: Vec<&str> = own.chain(against.about.technologies.iter().copied()).collect();
    let lore = words(sentence).filter(|word| {
        let everyday = word.chars().all(char::is_lowercase) && (word.len() < 4 || EVERYDAY.contains(word));
        !everyday && !against.voice.vocabulary.contains(&fold(word)) && is_technology(word)
    });
    names.extend(lore);
    names.sort_by_key(|name| (std::cmp::Reverse(name.len()), *name));
    names.dedup();
    let mut found: Vec<(usize, &'t str)> = Vec::new();
    for name in names {
        for (at, part) in sentence.match_indices(name) {
            let overlaps = found.iter().any(|(start, known)| at < start + known.len() && *start < at + part.len());
            let before = sentence.get(..at).and_then(|text| text.chars().next_back());
            let after = sentence.get(at + part.len()..).and_then(|text| text.chars().next());
            let whole = !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric);
            if whole && !overlaps {
                found.push((at, part));
            }
        }
    }
    found.sort_unstable_by_key(|(at, _)| *at);
    found.into_iter().map(|(_, part)| part).collect()
}
