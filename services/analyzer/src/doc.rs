//! A message prepared for the grammars: its clean text, the part of it that is the sender's own words now (without
//! quotes, orders to machines, addresses and signature), and that part folded for phrase matching.

use std::{cell::OnceCell, sync::LazyLock};

use contract::{Evidence, Part};
use regex::Regex;

use crate::{
    clean::{Clean, Folded, Span, fold},
    hostile,
    pattern::pattern,
    place::Mention,
};

/// A message prepared for the grammars. Spans count in `text` unless said otherwise.
#[derive(Debug)]
pub(crate) struct Doc {
    subject: Clean,
    body: Clean,
    /// Bytes of `text` before the body: the subject and a line break.
    lead: usize,
    /// Subject and text, clean.
    pub(crate) text: String,
    /// The same length, blanks for all that is not the sender's own words now.
    pub(crate) prose: String,
    /// `prose` folded.
    pub(crate) low: Folded,
    /// The signature, if one was found.
    pub(crate) signature: Option<Span>,
    /// Web addresses.
    pub(crate) urls: Vec<Span>,
    /// Mail addresses.
    pub(crate) mails: Vec<Span>,
    /// Orders to a machine.
    pub(crate) orders: Vec<Span>,
    /// The places that the prose names, once they are looked for.
    pub(crate) places: OnceCell<Vec<Mention>>,
}

static URL: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)\b(?:https?://|www\.)[^\s<>()\[\]|\x22]+[^\s<>()\[\]|\x22.,;:!?'*]|\b(?:t\.me|wa\.me|lnkd\.in|bit\.ly)/[^\s<>()|]+",
    )
});
/// What a web address holds at least.
const ADDRESSES: [&str; 6] = ["://", "www.", "t.me/", "wa.me/", "lnkd.in/", "bit.ly/"];
static MAIL: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?i)\b[a-z0-9][a-z0-9._%+-]{0,63}@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{2,63}){1,4}"));
static QUOTE_HEAD: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^[ \t>]*(?:-{3,} ?(?:original message|mensaje original|mensagem original|ursprungliche nachricht|message d'origine)|on .{4,60} wrote:|el .{4,60} escribi\w+:|em .{4,60} escreveu:|le .{4,60} a ecrit ?:|am .{4,60} schrieb.{0,40}:|il .{4,60} ha scritto:)",
    )
});
static SIGN_OFF: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^(?:(?:(?:kind|warm|best|many|with) ?)?(?:regards|rgds|wishes|thanks)|best|cheers|thanks|thank you|sincerely|ta|un saludo|saludos(?: cordiales)?|un abrazo|atentamente|gracias|muchas gracias|abrac?os?|obrigad[ao]|atenciosamente|com os melhores cumprimentos|cumprimentos|cordialement|bien cordialement|bien a vous|mit freundlichen grussen|freundliche grusse|viele grusse|beste grusse|liebe grusse|lg|mfg|cordiali saluti|un saluto) ?[,.!]?$",
    )
});
/// Longest line that can be a sign-off, in bytes.
const SIGN_OFF_LENGTH: usize = 40;

impl Doc {
    pub(crate) fn of(subject: Option<&str>, raw: &str) -> Self {
        let limit = contract::intake::MAX_TEXT;
        let (subject, body) = (Clean::of(subject.unwrap_or(""), contract::intake::MAX_LINE), Clean::of(raw, limit));
        let mut text = subject.text.clone();
        if !text.is_empty() {
            text.push('\n');
        }
        let lead = text.len();
        text.push_str(&body.text);
        let urls = if ADDRESSES.iter().any(|a| contains(&text, a)) { spans(&URL, &text) } else { Vec::new() };
        let mails = if text.contains('@') { spans(&MAIL, &text) } else { Vec::new() };
        let orders = hostile::orders(&text);
        let mut masked = quotes(&text);
        masked.extend(fences(&text));
        masked.extend(orders.iter().cloned());
        let unquoted = blank(&text, &masked);
        let signature = signature(&unquoted);
        masked.extend(urls.iter().cloned());
        masked.extend(mails.iter().cloned());
        masked.extend(signature.clone());
        let prose = blank(&text, &masked);
        let low = Folded::of(&prose);
        Self { subject, body, lead, text, prose, low, signature, urls, mails, orders, places: OnceCell::new() }
    }

