//! The door: tokens, sessions, roles, accounts apart, and limits.

use std::time::Duration;

use axum::{
    Router,
    body::Body,
    http::{Request, header},
};
use chrono::Utc;
use contract::{Account, Role};
use gateway::{Access, auth::token};
use kit_store::NewToken;
use tower::ServiceExt as _;
use uuid::Uuid;

use crate::harness::{Answer, Gateway, opportunity, opportunity_id, request};

/// A locked door before a gateway's data.
struct Locked {
    gateway: Gateway,
    router: Router,
}

impl Locked {
    async fn new(change: impl FnOnce(&mut Access)) -> Self {
        let gateway = Gateway::start().await;
        let mut deps = gateway.deps.clone();
        deps.access = Access { open: false, remember: Duration::ZERO, ..Access::open() };
        change(&mut deps.access);
        Self { router: gateway::router(deps), gateway }
    }

    async fn ask(&self, request: Request<Body>) -> Answer {
        Answer::of(self.router.clone().oneshot(request).await.expect("a router never fails")).await
    }

    async fn get(&self, address: &str, token: &str) -> Answer {
        self.send("GET", address, token, "").await
    }

    async fn send(&self, method: &str, address: &str, token: &str, body: &'static str) -> Answer {
        let bearer = format!("Bearer {token}");
        let headers = [("authorization", bearer.as_str()), ("content-type", "application/json")];
        self.ask(request(method, address, &headers, body)).await
    }

    /// A token of an account, and its id.
    async fn token(&self, account: &str, role: Role) -> (String, Uuid) {
        let (secret, id) = (token::generate(), Uuid::new_v4());
        let account: Account = account.parse().expect("an account");
        let (store, now) = (&self.gateway.database.store, Utc::now());
        store.ensure_account(&account, now).await.expect("an account is kept");
        let kept = NewToken {
            id,
            account,
            name: format!("{role} of a test"),
            role,
            hash: token::hash(&secret),
            expires_at: None,
        };
        store.add_token(kept, now).await.expect("a token is kept");
        (secret, id)
    }
}

const MESSAGE: &str = r#"{"text":"We are hiring a Rust engineer"}"#;

#[tokio::test]
async fn a_locked_door_lets_nobody_in_without_a_token_that_is_in_force() {
    let locked = Locked::new(|_| {}).await;
    for address in ["/api/v1/stats", "/api/v1/nothing", "/metrics"] {
        let answer = locked.ask(request("GET", address, &[], Body::empty())).await;
        answer.is_problem(401, None);
        assert_eq!(answer.headers[header::WWW_AUTHENTICATE], "Bearer");
    }
    let written =
        locked.ask(request("POST", "/api/v1/messages", &[("content-type", "application/json")], MESSAGE)).await;
    written.is_problem(401, None);
    assert_eq!(locked.gateway.bus.last_sequence().await.expect("the log answers"), 0);
    for address in ["/livez", "/login", "/openapi.json"] {
        assert_eq!(locked.ask(request("GET", address, &[], Body::empty())).await.status, 200, "{address}");
    }

    let (token, id) = locked.token("me", Role::Admin).await;
    assert_eq!(locked.get("/api/v1/stats", &token).await.status, 200);
    assert_eq!(locked.get("/metrics", &token).await.status, 200);
    for wrong in ["", "sluice_", &token[..token.len() - 1], &token::generate(), "a.b.c"] {
        locked.get("/api/v1/stats", wrong).await.is_problem(401, None);
    }
    let basic = locked.ask(request("GET", "/api/v1/stats", &[("authorization", "Basic YTpi")], Body::empty())).await;
    basic.is_problem(401, None);
    assert!(locked.gateway.database.store.revoke_token(id, Utc::now()).await.expect("it is revoked"));
    locked.get("/api/v1/stats", &token).await.is_problem(401, None);
}

#[tokio::test]
async fn a_role_may_do_its_own_and_nothing_above() {
    let locked = Locked::new(|_| {}).await;
    let (viewer, _) = locked.token("me", Role::Viewer).await;
    let (reviewer, _) = locked.token("me", Role::Reviewer).await;
    let (admin, _) = locked.token("me", Role::Admin).await;
    assert_eq!(locked.get("/api/v1/opportunities", &viewer).await.status, 200);
    locked.send("POST", "/api/v1/messages", &viewer, MESSAGE).await.is_problem(403, None);
    locked.get("/metrics", &reviewer).await.is_problem(403, None);
    assert_eq!(locked.send("POST", "/api/v1/messages", &reviewer, MESSAGE).await.status, 202);
    locked.send("PUT", "/api/v1/profile", &reviewer, "{}").await.is_problem(403, None);
    assert_ne!(locked.send("PUT", "/api/v1/profile", &admin, "{}").await.status, 403);
}

