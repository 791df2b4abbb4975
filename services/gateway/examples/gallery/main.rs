//! Serves the pages with rows made by hand, to look at them: `cargo run -p gateway --example gallery`.

mod fixtures;
mod letters;

use axum::{
    Router,
    extract::Query,
    response::{Html, IntoResponse},
    routing::get,
};
use gateway::{Catalogue, Problem, Tongue, pages};
use serde::Deserialize;

#[derive(Deserialize)]
struct Asked {
    lang: Option<String>,
}

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let pages = Router::new()
        .route(
            "/",
            get(|asked| page(asked, |scene| pages::render_inbox(scene, &fixtures::inbox(fixtures::rows()), BASE))),
        )
        .route(
            "/empty",
            get(|asked| page(asked, |scene| pages::render_inbox(scene, &fixtures::inbox(Vec::new()), BASE))),
        )
        .route(
            "/refused",
            get(|asked| page(asked, |scene| pages::render_detail(scene, &pages::Shown::of(letters::refused())))),
        )
        .route(
            "/error",
            get(|asked| page(asked, |scene| pages::render_error(scene, &Problem::unavailable(""), "/error"))),
        )
        .route("/opportunities/{id}", get(|asked| page(asked, |scene| pages::render_detail(scene, &letters::shown()))))
        .merge(gateway::assets::routes());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:8099").await?;
    axum::serve(listener, pages).await
}

const BASE: &str = "http://127.0.0.1:8099";

async fn page<E: std::fmt::Display>(
    Query(asked): Query<Asked>,
    render: impl Fn(&pages::Scene<'_>) -> Result<String, E>,
) -> impl IntoResponse {
    let catalogue = Catalogue::load();
    let tongue = asked.lang.as_deref().and_then(Tongue::of).unwrap_or_default();
    let scene = pages::Scene {
        catalogue: &catalogue,
        tongue,
        now: fixtures::now(),
        live_after: None,
        account: "me",
        tally: Some(fixtures::tally()),
    };
    Html(render(&scene).unwrap_or_else(|error| error.to_string()))
}
