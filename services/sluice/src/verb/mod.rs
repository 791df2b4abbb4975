//! The verbs, one file each.

pub(crate) mod account;
pub(crate) mod doctor;
pub(crate) mod eval;
pub(crate) mod guard;
pub(crate) mod import;
pub(crate) mod migrate;
pub(crate) mod optimize;
pub(crate) mod profile;
pub(crate) mod publish;
pub(crate) mod read;
pub(crate) mod rescore;
pub(crate) mod run;
pub(crate) mod status;
pub(crate) mod token;
pub(crate) mod topology;
pub(crate) mod up;

use std::io::{IsTerminal as _, Write as _};

use crate::failure::Failure;

/// Prints to standard output. A reader that went away (`| head`) ends the verb quietly.
pub(crate) fn say(text: impl AsRef<str>) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{}", text.as_ref()).and_then(|()| out.flush()).map_err(|_| Failure::silent())
}

/// Prints a value as JSON on a line.
pub(crate) fn say_json(value: &impl serde::Serialize) -> Result<(), Failure> {
    say(serde_json::to_string(value).map_err(Failure::failed)?)
}

/// A remark that is not the verb's result, to standard error.
#[expect(clippy::print_stderr, reason = "remarks of a verb to the person at the terminal")]
pub(crate) fn remark(text: impl AsRef<str>) {
    eprintln!("{}", text.as_ref());
}

/// Whether a person is looking.
pub(crate) fn on_terminal() -> bool {
    std::io::stderr().is_terminal()
}
