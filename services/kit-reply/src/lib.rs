//! Replies: what is said to a scored message, written from templates ([`draft`], [`Brief`]), and the checker that reads a text as
//! a stranger would, whoever wrote it ([`verify`], [`check_edit`]). Pure, without IO or clock, so that every part of the system uses one.

mod answer;
mod check;
mod draft;
mod offer;
mod persona;
mod quote;
mod text;
mod voice;
mod writing;

pub use check::About;
pub use draft::{Brief, Drafted, check_edit, draft, verify};
