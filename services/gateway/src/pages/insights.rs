//! Insights: what came in, what it pays, what it asks for, what became of it. Every chart is a table whose rows carry a
//! bar, so that its numbers are there for everybody; each is also a CSV file.

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;
use axum::{
    extract::{Path, State},
    http::{HeaderMap, Uri, header},
    response::{IntoResponse, Response},
};
use chrono::{DateTime, Datelike, Days, Utc};
use contract::{Seniority, Status, Tier};
use kit_score::{Profile, profile::Level};
use kit_store::{Dot, Stats};

use super::{
    Visit, broken,
    frame::{Frame, Scene},
    level,
    money::{self, grouped},
};
use crate::{app::App, problem::Problem, profiles, words::Words};

/// Opportunities that the charts are drawn from, the newest.
const DRAWN: u64 = 5_000;
/// Weeks that the first chart shows.
const WEEKS: usize = 12;
/// Technologies that are listed.
const LISTED: usize = 14;
/// Width of a chart's bars.
const WIDTH: i64 = 300;

/// What the charts are drawn from.
#[derive(Clone, Debug, Default)]
pub struct Figures {
    pub stats: Stats,
    pub dots: Vec<Dot>,
    /// Hours from message to answer, shortest first.
    pub answer_hours: Vec<i64>,
    /// The profile's least pay and its currency.
    pub minimum: Option<(i64, String)>,
    /// What the person works with, and how well.
    pub known: BTreeMap<String, Level>,
}

/// A chart: rows of figures with a bar each.
pub(crate) struct Chart {
    pub(crate) key: &'static str,
    title: String,
    hint: String,
    head: Vec<String>,
    pub(crate) rows: Vec<Bar>,
    /// A line through all bars, and what it stands for.
    mark: Option<(i64, String)>,
}

/// A row of a chart.
pub(crate) struct Bar {
    name: String,
    cells: Vec<String>,
    segments: Vec<Segment>,
}

struct Segment {
    x: i64,
    width: i64,
    class: &'static str,
}

/// `GET /insights`
pub(super) async fn show(State(app): State<App>, uri: Uri, headers: HeaderMap) -> Response {
    let visit = Visit::of(&uri, &headers);
    let page = async {
        let figures = figures(&app).await?;
        render(&visit.scene_with_tally(&app, None).await, &figures).map_err(|error| broken(&error))
    };
    let page = page.await;
    visit.answer(&app, page)
}

