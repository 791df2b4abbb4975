//! Words of a text, folded for comparison, and whether a text says a phrase or only denies it.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// Lower case, no accents, white space folded.
pub(crate) fn folded(text: &str) -> String {
    let mut bare = String::with_capacity(text.len());
    text.chars().for_each(|c| fold(c, |c| bare.push(c)));
    bare.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Gives what a character counts as, which may be nothing. Marks are dropped, so each character can be taken alone,
/// and the many that are plain need no table.
fn fold(c: char, mut give: impl FnMut(char)) {
    if c.is_ascii() {
        return give(c.to_ascii_lowercase());
    }
    if invisible(c) {
        return;
    }
    for c in std::iter::once(c).nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase) {
        give(if c == '\u{2019}' { '\'' } else { c });
    }
}

/// Characters that hide a word from a comparison without changing its look.
fn invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}')
}

/// What stands before a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Gap {
    None,
    Comma,
    Sentence,
}

/// A text as folded words.
pub(crate) struct Words {
    words: Vec<String>,
    gaps: Vec<Gap>,
}

/// How a text speaks of a phrase.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mention {
    /// Says it.
    Said,
    /// Names it only to deny it.
    Denied,
    /// Does not name it.
    Absent,
}

impl Words {
    pub(crate) fn of(text: &str) -> Self {
        let mut reading =
            Reading { words: Self { words: Vec::new(), gaps: Vec::new() }, word: String::new(), gap: Gap::Sentence };
        text.chars().for_each(|c| fold(c, |c| reading.take(c)));
        reading.take(' ');
        reading.words
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// The words, in order.
    pub(crate) fn as_slice(&self) -> &[String] {
        &self.words
    }

    /// Words from `start` to the end of the sentence, at most `most`.
    pub(crate) fn clause(&self, start: usize, most: usize) -> &[String] {
        let end =
            (start..self.words.len()).take(most).take_while(|i| *i == start || self.gaps[*i] < Gap::Sentence).count();
        self.words.get(start..start + end).unwrap_or_default()
    }

    /// Where a phrase stands: whole words in a row within a sentence; the last one may be in the plural.
    pub(crate) fn positions<'a>(&'a self, phrase: &'a Words) -> impl Iterator<Item = usize> + 'a {
        let length = phrase.words.len();
        self.words.windows(length.max(1)).enumerate().filter_map(move |(at, window)| {
            let (last, firsts) = phrase.words.split_last()?;
            let together = self.gaps[at + 1..at + length].iter().all(|gap| *gap < Gap::Sentence);
            (together && window[..length - 1] == *firsts && same_or_plural(&window[length - 1], last)).then_some(at)
        })
    }

    /// Whether the text names a phrase at all.
    pub(crate) fn name(&self, phrase: &Words) -> bool {
        self.positions(phrase).next().is_some()
    }

    /// Whether the text says a phrase, or only denies it.
    pub(crate) fn mention(&self, phrase: &Words) -> Mention {
        let mut mention = Mention::Absent;
        for at in self.positions(phrase) {
            if !self.denied(at, at + phrase.words.len()) {
                return Mention::Said;
            }
            mention = Mention::Denied;
        }
        mention
    }

    /// Whether a word shortly before the range denies it ("we are not an agency", "nada que ver con …"), in the same
    /// sentence. A comma ends its reach unless it is one of a list that goes on to "or", "nor", "ni".
    fn denied(&self, start: usize, end: usize) -> bool {
        const REACH: usize = 5;
        if self.words.get(end).is_some_and(|next| next == "free") && self.gaps[end] == Gap::None {
            return true;
        }
        let in_list = self.clause(end, 4).iter().any(|word| LIST_WORDS.contains(&word.as_str()));
        let mut at = start;
        while at > 0 && start - at < REACH {
            match self.gaps[at] {
                Gap::Sentence => return false,
                Gap::Comma if !in_list && !LIST_WORDS.contains(&self.words[at].as_str()) => return false,
                _ => {}
            }
            at -= 1;
            let word = self.words[at].as_str();
            if CONTRASTS.contains(&word) {
                return false;
            }
            if DENIALS.contains(&word) {
                let next = self.words[at + 1].as_str();
                return !ONLY.contains(&next);
            }
        }
        false
    }
}

/// Words on their way out of folded characters.
struct Reading {
    words: Words,
    word: String,
    gap: Gap,
}

impl Reading {
    fn take(&mut self, c: char) {
        if c.is_alphanumeric() || matches!(c, '+' | '#' | '\'') {
            self.word.push(c);
            return;
        }
        let whole = self.word.trim_matches('\'');
        if !whole.is_empty() {
            self.words.words.push(whole.to_owned());
            self.words.gaps.push(self.gap);
            self.gap = Gap::None;
        }
        self.word.clear();
        self.gap = self.gap.max(match c {
            '.' | '!' | '?' | ';' | '\n' | ':' | '•' => Gap::Sentence,
            ',' | '(' | ')' | '—' | '–' => Gap::Comma,
            _ => Gap::None,
        });
    }
}

/// English, Spanish, Portuguese, French, German.
const DENIALS: &[&str] = &[
    "no", "not", "non", "never", "without", "nothing", "neither", "nor", "zero", "cannot", "isn't", "aren't", "don't",
    "doesn't", "didn't", "won't", "wasn't", "weren't", "isnt", "arent", "dont", "doesnt", "sin", "nunca", "jamas",
    "nada", "tampoco", "ni", "nao", "sem", "nem", "pas", "sans", "aucun", "aucune", "kein", "keine", "keinen", "nicht",
    "ohne",
];
/// After a denial they undo it: "not only".
const ONLY: &[&str] = &["only", "just", "solo", "solamente", "unicamente", "apenas", "seulement", "nur"];
const CONTRASTS: &[&str] = &["but", "pero", "sino", "mas", "mais", "aber", "sondern"];
const LIST_WORDS: &[&str] = &["or", "nor", "o", "u", "ni", "ou", "nem", "oder", "noch"];

fn same_or_plural(word: &str, singular: &str) -> bool {
    if word == singular {
        return true;
    }
    let Some(rest) = word.strip_prefix(singular) else {
        let stem = singular.strip_suffix('y');
        return stem.is_some_and(|stem| word.strip_prefix(stem) == Some("ies"));
    };
    rest == "s" || rest == "es"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, phrase: &str, expected: Mention) {
        assert_eq!(Words::of(text).mention(&Words::of(phrase)), expected, "{text:?} / {phrase:?}");
    }

