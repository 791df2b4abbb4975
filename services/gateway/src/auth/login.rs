//! How a browser comes in: a token given once, a session from then on.

use std::sync::Arc;

use askama::Template;
use axum::{
    Form, Router,
    extract::{Query, Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, Uri, header},
    response::{Html, IntoResponse, Response},
    routing::{get, post},
};
use chrono::Utc;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;

use super::{
    door::Door,
    session::{self, Session},
};
use crate::{
    pages::{Frame, Scene},
    problem::Problem,
    words::{Catalogue, Tongue},
};

/// The parts of the login page.
#[derive(Clone, Debug)]
struct Login {
    door: Arc<Door>,
    catalogue: Arc<Catalogue>,
}

pub(crate) fn routes(door: Arc<Door>, catalogue: Arc<Catalogue>) -> Router {
    Router::new()
        .route("/login", get(show).post(enter))
        .route("/logout", post(leave))
        .with_state(Login { door, catalogue })
}

#[derive(Template)]
#[template(path = "login.html")]
struct LoginPage<'a> {
    frame: Frame<'a>,
    next: &'a str,
    refused: bool,
}

#[derive(Debug, Default, Deserialize)]
struct Wish {
    next: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Given {
    token: SecretString,
    next: Option<String>,
}

async fn show(State(login): State<Login>, uri: Uri, headers: HeaderMap) -> Response {
    let wish = Query::<Wish>::try_from_uri(&uri).map(|Query(wish)| wish).unwrap_or_default();
    page(&login, &headers, &uri, inside(wish.next.as_deref()), StatusCode::OK)
}

fn page(login: &Login, headers: &HeaderMap, uri: &Uri, next: &str, status: StatusCode) -> Response {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let asked = uri.query().and_then(|query| query.split('&').find_map(|pair| Tongue::of(pair.strip_prefix("lang=")?)));
    let cookie = text(header::COOKIE)
        .and_then(|all| all.split(';').find_map(|one| Tongue::of(one.trim().strip_prefix("lang=")?)));
    let tongue =
        asked.or(cookie).or_else(|| text(header::ACCEPT_LANGUAGE).and_then(Tongue::accepted)).unwrap_or_default();
    let scene =
        Scene { catalogue: &login.catalogue, tongue, now: Utc::now(), live_after: None, account: "", tally: None };
    let page = LoginPage { frame: Frame::of(&scene, "/login"), next, refused: status != StatusCode::OK };
    match page.render() {
        Ok(page) => (status, [(header::CACHE_CONTROL, "no-store")], Html(page)).into_response(),
        Err(error) => {
            tracing::error!(%error, "the login page failed");
            Problem::internal().into_response()
        }
    }
}

/// Changes a token for a session. Tries are counted as those of any stranger.
async fn enter(State(login): State<Login>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    if let Err(refused) = login.door.count_client_of(&parts).await {
        return refused;
    }
    let (headers, uri) = (parts.headers.clone(), parts.uri.clone());
    let form =
        <Form<Given> as axum::extract::FromRequest<()>>::from_request(Request::from_parts(parts, body), &()).await;
    let Ok(Form(given)) = form else { return Problem::body("is not the form of the login page").into_response() };
    let (next, now) = (inside(given.next.as_deref()), Utc::now());
    let known = match login.door.token(given.token.expose_secret().trim(), now).await {
        Ok(known) => known,
        Err(problem) => return problem.into_response(),
    };
    let Some((token, expires_at)) = known.and_then(|known| Some((known.token?, known.expires_at))) else {
        return page(&login, &headers, &uri, next, StatusCode::UNAUTHORIZED);
    };
    let longest = now + login.door.access.session;
    let session = Session { token, until: expires_at.map_or(longest, |end| end.min(longest)) };
    let cookie = session::cookie(&login.door.access.session_key, &session, is_secure(&headers), now);
    away(next, cookie)
}

async fn leave(headers: HeaderMap) -> Response {
    away("/login", session::over(is_secure(&headers)))
}

fn away(to: &str, cookie: Option<HeaderValue>) -> Response {
    let (Ok(location), Some(cookie)) = (HeaderValue::from_str(to), cookie) else {
        return Problem::internal().into_response();
    };
    let headers = [
        (header::LOCATION, location),
        (header::SET_COOKIE, cookie),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    (StatusCode::SEE_OTHER, headers).into_response()
}

/// Whether the browser came by https, as its own word on its origin says.
fn is_secure(headers: &HeaderMap) -> bool {
    headers.get(header::ORIGIN).is_some_and(|origin| origin.as_bytes().starts_with(b"https://"))
}

/// Where to go after the login: an address of this site, never of another.
fn inside(next: Option<&str>) -> &str {
    let own = |next: &&str| {
        next.starts_with('/')
            && !next.starts_with("//")
            && next.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\')
            && !next.starts_with("/login")
    };
    next.filter(own).unwrap_or("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_login_never_leads_to_another_site() {
        for (next, to) in [
            (None, "/"),
            (Some("/opportunities/1?x=2"), "/opportunities/1?x=2"),
            (Some("//evil.example"), "/"),
            (Some("/\\evil.example"), "/"),
            (Some("https://evil.example"), "/"),
            (Some("/a\r\nSet-Cookie: x"), "/"),
            (Some("/login?next=/login"), "/"),
        ] {
            assert_eq!(inside(next), to, "{next:?}");
        }
    }
}
