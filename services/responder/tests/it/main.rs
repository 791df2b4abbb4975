//! What replies say and do not say, seen from outside the crate.

mod answers;
mod checker;
mod grid;
mod hostile;
mod offers;
mod reasons;
mod situation;
mod situations;
mod stage;
