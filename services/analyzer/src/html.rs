//! Enough of HTML to read a mail: tags become line breaks or nothing, entities characters, and what a reader would
//! not see (comments, styles, scripts, hidden elements) goes. Linear, and harmless to plain text with `<` in it.

use crate::clean::Span;

/// A stretch of the raw text that stays, a character that stands for one, or what a reader would not see.
pub(crate) enum Piece {
    Text(Span),
    Char(char, Span),
    Hidden(Span),
}

/// What becomes of markup: the character that stands for it, where reading goes on, whether it held words unseen.
struct Step {
    stands: Option<char>,
    end: usize,
    hidden: bool,
}

impl Step {
    fn seen(stands: Option<char>, end: usize) -> Self {
        Self { stands, end, hidden: false }
    }
}

const BREAKING: &[&str] = &[
    "br",
    "p",
    "div",
    "li",
    "tr",
    "td",
    "th",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "ul",
    "ol",
    "table",
    "hr",
    "blockquote",
];
const INLINE: &[&str] = &[
    "a", "b", "i", "u", "em", "strong", "span", "font", "img", "html", "body", "head", "meta", "link", "center",
    "small", "big", "sub", "sup", "tbody", "thead", "input", "form", "pre", "code", "section", "article", "header",
    "footer", "o:p",
];
const UNSEEN: &[&str] = &["style", "script", "title", "template", "noscript"];
const ENTITIES: &[(&str, char)] = &[
    ("amp", '&'),
    ("lt", '<'),
    ("gt", '>'),
    ("quot", '"'),
    ("apos", '\''),
    ("nbsp", ' '),
    ("euro", '€'),
    ("pound", '£'),
    ("yen", '¥'),
    ("ndash", '–'),
    ("mdash", '—'),
    ("bull", '•'),
    ("hellip", '…'),
    ("rsquo", '\''),
    ("lsquo", '\''),
    ("ldquo", '"'),
    ("rdquo", '"'),
    ("aacute", 'á'),
    ("eacute", 'é'),
    ("iacute", 'í'),
    ("oacute", 'ó'),
    ("uacute", 'ú'),
    ("ntilde", 'ñ'),
    ("uuml", 'ü'),
    ("ouml", 'ö'),
    ("auml", 'ä'),
    ("szlig", 'ß'),
    ("ccedil", 'ç'),
    ("atilde", 'ã'),
    ("otilde", 'õ'),
    ("egrave", 'è'),
    ("agrave", 'à'),
    ("ecirc", 'ê'),
    ("iquest", '¿'),
    ("iexcl", '¡'),
    ("middot", '·'),
];
/// Longest tag looked at; beyond it a `<` is a character.
const LONGEST_TAG: usize = 2048;

/// Splits a text into what stays.
pub(crate) fn pieces(raw: &str) -> Vec<Piece> {
    let bytes = raw.as_bytes();
    let lower = raw.to_ascii_lowercase();
    let (mut out, mut plain, mut at) = (Vec::new(), 0, 0);
    let mut no_comment_end = false;
    let mut unclosed = Vec::new();
    while let Some(offset) = bytes[at..].iter().position(|b| *b == b'<' || *b == b'&') {
        let start = at + offset;
        let step = if bytes[start] == b'&' {
            entity(raw, start).map(|(c, end)| Step::seen(Some(c), end))
        } else if raw[start..].starts_with("<!--") && !no_comment_end {
            let end = raw[start..].find("-->").map(|n| start + n + 3);
            no_comment_end = end.is_none();
            end.map(|end| Step { stands: None, end, hidden: true })
        } else {
            tag(raw, &lower, start, &mut unclosed)
        };
        let Some(Step { stands, end, hidden }) = step else {
            at = start + 1;
            continue;
        };
        if plain < start {
            out.push(Piece::Text(plain..start));
        }
        if let Some(c) = stands {
            out.push(Piece::Char(c, start..end));
        }
        if hidden {
            out.push(Piece::Hidden(start..end));
        }
        (plain, at) = (end, end);
    }
    if plain < raw.len() {
        out.push(Piece::Text(plain..raw.len()));
    }
    out
}