#[tokio::test]
async fn a_token_sees_its_own_account_alone() {
    let locked = Locked::new(|_| {}).await;
    locked.gateway.store(vec![opportunity(1, 80, "Hi, we need a Rust Engineer")]).await;
    let (mine, _) = locked.token("me", Role::Admin).await;
    let (theirs, _) = locked.token("other", Role::Admin).await;
    let one = format!("/api/v1/opportunities/{}", opportunity_id(1));
    assert_eq!(locked.get(&one, &mine).await.status, 200);
    for address in [one.clone(), format!("{one}/events"), format!("{one}/trace")] {
        locked.get(&address, &theirs).await.is_problem(404, None);
    }
    assert_eq!(locked.get("/api/v1/opportunities", &mine).await.json()["items"].as_array().map(Vec::len), Some(1));
    assert_eq!(locked.get("/api/v1/opportunities", &theirs).await.json()["items"].as_array().map(Vec::len), Some(0));
    assert_eq!(locked.get("/api/v1/stats", &theirs).await.json()["total"], 0);

    let taken = locked.send("POST", "/api/v1/messages", &mine, MESSAGE).await;
    let place = taken.headers[header::LOCATION].to_str().expect("text");
    assert_eq!(locked.get(place, &mine).await.status, 200);
    locked.get(place, &theirs).await.is_problem(404, None);

    let other: Account = "other".parse().expect("an account");
    assert!(locked.gateway.database.store.disable_account(&other, Utc::now()).await.expect("it is disabled"));
    locked.get("/api/v1/stats", &theirs).await.is_problem(401, None);
    assert_eq!(locked.get("/api/v1/stats", &mine).await.status, 200);
}

#[tokio::test]
async fn a_browser_changes_a_token_for_a_session_that_ends_with_the_token() {
    let locked = Locked::new(|_| {}).await;
    let (token, id) = locked.token("me", Role::Admin).await;
    let html = ("accept", "text/html,*/*");
    let away = locked.ask(request("GET", "/opportunities/7?x=1", &[html], Body::empty())).await;
    assert_eq!(
        (away.status.as_u16(), &away.headers[header::LOCATION]),
        (303, &"/login?next=/opportunities/7%3Fx%3D1".parse().expect("text"))
    );

    let page = locked.ask(request("GET", "/login?next=/profile&lang=es", &[html], Body::empty())).await;
    assert!(
        page.text.contains("Esta bandeja está cerrada") && page.text.contains("value=\"/profile\""),
        "{}",
        page.text
    );

    let form = ("content-type", "application/x-www-form-urlencoded");
    let own = ("origin", "http://localhost:8080");
    let refused = locked.ask(request("POST", "/login", &[form, own], "token=sluice_wrong&next=%2F")).await;
    assert_eq!(refused.status, 401);
    assert!(!refused.headers.contains_key(header::SET_COOKIE) && !refused.text.contains("sluice_wrong"));
    let given = format!("token={token}&next=%2Fprofile");
    let crossed =
        locked.ask(request("POST", "/login", &[form, ("origin", "http://evil.example")], given.clone())).await;
    crossed.is_problem(403, None);
    let entered = locked.ask(request("POST", "/login", &[form, own], given)).await;
    assert_eq!(
        (entered.status.as_u16(), &entered.headers[header::LOCATION]),
        (303, &"/profile".parse().expect("text"))
    );
    let cookie = entered.headers[header::SET_COOKIE].to_str().expect("text").to_owned();
    assert!(cookie.contains("; HttpOnly; SameSite=Lax") && !cookie.contains(&token), "{cookie}");
    let session = ("cookie", cookie.split(';').next().expect("a cookie"));

    assert_eq!(locked.ask(request("GET", "/", &[html, session], Body::empty())).await.status, 200);
    let json = ("content-type", "application/json");
    let crossed = locked
        .ask(request("POST", "/api/v1/messages", &[json, session, ("origin", "http://evil.example")], MESSAGE))
        .await;
    crossed.is_problem(403, None);
    assert_eq!(locked.gateway.bus.last_sequence().await.expect("the log answers"), 0, "nothing got in from there");
    let own = locked.ask(request("POST", "/api/v1/messages", &[json, session, own], MESSAGE)).await;
    assert_eq!(own.status, 202);

    let forged = session.1.replace("sluice_session=", "sluice_session=A");
    locked.ask(request("GET", "/api/v1/stats", &[("cookie", &forged)], Body::empty())).await.is_problem(401, None);
    assert!(locked.gateway.database.store.revoke_token(id, Utc::now()).await.expect("it is revoked"));
    locked.ask(request("GET", "/api/v1/stats", &[session], Body::empty())).await.is_problem(401, None);
    let left = locked.ask(request("POST", "/logout", &[own_origin()], Body::empty())).await;
    assert!(left.headers[header::SET_COOKIE].to_str().expect("text").contains("Max-Age=0"));
}

