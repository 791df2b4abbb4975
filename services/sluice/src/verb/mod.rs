//! The verbs, one file each.

pub mod doctor;
pub mod guard;
pub mod import;
pub mod migrate;
pub mod profile;
pub mod publish;
pub mod read;
pub mod run;
pub mod status;
pub mod topology;
pub mod up;

use std::io::{IsTerminal as _, Write as _};

use crate::failure::Failure;

/// Prints to standard output. A reader that went away (`| head`) ends the verb quietly.
pub fn say(text: impl AsRef<str>) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{}", text.as_ref()).and_then(|()| out.flush()).map_err(|_| Failure::silent())
}

/// Prints a value as JSON on a line.
pub fn say_json(value: &impl serde::Serialize) -> Result<(), Failure> {
    say(serde_json::to_string(value).map_err(Failure::failed)?)
}

/// A remark that is not the verb's result, to standard error.
#[expect(clippy::print_stderr, reason = "remarks of a verb to the person at the terminal")]
pub fn remark(text: impl AsRef<str>) {
    eprintln!("{}", text.as_ref());
}

/// Whether a person is looking.
pub fn on_terminal() -> bool {
    std::io::stderr().is_terminal()
}
