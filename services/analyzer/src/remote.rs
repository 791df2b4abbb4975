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

/// "3 days a week in the office", "dos días de teletrabajo", "3x2".
static DAYS: LazyLock<Regex> = LazyLock::new(|| {
    const N: &str = r"(?:\d(?:[-–]\d)?|one|two|three|four|un|una|uno|dos|tres|cuatro|um|dois|duas|tres|quatro|deux|trois|quatre|ein|einen|zwei|drei|vier|due|tre)";
    let n = N;
    pattern(&[
        format!(r"\b{n}(?: fixed| set| full)? (?:office |fixed )*days?(?: (?:a|per|each|every) (?:week|month))?(?: a week)? ?(?:/ ?week )?(?:in|at|on|from|onsite|wfo|on-site|of|required|working)?(?: (?:the|our|a))?(?: [a-z]+)? ?(?:office|onsite|on-site|on site|wfo|hq|home office|home|wfh|remote)"),
        format!(r"\b{n}(?: fixed| set)? office days"),
        format!(r"\b{n} days? (?:a|per) (?:week|fortnight|month)(?: in [\p{{L}} ]{{2,24}})?,? (?:and )?(?:the )?(?:rest|remainder)"),
        format!(r"\b{n} days? (?:a|per) (?:week|fortnight|month) (?:at|in|on)\b"),
        format!(r"\b{n} days? (?:in|at) [a-z]+,? (?:and )?(?:the )?rest (?:at|from) home"),
        format!(r"\b{n} days? (?:in|at|from) (?:the )?(?:office|home)"),
        format!(r"\b{n} days? (?:on ?-?site|in-office|wfo|wfh|in person)"),
        format!(r"\b{n} of five"),
        format!(r"\b{n} dias?(?: fijos)?(?: (?:por|a la|de la|x) semana| semanales| al mes)? ?(?:en|de|desde|presencial(?:es)?|na|no|em)?(?: (?:la|el|nuestra|o|a))? ?(?:oficina|ofi|presencial|presenciales|teletrabajo|remoto|casa|home ?office|escritorio|campus)"),
        format!(r"\b{n} dias? por semana (?:no|na|en|em)\b"),
        format!(r"\b{n} jours? (?:de |en |sur )?(?:teletravail|presentiel|bureau|site|remote)"),
        format!(r"\b{n} (?:tage?|tagen) (?:pro woche |die woche |in der woche )?(?:im |vor |vom )?(?:buro|office|home ?office|ort|prasenz|remote|zuhause)"),
        format!(r"\b{n} (?:prasenztag|burotag|homeoffice-tag|home-office-tag)"),
        format!(r"\b{n} giorn[io] (?:di |in )?(?:smart ?working|ufficio|presenza|remoto)"),
        format!(r"\bhome ?office an {n} tagen"),
        format!(r"\bhome ?office {n}x|\b{n}x (?:por|a la|na) semana"),
        r"\b[1-4]\s?x\s?[1-4]\b".to_owned(),
        r"\b(?:mondays?|tuesdays?|wednesdays?|thursdays?)(?:,? (?:and|&|/) ?\w+)? (?:at|in) the office".to_owned(),
        r"\b(?:[5-9]\d|[1-8]0) ?% (?:remote|remoto|teletrabajo|homeoffice|home ?office)\b".to_owned(),
        r"\bmas del \d+ ?% de presencialidad".to_owned(),
        r"\b(?:lunes|martes|miercoles|jueves|viernes)(?: (?:y|a) (?:lunes|martes|miercoles|jueves|viernes))? (?:en la oficina|cada uno en su casa|en remoto|desde casa|en casa)".to_owned(),
        r"\b(?:mondays?|fridays?)[a-z ]{0,12} (?:stay|work(?:ing)?|from)(?: from)? (?:at )?home".to_owned(),
    ]
    .join("|"))
});
static HYBRID: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?:hybrid|hibrid[oa]|hybride|ibrid[oa]|alternancia|semi-?presencial|semi-?remoto|part(?:ly|ially)?[ -]remote|teilweise remote|mostly on-?site|hybrides|flex office|mixt[oa])\b",
    )
});
static ONSITE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?:on-?site|on site|in-office|in office|in person|in-person|presencial(?:mente|es)?|presence (?:au bureau|sur site)|every day in the office|all days? in the office|presenciel|presentiel|sur site|vor ort|in presenza|in sede|(?:5|five) days? (?:a week )?(?:wfo|in the|in|at|onsite|on)|office[ -]based|work(?:ing)? from (?:the |our )?office|at our office|from our office|5 dias en (?:la )?oficina|wfo|face to face|现场|坐班|relocation required|no telecommuting|no (?:home ?office|wfh|remote work|teletrabajo))\b",
    )
});
static REMOTE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?:remote(?:ly)?|remot[oa](?:mente)?|telework(?:ing)?|teletrabajo|teletravail|telelavoro|home ?office|homeoffice|home-office|wfh|work(?:ing)? from home|work from anywhere|from anywhere|anywhere in|a distancia|a distance|desde (?:tu |su |mi )?casa|desde cualquier|full remoto|da remoto|de casa|smart ?working|from home)\b|远程",
    )
});
/// Turns a mode into none.
static NEGATED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?:\b(?:no|not|isn't|is not|non|nicht|kein|keine|sin|nao|pas de|pas|without|can't do|cannot do|can't offer|don't (?:do|offer)|no hay|no es|it isn't|so no|never|zero|unfortunately no|senza|niente)(?: (?:fully|full|100%|hay|a|any|an|obligation to|really|posibilidad de|opcion de|possibility of))*)[ \t]*$",
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
        r"remote[- ]first|remote controls?|office hours|remote sensing|home page|remote teams?|remote interview|hybrid (?:cloud|app|mobile|search|work model software)|cloud hibrida|nube hibrida|remote desktop|beneficios sociales\s+teletrabajo",
    )
});

