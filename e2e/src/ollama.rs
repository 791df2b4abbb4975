//! A model server that speaks as much of Ollama's API as the system uses, and answers what it is told.

use std::{
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader},
    net::{TcpListener, TcpStream},
};

/// Its one model.
pub const MODEL: &str = "fake:1b";

/// What it does with a question.
#[derive(Clone, Debug)]
pub enum Manner {
    /// Answers these words.
    Say(String),
    /// Answers what it makes of the question's body.
    Answer(fn(&Value) -> String),
    /// The same for so many questions; then it hangs up.
    AnswerSome(fn(&Value) -> String, usize),
    /// Keeps silent until the client goes away.
    Silence,
    /// Hangs up.
    HangUp,
}

/// A fake model server; it ends with the test.
#[derive(Clone, Debug)]
pub struct FakeOllama {
    /// Its address.
    pub url: String,
    manner: Arc<Mutex<Manner>>,
    questions: Arc<AtomicUsize>,
}

impl FakeOllama {
    /// Starts it on a free port.
    pub async fn start(manner: Manner) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let server = Self { url, manner: Arc::new(Mutex::new(manner)), questions: Arc::default() };
        let this = server.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let this = this.clone();
                // A client that goes away is no fault of the server's.
                tokio::spawn(async move { this.serve(BufReader::new(stream)).await.ok() });
            }
        });
        server
    }

    /// What it does from now on.
    pub fn from_now(&self, manner: Manner) {
        *self.manner.lock().unwrap() = manner;
    }

    /// Questions that it was asked.
    pub fn questions(&self) -> usize {
        self.questions.load(Ordering::SeqCst)
    }

    fn next_manner(&self) -> Manner {
        let mut manner = self.manner.lock().unwrap();
        match &mut *manner {
            Manner::AnswerSome(make, left) if *left > 0 => {
                *left -= 1;
                Manner::Answer(*make)
            }
            other => other.clone(),
        }
    }

    async fn serve(&self, mut stream: BufReader<TcpStream>) -> std::io::Result<()> {
        while let Some((path, body)) = request(&mut stream).await? {
            if path == "/api/tags" {
                let model = json!({"name": MODEL, "modified_at": "2026-01-01T00:00:00Z", "size": 1});
                answer(&mut stream, &json!({"models": [model]})).await?;
                continue;
            }
            self.questions.fetch_add(1, Ordering::SeqCst);
            match self.next_manner() {
                Manner::Answer(make) => {
                    let question = serde_json::from_slice(&body).unwrap_or_default();
                    answer(&mut stream, &said(&make(&question))).await?;
                }
                Manner::Say(text) => answer(&mut stream, &said(&text)).await?,
                Manner::Silence => drop(stream.read(&mut [0; 1]).await),
                Manner::HangUp | Manner::AnswerSome(..) => return Ok(()),
            }
        }
        Ok(())
    }
}

/// A configuration with the fake's model at an address, as a file in `folder`.
pub fn configuration(folder: &Path, url: &str, more: &str) -> PathBuf {
    let file = folder.join("with-model.toml");
    let text = format!("[llm]\nprovider = \"ollama\"\nmodel = \"{MODEL}\"\nurl = \"{url}\"\n{more}\n");
    std::fs::write(&file, text).unwrap();
    file
}

/// The path of the next request and its body; `None` at the end.
async fn request(stream: &mut BufReader<TcpStream>) -> std::io::Result<Option<(String, Vec<u8>)>> {
    let (mut line, mut length) = (String::new(), 0);
    if stream.read_line(&mut line).await? == 0 {
        return Ok(None);
    }
    loop {
        let mut header = String::new();
        stream.read_line(&mut header).await?;
        let header = header.trim().to_lowercase();
        if header.is_empty() {
            break;
        }
        if let Some(given) = header.strip_prefix("content-length:") {
            length = given.trim().parse().unwrap_or(0);
        }
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await?;
    Ok(line.split(' ').nth(1).map(|path| (path.to_owned(), body)))
}

async fn answer(stream: &mut BufReader<TcpStream>, body: &Value) -> std::io::Result<()> {
    let body = body.to_string();
    let head = format!("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n", body.len());
    stream.write_all(format!("{head}{body}").as_bytes()).await
}

fn said(text: &str) -> Value {
    json!({
        "model": MODEL, "created_at": "2026-01-01T00:00:00Z", "done": true, "done_reason": "stop",
        "message": {"role": "assistant", "content": text},
        "total_duration": 9, "load_duration": 1, "prompt_eval_count": 4000, "prompt_eval_duration": 4,
        "eval_count": 12, "eval_duration": 4,
    })
}
