//! Writes an export of any size, the same on every run: threads of three messages side by side, own replies, several
//! languages, private talk, the odd draft and the odd row that is there twice. For tests and benches.

use std::io::{self, Write};

use chrono::{DateTime, TimeDelta, Utc};

/// Name of the inbox's owner.
pub const OWNER: &str = "Diego Ferrer";
/// Address of the owner's profile.
pub const OWNER_URL: &str = "https://www.linkedin.com/in/diego-ferrer-made-up";
/// The current header.
pub const HEADER: [&str; 13] = [
    "CONVERSATION ID",
    "CONVERSATION TITLE",
    "FROM",
    "SENDER PROFILE URL",
    "TO",
    "RECIPIENT PROFILE URLS",
    "DATE",
    "SUBJECT",
    "CONTENT",
    "FOLDER",
    "ATTACHMENTS",
    "IS MESSAGE DRAFT",
    "IS CONVERSATION DRAFT",
];
/// Rows between two that repeat the one before them.
pub const TWIN_EVERY: usize = 97;
/// Rows between two drafts.
pub const DRAFT_EVERY: usize = 211;

/// Threads that run side by side, and messages of each.
const SIDE_BY_SIDE: usize = 4;
const MESSAGES: usize = 3;
/// When the newest row was written, and the seconds from row to row: 200,000 rows reach back nine years.
const NEWEST: i64 = 1_793_556_000;
const STEP: i64 = 1_500;

const NAMES: [&str; 12] = [
    "Ana Ribera",
    "Mark Ellery",
    "Priya Nandakumar",
    "Lucía Otero",
    "João Taveira",
    "Claire Aubrac",
    "Jonas Wetter",
    "Marta Quiroga",
    "Sofia Lindqvist",
    "Tom O'Hallan",
    "Inés Palau, MBA",
    "LinkedIn Member",
];
const COMPANIES: [&str; 8] =
    ["Nimbus Robotics", "Talpa Freight", "Orbeva", "Quillmark", "Casa Lumen", "Ferrolane", "Pelican Grid", "Mistralis"];
const ROLES: [&str; 6] =
    ["Senior Backend Engineer", "Staff Platform Engineer", "Rust Engineer", "Data Engineer", "Tech Lead", "SRE"];
const STACKS: [&str; 5] = [
    "Rust, Kafka and PostgreSQL",
    "Go and Kubernetes",
    "Java and Spring",
    "Python and Airflow",
    "TypeScript and Node.js",
];

/// Writes `rows` rows, newest first.
///
/// # Errors
/// Those of the writer.
pub fn write_messages_csv(out: impl Write, rows: usize) -> io::Result<()> {
    let mut csv = csv::Writer::from_writer(out);
    csv.write_record(HEADER)?;
    for row in 0..rows {
        let original = if row % TWIN_EVERY == TWIN_EVERY - 1 { row - 1 } else { row };
        let draft = row % DRAFT_EVERY == DRAFT_EVERY - 1;
        csv.write_record(cells(original, draft))?;
    }
    csv.flush()
}

fn cells(row: usize, draft: bool) -> [String; 13] {
    let block = SIDE_BY_SIDE * MESSAGES;
    let thread = row / block * SIDE_BY_SIDE + row % SIDE_BY_SIDE;
    let turn = MESSAGES - 1 - row % block / SIDE_BY_SIDE;
    let chance = Chance::of(thread);
    let name = chance.pick(0, &NAMES);
    let url = match name {
        "LinkedIn Member" => String::new(),
        _ => format!("https://www.linkedin.com/in/person-{thread}"),
    };
    let (subject, text) = words(chance, turn);
    let own = turn == 1;
    let them = (name.to_owned(), url);
    let me = (OWNER.to_owned(), OWNER_URL.to_owned());
    let ((from, from_url), (to, to_url)) = if own { (me, them) } else { (them, me) };
    let sent_at = DateTime::<Utc>::UNIX_EPOCH + TimeDelta::seconds(NEWEST - STEP * i64::try_from(row).unwrap_or(0));
    [
        format!("2-dGhyZWFk{thread:08}=="),
        String::new(),
        from,
        from_url,
        to,
        to_url,
        sent_at.format("%Y-%m-%d %H:%M:%S UTC").to_string(),
        subject,
        text,
        "INBOX".to_owned(),
        String::new(),
        if draft { "Yes" } else { "No" }.to_owned(),
        "No".to_owned(),
    ]
}

/// Subject and text of a turn of a thread.
fn words(chance: Chance, turn: usize) -> (String, String) {
    let (company, role, stack) = (chance.pick(1, &COMPANIES), chance.pick(2, &ROLES), chance.pick(3, &STACKS));
    let low = 45 + chance.below(4, 60);
    let high = low + 15;
    match (chance.below(5, 8), turn) {
        (0..=2, 0) => (
            format!("{role} at {company}"),
            format!(
                "Hi Diego,\n\n{company} is hiring a {role}. The stack is {stack}, pay is €{low}-{high}k, fully remote in the EU.\nWould you be open to a call?"
            ),
        ),
        (0..=2, 1) => (String::new(), "Thanks for writing. Could you tell me more about the team?".to_owned()),
        (0..=2, _) => (String::new(), "Of course: eight people. When would you have time this week?".to_owned()),
        (3 | 4, 0) => (
            String::new(),
            format!(
                "Hola Diego, en {company} buscamos \"{role}\" con {stack}. Banda de {low}.000 a {high}.000 € brutos/año, híbrido en Madrid. ¿Te interesa?"
            ),
        ),
        (3 | 4, 1) => (String::new(), "Hola, gracias. ¿Cuántos días de oficina son?".to_owned()),
        (3 | 4, _) => (String::new(), "Dos días a la semana. ¿Cuál sería tu expectativa salarial?".to_owned()),
        (5, 0) => (
            format!("{company} &amp; you"),
            format!("<p>Bonjour Diego,</p><p>{company} cherche un {role} ({stack}), {low}-{high} k€ bruts.</p>"),
        ),
        (5, 1) => (String::new(), "Bonjour, merci. C'est en télétravail ?".to_owned()),
        (5, _) => (String::new(), "Oui, à 100 %. Êtes-vous disponible jeudi ?".to_owned()),
        (_, 0) => (String::new(), "¿Comemos el jueves? Voy a pasar por tu barrio 🙂".to_owned()),
        (_, 1) => (String::new(), "¡Claro! A las dos donde siempre.".to_owned()),
        (_, _) => (String::new(), "Perfecto, nos vemos allí.".to_owned()),
    }
}

/// Choices that depend on the thread alone (SplitMix64).
#[derive(Clone, Copy)]
struct Chance(u64);

impl Chance {
    fn of(thread: usize) -> Self {
        Self(thread as u64)
    }

    fn below(self, which: u64, bound: u64) -> u64 {
        let mut z = (self.0.wrapping_mul(31) + which + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % bound
    }

    fn pick(self, which: u64, from: &'static [&'static str]) -> &'static str {
        let index = usize::try_from(self.below(which, from.len() as u64)).unwrap_or(0);
        from.get(index).copied().unwrap_or_default()
    }
}
