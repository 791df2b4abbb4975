//! How replies sound in one language: the phrases of `templates/*.toml`, compiled in, and how one is chosen and
//! filled. Choosing rests on the message's id alone, so that the same message always gets the same words.

use std::{collections::BTreeSet, sync::LazyLock};

use contract::Language;
use kit_score::profile::Register;
use serde::Deserialize;
use uuid::Uuid;

use crate::text::{blanked, fold, words};

/// The phrases of a language.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Voice {
    /// The transparency note that ends every draft.
    pub(crate) note: String,
    /// Number words from one up; larger numbers are written in digits.
    pub(crate) numbers: Vec<String>,
    /// Monday first.
    pub(crate) weekdays: Vec<String>,
    pub(crate) and: String,
    pub(crate) or: String,
    /// Joins what is not given.
    pub(crate) nor: String,
    pub(crate) opening: Opening,
    pub(crate) subject: Subject,
    pub(crate) money: Money,
    pub(crate) time: Time,
    pub(crate) fit: Fit,
    pub(crate) places: Places,
    pub(crate) engage: Engage,
    pub(crate) ask: Ask,
    pub(crate) criterion: Criterion,
    pub(crate) questions: Questions,
    pub(crate) not_now: NotNow,
    pub(crate) decline: Decline,
    pub(crate) answer: Answer,
    pub(crate) facts: Facts,
    pub(crate) reads: Reads,
    pub(crate) never: Never,
    pub(crate) dates: Dates,
    /// Common nouns, where the language capitalises them.
    #[serde(default)]
    pub(crate) nouns: Nouns,
    /// Every fixed question, first and second.
    #[serde(skip)]
    asked: Vec<String>,
    /// Every word of the phrases, in lower case.
    #[serde(skip)]
    pub(crate) vocabulary: BTreeSet<String>,
}

/// Declares one section of a template file: all phrases, each with its list of choices or its one text.
macro_rules! section {
    ($(#[$doc:meta])* $name:ident { $($field:ident: $kind:ty),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub(crate) struct $name { $(pub(crate) $field: $kind),+ }
    };
}

type Choices = Vec<String>;

section! { /// Greeting and what the message is about.
Opening { named: Choices, unnamed: Choices, again_named: Choices, again_unnamed: Choices } }
section! { /// What the message is about, by what is known of it.
Subject { role_at_company: String, role_in_place: String, role: String, company: String, place: String, unknown: String } }
section! { /// An amount, by whether its currency has a symbol.
Money { symbol: String, code: String, thousands: String } }
section! { /// Spans and times of the week. `units` are the words that make a number word a figure.
Time { year: String, years: String, day: String, days: String, units: Vec<String>, window: String, windows: String } }
section! { /// What the job and the person share.
Fit { years: Choices, plain: Choices, part_years: Choices, part_plain: Choices, other_years: Choices, other_plain: Choices, first: String, more: String, named: String, remote: String, hybrid: String, onsite: String, headline: String } }
section! { /// Where the person works.
Places { remote: String, hybrid: String, hybrid_day: String, hybrid_days: String, onsite: String } }
section! { /// Taking up an opportunity: `open` where little of the stack is shared, `own_…` behind the person's own sentence.
Engage { active: Choices, open: Choices, own_close: String, own_open: String, passive: Choices, selective: Choices, windows_one: Choices, windows_several: Choices, call: Choices, writing: Choices, book: String, or_book: String } }
section! { /// Asking for what decides.
Ask { active: Choices, open: Choices, passive: Choices, selective: Choices, next: Choices } }
section! { /// The one thing that a selective person goes by.
Criterion { place: String, pay: String } }
section! { /// The fixed questions, by the name of the missing fact; `second` joins one to another.
Questions { intro_one: Choices, intro_two: Choices, second: String, client: String, pay: String, place: String, contract: String, stack: String, role: String, level: String, week: String, process: String } }
section! { /// Good, but not now.
NotNow { stand: Choices, door: Choices } }
section! { /// Declining, by reason; `phrases` are what proves that a text declines.
Decline { phrases: Choices, place: String, pay: String, pay_from: String, location: String, contract: String, week: String, stack: String, other: String, not_looking: String, door: Choices, close: Choices } }
section! { /// Answers to a follow-up.
Answer { notice: Choices, no_notice: Choices, pay: Choices, pay_withheld: Choices, years: Choices, plain: Choices, career: Choices,
    active: Choices, passive: Choices, selective: Choices, not_looking: Choices, talk: Choices, stay_here: Choices,
    background: Choices, background_plain: Choices, phone: String, email: String, cv: String, next: Choices, next_here: Choices } }
section! { /// Names of the contact facts.
Facts { phone: String, email: String, cv: String } }

impl Questions {
    fn all(&self) -> [&str; 9] {
        [
            &self.client,
            &self.pay,
            &self.place,
            &self.contract,
            &self.stack,
            &self.role,
            &self.level,
            &self.week,
            &self.process,
        ]
    }
}

/// Words by which a question, and the form of address, is understood.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Reads {
    pub(crate) notice: Vec<String>,
    pub(crate) pay: Vec<String>,
    pub(crate) career: Vec<String>,
    pub(crate) scheduling: Vec<String>,
    pub(crate) interest: Vec<String>,
    pub(crate) phone: Vec<String>,
    pub(crate) email: Vec<String>,
    pub(crate) cv: Vec<String>,
    /// Questions that want no answer.
    pub(crate) courtesy: Vec<String>,
    /// Words of questions that only the person answers, whatever else they hold.
    pub(crate) personal: Vec<String>,
    /// Signs of the formal address.
    #[serde(default)]
    pub(crate) formal: Vec<String>,
    /// Signs of the informal address.
    #[serde(default)]
    pub(crate) informal: Vec<String>,
}

