//! Answers of reads, kept for as long as they are right: a key holds the account and the number of its newest change, so
//! that a change makes new keys and nothing has to be forgotten. Without a cache, a read is slower and no other.

use std::{sync::Arc, time::Duration};

use axum::{
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use bytes::{BufMut as _, Bytes, BytesMut};
use contract::Account;
use kit_cache::Cache;
use serde::Serialize;
use uuid::Uuid;

use crate::{live::Live, problem::Problem};

/// How long one opportunity is kept while nothing of its account changes.
pub(crate) const ONE: Duration = Duration::from_secs(30 * 60);
/// The same for lists and figures.
pub(crate) const MANY: Duration = Duration::from_secs(5 * 60);

/// What every kept answer begins with: another form gets another word.
const FORM: &[u8] = b"a1";
/// Bytes of an ETag without its quotes.
const TAG: usize = 32;

/// The cache of one gateway's answers.
#[derive(Clone, Debug)]
pub(crate) struct Reads {
    cache: Cache,
    live: Arc<Live>,
    /// Where the database that is read may be behind the one that is written.
    longest: Option<Duration>,
}

impl Reads {
    pub(crate) fn new(cache: Cache, live: Arc<Live>, longest: Option<Duration>) -> Self {
        Self { cache, live, longest }
    }

    /// The answer to a question, from the cache where it is there, with 304 for a client that has it already. The key is
    /// the question's own part: `stats`, `one:ID`.
    pub(crate) async fn answer<T, F>(
        &self,
        request: &HeaderMap,
        account: &Account,
        key: &str,
        live: Duration,
        load: impl Fn() -> F + Send + Sync,
    ) -> Result<Response, Problem>
    where
        T: Serialize,
        F: Future<Output = Result<T, Problem>> + Send,
    {
        let Some(generation) = self.live.generation(account) else {
            return Ok(respond(request, &Kept::of(&load().await?)?));
        };
        let key = format!("read:{account}:{generation}:{key}");
        let live = self.longest.map_or(live, |longest| longest.min(live));
        let loaded = self.cache.load(&key, live, || async { Ok(Kept::of(&load().await?)?.0) }).await;
        let kept = Kept(loaded.map_err(|problem: Arc<Problem>| problem.as_ref().clone())?.value);
        if !kept.is_sound() {
            // Somebody else's value under our key.
            tracing::error!("a cached answer is none; is the cache's prefix shared with something else?");
            return Ok(respond(request, &Kept::of(&load().await?)?));
        }
        Ok(respond(request, &kept))
    }
}

/// An answer with its tag: form, tag, JSON.
struct Kept(Bytes);

impl Kept {
    fn of<T: Serialize>(value: &T) -> Result<Self, Problem> {
        let mut bytes = BytesMut::zeroed(FORM.len() + TAG).writer();
        serde_json::to_writer(&mut bytes, value).map_err(|error| {
            tracing::error!(%error, "an answer cannot be written");
            Problem::internal()
        })?;
        let mut bytes = bytes.into_inner();
        let (head, body) = bytes.split_at_mut(FORM.len() + TAG);
        head[..FORM.len()].copy_from_slice(FORM);
        Uuid::new_v5(&Uuid::NAMESPACE_OID, body).simple().encode_lower(&mut head[FORM.len()..]);
        Ok(Self(bytes.freeze()))
    }

    fn is_sound(&self) -> bool {
        self.0.len() > FORM.len() + TAG && self.0.starts_with(FORM) && self.tag().iter().all(u8::is_ascii_hexdigit)
    }

    fn tag(&self) -> &[u8] {
        &self.0[FORM.len()..FORM.len() + TAG]
    }

    fn body(&self) -> Bytes {
        self.0.slice(FORM.len() + TAG..)
    }
}

/// JSON with an ETag of its bytes, so that a poll of what has not changed costs no transfer.
pub(crate) fn tagged<T: Serialize>(request: &HeaderMap, value: &T) -> Result<Response, Problem> {
    Ok(respond(request, &Kept::of(value)?))
}

fn respond(request: &HeaderMap, kept: &Kept) -> Response {
    let mut quoted = [b'"'; TAG + 2];
    quoted[1..=TAG].copy_from_slice(kept.tag());
    let Ok(tag) = HeaderValue::from_bytes(&quoted) else { return Problem::internal().into_response() };
    let fresh = knows(request, &quoted);
    let headers = [(header::ETAG, tag), (header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"))];
    if fresh {
        return (StatusCode::NOT_MODIFIED, headers).into_response();
    }
    let json = [(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))];
    (headers, json, kept.body()).into_response()
}

/// Whether the client has what a tag names.
fn knows(request: &HeaderMap, tag: &[u8]) -> bool {
    request.get_all(header::IF_NONE_MATCH).iter().flat_map(|value| value.as_bytes().split(|byte| *byte == b',')).any(
        |known| {
            let known = known.trim_ascii();
            known == b"*" || known.strip_prefix(b"W/").unwrap_or(known) == tag
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_keeps_its_bytes_and_a_tag_of_them() {
        let kept = Kept::of(&serde_json::json!({ "a": 1 })).unwrap();
        assert!(kept.is_sound());
        assert_eq!(kept.body(), r#"{"a":1}"#);
        let (same, other) = (Kept::of(&serde_json::json!({ "a": 1 })).unwrap(), Kept::of(&2).unwrap());
        assert_eq!(kept.tag(), same.tag());
        assert_ne!(kept.tag(), other.tag());
        for nonsense in [&b""[..], b"a1", b"{\"x\":1}", &[b'a'; 40]] {
            assert!(!Kept(Bytes::copy_from_slice(nonsense)).is_sound());
        }
    }

    #[test]
    fn a_client_that_has_it_gets_no_body() {
        let kept = Kept::of(&1).unwrap();
        let tag = String::from_utf8(kept.tag().to_vec()).unwrap();
        for (header, status) in [
            (format!("\"{tag}\""), 304),
            (format!("\"x\", W/\"{tag}\""), 304),
            ("*".to_owned(), 304),
            ("\"x\"".to_owned(), 200),
            (tag.clone(), 200),
        ] {
            let request = HeaderMap::from_iter([(header::IF_NONE_MATCH, HeaderValue::from_str(&header).unwrap())]);
            assert_eq!(respond(&request, &kept).status().as_u16(), status, "{header}");
        }
        assert_eq!(respond(&HeaderMap::new(), &kept).status(), 200);
    }
}
