//! API tokens: random enough that a plain hash of them is as good as a slow one, and told from other secrets by their
//! beginning.

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use sha2::{Digest as _, Sha256};

/// What every token begins with.
pub const PREFIX: &str = "sluice_";

/// A new token, which is shown once and kept nowhere.
#[must_use]
pub fn generate() -> String {
    format!("{PREFIX}{}", random())
}

/// 32 random bytes as text.
pub(super) fn random() -> String {
    BASE64_URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>())
}

/// What is kept of a token: SHA-256, hex.
#[must_use]
pub fn hash(token: &str) -> String {
    Sha256::digest(token.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_token_is_another_and_its_hash_does_not_show_it() {
        let (one, other) = (generate(), generate());
        assert_ne!(one, other);
        assert!(one.starts_with(PREFIX) && one.len() == PREFIX.len() + 43, "{one}");
        assert_eq!(hash("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }
}
