//! The decision whether and what to draft. Pure: the same event and profile give the same draft, without a clock.

use chrono::TimeDelta;
use contract::{
    Check, Decision, Direction, Engine, Flag, Kind, Language, NoDraftReason, OpportunityScored, ReplyDrafted,
};
use kit_score::Profile;

use crate::{
    answer::answer,
    check::{self, Act, Against},
    offer,
    persona::Persona,
    quote::{self, Quote},
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

/// Drafts the reply to a scored message. Nothing leaves here that the checker did not pass.
pub fn draft(scored: &OpportunityScored, profile: Option<&Profile>) -> Drafted {
    let language = scored.analysis.language;
    let (text, checks) = match written(scored, profile) {
        Ok((text, checks)) => match checks.iter().find(|check| !check.passed) {
            None => (Ok(text), checks),
            Some(failed) => {
                tracing::error!(check = failed.name, %language, "a draft failed its check and is held back");
                (Err(NoDraftReason::NeedsPerson), checks)
            }
        },
        Err(reason) => (Err(reason), Vec::new()),
    };
    Drafted { text, language, checks, engine: Engine::Template }
}

/// The text with its checks.
fn written(scored: &OpportunityScored, profile: Option<&Profile>) -> Result<(String, Vec<Check>), NoDraftReason> {
    let profile = profile.ok_or(NoDraftReason::NoProfile)?;
    hindrance(scored, profile).map_or(Ok(()), Err)?;
    let act = act(scored)?;
    let analysis = &scored.analysis;
    let voice =
        Voice::of(analysis.language).filter(|_| speaks(profile, analysis.language)).ok_or(NoDraftReason::Language)?;
    let persona = Persona::of(profile);
    let register = quote::register(persona.register, &analysis.message, voice);
    let style = Style { message: analysis.message.id, register };
    let quote = Quote::of(analysis);
    let writing = Writing { voice, style, persona: &persona, quote: &quote, scored };
    let sentences = match act {
        Act::Engage => offer::engage(&writing),
        Act::Ask => offer::ask(&writing),
        Act::Answer => answer(&writing).ok_or(NoDraftReason::NeedsPerson)?,
        Act::Decline => offer::decline(&writing),
    };
    let mut paragraphs = vec![sentences.join(" ")];
    paragraphs.extend(persona.signature.map(str::to_owned));
    paragraphs.push(voice.note.clone());
    let text = paragraphs.join("\n\n");
    let checks = check::run(&text, &Against { act, language: analysis.language, voice, persona: &persona, scored });
    Ok((text, checks))
}

/// Checks a text, whoever wrote it, as the reply to a scored message.
///
/// # Errors
/// Why no reply is written at all: its kind, its decision, or its language.
pub fn verify(text: &str, scored: &OpportunityScored, profile: &Profile) -> Result<Vec<Check>, NoDraftReason> {
    let language = scored.analysis.language;
    let voice = Voice::of(language).ok_or(NoDraftReason::Language)?;
    let persona = Persona::of(profile);
    Ok(check::run(text, &Against { act: act(scored)?, language, voice, persona: &persona, scored }))
}

/// What a reply to the message does.
fn act(scored: &OpportunityScored) -> Result<Act, NoDraftReason> {
    match (scored.analysis.kind, scored.decision) {
        (_, Decision::Decline) => Ok(Act::Decline),
        (_, Decision::Ignore) => Err(NoDraftReason::Ignored),
        (Kind::FollowUp, _) => Ok(Act::Answer),
        (_, Decision::Engage) => Ok(Act::Engage),
        (_, Decision::Ask) => Ok(Act::Ask),
        // Judged without a profile: one that came since will judge it anew.
        (_, Decision::Review) if scored.score.is_none() => Err(NoDraftReason::NoProfile),
        (_, Decision::Review) => Err(NoDraftReason::NeedsPerson),
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
