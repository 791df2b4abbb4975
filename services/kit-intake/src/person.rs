//! What LinkedIn's archive says of its owner: Profile, Skills, Positions and Languages. For a first profile that its
//! person corrects, so what cannot be read is left out rather than refused.

use std::{collections::HashMap, fs::File, path::Path};

use chrono::{Datelike as _, NaiveDate};

use crate::{ImportError, archive, mojibake, source::Source};

/// The owner of an archive.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Person {
    pub name: Option<String>,
    pub headline: Option<String>,
    /// As `Madrid, Community of Madrid, Spain`.
    pub place: Option<String>,
    pub skills: Vec<String>,
    /// Newest first.
    pub positions: Vec<Position>,
    /// Language and proficiency, in LinkedIn's words.
    pub languages: Vec<(String, String)>,
}

/// A job that the owner has or had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Position {
    pub company: String,
    pub title: String,
    pub started: Option<NaiveDate>,
    /// `None` where it is the present one.
    pub finished: Option<NaiveDate>,
}

const FILES: [&str; 4] = ["Profile.csv", "Skills.csv", "Positions.csv", "Languages.csv"];

/// Reads the owner of an archive.
///
/// # Errors
/// [`ImportError`] where the file is no archive, or holds none of the four files.
pub fn person(path: impl AsRef<Path>) -> Result<Person, ImportError> {
    let file = File::open(path).map_err(ImportError::Unreadable)?;
    if file.metadata().map_err(ImportError::Unreadable)?.is_dir() {
        return Err(ImportError::Folder);
    }
    let files = archive::small_files(Source::file(file), &FILES)?;
    if files.is_empty() {
        return Err(ImportError::NoProfileInArchive);
    }
    let rows = |name: &str| files.get(name).map(|bytes| rows(bytes)).unwrap_or_default();
    let mut person = Person::default();
    if let Some(row) = rows(FILES[0]).first() {
        let names = [row.text("FIRST NAME"), row.text("LAST NAME")];
        person.name = joined(names.into_iter().flatten());
        person.headline = row.text("HEADLINE");
        person.place = row.text("GEO LOCATION");
    }
    person.skills = rows(FILES[1]).iter().filter_map(|row| row.text("NAME")).collect();
    person.positions = rows(FILES[2]).iter().filter_map(position).collect();
    person.positions.sort_by_key(|position| std::cmp::Reverse((position.finished.is_none(), position.started)));
    let language = |row: &Row| Some((row.text("NAME")?, row.text("PROFICIENCY").unwrap_or_default()));
    person.languages = rows(FILES[3]).iter().filter_map(language).collect();
    Ok(person)
}

impl Person {
    /// Full years from the first position to `today`.
    pub fn years(&self, today: NaiveDate) -> Option<u8> {
        let first = self.positions.iter().filter_map(|position| position.started).min()?;
        u8::try_from(today.years_since(first)?).ok()
    }
}

fn position(row: &Row) -> Option<Position> {
    Some(Position {
        company: row.text("COMPANY NAME").unwrap_or_default(),
        title: row.text("TITLE")?,
        started: row.text("STARTED ON").as_deref().and_then(month),
        finished: row.text("FINISHED ON").as_deref().and_then(month),
    })
}

/// `Mar 2019`, `03/2019`, `2019-03` or `2019`.
fn month(text: &str) -> Option<NaiveDate> {
    let words: Vec<&str> = text.split([' ', '/', '-']).filter(|word| !word.is_empty()).collect();
    let year = words.iter().find(|word| word.len() == 4).and_then(|word| word.parse().ok())?;
    let named = |word: &&&str| word.len() < 4;
    let month = words.iter().find(named).and_then(|word| {
        let name = word.get(..3).map(|name| format!("1 {name} 2000"));
        let by_name = name.and_then(|day| NaiveDate::parse_from_str(&day, "%d %b %Y").ok()).map(|day| day.month());
        by_name.or_else(|| word.parse().ok())
    });
    NaiveDate::from_ymd_opt(year, month.unwrap_or(1), 1)
}

fn joined(parts: impl Iterator<Item = String>) -> Option<String> {
    Some(parts.collect::<Vec<_>>().join(" ")).filter(|whole| !whole.is_empty())
}

/// A row by the names of its columns.
struct Row(HashMap<String, String>);

impl Row {
    /// A value on one line; `None` where there is none.
    fn text(&self, column: &str) -> Option<String> {
        let text = self.0.get(column)?.split_whitespace().collect::<Vec<_>>().join(" ");
        let text = mojibake::repaired(&text).unwrap_or(text);
        (!text.is_empty()).then_some(text)
    }
}

fn rows(bytes: &[u8]) -> Vec<Row> {
    let text = String::from_utf8_lossy(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes));
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
    let Ok(header) = reader.headers().cloned() else { return Vec::new() };
    let named = |record: csv::StringRecord| {
        Row(header.iter().map(|name| name.trim().to_uppercase()).zip(record.iter().map(str::to_owned)).collect())
    };
    reader.records().filter_map(Result::ok).map(named).collect()
}
