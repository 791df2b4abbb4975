//! Where the work is done: days at the office beat a bare "remote", what is negated counts as its opposite or not at
//! all, and a choice between home and office is remote.

use std::sync::LazyLock;

use contract::RemotePolicy;
use regex::Regex;

use crate::{
    clean::Span,
    doc::Doc,
    header::{Layout, Topic},
    pattern::pattern,
    reading::Found,
    tech::floor,
};

/// "3 days", "dos días", "2x por semana": how many, next to a word for the office or the home, makes a mix of both.
static COUNT: LazyLock<Regex> = LazyLock::new(|| {
    const N: &str = r"(?:[1-4](?:\.5)?(?: ?(?:[-–/]|to|or|a|o|oder|bis|ou) ?[1-5])?|one|two|three|four|a single|una?|uno|dos|tres|cuatro|um|dois|duas|quatro|deux|trois|quatre|eine?n?|zwei|drei|vier|due|tre|quattro)";
    pattern(&format!(
        r"\b{N}(?: (?:fixed|set|full|whole|fijos?|completos?|or more))?[ -](?:(?:home office|office|home|remote|on-?site|wfh|homeoffice)[ -])?(?:days?|dias?|jours?|tage?n?|giorn[io]|burotage?n?|prasenztage?n?|homeoffice-tage?n?|home-office-tage?n?)\b|\b[1-4]x (?:por|a la|na|per|a|pro|die) (?:semana|week|woche)\b|\b[1-4] ?j\b|\b(?:once|twice) a week\b|\b(?:dos|tres) veces (?:por|a la) semana\b|\b(?:zwei|drei)mal (?:pro|die|in der) woche\b|\b(?:deux|trois) fois par semaine\b|\buna vez (?:por|a la) semana\b|\buma vez por semana\b"
    ))
});
static SITE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?:office|oficinas?|ofi|on-?site|on site|in person|in-person|presencia\w*|presence|hq|campus|wfo|wfh|home|remot\w+|telework\w*|come in|at the client|en cliente|beim kunden|chez le client|client site|teletrabajo|casa|home ?office|homeoffice|bureaux?|presentiel|sur site|teletravail|buro|vor ort|prasenz|mobil\w* arbeiten|zuhause|zu hause|ufficio|smart ?working|presenza|in sede|escritorio|telelavoro|despacho|in the (?:lab|studio|plant)|estudio|planta|fabrica|burotage?n?|prasenztage?n?|homeoffice-tage?n?)\b|^(?: (?:a|per) week| a la semana| por semana)? (?:en|in) (?:el |la |the )?[a-z]|^ (?:of|out of|de|sur|su|von) (?:the )?(?:5|five|cinco|cinq|cinque|funf)\b",
    )
});
/// What is counted is no day at work: holidays, a short week, a deadline.
static OTHER_DAYS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^[ -](?:week|semana laboral|ago|notice|of (?:holiday|vacation|leave|pto|onboarding|training)|(?:paid )?(?:vacation|holiday|leave|pto|off)|libres?|(?:habiles |laborables )?de vacaciones|vacaciones|conges|urlaub|ferie|in a row|turnaround|process|later|before|after)\b|^ (?:en|in) (?:enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre|january|february|march|april|may|june|july|august|september|october|november|december|total|advance|order)\b",
    )
});
/// Once a month or less makes no mix of what is called remote.
static SELDOM: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^[^.;\n]{0,44}\b(?:a|per|each|every|once a|al|por|cada|par|pro|im|ao|au|di ogni) (?:month|quarter|year|mes|trimestre|ano|an|mois|monat|quartal|jahr|semestre|mese|anno)\b",
    )
});
static CALLED_REMOTE: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"\b(?:remot[eo]|remotamente|teletrabajo|teletravail)\b"));
/// The rest of the week is elsewhere.
static REST: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"\b(?:rest|remainder|otherwise|resto|le reste|der rest|il resto)\b"));
static SHORT_WEEK: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?:\b(?:jornada|semana(?: laboral)?|week) (?:de|of) |\b(?:within|respond in|in just|hace|dentro de|after|en menos de) )$",
    )
});
/// Shares, patterns and weekdays that make a mix by themselves.
static SHARED: LazyLock<Regex> = LazyLock::new(|| {
    const PLACE: &str = r"(?:remot\w+|teletrabajo|home ?office|homeoffice|teletravail|smart ?working|telelavoro|wfh|presencia\w*|on-?site|mobil\w* arbeiten)";
    const DAY: &str = r"(?:mon|tues|wednes|thurs|fri)days?|(?:mon|tues?|wed|thurs?|fri)\b|lunes|martes|miercoles|jueves|viernes|montags?|dienstags?|mittwochs?|donnerstags?|freitags?|segundas?|sextas?";
    pattern(&format!(
        r"\b[1-4]\s?[x+]\s?[1-4]\b|\b[1-4] (?:from|in|at) the office\b|\b(?:[1-9]\d) ?% (?:of the time |del tiempo |en |de |in |im )?{PLACE}|\b{PLACE}(?: (?:up to|bis zu|hasta(?: el| un)?|al|de|jusqu'a|ate|fino al?)| ?:)? [1-9]\d ?%|\b(?:mas|menos) del \d+ ?% de {PLACE}|\b(?:{DAY})(?:(?:,| and| y| und| et| e| &|/| or| o)+ ?(?:{DAY}))*(?: cada uno| each)?,? (?:at|in|from|en|desde|im|vom|von|stay|work(?:ing)?|are|is)(?: at| from| en)? (?:the |la |su |tu )?(?:office|oficina|home|casa|remoto|su casa|buro|homeoffice)\b|\b(?:office|oficina) (?:on )?(?:{DAY})(?: ?(?:,|and|y|&|-|to) ?(?:{DAY}))?"
    ))
});
/// Every working day at the office.
static WHOLE_WEEK: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?:lunes a viernes|l-v|l a v|monday (?:to|through) friday|mon ?[-–] ?fri|segunda a sexta)\b[^.\n]{0,20}\b(?:oficina|office|presencial|escritorio|on-?site)|\b(?:oficina|office|presencial|escritorio|on-?site)\b[^.\n]{0,14}\b(?:lunes a viernes|l-v|monday (?:to|through) friday|mon ?[-–] ?fri|segunda a sexta)\b",
    )
});
/// A choice of working fully remote or otherwise.
static CHOICE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?:hybrid\w*|hibrid\w*|office|oficina|on-?site|presencial)\b[^.;\n|]{0,32}\b(?:or|o|ou|oder|bien)[ ,]+(?:(?:fully|full|100 ?%|totally|completely|en|totalmente|komplett|voll) )?(?:remot\w+|teletrabajo|homeoffice|desde (?:tu )?casa|en tu casa)|\b(?:remot\w+|teletrabajo|homeoffice)\b(?: \w+){0,3} (?:or|o|ou|oder) (?:in |en |im )?(?:hybrid\w*|hibrid\w*|on-?site|in[- ]office|presencial|(?:the |our |la )?(?:office|oficina))",
    )
});
static HYBRID: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?:hybrid|hibrid[oa]s?|hybride|ibrid[oa]|alternancia|semi-?presencial|semi-?remoto|part(?:ly|ially)?[ -]remote|teilweise remote|mostly on-?site|hybrides|flex office|mixt[oa]|(?:teletrabajo|teletravail|remoto|remote|home ?office|homeoffice|telelavoro|smart ?working|wfh) (?:parcial|partiel|parziale|partial|ocasional|occasionnel|flexible)|(?:partial|occasional|some) (?:remote|wfh|home ?office|teletrabajo)|teilweise (?:mobil|homeoffice|home-office))\b",
    )
});
static ONSITE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?:on-?site|on site|in-office|in office|in the office (?:every day|daily|full[- ]time)|desde (?:la|nuestra) oficina|in person|in-person|presencial(?:mente|es)?|presence (?:au bureau|sur site)|every day in the office|all days? in the office|presenciel|presentiel|sur site|vor ort|in presenza|in sede|(?:5|five) days? (?:a week )?(?:wfo|in the|in|at|onsite|on)|office[ -]based|work(?:ing)? from (?:the |our )?office|at our office|from our office|5 dias en (?:la )?oficina|wfo|face to face|现场|坐班|relocation required|no telecommuting|no (?:home ?office|wfh|remote work|teletrabajo))\b",
    )
});
static REMOTE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?:remote(?:ly)?|remot[oa]s?|remotamente|teletrabalho|telework(?:ing)?|teletrabajo|teletravail|telelavoro|home ?office|homeoffice|home-office|wfh|work(?:ing)? from home|work from anywhere|from anywhere|anywhere in|a distancia|a distance|desde (?:tu |su |mi )?casa|desde cualquier|full remoto|da remoto|de casa|smart ?working|from home|(?:from |place: ?|work )where+ver|where+ver(?:,| you)|(?:desde |de )?donde (?:tu )?(?:quieras|sea|estes|vivas|prefieras)|desde cualquier\w*|location[- ]independent|office (?:attendance )?(?:is )?optional|oficina (?:es )?opcional|fully distributed|sin oficina|de onde (?:quiser|estiver)|n'importe ou|d'ou vous voulez|von uberall|ortsunabhangig|telearbeit|mobiles arbeiten|en tu casa)\b|远程",
    )
});
/// Turns a mode into none.
static NEGATED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?:\b(?:no|not|isn't|is not|non|nicht|kein|keine|sin|cero|nao|pas de|pas|without|can't do|cannot do|can't offer|don't (?:do|offer)|no hay|no es|it isn't|so no|never|zero|unfortunately no|senza|niente)(?: (?:fully|full|100%|hay|a|any|an|obligation to|really|posibilidad de|opcion de|possibility of|es|posible|possible|el|la|se|puede|ofrecemos|ofrece|tenemos|admite|permite|contempla|contemplamos|aceptamos|offer|allow|support|existe|hay))*)[ \t]*$",
    )
});
static DENIED_AFTER: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^[ \t]*(?:is not|isn't|not|ist (?:leider )?nicht|leider nicht|no es|no esta|not possible|no se ofrece|is unfortunately not|nao e|n'est pas|non e)\b",
    )
});
/// Words that hold a mode but tell nothing of it.
static IDLE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"remote controls?|office hours|remote sensing|home page|remote teams?|remote interview|hybrid (?:cloud|app|mobile|search|work model software)|cloud hibrida|nube hibrida|remote desktop|beneficios sociales\s+teletrabajo",
    )
});

