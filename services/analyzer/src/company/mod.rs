//! The employer and the agency. A header or a label names the employer; in sentences it stands in a few places: who
//! hires, where the sender works, for whom the post is. Where the sender recruits for a client, only a client that is
//! named is the employer.

mod beside;
mod grammar;
mod signature;

use std::sync::LazyLock;

use regex::Regex;

use crate::{
    clean::{Span, fold},
    doc::{Doc, trimmed_by},
    header::{Layout, Topic},
    pattern::pattern,
    reading::Found,
    role::LEXICON,
    title::{self, Title},
};

/// Who hires and who recruits.
#[derive(Debug, Default)]
pub(crate) struct Parties {
    pub(crate) employer: Option<Found<String>>,
    pub(crate) agency: Option<Found<String>>,
    /// The sender recruits for a client that is not named.
    pub(crate) client_hidden: bool,
}

static CLIENT: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?:(?:my|our|a|one of my|the|same|for a|retail|end|with a|tier 1) (?:\w+ )?clients?\b|client is|clients? of mine|(?:un|nuestro|mi|importante|para) cliente|cliente (?:del|final|en|de|mio|nuestro|requiere|busca)|client final|nosso cliente|um cliente|notre client|un de nos clients|le client|grand compte|endkunden?|unseren kunden|unser kunde|mein kunde|un nostro cliente|importante (?:empresa|multinacional|compania)|reconocida empresa|para una multinacional|(?:cannot|can't|cant|not allowed to|may not) (?:\w+ )?(?:name|disclose|reveal)|no (?:\w+ ){1,2}(?:dar|decir|revelar) (?:el|su) nombre|put you forward|name (?:shared|on call|nach)|busqueda confidencial|(?:client|cliente) confiden\w+|confidential client|leading \w+ (?:firm|company))\b",
    )
});
static AGENCY: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?:recruit\w*|staffing|talent|talento|talentos|headhunt\w*|resourcing|search|seleccion|executive search|personalberatung|projektvermittlung|cabinet|conseil|consultores|consulting partners|search partners|partners|hr solutions|rrhh|reclut\w+|recrut\w+|ett|bench|humand|manpower|people solutions|outsourcing|digital partners|employment|placements?|sourcing|bodyshop)\b",
    )
});
/// Words that begin a name in no sense of a firm.
static NO_FIRM: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^(?:staff|w2|c2c|summer|winter|pj|clt|vaga|usd|eur|gbp|chf|mxn|brl|inr|aed|cet|utc|gmt|cv|work|role|team|project|location|duration|contract|start|position|process|budget|one|every|most|each|someone|linkedin|github|gitlab|slack|zoom|teams|telegram|whatsapp|naukri|infojobs|hacker news|hn|google meet|meet|monday|tuesday|wednesday|thursday|friday|saturday|sunday|january|february|march|april|may|june|july|august|september|october|november|december|lunes|martes|miercoles|jueves|viernes|i|you|we|our|my|your|this|that|these|they|he|she|it|its|ambas|caso|caso de|base|remote|remoto|hybrid|full|part|the|what|how|if|who|why|once|there|here|at|in|en|al|hola|hi|hey|hello|dear|buenas|buenos|estimad[oa]|gracias|saludos|senior|junior|please|job|role|salary|experience|ingles|english|spanish|german|french|imprescindible|requisitos|stack|data|ir35|cto|ceo|hr|rrhh|it|series [a-e]|scrum|agile|kanban|saas|b2b|b2c|ai|ml|ia|iot|apis?|dm|endkunde|kunde|mandant\w*|unternehmen|das|der|die|ein\w*|los|las|el|la|le|les|sa|su|se|es|ya|sin|con|con el|por|para|cada|urgent\w*|urgente|new|nuevo|nueva|oferta|vacante|puesto|buscamos|need|needed|wanted|hiring|looking|our|asap|sueldo|salario|home office|homeoffice|jornada|horario|full-time|part-time|english|spain|q[1-4]|recursos humanos|semana|navidad|pdf|desde|bei|chez|from|with|for|join|somos|vaga|stelle|poste|titulo|title|rol|cargo|ruolo|posizione|posicion|oportunidad|perfil|aviso|nota|note|ps|(?:grupo|company|empresa|startup|team|equipo|talent|people)$|yc|y combinator|good|great|thanks|bonjour|hallo|moin|oi|ciao|boa|bom|quick|got|both|currently|interested|kindly|client|cliente|and|pa|pt|fte|como|si|no|todo|todos|te|nos|un|una|per|herr|frau|mr|ms|dr|sr|sra|soy|madrugada)\b",
    )
});

