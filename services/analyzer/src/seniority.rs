//! Level by the words that name it; years of experience name none.

use std::sync::LazyLock;

use contract::Seniority;
use regex::Regex;

use crate::{clean::Span, doc::Doc, pattern::pattern, reading::Found};

const LEVELS: &[(Seniority, &str)] = &[
    (
        Seniority::Intern,
        r"interns?|internship|becari[oa]s?|becari[oa]/a|beca|praktikant\w*|stagiaire|estagi\w+|tirocinante|tirocinio|practicante|pasante|trainee|persona becaria|alternan(?:t|ce)",
    ),
    (
        Seniority::Junior,
        r"junior|jr\.?|juniors?|junior/a|entry[ -]level|graduate|debutant|berufseinsteiger\w*|recien egresad[oa]",
    ),
    (
        Seniority::Mid,
        r"semi[ -]?senior|ssr\.?|mid[ -]?level|mid(?:[ -/]+)senior|mid|intermediate|pleno|plen[oa]|medior|confirme|middle",
    ),
    (Seniority::Senior, r"senior/a|senior|sr\.?|senor|seniors"),
    (Seniority::Staff, r"staff"),
    (Seniority::Principal, r"principal"),
    (
        Seniority::Lead,
        r"tech(?:nical)?[ -]lead(?:er)?|team[ -]lead(?:er)?|lead|lider(?:esa)?|lider tecnic[oa]|teamleiter\w*|leiter\w*|jefe de equipo|responsable tecnico|capo progetto|leader",
    ),
    (
        Seniority::Manager,
        r"(?:engineering|software|development|devops|security|qa|data|it|platform|infrastructure|technical|operations|support) manager|information security manager|manager of|(?:frontend|front-end|backend|back-end|platform|mobile|data|infra|software|product) em|gerente|jef[ea] de (?:desarrollo|ingenieria|tecnologia|sistemas|area)|gestor(?:a)? de",
    ),
    (
        Seniority::Director,
        r"director(?:a)? (?:of|de)|(?:engineering|technical) director|director(?:a)? tecnic[oa]|head of|direct(?:eur|rice) (?:technique|de)|director(?:a)?",
    ),
    (Seniority::Executive, r"cto|cio|ciso|cdo|vp|vice president|vicepresidente|chief \w+ officer|svp|evp"),
];

/// What stands beside a level in a title but is none.
static NO_LEVEL: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"technical staff|staff augmentation|staff ?(?:members?|of|and)|product manager|product lead|project manager|program manager|lead times?|lead generation|scrum master|reporting to|school principal|intern(?:al|ational)|report(?:s|ing)? to (?:the )?\w+|head of state|community manager|account manager|all levels|all seniority|no juniors?|not (?:for|a) juniors?|no buscamos juniors",
    )
});
static LEVEL: LazyLock<Vec<(Seniority, Regex)>> = LazyLock::new(|| {
    LEVELS.iter().map(|(level, words)| (*level, pattern(&format!(r"\b(?:{words})(?:\b|$)")))).collect()
});

/// Levels named in a folded piece, in order of place.
fn levels(piece: &str) -> Vec<(Seniority, Span)> {
    let skip: Vec<Span> = NO_LEVEL.find_iter(piece).map(|m| m.range()).collect();
    let mut found: Vec<(Seniority, Span)> = LEVEL
        .iter()
        .flat_map(|(level, regex)| regex.find_iter(piece).map(|m| (*level, m.range())))
        .filter(|(_, span)| !skip.iter().any(|s| s.start < span.end && span.start < s.end))
        .collect();
    // "semi senior" holds "senior", "engineering manager" may hold "lead": the longer word stands.
    let all = found.clone();
    found.retain(|(_, span)| {
        !all.iter().any(|(_, other)| other.len() > span.len() && other.start <= span.start && span.end <= other.end)
    });
    found.sort_by_key(|(_, span)| span.start);
    found
}

/// The level of the role: named in the title, else right beside it. The lowest of several for one job.
pub(crate) fn find(doc: &Doc, title: Option<&Span>) -> Option<Found<Seniority>> {
    let title = title?;
    let start = doc.low.position(title.start);
    let end = doc.low.position(title.end);
    let low = doc.low.text.as_str();
    if let Some(found) = lowest(doc, low, start, end, 95) {
        return Some(found);
    }
    // "(Senior)" after the title or "senior" before a title that left it out; a bracketed range is no level.
    let line_end = low[end..].find('\n').map_or(low.len(), |n| end + n);
    let beside = crate::tech::floor(low, line_end.min(end + 24));
    let rest = &low[end..beside];
    let cut = rest.find(['.', ',', ';', ':', '|', '?', '!']).map_or(beside, |n| end + n);
    let before = crate::tech::floor(low, start.saturating_sub(14));
    let lead = low[before..start].rfind(['.', ',', ';', ':', '|', '\n', '(']).map_or(before, |n| before + n + 1);
    lowest(doc, low, end, cut, 85).or_else(|| lowest(doc, low, lead, start, 85)).or_else(|| repeated(doc, title))
}

fn lowest(doc: &Doc, low: &str, start: usize, end: usize, confidence: u8) -> Option<Found<Seniority>> {
    let named = levels(low.get(start..end)?);
    let (value, span) = named.into_iter().min_by_key(|(level, _)| rank(*level))?;
    Some(Found { value, span: doc.low.source(&(start + span.start..start + span.end)), confidence })
}

/// A level given to the same title further down ("Data Engineer" above, "Senior Data Engineer" below).
fn repeated(doc: &Doc, title: &Span) -> Option<Found<Seniority>> {
    let folded = crate::clean::fold(doc.words(title));
    let core = folded.trim();
    if core.len() < 6 {
        return None;
    }
    let low = doc.low.text.as_str();
    low.match_indices(core).skip(1).take(8).find_map(|(at, _)| {
        let before = crate::tech::floor(low, at.saturating_sub(12));
        let lead = low[before..at].rfind(['.', ',', ';', ':', '\n']).map_or(before, |n| before + n + 1);
        lowest(doc, low, lead, at, 80)
    })
}

/// Lowest first; `lead` and above are another ladder, so that "Senior Staff" is staff and "Lead Senior" lead.
fn rank(level: Seniority) -> u8 {
    match level {
        Seniority::Intern => 0,
        Seniority::Junior => 1,
        Seniority::Mid => 2,
        Seniority::Manager => 3,
        Seniority::Executive => 4,
        Seniority::Director => 5,
        Seniority::Lead => 6,
        Seniority::Senior => 7,
        Seniority::Staff => 8,
        Seniority::Principal => 9,
    }
}