/// `GET /insights/{chart}`: its numbers as CSV.
pub(super) async fn csv(State(app): State<App>, Path(name): Path<String>, uri: Uri, headers: HeaderMap) -> Response {
    let visit = Visit::of(&uri, &headers);
    let file = async {
        let scene = visit.scene(&app, None);
        let charts = charts(&scene, &figures(&app).await?);
        let chart = charts.into_iter().find(|chart| name.strip_suffix(".csv") == Some(chart.key));
        chart.ok_or_else(|| Problem::not_found("there is no such chart")).and_then(|chart| chart.csv())
    };
    match file.await {
        Ok(file) => {
            let headers = [
                (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
                (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
            ];
            (headers, file).into_response()
        }
        Err(problem) => visit.answer(&app, Err(problem)),
    }
}

async fn figures(app: &App) -> Result<Figures, Problem> {
    let reader = &app.reader;
    let (stats, dots, answer_hours) = futures::try_join!(
        reader.stats(&app.account),
        reader.dots(&app.account, DRAWN),
        reader.answer_hours(&app.account, DRAWN)
    )?;
    // Without the bus there is no profile to compare with; the rest is drawn all the same.
    let stored = profiles::stored(app).await.ok().flatten();
    let profile = stored.and_then(|(yaml, _)| Profile::parse(&yaml).ok());
    let minimum = profile.as_ref().map(|profile| (profile.salary.minimum, profile.salary.currency.clone()));
    let known = profile.map(|profile| profile.technologies.into_iter().map(|tech| (tech.name, tech.level)).collect());
    Ok(Figures { stats, dots, answer_hours, minimum, known: known.unwrap_or_default() })
}

#[derive(Template)]
#[template(path = "insights.html")]
struct Html<'a> {
    frame: Frame<'a>,
    charts: Vec<Chart>,
    total: u64,
    summary: Vec<(String, String)>,
}

/// Renders the charts.
///
/// # Errors
/// Where the template fails.
pub fn render(scene: &Scene<'_>, figures: &Figures) -> Result<String, askama::Error> {
    let frame = Frame::of(scene, "/insights");
    let words = frame.words;
    let mut summary = vec![(words.t("opportunities").to_owned(), number(figures.stats.total))];
    summary.extend(figures.stats.average_score.map(|score| (words.t("average").to_owned(), format!("{score:.0}"))));
    let paid = figures.dots.iter().filter(|dot| middle(dot).is_some()).count();
    if let Some(share) = (paid * 100).checked_div(figures.dots.len()) {
        summary.push((words.t("states-pay").to_owned(), format!("{share} %")));
    }
    if let Some(hours) = median(&figures.answer_hours) {
        summary.push((words.t("answered-in").to_owned(), money::span(hours * 3_600_000)));
    }
    Html { charts: charts(scene, figures), total: figures.stats.total, summary, frame }.render()
}

fn charts(scene: &Scene<'_>, figures: &Figures) -> Vec<Chart> {
    let words = scene.catalogue.words(scene.tongue);
    let all = vec![
        weeks(figures, words, scene.now),
        scores(figures, words),
        pay(figures, words),
        technologies(figures, words),
        funnel(figures, words),
    ];
    all.into_iter().filter(|chart| !chart.rows.is_empty()).collect()
}

fn number(n: u64) -> String {
    grouped(i64::try_from(n).unwrap_or(i64::MAX))
}

fn chart(key: &'static str, words: &Words, head: &[&str], rows: Vec<Bar>) -> Chart {
    Chart {
        key,
        title: words.of("chart", key),
        hint: words.of("chart-hint", key),
        head: head.iter().map(|name| words.t(name).to_owned()).collect(),
        rows,
        mark: None,
    }
}

/// A part of the whole as a part of the width, at least a hair.
fn share(part: u64, whole: u64) -> i64 {
    if part == 0 {
        return 0;
    }
    let width = part.saturating_mul(WIDTH.unsigned_abs()) / whole.max(1);
    i64::try_from(width).unwrap_or(WIDTH).clamp(2, WIDTH)
}

fn weeks(figures: &Figures, words: &Words, now: DateTime<Utc>) -> Chart {
    let monday = |at: DateTime<Utc>| {
        let day = at.date_naive();
        day - Days::new(u64::from(day.weekday().num_days_from_monday()))
    };
    let mut counts: BTreeMap<chrono::NaiveDate, [u64; 4]> = BTreeMap::new();
    for week in 0..WEEKS {
        counts.insert(monday(now) - Days::new(7 * week as u64), [0; 4]);
    }
    for dot in &figures.dots {
        let Some(week) = counts.get_mut(&monday(dot.at)) else { continue };
        if let Some(place) = dot.tier.and_then(|tier| Tier::ALL.iter().position(|one| *one == tier)) {
            week[place] += 1;
        }
    }
    let most = counts.values().map(|week| week.iter().sum::<u64>()).max().unwrap_or(0);
    let rows = counts.iter().rev().map(|(week, tiers)| {
        let mut x = 0;
        let segments = Tier::ALL.iter().zip(tiers).filter(|(_, count)| **count > 0).map(|(tier, count)| {
            let segment = Segment { x, width: share(*count, most) - 1, class: level::class(Some(*tier)).0 };
            x += segment.width + 1;
            segment
        });
        Bar {
            name: week.format("%Y-%m-%d").to_string(),
            segments: segments.collect(),
            cells: tiers.iter().map(|count| if *count == 0 { "·".to_owned() } else { number(*count) }).collect(),
        }
    });
    let rows = if most == 0 { Vec::new() } else { rows.collect() };
    let mut chart = chart("weeks", words, &["week"], rows);
    chart.head.extend(Tier::ALL.iter().map(|tier| words.of("tier-short", tier)));
    chart
}

fn scores(figures: &Figures, words: &Words) -> Chart {
    let bins = &figures.stats.score_histogram;
    let most = bins.iter().copied().max().unwrap_or(0);
    let rows = bins.iter().enumerate().rev().map(|(bin, count)| {
        let low = u8::try_from(bin * 10).unwrap_or(90);
        let high = if bin == 9 { 100 } else { low + 9 };
        Bar {
            name: format!("{low}–{high}"),
            cells: vec![number(*count)],
            segments: vec![Segment { x: 0, width: share(*count, most), class: level::class(Some(Tier::of(low))).0 }],
        }
    });
    let rows = if most == 0 { Vec::new() } else { rows.collect() };
    chart("scores", words, &["score", "number"], rows)
}

/// The middle of a pay stated, a year.
fn middle(dot: &Dot) -> Option<i64> {
    match dot.yearly {
        (Some(low), Some(high)) => Some(low.midpoint(high)),
        (low, high) => low.or(high),
    }
}

fn median(sorted: &[i64]) -> Option<i64> {
    sorted.get(sorted.len() / 2).copied()
}

/// By level, in the currency that most are known in: the profile's.
fn pay(figures: &Figures, words: &Words) -> Chart {
    let mut currencies: BTreeMap<&str, usize> = BTreeMap::new();
    for currency in figures.dots.iter().filter_map(|dot| dot.currency.as_deref()) {
        *currencies.entry(currency).or_default() += 1;
    }
    let own = figures.minimum.as_ref().map(|(_, currency)| currency.as_str());
    let currency = own.or_else(|| currencies.iter().max_by_key(|(_, count)| **count).map(|(code, _)| *code));
    let mut levels: BTreeMap<usize, (Option<Seniority>, Vec<i64>)> = BTreeMap::new();
    for dot in figures.dots.iter().filter(|dot| dot.currency.as_deref() == currency) {
        let Some(middle) = middle(dot) else { continue };
        let place = dot.seniority.and_then(|one| Seniority::ALL.iter().position(|other| *other == one));
        levels.entry(place.unwrap_or(usize::MAX)).or_insert((dot.seniority, Vec::new())).1.push(middle);
    }
    let top = levels.values().flat_map(|(_, pays)| pays).copied().max().unwrap_or(0);
    let minimum = figures.minimum.as_ref().map(|(minimum, _)| *minimum);
    let top = top.max(minimum.unwrap_or(0)).max(1);
    let at = |pay: i64| pay.saturating_mul(WIDTH - 4) / top;
    let rows = levels.into_values().map(|(seniority, mut pays)| {
        pays.sort_unstable();
        let (low, high) = (pays.first().copied().unwrap_or(0), pays.last().copied().unwrap_or(0));
        let mid = median(&pays).unwrap_or(0);
        let said = |pay| money::pay(words, (Some(pay), Some(pay)), currency, None).unwrap_or_default();
        Bar {
            name: seniority.map_or_else(|| words.t("level-missing").to_owned(), |one| words.of("value", one)),
            cells: vec![said(low), said(mid), said(high), grouped(i64::try_from(pays.len()).unwrap_or(0))],
            segments: vec![
                Segment { x: at(low), width: (at(high) - at(low)).max(3), class: "range" },
                Segment { x: at(mid) - 1, width: 3, class: "mid" },
            ],
        }
    });
    let mut chart = chart("pay", words, &["level", "least", "median", "most", "number"], rows.collect());
    chart.mark = minimum.map(|minimum| {
        let said = money::pay(words, (Some(minimum), Some(minimum)), currency, None).unwrap_or_default();
        (at(minimum), words.with("your-minimum", said))
    });
    chart
}

fn technologies(figures: &Figures, words: &Words) -> Chart {
    let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
    for dot in &figures.dots {
        for tech in dot.tech_stack.iter().map(String::as_str).collect::<BTreeSet<_>>() {
            *counts.entry(tech).or_default() += 1;
        }
    }
    let mut counts: Vec<(&str, u64)> = counts.into_iter().collect();
    counts.sort_by_key(|(name, count)| (std::cmp::Reverse(*count), *name));
    let most = counts.first().map_or(0, |(_, count)| *count);
    let rows = counts.into_iter().take(LISTED).map(|(name, count)| {
        let known = figures.known.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, level)| *level);
        let (class, said) = match known {
            Some(Level::Known) => ("known", words.t("proof-value.known")),
            Some(Level::Basic) => ("basic", words.t("proof-value.basic")),
            None => ("other", words.t("proof-value.other")),
        };
        Bar {
            name: name.to_owned(),
            cells: vec![number(count), said.to_owned()],
            segments: vec![Segment { x: 0, width: share(count, most), class }],
        }
    });
    chart("technologies", words, &["technology", "asked", "yours"], rows.collect())
}

