//! What the layout tells: a header of segments (`Company | Role | Place`), a job portal's card, a title line over
//! `Company - Place (permanent)`, `[Place] Company is looking for …`, and `Label: value` lines.

use std::sync::LazyLock;

use regex::Regex;

use crate::{
    clean::{Folded, Span, fold},
    doc::{Doc, trimmed, trimmed_by},
    pattern::pattern,
    place, title,
};

/// What a labelled line or a segment speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Topic {
    Role,
    Company,
    Client,
    Place,
    Pay,
    Mode,
    Employment,
    Other,
}

/// What the layout tells.
#[derive(Debug, Default)]
pub(crate) struct Layout {
    /// Segments of the header line with what they speak of.
    pub(crate) segments: Vec<(Topic, Span)>,
    /// Labelled lines: the value's span.
    pub(crate) labels: Vec<(Topic, Span)>,
    /// A job portal's card or a posting with a title line.
    pub(crate) posting: bool,
}

static LABEL: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"^[^a-z0-9]{0,6}([a-z][a-z /-]{1,28}?)[ \t]*[*_]{0,2}(?::|：|👉|➡|→|▶|=)[*_]{0,2}[ \t]*(\S.*)$")
});
static LABELS: LazyLock<Vec<(Topic, Regex)>> = LazyLock::new(|| {
    [
        (Topic::Role, r"what|roles?|position|open positions?|title|job title|job|puesto|posicion|vacante|cargo|vaga|poste|intitule du poste|stelle|position|jobtitel|ruolo|posizione|rol|perfil|nombre de la vacante|nombre del puesto|puesto a cubrir|job role"),
        (Topic::Client, r"client|cliente|kunde|end client"),
        (Topic::Company, r"who|company|empresa|employer|entreprise|societe|unternehmen|firma|azienda|compania"),
        (Topic::Place, r"location|loc|place|work location|ubicacion|ciudad|lugar|localidad|lugar de trabajo|local|localizacao|lieu|localisation|standort|einsatzort|ort|arbeitsort|sede|luogo|where|donde|city|office|based in|工作地点|地点"),
        (Topic::Pay, r"how much|cuanto|salary|salary range|pay|comp|compensation|package|budget|ctc|rate|day rate|hourly rate|salario|sueldo|rango salarial|banda salarial|renta|tarifa|remuneracion|faixa|faixa salarial|retribucion|bolsa|remuneracao|salaire|remuneration|tjm|gehalt|vergutung|stundensatz|ral|retribuzione|salary range|base|pay range|compensacion"),
        (Topic::Mode, r"modalidad|modality|remote|work mode|working model|modelo de trabajo|regime|modo|remoto|teletravail|arbeitsmodell|mode|workplace|esquema|on-site|remote or not|formato"),
        (Topic::Employment, r"type|employment|employment type|contract|contract type|contrato|tipo de contrato|tipo de contratacion|contratacion|modelo|contrat|type de contrat|vertragsart|anstellung|contratto|job type|full-time or not|duration|jornada"),
        (Topic::Other, r"stack|tech stack|skills?|requirements?|mandatory skills|tecnologias?|conocimientos|requisitos|technik|exp|experience|experiencia|start|inicio|notice period"),
    ]
    .into_iter()
    .map(|(topic, words)| (topic, pattern(&format!("^(?:{words})$"))))
    .collect()
});

impl Layout {
    pub(crate) fn of(doc: &Doc) -> Self {
        let lines = doc.lines();
        let mut layout = Self { labels: labels(doc, &lines), ..Self::default() };
        let card = card(doc, &lines);
        if let Some(segments) = card.is_none().then(|| segments(doc, &lines)).flatten() {
            layout.segments = segments;
        } else if let Some(card) = card.or_else(|| titled(doc, &lines)).or_else(|| bracketed(doc, &lines)) {
            layout.segments = card;
            layout.posting = true;
        }
        layout
    }

    /// Spans that speak of a topic, header first.
    pub(crate) fn about(&self, topic: Topic) -> Vec<Span> {
        self.segments.iter().chain(&self.labels).filter(|(t, _)| *t == topic).map(|(_, s)| s.clone()).collect()
    }
}

