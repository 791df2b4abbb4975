//! The employer and the agency. A header or a label names the employer; in sentences it stands in a few places: who
//! hires, where the sender works, for whom the post is. Where the sender recruits for a client, only a client that is
//! named is the employer.

use std::sync::LazyLock;

use regex::Regex;

use crate::{
    clean::{Folded, Span},
    doc::{Doc, trimmed_by},
    header::{Layout, Topic},
    name,
    pattern::pattern,
    reading::Found,
    title,
};

/// Who hires and who recruits.
#[derive(Debug, Default)]
pub(crate) struct Parties {
    pub(crate) employer: Option<Found<String>>,
    pub(crate) agency: Option<Found<String>>,
    /// The sender recruits for a client that is not named.
    pub(crate) client_hidden: bool,
}

/// Where a name stands.
enum Place {
    /// Behind words that match.
    Behind(Regex),
    /// At the start of a sentence, before words that match.
    Before(Regex),
    /// Behind words that match and before words that match.
    Between(Regex, Regex),
    /// Anywhere, with a legal form at its end.
    Legal,
}

/// Most names that one grammar finds.
const MOST: usize = 40;
/// Bytes behind a name that tell whether it is a firm's.
const REACH: usize = 160;

struct Grammar {
    place: Place,
    confidence: u8,
    /// Stands for the sender's own firm, which may be an agency.
    own: bool,
}

