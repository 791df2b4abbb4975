//! The one shape of an error: RFC 9457 problem JSON that names what is wrong and what to do. Never quotes a message.

use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use bus::BusError;
use contract::{CommandRefused, DecodeError, RefusalReason};
use kit_score::{ProfileFaults, profile::line_of};
use kit_store::StoreError;
use schemars::JsonSchema;
use serde::Serialize;

/// Seconds after which to try again what failed for want of the bus or the store.
const RETRY_AFTER: u16 = 5;

/// An error as the client gets it.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Problem {
    #[serde(rename = "type")]
    kind: Box<str>,
    title: &'static str,
    #[serde(serialize_with = "code")]
    #[schemars(with = "u16")]
    status: StatusCode,
    detail: String,
    /// The field of the body or the parameter of the query that is meant.
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<String>,
    /// Everything wrong with a profile.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    faults: Vec<Fault>,
    /// Why a command was refused, and what holds instead.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    refusal: Option<Box<Refusal>>,
    #[serde(skip)]
    retry_after: Option<u16>,
}

/// What holds instead of what a command asked for.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Refusal {
    /// `not_found`, `stale_revision`, `wrong_state`, …
    pub reason: RefusalReason,
    /// State of the reply or opportunity now.
    pub current_state: Option<String>,
    /// Revision of the opportunity now.
    pub revision: Option<i64>,
}

/// One fault of a profile.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Fault {
    /// The line that it is on, where it is on one.
    pub line: Option<usize>,
    /// Its place: `salary.ideal`; empty for the whole text.
    pub path: String,
    /// What is wrong and what would be right.
    pub detail: String,
}

impl Fault {
    /// Every fault, with its line of the text.
    pub fn all(yaml: &str, faults: &ProfileFaults) -> Vec<Self> {
        let placed = |fault: &kit_score::ProfileFault| Self {
            line: line_of(yaml, &fault.path),
            path: fault.path.clone(),
            detail: fault.detail.clone(),
        };
        faults.0.iter().map(placed).collect()
    }
}

fn code<S: serde::Serializer>(status: &StatusCode, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u16(status.as_u16())
}

impl Problem {
    fn new(status: StatusCode, name: &str, title: &'static str, detail: impl Into<String>) -> Self {
        let kind = format!("urn:sluice:problem:{name}").into();
        Self {
            kind,
            title,
            status,
            detail: detail.into(),
            field: None,
            faults: Vec::new(),
            refusal: None,
            retry_after: None,
        }
    }

    /// Names the field or parameter.
    #[must_use]
    pub fn at(mut self, field: impl Into<String>) -> Self {
        self.field = Some(field.into());
        self
    }

    /// A query parameter that is unknown or whose value cannot be.
    pub fn parameter(name: &str, detail: impl Into<String>) -> Self {
        let name: String = name.chars().take(80).collect();
        Self::new(StatusCode::BAD_REQUEST, "parameter", "A query parameter is wrong", detail).at(name)
    }

