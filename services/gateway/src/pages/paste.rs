//! The paste box: a message is read, judged and answered on the spot, in the same form as everywhere, and kept only on a
//! click.

use askama::Template;
use axum::{
    Form,
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use bus::Intake;
use chrono::Utc;
use contract::{
    CapReason, Decision, Direction, Engine, Facts, Message, MessageReceived, ReplyState, Score, Sender, Status,
    topology::Lane,
};
use kit_store::{MessageRow, OpportunityDetail, OpportunityRow, ReplyRow};
use serde::Deserialize;
use uuid::Uuid;

use super::{
    Visit, broken,
    frame::{Frame, Scene},
    opportunity::{Opportunity, Shown},
};
use crate::{accepted::Taken, api::read::at_once, app::App, at_once::ReadNow, problem::Problem};

/// What stands in the box.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct Pasted {
    #[serde(default)]
    text: String,
    #[serde(default)]
    sender: String,
}

/// What the page shows.
#[derive(Clone, Debug, Default)]
pub struct PasteBox {
    pub text: String,
    pub sender: String,
    pub read: Option<Read>,
    /// A word of the message file: why it could not be read.
    pub fault: Option<&'static str>,
}

/// What a pasted message says.
#[derive(Clone, Debug)]
pub enum Read {
    Opportunity(Box<OpportunityDetail>),
    /// Why it would make no card.
    Dismissed(&'static str),
}

/// `GET /paste`
pub(super) async fn show(State(app): State<App>, uri: Uri, headers: HeaderMap) -> Response {
    let visit = Visit::of(&uri, &headers);
    let page = draw(&app, &visit, &PasteBox::default()).await;
    visit.answer(&app, page)
}

/// `POST /paste`: reads; stores nothing.
pub(super) async fn read(State(app): State<App>, uri: Uri, headers: HeaderMap, Form(pasted): Form<Pasted>) -> Response {
    let visit = Visit::at("/paste", &uri, &headers);
    let (read, fault) = match at_once(&app, pasted.received()).await {
        Ok((message, read)) => (Some(Read::of(&message, read)), None),
        Err(problem) if problem.status().is_server_error() => return visit.answer(&app, Err(problem)),
        Err(_) => (None, Some("paste-fault")),
    };
    let page = draw(&app, &visit, &PasteBox { text: pasted.text, sender: pasted.sender, read, fault }).await;
    visit.answer(&app, page)
}

/// `POST /paste/keep`: the message goes the way of every other.
pub(super) async fn keep(State(app): State<App>, uri: Uri, headers: HeaderMap, Form(pasted): Form<Pasted>) -> Response {
    match take(&app, pasted.received()).await {
        Ok(()) => (StatusCode::SEE_OTHER, [(header::LOCATION, HeaderValue::from_static("/"))]).into_response(),
        Err(problem) => Visit::at("/paste", &uri, &headers).answer(&app, Err(problem)),
    }
}

async fn take(app: &App, received: MessageReceived) -> Result<(), Problem> {
    let at = Utc::now();
    let source = received.source.clone();
    let intake = Intake::new(&app.account, received, Lane::Live, "sluice/gateway", at)?;
    let message_id = intake.message_id;
    let receipt = app.bus.publish(intake.output).await?;
    app.metrics.count_received(source.as_deref());
    app.accepted.remember(message_id, Taken { sequence: receipt.stream_sequence, at });
    Ok(())
}

impl Pasted {
    fn received(&self) -> MessageReceived {
        let name = Some(self.sender.trim().to_owned()).filter(|name| !name.is_empty());
        MessageReceived {
            source: Some("paste".to_owned()),
            sender: name.map(|name| Sender { name: Some(name), ..Sender::default() }),
            text: self.text.replace("\r\n", "\n"),
            ..MessageReceived::default()
        }
    }
}

impl Read {
    fn of(message: &Message, read: ReadNow) -> Self {
        match read.dismissed {
            Some(reason) => Self::Dismissed(reason.as_str()),
            None => Self::Opportunity(Box::new(as_stored(message, read))),
        }
    }
}

/// As the opportunity would stand in the store.
fn as_stored(message: &Message, read: ReadNow) -> OpportunityDetail {
    let facts = read.facts.clone().unwrap_or_default();
    let row = row(message, &read, &facts);
    let reply = ReplyRow {
        id: Uuid::nil(),
        opportunity_id: row.id,
        message_id: message.id,
        state: ReplyState::Draft,
        decision: row.decision,
        language: read.language,
        text: read.draft.clone(),
        no_draft: read.no_draft,
        checks: read.checks.clone(),
        engine: Engine::Template,
        created_at: message.received_at,
        updated_at: message.received_at,
        approved_at: None,
        approved_by: None,
        hold_until: None,
        expires_at: None,
    };
    let letter = MessageRow {
        id: message.id,
        direction: Direction::Inbound,
        sender_name: message.sender.name.clone(),
        sent_at: message.sent_at,
        subject: message.subject.clone(),
        text: message.text.clone(),
        conversation_id: None,
        kind: read.kind,
        opportunity_id: None,
        dismissed: None,
    };
    let score = read.score;
    let of = |part: fn(&Score) -> u8| score.as_ref().map(part);
    OpportunityDetail {
        ai_response: read.draft,
        reply: Some(reply),
        raw_message: message.text.clone(),
        messages: vec![letter],
        facts,
        facts_sources: std::collections::BTreeMap::new(),
        to_next_tier: score.as_ref().and_then(|score| score.to_next_tier),
        score_stack: of(|score| points(score, 0)),
        score_pay: of(|score| points(score, 1)),
        score_seniority: of(|score| points(score, 2)),
        score_company: of(|score| points(score, 3)),
        missing: score.as_ref().map(|score| score.missing.clone()).unwrap_or_default(),
        hard_filters: score.as_ref().map(|score| score.filters.clone()).unwrap_or_default(),
        score_lines: score.map(|score| score.lines).unwrap_or_default(),
        profile_revision: 0,
        source: message.source.clone(),
        thread_url: None,
        processed_at: message.received_at,
        processing_time_ms: 0,
        notes: None,
        starred: false,
        snoozed_until: None,
        row,
    }
}

fn points(score: &Score, line: usize) -> u8 {
    score.lines.get(line).map_or(0, |line| line.points)
}

const fn capped(reason: CapReason) -> &'static str {
    match reason {
        CapReason::Thin => "thin",
        CapReason::Veto => "veto",
    }
}

