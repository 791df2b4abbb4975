//! One message through the stages' own functions, without the bus: what `sluice read` and the gateway's paste box show.

use contract::{Decision, Message, MessageDismissed, OpportunityAnalyzed, OpportunityScored};
use gateway::{ReadAtOnce, ReadNow};
use kit_score::{Profile, Rates};

/// What came of a message.
pub(crate) enum Understood {
    /// It makes a card.
    Opportunity(Box<OpportunityScored>, Box<responder::Drafted>),
    /// It makes none.
    Dismissed(Box<MessageDismissed>),
}

/// Reads, judges and answers.
pub(crate) fn understand(message: Message, profile: Option<&Profile>) -> Understood {
    let reading = analyzer::read(&message);
    match analyzer::analyze(message, reading) {
        analyzer::Analyzed::Opportunity(analysis) => {
            let scored = judge(*analysis, profile);
            let draft = responder::draft(&scored, profile);
            Understood::Opportunity(Box::new(scored), Box::new(draft))
        }
        analyzer::Analyzed::Dismissed(dismissed) => Understood::Dismissed(dismissed),
    }
}

/// The scorer's steps.
fn judge(analysis: OpportunityAnalyzed, profile: Option<&Profile>) -> OpportunityScored {
    let Some(profile) = profile else {
        return OpportunityScored { analysis, score: None, decision: Decision::Review, profile_revision: 0 };
    };
    let text = kit_score::text_of(&analysis.message);
    let (score, decision) =
        kit_score::score(&analysis.facts, &analysis.flags, analysis.kind, &text, profile, Rates::built_in());
    OpportunityScored { analysis, score: Some(score), decision, profile_revision: 1 }
}

/// The gateway's way to it.
#[derive(Debug)]
pub(crate) struct AtOnce;

impl ReadAtOnce for AtOnce {
    fn read(&self, message: Message, profile: Option<&Profile>) -> ReadNow {
        match understand(message, profile) {
            Understood::Opportunity(scored, draft) => ReadNow {
                kind: Some(scored.analysis.kind),
                language: scored.analysis.language,
                engine: scored.analysis.engine,
                dismissed: None,
                detail: None,
                facts: Some(scored.analysis.facts),
                flags: scored.analysis.flags,
                score: scored.score,
                decision: Some(scored.decision),
                draft: draft.text.as_ref().ok().cloned(),
                no_draft: draft.text.err(),
                checks: draft.checks,
            },
            Understood::Dismissed(dismissed) => ReadNow {
                kind: dismissed.kind,
                language: dismissed.language,
                engine: dismissed.engine,
                dismissed: Some(dismissed.reason),
                detail: Some(dismissed.detail),
                facts: None,
                flags: Vec::new(),
                score: None,
                decision: None,
                draft: None,
                no_draft: None,
                checks: Vec::new(),
            },
        }
    }
}
