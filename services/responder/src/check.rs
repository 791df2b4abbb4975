//! The checker: code that reads a finished draft as a stranger would and lets it out only if it keeps the rules.
//! It knows nothing of how the text came about, so that it holds for templates and for models alike.

mod claims;
mod reach;

use contract::{Check, Language, OpportunityScored};

use crate::{offer::MOST_QUESTIONS, persona::Persona, quote, text::contains_words, voice::Voice};

/// What a draft does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Act {
    Engage,
    Ask,
    Answer,
    Decline,
}

/// What a draft is checked against.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Against<'a> {
    pub(crate) act: Act,
    pub(crate) language: Language,
    pub(crate) voice: &'a Voice,
    pub(crate) persona: &'a Persona<'a>,
    pub(crate) scored: &'a OpportunityScored,
}

/// What was seen, in words: passed, or failed.
type Seen = Result<String, String>;

/// Runs every check; a text may go out when all have passed.
pub(crate) fn run(text: &str, against: &Against<'_>) -> Vec<Check> {
    let body = body(text, against.voice);
    let checks: [(&str, Seen); 11] = [
        ("language", language(body, against)),
        ("length", length(text, against.act)),
        ("note", note(text, against.voice)),
        ("greeting", greeting(body, against)),
        ("names", claims::names(body, against)),
        ("numbers", claims::numbers(body, against)),
        ("experience", claims::experience(body, against)),
        ("contacts", reach::contacts(body, against)),
        ("questions", questions(body)),
        ("decline", decline(body, against)),
        ("wording", wording(body, against.voice)),
    ];
    checks
        .into_iter()
        .map(|(name, seen)| Check {
            name: name.to_owned(),
            passed: seen.is_ok(),
            detail: seen.unwrap_or_else(|fault| fault),
        })
        .collect()
}

/// The text before the note.
fn body<'t>(text: &'t str, voice: &Voice) -> &'t str {
    text.strip_suffix(voice.note.as_str()).unwrap_or(text).trim_end()
}

/// No language has more of the words than the message's own, and that has enough of them. A detector by letters takes
/// a short text full of foreign titles for a neighbour; the words of a reply are few and known.
fn language(body: &str, against: &Against<'_>) -> Seen {
    const ENOUGH: usize = 35;
    let shares = Voice::shares(body);
    let own = shares.iter().find(|(language, _)| *language == against.language).map_or(0, |(_, share)| *share);
    let (nearest, most) = shares.into_iter().max_by_key(|(_, share)| *share).unwrap_or((Language::Und, 0));
    if own >= most.max(ENOUGH) {
        Ok(format!("{own} % of the words are of {}", against.language))
    } else {
        Err(format!("reads as {nearest}, not as {}", against.language))
    }
}

/// Words with the note, by what the draft does.
fn length(text: &str, act: Act) -> Seen {
    let band = match act {
        Act::Engage | Act::Ask => 50..=120,
        Act::Answer => 40..=110,
        Act::Decline => 30..=80,
    };
    let count = text.split_whitespace().count();
    let seen = format!("{count} words, allowed {} to {}", band.start(), band.end());
    if band.contains(&count) { Ok(seen) } else { Err(seen) }
}

fn note(text: &str, voice: &Voice) -> Seen {
    let last = text.rsplit("\n\n").next() == Some(voice.note.as_str());
    let once = text.matches(voice.note.as_str()).count() == 1;
    if last && once {
        Ok("the note is the last paragraph".to_owned())
    } else {
        Err("the note is missing or not the last paragraph".to_owned())
    }
}

/// Who is known by name is greeted by name.
fn greeting(body: &str, against: &Against<'_>) -> Seen {
    let sender = against.scored.analysis.message.sender.name.as_deref();
    let Some(name) = sender.and_then(quote::first_name) else { return Ok("no first name to greet by".to_owned()) };
    let opening: String = body.split_whitespace().take(5).collect::<Vec<_>>().join(" ");
    if contains_words(&opening, &name) {
        Ok("greets by first name".to_owned())
    } else {
        Err("does not greet the sender by first name".to_owned())
    }
}

fn questions(body: &str) -> Seen {
    let count = body.matches('?').count();
    let seen = format!("{count} of at most {MOST_QUESTIONS} questions");
    if count <= MOST_QUESTIONS { Ok(seen) } else { Err(seen) }
}

/// A decline declines by one of the fixed phrases, and nothing else does.
fn decline(body: &str, against: &Against<'_>) -> Seen {
    let declines = against.voice.decline.phrases.iter().any(|phrase| contains_words(body, phrase));
    match (declines, against.act == Act::Decline) {
        (true, true) => Ok("declines".to_owned()),
        (false, false) => Ok("does not decline".to_owned()),
        (true, false) => Err("declines where it should not".to_owned()),
        (false, true) => Err("does not say that it declines".to_owned()),
    }
}

/// Plain text without markup, and without praise, apology, promise or forms of a gender.
fn wording(body: &str, voice: &Voice) -> Seen {
    let markup = body.lines().any(|line| line.trim_start().starts_with(['-', '*', '#', '•', '>']))
        || body.contains(['<', '>', '{', '}', '[', ']', '`', '*', '|']);
    if markup {
        return Err("is not plain text".to_owned());
    }
    match voice.never.words.iter().find(|phrase| contains_words(body, phrase)) {
        Some(phrase) => Err(format!("says \"{phrase}\"")),
        None => Ok("plain, without praise, apology or promise".to_owned()),
    }
}
