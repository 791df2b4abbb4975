//! Hostile words in the browser: they stay text, and keep the layout.

use serde_json::json;

use super::{Chromium, LAPTOP, PHONE, another_is_stored, sample};

const ATTACK: &str = "<img src=x onerror=\"window.pwned=1\"><script>window.pwned=1</script><svg onload=window.pwned=1>\
                      \"'><b onmouseover=window.pwned=1>x</b>{{7*7}}<a href=\"javascript:window.pwned=1\">y</a>";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hostile_words_stay_text_and_keep_the_layout() {
    let data = tempfile::tempdir().unwrap();
    let system = sample(data.path()).await;
    let long = "W".repeat(400);
    let rtl = "\u{202E}مرحبا دييغو، نبحث عن مهندس Rust\u{202C} 👩‍💻🏳️‍🌈";
    let texts = [
        format!("Hi Diego, {ATTACK} we hire a Senior Rust Engineer at {ATTACK}. Remote, €100k."),
        format!("Hi Diego, we hire a Senior Rust Engineer at {long}. Remote in the EU, €100–110k."),
        format!("Hi Diego, Senior Rust Engineer at Zuckerhut. {rtl} {}", "Rust and more ".repeat(4_000)),
    ];
    let mut ids = Vec::new();
    for (n, text) in texts.iter().enumerate() {
        let message = json!({
            "text": text,
            "subject": ATTACK,
            "sender": { "name": ATTACK, "profile_url": "javascript:window.pwned=1" },
            "thread": { "id": format!("hostile-{n}"), "url": "javascript:window.pwned=1" },
        });
        let (status, _, body) = system.client.post("/api/v1/messages", "application/json", message.to_string()).await;
        assert!(status == 202 || status == 422, "{status} {body}");
        if status == 202 {
            ids.push(body["opportunity_id"].as_str().unwrap().to_owned());
        }
    }
    another_is_stored(&system, "Hi Diego, a Rust Engineer role at Lastword. Remote, €90k.").await;
    // What was dismissed has no page of its own.
    let mut cards = Vec::new();
    for id in ids {
        if system.client.status_of(&format!("/api/v1/opportunities/{id}")).await.0 == 200 {
            cards.push(id);
        }
    }
    assert!(cards.len() >= 2, "{cards:?}");

    let chromium = Chromium::start().await;
    for size in [PHONE, LAPTOP] {
        let tab = chromium.tab(&system.client.url("/"), size, "light").await;
        let mut paths = vec!["/".to_owned(), "/?view=all".to_owned(), "/replies".to_owned(), "/insights".to_owned()];
        paths.extend(cards.iter().map(|id| format!("/opportunities/{id}")));
        for path in paths {
            tab.goto(&system.client.url(&path)).await;
            let (pwned, wide): (bool, bool) =
                tab.js("[window.pwned !== undefined, document.documentElement.scrollWidth > innerWidth]").await;
            assert!(!pwned, "{path}: a message ran");
            assert!(!wide, "{path} at {size:?}: the page is wider than its window");
            let links: bool = tab.js("[...document.links].some(a => a.href.startsWith('javascript:'))").await;
            assert!(!links, "{path}: a message made a link");
        }
        tab.is_quiet();
    }
    chromium.end().await;
    system.kill().await;
}