/// A known tag at `start`: what stands for it and where reading goes on. `unclosed` remembers the names that have no
/// end further on, so that a text of nothing but open tags is not searched again for each.
fn tag<'a>(raw: &str, lower: &'a str, start: usize, unclosed: &mut Vec<&'a str>) -> Option<Step> {
    let window = raw.as_bytes().get(start..(start + LONGEST_TAG).min(raw.len()))?;
    let close = start + window.iter().position(|b| *b == b'>')?;
    let inside = &lower[start + 1..close];
    if inside.starts_with("!doctype") {
        return Some(Step::seen(None, close + 1));
    }
    let closing = inside.starts_with('/');
    let name: &'a str = inside.trim_start_matches('/').split(|c: char| c.is_ascii_whitespace() || c == '/').next()?;
    let known = BREAKING.contains(&name) || INLINE.contains(&name);
    if !closing && (UNSEEN.contains(&name) || known && hides(inside)) {
        let searched = unclosed.contains(&name);
        let end = if searched { None } else { end_of(lower, close, name) };
        if end.is_none() && !searched {
            unclosed.push(name);
        }
        return Some(Step { stands: Some(' '), end: end.unwrap_or(close + 1), hidden: end.is_some() });
    }
    if BREAKING.contains(&name) {
        let cell = matches!(name, "td" | "th");
        Some(Step::seen(Some(if cell { ' ' } else { '\n' }), close + 1))
    } else if INLINE.contains(&name) || UNSEEN.contains(&name) {
        Some(Step::seen(None, close + 1))
    } else {
        None
    }
}

/// Whether a tag hides what it holds.
fn hides(inside: &str) -> bool {
    const STYLES: [&str; 7] = [
        "display:none",
        "visibility:hidden",
        "mso-hide:all",
        "color:transparent",
        "text-indent:-999",
        "left:-999",
        "clip:rect(0",
    ];
    const NOTHING: [&str; 4] = ["font-size:0", "opacity:0", "max-height:0", "max-width:0"];
    if inside.ends_with(" hidden") || inside.contains(" hidden ") || inside.contains(" hidden=") {
        return true;
    }
    if !inside.contains("style") {
        return false;
    }
    let style: String = inside.chars().filter(|c| !c.is_ascii_whitespace()).collect();
    let naught = |s: &str| {
        style.find(s).is_some_and(|at| !style[at + s.len()..].starts_with(|c: char| c == '.' || c.is_ascii_digit()))
    };
    STYLES.iter().any(|s| style.contains(s)) || NOTHING.iter().any(|s| naught(s))
}

/// Where the element that was opened before `from` ends, those of its name inside of it counted.
fn end_of(lower: &str, from: usize, name: &str) -> Option<usize> {
    let (mut at, mut open) = (from, 1_usize);
    while let Some(found) = lower[at..].find('<').map(|n| at + n + 1) {
        let rest = &lower[found..];
        let closes = rest.strip_prefix('/');
        let named = closes.unwrap_or(rest).strip_prefix(name);
        if named.is_some_and(|after| !after.starts_with(|c: char| c.is_ascii_alphanumeric())) {
            open = if closes.is_some() { open - 1 } else { open + 1 };
        }
        if open == 0 {
            return Some(lower[found..].find('>').map_or(lower.len(), |n| found + n + 1));
        }
        at = found;
    }
    None
}

/// An entity at `start` and its end.
fn entity(raw: &str, start: usize) -> Option<(char, usize)> {
    let window = raw.as_bytes().get(start..(start + 12).min(raw.len()))?;
    let end = start + window.iter().position(|b| *b == b';')?;
    let name = &raw[start + 1..end];
    let c = if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok()?,
            None => number.parse().ok()?,
        };
        char::from_u32(code).filter(|c| !c.is_control() || *c == '\n')?
    } else {
        ENTITIES.iter().find(|(known, _)| *known == name)?.1
    };
    Some((c, end + 1))
}
