//! What reading costs: the first message of a process, the ones after it, and memory. Run it in release:
//! `cargo run --release -p analyzer --example cost`.

use std::{
    error::Error,
    io::Write,
    time::{Duration, Instant},
};

use contract::{Account, Direction, Message};
use uuid::Uuid;

/// A message of about 1 KB.
const OFFER: &str = "Hi Ana, I lead hiring at Tallgrass Robotics and your work on event pipelines caught my eye.\n\n\
    We are looking for a Senior Backend Engineer (Go, PostgreSQL, Kafka) for the team that plans the routes of \
    warehouse robots. You would own two services, design their data model and help three colleagues grow.\n\n\
    What we offer: 75-90k EUR gross a year, a permanent full-time contract, hybrid with two days a week in our office in \
    Hamburg, 30 days of holiday and a budget to learn. Must have: five years with Go or Rust, SQL, Docker and \
    Kubernetes. Nice to have: Terraform, gRPC, and some Python for the simulations. German is welcome but not needed; \
    we speak English every day, and half of the team has moved here from somewhere else.\n\n\
    The process is a call with me, a pairing session of ninety minutes on a small service, and a talk with the founders. \
    No take-home work. We answer within a week after each step.\n\n\
    Would you be open to a short call on Tuesday or Wednesday? What notice period do you have?\n\nBest wishes,\nNora";

fn main() -> Result<(), Box<dyn Error>> {
    let mut out = std::io::stdout().lock();
    let offer = message(OFFER)?;
    writeln!(out, "resident before: {}", resident())?;
    writeln!(out, "first read: {:?}", timed(|| drop(analyzer::read(&offer))))?;
    writeln!(out, "second read: {:?}", timed(|| drop(analyzer::read(&offer))))?;
    writeln!(out, "resident after: {}", resident())?;
    let count = 5_000_u32;
    let took = timed(|| (0..count).for_each(|_| drop(analyzer::read(&offer))));
    writeln!(out, "{} bytes: {:.0} messages/s", OFFER.len(), f64::from(count) / took.as_secs_f64())?;
    writeln!(out, "resident after {count}: {}", resident())?;
    for (name, piece) in [
        ("letters", "a"),
        ("figures", "1,"),
        ("open tags", "<a "),
        ("an offer repeated", OFFER),
        ("commas", ", "),
        ("names", "Ana and "),
        ("breaks", "\n\n"),
    ] {
        let text = piece.repeat((1 << 20) / piece.len());
        let message = message(&text)?;
        writeln!(out, "1 MiB of {name}: {:?}", timed(|| drop(analyzer::read(&message))))?;
    }
    writeln!(out, "resident at the end: {}", resident())?;
    Ok(())
}

fn timed(work: impl FnOnce()) -> Duration {
    let start = Instant::now();
    work();
    start.elapsed()
}

/// Memory of the process, where the system tells.
fn resident() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.map_or_else(|| "unknown".to_owned(), |rest| rest.trim().to_owned())
}

fn message(text: &str) -> Result<Message, Box<dyn Error>> {
    let now = chrono::Utc::now();
    Ok(Message {
        id: Uuid::nil(),
        account: "me".parse::<Account>()?,
        source: "cost".to_owned(),
        direction: Direction::Inbound,
        thread: contract::Thread::default(),
        sender: contract::Sender::default(),
        sent_at: now,
        received_at: now,
        subject: None,
        text: text.to_owned(),
        history: Vec::new(),
        partial: false,
        backfilled: false,
    })
}
