//! The zip archive: the right file among decoys, and archives made to harm.

use std::io::{Cursor, Write};

use kit_intake::Format;
use zip::{ZipWriter, write::SimpleFileOptions};

use super::{export, from_ana, messages, read, refusal};

fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in files {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(content).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn inbox(text: &str) -> Vec<u8> {
    export(&[from_ana("2026-11-20 10:00:00 UTC", text)])
}

#[test]
fn the_messages_are_found_among_what_looks_like_them() {
    let archive = zip(&[
        ("guide_messages.csv", &inbox("a guide's")),
        ("learning_role_play_messages.csv", &inbox("a game's")),
        ("Connections.csv", b"Notes:\n"),
        ("__MACOSX/messages.csv", b"\0\0"),
        ("Basic_LinkedInDataExport/Messages.csv", &inbox("the real one")),
    ]);
    let import = read(archive);
    assert_eq!(import.format, Format::LinkedinArchive);
    assert_eq!(messages(import)[0].text, "the real one");
}

#[test]
fn of_several_the_outermost_is_read_and_that_is_said() {
    let import = read(zip(&[("old/messages.csv", &inbox("inner")), ("messages.csv", &inbox("outer"))]));
    assert!(import.warnings[0].contains("2 files named messages.csv"), "{:?}", import.warnings);
    assert_eq!(messages(import)[0].text, "outer");
}

#[test]
fn a_name_that_climbs_out_of_the_archive_does_nothing() {
    let here: Vec<_> = std::fs::read_dir("..").unwrap().map(|e| e.unwrap().file_name()).collect();
    let import = read(zip(&[("../../messages.csv", &inbox("only read"))]));
    assert_eq!(messages(import)[0].text, "only read");
    let after: Vec<_> = std::fs::read_dir("..").unwrap().map(|e| e.unwrap().file_name()).collect();
    assert_eq!(here, after);
}

#[test]
fn an_archive_without_messages_is_refused() {
    assert!(refusal(zip(&[("guide_messages.csv", &inbox("x"))])).contains("no messages.csv"));
    assert!(refusal(zip(&[])).contains("no messages.csv"));
}

#[test]
fn a_locked_archive_says_so() {
    let mut locked = zip(&[("messages.csv", &inbox("Hello"))]);
    // The first bit of the flags, in the entry's own header and in the directory's.
    let directory = locked.windows(4).position(|w| w == b"PK\x01\x02").unwrap();
    locked[6] |= 1;
    locked[directory + 8] |= 1;
    assert!(refusal(locked).contains("password"));
}

#[test]
fn an_archive_is_read_from_disk_too() {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(&zip(&[("messages.csv", &inbox("from disk"))])).unwrap();
    let import = kit_intake::open(file.path()).unwrap();
    assert_eq!((import.format, import.len()), (Format::LinkedinArchive, 1));
}

#[test]
fn a_bomb_is_refused() {
    let zeros = vec![b'0'; 64 * 1024 * 1024];
    assert!(refusal(zip(&[("messages.csv", &zeros)])).contains("more than an inbox comes to"));
}

#[test]
fn a_damaged_archive_is_refused_at_every_length() {
    let whole = zip(&[("messages.csv", &inbox("Hello"))]);
    for length in 4..whole.len() {
        let said = refusal(&whole[..length]);
        assert!(said.contains("cannot be read"), "{length}: {said}");
    }
    let mut flipped = zip(&[("messages.csv", inbox(&"Hello ".repeat(500)).as_slice())]);
    flipped[60] ^= 0xff;
    assert!(refusal(flipped).contains("download it again"));
}

#[test]
fn no_damage_to_an_archive_makes_a_panic() {
    let whole = zip(&[("messages.csv", inbox(&"Hello ".repeat(50)).as_slice())]);
    for place in 0..whole.len() {
        let mut damaged = whole.clone();
        damaged[place] ^= 0x55;
        // Either it is refused, or the byte did not matter to what is read.
        if let Ok(import) = kit_intake::read(&damaged[..], super::now()) {
            assert!(import.len() <= 1, "byte {place}");
        }
    }
}
