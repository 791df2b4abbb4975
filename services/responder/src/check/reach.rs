//! The check that a draft opens no other way to the person: no address, link or number but those that the policy
//! lets out in an answer.

use super::{Act, Against, Seen};
use crate::text::fold;

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
    let told = policy.map(|fact| if against.act == Act::Answer { fact.asked() } else { fact.unasked() });
    let rest = told.iter().flatten().fold(body.to_owned(), |text, fact| text.replace(*fact, ""));
    let found = [
        (rest.contains('@'), "a mail address"),
        (rest.split_whitespace().any(|word| is_link(word, against)), "a link"),
        (has_phone(&rest), "a phone number"),
    ];
    match found.into_iter().find(|(there, _)| *there) {
        Some((_, what)) => Err(format!("holds {what}")),
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
    let facts = &against.scored.analysis.facts;
    let company = facts.company.iter().map(|field| field.value.as_str());
    let job = facts.tech_stack.iter().map(|mention| mention.name.as_str());
    let own = against.persona.technologies.iter().map(|skill| skill.name);
    let mut names = company.chain(job).chain(own).flat_map(str::split_whitespace);
    names.any(|name| fold(name) == word)
}

fn has_phone(text: &str) -> bool {
    let mut digits = 0;
    for c in text.chars() {
        match c {
            '0'..='9' => digits += 1,
            ' ' | '.' | '-' | '(' | ')' | '+' | '/' | '\u{a0}' => {}
            _ => digits = 0,
        }
        if digits >= PHONE_DIGITS {
            return true;
        }
    }
    false
}
