//! The door: credentials to an identity, limits, role, and the way to the account's own routes.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant, SystemTime},
};

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header, request::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
};
use chrono::{DateTime, Utc};
use contract::{Account, Role};
use kit_cache::{Limiter, Verdict};
use kit_store::{Known, Reader, StoreError};
use tower::ServiceExt as _;
use uuid::Uuid;

use super::{Access, Identity, Rooms, client, identity, jwt, session, token};
use crate::problem::Problem;

/// The span that limits are for.
const MINUTE: Duration = Duration::from_secs(60);
/// Answers of the store remembered.
const MOST: usize = 10_000;
/// Longest token that is looked at.
const MOST_BYTES: usize = 8192;

/// Where every request that needs an account comes through.
#[derive(Debug)]
pub(crate) struct Door {
    pub(super) access: Access,
    pub(super) reader: Reader,
    pub(crate) limiter: Limiter,
    pub(crate) rooms: Rooms,
    /// Whose the open door is.
    owner: Account,
    remembered: Mutex<HashMap<Question, (Instant, Option<Known>)>>,
}

/// What the store is asked about those who come.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Question {
    Token(String),
    TokenById(Uuid),
    Disabled(Account),
    AnyToken,
}

/// One who may come in, and what is left of the limit.
struct Admitted {
    identity: Identity,
    limit: Option<Counted>,
}

#[derive(Clone, Copy)]
struct Counted {
    policy: &'static str,
    limit: u32,
    verdict: Verdict,
}

impl Door {
    pub(crate) fn new(access: Access, reader: Reader, limiter: Limiter, rooms: Rooms, owner: Account) -> Arc<Self> {
        Arc::new(Self { access, reader, limiter, rooms, owner, remembered: Mutex::default() })
    }

    /// Secrets of the webhook.
    pub(crate) fn webhook(&self) -> &[(Account, secrecy::SecretString)] {
        &self.access.webhook
    }

    async fn admit(&self, parts: &Parts) -> Result<Admitted, Response> {
        let refuse = IntoResponse::into_response;
        let known = self.identify(&parts.headers, Utc::now()).await.map_err(refuse)?;
        let (method, path) = (&parts.method, parts.uri.path());
        let limit = match &known {
            Some(identity) if identity.open => None,
            Some(identity) if identity::reads(method, path) => {
                let key = format!("token:{}:{}", identity.account, identity.who);
                self.count("token", &key, self.access.token_per_minute).await?
            }
            _ => self.count_client(parts).await?,
        };
        let Some(identity) = known else { return Err(Problem::unauthorized().into_response()) };
        let needed = identity::needed(method, path);
        if identity.role < needed {
            return Err(Problem::role(needed).into_response());
        }
        Ok(Admitted { identity, limit })
    }

    /// Counts a request by the client's address.
    pub(crate) async fn count_client_of(&self, parts: &Parts) -> Result<(), Response> {
        self.count_client(parts).await.map(drop)
    }

    async fn count_client(&self, parts: &Parts) -> Result<Option<Counted>, Response> {
        let key = format!("client:{}", client::key(&parts.headers, &parts.extensions, &self.access.proxies));
        self.count("client", &key, self.access.client_per_minute).await
    }

    async fn count(&self, policy: &'static str, key: &str, limit: u32) -> Result<Option<Counted>, Response> {
        if limit == 0 {
            return Ok(None);
        }
        let verdict = self.limiter.take(&format!("limit:{key}"), limit, MINUTE, SystemTime::now()).await;
        let counted = Counted { policy, limit, verdict };
        if verdict.allowed {
            return Ok(Some(counted));
        }
        let mut response = Problem::too_many(seconds(verdict.reset)).into_response();
        counted.tell(response.headers_mut());
        Err(response)
    }

    /// Who it is. A token that is none is nobody, even where the door is open: whoever sends one means it.
    async fn identify(&self, headers: &HeaderMap, now: DateTime<Utc>) -> Result<Option<Identity>, Problem> {
        if let Some(credentials) = headers.get(header::AUTHORIZATION) {
            let token = credentials.to_str().ok().and_then(bearer).filter(|token| token.len() <= MOST_BYTES);
            return match token {
                Some(token) => self.bearer(token, now).await,
                None => Ok(None),
            };
        }
        if let Some(session) = session::of(&self.access.session_key, headers, now)
            && let Some(known) = self.ask(Question::TokenById(session.token), now).await?
        {
            return Ok(Some(of_token(known, "session")));
        }
        if self.access.open && self.ask(Question::AnyToken, now).await?.is_none() {
            let (account, who) = (self.owner.clone(), "owner".to_owned());
            return Ok(Some(Identity { account, role: Role::Admin, who, open: true }));
        }
        Ok(None)
    }

    async fn bearer(&self, token: &str, now: DateTime<Utc>) -> Result<Option<Identity>, Problem> {
        if token.starts_with(token::PREFIX) {
            return Ok(self.token(token, now).await?.map(|known| of_token(known, "token")));
        }
        let Some(identity) = self.access.jwt.as_ref().and_then(|rules| jwt::known(rules, token)) else {
            return Ok(None);
        };
        let disabled = self.ask(Question::Disabled(identity.account.clone()), now).await?.is_some();
        Ok((!disabled).then_some(identity))
    }

