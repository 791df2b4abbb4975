//! Where the name of a firm stands in a sentence: who hires, where the sender works, for whom the post is, what is
//! said of the firm beside its name.

use std::sync::LazyLock;

use regex::Regex;

use crate::{
    clean::Span,
    name::{self, Start},
    pattern::pattern,
    tech::floor,
};

/// Where a name stands.
enum Place {
    /// Behind words that match.
    Behind(Regex),
    /// At the start of a sentence, before words that match.
    Before(Regex),
    /// Anywhere, before words that match.
    Within(Regex),
    /// Behind words that match and before words that match.
    Between(Regex, Regex),
    /// Anywhere, with a legal form at its end.
    Legal,
}

/// Most names that one grammar finds.
const MOST: usize = 40;
/// Bytes behind a name that tell whether it is a firm's.
const REACH: usize = 160;

pub(super) struct Grammar {
    place: Place,
    pub(super) confidence: u8,
    /// Stands for the sender's own firm, which may be an agency.
    pub(super) own: bool,
}

static GRAMMARS: LazyLock<Vec<Grammar>> = LazyLock::new(|| {
    let behind = |source: &str, confidence, own| Grammar { place: Place::Behind(pattern(source)), confidence, own };
    let before = |source: &str, confidence, own| Grammar { place: Place::Before(pattern(source)), confidence, own };
    let within = |source: &str, confidence, own| Grammar { place: Place::Within(pattern(source)), confidence, own };
    let between = |lead: &str, tail: &str, confidence, own| Grammar {
        place: Place::Between(pattern(lead), pattern(tail)),
        confidence,
        own,
    };
    vec![
        // A client that is named: "our client, Name, needs", "client is Name".
        between(
            r"(?i:\b(?:my|our|the|one[ ]of[ ](?:my|our)|nuestro|mi|el|unser(?:en)?|mein(?:en)?|den|notre|mon|nosso|meu|il[ ]nostro)[ ](?:end[ ]|direct[ ])?(?:client|cliente|customer|kunden?|mandanten?)(?:[ ]is|[ ]es|[ ]ist|[ ]est|[ ]é|,|:)?)[ ](?:(?:the|an?|la|el|una?|die|der|le)[ ](?:\p{Ll}+[ ]){0,2})?",
            r"^(?:[,.(;:\n]|[ ]\(|[ ](?:is|are|has|needs?|wants?|looks|seeks|who|with|in|en|aus|à|busca|necesita|sucht|requiere|tiene|cherche|recherche|precisa|contrata|and|y)\b|$)",
            92,
            false,
        ),
        behind(
            r"(?i:\b(?:end[ ]|final[ ])?(?:client|cliente|kunde|customer)(?:[ ]is|[ ]es|[ ]ist|[ ]est))[ ]",
            91,
            false,
        ),
        // A name behind its label, in the middle of a line.
        behind(
            r"(?i:\b(?:empresa|company|employer|compañía|firma|unternehmen|entreprise|société|azienda)):[ ]",
            93,
            true,
        ),
        behind(
            r"(?i:\b(?:recruit(?:ing)?|recrute|recrutons|recruto|reclut(?:o|ando|amos)|such(?:e|en)|selección)[ ](?:for|pour|para|für[ ](?:die|den|das)?))[ ]",
            89,
            false,
        ),
        behind(r"\b(?i:(?:retained|engaged|instructed|mandated)[ ]by|acting[ ]for)[ ](?:the[ ])?", 92, false),
        before(r"^[ ]here\b", 86, true),
        // A group and its name in brackets: "we (Name)", "a small team (Name, insurtech)".
        between(
            r"\b(?:[Ww]e(?:['’]re)?|[Ww]ir|[Nn]ous|[Nn]osotros|[Nn]oi|[Nn]ós|(?i:company|co-?op|cooperative|start-?up|scale-?up|studio|firm|team|business|bank|charity|non-?profit|publisher|retailer|empresa|cooperativa|estudio|equipo|fintech|insurtech|healthtech|edtech|unternehmen|firma|agentur|verein|entreprise|société|azienda|boutique|fábrica|clínica|banco|hospital|ong|editorial|ngo))\b[^.!?\n()]{0,30}[ ]?\([ ]?",
            r"^[ ]*[,;)]|^[ ](?:-|–|—|in|en|aus|is|makes)[ ]",
            86,
            true,
        ),
        // A name and what it is: "Name, a maker of pumps", "Name (veterinary software, 12 people)".
        within(
            r"^(?:,[ ]|[ ][-–—][ ]|[ ]\()(?:an?[ ]|the[ ]|una?[ ]|la[ ]|el[ ]|eine?[ ]|une?[ ]|l['’]|uma?[ ]|[ao][ ]|our[ ]|die[ ]|der[ ])?(?:[\p{Ll}\d-]+[ ]){0,3}?(?:company|start-?up|scale-?up|maker|software|platform|fintech|insurtech|healthtech|edtech|proptech|agritech|climate[ ]tech|marketplace|studio|consultancy|bank|insurer|app|saas|e-?commerce|empresa|compañía|consultora|estudio|editora|plataforma|fabricante|cooperativa|Unternehmen|Firma|Anbieter|Hersteller|éditeur|entreprise|société|fabricant|azienda|società|hospital|clinic|charity|retailer|publisher|observability|vector[ ]search|\d+[ ](?:people|personas|empleados|Mitarbeitende|Mitarbeiter|employees|engineers|pessoas|personnes))\b",
            80,
            true,
        ),
        behind(
            r"\b(?i:called|llamad[ao]|(?:nos|me)[ ]llamamos|namens|nommée?|chamad[ao]|named|se[ ]llama|heißt|s['’]appelle|si[ ]chiama|company[ ]is|company['’]s|empresa[ ]es|firm[ ]is)[ ](?:la[ ]|el[ ]|the[ ])?",
            79,
            true,
        ),
        between(
            r"\b(?:runs?|running|founded|started|owns?|fundó|dirige|dirijo|fundé|fundou|leite|gründete|dirig(?:e|eons))[ ]",
            r"^(?:[ ]?\(|,[ ])",
            68,
            true,
        ),
        behind(
            r"(?:^|[^\p{L}])(?i:équipe|team|equipo|squad|area|área|departamento|planta|fábrica|taller|tienda|gig|contract|project)[ ](?:[\p{Ll}-]+[ ]){0,3}(?:de|von|di|da|of|bei|chez|en|with)[ ](?:la[ ])?",
            71,
            true,
        ),
        before(
            r"^,[ ](?:office|remote|hybrid|on-?site|permanent|full|fully|based|presencial|remoto|h[ií]brid\p{Ll}+|vor[ ]Ort|en[ ]remoto)\b",
            62,
            true,
        ),
        between(r"(?:^|[\n.!?;:][ ]*|[ ])(?:[EeÉé]s|It's|That's)[ ]", r"^(?:,[ ]\p{Ll}|[ ]\()", 64, true),
        between(
            r"(?:^|[\n.!?,;:][ ]*)[Ii]n[ ]",
            r"^(?:[ ]\([^)\n]{2,30}\))?[ ](?:cerchiamo|ricerchiamo|stiamo|abbiamo|assumiamo|siamo)\b",
            84,
            true,
        ),
        // Where the work is, if nothing tells more.
        behind(
            r"\b(?:[Ee]n|[Nn][ao]|[Cc]hez|[Bb]ei(?:[ ]der|[ ]dem)?|[Pp]resso|[Aa]t|@)[ ](?:la[ ]|el[ ]|los[ ]|the[ ])?",
            58,
            true,
        ),
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
            r"^(?:,?[ ](?:in|from|de|en|aus)[ ]\p{Lu}[\p{L}-]+(?:,?[ ]\p{Lu}[\p{L}-]*){0,2},?)?[ ](?:is[ ](?:an?|the|one[ ]of)|(?:works|plans|operates|provides|runs|helps|develops|designs|creates|sells|offers|serves|powers|connects|writes|ships|keeps)\b|would[ ]like|es[ ]una?\b|é[ ]uma?\b|ist[ ]eine?\b|est[ ]une?\b|è[ ]una?\b)",
            70,
            true,
        ),
        behind(
            r"(?i:direct[ ]payroll[ ]of|greetings[ ]from|(?:role|post|job|position|seat|vacancy|process)[ ](?:is[ ])?(?:at|with)|poste[^.\n]{0,60}[ ]chez|posición[ ](?:en|de)|hiring[ ](?:for|at)|puesto[ ]en|vacante[ ]en|TA[ ]team,)[ ]",
            92,
            false,
        ),
        before(
            r"^(?:[ ]?\([^)\n]{2,80}\)|,[ ][^,\n]{3,60},|[ ](?:in|from|of|de|en|aus)[ ]\p{Lu}[\p{L}-]+(?:[ ]\p{Lu}[\p{L}-]+)?,?)?[ ](?:is|are|have|has)[ ](?:actively[ ]|currently[ ]|now[ ]|always[ ])?(?:hiring|looking|seeking|recruiting|building|growing|expanding|searching|short|posted|in[ ]need|after|on[ ]the[ ]lookout|opening|adding)",
            94,
            true,
        ),
        before(
            r"^(?:[ ]?\([^)\n]{2,80}\)|,[ ][^,\n]{3,60},|[ ](?:aus|in|en|em|à|de)[ ]\p{Lu}\p{L}+(?:[ ]\([^)\n]{2,80}\))?)?(?:[ ](?:al[ ]final|por[ ]fin|ahora|ya|finally|now|currently|también))?[ ](?:est[aá][ ](?:à[ ]procura|contratando|buscando|procurando|reclutando|ampliando)|abriu|abre|abrió|abrimos|recluta|cherche|stellt[ ]ein|assume|ricerca|needs?|wants?|sucht|busca|precisa|recherche|recrute|cerca|procura|requires|seeks|necesita|contrata|requiere|solicita|convoca|makes|builds|selecciona|incorpora)\b",
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
            r"(?:[Ww]e(?:[ ]are|['’]re)|[Ww]e[ ]at|[Ss]omos(?:[ ]de)?|[Ww]ir[ ]sind(?:[ ]die)?|[Nn]ous[ ]sommes|[Ss]iamo|I'm[ ]with|I[ ]work[ ](?:at|for|with)|I'm[ ]at|[Tt]rabajo[ ](?:en|para)|[Tt]rabalho[ ](?:n[ao]|para)|[Jj]e[ ]travaille[ ](?:chez|pour)|[Ii]ch[ ]arbeite[ ](?:bei|für)|[Ll]avoro[ ](?:in|per))[ ]",
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
            r"\b(?:société|sociedad|empresa|firma|Firma|company|compañía|startup|Startup|entreprise|azienda|grupo|academia|agencia|clínica|fundación|consultora|cooperativa|fintech|scale-?up|Verein|Agentur|Stiftung|Unternehmen|agence|agency|charity|non-?profit|bank|studio|estudio|ong)[ ](?:es[ ]|é[ ](?:a[ ])?|is[ ]|called[ ]|llamada[ ]|se[ ]llama[ ])?",
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

/// The names of a text with the grammar that finds each.
pub(super) fn names(prose: &str) -> Vec<(Span, &'static Grammar)> {
    let starts = name::starts(prose);
    let named = |grammar: &'static Grammar| grammar.names(prose, &starts).into_iter().map(move |span| (span, grammar));
    GRAMMARS.iter().flat_map(named).collect()
}

impl Grammar {
    /// Spans of the names that stand where the grammar says.
    fn names(&self, prose: &str, starts: &[Start]) -> Vec<Span> {
        match &self.place {
            Place::Behind(lead) => behind(prose, lead, |_| true),
            Place::Between(lead, tail) => {
                behind(prose, lead, |end| tail.is_match(&prose[end..floor(prose, end + REACH)]))
            }
            Place::Before(tail) => before(prose, tail, starts.iter().filter(|start| start.opens)),
            Place::Within(tail) => before(prose, tail, starts.iter()),
            Place::Legal => name::legal_names(prose, starts).into_iter().take(MOST).collect(),
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

/// Names before a tail.
fn before<'a>(prose: &str, tail: &Regex, starts: impl Iterator<Item = &'a Start>) -> Vec<Span> {
    let followed = |end: &&usize| tail.is_match(&prose[**end..floor(prose, **end + REACH)]);
    starts.filter_map(|start| Some(start.at..*start.ends.iter().find(followed)?)).take(MOST).collect()
}
