//! Why a model did not give an answer, classified once. Texts name the fault and its remedy, never what was asked or
//! answered.

use std::time::Duration;

use crate::price::Micros;

/// No answer from a model.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LlmError {
    /// No connection, or it was cut.
    #[error("the model server at {url} does not answer ({detail}); start it, or correct the address")]
    Unreachable {
        /// Address without user, password and query.
        url: String,
        /// What happened to the connection.
        detail: String,
    },
    /// No whole answer within the time allowed.
    #[error("no answer within {}; allow more time, or use a smaller model", seconds(*.0))]
    TimedOut(Duration),
    /// The server, or our own queue before it, is full.
    #[error("the model is busy ({0}); try again later, or allow fewer calls at once")]
    Busy(String),
    /// The server does not know the model.
    #[error("the server has no model `{model}`; {remedy}")]
    ModelMissing {
        /// Its name.
        model: String,
        /// How to get it.
        remedy: String,
    },
    /// The prompt or the answer did not fit.
    #[error("{0}")]
    Truncated(Truncation),
    /// Not an answer of the form that was asked for, also when asked again.
    #[error("the model's answer cannot be used: {0}")]
    Garbage(String),
    /// The server declines the request.
    #[error("the model server refused the request (status {status}): {remedy}")]
    Refused {
        /// HTTP status.
        status: u16,
        /// What to look at.
        remedy: &'static str,
    },
    /// Not called: the month's budget would not cover it.
    #[error("the month's budget of {limit} for models is spent ({spent}); raise it in [llm], or wait until {until}")]
    OverBudget {
        /// Spent and set aside so far.
        spent: Micros,
        /// The limit that it would pass: of all accounts, or of this one.
        limit: Micros,
        /// First day of the next month.
        until: String,
    },
    /// Not called: what was spent this month is not known.
    #[error("what models cost this month cannot be noted ({0}); none is asked until it can")]
    Unaccounted(String),
    /// Not called: the last calls failed, and the server is given time to recover.
    #[error("the model is left alone for {} more after repeated failures", seconds(*.retry_in))]
    CircuitOpen {
        /// Until the next try.
        retry_in: Duration,
    },
}

/// What was cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Truncation {
    /// The server read less than was sent, so that the model may not have seen its instructions.
    #[error("the server read {read} tokens of a prompt of {sent} at least; raise the context length of the model")]
    Prompt {
        /// Tokens the server counted.
        read: u32,
        /// Tokens there are at least.
        sent: u32,
    },
    /// The prompt leaves no room for the answer.
    #[error("a prompt of {prompt} tokens leaves no room for {answer} of answer in {context}; raise the context length")]
    Context {
        /// Tokens of the prompt.
        prompt: u32,
        /// Tokens the answer may take.
        answer: u32,
        /// Tokens of the context.
        context: u32,
    },
    /// The answer ended at its limit.
    #[error("the answer was cut off at its limit of {0} tokens")]
    Answer(u32),
}

impl LlmError {
    /// Class, as label of the metrics.
    pub const fn class(&self) -> &'static str {
        match self {
            Self::Unreachable { .. } => "unreachable",
            Self::TimedOut(_) => "timed_out",
            Self::Busy(_) => "busy",
            Self::ModelMissing { .. } => "model_missing",
            Self::Truncated(_) => "truncated",
            Self::Garbage(_) => "garbage",
            Self::Refused { .. } => "refused",
            Self::OverBudget { .. } => "over_budget",
            Self::Unaccounted(_) => "unaccounted",
            Self::CircuitOpen { .. } => "circuit_open",
        }
    }

    /// Whether it says something about this one answer: the server did what it could.
    pub const fn is_of_the_answer(&self) -> bool {
        matches!(self, Self::Garbage(_) | Self::Truncated(_))
    }

    /// Whether it says something about the server rather than about this one request. A message made to produce
    /// garbage must not be able to stop the model for all others.
    pub const fn is_of_the_server(&self) -> bool {
        match self {
            Self::Unreachable { .. } | Self::TimedOut(_) | Self::Busy(_) | Self::ModelMissing { .. } => true,
            Self::Refused { status, .. } => matches!(status, 401 | 403),
            Self::Truncated(_)
            | Self::Garbage(_)
            | Self::OverBudget { .. }
            | Self::Unaccounted(_)
            | Self::CircuitOpen { .. } => false,
        }
    }
}

fn seconds(duration: Duration) -> String {
    format!("{:.1} s", duration.as_secs_f64())
}
