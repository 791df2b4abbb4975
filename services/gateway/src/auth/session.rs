//! The session of a browser: a signed cookie that says by which token it came in and until when. The token is looked at
//! again with every request, so a revoked one ends its sessions.

use axum::http::{HeaderMap, HeaderValue, header};
use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};
use hmac::{Hmac, KeyInit as _, Mac as _};
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use uuid::Uuid;

/// Name of the cookie.
const NAME: &str = "sluice_session";

/// What the cookie says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Session {
    pub(super) token: Uuid,
    #[serde(with = "chrono::serde::ts_seconds")]
    pub(super) until: DateTime<Utc>,
}

/// The session's cookie as it is set.
pub(super) fn cookie(key: &SecretString, session: &Session, secure: bool, now: DateTime<Utc>) -> Option<HeaderValue> {
    let said = BASE64_URL_SAFE_NO_PAD.encode(serde_json::to_vec(session).ok()?);
    let seal = BASE64_URL_SAFE_NO_PAD.encode(mac(key, &said)?.finalize().into_bytes());
    let seconds = (session.until - now).num_seconds().max(0);
    set(&format!("{said}.{seal}"), seconds, secure)
}

/// The cookie that ends a session.
pub(super) fn over(secure: bool) -> Option<HeaderValue> {
    set("", 0, secure)
}

fn set(value: &str, seconds: i64, secure: bool) -> Option<HeaderValue> {
    let secure = if secure { "; Secure" } else { "" };
    let text = format!("{NAME}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}");
    HeaderValue::from_str(&text).ok()
}

/// The session of a request, where its seal is right and it is not over. The seal is compared in constant time.
pub(super) fn of(key: &SecretString, headers: &HeaderMap, now: DateTime<Utc>) -> Option<Session> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let value =
        cookies.flat_map(|line| line.split(';')).find_map(|one| one.trim().strip_prefix(NAME)?.strip_prefix('='))?;
    let (said, seal) = value.split_once('.')?;
    mac(key, said)?.verify_slice(&BASE64_URL_SAFE_NO_PAD.decode(seal).ok()?).ok()?;
    let session: Session = serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(said).ok()?).ok()?;
    (now < session.until).then_some(session)
}

fn mac(key: &SecretString, said: &str) -> Option<Hmac<Sha256>> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key.expose_secret().as_bytes()).ok()?;
    mac.update(b"session:");
    mac.update(said.as_bytes());
    Some(mac)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_is_believed_while_its_seal_is_right_and_it_lasts() {
        let (key, now) = (SecretString::from("a key".to_owned()), DateTime::from_timestamp(1_800_000_000, 0).unwrap());
        let session = Session { token: Uuid::from_u128(7), until: now + chrono::Duration::hours(1) };
        let set = cookie(&key, &session, true, now).unwrap();
        let set = set.to_str().unwrap();
        assert!(set.ends_with("; Path=/; Max-Age=3600; HttpOnly; SameSite=Lax; Secure"), "{set}");
        let value = set.split(';').next().unwrap();
        let read = |value: &str, key: &SecretString, now| {
            let headers = HeaderMap::from_iter([(header::COOKIE, format!("lang=en; {value}").parse().unwrap())]);
            of(key, &headers, now)
        };
        assert_eq!(read(value, &key, now), Some(session));
        assert_eq!(read(value, &key, session.until), None, "over");
        assert_eq!(read(value, &"another key".to_owned().into(), now), None);
        let (said, seal) = value.split_once('.').unwrap();
        assert_eq!(read(said, &key, now), None);
        assert_eq!(read(&format!("{said}."), &key, now), None);
        assert_eq!(read(&format!("{said}x.{seal}"), &key, now), None);
        assert_eq!(read(&format!("{said}.{}", &seal[1..]), &key, now), None);
    }
}
