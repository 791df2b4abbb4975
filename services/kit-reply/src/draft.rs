//! The decision whether and what to draft. Pure: the same event and profile give the same draft, without a clock.

use chrono::TimeDelta;
use contract::{
    Check, Decision, Direction, Engine, Facts, Flag, Kind, Language, NoDraftReason, OpportunityScored, ReplyDrafted,
};
use kit_score::{Profile, profile::Register};

use crate::{
    answer::answer,
    check::{self, About, Act, Against},
    offer,
    persona::Persona,
    quote::{self, Quote},
    text::contains_words,
    voice::{Style, Voice},
    writing::Writing,
};

/// What came of drafting.
#[derive(Clone, Debug, PartialEq)]
pub struct Drafted {
    /// The text, or why there is none.
    pub text: Result<String, NoDraftReason>,
    /// Language of the text; where there is none, of the message.
    pub language: Language,
    /// What the checker verified.
    pub checks: Vec<Check>,
    /// What wrote it.
    pub engine: Engine,
}

impl Drafted {
    /// No draft.
    pub fn none(scored: &OpportunityScored, reason: NoDraftReason) -> Self {
        let language = scored.analysis.language;
        Self { text: Err(reason), language, checks: Vec::new(), engine: Engine::Template }
    }

    /// The event that says so.
    pub fn into_event(self, scored: &OpportunityScored, profile_revision: u64) -> ReplyDrafted {
        let message = &scored.analysis.message;
        ReplyDrafted {
            opportunity_id: scored.analysis.opportunity_id,
            message_id: message.id,
            message_sent_at: message.sent_at,
            profile_revision,
            decision: scored.decision,
            language: self.language,
            no_draft: self.text.as_ref().err().copied(),
            text: self.text.ok(),
            checks: self.checks,
            engine: self.engine,
        }
    }
}

/// Drafts the reply to a scored message from templates. Nothing leaves here that the checker did not pass.
pub fn draft(scored: &OpportunityScored, profile: Option<&Profile>) -> Drafted {
    let brief = profile.ok_or(NoDraftReason::NoProfile).and_then(|profile| Brief::of(scored, profile, None));
    match brief {
        Ok(brief) => brief.template(),
        Err(reason) => Drafted::none(scored, reason),
    }
}

/// A reply that is to be written: what it does and what it says.
#[derive(Debug)]
pub struct Brief<'a> {
    act: Act,
    voice: &'static Voice,
    persona: Persona<'a>,
    about: About<'a>,
    register: Register,
    sentences: Vec<String>,
}

impl<'a> Brief<'a> {
    /// Decides what to reply. `earlier` is what the conversation stated before this message, where that is known.
    ///
    /// # Errors
    /// Why there is no reply.
    pub fn of(
        scored: &'a OpportunityScored,
        profile: &'a Profile,
        earlier: Option<&Facts>,
    ) -> Result<Self, NoDraftReason> {
        hindrance(scored, profile).map_or(Ok(()), Err)?;
        let act = act(scored)?;
        let language = scored.analysis.language;
        let voice = Voice::of(language).filter(|_| speaks(profile, language)).ok_or(NoDraftReason::Language)?;
        let persona = Persona::of(profile);
        let register = quote::register(persona.register, language, &scored.analysis.message, voice);
        let about = About::from(scored);
        let brief = Self { act, voice, persona, about, register, sentences: Vec::new() };
        let own = brief.persona.situation.filter(|text| Voice::speaks(text, language));
        let with = brief.written(scored, earlier, own)?;
        // The person's own sentence goes in where the whole keeps the rules with it.
        let kept = own.is_none() || brief.checks(&brief.whole(&with.join(" "))).iter().all(|check| check.passed);
        let sentences = if kept { with } else { brief.written(scored, earlier, None)? };
        Ok(Self { sentences, ..brief })
    }

    fn written(
        &self,
        scored: &OpportunityScored,
        earlier: Option<&Facts>,
        situation: Option<&str>,
    ) -> Result<Vec<String>, NoDraftReason> {
        let analysis = &scored.analysis;
        let style = Style { message: analysis.message.id, register: self.register };
        let quote = Quote::of(analysis);
        let writing =
            Writing { voice: self.voice, style, persona: &self.persona, quote: &quote, scored, earlier, situation };
        Ok(match self.act {
            Act::Engage => offer::engage(&writing),
            Act::Ask => offer::ask(&writing),
            Act::Answer => answer(&writing).ok_or(NoDraftReason::NeedsPerson)?,
            Act::Decline => offer::decline(&writing),
            Act::Own => return Err(NoDraftReason::NeedsPerson),
        })
    }

    /// The sentences of the template, in order: every fact that the reply tells.
    pub fn sentences(&self) -> &[String] {
        &self.sentences
    }

    /// Those of them that no rewording may touch: the fixed questions, and the sentence that declines.
    pub fn fixed(&self) -> Vec<&str> {
        let sentences = self.sentences.iter().map(String::as_str);
        sentences.filter(|sentence| sentence.ends_with('?') || self.declines(sentence)).collect()
    }

    fn declines(&self, sentence: &str) -> bool {
        self.act == Act::Decline && self.voice.decline.phrases.iter().any(|phrase| contains_words(sentence, phrase))
    }