fn own_origin() -> (&'static str, &'static str) {
    ("origin", "http://localhost:8080")
}

#[tokio::test]
async fn the_door_of_a_laptop_is_open_until_there_is_a_token() {
    let locked = Locked::new(|access| access.open = true).await;
    let anybody = || request("GET", "/api/v1/stats", &[], Body::empty());
    let answer = locked.ask(anybody()).await;
    assert_eq!(answer.status, 200);
    assert!(!answer.headers.contains_key("ratelimit"), "nobody is counted there");
    locked.get("/api/v1/stats", "sluice_wrong").await.is_problem(401, None);
    let (token, _) = locked.token("me", Role::Viewer).await;
    locked.ask(anybody()).await.is_problem(401, None);
    assert_eq!(locked.get("/api/v1/stats", &token).await.status, 200);
}

#[tokio::test]
async fn who_asks_too_often_is_told_when_to_come_back() {
    let locked = Locked::new(|access| {
        (access.client_per_minute, access.token_per_minute) = (3, 5);
        access.proxies = vec!["127.0.0.1/32".parse().expect("a network")];
    })
    .await;
    let (one, _) = locked.token("me", Role::Admin).await;
    let (other, _) = locked.token("other", Role::Viewer).await;
    let mut told = Vec::new();
    for _ in 0..5 {
        let answer = locked.get("/api/v1/stats", &one).await;
        assert_eq!(
            (answer.status.as_u16(), &answer.headers["ratelimit-policy"]),
            (200, &"\"token\";q=5;w=60".parse().expect("text"))
        );
        told.push(answer.headers["ratelimit"].to_str().expect("text").to_owned());
    }
    assert!(told[0].starts_with("\"token\";r=4;t=") && told[4].starts_with("\"token\";r=0;t="), "{told:?}");
    let refused = locked.get("/api/v1/stats", &one).await;
    refused.is_problem(429, None);
    let wait: u64 = refused.headers[header::RETRY_AFTER].to_str().expect("text").parse().expect("seconds");
    assert!((1..=60).contains(&wait), "{wait}");
    assert_eq!(locked.get("/api/v1/stats", &other).await.status, 200, "each token by itself");

    // Guesses and writes are counted by address; what a proxy says of it counts, where the proxy is trusted.
    let from = |address: &'static str| request("GET", "/api/v1/stats", &[("x-forwarded-for", address)], Body::empty());
    for _ in 0..3 {
        locked.ask(from("192.0.2.1")).await.is_problem(401, None);
    }
    locked.ask(from("192.0.2.1")).await.is_problem(429, None);
    locked.ask(from("192.0.2.2")).await.is_problem(401, None);
}

#[tokio::test]
async fn a_jwt_of_a_local_key_is_as_good_as_a_token() {
    let key = "0123456789abcdef0123456789abcdef";
    let locked = Locked::new(|access| {
        access.jwt = Some(gateway::auth::Jwt { key: key.into(), audience: "sluice".to_owned() });
    })
    .await;
    let sign = |account: &str, audience: &str| {
        let claims = serde_json::json!({
            "account": account, "role": "viewer", "aud": audience, "exp": Utc::now().timestamp() + 60,
        });
        let key = jsonwebtoken::EncodingKey::from_secret(key.as_bytes());
        jsonwebtoken::encode(&jsonwebtoken::Header::default(), &claims, &key).expect("it is signed")
    };
    locked.gateway.store(vec![opportunity(1, 80, "Hi, we need a Rust Engineer")]).await;
    assert_eq!(locked.get("/api/v1/stats", &sign("me", "sluice")).await.json()["total"], 1);
    assert_eq!(locked.get("/api/v1/stats", &sign("other", "sluice")).await.json()["total"], 0);
    locked.get("/api/v1/stats", &sign("me", "elsewhere")).await.is_problem(401, None);
    locked.send("POST", "/api/v1/messages", &sign("me", "sluice"), MESSAGE).await.is_problem(403, None);
    let (store, me) = (&locked.gateway.database.store, Account::me());
    store.ensure_account(&me, Utc::now()).await.expect("an account is kept");
    assert!(store.disable_account(&me, Utc::now()).await.expect("it is disabled"));
    locked.get("/api/v1/stats", &sign("me", "sluice")).await.is_problem(401, None);
}
