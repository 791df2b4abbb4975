//! The shape of a job title in running text and in a line of its own.

use std::sync::LazyLock;

use regex::Regex;

use crate::{
    clean::{Span, fold},
    doc::{Doc, trimmed_by},
    pattern::pattern,
    role::{Head, LEXICON},
};

/// A title in the text.
#[derive(Debug)]
pub(crate) struct Title {
    pub(crate) span: Span,
    pub(crate) words: usize,
    /// Begins with a capital.
    pub(crate) capital: bool,
    /// Its head says little by itself.
    pub(crate) weak: bool,
    pub(crate) plural: bool,
    /// Makes up its line.
    pub(crate) alone: bool,
}

/// A word with what separates it from the one before.
#[derive(Debug)]
struct Word {
    span: Span,
    low: String,
    capital: bool,
    /// Only a space, a hyphen or a slash before it.
    joined: bool,
}

/// Most words on one side of a head.
const REACH: usize = 5;
/// Longest title, in bytes.
const LONGEST: usize = 90;

static WORD: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"[\p{L}\p{N}.][\p{L}\p{N}'+#.]*(?:[-/:·*_][\p{L}\p{N}+#.]+)*(?:\((?:a|e|in|se|o)\))?"));

/// Every title of the prose.
pub(crate) fn all(doc: &Doc) -> Vec<Title> {
    let mut out = Vec::new();
    for line in doc.lines() {
        let words = words(doc, &line);
        let mut next = 0;
        for at in 0..words.len() {
            if at < next {
                continue;
            }
            if let Some((from, to)) = extent(&words, at) {
                next = to;
                out.push(title(doc, &words, (from, at, to), &line));
            }
        }
    }
    out
}

fn title(doc: &Doc, words: &[Word], (from, at, to): (usize, usize, usize), line: &Span) -> Title {
    static ANYONE: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?i)^[ ]\((?:[mwfdhx]/){1,2}[mwfdhx]\)"));
    let end = words[to - 1].span.end;
    let end = end + ANYONE.find(doc.prose.get(end..).unwrap_or("")).map_or(0, |m| m.end());
    let span = words[from].span.start..end;
    let head = words[at].low.as_str();
    let alone = span.len() + 4 >= line.len() && span.len() > 8;
    Title {
        capital: words[from].capital || words[at].capital,
        words: to - from,
        weak: LEXICON.weak(head),
        plural: head.ends_with('s') && !matches!(head, "devops" | "sales" | "ops"),
        alone,
        span: crate::doc::trimmed(&doc.text, span),
    }
}

fn words(doc: &Doc, line: &Span) -> Vec<Word> {
    let text = doc.prose.get(line.clone()).unwrap_or("");
    let mut end = 0;
    WORD.find_iter(text)
        .map(|m| {
            let gap = &text[end..m.start()];
            let stops = gap == ". " && !shortened(&text[..end]);
            let bare = m.as_str().trim_end_matches('.');
            let span = line.start + m.start()..line.start + m.start() + bare.len();
            end = m.start() + bare.len();
            Word {
                low: fold(bare),
                capital: bare.trim_start_matches('.').starts_with(|c: char| c.is_uppercase()),
                joined: matches!(gap, " " | " - " | " – " | "/" | " / " | " & " | ". " | "  ") && !stops,
                span,
            }
        })
        .collect()
}

/// Whether a stop behind the last word belongs to it, as in "Sr. Engineer".
fn shortened(text: &str) -> bool {
    let word = text.rsplit([' ', '\n', '/']).next().unwrap_or("").to_lowercase();
    matches!(word.as_str(), "sr" | "jr" | "ssr" | "dr" | "dir" | "ing")
}

/// First and one past the last word of the title whose head is at `at`.
fn extent(words: &[Word], at: usize) -> Option<(usize, usize)> {
    // "EM" is a title, the Portuguese "em" is not.
    if words[at].low == "em" && !words[at].capital {
        return None;
    }
    let Some(head) = LEXICON.head(&words[at].low) else { return headless(words, at) };
    // "Director of Engineering" is English, "Director de Ingeniería" is not.
    let head = if words.get(at + 1).is_some_and(|next| next.low == "of") { Head::English } else { head };
    let (mut from, mut to) = (at, at + 1);
    while from > 0 && at - from < REACH && words[from].joined && belongs_before(words, from - 1, at, head) {
        from -= 1;
    }
    while from < at && matches!(words[from].low.as_str(), "de" | "and" | "-" | "contract" | "freelance" | "remote") {
        from += 1;
    }
    while to < words.len() && to - at <= REACH && words[to].joined && belongs_after(words, at, to, head) {
        to += 1;
    }
    while to > at + 1
        && matches!(
            words[to - 1].low.as_str(),
            "de" | "of" | "da" | "do" | "en" | "em" | "in" | "con" | "para" | "del" | "di" | "for" | "y"
        )
    {
        to -= 1;
    }
    Some((from, to))
}

