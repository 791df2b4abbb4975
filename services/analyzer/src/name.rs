//! Names of firms in running text: capitalised words, joined by small ones, with a legal form at the end.

use crate::clean::Span;

/// Most words of a name.
const WORDS: usize = 5;
const JOINING: &[&str] = &["& ", "and ", "de ", "of ", "do ", "da ", "dos ", "y ", "del ", "für ", "for ", "the "];
const ARTICLES: &[&str] = &["Die ", "El ", "La ", "The ", "die ", "el ", "la ", "the ", "A ", "O ", "a ", "o "];
const LEGAL: &[&str] = &[
    "GmbH",
    "AG",
    "SE",
    "KG",
    "S.L.U.",
    "S.L.U",
    "S.L.",
    "S.L",
    "SLU",
    "SL",
    "S.A.",
    "S.A",
    "SA",
    "Inc.",
    "Inc",
    "Ltd.",
    "Ltd",
    "LLC",
    "SAS",
    "SpA",
    "S.r.l.",
    "Srl",
    "Lda",
    "Ltda",
    "BV",
    "B.V.",
    "PLC",
    "plc",
    "s.r.o.",
    "a.s.",
    "d.o.o.",
    "SAC",
    "S.A.C.",
    "S.A.S.",
    "Ltda.",
    "Lda.",
    "S.A. de C.V.",
    "SAPI",
    "Sp. z o.o.",
    "Oü",
    "AŞ",
    "KK",
    "K.K.",
    "Pty",
    "Pvt",
    "AB",
    "Oy",
    "ApS",
    "A/S",
    "SARL",
    "Corp",
    "Corp.",
    "LLP",
    "e.V.",
    "KGaA",
    "UG",
    "NV",
    "S.p.A.",
    "SRL",
];

/// Endings of web domains that are names of firms as well.
const ENDINGS: [&str; 16] = [
    "dev", "io", "ai", "app", "digital", "tech", "com", "co", "es", "net", "works", "cloud", "studio", "software",
    "de", "fr",
];

/// Where a name that begins at `at` may end, longest first; empty where none begins.
pub(crate) fn ends(text: &str, at: usize) -> Vec<usize> {
    let Some(first) = word(text, at) else { return Vec::new() };
    let mut ends = vec![first];
    let mut end = first;
    while ends.len() < WORDS {
        if let Some(form) = legal(text, end) {
            ends.push(form);
            break;
        }
        let Some(rest) = text[end..].strip_prefix(' ') else { break };
        let joining = JOINING.iter().find(|j| rest.starts_with(**j)).map_or(0, |j| j.len());
        let Some(next) = word(text, end + 1 + joining) else { break };
        ends.push(next);
        end = next;
    }
    ends.reverse();
    ends
}

/// A place where a name may begin.
pub(crate) struct Start {
    pub(crate) at: usize,
    /// A sentence begins here too.
    pub(crate) opens: bool,
    /// Where the name may end, longest first.
    pub(crate) ends: Vec<usize>,
}

/// Every name that ends with its legal form.
pub(crate) fn legal_names(text: &str, starts: &[Start]) -> Vec<Span> {
    let mut out: Vec<Span> = Vec::new();
    for start in starts {
        if out.last().is_some_and(|last| start.at < last.end) {
            continue;
        }
        let formed =
            |end: &&usize| text[start.at..**end].rsplit_once(' ').is_some_and(|(_, last)| LEGAL.contains(&last));
        out.extend(start.ends.iter().find(formed).map(|end| start.at..*end));
    }
    out
}

/// Where capitalised words begin, articles aside, and the names there may end.
pub(crate) fn starts(text: &str) -> Vec<Start> {
    let mut before = ' ';
    let mut out = Vec::new();
    for (at, c) in text.char_indices() {
        let begins = (c.is_ascii_digit() || capital(c)) && !(before.is_alphanumeric() || before == '_');
        before = c;
        if begins && !(capital(c) && ARTICLES.iter().any(|article| text[at..].starts_with(article))) {
            let ends = ends(text, at);
            if !ends.is_empty() {
                out.push(Start { at, opens: opens(text, at), ends });
            }
        }
    }
    out
}

