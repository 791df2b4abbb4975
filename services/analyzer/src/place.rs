//! Where the job is: a header or a labelled line, the region a remote worker must live in, else the towns that the
//! text ties to the work. Places of clients, colleagues and head offices are not the job's.

use std::{collections::HashMap, sync::LazyLock};

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
use regex::Regex;
use serde::Deserialize;

use crate::{
    clean::{Span, fold},
    doc::{Doc, trimmed_by},
    header::{Layout, Topic},
    pattern::pattern,
    reading::Found,
    tech::floor,
};

#[derive(Deserialize)]
struct File {
    regions: Vec<String>,
    country: Vec<Country>,
}

#[derive(Deserialize)]
struct Country {
    code: String,
    currency: String,
    names: Vec<String>,
    #[serde(default)]
    cities: Vec<String>,
    #[serde(default)]
    timid: Vec<String>,
}

/// What a place name stands for.
#[derive(Clone, Debug)]
struct Known {
    /// ISO code of the country; empty for a region.
    country: &'static str,
    city: bool,
    /// An everyday word.
    timid: bool,
}

struct Atlas {
    /// What each name of the automaton stands for.
    names: Vec<Known>,
    currencies: HashMap<&'static str, &'static str>,
    any: AhoCorasick,
}

#[expect(clippy::expect_used, reason = "the data is a constant of this crate and the tests read it")]
static ATLAS: LazyLock<Atlas> = LazyLock::new(|| {
    static FILE: LazyLock<File> =
        LazyLock::new(|| toml::from_str(include_str!("../data/places.toml")).expect("places.toml is well formed"));
    let mut names = HashMap::new();
    let mut currencies = HashMap::new();
    for region in &FILE.regions {
        names.insert(region.clone(), Known { country: "", city: false, timid: false });
    }
    for country in &FILE.country {
        currencies.insert(country.code.as_str(), country.currency.as_str());
        let known = |city, timid| Known { country: &country.code, city, timid };
        for (list, city, timid) in
            [(&country.names, false, false), (&country.cities, true, false), (&country.timid, true, true)]
        {
            for name in list {
                names.entry(name.clone()).or_insert_with(|| known(city, timid));
            }
        }
    }
    // Leftmost, then longest: "new york city" is not "york".
    let any = AhoCorasick::builder()
        .match_kind(MatchKind::LeftmostLongest)
        .kind(Some(AhoCorasickKind::ContiguousNFA))
        .build(names.keys())
        .expect("the automaton is small");
    Atlas { names: names.into_values().collect(), currencies, any }
});

/// A place in the text.
#[derive(Clone, Debug)]
pub(crate) struct Mention {
    pub(crate) span: Span,
    known: Known,
}

/// Every place named in the prose.
fn everywhere(doc: &Doc) -> &[Mention] {
    doc.places.get_or_init(|| mentions(doc, &(0..doc.prose.len())))
}

/// Every place named in a span of the prose.
fn mentions(doc: &Doc, within: &Span) -> Vec<Mention> {
    let low = doc.low.text.as_str();
    let (start, end) = (doc.low.position(within.start), doc.low.position(within.end));
    let Some(piece) = low.get(start..end) else { return Vec::new() };
    ATLAS
        .any
        .find_iter(piece)
        .filter_map(|m| {
            let at = start + m.start()..start + m.end();
            let known = ATLAS.names.get(m.pattern().as_usize())?.clone();
            let name = &low[at.clone()];
            let span = doc.low.source(&at);
            let word = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '@';
            let ascii = name.is_ascii();
            let bounded = !ascii
                || !low[..at.start].ends_with(word)
                    && !low[at.end..].starts_with(word)
                    && !low[..at.start].ends_with(['@', '#']);
            let written = doc.words(&span);
            let short = written.chars().count() <= 3;
            let cased = !ascii
                || if short { written == written.to_uppercase() } else { written.starts_with(char::is_uppercase) };
            let placed = !known.timid
                || low[..at.start].ends_with(" in ")
                || low[..at.start].ends_with("based in ")
                || low[..at.start].ends_with("place in ");
            let of_clock = known.city && OF_CLOCK.is_match(&low[at.end..floor(low, at.end + 24)]);
            let span = if known.city { span } else { with_offset(doc, span) };
            (bounded && cased && placed && !of_clock).then_some(Mention { span, known })
        })
        .collect()
}

/// "Madrid time", "Lisbon hours": a clock, not a place.
static OF_CLOCK: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"^(?:'s)? (?:time(?:zone)?|hours|office hours|business hours|zeit|ortszeit)\b"));

