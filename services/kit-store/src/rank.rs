//! Which of the rows that hold the words asked for comes first, and where the words are: worked out here, so that both
//! databases give the same.

use std::ops::Range;

use schemars::JsonSchema;
use serde::Serialize;

use crate::words::{self, spans};

/// Characters shown before the first word found, and in all.
const BEFORE: usize = 40;
const SHOWN: usize = 180;

/// A part of the message with the words asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Highlight {
    /// The part, as it was written but for white space.
    pub text: String,
    /// Where the words are: half-open ranges of bytes in `text`.
    pub ranges: Vec<(usize, usize)>,
}

/// The words asked for: each whole, but the last, which is a beginning.
#[derive(Clone, Debug)]
pub(crate) struct Asked(Vec<String>);

/// What a word found is worth by where it is.
const PLACES: [u32; 2] = [3, 2];

impl Asked {
    pub(crate) fn new(q: &str) -> Self {
        Self(words::words(q))
    }

    fn is(&self, index: usize, word: &str) -> bool {
        if index + 1 == self.0.len() { word.starts_with(&self.0[index]) } else { word == self.0[index] }
    }

    /// How well a row fits whose titles and whose lesser names are these: for each word asked for three if a title has
    /// it, two if a name has it, and one for the message itself, without which the row would not be here.
    pub(crate) fn rank(&self, titles: &str, names: &str) -> u32 {
        let places = [words::words(titles), words::words(names)];
        (0..self.0.len())
            .map(|index| {
                let found = places.iter().zip(PLACES).find(|(words, _)| words.iter().any(|word| self.is(index, word)));
                found.map_or(1, |(_, worth)| worth)
            })
            .sum()
    }

    /// The part of a message around the first word of it that was asked for.
    pub(crate) fn highlight(&self, message: &str) -> Option<Highlight> {
        let line = message.split_whitespace().collect::<Vec<_>>().join(" ");
        let asked_for = |word: &str| (0..self.0.len()).any(|index| self.is(index, word));
        let found: Vec<Range<usize>> =
            spans(&line).into_iter().filter(|(word, _)| asked_for(word)).map(|(_, span)| span).collect();
        let start = back(&line, found.first()?.start, BEFORE);
        let end = line[start..].char_indices().nth(SHOWN).map_or(line.len(), |(at, _)| start + at);
        let (before, after) = (if start > 0 { "…" } else { "" }, if end < line.len() { "…" } else { "" });
        let place = |at: usize| at - start + before.len();
        Some(Highlight {
            ranges: found.iter().filter(|span| span.end <= end).map(|s| (place(s.start), place(s.end))).collect(),
            text: format!("{before}{}{after}", &line[start..end]),
        })
    }
}

/// So many characters before a place, at the beginning of a word where there is one.
fn back(line: &str, at: usize, characters: usize) -> usize {
    let earliest = line[..at].char_indices().rev().nth(characters.saturating_sub(1)).map_or(0, |(at, _)| at);
    if earliest == 0 {
        return 0;
    }
    line[earliest..at].find(' ').map_or(earliest, |space| earliest + space + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_counts_more_than_a_name_and_that_more_than_the_text() {
        let asked = Asked::new("rust mal");
        assert_eq!(asked.rank("Rust Engineer Manzana", "Málaga"), 5);
        assert_eq!(asked.rank("Engineer", "Rust"), 3);
        assert_eq!(asked.rank("Rusty", ""), 2);
    }

    #[test]
    fn words_are_shown_where_they_stand_in_the_message_as_written() {
        let text = format!("Hola.\n\n{} un puesto de INGENIERÍA en Málaga, C++ y más.", "Te escribo ".repeat(20));
        let found = Asked::new("ingenieria c++ mala").highlight(&text).unwrap();
        let words: Vec<&str> = found.ranges.iter().map(|(start, end)| &found.text[*start..*end]).collect();
        assert_eq!(words, ["INGENIERÍA", "Málaga", "C++"]);
        assert!(found.text.starts_with('…') && found.text.chars().count() <= SHOWN + 2, "{}", found.text);
        assert_eq!(Asked::new("nothing").highlight(&text), None);
    }

    #[test]
    fn a_cut_is_never_inside_a_character() {
        for n in 0..200 {
            let text = format!("{}ñandú{}", "ñ".repeat(n), " ü".repeat(200));
            Asked::new("ñandu ü").highlight(&text).unwrap();
        }
    }
}
