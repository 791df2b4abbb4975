//! Every page in both themes, on a phone and on a wide window: no barrier that axe knows, small, and nothing shifts.

use std::fs;

use e2e::file;
use serde_json::Value;

use super::{Chromium, PHONE, WIDE, sample};

/// Most bytes of a page with all that it loads.
const MOST: u64 = 150_000;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_page_has_a_barrier_an_error_or_too_many_bytes() {
    let axe = fs::read_to_string(file(".tools/driver/node_modules/axe-core/axe.min.js"));
    let axe = axe.expect("axe is there: ./dev test puts it into .tools/driver");
    let data = tempfile::tempdir().unwrap();
    let system = sample(data.path()).await;
    let drafts = system.client.get("/api/v1/replies?state=draft&limit=1").await;
    let one = format!("/opportunities/{}", drafts["items"][0]["opportunity"]["id"].as_str().unwrap());
    let pages = ["/", &one, "/replies", "/paste", "/insights", "/pipeline", "/imports", "/nothing"];
    let chromium = Chromium::start().await;
    let mut faults = Vec::new();
    for (size, scheme) in [(PHONE, "light"), (PHONE, "dark"), (WIDE, "light"), (WIDE, "dark")] {
        for path in pages {
            let tab = chromium.tab(&system.client.url(path), size, scheme).await;
            tab.until("document.readyState === 'complete'").await;
            let bytes: u64 =
                tab.js("performance.getEntries().reduce((sum, e) => sum + (e.transferSize ?? 0), 0)").await;
            if bytes > MOST {
                faults.push(format!("{path}: {bytes} bytes"));
            }
            tab.page.evaluate_expression(&axe).await.unwrap();
            let found: Vec<Value> = tab
                .js("axe.run().then(r => r.violations.map(v => ({ id: v.id, at: v.nodes.map(n => n.target.join(' ')).slice(0, 3) })))")
                .await;
            faults.extend(found.iter().map(|fault| format!("{path} {scheme} {size:?}: {fault}")));
            let shift: f64 = tab
                .js("new Promise(done => { let sum = 0; new PerformanceObserver(l => l.getEntries().forEach(e => { sum += e.value })).observe({ type: 'layout-shift', buffered: true }); requestAnimationFrame(() => requestAnimationFrame(() => done(sum))) })")
                .await;
            if shift > 0.02 {
                faults.push(format!("{path} {scheme} {size:?}: the layout shifts by {shift:.3}"));
            }
            if path != "/nothing" {
                tab.is_quiet();
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    chromium.end().await;
    system.kill().await;
}
