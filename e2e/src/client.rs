//! The API as a client sees it.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::PATIENCE;

/// A client of one gateway.
#[derive(Clone, Debug)]
pub struct Client {
    base: String,
    http: reqwest::Client,
}

impl Client {
    /// For a page's address.
    pub fn new(page: &str) -> Self {
        Self { base: page.trim_end_matches('/').to_owned(), http: reqwest::Client::new() }
    }

    /// Address of a path.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    /// The HTTP client itself.
    pub fn http(&self) -> &reqwest::Client {
        &self.http
    }

    /// GET of a JSON answer that must be 200.
    pub async fn get(&self, path: &str) -> Value {
        let response = self.http.get(self.url(path)).send().await.expect("an answer");
        let status = response.status();
        let text = response.text().await.expect("a body");
        assert!(status.is_success(), "GET {path}: {status} {text}");
        serde_json::from_str(&text).expect("JSON")
    }

    /// GET: status and body.
    pub async fn status_of(&self, path: &str) -> (u16, String) {
        let response = self.http.get(self.url(path)).send().await.expect("an answer");
        (response.status().as_u16(), response.text().await.expect("a body"))
    }

    /// POST of a body: status, Location, JSON answer.
    pub async fn post(
        &self,
        path: &str,
        content_type: &str,
        body: impl Into<reqwest::Body>,
    ) -> (u16, Option<String>, Value) {
        let request = self.http.post(self.url(path)).header("content-type", content_type).body(body);
        let response = request.send().await.expect("an answer");
        let status = response.status().as_u16();
        let location = response.headers().get("location").map(|l| l.to_str().expect("ASCII").to_owned());
        let text = response.text().await.expect("a body");
        (status, location, serde_json::from_str(&text).unwrap_or(Value::String(text)))
    }

    /// POST of one message that must be accepted; its id.
    pub async fn send(&self, message: &Value) -> String {
        let (status, _, body) = self.post("/api/v1/messages", "application/json", message.to_string()).await;
        assert_eq!(status, 202, "{body}");
        body["message_id"].as_str().expect("an id").to_owned()
    }

    /// Every opportunity, over all pages.
    pub async fn opportunities(&self, query: &str) -> Vec<Value> {
        let mut items = Vec::new();
        let mut cursor = String::new();
        loop {
            let page = self.get(&format!("/api/v1/opportunities?limit=100{query}{cursor}")).await;
            items.extend(page["items"].as_array().expect("items").iter().cloned());
            match page["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => return items,
            }
        }
    }

    /// How many opportunities there are.
    pub async fn total(&self) -> u64 {
        self.get("/api/v1/stats").await["total"].as_u64().expect("a total")
    }

    /// Awaits that a question about the system has the answer wanted. Asks again after each answer, without a clock
    /// of its own but the patience of the test.
    pub async fn until<T, F: AsyncFn(&Self) -> Option<T>>(&self, what: &str, ask: F) -> T {
        let asked = async {
            loop {
                if let Some(answer) = ask(self).await {
                    return answer;
                }
                tokio::task::yield_now().await;
            }
        };
        match tokio::time::timeout(PATIENCE, asked).await {
            Ok(answer) => answer,
            Err(_) => panic!("{what}: not within {} s", PATIENCE.as_secs()),
        }
    }

    /// Awaits a number of opportunities, each with its draft or the reason for none, and gives them.
    pub async fn until_settled(&self, count: u64) -> Vec<Value> {
        self.until(&format!("{count} opportunities settled"), async |client| {
            if client.total().await < count {
                return None;
            }
            let stats = client.get("/api/v1/stats").await;
            let waiting = stats["by_status"]["new"].as_u64().unwrap_or(0);
            if waiting == 0 { Some(()) } else { None }
        })
        .await;
        let items = self.opportunities("").await;
        let ids: BTreeSet<&str> = items.iter().filter_map(|item| item["id"].as_str()).collect();
        assert_eq!(ids.len(), items.len(), "no opportunity is listed twice");
        items
    }
}
