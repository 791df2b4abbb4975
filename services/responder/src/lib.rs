//! Responder: the draft of a reply to every scored opportunity, or the reason why there is none. [`draft`] is pure
//! and serves the stage and the command line alike, [`verify`] checks a text whoever wrote it; [`Responder`] is the stage.

mod answer;
mod check;
mod draft;
mod offer;
mod persona;
mod quote;
mod stage;
mod text;
mod voice;
mod writing;

pub use draft::{Drafted, draft, verify};
pub use stage::Responder;