fn funnel(figures: &Figures, words: &Words) -> Chart {
    let of = |counts: &BTreeMap<String, u64>, names: &[&str]| -> u64 {
        names.iter().filter_map(|name| counts.get(*name)).sum()
    };
    let stats = &figures.stats;
    let dismissed: u64 = stats.dismissed.iter().filter(|(reason, _)| *reason != "own_message").map(|(_, n)| n).sum();
    let tiers = [Tier::HighPriority.as_str(), Tier::Interesante.as_str()];
    let steps = [
        ("funnel-messages", stats.total + dismissed, "none"),
        ("funnel-opportunities", stats.total, "low"),
        ("funnel-interesting", of(&stats.by_tier, &tiers), "inter"),
        ("funnel-answered", of(&stats.by_status, &[Status::Replied.as_str(), Status::Declined.as_str()]), "high"),
    ];
    let whole = steps[0].1;
    let rows = steps.into_iter().filter(|_| whole > 0).map(|(name, count, class)| Bar {
        name: words.t(name).to_owned(),
        cells: vec![number(count), format!("{} %", count * 100 / whole.max(1))],
        segments: vec![Segment { x: 0, width: share(count, whole), class }],
    });
    chart("funnel", words, &["step", "number", "of-all"], rows.collect())
}

impl Chart {
    fn csv(&self) -> Result<Vec<u8>, Problem> {
        let mut writer = csv::Writer::from_writer(Vec::new());
        let failed = |error: csv::Error| {
            tracing::error!(%error, "a table cannot be written");
            Problem::internal()
        };
        writer.write_record(&self.head).map_err(failed)?;
        for row in &self.rows {
            let cells = row.cells.iter().map(|cell| if cell == "·" { "0" } else { cell.as_str() });
            writer.write_record(std::iter::once(row.name.as_str()).chain(cells).map(safe)).map_err(failed)?;
        }
        writer.into_inner().map_err(|_| Problem::internal())
    }
}

/// A cell that a spreadsheet takes for text, whatever it begins with.
fn safe(cell: &str) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{cell}") } else { cell.to_owned() }
}
