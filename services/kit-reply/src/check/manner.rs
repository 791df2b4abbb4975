//! Checks of how a text is written: language, length, note, greeting, questions, what it does, and words that no reply
//! of ours holds.

use std::{collections::HashSet, ops::RangeInclusive};

use contract::Language;

use super::{Act, Against, Fault, Seen};
use crate::{
    offer::MOST_QUESTIONS,
    quote,
    text::{contains_words, find_words, fold, words},
    voice::Voice,
};

/// Most of their words in a row that a reply repeats.
const MOST_REPEATED: usize = 6;

/// No language has more of the words than the message's own, and that has enough of them. A detector by letters takes
/// a short text full of foreign titles for a neighbour; the words of a reply are few and known.
pub(super) fn language(body: &str, against: &Against<'_>) -> Seen {
    const ENOUGH: usize = 35;
    let expected = against.about.language;
    let shares = Voice::shares(body);
    let own = shares.iter().find(|(language, _)| *language == expected).map_or(0, |(_, share)| *share);
    let (nearest, most) = shares.into_iter().max_by_key(|(_, share)| *share).unwrap_or((Language::Und, 0));
    if own >= most.max(ENOUGH) {
        Ok(format!("{own} % of the words are of {expected}"))
    } else {
        Err(Fault::whole(format!("reads as {nearest}, not as {expected}")))
    }
}

/// Words with the note, by what the reply does.
pub(crate) fn band(act: Act) -> RangeInclusive<usize> {
    match act {
        Act::Engage | Act::Ask => 50..=120,
        Act::Answer => 40..=110,
        Act::Decline => 30..=80,
        Act::Own => 1..=200,
    }
}

pub(super) fn length(text: &str, act: Act) -> Seen {
    let band = band(act);
    let count = text.split_whitespace().count();
    let seen = format!("{count} words, allowed {} to {}", band.start(), band.end());
    if band.contains(&count) { Ok(seen) } else { Err(Fault::whole(seen)) }
}

pub(super) fn note(text: &str, voice: &Voice) -> Seen {
    let last = text.trim_end().rsplit("\n\n").next() == Some(voice.note.as_str());
    let once = text.matches(voice.note.as_str()).count() == 1;
    if last && once {
        Ok("the note is the last paragraph".to_owned())
    } else {
        Err(Fault::whole("the note is missing or not the last paragraph"))
    }
}

/// Who is known by name is greeted by name.
pub(super) fn greeting(body: &str, against: &Against<'_>) -> Seen {
    let Some(name) = against.about.sender.and_then(quote::first_name) else {
        return Ok("no first name to greet by".to_owned());
    };
    let opening: String = body.split_whitespace().take(5).collect::<Vec<_>>().join(" ");
    if contains_words(&opening, &name) {
        Ok("greets by first name".to_owned())
    } else {
        Err(Fault::at("does not greet the sender by first name", body, words(body).next()))
    }
}

pub(super) fn questions(body: &str) -> Seen {
    let asked: Vec<&str> = body.matches('?').collect();
    let seen = format!("{} of at most {MOST_QUESTIONS} questions", asked.len());
    if asked.len() <= MOST_QUESTIONS {
        Ok(seen)
    } else {
        Err(Fault::at(seen, body, asked.into_iter().skip(MOST_QUESTIONS)))
    }
}

/// A decline declines by one of the fixed phrases, and nothing else does.
pub(super) fn decline(body: &str, against: &Against<'_>) -> Seen {
    let said = against.voice.decline.phrases.iter().find_map(|phrase| find_words(body, phrase));
    match (said, against.act) {
        (Some(_), Act::Decline) => Ok("declines".to_owned()),
        (None, Act::Decline) => Err(Fault::whole("does not say that it declines")),
        (Some(_), Act::Own) => Ok("declines, by the person's own decision".to_owned()),
        (None, _) => Ok("does not decline".to_owned()),
        (Some(phrase), _) => Err(Fault::at("declines where it should not", body, [phrase])),
    }
}

/// Nothing that binds the person.
pub(super) fn promises(body: &str, voice: &Voice) -> Seen {
    let found: Vec<_> = voice.never.promises.iter().filter_map(|phrase| find_words(body, phrase)).collect();
    if found.is_empty() {
        Ok("promises nothing".to_owned())
    } else {
        Err(Fault::at("promises something in the person's name", body, found))
    }
}

/// Plain text without markup, and without praise, apology or forms of a gender.
pub(super) fn wording(body: &str, voice: &Voice) -> Seen {
    let listed: Vec<&str> = body.lines().filter(|l| l.trim_start().starts_with(['-', '*', '#', '•', '>'])).collect();
    let marks: Vec<&str> = body.matches(['<', '>', '{', '}', '[', ']', '`', '*', '|']).collect();
    if !listed.is_empty() || !marks.is_empty() {
        return Err(Fault::at("is not plain text", body, listed.into_iter().chain(marks)));
    }
    let found: Vec<_> = voice.never.words.iter().filter_map(|phrase| find_words(body, phrase)).collect();
    match found.first() {
        Some(phrase) => Err(Fault::at(format!("says \"{phrase}\""), body, found.iter().copied())),
        None => Ok("plain, without praise or apology".to_owned()),
    }
}

/// Not the sender's own sentences: a text that repeats a message at length has been dictated by it.
pub(super) fn quotes(body: &str, against: &Against<'_>) -> Seen {
    let runs_of = |text: &str| -> Vec<String> {
        let all: Vec<String> = words(text).map(fold).collect();
        all.windows(MOST_REPEATED + 1).map(|run| run.join(" ")).collect()
    };
    let theirs: HashSet<String> = against.about.theirs.iter().flat_map(|text| runs_of(text)).collect();
    let own = against.voice.without_questions(body);
    let all: Vec<&str> = words(&own).collect();
    let repeated: Vec<&str> = all
        .windows(MOST_REPEATED + 1)
        .filter(|run| theirs.contains(&run.iter().map(|word| fold(word)).collect::<Vec<_>>().join(" ")))
        .flat_map(|run| run.iter().copied())
        .collect();
    if repeated.is_empty() {
        Ok(format!("at most {MOST_REPEATED} of their words in a row"))
    } else {
        Err(Fault::at("repeats the message at length", &own, repeated))
    }
}