static GRAMMARS: LazyLock<Vec<Grammar>> = LazyLock::new(|| {
    let behind = |source: &str, confidence, own| Grammar { place: Place::Behind(pattern(source)), confidence, own };
    let before = |source: &str, confidence, own| Grammar { place: Place::Before(pattern(source)), confidence, own };
    let between = |lead: &str, tail: &str, confidence, own| Grammar {
        place: Place::Between(pattern(lead), pattern(tail)),
        confidence,
        own,
    };
    vec![
        behind(
            r"\b(?i:(?:(?:te|le|os|les)[ ]+)?(?:escrib(?:o|imos)|contact(?:o|amos)|saludo)[ ](?:de|desde)|(?:writing|reaching[ ]out|messaging[ ]you|get[ ]in[ ]touch)[ ](?:from|on[ ]behalf[ ]of)|schreibe[ ](?:dir|ihnen)[ ]von|(?:te|vous)[ ](?:écris|contacte)[ ]de|(?:escrevo|contacto)[ ](?:d[ao]|em[ ]nome[ ]d[ao]))[ ](?:la[ ]|el[ ])?",
            89,
            true,
        ),
        behind(r"\b[Rr]epresent(?:o(?:[ ]a)?)?[ ]|(?:^|[ ])@[ ]", 72, false),
        behind(
            r"\b(?i:vacantes?|puesto|plaza|posici[oó]n|buscamos|busca|vaga|oportunidad(?:e)?|oferta|incorporamos|procuramos)\b[^.!?:;,\n]{3,80}?[ ](?:en|na|no|em)[ ]",
            72,
            true,
        ),
        behind(
            r"\b(?i:role|position|opening|job|vacancy|opportunity|engineer|developer|lead|architect|analyst|designer|scientist|manager)\b[^.!?:;,\n]{0,60}?[ ](?:at|with)[ ]",
            72,
            true,
        ),
        between(
            r"\b(?:of|for|at|de|da|do|von|bei|per|para|pour|chez)[ ]",
            r"^,[ ](?:an?|the|una?|uma?|eine?|une?|uno|la|el|le|der|die)[ ]\p{Ll}",
            76,
            true,
        ),
        before(
            r"^(?:,?[ ](?:in|from|de|en|aus)[ ]\p{Lu}\p{L}+,?)?[ ](?:is[ ](?:an?|the|one[ ]of)|(?:works|plans|operates|provides|runs|helps|develops|designs|creates|sells|offers|serves|powers|connects|writes|ships|keeps)\b|would[ ]like|es[ ]una?\b|é[ ]uma?\b|ist[ ]eine?\b|est[ ]une?\b|è[ ]una?\b)",
            70,
            true,
        ),
        behind(
            r"(?i:direct[ ]payroll[ ]of|greetings[ ]from|(?:role|post|job|position|seat|vacancy|process)[ ](?:is[ ])?(?:at|with)|poste[^.\n]{0,60}[ ]chez|posición[ ](?:en|de)|hiring[ ](?:for|at)|puesto[ ]en|vacante[ ]en|TA[ ]team,)[ ]",
            92,
            false,
        ),
        before(
            r"^(?:[ ]?\([^)\n]{2,80}\)|,[ ][^,\n]{3,60},)?[ ](?:is|are|have|has)[ ](?:actively[ ]|currently[ ]|now[ ]|always[ ])?(?:hiring|looking|seeking|recruiting|building|growing|expanding|searching|short|posted|in[ ]need)",
            94,
            true,
        ),
        before(
            r"^(?:[ ]?\([^)\n]{2,80}\)|,[ ][^,\n]{3,60},|[ ](?:aus|in|en|em|à|de)[ ]\p{Lu}\p{L}+(?:[ ]\([^)\n]{2,80}\))?)?[ ](?:est[aá][ ](?:à[ ]procura|contratando|buscando|procurando|reclutando|ampliando)|abriu|abre|abrió|abrimos|recluta|cherche|stellt[ ]ein|assume|ricerca|needs?|wants?|sucht|busca|precisa|recherche|recrute|cerca|procura|requires|seeks|necesita|contrata|makes|builds|selecciona|incorpora)\b",
            90,
            true,
        ),
        behind(
            r"(?:\b[Ff]ounder[ ]of|\b[Cc]o-?founder[ ](?:of|at)|\b[Cc]ofundador[a]?[ ]de|\bCTO[ ](?:of|at|de)|\bCEO[ ](?:of|at|de)|\bfundador[a]?[ ]de|\bsoci[oa]s?[ ]de|\bmanage[ ]the[ ][a-z ]{2,30}[ ]at|\b(?:run|lead)[ ](?:talent|people|engineering|hiring)[ ]at|\blook[ ]after[ ][\p{L} ]{2,20}(?:hiring|talent)[ ](?:at|for)|\bbei[ ]uns[ ]bei)[ ]",
            95,
            true,
        ),
        behind(
            r"(?i:\b(?:equipo|team|área|area|department|depto)[ ](?:de[ ])?(?:talento|talent|people|selección|recruiting|recruitment|rrhh|hr|personas|atracción[ ]de[ ]talento|recursos[ ]humanos|adquisición[ ]de[ ]talento|talent[ ]acquisition)(?:[ ]team)?[ ]*(?:de|at|en|da|@|from|of|for|,)|\b(?:talent|recruiting|recruitment|hiring|people|hr|ta|talent[ ]acquisition)[ ]team[ ]*(?:at|of|@|from|for|in|,)|\b(?:recruiter|recruiting|recruitment|recrutador[ae]?(?:[ ]interna)?|reclutador[a]?|reclutamiento|selección|rrhh|recursos[ ]humanos|people|talent(?:o)?(?:[ ](?:lead|partner|manager|acquisition))?|atracción[ ]de[ ]talento|hr|headhunter|recrutamento(?:[ ]tecnológico)?)(?:[ ]aqui)?[ ](?:de|da|at|na|no|en|@|from|for|with|bei|chez|di|of))[ ](?:la[ ]|el[ ]|the[ ])?",
            93,
            true,
        ),
        behind(
            r"(?:[Ww]e(?:[ ]are|['’]re)|[Ww]e[ ]at|[Ss]omos(?:[ ]de)?|[Ww]ir[ ]sind(?:[ ]die)?|[Nn]ous[ ]sommes|[Ss]iamo|I'm[ ]with|I[ ]work[ ]at|I'm[ ]at)[ ]",
            88,
            true,
        ),
        behind(
            r"(?:\b[Ss]oy|\b[Tt]e[ ](?:saluda|escribe)|\b[Ll]e[ ]saluda|\bAc[aá]|\bsono|\b[Ss]ou(?:[ ][ao])?|\b[Aa]qui[ ]é(?:[ ][ao])?|\bI'm|\bI[ ]am|\b[Tt]his[ ]is|\bje[ ]suis|\b[Ii]ch[ ]bin|\bhere's|,)[ ]\p{Lu}\p{L}+(?:[ ]\p{Lu}\p{L}*\.?)?,?[ ](?:(?:here[ ])?(?:de|di|from|da|von|with|w/|@|at|bei|chez|of))[ ](?:la[ ]|el[ ])?",
            86,
            true,
        ),
        between(
            r"(?:(?:^|[\n.!?¡¿,;:][ ]*)(?:en|at|bei|chez|na|no|desde)|(?:^|[\n.!?¡¿,;:][ ]*|[ ])(?:En|At|Desde|Bei|Chez|Na|Da|En[ ]la[ ]empresa|Hier[ ]bei|[Ww]ir[ ]bei|contacto[ ]desde|escribo[ ]desde|le[ ]contacto[ ]desde|aqui[ ]na|we[ ]at|por[ ]aquí[ ]en|acá[ ]en))[ ](?:el[ ]|la[ ])?",
            r"^[ ]*(?:[,(:]|\p{Ll}+[aei]mos\b|buscamos|estamos|apostamos|tenemos|abrimos|we\b|necesitamos|queremos|cogemos|hacemos|our\b|procuramos|wir\b|suchen|incorporamos|ampli|contratamos|somos|precisa|nous|temos|pagamos|desarroll|you|ayudamos|IT,|\()",
            84,
            true,
        ),
        behind(
            r"\b(?:société|sociedad|empresa|firma|Firma|company|compañía|startup|Startup|entreprise|azienda|grupo)[ ](?:es[ ]|é[ ](?:a[ ])?|is[ ]|called[ ]|llamada[ ]|se[ ]llama[ ])?",
            85,
            true,
        ),
        behind(r"\b(?:[Ee]s|[Éé]|[Ss]erá|[Ss]ería|[Tt]rabajarías|[Tt]rabajarás)[ ](?:para|en|na|no)[ ]", 80, true),
        Grammar { place: Place::Legal, confidence: 83, own: true },
        behind(r"\b(?:team|equipo|crew|squad|office|group)[ ]at[ ]", 82, true),
        behind(
            r"\b(?:[Pp]ara(?:[ ](?:a|o|la|el|os|as))?|[Ff]or|[Jj]oin|[Bb]ei|[Cc]hez|at|@|[Ff]ür[ ](?:die|den|das)|[Oo]n[ ]behalf[ ]of|[Ee]n[ ]nombre[ ]de|[Ii]m[ ]Auftrag[ ](?:der|von)|[Ee]m[ ]nome[ ]d[ao]|[Pp]our)[ ]",
            66,
            false,
        ),
        before(r"^[ ]\([^)\n]{3,80}\)[ ]", 60, true),
    ]
});
static CLIENT: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?:(?:my|our|a|one of my|the|same|for a|retail|end|with a|tier 1) (?:\w+ )?clients?\b|client is|clients? of mine|(?:un|nuestro|mi|importante|para) cliente|cliente (?:del|final|en|de|mio|nuestro|requiere|busca)|client final|nosso cliente|um cliente|notre client|un de nos clients|le client|grand compte|unseren kunden|unser kunde|mein kunde|un nostro cliente|importante (?:empresa|multinacional|compania)|reconocida empresa|para una multinacional|(?:cannot|can't|cant|not allowed to|may not) (?:\w+ )?(?:name|disclose|reveal)|no (?:\w+ ){1,2}(?:dar|decir|revelar) (?:el|su) nombre|(?:client|cliente) confiden\w+|confidential client|leading \w+ (?:firm|company))\b",
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
        r"^(?:usd|eur|gbp|chf|mxn|brl|inr|aed|cet|utc|gmt|cv|work|role|team|project|location|duration|contract|start|position|process|budget|one|every|most|each|someone|linkedin|github|gitlab|slack|zoom|teams|telegram|whatsapp|naukri|infojobs|hacker news|hn|google meet|meet|monday|tuesday|wednesday|thursday|friday|saturday|sunday|january|february|march|april|may|june|july|august|september|october|november|december|lunes|martes|miercoles|jueves|viernes|i|you|we|our|my|your|this|that|these|they|he|she|it|its|ambas|caso|caso de|base|remote|remoto|hybrid|full|part|the|what|how|if|who|why|once|there|here|at|in|en|al|hola|hi|hey|hello|dear|buenas|buenos|estimad[oa]|gracias|saludos|senior|junior|please|job|role|salary|experience|ingles|english|spanish|german|french|imprescindible|requisitos|stack|data|ir35|cto|ceo|hr|rrhh|it|series [a-e]|yc|y combinator|good|great|thanks|bonjour|hallo|moin|oi|ciao|boa|bom|quick|got|both|currently|interested|kindly|client|cliente|and|pa|pt|fte|como|si|no|todo|todos|te|nos|un|una|per|herr|frau|mr|ms|dr|sr|sra|soy|madrugada)\b",
    )
});

