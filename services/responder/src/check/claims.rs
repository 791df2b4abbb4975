//! Checks of what a draft states: every proper name, number and year of experience is the profile's or the thread's.

use std::collections::BTreeSet;

use contract::{Language, Message};

use super::{Act, Against, Seen};
use crate::text::{fold, sentences, words};

/// Every capitalised word within a sentence is of the thread, of the profile, or of the language's own phrases.
pub(super) fn names(body: &str, against: &Against<'_>) -> Seen {
    if against.language == Language::De {
        return Ok("not told by capitals in German".to_owned());
    }
    let known = known_words(against);
    let vocabulary = &against.voice.vocabulary;
    let mut foreign = BTreeSet::new();
    for sentence in sentences(body) {
        let within = words(sentence).skip(1).filter(|word| word.chars().next().is_some_and(char::is_uppercase));
        foreign.extend(within.map(fold).filter(|word| !known.contains(word) && !vocabulary.contains(word)));
    }
    if foreign.is_empty() {
        Ok("every proper name is the thread's or the profile's".to_owned())
    } else {
        Err(format!("{} proper names are neither the thread's nor the profile's", foreign.len()))
    }
}

/// Words of the thread and the profile.
fn known_words(against: &Against<'_>) -> BTreeSet<String> {
    let (message, persona) = (&against.scored.analysis.message, against.persona);
    let mut texts = thread(message);
    texts.extend(message.sender.name.as_deref());
    texts.extend(persona.technologies.iter().map(|skill| skill.name));
    texts.extend(persona.city.as_deref());
    texts.extend(persona.signature);
    texts.into_iter().flat_map(words).map(fold).collect()
}

fn thread(message: &Message) -> Vec<&str> {
    let turns = message.history.iter().map(|turn| turn.text.as_str());
    turns.chain(message.subject.as_deref()).chain([message.text.as_str()]).collect()
}

/// Every number is the profile's, as far as its policy lets it out here, or the thread's.
pub(super) fn numbers(body: &str, against: &Against<'_>) -> Seen {
    let own = own_words(body, against);
    let allowed = allowed_numbers(against);
    let questions = body.matches('?').count();
    let spelt = spelt(&own, against).into_iter().filter(|n| *n != questions).map(|n| n.to_string());
    let all: Vec<String> = figures(&own).into_iter().chain(spelt).collect();
    let unknown = all.iter().filter(|figure| !allowed.contains(*figure)).count();
    if unknown == 0 {
        Ok(format!("{} numbers, all of the profile or the thread", all.len()))
    } else {
        Err(format!("{unknown} numbers are neither the profile's to tell nor the thread's"))
    }
}

/// The draft without the fixed questions and the contact facts, which have a check of their own.
fn own_words(body: &str, against: &Against<'_>) -> String {
    let persona = against.persona;
    let contacts = [persona.phone.asked(), persona.email.asked(), persona.cv.asked()];
    let fixed = against.voice.questions().into_iter().chain(contacts.into_iter().flatten());
    fixed.fold(body.to_owned(), |text, known| text.replace(known, ""))
}

fn allowed_numbers(against: &Against<'_>) -> BTreeSet<String> {
    let persona = against.persona;
    let asked = against.act == Act::Answer;
    let pay = if asked { persona.pay.asked() } else { persona.pay.unasked() };
    let notice = if asked { persona.notice_days.asked() } else { persona.notice_days.unasked() };
    let mut allowed: BTreeSet<String> =
        thread(&against.scored.analysis.message).into_iter().flat_map(figures).collect();
    allowed.extend(persona.technologies.iter().filter_map(|skill| skill.years).map(|years| years.to_string()));
    allowed.extend(persona.years.map(|years| years.to_string()));
    allowed.extend(persona.office_days.map(|days| days.to_string()));
    allowed.extend(pay.map(|(amount, _)| amount.to_string()));
    allowed.extend(notice.map(|days| days.to_string()));
    let times = persona.windows.iter().flat_map(|window| [window.from, window.to]);
    allowed.extend(times.map(|time| time.format("%H:%M").to_string()));
    allowed.extend([persona.signature, persona.city.as_deref()].into_iter().flatten().flat_map(figures));
    allowed
}

