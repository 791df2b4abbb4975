//! How patterns are written: over folded text (lower case, no accents), with ASCII classes, so that the engine stays
//! on its fast path whatever the message holds.

use regex::Regex;

use crate::ascii::ascii;

/// Compiles a constant pattern. `\b`, `\w`, `\d` and `\s` mean ASCII, `\p{L}` Latin letters.
#[expect(
    clippy::expect_used,
    reason = "the patterns are constants of this crate and every one is compiled by the tests"
)]
pub(crate) fn pattern(source: &str) -> Regex {
    Regex::new(&ascii(source)).expect("a constant pattern compiles")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_are_ascii_inside_and_outside_of_brackets() {
        assert!(pattern(r"^\w+\s[\w\s]+$").is_match("ab c d"));
        assert!(!pattern(r"^\w+$").is_match("año"));
        assert!(pattern(r"^\p{Lu}[\p{L}\p{N}]+$").is_match("Ñandú7"));
        assert!(!pattern(r"^\p{Lu}$").is_match("ñ"));
    }
}
