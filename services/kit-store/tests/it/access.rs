//! Tokens, accounts and imports: what is in force, and that nothing older or foreign changes anything.

use chrono::{DateTime, Duration, Utc};
use contract::{Account, ImportProgressed, ImportReport, Role};
use kit_store::{NewToken, Progress, testing::Database};
use uuid::Uuid;

use crate::on_both;

fn now() -> DateTime<Utc> {
    "2026-11-20T10:00:00Z".parse().unwrap()
}

fn token(n: u128, account: &Account, expires_at: Option<DateTime<Utc>>) -> NewToken {
    NewToken {
        id: Uuid::from_u128(n),
        account: account.clone(),
        name: format!("token {n}"),
        role: Role::Reviewer,
        hash: format!("{n:064x}"),
        expires_at,
    }
}

async fn a_token_is_in_force_until_it_is_revoked_or_over_or_its_account_disabled(database: Database) {
    let (store, reader, ana) = (&database.store, database.store.reader(), "ana".parse::<Account>().unwrap());
    let hash = |n: u128| format!("{n:064x}");
    assert!(!reader.has_tokens(now()).await.unwrap());
    store.ensure_account(&ana, now()).await.unwrap();
    store.add_token(token(1, &ana, None), now()).await.unwrap();
    store.add_token(token(2, &ana, Some(now() + Duration::hours(1))), now()).await.unwrap();
    let known = reader.token(&hash(1), now()).await.unwrap().unwrap();
    assert_eq!((known.account, known.role, known.token), (ana.clone(), Role::Reviewer, Some(Uuid::from_u128(1))));
    assert!(reader.token(&hash(2), now()).await.unwrap().is_some());
    assert!(reader.token(&hash(2), now() + Duration::hours(1)).await.unwrap().is_none(), "it is over");
    assert!(reader.token(&hash(3), now()).await.unwrap().is_none());

    assert!(store.revoke_token(Uuid::from_u128(1), now()).await.unwrap());
    assert!(!store.revoke_token(Uuid::from_u128(1), now()).await.unwrap(), "once");
    assert!(reader.token(&hash(1), now()).await.unwrap().is_none());
    assert!(reader.has_tokens(now()).await.unwrap());
    assert!(!reader.has_tokens(now() + Duration::hours(2)).await.unwrap());

    assert!(store.disable_account(&ana, now()).await.unwrap());
    assert!(reader.token(&hash(2), now()).await.unwrap().is_none(), "its account is disabled");
    store.add_account(&ana, now()).await.unwrap();
    assert!(reader.token(&hash(2), now()).await.unwrap().is_some(), "and enabled again");
    assert_eq!((reader.tokens().await.unwrap().len(), reader.accounts().await.unwrap().len()), (2, 1));
}

async fn an_import_only_goes_forward_and_stays_its_accounts(database: Database) {
    let (ana, bo) = ("ana".parse::<Account>().unwrap(), "bo".parse::<Account>().unwrap());
    let (writer, reader, id) = (database.store.writer(), database.store.reader(), Uuid::from_u128(7));
    let report = ImportReport { rows: 10, name: Some("messages.csv".to_owned()), ..ImportReport::default() };
    let at = |account: &Account, rows_read, done| Progress {
        account: account.clone(),
        at: now() + Duration::seconds(i64::try_from(rows_read).unwrap()),
        progress: ImportProgressed {
            import_id: id,
            rows_read,
            kept: rows_read,
            private: 0,
            rejected: 0,
            done,
            report: Some(report.clone()),
        },
    };
    writer.progress(&[at(&ana, 0, false), at(&ana, 6, false)]).await.unwrap();
    writer.progress(&[at(&ana, 3, false)]).await.unwrap();
    let stored = reader.import(&ana, id).await.unwrap().unwrap();
    assert_eq!((stored.progress.rows_read, stored.started_at), (6, now()), "what is late changes nothing");
    writer.progress(&[at(&bo, 9, true)]).await.unwrap();
    assert!(reader.import(&bo, id).await.unwrap().is_none());
    writer.progress(&[at(&ana, 10, true), at(&ana, 10, false)]).await.unwrap();
    let stored = reader.imports(&ana, 10).await.unwrap();
    assert_eq!(stored.len(), 1);
    assert!(stored[0].progress.done);
    assert_eq!(stored[0].progress.report.as_ref(), Some(&report));
}

on_both!(
    a_token_is_in_force_until_it_is_revoked_or_over_or_its_account_disabled,
    an_import_only_goes_forward_and_stays_its_accounts,
);
