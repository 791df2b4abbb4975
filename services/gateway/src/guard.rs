//! What protects an open door on loopback: only hosts by their known names (DNS rebinding), writes only from the own
//! origin, and answers that may load nothing from elsewhere.

use std::sync::Arc;

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, Uri, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

use crate::problem::Problem;

const ALWAYS: [&str; 3] = ["localhost", "127.0.0.1", "[::1]"];

const CSP: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; manifest-src 'self'; \
                   form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

const HEADERS: [(HeaderName, &str); 5] = [
    (header::CONTENT_SECURITY_POLICY, CSP),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    // Not `no-referrer`: under that a browser calls the origin of a plain form `null`.
    (header::REFERRER_POLICY, "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
];

/// The host names that a request may use: those of loopback with any port, and the configured ones (with a port: that
/// port alone).
#[derive(Clone, Debug)]
pub(crate) struct Hosts {
    names: Arc<[String]>,
    /// Other sites whose pages may read and write here.
    origins: Arc<[String]>,
}

impl Hosts {
    pub(crate) fn new(names: &[String], origins: &[String]) -> Self {
        let folded = |all: &[String]| {
            all.iter().map(|one| one.trim().to_ascii_lowercase()).filter(|one| !one.is_empty()).collect()
        };
        Self { names: folded(names), origins: folded(origins) }
    }

    fn admits(&self, origin: &str) -> bool {
        self.origins.iter().any(|allowed| allowed.eq_ignore_ascii_case(origin))
    }

    fn allows(&self, host: &str) -> bool {
        let host = host.to_ascii_lowercase();
        let name = without_port(&host);
        ALWAYS.contains(&name) || self.names.iter().any(|allowed| *allowed == host || *allowed == name)
    }
}

fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) && !name.ends_with(':') => name,
        _ => host,
    }
}

/// Refuses what does not come from here, and marks every answer.
pub(crate) async fn guard(State(hosts): State<Hosts>, request: Request, next: Next) -> Response {
    let mut response = match check(&hosts, request.method(), request.uri(), request.headers()) {
        Ok(()) => next.run(request).await,
        Err(problem) => problem.into_response(),
    };
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    response
}

fn check(hosts: &Hosts, method: &Method, uri: &Uri, headers: &HeaderMap) -> Result<(), Problem> {
    let host = match (headers.get(header::HOST), uri.authority()) {
        (Some(host), _) => host.to_str().unwrap_or_default(),
        (None, Some(authority)) => authority.as_str(),
        (None, None) => return Err(Problem::request("there is no Host header")),
    };
    if !hosts.allows(host) {
        return Err(Problem::forbidden("this Host is not one of gateway.allowed_hosts"));
    }
    // A browser opens a WebSocket from any page, and lets that page read it.
    let socket = headers.get(header::UPGRADE).is_some();
    if !socket && matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS) {
        return Ok(());
    }
    let text = |name: HeaderName| headers.get(name).map(|value| value.to_str().unwrap_or("unreadable"));
    let same_origin = match text(header::ORIGIN) {
        Some(origin) => {
            hosts.admits(origin) || origin.split_once("://").is_some_and(|(_, o)| o.eq_ignore_ascii_case(host))
        }
        None => matches!(text(HeaderName::from_static("sec-fetch-site")), None | Some("same-origin" | "none")),
    };
    if same_origin { Ok(()) } else { Err(Problem::forbidden("a page of another site may not write here")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(method: Method, headers: &[(&'static str, &'static str)]) -> bool {
        let headers = headers
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)))
            .collect();
        let hosts = Hosts::new(
            &["Sluice.Example".to_owned(), "inbox.example:8443".to_owned()],
            &["https://friend.example".to_owned()],
        );
        check(&hosts, &method, &Uri::from_static("/x"), &headers).is_ok()
    }

    #[test]
    fn a_host_is_known_or_refused() {
        for host in [
            "localhost",
            "LOCALHOST:8080",
            "127.0.0.1:1",
            "[::1]",
            "[::1]:8080",
            "sluice.example:99",
            "inbox.example:8443",
        ] {
            assert!(answer(Method::GET, &[("host", host)]), "{host}");
        }
        for host in ["evil.example", "localhost.evil.example", "127.0.0.1.nip.example:80", "inbox.example:1", "", "::1"]
        {
            assert!(!answer(Method::GET, &[("host", host)]), "{host}");
        }
        assert!(!answer(Method::GET, &[]));
    }

    #[test]
    fn a_write_comes_from_the_own_origin_or_from_no_browser() {
        let host = ("host", "localhost:8080");
        assert!(answer(Method::POST, &[host]));
        assert!(answer(Method::POST, &[host, ("origin", "http://localhost:8080")]));
        assert!(answer(Method::POST, &[host, ("sec-fetch-site", "same-origin")]));
        assert!(!answer(Method::POST, &[host, ("origin", "http://localhost:3000")]));
        assert!(!answer(Method::POST, &[host, ("origin", "null")]));
        assert!(!answer(Method::POST, &[host, ("sec-fetch-site", "cross-site")]));
        assert!(answer(Method::GET, &[host, ("origin", "http://evil.example")]));
        assert!(answer(Method::POST, &[host, ("origin", "https://friend.example")]));
        assert!(!answer(Method::POST, &[host, ("origin", "http://friend.example")]));
    }

    #[test]
    fn a_socket_is_opened_by_the_own_origin_or_by_no_browser() {
        let (host, upgrade) = (("host", "localhost:8080"), ("upgrade", "websocket"));
        assert!(answer(Method::GET, &[host, upgrade]));
        assert!(answer(Method::GET, &[host, upgrade, ("origin", "http://localhost:8080")]));
        assert!(!answer(Method::GET, &[host, upgrade, ("origin", "http://evil.example")]));
    }
}
