//! The check that a text opens no other way to the person: no address, link or number but those that the policy lets
//! out here.

use super::{Act, Against, Fault, Seen};
use crate::text::{blanked, fold};

/// Digits in a row that make a phone number, whatever stands between them.
const PHONE_DIGITS: usize = 8;

/// Endings by which a bare word is a web address.
const DOMAINS: [&str; 22] = [
    "com", "org", "net", "io", "ai", "dev", "co", "app", "eu", "es", "uk", "de", "fr", "pt", "it", "br", "mx", "ar",
    "me", "info", "ly", "us",
];

pub(super) fn contacts(body: &str, against: &Against<'_>) -> Seen {
    let persona = against.persona;
    let policy = [persona.phone, persona.email, persona.cv];
    let told = policy.map(|fact| if against.asked() { fact.asked() } else { fact.unasked() });
    // Where a call is offered, so is the page to book it at.
    let books = matches!(against.act, Act::Engage | Act::Answer | Act::Own);
    let link = persona.scheduling_link.filter(|_| books);
    let rest = blanked(body, told.into_iter().flatten().chain(link));
    let found = [
        (rest.split_whitespace().filter(|word| word.contains('@')).collect::<Vec<_>>(), "a mail address"),
        (rest.split_whitespace().filter(|word| is_link(word, against)).collect(), "a link"),
        (phones(&rest), "a phone number"),
    ];
    match found.into_iter().find(|(parts, _)| !parts.is_empty()) {
        Some((parts, what)) => Err(Fault::at(format!("holds {what}"), &rest, parts)),
        None => Ok("no address, link or phone number beyond the policy".to_owned()),
    }
}

fn is_link(word: &str, against: &Against<'_>) -> bool {
    let word = fold(word.trim_matches(|c: char| !c.is_alphanumeric()));
    if word.contains("://") || word.starts_with("www.") {
        return true;
    }
    let bare = word.split('/').next().unwrap_or_default();
    let domain = bare.rsplit_once('.').is_some_and(|(host, end)| !host.is_empty() && DOMAINS.contains(&end));
    domain && !is_name(&word, against)
}

/// Names that look like addresses: `Booking.com` the company, `Socket.io` the technology.
fn is_name(word: &str, against: &Against<'_>) -> bool {
    let own = against.persona.technologies.iter().map(|skill| skill.name);
    let theirs = against.about.company.into_iter().chain(against.about.technologies.iter().copied());
    let mut names = theirs.chain(own).flat_map(str::split_whitespace);
    names.any(|name| fold(name) == word)
}

fn phones(text: &str) -> Vec<&str> {
    let (mut found, mut digits, mut start) = (Vec::new(), 0, 0);
    let end = text.len();
    for (at, c) in text.char_indices().chain([(end, '\n')]) {
        match c {
            '0'..='9' => {
                if digits == 0 {
                    start = at;
                }
                digits += 1;
            }
            ' ' | '.' | '-' | '(' | ')' | '+' | '/' | '\u{a0}' => {}
            _ => {
                if digits >= PHONE_DIGITS {
                    found.extend(text.get(start..at).map(str::trim_end));
                }
                digits = 0;
            }
        }
    }
    found
}
