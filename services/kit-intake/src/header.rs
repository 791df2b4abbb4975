//! The header of `messages.csv`: nine to thirteen columns over the years, found by name in whatever order.

use csv::ByteRecord;

use crate::{error::ImportError, mojibake};

/// Where each column is.
#[derive(Clone, Debug)]
pub(crate) struct Columns {
    /// How many there are: a row with another number is damaged.
    pub count: usize,
    pub conversation: usize,
    pub from: usize,
    pub date: usize,
    pub content: usize,
    pub sender_address: Option<usize>,
    pub to: Option<usize>,
    pub recipient_addresses: Option<usize>,
    pub subject: Option<usize>,
    pub folder: Option<usize>,
    pub attachments: Option<usize>,
    /// `IS MESSAGE DRAFT` and `IS CONVERSATION DRAFT`.
    pub drafts: Vec<usize>,
}

/// Columns that are known and not needed.
const UNUSED: &[&str] = &["CONVERSATION TITLE", "IS CONVERSATION ARCHIVED"];
/// Unknown columns named in a warning.
const NAMED: usize = 5;

/// Reads the header; the second part is warnings.
pub(crate) fn columns(header: &ByteRecord) -> Result<(Columns, Vec<String>), ImportError> {
    let names: Vec<String> = header.iter().map(name).collect();
    let find = |name: &str| names.iter().position(|n| n == name);
    let required = ["CONVERSATION ID", "FROM", "DATE", "CONTENT"];
    let [Some(conversation), Some(from), Some(date), Some(content)] = required.map(find) else {
        let missing = required.into_iter().filter(|name| find(name).is_none()).collect();
        return Err(ImportError::NotMessages { missing });
    };
    let columns = Columns {
        count: names.len(),
        conversation,
        from,
        date,
        content,
        sender_address: find("SENDER PROFILE URL"),
        to: find("TO"),
        recipient_addresses: find("RECIPIENT PROFILE URLS"),
        subject: find("SUBJECT"),
        folder: find("FOLDER"),
        attachments: find("ATTACHMENTS"),
        drafts: ["IS MESSAGE DRAFT", "IS CONVERSATION DRAFT"].into_iter().filter_map(find).collect(),
    };
    let warnings = warnings(&names, &columns);
    Ok((columns, warnings))
}

fn warnings(names: &[String], columns: &Columns) -> Vec<String> {
    let optional = [
        columns.sender_address,
        columns.to,
        columns.recipient_addresses,
        columns.subject,
        columns.folder,
        columns.attachments,
    ];
    let mut used = vec![columns.conversation, columns.from, columns.date, columns.content];
    used.extend(optional.into_iter().flatten());
    used.extend(&columns.drafts);
    let unknown: Vec<String> = (0..names.len())
        .filter(|i| !used.contains(i) && !UNUSED.contains(&names[*i].as_str()))
        .map(|i| format!("“{}”", names[i].chars().take(40).collect::<String>()))
        .collect();
    match unknown.len() {
        0 => Vec::new(),
        n if n > NAMED => vec![format!("{n} unknown columns are not read, among them {}", unknown[..NAMED].join(", "))],
        _ => vec![format!("not read, since unknown or there twice: column {}", unknown.join(", "))],
    }
}

/// A cell without what spreadsheets add: a byte order mark (also a misread one), quotes, white space, another case.
fn name(cell: &[u8]) -> String {
    let text = String::from_utf8_lossy(cell);
    let text = mojibake::repaired(&text).unwrap_or_else(|| text.into_owned());
    let bare = text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '\u{feff}' | '"' | '\''));
    bare.split_whitespace().collect::<Vec<_>>().join(" ").to_uppercase()
}

/// The character between the cells of the first line: spreadsheets of half of Europe save semicolons.
pub(crate) fn delimiter(first_bytes: &[u8]) -> u8 {
    let line = first_bytes.split(|&b| b == b'\n' || b == b'\r').next().unwrap_or_default();
    let count = |delimiter: u8| line.iter().filter(|&&b| b == delimiter).count();
    [b';', b'\t'].into_iter().find(|&other| count(other) > count(b',')).unwrap_or(b',')
}
