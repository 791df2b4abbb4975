//! The signed webhook: taken once, within its time, by its secret's account.

use axum::{
    body::Body,
    http::{Request, header},
};
use chrono::Utc;
use contract::Account;
use gateway::Access;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use tower::ServiceExt as _;

use crate::harness::{Answer, Gateway, request};

const SECRET: &str = "0123456789abcdef0123456789abcdef";
const OTHERS: &str = "fedcba9876543210fedcba9876543210";

fn signed(secret: &str, at: i64, body: &str, more: &[(&str, &str)]) -> Request<Body> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("any key will do");
    mac.update(format!("{at}.{body}").as_bytes());
    let hex: String = mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    let (at, signature) = (at.to_string(), format!("v1={hex}"));
    let mut headers =
        vec![("content-type", "application/json"), ("sluice-timestamp", &*at), ("sluice-signature", &*signature)];
    headers.extend(more);
    request("POST", "/api/v1/hooks/messages", &headers, body.to_owned())
}

#[tokio::test]
async fn a_signed_message_is_taken_once_and_by_its_secrets_account() {
    let gateway = Gateway::start().await;
    let mut deps = gateway.deps.clone();
    let other: Account = "other".parse().expect("an account");
    deps.access =
        Access { open: false, webhook: vec![(Account::me(), SECRET.into()), (other, OTHERS.into())], ..Access::open() };
    let router = gateway::router(deps);
    let ask = async |request| Answer::of(router.clone().oneshot(request).await.expect("a router never fails")).await;
    let (now, body) = (Utc::now().timestamp(), r#"{"text":"We are hiring a Rust engineer"}"#);

    let taken = ask(signed(SECRET, now, body, &[])).await;
    assert_eq!(taken.status, 202, "{}", taken.text);
    assert!(taken.headers[header::LOCATION].to_str().expect("text").starts_with("/api/v1/messages/"));
    ask(signed(SECRET, now, body, &[])).await.is_problem(409, None);
    let anew = ask(signed(SECRET, now - 1, body, &[])).await;
    assert_eq!((anew.status.as_u16(), anew.json()), (202, taken.json()), "signed anew it is the same message");
    assert_eq!(gateway.bus.last_sequence().await.expect("the log answers"), 1);

    let theirs = ask(signed(OTHERS, now, body, &[])).await;
    assert_ne!(theirs.json()["message_id"], taken.json()["message_id"], "another account's message is another");
    ask(signed(SECRET, now - 301, body, &[])).await.is_problem(401, None);
    ask(signed("a secret that nobody has agreed on", now, body, &[])).await.is_problem(401, None);
    let bare = request("POST", "/api/v1/hooks/messages", &[("content-type", "application/json")], body);
    ask(bare).await.is_problem(401, None);
    ask(signed(SECRET, now, r#"{"text":"  "}"#, &[])).await.is_problem(422, Some("text"));
    ask(signed(SECRET, now, r#"{"text":"  "}"#, &[])).await.is_problem(422, Some("text"));

    let key = [("idempotency-key", "4711")];
    let first = ask(signed(SECRET, now, r#"{"text":"A Go role"}"#, &key)).await.json();
    let corrected = ask(signed(SECRET, now, r#"{"text":"A Go role, remote"}"#, &key)).await.json();
    assert_eq!(first["message_id"], corrected["message_id"], "the sender's key names the message");
}

#[tokio::test]
async fn without_a_secret_there_is_no_webhook() {
    let gateway = Gateway::start().await;
    let answer = gateway.ask(signed("", Utc::now().timestamp(), r#"{"text":"Hi"}"#, &[])).await;
    answer.is_problem(404, None);
}
