//! Imports: every form of upload, progress to the end, what was rejected, and files that mean harm.

use std::io::{Cursor, Write as _};

use axum::{body::Body, http::header};
use contract::{Event as _, ImportProgressed};
use zip::{ZipWriter, write::SimpleFileOptions};

use crate::harness::{Answer, Gateway, request};

const CSV: &str = "CONVERSATION ID,CONVERSATION TITLE,FROM,SENDER PROFILE URL,TO,RECIPIENT PROFILE URLS,DATE,SUBJECT,CONTENT,FOLDER\n\
2-one,,Ana Ruiz,https://www.linkedin.com/in/ana-ruiz,Diego,https://www.linkedin.com/in/diego,2026-11-20 10:00:00 UTC,,We are hiring a Rust engineer,INBOX\n\
2-one,,Diego,https://www.linkedin.com/in/diego,Ana Ruiz,https://www.linkedin.com/in/ana-ruiz,2026-11-20 11:00:00 UTC,,Thanks Ana,INBOX\n\
2-two,,Bo Lind,https://www.linkedin.com/in/bo-lind,Diego,https://www.linkedin.com/in/diego,the day before,,A Go role,INBOX\n";

async fn upload(gateway: &Gateway, media: &str, body: impl Into<Body>) -> Answer {
    gateway.ask(request("POST", "/api/v1/imports", &[("content-type", media)], body)).await
}

/// The import once it has ended.
async fn ended(gateway: &Gateway, begun: &Answer) -> serde_json::Value {
    assert_eq!(begun.status, 202, "{}", begun.text);
    let place = begun.headers[header::LOCATION].to_str().expect("text");
    loop {
        let import = gateway.get(place).await.json();
        if import["state"] != "running" {
            return import;
        }
        tokio::task::yield_now().await;
    }
}

fn archive(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in files {
        zip.start_file(*name, SimpleFileOptions::default()).expect("a file begins");
        zip.write_all(content).expect("a file is written");
    }
    zip.finish().expect("an archive ends").into_inner()
}

#[tokio::test]
async fn a_file_is_taken_raw_packed_and_by_a_form_and_nothing_twice() {
    let gateway = Gateway::start().await;
    let first = ended(&gateway, &upload(&gateway, "text/csv", CSV).await).await;
    assert_eq!((&first["state"], &first["format"]), (&"done".into(), &"linkedin_csv".into()), "{first}");
    assert_eq!((&first["rows"], &first["kept"], &first["rejected"]), (&3.into(), &2.into(), &1.into()));
    assert_eq!((&first["conversations"], &first["duplicates"]), (&1.into(), &0.into()));
    assert_eq!(first["rejected_rows"][0]["line"], 4);

    let rejected = gateway.get(&format!("/api/v1/imports/{}/rejected", first["id"].as_str().expect("an id"))).await;
    assert_eq!(rejected.headers[header::CONTENT_DISPOSITION], "attachment; filename=\"rejected.csv\"");
    assert!(rejected.text.starts_with("line,reason\n4,"), "{}", rejected.text);
    assert!(!rejected.text.contains("Go role"), "no message is quoted");

    let packed = archive(&[("Basic/messages.csv", CSV.as_bytes())]);
    let second = ended(&gateway, &upload(&gateway, "application/zip", packed).await).await;
    assert_eq!((&second["format"], &second["duplicates"]), (&"linkedin_archive".into(), &2.into()));
    let form = format!(
        "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"..\\\\..\\\\messages.csv\"\r\nContent-Type: text/csv\r\n\r\n{CSV}\r\n--b--\r\n"
    );
    let third = ended(&gateway, &upload(&gateway, "multipart/form-data; boundary=b", form).await).await;
    assert_eq!((&third["name"], &third["duplicates"]), (&"messages.csv".into(), &2.into()), "{third}");

    let all = gateway.get("/api/v1/imports").await.json();
    let ids: Vec<_> = all["items"].as_array().expect("a list").iter().map(|import| import["id"].clone()).collect();
    assert_eq!(ids, [third["id"].clone(), second["id"].clone(), first["id"].clone()]);
}

#[tokio::test]
async fn what_is_no_export_is_refused_before_anything_is_published() {
    let gateway = Gateway::start().await;
    for (media, body) in [
        ("text/csv", b"a,b,c\n1,2,3\n".to_vec()),
        ("text/csv", Vec::new()),
        ("application/zip", archive(&[("photo.jpg", b"x")])),
        ("application/zip", archive(&[("messages.csv", CSV.as_bytes())])[..80].to_vec()),
        ("application/zip", archive(&[("../../../etc/messages.csv.exe", b"x")])),
    ] {
        upload(&gateway, media, body).await.is_problem(422, Some("file"));
    }
    upload(&gateway, "application/json", "{}").await.is_problem(415, None);
    upload(&gateway, "multipart/form-data; boundary=b", "--b--\r\n").await.is_problem(400, None);
    upload(&gateway, "multipart/form-data", "nothing").await.is_problem(400, None);
    assert_eq!(gateway.bus.last_sequence().await.expect("the log answers"), 0);
    gateway.get("/api/v1/imports/00000000-0000-0000-0000-000000000007").await.is_problem(404, None);
    gateway.get("/api/v1/imports/..%2F..%2Fetc").await.is_problem(404, None);
}

#[tokio::test]
async fn a_name_that_climbs_out_of_the_archive_is_only_a_name() {
    let gateway = Gateway::start().await;
    let climbing = archive(&[("../../../../messages.csv", CSV.as_bytes())]);
    let import = ended(&gateway, &upload(&gateway, "application/zip", climbing).await).await;
    assert_eq!((&import["state"], &import["kept"]), (&"done".into(), &2.into()));
}

#[tokio::test]
async fn an_archive_made_to_fill_the_disk_is_refused() {
    let gateway = Gateway::start().await;
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file("messages.csv", SimpleFileOptions::default()).expect("a file begins");
    let zeros = vec![b'0'; 1 << 20];
    for _ in 0..64 {
        zip.write_all(&zeros).expect("a file is written");
    }
    let bomb = zip.finish().expect("an archive ends").into_inner();
    assert!(bomb.len() < 1 << 20, "it is small outside: {}", bomb.len());
    upload(&gateway, "application/zip", bomb).await.is_problem(413, None);
}

#[tokio::test]
async fn progress_is_told_on_the_bus() {
    let gateway = Gateway::start().await;
    ended(&gateway, &upload(&gateway, "text/csv", CSV).await).await;
    let mut told = std::pin::pin!(
        gateway.bus.tail(&[ImportProgressed::TYPE], bus::Start::After(0)).await.expect("the log is read")
    );
    let mut last = None;
    while let Some(event) = futures::StreamExt::next(&mut told).await {
        let event = event.expect("an event");
        let progress = ImportProgressed::decode(event.version, &event.payload).expect("progress");
        let done = progress.done;
        last = Some(progress);
        if done {
            break;
        }
    }
    let last = last.expect("progress");
    assert_eq!((last.rows_read, last.kept, last.rejected), (3, 2, 1));
    assert_eq!(last.report.expect("a report").rejected_rows.len(), 1);
}