/// A client that the sender works with rather than for.
static WITH_CLIENT: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"\b(?:con|com|with|avec) (?:un|um|an?) (?:\w+ )?clien\w+"));

/// Tells employer and agency apart. `titles` are those of the text, beside which firms stand.
pub(crate) fn find(doc: &Doc, layout: &Layout, titles: &[Title], sender: Option<&str>) -> Parties {
    let client = CLIENT.is_match(&doc.low.text);
    let signed = signature::firms(doc);
    let signed_agency = signed.iter().find(|f| recruits(&f.value)).cloned();
    let stated = layout.about(Topic::Company).into_iter().next().map(|span| firm(doc, span));
    if let Some(name) = stated.filter(|name| !name.is_empty()) {
        let found = found(doc, name, 95);
        let hidden = client && staffs(&found.value) || layout.posting && staffing(doc, Some(&found));
        let (employer, agency) = if hidden { (None, Some(found)) } else { (Some(found), signed_agency) };
        return Parties { employer, agency, client_hidden: hidden };
    }
    if let Some(client) = named_client(doc, layout) {
        return Parties { employer: Some(client), agency: signed_agency, client_hidden: false };
    }
    let mut named = candidates(doc, titles, sender);
    named.extend(signed.into_iter().map(|firm| (firm, true)));
    agree(&mut named);
    let agency_named = named.iter().find(|(f, own)| *own && go_between(doc, f)).map(|(f, _)| f.clone());
    let agency = signed_agency.or(agency_named);
    let least = if client { 90 } else { 0 };
    let acts = |f: &Found<String>| f.confidence >= 80 && WITH_CLIENT.is_match(&doc.low.text);
    let employer = named
        .into_iter()
        .find(|(f, own)| {
            (f.confidence >= least || acts(f))
                && !go_between(doc, f)
                && !(client && *own && hides(doc, f) && !acts(f))
                && agency.as_ref().is_none_or(|a| a.value != f.value)
        })
        .map(|(f, _)| f)
        .or_else(|| if client || agency.is_some() { None } else { from_address(doc) });
    let client_hidden = employer.is_none() && (client || agency.is_some());
    Parties { employer, agency, client_hidden }
}

/// Most that a name in running text is worth.
const CERTAIN: u8 = 97;

/// Best first: what several grammars name counts for more.
fn agree(named: &mut [(Found<String>, bool)]) {
    const MOST: u8 = 2;
    let votes: Vec<u8> = named
        .iter()
        .map(|(f, _)| {
            let same = named.iter().filter(|(other, _)| other.value == f.value).count();
            u8::try_from(same.saturating_sub(1)).unwrap_or(MOST).min(MOST)
        })
        .collect();
    for ((found, _), votes) in named.iter_mut().zip(votes) {
        found.confidence += 3 * votes;
    }
    named.sort_by_key(|(found, _)| (std::cmp::Reverse(found.confidence), found.span.start));
    named.iter_mut().for_each(|(found, _)| found.confidence = found.confidence.min(CERTAIN));
}

/// `Client: Name`, where it is a name.
fn named_client(doc: &Doc, layout: &Layout) -> Option<Found<String>> {
    let span = layout.about(Topic::Client).into_iter().next()?;
    let text = doc.prose.get(span.clone())?;
    let end = crate::name::ends(text, 0).into_iter().next()?;
    let whole = text[end..].trim_start().is_empty() || text[end..].trim_start().starts_with(['(', ',', '.', '-', '–']);
    let name = span.start..span.start + end;
    let low = fold(doc.words(&name));
    let kept_back = ["withheld", "confiden", "undisclosed", "nda", "bajo nda", "privad", "private", "leading"];
    (whole && !kept_back.iter().any(|word| low.starts_with(word))).then(|| found(doc, firm(doc, name), 91))
}

/// Whether a firm recruits for others, by its name or by what is said of it.
fn go_between(doc: &Doc, firm: &Found<String>) -> bool {
    static SAID: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"^(?:,| \(| is| es| ist| est| –| -)[^.\n]{0,30}\b(?:recruit\w*|staffing|headhunt\w*|search firm|talent agency|personalberatung|agencia de (?:empleo|talento|seleccion)|empresa de seleccion|consultora de (?:rrhh|seleccion|talento|recursos)|cabinet de recrutement|agence de recrutement)",
        )
    });
    let at = doc.low.position(firm.span.end);
    recruits(&firm.value) || SAID.is_match(&doc.low.text[at..crate::tech::floor(&doc.low.text, at + 60)])
}

