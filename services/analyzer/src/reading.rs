//! What is read from a message, and values on their way there.

use contract::{DismissalReason, Engine, Facts, Field, Flag, Kind, Language};

use crate::{clean::Span, doc::Doc};

/// A message read by the rules.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    /// What the message is.
    pub kind: Kind,
    /// Language it is written in.
    pub language: Language,
    /// What it states; empty for what is dismissed.
    pub facts: Facts,
    /// What to know beside the facts, sorted, each once.
    pub flags: Vec<Flag>,
    /// Why it makes no card, with the rule in words.
    pub dismissal: Option<(DismissalReason, String)>,
    /// Version of these rules.
    pub engine_version: u32,
}

/// A value with the words of the prepared text that state it.
#[derive(Clone, Debug)]
pub(crate) struct Found<T> {
    pub(crate) value: T,
    pub(crate) span: Span,
    pub(crate) confidence: u8,
}

impl<T> Found<T> {
    /// The value with its proof in the message; `None` where the words cannot be shown.
    pub(crate) fn field(self, doc: &Doc) -> Option<Field<T>> {
        let evidence = doc.evidence(&self.span)?;
        Some(Field { value: self.value, evidence, engine: Engine::Rules, confidence: self.confidence })
    }
}
