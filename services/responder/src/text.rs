//! Words, sentences and paragraphs of a text, as quoting, understanding and checking need them.

/// The words of a text, without the marks around them.
pub(crate) fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split_whitespace()
        .map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()))
        .filter(|word| !word.is_empty())
}

/// A text without regard to case, and the only way in which texts are compared here. Through both cases, letter by
/// letter: `ANA` and `ana`, but also `ß` and `SS`, `µ` and `Μ`, come out the same wherever they stand in a word.
pub(crate) fn fold(text: &str) -> String {
    text.chars().flat_map(char::to_lowercase).flat_map(char::to_uppercase).flat_map(char::to_lowercase).collect()
}

/// Whether a text holds a phrase as whole words, in any case.
pub(crate) fn contains_words(text: &str, phrase: &str) -> bool {
    let (text, phrase) = (fold(text), fold(phrase));
    let bounded = |at: usize| {
        let before = text.get(..at).and_then(|t| t.chars().next_back());
        let after = text.get(at + phrase.len()..).and_then(|t| t.chars().next());
        !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
    };
    !phrase.is_empty() && text.match_indices(&phrase).any(|(at, _)| bounded(at))
}

/// The sentences of a text. A full stop inside a name or a number ("Node.js", "90.000") ends none.
pub(crate) fn sentences(text: &str) -> Vec<&str> {
    let mut out = Vec::new();
    let mut start = 0;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let closed = chars.peek().is_none_or(|(_, next)| next.is_whitespace());
        if c == '\n' || (matches!(c, '.' | '?' | '!' | '…') && closed) {
            let end = at + c.len_utf8();
            out.push(text.get(start..end).unwrap_or_default().trim());
            start = end;
        }
    }
    out.push(text.get(start..).unwrap_or_default().trim());
    out.retain(|sentence| !sentence.is_empty());
    out
}

/// Items in a sentence: `a`, `a and b`, `a, b and c`.
pub(crate) fn joined(items: &[String], last: &str) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., end] => format!("{}{last}{end}", first.join(", ")),
    }
}
