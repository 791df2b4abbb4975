//! The live stream over a socket: in order, from where a client was, for many at once.

use bus::Output;
use contract::{Account, Change, Event as _, MessageReceived, OpportunitiesStored, Status, StoredItem};
use futures::{Stream, StreamExt as _};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
};
use uuid::Uuid;

use crate::harness::Gateway;

struct Served {
    gateway: Gateway,
    address: String,
}

impl Served {
    async fn start() -> Self {
        let gateway = Gateway::start().await;
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = format!("http://{}/api/v1/events", listener.local_addr().expect("an address"));
        tokio::spawn(gateway::serve(listener, gateway.deps.clone()));
        Self { gateway, address }
    }

    /// Ids and data of the stream's events, as they come.
    async fn watch(&self, query: &str, last: Option<u64>) -> impl Stream<Item = (u64, String)> + Unpin + use<> {
        let mut request = reqwest::Client::new().get(format!("{}{query}", self.address));
        if let Some(last) = last {
            request = request.header("last-event-id", last);
        }
        let response = request.send().await.expect("the stream opens");
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        let mut bytes = Box::pin(response.bytes_stream());
        // The greeting comes once the client is subscribed.
        let mut text = String::new();
        while !text.contains("\n\n") {
            let chunk = bytes.next().await.expect("a greeting").expect("bytes");
            text.push_str(&String::from_utf8_lossy(&chunk));
        }
        Box::pin(futures::stream::unfold((bytes, text), async |(mut bytes, mut text)| {
            loop {
                if let Some((event, rest)) = text.clone().split_once("\n\n") {
                    rest.clone_into(&mut text);
                    let field = |name: &str| event.lines().find_map(|line| line.strip_prefix(name)).map(str::to_owned);
                    if let (Some(id), Some(data)) = (field("id: "), field("data: ")) {
                        return Some(((id.parse().expect("a sequence"), data), (bytes, text)));
                    }
                    continue;
                }
                let chunk = bytes.next().await?.ok()?;
                text.push_str(&String::from_utf8_lossy(&chunk));
            }
        }))
    }

    async fn publish(&self, account: &Account, n: u128) -> u64 {
        self.publish_some(account, n, 1).await
    }

    /// As large as an event of a whole batch is.
    async fn publish_large(&self, n: u128) -> u64 {
        self.publish_some(&Account::me(), n, 256).await
    }

    async fn publish_some(&self, account: &Account, n: u128, items: usize) -> u64 {
        let item = StoredItem {
            opportunity_id: Some(Uuid::from_u128(n)),
            message_id: None,
            revision: 1,
            tier: None,
            status: Status::AwaitingReview,
            change: Change::Created,
            caused_by: None,
        };
        let event = OpportunitiesStored { items: vec![item; items] };
        self.gateway.bus.publish(Output::new(account, &event)).await.expect("it is taken").stream_sequence
    }
}

#[tokio::test]
async fn every_client_gets_what_is_new_and_only_of_its_account() {
    let served = Served::start().await;
    let (mut one, mut two) = (served.watch("", None).await, served.watch("", None).await);
    served.publish(&"another".parse().expect("an account"), 1).await;
    let mine = served.publish(&Account::me(), 2).await;
    for client in [&mut one, &mut two] {
        let (id, data) = client.next().await.expect("an event");
        let event: OpportunitiesStored = serde_json::from_str(&data).expect("the event");
        assert_eq!((id, event.items[0].opportunity_id), (mine, Some(Uuid::from_u128(2))));
    }
    let metrics = served.gateway.get("/metrics").await.text;
    assert!(metrics.contains("sse_clients 2"), "{metrics}");
}

