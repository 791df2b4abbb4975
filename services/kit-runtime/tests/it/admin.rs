//! Readiness tells the truth per dependency.

use kit_runtime::Checks;

#[tokio::test]
async fn ready_only_while_every_check_passes() {
    let checks = Checks::default().with("nats", || async { Ok(()) });
    assert!(checks.readiness().await.ready);
    let checks = checks.with("database", || async { Err("connection refused".to_owned()) });
    let readiness = checks.readiness().await;
    assert!(!readiness.ready);
    assert_eq!(readiness.checks["database"], "connection refused");
    assert_eq!(readiness.checks["nats"], "ok");
}

#[tokio::test]
async fn what_it_can_do_without_is_told_and_the_process_stays_ready() {
    let checks = Checks::default()
        .with("nats", || async { Ok(()) })
        .with_optional("model", || async { Err("connection refused".to_owned()) });
    let readiness = checks.readiness().await;
    assert!(readiness.ready);
    assert_eq!(readiness.checks["model"], "degraded: connection refused");
    let checks = checks.with("database", || async { Err("connection refused".to_owned()) });
    assert!(!checks.readiness().await.ready, "the rest counts as before");
}
