//! The files of the pages, compiled in. An address carries the file's hash, so that a browser keeps it for ever and
//! still gets the new one with a new binary.

use axum::{
    Router,
    extract::Path,
    http::{HeaderMap, StatusCode, Uri, header},
    response::{IntoResponse, Response},
    routing::get,
};
use uuid::Uuid;

use crate::problem::Problem;

struct Asset {
    name: &'static str,
    media: &'static str,
    bytes: &'static [u8],
}

const SCRIPT: &str = "text/javascript; charset=utf-8";
const ASSETS: [Asset; 6] = [
    Asset { name: "app.css", media: "text/css; charset=utf-8", bytes: include_bytes!("../assets/app.css") },
    Asset { name: "app.js", media: SCRIPT, bytes: include_bytes!("../assets/app.js") },
    Asset { name: "htmx.min.js", media: SCRIPT, bytes: include_bytes!("../assets/vendor/htmx.min.js") },
    Asset { name: "htmx-ext-sse.min.js", media: SCRIPT, bytes: include_bytes!("../assets/vendor/htmx-ext-sse.min.js") },
    Asset {
        name: "app.webmanifest",
        media: "application/manifest+json",
        bytes: include_bytes!("../assets/app.webmanifest"),
    },
    Asset { name: "mark.svg", media: "image/svg+xml", bytes: include_bytes!("../assets/mark.svg") },
];

/// Routes of the files; they need nothing else of the gateway.
pub fn routes() -> Router {
    Router::new()
        .route("/assets/{name}", get(serve))
        .route("/favicon.ico", get(async || StatusCode::NO_CONTENT))
        .method_not_allowed_fallback(async || Problem::method())
}

/// Address of a file, with its hash.
pub(crate) fn address(name: &str) -> String {
    let hash = ASSETS.iter().find(|asset| asset.name == name).map(|asset| hash(asset.bytes)).unwrap_or_default();
    format!("/assets/{name}?v={hash}")
}

fn hash(bytes: &[u8]) -> String {
    let mut hash = Uuid::new_v5(&Uuid::NAMESPACE_OID, bytes).simple().to_string();
    hash.truncate(12);
    hash
}

async fn serve(Path(name): Path<String>, uri: Uri, headers: HeaderMap) -> Response {
    let Some(asset) = ASSETS.iter().find(|asset| asset.name == name) else {
        return Problem::not_found("there is no such file").into_response();
    };
    let hash = hash(asset.bytes);
    let tag = format!("\"{hash}\"");
    let exact = uri.query() == Some(format!("v={hash}").as_str());
    let cache = if exact { "public, max-age=31536000, immutable" } else { "no-cache" };
    let known = headers.get(header::IF_NONE_MATCH).is_some_and(|value| value.as_bytes() == tag.as_bytes());
    let kept = [(header::ETAG, tag), (header::CACHE_CONTROL, cache.to_owned())];
    if known {
        return (StatusCode::NOT_MODIFIED, kept).into_response();
    }
    (kept, [(header::CONTENT_TYPE, asset.media)], asset.bytes).into_response()
}
