//! Why two judgements of the same facts differ: line by line and condition by condition, in the order of the proof.

use contract::{Fulfilment, LineName, Score};
use serde::Serialize;

/// One thing that another profile makes different.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "of", rename_all = "snake_case")]
pub enum Difference {
    /// A line gives other points.
    Line {
        /// Which one.
        name: LineName,
        /// Points before.
        before: u8,
        /// Points after.
        after: u8,
        /// The rule that gives the new points.
        why: String,
    },
    /// A condition is met, failed, unknown, or not asked any more.
    Condition {
        /// Its name: `remote_policy`, …
        name: String,
        /// Before; `None` where the profile did not ask it.
        before: Option<Fulfilment>,
        /// After; `None` where the profile does not ask it.
        after: Option<Fulfilment>,
        /// Its reason after, or before where it is not asked any more.
        why: String,
    },
}

/// Everything that differs.
pub fn differences(before: &Score, after: &Score) -> Vec<Difference> {
    let lines = after.lines.iter().filter_map(|line| {
        let old = before.lines.iter().find(|old| old.line == line.line)?;
        (old.points != line.points).then(|| Difference::Line {
            name: line.line,
            before: old.points,
            after: line.points,
            why: line.rule.clone(),
        })
    });
    let asked = after.filters.iter().filter_map(|filter| {
        let old = before.filters.iter().find(|old| old.name == filter.name).map(|old| old.fulfilment);
        (old != Some(filter.fulfilment)).then(|| Difference::Condition {
            name: filter.name.clone(),
            before: old,
            after: Some(filter.fulfilment),
            why: filter.reason.clone(),
        })
    });
    let dropped = before.filters.iter().filter(|old| after.filters.iter().all(|filter| filter.name != old.name));
    let dropped = dropped.map(|old| Difference::Condition {
        name: old.name.clone(),
        before: Some(old.fulfilment),
        after: None,
        why: old.reason.clone(),
    });
    lines.chain(asked).chain(dropped).collect()
}