    /// A body that is not what its type says.
    pub fn body(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "body", "The body cannot be read", detail)
    }

    /// A request that is no proper HTTP.
    pub fn request(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "request", "The request is wrong", detail)
    }

    /// A field that is missing or cannot be.
    pub fn field(name: impl Into<String>, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, "field", "A field is wrong", detail).at(name)
    }

    /// A profile that is none: every fault at once. The stored one stays in force.
    pub fn profile(yaml: &str, faults: &ProfileFaults) -> Self {
        let detail = "nothing was saved; mend every one of the faults and send it again";
        let problem = Self::new(StatusCode::UNPROCESSABLE_ENTITY, "profile", "The profile has faults", detail);
        Self { faults: Fault::all(yaml, faults), ..problem }
    }

    /// The profile is another one than the client saw.
    pub fn changed_meanwhile() -> Self {
        let detail = "the profile was changed meanwhile; read it again and send If-Match with its ETag";
        Self::new(StatusCode::PRECONDITION_FAILED, "changed-meanwhile", "Changed meanwhile", detail)
    }

    /// A change that does not say what it changes.
    pub fn precondition_required() -> Self {
        let detail = "there is a profile already: send If-Match with the ETag of the one that you change";
        Self::new(StatusCode::PRECONDITION_REQUIRED, "precondition-required", "If-Match is missing", detail)
    }

    /// A command that its owner refused.
    pub fn refused(refused: &CommandRefused) -> Self {
        let (status, name, title) = match refused.reason {
            RefusalReason::NotFound => (StatusCode::NOT_FOUND, "not-found", "Not found"),
            RefusalReason::StaleRevision | RefusalReason::WrongState => {
                (StatusCode::CONFLICT, "conflict", "Not as it is now")
            }
            RefusalReason::Invalid => (StatusCode::UNPROCESSABLE_ENTITY, "field", "A field is wrong"),
            RefusalReason::NotSupported => (StatusCode::NOT_IMPLEMENTED, "not-supported", "Not possible here"),
        };
        let CommandRefused { reason, current_state, revision, .. } = refused.clone();
        let refusal = Refusal { reason, current_state, revision };
        Self { refusal: Some(Box::new(refusal)), ..Self::new(status, name, title, refused.detail.clone()) }
    }

    /// The refusal of a command, where it is one.
    pub fn refusal(&self) -> Option<&Refusal> {
        self.refusal.as_deref()
    }

    /// Over a size limit.
    pub fn too_large(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "too-large", "Too large", detail)
    }

    /// A content type that is not taken here.
    pub fn media_type(detail: &str) -> Self {
        Self::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "media-type", "Content type not taken here", detail)
    }

    /// An address that speaks WebSocket alone.
    pub fn upgrade() -> Self {
        let detail = "connect here by WebSocket; GET /api/v1/events gives the same over plain HTTP";
        Self::new(StatusCode::UPGRADE_REQUIRED, "upgrade-required", "WebSocket only", detail)
    }

    /// Nothing there.
    pub fn not_found(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not-found", "Not found", detail)
    }

    /// There, but not by this method.
    pub fn method() -> Self {
        let detail = "the Allow header names the methods of this address";
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "method", "Method not allowed", detail)
    }

    /// A request from another site, or for another host.
    pub fn forbidden(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, "forbidden", "Not from here", detail)
    }

    /// Nobody known.
    pub fn unauthorized() -> Self {
        let detail = "send `Authorization: Bearer TOKEN`, or log in at /login; `sluice token create` makes a token";
        Self::new(StatusCode::UNAUTHORIZED, "unauthorized", "Nobody known", detail)
    }

    /// Known, but with too small a role.
    pub fn role(needed: contract::Role) -> Self {
        let detail = format!("this needs the role {needed}");
        Self::new(StatusCode::FORBIDDEN, "role", "Not by this role", detail)
    }

    /// Over a limit.
    pub fn too_many(seconds: u16) -> Self {
        let detail = "the RateLimit headers say how many there may be; try again after Retry-After";
        let problem = Self::new(StatusCode::TOO_MANY_REQUESTS, "too-many", "Too many requests", detail);
        Self { retry_after: Some(seconds), ..problem }
    }

    /// A webhook's request that is not signed as it should be.
    pub fn signature(detail: &str) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "signature", "The signature does not fit", detail)
    }

    /// A signed request that was seen before.
    pub fn replayed() -> Self {
        let detail = "this signature was seen before, and its message is taken; to send it again, sign it anew";
        Self::new(StatusCode::CONFLICT, "replayed", "Seen before", detail)
    }

    /// The client took too long to send.
    pub fn slow_client() -> Self {
        let detail = "the body did not arrive in time";
        Self::new(StatusCode::REQUEST_TIMEOUT, "slow-request", "Too slow", detail)
    }

    /// Something that the gateway needs is away.
    pub fn unavailable(detail: impl Into<String>) -> Self {
        let problem = Self::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", "Not available now", detail);
        Self { retry_after: Some(RETRY_AFTER), ..problem }
    }

    /// Our fault. The log has the rest.
    pub fn internal() -> Self {
        let detail = "the log of the gateway says what; nothing was changed";
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", "Something went wrong here", detail)
    }

    /// Its status.
    pub fn status(&self) -> StatusCode {
        self.status
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::BadCursor => {
                Self::parameter("cursor", "is no cursor of this list and order; begin without one")
            }
            StoreError::Unavailable(_) => {
                tracing::warn!(%error, "store away");
                Self::unavailable("the store does not answer; nothing is lost, messages wait on the bus")
            }
            error => {
                tracing::error!(%error, "read failed");
                Self::internal()
            }
        }
    }
}

impl From<BusError> for Problem {
    fn from(error: BusError) -> Self {
        tracing::warn!(%error, "bus away");
        Self::unavailable("the bus did not take it; send it again, the same message is kept once")
    }
}

impl From<DecodeError> for Problem {
    fn from(error: DecodeError) -> Self {
        match error {
            DecodeError::Invalid { field, detail } => Self::field(field, detail),
            DecodeError::TooLarge { size } => {
                let most = contract::intake::MAX_TEXT;
                Self::too_large(format!("the text has {size} bytes; at most {most} are read")).at("text")
            }
            error => Self::body(error.to_string()),
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let (status, retry_after) = (self.status, self.retry_after);
        let mut response = (status, Json(self)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if let Some(seconds) = retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}
