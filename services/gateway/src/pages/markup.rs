//! Messages that came as HTML, shown as the text they are. What is shown is escaped in any case.

const TAGS: [&str; 8] = ["</p>", "<br", "</div>", "</b>", "</a>", "</li>", "</span>", "</strong>"];
const BREAKS: [&str; 5] = ["br", "/p", "/div", "/li", "/tr"];
const ENTITIES: [(&str, &str); 7] =
    [("&nbsp;", " "), ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&apos;", "'"), ("&amp;", "&")];

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
    ENTITIES.iter().fold(out, |text, (entity, sign)| text.replace(entity, sign))
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
    }

    #[test]
    fn text_with_a_sign_is_text() {
        assert!(!is_html("latency < 5 ms and > 1 ms, see <https://example.com>"));
        assert_eq!(plain("5 < 6 <b>yes</b>"), "5 < 6 yes");
    }
}
