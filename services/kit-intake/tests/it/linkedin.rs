//! `messages.csv` in every form seen, and the values that trip importers.

use contract::{Direction, identity};
use kit_intake::{Format, Outcome, Skip};

use super::{ANA, ME, export, from_ana, messages, read, refusal, report, rows};

/// The headers of the years, oldest first.
const HEADERS: [&str; 5] = [
    "CONVERSATION ID,CONVERSATION TITLE,FROM,SENDER PROFILE URL,TO,DATE,SUBJECT,CONTENT,FOLDER",
    "CONVERSATION ID,CONVERSATION TITLE,FROM,SENDER PROFILE URL,TO,RECIPIENT PROFILE URLS,DATE,SUBJECT,CONTENT,FOLDER",
    "CONVERSATION ID,CONVERSATION TITLE,FROM,SENDER PROFILE URL,TO,RECIPIENT PROFILE URLS,DATE,SUBJECT,CONTENT,FOLDER,ATTACHMENTS",
    "CONVERSATION ID,CONVERSATION TITLE,FROM,SENDER PROFILE URL,TO,RECIPIENT PROFILE URLS,DATE,SUBJECT,CONTENT,FOLDER,ATTACHMENTS,IS MESSAGE DRAFT",
    "CONVERSATION ID,CONVERSATION TITLE,FROM,SENDER PROFILE URL,TO,RECIPIENT PROFILE URLS,DATE,SUBJECT,CONTENT,FOLDER,ATTACHMENTS,IS MESSAGE DRAFT,IS CONVERSATION DRAFT",
];

/// One row that fits a header.
fn row_for(header: &str) -> String {
    let cells = header.split(',').map(|column| match column {
        "CONVERSATION ID" => "2-abc",
        "FROM" => "Ana R.",
        "SENDER PROFILE URL" => ANA,
        "TO" => "Me Myself",
        "RECIPIENT PROFILE URLS" => ME,
        "DATE" => "2026-11-20 10:00:05 UTC",
        "SUBJECT" => "A role",
        "CONTENT" => "We are hiring.",
        "FOLDER" => "INBOX",
        "IS MESSAGE DRAFT" | "IS CONVERSATION DRAFT" => "No",
        _ => "",
    });
    cells.collect::<Vec<_>>().join(",")
}

fn assert_reads(file: &str) {
    let import = read(file);
    assert_eq!(import.format, Format::LinkedinCsv);
    let all = messages(import);
    let [message] = &all[..] else { panic!("{} messages in {file}", all.len()) };
    assert_eq!(message.source.as_deref(), Some("linkedin_export"));
    assert_eq!(message.thread.as_ref().and_then(|t| t.id.as_deref()), Some("2-abc"));
    assert_eq!(
        message.thread.as_ref().and_then(|t| t.url.as_deref()),
        Some("https://www.linkedin.com/messaging/thread/2-abc/")
    );
    assert_eq!(message.sender.as_ref().and_then(|s| s.name.as_deref()), Some("Ana R."));
    assert_eq!(message.sender.as_ref().and_then(|s| s.profile_url.as_deref()), Some(ANA));
    assert_eq!(message.sent_at.map(|t| t.to_rfc3339()), Some("2026-11-20T10:00:05+00:00".to_owned()));
    assert_eq!(message.subject.as_deref(), Some("A role"));
    assert_eq!(message.text, "We are hiring.");
    assert_eq!((message.direction, &message.id), (Some(Direction::Inbound), &None));
}

#[test]
fn every_header_of_the_years_is_read_the_same() {
    for header in HEADERS {
        let row = row_for(header);
        assert_reads(&format!("{header}\n{row}\n"));
        assert_reads(&format!("{header}\r\n{row}\r\n"));
        assert_reads(&format!("\u{feff}{header}\n{row}"));
        assert_reads(&format!("{}\n{row}\n", header.to_lowercase()));
        assert_reads(&format!("\u{feff}\"{}\"\n{row}\n", header.replace(',', "\",\"")));
        assert_reads(&format!("ï»¿{}\n{row}\n", header.replace(',', " , ")));
        assert_reads(&format!("{}\n{}\n", header.replace(',', ";"), row.replace(',', ";")));
        assert_reads(&format!("{}\n{}\n", header.replace(',', "\t"), row.replace(',', "\t")));
    }
}

#[test]
fn columns_may_stand_in_any_order_and_an_unknown_one_is_named() {
    let file = "DATE,MOOD,CONTENT,FROM,IS CONVERSATION ARCHIVED,CONVERSATION ID\n2026-11-20 10:00:00 UTC,good,Hi,Ana,No,2-abc\n";
    let import = read(file);
    assert!(import.warnings[0].contains("“MOOD”"), "{:?}", import.warnings);
    assert!(!import.warnings[0].contains("ARCHIVED"), "{:?}", import.warnings);
    assert_eq!(messages(import)[0].text, "Hi");
}