/// A time zone with its offsets: "UTC-5 to UTC+1", "+/- 2h CET".
fn with_offset(doc: &Doc, span: Span) -> Span {
    static BEHIND: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"^(?:[ ]?[+±-][/]?[-]?[ ]?\d{1,2}h?)?(?:[ ]?(?:to|-|–|a|hasta|until|/)[ ]?(?:(?:UTC|GMT|CET|CEST|EST|EDT|PST|PDT|CST)(?:[ ]?[+-][ ]?\d{1,2})?|[+-][ ]?\d{1,2}))?(?:[ ](?:time(?:zones?)?|hours))?",
        )
    });
    static AHEAD: LazyLock<Regex> =
        LazyLock::new(|| pattern(r"(?:[+±][/]?[-]?[ ]?\d{1,2}[ ]?h?[ ]|\bUS[ ]|\bU\.S\.[ ])$"));
    let zone =
        matches!(fold(doc.words(&span)).as_str(), "utc" | "gmt" | "cet" | "cest" | "est" | "edt" | "pst" | "pdt");
    if !zone {
        return span;
    }
    let rest = &doc.prose[span.end..floor(&doc.prose, span.end + 40)];
    let lead = &doc.prose[floor(&doc.prose, span.start.saturating_sub(12))..span.start];
    let start = AHEAD.find(lead).map_or(span.start, |m| span.start - (lead.len() - m.start()));
    start..span.end + BEHIND.find(rest).map_or(0, |m| m.end())
}

/// Whether a header segment opens with a place.
pub(crate) fn starts_with_place(doc: &Doc, span: &Span) -> bool {
    mentions(doc, span).first().is_some_and(|m| m.span.start <= span.start + 12)
        || doc.prose.get(span.clone()).is_some_and(|s| s.to_lowercase().contains("timezone"))
}

/// ISO codes of the countries the text speaks of, most named first.
pub(crate) fn countries(doc: &Doc) -> Vec<&'static str> {
    let mut counts: Vec<(&'static str, usize)> = Vec::new();
    for mention in everywhere(doc) {
        let code = mention.known.country;
        match counts.iter_mut().find(|(known, _)| *known == code) {
            _ if code.is_empty() => {}
            Some((_, n)) => *n += 1,
            None => counts.push((code, 1)),
        }
    }
    counts.sort_by_key(|(_, n)| std::cmp::Reverse(*n));
    counts.into_iter().map(|(code, _)| code).collect()
}

/// Currency of a country.
pub(crate) fn currency(country: &str) -> Option<&'static str> {
    ATLAS.currencies.get(country).copied()
}

/// Country of the job's place, if its words name one that is known.
pub(crate) fn country_of(doc: &Doc, location: Option<&Found<String>>) -> Option<&'static str> {
    let found = location?;
    let all = mentions(doc, &found.span);
    all.iter().find(|m| !m.known.country.is_empty()).map(|m| m.known.country)
}

static REMOTE_REGION: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?:remote|remoto|remota|remotely|teletrabajo|telework|fully remote|full remote|100 ?%|home ?office|wfh|anywhere|distancia|teletravail|live|based|residentes?|residir|remotamente|lugar|punto|parte|working|work|overlap with)\b(?: (?:total|full))?[ \t]*(?:[-–,|:(/]|\bin\b|\bfrom\b|\bwithin\b|\binside\b|\banywhere\b|\bacross\b|\bthe\b|\bof\b|\ben\b|\bdesde\b|\bdentro\b|\bde\b|\bdel\b|\bcualquier\b|\bpunto\b|\btodo\b|\btoda\b|\bparte\b|\bqualquer\b|\blugar\b|\bdo\b|\bno\b|\bem\b|\baus\b|\binnerhalb\b|\bganz\b|\bdepuis\b|\bpartout\b|\ben\b|\bda\b|\bin tutta\b|\bonly\b|\bbased\b|\bwork\b|\bsolo\b|\bpara\b|\bel\b|\bpais\b|\bposition\b|\bunicamente\b|\bresidentes\b|[ \t])*$",
    )
});
static OTHERS_PLACE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?:\b(?:hq|headquarter\w*|founded|offices? in|visit|fly to|vuela a|viaj\w+ a|studied|university of|universidad de|conference in|meetup|conoci\w+|banks?|registered|reg\.|met (?:at|in)|talk in|relocat\w+ (?:to|from))\b[^.\n;]{0,28})$",
    )
});
/// Where the client or the colleagues are: the place of the job too, unless it is done from anywhere.
static COLLEAGUES_PLACE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"(?:\b(?:clients?|customers?|cliente|equipo|team|teams|colleagues|kunden?|notre client)\b[^.\n;]{0,28})$")
});
static WORK_PLACE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?:\b(?:in|en|at|em|a|à|bei|aus|nach|de|da|di|based|near|oficinas? (?:de|en)|equipo de|para|out of|our|sede|en la oficina de|team)|[,.(|·:/;\n•*-]|^)[ \t]*(?:the |el |la |central |downtown |greater |our |nuestra |zona )?$",
    )
});

