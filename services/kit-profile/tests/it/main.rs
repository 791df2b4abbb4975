//! The directory against a real server.

#![expect(clippy::unwrap_used, reason = "a test whose setting cannot be made has failed")]

use bus::{Bucket, Bus, BusError, testing::TestServer};
use contract::{Account, topology::PROFILES};
use kit_profile::{Directory, SaveError, load, save};
use tokio_util::sync::CancellationToken;

const PROFILE: &str =
    "technologies: [Rust]\nsalary: {minimum: 50000, currency: EUR}\nremote_policy: {accepted: [remote]}\n";

fn named(name: &str) -> String {
    format!("name: {name}\n{PROFILE}")
}

fn account(name: &str) -> Account {
    name.parse().unwrap()
}

async fn bucket(bus: &Bus) -> Bucket {
    bus.bucket(PROFILES).await.unwrap()
}

/// A directory that is ready, and what ends it.
async fn directory(bucket: &Bucket) -> (Directory, CancellationToken) {
    let (directory, shutdown) = (Directory::new(bucket.clone()), CancellationToken::new());
    assert!(directory.ready().is_err());
    tokio::spawn(directory.clone().follow(shutdown.clone()));
    directory.until_ready().await;
    assert_eq!(directory.ready(), Ok(()));
    (directory, shutdown)
}

fn name_in_force(directory: &Directory, account: &Account) -> Option<(String, u64)> {
    let (profile, revision) = directory.get(account)?;
    Some((profile.name.clone()?, revision))
}

/// Waits until the watch has seen everything put so far, by a profile of another account put last.
async fn caught_up(bucket: &Bucket, directory: &Directory) {
    let mark = account("mark");
    let revision = save(bucket, &mark, PROFILE, None).await.unwrap();
    directory.until(|directory| directory.get(&mark).is_some_and(|(_, seen)| seen >= revision)).await;
}

#[tokio::test]
async fn an_empty_bucket_is_ready_too() {
    let server = TestServer::start().await;
    let bucket = bucket(&server.bus().await).await;
    let (directory, _) = directory(&bucket).await;
    assert_eq!(directory.get(&account("me")), None);
}

#[tokio::test]
async fn what_is_stored_is_there_and_changes_follow() {
    let server = TestServer::start().await;
    let bucket = bucket(&server.bus().await).await;
    let (ana, ben) = (account("ana"), account("ben"));
    let first = save(&bucket, &ana, &named("Ana"), Some(0)).await.unwrap();
    let (directory, _) = directory(&bucket).await;
    assert_eq!(name_in_force(&directory, &ana), Some(("Ana".to_owned(), first)));
    assert_eq!(directory.get(&ben), None);

    let second = save(&bucket, &ana, &named("Anna"), Some(first)).await.unwrap();
    let third = save(&bucket, &ben, &named("Ben"), Some(0)).await.unwrap();
    caught_up(&bucket, &directory).await;
    assert_eq!(name_in_force(&directory, &ana), Some(("Anna".to_owned(), second)));
    assert_eq!(name_in_force(&directory, &ben), Some(("Ben".to_owned(), third)));
}

#[tokio::test]
async fn a_stored_text_that_is_no_profile_leaves_the_old_one_in_force() {
    let server = TestServer::start().await;
    let bucket = bucket(&server.bus().await).await;
    let me = account("me");
    let first = save(&bucket, &me, &named("Ana"), None).await.unwrap();
    let (directory, _) = directory(&bucket).await;
    bucket.put("me", b"name: [".to_vec(), None).await.unwrap();
    bucket.put("me", vec![0xff, 0xfe], None).await.unwrap();
    bucket.put("you", b"unknown: 1".to_vec(), None).await.unwrap();
    caught_up(&bucket, &directory).await;
    assert_eq!(name_in_force(&directory, &me), Some(("Ana".to_owned(), first)));
    assert_eq!(directory.get(&account("you")), None);

    let mended = save(&bucket, &me, &named("Anna"), None).await.unwrap();
    caught_up(&bucket, &directory).await;
    assert_eq!(name_in_force(&directory, &me), Some(("Anna".to_owned(), mended)));
}