/// Tells employer and agency apart.
pub(crate) fn find(doc: &Doc, layout: &Layout, sender: Option<&str>) -> Parties {
    let client = CLIENT.is_match(&doc.low.text);
    let signed = signed_agency(doc);
    if let Some(span) = layout.about(Topic::Company).into_iter().next() {
        let name = firm(doc, span);
        let found = (!name.is_empty()).then(|| found(doc, name, 95));
        let hidden = found.as_ref().is_some_and(|f| recruits(&f.value)) && client
            || layout.posting && staffing(doc, found.as_ref());
        let (employer, agency) = if hidden { (None, found) } else { (found, signed) };
        return Parties { employer, agency, client_hidden: hidden };
    }
    let mut named = candidates(doc, sender);
    named.sort_by_key(|(found, _)| (std::cmp::Reverse(found.confidence), found.span.start));
    let agency_named = named.iter().find(|(f, own)| *own && recruits(&f.value)).map(|(f, _)| f.clone());
    let agency = signed.or(agency_named);
    let least = if client { 90 } else { 0 };
    let employer = named
        .into_iter()
        .find(|(f, own)| {
            f.confidence >= least
                && !recruits(&f.value)
                && !(client && *own && hides(doc, f))
                && agency.as_ref().is_none_or(|a| a.value != f.value)
        })
        .map(|(f, _)| f)
        .or_else(|| if client || agency.is_some() { None } else { from_address(doc) });
    let client_hidden = employer.is_none() && (client || agency.is_some());
    Parties { employer, agency, client_hidden }
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

fn recruits(name: &str) -> bool {
    AGENCY.is_match(&Folded::of(name).text)
}

impl Grammar {
    /// Spans of the names that stand where the grammar says.
    fn names(&self, prose: &str) -> Vec<Span> {
        match &self.place {
            Place::Behind(lead) => behind(prose, lead, |_| true),
            Place::Between(lead, tail) => {
                behind(prose, lead, |end| tail.is_match(&prose[end..crate::tech::floor(prose, end + REACH)]))
            }
            Place::Before(tail) => name::starts(prose)
                .into_iter()
                .filter(|at| name::opens(prose, *at))
                .filter_map(|at| {
                    let end = name::ends(prose, at)
                        .into_iter()
                        .find(|end| tail.is_match(&prose[*end..crate::tech::floor(prose, end + REACH)]))?;
                    Some(at..end)
                })
                .take(MOST)
                .collect(),
            Place::Legal => name::legal_names(prose).into_iter().take(MOST).collect(),
        }
    }
}

/// Names behind a lead, where what follows fits.
fn behind(prose: &str, lead: &Regex, fits: impl Fn(usize) -> bool) -> Vec<Span> {
    let (mut out, mut at) = (Vec::new(), 0);
    while out.len() < MOST
        && let Some(found) = lead.find_at(prose, at)
    {
        let end = name::ends(prose, found.end()).into_iter().find(|end| fits(*end));
        out.extend(end.map(|end| found.end()..end));
        at = end.unwrap_or(found.end()).max(at + 1);
    }
    out
}

fn candidates(doc: &Doc, sender: Option<&str>) -> Vec<(Found<String>, bool)> {
    let first_name = sender.and_then(|s| s.split_whitespace().next()).unwrap_or("");
    GRAMMARS
        .iter()
        .flat_map(|grammar| {
            grammar.names(&doc.prose).into_iter().map(move |span| (span, grammar.confidence, grammar.own))
        })
        .map(|(span, confidence, own)| (firm(doc, span), confidence, own))
        .filter(|(span, confidence, _)| {
            let words = doc.words(span);
            let folded = Folded::of(words).text;
            let known_place = crate::place::is_place(doc, span);
            let technology = crate::gazetteer::GAZETTEER.entries.iter().any(|e| e.name.eq_ignore_ascii_case(words));
            words.chars().count() > 1
                && !NO_FIRM.is_match(&folded)
                && !known_place
                && words != first_name
                && !title::has_head(words)
                && (!technology || *confidence >= 90 || hiring_firm(doc, span))
        })
        .map(|(span, confidence, own)| (found(doc, span, confidence), own))
        .collect()
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
            r"(?i)[ ]*\((?:yc|y[ ]combinator|https?|www|series|remote|[a-z]{2,4}:|\p{L}?[ws]\d\d|we|now|formerly|ex|hiring)[^)\n]*\)?.*$|[ ]*(?:https?://|www\.).*$|[ ]+(?:is|are)[ ]hiring.*$|[ ]+[-–—][ ]+.*$|[ ]*公司.*$|[ ]+(?:and|y|de|for|en|the|para|Team|Engineering|Hiring)$",
        )
    });
    let text = doc.prose.get(span.clone()).unwrap_or("");
    let end = TAIL.find(text).filter(|m| m.start() > 0).map_or(span.end, |m| span.start + m.start());
    trimmed_by(&doc.prose, span.start..end, |c| c.is_whitespace() || "*_,;:|[]¡!\"".contains(c))
}

