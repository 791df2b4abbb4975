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
    text.chars().flat_map(folds).collect()
}

fn folds(c: char) -> impl Iterator<Item = char> {
    let plain = c.is_ascii().then(|| c.to_ascii_lowercase());
    let other = (!c.is_ascii()).then(|| c.to_lowercase().flat_map(char::to_uppercase).flat_map(char::to_lowercase));
    plain.into_iter().chain(other.into_iter().flatten())
}

/// Whether a text holds a phrase as whole words, in any case.
pub(crate) fn contains_words(text: &str, phrase: &str) -> bool {
    find_words(text, phrase).is_some()
}

/// Where a text first holds a phrase as whole words, in any case.
pub(crate) fn find_words<'t>(text: &'t str, phrase: &str) -> Option<&'t str> {
    let phrase = fold(phrase);
    let first = phrase.chars().next()?;
    let mut before = None;
    for (at, c) in text.char_indices() {
        let bounded = !before.is_some_and(char::is_alphanumeric);
        before = Some(c);
        // Folding starts anew at each letter that may begin the phrase: the folded text has other lengths.
        if !bounded || folds(c).next() != Some(first) {
            continue;
        }
        let rest = text.get(at..).unwrap_or_default();
        if let Some(length) = folded_prefix(rest, &phrase)
            && !rest.get(length..).is_some_and(|after| after.starts_with(char::is_alphanumeric))
        {
            return rest.get(..length);
        }
    }
    None
}

/// Bytes of a text that fold to a phrase.
fn folded_prefix(text: &str, phrase: &str) -> Option<usize> {
    let mut left = phrase.chars();
    for (at, c) in text.char_indices() {
        if left.as_str().is_empty() {
            return Some(at);
        }
        if !folds(c).all(|folded| left.next() == Some(folded)) {
            return None;
        }
    }
    left.as_str().is_empty().then_some(text.len())
}

/// A text with some phrases blanked out, each byte of them one blank, so that every other word keeps its place.
pub(crate) fn blanked<'p>(text: &str, phrases: impl IntoIterator<Item = &'p str>) -> String {
    let blank = |text: String, phrase: &str| match phrase.is_empty() {
        true => text,
        false => text.replace(phrase, &" ".repeat(phrase.len())),
    };
    phrases.into_iter().fold(text.to_owned(), blank)
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