/// What no reply ever holds.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Never {
    /// Praise, apology, forms of a gender, other people's business.
    pub(crate) words: Vec<String>,
    /// What would bind the person.
    pub(crate) promises: Vec<String>,
}

/// How dates are told, besides the days of the week.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Dates {
    pub(crate) months: Vec<String>,
    /// Whether a month is one by its capital only: `march`, `may`.
    #[serde(default)]
    pub(crate) months_capitalised: bool,
    /// Days that depend on today's.
    pub(crate) words: Vec<String>,
}

/// Common nouns and the endings that only they have.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Nouns {
    #[serde(deserialize_with = "folded")]
    pub(crate) words: BTreeSet<String>,
    pub(crate) endings: Vec<String>,
}

fn folded<'de, D: serde::Deserializer<'de>>(from: D) -> Result<BTreeSet<String>, D::Error> {
    Vec::<String>::deserialize(from).map(|words| words.iter().map(|word| fold(word)).collect())
}

const SOURCES: &[(Language, &str)] = &[
    (Language::En, include_str!("../templates/en.toml")),
    (Language::Es, include_str!("../templates/es.toml")),
    (Language::Pt, include_str!("../templates/pt.toml")),
    (Language::Fr, include_str!("../templates/fr.toml")),
    (Language::De, include_str!("../templates/de.toml")),
];

/// A file that cannot be read leaves its language without drafts; a test reads every one.
static VOICES: LazyLock<Vec<(Language, Voice)>> = LazyLock::new(|| {
    let read = |(language, source): &(Language, &str)| match Voice::parse(source) {
        Ok(voice) => Some((*language, voice)),
        Err(error) => {
            tracing::error!(%language, error = error.message(), "templates cannot be read: no drafts in this language");
            None
        }
    };
    SOURCES.iter().filter_map(read).collect()
});

impl Voice {
    fn parse(source: &str) -> Result<Self, toml::de::Error> {
        let table: toml::Table = toml::from_str(source)?;
        let spoken =
            table.iter().filter(|(section, _)| !matches!(section.as_str(), "reads" | "never" | "dates" | "nouns"));
        let mut vocabulary = BTreeSet::new();
        spoken.for_each(|(_, value)| collect(value, &mut vocabulary));
        let voice: Self = table.try_into()?;
        let asked = voice.questions.all().iter().flat_map(|first| [(*first).to_owned(), voice.second(first)]).collect();
        Ok(Self { vocabulary, asked, ..voice })
    }

