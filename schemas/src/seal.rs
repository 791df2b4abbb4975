//! The seal of an approval: proof that a person said yes to exactly these words, for exactly this thread, having seen
//! exactly this. Made by the persister, checked by whoever sends.

use chrono::{DateTime, SecondsFormat, SubsecRound as _, Utc};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};

use crate::{account::Account, events::ReplyApproved};

/// Bytes of a key at least.
pub const LEAST_KEY: usize = 32;

/// The key that only persister and sender hold. No form of it can be printed.
#[derive(Clone)]
pub struct SealKey(Hmac<Sha256>);

/// The key given is no key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a seal key has at least {LEAST_KEY} bytes; make one with `openssl rand -base64 32`")]
pub struct WeakKey;

impl SealKey {
    /// Takes the key's bytes as they are.
    ///
    /// # Errors
    /// [`WeakKey`] where there are too few.
    pub fn new(key: &[u8]) -> Result<Self, WeakKey> {
        let long = key.len() >= LEAST_KEY;
        Hmac::new_from_slice(key).ok().filter(|_| long).map(Self).ok_or(WeakKey)
    }

    /// The seal over an approval of an account; what its `seal` field holds does not count.
    pub fn seal(&self, account: &Account, approved: &ReplyApproved) -> String {
        hex(&self.mac(account, approved).finalize().into_bytes())
    }

    /// Whether the seal is of these very words, thread, revision and time, and the words' hash is theirs. In constant
    /// time.
    pub fn holds(&self, account: &Account, approved: &ReplyApproved) -> bool {
        let Some(given) = unhex(&approved.seal) else { return false };
        text_sha256(&approved.text) == approved.text_sha256 && self.mac(account, approved).verify_slice(&given).is_ok()
    }

    /// Over an unambiguous rendering; of the words the hash.
    fn mac(&self, account: &Account, approved: &ReplyApproved) -> Hmac<Sha256> {
        let sealed = serde_json::json!([
            "reply",
            account,
            approved.reply_id,
            approved.opportunity_id,
            approved.source,
            approved.thread.id,
            approved.thread.url,
            approved.text_sha256,
            approved.last_inbound_message_id,
            approved.shown_revision,
            second(approved.expires_at),
        ]);
        self.0.clone().chain_update(sealed.to_string().as_bytes())
    }
}

impl std::fmt::Debug for SealKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SealKey")
    }
}

/// SHA-256 of a reply's words, hex.
pub fn text_sha256(text: &str) -> String {
    hex(&Sha256::digest(text.as_bytes()))
}

/// A time as it is sealed: to the second, whatever the store keeps.
fn second(time: DateTime<Utc>) -> String {
    time.trunc_subsecs(0).to_rfc3339_opts(SecondsFormat::Secs, true)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits = text.is_ascii() && text.len().is_multiple_of(2);
    digits.then(|| (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).ok()).collect())?
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::events::Thread;

    fn key(byte: u8) -> SealKey {
        SealKey::new(&[byte; LEAST_KEY]).expect("long enough")
    }

    fn approved() -> ReplyApproved {
        let text = "Hi Ana, Tuesday suits me.".to_owned();
        let mut approved = ReplyApproved {
            reply_id: uuid::Uuid::from_u128(1),
            opportunity_id: uuid::Uuid::from_u128(2),
            thread: Thread { id: Some("2-elm".into()), url: None },
            text_sha256: text_sha256(&text),
            text,
            last_inbound_message_id: uuid::Uuid::from_u128(3),
            shown_revision: 4,
            expires_at: "2026-11-24T10:00:00Z".parse().expect("a time"),
            seal: String::new(),
            source: Some("mail".into()),
        };
        approved.seal = key(1).seal(&Account::me(), &approved);
        approved
    }

    #[test]
    fn a_seal_holds_for_what_was_sealed_and_for_nothing_else() {
        assert!(key(1).holds(&Account::me(), &approved()));
        assert!(!key(2).holds(&Account::me(), &approved()), "another key");
        assert!(!key(1).holds(&"other".parse().expect("an account"), &approved()), "another account");
        let changes: [fn(&mut ReplyApproved); 11] = [
            |a| a.text.push('!'),
            |a| a.text_sha256 = text_sha256("other words"),
            |a| (a.text, a.text_sha256) = ("other words".into(), text_sha256("other words")),
            |a| a.thread.id = Some("2-oak".into()),
            |a| a.thread.url = Some("https://example.org".into()),
            |a| a.source = None,
            |a| a.reply_id = uuid::Uuid::nil(),
            |a| a.last_inbound_message_id = uuid::Uuid::nil(),
            |a| a.shown_revision += 1,
            |a| a.expires_at += chrono::Duration::days(1),
            |a| a.seal = "\u{e9}0".repeat(22),
        ];
        for (number, change) in changes.iter().enumerate() {
            let mut other = approved();
            change(&mut other);
            assert!(!key(1).holds(&Account::me(), &other), "change {number}");
        }
    }

    #[test]
    fn a_short_key_is_refused_and_no_key_is_printed() {
        assert_eq!(SealKey::new(&[7; LEAST_KEY - 1]).err(), Some(WeakKey));
        assert_eq!(format!("{:?}", key(7)), "SealKey");
    }
}
