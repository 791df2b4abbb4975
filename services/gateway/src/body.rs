//! Bodies of requests, bounded in size and in time: a client that sends too much or too slowly is told so.

use std::time::Duration;

use axum::{
    body::{Body, BodyDataStream},
    http::{HeaderMap, header},
};
use bytes::{Bytes, BytesMut};
use futures::StreamExt as _;
use tokio::time::timeout;

use crate::problem::Problem;

/// Longest wait for the next bytes of a body.
const PATIENCE: Duration = Duration::from_secs(20);

/// The whole of a body of at most so many bytes.
pub(crate) async fn whole(body: Body, most: usize) -> Result<Bytes, Problem> {
    let (mut bytes, mut chunks) = (BytesMut::new(), body.into_data_stream());
    while let Some(chunk) = next(&mut chunks).await? {
        if bytes.len() + chunk.len() > most {
            return Err(Problem::too_large(format!("the body has at most {most} bytes")));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes.freeze())
}

/// The next bytes of a body, `None` at its end.
pub(crate) async fn next(chunks: &mut BodyDataStream) -> Result<Option<Bytes>, Problem> {
    match timeout(PATIENCE, chunks.next()).await {
        Err(_) => Err(Problem::slow_client()),
        Ok(None) => Ok(None),
        Ok(Some(Ok(chunk))) => Ok(Some(chunk)),
        Ok(Some(Err(_))) => Err(Problem::body("ended before its length; send it again")),
    }
}

/// What arrives of a body in another form, if it arrives in time.
pub(crate) async fn in_time<T>(arrives: impl Future<Output = T>) -> Result<T, Problem> {
    timeout(PATIENCE, arrives).await.map_err(|_| Problem::slow_client())
}

/// A request's content type without its parameters, in lower case.
pub(crate) fn media(headers: &HeaderMap) -> String {
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}
