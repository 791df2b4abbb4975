//! The limit that a pipeline is measured against: a bare relay over the same server, with nothing in between. Pull,
//! publish with acknowledgement, acknowledge.

use std::time::{Duration, Instant};

use async_nats::jetstream::{
    AckKind,
    consumer::pull,
    stream::{Config, DiscardPolicy, StorageType},
};
use futures::{StreamExt as _, stream};

use crate::connect::Bus;

/// In work at once, as in a stage of the tables.
const WINDOW: usize = 64;

/// Relays `count` messages of `payload` one hop and says how many hops a second.
pub async fn hops_per_second(bus: &Bus, count: usize, payload: &[u8]) -> f64 {
    let name = format!("RELAY-{}", uuid::Uuid::new_v4().simple());
    let (from, to) = (format!("{name}.from"), format!("{name}.to"));
    let config = Config {
        name: name.clone(),
        subjects: vec![format!("{name}.*")],
        storage: StorageType::File,
        discard: DiscardPolicy::New,
        duplicate_window: Duration::from_secs(120),
        ..Default::default()
    };
    let stream = bus.jetstream.create_stream(config).await.expect("a stream");
    let filled = stream::iter(0..count).map(|_| publish(bus, &from, payload)).buffer_unordered(256);
    filled.collect::<Vec<()>>().await;
    let consumer = pull::Config {
        durable_name: Some("relay".to_owned()),
        filter_subject: from,
        max_ack_pending: 4096,
        ..Default::default()
    };
    let consumer = stream.create_consumer(consumer).await.expect("a consumer");
    let started = Instant::now();
    let mut relayed = 0;
    while relayed < count {
        let batch = consumer.fetch().max_messages(1024).messages().await.expect("a pull");
        let to = &to;
        relayed += batch
            .map(|message| async move {
                let message = message.expect("a message");
                publish(bus, to, &message.payload).await;
                message.ack_with(AckKind::Ack).await.expect("an acknowledgement");
            })
            .buffer_unordered(WINDOW)
            .count()
            .await;
    }
    let seconds = started.elapsed().as_secs_f64();
    bus.jetstream.delete_stream(&name).await.expect("the stream goes");
    #[expect(clippy::cast_precision_loss, reason = "a rate for a person's eyes")]
    let rate = count as f64 / seconds;
    rate
}

async fn publish(bus: &Bus, subject: &str, payload: &[u8]) {
    let mut headers = async_nats::HeaderMap::new();
    headers.insert("Nats-Msg-Id", uuid::Uuid::new_v4().to_string());
    let ack = bus.jetstream.publish_with_headers(subject.to_owned(), headers, payload.to_vec().into()).await;
    ack.expect("sent").await.expect("acknowledged");
}