#[derive(Clone, Debug)]
struct Signal {
    policy: RemotePolicy,
    span: Span,
    /// Says how much, which is more specific than a word.
    counted: bool,
}

/// The policy that the header, a labelled line or the sentences state.
pub(crate) fn find(doc: &Doc, layout: &Layout) -> Option<Found<RemotePolicy>> {
    let low = doc.low.text.as_str();
    let stated = layout
        .about(Topic::Mode)
        .into_iter()
        .chain(layout.about(Topic::Place))
        .chain(layout.about(Topic::Role))
        .find_map(|span| decide(low, &(doc.low.position(span.start)..doc.low.position(span.end))));
    let body = decide(low, &(0..low.len()));
    // A day count in the body is more specific than a word in the header.
    let chosen = match (&stated, &body) {
        (Some(head), Some(text)) if text.counted && head.policy != RemotePolicy::Onsite && !layout.posting => body,
        (Some(_), _) => stated,
        (None, _) => body,
    }?;
    Some(Found { value: chosen.policy, span: doc.low.source(&chosen.span), confidence: 88 })
}

/// Words that name a mode, those of another sense left out; a denied one counts as its opposite or not at all.
fn named(low: &str, within: &Span) -> Vec<Signal> {
    let Some(piece) = low.get(within.clone()) else { return Vec::new() };
    let idle: Vec<Span> = IDLE.find_iter(piece).map(|m| m.range()).collect();
    let grammars: [(&Regex, RemotePolicy); 4] = [
        (&HYBRID, RemotePolicy::Hybrid),
        (&WHOLE_WEEK, RemotePolicy::Onsite),
        (&ONSITE, RemotePolicy::Onsite),
        (&REMOTE, RemotePolicy::Remote),
    ];
    let mut out = Vec::new();
    for (regex, policy) in grammars {
        for m in regex.find_iter(piece).filter(|m| !idle.iter().any(|i| i.start < m.end() && m.start() < i.end)) {
            let span = within.start + m.start()..within.start + m.end();
            let lead = &low[floor(low, span.start.saturating_sub(36))..span.start];
            let clause = lead.rsplit(['.', '\n', ';', ',', '(']).next().unwrap_or(lead);
            let denied = NEGATED.is_match(clause) || DENIED_AFTER.is_match(&low[span.end..floor(low, span.end + 40)]);
            match (denied, policy) {
                (false, _) => out.push(Signal { policy, span, counted: false }),
                (true, RemotePolicy::Remote) => {
                    let span = with_denial(low, span);
                    out.push(Signal { policy: RemotePolicy::Onsite, span, counted: false });
                }
                (true, _) => {}
            }
        }
    }
    out
}