/// A title without a noun: a field with its level ("Backend Senior", "QA Automation Ssr"), or right behind what asks
/// for one ("busco un frontend").
fn headless(words: &[Word], at: usize) -> Option<(usize, usize)> {
    const FIELDS: [&str; 17] = [
        "backend",
        "back-end",
        "frontend",
        "front-end",
        "fullstack",
        "full-stack",
        "stack",
        "front",
        "qa",
        "automation",
        "android",
        "ios",
        "devsecops",
        "infra",
        "mobile",
        "ml",
        "data",
    ];
    const ASKED: [&str; 9] = ["un", "una", "un/a", "um", "buscamos", "busco", "necesito", "necesitamos", "perfil"];
    let belongs = |i: usize| LEXICON.modifier(&words[i].low) && words[i].low != "de" || LEXICON.level(&words[i].low);
    if !FIELDS.contains(&words[at].low.as_str()) {
        return None;
    }
    let (mut from, mut to) = (at, at + 1);
    while from > 0 && at - from < REACH && words[from].joined && belongs(from - 1) {
        from -= 1;
    }
    while to < words.len() && to - at < REACH && words[to].joined && belongs(to) {
        to += 1;
    }
    // A head further on makes the title there.
    if words.get(to).is_some_and(|next| next.joined && LEXICON.head(&next.low).is_some()) {
        return None;
    }
    const POST: [&str; 7] = ["position", "role", "job", "opening", "seat", "vacancy", "person"];
    let post =
        words.get(to).is_some_and(|next| next.joined && POST.contains(&next.low.as_str())) && words[at].low != "data";
    let levelled = words[from..to].iter().any(|word| LEXICON.level(&word.low));
    let asked =
        from > 0 && words[from].joined && ASKED.contains(&words[from - 1].low.as_str()) && words[at].low != "data";
    (levelled || asked || post).then_some((from, to))
}

fn belongs_before(words: &[Word], i: usize, at: usize, head: Head) -> bool {
    let word = &words[i];
    if word.low == "i" {
        return false;
    }
    if LEXICON.level(&word.low) || LEXICON.modifier(&word.low) && word.low != "de" {
        return !(head == Head::Romance && word.low.len() <= 2);
    }
    let title_case = word.capital && words[at].capital && i > 0 && word.low.len() > 2;
    let field = word.low.len() > 6 && word.low.ends_with("ing") && !VERBS.contains(&word.low.as_str());
    head == Head::English && (title_case || field) && !STOP.is_match(&word.low)
}

/// Words in -ing that stand before a title without being of it.
const VERBS: [&str; 16] = [
    "looking",
    "seeking",
    "needing",
    "joining",
    "finding",
    "recruiting",
    "searching",
    "including",
    "building",
    "growing",
    "expanding",
    "offering",
    "wanting",
    "becoming",
    "leading",
    "exciting",
];

fn belongs_after(words: &[Word], at: usize, i: usize, head: Head) -> bool {
    let word = &words[i];
    if LEXICON.level(&word.low) {
        return true;
    }
    let connector = matches!(word.low.as_str(), "de" | "da" | "do" | "di" | "en" | "em" | "del" | "para" | "y");
    match head {
        Head::English => {
            let of = word.low == "of"
                && matches!(words[i - 1].low.as_str(), "vp" | "head" | "director" | "manager" | "member");
            let within = words[at + 1..i].iter().any(|w| w.low == "of");
            let after_of = words[i - 1].low == "of"
                || within && LEXICON.modifier(&word.low) && word.capital == words[i - 1].capital;
            let short_tail = matches!(
                word.low.as_str(),
                "manager"
                    | "lead"
                    | "intern"
                    | "engineer"
                    | "developer"
                    | "backend"
                    | "frontend"
                    | "automation"
                    | "fullstack"
                    | "full-stack"
                    | "mobile"
            ) && words[i - 1].low != "and";
            of || after_of
                || short_tail
                || (word.capital
                    && !matches!(word.low.as_str(), "de" | "is" | "it")
                    && LEXICON.modifier(&word.low)
                    && word.low.len() > 2
                    && matches!(words[i - 1].low.as_str(), "developer" | "engineer" | "dev" | "analyst"))
        }
        Head::Romance => {
            let useful = |w: &Word| LEXICON.modifier(&w.low) || LEXICON.head(&w.low).is_some() || w.capital;
            // "de" and a plain noun: "Programador de videojuegos".
            let noun = |w: &Word| {
                w.low.len() > 4 && w.low.chars().all(char::is_alphabetic) && !NO_FIELD.contains(&w.low.as_str())
            };
            let of = |w: &Word| matches!(w.low.as_str(), "de" | "di");
            of(word) && words.get(i + 1).is_some_and(|next| next.joined && noun(next) && !STOP.is_match(&next.low))
                || of(&words[i - 1]) && noun(word) && !STOP.is_match(&word.low)
                || connector
                    && words.get(i + 1).is_some_and(|next| next.joined && useful(next) && !STOP.is_match(&next.low))
                || (LEXICON.modifier(&word.low) || LEXICON.head(&word.low).is_some()) && !STOP.is_match(&word.low)
                || word.capital && matches!(words[i - 1].low.as_str(), "de" | "da" | "di") && !STOP.is_match(&word.low)
        }
        Head::German => word.capital && LEXICON.modifier(&word.low),
    }
}