    /// What the reply does, in one word.
    pub fn purpose(&self) -> &'static str {
        match self.act {
            Act::Engage => "engage",
            Act::Ask => "ask",
            Act::Answer | Act::Own => "answer",
            Act::Decline => "decline",
        }
    }

    /// Its language.
    pub fn language(&self) -> Language {
        self.about.language
    }

    /// How the sender is addressed.
    pub fn register(&self) -> Register {
        self.register
    }

    /// Fewest and most words of a body, so that the whole with closing line and note has its length.
    pub fn words(&self) -> (usize, usize) {
        let around = self.whole("").split_whitespace().count();
        let band = check::band(self.act);
        (band.start().saturating_sub(around), band.end().saturating_sub(around))
    }

    /// A body with what ends every draft: the closing line and the note.
    pub fn whole(&self, body: &str) -> String {
        let paragraphs = [Some(body.trim()), self.persona.closing, Some(self.voice.note.as_str())];
        paragraphs.into_iter().flatten().collect::<Vec<_>>().join("\n\n")
    }

    /// What the checker says of a whole text.
    pub fn checks(&self, text: &str) -> Vec<Check> {
        let against = Against { act: self.act, voice: self.voice, persona: &self.persona, about: &self.about };
        check::run(text, &against)
    }

    /// The draft by the templates.
    pub fn template(&self) -> Drafted {
        let text = self.whole(&self.sentences.join(" "));
        let mut checks = self.checks(&text);
        let language = self.language();
        let text = match checks.iter().find(|check| !check.passed) {
            None => Ok(text),
            Some(failed) => {
                tracing::error!(check = failed.name, %language, "a draft failed its check and is held back");
                checks.iter_mut().for_each(|check| check.marks.clear());
                Err(NoDraftReason::NeedsPerson)
            }
        };
        Drafted { text, language, checks, engine: Engine::Template }
    }

    /// The draft by a model's body; what the checker and the brief have against it, where they do.
    ///
    /// # Errors
    /// The faults, in our own words.
    pub fn reworded(&self, body: &str) -> Result<Drafted, Vec<String>> {
        let text = self.whole(body);
        let checks = self.checks(&text);
        let mut faults: Vec<String> = checks
            .iter()
            .filter(|check| !check.passed)
            .map(|check| format!("{}: {}", check.name, check.detail))
            .collect();
        let fixed = self.fixed();
        faults.extend(fixed.iter().filter(|kept| !body.contains(**kept)).map(|kept| format!("left out: {kept}")));
        let asked = |text: &str| text.matches('?').count();
        if asked(body) > fixed.iter().map(|sentence| asked(sentence)).sum() {
            faults.push("asks a question that was not given".to_owned());
        }
        match faults.is_empty() {
            true => Ok(Drafted { text: Ok(text), language: self.language(), checks, engine: Engine::Llm }),
            false => Err(faults),
        }
    }
}

/// Checks a draft, whoever wrote it, as the reply to a scored message.
///
/// # Errors
/// Why no reply is written at all: its kind, its decision, or its language.
pub fn verify(text: &str, scored: &OpportunityScored, profile: &Profile) -> Result<Vec<Check>, NoDraftReason> {
    checked(text, act(scored)?, &About::from(scored), profile).ok_or(NoDraftReason::Language)
}

/// Checks a person's own text. Nothing here holds it back: the checks are for the person to see. `None` where the
/// message's language is none that replies are written in, so that nothing can be said.
pub fn check_edit(text: &str, about: &About<'_>, profile: &Profile) -> Option<Vec<Check>> {
    checked(text, purpose(about.kind, about.decision).unwrap_or(Act::Own), about, profile)
}

fn checked(text: &str, act: Act, about: &About<'_>, profile: &Profile) -> Option<Vec<Check>> {
    let voice = Voice::of(about.language)?;
    let persona = Persona::of(profile);
    Some(check::run(text, &Against { act, voice, persona: &persona, about }))
}

/// What a reply to the message does.
fn act(scored: &OpportunityScored) -> Result<Act, NoDraftReason> {
    purpose(scored.analysis.kind, scored.decision).ok_or(match scored.decision {
        Decision::Ignore => NoDraftReason::Ignored,
        // Judged without a profile: one that came since will judge it anew.
        _ if scored.score.is_none() => NoDraftReason::NoProfile,
        _ => NoDraftReason::NeedsPerson,
    })
}

/// What a decision about a kind of message asks of a reply; nothing where it asks for none.
fn purpose(kind: Kind, decision: Decision) -> Option<Act> {
    match (kind, decision) {
        (_, Decision::Decline) => Some(Act::Decline),
        (_, Decision::Ignore) => None,
        (Kind::FollowUp, _) => Some(Act::Answer),
        (_, Decision::Engage) => Some(Act::Engage),
        (_, Decision::Ask) => Some(Act::Ask),
        (_, Decision::Review) => None,
    }
}

/// Why a message gets no draft whatever it offers.
fn hindrance(scored: &OpportunityScored, profile: &Profile) -> Option<NoDraftReason> {
    let message = &scored.analysis.message;
    let flagged = |flag| scored.analysis.flags.contains(&flag);
    let age = message.received_at - message.sent_at;
    let settled = message.direction == Direction::Outbound
        || scored.decision == Decision::Ignore
        || !matches!(scored.analysis.kind, Kind::NewOpportunity | Kind::FollowUp);
    let reasons = [
        (settled, NoDraftReason::Ignored),
        (flagged(Flag::Injection), NoDraftReason::Injection),
        (flagged(Flag::ScamSigns), NoDraftReason::ScamSigns),
        (message.partial || flagged(Flag::Partial), NoDraftReason::Partial),
        (age > TimeDelta::days(i64::from(profile.reply_within_days)), NoDraftReason::TooOld),
    ];
    reasons.into_iter().find(|(holds, _)| *holds).map(|(_, reason)| reason)
}

/// Whether the person could have written in the language: a profile that names none speaks all.
fn speaks(profile: &Profile, language: Language) -> bool {
    profile.languages.is_empty() || profile.languages.iter().any(|known| known.eq_ignore_ascii_case(language.as_str()))
}