#[test]
fn a_file_without_the_needed_columns_is_refused_by_their_names() {
    assert!(refusal("CONVERSATION ID,FROM,CONTENT\na,b,c\n").contains("no column DATE;"));
    let other = refusal("First Name,Last Name,URL,Company\nAna,R.,x,y\n");
    assert!(other.contains("CONVERSATION ID, FROM, DATE, CONTENT"), "{other}");
    assert!(other.contains("choose “Messages”"), "{other}");
}

#[test]
fn awkward_values_come_through_as_written() {
    let text = "Hi \"Diego\",\n\nline two, with a comma;\r\n<b>bold</b> &amp; 🚀\n=SUM(A1)";
    let formula = "=HYPERLINK(\"x\")";
    let all = messages(read(export(&[
        ["2-a", "O'Hara, Sr., Pat", ANA, "Me, Myself", ME, "2026-11-20 10:00:00 UTC", text],
        ["2-b", "Bo", "", "Me, Myself", ME, "2026-11-20 10:00:01 UTC", formula],
    ])));
    assert_eq!(all[0].text, text);
    assert_eq!(all[0].sender.as_ref().and_then(|s| s.name.as_deref()), Some("O'Hara, Sr., Pat"));
    assert_eq!(all[1].text, formula);
}

#[test]
fn a_row_without_conversation_or_sender_is_still_a_message() {
    let all = messages(read(export(&[["", "", "", "Me", ME, "2026-11-20 10:00:00 UTC", "From nobody"]])));
    assert_eq!((&all[0].thread, all[0].text.as_str()), (&None, "From nobody"));
    assert_eq!(all[0].sender, Some(contract::Sender::default()));
}

#[test]
fn mojibake_is_repaired_in_text_name_and_subject() {
    let all = messages(read(export(&[[
        "2-a",
        "LucÃ\u{ad}a NÃºÃ±ez",
        ANA,
        "Me",
        ME,
        "2026-11-20 10:00:00 UTC",
        "Â¿QuÃ© tal? 90.000 â‚¬",
    ]])));
    assert_eq!(all[0].text, "¿Qué tal? 90.000 €");
    assert_eq!(all[0].sender.as_ref().and_then(|s| s.name.as_deref()), Some("Lucía Núñez"));
}

#[test]
fn people_who_left_stay_apart_by_conversation() {
    let left = |thread| [thread, "LinkedIn Member", "", "Me", ME, "2026-11-20 10:00:00 UTC", "Hello there"];
    let all = messages(read(export(&[left("2-a"), left("2-b")])));
    assert_eq!(all.len(), 2);
    let ids: Vec<_> = all.iter().map(|m| (m.id.clone(), m.thread.clone().unwrap().id)).collect();
    assert_ne!(ids[0], ids[1]);
    assert!(all.iter().all(|m| m.id.is_none()), "two conversations make two identities by themselves");
}

#[test]
fn drafts_and_notices_of_linkedin_are_skipped_with_their_reason() {
    let header = HEADERS[4];
    let row = |from: &str, url: &str, message: &str, conversation: &str| {
        format!("2-a,,{from},{url},Me,{ME},2026-11-20 10:00:00 UTC,,Hello,INBOX,,{message},{conversation}\n")
    };
    let file = [
        format!("{header}\n"),
        row("Ana", ANA, "Yes", "No"),
        row("Ana", ANA, "true", "false"),
        row("Ana", ANA, "No", "TRUE"),
        row("LinkedIn", "", "No", "No"),
        row("LinkedIn Team", "https://www.linkedin.com/company/linkedin", "No", "No"),
        row("LinkedIn Member", "", "No", "No"),
        row("LinkedIn", "https://www.linkedin.com/in/a-person-of-that-name", "false", ""),
    ]
    .concat();
    let report = report(&rows(read(file)));
    assert_eq!(report.skipped.get(&Skip::Draft), Some(&3));
    assert_eq!(report.skipped.get(&Skip::SystemSender), Some(&2));
    assert_eq!((report.kept, report.rejected, report.rows), (2, 0, 7));
}

#[test]
fn own_messages_become_outbound_and_the_owner_can_be_corrected() {
    let file = export(&[
        ["2-a", "Ana R.", ANA, "Me Myself", ME, "2026-11-20 10:00:00 UTC", "An offer"],
        ["2-a", "Me Myself", "https://linkedin.com/in/Me/?src=x", "Ana R.", ANA, "2026-11-20 11:00:00 UTC", "Thanks"],
        ["2-b", "Bo", "https://www.linkedin.com/in/bo", "Me Myself", ME, "2026-11-20 12:00:00 UTC", "Another"],
    ]);
    let import = read(&file);
    let owner = import.owner.clone().expect("an owner");
    assert_eq!(owner.profile_url.as_deref(), Some(ME));
    assert_eq!((owner.seen_in, owner.conversations), (2, 2));
    let directions = |import| messages(import).into_iter().filter_map(|m| m.direction).collect::<Vec<_>>();
    assert_eq!(directions(import), [Direction::Inbound, Direction::Outbound, Direction::Inbound]);
    let corrected = read(&file).owned_by(ANA);
    assert_eq!(directions(corrected), [Direction::Outbound, Direction::Inbound, Direction::Inbound]);
    let by_name = read(&file).owned_by("bo");
    assert_eq!(directions(by_name), [Direction::Inbound, Direction::Inbound, Direction::Outbound]);
}

