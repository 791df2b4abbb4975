//! JWTs that the operator signs: HS256 by a local key, and nothing else that a header may ask for.

use contract::{Account, Role};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode};
use secrecy::ExposeSecret as _;
use serde::Deserialize;

use super::{Identity, Jwt};

/// Clocks may differ by this many seconds.
const LEEWAY: u64 = 30;

#[derive(Deserialize)]
struct Claims {
    account: Account,
    role: Role,
    #[serde(default)]
    sub: Option<String>,
}

/// Who a JWT says it is, where all of it is right.
pub(super) fn known(jwt: &Jwt, token: &str) -> Option<Identity> {
    let mut rules = Validation::new(Algorithm::HS256);
    rules.leeway = LEEWAY;
    rules.validate_nbf = true;
    rules.set_audience(&[&jwt.audience]);
    rules.set_required_spec_claims(&["exp", "aud"]);
    let key = DecodingKey::from_secret(jwt.key.expose_secret().as_bytes());
    let Claims { account, role, sub } = decode(token, &key, &rules).ok()?.claims;
    let who = format!("jwt:{}", sub.as_deref().unwrap_or(account.as_str()));
    Some(Identity { account, role, who, open: false })
}

#[cfg(test)]
mod tests {
    use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
    use jsonwebtoken::{EncodingKey, Header, encode, get_current_timestamp};
    use serde_json::{Value, json};

    use super::*;

    const KEY: &str = "0123456789abcdef0123456789abcdef";

    fn rules() -> Jwt {
        Jwt { key: KEY.into(), audience: "sluice".to_owned() }
    }

    fn signed(algorithm: Algorithm, key: &str, claims: &Value) -> String {
        encode(&Header::new(algorithm), claims, &EncodingKey::from_secret(key.as_bytes())).unwrap()
    }

    fn claims(change: &[(&str, Value)]) -> Value {
        let mut claims =
            json!({ "account": "ana", "role": "viewer", "aud": "sluice", "exp": get_current_timestamp() + 600 });
        for (name, value) in change {
            claims[*name] = value.clone();
        }
        claims
    }

    #[test]
    fn a_jwt_is_believed_only_where_all_of_it_is_right() {
        let good = signed(Algorithm::HS256, KEY, &claims(&[("sub", json!("laptop"))]));
        let identity = known(&rules(), &good).unwrap();
        assert_eq!(
            (identity.account.as_str(), identity.role, identity.who.as_str()),
            ("ana", Role::Viewer, "jwt:laptop")
        );

        let now = get_current_timestamp();
        let wrong = [
            ("another key", signed(Algorithm::HS256, "another key of thirty-two bytes!", &claims(&[]))),
            ("another algorithm", signed(Algorithm::HS512, KEY, &claims(&[]))),
            ("over", signed(Algorithm::HS256, KEY, &claims(&[("exp", json!(now - 60))]))),
            ("an end that is no number", signed(Algorithm::HS256, KEY, &claims(&[("exp", json!("never"))]))),
            ("no end", signed(Algorithm::HS256, KEY, &claims(&[("exp", Value::Null)]))),
            ("not yet", signed(Algorithm::HS256, KEY, &claims(&[("nbf", json!(now + 600))]))),
            ("another audience", signed(Algorithm::HS256, KEY, &claims(&[("aud", json!("other"))]))),
            ("no audience", signed(Algorithm::HS256, KEY, &claims(&[("aud", Value::Null)]))),
            ("no such role", signed(Algorithm::HS256, KEY, &claims(&[("role", json!("root"))]))),
            ("no account", signed(Algorithm::HS256, KEY, &claims(&[("account", json!("a.>"))]))),
        ];
        for (what, token) in wrong {
            assert_eq!(known(&rules(), &token), None, "{what}");
        }
    }

    #[test]
    fn an_unsigned_or_changed_jwt_is_none() {
        let part = |json: &Value| BASE64_URL_SAFE_NO_PAD.encode(json.to_string());
        for algorithm in ["none", "None", "HS256", "RS256"] {
            let header = part(&json!({ "alg": algorithm, "typ": "JWT" }));
            for signature in ["", "AAAA"] {
                let token = format!("{header}.{}.{signature}", part(&claims(&[])));
                assert_eq!(known(&rules(), &token), None, "{algorithm} {signature}");
            }
        }
        let good = signed(Algorithm::HS256, KEY, &claims(&[]));
        let parts: Vec<&str> = good.split('.').collect();
        let raised = format!("{}.{}.{}", parts[0], part(&claims(&[("role", json!("admin"))])), parts[2]);
        assert_eq!(known(&rules(), &raised), None);
        assert_eq!(known(&rules(), "..."), None);
    }
}
