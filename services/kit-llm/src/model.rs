//! The port to a model: one request, one whole answer. Providers implement it; tests put their own behind it.

use std::fmt;

use futures::future::BoxFuture;
use serde_json::Value;

use crate::error::LlmError;

/// Something that completes a conversation.
pub trait Model: fmt::Debug + Send + Sync {
    /// Asks once. No retry, no waiting in a queue, no counting: [`crate::Llm`] does that.
    fn complete<'a>(&'a self, request: &'a Request) -> BoxFuture<'a, Result<Completion, LlmError>>;

    /// Whether the server answers and has the model, without making it compute.
    fn probe(&self) -> BoxFuture<'_, Result<(), LlmError>>;
}

/// What is asked.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Request {
    /// Our own instructions. Never holds words of others.
    pub system: String,
    /// The conversation: demonstrations, then the question.
    pub turns: Vec<Turn>,
    /// JSON Schema that the answer has to follow; `None` for free text.
    pub schema: Option<Value>,
    /// Most tokens of the answer.
    pub max_tokens: u32,
    /// 0 for the likeliest answer.
    pub temperature: f32,
}

/// One turn of the conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Turn {
    /// Whose.
    pub role: Role,
    /// Its words.
    pub text: String,
}

/// Who speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// The one who asks.
    User,
    /// The model.
    Assistant,
}

impl Role {
    /// Name in every provider's protocol.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Assistant => "assistant",
        }
    }
}

impl Turn {
    /// A turn of the one who asks.
    pub fn user(text: impl Into<String>) -> Self {
        Self { role: Role::User, text: text.into() }
    }

    /// A turn of the model.
    pub fn assistant(text: impl Into<String>) -> Self {
        Self { role: Role::Assistant, text: text.into() }
    }
}

/// What came back.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Completion {
    /// The model's words.
    pub text: String,
    /// Tokens of the prompt as the server counted them; `None` where it does not say.
    pub prompt_tokens: Option<u32>,
    /// Tokens of the answer.
    pub answer_tokens: Option<u32>,
    /// The answer ended at its limit, not by itself.
    pub cut_off: bool,
}

impl Request {
    /// Fewer tokens than any usual tokeniser makes of the prompt: each splits between a letter and what is none, so
    /// every run of letters is one token at least. (Some keep `don't` as one.)
    pub fn tokens_at_least(&self) -> u32 {
        let texts = std::iter::once(&self.system).chain(self.turns.iter().map(|turn| &turn.text));
        let outside = |c: char| !(c.is_alphabetic() || c == '\'' || c == '’');
        let runs = texts.map(|text| text.split(outside).filter(|run| run.contains(char::is_alphabetic)).count());
        u32::try_from(runs.sum::<usize>()).unwrap_or(u32::MAX)
    }
    /// More tokens than any usual tokeniser makes of the prompt and its schema: two bytes a token is denser than any
    /// text of letters.
    pub fn tokens_at_most(&self) -> u32 {
        let texts = std::iter::once(&self.system).chain(self.turns.iter().map(|turn| &turn.text));
        let schema = self.schema.as_ref().map_or(0, |schema| schema.to_string().len());
        let bytes = texts.map(String::len).sum::<usize>() + schema;
        u32::try_from(bytes / 2).unwrap_or(u32::MAX).saturating_add(16)
    }
}
