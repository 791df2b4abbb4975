//! The level: the one mark that carries a score everywhere. A bar that fills like a lock, with ticks at the bounds.

use askama::Template;
use contract::Tier;
use kit_store::OpportunityRow;

use crate::words::Words;

/// A score as a bar, with its words for those who do not see it.
#[derive(Clone, Debug, Template)]
#[template(path = "level.html")]
pub(crate) struct Level {
    pub(crate) score: Option<u8>,
    /// `high`, `inter`, `low`, `none` or `unscored`: the tier's class.
    pub(crate) class: &'static str,
    /// `●◕◔○`, so that a tier is never told by colour alone.
    pub(crate) mark: &'static str,
    /// A capped score is hatched.
    pub(crate) capped: bool,
    /// Filled part, of 96.
    width: String,
    words: String,
}

impl Level {
    pub(crate) fn of(row: &OpportunityRow, words: &Words) -> Self {
        let (class, mark) = class(row.tier);
        let capped = row.cap_reason.is_some() && row.tier != row.tier_uncapped;
        let said = match (row.total_score, row.tier) {
            (Some(score), Some(tier)) => {
                let cap = if capped { format!(", {}", words.t("capped")) } else { String::new() };
                format!("{}, {}{cap}", words.with("of-100", score), words.of("tier", tier).to_lowercase())
            }
            _ => words.t("not-scored").to_owned(),
        };
        let tenths = u32::from(row.total_score.unwrap_or(0).min(100)) * 96 / 10;
        let width = format!("{}.{}", tenths / 10, tenths % 10);
        Self { score: row.total_score, class, mark, capped, width, words: said }
    }
}

/// Class and mark of a tier.
pub(crate) const fn class(tier: Option<Tier>) -> (&'static str, &'static str) {
    match tier {
        Some(Tier::HighPriority) => ("high", "●"),
        Some(Tier::Interesante) => ("inter", "◕"),
        Some(Tier::PocoInteresante) => ("low", "◔"),
        Some(Tier::NoInteresa) => ("none", "○"),
        None => ("unscored", ""),
    }
}
