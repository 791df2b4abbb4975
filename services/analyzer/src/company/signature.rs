//! Firms in the signature: beside the sender's name or position, or on a line of their own.

use std::sync::LazyLock;

use regex::Regex;

use super::found;
use crate::{
    clean::{Span, fold},
    doc::{Doc, trimmed_by},
    name,
    pattern::pattern,
    reading::Found,
    title,
};

/// What people are in firms; their position is no firm, though it may hold the words of one.
static POSITION: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?:recruiter|recruiting manager|recruitment (?:consultant|manager|lead)|talent (?:lead|partner|acquisition|manager|specialist|team|sourcer)|people (?:ops|partner|team|and)|human resources|recursos humanos|rrhh|hr|desarrollo organizacional|capital humano|gestion d\w+|sourcing partner|sourcer|delivery partner|principal consultant|consultant[ea]?|(?:co-?)?founder|chief of staff|ceo|cto|coo|vp|head of|director\w*|direccion|manager|lead|equipo|team|partner(?:in)?|socia|socio|reclutador\w*|recrutador\w*|personal\w*|chargee? de|responsable|mobile|tel|phone|sent from|enviado|gesendet|envoye|www|http|linkedin)\b",
    )
});
const SEPARATORS: [char; 8] = ['|', '·', ',', '–', '—', '/', '@', '('];

/// Firms that the closing lines name, likeliest first.
pub(super) fn firms(doc: &Doc) -> Vec<Found<String>> {
    let mut out = Vec::new();
    for line in closing(doc) {
        let pieces = pieces(doc, &line.span);
        let alone = pieces.len() == 1;
        for (at, piece) in pieces.iter().enumerate() {
            let confidence = match (alone, at) {
                (true, _) if line.first => continue,
                (false, 0) => continue,
                (true, _) => 56,
                _ => 72,
            };
            if firm(doc, piece) {
                out.push(found(doc, piece.clone(), confidence));
            }
        }
    }
    out.sort_by_key(|firm| std::cmp::Reverse(firm.confidence));
    out
}

struct Line {
    span: Span,
    /// The sender's name stands on it.
    first: bool,
}

/// The lines of the signature, or the tail of a message that ends with a dash and a name.
fn closing(doc: &Doc) -> Vec<Line> {
    static DASHED: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"(?:^|[\n ])(?:[-–—~]{1,2}[ ]?|(?:[Uu]n[ ]abrazo|[Ss]aludos|[Cc]heers|[Bb]est|[Tt]hanks|[Gg]racias|VG|LG)[,.!]?[ ])(\p{Lu}\p{L}+(?:[ ]\p{Lu}[\p{L}.]*)?[ ]?[,(|@/·–—][^\n]{2,60})$",
        )
    });
    if let Some(span) = &doc.signature {
        let text = doc.text.get(span.clone()).unwrap_or("");
        let lines = crate::doc::lines(text).into_iter().map(|l| span.start + l.start..span.start + l.end);
        return lines.enumerate().map(|(at, span)| Line { span, first: at == 0 }).collect();
    }
    let end = doc.prose.trim_end().len();
    let from = crate::tech::floor(&doc.prose, end.saturating_sub(90));
    let tail = DASHED.captures(&doc.prose[from..end]).and_then(|found| found.get(1));
    tail.map(|m| Line { span: from + m.start()..from + m.end(), first: true }).into_iter().collect()
}

/// What the separators of a line set apart; "at" and its like before a name are separators too.
fn pieces(doc: &Doc, line: &Span) -> Vec<Span> {
    static AT: LazyLock<Regex> = LazyLock::new(|| {
        pattern(r"[ ](?:at|from|with|bei|chez|de|da|en|di|-)[ ](?:la[ ]|the[ ]|der[ ])?(?:\p{Lu}|\d)")
    });
    let text = doc.text.get(line.clone()).unwrap_or("");
    let mut cuts: Vec<usize> = text.match_indices(SEPARATORS).map(|(at, mark)| at + mark.len()).collect();
    cuts.extend(AT.find_iter(text).map(|m| m.start() + 1 + m.as_str()[1..].find(' ').unwrap_or(0)));
    cuts.push(text.len());
    cuts.sort_unstable();
    let mut from = 0;
    let trim = |c: char| c.is_whitespace() || SEPARATORS.contains(&c) || ")-.\"*_".contains(c);
    cuts.into_iter()
        .map(|to| {
            let piece = trimmed_by(&doc.text, line.start + from..line.start + to, trim);
            from = to;
            piece
        })
        .filter(|piece| !piece.is_empty())
        .collect()
}

fn firm(doc: &Doc, piece: &Span) -> bool {
    let words = doc.words(piece);
    let folded = fold(words);
    let whole = name::ends(words, 0).first().is_some_and(|end| *end == words.len());
    let agency = super::recruits(words) && folded.split_whitespace().count() > 1;
    whole
        && !words.contains([':', '+'])
        && (agency && !title::has_head(words) || !POSITION.is_match(&folded))
        && super::named_like_a_firm(doc, piece, 72)
}