    #[test]
    fn a_phrase_is_whole_words() {
        check("We definitely define things", "defi", Mention::Absent);
        check("We build DeFi products", "defi", Mention::Said);
        check("A role with on-call duty", "on call", Mention::Said);
        check("We call on. Call us", "on call", Mention::Absent);
        check("Staffing agencies", "agency", Mention::Said);
        check("Guardias rotativas", "guardia", Mention::Said);
        check("Apuestas y criptomonedas", "cripto", Mention::Absent);
        check("cry\u{200b}pto exchange", "crypto", Mention::Said);
        check("Bolsa de CRIPTO", "cripto", Mention::Said);
        check("", "x", Mention::Absent);
        check("anything", "", Mention::Absent);
    }

    #[test]
    fn a_denial_is_not_a_mention() {
        check("We are not an agency", "agency", Mention::Denied);
        check("We aren\u{2019}t a staffing agency", "agency", Mention::Denied);
        check("This has nothing to do with crypto.", "crypto", Mention::Denied);
        check("Sin guardias", "guardia", Mention::Denied);
        check("No somos una consultora", "consultora", Mention::Denied);
        check("Nada que ver con cripto", "cripto", Mention::Denied);
        check("No crypto, gambling or adtech here", "gambling", Mention::Denied);
        check("crypto-free", "crypto", Mention::Denied);
        check("não é uma agência", "agência", Mention::Denied);
    }

    #[test]
    fn a_denial_ends_with_its_sentence_and_its_contrast() {
        check("No rush! We are a crypto exchange", "crypto", Mention::Said);
        check("Not a bank but a crypto exchange", "crypto", Mention::Said);
        check("No agencies, crypto startup", "crypto", Mention::Said);
        check("Not only crypto", "crypto", Mention::Said);
        check("No solo cripto", "cripto", Mention::Said);
        check("We are not an agency. Our agency partners agree", "agency", Mention::Said);
    }
}
