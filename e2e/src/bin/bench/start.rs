//! How soon the demo is there: from the command to ready, to the first opportunity, to the whole sample inbox.

use std::time::Instant;

use e2e::System;
use serde_json::{Value, json};

use crate::{resident_mib, rounded, server_of};

pub(crate) async fn run() -> Value {
    let data = tempfile::tempdir().expect("a folder");
    let began = Instant::now();
    let system = System::start_with(data.path(), &["--demo"]).await;
    let ready = began.elapsed().as_secs_f64();
    system.client.until("a first opportunity", async |c| (c.total().await > 0).then_some(())).await;
    let first = began.elapsed().as_secs_f64();
    let messages =
        std::fs::read_to_string(e2e::file("e2e/sample/inbox.jsonl")).expect("the sample inbox").lines().count();
    let stored = async |c: &e2e::Client| {
        let stats = c.get("/api/v1/stats").await;
        let sum =
            |by: &str| -> u64 { stats[by].as_object().into_iter().flatten().filter_map(|(_, n)| n.as_u64()).sum() };
        let waiting = stats["by_status"]["new"].as_u64().unwrap_or(0);
        (stats["total"].as_u64() > Some(0) && waiting == 0).then(|| sum("by_status") + sum("dismissed"))
    };
    // Settled: the sum does not grow any more while the pipeline is empty.
    let mut before = 0;
    let whole = loop {
        let now = system.client.until("settled", stored).await;
        let at = began.elapsed().as_secs_f64();
        let idle = pipeline_is_empty(data.path()).await;
        if idle && now == before {
            break at;
        }
        before = now;
    };
    let id = system.process.id();
    let figures = json!({
        "ready_s": rounded(ready),
        "first_opportunity_s": rounded(first),
        "whole_inbox_s": rounded(whole),
        "sample_messages": messages,
        "sluice_mib": resident_mib(id),
        "nats_server_mib": server_of(id).map(resident_mib),
    });
    system.stop().await;
    figures
}

async fn pipeline_is_empty(data: &std::path::Path) -> bool {
    let output = e2e::sluice().args(["status", "--json", "--data"]).arg(data).output().await.expect("status runs");
    let status: Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
    let consumers = status["consumers"].as_array().cloned().unwrap_or_default();
    !consumers.is_empty() && consumers.iter().all(|c| c["pending"] == 0 && c["in_flight"] == 0)
}
