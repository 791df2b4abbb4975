//! The owner of an archive, as LinkedIn's four files tell of them.

use std::{fs, io::Write};

use chrono::NaiveDate;
use kit_intake::person;
use zip::{ZipWriter, write::SimpleFileOptions};

fn archive(files: &[(&str, &str)]) -> tempfile::NamedTempFile {
    let file = tempfile::NamedTempFile::new().unwrap();
    let mut zip = ZipWriter::new(fs::File::create(file.path()).unwrap());
    for (name, content) in files {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(content.as_bytes()).unwrap();
    }
    zip.finish().unwrap();
    file
}

fn day(year: i32, month: u32) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(year, month, 1)
}

#[test]
fn the_four_files_say_who_the_owner_is() {
    let file = archive(&[
        (
            "Basic/Profile.csv",
            "\u{feff}First Name,Last Name,Maiden Name,Headline,Summary,Geo Location\nDiego,Ferrer,,\"Backend,\n mostly Rust\",long,\"Madrid, Spain\"\n",
        ),
        ("Skills.csv", "Name\nRust\n\nApache Kafka\n"),
        (
            "Positions.csv",
            "Company Name,Title,Description,Location,Started On,Finished On\n\
             Old & Sons,Developer,,,Mar 2015,Jan 2019\nCasa Lumen,Senior Engineer,,,2019,\nNo title,,,,2012,\n",
        ),
        ("Languages.csv", "Name,Proficiency\nInglÃ©s,Full professional proficiency\n"),
        ("__MACOSX/Skills.csv", "Name\nCOBOL\n"),
    ]);
    let owner = person(file.path()).unwrap();
    assert_eq!(owner.name.as_deref(), Some("Diego Ferrer"));
    assert_eq!(owner.headline.as_deref(), Some("Backend, mostly Rust"));
    assert_eq!(owner.place.as_deref(), Some("Madrid, Spain"));
    assert_eq!(owner.skills, ["Rust", "Apache Kafka"]);
    let positions: Vec<_> = owner.positions.iter().map(|p| (p.title.as_str(), p.started, p.finished)).collect();
    assert_eq!(positions, [("Senior Engineer", day(2019, 1), None), ("Developer", day(2015, 3), day(2019, 1))]);
    assert_eq!(owner.years(day(2026, 2).unwrap()), Some(10));
    assert_eq!(owner.languages, [("Inglés".to_owned(), "Full professional proficiency".to_owned())]);
}

#[test]
fn an_archive_that_says_nothing_of_its_owner_is_refused() {
    let refusal = |file: &tempfile::NamedTempFile| person(file.path()).unwrap_err().to_string();
    assert!(refusal(&archive(&[("messages.csv", "x")])).contains("Profile.csv"));
    assert!(refusal(&archive(&[("Skills.csv", &"x".repeat(5 * 1024 * 1024))])).contains("4194304 bytes"));
    let no_zip = tempfile::NamedTempFile::new().unwrap();
    fs::write(no_zip.path(), "Name\nRust\n").unwrap();
    assert!(refusal(&no_zip).contains("zip archive"));
    // What is broken inside is left out: the rest still helps.
    let owner = person(archive(&[("Skills.csv", "Name\n\"Rust"), ("Profile.csv", "\u{0}")]).path()).unwrap();
    assert_eq!((owner.name, owner.positions), (None, Vec::new()));
}
