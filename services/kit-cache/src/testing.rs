//! A Redis server of a test's own, gone with the test however that ends.

#![expect(clippy::unwrap_used, reason = "a test that cannot have its server fails at once")]

use std::{
    io::{BufRead, BufReader, Write},
    net::{TcpListener, TcpStream},
    process::{Child, Command, Stdio},
};

use prometheus_client::{encoding::text::encode, registry::Registry};
use secrecy::SecretString;
use tempfile::TempDir;

use crate::Redis;

/// A shell holds the server and reads from a pipe that only this process can write to: it ends with this process, even
/// by kill -9, and the server with it.
const HOLD: &str = r#"
redis-server --port "$1" --bind 127.0.0.1 --dir "$2" --save '' --appendonly no --requirepass "$3" &
server=$!
echo "pid $server"
cat >/dev/null
kill -CONT "$server"
kill -KILL "$server"
"#;

/// What the server asks for.
pub const PASSWORD: &str = "a-password";

/// A running server.
#[derive(Debug)]
pub struct Server {
    /// Where it listens.
    pub port: u16,
    pid: String,
    holder: Child,
    _folder: TempDir,
}

/// A port that nobody listens at now.
pub fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

impl Server {
    /// At a free port.
    pub fn start() -> Self {
        Self::start_at(free_port())
    }

    /// At a port, for a server that comes back.
    ///
    /// # Panics
    /// With a sentence on how to install Redis where it is missing.
    pub fn start_at(port: u16) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut holder = Command::new("sh")
            .args(["-c", HOLD, "redis", &port.to_string()])
            .arg(folder.path())
            .arg(PASSWORD)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(holder.stdout.take().unwrap()).lines().map_while(Result::ok);
        let pid = lines.next().unwrap_or_default().replace("pid ", "");
        let ready = lines.by_ref().any(|line| line.contains("Ready to accept connections"));
        assert!(ready, "redis-server did not start; is it installed (`apt-get install redis-server`)?");
        std::thread::spawn(move || lines.for_each(drop));
        Self { port, pid, holder, _folder: folder }
    }

    /// How a client reaches it.
    pub fn address(&self, prefix: &str) -> Redis {
        address(self.port, prefix)
    }

    /// Runs one command as another client would, and gives the first line of the answer.
    pub fn command(&self, words: &str) -> String {
        let stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
        let mut line = String::new();
        for command in [format!("AUTH {PASSWORD}").as_str(), words] {
            (&stream).write_all(format!("{command}\r\n").as_bytes()).unwrap();
            line = lines.next().unwrap().unwrap();
        }
        line
    }

    /// `STOP` lets it hang with its connections open, `CONT` lets it go on.
    pub fn signal(&self, name: &str) {
        assert!(Command::new("kill").args([format!("-{name}"), self.pid.clone()]).status().unwrap().success());
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.holder.stdin.take());
        let _ = self.holder.wait();
    }
}

/// How a client reaches a server at a port.
pub fn address(port: u16, prefix: &str) -> Redis {
    let url = SecretString::from(format!("redis://:{PASSWORD}@127.0.0.1:{port}/0"));
    Redis { url, prefix: prefix.to_owned() }
}

/// The value of one line of the metrics; 0 where it is not there yet.
pub fn measured(registry: &Registry, name: &str) -> u64 {
    let mut text = String::new();
    encode(&mut text, registry).unwrap();
    let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    line.map_or(0, |value| value.parse().unwrap())
}
