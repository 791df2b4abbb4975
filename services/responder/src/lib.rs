//! Responder: the draft of a reply to every scored opportunity, or the reason why there is none. `kit-reply` decides what
//! is said and checks it; this stage gathers what that needs, and has a model word it where one is configured.

mod stage;
mod writer;

pub use kit_reply::{Drafted, draft};
pub use stage::Responder;
pub use writer::{Unusable, Wording, WordingIn, WordingOut, Writer, wording};
