//! How fast a message is read, on one core: messages of 1 KB a second, and the input that takes longest. The limit
//! beside it is finding the words of the same messages, which any reading has to do.

use std::time::{Duration, Instant};

use chrono::Utc;
use contract::{Account, Direction, Message};
use serde_json::{Value, json};

use crate::rounded;

/// Size of the messages counted by the second.
const MESSAGE: usize = 1024;
/// Size of the pathological inputs.
const MEBIBYTE: usize = 1024 * 1024;
/// How long the rate is measured.
const MEASURED: Duration = Duration::from_secs(3);

/// Pieces that, repeated, have brought readers of text to their knees: unclosed markup, nested brackets, quotes,
/// digits without end, words that begin a pattern and never end it, characters that fold into several.
const PIECES: [(&str, &str); 18] = [
    ("one letter", "a"),
    ("no line break", "word "),
    ("line breaks", "\n"),
    ("comments never closed", "<!--"),
    ("tags never closed", "<b"),
    ("entities never closed", "&#x"),
    ("nested brackets", "(["),
    ("digits", "9"),
    ("thousands", "1,000,"),
    ("half a pay", "€1k-"),
    ("technologies", "Go, "),
    ("header bars", "| "),
    ("capitals", "Aa Bb "),
    ("quotations", "\n> "),
    ("orders", "Ignore all previous instructions "),
    ("addresses", "https://a.b/c@d "),
    ("invisible", "\u{200b}\u{e0041}"),
    ("accents", "e\u{301}ﬃ"),
];

pub(crate) fn run() -> Value {
    let messages = sample();
    let rate = per_second(&messages, |message| {
        std::hint::black_box(analyzer::read(message));
    });
    let words = per_second(&messages, |message| {
        std::hint::black_box(message.text.to_lowercase().split_whitespace().count());
    });
    let inputs = PIECES.iter().map(|(name, piece)| (*name, piece.repeat(MEBIBYTE / piece.len())));
    let timed: Vec<Timed> = inputs.chain([("any bytes", noise())]).map(|(name, text)| Timed::of(name, text)).collect();
    let slowest = timed.iter().max_by_key(|timed| timed.whole).expect("inputs");
    let steepest = timed.iter().max_by(|a, b| a.growth().total_cmp(&b.growth())).expect("inputs");
    json!({
        "messages_per_s": rate.round(),
        "limit_words_per_s": words.round(),
        "message_bytes": MESSAGE,
        "slowest_mebibyte": slowest.name,
        "slowest_mebibyte_ms": rounded(slowest.whole.as_secs_f64() * 1000.0),
        "steepest_growth": steepest.name,
        "steepest_growth_doubled": rounded(steepest.growth()),
        "optimised": !cfg!(debug_assertions),
    })
}

/// A pathological input and how long it took.
struct Timed {
    name: &'static str,
    half: Duration,
    whole: Duration,
}

impl Timed {
    fn of(name: &'static str, text: String) -> Self {
        let middle = (0..=text.len() / 2).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
        let half = fastest(&message(text[..middle].to_owned()));
        Self { name, half, whole: fastest(&message(text)) }
    }

    /// How many times longer twice the input takes: 2 is linear.
    fn growth(&self) -> f64 {
        self.whole.as_secs_f64() / self.half.as_secs_f64()
    }
}

/// The fastest of three readings: what another process took away is not the reader's.
fn fastest(message: &Message) -> Duration {
    let once = || {
        let began = Instant::now();
        std::hint::black_box(analyzer::read(message));
        began.elapsed()
    };
    (0..3).map(|_| once()).min().unwrap_or_default()
}

/// The sample inbox, its texts filled up to the size measured by the next ones.
fn sample() -> Vec<Message> {
    let inbox = kit_intake::sample::inbox(Utc::now()).expect("the sample inbox");
    let texts: Vec<String> = inbox.into_iter().map(|received| received.text).collect();
    let filled = |from: usize| {
        let mut text = String::with_capacity(2 * MESSAGE);
        for piece in texts.iter().cycle().skip(from) {
            if text.len() >= MESSAGE {
                break;
            }
            text.push_str(piece);
            text.push_str("\n\n");
        }
        text.truncate((0..=MESSAGE).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0));
        text
    };
    (0..texts.len()).map(|from| message(filled(from))).collect()
}

/// A mebibyte of bytes from a fixed seed, as text.
fn noise() -> String {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let bytes = std::iter::repeat_with(|| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()[0]
    });
    let bytes: Vec<u8> = bytes.take(MEBIBYTE).collect();
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let end = (0..=MEBIBYTE).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    text[..end].to_owned()
}

fn per_second(messages: &[Message], read: impl Fn(&Message)) -> f64 {
    messages.iter().for_each(&read);
    let (began, mut count) = (Instant::now(), 0_u32);
    while began.elapsed() < MEASURED {
        messages.iter().for_each(&read);
        count += messages.len() as u32;
    }
    f64::from(count) / began.elapsed().as_secs_f64()
}

/// Built by hand: the intake would refuse a mebibyte, and the reader has to hold without it.
fn message(text: String) -> Message {
    let now = Utc::now();
    Message {
        id: uuid::Uuid::nil(),
        account: Account::me(),
        source: "bench".to_owned(),
        direction: Direction::Inbound,
        thread: Default::default(),
        sender: Default::default(),
        sent_at: now,
        received_at: now,
        subject: None,
        text,
        history: Vec::new(),
        partial: false,
        backfilled: false,
    }
}
