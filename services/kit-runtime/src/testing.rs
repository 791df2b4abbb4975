//! What a gateway's speed is measured against: one fixed answer, straight from the HTTP library.

use axum::{Router, body::Bytes, http::header, routing::get};
use tokio::net::TcpListener;

/// Answers every GET of `/` with the same JSON.
///
/// # Errors
/// As the system's.
pub async fn serve_fixed(listener: TcpListener, body: Vec<u8>) -> std::io::Result<()> {
    let body = Bytes::from(body);
    let answer = async move || ([(header::CONTENT_TYPE, "application/json")], body.clone());
    axum::serve(listener, Router::new().route("/", get(answer))).await
}
