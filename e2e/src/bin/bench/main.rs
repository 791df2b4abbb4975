//! `./dev bench NAME [--json]`: figures of the real binary, each beside a limit measured in the same run.

#![expect(
    clippy::print_stdout,
    clippy::expect_used,
    reason = "a bench prints its figures, and has nothing better to do than stop"
)]

mod analyzer;
mod gateway;
mod pipeline;
mod rescore;
mod start;

use serde_json::Value;

const USAGE: &str = "usage: bench pipeline|rescore|start|analyzer|gateway [--json] [--messages N] [--durability always|fast] [--million]";

/// What a bench is told.
struct Options {
    messages: usize,
    durability: String,
}

#[tokio::main]
async fn main() -> std::process::ExitCode {
    let mut words = std::env::args().skip(1);
    let mut name = None;
    let (mut json, mut million) = (false, false);
    let mut options = Options { messages: 2000, durability: "always".to_owned() };
    while let Some(word) = words.next() {
        match word.as_str() {
            "--json" => json = true,
            "--million" => million = true,
            "--messages" => match words.next().and_then(|n| n.parse().ok()).filter(|n| *n > 0) {
                Some(n) => options.messages = n,
                None => return usage(),
            },
            "--durability" => match words.next().filter(|d| d == "always" || d == "fast") {
                Some(durability) => options.durability = durability,
                None => return usage(),
            },
            word if name.is_none() && !word.starts_with('-') => name = Some(word.to_owned()),
            _ => return usage(),
        }
    }
    let figures = match name.as_deref() {
        Some("pipeline") | None => pipeline::run(&options).await,
        Some("rescore") => rescore::run(&options).await,
        Some("start") => start::run().await,
        Some("analyzer") => analyzer::run(),
        Some("gateway") => gateway::run(million).await,
        Some(_) => return usage(),
    };
    if json {
        println!("{figures}")
    } else {
        print_table(&figures)
    }
    std::process::ExitCode::SUCCESS
}

fn usage() -> std::process::ExitCode {
    println!("{USAGE}");
    std::process::ExitCode::from(2)
}

fn print_table(figures: &Value) {
    for (name, value) in figures.as_object().into_iter().flatten() {
        println!("{name:<28} {value}");
    }
}

/// Two digits after the point are enough for any figure here.
fn rounded(value: f64) -> f64 {
    (value * 100.0).round() / 100.0
}

/// Resident memory of a process in MiB.
fn resident_mib(id: u32) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{id}/status")).unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|kib| kib.parse::<f64>().ok()).map_or(0.0, |kib| rounded(kib / 1024.0))
}

/// The nats-server that a system started.
fn server_of(id: u32) -> Option<u32> {
    let processes = std::fs::read_dir("/proc").ok()?;
    processes.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse::<u32>().ok()).find(|process| {
        let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
        let parent = stat.rsplit(')').next().and_then(|rest| rest.split_whitespace().nth(1)?.parse::<u32>().ok());
        parent == Some(id)
    })
}

/// Of sorted figures.
fn percentile(sorted: &[f64], percent: usize) -> f64 {
    let index = (sorted.len() * percent / 100).min(sorted.len().saturating_sub(1));
    rounded(sorted.get(index).copied().unwrap_or_default())
}