    /// Where a span of `text` stands in the message; `None` if it spans both parts or nothing.
    pub(crate) fn evidence(&self, span: &Span) -> Option<Evidence> {
        let (part, raw) = if span.start >= self.lead {
            (Part::Text, self.body.raw(&(span.start - self.lead..span.end.saturating_sub(self.lead)))?)
        } else {
            (Part::Subject, self.subject.raw(span)?)
        };
        Some(Evidence { part, start: raw.start, end: raw.end })
    }

    /// What the message hides from a reader: comments, elements of no size or that are not displayed.
    pub(crate) fn unseen<'a>(&'a self, raw: &'a str) -> impl Iterator<Item = &'a str> {
        self.body.unseen.iter().filter_map(|span| raw.get(span.clone()))
    }

    /// The words of a span, without surrounding blanks.
    pub(crate) fn words(&self, span: &Span) -> &str {
        self.text.get(span.clone()).unwrap_or("").trim()
    }

    /// Lines of the prose with their spans, blank ones left out.
    pub(crate) fn lines(&self) -> Vec<Span> {
        lines(&self.prose)
    }
}

/// Spans of the lines that hold words.
pub(crate) fn lines(text: &str) -> Vec<Span> {
    let mut at = 0;
    let mut out = Vec::new();
    for line in text.split_inclusive('\n') {
        let span = trimmed(text, at..at + line.len());
        at += line.len();
        if !span.is_empty() {
            out.push(span);
        }
    }
    out
}

/// A span without blanks and decoration at its ends.
pub(crate) fn trimmed(text: &str, span: Span) -> Span {
    trimmed_by(text, span, |c| c.is_whitespace() || c == '*' || c == '_')
}

/// A span without the given characters at its ends.
pub(crate) fn trimmed_by(text: &str, span: Span, drop: impl Fn(char) -> bool) -> Span {
    let inside = text.get(span.clone()).unwrap_or("");
    let head = inside.trim_start_matches(&drop);
    let start = span.start + inside.len() - head.len();
    start..start + head.trim_end_matches(&drop).len()
}