fn row(message: &Message, read: &ReadNow, facts: &Facts) -> OpportunityRow {
    let salary = facts.salary.as_ref().map(|field| &field.value);
    let score = read.score.as_ref();
    OpportunityRow {
        id: Uuid::nil(),
        kind: read.kind.unwrap_or(contract::Kind::NewOpportunity),
        status: Status::AwaitingReview,
        tier: score.map(|score| score.tier),
        tier_uncapped: score.map(|score| score.tier_uncapped),
        cap_reason: score.and_then(|score| score.cap_reason).map(|reason| capped(reason).to_owned()),
        total_score: score.map(|score| score.total),
        decision: read.decision.unwrap_or(Decision::Review),
        recruiter_name: message.sender.name.clone(),
        company: facts.company.as_ref().map(|field| field.value.clone()),
        agency: facts.agency.as_ref().map(|field| field.value.clone()),
        role: facts.role.as_ref().map(|field| field.value.clone()),
        seniority: facts.seniority.as_ref().map(|field| field.value),
        tech_stack: facts.tech_stack.iter().map(|tech| tech.name.clone()).collect(),
        salary_min: salary.and_then(|salary| salary.min),
        salary_max: salary.and_then(|salary| salary.max),
        currency: salary.and_then(|salary| salary.currency.clone()),
        salary_period: salary.and_then(|salary| salary.period).map(|period| period.as_str().to_owned()),
        salary_yearly_min: None,
        salary_yearly_max: None,
        salary_yearly_currency: None,
        remote_policy: facts.remote_policy.as_ref().map(|field| field.value),
        location: facts.location.as_ref().map(|field| field.value.clone()),
        employment_type: facts.employment_type.as_ref().map(|field| field.value),
        language: read.language,
        flags: read.flags.clone(),
        engine: read.engine,
        reply_state: None,
        excerpt: String::new(),
        highlight: None,
        revision: 0,
        message_timestamp: message.sent_at,
        created_at: message.received_at,
        updated_at: message.received_at,
    }
}

async fn draw(app: &App, visit: &Visit, pasted: &PasteBox) -> Result<String, Problem> {
    render(&visit.scene_with_tally(app, None).await, pasted).map_err(|error| broken(&error))
}

#[derive(Template)]
#[template(path = "paste.html")]
struct Html<'a> {
    frame: Frame<'a>,
    pasted: &'a PasteBox,
    o: Option<Opportunity>,
    dismissed: Option<String>,
}

/// Renders the box with what was read.
///
/// # Errors
/// Where the template fails.
pub fn render(scene: &Scene<'_>, pasted: &PasteBox) -> Result<String, askama::Error> {
    let frame = Frame::of(scene, "/paste");
    let (o, dismissed) = match &pasted.read {
        Some(Read::Opportunity(detail)) => {
            let shown = Shown { acts: false, ..Shown::of((**detail).clone()) };
            (Some(Opportunity::of(scene, &shown)), None)
        }
        Some(Read::Dismissed(reason)) => (None, Some(frame.words.of("dismissal", reason))),
        None => (None, None),
    };
    Html { pasted, o, dismissed, frame }.render()
}