/// The first count of days at one place and the other.
fn counted(low: &str, within: &Span) -> Option<Signal> {
    let piece = low.get(within.clone())?;
    let mixed = |span: Span| Signal { policy: RemotePolicy::Hybrid, span, counted: true };
    let whole: Vec<Span> = WHOLE_WEEK.find_iter(piece).map(|m| m.range()).collect();
    let shared = SHARED
        .find_iter(piece)
        .find(|m| !whole.iter().any(|w| w.start < m.end() && m.start() < w.end))
        .map(|m| mixed(within.start + m.start()..within.start + m.end()));
    let days = COUNT.find_iter(piece).find_map(|m| {
        let site = beside(piece, &m.range())?;
        let (start, end) = (m.start().min(site.start), m.end().max(site.end));
        Some(mixed(within.start + start..within.start + end))
    });
    shared.into_iter().chain(days).min_by_key(|signal| signal.span.start)
}

/// The word for the office or the home in the clause of a count of working days.
fn beside(piece: &str, count: &Span) -> Option<Span> {
    const REACH: usize = 64;
    let ends = ['.', '!', '?', '\n', ';', '|'];
    let from = floor(piece, count.start.saturating_sub(REACH));
    let lead = &piece[from..count.start];
    let start = lead.rfind(ends).map_or(from, |n| from + n + 1);
    let rest = &piece[count.end..floor(piece, count.end + REACH)];
    let rest = &rest[..rest.find(ends).unwrap_or(rest.len())];
    if OTHER_DAYS.is_match(rest)
        || SHORT_WEEK.is_match(&piece[start..count.start])
        || SELDOM.is_match(rest) && CALLED_REMOTE.is_match(piece)
    {
        return None;
    }
    let elsewhere = REST.find(rest).map(|m| count.end + m.start()..count.end + m.end());
    let rest = &rest[..rest.find(',').unwrap_or(rest.len())];
    let start = piece[start..count.start].rfind(',').map_or(start, |n| start + n + 1);
    let inside = SITE.find(&piece[count.clone()]).map(|m| count.start + m.start()..count.start + m.end());
    let after = || SITE.find(rest).map(|m| count.end + m.start()..count.end + m.end());
    let before = || SITE.find_iter(&piece[start..count.start]).last().map(|m| start + m.start()..start + m.end());
    inside.or_else(after).or_else(before).or(elsewhere)
}