/// `Label: value` lines.
fn labels(doc: &Doc, lines: &[Span]) -> Vec<(Topic, Span)> {
    let mut out = Vec::new();
    for line in lines.iter().filter(|l| l.len() < 240) {
        let folded = Folded::of(doc.prose.get(line.clone()).unwrap_or(""));
        let Some(found) = LABEL.captures(&folded.text) else { continue };
        let (Some(label), Some(value)) = (found.get(1), found.get(2)) else { continue };
        let topic = LABELS.iter().find(|(_, words)| words.is_match(label.as_str().trim())).map(|(topic, _)| *topic);
        if let Some(topic) = topic {
            let inner = folded.source(&value.range());
            out.push((topic, trimmed(&doc.prose, line.start + inner.start..line.start + inner.end)));
        }
    }
    out
}

/// A header line of at least three segments near the top, each told apart by what it holds.
fn segments(doc: &Doc, lines: &[Span]) -> Option<Vec<(Topic, Span)>> {
    let separators = |line: &Span, mark: &str| doc.text.get(line.clone()).map_or(0, |l| l.matches(mark).count());
    let lines = lines.iter().take(400);
    let all = crate::doc::lines(&doc.text);
    let prose = |line: &Span| doc.prose.get(line.clone()).is_some_and(|l| l.trim().len() > 5);
    let (line, mark) = lines
        .clone()
        .filter_map(|l| all.iter().find(|a| a.start <= l.start && l.end <= a.end))
        .filter(|l| prose(l) && l.len() < 400)
        .find_map(|l| {
            let mark = ["|", " // ", " · ", " • "].into_iter().find(|mark| separators(l, mark) >= 2)?;
            (doc.text[l.clone()].split(mark).map(str::len).max().unwrap_or(0) < 160).then_some((l.clone(), mark))
        })
        .or_else(|| slashed(doc))
        .or_else(|| dashed(doc))?;
    let mut at = line.start;
    let mut out = Vec::new();
    for piece in doc.text.get(line)?.split(mark) {
        let span = trimmed(&doc.prose, at..at + piece.len());
        at += piece.len() + mark.len();
        if !span.is_empty() {
            out.push((topic(doc, &span), span));
        }
    }
    let dashed = !matches!(mark, "|" | " · " | " • ");
    let roles = out.iter().filter(|(t, _)| *t == Topic::Role).count();
    let firm = |span: &Span| {
        let dated = doc.words(span).contains(" 20");
        !dated && crate::company::named_like_a_firm(doc, span, 70) && (named(doc, span) || !dashed)
    };
    let plain = out.iter().take(6).position(|(t, span)| *t == Topic::Other && firm(span));
    match plain {
        Some(index) if roles > 0 || index == 0 && !dashed => out[index].0 = Topic::Company,
        _ if out[0].0 == Topic::Place && mark == "|" && out.iter().filter(|(t, _)| *t == Topic::Place).count() > 1 => {
            out[0].0 = Topic::Company;
        }
        _ => {}
    }
    if dashed && roles == 0 {
        return None;
    }
    let known = out.iter().filter(|(t, _)| *t != Topic::Other).count();
    (known >= 2).then_some(out)
}

/// Whether a segment is a name as far as its letters tell: a few capitalised words.
fn named(doc: &Doc, span: &Span) -> bool {
    let words = doc.words(span);
    let end = crate::name::ends(words, 0).into_iter().next();
    let shouted = words.len() > 12 && words == words.to_uppercase();
    end.is_some_and(|end| end == words.len() || words[end..].starts_with([' ', ',', '(']))
        && words.len() < 50
        && !shouted
}

/// A first line whose segments only dashes part: `Product Manager — Name — Remote — 60k`.
fn dashed(doc: &Doc) -> Option<(Span, &'static str)> {
    let line = doc.lines().into_iter().next()?;
    let text = doc.prose.get(line.clone())?;
    let end = text.find(". ").unwrap_or(text.len());
    let mark = [" — ", " – ", " - "].into_iter().find(|mark| text[..end].matches(mark).count() >= 2)?;
    let short = text[..end].split(mark).all(|piece| piece.len() < 60);
    (short && line.len() < 400).then_some((line.start..line.start + end, mark))
}

/// A first line such as `Data Engineer / Google Cloud / 100% remote`.
fn slashed(doc: &Doc) -> Option<(Span, &'static str)> {
    let line = doc.lines().into_iter().next()?;
    let text = doc.prose.get(line.clone())?;
    (text.matches(" / ").count() >= 2 && line.len() < 240 && title::has_head(text.split(" / ").next()?))
        .then_some((line, " / "))
}

