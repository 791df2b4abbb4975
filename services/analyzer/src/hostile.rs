//! Orders to a machine inside a message, and signs of fraud. A message is data: what it orders is not done, and its
//! orders are not read for facts. Honest talk of such phrases does not count.

use std::sync::LazyLock;

use regex::Regex;

use crate::{clean::Span, doc::Doc, pattern::pattern};

static ORDER: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)\b(?:(?:ignor\w*|disregard|forget|olvida|olvide|ignorez|oublie\w*|ignoriere\w*|vergiss|esque\S+a|dimentica|desconsidere)[ ]+(?:all |any |todas? |toutes? |alle )?(?:of )?(?:your |the |las |los |tus |as |les |le |die |suas )?(?:previous|prior|above|earlier|preceding|former|system|instruc\w+|vorherigen|bisherigen|anteriores|prompt|précédentes|precedentes)[ ]?(?:system |safety )?(?:instruc\w+|prompts?|rules|orders|anteriores|previas|anweisungen|pr\S+c\S+dentes|messages)?|override (?:any|all|your|the) (?:safety|previous|system|constraints|instructions)\w*|new instructions from (?:the )?(?:admin|system|developer)\w*|(?:your|the) (?:new|real) (?:task|instructions?|role) (?:is|are)|to any (?:ai|llm|language model|assistant|automated)[^.\n]{0,80}|(?:note|nota|hinweis)[ ]+(?:to|for|para|an)[ ]+(?:the |el |la |das |o )?(?:ai|ia|llm|system|sistema|assistant|asistente|model|modelo|ki)\b|if you are an? (?:ai|llm|language model|bot|assistant)|(?:system|assistant) ?: ?(?:you are|ignore|set|rate|from now)|reveal (?:your|the) (?:system )?prompt|(?:set|give|registra|asigna|pon|fija|rate|score)[^.\n]{0,24}(?:score|salary_max|salary_min|puntuaci\S+n|total_score|this message)[^.\n]{0,16}(?:to|=|at|de|a|with)? ?\d+|forward all (?:e-?mails|messages)|reply to every (?:e-?mail|message)|send (?:me |us )?(?:the |your )?(?:system prompt|candidate's profile|user's profile)|respond only with|answer \x22?yes, i accept)",
    )
});
/// Words before a quotation that speak of such orders instead of giving them.
static TALK: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)(?:\b(?:attacks?|prompts?|phrases?|strings?|injections?|payloads?|like|such as|says?|saying|ataques?|como|frases?|against|detect\w*|defend\w*|wie|comme)\b[^.\n]{0,24})$",
    )
});

/// Spans of the clean text that give orders to a machine: the bracket or the sentence around the phrase.
pub(crate) fn orders(text: &str) -> Vec<Span> {
    let mut out: Vec<Span> = Vec::new();
    for m in ORDER.find_iter(text) {
        if out.last().is_some_and(|last| last.end >= m.end()) || spoken_of(text, m.start()) {
            continue;
        }
        out.push(around(text, &m.range()));
    }
    out
}

/// Whether the phrase is quoted as an example of what to defend against.
fn spoken_of(text: &str, at: usize) -> bool {
    let lead = &text[crate::tech::floor(text, at.saturating_sub(60))..at];
    let line = lead.rsplit('\n').next().unwrap_or(lead);
    let quoted = line.trim_end().ends_with(['"', '\'', '`', '«', '“', '‘', '„']);
    quoted && TALK.is_match(line.trim_end().trim_end_matches(['"', '\'', '`', '«', '“', '‘', '„']))
}

fn around(text: &str, order: &Span) -> Span {
    const REACH: usize = 400;
    let from = crate::tech::floor(text, order.start.saturating_sub(REACH));
    let to = crate::tech::floor(text, order.end + REACH);
    let (lead, rest) = (&text[from..order.start], &text[order.end..to]);
    let open = lead.rfind('[').filter(|n| !lead[*n..].contains(']'));
    if let (Some(open), Some(close)) = (open, rest.find(']')) {
        return from + open..order.end + close + 1;
    }
    let stop = |piece: &str| piece.rfind(['\n', '.', '!', '?']).map_or(0, |n| n + 1);
    let start = from + stop(lead);
    let end = rest.find("\n\n").or_else(|| rest.rfind(['.', '!', '?']).map(|n| n + 1)).unwrap_or(rest.len());
    let line = rest.find('\n').unwrap_or(rest.len());
    start..order.end + if line < end { line } else { end }
}

/// Whether the message, or a comment hidden in it, gives orders to a machine.
pub(crate) fn injects(doc: &Doc, raw: &str) -> bool {
    !doc.orders.is_empty() || hidden(raw)
}

/// Orders in HTML comments or in characters that nobody sees.
fn hidden(raw: &str) -> bool {
    let tags = raw.chars().filter(|c| matches!(c, '\u{e0020}'..='\u{e007e}')).count();
    let commented = raw.split("<!--").skip(1).take(50).any(|rest| {
        let end = rest.find("-->").unwrap_or(rest.len()).min(4000);
        ORDER.is_match(&rest[..crate::tech::floor(rest, end)])
    });
    tags >= 12 || raw.contains("<!--") && commented
}

/// Signs of fraud beside an offer: requests and moves that honest recruiters do not make.
pub(crate) fn scam_signs(low: &str) -> bool {
    static SIGNS: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"\b(?:(?:registration|training|processing|activation|onboarding) fee|(?:pay|send|deposit|transfer) .{0,30}(?:deposit|fee|usdt|bitcoin|in advance)|gift cards?|western union|crypto wallet|seed phrase|(?:photo|copy|scan|foto|copia) (?:of your|de tu|de su) (?:id|passport|dni|ine|pasaporte)|bank (?:login|password)|(?:contact|write|message|text|add|escrib\w+|contact\w+) .{0,30}(?:on|via|por|al|to) (?:telegram|whatsapp)|paid in (?:usdt|crypto)|anydesk|teamviewer|deposito de \d+)\b",
        )
    });
    SIGNS.is_match(low)
}
