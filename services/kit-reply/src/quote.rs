//! What a reply takes from the message it answers: the sender's first name, at most six of their words for the job,
//! and the form of address. All of it is hostile until it looks like what it claims to be.

use contract::{Evidence, Language, Message, OpportunityAnalyzed};
use kit_score::profile::Register;

use crate::{
    check::About,
    text::{contains_words, fold, words},
    voice::{Style, Voice},
};

/// Most words quoted of a message.
const MOST_WORDS: usize = 6;
/// Most characters of one quoted value.
const MOST_CHARACTERS: usize = 60;

/// What is quoted.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Quote {
    pub(crate) name: Option<String>,
    pub(crate) role: Option<String>,
    pub(crate) company: Option<String>,
    pub(crate) place: Option<String>,
}

impl Quote {
    pub(crate) fn of(analysis: &OpportunityAnalyzed) -> Self {
        let (message, facts) = (&analysis.message, &analysis.facts);
        let said = |field: &Option<contract::Field<String>>| {
            let field = field.as_ref()?;
            stated(message, &field.value, field.evidence)
        };
        let company = said(&facts.company);
        let role = said(&facts.role).and_then(|role| bare_role(&role, company.as_deref()));
        let room = MOST_WORDS.saturating_sub(role.as_deref().map_or(0, |role| words(role).count()));
        let fits = |value: &String| words(value).count() <= room;
        let name = message.sender.name.as_deref().and_then(first_name);
        Self { name, role, company: company.filter(fits), place: said(&facts.location).filter(fits) }
    }

    /// What the message is about, in the words of the reply's language.
    pub(crate) fn subject(&self, voice: &Voice, style: Style) -> String {
        let phrases = &voice.subject;
        match (self.role.as_deref(), self.company.as_deref(), self.place.as_deref()) {
            (Some(role), Some(company), _) => {
                style.form(&phrases.role_at_company, &[("role", role), ("company", company)])
            }
            (Some(role), None, Some(place)) => style.form(&phrases.role_in_place, &[("role", role), ("place", place)]),
            (Some(role), None, None) => style.form(&phrases.role, &[("role", role)]),
            (None, Some(company), _) => style.form(&phrases.company, &[("company", company)]),
            (None, None, Some(place)) => style.form(&phrases.place, &[("place", place)]),
            (None, None, None) => phrases.unknown.clone(),
        }
    }
}

/// A value that the message really states and that is a short plain name on one line.
fn stated(message: &Message, value: &str, evidence: Evidence) -> Option<String> {
    if value.trim().contains(char::is_control) {
        return None;
    }
    let value = bare(value);
    let quoted = fold(evidence.quote(message)?);
    let proven = words(&value).all(|word| quoted.contains(&fold(word)));
    let plain = value.chars().all(|c| c.is_alphanumeric() || c == ' ' || "-&.,'’/+#()·".contains(c));
    let address = value.contains("//") || fold(&value).starts_with("www.") || value.matches('/').count() > 1;
    let digits = value.chars().filter(char::is_ascii_digit).count();
    let short = (1..=MOST_WORDS).contains(&words(&value).count()) && value.chars().count() <= MOST_CHARACTERS;
    (proven && plain && !address && digits <= 4 && short).then_some(value)
}

/// A value on one line, without the marks around it.
fn bare(value: &str) -> String {
    let line = value.split_whitespace().collect::<Vec<_>>().join(" ");
    line.trim_matches(|c: char| !c.is_alphanumeric() && !matches!(c, '+' | '#' | ')')).to_owned()
}

/// How a conversation's role, employer, place and sender may be called in a reply, longest first.
pub(crate) fn titles(about: &About<'_>) -> Vec<String> {
    let [role, company, place] = [about.role, about.company, about.place].map(|value| value.map(bare));
    let short = role.as_deref().and_then(|role| bare_role(role, company.as_deref()));
    let name = about.sender.and_then(first_name);
    let mut titles: Vec<_> = [role, short, company, place, name].into_iter().flatten().collect();
    titles.sort_by_key(|title| std::cmp::Reverse(title.len()));
    titles
}