/// Whether a sentence begins at `at`, an article or a greeting aside.
pub(crate) fn opens(text: &str, at: usize) -> bool {
    const CONJUNCTIONS: &[&str] = &[
        " and", " that", " because", " but", " while", " where", " y", " que", " pero", " porque", " und", " weil",
        " dass", " et", " mais", " car", " e", " mas", " ma", " or", " o",
    ];
    const GREETINGS: &[&str] = &["Hi", "Hey", "Hola", "Hello", "Hallo", "Oi", "Bonjour", "Ciao"];
    let lead = &text[..at];
    let free = ARTICLES.iter().find_map(|article| lead.strip_suffix(article));
    [Some(lead), free].into_iter().flatten().any(|lead| {
        let trimmed = lead.trim_end_matches(' ');
        let greeted = || {
            let mut words = trimmed.rsplit([' ', '\n']);
            let (name, greeting) = (words.next().unwrap_or(""), words.next().unwrap_or(""));
            lead.ends_with(' ') && GREETINGS.contains(&greeting) && !name.is_empty() && name.chars().all(letter)
        };
        trimmed.chars().next_back().is_none_or(|c| "\n.!?:;,—–-)".contains(c) || c > '\u{2000}' && !c.is_alphanumeric())
            || greeted()
            || lead.ends_with(' ') && CONJUNCTIONS.iter().any(|word| trimmed.ends_with(word))
    })
}

/// End of the capitalised word at `at`: letters, digits and the marks that names hold, and a domain's ending.
fn word(text: &str, at: usize) -> Option<usize> {
    let rest = text.get(at..)?;
    let figures = rest.bytes().take_while(u8::is_ascii_digit).count();
    let first = rest[figures..].chars().next()?;
    if !(capital(first) || figures > 0 && letter(first)) {
        return domain(rest).map(|length| at + length);
    }
    let length = rest.find(|c: char| !(letter(c) || c.is_ascii_digit() || "&'’+-".contains(c))).unwrap_or(rest.len());
    let tail = rest[length..].strip_prefix('.').map_or(0, |t| t.bytes().take_while(u8::is_ascii_alphabetic).count());
    let closed =
        !rest[length..].get(1 + tail..).unwrap_or("").starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_');
    let ending =
        (2..=4).contains(&tail) || rest.get(length + 1..length + 1 + tail).is_some_and(|e| ENDINGS.contains(&e));
    Some(at + length + if ending && closed { 1 + tail } else { 0 })
}

/// Length of a name that is a web domain in small letters: "lapacho.dev".
fn domain(rest: &str) -> Option<usize> {
    let host = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '-')).filter(|n| *n > 2)?;
    let ending = rest[host..].strip_prefix('.')?;
    let length = ending.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(ending.len());
    ENDINGS.contains(&&ending[..length]).then_some(host + 1 + length)
}

/// End of the legal form behind a name.
fn legal(text: &str, at: usize) -> Option<usize> {
    let rest = text[at..].strip_prefix(' ')?;
    let form = LEGAL.iter().filter(|form| rest.starts_with(**form)).max_by_key(|form| form.len())?;
    let closed = !rest[form.len()..].starts_with(|c: char| c.is_alphanumeric());
    closed.then_some(at + 1 + form.len())
}

fn letter(c: char) -> bool {
    c.is_alphabetic() && c < '\u{250}'
}

fn capital(c: char) -> bool {
    c.is_uppercase() && c < '\u{250}'
}

#[cfg(test)]
mod tests {
    use super::*;

    fn longest(text: &str) -> Option<&str> {
        ends(text, 0).first().map(|end| &text[..*end])
    }

    #[test]
    fn a_name_is_capitalised_words_joined_by_small_ones() {
        for (text, name) in [
            ("Tallgrass is hiring", Some("Tallgrass")),
            ("Banco de Tierra y Mar busca", Some("Banco de Tierra y Mar")),
            ("Otter.io, based in", Some("Otter.io")),
            ("Otter. We are", Some("Otter")),
            ("9Lives wants you", Some("9Lives")),
            ("Molino Norte S.L. abre", Some("Molino Norte S.L.")),
            ("our team", None),
            ("2024 was good", None),
        ] {
            assert_eq!(longest(text), name, "{text}");
        }
    }

    #[test]
    fn a_legal_form_makes_a_name() {
        let text = "Wir, die Kornblume Technik GmbH, und die Bank; Molino Norte S.L. también. AG ist ein Wort.";
        let names: Vec<&str> = legal_names(text, &starts(text)).into_iter().map(|s| &text[s]).collect();
        assert_eq!(names, ["Kornblume Technik GmbH", "Molino Norte S.L."]);
    }

    #[test]
    fn a_sentence_opens_after_a_stop_an_article_or_a_greeting() {
        let at = |text: &str| opens(text, text.find("Otter").unwrap());
        assert!(
            at("Otter is")
                && at("Well. Otter is")
                && at("Die Otter sucht")
                && at("Hi Ana Otter is")
                && at("👋 Otter is")
        );
        assert!(!at("we at Otter are"));
    }
}