fn found(doc: &Doc, span: Span, confidence: u8) -> Found<String> {
    let value = doc.words(&span).split_whitespace().collect::<Vec<_>>().join(" ");
    Found { value, span, confidence }
}

/// An agency in the signature: a part of a line that names a recruiting firm.
fn signed_agency(doc: &Doc) -> Option<Found<String>> {
    static PERSON: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"\b(?:recruiter|recruiting manager|talent (?:lead|partner|acquisition|manager|specialist)|people ops|hr manager|sourcing partner|delivery partner|principal consultant|consultante?)\b",
        )
    });
    let span = doc.signature.clone()?;
    let text = doc.text.get(span.clone())?;
    let mut at = span.start;
    for piece in text.split_inclusive(['\n', '|', '·', ',', '–', '—', '/']) {
        let part = trimmed_by(&doc.text, at..at + piece.len(), |c| c.is_whitespace() || "|·,–—/-.".contains(c));
        at += piece.len();
        let folded = Folded::of(doc.words(&part)).text;
        let words = folded.split_whitespace().count();
        if (2..=6).contains(&words)
            && AGENCY.is_match(&folded)
            && !PERSON.is_match(&folded)
            && !folded.contains("team")
            && !folded.contains("equipo")
        {
            return Some(found(doc, part, 85));
        }
    }
    None
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
