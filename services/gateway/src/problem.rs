//! The one shape of an error: RFC 9457 problem JSON that names what is wrong and what to do. Never quotes a message.

use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use bus::BusError;
use contract::DecodeError;
use kit_score::{ProfileFaults, profile::line_of};
use kit_store::StoreError;
use serde::Serialize;

/// Seconds after which to try again what failed for want of the bus or the store.
const RETRY_AFTER: u16 = 5;

/// An error as the client gets it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Problem {
    #[serde(rename = "type")]
    kind: String,
    title: &'static str,
    #[serde(serialize_with = "code")]
    status: StatusCode,
    detail: String,
    /// The field of the body or the parameter of the query that is meant.
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<String>,
    /// Everything wrong with a profile.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    faults: Vec<Fault>,
    #[serde(skip)]
    retry_after: Option<u16>,
}

/// One fault of a profile.
#[derive(Clone, Debug, PartialEq, Serialize)]
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
        let kind = format!("urn:sluice:problem:{name}");
        Self { kind, title, status, detail: detail.into(), field: None, faults: Vec::new(), retry_after: None }
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

    /// Over a size limit.
    pub fn too_large(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "too-large", "Too large", detail)
    }

    /// A content type that is not taken here.
    pub fn media_type() -> Self {
        let detail = "send application/json for one message, application/x-ndjson for one a line";
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
        if let Some(seconds) = retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}
