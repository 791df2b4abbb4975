//! What a message is, from the signals it holds and the facts found in it. Each rule gives its reason in words: a
//! person who wonders why there is no card reads it.

use contract::{DismissalReason, Kind};

use crate::signals::Signals;

/// What the grammars found, as far as the kind depends on it.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Findings {
    /// A header, a card or labelled lines of a job.
    pub(crate) layout: bool,
    pub(crate) role: bool,
    pub(crate) pay: bool,
    pub(crate) technologies: usize,
    /// Mode of work or form of employment.
    pub(crate) terms: bool,
    /// What a follow-up would ask for is asked.
    pub(crate) asks: bool,
    /// There are earlier messages in the thread.
    pub(crate) thread: bool,
    /// Words of the message.
    pub(crate) words: usize,
}

/// The kind, and why it makes no card if it makes none.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Verdict {
    pub(crate) kind: Kind,
    pub(crate) dismissal: Option<(DismissalReason, String)>,
}

/// Words up to which a message can be a mere courtesy.
const SHORT: usize = 60;

/// Decides the kind.
pub(crate) fn decide(signals: Signals, found: Findings) -> Verdict {
    let job =
        usize::from(found.role) * 2 + usize::from(found.pay) + found.technologies.min(2) + usize::from(found.terms);
    let offers = signals.offer + if found.layout { 4 } else { 0 };
    if signals.scam >= 3 || signals.scam >= 2 && !found.layout && offers < 4 {
        return dismissed(
            Kind::Scam,
            DismissalReason::Scam,
            "asks for money, papers or a lent name, or promises easy money",
        );
    }
    if signals.rejection > 0 && !found.layout && signals.offer <= 3 {
        return dismissed(Kind::Courtesy, DismissalReason::Courtesy, "tells that a process ended");
    }
    if signals.seeker >= 2 || signals.seeker == 1 && !found.layout && signals.offer <= 1 {
        return dismissed(Kind::Other, DismissalReason::Private, "the sender looks for work");
    }
    if signals.bench >= 2 || signals.bench == 1 && !found.layout && signals.offer <= 2 {
        return dismissed(Kind::Promotion, DismissalReason::Promotion, "offers other people's work");
    }
    if signals.newsletter >= 1 && !found.layout && signals.offer < 4
        || signals.newsletter >= 3 && (!found.layout || signals.offer <= 1)
    {
        return dismissed(
            Kind::Promotion,
            DismissalReason::Newsletter,
            "goes to many readers and can be unsubscribed from",
        );
    }
    if signals.sales >= 2 && !found.layout && (signals.offer < 3 || signals.sales > signals.offer)
        || signals.sales == 1 && signals.offer == 0 && !found.role
    {
        return dismissed(Kind::Promotion, DismissalReason::Promotion, "sells a course, a product or a service");
    }
    if signals.scheduling >= 1
        && !found.layout
        && job < 4
        && (signals.offer <= 1 || signals.scheduling >= 2 && signals.offer <= 2)
    {
        return Verdict { kind: Kind::FollowUp, dismissal: None };
    }
    if offer(signals, found, offers, job) {
        return Verdict { kind: Kind::NewOpportunity, dismissal: None };
    }
    if signals.nudge > 0 || found.asks || found.thread && signals.courtesy == 0 {
        return Verdict { kind: Kind::FollowUp, dismissal: None };
    }
    if signals.courtesy > 0 && found.words <= SHORT {
        return dismissed(
            Kind::Courtesy,
            DismissalReason::Courtesy,
            "thanks, congratulates or closes, and offers nothing",
        );
    }
    dismissed(Kind::Other, DismissalReason::Private, "offers no work")
}

fn offer(signals: Signals, found: Findings, offers: usize, job: usize) -> bool {
    let closing = signals.courtesy > 0 && signals.offer <= 1 && found.words <= 40 && !found.role;
    if found.thread && !found.role && !found.pay {
        return false;
    }
    if closing {
        return false;
    }
    offers >= 4
        || offers >= 2 && job >= 1
        || offers >= 1 && job >= 2
        || offers >= 1 && found.words <= 40 && signals.nudge == 0 && !found.asks
        || offers >= 2 && signals.nudge == 0 && !found.thread
        || job >= 4 && found.role && found.pay
        || job >= 5
}

fn dismissed(kind: Kind, reason: DismissalReason, detail: &str) -> Verdict {
    Verdict { kind, dismissal: Some((reason, detail.to_owned())) }
}
