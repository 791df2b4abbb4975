//! Reading, judging and answering: by pointer, and ten by keyboard alone.

use serde_json::json;

use super::{Chromium, LAPTOP, WIDE, sample};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_becomes_a_live_card_and_is_answered_in_ones_own_words() {
    let data = tempfile::tempdir().unwrap();
    let system = sample(data.path()).await;
    let chromium = Chromium::start().await;
    let tab = chromium.tab(&system.client.url("/"), LAPTOP, "light").await;
    tab.until("document.getElementById('live-state').textContent !== ''").await;
    let message = json!({
        "text": "Hi Diego, we look for a Principal Rust Engineer at Quillfeather. Fully remote in the EU, €120–130k. Stack: Rust, Kafka.",
        "sender": { "name": "Petra Novak" },
        "thread": { "id": "browser-1" },
    });
    system.client.send(&message).await;

    // The card comes by itself.
    tab.until("[...document.querySelectorAll('.row .company')].some(c => c.textContent === 'Quillfeather')").await;
    tab.js::<bool>(
        "(() => { [...document.querySelectorAll('.row')].find(r => r.textContent.includes('Quillfeather')).querySelector('a').click(); return true })()",
    )
    .await;
    tab.until("Boolean(document.querySelector('#opportunity [data-key=a]'))").await;

    // A value lights up its words, by pointer and by keyboard.
    tab.page.locator("[data-of='company-0']").hover(None).await.unwrap();
    tab.until("document.querySelector('mark.lit')?.textContent.startsWith('Quillfeather')").await;
    tab.page.locator("[data-of='role-0']").focus().await.unwrap();
    tab.until("[...document.querySelectorAll('mark.lit')].some(m => m.dataset.proves.includes('role-0'))").await;

    // Own words, then yes to them, then sent.
    tab.press("e").await;
    tab.until("document.activeElement?.id === 'edited'").await;
    let words = "Hi Petra, thank you. Rust is what I work with. Which team is it?";
    tab.page.locator("#edited").fill(words, None).await.unwrap();
    tab.press("Control+Enter").await;
    tab.until(&format!("document.querySelector('#draft')?.textContent.startsWith({:?})", "Hi Petra, thank you.")).await;
    tab.press("a").await;
    tab.until("document.querySelector('#reply')?.dataset.phase === 'approved'").await;
    let copied: String = tab.js("navigator.clipboard.readText()").await;
    assert!(copied.starts_with("Hi Petra, thank you."), "the words that were approved are copied");
    tab.press("m").await;
    tab.until("document.querySelector('#reply')?.dataset.phase === 'sent'").await;
    tab.is_quiet();

    let id: String = tab.js("document.querySelector('#opportunity').dataset.id").await;
    let stored = system.client.get(&format!("/api/v1/opportunities/{id}")).await;
    assert_eq!((&stored["status"], &stored["reply"]["state"]), (&json!("replied"), &json!("sent")));
    assert!(stored["ai_response"].as_str().unwrap().starts_with(words));
    chromium.end().await;
    system.kill().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_are_handled_by_keyboard_alone() {
    let data = tempfile::tempdir().unwrap();
    let system = sample(data.path()).await;
    let chromium = Chromium::start().await;
    let tab = chromium.tab(&system.client.url("/"), LAPTOP, "light").await;
    tab.press("g").await;
    tab.press("r").await;
    tab.until("location.pathname === '/replies' && Boolean(document.querySelector('#opportunity'))").await;
    let before: u64 = tab.js("Number(document.getElementById('desk').dataset.left)").await;
    for n in 0..10 {
        let shown: String = tab.js("document.querySelector('#opportunity').dataset.id").await;
        tab.press(if n % 3 == 2 { "x" } else { "a" }).await;
        tab.until(&format!("document.querySelector('#opportunity')?.dataset.id !== '{shown}'")).await;
    }
    let after: u64 = tab.js("Number(document.getElementById('desk').dataset.left)").await;
    assert_eq!(before - after, 10);

    // The last yes can be taken back, and comes up again.
    tab.press("u").await;
    tab.until(&format!("Number(document.getElementById('desk').dataset.left) === {}", after + 1)).await;
    tab.is_quiet();
    let approved = system.client.get("/api/v1/replies?state=approved&limit=100").await;
    assert_eq!(approved["items"].as_array().unwrap().len(), 6, "seven were approved, and one taken back");
    chromium.end().await;
    system.kill().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_tabs_agree_and_the_second_yes_is_told_what_holds() {
    let data = tempfile::tempdir().unwrap();
    let system = sample(data.path()).await;
    let drafts = system.client.get("/api/v1/replies?state=draft&limit=1").await;
    let id = drafts["items"][0]["opportunity"]["id"].as_str().unwrap().to_owned();
    let address = system.client.url(&format!("/opportunities/{id}"));
    let chromium = Chromium::start().await;
    let (one, other) = (chromium.tab(&address, LAPTOP, "light").await, chromium.tab(&address, WIDE, "dark").await);
    other.until("document.getElementById('live-state').textContent !== ''").await;

    // The other is under the hands of its reader: it is not changed, and its yes to what is no more is refused.
    other.press("e").await;
    other.until("document.activeElement?.id === 'edited'").await;
    one.press("x").await;
    one.until("document.querySelector('#reply')?.dataset.phase !== 'draft'").await;
    other.press("Control+Enter").await;
    other.until("Boolean(document.querySelector('#notice'))").await;
    other.until("document.querySelector('#reply')?.dataset.phase !== 'draft'").await;
    one.is_quiet();
    chromium.end().await;
    system.kill().await;
}
