//! What a reply is about: as much of the conversation as checking needs, from a scored message or from what is stored.

use contract::{Decision, Direction, Field, Kind, Language, OpportunityScored};

/// The conversation that a reply belongs to.
#[derive(Clone, Debug)]
pub struct About<'a> {
    /// What their message is.
    pub kind: Kind,
    /// What was decided about it.
    pub decision: Decision,
    /// Its language, which is the reply's.
    pub language: Language,
    /// Who wrote it.
    pub sender: Option<&'a str>,
    /// What they wrote: the message, its subject, and what came before.
    pub theirs: Vec<&'a str>,
    /// What the person wrote before.
    pub ours: Vec<&'a str>,
    /// The role, in the message's words.
    pub role: Option<&'a str>,
    /// The employer.
    pub company: Option<&'a str>,
    /// Where the job is.
    pub place: Option<&'a str>,
    /// Technologies of the job.
    pub technologies: Vec<&'a str>,
}

impl<'a> From<&'a OpportunityScored> for About<'a> {
    fn from(scored: &'a OpportunityScored) -> Self {
        let (analysis, message) = (&scored.analysis, &scored.analysis.message);
        let turns = |direction| {
            let of = message.history.iter().filter(move |turn| turn.direction == direction);
            of.map(|turn| turn.text.as_str())
        };
        let value = |field: &'a Option<Field<String>>| field.as_ref().map(|field| field.value.as_str());
        let now = message.subject.as_deref().into_iter().chain([message.text.as_str()]);
        Self {
            kind: analysis.kind,
            decision: scored.decision,
            language: analysis.language,
            sender: message.sender.name.as_deref(),
            theirs: turns(Direction::Inbound).chain(now).collect(),
            ours: turns(Direction::Outbound).collect(),
            role: value(&analysis.facts.role),
            company: value(&analysis.facts.company),
            place: value(&analysis.facts.location),
            technologies: analysis.facts.tech_stack.iter().map(|mention| mention.name.as_str()).collect(),
        }
    }
}

impl<'a> About<'a> {
    /// Every text of the conversation.
    pub(crate) fn thread(&self) -> impl Iterator<Item = &'a str> {
        self.theirs.iter().chain(&self.ours).copied()
    }
}
