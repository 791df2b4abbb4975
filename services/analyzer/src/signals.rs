//! The signals of `data/kind.toml`, counted. A message holds few of the phrases, so each is compiled when a message
//! first holds a word that it needs.

use std::{
    collections::BTreeMap,
    sync::{LazyLock, OnceLock},
};

use aho_corasick::AhoCorasick;
use regex::Regex;

/// How many patterns of each signal a text holds.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Signals {
    pub(crate) offer: usize,
    pub(crate) seeker: usize,
    pub(crate) bench: usize,
    pub(crate) sales: usize,
    pub(crate) newsletter: usize,
    pub(crate) scam: usize,
    pub(crate) rejection: usize,
    pub(crate) scheduling: usize,
    pub(crate) nudge: usize,
    pub(crate) courtesy: usize,
}

struct Phrase {
    /// Index of its signal, in the order of the data file.
    signal: usize,
    source: &'static str,
    /// Words of which any match holds at least one; empty where no word announces it.
    words: &'static [&'static str],
}

/// `data/kind.toml`, written by the build script.
mod data {
    use super::Phrase;
    include!(concat!(env!("OUT_DIR"), "/kind.rs"));
}

use data::PHRASES;

struct Index {
    /// The words, and the phrases that each announces.
    words: AhoCorasick,
    announced: Vec<Vec<usize>>,
    /// Phrases that no word announces.
    always: Vec<usize>,
    regexes: Vec<OnceLock<Regex>>,
}

#[expect(clippy::expect_used, reason = "some thousand constant words, which the tests read")]
static INDEX: LazyLock<Index> = LazyLock::new(|| {
    let mut announced = BTreeMap::<&str, Vec<usize>>::new();
    for (index, phrase) in PHRASES.iter().enumerate() {
        phrase.words.iter().for_each(|word| announced.entry(word).or_default().push(index));
    }
    let words = AhoCorasick::new(announced.keys()).expect("the automaton is small");
    let always = (0..PHRASES.len()).filter(|index| PHRASES[*index].words.is_empty()).collect();
    let regexes = PHRASES.iter().map(|_| OnceLock::new()).collect();
    Index { words, announced: announced.into_values().collect(), always, regexes }
});

#[expect(clippy::expect_used, reason = "the tests compile every pattern")]
fn holds(low: &str, index: usize) -> bool {
    INDEX.regexes[index].get_or_init(|| Regex::new(PHRASES[index].source).expect("the pattern compiles")).is_match(low)
}

impl Signals {
    /// Counts over folded text.
    pub(crate) fn of(low: &str) -> Self {
        let mut candidates = vec![false; PHRASES.len()];
        INDEX.always.iter().for_each(|index| candidates[*index] = true);
        for word in INDEX.words.find_overlapping_iter(low) {
            INDEX.announced[word.pattern().as_usize()].iter().for_each(|index| candidates[*index] = true);
        }
        let mut counts = [0; 10];
        for (index, phrase) in PHRASES.iter().enumerate().filter(|(index, _)| candidates[*index]) {
            counts[phrase.signal] += usize::from(holds(low, index));
        }
        let [offer, seeker, bench, sales, newsletter, scam, rejection, scheduling, nudge, courtesy] = counts;
        Self { offer, seeker, bench, sales, newsletter, scam, rejection, scheduling, nudge, courtesy }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_phrase_compiles_and_most_are_announced_by_a_word() {
        for (index, phrase) in PHRASES.iter().enumerate() {
            assert!(!holds("\u{1}", index), "{} matches anything", phrase.source);
        }
        assert!(
            INDEX.always.len() * 10 < PHRASES.len(),
            "{} of {} are tried on every message",
            INDEX.always.len(),
            PHRASES.len()
        );
    }

    #[test]
    fn the_words_of_a_phrase_hold_no_match_back() {
        let text =
            "We are hiring. My client needs someone; any thoughts? Gracias por participar, pero no. Unsubscribe here.";
        let low = crate::clean::Folded::of(text).text;
        let plain = PHRASES.iter().filter(|p| Regex::new(p.source).unwrap().is_match(&low)).count();
        let counted = Signals::of(&low);
        let Signals { offer, seeker, bench, sales, newsletter, scam, rejection, scheduling, nudge, courtesy } = counted;
        assert_eq!(
            offer + seeker + bench + sales + newsletter + scam + rejection + scheduling + nudge + courtesy,
            plain
        );
        assert!(offer > 1 && newsletter == 1, "{counted:?}");
    }
}