/// Numbers in digits: without the marks between thousands, times with their colon.
fn figures(text: &str) -> Vec<String> {
    let chars: Vec<char> = text.chars().collect();
    let digit = |at: usize| chars.get(at).is_some_and(char::is_ascii_digit);
    let (mut found, mut current) = (Vec::new(), String::new());
    for (at, c) in chars.iter().enumerate() {
        let thousands = (1..=3).all(|ahead| digit(at + ahead)) && !digit(at + 4);
        match c {
            digit if digit.is_ascii_digit() => current.push(*digit),
            ':' if !current.is_empty() && digit(at + 1) => current.push(':'),
            '.' | ',' | '\'' | '\u{a0}' | '\u{202f}' | ' ' if !current.is_empty() && thousands => {}
            _ if !current.is_empty() => found.push(std::mem::take(&mut current)),
            _ => {}
        }
    }
    if !current.is_empty() {
        found.push(current);
    }
    found
}

/// Numbers in words. "One" counts only before a unit: elsewhere it is an article or a pronoun.
fn spelt(text: &str, against: &Against<'_>) -> Vec<usize> {
    let time = &against.voice.time;
    let all: Vec<String> = words(text).map(fold).collect();
    let before_unit = |at: usize| all.get(at + 1).is_some_and(|next| time.units.contains(next));
    let number = |word: &String| against.voice.numbers.iter().position(|known| known == word).map(|at| at + 1);
    all.iter().enumerate().filter_map(|(at, word)| number(word).filter(|n| *n > 1 || before_unit(at))).collect()
}

/// Years of experience: each is that of the technology it is said of.
pub(super) fn experience(body: &str, against: &Against<'_>) -> Seen {
    let mut claims = 0;
    for sentence in sentences(body).into_iter().filter(|sentence| tells_years(sentence, against)) {
        let named = technologies(sentence, against);
        let said: Vec<usize> = spelt(sentence, against)
            .into_iter()
            .chain(figures(sentence).iter().filter_map(|f| f.parse().ok()))
            .collect();
        let of = |name: &str| against.persona.skill(name).and_then(|skill| skill.years).map(usize::from);
        let career = named.is_empty() && said.iter().all(|n| against.persona.years.map(usize::from) == Some(*n));
        let paired = named.len() == said.len() && named.iter().zip(&said).all(|(name, n)| of(name) == Some(*n));
        if !career && !paired {
            return Err("years of experience are not the profile's".to_owned());
        }
        claims += said.len();
    }
    Ok(format!("{claims} spans of experience, all the profile's"))
}

/// Whether a number of years stands in a sentence; "a year" of pay is none.
fn tells_years(sentence: &str, against: &Against<'_>) -> bool {
    let years = against.voice.time.units.get(..2).unwrap_or_default();
    let all: Vec<String> = words(sentence).map(fold).collect();
    let number = |word: &String| against.voice.numbers.contains(word) || word.bytes().all(|b| b.is_ascii_digit());
    all.windows(2).any(|pair| matches!(pair, [count, unit] if number(count) && years.contains(unit)))
}

/// Technologies of the profile or the job named in a sentence, in order. A longer name wins: `C++` is not `C`.
fn technologies<'a>(sentence: &str, against: &Against<'a>) -> Vec<&'a str> {
    let job = against.scored.analysis.facts.tech_stack.iter().map(|mention| mention.name.as_str());
    let mut names: Vec<&str> = against.persona.technologies.iter().map(|skill| skill.name).chain(job).collect();
    names.sort_by_key(|name| (std::cmp::Reverse(name.len()), *name));
    names.dedup();
    let mut found: Vec<(usize, &str)> = Vec::new();
    for name in names {
        for (at, _) in sentence.match_indices(name) {
            let overlaps = found.iter().any(|(start, known)| at < start + known.len() && *start < at + name.len());
            let whole = sentence.get(..at).is_some_and(|t| !t.ends_with(char::is_alphanumeric))
                && sentence.get(at + name.len()..).is_some_and(|t| !t.starts_with(char::is_alphanumeric));
            if whole && !overlaps {
                found.push((at, name));
            }
        }
    }
    found.sort_unstable();
    found.into_iter().map(|(_, name)| name).collect()
}