/// The text with the given spans blanked, byte by byte, so that offsets hold.
pub(crate) fn blank(text: &str, masked: &[Span]) -> String {
    let mut bytes = text.as_bytes().to_vec();
    for span in masked {
        if let Some(slice) = bytes.get_mut(span.clone()) {
            slice.iter_mut().filter(|b| **b != b'\n').for_each(|b| *b = b' ');
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}

/// Whether the text holds an ASCII phrase, in any case.
fn contains(text: &str, phrase: &str) -> bool {
    text.as_bytes().windows(phrase.len()).any(|window| window.eq_ignore_ascii_case(phrase.as_bytes()))
}

fn spans(regex: &Regex, text: &str) -> Vec<Span> {
    regex.find_iter(text).map(|m| m.range()).collect()
}

/// What follows the mark of a block of code: the name of a format, which is no word of the sender's.
fn fences(text: &str) -> Vec<Span> {
    if !text.contains("```") {
        return Vec::new();
    }
    lines(text).into_iter().filter(|line| text[line.clone()].starts_with("```") && line.len() < 24).collect()
}

/// Quoted lines, and everything after the head of a quoted mail unless that would leave nothing to read. Of a mail
/// that is passed on, only the marks of quotation go: what they mark is what the sender wants read.
fn quotes(text: &str) -> Vec<Span> {
    let marked = |line: &str| line.trim_start_matches([' ', '\t']).starts_with('>');
    let mut quoted: Vec<Span> = lines(text).into_iter().filter(|line| marked(&text[line.clone()])).collect();
    let head = lines(text).into_iter().filter(|line| line.start > 80).find(|line| quote_head(&text[line.clone()]));
    if !(quoted.is_empty() && head.is_none()) && passed_on(&blank(text, &quoted)) {
        let marks = |line: Span| {
            let inside = &text[line.clone()];
            line.start..line.start + inside.len() - inside.trim_start_matches([' ', '\t', '>']).len()
        };
        return quoted.into_iter().map(marks).chain(head).collect();
    }
    if let Some(head) = head {
        let after = &text[head.end..];
        if !after.lines().any(marked) {
            quoted.push(head.start..text.len());
        } else {
            quoted.push(head);
        }
    }
    let left: usize = text.len() - quoted.iter().map(ExactSizeIterator::len).sum::<usize>().min(text.len());
    if left < 20 { Vec::new() } else { quoted }
}

/// Whether the sender's words say that what is quoted is the message.
fn passed_on(own: &str) -> bool {
    static SAYS: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"\b(?:fwd|fw|rv|wg|forward(?:ed|ing)?|passing (?:this|it) on|see below|(?:role|job|details|message|mail|note|post|ad) below|reenv\w+|te (?:paso|copio|pego|reenvio)|(?:aqui|ahi) abajo|mas abajo|encaminh\w+|segue abaixo|transfer\w+|transmet\w+|ci-dessous|weitergeleitet|leite\w* .{0,20}weiter|siehe unten|inoltr\w+|qui sotto)\b",
        )
    });
    SAYS.is_match(&fold(&own[..crate::tech::floor(own, 1000)]))
}

/// Whether a line introduces the mail that is answered.
fn quote_head(line: &str) -> bool {
    line.len() < 200 && (line.ends_with(':') || line.contains("---")) && QUOTE_HEAD.is_match(&fold(line))
}

/// End of the last line that is a sign-off and nothing else.
fn sign_off(text: &str, lines: &[Span]) -> Option<usize> {
    let closes = |line: &Span| line.len() <= SIGN_OFF_LENGTH && SIGN_OFF.is_match(&fold(&text[line.clone()]));
    lines.iter().rev().find(|line| closes(line)).map(|line| line.end)
}

/// The closing lines: those after a sign-off near the end, or a last line that looks like a card.
fn signature(text: &str) -> Option<Span> {
    static POSITION: LazyLock<Regex> = LazyLock::new(|| {
        pattern(r"(?i)\b(?:recruit|talent|consult|staffing|search|partner|selecci|headhunt|reclut|recrut)|@")
    });
    let lines = lines(text);
    let last = lines.last()?;
    if let Some(end) = sign_off(text, &lines) {
        let after = lines.iter().filter(|l| l.start > end).count();
        let short = lines.iter().filter(|l| l.start > end).all(|l| l.len() < 120);
        if after <= 7 && short && lines.len() > 2 {
            return (after > 0).then_some(end..text.len());
        }
    }
    let shape = text.get(last.clone()).unwrap_or("");
    let names = shape.split_whitespace().next().is_some_and(|w| w.chars().next().is_some_and(char::is_uppercase));
    let gap = text[..last.start].ends_with("\n\n")
        || text[..last.start].trim_end_matches([' ', '\r', '\t']).ends_with("\n\n");
    let verbless = !shape.contains(['?', '!', ';', '$', '€', '£', ':']) && !shape.ends_with('.');
    let positioned = POSITION.is_match(shape);
    let parted = shape.contains(['|', '·', '/', '–', '—']) && !crate::title::has_head(shape);
    let card = lines.len() > 1 && gap && names && verbless && shape.len() < 120 && (positioned || parted);
    card.then(|| last.clone())
}
