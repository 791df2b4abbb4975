//! A message cut where the words begin and end that prove a value, so that both can point at each other.

use contract::{Evidence, Part};

use super::markup;

/// Words that prove a value.
#[derive(Clone, Debug)]
pub(crate) struct Proof {
    /// What the page calls the value.
    pub(crate) token: String,
    /// Number of its fact.
    pub(crate) number: usize,
    pub(crate) evidence: Evidence,
}

/// A stretch of text under the same proofs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Stretch {
    pub(crate) text: String,
    /// Tokens of the values it proves, spaced; empty for plain text.
    pub(crate) tokens: String,
    /// Numbers of the facts whose words end here.
    pub(crate) numbers: Vec<usize>,
}

/// Cuts one part of a message. Ranges that do not fit the text are left out: they prove nothing.
pub(crate) fn cut(text: &str, part: Part, proofs: &[Proof]) -> Vec<Stretch> {
    let fits = |proof: &&Proof| {
        let Evidence { part: of, start, end } = proof.evidence;
        of == part && start < end && text.get(start..end).is_some()
    };
    let proofs: Vec<&Proof> = proofs.iter().filter(fits).collect();
    let mut bounds: Vec<usize> = proofs.iter().flat_map(|p| [p.evidence.start, p.evidence.end]).collect();
    bounds.extend([0, text.len()]);
    bounds.sort_unstable();
    bounds.dedup();
    let html = markup::is_html(text);
    let mut stretches = Vec::new();
    for (start, end) in bounds.iter().zip(bounds.iter().skip(1)) {
        let over: Vec<&&Proof> =
            proofs.iter().filter(|p| p.evidence.start <= *start && *end <= p.evidence.end).collect();
        let tokens: Vec<&str> = over.iter().map(|p| p.token.as_str()).collect();
        let mut numbers: Vec<usize> = over.iter().filter(|p| p.evidence.end == *end).map(|p| p.number).collect();
        numbers.sort_unstable();
        numbers.dedup();
        let raw = text.get(*start..*end).unwrap_or_default();
        let text = if html { markup::plain(raw) } else { raw.to_owned() };
        stretches.push(Stretch { text, tokens: tokens.join(" "), numbers });
    }
    stretches
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proof(token: &str, number: usize, start: usize, end: usize) -> Proof {
        Proof { token: token.to_owned(), number, evidence: Evidence { part: Part::Text, start, end } }
    }

    #[test]
    fn overlapping_proofs_share_their_stretch() {
        let stretches =
            cut("a Senior Rust Engineer here", Part::Text, &[proof("role", 1, 2, 22), proof("stack-0", 2, 9, 13)]);
        let seen: Vec<_> =
            stretches.iter().map(|s| (s.text.as_str(), s.tokens.as_str(), s.numbers.as_slice())).collect();
        assert_eq!(
            seen,
            [
                ("a ", "", &[][..]),
                ("Senior ", "role", &[][..]),
                ("Rust", "role stack-0", &[2][..]),
                (" Engineer", "role", &[1][..]),
                (" here", "", &[][..]),
            ]
        );
    }

    #[test]
    fn no_word_is_lost_and_ranges_that_do_not_fit_are_left_out() {
        let text = "pagamos 70.000 € al año";
        let proofs =
            [proof("pay", 1, 8, 18), proof("bad", 2, 16, 17), proof("far", 3, 10, 900), proof("none", 4, 5, 5)];
        let stretches = cut(text, Part::Text, &proofs);
        assert_eq!(stretches.iter().map(|s| s.text.as_str()).collect::<String>(), text);
        assert_eq!(
            stretches.iter().filter(|s| !s.tokens.is_empty()).map(|s| s.text.as_str()).collect::<Vec<_>>(),
            ["70.000 €"]
        );
        assert_eq!(cut("", Part::Text, &proofs), []);
    }

    #[test]
    fn offsets_count_in_the_html_and_the_text_is_shown() {
        let stretches = cut("<p>We are <b>Orbit</b></p>", Part::Text, &[proof("company", 1, 13, 18)]);
        let seen: Vec<_> = stretches.iter().map(|s| (s.text.as_str(), s.tokens.as_str())).collect();
        assert_eq!(seen, [("We are ", ""), ("Orbit", "company"), ("\n", "")]);
    }

    #[test]
    fn the_subject_has_its_own_offsets() {
        let mut in_subject = proof("role", 1, 0, 5);
        in_subject.evidence.part = Part::Subject;
        assert_eq!(cut("Staff role", Part::Text, &[in_subject.clone()]).len(), 1);
        assert_eq!(cut("Staff role", Part::Subject, &[in_subject]).len(), 2);
    }
}