#[derive(Debug)]
struct Signal {
    policy: RemotePolicy,
    span: Span,
}

/// The policy that the header, a labelled line or the sentences state.
pub(crate) fn find(doc: &Doc, layout: &Layout) -> Option<Found<RemotePolicy>> {
    let low = doc.low.text.as_str();
    let stated = layout
        .about(Topic::Mode)
        .into_iter()
        .chain(layout.about(Topic::Place))
        .chain(layout.about(Topic::Role))
        .find_map(|span| {
            let within = doc.low.position(span.start)..doc.low.position(span.end);
            decide(&signals(low, &within))
        });
    let body = decide(&signals(low, &(0..low.len())));
    // A day count or a denial in the body is more specific than a word in the header.
    let chosen = match (&stated, &body) {
        (Some(head), Some(text))
            if text.policy == RemotePolicy::Hybrid
                && DAYS.is_match(&low[text.span.clone()])
                && head.policy != RemotePolicy::Onsite
                && !layout.posting =>
        {
            body
        }
        (Some(_), _) => stated,
        (None, _) => body,
    }?;
    Some(Found { value: chosen.policy, span: doc.low.source(&chosen.span), confidence: 88 })
}

fn signals(low: &str, within: &Span) -> Vec<Signal> {
    let Some(piece) = low.get(within.clone()) else { return Vec::new() };
    let idle: Vec<Span> = IDLE.find_iter(piece).map(|m| m.range()).collect();
    let mut out = Vec::new();
    let grammars: [(&Regex, RemotePolicy); 4] = [
        (&DAYS, RemotePolicy::Hybrid),
        (&HYBRID, RemotePolicy::Hybrid),
        (&ONSITE, RemotePolicy::Onsite),
        (&REMOTE, RemotePolicy::Remote),
    ];
    for (regex, policy) in grammars {
        for m in regex.find_iter(piece) {
            if idle.iter().any(|i| i.start < m.end() && m.start() < i.end)
                || regex.as_str() == DAYS.as_str() && five(m.as_str())
            {
                continue;
            }
            let span = within.start + m.start()..within.start + m.end();
            let lead = &low[floor(low, span.start.saturating_sub(36))..span.start];
            let clause = lead.rsplit(['.', '\n', ';', ',', '(']).next().unwrap_or(lead);
            let denied = NEGATED.is_match(clause) || DENIED_AFTER.is_match(&low[span.end..floor(low, span.end + 40)]);
            match (denied, policy) {
                (false, _) => out.push(Signal { policy, span }),
                (true, RemotePolicy::Remote) => {
                    out.push(Signal { policy: RemotePolicy::Onsite, span: with_denial(low, span) })
                }
                (true, _) => {}
            }
        }
    }
    out
}

/// The words of a denial with what they deny.
fn with_denial(low: &str, span: Span) -> Span {
    let start = floor(low, span.start.saturating_sub(12));
    let word = low[start..span.start].find(|c: char| !c.is_alphanumeric()).map_or(start, |n| start + n + 1);
    let from = floor(low, word.min(span.start));
    (if low[from..span.start].trim().is_empty() { span.start } else { from })..span.end
}

fn five(words: &str) -> bool {
    words.starts_with('5') || words.starts_with("five") || words.starts_with("cinco")
}

fn decide(signals: &[Signal]) -> Option<Signal> {
    let first = |policy| signals.iter().find(|s| s.policy == policy);
    let pick = |s: &Signal| Signal { policy: s.policy, span: s.span.clone() };
    let (remote, hybrid, onsite) =
        (first(RemotePolicy::Remote), first(RemotePolicy::Hybrid), first(RemotePolicy::Onsite));
    if let Some(hybrid) = hybrid {
        return Some(pick(hybrid));
    }
    match (remote, onsite) {
        (Some(remote), Some(onsite)) => {
            // "remote or on site" is a choice; a denied "remote" counts as on site and stands against an idle mention.
            let denied = signals.iter().filter(|s| s.policy == RemotePolicy::Onsite).any(|s| s.span.len() > 12);
            Some(pick(if denied && remote.span.start > onsite.span.start { onsite } else { remote }))
        }
        (one, other) => one.or(other).map(pick),
    }
}
