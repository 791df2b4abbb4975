//! Messages that came as HTML, shown as the text they are. What is shown is escaped in any case.

const TAGS: [&str; 8] = ["</p>", "<br", "</div>", "</b>", "</a>", "</li>", "</span>", "</strong>"];
const BREAKS: [&str; 5] = ["br", "/p", "/div", "/li", "/tr"];
const ENTITIES: [(&str, char); 28] = [
    ("amp", '&'),
    ("lt", '<'),
    ("gt", '>'),
    ("quot", '"'),
    ("apos", '\''),
    ("nbsp", ' '),
    ("euro", '€'),
    ("pound", '£'),
    ("ndash", '–'),
    ("mdash", '—'),
    ("hellip", '…'),
    ("lsquo", '‘'),
    ("rsquo", '’'),
    ("ldquo", '“'),
    ("rdquo", '”'),
    ("middot", '·'),
    ("bull", '•'),
    ("aacute", 'á'),
    ("eacute", 'é'),
    ("iacute", 'í'),
    ("oacute", 'ó'),
    ("uacute", 'ú'),
    ("ntilde", 'ñ'),
    ("ccedil", 'ç'),
    ("uuml", 'ü'),
    ("ouml", 'ö'),
    ("iquest", '¿'),
    ("iexcl", '¡'),
];
/// Longest name of an entity.
const LONGEST: usize = 8;

/// Whether a message is HTML rather than text with a `<` in it.
pub(crate) fn is_html(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    TAGS.iter().any(|tag| lower.contains(tag))
}

/// A stretch of HTML without its tags; the ends of blocks become ends of lines.
pub(crate) fn plain(html: &str) -> String {
    let (mut out, mut rest) = (String::new(), html);
    while let Some((before, tag)) = rest.split_once('<') {
        out.push_str(before);
        if !tag.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/' || c == '!') {
            out.push('<');
            rest = tag;
            continue;
        }
        let (name, after) = tag.split_once('>').unwrap_or((tag, ""));
        let name = name.split([' ', '\n', '\t']).next().unwrap_or_default().trim_end_matches('/').to_ascii_lowercase();
        if BREAKS.contains(&name.as_str()) {
            out.push('\n');
        }
        rest = after;
    }
    out.push_str(rest);
    decoded(&out)
}

/// Entities by the characters they stand for; an unknown one stays as it is.
fn decoded(text: &str) -> String {
    let (mut out, mut rest) = (String::new(), text);
    while let Some((before, after)) = rest.split_once('&') {
        out.push_str(before);
        let found = after.split_once(';').filter(|(name, _)| name.len() <= LONGEST);
        match found.and_then(|(name, tail)| Some((entity(name)?, tail))) {
            Some((sign, tail)) => {
                out.push(sign);
                rest = tail;
            }
            None => {
                out.push('&');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}

fn entity(name: &str) -> Option<char> {
    match name.strip_prefix('#') {
        Some(number) => {
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code).filter(|sign| !sign.is_control())
        }
        None => ENTITIES.iter().find(|(known, _)| *known == name).map(|(_, sign)| *sign),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_go_and_lines_stay() {
        let html = "<p>Hi Diego,</p><p><b>Mistralis</b> is hiring &amp; pays &gt; 90k.<br/>Bye</p>";
        assert!(is_html(html));
        assert_eq!(plain(html), "Hi Diego,\nMistralis is hiring & pays > 90k.\nBye\n");
        assert_eq!(plain("cut in the middle of a <a href=\"https://exa"), "cut in the middle of a ");
        assert_eq!(plain("&amp;lt;b&amp;gt;"), "&lt;b&gt;");
        assert_eq!(
            plain("&euro;92,000 &ndash; a&ntilde;o &#8364;&#x20AC; R&D; AT&T &#0;"),
            "€92,000 – año €€ R&D; AT&T &#0;"
        );
    }

    #[test]
    fn text_with_a_sign_is_text() {
        assert!(!is_html("latency < 5 ms and > 1 ms, see <https://example.com>"));
        assert_eq!(plain("5 < 6 <b>yes</b>"), "5 < 6 yes");
    }
}
