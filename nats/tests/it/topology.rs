//! Topology: applied from the tables, applied again without effect, drift named and refused.

use bus::{BusError, TopologyOptions, testing::TestServer};
use contract::topology;

const SMALL: TopologyOptions = TopologyOptions { replicas: 1, max_bytes: Some(64 * 1024 * 1024) };

#[tokio::test]
async fn the_tables_are_applied_once_and_then_nothing_differs() {
    let server = TestServer::start().await;
    let bus = bus::Bus::connect(server.connect_options("t")).await.unwrap();
    let analyzer = topology::stage(topology::ANALYZER).unwrap();
    let missing = bus.verify_stage(analyzer).await.unwrap_err();
    assert!(matches!(missing, BusError::Missing { .. }), "{missing}");
    let consumers: usize = topology::STAGES.iter().map(|s| s.consumers.len()).sum();
    let made = bus.apply_topology(SMALL).await.unwrap();
    assert_eq!(made.len(), topology::STREAMS.len() + consumers + topology::BUCKETS.len());
    assert_eq!(bus.apply_topology(SMALL).await.unwrap(), []);
    for stage in topology::STAGES {
        bus.verify_stage(stage).await.unwrap();
    }
}

#[tokio::test]
async fn drift_is_named_refused_and_mended() {
    let server = TestServer::start().await;
    let bus = server.bus().await;
    let client = async_nats::ConnectOptions::new()
        .user_and_password(server.user().0, server.user().1)
        .connect(server.url())
        .await
        .unwrap();
    let context = async_nats::jetstream::new(client);
    let stream = context.get_stream("EVENTS").await.unwrap();
    let mut config = stream.consumer_info("scorer").await.unwrap().config;
    config.ack_wait = std::time::Duration::from_secs(7);
    let config = async_nats::jetstream::consumer::pull::Config {
        durable_name: config.durable_name,
        name: config.name,
        ack_wait: config.ack_wait,
        max_deliver: config.max_deliver,
        max_ack_pending: config.max_ack_pending,
        filter_subject: config.filter_subject,
        filter_subjects: config.filter_subjects,
        ..Default::default()
    };
    stream.create_consumer(config).await.unwrap();

    let error = bus.verify_stage(topology::stage("scorer").unwrap()).await.unwrap_err();
    let text = error.to_string();
    assert!(text.contains("EVENTS/scorer") && text.contains("ack_wait: 7 s → 30 s"), "{text}");
    assert_eq!(bus.diff_topology(SMALL).await.unwrap().len(), 1);
    bus.apply_topology(SMALL).await.unwrap();
    bus.verify_stage(topology::stage("scorer").unwrap()).await.unwrap();
}

#[tokio::test]
async fn two_prefixes_share_a_server_and_a_wrong_address_is_said() {
    let server = TestServer::start().await;
    let ours = server.bus().await;
    let mut options = server.connect_options("other");
    options.prefix = "other".parse().unwrap();
    let other = bus::Bus::connect(options).await.unwrap();
    other.apply_topology(SMALL).await.unwrap();
    assert_eq!(ours.diff_topology(SMALL).await.unwrap(), []);

    let options = bus::ConnectOptions { url: "nats://127.0.0.1:9".into(), ..server.connect_options("t") };
    let error = bus::Bus::connect(options).await.unwrap_err();
    assert!(error.to_string().contains("nats://127.0.0.1:9"), "{error}");
}

#[tokio::test]
async fn a_started_servers_files_are_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let server = TestServer::start().await;
    for path in ["ports", "server.conf"] {
        let mode = std::fs::metadata(server.folder().join(path)).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{path} {mode:o}");
    }
}
