//! Responder: the draft of a reply to every scored opportunity, or the reason why there is none. `kit-reply` writes and
//! checks, this stage gathers what it needs.

mod stage;

pub use kit_reply::{Drafted, draft};
pub use stage::Responder;