/// The words of a denial with what they deny.
fn with_denial(low: &str, span: Span) -> Span {
    let start = floor(low, span.start.saturating_sub(12));
    let word = low[start..span.start].find(|c: char| !c.is_alphanumeric()).map_or(start, |n| start + n + 1);
    let from = floor(low, word.min(span.start));
    (if low[from..span.start].trim().is_empty() { span.start } else { from })..span.end
}

/// A choice, else a mix, else the one mode that is named.
fn decide(low: &str, within: &Span) -> Option<Signal> {
    let piece = low.get(within.clone())?;
    if let Some(choice) = CHOICE.find(piece) {
        let span = within.start + choice.start()..within.start + choice.end();
        return Some(Signal { policy: RemotePolicy::Remote, span, counted: false });
    }
    if let Some(counted) = counted(low, within) {
        return Some(counted);
    }
    let signals = named(low, within);
    let first = |policy| signals.iter().find(|s| s.policy == policy).cloned();
    if let Some(hybrid) = first(RemotePolicy::Hybrid) {
        return Some(hybrid);
    }
    match (first(RemotePolicy::Remote), first(RemotePolicy::Onsite)) {
        (Some(remote), Some(onsite)) => {
            // A denied "remote" counts as on site and stands against an idle mention.
            let denied = signals.iter().filter(|s| s.policy == RemotePolicy::Onsite).any(|s| s.span.len() > 12);
            Some(if denied && remote.span.start > onsite.span.start { onsite } else { remote })
        }
        (one, other) => one.or(other),
    }
}
