//! Who asks, and what the role allows: a table over methods and addresses, so that a new route is closed to viewers
//! unless it only reads.

use axum::http::Method;
use contract::{Account, Role};

/// One who is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// Whose data.
    pub account: Account,
    /// What may be done with it.
    pub role: Role,
    /// Name for history and limits: `token:NAME`, `login:NAME`, `jwt:NAME`, `owner`.
    pub who: String,
    /// Came through the open door of a laptop, where nobody is counted.
    pub open: bool,
}

/// What looks at data without changing any, though it is a POST.
const LOOKS: [&str; 4] = ["/api/v1/read", "/paste", "/api/v1/profile/preview", "/profile/preview"];
/// What changes how everything is judged, or what cannot be taken back.
const ADMINISTERS: [&str; 5] = ["/api/v1/profile", "/profile", "/api/v1/dead-letters", "/pipeline", "/api/v1/scrapes"];

/// The least role for a request.
pub(super) fn needed(method: &Method, path: &str) -> Role {
    let below = |base: &&str| path == *base || path.strip_prefix(*base).is_some_and(|rest| rest.starts_with('/'));
    if path == "/metrics" {
        return Role::Admin;
    }
    if matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS) || LOOKS.contains(&path) {
        return Role::Viewer;
    }
    if *method == Method::DELETE || ADMINISTERS.iter().any(below) {
        return Role::Admin;
    }
    Role::Reviewer
}

/// Whether a request only reads.
pub(super) fn reads(method: &Method, path: &str) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS) || LOOKS.contains(&path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_may_what_the_table_says() {
        for (method, path, role) in [
            (Method::GET, "/", Role::Viewer),
            (Method::GET, "/api/v1/opportunities", Role::Viewer),
            (Method::HEAD, "/profile", Role::Viewer),
            (Method::POST, "/api/v1/read", Role::Viewer),
            (Method::POST, "/api/v1/profile/preview", Role::Viewer),
            (Method::POST, "/profile/preview", Role::Viewer),
            (Method::POST, "/paste", Role::Viewer),
            (Method::POST, "/paste/keep", Role::Reviewer),
            (Method::POST, "/pipeline/7/discard", Role::Admin),
            (Method::POST, "/api/v1/messages", Role::Reviewer),
            (Method::POST, "/api/v1/imports", Role::Reviewer),
            (Method::POST, "/api/v1/replies/1/approve", Role::Reviewer),
            (Method::PATCH, "/api/v1/opportunities/1", Role::Reviewer),
            (Method::POST, "/profiles", Role::Reviewer),
            (Method::PUT, "/api/v1/profile", Role::Admin),
            (Method::POST, "/profile", Role::Admin),
            (Method::POST, "/profile/start", Role::Admin),
            (Method::POST, "/api/v1/dead-letters/3/replay", Role::Admin),
            (Method::DELETE, "/api/v1/opportunities/1", Role::Admin),
            (Method::GET, "/metrics", Role::Admin),
        ] {
            assert_eq!(needed(&method, path), role, "{method} {path}");
        }
        assert!(Role::Viewer < Role::Reviewer && Role::Reviewer < Role::Admin);
    }
}
