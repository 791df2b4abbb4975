//! The tables as sea-orm sees them, one file each.

#![expect(unreachable_pub, reason = "the derives need public items")]

pub(crate) mod account;
pub(crate) mod api_token;
pub(crate) mod import;
pub(crate) mod message;
pub(crate) mod opportunity;
pub(crate) mod opportunity_event;
pub(crate) mod opportunity_text;
pub(crate) mod reply;
pub(crate) mod score;
pub(crate) mod thread;
