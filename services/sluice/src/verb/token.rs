//! `sluice token`: the keys of programs and browsers. A token is shown once; what is kept is its hash.

use chrono::{DateTime, Duration, Utc};
use gateway::auth::token;
use kit_store::{NewToken, TokenRow};
use serde_json::json;
use uuid::Uuid;

use super::{account, remark, say, say_json};
use crate::{
    args::{Common, Token, TokenCreate, TokenVerb},
    failure::Failure,
};

pub(crate) async fn run(common: &Common, args: Token) -> Result<(), Failure> {
    match args.verb {
        TokenVerb::Create(create) => new(common, create).await,
        TokenVerb::List => list(common).await,
        TokenVerb::Revoke { id } => revoke(common, id).await,
    }
}

async fn new(common: &Common, args: TokenCreate) -> Result<(), Failure> {
    let (store, default) = account::store(common).await?;
    let (now, owner) = (Utc::now(), args.account.clone().unwrap_or_else(|| default.clone()));
    if owner == default {
        store.ensure_account(&owner, now).await?;
    }
    if !store.has_account(&owner).await? {
        return Err(Failure::failed(format!("there is no account `{owner}` in force; `sluice account add {owner}`")));
    }
    let secret = token::generate();
    let kept = NewToken {
        id: Uuid::now_v7(),
        account: owner.clone(),
        name: args.name,
        role: args.role,
        hash: token::hash(&secret),
        expires_at: args.days.map(|days| now + Duration::days(i64::from(days))),
    };
    store.add_token(kept.clone(), now).await?;
    if common.json {
        return say_json(&json!({
            "id": kept.id, "account": owner, "name": kept.name, "role": kept.role, "expires_at": kept.expires_at, "token": secret,
        }));
    }
    say(&secret)?;
    remark(format!(
        "{} of account {owner}, role {}; shown this once. From now on the page and the API ask everybody for one.",
        kept.id, kept.role
    ));
    Ok(())
}

async fn list(common: &Common) -> Result<(), Failure> {
    let (store, _) = account::store(common).await?;
    let tokens = store.reader().tokens().await?;
    if common.json {
        return say_json(&tokens);
    }
    if tokens.is_empty() {
        return say("no token yet; `sluice token create` makes one");
    }
    let line = |token: &TokenRow| {
        format!("{}  {:<16} {:<9} {:<20} {}", token.id, token.account, token.role, token.name, state(token, Utc::now()))
    };
    say(tokens.iter().map(line).collect::<Vec<_>>().join("\n"))
}

fn state(token: &TokenRow, now: DateTime<Utc>) -> String {
    let day = |time: DateTime<Utc>| time.format("%Y-%m-%d").to_string();
    match (token.revoked_at, token.expires_at) {
        (Some(at), _) => format!("revoked {}", day(at)),
        (None, Some(end)) if end <= now => format!("over since {}", day(end)),
        (None, Some(end)) => format!("until {}", day(end)),
        (None, None) => format!("since {}", day(token.created_at)),
    }
}

async fn revoke(common: &Common, id: Uuid) -> Result<(), Failure> {
    let (store, _) = account::store(common).await?;
    if !store.revoke_token(id, Utc::now()).await? {
        return Err(Failure::failed(format!("there is no token {id} in force; `sluice token list`")));
    }
    if common.json {
        return say_json(&json!({ "id": id, "revoked": true }));
    }
    say(format!("{id} is revoked, and with it the sessions that it began"))
}
