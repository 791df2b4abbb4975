//! What else a message states: questions, what a follow-up asks for, contacts, links, the industry.

use std::sync::LazyLock;

use contract::QuestionType;
use regex::Regex;

use crate::{
    clean::Span,
    doc::{Doc, trimmed_by},
    pattern::pattern,
    reading::Found,
};

/// Most values of one list.
const MOST: usize = 20;

/// The questions of the prose, each as written: from the end of the sentence before, or from its own `¿`.
pub(crate) fn questions(doc: &Doc) -> Vec<Found<String>> {
    const LONGEST: usize = 300;
    let mut out = Vec::new();
    let mut from = 0;
    for (end, _) in doc.prose.match_indices('?') {
        let sentence = &doc.prose[from..end];
        let line = sentence.rfind(['\n', '•']).map_or(0, |n| n + 1);
        let opened = sentence.rfind('¿').filter(|n| *n >= line);
        let start = opened.or_else(|| sentence.rfind(['.', '!', '\n', '•'])).unwrap_or(0);
        let span = trimmed_by(&doc.prose, from + start..end + 1, |c| c.is_whitespace() || "-*•,;:).!?".contains(c));
        from = end + 1;
        if out.len() == MOST {
            break;
        }
        if span.len() >= 4 && span.len() <= LONGEST {
            let span = span.start..end + 1;
            out.push(Found { value: doc.words(&span).to_owned(), span, confidence: 90 });
        }
    }
    out
}

const ASKS: [(QuestionType, &str); 6] = [
    (
        QuestionType::Salary,
        r"(?:salary|compensation|pay|rate) (?:expectation|requirement|range|are you)\w*|expected (?:ctc|salary|rate)|expectativas? (?:salarial|economic|de sueldo)\w*|pretension\w* (?:salarial|economic)\w*|tus expectativas|pretensao salarial|pretentions? salarial\w*|gehaltsvorstellung\w*|(?:cuanto|que salario) (?:buscas|pides|esperas|quieres)|aspiracion salarial|how much (?:are you|would you|do you)|aspettative (?:economiche|salariali)|current (?:ctc|salary)|dime tu tarifa|stundensatz nennen",
    ),
    (
        QuestionType::Availability,
        r"notice period|when (?:could|can|would) you (?:start|join|be available)|your availab\w+|are you (?:still )?available|(?:cual es|cuentame|dime|indicas?|tienes) (?:tu |la )?disponibilidad|disponibilidad (?:de incorporacion|para empezar)|cuando (?:podrias|puedes) (?:empezar|incorporarte|unirte)|preaviso|quando (?:pode|poderia) (?:comecar|iniciar)|disponibilite|preavis|kundigungsfrist|ab wann|verfugbar\w*|preavviso|disponibilita",
    ),
    (
        QuestionType::Scheduling,
        r"(?:are you free|would .{3,30} work for you|what time|which (?:day|slot)|when (?:are you|is a good time|would be)|can we (?:talk|speak|move|schedule)|what day|does .{3,40} (?:work|suit))|te viene bien|a que hora|que dia|cuando (?:podemos|puedes) hablar|podemos hablar|te (?:puedo )?llam(?:o|ar)|huecos|que horario|qual (?:o melhor )?horario|quand (?:seriez|etes)|wann (?:passt|hatten|konnen)|passt (?:dir|ihnen)|quando possiamo",
    ),
    (
        QuestionType::Experience,
        r"(?:how (?:many years|much experience)|do you have (?:any )?experience|have you (?:worked|used)|your experience (?:with|in)|years of experience (?:do|with))|(?:cuantos anos|que experiencia|tienes experiencia|has trabajado)|quantos anos|tem experiencia|combien d'annees|avez-vous (?:travaille|de l'experience)|wie viele jahre|haben sie erfahrung|quanti anni",
    ),
    (
        QuestionType::Interest,
        r"(?:are you (?:still )?interested|still interested|did you (?:get a chance|see|read)|any (?:update|news|thoughts)|what do you think|would you (?:still )?(?:be|like))|sigues interesad|te interesa|pudiste (?:ver|mirar|leer)\w*|has podido|que te parece|alguna novedad|novedades|ainda (?:tem|esta) interess|conseguiu|toujours interess|avez-vous (?:vu|lu)|noch interess|was meinen|ancora interessat|quedo pendiente|just checking|mi mensaje",
    ),
    (
        QuestionType::Contact,
        r"(?:your (?:phone|number|email|mail)|best number|reach you|updated (?:cv|resume)|send (?:me )?your (?:cv|resume)|tu (?:telefono|numero|correo|email|cv)|me pasas (?:tu|un) (?:cv|telefono)|seu (?:telefone|numero|curriculo)|votre (?:numero|telephone|cv)|(?:ihre|deine) (?:nummer|telefonnummer)|il suo (?:numero|cv))",
    ),
];

