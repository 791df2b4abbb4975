//! The technologies of `data/tech.toml`, compiled into one automaton.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};

use crate::clean::Span;

/// How an everyday word counts as a technology; see the data file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sense {
    /// No everyday word.
    Plain,
    Context,
    List,
    Case,
}

#[derive(Debug)]
pub(crate) struct Tech {
    pub(crate) name: &'static str,
    alias: &'static [&'static str],
    sense: Sense,
}

/// `data/tech.toml`, written by the build script.
mod data {
    use super::{Sense, Tech};
    include!(concat!(env!("OUT_DIR"), "/tech.rs"));
}

/// A whole word of the gazetteer in folded text.
#[derive(Clone, Debug)]
pub(crate) struct Hit {
    pub(crate) tech: usize,
    pub(crate) span: Span,
    pub(crate) sense: Sense,
}

pub(crate) struct Gazetteer {
    pub(crate) entries: &'static [Tech],
    /// Entry and sense of each spelling.
    spellings: Vec<(usize, Sense)>,
    automaton: AhoCorasick,
}

#[expect(clippy::expect_used, reason = "some hundred constant words, which the tests read")]
pub(crate) static GAZETTEER: LazyLock<Gazetteer> = LazyLock::new(|| {
    let entries = data::TECHNOLOGIES;
    let (mut words, mut spellings) = (Vec::new(), Vec::new());
    for (index, entry) in entries.iter().enumerate() {
        for spelling in
            std::iter::once(entry.name.to_lowercase()).chain(entry.alias.iter().map(|alias| (*alias).to_owned()))
        {
            let one_word = spelling.chars().all(|c| c.is_ascii_lowercase())
                && !spelling.ends_with("js")
                && !spelling.ends_with("lang");
            let everyday = one_word || spelling == entry.name.to_lowercase() && spelling.contains(' ');
            spellings.push((index, if everyday { entry.sense } else { Sense::Plain }));
            words.push(spelling);
        }
    }
    let automaton =
        AhoCorasick::builder().match_kind(MatchKind::Standard).build(&words).expect("the automaton is small");
    Gazetteer { entries, spellings, automaton }
});

impl Gazetteer {
    /// Whole-word hits in order, the longest of overlapping ones.
    pub(crate) fn hits(&self, folded: &str) -> Vec<Hit> {
        let mut found: Vec<Hit> = self
            .automaton
            .find_overlapping_iter(folded)
            .filter(|m| whole(folded, &(m.start()..m.end())))
            .filter_map(|m| {
                let (tech, sense) = *self.spellings.get(m.pattern().as_usize())?;
                Some(Hit { tech, span: m.start()..m.end(), sense })
            })
            .collect();
        found.sort_by_key(|hit| (hit.span.start, std::cmp::Reverse(hit.span.end)));
        let mut end = 0;
        found.retain(|hit| {
            let free = hit.span.start >= end;
            end = if free { hit.span.end } else { end };
            free
        });
        found
    }
}

/// Whether the span is bounded by something that does not go on the word (`C` in `C++`, `java` in `javascript`).
fn whole(text: &str, span: &Span) -> bool {
    let (before, after) = (text[..span.start].chars().next_back(), text[span.end..].chars().next());
    let wordy = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let starts_wordy = text[span.clone()].starts_with(wordy);
    let glued_before =
        before.is_some_and(|c| (starts_wordy && wordy(c)) || matches!(c, '@' | '#' | '.') && starts_wordy && c != '.');
    let next_is = |set: &[char]| after.is_some_and(|c| set.contains(&c));
    let glued_after = after.is_some_and(wordy) && !digits_follow(text, span.end)
        || next_is(&['#'])
        || next_is(&['+']) && text[span.end..].starts_with("++")
        || next_is(&['.']) && text[span.end..].starts_with(".js");
    let name_dot =
        before == Some('.') && starts_wordy && text[..span.start - 1].ends_with(|c: char| c.is_ascii_alphanumeric());
    let one_letter = span.len() == 1
        && (next_is(&['&', '\'', '.', '-', '/']) && !list_slash(text, span.end)
            || matches!(before, Some('&' | '\'' | '-')));
    !(glued_before || glued_after || name_dot || one_letter)
}

/// `C/C++`, `R/Python`: a slash between alternatives, not an abbreviation such as `R/D` or `C/ Calle`.
fn list_slash(text: &str, at: usize) -> bool {
    let rest = &text[at..];
    rest.starts_with("/c++")
        || rest.starts_with("/python")
        || rest.starts_with("/matlab")
        || rest.starts_with(". ")
        || rest.starts_with(".\n")
        || rest == "."
}

/// A version glued to a name (`php8`, `java17`, `vue3`).
fn digits_follow(text: &str, at: usize) -> bool {
    let rest = text[at..].trim_start_matches(|c: char| c.is_ascii_digit());
    rest.len() < text.len() - at
        && text.len() - at - rest.len() <= 2
        && !rest.starts_with(|c: char| c.is_ascii_alphanumeric())
}
