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
    /// What waits in each section, where it is known.
    pub tally: Option<Tally>,
}

/// What waits for the person.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub inbox: u64,
    pub replies: u64,
    pub to_paste: u64,
    pub dead: u64,
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
    pub(crate) manifest: String,
    pub(crate) sections: Vec<Section>,
    /// Address of this page without its language, with `?` or `&` at its end.
    here: String,
}

/// A section of the dashboard, in the header.
#[derive(Clone, Debug)]
pub(crate) struct Section {
    pub(crate) name: String,
    pub(crate) href: &'static str,
    /// Behind `g`.
    pub(crate) key: &'static str,
    pub(crate) count: Option<u64>,
    pub(crate) current: bool,
}

impl<'a> Frame<'a> {
    pub(crate) fn of(scene: &Scene<'a>, href: &str) -> Self {
        let joint = if href.contains('?') { '&' } else { '?' };
        let words = scene.catalogue.words(scene.tongue);
        Self {
            words,
            lang: scene.tongue.code(),
            account: scene.account,
            live_after: scene.live_after,
            style: assets::address("app.css"),
            scripts: ["htmx.min.js", "htmx-ext-sse.min.js", "app.js"].map(assets::address),
            icon: assets::address("mark.svg"),
            manifest: assets::address("app.webmanifest"),
            sections: sections(words, scene.tally, href),
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

    /// Whether this is the sample inbox.
    pub(crate) fn is_demo(&self) -> bool {
        self.account == "demo"
    }
}

fn sections(words: &Words, tally: Option<Tally>, href: &str) -> Vec<Section> {
    let path = href.split('?').next().unwrap_or_default();
    let pasting = href.contains("state=approved");
    let counted = |of: fn(Tally) -> u64| tally.map(of).filter(|count| *count > 0);
    let section = |name: &str, href: &'static str, key: &'static str, count, current: bool| Section {
        name: words.t(name).to_owned(),
        href,
        key,
        count,
        current,
    };
    vec![
        section("inbox", "/", "i", counted(|t| t.inbox), path == "/"),
        section("replies", "/replies", "r", counted(|t| t.replies), path == "/replies" && !pasting),
        section("to-paste", "/replies?state=approved", "t", counted(|t| t.to_paste), path == "/replies" && pasting),
        section("insights", "/insights", "s", None, path == "/insights"),
        section("pipeline", "/pipeline", "l", counted(|t| t.dead), path == "/pipeline"),
        section("profile", "/profile", "p", None, path == "/profile"),
        section("paste", "/paste", "n", None, path == "/paste"),
    ]
}
