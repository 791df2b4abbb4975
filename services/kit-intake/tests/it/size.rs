//! Large files: every row comes, in order, and twice the same.

use std::collections::HashSet;

use contract::Direction;
use kit_intake::{
    Skip,
    testing::{DRAFT_EVERY, OWNER_URL, TWIN_EVERY, write_messages_csv},
};

use super::{messages, read, report, rows};

fn generated(rows: usize) -> Vec<u8> {
    let mut file = Vec::new();
    write_messages_csv(&mut file, rows).unwrap();
    file
}

#[test]
fn a_generated_inbox_is_read_whole() {
    let count = 10_000;
    let import = read(generated(count));
    assert_eq!(import.len(), count);
    let owner = import.owner.clone().expect("an owner");
    assert_eq!(owner.profile_url.as_deref(), Some(OWNER_URL));
    let report = report(&rows(import));
    assert_eq!(report.skipped.get(&Skip::Draft), Some(&((count / DRAFT_EVERY) as u64)));
    assert_eq!(report.rejected, 0);
    assert_eq!(report.kept + report.skipped[&Skip::Draft], count as u64);
    assert_eq!(report.conversations, (count as u64 / 12) * 4 + 4);
    assert!(report.outbound > report.kept / 4, "{} of {}", report.outbound, report.kept);
}

#[test]
fn a_generated_inbox_loses_no_twin_and_is_the_same_each_time() {
    let file = generated(5_000);
    assert_eq!(file, generated(5_000));
    let all = messages(read(&file));
    assert_eq!(all, messages(read(&file)));
    let named: HashSet<_> = all.iter().filter_map(|m| m.id.as_deref()).collect();
    let twins = 5_000 / TWIN_EVERY;
    assert!(named.len() <= twins && named.len() + 5 > twins, "{} of {twins}; drafts may hide a few", named.len());
}

#[test]
fn two_hundred_thousand_rows_come_from_disk_oldest_first() {
    let file = tempfile::NamedTempFile::new().unwrap();
    write_messages_csv(std::io::BufWriter::new(&file), 200_000).unwrap();
    let import = kit_intake::open(file.path()).unwrap();
    let (mut kept, mut own, mut last) = (0, 0, None);
    for row in import {
        if let kit_intake::Outcome::Message(message) = row.unwrap().outcome {
            assert!(last <= message.sent_at);
            last = message.sent_at;
            kept += 1;
            own += usize::from(message.direction == Some(Direction::Outbound));
        }
    }
    assert_eq!(kept, 200_000 - 200_000 / DRAFT_EVERY);
    assert!(own > 60_000);
}
