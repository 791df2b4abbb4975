//! What a person or the clock asks of a conversation, judged by what is known of it. Pure: either something changes, or
//! whoever asked learns why not and what holds instead.

use chrono::{DateTime, Duration, SubsecRound as _, Utc};
use contract::{
    Account, Action, Change, Command, CommandRefused, Engine, RefusalReason, ReplyState, SealKey, Status, text_sha256,
};
use kit_store::record::{Approval, Opportunity, Reply, Standing};
use uuid::Uuid;

use crate::{
    restore,
    state::{ReplyStep, Step, next, next_reply},
    view::Known,
};

/// Within this time an approved reply is not handed to a sender.
pub const HOLD: Duration = Duration::seconds(10);
/// An approval that nobody acted on ends after this time: what was said yes to may not hold any more.
pub const APPROVAL_LIFE: Duration = Duration::hours(24);
/// Longest snooze.
const LONGEST_SNOOZE: Duration = Duration::days(366);
/// Most characters of a reply, which is also what LinkedIn takes.
pub const MOST_REPLY: usize = 8_000;
/// Most characters of notes.
pub const MOST_NOTES: usize = 20_000;

/// Who sends an approved reply.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sending {
    /// The person copies it and says so.
    #[default]
    ByHand,
    /// A sender takes it once its hold is over.
    BySender,
}

/// What a command is judged with, beside the conversation.
#[derive(Clone, Copy, Debug)]
pub struct Desk<'a> {
    pub account: &'a Account,
    pub conversation: Uuid,
    /// Without it nothing can be approved.
    pub key: Option<&'a SealKey>,
    pub sending: Sending,
    pub now: DateTime<Utc>,
}

/// What a command changed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Obeyed {
    pub change: Option<Change>,
    /// Messages whose outcome changed.
    pub said: Vec<Uuid>,
    /// Messages whose reply changed.
    pub replied: Vec<Uuid>,
    /// An approval to hand to the sender.
    pub claimed: Option<contract::ReplyApproved>,
}

/// Why a command changes nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    pub reason: RefusalReason,
    pub detail: String,
    pub current_state: Option<String>,
}

impl Refusal {
    pub(crate) fn new(reason: RefusalReason, detail: impl Into<String>) -> Self {
        Self { reason, detail: detail.into(), current_state: None }
    }

    pub(crate) fn not_found() -> Self {
        Self::new(RefusalReason::NotFound, "there is nothing of this id; it may have been erased")
    }

    fn invalid(detail: impl Into<String>) -> Self {
        Self::new(RefusalReason::Invalid, detail)
    }

    fn wrong_state(verb: &str, state: &str) -> Self {
        Self::new(RefusalReason::WrongState, format!("`{verb}` is not possible while it is `{state}`"))
    }

    /// Told of a command.
    pub(crate) fn of(self, command_id: Uuid) -> CommandRefused {
        let Self { reason, detail, current_state } = self;
        CommandRefused { command_id, reason, detail, current_state, revision: None }
    }

    fn at(self, state: &str) -> Self {
        Self { current_state: Some(state.to_owned()), ..self }
    }
}

/// Does what a command asks.
///
/// # Errors
/// [`Refusal`]: then nothing has changed.
pub fn obey(
    known: &mut Known,
    view: Option<&Opportunity>,
    command: &Command,
    desk: Desk<'_>,
) -> Result<Obeyed, Refusal> {
    let Some(view) = view else {
        return match &command.action {
            Action::Restore { .. } => restore::take_back(known, desk.now).ok_or_else(Refusal::not_found),
            _ => Err(Refusal::not_found()),
        };
    };
    if let Some(reply_id) = reply_of(&command.action) {
        let reply = known.replies.values().find(|reply| reply.id == reply_id).ok_or_else(Refusal::not_found)?;
        let (message, state) = (reply.answers.message_id, reply.state);
        let asked = seen(view, command).and_then(|()| known.ask_of_reply(message, view, command, desk));
        return asked.map_err(|refusal| refusal.at(state.as_str()));
    }
    let asked = seen(view, command).and_then(|()| known.ask_of_opportunity(view, command, desk));
    asked.map_err(|refusal| refusal.at(view.standing.status.as_str()))
}

/// The reply that a verb is about.
pub fn reply_of(action: &Action) -> Option<Uuid> {
    match action {
        Action::Approve { reply_id }
        | Action::Edit { reply_id, .. }
        | Action::Discard { reply_id }
        | Action::Undo { reply_id }
        | Action::MarkSent { reply_id }
        | Action::Retry { reply_id } => Some(*reply_id),
        _ => None,
    }
}

