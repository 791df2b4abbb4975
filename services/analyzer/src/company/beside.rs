//! Names beside a job title: "Backend Engineer at Name", "Analista en Name", "Rust Engineer, Name (search)",
//! "Name - Data Engineer".

use std::sync::LazyLock;

use regex::Regex;

use crate::{clean::Span, doc::Doc, name, pattern::pattern, tech::floor, title::Title};

/// Bytes behind a title in which a name may begin.
const REACH: usize = 80;

/// What joins a title to the firm behind it, and what that tells.
static JOINED: LazyLock<[(Regex, u8); 3]> = LazyLock::new(|| {
    const NOTES: &str =
        r"^(?:[ ]?\([^)\n]{1,40}\))?(?:[ ](?:position|role|job|seat|vacancy|post|opening|intern|internship))?";
    [
        (r"[ ](?:at|@|bei(?:[ ]der|[ ]dem)?|chez|with|w/|presso)[ ](?:the[ ])?", 84),
        (r"[ ](?:en(?:[ ]la|[ ]el)?|n[ao]|em|da|para(?:[ ](?:la|el|o|a))?|for|de[ ]la[ ]empresa)[ ](?:the[ ])?", 74),
        (r"(?:[ ][-–—]|,)[ ]", 64),
    ]
    .map(|(words, confidence)| (pattern(&format!("{NOTES}{words}")), confidence))
});

/// Names with how much their place tells, and whether they may be the sender's own firm.
pub(super) fn names(doc: &Doc, titles: &[Title]) -> Vec<(Span, u8, bool)> {
    titles.iter().flat_map(|title| behind(doc, title).into_iter().chain(ahead(doc, title))).collect()
}

fn behind(doc: &Doc, title: &Title) -> Option<(Span, u8, bool)> {
    static ENDS: LazyLock<Regex> = LazyLock::new(|| pattern(r"^(?:[ ]?\(|[ ]*[,.;:\n!?]|[ ]+[-–—|][ ]|[ ]*$)"));
    let rest = &doc.prose[title.span.end..floor(&doc.prose, title.span.end + REACH)];
    JOINED.iter().find_map(|(joint, confidence)| {
        let start = joint.find(rest)?.end();
        let loose = *confidence < 70;
        let end = name::ends(rest, start).into_iter().find(|end| !loose || ENDS.is_match(&rest[*end..]))?;
        let at = title.span.end;
        Some((at + start..at + end, *confidence, !loose))
    })
}

/// A name that opens the line of the title.
fn ahead(doc: &Doc, title: &Title) -> Option<(Span, u8, bool)> {
    static LABEL: LazyLock<Regex> =
        LazyLock::new(|| pattern(r"^(?i:(?:subject|re|fwd?|rv|asunto|assunto|betreff|objet|oggetto):[ ]*)*"));
    static JOINT: LazyLock<Regex> =
        LazyLock::new(|| pattern(r"^(?:[ ]?\([^)\n]{1,40}\))?(?:[ ][-–—]|:)[ ](?:an?[ ])?$"));
    let line = doc.prose[..title.span.start].rfind('\n').map_or(0, |n| n + 1);
    let lead = doc.prose.get(line..title.span.start).filter(|lead| lead.len() <= REACH)?;
    let start = LABEL.find(lead).map_or(0, |m| m.end());
    let end = name::ends(lead, start).into_iter().find(|end| JOINT.is_match(&lead[*end..]))?;
    Some((line + start..line + end, 63, true))
}