#[tokio::test]
async fn refresh_reads_past_the_watch() {
    let server = TestServer::start().await;
    let bucket = bucket(&server.bus().await).await;
    let me = account("me");
    let directory = Directory::new(bucket.clone());
    assert_eq!(directory.refresh(&me).await.unwrap(), None);
    let revision = save(&bucket, &me, &named("Ana"), None).await.unwrap();
    let (profile, seen) = directory.refresh(&me).await.unwrap().unwrap();
    assert_eq!((profile.name.as_deref(), seen), (Some("Ana"), revision));
    assert!(directory.ready().is_err(), "one account is not all");
}

#[tokio::test]
async fn saving_checks_the_profile_and_the_revision() {
    let server = TestServer::start().await;
    let bucket = bucket(&server.bus().await).await;
    let me = account("me");
    assert_eq!(load(&bucket, &me).await.unwrap(), None);
    let Err(SaveError::Faults(faults)) = save(&bucket, &me, "nme: x", None).await else { panic!("saved") };
    assert!(!faults.0.is_empty());
    let first = save(&bucket, &me, PROFILE, Some(0)).await.unwrap();
    assert_eq!(load(&bucket, &me).await.unwrap(), Some((PROFILE.to_owned(), first)));
    let second = save(&bucket, &me, &named("Ana"), Some(first)).await.unwrap();
    for stale in [Some(0), Some(first)] {
        let saved = save(&bucket, &me, PROFILE, stale).await;
        assert!(matches!(saved, Err(SaveError::Bus(BusError::Conflict { .. }))), "{saved:?}");
    }
    assert_eq!(load(&bucket, &me).await.unwrap(), Some((named("Ana"), second)));
}

#[tokio::test]
async fn the_directory_outlives_a_restart_of_the_server() {
    let mut server = TestServer::start().await;
    let bus = server.bus().await;
    let bucket = bucket(&bus).await;
    let me = account("me");
    save(&bucket, &me, &named("Ana"), None).await.unwrap();
    let (directory, _) = directory(&bucket).await;
    server.restart().await;
    let (profile, _) = directory.get(&me).expect("what was read stays in force");
    assert_eq!(profile.name.as_deref(), Some("Ana"));
    let revision = loop {
        // The client reconnects by itself; until then a put fails.
        if let Ok(revision) = save(&bucket, &me, &named("Anna"), None).await {
            break revision;
        }
        tokio::task::yield_now().await;
    };
    directory.until(|directory| directory.get(&me).is_some_and(|(_, seen)| seen >= revision)).await;
    assert_eq!(name_in_force(&directory, &me), Some(("Anna".to_owned(), revision)));
}

#[tokio::test]
async fn following_ends_with_shutdown() {
    let server = TestServer::start().await;
    let bucket = bucket(&server.bus().await).await;
    let (directory, shutdown) = (Directory::new(bucket), CancellationToken::new());
    let task = tokio::spawn(directory.follow(shutdown.clone()));
    shutdown.cancel();
    task.await.unwrap();
}

#[tokio::test]
async fn a_copy_follows_wherever_the_profile_is_edited() {
    let server = TestServer::start().await;
    let bus = server.bus().await;
    let bucket = bucket(&bus).await;
    let (ana, folder, shutdown) = (account("ana"), tempfile::tempdir().unwrap(), CancellationToken::new());
    let file = folder.path().join("profile.yaml");
    let kept = tokio::spawn(kit_profile::keep_copy(bucket.clone(), ana.clone(), file.clone(), shutdown.clone()));
    let until = async |wanted: Option<String>| {
        while std::fs::read_to_string(&file).ok() != wanted {
            tokio::task::yield_now().await;
        }
    };
    for name in ["Ana", "Anna"] {
        save(&bucket, &ana, &named(name), None).await.unwrap();
        until(Some(named(name))).await;
    }
    use std::os::unix::fs::PermissionsExt as _;
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    // Neither another account's nor what is no profile.
    save(&bucket, &account("ben"), &named("Ben"), None).await.unwrap();
    bucket.put("ana", b"name: [".to_vec(), None).await.unwrap();
    save(&bucket, &ana, &named("Ann"), None).await.unwrap();
    until(Some(named("Ann"))).await;
    shutdown.cancel();
    kept.await.unwrap();
}
