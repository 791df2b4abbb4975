//! Technologies of the job: gazetteer hits kept when their surroundings make them one, dropped when the sentence
//! excludes them or speaks of something else (a customer's tools, the employer's name).

use std::sync::LazyLock;

use contract::{Engine, TechMention};
use regex::Regex;

use crate::{
    clean::Span,
    doc::Doc,
    gazetteer::{GAZETTEER, Hit, Sense},
    pattern::pattern,
};

/// Bytes looked at on either side of a hit.
const WINDOW: usize = 60;

static CUE_AFTER: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^[ \t]*(?:\d+(?:\.\d+)?[ \t]*)?(?:/[ \t]*)?(?:developers?|engineers?|programmers?|devs?|experience|experts?|expertise|scripts?|codebase|code|stack|skills?|world|folks|shop|backend|frontend|services?|services|pull requests?|pr\b|lead|architect|team|entwickler\w*|programador\w*|desarrollador\w*|lover|microservices|apis?|server|apps?|front end|jobs?|preferred|dba|pipelines?|components?|cluster|queries|ecosystem|knowledge|contract\b|gig|work\b|consult\w+|administrat\w+|admin\b|specialists?|spezialist\w*|berater\w*|is (?:a must|a plus|mandatory|required)|welcome|(?:semi )?senior|sr\b|ssr\b|junior)\b",
    )
});
static CUE_BEFORE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?:stack ?:|skills? ?:|tecnologias? ?:|technik ?:|tech ?:|\b(?:writ\w+|cod\w+|built|build|program\w+|develop\w*|services|agents|backend|work|works|working|trabaj\w+|experience|experiencia|conocimientos?|conhecimentos?|knowledge|proficien\w+|expert\w*|strong|solid|good|skilled|fluent|domain|dominio|manejo|nivel|interest|erfahrung|kenntnisse|maitrise|experience)(?: (?:level|skills|mostly))?(?: (?:in|with|en|con|de|of|mit|em|com|avec))?|\b(?:mostly|mainly|must have|must know|some|legacy|modern|idiomatic|must have|programador|programadora|desarrollador|desarrolladora|desarrollador/a|arquitecto|desenvolvedor|developpeur|entwickler|ingeniero|dev|junior|senior|sr\.?|algo de|un poco de|con|sepa|domine)|\b(?:between|on) an?|(?:engineer|developer|programmer|dev|entwickler|desarrollador|ingeniero|programador|desenvolvedor)[a-z/]*(?: \(| -| –| in| en|,)?|\b(?:perfil(?:es)? de|embedded|embebid[oa]|(?:software|backend|frontend|fullstack|senior|junior|sistemas|datos) \(|te (?:mola|gusta|va)|bock auf|lust auf|touch of|mov(?:e|ing) to|migrat\w+ to|likes?|deseables?|preferably|valorable|using|use|uses|usamos|usa|utiliz\w+|sepa[n]?|as|sabes?(?: de)?|knows?|speaks?|love|loves|expert[oa]s? en))[ \t(]*$",
    )
});
static EXCLUDED_BEFORE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?:no|not|not using|never|without|sin|nada de|ni|kein|keine|keinen|sem|pas de|pas d|ohne|senza|niente|don't(?: \w+){0,2}|do not(?: \w+){0,2}|dropped the|drop|left|leaving|moving off|moved off|move off|moving away from|moved away from|away from|instead of|rather than|no longer(?: \w+)?|no usamos|no pedimos|without any|isn't|aren't|skip|neither|nor|replaced|nao usamos|n'utilisons pas|anything but)[ \t]+(?:the |el |la |any |more |our |actually |use |using |need |mas )?$",
    )
});
static EXCLUDED_AFTER: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^[ \t]*(?:brauchen sie nicht|brauchst du nicht|no lo pedimos|no se pide|no hace falta|not (?:needed|required|used)|isn't (?:needed|required|used)|is not (?:needed|required|used)|nicht (?:notig|erforderlich)|ja foi|ya no se usa|requirement dropped|nao e necessario|n'est pas (?:requis|demande)|non serve|experience (?:is )?not (?:needed|required))",
    )
});
static OTHERS_TOOLS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?:\b(?:companies|customers|clients|brands|competitors|alternatives?|destinations|integrat\w+|integrations?|partners|projects|contributions|clientes|empresas|backed by|investors)\b[^.;\n()]{0,40}(?:like|including|such as|with|como|to|incluyendo)\b[^.;\n]{0,120}|\b(?:tools|apps|warehouse|integrations|sources|destinations|platforms|customers)[ \t]*\([^)\n]{0,160})$",
    )
});
/// Whose tools they are: a match of [`OTHERS_TOOLS`] holds one of these words.
static OTHERS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"compan|customers|clients|brands|competitors|alternative|destination|integrat|partners|projects|contributions|clientes|empresas|backed by|investors|tools|apps|warehouse|sources|platforms",
    )
});
static MUST: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?:must[ -]haves?|must know|must have|mandatory|required|requires|essential|imprescindibles?|indispensables?|obligatori[oa]s?|excluyentes?|obrigatori[oa]s?|indispensavel|muss|zwingend|indispensable|imperati\w+|obbligatori[oa]|you must have|you need)\b",
    )
});
static OPTIONAL: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?:nice[ -]to[ -]haves?|good[ -]to[ -]have|a plus|plus|bonus|optional|preferred|valorables?|deseables?|se valora\w*|desejavel|diferencial|kann|wunschenswert|un plus|apprecie|gradit[oa])\b",
    )
});