/// The title alone: without what follows it, without an article, and without the word for "role" that the phrase
/// around it already says.
fn bare_role(role: &str, company: Option<&str>) -> Option<String> {
    const FOLLOWING: [&str; 4] = [" (", " - ", " – ", ", "];
    const GENERIC: [&str; 10] =
        ["role", "position", "job", "opportunity", "opening", "puesto", "posición", "vacante", "vaga", "poste"];
    const ARTICLES: [&str; 8] = ["a", "an", "the", "un", "una", "el", "la", "um"];
    let mut role = FOLLOWING.iter().fold(role, |rest, mark| rest.split(mark).next().unwrap_or(rest));
    if let Some((article, rest)) = role.split_once(' ')
        && ARTICLES.contains(&fold(article).as_str())
    {
        role = rest;
    }
    if let Some((rest, generic)) = role.rsplit_once(' ')
        && GENERIC.contains(&fold(generic).as_str())
    {
        role = rest;
    }
    let repeats = company.is_some_and(|company| contains_words(role, company));
    let says_nothing = GENERIC.contains(&fold(role).as_str());
    (!role.is_empty() && !repeats && !says_nothing).then(|| role.to_owned())
}

/// The first name of a person; nothing where the sender is a team, a firm or a placeholder.
pub(crate) fn first_name(sender: &str) -> Option<String> {
    const TITLES: [&str; 10] = ["mr", "mrs", "ms", "miss", "dr", "prof", "sr", "sra", "herr", "frau"];
    const NO_PERSON: [&str; 20] = [
        "team",
        "talent",
        "recruiting",
        "recruitment",
        "recruiter",
        "careers",
        "jobs",
        "hr",
        "group",
        "equipo",
        "linkedin",
        "member",
        "selección",
        "empleo",
        "consulting",
        "solutions",
        "staffing",
        "gmbh",
        "inc",
        "rrhh",
    ];
    let lower = |word: &str| fold(word.trim_matches(|c: char| !c.is_alphanumeric()));
    if sender.contains(['@', '/']) || sender.split_whitespace().any(|word| NO_PERSON.contains(&lower(word).as_str())) {
        return None;
    }
    let first = sender
        .split_whitespace()
        .find(|word| word.chars().any(char::is_alphanumeric) && !TITLES.contains(&lower(word).as_str()))?;
    // "Ruiz, Ana" leaves open which is which; "J." is no name; scripts without case put the family name first.
    let letters = first.chars().all(|c| c.is_lowercase() || c.is_uppercase() || matches!(c, '-' | '\'' | '’'));
    ((2..=20).contains(&first.chars().count()) && letters).then(|| capitalised(first))
}

/// `ANA`, `ana` → `Ana`; `McKenna` and `Anne-Marie` stay as they are.
fn capitalised(name: &str) -> String {
    let one_case = !name.chars().any(char::is_lowercase) || !name.chars().any(char::is_uppercase);
    if !one_case {
        return name.to_owned();
    }
    let mut out = String::with_capacity(name.len());
    let mut start = true;
    for c in name.chars() {
        if start {
            out.extend(c.to_uppercase())
        } else {
            out.extend(c.to_lowercase())
        }
        start = matches!(c, '-' | '\'' | '’');
    }
    out
}

/// The form of address. In Spanish the profile's, else the sender's, else informal; who is addressed formally answers
/// formally. In the other languages formal, unless the sender is informal.
pub(crate) fn register(wanted: Option<Register>, language: Language, message: &Message, voice: &Voice) -> Register {
    let uses = |marks: &[String]| marks.iter().any(|mark| contains_words(&message.text, mark));
    let formal = uses(&voice.reads.formal);
    let informal = uses(&voice.reads.informal);
    // The profile's wish is about Spanish; elsewhere the language's own custom stands until they drop it.
    match (language, wanted) {
        (Language::Es, _) if formal && !informal => Register::Usted,
        (Language::Es, wanted) => wanted.unwrap_or(Register::Tu),
        _ if informal && !formal => Register::Tu,
        _ => Register::Usted,
    }
}
