//! Job titles: a head noun with what belongs to it, chosen by where it stands. A line made for it beats a sentence
//! that says whom the firm looks for, which beats any other title; the sender's own title and plain plurals lose.

use std::{collections::HashSet, sync::LazyLock};

use regex::Regex;
use serde::Deserialize;

use crate::{
    clean::Span,
    doc::Doc,
    gazetteer::GAZETTEER,
    pattern::pattern,
    reading::Found,
    title::{self, Title},
};

#[derive(Deserialize)]
pub(crate) struct Words {
    english: Vec<String>,
    romance: Vec<String>,
    german: Vec<String>,
    modifiers: Vec<String>,
    levels: Vec<String>,
    weak: Vec<String>,
}

/// The lexicon of titles, compiled.
pub(crate) struct Lexicon {
    english: Regex,
    romance: Regex,
    german: Regex,
    modifiers: HashSet<String>,
    levels: HashSet<String>,
    weak: HashSet<String>,
}

/// How a head joins its modifiers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Head {
    English,
    Romance,
    German,
}

#[expect(clippy::expect_used, reason = "the data is a constant of this crate and the tests read it")]
pub(crate) static LEXICON: LazyLock<Lexicon> = LazyLock::new(|| {
    let words: Words = toml::from_str(include_str!("../data/roles.toml")).expect("roles.toml is well formed");
    let whole = |list: &[String]| pattern(&format!("^(?:{})$", list.join("|")));
    let mut modifiers: HashSet<String> = words.modifiers.into_iter().collect();
    for entry in GAZETTEER.entries {
        modifiers.extend(entry.name.to_lowercase().split(' ').map(str::to_owned));
    }
    Lexicon {
        english: whole(&words.english),
        romance: whole(&words.romance),
        german: whole(&words.german),
        modifiers,
        levels: words.levels.into_iter().collect(),
        weak: words.weak.into_iter().collect(),
    }
});

impl Lexicon {
    pub(crate) fn head(&self, word: &str) -> Option<Head> {
        const BOTH: [&str; 14] =
            ["/a", "/o", "/as", "/os", "/e", "/es", "/in", ":in", "*in", "·e", "·a", "(a)", "(o)", "(e)"];
        let word = BOTH.iter().find_map(|form| word.strip_suffix(form)).filter(|w| w.len() > 3).unwrap_or(word);
        if self.romance.is_match(word) {
            Some(Head::Romance)
        } else if self.english.is_match(word) {
            Some(Head::English)
        } else {
            self.german.is_match(word).then_some(Head::German)
        }
    }

    pub(crate) fn modifier(&self, word: &str) -> bool {
        self.modifiers.contains(word)
            || word.split(['/', '-', '+']).all(|part| self.modifiers.contains(part)) && word.len() > 1
    }

    pub(crate) fn level(&self, word: &str) -> bool {
        self.levels.contains(word.trim_end_matches('.'))
    }

    pub(crate) fn weak(&self, word: &str) -> bool {
        self.weak.contains(word)
    }
}

static HIRING: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?:\b(?:looking for|look for|seeking|hiring(?: for)?|recruiting(?: for)?|search(?:ing)? for|in search of|after|need(?:s|ed|ing)?|want(?:s|ed)?|opening (?:for|of)|openings?|vacancy|role (?:of|is|as|for)|position (?:of|as|is|for)|job as|contract for|join (?:us |our \w+ |the \w+ )?as|short of|role|would like|post|seat|still open|busca(?:mos|ndo|n)?|busco|buscan|busqueda de|necesit(?:o|amos|an|aria|a)|requier[eo]n?|requerimos|posicion(?:es)?(?: abierta)?(?: de)?|vacante(?: de)?|puesto(?: de)?|plaza(?:s)?(?: interna)?(?: de)?|oferta de|perfil(?: de)?|sumar(?: a)?|sumando|incorporar|incorporamos|contratar|contratando|contratamos|seleccion de|proyecto de|procuramos|precisamos|vaga(?: aberta)?(?: de| para)?|contratamos|poste de|recherch\w+|cherch\w+|recrut\w+|mission[^.\n]{0,60}:|sucht|suchen|gesucht|suche|stelle als|position als|bieten|cerchiamo|cerca|ricerchiamo|posizione di|figura di|looking to hire|role\s*:|(?:work|do|help|come|start)\b[^.\n]{0,40} as|dringend|verstarkung als|wird[^.\n]{0,30})\b)[^.!?\n]{0,48}$",
    )
});
static SENDER: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?:\b(?:i'm|i am|i'm an?|soy|sou|sono|ich bin|je suis|my name is|me llamo|mi nombre es|aqui e|aca|founder|just|llamarse|not an?|rather than|instead of|work as|trabajo como|ask for|with|report(?:s|ing)? to|your|tu|los|las|our|nuestros|of our|as|team of|squads?|equipo de|was an?|without|ni|about|head of|from)[ \t]+(?:an? |the |un |una |other |\d+ )?(?:[a-z'/-]+,? ){0,2})$",
    )
});
static NOT_THE_JOB: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"recruit|talent|headhunt|sourc|people|hr\b|human resources|recursos humanos|rrhh|reclut|recrut|seleccion|account|sales dev|hiring|partner|founder|marketer",
    )
});

/// The title of the job: that of a line made for it, else the likeliest of those in the text.
pub(crate) fn find(doc: &Doc, places: &[Span], titles: &[Title]) -> Option<Found<Span>> {
    for place in places {
        if let Some(title) = title::whole_line(doc, place) {
            return Some(Found { value: title.clone(), span: title, confidence: 95 });
        }
    }
    let best = titles
        .iter()
        .map(|title| (worth(doc, title), title))
        .max_by_key(|(worth, title)| (*worth, std::cmp::Reverse(title.span.start)))?;
    let confidence = match best.0 {
        ..=0 => return None,
        1..=4 => 60,
        _ => 85,
    };
    Some(Found { value: best.1.span.clone(), span: best.1.span.clone(), confidence })
}

/// How likely a title is that of the job.
fn worth(doc: &Doc, title: &Title) -> i32 {
    let low = doc.low.text.as_str();
    let (start, end) = (doc.low.position(title.span.start), doc.low.position(title.span.end));
    let lead = &low[crate::tech::floor(low, start.saturating_sub(110))..start];
    let words = &low[start..end];
    let mut worth = 2;
    if HIRING.is_match(lead) {
        worth += 5;
    }
    if title.capital {
        worth += 2;
    }
    // Initials say as much as two words.
    let sender = SENDER.is_match(lead);
    let initials = !sender && matches!(words, "sre" | "dba" | "sdet" | "cto" | "cio" | "ciso");
    if title.words > 1 || initials {
        worth += 2;
    } else if title.weak {
        worth -= 4;
    }
    if title.plural {
        worth -= 3;
    }
    if sender {
        worth -= 4;
    }
    if NOT_THE_JOB.is_match(words) {
        let opens = lead.trim_end_matches(' ').is_empty() || lead.ends_with('\n');
        worth -= if opens { 2 } else { 6 };
    }
    if title.alone {
        worth += 4;
    }
    if GAZETTEER.entries.iter().any(|entry| entry.name.eq_ignore_ascii_case(words)) {
        worth -= 6;
    }
    worth
}