fn topic(doc: &Doc, span: &Span) -> Topic {
    static PAY: LazyLock<Regex> = LazyLock::new(|| {
        pattern(r"[$€£¥₹]|\b\d{2,3}[.,]?\d* ?k\b|\d ?(?:eur|usd|gbp|chf|lpa)\b|p/d|/h(?:r|our)?\b|salary|equity")
    });
    static MODE: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"\b(?:remote|remoto|hybrid|hibrido|on-?site|in[- ]office|presencial|teletrabajo|in[- ]person|wfh|on site)\b",
        )
    });
    static FORM: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"^[^a-z]*(?:full[- ]?time|part[- ]?time|parttime|fulltime|ft|contract|permanent|internship|freelance|tiempo completo|indefinido|(?:perm|contractor))\b",
        )
    });
    let text = doc.prose.get(span.clone()).unwrap_or("");
    let low = fold(text);
    let place = place::starts_with_place(doc, span);
    if FORM.is_match(&low) {
        Topic::Employment
    } else if PAY.is_match(&low) {
        Topic::Pay
    } else if MODE.is_match(&low) && !title::has_head(MODE.replace_all(&low, " ").as_ref()) {
        Topic::Mode
    } else if title::has_head(text) {
        Topic::Role
    } else if place {
        Topic::Place
    } else {
        Topic::Other
    }
}

/// A job portal's card: title, company, rating, `Town, Province (Country)`.
fn card(doc: &Doc, lines: &[Span]) -> Option<Vec<(Topic, Span)>> {
    static PLACE: LazyLock<Regex> =
        LazyLock::new(|| pattern(r"^[\p{Lu}][\p{L} '/-]{1,40},[ ][\p{L} '/-]{2,40}[ ]\([\p{L} ]{3,20}\)$"));
    let at = lines.iter().take(9).position(|l| PLACE.is_match(&doc.prose[l.clone()]))?;
    let first = usize::from(lines.first().is_some_and(|l| doc.prose[l.clone()].starts_with("Proceso")));
    if at < first + 2 {
        return None;
    }
    let title = lines[first].clone();
    let place = &doc.prose[lines[at].clone()];
    let end = lines[at].start + place.find(" (")?;
    Some(vec![(Topic::Role, title), (Topic::Company, lines[first + 1].clone()), (Topic::Place, lines[at].start..end)])
}

/// A title line over `Company - Place (permanent)`.
fn titled(doc: &Doc, lines: &[Span]) -> Option<Vec<(Topic, Span)>> {
    static UNDER: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"(?i)^(.{2,60}?)[ ][-–—][ ](.{2,80}?)[ ]*\((permanent|contract|freelance|part[- ]?time|full[- ]?time|internship|indefinido|temporary)\)$",
        )
    });
    let (title, under) = (lines.first()?, lines.get(1)?);
    let found = UNDER.captures(&doc.prose[under.clone()])?;
    let piece = |i: usize| found.get(i).map(|m| under.start + m.start()..under.start + m.end());
    let place = piece(2)?;
    let topic = if doc.prose[place.clone()].to_lowercase().starts_with("remote") { Topic::Mode } else { Topic::Place };
    Some(vec![
        (Topic::Role, title.clone()),
        (Topic::Company, piece(1)?),
        (topic, place),
        (Topic::Employment, piece(3)?),
    ])
}

/// `[Place] Company is looking for Role`, also in Chinese.
fn bracketed(doc: &Doc, lines: &[Span]) -> Option<Vec<(Topic, Span)>> {
    static LINE: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"(?i)^\[([^\]\n]{1,60})\][ ]*(.{2,90}?)[ ]*(?:(?:is|are)[ ](?:looking[ ]for|hiring|seeking|recruiting)|诚聘|招聘|公司诚聘|公司招聘|急聘)[ ]*(?:an?[ ])?(.{2,90})$",
        )
    });
    let line = lines.first()?;
    let found = LINE.captures(&doc.prose[line.clone()])?;
    let piece = |i: usize| found.get(i).map(|m| line.start + m.start()..line.start + m.end());
    let place = piece(1)?;
    let topic =
        if doc.prose[place.clone()].to_lowercase().contains("remote") || doc.prose[place.clone()].contains("远程") {
            Topic::Mode
        } else {
            Topic::Place
        };
    let company = trimmed_by(&doc.prose, piece(2)?, |c| c.is_whitespace() || "*-—_".contains(c));
    Some(vec![(topic, place), (Topic::Company, company), (Topic::Role, piece(3)?)])
}
