//! Figures of a comparison, and how they read in a terminal.

use std::{collections::BTreeMap, fmt};

use serde::Serialize;
use serde_json::Value;

/// The fields whose points make the macro mean, in the order shown.
pub const MACRO: [&str; 9] = [
    "is_opportunity",
    "company",
    "role",
    "seniority",
    "tech_stack",
    "salary",
    "remote_policy",
    "location",
    "employment_type",
];

/// Every field that has figures: those of the mean, and the four parts of the pay.
pub const FIELDS: [&str; 13] = [
    "is_opportunity",
    "company",
    "role",
    "seniority",
    "tech_stack",
    "salary",
    "remote_policy",
    "location",
    "employment_type",
    "salary_min",
    "salary_max",
    "currency",
    "salary_period",
];

/// How well predictions agree with labels.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Report {
    /// Messages compared.
    pub messages: usize,
    /// Figures of each of [`FIELDS`].
    pub fields: BTreeMap<&'static str, Row>,
    /// What each of [`MACRO`] is judged by: F1, for `is_opportunity` accuracy.
    pub points: BTreeMap<&'static str, f64>,
    /// Mean of the points.
    #[serde(rename = "macro")]
    pub mean: f64,
    /// Every disagreement, in the order of the messages.
    #[serde(skip)]
    pub misses: Vec<Miss>,
}

/// Figures of one field, each from 0 to 1. A figure over nothing is 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Row {
    /// Share of the predicted values that are right.
    pub precision: f64,
    /// Share of the stated values that were found.
    pub recall: f64,
    /// Harmonic mean of both.
    pub f1: f64,
    /// Share of the messages with the right answer, a rightly empty one included.
    pub accuracy: f64,
    /// Values stated.
    pub support: usize,
}

/// A disagreement.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Miss {
    /// Field it is about.
    pub field: &'static str,
    /// Message it is in.
    pub id: String,
    /// What the label says; for technologies, those that were missed.
    pub gold: Value,
    /// What was predicted; for technologies, those that are too many.
    pub predicted: Value,
}

impl fmt::Display for Report {
    /// A table, one field a line.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} messages, macro mean {:.3}", self.messages, self.mean)?;
        write!(f, "{:<16}{:>7}{:>8}{:>7}{:>7}{:>6}{:>8}", "field", "prec", "recall", "F1", "acc", "n", "points")?;
        for field in FIELDS {
            let Row { precision, recall, f1, accuracy, support } = self.fields.get(field).copied().unwrap_or_default();
            let points = self.points.get(field).map_or_else(|| "-".to_owned(), |points| format!("{points:.3}"));
            write!(f, "\n{field:<16}{precision:>7.3}{recall:>8.3}{f1:>7.3}{accuracy:>7.3}{support:>6}{points:>8}")?;
        }
        Ok(())
    }
}