/// What a follow-up asks for, from its first question of a known sort.
pub(crate) fn question_type(doc: &Doc) -> Option<Found<QuestionType>> {
    static ASKED: LazyLock<Regex> =
        LazyLock::new(|| pattern(&format!(r"\b(?:{})", groups(ASKS.map(|(_, words)| words)))));
    let known = first(&ASKED, doc).and_then(|(at, span)| Some((ASKS.get(at)?.0, span)));
    known.map(|(value, span)| Found { value, span, confidence: 80 }).or_else(|| {
        questions(doc).into_iter().next().map(|q| Found { value: QuestionType::Other, span: q.span, confidence: 50 })
    })
}

/// Mail addresses and telephone numbers anywhere in the text.
pub(crate) fn contacts(doc: &Doc) -> Vec<Found<String>> {
    static PHONE: LazyLock<Regex> =
        LazyLock::new(|| pattern(r"(?:\+\d{1,3}[ .-]?)?(?:\(\d{1,4}\)[ .-]?)?\d{2,5}(?:[ .-]\d{2,4}){2,4}"));
    let phones = PHONE.find_iter(&doc.text).map(|m| m.range()).filter(|span| {
        let words = doc.words(span);
        let digits = words.bytes().filter(u8::is_ascii_digit).count();
        let money = doc.text[span.end..].trim_start().starts_with(['€', '$', '£', '%'])
            || doc.text[..span.start].ends_with(['$', '€', '£', '.', ',']);
        let date = words.len() == 10 && words.matches(['-', '.']).count() == 2 && digits == 8;
        (9..=14).contains(&digits)
            && !money
            && !date
            && !doc.urls.iter().any(|u| u.start <= span.start && span.end <= u.end)
    });
    phones
        .chain(doc.mails.iter().cloned())
        .map(|span| Found { value: doc.words(&span).to_owned(), span, confidence: 90 })
        .take(MOST)
        .collect()
}

/// Web addresses, each once.
pub(crate) fn links(doc: &Doc) -> Vec<Found<String>> {
    let mut out: Vec<Found<String>> = Vec::new();
    for span in &doc.urls {
        let value = doc.words(span).to_owned();
        if out.len() < MOST && !out.iter().any(|known| known.value == value) {
            out.push(Found { value, span: span.clone(), confidence: 99 });
        }
    }
    out
}

const INDUSTRIES: [(&str, &str); 20] = [
    ("fintech", r"fintech|payments?|pagos|pagamentos|neobank\w*|banking platform|open banking"),
    ("banking", r"bank(?:ing)?|banca|banco|bankenumfeld|banque"),
    ("insurance", r"insurance|insurtech|seguros|aseguradora|seguradora|versicherung|assurances?"),
    ("health", r"health ?tech|healthcare|health|salud|hospital\w*|saude|sante|medtech|clinics?|gesundheit"),
    ("gaming", r"gaming|game studio|video ?games?|videojuegos|games"),
    ("e-commerce", r"e-?commerce|marketplace|comercio electronico|online shop"),
    ("retail", r"retail\w*|supermercado\w*|grocer\w*|gimnasios"),
    ("logistics", r"logistics?|logistica|supply chain|freight|shipping|transporte|logistik"),
    ("energy", r"energy|energia|renewables?|renovables|utilities|energie|solar"),
    ("education", r"ed-?tech|education|educacion|universit\w+|e-learning"),
    ("crypto", r"crypto(?:currency)?|blockchain|web3|defi|btcfi"),
    ("telecommunications", r"telecom\w*|telco|telecomunicaciones"),
    ("automotive", r"automotive|automocion|automobil\w*|automotriz"),
    ("cybersecurity", r"cyber ?security|ciberseguridad"),
    ("travel", r"travel|turismo|hospitality|hotels?|hoteles|viajes"),
    ("media", r"media|streaming|publishing|advertising|adtech|publicidad"),
    ("agriculture", r"ag-?tech|agriculture|agricultura|farming"),
    ("aerospace", r"aerospace|aviation|satellites?|aeroespacial|defen[cs]e"),
    ("human resources", r"hr ?tech|payroll|nominas"),
    ("consulting", r"consultancy|consultora|consultoria"),
];

/// The employer's industry: the first that the text names.
pub(crate) fn industry(doc: &Doc) -> Option<Found<String>> {
    static NAMED: LazyLock<Regex> =
        LazyLock::new(|| pattern(&format!(r"\b(?:{})\b", groups(INDUSTRIES.map(|(_, words)| words)))));
    let (at, span) = first(&NAMED, doc)?;
    let (name, _) = INDUSTRIES.get(at)?;
    Some(Found { value: (*name).to_owned(), span, confidence: 65 })
}

/// Lists of words as the groups of one pattern: a text is searched once, not once for each list.
fn groups<const N: usize>(lists: [&str; N]) -> String {
    lists.map(|words| format!("({words})")).join("|")
}

/// The first match in the text, and which of the pattern's groups it is.
fn first(regex: &Regex, doc: &Doc) -> Option<(usize, Span)> {
    let found = regex.captures(&doc.low.text)?;
    let at = found.iter().skip(1).position(|group| group.is_some())?;
    Some((at, doc.low.source(&found.get(0)?.range())))
}