/// A person decides about what was shown. Of a yes that must be known; of the rest, where it is said.
fn seen(view: &Opportunity, command: &Command) -> Result<(), Refusal> {
    match command.expected_revision {
        Some(revision) if revision == view.standing.revision => Ok(()),
        Some(_) => Err(Refusal::new(RefusalReason::StaleRevision, "it has changed since it was shown; look again")),
        None if matches!(command.action, Action::Approve { .. } | Action::Retry { .. }) => {
            Err(Refusal::invalid("a yes names the revision that was shown: `expected_revision` is missing"))
        }
        None => Ok(()),
    }
}

impl Known {
    fn ask_of_reply(
        &mut self,
        message: Uuid,
        view: &Opportunity,
        command: &Command,
        desk: Desk<'_>,
    ) -> Result<Obeyed, Refusal> {
        let (step, change) = match &command.action {
            Action::Approve { .. } => (ReplyStep::Approve, Change::StatusChanged),
            Action::Retry { .. } => (ReplyStep::Retry, Change::StatusChanged),
            Action::Edit { .. } => (ReplyStep::Edit, Change::Drafted),
            Action::Discard { .. } => (ReplyStep::Discard, Change::StatusChanged),
            Action::Undo { .. } => (ReplyStep::Undo, Change::StatusChanged),
            _ => (ReplyStep::MarkSent, Change::Answered),
        };
        let reply = self.replies.get(&message).ok_or_else(Refusal::not_found)?;
        let state = next_reply(reply.state, step)
            .ok_or_else(|| Refusal::wrong_state(command.action.verb(), reply.state.as_str()))?;
        let mut reply = Reply { state, updated_at: desk.now, ..reply.clone() };
        match &command.action {
            Action::Approve { .. } | Action::Retry { .. } => {
                reply.approval = Some(self.approval(&reply, view, command, desk)?);
            }
            Action::Edit { text, .. } => rewrite(&mut reply, text)?,
            Action::Undo { .. } | Action::Discard { .. } => reply.approval = None,
            _ if reply.text.is_none() => return Err(Refusal::invalid("it has no words; write them first")),
            _ => {}
        }
        self.replies.insert(message, reply);
        Ok(Obeyed { change: Some(change), replied: vec![message], ..Obeyed::default() })
    }

    /// The yes, sealed over the very bytes.
    fn approval(
        &self,
        reply: &Reply,
        view: &Opportunity,
        command: &Command,
        desk: Desk<'_>,
    ) -> Result<Approval, Refusal> {
        let Some(text) = reply.text.as_deref().filter(|text| !text.trim().is_empty()) else {
            return Err(Refusal::invalid("it has no words; write them first"));
        };
        let Some(key) = desk.key else {
            let detail = "no approval can be sealed here: set replies.seal_key for the persister";
            return Err(Refusal::new(RefusalReason::NotSupported, detail));
        };
        if self.last_inbound() != Some(reply.answers) || self.is_answered_since(reply.answers) {
            let detail = "a newer message came, or it was answered elsewhere: look at the conversation";
            return Err(Refusal::new(RefusalReason::WrongState, detail));
        }
        // To the second, as it is sealed.
        let now = desk.now.trunc_subsecs(0);
        let (hold_until, expires_at) = (desk.now + HOLD, now + APPROVAL_LIFE);
        let mut approval = Approval {
            approved_at: desk.now,
            approved_by: command.actor.clone(),
            source: view.source.clone(),
            thread: self.thread(),
            text_sha256: text_sha256(text),
            last_inbound_message_id: self.last_heard().map_or(reply.answers.message_id, |key| key.message_id),
            shown_revision: view.standing.revision,
            hold_until,
            expires_at,
            due_at: if desk.sending == Sending::BySender { hold_until } else { expires_at },
            seal: String::new(),
            claimed_by: None,
        };
        approval.seal = key.seal(desk.account, &approval.event(desk.conversation, reply));
        Ok(approval)
    }

    fn ask_of_opportunity(&mut self, view: &Opportunity, command: &Command, desk: Desk<'_>) -> Result<Obeyed, Refusal> {
        let step = match &command.action {
            Action::Snooze { until, .. } => {
                if *until <= desk.now || *until > desk.now + LONGEST_SNOOZE {
                    return Err(Refusal::invalid("`until` must lie ahead, within a year"));
                }
                Step::Snooze
            }
            Action::Archive { .. } => Step::Archive,
            Action::Restore { .. } => Step::Restore,
            Action::Annotate { notes, starred, .. } => return self.annotate(notes.as_deref(), *starred),
            Action::Join { with, .. } => return self.join(Some(*with), desk.conversation),
            Action::Unjoin { .. } => return self.join(None, desk.conversation),
            Action::Due { .. } => return Ok(self.due(view, command.id, desk)),
            other => return Err(not_supported(other)),
        };
        let wrong = || Refusal::wrong_state(command.action.verb(), view.standing.status.as_str());
        let status = next(view.standing.status, step).ok_or_else(wrong)?;
        if let Action::Snooze { until, .. } = &command.action {
            self.review.snoozed_until = Some(until.trunc_subsecs(6));
        }
        self.decide(view, status);
        Ok(Obeyed { change: Some(Change::StatusChanged), ..Obeyed::default() })
    }