/// A card of a staffing firm whose text speaks of another, unnamed, plant or firm.
fn staffing(doc: &Doc, found: Option<&Found<String>>) -> bool {
    static PLANT: LazyLock<Regex> = LazyLock::new(|| {
        pattern(r"\bpara (?:una?|importante|nuestro) (?:planta|empresa|cliente|multinacional|compania|fabrica)\b")
    });
    found.is_some_and(|f| recruits(&f.value)) && PLANT.is_match(&doc.low.text)
}

/// Whether the sender's own firm is the go-between: a client is spoken of and the name is where the sender works.
fn hides(doc: &Doc, found: &Found<String>) -> bool {
    let at = doc.low.position(found.span.end);
    let rest = &doc.low.text[at..crate::tech::floor(&doc.low.text, at + 40)];
    !rest.contains("hiring") && !rest.contains("sucht")
}

/// Whether a name says that the firm finds people for others, beyond doubt.
fn staffs(name: &str) -> bool {
    static STAFFS: LazyLock<Regex> = LazyLock::new(|| {
        pattern(r"recruit|staffing|talent|headhunt|resourcing|seleccion|personal|recrut|reclut|rrhh|\bett\b|manpower")
    });
    STAFFS.is_match(&fold(name))
}

/// Whether a name says that the firm finds people for others.
pub(crate) fn recruits(name: &str) -> bool {
    AGENCY.is_match(&fold(name))
}

fn candidates(doc: &Doc, titles: &[Title], sender: Option<&str>) -> Vec<(Found<String>, bool)> {
    let first_name = sender.and_then(|s| s.split_whitespace().next()).unwrap_or("");
    let greeted = greeted(doc);
    let by_grammar =
        grammar::names(&doc.prose).into_iter().map(|(span, grammar)| (span, grammar.confidence, grammar.own));
    by_grammar
        .chain(beside::names(doc, titles))
        .map(|(span, confidence, own)| (firm(doc, span), confidence, own))
        .filter(|(span, confidence, _)| {
            let words = doc.words(span);
            words != first_name && words != greeted && named_like_a_firm(doc, span, *confidence)
        })
        .map(|(span, confidence, own)| (found(doc, span, confidence), own))
        .collect()
}

/// Whether words can be a firm's name where they stand; the less their place tells, the more they have to.
pub(crate) fn named_like_a_firm(doc: &Doc, span: &Span, confidence: u8) -> bool {
    let words = doc.words(span);
    let folded = fold(words);
    // An article is no part of what tells a name from other words.
    let named = ["the ", "la ", "el ", "los ", "las ", "le ", "les ", "die ", "der "]
        .iter()
        .find_map(|article| folded.strip_prefix(article))
        .unwrap_or(&folded);
    let technology = crate::gazetteer::GAZETTEER.entries.iter().any(|e| e.name.eq_ignore_ascii_case(words));
    let of_titles = || words_of_titles(&folded);
    let short = words.chars().count() <= 2 && words == words.to_uppercase();
    words.chars().count() > 1
        && (!short || confidence >= 85)
        && !NO_FIRM.is_match(named)
        && !crate::place::is_place(doc, span)
        && (!title::has_head(words) || confidence >= 85 && !titled(&folded))
        && (!technology || confidence >= 90 || confidence >= 70 && hiring_firm(doc, span))
        && (confidence >= 80 || !of_titles())
}

/// Whether all words are those of a title or technologies: "AWS y Terraform", "Data Platform".
fn words_of_titles(folded: &str) -> bool {
    let hits = crate::gazetteer::GAZETTEER.hits(folded);
    let mut at = 0;
    folded.split(' ').all(|word| {
        let start = at;
        at += word.len() + 1;
        let technology = hits.iter().any(|hit| hit.span.start <= start && start < hit.span.end);
        technology
            || LEXICON.modifier(word)
            || LEXICON.level(word)
            || matches!(word, "y" | "and" | "e" | "et" | "und" | "&" | "or" | "o")
    })
}

/// Whether a name that holds the head of a title is one: the head ends it, or nothing but title words surround it.
fn titled(folded: &str) -> bool {
    let heads = |word: &str| LEXICON.head(word).is_some();
    folded.split(' ').next_back().is_some_and(heads) || folded.split(' ').all(|w| heads(w) || words_of_titles(w))
}

