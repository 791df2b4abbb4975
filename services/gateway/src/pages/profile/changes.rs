//! What saving a profile would change, as the page tells it.

use contract::{Fulfilment, Tier};
use kit_score::Difference;

use crate::{
    pages::level,
    preview::{Change, LISTED, Preview, Standing},
    words::Words,
};

/// How many move, in which tiers, and which.
pub(super) struct Changes {
    pub(super) summary: String,
    pub(super) moves: String,
    pub(super) tiers: Vec<(&'static str, &'static str, String, u64, u64)>,
    pub(super) items: Vec<Item>,
    pub(super) more: Option<String>,
}

/// One that moves.
pub(super) struct Item {
    pub(super) id: String,
    pub(super) role: Option<String>,
    pub(super) company: String,
    pub(super) before: Option<Mark>,
    pub(super) after: Mark,
    pub(super) rises: bool,
    pub(super) decision: String,
    pub(super) why: Vec<(String, String, String)>,
}

/// A tier with its points.
pub(super) struct Mark {
    pub(super) class: &'static str,
    pub(super) mark: &'static str,
    pub(super) tier: String,
    pub(super) total: u8,
}

/// A preview in words.
pub(super) fn changes(preview: &Preview, words: &Words) -> Changes {
    let count = |counts: &std::collections::BTreeMap<&'static str, u64>, tier: Tier| {
        counts.get(tier.as_str()).copied().unwrap_or(0)
    };
    let tiers = Tier::ALL.iter().map(|tier| {
        let (class, mark) = level::class(Some(*tier));
        (class, mark, words.of("tier", tier), count(&preview.before, *tier), count(&preview.after, *tier))
    });
    let unlisted = preview.changed.saturating_sub(preview.items.len() as u64);
    Changes {
        summary: match preview.changed {
            0 => words.with("what-if-none", preview.compared),
            changed => words.with2("what-if-some", changed, preview.compared),
        },
        moves: match preview.changed {
            0 => String::new(),
            changed => words.with2("what-if-moves", preview.rises, changed - preview.rises),
        },
        tiers: tiers.collect(),
        items: preview.items.iter().take(LISTED).map(|change| item(change, words)).collect(),
        more: (unlisted > 0).then(|| words.with("what-if-more", unlisted)),
    }
}

fn item(change: &Change, words: &Words) -> Item {
    let mark = |standing: Standing| {
        let (class, mark) = level::class(Some(standing.tier));
        Mark { class, mark, tier: words.of("tier-short", standing.tier), total: standing.total }
    };
    Item {
        id: change.id.to_string(),
        role: change.role.clone(),
        company: change.company.clone().unwrap_or_else(|| words.t("company-missing").to_owned()),
        before: change.before.map(mark),
        after: mark(change.after),
        rises: change.before.is_none_or(|before| before.tier.rank() < change.after.tier.rank()),
        decision: words.of("decision", change.decision),
        why: change.why.iter().map(|difference| said(difference, words)).collect(),
    }
}

/// Name, before → after, and the reason.
fn said(difference: &Difference, words: &Words) -> (String, String, String) {
    match difference {
        Difference::Line { name, before, after, why } => {
            let name =
                serde_json::to_value(name).ok().and_then(|name| name.as_str().map(str::to_owned)).unwrap_or_default();
            (words.of("line", name), format!("{before} → {after}"), why.clone())
        }
        Difference::Condition { name, before, after, why } => {
            let said = |fulfilment: &Option<Fulfilment>| match fulfilment {
                Some(Fulfilment::Pass) => words.t("passed"),
                Some(Fulfilment::Fail) => words.t("failed"),
                Some(Fulfilment::Unknown) => words.t("unknown"),
                None => words.t("not-asked"),
            };
            (words.of("filter", name), format!("{} → {}", said(before), said(after)), why.clone())
        }
    }
}
