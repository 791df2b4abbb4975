//! The inbox: a live list with tabs and filters.

use std::collections::BTreeMap;

use askama::Template;
use contract::{Status, Tier};
use kit_store::{MessageRow, Page, Stats};

use super::{
    frame::{Frame, Scene},
    level,
    money::{self, grouped},
    profile::Questions,
    row::Row,
    select::{Selection, View},
};

/// What the inbox shows.
#[derive(Clone, Debug)]
pub struct Inbox {
    pub selection: Selection,
    pub page: Page,
    pub stats: Stats,
    /// How many of each tier the tab holds.
    pub by_tier: BTreeMap<&'static str, u64>,
    /// The newest messages without a card.
    pub dismissed: Vec<MessageRow>,
    /// Whether there is no profile yet, and the three questions are asked.
    pub asks: bool,
}

#[derive(Template)]
#[template(path = "inbox.html")]
struct Html<'a> {
    frame: Frame<'a>,
    tabs: Vec<Tab>,
    tiers: Vec<Chip>,
    switches: Vec<Chip>,
    selection: Selection,
    rows: Vec<Row>,
    more: Option<String>,
    clear: Option<String>,
    empty: Option<&'static str>,
    try_it: Option<String>,
    dismissed: Dismissed,
    engines: String,
    asks: bool,
    questions: Questions,
}

struct Tab {
    name: String,
    href: String,
    count: String,
    current: bool,
}

struct Chip {
    name: String,
    href: String,
    count: Option<String>,
    class: &'static str,
    mark: &'static str,
    on: bool,
}

struct Dismissed {
    total: u64,
    reasons: String,
    newest: Vec<DismissedRow>,
}

struct DismissedRow {
    reason: String,
    sender: String,
    text: Option<String>,
    age: String,
}

/// Renders the inbox. `base` is the address of this gateway, for the command to copy.
///
/// # Errors
/// Where the template fails.
pub fn render(scene: &Scene<'_>, inbox: &Inbox, base: &str) -> Result<String, askama::Error> {
    let frame = Frame::of(scene, &inbox.selection.href());
    let (words, selection) = (frame.words, inbox.selection.clone());
    let rows: Vec<Row> = inbox.page.items.iter().map(|row| Row::of(row, words, scene.now)).collect();
    let nothing_at_all = inbox.stats.total == 0 && !selection.is_filtered();
    let empty = rows.is_empty().then_some(match (nothing_at_all, selection.is_filtered(), selection.view) {
        (true, _, _) => "first-run",
        (_, false, View::Waiting) => "empty-waiting",
        _ => "empty-found",
    });
    Html {
        tabs: tabs(inbox, &frame),
        tiers: tiers(inbox, &frame),
        switches: switches(&selection, &frame),
        more: inbox.page.next_cursor.clone().map(|cursor| selection.with(|s| s.cursor = Some(cursor)).href()),
        clear: selection.is_filtered().then(|| Selection { view: selection.view, ..Selection::default() }.href()),
        try_it: nothing_at_all.then(|| command(base)),
        dismissed: dismissed(scene, inbox, &frame),
        engines: engines(&inbox.stats, &frame),
        asks: inbox.asks,
        questions: Questions::default(),
        selection,
        rows,
        empty,
        frame,
    }
    .render()
}

fn tabs(inbox: &Inbox, frame: &Frame<'_>) -> Vec<Tab> {
    let of = |statuses: &[Status]| statuses.iter().filter_map(|s| inbox.stats.by_status.get(s.as_str())).sum::<u64>();
    let tab = |view: View| Tab {
        name: frame.words.t(&format!("view-{}", view.name())).to_owned(),
        href: inbox.selection.with(|s| (s.view, s.tier) = (view, None)).href(),
        count: count(if view == View::All { inbox.stats.total } else { of(view.statuses()) }),
        current: view == inbox.selection.view,
    };
    View::ALL.map(tab).into()
}

fn tiers(inbox: &Inbox, frame: &Frame<'_>) -> Vec<Chip> {
    let chip = |tier: &Tier| {
        let on = inbox.selection.tier == Some(*tier);
        let (class, mark) = level::class(Some(*tier));
        Chip {
            name: frame.words.of("tier-short", tier),
            href: inbox.selection.with(|s| s.tier = (!on).then_some(*tier)).href(),
            count: inbox.by_tier.get(tier.as_str()).map(|n| count(*n)),
            class,
            mark,
            on,
        }
    };
    Tier::ALL.iter().map(chip).collect()
}

fn switches(selection: &Selection, frame: &Frame<'_>) -> Vec<Chip> {
    let chip = |name: &str, on: bool, to: Selection| Chip {
        name: frame.words.t(name).to_owned(),
        href: to.href(),
        count: None,
        class: "switch",
        mark: if on { "✓" } else { "" },
        on,
    };
    vec![
        chip("filter-remote", selection.remote, selection.with(|s| s.remote = !s.remote)),
        chip("filter-pay", selection.pay, selection.with(|s| s.pay = !s.pay)),
    ]
}

fn count(n: u64) -> String {
    grouped(i64::try_from(n).unwrap_or(i64::MAX))
}

fn command(base: &str) -> String {
    let text = "Hi, we are hiring a Senior Rust Engineer at Nimbus Robotics. Fully remote in the EU, €95–115k.";
    format!("curl {base}/api/v1/messages -H 'content-type: application/json' \\\n  -d '{{\"text\":\"{text}\"}}'")
}

/// Own messages are no dismissals to a person.
fn dismissed(scene: &Scene<'_>, inbox: &Inbox, frame: &Frame<'_>) -> Dismissed {
    let words = frame.words;
    let reasons = || inbox.stats.dismissed.iter().filter(|(reason, n)| *reason != "own_message" && **n > 0);
    let newest = inbox.dismissed.iter().map(|message| {
        let reason = message.dismissed.as_deref().unwrap_or("other");
        DismissedRow {
            reason: words.of("dismissal", reason),
            sender: message.sender_name.clone().unwrap_or_else(|| words.t("sender-missing").to_owned()),
            text: (reason != "private" && !message.text.trim().is_empty()).then(|| shortened(&message.text)),
            age: money::age(words, message.sent_at, scene.now),
        }
    });
    Dismissed {
        total: reasons().map(|(_, n)| n).sum(),
        reasons: reasons()
            .map(|(reason, n)| format!("{} {}", count(*n), words.of("dismissal", reason)))
            .collect::<Vec<_>>()
            .join(", "),
        newest: newest.collect(),
    }
}

fn shortened(text: &str) -> String {
    let folded = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match folded.char_indices().nth(120) {
        Some((cut, _)) => format!("{}…", folded.get(..cut).unwrap_or_default().trim_end()),
        None => folded,
    }
}

fn engines(stats: &Stats, frame: &Frame<'_>) -> String {
    let names: Vec<String> =
        stats.by_engine.iter().filter(|(_, n)| **n > 0).map(|(engine, _)| frame.words.of("engine", engine)).collect();
    if names.is_empty() { String::new() } else { frame.words.with("read-by", names.join(", ")) }
}
