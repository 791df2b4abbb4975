//! A file of messages, one JSON object a line: `{"id", "text"}`, and where somebody labelled it `"gold"`.

use std::{collections::HashSet, fmt};

use serde::Deserialize;
use serde_json::Value;

use crate::prediction::Labels;

/// The messages of a file, and the lines that are none.
#[derive(Clone, Debug, Default)]
pub struct Dataset {
    /// In the order of the file, each id once.
    pub messages: Vec<Labelled>,
    /// Lines that could not be taken.
    pub bad: Vec<BadLine>,
}

/// A message, labelled or not.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Labelled {
    /// Text or number; unique in its file.
    pub id: Value,
    /// Subject line, where it has one of its own.
    #[serde(default)]
    pub subject: Option<String>,
    /// What was written.
    pub text: String,
    /// Language as labelled, for breakdowns.
    #[serde(default)]
    pub language: Option<String>,
    /// What a careful person read from it; absent where nobody did.
    #[serde(default)]
    pub gold: Option<Labels>,
    /// Line of the file, counted from 1.
    #[serde(skip)]
    pub line: usize,
}

/// A line that is no message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadLine {
    /// Counted from 1.
    pub line: usize,
    /// What is wrong with it.
    pub fault: Fault,
}

/// Why a line is no message. Never quotes it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// Bytes that are no text.
    #[error("is not UTF-8 text")]
    NotText,
    /// Not JSON, or cut short.
    #[error("is no JSON object on one line")]
    NotJson,
    /// JSON, but not of a message's form.
    #[error("needs `id` (text or number) and `text`; `gold`, where given, is an object")]
    NotAMessage,
    /// A second message under one id would hide the first.
    #[error("repeats the id of line {first}; give it one of its own")]
    Repeated {
        /// Line that has the id already.
        first: usize,
    },
}

impl fmt::Display for BadLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.fault)
    }
}

impl Dataset {
    /// Reads a whole file. Blank lines count in the numbers and say nothing.
    pub fn read(bytes: &[u8]) -> Self {
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let mut dataset = Self::default();
        let mut seen = HashSet::new();
        for (index, line) in bytes.split(|byte| *byte == b'\n').enumerate() {
            let number = index + 1;
            if line.iter().all(u8::is_ascii_whitespace) {
                continue;
            }
            match Labelled::parse(line, number) {
                Ok(message) if seen.insert(message.name()) => dataset.messages.push(message),
                Ok(message) => {
                    let first =
                        dataset.messages.iter().find(|other| other.id == message.id).map_or(0, |other| other.line);
                    dataset.bad.push(BadLine { line: number, fault: Fault::Repeated { first } });
                }
                Err(fault) => dataset.bad.push(BadLine { line: number, fault }),
            }
        }
        dataset
    }
}

impl Labelled {
    fn parse(line: &[u8], number: usize) -> Result<Self, Fault> {
        let line = std::str::from_utf8(line).map_err(|_| Fault::NotText)?;
        let value: Value = serde_json::from_str(line).map_err(|_| Fault::NotJson)?;
        let message: Self = serde_json::from_value(value).map_err(|_| Fault::NotAMessage)?;
        match message.id {
            Value::String(_) | Value::Number(_) => Ok(Self { line: number, ..message }),
            _ => Err(Fault::NotAMessage),
        }
    }

    /// The id as one writes it.
    pub fn name(&self) -> String {
        self.id.as_str().map_or_else(|| self.id.to_string(), str::to_owned)
    }

    /// What kind of message its label says it is; for breakdowns, never scored.
    pub fn kind(&self) -> Option<&str> {
        self.gold.as_ref()?.get("kind")?.as_str()
    }
}
