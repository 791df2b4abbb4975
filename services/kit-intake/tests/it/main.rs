//! Files of messages as they come: every header, awkward values, archives, damage.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod archive;
mod damage;
mod jsonl;
mod linkedin;
mod person;
mod sample;
mod size;

use chrono::{DateTime, TimeZone, Utc};
use contract::MessageReceived;
use kit_intake::{Import, Outcome, Report, Row};

/// The moment at which every test reads.
fn now() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 11, 24, 12, 0, 0).unwrap()
}

fn read(bytes: impl AsRef<[u8]>) -> Import {
    kit_intake::read(bytes.as_ref(), now()).expect("a file of messages")
}

/// What is said about a file that cannot be taken.
fn refusal(bytes: impl AsRef<[u8]>) -> String {
    kit_intake::read(bytes.as_ref(), now()).expect_err("a refusal").to_string()
}

fn rows(import: Import) -> Vec<Row> {
    import.into_iter().collect::<Result<_, _>>().expect("readable to the end")
}

fn messages(import: Import) -> Vec<MessageReceived> {
    rows(import)
        .into_iter()
        .filter_map(|row| match row.outcome {
            Outcome::Message(message) => Some(*message),
            _ => None,
        })
        .collect()
}

fn report(rows: &[Row]) -> Report {
    let mut report = Report::default();
    rows.iter().for_each(|row| report.add(row));
    report
}

/// A file with the current header from rows of `(conversation, from, address, to, address, date, content)`.
fn export(lines: &[[&str; 7]]) -> Vec<u8> {
    let mut csv = csv::Writer::from_writer(Vec::new());
    csv.write_record(kit_intake::testing::HEADER).unwrap();
    for [conversation, from, from_url, to, to_url, date, content] in lines {
        csv.write_record([
            *conversation,
            "",
            *from,
            *from_url,
            *to,
            *to_url,
            *date,
            "",
            *content,
            "INBOX",
            "",
            "No",
            "No",
        ])
        .unwrap();
    }
    csv.into_inner().unwrap()
}

const ANA: &str = "https://www.linkedin.com/in/ana";
const ME: &str = "https://www.linkedin.com/in/me";

/// A message of Ana's to the owner.
fn from_ana<'a>(date: &'a str, content: &'a str) -> [&'a str; 7] {
    ["2-ana", "Ana R.", ANA, "Me Myself", ME, date, content]
}
