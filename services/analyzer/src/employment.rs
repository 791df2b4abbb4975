//! Form of employment and working days: the first form named that is not denied.

use std::sync::LazyLock;

use contract::EmploymentType;
use regex::Regex;

use crate::{
    clean::Span,
    doc::Doc,
    header::{Layout, Topic},
    pattern::pattern,
    reading::Found,
    tech::floor,
};

static FORMS: LazyLock<[(EmploymentType, Regex); 4]> = LazyLock::new(|| {
    [
        (EmploymentType::Internship, r"\b(?:internships?|interns?\b|engineering intern|becari[oa]s?(?:/a)?|beca remunerada|practicas (?:con|remuneradas|curriculares|profesionales)|convenio de practicas|practicas en|contrato de practicas|estagios?|estagiari[oa]s?|stage de|stagiaire|praktikum|praktikant\w*|tirocinio|pasantia|stage (?:en|chez|remunere|\d)|alternance|persona becaria)\b"),
        (EmploymentType::PartTime, r"\b(?:part[- ]?time|parttime|media jornada|medio tiempo|tiempo parcial|jornada parcial|meio periodo|mi-temps|temps partiel|(?:in )?teilzeit|werkstudent\w*|fractional|(?:2[0-9]|1\d) ?(?:h|hours|horas|stunden|heures)(?: ?/ ?| (?:a|per|por|a la|pro|par) )(?:week|semana|woche|semaine))\b"),
        (EmploymentType::Contract, r"\b(?:contractors?|freelance\w*|freelancer|autonom[oa]s?|b2b|c2c|corp[ -]to[ -]corp|w2|1099|(?:inside|outside) ir35|ir35|contract (?:role|position|job|gig|just landed|work|developer|for)|on contract|(?:month|months|week|weeks|mo|mth|year)s?'? (?:rolling )?contract|\d+[ -]?months? (?:rolling|contract)|contract\b|interim|\d+ ?(?:mm|months?)\+\+|pj\b|modelo pj|prestacion de servicios|monotribut\w+|freiberuflich\w*|freiberufler\w*|tjm|mission (?:freelance|de)|portage|honorarios|facturas? (?:como|vos)|p\.? ?iva|partita iva|consultancy|recibos verdes|outsourced contractor|por obra|obra (?:y |o )?labor|self-employed|contrato mercantil|contrato (?:de|por) (?:prestacion de )?servicios|factur(?:ando|as|ar)\b|\d+[ -]?months? (?:engagement|assignment|gig|mission)|(?:month|months|week|weeks) (?:gig|assignment|engagement)|contrat de prestation|werkvertrag|dienstvertrag|auf rechnung|lavoro autonomo|a partita iva)\b"),
        (EmploymentType::FullTime, r"\b(?:full[- ]?time|fulltime|ft\b|permanent(?:ly)?|perm\b|indefinid[oa]s?|employment contract|contrato laboral|arbeitsvertrag|contrat de travail|termino indefinido|relacion de dependencia|clt\b|cdi\b|sem termo|tiempo completo|jornada completa|tempo integral|tempo indeterminato|unbefristet\w*|festanstellung|vollzeit|planilla(?: completa)?|100 ?% nomina|en nomina|contrato fijo|temps plein|full-employment|efetivo|direct payroll|tempo pieno|direct hire|80-100 ?%)\b|全职"),
    ]
    .map(|(form, words)| (form, pattern(words)))
});
static DENIED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?:no|not|not considering|sin|nada de|kein|keine|not a|isn't a|without|nor|never|no es|no buscamos|last|previous|smart|psychological|security|long|no long|social|el|del|al|del curso|hires?|(?:can|could) be treated as|tambien se puede charlar como|treated as|hourly|of)(?: (?:a|an|any|un|una|considering))?[ \t]*$",
    )
});

/// The first form named, in the header, a labelled line, then the text.
pub(crate) fn find(doc: &Doc, layout: &Layout) -> Option<Found<EmploymentType>> {
    let low = doc.low.text.as_str();
    let places =
        layout.about(Topic::Employment).into_iter().chain(layout.about(Topic::Mode)).chain(layout.about(Topic::Role));
    let stated =
        places.filter_map(|span| first(low, &(doc.low.position(span.start)..doc.low.position(span.end)))).next();
    let (value, span) = stated.or_else(|| first(low, &(0..low.len())))?;
    // A training contract of a card is only an internship where the card says so of the level or the title.
    Some(Found { value, span: doc.low.source(&span), confidence: 90 })
}

fn first(low: &str, within: &Span) -> Option<(EmploymentType, Span)> {
    let piece = low.get(within.clone())?;
    let mut named: Vec<(EmploymentType, Span)> = FORMS
        .iter()
        .flat_map(|(form, regex)| {
            regex.find_iter(piece).map(|m| (*form, within.start + m.start()..within.start + m.end()))
        })
        .filter(|(_, span)| !denied(low, span))
        .collect();
    named.sort_by_key(|(_, span)| span.start);
    // An internship is one whatever its hours, a freelance is one though the job is "full time remote".
    let kind = |form| named.iter().find(|(f, _)| *f == form);
    kind(EmploymentType::Internship).or_else(|| named.first()).cloned()
}

fn denied(low: &str, span: &Span) -> bool {
    let lead = &low[floor(low, span.start.saturating_sub(40))..span.start];
    let clause = lead.rsplit(['.', '\n', ';', '(']).next().unwrap_or(lead);
    let word = &low[span.clone()];
    let contract_noun =
        word == "contract" && low[span.end..].trim_start().starts_with(|c: char| c.is_ascii_alphabetic()) && {
            let next = low[span.end..].split_whitespace().next().unwrap_or("");
            matches!(
                next,
                "revenue"
                    | "management"
                    | "type"
                    | "and"
                    | "staff"
                    | "testing"
                    | "law"
                    | "value"
                    | "negotiation"
                    | "with"
            )
        };
    DENIED.is_match(clause)
        || contract_noun
        || word.starts_with("contract")
            && ["permanent ", "smart ", "employment ", "labour "].iter().any(|w| clause.ends_with(w))
}

/// Working days a week, where they differ from five or are stated.
pub(crate) fn work_week(doc: &Doc) -> Option<Found<u8>> {
    static WEEK: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"\b(?:(four|4|five|5|six|6)[ -]day (?:work ?)?week|semana (?:laboral )?de (4|5|6|cuatro|cinco|seis) dias|(lunes a (?:jueves|viernes|sabado))|(l a v)\b|(monday to (?:thursday|friday))|(4)[ -]tage[ -]woche|semaine de (4|5|quatre) jours|auslastung: (4|5) tage|(segunda a sexta)|(4) tage/woche|settimana (?:corta|di (4) giorni)|(vier-tage-woche))",
        )
    });
    let found = WEEK.captures(&doc.low.text)?;
    let word = found.iter().skip(1).flatten().next()?;
    let days = match word.as_str() {
        "four" | "4" | "cuatro" | "quatre" | "lunes a jueves" | "monday to thursday" | "vier-tage-woche" => 4,
        "six" | "6" | "seis" | "lunes a sabado" => 6,
        _ => 5,
    };
    Some(Found { value: days, span: doc.low.source(&found.get(0)?.range()), confidence: 85 })
}
