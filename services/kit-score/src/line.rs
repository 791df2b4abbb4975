//! A line of the proof, with what it could become if the message said more.

use std::collections::BTreeMap;

use contract::{LineName, ScoreLine};

/// A line of the score.
pub(crate) struct Line {
    pub score: ScoreLine,
    /// Fewest and most points that an answer could give; the points themselves where nothing is open.
    pub range: (u8, u8),
}

impl Line {
    /// A line that the message settles.
    pub(crate) fn settled(line: LineName, points: u8, max: u8, rule: &str, values: BTreeMap<String, String>) -> Self {
        let score = ScoreLine { line, points, max, rule: rule.to_owned(), values };
        Self { score, range: (points, points) }
    }

    /// A line about which the message says nothing that counts.
    pub(crate) fn open(line: LineName, points: u8, max: u8, range: (u8, u8), rule: &str) -> Self {
        let score = ScoreLine { line, points, max, rule: rule.to_owned(), values: BTreeMap::new() };
        Self { score, range }
    }

    pub(crate) fn with(mut self, values: BTreeMap<String, String>) -> Self {
        self.score.values = values;
        self
    }

    pub(crate) fn is_open(&self) -> bool {
        self.range.0 < self.range.1
    }
}

/// Values of a line from name and text.
pub(crate) fn values<'a>(pairs: impl IntoIterator<Item = (&'a str, String)>) -> BTreeMap<String, String> {
    pairs.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}