/// Where the job is.
pub(crate) fn find(
    doc: &Doc,
    layout: &Layout,
    remote: bool,
    names: &[&str],
    title: Option<&Span>,
) -> Option<Found<String>> {
    from_layout(doc, layout, remote)
        .or_else(|| from_text(doc, remote, names))
        .or_else(|| unknown_town(doc, names, title?))
}

/// A town that no list holds, right behind the title or a word for the office: "a Systems Administrator in Nowhere".
fn unknown_town(doc: &Doc, names: &[&str], title: &Span) -> Option<Found<String>> {
    const TOWN: &str = r"(?P<town>\p{Lu}[\p{L}'-]{2,}(?:[ ](?:de[ ](?:la[ ])?|del[ ]|la[ ])?\p{Lu}[\p{L}'-]{2,}){0,2})";
    static AFTER: LazyLock<Regex> = LazyLock::new(|| {
        pattern(&format!(r"^[^.!?\n]{{0,40}}?[ ](?:in|en|em|à|a|aus)[ ]{TOWN}(?:[,.;:!?)\n(]|[ ][a-z(]|$)"))
    });
    static OFFICE: LazyLock<Regex> = LazyLock::new(|| {
        pattern(&format!(
            r"(?:[Oo]ffices?[ ]in|[Oo]ficinas?[ ](?:en|de)|[Ss]ede[ ](?:en|de)|[Pp]resencial[ ](?:en|em)|[Oo]n-?site[ ]in|[Bb]ased[ ]in|[Bb]asée?[ ]à|[Bb]asad[oa][ ]en|[Ss]ediad[oa][ ]em|(?:GmbH|AG|SE|KG|S\.L\.|S\.A\.|SAS|SARL|Ltda)[ ](?:in|aus|en|à|de|em)|[Rr]aum|[Ss]itz[ ]in|[Bb]ureaux?[ ](?:à|de)|Büro[ ]in|[Ee]scritório[ ](?:em|de)|[Hh][íi]brido[ ]en|[Hh]ybrid[ ]in)[ ]{TOWN}"
        ))
    });
    let rest = doc.prose.get(title.end..floor(&doc.prose, title.end + 120))?;
    let found = OFFICE
        .captures(&doc.prose)
        .and_then(|c| c.name("town").map(|m| m.range()))
        .or_else(|| AFTER.captures(rest)?.name("town").map(|m| title.end + m.start()..title.end + m.end()))?;
    let low = fold(doc.words(&found));
    let technology = crate::gazetteer::GAZETTEER.entries.iter().any(|e| e.name.to_lowercase() == low);
    let of_title = low.split(' ').all(|word| crate::role::LEXICON.modifier(word) || crate::role::LEXICON.level(word));
    (!names.iter().any(|n| n.contains(&low) || low.contains(n)) && !technology && !of_title).then_some(())?;
    joined(doc, &[found], 55)
}

fn from_layout(doc: &Doc, layout: &Layout, remote: bool) -> Option<Found<String>> {
    let mut pieces: Vec<Span> = Vec::new();
    for span in layout.about(Topic::Place).into_iter().chain(layout.about(Topic::Mode)) {
        let named = mentions(doc, &span);
        let whole = layout.about(Topic::Place).contains(&span);
        if named.is_empty() && !(whole && layout.posting) {
            if doc.prose.get(span.clone()).is_some_and(|s| s.to_lowercase().contains("timezone")) {
                pieces.push(trimmed_by(&doc.prose, span, |c| !c.is_alphanumeric()));
            }
            continue;
        }
        let segment = if whole && !speaks_of_mode(doc, &span) { tidy(doc, &span) } else { reach(doc, &named, whole) };
        if !pieces.iter().any(|p| doc.words(p) == doc.words(&segment)) && !segment.is_empty() {
            pieces.push(segment);
        }
    }
    // The title of a card may list the towns; a body that says "residents of X" adds the region.
    if remote
        && let Some(region) = region(doc).filter(|r| !pieces.iter().any(|p| doc.words(p).contains(doc.words(r))))
        && pieces.len() < 2
    {
        pieces.push(region);
    }
    joined(doc, &pieces, 92)
}

/// The words of a place segment: without brackets around, remote words and trailing notes.
fn tidy(doc: &Doc, span: &Span) -> Span {
    static NOTE: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"(?i)[ ]*(?:\((?:[^)\n]{0,60})\)?|[-–—,][ ]*(?:hybrid|remote|on-?site|in[- ]office|full|presencial|h[ií]brid\w*|remot\w*)\b.*|\bor[ ]remote.*|[ ]with[ ].*|[ ]con[ ].*)$",
        )
    });
    let text = doc.prose.get(span.clone()).unwrap_or("");
    let end = NOTE
        .find(text)
        .filter(|m| m.start() > 1 && !mentions(doc, &(span.start..span.start + m.start())).is_empty())
        .map_or(span.end, |m| span.start + m.start());
    trimmed_by(&doc.prose, span.start..end, |c| c.is_whitespace() || "*_.,;()[]📍".contains(c))
}

