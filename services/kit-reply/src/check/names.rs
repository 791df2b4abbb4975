//! The check of proper names: none that is neither the thread's nor the profile's. Where every noun is capitalised, a
//! capital alone proves no name.

use std::collections::BTreeSet;

use super::{Against, Fault, Seen};
use crate::text::{fold, sentences, words};

/// Every capitalised word within a sentence is of the thread, of the profile, or of the language's own phrases.
pub(super) fn names(body: &str, against: &Against<'_>) -> Seen {
    let known = known_words(against);
    let own = |word: &str| {
        let word = fold(word);
        known.contains(&word) || against.voice.vocabulary.contains(&word) || is_noun(&word, against)
    };
    let mut foreign: Vec<&str> = Vec::new();
    for sentence in sentences(body) {
        let within = words(sentence).skip(1).filter(|word| word.chars().next().is_some_and(char::is_uppercase));
        foreign.extend(within.filter(|word| !own(word)));
    }
    if foreign.is_empty() {
        Ok("every proper name is the thread's or the profile's".to_owned())
    } else {
        let count = foreign.iter().map(|word| fold(word)).collect::<BTreeSet<_>>().len();
        Err(Fault::at(format!("{count} proper names are neither the thread's nor the profile's"), body, foreign))
    }
}

/// Whether a word is a common noun of a language that capitalises them: listed, with an ending that only nouns have,
/// or put together of listed ones.
fn is_noun(word: &str, against: &Against<'_>) -> bool {
    const INFLECTED: [&str; 6] = ["s", "es", "n", "en", "e", "er"];
    let nouns = &against.voice.nouns;
    if nouns.words.is_empty() {
        return false;
    }
    let listed = |word: &str| {
        let stem = |end: &&str| word.strip_suffix(end).is_some_and(|stem| nouns.words.contains(stem));
        nouns.words.contains(word) || INFLECTED.iter().any(stem)
    };
    let ending = |end: &String| word.strip_suffix(end.as_str()).is_some_and(|stem| stem.chars().count() > 2);
    let compound = || {
        let splits = word.char_indices().map(|(at, _)| word.split_at(at));
        splits.into_iter().any(|(front, back)| listed(front.trim_end_matches('-')) && (listed(back) || back.is_empty()))
    };
    listed(word) || nouns.endings.iter().any(ending) || compound()
}

/// Words of the thread and the profile.
fn known_words(against: &Against<'_>) -> BTreeSet<String> {
    let persona = against.persona;
    let mut texts: Vec<&str> = against.about.thread().collect();
    texts.extend(against.about.sender);
    texts.extend(persona.technologies.iter().map(|skill| skill.name));
    texts.extend([persona.city.as_deref(), persona.closing, persona.headline, persona.situation].into_iter().flatten());
    texts.into_iter().flat_map(words).map(fold).collect()
}
