//! Folds text to plain words for search and filters: the same for what is stored and what is asked, and the same on
//! both databases. What comes out holds letters, digits and single spaces, so it can never be a pattern or an operator.

use std::{collections::BTreeSet, iter, ops::Range};

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// Longest word kept, in characters.
const LONGEST: usize = 64;

/// The words in order, lower case, without accents. `C++` and `C#` keep their names.
pub(crate) fn words(text: &str) -> Vec<String> {
    spans(text).into_iter().map(|(word, _)| word).collect()
}

/// The same with each word's place in the text.
pub(crate) fn spans(text: &str) -> Vec<(String, Range<usize>)> {
    let (mut found, mut word, mut start) = (Vec::new(), String::new(), 0);
    for (at, original) in text.char_indices() {
        for c in iter::once(original).nfkd().filter(|c| !is_combining_mark(*c)) {
            if word.is_empty() {
                start = at;
            }
            match c {
                c if c.is_alphanumeric() => word.extend(c.to_lowercase()),
                '+' if !word.is_empty() => word.push_str("plus"),
                '#' if !word.is_empty() => word.push_str("sharp"),
                _ if !word.is_empty() => found.push((std::mem::take(&mut word), start..at)),
                _ => {}
            }
        }
    }
    if !word.is_empty() {
        found.push((word, start..text.len()));
    }
    for (word, _) in &mut found {
        if let Some((cut, _)) = word.char_indices().nth(LONGEST) {
            word.truncate(cut);
        }
    }
    found
}

/// The words joined, for a filter by part of a name; `None` where there are none.
pub(crate) fn key(text: Option<&str>) -> Option<String> {
    Some(words(text?).join(" ")).filter(|key| !key.is_empty())
}

/// Each word of all texts once.
pub(crate) fn search_text<'a>(texts: impl IntoIterator<Item = &'a str>) -> String {
    let distinct: BTreeSet<String> = texts.into_iter().flat_map(words).collect();
    distinct.into_iter().collect::<Vec<_>>().join(" ")
}

/// The beginning of a text on one line.
pub(crate) fn excerpt(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    line.chars().take(160).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_lose_case_accents_and_signs() {
        assert_eq!(
            words("Málaga, C++/C# & node.js — 85.5k€!"),
            ["malaga", "cplusplus", "csharp", "node", "js", "85", "5k"]
        );
    }

    #[test]
    fn what_could_be_syntax_is_gone() {
        assert_eq!(words("a' OR 1=1; -- \"x\"* %_\\ NEAR(b) &|!:<->"), ["a", "or", "1", "1", "x", "near", "b"]);
    }

    #[test]
    fn blank_keys_are_none() {
        assert_eq!(key(Some(" %% ")), None);
        assert_eq!(key(Some("ACME  S.L.")).as_deref(), Some("acme s l"));
    }

    #[test]
    fn excerpts_are_one_line_of_160_characters() {
        let text = format!("Hola\n\n  {}", "ñ".repeat(500));
        let excerpt = excerpt(&text);
        assert!(excerpt.starts_with("Hola ñ"));
        assert_eq!(excerpt.chars().count(), 160);
    }
}