/// Nouns behind "de" that are no field of work.
const NO_FIELD: [&str; 18] = [
    "nuestro", "nuestra", "nuestros", "nuestras", "vuestro", "alguien", "gente", "personas", "persona", "equipo",
    "esta", "este", "cliente", "clientes", "empresa", "forma", "manera", "media",
];

/// Words that end a title though they have a capital.
static STOP: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^(?:a|an|the|for|our|we|and|or|is|are|role|position|job|hi|hello|hey|dear|remote|hiring|need|seeking|open|opening|full-time|at|in|on|to|with|as|new|vacante|puesto|el|la|los|las|un|una|en|con|para|y|o|hola|buscamos|equipo|cliente|empresa|our|this|urgent|looking|los|das|der|die|mit|fur|bei|im|nuestro|nuestra|madrid|barcelona|spain|españa|europe|london|clients?|team|i'm|i|you)$",
    )
});

/// A title that fills a line, a header segment or the value of a label: taken whole, less what is no part of it.
pub(crate) fn whole_line(doc: &Doc, span: &Span) -> Option<Span> {
    static CUT: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"(?i)[ \t]+(?:[|•·@]|[-–—][ \t]+(?:h[ií]brido|remote|remoto|onsite|on-site|presencial|full|part|hybrid|teletrabajo|[£$€\d]|\d+)|(?:in|at|en|para|with|con|for|based|to)[ \t]|\$|£|€|https?:)|[ \t]*[\[|]|[.!?](?:[ \t]|$)|[ \t]*\(|[ \t]+/[ \t]+|;",
        )
    });
    static SECOND: LazyLock<Regex> =
        LazyLock::new(|| pattern(r"(?i)[ \t]*(?:,|&|\+|[ \t]and|[ \t]y|[ \t]e|[ \t]or|[ \t]o)[ \t]+"));
    static DASH: LazyLock<Regex> = LazyLock::new(|| pattern(r"[ \t]+[-–—][ \t]+"));
    let whole = doc.prose.get(span.clone())?;
    let numbered = whole.trim_start_matches(|c: char| {
        c.is_ascii_digit() || ".)#*-•▪·️ \t:".contains(c) || !c.is_ascii() && !c.is_alphanumeric()
    });
    let start = span.start + whole.len() - numbered.len();
    let mut end = CUT.find(numbered).filter(|m| m.start() > 2).map_or(span.end, |m| start + m.start());
    let piece = doc.prose.get(start..end)?;
    // Behind a dash only words of titles are part of one: "SDE 2 - Backend", not "Perception Engineer - Python".
    if let Some(dash) = DASH.find_iter(piece).find(|m| has_head(&piece[..m.start()]) && !of_titles(&piece[m.end()..])) {
        end = start + dash.start();
    }
    let piece = doc.prose.get(start..end)?;
    // A second title behind a comma or an "and" is another job; a word or two without a head is part of this one.
    if let Some(cut) = SECOND.find_iter(piece).find(|m| has_head(&piece[..m.start()]) && has_head(&piece[m.end()..])) {
        end = start + cut.start();
    }
    let title = trimmed_by(&doc.prose, start..end, |c| c.is_whitespace() || "*_-–—:,.\"".contains(c));
    let words = doc.prose.get(title.clone())?;
    (has_head(words) && title.len() <= LONGEST && words.split_whitespace().count() <= 9).then_some(title)
}

/// Whether all words belong to titles, technologies aside.
fn of_titles(piece: &str) -> bool {
    let folded = fold(piece);
    let mut words = folded.split_whitespace().map(|w| w.trim_matches([',', '.', '(', ')'])).filter(|w| !w.is_empty());
    crate::gazetteer::GAZETTEER.hits(&folded).is_empty()
        && words.all(|word| LEXICON.modifier(word) || LEXICON.level(word) || LEXICON.head(word).is_some())
}

/// Whether a piece names a job.
pub(crate) fn has_head(piece: &str) -> bool {
    let folded = fold(piece);
    WORD.find_iter(&folded).any(|m| {
        let word = m.as_str().trim_end_matches('.');
        (LEXICON.head(word).is_some() && (word != "em" || piece.contains("EM")))
            || word.split(['/', '-']).any(|part| part.len() > 4 && LEXICON.head(part).is_some())
    }) || piece.contains("工程师")
        || piece.contains("设计师")
        || piece.contains("开发")
        || piece.contains("岗位")
        || matches!(folded.trim(), "ux/ui" | "ui/ux" | "qa automation" | "frontend" | "backend")
}
