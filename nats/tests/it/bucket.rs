//! Buckets: expected revisions, and a watch that says when it is up to date.

use bus::{BusError, Change, testing::TestServer};
use contract::topology::PROFILES;
use futures::StreamExt as _;

#[tokio::test]
async fn a_put_with_an_old_revision_is_a_conflict() {
    let server = TestServer::start().await;
    let bucket = server.bus().await.bucket(PROFILES).await.unwrap();
    assert_eq!(bucket.get("me").await.unwrap(), None);
    let first = bucket.put("me", b"one".to_vec(), Some(0)).await.unwrap();
    assert!(matches!(bucket.put("me", b"x".to_vec(), Some(0)).await, Err(BusError::Conflict { .. })));
    let second = bucket.put("me", b"two".to_vec(), Some(first)).await.unwrap();
    assert!(matches!(bucket.put("me", b"x".to_vec(), Some(first)).await, Err(BusError::Conflict { .. })));
    let entry = bucket.get("me").await.unwrap().unwrap();
    assert_eq!((&entry.value[..], entry.revision), (&b"two"[..], second));
}

#[tokio::test]
async fn a_watch_shows_what_is_there_then_up_to_date_then_changes() {
    let server = TestServer::start().await;
    let bucket = server.bus().await.bucket(PROFILES).await.unwrap();
    let mut empty = Box::pin(bucket.watch().await.unwrap());
    assert_eq!(empty.next().await.unwrap().unwrap(), Change::UpToDate);

    bucket.put("ana", b"1".to_vec(), None).await.unwrap();
    bucket.put("me", b"2".to_vec(), None).await.unwrap();
    let mut watch = Box::pin(bucket.watch().await.unwrap());
    let mut seen = Vec::new();
    loop {
        match watch.next().await.unwrap().unwrap() {
            Change::Put { key, .. } => seen.push(key),
            Change::UpToDate => break,
            Change::Deleted { key } => panic!("{key} was not deleted"),
        }
    }
    assert_eq!(seen, ["ana", "me"]);
    bucket.put("me", b"3".to_vec(), None).await.unwrap();
    assert!(matches!(watch.next().await.unwrap().unwrap(), Change::Put { value, .. } if &value[..] == b"3"));
}
