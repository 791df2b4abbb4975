//! What comes in while one looks: nothing moves under the pointer, and a gateway that was away is followed again.

use e2e::System;

use super::{Chromium, LAPTOP, another_is_stored, sample};

const TOP: &str =
    "Hi Diego, a Senior Rust Engineer role at Mossgarden. Fully remote in the EU, €125–135k. Rust, Kafka, PostgreSQL.";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_row_that_arrives_never_moves_what_is_pointed_at_or_focused() {
    let data = tempfile::tempdir().unwrap();
    let system = sample(data.path()).await;
    let chromium = Chromium::start().await;
    let tab = chromium.tab(&system.client.url("/"), LAPTOP, "light").await;
    tab.until("document.getElementById('live-state').textContent !== ''").await;
    for _ in 0..8 {
        tab.press("j").await;
    }
    tab.page
        .evaluate_expression("window.held = document.activeElement; window.at = held.getBoundingClientRect().top")
        .await
        .unwrap();
    another_is_stored(&system, TOP).await;
    tab.until("!document.getElementById('fresh').hidden").await;
    let still: bool = tab.js("document.activeElement === held && held.getBoundingClientRect().top === at").await;
    assert!(still, "the row that is focused stays where it is");
    tab.click("#fresh").await;
    tab.until("[...document.querySelectorAll('.row .company')].some(c => c.textContent === 'Mossgarden')").await;
    tab.is_quiet();
    chromium.end().await;
    system.kill().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_gateway_that_was_killed_is_followed_again_without_a_reload() {
    let data = tempfile::tempdir().unwrap();
    let system = sample(data.path()).await;
    let chromium = Chromium::start().await;
    let page = system.client.url("/");
    let tab = chromium.tab(&page, LAPTOP, "light").await;
    tab.until("document.getElementById('live-state').textContent !== ''").await;
    tab.page.evaluate_expression("window.same = true").await.unwrap();
    system.kill().await;
    tab.until("document.documentElement.classList.contains('stale')").await;
    let address = page.trim_start_matches("http://").trim_end_matches('/').to_owned();
    let again = System::start_at(data.path(), &address, &["--demo"]).await;
    tab.until("!document.documentElement.classList.contains('stale')").await;
    another_is_stored(&again, TOP).await;
    tab.until("[...document.querySelectorAll('.row .company')].some(c => c.textContent === 'Mossgarden')").await;
    assert!(tab.js::<bool>("window.same === true").await, "the page was not loaded again");
    chromium.end().await;
    again.kill().await;
}