/// The technologies of the job, in order of mention, each once. `names` are the employer's and the agency's.
pub(crate) fn find(doc: &Doc, names: &[&str]) -> Vec<TechMention> {
    let low = doc.low.text.as_str();
    let hits = GAZETTEER.hits(low);
    let accepted = accept(doc, &hits);
    let others: Vec<usize> = OTHERS.find_iter(low).map(|m| m.start()).collect();
    let mut out: Vec<TechMention> = Vec::new();
    for (hit, _) in hits.iter().zip(accepted).filter(|(_, accepted)| *accepted) {
        let price = low[hit.span.end..].trim_start().starts_with(|c: char| c.is_ascii_digit());
        if excluded(low, &hit.span, &others)
            || within_name(low, &hit.span, names)
            || price && &low[hit.span.clone()] == "php" && low[hit.span.end..].starts_with(' ')
        {
            continue;
        }
        let Some(entry) = GAZETTEER.entries.get(hit.tech) else { continue };
        let required = required(low, hit.span.start);
        if let Some(known) = out.iter_mut().find(|mention| mention.name == entry.name) {
            known.required |= required;
            continue;
        }
        if let Some(evidence) = doc.evidence(&doc.low.source(&hit.span)) {
            let confidence = if hit.sense == Sense::Plain { 95 } else { 85 };
            out.push(TechMention {
                name: entry.name.to_owned(),
                required,
                evidence,
                engine: Engine::Rules,
                confidence,
            });
        }
    }
    out
}

/// Which hits are technologies: plain words at once, everyday words by what stands around them.
fn accept(doc: &Doc, hits: &[Hit]) -> Vec<bool> {
    let low = doc.low.text.as_str();
    let cased: Vec<bool> = hits.iter().map(|hit| capital(doc, &hit.span)).collect();
    let mut accepted: Vec<bool> = hits
        .iter()
        .zip(&cased)
        .map(|(hit, cased)| match hit.sense {
            Sense::Plain => true,
            Sense::Case => exact(doc, hit),
            Sense::Context => *cased && (cued(low, &hit.span) || alone(low, &hit.span)),
            Sense::List => false,
        })
        .collect();
    for _ in 0..3 {
        for i in 0..hits.len() {
            let single = hits[i].span.len() == 1;
            if accepted[i] || hits[i].sense == Sense::Plain || hits[i].sense == Sense::Case || single && !cased[i] {
                continue;
            }
            let beside = |j: usize| {
                let (a, b) = if i < j { (i, j) } else { (j, i) };
                let known = accepted[j] || cased[i] && cased[j] && hits[j].sense == Sense::Context;
                known && listed(low.get(hits[a].span.end..hits[b].span.start).unwrap_or("."))
            };
            accepted[i] = i > 0 && beside(i - 1) || i + 1 < hits.len() && beside(i + 1);
        }
    }
    accepted
}

/// Written with its capital, or in a text that has none.
fn capital(doc: &Doc, span: &Span) -> bool {
    doc.words(&doc.low.source(span)).starts_with(char::is_uppercase) || !doc.prose.contains(char::is_uppercase)
}

/// Written in the letters of the name.
fn exact(doc: &Doc, hit: &Hit) -> bool {
    GAZETTEER.entries.get(hit.tech).is_some_and(|entry| doc.words(&doc.low.source(&hit.span)) == entry.name)
}

fn cued(low: &str, span: &Span) -> bool {
    CUE_AFTER.is_match(after(low, span.end)) || CUE_BEFORE.is_match(before(low, span.start))
}

/// Whether it makes up a line, as in a list of requirements.
fn alone(low: &str, span: &Span) -> bool {
    let lead = low[..span.start].trim_end_matches([' ', '\t', '*', '-', '•', '·', '▪']);
    let rest = low[span.end..].trim_start_matches([' ', '\t', '\r', '.', ',', ';']);
    lead.ends_with('\n') && (rest.is_empty() || rest.starts_with('\n'))
}

