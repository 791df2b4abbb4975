//! The seniority line: how far the job's level is from the person's.

use contract::{LineName, Seniority};

use crate::line::{Line, values};

const MAX: u8 = 20;
const NEUTRAL: u8 = 10;

/// Rungs of the ladder; `lead` stands on the one of `staff`.
const fn rung(level: Seniority) -> i8 {
    match level {
        Seniority::Intern => 0,
        Seniority::Junior => 1,
        Seniority::Mid => 2,
        Seniority::Senior => 3,
        Seniority::Staff | Seniority::Lead => 4,
        Seniority::Principal => 5,
        Seniority::Manager => 6,
        Seniority::Director => 7,
        Seniority::Executive => 8,
    }
}

pub(crate) fn line(job: Option<Seniority>, own: Option<Seniority>) -> Line {
    let (job, own) = match (job, own) {
        (Some(job), Some(own)) => (job, own),
        (None, Some(own)) => {
            return Line::open(LineName::Seniority, NEUTRAL, MAX, (0, MAX), "no level is stated: half the points")
                .with(values([("yours", own.to_string())]));
        }
        // No answer of theirs would change it.
        (job, None) => {
            let shown = values(job.map(|job| ("job", job.to_string())));
            return Line::settled(
                LineName::Seniority,
                NEUTRAL,
                MAX,
                "your profile names no level: half the points",
                shown,
            );
        }
    };
    let (points, rule) = match rung(job) - rung(own) {
        0 => (20, "your level"),
        1 => (18, "one above your level"),
        -1 => (12, "one below your level"),
        2 => (5, "two above your level"),
        -2 => (5, "two below your level"),
        _ => (0, "more than two away from your level"),
    };
    Line::settled(
        LineName::Seniority,
        points,
        MAX,
        rule,
        values([("job", job.to_string()), ("yours", own.to_string())]),
    )
}