/// Whether a labelled place holds more than a place: "100 % remote, Germany only", "Lyon, 2 jours de télétravail".
fn speaks_of_mode(doc: &Doc, span: &Span) -> bool {
    static MODE: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"\d ?%|\b(?:remot\w*|hybrid\w*|hibrid\w*|teletrabajo|teletravail|home ?office|homeoffice|presencial|on-?site|vor ort|wfo|wfh|days?|dias?|tage?|jours?|only|uniquement|solo|no)\b",
        )
    });
    let low = fold(doc.words(span));
    MODE.is_match(&low) && !mentions(doc, span).is_empty()
}

/// From the first place to the last; `listed` to the last of the first enumeration.
fn reach(doc: &Doc, named: &[Mention], listed: bool) -> Span {
    let first = named.first().map_or(0..0, |m| m.span.clone());
    let last = named.iter().skip(1).try_fold(first.end, |end, mention| {
        if !listed || joins(doc.prose.get(end..mention.span.start).unwrap_or(".")) {
            Ok(mention.span.end)
        } else {
            Err(end)
        }
    });
    trimmed_by(&doc.prose, first.start..last.unwrap_or_else(|end| end), char::is_whitespace)
}

/// The region a remote worker must live in.
fn region(doc: &Doc) -> Option<Span> {
    let low = doc.low.text.as_str();
    everywhere(doc).iter().find_map(|m| {
        let start = doc.low.position(m.span.start);
        (!m.known.city && REMOTE_REGION.is_match(&low[floor(low, start.saturating_sub(70))..start]))
            .then(|| m.span.clone())
    })
}

fn from_text(doc: &Doc, remote: bool, names: &[&str]) -> Option<Found<String>> {
    let low = doc.low.text.as_str();
    let mut best: Vec<(i32, &Mention)> = Vec::new();
    for mention in everywhere(doc) {
        let start = doc.low.position(mention.span.start);
        let lead = &low[floor(low, start.saturating_sub(70))..start];
        let word = fold(doc.words(&mention.span));
        let in_name = |n: &str| {
            n.find(&word)
                .and_then(|at| start.checked_sub(at))
                .is_some_and(|from| low.get(from..).is_some_and(|l| l.starts_with(n)))
        };
        if names.iter().any(|name| in_name(name)) {
            continue;
        }
        let mut worth = i32::from(WORK_PLACE.is_match(lead)) * 3;
        worth += i32::from(REMOTE_REGION.is_match(lead)) * if mention.known.city { 2 } else { 5 };
        worth -= i32::from(OTHERS_PLACE.is_match(lead) || remote && COLLEAGUES_PLACE.is_match(lead)) * 5;
        worth += if remote == mention.known.city { -1 } else { 2 };
        best.push((worth, mention));
    }
    let top = best.iter().map(|(w, _)| *w).max().filter(|w| *w >= 2)?;
    let first = best.iter().position(|(w, _)| *w == top)?;
    let chain = best[first..].iter().map(|(_, m)| m).scan(None::<usize>, |end, m| {
        let near = end.is_none_or(|e| joins(doc.prose.get(e..m.span.start).unwrap_or(".")));
        *end = Some(m.span.end);
        near.then_some(m.span.clone())
    });
    let spans: Vec<Span> = chain.take(5).collect();
    let whole = spans.first()?.start..spans.last()?.end;
    joined(doc, &[trimmed_by(&doc.prose, whole, char::is_whitespace)], 80)
}

/// Whether two places belong to one enumeration or address.
fn joins(gap: &str) -> bool {
    gap.len() <= 6 && gap.chars().all(|c| c.is_whitespace() && c != '\n' || ",/&(-;".contains(c))
        || matches!(gap.trim(), "or" | "and" | "y" | "o" | "e" | "ou" | "et" | "und" | "oder")
}

/// One string for several pieces; the first piece proves it.
fn joined(doc: &Doc, pieces: &[Span], confidence: u8) -> Option<Found<String>> {
    let span = pieces.first()?.clone();
    let value = pieces
        .iter()
        .map(|p| doc.words(p).split_whitespace().collect::<Vec<_>>().join(" "))
        .collect::<Vec<_>>()
        .join("; ");
    (!value.is_empty() && value.len() <= 160).then_some(Found { value, span, confidence })
}

/// Whether a name is a place and nothing else.
pub(crate) fn is_place(doc: &Doc, span: &Span) -> bool {
    let words = doc.words(span);
    mentions(doc, span).iter().any(|m| m.span.len() + 1 >= words.len())
}
