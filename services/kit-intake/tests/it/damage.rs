//! Files that are broken, or something else.

use kit_intake::{ImportError, Outcome};
use proptest::prelude::*;

use super::{export, from_ana, messages, now, read, refusal, report, rows};

#[test]
fn what_is_no_file_of_messages_is_refused_with_what_to_do() {
    for (bytes, part) in [
        (&b""[..], "empty"),
        (b" \n\r\n ", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b"\xff\xfeC\0O\0", "UTF-16"),
        (b"%PDF-1.7\n%\xe2\xe3", "no messages.csv"),
        (b"<html><body>Sign in</body></html>", "no messages.csv"),
        (b"PK\x03\x04", "zip archive cannot be read"),
        (b"\x1f\x8b\x08\0\0\0", "no messages.csv"),
    ] {
        let said = refusal(bytes);
        assert!(said.contains(part), "{said}");
    }
}

#[test]
fn a_path_that_is_no_readable_file_says_why() {
    let missing = kit_intake::open("/nowhere/messages.csv").unwrap_err();
    assert!(matches!(&missing, ImportError::Unreadable(e) if e.kind() == std::io::ErrorKind::NotFound), "{missing}");
    let folder = kit_intake::open(".").unwrap_err();
    assert!(matches!(&folder, ImportError::Folder), "{folder}");
}

#[test]
fn a_header_alone_is_an_import_of_nothing_that_says_so() {
    let import = read(export(&[]));
    assert!(import.is_empty());
    assert_eq!(import.warnings, ["the file has a header and no messages"]);
    assert!(rows(import).is_empty());
}

#[test]
fn a_file_cut_off_loses_its_last_row_only() {
    let whole = export(&[
        from_ana("2026-11-20 10:00:00 UTC", "whole"),
        from_ana("2026-11-20 10:00:01 UTC", "this one is, sadly, \"cut\""),
    ]);
    let last = whole.len() - 40;
    let all = rows(read(&whole[..last]));
    let report = report(&all);
    assert_eq!((report.kept, report.rejected), (1, 1));
    assert!(report.rejected_rows[0].reason.contains("cut off"), "{:?}", report.rejected_rows);
}

#[test]
fn bytes_that_are_no_utf8_reject_their_row_and_no_other() {
    let mut file = export(&[from_ana("2026-11-20 10:00:00 UTC", "good"), from_ana("2026-11-20 10:00:01 UTC", "b@d")]);
    let place = file.iter().rposition(|&b| b == b'@').unwrap();
    file[place] = 0xff;
    let report = report(&rows(read(file)));
    assert_eq!((report.kept, report.rejected), (1, 1));
    assert!(report.rejected_rows[0].reason.starts_with("CONTENT is not UTF-8 text"));
    assert_eq!(report.rejected_rows[0].line, 3);
}

#[test]
fn a_rejected_row_is_named_by_its_line_however_lines_end() {
    let file = export(&[from_ana("2026-11-20 10:00:00 UTC", "good"), from_ana("the day before", "bad")]);
    let text = String::from_utf8(file).unwrap();
    for text in [text.replace("\r\n", "\n"), text.replace("\r\n", "\n").replace('\n', "\r\n")] {
        assert_eq!(report(&rows(read(text.into_bytes()))).rejected_rows[0].line, 3);
    }
}

#[test]
fn a_text_of_a_megabyte_is_rejected_and_the_rest_goes_on() {
    let huge = "x".repeat(1024 * 1024);
    let file = export(&[from_ana("2026-11-20 10:00:00 UTC", &huge), from_ana("2026-11-20 10:00:01 UTC", "after")]);
    assert_eq!(messages(read(file))[0].text, "after");
}

#[test]
fn a_quotation_mark_never_closed_ends_the_file_there_and_not_the_memory() {
    let mut file = export(&[from_ana("2026-11-20 10:00:00 UTC", "before")]);
    file.extend_from_slice(b"2-b,,Ana,,Me,,2026-11-20 10:00:00 UTC,,\"never closed ");
    file.resize(file.len() + 20 * 1024 * 1024, b'x');
    let all = rows(read(file));
    assert_eq!(all.len(), 2);
    assert!(matches!(&all[0].outcome, Outcome::Message(_)));
    assert_eq!(all[1].line, 3);
    assert!(matches!(&all[1].outcome, Outcome::Rejected(reason) if reason.contains("not closed")));
}

#[test]
fn a_first_line_without_end_is_refused() {
    assert!(refusal(vec![b'x'; 20 * 1024 * 1024]).contains("no messages.csv"));
}

/// Reads to the end, and holds what is true of any file.
fn read_all(bytes: &[u8]) {
    let Ok(import) = kit_intake::read(bytes, now()) else { return };
    let expected = import.len();
    let all = rows(import);
    assert_eq!(all.len(), expected);
    let mut times = Vec::new();
    for row in all {
        if let Outcome::Message(message) = row.outcome {
            assert!(contract::intake::validate(&message, now()).is_ok());
            times.extend(message.sent_at);
        }
    }
    assert!(times.is_sorted(), "oldest first");
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..2000)) {
        read_all(&bytes);
    }

    #[test]
    fn any_bytes_after_a_header_are_read(bytes in proptest::collection::vec(any::<u8>(), 0..2000)) {
        let mut file = export(&[]);
        file.extend_from_slice(&bytes);
        read_all(&file);
    }

    #[test]
    fn any_cells_come_through_or_are_rejected(rows in proptest::collection::vec((any::<String>(), any::<String>(), 0i64..1_790_000_000, any::<String>()), 0..20)) {
        let dates: Vec<String> = rows.iter().map(|r| chrono::DateTime::from_timestamp(r.2, 0).unwrap().format("%Y-%m-%d %H:%M:%S UTC").to_string()).collect();
        let lines: Vec<[&str; 7]> = rows.iter().zip(&dates).map(|(r, date)| [r.0.as_str(), r.1.as_str(), "", "Me", "", date.as_str(), r.3.as_str()]).collect();
        read_all(&export(&lines));
    }

    #[test]
    fn any_json_lines_are_read(lines in proptest::collection::vec(any::<String>(), 0..20)) {
        read_all(format!("{{}}\n{}", lines.join("\n")).as_bytes());
    }
}
