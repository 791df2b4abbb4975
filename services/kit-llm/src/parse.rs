//! From a model's words to a typed answer: tolerant of form, never of content. Each thing mended is counted; what
//! cannot be mended is named by its place, so that the model can be asked again.

use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::mend::Mender;

/// An answer understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parsed<T> {
    /// The answer.
    pub value: T,
    /// How many things were mended.
    pub repairs: u32,
}

/// Why an answer was not understood. Its words are ours alone: none of the answer's, which may hold the message's.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{what} at {at}")]
pub struct Fault {
    /// Path of the place, like `salary.min`.
    pub at: String,
    /// What is wrong there.
    pub what: String,
}

impl Fault {
    /// A fault at a place, in our own words: the model is shown them, and a log may be.
    pub fn new(at: impl Into<String>, what: impl Into<String>) -> Self {
        Self { at: at.into(), what: what.into() }
    }
}

/// Reads an answer that should follow `schema`. `aliases` are names that models use in place of ours.
///
/// # Errors
/// [`Fault`] with the first place that cannot be mended.
pub fn parse<T: DeserializeOwned>(text: &str, schema: &Value, aliases: &[(&str, &str)]) -> Result<Parsed<T>, Fault> {
    let mender = Mender::new(aliases);
    let (mut found, mut repairs) = find_object(text, &|value| mender.knows(value, schema))?;
    repairs += mender.mend(&mut found, schema);
    let value = serde_path_to_error::deserialize(&found).map_err(|error| {
        let at = error.path().to_string();
        Fault::new(if at == "." { "the whole".to_owned() } else { at }, reason(&error.inner().to_string()))
    })?;
    Ok(Parsed { value, repairs })
}

/// What serde says, without the values it quotes.
fn reason(said: &str) -> String {
    let field = || said.split('`').nth(1).unwrap_or_default();
    match said {
        _ if said.starts_with("missing field") => format!("the field `{}` is missing", field()),
        _ if said.starts_with("unknown variant") => "a value that is not in the list".to_owned(),
        _ if said.starts_with("unknown field") => "an unknown field".to_owned(),
        _ => said.rsplit_once("expected ").map_or_else(
            || "a value that cannot be".to_owned(),
            |(_, expected)| {
                format!("a wrong type (expected {})", expected.split(" at line").next().unwrap_or_default())
            },
        ),
    }
}

/// The JSON object in an answer: alone, in a code fence, or with prose around it. Of half an answer the inner objects
/// are whole; they are none that `is_ours`.
fn find_object(text: &str, is_ours: &dyn Fn(&Value) -> bool) -> Result<(Value, u32), Fault> {
    if let Ok(value @ Value::Object(_)) = serde_json::from_str(text) {
        return Ok((value, 0));
    }
    let Some(first) = text.find('{') else { return Err(Fault::new("the whole", "no JSON object")) };
    // Prose may hold braces too: the largest object that can be read is the answer.
    let mut best: Option<(usize, Value, u32)> = None;
    let mut from = first;
    for _ in 0..16 {
        let (read, skip) = object_at(&text[from..]);
        if let Some((length, value, repairs)) = read
            && best.as_ref().is_none_or(|(longest, ..)| length > *longest)
            && is_ours(&value)
        {
            best = Some((length, value, repairs));
        }
        match text[from + skip..].find('{') {
            Some(next) => from += skip + next,
            None => break,
        }
    }
    let (_, value, repairs) =
        best.ok_or_else(|| Fault::new("the whole", "JSON that does not end or is not well formed"))?;
    Ok((value, repairs + 1))
}

/// An object that begins here, its length, what was mended; and how far to go on from here.
fn object_at(text: &str) -> (Option<(usize, Value, u32)>, usize) {
    let mut stream = serde_json::Deserializer::from_str(text).into_iter::<Value>();
    if let Some(Ok(value @ Value::Object(_))) = stream.next() {
        let length = stream.byte_offset();
        return (Some((length, value, 0)), length);
    }
    let Some(mended) = without_slips(text) else { return (None, 1) };
    let mut stream = serde_json::Deserializer::from_str(&mended).into_iter::<Value>();
    match stream.next() {
        Some(Ok(value @ Value::Object(_))) => (Some((stream.byte_offset(), value, 1)), 1),
        _ => (None, 1),
    }
}

/// The usual slips mended: a comma before a closing bracket, a raw line break inside a string, Python's constants.
/// `None` where there is nothing to mend.
fn without_slips(text: &str) -> Option<String> {
    let (mut out, mut in_string, mut escaped) = (String::with_capacity(text.len()), false, false);
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let after = &rest[c.len_utf8()..];
        if in_string {
            match c {
                '\n' | '\r' | '\t' if !escaped => out.push_str(if c == '\t' { "\\t" } else { "\\n" }),
                _ => out.push(c),
            }
            in_string = escaped || c != '"';
            escaped = !escaped && c == '\\';
        } else if c == ',' && after.trim_start().starts_with(['}', ']']) {
            // Left out.
        } else if let Some((python, json)) = PYTHON.iter().find(|(python, _)| rest.starts_with(python)) {
            out.push_str(json);
            rest = &rest[python.len()..];
            continue;
        } else {
            in_string = c == '"';
            out.push(c);
        }
        rest = after;
    }
    (out != text).then_some(out)
}

const PYTHON: [(&str, &str); 3] = [("None", "null"), ("True", "true"), ("False", "false")];