    /// The voice of a language, where there is one.
    pub(crate) fn of(language: Language) -> Option<&'static Self> {
        VOICES.iter().find(|(known, _)| *known == language).map(|(_, voice)| voice)
    }

    /// The languages of the words of a text, each with the share in percent of words that its phrases use.
    pub(crate) fn shares(text: &str) -> Vec<(Language, usize)> {
        let all: Vec<String> = words(text).map(fold).collect();
        let share = |voice: &Voice| {
            let own = all.iter().filter(|word| voice.vocabulary.contains(*word)).count();
            own * 100 / all.len().max(1)
        };
        VOICES.iter().map(|(language, voice)| (*language, share(voice))).collect()
    }

    /// Whether a sentence is of a language rather than of another: enough of its words are, and most.
    pub(crate) fn speaks(sentence: &str, language: Language) -> bool {
        const ENOUGH: usize = 40;
        let shares = Self::shares(sentence);
        let own = shares.iter().find(|(known, _)| *known == language).map_or(0, |(_, share)| *share);
        own >= ENOUGH && shares.iter().all(|(known, share)| *known == language || *share < own)
    }

    /// The fixed question for a missing fact.
    pub(crate) fn question(&self, missing: &str) -> Option<&str> {
        let questions = &self.questions;
        Some(match missing {
            "client" => &questions.client,
            "pay" => &questions.pay,
            "place" => &questions.place,
            "contract" => &questions.contract,
            "stack" => &questions.stack,
            "role" => &questions.role,
            "level" => &questions.level,
            "week" => &questions.week,
            "process" => &questions.process,
            _ => return None,
        })
    }

    /// A fixed question behind another.
    pub(crate) fn second(&self, question: &str) -> String {
        let bare = question.trim_start_matches('¿');
        let lower: String = match bare.chars().next() {
            Some(first) => first.to_lowercase().chain(bare.chars().skip(1)).collect(),
            None => String::new(),
        };
        fill(&self.questions.second, &[("question", &lower)])
    }

    /// Every fixed question, first and second.
    pub(crate) fn questions(&self) -> impl Iterator<Item = &str> {
        self.asked.iter().map(String::as_str)
    }

    /// A text without the fixed questions, every other word in its place.
    pub(crate) fn without_questions(&self, text: &str) -> String {
        blanked(text, self.questions())
    }

    /// A number as it is written in a sentence.
    pub(crate) fn number(&self, n: u32) -> String {
        let word = usize::try_from(n).ok().and_then(|n| n.checked_sub(1)).and_then(|at| self.numbers.get(at));
        word.cloned().unwrap_or_else(|| n.to_string())
    }

    /// A span of years.
    pub(crate) fn years(&self, n: u32) -> String {
        if n == 1 { self.time.year.clone() } else { fill(&self.time.years, &[("count", &self.number(n))]) }
    }

    /// An amount of money.
    pub(crate) fn money(&self, amount: i64, currency: &str) -> String {
        let amount = grouped(amount, &self.money.thousands);
        let symbol = match currency {
            "EUR" => "€",
            "USD" => "$",
            "GBP" => "£",
            code => return fill(&self.money.code, &[("code", code), ("amount", &amount)]),
        };
        fill(&self.money.symbol, &[("symbol", symbol), ("amount", &amount)])
    }
}

/// Every word of the phrases of a section.
fn collect(value: &toml::Value, into: &mut BTreeSet<String>) {
    match value {
        toml::Value::String(phrase) => {
            into.extend(phrase.split(['[', ']', '|', ' ']).flat_map(words).map(fold));
        }
        toml::Value::Array(values) => values.iter().for_each(|value| collect(value, into)),
        toml::Value::Table(table) => table.values().for_each(|value| collect(value, into)),
        _ => {}
    }
}

/// Whole units with a separator between thousands.
fn grouped(amount: i64, separator: &str) -> String {
    let digits = amount.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push_str(separator);
        }
        out.push(digit);
    }
    out
}

/// Puts values into a phrase in one pass: what a value holds is never read as a place for another.
pub(crate) fn fill(phrase: &str, values: &[(&str, &str)]) -> String {
    let mut out = String::with_capacity(phrase.len() + 32);
    let mut rest = phrase;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let Some((key, tail)) = after.split_once('}') else { break };
        if let Some((_, value)) = values.iter().find(|(name, _)| *name == key) {
            out.push_str(value);
        }
        rest = tail;
    }
    out.push_str(rest);
    out
}

/// Which forms of a phrase are used: by the message, and by the form of address.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Style {
    pub(crate) message: Uuid,
    pub(crate) register: Register,
}

impl Style {
    /// One of several phrases, filled. The place within the reply is part of the choice, so that not every reply
    /// with the same opening goes on in the same way.
    pub(crate) fn say(&self, place: &str, choices: &[String], values: &[(&str, &str)]) -> String {
        let hash = Uuid::new_v5(&self.message, place.as_bytes()).as_u128() % (choices.len().max(1) as u128);
        let chosen = usize::try_from(hash).ok().and_then(|at| choices.get(at)).map_or("", String::as_str);
        self.form(chosen, values)
    }

    /// A phrase in the form of address, filled.
    pub(crate) fn form(&self, phrase: &str, values: &[(&str, &str)]) -> String {
        fill(&addressed(phrase, self.register), values)
    }
}

/// Resolves `[tú|usted|vos]`; with two forms, vos is tú.
fn addressed(phrase: &str, register: Register) -> String {
    let mut out = String::with_capacity(phrase.len());
    let mut rest = phrase;
    while let Some((before, after)) = rest.split_once('[') {
        out.push_str(before);
        let Some((forms, tail)) = after.split_once(']') else { break };
        let forms: Vec<&str> = forms.split('|').collect();
        let at = match register {
            Register::Tu => 0,
            Register::Usted => 1,
            Register::Vos => 2,
        };
        out.push_str(forms.get(at).or_else(|| forms.first()).copied().unwrap_or_default());
        rest = tail;
    }
    out.push_str(rest);
    out
}