/// Whether two neighbours stand in one list: only separators, versions and small joining words between them.
fn listed(gap: &str) -> bool {
    static JOIN: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"^(?:[\s,;:/+&·•|()\[\]<>\x22–-]|->|\b(?:and|or|y|e|o|u|ou|und|oder|et|with|con|com|mit|avec|plus|some|a bit of|bit of|a little|algo de|un poco de|un po' di|etwas|dazu|in|on|nivel|alto|medio|the|interest in|interest|conocimientos de|conhecimentos de|experiencia con|etc|also|like|como|mas|as well as|tambien|\d{1,2}(?:\.\d+)?)\b|\.(?:\s|$)){1,14}$",
        )
    });
    gap.len() <= 30 && (JOIN.is_match(gap) && !gap.contains(". ") && !gap.contains(".\n"))
}

/// `others` are the places of words for people whose tools are not the job's.
fn excluded(low: &str, span: &Span, others: &[usize]) -> bool {
    let lead = before(low, span.start);
    let clause = lead.rsplit(['.', '\n', ';', ',', '(', ':']).next().unwrap_or(lead);
    EXCLUDED_BEFORE.is_match(clause) && !clause.contains("not only") && !clause.contains("no solo")
        || EXCLUDED_AFTER.is_match(after(low, span.end))
        || others_near(others, low, span.start) && OTHERS_TOOLS.is_match(wide(low, span.start))
}

fn others_near(others: &[usize], low: &str, at: usize) -> bool {
    let last = others.partition_point(|other| *other < at).checked_sub(1).and_then(|last| others.get(last));
    last.is_some_and(|last| *last >= at - wide(low, at).len())
}

fn within_name(low: &str, span: &Span, names: &[&str]) -> bool {
    names.iter().any(|name| {
        let around =
            low.get(floor(low, span.start.saturating_sub(name.len()))..floor(low, span.end + name.len())).unwrap_or("");
        let own = &low[span.clone()] == *name;
        own || name.contains(&low[span.clone()]) && around.contains(name)
    })
}

/// Whether the words before insist on it, in the same sentence or on the same line.
fn required(low: &str, at: usize) -> bool {
    let lead = wide(low, at);
    let clause = lead.rsplit(['\n', '.', ';']).next().unwrap_or(lead);
    let must = MUST.find_iter(clause).last().map(|m| m.end());
    let optional = OPTIONAL.find_iter(clause).last().map(|m| m.end());
    must > optional
}

fn before(text: &str, at: usize) -> &str {
    &text[floor(text, at.saturating_sub(WINDOW))..at]
}

fn wide(text: &str, at: usize) -> &str {
    &text[floor(text, at.saturating_sub(4 * WINDOW))..at]
}

fn after(text: &str, at: usize) -> &str {
    &text[at..floor(text, at + WINDOW)]
}

/// The char boundary at or before a position.
pub(crate) fn floor(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Vec<String> {
        find(&Doc::of(None, text), &[]).into_iter().map(|m| m.name).collect()
    }

    /// The sentences of the data file are its tests.
    #[test]
    fn every_entry_is_found_in_its_own_sentence_and_not_in_its_negative_one() {
        #[derive(serde::Deserialize)]
        struct Entry {
            name: String,
            yes: String,
            no: Option<String>,
        }
        let mut file: std::collections::HashMap<String, Vec<Entry>> =
            toml::from_str(include_str!("../data/tech.toml")).unwrap();
        let mut wrong = Vec::new();
        for entry in file.remove("tech").unwrap() {
            if !names(&entry.yes).contains(&entry.name) {
                wrong.push(format!("{} not found in: {}", entry.name, entry.yes));
            }
            if let Some(no) = entry.no.as_ref().filter(|no| names(no).contains(&entry.name)) {
                wrong.push(format!("{} found in: {no}", entry.name));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    #[test]
    fn what_the_text_excludes_is_not_asked_for() {
        for (text, expected) in [
            ("Python and Django, no Flask please.", vec!["Python", "Django"]),
            ("Usamos Kotlin, nada de Cobol.", vec!["Kotlin"]),
            ("We moved off Redshift and run Snowflake with dbt.", vec!["Snowflake", "dbt"]),
            ("Technik: C++ und Qt. Java brauchen Sie nicht.", vec!["C++", "Qt"]),
            ("We sync data for customers including Salesforce and Databricks.", vec![]),
        ] {
            assert_eq!(names(text), expected, "{text}");
        }
    }

    #[test]
    fn must_have_marks_what_it_governs() {
        let found = find(&Doc::of(None, "Must have: Java, Kafka; nice to have: Redis.\nAlso Docker."), &[]);
        let required: Vec<(&str, bool)> = found.iter().map(|m| (m.name.as_str(), m.required)).collect();
        assert_eq!(required, [("Java", true), ("Kafka", true), ("Redis", false), ("Docker", false)]);
    }
}