#[tokio::test]
async fn a_client_that_was_away_loses_nothing() {
    let served = Served::start().await;
    let mut sequences = Vec::new();
    for n in 0..5 {
        sequences.push(served.publish(&Account::me(), n).await);
        served
            .gateway
            .bus
            .publish(Output::new(&Account::me(), &MessageReceived::default()))
            .await
            .expect("it is taken");
    }
    let ids = |events: Vec<(u64, String)>| events.into_iter().map(|(id, _)| id).collect::<Vec<_>>();
    // From the log, and then on with what is new.
    let mut client = served.watch("", Some(sequences[1])).await;
    assert_eq!(ids(client.by_ref().take(3).collect().await), sequences[2..]);
    let sixth = served.publish(&Account::me(), 6).await;
    assert_eq!(client.next().await.expect("an event").0, sixth);
    // The same by the address, which is how a page starts.
    let client = served.watch(&format!("?after={}", sequences[3]), None).await;
    assert_eq!(ids(client.take(2).collect().await), [sequences[4], sixth]);
    // A place beyond the end of the log is that of another log: then what is new.
    let client = served.watch("?after=999999", None).await;
    let seventh = served.publish(&Account::me(), 7).await;
    let newer: Vec<u64> = ids(client.take_while(|(id, _)| std::future::ready(*id < seventh)).collect().await);
    assert!(newer.iter().all(|id| *id == sixth), "only what may still have been under way: {newer:?}");
}

#[tokio::test]
async fn the_stream_outlives_a_restart_of_the_bus() {
    let mut served = Served::start().await;
    let mut client = served.watch("?after=0", None).await;
    let first = served.publish(&Account::me(), 1).await;
    assert_eq!(client.next().await.expect("an event").0, first);
    served.gateway.server.restart().await;
    let second = served.publish(&Account::me(), 2).await;
    assert_eq!(client.next().await.expect("an event").0, second);
}

/// One who reads nothing is let go once too much waits for it; the others are not held up.
#[tokio::test]
async fn a_client_that_reads_nothing_is_let_go() {
    let served = Served::start().await;
    let asleep = served.watch("", None).await;
    let dropped = async || served.gateway.get("/metrics").await.text.contains("sse_clients_dropped_total 1");
    let mut awake = served.watch("", None).await;
    for n in 0.. {
        // Enough for the buffers of both sockets is soon published: each event is a kilobyte and more.
        let sequence = served.publish_large(n).await;
        while awake.next().await.expect("it is told").0 < sequence {}
        if dropped().await {
            break;
        }
    }
    drop(asleep);
}

#[tokio::test]
async fn a_socket_says_the_same() {
    let served = Served::start().await;
    let first = served.publish(&Account::me(), 1).await;
    let address = served.address.replace("http://", "").replace("/api/v1/events", "");
    let mut stream = tokio::net::TcpStream::connect(&address).await.expect("it listens");
    let open = format!(
        "GET /api/v1/ws?after=0 HTTP/1.1\r\nHost: {address}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    );
    stream.write_all(open.as_bytes()).await.expect("it is sent");
    let mut said = String::new();
    let mut bytes = [0_u8; 4096];
    while !said.contains("caused_by") {
        let n = stream.read(&mut bytes).await.expect("it answers");
        assert!(n > 0, "it goes on: {said}");
        said.push_str(&String::from_utf8_lossy(&bytes[..n]));
    }
    assert!(said.starts_with("HTTP/1.1 101 "), "{said}");
    assert!(said.contains(&format!(r#"{{"id":{first},"type":"opportunities.stored","data":{{"items":[{{"#)), "{said}");
    // By plain HTTP there is nothing, and from another origin neither.
    served.gateway.get("/api/v1/ws").await.is_problem(426, None);
    let foreign = open.replace("Connection", "Origin: http://evil.example\r\nConnection");
    let mut stream = tokio::net::TcpStream::connect(&address).await.expect("it listens");
    stream.write_all(foreign.as_bytes()).await.expect("it is sent");
    let n = stream.read(&mut bytes).await.expect("it answers");
    assert!(String::from_utf8_lossy(&bytes[..n]).starts_with("HTTP/1.1 403 "));
}

#[tokio::test]
async fn a_wrong_place_is_a_problem_and_the_end_ends_the_stream() {
    let served = Served::start().await;
    served.gateway.get("/api/v1/events?after=x").await.is_problem(400, Some("after"));
    served.gateway.get("/api/v1/events?since=1").await.is_problem(400, Some("since"));
    let mut client = served.watch("", None).await;
    served.gateway.deps.shutdown.cancel();
    assert_eq!(client.next().await, None);
}

#[test]
fn the_event_is_named_as_the_contract_names_it() {
    assert_eq!(OpportunitiesStored::TYPE, "opportunities.stored");
}