/// Whom the message greets.
fn greeted(doc: &Doc) -> &str {
    static GREETING: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"(?i)^[^\p{L}]{0,4}(?:hi|hey|hello|hola|dear|buenas|buenos días|hallo|moin|guten tag|oi|olá|bonjour|salut|ciao|estimad[oa]|querid[oa])[ ,]+(\p{L}[\p{L}'-]+)",
        )
    });
    let lead = &doc.prose[..crate::tech::floor(&doc.prose, 60)];
    GREETING.captures(lead).and_then(|c| c.get(1)).map_or("", |m| m.as_str())
}

/// A technology's name is a firm only where the firm itself acts.
fn hiring_firm(doc: &Doc, span: &Span) -> bool {
    static ACTS: LazyLock<Regex> =
        LazyLock::new(|| pattern(r"(?:\b(?:en|at|desde|group at|team at|we are|somos|bei|chez|from)[ ]+)$"));
    let at = doc.low.position(span.start);
    ACTS.is_match(&doc.low.text[crate::tech::floor(&doc.low.text, at.saturating_sub(16))..at])
}

/// The name without brackets, verbs and what follows a dash.
fn firm(doc: &Doc, span: Span) -> Span {
    static TAIL: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"(?i)[ ]*\((?:yc|y[ ]combinator|https?|www|series|remote|[a-z]{2,4}:|\p{L}?[ws]\d\d|we|now|formerly|ex|hiring)[^)\n]*\)?.*$|[ ]*(?:https?://|www\.).*$|[ ]+(?:is|are)[ ]hiring.*$|[ ]+[-–—][ ]+.*$|——.*$|[ ]*公司.*$|[ ]+(?:and|y|de|for|en|the|para|Team|Engineering|Hiring)$|['’]s?$",
        )
    });
    static KIND: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"^(?:\p{Lu}[\p{L}-]+-based[ ]|(?:\p{Lu}\p{Ll}+er[ ])?(?:Firma|Startup|Start-up|Unternehmen|Empresa|Company|Agentur)[ ])",
        )
    });
    let span = span.start + KIND.find(doc.prose.get(span.clone()).unwrap_or("")).map_or(0, |m| m.end())..span.end;
    let text = doc.prose.get(span.clone()).unwrap_or("");
    let end = TAIL.find(text).filter(|m| m.start() > 0).map_or(span.end, |m| span.start + m.start());
    trimmed_by(&doc.prose, span.start..end, |c| c.is_whitespace() || "*_,;:|[]¡!\"".contains(c))
}

fn found(doc: &Doc, span: Span, confidence: u8) -> Found<String> {
    // In the middle of a sentence a capital makes the article part of the name.
    const ARTICLES: [&str; 7] = ["Le ", "La ", "El ", "Los ", "Les ", "The ", "Il "];
    let lead = &doc.prose[..span.start];
    let article = ARTICLES.iter().find(|a| {
        lead.strip_suffix(**a).is_some_and(|l| l.ends_with([' ', '(']) && !l.trim_end().ends_with(['.', '!', '?']))
    });
    let span = span.start - article.map_or(0, |a| a.len())..span.end;
    let value = doc.words(&span).split_whitespace().collect::<Vec<_>>().join(" ");
    Found { value, span, confidence }
}

/// The firm by its mail domain or web address, where nothing else names it.
fn from_address(doc: &Doc) -> Option<Found<String>> {
    static PUBLIC: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"(?i)gmail|hotmail|outlook|yahoo|proton|icloud|googlemail|live\.|aol|gmx|web\.de|example\.(?:com|org)|linkedin|lnkd|twitter|x\.com|t\.me|wa\.me|bit\.ly|ycombinator|github|gitlab|greenhouse|lever\.co|ashbyhq|workable|dover\.com|rippling|breezy|bamboohr|smartrecruiters|notion|google|zoom|calendly|youtube|youtu\.be|wikipedia|medium\.com|typeform|recruitee|workday|jobvite|teamtailor|personio|indeed|facebook|instagram|infojobs|meet\.",
        )
    });
    static HOST: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"(?i)(?:@|https?://|www\.)(?:www\.|careers?\.|jobs\.|talent\.|hr\.|mail\.|team\.)*(?P<host>[a-z0-9-]+)\.[a-z]{2,}",
        )
    });
    doc.mails.iter().chain(&doc.urls).find_map(|span| {
        let address = doc.text.get(span.clone())?;
        if PUBLIC.is_match(address) {
            return None;
        }
        let host = HOST.captures(address)?.name("host")?;
        Some(found(doc, span.start + host.start()..span.start + host.end(), 60))
    })
}
