//! As many requests as go over some connections that stay open, by a client that does next to nothing.

use std::time::{Duration, Instant};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

/// Connections at once.
const CONNECTIONS: usize = 16;
/// How long each round goes on; the first one warms up.
const ROUND: Duration = Duration::from_secs(3);

/// Answers a second of one address and path.
pub(crate) async fn requests_a_second(address: &str, path: &str) -> f64 {
    round(address, path).await;
    round(address, path).await
}

async fn round(address: &str, path: &str) -> f64 {
    let began = Instant::now();
    let clients: Vec<_> =
        (0..CONNECTIONS).map(|_| tokio::spawn(ask(address.to_owned(), path.to_owned(), began + ROUND))).collect();
    let mut answered = 0;
    for client in clients {
        answered += client.await.expect("a client ends");
    }
    f64::from(answered) / began.elapsed().as_secs_f64()
}

/// Asks until the end; how many answers came.
async fn ask(address: String, path: String, end: Instant) -> u32 {
    let mut stream = TcpStream::connect(&address).await.expect("it listens");
    stream.set_nodelay(true).expect("a socket");
    let request = format!("GET {path} HTTP/1.1\r\nHost: {address}\r\n\r\n");
    let (mut buffer, mut answered) = (vec![0; 256 * 1024], 0);
    while Instant::now() < end {
        stream.write_all(request.as_bytes()).await.expect("it is sent");
        let mut filled = 0;
        loop {
            let n = stream.read(&mut buffer[filled..]).await.expect("it answers");
            assert!(n > 0, "the connection stays open");
            filled += n;
            if whole(&buffer[..filled]) {
                break;
            }
        }
        answered += 1;
    }
    answered
}

/// Whether an answer of a stated length has arrived.
fn whole(bytes: &[u8]) -> bool {
    let Some(head) = bytes.windows(4).position(|four| four == b"\r\n\r\n") else { return false };
    let text = std::str::from_utf8(&bytes[..head]).expect("headers");
    assert!(text.starts_with("HTTP/1.1 200"), "{text}");
    let length = text.lines().find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse().ok());
    bytes.len() >= head + 4 + length.unwrap_or(usize::MAX / 2)
}
