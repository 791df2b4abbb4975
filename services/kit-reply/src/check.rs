//! The checker: code that reads a finished text as a stranger would and says which rules it keeps. It knows nothing of
//! how the text came about, so that it holds for templates, for models and for a person's own words alike.

mod about;
mod claims;
mod figures;
mod manner;
mod names;
mod reach;
mod technologies;

use contract::{Check, Kind, Mark};

pub use about::About;
pub(crate) use manner::band;

use crate::{persona::Persona, voice::Voice};

/// What a reply does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Act {
    Engage,
    Ask,
    Answer,
    Decline,
    /// A person's own reply where none was decided: nothing says how long it is or what it has to do.
    Own,
}

/// What a text is checked against.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Against<'a> {
    pub(crate) act: Act,
    pub(crate) voice: &'a Voice,
    pub(crate) persona: &'a Persona<'a>,
    pub(crate) about: &'a About<'a>,
}

impl Against<'_> {
    /// Whether what is told on request may be told: the other side asks only in a conversation that goes on.
    pub(crate) fn asked(&self) -> bool {
        self.act == Act::Answer || self.act == Act::Own && self.about.kind == Kind::FollowUp
    }
}

/// What was seen, in words: passed, or failed.
type Seen = Result<String, Fault>;

/// Why a check fails, and the offending places.
#[derive(Debug, Default)]
pub(crate) struct Fault {
    detail: String,
    marks: Vec<Mark>,
}

impl Fault {
    /// Of the text as a whole.
    fn whole(detail: impl Into<String>) -> Self {
        Self { detail: detail.into(), marks: Vec::new() }
    }

    /// Of parts of the text.
    fn at<'t>(detail: impl Into<String>, text: &str, parts: impl IntoIterator<Item = &'t str>) -> Self {
        let mut marks: Vec<_> = parts.into_iter().map(|part| mark(text, part)).collect();
        marks.sort_unstable_by_key(|mark| (mark.start, mark.end));
        marks.dedup();
        Self { detail: detail.into(), marks }
    }
}

/// The place of a part that was sliced out of the text.
fn mark(text: &str, part: &str) -> Mark {
    let start = (part.as_ptr() as usize).saturating_sub(text.as_ptr() as usize);
    Mark { start, end: start + part.len() }
}

/// Runs every check; a text may go out unseen when all have passed.
pub(crate) fn run(text: &str, against: &Against<'_>) -> Vec<Check> {
    let body = body(text, against.voice);
    let checks: [(&str, Seen); 15] = [
        ("language", manner::language(body, against)),
        ("length", manner::length(text, against.act)),
        ("note", manner::note(text, against.voice)),
        ("greeting", manner::greeting(body, against)),
        ("names", names::names(body, against)),
        ("technologies", technologies::technologies(body, against)),
        ("numbers", claims::numbers(body, against)),
        ("experience", claims::experience(body, against)),
        ("dates", claims::dates(body, against)),
        ("contacts", reach::contacts(body, against)),
        ("questions", manner::questions(body)),
        ("decline", manner::decline(body, against)),
        ("promises", manner::promises(body, against.voice)),
        ("wording", manner::wording(body, against.voice)),
        ("quotes", manner::quotes(body, against)),
    ];
    let told = |(name, seen): (&str, Seen)| {
        let passed = seen.is_ok();
        let Fault { detail, marks } = seen.map_or_else(|fault| fault, Fault::whole);
        Check { name: name.to_owned(), passed, detail, marks }
    };
    checks.into_iter().map(told).collect()
}

/// The text before the note.
fn body<'t>(text: &'t str, voice: &Voice) -> &'t str {
    text.trim_end().strip_suffix(voice.note.as_str()).unwrap_or(text).trim_end()
}
