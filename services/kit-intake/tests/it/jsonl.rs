//! JSON lines.

use kit_intake::{Format, Outcome};

use super::{messages, read, refusal, report, rows};

#[test]
fn the_smallest_message_and_the_whole_one_are_read() {
    let file = "\u{feff}{\"text\":\"Hi, we are hiring\"}\r\n\n{\"source\":\"mail\",\"id\":\"m1\",\"direction\":\"outbound\",\"thread\":{\"id\":\"t\"},\"sender\":{\"name\":\"Ana\"},\"sent_at\":\"2026-11-20T10:00:00Z\",\"subject\":\"S\",\"text\":\"T\",\"later_field\":1}";
    let import = read(file);
    assert_eq!((import.format, import.len()), (Format::Jsonl, 2));
    let all = messages(import);
    assert_eq!(all[0].id.as_deref(), Some("m1"));
    assert_eq!(all[0].sender.as_ref().and_then(|s| s.name.as_deref()), Some("Ana"));
    assert_eq!(all[1].text, "Hi, we are hiring");
    assert_eq!(all[1].source, None);
}

#[test]
fn threads_come_oldest_first_and_the_undated_last() {
    let file = "{\"text\":\"now\"}\n{\"text\":\"b\",\"sent_at\":\"2026-11-02T00:00:00Z\"}\n{\"text\":\"a\",\"sent_at\":\"2026-11-01T00:00:00Z\"}\n";
    let texts: Vec<_> = messages(read(file)).into_iter().map(|m| m.text).collect();
    assert_eq!(texts, ["a", "b", "now"]);
}

#[test]
fn a_bad_line_is_rejected_without_quoting_it_and_the_rest_goes_on() {
    let long = format!("{{\"text\":\"{}\"}}", "x".repeat(2 * 1024 * 1024));
    let mut file = format!("{{\"text\":\"good\"}}\n{{\"text\":42,\"x\":\"SECRET\"}}\n{{\"text\":\"SECRET\n{{\"subject\":\"s\"}}\n{{\"text\":\"  \"}}\n{long}\n").into_bytes();
    file.extend_from_slice(b"{\"text\":\"\xff\xfe\"}\n{\"text\":\"last\",\"sent_at\":\"SECRET\"}\n");
    let all = rows(read(&file));
    let report = report(&all);
    assert_eq!((report.rows, report.kept, report.rejected), (8, 1, 7));
    let lines: Vec<u64> = report.rejected_rows.iter().map(|r| r.line).collect();
    assert_eq!(lines, [2, 3, 4, 5, 6, 7, 8]);
    for row in &all {
        if let Outcome::Rejected(reason) = &row.outcome {
            assert!(!reason.contains("SECRET") && !reason.is_empty(), "{reason}");
        }
    }
    let reasons: Vec<&str> = report.rejected_rows.iter().map(|r| r.reason.as_str()).collect();
    assert!(reasons[2].contains("missing field `text`"), "{reasons:?}");
    assert!(reasons[3].contains("blank"), "{reasons:?}");
    assert!(reasons[4].contains("too many"), "{reasons:?}");
}

#[test]
fn one_list_of_json_is_refused_with_the_remedy() {
    assert!(refusal("[{\"text\":\"a\"}]").contains("one message a line"));
}
