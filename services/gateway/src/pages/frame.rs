//! What every page has around its content.

use chrono::{DateTime, Utc};

use crate::{
    assets,
    words::{Catalogue, Tongue, Words},
};

/// For whom, in which words and when a page is made.
#[derive(Clone, Copy, Debug)]
pub struct Scene<'a> {
    pub catalogue: &'a Catalogue,
    pub tongue: Tongue,
    pub now: DateTime<Utc>,
    /// The live stream goes on after this sequence; `None` for a page that does not follow it.
    pub live_after: Option<u64>,
    /// Whose inbox.
    pub account: &'a str,
}

/// The frame of a page, for its template.
#[derive(Clone, Debug)]
pub(crate) struct Frame<'a> {
    pub(crate) words: &'a Words,
    pub(crate) lang: &'static str,
    pub(crate) account: &'a str,
    pub(crate) live_after: Option<u64>,
    pub(crate) style: String,
    pub(crate) scripts: [String; 3],
    pub(crate) icon: String,
    /// Address of this page without its language, with `?` or `&` at its end.
    here: String,
}

impl<'a> Frame<'a> {
    pub(crate) fn of(scene: &Scene<'a>, href: &str) -> Self {
        let joint = if href.contains('?') { '&' } else { '?' };
        Self {
            words: scene.catalogue.words(scene.tongue),
            lang: scene.tongue.code(),
            account: scene.account,
            live_after: scene.live_after,
            style: assets::address("app.css"),
            scripts: ["htmx.min.js", "htmx-ext-sse.min.js", "app.js"].map(assets::address),
            icon: assets::address("mark.svg"),
            here: format!("{href}{joint}"),
        }
    }

    /// The languages: code, name in itself, address, and whether it is this one.
    pub(crate) fn tongues(&self) -> Vec<(&'static str, &'static str, String, bool)> {
        let named = |tongue: Tongue| if tongue == Tongue::Spanish { "Español" } else { "English" };
        Tongue::ALL
            .into_iter()
            .map(|t| (t.code(), named(t), format!("{}lang={}", self.here, t.code()), t.code() == self.lang))
            .collect()
    }
}
