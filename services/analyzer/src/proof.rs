//! The bar of proof for a model's values. That the words stand in the message is checked before; here the rules look at
//! the words that the model points at, and refuse what they know to be something else.

use contract::{EmploymentType, Field, Message, Part, Seniority};

use crate::{
    clean::fold, company::recruits, doc::Doc, employment, gazetteer::GAZETTEER, header::Layout, place, seniority,
    title::has_head,
};

/// Longest title, in words.
const TITLE_WORDS: usize = 8;
/// Longest name of an organisation or a place, in words.
const NAME_WORDS: usize = 6;

/// Words that begin a description: "a leading Spanish bank", "nuestro cliente".
const DETERMINERS: [&str; 24] = [
    "a", "an", "our", "my", "this", "your", "their", "un", "una", "nuestro", "nuestra", "su", "tu", "mi", "um", "uma",
    "nosso", "nossa", "une", "notre", "ein", "eine", "unser", "unsere",
];
/// Words that introduce the name of an employer.
const NAMED: [&str; 16] = [
    "at",
    "@",
    "join",
    "joining",
    "called",
    "named",
    "themselves",
    "itself",
    "bei",
    "chez",
    "llamada",
    "llama",
    "chamada",
    "chama",
    "appelée",
    "namens",
];
/// What may stand between a word and the name it introduces.
const MARKS: [char; 8] = [' ', '\n', '\t', '"', '“', '«', '*', '\''];
/// Words before a place.
const IN: [&str; 16] = [
    "in",
    "near",
    "around",
    "en",
    "cerca de",
    "em",
    "no",
    "na",
    "à",
    "a",
    "près de",
    "bei",
    "nahe",
    "location:",
    "ubicación:",
    "lugar:",
];

/// An employer: a name that somebody bears, and something beside the model that says so: words that introduce a name, or
/// an address of the message that carries it. A small model calls many an employer that is none, agencies first.
pub(crate) fn employer(found: &Field<String>, message: &Message) -> bool {
    organisation(&found.value) && (follows(found, message, &NAMED) || in_address(&found.value, &message.text))
}

/// Not described, no place, no technology, no job, nobody who recruits for others.
fn organisation(name: &str) -> bool {
    let capital = name.split_whitespace().next().is_some_and(is_name);
    capital
        && name.split_whitespace().count() <= NAME_WORDS
        && !name.contains([',', '\n'])
        && !is_technology(name)
        && !is_known_place(name)
        && !has_head(name)
        && !recruits(name)
}

/// Whether a web or mail address carries a name.
fn in_address(name: &str, text: &str) -> bool {
    let letters = |text: &str| fold(text).chars().filter(|c| c.is_alphanumeric()).collect::<String>();
    let name = letters(name);
    let addresses = text.split_whitespace().filter(|word| ["@", "://", "www."].iter().any(|mark| word.contains(mark)));
    name.len() >= 4 && addresses.map(letters).any(|address| address.contains(&name))
}

/// A place that is known, or that the message puts the work in: "in Torrevella".
pub(crate) fn place(found: &Field<String>, message: &Message) -> bool {
    let name = &found.value;
    let named = is_name(name) && name.split_whitespace().count() <= NAME_WORDS && !is_technology(name);
    named && (is_known_place(name) || follows(found, message, &IN))
}

/// A technology of the gazetteer. Of other names a small model calls many a technology that are none.
pub(crate) fn technology(name: &str) -> bool {
    is_technology(name)
}

/// A title: a few words, with one for a job among them.
pub(crate) fn title(name: &str) -> bool {
    name.split_whitespace().count() <= TITLE_WORDS && has_head(name)
}

/// A level of which the rules see the word in what the model quotes.
pub(crate) fn level(found: &Field<Seniority>, message: &Message) -> bool {
    found.evidence.quote(message).is_some_and(|words| {
        let doc = Doc::of(None, words);
        seniority::find(&doc, Some(&(0..doc.prose.len()))).is_some_and(|level| level.value == found.value)
    })
}

