//! Checks of what a text states: every number, year of experience and date is the profile's to tell or the thread's.

use std::collections::BTreeSet;

use chrono::Weekday;

use super::{Act, Against, Fault, Seen, figures::figures, figures::spelt, technologies::named};
use crate::text::{blanked, find_words, fold, sentences, words};

/// Every number is the profile's, as far as its policy lets it out here, or the thread's.
pub(super) fn numbers(body: &str, against: &Against<'_>) -> Seen {
    let own = own_words(body, against);
    let allowed = allowed(against);
    // "Two questions" counts what follows.
    let questions = body.matches('?').count().to_string();
    let known = |value: &String| allowed.contains(value);
    let digits = figures(&own).into_iter().map(|figure| (figure.part, figure.value));
    let in_words = spelt(&own, against.voice).into_iter().map(|(part, n)| (part, n.to_string()));
    let all: Vec<(&str, String)> = digits.chain(in_words.filter(|(_, value)| *value != questions)).collect();
    let unknown: Vec<&str> = all.iter().filter(|(_, value)| !known(value)).map(|(part, _)| *part).collect();
    if unknown.is_empty() {
        Ok(format!("{} numbers, all of the profile or the thread", all.len()))
    } else {
        let detail = format!("{} numbers are neither the profile's to tell nor the thread's", unknown.len());
        Err(Fault::at(detail, &own, unknown))
    }
}

/// The text without the fixed questions and the contact facts, which have a check of their own.
fn own_words(body: &str, against: &Against<'_>) -> String {
    let persona = against.persona;
    let contacts = [persona.phone.asked(), persona.email.asked(), persona.cv.asked(), persona.scheduling_link];
    let fixed = against.voice.questions().chain(contacts.into_iter().flatten());
    blanked(body, fixed)
}

fn allowed(against: &Against<'_>) -> BTreeSet<String> {
    let persona = against.persona;
    let asked = against.asked();
    let pay = if asked { persona.pay.asked() } else { persona.pay.unasked() };
    let notice = if asked { persona.notice_days.asked() } else { persona.notice_days.unasked() };
    let in_digits = |text| figures(text).into_iter().map(|figure| figure.value);
    let mut allowed: BTreeSet<String> = against.about.thread().flat_map(in_digits).collect();
    let in_words = |text| spelt(text, against.voice).into_iter().map(|(_, n)| n.to_string());
    allowed.extend(against.about.thread().flat_map(in_words));
    allowed.extend(persona.technologies.iter().filter_map(|skill| skill.years).map(|years| years.to_string()));
    allowed.extend(persona.years.map(|years| years.to_string()));
    allowed.extend(persona.office_days.map(|days| days.to_string()));
    allowed.extend(pay.map(|(amount, _)| amount.to_string()));
    allowed.extend(notice.map(|days| days.to_string()));
    let times = persona.windows.iter().flat_map(|window| [window.from, window.to]);
    allowed.extend(times.map(|time| time.format("%H:%M").to_string()));
    let own = [persona.closing, persona.city.as_deref(), persona.headline, persona.situation];
    allowed.extend(own.into_iter().flatten().flat_map(in_digits));
    allowed
}

/// Years of experience: each is that of the technology it is said of.
pub(super) fn experience(body: &str, against: &Against<'_>) -> Seen {
    let own = blanked(body, [against.persona.headline, against.persona.situation].into_iter().flatten());
    let mut claims = 0;
    for sentence in sentences(&own).into_iter().filter(|sentence| tells_years(sentence, against)) {
        let named = named(sentence, against);
        let digits = figures(sentence).into_iter().filter_map(|f| f.value.parse().ok().map(|n| (f.part, n)));
        let mut said: Vec<(&str, usize)> = spelt(sentence, against.voice).into_iter().chain(digits).collect();
        said.sort_unstable_by_key(|(part, _)| part.as_ptr() as usize);
        let of = |name: &str| against.persona.skill(name).and_then(|skill| skill.years).map(usize::from);
        let career = named.is_empty() && said.iter().all(|(_, n)| against.persona.years.map(usize::from) == Some(*n));
        let paired = named.len() == said.len() && named.iter().zip(&said).all(|(name, (_, n))| of(name) == Some(*n));
        if !career && !paired {
            return Err(Fault::at(
                "years of experience are not the profile's",
                &own,
                said.into_iter().map(|(part, _)| part),
            ));
        }
        claims += said.len();
    }
    Ok(format!("{claims} spans of experience, all the profile's"))
}

/// Whether a number of years stands in a sentence; "a year" of pay is none.
fn tells_years(sentence: &str, against: &Against<'_>) -> bool {
    let years = against.voice.time.units.get(..2).unwrap_or_default();
    let all: Vec<String> = words(sentence).map(fold).collect();
    let number = |word: &String| {
        against.voice.numbers.iter().any(|known| fold(known) == *word) || word.bytes().all(|b| b.is_ascii_digit())
    };
    all.windows(2).any(|pair| matches!(pair, [count, unit] if number(count) && years.contains(unit)))
}

/// Days of the week are those of the profile's call windows; other dates are the thread's.
pub(super) fn dates(body: &str, against: &Against<'_>) -> Seen {
    const WEEK: [Weekday; 7] =
        [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri, Weekday::Sat, Weekday::Sun];
    let voice = against.voice;
    let offers = matches!(against.act, Act::Engage | Act::Answer | Act::Own);
    let offered = |day: Weekday| offers && against.persona.windows.iter().any(|window| window.day == day);
    let days = WEEK.into_iter().zip(&voice.weekdays).filter(|(day, _)| !offered(*day));
    let day_names = days.filter_map(|(_, name)| name.split_whitespace().next_back());
    let theirs = |word: &str| against.about.thread().any(|text| find_words(text, word).is_some());
    let others = voice.dates.words.iter().map(String::as_str).filter(|word| !theirs(word));
    // A month that is also a word counts with its capital only, and not where every sentence has one.
    let months = voice.dates.months.iter().map(String::as_str).filter(|word| !theirs(word));
    let capital = |part: &&str| !voice.dates.months_capitalised || capitalised_within(body, part);
    let found: Vec<&str> = day_names
        .chain(others)
        .filter_map(|word| find_words(body, word))
        .chain(months.filter_map(|word| find_words(body, word)).filter(capital))
        .collect();
    if found.is_empty() {
        Ok("no date but the profile's call windows and the thread's".to_owned())
    } else {
        Err(Fault::at(format!("{} dates are neither the profile's nor the thread's", found.len()), body, found))
    }
}

/// Whether a part begins with a capital that no beginning of a sentence explains.
fn capitalised_within(body: &str, part: &str) -> bool {
    let begins = |sentence: &str| sentence.as_ptr() == part.as_ptr();
    part.starts_with(char::is_uppercase) && !sentences(body).into_iter().any(begins)
}
