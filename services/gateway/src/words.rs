//! The words of the pages in each language, read from one message file that is compiled in.

use std::collections::HashMap;

use toml::Value;

const MESSAGES: &str = include_str!("../messages.toml");

/// A language of the pages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tongue {
    #[default]
    English,
    Spanish,
}

impl Tongue {
    /// Every one.
    pub const ALL: [Self; 2] = [Self::English, Self::Spanish];

    /// ISO 639-1 code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Spanish => "es",
        }
    }

    /// By its code, with or without a region.
    pub fn of(code: &str) -> Option<Self> {
        let primary = code.trim().split(['-', '_']).next()?;
        Self::ALL.into_iter().find(|t| t.code().eq_ignore_ascii_case(primary))
    }

    /// The first of `Accept-Language` that there is; browsers give their list best first.
    pub fn accepted(header: &str) -> Option<Self> {
        header.split(',').find_map(|range| Self::of(range.split(';').next()?))
    }
}

/// Every word, by language and key.
#[derive(Debug)]
pub struct Catalogue {
    english: Words,
    spanish: Words,
}

/// The words of one language. A key of a table is written `table.key`.
#[derive(Clone, Debug, Default)]
pub struct Words(HashMap<String, String>, Tongue);

impl Catalogue {
    /// Reads the message file. A file that cannot be read leaves the keys to stand for themselves (a test reads it).
    pub fn load() -> Self {
        let file: toml::Table = MESSAGES.parse().unwrap_or_default();
        let language = |tongue: Tongue| {
            let mut words = HashMap::new();
            collect("", &file, tongue.code(), &mut words);
            Words(words, tongue)
        };
        Self { english: language(Tongue::English), spanish: language(Tongue::Spanish) }
    }

    /// The words of a language.
    pub fn words(&self, tongue: Tongue) -> &Words {
        match tongue {
            Tongue::English => &self.english,
            Tongue::Spanish => &self.spanish,
        }
    }
}

fn collect(prefix: &str, table: &toml::Table, code: &str, words: &mut HashMap<String, String>) {
    for (key, value) in table {
        let Value::Table(inner) = value else { continue };
        match inner.get(code) {
            Some(Value::String(word)) => {
                words.insert(format!("{prefix}{key}"), word.clone());
            }
            _ => collect(&format!("{prefix}{key}."), inner, code, words),
        }
    }
}

impl Words {
    /// The words of a key, or the key itself.
    pub fn t<'a>(&'a self, key: &'a str) -> &'a str {
        self.0.get(key).map_or(key, String::as_str)
    }

    /// Whether these are the words that the rules speak themselves.
    pub fn is_english(&self) -> bool {
        self.1 == Tongue::English
    }

    /// Whether the message file has the key.
    pub fn knows(&self, key: &str) -> bool {
        self.0.contains_key(key)
    }

    /// The word for a value of a vocabulary; one that the file does not know stands for itself, legibly.
    pub fn of(&self, table: &str, value: impl std::fmt::Display) -> String {
        let value = value.to_string();
        self.0.get(&format!("{table}.{value}")).cloned().unwrap_or_else(|| value.replace('_', " "))
    }

    /// The words of a key with `{}` filled in.
    pub fn with(&self, key: &str, value: impl std::fmt::Display) -> String {
        self.t(key).replacen("{}", &value.to_string(), 1)
    }

    /// The words of a key with two `{}` filled in, in order.
    pub fn with2(&self, key: &str, first: impl std::fmt::Display, second: impl std::fmt::Display) -> String {
        let filled = self.with(key, first);
        filled.replacen("{}", &second.to_string(), 1)
    }

    #[cfg(test)]
    fn keys(&self) -> std::collections::BTreeSet<&str> {
        self.0.keys().map(String::as_str).collect()
    }
}

#[cfg(test)]
mod tests {
    use contract::{
        Decision, EmploymentType, Engine, Flag, Kind, Language, QuestionType, RemotePolicy, ReplyState, Seniority,
        Status, Tier,
    };

    use super::*;

    #[test]
    fn both_languages_have_every_word() {
        MESSAGES.parse::<toml::Table>().expect("the message file is TOML");
        let catalogue = Catalogue::load();
        assert!(catalogue.english.keys().len() > 100);
        assert_eq!(catalogue.english.keys(), catalogue.spanish.keys());
    }

    #[test]
    fn every_value_of_the_vocabularies_has_a_word() {
        let catalogue = Catalogue::load();
        let mut wanted = Vec::new();
        let mut table = |name: &str, values: Vec<&str>| wanted.extend(values.iter().map(|v| format!("{name}.{v}")));
        table("tier", Tier::ALL.iter().map(|v| v.as_str()).collect());
        table("tier-short", Tier::ALL.iter().map(|v| v.as_str()).collect());
        table("status", Status::ALL.iter().map(|v| v.as_str()).collect());
        table("decision", Decision::ALL.iter().map(|v| v.as_str()).collect());
        table("drafted", Decision::ALL.iter().map(|v| v.as_str()).collect());
        table("flag", Flag::ALL.iter().map(|v| v.as_str()).collect());
        table("engine", Engine::ALL.iter().map(|v| v.as_str()).collect());
        table("kind", Kind::ALL.iter().map(|v| v.as_str()).collect());
        table("reply-state", ReplyState::ALL.iter().map(|v| v.as_str()).collect());
        table("lang-name", Language::ALL.iter().map(|v| v.as_str()).collect());
        table("value", RemotePolicy::ALL.iter().map(|v| v.as_str()).collect());
        table("value", Seniority::ALL.iter().map(|v| v.as_str()).collect());
        table("value", EmploymentType::ALL.iter().map(|v| v.as_str()).collect());
        table("value", QuestionType::ALL.iter().map(|v| v.as_str()).collect());
        for key in wanted {
            assert!(catalogue.english.keys().contains(key.as_str()), "messages.toml lacks {key}");
        }
    }

    #[test]
    fn a_language_is_found_in_what_a_browser_sends() {
        assert_eq!(Tongue::accepted("fr-FR,es-AR;q=0.8,en;q=0.5"), Some(Tongue::Spanish));
        assert_eq!(Tongue::accepted("en-GB"), Some(Tongue::English));
        assert_eq!(Tongue::accepted("zh"), None);
        assert_eq!(Tongue::of("ES"), Some(Tongue::Spanish));
    }

    #[test]
    fn words_are_filled_in_order() {
        let catalogue = Catalogue::load();
        let words = catalogue.words(Tongue::Spanish);
        assert_eq!(words.with2("above-bound", 12, 75), "12 sobre el umbral (75)");
        assert_eq!(words.of("flag", "brand_new"), "brand new");
    }
}
