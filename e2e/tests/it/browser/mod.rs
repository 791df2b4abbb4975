//! The pages in a real Chromium, over the real binary. Every wait is for a condition.

mod barriers;
mod hostile;
mod live;
mod review;

use std::path::Path;

use e2e::{Client, PATIENCE, System};
use playwright_rs::{Browser, BrowserContextOptions, LaunchOptions, Page, Playwright, Viewport};
use serde::de::DeserializeOwned;
use serde_json::Value;

/// What a laptop's window shows.
const LAPTOP: (u32, u32) = (1000, 900);
/// What a phone shows.
const PHONE: (u32, u32) = (375, 812);
/// A window with list and opportunity side by side.
const WIDE: (u32, u32) = (1440, 900);

/// A browser of a test's own.
struct Chromium {
    driver: Playwright,
    browser: Browser,
}

/// A page with what is asked of it.
struct Tab {
    page: Page,
}

impl Chromium {
    async fn start() -> Self {
        let driver = Playwright::launch().await.expect("the driver starts: ./dev test puts it into .tools/driver");
        let found = ["/usr/lib/chromium/chromium", "/usr/bin/chromium", "/usr/bin/google-chrome"]
            .into_iter()
            .find(|path| Path::new(path).exists())
            .expect("Chromium is installed: ./dev test does that");
        let options = LaunchOptions::new()
            .headless(true)
            .executable_path(found.to_owned())
            .args(vec!["--no-sandbox".into(), "--disable-gpu".into()]);
        let browser = driver.chromium().launch_with_options(options).await.expect("Chromium starts");
        Self { driver, browser }
    }

    /// A tab with a session of its own.
    async fn tab(&self, address: &str, (width, height): (u32, u32), scheme: &str) -> Tab {
        let options = BrowserContextOptions::builder()
            .viewport(Viewport { width, height })
            .locale("en-GB".to_owned())
            .color_scheme(scheme.to_owned())
            .permissions(vec!["clipboard-read".to_owned(), "clipboard-write".to_owned()])
            .build();
        let context = self.browser.new_context_with_options(options).await.unwrap();
        let page = context.new_page().await.unwrap();
        page.goto(address, None).await.unwrap();
        Tab { page }
    }

    async fn end(self) {
        self.browser.close().await.unwrap();
        self.driver.shutdown().await.unwrap();
    }
}

impl Tab {
    async fn goto(&self, address: &str) {
        self.page.goto(address, None).await.unwrap();
    }

    /// Waits until an expression is true. The page asks itself: its policy lets nobody evaluate words later.
    async fn until(&self, condition: &str) {
        let ask = format!(
            "new Promise(done => {{ const look = () => {{ let came = false; try {{ came = {condition} }} catch {{ }} \
             if (came) done(true); else setTimeout(look, 20); }}; look(); }})"
        );
        // A page that is left takes its question with it; the next one is asked again.
        let came = async { while !matches!(self.page.evaluate::<Value, bool>(&ask, None).await, Ok(true)) {} };
        if tokio::time::timeout(PATIENCE, came).await.is_err() {
            let body = self.js::<String>("document.body.innerText.slice(0, 1500)").await;
            panic!("never came true: {condition}\n{body}");
        }
    }

    async fn js<T: DeserializeOwned>(&self, expression: &str) -> T {
        self.page.evaluate::<Value, T>(expression, None).await.unwrap()
    }

    async fn press(&self, key: &str) {
        self.page.keyboard().press(key, None).await.unwrap();
    }

    async fn click(&self, selector: &str) {
        self.page.locator(selector).click(None).await.unwrap();
    }

    /// The console is silent, and no script has failed.
    fn is_quiet(&self) {
        let said = self.page.console_messages();
        let errors: Vec<&str> = said.iter().filter(|m| m.type_() == "error").map(|m| m.text()).collect();
        assert!(errors.is_empty(), "the console says {errors:?}");
        let failed = self.page.page_errors();
        assert!(failed.is_empty(), "scripts failed: {failed:?}");
    }
}

/// The sample inbox, settled.
async fn sample(data: &Path) -> System {
    let system = System::start_with(data, &["--demo"]).await;
    system.client.until_settled(48).await;
    system
}

/// A time to wait for what must not happen, in events rather than in seconds: another message is stored meanwhile.
async fn another_is_stored(system: &System, text: &str) -> String {
    let before = system.client.get("/api/v1/stats").await["total"].as_u64().unwrap();
    let message = serde_json::json!({ "text": text, "sender": { "name": "Rosa Blanco" } });
    let id = system.client.send(&message).await;
    let stored =
        async |client: &Client| (client.get("/api/v1/stats").await["total"].as_u64() > Some(before)).then_some(());
    system.client.until("another is stored", stored).await;
    id
}
