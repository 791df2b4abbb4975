//! How patterns are written: over folded text (lower case, no accents), with ASCII classes, so that the engine stays
//! on its fast path whatever the message holds.

use regex::Regex;

/// Compiles a constant pattern. `\b`, `\w`, `\d` and `\s` mean ASCII.
#[expect(clippy::expect_used, reason = "the patterns are constants of this crate and every one is compiled by the tests")]
pub(crate) fn pattern(source: &str) -> Regex {
    Regex::new(&ascii(source)).expect("a constant pattern compiles")
}

/// The same pattern with ASCII classes outside and inside of brackets.
pub(crate) fn ascii(source: &str) -> String {
    let mut out = String::with_capacity(source.len() + 32);
    let (mut chars, mut bracket) = (source.chars().peekable(), 0_u8);
    while let Some(c) = chars.next() {
        match c {
            '\\' => {
                let next = chars.next().unwrap_or('\\');
                match (next, bracket) {
                    ('b', 0) => out.push_str(r"(?-u:\b)"),
                    ('w', 0) => out.push_str("[0-9A-Za-z_]"),
                    ('d', 0) => out.push_str("[0-9]"),
                    ('s', 0) => out.push_str(r"[ \t\r\n]"),
                    ('S', 0) => out.push_str(r"[^ \t\r\n]"),
                    ('w', _) => out.push_str("0-9A-Za-z_"),
                    ('d', _) => out.push_str("0-9"),
                    ('s', _) => out.push_str(r" \t\r\n"),
                    (other, _) => out.extend(['\\', other]),
                }
            }
            '[' if bracket == 0 => {
                bracket = 1;
                out.push(c);
            }
            ']' if bracket == 1 => {
                bracket = 0;
                out.push(c);
            }
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_are_ascii_inside_and_outside_of_brackets() {
        assert!(pattern(r"^\w+\s[\w\s]+$").is_match("ab c d"));
        assert!(!pattern(r"^\w+$").is_match("año"));
    }
}