#[test]
fn an_inbox_whose_owner_cannot_be_told_says_so() {
    let import = read(export(&[from_ana("2026-11-20 10:00:00 UTC", "Hi")]));
    assert_eq!(import.owner, None);
    assert!(import.warnings[0].contains("whose inbox"), "{:?}", import.warnings);
}

#[test]
fn threads_come_oldest_first_whatever_the_order_of_the_file() {
    let texts = |lines: &[[&str; 7]]| messages(read(export(lines))).into_iter().map(|m| m.text).collect::<Vec<_>>();
    let [a, b, c, d] = [
        from_ana("2026-11-20 10:00:00 UTC", "first"),
        from_ana("2026-11-20 10:00:01 UTC", "second"),
        from_ana("2026-11-20 10:00:01 UTC", "third, within the second"),
        from_ana("2026-11-20 10:00:02 UTC", "fourth"),
    ];
    let expected = ["first", "second", "third, within the second", "fourth"];
    assert_eq!(texts(&[d, c, b, a]), expected);
    assert_eq!(texts(&[a, b, c, d]), expected);
    assert_eq!(texts(&[b, d, a, c]), expected);
}

#[test]
fn rows_that_cannot_be_taken_are_rejected_by_line_and_the_rest_goes_on() {
    let long = "x".repeat(70_000);
    let file = export(&[
        from_ana("yesterday", "bad date"),
        from_ana("2026-11-20 10:00:00 UTC", "  \n "),
        from_ana("2027-11-20 10:00:00 UTC", "the future"),
        from_ana("1970-01-01 00:00:00 UTC", "before the web"),
        from_ana("2026-11-20 10:00:00 UTC", &long),
        from_ana("2026-11-20 10:00:00 UTC", "nul \0 inside"),
        from_ana("", "no date"),
        from_ana("2026-11-20 10:00:00 UTC", "a good one"),
    ]);
    let all = rows(read(&file));
    let report = report(&all);
    assert_eq!((report.rows, report.kept, report.rejected), (8, 1, 7));
    let said: Vec<(u64, &str)> = report.rejected_rows.iter().map(|r| (r.line, r.reason.as_str())).collect();
    let expected = [
        (2, "DATE is none of the forms"),
        (3, "CONTENT is empty"),
        (5, "more than a day in the future"),
        (6, "before 1995"),
        (7, "65536"),
        (8, "null character"),
        (9, "DATE is empty"),
    ];
    assert_eq!(said.len(), expected.len());
    for ((line, reason), (expected_line, part)) in said.into_iter().zip(expected) {
        assert_eq!(line, expected_line, "{reason}");
        assert!(reason.contains(part), "{reason}");
    }
    assert!(matches!(&all.last(), Some(row) if matches!(row.outcome, Outcome::Rejected(_))), "undated rows come last");
}

#[test]
fn an_attachment_alone_is_rejected_as_such() {
    let row = format!("2-a,,Ana,{ANA},Me,{ME},2026-11-20 10:00:00 UTC,,,INBOX,https://example.com/cv.pdf,No,No");
    let report = report(&rows(read(format!("{}\n{row}\n", HEADERS[4]))));
    assert_eq!(report.rejected_rows[0].reason, "CONTENT is empty; there is only an attachment");
}

#[test]
fn equal_rows_are_both_kept_and_a_second_import_adds_nothing() {
    let twice = from_ana("2026-11-20 10:00:00 UTC", "Ping?");
    let file = export(&[twice, from_ana("2026-11-20 10:00:01 UTC", "Other"), twice, twice]);
    let ids = |bytes: &[u8]| messages(read(bytes)).iter().map(id).collect::<Vec<_>>();
    let first = ids(&file);
    let distinct: std::collections::HashSet<_> = first.iter().collect();
    assert_eq!((first.len(), distinct.len()), (4, 4));
    assert_eq!(first, ids(&file));
    // An export made later lists more, and in another order.
    let later = ids(&export(&[from_ana("2026-11-21 10:00:00 UTC", "New"), twice, twice, twice]));
    assert_eq!(later.iter().filter(|id| distinct.contains(id)).count(), 3);
}

#[test]
fn a_message_listed_in_two_folders_is_one_message() {
    let row = |folder: &str| format!("2-a,,Ana,{ANA},Me,{ME},2026-11-20 10:00:00 UTC,,Hello,{folder},,No,No\n");
    let all = messages(read(format!("{}\n{}{}", HEADERS[4], row("INBOX"), row("ARCHIVE"))));
    assert_eq!(id(&all[0]), id(&all[1]));
}

/// The identity the bus will give it.
fn id(message: &contract::MessageReceived) -> uuid::Uuid {
    identity::message_id(
        &contract::Account::me(),
        &identity::MessageKey {
            source_id: message.id.as_deref().map(|id| ("linkedin_export", id)),
            thread: message.thread.as_ref().unwrap(),
            sender: message.sender.as_ref().unwrap(),
            direction: message.direction.unwrap(),
            sent_at: message.sent_at,
            text: &message.text,
        },
    )
}