    /// From here on this status holds, until something newer than what is known now.
    fn decide(&mut self, view: &Opportunity, status: Status) {
        let seen = self.messages.keys().copied().collect();
        self.before = Some((Standing { status, ..view.standing.clone() }, seen));
    }

    fn annotate(&mut self, notes: Option<&str>, starred: Option<bool>) -> Result<Obeyed, Refusal> {
        if notes.is_none() && starred.is_none() {
            return Err(Refusal::invalid("neither notes nor a star are given"));
        }
        if let Some(notes) = notes {
            writable(notes, MOST_NOTES)?;
            self.review.notes = Some(notes.trim().to_owned()).filter(|notes| !notes.is_empty());
        }
        self.review.starred = starred.unwrap_or(self.review.starred);
        Ok(Obeyed { change: Some(Change::Annotated), ..Obeyed::default() })
    }

    fn join(&mut self, with: Option<Uuid>, conversation: Uuid) -> Result<Obeyed, Refusal> {
        if with == Some(conversation) {
            return Err(Refusal::invalid("an opportunity cannot be joined with itself"));
        }
        if self.review.joined_to == with {
            let detail = if with.is_some() { "they are joined already" } else { "it is joined with none" };
            return Err(Refusal::new(RefusalReason::WrongState, detail));
        }
        self.review.joined_to = with;
        Ok(Obeyed { change: Some(Change::Annotated), ..Obeyed::default() })
    }

    /// What time asks by now; nothing where it was asked too early or twice.
    fn due(&mut self, view: &Opportunity, command: Uuid, desk: Desk<'_>) -> Obeyed {
        let mut obeyed = Obeyed::default();
        let over = |at: Option<DateTime<Utc>>| at.is_some_and(|at| at <= desk.now);
        if over(self.review.snoozed_until)
            && let Some(status) = next(view.standing.status, Step::Wake)
        {
            self.decide(view, status);
            obeyed.change = Some(Change::StatusChanged);
        }
        for (message, reply) in &mut self.replies {
            let Some(approval) = reply.approval.as_mut().filter(|_| reply.state == ReplyState::Approved) else {
                continue;
            };
            let step = if approval.expires_at <= desk.now {
                ReplyStep::Expire
            } else if desk.sending == Sending::BySender && approval.hold_until <= desk.now {
                approval.claimed_by = Some(command);
                ReplyStep::Claim
            } else {
                continue;
            };
            let sealed = approval.clone();
            let event = sealed.event(desk.conversation, reply);
            // Words that are not those of the yes are never handed on, however they came into the row.
            let holds = desk.key.is_some_and(|key| key.holds(desk.account, &event));
            let step = if holds { step } else { ReplyStep::Expire };
            let Some(state) = next_reply(reply.state, step) else { continue };
            (reply.state, reply.updated_at) = (state, desk.now);
            if step == ReplyStep::Expire {
                reply.approval = None;
            } else {
                obeyed.claimed = Some(event);
            }
            obeyed.change = Some(Change::StatusChanged);
            obeyed.replied.push(*message);
        }
        obeyed
    }

    /// The approval that a command has handed on, to be said again.
    pub(crate) fn claimed_by(&self, command: Uuid, conversation: Uuid) -> Option<contract::ReplyApproved> {
        let claimed = |reply: &&Reply| {
            reply.state == ReplyState::Sending
                && reply.approval.as_ref().is_some_and(|approval| approval.claimed_by == Some(command))
        };
        let reply = self.replies.values().find(claimed)?;
        reply.approval.as_ref().map(|approval| approval.event(conversation, reply))
    }
}

/// A verb that nobody here owns yet.
pub(crate) fn not_supported(action: &Action) -> Refusal {
    let detail = format!("`{}` is not something that this version can do", action.verb());
    Refusal::new(RefusalReason::NotSupported, detail)
}

/// The person's own words take the draft's place. What the checker said was of other words.
fn rewrite(reply: &mut Reply, text: &str) -> Result<(), Refusal> {
    writable(text, MOST_REPLY)?;
    let text = text.trim();
    if text.is_empty() {
        return Err(Refusal::invalid("`text` is empty; to send nothing, discard the draft"));
    }
    reply.text = Some(text.to_owned());
    reply.no_draft = None;
    reply.engine = Engine::Person;
    reply.checks.clear();
    Ok(())
}

fn writable(text: &str, most: usize) -> Result<(), Refusal> {
    if text.chars().count() > most {
        return Err(Refusal::invalid(format!("more than {most} characters")));
    }
    if text.contains('\0') {
        return Err(Refusal::invalid("a NUL character cannot be stored"));
    }
    Ok(())
}
