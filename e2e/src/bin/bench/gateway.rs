//! What the gateway can do: kept answers against a fixed answer of the same size in the same run, lists that nobody kept
//! over a hundred thousand rows and over a million, and the live view.

mod live;
mod load;

use std::{path::Path, time::Instant};

use contract::Account;
use e2e::{Client, Process, sluice};
use kit_store::testing::Databases;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::{percentile, rounded};

/// Rows of the lists.
const MANY: u64 = 100_000;
const MOST: u64 = 1_000_000;
/// Pages that are gone through, and the rows of each.
const PAGES: usize = 10_000;
const ROWS: usize = 10;
/// How often each question is asked.
const TIMES: usize = 20;
/// A kept answer has at least this share of the fixed one's requests.
const RATIO_LIMIT: f64 = 0.6;
const P99_LIMIT: f64 = 20.0;

/// Lists as people narrow them, with many rows and with few.
const QUESTIONS: [&str; 16] = [
    "",
    "tier=HIGH_PRIORITY",
    "tier=NO_INTERESA,POCO_INTERESANTE",
    "status=awaiting_review",
    "status=snoozed",
    "kind=follow_up&sort=-received",
    "remote=remote&tier=HIGH_PRIORITY",
    "company=company%2077",
    "recruiter=recruiter%201999",
    "skill=rust",
    "skill=cobol",
    "min_score=90&sort=score",
    "since=2026-11-15&sort=-received",
    "q=platform%20team",
    "q=word2999",
    "tier=INTERESANTE&status=archived&skill=go",
];

pub(crate) async fn run(million: bool) -> Value {
    let mut figures = json!({ "ratio_limit": RATIO_LIMIT, "p99_limit_ms": P99_LIMIT });
    let lists = on_sqlite(&mut figures).await;
    figures["sqlite_100k"] = lists;
    figures["postgres_100k"] = on_postgres(MANY).await;
    if million {
        figures["postgres_1m"] = on_postgres(MOST).await;
    }
    figures
}

/// A system over a database of its own, which keeps no answers unless it is told to.
async fn start(data: &Path, url: &str, cache_mib: u32) -> (Process, Client) {
    let mut command = sluice();
    command.env("SLUICE__DATABASE__URL", url).env("SLUICE__GATEWAY__CACHE_MIB", cache_mib.to_string());
    command.arg("up").args(["--listen", "127.0.0.1:0", "--data"]).arg(data);
    let mut process = Process::spawn(command).await;
    let page = process.line_after("ready: ").await;
    (process, Client::new(&page))
}

async fn on_sqlite(figures: &mut Value) -> Value {
    let database = Databases::sqlite().await;
    database.store.fill(&Account::me(), MANY).await;
    let data = tempfile::tempdir().expect("a folder");
    let (mut process, client) = start(data.path(), &database.url, 32).await;
    figures["kept"] = kept(&client).await;
    figures["live"] = live::run(&client, process.id(), data.path()).await;
    process.terminate().await;
    let data = tempfile::tempdir().expect("a folder");
    let (mut process, client) = start(data.path(), &database.url, 0).await;
    let lists = lists(&client).await;
    process.terminate().await;
    lists
}

async fn on_postgres(rows: u64) -> Value {
    let database = Databases::postgres().await;
    let began = Instant::now();
    database.store.fill(&Account::me(), rows).await;
    let filled = began.elapsed().as_secs_f64();
    let data = tempfile::tempdir().expect("a folder");
    let (mut process, client) = start(data.path(), &database.url, 0).await;
    let mut lists = lists(&client).await;
    lists["filled_s"] = json!(rounded(filled));
    process.terminate().await;
    lists
}

/// Requests a second of answers that are kept, and of a fixed answer as large.
async fn kept(client: &Client) -> Value {
    let first = client.get("/api/v1/opportunities?limit=1").await;
    let one = format!("/api/v1/opportunities/{}", first["items"][0]["id"].as_str().expect("an id"));
    let mut figures = json!({});
    for (name, path) in [("list", "/api/v1/opportunities"), ("one", one.as_str()), ("stats", "/api/v1/stats")] {
        let (_, body) = client.status_of(path).await;
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let fixed = listener.local_addr().expect("an address");
        let server = tokio::spawn(kit_runtime::testing::serve_fixed(listener, body.clone().into_bytes()));
        let address = client.url("").trim_start_matches("http://").to_owned();
        let limit = load::requests_a_second(&fixed.to_string(), "/").await;
        let reached = load::requests_a_second(&address, path).await;
        server.abort();
        figures[name] = json!({
            "bytes": body.len(),
            "requests_s": reached.round(),
            "fixed_requests_s": limit.round(),
            "ratio": rounded(reached / limit),
        });
    }
    figures
}

/// Milliseconds of lists that nobody kept, and of pages far in.
async fn lists(client: &Client) -> Value {
    let mut slowest = json!({});
    let mut all = Vec::new();
    for question in QUESTIONS {
        let path = format!("/api/v1/opportunities?{question}");
        client.get(&path).await;
        let mut times = Vec::with_capacity(TIMES);
        for _ in 0..TIMES {
            times.push(timed(client, &path).await.0);
        }
        times.sort_by(f64::total_cmp);
        slowest[if question.is_empty() { "everything" } else { question }] = json!(percentile(&times, 99));
        all.extend(times);
    }
    all.sort_by(f64::total_cmp);
    let (mut pages, mut cursor) = (Vec::with_capacity(PAGES), String::new());
    while pages.len() < PAGES {
        let (time, page) = timed(client, &format!("/api/v1/opportunities?limit={ROWS}{cursor}")).await;
        pages.push(time);
        let Some(next) = page["next_cursor"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    let middle = |pages: &[f64]| {
        let mut pages = pages.to_vec();
        pages.sort_by(f64::total_cmp);
        percentile(&pages, 50)
    };
    json!({
        "p50_ms": percentile(&all, 50),
        "p99_ms": percentile(&all, 99),
        "p99_ms_by_question": slowest,
        "pages": pages.len(),
        "pages_2_to_101_p50_ms": middle(&pages[1..101]),
        "last_100_pages_p50_ms": middle(&pages[pages.len() - 100..]),
    })
}

async fn timed(client: &Client, path: &str) -> (f64, Value) {
    let began = Instant::now();
    let answer = client.get(path).await;
    (began.elapsed().as_secs_f64() * 1000.0, answer)
}
