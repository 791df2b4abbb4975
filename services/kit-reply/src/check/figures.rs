//! Numbers as they are written: in digits with marks between thousands, in thousands ("90k"), as times, and in words.

use crate::{
    text::{fold, words},
    voice::Voice,
};

/// A number in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Figure<'t> {
    /// Its place.
    pub(super) part: &'t str,
    /// Its digits, without marks between thousands; a time with its colon.
    pub(super) value: String,
}

/// Numbers in digits.
pub(super) fn figures(text: &str) -> Vec<Figure<'_>> {
    let chars: Vec<(usize, char)> = text.char_indices().collect();
    let at = |index: usize| chars.get(index).map(|(_, c)| *c);
    let digit = |index: usize| at(index).is_some_and(|c| c.is_ascii_digit());
    let byte = |index: usize| chars.get(index).map_or(text.len(), |(byte, _)| *byte);
    let (mut found, mut index) = (Vec::new(), 0);
    while index < chars.len() {
        if !digit(index) {
            index += 1;
            continue;
        }
        let (start, mut value) = (index, String::new());
        while let Some(c) = at(index) {
            let thousands = (1..=3).all(|ahead| digit(index + ahead)) && !digit(index + 4);
            match c {
                digit if digit.is_ascii_digit() => value.push(digit),
                ':' if digit(index + 1) => value.push(':'),
                '.' | ',' | '\'' | '’' | '\u{a0}' | '\u{202f}' | ' ' if thousands && value.len() <= 9 => {}
                _ => break,
            }
            index += 1;
        }
        let after = text.get(byte(index)..).unwrap_or_default();
        if in_thousands(after) && !value.contains(':') {
            value.push_str("000");
        }
        found.push(Figure { part: text.get(byte(start)..byte(index)).unwrap_or_default(), value });
    }
    found
}

/// Whether what follows a number says thousands: `90k`, `90 mil`.
fn in_thousands(after: &str) -> bool {
    let after = fold(after.get(..after.floor_char_boundary(6)).unwrap_or(after));
    let ends = |rest: &str| !rest.starts_with(char::is_alphanumeric);
    let after = after.trim_start();
    ["k", "mil"].iter().any(|unit| after.strip_prefix(unit).is_some_and(ends))
}

/// Numbers in words, with their value. "One" counts only before a unit: elsewhere it is an article or a pronoun.
pub(super) fn spelt<'t>(text: &'t str, voice: &Voice) -> Vec<(&'t str, usize)> {
    let all: Vec<(&str, String)> = words(text).map(|word| (word, fold(word))).collect();
    let number = |word: &String| voice.numbers.iter().position(|known| fold(known) == *word).map(|at| at + 1);
    let before_unit = |at: usize| all.get(at + 1).is_some_and(|(_, next)| voice.time.units.contains(next));
    let counted = |(at, (part, word)): (usize, &(&'t str, String))| {
        number(word).filter(|n| *n > 1 || before_unit(at)).map(|n| (*part, n))
    };
    all.iter().enumerate().filter_map(counted).collect()
}

#[cfg(test)]
mod tests {
    use super::figures;

    #[test]
    fn figures_are_read_as_they_are_written() {
        let values = |text| figures(text).into_iter().map(|figure| figure.value).collect::<Vec<_>>();
        assert_eq!(values("€90,000, 90.000 €, 90 000, 90k and 90 mil"), ["90000"; 5]);
        assert_eq!(values("17:00 to 18:30, 4 days"), ["17:00", "18:30", "4"]);
        assert_eq!(values("105-120k, 4 km"), ["105", "120000", "4"]);
    }
}