/// A form of employment that the rules read in what the model quotes.
pub(crate) fn employment(found: &Field<EmploymentType>, message: &Message) -> bool {
    found.evidence.quote(message).is_some_and(|words| {
        let doc = Doc::of(None, words);
        employment::find(&doc, &Layout::of(&doc)).is_some_and(|form| form.value == found.value)
    })
}

/// Whether one of the words stands before a value in the message, marks of HTML and quotes aside.
fn follows(found: &Field<String>, message: &Message, words: &[&str]) -> bool {
    let whole = match found.evidence.part {
        Part::Subject => message.subject.as_deref().unwrap_or_default(),
        Part::Text => &message.text,
    };
    let mut before = whole.get(..found.evidence.start).unwrap_or_default().trim_end_matches(MARKS);
    while let Some(open) = before.ends_with('>').then(|| before.rfind('<')).flatten() {
        before = before[..open].trim_end_matches(MARKS);
    }
    let near = before.char_indices().rev().nth(15).map_or(before, |(at, _)| &before[at..]).to_lowercase();
    words.iter().any(|word| near.strip_suffix(word).is_some_and(|rest| !rest.ends_with(char::is_alphanumeric)))
}

/// Whether the whole of a name is a technology's.
fn is_technology(name: &str) -> bool {
    let folded = fold(name);
    GAZETTEER.hits(&folded).first().is_some_and(|hit| hit.span.len() >= folded.trim().len())
}

/// Whether a name is a place, what stands in brackets after it aside.
fn is_known_place(name: &str) -> bool {
    let doc = Doc::of(None, name.split('(').next().unwrap_or_default().trim_end());
    place::is_place(&doc, &(0..doc.prose.len()))
}

/// Whether words name somebody rather than describe: a capital or a figure, in a phrase not only at its beginning,
/// where every sentence has one. A script without capitals passes.
fn is_name(value: &str) -> bool {
    let mut words = value.split_whitespace();
    let first = words.next().unwrap_or_default();
    let marked = |word: &str| word.chars().any(|c| c.is_numeric() || c.is_alphabetic() && !c.is_lowercase());
    let rest: Vec<&str> = words.collect();
    let names = if rest.is_empty() { marked(first) } else { rest.iter().any(|word| marked(word)) };
    names && !DETERMINERS.contains(&first.to_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_told_from_descriptions() {
        for name in ["Quillmoor", "eBay", "37signals", "The Knot Factory", "Banco de Asturias", "小米"] {
            assert!(is_name(name), "{name}");
        }
        for description in
            ["", "startup", "the folks behind it", "The company", "A leading Spanish bank", "Nuestro cliente en Madrid"]
        {
            assert!(!is_name(description), "{description}");
        }
    }

    #[test]
    fn an_organisation_is_no_place_technology_job_or_recruiter() {
        for name in ["Quillmoor", "Banco de Asturias", "Harbour Metrics", "eBay", "37signals"] {
            assert!(organisation(name), "{name}");
        }
        for other in [
            "Valencia",
            "Berlin (Mitte)",
            "Austin, TX",
            "Germany",
            "PostgreSQL",
            "Senior Data Engineer",
            "our client Acme",
            "insurer from Leeds",
            "Nordlicht Recruitment",
        ] {
            assert!(!organisation(other), "{other}");
        }
    }

    #[test]
    fn an_address_carries_a_name() {
        assert!(in_address("Harbour Metrics", "write to mara@harbourmetrics.example"));
        assert!(in_address("Ñandú", "see https://www.nandu.example/jobs"));
        assert!(!in_address("Harbour Metrics", "harbour metrics, mara@quillmoor.example"));
        assert!(!in_address("Abc", "me@abcdef.example"), "too short to tell");
    }

    #[test]
    fn a_title_is_a_few_words_with_a_job_in_them() {
        for name in ["data engineer", "QA Automation", "Desarrollador/a Java"] {
            assert!(title(name), "{name}");
        }
        for other in
            ["Kafka", "Engineering", "someone like you", "the person who will own the whole of our data and its tools"]
        {
            assert!(!title(other), "{other}");
        }
    }
}