    /// Whose a token is.
    pub(super) async fn token(&self, token: &str, now: DateTime<Utc>) -> Result<Option<Known>, Problem> {
        self.ask(Question::Token(token::hash(token)), now).await
    }

    /// The store's answer, or the one that it gave a moment ago. That something is not there is not remembered, but for
    /// the question of every request: made-up tokens must not fill the memory.
    async fn ask(&self, question: Question, now: DateTime<Utc>) -> Result<Option<Known>, Problem> {
        let fresh = |(at, _): &&(Instant, Option<Known>)| at.elapsed() < self.access.remember;
        if let Some((_, known)) = self.memory().get(&question).filter(fresh) {
            return Ok(known.clone().filter(|known| known.expires_at.is_none_or(|end| now < end)));
        }
        let known = self.look_up(&question, now).await?;
        if known.is_some() || question == Question::AnyToken {
            let mut memory = self.memory();
            if memory.len() >= MOST {
                memory.clear();
            }
            memory.insert(question, (Instant::now(), known.clone()));
        }
        Ok(known)
    }

    async fn look_up(&self, question: &Question, now: DateTime<Utc>) -> Result<Option<Known>, StoreError> {
        let yes = |account: &Account| Known {
            account: account.clone(),
            role: Role::Viewer,
            token: None,
            name: String::new(),
            expires_at: None,
        };
        match question {
            Question::Token(hash) => self.reader.token(hash, now).await,
            Question::TokenById(id) => self.reader.token_by_id(*id, now).await,
            Question::Disabled(account) => Ok(self.reader.is_disabled(account).await?.then(|| yes(account))),
            Question::AnyToken => Ok(self.reader.has_tokens(now).await?.then(|| yes(&self.owner))),
        }
    }

    fn memory(&self) -> std::sync::MutexGuard<'_, HashMap<Question, (Instant, Option<Known>)>> {
        self.remembered.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn of_token(known: Known, how: &str) -> Identity {
    Identity { account: known.account, role: known.role, who: format!("{how}:{}", known.name), open: false }
}

fn bearer(credentials: &str) -> Option<&str> {
    let (scheme, token) = credentials.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

fn seconds(span: Duration) -> u16 {
    u16::try_from(span.as_millis().div_ceil(1000)).unwrap_or(u16::MAX)
}

impl Counted {
    /// As the HTTP working group's draft on rate limit headers has it.
    fn tell(self, headers: &mut HeaderMap) {
        let Self { policy, limit, verdict } = self;
        let left = format!("\"{policy}\";r={};t={}", verdict.remaining, seconds(verdict.reset));
        for (name, value) in [("ratelimit-policy", format!("\"{policy}\";q={limit};w=60")), ("ratelimit", left)] {
            if let Ok(value) = HeaderValue::from_str(&value) {
                headers.insert(HeaderName::from_static(name), value);
            }
        }
    }
}

/// Lets one in to the routes of its account.
pub(crate) async fn enter(State(door): State<Arc<Door>>, request: Request) -> Response {
    let (mut parts, body) = request.into_parts();
    // What a browser asks before it asks has no credentials, and is answered without an account's data.
    let preflight = parts.method == Method::OPTIONS && parts.headers.contains_key("access-control-request-method");
    let (account, limit) = if preflight {
        (door.owner.clone(), None)
    } else {
        match door.admit(&parts).await {
            Ok(Admitted { identity, limit }) => {
                let account = identity.account.clone();
                parts.extensions.insert(identity);
                (account, limit)
            }
            Err(refused) => return turned_away(&parts, refused),
        }
    };
    let (_, routes) = door.rooms.of(&account);
    let Ok(mut response) = routes.oneshot(Request::from_parts(parts, body)).await;
    if let Some(counted) = limit {
        counted.tell(response.headers_mut());
    }
    response
}

/// Lets only those through who may see the process's own figures.
pub(crate) async fn watched(State(door): State<Arc<Door>>, request: Request, next: Next) -> Response {
    if request.uri().path() != "/metrics" {
        return next.run(request).await;
    }
    let (parts, body) = request.into_parts();
    match door.admit(&parts).await {
        Ok(_) => next.run(Request::from_parts(parts, body)).await,
        Err(refused) => refused,
    }
}

/// A person is shown the way to the login, a program the problem.
fn turned_away(parts: &Parts, refused: Response) -> Response {
    let path = parts.uri.path_and_query().map_or("/", |all| all.as_str());
    if refused.status() != StatusCode::UNAUTHORIZED || path.starts_with("/api/") {
        return refused;
    }
    if parts.headers.contains_key("hx-request") {
        return ([(HeaderName::from_static("hx-redirect"), "/login")], refused).into_response();
    }
    let page = parts.headers.get(header::ACCEPT).and_then(|accept| accept.to_str().ok());
    if parts.method != Method::GET || !page.is_some_and(|accept| accept.contains("text/html")) {
        return refused;
    }
    let next: String = path.bytes().map(escaped).collect();
    let location = if path == "/" { "/login".to_owned() } else { format!("/login?next={next}") };
    (StatusCode::SEE_OTHER, [(header::LOCATION, location), (header::CACHE_CONTROL, "no-store".to_owned())])
        .into_response()
}

fn escaped(byte: u8) -> String {
    match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'_' | b'.' => char::from(byte).to_string(),
        other => format!("%{other:02X}"),
    }
}
